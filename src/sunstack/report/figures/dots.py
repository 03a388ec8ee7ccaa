"""How far apart, by factors, are several named things?

One row a thing, a mark for each value that is known, a thin line between them. The axis is of equal
factors: it has no zero, so marks stand there instead of bars.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..palette import LIGHT, SERIES
from .bars import FRAME_PX, ROW_PX
from .layout import LONGEST_LABEL, Figure, digits, frame, plain, shortened

SYMBOLS = ("circle", "square-open", "diamond-open", "triangle-up-open")
"""Of series: those that are open let the first one be seen behind them."""
MARK_PX = 10
MARGIN = 1.4
"""Factor by which the axis goes beyond its outermost marks."""


@dataclass(frozen=True, kw_only=True)
class Dots:
    """A row: its name, and a value for each series, None where it is not known."""

    label: str
    values: Sequence[float | None]
    is_marked: bool = False


def dot_figure(*, x_label: str, series: Sequence[str], rows: Sequence[Dots]) -> Figure:
    """Draw rows of marks over an axis of equal factors.

    Args:
        x_label: the axis, with its unit.
        series: what each of a row's values is, for the legend.
        rows: from the top; no two of one name.
    """
    traces = [_between(rows)]
    traces += [_marks(name, place, rows) for place, name in enumerate(series)]
    layout = frame(FRAME_PX + ROW_PX * len(rows), x_label, "")
    return {
        "data": traces,
        "layout": layout
        | {
            "xaxis": layout["xaxis"]
            | {"type": "log", "range": _ends(rows), "dtick": 1, "tickformat": "~s"},
            "yaxis": layout["yaxis"]
            | {"type": "category", "autorange": "reversed", "showgrid": False},
            "hovermode": "closest",
        },
    }


def _marks(name: str, place: int, rows: Sequence[Dots]) -> dict[str, Any]:
    known = [(row, value) for row in rows if (value := row.values[place]) is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plain(name),
        "x": [digits(value) for _, value in known],
        "y": [_name(row) for row, _ in known],
        "marker": {
            "symbol": SYMBOLS[place % len(SYMBOLS)],
            "size": MARK_PX,
            "color": SERIES[place % len(SERIES)],
            "line": {"width": 2, "color": SERIES[place % len(SERIES)]},
        },
        "hovertemplate": f"%{{y}}, {plain(name)}: %{{x:.3~s}}<extra></extra>",
        "cliponaxis": False,
    }


def _between(rows: Sequence[Dots]) -> dict[str, Any]:
    """A line through each row's marks; rows come first here, so that their order is theirs."""
    x: list[float | None] = []
    y: list[str] = []
    for row in rows:
        known = [value for value in row.values if value is not None]
        x += [digits(min(known)), digits(max(known)), None] if known else [None, None, None]
        y += [_name(row)] * 3
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": LIGHT["neutral"], "width": 1},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _ends(rows: Sequence[Dots]) -> list[float]:
    """Ends of the axis as decimal logarithms."""
    drawn = [value for row in rows for value in row.values if value] or [1.0]
    return [math.log10(min(drawn) / MARGIN), math.log10(max(drawn) * MARGIN)]


def _name(row: Dots) -> str:
    name = plain(shortened(row.label, LONGEST_LABEL))
    return f"<b>{name}</b>" if row.is_marked else name
