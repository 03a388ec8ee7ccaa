"""What does a run say of who asks, of who is answered in time, and of what may leave a machine?

Tokens are those of answers; rates are means of the day unless said. Hours are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from sunstack.asked import Asked, Late, Machine, Tolerant
from sunstack.catalogue import control_tables
from sunstack.disciplines import control, demand
from sunstack.findings import Findings

CELL_COLUMNS: Mapping[str, Any] = {
    "latitude_deg": pl.Float64,
    "longitude_deg": pl.Float64,
    "region": pl.String,
    "answer_tokens_per_s": pl.Float64,
    "peak_answer_tokens_per_s": pl.Float64,
    "peak_hour": pl.Int32,
}
HOUR_COLUMNS: Mapping[str, Any] = {
    "terminal": pl.String,
    "region": pl.String,
    "hour": pl.Int32,
    "request_per_s": pl.Float64,
    "answer_tokens_per_s": pl.Float64,
    "all_request_per_s": pl.Float64,
    "all_answer_tokens_per_s": pl.Float64,
}
SUCCESS_COLUMNS: Mapping[str, Any] = {
    "machine": pl.String,
    "way": pl.String,
    "delay_ms": pl.Float64,
    "success_fraction": pl.Float64,
    "low_fraction": pl.Float64,
    "high_fraction": pl.Float64,
    "trial_count": pl.Float64,
}


def asking(findings: Findings) -> dict[str, Any] | None:
    """Tell who asks; none where nobody does, or where nothing can answer."""
    found = findings.asked
    if found is None:
        return None
    served = findings.outcome.service
    return {
        "year": found.year,
        "horizon_year": found.horizon_year,
        "is_held": found.is_held,
        "model": found.model,
        "fleet_tokens_per_s": float(served.fleet_tokens_per_s[0, -1]),
        "asked_tokens_per_s": float(np.asarray(served.asked_tokens_per_s)[:, -1].sum()),
        "met_fraction": float(served.met_fraction[0, -1]),
        "peak_to_mean_ratio": _peak(np.asarray(found.orbit.answer_tokens_per_s).sum(axis=0)),
        "classes": [_class(findings, found, place) for place in range(len(found.terminals.name))],
        "regions": [_region(found, place) for place in range(len(found.terminals.region))],
        "late": None if isinstance(found.late, str) else _delays(found.late),
        "late_lacks": found.late if isinstance(found.late, str) else None,
        "machines": [_machine(one) for one in found.machines],
    }


def _peak(by_hour: Any) -> float:
    return float(demand.peak_to_mean_ratio(by_hour))


def _class(findings: Findings, found: Asked, place: int) -> dict[str, Any]:
    spec, name = found.terminals.spec, found.terminals.name[place]
    order = findings.resolved.system.asking.class_names.index(name)
    at_horizon = np.asarray(findings.outcome.service.asked_tokens_per_s)[order, -1]
    return {
        "name": name,
        "title": found.terminals.title[place],
        "terminal_count": float(np.asarray(spec.terminal_count)[place].sum()),
        "orbit_fraction": float(spec.orbit_fraction[place]),
        "first_token_deadline_ms": 1e3 * float(spec.first_token_deadline_s[place]),
        "answer_deadline_s": float(spec.answer_deadline_s[place]),
        "asked_tokens_per_s": float(at_horizon),
        "orbit": _rates(found.orbit, place),
        "all": _rates(found.whole, place),
        "misses": None if isinstance(found.late, str) else _misses(found.late, place),
    }


def _rates(asked: demand.Demand, place: int) -> dict[str, float]:
    tokens = np.asarray(asked.answer_tokens_per_s)[place]
    return {
        "request_per_s": float(np.asarray(asked.request_per_s)[place].mean()),
        "answer_tokens_per_s": float(tokens.mean()),
        "peak_to_mean_ratio": _peak(tokens),
        "peak_hour": int(tokens.argmax()),
    }


def _region(found: Asked, place: int) -> dict[str, Any]:
    tokens = np.asarray(found.orbit_by_region.answer_tokens_per_s)[:, place].sum(axis=0)
    return {
        "name": found.terminals.region[place],
        "answer_tokens_per_s": float(tokens.mean()),
        "peak_to_mean_ratio": _peak(tokens),
        "peak_hour": int(tokens.argmax()),
    }


# --- who is late ----------------------------------------------------------------------------------


def _delays(late: Late) -> dict[str, float]:
    return {
        "unreached_fraction": late.unreached_fraction,
        "network_mean_ms": 1e3 * late.network_mean_s,
        "first_token_mean_ms": 1e3 * late.first_token_s,
        "output_token_ms": 1e3 * late.token_s,
    }


def _misses(late: Late, place: int) -> dict[str, float]:
    """Of requests that are reached; `missed` also of those that are not."""
    either = float(late.either_fraction[place])
    return {
        "first_token_fraction": float(late.first_token_fraction[place]),
        "answer_fraction": float(late.answer_fraction[place]),
        "either_fraction": either,
        "first_token_margin_ms": 1e3 * float(late.first_token_margin_s[place]),
        "missed_fraction": late.unreached_fraction + (1.0 - late.unreached_fraction) * either,
    }


# --- what may leave a machine ---------------------------------------------------------------------


def _machine(one: Machine) -> dict[str, Any]:
    return {
        "machine": one.name,
        "places": {
            name: {
                "median_ms": 1e3 * found.median_s,
                "p95_ms": 1e3 * found.late_s,
                "tolerated_fraction": found.whole_fraction,
            }
            for name, found in one.places.items()
        },
        "tasks": [_task(one, place) for place in range(len(one.tasks.names))],
    }


def _task(one: Machine, place: int) -> dict[str, Any]:
    asked = one.tasks.asked
    return {
        "name": one.tasks.names[place],
        "title": one.tasks.titles[place],
        "limit_ms": 1e3 * float(asked.limit_s[place]),
        "low_ms": 1e3 * float(asked.low_s[place]),
        "high_ms": 1e3 * float(asked.high_s[place]),
        "processing_ms": 1e3 * float(asked.processing_s[place]),
        "delivered_fraction": float(asked.delivered_fraction[place]),
        "places": {name: _part(found, place) for name, found in one.places.items()},
    }


def _part(found: Tolerant, place: int) -> dict[str, Any]:
    return {
        "served": bool(found.served[place]),
        "tolerated_fraction": float(found.tolerated_fraction[place]),
    }


# --- tables ---------------------------------------------------------------------------------------


def cells(findings: Findings) -> pl.DataFrame:
    """Lay out what each cell asks of orbit, mean and busiest hour; empty where nobody asks."""
    found = findings.asked
    if found is None:
        return pl.DataFrame(schema=CELL_COLUMNS)
    here, tokens = found.terminals, found.cell_tokens_per_s
    columns = {
        "latitude_deg": np.degrees(here.grid.latitude_rad),
        "longitude_deg": np.degrees(here.grid.longitude_rad),
        "region": np.array(here.region)[np.asarray(here.region_index)],
        "answer_tokens_per_s": tokens.mean(axis=1),
        "peak_answer_tokens_per_s": tokens.max(axis=1),
        "peak_hour": tokens.argmax(axis=1).astype(np.int32),
    }
    return pl.DataFrame(columns, schema=CELL_COLUMNS)


def hours(findings: Findings) -> pl.DataFrame:
    """Lay out what each class asks in each region and hour; empty where nobody asks."""
    found = findings.asked
    if found is None:
        return pl.DataFrame(schema=HOUR_COLUMNS)
    shape = np.asarray(found.orbit_by_region.request_per_s).shape
    by_class, by_region, by_hour = np.indices(shape)
    columns = {
        "terminal": np.array(found.terminals.name)[by_class.ravel()],
        "region": np.array(found.terminals.region)[by_region.ravel()],
        "hour": by_hour.ravel().astype(np.int32),
    }
    for name in ("request_per_s", "answer_tokens_per_s"):
        columns[name] = np.asarray(getattr(found.orbit_by_region, name)).ravel()
        columns[f"all_{name}"] = np.asarray(getattr(found.whole_by_region, name)).ravel()
    return pl.DataFrame({name: columns[name] for name in HOUR_COLUMNS}, schema=HOUR_COLUMNS)


def successes(findings: Findings) -> pl.DataFrame:
    """Lay out how often machines succeed by delay, of the catalogue; empty where nobody asks."""
    rows = []
    for one in control_tables.successes() if findings.asked else ():
        found = control.share(success_count=one.success_count, trial_count=one.trial_count)
        shares = (found.fraction, found.low_fraction, found.high_fraction)
        columns = (one.delay_ms, *map(np.asarray, shares), one.trial_count)
        rows += [(one.machine, one.way, *map(float, row)) for row in zip(*columns, strict=True)]
    return pl.DataFrame(rows, schema=SUCCESS_COLUMNS, orient="row")
