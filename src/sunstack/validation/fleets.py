"""What does a constellation of the catalogue come to: how many, how far apart, how inclined?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import jax.numpy as jnp
import numpy as np

from sunstack import catalogue
from sunstack.disciplines import orbit
from sunstack.resolve import groups_of
from sunstack.resolve.planes import Planes, planes, sun_synchronous_rad
from sunstack.scenario import Shells
from sunstack.scenario.model import Group
from sunstack.units import EARTH_RADIUS_M, J2000_JULIAN_DAY

from .inputs import Inputs, Quantity

PLACES_ROUND_ORBIT = 24
"""Spacing breathes with the short-period terms of J2: averaged over so many places."""


@cache
def _groups(constellation: str) -> tuple[Group, ...]:
    return groups_of(catalogue.entry("constellation", constellation))


def _named(groups: Sequence[Group], name: str) -> int:
    names = [group.name for group in groups]
    if name not in names:
        raise ValueError(f"inputs: {name!r} is no group; write one of {', '.join(names)}")
    return names.index(name)


def _laid_out(groups: Sequence[Group], cap: int | None = None) -> Planes:
    return planes(groups, julian_day=J2000_JULIAN_DAY, cap=cap)


def _of_group(given: Inputs) -> Planes:
    groups = _groups(given.word("constellation"))
    laid_out = _laid_out(groups)
    return laid_out.take(laid_out.group == _named(groups, given.word("group")))


def satellites_of_a_group(given: Inputs) -> float:
    """Count one group, planes as filed."""
    return float(_of_group(given).satellite_count.sum())


def satellites_of_all_groups(given: Inputs) -> float:
    """Count every group, planes as filed."""
    return float(_laid_out(_groups(given.word("constellation"))).satellite_count.sum())


def sun_synchronous_satellites(given: Inputs) -> float:
    """Count the groups meant to be sun-synchronous, once thinned to the licence's total."""
    groups = _groups(given.word("constellation"))
    laid_out = _laid_out(groups, cap=int(given["satellite_count_cap"]))
    meant = np.array([group.sun_synchronous_intended for group in groups])
    return float(laid_out.satellite_count[meant[laid_out.group.astype(int)]].sum())


def spacing_in_a_plane(given: Inputs) -> float:
    """Average the distance of neighbours over a group, on an Earth of the radius given."""
    chosen = _of_group(given)
    axis_m = chosen.semi_major_axis_m - EARTH_RADIUS_M + given["earth_radius_km"]
    spec = replace(_spec(chosen), semi_major_axis_m=jnp.asarray(axis_m)[:, None])
    places = jnp.linspace(0.0, 2.0 * jnp.pi, PLACES_ROUND_ORBIT, endpoint=False)
    ahead = 2.0 * jnp.pi / spec.satellite_count
    here = orbit.position_m(spec, elapsed_s=0.0, phase_rad=places)
    there = orbit.position_m(spec, elapsed_s=0.0, phase_rad=places + ahead)
    return float(jnp.linalg.norm(there - here, axis=-1).mean())


def _spec(chosen: Planes) -> orbit.Spec:
    """Planes as columns, so that places along the orbit can be the rows' elements."""
    columns: Mapping[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = vars(chosen)
    names = orbit.Spec.__dataclass_fields__
    return orbit.Spec(**{name: jnp.asarray(columns[name])[:, None] for name in names})


def sun_synchronous_inclination_of_a_shell(given: Inputs) -> float:
    """Compute the inclination that a group's lowest or highest shell needs."""
    groups = _groups(given.word("constellation"))
    group = groups[_named(groups, given.word("group"))]
    shell = given.word("shell")
    if not isinstance(group, Shells) or shell not in ("lowest", "highest"):
        raise ValueError("inputs: shell is lowest or highest, of a group of shells")
    altitude = group.altitude_low_km if shell == "lowest" else group.altitude_high_km
    return sun_synchronous_rad(altitude.value * 1e3, name=group.name)


FLEETS: dict[str, Quantity] = {
    "satellites of a group": satellites_of_a_group,
    "satellites of all groups": satellites_of_all_groups,
    "sun-synchronous satellites": sun_synchronous_satellites,
    "spacing in a plane": spacing_in_a_plane,
    "sun-synchronous inclination of a shell": sun_synchronous_inclination_of_a_shell,
}
