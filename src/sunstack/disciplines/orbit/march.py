"""Where in its light is a satellite, step after step, without trigonometry?

Angles are kept as (cosine, sine) pairs and turned by constant rotations, so a step is products and
sums only. The eccentricity enters to second order, e cos M and e sin M being one more such pair:

    r/a = 1 - e cos M + (e sin M)²      u = ω + M + 2 e sin M + (5/2) e sin M · e cos M

and the short-period terms are those of `elements`. To first order, and for the place alone, those
of latitude, node and inclination come to two, g being J2 (R/p)²: their parts across the plane add
up to -(3/4) g sin i cos i sin u, which is a plane tilted for good.

    along the orbit  (g/8) sin² i sin 2u      the plane tilted by  -(3/4) g sin i cos i

The shadow is `light.illumination_fraction` with its depth behind the Earth fixed at √(r² - R²),
where its edges are crossed, and squares in place of distances: light differs from the exact
cone's by under 0.01 + 4 e near the penumbra, its mean over a day by 1e-5.

Assumes: e <= 0.02 (position within 85 m of `elements` there, 11 m at 0.01, 4 m when circular).
Reference: Vallado (4th ed.), sec. 2.2 (equation of the centre); see also `elements` and `light`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import EARTH_RADIUS_M

from .elements import Spec, oblateness_factor, secular_rates
from .light import PENUMBRA_CONE_RAD, UMBRA_CONE_RAD

Rotor = tuple[Array, Array]
"""Cosine and sine of an angle, or a vector in the plane."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Track:
    """What stays fixed for a satellite over a run; every field of shape (satellites,)."""

    latitude_turn: Rotor
    node_turn: Rotor
    anomaly_turn: Rotor
    inclination: Rotor
    """Tilted by the constant that stands for the swings of node and inclination."""
    axis_ratio: Array
    """Semi-major axis in Earth radii."""
    radius_offset_ratio: Array
    radius_swing_ratio: Array
    latitude_swing_rad: Array
    umbra_edge_squared_ratio: Array
    penumbra_inverse_ratio: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a satellite is; every field of shape (satellites,)."""

    latitude: Rotor
    """Mean argument of latitude."""
    node: Rotor
    eccentricity: Rotor
    """e cos M and e sin M."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Light:
    """What the Sun is to a satellite at an instant; shape (satellites,)."""

    illumination_fraction: Array
    zenith_cosine_ratio: Array
    """Cosine of the angle between Sun and vertical."""
    beta_sine_ratio: Array


def rotor(angle_rad: ArrayLike) -> Rotor:
    """Cosine and sine."""
    return jnp.cos(angle_rad), jnp.sin(angle_rad)


def turn(one: Rotor, by: Rotor) -> Rotor:
    """Rotate one pair by another (a complex product)."""
    return one[0] * by[0] - one[1] * by[1], one[0] * by[1] + one[1] * by[0]


def track(spec: Spec, *, step_s: ArrayLike) -> Track:
    """Prepare the constants of satellites given as one plane each, for a time step."""
    rates = secular_rates(
        semi_major_axis_m=spec.semi_major_axis_m,
        eccentricity_ratio=spec.eccentricity_ratio,
        inclination_rad=spec.inclination_rad,
    )
    factor = oblateness_factor(
        semi_major_axis_m=spec.semi_major_axis_m, eccentricity_ratio=spec.eccentricity_ratio
    )
    cosine, sine = rotor(spec.inclination_rad)
    # See above: stands for the swings of node and inclination.
    tilt = 0.75 * factor * sine * cosine
    axis = spec.semi_major_axis_m / EARTH_RADIUS_M
    depth = jnp.sqrt(axis**2 - 1.0)
    umbra = 1.0 - depth * math.tan(UMBRA_CONE_RAD)
    penumbra = 1.0 - depth * math.tan(PENUMBRA_CONE_RAD)
    latitude_rate = rates.argument_of_perigee_rad_per_s + rates.mean_anomaly_rad_per_s
    return Track(
        latitude_turn=rotor(latitude_rate * step_s),
        node_turn=rotor(rates.node_rad_per_s * step_s),
        anomaly_turn=rotor(rates.mean_anomaly_rad_per_s * step_s),
        inclination=rotor(spec.inclination_rad - tilt),
        axis_ratio=axis,
        radius_offset_ratio=-1.5 * factor * (1.0 - 1.5 * sine**2),
        radius_swing_ratio=0.25 * factor * sine**2,
        latitude_swing_rad=0.125 * factor * sine**2,
        umbra_edge_squared_ratio=umbra**2,
        penumbra_inverse_ratio=1.0 / (penumbra**2 - umbra**2),
    )


