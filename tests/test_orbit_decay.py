"""Do dead satellites fall as an independent integration has it, at any time of the solar cycle?"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import Array
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from sunstack.disciplines import orbit
from sunstack.resolve import atmosphere
from sunstack.units import (
    DAY_S,
    EARTH_RADIUS_M,
    GRAVITATIONAL_PARAMETER_M3_PER_S2,
    J2000_JULIAN_DAY,
    YEAR_S,
)

AIR = atmosphere()
MINIMUM = J2000_JULIAN_DAY + 19.96 * YEAR_S / DAY_S


def cycle(low: float = 70.0, high: float = 180.0) -> orbit.SolarCycle:
    return orbit.SolarCycle(
        low_solar_flux_units=jnp.asarray(low),
        high_solar_flux_units=jnp.asarray(high),
        period_s=jnp.asarray(11.0 * YEAR_S),
        minimum_julian_day=jnp.asarray(MINIMUM),
    )


@jax.jit
def years(altitude_m: Array, coefficient: Array, flux: Array) -> Array:
    return (
        orbit.decay_time_s(
            AIR,
            semi_major_axis_m=EARTH_RADIUS_M + altitude_m,
            ballistic_coefficient_kg_per_m2=coefficient,
            solar_flux_units=flux,
        )
        / YEAR_S
    )


@jax.jit
def years_in_cycle(
    altitude_m: Array, coefficient: Array, start_years: Array, sun: orbit.SolarCycle
) -> Array:
    return (
        orbit.decay_time_through_cycle_s(
            AIR,
            sun,
            semi_major_axis_m=EARTH_RADIUS_M + altitude_m,
            ballistic_coefficient_kg_per_m2=coefficient,
            start_julian_day=MINIMUM + start_years * (YEAR_S / DAY_S),
        )
        / YEAR_S
    )


def integrated_years(altitude_m: float, coefficient: float, start_years: float) -> float:
    """The same physics by SciPy's adaptive integrator, over time."""
    heights = np.asarray(AIR.altitude_m)
    fluxes = np.asarray(AIR.solar_flux_units)
    logarithms = np.log(np.asarray(AIR.density_kg_per_m3))

    def sinking(elapsed_s: float, state: NDArray[np.float64]) -> list[float]:
        phase = 2 * math.pi * (start_years + elapsed_s / YEAR_S) / 11.0
        flux = 70.0 + 55.0 * (1.0 - math.cos(phase))
        height_m = max(float(state[0]), 100e3)  # trial steps may overshoot
        by_flux = [np.interp(height_m, heights, column) for column in logarithms.T]
        density = math.exp(np.interp(flux, fluxes, by_flux))
        momentum = math.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 * (EARTH_RADIUS_M + height_m))
        return [-density * momentum / coefficient]

    def down(_: float, state: NDArray[np.float64]) -> float:
        return float(state[0]) - 180e3

    down.terminal = True  # type: ignore[attr-defined]  # how SciPy is told to stop
    path = solve_ivp(
        sinking, (0.0, 1e10), [altitude_m], events=down, rtol=1e-8, atol=1.0, max_step=20 * DAY_S
    )
    return float(path.t_events[0][0]) / YEAR_S


# --- by other means ------------------------------------------------------------------------------

COARSE_KM = (180, 200, 250, 300, 350, 400, 450, 500, 550, 600, 700, 800, 1000)
COARSE_KG_PER_M3 = (
    5e-10, 2.5e-10, 6.5e-11, 2.1e-11, 8.3e-12, 3.97e-12, 1.75e-12, 7.97e-13, 3.77e-13, 1.842e-13,
    4.97e-14, 1.668e-14, 4.053e-15,
)  # fmt: skip


@pytest.mark.parametrize(
    ("altitude_km", "said"), [(500, 4.8), (550, 10.4), (600, 22.0), (650, 45.0), (700, 90.0)]
)
def test_the_published_rows_are_what_the_coarse_table_gives(altitude_km: int, said: float) -> None:
    seconds = 0.0
    for height_km in range(altitude_km, 180, -1):
        axis_m = EARTH_RADIUS_M + 1e3 * height_km
        density = math.exp(np.interp(height_km, COARSE_KM, np.log(COARSE_KG_PER_M3)))
        rate = density * math.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 * axis_m) / 100.0
        seconds += 1e3 / rate
    assert seconds / YEAR_S == pytest.approx(said, rel=0.02)  # two digits were written down
    ours = float(years(1e3 * altitude_km, 100.0, 140.0))
    assert ours == pytest.approx(said, rel=0.06)


@pytest.mark.parametrize(
    ("altitude_km", "coefficient", "start_years"),
    [(400, 20, 0.0), (550, 3.41, 9.5), (550, 50, 3.0), (600, 100, 7.0), (700, 20, 5.0)],
)
def test_a_fall_through_the_cycle_agrees_with_an_adaptive_integrator(
    altitude_km: float, coefficient: float, start_years: float
) -> None:
    ours = float(years_in_cycle(1e3 * altitude_km, coefficient, start_years, cycle()))
    theirs = integrated_years(1e3 * altitude_km, coefficient, start_years)
    assert ours == pytest.approx(theirs, rel=1e-3)


def test_a_fall_longer_than_the_steps_goes_on_at_the_mean_density() -> None:
    # 800 km at 50 kg/m²: beyond 100 years. Over many cycles only the mean density counts.
    ours = float(years_in_cycle(800e3, 50.0, 2.0, cycle()))
    assert ours == pytest.approx(integrated_years(800e3, 50.0, 2.0), rel=0.02)


