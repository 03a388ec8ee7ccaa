"""How does the answer about a shell's lasers look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table


def show(answer: Mapping[str, Any]) -> None:
    """Print +Grid, the best pattern for each number of lasers, and what it buys."""
    console = Console()
    console.print(
        f"[bold]{answer['satellites']:,} satellites in {answer['planes']:,} planes, "
        f"{answer['altitude_km']:g} km, {answer['inclination_deg']:g}°[/bold]; "
        f"{answer['hop_us']:g} µs a hop, lasers to {answer['range_km']:,.0f} km",
        highlight=False,
    )
    console.print(_designs(answer))
    for line in (_gain(answer), *_unsuited(answer), _tried(answer)):
        console.print(line, highlight=False)
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _designs(answer: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("lasers")
    table.add_column("to planes,slots on", min_width=18)
    for heading in ("F", "mean ms", "worst ms", "mean hops", "worst", "fewest*", "longest km"):
        table.add_column(heading, justify="right")
    rows = [answer["grid"], *(one for one in answer["best"] if one != answer["grid"])]
    for one in rows:
        offsets = " ".join(f"{across},{along}" for across, along in one["offsets"])
        table.add_row(
            str(one["lasers"]),
            f"{offsets} (+Grid)" if one["is_grid"] else offsets,
            str(one["phasing"]),
            f"{one['mean_delay_ms']:.1f}",
            f"{one['worst_delay_ms']:.1f}",
            f"{one['mean_hops']:.1f}",
            str(one["worst_hops"]),
            f"{one['fewest_mean_hops_of_any']:.1f}",
            f"{one['longest_link_km']:,.0f}",
        )
    return table


def _gain(answer: Mapping[str, Any]) -> str:
    grid = answer["grid"]
    keys = {"mean-delay": "mean_delay_ms", "worst-delay": "worst_delay_ms"}
    key = keys.get(answer["objective"], "mean_hops")
    best = min([grid, *answer["best"]], key=lambda one: float(one[key]))
    return (
        f"With four lasers as +Grid {grid['mean_hops']:.0f} hops in the mean and "
        f"{grid['worst_hops']} at worst; with the best pattern found, of {best['lasers']}, "
        f"{best['mean_hops']:.0f} and {best['worst_hops']}: {grid['mean_delay_ms']:.1f} ms become "
        f"{best['mean_delay_ms']:.1f} ms."
    )


def _unsuited(answer: Mapping[str, Any]) -> list[str]:
    counts = answer["lasers_that_nothing_suits"]
    told = " or ".join(map(str, counts))
    return [f"No pattern of {told} lasers keeps within range and above the air."] if counts else []


def _tried(answer: Mapping[str, Any]) -> str:
    return (
        f"{answer['tried']:,} patterns looked at, {len(answer['pareto'])} that none beats in "
        "everything (all with --json). * Mean hops below which no pattern of so many lasers comes."
    )
