"""How does the answer about a day of demand look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .numerals import count, fixed, percent, power, share, significant, tokens

Tree = Mapping[str, Any]

DIGITS = 3


def show(answer: Tree) -> None:
    """Print what each policy serves, from where and at what power, and who is late."""
    console = Console()
    if answer["lacks"]:
        console.print(f"{escape(answer['scenario'])}: no day is followed: {answer['lacks']}")
        return
    load = answer["asked_tokens_per_s"] / answer["capacity_tokens_per_s"]
    console.print(
        f"[bold]{escape(answer['scenario'])}[/bold] on {answer['date']}: "
        f"{tokens(answer['asked_tokens_per_s'])} tokens of {escape(answer['model'])} a second "
        f"asked, {share(load)} of what {count(answer['satellite_count'])} satellites could give; "
        f"{share(answer['sunlit_count'] / answer['satellite_count'])} of them in sunlight",
        highlight=False,
    )
    if answer["unseen_fraction"] > 0.0:
        console.print(
            f"{percent(answer['unseen_fraction'])} is asked where no satellite is seen",
            highlight=False,
        )
    console.print(_policies(answer["policies"]))
    console.print(_classes(answer["policies"]))


def _policies(policies: list[Tree]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("policy")
    for heading in ("answered", "worst hour", "in sunlight", "at work", "batteries", "J a token"):
        table.add_column(heading, justify="right")
    for one in policies:
        table.add_row(
            one["name"],
            percent(one["met_fraction"]),
            percent(one["worst_met_fraction"]),
            percent(one["sunlit_fraction"]),
            power(one["working_power_w"]),
            power(one["battery_power_w"]),
            "–" if one["token_j"] is None else significant(one["token_j"], 3),
        )
    return table


def _classes(policies: list[Tree]) -> Table:
    """Network delay and answers missed, class by class."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("network, ms; missed, %")
    for one in policies:
        table.add_column(one["name"], justify="right")
    for place, kind in enumerate(policies[0]["classes"]):
        table.add_row(
            kind["name"].replace("-", " "),
            *(
                f"{_short(each['network_mean_ms'])}; {fixed(100.0 * each['missed_fraction'], 1)}"
                for each in (one["classes"][place] for one in policies)
            ),
        )
    return table


def _short(millisecond: float) -> str:
    return significant(millisecond, DIGITS)
