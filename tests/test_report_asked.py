"""Does the report tell who asks, who is late and what may leave a machine as the summary does?"""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects
import polars as pl
import pytest

from sunstack.report.blocks import Block, Charts, KeyNumbers, Prose, Table
from sunstack.report.numerals import percent, tokens
from sunstack.report.sections import asked_tables
from sunstack.report.sections.asked import NO_ACCELERATORS, NOBODY, OLD, asked, month
from sunstack.results import Results

SPACE = "\N{NO-BREAK SPACE}"
PLACES = {
    "on board": {"median_ms": 1e-3, "p95_ms": 1e-3, "tolerated_fraction": 0.97},
    "ground": {"median_ms": 8.0, "p95_ms": 63.0, "tolerated_fraction": 0.44},
    "orbit": {"median_ms": 13.5, "p95_ms": 18.8, "tolerated_fraction": 0.83},
}


def one_class(name: str, tokens_per_s: float, missed: float | None, first: float) -> dict[str, Any]:
    rates = {
        "request_per_s": 10.0,
        "answer_tokens_per_s": tokens_per_s,
        "peak_to_mean_ratio": 1.3,
        "peak_hour": 14,
    }
    misses = {
        "first_token_fraction": first,
        "answer_fraction": 0.1,
        "either_fraction": missed,
        "first_token_margin_ms": 900.0,
        "missed_fraction": missed,
    }
    return {
        "name": name,
        "title": name.title(),
        "terminal_count": 2e6,
        "orbit_fraction": 0.5,
        "first_token_deadline_ms": 500.0,
        "answer_deadline_s": 2.0,
        "asked_tokens_per_s": tokens_per_s,
        "orbit": rates,
        "all": {**rates, "answer_tokens_per_s": 2.0 * tokens_per_s},
        "misses": None if missed is None else misses,
    }


def machine(name: str, *places: str) -> dict[str, Any]:
    part = {"served": True, "tolerated_fraction": 0.25}
    task = {
        "name": f"{name}-task",
        "title": f"Task of a {name}",
        "limit_ms": 200.0,
        "low_ms": 20.0,
        "high_ms": 7.2e6,
        "processing_ms": 1500.0,
        "delivered_fraction": 0.9999,
        "places": dict.fromkeys(places, part),
    }
    return {"machine": name, "places": {key: PLACES[key] for key in places}, "tasks": [task]}


def tree(*, is_meshed: bool = True, **changed: Any) -> dict[str, Any]:
    places = tuple(PLACES) if is_meshed else ("on board",)
    late = {
        "unreached_fraction": 0.02,
        "network_mean_ms": 14.2,
        "first_token_mean_ms": 85.0,
        "output_token_ms": 24.0,
    }
    return {
        "year": 2036.0,
        "horizon_year": 2043.22,
        "is_held": True,
        "model": "grok-2",
        "fleet_tokens_per_s": 1.5e6,
        "asked_tokens_per_s": 3e6,
        "met_fraction": 0.5,
        "peak_to_mean_ratio": 1.25,
        "classes": [
            one_class("humanoid-robot", 1e6, 0.28 if is_meshed else None, 0.0),
            one_class("car", 2e6, 0.001 if is_meshed else None, 0.0),
        ],
        "regions": [
            {
                "name": "South Asia",
                "answer_tokens_per_s": 3e6,
                "peak_to_mean_ratio": 1.25,
                "peak_hour": 14,
            }
        ],
        "late": late if is_meshed else None,
        "late_lacks": None if is_meshed else "no group makes a mesh",
        "machines": [machine("car", *places), machine("robot", *places)],
        **changed,
    }


def tables() -> dict[str, pl.DataFrame]:
    hours = [
        {
            "terminal": name,
            "region": "South Asia",
            "hour": hour,
            "answer_tokens_per_s": most * (1.0 + 0.25 * math.sin(2.0 * math.pi * hour / 24.0)),
        }
        for name, most in (("humanoid-robot", 1e6), ("car", 2e6))
        for hour in range(24)
    ]
    cells = [
        {
            "latitude_deg": 28.5,
            "longitude_deg": 77.0 + cell,
            "region": "South Asia",
            "answer_tokens_per_s": 1e6 / (1 + cell),
            "peak_answer_tokens_per_s": 1.2e6 / (1 + cell),
            "peak_hour": 14,
        }
        for cell in range(3)
    ]
    control = [
        {
            "machine": name,
            "way": "all remote",
            "delay_ms": delay,
            "success_fraction": part,
            "low_fraction": part - 0.1,
            "high_fraction": part,
            "trial_count": 300.0,
        }
        for name in ("robot", "car")
        for delay, part in ((0.0, 1.0), (5.0, 1.0), (100.0, 0.9), (1000.0, 0.1))
    ]
    return {
        "demand_hours": pl.DataFrame(hours),
        "demand": pl.DataFrame(cells),
        "control": pl.DataFrame(control),
    }


