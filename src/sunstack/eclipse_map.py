"""How long would orbits like the fleet's be in shadow, at other altitudes and on every day?

Groups of like orbits (the same inclination, or held to the Sun) form a kind. The planes of a kind
are moved to every altitude, those held to the Sun with the inclination that holds them there, and
the closed form of `orbit.sky` gives the share of an orbit in shadow, mean over the planes.

Assumes: circular orbits; nodes as they drift at the altitude looked at, from where they stand now.
Leaves out: more than `MOST_PLANES` planes of a kind, thinned evenly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.system import System
from sunstack.units import DAY_S, EARTH_RADIUS_M

SAME_INCLINATION_RAD = np.radians(3.0)
"""Groups whose inclinations differ by less are of one kind: 26° to 32° is one choice of design."""
HELD_RAD = np.radians(0.1)
"""A plane this near to the exact sun-synchronous inclination is held to the Sun."""
MOST_PLANES = 96
MARGIN_M = 200e3
"""How far the altitudes looked at reach beyond the kind's shells."""
LOWEST_M = 200e3
ALTITUDES = 41
DAYS_APART = 5


@dataclass(frozen=True, kw_only=True)
class EclipseMap:
    """Shadow of one kind of orbits."""

    name: str
    groups: tuple[str, ...]
    altitude_m: NDArray[np.float64]
    """Shape (altitudes,)."""
    day: NDArray[np.int64]
    """Days after the epoch, shape (days,)."""
    eclipse_fraction: NDArray[np.float64]
    """Share of an orbit in shadow, shape (altitudes, days)."""


def eclipse_maps(system: System) -> tuple[EclipseMap, ...]:
    """Map the shadow of every kind of orbits, those of the first group first."""
    group = np.asarray(system.plane_group)
    return tuple(
        _map(system, name, members, np.flatnonzero(np.isin(group, members)))
        for name, members in _kinds(system)
    )


def _kinds(system: System) -> Iterator[tuple[str, list[int]]]:
    """Name and groups of each kind."""
    kinds: list[tuple[bool, float, list[int]]] = []
    for number in range(len(system.group_names)):
        held, middle_rad = _nature(system, number)
        for is_held, about_rad, members in kinds:
            if held == is_held and (held or abs(middle_rad - about_rad) < SAME_INCLINATION_RAD):
                members.append(number)
                break
        else:
            kinds.append((held, middle_rad, [number]))
    for held, about_rad, members in kinds:
        inclined = f"inclined {np.degrees(about_rad):.4g}°"
        yield ("sun-synchronous" if held else inclined), members


def _nature(system: System, number: int) -> tuple[bool, float]:
    """Whether a group is held to the Sun, and the middle of its inclinations."""
    own = np.asarray(system.plane_group) == number
    inclination_rad = np.asarray(system.orbits.inclination_rad)[own]
    exact_rad = _held_inclination_rad(np.asarray(system.orbits.semi_major_axis_m)[own])
    meant = bool(system.sun_synchronous_intended[number])
    held = meant and bool(np.all(np.abs(inclination_rad - exact_rad) < HELD_RAD))
    return held, float(inclination_rad.min() + inclination_rad.max()) / 2.0


def _held_inclination_rad(semi_major_axis_m: Any) -> NDArray[np.float64]:
    found = orbit.sun_synchronous_inclination_rad(semi_major_axis_m=jnp.asarray(semi_major_axis_m))
    return np.asarray(found)


def _map(system: System, name: str, members: list[int], own: NDArray[np.intp]) -> EclipseMap:
    altitude_m = _altitudes_m(np.asarray(system.orbits.semi_major_axis_m)[own] - EARTH_RADIUS_M)
    kept = own[np.unique(np.linspace(0, len(own) - 1, MOST_PLANES).round().astype(int))]
    planes = jax.tree.map(lambda leaf: leaf[kept], system.orbits)
    day = np.arange(0, 366, DAYS_APART)
    return EclipseMap(
        name=name,
        groups=tuple(system.group_names[number] for number in members),
        altitude_m=altitude_m,
        day=day,
        eclipse_fraction=np.asarray(
            _shadow_fraction(
                planes,
                jnp.asarray(EARTH_RADIUS_M + altitude_m),
                day * DAY_S,
                system.epoch_julian_day,
                is_held=name == "sun-synchronous",
            )
        ),
    )


def _altitudes_m(shells_m: NDArray[np.float64]) -> NDArray[np.float64]:
    low_m = max(LOWEST_M, float(shells_m.min()) - MARGIN_M)
    return np.linspace(low_m, float(shells_m.max()) + MARGIN_M, ALTITUDES)


def _shadow_fraction(
    planes: orbit.Spec, axes_m: Array, elapsed_s: Any, julian_day: Array, *, is_held: bool
) -> Array:
    """Mean over planes at each semi-major axis (altitudes,) and instant: (altitudes, days)."""
    weight = planes.satellite_count / planes.satellite_count.sum()

    def at(axis_m: Array) -> Array:
        moved = replace(
            planes,
            semi_major_axis_m=jnp.broadcast_to(axis_m, planes.semi_major_axis_m.shape),
            eccentricity_ratio=jnp.zeros_like(planes.eccentricity_ratio),
        )
        if is_held:
            exact = orbit.sun_synchronous_inclination_rad(semi_major_axis_m=moved.semi_major_axis_m)
            moved = replace(moved, inclination_rad=exact)
        sky = orbit.sky(moved, epoch_julian_day=julian_day, elapsed_s=jnp.asarray(elapsed_s))
        return weight @ sky.eclipse_fraction

    fractions: Array = jax.lax.map(at, axes_m)
    return fractions
