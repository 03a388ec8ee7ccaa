"""Does every margin say how far which limit is?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import orbit, power
from sunstack.exposure import least_shielding_mm
from sunstack.margins import (
    MEANINGS,
    local_time_drift_s,
    lowering_m_per_s,
    margin,
    margins,
    memory_dose,
    station_keeping_m_per_s,
    velocity_change_m_per_s,
)
from sunstack.operations import Balance
from sunstack.resolve import Resolved
from sunstack.system import System
from sunstack.units import DAY_S, EARTH_RADIUS_M, HOUR_S, YEAR_S

amounts = st.one_of(st.just(0.0), st.floats(1e-20, 1e20))


@pytest.mark.parametrize(
    ("capability", "demand", "expected"),
    [(74.0, 100.0, -0.26), (100.0, 92.0, 0.08), (5.0, 5.0, 0.0), (0.0, 0.0, 0.0),
     (0.0, 3.0, -1.0), (3.0, 0.0, 1.0)],
)  # fmt: skip
def test_margin_by_hand(capability: float, demand: float, expected: float) -> None:
    assert float(margin(capability=capability, demand=demand)) == pytest.approx(expected, abs=1e-15)


@given(one=amounts, other=amounts)
def test_margin_stays_between_minus_one_and_one_and_changes_sign_when_sides_change(
    one: float, other: float
) -> None:
    found = float(margin(capability=one, demand=other))
    assert -1.0 <= found <= 1.0
    assert float(margin(capability=other, demand=one)) == -found
    assert (found < 0.0) == (one < other)


@given(demand=st.floats(1.0, 1e6), low=st.floats(0.0, 1e6), more=st.floats(1e-3, 1e6))
def test_margin_grows_with_the_capability(demand: float, low: float, more: float) -> None:
    less, larger = (margin(capability=one, demand=demand) for one in (low, low + more))
    assert float(larger) > float(less)


# --- the margins of a design ---------------------------------------------------------------------

PLANES, DAYS = 7, 2
"""Of the small constellation: planes 0 and 1, 2 to 4, 5 and 6 are its groups."""


def run(**changes: Any) -> Balance:
    """Two days of seven planes on which every demand of 100 is met by 110, changed as told."""
    wide = {name: jnp.full((PLANES, DAYS), 110.0) for name in Balance.__dataclass_fields__}
    wide.pop("plan")
    plan = {name: jnp.full((PLANES, DAYS), 100.0) for name in power.Plan.__dataclass_fields__}
    plan["battery_usable_j"] = jnp.full((PLANES, DAYS), 110.0)
    for name, value in changes.items():
        (plan if name in plan else wide)[name] = value
    return Balance(**wide, plan=power.Plan(**plan))


def with_one(plane: int, day: int, value: float, rest: float = 110.0) -> jax.Array:
    return jnp.full((PLANES, DAYS), rest).at[plane, day].set(value)


@pytest.fixture(scope="module")
def system(three_groups: Callable[..., Resolved]) -> System:
    """The small constellation, asked for 100 W, with nothing for the bus."""
    found = three_groups().system
    numbers = {"payload_power_w": 100.0, "payload_peak_power_w": 100.0, "bus_power_w": 0.0}
    changed = {name: jnp.asarray(value) for name, value in numbers.items()}
    return replace(found, power=replace(found.power, **changed))


def test_every_margin_has_its_meaning(system: System) -> None:
    found = margins(system, runs=(run(), run()))
    assert set(found) == set(MEANINGS)
    assert all(values.shape == (3,) for values in found.values())


def test_worst_plane_and_day_of_either_year_stand_for_the_group(system: System) -> None:
    # 10 % spare everywhere, 1 - 100/110 = 0.0909, except: group 0 short of array by 20 % on a day
    # of the first year, group 1 of battery by 30 % in the last, group 2 of radiator by 40 % in the
    # first.
    found = margins(
        system,
        runs=(
            run(array_lit_w=with_one(1, 1, 80.0), heat_limit_w=with_one(6, 0, 60.0)),
            run(battery_usable_j=with_one(3, 1, 70.0)),
        ),
    )
    spare = 10.0 / 110.0
    assert np.asarray(found["array_power"]) == pytest.approx([-0.2, spare, spare])
    assert np.asarray(found["battery_energy"]) == pytest.approx([spare, -0.3, spare])
    assert np.asarray(found["radiator_heat"]) == pytest.approx([spare, spare, -0.4])


def test_payload_is_the_least_mean_over_satellites_and_days(system: System) -> None:
    # Group 1, three planes of five: one day of one plane at 40 instead of 100 takes 60/6 off the
    # mean.
    mean_w = with_one(2, 0, 40.0, rest=100.0)
    found = margins(system, runs=(run(), run(payload_mean_w=mean_w), run()))
    assert np.asarray(found["payload_power"]) == pytest.approx([0.0, -0.1, 0.0], abs=1e-12)


def test_mass_is_stated_against_built_up(system: System) -> None:
    array, radiator = float(system.power.array_area_m2), float(system.thermal.radiator_area_m2)
    parts = (
        array * float(system.mass.array_areal_density_kg_per_m2)
        + radiator * float(system.mass.radiator_areal_density_kg_per_m2)
        + float(system.power.battery_capacity_j / system.mass.battery_specific_energy_j_per_kg)
        + float(system.mass.payload_mass_kg + system.mass.bus_mass_kg)
    )
    total = parts / (1.0 - float(system.mass.structure_mass_fraction))
    stated = float(system.mass.stated_mass_kg)
    found = margins(system, runs=(run(), run()))["mass"]
    assert np.asarray(found) == pytest.approx((stated - total) / max(stated, total))


def test_station_keeping_is_velocity_on_board_against_drag(system: System) -> None:
    flight = system.flight
    needed = [
        float(
            orbit.drag_delta_v_m_per_s(
                density_kg_per_m3=orbit.density_kg_per_m3(
                    system.atmosphere, altitude_m=altitude_m, solar_flux_units=140.0
                ),
                semi_major_axis_m=EARTH_RADIUS_M + altitude_m,
                drag_coefficient_ratio=flight.drag_coefficient_ratio,
                drag_area_m2=flight.drag_area_m2,
                mass_kg=system.mass.stated_mass_kg,
                duration_s=flight.life_s,
            )
        )
        for altitude_m in (600e3, 560e3, 950e3)
    ]
    on_board = float(flight.delta_v_m_per_s)
    expected = [(on_board - one) / max(on_board, one) for one in needed]
    found = margins(system, runs=(run(), run()))["station_keeping"]
    # The third group's orbits are slightly eccentric: denser air at perigee, a few 1e-5.
    assert np.asarray(found) == pytest.approx(expected, rel=1e-4)
    assert needed[1] > needed[0] > needed[2]


def test_local_time_counts_only_where_it_is_meant_to_hold(system: System) -> None:
    # A node at 40° of inclination off: nobody asked it to follow the Sun.
    found = margins(system, runs=(run(), run()))["local_time"]
    assert np.asarray(found) == pytest.approx([1.0, 1.0, 1.0], abs=1e-9)
    tilted = replace(
        system,
        orbits=replace(
            system.orbits, inclination_rad=system.orbits.inclination_rad - math.radians(1.0)
        ),
    )
    # 600 km, 96.79° for 97.79°: cos -0.11818 for -0.13553; the node turns by 0.8720 of the Sun's
    # rate, and loses 0.1280 of a turn, of 24 h, a year: 3.07 h; in five years 15.4 h against 2 h.
    years = float(system.flight.life_s) / YEAR_S
    drift_h = float(local_time_drift_s(tilted)[0]) / HOUR_S
    assert drift_h == pytest.approx(-3.07 * years, rel=5e-3)
    missed = margins(tilted, runs=(run(), run()))["local_time"]
    assert float(missed[0]) == pytest.approx(2.0 / (3.07 * years) - 1.0, abs=2e-3)
    assert np.asarray(missed)[1:] == pytest.approx([1.0, 1.0])


def test_local_time_drift_is_what_the_nodes_do(system: System) -> None:
    """Against the mean Sun itself, half a life on; its series has its rate to seven digits."""
    half_s = 0.5 * float(system.flight.life_s)
    rates = orbit.secular_rates(
        semi_major_axis_m=system.orbits.semi_major_axis_m,
        eccentricity_ratio=system.orbits.eccentricity_ratio,
        inclination_rad=system.orbits.inclination_rad,
    )
    start, end = (
        float(orbit.sun(julian_day=system.epoch_julian_day + time / DAY_S).mean_longitude_rad)
        for time in (0.0, half_s)
    )
    turned = np.asarray(rates.node_rad_per_s) * half_s - (end - start)
    found = 0.5 * np.asarray(local_time_drift_s(system)) * 2.0 * math.pi / DAY_S
    assert found == pytest.approx(turned, abs=2.0 * math.pi * 0.1 / DAY_S)


def test_eccentric_orbits_meet_the_denser_air_of_their_perigee(system: System) -> None:
    """Against the mean density over evenly spaced times, Kepler's equation solved by iteration."""
    e, axis_m = 0.02, EARTH_RADIUS_M + 650e3
    orbits = replace(
        system.orbits,
        eccentricity_ratio=jnp.full(PLANES, e),
        semi_major_axis_m=jnp.full(PLANES, axis_m),
    )
    mean = np.linspace(0.0, 2.0 * math.pi, 4000, endpoint=False)
    anomaly = mean
    for _ in range(50):
        anomaly = mean + e * np.sin(anomaly)
    heights_m = axis_m * (1.0 - e * np.cos(anomaly)) - EARTH_RADIUS_M
    densities = orbit.density_kg_per_m3(
        system.atmosphere, altitude_m=heights_m, solar_flux_units=140.0
    )
    circular = orbit.density_kg_per_m3(system.atmosphere, altitude_m=650e3, solar_flux_units=140.0)
    expected = float(jnp.mean(densities) / circular)
    flat = replace(orbits, eccentricity_ratio=jnp.zeros(PLANES))
    eccentric_m_per_s, flat_m_per_s = (
        station_keeping_m_per_s(replace(system, orbits=one)) for one in (orbits, flat)
    )
    # Sixteen places against four thousand, over a table interpolated piece by piece: 1 %.
    assert np.asarray(eccentric_m_per_s / flat_m_per_s) == pytest.approx(expected, rel=0.01)
    assert expected > 2.0


