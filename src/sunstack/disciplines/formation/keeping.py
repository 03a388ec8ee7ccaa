"""What does it take to hold a cluster together against air and light, and how long without?

What acts on all members alike moves the cluster; what acts on one more than on its neighbour by a
force ΔF along the track parts them:

    Δv = ΔF / m · t        y(t) = ẏ t + (3/2) (ΔF / m) t²

for a drift ẏ at first (as an impulse left undone, -3 Δv) and no thrust from then on: slower when
pushed forwards, as ever on an orbit, so that both terms count by their size.

Assumes: a steady force along the track; the pair's nearest neighbours keep their own places.
Leaves out: that eccentricity vectors turn, which neither opens nor closes the gap in the mean.
Reference: Hill-Clohessy-Wiltshire with a constant force; Vallado (4th ed.), sec. 6.8, 8.6.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

LIGHT_M_PER_S = 299_792_458.0


def drag_force_n(
    *,
    density_kg_per_m3: ArrayLike,
    speed_m_per_s: ArrayLike,
    drag_coefficient_ratio: ArrayLike,
    area_m2: ArrayLike,
) -> Array:
    """Force of the air against the motion."""
    pressure = 0.5 * jnp.asarray(density_kg_per_m3) * jnp.asarray(speed_m_per_s) ** 2
    return pressure * jnp.asarray(drag_coefficient_ratio) * jnp.asarray(area_m2)


def light_force_n(
    *, sunlight_w_per_m2: ArrayLike, area_m2: ArrayLike, reflected_fraction: ArrayLike
) -> Array:
    """Force of sunlight on an area that faces it and throws a share straight back."""
    pressure = jnp.asarray(sunlight_w_per_m2) / LIGHT_M_PER_S
    return pressure * jnp.asarray(area_m2) * (1.0 + jnp.asarray(reflected_fraction))


def impulse_m_per_s(*, force_n: ArrayLike, mass_kg: ArrayLike, duration_s: ArrayLike) -> Array:
    """Velocity change that makes up for a force over a time."""
    return jnp.asarray(force_n) / jnp.asarray(mass_kg) * jnp.asarray(duration_s)


def parted_m(
    *, drift_m_per_s: ArrayLike, force_n: ArrayLike, mass_kg: ArrayLike, elapsed_s: ArrayLike
) -> Array:
    """Distance along the track by which a drift and a force have parted two satellites."""
    time, pushed = jnp.asarray(elapsed_s), jnp.asarray(force_n) / jnp.asarray(mass_kg)
    return jnp.abs(jnp.asarray(drift_m_per_s)) * time + 1.5 * jnp.abs(pushed) * time**2


def time_to_cross_s(
    *, gap_m: ArrayLike, drift_m_per_s: ArrayLike, force_n: ArrayLike, mass_kg: ArrayLike
) -> Array:
    """Time until drift and force have used up a gap; infinite if there is neither."""
    speed = jnp.abs(jnp.asarray(drift_m_per_s))
    pushed = 1.5 * jnp.abs(jnp.asarray(force_n)) / jnp.asarray(mass_kg)
    root = jnp.sqrt(speed**2 + 4.0 * pushed * jnp.asarray(gap_m))
    # The root of a quadratic, written so that it holds for no force as well.
    still = (speed + root) == 0.0
    return jnp.where(still, jnp.inf, 2.0 * jnp.asarray(gap_m) / jnp.where(still, 1.0, speed + root))
