"""What does the mesh of a group of orbits offer, in closed form?

A band of K shells of P planes of S satellites is a torus P × S, K of them one above another. Where
lasers cannot go across (planes that run against each other, as a dawn and a dusk plane do), a plane
is joined to those above and below it alone: the band is then one ring of S, K of them, and hops and
delays are those within it. Hops between two satellites, the mean over all pairs and the most:

    a ring of n      ⌊n²/4⌋ / n,  ⌊n/2⌋           a line of K      (K² - 1) / (3 K),  K - 1

The delay is a direction's hops times its mean link over c, and as many hops' own time. A way along
part of a plane's ring crosses the planes at the latitude where that is shortest: half of all pairs
have the shortest of all, f(0), between them, the others the end that is nearer to it. Up, it is the
r.m.s. over an orbit and over the half slot that satellites stray as one shell overtakes the other.
With c0 and c1 of `lattice`, whose angle θ counts from the shortest,

    f(θ)      r √2 · √(1 - c0 - |c1| cos θ)
    across    f(0) / 2 + mean over 0 < θ < π of f(θ) (1 - θ/π)
    up        √(r₁² + r₂² - 2 r₁ r₂ A sin(π/S) / (π/S))        A = √(X² + Y²) / 2
              X = cos ΔΩ (1 + cos i₁ cos i₂) + sin i₁ sin i₂,  Y = sin ΔΩ (cos i₁ + cos i₂)

A satellite's lasers are shared evenly among its neighbours, so that C = lasers · rate / neighbours
goes to each. What each exchanges with all others at once is the least that a cut of the n = K P S
in two halves leaves it, of all rows of a direction: 2 lasers a ring, 1 a line:

    C (n - 1) / n · lasers cut · row / ⌊row²/4⌋

Assumes: a torus without twist, traffic spread evenly, every laser at work.
Leaves out: what a seam's shift saves (up to 6 % of the mean hops on the bands tried, a quarter of
the most); detours along a plane to cross it shorter; lasers spent on other constellations. Against
exact delays of eleven bands, 26° to 98° and 4 to 72 planes, the mean came out 1.4 % below to 3.4 %
above.
Reference: Dally & Towles, Principles and Practices of Interconnection Networks (2004), ch. 5;
checked against breadth-first search and against exact delays.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .lattice import TURN_RAD, grazing_altitude_m, link_terms
from .motif import LEAST_GRAZING_M
from .sweep import LIGHT_M_PER_S

QUADRATURE_COUNT = 32
"""Angles of half a turn: of polar planes, whose links shrink to nothing, the sum is 1e-4 off."""
LEAST_SQUARED_RATIO = 1e-14
"""Of a radius: links under a metre have a slope of no meaning."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Layout:
    """Shells of each group: integers of shape (groups,); all 1 where it makes no stack."""

    shell_count: Array
    plane_count: Array
    """Of a shell."""
    slot_count: Array

    @property
    def satellite_count(self) -> Array:
        """That lasers join to one mesh."""
        return self.shell_count * self.plane_count * self.slot_count


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class PlaneLinks:
    """Lengths of each plane's lasers, shape (planes,)."""

    along_m: Array
    across_m: Array
    """To the next plane, where a way best crosses: mean over pairs."""
    across_longest_m: Array
    rise_m: Array
    """To the plane above, root of the mean square."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What each group's mesh offers, shape (groups,)."""

    has_mesh: Array
    """Whether lasers join its satellites; if not there are no hops, delays nor exchanges: 0."""
    hop_mean_count: Array
    """Mean over all pairs, a satellite with itself included."""
    hop_most_count: Array
    mesh_delay_mean_s: Array
    """One way, from a satellite to every one of the mesh."""
    laser_bit_per_s: Array
    """Of all lasers of a satellite, each way."""
    exchange_bit_per_s: Array
    """That each satellite sends to all others of the mesh together, while all do."""
    access_bit_per_s: Array
    """Ground traffic for each satellite, all served at once."""


def plane_links(
    *,
    radius_m: Array,
    inclination_rad: Array,
    node_rad: Array,
    phase_rad: Array,
    slot_count: Array,
    next_plane: Array,
    above_plane: Array,
) -> PlaneLinks:
    """Tell how long the lasers of every plane are.

    Args:
        radius_m: of each plane, as all that follows: shape (planes,).
        inclination_rad: of its orbit.
        node_rad: of its orbit.
        phase_rad: argument of latitude of its first satellite.
        slot_count: its satellites.
        next_plane: number of the next plane of its shell; its own if there is none.
        above_plane: number of the plane above it; its own if there is none.
    """
    slot_rad = TURN_RAD / slot_count
    apart = phase_rad[next_plane] - phase_rad
    mean, swing = link_terms(
        inclination_rad=inclination_rad,
        node_apart_rad=node_rad[next_plane] - node_rad,
        # Partners across are nearest in phase, over the seam too.
        phase_apart_rad=apart - slot_rad * jnp.round(apart / slot_rad),
    )
    return PlaneLinks(
        along_m=2.0 * radius_m * jnp.sin(0.5 * slot_rad),
        across_m=radius_m * _best_row(mean, jnp.abs(swing)),
        across_longest_m=radius_m * _root(1.0 - mean + jnp.abs(swing)),
        rise_m=_rise_m(
            radius_m,
            radius_m[above_plane],
            _alike(inclination_rad, inclination_rad[above_plane], node_rad[above_plane] - node_rad)
            * jnp.sinc(1.0 / slot_count),
        ),
    )


