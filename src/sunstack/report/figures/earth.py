"""Where on Earth does a quantity hold, and which way does a track run?

Longitude across, latitude upward, over the outline of the land: both on even steps, so that a
place is found by its degrees. Who draws hands in the coastlines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..palette import DASHES, LIGHT, SERIES
from .layout import Figure, digits, frame, plain

EARTH_HEIGHT_PX = 360
SOUTH_DEG, NORTH_DEG = -60.0, 85.0
"""Ends of the drawing: south of them is ice, north of them water."""
TURN_DEG = 360.0
HALF_TURN_DEG = 180.0
STEP_DEG = 3.0
"""A great circle is drawn straight over so much of it."""
TONES = (
    "#fee838",
    "#e1cc55",
    "#c3b369",
    "#a59c74",
    "#8a8678",
    "#707173",
    "#575d6d",
    "#3b496c",
    "#1b3a76",
)
"""Cividis, the larger the darker, without its last tenth: that would be lost on a dark page."""
LINE_PX = 2.2
NAME_PX = 18
"""Height of a track's name in a legend, each on a line where the page is narrow."""

Place = tuple[float, float]
"""Longitude and latitude in degrees."""
Gapped = list[float | None]
"""Numbers along a line; it is lifted where there is none."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place with a value, or without one."""

    label: str
    told: str
    """What is said of it under the pointer."""
    place: Place
    size_px: float
    value: float | None


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A place that a track goes through."""

    label: str
    told: str
    place: Place
    is_end: bool


@dataclass(frozen=True, kw_only=True)
class Track:
    """Stops, joined by great circles; `look` picks colour and dash."""

    label: str
    stops: Sequence[Stop]
    look: int = 0


def spots_figure(
    *,
    coast: Iterable[Sequence[Place]],
    spots: Sequence[Spot],
    z_label: str,
    z_range: tuple[float, float],
    missing_label: str,
) -> Figure:
    """Draw places, the darker the larger their value, crosses where there is none.

    Args:
        coast: closed rings, whose longitudes may run on past 180°.
        spots: the first lies lowest.
        z_label: what the value is, with its unit.
        z_range: values at the ends of the scale of colours.
        missing_label: what a place without a value is, for the legend.
    """
    valued = [spot for spot in spots if spot.value is not None]
    without = [spot for spot in spots if spot.value is None]
    colours = {"color": [_value(spot) for spot in valued], "coloraxis": "coloraxis"}
    crosses = {"color": LIGHT["bad"], "symbol": "x-thin", "line": _outline("bad", 2.0)}
    data = [_land(coast), _spots(valued, z_label, {**colours, "line": _outline("muted", 1.0)})]
    if without:
        data.append(_spots(without, missing_label, crosses) | {"showlegend": True})
    layout = _layout()
    layout["coloraxis"] = {
        "colorscale": [[place / (len(TONES) - 1), tone] for place, tone in enumerate(TONES)],
        "cmin": digits(z_range[0]),
        "cmax": digits(z_range[1]),
        "colorbar": {
            "title": {"text": plain(z_label), "side": "top"},
            "orientation": "h",
            "thickness": 10,
            "len": 1.0,
            "outlinewidth": 0,
            "y": -0.03,
            "yanchor": "top",
        },
    }
    return {"data": data, "layout": layout}


def tracks_figure(*, coast: Iterable[Sequence[Place]], tracks: Sequence[Track]) -> Figure:
    """Draw tracks over the Earth, their ends as discs, what lies between as small diamonds."""
    data = [_land(coast)]
    for track in tracks:
        data += [_line(track), _stops(track)]
    return {"data": data, "layout": _layout() | {"height": EARTH_HEIGHT_PX + NAME_PX * len(tracks)}}


def along(places: Sequence[Place]) -> tuple[Gapped, Gapped]:
    """Longitudes and latitudes of great circles through places, parted where the map ends."""
    across: Gapped = []
    upward: Gapped = []
    for longitude, latitude in _dense(places):
        before = across[-1] if across else None
        if before is not None and abs(longitude - before) > HALF_TURN_DEG:
            # Go on to the edge, and begin again at the other one.
            edge = math.copysign(HALF_TURN_DEG, before)
            height = _at_edge(before, upward[-1] or 0.0, longitude, latitude)
            across += [edge, None, -edge]
            upward += [height, None, height]
        across.append(digits(longitude))
        upward.append(digits(latitude))
    return across, upward


def _at_edge(before: float, low: float, after: float, high: float) -> float:
    to_edge = HALF_TURN_DEG - abs(before)
    whole = to_edge + HALF_TURN_DEG - abs(after)
    return digits(low + (high - low) * (to_edge / whole if whole else 0.0))


def _dense(places: Sequence[Place]) -> Iterator[Place]:
    """Points of the great circles through places, near each other."""
    yield from places[:1]
    for one, other in pairwise(places):
        first, last = _direction(one), _direction(other)
        angle = math.acos(max(-1.0, min(1.0, math.sumprod(first, last))))
        steps = max(1, math.ceil(math.degrees(angle) / STEP_DEG))
        for step in range(1, steps):
            share = step / steps
            ahead, behind = math.sin(share * angle), math.sin((1.0 - share) * angle)
            yield _place([behind * a + ahead * b for a, b in zip(first, last, strict=True)])
        yield other


def _direction(place: Place) -> tuple[float, float, float]:
    longitude, latitude = (math.radians(angle) for angle in place)
    across = math.cos(latitude)
    return across * math.cos(longitude), across * math.sin(longitude), math.sin(latitude)


def _place(direction: Sequence[float]) -> Place:
    x, y, z = direction
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _land(coast: Iterable[Sequence[Place]]) -> dict[str, Any]:
    x: Gapped = []
    y: Gapped = []
    for ring in coast:
        for turn in (-TURN_DEG, 0.0, TURN_DEG):
            if _is_seen(ring, turn):
                x += [longitude + turn for longitude, _ in ring] + [None]
                y += [latitude for _, latitude in ring] + [None]
    return {
        "type": "scatter",
        "mode": "lines",
        "meta": "land",
        "x": x,
        "y": y,
        "fill": "toself",
        "fillcolor": LIGHT["band"],
        "line": {"color": LIGHT["rule"], "width": 0.8},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _is_seen(ring: Sequence[Place], turn_deg: float) -> bool:
    east = max(longitude for longitude, _ in ring) + turn_deg
    west = min(longitude for longitude, _ in ring) + turn_deg
    return (
        east > -HALF_TURN_DEG
        and west < HALF_TURN_DEG
        and any(latitude > SOUTH_DEG for _, latitude in ring)
    )


def _spots(spots: Sequence[Spot], name: str, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "meta": "places",
        "name": plain(name),
        "x": [digits(spot.place[0]) for spot in spots],
        "y": [digits(spot.place[1]) for spot in spots],
        "customdata": [[plain(spot.label), _value(spot)] for spot in spots],
        "hovertext": [plain(spot.told) for spot in spots],
        "hoverinfo": "text",
        "marker": {"size": [round(spot.size_px, 1) for spot in spots], "opacity": 0.9, **marker},
        "showlegend": False,
    }


def _value(spot: Spot) -> float | None:
    return None if spot.value is None else digits(spot.value)


def _outline(colour: str, width_px: float) -> dict[str, Any]:
    return {"color": LIGHT[colour], "width": width_px}


def _line(track: Track) -> dict[str, Any]:
    look = track.look % len(SERIES)
    x, y = along([stop.place for stop in track.stops])
    return {
        "type": "scatter",
        "mode": "lines",
        "meta": "land",
        "name": plain(track.label),
        "x": x,
        "y": y,
        "line": {"color": SERIES[look], "dash": DASHES[look], "width": LINE_PX},
        "legendgroup": track.label,
        "hoverinfo": "skip",
        "showlegend": True,
    }


def _stops(track: Track) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "meta": "places",
        "name": plain(track.label),
        "x": [digits(stop.place[0]) for stop in track.stops],
        "y": [digits(stop.place[1]) for stop in track.stops],
        "customdata": [[plain(stop.label), None] for stop in track.stops],
        "hovertext": [plain(stop.told) for stop in track.stops],
        "hoverinfo": "text",
        "marker": {
            "color": SERIES[track.look % len(SERIES)],
            "size": [9 if stop.is_end else 6 for stop in track.stops],
            "symbol": ["circle" if stop.is_end else "diamond" for stop in track.stops],
            "line": _outline("page", 0.8),
        },
        "legendgroup": track.label,
        "showlegend": False,
    }


def _layout() -> dict[str, Any]:
    layout = frame(EARTH_HEIGHT_PX, "", "")
    bare = {"showticklabels": False, "zeroline": False, "ticks": ""}
    layout["xaxis"] |= {**bare, "range": [-HALF_TURN_DEG, HALF_TURN_DEG], "dtick": 60}
    layout["yaxis"] |= {**bare, "range": [SOUTH_DEG, NORTH_DEG], "dtick": 30}
    return layout | {"hovermode": "closest"}
