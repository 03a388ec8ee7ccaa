"""How do costs look on a terminal?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sunstack.summary.economics import LABELS

from .numerals import count, money, price

MOST_YEARS = 4
"""Columns of years on a terminal; more are thinned."""

Tree = Mapping[str, Any]


def show(answer: Tree) -> None:
    """Print the bases, the parts of a satellite and the programme."""
    console = Console()
    console.print(f"[bold]{escape(answer['scenario'])}[/bold] {_told(answer)}", highlight=False)
    years = thinned(answer["by_year"])
    console.print("\nCost of one, as sold; by calendar year of launch:", highlight=False)
    console.print(_bases(answer, years))
    console.print("Capital of a satellite by part, thousand dollars:", highlight=False)
    console.print(_parts(answer, years))
    for line in lines(answer):
        console.print(line, highlight=False)
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {escape(caveat)}[/dim]", highlight=False)


def lines(found: Tree) -> Iterator[str]:
    """Tell the programme's money in sentences."""
    whole, programme = found["whole"], found["programme"]
    told = f"{price(whole['usd_per_kw_year_without_chips'])} $ for a kW and year without chips"
    if whole["usd_per_chip_hour"] is not None:
        told = f"{price(whole['usd_per_chip_hour'])} $ for an accelerator's hour, {told}"
    share = f"{100 * found['sold_fraction']:.0f} % of it sold"
    yield f"Over all {programme['horizon_years']:g} years, {share}: {told}."
    yield (
        f"Paid: {money(programme['capital_usd'])} for satellites and launches, "
        f"{money(programme['running_usd'])} to run them; left at the end: "
        f"{money(programme['remaining_usd'])}. {revenue_told(found)}"
    )


def revenue_told(found: Tree) -> str:
    """What compute brings in at the price stated."""
    if not found["knows_rate"]:
        return "No revenue is told: nothing is known of what is computed."
    programme = found["programme"]
    return (
        f"Sold at {price(found['compute_usd_per_pflop_day'])} $ a PFLOP/s and day, falling "
        f"{100 * found['chip_progress_fraction_per_year']:.0f} % a year, it brings in "
        f"{money(programme['revenue_usd'])}; most money out: "
        f"{money(programme['most_spent_usd'])} in month {programme['most_spent_month']}."
    )


def thinned(years: Sequence[Tree]) -> Sequence[Tree]:
    """The first and last year and some between."""
    if len(years) <= MOST_YEARS:
        return years
    step = (len(years) - 1) / (MOST_YEARS - 1)
    return [years[round(step * number)] for number in range(MOST_YEARS)]


def _told(answer: Tree) -> str:
    return (
        f"with the prices of {answer['book']}, dollars of {answer['money_year']}, "
        f"{100 * answer['discount_fraction_per_year']:g} % real a year, "
        f"{100 * answer['sold_fraction']:.0f} % of what is delivered sold (of tokens: those whose "
        "first is in time), "
        f"{count(answer['launched_count'])} satellites launched."
    )


def _bases(answer: Tree, years: Sequence[Tree]) -> Table:
    table = _by_year("dollars for", years)
    for name, label in LABELS.items():
        table.add_row(label, *(price(one[name]) for one in (answer["whole"], *years)))
    for model in answer["whole"]["usd_per_million_tokens"]:
        row = [one["usd_per_million_tokens"][model] for one in (answer["whole"], *years)]
        table.add_row(f"million tokens of {model}", *(price(usd) for usd in row))
    factors = [price(one["obsolescence_factor"]) for one in (answer["whole"], *years)]
    table.add_row("first price over these, if prices fall", *factors)
    return table


def _parts(answer: Tree, years: Sequence[Tree]) -> Table:
    table = _by_year("part", years)
    columns = [answer["parts_usd"], *(one["parts_usd"] for one in years)]
    for part in answer["parts_usd"]:
        if any(column[part] > 0.0 for column in columns):
            table.add_row(part, *(price(column[part] / 1e3) for column in columns))
    table.add_row("all", *(price(sum(column.values()) / 1e3) for column in columns), style="bold")
    return table


def _by_year(heading: str, years: Sequence[Tree]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), collapse_padding=True, pad_edge=False)
    table.add_column(heading, overflow="fold")
    for name in ("whole", *(str(one["year"]) for one in years)):
        table.add_column(name, justify="right", no_wrap=True)
    return table
