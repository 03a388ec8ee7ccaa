"""Which lasers does every satellite of a shell carry, and what do they reach?

A motif is a set of offsets (planes, slots): from each satellite one laser goes so far on and, since
the satellite so far back does the same, one comes in. +Grid is {(0, 1), (1, 0)}; lasers that skip
tens of neighbours cut hops from hundreds to tens. A path of fewest delay still takes long runs of
short links where those lead straighter, so that rounds of relaxing every link, as many as hops,
would be hundreds; laps of planes with closed rings (see `sweep`) need a few whatever the motif:

    d(p, s) <- min over (i, k) of d(p - i, s - k) + its delay         i > 0, forward; then backward
    d(p, s) <- closed round the rings of (0, k)                       gcd(k, slots) of them

Fewest hops are the delays of a net in which every laser takes 1.

Assumes: every satellite carries the same lasers; each works both ways.
Leaves out: pointing and slewing; slots between that block a line of sight (none does).
Reference: Bhattacherjee & Singla, Network topology design at 27,000 km/hour, CoNEXT 2019.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.errors import ScenarioError

from .lattice import Lattice, grazing_altitude_m, link_length_m, longest_link_m
from .rings import NEVER_S
from .sweep import LIGHT_M_PER_S, UNREACHED_S, Delays, delays

LEAST_GRAZING_M = 80e3
"""Below it the atmosphere bends and dims light; the limit Hypatia and others take."""

type Offset = tuple[int, int]
"""Planes and slots on."""
GRID: tuple[Offset, ...] = ((0, 1), (1, 0))


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Lasers:
    """Delays of a motif's lasers; `NEVER_S` where there is none."""

    delays_s: tuple[Array, ...]
    """From every satellite by each laser, each of shape (planes, slots)."""
    seam_shift_count: Array
    offsets: tuple[Offset, ...] = field(metadata={"static": True})
    """As `plain` writes them."""

    @property
    def laser_count(self) -> int:
        """Of each satellite."""
        return 2 * len(self.offsets)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class LaserReach:
    """Room between a motif's longest lasers and what they must keep; negative: broken."""

    longest_m: Array
    """Of each offset, anywhere and at any time, shape (offsets,)."""
    range_margin_m: Array
    grazing_margin_m: Array


def plain(offsets: Sequence[Offset], *, lattice: Lattice) -> tuple[Offset, ...]:
    """Write each laser in the one way that a lattice has for it, and refuse what is none.

    Planes come out between 0 and half of all, slots of links within a plane between 1 and half.

    Raises:
        ScenarioError: there is no laser; one leads to its own satellite, or to one whose own laser
            comes back the same way; two are the same. Every problem is told.
    """
    planes, slots = lattice.plane_count, lattice.slot_count
    shift = int(lattice.seam_shift_count)
    if not offsets:
        raise ScenarioError("motif: no laser; write offsets of planes and slots, as 0,1 and 1,0")
    shortened = [_shortened(one, planes, slots, shift) for one in offsets]
    problems = []
    for given, (across, along) in zip(offsets, shortened, strict=True):
        if (across, along) == (0, 0):
            problems.append(f"motif: {_told(given)} leads back to its own satellite; write another")
        elif _shortened((2 * across, 2 * along), planes, slots, shift) == (0, 0):
            problems.append(
                f"motif: {_told(given)} joins satellites opposite each other, whose lasers would "
                "be two ends of one link; write one plane or slot less"
            )
    for doubled, count in Counter(shortened).items():
        same = [
            _told(given) for given, one in zip(offsets, shortened, strict=True) if one == doubled
        ]
        if count > 1:
            problems.append(f"motif: {' and '.join(same)} are the same lasers; write one of them")
    if problems:
        raise ScenarioError("\n".join(problems))
    return tuple(shortened)


def _told(offset: Offset) -> str:
    return f"{offset[0]},{offset[1]}"


