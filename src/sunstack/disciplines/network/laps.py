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
type _Ring = tuple[Array, Array]
"""Delays from each slot to the next, and from the next to it; shape (..., slots, 1)."""
type _Plane = tuple[Array, _Ring, Array]
"""Labels of a plane, delays along its ring, delays into it."""
type _Slot = tuple[Array, Array]
"""Labels of a slot, delay into it."""


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
    along_back, across_back = _back_s(net)
    first = jnp.roll(delay_s[:1], -net.seam_shift_count, axis=1)
    on = jnp.roll(delay_s, -1, axis=1) - delay_s
    over, seam = delay_s[1:] - delay_s[:-1], first - delay_s[-1:]
    shortened = (
        on - net.along_s[..., None],
        -on - along_back[..., None],
        over - net.across_s[:-1, :, None],
        -over - across_back[:-1, :, None],
        seam - net.across_s[-1:, :, None],
        -seam - across_back[-1:, :, None],
    )
    most = jnp.stack([one.max(initial=-NEVER_S) for one in shortened]).max()
    return jnp.maximum(most, 0.0)


def lap_s(net: DirectedLinks, *, delay_s: Array) -> Array:
    """Once and a half forward, once and a half backward: the carry is whole when it counts."""
    along_back, across_back = (one[..., None] for one in _back_s(net))
    along, across = (net.along_s[..., None], along_back), net.across_s[..., None]
    half = delay_s.shape[0] // 2

    def ring(planes: slice) -> _Ring:
        return along[0][planes], along[1][planes]

    def step(carried_s: Array, here: _Plane) -> tuple[Array, Array]:
        row_s, ring_s, crossing_s = here
        taken_s = closed_s(jnp.minimum(row_s, carried_s + crossing_s), ring_s)
        return taken_s, taken_s

    def carry(carried_s: Array, here: _Plane) -> tuple[Array, None]:
        return step(carried_s, here)[0], None

    begun = closed_s(delay_s[half], (along[0][half], along[1][half]))
    after, before = slice(half + 1, None), slice(0, max(half - 1, 0))
    last, _ = lax.scan(carry, begun, (delay_s[after], ring(after), across[half:-1]))
    over = jnp.roll(last + across[-1], net.seam_shift_count, axis=0)
    first = closed_s(jnp.minimum(delay_s[0], over), (along[0][0], along[1][0]))
    _, rest = lax.scan(step, first, (delay_s[1:], ring(slice(1, None)), across[:-1]))
    forward = jnp.concatenate([first[None], rest])

    begun = forward[half - 1] if half else forward[0]
    back, _ = lax.scan(
        carry, begun, (forward[before], ring(before), across_back[before]), reverse=True
    )
    over = jnp.roll(back, -net.seam_shift_count, axis=0) + across_back[-1]
    end = closed_s(jnp.minimum(forward[-1], over), (along[0][-1], along[1][-1]))
    others = slice(0, -1)
    _, rest = lax.scan(
        step, end, (forward[others], ring(others), across_back[others]), reverse=True
    )
    return jnp.concatenate([rest, end[None]])


UNROLL = 8


def closed_s(row_s: Array, ring: _Ring) -> Array:
    """Close a ring both ways: once and a half round, so that the carry is whole when it counts.

    Args:
        row_s: labels, shape (slots, sources).
        ring: delays to the next slot and back, shape (slots, 1).
    """
    half = row_s.shape[0] // 2
    into, back = jnp.roll(ring[0], 1, axis=0), ring[1]

    def least(carried_s: Array, here: _Slot) -> tuple[Array, Array]:
        label_s, hop_s = here
        better_s = jnp.minimum(carried_s + hop_s, label_s)
        return better_s, better_s

    def only(carried_s: Array, here: _Slot) -> tuple[Array, None]:
        return least(carried_s, here)[0], None

    c, _ = lax.scan(only, row_s[half], (row_s[half + 1 :], into[half + 1 :]), unroll=UNROLL)
    _, row_s = lax.scan(least, c, (row_s, into), unroll=UNROLL)
    c, _ = lax.scan(only, row_s[half], (row_s[:half], back[:half]), reverse=True, unroll=UNROLL)
    _, row_s = lax.scan(least, c, (row_s, back), reverse=True, unroll=UNROLL)
    return row_s
