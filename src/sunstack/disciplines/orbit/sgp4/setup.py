"""Which constants of motion follow from a catalogue's mean elements?

Kozai's mean motion is turned into Brouwer's, and with it the secular rates of J2, J2² and J4, the
long-period terms of J3, and the drag terms C and D of a power-law atmosphere are formed, once for
each satellite. Names are those of the report.

Assumes: elements as fitted by SGP4, mean equinox and true equator of the epoch (TEME).
Leaves out: lunar and solar terms and resonances: `is_deep_space` tells where they are needed.
Reference: Hoots & Roehrich, Spacetrack Report No. 3 (1980); Vallado et al., Revisiting Spacetrack
Report #3, AIAA 2006-6753; both with the fixes of the latter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import MINUTE_S

DEEP_SPACE_S = 225.0 * MINUTE_S
"""Periods from here on need the Moon, the Sun and resonances."""
CIRCULAR_RATIO = 1e-4
"""Below this eccentricity, terms divided by it are left out."""
RETROGRADE_RATIO = 1.5e-12
"""Least 1 + cos i that is divided by."""


@dataclass(frozen=True, kw_only=True)
class Gravity:
    """The constants that elements were fitted with."""

    radius_m: float
    rate_rad_per_s: float
    """√(μ/R³): the mean motion of a circular orbit at the equator's radius."""
    j2_ratio: float
    j3_ratio: float
    j4_ratio: float


WGS72 = Gravity(
    radius_m=6_378_135.0,
    rate_rad_per_s=math.sqrt(3.986008e14 / 6_378_135.0**3),
    j2_ratio=0.001082616,
    j3_ratio=-0.00000253881,
    j4_ratio=-0.00000165597,
)
"""What catalogues are fitted with."""
WGS84 = Gravity(
    radius_m=6_378_137.0,
    rate_rad_per_s=math.sqrt(3.986005e14 / 6_378_137.0**3),
    j2_ratio=0.00108262998905,
    j3_ratio=-0.00000253215306,
    j4_ratio=-0.00000161098761,
)

Term = Array
"""A coefficient of the theory; lengths in Earth radii, times in seconds, angles in radians."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class MeanElements:
    """Elements of a catalogue; every field of shape (satellites,)."""

    mean_motion_rad_per_s: Array
    """Kozai's, as published."""
    eccentricity_ratio: Array
    inclination_rad: Array
    node_rad: Array
    argument_of_perigee_rad: Array
    mean_anomaly_rad: Array
    drag_term_ratio: Array
    """B*, per Earth radius."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Secular:
    """Angles at the epoch and how they move without drag."""

    anomaly: Term
    anomaly_rate: Term
    perigee: Term
    perigee_rate: Term
    node: Term
    node_rate: Term
    mean_motion: Term
    eccentricity: Term
    axis: Term


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Drag:
    """What air does: the C and D of the report, and the terms they lead to."""

    c1: Term
    c4: Term
    """B* C4."""
    c5: Term
    """B* C5."""
    d2: Term
    d3: Term
    d4: Term
    t2: Term
    t3: Term
    t4: Term
    t5: Term
    node: Term
    perigee: Term
    anomaly: Term
    eta: Term
    cube: Term
    """(1 + η cos M)³ at the epoch."""
    sine: Term
    """sin M at the epoch."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Shape:
    """How the plane lies, and what J2 and J3 make of it."""

    cosine: Term
    sine: Term
    con41: Term
    x1mth2: Term
    x7thm1: Term
    long_latitude: Term
    long_perigee: Term


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Constants:
    """Everything that stays fixed for satellites; every leaf of shape (satellites,)."""

    secular: Secular
    drag: Drag
    shape: Shape


def brouwer_motion_rad_per_s(elements: MeanElements, *, gravity: Gravity = WGS72) -> Array:
    """Mean motion with Kozai's correction taken off."""
    cosine = jnp.cos(elements.inclination_rad)
    square = 1.0 - elements.eccentricity_ratio**2
    axis = (gravity.rate_rad_per_s / elements.mean_motion_rad_per_s) ** (2.0 / 3.0)
    factor = 0.75 * gravity.j2_ratio * (3.0 * cosine**2 - 1.0) / (jnp.sqrt(square) * square)
    change = factor / axis**2
    axis = axis * (1.0 - change**2 - change * (1.0 / 3.0 + 134.0 * change**2 / 81.0))
    return elements.mean_motion_rad_per_s / (1.0 + factor / axis**2)


