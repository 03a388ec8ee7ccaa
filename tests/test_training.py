"""Does training hold together: one job by hand, its monotonies, its layouts, its slopes?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack import training
from sunstack.answers.training import (
    Question,
    conditions_of,
    grid_of,
    spec_of,
    training_answer_of,
)
from sunstack.disciplines.compute.training import Grid, rows
from sunstack.disciplines.compute.training.step import ring_exchange_s
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.evaluate import Outcome
from sunstack.resolve import Resolved
from sunstack.system import System
from sunstack.training.fleet import runs_per_year_count
from sunstack.training.job import SYNCHRONOUS
from sunstack.units import DAY_S, YEAR_S

type Resolve = Callable[..., Resolved]
type Evaluate = Callable[[System], Outcome]

SMALL = Question(
    model="llama-3-1-8b",
    chip="h100-sxm",
    chips=8,
    satellites=64,
    tokens=1e12,
    batch_tokens=4_194_304.0,
)
run = jax.jit(training.run)


def job_of(asked: Question, **changes: Any) -> training.Job:
    """Run what is asked, layout and all."""
    grid = grid_of(asked, is_ground=False)
    met = replace(conditions_of(asked, grid, is_ground=False), **changes)
    found: training.Job = run(spec_of(asked, grid), met)
    return found


def days(job: training.Job) -> float:
    return float(job.told.duration_s[0]) / DAY_S


# --- on a grid ------------------------------------------------------------------------------------


def grid(**changes: float) -> Grid:
    usual = {
        "row_count": 4.0,
        "slot_count": 100.0,
        "bit_per_s": 1e11,
        "along_hop_s": 1e-3,
        "across_hop_s": 2e-3,
        "fold_count": 2.0,
    }
    return Grid(**{name: jnp.asarray(value) for name, value in (usual | changes).items()})


def test_a_sum_over_copies_by_hand() -> None:
    # 12 copies of 5 stages in 4 rows: 3 blocks behind each other. Across, a folded ring of 4, at
    # half the rate and two hops of 2 ms: 2 · 3 (4 ms + 8e9 / (2 · 4 · 0.5e11)) = 0.144 s. Along, a
    # quarter of it in a ring of 3 that shares its lasers with the four others, ten hops of 1 ms a
    # member: 2 · 2 (10 ms + 2e9 / (2 · 3 · 1e11 / 10)) = 0.17333 s.
    found = rows.sum_exchange_s(
        grid(), bit_count=jnp.asarray(8e9), copy_count=jnp.asarray(12.0), stage_count=jnp.asarray(5)
    )
    assert float(found) == pytest.approx(0.144 + 0.173333, rel=1e-5)


def test_where_all_reach_each_other_it_is_one_ring() -> None:
    ground = grid(row_count=math.inf, slot_count=math.inf, fold_count=1.0)
    words = {"bit_count": jnp.asarray(8e9), "stage_count": jnp.asarray(5.0)}
    found = rows.sum_exchange_s(ground, copy_count=jnp.asarray(12.0), **words)
    ring = ring_exchange_s(bit_count=8e9, member_count=12.0, bit_per_s=1e11, hop_s=2e-3)
    assert float(found) == pytest.approx(float(ring), rel=1e-12)
    assert float(rows.sum_exchange_s(grid(), copy_count=jnp.asarray(1.0), **words)) == 0.0


def test_an_arc_of_an_orbit() -> None:
    # 12 copies in 4 rows: 15 of 100 places along the plane, 14 steps from the first to the last
    arc = rows.arc_fraction(grid(), copy_count=jnp.asarray(12.0), stage_count=jnp.asarray(5.0))
    assert float(arc) == pytest.approx(0.14)


# --- one job --------------------------------------------------------------------------------------


def test_a_job_by_hand() -> None:
    # one machine of 8 H100 with nothing that fails: time is operations over what it reaches
    alone = replace(SMALL, satellites=1, dose_rad_per_year=0.0, tokens=1e9)
    nothing = dict.fromkeys(
        ("chip_failure_per_s", "ground_failure_per_s", "satellite_failure_per_s"), jnp.asarray(0.0)
    )
    found = job_of(alone, **nothing)
    spec = spec_of(alone, grid_of(alone, is_ground=False))
    work = float(spec.task.token_flop) * 1e9 * float(spec.recomputed_ratio[0])
    reached = float(spec.layout.accelerator_count[0]) * float(spec.peak_flop_per_s) * 0.43
    assert float(found.told.duration_s[0]) == pytest.approx(work / reached, rel=1e-6)
    # about 6 operations for each of 8 billion parameters, and attention within 8,192 tokens
    assert 6 * 8e9 < float(spec.task.token_flop) < 8 * 8e9
    assert float(found.interrupted_per_s[0]) == 0.0
    stages = np.asarray(found.stage_flop_per_s)[:, 0]
    assert stages[-1] == pytest.approx(stages[2] / 1.02, rel=1e-6)


def test_stages_only_take() -> None:
    for method in training.METHODS:
        found = job_of(replace(SMALL, method=method, eclipse_fraction=0.2))
        stages = np.asarray(found.stage_flop_per_s)[:, 0]
        assert (np.diff(stages) <= 1e-9 * stages[0]).all()
        # what is left does the operations of all tokens in the time told
        work = float(spec_of(SMALL, grid_of(SMALL, is_ground=False)).task.token_flop) * 1e12
        held = float(found.held_count[0]) * stages[-1]
        assert float(found.told.duration_s[0]) == pytest.approx(work / held, rel=1e-6)


def test_shadow_takes_its_share() -> None:
    lit, dark = job_of(SMALL), job_of(replace(SMALL, eclipse_fraction=0.25))
    resumed = 0.25 + 10.0 / (96 * 60)
    assert days(dark) == pytest.approx(days(lit) / (1.0 - resumed), rel=1e-9)


def test_corruptions_of_a_run() -> None:
    found = job_of(SMALL)
    per_accelerator = float(found.corruption_per_s[0]) / (
        float(found.satellite_count[0]) * 8.0 / YEAR_S
    )
    # 150 rad a year over the dose that brings one, 17 rad in the beam
    assert per_accelerator == pytest.approx(150.0 / 17.0, rel=0.05)
    left = float(found.corruption_per_s[0] * found.told.duration_s[0]) * 0.5
    assert float(found.unnoticed_count[0]) == pytest.approx(left, rel=1e-9)


@settings(max_examples=6)
@given(
    st.sampled_from(training.METHODS),
    st.floats(1.0, 2000.0),
    st.sampled_from([8, 32, 64, 256]),
)
def test_less_light_is_never_faster(method: str, gbps: float, satellites: int) -> None:
    asked = replace(SMALL, method=method, satellites=satellites, laser_gbps=gbps)
    slower = replace(asked, laser_gbps=0.5 * gbps)
    assert days(job_of(slower)) >= days(job_of(asked)) * (1.0 - 1e-9)


@settings(max_examples=5)
@given(st.sampled_from(training.METHODS), st.sampled_from([4, 16, 64]), st.floats(1.0, 2000.0))
def test_more_satellites_never_take_longer_steps(method: str, few: int, gbps: float) -> None:
    asked = replace(SMALL, method=method, satellites=few, laser_gbps=gbps, rows=64)
    more = replace(asked, satellites=2 * few)
    each = [float(job_of(one).told.step_s[0] * used) for one, used in ((asked, 1), (more, 1))]
    between = [float(np.ravel(job_of(one).told.utilisation_fraction)[0]) for one in (asked, more)]
    assert each[1] / between[1] <= each[0] / between[0] * (1.0 + 1e-9)


def test_slopes_are_those_of_differences() -> None:
    where = grid_of(SMALL, is_ground=False)
    spec, met = spec_of(SMALL, where), conditions_of(SMALL, where, is_ground=False)

    def taken(upsets: jax.Array) -> jax.Array:
        return training.run(spec, replace(met, upset_per_s=upsets)).told.duration_s[0] / DAY_S

    at = jnp.asarray(1e-7)
    slope = float(jax.grad(taken)(at))
    around = [float(taken(at * (1.0 + step))) for step in (1e-4, -1e-4)]
    assert slope > 0.0
    assert slope == pytest.approx((around[0] - around[1]) / 2e-11, rel=1e-4)
    assert float(jax.jit(taken)(at)) == pytest.approx(float(taken(at)), rel=1e-9)


# --- layouts --------------------------------------------------------------------------------------


def test_a_model_too_large_says_how_many_satellites_hold_it() -> None:
    asked = Question(model="llama-3-1-405b", chip="h100-sxm", chips=8, satellites=10)
    with pytest.raises(ScenarioError, match=r"satellites: 10 do not hold .*one copy takes (\d+)"):
        training_answer_of(asked)
    held = training_answer_of(replace(asked, satellites=16))
    assert held["orbit"]["least_satellites"] == 16.0
    assert held["orbit"]["memory_margin_fraction"] >= 0.0
    # 405 billion parameters at 6 and more bytes over 8 · 80 GB: no fewer than 4 satellites
    assert held["orbit"]["least_satellites"] * 640e9 > 405e9 * 6


def test_a_layout_can_be_chosen_anew_by_another_method(three_groups: Resolve) -> None:
    system = three_groups().system
    where = training.fleet.grid_of(system)
    streamed = training.laid_out(replace(system.training, method="streaming"), where)
    assert (np.asarray(streamed.rounds.fragment_count) == 36.0).all()
    assert (np.asarray(streamed.rounds.overlap_step_count) == 1.0).all()
    back = training.laid_out(replace(streamed, method=SYNCHRONOUS), where)
    first = system.training.layout.satellite_count
    np.testing.assert_array_equal(back.layout.satellite_count, first)


def test_ground_is_faster_than_thin_lasers_and_never_dark() -> None:
    told = training_answer_of(replace(SMALL, ground=True, eclipse_fraction=0.3, laser_gbps=10.0))
    assert told["ground"]["duration_days"] < told["orbit"]["duration_days"]
    assert told["ground"]["silent_corruptions"] == 0.0
    shadow = {one["stage"]: one["flop_per_s"] for one in told["ground"]["stages"]}
    assert shadow["shadow"] == pytest.approx(shadow["failures"], rel=1e-12)


def test_a_cost_only_where_a_price_is_given() -> None:
    assert training_answer_of(SMALL)["orbit"]["cost_usd"] is None
    told = training_answer_of(replace(SMALL, usd_per_hour=2.0))["orbit"]
    assert told["cost_usd"] == pytest.approx(2.0 * told["accelerator_hours"])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"satellites": 0}, "satellites: 0 is out of place; write 1 to"),
        ({"method": "fast"}, "method: fast is none; write synchronous, diloco, streaming"),
        ({"precision": "fp64"}, "precision: fp64 is none; write bf16, fp8"),
        ({"tokens": math.nan}, "tokens: nan is out of place"),
        ({"power_kw": 50.0}, "power_kw: 50 is out of place: an accelerator of h100-sxm draws"),
        ({"batch_tokens": 4000.0}, "batch_tokens: 4000 are less than one text of 8192"),
        ({"eclipse_fraction": 1.0}, "eclipse_fraction: 1 is out of place"),
    ],
)
def test_bad_questions_say_what_to_write(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        training_answer_of(replace(SMALL, **changes))


def test_unknown_names_are_refused() -> None:
    with pytest.raises(CatalogueError, match="llama-9"):
        training_answer_of(replace(SMALL, model="llama-9"))
    with pytest.raises(CatalogueError, match="abacus"):
        training_answer_of(replace(SMALL, chip="abacus"))


# --- of a scenario --------------------------------------------------------------------------------


def test_a_run_and_the_command_tell_the_same(shipped: Resolve, compiled_evaluate: Evaluate) -> None:
    system = shipped("suncatcher").system
    found = compiled_evaluate(system).training
    met, spec = found.first_met, system.training
    upset_rad = 17.0
    asked = Question(
        model="llama-3-1-405b",
        chip="tpu-v6e",
        chips=int(spec.accelerator_count),
        satellites=int(spec.asked_count[0]),
        rows=int(met.grid.row_count[0]),
        slots=int(met.grid.slot_count[0]),
        hop_ms=1e3 * float(met.grid.along_hop_s[0]),
        laser_gbps=float(met.grid.bit_per_s[0]) / 1e9,
        eclipse_fraction=float(met.stopped_fraction[0]),
        period_minutes=float(met.period_s[0]) / 60.0,
        dose_rad_per_year=float(met.corruption_per_s[0]) * YEAR_S * upset_rad,
        power_kw=float(met.satellite_power_w[0] / (spec.accelerator_count * met.overhead_ratio))
        / 1e3,
    )
    told = training_answer_of(asked)["orbit"]
    assert told["satellites"] == int(found.first.satellite_count[0])
    assert told["step_s"] == pytest.approx(float(found.first.told.step_s[0]), rel=2e-3)
    # the scenario counts shadow on the days that have some, the command on all
    assert told["goodput_fraction"] == pytest.approx(
        float(found.first.told.goodput_fraction[0]), rel=1e-2
    )
    assert told["duration_days"] == pytest.approx(days(found.first), rel=1e-2)
    assert told["energy_gwh"] == pytest.approx(
        float(found.first.told.energy_j[0]) / 3.6e12, rel=1e-2
    )


def test_runs_are_satellites_times_a_year_over_a_run(
    shipped: Resolve, compiled_evaluate: Evaluate
) -> None:
    outcome = compiled_evaluate(shipped("suncatcher").system)
    found = outcome.training
    runs = np.asarray(found.runs_per_year_count)[:, 0]
    capacity = np.asarray(outcome.programme.years.capacity_count)[:, 0]
    each = YEAR_S / np.array([float(one.told.duration_s[0]) for one in (found.first, found.last)])
    # Restarts after upsets are in each run's goodput, and so not in the satellites that train.
    kept = 1.0 - float(outcome.programme.restart_lost_fraction[0])
    assert 0.99 < kept < 1.0
    most = capacity / kept / float(found.first.held_count[0])
    assert (runs <= most * each.max() * (1.0 + 1e-9)).all()
    assert (runs >= most * each.min() * (1.0 - 1e-9)).all()
    assert runs.max() > 0.0


def test_restarts_are_counted_once_by_hand(shipped: Resolve) -> None:
    """Of 10 that restart a fifth of the time capacity counts 8; all 10 train."""
    system = shipped("suncatcher").system
    told = SimpleNamespace(duration_s=jnp.full((2, 1), YEAR_S))
    jobs: Any = SimpleNamespace(told=told, held_count=5.0, margin_fraction=jnp.zeros((2, 1)))
    years: Any = SimpleNamespace(capacity_count=jnp.full((3, 1), 8.0), mean_age_s=jnp.zeros((3, 1)))
    runs = runs_per_year_count(system, jobs, years, restart_lost_fraction=jnp.array([0.2]))
    chips = system.reliability.chips
    spare = float(chips.carried_count / chips.needed_count)
    assert np.asarray(runs) == pytest.approx(10.0 / 5.0 * spare)


def test_a_job_that_cannot_be_trains_nothing(shipped: Resolve, compiled_evaluate: Evaluate) -> None:
    system = shipped("suncatcher").system
    little = replace(
        system.training,
        accelerator=replace(system.training.accelerator, memory_byte=jnp.asarray(1e9)),
    )
    found = compiled_evaluate(replace(system, training=little)).training
    assert float(found.first.margin_fraction[0]) < 0.0
    assert float(found.runs_per_year_count.max()) == 0.0


def test_bad_trainings_are_refused(shipped: Resolve) -> None:
    with pytest.raises(ScenarioError, match=r"training\.model: no language model .*: gpt-9"):
        shipped("ai1", "training.model=gpt-9")
    with pytest.raises(ScenarioError, match=r"satellite_count: 100 are more than any group has"):
        shipped("ai1", "training.satellite_count=100")
    with pytest.raises(ScenarioError, match=r"training\.model: payload\.chip rubin-ultra-kyber"):
        shipped("ai1", "payload.chip=rubin-ultra-kyber", "training.model=grok-2")
    with pytest.raises(ScenarioError, match="one copy takes 4 satellites"):
        shipped("suncatcher", "training.satellite_count=2")


def test_a_chip_too_little_known_trains_nothing(shipped: Resolve) -> None:
    found = shipped("ai1", "payload.chip=rubin-ultra-kyber").system.training
    assert found.model_name == "" and found.method == SYNCHRONOUS


def test_groups_have_their_own_jobs(three_groups: Resolve) -> None:
    spec = three_groups().system.training
    # 2 planes of 4, 3 of 5 and 2 of 3: no more than lasers join
    assert (np.asarray(spec.asked_count) <= np.array([8.0, 15.0, 6.0])).all()
    assert (np.asarray(spec.layout.satellite_count) <= np.asarray(spec.asked_count)).all()
    assert spec.layout.satellite_count.shape == (3,)
