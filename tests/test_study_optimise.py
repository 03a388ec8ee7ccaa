"""Does an optimisation keep its starts, find what can be told otherwise, and draw a true front?"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import plainly_typed

from sunstack import report, study
from sunstack.errors import ResultsError, ScenarioError
from sunstack.evaluate import evaluate
from sunstack.report import terminal_study
from sunstack.report.study_designs import verdict
from sunstack.resolve import Resolved, resolve
from sunstack.scenario import load, shipped
from sunstack.study import Backend
from sunstack.study.conflicts import opposed
from sunstack.study.objectives import objective, read

AREA = "thermal.radiator_area_m2"
WEIGHT = "system.mass.stated_mass_kg"
SIZED = ("satellite.mass_kg=auto",)
WITHOUT = ("velocity_change", "array_power", "payload_power")
# Its name in the package is a function's.
starts = import_module("sunstack.study.starts")


@cache
def design(*overrides: str) -> Resolved:
    return resolve(load(shipped.find("ai1"), overrides))


def lightest(out: Path | None = None, **changes: Any) -> study.Study:
    """Of a satellite of which the radiator alone is chosen."""
    given: dict[str, Any] = {"variables": {AREA: (60.0, 300.0)}, "target": WEIGHT, "starts": 3}
    given |= {"direction": "least", "without": WITHOUT}
    return study.optimise(design(*SIZED), out=out, **(given | changes))


@cache
def found_lightest() -> dict[str, Any]:
    return dict(lightest().summary)


@cache
def front() -> dict[str, Any]:
    asked: dict[str, Any] = {"target": "margins.radiator_heat", "direction": "most"}
    return dict(lightest(against=(WEIGHT, "least"), **asked).summary)


def test_an_interrupted_optimisation_follows_only_the_starts_that_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[float] = []
    minimised = starts._minimised

    def counted(one: Any, start: Any) -> Any:
        followed.append(float(start[0]))
        return minimised(one, start)

    def stopped(stage: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(starts, "_minimised", counted)
    one_thread = Backend(workers=1)
    whole = lightest(tmp_path / "whole", backend=one_thread)
    assert len(followed) == 3
    with pytest.raises(KeyboardInterrupt):
        lightest(tmp_path / "begun", backend=one_thread, progress=stopped)
    assert len(list((tmp_path / "begun" / "best" / "chunks").iterdir())) == 2
    followed.clear()
    again = lightest(tmp_path / "begun", backend=one_thread)
    assert len(followed) == 1
    assert again.summary == whole.summary and again.samples.equals(whole.samples)
    assert again.samples["is_kept"].to_list() == [1.0, 1.0, 1.0]
    with pytest.raises(ResultsError, match="another study: asked"):
        lightest(tmp_path / "begun", variables={AREA: (60.0, 310.0)})
    with pytest.raises(ResultsError, match="another study: asked, kind"):
        study.ladder(design(*SIZED), target=WEIGHT, level=1e3, out=tmp_path / "begun")


def test_the_lightest_radiator_is_the_one_that_just_rejects_the_heat() -> None:
    (one,) = found_lightest()["best"]
    assert found_lightest()["is_feasible"] and "radiator_heat" in one["binding"]
    # By resolve and evaluate at that very area: the same weight, and no heat to spare.
    anew = design(*SIZED, f"{AREA}={one['values'][AREA]!r}").system
    outcome = evaluate(plainly_typed(anew))
    weight = float(read(objective(WEIGHT), outcome, anew))
    assert weight == pytest.approx(one["objective"], rel=1e-9)
    # Limits are kept to a hundred thousandth.
    assert float(outcome.margins["radiator_heat"].min()) == pytest.approx(0.0, abs=1e-5)


def test_the_design_as_it_is_is_told_beside_what_was_found() -> None:
    was = found_lightest()["as_it_is"]
    assert was["values"] == {AREA: 110.0}
    assert was["limits"]["radiator_heat"] < 0.0
    weight = float(design(*SIZED).system.mass.stated_mass_kg)
    assert was["outcomes"][WEIGHT] == pytest.approx(weight, rel=1e-9)


def test_a_front_runs_from_the_best_in_one_to_the_best_in_the_other() -> None:
    """The lighter the radiator, the less heat it could reject beyond what it must."""
    found = front()["best"]
    weights = [one["outcomes"][WEIGHT] for one in found]
    spare = [one["objective"] for one in found]
    assert all(one["is_feasible"] for one in found) and len(found) == 8
    assert weights == sorted(weights, reverse=True) and spare == sorted(spare, reverse=True)
    assert found[0]["values"][AREA] == pytest.approx(300.0)
    assert spare[-1] == pytest.approx(0.0, abs=1e-4)


def test_a_program_without_limits_runs_to_the_end_of_what_it_may() -> None:
    every = tuple(found_lightest()["best"][0]["limits"])
    (one,) = lightest(without=(*WITHOUT, *every)).summary["best"]
    assert one["is_feasible"] and one["values"][AREA] == pytest.approx(60.0)
    assert one["limits"] == {} and one["at_ends"] == (AREA,)


def test_a_count_of_starts_that_is_none_is_refused() -> None:
    with pytest.raises(ScenarioError, match="--starts 0: write 1 to 1,000"):
        lightest(starts=0)


# --- told and drawn -------------------------------------------------------------------------------

NEAREST: dict[str, Any] = {
    "is_feasible": False,
    "conflicts": [
        {"limits": ["array_power"], "least": -0.2},
        {"limits": ["radiator_heat", "mass"], "least": -0.1},
    ],
    "at_ends": [AREA],
}


def test_what_cannot_be_kept_together_is_named_with_how_much_is_missing() -> None:
    told = verdict(NEAREST).replace("\N{NO-BREAK SPACE}", " ")
    assert told == (
        "Within these ends array power cannot be kept at all (−20.0 % at best); radiator heat and "
        f"mass cannot be kept together (−10.0 % at best). At an end of what it may be: {AREA}."
    )
    assert "contradict each other" in verdict(NEAREST | {"conflicts": []})


def test_limits_that_stand_against_each_other_are_found_behind_what_cannot_be_kept() -> None:
    """Array and peak power are too small whatever the radiator is; of the rest, a radiator that
    rejects the heat weighs too much for the stated mass: both are as much short in between."""
    found = study.optimise(
        design(), variables={AREA: (60.0, 300.0)}, target=WEIGHT, direction="least", starts=2
    ).summary["best"][0]
    assert not found["is_feasible"]
    named = [set(one["limits"]) for one in found["conflicts"]]
    assert named == [{"array_power"}, {"payload_power"}, {"mass", "radiator_heat"}]
    least = [one["least"] for one in found["conflicts"]]
    assert least == sorted(least) and least[-1] < 0.0
    assert least[0] == pytest.approx(found["limits"]["array_power"])


class Sloped:
    """A program whose limits have the slopes given, everywhere."""

    def __init__(self, **slopes: list[float]) -> None:
        self.limits = tuple(f"margins.{name}" for name in slopes)
        self.slopes = np.array(list(slopes.values()))

    def at(self, x: Any) -> tuple[None, None, None, Any]:
        return None, None, None, self.slopes


@pytest.mark.parametrize(
    ("slopes", "place", "expected"),
    [
        # One more of the first is one less of the second; the third is free.
        ({"a": [2.0, 0.0], "b": [-1.0, 0.0], "c": [0.0, 1.0]}, [0.5, 0.5], ("a", "b")),
        # All three slopes are needed to cancel: (1, 0) + (-0.5, 1) + (-0.5, -1) = 0.
        ({"a": [1.0, 0.0], "b": [-0.5, 1.0], "c": [-0.5, -1.0]}, [0.5, 0.5], ("a", "b", "c")),
        # What would help the first is at its high end, at its low end it could be moved.
        ({"a": [1.0, 0.0], "b": [-1.0, 3.0]}, [1.0, 0.5], ("a",)),
        ({"a": [-1.0, 0.0], "b": [2.0, 3.0]}, [0.0, 0.5], ("a",)),
        # No variable moves it.
        ({"a": [0.0, 0.0], "b": [1.0, 1.0]}, [0.5, 0.5], ("a",)),
    ],
)
def test_limits_are_opposed_where_their_slopes_cancel(
    slopes: dict[str, list[float]], place: list[float], expected: tuple[str, ...]
) -> None:
    program: Any = Sloped(**slopes)
    assert opposed(program, np.array(place), tuple(slopes)) == expected


def test_both_pages_and_both_tables_are_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    page = report.study_html(found_lightest())
    assert "Where each start led" in page and "3 of 3 starts end with all limits kept" in page
    page = report.study_html(front())
    assert "What one costs the other" in page and f"margins.radiator_heat against {WEIGHT}" in page
    for summary in (found_lightest(), front()):
        terminal_study.show(summary)
    assert "stands at: " in capsys.readouterr().out


def test_a_comparison_draws_what_differs_and_nothing_else() -> None:
    differing = {"objective": "service.fleet_tokens_per_s[grok-2]", "first": 2.0, "second": 1.0}
    margin = {"objective": "margins.mass", "first": -0.1, "second": 0.2}
    summary = {
        "kind": "compare",
        "scenario": "a against b",
        "asked": {"first": "a", "second": "b"},
        "first": "a",
        "second": "b",
        "inputs": [{"key": AREA, "unit": "m²", "first": 110.0, "second": None}],
        "outcomes": [differing, margin],
        "same_outcome_count": 7,
    }
    outcomes, inputs, _ = report.study.sections(summary)
    bars = outcomes.blocks[1].charts[0].figure["data"][0]  # type: ignore[union-attr]  # charts
    # Half of the larger is gone; a margin, itself a share, has risen by 30 points.
    assert bars["x"] == pytest.approx([-50.0, 30.0])
    (row,) = inputs.blocks[0].rows  # type: ignore[union-attr]  # a table
    assert row == [AREA, "m²", "110", "–"]
    page = report.study_html(summary)
    assert "margins.mass" in page and "margins.memory_dose" not in page


def test_names_in_brackets_are_told_whole(capsys: pytest.CaptureFixture[str]) -> None:
    terminal_study.show(
        {
            "kind": "compare",
            "first": "a",
            "second": "b",
            "inputs": [],
            "outcomes": [{"objective": "tokens[grok-2]", "first": 2.0, "second": 1.0}],
            "same_outcome_count": 0,
        }
    )
    assert "tokens[grok-2]" in capsys.readouterr().out
