"""What does each part of the company earn, spend and write off, quarter by quarter?

What grows, grows at a rate g that fades from g₀ to g₁ in half-lives T (τ = T / ln 2), t the time
since the last quarter known, whose revenue is R₀:

    R = R₀ exp(g₁ t + (g₀ - g₁) τ (1 - e^{-t/τ}))

Earnings before interest, tax, depreciation and amortisation (EBITDA) are a share of revenue, which
fades alike from today's to one in the end. What is spent on plant, and what is paid in stock, fade
from today's amount into a share of revenue:

    C = C₀ e^{-t/τ} + κ R (1 - e^{-t/τ})

Plant is written off evenly over its life, from the quarter after it was paid; what stood there at
the start goes on as in the last quarter known until its remaining life is over.

Assumes: one life for all plant of a segment; no inflation but that in the rates.
Leaves out: working capital, leases, impairments, what segments sell to each other.
Reference: A. Damodaran, Investment Valuation, 3rd ed. (2012), ch. 11 and 12, for growth and
reinvestment that fade; ASC 360 for even depreciation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import YEAR_S

QUARTER_S = YEAR_S / 4.0
LEAST_S = 1.0
"""Shorter half-lives and lives are taken for this much."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Segments:
    """Parts of the company, shape (segments,); amounts are those of the last quarter known."""

    revenue_usd: Array
    growth_per_s: Array
    """Of revenue, as a rate of continuous growth, as the following."""
    growth_end_per_s: Array
    margin_fraction: Array
    """EBITDA over revenue, before pay in stock; negative: a loss."""
    margin_end_fraction: Array
    capex_usd: Array
    capex_end_ratio: Array
    """Of revenue."""
    stock_pay_usd: Array
    depreciation_usd: Array
    asset_life_s: Array
    revenue_multiple_ratio: Array
    """Enterprise value over the revenue of the four quarters to come."""
    ebitda_multiple_ratio: Array
    """The same over EBITDA."""
    ebitda_weight_fraction: Array
    """Share of the value that goes by EBITDA, the rest by revenue."""
    names: tuple[str, ...] = field(metadata={"static": True})


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast today turns into the end, for all segments alike; scalars."""

    growth_half_life_s: Array
    margin_half_life_s: Array
    capex_half_life_s: Array
    """Of plant and of pay in stock."""
    multiple_half_life_s: Array
    stock_pay_end_fraction: Array
    """Of revenue."""
    revenue_multiple_end_ratio: Array
    ebitda_multiple_end_ratio: Array
    opening_asset_life_s: Array
    """That is left of the plant there was at the start."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Flows:
    """What segments earn and spend, shape (quarters, segments)."""

    revenue_usd: Array
    ebitda_usd: Array
    capex_usd: Array
    stock_pay_usd: Array
    depreciation_usd: Array

    @property
    def operating_usd(self) -> Array:
        """Income from operations."""
        return self.ebitda_usd - self.stock_pay_usd - self.depreciation_usd


def grown_ratio(
    *, time_s: ArrayLike, growth_per_s: ArrayLike, end_per_s: ArrayLike, half_life_s: ArrayLike
) -> Array:
    """By how much something has grown whose growth fades."""
    time = jnp.asarray(time_s)
    tau = jnp.maximum(jnp.asarray(half_life_s), LEAST_S) / math.log(2.0)
    fading = jnp.asarray(growth_per_s) - jnp.asarray(end_per_s)
    return jnp.exp(jnp.asarray(end_per_s) * time - fading * tau * jnp.expm1(-time / tau))


def faded_ratio(
    *, time_s: ArrayLike, start_ratio: ArrayLike, end_ratio: ArrayLike, half_life_s: ArrayLike
) -> Array:
    """What lies between start and end once some half-lives have passed."""
    left = _left_fraction(time_s, half_life_s)
    return jnp.asarray(end_ratio) + (jnp.asarray(start_ratio) - jnp.asarray(end_ratio)) * left


def _left_fraction(time_s: ArrayLike, half_life_s: ArrayLike) -> Array:
    lives = jnp.asarray(time_s) / jnp.maximum(jnp.asarray(half_life_s), LEAST_S)
    return jnp.exp2(-lives)


def flows(segments: Segments, pace: Pace, *, added_usd: Array, quarter_count: int) -> Flows:
    """Follow the segments for some quarters.

    Args:
        segments: as in the last quarter known.
        pace: at which they change.
        added_usd: revenue besides that grows by other laws, shape (quarters, segments).
        quarter_count: the first of them is the one after the last known.
    """
    time_s = QUARTER_S * jnp.arange(1, quarter_count + 1, dtype=float)[:, None]
    revenue = added_usd + segments.revenue_usd * grown_ratio(
        time_s=time_s,
        growth_per_s=segments.growth_per_s,
        end_per_s=segments.growth_end_per_s,
        half_life_s=pace.growth_half_life_s,
    )
    margin = faded_ratio(
        time_s=time_s,
        start_ratio=segments.margin_fraction,
        end_ratio=segments.margin_end_fraction,
        half_life_s=pace.margin_half_life_s,
    )
    left = _left_fraction(time_s, pace.capex_half_life_s)
    capex = _settled_usd(segments.capex_usd, segments.capex_end_ratio * revenue, left)
    return Flows(
        revenue_usd=revenue,
        ebitda_usd=margin * revenue,
        capex_usd=capex,
        stock_pay_usd=_settled_usd(
            segments.stock_pay_usd, pace.stock_pay_end_fraction * revenue, left
        ),
        depreciation_usd=_opening_usd(segments, pace, quarter_count)
        + written_off_usd(spent_usd=capex, life_s=segments.asset_life_s),
    )


def _settled_usd(now_usd: Array, end_usd: Array, left_fraction: Array) -> Array:
    return now_usd * left_fraction + end_usd * (1.0 - left_fraction)


def _opening_usd(segments: Segments, pace: Pace, quarter_count: int) -> Array:
    """What is written off of the plant there was at the start."""
    remaining = pace.opening_asset_life_s / QUARTER_S
    share = jnp.clip(remaining - jnp.arange(quarter_count), 0.0, 1.0)[:, None]
    return share * segments.depreciation_usd


def written_off_usd(*, spent_usd: Array, life_s: ArrayLike) -> Array:
    """Write off evenly what was spent, from the quarter after.

    Args:
        spent_usd: by quarter and segment, shape (quarters, segments).
        life_s: of what was bought, by segment.
    """
    life = jnp.maximum(jnp.asarray(life_s) / QUARTER_S, LEAST_S / QUARTER_S)
    count = spent_usd.shape[0]
    age = jnp.arange(count)[:, None] - jnp.arange(count)[None, :]
    share = jnp.where(
        age[..., None] >= 1, jnp.clip(life - (age[..., None] - 1.0), 0.0, 1.0) / life, 0.0
    )
    return jnp.einsum("qps,ps->qs", jnp.broadcast_to(share, (count, *spent_usd.shape)), spent_usd)
