"""What do air and slow climbs cost?"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.catalogue import tables
from sunstack.disciplines import orbit
from sunstack.units import EARTH_RADIUS_M, GRAVITATIONAL_PARAMETER_M3_PER_S2, YEAR_S

TABLE = tables.atmosphere()
AIR = orbit.Atmosphere(
    altitude_m=jnp.asarray(TABLE.altitude_km) * 1e3,
    solar_flux_units=jnp.asarray(TABLE.solar_flux_units),
    density_kg_per_m3=jnp.asarray(TABLE.density_kg_per_m3),
)


@jax.jit
def density(altitude_m: jax.Array, flux: jax.Array) -> jax.Array:
    return orbit.density_kg_per_m3(AIR, altitude_m=altitude_m, solar_flux_units=flux)


fluxes = st.floats(70.0, 220.0)


# --- density -------------------------------------------------------------------------------------


def test_interpolation_meets_every_entry_of_the_table() -> None:
    found = [density(AIR.altitude_m, flux) for flux in TABLE.solar_flux_units]
    # exp(log(x)) of a density of 1e-17: the logarithm, near -40, is rounded to 7e-15.
    assert np.stack(found, axis=1) == pytest.approx(np.array(TABLE.density_kg_per_m3), rel=1e-13)


def test_between_entries_the_logarithm_is_linear() -> None:
    # 500 to 550 km at 140 units: √(8.1210e-13 · 3.8475e-13) = 5.58978e-13 at 525 km;
    # 140 to 180 units at 500 km: √(8.1210e-13 · 1.6022e-12) = 1.140676e-12 at 160 units.
    assert float(density(525e3, 140.0)) == pytest.approx(5.58978e-13, rel=1e-5)
    assert float(density(500e3, 160.0)) == pytest.approx(1.140676e-12, rel=1e-5)


@pytest.mark.parametrize(
    ("altitude_m", "flux"), [(99e3, 140.0), (2501e3, 140.0), (500e3, 69.0), (500e3, 221.0)]
)
def test_outside_the_table_there_is_no_density(altitude_m: float, flux: float) -> None:
    assert math.isnan(float(density(altitude_m, flux)))


@given(low=st.floats(100e3, 999e3), climb=st.floats(1.0, 300e3), flux=fluxes)
def test_air_thins_with_height_below_1000_km(low: float, climb: float, flux: float) -> None:
    high = min(low + climb, 1000e3)
    assert float(density(high, flux)) < float(density(low, flux))


@given(height=st.floats(200e3, 1000e3), low=fluxes, more=st.floats(0.5, 100.0))
def test_an_active_sun_thickens_the_upper_air(height: float, low: float, more: float) -> None:
    high = min(low + more, 220.0)
    assert float(density(height, high)) >= float(density(height, low))


def test_arrays_of_heights_give_arrays_of_densities() -> None:
    heights = jnp.asarray([[200e3, 500e3, 800e3], [300e3, 600e3, 900e3]])
    assert density(heights, 140.0).shape == (2, 3)
    assert float(density(heights, 140.0)[1, 1]) == pytest.approx(1.8850e-13, rel=1e-9)  # table


# --- what it costs -------------------------------------------------------------------------------


def test_drag_of_a_year_by_hand() -> None:
    # v² = μ/a = 3.986004418e14 / 6,928,137 = 5.753357e7 m²/s²; pressure 0.5 · 1e-13 · v² =
    # 2.876678e-6 Pa; on 2.2 · 60 m² 3.797215e-4 N; over 2,140 kg 1.774400e-7 m/s²; a year of
    # 31,557,600 s gives 5.59958 m/s.
    lost = orbit.drag_delta_v_m_per_s(
        density_kg_per_m3=1e-13,
        semi_major_axis_m=EARTH_RADIUS_M + 550e3,
        drag_coefficient_ratio=2.2,
        drag_area_m2=60.0,
        mass_kg=2140.0,
        duration_s=YEAR_S,
    )
    assert float(lost) == pytest.approx(5.59958, rel=2e-6)  # seven digits were carried


def circular_speed_m_per_s(altitude_m: float) -> float:
    return math.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 / (EARTH_RADIUS_M + altitude_m))


@given(start=st.floats(200e3, 2000e3), end=st.floats(200e3, 2000e3))
def test_a_spiral_in_its_plane_costs_the_difference_of_speeds(start: float, end: float) -> None:
    cost = orbit.low_thrust_delta_v_m_per_s(
        start_semi_major_axis_m=EARTH_RADIUS_M + start, end_semi_major_axis_m=EARTH_RADIUS_M + end
    )
    difference = abs(circular_speed_m_per_s(start) - circular_speed_m_per_s(end))
    # Speeds near 7,500 m/s are rounded to 1e-12 m/s.
    assert float(cost) == pytest.approx(difference, abs=1e-11)


def test_spirals_by_hand() -> None:
    # 350 to 650 km: √(μ/6,728,137) = 7,697.00, √(μ/7,028,137) = 7,530.93; difference 166.07 m/s.
    climb = orbit.low_thrust_delta_v_m_per_s(
        start_semi_major_axis_m=EARTH_RADIUS_M + 350e3,
        end_semi_major_axis_m=EARTH_RADIUS_M + 650e3,
    )
    assert float(climb) == pytest.approx(166.07, abs=0.01)
    # A turn by 60° at 7,500 m/s: √(2 v² (1 - cos(90° · π/3))) = v √(2 (1 - cos 1.644934))
    # = 7,500 · √(2 · 1.074070) = 10,992.4 m/s.
    axis = GRAVITATIONAL_PARAMETER_M3_PER_S2 / 7500.0**2
    turn = orbit.low_thrust_delta_v_m_per_s(
        start_semi_major_axis_m=axis, end_semi_major_axis_m=axis, plane_change_rad=math.pi / 3
    )
    assert float(turn) == pytest.approx(10992.4, abs=0.05)


@given(
    start=st.floats(200e3, 2000e3),
    end=st.floats(200e3, 2000e3),
    turn=st.floats(0.0, 1.9),
    more=st.floats(0.01, 0.1),
)
def test_turning_the_plane_further_costs_more_and_the_way_back_the_same(
    start: float, end: float, turn: float, more: float
) -> None:
    def cost(first: float, last: float, angle: float) -> float:
        return float(
            orbit.low_thrust_delta_v_m_per_s(
                start_semi_major_axis_m=EARTH_RADIUS_M + first,
                end_semi_major_axis_m=EARTH_RADIUS_M + last,
                plane_change_rad=angle,
            )
        )

    assert cost(start, end, turn + more) > cost(start, end, turn)
    assert cost(end, start, turn) == pytest.approx(cost(start, end, turn), rel=1e-12, abs=1e-9)
