"""How sure is a quantity over a common x?

The middle of many draws as a line, and the range that most of them lie in as a band round it. Fills
are opaque, so that they are exchanged like any other colour in the dark: all edges and lines are
drawn over all of them, and show where a band lies behind another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..palette import AREAS, DASHES, LIGHT, SERIES
from .layout import LINES_HEIGHT_PX, Figure, digits, ends, frame, plain

ROUND, CLOSE = (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
"""Of each power of ten: what an axis of equal factors names; and one whose ends lie close."""
CLOSE_RATIO = 6.0
FEW_YEARS = 8


@dataclass(frozen=True, kw_only=True)
class Band:
    """A line with the range round it; `look` picks its colour and dash."""

    label: str
    x: Sequence[float]
    low: Sequence[float]
    middle: Sequence[float]
    high: Sequence[float]
    look: int = 0


def band_figure(*, x_label: str, y_label: str, bands: Sequence[Band]) -> Figure:
    """Draw bands over an axis of equal factors.

    Args:
        x_label: the axis across.
        y_label: the axis upward, with its unit; all values are more than zero.
        bands: each in its own look, its middle named in the legend.
    """
    data = [trace for band in bands for trace in _filled(band)]
    data += [_edge(band, edge) for band in bands for edge in (band.low, band.high)]
    data += [_middle(band) for band in bands]
    layout = frame(LINES_HEIGHT_PX, x_label, y_label) | {"hovermode": "x"}
    ticks = _ticks([y for band in bands for y in (*band.low, *band.high)])
    layout["yaxis"] |= {"type": "log", "tickmode": "array", "tickvals": ticks}
    first, last = ends([x for band in bands for x in band.x])
    layout["xaxis"] |= {"range": [first, last], "tickformat": "d"}
    if last - first <= FEW_YEARS:
        layout["xaxis"]["dtick"] = 1
    layout["legend"] |= {"traceorder": "normal"}
    return {"data": data, "layout": layout}


def _ticks(values: Sequence[float]) -> list[float]:
    if not values:
        return []
    low, high = min(values), max(values)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    named = CLOSE if high < CLOSE_RATIO * low else ROUND
    return [digits(one * 10.0**power) for power in powers for one in named]


def _filled(band: Band) -> list[dict[str, Any]]:
    """Its lower edge unseen, and its upper one filled down to it."""
    low, high = (_edge(band, edge) | {"line": {"width": 0}} for edge in (band.low, band.high))
    return [low, high | {"fill": "tonexty", "fillcolor": AREAS[band.look % len(AREAS)]}]


def _edge(band: Band, edge: Sequence[float]) -> dict[str, Any]:
    look = band.look % len(SERIES)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [digits(x) for x in band.x],
        "y": [digits(y) for y in edge],
        "line": {"color": SERIES[look], "width": 0.8, "dash": DASHES[look]},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _middle(band: Band) -> dict[str, Any]:
    look = band.look % len(SERIES)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(band.label),
        "x": [digits(x) for x in band.x],
        "y": [digits(y) for y in band.middle],
        "customdata": [
            [digits(low), digits(high)] for low, high in zip(band.low, band.high, strict=True)
        ],
        "hovertemplate": "%{y:.3~g} (%{customdata[0]:.3~g} to %{customdata[1]:.3~g})",
        "line": {"color": SERIES[look], "dash": DASHES[look], "width": 2},
        "marker": {"color": SERIES[look], "size": 5, "line": {"color": LIGHT["page"], "width": 1}},
    }
