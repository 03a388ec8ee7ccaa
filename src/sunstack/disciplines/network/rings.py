"""How soon does a signal go both ways round the rings of a plane?

A ring of delays w closes by  d(s) <- min(d(s - 1) + w, d(s))  all the way round, twice as long a
chain of dependent steps as it has slots. Cut in blocks that lie side by side, it takes as many
steps as a block has slots:

    inside each block   d(s) <- min(d(s - 1) + w, d(s))
    into each block     g(b) = min over blocks b' of  d(last slot of b') + delay from there to b
    and once more       d(s) <- min(d(s), g(b) + delay from the block's start to s)

so that a processor's vector unit works on all blocks at once. Links that go on by k slots join the
slots of a plane to gcd(k, slots) rings, which lie side by side in the same way.

Assumes: delays are positive and the same both ways.
Leaves out: what a plane's neighbours add; see `sweep` and `motif`.
Reference: prefix sums by blocks (Blelloch, CMU-CS-90-190), in the algebra of minimum and plus.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

NEVER_S = 1e20
"""Delay of a link that is not there, and label of what nothing reaches: finite, so that it adds."""
LANES = 32
"""Numbers side by side that keep a vector unit busy; blocks beyond add steps for nothing."""

type _Slot = tuple[Array, Array]
"""Labels of a place in the blocks, delays into it."""


def block_count(*, slot_count: int, lane_count: int) -> int:
    """Blocks to cut a plane in: a divisor of its slots, 1 where the lanes do without."""
    wanted = max(LANES // lane_count, 1)
    # Past the square root a block has fewer slots than there are blocks to join.
    most = min(wanted, math.isqrt(slot_count))
    return max(count for count in range(1, most + 1) if slot_count % count == 0)


def laid_s(row_s: Array, *, blocks: int) -> Array:
    """Lay slots (..., slots, lanes) out by place in the block: (..., places, blocks, lanes)."""
    *outer, slots, lanes = row_s.shape
    return jnp.moveaxis(row_s.reshape(*outer, blocks, slots // blocks, lanes), -3, -2)


def straight_s(row_s: Array) -> Array:
    """Undo `laid_s`."""
    *outer, places, blocks, lanes = row_s.shape
    return jnp.moveaxis(row_s, -3, -2).reshape(*outer, places * blocks, lanes)


def turned_s(row_s: Array, *, slots: int) -> Array:
    """Of rows laid out: what stands so many slots on, at every slot."""
    places, blocks = row_s.shape[-3:-1]
    over, on = divmod(slots % (places * blocks), places)
    begun = jnp.roll(row_s[..., :on, :, :], -1, axis=-2)
    return jnp.roll(jnp.concatenate([row_s[..., on:, :, :], begun], axis=-3), -over, axis=-2)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Way:
    """Delays one way round."""

    into_s: Array
    """Into each slot, shape (planes, places, blocks, rings)."""
    since_s: Array
    """From before its block's first slot, the same shape."""
    between_s: Array
    """From a block's last slot to before another's first, shape (planes, blocks, blocks, rings)."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Rings:
    """The rings that links of one slot offset make of every plane."""

    onward: Way
    back: Way
    slot_offset: int = field(metadata={"static": True})


def rings(delay_s: Array, *, slot_offset: int, lane_count: int) -> Rings:
    """Prepare the rings of planes for closing.

    Args:
        delay_s: from every slot to the one `slot_offset` on, shape (planes, slots).
        slot_offset: 1 or more, less than the slots of a plane.
        lane_count: sources side by side.
    """

    def of_plane(along_s: Array) -> tuple[Way, Way]:
        before_s = jnp.roll(along_s, slot_offset)
        onward, back = (
            _way(_cut(by_slot, slot_offset, lane_count, turn))
            for by_slot, turn in ((before_s, False), (along_s, True))
        )
        return onward, jax.tree.map(_mirror, back)

    onward, back = lax.map(of_plane, delay_s)
    return Rings(onward=onward, back=back, slot_offset=slot_offset)


def _cut(by_slot: Array, slot_offset: int, lane_count: int, is_mirrored: bool) -> Array:
    """A plane's numbers by place in the block, block and ring."""
    cut = _in_order(by_slot[:, None], slot_offset, lane_count)[..., 0]
    return _mirror(cut) if is_mirrored else cut


