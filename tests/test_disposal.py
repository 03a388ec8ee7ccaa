"""Do burns, margins, alumina and casualties come out as they do by hand?"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import Array

from sunstack.disciplines import disposal, orbit
from sunstack.disciplines.disposal import Spec
from sunstack.units import EARTH_RADIUS_M, GRAVITATIONAL_PARAMETER_M3_PER_S2, YEAR_S


def spec(mass_kg: float = 2143.0, area_m2: float = 6.3, success: float = 0.99) -> Spec:
    return Spec(
        mass_kg=jnp.asarray(mass_kg),
        casualty_area_m2=jnp.asarray(area_m2),
        disposal_success_fraction=jnp.asarray(success),
    )


def two_burns(start_m: float, end_m: float) -> float:
    return float(
        disposal.hohmann_delta_v_m_per_s(
            start_semi_major_axis_m=EARTH_RADIUS_M + start_m,
            end_semi_major_axis_m=EARTH_RADIUS_M + end_m,
        )
    )


def speed(radius_m: float, axis_m: float) -> float:
    return math.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 * (2.0 / radius_m - 1.0 / axis_m))


# --- burns ---------------------------------------------------------------------------------------


def test_a_graveyard_at_2500_km_by_vis_viva() -> None:
    low, high = EARTH_RADIUS_M + 600e3, EARTH_RADIUS_M + 2500e3
    across = 0.5 * (low + high)
    burns = speed(low, across) - speed(low, low) + speed(high, high) - speed(high, across)
    assert two_burns(600e3, 2500e3) == pytest.approx(burns, rel=1e-12)
    assert burns == pytest.approx(854.3, abs=0.1)  # 17 times the 50 m/s that the letter reserves


def test_a_steered_re_entry_by_vis_viva() -> None:
    high, low = EARTH_RADIUS_M + 600e3, EARTH_RADIUS_M + 50e3
    burn = speed(high, high) - speed(high, 0.5 * (high + low))
    found = disposal.reentry_delta_v_m_per_s(semi_major_axis_m=high)
    assert float(found) == pytest.approx(burn, rel=1e-12)
    assert burn == pytest.approx(156.7, abs=0.1)


def test_escape_by_hand() -> None:
    # √(3.986004418e14 / 6,978,137) = 7,557.87 m/s, times 0.414214
    found = disposal.escape_delta_v_m_per_s(semi_major_axis_m=EARTH_RADIUS_M + 600e3)
    assert float(found) == pytest.approx(3130.57, abs=0.01)


@given(start=st.floats(200e3, 2500e3), end=st.floats(200e3, 2500e3))
def test_two_burns_cost_the_same_both_ways_and_less_than_a_spiral(start: float, end: float) -> None:
    cost = two_burns(start, end)
    assert cost == pytest.approx(two_burns(end, start), rel=1e-9, abs=1e-9)
    spiral = orbit.low_thrust_delta_v_m_per_s(
        start_semi_major_axis_m=EARTH_RADIUS_M + start, end_semi_major_axis_m=EARTH_RADIUS_M + end
    )
    assert -1e-9 <= cost <= float(spiral) + 1e-9


@given(altitude=st.floats(60e3, 2400e3), higher=st.floats(1e3, 100e3))
def test_a_steered_re_entry_costs_more_from_higher_up(altitude: float, higher: float) -> None:
    near, far = (
        float(disposal.reentry_delta_v_m_per_s(semi_major_axis_m=EARTH_RADIUS_M + one))
        for one in (altitude, altitude + higher)
    )
    assert 0.0 <= near < far
    below = disposal.reentry_delta_v_m_per_s(semi_major_axis_m=EARTH_RADIUS_M + 40e3)
    assert float(below) == 0.0


def test_slopes_agree_with_finite_differences() -> None:
    def cost(axis_m: Array) -> Array:
        up = disposal.hohmann_delta_v_m_per_s(
            start_semi_major_axis_m=axis_m, end_semi_major_axis_m=EARTH_RADIUS_M + 2500e3
        )
        return up + disposal.reentry_delta_v_m_per_s(semi_major_axis_m=axis_m)

    axis = jnp.asarray(EARTH_RADIUS_M + 600e3)
    measured = float(cost(axis + 10.0) - cost(axis - 10.0)) / 20.0
    assert float(jax.grad(cost)(axis)) == pytest.approx(measured, rel=1e-5)


# --- falling within five years -------------------------------------------------------------------


def test_the_five_year_margin_by_hand() -> None:
    years = jnp.asarray([0.0, 4.0, 5.0, 10.0, 50.0, math.inf])
    margin = disposal.decay_margin_ratio(decay_time_s=years * YEAR_S)
    assert margin.tolist() == pytest.approx([1.0, 0.2, 0.0, -0.5, -0.9, -1.0])


@given(taken=st.floats(0.0, 1e12), allowed=st.floats(0.0, 1e12))
def test_the_margin_has_the_sign_of_what_is_left(taken: float, allowed: float) -> None:
    margin = float(disposal.decay_margin_ratio(decay_time_s=taken, longest_decay_s=allowed))
    assert -1.0 <= margin <= 1.0
    assert margin * (allowed - taken) >= 0.0


# --- what comes down -----------------------------------------------------------------------------


def test_a_million_satellites_replaced_every_five_years_by_hand() -> None:
    # 200,000 a year of 2,143 kg: 428,600 t, 0.12 of it alumina: 51,432 t; with 2 % unsteered and
    # 6.3 m² each, 4,000 · 1.6e-5 · 6.3 = 0.4032 casualties where 0.4 would meet the limit
    down = disposal.reentries(spec(), reentry_per_s=2e5 / YEAR_S, uncontrolled_fraction=0.02)
    assert float(down.mass_kg_per_s) * YEAR_S == pytest.approx(428.6e6, rel=1e-9)
    assert float(down.alumina_kg_per_s) * YEAR_S == pytest.approx(51.432e6, rel=1e-9)
    assert float(down.casualty_per_s) * YEAR_S == pytest.approx(0.4032, rel=1e-9)
    assert float(down.casualty_limit_per_s) * YEAR_S == pytest.approx(0.4, rel=1e-9)


def test_all_falling_unsteered_casualties_add_up() -> None:
    # each meets 1 in 10,000 and yet 20 people a year are hit
    down = disposal.reentries(spec(), reentry_per_s=2e5 / YEAR_S, uncontrolled_fraction=1.0)
    assert float(down.casualty_limit_per_s) * YEAR_S == pytest.approx(20.0)


@given(dead=st.floats(0.0, 1.0), success=st.floats(0.0, 1.0))
def test_what_is_dead_or_fails_to_steer_is_unsteered(dead: float, success: float) -> None:
    share = float(disposal.uncontrolled_fraction(spec(success=success), dead_fraction=dead))
    assert max(dead, 1.0 - success) - 1e-12 <= share <= min(1.0, dead + 1.0 - success) + 1e-12
    assert share == pytest.approx(1.0 - (1.0 - dead) * success, abs=1e-12)


def test_avoidances_take_velocity() -> None:
    # 207,152 in half a year by 9,900: 41.85 a year; over five years at 0.1 m/s 20.9 m/s
    rate = disposal.avoidance_per_s(
        avoidance_count=207_152, satellite_count=9_900, duration_s=0.5 * YEAR_S
    )
    assert float(rate) * YEAR_S == pytest.approx(41.849, abs=1e-3)
    spent = disposal.avoidance_delta_v_m_per_s(avoidance_per_s=rate, duration_s=5 * YEAR_S)
    assert float(spent) == pytest.approx(20.92, abs=0.01)


def test_absurd_satellites_give_numbers() -> None:
    down = disposal.reentries(spec(0.0, 0.0, 0.0), reentry_per_s=0.0, uncontrolled_fraction=0.0)
    assert jax.tree.leaves(jax.tree.map(float, down)) == [0.0, 0.0, 0.0, 0.0]
    assert two_burns(600e3, 600e3) == 0.0
    assert float(disposal.decay_margin_ratio(decay_time_s=0.0, longest_decay_s=0.0)) == 0.0
