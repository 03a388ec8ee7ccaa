"""Does the report tell of a day of demand, or why there is none, and draw night where it is?"""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from sunstack.answers.day import day_of
from sunstack.errors import ScenarioError
from sunstack.report import terminal_day
from sunstack.report.blocks import Charts, Prose, Table
from sunstack.report.figures import Pins, sunlight_figure
from sunstack.report.sections.day import day
from sunstack.report.sections.day_charts import clock
from sunstack.results import Results
from sunstack.summary.day import CELL_COLUMNS, HOUR_COLUMNS

CLASSES = ("phone", "car")
POLICIES = {"overhead": 0.5, "nearest": 0.9, "sunlight": 0.8, "load": 0.9}


def told(**changed: Any) -> dict[str, Any]:
    return {
        "lacks": None,
        "date": "2028-03-20",
        "model": "grok-2",
        "is_filled": False,
        "has_mesh": True,
        "satellite_count": 100.0,
        "sunlit_count": 70.0,
        "asked_tokens_per_s": 1000.0,
        "capacity_tokens_per_s": 4000.0,
        "unseen_fraction": 0.0,
        "loads": [0.1, 1.0],
        "groups": [
            {
                "name": "one",
                "capacity_tokens_per_s": 4000.0,
                "planned_ratio": 1.001,
                "used_fraction": {name: 0.25 * met for name, met in POLICIES.items()},
            }
        ],
        "policies": [_policy(name, met) for name, met in POLICIES.items()],
        **changed,
    }


def _policy(name: str, met: float) -> dict[str, Any]:
    return {
        "name": name,
        "met_fraction": met,
        "worst_met_fraction": met / 2.0,
        "worst_hour": 3.75,
        "met_at_load_fraction": [met, met / 2.0],
        "sunlit_fraction": 1.0,
        "used_fraction": 0.25 * met,
        "idle_count": 75.0,
        "payload_power_w": 5e6,
        "working_power_w": 2e6,
        "battery_power_w": 0.0,
        "token_j": 5e6 / (1000.0 * met),
        "classes": [
            {
                "name": kind,
                "served_tokens_per_s": 500.0 * met,
                "met_fraction": met,
                "late_fraction": 0.1,
                "missed_fraction": 1.0 - 0.9 * met,
                "network_mean_ms": 20.0,
                "network_p95_ms": 40.0,
            }
            for kind in CLASSES
        ],
    }


def results(found: dict[str, Any]) -> Results:
    hours = [
        {
            "policy": name,
            "terminal": kind,
            "hour": hour,
            "asked_tokens_per_s": 500.0,
            "served_tokens_per_s": 500.0 * met,
        }
        for name, met in POLICIES.items()
        for kind in CLASSES
        for hour in (6.0, 18.0)
    ]
    cells = [
        {
            "hour": hour,
            "latitude_deg": 10.0,
            "longitude_deg": east,
            "satellite_count": count,
            "sunlit_fraction": lit,
            "asked_tokens_per_s": asked,
            "overhead_met_fraction": met,
        }
        for hour in (6.0, 18.0)
        for east, count, lit, asked, met in (
            (0.0, 3.0, 1.0, 700.0, 1.0),
            (90.0, 1.0, 0.0, 300.0, 0.2),
            (180.0, 0.0, None, 0.0, None),
        )
    ]
    return Results(
        manifest={},
        summary={"day": found},
        tables={
            "day_hours": pl.DataFrame(hours, schema=HOUR_COLUMNS),
            "day_cells": pl.DataFrame(cells, schema=CELL_COLUMNS),
        },
    )


def prose(found: Any) -> str:
    return " ".join(block.text for block in found.blocks if isinstance(block, Prose))


def test_the_section_tells_shares_hours_and_mesh() -> None:
    found = day(results(told()))
    said = prose(found)
    for part in (
        "25 % of what it could give",
        "answer 50 %",
        "25 % in the worst hour",
        "03:45 UTC",
    ):
        assert part in said.replace("\N{NO-BREAK SPACE}", " "), part
    assert "network.access" not in said
    tables = [block for block in found.blocks if isinstance(block, Table)]
    assert [row[0] for row in tables[0].rows] == list(POLICIES)
    assert str(tables[2].rows[0][-1]).startswith("0.1")


def test_who_sees_no_satellite_is_told_with_a_remedy() -> None:
    said = prose(day(results(told(unseen_fraction=0.3, has_mesh=False))))
    assert "network.access" in said
    assert "No laser leads further" in said


