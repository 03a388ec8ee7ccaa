"""How does the answer about a machine led from afar look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

PLACES = ("on board", "ground", "orbit")


def show(answer: Mapping[str, Any]) -> None:
    """Print what holds at each place, which delay is tolerated, and which tasks are served."""
    console = Console()
    orbit = answer["tasks"]["orbit"]
    console.print(
        f"[bold]A {answer['plant']} led from orbit: {100.0 * orbit['tolerated_fraction']:.0f} % of "
        f"its tasks tolerate {answer['delay_ms']:g} ms there and back[/bold]",
        highlight=False,
    )
    console.print(_success(answer))
    for line in _theory(answer["theory"]):
        console.print(line, highlight=False)
    console.print(_tasks(answer["tasks"]))
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _success(answer: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("succeeds")
    for heading in (*PLACES, "99 % up to", "50 % up to"):
        table.add_column(heading, justify="right", no_wrap=True)
    for way, places in answer["success"].items():
        kept = answer["tolerated"][way]
        table.add_row(
            way,
            *(_share(places[place]) for place in PLACES),
            *(_delay(kept, level) for level in ("99", "50")),
        )
    return table


def _share(told: Mapping[str, float]) -> str:
    low, high = 100.0 * told["low_fraction"], 100.0 * told["high_fraction"]
    return f"{100.0 * told['success_fraction']:.1f} ({low:.1f}-{high:.1f}) %"


def _delay(kept: Mapping[str, Any], level: str) -> str:
    found = kept[f"delay_for_{level}_percent_ms"]
    if found <= 0.0:
        return "none"
    beyond = "> " if found >= kept["most_measured_ms"] else ""
    return f"{beyond}{found:.0f} ms"


def _theory(theory: Mapping[str, float]) -> tuple[str, ...]:
    margin = (
        f"On paper: a policy that does not reckon with delay swings ever wider from "
        f"{theory['delay_margin_ms']:.0f} ms on",
    )
    if "critical_delay_ms" not in theory:
        return (margin[0] + ".",)
    return (
        margin[0] + f", with any gains from {theory['critical_delay_ms']:.0f} ms on.",
        f"Ankles alone answer {theory['push_ankles_answer_at_once_n_s']:.1f} N s at once, "
        f"{theory['push_ankles_answer_from_orbit_n_s']:.1f} N s from orbit.",
    )


def _tasks(tasks: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("tolerates")
    table.add_column("limit", justify="right", no_wrap=True)
    for place in PLACES:
        table.add_column(place, justify="right", no_wrap=True)
    for row in zip(*(tasks[place]["classes"] for place in PLACES), strict=True):
        table.add_row(
            row[0]["task"],
            _time(row[0]["limit_ms"]),
            *(f"{100.0 * one['tolerated_fraction']:.0f} %" for one in row),
        )
    table.add_section()
    table.add_row(
        "all, alike", "", *(f"{100.0 * tasks[at]['tolerated_fraction']:.0f} %" for at in PLACES)
    )
    return table


def _time(milliseconds: float) -> str:
    for factor, unit in ((3.6e6, "h"), (1e3, "s")):
        if milliseconds >= factor:
            return f"{milliseconds / factor:g} {unit}"
    return f"{milliseconds:g} ms"
