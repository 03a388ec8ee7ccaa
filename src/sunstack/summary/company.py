"""What does a run say of the company behind its programme?

Amounts are dollars; quarters are named by their calendar. The merger, the listing and the back-test
are of the catalogue alone, and the same whatever is run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from sunstack import backtest, deals
from sunstack.catalogue import entry as catalogue_entry
from sunstack.disciplines.company import Accounts, Spec
from sunstack.findings import Findings
from sunstack.levers import Lever, told_quarter
from sunstack.quarters import Company
from sunstack.resolve import Resolved
from sunstack.resolve.values import COMPANY

CAVEATS = (
    "Growth, margins, spending and multiples fade from today's to those of grown companies; each "
    "is an estimate with a wide range, and what the market pays moves by half within weeks.",
    "No working capital, no repayment of debt, no companies bought, no holdings gained or lost; "
    "losses are carried forward without limit.",
    "The programme pays for flights and satellites as they fly and is worth its own discounted "
    "flows, not a multiple; factories and development are left out.",
)
COLUMNS: Mapping[str, Any] = {
    "quarter": pl.String,
    "programme": pl.String,
    "revenue_usd": pl.Float64,
    "ebitda_usd": pl.Float64,
    "capex_usd": pl.Float64,
    "net_income_usd": pl.Float64,
    "free_cash_usd": pl.Float64,
    "raised_usd": pl.Float64,
    "cash_usd": pl.Float64,
    "cash_alone_usd": pl.Float64,
    "debt_usd": pl.Float64,
    "share_count": pl.Float64,
    "equity_value_usd": pl.Float64,
    "value_per_share_usd": pl.Float64,
}
"""`cash_alone_usd`: where nothing is raised but by a planned offering."""
PROGRAMMES = {"with": "with_programme", "without": "without_programme"}


def company(findings: Findings) -> dict[str, Any] | None:
    """Tell of the company; none where none is named."""
    return behind(findings.resolved, findings.outcome.company, findings.levers)


def behind(
    resolved: Resolved, found: Company | None, levers: Sequence[Lever]
) -> dict[str, Any] | None:
    """Tell of the company behind a scenario; none where none is named.

    Args:
        resolved: the scenario.
        found: its company's quarters.
        levers: what moves them.
    """
    spec, origins = resolved.system.company, resolved.origins
    if found is None or spec is None:
        return None
    told = told_quarter(spec.quarter_count)
    start_year = float(origins["company.start_years"].value)
    name = str(origins[COMPANY].value)
    return {
        "entry": name,
        "title": catalogue_entry("company", name).title,
        "start_year": start_year,
        "horizon_quarter_count": spec.quarter_count,
        "told_quarter": quarter_name(start_year, told),
        "opening": _opening(spec),
        "segments": list(spec.segments.names),
        **{name: _side(found, spec, key, told) for name, key in PROGRAMMES.items()},
        "programme": _programme(found),
        "levers": [_lever(one) for one in levers],
        "merger": merged(),
        "listing": listing(),
        "burn": burn(),
        "backtest": backtested(),
        "caveats": list(CAVEATS),
    }


def _opening(spec: Spec) -> dict[str, float]:
    return {
        "cash_usd": float(spec.balance.cash_usd),
        "debt_usd": float(spec.balance.debt_usd),
        "share_count": float(spec.balance.share_count),
        "offering_usd": float(spec.offering.gross_usd),
    }


def _side(found: Company, spec: Spec, key: str, told: int) -> dict[str, Any]:
    accounts: Accounts = getattr(found, key)
    return {
        "runway": rounded_runway(accounts, spec.quarter_count),
        "opening_value_per_share_usd": float(accounts.opening_value_usd / spec.balance.share_count),
        "told": _row(accounts, told),
        "parts": parts(spec, accounts, told),
        "equity_raised_usd": float(accounts.course.equity_raised_usd.sum()),
        "debt_raised_usd": float(accounts.course.debt_raised_usd.sum()),
        "dilution_fraction": 1.0
        - float(spec.balance.share_count / accounts.course.share_count[-1]),
    }


def _programme(found: Company) -> dict[str, float]:
    placed = found.with_programme.programme
    spent = placed.capital_usd + placed.operating_usd
    return {
        "capital_usd": float(placed.capital_usd.sum()),
        "operating_usd": float(placed.operating_usd.sum()),
        "revenue_usd": float(placed.revenue_usd.sum()),
        "beyond_horizon_usd": float(placed.beyond_usd),
        "opening_value_usd": float(placed.opening_value_usd),
        "most_spent_a_quarter_usd": float(spent.max()),
    }


def _lever(one: Lever) -> dict[str, Any]:
    return {
        "name": one.name,
        "setting": [float(value) for value in one.setting],
        **{name: [float(part) for part in values] for name, values in one.answer._asdict().items()},
        "slope": {name: float(value) for name, value in one.slope._asdict().items()},
    }


# --- shared with the answer to a question ---------------------------------------------------------


def quarter_name(start_year: float, place: int) -> str:
    """Name a quarter by its place after the last known: `2026 Q3`."""
    quarters = round(4.0 * start_year) + place
    return f"{quarters // 4} Q{quarters % 4 + 1}"


def rounded_runway(accounts: Accounts, quarter_count: int) -> dict[str, Any]:
    """Tell how long cash lasts if nothing is raised."""
    found = accounts.runway
    return {
        "quarter_count": float(found.quarter_count),
        "lasts": float(found.least_cash_usd) >= 0.0,
        "margin_ratio": float(found.margin_ratio),
        "least_cash_usd": float(found.least_cash_usd),
        "horizon_quarter_count": quarter_count,
    }


def parts(spec: Spec, accounts: Accounts, told: int) -> list[dict[str, Any]]:
    """What a share is made of at a quarter's end, in dollars a share: they add up to its value."""
    shares = float(accounts.course.share_count[told])
    segments = np.asarray(accounts.parts_usd)[1 + told]
    rows = dict(zip(spec.segments.names, segments.tolist(), strict=True))
    rows["programme"] = float(accounts.programme.value_usd[told])
    rows["cash"] = float(accounts.course.cash_usd[told])
    rows["debt"] = -float(accounts.course.debt_usd[told])
    return [
        {"part": name, "value_usd": value, "per_share_usd": value / shares}
        for name, value in rows.items()
    ]


