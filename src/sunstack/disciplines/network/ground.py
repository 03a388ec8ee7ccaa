"""Which satellites of a shell does a place on the ground see, and how soon does it reach them?

Above an elevation e a place at distance g from the Earth's centre sees what lies within

    ψ = acos((g / r) cos e) - e        of its own direction, seen from the centre

In a plane, cos of that angle is A cos(u - u₀), so that the satellites in view are those of one
interval of argument of latitude, |u - u₀| <= acos(cos ψ / A): counted without looking at any.

Assumes: elevation above the plane at right angles to the direction from the centre (geocentric).
Leaves out: refraction, terrain, the 0.19° by which a geodetic horizon may differ.
Reference: Wertz & Larson (3rd ed.), sec. 5.2.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .lattice import TURN_RAD, Lattice, position_m
from .rings import NEVER_S
from .sweep import LIGHT_M_PER_S


def view_angle_rad(
    *, site_radius_m: ArrayLike, orbit_radius_m: ArrayLike, elevation_rad: ArrayLike
) -> Array:
    """Angle at the Earth's centre out to which satellites stand above an elevation."""
    elevation = jnp.asarray(elevation_rad)
    ratio = jnp.asarray(site_radius_m) / jnp.asarray(orbit_radius_m) * jnp.cos(elevation)
    return jnp.arccos(jnp.clip(ratio, -1.0, 1.0)) - elevation


def uplink_s(lattice: Lattice, *, site_m: Array, elevation_rad: ArrayLike) -> Array:
    """Time light takes from each place to each satellite in its view; `NEVER_S` to the others.

    Args:
        lattice: the shell.
        site_m: places in the shell's own inertial frame, shape (sites, 3).
        elevation_rad: least above the horizon.

    Returns:
        Shape (planes, slots, sites).
    """
    site_radius = jnp.linalg.norm(site_m, axis=1)
    cosine = jnp.einsum("psx,gx->psg", position_m(lattice), site_m) / (
        lattice.radius_m * site_radius
    )
    seen = view_angle_rad(
        site_radius_m=site_radius, orbit_radius_m=lattice.radius_m, elevation_rad=elevation_rad
    )
    squared = lattice.radius_m**2 + site_radius**2 - 2.0 * lattice.radius_m * site_radius * cosine
    reached = cosine >= jnp.cos(seen)
    return jnp.where(reached, jnp.sqrt(jnp.maximum(squared, 0.0)) / LIGHT_M_PER_S, NEVER_S)


def visible_count(lattice: Lattice, *, site_m: Array, elevation_rad: ArrayLike) -> Array:
    """Satellites each place sees, by an interval of each plane; shape (sites,)."""
    site_radius = jnp.linalg.norm(site_m, axis=1)
    toward = site_m / site_radius[:, None]
    node, tilt = lattice.node_rad, lattice.inclination_rad
    # The site's direction along the node, and a quarter of an orbit on.
    first = toward @ jnp.stack([jnp.cos(node), jnp.sin(node), jnp.zeros_like(node)])
    quarter = toward @ jnp.stack(
        [
            -jnp.sin(node) * jnp.cos(tilt),
            jnp.cos(node) * jnp.cos(tilt),
            jnp.sin(tilt) * jnp.ones_like(node),
        ]
    )
    reach = jnp.hypot(first, quarter)
    seen = view_angle_rad(
        site_radius_m=site_radius, orbit_radius_m=lattice.radius_m, elevation_rad=elevation_rad
    )
    bound = jnp.cos(seen)[:, None] / jnp.maximum(reach, 1e-12)
    half = jnp.where(bound <= 1.0, jnp.arccos(jnp.clip(bound, -1.0, 1.0)), -1.0)
    return _slots_within(lattice, jnp.arctan2(quarter, first), half).sum(axis=1)


def _slots_within(lattice: Lattice, middle_rad: Array, half_rad: Array) -> Array:
    """Slots of each plane whose argument of latitude lies within an interval, (sites, planes)."""
    slot_rad = TURN_RAD / lattice.slot_count
    low = jnp.ceil((middle_rad - half_rad - lattice.phase_rad) / slot_rad)
    high = jnp.floor((middle_rad + half_rad - lattice.phase_rad) / slot_rad)
    found = jnp.clip(high - low + 1.0, 0.0, lattice.slot_count)
    return jnp.where(half_rad >= 0.0, found, 0.0)
