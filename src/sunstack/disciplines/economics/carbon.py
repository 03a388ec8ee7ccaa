"""How much carbon dioxide does a watt in orbit bring, beside one from a grid?

A flight burns its propellant, uses up an upper stage and a share 1/n of a stage that flies n times:
over what it carries that is the carbon of a kilogram launched. Satellites that burn up add what
their re-entry stands for. Spread over what a satellite gives in its life,

    k = m (k_launch + k_re-entry) / (P T)

is what a joule in orbit brings, as a grid's does.

Assumes: all power is used, from the first day to the last.
Leaves out: making the satellite and its chips (a site on the ground has those too, but for the
array), soot and alumina beside carbon dioxide, the ground's own building.
Reference: Dirty Bits in low-Earth orbit, arXiv 2508.06250 (2025).
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike


def launch_carbon_ratio(
    *,
    propellant_carbon_kg: ArrayLike,
    reused_stage_carbon_kg: ArrayLike,
    reuse_count: ArrayLike,
    spent_stage_carbon_kg: ArrayLike,
    payload_mass_kg: ArrayLike,
) -> Array:
    """Carbon of a kilogram launched, over it.

    Args:
        propellant_carbon_kg: of burning and making the propellant of a flight.
        reused_stage_carbon_kg: of making the stage that flies again.
        reuse_count: flights of that stage; 1: thrown away.
        spent_stage_carbon_kg: of making what is thrown away.
        payload_mass_kg: that a flight carries.
    """
    each = jnp.asarray(reused_stage_carbon_kg) / jnp.maximum(jnp.asarray(reuse_count), 1.0)
    flight_kg = jnp.asarray(propellant_carbon_kg) + each + spent_stage_carbon_kg
    return flight_kg / jnp.maximum(jnp.asarray(payload_mass_kg), 1e-3)


def launched_power_carbon_kg_per_j(
    *, mass_kg: ArrayLike, carbon_ratio: ArrayLike, power_w: ArrayLike, life_s: ArrayLike
) -> Array:
    """Carbon of launch, and of re-entry if `carbon_ratio` holds it, for each joule in orbit."""
    given_j = jnp.asarray(power_w) * jnp.asarray(life_s)
    return jnp.asarray(mass_kg) * carbon_ratio / jnp.maximum(given_j, 1e-9)
