"""How does the course of a fleet look on a terminal?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .numerals import power


def show_fleet(answer: Mapping[str, Any]) -> None:
    """Print tables of the groups, of the ramps and of radiation."""
    console = Console()
    years, ramps = answer["horizon_years"], answer["ramps"]
    told = f"over {_years(years)} from the programme's start"
    console.print(f"[bold]{escape(answer['scenario'])}[/bold] {told}", highlight=False)
    console.print(_filling_told(answer), highlight=False)
    console.print(_filling(answer))
    console.print(_figures(ramps))
    for one in ramps:
        if one["exceeds_permits"]:
            console.print(
                f"{one['rocket']}: flies more than the {one['flights_a_day_permitted']:.2g} "
                "flights a day that are permitted.",
                highlight=False,
            )
    console.print(f"\n{_left(answer)}", highlight=False)
    console.print(f"\n{_radiation_told(answer)}", highlight=False)
    console.print(_radiation([row for row in answer["radiation"] if row is not None]))
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {escape(caveat)}[/dim]", highlight=False)


def _filling_told(answer: Mapping[str, Any]) -> str:
    chances = ", ".join(f"{100 * chance:.0f}" for chance in answer["chances"])
    return (
        f"\nMonth in which {100 * answer['filled_fraction']:.0f} % of each group is alive, and by "
        f"which it is in {chances} % of the draws (–: never):"
    )


def _filling(answer: Mapping[str, Any]) -> Table:
    table = _by_rocket("group", answer["ramps"])
    for number, group in enumerate(answer["ramps"][0]["groups"]):
        table.add_row(
            f"{escape(group['name'])} ({group['wanted']:,.0f})",
            *(_months(one["groups"][number]) for one in answer["ramps"]),
        )
    return table


def _by_rocket(heading: str, ramps: list[Mapping[str, Any]]) -> Table:
    """A column for each rocket; a long name goes on below its first word."""
    table = Table(heading, box=box.SIMPLE_HEAD)
    for one in ramps:
        name = one["rocket"] if len(ramps) == 1 else one["rocket"].replace("-", "-\n", 1)
        table.add_column(name, justify="right", overflow="fold")
    return table


def _months(group: Mapping[str, Any]) -> str:
    by_chance = ["–" if month is None else str(month) for month in group["month_filled_by_chance"]]
    filled = "never" if group["month_filled"] is None else str(group["month_filled"])
    return f"{filled} ({', '.join(by_chance)})"


ROWS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "satellites a flight": lambda one: _span(one["satellites_per_flight"]),
    "flights/day at most": lambda one: _short(one["flights_a_day_at_most"]),
    "flights/day permitted": lambda one: _short(one["flights_a_day_permitted"]),
    "flights to fill all": lambda one: _short(one["flights_to_fill"]),
    "flights/day to keep": lambda one: _short(one["sustaining_flights_a_day"]),
    "in place at the end": lambda one: _short(one["in_place"]),
    "  derelict": lambda one: _short(one["derelict"]),
    "  chips at work": lambda one: f"{100 * one['chips_at_work_ratio']:.1f} %",
    "mean of the last": lambda one: _years(one["mean_over_years"]),
    "  flights a day": lambda one: _short(one["flights_a_day"]),
    "  failed a day": lambda one: _short(one["failed_a_day"]),
    "  withdrawn a day": lambda one: _short(one["withdrawn_a_day"]),
    "  re-entering, t/year": lambda one: _short(one["reentering_t_a_year"]),
    "  alumina, t/year": lambda one: _short(one["alumina_t_a_year"]),
    "launched, t": lambda one: _short(one["launched_t"]),
    "launch price, 10⁹ $": lambda one: _short(one["launch_price_usd"] / 1e9),
}


STAGES: Mapping[str, str] = {
    "wanted": "wanted",
    "in place": "in place",
    "lit": "as far as lit and fed",
    "cooled": "as far as cooled",
    "chips": "of chips that work",
    "store": "with drives",
    "dose": "below the memory's limit of dose",
    "holes": "with holes in radiators",
    "upsets": "after upsets",
}


def _years(years: float) -> str:
    return f"{years:.3g} year{'' if years == 1 else 's'}"


def _short(value: float) -> str:
    """Write three digits that count, thousands parted."""
    return f"{float(f'{value:.3g}'):,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def _figures(ramps: list[Mapping[str, Any]]) -> Table:
    table = _by_rocket("", ramps)
    for label, write in ROWS.items():
        table.add_row(label, *(write(one) for one in ramps))
    return table


def _left(answer: Mapping[str, Any]) -> str:
    """What is left of the payload power wanted after each thing that takes some of it."""
    stages = [(one["stage"], power(one["power_w"])) for one in answer["waterfall"]]
    left = [f"{stages[0][1]} {STAGES[stages[0][0]]}"] + [
        f"{now} {STAGES[stage]}" for (_, before), (stage, now) in pairwise(stages) if now != before
    ]
    return f"Payload power at the end on {escape(answer['rocket'])}: {', '.join(left)}."


def _radiation_told(answer: Mapping[str, Any]) -> str:
    return (
        f"Radiation behind {answer['shielding_mm']:g} mm of aluminium, all in place: years to "
        f"{answer['memory_limit_krad']:g} krad, where memory errs; share of satellites past it in "
        "a life; height up to which it is kept; silent corruptions:"
    )


def _radiation(rows: list[Mapping[str, Any]]) -> Table:
    table = Table("group", box=box.SIMPLE_HEAD)
    for heading in ("krad/year", "krad/life", "years", "past it", "highest km", "upsets/day"):
        table.add_column(heading, justify="right")
    for row in rows:
        highest = row["highest_altitude_km"]
        table.add_row(
            escape(row["name"]),
            f"{row['dose_krad_per_year']:.3f}",
            f"{row['dose_over_life_krad']:.3g}",
            f"{row['least_years_to_memory_limit']:.1f}",
            f"{100 * row['past_memory_limit_fraction']:.0f} %",
            "nowhere" if highest is None else f"{highest:.0f}",
            _short(row["silent_corruptions_a_day"]),
        )
    return table


def _span(counts: list[float]) -> str:
    least, most = min(counts), max(counts)
    return f"{least:.0f}" if least == most else f"{least:.0f} to {most:.0f}"