def _in_order(row_s: Array, slot_offset: int, lane_count: int) -> Array:
    """Slots (slots, lanes) by place in the block, block, ring and lane."""
    if slot_offset == 1:
        blocks = block_count(slot_count=row_s.shape[0], lane_count=lane_count)
        return laid_s(row_s, blocks=blocks)[:, :, None]
    return row_s[_order(row_s.shape[0], slot_offset, lane_count)]


def _order(slot_count: int, slot_offset: int, lane_count: int) -> NDArray[np.int64]:
    """Slot numbers by place in the block, block and ring."""
    ring_count = math.gcd(slot_count, slot_offset)
    length = slot_count // ring_count
    blocks = block_count(slot_count=length, lane_count=lane_count * ring_count)
    step = np.arange(length).reshape(blocks, length // blocks).T
    return (step[..., None] * slot_offset + np.arange(ring_count)) % slot_count


def _mirror(by_block: Array) -> Array:
    """Places and blocks, or blocks from and to, the other way round."""
    return jnp.flip(by_block, axis=(0, 1))


def _way(into_s: Array) -> Way:
    """Of one plane, from delays by place in the block, block and ring."""

    def on(passed_s: Array, here_s: Array) -> tuple[Array, Array]:
        return passed_s + here_s, passed_s + here_s

    across_s, since_s = lax.scan(on, jnp.zeros_like(into_s[0]), into_s)
    blocks = into_s.shape[1]
    number = np.arange(blocks)
    # By how many blocks back one starts, then by which block that is.
    before = (number - number[:, None] - 1) % blocks
    _, passed_s = lax.scan(on, jnp.zeros_like(across_s), across_s[before])
    from_next_s = jnp.concatenate([jnp.zeros_like(passed_s[:1]), passed_s[:-1]])
    return Way(
        into_s=into_s,
        since_s=since_s,
        between_s=from_next_s[(number - number[:, None] - 1) % blocks, number],
    )


def closed_s(row_s: Array, ring: Rings) -> Array:
    """Close a plane's rings both ways.

    Args:
        row_s: labels laid out, shape (places, blocks, sources).
        ring: `Rings` without its leading axis of planes.
    """
    places, blocks, lanes = row_s.shape
    if ring.slot_offset == 1:
        return _both_ways(row_s[:, :, None], ring)[:, :, 0]
    found = _both_ways(_in_order(straight_s(row_s), ring.slot_offset, lanes), ring)
    back = np.argsort(_order(places * blocks, ring.slot_offset, lanes).ravel())
    return laid_s(found.reshape(-1, lanes)[back], blocks=blocks)


def _both_ways(row_s: Array, ring: Rings) -> Array:
    return jnp.minimum(
        _one_way(row_s, ring.onward, reverse=False), _one_way(row_s, ring.back, reverse=True)
    )


def _one_way(row_s: Array, way: Way, *, reverse: bool) -> Array:
    """Labels of shape (places, blocks, rings, sources)."""

    def least(carried_s: Array, here: _Slot) -> tuple[Array, Array]:
        label_s, into_s = here
        better_s = jnp.minimum(carried_s + into_s, label_s)
        return better_s, better_s

    begun = jnp.full(row_s.shape[1:], NEVER_S, row_s.dtype)
    last, found = lax.scan(least, begun, (row_s, way.into_s[..., None]), reverse=reverse)
    into = jnp.min(last[:, None] + way.between_s[..., None], axis=0)
    return jnp.minimum(found, into + way.since_s[..., None])


def left_s(row_s: Array, ring: Rings) -> Array:
    """What each link of a plane's rings could still shorten a label by, blocks lie as they may."""
    places, blocks, lanes = row_s.shape
    out = ring.back.into_s[..., None]
    if ring.slot_offset == 1:
        return jnp.abs(turned_s(row_s, slots=1) - row_s) - out[:, :, 0]
    order = _order(places * blocks, ring.slot_offset, lanes)
    across = turned_s(row_s, slots=ring.slot_offset) - row_s
    left = jnp.abs(straight_s(across)[order]) - out
    return laid_s(left.reshape(-1, lanes), blocks=blocks)
