"""How is a price by year drawn, that moves with the sliders?

Orbit and ground as the formula has them, in bands that 95 of 100 evaluations held out keep to;
faint beneath, as this run has them. The axis upward holds every corner of the ranges and stays, so
that a line is seen to move.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from sunstack.study.surrogate import values_of

from ..blocks import Chart, Table, number, text
from ..figures import Line, line_figure
from ..numerals import price
from ..palette import AREAS, LIGHT
from .whatif_series import Series

ROOM = 1.15
"""Beyond the least and the highest."""
MOST_OFF = 0.5
"""A band that is wider still is cut off."""
FAR_DECADES = 0.7

Tree = Mapping[str, Any]


def chart_of(tree: Tree, series: Series) -> Chart:
    """Draw it where no slider has moved yet."""
    years = series.years
    exact, told, within = (
        {side: _by_year(tree, series, side, name) for side in series.sides}
        for name in ("exact", "told", "within")
    )
    figure = line_figure(
        x_label="calendar year of launch or purchase",
        y_label=f"$ for one {series.short}",
        lines=_lines(years, told),
        faint=_lines(years, exact),
        faint_label="this run",
        y_range=_range(tree, series),
        y_is_logarithmic=True,
    )
    data = [*_bands(years, told, within), *_marked(figure["data"], list(series.sides))]
    layout = figure["layout"] | {"shapes": [_year()]}
    layout["yaxis"] = layout["yaxis"] | _ticks(layout["yaxis"]["range"])
    figure = {"data": data, "layout": layout}
    return Chart(
        name="what-if-years",
        title=f"One {series.label}, by year",
        description="Moves with the sliders; as this run has it: "
        + "; ".join(
            f"{side} {price(values[0])} $ in {years[0]}, {price(values[-1])} $ in {years[-1]}"
            for side, values in exact.items()
        ),
        figure=figure,
        table=Table(
            caption=f"Dollars for one {series.label}, as this run has it",
            columns=[text("year"), *(number(side) for side in exact)],
            rows=[
                [str(year), *(price(exact[side][place]) for side in exact)]
                for place, year in enumerate(years)
            ],
        ),
    )


def _by_year(tree: Tree, series: Series, side: str, name: str) -> list[float]:
    found = [tree["objectives"][series.sides[side][year]] for year in series.years]
    if name == "within":
        return [one["errors"]["p95_fraction"] for one in found]
    return [one[name] * series.units for one in found]


def _lines(years: Sequence[int], by_side: Mapping[str, Sequence[float]]) -> list[Line]:
    return [
        Line(label=side, x=[float(year) for year in years], y=values, look=look)
        for look, (side, values) in enumerate(by_side.items())
    ]


def _bands(
    years: Sequence[int],
    told: Mapping[str, Sequence[float]],
    within: Mapping[str, Sequence[float]],
) -> list[dict[str, Any]]:
    """Two lines without width for each side, the space between them filled."""
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [float(year) for year in years],
            "y": [y * (1.0 + sign * off) for y, off in zip(told[side], within[side], strict=True)],
            "line": {"width": 0},
            "fill": "tonexty" if sign > 0.0 else "none",
            "fillcolor": AREAS[look],
            "hoverinfo": "skip",
            "showlegend": False,
            "name": f"{side}, {'most' if sign > 0.0 else 'least'}",
            "meta": f"{side} {'most' if sign > 0.0 else 'least'}",
        }
        for look, side in enumerate(told)
        for sign in (-1.0, 1.0)
    ]


def _year() -> dict[str, Any]:
    """A line through the year of which answers are told; the page's program places it."""
    return {
        "type": "line",
        "layer": "below",
        "yref": "paper",
        "x0": 0.0,
        "x1": 0.0,
        "y0": 0.0,
        "y1": 1.0,
        "line": {"color": LIGHT["muted"], "width": 1.2, "dash": "dot"},
    }


def _marked(data: Sequence[Mapping[str, Any]], sides: Sequence[str]) -> list[dict[str, Any]]:
    """Name the lines that move, as the page's program looks for them."""
    still = len(data) - len(sides)
    moving = [{**one, "meta": side} for one, side in zip(data[still:], sides, strict=True)]
    return [*(dict(one) for one in data[:still]), *moving]


def _range(tree: Tree, series: Series) -> tuple[float, float]:
    """Ends that hold every corner of the ranges, and the band there."""
    ends = [(one["low"], one["high"]) for one in tree["inputs"]]
    found = values_of(tree, np.array(list(product(*ends))))
    texts = [
        tree["objectives"][places[year]]["objective"]
        for places in series.sides.values()
        for year in series.years
    ]
    low = min(float(found[text].min()) for text in texts)
    high = max(float(found[text].max()) for text in texts)
    off = min(tree["worst_p95_fraction"], MOST_OFF)
    return low * series.units * (1.0 - off) / ROOM, high * series.units * (1.0 + off) * ROOM


def _ticks(ends: Sequence[float]) -> dict[str, Any]:
    """Round numbers, where equal factors are far apart; else as they come."""
    if ends[1] - ends[0] < FAR_DECADES:
        return {}
    powers = range(math.floor(ends[0]), math.ceil(ends[1]) + 1)
    return {"tickmode": "array", "tickvals": [a * 10.0**b for b in powers for a in (1, 2, 5)]}
