"""What do mergers, offerings and the company's model give for what was published?

Arithmetic is checked as cases. What the model said from the figures of February 2026 is told beside
what came, and not judged: it was a forecast, and missed.
"""

from __future__ import annotations

from sunstack import backtest
from sunstack.disciplines import company

from .inputs import Inputs, Quantity


def price_of_a_bought_share(given: Inputs) -> float:
    """Take the buyer's price by the ratio."""
    found = company.target_price_usd(
        buyer_price_usd=given["buyer_price_usd"], exchange_ratio=given["exchange_ratio"]
    )
    return float(found)


def ratio_of_exchange(given: Inputs) -> float:
    """Take shares of the buyer for one of the bought."""
    found = company.exchange_ratio(
        buyer_price_usd=given["buyer_price_usd"], bought_price_usd=given["bought_price_usd"]
    )
    return float(found)


def value_of_both(given: Inputs) -> float:
    """Add what two companies are worth."""
    return float(company.combined_usd(buyer_usd=given["buyer_usd"], bought_usd=given["bought_usd"]))


def gross_proceeds(given: Inputs) -> float:
    """Sell shares at a price."""
    return float(_issue(given, cost_usd=0.0).gross_usd)


def net_proceeds(given: Inputs) -> float:
    """Sell shares at a price, less what that costs."""
    return float(_issue(given, cost_usd=given["cost_usd"]).net_usd)


def value_by_shares(given: Inputs) -> float:
    """Take all shares at a price."""
    return float(_issue(given, cost_usd=0.0).value_usd)


def _issue(given: Inputs, *, cost_usd: float) -> company.Issue:
    shares, price = given["share_count"], given["price_usd"]
    return company.issue(
        new_share_count=shares,
        price_usd=price,
        share_count=shares,
        fee_fraction=cost_usd / (shares * price),
    )


COMPANY: dict[str, Quantity] = {
    "price of a share bought for shares": price_of_a_bought_share,
    "ratio of exchange": ratio_of_exchange,
    "value of two companies": value_of_both,
    "gross proceeds of an offering": gross_proceeds,
    "net proceeds of an offering": net_proceeds,
    "value of a company by its shares": value_by_shares,
}


# --- as a section of the page ---------------------------------------------------------------------

OPENING = """\
## The company, held against what came

What the model of the company behind a programme says, started from what could be known at the end
of February 2026 (`spacex-2026-02`, none of whose sources is later), beside what was published by
August. Nothing is fitted, and nothing here is judged: the model carries on what was known, and what
was then spent on machines for AI, and contracted for, was not. In millions of US dollars; a share
in dollars, after the split."""
HEADS = ("figure", "of", "model", "published", "off by")
SHARE = "value of a share"


def section() -> str:
    """Write the page's section."""
    rows = [HEADS, ("---",) * len(HEADS), *map(_row, backtest.lines())]
    return OPENING + "\n\n" + "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(one: backtest.Line) -> tuple[str, ...]:
    off = "other sign" if one.error_ratio is None else f"{100 * one.error_ratio:+.0f} %"
    return (one.name, one.period, *(_money(one, usd) for usd in (one.modelled, one.published)), off)


def _money(one: backtest.Line, usd: float) -> str:
    return f"{usd:,.2f}" if one.name == SHARE else f"{float(f'{usd:.4g}') / 1e6:,.0f}"
