"""How does a satellite move about another one on a circular orbit, seen from there?

In axes that turn with the orbit at the rate n, x up, y along the track and z across it,

    ẍ - 2 n ẏ - 3 n² x = 0        ÿ + 2 n ẋ = 0        z̈ + n² z = 0

whose solution stays bounded if ẏ = -2 n x at some instant. Any other speed along the track is a
difference in semi-major axis, and drifts: an impulse Δv along the track changes the drift by -3 Δv.

Assumes: distances small against the orbit's radius; a round Earth.
Leaves out: second order, y²/2r of height, 0.07 m at 1 km; oblateness (see `motion`).
Reference: Clohessy & Wiltshire, J. Aerospace Sci. 27 (1960) 653; Vallado (4th ed.), sec. 6.8.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Motion:
    """Place and velocity, shape (..., 3): inertial, or up, along and across in turning axes."""

    position_m: Array
    velocity_m_per_s: Array


def coast(start: Motion, *, mean_motion_rad_per_s: ArrayLike, elapsed_s: ArrayLike) -> Motion:
    """Move on without thrust, in the turning axes; the elapsed time is broadcast."""
    n = jnp.asarray(mean_motion_rad_per_s)
    angle = n * jnp.asarray(elapsed_s)
    s, c = jnp.sin(angle), jnp.cos(angle)
    x, y, z = jnp.moveaxis(start.position_m, -1, 0)
    u, v, w = jnp.moveaxis(start.velocity_m_per_s, -1, 0)
    place = [
        (4.0 - 3.0 * c) * x + s / n * u + 2.0 / n * (1.0 - c) * v,
        6.0 * (s - angle) * x + y - 2.0 / n * (1.0 - c) * u + (4.0 * s - 3.0 * angle) / n * v,
        c * z + s / n * w,
    ]
    speed = [
        3.0 * n * s * x + c * u + 2.0 * s * v,
        -6.0 * n * (1.0 - c) * x - 2.0 * s * u + (4.0 * c - 3.0) * v,
        -n * s * z + c * w,
    ]
    return Motion(position_m=jnp.stack(place, axis=-1), velocity_m_per_s=jnp.stack(speed, axis=-1))


def drift_m_per_s(start: Motion, *, mean_motion_rad_per_s: ArrayLike) -> Array:
    """Mean speed along the track: 0 for motion that stays bounded."""
    height, along = start.position_m[..., 0], start.velocity_m_per_s[..., 1]
    return -3.0 * (2.0 * jnp.asarray(mean_motion_rad_per_s) * height + along)


def stopping_impulse_m_per_s(*, drift_m: ArrayLike, duration_s: ArrayLike) -> Array:
    """Impulse along the track that stops a drift of so many metres in a time."""
    return jnp.abs(jnp.asarray(drift_m)) / (3.0 * jnp.asarray(duration_s))
