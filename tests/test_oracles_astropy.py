"""Do astropy and the standards library behind it see Sun, Earth and ground where this program does?

All offline: Earth orientation from the tables that come with astropy.
"""

from __future__ import annotations

from collections.abc import Iterator

import erfa
import jax.numpy as jnp
import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import (
    ITRS,
    TEME,
    CartesianRepresentation,
    EarthLocation,
    PrecessedGeocentric,
    get_sun,
)
from astropy.time import Time
from astropy.utils import iers
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.units import EARTH_RADIUS_M

COUNT = 200
FIRST, LAST = Time("2020-01-01", scale="utc").jd, Time("2026-10-01", scale="utc").jd
"""Days for which the Earth's orientation is known and comes with astropy."""
Numbers = NDArray[np.float64]


@pytest.fixture(autouse=True, scope="module")
def offline() -> Iterator[None]:
    with iers.conf.set_temp("auto_download", False), iers.conf.set_temp("auto_max_age", None):
        yield


def days(seed: int, first: float = FIRST, last: float = LAST) -> Numbers:
    return np.random.default_rng(seed).uniform(first, last, COUNT)


def positions_m(seed: int) -> Numbers:
    """Places from 200 to 2,500 km above the equatorial radius, in all directions."""
    random = np.random.default_rng(seed)
    towards = random.normal(size=(COUNT, 3))
    radius_m = EARTH_RADIUS_M + random.uniform(2e5, 2.5e6, (COUNT, 1))
    return np.asarray(radius_m * towards / np.linalg.norm(towards, axis=1, keepdims=True))


# leap seconds before 1960 and beyond the known ones: a few seconds, 1e-4° of the Sun's way
@pytest.mark.filterwarnings("ignore:ERFA function.*dubious year:erfa.ErfaWarning")
def test_the_sun_stands_where_astropy_sees_it() -> None:
    # the series is meant for 1950 to 2050; dynamical time needs no Earth orientation
    julian_day = days(21, 2433282.5, 2469807.5)
    time = Time(julian_day, format="jd", scale="tt")
    of_date = get_sun(time).transform_to(PrecessedGeocentric(equinox=time, obstime=time))
    theirs = np.moveaxis(of_date.cartesian.xyz.to_value(u.au), 0, -1)
    ours = orbit.sun(julian_day=julian_day)
    distance = np.linalg.norm(theirs, axis=1)
    cross = np.cross(np.asarray(ours.direction_ratio), theirs / distance[:, None])
    off_deg = np.degrees(np.arcsin(np.linalg.norm(cross, axis=1)))
    # 0.01° claimed by the almanac for the apparent place; to the mean equinox nutation adds 0.005°
    assert off_deg.max() < 0.02
    assert np.abs(ours.distance_ratio - distance).max() < 3e-4  # claimed by the almanac


def test_the_ground_turns_as_astropys_does() -> None:
    time = Time(days(22), format="jd", scale="utc")
    inertial_m = positions_m(23)
    teme = TEME(CartesianRepresentation(inertial_m.T * u.m), obstime=time)
    theirs_m = teme.transform_to(ITRS(obstime=time)).cartesian.xyz.to_value(u.m).T
    ours_m = orbit.earth_fixed_m(position_m=jnp.asarray(inertial_m), julian_day=time.ut1.jd)
    # true equator and mean equinox, in UT1: what is left is polar motion, 0.55" of 8,900 km
    assert np.linalg.norm(ours_m - theirs_m, axis=1).max() < 25.0


def test_taking_utc_for_ut1_costs_what_is_said() -> None:
    time = Time(days(24), format="jd", scale="utc")
    at_equator_m = jnp.tile(jnp.asarray([EARTH_RADIUS_M, 0.0, 0.0]), (COUNT, 1))
    in_utc_m = orbit.earth_fixed_m(position_m=at_equator_m, julian_day=time.jd)
    in_ut1_m = orbit.earth_fixed_m(position_m=at_equator_m, julian_day=time.ut1.jd)
    off_m = np.linalg.norm(in_utc_m - in_ut1_m, axis=1)
    # UT1 is kept within 0.9 s of UTC: 0.42 km; in these years within 0.26 s: 0.12 km
    assert 50.0 < off_m.max() < 420.0


def test_the_mean_frame_of_date_is_nutation_away_from_the_ground() -> None:
    time = Time(days(25), format="jd", scale="utc")
    inertial_m = positions_m(26)
    tt, ut1 = time.tt, time.ut1
    mean_to_celestial = np.swapaxes(erfa.pmat06(tt.jd1, tt.jd2), -1, -2)
    celestial_to_ground = erfa.c2t06a(tt.jd1, tt.jd2, ut1.jd1, ut1.jd2, 0.0, 0.0)
    theirs_m = np.einsum("nij,njk,nk->ni", celestial_to_ground, mean_to_celestial, inertial_m)
    ours_m = orbit.earth_fixed_m(position_m=jnp.asarray(inertial_m), julian_day=ut1.jd)
    # nutation, 17" in longitude and 9" in obliquity, is left out: up to 9.2" of 8,900 km
    off_m = np.linalg.norm(ours_m - theirs_m, axis=1)
    assert 50.0 < off_m.max() < 420.0


def test_latitude_longitude_and_height_are_astropys() -> None:
    ground_m = positions_m(27)
    ours = orbit.geodetic(earth_fixed_m=jnp.asarray(ground_m))
    place = EarthLocation.from_geocentric(*ground_m.T, unit=u.m).to_geodetic("WGS84")
    # both solve the ellipsoid: 1 mm in height, as claimed, and 1 mm on the ground
    assert np.abs(ours.altitude_m - place.height.to_value(u.m)).max() < 1e-3
    assert np.abs(ours.latitude_rad - place.lat.rad).max() < 1.5e-10
    turn = np.asarray(ours.longitude_rad) - place.lon.rad
    assert np.abs((turn + np.pi) % (2.0 * np.pi) - np.pi).max() < 1.5e-10


@pytest.mark.parametrize("z_m", [6.4e6, -6.4e6, 9e6])
def test_the_poles_have_a_height(z_m: float) -> None:
    ours = orbit.geodetic(earth_fixed_m=jnp.asarray([[0.0, 0.0, z_m]]))
    place = EarthLocation.from_geocentric(0.0, 0.0, z_m, unit=u.m).to_geodetic("WGS84")
    assert float(ours.altitude_m[0]) == pytest.approx(place.height.to_value(u.m), abs=1e-3)
    assert float(ours.latitude_rad[0]) == pytest.approx(place.lat.rad, abs=1e-10)
