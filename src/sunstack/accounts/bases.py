"""What does one of each unit cost: a joule, a second of an accelerator, an operation, a token?

Each basis is what all costs are worth today over what all that is sold is worth today. With chips
and without them are two bases, and are never mixed: what has no chips in it has no compute in it.

If the worth of compute falls by x a year, the price that pays must begin higher by

    Π = Σ d q / Σ d q (1 - x)^t

Assumes: every basis bears the whole cost, as if it alone were sold.
Reference: Turyshev, arXiv 2604.27197, for the same factor in continuous time.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from sunstack.disciplines import economics

from .delivered import Delivered


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Bases:
    """Cost of a unit sold, in money of 2026; of the programme scalars, or shape (years,)."""

    energy_usd_per_j: Array
    """Of energy delivered to payloads, chips included in the cost."""
    energy_without_chips_usd_per_j: Array
    chip_usd_per_s: Array
    """Of an accelerator at full power."""
    compute_usd_per_flop: Array
    """Of an operation at the data sheet's dense rate."""
    token_usd: Array
    """Of a token of an answer, models first."""
    obsolescence_factor: Array
    """First price over the constant one, where the worth of compute falls."""
    capital_usd_per_w: Array
    """Of the payload's rated power."""
    capital_without_chips_usd_per_w: Array
    launched_power_usd_per_j: Array
    """Price of launch for the array's new power over a design life."""


def bases(
    market: economics.Market,
    *,
    cost_usd: Array,
    cost_without_chips_usd: Array,
    sold: Delivered,
    sold_falling_j: Array,
    capital_usd_per_w: Array,
    capital_without_chips_usd_per_w: Array,
    launched_power_usd_per_j: Array,
) -> Bases:
    """Divide costs by what is delivered, both as they are worth today.

    Args:
        market: what is sold of it.
        cost_usd: of everything.
        cost_without_chips_usd: of everything but chips.
        sold: what is delivered, discounted; the share sold of it is taken here.
        sold_falling_j: its energy, discounted and at a worth that falls.
        capital_usd_per_w: passed on.
        capital_without_chips_usd_per_w: passed on.
        launched_power_usd_per_j: passed on.
    """

    def each(cost: Array, delivered: Array) -> Array:
        return economics.per_delivered_usd(
            cost_usd=cost, delivered_count=market.sold_fraction * delivered
        )

    some = sold_falling_j > 0.0
    return Bases(
        energy_usd_per_j=each(cost_usd, sold.energy_j),
        energy_without_chips_usd_per_j=each(cost_without_chips_usd, sold.energy_j),
        chip_usd_per_s=each(cost_usd, sold.chip_s),
        compute_usd_per_flop=each(cost_usd, sold.work_flop),
        token_usd=each(cost_usd, sold.token_count),
        obsolescence_factor=jnp.where(
            some, sold.energy_j / jnp.where(some, sold_falling_j, 1.0), 1.0
        ),
        capital_usd_per_w=capital_usd_per_w,
        capital_without_chips_usd_per_w=capital_without_chips_usd_per_w,
        launched_power_usd_per_j=launched_power_usd_per_j,
    )
