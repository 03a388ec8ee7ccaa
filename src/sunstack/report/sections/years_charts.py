"""Which charts tell of the fleet's years, month by month and year by year?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sunstack.results import Results
from sunstack.units import DAY_S, YEAR_S

from ..blocks import Chart, Table, number, text
from ..figures import Level, Line, column_figure, laid_out, line_figure, stacked_figure
from ..numerals import MEAN_DIGITS, count, significant, unit_of
from ..selection import MOST_NAMED

YEAR_MONTHS = 12
MONTH_DAYS = YEAR_S / YEAR_MONTHS / DAY_S
SINCE = "years since the programme's start"
OTHERS = "other groups"
FEW_SATELLITES = 1000.0
"""Fleets up to this size are drawn on even steps, larger ones on equal factors."""
FAR = 20.0
"""Levels so many times higher than all that is drawn would press it flat."""
NEAR = 0.08
"""Levels nearer than this share of the axis would be written over each other."""

POWERS = {
    "payload_power_w": "lit and cooled",
    "delivered_power_w": "delivered",
}
"""Before and after failures, doses, holes and upsets."""

Tree = Mapping[str, Any]
Series = Mapping[str, Sequence[float]]
"""Values by month or by year, for each name."""


# --- month by month -------------------------------------------------------------------------------


def in_place_by_group(results: Results) -> Chart:
    """Satellites in place, the groups upon each other."""
    series = _by_name(results.tables["months"], "group", "in_place_count")
    named = _named(series)
    layers = {name: series[name] for name in named}
    rest = [values for name, values in series.items() if name not in named and any(values)]
    if rest:
        layers[OTHERS] = [sum(values) for values in zip(*rest, strict=True)]
    empty = sum(not any(values) for values in series.values())
    return Chart(
        name="years-in-place",
        title="Satellites in place, by group",
        description=_at_the_end(layers)
        + (f"; {empty} of {len(series)} groups get none" if empty else ""),
        figure=laid_out(
            stacked_figure(x_label=SINCE, y_label="satellites in place", layers=_lines(layers)),
            showlegend=True,  # a single one would not be named
        ),
        table=_by_year_end("Satellites in place at each year's end", series),
    )


def _named(series: Series) -> list[str]:
    """The groups that come to most satellites, in the order of filling; none that gets none."""
    ranked = sorted(series, key=lambda name: max(series[name], default=0.0), reverse=True)
    most = [name for name in ranked if any(series[name])][:MOST_NAMED] or ranked[:1]
    return [name for name in series if name in most]


def in_place_by_rocket(results: Results, ramps: Sequence[Tree]) -> Chart:
    """Satellites in place on each ramp."""
    found = _by_name(results.tables["ramps"], "rocket", "in_place_count")
    series = {ramp["rocket"]: found[ramp["rocket"]] for ramp in ramps}
    most = max(value for values in series.values() for value in values)
    is_large = most > FEW_SATELLITES
    figure = line_figure(
        x_label=SINCE,
        y_label="satellites in place",
        lines=_lines(series),
        y_range=(1.0, 2.0 * most) if is_large else (0.0, 1.1 * most or 1.0),
        y_is_logarithmic=is_large,
    )
    return Chart(
        name="years-rockets",
        title="Satellites in place, by rocket",
        description=_at_the_end(series),
        figure=laid_out(
            figure, yaxis={**figure["layout"]["yaxis"], "tickformat": "~s" if is_large else ""}
        ),
        table=_by_year_end("Satellites in place at each year's end, by rocket", series),
    )


def delivered(results: Results) -> Chart:
    """Payload power by month, and what failures and radiation leave of it."""
    table = results.tables["months"]
    found = {
        label: [
            sum(values) for values in zip(*_by_name(table, "group", name).values(), strict=True)
        ]
        for name, label in POWERS.items()
    }
    most = max(value for values in found.values() for value in values)
    per_unit, unit = unit_of(most)
    series = {label: [value / per_unit for value in values] for label, values in found.items()}
    return Chart(
        name="years-delivered",
        title="Payload power of the fleet, by month",
        description=f"{_at_the_end(series)}, in {unit}",
        figure=line_figure(
            x_label=SINCE,
            y_label=f"payload power, {unit}",
            lines=_lines(series),
            y_range=(0.0, 1.1 * most / per_unit or 1.0),
        ),
        table=_by_year_end(f"Payload power of the fleet at each year's end, {unit}", series),
    )


def flights_a_day(results: Results) -> Chart:
    """Flights of the run's own rocket, against what it can and may fly."""
    own = results.summary["programme"]["ramps"][0]
    flown = _by_name(results.tables["ramps"], "rocket", "flight_count")[own["rocket"]]
    series = {own["rocket"]: [value / MONTH_DAYS for value in flown]}
    peak = max(series[own["rocket"]])
    levels = [level for level in _levels(own) if not 0.0 < FAR * peak < level.y]
    highest = max(peak, *(level.y for level in levels)) if levels else peak
    told = ", ".join(level.label for level in _levels(own))
    return Chart(
        name="years-flights",
        title="Flights a day, by month",
        description=f"{own['rocket']}: {significant(peak, MEAN_DIGITS)} a day in the month with "
        f"most; {told}",
        figure=laid_out(
            line_figure(
                x_label=SINCE,
                y_label="flights a day",
                lines=_lines(series),
                levels=levels,
                y_range=(0.0, 1.15 * highest or 1.0),
            ),
            showlegend=True,  # a single one would not be named
        ),
        table=_by_year_end("Flights a day in each year's last month", series),
    )


