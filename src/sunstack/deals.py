"""What do the merger and the listing come to, and does the burn hold them back?

Figures are those of the catalogue's companies; what is worked out from them is told beside what was
published, so that a claim can be held against both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sunstack import catalogue
from sunstack.disciplines import company
from sunstack.errors import CatalogueError
from sunstack.quarters import alone
from sunstack.resolve.company import company_of, origins_of, quarter_count
from sunstack.resolve.numbers import Numbers

FEBRUARY = "spacex-2026-02"
MONTHS, HALF_YEAR = 12, 6
BURN_MONTHS = 9
"""Of 2025, that both accounts of xAI's cash cover."""


@dataclass(frozen=True, kw_only=True)
class MergerTold:
    """The merger of February 2026, worked out."""

    combined_usd: float
    published_combined_usd: float
    claimed_combined_usd: float
    """By an analysis that gives the buyer the value of both, xAI's added."""
    overstated_usd: float
    """By how much that is too much."""
    exchange_ratio: float
    published_exchange_ratio: float
    bought_price_usd: float
    """By the published ratio."""
    published_bought_price_usd: float
    share_count: float
    issued_count: float
    bought_fraction: float
    bought_share_count: float


@dataclass(frozen=True, kw_only=True)
class OfferingTold:
    """The listing as planned and as it came, worked out."""

    planned_usd: float
    planned_dilution_fraction: float
    """At the merger's price."""
    base_usd: float
    gross_usd: float
    """With the shares sold on top."""
    net_usd: float
    published_net_usd: float
    value_usd: float
    published_value_usd: float
    share_count: float
    dilution_fraction: float
    over_plan_ratio: float
    largest_before_usd: float
    merger_price_after_split_usd: float
    price_usd: float
    split_ratio: float
    implied_split_ratio: float
    """By share counts alone: shares before the listing over those of the merger; it holds what was
    issued in between too."""


@dataclass(frozen=True, kw_only=True)
class BurnTold:
    """What xAI burns against what SpaceX earns, worked out."""

    claimed_monthly_usd: float
    monthly_usd: Mapping[str, float]
    """By who told it."""
    ebitda_usd: float
    """Of SpaceX alone, a year: what was told as profit."""
    margin_fraction: float
    net_income_usd: float
    """Of all three companies in 2025, as published later."""
    left_of_ebitda_usd: float
    """A year, once xAI's burn is paid."""
    free_cash_cover_ratio: float
    """SpaceX's free cash over that burn."""
    cash_only_month_count: float
    """Until the cash known then is burnt, nothing else coming in."""
    runway_quarter_count: float
    """By the model from the figures of February, without the listing."""
    horizon_quarter_count: int
    published_monthly_usd: float
    """Used by all three in the first half of 2026: plant less cash from operations."""


def fact(entry: str, name: str) -> float:
    """Return a published figure of a company of the catalogue.

    Raises:
        CatalogueError: it is not there.
    """
    found = catalogue.entry("company", entry).facts.get(name)
    if found is None or isinstance(found.value, str):
        raise CatalogueError(f"company/{entry}: {name} is missing; write a number under facts")
    return float(found.value)


def merger_told() -> MergerTold:
    """Work out the merger: what both were worth, the ratio, the shares."""
    name, other = "spacex-xai-merger", "spacex-xai-merger-empire"
    buyer, bought, price, bought_price = (
        fact(name, key)
        for key in ("buyer_usd", "bought_usd", "buyer_price_usd", "bought_price_usd")
    )
    found = company.merger(
        buyer_usd=buyer, bought_usd=bought, buyer_price_usd=price, bought_price_usd=bought_price
    )
    claimed = company.combined_usd(
        buyer_usd=fact(other, "buyer_usd"), bought_usd=fact(other, "bought_usd")
    )
    ratio = fact(name, "exchange_ratio")
    by_ratio = company.target_price_usd(buyer_price_usd=price, exchange_ratio=ratio)
    return MergerTold(
        combined_usd=float(found.combined_usd),
        published_combined_usd=fact(name, "combined_usd"),
        claimed_combined_usd=float(claimed),
        overstated_usd=float(claimed - found.combined_usd),
        exchange_ratio=float(found.exchange_ratio),
        published_exchange_ratio=ratio,
        bought_price_usd=float(by_ratio),
        published_bought_price_usd=bought_price,
        share_count=float(found.share_count),
        issued_count=float(found.issued_count),
        bought_fraction=float(found.bought_fraction),
        bought_share_count=float(found.bought_share_count),
    )


