"""How do numbers become a figure?

A figure is plain Plotly JSON: a notebook opens it with `plotly.graph_objects.Figure(figure)`, the
page draws it with the script that comes inside Plotly's package. Colours are the light theme's (see
`palette`); dash and label tell series apart as well. Waterfalls are bars that start where the one
before ends: partial builds of Plotly draw a `waterfall` as a line and say nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from .numerals import SPACE
from .palette import DASHES, LIGHT, SERIES

Figure = Mapping[str, Any]
"""`data` and `layout` as Plotly defines them."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
LINES_HEIGHT_PX = 320
HEATMAP_HEIGHT_PX = 380
ROW_PX = 26
"""Height of a bar with its gap."""
FRAME_PX = 64
"""What axis and legend add to the bars."""
DIGITS = 6
POINTS_PER_LINE = 2000
"""More would fall on the same pixels: least and largest of each stretch are kept."""
LONGEST_LABEL = 28
MARK_LETTERS = 44
LETTER_RATIO = 0.055
"""Room for a letter beyond the longest bar's end, as a share of that bar."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """Points of a series; `look` picks colour and dash."""

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


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar from `start` to `end`, with what is written beside it."""

    label: str
    end: float
    text: str
    start: float = 0.0
    colour: str = "series-0"
    is_marked: bool = False


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A stretch of the vertical axis, named."""

    label: str
    low: float
    high: float


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
    layout = _layout(LINES_HEIGHT_PX, x_label, y_label) | {"shapes": shapes, "hovermode": "x"}
    if y_range:
        layout["yaxis"]["range"] = [math.log10(y) if y_is_logarithmic else y for y in y_range]
    layout["yaxis"]["type"] = "log" if y_is_logarithmic else "linear"
    layout["xaxis"]["range"] = _ends([x for line in (*lines, *faint) for x in line.x])
    return {"data": data, "layout": layout}


def _ends(values: Sequence[Any]) -> list[Any]:
    return [min(values), max(values)] if values else [0.0, 1.0]


def bar_figure(*, x_label: str, bars: Sequence[Bar]) -> Figure:
    """Draw bars from zero, or from where each starts, its text beyond its end."""
    longest = max((max(bar.start, bar.end) for bar in bars), default=0.0)
    letters = max((len(bar.text) for bar in bars), default=0)
    room = longest * (1.0 + LETTER_RATIO * letters) or 1.0
    trace = _bars(bars) | {"textposition": "outside", "text": [_strong(bar) for bar in bars]}
    return {"data": [trace], "layout": _bar_layout(bars, x_label, (0.0, room))}


def signed_bar_figure(*, x_label: str, bars: Sequence[Bar], reach: float) -> Figure:
    """Draw bars round zero, each one's text across the zero line from it, where there is room."""
    texts = {
        "type": "scatter",
        "mode": "text",
        "x": [0.0] * len(bars),
        "y": [_name(bar) for bar in bars],
        "text": [f"{SPACE}{_strong(bar)}{SPACE}" for bar in bars],
        "textposition": ["middle left" if bar.end >= 0.0 else "middle right" for bar in bars],
        "hoverinfo": "skip",
        "showlegend": False,
    }
    layout = _bar_layout(bars, x_label, (-1.02 * reach, 1.02 * reach))
    layout["xaxis"]["tickvals"] = [-reach, -reach / 2.0, 0.0, reach / 2.0, reach]
    return {"data": [_bars(bars), texts], "layout": layout}


def heatmap_figure(
    *,
    x_label: str,
    y_label: str,
    z_label: str,
    x: Sequence[str],
    y: Sequence[float],
    z: Sequence[Sequence[float]],
    z_range: tuple[float, float],
    marks: Sequence[Mark],
) -> Figure:
    """Draw values over two axes, the darker the larger, with stretches of the upward axis named."""
    trace = {
        "type": "heatmap",
        "name": z_label,
        "x": list(x),
        "y": [_digits(value) for value in y],
        "z": [[_digits(value) for value in row] for row in z],
        "zmin": z_range[0],
        "zmax": _digits(z_range[1]),
        "colorscale": "Cividis",
        "reversescale": True,
        "colorbar": {"title": {"text": z_label, "side": "right"}, "thickness": 12, "len": 1.0},
        "hovertemplate": "%{x|%d %b}, %{y:.0f} km: %{z:.1f} %<extra></extra>",
    }
    layout = _layout(HEATMAP_HEIGHT_PX, x_label, y_label)
    layout["xaxis"]["range"], layout["yaxis"]["range"] = _ends(x), _ends(y)
    return {
        "data": [trace],
        "layout": layout
        | {
            "shapes": [_mark_edge(edge) for mark in marks for edge in {mark.low, mark.high}],
            "annotations": [_mark_label(mark) for mark in marks],
        },
    }