def test_a_cycle_that_does_not_swing_is_a_constant_sun() -> None:
    altitudes = jnp.asarray([200e3, 350e3, 550e3, 800e3, 1500e3])
    constant = years(altitudes, 100.0, 140.0)
    swung = years_in_cycle(altitudes, 100.0, 4.0, cycle(140.0, 140.0))
    np.testing.assert_allclose(swung, constant, rtol=2e-3)


def test_the_sun_is_quietest_at_its_minimum() -> None:
    days = MINIMUM + jnp.asarray([0.0, 2.75, 5.5, 11.0]) * (YEAR_S / DAY_S)
    flux = orbit.solar_flux_units(cycle(), julian_day=days)
    np.testing.assert_allclose(flux, [70.0, 125.0, 180.0, 70.0], atol=1e-6)


# --- what must hold ------------------------------------------------------------------------------


@given(
    altitude=st.floats(185e3, 2000e3),
    higher=st.floats(1e3, 400e3),
    coefficient=st.floats(1.0, 500.0),
    factor=st.floats(1.05, 4.0),
    flux=st.floats(70.0, 200.0),
)
def test_higher_heavier_and_under_a_quieter_sun_takes_longer(
    altitude: float, higher: float, coefficient: float, factor: float, flux: float
) -> None:
    first = float(years(altitude, coefficient, flux))
    assert float(years(altitude + higher, coefficient, flux)) > first > 0.0
    assert float(years(altitude, coefficient * factor, flux)) == pytest.approx(
        factor * first, rel=1e-9
    )
    assert float(years(altitude, coefficient, flux + 20.0)) < first


@given(altitude=st.floats(185e3, 900e3), coefficient=st.floats(2.0, 200.0), start=st.floats(0, 11))
def test_a_fall_through_the_cycle_lies_between_its_extremes(
    altitude: float, coefficient: float, start: float
) -> None:
    found = float(years_in_cycle(altitude, coefficient, start, cycle()))
    slowest, fastest = (float(years(altitude, coefficient, flux)) for flux in (70.0, 180.0))
    assert 0.998 * fastest <= found <= 1.002 * slowest


def test_slopes_agree_with_finite_differences() -> None:
    at = (jnp.asarray(555e3), jnp.asarray(50.0), jnp.asarray(3.0), cycle())
    by_altitude, by_coefficient = jax.grad(years_in_cycle, (0, 1))(*at)
    for slope, index, step in ((by_altitude, 0, 50.0), (by_coefficient, 1, 0.05)):
        above, below = (
            float(years_in_cycle(*at[:index], at[index] + change, *at[index + 1 :]))
            for change in (step, -step)
        )
        assert float(slope) == pytest.approx((above - below) / (2 * step), rel=5e-3)


def test_the_way_down_starts_high_and_ends_on_the_floor() -> None:
    path = orbit.descent(
        AIR,
        cycle(),
        semi_major_axis_m=EARTH_RADIUS_M + jnp.asarray([450e3, 550e3]),
        ballistic_coefficient_kg_per_m2=20.0,
        start_julian_day=MINIMUM,
    )
    assert path.altitude_m.shape == path.elapsed_s.shape == (2, 1501)
    assert (np.diff(path.altitude_m, axis=1) <= 0).all()
    assert (np.diff(path.elapsed_s, axis=1) >= 0).all()
    heights = orbit.altitude_m(path, elapsed_s=jnp.asarray([0.0, 0.5, 50.0]) * YEAR_S)
    np.testing.assert_allclose(heights[:, 0], [450e3, 550e3])
    np.testing.assert_allclose(heights[:, 2], 180e3)
    assert (heights[:, 1] < heights[:, 0]).all()


def test_single_precision_is_enough() -> None:
    short = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), (AIR, cycle()))
    rough = orbit.decay_time_s(
        short[0],
        semi_major_axis_m=jnp.asarray(EARTH_RADIUS_M + 600e3, dtype=jnp.float32),
        ballistic_coefficient_kg_per_m2=jnp.float32(50.0),
        solar_flux_units=jnp.float32(140.0),
    )
    assert rough.dtype == jnp.float32
    assert float(rough) / YEAR_S == pytest.approx(float(years(600e3, 50.0, 140.0)), rel=1e-3)


# --- absurd inputs -------------------------------------------------------------------------------


def test_what_is_down_takes_no_time_and_what_nothing_slows_never_comes_down() -> None:
    assert float(years(180e3, 50.0, 140.0)) == 0.0
    assert float(years(120e3, 50.0, 140.0)) == 0.0
    assert float(years_in_cycle(150e3, 50.0, 0.0, cycle())) == 0.0
    assert float(years_in_cycle(550e3, 0.0, 0.0, cycle())) == pytest.approx(0.0, abs=1e-6)
    assert float(years(550e3, math.inf, 140.0)) == math.inf
    assert float(years_in_cycle(550e3, math.inf, 0.0, cycle())) == math.inf


def test_outside_the_table_of_air_there_is_no_number() -> None:
    assert math.isnan(float(years(2600e3, 50.0, 140.0)))
    assert math.isnan(float(years(550e3, 50.0, 300.0)))
    assert math.isnan(float(years_in_cycle(2600e3, 50.0, 0.0, cycle())))
