"""How does shadow depend on altitude and season, and where do the fleet's shells lie in it?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from sunstack.results import Results

from ..blocks import Chart, Charts, Prose, Section, Table, number, text
from ..figures import Mark, heatmap_figure
from ..numerals import fixed, percent, span

ALTITUDES_PER_ROW = 4
DAYS_PER_COLUMN = 6
MOST_MAPS = 4
NEAR_RATIO = 0.06
"""Shells nearer than this share of the axis are named together."""

Group = Mapping[str, Any]


def eclipses(results: Results) -> Section:
    """Draw a map for each kind of orbits the fleet has."""
    kinds = results.summary["eclipse_maps"][:MOST_MAPS]
    more = len(results.summary["eclipse_maps"]) - len(kinds)
    most = max(100.0 * kind["most_eclipse_fraction"] for kind in kinds)
    charts = [_chart(results, number, kind, most) for number, kind in enumerate(kinds)]
    return Section(
        name="eclipses",
        title="Shadow by season and altitude",
        blocks=[
            Prose(
                text="Share of the time in the Earth's shadow for orbits like the fleet's at other "
                "altitudes, in closed form: the mean over all planes of such orbits on every fifth "
                "day of the first year. Dashed lines are the lowest and "
                "the highest shell of each group."
                + (f" {more} more kinds of orbits are in the table eclipses." if more else "")
            ),
            Charts(charts=charts, is_wide=True),
        ],
    )


def _chart(results: Results, number: int, kind: Mapping[str, Any], most: float) -> Chart:
    table = results.tables["eclipses"].filter(pl.col("kind") == kind["kind"])
    own = [group for group in results.summary["groups"] if group["name"] in kind["groups"]]
    first = date.fromisoformat(results.summary["epoch"])
    days = table["day"].unique().sort().to_list()
    altitudes = table["altitude_km"].unique().sort().to_list()
    share = (100.0 * table["eclipse_fraction"].to_numpy()).reshape(len(altitudes), len(days))
    shown = [(first + timedelta(days=int(day))).isoformat() for day in days]
    ends = [percent(kind[f"{end}_eclipse_fraction"]) for end in ("least", "most")]
    title = f"Time in shadow, orbits {kind['kind']}"
    return Chart(
        name=f"eclipses-{number}",
        title=title,
        description=f"From {ends[0]} to {ends[1]} of the time in shadow over the year and "
        f"{span(altitudes[0], altitudes[-1], 0)} km; shells: "
        + "; ".join(mark.label for mark in _marks(own, 0.0)),
        figure=heatmap_figure(
            x_label=f"first year, from {first.isoformat()}",
            y_label="Altitude, km",
            z_label="% of the time in shadow",
            x=shown,
            y=altitudes,
            z=share.tolist(),
            z_range=(0.0, most or 1.0),
            marks=list(_marks(own, NEAR_RATIO * (altitudes[-1] - altitudes[0]))),
        ),
        table=_table(title, shown, altitudes, share.tolist()),
    )


def _marks(groups: Sequence[Group], near_km: float) -> Iterator[Mark]:
    """Name each group's shells; groups whose shells lie close together share a name."""
    ranked = sorted(groups, key=lambda group: float(group["altitude_low_km"]))
    together: list[Group] = []
    for group in ranked:
        highest = max((float(one["altitude_high_km"]) for one in together), default=math.inf)
        if float(group["altitude_low_km"]) - highest > near_km:
            yield _mark(together)
            together = []
        together.append(group)
    if together:
        yield _mark(together)


def _mark(groups: Sequence[Group]) -> Mark:
    low = min(float(group["altitude_low_km"]) for group in groups)
    high = max(float(group["altitude_high_km"]) for group in groups)
    names = [str(group["name"]) for group in groups]
    named = ", ".join(names) if len(names) <= 3 else f"{names[0]} to {names[-1]}"
    return Mark(label=f"{named}: {span(low, high, 0)} km", low=low, high=high)


def _table(
    title: str, days: Sequence[str], altitudes: Sequence[float], share: Sequence[Sequence[float]]
) -> Table:
    rows = range(0, len(altitudes), ALTITUDES_PER_ROW)
    columns = range(0, len(days), DAYS_PER_COLUMN)
    return Table(
        caption=f"{title}, %",
        columns=[text("altitude, km"), *(number(days[column]) for column in columns)],
        rows=[
            [fixed(altitudes[row], 0), *(fixed(share[row][column], 1) for column in columns)]
            for row in rows
        ],
    )
