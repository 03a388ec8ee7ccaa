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
    ramps = {one["rocket"]: one for one in million["ramps"]}
    assert list(ramps) == ["starship-v3", "starship-claimed-daily", "starship-claimed-hourly"]
    # 145 flights a year are permitted, ten vehicles every thirty days can fly 122.
    assert ramps["starship-v3"]["flights_a_day_at_most"] == pytest.approx(10 / 30)
    assert all(group["month_filled"] is None for group in ramps["starship-v3"]["groups"])
    hourly = [group["month_filled"] for group in ramps["starship-claimed-hourly"]["groups"]]
    assert hourly == sorted(hourly)
    assert 12 < hourly[0] < hourly[-1] < 180


def test_every_satellite_is_accounted_for(million: dict[str, Any]) -> None:
    assert million["largest_unaccounted_count"] <= 1e-9 * 1e7


def test_on_schedule_is_a_distribution(million: dict[str, Any]) -> None:
    hourly = million["ramps"][2]["groups"]
    chances = [group["chance_filled_fraction"] for group in hourly]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] < 0.5 < chances[0]
    first = hourly[0]["month_filled_by_chance"]
    assert first[0] < hourly[0]["month_filled"] < first[2]


def test_flights_to_fill_by_hand(million: dict[str, Any]) -> None:
    one = million["ramps"][0]
    groups = {group["name"]: group["wanted"] for group in million["ramps"][0]["groups"]}
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
    steady = million["ramps"][0]["sustaining_flights_a_day"]
    assert steady == pytest.approx(29_527 / (4.8766 * 365.25), rel=1e-3)
    assert steady > 11.7


def test_research_s_flights_are_reproduced_by_mass_alone_and_varied(
    million: dict[str, Any],
) -> None:
    found = {(one["payload_t"], one["life_years"]): one for one in million["sustaining"]}
    # 2.143 t a satellite, a million every five years, 100 t on each flight: 11.7 a day.
    assert found[100.0, 5.0]["mass_alone_flights_a_day"] == pytest.approx(11.7, abs=0.05)
    own = million["ramps"][0]["sustaining_flights_a_day"]
    assert found[100.0, 5.0]["sustaining_flights_a_day"] == pytest.approx(own, rel=1e-9)
    # Twice the payload: half by mass, about half with whole satellites on each flight.
    assert found[200.0, 5.0]["mass_alone_flights_a_day"] == pytest.approx(11.7344 / 2.0, abs=1e-3)
    assert found[200.0, 5.0]["sustaining_flights_a_day"] == pytest.approx(own / 2.0, rel=0.03)
    assert all(
        one["sustaining_flights_a_day"] > one["mass_alone_flights_a_day"] for one in found.values()
    )


def test_armour_and_loops_save_the_radiator_and_weigh(million: dict[str, Any]) -> None:
    found = {(one["wall_mm"], one["loop_count"]): one for one in million["armour"]}
    left = [min(found[wall, 40]["left_fraction"]) for wall in (0.5, 1.0, 2.0, 3.0, 5.0)]
    assert left == sorted(left)
    # Holes empty a loop each: four times the loops, a quarter of the exponent.
    assert found[3.0, 160]["left_fraction"][0] == pytest.approx(
        found[3.0, 40]["left_fraction"][0] ** 0.25
    )
    # 4 % of both faces of 110 m² under 3 mm of aluminium at 2,700 kg/m³.
    assert found[3.0, 40]["wall_kg"] == pytest.approx(0.04 * 2 * 110 * 0.003 * 2700)


def test_what_comes_down_is_what_a_life_brings_up(million: dict[str, Any]) -> None:
    one = million["ramps"][2]
    # A million of 2.143 t every five years are 428,600 t a year; some of them stay up as derelicts.
    assert one["mean_over_years"] == 5.0
    assert one["reentering_t_a_year"] == pytest.approx(428_600, rel=0.03)
    assert one["alumina_t_a_year"] == pytest.approx(0.12 * one["reentering_t_a_year"])


def test_launch_is_charged_by_the_flight(million: dict[str, Any]) -> None:
    one = million["ramps"][0]
    # 100 t at 500 dollars a kilogram are 50 million a flight, full or not.
    assert one["launch_price_usd"] == pytest.approx(50e6 * one["flights"])
    assert not one["exceeds_permits"]
    assert million["ramps"][2]["exceeds_permits"]


def test_inputs_are_told_with_their_origin(million: dict[str, Any]) -> None:
    named = {one["key"]: one for one in million["inputs"]}
    success = named["launch.success_fraction"]
    assert (success["low"], success["value"], success["high"]) == (0.85, 0.95, 0.99)
    assert success["where"] == "rocket starship-v3"
    factor = named["reliability.orbit_factor"]
    assert factor["source"] == "research-viewer-lifetime"
    assert named["reliability.drive_count"]["confidence"] == "low"


def test_the_waterfall_ends_at_what_the_rocket_delivers(million: dict[str, Any]) -> None:
    left = [stage["power_w"] for stage in million["waterfall"]]
    assert left == sorted(left, reverse=True)
    # A million payloads of 150 kW at their peak.
    assert left[0] == pytest.approx(150e9, rel=0.01)
    assert left[-1] == pytest.approx(million["ramps"][0]["delivered_power_w"], rel=1e-6)


