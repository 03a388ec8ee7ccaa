"""Is every rocket whole, does it hold what flew and what is claimed, and do its numbers agree?"""

from __future__ import annotations

import math

import pytest

from sunstack import catalogue
from sunstack.scenario import describe, keys

SELDOM_KNOWN = {"launch.learned_mass_kg"}
"""Asked for only where the price is to fall along a curve."""
WANTED = {
    key for key in keys() if key.startswith("launch.") and describe(key).default is None
} - SELDOM_KNOWN
"""What every rocket tells, so that one can stand for another."""

NAMES = catalogue.names("rocket")


def number(name: str, key: str) -> float:
    return float(catalogue.entry("rocket", name).values[f"launch.{key}"].value)


def test_all_there_is_to_ask_is_how_a_rocket_lifts_flies_and_costs() -> None:
    asked = {"payload_mass_kg", "bay_height_m", "first_yearly_flight_count", "price_usd_per_kg"}
    assert {f"launch.{key}" for key in asked} < WANTED
    assert len(WANTED) == 19


@pytest.mark.parametrize("name", NAMES)
def test_a_rocket_tells_all_there_is_to_ask(name: str) -> None:
    rocket = catalogue.entry("rocket", name)
    assert WANTED <= rocket.values.keys() <= WANTED | {"launch.learning_fraction"}
    assert "money_year" in rocket.facts
    assert not {f"launch.{fact}" for fact in rocket.facts} & set(keys())


@pytest.mark.parametrize("name", NAMES)
def test_a_programme_begins_with_no_more_flights_than_are_flown_or_claimed(name: str) -> None:
    first = catalogue.entry("rocket", name).values["launch.first_yearly_flight_count"]
    assert first.estimate
    assert float(first.value) <= number(name, "yearly_flight_count")


@pytest.mark.parametrize("name", NAMES)
def test_shares_lie_between_none_and_all(name: str) -> None:
    rocket = catalogue.entry("rocket", name)
    for key, part in rocket.values.items():
        if key.endswith(("_fraction", "_ratio")):
            for one in (part.value, part.low, part.high):
                assert one is None or 0.0 <= float(one) <= 1.0, key
    # how it goes is uncertain for every rocket: a study draws it
    success = rocket.values["launch.success_fraction"]
    assert success.low is not None and success.high is not None
    assert success.low < float(success.value) < success.high


@pytest.mark.parametrize("name", NAMES)
def test_vehicles_and_pads_can_fly_what_is_flown_or_claimed(name: str) -> None:
    pads = 365.25 * number(name, "pad_count") / number(name, "pad_turnaround_days")
    vehicles = 365.25 * number(name, "vehicle_count") / number(name, "vehicle_turnaround_days")
    # whole pads and vehicles, turnarounds of whole days: within a tenth
    assert min(pads, vehicles) >= 0.9 * number(name, "yearly_flight_count")


@pytest.mark.parametrize("name", [name for name in NAMES if "reusable" not in name])
def test_a_price_of_a_flight_is_the_price_of_its_payload(name: str) -> None:
    facts = catalogue.entry("rocket", name).facts
    if "price_usd" in facts and name != "falcon-heavy-suncatcher":
        per_kg = float(facts["price_usd"].value) / number(name, "payload_mass_kg")
        # Prices a kilogram are written to the dollar or to ten: 1,940 and 2,939 are 0.03 % at most.
        assert per_kg == pytest.approx(number(name, "price_usd_per_kg"), rel=1e-3)


def test_starship_is_as_flown_and_as_said() -> None:
    payloads = {
        "starship-2026": 44e3,
        "starship-v3": 100e3,
        "starship-v4": 200e3,
        "starship-claimed-daily": 100e3,
        "starship-claimed-hourly": 100e3,
    }
    assert {name: number(name, "payload_mass_kg") for name in payloads} == payloads
    flights = [number(name, "yearly_flight_count") for name in payloads]
    assert flights[0] <= 5.0 and flights[3:] == [365.0, 8766.0]
    permitted = number("starship-claimed-daily", "yearly_permitted_flight_count")
    assert permitted == 25 + 76 + 44 < 365.0


def test_the_bays_hold_what_their_notes_say() -> None:
    for name, volume in (("falcon-9-reusable", 145.0), ("starship-v3", 630.0)):
        area = math.pi / 4.0 * number(name, "bay_diameter_m") ** 2
        assert area * number(name, "bay_height_m") == pytest.approx(volume, rel=0.01)


def test_propellant_costs_what_its_parts_do() -> None:
    # 3,400 t · 200 + 1,200 t · 700 US dollars
    assert number("starship-v3", "propellant_cost_usd") == 3400 * 200 + 1200 * 700


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        ("falcon-9-reusable", "falcon-9-reusable-s1", "price_usd_per_kg"),
        ("falcon-9-reusable", "falcon-9-reusable-cost", "price_usd_per_kg"),
        ("falcon-9-expendable", "falcon-9-expendable-turyshev", "price_usd_per_kg"),
        ("falcon-heavy", "falcon-heavy-reusable", "payload_mass_kg"),
        ("falcon-heavy", "falcon-heavy-suncatcher", "price_usd_per_kg"),
        ("starship-2026", "starship-v3", "payload_mass_kg"),
        ("starship-v3", "starship-claimed-daily", "yearly_flight_count"),
        ("starship-v3", "starship-claimed-hourly", "yearly_flight_count"),
    ],
)
def test_rockets_that_contradict_each_other_both_stand(one: str, other: str, key: str) -> None:
    assert other in catalogue.entry("rocket", one).contradicts
    assert one in catalogue.entry("rocket", other).contradicts
    assert number(one, key) != number(other, key)
