"""Where on Earth is it day, which satellites overhead are lit, and who asks below them?

The share of satellites in sunlight as a field, from night to day; over it the coasts, the edge of
night as a line, and places in two kinds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..palette import LIGHT
from .earth import Place, along, tracks_figure
from .layout import Figure, digits, plain

NIGHT, DAY = "#3b5b92", "#f2c230"
"""Ends of the field's colours, seen half through on light and dark pages alike."""
FIELD_OPACITY = 0.55
QUARTER_DEG = 90.0
NO_NUMBERS = "land"
"""Traces that are drawn but no data, for who saves the numbers."""


@dataclass(frozen=True, kw_only=True)
class Pins:
    """Places of one kind."""

    label: str
    colour: str
    symbol: str
    places: Sequence[Place]
    sizes_px: Sequence[float]
    names: Sequence[str]
    values: Sequence[float]
    told: Sequence[str]
    """What is said of each under the pointer."""


def sunlight_figure(
    *,
    coast: Iterable[Sequence[Place]],
    longitude_deg: Sequence[float],
    latitude_deg: Sequence[float],
    lit_percent: Sequence[Sequence[float | None]],
    sun: Place,
    dots: Sequence[Pins],
) -> Figure:
    """Draw the Earth at an instant.

    Args:
        coast: closed rings.
        longitude_deg: of the field's columns.
        latitude_deg: of its rows.
        lit_percent: the field, by rows; none where there are no satellites.
        sun: the place above which it stands.
        dots: kinds of places.
    """
    drawn = tracks_figure(coast=coast, tracks=[])
    land = [{**one, "fill": "none", "line": {**one["line"], "width": 1.0}} for one in drawn["data"]]
    layout = {**drawn["layout"], "coloraxis": _colours()}
    data = [
        _field(longitude_deg, latitude_deg, lit_percent),
        *land,
        _edge_of_night(sun),
        *(_dots(one) for one in dots),
    ]
    return {"data": data, "layout": layout}


def _field(
    x: Sequence[float], y: Sequence[float], z: Sequence[Sequence[float | None]]
) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "meta": NO_NUMBERS,
        "name": "% of satellites in sunlight",
        "x": [digits(one) for one in x],
        "y": [digits(one) for one in y],
        "z": [[None if one is None else round(one) for one in row] for row in z],
        "coloraxis": "coloraxis",
        "opacity": FIELD_OPACITY,
        "hovertemplate": "%{z:.0f} % of satellites in sunlight<extra></extra>",
    }


def _colours() -> dict[str, Any]:
    return {
        "colorscale": [[0.0, NIGHT], [1.0, DAY]],
        "cmin": 0,
        "cmax": 100,
        "colorbar": {
            "title": {"text": "% of satellites over a place that are in sunlight", "side": "top"},
            "orientation": "h",
            "thickness": 10,
            "len": 1.0,
            "outlinewidth": 0,
            "y": -0.03,
            "yanchor": "top",
        },
    }


def _edge_of_night(sun: Place) -> dict[str, Any]:
    """Draw the great circle a quarter of a turn from where the Sun stands."""
    x, y = along([_off(sun, bearing) for bearing in range(0, 361, 45)])
    return {
        "type": "scatter",
        "mode": "lines",
        "meta": NO_NUMBERS,
        "name": "edge of night",
        "x": x,
        "y": y,
        "line": {"color": LIGHT["text"], "dash": "dash", "width": 1.6},
        "hoverinfo": "skip",
        "showlegend": True,
    }


def _off(place: Place, bearing_deg: float) -> Place:
    """A quarter of a turn away in a direction."""
    longitude, latitude, bearing = (math.radians(one) for one in (*place, bearing_deg))
    sine = math.cos(latitude) * math.cos(bearing)
    east = math.atan2(math.sin(bearing) * math.cos(latitude), -math.sin(latitude) * sine)
    turned = math.degrees(longitude + east)
    return (turned + 180.0) % 360.0 - 180.0, math.degrees(math.asin(max(-1.0, min(1.0, sine))))


def _dots(one: Pins) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "meta": "places",
        "name": plain(one.label),
        "x": [digits(place[0]) for place in one.places],
        "y": [digits(place[1]) for place in one.places],
        "customdata": [
            [plain(name), digits(value)] for name, value in zip(one.names, one.values, strict=True)
        ],
        "hovertext": [plain(told) for told in one.told],
        "hoverinfo": "text",
        "marker": {
            "size": [round(size, 1) for size in one.sizes_px],
            "color": LIGHT[one.colour],
            "symbol": one.symbol,
            "line": {"color": LIGHT["page"], "width": 1.0},
        },
        "showlegend": True,
    }
