"""What dose do the fleet's chips take in a life, and what would they take at other altitudes?

Behind 10 mm of aluminium all round, trapped particles at a mean Sun and one solar event like that
of August 1972. The tables end at 300 and 2,000 km: a group with planes beyond has no dose.

Leaves out: what else shields a chip or does not; cosmic rays (5 to 10 rad a year).
Reference: see `disciplines/radiation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import radiation
from sunstack.resolve.radiation import environment
from sunstack.system import System
from sunstack.units import EARTH_RADIUS_M, YEAR_S

SHIELDING_M = 0.010
MEMORY_LIMIT_KRAD = 2.0
"""Stacked memory of the one accelerator tested began to err here (Suncatcher, arXiv 2511.19468)."""
KRAD_GY = 10.0
ALTITUDES = 61

Doses = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """Doses in krad(Si); NaN where the tables do not reach."""

    yearly_krad: Doses
    """Of trapped particles, mean over each group's satellites, shape (groups,)."""
    life_krad: Doses
    """Over the life with one solar event, shape (groups,)."""
    past_limit_fraction: Doses
    """Share of a group's satellites that pass the memory's limit within their life."""
    least_s_to_limit: Doses
    """Time in which the plane that takes most passes it; 0 where one solar event does."""
    altitude_m: Doses
    """Heights of the curves, shape (altitudes,)."""
    curve_krad: Doses
    """Life's dose at each group's mean inclination, shape (groups, altitudes)."""


def exposure(system: System) -> Exposure:
    """Expose every plane, and the groups' inclinations at every height of the tables."""
    altitude_m = np.asarray(system.orbits.semi_major_axis_m) - EARTH_RADIUS_M
    inclination_rad = np.asarray(system.orbits.inclination_rad)
    life_s = float(system.flight.life_s)
    yearly, life = _doses(altitude_m, inclination_rad, life_s)
    mean = _Means(np.asarray(system.plane_group), np.asarray(system.orbits.satellite_count))
    heights_m = np.geomspace(*_reach_m(), ALTITUDES)
    curves = _doses(heights_m[None, :], mean(inclination_rad)[:, None], life_s)[1]
    past = np.where(np.isnan(life), np.nan, life >= MEMORY_LIMIT_KRAD)
    return Exposure(
        yearly_krad=mean(yearly),
        life_krad=mean(life),
        past_limit_fraction=mean(past),
        least_s_to_limit=_soonest_s(mean.group, yearly, life, life_s),
        altitude_m=heights_m,
        curve_krad=curves,
    )


def _soonest_s(group: NDArray[Any], yearly: Doses, life: Doses, life_s: float) -> Doses:
    """Least time to the memory's limit in each group, the solar event counted."""
    event = life - yearly * life_s / YEAR_S
    time_s = np.maximum((MEMORY_LIMIT_KRAD - event) / yearly, 0.0) * YEAR_S
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


def _reach_m() -> tuple[float, float]:
    heights = environment().dose_axes.altitude_m
    return float(heights[0]), float(heights[-1])


def _doses(altitude_m: Doses, inclination_rad: Doses, life_s: float) -> tuple[Doses, Doses]:
    """Dose of a year, and of a life with one solar event."""
    orbits = radiation.Orbit(
        altitude_m=jnp.asarray(altitude_m),
        inclination_rad=jnp.asarray(inclination_rad),
        solar_activity_fraction=jnp.asarray(0.5),
    )
    shielding = jnp.asarray(SHIELDING_M)
    rate = radiation.dose_gy_per_s(environment(), orbits, shielding_m=shielding)
    event = radiation.event_dose_gy(environment(), orbits, shielding_m=shielding)
    inside = radiation.inside_margin_ratio(environment(), orbits, shielding_m=shielding) >= 0.0
    yearly, life = (
        np.where(inside, np.asarray(gray) / KRAD_GY, np.nan)
        for gray in (rate * YEAR_S, rate * life_s + event)
    )
    return yearly, life
