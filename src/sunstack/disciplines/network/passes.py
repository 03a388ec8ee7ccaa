"""How long does a satellite stay in a place's view?

With u = u₀ + n t along the orbit and λ = λ₀ + w t, the place's right ascension from the node, the
cosine of the angle between the two is a sum of three oscillations,

    f(t) = sin φ sin i sin u + cos φ (cos u cos λ + cos i sin u sin λ)

and a pass lasts while f >= cos ψ. It culminates where f' = 0, near which f goes as F cos(m (t - T))
with m² = -f''(T) / F; that gives rising and setting to a few tenths of a second, and Newton's steps
the rest.

Assumes: circular orbits, uniform motion along them, of the nodes and of the Earth; passes shorter
than a quarter of an orbit, as below some 10,000 km.
Leaves out: short-period terms (about a second in when a satellite sets).
Reference: spherical trigonometry; checked against stepping through time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import EARTH_ROTATION_RAD_PER_S, GRAVITATIONAL_PARAMETER_M3_PER_S2

from .ground import InView, view_angle_rad
from .lattice import TURN_RAD, Lattice

STEPS = 3
"""Newton's; each squares an error that starts at some 1e-3 of a pass."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Motion:
    """How a shell and the Earth below it turn."""

    latitude_rad_per_s: Array
    """Rate of the argument of latitude."""
    node_rad_per_s: Array
    """Drift of the nodes among the stars."""
    earth_rad_per_s: Array

    @property
    def east_rad_per_s(self) -> Array:
        """Rate at which a place leaves a node behind."""
        return self.earth_rad_per_s - self.node_rad_per_s


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Pass:
    """When a satellite rises, culminates and sets, from now; shape of the list it is of."""

    rise_s: Array
    """Not after now for a satellite in view."""
    culmination_s: Array
    set_s: Array
    """Not before now for a satellite in view."""


def motion(
    *,
    radius_m: ArrayLike,
    node_rad_per_s: ArrayLike = 0.0,
    latitude_rad_per_s: ArrayLike | None = None,
) -> Motion:
    """Two-body motion along the orbit, unless another rate is given, above the turning Earth.

    Args:
        radius_m: of the orbits.
        node_rad_per_s: secular drift, as by the Earth's oblateness.
        latitude_rad_per_s: secular rate of the argument of latitude, with the oblateness's share.
    """
    two_body = jnp.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 / jnp.asarray(radius_m) ** 3)
    return Motion(
        latitude_rad_per_s=two_body
        if latitude_rad_per_s is None
        else jnp.asarray(latitude_rad_per_s),
        node_rad_per_s=jnp.asarray(node_rad_per_s),
        earth_rad_per_s=jnp.asarray(EARTH_ROTATION_RAD_PER_S),
    )


def moved(lattice: Lattice, *, by: Motion, elapsed_s: ArrayLike) -> Lattice:
    """The same shell some time on: slots keep their numbers."""
    return replace(
        lattice,
        node_rad=lattice.node_rad + by.node_rad_per_s * elapsed_s,
        phase_rad=lattice.phase_rad + by.latitude_rad_per_s * elapsed_s,
    )


def passes(
    lattice: Lattice, *, by: Motion, seen: InView, site_m: Array, elevation_rad: ArrayLike
) -> Pass:
    """Find when the satellites of a list rose, culminate and set.

    Args:
        lattice: the shell now.
        by: how it and the Earth turn.
        seen: satellites in view of each place.
        site_m: the places now, inertial, shape (sites, 3).
        elevation_rad: least above the horizon, at which they rise and set.

    Returns:
        Rows that are not filled mean nothing, as in the list.
    """
    site_radius = jnp.linalg.norm(site_m, axis=1)[:, None]
    angle = view_angle_rad(
        site_radius_m=site_radius, orbit_radius_m=lattice.radius_m, elevation_rad=elevation_rad
    )
    edge = jnp.cos(angle)
    course = _Course.of(lattice, by, seen, site_m)
    top = course.culmination_s()
    most, _, bend = course.at(top)
    # At the edge itself, where a pass is an instant, rate and bend are kept from nothing.
    swing = jnp.sqrt(jnp.maximum(-bend, 1e-12) / jnp.maximum(most, 1e-6))
    half = jnp.arccos(jnp.clip(edge / jnp.maximum(most, 1e-6), -1.0, 1.0)) / swing
    return Pass(
        rise_s=course.crossing_s(top - half, edge, rising_factor=1.0),
        culmination_s=top,
        set_s=course.crossing_s(top + half, edge, rising_factor=-1.0),
    )


