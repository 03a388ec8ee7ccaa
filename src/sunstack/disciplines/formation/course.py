"""Which way does a whole cluster fly round an oblate Earth, seen from its centre?

Every satellite is flown by itself in inertial axes (see `motion`); the centre, a satellite like the
others, carries the axes they are seen in: up, along the track and across it, turning with it.

Assumes: the centre starts at the speed of a circular orbit; members as `lattice` starts them.
Leaves out: what `motion` leaves out.
Reference: Vallado (4th ed.), sec. 3.3, for the axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import EARTH_J2, GRAVITATIONAL_PARAMETER_M3_PER_S2

from .hill import Motion
from .lattice import Lattice, relative_motion
from .motion import STEPS_PER_ORBIT, flown

SAMPLES_PER_ORBIT = 40
"""Of a course; a distance between samples is missed by 1 - cos(π/40), 0.3 %, at most."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Orbit:
    """Where and how the centre starts."""

    radius_m: Array
    inclination_rad: Array
    argument_of_latitude_rad: Array
    """At the start: 0 over the equator, π/2 at the northernmost point."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Start:
    """How the members start about the centre."""

    axis_ratio: Array
    cross_track_ratio: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Course:
    """What a cluster did."""

    relative: Motion
    """To the centre, in its axes, shape (samples, satellites, 3), from the start on."""
    period_s: Array
    """Of the two-body orbit, which `SAMPLES_PER_ORBIT` divide."""

    @property
    def orbit_count(self) -> int:
        """Whole orbits flown."""
        return (self.relative.position_m.shape[0] - 1) // SAMPLES_PER_ORBIT


def mean_motion_rad_per_s(orbit: Orbit) -> Array:
    """Of a circular orbit round a round Earth."""
    return jnp.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 / orbit.radius_m**3)


def start(lattice: Lattice, orbit: Orbit, how: Start) -> Motion:
    """Members about the centre at the start, phase 0 of the lattice."""
    begun: Motion = relative_motion(
        lattice,
        mean_motion_rad_per_s=mean_motion_rad_per_s(orbit),
        axis_ratio=how.axis_ratio,
        cross_track_ratio=how.cross_track_ratio,
    )
    return begun


@partial(jax.jit, static_argnames="orbit_count")
def course(
    begun: Motion, orbit: Orbit, *, orbit_count: int, oblateness_ratio: ArrayLike = EARTH_J2
) -> Course:
    """Fly a cluster for whole orbits.

    Args:
        begun: of every member about the centre, which is the first, shape (satellites, 3).
        orbit: of the centre.
        orbit_count: two-body orbits to fly.
        oblateness_ratio: J2.
    """
    period_s = 2.0 * jnp.pi / mean_motion_rad_per_s(orbit)
    flight = flown(
        inertial(begun, _centre(orbit)),
        step_s=period_s / STEPS_PER_ORBIT,
        steps_per_sample=STEPS_PER_ORBIT // SAMPLES_PER_ORBIT,
        sample_count=orbit_count * SAMPLES_PER_ORBIT,
        oblateness_ratio=oblateness_ratio,
    )
    centre = jax.tree.map(lambda one: one[:, 0], flight)
    return Course(relative=relative(flight, centre), period_s=period_s)


def _centre(orbit: Orbit) -> Motion:
    """Over the node of the x axis, at circular speed."""
    u, tilt = orbit.argument_of_latitude_rad, orbit.inclination_rad
    up = jnp.stack([jnp.cos(u), jnp.sin(u) * jnp.cos(tilt), jnp.sin(u) * jnp.sin(tilt)])
    on = jnp.stack([-jnp.sin(u), jnp.cos(u) * jnp.cos(tilt), jnp.cos(u) * jnp.sin(tilt)])
    speed_m_per_s = orbit.radius_m * mean_motion_rad_per_s(orbit)
    return Motion(position_m=orbit.radius_m * up, velocity_m_per_s=speed_m_per_s * on)


def inertial(relative_to: Motion, centre: Motion) -> Motion:
    """Put members back into inertial axes; (..., satellites, 3) about a centre (..., 3)."""
    axes, turning = _axes(centre)
    carried = jnp.cross(turning, relative_to.position_m) + relative_to.velocity_m_per_s
    place, speed = (
        jnp.einsum("...sk,...kx->...sx", one, axes) for one in (relative_to.position_m, carried)
    )
    return Motion(
        position_m=centre.position_m[..., None, :] + place,
        velocity_m_per_s=centre.velocity_m_per_s[..., None, :] + speed,
    )


def relative(members: Motion, centre: Motion) -> Motion:
    """See members from a centre, in its turning axes."""
    axes, turning = _axes(centre)
    place, speed = (
        jnp.einsum("...sx,...kx->...sk", one - middle[..., None, :], axes)
        for one, middle in (
            (members.position_m, centre.position_m),
            (members.velocity_m_per_s, centre.velocity_m_per_s),
        )
    )
    return Motion(position_m=place, velocity_m_per_s=speed - jnp.cross(turning, place))


def _axes(centre: Motion) -> tuple[Array, Array]:
    """Up, along and across as rows, and how fast they turn about the last, in these axes.

    The orbit's plane turns with the node besides, a thousandth as fast: velocities take no notice.
    """
    r, v = centre.position_m, centre.velocity_m_per_s
    momentum = jnp.cross(r, v)
    up = r / jnp.linalg.norm(r, axis=-1, keepdims=True)
    across = momentum / jnp.linalg.norm(momentum, axis=-1, keepdims=True)
    rate = jnp.linalg.norm(momentum, axis=-1) / jnp.sum(r**2, axis=-1)
    turning = jnp.stack([jnp.zeros_like(rate), jnp.zeros_like(rate), rate], axis=-1)
    return jnp.stack([up, jnp.cross(across, up), across], axis=-2), turning[..., None, :]
