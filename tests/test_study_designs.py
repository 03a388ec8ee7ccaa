"""Are studies of a real design right: moved as resolved, interrupted, sent away, optimised?

The design is that of one AI1 satellite; its condensed form is all of it, so that numbers are exact.
"""

from __future__ import annotations

import pickle
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from conftest import plainly_typed

from sunstack import study
from sunstack.errors import ResultsError, ScenarioError
from sunstack.evaluate import evaluate
from sunstack.resolve import Resolved, resolve
from sunstack.scenario import load, shipped
from sunstack.study.inputs import inputs_of
from sunstack.study.model import ROWS, Model, model_of
from sunstack.study.objectives import objective, read
from sunstack.study.optimise import Best
from sunstack.study.sensitivity import one_at_a_time, tornado

POWER = "first_year.payload_power_w"
AREA = "thermal.radiator_area_m2"
ladder = import_module("sunstack.study.ladder")  # its name in the package is the function's
KEYS = ("power.cell_efficiency", "thermal.emissivity_ratio", "satellite.bus_power_kw")
NO_FLEET = "margins.mass"


@cache
def design(*overrides: str) -> Resolved:
    return resolve(load(shipped.find("ai1"), overrides))


@cache
def small() -> Model:
    """Three inputs, no fleet, no tokens: compiled in seconds."""
    return model_of(design(), inputs=inputs_of(design(), KEYS), objectives=[POWER, NO_FLEET])


# --- samples --------------------------------------------------------------------------------------


def test_a_sample_is_what_resolve_and_evaluate_make_of_its_numbers() -> None:
    given = dict(zip(KEYS, (0.21, 0.87, 9.0), strict=True))
    found = small().rows(np.array([list(given.values())]))
    anew = design(*(f"{key}={value}" for key, value in given.items())).system
    outcome = evaluate(plainly_typed(anew))
    for text in (POWER, NO_FLEET):
        expected = float(read(objective(text), outcome, anew))
        assert found[text][0] == pytest.approx(expected, rel=1e-9)


def test_exact_slopes_are_those_of_finite_differences() -> None:
    model = small()
    _, slopes = model.slopes(model.si(model.value))
    for place, one in enumerate(model.inputs):
        step = 1e-5 * (one.high - one.low)
        moved = np.tile(model.value, (2, 1))
        moved[:, place] += (step, -step)
        found = model.rows(moved)
        per_si = float(one.si(np.array(1.0)) - one.si(np.array(0.0)))
        for text in (POWER, NO_FLEET):
            difference = (found[text][0] - found[text][1]) / (2.0 * step * per_si)
            scale = abs(float(found[text][0])) / ((one.high - one.low) * per_si)
            assert float(slopes[text][place]) == pytest.approx(
                difference, rel=1e-4, abs=1e-6 * scale
            )


def test_a_tornado_holds_both_ends_and_their_slopes() -> None:
    swings = tornado(small())[POWER]
    assert {one["key"] for one in swings} == set(KEYS)
    assert swings == sorted(swings, key=lambda one: -one["swing"])
    rows = small().rows(one_at_a_time(small()))[POWER]
    by_key = {one["key"]: one for one in swings}
    bus = by_key["satellite.bus_power_kw"]
    assert bus["at_low"] == rows[3] and bus["at_high"] == rows[6]
    # More for the bus is less for the payload, kilowatt for kilowatt where the array decides.
    assert bus["at_low"] > bus["at_value"] > bus["at_high"]
    assert bus["at_high_by_slope"] == pytest.approx(bus["at_high"], rel=0.01)


def test_a_model_reaches_another_process_whole() -> None:
    sent: Model = pickle.loads(pickle.dumps(small()))
    rows = np.array([[0.21, 0.87, 9.0]])
    assert all(np.array_equal(sent.rows(rows)[name], small().rows(rows)[name]) for name in (POWER,))


# --- inputs and objectives ------------------------------------------------------------------------


def test_all_inputs_are_those_with_a_range_that_means_something() -> None:
    keys = {one.key for one in inputs_of(design())}
    assert len(keys) > 80
    assert "thermal.emissivity_ratio" in keys
    assert "launch.reuse_count" not in keys  # prices are listed: it changes nothing
    assert "power.battery_capacity_kwh" not in keys  # sized


