"""How soon can a signal reach every satellite of a shell, exactly?

On a lattice of rings (planes) joined ring to ring, a shortest path needs no graph search. A lap
goes round the planes, each taking over from those before it that it has lasers to, and closing its
rings both ways (see `rings`),

    d(p, s) <- min(d(p, s), d(p - 1, s) + across)        d(p, s) <- min over k of d(p, s + k) + ring

once forward and once backward. On an intact lattice a path that goes on and comes back between two
planes gains nothing, so that laps find every path; lasers that skip planes and failures may leave
some, and laps are repeated until no link can shorten any label. That largest shortening, the
certificate, is then 0 within rounding, and the labels are the exact ones, whatever the lasers, the
phasing, the seam or the failures.

Assumes: links work both ways, delays are positive.
Leaves out: load; see `latency`.
Reference: Bellman's principle; certified by the dual feasibility of the labels (Ahuja, Magnanti &
Orlin, Network Flows, ch. 5).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import ArrayLike

from .lattice import Lattice, link_length_m
from .rings import (
    NEVER_S,
    Rings,
    block_count,
    closed_s,
    laid_s,
    left_s,
    rings,
    straight_s,
    turned_s,
)

LIGHT_M_PER_S = 299_792_458.0
UNREACHED_S = 1e19
"""Labels beyond this are of what nothing reaches."""
EXACT_ROUNDINGS = 0.5
"""A certificate of so many roundings of a second, or of the largest label if more, is none."""
MOST_LAPS = 256


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Links:
    """Delays of a lattice's lasers; `NEVER_S` where there is none."""

    along_s: Array
    """From each satellite to the next of its plane, shape (planes, slots)."""
    across_s: Array
    """To its partner of the next plane; from the last plane, across the seam; (planes, slots)."""
    seam_shift_count: Array

    @property
    def offsets(self) -> tuple[tuple[int, int], ...]:
        """As of `Net`."""
        return (0, 1), (1, 0)

    @property
    def delays_s(self) -> tuple[Array, ...]:
        """As of `Net`."""
        return self.along_s, self.across_s


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Delays:
    """Exact delays, and what proves them."""

    delay_s: Array
    """Shape (planes, slots, sources); `NEVER_S` or more where nothing reaches."""
    certificate_s: Array
    """Most that any link could still shorten a label by; 0 within rounding."""
    lap_count: Array


def links(lattice: Lattice, *, hop_s: ArrayLike = 0.0, alive: Array | None = None) -> Links:
    """Time light takes along and across, and each hop's own.

    Args:
        lattice: the shell.
        hop_s: of processing at each hop.
        alive: satellites that work, shape (planes, slots); all if not given.
    """
    along_s, across_s = (
        link_length_m(lattice, plane_offset=planes, slot_offset=slots) / LIGHT_M_PER_S + hop_s
        for planes, slots in ((0, 1), (1, 0))
    )
    whole = Links(along_s=along_s, across_s=across_s, seam_shift_count=lattice.seam_shift_count)
    return whole if alive is None else without_dead(whole, alive=alive)


def without_dead(whole: Links, *, alive: Array) -> Links:
    """Take away the links of satellites that do not work."""
    next_slot = jnp.roll(alive, -1, axis=1)
    first = jnp.roll(alive[:1], -whole.seam_shift_count, axis=1)
    next_plane = jnp.concatenate([alive[1:], first])
    return Links(
        along_s=jnp.where(alive & next_slot, whole.along_s, NEVER_S),
        across_s=jnp.where(alive & next_plane, whole.across_s, NEVER_S),
        seam_shift_count=whole.seam_shift_count,
    )


