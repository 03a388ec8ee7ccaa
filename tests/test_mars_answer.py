"""What is a user told who asks whether Mars can be served?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

from sunstack import cli
from sunstack.answers.mars import Question, mars_of
from sunstack.errors import ScenarioError


def asked(*words: str) -> Any:
    return CliRunner().invoke(cli.app, ["mars", *words])


@pytest.fixture(scope="module")
def answer() -> Any:
    found = asked("--json")
    assert found.exit_code == 0, found.stderr
    return json.loads(found.stdout)


def test_no_conversation_but_every_message_arrives(answer: Any) -> None:
    light = answer["light"]
    assert 3.0 < light["one_way_min"]["best"] < light["one_way_min"]["median"]
    assert light["one_way_min"]["worst"] < 22.4
    assert light["round_trip_min"]["best"] == pytest.approx(2 * light["one_way_min"]["best"], 1e-3)
    assert answer["never_arrives_fraction"] == 0.0 and answer["sustained"]
    # whoever writes when the Sun comes in the way waits until it has gone, and the queue; counted
    # from the end of a quarter of a day
    longer_days = answer["delay_min"]["worst"] / 1440.0 - answer["longest_blackout_days"]
    assert -0.25 < longer_days < 3.0
    assert answer["delay_min"]["median"] < 30.0


def test_blackouts_come_once_a_synodic_period_at_either_side(answer: Any) -> None:
    kinds = [one["kind"] for one in answer["blackouts"]]
    assert kinds == ["conjunction", "opposition"] * 2
    # conjunctions of March 2028 and May 2030, oppositions of March 2029 and May 2031
    months = [one["start"][:7] for one in answer["blackouts"]]
    assert months == ["2028-03", "2029-03", "2030-05", "2031-05"]
    total = sum(one["days"] for one in answer["blackouts"]) / 2
    assert answer["blackout_days_per_synodic_period"] == pytest.approx(total, abs=1.0)


def test_rates_follow_the_one_that_was_shown(answer: Any) -> None:
    link = answer["link"]
    # 25 Mbit/s at 226 million km, 1.5107 au
    for end in ("closest", "farthest"):
        shown = 25.0 * (1.5107 / link[f"{end}_au"]) ** 2
        assert link[f"{end}_mbit_per_s"] == pytest.approx(shown, rel=1e-3)
    twice = mars_of(Question(links=2))["link"]
    assert twice["median_mbit_per_s"] == pytest.approx(2 * link["median_mbit_per_s"])
    assert twice["model_days_farthest"] == pytest.approx(link["model_days_farthest"] / 2)


def test_too_much_traffic_is_said_never_to_arrive() -> None:
    found = asked("--gbit-per-day", "100000", "--mars-view", "0.5")
    assert found.exit_code == 0, found.stderr
    told = " ".join(found.stdout.split())
    assert "is not carried" in told and "has not left by the end" in told
    assert "No conversation" in told


def test_no_blackout_without_a_limit() -> None:
    open_always = mars_of(Question(years=1.0, earth_limit_deg=0.0, mars_limit_deg=0.0))
    assert open_always["blackouts"] == []
    assert open_always["longest_blackout_days"] == 0.0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from-date", "2049-01-01"), "write dates from 1800-01-01 to 2050-12-31"),
        (("--years", "0"), "years: 0 is no span"),
        (("--links", "0"), "links: 0 is none"),
        (("--gbit-per-day", "nan"), "gbit_per_day: nan is none"),
        (("--earth-view", "1.5"), "earth_view_fraction: 1.5 is no share"),
    ],
)
def test_what_cannot_be_answered_is_refused(words: tuple[str, ...], told: str) -> None:
    found = asked(*words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert told in found.stderr


def test_every_problem_is_told_at_once() -> None:
    wrong = Question(from_date=date(2028, 1, 1), years=-1.0, links=0, mars_limit_deg=100.0)
    with pytest.raises(ScenarioError) as refused:
        mars_of(wrong)
    assert len(str(refused.value).splitlines()) == 3
