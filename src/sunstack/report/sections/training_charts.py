"""Which charts tell of training: what takes operations, by number and method, runs over years?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import polars as pl

from sunstack.results import Results

from ..blocks import Chart
from ..figures import Bar, Figure, Line, bar_figure, laid_out, line_figure
from ..numerals import significant, whole
from . import training_tables as tables
from .service_tables import share_of
from .training_tables import METHODS, PETA, TAKEN

LETTER_ROOM = 0.09
"""Room for a letter beyond the longest bar, as a share of it: on a phone the names leave little."""
HEADROOM = 1.1
YEAR_MONTHS = 12
MOST_TICKS = 6
"""As many numbers find room below a drawing on a phone."""

Tree = Mapping[str, Any]


def waterfall(found: Tree, one: Tree) -> Chart:
    """From the data sheet to work that lasts."""
    bars = _bars([(stage["stage"], stage["flop_per_s"] / PETA) for stage in one["stages"]])
    figure = bar_figure(x_label="PFLOP/s, a satellite", bars=bars)
    room = bars[0].end * (1.0 + LETTER_ROOM * max(len(bar.text) for bar in bars)) or 1.0
    return Chart(
        name="training-stages",
        title=f"Operations of a satellite of {one['name']} that trains {found['model']}",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=laid_out(figure, xaxis={**figure["layout"]["xaxis"], "range": [0.0, room]}),
        table=tables.stages(one),
    )


def _bars(stages: list[tuple[str, float]]) -> list[Bar]:
    (_, first), (_, last) = stages[0], stages[-1]
    sheet = Bar(
        label="data sheet",
        end=first,
        text=significant(first, 3),
        colour="neutral",
        is_marked=True,
    )
    taken = [
        Bar(
            label=TAKEN[stage][0],
            start=min(left, before),
            end=before,
            text=share_of(before - left, first),
            colour="bar-short",
        )
        for (_, before), (stage, left) in pairwise(stages)
    ]
    lasts = Bar(
        label="work that lasts",
        end=last,
        text=significant(last, 3),
        colour="bar-spare",
        is_marked=True,
    )
    return [sheet, *taken, lasts]


def by_satellites(results: Results, found: Tree, one: Tree) -> list[Chart]:
    """Work that lasts, and days, by number of satellites and method."""
    table = results.tables["training_satellites"]
    series = {method: tables.of_method(table, method) for method in METHODS}
    shown = {method: own for method, own in series.items() if own.height > 1}
    if not shown:
        return []
    return [_lasting(table, shown, found, one), _days(table, shown, found, one)]


def _lasting(
    table: pl.DataFrame, shown: Mapping[str, pl.DataFrame], found: Tree, one: Tree
) -> Chart:
    lines = [
        Line(
            label=METHODS[method],
            x=own["satellites"].to_list(),
            y=(100.0 * own["lasting_fraction"]).to_list(),
            look=look,
        )
        for look, (method, own) in enumerate(shown.items())
    ]
    most = max(y for line in lines for y in line.y)
    return Chart(
        name="training-satellites",
        title=f"Work that lasts, by number of satellites: {one['name']}",
        description=f"{found['model']}: " + "; ".join(_ends_told(line, " %") for line in lines),
        figure=_by_factors(
            line_figure(
                x_label="satellites of a job",
                y_label="% of the data sheet",
                lines=lines,
                y_range=(0.0, HEADROOM * most or 1.0),
            ),
            lines,
        ),
        table=tables.by_satellites(table),
    )


def _days(table: pl.DataFrame, shown: Mapping[str, pl.DataFrame], found: Tree, one: Tree) -> Chart:
    ended = {
        method: own.filter(pl.col("duration_days").is_not_null()) for method, own in shown.items()
    }
    lines = [
        Line(
            label=METHODS[method],
            x=own["satellites"].to_list(),
            y=own["duration_days"].to_list(),
            look=look,
        )
        for look, (method, own) in enumerate(ended.items())
        if own.height
    ]
    days = [y for line in lines for y in line.y] or [1.0]
    return Chart(
        name="training-days",
        title=f"Days of a run, by number of satellites: {one['name']}",
        description=f"{found['model']}: " + "; ".join(_ends_told(line, " days") for line in lines),
        figure=_by_factors(
            line_figure(
                x_label="satellites of a job",
                y_label="days",
                lines=lines,
                y_range=(min(days) / 1.5, max(days) * 1.5),
                y_is_logarithmic=True,
            ),
            lines,
        ),
        table=tables.by_satellites(table),
    )


def _ends_told(line: Line, unit: str) -> str:
    first, last = (f"{significant(line.y[place], 3)}{unit}" for place in (0, -1))
    few, many = (whole(float(line.x[place])) for place in (0, -1))
    return f"{line.label}, {first} on {few} and {last} on {many}"


def _by_factors(figure: Figure, lines: list[Line]) -> Figure:
    """Make equal steps across equal factors: numbers of satellites across, powers of ten upward."""
    x = sorted({float(value) for line in lines for value in line.x}) or [1.0, 10.0]
    shown = x[:: max(1, -(-len(x) // MOST_TICKS))]
    layout = figure["layout"]
    written = {"dtick": 1, "tickformat": ",~g"} if layout["yaxis"]["type"] == "log" else {}
    across = {
        "type": "log",
        "range": [math.log10(x[0]), math.log10(x[-1])],
        "tickvals": shown,
        "ticktext": [whole(value) for value in shown],
    }
    return laid_out(
        figure,
        xaxis={**layout["xaxis"], **across},
        yaxis={**layout["yaxis"], **written},
        showlegend=True,  # a single one would not be named
    )


def by_year(results: Results, found: Tree) -> Chart:
    """Runs a year at each month's end, all groups together."""
    months = (
        results.tables["training_months"]
        .group_by("month")
        .agg(pl.col("runs_per_year").sum())
        .sort("month")
    )
    values = months["runs_per_year"].to_list()
    line = Line(
        label=found["model"],
        x=[(month + 1) / YEAR_MONTHS for month in range(len(values))],
        y=values,
    )
    return Chart(
        name="training-years",
        title="Training runs a year, if the fleet trained nothing else",
        description=f"at the end {significant(values[-1], 3)} runs a year of {found['model']}; "
        f"{significant(found['runs_until_horizon'], 3)} in all until then",
        figure=laid_out(
            line_figure(
                x_label="years since the programme's start",
                y_label="runs a year",
                lines=[line],
                y_range=(0.0, HEADROOM * max(values) or 1.0),
            ),
            showlegend=True,  # a single one would not be named
        ),
        table=tables.by_year(found["runs_by_year"]),
    )
