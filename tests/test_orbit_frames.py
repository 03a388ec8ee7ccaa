"""Is a satellite over the place on Earth it should be over?"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import orbit
from sunstack.units import EARTH_FLATTENING, EARTH_RADIUS_M, J2000_JULIAN_DAY

SIDEREAL_DAY = 360.0 / 360.98564736629
"""In solar days: the angle's linear term."""


def test_sidereal_angle_at_the_epoch_of_its_polynomial() -> None:
    angle = orbit.sidereal_angle_rad(julian_day=J2000_JULIAN_DAY)
    assert math.degrees(float(angle)) == pytest.approx(280.46061837, abs=1e-9)


@given(days=st.floats(-9000.0, 18000.0))
def test_the_earth_turns_once_in_a_sidereal_day(days: float) -> None:
    begin, end = (
        orbit.sidereal_angle_rad(julian_day=J2000_JULIAN_DAY + day)
        for day in (days, days + SIDEREAL_DAY)
    )
    # A Julian day of 2.4 million is kept to 5e-10 day, 3e-9 turns of the Earth.
    turned = math.remainder(float(end - begin), 2.0 * math.pi)
    assert turned == pytest.approx(0.0, abs=2e-8)


def test_earth_fixed_axes_by_hand() -> None:
    # A day on which Greenwich has turned by 90°: what stands over the inertial x axis is then over
    # 90° west, the y axis over Greenwich.
    quarter = J2000_JULIAN_DAY + (360.0 + 90.0 - 280.46061837) / 360.0 * SIDEREAL_DAY
    found = orbit.earth_fixed_m(position_m=jnp.eye(3) * 7e6, julian_day=quarter)
    expected = 7e6 * np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    assert np.asarray(found) == pytest.approx(expected, abs=0.2)  # 2e-8 rad of 7,000 km


def on_the_ellipsoid_m(latitude: float, longitude: float, height: float) -> np.ndarray:
    """Earth-fixed position of a geodetic one, from the definition of the ellipsoid."""
    squared = EARTH_FLATTENING * (2.0 - EARTH_FLATTENING)
    normal = EARTH_RADIUS_M / math.sqrt(1.0 - squared * math.sin(latitude) ** 2)
    return np.array(
        [
            (normal + height) * math.cos(latitude) * math.cos(longitude),
            (normal + height) * math.cos(latitude) * math.sin(longitude),
            (normal * (1.0 - squared) + height) * math.sin(latitude),
        ]
    )


@given(
    latitude=st.floats(-math.pi / 2, math.pi / 2),
    longitude=st.floats(-3.141, 3.141),
    height=st.floats(0.0, 2500e3),
)
def test_geodetic_place_comes_back_within_a_millimetre(
    latitude: float, longitude: float, height: float
) -> None:
    place = jnp.asarray(on_the_ellipsoid_m(latitude, longitude, height))
    found = jax.jit(orbit.geodetic)(earth_fixed_m=place)
    assert float(found.altitude_m) == pytest.approx(height, abs=1e-3)
    assert float(found.latitude_rad) * 6.4e6 == pytest.approx(latitude * 6.4e6, abs=1e-3)
    if abs(latitude) < 1.57:  # at the pole every longitude is right
        assert float(found.longitude_rad) == pytest.approx(longitude, abs=1e-9)


def test_the_pole_and_the_equator_are_as_high_as_they_are() -> None:
    # WGS-84: polar radius 6,378,137 (1 - 1/298.257223563) = 6,356,752.314 m.
    places = jnp.asarray([[0.0, 0.0, 6_356_752.314], [EARTH_RADIUS_M, 0.0, 0.0]])
    found = orbit.geodetic(earth_fixed_m=places)
    assert np.asarray(found.altitude_m) == pytest.approx(0.0, abs=1e-3)
    assert np.degrees(found.latitude_rad) == pytest.approx([90.0, 0.0], abs=1e-9)