def _levels(own: Tree) -> list[Level]:
    """At most and permitted; both in one where they lie together."""
    most, permitted = (own[f"flights_a_day_{name}"] for name in ("at_most", "permitted"))
    written = [significant(value, MEAN_DIGITS) for value in (most, permitted)]
    if abs(most - permitted) < NEAR * max(most, permitted):
        return [Level(label=f"at most {written[0]}, permitted {written[1]}", y=most)]
    return [
        Level(label=f"at most {written[0]}", y=most),
        Level(label=f"permitted {written[1]}", y=permitted),
    ]


def _by_name(table: pl.DataFrame, key: str, column: str) -> Series:
    """A column by month for each group or rocket, in the order in which the table names them."""
    parts = table.sort("month", maintain_order=True).partition_by(key, as_dict=True)
    return {str(name): part[column].to_list() for (name,), part in parts.items()}


def _lines(series: Series) -> list[Line]:
    return [
        Line(label=name, x=_elapsed(values), y=values, look=look)
        for look, (name, values) in enumerate(series.items())
    ]


def _elapsed(values: Sequence[float]) -> list[float]:
    return [(month + 1) / YEAR_MONTHS for month in range(len(values))]


def _at_the_end(series: Series) -> str:
    return "At the end: " + "; ".join(
        f"{name} {count(values[-1])}" for name, values in series.items()
    )


def _by_year_end(caption: str, series: Series) -> Table:
    months = _year_ends(len(next(iter(series.values()))))
    return _table(
        caption,
        _ends_named(months),
        {name: [values[month - 1] for month in months] for name, values in series.items()},
    )


def _year_ends(months: int) -> list[int]:
    """The last month of each year, and of the last year what there is."""
    ends = list(range(YEAR_MONTHS, months + 1, YEAR_MONTHS))
    return ends if months % YEAR_MONTHS == 0 else [*ends, months]


def _ends_named(months: Sequence[int]) -> list[str]:
    return [f"{month / YEAR_MONTHS:.3g}" for month in months]


def _table(caption: str, periods: Sequence[str], series: Series, heading: str = SINCE) -> Table:
    return Table(
        caption=caption,
        columns=[text(heading), *(number(name) for name in series)],
        rows=[
            [period, *(count(values[place]) for values in series.values())]
            for place, period in enumerate(periods)
        ],
    )


