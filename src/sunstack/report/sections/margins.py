"""How far is each group from each limit?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sunstack.margins import MEANINGS
from sunstack.results import Results

from ..blocks import Block, Cell, Chart, Charts, Prose, Section, Table, number, text
from ..figures import Bar, signed_bar_figure
from ..numerals import signed_percent
from ..selection import by_worst_margin, plain

REACH_PERCENT = 100.0


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
    charts = [_chart(place, group) for place, group in enumerate(drawn)]
    return Section(
        name="margins",
        title="Margins",
        blocks=[*blocks, Charts(charts=charts), _by_group(groups), _meanings(groups)],
    )


def _names(groups: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every margin there is, those with a known meaning first."""
    found = {name for group in groups for name in group["margins"]}
    return [name for name in MEANINGS if name in found] + sorted(found - MEANINGS.keys())


def _chart(place: int, group: Mapping[str, Any]) -> Chart:
    bars = [_bar(group, name) for name in _names([group])]
    return Chart(
        name=f"margins-{place}",
        title=f"Margins of {group['name']}",
        description=", ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=signed_bar_figure(x_label="margin, %", bars=bars, reach=REACH_PERCENT),
        table=Table(
            caption=f"Margins of {group['name']}",
            columns=[text("margin"), number("value")],
            rows=[[bar.label, bar.text] for bar in bars],
        ),
    )


def _bar(group: Mapping[str, Any], name: str) -> Bar:
    value, binds = float(group["margins"][name]), name == group["binding_margin"]
    return Bar(
        label=plain(name),
        end=100.0 * value,
        text=signed_percent(value) + (" binds" if binds else ""),
        colour="bar-short" if value < 0.0 else "bar-spare",
        is_marked=binds,
    )


def _by_group(groups: Sequence[Mapping[str, Any]]) -> Table:
    names = _names(groups)
    return Table(
        caption="Margins by group; ◂ marks the one that binds",
        columns=[text("group"), *(number(plain(name)) for name in names), text("closes")],
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
        rows=[[plain(name), name, MEANINGS.get(name, "–")] for name in _names(groups)],
    )
