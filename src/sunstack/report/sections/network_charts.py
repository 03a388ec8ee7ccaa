"""Which charts tell of the network: who is answered how soon, why, and over which lasers?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from sunstack.results import Results

from .. import land
from ..blocks import Chart
from ..figures import (
    Bar,
    Figure,
    Level,
    Line,
    Place,
    Point,
    Spot,
    Stop,
    Track,
    bar_figure,
    laid_out,
    line_figure,
    spots_figure,
    tracks_figure,
)
from ..numerals import delay, percent, share, significant
from ..selection import MOST_NAMED
from . import network_tables as tables

LEAST_DOT_PX, LEAST_CROSS_PX, MOST_DOT_PX = 5.0, 7.0, 15.0
LEAST_REACH_RATIO = 0.25
"""Of the colours to either side of the middle delay."""
COAST_PER_DEGREE = 2.0
"""Coasts are drawn to half a degree: a pixel of a chart is more."""
LEAST_COAST_POINTS = 4
HEADROOM = 1.08
IN_ORBIT, BY_FIBRE = "by orbit", "by fibre, on the ground"

Tree = Mapping[str, Any]


def from_ground(results: Results) -> list[Chart]:
    """Where on Earth, for how many people, why so late, over which satellites, and seen by whom."""
    nearest = results.summary["network"]["nearest"]
    return [
        *(_round_trips(results, nearest) if nearest else ()),
        *([_routes(results)] if tables.with_way(results.tables["routes"]) else ()),
        *_coverage(results),
    ]


def _round_trips(results: Results, nearest: Tree) -> list[Chart]:
    places = results.tables["places"]
    return [_map(places), _distribution(places), _parts(nearest)]


def _map(places: pl.DataFrame) -> Chart:
    reached = places.filter(pl.col("round_trip_ms").is_not_null()).sort("round_trip_ms")
    never = len(places) - len(reached)
    first, last = reached.row(0, named=True), reached.row(-1, named=True)
    return Chart(
        name="network-map",
        title="There and back from each city, discs by people",
        description=f"soonest {first['name']} {delay(first['round_trip_ms'])}, latest "
        f"{last['name']} {delay(last['round_trip_ms'])}; {never} cities are never reached",
        figure=spots_figure(
            coast=coast(),
            spots=list(_spots(places)),
            z_label="ms, mean over instants",
            z_range=_scale(first["round_trip_ms"], last["round_trip_ms"]),
            missing_label="never reached",
        ),
        table=tables.cities(places),
    )


def _scale(low: float, high: float) -> tuple[float, float]:
    """Ends of the colours; delays that hardly differ are not to look as if they did."""
    middle = (low + high) / 2.0
    reach = max((high - low) / 2.0, LEAST_REACH_RATIO * middle)
    return middle - reach, middle + reach


def coast() -> Iterator[list[Place]]:
    """Coastlines without what is too small to be seen."""
    for ring in land.coastlines():
        rounded = [
            (
                round(x * COAST_PER_DEGREE) / COAST_PER_DEGREE,
                round(y * COAST_PER_DEGREE) / COAST_PER_DEGREE,
            )
            for x, y in ring.tolist()
        ]
        kept = [
            point
            for point, before in zip(rounded, [None, *rounded], strict=False)
            if point != before
        ]
        if len(kept) >= LEAST_COAST_POINTS:
            yield [*kept, kept[0]]


def _spots(places: pl.DataFrame) -> Iterator[Spot]:
    """The largest first, so that small ones lie on top."""
    ranked = places.sort("population", descending=True)
    most = float(ranked["population"][0])
    for row in ranked.iter_rows(named=True):
        yield Spot(
            label=row["name"],
            told=_told(row),
            place=(row["longitude_deg"], row["latitude_deg"]),
            size_px=max(
                LEAST_DOT_PX if row["round_trip_ms"] is not None else LEAST_CROSS_PX,
                MOST_DOT_PX * (row["population"] / most) ** 0.5,
            ),
            value=row["round_trip_ms"],
        )


def _told(row: Mapping[str, Any]) -> str:
    fibre = f"fibre to {row['data_centre']} {delay(row['fibre_ms'])}"
    if row["round_trip_ms"] is None:
        return f"{row['name']}: never reached, {fibre}"
    at_times = (
        "" if row["reached_fraction"] == 1.0 else f" ({share(row['reached_fraction'])} of the time)"
    )
    return f"{row['name']}: {delay(row['round_trip_ms'])}{at_times}, {fibre}"


def _distribution(places: pl.DataFrame) -> Chart:
    ranked = {
        IN_ORBIT: tables.spread(places, "round_trip_ms"),
        BY_FIBRE: tables.spread(places, "fibre_ms"),
    }
    most = max(late for spread in ranked.values() for late, _ in spread)
    lines = [
        _steps(label, spread, HEADROOM * most, look)
        for look, (label, spread) in enumerate(ranked.items())
    ]
    halves = {label: tables.within(spread, 0.5) for label, spread in ranked.items()}
    return Chart(
        name="network-distribution",
        title="People answered within a time",
        description="half of the people: "
        + "; ".join(
            f"{label} {'never' if half is None else delay(half)}" for label, half in halves.items()
        ),
        figure=line_figure(
            x_label="there and back, mean over instants, ms",
            y_label="people, %",
            lines=lines,
            levels=[Level(label="half", y=50.0)],
            y_range=(0.0, 102.0),
        ),
        table=tables.by_share(places),
    )


def _steps(label: str, ranked: tables.Spread, end: float, look: int) -> Line:
    """A stair that goes up at each city and runs on level to the end."""
    x, y = [0.0], [0.0]
    for late, reached in ranked:
        x += [late, late]
        y += [y[-1], 100.0 * reached]
    return Line(label=label, x=[*x, end], y=[*y, y[-1]], look=look)


def _parts(nearest: Tree) -> Chart:
    """Parts of the mean one after the other, and fibre's mean below."""
    bars: list[Bar] = []
    start = 0.0
    for part in nearest["parts_ms"]:
        end = start + part["mean"]
        bars.append(Bar(label=part["name"], start=start, end=end, text=_spread(part)))
        start = end
    trip, fibre = nearest["round_trip_ms"], nearest["fibre_ms"]
    bars.append(Bar(label="in orbit, in all", end=trip["mean"], text=_spread(trip), is_marked=True))
    bars.append(Bar(label="by fibre", end=fibre["mean"], text=_spread(fibre), colour="series-1"))
    return Chart(
        name="network-parts",
        title="What the round trip is made of, mean over people",
        description="; ".join(
            f"{part['name']} {delay(part['mean'])}" for part in nearest["parts_ms"]
        ),
        figure=bar_figure(x_label="ms (5 to 95 % of people)", bars=bars),
        table=tables.parts(
            [*nearest["parts_ms"], {"name": "in all", **trip}, {"name": "by fibre", **fibre}]
        ),
    )


