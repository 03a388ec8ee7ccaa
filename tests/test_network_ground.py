"""Does a place see what stands above its horizon, and no other?"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import network
from sunstack.units import EARTH_RADIUS_M

RADIUS_M = EARTH_RADIUS_M + 550e3
SHELL = network.walker(
    plane_count=72,
    slot_count=22,
    phasing_count=39,
    inclination_rad=np.radians(53.0),
    radius_m=RADIUS_M,
    argument_of_latitude_rad=1.1,
)
_uplink_s = jax.jit(network.uplink_s)
_visible_count = jax.jit(network.visible_count)
_delays_s = jax.jit(lambda net, start_s: network.delays(net, start_s=start_s).delay_s)
PLACE_M = np.asarray(jax.jit(network.position_m)(SHELL))


def site(latitude_deg: float, longitude_deg: float) -> np.ndarray:
    latitude, longitude = np.radians([latitude_deg, longitude_deg])
    return EARTH_RADIUS_M * np.array(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )


def elevations_rad(place: np.ndarray) -> np.ndarray:
    """Of every satellite, by vectors."""
    away = PLACE_M - place
    up = place / np.linalg.norm(place)
    return np.arcsin((away @ up) / np.linalg.norm(away, axis=-1))


@settings(max_examples=60, deadline=None)
@given(
    latitude_deg=st.floats(-90.0, 90.0),
    longitude_deg=st.floats(-180.0, 180.0),
    elevation_deg=st.floats(0.0, 80.0),
)
def test_in_view_are_those_above_the_elevation(
    latitude_deg: float, longitude_deg: float, elevation_deg: float
) -> None:
    place = site(latitude_deg, longitude_deg)
    high = elevations_rad(place)
    least = np.radians(elevation_deg)
    if np.abs(high - least).min() < 1e-9:
        return  # on the very edge either answer is right
    delay_s = np.asarray(_uplink_s(SHELL, site_m=jnp.asarray(place[None]), elevation_rad=least))[
        ..., 0
    ]
    assert np.array_equal(delay_s < network.UNREACHED_S, high >= least)
    far_m = np.linalg.norm(PLACE_M - place, axis=-1)
    seen = high >= least
    np.testing.assert_allclose(delay_s[seen] * 299_792_458.0, far_m[seen], rtol=1e-6)
    count = _visible_count(SHELL, site_m=jnp.asarray(place[None]), elevation_rad=least)
    assert float(count[0]) == seen.sum()


def test_the_view_s_edge_by_hand() -> None:
    # 550 km at 25°: slant 1,123 km; at 0° the horizon stands acos(6,378 / 6,928) = 22.99° off.
    horizon = network.view_angle_rad(
        site_radius_m=EARTH_RADIUS_M, orbit_radius_m=RADIUS_M, elevation_rad=0.0
    )
    assert np.degrees(float(horizon)) == pytest.approx(22.99, abs=0.01)
    edge = float(
        network.view_angle_rad(
            site_radius_m=EARTH_RADIUS_M,
            orbit_radius_m=RADIUS_M,
            elevation_rad=np.radians(25.0),
        )
    )
    slant_m = np.sqrt(
        EARTH_RADIUS_M**2 + RADIUS_M**2 - 2 * EARTH_RADIUS_M * RADIUS_M * np.cos(edge)
    )
    assert slant_m == pytest.approx(1_123e3, abs=2e3)


def test_from_ground_to_ground_is_never_faster_than_light() -> None:
    places = np.stack([site(51.5, -0.1), site(40.7, -74.0), site(1.3, 103.9)])
    up_s = _uplink_s(SHELL, site_m=jnp.asarray(places), elevation_rad=np.radians(25.0))
    found = _delays_s(network.links(SHELL), up_s)
    between = np.asarray((found[..., :, None] + up_s[..., None, :]).min(axis=(0, 1)))
    assert between == pytest.approx(between.T, rel=1e-12)
    cosine = places @ places.T / EARTH_RADIUS_M**2
    arc_s = EARTH_RADIUS_M * np.arccos(np.clip(cosine, -1.0, 1.0)) / 299_792_458.0
    assert np.all(between >= arc_s)
    # Up and down again at least: 2 * 550 km. London to New York in some 21 to 24 ms one way.
    assert np.all(np.diag(between) >= 2 * 550e3 / 299_792_458.0)
    assert 0.020 < between[0, 1] < 0.025
