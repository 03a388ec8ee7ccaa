"""How soon, or at what price, is every satellite reached where links differ by direction?

As `sweep`, for the lasers along and across only, of which each direction may have a delay of its
own, as prices of congestion do. A lap goes round the planes, each taking over from the one before
and closing its ring both ways, once forward and once backward; laps are repeated until no link can
shorten any label. `mesh` goes through a band's shells by the same laps.

Assumes: delays are positive.
Leaves out: lasers that skip neighbours; see `sweep`.
Reference: as for `sweep`.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .rings import NEVER_S
from .sweep import EXACT_ROUNDINGS, MOST_LAPS


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class DirectedLinks:
    """Delays of a lattice's lasers each way; `NEVER_S` where there is none."""

    along_s: Array
    """From each satellite to the next of its plane, shape (planes, slots)."""
    across_s: Array
    """To its partner of the next plane; from the last plane, across the seam; (planes, slots)."""
    seam_shift_count: Array
    along_back_s: Array | None = None
    """Against the direction of `along_s`; the same if not given."""
    across_back_s: Array | None = None
    """Against the direction of `across_s`; the same if not given."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class DirectedDelays:
    """Exact delays, and what proves them."""

    delay_s: Array
    """Shape (planes, slots, sources); `NEVER_S` or more where nothing reaches."""
    certificate_s: Array
    """Most that any link could still shorten a label by; 0 within rounding."""
    lap_count: Array


def _back_s(net: DirectedLinks) -> tuple[Array, Array]:
    """Along and across against their directions."""
    along_s = net.along_s if net.along_back_s is None else net.along_back_s
    return along_s, net.across_s if net.across_back_s is None else net.across_back_s


type _Search = tuple[Array, Array, Array]
"""Labels, certificate, laps so far."""
type _Slot = tuple[Array, Array]
"""Labels of a slot, delays into it, one way round and the other."""
type _Visit = tuple[Array, Array, Array, Array]
"""Number of a plane, of the one it takes over from, of the links between, turns of the seam."""


def directed_delays(
    net: DirectedLinks, *, start_s: Array, most_lap_count: int = MOST_LAPS
) -> DirectedDelays:
    """Find the exact delay from every source to every satellite.

    Args:
        net: the lattice's links.
        start_s: delay with which a source reaches a satellite by itself, `NEVER_S` where it does
            not; shape (planes, slots, sources).
        most_lap_count: laps after which to stop, exact or not: the certificate tells.
    """
    exact_s = EXACT_ROUNDINGS * float(np.finfo(start_s.dtype).eps)

    def unproved(state: _Search) -> Array:
        _, left_s, laps = state
        return (left_s > exact_s) & (laps < most_lap_count)

    def again(state: _Search) -> _Search:
        found, _, laps = state
        lapped = lap_s(net, delay_s=found)
        return lapped, directed_certificate_s(net, lapped), laps + 1

    begun = (start_s, jnp.asarray(NEVER_S, start_s.dtype), jnp.zeros((), int))
    found, left, laps = lax.while_loop(unproved, again, begun)
    return DirectedDelays(delay_s=found, certificate_s=left, lap_count=laps)


def directed_certificate_s(net: DirectedLinks, delay_s: Array) -> Array:
    """Most that any link could shorten any label by."""
    # Plane upon plane first, all slots at once: a processor's vector unit takes part in that.
    return jnp.maximum(directed_left_s(net, delay_s).max(axis=0).max(), 0.0)


def directed_left_s(net: DirectedLinks, delay_s: Array) -> Array:
    """Most that a satellite's links onward could shorten a label by; shape of the labels."""
    along_back, across_back = _back_s(net)
    first = jnp.roll(delay_s[:1], -net.seam_shift_count, axis=1)
    on = jnp.roll(delay_s, -1, axis=1) - delay_s
    over = jnp.concatenate([delay_s[1:], first]) - delay_s
    along = jnp.maximum(on - net.along_s[..., None], -on - along_back[..., None])
    across = jnp.maximum(over - net.across_s[..., None], -over - across_back[..., None])
    return jnp.maximum(along, across)


def lap_s(net: DirectedLinks, *, delay_s: Array) -> Array:
    """Once and a half forward and backward each: what comes over the seam goes all round."""
    planes = delay_s.shape[0]
    along_back, across_back = _back_s(net)
    ring = both_ways_s(net.along_s[..., None], along_back[..., None])
    over = jnp.roll(net.across_s[-1:], net.seam_shift_count, axis=1)
    # Into each satellite from the plane before, and from the plane after: one table for all visits.
    into = jnp.concatenate([over, net.across_s[:-1], across_back])[..., None]
    number = np.arange(planes)
    onward = np.concatenate([number[planes // 2 :], number])
    back = np.concatenate([number[: planes // 2][::-1], number[::-1]])
    seam = np.concatenate([1 * (onward == 0), -1 * (back == planes - 1)])

    def visit(label_s: Array, here: _Visit) -> tuple[Array, None]:
        plane, other, hop, turn = here
        taken = jnp.roll(label_s[other], turn * net.seam_shift_count, axis=0) + into[hop]
        closed = closed_s(jnp.minimum(label_s[plane], taken), ring[plane])
        return lax.dynamic_update_index_in_dim(label_s, closed, plane, 0), None

    visits = (
        np.concatenate([onward, back]),
        np.concatenate([(onward - 1) % planes, (back + 1) % planes]),
        np.concatenate([onward, planes + back]),
        seam,
    )
    found, _ = lax.scan(visit, delay_s, jax.tree.map(jnp.asarray, visits))
    return found


UNROLL = 8


def both_ways_s(along_s: Array, back_s: Array) -> Array:
    """Lay a ring's delays into each slot side by side, one way round and the other.

    Args:
        along_s: to the next slot, shape (..., slots, sources).
        back_s: from the next slot, same shape.

    Returns:
        Shape (..., slots, 2, sources), the second in the opposite order of slots.
    """
    return jnp.stack([jnp.roll(along_s, 1, axis=-2), jnp.flip(back_s, axis=-2)], axis=-2)


def closed_s(row_s: Array, ring_s: Array) -> Array:
    """Close a ring both ways at once: once and a half round, so that the carry counts when whole.

    A way round a ring never turns back, so that neither direction needs what the other finds.

    Args:
        row_s: labels, shape (slots, sources).
        ring_s: delays as `both_ways_s` lays them out, shape (slots, 2, sources or 1).
    """
    half = row_s.shape[0] // 2
    rows_s = jnp.stack([row_s, jnp.flip(row_s, axis=0)], axis=1)

    def least(carried_s: Array, here: _Slot) -> tuple[Array, Array]:
        label_s, hop_s = here
        better_s = jnp.minimum(carried_s + hop_s, label_s)
        return better_s, better_s

    def only(carried_s: Array, here: _Slot) -> tuple[Array, None]:
        return least(carried_s, here)[0], None

    later = (rows_s[half + 1 :], ring_s[half + 1 :])
    begun, _ = lax.scan(only, rows_s[half], later, unroll=UNROLL)
    _, found_s = lax.scan(least, begun, (rows_s, ring_s), unroll=UNROLL)
    return jnp.minimum(found_s[:, 0], jnp.flip(found_s[:, 1], axis=0))
