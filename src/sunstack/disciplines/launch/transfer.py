"""How does a satellite get from its release to its place, and down again, and on how much gas?

A Hall thruster turns power E at efficiency η and specific impulse I into thrust; with v = g₀ I:

    T = 2 η E / v          m_propellant = m (1 - e^{-Δv/v})          time = m_propellant v / (T d)

d the share of the time it thrusts: in sunlight, and of that as often as operations allow. Planes
part while satellites wait in a low orbit, by the difference of the drifts of the two nodes Ω':

    time = ΔΩ / |Ω'_parking - Ω'_final|

Assumes: constant thrust and specific impulse; Δv of a slow spiral (Edelbaum), given.
Leaves out: drag while low, drift of the node during the raise itself (which helps a little).
Reference: Goebel & Katz, Fundamentals of Electric Propulsion (2008), ch. 2; Vallado (4th ed.),
sec. 6.7 and 9.6.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import STANDARD_GRAVITY_M_PER_S2

LEAST_THRUST_N = 1e-9
LEAST_DRIFT_RAD_PER_S = 1e-15
"""Drifts nearer than this never part: half a turn would take 100 million years."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Raising:
    """A spiral under low thrust."""

    duration_s: Array
    propellant_kg: Array


def hall_thrust_n(
    *, power_w: ArrayLike, efficiency: ArrayLike, specific_impulse_s: ArrayLike
) -> Array:
    """Thrust of a power."""
    exhaust = jnp.maximum(_exhaust_m_per_s(specific_impulse_s), 1.0)
    return 2.0 * jnp.asarray(efficiency) * power_w / exhaust


def propellant_kg(
    *, mass_kg: ArrayLike, delta_v_m_per_s: ArrayLike, specific_impulse_s: ArrayLike
) -> Array:
    """Propellant used up by a velocity change, from the mass before it."""
    speeds = jnp.asarray(delta_v_m_per_s) / jnp.maximum(_exhaust_m_per_s(specific_impulse_s), 1.0)
    return -jnp.asarray(mass_kg) * jnp.expm1(-speeds)


def raising(
    *,
    mass_kg: ArrayLike,
    delta_v_m_per_s: ArrayLike,
    specific_impulse_s: ArrayLike,
    thrust_n: ArrayLike,
    sunlit_fraction: ArrayLike,
    duty_fraction: ArrayLike,
) -> Raising:
    """Raise or lower an orbit.

    Args:
        mass_kg: at the start, propellant included.
        delta_v_m_per_s: of the spiral.
        specific_impulse_s: of the thrusters.
        thrust_n: of all thrusters together.
        sunlit_fraction: share of the time with sunlight to thrust in.
        duty_fraction: share of the sunlit time that is spent thrusting.
    """
    used = propellant_kg(
        mass_kg=mass_kg, delta_v_m_per_s=delta_v_m_per_s, specific_impulse_s=specific_impulse_s
    )
    mean_n = jnp.asarray(thrust_n) * sunlit_fraction * duty_fraction
    impulse = used * _exhaust_m_per_s(specific_impulse_s)
    return Raising(duration_s=impulse / jnp.maximum(mean_n, LEAST_THRUST_N), propellant_kg=used)


def plane_spreading_s(
    *,
    node_spread_rad: ArrayLike,
    parking_drift_rad_per_s: ArrayLike,
    final_drift_rad_per_s: ArrayLike,
) -> Array:
    """Time satellites wait low until their nodes have parted; very long where they never do."""
    apart = jnp.abs(jnp.asarray(parking_drift_rad_per_s) - jnp.asarray(final_drift_rad_per_s))
    return jnp.abs(jnp.asarray(node_spread_rad)) / jnp.maximum(apart, LEAST_DRIFT_RAD_PER_S)


def _exhaust_m_per_s(specific_impulse_s: ArrayLike) -> Array:
    return STANDARD_GRAVITY_M_PER_S2 * jnp.asarray(specific_impulse_s)