def test_without_a_day_the_reason_stands_alone() -> None:
    found = day(results({"lacks": "nobody asks"}))
    assert prose(found) == "No day of demand was followed: nobody asks."
    old = day(Results(manifest={}, summary={}, tables={}))
    assert "before" in prose(old)


def test_charts_hold_what_is_said_and_no_number_is_none() -> None:
    found = day(results(told()))
    charts = [one for block in found.blocks if isinstance(block, Charts) for one in block.charts]
    names = [one.name for one in charts]
    assert names == ["day-map-6", "day-map-18", "day-hours", "day-loads", "day-missed"]
    for one in charts:
        json.dumps(one.figure, allow_nan=False)
        assert one.table.rows
    assert "75 % of satellites in sunlight" in charts[0].description.replace("\xa0", " ")
    assert "2 cells that ask most, 1 are" in charts[0].description


def test_what_is_served_next_to_nothing_is_drawn_by_factors() -> None:
    given = results(told())
    hours = given.tables["day_hours"].with_columns(pl.col("served_tokens_per_s") / 1e4)
    faint = Results(manifest={}, summary=given.summary, tables={**given.tables, "day_hours": hours})
    charts = [
        one for block in day(faint).blocks if isinstance(block, Charts) for one in block.charts
    ]
    (drawn,) = [one.figure for one in charts if one.name == "day-hours"]
    assert drawn["layout"]["yaxis"]["type"] == "log"


def _angle(one: tuple[float, float], other: tuple[float, float]) -> float:
    (x, y), (u, v) = ([math.radians(each) for each in place] for place in (one, other))
    cosine = math.sin(y) * math.sin(v) + math.cos(y) * math.cos(v) * math.cos(x - u)
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


@pytest.mark.parametrize("sun", [(10.0, 0.001), (-120.0, 23.4), (179.0, -23.4)])
def test_night_begins_a_quarter_turn_from_the_sun(sun: tuple[float, float]) -> None:
    """Each point of its edge; where the map's end cuts it, within half of a step of 3°."""
    figure = sunlight_figure(
        coast=[],
        longitude_deg=[0.0],
        latitude_deg=[0.0],
        lit_percent=[[None]],
        sun=sun,
        dots=[],
    )
    (edge,) = [one for one in figure["data"] if one.get("name") == "edge of night"]
    places = [one for one in zip(edge["x"], edge["y"], strict=True) if one[0] is not None]
    inside = [_angle(one, sun) for one in places if abs(one[0]) < 180.0]
    at_end = [_angle(one, sun) for one in places if abs(one[0]) == 180.0]
    assert len(inside) > 60
    np.testing.assert_allclose(inside, 90.0, atol=0.01)
    np.testing.assert_allclose(at_end, 90.0, atol=1.5)


def test_dots_of_each_kind_have_a_legend() -> None:
    dots = [
        Pins(
            label=label,
            colour=colour,
            symbol="circle",
            places=[(1.0, 2.0)],
            sizes_px=[5.0],
            names=["one"],
            values=[7.0],
            told=["here"],
        )
        for label, colour in (("yes", "bar-spare"), ("no", "bar-short"))
    ]
    figure = sunlight_figure(
        coast=[],
        longitude_deg=[0.0, 5.0],
        latitude_deg=[0.0],
        lit_percent=[[40.4, None]],
        sun=(0.0, 0.0),
        dots=dots,
    )
    assert [one["name"] for one in figure["data"] if one.get("meta") == "places"] == ["yes", "no"]
    assert figure["data"][0]["z"] == [[40, None]]


def test_hours_are_written_with_minutes() -> None:
    assert [clock(one) for one in (0.0, 3.75, 23.75)] == ["00:00", "03:45", "23:45"]


def test_the_terminal_shows_policies_and_classes(capsys: pytest.CaptureFixture[str]) -> None:
    terminal_day.show({"scenario": "some", "demand_ratio": 1.0, **told(unseen_fraction=0.3)})
    shown = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")
    for part in (*POLICIES, *CLASSES, "30.0 % is asked where no satellite is seen", "20; 55.0"):
        assert part in shown, part
    terminal_day.show({"scenario": "some", "lacks": "nobody asks"})
    assert "no day is followed: nobody asks" in capsys.readouterr().out


def test_a_question_out_of_place_is_refused_at_once(three_groups: Any) -> None:
    with pytest.raises(ScenarioError) as caught:
        day_of(three_groups(), policies=("best",), on=date(2020, 1, 1), demand_ratio=0.0)
    for part in ("policy: 'best'", "2020-01-01 lies outside", "demand_ratio: 0 "):
        assert part in str(caught.value)
