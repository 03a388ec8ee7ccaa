"""How do designs that a study found, or that it holds against each other, look in its report?"""

from __future__ import annotations

from collections.abc import Sequence

from sunstack.margins import MEANINGS

from .blocks import (
    Block,
    Cell,
    Chart,
    Charts,
    KeyNumber,
    KeyNumbers,
    Prose,
    Section,
    Table,
    number,
    text,
)
from .figures import Bar, Line, bar_figure, line_figure, signed_bar_figure
from .figures.lines import Point
from .figures.studies import LONGEST_KEY
from .numerals import signed_percent
from .selection import plain
from .study_curves import Tree, told

MOST_BARS = 24
SAME = 1e-3
"""Starts that end nearer to each other than this found the same."""
ENDS = ("first", "second")


def verdict(one: Tree) -> str:
    """Say of a design where it stands or, where none keeps all limits, what stands against it."""
    if one["is_feasible"]:
        at = ", ".join(_limit(name) for name in one["binding"]) or "no limit"
        return f"Keeps all limits, and stands at: {at}."
    if not one["conflicts"]:
        return "Its numbers contradict each other: no start led to a design that can be built."
    told = "; ".join(_conflict(conflict) for conflict in one["conflicts"])
    ends = ", ".join(one["at_ends"])
    return f"Within these ends {told}." + (f" At an end of what it may be: {ends}." if ends else "")


def _conflict(one: Tree) -> str:
    *others, last = (_limit(name) for name in one["limits"])
    best = f"{signed_percent(one['least'])} at best"
    if others:
        return f"{', '.join(others)} and {last} cannot be kept together ({best})"
    return f"{last} cannot be kept at all ({best})"


def optimise(summary: Tree) -> list[Section]:
    """Draw the design that was found, or the front, and where its starts led."""
    found = summary["best"]
    if len(found) > 1:
        return [_front(summary), _found(summary, found[0], "end-0", "The front's first end"),
                _found(summary, found[-1], "end-1", "The front's last end")]  # fmt: skip
    (one,) = found
    title = "The best design" if one["is_feasible"] else "No design keeps all limits; the nearest"
    return [_found(summary, one, "found", title), _starts(summary, one)]


def _limit(name: str) -> str:
    return plain(name) if name in MEANINGS else name


def _found(summary: Tree, one: Tree, name: str, title: str) -> Section:
    was = summary["as_it_is"]["outcomes"]
    items = [
        KeyNumber(label=text, value=_written(value, was[text]), note=f"as it is {told(was[text])}")
        for text, value in one["outcomes"].items()
    ]
    items.append(KeyNumber(label="starts", value=str(one["starts"])))
    items.append(KeyNumber(label="evaluations", value=f"{one['evaluations']:,}"))
    blocks: list[Block] = [
        KeyNumbers(items=items),
        Prose(text=verdict(one), tone="good" if one["is_feasible"] else "bad"),
        Charts(charts=[_variables(summary, one, name), _margins(summary, one, name)]),
    ]
    return Section(name=name, title=title, blocks=blocks)


def _written(value: float, was: float) -> str:
    """Write an outcome; zero where it differs from it by rounding alone."""
    return told(0.0 if abs(value) < 1e-9 * abs(was) else value)


def _variables(summary: Tree, one: Tree, name: str) -> Chart:
    ends, was = summary["asked"]["variables"], summary["as_it_is"]["values"]
    bars, rows = [], []
    for key, value in one["values"].items():
        low, high = ends[key]
        unit = summary["units"][key]
        at_end = key in one["at_ends"]
        bars.append(
            Bar(
                label=key,
                end=100.0 * (value - low) / (high - low),
                text=f"{told(value)} {unit}".strip() + (", at an end" if at_end else ""),
                is_marked=at_end,
                longest_label=LONGEST_KEY,
            )
        )
        rows.append([key, unit, told(low), told(was[key]), told(value), told(high)])
    columns = [text("variable"), text("unit")]
    columns += [number(head) for head in ("low", "as it is", "found", "high")]
    return Chart(
        name=f"variables-{name}",
        title="What was chosen",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=bar_figure(x_label="of the way from its low to its high, %", bars=bars),
        table=Table(caption="Design variables.", columns=columns, rows=rows),
    )


def _margins(summary: Tree, one: Tree, name: str) -> Chart:
    was = summary["as_it_is"]["limits"]
    bars: list[Bar] = []
    rows: list[list[str | Cell]] = []
    for limit, value in one["limits"].items():
        binds = limit in one["binding"]
        bars.append(
            Bar(
                label=_limit(limit),
                end=100.0 * max(-1.0, min(1.0, value)),
                text=signed_percent(value) + (" binds" if binds else ""),
                colour="bar-spare" if value >= -SAME else "bar-short",
                is_marked=binds,
                longest_label=LONGEST_KEY,
            )
        )
        told_value = signed_percent(value)
        found = Cell(text=told_value, tone="plain" if value >= -SAME else "bad", strong=binds)
        before = signed_percent(was[limit]) if limit in was else "–"  # a level of the front
        rows.append([_limit(limit), before, found])
    return Chart(
        name=f"limits-{name}",
        title="Margins, and levels asked for",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=signed_bar_figure(x_label="margin, %", bars=bars, reach=100.0),
        table=Table(
            caption="Margins, and shares by which levels are kept.",
            columns=[text("limit"), number("as it is"), number("found")],
            rows=rows,
        ),
    )


