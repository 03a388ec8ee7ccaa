"""Does the report tell what the payload serves as the summary holds it, and what it does not?"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects
import polars as pl
import pytest

from sunstack.report import comparison
from sunstack.report.blocks import Block, Charts, Folded, KeyNumbers, Points, Prose, Table
from sunstack.report.numerals import tokens
from sunstack.report.sections import service_tables
from sunstack.report.sections.service import service
from sunstack.results import Results
from sunstack.serving import STAGES

SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
BATCHES = [1.0, 2.0, 4.0, 8.0, 16.0]
MONTHS = 30


GROUP = {"batch_count": 8.0, "output_token_ms": 24.3, "first_token_ms": 82.5}
GROUP |= {"first_token_margin_ms": 1917.5, "admitted_load_fraction": 0.9, "token_j": 0.388}


def model(name: str, left: list[float], **changed: Any) -> dict[str, Any]:
    """One that fits: tokens of a satellite after each stage, then of the fleet for each wanted."""
    stages = dict(zip(STAGES, left, strict=False))
    return {
        "name": name,
        "has_experts": True,
        "fits": True,
        "lacks": None,
        "replica_accelerator_count": 2,
        "replicas_per_satellite": 4,
        "needed_accelerator_count": 2.0,
        "needed_satellite_count": 1.0,
        "memory_margin_byte": 1e11,
        **GROUP,
        "latency_margin_ms": 30.0,
        "stages": [
            {"stage": stage, "tokens_per_s": value}
            for stage, value in zip([*STAGES, "working"], left, strict=True)
        ],
        "stops_first": "power",
        "satellite_tokens_per_s": left[6],
        "satellite_last_year_tokens_per_s": 0.9 * left[5],
        "fleet_tokens_per_s": 10.0 * left[7],
        "fleet_full_batch_tokens_per_s": 10.5 * left[7],
        "fleet_by_year": [
            {"years": years, "tokens_per_s": share * left[7]}
            for years, share in ((1.0, 4.0), (2.0, 8.0), (2.5, 10.0))
        ],
        "groups": [{"name": "dusk", **GROUP, "stage_tokens_per_s": stages}],
        "error": {
            "family": "experts",
            "generation": "all",
            "engine": "vllm",
            "precision": "fp8",
            "row_count": 294,
            "median_error_ratio": 0.114,
            "bias_ratio": -0.114,
            "ninetieth_error_ratio": 0.317,
            "chip_was_measured": False,
        },
        "lifted_tokens_per_s": {
            "nothing": left[2],
            "memory": left[2],
            "latency": left[1],
            "whole replicas": left[2],
        },
        **changed,
    }


def absent(name: str, **changed: Any) -> dict[str, Any]:
    """One that a satellite cannot hold."""
    nothing = dict.fromkeys(("batch_count", "output_token_ms", "first_token_ms", "token_j"))
    found = model(name, [9e4, 3e4, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    found["groups"][0] |= nothing
    needs = {"needed_accelerator_count": 18.0, "needed_satellite_count": 3.0}
    return {
        **found,
        **nothing,
        **needs,
        "fits": False,
        "lacks": "memory",
        "replicas_per_satellite": 0,
        "replica_accelerator_count": 1,
        "stops_first": "latency and memory",
        **changed,
    }


LEFT = [1_581_850.0, 404_499.0, 377_059.0, 376_900.0, 297_875.0, 297_445.0, 297_445.0, 218_355.0]
LOW = [4_526_000.0, 238_164.0, 215_429.0, 215_400.0, 206_794.0, 206_794.0, 206_794.0, 153_518.0]


def two() -> list[dict[str, Any]]:
    return [
        model("grok-2", LEFT),
        model("deepseek-r1", LOW, stops_first="latency and memory", token_j=0.559),
    ]


def found(models: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "chip": "vera-rubin-nvl72",
        "accelerator_count": 8,
        "engine": "vllm",
        "precision": "fp8",
        "input_token_count": 1000.0,
        "output_token_count": 400.0,
        "length_variation_ratio": 1.0,
        "arrival_variation_ratio": 1.0,
        "token_ms": 50.0,
        "first_token_s": 2.0,
        "chunk_token_count": 2048.0,
        "workspace_fraction": 0.1,
        "load_fraction": 0.7,
        "accelerator": {
            "peak_flop_per_s": 17.5e15,
            "memory_byte": 287.5e9,
            "memory_bandwidth_byte_per_s": 22e12,
            "idle_power_w": 200.0,
            "peak_power_w": 2300.0,
            "joined_count": 8,
            "host_ratio": 1.39,
            "power_in_light_w": 1000.0,
        },
        "wanted_satellites": 10.0,
        "horizon_years": 2.5,
        "models": models if models is not None else two(),
    }


def tables(names: list[str]) -> dict[str, pl.DataFrame]:
    decode = [
        {
            "model": name,
            "phase": "decode",
            "batch_count": batch,
            "flop_per_byte": 2.0 * batch,
            "flop_per_s": 1e13 * batch,
            "tokens_per_s": 100.0 * batch,
            "sunlit_tokens_per_s": 90.0 * batch,
            "output_token_ms": 10.0 + batch,
            "finds_room": batch < 16.0,
        }
        for name in names
        for batch in BATCHES
    ]
    prefill = [
        {"model": name, "phase": "prefill", "flop_per_byte": 800.0, "flop_per_s": 5e15}
        for name in names
    ]
    return {
        "service_batches": pl.DataFrame([*decode, *prefill], infer_schema_length=None),
        "service_powers": pl.DataFrame(
            [
                (name, power, 11.1 * power, 200.0 * power)
                for name in names
                for power in (0.0, 500.0, 1500.0)
            ],
            schema=["model", "accelerator_power_w", "payload_power_w", "tokens_per_s"],
            orient="row",
        ),
        "service_months": pl.DataFrame(
            [(name, month, 1000.0 * month) for name in names for month in range(1, MONTHS + 1)],
            schema=["model", "month", "tokens_per_s"],
            orient="row",
        ),
    }


def made(models: list[dict[str, Any]] | None = None) -> Results:
    told = found(models)
    names = [one["name"] for one in told["models"]]
    return Results(manifest={}, summary={"service": told}, tables=tables(names))


def blocks_of[Kind: Block](results: Results, kind: type[Kind]) -> list[Kind]:
    return [block for block in service(results).blocks if isinstance(block, kind)]


def told(results: Results) -> str:
    prose = [block.text for block in blocks_of(results, Prose)]
    return " ".join([*prose, *(item for one in blocks_of(results, Points) for item in one.items)])


def figures(results: Results) -> dict[str, Any]:
    return {
        chart.name: chart.figure for charts in blocks_of(results, Charts) for chart in charts.charts
    }


def rows(table: Table) -> list[dict[str, str]]:
    heads = [column.heading for column in table.columns]
    texts = [[cell if isinstance(cell, str) else cell.text for cell in row] for row in table.rows]
    return [dict(zip(heads, row, strict=True)) for row in texts]


# --- words ----------------------------------------------------------------------------------------


def test_each_model_is_told_with_its_tokens_its_energy_and_what_stops_it() -> None:
    (points,) = blocks_of(made(), Points)
    grok, deepseek = points.items
    # 1 - 297 875 / 377 059 is 21 %, 404 499 of 1 581 850 are 26 %.
    assert grok == (
        f"grok-2: 2.2{SPACE}million tokens a second, at 0.39{SPACE}J each. What stops it first is "
        f"power, by 21{SPACE}%; its chips and engine reach 26{SPACE}% of the data sheet."
    )
    assert "the bound on the time between tokens, by 10" in deepseek
    assert f"reach 5{SPACE}% of the data sheet" in deepseek


def test_of_bounds_and_memory_the_one_that_costs_most_is_named() -> None:
    one = model("grok-2", LOW, stops_first="latency and memory")
    assert service_tables.what_stops(one) == "latency"
    one["lifted_tokens_per_s"] |= {"memory": 230_000.0, "latency": 220_000.0}
    assert service_tables.what_stops(one) == "memory"
    one["lifted_tokens_per_s"] |= {"memory": 215_429.0, "latency": 215_430.0}
    assert service_tables.what_stops(one) == "both"
    assert "together with memory" in told(made([one]))


def test_where_only_the_machine_stops_it_that_is_said() -> None:
    free = model("grok-2", [1000.0, *[500.0] * 7], stops_first="engine")
    assert f"Nothing but its chips and engine stop it: they reach 50{SPACE}%" in told(made([free]))


def test_key_numbers_are_those_of_the_summary() -> None:
    (numbers,) = blocks_of(made(), KeyNumbers)
    values = {item.label: item.value for item in numbers.items}
    assert numbers.items[0].note.endswith(f"; 2.3{SPACE}million at full batches, first tokens late")
    assert values == {
        "Tokens a second, grok-2": f"2.2{SPACE}million",
        "Tokens a second, deepseek-r1": f"1.5{SPACE}million",
        "Between tokens, grok-2": f"24{SPACE}ms",
        "First token, grok-2": f"82{SPACE}ms",
    }
    slow = made([model("grok-2", LEFT, first_token_ms=2500.0)])
    (numbers,) = blocks_of(slow, KeyNumbers)
    assert [item.tone for item in numbers.items] == ["plain", "plain", "bad"]
    assert f"later than 2{SPACE}s in the mean, at " in told(slow)
    assert f"load, of grok-2 (in time up to 90{SPACE}% load)" in told(slow)


def test_a_model_that_does_not_fit_says_how_many_satellites_it_needs() -> None:
    results = made([model("grok-2", LEFT), absent("kimi-k2")])
    words = told(results)
    assert "kimi-k2: none." in words
    assert "memory of 18 accelerators, so 3 satellites" in words
    (table,) = blocks_of(results, Table)
    _, lacking = rows(table)
    assert (lacking["replicas in a satellite"], lacking["fleet at the end"]) == ("0", "0")
    assert lacking["what stops it first"] == "memory: 3 satellites would hold it"
    assert "service-stages-kimi-k2" not in figures(results)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"lacks": "latency"}, "keeps the bound on the time between tokens"),
        ({"lacks": "power", "fits": True}, "get of power and cooling is too little"),
        ({"needed_satellite_count": 1.0}, "more than its links join"),
    ],
)
def test_where_nothing_is_served_at_all_the_page_says_why_and_draws_nothing(
    changed: dict[str, Any], words: str
) -> None:
    results = made([absent("kimi-k2", **changed)])
    first, *_ = blocks_of(results, Prose)
    assert first.tone == "bad" and "serves none of the language models" in first.text
    assert words in told(results)
    assert not figures(results) and not blocks_of(results, KeyNumbers)


def test_a_payload_without_accelerators_says_so_in_one_sentence() -> None:
    results = Results(manifest={}, summary={"service": None}, tables={})
    (only,) = service(results).blocks
    assert isinstance(only, Prose)
    assert only.text == (
        "No language model is served: the payload carries no accelerators, or too little is known "
        "of them."
    )


def test_results_of_an_older_format_say_so() -> None:
    (only,) = service(Results(manifest={}, summary={}, tables={})).blocks
    assert isinstance(only, Prose) and "before Sunstack knew of language models" in only.text


def test_the_error_of_what_was_measured_is_told_and_that_the_chip_was_not() -> None:
    words = told(made())
    assert "grok-2, deepseek-r1: of 294 measured times between tokens (models with experts" in words
    assert f"half were predicted within 11{SPACE}% and nine of ten within 32{SPACE}%" in words
    assert "No run on vera-rubin-nvl72 was among them" in words
    known = two()
    for one in known:
        one["error"]["chip_was_measured"] = True
    assert "No run on" not in told(made(known))


# --- tables and figures ---------------------------------------------------------------------------


def test_the_table_of_models_is_the_summarys() -> None:
    (table,) = blocks_of(made(), Table)
    grok, deepseek = rows(table)
    assert grok["a satellite, first year"] == "297,000"
    assert grok["last year"] == "268,000"
    assert grok["fleet at the end"] == f"2.18{SPACE}million"
    assert (grok["J a token"], grok["sequences at once"]) == ("0.388", "8")
    assert grok["what stops it first"] == "power"
    assert deepseek["what stops it first"] == "time between tokens"
    (folded,) = blocks_of(made(), Folded)
    (by_group,) = folded.blocks
    assert isinstance(by_group, Table)
    assert rows(by_group)[0]["group, model"] == "dusk, grok-2"
    assert rows(by_group)[0]["power"] == "298,000"


def test_plotly_takes_every_figure() -> None:
    drawn = figures(made())
    assert list(drawn) == [
        "service-stages-grok-2",
        "service-stages-deepseek-r1",
        "service-batches",
        "service-powers",
        "service-roofline",
        "service-months",
    ]
    for figure in drawn.values():
        plotly.graph_objects.Figure(figure)


def test_bars_begin_where_the_one_before_ends() -> None:
    (bars,) = figures(made())["service-stages-grok-2"]["data"]
    ends = [base + length for base, length in zip(bars["base"], bars["x"], strict=True)]
    assert ends[0] == pytest.approx(LEFT[0] / 1e6)
    # Both are drawn to six digits.
    assert ends[1:-1] == pytest.approx([ends[0], *bars["base"][1:-2]], rel=1e-5)
    assert bars["base"][-2] == pytest.approx(ends[-1]) == pytest.approx(LEFT[7] / 1e6)
    assert bars["text"][4] == f"{MINUS}5.0{SPACE}%"


def test_where_little_of_the_data_sheet_is_reached_bars_start_from_that() -> None:
    (bars,) = figures(made())["service-stages-deepseek-r1"]["data"]
    assert bars["y"][0] == f"reached (of 4.53{SPACE}million)"
    assert bars["x"][0] == pytest.approx(LOW[1])
    assert "chips and engine" not in bars["y"]


def test_batches_are_drawn_for_each_accelerator_as_far_as_there_is_room() -> None:
    grok, _, marks = figures(made())["service-batches"]["data"]
    assert grok["x"] == [1.0, 2.0, 4.0, 8.0]
    assert grok["y"] == [50.0, 100.0, 200.0, 400.0]
    assert (marks["x"][0], marks["y"][0], marks["text"][0]) == (8.0, 400.0, "8")


def test_sunlight_is_marked_on_the_curves_of_power() -> None:
    *_, marks = figures(made())["service-powers"]["data"]
    assert marks["x"] == [1000.0, 1000.0]
    assert marks["y"] == pytest.approx([200_000.0, 200_000.0])


def test_roofs_meet_where_bandwidth_gives_the_peak_and_passes_lie_below() -> None:
    figure = figures(made())["service-roofline"]
    roof, grok, _, requests = figure["data"]
    ridge = 17.5e15 / 22e12
    assert roof["x"][1] == pytest.approx(ridge, rel=1e-5)
    assert roof["y"][1] == roof["y"][2] == pytest.approx(17_500.0)
    assert roof["y"][0] == pytest.approx(22.0 * roof["x"][0], rel=1e-5)
    assert (grok["x"], grok["y"]) == ([2.0, 4.0, 8.0, 16.0], [10.0, 20.0, 40.0, 80.0])
    assert (requests["x"][0], requests["y"][0]) == (800.0, 5000.0)
    assert figure["layout"]["xaxis"]["type"] == figure["layout"]["yaxis"]["type"] == "log"


def test_months_end_with_the_horizon() -> None:
    first, _ = figures(made())["service-months"]["data"]
    assert first["x"][-1] == 2.5 and first["y"][-1] == 30_000.0


def test_tokens_are_written_with_the_word_that_suits_them() -> None:
    written = [tokens(value) for value in (0.0, 0.5, 218_355.0, 2.1836e6, 3.278e9)]
    assert written == ["0", "0.5", "218,000", f"2.18{SPACE}million", f"3.28{SPACE}billion"]


def test_a_run_compared_with_itself_differs_in_nothing() -> None:
    (same,) = comparison.compared([service(made())], [service(made())])
    assert "No difference." in [block.text for block in same.blocks if isinstance(block, Prose)]
    only = made([model("grok-2", LEFT)])
    assert comparison.compared([service(made())], [service(only)])
