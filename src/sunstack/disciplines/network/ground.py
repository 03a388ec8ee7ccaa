"""Which satellites of a shell does a place on the ground see, and how soon does it reach them?

Above an elevation e a place at distance g from the Earth's centre sees what lies within

    ψ = acos((g / r) cos e) - e        of its own direction, seen from the centre

In a plane, cos of that angle is A cos(u - u₀), so that the satellites in view are those of one
interval of argument of latitude, |u - u₀| <= acos(cos ψ / A): counted, and listed, without looking
at any other.

Assumes: elevation above the plane at right angles to the direction from the centre (geocentric).
Leaves out: refraction, terrain, the 0.19° by which a geodetic horizon may differ.
Reference: Wertz & Larson (3rd ed.), sec. 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from sunstack.errors import ScenarioError

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


def field_of_view_rad(
    *, site_radius_m: ArrayLike, orbit_radius_m: ArrayLike, elevation_rad: ArrayLike
) -> Array:
    """Angle from straight down at which a satellite looks at a place that sees it so high."""
    ratio = jnp.asarray(site_radius_m) / jnp.asarray(orbit_radius_m)
    return jnp.arcsin(jnp.clip(ratio * jnp.cos(jnp.asarray(elevation_rad)), -1.0, 1.0))


def least_elevation_rad(
    *, site_radius_m: ArrayLike, orbit_radius_m: ArrayLike, field_of_view_rad: ArrayLike
) -> Array:
    """Elevation at the edge of a satellite's field of view; 0 where it reaches the horizon."""
    ratio = jnp.asarray(orbit_radius_m) / jnp.asarray(site_radius_m)
    return jnp.arccos(jnp.clip(ratio * jnp.sin(jnp.asarray(field_of_view_rad)), -1.0, 1.0))


def slant_range_m(
    *, site_radius_m: ArrayLike, orbit_radius_m: ArrayLike, elevation_rad: ArrayLike
) -> Array:
    """Distance to a satellite that stands so high."""
    site, orbit = jnp.asarray(site_radius_m), jnp.asarray(orbit_radius_m)
    height = site * jnp.sin(jnp.asarray(elevation_rad))
    return jnp.sqrt(orbit**2 - site**2 + height**2) - height


