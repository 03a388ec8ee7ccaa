"""When does a satellite see the Sun, and under which angle?

Sun direction: the low-precision series of the Astronomical Almanac (0.01°, equator of date).
Beta angle (Sun above the orbit plane): sin β = ŝ · ĥ.
Shadow of a spherical Earth on a circular orbit of radius r, for a shadow whose edge is inclined
by the angle α to the Sun line (α = 0 the cylinder, > 0 the umbra, < 0 the penumbra):

    f = arccos( (R sin α + cos α √(r² - R²)) / (r cos β) ) / π,  0 where the argument exceeds 1.

Assumes: spherical Earth, point satellite, light falling linearly across the penumbra.
Leaves out: the Earth's flattening (±0.1 % of the day), refraction in the air, the Moon's shadow.
The cylinder stands for the half-lit edge of the true cone: it differs from it by 4e-5 R.
Reference: Vallado (4th ed.) sec. 5.1, 5.3; Wertz & Larson (eds.), Space Mission Analysis and
Design (3rd ed.), sec. 5.1; Montenbruck & Gill, Satellite Orbits, sec. 3.4.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import (
    ASTRONOMICAL_UNIT_M,
    DAY_S,
    EARTH_RADIUS_M,
    J2000_JULIAN_DAY,
    SOLAR_RADIUS_M,
)

from .elements import Spec, circular_period_s, secular_rates
from .sgp4.rotation import sine_cosine

UMBRA_CONE_RAD = math.asin((SOLAR_RADIUS_M - EARTH_RADIUS_M) / ASTRONOMICAL_UNIT_M)
"""Half-angle by which the umbra narrows."""
PENUMBRA_CONE_RAD = -math.asin((SOLAR_RADIUS_M + EARTH_RADIUS_M) / ASTRONOMICAL_UNIT_M)
"""Half-angle by which the penumbra widens, negative as `eclipse_fraction` counts it."""
LEAST_SQUARE = 1e-18
"""Of the cosine of beta, so that its slope stays finite with the Sun straight above the plane."""
ARC_SINE = (
    0.16666666666666666,
    0.07500000000000126,
    0.044642857142532195,
    0.03038194447724742,
    0.022372157364016067,
    0.01735281876742307,
    0.013963739680166651,
    0.011566949866002168,
    0.009617768878732542,
    0.009342744796802955,
    0.002956089164529528,
    0.01977317248071943,
    -0.01955427442278181,
    0.029809134347098216,
)
"""Of (arcsin r - r) / r³ in powers of r² up to a quarter."""

type Direction = tuple[Array, Array, Array]
"""Parts along x, y and z of a unit vector."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Sun:
    """The Sun as seen from the Earth."""

    direction_ratio: Array
    """Unit vector, mean equator and equinox of date; last axis x, y, z."""
    distance_ratio: Array
    """Distance in astronomical units."""
    mean_longitude_rad: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Sky:
    """What each plane sees on each day: shape (planes, days) unless said."""

    beta_rad: Array
    beta_sine_ratio: Array
    beta_cosine_ratio: Array
    eclipse_fraction: Array
    """Share of the orbit in shadow."""
    period_s: Array
    """Of the two bodies alone (the nodal one differs by 0.1 %), shape (planes, 1)."""
    flux_ratio: Array
    """Sunlight relative to one astronomical unit, shape (days,)."""


def sun(*, julian_day: ArrayLike) -> Sun:
    """Direction and distance of the Sun; within 0.01° and 0.0003 au for 1950 to 2050."""
    direction, distance, mean_longitude = _sun(julian_day)
    return Sun(
        direction_ratio=jnp.stack(direction, axis=-1),
        distance_ratio=distance,
        mean_longitude_rad=mean_longitude,
    )


