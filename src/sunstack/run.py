"""What does one whole run of a scenario produce? Resolve, evaluate, simulate, and tell.

The table of contents of `sunstack run`; the figures are put into words and tables by `summary`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sunstack import operations, summary
from sunstack.disciplines import orbit
from sunstack.evaluate import Outcome, evaluate
from sunstack.operations import Balance
from sunstack.resolve import Resolved, resolve
from sunstack.results import Results, rounded
from sunstack.scenario import Document
from sunstack.simulate import Precision, Series, Trace, simulate, trace
from sunstack.system import System
from sunstack.units import DAY_S, HOUR_S

TRACE_ORBITS = 2
LIBRARIES = ("jax", "jaxlib", "numpy", "polars", "pydantic", "ruamel.yaml")

Report = Callable[[str, int, int], None]
"""Told the stage, and how many satellites of how many are done in it."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Everything a run computed, before it is put into words."""

    resolved: Resolved
    outcome: Outcome
    corrected: Outcome | None
    """With exact sun-synchronous inclinations, where a group meant to have one misses it."""
    first_year: Balance
    """Every plane on every day."""
    planned: dict[str, np.ndarray[Any, Any]]
    """What the closed form gives at the simulated epochs, shape (epochs, groups)."""
    series: Series
    trace: Trace
    epochs: tuple[date, ...]


def run(document: Document, *, progress: Report | None = None) -> Results:
    """Run a scenario.

    Raises:
        ScenarioError: the scenario cannot be resolved.
        CatalogueError: a catalogue entry cannot be used.
    """
    begun = time.perf_counter()
    findings = find(document, progress=progress)
    told = rounded(summary.summarise(findings))
    seconds = time.perf_counter() - begun
    return Results(
        manifest=manifest(document, findings.resolved, seconds=seconds),
        summary=told,
        tables=summary.tables(findings),
    )


def find(document: Document, *, progress: Report | None = None) -> Findings:
    """Compute everything."""
    tell = progress or (lambda stage, done, total: None)
    tell("resolving", 0, 0)
    resolved = resolve(document)
    system = resolved.system
    tell("evaluating", 0, 0)
    outcome = _evaluate(system)
    epochs = epochs_of(document)
    epoch_s = np.array([(day - document.scenario.epoch).days * DAY_S for day in epochs])
    total = int(np.asarray(system.orbits.satellite_count).sum()) * len(epochs)
    settings = _settings(resolved)
    counted = _Counter(lambda done: tell("simulating", done, total))
    series = simulate(
        system,
        epoch_s=epoch_s,
        duration_s=settings["duration_s"],
        step_s=settings["step_s"],
        precision=_precision(document),
        progress=counted.add,
    )
    return Findings(
        resolved=resolved,
        outcome=outcome,
        corrected=_corrected(system),
        first_year=_first_year(system),
        planned=_planned(system, epoch_s),
        series=series,
        trace=_trace(system, float(epoch_s[0]), settings["step_s"]),
        epochs=epochs,
    )


def epochs_of(document: Document) -> tuple[date, ...]:
    """Days to simulate: those the scenario names, else each season's turn in the first year."""
    scenario = document.scenario
    if scenario.simulation.epochs is not None:
        return tuple(scenario.simulation.epochs)
    turns = ((3, 20), (6, 21), (9, 22), (12, 21))
    first = scenario.epoch
    return tuple(
        sorted(
            day if day >= first else day.replace(year=first.year + 1)
            for day in (date(first.year, month, number) for month, number in turns)
        )
    )


def manifest(document: Document, resolved: Resolved, *, seconds: float) -> dict[str, Any]:
    """Say what was run: the scenario, every input with its origin, versions, hashes."""
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {
        "schema_version": 1,
        "scenario": {
            "name": document.scenario.name,
            "path": os.path.basename(document.path),
            "sha256": hashlib.sha256(document.text.encode()).hexdigest(),
            "overrides": dict(document.overrides),
            "text": document.text,
        },
        "seed": document.scenario.seed,
        "inputs": [vars(origin) for origin in resolved.origins.values()],
        "caveats": list(resolved.caveats),
        "versions": {
            "sunstack": importlib.metadata.version("sunstack"),
            "python": platform.python_version(),
            **versions,
        },
        "run": {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(seconds, 2),
            "processors": os.cpu_count(),
            "system": platform.system(),
        },
    }


_evaluate = jax.jit(evaluate)


class _Counter:
    """Adds up what worker threads report."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self.done, self.tell = 0, tell

    def add(self, more: int) -> None:
        self.done += more
        self.tell(self.done)


def _settings(resolved: Resolved) -> dict[str, float]:
    found = resolved.origins
    return {
        "step_s": float(found["simulation.step_s"].value),
        "duration_s": float(found["simulation.duration_hours"].value) * HOUR_S,
    }


def _precision(document: Document) -> Precision:
    return document.scenario.simulation.precision


def _corrected(system: System) -> Outcome | None:
    """Evaluate with exact sun-synchronous inclinations where they were meant but missed."""
    meant = system.sun_synchronous_intended[system.plane_group]
    exact = orbit.sun_synchronous_inclination_rad(
        semi_major_axis_m=system.orbits.semi_major_axis_m,
        eccentricity_ratio=system.orbits.eccentricity_ratio,
    )
    inclination = jnp.where(meant, exact, system.orbits.inclination_rad)
    if bool(jnp.all(jnp.abs(inclination - system.orbits.inclination_rad) < 1e-3)):
        return None
    exact_system = replace(system, orbits=replace(system.orbits, inclination_rad=inclination))
    outcome: Outcome = _evaluate(exact_system)
    return outcome


def _first_year(system: System) -> Balance:
    elapsed_s = operations.first_and_last_year_s(system)[0]
    health = operations.battery_health_ratio(system, elapsed_s=elapsed_s)
    run: Balance = operations.balance(system, elapsed_s=elapsed_s, battery_health_ratio=health)
    return run


def _planned(system: System, epoch_s: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
    health = operations.battery_health_ratio(
        system, elapsed_s=operations.first_and_last_year_s(system)[0]
    )
    run = operations.balance(system, elapsed_s=jnp.asarray(epoch_s), battery_health_ratio=health)
    planes = {
        "sunlit_fraction": run.sunlit_fraction,
        "array_power_w": run.array_power_w,
        "payload_power_w": run.plan.payload_mean_w,
        "heat_w": run.heat_w,
    }
    return {
        name: np.asarray(operations.group_mean(system, values)).T for name, values in planes.items()
    }


def _trace(system: System, start_s: float, step_s: float) -> Trace:
    """Follow the first satellite of each group for two orbits of the slowest."""
    first = np.searchsorted(np.asarray(system.plane_group), np.arange(len(system.group_names)))
    axes_m = system.orbits.semi_major_axis_m[first]
    slowest_s = float(jnp.max(orbit.circular_period_s(semi_major_axis_m=axes_m)))
    steps = max(int(TRACE_ORBITS * slowest_s / step_s), 2)
    return trace(system, planes=first.astype(np.int32), start_s=start_s, steps=steps, step_s=step_s)
