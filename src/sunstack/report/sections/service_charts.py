"""Which charts tell what the payload serves: what takes tokens, by batch, by power, over years?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from sunstack.results import Results

from ..blocks import Chart
from ..figures import Bar, Figure, Line, Point, bar_figure, laid_out, line_figure
from ..numerals import significant, token_unit_of, tokens, whole
from . import service_tables as tables
from .service_tables import TAKEN, share_of

YEAR_MONTHS = 12
LEAST_REACHED = 0.1
"""With a smaller share of the data sheet reached, all other losses would be too short to see."""
LETTER_ROOM = 0.09
"""Room for a letter beyond the longest bar, as a share of it: on a phone the names leave little."""
HEADROOM = 1.1
ROOF_MARGIN = 2.0
"""Factor by which axes of equal factors go beyond what is drawn."""
NAME_ROOM = 30.0
"""The same, to the right, where a name stands beside its mark."""
TERA = 1e12

Tree = Mapping[str, Any]


# --- what takes tokens ----------------------------------------------------------------------------


def waterfalls(shown: Sequence[Tree]) -> list[Chart]:
    """From the data sheet to the working fleet, a chart for each model."""
    return [_waterfall(one) for one in shown]


def _waterfall(one: Tree) -> Chart:
    listed = [(stage["stage"], float(stage["tokens_per_s"])) for stage in one["stages"]]
    sheet = listed[0][1]
    is_low = listed[1][1] < LEAST_REACHED * sheet
    shown = listed[1:] if is_low else listed
    bars = _bars(shown, f"reached (of {tokens(sheet)})" if is_low else "data sheet")
    figure = bar_figure(x_label=_unit(shown[0][1]), bars=bars)
    room = bars[0].end * (1.0 + LETTER_ROOM * max(len(bar.text) for bar in bars)) or 1.0
    return Chart(
        name=f"service-stages-{one['name']}",
        title=f"Tokens a second of a satellite: {one['name']}",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=laid_out(figure, xaxis={**figure["layout"]["xaxis"], "range": [0.0, room]}),
        table=tables.stages(one),
    )


def _bars(stages: Sequence[tuple[str, float]], begun: str) -> list[Bar]:
    (_, first), (_, last) = stages[0], stages[-1]
    per_unit, _ = token_unit_of(first)
    whole_bar = Bar(
        label=begun, end=first / per_unit, text=tokens(first), colour="neutral", is_marked=True
    )
    taken = [
        Bar(
            label=TAKEN[stage][0],
            start=min(left, before) / per_unit,
            end=before / per_unit,
            text=share_of(before - left, first),
            colour="bar-short",
        )
        for (_, before), (stage, left) in pairwise(stages)
    ]
    left_bar = Bar(
        label="fleet, each wanted",
        end=last / per_unit,
        text=tokens(last),
        colour="bar-spare",
        is_marked=True,
    )
    return [whole_bar, *taken, left_bar]


def _unit(most: float) -> str:
    """Name the unit of an axis that goes so far."""
    return " ".join(filter(None, (token_unit_of(most)[1], "tokens a second")))


# --- by batch, by power, over the years -----------------------------------------------------------


def by_batch(results: Results, shown: Sequence[Tree]) -> Chart:
    """Tokens of an accelerator by sequences of its replica, at full power."""
    batches = results.tables["service_batches"]
    found = {one["name"]: tables.decoding(batches, one["name"]) for one in shown}
    chips = {one["name"]: one["replica_accelerator_count"] for one in shown}
    most = max(max(own["tokens_per_s"].to_list()) / chips[name] for name, own in found.items())
    per_unit, _ = token_unit_of(most)
    lines = [
        Line(
            label=name,
            x=own["batch_count"].to_list(),
            y=(own["tokens_per_s"] / chips[name] / per_unit).to_list(),
            look=look,
        )
        for look, (name, own) in enumerate(found.items())
    ]
    points = [
        _at(line, float(one["batch_count"]), f"{whole(one['batch_count'])}")
        for line, one in zip(lines, shown, strict=True)
        if one["batch_count"] is not None
    ]
    figure = line_figure(
        x_label="sequences of a replica at once",
        y_label=f"{_unit(most)}, each accelerator",
        lines=lines,
        points=points,
        y_range=(0.0, HEADROOM * most / per_unit or 1.0),
    )
    return Chart(
        name="service-batches",
        title="Tokens by batch",
        description="; ".join(
            f"{one['name']} {significant(point.y, 3)} at a batch of {point.label}"
            for one, point in zip(
                (one for one in shown if one["batch_count"] is not None), points, strict=True
            )
        ),
        figure=_above(_by_factors(figure, *_ends(lines)), points),
        table=tables.by_batch(batches, shown),
    )


def _at(line: Line, x: float, label: str) -> Point:
    """The place on a line over some x."""
    y = float(np.interp(x, [float(one) for one in line.x], line.y))
    return Point(label=label, x=x, y=y)


def by_power(results: Results, shown: Sequence[Tree]) -> Chart:
    """Tokens of a satellite by the power of an accelerator, and where sunlight puts them."""
    powers = results.tables["service_powers"]
    found = {one["name"]: tables.of_model(powers, one["name"]) for one in shown}
    most = max(max(own["tokens_per_s"].to_list()) for own in found.values())
    per_unit, _ = token_unit_of(most)
    lines = [
        Line(
            label=name,
            x=own["accelerator_power_w"].to_list(),
            y=(own["tokens_per_s"] / per_unit).to_list(),
            look=look,
        )
        for look, (name, own) in enumerate(found.items())
    ]
    lit_w = float(results.summary["service"]["accelerator"]["power_in_light_w"])
    points = [_at(line, lit_w, "") for line in lines]
    highest = max(range(len(points)), key=lambda place: points[place].y)
    points[highest] = replace(points[highest], label="in sunlight")
    return Chart(
        name="service-powers",
        title="Tokens by the power of an accelerator",
        description=f"in sunlight, {significant(lit_w, 3)} W: "
        + "; ".join(
            f"{line.label} {significant(point.y, 3)} {_unit(most)}"
            for line, point in zip(lines, points, strict=True)
        ),
        figure=laid_out(
            line_figure(
                x_label="power of an accelerator, W",
                y_label=f"{_unit(most)}, a satellite",
                lines=lines,
                points=points,
                y_range=(0.0, HEADROOM * most / per_unit or 1.0),
            ),
            showlegend=True,  # a single one would not be named
        ),
        table=tables.by_power(powers, shown),
    )


def by_month(results: Results, shown: Sequence[Tree]) -> Chart:
    """The fleet's tokens at each month's end."""
    months = results.tables["service_months"]
    found = {
        one["name"]: tables.of_model(months, one["name"]).sort("month")["tokens_per_s"].to_list()
        for one in shown
    }
    most = max(value for values in found.values() for value in values)
    per_unit, _ = token_unit_of(most)
    lines = [
        Line(
            label=name,
            x=[(month + 1) / YEAR_MONTHS for month in range(len(values))],
            y=[value / per_unit for value in values],
            look=look,
        )
        for look, (name, values) in enumerate(found.items())
    ]
    return Chart(
        name="service-months",
        title="Tokens of the fleet, by month",
        description="At the end: "
        + "; ".join(f"{name} {tokens(values[-1])} a second" for name, values in found.items()),
        figure=laid_out(
            line_figure(
                x_label="years since the programme's start",
                y_label=f"{_unit(most)}, the fleet",
                lines=lines,
                y_range=(0.0, HEADROOM * most / per_unit or 1.0),
            ),
            showlegend=True,  # a single one would not be named
        ),
        table=tables.by_year(shown),
    )


# --- roofs ----------------------------------------------------------------------------------------


def roofline(results: Results, shown: Sequence[Tree]) -> Chart:
    """Operations of an accelerator by those for each byte, under the data sheet's two roofs."""
    batches, chip = results.tables["service_batches"], results.summary["service"]["accelerator"]
    peak, bandwidth = (
        float(chip[key]) for key in ("peak_flop_per_s", "memory_bandwidth_byte_per_s")
    )
    decoding = [
        _decoding(tables.decoding(batches, one["name"]), one["name"], look)
        for look, one in enumerate(shown, 1)
    ]
    points = [_taking_in(tables.prefill(batches, one["name"]), one["name"]) for one in shown]
    x = [*(float(x) for line in decoding for x in line.x), *(point.x for point in points)]
    x += [peak / bandwidth]
    y = [*(y for line in decoding for y in line.y), *(point.y for point in points), peak / TERA]
    figure = line_figure(
        x_label="operations for each byte of memory",
        y_label="TFLOP/s of an accelerator",
        lines=[_roof(peak, bandwidth, min(x), max(x)), *decoding],
        points=points,
        y_range=(min(y) / ROOF_MARGIN, max(y) * ROOF_MARGIN),
        y_is_logarithmic=True,
    )
    return Chart(
        name="service-roofline",
        title="How near passes come to the chip's roofs",
        description=f"Roofs: {significant(peak / TERA)} TFLOP/s and "
        f"{significant(bandwidth / 1e12)} TB/s, which meet at {significant(peak / bandwidth, 3)} "
        "operations for each byte; "
        + "; ".join(
            f"{line.label}, {significant(line.y[0], 3)} to {significant(line.y[-1], 3)} TFLOP/s"
            for line in decoding
        ),
        figure=_beside(_by_factors(figure, min(x) / ROOF_MARGIN, max(x) * NAME_ROOM), points),
        table=tables.roofline(batches, shown, peak),
    )