def _sun(julian_day: ArrayLike) -> tuple[Direction, Array, Array]:
    days = jnp.asarray(julian_day) - J2000_JULIAN_DAY
    sine, cosine = _sine_cosine(jnp.radians(357.528 + 0.9856003 * days))
    mean_longitude = jnp.radians(280.460 + 0.9856474 * days)
    longitude = mean_longitude + jnp.radians((1.915 + 0.040 * cosine) * sine)
    across, along = _sine_cosine(longitude)
    tilt_sine, tilt_cosine = _sine_cosine(jnp.radians(23.439 - 4.0e-7 * days))
    direction = (along, tilt_cosine * across, tilt_sine * across)
    distance = 1.00014 + 0.00014 - 0.01671 * cosine - 0.00028 * cosine**2
    return direction, distance, mean_longitude


def node_of_local_time_rad(*, local_time_s: ArrayLike, julian_day: ArrayLike) -> Array:
    """Right ascension of a node that the mean Sun sees at a mean local solar time."""
    hour_angle = 2.0 * jnp.pi * (jnp.asarray(local_time_s) / DAY_S - 0.5)
    return sun(julian_day=julian_day).mean_longitude_rad + hour_angle


def beta_rad(*, inclination_rad: ArrayLike, node_rad: ArrayLike, direction_ratio: Array) -> Array:
    """Angle of the Sun above the orbit plane, positive towards its angular momentum."""
    x, y, z = (direction_ratio[..., axis] for axis in range(3))
    return jnp.arcsin(_beta_sine_ratio(inclination_rad, node_rad, (x, y, z)))


def _beta_sine_ratio(
    inclination_rad: ArrayLike, node_rad: ArrayLike, direction_ratio: Direction
) -> Array:
    sine, cosine = jnp.sin(jnp.asarray(inclination_rad)), jnp.cos(jnp.asarray(inclination_rad))
    node = jnp.asarray(node_rad)
    x, y, z = direction_ratio
    sine_of_node, cosine_of_node = _sine_cosine(node)
    towards = (sine_of_node * x - cosine_of_node * y) * sine + cosine * z
    return jnp.clip(towards, -1.0, 1.0)


def eclipse_fraction(
    *, semi_major_axis_m: ArrayLike, beta_rad: ArrayLike, cone_rad: ArrayLike = 0.0
) -> Array:
    """Share of a circular orbit inside the shadow whose edge is inclined by `cone_rad`."""
    return _shadowed_fraction(
        semi_major_axis_m=semi_major_axis_m,
        beta_cosine_ratio=jnp.cos(jnp.asarray(beta_rad)),
        cone_rad=cone_rad,
    )


def _shadowed_fraction(
    *, semi_major_axis_m: ArrayLike, beta_cosine_ratio: Array, cone_rad: ArrayLike = 0.0
) -> Array:
    radius = jnp.asarray(semi_major_axis_m)
    edge = EARTH_RADIUS_M * jnp.sin(cone_rad) + jnp.cos(cone_rad) * jnp.sqrt(
        radius**2 - EARTH_RADIUS_M**2
    )
    argument = edge / (radius * jnp.maximum(beta_cosine_ratio, 1e-9))
    shadowed = argument < 1.0
    # The inner where keeps the gradient finite on the lit branch.
    return jnp.where(shadowed, _arc_cosine_rad(jnp.where(shadowed, argument, 0.5)) / jnp.pi, 0.0)


def _sine_cosine(angle_rad: Array) -> tuple[Array, Array]:
    """Sine and cosine; in double precision in a third of the library's time."""
    if angle_rad.dtype == jnp.float64:
        return sine_cosine(angle_rad)
    return jnp.sin(angle_rad), jnp.cos(angle_rad)


