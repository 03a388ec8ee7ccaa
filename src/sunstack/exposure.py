"""What dose do the fleet's chips take in a life, and what would they take at other altitudes?

Behind the scenario's shielding, trapped particles and solar events like that of August 1972. The
tables end at 300 and 2,000 km: a group with planes beyond has no dose.

Leaves out: what else shields a chip or does not; cosmic rays (5 to 10 rad a year).
Reference: see `disciplines/radiation`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.disciplines import radiation
from sunstack.margins import memory_dose
from sunstack.system import System
from sunstack.units import EARTH_RADIUS_M, YEAR_S

KRAD_GY = 10.0
ALTITUDES = 61
DEPTHS = 59
"""Every half millimetre of the tables."""

Doses = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """Doses in krad(Si); NaN where the tables do not reach."""

    yearly_krad: Doses
    """Of trapped particles, mean over each group's satellites, shape (groups,)."""
    life_krad: Doses
    """Over the life with its solar events, shape (groups,)."""
    past_limit_fraction: Doses
    """Share of a group's satellites that pass the memory's limit within their life."""
    least_s_to_limit: Doses
    """Time in which the plane that takes most passes it; 0 where solar events do."""
    highest_altitude_m: Doses
    """Up to which a life at each group's mean inclination keeps the limit, solar events counted;
    NaN where none does."""
    highest_without_event_m: Doses
    altitude_m: Doses
    """Heights of the curves, shape (altitudes,)."""
    curve_krad: Doses
    """Life's dose at each group's mean inclination, shape (groups, altitudes)."""


def exposure(system: System) -> Exposure:
    """Expose every plane, and the groups' inclinations at every height of the tables."""
    altitude_m = np.asarray(system.orbits.semi_major_axis_m) - EARTH_RADIUS_M
    inclination_rad = np.asarray(system.orbits.inclination_rad)
    yearly, life = _doses(system, altitude_m, inclination_rad)
    mean = _Means(np.asarray(system.plane_group), np.asarray(system.orbits.satellite_count))
    heights_m = np.geomspace(*_reach_m(system), ALTITUDES)
    inclined_rad = mean(inclination_rad)
    curves = _doses(system, heights_m[None, :], inclined_rad[:, None])[1]
    limit_krad = float(system.radiation.memory_limit_gy) / KRAD_GY
    past = np.where(np.isnan(life), np.nan, life >= limit_krad)
    return Exposure(
        yearly_krad=mean(yearly),
        life_krad=mean(life),
        past_limit_fraction=mean(past),
        least_s_to_limit=_soonest_s(mean.group, yearly, life, system),
        highest_altitude_m=_highest_m(system, inclined_rad, _event_count(system)),
        highest_without_event_m=_highest_m(system, inclined_rad, 0.0),
        altitude_m=heights_m,
        curve_krad=curves,
    )


def least_shielding_mm(system: System) -> float | None:
    """Least aluminium, within the tables, behind which every plane keeps the memory's limit."""
    depths_m = np.linspace(*_shielding_ends_m(system), DEPTHS)
    kept = np.asarray(_least_margin(system, jnp.asarray(depths_m))) >= 0.0
    return float(depths_m[kept.argmax()]) * 1e3 if kept.any() else None


@jax.jit
def _least_margin(system: System, depths_m: Array) -> Array:
    """Of the worst plane behind each of some depths of aluminium."""

    def behind(depth_m: Array) -> Array:
        shielded = replace(system.radiation, shielding_m=depth_m)
        return memory_dose(replace(system, radiation=shielded)).min()

    found: Array = jax.lax.map(behind, depths_m)
    return found


def _shielding_ends_m(system: System) -> tuple[float, float]:
    depths = system.radiation_environment.shielding_m
    return float(depths[0]), float(depths[-1])


def _event_count(system: System) -> float:
    """Solar events to be expected in a design life."""
    return float(system.radiation.event_per_s * system.flight.life_s)


def _highest_m(system: System, inclination_rad: Doses, event_count: float) -> Doses:
    return np.asarray(_highest(system, jnp.asarray(inclination_rad), event_count))


@jax.jit
def _highest(system: System, inclination_rad: Array, event_count: Array) -> Array:
    tables, spec = system.radiation_environment, system.radiation
    shielded: dict[str, Any] = {
        "shielding_m": spec.shielding_m,
        "life_s": system.flight.life_s,
        "event_count": event_count,
    }

    def one_m(inclination_rad: Array) -> Array:
        lowest = radiation.Orbit(
            altitude_m=tables.dose_axes.altitude_m[0],
            inclination_rad=inclination_rad,
            solar_activity_fraction=spec.solar_activity_fraction,
        )
        highest_m = radiation.highest_altitude_m(
            tables, lowest, limit_gy=spec.memory_limit_gy, **shielded
        )
        kept = radiation.life_dose_gy(tables, lowest, **shielded) <= spec.memory_limit_gy
        return jnp.where(kept, highest_m, jnp.nan)

    found: Array = jax.vmap(one_m)(inclination_rad)
    return found


def _soonest_s(group: NDArray[Any], yearly: Doses, life: Doses, system: System) -> Doses:
    """Least time to the memory's limit in each group, solar events counted."""
    event = life - yearly * float(system.flight.life_s) / YEAR_S
    limit_krad = float(system.radiation.memory_limit_gy) / KRAD_GY
    time_s = np.maximum((limit_krad - event) / yearly, 0.0) * YEAR_S
    # Not a number where the dose of any plane is not known.
    return np.array([time_s[group == number].min() for number in range(group.max() + 1)])


@dataclass(frozen=True)
class _Means:
    """Means over the satellites of each group."""

    group: NDArray[Any]
    count: NDArray[Any]

    def __call__(self, by_plane: Doses) -> Doses:
        total = np.bincount(self.group, self.count * by_plane)
        return np.asarray(total / np.bincount(self.group, self.count))


def _reach_m(system: System) -> tuple[float, float]:
    heights = system.radiation_environment.dose_axes.altitude_m
    return float(heights[0]), float(heights[-1])


def _doses(system: System, altitude_m: Doses, inclination_rad: Doses) -> tuple[Doses, Doses]:
    """Dose of a year, and of a life with its solar events."""
    yearly, life = _doses_krad(system, jnp.asarray(altitude_m), jnp.asarray(inclination_rad))
    return np.asarray(yearly), np.asarray(life)


@jax.jit
def _doses_krad(system: System, altitude_m: Array, inclination_rad: Array) -> tuple[Array, Array]:
    tables, spec = system.radiation_environment, system.radiation
    orbits = radiation.Orbit(
        altitude_m=altitude_m,
        inclination_rad=inclination_rad,
        solar_activity_fraction=spec.solar_activity_fraction,
    )
    rate = radiation.dose_gy_per_s(tables, orbits, shielding_m=spec.shielding_m)
    events = (
        spec.event_per_s
        * system.flight.life_s
        * radiation.event_dose_gy(tables, orbits, shielding_m=spec.shielding_m)
    )
    inside = radiation.inside_margin_ratio(tables, orbits, shielding_m=spec.shielding_m) >= 0.0
    yearly, life = (
        jnp.where(inside, gray / KRAD_GY, jnp.nan)
        for gray in (rate * YEAR_S, rate * system.flight.life_s + events)
    )
    return yearly, life
