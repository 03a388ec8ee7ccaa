"""Which way does a signal take through a mesh, link by link?

The links of stacks and bridges as one graph, searched by Dijkstra's method from one source that
reaches some satellites by itself: exact in double precision, and soon enough for single questions.
Many sources at once, over a million satellites, are `network.mesh_delays`' affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sunstack.disciplines import network
from sunstack.disciplines.network import Mesh, StackLinks

Numbers = NDArray[np.int64]
Seconds = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Web:
    """Links of a mesh as a graph; satellites are numbered through all stacks."""

    graph: csr_matrix
    shapes: tuple[tuple[int, int, int], ...]
    """Shells, planes and slots of each stack."""
    first: Numbers
    """Number of each stack's first satellite, and of all, shape (stacks + 1,)."""


@dataclass(frozen=True, kw_only=True)
class Soonest:
    """Delays from one source to every satellite, and from which neighbour each comes."""

    delay_s: Seconds
    """Infinite where nothing reaches."""
    before: Numbers
    """Number of the neighbour; negative where there is none, or where the source itself reaches."""


def web(mesh: Mesh) -> Web:
    """Join all links of a mesh to one graph."""
    shapes = tuple(_shape(one) for one in mesh.stacks)
    first = np.concatenate([[0], np.cumsum([np.prod(shape) for shape in shapes])]).astype(int)
    parts = [
        _of_stack(jax.tree.map(np.asarray, one), at)
        for one, at in zip(mesh.stacks, first, strict=False)
    ]
    parts += [
        np.stack([first[low] + one.start_index, first[high] + one.end_index, one.delay_s])
        for (low, high), one in zip(mesh.ends, mesh.bridges, strict=True)
    ]
    start, end, delay = np.concatenate([part.reshape(3, -1) for part in parts], axis=1)
    return Web(graph=_graph(start, end, delay, int(first[-1])), shapes=shapes, first=first)


def _shape(links: StackLinks) -> tuple[int, int, int]:
    shells, planes, slots = links.along_s.shape
    return shells, planes, slots


def _graph(start: Seconds, end: Seconds, delay: Seconds, count: int) -> csr_matrix:
    """Both directions of every link there is; of links side by side the shortest."""
    made = (delay < network.UNREACHED_S) & (start != end)
    low, high = np.minimum(start, end)[made].astype(int), np.maximum(start, end)[made].astype(int)
    order = np.lexsort((delay[made], high, low))
    low, high, delay = low[order], high[order], delay[made][order]
    fresh = np.append(True, (np.diff(low) != 0) | (np.diff(high) != 0))[: len(low)]
    low, high, delay = low[fresh], high[fresh], delay[fresh]
    ends = (np.concatenate([low, high]), np.concatenate([high, low]))
    return csr_matrix((np.concatenate([delay, delay]), ends), shape=(count, count))


def _of_stack(links: StackLinks, first: int) -> Seconds:
    """Start, end and delay of every laser of a stack."""
    shells, planes, slots = links.along_s.shape
    number = first + np.arange(shells * planes * slots).reshape(shells, planes, slots)
    found = [np.stack([number, np.roll(number, -1, axis=2), links.along_s]).reshape(3, -1)]
    if links.across_s is not None:
        shift = links.seam_shift_count[:, None]
        over = np.take_along_axis(number[:, 0], (np.arange(slots) + shift) % slots, axis=1)
        there = np.concatenate([number[:, 1:], over[:, None]], axis=1)
        found.append(np.stack([number, there, links.across_s]).reshape(3, -1))
    if shells > 1:
        index = (np.arange(slots) + links.rise_shift_count[..., None]) % slots
        above = np.take_along_axis(number[1:], index, axis=2)
        found.append(np.stack([number[:-1], above, links.rise_s]).reshape(3, -1))
    return np.concatenate(found, axis=1)


def soonest(joined: Web, start_s: Sequence[Any]) -> Soonest:
    """Find the delay to every satellite from a source that reaches some by itself.

    Args:
        joined: the graph.
        start_s: that source's delay to each satellite by itself, `network.NEVER_S` where it does
            not reach it, above 0: of each stack, shape (shells, planes, slots).
    """
    start = np.concatenate([np.asarray(one, float).ravel() for one in start_s])
    seen = np.flatnonzero(start < network.UNREACHED_S)
    graph, count = joined.graph, joined.graph.shape[0]
    whole = csr_matrix(
        (
            np.concatenate([graph.data, start[seen]]),
            np.concatenate([graph.indices, seen]),
            np.append(graph.indptr, graph.nnz + len(seen)),
        ),
        shape=(count + 1, count + 1),
    )
    delay, before = dijkstra(whole, indices=count, return_predecessors=True)
    before = np.where(before[:count] == count, -1, before[:count])
    return Soonest(delay_s=delay[:count], before=before)


def way(found: Soonest, satellite: int) -> tuple[int, ...]:
    """Satellites from one back to the one that the source itself reaches, by their numbers."""
    passed = [satellite]
    while found.before[passed[-1]] >= 0:
        passed.append(int(found.before[passed[-1]]))
    return tuple(passed)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A satellite by the number of its stack, and its shell, plane and slot there."""

    stack: int
    shell: int
    plane: int
    slot: int


def place(joined: Web, satellite: int) -> Place:
    """Where a satellite of a number stands."""
    stack = int(np.searchsorted(joined.first, satellite, side="right")) - 1
    within = np.unravel_index(satellite - joined.first[stack], joined.shapes[stack])
    shell, plane, slot = (int(one) for one in within)
    return Place(stack=stack, shell=shell, plane=plane, slot=slot)