def period_s(elements: MeanElements, *, gravity: Gravity = WGS72) -> Array:
    """Period by which deep space begins."""
    return 2.0 * jnp.pi / brouwer_motion_rad_per_s(elements, gravity=gravity)


def constants(elements: MeanElements, *, gravity: Gravity = WGS72) -> Constants:
    """Form the constants of satellites near the Earth.

    Args:
        elements: shape (satellites,); of periods below `DEEP_SPACE_S`: for others the result is
            not their motion.
        gravity: the constants the elements were fitted with.
    """
    motion = brouwer_motion_rad_per_s(elements, gravity=gravity)
    axis = (gravity.rate_rad_per_s / motion) ** (2.0 / 3.0)
    secular = _secular(elements, motion, axis, gravity)
    cosine, sine = jnp.cos(elements.inclination_rad), jnp.sin(elements.inclination_rad)
    lean = jnp.where(jnp.abs(1.0 + cosine) > RETROGRADE_RATIO, 1.0 + cosine, RETROGRADE_RATIO)
    oblate = gravity.j3_ratio / gravity.j2_ratio
    shape = Shape(
        cosine=cosine,
        sine=sine,
        con41=3.0 * cosine**2 - 1.0,
        x1mth2=1.0 - cosine**2,
        x7thm1=7.0 * cosine**2 - 1.0,
        long_latitude=-0.25 * oblate * sine * (3.0 + 5.0 * cosine) / lean,
        long_perigee=-0.5 * oblate * sine,
    )
    drag = _drag(elements, secular, shape, gravity)
    return Constants(secular=secular, drag=drag, shape=shape)


def _secular(elements: MeanElements, motion: Array, axis: Array, gravity: Gravity) -> Secular:
    """Rates of J2, J2² and J4."""
    squared = jnp.cos(elements.inclination_rad) ** 2
    fourth, cosine = squared**2, jnp.cos(elements.inclination_rad)
    flat = 1.0 - elements.eccentricity_ratio**2
    root, inverse = jnp.sqrt(flat), 1.0 / (axis * flat) ** 2
    one = 1.5 * gravity.j2_ratio * inverse * motion
    two = 0.5 * one * gravity.j2_ratio * inverse
    three = -0.46875 * gravity.j4_ratio * inverse**2 * motion
    anomaly = motion + 0.5 * one * root * (3.0 * squared - 1.0)
    anomaly = anomaly + 0.0625 * two * root * (13.0 - 78.0 * squared + 137.0 * fourth)
    perigee = -0.5 * one * (1.0 - 5.0 * squared)
    perigee = perigee + 0.0625 * two * (7.0 - 114.0 * squared + 395.0 * fourth)
    perigee = perigee + three * (3.0 - 36.0 * squared + 49.0 * fourth)
    node = -one + 0.5 * two * (4.0 - 19.0 * squared) + 2.0 * three * (3.0 - 7.0 * squared)
    return Secular(
        anomaly=elements.mean_anomaly_rad,
        anomaly_rate=anomaly,
        perigee=elements.argument_of_perigee_rad,
        perigee_rate=perigee,
        node=elements.node_rad,
        node_rate=node * cosine,
        mean_motion=motion,
        eccentricity=elements.eccentricity_ratio,
        axis=axis,
    )


def _atmosphere(perigee: Array, gravity: Gravity) -> tuple[Array, Array]:
    """Heights of the report's power law, s and (q0 - s)⁴, in Earth radii, by perigee's radius."""
    radius_km = gravity.radius_m / 1e3
    height_km = (perigee - 1.0) * radius_km
    low_km = jnp.where(height_km < 98.0, 20.0, height_km - 78.0)
    base_km = jnp.where(height_km < 156.0, low_km, 78.0)
    return base_km / radius_km + 1.0, ((120.0 - base_km) / radius_km) ** 4


