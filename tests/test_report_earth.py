"""Are places and tracks drawn where they are on the Earth, in no more digits than are known?"""

from __future__ import annotations

import polars as pl
import pytest
from test_report_network import blocks_of, figures, made, rows, tables

from sunstack.report import comparison
from sunstack.report.blocks import Folded, Table
from sunstack.report.figures import along, spots_figure
from sunstack.report.numerals import delay, rate, share

SPACE = "\N{NO-BREAK SPACE}"
STEP_DEG = 3.0
"""Of a great circle, drawn straight."""


def test_a_track_across_the_date_line_leaves_the_map_and_comes_back_at_its_height() -> None:
    across, upward = along([(170.0, 0.0), (-170.0, 0.0)])
    gap = across.index(None)
    assert (across[gap - 1], across[gap + 1]) == (180.0, -180.0)
    assert upward[gap - 1] == upward[gap + 1] == pytest.approx(0.0, abs=1e-12)
    assert all(-180.0 <= x <= 180.0 for x in across if x is not None)


def test_a_track_is_a_great_circle() -> None:
    # From 90° west to 90° east at 60° north the shortest way is over the pole.
    _, upward = along([(-89.999, 60.0), (90.0, 60.0)])
    assert max(y for y in upward if y is not None) == pytest.approx(90.0, abs=STEP_DEG)
    # Along a meridian the longitude stays.
    across, _ = along([(20.0, -10.0), (20.0, 40.0)])
    assert [x for x in across if x is not None] == pytest.approx([20.0] * len(across))


def test_land_that_runs_past_the_date_line_is_drawn_at_both_edges() -> None:
    ring = [(170.0, 60.0), (200.0, 60.0), (200.0, 70.0), (170.0, 60.0)]
    figure = spots_figure(coast=[ring], spots=[], z_label="", z_range=(0.0, 1.0), missing_label="")
    land = [x for x in figure["data"][0]["x"] if x is not None]
    assert sorted(set(land)) == [-190.0, -160.0, 170.0, 200.0]


def test_delays_that_hardly_differ_do_not_look_as_if_they_did() -> None:
    alike = tables()["places"].with_columns(
        round_trip_ms=11.0 + pl.col("round_trip_ms") / pl.col("round_trip_ms").max()
    )
    scale = figures(made(places=alike))["network-map"]["layout"]["coloraxis"]
    # 22/41 to 41/41 above 11 ms: round the middle, a quarter of it to either side.
    middle = 11.0 + (22.0 / 41.0 + 1.0) / 2.0
    assert scale["cmin"] == pytest.approx(0.75 * middle, rel=1e-5)
    assert scale["cmax"] == pytest.approx(1.25 * middle, rel=1e-5)


def test_two_runs_are_drawn_on_one_scale_of_colours() -> None:
    slow = tables()["places"].with_columns(pl.col("round_trip_ms") * 2.0)
    one, other = (figures(run)["network-map"] for run in (made(), made(places=slow)))
    for figure in comparison.on_the_same_axes(one, other):
        scale = figure["layout"]["coloraxis"]
        assert (scale["cmin"], scale["cmax"]) == (22.0, 82.0)


def test_a_route_goes_from_end_to_end_with_its_race_in_the_legend() -> None:
    _, line, stops, *_ = figures(made())["network-routes"]["data"]
    assert line["name"] == f"London–Tokyo: 39{SPACE}ms, fibre 70{SPACE}ms"
    assert [name for name, _ in stops["customdata"]] == ["London", "satellite 12", "Tokyo"]
    assert stops["marker"]["symbol"] == ["circle", "diamond", "circle"]
    (folded,) = blocks_of(made(), Folded)
    assert [one.caption for one in folded.blocks if isinstance(one, Table)] == [
        "London–Tokyo",
        "São Paulo–Tokyo",
    ]


def test_a_route_without_a_way_is_told_and_not_drawn() -> None:
    routes = tables()["routes"]
    is_lost = (pl.col("pair") == "London–Tokyo") & (pl.col("name") == "Tokyo")
    one_lost = routes.with_columns(
        delay_ms=pl.when(is_lost).then(None).otherwise(pl.col("delay_ms"))
    )
    lines = figures(made(routes=one_lost))["network-routes"]["data"][1::2]
    assert [line["name"].partition(":")[0] for line in lines] == ["São Paulo–Tokyo"]
    all_lost = routes.filter(pl.col("kind") == "place").with_columns(
        delay_ms=pl.when(pl.col("name") == "Tokyo").then(None).otherwise(0.0)
    )
    results = made(routes=all_lost)
    assert "network-routes" not in figures(results)
    (table,) = (one for one in blocks_of(results, Table) if one.caption.startswith("Routes"))
    assert {row["by orbit"] for row in rows(table)} == {"no way"}


@pytest.mark.parametrize(
    ("millisecond", "written"),
    [(0.0, "0"), (0.0437, "0.04"), (0.62, "0.62"), (3.04, "3.0"), (99.4, "99"), (123.4, "123")],
)
def test_a_delay_has_the_digits_a_model_is_good_for(millisecond: float, written: str) -> None:
    assert delay(millisecond) == f"{written}{SPACE}ms"


@pytest.mark.parametrize(
    ("fraction", "written"),
    [(0.0, "0"), (0.004, "under 1"), (0.442, "44"), (0.9999, "over 99"), (1.0, "100")],
)
def test_all_and_none_are_said_only_where_it_is_so(fraction: float, written: str) -> None:
    assert share(fraction) == f"{written}{SPACE}%"


def test_a_rate_has_the_unit_of_its_size() -> None:
    assert [rate(one) for one in (0.0123, 100.0, 4170.0)] == [
        f"12.3{SPACE}Mbit/s",
        f"100{SPACE}Gbit/s",
        f"4.17{SPACE}Tbit/s",
    ]