@jax.custom_jvp
def _arc_cosine_rad(cosine: Array) -> Array:
    """Angle to a cosine from 0 to 1, to rounding: a tenth of the time of the library's.

    arccos x = 2 arcsin √((1 - x)/2) above a half, π/2 - arcsin x below; the arcsine of up to a half
    by polynomials of Chebyshev's, exact to 1e-16 in double precision.
    """
    is_high = cosine > 0.5
    square = jnp.where(is_high, 0.5 - 0.5 * cosine, cosine * cosine)
    root = jnp.where(is_high, jnp.sqrt(jnp.maximum(square, 0.0)), cosine)
    series = jnp.full_like(square, ARC_SINE[-1])
    for one in ARC_SINE[-2::-1]:
        series = series * square + one
    angle = root + root * square * series
    return jnp.where(is_high, 2.0 * angle, 0.5 * jnp.pi - angle)


@_arc_cosine_rad.defjvp
def _arc_cosine_slope(given: tuple[Array], pushed: tuple[Array]) -> tuple[Array, Array]:
    (cosine,), (push,) = given, pushed
    return _arc_cosine_rad(cosine), -push * jax.lax.rsqrt((1.0 - cosine) * (1.0 + cosine))


def illumination_fraction(*, position_m: Array, direction_ratio: Array) -> Array:
    """Share of the solar disc a satellite sees: 1 lit, 0 umbra, linear in between.

    Args:
        position_m: inertial, last axis x, y, z.
        direction_ratio: unit vector to the Sun, same frame, broadcast.
    """
    towards = jnp.sum(position_m * direction_ratio, axis=-1)
    behind = jnp.maximum(-towards, 0.0)
    off_axis = jnp.sqrt(jnp.maximum(jnp.sum(position_m**2, axis=-1) - towards**2, 0.0))
    # Umbra and penumbra edges at this depth; 1/cos of the half-degree cones is 1 to 1e-5.
    umbra = EARTH_RADIUS_M - behind * math.tan(UMBRA_CONE_RAD)
    penumbra = EARTH_RADIUS_M - behind * math.tan(PENUMBRA_CONE_RAD)
    width = jnp.maximum(penumbra - umbra, 1.0)
    return jnp.where(towards >= 0.0, 1.0, jnp.clip((off_axis - umbra) / width, 0.0, 1.0))


def lit_arc_means(*, eclipse_fraction: ArrayLike) -> tuple[Array, Array, Array]:
    """Means over the lit arc of cos² θ, max(cos θ, 0) and max(cos θ, 0)³.

    θ is counted along the orbit from the point nearest the Sun; the lit arc is |θ| < π(1 - f) and
    holds the whole day side, where the last two have their integrals 2 and 4/3.
    """
    half_arc = jnp.pi * (1.0 - jnp.asarray(eclipse_fraction))
    square = 0.5 + _sine_cosine(2.0 * half_arc)[0] / (4.0 * half_arc)
    return square, 1.0 / half_arc, (2.0 / 3.0) / half_arc


def sky(spec: Spec, *, epoch_julian_day: ArrayLike, elapsed_s: Array) -> Sky:
    """Beta angle, eclipse and flux of every plane at every instant of `elapsed_s` (days,)."""
    direction, distance, _ = _sun(jnp.asarray(epoch_julian_day) + elapsed_s / DAY_S)
    rates = secular_rates(
        semi_major_axis_m=spec.semi_major_axis_m,
        eccentricity_ratio=spec.eccentricity_ratio,
        inclination_rad=spec.inclination_rad,
    )
    node = spec.node_rad[:, None] + rates.node_rad_per_s[:, None] * elapsed_s[None, :]
    sine = _beta_sine_ratio(spec.inclination_rad[:, None], node, direction)
    cosine = jnp.sqrt(jnp.maximum((1.0 - sine) * (1.0 + sine), LEAST_SQUARE))
    fraction = _shadowed_fraction(
        semi_major_axis_m=spec.semi_major_axis_m[:, None], beta_cosine_ratio=cosine
    )
    period = circular_period_s(semi_major_axis_m=spec.semi_major_axis_m)[:, None]
    return Sky(
        beta_rad=jnp.arcsin(sine),
        beta_sine_ratio=sine,
        beta_cosine_ratio=cosine,
        eclipse_fraction=fraction,
        period_s=period,
        flux_ratio=distance**-2,
    )
