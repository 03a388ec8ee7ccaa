"""In what do two runs differ?

`compared` gives the page of one run with two columns: what stands in both alike is drawn once and
hidden while only differences are shown; tables give a row to each run where a row differs; figures
stand side by side on the same axes. `differences` lists the numbers themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sunstack.results import Results

from .blocks import (
    Block,
    Cell,
    Chart,
    Charts,
    Folded,
    Globe,
    KeyNumbers,
    Pair,
    Points,
    Prose,
    Same,
    Section,
    Table,
    WhatIf,
    number,
    text,
)
from .figures import Figure
from .numerals import significant

LETTERS = ("A", "B")
NOT_TOLD = "This run says nothing of it."
NAMES = ("name", "kind", "rocket", "stage", "why")
"""What tells members of a list in a summary apart."""


def compared(first: Sequence[Section], second: Sequence[Section]) -> list[Section]:
    """Join the sections of two runs; what only one of them has stands beside a note."""
    found, others = [], {one.name: one for one in second}
    for one in first:
        other = others.pop(one.name, replace(one, blocks=[Prose(text=NOT_TOLD)]))
        found.append(replace(one, blocks=_with_note(_joined(one.blocks, other.blocks))))
    for other in others.values():
        alone = _joined([Prose(text=NOT_TOLD)], other.blocks)
        found.append(replace(other, blocks=_with_note(alone)))
    return found


def overview(one: Results, other: Results) -> Section:
    """Say first which inputs differ, and by how much the key figures do."""
    found = differences(one, other)
    given = [[row["key"], _short(row["a"]), _short(row["b"])] for row in found["inputs"]]
    count = f"{len(given)} {'input differs' if len(given) == 1 else 'inputs differ'}"
    figures = f"{len(found['summary'])} figures of the summaries"
    blocks: list[Block] = [Prose(text=f"{count}, and with them {figures}.")]
    if given:
        columns = [text("input"), number("A"), number("B")]
        blocks.append(Table(caption="Inputs that differ", columns=columns, rows=given))
    blocks.append(_key_figures(one.summary, other.summary))
    return Section(name="differences", title="What differs", blocks=blocks)


def _key_figures(one: Mapping[str, Any], other: Mapping[str, Any]) -> Table:
    rows = []
    for label, read in KEY_FIGURES.items():
        a, b = (read(summary) for summary in (one, other))
        apart = None if a is None or b is None else b - a
        if a is not None or b is not None:
            rows.append([label, *map(_figure, (a, b, apart))])
    columns = [text("figure"), number("A"), number("B"), number("B − A")]
    return Table(caption="Key figures", columns=columns, rows=rows)


def _figure(value: float | None) -> str:
    return "–" if value is None else significant(float(value))


def _nearest(
    summary: Mapping[str, Any], read: Callable[[Mapping[str, Any]], float]
) -> float | None:
    """A figure of the way to the nearest computer, if anybody reaches one."""
    found = (summary.get("network") or {}).get("nearest")
    return read(found) if found else None


def _worst_percent(summary: Mapping[str, Any]) -> float:
    return 100.0 * min(
        float(group["margins"][group["binding_margin"]]) for group in summary["groups"]
    )


def _own_ramp(summary: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fleet's years on the run's own rocket."""
    ramp: Mapping[str, Any] = summary["programme"]["ramps"][0]
    return ramp


KEY_FIGURES: Mapping[str, Callable[[Mapping[str, Any]], float | None]] = {
    "satellites": lambda summary: summary["satellites"]["count"],
    "mean payload power, first year, kW": lambda summary: summary["fleet"]["payload_power_w"] / 1e3,
    "mean payload power, last year, kW": lambda summary: (
        summary["fleet"]["payload_power_end_w"] / 1e3
    ),
    "payload power of the fleet, first year, MW": lambda summary: (
        summary["fleet"]["payload_power_total_w"] / 1e6
    ),
    "time in sunlight, %": lambda summary: 100.0 * summary["fleet"]["sunlit_fraction"],
    "worst margin, %": _worst_percent,
    "satellites in place at the horizon's end": lambda summary: _own_ramp(summary)["in_place"],
    "payload power delivered then, MW": lambda summary: (
        _own_ramp(summary)["delivered_power_w"] / 1e6
    ),
    "mass built up, kg": lambda summary: summary["satellites"]["mass_kg"]["total_kg"],
    "there and back for half of the people, ms": lambda summary: _nearest(
        summary, lambda found: found["round_trip_ms"]["p50"]
    ),
    "people who are sooner in orbit than by fibre, %": lambda summary: _nearest(
        summary, lambda found: 100.0 * found["sooner_than_fibre_fraction"]
    ),
    "people and instants reached, %": lambda summary: _nearest(
        summary, lambda found: 100.0 * found["reached_fraction"]
    ),
}


