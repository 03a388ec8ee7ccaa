"""How do the curves, maps and rungs of a study look in its report?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .blocks import Block, Chart, Charts, KeyNumber, KeyNumbers, Prose, Section, Table, number, text
from .figures import Level, Line, line_figure
from .figures.studies import field_figure, histogram_figure, steps_figure
from .numerals import significant

MOST_ROWS = 400
Tree = Mapping[str, Any]


def told(value: float | None) -> str:
    """Write a number; a dash where there is none."""
    return "–" if value is None else significant(value)


def sweep(summary: Tree) -> list[Section]:
    """Draw an outcome over one number or two."""
    keys, rows = list(summary["asked"]["axes"]), summary["rows"]
    found = []
    for place, name in enumerate(summary["asked"]["objectives"]):
        chart = _map(place, name, summary) if len(keys) == 2 else _curve(place, name, summary)
        blocks: list[Block] = [Charts(charts=[chart], is_wide=True)] if chart else []
        found.append(Section(name=f"objective-{place}", title=name, blocks=blocks))
    return found if rows else []


def _label(summary: Tree, key: str) -> str:
    unit = summary["units"][key]
    return f"{key}, {unit}" if unit else key


def _rows_table(summary: Tree, name: str) -> Table:
    keys = list(summary["asked"]["axes"])
    rows = [
        [*(one if isinstance(one := row[key], str) else told(one) for key in keys), told(row[name])]
        for row in summary["rows"][:MOST_ROWS]
    ]
    return Table(
        caption=f"{name} at each point.",
        columns=[*(number(key) for key in keys), number(name)],
        rows=rows,
    )


def _map(place: int, name: str, summary: Tree) -> Chart | None:
    if summary["asked"]["points"] != "grid":
        return None
    (across, x), (upward, y) = summary["asked"]["axes"].items()
    values = [row[name] for row in summary["rows"]]
    return Chart(
        name=f"map-{place}",
        title=f"{name} over both",
        description=f"Map of {name} over {across} and {upward}.",
        figure=field_figure(
            x_label=_label(summary, across),
            y_label=_label(summary, upward),
            z_label=name,
            x=x,
            y=y,
            z=[[values[i * len(y) + j] for i in range(len(x))] for j in range(len(y))],
        ),
        table=_rows_table(summary, name),
    )


def _curve(place: int, name: str, summary: Tree) -> Chart | None:
    key, *others = summary["asked"]["axes"]
    kept = [row for row in summary["rows"] if row[name] is not None]
    if others or len(kept) < 2:
        return None
    line = Line(label=name, x=[row[key] for row in kept], y=[row[name] for row in kept])
    return Chart(
        name=f"curve-{place}",
        title=f"{name} by {key}",
        description=f"{name} over {key}.",
        figure=line_figure(x_label=_label(summary, key), y_label=name, lines=[line]),
        table=_rows_table(summary, name),
    )


def breakeven(summary: Tree) -> list[Section]:
    """Draw the difference of two sides, and where draws of all else are even."""
    key, asked = summary["asked"]["key"], summary["asked"]["objectives"]
    other = asked[1] if len(asked) > 1 else told(summary["asked"]["value"])
    name = asked[0] if other == "0" else f"{asked[0]} less {other}"
    curve = [point for point in summary["curve"] if point[1] is not None]
    crossings = ", ".join(told(one) for one in summary["crossings"]) or "none"
    label = f"{key}, {summary['unit']}" if summary["unit"] else key
    line = Line(label=name, x=[at for at, _ in curve], y=[value for _, value in curve])
    chart = Chart(
        name="difference",
        title="Difference",
        description=f"{name} over {key}.",
        figure=line_figure(
            x_label=label, y_label=name, lines=[line], levels=[Level(label="even", y=0.0)]
        ),
        table=Table(
            caption=f"{name} by {key}.",
            columns=[number(key), number(name)],
            rows=[[told(at), told(value)] for at, value in curve],
        ),
    )
    items = [KeyNumber(label="even at", value=crossings, note=label)]
    blocks: list[Block] = [KeyNumbers(items=items), Charts(charts=[chart, *_draws(summary, label)])]
    return [Section(name="breakeven", title=f"Where is {name} zero?", blocks=blocks)]


def _draws(summary: Tree, label: str) -> list[Chart]:
    drawn = summary.get("drawn")
    if not drawn or not drawn["histogram"]["edges"]:
        return []
    edges, counts = drawn["histogram"]["edges"], drawn["histogram"]["counts"]
    return [
        Chart(
            name="crossings",
            title=f"Even in {100.0 * drawn['crossing_fraction']:.0f} % of the draws",
            description=f"Histogram of where draws of all other inputs are even, by {label}.",
            figure=histogram_figure(
                x_label=label,
                edges=edges,
                counts=counts,
                marks=[("median", drawn["crossing"]["quantiles"][3]["value"])],
            ),
            table=Table(
                caption="Draws by where they are even.",
                columns=[number("from"), number("to"), number("draws")],
                rows=[
                    [told(low), told(high), f"{count:,.0f}"]
                    for low, high, count in zip(edges, edges[1:], counts, strict=False)
                ],
            ),
        )
    ]


def ladder(summary: Tree) -> list[Section]:
    """Draw the rungs to a target."""
    name = summary["asked"]["objective"]
    reached = "is reached" if summary["is_reached"] else "is not reached"
    blocks: list[Block] = [Prose(text=f"The target {told(summary['asked']['level'])} {reached}.")]
    if summary["rungs"]:
        chart = ladder_chart(name, summary, level=summary["asked"]["level"])
        blocks.append(Charts(charts=[chart], is_wide=True))
    return [Section(name="ladder", title=f"The way of {name} to its target", blocks=blocks)]


def ladder_chart(
    name: str, climbed: Tree, *, level: float, called: Callable[[str], str] = str
) -> Chart:
    """Draw an objective after each rung, each input called by its key or as told."""
    rungs = climbed["rungs"]
    labels = [f"{called(one['key'])} → {told(one['to'])} {one['unit']}".strip() for one in rungs]
    figure = steps_figure(
        x_label=name,
        labels=["as it is", *labels],
        values=[climbed["begun"], *(one["after"] for one in rungs)],
        target=level,
    )
    keys = ("from", "to", "before", "after")
    return Chart(
        name="ladder",
        title="What would have to be true",
        description=f"{name} after each rung, with the target.",
        figure=figure,
        table=Table(
            caption=f"Rungs, and {name} after each.",
            columns=[text("input"), *(number(key) for key in keys)],
            rows=[[one["key"], *(told(one[key]) for key in keys)] for one in rungs],
        ),
    )
