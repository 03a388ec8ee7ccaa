"""Are Earth and Mars where astropy has them, and do messages between them wait as they must?"""

from __future__ import annotations

from datetime import date

import jax.numpy as jnp
import numpy as np
import pytest
from astropy.coordinates import get_body_barycentric
from astropy.time import Time
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sunstack.disciplines import deep_space
from sunstack.errors import ScenarioError

LIGHT_M_PER_S = 299_792_458.0
COUNT = 64
"""Days at a time: one shape, compiled once."""
OBLIQUITY_RAD = np.radians(84381.406 / 3600.0)
"""Of the ecliptic of J2000, IAU 2006."""
Numbers = NDArray[np.float64]


def julian_day(day: str) -> float:
    return date.fromisoformat(day).toordinal() + 1721424.5


def place_m(planet: deep_space.Planet, days: Numbers) -> Numbers:
    """Of ours, turned from the ecliptic to the equator."""
    x, y, z = np.asarray(deep_space.position_m(planet, julian_day=days)).T
    c, s = np.cos(OBLIQUITY_RAD), np.sin(OBLIQUITY_RAD)
    return np.stack([x, c * y - s * z, s * y + c * z], axis=-1)


# --- where they are ------------------------------------------------------------------------------


def test_earth_and_mars_stand_where_astropy_has_them() -> None:
    # epv00 and plan94 of ERFA. Against DE421 the elements err by 21,000 and 102,000 km, astropy's
    # Earth by 11 km and its Mars by 27,000. Ours against astropy on 1,000 days of 1900 to 2050:
    #     earth 19,116 km, 27"      mars 103,816 km, 103"     distance 76,943 km
    days = np.random.default_rng(5).uniform(2415100.0, 2469800.0, COUNT)
    time = Time(days, format="jd", scale="tdb")
    sun, earth, mars = (
        get_body_barycentric(body, time, ephemeris="builtin").xyz.to_value("m").T
        for body in ("sun", "earth", "mars")
    )
    ours = {planet: place_m(planet, days) for planet in ("earth", "mars")}
    assert np.linalg.norm(ours["earth"] - (earth - sun), axis=1).max() < 25e6
    assert np.linalg.norm(ours["mars"] - (mars - sun), axis=1).max() < 120e6
    off_m = np.linalg.norm(ours["mars"] - ours["earth"], axis=1) - np.linalg.norm(
        mars - earth, axis=1
    )
    # 0.3 s of light
    assert np.abs(off_m).max() < 0.3 * LIGHT_M_PER_S


def test_light_meets_mars_where_it_is_by_then() -> None:
    days = np.linspace(julian_day("2026-01-01"), julian_day("2028-03-01"), COUNT)
    found = deep_space.geometry(julian_day=days)
    arrives = days + np.asarray(found.outward_s) / 86400.0
    way_m = np.linalg.norm(place_m("mars", arrives) - place_m("earth", days), axis=1)
    # a day's number carries 40 µs, in which Mars goes a metre
    assert way_m == pytest.approx(np.asarray(found.outward_s) * LIGHT_M_PER_S, abs=10.0)
    back_m = np.linalg.norm(
        place_m("earth", days + np.asarray(found.round_trip_s) / 86400.0)
        - place_m("mars", arrives),
        axis=1,
    )
    both_s = (way_m + back_m) / LIGHT_M_PER_S
    assert both_s == pytest.approx(np.asarray(found.round_trip_s), abs=1e-6)


