"""How long do the exchanges of training take among satellites in rings of lasers, or in a grid?

A shell's planes and slots close to rings (a torus); a formation's rows end (a mesh). Of n = P · S
satellites each holds D bits of gradients; a laser carries C each way, a hop takes a (light and
processing). What waits for a step waits for its hops and for the bits of its busiest laser:

    one ring through all      2 (n - 1) (a + D / (2 n C))                halves both ways round
    side by side              Σ of two phases, there and back, on the longest side of each:
                              (k - 1) (a + D / (4 k C)), then (k - 1) (a + D / (4 n C))
    all to all, m to each     h a + (n - 1) m / r                        h hops to the farthest
    neighbours                a + D / C                                  whatever n is

Side by side, four parts of the gradients go both ways round either side first; a row that ends is
folded to one ring, two hops a step, so that two parts go. All to all, each at rate r in all, what
one half sends the other crosses the middle: on a torus of k × k satellites r <= 8 C / k.

Assumes: equal satellites and lasers, full duplex; equal hops along a side; steps that wait.
Leaves out: other traffic, stragglers, losses, the time to sum what arrives.
Reference: Dally & Towles, Principles and Practices of Interconnection Networks (2004), sec. 3.3;
Thakur, Rabenseifner & Gropp, Optimization of collective communication operations in MPICH,
Int. J. High Performance Computing Applications 19 (2005) 49.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array


@dataclass(frozen=True, kw_only=True)
class Joining:
    """How the rows of a fabric end."""

    ring_count: int
    """Rings that a row holds, each way's lasers in one of them."""
    step_hop_count: int
    """Lasers from one member of such a ring to the next."""
    cut_count: int
    """Lasers of a row that part its halves."""


TORUS = Joining(ring_count=2, step_hop_count=1, cut_count=2)
"""Rows close: as rings of a plane, or of a slot through all planes."""
MESH = Joining(ring_count=1, step_hop_count=2, cut_count=1)
"""Rows end: as in a formation."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Fabric:
    """Satellites in rows both ways; fields may be arrays that broadcast."""

    plane_count: Array
    slot_count: Array
    laser_bit_per_s: Array
    """Each way."""
    along_hop_s: Array
    """From one slot to the next: light, and processing."""
    across_hop_s: Array
    """From one plane to the next."""
    seam_shift_count: Array
    """Slots by which the last plane's partners stand on from the first's; 0 in a mesh."""

    @property
    def satellite_count(self) -> Array:
        """Of all planes."""
        return self.plane_count * self.slot_count


def ring_all_reduce_s(fabric: Fabric, *, gradient_bit_count: Array) -> Array:
    """Sum gradients over all, in one ring through all satellites, half of them each way round.

    A torus holds such a ring whose every step is a hop, and so does a mesh of an even side.
    """
    count = fabric.satellite_count
    hop_s = jnp.maximum(fabric.along_hop_s, fabric.across_hop_s)
    part_s = gradient_bit_count / (2.0 * count * fabric.laser_bit_per_s)
    return 2.0 * (count - 1) * (hop_s + part_s)


def all_reduce_s(fabric: Fabric, joining: Joining, *, gradient_bit_count: Array) -> Array:
    """Sum gradients over all, side by side: scattered over the rows of a side, then the other's."""
    parts = 2 * joining.ring_count
    part_s = gradient_bit_count / (parts * fabric.laser_bit_per_s)

    def side_s(row_count: Array, hop_s: Array, left_s: Array) -> Array:
        return (row_count - 1) * (joining.step_hop_count * hop_s + left_s / row_count)

    planes, slots = fabric.plane_count, fabric.slot_count
    across_s, along_s = fabric.across_hop_s, fabric.along_hop_s
    first_s = jnp.maximum(side_s(planes, across_s, part_s), side_s(slots, along_s, part_s))
    # What began along the planes goes on along the slots, a plane's share of it, and so about.
    then_s = jnp.maximum(
        side_s(slots, along_s, part_s / planes), side_s(planes, across_s, part_s / slots)
    )
    return 2.0 * (first_s + then_s)


def all_to_all_s(fabric: Fabric, joining: Joining, *, message_bit_count: Array) -> Array:
    """Send a message from each to every other, as fast as what parts the halves lets it at most."""
    most = all_to_all_bit_per_s(fabric, joining)
    sent_s = (fabric.satellite_count - 1) * message_bit_count / most
    farthest_s = _farthest(fabric.plane_count, joining) * fabric.across_hop_s
    return sent_s + farthest_s + _farthest(fabric.slot_count, joining) * fabric.along_hop_s


def neighbours_s(fabric: Fabric, *, gradient_bit_count: Array) -> Array:
    """Exchange gradients with each of the four next satellites, all at once."""
    hop_s = jnp.maximum(fabric.along_hop_s, fabric.across_hop_s)
    return hop_s + gradient_bit_count / fabric.laser_bit_per_s


def bisection_bit_per_s(fabric: Fabric, joining: Joining) -> Array:
    """Least that crosses between halves, one way; those of an odd side differ by a row."""
    by_planes, by_slots = _parting_count(fabric, joining)
    return jnp.minimum(by_planes, by_slots) * fabric.laser_bit_per_s


def all_to_all_bit_per_s(fabric: Fabric, joining: Joining) -> Array:
    """Most that each satellite sends to all the others together, evenly, by either parting."""
    count = fabric.satellite_count
    rates = [
        lasers / (count * (row // 2 / row) * ((row + 1) // 2 / row)) * (count - 1) / count
        for lasers, row in zip(
            _parting_count(fabric, joining), (fabric.plane_count, fabric.slot_count), strict=True
        )
    ]
    return jnp.minimum(*rates) * fabric.laser_bit_per_s


def _parting_count(fabric: Fabric, joining: Joining) -> tuple[Array, Array]:
    """Lasers between the halves of all planes, and between those of all slots.

    Where the seam shifts, its lasers too lead from half to half of the slots.
    """
    shift = jnp.mod(fabric.seam_shift_count, fabric.slot_count)
    seam = 2 * jnp.minimum(shift, fabric.slot_count - shift)
    by_planes = joining.cut_count * fabric.slot_count
    return by_planes, joining.cut_count * fabric.plane_count + seam


def _farthest(row_count: Array, joining: Joining) -> Array:
    """Hops to the farthest of a row."""
    return row_count // 2 if joining.cut_count == 2 else row_count - 1
