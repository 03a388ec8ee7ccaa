"""Which satellites of a cluster see each other past the rest, and how fast must a laser turn?

A member stands in the way of two others while it is nearer than its own radius to the line between
them. On the lattice the way between points (a, b) apart with a common divisor is always barred, by
the point between them. Without one the nearest points beside the line are 2 p² / L from it, L the
length of the way at the time: barred for the share of an orbit in which L exceeds 2 p² / radius.

Assumes: satellites are spheres; straight ways.
Leaves out: beams' own width (centimetres here), terminals' fields of regard.
Reference: geometry; the area of the lattice's cell, 2 p², does not change as it turns.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from .hill import Motion
from .lattice import Integers


@jax.jit
def barred_fraction(
    track_m: Array, *, start_number: int, end_numbers: Integers, radius_m: ArrayLike
) -> Array:
    """Share of samples in which another member bars the way from one to others, (ends,).

    Args:
        track_m: shape (samples, satellites, 3).
        start_number: of the member that looks.
        end_numbers: of those it looks at, itself not among them.
        radius_m: of every member.
    """
    from_start = track_m - track_m[:, start_number, None]
    squared = jnp.sum(from_start**2, axis=-1)
    members = jnp.arange(track_m.shape[1])

    def _toward(end: Array) -> Array:
        way, length = from_start[:, end], squared[:, end]
        share = jnp.einsum("tsx,tx->ts", from_start, way) / jnp.maximum(length, 1e-9)[:, None]
        beside = squared - share**2 * length[:, None]
        other = (members != end) & (members != start_number)
        bars = other & (share > 0.0) & (share < 1.0) & (beside < jnp.asarray(radius_m) ** 2)
        return jnp.mean(jnp.any(bars, axis=1), dtype=float)

    shares: Array = lax.map(_toward, jnp.asarray(end_numbers))
    return shares


def lattice_barred_fraction(
    *, offset: tuple[int, int], pitch_m: ArrayLike, radius_m: ArrayLike
) -> Array:
    """The same in the midst of a large lattice, by closed form."""
    if math.gcd(*offset) != 1:
        return jnp.ones(jnp.broadcast_shapes(jnp.shape(pitch_m), jnp.shape(radius_m)))
    ratio = 2.0 * jnp.asarray(pitch_m) / (jnp.asarray(radius_m) * math.hypot(*offset))
    # L² = p² (a² + b²) (1 + 3 sin²), so that L exceeds the limit where sin² exceeds this.
    limit = jnp.clip((ratio**2 - 1.0) / 3.0, 0.0, 1.0)
    # Between direct and diagonal neighbours there stands no point beside the way.
    beside = max(abs(offset[0]), abs(offset[1])) > 1
    return jnp.where(beside, 2.0 / jnp.pi * jnp.arccos(jnp.sqrt(limit)), 0.0)


@jax.jit
def pointing_rad_per_s(relative: Motion, *, start_number: int = 0) -> Array:
    """Greatest rate at which the way from one member to each turns, in the turning axes.

    Args:
        relative: shape (samples, satellites, 3).
        start_number: of the member that looks; to itself the rate is 0.
    """
    way = relative.position_m - relative.position_m[:, start_number, None]
    speed = relative.velocity_m_per_s - relative.velocity_m_per_s[:, start_number, None]
    squared = jnp.maximum(jnp.sum(way**2, axis=-1), 1e-9)
    turned: Array = jnp.linalg.norm(jnp.cross(way, speed), axis=-1) / squared
    return turned.max(axis=0)
