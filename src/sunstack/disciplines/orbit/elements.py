"""How does an orbit turn, and where on it is the satellite?

Mean elements drift secularly under the Earth's oblateness J2 (p = a(1 - e²), n² = μ/a³):

    Ω' = -(3/2) J2 (R/p)² n cos i
    ω' = +(3/4) J2 (R/p)² n (5 cos² i - 1)
    M' = n [1 + (3/4) J2 (R/p)² √(1 - e²) (3 cos² i - 1)]

and the first-order short-period terms (written for e → 0) turn mean into osculating position,
with g = J2 (R/p)² and u the argument of latitude:

    δr = a g [sin² i cos 2u / 4 - (3/2)(1 - (3/2) sin² i)]
    δu = -g (6 - 7 sin² i) sin 2u / 8
    δΩ = (3/4) g cos i sin 2u          δi = (3/4) g sin i cos i cos 2u

Assumes: near-circular orbits (e <= 0.02); elements are mean, of date, Earth-centred inertial.
Leaves out: higher harmonics, Sun and Moon, drag (see `drag`); together under 1.5 km in a day in
low Earth orbit. Numerical integration of J2 alone is met within 0.1 km for e <= 0.001, 0.3 km at
0.02 (tests).
Reference: Vallado, Fundamentals of Astrodynamics and Applications (4th ed.), ch. 9; Kozai,
Astron. J. 64 (1959) 367.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import (
    EARTH_J2,
    EARTH_RADIUS_M,
    GRAVITATIONAL_PARAMETER_M3_PER_S2,
    TROPICAL_YEAR_S,
)

SUN_RATE_RAD_PER_S = 2.0 * math.pi / TROPICAL_YEAR_S
"""Mean motion of the Sun in right ascension."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """Orbital planes at the epoch: every field an array of shape (planes,).

    Satellite k of a plane sits at `argument_of_latitude_rad + k · 2π / satellite_count`.
    """

    semi_major_axis_m: Array
    eccentricity_ratio: Array
    inclination_rad: Array
    node_rad: Array
    """Right ascension of the ascending node."""
    argument_of_perigee_rad: Array
    argument_of_latitude_rad: Array
    """Mean: argument of perigee plus mean anomaly, of the plane's first satellite."""
    satellite_count: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Rates:
    """Secular drifts, radians per second, shape of the elements."""

    node_rad_per_s: Array
    argument_of_perigee_rad_per_s: Array
    mean_anomaly_rad_per_s: Array


def mean_motion_rad_per_s(*, semi_major_axis_m: ArrayLike) -> Array:
    """Two-body mean motion."""
    return jnp.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 / jnp.asarray(semi_major_axis_m) ** 3)


def circular_period_s(*, semi_major_axis_m: ArrayLike) -> Array:
    """Two-body period."""
    return 2.0 * jnp.pi / mean_motion_rad_per_s(semi_major_axis_m=semi_major_axis_m)


def oblateness_factor(*, semi_major_axis_m: ArrayLike, eccentricity_ratio: ArrayLike) -> Array:
    """Return J2 (R/p)², the small parameter of the theory."""
    parameter_m = jnp.asarray(semi_major_axis_m) * (1.0 - jnp.asarray(eccentricity_ratio) ** 2)
    return EARTH_J2 * (EARTH_RADIUS_M / parameter_m) ** 2


def secular_rates(
    *, semi_major_axis_m: ArrayLike, eccentricity_ratio: ArrayLike, inclination_rad: ArrayLike
) -> Rates:
    """Drift of node, perigee and mean anomaly under J2."""
    motion = mean_motion_rad_per_s(semi_major_axis_m=semi_major_axis_m)
    factor = oblateness_factor(
        semi_major_axis_m=semi_major_axis_m, eccentricity_ratio=eccentricity_ratio
    )
    cosine = jnp.cos(jnp.asarray(inclination_rad))
    root = jnp.sqrt(1.0 - jnp.asarray(eccentricity_ratio) ** 2)
    return Rates(
        node_rad_per_s=-1.5 * factor * motion * cosine,
        argument_of_perigee_rad_per_s=0.75 * factor * motion * (5.0 * cosine**2 - 1.0),
        mean_anomaly_rad_per_s=motion * (1.0 + 0.75 * factor * root * (3.0 * cosine**2 - 1.0)),
    )


def sun_synchronous_inclination_rad(
    *, semi_major_axis_m: ArrayLike, eccentricity_ratio: ArrayLike = 0.0
) -> Array:
    """Inclination at which the node follows the mean Sun; NaN above about 5,980 km altitude."""
    motion = mean_motion_rad_per_s(semi_major_axis_m=semi_major_axis_m)
    factor = oblateness_factor(
        semi_major_axis_m=semi_major_axis_m, eccentricity_ratio=eccentricity_ratio
    )
    return jnp.arccos(-SUN_RATE_RAD_PER_S / (1.5 * factor * motion))


