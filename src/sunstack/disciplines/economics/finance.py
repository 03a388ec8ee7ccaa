"""What is a stream of money worth today, and what must a unit cost for a stream to pay?

With r the real discount rate of a year, d(t) = (1 + r)^{-t} the worth today of money after t years:

    present value    V = Σ d(t) f(t)
    annuity of n payments of 1, each at its year's end      a = (1 - (1 + r)^{-n}) / r
    capital recovery                                         1/a
    levelised cost   Σ d(t) cost(t) / Σ d(t) delivered(t)

Under a tax τ on revenue less expenses less depreciation, a price that just pays obeys
Σ d p q (1 - τ) = Σ d (I + O (1 - τ) - τ D): expenses O weigh as without tax, capital I weighs

    (1 - τ δ) / (1 - τ)

δ what straight-line depreciation of 1 over its life is worth today. It is depreciation of what was
once paid, so inflation i eats it: discounted at (1 + r)(1 + i) - 1.

Assumes: all money of one year (real); losses are set against gains made elsewhere.
Leaves out: debt and its shield (r is the weighted cost of capital), bonus depreciation.
Reference: Short, Packey & Holt, A Manual for the Economic Evaluation of Energy Efficiency and
Renewable Energy Technologies, NREL/TP-462-5173 (1995), ch. 2 and 3.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import YEAR_S

SMALLEST_RATE = 1e-6
"""Of a year: below it an annuity is taken for undiscounted, to the same digits."""


def discount_ratio(*, time_s: ArrayLike, yearly_discount_fraction: ArrayLike) -> Array:
    """Worth today of money at some time from now, over its amount."""
    grown = jnp.log1p(jnp.asarray(yearly_discount_fraction))
    return jnp.exp(-grown * jnp.asarray(time_s) / YEAR_S)


def present_value_usd(
    *, flow_usd: ArrayLike, time_s: ArrayLike, yearly_discount_fraction: ArrayLike
) -> Array:
    """Worth today of a stream, summed over its last axis.

    Args:
        flow_usd: amounts.
        time_s: when each is paid.
        yearly_discount_fraction: real discount rate of a year.
    """
    worth = discount_ratio(time_s=time_s, yearly_discount_fraction=yearly_discount_fraction)
    return jnp.sum(jnp.asarray(flow_usd) * worth, axis=-1)


def annuity_factor(*, life_s: ArrayLike, yearly_discount_fraction: ArrayLike) -> Array:
    """Worth today of 1 at each year's end over a life, in years' payments."""
    years = jnp.asarray(life_s) / YEAR_S
    rate = jnp.asarray(yearly_discount_fraction)
    small = jnp.abs(rate) < SMALLEST_RATE
    safe = jnp.where(small, 1.0, rate)
    exact = -jnp.expm1(-years * jnp.log1p(safe)) / safe
    return jnp.where(small, years * (1.0 - 0.5 * (years + 1.0) * rate), exact)


def capital_recovery_fraction(*, life_s: ArrayLike, yearly_discount_fraction: ArrayLike) -> Array:
    """Share of a capital to be paid at each year's end so that its life pays for it."""
    return 1.0 / annuity_factor(life_s=life_s, yearly_discount_fraction=yearly_discount_fraction)


def levelised_usd(
    *,
    cost_usd: ArrayLike,
    delivered_count: ArrayLike,
    time_s: ArrayLike,
    yearly_discount_fraction: ArrayLike,
) -> Array:
    """Cost of one of what is delivered, both discounted; streams along the last axis.

    Args:
        cost_usd: paid at each time.
        delivered_count: of whatever is sold (tokens, joules, seconds of a chip), at each time.
        time_s: when.
        yearly_discount_fraction: real discount rate of a year.
    """
    worth = discount_ratio(time_s=time_s, yearly_discount_fraction=yearly_discount_fraction)
    cost = jnp.sum(jnp.asarray(cost_usd) * worth, axis=-1)
    return per_delivered_usd(
        cost_usd=cost, delivered_count=jnp.sum(jnp.asarray(delivered_count) * worth, axis=-1)
    )


def per_delivered_usd(*, cost_usd: ArrayLike, delivered_count: ArrayLike) -> Array:
    """Cost of one of what is delivered; infinite where nothing is, 0 where that costs nothing."""
    cost, delivered = jnp.asarray(cost_usd), jnp.asarray(delivered_count)
    some = delivered > 0.0
    ratio = cost / jnp.where(some, delivered, 1.0)
    return jnp.where(some, ratio, jnp.where(cost > 0.0, jnp.inf, 0.0))


def depreciated_fraction(*, age_s: ArrayLike, depreciation_s: ArrayLike) -> Array:
    """Share of a capital written off at an age, along a straight line."""
    return jnp.clip(jnp.asarray(age_s) / jnp.asarray(depreciation_s), 0.0, 1.0)


def taxed_capital_factor(
    *,
    tax_fraction: ArrayLike,
    depreciation_s: ArrayLike,
    yearly_discount_fraction: ArrayLike,
    yearly_inflation_fraction: ArrayLike = 0.0,
) -> Array:
    """Weight of capital in a price before tax: 1 without tax, else what its shield leaves to earn.

    Args:
        tax_fraction: of profit.
        depreciation_s: life over which capital is written off, in years' ends.
        yearly_discount_fraction: real discount rate of a year.
        yearly_inflation_fraction: by which what was once paid is worth less each year.
    """
    real, inflation = jnp.asarray(yearly_discount_fraction), jnp.asarray(yearly_inflation_fraction)
    nominal = (1.0 + real) * (1.0 + inflation) - 1.0
    written_off = annuity_factor(life_s=depreciation_s, yearly_discount_fraction=nominal) / (
        jnp.asarray(depreciation_s) / YEAR_S
    )
    tax = jnp.asarray(tax_fraction)
    return (1.0 - tax * written_off) / (1.0 - tax)


def residual_fraction(*, age_s: ArrayLike, yearly_progress_fraction: ArrayLike) -> Array:
    """Share of its price a part is still worth at an age, when new ones become better each year.

    A part half as good for its price is worth half: value falls by the progress, (1 - x)^t.
    """
    kept = jnp.log1p(-jnp.clip(yearly_progress_fraction, 0.0, 0.999))
    return jnp.exp(kept * jnp.asarray(age_s) / YEAR_S)


def money_of_other_year_usd(
    *, cost_usd: ArrayLike, later_s: ArrayLike, yearly_inflation_fraction: ArrayLike
) -> Array:
    """Convert an amount to the money of a year later (or earlier: negative) by a mean inflation."""
    grown = jnp.log1p(jnp.asarray(yearly_inflation_fraction))
    return jnp.asarray(cost_usd) * jnp.exp(grown * jnp.asarray(later_s) / YEAR_S)
