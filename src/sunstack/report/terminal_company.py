"""How does the answer about a company look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .money import billions, dollars, per_share
from .numerals import signed_percent

SUMS = {
    "revenue": "revenue_usd",
    "plant": "capex_usd",
    "net": "net_income_usd",
    "left": "free_cash_usd",
    "raised": "raised_usd",
    "cash": "cash_usd",
    "debt": "debt_usd",
    "shares": "share_count",
}
"""Headings and columns of what is told in billions."""

Tree = Mapping[str, Any]


def show(answer: Tree) -> None:
    """Print quarters, what a share is made of, what decides, the deals, the back-test."""
    console = Console()
    console.print(f"[bold]{escape(answer['entry'])}[/bold]", highlight=False)
    console.print(_opening(answer), highlight=False)
    console.print(_runway(answer["runway"]), highlight=False)
    console.print(f"\nBy quarter, billion $ unless said:\n{_legend()}", highlight=False)
    console.print(_quarters(answer["quarters"]))
    console.print(f"A share at the end of {answer['told_quarter']}, $:", highlight=False)
    console.print(_parts(answer["parts"], answer["told"]))
    console.print(
        "What decides that value: by how many $ a share the ends of a range move it, by slopes:",
        highlight=False,
    )
    console.print(_deciding(answer["deciding"]))
    for line in (*_deals(answer["merger"], answer["listing"]), *_burn(answer["burn"])):
        console.print(line, highlight=False)
    console.print(
        "\nStarted from what was known in February 2026, beside what came, billion $:",
        highlight=False,
    )
    console.print(_backtest(answer["backtest"]))
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {escape(caveat)}[/dim]", highlight=False)


def show_programme(answer: Tree) -> None:
    """Print a company with a scenario's programme and without, and what moves it."""
    console = Console()
    spent, own, other = answer["programme"], answer["with"], answer["without"]
    console.print(
        f"[bold]{escape(answer['entry'])}[/bold] with the programme of "
        f"{escape(answer['scenario'])}: {dollars(spent['capital_usd'])} for satellites and "
        f"launches, {dollars(spent['operating_usd'])} for running them, "
        f"{dollars(spent['revenue_usd'])} earned to the horizon.",
        highlight=False,
    )
    for side, told in ((own, "With it"), (other, "Without it")):
        share = per_share(side["told"]["value_per_share_usd"])
        raised = dollars(side["equity_raised_usd"] + side["debt_raised_usd"])
        console.print(
            f"{told}: {_lasting(side['runway'])}; {raised} raised to hold the least cash; a share "
            f"worth ${share} at the end of {answer['told_quarter']}.",
            highlight=False,
        )
    for lever in answer["levers"]:
        console.print(_lever(lever))
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {escape(caveat)}[/dim]", highlight=False)


def _lasting(runway: Tree) -> str:
    if runway["lasts"]:
        return f"cash lasts all {runway['horizon_quarter_count']} quarters"
    return f"cash is gone after {runway['quarter_count']:.1f} quarters if nothing is raised"


LEVERS = {
    "cadence_ratio": ("cadence x", 1.0),
    "price_ratio": ("price of computing x", 1.0),
    "offering_usd": ("offering, billion $", 1e9),
}
EVERY = 4
"""Of the settings computed, one in so many is printed."""


def _lever(one: Tree) -> Table:
    name, unit = LEVERS[one["name"]]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for heading in (name, "quarters of cash", "least cash, billion $", "$/share"):
        table.add_column(heading, justify="right")
    rows = zip(
        one["setting"],
        one["runway_quarter_count"],
        one["least_cash_usd"],
        one["value_per_share_usd"],
        strict=True,
    )
    for setting, quarters, least, share in [*rows][::EVERY]:
        table.add_row(f"{setting / unit:g}", f"{quarters:.1f}", billions(least), per_share(share))
    return table


def _opening(answer: Tree) -> str:
    found = answer["opening"]
    return (
        f"At the start {dollars(found['cash_usd'])} of cash, {dollars(found['debt_usd'])} of debt, "
        f"{found['share_count'] / 1e9:.4g} billion shares; by the multiples stated worth "
        f"{dollars(found['value_usd'])}, ${per_share(found['value_per_share_usd'])} a share."
    )


