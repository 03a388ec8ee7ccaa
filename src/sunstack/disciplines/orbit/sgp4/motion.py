"""Where does SGP4 put a satellite near the Earth, and how fast does it go?

    angles and shape of the mean orbit, by rates and powers of time     (`setup`)
    E from  u = E + a_y cos E - a_x sin E  by Newton's steps, a fixed number of them
    radius, argument of latitude, node, inclination + short-period terms of J2

There is no branch: every satellite and time takes the same steps, and what cannot be is told by a
code. Newton's steps from E = u square the error each time, δ' <= δ² e/2(1 - e) with δ <= e at the
start, so that a bound on the eccentricity gives the number that leaves less than `KEPLER_RAD`.

Positions and velocities are in TEME: true equator, mean equinox of date.

Assumes: periods below 225 minutes.
Reference: as `setup`; tested on the verification set of AIAA 2006-6753 to a centimetre.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax

from .rotation import Pair, sine_cosine, small_sine_cosine, turned
from .setup import WGS72, Constants, Gravity, Term

GOOD, MEAN_ECCENTRICITY, MEAN_MOTION, ECCENTRICITY, PARAMETER, DECAYED = 0, 1, 2, 3, 4, 6
"""Codes of the standard; 5 is not given any more, 3 only in deep space."""
MEANING = {
    MEAN_ECCENTRICITY: "mean eccentricity is outside 0 to 1",
    MEAN_MOTION: "mean motion is not above 0",
    ECCENTRICITY: "eccentricity, perturbed, is outside 0 to 1",
    PARAMETER: "semi-latus rectum is below 0",
    DECAYED: "has decayed: its radius is below the Earth's",
}
ECCENTRICITY_LADDER = (0.02, 0.1, 0.3, 0.6, 1.0)
"""Bounds that code is compiled for; the last stands for any."""
KEPLER_RAD = 1e-12
"""What the standard leaves: 7 µm."""
MOST_STEPS = 10
LONGEST_STEP_RAD = 0.95
SMALL_TURN_RAD = 0.02
"""More than short-period terms turn anything by, above the ground."""

Axes = tuple[Array, Array, Array]


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Teme:
    """Position and velocity in TEME; not a number where the code is not 0."""

    position_m: Array
    """Shape (…, 3)."""
    velocity_m_per_s: Array
    error_code: Array
    """Of `MEANING`; 0 is good."""


def ladder_bound_ratio(eccentricity_bound_ratio: float) -> float:
    """First bound of the ladder that holds."""
    fitting = (bound for bound in ECCENTRICITY_LADDER[:-1] if eccentricity_bound_ratio <= bound)
    return next(fitting, ECCENTRICITY_LADDER[-1])


def kepler_step_bounds_rad(bound: float) -> list[float]:
    """Bounds on Newton's steps, one for each that is needed at an eccentricity up to a bound."""
    if bound >= ECCENTRICITY_LADDER[-1]:
        return [LONGEST_STEP_RAD] * MOST_STEPS
    left, steps = bound, []
    while left > KEPLER_RAD:
        after = left**2 * bound / (2.0 * (1.0 - bound))
        steps.append(left + after)
        left = after
    return steps


def propagate(
    fixed: Constants, *, elapsed_s: Array, bound: float, gravity: Gravity = WGS72
) -> Teme:
    """Find position and velocity.

    Args:
        fixed: satellites, shape (satellites,).
        elapsed_s: since each satellite's epoch; broadcasts with (satellites,).
        bound: of the ladder, for `eccentricity_bound_ratio` at these times.
        gravity: what the constants were formed with.

    Returns:
        Shape (…, satellites, 3).
    """
    place, speed, code = axes(fixed, elapsed_s=elapsed_s, bound=bound, gravity=gravity)
    return Teme(
        position_m=jnp.stack(place, axis=-1),
        velocity_m_per_s=jnp.stack(speed or (), axis=-1),
        error_code=code,
    )


@dataclass(frozen=True)
class _Mean:
    """The mean orbit at a time: shape as (a_x, a_y), argument of latitude, node."""

    axis: Term
    along: Term
    across: Term
    latitude: Term
    node: Term
    failed: Term


def _mean(fixed: Constants, t: Array) -> _Mean:
    secular, drag = fixed.secular, fixed.drag
    still = secular.anomaly + secular.anomaly_rate * t
    square = t * t
    node = secular.node + secular.node_rate * t + drag.node * square
    pull = 1.0 + drag.eta * _kept(still)[1]
    shift = drag.perigee * t + drag.anomaly * (pull * pull * pull - drag.cube)
    anomaly, perigee = still + shift, secular.perigee + secular.perigee_rate * t - shift
    sine = _kept(anomaly)[0]
    fall = 1.0 - t * (drag.c1 + t * (drag.d2 + t * (drag.d3 + t * drag.d4)))
    mean = secular.eccentricity - (t * drag.c4 + drag.c5 * (sine - drag.sine))
    lead = square * (drag.t2 + t * (drag.t3 + t * (drag.t4 + t * drag.t5)))
    axis, e = secular.axis * fall * fall, jnp.maximum(mean, 1e-6)
    sine, cosine = _kept(perigee)
    along, inverse = e * cosine, 1.0 / (axis * (1.0 - e * e))
    latitude = anomaly + secular.mean_motion * lead + perigee
    failed = jnp.where((mean >= 1.0) | (mean < -0.001), MEAN_ECCENTRICITY, GOOD)
    failed = jnp.where(secular.mean_motion <= 0.0, MEAN_MOTION, failed)
    found = (
        axis,
        along,
        e * sine + inverse * fixed.shape.long_perigee,
        latitude + inverse * fixed.shape.long_latitude * along,
        node,
        failed.astype(jnp.int8),
    )
    return _Mean(*lax.optimization_barrier(found))


