"""How far is each group from each limit?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sunstack.margins import MEANINGS
from sunstack.results import Results

from ..axes import Axis
from ..blocks import Block, Cell, Chart, Charts, Prose, Section, Table, number, text
from ..charts import Bar, signed_bar_chart
from ..numerals import MINUS, signed_percent
from ..selection import by_worst_margin

AXIS = Axis(
    label="margin, %",
    low=-100.0,
    high=100.0,
    ticks=[
        (-100.0, f"{MINUS}100"),
        (-50.0, f"{MINUS}50"),
        (0.0, "0"),
        (50.0, "50"),
        (100.0, "100"),
    ],
)


def margins(results: Results) -> Section:
    """Draw and list every margin."""
    groups = results.summary["groups"]
    drawn = by_worst_margin(groups)
    blocks: list[Block] = [
        Prose(
            text="A margin is (capability − demand) / the larger of both: −26 % means 26 % of the "
            "demand is missing, +8 % that 8 % of the capability is spare, +100 % that nothing is "
            "asked. The smallest margin of a group binds."
        )
    ]
    if len(drawn) < len(groups):
        blocks.append(
            Prose(
                text=f"Drawn are the {len(drawn)} groups with the smallest margins; the table "
                f"holds all {len(groups)}."
            )
        )
    charts = [Chart(title=group["name"], drawing=_drawing(group)) for group in drawn]
    return Section(
        name="margins",
        title="Margins",
        blocks=[*blocks, Charts(charts=charts), _by_group(groups), _meanings(groups)],
    )


def _names(groups: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every margin there is, those with a known meaning first."""
    found = {name for group in groups for name in group["margins"]}
    return [name for name in MEANINGS if name in found] + sorted(found - MEANINGS.keys())


def _drawing(group: Mapping[str, Any]) -> Any:
    bars = []
    for name in _names([group]):
        value, binds = float(group["margins"][name]), name == group["binding_margin"]
        bars.append(
            Bar(
                label=_words(name),
                end=100.0 * value,
                text=signed_percent(value) + (" binds" if binds else ""),
                style="short" if value < 0.0 else "spare",
                is_marked=binds,
            )
        )
    told = ", ".join(f"{bar.label} {bar.text}" for bar in bars)
    return signed_bar_chart(
        title=f"Margins of {group['name']}", description=told, axis=AXIS, bars=bars
    )


def _by_group(groups: Sequence[Mapping[str, Any]]) -> Table:
    names = _names(groups)
    return Table(
        caption="Margins by group; ◂ marks the one that binds",
        columns=[text("group"), *(number(_words(name)) for name in names), text("closes")],
        rows=[
            [
                group["name"],
                *(_cell(group, name) for name in names),
                Cell(text="yes", tone="good") if group["closes"] else Cell(text="no", tone="bad"),
            ]
            for group in groups
        ],
    )


def _cell(group: Mapping[str, Any], name: str) -> Cell:
    if name not in group["margins"]:
        return Cell(text="–")
    value = float(group["margins"][name])
    binds = name == group["binding_margin"]
    return Cell(
        text=signed_percent(value) + (" ◂" if binds else ""),
        tone="bad" if value < 0.0 else "plain",
        strong=binds,
    )


def _meanings(groups: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        caption="What each margin compares",
        columns=[text("margin"), text("in the results"), text("compares")],
        rows=[[_words(name), name, MEANINGS.get(name, "–")] for name in _names(groups)],
    )


def _words(name: str) -> str:
    return name.replace("_", " ")