# --- the way up and down, and the dose ------------------------------------------------------------


def test_velocity_change_adds_raising_keeping_and_lowering(
    shipped: Callable[..., Resolved],
) -> None:
    system = shipped("ai1").system
    # Circular speeds at 350, 650 and 200 km: 7,697.2, 7,531.1 and 7,784.4 m/s.
    kept = float(station_keeping_m_per_s(system)[0])
    by_hand = (7697.2 - 7531.1) + kept + (7784.4 - 7531.1)
    assert float(velocity_change_m_per_s(system)[0]) == pytest.approx(by_hand, abs=0.2)


def test_nothing_is_lowered_from_below(shipped: Callable[..., Resolved]) -> None:
    system = shipped("ai1", "disposal.lowered_altitude_km=700").system
    assert float(lowering_m_per_s(system)[0]) == 0.0


@pytest.mark.parametrize(
    ("overrides", "sign"),
    [((), 1.0), (("constellation.groups.0.altitude_km=1200",), -1.0)],
)
def test_memory_is_held_to_its_dose(
    overrides: tuple[str, ...], sign: float, shipped: Callable[..., Resolved]
) -> None:
    system = shipped("ai1", *overrides).system
    assert np.sign(float(memory_dose(system)[0])) == sign
    assert float(memory_dose(replace_stop(system))[0]) == 1.0


def replace_stop(system: System) -> System:
    return replace(system, radiation=replace(system.radiation, stops_at_limit=False))


def test_the_shielding_that_would_do_does(shipped: Callable[..., Resolved]) -> None:
    # 800 km sun-synchronous and an event: 10 mm leave 2.1 krad in five years, more aluminium less.
    system = shipped("ai1", "constellation.groups.0.altitude_km=810").system
    assert float(memory_dose(system)[0]) < 0.0
    needed_mm = least_shielding_mm(system)
    assert needed_mm is not None and 10.0 < needed_mm < 20.0
    thicker = replace(
        system, radiation=replace(system.radiation, shielding_m=jnp.asarray(needed_mm / 1e3))
    )
    thinner = replace(
        system,
        radiation=replace(system.radiation, shielding_m=jnp.asarray((needed_mm - 0.5) / 1e3)),
    )
    assert float(memory_dose(thicker)[0]) >= 0.0 > float(memory_dose(thinner)[0])


def test_no_shielding_of_the_tables_may_do(shipped: Callable[..., Resolved]) -> None:
    system = shipped("ai1", "constellation.groups.0.altitude_km=2000").system
    assert least_shielding_mm(system) is None