def _spread(found: Tree) -> str:
    mean, low, high = (delay(found[key]).split()[0] for key in ("mean", "p5", "p95"))
    return f"{mean} ({low} to {high})"


def _coverage(results: Results) -> list[Chart]:
    """Satellites in view and time covered, from pole to pole."""
    table = results.tables["coverage"].sort("latitude_deg")
    in_view = table["in_view_count"].to_list()
    covered = [100.0 * value for value in table["covered_fraction"].to_list()]
    shown = (
        (
            "in-view",
            "Satellites in view, working or not",
            "satellites, mean",
            in_view,
            1.1 * max(in_view) or 1.0,
        ),
        ("covered", "Time with one in view, working or not", "time, %", covered, 102.0),
    )
    keys = {"in-view": "in_view_count", "covered": "covered_fraction"}
    return [
        Chart(
            name=f"network-{name}",
            title=f"{title}, by latitude",
            description=f"{y_label}: {significant(min(values))} to {significant(max(values))}",
            figure=_by_latitude(table["latitude_deg"].to_list(), values, y_label, most),
            table=tables.by_latitude(
                table,
                keys[name],
                (lambda value: significant(value, 3)) if name == "in-view" else percent,
            ),
        )
        for name, title, y_label, values, most in shown
    ]


def _by_latitude(
    latitude: Sequence[float], values: Sequence[float], y_label: str, most: float
) -> Figure:
    figure = line_figure(
        x_label="latitude, °, north positive",
        y_label=y_label,
        lines=[Line(label=y_label, x=latitude, y=values)],
        y_range=(0.0, most),
    )
    return laid_out(figure, xaxis={**figure["layout"]["xaxis"], "dtick": 30})


