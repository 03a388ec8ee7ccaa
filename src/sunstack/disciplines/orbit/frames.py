"""Over which place on Earth is a satellite?

Inertial (equator and mean equinox of date) to Earth-fixed by the sidereal angle alone (GMST 1982),
then to geodetic latitude and height on WGS-84 by Bowring's formula.

Assumes: UTC stands for UT1 (under 0.9 s: 0.4 km at the equator).
Leaves out: polar motion (21 m against ITRS when the equator is read as the true one) and nutation
(up to 0.4 km more when it is read as the mean one).
Reference: Vallado (4th ed.), eq. 3-45; Bowring, Survey Review 23 (1976) 323.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import EARTH_FLATTENING, EARTH_RADIUS_M, J2000_JULIAN_DAY


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Geodetic:
    """Latitude, longitude (-π to π) and height above the WGS-84 ellipsoid."""

    latitude_rad: Array
    longitude_rad: Array
    altitude_m: Array


def sidereal_angle_rad(*, julian_day: ArrayLike) -> Array:
    """Greenwich mean sidereal angle, 0 to 2π."""
    days = jnp.asarray(julian_day) - J2000_JULIAN_DAY
    centuries = days / 36525.0
    degrees = 280.46061837 + 360.98564736629 * days + 0.000387933 * centuries**2
    return jnp.radians(degrees) % (2.0 * jnp.pi)


def earth_fixed_m(*, position_m: Array, julian_day: ArrayLike) -> Array:
    """Turn inertial into Earth-fixed coordinates; last axis x, y, z."""
    angle = sidereal_angle_rad(julian_day=julian_day)
    cosine, sine = jnp.cos(angle), jnp.sin(angle)
    x, y, z = (position_m[..., axis] for axis in range(3))
    turned = jnp.broadcast_arrays(cosine * x + sine * y, cosine * y - sine * x, z)
    return jnp.stack(turned, axis=-1)


def geodetic(*, earth_fixed_m: Array) -> Geodetic:
    """Latitude, longitude and height; height within 1 mm below 2,500 km."""
    x, y, z = (earth_fixed_m[..., axis] for axis in range(3))
    polar_radius = EARTH_RADIUS_M * (1.0 - EARTH_FLATTENING)
    eccentricity_squared = EARTH_FLATTENING * (2.0 - EARTH_FLATTENING)
    second_squared = eccentricity_squared / (1.0 - eccentricity_squared)
    equatorial = jnp.hypot(x, y)
    latitude = jnp.arctan2(z, equatorial * (1.0 - EARTH_FLATTENING))  # parametric, first guess
    for _ in range(2):
        reduced = latitude
        latitude = jnp.arctan2(
            z + second_squared * polar_radius * jnp.sin(reduced) ** 3,
            equatorial - eccentricity_squared * EARTH_RADIUS_M * jnp.cos(reduced) ** 3,
        )
        latitude = jnp.arctan((1.0 - EARTH_FLATTENING) * jnp.tan(latitude))
    latitude = jnp.arctan2(
        z + second_squared * polar_radius * jnp.sin(latitude) ** 3,
        equatorial - eccentricity_squared * EARTH_RADIUS_M * jnp.cos(latitude) ** 3,
    )
    sine = jnp.sin(latitude)
    normal = EARTH_RADIUS_M / jnp.sqrt(1.0 - eccentricity_squared * sine**2)
    height = (
        equatorial * jnp.cos(latitude) + z * sine - normal * (1.0 - eccentricity_squared * sine**2)
    )
    return Geodetic(latitude_rad=latitude, longitude_rad=jnp.arctan2(y, x), altitude_m=height)