class Net(Protocol):
    """Lasers of a lattice: any pattern that every satellite repeats."""

    @property
    def offsets(self) -> tuple[tuple[int, int], ...]:
        """Planes and slots on, of each laser; planes at least 0, slots above 0 within a plane."""

    @property
    def delays_s(self) -> tuple[Array, ...]:
        """From every satellite by each laser, each of shape (planes, slots)."""

    @property
    def seam_shift_count(self) -> Array:
        """As of the lattice."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class _Crossing:
    """Lasers of one offset from plane to plane, laid out by blocks."""

    onward_s: Array
    """Into each satellite from the one before, shape (planes, places, blocks, 1)."""
    back_s: Array
    """Into each satellite from the one after: out of it."""
    plane_offset: int = field(metadata={"static": True})
    slot_offset: int = field(metadata={"static": True})


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A net as laps want it."""

    crossings: tuple[_Crossing, ...]
    rings: tuple[Rings, ...]
    seam_shift_count: Array

    @property
    def margin(self) -> int:
        """Planes beyond either side of the seam that crossings look at."""
        return max((one.plane_offset for one in self.crossings), default=0)


type _Number = Array
"""Of a plane."""
type _Part = tuple[_Number, _Number]
"""First plane and how many."""
type _Proof = tuple[Array, Array]
"""Certificate, and the largest label that is reached."""
type _Search = tuple[Array, _Proof, Array]
"""Labels laid out with their margins, what proves them, laps so far."""


def delays(net: Net, *, start_s: Array) -> Delays:
    """Find the exact delay from every source to every satellite.

    Args:
        net: the lattice's lasers.
        start_s: delay with which a source reaches a satellite by itself, `NEVER_S` where it does
            not; shape (planes, slots, sources).
    """
    rounding = EXACT_ROUNDINGS * float(np.finfo(start_s.dtype).eps)
    _, slots, lanes = start_s.shape
    ready = _ready(net, lanes)

    def unproved(state: _Search) -> Array:
        _, (left_s, largest_s), laps = state
        exact_s = rounding * jnp.maximum(largest_s, 1.0)
        return (left_s > exact_s) & (laps < MOST_LAPS)

    def again(state: _Search) -> _Search:
        found, _, laps = state
        lapped = _lap(ready, found)
        return lapped, _left_s(ready, lapped), laps + 1

    blocks = block_count(slot_count=slots, lane_count=lanes)
    begun = _margined(ready, laid_s(start_s, blocks=blocks))
    unknown = (jnp.asarray(NEVER_S, start_s.dtype), jnp.zeros((), start_s.dtype))
    found, (left, _), laps = lax.while_loop(unproved, again, (begun, unknown, jnp.zeros((), int)))
    inner = _inner(found, ready.margin)
    return Delays(delay_s=straight_s(inner), certificate_s=left, lap_count=laps)


def certificate_s(net: Net, delay_s: Array) -> Array:
    """Most that any link could shorten any label by.

    Args:
        net: the lattice's lasers.
        delay_s: labels, shape (planes, slots, sources).
    """
    ready = _ready(net, delay_s.shape[-1])
    blocks = block_count(slot_count=delay_s.shape[1], lane_count=delay_s.shape[2])
    return _left_s(ready, _margined(ready, laid_s(delay_s, blocks=blocks)))[0]


def _ready(net: Net, lanes: int) -> _Ready:
    slots = net.delays_s[0].shape[1]
    blocks = block_count(slot_count=slots, lane_count=lanes)
    crossings, closing = [], []
    for (planes, slots_on), delay_s in zip(net.offsets, net.delays_s, strict=True):
        if planes == 0:
            closing.append(rings(delay_s, slot_offset=slots_on, lane_count=lanes))
            continue
        out_s = laid_s(delay_s[..., None], blocks=blocks)
        before = _margin(out_s[-planes:], net.seam_shift_count)
        into_s = turned_s(jnp.concatenate([before, out_s[:-planes]]), slots=-slots_on)
        crossings.append(
            _Crossing(onward_s=into_s, back_s=out_s, plane_offset=planes, slot_offset=slots_on)
        )
    # The ring of neighbours last: it takes what the longer ones bring to every slot.
    closing.sort(key=lambda ring: -ring.slot_offset)
    return _Ready(
        crossings=tuple(crossings), rings=tuple(closing), seam_shift_count=net.seam_shift_count
    )


