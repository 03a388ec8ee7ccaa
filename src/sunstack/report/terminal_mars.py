"""How does the answer about Mars look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

_KEYS = ("best", "median", "worst")


def show(answer: Mapping[str, Any]) -> None:
    """Print light times, blackouts, rates and delays."""
    console = Console()
    light = answer["light"]
    console.print(
        f"[bold]Earth and Mars, {answer['years']:g} years from {answer['from_date']}[/bold] "
        f"(closest {light['closest']}, farthest {light['farthest']})",
        highlight=False,
    )
    console.print(_times(answer))
    for line in (*_sun(answer), *_link(answer), *_traffic(answer)):
        console.print(line, highlight=False)
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _times(answer: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("")
    for heading in _KEYS:
        table.add_column(heading, justify="right")
    rows = {
        "light one way": answer["light"]["one_way_min"],
        "light there and back": answer["light"]["round_trip_min"],
        "message, sent to read": answer["delay_min"],
    }
    for name, row in rows.items():
        told = ("never",) * 3 if row is None else (_time(row[key]) for key in _KEYS)
        table.add_row(name, *told)
    capacity = answer["capacity_gbit_per_day"]
    table.add_row("capacity, Gbit a day", *(f"{capacity[key]:,.0f}" for key in _KEYS[::-1]))
    return table


def _time(minutes: float) -> str:
    if minutes < 120.0:
        return f"{minutes:.1f} min"
    return f"{minutes / 60.0:.1f} h" if minutes < 2880.0 else f"{minutes / 1440.0:.1f} days"


def _sun(answer: Mapping[str, Any]) -> tuple[str, ...]:
    spans = [
        f"{one['start']} to {one['end']} ({one['days']:.1f} days, {one['kind']})"
        for one in answer["blackouts"]
    ]
    return (
        f"The Sun is in the way for {answer['blackout_days_per_synodic_period']:.1f} days of each "
        f"{answer['synodic_period_days']:.1f}, {answer['longest_blackout_days']:.1f} at a stretch: "
        f"{'; '.join(spans) or 'never in these years'}.",
    )


def _link(answer: Mapping[str, Any]) -> tuple[str, ...]:
    link = answer["link"]
    return (
        f"{answer['links']} laser{'' if answer['links'] == 1 else 's'}: "
        f"{link['closest_mbit_per_s']:,.0f} Mbit/s at the closest ({link['closest_au']:.2f} au), "
        f"{link['farthest_mbit_per_s']:,.1f} at the farthest ({link['farthest_au']:.2f} au), "
        f"{link['median_mbit_per_s']:,.1f} in the median.",
        f"A model of {link['model_gigabytes']:,.0f} GB takes {link['model_days_closest']:.2g} to "
        f"{link['model_days_farthest']:.2g} days.",
    )


def _traffic(answer: Mapping[str, Any]) -> tuple[str, ...]:
    word = "is" if answer["sustained"] else "is not"
    lost = answer["never_arrives_fraction"]
    late = f"; {100 * lost:.0f} % of it has not left by the end" if lost else ""
    return (
        f"{answer['gbit_per_day']:,.0f} Gbit a day ({answer['tokens_per_day']:.2g} tokens, "
        f"{answer['prompts_per_day']:.2g} prompts) {word} carried, by the mean of "
        f"{answer['mean_capacity_gbit_per_day']:,.0f}{late}.",
        "No conversation, at any date: the shortest answer takes "
        f"{_time(answer['light']['round_trip_min']['best'])}. Prompts, mail and models can go.",
    )
