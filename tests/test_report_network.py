"""Does the report tell the network as the summary holds it: what is soon, late, out of reach?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects
import polars as pl
import pytest

from sunstack.report import comparison, terminal_network
from sunstack.report.blocks import (
    Block,
    Chart,
    Charts,
    Folded,
    KeyNumbers,
    Pair,
    Prose,
    Table,
)
from sunstack.report.sections import network_tables
from sunstack.report.sections.network import network
from sunstack.report.sections.network_tables import spread, within
from sunstack.results import Results

SPACE = "\N{NO-BREAK SPACE}"
PARTS = {
    "light up and down": 9.0,
    "light between satellites": 11.0,
    "handling at hops": 0.04,
    "radio frames": 4.0,
    "queueing": 0.0,
}
CITIES = [
    ("Tokyo", "JP", 35.7, 139.7, 37e6, 1.0, 24.0, 3.0),
    ("Delhi", "IN", 28.7, 77.1, 32e6, 1.0, 22.0, 30.0),
    ("São Paulo & Co", "BR", -23.5, -46.6, 22e6, 0.5, 41.0, 2.0),
    ("Lagos", "NG", 6.5, 3.4, 15e6, 1.0, 30.0, 45.0),
    ("Anchorage", "US", 61.2, -149.9, 0.3e6, 0.0, None, 20.0),
]
"""Name, country, latitude, longitude, people, share of instants reached, round trip, fibre."""
STOPS = [
    ("London–Tokyo", 0, "place", "London", 51.5, -0.1, 0.0, 0.0),
    ("London–Tokyo", 1, "satellite", "satellite 12", 60.0, 60.0, 550.0, 20.0),
    ("London–Tokyo", 2, "place", "Tokyo", 35.7, 139.7, 0.0, 38.6),
    ("São Paulo–Tokyo", 0, "place", "São Paulo", -23.5, -46.6, 0.0, 0.0),
    ("São Paulo–Tokyo", 1, "satellite", "satellite 900", 20.0, -120.0, 550.0, 35.0),
    ("São Paulo–Tokyo", 2, "place", "Tokyo", 35.7, 139.7, 0.0, 76.0),
]


def found() -> dict[str, Any]:
    parts = [
        {"name": name, "mean": mean, "p5": mean / 2.0, "p50": mean, "p95": 2.0 * mean}
        for name, mean in PARTS.items()
    ]
    return {
        "access": "starlink-gen1",
        "entry": "the satellites of starlink-gen1",
        "hop_us": 10.0,
        "elevation_deg": 25.0,
        "frame_ms": 1.33,
        "load_fraction": 0.5,
        "fibre_stretch_ratio": 1.5,
        "laser_range_km": 5000.0,
        "place_count": 5,
        "population": 106.3e6,
        "instants": ["2028-03-20T00:00:00+00:00", "2028-03-20T12:00:00+00:00"],
        "stacks": [
            {
                "name": "starlink-gen1",
                "is_access": True,
                "shell_count": 1,
                "planes_per_shell": 72,
                "satellites_per_plane": 22,
                "has_lasers_across": True,
                "left_out_count": 3,
            }
        ],
        "no_mesh": {"cluster": "its planes hold one satellite each: a formation"},
        "nearest": {
            "round_trip_ms": {"p5": 12.34, "p50": 24.4, "p95": 123.4, "mean": sum(PARTS.values())},
            "parts_ms": parts,
            "fibre_ms": {"p5": 1.0, "p50": 3.04, "p95": 45.0, "mean": 18.0},
            "sooner_than_fibre_fraction": 0.442,
            "hops": {"mean": 4.2, "most": 11},
            "reached_fraction": 0.984,
        },
        "unreached": [
            {"why": "it sees no satellite", "fraction": 0.016, "places": ["Anchorage"]},
        ],
        "groups": [
            group("dawn-dusk", 8.1, 20, 31.0, 0.02),
            group("dusk", 12.0, 30, 44.0, 0.01),
        ],
        "designs": designs(),
    }


def group(name: str, mean: float, most: int, late: float, each: float) -> dict[str, Any]:
    return {
        "name": name,
        "hop_mean_count": mean,
        "hop_most_count": most,
        "mesh_delay_mean_ms": late,
        "laser_gbit_per_s": 100.0,
        "exchange_gbit_per_s": each,
        "access_gbit_per_s": 17.0,
    }


def designs() -> dict[str, Any]:
    rows = [
        pattern(4, "(0,1) (1,0)", 12.0, 44.0, is_grid=True),
        pattern(4, "(1,2) (1,-2)", 9.0, 40.0),
        pattern(6, "(0,1) (1,2) (2,-1)", 6.1, 36.0),
    ]
    shell = {"group": "dusk", "planes": 30, "satellites_per_plane": 40}
    return {
        "shell": {**shell, "altitude_km": 600.0, "inclination_deg": 97.8},
        "rows": rows,
        "least_hop_mean": {4: 8.2, 6: 5.5},
    }


def pattern(
    lasers: int, motif: str, hops: float, late: float, *, is_grid: bool = False
) -> dict[str, Any]:
    return {
        "lasers": lasers,
        "motif": motif,
        "phasing": 3,
        "hop_mean_count": hops,
        "hop_most_count": 30,
        "delay_mean_ms": late,
        "delay_most_ms": 2.0 * late,
        "longest_km": 4100.0,
        "is_grid": is_grid,
    }


def tables() -> dict[str, pl.DataFrame]:
    places = [
        {
            "name": name,
            "country": country,
            "latitude_deg": latitude,
            "longitude_deg": longitude,
            "population": people,
            "reached_fraction": reached,
            "round_trip_ms": late,
            "round_trip_most_ms": late and 1.5 * late,
            "up_ms": late and 9.0,
            "space_ms": late and late - 9.0,
            "hops_mean": late and 4.2,
            "data_centre": "Querétaro",
            "fibre_km": 100.0 * fibre,
            "fibre_ms": fibre,
        }
        for name, country, latitude, longitude, people, reached, late, fibre in CITIES
    ]
    latitudes = [float(latitude) for latitude in range(-90, 91, 2)]
    coverage = {
        "latitude_deg": latitudes,
        "in_view_count": [max(0.0, 12.0 - abs(abs(one) - 50.0) / 4.0) for one in latitudes],
        "covered_fraction": [float(abs(one) <= 60.0) for one in latitudes],
    }
    keys = ("pair", "order", "kind", "name", "latitude_deg", "longitude_deg", "altitude_km")
    routes = pl.DataFrame(STOPS, schema=[*keys, "delay_ms"], orient="row")
    return {
        "places": pl.DataFrame(places),
        "coverage": pl.DataFrame(coverage),
        "routes": routes.with_columns(fibre_ms=pl.lit(70.2)),
    }


def made(summary: dict[str, Any] | None = None, **changed: pl.DataFrame) -> Results:
    return Results(
        manifest={},
        summary={"network": summary or found()},
        tables={**tables(), **changed},
    )


def blocks_of[Kind: Block](results: Results, kind: type[Kind]) -> list[Kind]:
    return [block for block in network(results).blocks if isinstance(block, kind)]


def told(results: Results) -> str:
    return " ".join(prose.text for prose in blocks_of(results, Prose))


def figures(results: Results) -> dict[str, Any]:
    return {
        chart.name: chart.figure for charts in blocks_of(results, Charts) for chart in charts.charts
    }


def rows(table: Table) -> list[dict[str, str]]:
    heads = [column.heading for column in table.columns]
    texts = [[cell if isinstance(cell, str) else cell.text for cell in row] for row in table.rows]
    return [dict(zip(heads, row, strict=True)) for row in texts]


# --- words ---------------------------------------------------------------------------------------


def test_the_answer_stands_first_with_no_more_digits_than_are_known() -> None:
    first, *_ = blocks_of(made(), Prose)
    for part in (
        f"110{SPACE}million people of 5 cities",
        f"98{SPACE}% reach",
        f"Half of these are answered within 24{SPACE}ms",
        f"nearest twentieth within 12{SPACE}ms",
        f"farthest twentieth within 123{SPACE}ms",
        "They see the satellites of starlink-gen1, which hand a request on",
    ):
        assert part in first.text


def test_parts_are_told_from_the_largest_on_and_those_of_no_time_apart() -> None:
    words = told(made())
    assert (
        f"is made of light between satellites 11{SPACE}ms, light up and down 9.0{SPACE}ms, radio "
        f"frames 4.0{SPACE}ms and handling at hops 0.04{SPACE}ms. No time goes into queueing."
    ) in words


def test_fibre_is_told_sooner_only_where_it_is() -> None:
    assert "the median is sooner on the ground" in told(made())
    late = found()
    late["nearest"]["fibre_ms"]["p50"] = 25.0
    assert "the median is sooner in orbit" in told(made(late))


def test_who_is_not_reached_is_named_with_the_reason() -> None:
    assert (
        f"A city is not reached where it sees no satellite: 2{SPACE}% of people and instants, in "
        "Anchorage."
    ) in told(made())


def test_where_nobody_is_reached_the_section_says_so_and_draws_no_delay() -> None:
    nothing = found()
    nothing["nearest"] = nothing["designs"] = None
    nothing["groups"] = nothing["stacks"] = []
    never = tables()["places"].with_columns(round_trip_ms=pl.lit(None, dtype=pl.Float64))
    results = made(nothing, places=never, routes=tables()["routes"].clear())
    first, *_ = blocks_of(results, Prose)
    assert first.tone == "bad"
    assert first.text.endswith("people of 5 cities nobody reaches a computer in orbit.")
    assert list(figures(results)) == ["network-in-view", "network-covered"]
    assert not blocks_of(results, KeyNumbers) + blocks_of(results, Folded)


def test_a_run_without_a_mesh_says_so() -> None:
    results = Results(manifest={}, summary={"network": None}, tables={})
    (only,) = network(results).blocks
    assert isinstance(only, Prose) and "No group of this run makes a mesh" in only.text
    assert list(terminal_network.lines(None)) == ["Network: no group makes a mesh of lasers."]


def test_those_who_see_computers_themselves_are_told_so() -> None:
    direct = found()
    direct["stacks"][0]["is_access"] = False
    assert "They see the satellites that compute themselves." in told(made(direct))


def test_meshes_are_told_from_the_least_to_the_most_whatever_their_order() -> None:
    words = told(made())
    assert f"8.1 to 12 hops and 31{SPACE}ms to 44{SPACE}ms" in words
    assert f"each could send 10{SPACE}Mbit/s to 20{SPACE}Mbit/s" in words
    (table,) = (one for one in blocks_of(made(), Table) if one.caption.startswith("Meshes"))
    assert [(row["group"], row["hops, mean"]) for row in rows(table)] == [
        ("dawn-dusk", "8.1"),
        ("dusk", "12"),
    ]


def test_the_terminal_gets_two_lines() -> None:
    first, second = terminal_network.lines(found())
    assert first == "Network: median round trip 24 ms, by fibre 3.0 ms; orbit sooner for 44 %."
    assert second == "Mesh: 12 hops in the mean in dusk, 30 at most."
    nothing = {**found(), "nearest": None, "groups": []}
    (only,) = terminal_network.lines(nothing)
    assert "none of 5 cities" in only


# --- figures -------------------------------------------------------------------------------------


def test_plotly_takes_every_figure_and_names_are_their_own() -> None:
    drawn = figures(made())
    assert len(drawn) == 8
    for figure in drawn.values():
        plotly.graph_objects.Figure(figure)


def test_the_map_holds_each_city_once_crosses_where_none_is_reached() -> None:
    _, reached, never = figures(made())["network-map"]["data"]
    assert [name for name, _ in reached["customdata"]] == [
        "Tokyo",
        "Delhi",
        "São Paulo &amp; Co",
        "Lagos",
    ]
    assert reached["marker"]["color"] == [24.0, 22.0, 41.0, 30.0]
    assert reached["marker"]["size"] == sorted(reached["marker"]["size"], reverse=True)
    assert [name for name, _ in never["customdata"]] == ["Anchorage"]
    assert f"(50{SPACE}% of the time)" in reached["hovertext"][2]


def test_people_add_up_to_all_of_them_but_who_is_never_reached() -> None:
    by_orbit, by_fibre = figures(made())["network-distribution"]["data"]
    # All but 0.3 of 106.3 million are reached; 22 million of them half of the time.
    assert max(by_orbit["y"]) == pytest.approx(100.0 * (1.0 - 11.3 / 106.3), rel=1e-5)
    assert max(by_fibre["y"]) == pytest.approx(100.0)
    for line in (by_orbit, by_fibre):
        assert line["y"] == sorted(line["y"])
        assert line["x"] == sorted(line["x"])


def test_delays_within_which_a_share_is_answered_by_hand() -> None:
    # Ranked: Delhi 22 ms (32 million), Tokyo 24 (37), Lagos 30 (15), São Paulo 41 (22) of 106.3,
    # the last half of the time.
    ranked = spread(tables()["places"], "round_trip_ms")
    assert within(ranked, 32.0 / 106.3 - 1e-9) == 22.0
    assert within(ranked, 0.5) == 24.0
    assert within(ranked, 0.75) == 30.0
    assert within(ranked, 0.85) == 41.0
    assert within(ranked, 0.95) is None
    assert within(ranked, 1.0) is None


def test_bars_of_parts_begin_where_the_one_before_ends_and_end_at_the_whole() -> None:
    (bars,) = figures(made())["network-parts"]["data"]
    ends = [base + length for base, length in zip(bars["base"], bars["x"], strict=True)]
    assert bars["base"][:5] == pytest.approx([0.0, *ends[:4]])
    assert ends[4] == pytest.approx(ends[5]) == pytest.approx(sum(PARTS.values()))
    assert bars["y"][5:] == ["in orbit, in all", "by fibre"]


def test_of_patterns_with_as_many_lasers_the_best_is_drawn_with_its_bound() -> None:
    best, bound, grid = figures(made())["network-hops"]["data"]
    assert (best["x"], best["y"]) == ([4, 6], [9.0, 6.1])
    assert (bound["x"], bound["y"]) == ([4, 6], [8.2, 5.5])
    assert (grid["x"], grid["y"], grid["text"]) == ([4.0], [12.0], ["+Grid"])


def test_the_grid_found_again_as_the_best_of_four_is_listed_once() -> None:
    twice = found()
    grid = twice["designs"]["rows"][0]
    twice["designs"]["rows"].insert(1, {**grid, "is_grid": False})
    for listed in (found(), twice):
        table = network_tables.designs(listed["designs"]["rows"])
        assert [row["lasers"] for row in rows(table)] == ["4", "4", "6"]


def test_the_bound_is_read_as_a_results_folder_gives_it_back() -> None:
    kept = found()
    kept["designs"]["least_hop_mean"] = {"4": 8.2, "6": 5.5}
    assert figures(made(kept))["network-hops"] == figures(made())["network-hops"]


# --- two runs ------------------------------------------------------------------------------------


def test_a_run_compared_with_itself_differs_in_nothing() -> None:
    (same,) = comparison.compared([network(made())], [network(made())])
    assert "No difference." in [block.text for block in same.blocks if isinstance(block, Prose)]


def test_what_only_one_run_can_draw_stands_alone_and_the_rest_side_by_side() -> None:
    nothing = found()
    nothing["nearest"] = nothing["designs"] = None
    lower = tables()["coverage"].with_columns(pl.col("in_view_count") / 2.0)
    other = made(nothing, coverage=lower, routes=tables()["routes"].clear())
    (apart,) = comparison.compared([network(made())], [network(other)])
    (lonely,) = (block for block in apart.blocks if isinstance(block, Charts))
    assert lonely.heading == "Only in A"
    assert [chart.name for chart in lonely.charts] == [
        "network-map-a",
        "network-distribution-a",
        "network-parts-a",
        "network-routes-a",
    ]
    paired = [
        [chart.name for side in (pair.first, pair.second) for chart in charts_in(side)]
        for pair in apart.blocks
        if isinstance(pair, Pair)
    ]
    assert ["network-in-view-a", "network-in-view-b"] in paired
    assert ["network-hops", "network-delay"] in paired


def charts_in(side: Sequence[Block]) -> list[Chart]:
    return [chart for block in side if isinstance(block, Charts) for chart in block.charts]
