"""What the tests of the company share: a company of two parts, small enough to reckon by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from sunstack.disciplines import company
from sunstack.units import YEAR_S


def segments(**changed: Array) -> company.Segments:
    plain = {
        "revenue_usd": jnp.array([1.0e9, 4.0e9]),
        "growth_per_s": jnp.array([0.2, 0.4]) / YEAR_S,
        "growth_end_per_s": jnp.array([0.05, 0.05]) / YEAR_S,
        "margin_fraction": jnp.array([-0.2, 0.6]),
        "margin_end_fraction": jnp.array([0.2, 0.5]),
        "capex_usd": jnp.array([2.0e9, 1.0e9]),
        "capex_end_ratio": jnp.array([0.3, 0.2]),
        "stock_pay_usd": jnp.array([1e8, 2e8]),
        "depreciation_usd": jnp.array([2e8, 5e8]),
        "asset_life_s": jnp.array([10.0, 5.0]) * YEAR_S,
        "revenue_multiple_ratio": jnp.array([10.0, 8.0]),
        "ebitda_multiple_ratio": jnp.array([20.0, 25.0]),
        "ebitda_weight_fraction": jnp.array([0.0, 1.0]),
    }
    return company.Segments(**{**plain, **changed}, names=("rockets", "computing"))


def pace(**changed: float) -> company.Pace:
    plain = {
        "growth_half_life_s": 2.0 * YEAR_S,
        "margin_half_life_s": 3.0 * YEAR_S,
        "capex_half_life_s": 2.0 * YEAR_S,
        "multiple_half_life_s": 3.0 * YEAR_S,
        "stock_pay_end_fraction": 0.04,
        "revenue_multiple_end_ratio": 4.0,
        "ebitda_multiple_end_ratio": 12.0,
        "opening_asset_life_s": 5.0 * YEAR_S,
    }
    return company.Pace(**{key: jnp.asarray(part) for key, part in {**plain, **changed}.items()})


def spec(quarters: int = 12, **changed: Any) -> company.Spec:
    made = company.Spec(
        segments=segments(),
        pace=pace(),
        contracts=company.Contracts(
            revenue_usd_per_s=jnp.asarray(4e9 / YEAR_S),
            running_fraction=jnp.asarray(0.25),
            ramp_s=jnp.asarray(YEAR_S),
            end_s=jnp.asarray(2.5 * YEAR_S),
            renewal_fraction=jnp.asarray(0.5),
        ),
        balance=company.Balance(
            cash_usd=jnp.asarray(3e9),
            debt_usd=jnp.asarray(5e9),
            share_count=jnp.asarray(1e9),
            tax_loss_usd=jnp.asarray(1e9),
        ),
        terms=company.Terms(
            debt_rate_per_s=jnp.asarray(0.08 / YEAR_S),
            cash_rate_per_s=jnp.asarray(0.04 / YEAR_S),
            tax_fraction=jnp.asarray(0.21),
            least_cash_usd=jnp.asarray(2e9),
            debt_fraction=jnp.asarray(0.4),
            discount_fraction=jnp.asarray(0.1),
            raises=True,
        ),
        offering=company.Offering(
            gross_usd=jnp.asarray(1e9),
            price_usd=jnp.asarray(50.0),
            fee_fraction=jnp.asarray(0.02),
            time_s=jnp.asarray(0.6 * YEAR_S),
        ),
        launch_cost_ratio=jnp.asarray(1.0),
        discount_per_s=jnp.asarray(0.1 / YEAR_S),
        overlap_fraction=jnp.zeros((quarters, 0)),
        quarter_count=quarters,
    )
    return replace(made, **changed)


def followed(made: company.Spec) -> company.Accounts:
    return company.accounts(made, company.nothing(quarter_count=made.quarter_count))


@jax.jit
def _compiled(made: company.Spec) -> company.Accounts:
    return followed(made)


def compiled(made: company.Spec) -> company.Accounts:
    """The same by code that is compiled once for all companies of a shape."""
    found: company.Accounts = _compiled(made)
    return found
