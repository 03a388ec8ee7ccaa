"""Is a place where the world says it is, at the poles and across the date line too?"""

from __future__ import annotations

import jax
import numpy as np
import pytest
from astropy import units
from astropy.coordinates import EarthLocation
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import network
from sunstack.errors import ScenarioError

LATITUDES = st.floats(-90.0, 90.0)
LONGITUDES = st.floats(-180.0, 180.0)


def apart_rad(here_deg: tuple[float, float], there_deg: tuple[float, float]) -> float:
    (latitude, longitude), (other, east) = np.radians(here_deg), np.radians(there_deg)
    return float(
        network.apart_rad(
            latitude_rad=latitude,
            longitude_rad=longitude,
            other_latitude_rad=other,
            other_longitude_rad=east,
        )
    )


def test_places_are_astropy_s() -> None:
    latitude_deg = np.array([90.0, -90.0, 0.0, 51.5, -33.9, 14.6])
    longitude_deg = np.array([0.0, 77.0, 180.0, -0.1, 151.2, -180.0])
    altitude_m = np.array([0.0, 2_835.0, 0.0, 35.0, 58.0, 8_848.0])
    theirs = EarthLocation.from_geodetic(
        longitude_deg * units.deg, latitude_deg * units.deg, altitude_m * units.m
    )
    ours = network.earth_fixed_m(
        latitude_rad=np.radians(latitude_deg),
        longitude_rad=np.radians(longitude_deg),
        altitude_m=altitude_m,
    )
    expected_m = np.stack([axis.to_value(units.m) for axis in (theirs.x, theirs.y, theirs.z)], -1)
    # Both compute to rounding: a nanometre in 6,400 km is 2e-16 of it, and some operations add up.
    assert np.abs(np.asarray(ours) - expected_m).max() < 1e-8


def test_a_quarter_of_a_turn_by_hand() -> None:
    # At 0°, 0° the x axis; the Earth a quarter on, the y axis. The poles stay.
    site_m = network.earth_fixed_m(latitude_rad=[0.0, 0.5 * np.pi], longitude_rad=[0.0, 1.0])
    turned = np.asarray(network.inertial_m(site_m, earth_angle_rad=0.5 * np.pi))
    assert turned[0] == pytest.approx([0.0, 6_378_137.0, 0.0], abs=1e-8)
    assert turned[1] == pytest.approx([0.0, 0.0, 6_356_752.3142], abs=1e-4)


@settings(max_examples=40)
@given(here=st.tuples(LATITUDES, LONGITUDES), there=st.tuples(LATITUDES, LONGITUDES))
def test_distances_are_the_same_from_either_end_and_round_the_date_line(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    angle = apart_rad(here, there)
    assert 0.0 <= angle <= np.pi
    assert angle == pytest.approx(apart_rad(there, here), abs=1e-12)
    assert angle == pytest.approx(apart_rad(here, (there[0], there[1] + 360.0)), abs=1e-12)
    points = [
        np.array([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)])
        for a, b in (np.radians(here), np.radians(there))
    ]
    # By a chord, whose rounding costs 1e-8 where the two are antipodes.
    chord = np.linalg.norm(points[0] - points[1])
    assert angle == pytest.approx(2.0 * np.arcsin(min(0.5 * chord, 1.0)), abs=1e-7)


def test_across_the_date_line_and_over_the_pole_by_hand() -> None:
    assert np.degrees(apart_rad((0.0, 179.5), (0.0, -179.5))) == pytest.approx(1.0)
    assert np.degrees(apart_rad((89.0, 0.0), (89.0, 180.0))) == pytest.approx(2.0)
    slope = jax.grad(
        lambda east: network.apart_rad(
            latitude_rad=0.3, longitude_rad=0.2, other_latitude_rad=0.3, other_longitude_rad=east
        )
    )(0.2)
    assert np.isfinite(slope)  # of a place with itself


def test_coordinates_that_are_none_are_refused() -> None:
    network.check_places(latitude_rad=np.radians([90.0, -90.0]), longitude_rad=[9.0, -9.0])
    with pytest.raises(ScenarioError) as refused:
        network.check_places(
            latitude_rad=np.radians([0.0, 95.0, np.nan]), longitude_rad=[0.0, np.inf, 0.0]
        )
    said = str(refused.value)
    assert "sites[1]: latitude 95.0000° lies beyond a pole" in said
    assert "sites[2]: latitude is no finite number" in said
    assert "sites[1]: longitude is no finite number" in said
