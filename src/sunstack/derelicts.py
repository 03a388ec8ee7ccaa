"""Where are the dead satellites at the horizon's end, height by height?

A derelict sinks along the way down of its group's orbits, begun at a mean Sun and stretched so that
it ends when the fleet takes it for down.

Leaves out: collisions, and what else flies there.
Reference: see `disciplines/orbit/decay`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.fleet import MONTH_S
from sunstack.programme import Programme, ballistic_coefficient_kg_per_m2
from sunstack.system import System
from sunstack.units import DAY_S, EARTH_RADIUS_M

BAND_M = 50e3
LOWEST_M, HIGHEST_M = 150e3, 2550e3
RISING = 0.25
"""Of a cycle after its minimum, the Sun is at its mean."""

Counts = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class Derelicts:
    """Satellites by height; bands are named by where they begin."""

    altitude_m: Counts
    """Shape (bands,)."""
    working_count: Counts
    """Shape (bands, groups)."""
    derelict_count: Counts


def derelicts(system: System, found: Programme) -> Derelicts:
    """Count working and dead satellites in bands of 50 km."""
    edges_m = np.arange(LOWEST_M, HIGHEST_M + 1.0, BAND_M)
    planned = _planned(system, edges_m)
    there = np.asarray(found.years.in_place_count[-1])
    return Derelicts(
        altitude_m=edges_m[:-1],
        working_count=planned / planned.sum(axis=0) * there,
        derelict_count=_fallen(system, found, edges_m),
    )


def _planned(system: System, edges_m: Counts) -> Counts:
    """Satellites wanted in each band, shape (bands, groups)."""
    group = np.asarray(system.plane_group)
    height_m = np.asarray(system.orbits.semi_major_axis_m) - EARTH_RADIUS_M
    return np.stack(
        [
            np.histogram(
                height_m[group == number],
                edges_m,
                weights=np.asarray(system.orbits.satellite_count)[group == number],
            )[0]
            for number in range(len(system.group_names))
        ],
        axis=1,
    )


def _fallen(system: System, found: Programme, edges_m: Counts) -> Counts:
    """Dead satellites in each band, shape (bands, groups)."""
    sunk_m = np.asarray(_sunk_m(system, found))
    dead = np.asarray(found.years.last_dead_count)
    elapsed_s = _elapsed_s(dead.shape[1])
    up = dead * (elapsed_s < np.asarray(found.fleet.decay_s)[:, None])
    samples = sunk_m.shape[1]
    counted = np.stack(
        [
            np.histogram(
                sunk_m[number].ravel(), edges_m, weights=np.tile(up[number] / samples, samples)
            )[0]
            for number in range(len(dead))
        ],
        axis=1,
    )
    # The fleet lets a month's derelicts go in parts: its own number stands.
    there = np.asarray(found.years.derelict_count[-1])
    none_up = counted.sum(axis=0) <= 0.0
    counted[:, none_up] = _planned(system, edges_m)[:, none_up]
    return np.asarray(counted / counted.sum(axis=0) * there)


def _elapsed_s(months: int) -> Counts:
    """From the middle of each month to the horizon's end."""
    return (months - np.arange(months) - 0.5) * MONTH_S


@jax.jit
def _sunk_m(system: System, found: Programme) -> Array:
    """Height at the end of those that died in each month, shape (groups, samples, months)."""
    cycle = system.upkeep.solar_cycle
    path = orbit.descent(
        system.atmosphere,
        cycle,
        semi_major_axis_m=system.orbits.semi_major_axis_m[system.sampled_planes],
        ballistic_coefficient_kg_per_m2=ballistic_coefficient_kg_per_m2(system),
        start_julian_day=cycle.minimum_julian_day + RISING * cycle.period_s / DAY_S,
    )
    months = found.years.last_dead_count.shape[1]
    share = jnp.asarray(_elapsed_s(months)) / found.fleet.decay_s[:, None]
    whole_s = path.elapsed_s[..., -1]
    look_up = jnp.vectorize(jnp.interp, signature="(k),(n),(n)->(k)")
    heights_m: Array = look_up(
        share[:, None, :] * whole_s[..., None], path.elapsed_s, path.altitude_m
    )
    return heights_m
