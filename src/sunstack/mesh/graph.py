"""How late is every satellite of a fleet that is no lattice?

Any satellites at any places, joined by a list of links or by a rule: each has so many lasers, and
the shortest links that both ends still have a laser for are made first, as long as they keep
within range and above the air. Delays are those of Dijkstra's search.

A shell's own pattern goes through here too, as the general reference for `network.delays`.

Leaves out: pointing, the time a link takes to be made, whether one made now holds a minute later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from sunstack.disciplines import network
from sunstack.errors import ScenarioError
from sunstack.units import EARTH_RADIUS_M

type Numbers = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Links between satellites, each once, by their numbers."""

    first: Numbers
    second: Numbers
    length_m: Numbers


def joined(
    first: ArrayLike, second: ArrayLike, delay_s: ArrayLike, *, satellite_count: int
) -> csr_matrix:
    """Build the graph of links that work both ways; of several side by side the fastest counts.

    Args:
        first: number of the satellite at one end of each link.
        second: at the other.
        delay_s: of each link, above 0.
        satellite_count: of the fleet, linked or not.

    Raises:
        ScenarioError: a number is none of the fleet's, a satellite is linked to itself, or a delay
            is not above 0.
    """
    one, other = np.asarray(first, int), np.asarray(second, int)
    delay = np.asarray(delay_s, float)
    ends = np.concatenate([one, other])
    if ends.size and not (ends.min() >= 0 and ends.max() < satellite_count):
        raise ScenarioError(f"links: write numbers of satellites from 0 to {satellite_count - 1}")
    if np.any(one == other):
        number = int(one[one == other][0])
        raise ScenarioError(f"links: satellite {number} is linked to itself; write another end")
    if not np.all(delay > 0.0):
        bad = int(np.flatnonzero(~(delay > 0.0))[0])
        raise ScenarioError(
            f"links: satellites {one[bad]} and {other[bad]} are {delay[bad]:g} s apart; write a "
            "delay above 0 s"
        )
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((delay, high, low))
    low, high, delay = low[order], high[order], delay[order]
    fresh = np.ones(low.size, bool)
    fresh[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    low, high, delay = low[fresh], high[fresh], delay[fresh]
    both = (np.concatenate([low, high]), np.concatenate([high, low]))
    shape = (satellite_count, satellite_count)
    return coo_matrix((np.concatenate([delay, delay]), both), shape=shape).tocsr()


def of_lattice(net: network.Lasers) -> csr_matrix:
    """Build the graph of a shell's lasers, satellites numbered plane by plane."""
    shape = net.delays_s[0].shape
    number = np.arange(shape[0] * shape[1]).reshape(shape)
    shift = int(net.seam_shift_count)
    delay = np.stack([np.asarray(one, float) for one in net.delays_s])
    there = []
    for across, along in net.offsets:
        over = np.roll(number[:across], -shift, axis=1)
        there.append(np.roll(np.concatenate([number[across:], over]), -along, axis=1))
    made = delay < network.UNREACHED_S
    here = np.broadcast_to(number, delay.shape)
    return joined(
        here[made], np.stack(there)[made], delay[made], satellite_count=shape[0] * shape[1]
    )


def nearest(
    position_m: ArrayLike,
    *,
    laser_count: int,
    range_m: float,
    grazing_m: float = network.LEAST_GRAZING_M,
) -> Pairs:
    """Join satellites by their shortest links, none more than it has lasers for.

    Args:
        position_m: from the Earth's centre, shape (satellites, 3).
        laser_count: of each satellite.
        range_m: longest link.
        grazing_m: least height of a link above the Earth.

    Raises:
        ScenarioError: no lasers, no range, or positions that are none.
    """
    place = np.asarray(position_m, float)
    _check(place, laser_count, range_m)
    links = _visible(place, laser_count, range_m, grazing_m)
    free = np.full(len(place), laser_count)
    taken = []
    for number in np.argsort(links.length_m, kind="stable"):
        one, other = links.first[number], links.second[number]
        if free[one] and free[other]:
            free[one] -= 1
            free[other] -= 1
            taken.append(number)
    return Pairs(
        first=links.first[taken], second=links.second[taken], length_m=links.length_m[taken]
    )


def _check(place: Numbers, laser_count: int, range_m: float) -> None:
    problems = []
    if place.ndim != 2 or place.shape[-1] != 3 or not np.all(np.isfinite(place)):
        problems.append(f"positions: shape {place.shape}; write three finite numbers for each")
    if laser_count < 1:
        problems.append(f"lasers: {laser_count} join nothing; write 1 or more")
    if not range_m > 0.0:
        problems.append(f"range: {range_m:g} m reaches nothing; write a length above 0")
    if problems:
        raise ScenarioError("\n".join(problems))


def _visible(place: Numbers, wanted: int, range_m: float, grazing_m: float) -> Pairs:
    """Links of each satellite to twice as many as it has lasers for, nearest and visible first."""
    tree, most = cKDTree(place), len(place) - 1
    count = min(4 * wanted, most)
    while True:
        nearer = np.arange(1, count + 2)
        length, there = tree.query(place, k=nearer, distance_upper_bound=range_m)
        here = np.broadcast_to(np.arange(len(place))[:, None], there.shape)
        within = (there < len(place)) & (there != here)
        clear = within.copy()
        clear[within] = _lowest_m(place[here[within]], place[there[within]]) >= grazing_m
        enough = (clear.sum(axis=1) >= 2 * wanted) | (there[:, -1] == len(place))
        if count == most or np.all(enough):
            break
        count = min(2 * count, most)
    pairs = np.sort(np.stack([here[clear], there[clear]]), axis=0)
    unique, at = np.unique(pairs, axis=1, return_index=True)
    return Pairs(first=unique[0], second=unique[1], length_m=length[clear][at])


def _lowest_m(one: Numbers, other: Numbers) -> Numbers:
    """Least height above the Earth of the straight lines between places."""
    along = other - one
    squared = np.maximum(np.einsum("nx,nx->n", along, along), 1.0)
    nearest_fraction = np.clip(-np.einsum("nx,nx->n", one, along) / squared, 0.0, 1.0)
    lowest = np.linalg.norm(one + nearest_fraction[:, None] * along, axis=1)
    return np.asarray(lowest - EARTH_RADIUS_M)


def delays_s(graph: csr_matrix, *, sources: ArrayLike) -> Numbers:
    """Delay from each source to every satellite; `network.NEVER_S` to what nothing reaches.

    Args:
        graph: as `joined` builds it.
        sources: numbers of satellites, shape (sources,).

    Returns:
        Shape (sources, satellites).
    """
    found = dijkstra(graph, indices=np.asarray(sources, int))
    return np.where(np.isfinite(found), found, network.NEVER_S)


def hops(graph: csr_matrix, *, sources: ArrayLike) -> Numbers:
    """Fewest hops from each source to every satellite, as `delays_s` counts seconds."""
    found = dijkstra(graph, indices=np.asarray(sources, int), unweighted=True)
    return np.where(np.isfinite(found), found, network.NEVER_S)