def designs(found: Tree) -> list[Chart]:
    """Hops and delay of the best pattern of so many lasers, beside +Grid."""
    rows = found["rows"]
    bound = {int(lasers): float(hops) for lasers, hops in found["least_hop_mean"].items()}
    least = Line(
        label="fewer than this no pattern can do with",
        x=sorted(bound),
        y=[bound[lasers] for lasers in sorted(bound)],
        look=1,
    )
    hops = [_best(rows, "hop_mean_count", "best pattern found"), least]
    late = [
        _best(rows, "delay_mean_ms", "best pattern found, mean"),
        _best(rows, "delay_most_ms", "best pattern found, at worst", look=2),
    ]
    return [
        _by_lasers("hops", "Hops between satellites", "hops, mean", rows, hops, "hop_mean_count"),
        _by_lasers("delay", "Delay between satellites", "ms, one way", rows, late, "delay_mean_ms"),
    ]


def _best(rows: Sequence[Tree], key: str, label: str, look: int = 0) -> Line:
    least: dict[int, float] = {}
    for row in rows:
        least[row["lasers"]] = min(least.get(row["lasers"], row[key]), row[key])
    counts = sorted(least)
    return Line(label=label, x=counts, y=[least[lasers] for lasers in counts], look=look)


def _by_lasers(
    name: str, title: str, y_label: str, rows: Sequence[Tree], lines: Sequence[Line], key: str
) -> Chart:
    grids = [row for row in rows if row["is_grid"]]
    points = [Point(label="+Grid", x=row["lasers"], y=row[key]) for row in grids]
    most = max([*(y for line in lines for y in line.y), *(point.y for point in points)])
    figure = line_figure(
        x_label="lasers of a satellite",
        y_label=y_label,
        lines=lines,
        points=points,
        y_range=(0.0, 1.15 * most),
    )
    counts = sorted({row["lasers"] for row in rows})
    ends = {"range": [counts[0] - 0.5, counts[-1] + 0.5], "tickvals": counts}
    return Chart(
        name=f"network-{name}",
        title=f"{title}, by lasers",
        description="; ".join(
            f"{lasers:g} lasers {significant(y, 3)}"
            for lasers, y in zip(lines[0].x, lines[0].y, strict=True)
        ),
        figure=laid_out(figure, xaxis={**figure["layout"]["xaxis"], **ends}),
        table=tables.designs(rows),
    )


def _routes(results: Results) -> Chart:
    """Ways of light over the Earth, with what fibre would take."""
    table = results.tables["routes"]
    shown = tables.with_way(table)[:MOST_NAMED]
    return Chart(
        name="network-routes",
        title="Routes between cities over satellites, one way",
        description="; ".join(_race(name, stops) for name, stops in shown),
        figure=tracks_figure(
            coast=coast(),
            tracks=[
                Track(label=_race(name, stops), stops=list(_stops(stops)), look=look)
                for look, (name, stops) in enumerate(shown)
            ],
        ),
        table=tables.pairs(table),
    )


def _race(name: str, stops: pl.DataFrame) -> str:
    last = stops.row(-1, named=True)
    return f"{name}: {delay(last['delay_ms'])}, fibre {delay(last['fibre_ms'])}"


def _stops(stops: pl.DataFrame) -> Iterator[Stop]:
    for row in stops.iter_rows(named=True):
        yield Stop(
            label=row["name"],
            told=f"{row['name']}: {delay(row['delay_ms'])} since the start",
            place=(row["longitude_deg"], row["latitude_deg"]),
            is_end=row["kind"] == "place",
        )