def _runway(found: Tree) -> str:
    least = dollars(found["least_cash_usd"])
    if found["lasts"]:
        return (
            f"If nothing is raised, cash lasts all {found['horizon_quarter_count']} quarters; "
            f"the least there is: {least}."
        )
    return (
        f"If nothing is raised, cash is gone after {found['quarter_count']:.1f} quarters; in the "
        f"end {least} are missing at most."
    )


def _legend() -> str:
    return "left: what operations and plant leave; raised: offering, shares and debt."


def _quarters(rows: list[Tree]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, collapse_padding=True)
    table.add_column("quarter", no_wrap=True)
    for heading in (*SUMS, "$/share"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row["quarter"],
            *(billions(row[name]) for name in SUMS.values()),
            per_share(row["value_per_share_usd"]),
        )
    return table


def _parts(rows: list[Tree], told: Tree) -> Table:
    table = Table("part", box=box.SIMPLE_HEAD)
    for heading in ("billion $", "$ a share"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(row["part"], billions(row["value_usd"]), per_share(row["per_share_usd"]))
    table.add_row("all", billions(told["equity_value_usd"]), per_share(told["value_per_share_usd"]))
    return table


def _deciding(rows: list[Tree]) -> Table:
    table = Table("key", box=box.SIMPLE_HEAD)
    for heading in ("value", "low", "high", "at low", "at high"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row["key"].removeprefix("company."),
            *(f"{row[name]:.4g}" for name in ("value", "low", "high")),
            f"{row['low_usd']:+.3g}",
            f"{row['high_usd']:+.3g}",
        )
    return table


def _deals(merger: Tree, listing: Tree) -> tuple[str, ...]:
    return (
        f"Merger of 2 February 2026: {dollars(merger['combined_usd'])} in "
        f"{merger['share_count'] / 1e9:.3f} billion shares, {merger['exchange_ratio']:.4f} for "
        f"one of xAI's, whose owners hold {100.0 * merger['bought_fraction']:.0f} %. "
        f"{dollars(merger['published_combined_usd'])} for SpaceX alone, as an analysis has it, "
        f"would make {dollars(merger['claimed_combined_usd'])} of both: "
        f"{dollars(merger['overstated_usd'])} too much.",
        f"Listing of 12 June 2026: {dollars(listing['gross_usd'], 4)}, of them "
        f"{dollars(listing['base_usd'], 4)} at first, where up to "
        f"{dollars(listing['planned_usd'])} had been planned; {dollars(listing['net_usd'], 4)} "
        f"after cost. ${listing['price_usd']:g} a share, where the merger's price after "
        f"{listing['split_ratio']:g} for one is "
        f"${per_share(listing['merger_price_after_split_usd'])}; worth "
        f"{dollars(listing['value_usd'])}.",
    )


def _burn(found: Tree) -> tuple[str, ...]:
    by_press = " and ".join(dollars(value) for value in found["monthly_usd"].values())
    return (
        f"Burn: {dollars(found['claimed_monthly_usd'])} a month as said, {by_press} by two "
        f"accounts of 2025. The profit of {dollars(found['ebitda_usd'])} is EBITDA, "
        f"{100.0 * found['margin_fraction']:.0f} % of revenue; of all three together 2025 left "
        f"{dollars(found['net_income_usd'])}. In the first half of 2026 operations and plant used "
        f"{dollars(found['published_monthly_usd'])} a month.",
    )


def _backtest(rows: list[Tree]) -> Table:
    table = Table("figure", "of", box=box.SIMPLE_HEAD)
    for heading in ("model", "published", "off by"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        shares = row["name"].startswith("value of a share")
        write = per_share if shares else billions
        off = row["error_ratio"]
        table.add_row(
            row["name"] + (", $ after the split" if shares else ""),
            row["period"],
            write(row["modelled"]),
            write(row["published"]),
            "sign" if off is None else signed_percent(off),
        )
    return table
