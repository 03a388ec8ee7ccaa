"""Into which cells of equal area is the Earth cut, and which one is a place in?

Bands about √(4π/N) high, from pole to pole; south of each of their edges lies the whole number of
cells, m, that comes nearest to its share of the Earth. The edge is then moved to where it is exact,

    m = round(N·(1 + sin φ)/2) ;  sin φ = 2m/N − 1

so that every cell has the area  4πR²/N  to the last digits. Cells are about as wide as high; the
three at each pole are triangles.

Assumes: a sphere with the area of the ellipsoid.
Leaves out: coasts; a cell at sea is a cell.
Reference: Leopardi, A partition of the unit sphere into regions of equal area, ETNA 25 (2006).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from sunstack.errors import ScenarioError

type Numbers = Array
"""Indices or counts, integers."""

AUTHALIC_RADIUS_M = 6_371_007.1809
"""Of the sphere with the area of WGS-84."""
FEWEST_CELLS, MOST_CELLS = 12, 1_000_000


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Grid:
    """Cells from south to north, in each band from −180° eastward; arrays of shape (cells,)."""

    latitude_rad: Array
    """Of the middle: half of the cell's area lies south of it."""
    longitude_rad: Array
    south_rad: Array
    north_rad: Array
    west_rad: Array
    east_rad: Array
    band_north_ratio: Array
    """Sine of each band's northern edge, shape (bands,)."""
    band_cells: Numbers
    band_first: Numbers
    """Index of each band's first cell."""


def equal_area_grid(*, cell_count: int = 10_000) -> Grid:
    """Cut the Earth into so many cells of equal area.

    Raises:
        ScenarioError: a number that no such grid can have.
    """
    if not FEWEST_CELLS <= cell_count <= MOST_CELLS:
        raise ScenarioError(
            f"cell_count is {cell_count}; write {FEWEST_CELLS:,} to {MOST_CELLS:,} cells"
        )
    side = math.sqrt(4.0 * math.pi / cell_count)
    bands = max(2, round(math.pi / side))
    edge = np.linspace(-0.5 * math.pi, 0.5 * math.pi, bands + 1)
    below = np.rint(0.5 * cell_count * (1.0 + np.sin(edge))).astype(int)
    first, counts = below[:-1], np.diff(below)
    sine = 2.0 * below / cell_count - 1.0
    south, north = sine[:-1], sine[1:]
    place = np.arange(cell_count) - np.repeat(first, counts)
    width = np.repeat(2.0 * math.pi / counts, counts)
    west = place * width - math.pi
    return Grid(
        latitude_rad=jnp.asarray(np.repeat(np.arcsin(0.5 * (south + north)), counts)),
        longitude_rad=jnp.asarray(west + 0.5 * width),
        south_rad=jnp.asarray(np.repeat(np.arcsin(south), counts)),
        north_rad=jnp.asarray(np.repeat(np.arcsin(north), counts)),
        west_rad=jnp.asarray(west),
        east_rad=jnp.asarray(west + width),
        band_north_ratio=jnp.asarray(north),
        band_cells=jnp.asarray(counts),
        band_first=jnp.asarray(first),
    )


def cell_area_m2(grid: Grid) -> Array:
    """Area of each cell between its own edges, shape (cells,)."""
    height = jnp.sin(grid.north_rad) - jnp.sin(grid.south_rad)
    return AUTHALIC_RADIUS_M**2 * height * (grid.east_rad - grid.west_rad)


def cell_at(grid: Grid, *, latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> Numbers:
    """Find the cell a place is in; longitudes may lie any number of turns away."""
    sine = jnp.sin(jnp.asarray(latitude_rad))
    last = grid.band_cells.shape[0] - 1
    band = jnp.clip(jnp.searchsorted(grid.band_north_ratio, sine, side="right"), 0, last)
    count = grid.band_cells[band]
    turn = (jnp.asarray(longitude_rad) + jnp.pi) / (2.0 * jnp.pi)
    place = jnp.floor((turn - jnp.floor(turn)) * count).astype(count.dtype)
    return grid.band_first[band] + jnp.minimum(place, count - 1)


def outline_rad(grid: Grid) -> Array:
    """Corners of each cell as latitude and longitude, from the south-west eastward: (cells, 4, 2).

    Northern and southern edges are parallels, not great circles.
    """
    latitude = jnp.stack([grid.south_rad, grid.south_rad, grid.north_rad, grid.north_rad], axis=-1)
    longitude = jnp.stack([grid.west_rad, grid.east_rad, grid.east_rad, grid.west_rad], axis=-1)
    return jnp.stack([latitude, longitude], axis=-1)


def towards_ratio(latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> Array:
    """Unit vectors from the Earth's centre, shape (…, 3)."""
    north, east = jnp.asarray(latitude_rad), jnp.asarray(longitude_rad)
    level = jnp.cos(north)
    return jnp.stack([level * jnp.cos(east), level * jnp.sin(east), jnp.sin(north)], axis=-1)
