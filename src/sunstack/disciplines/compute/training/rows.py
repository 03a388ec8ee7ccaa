"""How do copies of a model lie in rows of satellites, and how long does a sum over them take there?

A copy's p stages follow each other along a plane. Its c copies stand side by side, in as many of R
rows as lasers join across, and what finds no row any more goes on behind, in b = c / min(c, R)
blocks along the plane. A sum of D bits goes across first, then a row's share of it along, where the
rings of all p stages pass the same lasers:

    ring(D, min(c, R), C / f, f a')  +  ring(D / min(c, R), b, C / (f p), f p a)

with `ring` of `step`, C a laser's rate, a and a' a hop along and across. f is 2 where rows end: a
ring is then folded, two hops a member, all its bits one way round; 1 where they close, and where a
network on the ground lets each reach all.

E satellites that share experts are a row of their own; what each sends to the others crosses its
middle, so that it sends 4 C (E - 1) / E² at most. The job takes a share p b / S of its planes' S
places, and so it meets a shadow a part as long earlier and later.

Assumes: a job in one patch; equal hops along and across.
Leaves out: what stages, sums, experts and users' traffic take from each other on the same lasers.
Reference: Dally & Towles, Principles and Practices of Interconnection Networks (2004), sec. 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from .step import Layout, Links, ring_exchange_s


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Grid:
    """What joins the satellites among which a job lies; machines on the ground."""

    row_count: Array
    """Planes side by side, or one above the other, that lasers join; infinite on the ground."""
    slot_count: Array
    """Satellites of a plane."""
    bit_per_s: Array
    """Of a laser, each way."""
    along_hop_s: Array
    across_hop_s: Array
    fold_count: Array
    """Hops from one member of a ring to the next: 2 where rows end, 1 where they close."""


def block_count(grid: Grid, *, copy_count: Array) -> Array:
    """Copies behind each other along a plane."""
    return copy_count / jnp.minimum(copy_count, grid.row_count)


def sum_exchange_s(grid: Grid, *, bit_count: Array, copy_count: Array, stage_count: Array) -> Array:
    """Sum what each satellite holds over the copies.

    Args:
        grid: what joins them.
        bit_count: that a satellite holds.
        copy_count: of the model, or workers that train apart.
        stage_count: satellites of each along a plane.
    """
    rows = jnp.minimum(copy_count, grid.row_count)
    shared = jnp.where(grid.fold_count > 1.0, stage_count, 1.0)
    across_s = ring_exchange_s(
        bit_count=bit_count,
        member_count=rows,
        bit_per_s=grid.bit_per_s / grid.fold_count,
        hop_s=grid.fold_count * grid.across_hop_s,
    )
    along_s = ring_exchange_s(
        bit_count=bit_count / rows,
        member_count=copy_count / rows,
        bit_per_s=grid.bit_per_s / (grid.fold_count * shared),
        hop_s=grid.fold_count * shared * grid.along_hop_s,
    )
    return across_s + along_s


def links_of(grid: Grid, layout: Layout) -> Links:
    """What joins neighbours, and those that share experts."""
    members = layout.expert_satellite_count
    share = jnp.minimum(4.0 * (members - 1.0) / members**2, 1.0)
    ends = (grid.fold_count > 1.0) & (members > 1.0)
    return Links(
        bit_per_s=grid.bit_per_s,
        hop_s=grid.along_hop_s,
        all_to_all_bit_per_s=grid.bit_per_s * jnp.where(ends, share, 1.0),
    )


def arc_fraction(grid: Grid, *, copy_count: Array, stage_count: Array) -> Array:
    """Share of its planes' length that a job takes, from its first satellite to its last."""
    along = stage_count * block_count(grid, copy_count=copy_count)
    return jnp.clip((along - 1.0) / grid.slot_count, 0.0, 1.0)
