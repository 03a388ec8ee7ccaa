"""Which tables tell of a company's quarters, of what moves it, and of what was missed?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sunstack.results import Results

from ..blocks import Cell, Table, number, text
from ..money import billions, dollars, per_share
from ..numerals import quantity, signed_percent, significant

SUMS = {
    "revenue": "revenue_usd",
    "EBITDA": "ebitda_usd",
    "plant": "capex_usd",
    "net income": "net_income_usd",
    "left": "free_cash_usd",
    "raised": "raised_usd",
    "cash": "cash_usd",
    "cash, nothing raised": "cash_alone_usd",
    "debt": "debt_usd",
    "shares": "share_count",
    "value": "equity_value_usd",
}
"""Headings and columns of what is told in billions."""
NAMES = {
    "cadence_ratio": "cadence, times the scenario's",
    "price_ratio": "price of computing, times the scenario's",
    "offering_usd": "offering, billion $",
}
UNITS = {"cadence_ratio": 1.0, "price_ratio": 1.0, "offering_usd": 1e9}
"""How much of a lever is one in its chart."""
STEP_OF = {
    "cadence_ratio": "10 % more flights",
    "price_ratio": "10 % more for computing",
    "offering_usd": "$10 billion more of an offering",
}
STEPS = {"cadence_ratio": 0.1, "price_ratio": 0.1, "offering_usd": 1e10}

Tree = Mapping[str, Any]


def named(part: str) -> str:
    """Write the name of a part of the company."""
    return part.upper() if part == "ai" else part


def after(found: Tree) -> str:
    """How long after the start a share's value is told."""
    year, quarter = found["told_quarter"].split(" Q")
    return quantity(int(year) + int(quarter) / 4.0 - found["start_year"], "years", 3)


def by_quarter(results: Results) -> Iterator[Table]:
    """Every quarter, with the programme and without."""
    rows = results.tables["company_quarters"]
    for side in ("with", "without"):
        own = rows.filter(pl.col("programme") == side)
        yield Table(
            caption=f"Billion $ and billion shares by quarter, {side} the programme; left: what "
            "operations and plant leave",
            columns=[text("quarter"), *(number(name) for name in SUMS), number("$ a share")],
            rows=[
                [
                    row["quarter"],
                    *(billions(row[name]) for name in SUMS.values()),
                    per_share(row["value_per_share_usd"]),
                ]
                for row in own.iter_rows(named=True)
            ],
        )


def cash(rows: Mapping[str, list[Any]]) -> Table:
    """The cash chart's numbers."""
    names = [name for name in rows if name != "quarter"]
    return Table(
        caption="Cash at each quarter's end, billion $",
        columns=[text("quarter"), *(number(name) for name in names)],
        rows=[
            [quarter, *(significant(rows[name][place], 3) for name in names)]
            for place, quarter in enumerate(rows["quarter"])
        ],
    )


def share(found: Tree) -> Table:
    """What a share is made of, with the programme and without."""
    sides = [found["with"], found["without"]]
    rows = [
        [named(parts[0]["part"]), *(per_share(one["per_share_usd"]) for one in parts)]
        for parts in zip(*(side["parts"] for side in sides), strict=True)
    ]
    whole = ["all", *(per_share(side["told"]["value_per_share_usd"]) for side in sides)]
    return Table(
        caption=f"A share at the end of {found['told_quarter']}, $",
        columns=[text("part"), number("with the programme"), number("without")],
        rows=[*rows, whole],
    )


def lever(one: Tree) -> Table:
    """Runway, least cash and value of a share over a lever."""
    rows = zip(
        one["setting"],
        one["runway_quarter_count"],
        one["least_cash_usd"],
        one["value_per_share_usd"],
        strict=True,
    )
    return Table(
        caption=f"Over {NAMES[one['name']]}",
        columns=[
            text(NAMES[one["name"]]),
            number("runway, quarters"),
            number("least cash, billion $"),
            number("$ a share"),
        ],
        rows=[
            [
                significant(setting / UNITS[one["name"]], 3),
                significant(quarters, 3),
                billions(least),
                per_share(value),
            ]
            for setting, quarters, least, value in rows
        ],
    )


def slopes(found: Tree) -> Table:
    """What a little more of each lever changes, by exact slopes."""
    return Table(
        caption="What a little more would change, by exact slopes at the scenario's own values; "
        "where cash lasts to the horizon, the runway has no slope",
        columns=[
            text("a little more"),
            number("runway, quarters"),
            number("least cash"),
            number("$ a share"),
        ],
        rows=[
            [
                STEP_OF[one["name"]],
                significant(STEPS[one["name"]] * one["slope"]["runway_quarter_count"], 2),
                dollars(STEPS[one["name"]] * one["slope"]["least_cash_usd"], 2),
                significant(STEPS[one["name"]] * one["slope"]["value_per_share_usd"], 2),
            ]
            for one in found["levers"]
        ],
    )


def missed(found: Tree) -> Table:
    """What the model of February 2026 said, beside what was published."""
    return Table(
        caption="From what was known in February 2026, beside what came; billion $",
        columns=[
            text("figure"),
            text("of"),
            number("model"),
            number("published"),
            number("off by"),
        ],
        rows=[_missed(row) for row in found["backtest"]],
    )


def _missed(row: Tree) -> list[str | Cell]:
    is_share = row["name"].startswith("value of a share")
    write = per_share if is_share else billions
    off = row["error_ratio"]
    return [
        row["name"] + (", $ after the split" if is_share else ""),
        row["period"],
        write(row["modelled"]),
        write(row["published"]),
        "other sign" if off is None else signed_percent(off),
    ]