def _short(value: Any) -> str:
    """Write an input for a cell."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_short(part)}" for key, part in value.items())
    return "–" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def _with_note(blocks: list[Block]) -> list[Block]:
    """Say so where nothing differs."""
    if all(isinstance(block, Same | Prose) for block in blocks):
        return [Prose(text="No difference.", tone="no-difference"), *blocks]
    return blocks


def _joined(first: Sequence[Block], second: Sequence[Block]) -> list[Block]:
    """Join blocks that are about the same thing; what only one run has stands in its column."""
    left = [block for block in second if block not in first]
    joined: list[Block] = []
    for one in first:
        if one in second:
            # What leads a reader in is kept, whatever else is hidden.
            joined.append(one if isinstance(one, Prose) else Same(blocks=[one]))
            continue
        other = next((block for block in left if _subject(block) == _subject(one)), None)
        if other is None:
            joined.append(Pair(first=[one], second=[]))
        else:
            left.remove(other)
            joined += _both(one, other)
    return joined + [Pair(first=[], second=[block]) for block in left]


def _subject(block: Block) -> tuple[str, str]:
    """What tells whether two blocks are about the same thing."""
    match block:
        case Table():
            return block.kind, block.caption
        case Folded():
            return block.kind, block.summary.partition(":")[0]
    return block.kind, ""


def _both(one: Block, other: Block) -> list[Block]:
    match one, other:
        case Table(), Table() if one.columns == other.columns:
            return [_one_table(one, other)]
        case Points(), Points():
            return _points(one, other)
        case KeyNumbers(), KeyNumbers():
            return _key_numbers(one, other)
        case Charts(), Charts():
            return _charts(one, other)
        case Globe(), Globe():
            return [
                Pair(first=[replace(one, name="globe-a")], second=[replace(other, name="globe-b")])
            ]
        case WhatIf(), WhatIf():
            return [Pair(first=[_named_apart(one, "a")], second=[_named_apart(other, "b")])]
        case Folded(), Folded():
            return _folded(one, other)
    return [Pair(first=[one], second=[other])]


def _named_apart(one: WhatIf, suffix: str) -> WhatIf:
    chart = replace(one.chart, name=f"{one.chart.name}-{suffix}")
    return replace(one, name=f"{one.name}-{suffix}", chart=chart)


def _one_table(one: Table, other: Table) -> Table:
    """Put rows of the same name together: once where alike, else one for each run."""
    rows: list[Sequence[str | Cell]] = []
    same: list[bool] = []
    for in_first, in_second in _by_name(one.rows, other.rows):
        if in_first == in_second and in_first is not None:
            rows.append([in_first[0], "both", *in_first[1:]])
            same.append(True)
            continue
        for letter, row in zip(LETTERS, (in_first, in_second), strict=True):
            if row is not None:
                rows.append([row[0], letter, *row[1:]])
                same.append(False)
    columns = [one.columns[0], text("run"), *one.columns[1:]]
    return Table(caption=one.caption, columns=columns, rows=rows, same=same)


Row = Sequence[str | Cell]


def _by_name(
    first: Sequence[Row], second: Sequence[Row]
) -> Iterator[tuple[Row | None, Row | None]]:
    """Pair rows by their first cell, in the order of the first table, then of the second."""
    waiting: dict[str, list[Row]] = {}
    for row in second:
        waiting.setdefault(_words(row[0]), []).append(row)
    for row in first:
        twins = waiting.get(_words(row[0]), [])
        yield row, twins.pop(0) if twins else None
    for twins in waiting.values():
        for row in twins:
            yield None, row


def _words(cell: str | Cell) -> str:
    return cell if isinstance(cell, str) else cell.text


def _points(one: Points, other: Points) -> list[Block]:
    shared = [item for item in one.items if item in other.items]
    own = [
        [Points(items=found)] if (found := [item for item in items if item not in shared]) else []
        for items in (one.items, other.items)
    ]
    alike: list[Block] = [Same(blocks=[Points(items=shared)])] if shared else []
    return [*alike, *([Pair(first=own[0], second=own[1])] if any(own) else [])]


def _key_numbers(one: KeyNumbers, other: KeyNumbers) -> list[Block]:
    shared = [item for item in one.items if item in other.items]
    own = [
        KeyNumbers(items=[item for item in items if item not in shared])
        for items in (one.items, other.items)
    ]
    alike: list[Block] = [Same(blocks=[KeyNumbers(items=shared)])] if shared else []
    return [Pair(first=[own[0]], second=[own[1]]), *alike]


def _charts(one: Charts, other: Charts) -> list[Block]:
    """Draw a figure once where alike, else both on the same axes; full width where one lacks it."""
    twins = {chart.title: chart for chart in other.charts}
    blocks: list[Block] = []
    alike = [chart for chart in one.charts if chart in other.charts]
    if alike:
        blocks.append(Same(blocks=[replace(one, charts=alike)]))
    for chart in one.charts:
        if chart.title in twins and chart not in alike:
            blocks.append(_pair(one, other, chart, twins[chart.title]))
    titles = {chart.title for chart in one.charts}
    lonely = (
        ("A", one, [chart for chart in one.charts if chart.title not in twins]),
        ("B", other, [chart for chart in other.charts if chart.title not in titles]),
    )
    for letter, charts, left in lonely:
        if left:
            blocks.append(_only_in(letter, charts, left))
    return blocks


def _only_in(letter: str, charts: Charts, left: Sequence[Chart]) -> Charts:
    heading = f"Only in {letter}" + (f": {charts.heading}" if charts.heading else "")
    named = [replace(chart, name=f"{chart.name}-{letter.lower()}") for chart in left]
    return replace(charts, heading=heading, charts=named)


def _pair(one: Charts, other: Charts, first: Chart, second: Chart) -> Pair:
    figures = on_the_same_axes(first.figure, second.figure)
    return Pair(
        first=[_alone(one, replace(first, figure=figures[0]), "a")],
        second=[_alone(other, replace(second, figure=figures[1]), "b")],
    )


def _alone(charts: Charts, chart: Chart, suffix: str) -> Charts:
    return replace(charts, heading="", charts=[replace(chart, name=f"{chart.name}-{suffix}")])


def on_the_same_axes(one: Figure, other: Figure) -> tuple[Figure, Figure]:
    """Stretch axes with given ends, and scales of colours, to hold both figures.

    Axes of different titles or kinds are left alone: they are of different units, or one of them is
    logarithmic.
    """
    changes: dict[str, dict[str, Any]] = {}
    for axis in ("xaxis", "yaxis"):
        both = [figure["layout"][axis] for figure in (one, other)]
        ends = [found.get("range") for found in both]
        alike = all(both[0].get(name) == both[1].get(name) for name in ("title", "type"))
        if all(ends) and alike:
            held = [min(end[0] for end in ends), max(end[1] for end in ends)]
            changes[axis] = {"range": held}
    scales = [figure["layout"].get("coloraxis") for figure in (one, other)]
    if all(scales):
        changes["coloraxis"] = {
            "cmin": min(scale["cmin"] for scale in scales),
            "cmax": max(scale["cmax"] for scale in scales),
        }
    heats = [
        trace["zmax"] for figure in (one, other) for trace in figure["data"] if "zmax" in trace
    ]
    heat = {"zmax": max(heats)} if heats else {}
    return _stretched(one, changes, heat), _stretched(other, changes, heat)


def _stretched(
    figure: Figure, changes: Mapping[str, Mapping[str, Any]], heat: Mapping[str, float]
) -> Figure:
    layout = figure["layout"]
    axes = {axis: {**layout[axis], **held} for axis, held in changes.items()}
    data = [trace | heat if "zmax" in trace else trace for trace in figure["data"]]
    return {**figure, "data": data, "layout": {**layout, **axes}}


def _folded(one: Folded, other: Folded) -> list[Block]:
    blocks = _joined(one.blocks, other.blocks)
    if all(isinstance(block, Same) for block in blocks):
        return [Same(blocks=[one])]
    return [replace(one, blocks=blocks, is_open=True)]


def differences(one: Results, other: Results) -> dict[str, Any]:
    """List every figure of the summaries and every input in which two runs differ."""
    return {
        "summary": list(_leaves_apart(_figures(one.summary), _figures(other.summary), "")),
        "inputs": list(_leaves_apart(_inputs(one), _inputs(other), "")),
    }


def _figures(summary: Mapping[str, Any]) -> Mapping[str, Any]:
    """All but the sliders' formula, whose terms stand for what the other figures tell."""
    studies = summary.get("studies")
    if not studies:
        return summary
    left = {name: found for name, found in studies.items() if name != "surrogate"}
    return {**summary, "studies": left}


def _inputs(results: Results) -> dict[str, Any]:
    given = {one["key"]: one["value"] for one in results.manifest["inputs"]}
    groups = {
        group["name"]: {key: value for key, value in group.items() if key != "origin"}
        for group in results.manifest["groups"]
    }
    return {**given, "constellation.groups": groups}


def _leaves_apart(one: Any, other: Any, where: str) -> Iterator[dict[str, Any]]:
    """Walk two JSON trees; lists of named things are matched by name."""
    one, other = _named(one), _named(other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in dict.fromkeys([*one, *other]):
            inside = f"{where}.{key}" if where else str(key)
            yield from _leaves_apart(one.get(key), other.get(key), inside)
    elif one != other:
        yield {"key": where, "a": one, "b": other}


def _named(tree: Any) -> Any:
    """Give the members of a list their names, or their places."""
    if not isinstance(tree, list):
        return tree
    named = [_name(one) if isinstance(one, Mapping) else None for one in tree]
    if None in named or len(set(named)) < len(named):
        return dict(enumerate(tree)) if any(isinstance(one, Mapping) for one in tree) else tree
    return dict(zip(named, tree, strict=True))


def _name(one: Mapping[str, Any]) -> Any:
    return next((one[key] for key in NAMES if key in one), None)