def _best_row(mean: Array, swing: Array) -> Array:
    """Mean over pairs of the shortest link across that a way meets, over the radius."""
    share = (jnp.arange(QUADRATURE_COUNT) + 0.5) / QUADRATURE_COUNT
    length = _root(1.0 - mean[..., None] - swing[..., None] * jnp.cos(0.5 * TURN_RAD * share))
    past = (length * (1.0 - share)).mean(axis=-1)
    return 0.5 * _root(1.0 - mean - swing) + past


def _root(half_squared: Array) -> Array:
    return jnp.sqrt(jnp.maximum(2.0 * half_squared, LEAST_SQUARED_RATIO))


def _rise_m(low_m: Array, high_m: Array, cosine: Array) -> Array:
    squared = (high_m - low_m) ** 2 + 2.0 * low_m * high_m * (1.0 - cosine)
    return jnp.sqrt(jnp.maximum(squared, LEAST_SQUARED_RATIO * low_m**2))


def _alike(tilt_rad: Array, above_rad: Array, node_apart_rad: Array) -> Array:
    """Mean cosine between satellites of two planes that keep as near as they can."""
    one, other = jnp.cos(tilt_rad), jnp.cos(above_rad)
    both = jnp.sin(tilt_rad) * jnp.sin(above_rad)
    level = jnp.cos(node_apart_rad) * (1.0 + one * other) + both
    return 0.5 * jnp.hypot(level, jnp.sin(node_apart_rad) * (one + other))


def link_margin_m(*, length_m: Array, radius_m: Array, range_m: ArrayLike) -> Array:
    """What a link has left of its range, or above the air; negative: there is none."""
    clear = grazing_altitude_m(radius_m=radius_m, length_m=length_m) - LEAST_GRAZING_M
    return jnp.minimum(range_m - length_m, clear)


def held_layout(
    layout: Layout, *, along_margin_m: Array, across_margin_m: Array, rise_margin_m: Array
) -> Layout:
    """Return of a layout what lasers join: all of it, one ring, or single satellites.

    Args:
        layout: as the orbits are.
        along_margin_m: least margin of the group's links, as all that follows: shape (groups,).
        across_margin_m: to next planes.
        rise_margin_m: to planes above.
    """
    along = along_margin_m >= 0.0

    def kept(count: Array, margin_m: Array) -> Array:
        return jnp.where(along & (margin_m >= 0.0), count, 1)

    return Layout(
        shell_count=kept(layout.shell_count, rise_margin_m),
        plane_count=kept(layout.plane_count, across_margin_m),
        slot_count=kept(layout.slot_count, along_margin_m),
    )


def estimate(
    layout: Layout,
    *,
    along_m: Array,
    across_m: Array,
    rise_m: Array,
    hop_s: ArrayLike,
    laser_rate_bit_per_s: ArrayLike,
    laser_count: ArrayLike,
    access_rate_bit_per_s: ArrayLike,
    access_satellite_count: ArrayLike,
    satellite_count: ArrayLike,
) -> Estimate:
    """Tell what the mesh of each group offers.

    Args:
        layout: what lasers join of each group (`held_layout`), shape (groups,).
        along_m: mean length of links within a plane, shape (groups,).
        across_m: to the next plane, where a way best crosses.
        rise_m: to the plane above.
        hop_s: of processing at each hop.
        laser_rate_bit_per_s: of each laser, each way.
        laser_count: of each satellite.
        access_rate_bit_per_s: what a satellite that places see passes down to them.
        access_satellite_count: satellites of constellations that carry users' traffic; 0: places
            see those that compute.
        satellite_count: all that compute.
    """
    shells, planes, slots = layout.shell_count, layout.plane_count, layout.slot_count
    ways = (
        ((shells * shells - 1) / (3.0 * shells), shells - 1, rise_m),
        (_ring_mean(planes), planes // 2, across_m),
        (_ring_mean(slots), slots // 2, along_m),
    )
    delays_s = [mean * (length_m / LIGHT_M_PER_S + hop_s) for mean, _, length_m in ways]
    laser_bit_per_s = jnp.asarray(laser_count) * laser_rate_bit_per_s
    riding = jnp.asarray(access_satellite_count)
    carried = jnp.where(riding > 0, riding / satellite_count, 1.0) * access_rate_bit_per_s
    return Estimate(
        has_mesh=layout.satellite_count > 1,
        hop_mean_count=jnp.stack([mean for mean, _, _ in ways]).sum(axis=0),
        hop_most_count=jnp.stack([most for _, most, _ in ways]).sum(axis=0),
        mesh_delay_mean_s=jnp.stack(delays_s).sum(axis=0),
        laser_bit_per_s=jnp.broadcast_to(laser_bit_per_s, shells.shape),
        exchange_bit_per_s=_exchange_ratio(layout) * laser_bit_per_s,
        access_bit_per_s=jnp.broadcast_to(carried, shells.shape),
    )


def _ring_mean(count: Array) -> Array:
    return (count * count // 4) / count


def _exchange_ratio(layout: Layout) -> Array:
    """What each sends to all others at once, over what all its lasers carry; 0 without any."""
    neighbours = 2.0 * (layout.shell_count - 1) / layout.shell_count
    ratios = [_cut_ratio(layout.shell_count, 1)]
    for count in (layout.plane_count, layout.slot_count):
        # Of two in a ring each is the other's only neighbour.
        links = jnp.minimum(count - 1, 2)
        neighbours = neighbours + links
        ratios.append(_cut_ratio(count, links))
    size = layout.satellite_count
    others = (size - 1) / size
    least = jnp.stack(ratios).min(axis=0) / jnp.maximum(neighbours, 1.0)
    return jnp.where(size > 1, others * least, 0.0)


def _cut_ratio(count: Array, links: ArrayLike) -> Array:
    """What the middle of a row lets each send to all, over a link's rate; without a row, no end."""
    return jnp.where(count > 1, links * count / jnp.maximum(count * count // 4, 1), jnp.inf)