def _kept(angle_rad: Array) -> Pair:
    """Sine and cosine, computed once: what XLA fuses with each of its users it computes anew."""
    kept: Pair = lax.optimization_barrier(sine_cosine(angle_rad))
    return kept


def _kepler(mean: _Mean, bound: float) -> Pair:
    """Sine and cosine of E by steps whose bounds are known."""
    found, pair = mean.latitude, _kept(mean.latitude)
    for longest in kepler_step_bounds_rad(bound):
        sine, cosine = pair
        left = mean.latitude - mean.across * cosine + mean.along * sine - found
        step = left / (1.0 - cosine * mean.along - sine * mean.across)
        if bound >= ECCENTRICITY_LADDER[-1]:
            step = jnp.clip(step, -LONGEST_STEP_RAD, LONGEST_STEP_RAD)
        (step,) = lax.optimization_barrier((step,))
        found = found + step
        pair = lax.optimization_barrier(turned(pair, small_sine_cosine(step, bound=longest)))
    return pair


def axes(
    fixed: Constants, *, elapsed_s: Array, bound: float, gravity: Gravity, fast: bool = True
) -> tuple[Axes, Axes | None, Array]:
    """Coordinates one by one, velocities if asked for, and codes: what a loop is made of."""
    mean, shape = _mean(fixed, elapsed_s), fixed.shape
    sine, cosine = _kepler(mean, bound)
    along, across, axis = mean.along, mean.across, mean.axis
    radial, tangent = along * cosine + across * sine, along * sine - across * cosine
    flat = 1.0 - (along * along + across * across)
    parameter, root = axis * flat, jnp.sqrt(jnp.maximum(flat, 0.0))
    radius = axis * (1.0 - radial)
    both = 1.0 / (radius * parameter)
    per_radius, per_parameter = both * parameter, both * radius
    part = tangent / (1.0 + root)
    stretch = axis * per_radius
    up, level = (
        stretch * (sine - across - along * part),
        stretch * (cosine - along + across * part),
    )
    up, level, per_parameter, per_radius, root, radius = lax.optimization_barrier(
        (up, level, per_parameter, per_radius, root, radius)
    )
    double, double_cosine = 2.0 * up * level, 1.0 - 2.0 * up * up
    first = 0.5 * gravity.j2_ratio * per_parameter
    second = first * per_parameter
    distance = radius * (1.0 - 1.5 * second * root * shape.con41)
    distance = distance + 0.5 * first * shape.x1mth2 * double_cosine
    latitude = turned((up, level), _small(-0.25 * second * shape.x7thm1 * double))
    swing = 1.5 * second * shape.cosine
    node = turned(_kept(mean.node), _small(swing * double))
    tilt = turned((shape.sine, shape.cosine), _small(swing * shape.sine * double_cosine))
    # Asked so that what is no number, as of elements near a parabola, fails.
    code = jnp.where(distance >= 1.0, GOOD, DECAYED).astype(jnp.int8)
    code = jnp.where(parameter >= 0.0, code, jnp.int8(PARAMETER))
    code = jnp.where(mean.failed != GOOD, mean.failed, code)
    distance = jnp.where(code == GOOD, distance * gravity.radius_m, jnp.nan)
    speeds = None
    if fast:
        spin = gravity.rate_rad_per_s / (axis * jnp.sqrt(axis)) * first
        scale = gravity.rate_rad_per_s * per_radius
        away = jnp.sqrt(axis) * tangent * scale - spin * shape.x1mth2 * double
        ahead = jnp.sqrt(jnp.maximum(parameter, 0.0)) * scale
        ahead = ahead + spin * (shape.x1mth2 * double_cosine + 1.5 * shape.con41)
        speeds = (away * gravity.radius_m, ahead * gravity.radius_m)
    *turns, distance, code, speeds = lax.optimization_barrier(
        (latitude, node, tilt, distance, code, speeds)
    )
    return *_turned_out(turns, distance, code, speeds), code


def _small(angle_rad: Array) -> Pair:
    return small_sine_cosine(angle_rad, bound=SMALL_TURN_RAD)


def _turned_out(
    turns: list[Pair], distance: Array, code: Array, speeds: tuple[Array, Array] | None
) -> tuple[Axes, Axes | None]:
    """Coordinates along and across the orbit, in TEME."""
    (up, level), (node_sine, node_cosine), (tilt_sine, tilt_cosine) = turns
    east, north = -node_sine * tilt_cosine, node_cosine * tilt_cosine
    out = (
        east * up + node_cosine * level,
        north * up + node_sine * level,
        tilt_sine * up,
    )
    place = (distance * out[0], distance * out[1], distance * out[2])
    if speeds is None:
        return place, None
    on = (
        east * level - node_cosine * up,
        north * level - node_sine * up,
        tilt_sine * level,
    )
    away = jnp.where(code == GOOD, speeds[0], jnp.nan)
    ahead = speeds[1]
    return place, (
        away * out[0] + ahead * on[0],
        away * out[1] + ahead * on[1],
        away * out[2] + ahead * on[2],
    )
