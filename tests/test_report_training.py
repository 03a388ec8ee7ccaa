"""Does the report tell training as the summary holds it, and what cannot be trained?"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects
import polars as pl

from sunstack.report import terminal_compute
from sunstack.report.blocks import Charts, Folded, KeyNumbers, Prose, Table
from sunstack.report.sections.training import training
from sunstack.report.sections.training_tables import STOPS, TAKEN
from sunstack.results import Results
from sunstack.summary.training import stops_first
from sunstack.summary.training_tables import MONTH_COLUMNS, SATELLITE_COLUMNS
from sunstack.training import METHODS, STAGES

LEFT = (100.0, 43.0, 43.0, 40.0, 40.0, 20.0, 15.0, 12.0)


def group(**changed: Any) -> dict[str, Any]:
    return {
        "name": "dusk",
        "fits": True,
        "memory_margin_fraction": 0.5,
        "room_margin_count": 1.0,
        "power_margin_fraction": 0.1,
        "least_satellites": 4.0,
        "satellites": 128,
        "asked_satellites": 128,
        "workers": 1,
        "stage_satellites": 16,
        "tensor_accelerators": 8,
        "accelerators_used": 8,
        "expert_satellites": 1,
        "microbatches": 32,
        "chunks": 1,
        "copies": 8,
        "step_s": 10.0,
        "step_parts_s": {
            "computing": 5.0,
            "bubble": 1.0,
            "filling": 0.0,
            "passing": 0.0,
            "experts": 0.0,
            "gradients": 4.0,
        },
        "waits_s": {"bubble": 1.0, "lasers": 4.0, "rounds": 0.0},
        "waits_most_for": "lasers",
        "stages": [
            {"stage": stage, "flop_per_s": 1e15 * value}
            for stage, value in zip(STAGES, LEFT, strict=True)
        ],
        "stops_first": "exchanges",
        "flop_utilisation_fraction": 0.2,
        "lasting_fraction": 0.12,
        "goodput_fraction": 0.6,
        "duration_days": 123.4,
        "duration_last_year_days": 130.0,
        "energy_gwh": 34.5,
        "token_j": 8.0,
        "between_interruptions_hours": 0.4,
        "checkpoint_interval_s": 96.0,
        "silent_corruptions": 2e4,
        "unnoticed_corruptions": 1e4,
        "stopped_by_shadow_fraction": 0.2,
        "extra_token_fraction": 0.0,
        "runs_per_year": 3.0,
        **changed,
    }


def results(found: dict[str, Any] | None = None, **changed: Any) -> Results:
    told = {
        "model": "llama-3-1-405b",
        "precision": "bf16",
        "method": "synchronous",
        "token_count": 15.6e12,
        "sequence_token_count": 8192.0,
        "batch_token_count": 16_777_216.0,
        "flop_efficiency": 0.43,
        "detected_fraction": 0.5,
        "interruption_ratio": 1.9,
        "downtime_s": 60.0,
        "restart_s": 60.0,
        "spare_fraction": 0.02,
        "told_group": "dusk",
        "groups": [group(**changed)],
        "runs_per_year": 3.0,
        "runs_by_year": [
            {"years": 1.0, "runs_per_year": 1.0},
            {"years": 2.0, "runs_per_year": 3.0},
        ],
        "runs_until_horizon": 4.0,
        "horizon_years": 2.0,
    }
    sizes = [
        (method, count, count, True, 0.4, 0.3, 0.2, 0.1, 1000.0 / count)
        for method in METHODS
        for count in (4, 8, 16)
    ]
    return Results(
        manifest={},
        summary={"training": told if found is None else found},
        tables={
            "training_months": pl.DataFrame(
                [("dusk", month, month / 8.0) for month in range(1, 25)],
                schema=MONTH_COLUMNS,
                orient="row",
            ),
            "training_satellites": pl.DataFrame(sizes, schema=SATELLITE_COLUMNS, orient="row"),
        },
    )


def test_the_answer_stands_first_with_its_figures() -> None:
    first = training(results()).blocks[0]
    assert isinstance(first, Prose)
    for told in ("128 satellites", "120", "12", STOPS["exchanges"], "lasers", "3"):
        assert told in first.text


def test_pictures_hold_what_was_reckoned() -> None:
    section = training(results())
    charts = [
        chart for block in section.blocks if isinstance(block, Charts) for chart in block.charts
    ]
    assert [chart.name for chart in charts] == [
        "training-stages",
        "training-satellites",
        "training-days",
        "training-years",
    ]
    for chart in charts:
        plotly.graph_objects.Figure(chart.figure)
    bars = charts[0].figure["data"][0]
    assert len(bars["x"]) == len(STAGES) + 1
    # bars begin where what is left ends: 20 of 40 PFLOP/s wait for other satellites
    place = bars["y"].index(TAKEN["exchanges"][0])
    assert (bars["base"][place], bars["x"][place]) == (20.0, 20.0)
    assert any(isinstance(block, KeyNumbers) for block in section.blocks)
    assert any(isinstance(block, Folded) for block in section.blocks)


def test_what_does_not_fit_says_what_it_would_take() -> None:
    section = training(results(fits=False, duration_days=None, least_satellites=200.0))
    first = section.blocks[0]
    assert isinstance(first, Prose) and "one copy takes 200 satellites" in first.text
    assert not any(isinstance(block, Charts) for block in section.blocks)
    folded = next(block for block in section.blocks if isinstance(block, Folded))
    assert isinstance(folded.blocks[0], Table)


def test_what_never_ends_is_said() -> None:
    nothing = dict.fromkeys(
        ("duration_days", "duration_last_year_days", "energy_gwh", "token_j", "silent_corruptions",
         "unnoticed_corruptions", "checkpoint_interval_s", "between_interruptions_hours")
    )  # fmt: skip
    first = training(results(stops_first="shadow", **nothing)).blocks[0]
    assert isinstance(first, Prose) and "never ends: shadow takes all" in first.text


def test_old_runs_and_runs_without_accelerators_are_told() -> None:
    old = training(Results(manifest={}, summary={}, tables={}))
    none = training(Results(manifest={}, summary={"training": None}, tables={}))
    for section, told in ((old, "before Sunstack told"), (none, "No language model is trained")):
        (only,) = section.blocks
        assert isinstance(only, Prose) and told in only.text


def test_the_stage_that_takes_the_largest_share_stops_first() -> None:
    left = dict(zip(STAGES, LEFT, strict=True))
    assert stops_first(left) == "exchanges"
    assert stops_first(left | {"exchanges": 39.0, "failures": 38.0, "shadow": 5.0}) == "shadow"
    assert stops_first(dict.fromkeys(STAGES, 1.0)) == "machine"


def test_the_terminal_says_it_in_a_line() -> None:
    (line,) = terminal_compute.lines(results().summary)
    assert line.startswith("Training: llama-3-1-405b in 120 days on 128 satellites of dusk")
    (none,) = terminal_compute.lines(results(fits=False).summary)
    assert none == "Training: llama-3-1-405b is trained by no group of satellites."
    assert list(terminal_compute.lines({"training": None, "service": None})) == []
