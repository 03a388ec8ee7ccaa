"""Does the formula run through the chain, does it say how far it is off, do page and Python agree?

Errors of a real design's formula are measured anew, on rows of the chain that it never saw.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import playwright
import pytest
from scipy.stats import qmc
from surrogate_cases import INPUTS, LIFE, Chain, Columns, agreed, an_input, laid_out, made_up

from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved
from sunstack.results import rounded
from sunstack.study.inputs import inputs_of
from sunstack.study.model import AGREES, Model, model_of
from sunstack.study.polynomials import HIGHEST_DEGREE, MOST_TERMS, degrees_of, terms_of
from sunstack.study.surrogate import surrogate, values_of

PAGE = Path(__file__).parents[1] / "src" / "sunstack" / "report" / "page"
POWER, HEAT = "first_year.payload_power_w", "margins.radiator_heat"
ORBIT, GROUND = "economics.vintage.chip_usd_per_s@3", "ground.chip_usd_per_s@3"


@pytest.fixture(scope="module")
def small(shipped: Callable[..., Resolved]) -> Model:
    """Two inputs of one satellite, no fleet: compiled in seconds."""
    design = shipped("ai1")
    inputs = inputs_of(design, ("power.cell_efficiency", "thermal.emissivity_ratio"))
    return model_of(design, inputs=inputs, objectives=[POWER, HEAT])


@pytest.fixture(scope="module")
def of_small(small: Model) -> dict[str, Any]:
    return surrogate(small, inputs=(0, 1), seed=3, evaluate=small.rows)


def polynomial(values: Columns) -> dict[str, Columns]:
    """ln y = 1 + 0.5 t₁ + 0.25 t₂² - 0.125 t₁ t₂ t₃; 3 - 8 t₃³ + 2 t₁, which changes its sign."""
    t = laid_out(values)
    orbit = np.exp(1.0 + 0.5 * t[:, 0] + 0.25 * t[:, 1] ** 2 - 0.125 * t.prod(axis=1))
    return agreed(**{ORBIT: orbit, GROUND: 3.0 - 8.0 * t[:, 2] ** 3 + 2.0 * t[:, 0]})


def fitted(chain: Chain, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"objectives": (ORBIT, GROUND)} | changes
    return surrogate(made_up(**given), inputs=range(3), seed=1, evaluate=chain)


# --- what is a polynomial -------------------------------------------------------------------------


def test_a_polynomial_comes_out_term_by_term() -> None:
    """In Chebyshev's: t² = (1 + T₂)/2, t³ = (3 T₁ + T₃)/4, so 1.125 and 0.125; -6 and -2."""
    tree = fitted(polynomial)
    orbit, ground = (terms(tree, one) for one in tree["objectives"])
    assert orbit == {"000": 1.125, "100": 0.5, "020": 0.125, "111": -0.125}
    assert ground == {"000": 3.0, "100": 2.0, "001": -6.0, "003": -2.0}
    assert [one["is_logarithmic"] for one in tree["objectives"]] == [True, False]
    assert [one["degree"] for one in tree["objectives"]] == [3, 3]
    assert tree["worst_p95_fraction"] < 1e-9
    assert tree["is_within_bound"]


def terms(tree: dict[str, Any], one: dict[str, Any]) -> dict[str, float]:
    degrees = [tree["degrees"][place] for place in one["terms"]]
    return dict(zip(degrees, one["coefficients"], strict=True))


def test_terms_are_all_products_up_to_a_degree() -> None:
    """T₀..T₃ of t = 0.5 are 1, 0.5, -0.5, -1; of two places up to degree 8 there are 45."""
    degrees = degrees_of(2)
    assert len(degrees) == 45 and degrees.sum(axis=1).max() == HIGHEST_DEGREE
    at = terms_of(np.array([[0.5, -1.0]]), np.array([[3, 0], [2, 1], [0, 2], [1, 3]]))
    assert at.tolist() == [[-1.0, 0.5, 1.0, -0.5]]
    assert len(degrees_of(8)) == 495 <= MOST_TERMS


