"""How high above a site's horizon does a satellite stand, and in which direction?

    sin(elevation) = (r - s) · up / |r - s|        s on WGS-84, up the ellipsoid's normal

Assumes: the sidereal angle alone turns the Earth (`frames`).
Leaves out: refraction (half a degree at the horizon, 0.1° at 10°), hills and buildings.
Reference: Vallado (4th ed.), sec. 3.2 and 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import EARTH_FLATTENING, EARTH_RADIUS_M

from .frames import sidereal_angle_rad


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Site:
    """A site at instants, inertial (TEME); every field of shape (…, 3)."""

    position_m: Array
    up_ratio: Array
    """Unit vectors."""
    east_ratio: Array
    north_ratio: Array


def site(
    *,
    latitude_rad: ArrayLike,
    longitude_rad: ArrayLike,
    altitude_m: ArrayLike = 0.0,
    julian_day: ArrayLike,
) -> Site:
    """Place a site among the stars.

    Args:
        latitude_rad: geodetic.
        longitude_rad: east of Greenwich.
        altitude_m: above the ellipsoid.
        julian_day: UTC; shape (…).
    """
    angle = sidereal_angle_rad(julian_day=julian_day) + longitude_rad
    sine, cosine = jnp.sin(latitude_rad), jnp.cos(latitude_rad)
    flat = EARTH_FLATTENING * (2.0 - EARTH_FLATTENING)
    normal_m = EARTH_RADIUS_M / jnp.sqrt(1.0 - flat * sine**2)
    zero = jnp.zeros_like(angle)
    outward = jnp.stack([jnp.cos(angle), jnp.sin(angle), zero], axis=-1)
    pole = jnp.stack([zero, zero, zero + 1.0], axis=-1)
    return Site(
        position_m=(normal_m + altitude_m) * cosine * outward
        + (normal_m * (1.0 - flat) + altitude_m) * sine * pole,
        up_ratio=cosine * outward + sine * pole,
        east_ratio=jnp.stack([-jnp.sin(angle), jnp.cos(angle), zero], axis=-1),
        north_ratio=cosine * pole - sine * outward,
    )


def elevation_sine_ratio(here: Site, *, position_m: Array) -> Array:
    """Sine of the elevation, which rises as it does and costs no arc; last axis x, y, z."""
    away = position_m - here.position_m
    sine: Array = jnp.sum(away * here.up_ratio, axis=-1) / jnp.linalg.norm(away, axis=-1)
    return sine


def azimuth_rad(here: Site, *, position_m: Array) -> Array:
    """Direction from north by east, 0 to 2π; last axis x, y, z."""
    away = position_m - here.position_m
    east = jnp.sum(away * here.east_ratio, axis=-1)
    north = jnp.sum(away * here.north_ratio, axis=-1)
    angle: Array = jnp.arctan2(east, north)
    whole: Array = jnp.where(angle < 0.0, angle + 2.0 * jnp.pi, angle)
    return whole