def test_inputs_that_are_none_are_refused_by_name() -> None:
    with pytest.raises(ScenarioError, match=r"did you mean thermal\.emissivity_ratio"):
        inputs_of(design(), ["thermal.emissivity"])
    with pytest.raises(ScenarioError, match=r"thermal\.radiator_area_m2: has no low and high"):
        inputs_of(design(), [AREA])
    with pytest.raises(ScenarioError, match="decides how much"):
        inputs_of(design(), ["fleet.horizon_years"])


def test_a_range_that_leaves_its_value_out_is_refused() -> None:
    with pytest.raises(ScenarioError):
        inputs_of(design(f"{AREA}={{value: 110, low: 120, high: 130}}"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("first_year.payload_powr_w", "did you mean payload_power_w"),
        ("margins.power", "did you mean .*power|there are"),
        ("service.fleet_tokens_per_s", "name one in brackets"),
        ("service.fleet_tokens_per_s[grok-3]", r"has no grok-3.*grok-2"),
        ("first_year", "is no number"),
        ("margins.mass@5", "does not run over years"),
        ("programme.spent_usd@99", "horizon is 15 years"),
    ],
)
def test_an_objective_that_is_none_is_refused_with_what_there_is(text: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        model_of(design(), inputs=(), objectives=[text])


def test_objectives_read_months_groups_and_the_system() -> None:
    texts = [
        "programme.spent_usd:sum@2",
        "programme.spent_usd:sum",
        "programme.years.working_count[dawn-dusk]",
        "system.mass.stated_mass_kg",
        "programme.spent_usd:sum@2 / programme.spent_usd:sum",
    ]
    system = design().system
    outcome = evaluate(plainly_typed(system))
    values = [float(read(objective(text), outcome, system)) for text in texts]
    spent = np.asarray(outcome.programme.spent_usd)
    assert values[0] == pytest.approx(spent[:24].sum())
    assert values[1] == pytest.approx(spent.sum())
    assert values[2] == pytest.approx(float(outcome.programme.years.working_count[-1, 0]))
    assert values[3] == pytest.approx(2143.0)
    assert values[4] == pytest.approx(values[0] / values[1])


# --- whole studies --------------------------------------------------------------------------------


def ask(out: Path | None, **changes: Any) -> study.Study:
    given: dict[str, Any] = {"objectives": [POWER], "count": 3 * ROWS - 100, "keys": KEYS}
    return study.montecarlo(design(), out=out, **(given | changes))


def test_an_interrupted_study_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole = ask(tmp_path / "whole")
    begun = tmp_path / "begun"

    def stopped(stage: str, done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(begun, progress=stopped)
    assert not (begun / "summary.json").exists()
    again = ask(begun)
    assert again.summary == whole.summary
    assert again.samples.equals(whole.samples)
    for name in ("summary.json", "samples.parquet"):
        assert (begun / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    with pytest.raises(ResultsError, match="another study: asked"):
        ask(begun, seed=99)
    with pytest.raises(ResultsError, match="inputs_sha256"):
        study.montecarlo(
            design("satellite.bus_power_kw={value: 7, low: 3, high: 12}"),
            objectives=[POWER],
            count=3 * ROWS - 100,
            keys=KEYS,
            out=begun,
        )


def test_draws_of_a_design_have_the_mean_of_quadrature() -> None:
    """Gauss-Legendre in each input's share: 8³ places know a smooth mean to a part in 10⁵."""
    nodes, weights = np.polynomial.legendre.leggauss(8)
    share, weight = 0.5 * (nodes + 1.0), 0.5 * weights
    grid = np.stack(np.meshgrid(*[share] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    joint = np.prod(np.stack(np.meshgrid(*[weight] * 3, indexing="ij")), axis=0).ravel()
    values = np.stack([one.value_at(grid[:, k]) for k, one in enumerate(small().inputs)], axis=1)
    exact = float(joint @ small().rows(values)[POWER])
    told = ask(None, count=4 * ROWS).summary["objectives"][POWER]
    assert told["mean"] == pytest.approx(exact, abs=3.0 * told["mean_standard_error"])
    assert told["mean_standard_error"] < 0.01 * exact


def test_a_sweep_of_numbers_equals_one_that_resolves_each_point(tmp_path: Path) -> None:
    axes = {AREA: [90.0, 130.0], "satellite.bus_power_kw": [4.0, 8.0]}
    moved = study.sweep(design(), axes=axes, objectives=[POWER], out=tmp_path / "sweep")
    assert not moved.summary["is_resolved_anew"]
    # A word among the keys: every point goes through `resolve`.
    anew = study.sweep(
        design(),
        axes={"power.eclipse_policy": ["idle"], **axes},
        objectives=[POWER],
    )
    assert anew.summary["is_resolved_anew"]
    assert [row[POWER] for row in moved.summary["rows"]] == pytest.approx(
        [row[POWER] for row in anew.summary["rows"]], rel=1e-9
    )


def test_a_sweep_refuses_what_is_not_allowed() -> None:
    with pytest.raises(ScenarioError, match="is not allowed"):
        study.sweep(design(), axes={AREA: [-5.0]}, objectives=[POWER])
    with pytest.raises(ScenarioError, match="differ in length"):
        axes = {AREA: [90.0, 130.0], "satellite.bus_power_kw": [4.0]}
        study.sweep(design(), axes=axes, objectives=[POWER], points="list")


def test_even_where_the_equation_says() -> None:
    """The mass margin is zero where the stated mass is what the parts weigh, by hand."""
    found = study.breakeven(
        design(),
        key="satellite.bus_mass_kg",
        objectives=(NO_FLEET,),
        between=(150.0, 400.0),
        count=0,
    )
    system = design().system
    from sunstack.margins import built_up_mass

    parts = built_up_mass(system)
    others = parts.total_kg * (1.0 - system.mass.structure_mass_fraction) - parts.bus_kg
    by_hand = 2143.0 * (1.0 - float(system.mass.structure_mass_fraction)) - float(others)
    assert found.summary["crossings"] == pytest.approx([by_hand], rel=1e-6)


def test_draws_that_are_even_and_those_that_never_are_add_up() -> None:
    found = study.breakeven(
        design(), key="satellite.bus_mass_kg", objectives=(NO_FLEET,), between=(150.0, 400.0),
        count=48, keys=("satellite.structure_mass_fraction", "payload.mass_kg"),
    ).summary["drawn"]  # fmt: skip
    parts = ("crossing_fraction", "always_above_fraction", "always_below_fraction")
    assert sum(found[name] for name in parts) == pytest.approx(1.0)
    assert 0.0 < found["crossing_fraction"] < 1.0


def test_a_ladder_reaches_its_target_and_no_farther() -> None:
    found = study.ladder(design(), target=NO_FLEET, level=0.05, keys=None).summary
    assert found["is_reached"]
    assert found["reached"] == pytest.approx(0.05, abs=1e-4)
    steps = [abs(rung["after"] - rung["before"]) for rung in found["rungs"][:-1]]
    assert steps == sorted(steps, reverse=True)
    never = study.ladder(design(), target=NO_FLEET, level=0.9, keys=("payload.mass_kg",)).summary
    assert not never["is_reached"] and len(never["rungs"]) == 1


def test_an_interrupted_ladder_is_climbed_on_from_its_last_rung(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ("satellite.structure_mass_fraction", "payload.mass_kg", "satellite.bus_mass_kg")
    looked_for: list[set[int]] = []
    step = ladder._step

    def stepped(model: Model, state: Any, left: set[int], sign: float) -> Any:
        looked_for.append(set(left))
        return step(model, state, left, sign)

    def climbed(out: Path, **changes: Any) -> study.Study:
        return study.ladder(design(), target=NO_FLEET, level=9.0, keys=keys, out=out, **changes)

    def stopped(stage: str, done: int, total: int) -> None:
        if stage == "rung 3":
            raise KeyboardInterrupt

    monkeypatch.setattr(ladder, "_step", stepped)
    whole = climbed(tmp_path / "whole")
    assert [len(left) for left in looked_for] == [3, 2, 1]
    looked_for.clear()
    with pytest.raises(KeyboardInterrupt):
        climbed(tmp_path / "begun", progress=stopped)
    again = climbed(tmp_path / "begun")
    assert [len(left) for left in looked_for] == [3, 2, 1]  # two before the stop, one after it
    assert again.summary == whole.summary and len(again.samples) == 3
    with pytest.raises(ResultsError, match="another study: asked"):
        study.ladder(design(), target=NO_FLEET, level=8.0, keys=keys, out=tmp_path / "begun")


# --- optimisation ---------------------------------------------------------------------------------

VARIABLES = {
    AREA: (60.0, 300.0),
    "power.array_area_m2": (300.0, 1200.0),
    "power.battery_capacity_kwh": (10.0, 120.0),
    "payload.peak_power_kw": (125.0, 160.0),
    "thermal.loop_conductance_w_per_k": (8e3, 4e4),
}
WEIGHT = "system.mass.stated_mass_kg"
SIZED = ("satellite.mass_kg=auto",)


@pytest.fixture(scope="module")
def optima() -> dict[str, Best]:
    found = {}
    for name, exact in (("exact", True), ("differences", False)):
        program = study.program(
            design(*SIZED), variables=VARIABLES, target=WEIGHT, direction="least",
            without=("velocity_change",), exact=exact,
        )  # fmt: skip
        found[name] = study.best(program, starts=2)
    return found


def test_the_lightest_design_stands_at_its_limits(optima: dict[str, Any]) -> None:
    best = optima["exact"]
    assert best.is_feasible
    # Radiator and array weigh, so that each is as small as its own margin lets it be.
    assert {"radiator_heat"} <= set(best.binding)
    assert {"array_power", "payload_power"} & set(best.binding)
    # A loop that conducts better weighs nothing here, and a lower peak is a smaller radiator.
    assert set(best.at_ends) <= {"thermal.loop_conductance_w_per_k", "payload.peak_power_kw"}


def test_finite_differences_find_the_same_design_with_more_evaluations(
    optima: dict[str, Any],
) -> None:
    exact, differences = optima["exact"], optima["differences"]
    assert differences.objective == pytest.approx(exact.objective, rel=1e-4)
    # Five variables: six rows a point instead of one.
    assert differences.evaluations >= 5.0 * exact.evaluations


def test_margins_that_cannot_be_met_together_are_named() -> None:
    """A radiator of 60 to 80 m² neither rejects the heat nor can the mass be met with it."""
    program = study.program(
        design(), variables={AREA: (60.0, 80.0)}, target=POWER, direction="most"
    )
    found = study.best(program, starts=2)
    assert not found.is_feasible
    assert "radiator_heat" in found.binding
    assert found.limits["radiator_heat"] < 0.0


# --- beside --------------------------------------------------------------------------------------


def test_a_gradient_through_a_whole_year_is_finite_everywhere() -> None:
    """Every input of the design at once: no number may be without a slope."""
    model = small()
    _, slopes = model.slopes(jnp.asarray(model.si(model.value)))
    assert all(bool(jnp.isfinite(one).all()) for one in slopes.values())


def test_two_scenarios_are_told_by_what_differs() -> None:
    changed = design("satellite.bus_mass_kg={value: 300, low: 150, high: 400}")
    found = study.compare(design(), changed).summary
    (one,) = found["inputs"]
    assert (one["key"], one["first"], one["second"]) == ("satellite.bus_mass_kg", 250, 300)
    # What a bus weighs shows in the build-up and nowhere else, as the mass flown is stated.
    assert [item["objective"] for item in found["outcomes"]] == ["margins.mass"]
    assert found["same_outcome_count"] > 30


def test_a_comparison_is_kept_and_another_one_refused(tmp_path: Path) -> None:
    changed = design("satellite.bus_mass_kg={value: 300, low: 150, high: 400}")
    whole = study.compare(design(), changed, out=tmp_path / "both")
    told: list[tuple[int, int]] = []
    again = study.compare(
        design(),
        changed,
        out=tmp_path / "both",
        progress=lambda stage, done, total: told.append((done, total)),
    )
    assert told == [(2, 2)] and again.summary == whole.summary
    with pytest.raises(ResultsError, match="another study: asked"):
        study.compare(design(), design(*SIZED), out=tmp_path / "both")
