"""How does the answer about training look on a terminal?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

STAGES = {
    "machine": "what a machine reaches of the data sheet",
    "layout": "accelerators left idle, work done twice",
    "power": "power",
    "cooling": "cooling",
    "exchanges": "exchanges between satellites",
    "failures": "failures, upsets and checkpoints",
    "shadow": "shadow",
}
PARTS = {
    "computing": "computing",
    "bubble": "rows that fill and empty",
    "filling": "first and last hand-over",
    "passing": "handing on",
    "experts": "experts on other satellites",
    "gradients": "summing gradients",
}

Tree = Mapping[str, Any]


def show(answer: Tree) -> None:
    """Print how long it takes, and what takes its time."""
    console = Console()
    lines = list(_lines(answer))
    console.print(f"[bold]{lines[0]}[/bold]", highlight=False)
    for line in lines[1:]:
        console.print(line, highlight=False)
    console.print(_table(answer))
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _lines(answer: Tree) -> Iterator[str]:
    orbit = answer["orbit"]
    yield (
        f"{answer['title']} on {answer['tokens']:.3g} tokens, {orbit['satellites']:,} satellites "
        f"of {answer['chips']} accelerators ({answer['chip_title']}): {_days(orbit)}"
    )
    yield (
        f"{_number(orbit['token_j'])} J a token, {_number(orbit['energy_gwh'])} GWh; "
        f"{100.0 * orbit['lasting_fraction']:.1f} % of the data sheet's rate goes into work that "
        f"lasts. What takes most: {_most(orbit)}."
    )
    yield _layout(orbit)
    yield _disturbed(orbit)
    if answer["ground"] is not None:
        ground = answer["ground"]
        many = f"{ground['satellites']:,}"
        yield f"On the ground, {many} such machines: {_days(ground)}{_cost(ground)}."


def _days(one: Tree) -> str:
    days = one["duration_days"]
    return "never done" if days is None else f"{_number(days)} days"


def _cost(one: Tree) -> str:
    return "" if one["cost_usd"] is None else f", {one['cost_usd'] / 1e6:,.3g} million USD"


def _most(one: Tree) -> str:
    """The stage that takes the largest share of what the one before left."""
    shares = {
        after["stage"]: 1.0 - after["flop_per_s"] / before["flop_per_s"]
        for before, after in pairwise(one["stages"][1:])
        if before["flop_per_s"] > 0.0
    }
    most = max(shares, key=lambda name: shares[name])
    return f"{STAGES[most]}, {100.0 * shares[most]:.0f} %"


def _layout(one: Tree) -> str:
    stages, workers = one["stage_satellites"], one["workers"]
    row = f"{stages:,} satellites in a row" if stages > 1 else "one satellite"
    copies = "one copy" if one["copies"] == 1 else f"{one['copies']:,} copies"
    many = f"{workers:,} workers" if workers > 1 else copies
    return (
        f"Laid out: a copy on {row}, {one['tensor_accelerators']} accelerators to a layer, {many}; "
        f"a step takes {_number(one['step_s'])} s. One copy takes {one['least_satellites']:,.0f} "
        f"at least; {100.0 * one['memory_margin_fraction']:.0f} % of memory to spare."
    )


def _disturbed(one: Tree) -> str:
    hours = one["between_interruptions_hours"]
    between = "Nothing stops it" if hours is None else f"Stopped every {_number(hours)} h"
    lost, left = one["silent_corruptions"], one["unnoticed_corruptions"]
    told = "" if lost is None else f"; {_number(lost)} silent corruptions, {_number(left)} unfound"
    return (
        f"{between}; {100.0 * one['goodput_fraction']:.0f} % of its time is work that lasts{told}."
    )


def _table(answer: Tree) -> Table:
    """Stages and parts, in orbit and on the ground."""
    places = [name for name in ("orbit", "ground") if answer[name] is not None]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("")
    for name in places:
        table.add_column("in orbit" if name == "orbit" else "on the ground", justify="right")

    def add(label: str, *values: str) -> None:
        table.add_row(label, *values)

    ones = [answer[name] for name in places]
    add("days", *(_number(one["duration_days"]) for one in ones))
    add("GWh", *(_number(one["energy_gwh"]) for one in ones))
    add("accelerator hours, million", *(_number(_million(one)) for one in ones))
    for key, told in PARTS.items():
        if any(one["step_parts_s"][key] > 0.0 for one in ones):
            add(f"a step: {told}, s", *(_number(one["step_parts_s"][key]) for one in ones))
    for place, key in enumerate(STAGES, 1):
        add(f"left after: {STAGES[key]}", *(_left(one, place) for one in ones))
    return table


def _million(one: Tree) -> float | None:
    return None if one["accelerator_hours"] is None else one["accelerator_hours"] / 1e6


def _left(one: Tree, place: int) -> str:
    share = one["stages"][place]["flop_per_s"] / one["stages"][0]["flop_per_s"]
    return f"{100.0 * share:.1f} %"


def _number(value: float | None) -> str:
    """Three digits, and whole above a thousand."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1e3 else f"{value:.3g}"
