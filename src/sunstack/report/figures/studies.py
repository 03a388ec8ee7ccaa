"""How do many evaluations become a figure?

Swings of an outcome round its value, shares with how well they are known, counts between edges, an
outcome over two numbers, and the rungs to a target.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..palette import LIGHT
from .bars import FRAME_PX, ROW_PX
from .layout import Figure, digits, frame, plain, shortened

LONGEST_KEY = 52
HEIGHT_PX = 340
CONTOURS = 8
"""Lines of equal value on a map, about."""


@dataclass(frozen=True, kw_only=True)
class Swing:
    """An outcome with one input at its low and at its high; none where that contradicts."""

    label: str
    at_low: float | None
    at_high: float | None
    low_text: str
    high_text: str


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share with the half-width of its interval, of two kinds."""

    label: str
    values: tuple[float, float]
    half_widths: tuple[float, float]


def tornado_figure(*, x_label: str, value: float, swings: Sequence[Swing]) -> Figure:
    """Draw bars from the value to either end, the widest on top."""
    ends = (
        ("input at its low", "series-0", [(one.at_low, one.low_text) for one in swings], ""),
        ("input at its high", "series-1", [(one.at_high, one.high_text) for one in swings], "/"),
    )
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": [_key(one.label) for one in swings],
            "base": [digits(value)] * len(swings),
            "x": [0.0 if at is None else digits(at - value) for at, _ in found],
            "marker": {"color": LIGHT[colour], "pattern": {"shape": pattern}},
            "hovertext": [plain(text) for _, text in found],
            "hoverinfo": "text",
        }
        for name, colour, found, pattern in ends
    ]
    layout = _lying(len(swings), x_label)
    return {"data": data, "layout": layout | {"barmode": "overlay", "bargap": 0.35}}


def shares_figure(*, x_label: str, names: tuple[str, str], shares: Sequence[Share]) -> Figure:
    """Draw two bars of each, with their intervals."""
    looks = (("series-0", ""), ("series-1", "/"))
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": [_key(one.label) for one in shares],
            "x": [digits(one.values[place]) for one in shares],
            "error_x": {
                "type": "data",
                "array": [digits(one.half_widths[place]) for one in shares],
                "color": LIGHT["text"],
                "thickness": 1.2,
            },
            "marker": {"color": LIGHT[colour], "pattern": {"shape": pattern}},
        }
        for place, (name, (colour, pattern)) in enumerate(zip(names, looks, strict=True))
    ]
    layout = _lying(2 * len(shares), x_label)
    return {"data": data, "layout": layout | {"barmode": "group", "bargap": 0.3}}


def _lying(rows: int, x_label: str) -> dict[str, Any]:
    layout = frame(FRAME_PX + 30 + ROW_PX * max(rows, 2), x_label, "")
    layout["yaxis"] |= {"type": "category", "autorange": "reversed", "showgrid": False}
    return layout


def _key(label: str) -> str:
    return plain(shortened(label, LONGEST_KEY))


def histogram_figure(
    *,
    x_label: str,
    edges: Sequence[float],
    counts: Sequence[float],
    marks: Sequence[tuple[str, float]],
) -> Figure:
    """Draw counts between edges, with places named above them."""
    middles = [0.5 * (low + high) for low, high in pairwise(edges)]
    trace = {
        "type": "bar",
        "x": [digits(one) for one in middles],
        "y": list(counts),
        "width": [digits(high - low) for low, high in pairwise(edges)],
        "marker": {"color": LIGHT["area-0"], "line": {"color": LIGHT["series-0"], "width": 1}},
        "showlegend": False,
    }
    layout = frame(HEIGHT_PX, x_label, "draws")
    layout["yaxis"]["range"] = [0.0, 1.18 * max(counts, default=1.0)]
    layout["bargap"] = 0.0
    layout["shapes"] = [_upright(at) for _, at in marks]
    layout["annotations"] = [
        _named(name, at, 1.0 - 0.07 * (number % 2)) for number, (name, at) in enumerate(marks)
    ]
    return {"data": [trace], "layout": layout}


def _upright(at: float) -> dict[str, Any]:
    return {
        "type": "line",
        "yref": "paper",
        "x0": digits(at),
        "x1": digits(at),
        "y0": 0,
        "y1": 1,
        "line": {"color": LIGHT["text"], "width": 1.2, "dash": "dash"},
    }


def _named(name: str, at: float, height: float) -> dict[str, Any]:
    return {
        "yref": "paper",
        "x": digits(at),
        "y": height,
        "yanchor": "top",
        "xanchor": "left",
        "text": plain(name),
        "showarrow": False,
        "bgcolor": LIGHT["page"],
        "font": {"size": 11, "color": LIGHT["text"]},
    }