def place(spec: Spec, *, elapsed_s: ArrayLike) -> Place:
    """Start satellites given as one plane each, at a time after the epoch."""
    rates = secular_rates(
        semi_major_axis_m=spec.semi_major_axis_m,
        eccentricity_ratio=spec.eccentricity_ratio,
        inclination_rad=spec.inclination_rad,
    )
    latitude_rate = rates.argument_of_perigee_rad_per_s + rates.mean_anomaly_rad_per_s
    cosine, sine = rotor(
        spec.argument_of_latitude_rad
        - spec.argument_of_perigee_rad
        + rates.mean_anomaly_rad_per_s * elapsed_s
    )
    return Place(
        latitude=rotor(spec.argument_of_latitude_rad + latitude_rate * elapsed_s),
        node=rotor(spec.node_rad + rates.node_rad_per_s * elapsed_s),
        eccentricity=(spec.eccentricity_ratio * cosine, spec.eccentricity_ratio * sine),
    )


def advance(fixed: Track, at: Place) -> Place:
    """Move one step on."""
    return Place(
        latitude=turn(at.latitude, fixed.latitude_turn),
        node=turn(at.node, fixed.node_turn),
        eccentricity=turn(at.eccentricity, fixed.anomaly_turn),
    )


def osculating(fixed: Track, at: Place) -> tuple[Array, Rotor, Rotor, Rotor]:
    """Radius in Earth radii, then argument of latitude, node and inclination of the place."""
    along, across = at.eccentricity
    centre = across * (2.0 + 2.5 * along)
    square = centre * centre
    small = (1.0 - 0.5 * square, centre - centre * square * (1.0 / 6.0))
    u = jax.lax.optimization_barrier(turn(at.latitude, small))
    cosine_2u, sine_2u = u[0] * u[0] - u[1] * u[1], 2.0 * u[0] * u[1]
    radius = fixed.axis_ratio * (
        1.0
        - along
        + across * across
        + fixed.radius_offset_ratio
        + fixed.radius_swing_ratio * cosine_2u
    )
    return (
        radius,
        _nudge(u, fixed.latitude_swing_rad * sine_2u),
        at.node,
        fixed.inclination,
    )


def _nudge(one: Rotor, angle_rad: Array) -> Rotor:
    """Rotate by an angle of at most a thousandth: first order, length kept to 1e-6."""
    return one[0] - angle_rad * one[1], one[1] + angle_rad * one[0]


def light_now(fixed: Track, at: Place, *, direction_ratio: Array) -> Light:
    """How the Sun, a unit vector (3,), stands to each satellite, and how much of it is seen."""
    radius, u, node, inclination = osculating(fixed, at)
    x, y, z = direction_ratio[0], direction_ratio[1], direction_ratio[2]
    to_node = node[0] * x + node[1] * y
    to_quarter = node[0] * y - node[1] * x
    cosine = u[0] * to_node + u[1] * (inclination[0] * to_quarter + inclination[1] * z)
    off_axis_squared = radius * radius * (1.0 - cosine * cosine)
    share = (off_axis_squared - fixed.umbra_edge_squared_ratio) * fixed.penumbra_inverse_ratio
    return Light(
        illumination_fraction=jnp.where(cosine >= 0.0, 1.0, jnp.clip(share, 0.0, 1.0)),
        zenith_cosine_ratio=cosine,
        beta_sine_ratio=inclination[0] * z - inclination[1] * to_quarter,
    )


def position_ratio(fixed: Track, at: Place) -> Array:
    """Inertial position in Earth radii, last axis x, y, z."""
    radius, u, node, inclination = osculating(fixed, at)
    across = u[1] * inclination[0]
    return jnp.stack(
        [
            radius * (u[0] * node[0] - across * node[1]),
            radius * (u[0] * node[1] + across * node[0]),
            radius * u[1] * inclination[1],
        ],
        axis=-1,
    )
