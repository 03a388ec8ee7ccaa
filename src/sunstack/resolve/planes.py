"""Which orbital planes do a scenario's groups come to?

Shells of a band are evenly spaced in altitude, and in inclination where a range is filed; planes
are evenly spaced in node, or sit at the local times given. Successive planes start their first
satellite a golden-ratio share of a slot further on, so that no two shells march in step.
A formation is the lattice of relative eccentricity vectors (i, j) · pitch / a within radius / 2:
every member has the same semi-major axis and returns to its place after each orbit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.errors import ScenarioError
from sunstack.scenario import Formation, Number, Shells, Walker
from sunstack.scenario.model import Group
from sunstack.units import EARTH_RADIUS_M, HOUR_S

LARGEST_LAYOUT = 20_000
"""Planes whose year fits the memory of a laptop."""
LOWEST_ALTITUDE_M = 120e3
GOLDEN = 0.5 * (math.sqrt(5.0) - 1.0)
Columns = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class Planes:
    """Planes in order of their groups; every field of shape (planes,)."""

    group: Columns
    shell: Columns
    semi_major_axis_m: Columns
    eccentricity_ratio: Columns
    inclination_rad: Columns
    node_rad: Columns
    argument_of_perigee_rad: Columns
    argument_of_latitude_rad: Columns
    satellite_count: Columns

    def take(self, kept: NDArray[np.bool_]) -> Planes:
        """Return the planes marked."""
        return Planes(**{one.name: getattr(self, one.name)[kept] for one in fields(self)})


def planes(groups: Sequence[Group], *, julian_day: float, cap: int | None) -> Planes:
    """Lay out every plane of every group, thinned in proportion to `cap` satellites in all.

    Raises:
        ScenarioError: a sun-synchronous inclination is asked for where none exists.
    """
    _check_size(groups)
    parts = [
        _with_group(number, _laid_out(group, julian_day)) for number, group in enumerate(groups)
    ]
    joined = Planes(
        **{
            one.name: np.concatenate([getattr(part, one.name) for part in parts])
            for one in fields(Planes)
        }
    )
    _check_perigee(groups, joined)
    counts = _thinned(joined, cap)
    _check_groups(groups, joined, counts)
    return Planes(**(vars(joined) | {"satellite_count": counts})).take(counts > 0)


def _check_size(groups: Sequence[Group]) -> None:
    """Count planes before laying any out."""
    for group in groups:
        if isinstance(group, Formation):
            number = math.pi * (0.5 * group.radius_m.value / group.pitch_m.value) ** 2
        elif isinstance(group, Shells):
            number = group.shell_count * group.planes_per_shell_count
        else:
            number = group.plane_count
        if number > LARGEST_LAYOUT:
            raise ScenarioError(
                f"constellation.groups: {group.name}: comes to {number:,.0f} planes (a formation: "
                f"members), more than the {LARGEST_LAYOUT:,} one group may have"
            )


def _check_perigee(groups: Sequence[Group], joined: Planes) -> None:
    perigee_m = joined.semi_major_axis_m * (1.0 - joined.eccentricity_ratio) - EARTH_RADIUS_M
    lowest = int(np.argmin(perigee_m))
    if perigee_m[lowest] < LOWEST_ALTITUDE_M - 1.0:
        raise ScenarioError(
            f"constellation.groups: {groups[int(joined.group[lowest])].name}: comes down to "
            f"{perigee_m[lowest] / 1e3:.0f} km, below {LOWEST_ALTITUDE_M / 1e3:.0f} km where the "
            "table of the air and any orbit end; write a lower eccentricity or a higher orbit"
        )


def _check_groups(groups: Sequence[Group], joined: Planes, counts: Columns) -> None:
    number = joined.group.astype(int)
    held = np.bincount(number, weights=counts)
    filed = np.bincount(number, weights=joined.satellite_count)
    empty = [group.name for group, one in zip(groups, held, strict=True) if one == 0]
    if empty:
        raise ScenarioError(
            f"constellation.satellite_count_cap: leaves no satellite in {', '.join(empty)}; "
            f"write {math.ceil(filed.sum() / filed.min())} or more, or take groups out"
        )


def sun_synchronous_rad(altitude_m: float, *, name: str) -> float:
    """Inclination that follows the mean Sun at an altitude."""
    inclination = float(
        orbit.sun_synchronous_inclination_rad(semi_major_axis_m=EARTH_RADIUS_M + altitude_m)
    )
    if math.isnan(inclination):
        raise ScenarioError(
            f"constellation.groups: {name}: no inclination is sun-synchronous at "
            f"{altitude_m / 1e3:.0f} km; give inclination_deg a number"
        )
    return inclination


def _walker(group: Walker, julian_day: float) -> Planes:
    altitude_m = group.altitude_km.value * 1e3
    number, size = group.plane_count, group.satellites_per_plane_count
    eccentricity = group.eccentricity_ratio.value if group.eccentricity_ratio else 0.0
    phase = 2.0 * math.pi * group.phasing_count / (number * size) * np.arange(number)
    return _rows(
        altitude_m=np.full(number, altitude_m),
        inclination_rad=np.full(
            number, _inclination_rad(group.inclination_deg, altitude_m, group.name)
        ),
        node_rad=_nodes_rad(group, number, julian_day),
        eccentricity_ratio=np.full(number, eccentricity),
        argument_of_latitude_rad=phase,
        satellite_count=np.full(number, float(size)),
    )


def _shells(group: Shells, julian_day: float) -> Planes:
    shells, number = group.shell_count, group.planes_per_shell_count
    low_m, high_m = group.altitude_low_km.value * 1e3, group.altitude_high_km.value * 1e3
    altitudes_m = (
        np.linspace(low_m, high_m, shells) if shells > 1 else np.array([(low_m + high_m) / 2])
    )
    inclinations = [_inclination_rad(group.inclination_deg, h, group.name) for h in altitudes_m]
    if group.inclination_high_deg is not None:
        top = math.radians(group.inclination_high_deg.value)
        inclinations = list(np.linspace(inclinations[0], top, shells))
    size = group.satellites_per_plane_count
    running = np.arange(shells * number)
    return _rows(
        shell=np.repeat(np.arange(shells) * 1.0, number),
        altitude_m=np.repeat(altitudes_m, number),
        inclination_rad=np.repeat(inclinations, number),
        node_rad=np.tile(_nodes_rad(group, number, julian_day), shells),
        argument_of_latitude_rad=2.0 * math.pi / size * (running * GOLDEN % 1.0),
        satellite_count=np.full(shells * number, float(size)),
    )


def _formation(group: Formation, julian_day: float) -> Planes:
    altitude_m, pitch_m = group.altitude_km.value * 1e3, group.pitch_m.value
    reach = 0.5 * group.radius_m.value / pitch_m * (1.0 + 1e-9)
    steps = np.arange(-int(reach), int(reach) + 1)
    lattice = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2)
    lattice = lattice[np.hypot(lattice[:, 0], lattice[:, 1]) <= reach]
    offset_m = pitch_m * np.hypot(lattice[:, 0], lattice[:, 1])
    number = len(lattice)
    return _rows(
        altitude_m=np.full(number, altitude_m),
        inclination_rad=np.full(
            number, _inclination_rad(group.inclination_deg, altitude_m, group.name)
        ),
        node_rad=np.full(number, _nodes_rad(group, 1, julian_day)[0]),
        eccentricity_ratio=offset_m / (EARTH_RADIUS_M + altitude_m),
        argument_of_perigee_rad=np.arctan2(lattice[:, 1], lattice[:, 0]),
        argument_of_latitude_rad=np.zeros(number),
        satellite_count=np.ones(number),
    )


def _laid_out(group: Group, julian_day: float) -> Planes:
    if isinstance(group, Walker):
        return _walker(group, julian_day)
    return (
        _shells(group, julian_day) if isinstance(group, Shells) else _formation(group, julian_day)
    )


def _rows(*, altitude_m: Columns, **given: Columns) -> Planes:
    zero = np.zeros_like(altitude_m)
    blank = {one.name: zero for one in fields(Planes)}
    return Planes(**(blank | {"semi_major_axis_m": EARTH_RADIUS_M + altitude_m} | given))


def _with_group(number: int, part: Planes) -> Planes:
    return Planes(**(vars(part) | {"group": np.full(len(part.group), float(number))}))


def _inclination_rad(given: Number | str, altitude_m: float, name: str) -> float:
    if isinstance(given, Number):
        return math.radians(given.value)
    return sun_synchronous_rad(altitude_m, name=name)


def _nodes_rad(group: Group, number: int, julian_day: float) -> Columns:
    if group.local_times_hours is not None:
        local_time_s = np.array(group.local_times_hours) * HOUR_S
        return np.asarray(
            orbit.node_of_local_time_rad(local_time_s=local_time_s, julian_day=julian_day)
        )
    spread = getattr(group, "node_spread_deg", None)
    first = getattr(group, "node_deg", None)
    return math.radians(first.value if first else 0.0) + math.radians(
        spread.value if spread else 360.0
    ) / number * np.arange(number)


def _thinned(all_planes: Planes, cap: int | None) -> Columns:
    """Share `cap` satellites among groups, then among a group's planes, by largest remainder."""
    counts = all_planes.satellite_count
    total = counts.sum()
    if cap is None or total <= cap:
        return counts
    group = all_planes.group.astype(int)
    shares = _apportion(np.bincount(group, weights=counts) * cap / total, cap)
    thinned = np.empty_like(counts)
    for number, share in enumerate(shares):
        members = group == number
        exact = counts[members] * share / counts[members].sum()
        thinned[members] = _apportion(exact, int(share))
    return thinned


def _apportion(exact: Columns, total: int) -> Columns:
    """Round down, then give what is left to the largest remainders, ties spread evenly."""
    whole = np.floor(exact + 1e-9)
    left = round(float(total - whole.sum()))
    # A golden-ratio tie-break scatters equal remainders instead of favouring the first.
    order = np.lexsort((np.arange(len(exact)) * GOLDEN % 1.0, -np.round(exact - whole, 9)))
    whole[order[:left]] += 1.0
    return whole
