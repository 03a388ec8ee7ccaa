"""Where does each satellite of a shell stand, and how long are the laser links between them?

A shell of circular orbits of one radius r and inclination i is a twisted torus: P planes with nodes
Ω, each with S slots spaced 2π/S in argument of latitude u. Two satellites ΔΩ and Δu apart are at

    L² = 2 r² (1 - c0 - c1 cos(2u + Δu))        c1 = (cos ΔΩ - 1) sin² i / 2
    c0 = cos Δu (cos ΔΩ (1 + cos² i) + sin² i) / 2 - sin Δu sin ΔΩ cos i

so that every length of a million links follows from one function of u. Slots are numbered such that
the partner of a slot across to the next plane has its own number; across the seam, from the last
plane to the first, it has that number plus a shift.

Assumes: circular orbits, evenly filled planes, all of one inclination and radius.
Leaves out: short-period terms (some 10 km in place, 56 µs in a round trip), eccentricity.
Reference: spherical trigonometry; checked against differences of positions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import EARTH_RADIUS_M

TURN_RAD = 2.0 * jnp.pi


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Lattice:
    """A shell at an instant."""

    radius_m: Array
    inclination_rad: Array
    node_rad: Array
    """Shape (planes,), rising round the Earth."""
    phase_rad: Array
    """Argument of latitude of each plane's first slot, shape (planes,)."""
    seam_shift_count: Array
    """Slots by which the last plane's slot meets the first plane's; an integer."""
    slot_count: int = field(metadata={"static": True})

    @property
    def plane_count(self) -> int:
        """Planes of the shell."""
        return int(self.node_rad.shape[0])


def walker(
    *,
    plane_count: int,
    slot_count: int,
    phasing_count: ArrayLike,
    inclination_rad: ArrayLike,
    radius_m: ArrayLike,
    argument_of_latitude_rad: ArrayLike = 0.0,
    node_rad: ArrayLike = 0.0,
) -> Lattice:
    """Build a Walker delta shell i: t/p/F at an instant.

    Args:
        plane_count: p.
        slot_count: t / p.
        phasing_count: F, in units of 2π/t; reduced by whole slots.
        inclination_rad: of all planes.
        radius_m: of all orbits.
        argument_of_latitude_rad: of the first plane's first satellite at the instant.
        node_rad: of the first plane at the instant.
    """
    planes = jnp.arange(plane_count)
    # What F turns a plane by beyond a whole slot is taken off by renumbering its slots.
    turned = jnp.mod(jnp.asarray(phasing_count), slot_count * plane_count)
    twist = TURN_RAD * turned * planes / (plane_count * slot_count)
    return renumbered(
        radius_m=radius_m,
        inclination_rad=inclination_rad,
        node_rad=jnp.asarray(node_rad) + TURN_RAD * planes / plane_count,
        phase_rad=jnp.asarray(argument_of_latitude_rad) + twist,
        slot_count=slot_count,
    )


def renumbered(
    *,
    radius_m: ArrayLike,
    inclination_rad: ArrayLike,
    node_rad: ArrayLike,
    phase_rad: ArrayLike,
    slot_count: int,
) -> Lattice:
    """Number the slots of planes with any phases so that partners across are nearest in phase.

    Args:
        radius_m: of all orbits.
        inclination_rad: of all planes.
        node_rad: shape (planes,), rising round the Earth.
        phase_rad: argument of latitude of each plane's first satellite, shape (planes,).
        slot_count: satellites of a plane.
    """
    phase = jnp.asarray(phase_rad)
    slot_rad = TURN_RAD / slot_count
    steps = _within_half(jnp.diff(phase), slot_rad)
    aligned = phase[0] + jnp.concatenate([jnp.zeros(1), jnp.cumsum(steps)])
    # Partners across the seam: those of the first plane nearest in phase to the last plane's.
    shift = jnp.round((aligned[-1] - aligned[0]) / slot_rad)
    return Lattice(
        radius_m=jnp.asarray(radius_m),
        inclination_rad=jnp.asarray(inclination_rad),
        node_rad=jnp.asarray(node_rad),
        phase_rad=aligned,
        seam_shift_count=jnp.mod(shift, slot_count).astype(int),
        slot_count=slot_count,
    )


