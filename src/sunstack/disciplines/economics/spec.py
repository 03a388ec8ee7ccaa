"""What is fixed about money: prices of parts and of running, finance, the market?

Assumes: real money of 2026 throughout; one discount rate for all of the programme.
Reference: Short, Packey & Holt, NREL/TP-462-5173 (1995).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import YEAR_S

from .finance import taxed_capital_factor
from .running import Running
from .satellite import Prices


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Finance:
    """What capital costs and taxes take; scalars."""

    yearly_discount_fraction: Array
    """Real, of all capital."""
    tax_fraction: Array
    depreciation_s: Array
    yearly_inflation_fraction: Array
    """Eats what depreciation saves in tax; prices themselves are real."""
    residual_fraction: Array
    """Share of what is not yet written off that counts as worth something at the horizon."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Market:
    """What is sold of what is delivered, and for how much; scalars."""

    sold_fraction: Array
    compute_usd_per_flop: Array
    """At the programme's start, of the data sheet's dense rate at the scenario's precision."""
    yearly_progress_fraction: Array
    """Share by which a unit of compute is worth less each year, as newer chips do more."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """Money of a programme."""

    prices: Prices
    running: Running
    finance: Finance
    market: Market
    chip_count: Array
    """Accelerators of a payload; 0 of one that does not compute."""
    thruster_count: Array
    peak_flop_per_s: Array
    """Dense, of one accelerator at the scenario's precision; 0 where it is not known."""
    elapsed_in_year_s: Array
    """From the first of January to the programme's start."""
    carries_chips: bool = field(metadata={"static": True})


def capital_factor(finance: Finance) -> Array:
    """Weight of a capital in a price before tax."""
    return taxed_capital_factor(
        tax_fraction=finance.tax_fraction,
        depreciation_s=finance.depreciation_s,
        yearly_discount_fraction=finance.yearly_discount_fraction,
        yearly_inflation_fraction=finance.yearly_inflation_fraction,
    )


def compute_price_usd_per_flop(market: Market, *, time_s: ArrayLike) -> Array:
    """Price of compute some time after the programme's start."""
    kept = jnp.log1p(-jnp.clip(market.yearly_progress_fraction, 0.0, 0.999))
    return market.compute_usd_per_flop * jnp.exp(kept * jnp.asarray(time_s) / YEAR_S)