def quarters(accounts: Accounts, start_year: float) -> list[dict[str, Any]]:
    """Tell every quarter."""
    count = len(accounts.course.cash_usd)
    return [
        {"quarter": quarter_name(start_year, place), **_row(accounts, place)}
        for place in range(count)
    ]


def _row(accounts: Accounts, place: int) -> dict[str, float]:
    course, flows, placed = accounts.course, accounts.flows, accounts.programme
    columns = {
        "revenue_usd": flows.revenue_usd[place].sum() + placed.revenue_usd[place],
        "ebitda_usd": flows.ebitda_usd[place].sum() + placed.ebitda_usd[place],
        "capex_usd": flows.capex_usd[place].sum() + placed.capital_usd[place],
        "net_income_usd": course.net_income_usd[place],
        "free_cash_usd": course.free_cash_usd[place],
        "raised_usd": course.offering_usd[place]
        + course.equity_raised_usd[place]
        + course.debt_raised_usd[place],
        "cash_usd": course.cash_usd[place],
        "cash_alone_usd": accounts.alone.cash_usd[place],
        "debt_usd": course.debt_usd[place],
        "share_count": course.share_count[place],
        "equity_value_usd": course.equity_value_usd[place],
        "value_per_share_usd": course.value_per_share_usd[place],
    }
    return {name: float(value) for name, value in columns.items()}


def merged() -> dict[str, Any]:
    """Tell what the merger comes to."""
    return asdict(deals.merger_told())


def listing() -> dict[str, Any]:
    """Tell what the listing came to."""
    return asdict(deals.offering_told())


def burn() -> dict[str, Any]:
    """Tell what is burnt against what is earned."""
    return asdict(deals.burn_told())


def backtested() -> list[dict[str, Any]]:
    """Tell what the model of February 2026 has missed."""
    return [asdict(one) | {"error_ratio": one.error_ratio} for one in backtest.lines()]


# --- the table ------------------------------------------------------------------------------------


def company_quarters(findings: Findings) -> pl.DataFrame:
    """Lay out the company's quarters with the programme and without; empty where there is none."""
    found = findings.outcome.company
    if found is None:
        return pl.DataFrame(schema=COLUMNS)
    start_year = float(findings.resolved.origins["company.start_years"].value)
    rows = [
        {"programme": name, **row}
        for name, key in PROGRAMMES.items()
        for row in quarters(getattr(found, key), start_year)
    ]
    return pl.DataFrame(rows, schema=COLUMNS)