def _within_half(angle_rad: Array, slot_rad: float) -> Array:
    """The same modulo a slot, at most half of one either way."""
    return angle_rad - slot_rad * jnp.round(angle_rad / slot_rad)


def argument_of_latitude_rad(lattice: Lattice) -> Array:
    """Of every satellite, shape (planes, slots)."""
    slots = jnp.arange(lattice.slot_count) * (TURN_RAD / lattice.slot_count)
    return lattice.phase_rad[:, None] + slots


def position_m(lattice: Lattice) -> Array:
    """Of every satellite, inertial, shape (planes, slots, 3)."""
    along, node = argument_of_latitude_rad(lattice), lattice.node_rad[:, None]
    tilted = jnp.sin(along) * jnp.cos(lattice.inclination_rad)
    east = jnp.cos(along) * jnp.cos(node) - tilted * jnp.sin(node)
    north = jnp.cos(along) * jnp.sin(node) + tilted * jnp.cos(node)
    up = jnp.sin(along) * jnp.sin(lattice.inclination_rad)
    return lattice.radius_m * jnp.stack([east, north, up], axis=-1)


def link_length_m(lattice: Lattice, *, plane_offset: int, slot_offset: int) -> Array:
    """Length of the link from every satellite to the one so many planes and slots on.

    Returns:
        Shape (planes, slots); along the plane, the same everywhere.
    """
    mean, swing, apart = _terms(lattice, plane_offset, slot_offset)
    along = 2.0 * argument_of_latitude_rad(lattice) + apart[:, None]
    near = 1.0 - mean[:, None] - swing[:, None] * jnp.cos(along)
    return lattice.radius_m * jnp.sqrt(2.0 * jnp.maximum(near, 0.0))


def longest_link_m(lattice: Lattice, *, plane_offset: int, slot_offset: int) -> Array:
    """Length that a link so many planes and slots on reaches somewhere, at some time of an orbit.

    What is within a laser's range by this is so for ever: a shell keeps its shape.
    """
    mean, swing, _ = _terms(lattice, plane_offset, slot_offset)
    return lattice.radius_m * jnp.sqrt(2.0 * jnp.max(1.0 - mean + jnp.abs(swing)))


def _terms(lattice: Lattice, plane_offset: int, slot_offset: int) -> tuple[Array, Array, Array]:
    """c0, c1 and Δu of links, by plane."""
    planes = jnp.arange(lattice.plane_count)
    there = jnp.mod(planes + plane_offset, lattice.plane_count)
    wraps = (planes + plane_offset) // lattice.plane_count
    slots = slot_offset + wraps * lattice.seam_shift_count
    turned = lattice.phase_rad[there] - lattice.phase_rad
    apart = turned + slots * (TURN_RAD / lattice.slot_count)
    mean, swing = link_terms(
        inclination_rad=lattice.inclination_rad,
        node_apart_rad=lattice.node_rad[there] - lattice.node_rad,
        phase_apart_rad=apart,
    )
    return mean, swing, apart


def link_terms(
    *, inclination_rad: Array, node_apart_rad: Array, phase_apart_rad: Array
) -> tuple[Array, Array]:
    """c0 and c1 of links between planes of one inclination."""
    cosine, squared = jnp.cos(inclination_rad), jnp.sin(inclination_rad) ** 2
    across = jnp.cos(node_apart_rad)
    swing = 0.5 * (across - 1.0) * squared
    mean = 0.5 * jnp.cos(phase_apart_rad) * (across * (1.0 + cosine**2) + squared)
    return mean - jnp.sin(phase_apart_rad) * jnp.sin(node_apart_rad) * cosine, swing


def grazing_altitude_m(*, radius_m: ArrayLike, length_m: ArrayLike) -> Array:
    """Least height above the Earth of a straight link between two satellites of one radius."""
    half = 0.5 * jnp.asarray(length_m)
    return jnp.sqrt(jnp.maximum(jnp.asarray(radius_m) ** 2 - half**2, 0.0)) - EARTH_RADIUS_M
