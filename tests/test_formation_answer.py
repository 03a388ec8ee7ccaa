"""What is a user told who asks about a cluster?"""

from __future__ import annotations

import json
from typing import Any

import jax.numpy as jnp
import pytest
from typer.testing import CliRunner

from sunstack import cli
from sunstack.answers.formation import Question, formation_of
from sunstack.errors import ScenarioError


def asked(*words: str) -> Any:
    return CliRunner().invoke(cli.app, ["formation", *words])


@pytest.fixture(scope="module")
def suncatcher() -> Any:
    """The document that a terminal's user is given with --json."""
    found = asked("--json")
    assert found.exit_code == 0, found.stderr
    return json.loads(found.stdout)


def test_the_answer_is_suncatcher_s(suncatcher: Any) -> None:
    assert suncatcher["satellites"] == 81 and suncatcher["radius_m"] == pytest.approx(1000.0)
    rows = {row["name"]: row for row in suncatcher["neighbours"]}
    direct, diagonal = rows["direct neighbours"], rows["diagonal neighbours"]
    assert (direct["least_m"], direct["most_m"]) == pytest.approx((100.0, 200.0), rel=0.01)
    assert (diagonal["least_m"], diagonal["most_m"]) == pytest.approx((141.4, 282.8), rel=0.01)
    # 81 cells of a lattice joined right and up, less the rim; both diagonals
    assert (direct["pairs"], diagonal["pairs"]) == (140, 132)
    assert rows["next but one"]["barred_fraction"] == 1.0
    assert direct["barred_fraction"] == 0.0
    drift = suncatcher["drift"]
    assert drift["two_to_one"]["yearly_m_per_s_per_km"] > 3.0
    assert drift["held"]["yearly_m_per_s_per_km"] < 3.0
    assert drift["each_trimmed"]["worst_m_per_orbit"] < 0.1


def test_thrusters_fail_for_a_day_or_two(suncatcher: Any) -> None:
    # 80 m at 0.3 mm/s are 3.1 days, at the air's 5 % a few more: together less than either
    meeting = suncatcher["meeting"]
    assert meeting["gap_m"] == 80.0
    assert meeting["days"] < meeting["days_by_air_alone"] < 10.0
    assert meeting["days"] < 80.0 / 3e-4 / 86400.0


def test_links_that_weaken_with_distance_carry_less(suncatcher: Any) -> None:
    same = suncatcher["bisection_tbit_per_s"]
    weak = formation_of(
        Question(), link_rate=lambda length_m: 9.6e12 * jnp.minimum(1.0, 100.0 / length_m)
    )
    found = weak["bisection_tbit_per_s"]
    # between 100 and 200 m, diagonally 141 and 283: a third to all of it
    for name in ("direct", "with_diagonals"):
        assert same[name] / 3.0 < found[name] < same[name]
    # 81 members, 9.6 Tbit/s each, half of them to the other half
    assert found["clos_of_one_link_each"] == same["clos_of_one_link_each"]
    assert same["clos_of_one_link_each"] == pytest.approx(388.8)


def test_the_tables_on_a_terminal_tell_what_matters() -> None:
    found = asked("--satellites", "81", "--size-m", "60")
    assert found.exit_code == 0, found.stderr
    told = " ".join(found.stdout.split())
    for words in ("81 satellites within 1,000 m at 650 km", "direct neighbours", "m/s a year"):
        assert words in told
    assert "Satellites of 60 m radius touch their neighbours." in told


def test_every_problem_is_told_at_once() -> None:
    wrong = Question(altitude_km=50.0, mass_kg=0.0, difference_fraction=-1.0, axis_ratio=9.0)
    with pytest.raises(ScenarioError) as refused:
        formation_of(wrong)
    assert len(str(refused.value).splitlines()) == 4
    for words, told in (
        (("--satellites", "1"), "satellites: 1 is no cluster; write 2 or more"),
        (("--satellites", "20000"), "write fewer, a smaller radius or a larger pitch"),
        (("--pitch-m", "-5"), "pitch_m: -5 is no length"),
    ):
        found = asked(*words)
        assert (found.exit_code, found.stdout) == (2, "")
        assert told in found.stderr
