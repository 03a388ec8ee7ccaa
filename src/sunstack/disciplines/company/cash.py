"""What becomes of cash, debt and shares, quarter by quarter?

    cash' = cash + EBITDA - plant + programme - interest paid + interest earned - tax
            + offering, net of its cost + shares sold + debt raised
    shares' = shares + offering / its price + shares sold / price + pay in stock / value per share

Interest is on what stood there when the quarter began. Losses are carried forward and used up
before any tax is paid. If cash would fall below the least that is to be held, what is missing is
raised, part of it as debt, the rest as shares, at the value per share of that day less a discount.
Without raising, cash may fall below zero: that tells how long it lasts.

Assumes: a quarter's flows come evenly enough that only its end matters; the market buys whatever is
offered at the model's value per share.
Leaves out: repayment of debt, limits to losses carried forward (80 % of income in the United
States), gains and losses on holdings, companies bought, dividends.
Reference: cash-flow statement as by ASC 230, indirect method, without working capital.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from .programme import Placed
from .segments import QUARTER_S, Flows

LEAST_PRICE_USD = 0.01
"""A share is sold for no less; so few dollars mean that the company cannot be financed."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Balance:
    """What stands there at the end of the last quarter known; scalars."""

    cash_usd: Array
    """Cash and what can be sold at once."""
    debt_usd: Array
    share_count: Array
    tax_loss_usd: Array
    """Carried forward."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Terms:
    """On which money is borrowed, lent, taxed and raised; scalars."""

    debt_rate_per_s: Array
    cash_rate_per_s: Array
    tax_fraction: Array
    least_cash_usd: Array
    debt_fraction: Array
    """Of what is raised."""
    discount_fraction: Array
    """Off the value per share, for new owners."""
    raises: bool = field(metadata={"static": True})
    """Whether anything is raised; else cash may run out."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Offering:
    """An offering that is planned; scalars."""

    gross_usd: Array
    price_usd: Array
    fee_fraction: Array
    time_s: Array
    """After the start."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Course:
    """The company's quarters, shape (quarters,); stocks are those at a quarter's end."""

    cash_usd: Array
    debt_usd: Array
    share_count: Array
    operating_usd: Array
    """Income from operations: EBITDA less pay in stock and what is written off."""
    interest_usd: Array
    interest_earned_usd: Array
    tax_usd: Array
    net_income_usd: Array
    free_cash_usd: Array
    """All that comes in less all that goes out, before anything is raised."""
    offering_usd: Array
    """Net of its cost."""
    equity_raised_usd: Array
    debt_raised_usd: Array
    price_usd: Array
    """At which shares are sold, the planned offering apart."""
    offered_count: Array
    sold_count: Array
    awarded_count: Array
    """As pay."""
    equity_value_usd: Array
    """Of all shares, at the quarter's end."""

    @property
    def value_per_share_usd(self) -> Array:
        """What a share is worth; negative: debts are more than the parts."""
        return self.equity_value_usd / self.share_count


class _State(NamedTuple):
    cash_usd: Array
    debt_usd: Array
    share_count: Array
    loss_usd: Array
    """Carried forward."""


class _Quarter(NamedTuple):
    """What is known of a quarter before its cash is."""

    operating_usd: Array
    free_usd: Array
    """Before interest and tax."""
    stock_pay_usd: Array
    offered_usd: Array
    enterprise_usd: Array


def course(
    balance: Balance,
    terms: Terms,
    *,
    offering: Offering,
    flows: Flows,
    programme: Placed,
    enterprise_usd: Array,
) -> Course:
    """Follow cash, debt and shares.

    Args:
        balance: at the start.
        terms: of money.
        offering: that is planned; of nothing if none is.
        flows: of the segments, shape (quarters, segments).
        programme: beside them.
        enterprise_usd: value of all parts at each quarter's end, the programme's among them.
    """
    ebitda = flows.ebitda_usd.sum(axis=1) + programme.ebitda_usd
    written_off = flows.depreciation_usd.sum(axis=1) + programme.depreciation_usd
    stock_pay = flows.stock_pay_usd.sum(axis=1)
    quarters = _Quarter(
        operating_usd=ebitda - stock_pay - written_off,
        free_usd=ebitda - flows.capex_usd.sum(axis=1) - programme.capital_usd,
        stock_pay_usd=stock_pay,
        offered_usd=_offered_usd(offering, len(ebitda)),
        enterprise_usd=enterprise_usd,
    )
    start = _State(balance.cash_usd, balance.debt_usd, balance.share_count, balance.tax_loss_usd)

    def _step(state: _State, known: _Quarter) -> tuple[_State, Course]:
        return _quarter(state, known, terms, offering)

    _, found = jax.lax.scan(_step, start, quarters)
    return found


def _offered_usd(offering: Offering, count: int) -> Array:
    """The planned offering in its quarter, nothing in all others."""
    begin_s = QUARTER_S * jnp.arange(count)
    falls = (begin_s <= offering.time_s) & (offering.time_s < begin_s + QUARTER_S)
    return jnp.where(falls, offering.gross_usd, 0.0)


def _quarter(
    state: _State, known: _Quarter, terms: Terms, offering: Offering
) -> tuple[_State, Course]:
    paid = state.debt_usd * terms.debt_rate_per_s * QUARTER_S
    earned = jnp.maximum(state.cash_usd, 0.0) * terms.cash_rate_per_s * QUARTER_S
    income = known.operating_usd - paid + earned
    used = jnp.minimum(state.loss_usd, jnp.maximum(income, 0.0))
    tax = terms.tax_fraction * (jnp.maximum(income, 0.0) - used)
    free = known.free_usd - paid + earned - tax
    offered = known.offered_usd * (1.0 - offering.fee_fraction)
    before = state.cash_usd + free + offered
    offered_count = known.offered_usd / jnp.maximum(offering.price_usd, LEAST_PRICE_USD)
    shares = state.share_count + offered_count
    value = jnp.maximum((known.enterprise_usd + before - state.debt_usd) / shares, LEAST_PRICE_USD)
    price = jnp.maximum(value * (1.0 - terms.discount_fraction), LEAST_PRICE_USD)
    missing = jnp.maximum(terms.least_cash_usd - before, 0.0) * float(terms.raises)
    debt = missing * terms.debt_fraction
    sold, awarded = (missing - debt) / price, known.stock_pay_usd / value
    after = _State(
        cash_usd=before + missing,
        debt_usd=state.debt_usd + debt,
        share_count=shares + sold + awarded,
        loss_usd=state.loss_usd - used + jnp.maximum(-income, 0.0),
    )
    return after, Course(
        cash_usd=after.cash_usd,
        debt_usd=after.debt_usd,
        share_count=after.share_count,
        operating_usd=known.operating_usd,
        interest_usd=paid,
        interest_earned_usd=earned,
        tax_usd=tax,
        net_income_usd=income - tax,
        free_cash_usd=free,
        offering_usd=offered,
        equity_raised_usd=missing - debt,
        debt_raised_usd=debt,
        price_usd=price,
        offered_count=offered_count,
        sold_count=sold,
        awarded_count=awarded,
        equity_value_usd=known.enterprise_usd + after.cash_usd - after.debt_usd,
    )


def offering_margin_ratio(offering: Offering, *, share_count: Array) -> Array:
    """What the company is worth at the offering's price beyond the offering, over the larger."""
    worth = offering.price_usd * share_count
    larger = jnp.maximum(jnp.maximum(worth, offering.gross_usd), LEAST_PRICE_USD)
    return (worth - offering.gross_usd) / larger