def thinned(line: Line, points: int = POINTS_PER_LINE) -> Line:
    """Keep the shape of a line with at most some points."""
    if len(line.x) <= points:
        return line
    stretch = -(-len(line.x) // (points // 2))
    kept: list[int] = []
    for part in batched(range(len(line.x)), stretch):
        lowest = min(part, key=lambda index: line.y[index])
        highest = max(part, key=lambda index: line.y[index])
        kept += sorted({lowest, highest})
    return Line(
        label=line.label,
        x=[line.x[index] for index in kept],
        y=[line.y[index] for index in kept],
        look=line.look,
    )


def shortened(text: str, letters: int) -> str:
    """Cut a label that is too long."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def plain(text: str) -> str:
    """Write text so that Plotly, which knows a few tags and entities, shows it as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _digits(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _points(line: Line) -> dict[str, Any]:
    line = thinned(line)
    x = [value if isinstance(value, str) else _digits(value) for value in line.x]
    return {"type": "scatter", "mode": "lines", "x": x, "y": [_digits(value) for value in line.y]}


def _line(line: Line) -> dict[str, Any]:
    look = line.look % len(SERIES)
    style = {"color": SERIES[look], "dash": DASHES[look], "width": 2}
    return _points(line) | {"name": plain(line.label), "line": style}


def _points_named(points: Sequence[Point]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": "shells",
        "x": [_digits(point.x) for point in points],
        "y": [_digits(point.y) for point in points],
        "text": [plain(shortened(point.label, LONGEST_LABEL)) for point in points],
        "textposition": [("top left", "bottom right")[n % 2] for n in range(len(points))],
        "marker": {"color": LIGHT["text"], "size": 9, "symbol": "diamond"},
        "showlegend": False,
    }


FAINT = {"line": {"color": LIGHT["neutral"], "width": 0.8}, "opacity": 0.55, "hoverinfo": "skip"}


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


def _mark_edge(height: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": height,
        "y1": height,
        "line": {"color": LIGHT["bar-short"], "width": 1.5, "dash": "dash"},
    }


def _mark_label(mark: Mark) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 0.01,
        "xanchor": "left",
        "y": mark.high,
        "yanchor": "bottom",
        "text": plain(shortened(mark.label, MARK_LETTERS)),
        "showarrow": False,
        "bgcolor": LIGHT["page"],
        "borderpad": 1,
        "font": {"size": 11, "color": LIGHT["text"]},
    }


def _bars(bars: Sequence[Bar]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "y": [_name(bar) for bar in bars],
        "base": [_digits(bar.start) for bar in bars],
        "x": [_digits(bar.end - bar.start) for bar in bars],
        "marker": {"color": [LIGHT[bar.colour] for bar in bars]},
        "cliponaxis": False,
        "showlegend": False,
        "hovertext": [f"{_name(bar)}: {plain(bar.text)}" for bar in bars],
        "hoverinfo": "text",
    }


def _name(bar: Bar) -> str:
    return plain(shortened(bar.label, LONGEST_LABEL))


def _strong(bar: Bar) -> str:
    return f"<b>{plain(bar.text)}</b>" if bar.is_marked else plain(bar.text)


def _bar_layout(bars: Sequence[Bar], x_label: str, ends: tuple[float, float]) -> dict[str, Any]:
    layout = _layout(FRAME_PX + ROW_PX * len(bars), x_label, "")
    return layout | {
        "bargap": 0.35,
        "xaxis": layout["xaxis"] | {"range": list(ends), "zeroline": True},
        "yaxis": layout["yaxis"] | {"type": "category", "autorange": "reversed", "showgrid": False},
    }


def _layout(height_px: int, x_label: str, y_label: str) -> dict[str, Any]:
    return {
        "autosize": True,
        "height": height_px,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": LIGHT["page"],
        "plot_bgcolor": LIGHT["page"],
        "font": {"family": FONT, "size": 12, "color": LIGHT["text"]},
        "hoverlabel": {"bgcolor": LIGHT["panel"], "font": {"color": LIGHT["text"]}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": _axis(x_label),
        "yaxis": _axis(y_label),
    }


def _axis(label: str) -> dict[str, Any]:
    return {
        "title": {"text": plain(label), "font": {"color": LIGHT["muted"]}, "standoff": 8},
        "automargin": True,
        "gridcolor": LIGHT["rule"],
        "linecolor": LIGHT["muted"],
        "zerolinecolor": LIGHT["muted"],
        "tickfont": {"color": LIGHT["muted"]},
        "hoverformat": ".4~g",
        "fixedrange": False,
    }
