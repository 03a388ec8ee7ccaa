"""What does a satellite cost, part by part, and how does that fall with those made and with time?

What is made for the fleet (array, radiator, battery, lasers, thrusters, bus, other payload, and
assembly and test as a share of them) follows Wright's law in satellites launched, from the number
at which the prices hold; a fleet that has not come so far pays more. Chips are bought where all the
world buys them: their price falls with time alone. Insurance is a share of what is lost when a
launch fails; development is spread over all that is launched.

Assumes: prices per watt, square metre, joule and kilogram hold at any size; all parts learn alike.
Leaves out: spare parts kept on the ground, scrap, the profit of a maker who is not the operator.
Reference: Wertz & Larson (3rd ed.), sec. 20.3, for recurring cost, and learning in lots.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import YEAR_S

from .learning import learned_ratio, lot_mean_ratio

PARTS = (
    "chips",
    "array",
    "radiator",
    "battery",
    "lasers",
    "thrusters",
    "bus",
    "other payload",
    "assembly",
    "launch",
    "insurance",
    "development",
)
"""Of a satellite's capital, in the order of every axis of parts."""
FIRST_COUNT = 1.0
"""Below one satellite made there is nothing to learn from."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Amounts:
    """How much of each part a satellite has; scalars."""

    array_w: Array
    """Of a new array in sunlight at 28 °C."""
    radiator_area_m2: Array
    battery_j: Array
    laser_count: Array
    thruster_count: Array
    bus_kg: Array
    """With the structure."""
    chip_count: Array
    other_payload_kg: Array
    """Of a payload that is not computers; 0 of one that is."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Prices:
    """Of parts, in money of 2026; scalars."""

    chip_usd: Array
    """Of one accelerator at the programme's start; 0 where it is not known."""
    chip_fall_fraction: Array
    """Share by which it falls each year."""
    payload_factor: Array
    """The whole payload over its chips: hosts, boards, qualification."""
    array_usd_per_w: Array
    radiator_usd_per_m2: Array
    battery_usd_per_j: Array
    laser_usd: Array
    thruster_usd: Array
    bus_usd_per_kg: Array
    other_payload_usd_per_kg: Array
    assembly_fraction: Array
    """Of what is assembled, chips apart."""
    learned_count: Array
    """Satellites made when these prices hold."""
    learning_fraction: Array
    insurance_fraction: Array
    development_usd: Array


def chip_usd(prices: Prices, *, time_s: ArrayLike) -> Array:
    """Price of an accelerator by itself, some time after the start."""
    kept = jnp.log1p(-jnp.clip(prices.chip_fall_fraction, 0.0, 0.999))
    fallen = jnp.exp(kept * jnp.maximum(jnp.asarray(time_s), 0.0) / YEAR_S)
    return prices.chip_usd * fallen


def chips_usd(prices: Prices, amounts: Amounts, *, time_s: ArrayLike) -> Array:
    """Price of a satellite's chips with what belongs to them, some time after the start."""
    return chip_usd(prices, time_s=time_s) * prices.payload_factor * amounts.chip_count


def learned_from_book_ratio(
    prices: Prices, *, produced_count: ArrayLike, lot_count: ArrayLike
) -> Array:
    """Mean price of a lot over that of the book: more than 1 for fleets that are still small."""
    mean = lot_mean_ratio(
        produced_count=produced_count,
        lot_count=lot_count,
        start_count=FIRST_COUNT,
        learning_fraction=prices.learning_fraction,
    )
    booked = learned_ratio(
        produced_count=prices.learned_count,
        start_count=FIRST_COUNT,
        learning_fraction=prices.learning_fraction,
    )
    return mean / booked


def parts_usd(prices: Prices, amounts: Amounts) -> dict[str, Array]:
    """Price by part of what learns, when as many are made as the book says."""
    found = {
        "array": prices.array_usd_per_w * amounts.array_w,
        "radiator": prices.radiator_usd_per_m2 * amounts.radiator_area_m2,
        "battery": prices.battery_usd_per_j * amounts.battery_j,
        "lasers": prices.laser_usd * amounts.laser_count,
        "thrusters": prices.thruster_usd * amounts.thruster_count,
        "bus": prices.bus_usd_per_kg * amounts.bus_kg,
        "other payload": prices.other_payload_usd_per_kg * amounts.other_payload_kg,
    }
    assembled = sum(found.values(), start=jnp.asarray(0.0))
    return found | {"assembly": prices.assembly_fraction * assembled}


def capital_usd(
    prices: Prices,
    amounts: Amounts,
    *,
    produced_count: ArrayLike,
    lot_count: ArrayLike,
    time_s: ArrayLike,
    launch_usd: ArrayLike,
    launched_in_all_count: ArrayLike,
) -> Array:
    """Capital of a satellite by part, shape (parts, lots).

    Args:
        prices: of parts.
        amounts: of parts.
        produced_count: satellites launched before each lot.
        lot_count: satellites of each lot.
        time_s: of each lot, since the programme's start.
        launch_usd: price of launch of a satellite of each lot.
        launched_in_all_count: satellites that share the development.
    """
    found = capital_by_part_usd(
        prices,
        amounts,
        learned_ratio=learned_from_book_ratio(
            prices, produced_count=produced_count, lot_count=lot_count
        ),
        chips_usd=chips_usd(prices, amounts, time_s=time_s),
        launch_usd=launch_usd,
        launched_in_all_count=launched_in_all_count,
    )
    return jnp.stack(jnp.broadcast_arrays(*(found[name] for name in PARTS)))


def capital_by_part_usd(
    prices: Prices,
    amounts: Amounts,
    *,
    learned_ratio: ArrayLike,
    chips_usd: ArrayLike,
    launch_usd: ArrayLike,
    launched_in_all_count: ArrayLike,
) -> dict[str, Array]:
    """Capital of a satellite by part, of what is learned and what chips and launch cost.

    It is linear in these three: of their means over lots it is the mean of the lots.
    """
    learned, chips = jnp.asarray(learned_ratio), jnp.asarray(chips_usd)
    made = {name: learned * usd for name, usd in parts_usd(prices, amounts).items()}
    lost_usd = sum(made.values(), start=chips) + launch_usd
    shared = prices.development_usd / jnp.maximum(jnp.asarray(launched_in_all_count), FIRST_COUNT)
    return made | {
        "chips": chips,
        "launch": jnp.asarray(launch_usd),
        "insurance": prices.insurance_fraction * lost_usd,
        "development": shared,
    }


def without_chips_usd(prices: Prices, capital_by_part_usd: ArrayLike) -> Array:
    """Capital of a satellite less its chips and their insurance; parts along the first axis."""
    capital = jnp.asarray(capital_by_part_usd)
    chips = capital[PARTS.index("chips")]
    return capital.sum(axis=0) - chips * (1.0 + prices.insurance_fraction)
