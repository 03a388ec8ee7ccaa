"""How does the course of a fleet look on a terminal?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table


def show_fleet(answer: Mapping[str, Any]) -> None:
    """Print a table of the groups and one of the programmes."""
    console = Console()
    console.print(
        f"[bold]{escape(answer['scenario'])}[/bold] over {answer['horizon_years']:g} years",
        highlight=False,
    )
    console.print(_filling(answer["programmes"]))
    console.print(_figures(answer["programmes"]))
    console.print(_radiation(answer["radiation"]))
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {escape(caveat)}[/dim]", highlight=False)


def _filling(programmes: list[Mapping[str, Any]]) -> Table:
    table = Table("group", title="Month in which each group is 99 % in place", box=box.SIMPLE_HEAD)
    for one in programmes:
        table.add_column(one["rocket"].replace("starship-", ""), justify="right")
    for number, group in enumerate(programmes[0]["groups"]):
        months = [one["groups"][number]["month_filled"] for one in programmes]
        table.add_row(
            f"{escape(group['name'])} ({group['wanted']:,.0f})",
            *("never" if month is None else str(month) for month in months),
        )
    return table


ROWS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "satellites a flight": lambda one: _span(one["satellites_per_flight"]),
    "flights/day, at most": lambda one: f"{one['flights_a_day_at_most']:.3g}",
    "flights to fill all": lambda one: f"{one['flights_to_fill']:,.0f}",
    "flights/day to keep": lambda one: f"{one['sustaining_flights_a_day']:.3g}",
    "at the end, in place": lambda one: f"{one['in_place']:,.0f}",
    "  derelict": lambda one: f"{one['derelict']:,.0f}",
    "  share of capacity": lambda one: f"{100 * one['capacity_ratio']:.1f} %",
    "  failed a day": lambda one: f"{one['failed_a_day']:.3g}",
    "  replaced a day": lambda one: f"{one['replaced_a_day']:.3g}",
    "  re-entering, t a year": lambda one: f"{one['reentering_t_a_year']:,.0f}",
    "  alumina, t a year": lambda one: f"{one['alumina_t_a_year']:,.0f}",
    "launched, t": lambda one: f"{one['launched_t']:,.0f}",
    "launch, 10⁹ $": lambda one: f"{one['spent_usd'] / 1e9:,.1f}",
}


def _figures(programmes: list[Mapping[str, Any]]) -> Table:
    table = Table("", title="The programme", box=box.SIMPLE_HEAD)
    for one in programmes:
        table.add_column(one["rocket"].replace("starship-", ""), justify="right")
    for label, write in ROWS.items():
        table.add_row(label, *(write(one) for one in programmes))
    return table


def _radiation(rows: list[Mapping[str, Any]]) -> Table:
    table = Table(
        "group", title="Radiation behind 10 mm of aluminium, all in place", box=box.SIMPLE_HEAD
    )
    for heading in ("krad a year", "years to 2 krad", "highest km", "corruptions a day"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            escape(row["name"]),
            f"{row['dose_krad_per_year']:.3f}",
            f"{row['years_to_memory_limit']:.1f}",
            f"{row['highest_altitude_km']:.0f}",
            f"{row['silent_corruptions_a_day']:,.0f}",
        )
    return table


def _span(counts: list[float]) -> str:
    least, most = min(counts), max(counts)
    return f"{least:.0f}" if least == most else f"{least:.0f} to {most:.0f}"
