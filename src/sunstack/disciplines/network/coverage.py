"""How many satellites stand over each latitude, and for what share of the time is there one?

A place at latitude φ sees of each plane the share acos(cos ψ / A) / π, with A the largest cosine
between the place and the plane. Averaged over all longitudes of the node that is the mean number of
satellites in view, exact for any shell over long times. Shells of circular orbits leave

    dN/dφ = N cos φ / (π √(sin² i - sin² φ))        for |φ| < i

satellites to each latitude. Whether at least one is in view follows from the nearest satellite,
over all positions of the place against the pattern: longitude between planes, phase in a slot.

Assumes: over long times a place meets every longitude against the nodes with every phase, and
shells drift against each other, so that they miss a place independently.
Leaves out: orbits locked to the Earth's turning, obstructions.
Reference: Wertz & Larson (3rd ed.), sec. 7.6; the density, Ulybyshev, J. Spacecraft & Rockets 45
(2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import ArrayLike

from .ground import nearest, view_angle_rad
from .lattice import TURN_RAD, Lattice

LONGITUDES = 4096
"""Of the node, to average over: the mean number in view is within some 1e-5 of itself."""
POSITIONS = 1024
"""Of a place against the pattern: shares of time are within some 0.3 %."""


type _Position = tuple[Array, Array]
"""Longitude against the nodes, and what is added to every phase."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What a shell, or several, give to each latitude; arrays of shape (latitudes,)."""

    latitude_rad: Array
    """Geocentric."""
    mean_count: Array
    """Satellites in view on average; exactly 0 at latitudes nothing ever sees."""
    covered_fraction: Array
    """Share of the time with at least one in view."""
    least_best_elevation_rad: Array
    """Lowest at which the highest satellite stands at any position looked at, of the shell that is
    best at it: with this least elevation coverage is continuous, within some three spacings of
    those positions (√(plane spacing · slot spacing / 1024): 1° for 12 planes of 10, 0.01° for 1,000
    of 1,000). Negative: beyond the horizon at times."""

    @property
    def unseen(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which latitudes no satellite ever sees."""
        return np.asarray(self.mean_count) <= 0.0


def share_between_fraction(
    *, south_rad: ArrayLike, north_rad: ArrayLike, inclination_rad: ArrayLike
) -> Array:
    """Share of a shell's satellites that are between two latitudes, geocentric, on average."""
    tilt = jnp.abs(jnp.sin(jnp.asarray(inclination_rad)))
    south, north = (
        jnp.arcsin(jnp.clip(jnp.sin(jnp.asarray(edge)) / jnp.maximum(tilt, 1e-12), -1.0, 1.0))
        for edge in (south_rad, north_rad)
    )
    return (north - south) / jnp.pi


def mean_in_view_count(
    lattice: Lattice, *, latitude_rad: ArrayLike, site_radius_m: ArrayLike, elevation_rad: ArrayLike
) -> Array:
    """Satellites of a shell in view on average; shape of the latitude, geocentric."""
    latitude = jnp.asarray(latitude_rad)
    east = (jnp.arange(LONGITUDES) + 0.5) * (TURN_RAD / LONGITUDES)
    tilt = lattice.inclination_rad
    first = jnp.cos(latitude)[..., None] * jnp.cos(east)
    quarter = jnp.cos(latitude)[..., None] * jnp.cos(tilt) * jnp.sin(east)
    quarter = quarter + (jnp.sin(latitude) * jnp.sin(tilt))[..., None]
    angle = view_angle_rad(
        site_radius_m=site_radius_m, orbit_radius_m=lattice.radius_m, elevation_rad=elevation_rad
    )
    edge = jnp.cos(angle) / jnp.maximum(jnp.hypot(first, quarter), 1e-12)
    share = jnp.arccos(jnp.clip(edge, -1.0, 1.0)).mean(axis=-1) / jnp.pi
    return share * lattice.plane_count * lattice.slot_count


def best_elevation_rad(
    lattice: Lattice, *, latitude_rad: Array, site_radius_m: ArrayLike
) -> tuple[Array, Array]:
    """Elevation of a shell's highest satellite, at positions spread over all there are.

    Positions are taken between one plane and the next, and within a slot of it. Where planes are
    even every plane's are alike, so that even positions in one such cell are even in all.

    Returns:
        Elevations, shape (latitudes, positions), negative where below the horizon; and the share
        of the time that each position stands for, shape (positions,).
    """
    number = jnp.arange(POSITIONS)
    plane = (number * lattice.plane_count) // POSITIONS
    wide = jnp.mod(jnp.roll(lattice.node_rad, -1) - lattice.node_rad, TURN_RAD)
    wide = jnp.where(lattice.plane_count == 1, TURN_RAD, wide)[plane]
    # An additive recurrence by the plastic number: even in two dimensions for any count.
    east = lattice.node_rad[plane] + wide * jnp.mod(0.5 + number * 0.7548776662466927, 1.0)
    slot_rad = TURN_RAD / lattice.slot_count
    within = slot_rad * jnp.mod(0.5 + number * 0.5698402909980532, 1.0)

    def at_position_rad(here: _Position) -> Array:
        longitude, phase = here
        level = jnp.cos(latitude_rad)
        toward = [level * jnp.cos(longitude), level * jnp.sin(longitude), jnp.sin(latitude_rad)]
        shifted = replace(lattice, phase_rad=lattice.phase_rad + phase)
        site_m = jnp.asarray(site_radius_m) * jnp.stack(toward, axis=-1)
        return nearest(shifted, site_m=site_m).elevation_rad[:, 0]

    found = lax.map(at_position_rad, (east, within - lattice.phase_rad[plane]))
    return found.T, wide / wide.sum()


def coverage(
    shells: Sequence[Lattice],
    *,
    latitude_rad: Array,
    site_radius_m: ArrayLike,
    elevation_rad: ArrayLike,
) -> Coverage:
    """Sum up what shells give to each latitude.

    Args:
        shells: any number; their sizes may differ.
        latitude_rad: geocentric, shape (latitudes,).
        site_radius_m: of the ground.
        elevation_rad: least above the horizon.
    """
    latitude = jnp.asarray(latitude_rad)
    mean, missed = jnp.zeros_like(latitude), jnp.ones_like(latitude)
    worst = jnp.full_like(latitude, -0.5 * jnp.pi)
    for lattice in shells:
        best, share = best_elevation_rad(
            lattice, latitude_rad=latitude, site_radius_m=site_radius_m
        )
        missed = missed * ((best < elevation_rad) @ share)
        worst = jnp.maximum(worst, best.min(axis=1))
        mean = mean + mean_in_view_count(
            lattice,
            latitude_rad=latitude,
            site_radius_m=site_radius_m,
            elevation_rad=elevation_rad,
        )
    return Coverage(
        latitude_rad=latitude,
        mean_count=mean,
        # Rounding apart: shares of what is never seen add up to one.
        covered_fraction=jnp.where(mean > 0.0, jnp.clip(1.0 - missed, 0.0, 1.0), 0.0),
        least_best_elevation_rad=worst,
    )
