"""What does a run say of a day of demand followed round the Earth?

Tokens are those of answers; shares are of all that may be answered from orbit; hours are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from sunstack.day import LIGHTS, LOADS, Day, Routed
from sunstack.findings import Findings
from sunstack.units import DAY_S, HOUR_S

SHOWN_HOURS = (0.0, 6.0, 12.0, 18.0)
"""Of which the Earth is drawn."""
HOUR_COLUMNS: Mapping[str, Any] = {
    "policy": pl.String,
    "terminal": pl.String,
    "hour": pl.Float64,
    "asked_tokens_per_s": pl.Float64,
    "served_tokens_per_s": pl.Float64,
}
GROUP_COLUMNS: Mapping[str, Any] = {
    "policy": pl.String,
    "group": pl.String,
    "hour": pl.Float64,
    "used_fraction": pl.Float64,
    "satellite_count": pl.Float64,
    "sunlit_count": pl.Float64,
    "sunlit_tokens_per_s": pl.Float64,
    "shadow_tokens_per_s": pl.Float64,
}
CELL_COLUMNS: Mapping[str, Any] = {
    "hour": pl.Float64,
    "latitude_deg": pl.Float64,
    "longitude_deg": pl.Float64,
    "satellite_count": pl.Float64,
    "sunlit_fraction": pl.Float64,
    "asked_tokens_per_s": pl.Float64,
    "overhead_met_fraction": pl.Float64,
}


def followed(findings: Findings) -> dict[str, Any]:
    """Tell of the day, or why none was followed."""
    found = findings.day
    if isinstance(found, str):
        return {"lacks": found}
    epoch = findings.resolved.document.scenario.epoch
    return {
        "lacks": None,
        **told(found, date=(epoch + timedelta(seconds=found.start_s)).isoformat()),
    }


def told(found: Day, *, date: str) -> dict[str, Any]:
    """Tell of a day.

    Args:
        found: the day.
        date: on which it is.
    """
    asked = found.asking.tokens_per_s.sum(axis=(1, 2)) / len(found.elapsed_s)
    count = found.satellite_count.sum(axis=(1, 2)).mean(axis=1)
    return {
        "date": date,
        "model": found.model,
        "is_filled": found.is_filled,
        "instants": len(found.elapsed_s),
        "step_s": DAY_S / len(found.elapsed_s),
        "cells": len(np.asarray(found.grid.latitude_rad)),
        "asking_cells": len(found.asking.cell),
        "has_mesh": found.has_mesh,
        "satellite_count": float(count.sum()),
        "sunlit_count": float(count[LIGHTS.index("sunlight")]),
        "asked_tokens_per_s": float(asked.sum()),
        "capacity_tokens_per_s": float(found.capacity_tokens_per_s.sum(axis=(0, 1)).mean()),
        "season_ratio": found.season_ratio,
        "unseen_fraction": _unseen_fraction(found),
        "loads": list(LOADS),
        "groups": [_group(found, number) for number in range(len(found.group_names))],
        "policies": [_policy(found, one) for one in found.policies],
    }


def _unseen_fraction(found: Day) -> float:
    """Of tokens asked for: those by places that see no satellite at that instant."""
    asked = found.asking.tokens_per_s.sum(axis=0)
    return float(1.0 - (asked * found.covered_fraction).sum() / asked.sum())


def _group(found: Day, number: int) -> dict[str, Any]:
    return {
        "name": found.group_names[number],
        "capacity_tokens_per_s": float(found.capacity_tokens_per_s[:, number].sum(axis=0).mean()),
        "planned_ratio": float(found.planned_ratio[number]),
        "used_fraction": {
            one.name: float(one.used_fraction[number].mean()) for one in found.policies
        },
    }


def _policy(found: Day, one: Routed) -> dict[str, Any]:
    served, asked = one.served_tokens_per_s, found.asking.tokens_per_s.sum(axis=1)
    rate = float(served.sum()) / len(found.elapsed_s)
    by_hour = served.sum(axis=0) / asked.sum(axis=0)
    power_w = float(one.payload_power_w.mean())
    return {
        "name": one.name,
        "served_tokens_per_s": rate,
        "met_fraction": float(served.sum() / asked.sum()),
        "worst_met_fraction": float(by_hour.min()),
        "worst_hour": float(found.elapsed_s[by_hour.argmin()] / HOUR_S),
        "met_at_load_fraction": one.met_at_load_fraction.tolist(),
        "sunlit_fraction": one.sunlit_fraction,
        "used_fraction": rate / float(found.capacity_tokens_per_s.sum(axis=(0, 1)).mean()),
        "idle_count": float(one.idle_count.mean()),
        "payload_power_w": power_w,
        "working_power_w": float(one.working_power_w.mean()),
        "battery_power_w": float(one.battery_power_w.mean()),
        "token_j": power_w / rate if rate > 0.0 else None,
        "classes": [_class(found, one, place) for place in range(len(found.class_names))],
    }


def _class(found: Day, one: Routed, place: int) -> dict[str, Any]:
    asked = float(found.asking.tokens_per_s[place].sum())
    return {
        "name": found.class_names[place],
        "served_tokens_per_s": float(one.served_tokens_per_s[place].mean()),
        "met_fraction": float(one.served_tokens_per_s[place].sum()) / asked if asked else 1.0,
        "late_fraction": float(one.late_fraction[place]),
        "missed_fraction": float(one.missed_fraction[place]),
        "network_mean_ms": 1e3 * float(one.delay_mean_s[place]),
        "network_p95_ms": 1e3 * float(one.delay_late_s[place]),
    }


# --- tables ---------------------------------------------------------------------------------------


def hours(findings: Findings) -> pl.DataFrame:
    """Lay out asked and served by policy, class and instant; empty where no day was followed."""
    found = findings.day
    if isinstance(found, str):
        return pl.DataFrame(schema=HOUR_COLUMNS)
    instants = len(found.elapsed_s)
    asked = found.asking.tokens_per_s.sum(axis=1)
    return pl.concat(
        pl.DataFrame(
            {
                "policy": np.full(instants, one.name),
                "terminal": np.full(instants, name),
                "hour": found.elapsed_s / HOUR_S,
                "asked_tokens_per_s": asked[place],
                "served_tokens_per_s": one.served_tokens_per_s[place],
            },
            schema=HOUR_COLUMNS,
        )
        for one in found.policies
        for place, name in enumerate(found.class_names)
    )


def groups(findings: Findings) -> pl.DataFrame:
    """Lay out what each group could give, and how much is used, by instant; empty likewise."""
    found = findings.day
    if isinstance(found, str):
        return pl.DataFrame(schema=GROUP_COLUMNS)
    count, tokens = found.satellite_count.sum(axis=2), found.capacity_tokens_per_s
    return pl.concat(
        pl.DataFrame(
            {
                "policy": np.full(len(found.elapsed_s), one.name),
                "group": np.full(len(found.elapsed_s), name),
                "hour": found.elapsed_s / HOUR_S,
                "used_fraction": one.used_fraction[number],
                "satellite_count": count[:, number].sum(axis=0),
                "sunlit_count": count[0, number],
                "sunlit_tokens_per_s": tokens[0, number],
                "shadow_tokens_per_s": tokens[1, number],
            },
            schema=GROUP_COLUMNS,
        )
        for one in found.policies
        for number, name in enumerate(found.group_names)
    )


def cells(findings: Findings) -> pl.DataFrame:
    """Lay out satellites and askers over the Earth at some hours; empty likewise."""
    found = findings.day
    if isinstance(found, str):
        return pl.DataFrame(schema=CELL_COLUMNS)
    return pl.concat(_cells(found, hour) for hour in SHOWN_HOURS)


def _cells(found: Day, hour: float) -> pl.DataFrame:
    place = int(np.searchsorted(found.elapsed_s, hour * HOUR_S))
    count = found.satellite_count[..., place].sum(axis=1)
    whole = count.sum(axis=0)
    asked, met = np.zeros(len(whole)), np.full(len(whole), np.nan)
    asked[found.asking.cell] = found.asking.tokens_per_s[..., place].sum(axis=0)
    overhead = [one for one in found.policies if one.name == "overhead"]
    if overhead:
        met[found.asking.cell] = overhead[0].met_fraction[:, place]
    lit = np.where(whole > 0.0, count[0] / np.where(whole > 0.0, whole, 1.0), np.nan)
    columns = {
        "hour": np.full(len(whole), found.elapsed_s[place] / HOUR_S),
        "latitude_deg": np.degrees(np.asarray(found.grid.latitude_rad)),
        "longitude_deg": np.degrees(np.asarray(found.grid.longitude_rad)),
        "satellite_count": whole,
        "sunlit_fraction": lit,
        "asked_tokens_per_s": asked,
        "overhead_met_fraction": met,
    }
    return pl.DataFrame(columns, schema=CELL_COLUMNS).fill_nan(None)
