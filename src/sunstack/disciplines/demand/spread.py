"""Over which cells do the terminals of a country spread, if its cities are known?

Each city's share is smeared over the sphere by two bells round it: one of the width of a
metropolis, one of its hinterland,

    w(cell) ∝ exp((cos γ − 1)·(R/σ)²)    normalised over all cells, so that no terminal is lost

which is a Gaussian of width σ where σ is small beside the Earth.

Assumes: a country's terminals are as its cities' people; a bell is taken at the cells' middles, so
one narrower than a cell falls to the nearest cell nearly whole.
Leaves out: borders and coasts (some terminals of a hinterland fall abroad or into the sea, up to
half of those of an island city); towns smaller than the listed cities; those who travel.
Reference: Mardia & Jupp, Directional Statistics, 9.3 (von Mises-Fisher distribution).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from .grid import AUTHALIC_RADIUS_M, Grid, towards_ratio

type Block = tuple[Array, Array]
"""Counts of some cities by class, and unit vectors towards them."""

METRO_M, HINTERLAND_M = 40e3, 200e3
METRO_FRACTION = 0.6
"""Of a city's terminals in its metropolis; about the share of people in towns, worldwide."""
BLOCK = 50
"""Cities at once: bounds what is held to 50 rows of the grid."""


@jax.jit
def spread_count(
    grid: Grid,
    *,
    place_count: Array,
    latitude_rad: Array,
    longitude_rad: Array,
    metro_fraction: ArrayLike = METRO_FRACTION,
    metro_m: ArrayLike = METRO_M,
    hinterland_m: ArrayLike = HINTERLAND_M,
) -> Array:
    """Spread terminals of cities over the cells round them.

    Args:
        grid: the cells.
        place_count: terminals by class and city, shape (classes, cities).
        latitude_rad: of the cities, shape (cities,).
        longitude_rad: of the cities.
        metro_fraction: share of a city's terminals in its metropolis, the rest in its hinterland.
        metro_m: width of the first bell.
        hinterland_m: width of the second.

    Returns:
        Terminals by class and cell, shape (classes, cells); their sums are those of the cities.
    """
    spare = -place_count.shape[1] % BLOCK
    counts = jnp.pad(place_count, ((0, 0), (0, spare))).T.reshape(-1, BLOCK, place_count.shape[0])
    cities = jnp.pad(towards_ratio(latitude_rad, longitude_rad), ((0, spare), (0, 0)))
    cells = towards_ratio(grid.latitude_rad, grid.longitude_rad)
    near, far = (AUTHALIC_RADIUS_M / width for width in (metro_m, hinterland_m))

    def add(held_count: Array, block: Block) -> tuple[Array, None]:
        count, toward = block
        nearness = toward @ cells.T
        bells = metro_fraction * jax.nn.softmax(nearness * near**2, axis=1)
        bells = bells + (1.0 - metro_fraction) * jax.nn.softmax(nearness * far**2, axis=1)
        return held_count + count.T @ bells, None

    empty = jnp.zeros((place_count.shape[0], cells.shape[0]), cells.dtype)
    return lax.scan(add, empty, (counts, cities.reshape(-1, BLOCK, 3)))[0]