@settings(max_examples=30)
@given(first=st.floats(deep_space.FIRST_JULIAN_DAY, deep_space.LAST_JULIAN_DAY - 800.0))
def test_angles_and_distances_are_of_one_triangle(first: float) -> None:
    days = np.linspace(first, first + 780.0, COUNT)
    found = deep_space.geometry(julian_day=days)
    near, far = (np.linalg.norm(place_m(planet, days), axis=1) for planet in ("earth", "mars"))
    at_earth, at_mars = np.asarray(found.sun_earth_mars_rad), np.asarray(found.sun_mars_earth_rad)
    distance = np.asarray(found.distance_m)
    # law of sines, and both legs along the line between the planets
    assert near * np.sin(at_earth) == pytest.approx(far * np.sin(at_mars), rel=1e-9, abs=1.0)
    assert near * np.cos(at_earth) + far * np.cos(at_mars) == pytest.approx(distance, rel=1e-12)
    # Mars is never within 0.36 au nor beyond 2.69
    assert 0.36 * 1.496e11 < distance.min() < distance.max() < 2.69 * 1.496e11


def test_a_conjunction_bars_both_ends_and_an_opposition_that_on_mars() -> None:
    days = np.full(COUNT, julian_day("2024-07-01"))
    days[:2] = julian_day("2023-11-18"), julian_day("2025-01-16")
    found = deep_space.geometry(julian_day=days)
    at_earth, at_mars = np.degrees([found.sun_earth_mars_rad, found.sun_mars_earth_rad])
    assert at_earth[0] < 0.3 and at_mars[0] < 0.3
    assert at_earth[1] > 170.0 and at_mars[1] < 3.0
    limit = np.radians(3.0)
    seen = deep_space.open_fraction(found, earth_limit_rad=limit, mars_limit_rad=limit)
    assert np.asarray(seen)[:3].tolist() == [0.0, 0.0, 1.0]
    earth_only = deep_space.open_fraction(found, earth_limit_rad=limit, mars_limit_rad=0.0)
    assert np.asarray(earth_only)[:3].tolist() == [0.0, 1.0, 1.0]