def uplink_s(lattice: Lattice, *, site_m: Array, elevation_rad: ArrayLike) -> Array:
    """Time light takes from each place to each satellite in its view; `NEVER_S` to the others.

    Args:
        lattice: the shell.
        site_m: places in the shell's own inertial frame, shape (sites, 3).
        elevation_rad: least above the horizon.

    Returns:
        Shape (planes, slots, sites); for many places and satellites rather list them by `in_view`.
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
    low, high = _interval(lattice, site_m, elevation_rad)
    return jnp.clip(high - low + 1.0, 0.0, lattice.slot_count).sum(axis=1)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class InView:
    """Satellites that places see, listed plane by plane; arrays of shape (sites, most)."""

    plane: Array
    slot: Array
    slant_m: Array
    filled: Array
    """Whether the row is of a satellite that works; else its numbers mean nothing."""
    seen_count: Array
    """Of all in view, working or not, shape (sites,)."""
    left_out_count: Array
    """Of those in view that the list had no room for, shape (sites,)."""
    site_radius_m: Array
    """Shape (sites,)."""
    orbit_radius_m: Array

    @property
    def elevation_rad(self) -> Array:
        """Above each place's horizon, by the triangle with the Earth's centre."""
        site = self.site_radius_m[:, None]
        rise = self.orbit_radius_m**2 - site**2 - self.slant_m**2
        sine = rise / (2.0 * site * jnp.maximum(self.slant_m, 1.0))
        return jnp.arcsin(jnp.clip(sine, -1.0, 1.0))

    @property
    def delay_s(self) -> Array:
        """Time light takes up; `NEVER_S` in rows that are not filled."""
        return jnp.where(self.filled, self.slant_m / LIGHT_M_PER_S, NEVER_S)


def in_view(
    lattice: Lattice,
    *,
    site_m: Array,
    elevation_rad: ArrayLike,
    most_count: int,
    alive: Array | None = None,
) -> InView:
    """List the satellites each place sees: planes, and what is seen, are all that is looked at.

    Args:
        lattice: the shell.
        site_m: places in the shell's own inertial frame, shape (sites, 3).
        elevation_rad: least above the horizon.
        most_count: rows of the list; what more is seen is counted as left out, see `complete`.
        alive: satellites that work, shape (planes, slots); all if not given.
    """
    low, high = _interval(lattice, site_m, elevation_rad)
    counts = jnp.clip(high - low + 1.0, 0.0, lattice.slot_count).astype(jnp.int32)
    until = jnp.cumsum(counts, axis=1, dtype=jnp.int32)
    rows = jnp.arange(most_count, dtype=jnp.int32)
    every = jnp.arange(lattice.plane_count, dtype=jnp.int32)

    def row_each(seen_count: Array) -> Array:
        return jnp.repeat(every, seen_count, total_repeat_length=most_count)

    plane = jax.vmap(row_each)(counts)
    begin = jnp.mod(low, lattice.slot_count).astype(jnp.int32) - until + counts
    along = rows + jnp.take_along_axis(begin, plane, axis=1)
    listed = rows < until[:, -1:]
    # Less than two turns: a comparison, where a division for each row would cost as much as all.
    slot = jnp.where(along >= lattice.slot_count, along - lattice.slot_count, along)
    slot = jnp.where(listed, slot, 0)
    working = listed if alive is None else listed & alive[plane, slot]
    return InView(
        plane=plane,
        slot=slot,
        slant_m=_slant_m(lattice, site_m, plane, slot),
        filled=working,
        seen_count=until[:, -1],
        left_out_count=jnp.maximum(until[:, -1] - most_count, 0),
        site_radius_m=jnp.linalg.norm(site_m, axis=1),
        orbit_radius_m=lattice.radius_m,
    )


def complete(seen: InView) -> InView:
    """Return the list if it holds all that is in view; not to be traced.

    Raises:
        ScenarioError: it had too few rows, and how many it needs.
    """
    most, left_out = int(np.max(seen.seen_count)), int(np.max(seen.left_out_count))
    if left_out > 0:
        rows = most - left_out
        raise ScenarioError(
            f"satellites in view: a place sees {most}, the list holds {rows} of them; "
            f"write most_count={most} or a higher least elevation"
        )
    return seen


def nearest(lattice: Lattice, *, site_m: Array) -> InView:
    """Find the nearest satellite of each place, below the horizon if need be; one row each.

    The lattice inverted: each plane's nearest slot is one rounding, and planes are compared.
    """
    first, quarter = _toward(lattice, site_m)
    slot_rad = TURN_RAD / lattice.slot_count
    place = (jnp.arctan2(quarter, first) - lattice.phase_rad) / slot_rad
    slots = jnp.round(place)
    cosine = jnp.hypot(first, quarter) * jnp.cos((place - slots) * slot_rad)
    plane = jnp.argmax(cosine, axis=1)[:, None].astype(jnp.int32)
    slot = jnp.mod(jnp.take_along_axis(slots, plane, axis=1).astype(jnp.int32), lattice.slot_count)
    ones = jnp.ones(plane.shape[0], int)
    return InView(
        plane=plane,
        slot=slot,
        slant_m=_slant_m(lattice, site_m, plane, slot),
        filled=jnp.ones_like(plane, bool),
        seen_count=ones,
        left_out_count=0 * ones,
        site_radius_m=jnp.linalg.norm(site_m, axis=1),
        orbit_radius_m=lattice.radius_m,
    )


def held(
    lattice: Lattice,
    *,
    site_m: Array,
    elevation_rad: ArrayLike,
    plane: Array,
    slot: Array,
    filled: Array,
) -> InView:
    """Look where the satellites that places hold stand by now; one row each.

    Args:
        lattice: the shell now.
        site_m: the places now, inertial, shape (sites, 3).
        elevation_rad: least above the horizon; the row of one that has sunk below is empty.
        plane: of the satellite each place holds, shape (sites,).
        slot: likewise.
        filled: whether it holds any, likewise.
    """
    site, orbit = jnp.linalg.norm(site_m, axis=1), lattice.radius_m
    planes, slots = jnp.maximum(plane, 0)[:, None], jnp.maximum(slot, 0)[:, None]
    slant = _slant_m(lattice, site_m, planes, slots)
    farthest = slant_range_m(site_radius_m=site, orbit_radius_m=orbit, elevation_rad=elevation_rad)
    stands = slant <= farthest[:, None]
    return InView(
        plane=planes,
        slot=slots,
        slant_m=slant,
        filled=filled[:, None] & stands,
        seen_count=stands.sum(axis=1),
        left_out_count=jnp.zeros_like(plane),
        site_radius_m=site,
        orbit_radius_m=orbit,
    )


def start_s(
    lattice: Lattice, *, seen: InView, first_plane: int = 0, plane_count: int | None = None
) -> Array:
    """Spread a list over the lattice, as `delays` takes it; `NEVER_S` where nothing is listed.

    Args:
        lattice: the shell.
        seen: satellites in view, or one chosen of them, of each place.
        first_plane: of the block to fill; a million satellites and 100 places take 400 MB at once.
        plane_count: of the block; all to the last if not given.

    Returns:
        Shape (plane_count, slots, sites), in the precision of the lattice.
    """
    planes = lattice.plane_count - first_plane if plane_count is None else plane_count
    sites = seen.plane.shape[0]
    inside = seen.filled & (seen.plane >= first_plane) & (seen.plane < first_plane + planes)
    # Outside the block a row is sent beyond the end, where it is dropped.
    row = jnp.where(inside, seen.plane - first_plane, planes)
    empty = jnp.full((planes, lattice.slot_count, sites), NEVER_S, seen.slant_m.dtype)
    return empty.at[row, seen.slot, jnp.arange(sites)[:, None]].set(seen.delay_s, mode="drop")


type _Row = tuple[Array, Array, Array]
"""Planes, slots and delays of what one place sees."""


def arrival_s(delay_s: Array, *, seen: InView) -> Array:
    """Soonest that each source reaches each place, down through any satellite of its list.

    Args:
        delay_s: of the shell's satellites from sources, shape (planes, slots, sources).
        seen: satellites in view of the places at the far end.

    Returns:
        Shape (sources, sites); `NEVER_S` or more where there is no way.
    """

    def down_s(row: _Row) -> Array:
        plane, slot, last_s = row
        return jnp.min(delay_s[plane, slot] + last_s[:, None], axis=0)

    arrived: Array = jax.lax.map(down_s, (seen.plane, seen.slot, seen.delay_s))
    return arrived.T


def _toward(lattice: Lattice, site_m: Array) -> tuple[Array, Array]:
    """Each site's direction along each plane's node, and a quarter of an orbit on."""
    toward = site_m / jnp.linalg.norm(site_m, axis=1, keepdims=True)
    node, tilt = lattice.node_rad, lattice.inclination_rad
    first = toward @ jnp.stack([jnp.cos(node), jnp.sin(node), jnp.zeros_like(node)])
    quarter = toward @ jnp.stack(
        [
            -jnp.sin(node) * jnp.cos(tilt),
            jnp.cos(node) * jnp.cos(tilt),
            jnp.sin(tilt) * jnp.ones_like(node),
        ]
    )
    return first, quarter


def _interval(lattice: Lattice, site_m: Array, elevation_rad: ArrayLike) -> tuple[Array, Array]:
    """First and last slot of each plane in view, (sites, planes); none where last < first."""
    first, quarter = _toward(lattice, site_m)
    seen = view_angle_rad(
        site_radius_m=jnp.linalg.norm(site_m, axis=1),
        orbit_radius_m=lattice.radius_m,
        elevation_rad=elevation_rad,
    )
    bound = jnp.cos(seen)[:, None] / jnp.maximum(jnp.hypot(first, quarter), 1e-12)
    half = jnp.where(bound <= 1.0, jnp.arccos(jnp.clip(bound, -1.0, 1.0)), -1.0)
    middle = jnp.arctan2(quarter, first) - lattice.phase_rad
    slot_rad = TURN_RAD / lattice.slot_count
    low = jnp.ceil((middle - half) / slot_rad)
    return low, jnp.where(half >= 0.0, jnp.floor((middle + half) / slot_rad), low - 1.0)


def _slant_m(lattice: Lattice, site_m: Array, plane: Array, slot: Array) -> Array:
    """Of listed satellites, shape (sites, listed)."""
    first, quarter = _toward(lattice, site_m)
    middle = jnp.arctan2(quarter, first) - lattice.phase_rad
    largest, middle = (
        jnp.take_along_axis(part, plane, axis=1) for part in (jnp.hypot(first, quarter), middle)
    )
    cosine = largest * jnp.cos(slot * (TURN_RAD / lattice.slot_count) - middle)
    site = jnp.linalg.norm(site_m, axis=1)[:, None]
    squared = lattice.radius_m**2 + site**2 - 2.0 * lattice.radius_m * site * cosine
    return jnp.sqrt(jnp.maximum(squared, 0.0))
