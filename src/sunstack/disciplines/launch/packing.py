"""How many satellites does one flight carry, and is it mass or room that limits them?

    by mass  m_payload (1 - a) / m_satellite          a: share of dispenser and adapter
    by room  V_bay κ / V_stowed                       κ: share of the bay that can be filled

A flight carries the smaller number, rounded down. Rounding would have no slope: the gradient of the
whole number is therefore that of the unrounded one, which also stands for figures in tonnes.

Assumes: one kind of satellite on a flight; the payload mass is that to the orbit of release.
Leaves out: the shape of the stack, which the filled share stands for; loads on a tall stack.
Reference: Wertz & Larson (3rd ed.), sec. 18.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

SMALLEST_KG = 1e-3
SMALLEST_M3 = 1e-6
WHOLE_WITHIN_RATIO = 1e-6
"""46 satellites that fit exactly must not become 45 by rounding."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Rocket:
    """What a rocket lifts to the orbit of release and how much room it has."""

    payload_mass_kg: Array
    adapter_mass_fraction: Array
    """Share of the payload mass that is dispenser and adapter."""
    bay_volume_m3: Array
    packing_fraction: Array
    """Share of the bay's volume that stowed satellites can fill."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Packing:
    """Satellites on one flight."""

    satellite_count: Array
    """Whole satellites; 0 when not even one fits."""
    unrounded_count: Array
    """Before rounding down."""
    by_mass_count: Array
    """What the mass allows, unrounded."""
    by_volume_count: Array
    """What the room allows, unrounded."""
    volume_binds: Array
    """True where room runs out before mass does."""
    lift_margin_ratio: Array
    """Mass lifted against one satellite's mass; negative when the rocket cannot lift one."""
    bay_margin_ratio: Array
    """Room against one satellite's stowed volume; negative when it does not fit."""


def packing(rocket: Rocket, *, satellite_kg: ArrayLike, stowed_volume_m3: ArrayLike) -> Packing:
    """Pack as many satellites on a flight as mass and room allow.

    A stowed volume of 0 stands for one that is not known: mass alone then decides.
    """
    lifted_kg = rocket.payload_mass_kg * (1.0 - rocket.adapter_mass_fraction)
    room_m3 = rocket.bay_volume_m3 * rocket.packing_fraction
    mass = jnp.maximum(jnp.asarray(satellite_kg), SMALLEST_KG)
    volume = jnp.maximum(jnp.asarray(stowed_volume_m3), SMALLEST_M3)
    by_mass, by_volume = lifted_kg / mass, room_m3 / volume
    unrounded = jnp.minimum(by_mass, by_volume)
    whole = jax.lax.stop_gradient(jnp.floor(unrounded * (1.0 + WHOLE_WITHIN_RATIO)))
    return Packing(
        satellite_count=whole + (unrounded - jax.lax.stop_gradient(unrounded)),
        unrounded_count=unrounded,
        by_mass_count=by_mass,
        by_volume_count=by_volume,
        volume_binds=by_volume < by_mass,
        lift_margin_ratio=(lifted_kg - mass) / jnp.maximum(lifted_kg, mass),
        bay_margin_ratio=(room_m3 - volume) / jnp.maximum(room_m3, volume),
    )


def flights_for_mass_count(*, mass_kg: ArrayLike, payload_mass_kg: ArrayLike) -> Array:
    """Flights that lift a mass, every one full to its last kilogram; a bound from below."""
    return jnp.asarray(mass_kg) / jnp.maximum(jnp.asarray(payload_mass_kg), SMALLEST_KG)
