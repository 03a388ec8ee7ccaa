"""Which ways of no more than two bends are the cheapest, on a shell too large to sweep each time?

From one satellite to another a way goes along its plane to some slot, straight across to the
other's plane, and along that to the other: a choice of the slot and of the direction of each leg,

    D = R(s, r) + X(r) + R(r', t)        r' is r, or shifted where the way crosses the seam

with R and X differences of tolls summed once along every plane and across every line of slots: for
each pair as many sums as a plane has slots, not as many as there are satellites. On a large shell
with many nearly equal ways these suffice to carry nearly as much as all ways; what they cost bounds
nothing, since a way of more bends may cost less: `spare_factor` says so.

Assumes: as `tolls`. Leaves out: ways of more bends, so that a pair may seem cut off where lasers
are missing.
Reference: none; shown against `tolls.cheapest`.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax

from .rings import NEVER_S
from .sweep import UNREACHED_S
from .tolls import Cheapest, Ends, Tolls, ends_of
from .traffic import ACROSS, ACROSS_BACK, ALONG, ALONG_BACK, Access, Demand, Grid, Numbers, loads

MISSING_FACTOR = 1e4
"""Of a laser that is not there: far more than a way's toll, and far less than rounds it away."""

EXACT_BITS = 50
"""Of the 53 of a double, so many are for the sum of all that is sent."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class _Sums:
    """Tolls of all lasers before a slot of its plane, and before a plane on its line of slots."""

    along_factor: Array
    """Onward and back, shape (2, planes, slots + 1)."""
    across_factor: Array
    """Onward and back, shape (2, planes + 1, slots)."""


type _Way = tuple[Array, Numbers, Numbers, Numbers, Numbers]
"""Toll, link up, link down, slot at which it crosses, and its direction across."""


def cheapest(net: Grid, access: Access, demand: Demand, *, toll: Tolls) -> Cheapest:
    """Send all of every demand by its cheapest way of at most two bends.

    Args:
        net: the shell's lasers.
        access: which satellites the sites reach.
        demand: between the sites.
        toll: of each resource, as `tolls.cheapest` takes it.
    """
    ends = ends_of(access, toll)
    sums = _summed(toll)
    shift = net.seam_shift_count
    sites, targets = demand.target.shape
    source = jnp.broadcast_to(jnp.arange(sites)[:, None], (sites, targets)).ravel()
    target = demand.target.ravel()

    def chosen(pair: tuple[Numbers, Numbers]) -> _Way:
        return _chosen(sums, shift, access, ends, *pair)

    toll_factor, up, down, row, direction = lax.map(chosen, (source, target))
    there = toll_factor < UNREACHED_S
    sent = _exact_in_sums(jnp.where(there, demand.rate_bit_per_s.ravel(), 0.0))
    first, last = access.satellite[source, up], access.satellite[target, down]
    laser, hops = _carried(sums, shift, first, last, row, direction, sent)
    carried = loads(
        access,
        laser_bit_per_s=laser,
        up_bit_per_s=jnp.zeros(access.up_bit_per_s.shape).at[source, up].add(sent),
        down_bit_per_s=jnp.zeros(access.down_bit_per_s.shape).at[target, down].add(sent),
    )
    lasers = toll_factor - ends.up_factor[source, up] - ends.down_factor[target, down]
    return Cheapest(
        carried=carried,
        toll_factor=toll_factor.reshape(sites, targets),
        spare_factor=jnp.asarray(NEVER_S),
        label_factor=jnp.where(sent > 0.0, lasers, 0.0).max(),
        hop_count=hops.reshape(sites, targets),
    )


def _exact_in_sums(sent: Array) -> Array:
    """Rounded so that any sum and difference of them has no rounding: nothing remains of none."""
    _, exponent = jnp.frexp(jnp.maximum(sent.sum(), 1e-300))
    grain = jnp.ldexp(jnp.ones(()), exponent - EXACT_BITS)
    return jnp.round(sent / grain) * grain


def _summed(toll: Tolls) -> _Sums:
    laser = jnp.minimum(toll.laser_bit_per_s, MISSING_FACTOR)

    def before(rows_factor: Array) -> Array:
        """Sum of all rows before each, and of all."""

        def add(sum_factor: Array, row_factor: Array) -> tuple[Array, Array]:
            return sum_factor + row_factor, sum_factor

        total, sums = lax.scan(add, jnp.zeros(rows_factor.shape[1:]), rows_factor)
        return jnp.concatenate([sums, total[None]])

    along = before(jnp.moveaxis(laser[jnp.array([ALONG, ALONG_BACK])], 2, 0))
    across = before(jnp.moveaxis(laser[jnp.array([ACROSS, ACROSS_BACK])], 1, 0))
    return _Sums(along_factor=jnp.moveaxis(along, 0, 2), across_factor=jnp.moveaxis(across, 0, 1))


def _ring(sums: _Sums, plane: Numbers, start: Numbers, end: Numbers) -> Array:
    """Tolls along a plane onward and back, shape (2, ...)."""
    onward, back = sums.along_factor[0, plane], sums.along_factor[1, plane]

    def at(one_factor: Array, slot: Numbers) -> Array:
        return jnp.take_along_axis(
            one_factor, jnp.broadcast_to(slot, one_factor.shape[:-1] + slot.shape[-1:]), -1
        )

    on = at(onward, end) - at(onward, start) + jnp.where(end < start, onward[..., -1:], 0.0)
    off = at(back, start) - at(back, end) + jnp.where(end > start, back[..., -1:], 0.0)
    return jnp.stack([on, off])


def _chosen(
    sums: _Sums, shift: Array, access: Access, ends: Ends, source: Array, target: Array
) -> _Way:
    """The best of all links up and down, slots to cross at, and directions across."""
    slots = sums.across_factor.shape[2]
    slot = jnp.arange(slots)
    first, last = access.satellite[source], access.satellite[target]
    begin, begin_slot = first // slots, first % slots
    finish, finish_slot = last // slots, last % slots
    # From each link up along its plane, shape (links, slots); to each link down along its own.
    to_row = _ring(sums, begin, begin_slot[:, None], slot[None]).min(axis=0)
    from_row = _ring(sums, finish, slot[None], finish_slot[:, None]).min(axis=0)
    across = _straight(sums, shift, begin[:, None], finish[None, :], slot)
    rows = _arrival(shift, begin[:, None], finish[None, :], slot, slots)
    links = jnp.arange(last.shape[0])[None, None, :, None]
    # Shape (2, links up, links down, slots).
    lasers = to_row[None, :, None, :] + across + from_row[links, rows]
    at_ends = ends.up_factor[source][:, None] + ends.down_factor[target]
    total = jnp.where(lasers < 0.5 * MISSING_FACTOR, lasers, NEVER_S) + at_ends[..., None]
    best = jnp.argmin(total)
    direction, up, down, row = jnp.unravel_index(best, total.shape)
    return total.ravel()[best], up, down, row, direction


def _wraps(begin: Numbers, finish: Numbers) -> Numbers:
    """Whether a straight line onward, and back, crosses the seam: shape (2, ...)."""
    return jnp.stack([finish < begin, finish > begin])


def _arrival(shift: Array, begin: Numbers, finish: Numbers, row: Numbers, slots: int) -> Numbers:
    """The slot at which a straight line arrives, shape (2, ..., rows)."""
    turn = jnp.stack([shift, -shift])
    turned = jnp.where(_wraps(begin, finish), turn.reshape(2, *[1] * begin.ndim), 0)
    return (row + turned[..., None]) % slots


def _straight(sums: _Sums, shift: Array, begin: Numbers, finish: Numbers, row: Numbers) -> Array:
    """Tolls straight across from plane to plane, onward and back: shape (2, ..., rows)."""
    onward, back = sums.across_factor
    slots = onward.shape[1]
    begin, finish = jnp.broadcast_arrays(begin, finish)
    arrival = _arrival(shift, begin, finish, row, slots)
    begin, finish = begin[..., None], finish[..., None]
    over = _wraps(begin, finish)
    on = onward[finish, arrival[0]] - onward[begin, row] + jnp.where(over[0], onward[-1, row], 0.0)
    total = back[-1, arrival[1]]
    off = back[begin, row] - back[finish, arrival[1]] + jnp.where(over[1], total, 0.0)
    return jnp.stack([on, off])


def _carried(
    sums: _Sums,
    shift: Array,
    first: Numbers,
    last: Numbers,
    row: Numbers,
    direction: Numbers,
    sent: Array,
) -> tuple[Array, Numbers]:
    """Load the three legs of each pair's way; also its hops."""
    planes, slots = sums.along_factor.shape[1], sums.across_factor.shape[2]
    begin, finish = first // slots, last // slots
    arrival = _arrival(shift, begin, finish, row[:, None], slots)[..., 0]
    at = jnp.take_along_axis(arrival, direction[None], axis=0)[0]
    marks = jnp.zeros((2, planes, slots + 1))
    hops = jnp.zeros(row.shape, int)
    for plane, start, end in ((begin, first % slots, row), (finish, at, last % slots)):
        rings = _ring(sums, plane, start[:, None], end[:, None])[..., 0]
        back = rings[1] < rings[0]
        low, high = jnp.where(back, end, start), jnp.where(back, start, end)
        marks = _marked(marks, back.astype(int), plane, low, high, sent)
        hops = hops + (high - low) % slots
    lines = jnp.zeros((2, slots, planes + 1))
    low, high = jnp.where(direction, finish, begin), jnp.where(direction, begin, finish)
    crossing = high < low
    # A line over the seam is two: each side of it has its own slot.
    low_row, high_row = jnp.where(direction, at, row), jnp.where(direction, row, at)
    stop = jnp.where(crossing, planes, high)
    lines = lines.at[direction, low_row, low].add(sent).at[direction, low_row, stop].add(-sent)
    seam = jnp.where(crossing, sent, 0.0)
    lines = lines.at[direction, high_row, 0].add(seam).at[direction, high_row, high].add(-seam)
    hops = hops + (high - low) % planes
    along, across = (_running(one) for one in (marks, lines))
    across = jnp.swapaxes(across, 1, 2)
    return jnp.stack([along[0], along[1], across[0], across[1]]), hops


def _marked(
    marks: Array, direction: Numbers, plane: Numbers, low: Numbers, high: Numbers, sent: Array
) -> Array:
    """Mark where loads of a ring begin and end, from low onward to high, over its end or not."""
    slots = marks.shape[2] - 1
    over = high < low
    marks = marks.at[direction, plane, low].add(sent)
    marks = marks.at[direction, plane, jnp.where(over, slots, high)].add(-sent)
    seam = jnp.where(over, sent, 0.0)
    return marks.at[direction, plane, 0].add(seam).at[direction, plane, high].add(-seam)


def _running(marks: Array) -> Array:
    """Loads from marks: sums up to each place of the last axis, without the mark after the last."""

    def add(load_bit_per_s: Array, mark_bit_per_s: Array) -> tuple[Array, Array]:
        load_bit_per_s = load_bit_per_s + mark_bit_per_s
        return load_bit_per_s, load_bit_per_s

    moved = jnp.moveaxis(marks[..., :-1], -1, 0)
    _, found = lax.scan(add, jnp.zeros(moved.shape[1:]), moved)
    return jnp.moveaxis(found, 0, -1)