def field_figure(
    *,
    x_label: str,
    y_label: str,
    z_label: str,
    x: Sequence[float | str],
    y: Sequence[float | str],
    z: Sequence[Sequence[float | None]],
) -> Figure:
    """Draw an outcome over two numbers, the darker the larger; gaps where it has none."""
    trace = {
        "type": "heatmap",
        "x": [one if isinstance(one, str) else digits(one) for one in x],
        "y": [one if isinstance(one, str) else digits(one) for one in y],
        "z": [[None if one is None else digits(one) for one in row] for row in z],
        "colorscale": "Cividis",
        "reversescale": True,
        "colorbar": {"title": {"text": plain(z_label), "side": "right"}, "thickness": 12},
        "hoverongaps": False,
        "hovertemplate": "%{x}, %{y}: %{z:.4~g}<extra></extra>",
    }
    return {"data": [trace], "layout": frame(HEIGHT_PX + 40, x_label, y_label)}


def parity_figure(
    *,
    x_label: str,
    y_label: str,
    z_label: str,
    x: Sequence[float],
    y: Sequence[float],
    z: Sequence[Sequence[float | None]],
    own: tuple[float, float],
    own_label: str,
    parity_label: str,
) -> Figure:
    """Draw a ratio over two numbers, the line on which it is one, and where the design stands."""
    values = [one for row in z for one in row if one is not None]
    figure = dict(field_figure(x_label=x_label, y_label=y_label, z_label=z_label, x=x, y=y, z=z))
    (field,) = figure["data"]
    crosses = bool(values) and min(values) < 1.0 < max(values)
    figure["data"] = [
        _contours(field, values),
        *([_even(field, parity_label)] if crosses else []),
        _stands(own, own_label),
    ]
    figure["layout"]["xaxis"]["range"] = [digits(min(x)), digits(max(x))]
    figure["layout"]["yaxis"]["range"] = [digits(min(y)), digits(max(y))]
    return figure


def _contours(field: dict[str, Any], values: Sequence[float]) -> dict[str, Any]:
    """A field with lines of equal value at round steps."""
    step = _round_step((max(values) - min(values)) / CONTOURS) if values else 1.0
    kept = {name: value for name, value in field.items() if name != "hoverongaps"}
    return kept | {
        "type": "contour",
        "contours": {
            "coloring": "heatmap",
            "showlabels": True,
            "start": step,
            "end": digits(max(values, default=1.0)),
            "size": step,
            "labelfont": {"size": 10, "color": LIGHT["page"]},
        },
        "line": {"color": LIGHT["page"], "width": 0.6},
    }


def _even(field: dict[str, Any], label: str) -> dict[str, Any]:
    """The line of a field on which it is one."""
    return {
        "type": "contour",
        "name": plain(label),
        **{name: field[name] for name in ("x", "y", "z")},
        "contours": {"coloring": "none", "start": 1.0, "end": 1.0, "size": 1.0},
        "line": {"color": LIGHT["bar-short"], "width": 3.5},
        "showscale": False,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _stands(own: tuple[float, float], label: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [digits(own[0])],
        "y": [digits(own[1])],
        "text": [plain(label)],
        "textposition": "top right",
        "textfont": {"color": LIGHT["page"]},
        "marker": {"color": LIGHT["page"], "size": 10, "symbol": "diamond"},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0.0 else 1.0
    return digits(
        next(power * one for one in (1.0, 2.0, 5.0, 10.0) if power * one >= rough or one == 10.0)
    )


def steps_figure(
    *, x_label: str, labels: Sequence[str], values: Sequence[float], target: float
) -> Figure:
    """Draw where each rung leads, from the value as it is, with the target across."""
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": [_key(one) for one in labels],
        "base": [digits(one) for one in (values[0], *values[:-1])],
        "x": [digits(after - before) for before, after in _pairs(values)],
        "marker": {"color": LIGHT["series-0"]},
        "hovertext": [
            f"{_key(one)}: {digits(at):g}" for one, at in zip(labels, values, strict=True)
        ],
        "hoverinfo": "text",
        "showlegend": False,
    }
    layout = _lying(len(labels), x_label)
    low, high = min(*values, target), max(*values, target)
    room = 0.05 * (high - low or 1.0)
    layout["xaxis"]["range"] = [digits(low - room), digits(high + room)]
    layout["shapes"] = [_upright(target), _upright(values[0])]
    marks = [("target", target), ("as it is", values[0])]
    layout["annotations"] = [
        _named(name, at, 1.0) | {"xanchor": "left" if at < 0.5 * (low + high) else "right"}
        for name, at in marks
    ]
    return {"data": [trace], "layout": layout}


def _pairs(values: Sequence[float]) -> list[tuple[float, float]]:
    return list(zip((values[0], *values[:-1]), values, strict=True))
