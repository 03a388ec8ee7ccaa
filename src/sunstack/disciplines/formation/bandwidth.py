"""How much can one half of a network of links send to the other?

The rate across the cut that halves it: of a torus, two links for each node of a layer across one
axis; of a folded Clos network, what half of its ends can send; of a lattice, the links that a
straight cut meets, in whichever direction these carry least.

Assumes: links that carry the same both ways at once; rates are those of one way.
Leaves out: how well a routing uses the cut; a lattice's cuts that are not straight, which may
carry less still.
Reference: Dally & Towles, Principles and Practices of Interconnection Networks, sec. 3.3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from .lattice import DIAGONAL, DIRECT, Integers, Lattice, neighbours

CUT_DIRECTIONS = 36


def torus_bisection_bit_per_s(
    *, sides: Sequence[int], rate_bit_per_s: ArrayLike, across: int | None = None
) -> Array:
    """Bisection of a torus of any number of axes.

    Args:
        sides: nodes along each axis.
        rate_bit_per_s: of each link, one way.
        across: axis that is cut; the longest if not given, which carries least.
    """
    cut = sides[int(np.argmax(sides)) if across is None else across]
    # A ring of two nodes is joined by one link, not by two.
    ways = 2 if cut > 2 else 1
    return ways * math.prod(sides) / cut * jnp.asarray(rate_bit_per_s)


def clos_bisection_bit_per_s(*, end_count: ArrayLike, rate_bit_per_s: ArrayLike) -> Array:
    """Bisection of a folded Clos network that holds nothing back."""
    return 0.5 * jnp.asarray(end_count) * jnp.asarray(rate_bit_per_s)


def mesh_pairs(lattice: Lattice, *, diagonal: bool) -> tuple[Integers, Integers]:
    """Both ends of every link between direct neighbours, and diagonal ones if asked for."""
    offsets = DIRECT + (DIAGONAL if diagonal else ())
    found = [neighbours(lattice, offset=offset) for offset in offsets]
    start, end = zip(*found, strict=True)
    return np.concatenate(start), np.concatenate(end)


def mesh_bisection_bit_per_s(
    lattice: Lattice, *, pairs: tuple[Integers, Integers], rate_bit_per_s: ArrayLike
) -> Array:
    """Rate across the straight cut that halves a lattice and carries least.

    Args:
        lattice: the cluster.
        pairs: both ends of every link.
        rate_bit_per_s: of each link, one way, shape (..., links); times in front stay.
    """
    i, j = np.array(lattice.points).T
    angle = np.pi * (np.arange(CUT_DIRECTIONS)[:, None] + 1e-3) / CUT_DIRECTIONS
    # A little off the lattice's own directions, so that no two members lie level.
    order = np.argsort(i * np.cos(angle) + j * np.sin(angle), axis=1, kind="stable")
    lower = np.zeros(order.shape, dtype=bool)
    np.put_along_axis(lower, order[:, : lattice.satellite_count // 2], True, axis=1)
    crossing = lower[:, pairs[0]] != lower[:, pairs[1]]
    shape = (*jnp.shape(rate_bit_per_s)[:-1], len(pairs[0]))
    rates = jnp.broadcast_to(jnp.asarray(rate_bit_per_s), shape)
    return jnp.min(rates @ jnp.asarray(crossing.T, dtype=float), axis=-1)