def _margin(rows: Array, slots: Array) -> Array:
    """Planes of one side of the seam as the other numbers their slots."""
    return laid_s(jnp.roll(straight_s(rows), slots, axis=-2), blocks=rows.shape[-2])


def _inner(found: Array, margin: int) -> Array:
    return found[margin : found.shape[0] - margin]


def _margined(ready: _Ready, inner: Array) -> Array:
    """Add beyond the first plane the last ones, and beyond the last plane the first ones."""
    wide = ((ready.margin, ready.margin), (0, 0), (0, 0), (0, 0))
    return _seen(ready, jnp.pad(inner, wide))


def _seen(ready: _Ready, found: Array) -> Array:
    """Labels with margins that show what the planes across the seam have found."""
    margin = ready.margin
    if margin == 0:
        return found
    shift, inner = ready.seam_shift_count, _inner(found, margin)
    below = _margin(inner[-margin:], shift)
    above = _margin(inner[:margin], -shift)
    return found.at[:margin].set(below).at[-margin:].set(above)


def _lap(ready: _Ready, found: Array) -> Array:
    """Once and a half forward, once and a half backward: what comes over the seam goes all round.

    Args:
        ready: the lasers.
        found: labels laid out by blocks, (margin + planes + margin, places, blocks, sources).
    """
    planes = found.shape[0] - 2 * ready.margin
    half = planes // 2
    for way, firsts, counts in (
        (1, (half, 0), (planes - half, planes)),
        (-1, (half - 1, planes - 1), (half, planes)),
    ):

        def once(label_s: Array, part: _Part, way: int = way) -> tuple[Array, None]:
            return _seen(ready, _pass(ready, label_s, *part, way)), None

        found, _ = lax.scan(once, found, (jnp.array(firsts), jnp.array(counts)))
    return found


def _pass(ready: _Ready, found: Array, first: Array, count: Array, way: int) -> Array:
    """Let each plane in turn take over from those it has lasers to on one side, and close it."""
    margin = ready.margin

    def visit(visited_count: Array, label_s: Array) -> Array:
        plane = first + way * visited_count
        row = _at(label_s, margin + plane)
        for one in ready.crossings:
            other = _at(label_s, margin + plane - way * one.plane_offset)
            delay = _at(one.onward_s if way > 0 else one.back_s, plane)
            row = jnp.minimum(row, turned_s(other, slots=-way * one.slot_offset) + delay)
        for ring in ready.rings:
            row = closed_s(row, jax.tree.map(lambda leaf: _at(leaf, plane), ring))
        return jnp.asarray(lax.dynamic_update_index_in_dim(label_s, row, margin + plane, 0))

    return jnp.asarray(lax.fori_loop(0, count, visit, found))


def _at(rows: Array, index: Array) -> Array:
    return jnp.asarray(lax.dynamic_index_in_dim(rows, index, axis=0, keepdims=False))


def _left_s(ready: _Ready, found: Array) -> _Proof:
    """Most that any laser could still shorten a label by, found plane after plane."""
    margin = ready.margin

    def over(carried: _Proof, plane: _Number) -> tuple[_Proof, None]:
        most_s, largest_s = carried
        row = _at(found, margin + plane)
        for one in ready.crossings:
            other = turned_s(_at(found, margin + plane + one.plane_offset), slots=one.slot_offset)
            most_s = jnp.maximum(most_s, jnp.abs(other - row) - _at(one.back_s, plane))
        for ring in ready.rings:
            of_plane = jax.tree.map(lambda leaf: _at(leaf, plane), ring)
            most_s = jnp.maximum(most_s, left_s(row, of_plane))
        reached_s = jnp.where(row < UNREACHED_S, row, 0.0)
        return (most_s, jnp.maximum(largest_s, reached_s)), None

    planes = found.shape[0] - 2 * margin
    none = jnp.zeros_like(found[0])
    (most, largest), _ = lax.scan(over, (none, none), jnp.arange(planes))
    return most.max(), largest.max()
