"""What do contracts bring in for computing power sold years ahead?

Of a yearly sum, a share is running at the start; the rest is switched on evenly until all of it
runs. When contracts end, what they used is sold on for a share of that price:

    r = r₁ [f + (1 - f) min(t / T, 1)]  until the end, ρ r₁ [...] after it

Each quarter holds the mean of what runs in it.

Assumes: contracts end on one day; what is freed is sold at once.
Leaves out: customers who leave early (90 days' notice is the usual term), payment in advance.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from .segments import LEAST_S, QUARTER_S


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Contracts:
    """Computing power sold; scalars."""

    revenue_usd_per_s: Array
    """Once all of it runs."""
    running_fraction: Array
    """At the start."""
    ramp_s: Array
    """Until all of it runs."""
    end_s: Array
    """After the start."""
    renewal_fraction: Array
    """Of the price, once they have ended."""


def contract_revenue_usd(contracts: Contracts, *, quarter_count: int) -> Array:
    """Revenue by quarter, shape (quarters,)."""
    begin_s = QUARTER_S * jnp.arange(quarter_count, dtype=float)
    ramp_s = jnp.maximum(contracts.ramp_s, LEAST_S)
    switched = _mean_until_full(begin_s / ramp_s, (begin_s + QUARTER_S) / ramp_s)
    running = contracts.running_fraction + (1.0 - contracts.running_fraction) * switched
    within = jnp.clip((contracts.end_s - begin_s) / QUARTER_S, 0.0, 1.0)
    paid = within + (1.0 - within) * contracts.renewal_fraction
    return contracts.revenue_usd_per_s * QUARTER_S * running * paid


def _mean_until_full(low: Array, high: Array) -> Array:
    """Mean of min(x, 1) from low to high."""

    def _whole(x: Array) -> Array:
        return jnp.where(x < 1.0, 0.5 * x**2, x - 0.5)

    return (_whole(high) - _whole(low)) / (high - low)
