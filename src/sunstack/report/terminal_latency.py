"""How do answers about delays and routes look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

Tree = Mapping[str, Any]
PARTS = {
    "light_up_and_down_ms": "light up, down",
    "light_between_ms": "between",
    "handling_ms": "hops",
    "frames_ms": "frames",
    "queueing_ms": "queueing",
    "round_trip_ms": "round trip",
}
QUANTILES = {"least_ms": "least", "p50_ms": "median", "p95_ms": "95 %", "most_ms": "most"}


def show_latency(answer: Tree) -> None:
    """Print delays to computers in orbit, beside fibre to one on the ground."""
    console = Console()
    place = answer["place"]
    carried = answer["access"]
    over = "" if carried == "none" else f" over {carried}"
    console.print(
        f"[bold]{place['name']} to {_aim(answer)} of {answer['scenario']}{over}[/bold], "
        f"{answer['hours']:g} h after its epoch; round trips in milliseconds",
        highlight=False,
    )
    console.print(_instants(answer) if "instants" in answer else _groups(answer))
    for why in sorted({one["why_none"] for one in answer.get("instants", ()) if "why_none" in one}):
        console.print(f"Unreachable at times: {why}.", highlight=False)
    ground = answer["ground"]
    console.print(
        f"By fibre to {ground['data_centre']}, {ground['distance_km']:,.0f} km: "
        f"{ground['round_trip_ms']:.1f} ms.",
        highlight=False,
    )
    _caveats(console, answer)


def _aim(answer: Tree) -> str:
    return "the nearest computer" if answer["to"] == "nearest" else "every computer"


def _caveats(console: Console, answer: Tree) -> None:
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column(first)
    for heading in others:
        table.add_column(heading, justify="right")
    return table


def _instants(answer: Tree) -> Table:
    table = _table("hour", "lasers", *PARTS.values())
    for one in answer["instants"]:
        cells = [f"{one[key]:.2f}" if key in one else "-" for key in PARTS]
        table.add_row(f"{one['hours']:g}", str(one.get("hops", "-")), *cells)
    return table


def _groups(answer: Tree) -> Table:
    table = _table("satellites of", "count", "unreached", *QUANTILES.values())
    for one in answer["groups"]:
        cells = [f"{one[key]:.1f}" if key in one else "-" for key in QUANTILES]
        table.add_row(one["name"], f"{one['satellites']:,}", f"{one['unreached_count']:,}", *cells)
    if not answer["sees_count"]:
        table.caption = "It sees no satellite: nothing is reached."
    else:
        table.caption = (
            f"Sees {answer['sees_count']:,} satellites. Add {answer['radio_ms']:.1f} ms of frames "
            "and queueing."
        )
    return table


def show_path(answer: Tree) -> None:
    """Print a way stop by stop, and what its delay is made of."""
    console = Console()
    console.print(
        f"[bold]{answer['from']} to {answer['to']} over {answer['scenario']}[/bold], "
        f"{answer['hours']:g} h after its epoch",
        highlight=False,
    )
    if answer["why_none"]:
        console.print(f"Unreachable: {answer['why_none']}.", highlight=False)
    else:
        console.print(_stops(answer))
        parts = answer["one_way_ms"]
        told = ", ".join(f"{name} {part:.1f}" for name, part in parts.items() if name != "total")
        console.print(f"One way {parts['total']:.1f} ms: {told}.", highlight=False)
    console.print(f"By fibre {answer['fibre_ms']:.1f} ms one way.", highlight=False)
    _caveats(console, answer)


def _stops(answer: Tree) -> Table:
    table = _table("satellite of", "shell", "plane", "slot", "latitude", "longitude", "km", "ms")
    for one in answer["stops"]:
        table.add_row(
            one["stack"],
            *(str(one[key]) for key in ("shell", "plane", "slot")),
            f"{one['latitude_deg']:.1f}°",
            f"{one['longitude_deg']:.1f}°",
            f"{one['altitude_km']:.0f}",
            f"{one['light_ms']:.2f}",
        )
    return table
