"""Are a run's studies asked for as one would, told in words, and drawn as they came out?

What is told is the whole study of a programme whose prices one can reckon by hand.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from together_cases import (
    INPUTS,
    LAST,
    LIFE,
    summary,
)
from typer.testing import CliRunner

from sunstack import cli
from sunstack.report import comparison, terminal_studies
from sunstack.report.blocks import Section
from sunstack.report.comparison import compared
from sunstack.report.numerals import percent
from sunstack.report.sections.studies import studies
from sunstack.report.sections.studies_deciding import deciding
from sunstack.report.sections.studies_parity import parity as parity_told
from sunstack.results import Results
from sunstack.study import together
from sunstack.study.model import ROWS


def results_of(studies: Any, lacks: str | None = None) -> Results:
    told = {"name": "reckoned", "studies": studies, "studies_lacks": lacks, "economics": None}
    return Results(manifest={}, summary=told, tables={})


def text_of(section: Section | None) -> str:
    return str(section and dataclasses.asdict(section))


def test_a_study_is_one_tree_of_finite_numbers() -> None:
    told = summary()
    assert told["year"] == LAST and told["ratio_as_it_is"] == 1.4
    assert told["draw_count"] == 4 * ROWS and told["input_count"] == len(INPUTS)
    assert [one["year"] for one in told["launch_price"]["by_year"]] == [2029, 2030, 2031]


def test_a_report_answers_the_three_questions() -> None:
    told = summary()
    first, second, third = (one(results_of(told)) for one in (studies, deciding, parity_told))
    (last,) = (one for one in told["prices"]["usd_per_chip_hour"] if one["year"] == LAST)
    assert repr(percent(last["cheaper_fraction"]))[1:-1] in text_of(first)
    assert "nothing flies before its first launch" in text_of(first)
    assert all(one["key"] in text_of(second) for one in told["deciding"])
    assert LIFE in text_of(third) and "As far as" not in text_of(third)
    names = [
        chart.name
        for section in (first, second, third)
        for block in (section.blocks if section else ())
        for chart in getattr(block, "charts", ())
    ]
    assert names == [
        "studies-price-accelerator", "histogram-ratio", "studies-first-cheaper",
        "convergence-ratio", "tornado-studies", "sobol-studies", "studies-parity-map", "ladder",
    ]  # fmt: skip


def test_the_line_of_parity_is_drawn_where_it_lies() -> None:
    section = parity_told(results_of(summary()))
    (chart,) = (
        chart
        for block in (section.blocks if section else ())
        for chart in getattr(block, "charts", ())
        if chart.name == "studies-parity-map"
    )
    assert [trace["type"] for trace in chart.figure["data"]] == ["contour", "contour", "scatter"]
    dear = summary() | {"over_prices": with_least(summary()["over_prices"], 1.01)}
    section = parity_told(results_of(dear))
    assert "and no farther" in text_of(section)


def with_least(drawn: dict[str, Any], least: float) -> dict[str, Any]:
    ratio = [[max(one, least) for one in line] for line in drawn["ratio"]]
    return drawn | {"ratio": ratio, "least": least}


def test_without_studies_a_report_says_how_to_have_them() -> None:
    told = text_of(studies(results_of(None)))
    assert "sunstack run reckoned --studies" in told
    assert together.NO_CHIPS in text_of(studies(results_of(None, together.NO_CHIPS)))
    assert deciding(results_of(None)) is None and parity_told(results_of(None)) is None
    assert list(terminal_studies.lines({"studies": None})) == []


def test_a_terminal_tells_prices_causes_and_levers() -> None:
    told = "\n".join(terminal_studies.lines({"studies": summary()}))
    assert "in orbit" in told and "share of the spread" in told and LIFE in told


def test_two_runs_are_compared_though_one_was_not_studied() -> None:
    one, other = (
        [found for section in (studies, deciding) if (found := section(results_of(tree)))]
        for tree in (summary(), None)
    )
    assert [section.name for section in compared(one, other)] == ["studies", "studies-deciding"]
    assert [section.name for section in compared(other, one)] == ["studies", "studies-deciding"]
    assert comparison.NOT_TOLD in text_of(compared(other, one)[1])


def test_draws_are_asked_for_with_studies_only() -> None:
    for words, said in (
        (("--draws", "64"), "without --studies"),
        (("--studies", "--draws", "1"), "write 2 to 10,000,000"),
        (("--studies", "--draws", "99999999999"), "write 2 to 10,000,000"),
    ):
        result = CliRunner().invoke(cli.app, ["run", "ai1", *words])
        assert result.exit_code == cli.BAD_INPUT
        assert said in result.stderr
