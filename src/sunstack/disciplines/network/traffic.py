"""Who sends how much to whom, over which links, and what does each of them carry?

A shell's lasers are full duplex: each is two ways, each of the laser's whole capacity. A place
reaches some satellites; what passes between the two is limited by the link, by the place's
terminals together, and by the satellite's beams together, up and down apart. A bit from one place
to another loads one link up, lasers, and one link down; places do not relay.

Assumes: steady flows, which may be split over many ways; capacities of an instant.
Leaves out: queues, protocol overhead, weather (lower the capacities instead).
Reference: Ahuja, Magnanti & Orlin, Network Flows, ch. 17 (multicommodity flows).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from .ground import view_angle_rad
from .lattice import Lattice, position_m

type Numbers = Array
"""Indices, integers: of sites, or of satellites as plane · slots + slot."""
type Mask = Array
"""Truth values."""

ALONG, ALONG_BACK, ACROSS, ACROSS_BACK = range(4)
"""Ways of a satellite's two lasers: to the next slot and back, to the next plane and back."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Grid:
    """What a shell's lasers carry, each way; 0 where there is none."""

    along_bit_per_s: Array
    """From each satellite to the next of its plane, shape (planes, slots)."""
    across_bit_per_s: Array
    """To its partner of the next plane; from the last plane, across the seam; (planes, slots)."""
    seam_shift_count: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Access:
    """Which satellites places reach, and what passes between them."""

    satellite: Numbers
    """Shape (sites, links)."""
    up_bit_per_s: Array
    """Of each link, shape (sites, links); 0 where there is none."""
    down_bit_per_s: Array
    site_up_bit_per_s: Array
    """Of all of a place's terminals together, shape (sites,)."""
    site_down_bit_per_s: Array
    satellite_up_bit_per_s: Array
    """Of all of a satellite's beams together, shape (planes, slots)."""
    satellite_down_bit_per_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Demand:
    """What each place would send to others."""

    target: Numbers
    """Places it sends to, shape (sites, targets)."""
    rate_bit_per_s: Array
    """What it would send them, shape (sites, targets); 0 for nothing."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Loads:
    """What each resource carries, or can carry."""

    laser_bit_per_s: Array
    """By way (`ALONG` …), plane and slot of the satellite it counts from: (4, planes, slots)."""
    up_bit_per_s: Array
    """Shape (sites, links)."""
    down_bit_per_s: Array
    satellite_up_bit_per_s: Array
    """Shape (planes, slots)."""
    satellite_down_bit_per_s: Array
    site_up_bit_per_s: Array
    """Shape (sites,)."""
    site_down_bit_per_s: Array


def grid(lattice: Lattice, *, laser_bit_per_s: ArrayLike, alive: Array | None = None) -> Grid:
    """Give every laser of a shell one capacity, or none where a satellite does not work.

    Args:
        lattice: the shell.
        laser_bit_per_s: each way.
        alive: satellites that work, shape (planes, slots); all if not given.
    """
    shape = (lattice.plane_count, lattice.slot_count)
    works = jnp.ones(shape, bool) if alive is None else alive
    first = jnp.roll(works[:1], -lattice.seam_shift_count, axis=1)
    along = works & jnp.roll(works, -1, axis=1)
    across = works & jnp.concatenate([works[1:], first])
    return Grid(
        along_bit_per_s=jnp.where(along, laser_bit_per_s, 0.0),
        across_bit_per_s=jnp.where(across, laser_bit_per_s, 0.0),
        seam_shift_count=lattice.seam_shift_count,
    )


def nearest_access(
    lattice: Lattice,
    *,
    site_m: Array,
    elevation_rad: ArrayLike,
    link_count: int,
    link_bit_per_s: ArrayLike,
    site_bit_per_s: ArrayLike,
    satellite_bit_per_s: ArrayLike,
    alive: Array | None = None,
) -> Access:
    """Join each place to its nearest satellites in view; fewer links where it sees fewer.

    Args:
        lattice: the shell.
        site_m: places in the shell's own inertial frame, shape (sites, 3).
        elevation_rad: least above the horizon.
        link_count: satellites of a place at most.
        link_bit_per_s: of each link, up and down alike.
        site_bit_per_s: of a place's terminals together, up and down alike.
        satellite_bit_per_s: of a satellite's beams together, up and down alike.
        alive: satellites that work, shape (planes, slots); all if not given.
    """
    cells = (lattice.plane_count, lattice.slot_count)
    toward = position_m(lattice).reshape(-1, 3) / lattice.radius_m
    works = jnp.ones(cells, bool) if alive is None else alive

    def found(place_m: Array) -> tuple[Array, Array]:
        distance_m = jnp.linalg.norm(place_m)
        seen_rad = view_angle_rad(
            site_radius_m=distance_m, orbit_radius_m=lattice.radius_m, elevation_rad=elevation_rad
        )
        near = jnp.where(works.ravel(), toward @ (place_m / distance_m), -2.0)

        def next_nearest(near_ratio: Array, _: None) -> tuple[Array, tuple[Array, Array]]:
            best = jnp.argmax(near_ratio)
            return near_ratio.at[best].set(-2.0), (best, near_ratio[best] >= jnp.cos(seen_rad))

        return lax.scan(next_nearest, near, length=link_count)[1]

    satellite, seen = lax.map(found, site_m)
    link = jnp.where(seen, link_bit_per_s, 0.0)
    site = jnp.broadcast_to(jnp.asarray(site_bit_per_s, float), (site_m.shape[0],))
    beams = jnp.broadcast_to(jnp.asarray(satellite_bit_per_s, float), cells)
    return Access(
        satellite=satellite,
        up_bit_per_s=link,
        down_bit_per_s=link,
        site_up_bit_per_s=site,
        site_down_bit_per_s=site,
        satellite_up_bit_per_s=beams,
        satellite_down_bit_per_s=beams,
    )


def capacities(net: Grid, access: Access) -> Loads:
    """What each resource can carry."""
    along, across = net.along_bit_per_s, net.across_bit_per_s
    return Loads(
        laser_bit_per_s=jnp.stack([along, along, across, across]),
        up_bit_per_s=access.up_bit_per_s,
        down_bit_per_s=access.down_bit_per_s,
        satellite_up_bit_per_s=access.satellite_up_bit_per_s,
        satellite_down_bit_per_s=access.satellite_down_bit_per_s,
        site_up_bit_per_s=access.site_up_bit_per_s,
        site_down_bit_per_s=access.site_down_bit_per_s,
    )


def loads(
    access: Access, *, laser_bit_per_s: Array, up_bit_per_s: Array, down_bit_per_s: Array
) -> Loads:
    """Add up what links carry over satellites and sites."""
    cells = jnp.zeros(access.satellite_up_bit_per_s.shape)

    def by_satellite(link_bit_per_s: Array) -> Array:
        summed = cells.ravel().at[access.satellite.ravel()].add(link_bit_per_s.ravel())
        return summed.reshape(cells.shape)

    return Loads(
        laser_bit_per_s=laser_bit_per_s,
        up_bit_per_s=up_bit_per_s,
        down_bit_per_s=down_bit_per_s,
        satellite_up_bit_per_s=by_satellite(up_bit_per_s),
        satellite_down_bit_per_s=by_satellite(down_bit_per_s),
        site_up_bit_per_s=up_bit_per_s.sum(axis=1),
        site_down_bit_per_s=down_bit_per_s.sum(axis=1),
    )