def _starts(summary: Tree, one: Tree) -> Section:
    ends, name = one["ends"], summary["asked"]["objective"]
    kept = [end for end in ends if end["is_kept"]]
    near = [
        end
        for end in kept
        if abs(end["objective"] - one["objective"]) <= SAME * abs(one["objective"])
    ]
    same = f"; {len(near)} of them come to the best within 0.1 %" if kept else ""
    rows: list[list[str | Cell]] = [
        [
            f"{place + 1}" + (", the design as it is" if place == 0 else ""),
            told(end["objective"]),
            signed_percent(end["least_limit"]),
            Cell(text="yes", tone="good") if end["is_kept"] else Cell(text="no", tone="bad"),
            *(told(value) for value in end["values"].values()),
        ]
        for place, end in enumerate(ends)
    ]
    heads = [number(name), number("least limit"), text("kept")]
    return Section(
        name="starts",
        title="Where each start led",
        blocks=[
            Prose(text=f"{len(kept)} of {len(ends)} starts end with all limits kept{same}."),
            Table(
                caption="Ends of the starts.",
                columns=[text("start"), *heads, *(number(key) for key in one["values"])],
                rows=rows,
            ),
        ],
    )


def _front(summary: Tree) -> Section:
    name, (against, _) = summary["asked"]["objective"], summary["asked"]["against"]
    kept = [one for one in summary["best"] if one["is_feasible"]]
    was = summary["as_it_is"]["outcomes"]
    line = Line(
        label="best designs",
        x=[one["outcomes"][against] for one in kept],
        y=[one["objective"] for one in kept],
    )
    keys = list(summary["asked"]["variables"])
    table = Table(
        caption="Designs of the front.",
        columns=[number(against), number(name), text("stands at"), *(number(key) for key in keys)],
        rows=[
            [
                told(one["outcomes"][against]),
                told(one["objective"]),
                ", ".join(_limit(limit) for limit in one["binding"]),
                *(told(one["values"][key]) for key in keys),
            ]
            for one in kept
        ],
    )
    figure = line_figure(
        x_label=against,
        y_label=name,
        lines=[line],
        points=[Point(label="as it is", x=was[against], y=was[name])],
    )
    places = [was[against], *(one["outcomes"][against] for one in kept)]
    room = 0.15 * (max(places) - min(places))
    figure["layout"]["xaxis"] |= {"range": [min(places) - room, max(places) + room]}
    chart = Chart(
        name="front",
        title="What one costs the other",
        description=f"Best {name} for each level of {against}.",
        figure=figure,
        table=table,
    )
    missing = len(summary["best"]) - len(kept)
    blocks: list[Block] = [Charts(charts=[chart], is_wide=True)]
    if missing:
        blocks.insert(0, Prose(text=f"At {missing} levels no start kept all limits.", tone="bad"))
    return Section(name="front", title=f"{name} against {against}", blocks=blocks)


def compare(summary: Tree) -> list[Section]:
    """Draw what differs between two designs, and nothing else."""
    items = [
        KeyNumber(label="inputs differ", value=str(len(summary["inputs"]))),
        KeyNumber(label="outcomes differ", value=str(len(summary["outcomes"]))),
        KeyNumber(label="outcomes are the same", value=str(summary["same_outcome_count"])),
    ]
    heads = [number(summary[end]) for end in ENDS]
    inputs = Table(
        caption="Inputs that differ.",
        columns=[text("input"), text("unit"), *heads],
        rows=[
            [one["key"], one["unit"], *(either(one[end]) for end in ENDS)]
            for one in summary["inputs"]
        ],
    )
    blocks: list[Block] = [KeyNumbers(items=items)]
    if summary["outcomes"]:
        blocks.append(Charts(charts=[_apart(summary)], is_wide=True))
    title = f"In what does {summary['second']} differ from {summary['first']}?"
    return [
        Section(name="outcomes", title=title, blocks=blocks),
        Section(name="inputs", title="Which inputs differ?", blocks=[inputs]),
    ]


def either(value: float | str | None) -> str:
    """Write an input that may be a number, a word or missing."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "–" if value is None else str(value)
    return told(float(value))


def _apart(summary: Tree) -> Chart:
    names = (summary["second"], summary["first"])
    widest = sorted(summary["outcomes"], key=lambda one: -abs(_change(one)))
    bars = [
        Bar(
            label=one["objective"],
            end=100.0 * _change(one),
            text=signed_percent(_change(one)),
            longest_label=LONGEST_KEY,
        )
        for one in widest[:MOST_BARS]
    ]
    return Chart(
        name="apart",
        title="How far apart the outcomes are",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=signed_bar_figure(
            x_label=f"{' less '.join(names)}, % of the larger; of margins, points",
            bars=bars,
            reach=100.0,
        ),
        table=_outcomes(summary, widest),
    )


def _change(one: Tree) -> float:
    """Difference as a share of the larger; of margins, which are shares, the difference itself."""
    larger = max(abs(one["first"]), abs(one["second"])) or 1.0
    is_share = one["objective"].startswith("margins.")
    share: float = (one["second"] - one["first"]) / (1.0 if is_share else larger)
    return max(-1.0, min(1.0, share))


def _outcomes(summary: Tree, widest: Sequence[Tree]) -> Table:
    return Table(
        caption="Outcomes that differ.",
        columns=[text("outcome"), *(number(summary[end]) for end in ENDS), number("difference")],
        rows=[
            [one["objective"], *(told(one[end]) for end in ENDS), signed_percent(_change(one))]
            for one in widest
        ],
    )