def test_the_memory_s_limit_is_told_for_both_inclinations(million: dict[str, Any]) -> None:
    rows = million["radiation"]
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
    usual = answer("--rocket", "starship-v3", *FEWER)
    better = answer(
        "--rocket", "starship-v3", "--life-years", "8", "--failures-per-year", "0", *FEWER
    )
    ramps = [one["ramps"][0] for one in (usual, better)]
    assert ramps[1]["sustaining_flights_a_day"] < ramps[0]["sustaining_flights_a_day"]
    assert ramps[1]["failed_a_day"] == 0.0
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
        (("--life-years", "0"), "satellite.life_years: found `0.0`"),
        (("--doubling-years", "0"), "write a number from 0.05 to 50 years"),
        (("--disposal-success", "1.5"), "disposal.success_fraction: found `1.5`"),
        (("--failures-per-year", "1"), "bus_failure_fraction_per_year: found `1.0`"),
        (("--flight-success", "0"), "launch.success_fraction: found `0.0`"),
        (("--years", "500"), "write a number from 1 to 50 years"),
        (("--set", "launch.pad_count=0"), "write a number from 0.01 to"),
        (("--set", "launch.yearly_flight_count=0"), "write a number from 0.01 to"),
        (("--set", "satellite.stowed_volume_m3=5000"), "5,000 m³ to group-1"),
        (("--set", "launch.pricing=learning"), "learned_mass_kg: not given"),
        (("--set", "reliability.bus_failures=weibull"), "bus_scale_years: not given"),
        (("--set", "reliability.bus_record=drive-2022"), "drive-2022 tells nothing of this"),
        (("--set", "reliability.needed_drive_count=9"), "is more than reliability.drive_count"),
        (("--set", "radiation.anomaly_pause_fraction=0.2"), "write 0, or 0.5 to 0.95"),
        (("--set", "fleet.draws=drawn"), "drawn is for up to 10,000 satellites"),
        (("ai1", "--set", "constellation.groups.0.altitude_km=2100"), "planes of dawn-dusk lie"),
        (("ai1", "--set", "constellation.groups.0.altitude_km=250"), "write 300 to 2000 km"),
    ],
)  # fmt: skip
def test_what_no_fleet_can_be_is_refused(arguments: tuple[str, ...], told: str) -> None:
    result = call(*arguments)
    assert result.exit_code == 2, result.stdout
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_group_never_filled_is_told_and_so_are_flights_beyond_permits() -> None:
    found = answer("--rocket", "starship-claimed-daily", *FEWER, "--years", "3")
    told = " ".join(found["caveats"])
    assert "Not filled on starship-claimed-daily within 3 years: group-1" in told
    assert "365 times a year here, 145 are permitted" in told
    held = answer(
        "--rocket", "starship-claimed-daily", *FEWER, "--set", "launch.flight_limit=permitted"
    )
    assert not held["ramps"][0]["exceeds_permits"]
    assert "are permitted" not in " ".join(held["caveats"])


def test_a_weibull_of_the_catalogue_fails_less_with_age() -> None:
    found = answer("--set", "reliability.bus_record=castet-saleh-2009", *FEWER)
    # The Weibull loses 5.7 % in five years, half of it in the first; none are dead on arrival.
    assert found["ramps"][0]["failed_a_day"] > 0.0
    named = {one["key"]: one["value"] for one in found["inputs"]}
    assert named["reliability.bus_failures"] == "weibull"
    assert named["reliability.dead_on_arrival_fraction"] == 0


def test_what_is_drawn_is_what_is_told() -> None:
    drawn = answer(
        "ai1",
        "--set",
        "fleet.draws=drawn",
        "--set",
        "constellation.groups.0.satellites_per_plane_count=5",
    )
    own, left = drawn["ramps"][0], drawn["waterfall"]
    assert own["in_place"] == round(own["in_place"])
    assert left[1]["power_w"] == pytest.approx(150e3 * own["in_place"])
    assert left[-1]["power_w"] == pytest.approx(own["delivered_power_w"], rel=1e-6)


def test_a_rocket_too_small_is_left_out_and_named() -> None:
    found = answer(
        "ai1", "--rocket", "starship-v4", "--rocket", "falcon-9-reusable",
        "--set", "satellite.mass_kg=100000",
    )  # fmt: skip
    assert [one["rocket"] for one in found["ramps"]] == ["starship-v4"]
    assert "falcon-9-reusable cannot lift one satellite" in " ".join(found["caveats"])
    assert {one["payload_t"] for one in found["sustaining"]} == {150.0, 200.0}


def test_satellites_that_serve_until_they_fail_are_told_so() -> None:
    found = answer("ai1", "--set", "fleet.policy=run-to-failure")
    assert found["replaced_after_years"] is None
    own = found["ramps"][0]
    # One satellite, 1 % a year: kept by a hundredth of the flights that bring one, a year.
    assert own["sustaining_flights_a_day"] * 365.25 == pytest.approx(
        0.01 * own["flights_to_fill"], rel=0.7
    )
    assert "beyond their design life" in " ".join(found["caveats"])


def test_a_key_that_would_change_nothing_is_refused() -> None:
    told = call("--set", "reliability.bus_record=castet-saleh-2009", "--failures-per-year", "0.5")
    assert told.exit_code == 2
    assert "changes nothing while reliability.bus_failures" in told.stderr


def test_casualties_are_those_of_all_that_comes_down() -> None:
    found = answer(
        "--rocket", "starship-claimed-hourly", *FEWER, "--set", "disposal.casualty_area_m2=6.3"
    )["ramps"][0]
    # 6.3 m² is one in ten thousand for each: its number a year, of 2.143 t each.
    down = found["reentering_t_a_year"] / 2.143
    assert found["casualties_a_year"] == pytest.approx(1e-4 * down, rel=0.02)
