"""How do parts make up a whole, and how does that change?

Layers upon each other over a common x, or columns by period. The first part lies lowest; the legend
and the label under the pointer name the highest first, as it is seen. Each part has the outline and
the pattern of its look besides its colour. No value is below zero: what is taken away has no place
in a stack.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..palette import AREAS, LIGHT, PATTERNS, SERIES
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
from .lines import Level, Line, extremes

HEADROOM = 1.05
"""How far the axis goes, as a share of the highest stack or level."""
OUTLINE_PX = 1.2
PATTERN_PX = 8
PATTERN_SOLIDITY = 0.2
"""Share of a fill that its pattern covers."""
COLUMN_GAP = 0.3
PARTS_BESIDE = 4
"""So many names stand in a line or two above the drawing; each further one adds a line's height."""
NAME_PX = 19


def stacked_figure(
    *,
    x_label: str,
    y_label: str,
    layers: Sequence[Line],
    levels: Sequence[Level] = (),
    y_range: tuple[float, float] | None = None,
) -> Figure:
    """Draw areas upon each other over a common x.

    Args:
        x_label: the axis across, with its unit.
        y_label: the axis upward, with its unit.
        layers: all over the same x, the lowest first, each in its own look; where points are too
            many to draw, least and largest of the whole are kept.
        levels: horizontal lines to compare the whole with.
        y_range: ends of the axis upward; from zero to beyond all unless given.

    Raises:
        ValueError: the layers are not over the same x.
    """
    x, totals = _stack(layers)
    # Layers keep the same x, and the ends of it, or they would stop short of their axis.
    indices = sorted({*extremes(totals), 0, len(x) - 1}) if x else []
    data = [_layer(layer, indices) for layer in layers]
    reach = y_range or _reach(totals, levels)
    layout = _stack_layout(len(layers), x_label, y_label, reach, levels)
    layout["xaxis"]["range"] = ends(x)
    return {"data": data, "layout": layout}


def column_figure(
    *,
    x_label: str,
    y_label: str,
    columns: Sequence[Line],
    levels: Sequence[Level] = (),
    y_range: tuple[float, float] | None = None,
) -> Figure:
    """Draw upright bars by period, the parts of each upon each other.

    Args:
        x_label: the axis across: what a period is.
        y_label: the axis upward, with its unit.
        columns: a series each, all over the same periods, the lowest first, each in its own look.
        levels: horizontal lines to compare the whole with.
        y_range: ends of the axis upward; from zero to beyond all unless given.

    Raises:
        ValueError: the series are not over the same periods.
    """
    periods, totals = _stack(columns)
    reach = y_range or _reach(totals, levels)
    layout = _stack_layout(len(columns), x_label, y_label, reach, levels)
    layout["xaxis"] |= {"type": "category", "showgrid": False}
    # Places on an axis of names are counted from zero; with ends, two runs stand on the same axis.
    layout["xaxis"]["range"] = [-0.5, max(len(periods), 1) - 0.5]
    data = [_column(series) for series in columns]
    return {"data": data, "layout": layout | {"barmode": "stack", "bargap": COLUMN_GAP}}


def _stack(parts: Sequence[Line]) -> tuple[list[float | str], list[float]]:
    """What all parts are over, and how high they stand there together."""
    x = list(parts[0].x) if parts else []
    if any(list(part.x) != x for part in parts):
        raise ValueError("parts of a stack are over the same x")
    return x, [sum(values) for values in zip(*(part.y for part in parts), strict=True)]


def _layer(layer: Line, indices: Sequence[int]) -> dict[str, Any]:
    look = layer.look % len(SERIES)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _name(layer),
        "x": [place(layer.x[index]) for index in indices],
        "y": [digits(layer.y[index]) for index in indices],
        "stackgroup": "parts",
        "line": {"color": SERIES[look], "width": OUTLINE_PX},
        "fillcolor": AREAS[look],
        "fillpattern": _pattern(layer.look),
    }


def _column(series: Line) -> dict[str, Any]:
    look = series.look % len(SERIES)
    return {
        "type": "bar",
        "name": _name(series),
        "x": [place(value) for value in series.x],
        "y": [digits(value) for value in series.y],
        "marker": {
            "color": AREAS[look],
            "line": {"color": SERIES[look], "width": OUTLINE_PX},
            "pattern": _pattern(series.look),
        },
    }


def _name(part: Line) -> str:
    return plain(shortened(part.label, LONGEST_LABEL))


def _pattern(look: int) -> dict[str, Any]:
    colour = look % len(SERIES)
    return {
        "shape": PATTERNS[look % len(PATTERNS)],
        "bgcolor": AREAS[colour],
        "fgcolor": SERIES[colour],
        "fgopacity": 1.0,
        "size": PATTERN_PX,
        "solidity": PATTERN_SOLIDITY,
    }


def _reach(totals: Sequence[float], levels: Sequence[Level]) -> tuple[float, float]:
    highest = max([*totals, *(level.y for level in levels)], default=0.0)
    return 0.0, digits(HEADROOM * highest) or 1.0


def _stack_layout(
    parts: int,
    x_label: str,
    y_label: str,
    y_range: tuple[float, float],
    levels: Sequence[Level],
) -> dict[str, Any]:
    height_px = LINES_HEIGHT_PX + NAME_PX * max(0, parts - PARTS_BESIDE)
    layout = frame(height_px, x_label, y_label)
    layout["xaxis"] |= {"spikecolor": LIGHT["muted"], "spikethickness": 1}
    layout["yaxis"]["range"] = list(y_range)
    layout["legend"]["traceorder"] = "reversed"
    layout["hoverlabel"]["namelength"] = LONGEST_LABEL
    return layout | {
        "hovermode": "x unified",
        "shapes": [_level_line(level) for level in levels],
        "annotations": [_level_name(level) for level in levels],
    }


def _level_line(level: Level) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": level.y,
        "y1": level.y,
        "line": {"color": LIGHT["text"], "width": 1.5, "dash": "dot"},
    }


def _level_name(level: Level) -> dict[str, Any]:
    """Its name on a ground of its own, to be read over any pattern."""
    return {
        "xref": "paper",
        "x": 0.99,
        "xanchor": "right",
        "y": level.y,
        "yanchor": "bottom",
        "text": plain(shortened(level.label, LONGEST_LABEL)),
        "showarrow": False,
        "bgcolor": LIGHT["page"],
        "borderpad": 1,
        "font": {"size": 11, "color": LIGHT["text"]},
    }
