"""Which charts tell of a company's cash, a share's parts, what moves both, what was missed?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import polars as pl

from sunstack.results import Results

from ..blocks import Chart
from ..figures import (
    Bar,
    Figure,
    Level,
    Line,
    bar_figure,
    laid_out,
    line_figure,
    signed_bar_figure,
)
from ..money import dollars, per_share
from ..numerals import signed_percent, significant
from . import company_tables as tables

BILLION = 1e9
QUARTER_YEARS = 0.25
LETTER_ROOM = 0.045
"""Room for a letter beyond a bar's end, as a share of the axis."""
MOST_OFF_PERCENT = 150.0
MEASURES: Mapping[str, tuple[str, str, str]] = {
    "runway": ("runway_quarter_count", "quarters until cash is gone", "Runway"),
    "share": ("value_per_share_usd", "$ a share", "Value of a share"),
}
"""What a lever moves: where it stands, its axis, its title."""
TITLES = {
    "cadence_ratio": "against launch cadence",
    "price_ratio": "against the price of computing",
    "offering_usd": "against an offering",
}

Tree = Mapping[str, Any]


def cash(results: Results) -> Chart:
    """Cash by quarter: with the programme, with what is raised for it, and without."""
    found, rows = results.summary["company"], results.tables["company_quarters"]
    own, other = (rows.filter(pl.col("programme") == side) for side in ("with", "without"))
    series = {
        "with the programme": own["cash_alone_usd"],
        "the same, raising what is missing": own["cash_usd"],
        "without the programme": other["cash_alone_usd"],
    }
    values = {name: (column / BILLION).to_list() for name, column in series.items()}
    years = [found["start_year"] + QUARTER_YEARS * (place + 1) for place in range(len(own))]
    lines = [
        Line(label=name, x=years, y=column, look=look)
        for look, (name, column) in enumerate(values.items())
    ]
    figure = line_figure(
        x_label="year",
        y_label="cash, billion $",
        lines=lines,
        levels=[Level(label="gone", y=0.0)],
    )
    across = {**figure["layout"]["xaxis"], "tickformat": "d"}
    return Chart(
        name="company-cash",
        title="Cash",
        description="; ".join(
            f"{name}: from {dollars(BILLION * column[0])} to {dollars(BILLION * column[-1])}, "
            f"least {dollars(BILLION * min(column))}"
            for name, column in values.items()
        ),
        figure=laid_out(figure, xaxis=across),
        table=tables.cash({"quarter": own["quarter"].to_list(), **values}),
    )


def share(found: Tree) -> Chart:
    """What a share is made of, one part after the other."""
    bars = _parts(found["with"])
    ends = [point for bar in bars for point in (bar.start, bar.end)]
    letters = max(len(bar.text) for bar in bars)
    span = max(ends) - min(0.0, *ends) or 1.0
    figure = bar_figure(x_label="$ a share", bars=bars)
    reach = [min(0.0, *ends), max(ends) + LETTER_ROOM * letters * span]
    return Chart(
        name="company-share",
        title=f"What a share is made of, end of {found['told_quarter']}",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=laid_out(figure, xaxis={**figure["layout"]["xaxis"], "range": reach}),
        table=tables.share(found),
    )


def _parts(side: Tree) -> list[Bar]:
    bars, reached = [], 0.0
    for one in side["parts"]:
        value = float(one["per_share_usd"])
        bars.append(
            Bar(
                label=tables.named(one["part"]),
                start=min(reached, reached + value),
                end=max(reached, reached + value),
                text=per_share(value),
                colour="bar-short" if value < 0.0 else "bar-spare",
            )
        )
        reached += value
    whole = Bar(
        label="a share", end=reached, text=per_share(reached), colour="neutral", is_marked=True
    )
    return [*bars, whole]


def lever(found: Tree, one: Tree, measure: Literal["runway", "share"]) -> Chart:
    """What one lever does to the runway or to the value of a share."""
    column, label, title = MEASURES[measure]
    per_unit = tables.UNITS[one["name"]]
    x = [setting / per_unit for setting in one["setting"]]
    whole = found["with"]["runway"]["horizon_quarter_count"]
    alone = found["without"]
    level = (
        Level(label="horizon", y=float(whole))
        if measure == "runway"
        else Level(label="without the programme", y=alone["told"]["value_per_share_usd"])
    )
    figure = line_figure(
        x_label=tables.NAMES[one["name"]],
        y_label=label,
        lines=[Line(label=title.lower(), x=x, y=one[column])],
        levels=[level],
        y_range=_reach([*one[column], level.y]),
    )
    return Chart(
        name=f"company-{measure}-{one['name'].partition('_')[0]}",
        title=f"{title} {TITLES[one['name']]}",
        description="; ".join(
            f"at {significant(at, 3)}: {significant(value, 3)}"
            for at, value in zip(x, one[column], strict=True)
        ),
        figure=_from_zero(laid_out(figure, showlegend=False)),
        table=tables.lever(one),
    )


def _reach(values: list[float]) -> tuple[float, float]:
    return min(0.0, *values), 1.12 * max(0.0, *values) or 1.0


def _from_zero(figure: Figure) -> Figure:
    across = figure["layout"]["xaxis"]
    return laid_out(figure, xaxis={**across, "range": [0.0, across["range"][1]]})


def missed(found: Tree) -> Chart:
    """By how much the model of February 2026 was off."""
    told = [row for row in found["backtest"] if row["error_ratio"] is not None]
    bars = [
        Bar(
            label=f"{row['name']}, {row['period'].removeprefix('2026 ')}",
            end=100.0 * row["error_ratio"],
            text=signed_percent(row["error_ratio"]),
            colour="bar-short" if row["error_ratio"] < 0.0 else "bar-spare",
        )
        for row in told
    ]
    return Chart(
        name="company-backtest",
        title="Model of February 2026 over what was published",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=signed_bar_figure(x_label="off by, %", bars=bars, reach=MOST_OFF_PERCENT),
        table=tables.missed(found),
    )
