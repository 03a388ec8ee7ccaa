"""Does the command tell a fleet's years, and refuse what no fleet can be?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sunstack.cli import app

FEWER = ("--set", "constellation.satellite_count_cap=20000")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["fleet", *arguments])


def answer(*arguments: str) -> dict[str, Any]:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def million() -> dict[str, Any]:
    return answer()


def test_three_ramps_tell_when_each_group_fills(million: dict[str, Any]) -> None:
    ramps = {one["rocket"]: one for one in million["programmes"]}
    assert list(ramps) == ["starship-v3", "starship-claimed-daily", "starship-claimed-hourly"]
    # 145 flights a year are permitted, ten vehicles every thirty days can fly 122.
    assert ramps["starship-v3"]["flights_a_day_at_most"] == pytest.approx(10 / 30)
    assert all(group["month_filled"] is None for group in ramps["starship-v3"]["groups"])
    hourly = [group["month_filled"] for group in ramps["starship-claimed-hourly"]["groups"]]
    assert hourly == sorted(hourly)
    assert 12 < hourly[0] < hourly[-1] < 180


def test_every_satellite_is_accounted_for(million: dict[str, Any]) -> None:
    for one in million["programmes"]:
        assert one["largest_unaccounted_count"] <= 1e-9 * 1e7


def test_flights_to_fill_by_hand(million: dict[str, Any]) -> None:
    one = million["programmes"][0]
    groups = {group["name"]: group["wanted"] for group in million["programmes"][0]["groups"]}
    # 95 t for satellites of 2,143 kg: 44 to 30°, 72 % of it, 31, to sun-synchronous orbits; of a
    # hundred 95 flights succeed, of their satellites 98 arrive alive.
    assert one["satellites_per_flight"] == [44, 31, 44, 31, 44, 31]
    carried = dict(zip(groups, one["satellites_per_flight"], strict=True))
    flights = sum(groups[name] / carried[name] for name in groups) / (0.95 * 0.98)
    assert one["flights_to_fill"] == pytest.approx(flights, rel=1e-6)


def test_research_s_steady_state_is_near_and_above(million: dict[str, Any]) -> None:
    # 11.7 flights a day for a million satellites of five years, 46.7 on each, nothing lost. With
    # dispensers, polar orbits and losses 29,527 flights fill all once; 1 % a year failing makes a
    # mean life of 4.877 years of five: 29,527 / (4.877 * 365.25) a day.
    steady = million["programmes"][0]["sustaining_flights_a_day"]
    assert steady == pytest.approx(29_527 / (4.8766 * 365.25), rel=1e-3)
    assert steady > 11.7


def test_what_comes_down_is_what_a_life_brings_up(million: dict[str, Any]) -> None:
    one = million["programmes"][2]
    # A million of 2.143 t every five years are 428,600 t a year; some of them stay up as derelicts.
    assert one["mean_over_years"] == 5.0
    assert one["reentering_t_a_year"] == pytest.approx(428_600, rel=0.03)
    assert one["alumina_t_a_year"] == pytest.approx(0.12 * one["reentering_t_a_year"])


def test_launch_is_charged_by_the_flight(million: dict[str, Any]) -> None:
    one = million["programmes"][0]
    # 100 t at 500 dollars a kilogram are 50 million a flight, full or not.
    assert one["launch_price_usd"] == pytest.approx(50e6 * one["flights"])
    assert not one["exceeds_permits"]
    assert million["programmes"][2]["exceeds_permits"]


def test_inputs_are_told_with_their_origin(million: dict[str, Any]) -> None:
    named = {one["name"]: one for one in million["programmes"][0]["inputs"]}
    success = named["rocket.starship-v3.success_fraction"]
    assert (success["low"], success["value"], success["high"]) == (0.85, 0.95, 0.99)
    assert {"life_years", "drive_count", "hazard.chip-2026.orbit_factor"} <= named.keys()


def test_the_memory_s_limit_is_told_for_both_inclinations(million: dict[str, Any]) -> None:
    rows = million["programmes"][0]["radiation"]
    by_name = {row["name"]: row for row in rows}
    # Research: 2 krad in five years behind 10 mm at about 670 km (30°) and 810 km (polar), the
    # latter without a solar event, which brings it down to some 785.
    assert by_name["group-3"]["highest_altitude_km"] == pytest.approx(670, abs=15)
    assert by_name["group-6"]["highest_altitude_km"] == pytest.approx(785, abs=15)
    assert by_name["group-5"]["least_years_to_memory_limit"] < 2.0
    past = [row["past_memory_limit_fraction"] for row in rows]
    assert past == [0.0, 0.0, 1.0, 0.0, 1.0, 1.0]
    assert all(row["silent_corruptions_a_day"] > 0.0 for row in rows)


def test_a_smaller_hazard_and_a_longer_life_need_fewer_flights() -> None:
    usual = answer("--rocket", "starship-v3", *FEWER)["programmes"][0]
    better = answer(
        "--rocket", "starship-v3", "--life-years", "8", "--failures-per-year", "0", *FEWER
    )["programmes"][0]
    assert better["sustaining_flights_a_day"] < usual["sustaining_flights_a_day"]
    assert better["failed_a_day"] == 0.0
    # A longer life bears its dose at a lower height only.
    heights = [one["radiation"][0]["highest_altitude_km"] for one in (usual, better)]
    assert heights[1] < heights[0]


def test_it_reads_well_on_a_terminal() -> None:
    told = call("--rocket", "starship-claimed-hourly", *FEWER)
    assert told.exit_code == 0
    for words in ("group-1", "claimed-hourly", "re-entering", "years to 2 krad", "permitted"):
        assert words in told.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--rocket", "starship-v9"), "starship-v3"),
        (("--rocket", "falcon-9-reusable", "--set", "satellite.mass_kg=90000"), "cannot carry one"),
        (("--life-years", "0"), "life_years: 0 is out of range"),
        (("--doubling-years", "0"), "doubling_years: 0 is out of range"),
        (("--disposal-success", "1.5"), "disposal_success_fraction: 1.5"),
        (("--failures-per-year", "1"), "bus_failure_per_year: 1 is out of range"),
        (("--years", "500"), "horizon_years: 500 is out of range"),
        (("ai1", "--set", "constellation.groups.0.altitude_km=2100"), "planes of dawn-dusk lie"),
        (("ai1", "--set", "constellation.groups.0.altitude_km=250"), "write 300 to 2000 km"),
    ],
)  # fmt: skip
def test_what_no_fleet_can_be_is_refused(arguments: tuple[str, ...], told: str) -> None:
    result = call(*arguments)
    assert result.exit_code == 2, result.stdout
    assert told in result.stderr
    assert "Traceback" not in result.stderr
