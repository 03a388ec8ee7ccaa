"""Are flights packed, counted and given out as by hand, and do satellites add up?"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import launch
from sunstack.units import DAY_S, YEAR_S

MONTH_S = YEAR_S / 12.0
FIFTEEN_YEARS = jnp.arange(181) * MONTH_S


def numbers(defaults: dict[str, float], changes: dict[str, float]) -> dict[str, Any]:
    assert set(changes) <= set(defaults)
    return {name: jnp.asarray(value) for name, value in (defaults | changes).items()}


def rocket(**changes: float) -> launch.Rocket:
    """100 t with a twentieth of it for the dispenser; 630 m³, of which 0.6 fill."""
    defaults = {
        "payload_mass_kg": 100e3,
        "adapter_mass_fraction": 0.05,
        "bay_volume_m3": 630.0,
        "packing_fraction": 0.6,
    }
    return launch.Rocket(**numbers(defaults, changes))


def cadence(**changes: float) -> launch.Cadence:
    """From 4 flights a year, doubling every half year, to 4 a day."""
    defaults = {
        "first_flight_s": 0.0,
        "first_cadence_per_s": 4.0 / YEAR_S,
        "doubling_s": 0.5 * YEAR_S,
        "pad_count": 4.0,
        "pad_turnaround_s": DAY_S,
        "vehicle_count": 60.0,
        "vehicle_turnaround_s": 5.0 * DAY_S,
        "permitted_per_s": 1.0,
        "success_fraction": 0.97,
    }
    return launch.Cadence(**numbers(defaults, changes))


def finite(tree: Any) -> bool:
    return all(bool(jnp.all(jnp.isfinite(leaf))) for leaf in jax.tree.leaves(tree))


# --- packing -------------------------------------------------------------------------------------


def packed(kg: float, volume: float, **changes: float) -> launch.Packing:
    return launch.packing(rocket(**changes), satellite_kg=kg, stowed_volume_m3=volume)


def test_mass_or_room_binds_by_hand() -> None:
    # 95,000 kg / 2,143 kg = 44.3; 378 m³ / 8 m³ = 47.25: mass binds, 44 fly.
    heavy = packed(2143.0, 8.0)
    assert float(heavy.satellite_count) == 44.0
    assert float(heavy.by_mass_count) == pytest.approx(95_000 / 2143)
    assert float(heavy.by_volume_count) == pytest.approx(47.25)
    assert not bool(heavy.volume_binds)
    # at 10 m³ each only 37 find room
    bulky = packed(2143.0, 10.0)
    assert float(bulky.satellite_count) == 37.0 and bool(bulky.volume_binds)
    # without a dispenser 46, as the figure that goes round has it
    assert float(packed(2143.0, 8.0, adapter_mass_fraction=0.0).satellite_count) == 46.0


def test_a_satellite_that_fits_exactly_flies() -> None:
    # 0.95 is no binary fraction: 95,000 / 1,900 must be 50 all the same
    assert float(packed(1900.0, 0.0).satellite_count) == 50.0
    assert float(packed(95_000.0, 0.0).satellite_count) == 1.0


def test_one_that_cannot_be_lifted_or_does_not_fit_leaves_none_and_a_negative_margin() -> None:
    heavy, bulky = packed(190_000.0, 8.0), packed(2143.0, 756.0)
    assert float(heavy.satellite_count) == float(bulky.satellite_count) == 0.0
    assert float(heavy.lift_margin_ratio) == pytest.approx(-0.5)  # (95 - 190) / 190
    assert float(bulky.bay_margin_ratio) == pytest.approx(-0.5)  # (378 - 756) / 756
    assert float(heavy.bay_margin_ratio) > 0.0 < float(bulky.lift_margin_ratio)


@given(kg=st.floats(1.0, 1e6), volume=st.floats(0.0, 1e4))
def test_what_is_packed_can_be_lifted_fits_and_is_not_one_too_few(kg: float, volume: float) -> None:
    found = packed(kg, volume)
    count = float(found.satellite_count)
    assert count == math.floor(count) >= 0.0
    assert count * kg <= 95e3 * (1 + 2e-6) and count * volume <= 378.0 * (1 + 2e-6)
    assert (count + 1) * kg > 95e3 or (count + 1) * volume > 378.0
    assert (count >= 1.0) == (min(float(found.by_mass_count), float(found.by_volume_count)) >= 1.0)


def test_the_gradient_of_whole_satellites_is_that_of_unrounded_ones() -> None:
    slope = jax.grad(lambda kg: packed(kg, 0.0).satellite_count)(2143.0)
    assert float(slope) == pytest.approx(-95e3 / 2143.0**2)


# --- cadence -------------------------------------------------------------------------------------


def test_the_cap_is_the_least_of_pads_vehicles_and_permits() -> None:
    for changes, a_day in (
        ({}, 4.0),
        ({"vehicle_count": 10.0}, 2.0),
        ({"permitted_per_s": 145.0 / YEAR_S}, 145.0 / 365.25),
    ):
        cap = launch.cadence_cap_per_s(cadence(**changes))
        assert float(cap) * DAY_S == pytest.approx(a_day)


def test_the_ramp_by_hand() -> None:
    fast = cadence()
    # p = 4/1,461; after a year two doublings: 4 p / (4 p + 1 - p) of 1,461 a year = 15.87
    share = 4.0 / 1461.0
    expected = 1461.0 * 4.0 * share / (4.0 * share + 1.0 - share)
    assert float(launch.cadence_per_s(fast, time_s=YEAR_S)) * YEAR_S == pytest.approx(expected)
    assert expected == pytest.approx(15.87, abs=0.01)
    assert float(launch.cadence_per_s(fast, time_s=0.0)) * YEAR_S == pytest.approx(4.0)
    assert float(launch.cadence_per_s(fast, time_s=-1.0)) == 0.0
    assert float(launch.cadence_per_s(fast, time_s=20 * YEAR_S)) * DAY_S == pytest.approx(4.0)


ramps = st.builds(
    cadence,
    first_flight_s=st.floats(0.0, 5 * YEAR_S),
    first_cadence_per_s=st.floats(0.1 / YEAR_S, 1000.0 / YEAR_S),
    doubling_s=st.floats(10 * DAY_S, 10 * YEAR_S),
    pad_count=st.floats(0.1, 30.0),
    success_fraction=st.floats(0.01, 1.0),
)


@given(ramp=ramps, years=st.floats(0.0, 20.0))
def test_flights_are_the_integral_of_the_cadence(ramp: launch.Cadence, years: float) -> None:
    start = float(ramp.first_flight_s)
    times = start + np.linspace(0.0, years * YEAR_S, 20_001)
    rates = np.asarray(launch.cadence_per_s(ramp, time_s=times))
    counted = float(launch.flights_until_count(ramp, time_s=times[-1]))
    # the trapezoidal rule on 20,000 steps of a logistic that doubles in 100 steps or more
    assert counted == pytest.approx(float(np.trapezoid(rates, times)), rel=2e-4, abs=1e-9)


@given(ramp=ramps, factor=st.floats(1.0, 10.0))
def test_more_of_anything_never_means_fewer_flights(ramp: launch.Cadence, factor: float) -> None:
    def flown(one: launch.Cadence) -> np.ndarray[Any, Any]:
        return np.asarray(launch.flights_until_count(one, time_s=FIFTEEN_YEARS))

    least = flown(ramp) * (1.0 - 1e-9) - 1e-9
    for name in ("first_cadence_per_s", "pad_count", "vehicle_count", "permitted_per_s"):
        assert np.all(flown(replace(ramp, **{name: getattr(ramp, name) * factor})) >= least), name
    for name in ("doubling_s", "pad_turnaround_s", "vehicle_turnaround_s", "first_flight_s"):
        assert np.all(flown(replace(ramp, **{name: getattr(ramp, name) / factor})) >= least), name


@pytest.mark.parametrize(
    "changes",
    [
        {"pad_count": 0.0},
        {"vehicle_count": 0.0},
        {"first_cadence_per_s": 0.0},
        {"permitted_per_s": 0.0},
    ],
)
def test_no_cadence_is_no_flights_ever_and_no_nan(changes: dict[str, float]) -> None:
    none = cadence(**changes)
    assert float(launch.flights_until_count(none, time_s=1e9)) == 0.0
    assert finite(jax.grad(lambda one: launch.flights_until_count(one, time_s=1e9))(none))


@pytest.mark.parametrize(
    "changes",
    [
        {"doubling_s": 0.0},
        {"pad_turnaround_s": 0.0, "vehicle_turnaround_s": 0.0, "permitted_per_s": 1e-3},
        {"first_cadence_per_s": 1e9},
        {"doubling_s": 1e15},
    ],
)
def test_absurd_ramps_stay_finite(changes: dict[str, float]) -> None:
    absurd = cadence(**changes)
    assert finite(launch.flights_until_count(absurd, time_s=FIFTEEN_YEARS))
    assert finite(jax.grad(lambda one: launch.flights_until_count(one, time_s=1e9))(absurd))


# --- delivery ------------------------------------------------------------------------------------


@given(
    available=st.floats(0.0, 1e4),
    wanted=st.lists(st.floats(0.0, 1e4), min_size=1, max_size=6),
    data=st.data(),
)
def test_what_is_given_out_is_there_and_wanted_and_the_first_come_first(
    available: float, wanted: list[float], data: st.DataObject
) -> None:
    order = tuple(data.draw(st.permutations(range(len(wanted)))))
    given_ = np.asarray(
        launch.allot_count(available_count=available, wanted_count=jnp.asarray(wanted), order=order)
    )
    assert np.all(given_ >= 0.0) and np.all(given_ <= np.asarray(wanted))
    assert given_.sum() == pytest.approx(min(available, sum(wanted)), rel=1e-9, abs=1e-9)
    for first, second in pairwise(order):
        if given_[second] > 1e-6:
            assert given_[first] == pytest.approx(wanted[first], rel=1e-9)


def test_flights_to_fill_by_hand_and_none_to_where_none_reaches() -> None:
    # 9 of 10 flights succeed with 10 each: 100 take 11.1 flights; 5 a flight never reach group two.
    found = launch.flights_to_fill_count(
        wanted_count=jnp.asarray([100.0, 20.0]),
        satellites_per_flight_count=jnp.asarray([10.0, 0.0]),
        success_fraction=0.9,
    )
    assert np.asarray(found) == pytest.approx([100.0 / 9.0, 0.0])


def test_allotting_within_a_month_takes_any_leading_shape() -> None:
    given_ = launch.allot_count(
        available_count=jnp.asarray([5.0, 25.0]), wanted_count=jnp.asarray([10.0, 10.0])
    )
    assert np.asarray(given_) == pytest.approx(np.asarray([[5.0, 0.0], [10.0, 10.0]]))


# --- steady state --------------------------------------------------------------------------------


def sustaining(**changes: float) -> float:
    given_ = {
        "satellite_count": 1e6,
        "life_s": 5.0 * YEAR_S,
        "failure_rate_per_s": 0.0,
        "satellites_per_flight_count": 46.0,
        "success_fraction": 1.0,
    }
    return float(launch.sustaining_flights_per_s(**(given_ | changes)))


def test_flights_a_day_that_sustain_a_million_by_hand() -> None:
    # 200,000 a year over 46 are 4,348 flights, 11.9 a day; over 100/2.143 the 11.7 that go round
    assert sustaining() * YEAR_S == pytest.approx(200_000 / 46)
    assert sustaining() * DAY_S == pytest.approx(11.90, abs=0.005)
    unrounded = sustaining(satellites_per_flight_count=100e3 / 2143.0)
    assert unrounded * DAY_S == pytest.approx(11.73, abs=0.005)
    # 2 % a year fail: 0.1/(1 - e^-0.1) = 1.0508 times as many
    failing = sustaining(failure_rate_per_s=0.02 / YEAR_S)
    assert failing / sustaining() == pytest.approx(0.1 / (1.0 - math.exp(-0.1)), rel=1e-9)
    assert sustaining(success_fraction=0.5) == pytest.approx(2.0 * sustaining())


@given(aged=st.floats(0.0, 50.0))
def test_replacement_balances_what_fails_and_what_ages(aged: float) -> None:
    life = 5.0 * YEAR_S
    rate = sustaining(failure_rate_per_s=aged / life, satellites_per_flight_count=1.0)
    # satellites of age a: rate e^(-a·λ); their sum over ages is the fleet
    fleet = rate * life * (-math.expm1(-aged) / aged if aged > 1e-12 else 1.0)
    assert fleet == pytest.approx(1e6, rel=1e-9)


def test_absurd_fleets_need_many_flights_but_a_finite_number() -> None:
    for changes in (
        {"life_s": 0.0},
        {"success_fraction": 0.0},
        {"satellites_per_flight_count": 0.0},
        {"failure_rate_per_s": 1e3},
    ):
        assert math.isfinite(sustaining(**changes)) and sustaining(**changes) > sustaining()
    assert sustaining(satellite_count=0.0) == 0.0
