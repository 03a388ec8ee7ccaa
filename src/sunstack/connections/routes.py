"""Which way does a signal take, link by link?

Labels of a solved mesh tell how soon each satellite is reached. Whoever was reached last got it
from the neighbour whose own label and the link between come soonest; so back to a satellite that
was there from the start. The route found is then measured anew in double precision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jax
import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import network
from sunstack.disciplines.network import Bridge, Mesh, StackLinks

Kind = Literal["along", "across", "rise", "bridge"]
SLACK_S = 1e-6
"""Rounding of labels in single precision, a few hundred hops on."""
MOST_HOPS = 20_000


@dataclass(frozen=True, kw_only=True)
class Place:
    """A satellite: the number of its stack, and its shell, plane and slot there."""

    stack: int
    shell: int
    plane: int
    slot: int


@dataclass(frozen=True, kw_only=True)
class Hop:
    """A link of a route, and the satellite it leads to."""

    kind: Kind
    to: Place
    delay_s: float
    """Light's time and the hop's own."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """A way through the mesh, from where it was asked for to a satellite there from the start."""

    begin: Place
    hops: tuple[Hop, ...]
    start_s: float
    """Delay with which the last satellite was there from the start."""

    @property
    def delay_s(self) -> float:
        """Of the links and the start."""
        return self.start_s + sum(hop.delay_s for hop in self.hops)

    @property
    def end(self) -> Place:
        """Satellite that was there from the start."""
        return self.hops[-1].to if self.hops else self.begin


@dataclass(frozen=True, kw_only=True)
class _Bridges:
    """Bridges between two stacks, looked up from either end."""

    ends: tuple[int, int]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    delay_s: NDArray[np.float64]
    order: NDArray[np.int64]
    """Of rising end."""

    @classmethod
    def of(cls, ends: tuple[int, int], one: Bridge) -> _Bridges:
        end = np.asarray(one.end_index)
        return cls(
            ends=ends,
            start=np.asarray(one.start_index),
            end=end,
            delay_s=np.asarray(one.delay_s),
            order=np.argsort(end, kind="stable"),
        )

    def arriving(self, number: int) -> NDArray[np.int64]:
        low = np.searchsorted(self.end, number, side="left", sorter=self.order)
        high = np.searchsorted(self.end, number, side="right", sorter=self.order)
        return self.order[low:high]


class Tracer:
    """Follows routes through a solved mesh; holds its links where Python reads them fast."""

    def __init__(self, mesh: Mesh, labels_s: Sequence[Any], start_s: Sequence[Any]) -> None:
        """Take one source's labels and starts of each stack, shape (shells, planes, slots)."""
        self._links = [jax.tree.map(np.asarray, one) for one in mesh.stacks]
        self._labels = [np.asarray(one) for one in labels_s]
        self._starts = [np.asarray(one) for one in start_s]
        self._bridges = [
            _Bridges.of(ends, one) for ends, one in zip(mesh.ends, mesh.bridges, strict=True)
        ]

    def route(self, begin: Place) -> Route | None:
        """Follow labels from a satellite to where its signal came from; none if nothing does."""
        if self._label(begin) >= network.UNREACHED_S:
            return None
        hops: list[Hop] = []
        here = begin
        while self._start(here) > self._label(here) + SLACK_S:
            hop = min(self._neighbours(here), key=lambda one: self._label(one.to) + one.delay_s)
            if len(hops) == MOST_HOPS or self._label(hop.to) >= self._label(here):
                raise AssertionError(f"labels lead nowhere from {here}")
            hops.append(hop)
            here = hop.to
        return Route(begin=begin, hops=tuple(hops), start_s=self._start(here))

    def _label(self, one: Place) -> float:
        return float(self._labels[one.stack][one.shell, one.plane, one.slot])

    def _start(self, one: Place) -> float:
        return float(self._starts[one.stack][one.shell, one.plane, one.slot])

    def _neighbours(self, one: Place) -> Iterator[Hop]:
        links = self._links[one.stack]
        yield from _along(links, one)
        if links.across_s is not None:
            yield from _across(links, one)
        yield from _rise(links, one)
        yield from self._over(one)

    def _over(self, one: Place) -> Iterator[Hop]:
        """Bridges of a satellite, from either end."""
        shape = self._labels[one.stack].shape
        number = int(np.ravel_multi_index((one.shell, one.plane, one.slot), shape))
        for joined in self._bridges:
            if one.stack == joined.ends[0]:
                # Bridges start from every satellite of the first, in its order.
                yield self._bridge(joined.ends[1], joined.end[number], joined.delay_s[number])
            elif one.stack == joined.ends[1]:
                for bridge in joined.arriving(number):
                    yield self._bridge(joined.ends[0], joined.start[bridge], joined.delay_s[bridge])

    def _bridge(self, stack: int, number: Any, delay_s: Any) -> Hop:
        shell, plane, slot = np.unravel_index(number, self._labels[stack].shape)
        place = Place(stack=stack, shell=int(shell), plane=int(plane), slot=int(slot))
        return Hop(kind="bridge", to=place, delay_s=float(delay_s))


def _along(links: StackLinks, one: Place) -> Iterator[Hop]:
    slots = links.along_s.shape[2]
    ring = links.along_s[one.shell, one.plane]
    before, after = (one.slot - 1) % slots, (one.slot + 1) % slots
    yield _hop("along", one, one.shell, one.plane, after, ring[one.slot])
    yield _hop("along", one, one.shell, one.plane, before, ring[before])


def _across(links: StackLinks, one: Place) -> Iterator[Hop]:
    assert links.across_s is not None
    shell = links.across_s[one.shell]
    planes, slots = shell.shape
    seam = int(links.seam_shift_count[one.shell])
    last, first = one.plane == planes - 1, one.plane == 0
    there = (one.slot + (seam if last else 0)) % slots
    delay = shell[one.plane, one.slot]
    yield _hop("across", one, one.shell, (one.plane + 1) % planes, there, delay)
    back = (one.slot - (seam if first else 0)) % slots
    before = (one.plane - 1) % planes
    yield _hop("across", one, one.shell, before, back, shell[before, back])


def _rise(links: StackLinks, one: Place) -> Iterator[Hop]:
    shells, _, slots = links.along_s.shape
    shift = links.rise_shift_count
    if one.shell + 1 < shells:
        there = (one.slot + int(shift[one.shell, one.plane])) % slots
        delay = links.rise_s[one.shell, one.plane, one.slot]
        yield _hop("rise", one, one.shell + 1, one.plane, there, delay)
    if one.shell > 0:
        there = (one.slot - int(shift[one.shell - 1, one.plane])) % slots
        delay = links.rise_s[one.shell - 1, one.plane, there]
        yield _hop("rise", one, one.shell - 1, one.plane, there, delay)


def _hop(kind: Kind, one: Place, shell: int, plane: int, slot: int, delay: Any) -> Hop:
    place = Place(stack=one.stack, shell=shell, plane=plane, slot=int(slot))
    return Hop(kind=kind, to=place, delay_s=float(delay))
