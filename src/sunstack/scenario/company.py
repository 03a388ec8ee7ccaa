"""Which keys say what company stands behind a programme, how it grows, and what it is worth?

Entries of the catalogue give all figures of a company as known at one date; without an entry there
is no company, and none of the other keys may be written. Amounts are in dollars of their day, those
called of a quarter are of the last quarter known.
"""

from __future__ import annotations

from typing import Any

from .fields import Quantity, Section, number, word
from .launching import ESTIMATE

MOST_USD = 1e14
SEGMENTS = ("space", "connectivity", "ai")
"""In this order; contracts for computing power belong to the last."""


def _revenue(of: str) -> Any:
    return number(0, 1e13, f"revenue of {of} in the quarter")


def _growth(of: str) -> Any:
    return number(-0.9, 20, f"growth of the revenue of {of} at the start")


def _growth_end(of: str) -> Any:
    return number(-0.5, 1, f"growth of the revenue of {of} in the end")


def _margin(of: str) -> Any:
    return number(-20, 1, f"EBITDA of {of} before pay in stock, over its revenue, at the start")


def _margin_end(of: str) -> Any:
    return number(-2, 1, f"the same of {of} in the end")


def _capex(of: str) -> Any:
    return number(0, 1e13, f"spent on plant of {of} in the quarter")


def _capex_end(of: str) -> Any:
    return number(0, 10, f"spent on plant of {of} in the end, over its revenue")


def _stock_pay(of: str) -> Any:
    return number(0, 1e12, f"pay in stock of {of} in the quarter")


def _depreciation(of: str) -> Any:
    return number(0, 1e12, f"written off of {of} in the quarter")


def _life(of: str) -> Any:
    return number(0.5, 50, f"life over which new plant of {of} is written off")


def _revenue_multiple(of: str) -> Any:
    return number(
        0, 1000, f"enterprise value of {of} over its revenue of the four quarters to come"
    )


def _ebitda_multiple(of: str) -> Any:
    return number(0, 1000, f"enterprise value of {of} over its EBITDA of the four quarters to come")


def _ebitda_weight(of: str) -> Any:
    return number(0, 1, f"share of the value of {of} that goes by EBITDA, the rest by revenue")


