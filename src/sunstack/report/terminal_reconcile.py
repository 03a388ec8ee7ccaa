"""How does the answer about other studies look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from .numerals import significant

NONE = "–"
DIGITS = 3


def show(answer: Mapping[str, Any]) -> None:
    """Print every study as printed and restated, why it says so, and sites on the ground."""
    console = Console()
    basis = answer["basis"]
    console.print(
        f"[bold]{len(answer['studies'])} studies[/bold], restated at "
        f"{100 * basis['yearly_discount_fraction']:.3g} % a year, chips at "
        f"{basis['chips_usd_per_w']:g} USD/W where left out, a GPU of {basis['chip_kw']:.3g} kW: "
        "orbit over ground as told and here; USD a kilowatt and year, a GPU-hour, in orbit and on "
        "the ground",
        highlight=False,
    )
    console.print(_studies(answer))
    for one in answer["studies"]:
        told = " ".join((f"{one['why']}", *one["differences"]))
        console.print(f"[bold]{one['name']}[/bold] ({one['basis']}). {told}", highlight=False)
    console.print(_sites(answer))
    console.print(_grids(answer), highlight=False)
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _studies(answer: Mapping[str, Any]) -> Table:
    table = _table(
        "study",
        "told",
        "here",
        "kW·year",
        "ground",
        "GPU-h",
        "ground",
    )
    for one in answer["studies"]:
        places = (one["orbit"], one["ground"])
        table.add_row(
            one["name"],
            number(one["stated"]["ratio"]),
            number(one["ratio"]),
            *(number(place["year_usd_per_kw"]) for place in places),
            *(number(place["hour_usd"]) for place in places),
        )
    if answer["ours"] is not None:
        ours = answer["ours"]
        places = (ours["orbit"], ours["ground"])
        table.add_row(
            f"[bold]{ours['name']}[/bold]",
            NONE,
            number(ours["ratio"]),
            *(number(place["year_usd_per_kw"]) for place in places),
            *(number(place["hour_usd"]) for place in places),
        )
    return table


def _sites(answer: Mapping[str, Any]) -> Table:
    table = _table("site on the ground", "USD/W without chips", "USD/(kW·year)", "USD/GPU-h")
    for one in answer["sites"]:
        keys = ("capital_usd_per_w", "year_usd_per_kw", "hour_usd")
        table.add_row(one["name"], *(number(one[key]) for key in keys))
    return table


def _grids(answer: Mapping[str, Any]) -> str:
    """The cheapest and the dearest grid."""
    ranked = sorted(answer["grids"], key=lambda one: float(one["year_usd_per_kw"]))
    told = (f"{one['name']} {number(one['year_usd_per_kw'])}" for one in (ranked[0], ranked[-1]))
    return (
        f"The first of them on {len(ranked)} grids: from {' to '.join(told)} USD/(kW·year); "
        "`--json` has all."
    )


def _table(first: str, *headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def number(value: float | None) -> str:
    """Write what is known, with the digits that a study is good for."""
    return NONE if value is None else significant(value, DIGITS)
