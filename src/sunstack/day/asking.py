"""Which cells ask for how much at each instant, and through which links do they see satellites?

What the terminals ask is taken from the fine grid at the very instant and summed over the cells of
the day's own, coarser grid. A cell's places see of the satellites over another the share of pairs
of points, nine of each, that stand within the view angle; the rest is reached over the mesh.

Assumes: satellites over a cell stand by chance to its places, so that of n of them none is seen by
(1 - share)ⁿ of the places.
Leaves out: how many users one satellite's beams serve; that satellites of a cluster stand together,
which is so seen by all of a cell that any of it is seen from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sunstack.connections.reach import EDGE_RAD, RING_COUNT
from sunstack.disciplines import demand
from sunstack.resolve.demand import Terminals

from .routing import Links
from .supply import cells_of

Numbers = NDArray[np.float64]

LEAST_ASKED_FRACTION = 1e-9
"""Of all that is asked: a cell that asks for less, a thousand cells together for a millionth, is
left out."""
ACROSS = 3
"""Points of a cell along each of its sides."""
OVERHEAD_RING = -1
"""Of links without a mesh: nearer than any."""


@dataclass(frozen=True, kw_only=True)
class Askers:
    """Cells that ask; arrays of shape (classes, askers, instants)."""

    cell: NDArray[np.int64]
    """Numbers in the day's grid, shape (askers,)."""
    request_per_s: Numbers
    tokens_per_s: Numbers
    """Of answers."""


def askers(found: Terminals, grid: demand.Grid, *, elapsed_s: Numbers) -> Askers:
    """Sum what may be answered from orbit over a grid, at instants."""
    spec, fine = demand.tolerant(found.spec), found.grid
    cells = cells_of(grid)
    here = cells.at(np.sin(np.asarray(fine.latitude_rad)), np.asarray(fine.longitude_rad))
    sums = csr_matrix((np.ones(len(here)), (here, np.arange(len(here)))), (cells.count, len(here)))
    each = (spec.active_fraction * spec.request_per_s)[:, None] * spec.terminal_count
    active = demand.activity_at_fraction(
        spec.activity_fraction,
        longitude_rad=fine.longitude_rad[:, None],
        time_s=jnp.asarray(elapsed_s),
    )
    rate = np.asarray(each[..., None] * active)
    whole = np.stack([sums @ one for one in rate])
    share = whole.sum(axis=(0, 2)) / whole.sum()
    asking = np.flatnonzero(share > LEAST_ASKED_FRACTION)
    kept = whole[:, asking]
    answer = np.asarray(demand.mean_lengths_count(spec)[1])
    return Askers(cell=asking, request_per_s=kept, tokens_per_s=kept * answer[:, None, None])


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Satellites that are reached alike."""

    groups: tuple[int, ...]
    view_rad: float
    """Angle at the Earth's centre within which places see what lets them in."""
    entry_count: Numbers
    """Of such satellites over each cell, shape (cells, instants)."""
    delay_s: Numbers
    """One way by ring over the mesh, shape (rings,); infinite where no laser leads."""
    overhead_s: float
    """One way to those in view."""


@dataclass(frozen=True, kw_only=True)
class Ways:
    """All links, and how late each is."""

    links: tuple[Links, ...]
    delay_s: Numbers
    """One way, shape (links,)."""
    covered_fraction: Numbers
    """Share of an asker's places that see any satellite, shape (askers, instants)."""


def ways(grid: demand.Grid, asking: NDArray[np.int64], pools: tuple[Pool, ...]) -> Ways:
    """Link askers to satellites of all pools."""
    points = _points(grid)
    ring = _rings(grid, asking)
    links, delays, unseen = [], [], []
    for number, pool in enumerate(pools):
        view = _view_fraction(points, asking, pool.view_rad)
        # Satellites stand by chance to a place: each of a cell is seen or not by itself.
        missed = np.exp(np.log1p(-np.minimum(view, 1.0 - 1e-9)) @ pool.entry_count)
        unseen.append(missed)
        links.append(_links(number, OVERHEAD_RING, view, np.ones_like(missed)))
        delays.append(pool.overhead_s)
        for one in np.flatnonzero(np.isfinite(pool.delay_s)):
            beyond = np.where(ring == one, 1.0 - view, 0.0)
            if beyond.any():
                links.append(_links(number, int(one), beyond, 1.0 - missed))
                delays.append(float(pool.delay_s[one]))
    return Ways(
        links=tuple(links),
        delay_s=np.array(delays),
        covered_fraction=1.0 - np.prod(unseen, axis=0),
    )


def _links(pool: int, ring: int, seen: Numbers, gate: Numbers) -> Links:
    return Links(pool=pool, ring=ring, seen=csr_matrix(seen), gate=gate)


def mean_in_view(values: Numbers, view_rad: float) -> float:
    """Mean of values by ring over the cap that is seen."""
    edges = np.cos(np.minimum(EDGE_RAD, view_rad))
    area = np.where(np.isfinite(values), edges[:-1] - edges[1:], 0.0)
    return float(np.average(np.where(area > 0.0, values, 0.0), weights=area))


def _points(grid: demand.Grid) -> Numbers:
    """Unit vectors to points evenly over each cell, shape (cells, points, 3)."""
    share = (np.arange(ACROSS) + 0.5) / ACROSS
    south, north, west, east = (
        np.asarray(one)[:, None, None]
        for one in (grid.south_rad, grid.north_rad, grid.west_rad, grid.east_rad)
    )
    sine = np.sin(south) + (np.sin(north) - np.sin(south)) * share[:, None]
    longitude = west + (east - west) * share
    sine, longitude = (one.reshape(len(one), -1) for one in np.broadcast_arrays(sine, longitude))
    level = np.sqrt(1.0 - sine**2)
    return np.stack([level * np.cos(longitude), level * np.sin(longitude), sine], axis=-1)


def _rings(grid: demand.Grid, asking: NDArray[np.int64]) -> NDArray[Any]:
    """Ring of each cell about the middle of each asker, shape (askers, cells)."""
    middle = np.asarray(demand.towards_ratio(grid.latitude_rad, grid.longitude_rad))
    angle = np.arccos(np.clip(middle[asking] @ middle.T, -1.0, 1.0))
    return np.asarray(np.minimum((angle / np.pi * RING_COUNT).astype(int), RING_COUNT - 1))


def _view_fraction(points: Numbers, asking: NDArray[np.int64], view_rad: float) -> Numbers:
    """Share of pairs of points within the view angle, shape (askers, cells)."""
    count, each, _ = points.shape
    flat = points.reshape(-1, 3).T
    seen = np.empty((len(asking), count))
    for row, cell in enumerate(asking):
        within = points[cell] @ flat >= np.cos(view_rad)
        seen[row] = within.sum(axis=0).reshape(count, each).sum(axis=1)
    return np.asarray(seen / each**2)
