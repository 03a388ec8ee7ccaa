"""What is a user told who asks whether cars and robots can be led from orbit?"""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from sunstack import catalogue
from sunstack.answers.control import Question, control_of
from sunstack.commands.control import control
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.resolve.tasks import tasks_of

APP = typer.Typer()
APP.command()(control)


def asked(*words: str) -> Any:
    return CliRunner().invoke(APP, words, env={"COLUMNS": "120"})


@pytest.fixture(scope="module")
def robot() -> Any:
    found = asked("--json", "--trials", "60")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_reflexes_stay_on_board_and_steps_may_leave(robot: Any) -> None:
    kept = robot["tolerated"]
    alone = kept["all remote"]["delay_for_50_percent_ms"]
    shared = kept["reflex on board, steps remote"]["delay_for_50_percent_ms"]
    assert 150.0 < alone < 450.0 < shared
    orbit = robot["success"]["all remote"]["orbit"]
    assert orbit["low_fraction"] < orbit["success_fraction"] <= orbit["high_fraction"]
    # on paper: √(2 · 0.9 / 9.80665) s for any gains
    assert robot["theory"]["critical_delay_ms"] == pytest.approx(428.4, abs=0.1)
    assert robot["theory"]["delay_margin_ms"] < robot["theory"]["critical_delay_ms"]


def test_tasks_of_the_reflexes_do_not_leave_and_learning_does(robot: Any) -> None:
    classes = {one["task"]: one for one in robot["tasks"]["orbit"]["classes"]}
    assert not classes["robot-balance"]["served"] and classes["robot-learning"]["served"]
    shares = [robot["tasks"][place]["tolerated_fraction"] for place in ("on board", "orbit")]
    assert 0.5 < shares[1] < shares[0] <= 1.0


def test_a_car_is_told_of_its_lane_and_its_brakes() -> None:
    found = asked("--plant", "car", "--trials", "30", "--outage-ms", "100")
    assert found.exit_code == 0, found.output
    for words in ("lane kept", "stopped in time", "car-emergency-braking", "On paper"):
        assert words in found.stdout


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"plant": "ship"}, "plant: 'ship' is none; write one of robot, car"),
        ({"delay_ms": float("nan")}, "delay_ms: nan; write 0 to 500"),
        ({"delay_ms": 900.0}, "delay_ms: 900; write 0 to 500"),
        ({"outage_ms": 2e4}, "outage_ms: 20000; write 0 up to"),
        ({"outage_every_s": 0.0}, "outage_every_s: 0; write above 0"),
        ({"loss_fraction": 1.5}, "loss_fraction: 1.5; write 0 to 1"),
        ({"trials": 1}, "trials: 1; write 10 to"),
        ({"speed_km_per_h": 0.0}, "speed_km_per_h: 0; write 10 to 250"),
        ({"push_n_s": -1.0}, "push_n_s: -1; write 0 to 1000"),
        ({"seed": -1}, "seed: -1; write 0 or more"),
    ],
)
def test_what_cannot_be_asked_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        control_of(Question(**changed))
    assert told in str(refused.value)


def test_every_task_of_the_catalogue_belongs_to_a_machine() -> None:
    named = {name for machine in ("car", "robot") for name in tasks_of(machine).names}
    assert named == set(catalogue.names("task")) and len(named) >= 16
    for machine in ("car", "robot"):
        asks = tasks_of(machine).asked
        assert (asks.low_s <= asks.limit_s).all() and (asks.limit_s <= asks.high_s).all()
        assert (asks.processing_s < asks.limit_s).all()
    with pytest.raises(CatalogueError, match="write one of car, robot"):
        tasks_of("ship")
