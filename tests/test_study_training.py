"""Are studies right of what is trained: its numbers moved, drawn, swept and refused?"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sunstack import study
from sunstack.errors import ScenarioError
from sunstack.evaluate import evaluate
from sunstack.resolve import Resolved, resolve
from sunstack.scenario import load, shipped
from sunstack.study.inputs import inputs_of
from sunstack.study.model import model_of
from sunstack.study.objectives import objective, read

POWER = "first_year.payload_power_w"
TRAINING = "training.first.told.duration_s"
RUNS = "training.runs_per_year_count@5"


@cache
def design(*overrides: str) -> Resolved:
    return resolve(load(shipped.find("ai1"), overrides))


def test_numbers_of_training_are_drawn_where_it_is_looked_at() -> None:
    known = {one.key for one in inputs_of(design())}
    trained = {one.key for one in inputs_of(design(), objectives=[POWER, TRAINING])} - known
    assert {"training.token_count", "training.restart_s"} <= trained
    assert all(key.startswith("training.") for key in trained)
    assert "training.batch_token_count" not in trained  # decides the layout


def test_what_is_trained_is_moved_with_its_slopes() -> None:
    """As `evaluate` has it of a design resolved anew, and slopes as differences have them."""
    keys = ("training.token_count", "training.restart_s", "power.transfer_efficiency")
    small_enough = design("training.model=llama-3-1-8b")
    inputs = inputs_of(small_enough, keys)
    one = model_of(small_enough, inputs=inputs, objectives=[TRAINING, RUNS])
    moved = one.value * [1.02, 1.02, 0.99]
    found = one.rows(moved[None])
    written = (f"{key}={float(value)!r}" for key, value in zip(keys, moved, strict=True))
    anew = design("training.model=llama-3-1-8b", *written).system
    outcome = evaluate(anew)
    for text in (TRAINING, RUNS):
        expected = float(read(objective(text), outcome, anew))
        assert expected > 0.0
        assert found[text][0] == pytest.approx(expected, rel=1e-6)
    value, slopes = one.slope(TRAINING)(one.si(one.value))
    for place in range(len(keys)):
        # Small: the power of a chip is read off between knots.
        step = 1e-6 * np.eye(len(keys))[place] * one.value
        ends = np.stack([one.value + step, one.value - step])
        there, back = one.rows(ends)[TRAINING]
        apart = np.asarray(one.si(ends))[:, place]
        by_hand = (there - back) / (apart[0] - apart[1])
        # Rounding of 1e-13 at both ends, over twice a millionth, leaves 1e-7 of what a proportional
        # slope would be, and a slope may be a thousandth of that.
        near = 1e-9 * float(value) / one.value[place]
        assert float(slopes[place]) == pytest.approx(by_hand, rel=1e-3, abs=near)


def test_where_nothing_is_trained_no_study_looks_at_it() -> None:
    with pytest.raises(ScenarioError, match="nothing is trained"):
        model_of(design("payload.chip=nvidia-space-1"), inputs=(), objectives=[RUNS])


def test_a_sweep_of_what_is_trained_lays_it_out_anew() -> None:
    axes = {"training.flop_efficiency": [0.3, 0.6]}
    swept = study.sweep(design("training.model=llama-3-1-8b"), axes=axes, objectives=[TRAINING])
    assert swept.summary["is_resolved_anew"]
    slow, fast = (row[TRAINING] for row in swept.summary["rows"])
    assert slow == pytest.approx(2.0 * fast, rel=0.1)