class Company(Section):
    """The company behind the programme: segments, contracts, cash, terms, multiples."""

    catalogue: str | None = word("name of a company in the catalogue; without it there is none")
    start_years: Quantity | None = number(
        2000, 2100, "calendar year with its fraction at which the last quarter known ended"
    )
    horizon_years: Quantity | None = number(1, 40, "quarters followed from then on", default=18.0)

    space_revenue_usd: Quantity | None = _revenue("space")
    space_growth_fraction_per_year: Quantity | None = _growth("space")
    space_growth_end_fraction_per_year: Quantity | None = _growth_end("space")
    space_margin_fraction: Quantity | None = _margin("space")
    space_margin_end_fraction: Quantity | None = _margin_end("space")
    space_capex_usd: Quantity | None = _capex("space")
    space_capex_end_ratio: Quantity | None = _capex_end("space")
    space_stock_pay_usd: Quantity | None = _stock_pay("space")
    space_depreciation_usd: Quantity | None = _depreciation("space")
    space_asset_life_years: Quantity | None = _life("space")
    space_revenue_multiple_ratio: Quantity | None = _revenue_multiple("space")
    space_ebitda_multiple_ratio: Quantity | None = _ebitda_multiple("space")
    space_ebitda_weight_fraction: Quantity | None = _ebitda_weight("space")

    connectivity_revenue_usd: Quantity | None = _revenue("connectivity")
    connectivity_growth_fraction_per_year: Quantity | None = _growth("connectivity")
    connectivity_growth_end_fraction_per_year: Quantity | None = _growth_end("connectivity")
    connectivity_margin_fraction: Quantity | None = _margin("connectivity")
    connectivity_margin_end_fraction: Quantity | None = _margin_end("connectivity")
    connectivity_capex_usd: Quantity | None = _capex("connectivity")
    connectivity_capex_end_ratio: Quantity | None = _capex_end("connectivity")
    connectivity_stock_pay_usd: Quantity | None = _stock_pay("connectivity")
    connectivity_depreciation_usd: Quantity | None = _depreciation("connectivity")
    connectivity_asset_life_years: Quantity | None = _life("connectivity")
    connectivity_revenue_multiple_ratio: Quantity | None = _revenue_multiple("connectivity")
    connectivity_ebitda_multiple_ratio: Quantity | None = _ebitda_multiple("connectivity")
    connectivity_ebitda_weight_fraction: Quantity | None = _ebitda_weight("connectivity")

    ai_revenue_usd: Quantity | None = number(
        0, 1e13, "revenue of AI in the quarter, without the contracts below"
    )
    ai_growth_fraction_per_year: Quantity | None = _growth("AI")
    ai_growth_end_fraction_per_year: Quantity | None = _growth_end("AI")
    ai_margin_fraction: Quantity | None = _margin("AI")
    ai_margin_end_fraction: Quantity | None = _margin_end("AI")
    ai_capex_usd: Quantity | None = _capex("AI")
    ai_capex_end_ratio: Quantity | None = _capex_end("AI")
    ai_stock_pay_usd: Quantity | None = _stock_pay("AI")
    ai_depreciation_usd: Quantity | None = _depreciation("AI")
    ai_asset_life_years: Quantity | None = _life("AI")
    ai_revenue_multiple_ratio: Quantity | None = _revenue_multiple("AI")
    ai_ebitda_multiple_ratio: Quantity | None = _ebitda_multiple("AI")
    ai_ebitda_weight_fraction: Quantity | None = _ebitda_weight("AI")

    contract_yearly_usd: Quantity | None = number(
        0, 1e13, "paid a year for computing power once all that is contracted runs"
    )
    contract_running_fraction: Quantity | None = number(0, 1, "share of it that runs at the start")
    contract_ramp_years: Quantity | None = number(0.01, 20, "until all of it runs")
    contract_end_years: Quantity | None = number(0, 50, "until contracts end, from the start")
    contract_renewal_fraction: Quantity | None = number(
        0, 3, "share of the price for which what they used is sold afterwards"
    )

    growth_half_life_years: Quantity | None = number(0.1, 50, "in which growth fades half-way")
    margin_half_life_years: Quantity | None = number(0.1, 50, "in which margins do")
    capex_half_life_years: Quantity | None = number(
        0.1, 50, "in which spending on plant and pay in stock do"
    )
    multiple_half_life_years: Quantity | None = number(0.1, 50, "in which multiples do")
    stock_pay_end_fraction: Quantity | None = number(0, 1, "pay in stock in the end, over revenue")
    revenue_multiple_end_ratio: Quantity | None = number(
        0, 100, "enterprise value in the end, over the revenue of the four quarters to come"
    )
    ebitda_multiple_end_ratio: Quantity | None = number(
        0, 100, "the same over EBITDA of the four quarters to come"
    )
    opening_asset_life_years: Quantity | None = number(
        0.1, 50, "left of the plant there is at the start"
    )

    cash_usd: Quantity | None = number(
        0, MOST_USD, "cash and what can be sold at once, at the start"
    )
    debt_usd: Quantity | None = number(0, MOST_USD, "debt and leases, at the start")
    share_count: Quantity | None = number(1, 1e13, "shares of all classes, at the start")
    tax_loss_usd: Quantity | None = number(0, MOST_USD, "losses carried forward, at the start")
    debt_interest_fraction_per_year: Quantity | None = number(0, 1, "interest paid on debt")
    cash_interest_fraction_per_year: Quantity | None = number(0, 1, "interest earned on cash")
    tax_fraction: Quantity | None = number(0, 0.9, "share of income that is paid in tax")
    least_cash_usd: Quantity | None = number(
        0,
        MOST_USD,
        "cash below which more is raised",
        default=1e10,
        around=(5e9, 2e10),
        source=ESTIMATE,
    )
    raised_as_debt_fraction: Quantity | None = number(
        0,
        1,
        "share of what is raised that is debt",
        default=0.3,
        around=(0.0, 0.7),
        source=ESTIMATE,
    )
    issue_discount_fraction: Quantity | None = number(
        0,
        0.9,
        "off the value per share, for those who buy new shares",
        default=0.05,
        around=(0.0, 0.15),
        source=ESTIMATE,
    )
    offering_usd: Quantity | None = number(
        0, MOST_USD, "gross proceeds of an offering that is planned; 0: none"
    )
    offering_price_usd: Quantity | None = number(0.01, 1e6, "of a share in that offering")
    offering_years: Quantity | None = number(0, 40, "when it takes place, from the start")
    offering_fee_fraction: Quantity | None = number(0, 0.5, "share of it that it costs")

    launch_cost_ratio: Quantity | None = number(
        0,
        5,
        "what the programme's launches cost the company, over the price they are charged at",
        default=1.0,
        around=(0.2, 1.0),
        source=ESTIMATE,
    )
    programme_discount_fraction_per_year: Quantity | None = number(
        0,
        1,
        "rate at which the programme's flows are discounted",
        default=0.12,
        around=(0.08, 0.2),
        source=ESTIMATE,
    )
