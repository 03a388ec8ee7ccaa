"""How does the course of a fleet look on a terminal?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table


def show_fleet(answer: Mapping[str, Any]) -> None:
    """Print tables of the groups, of the programmes and of radiation."""
    console = Console()
    years, programmes = answer["horizon_years"], answer["programmes"]
    told = f"over {_years(years)} from the programme's start"
    console.print(f"[bold]{escape(answer['scenario'])}[/bold] {told}", highlight=False)
    console.print(_filling(programmes))
    console.print(_figures(programmes))
    for one in programmes:
        if one["exceeds_permits"]:
            console.print(
                f"{one['rocket']}: flies more than the {one['flights_a_day_permitted']:.2g} "
                "flights a day that are permitted.",
                highlight=False,
            )
    console.print(_radiation(programmes[0]["radiation"]))
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {escape(caveat)}[/dim]", highlight=False)


def _filling(programmes: list[Mapping[str, Any]]) -> Table:
    table = Table("group", title="Month in which 99 % of each group is alive", box=box.SIMPLE_HEAD)
    for one in programmes:
        table.add_column(one["rocket"], justify="right", overflow="fold")
    for number, group in enumerate(programmes[0]["groups"]):
        months = [one["groups"][number]["month_filled"] for one in programmes]
        table.add_row(
            f"{escape(group['name'])} ({group['wanted']:,.0f})",
            *("never" if month is None else str(month) for month in months),
        )
    return table


ROWS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "satellites a flight": lambda one: _span(one["satellites_per_flight"]),
    "flights/day, at most": lambda one: _short(one["flights_a_day_at_most"]),
    "flights/day, permitted": lambda one: _short(one["flights_a_day_permitted"]),
    "flights to fill all": lambda one: _short(one["flights_to_fill"]),
    "flights/day to keep": lambda one: _short(one["sustaining_flights_a_day"]),
    "at the end, in place": lambda one: _short(one["in_place"]),
    "  derelict": lambda one: _short(one["derelict"]),
    "  chips at work": lambda one: f"{100 * one['chips_at_work_ratio']:.1f} %",
    "mean of the last": lambda one: _years(one["mean_over_years"]),
    "  flights a day": lambda one: _short(one["flights_a_day"]),
    "  failed a day": lambda one: _short(one["failed_a_day"]),
    "  withdrawn a day": lambda one: _short(one["withdrawn_a_day"]),
    "  re-entering, t a year": lambda one: _short(one["reentering_t_a_year"]),
    "  alumina, t a year": lambda one: _short(one["alumina_t_a_year"]),
    "launched, t": lambda one: _short(one["launched_t"]),
    "launch price, 10⁹ $": lambda one: _short(one["launch_price_usd"] / 1e9),
}


def _years(years: float) -> str:
    return f"{years:.3g} year{'' if years == 1 else 's'}"


def _short(value: float) -> str:
    """Write three digits that count, thousands parted."""
    return f"{float(f'{value:.3g}'):,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def _figures(programmes: list[Mapping[str, Any]]) -> Table:
    table = Table("", title="The programme", box=box.SIMPLE_HEAD)
    for one in programmes:
        table.add_column(one["rocket"], justify="right", overflow="fold")
    for label, write in ROWS.items():
        table.add_row(label, *(write(one) for one in programmes))
    return table


def _radiation(rows: list[Mapping[str, Any]]) -> Table:
    table = Table(
        "group",
        title="Radiation behind 10 mm of aluminium, all in place: years to 2 krad, where memory\n"
        "errs; share of satellites past it in a life; silent corruptions",
        box=box.SIMPLE_HEAD,
    )
    for heading in ("km", "krad/year", "years", "past it", "highest km", "upsets/day"):
        table.add_column(heading, justify="right")
    for row in rows:
        highest = row["highest_altitude_km"]
        table.add_row(
            escape(row["name"]),
            f"{row['altitude_km']:.0f}",
            f"{row['dose_krad_per_year']:.3f}",
            f"{row['least_years_to_memory_limit']:.1f}",
            f"{100 * row['past_memory_limit_fraction']:.0f} %",
            "–" if highest is None else f"{highest:.0f}",
            _short(row["silent_corruptions_a_day"]),
        )
    return table


def _span(counts: list[float]) -> str:
    least, most = min(counts), max(counts)
    return f"{least:.0f}" if least == most else f"{least:.0f} to {most:.0f}"
