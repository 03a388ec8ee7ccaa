"""How does a study's answer look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .study_curves import told
from .study_designs import ENDS, either, verdict

MOST = 15
Tree = Mapping[str, Any]


def show(summary: Tree) -> None:
    """Print the few lines that answer what was asked."""
    console = Console()
    shown = {
        "montecarlo": _montecarlo,
        "sensitivity": _sensitivity,
        "sweep": _sweep,
        "breakeven": _breakeven,
        "optimise": _optimise,
        "ladder": _ladder,
        "compare": _compare,
    }[summary["kind"]]
    for part in shown(summary):
        console.print(part, highlight=False)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(escape(heading), justify="right" if place else "left")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _montecarlo(summary: Tree) -> list[Any]:
    rows = [
        [name, told(one.get("mean")), *(told(_at(one, share)) for share in (0.1, 0.5, 0.9))]
        for name, one in summary["objectives"].items()
    ]
    broken = {name: share for name, share in summary["broken_fraction"].items() if share > 0.0}
    listed = ", ".join(
        f"{name} {100.0 * share:.0f} %"
        for name, share in sorted(broken.items(), key=lambda item: -item[1])
    )
    return [
        _table(("objective", "mean", "P10", "P50", "P90"), rows),
        f"Closes in {100.0 * summary['closing_fraction']:.1f} % of "
        f"{summary['asked']['samples']:,} draws" + (f"; broken: {listed}" if listed else ""),
        f"Left out, for their numbers contradict each other: "
        f"{100.0 * summary['contradictory_fraction']:.1f} %",
    ]


def _at(one: Tree, share: float) -> float | None:
    found = [item["value"] for item in one.get("quantiles", ()) if item["share"] == share]
    return found[0] if found else None


def _sensitivity(summary: Tree) -> list[Any]:
    parts: list[Any] = []
    for name, swings in summary["tornado"].items():
        known = {one["key"]: one for one in summary["sobol"][name]["indices"]}
        rows = [
            [
                one["key"],
                *(told(one[key]) for key in ("at_low", "at_high", "swing")),
                *_shares(known.get(one["key"])),
            ]
            for one in swings[:MOST]
        ]
        parts.append(
            f"[bold]{escape(name)}[/bold], as it is {told(swings[0]['at_value'])}"
            if swings
            else escape(name)
        )
        parts.append(_table(("input", "at low", "at high", "swing", "S1", "ST"), rows))
    return parts


def _shares(index: Tree | None) -> list[str]:
    if index is None:
        return ["", ""]
    return [
        f"{index[f'{name}_ratio']:.2f} ± {index[f'{name}_half_width_ratio']:.2f}"
        for name in ("first", "total")
    ]


def _sweep(summary: Tree) -> list[Any]:
    heads = [*summary["asked"]["axes"], *summary["asked"]["objectives"]]
    rows = [
        [one if isinstance(one := row[head], str) else told(one) for head in heads]
        for row in summary["rows"]
    ]
    return [_table(heads, rows)]


def _breakeven(summary: Tree) -> list[Any]:
    key, unit = summary["asked"]["key"], summary["unit"]
    found = ", ".join(f"{told(one)} {unit}".strip() for one in summary["crossings"])
    ends = summary["curve"][0], summary["curve"][-1]
    lines = [
        f"{key}: even at {found}"
        if found
        else f"{key}: never even: {told(ends[0][1])} at {told(ends[0][0])}, "
        f"{told(ends[1][1])} at {told(ends[1][0])} {unit}"
    ]
    if drawn := summary.get("drawn"):
        lines.append(
            f"Of the draws of all other inputs {100.0 * drawn['crossing_fraction']:.0f} % are even "
            f"somewhere, {100.0 * drawn['always_above_fraction']:.0f} % always above, "
            f"{100.0 * drawn['always_below_fraction']:.0f} % always below"
        )
    return lines


def _optimise(summary: Tree) -> list[Any]:
    parts: list[Any] = []
    was = summary["as_it_is"]
    for one in summary["best"]:
        outcomes = [
            f"{name} = {told(value)} (as it is {told(was['outcomes'][name])})"
            for name, value in one["outcomes"].items()
        ]
        parts.append(
            f"[bold]{escape('; '.join(outcomes))}[/bold]"
            if one["is_feasible"]
            else "[bold]No design within these ends keeps all limits.[/bold]"
        )
        parts.append(escape(verdict(one)))
        rows = [
            [f"{key}, {summary['units'][key]}".rstrip(", "), told(was["values"][key]), told(value)]
            for key, value in one["values"].items()
        ]
        nearest = "found" if one["is_feasible"] else "nearest"
        parts.append(_table(("variable", "as it is", nearest), rows))
    return parts


def _ladder(summary: Tree) -> list[Any]:
    rows = [
        [one["key"], told(one["from"]), told(one["to"]), one["unit"], told(one["after"])]
        for one in summary["rungs"]
    ]
    name, level = summary["asked"]["objective"], told(summary["asked"]["level"])
    reached = "reaches" if summary["is_reached"] else "does not reach"
    return [
        _table(("input", "from", "to", "", name), rows),
        escape(
            f"{name} {reached} {level} from {told(summary['begun'])}: {told(summary['reached'])}"
        ),
    ]


def _compare(summary: Tree) -> list[Any]:
    heads = (summary["first"], summary["second"])
    inputs = [
        [f"{one['key']}, {one['unit']}".rstrip(", "), *(either(one[end]) for end in ENDS)]
        for one in summary["inputs"]
    ]
    outcomes = [
        [one["objective"], *(told(one[end]) for end in ENDS)] for one in summary["outcomes"]
    ]
    return [
        _table(("input", *heads), inputs),
        _table(("outcome", *heads), outcomes),
        f"{summary['same_outcome_count']} other outcomes are the same",
    ]
