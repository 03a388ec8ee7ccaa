"""Does every number a scenario may say of its fleet change something?"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import numpy as np
import pytest

from sunstack.answers.fleet import fleet_of
from sunstack.resolve import Resolved, resolve
from sunstack.scenario import describe, keys, load, shipped

Resolve = Callable[..., Resolved]
SECTIONS = ("launch.", "reliability.", "radiation.", "disposal.", "fleet.")
USUAL = (
    "constellation.groups.0.satellites_per_plane_count=300",
    "satellite.stowed_volume_m3=7",
    "fleet.horizon_years=9",
    "fleet.schedule_draw_count=20",
    "disposal.casualty_area_m2=1",
    "fleet.spare_confidence_fraction=0.9",
    "reliability.bus_failure_fraction_per_year=0.1",
)
"""Where room binds and nothing is zero."""
BESIDE: dict[str, tuple[str, ...]] = {
    "launch.learning_fraction": ("launch.pricing=learning", "launch.learned_mass_kg=1e6"),
    "launch.learned_mass_kg": ("launch.pricing=learning", "launch.learned_mass_kg=1e6"),
    "launch.vehicle_cost_usd": ("launch.pricing=reuse",),
    "launch.reuse_count": ("launch.pricing=reuse",),
    "launch.refurbishment_fraction": ("launch.pricing=reuse",),
    "launch.margin_fraction": ("launch.pricing=reuse",),
    "launch.propellant_cost_usd": ("launch.pricing=reuse",),
    "launch.yearly_flight_count": ("launch.flight_limit=planned",),
    "launch.pad_count": ("launch.pad_turnaround_days=400", "launch.pad_count=1"),
    "launch.pad_turnaround_days": ("launch.pad_turnaround_days=400", "launch.pad_count=1"),
    "launch.yearly_permitted_flight_count": (
        "launch.flight_limit=permitted",
        "launch.yearly_permitted_flight_count=13",
    ),
    "launch.adapter_mass_fraction": ("satellite.stowed_volume_m3=0",),
    "reliability.bus_scale_years": ("reliability.bus_record=castet-saleh-2009",),
    "reliability.bus_shape_ratio": ("reliability.bus_record=castet-saleh-2009",),
    "reliability.coolant_area_fraction": ("reliability.coolant_wall_mm=0.3",),
    "reliability.coolant_loop_count": ("reliability.coolant_wall_mm=0.3",),
    "reliability.debris_factor": ("reliability.coolant_wall_mm=0.3",),
    "fleet.progress_fraction_per_year": ("fleet.policy=refresh-when-obsolete",),
    "fleet.obsolete_fraction": ("fleet.policy=refresh-when-obsolete",),
    "radiation.found_fraction": (
        "radiation.silent_removed_fraction=0.9",
        "radiation.restart_s=1e5",
    ),
    "fleet.replacement_age_years": ("fleet.replacement_age_years=4",),
}
"""What must be said for a key to mean anything."""
WEIBULL = ("reliability.bus_scale_years", "reliability.bus_shape_ratio")
NUMBERS = sorted(
    key for key in keys() if key.startswith(SECTIONS) and describe(key).kind == "number"
)


@cache
def resolved(*overrides: str) -> Resolved:
    return resolve(load(shipped.find("ai1"), list(overrides)))


@cache
def told(*overrides: str) -> dict[str, Any]:
    found = fleet_of(resolved(*overrides))
    return {name: tree for name, tree in found.items() if name not in ("inputs", "caveats")}


def said(key: str) -> tuple[str, ...]:
    """The usual, with what the key needs in its place."""
    usual = [one for one in USUAL if not (key in WEIBULL and one.startswith("reliability.bus"))]
    by_key = {one.partition("=")[0]: one for one in (*usual, *BESIDE.get(key, ()))}
    return tuple(by_key.values())


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_of_the_fleet_changes_some_figure(key: str) -> None:
    beside = said(key)
    now, described = float(resolved(*beside).origins[key].value), describe(key)
    assert described.low is not None and described.high is not None
    other = 0.8 * now if 0.8 * now >= described.low and now else described.low
    if other == now:
        other = min(now + 0.6, described.high)
    rest = [one for one in beside if not one.startswith(f"{key}=")]
    changed = told(*rest, f"{key}={other}")
    assert not same(told(*beside), changed), f"{key}: {now:g} or {other:g}"


def same(one: Any, other: Any) -> bool:
    """Whether two trees hold the same numbers and words."""
    leaves, others = (jax.tree.leaves(tree) for tree in (one, other))
    return len(leaves) == len(others) and all(
        a == b or (isinstance(a, float) and np.isclose(a, b, rtol=1e-12, atol=0.0))
        for a, b in zip(leaves, others, strict=True)
    )
