"""Does the report place sliders where there is a formula, and say how far it may be off?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import plotly.graph_objects
import pytest
from surrogate_cases import GROUND_USD, ORBIT_USD, prices, rough, tree_of

from sunstack.report.blocks import Folded, Pair, Prose, Section, Table, WhatIf
from sunstack.report.comparison import compared, differences
from sunstack.report.sections.whatif import NAMES, NOTHING, ROUGH, TITLE, name_of, whatif
from sunstack.report.sections.whatif_series import series_of
from sunstack.results import Results
from sunstack.scenario import keys


@pytest.fixture(scope="module")
def tree() -> dict[str, Any]:
    return tree_of()


def results_of(tree: dict[str, Any] | None) -> Results:
    scenario = {"path": "here.yaml", "overrides": {"seed": 4}}
    studies = {} if tree is None else {"studies": {"surrogate": tree}}
    manifest = {"scenario": scenario, "inputs": [], "groups": []}
    return Results(manifest=manifest, summary=studies, tables={})


def told_of(tree: dict[str, Any]) -> Section:
    found = whatif(results_of(tree))
    assert found is not None
    return found


def panel(section: Section) -> WhatIf:
    (found,) = (block for block in section.blocks if isinstance(block, WhatIf))
    return found


def test_without_a_study_nothing_is_said() -> None:
    assert whatif(results_of(None)) is None
    assert whatif(results_of({})) is None
    assert whatif(replace(results_of(None), summary={"studies": None})) is None


def test_it_says_how_far_off_the_formula_is(tree: dict[str, Any]) -> None:
    told = told_of(tree).blocks[0]
    assert isinstance(told, Prose)
    assert told.tone == "plain" and not told.badge
    assert "Three numbers move" in told.text
    # 84 terms of degree 6 in three inputs are under 500, 165 of degree 8 as well: 3 rows each.
    assert "512 evaluations of the whole chain" in told.text
    assert "Of 480 further ones" in told.text


def test_a_rough_formula_is_called_rough() -> None:
    found = tree_of(rough)
    told = told_of(found).blocks[0]
    assert isinstance(told, Prose)
    assert (told.badge, told.tone) == (ROUGH, "bad")
    assert f"within {100.0 * found['worst_p95_fraction']:.1f}\N{NO-BREAK SPACE}%" in told.text
    assert "run the whole chain for a figure" in told.text
    assert panel(told_of(found)).data["is_rough"]


def test_rows_left_out_are_counted_in_words(tree: dict[str, Any]) -> None:
    rows = tree["rows"] | {"all": 1000, "contradictory": 125}
    left = [{"objective": "ground.chip_usd_per_s@0", "not_finite_count": 3}]
    blocks = told_of(tree | {"rows": rows, "left_out": left}).blocks
    assert isinstance(blocks[0], Prose)
    assert "12.5\N{NO-BREAK SPACE}% of all evaluations" in blocks[0].text
    (folded,) = (block for block in blocks if isinstance(block, Folded))
    assert isinstance(folded.blocks[-1], Prose)
    assert "No formula is fitted to ground.chip_usd_per_s@0" in folded.blocks[-1].text


def test_orbit_and_ground_are_paired_by_year(tree: dict[str, Any]) -> None:
    hours, tokens = series_of(tree)
    assert (hours.short, hours.units) == ("accelerator's hour", 3600.0)
    assert (tokens.label, tokens.units) == ("million tokens of grok-2", 1e6)
    assert hours.years == [2029, 2030, 2031, 2032, 2033]
    orbit, ground = (
        tree["objectives"][hours.sides[side][2031]]["objective"] for side in ("orbit", "ground")
    )
    assert (orbit, ground) == ("economics.vintage.chip_usd_per_s@3", "ground.chip_usd_per_s@3")
    ratio = tree["objectives"][hours.ratios[2031]]["objective"]
    assert ratio == f"{orbit} / {ground}"
    assert tokens.written()["ratio"] == [None] * 5


def test_one_side_alone_is_no_comparison(tree: dict[str, Any]) -> None:
    orbit = [one for one in tree["objectives"] if one["objective"].startswith("economics")]
    (told,) = told_of(tree | {"objectives": orbit}).blocks
    assert told == Prose(text=NOTHING)


def test_the_figure_holds_what_the_run_has_and_every_corner(tree: dict[str, Any]) -> None:
    chart = panel(told_of(tree)).chart
    plotly.graph_objects.Figure(chart.figure)
    lines = {trace["meta"]: trace for trace in chart.figure["data"] if "meta" in trace}
    moved = (0.4 * 0.398, -0.5 * -0.5, -0.1 * -0.5, 0.05 * 0.398 * -0.5)  # by hand, at the design
    orbit_usd = ORBIT_USD * 0.8 * 2.718282 ** sum(moved)
    # Three digits by hand; the ground's is one coefficient, of six.
    assert lines["orbit"]["y"][0] == pytest.approx(orbit_usd, rel=1e-3)
    assert lines["ground"]["y"][0] == pytest.approx(0.95 * GROUND_USD, rel=1e-5)
    assert lines["orbit least"]["y"][0] < lines["orbit"]["y"][0] < lines["orbit most"]["y"][0]
    low, high = (10.0**end for end in chart.figure["layout"]["yaxis"]["range"])
    # Dearest launches, shortest life, fewest rockets; and the other way round, five years on.
    assert high > ORBIT_USD * 0.8 * 2.718282 ** (0.4 + 0.5 + 0.1 - 0.05) > high / 1.2
    assert low < ORBIT_USD * 0.8**5 * 2.718282 ** (-0.4 - 0.5 - 0.1 - 0.05) < 1.2 * low
    assert chart.table.rows[0] == ["2029", "37.6", "5.70"]


def test_the_table_has_the_run_the_formula_and_its_errors(tree: dict[str, Any]) -> None:
    (folded,) = (block for block in told_of(tree).blocks if isinstance(block, Folded))
    inputs, errors = (block for block in folded.blocks if isinstance(block, Table))
    assert inputs.rows[0][0] == "launch.price_usd_per_kg"
    assert inputs.rows[0][2:] == ["100", "500", "1,000", "USD/kg"]
    rows = {str(row[0]): row for row in errors.rows}
    assert len(rows) == 2 * 2 * 5
    hour = rows["hour of an accelerator at full power, orbit 2029"]
    assert hour[1:4] == ["37.6", "37.6", "0.00\N{NO-BREAK SPACE}%"]


def test_names_are_of_keys_there_are() -> None:
    assert set(NAMES) <= set(keys())
    assert name_of("launch.price_usd_per_kg") == "Launch price"
    assert name_of("economics.laser_usd") == "Economics: laser"


def test_two_runs_keep_their_sliders_apart(tree: dict[str, Any]) -> None:
    dearer = tree_of(lambda values: {name: 2.0 * one for name, one in prices(values).items()})
    (section,) = compared([told_of(tree)], [told_of(dearer)])
    names = [
        block.name
        for pair in section.blocks
        if isinstance(pair, Pair)
        for block in (*pair.first, *pair.second)
        if isinstance(block, WhatIf)
    ]
    assert names == ["what-if-panel-a", "what-if-panel-b"]
    (only,) = compared([], [told_of(tree)])
    assert only.title == TITLE


def test_terms_of_a_formula_are_no_figures_that_differ(tree: dict[str, Any]) -> None:
    assert differences(results_of(tree), results_of(tree_of(rough)))["summary"] == []