def offering_told() -> OfferingTold:
    """Work out the listing: as planned, and as it came."""
    name, plan = "spacex-offering", "spacex-offering-plan"
    price, shares, split = (fact(name, key) for key in ("price_usd", "share_count", "split_ratio"))
    base, further = fact(name, "base_share_count"), fact(name, "further_share_count")
    whole = company.issue(
        new_share_count=base + further,
        price_usd=price,
        share_count=shares,
        fee_fraction=fact(name, "cost_usd") / ((base + further) * price),
    )
    first = company.issue(
        new_share_count=base, price_usd=price, share_count=shares, fee_fraction=0.0
    )
    merged, planned = merger_told(), fact(plan, "gross_usd")
    merger_price = fact("spacex-xai-merger", "buyer_price_usd")
    new = float(company.issued_count(paid_usd=planned, price_usd=merger_price))
    return OfferingTold(
        planned_usd=planned,
        planned_dilution_fraction=new / (new + merged.share_count),
        base_usd=float(first.gross_usd),
        gross_usd=float(whole.gross_usd),
        net_usd=float(whole.net_usd),
        published_net_usd=fact(name, "net_usd"),
        value_usd=float(whole.value_usd),
        published_value_usd=fact(name, "value_usd"),
        share_count=shares,
        dilution_fraction=float(whole.dilution_fraction),
        over_plan_ratio=float(whole.gross_usd) / planned,
        largest_before_usd=fact(plan, "largest_before_usd"),
        merger_price_after_split_usd=float(
            company.price_after_split_usd(price_usd=merger_price, split_ratio=split)
        ),
        price_usd=price,
        split_ratio=split,
        implied_split_ratio=(shares - base - further) / merged.share_count,
    )


def burn_told() -> BurnTold:
    """Weigh what xAI burns against what SpaceX earns and what both had."""
    monthly = {
        name: fact(name, "nine_months_burnt_usd") / BURN_MONTHS
        for name in ("xai-2025", "xai-2025-information")
    }
    claimed, ebitda = fact("xai-2025", "monthly_burn_usd"), fact("spacex-2025-press", "ebitda_usd")
    found = origins_of(FEBRUARY, {"company.offering_usd": 0.0})
    spec = company_of(Numbers(found), quarter_count=quarter_count(found))
    followed = alone(spec)
    used = fact("spacex-2026-q2", "half_year_capex_usd") - fact(
        "spacex-2026-q2", "half_year_operating_cash_usd"
    )
    return BurnTold(
        claimed_monthly_usd=claimed,
        monthly_usd=monthly,
        ebitda_usd=ebitda,
        margin_fraction=ebitda / fact("spacex-2025-press", "revenue_usd"),
        net_income_usd=fact("spacex-2025-s1", "net_income_usd"),
        left_of_ebitda_usd=ebitda - MONTHS * claimed,
        free_cash_cover_ratio=fact("spacex-2025-press", "free_cash_usd") / (MONTHS * claimed),
        cash_only_month_count=float(spec.balance.cash_usd) / claimed,
        runway_quarter_count=float(followed.runway.quarter_count),
        horizon_quarter_count=spec.quarter_count,
        published_monthly_usd=used / HALF_YEAR,
    )