def _shortened(offset: Offset, planes: int, slots: int, shift: int) -> Offset:
    """The same laser or the one coming in, by the fewest planes, then slots."""
    ways = []
    for sign in (1, -1):
        wraps, across = divmod(sign * offset[0], planes)
        along = (sign * offset[1] + wraps * shift) % slots
        if 2 * along > slots:
            along -= slots
        ways.append((across, along))
    least = min(across for across, _ in ways)
    # Within a plane, and half way round, both ways are as far: the one with more slots counts.
    return max(way for way in ways if way[0] == least)


def laser_reach(lattice: Lattice, *, offsets: Sequence[Offset], range_m: ArrayLike) -> LaserReach:
    """Tell how far a motif's lasers keep within their range and above the air."""
    longest = jnp.stack(
        [longest_link_m(lattice, plane_offset=i, slot_offset=k) for i, k in offsets]
    )
    lowest = grazing_altitude_m(radius_m=lattice.radius_m, length_m=longest)
    return LaserReach(
        longest_m=longest,
        range_margin_m=jnp.asarray(range_m) - longest,
        grazing_margin_m=lowest - LEAST_GRAZING_M,
    )


def lasers(
    lattice: Lattice,
    *,
    offsets: tuple[Offset, ...],
    hop_s: ArrayLike = 0.0,
    alive: Array | None = None,
) -> Lasers:
    """Time light takes by each laser, and each hop's own.

    Args:
        lattice: the shell.
        offsets: the motif, as `plain` writes it.
        hop_s: of processing at each hop.
        alive: satellites that work, shape (planes, slots); all if not given.
    """
    whole = tuple(
        link_length_m(lattice, plane_offset=i, slot_offset=k) / LIGHT_M_PER_S + hop_s
        for i, k in offsets
    )
    if alive is not None:
        whole = tuple(
            jnp.where(alive & _partner(alive, lattice, offset), delay_s, NEVER_S)
            for delay_s, offset in zip(whole, offsets, strict=True)
        )
    return Lasers(delays_s=whole, seam_shift_count=lattice.seam_shift_count, offsets=offsets)


def _partner(values: Array, lattice: Lattice, offset: Offset) -> Array:
    """What stands at the other end of every satellite's laser, (planes, slots)."""
    across, along = offset
    over = jnp.roll(values[:across], -lattice.seam_shift_count, axis=1)
    return jnp.roll(jnp.concatenate([values[across:], over]), -along, axis=1)


def hops(lattice: Lattice, *, offsets: tuple[Offset, ...]) -> Delays:
    """Fewest hops from one satellite to every other: from each it is the same.

    Args:
        lattice: the shell; only its numbers of planes and slots and its seam count.
        offsets: the motif, as `plain` writes it.

    Returns:
        Hops in place of seconds, shape (planes, slots, 1).
    """
    shape = (lattice.plane_count, lattice.slot_count)
    one_s = jnp.ones(shape, jnp.float32)
    net = Lasers(
        delays_s=(one_s,) * len(offsets),
        seam_shift_count=lattice.seam_shift_count,
        offsets=offsets,
    )
    start_s = jnp.full((*shape, 1), NEVER_S, jnp.float32).at[0, 0].set(0.0)
    return delays(net, start_s=start_s)


def reached_mean_s(found: Delays) -> Array:
    """Mean over what is reached, for each source; never a mean with what is not."""
    reached = found.delay_s < UNREACHED_S
    total = jnp.where(reached, found.delay_s, 0.0).sum(axis=(0, 1), dtype=float)
    return total / reached.sum(axis=(0, 1))


def reached_most_s(found: Delays) -> Array:
    """Most over what is reached, for each source."""
    return jnp.where(found.delay_s < UNREACHED_S, found.delay_s, 0.0).max(axis=(0, 1))


def unreached_count(found: Delays) -> Array:
    """Satellites that nothing leads to, for each source."""
    return (found.delay_s >= UNREACHED_S).sum(axis=(0, 1))