def test_it_tells_the_years_of_launch_and_the_inputs_as_the_scenario_has_them() -> None:
    tree = fitted(polynomial)
    # The programme starts on 20 March 2028; three years on it is 2031.
    assert [one["year"] for one in tree["objectives"]] == [2031, 2031]
    late = ORBIT.replace("@3", "@30")
    only = fitted(lambda values: agreed(**{late: polynomial(values)[ORBIT]}), objectives=(late,))
    # Of six years eight calendar years are kept: the last stands for all after it.
    assert [one["year"] for one in only["objectives"]] == [2035]
    price, life, rockets = tree["inputs"]
    assert (price["low"], price["value"], price["high"]) == (100.0, 500.0, 1000.0)
    assert price["unit"] == "USD/kg" and "kilogram" in price["meaning"]
    assert [one["is_logarithmic"] for one in (price, life, rockets)] == [True, False, False]
    marks = {one["name"]: one["value"] for one in price["marks"]}
    assert marks["starship-v4"] == 200.0
    assert "starship-v3" not in marks, "it is what the design itself has"
    assert rounded(tree) == json.loads(json.dumps(tree)), "a summary keeps it as it is"


def test_the_design_and_rows_of_whole_rockets_are_what_is_evaluated() -> None:
    asked: list[Columns] = []

    def chain(values: Columns) -> dict[str, Columns]:
        asked.append(values)
        return polynomial(values)

    tree = fitted(chain)
    (rows,) = asked
    assert (rows == [500.0, 5.0, 4.0]).all(axis=1).any()
    assert set(rows[:, 2]) == set(range(2, 11))
    low, high = ([getattr(one, end) for one in INPUTS] for end in ("low", "high"))
    assert (rows >= low).all() and (rows <= high).all()
    assert {tuple(row) for row in rows} >= {tuple(low), tuple(high)}
    assert sum(tree["rows"][name] for name in ("fitting", "choosing", "held_out")) > 900
    assert fitted(polynomial) == tree, "the same seed gives the same rows"


def test_inputs_that_do_not_move_stay_at_their_values() -> None:
    asked: list[Columns] = []

    def chain(values: Columns) -> dict[str, Columns]:
        asked.append(values)
        return polynomial(values)

    surrogate(made_up(objectives=(ORBIT,)), inputs=[1], seed=1, evaluate=chain)
    assert set(asked[0][:, 0]) == {500.0} and set(asked[0][:, 2]) == {4.0}
    assert len(set(asked[0][:, 1])) > 500


# --- how far off ----------------------------------------------------------------------------------


def test_what_jumps_is_called_rough() -> None:
    def steps(values: Columns) -> dict[str, Columns]:
        return agreed(**{ORBIT: 1.0 + np.floor(3.0 * (values[:, 1] - 4.0)) % 2.0})

    tree = fitted(steps, objectives=(ORBIT,))
    assert not tree["is_within_bound"]
    errors = tree["objectives"][0]["errors"]
    assert 0.05 < errors["p95_fraction"] <= errors["worst_fraction"]


def test_rows_that_contradict_themselves_are_left_out_and_counted() -> None:
    """What they hold, here nothing that a formula could run through, has no part in it."""

    def chain(values: Columns) -> dict[str, Columns]:
        found, wrong = polynomial(values), values[:, 1] > 7.0
        return {name: np.where(wrong, np.nan, column) for name, column in found.items()} | {
            AGREES: np.where(wrong, 0.0, 1.0)
        }

    tree = fitted(chain)
    rows = tree["rows"]
    # A quarter of the box evenly spread, a third by the arcsine's density.
    assert 0.25 < rows["contradictory"] / rows["all"] < 0.40
    assert rows["held_out"] == pytest.approx(0.75 * 480, rel=0.01)  # Sobol rows: even to 4 of 360
    assert terms(tree, tree["objectives"][0])["000"] == 1.125
    assert tree["left_out"] == []


def test_what_has_no_price_somewhere_is_named_and_has_no_formula() -> None:
    def chain(values: Columns) -> dict[str, Columns]:
        found = polynomial(values)
        return found | {GROUND: np.where(values[:, 1] < 4.5, np.inf, found[ORBIT])}

    tree = fitted(chain)
    assert [one["objective"] for one in tree["objectives"]] == [ORBIT]
    assert [one["objective"] for one in tree["left_out"]] == [GROUND]
    assert tree["left_out"][0]["not_finite_count"] > 100


