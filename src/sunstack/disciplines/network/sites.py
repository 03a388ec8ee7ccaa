"""Where is a place among the stars, and how far is it to another along the ground?

Geodetic latitude φ, longitude λ and height h on the WGS 84 ellipsoid, e² = f(2 - f), are

    x = (N + h) cos φ cos λ    y = (N + h) cos φ sin λ    z = (N (1 - e²) + h) sin φ
    N = a / √(1 - e² sin² φ)

fixed to the Earth; turned by the sidereal angle θ about the pole they are inertial, as a shell is.
Along the ground two places are a great circle apart on a sphere of the mean radius.

Assumes: the caller's sidereal angle (orbit's `sidereal_angle_rad`, or any with the shell's own
nodes); longitudes of any turn.
Leaves out: polar motion, tides; the ellipsoid along the ground (up to 0.6 % of a distance).
Reference: NIMA TR8350.2, sec. 4; Vallado (4th ed.), eq. 3-7; mean radius: IUGG.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from sunstack.errors import ScenarioError
from sunstack.units import EARTH_FLATTENING, EARTH_RADIUS_M

MEAN_RADIUS_M = EARTH_RADIUS_M * (1.0 - EARTH_FLATTENING / 3.0)
"""(2 a + b) / 3."""
RIGHT_ANGLE_RAD = 0.5 * np.pi


def earth_fixed_m(
    *, latitude_rad: ArrayLike, longitude_rad: ArrayLike, altitude_m: ArrayLike = 0.0
) -> Array:
    """Coordinates that turn with the Earth; the arguments' broadcast, with a last axis x, y, z."""
    latitude, longitude = jnp.asarray(latitude_rad), jnp.asarray(longitude_rad)
    squared = EARTH_FLATTENING * (2.0 - EARTH_FLATTENING)
    sine = jnp.sin(latitude)
    normal_m = EARTH_RADIUS_M / jnp.sqrt(1.0 - squared * sine**2)
    around_m = (normal_m + altitude_m) * jnp.cos(latitude)
    x, y = around_m * jnp.cos(longitude), around_m * jnp.sin(longitude)
    z = (normal_m * (1.0 - squared) + altitude_m) * sine
    return jnp.stack(jnp.broadcast_arrays(x, y, z), axis=-1)


def inertial_m(earth_fixed_m: Array, *, earth_angle_rad: ArrayLike) -> Array:
    """Turn with the Earth; the angle broadcasts against all axes but the last."""
    cosine, sine = jnp.cos(jnp.asarray(earth_angle_rad)), jnp.sin(jnp.asarray(earth_angle_rad))
    x, y, z = (earth_fixed_m[..., axis] for axis in range(3))
    turned = jnp.broadcast_arrays(cosine * x - sine * y, sine * x + cosine * y, z)
    return jnp.stack(turned, axis=-1)


def apart_rad(
    *,
    latitude_rad: ArrayLike,
    longitude_rad: ArrayLike,
    other_latitude_rad: ArrayLike,
    other_longitude_rad: ArrayLike,
) -> Array:
    """Great circle between places, at the Earth's centre; exact for near ones and for antipodes."""
    here, there = jnp.asarray(latitude_rad), jnp.asarray(other_latitude_rad)
    east = jnp.asarray(other_longitude_rad) - jnp.asarray(longitude_rad)
    across = jnp.cos(there) * jnp.sin(east)
    along = jnp.cos(here) * jnp.sin(there) - jnp.sin(here) * jnp.cos(there) * jnp.cos(east)
    toward = jnp.sin(here) * jnp.sin(there) + jnp.cos(here) * jnp.cos(there) * jnp.cos(east)
    # Squares are added under a root of our own: hypot has no slope where a place is its own.
    squared = across**2 + along**2
    sine = jnp.where(squared > 0.0, jnp.sqrt(jnp.where(squared > 0.0, squared, 1.0)), 0.0)
    return jnp.arctan2(sine, toward)


def ground_distance_m(
    *,
    latitude_rad: ArrayLike,
    longitude_rad: ArrayLike,
    other_latitude_rad: ArrayLike,
    other_longitude_rad: ArrayLike,
) -> Array:
    """Great-circle distance on a sphere of the mean radius."""
    return MEAN_RADIUS_M * apart_rad(
        latitude_rad=latitude_rad,
        longitude_rad=longitude_rad,
        other_latitude_rad=other_latitude_rad,
        other_longitude_rad=other_longitude_rad,
    )


def check_places(*, latitude_rad: ArrayLike, longitude_rad: ArrayLike, name: str = "sites") -> None:
    """Refuse coordinates that are none; not to be traced.

    Raises:
        ScenarioError: a latitude beyond a pole or a coordinate that is no number, and where.
    """
    latitude, longitude = np.asarray(latitude_rad, float), np.asarray(longitude_rad, float)
    problems = [
        f"{name}[{at}]: latitude {np.degrees(value):.4f}° lies beyond a pole; write -90 to 90"
        for at, value in enumerate(latitude.ravel())
        if abs(value) > RIGHT_ANGLE_RAD * (1.0 + 1e-12)
    ]
    problems += [
        f"{name}[{at}]: {word} is no finite number; write degrees"
        for word, values in (("latitude", latitude), ("longitude", longitude))
        for at, value in enumerate(values.ravel())
        if not np.isfinite(value)
    ]
    if problems:
        raise ScenarioError("\n".join(problems))
