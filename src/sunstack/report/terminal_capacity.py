"""How does the answer about a network's capacity look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .numerals import percent, significant
from .sections.network_capacity import joined

DIGITS = 3
SHOWN_NAMES = 3


def show(answer: Mapping[str, Any]) -> None:
    """Print what cities get of computers and of each other, what cuts it, and training."""
    console = Console()
    console.print(
        f"[bold]{escape(answer['scenario'])}[/bold] at its epoch: {answer['city_count']:,} cities, "
        f"{_short(answer['people'] / 1e6)} million people, {answer['kbit_per_person']:g} kbit/s "
        f"for each, {_rate(answer['asked_gbit_per_s'])} in all",
        highlight=False,
    )
    for line in (_entry(answer["entry"]), _computers(answer), *_cities(answer["cities"])):
        if line:
            console.print(line, highlight=False)
    if "cuts" in answer["cities"]:
        console.print(_cuts(answer["cities"]["cuts"]))
    console.print(_gateways(answer), highlight=False)
    console.print(f"\n{_training_told(answer)}", highlight=False)
    for one in answer["training"]:
        if "unreachable" in one:
            console.print(f"  {escape(one['group'])}: none: {escape(one['unreachable'])}")
    made = [one for one in answer["training"] if "unreachable" not in one]
    if made:
        console.print(_training(made))
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {escape(caveat)}[/dim]", highlight=False)


def _short(value: float) -> str:
    return significant(value, DIGITS)


def _rate(gbit_per_s: float) -> str:
    if gbit_per_s >= 1e3:
        return f"{_short(gbit_per_s / 1e3)} Tbit/s"
    return f"{_short(gbit_per_s)} Gbit/s"


def _entry(entry: Mapping[str, Any] | None) -> str:
    if entry is None:
        return ""
    what = "compute themselves" if entry["computes"] else "carry it to those that compute"
    return (
        f"Cities reach {entry['working']:,} satellites of {', '.join(entry['groups'])}, "
        f"which {what}."
    )


def _share(least: float, most: float) -> str:
    """A bracket as shares of what is asked, or as multiples where it is more than all."""
    low, high = (
        (f"{_short(one)} times" if max(least, most) > 1.0 else percent(one))
        for one in (least, most)
    )
    if low != high:
        low = f"{low.removesuffix(' times')} to {high}"
    return low if low.endswith("times") else f"{low} of"


def _computers(answer: Mapping[str, Any]) -> str:
    found = answer["computers"]
    if "unreachable" in found:
        return f"\n[bold]To computers[/bold]: none: {escape(found['unreachable'])}."
    share = _share(found["share_ratio"], found["share_at_most_ratio"])
    full = _named([one["city"] for one in found["limits"]])
    return (
        f"\n[bold]To computers[/bold]: {_rate(found['gbit_per_s'])}, {share} what each city asks: "
        f"{_short(found['tokens_per_s'])} tokens/s of {answer['bits_per_token']} bits, "
        f"{_short(found['requests_per_s'])} requests/s of {answer['tokens_per_request']:,} tokens."
        f"\n  What cuts it: satellites over {full}. In view of cities are "
        f"{found['in_view']['satellites']:,}, of {_rate(found['in_view']['gbit_per_s'])} in all."
        f"{_unserved(found['reached_fraction'])}{_blind(found['see_nothing'])}"
    )


def _named(names: list[str]) -> str:
    """The first few, and how many more."""
    first = ", ".join(escape(one) for one in names[:SHOWN_NAMES])
    more = len(names) - SHOWN_NAMES
    return f"{first} and {more} more" if more > 0 else first


def _unserved(reached_fraction: float) -> str:
    """What of the demand has no way at all."""
    lost = 1.0 - reached_fraction
    return (
        f"\n  Nothing is carried of {lost:.1%} of what is asked: no way leads there."
        if (lost > 1e-9)
        else ""
    )


def _blind(names: list[str]) -> str:
    return f"\n  Left out, as they see no satellite: {_named(names)}." if names else ""


def _cities(found: Mapping[str, Any]) -> list[str]:
    about = "\n[bold]City to city[/bold]"
    if "shell" in found:
        about += (
            f", by {escape(found['shell'])}, {found['planes']} × {found['slots']} satellites at "
            f"{found['altitude_km']:.0f} km"
        )
    if "unreachable" in found:
        return [f"{about}: none: {escape(found['unreachable'])}."]
    share = _share(found["share_ratio"], found["share_at_most_ratio"])
    return [
        f"{about}: {_rate(found['gbit_per_s'])}, at most {_rate(found['at_most_gbit_per_s'])}: "
        f"{share} what each pair asks.\n  What cuts it: {escape(found['what_cuts'])}."
        f"{_blind(found['see_nothing'])}"
    ]


def _cuts(cuts: list[Mapping[str, Any]]) -> Table:
    table = Table("cut", box=box.SIMPLE_HEAD)
    for heading in ("lets pass", "is asked", "share"):
        table.add_column(heading, justify="right")
    for one in sorted(cuts, key=lambda one: float(one["ratio"])):
        share = _share(one["ratio"], one["ratio"]).removesuffix(" of")
        passed, asked = _rate(one["gbit_per_s"]), _rate(one["asked_gbit_per_s"])
        table.add_row(escape(one["cut"]), passed, asked, share)
    return table


def _gateways(answer: Mapping[str, Any]) -> str:
    found = answer["gateways"]
    if "unreachable" in found:
        return f"[bold]Gateways[/bold]: none: {escape(found['unreachable'])}."
    return (
        f"[bold]Gateways[/bold]: {found['see_a_satellite']} of {found['gateways']} see a satellite "
        f"and send up {_rate(found['gbit_per_s'])}, a channel of {found['radio']} each: "
        f"{_short(found['training_set_hours'])} hours for a training set of "
        f"{answer['training_tb']:g} TB."
    )


def _training_told(answer: Mapping[str, Any]) -> str:
    size = answer["parameters"] * answer["bytes_per_parameter"]
    return (
        f"[bold]Training[/bold]: exchanges of {_short(size / 1e9)} GB of gradients "
        f"({_short(answer['parameters'] / 1e9)} × 10⁹ of {answer['bytes_per_parameter']:g} bytes):"
    )


def _training(groups: list[Mapping[str, Any]]) -> Table:
    table = Table("group", box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("joined as", no_wrap=True)
    for heading in (
        "all-\nreduce, s",
        "all to\nall, s",
        "neigh-\nbours, s",
        "Gbit/s\neach to all",
        "halves,\nTbit/s",
        "ground's\nover it",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in groups:
        table.add_row(
            escape(one["group"]),
            joined(one),
            _short(one["all_reduce_s"]),
            _short(one["all_to_all_s"]),
            _short(one["neighbours_s"]),
            _short(one["all_to_all_gbit_per_s"]),
            _short(one["bisection_tbit_per_s"]),
            f"{_short(one['clos_over_bisection'])} ×",
        )
    return table
