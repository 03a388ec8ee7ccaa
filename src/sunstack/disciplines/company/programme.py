"""What does an orbital programme spend and earn in the company's quarters?

Its months are laid on quarters by the share of each month that falls into each quarter, so that
nothing is lost but what lies beyond the first and the last quarter; that is counted apart. What it
builds is written off over the life of a satellite. On a day, the programme is worth what it still
brings, each quarter's net discounted from its end, and at the horizon what is not yet written off:

    V_k = Σ_{j > k} n_j (1 + d)^{-(j - k)} + B_Q (1 + d)^{-(Q - k)}

Assumes: what is spent on satellites and launches is plant; all of it lasts one life.
Leaves out: what satellites bring after the horizon beyond their book value.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from .segments import QUARTER_S, written_off_usd

ROUNDING = 1e-9
"""A smaller part of a month outside all quarters is none."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Programme:
    """By month of the programme, or by quarter once laid there; shape (months,)."""

    capital_usd: Array
    """Spent on satellites and launches."""
    operating_usd: Array
    """Spent on running them."""
    revenue_usd: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Placed:
    """A programme in the company's quarters, shape (quarters,) unless said."""

    capital_usd: Array
    operating_usd: Array
    revenue_usd: Array
    depreciation_usd: Array
    value_usd: Array
    """At each quarter's end, of what is still to come."""
    opening_value_usd: Array
    """The same at the start; scalar."""
    beyond_usd: Array
    """Spent, capital and operating, before the first quarter or after the last; scalar."""

    @property
    def ebitda_usd(self) -> Array:
        """Revenue less what running costs."""
        return self.revenue_usd - self.operating_usd


def nothing(*, quarter_count: int) -> Placed:
    """Return a programme that neither spends nor earns."""
    none = jnp.zeros(quarter_count)
    return Placed(
        capital_usd=none,
        operating_usd=none,
        revenue_usd=none,
        depreciation_usd=none,
        value_usd=none,
        opening_value_usd=jnp.zeros(()),
        beyond_usd=jnp.zeros(()),
    )


def overlap_fraction(
    *, offset_s: float, month_count: int, month_s: float, quarter_count: int
) -> np.ndarray:
    """Share of each month that falls into each quarter, shape (quarters, months).

    Args:
        offset_s: from the first quarter's beginning to the first month's.
        month_count: of the programme.
        month_s: length of its months.
        quarter_count: of the company.
    """
    begin_s = offset_s + month_s * np.arange(month_count)
    first_s = QUARTER_S * np.arange(quarter_count)[:, None]
    low = np.maximum(begin_s, first_s)
    high = np.minimum(begin_s + month_s, first_s + QUARTER_S)
    return np.asarray(np.clip(high - low, 0.0, None) / month_s)


def placed(
    programme: Programme,
    *,
    overlap_fraction: ArrayLike,
    life_s: ArrayLike,
    discount_per_s: ArrayLike,
) -> Placed:
    """Lay a programme on the quarters, write it off, and value it.

    Args:
        programme: by month.
        overlap_fraction: share of each month in each quarter, shape (quarters, months).
        life_s: over which it is written off.
        discount_per_s: rate, continuously compounded.
    """
    share = jnp.asarray(overlap_fraction)
    capital, operating, revenue = (
        share @ column
        for column in (programme.capital_usd, programme.operating_usd, programme.revenue_usd)
    )
    depreciation = written_off_usd(spent_usd=capital[:, None], life_s=life_s)[:, 0]
    spent = programme.capital_usd + programme.operating_usd
    outside = jnp.clip(1.0 - share.sum(axis=0), 0.0, 1.0)
    net = revenue - operating - capital
    value = present_value_usd(
        net_usd=net,
        residual_usd=capital.sum() - depreciation.sum(),
        discount_per_s=discount_per_s,
    )
    return Placed(
        capital_usd=capital,
        operating_usd=operating,
        revenue_usd=revenue,
        depreciation_usd=depreciation,
        value_usd=value,
        opening_value_usd=(value[0] + net[0]) * _factor(discount_per_s),
        beyond_usd=(jnp.where(outside > ROUNDING, outside, 0.0) * spent).sum(),
    )


def present_value_usd(
    *, net_usd: Array, residual_usd: ArrayLike, discount_per_s: ArrayLike
) -> Array:
    """What is still to come is worth at each quarter's end, (quarters,).

    Args:
        net_usd: of each quarter, at its end.
        residual_usd: left at the end of the last.
        discount_per_s: rate, continuously compounded.
    """
    factor = _factor(discount_per_s)

    def _earlier(value: Array, net: Array) -> tuple[Array, Array]:
        return factor * (value + net), value

    last = jnp.asarray(residual_usd) + jnp.zeros_like(net_usd[0])
    _, values = jax.lax.scan(_earlier, last, net_usd, reverse=True)
    return values


def _factor(discount_per_s: ArrayLike) -> Array:
    """What a dollar a quarter ahead is worth."""
    return jnp.exp(-jnp.asarray(discount_per_s) * QUARTER_S)
