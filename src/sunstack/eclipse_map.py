"""How long would orbits like the fleet's be in shadow, at other altitudes and on every day?

Groups of like orbits (the same inclination, or held to the Sun) form a kind. The planes of a kind
are moved to every altitude, those held to the Sun with the inclination that holds them there, and
the closed form of `orbit.sky` gives the share of an orbit in shadow, mean over the planes.

Assumes: circular orbits; nodes as they drift at the altitude looked at, from where they stand now.
Leaves out: more than `MOST_PLANES` planes of a kind, thinned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack import operations
from sunstack.disciplines import orbit
from sunstack.system import System
from sunstack.units import DAY_S, EARTH_RADIUS_M

GAP_RAD = np.radians(3.0)
"""Groups whose inclinations lie no farther apart are of one kind: 26° to 32° and 30° are."""
HELD_RAD = np.radians(0.1)
"""A plane this near to the exact sun-synchronous inclination is held to the Sun."""
MOST_PLANES = 192
GOLDEN_RATIO = (np.sqrt(5.0) - 1.0) / 2.0
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
    """Map the shadow of every kind of orbits, in the order of their first groups."""
    return tuple(_map(system, kind) for kind in _kinds(system))


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """Groups of like orbits."""

    groups: list[int]
    is_held: bool
    low_rad: float
    high_rad: float

    @property
    def name(self) -> str:
        """What a reader calls such orbits."""
        if self.is_held:
            return "sun-synchronous"
        low, high = (f"{np.degrees(end):.4g}°" for end in (self.low_rad, self.high_rad))
        return f"inclined {low}" if low == high else f"inclined {low} to {high}"


def _kinds(system: System) -> list[_Kind]:
    """Join groups, from the least inclined on, as long as no gap parts them."""
    natures = [_nature(system, number) for number in range(len(system.group_names))]
    kinds: list[_Kind] = []
    for one in sorted(natures, key=lambda nature: (nature.is_held, nature.low_rad)):
        last = kinds[-1] if kinds else None
        if (
            last
            and last.is_held == one.is_held
            and (one.is_held or one.low_rad - last.high_rad <= GAP_RAD)
        ):
            kinds[-1] = replace(
                last,
                groups=[*last.groups, *one.groups],
                high_rad=max(last.high_rad, one.high_rad),
            )
        else:
            kinds.append(one)
    return sorted(kinds, key=lambda kind: min(kind.groups))


def _nature(system: System, number: int) -> _Kind:
    """A group by itself: whether held to the Sun, and the span of its inclinations."""
    own = np.asarray(system.plane_group) == number
    inclination_rad = np.asarray(system.orbits.inclination_rad)[own]
    exact_rad = _held_inclination_rad(np.asarray(system.orbits.semi_major_axis_m)[own])
    return _Kind(
        groups=[number],
        is_held=bool(np.all(np.abs(inclination_rad - exact_rad) < HELD_RAD)),
        low_rad=float(inclination_rad.min()),
        high_rad=float(inclination_rad.max()),
    )


def _held_inclination_rad(semi_major_axis_m: Any) -> NDArray[np.float64]:
    found = orbit.sun_synchronous_inclination_rad(semi_major_axis_m=jnp.asarray(semi_major_axis_m))
    return np.asarray(found)


def _map(system: System, kind: _Kind) -> EclipseMap:
    own = np.flatnonzero(np.isin(np.asarray(system.plane_group), kind.groups))
    altitude_m = _altitudes_m(np.asarray(system.orbits.semi_major_axis_m)[own] - EARTH_RADIUS_M)
    planes = jax.tree.map(lambda leaf: leaf[_thinned(own)], system.orbits)
    last_day = int(operations.year_s(system) / DAY_S)
    day = np.arange(0, last_day + 1, DAYS_APART)
    return EclipseMap(
        name=kind.name,
        groups=tuple(system.group_names[number] for number in sorted(kind.groups)),
        altitude_m=altitude_m,
        day=day,
        eclipse_fraction=np.asarray(
            _shadow_fraction(
                planes,
                jnp.asarray(EARTH_RADIUS_M + altitude_m),
                day * DAY_S,
                system.epoch_julian_day,
                is_held=kind.is_held,
            )
        ),
    )


def _thinned(planes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Keep a part of many planes, in no step with their shells: by the golden ratio."""
    if len(planes) <= MOST_PLANES:
        return planes
    places = np.unique((np.arange(MOST_PLANES) * GOLDEN_RATIO % 1.0 * len(planes)).astype(int))
    return np.asarray(planes[places])


def _altitudes_m(shells_m: NDArray[np.float64]) -> NDArray[np.float64]:
    low_m = max(LOWEST_M, float(shells_m.min()) - MARGIN_M)
    return np.linspace(low_m, float(shells_m.max()) + MARGIN_M, ALTITUDES)


@partial(jax.jit, static_argnames="is_held")
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
