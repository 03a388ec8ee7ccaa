"""Which patterns of lasers are worth a look?

+Grid keeps every satellite within reach; lasers beyond its four skip planes and slots. How far is
tried in steps of a half more, near and far, up to what range and the Earth's air allow. Of eight
lasers' two skips, those are tried that mirror each other, that lie along and across, and that add
to the best skip of six lasers.

With g offsets (2 g lasers) at most so many satellites lie within h hops as a lattice of g
dimensions has points, whatever the motif, which bounds the mean from below.

Leaves out: lasers that differ from satellite to satellite.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import network
from sunstack.disciplines.network import Lattice, Offset
from sunstack.errors import ScenarioError
from sunstack.units import EARTH_RADIUS_M

STEP_RATIO = 1.5
TILTED: tuple[tuple[Offset, ...], ...] = (((0, 1), (1, 1)), ((0, 1), (1, -1)))
"""Four lasers whose ones across lead a slot on or back."""

type Motif = tuple[Offset, ...]


def strides(most: int, step: int = 1) -> list[int]:
    """Whole multiples of a step up to a most, each about a half more than the one before."""
    found, count = [], 1
    while count * step <= most:
        found.append(count * step)
        count = max(count + 1, round(count * STEP_RATIO))
    return found


def skips(lattice: Lattice, *, range_m: float, steps: tuple[int, int] = (1, 1)) -> list[Offset]:
    """Offsets beyond +Grid's that keep within range and above the air.

    Args:
        lattice: the shell.
        range_m: of a laser.
        steps: planes and slots that offsets are multiples of.
    """
    across = strides(lattice.plane_count // 2, steps[0])
    along = strides(lattice.slot_count // 2, steps[1])
    signed = [-one for one in along] + [0, *along]
    tried = [(0, slots) for slots in along] + [(i, k) for i in across for k in signed]
    fitting = within([one for one in tried if one not in network.GRID], lattice, range_m=range_m)
    return [one for one in fitting if _plain(one, lattice=lattice) is not None]


def within(offsets: Sequence[Offset], lattice: Lattice, *, range_m: float) -> list[Offset]:
    """Those of some offsets whose lasers never leave their range nor come down into the air."""
    if not offsets:
        return []
    lengths_m = longest_m(offsets, lattice)
    least_radius_m = np.sqrt(
        (EARTH_RADIUS_M + network.LEAST_GRAZING_M) ** 2 + (lengths_m / 2.0) ** 2
    )
    kept = (lengths_m <= range_m) & (least_radius_m <= float(lattice.radius_m))
    return [one for one, keeps in zip(offsets, kept, strict=True) if keeps]


def longest_m(offsets: Sequence[Offset], lattice: Lattice) -> NDArray[np.float64]:
    """Length that each offset's lasers reach, anywhere and at any time."""
    return np.asarray(_longest_m(lattice, jnp.asarray(offsets)))


@jax.jit
def _longest_m(lattice: Lattice, offsets: Any) -> Any:
    def one(offset: Any) -> Any:
        return network.longest_link_m(lattice, plane_offset=offset[0], slot_offset=offset[1])

    return jax.lax.map(one, offsets)


def _plain(*offsets: Offset, lattice: Lattice) -> Motif | None:
    try:
        return network.plain(offsets, lattice=lattice)
    except ScenarioError:
        return None


def motifs(lattice: Lattice, offsets: Iterable[Sequence[Offset]]) -> list[Motif]:
    """Write motifs plainly, +Grid's lasers first, each once; leave out those that are none."""
    plain = (_plain(*one, lattice=lattice) for one in offsets)
    written = (_sorted(one) for one in plain if one is not None)
    return list(dict.fromkeys(written))


def _sorted(motif: Motif) -> Motif:
    return tuple(sorted(motif, key=lambda one: (one not in network.GRID, one)))


def with_one(found: Sequence[Offset]) -> list[Motif]:
    """+Grid and a skip: six lasers."""
    return [(*network.GRID, one) for one in found]


def with_two(found: Sequence[Offset], best: Offset | None) -> list[Motif]:
    """+Grid and two skips: eight lasers."""
    mirrored = [((i, k), (i, -k)) for i, k in found if i and k > 0]
    across = [one for one in found if one[1] == 0]
    along = [one for one in found if one[0] == 0]
    pairs = mirrored + [(one, other) for one in across for other in along]
    if best is not None:
        pairs += [(best, one) for one in found if one != best]
    return [(*network.GRID, *pair) for pair in pairs]


def near(motif: Motif, steps: tuple[int, int]) -> list[Motif]:
    """The same motif with its skips a little longer and shorter."""
    found = [motif]
    for ratio in (0.8, 1.25):
        skipping = [
            (round(i * ratio), round(k * ratio)) if (i, k) not in network.GRID else (i, k)
            for i, k in motif
        ]
        found.append(tuple(skipping))
    moved = [
        (i + (steps[0] // 2 if i else 0), k) if (i, k) not in network.GRID else (i, k)
        for i, k in motif
    ]
    return [*found, tuple(moved)]


def least_mean_hops(*, satellite_count: int, offset_count: int) -> float:
    """Fewest mean hops that any pattern of so many offsets can have.

    Within h hops lie at most sum over j of 2^j C(g, j) C(h, j) satellites, which are the points of
    a lattice of g dimensions within h steps (Conway & Sloane, Proc. R. Soc. A 453 (1997) 2369).
    """
    told, hops, total = 1, 0, 0
    while told < satellite_count:
        hops += 1
        ball = sum(
            2**j * math.comb(offset_count, j) * math.comb(hops, j) for j in range(offset_count + 1)
        )
        fresh = min(ball, satellite_count) - told
        total += hops * fresh
        told += fresh
    return total / satellite_count
