"""What does it cost to bring a kilogram to orbit?

Wright's law, M the mass launched so far, ℓ the learning rate (share saved at each doubling):

    P = P₀ (M/M₀)^{log₂(1 - ℓ)}

From below, V the cost of a new vehicle per kilogram it carries, n the flights it makes, f the share
of what must be refurbished (W) spent after each flight, and k propellant:

    C = V/n + f W + k

Launched power, m the satellite's mass, E its power and L its life:  m P / (E L), in $ per joule of
capacity; 1 $/(kW·year) is 3.17e-11 $/J.

Assumes: money of one year throughout; a vehicle costs the same whenever it is built.
Leaves out: development, range, insurance, the price of a monopoly but for the margin given.
Reference: Wright, J. Aeronautical Sciences 3 (1936) 122; Google's Project Suncatcher, arXiv
2511.19468v2, sec. 4.4, both ways.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

LARGEST_EXPONENT = 80.0
"""e to this is 5e34: what no price will ever reach, still finite in float32."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Learning:
    """A price that falls with the mass launched."""

    start_usd_per_kg: Array
    start_kg: Array
    """Mass launched when the price was the first one."""
    learning_fraction: Array
    """Share by which the price falls at each doubling of the mass."""
    floor_usd_per_kg: Array
    """Below which it does not fall: propellant at least, or 0."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Reuse:
    """A cost from vehicle, reuse, refurbishment and propellant; all per kilogram carried."""

    vehicle_usd_per_kg: Array
    """A new vehicle over what it carries."""
    reuse_count: Array
    """Flights of one vehicle; 1 is thrown away."""
    refurbishment_fraction: Array
    """Share spent after each flight that is not the last."""
    refurbished_usd_per_kg: Array
    """What that share is of."""
    propellant_usd_per_kg: Array
    margin_fraction: Array
    """Share of the price that is margin."""


def learned_price_usd_per_kg(learning: Learning, *, launched_kg: ArrayLike) -> Array:
    """Price once so much has been launched; the first price up to the mass it belongs to."""
    grown = jnp.maximum(jnp.asarray(launched_kg) / learning.start_kg, 1.0)
    price = learning.start_usd_per_kg * jnp.exp(-_exponent_ratio(learning) * jnp.log(grown))
    return jnp.maximum(price, learning.floor_usd_per_kg)


def launched_mass_at_price_kg(learning: Learning, *, price_usd_per_kg: ArrayLike) -> Array:
    """Mass launched, the first one included, when a price is reached; very large for never."""
    fallen = jnp.log(learning.start_usd_per_kg / jnp.asarray(price_usd_per_kg))
    doublings = jnp.maximum(fallen, 0.0) / jnp.maximum(_exponent_ratio(learning), 1e-9)
    reached = jnp.asarray(price_usd_per_kg) >= learning.floor_usd_per_kg
    exponent = jnp.where(reached, jnp.minimum(doublings, LARGEST_EXPONENT), LARGEST_EXPONENT)
    return learning.start_kg * jnp.exp(exponent)


def reuse_cost_usd_per_kg(reuse: Reuse) -> Array:
    """Cost to whoever flies, without margin."""
    flown = jnp.maximum(reuse.reuse_count, 1.0)
    again = 1.0 - 1.0 / flown
    refurbished = reuse.refurbishment_fraction * reuse.refurbished_usd_per_kg * again
    return reuse.vehicle_usd_per_kg / flown + refurbished + reuse.propellant_usd_per_kg


def propellant_cost_usd_per_kg(
    *,
    oxidiser_kg: ArrayLike,
    oxidiser_usd_per_kg: ArrayLike,
    fuel_kg: ArrayLike,
    fuel_usd_per_kg: ArrayLike,
    payload_mass_kg: ArrayLike,
) -> Array:
    """Propellant of a flight over what it carries: the floor of any cost."""
    oxidiser_usd = jnp.asarray(oxidiser_kg) * oxidiser_usd_per_kg
    flight_usd = oxidiser_usd + jnp.asarray(fuel_kg) * fuel_usd_per_kg
    return flight_usd / jnp.maximum(jnp.asarray(payload_mass_kg), 1e-3)


def price_with_margin_usd_per_kg(
    *, cost_usd_per_kg: ArrayLike, margin_fraction: ArrayLike
) -> Array:
    """Price of which a share is margin."""
    return jnp.asarray(cost_usd_per_kg) / jnp.maximum(1.0 - jnp.asarray(margin_fraction), 1e-9)


def launched_power_price_usd_per_j(
    *, mass_kg: ArrayLike, price_usd_per_kg: ArrayLike, power_w: ArrayLike, life_s: ArrayLike
) -> Array:
    """Price of launch for each watt and second of a satellite's life."""
    capacity_j = jnp.asarray(power_w) * jnp.asarray(life_s)
    return jnp.asarray(mass_kg) * price_usd_per_kg / jnp.maximum(capacity_j, 1e-9)


def _exponent_ratio(learning: Learning) -> Array:
    """-log₂(1 - ℓ): 0.32 at a learning rate of 20 %."""
    return -jnp.log2(1.0 - jnp.clip(learning.learning_fraction, 0.0, 0.99))