def made(**changed: Any) -> Results:
    return Results(manifest={}, summary={"asked": tree(**changed), "service": {}}, tables=tables())


def blocks_of[Kind: Block](results: Results, kind: type[Kind]) -> list[Kind]:
    return [block for block in asked(results).blocks if isinstance(block, kind)]


def told(results: Results) -> str:
    return " ".join(block.text for block in blocks_of(results, Prose))


def figures(results: Results) -> dict[str, Any]:
    return {
        chart.name: chart.figure for charts in blocks_of(results, Charts) for chart in charts.charts
    }


def test_what_is_asked_stands_against_what_is_served() -> None:
    words = told(made())
    assert f"ask for 6{SPACE}million tokens of answers a second, of which 3{SPACE}million" in words
    assert f"serves 1.5{SPACE}million of grok-2: enough for 50{SPACE}% of those" in words
    assert "in March 2043" in words and "counted for January 2036" in words
    assert blocks_of(made(), Prose)[0].tone == "bad"
    enough = made(met_fraction=1.0, is_held=False)
    assert blocks_of(enough, Prose)[0].tone == "good" and "counted for" not in told(enough)


def test_classes_that_are_late_are_named_with_their_deadline() -> None:
    words = told(made())
    assert f"humanoid robot 28.0{SPACE}% (answers too long to end within 2{SPACE}s)" in words
    assert f"2.0{SPACE}% of people are not reached at all" in words
    late = one_class("car", 1e6, 0.4, 0.3)
    assert f"car 40.0{SPACE}% (the first token, after 500{SPACE}ms)" in told(made(classes=[late]))
    soon = one_class("car", 1e6, 0.001, 0.0)
    assert f"at least 99{SPACE}% are answered in time" in told(made(classes=[soon]))


def test_tables_hold_the_summarys_numbers() -> None:
    classes, car, robot = blocks_of(made(), Table)
    first = classes.rows[0]
    assert first[:5] == ["Humanoid-Robot", "2", tokens(2e6), f"50{SPACE}%", tokens(1e6)]
    assert first[-1] == percent(0.28, 2)
    assert [column.heading for column in car.columns][-3:] == list(PLACES)
    assert car.rows[0][1:5] == [f"200{SPACE}ms", f"20{SPACE}ms", f"2{SPACE}h", f"1.5{SPACE}s"]
    assert robot.rows[0][-1] == f"25{SPACE}%"


def test_key_numbers_are_those_of_the_summary() -> None:
    (numbers,) = blocks_of(made(), KeyNumbers)
    assert [item.value for item in numbers.items] == [
        f"3{SPACE}million",
        f"50{SPACE}%",
        f"83{SPACE}%",
        f"83{SPACE}%",
    ]


def test_charts_draw_the_summarys_numbers() -> None:
    drawn = figures(made())
    assert list(drawn) == ["asked-day", "asked-map", "asked-late", "control-robot", "control-car"]
    whole, car, robot = drawn["asked-day"]["data"]
    summed = [a + b for a, b in zip(car["y"], robot["y"], strict=True)]
    assert whole["y"] == pytest.approx(summed, rel=5e-6)  # figures keep six digits
    assert drawn["asked-day"]["layout"]["shapes"][0]["y0"] == 1.5e6
    assert drawn["asked-late"]["data"][0]["x"] == pytest.approx([28.0, 0.1])
    *_, marks = drawn["control-robot"]["data"]
    assert marks["x"] == [13.5, 18.8] and marks["text"] == ["P50", "P95"]
    for figure in drawn.values():
        plotly.graph_objects.Figure(figure)


def test_without_a_mesh_neither_deadlines_nor_orbit_are_told() -> None:
    results = made(is_meshed=False)
    assert "Whether answers come in time is not told: no group makes a mesh." in told(results)
    assert "in orbit" not in " ".join(block.text for block in blocks_of(results, Prose)[2:3])
    assert "asked-late" not in figures(results)
    assert blocks_of(results, Table)[0].rows[0][-1] == asked_tables.NONE
    assert len(figures(results)["control-car"]["data"]) == 1


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        ({}, OLD),
        ({"asked": None, "service": None}, NO_ACCELERATORS),
        ({"asked": None, "service": {}}, NOBODY),
    ],
)
def test_what_is_not_told_has_its_reason(summary: dict[str, Any], words: str) -> None:
    assert told(Results(manifest={}, summary=summary, tables={})) == words


def test_places_and_times_are_written_with_what_they_need() -> None:
    assert asked_tables.place({"latitude_deg": -33.9, "longitude_deg": 18.4}) == "33.9°S, 18.4°E"
    assert asked_tables.span(5.0) == f"5{SPACE}ms"
    assert month(2036.0) == "January 2036" and month(2035.999) == "December 2035"