@pytest.mark.parametrize(
    ("model", "inputs", "message"),
    [
        (made_up(), [], "0 inputs are named; name 1 to 8"),
        (made_up(), [0, 0], "each once"),
        (made_up(), [3], "no input 3; the model has 3"),
        (
            made_up((an_input(LIFE, 4.0, 5.0, np.inf),)),
            [0],
            "satellite.life_years runs from 4 to inf",
        ),
        (made_up((an_input(LIFE, 4.0, 4.0, 4.0),)), [0], "write finite numbers, low < high"),
    ],
)
def test_what_cannot_be_moved_is_refused(model: Model, inputs: list[int], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        surrogate(model, inputs=inputs, seed=1, evaluate=polynomial)


def test_a_chain_without_numbers_and_one_that_contradicts_itself_are_refused() -> None:
    with pytest.raises(ScenarioError, match=r"no objective is a number in every row; economics"):
        fitted(lambda values: agreed(**{ORBIT: np.full(len(values), np.nan)}), objectives=(ORBIT,))
    with pytest.raises(ScenarioError, match=r"of \d+ rows contradict themselves"):
        fitted(lambda values: polynomial(values) | {AGREES: np.zeros(len(values))})


# --- a real design --------------------------------------------------------------------------------


def test_errors_are_those_of_rows_of_the_chain_it_never_saw(
    small: Model, of_small: dict[str, Any]
) -> None:
    model, tree = small, of_small
    low, high = (np.array([getattr(one, end) for one in model.inputs]) for end in ("low", "high"))
    rows = low + (high - low) * qmc.Halton(2, rng=11).random(256)
    exact, told = model.rows(rows), values_of(tree, rows)
    for one in tree["objectives"]:
        text, errors = one["objective"], one["errors"]
        spread = 1.0 if one["is_logarithmic"] else np.ptp(np.quantile(exact[text], (0.05, 0.95)))
        size = np.abs(exact[text]) if one["is_logarithmic"] else spread
        off = np.abs(told[text] - exact[text]) / size
        # Of 256 rows, the 95th in 100 is known to a few ranks; a floor for what is but rounded.
        assert np.quantile(off, 0.95) < 1.5 * errors["p95_fraction"] + 1e-6
        assert np.quantile(off, 0.97) > 0.6 * errors["p95_fraction"]
        assert off.max() < 2.5 * errors["worst_fraction"] + 1e-6
    assert [one["is_logarithmic"] for one in tree["objectives"]] == [True, False]
    assert tree["worst_p95_fraction"] < 0.001


def test_the_design_is_told_beside_what_the_chain_makes_of_it(
    small: Model, of_small: dict[str, Any]
) -> None:
    model, tree = small, of_small
    exact, told = model.rows(model.value[None]), values_of(tree, model.value[None])
    for one in tree["objectives"]:
        text = one["objective"]
        # Six digits are kept of either.
        assert one["exact"] == pytest.approx(exact[text][0], rel=1e-5)
        assert one["told"] == pytest.approx(told[text][0], rel=1e-5)


# --- on the page ----------------------------------------------------------------------------------


def test_the_page_evaluates_it_as_python_does(tmp_path: Path) -> None:
    """Of each kind of input and objective; sums are taken in another order, no more."""
    tree = fitted(polynomial)
    # What is no polynomial takes many terms.
    rich = fitted(
        lambda values: agreed(**{ORBIT: 1.0 / (values[:, 1] - 3.0) + 0.01 * values[:, 0] ** 0.7}),
        objectives=(ORBIT,),
    )
    assert len(rich["degrees"]) > 20
    share = qmc.Halton(3, rng=5).random(64)
    rows = np.array([[100.0, 4.0, 2.0]]) + share * [900.0, 4.0, 8.0]
    for one in (tree, rich):
        page = np.array(in_node(one, rows.tolist(), tmp_path))
        python = np.stack(list(values_of(one, rows).values()), axis=1)
        assert np.abs(page - python).max() <= 1e-12 * np.abs(python).max()
        assert np.ptp(python[:, 0]) > 0.1


def in_node(tree: dict[str, Any], rows: list[list[float]], folder: Path) -> list[list[float]]:
    """What the page's own program makes of rows."""
    given = folder / "given.json"
    given.write_text(json.dumps({"tree": tree, "rows": rows}), encoding="utf-8")
    program = folder / "evaluate.mjs"
    program.write_text(
        "import {readFileSync} from 'node:fs';\n"
        f"import {{surrogateValues}} from {json.dumps((PAGE / 'surrogate.js').as_uri())};\n"
        f"const {{tree, rows}} = JSON.parse(readFileSync({json.dumps(str(given))}, 'utf8'));\n"
        "console.log(JSON.stringify(rows.map((row) => surrogateValues(tree, row))));\n",
        encoding="utf-8",
    )
    (node,) = (Path(playwright.__file__).parent / "driver").glob("node*")
    quiet = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"
    done = subprocess.run(
        [node, quiet, program], capture_output=True, text=True, timeout=60, check=True
    )
    found: list[list[float]] = json.loads(done.stdout)
    return found
