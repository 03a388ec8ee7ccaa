"""How do jobs go on more or fewer satellites, by each method, and how many runs are there by month?

By satellites: the group that trains most, its jobs laid out anew for each number and method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from sunstack import training
from sunstack.findings import Findings
from sunstack.operations import group_sum
from sunstack.system import System, Training
from sunstack.training.fleet import grid_of, of_year
from sunstack.units import DAY_S

from .training import told_place

MOST_SATELLITES = 2048
SATELLITE_COLUMNS: Mapping[str, Any] = {
    "method": pl.String,
    "satellites": pl.Int32,
    "used_satellites": pl.Int32,
    "fits": pl.Boolean,
    "powered_fraction": pl.Float64,
    "exchanges_fraction": pl.Float64,
    "failures_fraction": pl.Float64,
    "lasting_fraction": pl.Float64,
    "duration_days": pl.Float64,
}
MONTH_COLUMNS: Mapping[str, Any] = {
    "group": pl.String,
    "month": pl.Int32,
    "runs_per_year": pl.Float64,
}


def runs_by_month(findings: Findings) -> pl.DataFrame:
    """Lay out training runs a year at each month's end, of each group."""
    system = findings.resolved.system
    rows = [
        (name, month, float(value))
        for name, values in zip(
            system.group_names,
            np.asarray(findings.outcome.training.runs_per_year_count).T,
            strict=True,
        )
        for month, value in enumerate(values, 1)
        if system.training.model_name
    ]
    return pl.DataFrame(rows, schema=MONTH_COLUMNS, orient="row")


def by_satellites(findings: Findings) -> pl.DataFrame:
    """Lay out what is left of the data sheet's rate for jobs of some sizes and each method."""
    system, rows = findings.resolved.system, []
    if system.training.model_name:
        place = told_place(findings)
        for method in training.METHODS:
            rows += _of_method(findings, system, method, place)
    return pl.DataFrame(rows, schema=SATELLITE_COLUMNS)


def _of_method(findings: Findings, system: System, method: str, place: int) -> list[dict[str, Any]]:
    grid = jax.tree.map(lambda leaf: leaf[place : place + 1], grid_of(system))
    joined = float((grid.row_count * grid.slot_count)[0])
    aboard = float(group_sum(system, system.orbits.satellite_count)[place])
    most = max(min(joined, aboard, MOST_SATELLITES), 1.0)
    tried = [2**exponent for exponent in range(int(np.log2(most)) + 1)]
    return [_tried(findings, system, grid, method, place, count) for count in tried]


def _tried(
    findings: Findings,
    system: System,
    grid: Any,
    method: str,
    place: int,
    count: int,
) -> dict[str, Any]:
    """One number of satellites: laid out, met by what the group meets, and run."""
    one = replace(system.training, method=method, asked_count=jnp.asarray([float(count)]))
    spec = _alike(training.laid_out(one, grid), len(system.group_names))
    upsets = findings.outcome.programme
    job = _job(
        replace(system, training=spec),
        findings.first_year,
        upset_per_s=upsets.stopping_upset_per_s,
        corruption_per_s=upsets.silent_corruption_per_s,
    )
    left = {
        name: float(values[place])
        for name, values in zip(training.STAGES, np.asarray(job.stage_flop_per_s), strict=True)
    }
    duration_s = float(job.told.duration_s[place])
    return {
        "method": method,
        "satellites": count,
        "used_satellites": int(job.satellite_count[place]),
        "fits": bool(job.margin_fraction[place] >= 0.0),
        "powered_fraction": left["cooling"] / left["data sheet"],
        "exchanges_fraction": left["exchanges"] / left["data sheet"],
        "failures_fraction": left["failures"] / left["data sheet"],
        "lasting_fraction": left["shadow"] / left["data sheet"],
        "duration_days": duration_s / DAY_S if np.isfinite(duration_s) else None,
    }


def _alike(spec: Training, groups: int) -> Training:
    """Give every group the layout of the one."""

    def spread(leaf: jax.Array) -> jax.Array:
        return jnp.broadcast_to(leaf, (groups,)) if leaf.shape == (1,) else leaf

    spread_out: Training = jax.tree.map(spread, spec)
    return spread_out


@jax.jit
def _job(system: System, year: Any, *, upset_per_s: Any, corruption_per_s: Any) -> training.Job:
    met = training.conditions(
        system, year, upset_per_s=upset_per_s, corruption_per_s=corruption_per_s
    )
    job: training.Job = of_year(training.run(system.training, met), 0)
    return job
