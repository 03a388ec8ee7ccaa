"""How does a quantity run over a common x?

Lines, with what they are compared with: levels asked for, stretches shaded, places named.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from ..palette import DASHES, LIGHT, SERIES
from .layout import (
    LINES_HEIGHT_PX,
    LONGEST_LABEL,
    Figure,
    digits,
    ends,
    frame,
    place,
    plain,
    shortened,
)

POINTS_PER_LINE = 2000
"""More would fall on the same pixels: least and largest of each stretch are kept."""
FAINT = {"line": {"color": LIGHT["neutral"], "width": 0.8}, "opacity": 0.55, "hoverinfo": "skip"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """Points of a series; `look` picks its colour, and its dash or pattern."""

    label: str
    x: Sequence[float | str]
    y: Sequence[float]
    look: int = 0


@dataclass(frozen=True, kw_only=True)
class Point:
    """A place on the drawing, with its name."""

    label: str
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Level:
    """A height to compare with, such as what was asked for."""

    label: str
    y: float


def line_figure(
    *,
    x_label: str,
    y_label: str,
    lines: Sequence[Line],
    faint: Sequence[Line] = (),
    faint_label: str = "",
    levels: Sequence[Level] = (),
    bands: Sequence[tuple[float, float]] = (),
    band_label: str = "",
    points: Sequence[Point] = (),
    y_range: tuple[float, float] | None = None,
    y_is_logarithmic: bool = False,
) -> Figure:
    """Draw lines over a common x.

    Args:
        x_label: the axis across, with its unit.
        y_label: the axis upward, with its unit.
        lines: each in its own look, named in the legend.
        faint: further lines, thin and grey.
        faint_label: what they are, for the legend.
        levels: horizontal lines to compare with.
        bands: stretches of x to shade.
        band_label: what shading means, for the legend.
        points: places to mark and name.
        y_range: ends of the axis upward; round those of the values unless given.
        y_is_logarithmic: whether equal steps upward are equal factors.
    """
    data = [_faint(line) for line in faint] + ([_faint_legend(faint_label)] if faint else [])
    data += [_line(line) for line in lines] + ([_points_named(points)] if points else [])
    shapes = [
        _band(band, band_label if number == 0 else "") for number, band in enumerate(bands)
    ] + [_level(level) for level in levels]
    layout = frame(LINES_HEIGHT_PX, x_label, y_label) | {"shapes": shapes, "hovermode": "x"}
    if y_range:
        layout["yaxis"]["range"] = [math.log10(y) if y_is_logarithmic else y for y in y_range]
    layout["yaxis"]["type"] = "log" if y_is_logarithmic else "linear"
    layout["xaxis"]["range"] = ends([x for line in (*lines, *faint) for x in line.x])
    return {"data": data, "layout": layout}


def thinned(line: Line, points: int = POINTS_PER_LINE) -> Line:
    """Keep the shape of a line with at most some points."""
    kept = extremes(line.y, points)
    return Line(
        label=line.label,
        x=[line.x[index] for index in kept],
        y=[line.y[index] for index in kept],
        look=line.look,
    )


def extremes(y: Sequence[float], points: int = POINTS_PER_LINE) -> Sequence[int]:
    """Find the places of the least and largest value of each stretch; all if there are few."""
    if len(y) <= points:
        return range(len(y))
    stretch = -(-len(y) // (points // 2))
    kept: list[int] = []
    for part in batched(range(len(y)), stretch):
        lowest = min(part, key=lambda index: y[index])
        highest = max(part, key=lambda index: y[index])
        kept += sorted({lowest, highest})
    return kept


def _points(line: Line) -> dict[str, Any]:
    line = thinned(line)
    x = [place(value) for value in line.x]
    return {"type": "scatter", "mode": "lines", "x": x, "y": [digits(value) for value in line.y]}


def _line(line: Line) -> dict[str, Any]:
    look = line.look % len(SERIES)
    style = {"color": SERIES[look], "dash": DASHES[look], "width": 2}
    return _points(line) | {"name": plain(line.label), "line": style}


def _points_named(points: Sequence[Point]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "hovertemplate": "%{text}: %{y:.4~g}<extra></extra>",
        "x": [digits(point.x) for point in points],
        "y": [digits(point.y) for point in points],
        "text": [plain(shortened(point.label, LONGEST_LABEL)) for point in points],
        "textposition": [("top left", "bottom right")[n % 2] for n in range(len(points))],
        "marker": {"color": LIGHT["text"], "size": 9, "symbol": "diamond"},
        "showlegend": False,
    }


def _faint(line: Line) -> dict[str, Any]:
    return _points(line) | FAINT | {"name": plain(line.label), "showlegend": False}


def _faint_legend(label: str) -> dict[str, Any]:
    """A line of no points, which stands in the legend for all faint ones."""
    nothing = {"type": "scatter", "mode": "lines", "x": [None], "y": [None], "meta": "legend"}
    return nothing | FAINT | {"name": plain(label), "legendrank": 2000}


def _band(ends: tuple[float, float], label: str) -> dict[str, Any]:
    return {
        "type": "rect",
        "layer": "below",
        "yref": "paper",
        "x0": ends[0],
        "x1": ends[1],
        "y0": 0,
        "y1": 1,
        "fillcolor": LIGHT["band"],
        "line": {"width": 0},
        "name": label,
        "showlegend": bool(label),
    }


def _level(level: Level) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": level.y,
        "y1": level.y,
        "line": {"color": LIGHT["muted"], "width": 1.2, "dash": "dot"},
        "label": {
            "text": plain(level.label),
            "textposition": "end",
            "yanchor": "bottom",
            "font": {"color": LIGHT["muted"]},
        },
    }