def _drag(elements: MeanElements, secular: Secular, shape: Shape, gravity: Gravity) -> Drag:
    """C1 to C5 and D2 to D4; for perigees below 220 km the higher terms are nought."""
    e, axis, bstar = secular.eccentricity, secular.axis, elements.drag_term_ratio
    s, reach = _atmosphere(axis * (1.0 - e), gravity)
    tsi = 1.0 / (axis - s)
    eta = axis * e * tsi
    coefficient = reach * tsi**4
    c1, c4, c5 = _c(secular, shape, gravity, tsi, coefficient)
    c1 = bstar * c1
    is_round = e <= CIRCULAR_RATIO
    c3 = -2.0 * coefficient * tsi * gravity.j3_ratio / gravity.j2_ratio
    c3 = c3 * secular.mean_motion * shape.sine / jnp.where(is_round, 1.0, e)
    anomaly = -2.0 / 3.0 * coefficient * bstar / jnp.where(is_round, 1.0, e * eta)
    high = axis * (1.0 - e) >= 220e3 / gravity.radius_m + 1.0
    d2, d3, d4 = (jnp.where(high, term, 0.0) for term in _series(axis, s, tsi, c1))
    flat = 1.0 - e**2
    slope = -1.5 * gravity.j2_ratio / (axis * flat) ** 2 * secular.mean_motion * shape.cosine
    return Drag(
        c1=c1,
        c4=bstar * c4,
        c5=jnp.where(high, bstar * c5, 0.0),
        d2=d2,
        d3=d3,
        d4=d4,
        t2=1.5 * c1,
        t3=jnp.where(high, d2 + 2.0 * c1**2, 0.0),
        t4=jnp.where(high, 0.25 * (3.0 * d3 + c1 * (12.0 * d2 + 10.0 * c1**2)), 0.0),
        t5=jnp.where(high, _t5(c1, d2, d3, d4), 0.0),
        node=3.5 * flat * slope * c1,
        perigee=jnp.where(high & ~is_round, bstar * c3 * jnp.cos(secular.perigee), 0.0),
        anomaly=jnp.where(high & ~is_round, anomaly, 0.0),
        eta=eta,
        cube=(1.0 + eta * jnp.cos(secular.anomaly)) ** 3,
        sine=jnp.sin(secular.anomaly),
    )


def _c(
    secular: Secular, shape: Shape, gravity: Gravity, tsi: Array, coefficient: Array
) -> tuple[Array, Array, Array]:
    """C1, C4 and C5 without B*."""
    e, axis, motion = secular.eccentricity, secular.axis, secular.mean_motion
    flat, eta = 1.0 - e**2, axis * e * tsi
    square, product = eta**2, e * eta
    psi = jnp.abs(1.0 - square)
    scaled = coefficient / psi**3.5
    c1 = axis * (1.0 + 1.5 * square + product * (4.0 + square))
    inner = shape.con41 * (8.0 + 3.0 * square * (8.0 + square))
    c1 = scaled * motion * (c1 + 0.375 * gravity.j2_ratio * tsi / psi * inner)
    even = -3.0 * shape.con41 * (1.0 - 2.0 * product + square * (1.5 - 0.5 * product))
    odd = 0.75 * shape.x1mth2 * (2.0 * square - product * (1.0 + square))
    odd = odd * jnp.cos(2.0 * secular.perigee)
    c4 = eta * (2.0 + 0.5 * square) + e * (0.5 + 2.0 * square)
    c4 = c4 - gravity.j2_ratio * tsi / (axis * psi) * (even + odd)
    c5 = 1.0 + 2.75 * (square + product) + product * square
    size = 2.0 * scaled * axis * flat
    return c1, motion * size * c4, size * c5


def _series(axis: Array, s: Array, tsi: Array, c1: Array) -> tuple[Array, Array, Array]:
    """D2, D3 and D4."""
    d2 = 4.0 * axis * tsi * c1**2
    third = d2 * tsi * c1 / 3.0
    d3 = (17.0 * axis + s) * third
    return d2, d3, 0.5 * third * axis * tsi * (221.0 * axis + 31.0 * s) * c1


def _t5(c1: Array, d2: Array, d3: Array, d4: Array) -> Array:
    square = c1**2
    inner = 3.0 * d4 + 12.0 * c1 * d3 + 6.0 * d2**2 + 15.0 * square * (2.0 * d2 + square)
    return 0.2 * inner


def eccentricity_bound_ratio(fixed: Constants, *, elapsed_s: ArrayLike) -> Array:
    """Most that eccentricity, long-period terms included, can reach within a time of the epoch.

    Args:
        fixed: satellites.
        elapsed_s: greatest distance from each epoch, either way.
    """
    drag, axis = fixed.drag, fixed.secular.axis
    mean = fixed.secular.eccentricity + jnp.abs(drag.c4) * elapsed_s + 2.0 * jnp.abs(drag.c5)
    mean = jnp.minimum(mean, 1.0)
    fallen = jnp.minimum(axis, 1.0)  # an orbit that has shrunk below this is none
    flat = jnp.maximum(fallen * (1.0 - mean**2), 1e-9)
    return mean + jnp.abs(fixed.shape.long_perigee) / flat