def test_other_years_are_refused() -> None:
    outside = np.array([deep_space.FIRST_JULIAN_DAY - 1.0, deep_space.LAST_JULIAN_DAY])
    found = deep_space.geometry(julian_day=np.repeat(outside, COUNT // 2))
    assert np.isnan(np.asarray(found.distance_m)).all()
    for day in (*outside, np.nan):
        with pytest.raises(ScenarioError, match="write dates from 1800-01-01 to 2050-12-31"):
            deep_space.check_covered(julian_day=day)
    deep_space.check_covered(julian_day=[julian_day("1800-01-01"), julian_day("2050-12-31")])


# --- what they say -------------------------------------------------------------------------------


def test_rates_by_hand() -> None:
    shown = deep_space.Shown(
        rate_bit_per_s=jnp.asarray(25e6),
        distance_m=jnp.asarray(226e9),
        ceiling_bit_per_s=jnp.asarray(267e6),
    )
    rate = np.asarray(
        deep_space.shown_rate_bit_per_s(shown, distance_m=np.array([452e9, 226e9, 53e9]))
    )
    # twice as far, a quarter; at 53 million km 455 Mbit/s, more than the modem does
    assert rate == pytest.approx([6.25e6, 25e6, 267e6])
    laser = deep_space.Laser(
        power_w=jnp.asarray(4.0),
        sender_diameter_m=jnp.asarray(0.22),
        receiver_diameter_m=jnp.asarray(5.1),
        wavelength_m=jnp.asarray(1.55e-6),
        efficiency=jnp.asarray(0.1),
        photons_per_bit_ratio=jnp.asarray(1.0),
    )
    # (π * 0.22 * 5.1 / (4 * 1.55e-6 * 226e9))² = 6.33e-12 of 4 W: 25.3 pW, at 0.1282 aJ a photon
    # 1.975e8 a second, a tenth of them counted
    found = float(deep_space.photon_rate_bit_per_s(laser, distance_m=226e9))
    assert found == pytest.approx(1.975e7, rel=2e-3)
    near = float(deep_space.photon_rate_bit_per_s(laser, distance_m=1.0))
    assert near == pytest.approx(0.1 * 4.0 / 1.2816e-19, rel=1e-3)


def test_a_planet_s_turn_by_hand() -> None:
    # On the equator, Mars over it: half a day above the horizon, 6 hours from 45° to 45°
    common = {"latitude_rad": 0.0, "declination_rad": 0.0}
    for elevation_deg, share in ((0.0, 0.5), (45.0, 0.25)):
        found = deep_space.view_fraction(elevation_rad=np.radians(elevation_deg), **common)
        assert float(found) == pytest.approx(share)
    north = {"latitude_rad": np.pi / 2, "elevation_rad": 0.0}
    assert float(deep_space.view_fraction(declination_rad=0.3, **north)) == 1.0
    assert float(deep_space.view_fraction(declination_rad=-0.3, **north)) == 0.0
    # half a day hidden: 12 hours at worst, half of the time 6 hours in the mean
    wait = {"view_share_fraction": 0.5, "day_s": 86400.0}
    assert float(deep_space.longest_wait_s(**wait)) == 12 * 3600
    assert float(deep_space.mean_wait_s(**wait)) == 3 * 3600


def test_a_view_is_that_of_the_sky_turning() -> None:
    hours = np.linspace(0.0, 2.0 * np.pi, 20_000, endpoint=False)
    for latitude, declination in ((0.6, 0.4), (-0.9, 0.2), (1.3, 0.4), (0.2, -0.4)):
        sine = np.sin(latitude) * np.sin(declination)
        sine = sine + np.cos(latitude) * np.cos(declination) * np.cos(hours)
        found = deep_space.view_fraction(
            latitude_rad=latitude, declination_rad=declination, elevation_rad=0.3
        )
        assert float(found) == pytest.approx(np.mean(sine > np.sin(0.3)), abs=2e-4)


def test_a_queue_by_hand() -> None:
    # 10 a day in; nothing leaves for two days, then 20 a day: what the first day left is out half
    # way through the third, one and a half days after it ended; the fourth day's queue is 20 still.
    room = np.array([0.0, 0.0, 20.0, 20.0, 20.0, 20.0])
    found = deep_space.forwarding(volume_bit_count=10.0, capacity_bit_count=room, step_s=1.0)
    assert np.asarray(found.queued_bit_count) == pytest.approx([10, 20, 10, 0, 0, 0])
    assert np.asarray(found.queue_s) == pytest.approx([1.5, 1.0, 0.5, 0.0, 0.0, 0.0])
    assert np.asarray(found.served_bit_count) == pytest.approx([0, 0, 20, 20, 10, 10])
    stuck = deep_space.forwarding(volume_bit_count=10.0, capacity_bit_count=np.zeros(6))
    assert np.isnan(np.asarray(stuck.queue_s)).all()


@settings(max_examples=25)
@given(
    volume=st.lists(st.floats(0.0, 100.0), min_size=12, max_size=12),
    room=st.lists(st.floats(0.0, 100.0), min_size=12, max_size=12),
)
def test_no_bit_is_lost_made_or_overtaken(volume: list[float], room: list[float]) -> None:
    found = deep_space.forwarding(
        volume_bit_count=np.array(volume), capacity_bit_count=np.array(room), step_s=1.0
    )
    queued, served = np.asarray(found.queued_bit_count), np.asarray(found.served_bit_count)
    assert queued[-1] + served.sum() == pytest.approx(sum(volume), abs=1e-9)
    assert (served <= np.array(room) + 1e-9).all() and (queued >= 0.0).all()
    # leaving times never go back, but for the rounding of what is all but nothing
    leaves = np.arange(12) + np.asarray(found.queue_s)
    inside = leaves[~np.isnan(leaves)]
    assert (np.diff(inside) >= -1e-6).all()
    # once a step ends unserved, so do all after it that bring anything
    assert np.isnan(leaves[-1]) == (queued[-1] > 1e-12 * sum(volume))