def node_drift_from_sun_rad_per_s(
    *, semi_major_axis_m: ArrayLike, eccentricity_ratio: ArrayLike, inclination_rad: ArrayLike
) -> Array:
    """Drift of the node against the mean Sun: zero when sun-synchronous."""
    rates = secular_rates(
        semi_major_axis_m=semi_major_axis_m,
        eccentricity_ratio=eccentricity_ratio,
        inclination_rad=inclination_rad,
    )
    return rates.node_rad_per_s - SUN_RATE_RAD_PER_S


def shifted(spec: Spec, *, phase_rad: ArrayLike) -> Spec:
    """The same orbits with satellites ahead by `phase_rad`."""
    return replace(spec, argument_of_latitude_rad=spec.argument_of_latitude_rad + phase_rad)


def eccentric_anomaly_rad(*, mean_anomaly_rad: ArrayLike, eccentricity_ratio: ArrayLike) -> Array:
    """Solve Kepler's equation; four Newton steps reach 1e-15 for e <= 0.02."""
    mean = jnp.asarray(mean_anomaly_rad)
    e = jnp.asarray(eccentricity_ratio)
    anomaly = mean + e * jnp.sin(mean)
    for _ in range(4):
        anomaly = anomaly - (anomaly - e * jnp.sin(anomaly) - mean) / (1.0 - e * jnp.cos(anomaly))
    return anomaly


def position_m(spec: Spec, *, elapsed_s: ArrayLike, phase_rad: ArrayLike = 0.0) -> Array:
    """Inertial position, mean equator and equinox of date.

    Args:
        spec: the planes, shape (planes,).
        elapsed_s: time since the epoch, broadcast against the planes.
        phase_rad: argument of latitude ahead of each plane's first satellite, broadcast.

    Returns:
        Shape of the broadcast, with a last axis x, y, z.
    """
    rates = secular_rates(
        semi_major_axis_m=spec.semi_major_axis_m,
        eccentricity_ratio=spec.eccentricity_ratio,
        inclination_rad=spec.inclination_rad,
    )
    time = jnp.asarray(elapsed_s)
    perigee = spec.argument_of_perigee_rad + rates.argument_of_perigee_rad_per_s * time
    mean = (
        spec.argument_of_latitude_rad
        + jnp.asarray(phase_rad)
        - spec.argument_of_perigee_rad
        + rates.mean_anomaly_rad_per_s * time
    )
    anomaly = eccentric_anomaly_rad(
        mean_anomaly_rad=mean, eccentricity_ratio=spec.eccentricity_ratio
    )
    e = spec.eccentricity_ratio
    latitude = perigee + jnp.arctan2(jnp.sqrt(1.0 - e**2) * jnp.sin(anomaly), jnp.cos(anomaly) - e)
    radius_m = spec.semi_major_axis_m * (1.0 - e * jnp.cos(anomaly))
    return _osculating_position_m(
        spec, radius_m, latitude, spec.node_rad + rates.node_rad_per_s * time
    )


def _osculating_position_m(spec: Spec, radius_m: Array, latitude: Array, node: Array) -> Array:
    """Add the short-period terms and turn orbit coordinates into inertial ones."""
    factor = oblateness_factor(
        semi_major_axis_m=spec.semi_major_axis_m, eccentricity_ratio=spec.eccentricity_ratio
    )
    sine, cosine = jnp.sin(spec.inclination_rad), jnp.cos(spec.inclination_rad)
    sine_2u, cosine_2u = jnp.sin(2.0 * latitude), jnp.cos(2.0 * latitude)
    r = radius_m + spec.semi_major_axis_m * factor * (
        0.25 * sine**2 * cosine_2u - 1.5 * (1.0 - 1.5 * sine**2)
    )
    u = latitude - factor * (6.0 - 7.0 * sine**2) * sine_2u / 8.0
    node = node + 0.75 * factor * cosine * sine_2u
    inclination = spec.inclination_rad + 0.75 * factor * sine * cosine * cosine_2u
    along, across = r * jnp.cos(u), r * jnp.sin(u)
    return jnp.stack(
        [
            along * jnp.cos(node) - across * jnp.cos(inclination) * jnp.sin(node),
            along * jnp.sin(node) + across * jnp.cos(inclination) * jnp.cos(node),
            across * jnp.sin(inclination),
        ],
        axis=-1,
    )
