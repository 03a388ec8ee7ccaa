"""Which tables tell who asks, who is late, and which tasks may leave a machine?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from sunstack.results import Results

from ..blocks import Table, number, text
from ..numerals import percent, quantity, share, significant, tokens, whole

NONE = "–"
LARGEST = 20
"""Cells in the map's table; all are in the Parquet table."""
HOURS = 24
SPANS = ((3.6e6, "h"), (6e4, "min"), (1e3, "s"), (0.0, "ms"))
"""From so many milliseconds on."""

Tree = Mapping[str, Any]


def named(name: str) -> str:
    """Write the catalogue's name of a class in words."""
    return name.replace("-", " ")


def classes(found: Tree) -> Table:
    """Terminals, what they ask, of orbit and in all, and how many are answered too late."""
    return Table(
        caption="Who asks, by class; tokens of answers a second, means of the day",
        columns=[
            text("class"),
            number("terminals, million"),
            number("asked"),
            number("may come from orbit"),
            number("asked of orbit"),
            number("busiest hour, over the mean"),
            number("first token within, s"),
            number("whole within, s"),
            number("too late"),
        ],
        rows=[_class(one) for one in found["classes"]],
    )


def _class(one: Tree) -> list[str]:
    misses = one["misses"]
    return [
        one["title"],
        significant(one["terminal_count"] / 1e6, 3),
        tokens(one["all"]["answer_tokens_per_s"]),
        share(one["orbit_fraction"]),
        tokens(one["orbit"]["answer_tokens_per_s"]),
        significant(one["orbit"]["peak_to_mean_ratio"], 3),
        significant(one["first_token_deadline_ms"] / 1e3, 3),
        significant(one["answer_deadline_s"], 3),
        NONE if misses is None else percent(misses["missed_fraction"], 2),
    ]


def regions(found: Tree) -> Table:
    """What each region asks of orbit, and when most."""
    return Table(
        caption="Asked of orbit by region; tokens of answers a second",
        columns=[
            text("region"),
            number("mean of the day"),
            number("busiest hour, over the mean"),
            number("busiest hour, UTC"),
        ],
        rows=[
            [
                one["name"],
                tokens(one["answer_tokens_per_s"]),
                significant(one["peak_to_mean_ratio"], 3),
                hour(one["peak_hour"]),
            ]
            for one in found["regions"]
        ],
    )


def hour(number_of: int) -> str:
    """Name an hour of the day by its beginning and end."""
    return f"{number_of}–{number_of + 1}"


def by_class(results: Results) -> dict[str, list[float]]:
    """Tokens of each class asked of orbit in the world, hour by hour."""
    hours = results.tables["demand_hours"]
    summed = hours.group_by("terminal", "hour").agg(pl.col("answer_tokens_per_s").sum())
    names = [one["name"] for one in results.summary["asked"]["classes"]]
    return {
        name: summed.filter(pl.col("terminal") == name)
        .sort("hour")["answer_tokens_per_s"]
        .to_list()
        for name in names
    }


def by_hour(series: Mapping[str, list[float]]) -> Table:
    """Tokens of each class, hour by hour."""
    return Table(
        caption="Tokens of answers a second asked of orbit, by hour UTC",
        columns=[text("hour"), *(number(named(name)) for name in series), number("all")],
        rows=[
            [
                hour(place),
                *(tokens(values[place]) for values in series.values()),
                tokens(sum(values[place] for values in series.values())),
            ]
            for place in range(HOURS)
        ],
    )


def cells(largest: pl.DataFrame) -> Table:
    """The cells that ask most."""
    return Table(
        caption="Cells that ask most of orbit; tokens of answers a second (all are in "
        "demand.parquet)",
        columns=[
            text("middle"),
            text("region"),
            number("mean of the day"),
            number("busiest hour"),
            number("that is, UTC"),
        ],
        rows=[
            [
                place(row),
                row["region"],
                tokens(row["answer_tokens_per_s"]),
                tokens(row["peak_answer_tokens_per_s"]),
                hour(row["peak_hour"]),
            ]
            for row in largest.head(LARGEST).iter_rows(named=True)
        ],
    )


def place(row: Tree) -> str:
    """Write where a cell's middle is."""
    north, east = float(row["latitude_deg"]), float(row["longitude_deg"])
    return (
        f"{quantity(abs(north), '°', 3)}{'N' if north >= 0.0 else 'S'}, "
        f"{quantity(abs(east), '°', 3)}{'E' if east >= 0.0 else 'W'}"
    ).replace("\N{NO-BREAK SPACE}°", "°")


def late(found: Tree) -> Table:
    """Which deadline is missed how often."""
    return Table(
        caption="Answers that come too late, of those asked of orbit",
        columns=[
            text("class"),
            number("first token"),
            number("whole answer"),
            number("either"),
            number("with those not reached"),
            number("first token, ms to spare in the mean"),
        ],
        rows=[
            [
                named(one["name"]),
                *(
                    percent(one["misses"][f"{key}_fraction"], 2)
                    for key in ("first_token", "answer", "either", "missed")
                ),
                significant(one["misses"]["first_token_margin_ms"], 3),
            ]
            for one in found["classes"]
        ],
    )


def successes(own: pl.DataFrame) -> Table:
    """Shares of trials that succeed, by delay and way of sharing the work."""
    ways = own["way"].unique(maintain_order=True).to_list()
    found = {(row["way"], row["delay_ms"]): row for row in own.iter_rows(named=True)}
    delays = own["delay_ms"].unique().sort().to_list()
    return Table(
        caption="Trials that succeed, with the range that holds the true share 95 times in 100",
        columns=[text("delay, ms"), *(number(way) for way in ways)],
        rows=[[whole(late), *(_success(found[way, late]) for way in ways)] for late in delays],
    )


def _success(row: Tree) -> str:
    low, high = (100.0 * row[f"{end}_fraction"] for end in ("low", "high"))
    return f"{percent(row['success_fraction'])} ({low:.0f} to {high:.0f})"


def tasks(one: Tree) -> Table:
    """Tasks of a machine, their limits, and where they may be decided."""
    places = list(one["places"])
    return Table(
        caption=f"Tasks of a {one['machine']}: time from measurement to action, and the part of "
        "each that may be decided at a place",
        columns=[
            text("task"),
            number("limit"),
            number("of the most demanding"),
            number("of the least"),
            number("sensing and computing"),
            number("loops in time"),
            *(number(name) for name in places),
        ],
        rows=[
            [
                task["title"],
                *(span(task[f"{key}_ms"]) for key in ("limit", "low", "high", "processing")),
                percent(task["delivered_fraction"], 2),
                *(share(task["places"][name]["tolerated_fraction"]) for name in places),
            ]
            for task in one["tasks"]
        ],
    )


def span(millisecond: float) -> str:
    """Write a time from milliseconds to hours."""
    size, unit = next(one for one in SPANS if millisecond >= one[0])
    return quantity(millisecond / (size or 1.0), unit, 3)