# --- year by year ---------------------------------------------------------------------------------


def working_by_age(results: Results) -> Chart:
    """Working satellites at each year's end, those of an age upon those that are younger."""
    cohorts = results.tables["cohorts"]
    months = _year_ends(len(cohorts["month"].unique()))
    by_age = (
        cohorts.filter(pl.col("month").is_in(months))
        .with_columns(age=_year_of(pl.col("month")) - pl.col("year_of_launch"))
        .filter((pl.col("age") >= 0) & (pl.col("working_count") > 0.0))
        .with_columns(pl.col("age").clip(upper_bound=MOST_NAMED - 1))
        .group_by("month", "age")
        .agg(pl.col("working_count").sum())
    )
    found = {(month, age): working for month, age, working in by_age.iter_rows()}
    oldest = max((age for _, age in found), default=0)
    series = {
        _age(age): [found.get((month, age), 0.0) for month in months] for age in range(oldest + 1)
    }
    return _columns(
        "years-ages",
        "Working satellites by age, at each year's end",
        "working satellites",
        _ends_named(months),
        series,
        description=_at_the_end(series),
    )


def _year_of(month: pl.Expr) -> pl.Expr:
    return (month - 1) // YEAR_MONTHS + 1


def _age(years: int) -> str:
    return f"{years}–{years + 1} years" if years < MOST_NAMED - 1 else f"{years} years and older"


LOSSES = {
    "lost_count": "with their flight",
    "dead_on_arrival_count": "dead on arrival",
    "failed_count": "failed in orbit",
    "withdrawn_count": "withdrawn",
}
FALLS = {
    "disposed_count": "disposed of",
    "decayed_count": "derelicts, by drag",
    "dead_on_arrival_count": "dead on arrival",
}


def lost_by_year(results: Results) -> Chart:
    """Satellites that leave the working fleet, by what becomes of them."""
    years, series = _yearly(results, LOSSES, per_unit=1.0)
    return _columns(
        "years-losses",
        "Satellites lost and withdrawn, by year",
        "satellites a year",
        years,
        series,
        description=_in_the_last_year(series, ""),
        x_label="year of the programme",
    )


def reentered_by_year(results: Results) -> Chart:
    """What comes down, in tonnes, by how it came to that."""
    tonnes = results.summary["satellites"]["stated_mass_kg"] / 1e3
    years, series = _yearly(results, FALLS, per_unit=tonnes)
    return _columns(
        "years-reentry",
        "Mass that re-enters, by year",
        "re-entering, t a year",
        years,
        series,
        description=_in_the_last_year(series, " t"),
        x_label="year of the programme",
    )


def _in_the_last_year(series: Series, unit: str) -> str:
    return "In the last year: " + "; ".join(
        f"{name} {count(values[-1])}{unit}" for name, values in series.items()
    )


def _yearly(
    results: Results, names: Mapping[str, str], *, per_unit: float
) -> tuple[list[str], Series]:
    """Sums over the groups and over each year of the programme."""
    table = (
        results.tables["months"]
        .group_by(year=_year_of(pl.col("month")))
        .agg(pl.col(*names).sum())
        .sort("year")
    )
    series = {label: (table[name] * per_unit).to_list() for name, label in names.items()}
    return [str(year) for year in table["year"]], series


def _columns(
    name: str,
    title: str,
    y_label: str,
    periods: Sequence[str],
    series: Series,
    *,
    description: str,
    x_label: str = SINCE,
) -> Chart:
    columns = [
        Line(label=label, x=periods, y=values, look=look)
        for look, (label, values) in enumerate(series.items())
    ]
    return Chart(
        name=name,
        title=title,
        description=description,
        figure=column_figure(x_label=x_label, y_label=y_label, columns=columns),
        table=_table(title, periods, series, x_label),
    )
