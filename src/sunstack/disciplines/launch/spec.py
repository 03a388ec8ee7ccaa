"""What is a rocket with its cadence and its price, and what does a kilogram cost in the end?

Assumes: one rocket for a whole fleet, which may lift more to one group than to another.
Reference: Google's Project Suncatcher, arXiv 2511.19468v2, sec. 4.4, for the prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .cadence import Cadence
from .packing import Rocket
from .price import (
    Learning,
    Reuse,
    learned_price_usd_per_kg,
    price_with_margin_usd_per_kg,
    reuse_cost_usd_per_kg,
)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """A rocket, how often it flies and what it costs."""

    rocket: Rocket
    cadence: Cadence
    pricing: Learning | Reuse
    charged_kg: Array
    """Mass a flight is paid for, full or not: what it lifts to a low orbit; scalar."""


def price_usd_per_kg(pricing: Learning | Reuse, *, launched_kg: ArrayLike) -> Array:
    """Price once the programme itself has launched so much, by whichever pricing is given."""
    launched = jnp.asarray(launched_kg)
    if isinstance(pricing, Learning):
        return learned_price_usd_per_kg(pricing, launched_kg=pricing.start_kg + launched)
    cost = reuse_cost_usd_per_kg(pricing)
    price = price_with_margin_usd_per_kg(
        cost_usd_per_kg=cost, margin_fraction=pricing.margin_fraction
    )
    return jnp.broadcast_to(price, launched.shape)
