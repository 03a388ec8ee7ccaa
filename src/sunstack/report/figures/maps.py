"""How does a quantity vary over two axes?

Fields, the darker the larger, with stretches of the upward axis named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..palette import LIGHT
from .layout import Figure, digits, ends, frame, plain, shortened

HEATMAP_HEIGHT_PX = 380
MARK_LETTERS = 44


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A stretch of the vertical axis, named."""

    label: str
    low: float
    high: float


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
        "y": [digits(value) for value in y],
        "z": [[digits(value) for value in row] for row in z],
        "zmin": z_range[0],
        "zmax": digits(z_range[1]),
        "colorscale": "Cividis",
        "reversescale": True,
        "colorbar": {"title": {"text": z_label, "side": "right"}, "thickness": 12, "len": 1.0},
        "hovertemplate": "%{x|%d %b}, %{y:.0f} km: %{z:.1f} %<extra></extra>",
    }
    layout = frame(HEATMAP_HEIGHT_PX, x_label, y_label)
    layout["xaxis"]["range"], layout["yaxis"]["range"] = ends(x), ends(y)
    return {
        "data": [trace],
        "layout": layout
        | {
            "shapes": [_mark_edge(edge) for mark in marks for edge in {mark.low, mark.high}],
            "annotations": [_mark_label(mark) for mark in marks],
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
