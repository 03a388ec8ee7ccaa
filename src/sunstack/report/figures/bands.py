"""How sure is a quantity over a common x?

The middle of many draws as a line, and the range that most of them lie in as a band round it. Bands
let one another be seen through, and have the dashes of their line besides its colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..palette import DASHES, LIGHT, SERIES
from .layout import LINES_HEIGHT_PX, Figure, digits, ends, frame, plain

BAND_OPACITY = 0.28


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
    data = [trace for band in bands for trace in _range(band)] + [_middle(band) for band in bands]
    layout = frame(LINES_HEIGHT_PX, x_label, y_label) | {"hovermode": "x"}
    layout["yaxis"] |= {"type": "log", "nticks": 8}
    layout["xaxis"]["range"] = ends([x for band in bands for x in band.x])
    return {"data": data, "layout": layout}


def _range(band: Band) -> list[dict[str, Any]]:
    """Its lower edge, and its upper one filled down to it."""
    colour = SERIES[band.look % len(SERIES)]
    edge = {"color": colour, "width": 0.8, "dash": DASHES[band.look % len(DASHES)]}
    drawn = {
        "type": "scatter",
        "mode": "lines",
        "x": [digits(x) for x in band.x],
        "line": edge,
        "hoverinfo": "skip",
        "showlegend": False,
    }
    low = drawn | {"y": [digits(y) for y in band.low]}
    high = drawn | {"y": [digits(y) for y in band.high], "fill": "tonexty", "fillcolor": colour}
    return [low, high | {"opacity": BAND_OPACITY}]


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
