"""Do studies of prices say what all uncertain numbers do to orbit against the ground?

A programme whose prices are sums and products that one can reckon by hand stands for a design.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from together_cases import (
    ARRAY,
    DELAY,
    INPUTS,
    LAST,
    LIFE,
    POWER,
    PRICES,
    RATIO,
    Reckoned,
    drawn,
    evaluator,
)

from sunstack.errors import ResultsError, ScenarioError
from sunstack.resolve import resolve
from sunstack.results import SCHEMA_VERSION, Results, check_place, write
from sunstack.scenario import load, shipped
from sunstack.study import together
from sunstack.study.folder import Folder
from sunstack.study.model import AGREES, Model, model_of
from sunstack.study.montecarlo import closing
from sunstack.study.sensitivity import swings
from sunstack.study.surrogate import values_of
from sunstack.study.together import assumptions, parity
from sunstack.study.together.parity import LAUNCH
from sunstack.study.together.prices import by_year, chance, claimed, first_cheaper, prices_of

# --- prices ---------------------------------------------------------------------------------------


def test_prices_are_told_by_the_hour_among_the_draws_that_launch() -> None:
    found = drawn()
    rows = by_year(PRICES, found)
    assert [one["year"] for one in rows] == [2028, 2029, 2030, 2031]
    agrees = found[AGREES] > 0.5
    # A triangle from 0.5 to 2 with its top at 1 has a third of its area below 1: half of 0.5/0.75.
    # Of 1,024 draws that share strays by 0.015: a bit over three times that.
    assert rows[0]["launching_fraction"] == pytest.approx(1.0 / 3.0, abs=0.05)
    assert rows[-1]["launching_fraction"] == 1.0
    by_hand = np.quantile(20.0 * found[POWER][agrees], [0.1, 0.5, 0.9])
    assert list(rows[-1]["ground"].values()) == pytest.approx(by_hand.tolist())
    orbit = (2.0 + found[LAUNCH] / 100.0 + 0.7 * found[ARRAY]) / found[LIFE]
    cheaper = (orbit <= 20.0 * found[POWER])[agrees]
    assert rows[-1]["cheaper_fraction"] == pytest.approx(cheaper.mean())
    assert 0.05 < cheaper.mean() < 0.95
    assert rows[-1]["orbit"]["p50"] == pytest.approx(np.median(orbit[agrees]))


def test_first_years_and_never_make_all_draws() -> None:
    found = first_cheaper(PRICES, drawn())
    shares = [one["fraction"] for one in found["by_year"]]
    assert sum(shares) + found["never_fraction"] == pytest.approx(1.0)
    assert found["cheaper_fraction"] == pytest.approx(1.0 - found["never_fraction"])
    # Prices in orbit fall: whoever is cheaper in some year is so in the last.
    assert found["cheaper_fraction"] == by_year(PRICES, drawn())[-1]["cheaper_fraction"]


def test_what_was_claimed_counts_only_what_has_flown() -> None:
    found = claimed(PRICES, drawn())
    early, late = found["within"]
    assert (early["last_year"], late["last_year"]) == (2028, 2029)
    assert early["launching_fraction"] == by_year(PRICES, drawn())[0]["launching_fraction"]
    assert early["cheaper_fraction"] <= late["cheaper_fraction"]
    assert late["cheaper_fraction"] <= late["launching_fraction"]


def test_never_seen_is_not_impossible() -> None:
    """None of n draws: at most 1 - 0.05^(1/n) with 95 % confidence, 0.0299 of a hundred."""
    told = chance(np.zeros(100, bool))
    assert told["cheaper_fraction"] == 0.0
    assert told["cheaper_at_most_fraction"] == pytest.approx(1.0 - 0.05**0.01)
    assert chance(np.ones(100, bool))["cheaper_at_most_fraction"] == 1.0


def test_draws_that_contradict_themselves_are_counted_and_left_out() -> None:
    told = closing(drawn())
    # Power above 0.199 of a triangle from 0.05 to 0.2: (0.001)² / (0.15 · 0.1), about none.
    assert told["contradictory_fraction"] < 0.01
    assert told["broken_fraction"]["delay"] == pytest.approx(1.0 - told["closing_fraction"])


# --- parity ---------------------------------------------------------------------------------------


def test_launch_costs_at_parity_what_the_equation_says() -> None:
    found = drawn()
    told = parity.launch_price(evaluator(), PRICES, found, [LAST])
    (one,) = told["by_year"]
    agrees = np.flatnonzero(found[AGREES] > 0.5)[: parity.DRAWS]
    own = {key: found[key][agrees] for key in (ARRAY, LIFE, POWER)}
    even = 100.0 * (20.0 * own[POWER] * own[LIFE] - 2.0 - 0.7 * own[ARRAY])
    assert told["draw_count"] == len(agrees)
    assert one["never_fraction"] == pytest.approx((even < 0.0).mean())
    assert one["always_fraction"] == 0.0
    by_hand = np.quantile(even[even >= 0.0], [0.1, 0.5, 0.9])
    assert list(one["price"].values()) == pytest.approx(by_hand.tolist(), rel=1e-9)


def test_a_map_holds_the_ratio_at_both_prices() -> None:
    told = parity.over_prices(evaluator(), RATIO)
    assert told is not None
    launch, factor = told["launch"]["places"], told["satellite"]["factors"]
    assert (launch[0], launch[-1], factor[0], factor[-1]) == (0.0, 1000.0, 0.0, 2.0)
    # Free launch and array: 2 / 5 years over 20 · 0.1 on the ground.
    assert told["ratio"][0][0] == told["least"] == pytest.approx(0.2)
    by_hand = (2.0 + launch[3] / 100.0 + 7.0 * factor[5]) / 5.0 / 2.0
    assert told["ratio"][5][3] == pytest.approx(by_hand)
    assert parity.moved_over_prices(evaluator(), RATIO, told, [{"key": LIFE, "to": 10.0}]) is None


def test_a_map_without_parity_is_drawn_again_with_levers_moved() -> None:
    dear = tuple(
        dataclasses.replace(one, value=0.06) if one.key == POWER else one for one in INPUTS
    )
    model = Reckoned(inputs=dear)
    told = {"least": 1.5}
    rungs = [{"key": LAUNCH, "to": 100.0}, {"key": LIFE, "to": 10.0}]
    moved = parity.moved_over_prices(evaluator(model), RATIO, told, rungs)
    assert moved is not None
    assert [one["key"] for one in moved["levers"]] == [LIFE]
    # Life doubled, launch left to the map: 2 / 10 over 20 · 0.06.
    assert moved["ratio"][0][0] == pytest.approx(0.2 / 1.2)


def test_levers_are_climbed_in_the_order_of_what_they_bring() -> None:
    model = Reckoned()
    rows = assumptions.around(evaluator(model), PRICES)
    swung = swings(cast(Model, model), rows, RATIO)
    climbed = parity.levers(evaluator(model), RATIO, swung)
    # As it is (2 + 5 + 7) / 5 over 2 is 1.4. Power at 0.2 contradicts itself, so that life helps
    # most: 14 / x = 10 at 7 years.
    assert climbed["begun"] == pytest.approx(1.4)
    (rung,) = climbed["rungs"]
    assert (rung["key"], rung["from"]) == (LIFE, 5.0)
    assert rung["to"] == pytest.approx(7.0, abs=1e-3)  # a range is cut 256 times, twice over
    assert climbed["is_reached"]


# --- assumptions ----------------------------------------------------------------------------------


def told_assumptions() -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    one = evaluator()
    rows = assumptions.around(one, PRICES)
    swung = swings(one.model, rows, RATIO)
    found = drawn()
    shares = assumptions.indices(one, RATIO, swung, found[RATIO][found[AGREES] > 0.5], seed=1)
    return swung, shares


def test_the_three_that_decide_are_told_with_their_shares() -> None:
    swung, shares = told_assumptions()
    told = assumptions.deciding(swung, shares)
    assert len(told) == 3
    totals = [one["total_ratio"] for one in told]
    assert totals == sorted(totals, reverse=True)
    # Delay moves nothing in the last year: it is among the inputs of no index.
    assert DELAY not in {one["key"] for one in shares["indices"]}
    # The ratio is a product of sums: its logarithm's variance is nearly made by inputs alone.
    # Each index is known to 0.05, and so is their sum where errors cancel.
    assert sum(one["first_ratio"] for one in shares["indices"]) == pytest.approx(1.0, abs=0.05)
    assert told[0]["meaning"]
    assert 0.9 < shares["of_all_fraction"] <= 1.0


def test_what_readers_ask_for_first_is_played_with_where_it_swings() -> None:
    one = evaluator()
    rows = assumptions.around(one, PRICES)
    places = assumptions.played_with(one.model, rows, PRICES, LAST)
    keys = [INPUTS[place].key for place in places]
    assert set(keys) == {LAUNCH, ARRAY, POWER, LIFE}
    assert keys.index(LAUNCH) == 0


def test_a_formula_says_what_the_chain_says_of_what_readers_move() -> None:
    one = evaluator()
    places = [[item.key for item in INPUTS].index(key) for key in (LAUNCH, LIFE)]
    tree = assumptions.formula(one, places, seed=2)["surrogate"]
    values = np.array([[300.0, 8.0]])
    # (2 + 3 + 7) / 8 an hour, over 20 · 0.1 on the ground.
    # A formula of few terms stands for two quotients: a thousandth.
    assert values_of(tree, values)[RATIO][0] == pytest.approx(0.75, rel=1e-3)
    none = assumptions.formula(one, [], seed=2)
    assert none["surrogate"] is None and "name 1 to 8" in none["surrogate_lacks"]


# --- kept -----------------------------------------------------------------------------------------


def test_rows_that_were_evaluated_are_not_evaluated_again(tmp_path: Path) -> None:
    model = Reckoned()
    one = evaluator(model, tmp_path)
    first = parity.over_prices(one, RATIO)
    asked = len(model.rows_asked)
    assert parity.over_prices(one, RATIO) == first
    assert len(model.rows_asked) == asked
    # Other rows, or another column, are other work.
    parity.over_prices(one, PRICES.ratio(2029))
    assert len(model.rows_asked) == asked + 1


# --- of real designs -----------------------------------------------------------------------------


def test_a_design_without_computers_says_why_it_is_not_studied() -> None:
    resolved = resolve(load(shipped.find("starlink-gen1"), ()))
    assert together.lacks(resolved) == together.NO_CHIPS
    with pytest.raises(ScenarioError, match="no accelerators"):
        together.together(resolved)


def test_every_price_of_a_shipped_scenario_can_be_read() -> None:
    """Traced, not computed: each objective is a number of the design, by calendar year."""
    resolved = resolve(load(shipped.find("ai1"), ()))
    prices = prices_of(resolved)
    assert (prices.first_year, prices.year_count) == (2028, 16)
    texts = list(prices.objectives())
    model = model_of(resolved, inputs=together._inputs(resolved), objectives=texts)
    assert set(model.columns) == {*texts, AGREES}


def test_an_interrupted_study_leaves_a_folder_that_a_run_may_write(tmp_path: Path) -> None:
    place = tmp_path / "run"
    folder = Folder(path=place / "studies", manifest={"kind": "together"}).opened()
    evaluator(folder=folder.path).rows("as it is", Reckoned().value[None])
    check_place(place)
    told = {"schema_version": SCHEMA_VERSION, "studies": {}}
    fresh = Results(manifest={"schema_version": SCHEMA_VERSION}, summary=told, tables={})
    write(fresh, place)
    assert (place / "studies" / "study.json").is_file() and (place / "summary.json").is_file()
    # The same study goes on; another one begins anew only where it may.
    other = dataclasses.replace(folder, manifest={"kind": "other"})
    with pytest.raises(ResultsError, match="another study"):
        other.opened()
    assert list((other.opened(replaces=True).path or place).iterdir()) != []
    assert json.loads((place / "studies" / "study.json").read_text()) == {"kind": "other"}
    # A run without studies leaves none behind.
    write(dataclasses.replace(fresh, summary=told | {"studies": None}), place)
    assert not (place / "studies").exists()