def _roof(peak: float, bandwidth: float, low: float, high: float) -> Line:
    """Up with the memory's bandwidth to the peak, then level."""
    x = [low / ROOF_MARGIN, peak / bandwidth, high * NAME_ROOM]
    y = [min(one * bandwidth, peak) / TERA for one in x]
    return Line(label="data sheet", x=x, y=y)


def _decoding(own: pl.DataFrame, name: str, look: int) -> Line:
    return Line(
        label=f"{name}, decoding",
        x=own["flop_per_byte"].to_list(),
        y=(own["flop_per_s"] / TERA).to_list(),
        look=look,
    )


def _taking_in(row: Mapping[str, Any], name: str) -> Point:
    return Point(label=name, x=row["flop_per_byte"], y=row["flop_per_s"] / TERA)


def _ends(lines: Sequence[Line]) -> tuple[float, float]:
    values = [float(x) for line in lines for x in line.x]
    return min(values), max(values)


def _by_factors(figure: Figure, low: float, high: float) -> Figure:
    """Make equal steps across equal factors, and name powers of ten alone."""
    written = {"dtick": 1, "tickformat": ",~g"}
    layout = figure["layout"]
    across = {"type": "log", "range": [math.log10(low), math.log10(high)], **written}
    upward = written if layout["yaxis"]["type"] == "log" else {}
    return laid_out(
        figure,
        xaxis={**layout["xaxis"], **across},
        yaxis={**layout["yaxis"], **upward},
        showlegend=True,  # a single one would not be named
    )


def _beside(figure: Figure, points: Sequence[Point]) -> Figure:
    """Name the marks to their right, off the lines that come up from the left."""
    last = max(points, key=lambda point: point.x)
    return _named(figure, ["middle right" if point is last else "bottom right" for point in points])


def _above(figure: Figure, points: Sequence[Point]) -> Figure:
    """Name the marks above them: below a low one the axis would cut its name off."""
    return _named(figure, ["top left"] * len(points))


def _named(figure: Figure, sides: Sequence[str]) -> Figure:
    if not sides:
        return figure
    *lines, marks = figure["data"]
    return {**figure, "data": [*lines, {**marks, "textposition": list(sides)}]}
