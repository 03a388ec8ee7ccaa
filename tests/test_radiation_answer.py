"""What is a user told who asks about one orbit's radiation?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from sunstack import cli
from sunstack.answers.radiation import radiation_of
from sunstack.errors import ScenarioError


def asked(*words: str) -> Any:
    return CliRunner().invoke(cli.app, ["radiation", *words])


def test_the_answer_is_one_document() -> None:
    words = ("--altitude-km", "650", "--inclination-deg", "98", "--shield-mm", "10", "--json")
    found = json.loads(asked(*words).stdout)
    dose = found["dose_krad_per_year"]
    # Suncatcher: about 0.15 krad a year; the two phases lie on either side of the mean
    assert dose["solar_maximum"] < dose["mean"] < dose["solar_minimum"]
    assert dose["mean"] == pytest.approx(0.16, abs=0.02)
    assert found["years_to_memory_limit"] == pytest.approx(2.0 / dose["mean"])
    assert found["years_to_memory_limit_with_event"] < found["years_to_memory_limit"]
    silent = found["upsets_per_chip_year"]["silent_corruption"]
    assert silent["by_dose"] == pytest.approx(dose["mean"] / 0.0172)
    assert silent["by_flux"] == pytest.approx(silent["by_dose"], rel=0.25)
    assert silent["low"] < silent["by_dose"] < silent["high"]
    assert list(found["anomaly_time_fraction"]) == ["50%", "89%", "95%"]


def test_a_longer_life_flies_lower_and_a_polar_one_higher() -> None:
    def highest(tilt: float, years: float) -> float:
        given = {"altitude_km": 650.0, "inclination_deg": tilt, "shield_mm": 10.0}
        return float(radiation_of(**given, years=years)["highest_altitude_km"])

    assert highest(98.6, 5.0) > highest(30.0, 5.0) > highest(30.0, 10.0)


def test_the_table_on_a_terminal_tells_what_matters() -> None:
    found = asked("--altitude-km", "650", "--inclination-deg", "98", "--shield-mm", "10")
    assert found.exit_code == 0
    for words in ("behind 10 mm of aluminium", "silent corruption", "South Atlantic Anomaly"):
        assert words in flat(found.stdout)


def test_nothing_keeps_an_impossible_life_and_everything_a_short_one() -> None:
    given = {"altitude_km": 500.0, "inclination_deg": 30.0, "shield_mm": 30.0}
    assert radiation_of(**given, years=1e5)["highest_altitude_km"] is None
    assert radiation_of(**given, years=0.001)["highest_altitude_km"] == pytest.approx(2000.0)
    words = ("--altitude-km", "500", "--inclination-deg", "30", "--shield-mm", "30", "--years")
    assert "at no altitude from 300 km up" in flat(asked(*words, "100000").stdout)
    assert "2,000 km, as high as the tables reach" in flat(asked(*words, "0.001").stdout)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--altitude-km", "250", "--inclination-deg", "30"), "altitude_km: 250 lies outside"),
        (("--altitude-km", "2500", "--inclination-deg", "30"), "write 300 to 2000 km"),
        (("--altitude-km", "600", "--inclination-deg", "190"), "write 0 to 180 °"),
        (("--altitude-km", "nan", "--inclination-deg", "30"), "altitude_km: nan lies outside"),
        (
            ("--altitude-km", "600", "--inclination-deg", "30", "--shield-mm", "0.5"),
            "write 1 to 30 mm of Al",
        ),
        (
            ("--altitude-km", "600", "--inclination-deg", "30", "--years", "0"),
            "years: 0 is no life",
        ),
    ],
)
def test_what_the_tables_do_not_cover_is_refused(words: tuple[str, ...], told: str) -> None:
    found = asked(*words)
    assert found.exit_code == 2
    assert told in found.stderr
    assert found.stdout == ""


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(ScenarioError) as refused:
        radiation_of(altitude_km=100.0, inclination_deg=200.0, shield_mm=99.0)
    assert len(str(refused.value).splitlines()) == 3
