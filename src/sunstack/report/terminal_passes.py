"""How do the passes over a site, and the shells of a catalogue, look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

MOST_ROWS = 100
POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


def show(answer: Mapping[str, Any], *, most: int = MOST_ROWS) -> None:
    """Print the passes in order of their culmination, and what they leave out."""
    console = Console()
    passes = answer["passes"]
    console.print(
        f"[bold]{len(passes):,} passes[/bold] of {answer['satellite_count']:,} satellites over "
        f"{answer['latitude_deg']:g}°, {answer['longitude_deg']:g}°, above "
        f"{answer['elevation_deg']:g}°, in {answer['hours']:g} h from {answer['start']} (UTC)",
        highlight=False,
    )
    if passes:
        console.print(_table(passes[:most]), highlight=False)
    if len(passes) > most:
        console.print(f"and {len(passes) - most:,} more: --json gives them all", highlight=False)
    for line in answer["left_out"]:
        console.print(f"left out: {line}", highlight=False, markup=False)
    console.print(
        f"[dim]- Epochs are up to {answer['oldest_epoch_days']:.1f} days from the start.[/dim]",
        highlight=False,
    )
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _table(passes: list[Mapping[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("satellite", no_wrap=True)
    for heading in ("highest at", "", "km", "rise", "from", "set", "to"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in passes:
        table.add_row(
            escape(one["name"]),
            _clock(one["culmination"], dated=True),
            f"{one['highest_elevation_deg']:.0f}°",
            f"{one['range_km']:,.0f}",
            _clock(one["rise"]),
            _point(one["rise_azimuth_deg"]),
            _clock(one["set"]),
            _point(one["set_azimuth_deg"]),
        )
    return table


def _clock(moment: str | None, *, dated: bool = False) -> str:
    if moment is None:
        return "outside"
    day, clock = moment.split("T")
    return f"{day[5:]} {clock[:8]}" if dated else clock[:8]


def _point(azimuth_deg: float | None) -> str:
    if azimuth_deg is None:
        return ""
    return POINTS[round(azimuth_deg / 45.0) % 8]


def show_shells(answer: Mapping[str, Any]) -> None:
    """Print the shells, then the groups of a scenario that stand for them."""
    console = Console()
    console.print(
        f"[bold]{len(answer['shells']):,} shells[/bold] of {answer['satellite_count']:,} "
        f"satellites at {answer['epoch']}; {answer['outside_count']:,} are in none",
        highlight=False,
    )
    if not answer["shells"]:
        console.print(
            "No height and inclination holds enough satellites: there is no group to write."
        )
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for heading in ("km", "thick", "inclination", "satellites", "planes", "in a plane"):
        table.add_column(heading, justify="right")
    for one in answer["shells"]:
        table.add_row(
            f"{one['altitude_km']:.1f}",
            f"{one['highest_km'] - one['lowest_km']:.1f}",
            f"{one['inclination_deg']:.2f}°",
            f"{one['satellite_count']:,}",
            f"{one['plane_count']}",
            f"{one['satellites_per_plane_count']}",
        )
    console.print(table)
    lines = ["constellation:", "  groups:"]
    for group in answer["groups"]:
        first, *rest = group.items()
        lines.append(f"    - {first[0]}: {first[1]}")
        lines += [f"      {key}: {value}" for key, value in rest]
    console.print("\n".join(lines), highlight=False, markup=False)
