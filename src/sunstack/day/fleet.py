"""Which satellites are there, and which of them do places reach alike?

Assumes: the fleet of the horizon's end is spread evenly over all its places, at its mean age;
satellites that an access constellation joins are reached alike, others group by group.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sunstack import serving
from sunstack.connections.reach import EDGE_RAD, RING_COUNT
from sunstack.connections.survey import Survey, radio_s
from sunstack.disciplines import demand, network
from sunstack.evaluate import Outcome
from sunstack.system import System
from sunstack.units import EARTH_RADIUS_M

from .asking import Pool, mean_in_view
from .routing import quotients
from .supply import Supply, counted

Numbers = NDArray[np.float64]


def in_place(system: System, outcome: Outcome, each: Supply, *, is_filled: bool) -> Supply:
    """Thin the satellites as given to those in place at the horizon's end, aged as they are."""
    given = np.asarray(outcome.satellite_count)
    alone = np.asarray(outcome.service.stage_tokens_per_s)[serving.STAGES.index("cooling"), 0]
    linked = np.asarray(outcome.service.stage_tokens_per_s)[-1, 0]
    tokens = linked * given if is_filled else np.asarray(outcome.service.horizon_tokens_per_s)[0]
    years, chips = outcome.programme.years, system.reliability.chips
    at_work = years.capacity_count[-1] * chips.carried_count / chips.needed_count
    place, work = (
        np.ones(len(given)) if is_filled else np.asarray(one) / given
        for one in (years.in_place_count[-1], at_work)
    )
    worth = quotients(tokens, alone * given)

    def by_group(share: Numbers) -> Numbers:
        return share[:, None, None]

    return Supply(
        satellite_count=each.satellite_count * by_group(place),
        tokens_per_s=each.tokens_per_s * by_group(worth),
        payload_power_w=each.payload_power_w * by_group(work),
        battery_power_w=each.battery_power_w * by_group(work),
        idle_power_w=each.idle_power_w * by_group(work),
    )


def flown(outcome: Outcome, *, is_filled: bool) -> NDArray[np.bool_]:
    """Tell which groups hold any satellite, shape (groups,)."""
    there = outcome.satellite_count if is_filled else outcome.programme.years.in_place_count[-1]
    return np.asarray(there) > 0.0


def pools_of(
    system: System, seen: Survey | None, grid: demand.Grid, there: Supply, at_s: Numbers
) -> tuple[Pool, ...]:
    """Groups that an access constellation joins are one pool; every other is one by itself."""
    reach = None if seen is None else seen.reach
    known = {} if reach is None else dict(zip(reach.names, reach.delay_s, strict=True))
    above = there.satellite_count.sum(axis=0)
    if seen is None or not seen.access_count:
        return tuple(
            _alone(system, number, above[number], known.get(name))
            for number, name in enumerate(system.group_names)
        )
    joined = [n for n, name in enumerate(system.group_names) if name in known]
    carriers = system.connection.access
    view_rad = _view_rad(system, carriers.semi_major_axis_m, carriers.satellite_count)
    delay_s = np.mean([known[system.group_names[one]] for one in joined], axis=0)
    together = Pool(
        groups=tuple(joined),
        view_rad=view_rad,
        entry_count=counted(carriers, grid, elapsed_s=at_s, system=system),
        delay_s=delay_s + _radio_s(system),
        overhead_s=mean_in_view(delay_s, view_rad) + _radio_s(system),
    )
    rest = [n for n in range(len(system.group_names)) if n not in joined]
    return (together, *(_alone(system, n, above[n], None) for n in rest))


def _alone(system: System, group: int, above: Numbers, delay_s: Numbers | None) -> Pool:
    """One group, seen by places themselves."""
    own = np.asarray(system.plane_group) == group
    axis_m, count = system.orbits.semi_major_axis_m[own], system.orbits.satellite_count[own]
    view_rad = _view_rad(system, axis_m, count)
    meshed = delay_s is not None and bool(np.isfinite(delay_s).any())
    radius_m = float(np.average(axis_m, weights=count))
    up_s = delay_s if meshed and delay_s is not None else _slant_s(radius_m)
    return Pool(
        groups=(group,),
        view_rad=view_rad,
        entry_count=above,
        delay_s=up_s + _radio_s(system) if meshed else np.full(RING_COUNT, np.inf),
        overhead_s=mean_in_view(up_s, view_rad) + _radio_s(system),
    )


def _view_rad(system: System, axis_m: Any, count: Any) -> float:
    seen = network.view_angle_rad(
        site_radius_m=EARTH_RADIUS_M,
        orbit_radius_m=axis_m,
        elevation_rad=system.connection.elevation_rad,
    )
    return float(np.average(np.asarray(seen), weights=np.asarray(count)))


def _slant_s(radius_m: float) -> Numbers:
    """Light's way up to a satellite in the middle of each ring."""
    cosine = np.cos(0.5 * (EDGE_RAD[:-1] + EDGE_RAD[1:]))
    squared = radius_m**2 + EARTH_RADIUS_M**2 - 2.0 * radius_m * EARTH_RADIUS_M * cosine
    return np.asarray(np.sqrt(squared) / network.LIGHT_M_PER_S)


def _radio_s(system: System) -> float:
    """Frames and the wait for a link in use, one way."""
    known = radio_s(system)
    return known["access_s"] + known["queueing_s"]
