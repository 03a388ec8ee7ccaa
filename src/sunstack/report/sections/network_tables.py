"""Which tables tell of the network: stacks, meshes, delays of cities, stops of routes?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

import polars as pl

from ..blocks import Block, Cell, Folded, Table, number, text
from ..numerals import SPACE, delay, fixed, percent, rate, significant, whole

CITIES = 40
"""So many of the largest stand in the page."""
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
NONE = "–"

Tree = Mapping[str, Any]
Row = Mapping[str, Any]


def stacks(found: Tree) -> Iterator[Block]:
    """List what the lasers of each mesh are strung through."""
    if found["stacks"]:
        columns = (
            text("what it is for"),
            number("shells"),
            number("planes in each"),
            number("satellites in each plane"),
            text("lasers across planes"),
            number("satellites left out"),
        )
        yield Table(
            caption="Stacks: shells of planes that the network is reckoned with",
            columns=[text("stack"), *columns],
            rows=[_stack(stack) for stack in found["stacks"]],
        )


def _stack(stack: Tree) -> list[str]:
    return [
        stack["name"],
        "access" if stack["is_access"] else "computing",
        whole(stack["shell_count"]),
        whole(stack["planes_per_shell"]),
        whole(stack["satellites_per_plane"]),
        "yes" if stack["has_lasers_across"] else "no",
        whole(stack["left_out_count"]),
    ]


def groups(listed: Sequence[Tree]) -> Table:
    """What the mesh of each group takes and carries."""
    columns = (
        number("hops, mean"),
        number("hops, most"),
        number("one way, mean"),
        number("its lasers"),
        number("each to all others at once"),
        number("traffic with the ground, each"),
    )
    return Table(
        caption="Meshes by group, between any two of its satellites",
        columns=[text("group"), *columns],
        rows=[
            [
                group["name"],
                significant(group["hop_mean_count"], 3),
                whole(group["hop_most_count"]),
                delay(group["mesh_delay_mean_ms"]),
                rate(group["laser_gbit_per_s"]),
                rate(group["exchange_gbit_per_s"]),
                rate(group["access_gbit_per_s"]),
            ]
            for group in listed
        ],
    )


def parts(listed: Sequence[Tree]) -> Table:
    """Parts of the round trip, each with its own spread."""
    return Table(
        caption="Parts of the round trip, ms; percentiles are each part's own and do not add up",
        columns=[text("part"), number("mean"), *(number(f"{share} %") for share in (5, 50, 95))],
        rows=[
            [part["name"], *(_bare(part[key]) for key in ("mean", "p5", "p50", "p95"))]
            for part in listed
        ],
    )


def cities(places: pl.DataFrame) -> Table:
    """The largest cities with what they meet."""
    columns = (
        number("people, million"),
        number("instants reached"),
        number("by orbit, ms"),
        number("at most, ms"),
        number("hops"),
        text("data centre on the ground"),
        number("fibre, ms"),
    )
    largest = places.sort("population", descending=True).head(CITIES)
    many = f"The {len(largest)} largest of {whole(len(places))} cities"
    return Table(
        caption=f"{many}, there and back, means over instants (all are in places.parquet)",
        columns=[text("city"), *columns],
        rows=[_city(row) for row in largest.iter_rows(named=True)],
    )


def _city(row: Row) -> list[str | Cell]:
    sooner = row["round_trip_ms"] is not None and row["round_trip_ms"] < row["fibre_ms"]
    return [
        f"{row['name']}, {row['country']}",
        significant(row["population"] / 1e6, 3),
        percent(row["reached_fraction"], 0),
        Cell(text=_bare(row["round_trip_ms"]), strong=sooner),
        _bare(row["round_trip_most_ms"]),
        NONE if row["hops_mean"] is None else significant(row["hops_mean"], 2),
        row["data_centre"],
        Cell(text=_bare(row["fibre_ms"]), strong=not sooner),
    ]


def by_share(places: pl.DataFrame) -> Table:
    """How soon so many people are answered, in orbit and on the ground."""
    in_orbit, by_fibre = (spread(places, key) for key in ("round_trip_ms", "fibre_ms"))
    return Table(
        caption="There and back within, ms",
        columns=[text("people"), number("by orbit"), number("by fibre")],
        rows=[
            [percent(share, 0), _bare(within(in_orbit, share)), _bare(within(by_fibre, share))]
            for share in SHARES
        ],
    )


Spread = Sequence[tuple[float, float]]
"""Delays in ms from the least on, with the share of all people who meet no more."""


def spread(places: pl.DataFrame, key: str) -> Spread:
    """Rank people by delay; who is never reached counts among all and is in no rank."""
    everyone = float(places["population"].sum())
    ranked = places.filter(pl.col(key).is_not_null()).sort(key)
    met = ranked["population"]
    if key.startswith("round_trip"):
        met = met * ranked["reached_fraction"]  # seldom reached, seldom counted
    shares = (value / everyone for value in accumulate(met.to_list()))
    return list(zip(ranked[key].to_list(), shares, strict=True))


def within(ranked: Spread, share: float) -> float | None:
    """Delay that so many people meet at most; nothing where fewer are reached."""
    return next((late for late, reached in ranked if reached >= share), None)


def by_latitude(coverage: pl.DataFrame, key: str, written: Callable[[float], str]) -> Table:
    """A row for each tenth degree of latitude."""
    rows = coverage.filter(pl.col("latitude_deg") % 10.0 == 0.0)
    return Table(
        caption="By latitude, every ten degrees",
        columns=[text("latitude"), number(key)],
        rows=[
            [f"{fixed(latitude, 0)}°", written(value)]
            for latitude, value in rows.select("latitude_deg", key).iter_rows()
        ],
    )


def designs(rows: Sequence[Tree]) -> Table:
    """Patterns of lasers by what they take."""
    columns = (
        number("lasers"),
        number("phasing"),
        number("hops, mean"),
        number("hops, most"),
        number("one way, mean"),
        number("one way, most"),
        number("longest link, km"),
    )
    return Table(
        caption="Patterns of lasers, each link so many planes and places on",
        columns=[text("pattern"), *columns],
        rows=[
            [
                row["motif"] + (" (+Grid)" if row["is_grid"] else ""),
                whole(row["lasers"]),
                whole(row["phasing"]),
                significant(row["hop_mean_count"], 3),
                whole(row["hop_most_count"]),
                delay(row["delay_mean_ms"]),
                delay(row["delay_most_ms"]),
                whole(row["longest_km"]),
            ]
            for row in rows
            if row["is_grid"] or {**row, "is_grid": True} not in rows
        ],
    )


def pairs(routes: pl.DataFrame) -> Table:
    """Each route's delay against fibre's."""
    columns = [text("route"), number("satellites"), number("by orbit"), number("by fibre")]
    rows = []
    for name, stops_of in by_pair(routes):
        last = stops_of.row(-1, named=True)
        satellites = stops_of["kind"].to_list().count("satellite")
        late = "no way" if last["delay_ms"] is None else delay(last["delay_ms"])
        rows.append([name, whole(satellites), late, delay(last["fibre_ms"])])
    return Table(caption="Routes, one way", columns=columns, rows=rows)


def stops(routes: pl.DataFrame) -> Folded:
    """Every stop of every route that has a way, folded away."""
    columns = (
        number("latitude"),
        number("longitude"),
        number("altitude, km"),
        number("since the start, ms"),
    )
    return Folded(
        summary="Stops of the routes",
        blocks=[
            Table(
                caption=name,
                columns=[text("stop"), *columns],
                rows=[
                    [
                        row["name"],
                        f"{fixed(row['latitude_deg'], 1)}°",
                        f"{fixed(row['longitude_deg'], 1)}°",
                        fixed(row["altitude_km"], 0),
                        fixed(row["delay_ms"], 1),
                    ]
                    for row in stops_of.iter_rows(named=True)
                ],
            )
            for name, stops_of in with_way(routes)
        ],
    )


def by_pair(routes: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """The stops of each route in their order."""
    names = routes["pair"].unique(maintain_order=True).to_list()
    return [(name, routes.filter(pl.col("pair") == name).sort("order")) for name in names]


def with_way(routes: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """The routes that light can take, each with its stops."""
    return [pair for pair in by_pair(routes) if pair[1]["delay_ms"][-1] is not None]


def _bare(millisecond: float | None) -> str:
    """A delay whose unit stands in the heading."""
    return NONE if millisecond is None else delay(millisecond).removesuffix(f"{SPACE}ms")