@dataclass(frozen=True, kw_only=True)
class _Course:
    """The cosine of the angle between places and satellites as it changes, (sites, listed)."""

    along_rad: Array
    east_rad: Array
    sine_ratio: Array
    """Of the place's latitude times that of the inclination."""
    cosine_ratio: Array
    """Of the place's latitude."""
    tilt_ratio: Array
    """Cosine of the inclination."""
    along_rad_per_s: Array
    east_rad_per_s: Array

    @classmethod
    def of(cls, lattice: Lattice, by: Motion, seen: InView, site_m: Array) -> _Course:
        toward = site_m / jnp.linalg.norm(site_m, axis=1, keepdims=True)
        ascension = jnp.arctan2(toward[:, 1], toward[:, 0])[:, None]
        slots = seen.slot * (TURN_RAD / lattice.slot_count)
        return cls(
            along_rad=lattice.phase_rad[seen.plane] + slots,
            east_rad=ascension - lattice.node_rad[seen.plane],
            sine_ratio=toward[:, 2:] * jnp.sin(lattice.inclination_rad),
            cosine_ratio=jnp.hypot(toward[:, 0], toward[:, 1])[:, None],
            tilt_ratio=jnp.cos(lattice.inclination_rad),
            along_rad_per_s=by.latitude_rad_per_s,
            east_rad_per_s=by.east_rad_per_s,
        )

    def at(self, time_s: Array) -> tuple[Array, Array, Array]:
        """The cosine, its rate and the rate of that."""
        n, w = self.along_rad_per_s, self.east_rad_per_s
        u, east = self.along_rad + n * time_s, self.east_rad + w * time_s
        sine_u, cosine_u, sine_e, cosine_e = jnp.sin(u), jnp.cos(u), jnp.sin(east), jnp.cos(east)
        upward = self.sine_ratio * sine_u
        level = self.cosine_ratio * (cosine_u * cosine_e + self.tilt_ratio * sine_u * sine_e)
        by_orbit = self.sine_ratio * cosine_u + self.cosine_ratio * (
            self.tilt_ratio * cosine_u * sine_e - sine_u * cosine_e
        )
        by_earth = self.cosine_ratio * (self.tilt_ratio * sine_u * cosine_e - cosine_u * sine_e)
        mixed = self.cosine_ratio * (sine_u * sine_e + self.tilt_ratio * cosine_u * cosine_e)
        bend = 2.0 * n * w * mixed - (n**2 + w**2) * level - n**2 * upward
        return upward + level, n * by_orbit + w * by_earth, bend

    def culmination_s(self) -> Array:
        """When it is largest: Newton's steps from where it would be over an Earth at rest."""
        quarter = self.sine_ratio + self.cosine_ratio * self.tilt_ratio * jnp.sin(self.east_rad)
        still = jnp.arctan2(quarter, self.cosine_ratio * jnp.cos(self.east_rad)) - self.along_rad
        turn = still - TURN_RAD * jnp.round(still / TURN_RAD)
        time = turn / self.along_rad_per_s
        for _ in range(STEPS):
            _, rate, bend = self.at(time)
            time = time - rate / jnp.where(bend < 0.0, bend, -1.0)
        return time

    def crossing_s(self, time_s: Array, edge_ratio: Array, *, rising_factor: float) -> Array:
        """When it crosses the edge near a time; the time itself where a pass is an instant."""
        for _ in range(STEPS):
            value, rate, _ = self.at(time_s)
            slope = rate * rising_factor
            moving = slope > 1e-9
            step = rising_factor * (value - edge_ratio) / jnp.where(moving, slope, 1.0)
            time_s = jnp.where(moving, time_s - step, time_s)
        return time_s
