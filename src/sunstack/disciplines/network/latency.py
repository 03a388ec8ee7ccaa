"""How late is an answer, and what of it is distance, frames, queues and fibre?

A delay is a sum of named parts. Light takes slant / c up and down, and n d s / c along d metres of
ground by fibre of group index n, s times as long as the great circle. A radio link sends in frames:
a packet waits half a frame for the next and takes one to be sent. Whoever arrives in the gap g that
a new dealing of satellites leaves every T waits g² / 2T on average. A queue of load ρ waits

    W = ρ / (1 - ρ) · (c_a² + c_s²) / 2 · service time

with c_a and c_s the variation of the time between arrivals and of service: exact for Poisson
arrivals (c_a = 1), whatever the service; Kingman's approximation else. From ρ = 1 on there is no
mean wait: the margin 1 - ρ is not positive, and the wait is `NEVER_S`, as of what is not reached,
and stays out of means.

Assumes: queues in their long run; frames of all links unsynchronised.
Leaves out: protocols (handshakes, retransmission), a shared queue's classes.
Reference: Kleinrock, Queueing Systems, vol. 1, sec. 5.6; Kingman, Proc. Camb. Phil. Soc. 57 (1961)
902; fibre: Corning SMF-28 data sheet, 1,550 nm.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .ground import view_angle_rad
from .rings import NEVER_S
from .sites import MEAN_RADIUS_M, ground_distance_m
from .sweep import LIGHT_M_PER_S, UNREACHED_S

FIBRE_INDEX_RATIO = 1.468
"""Speed of light in empty space over that of a signal in fibre."""
HALVINGS = 50
LEAST_MARGIN_FRACTION = 1e-9
"""Of capacity to spare, below which a queue counts as without end."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Latency:
    """A delay by what it is made of; arrays that broadcast."""

    up_s: Array
    """Light, from the ground to the first satellite."""
    space_s: Array
    """Light between satellites, and their handling of what passes."""
    down_s: Array
    """Light, from the last satellite to the ground."""
    access_s: Array
    """Frames of the radio links, and the gaps of new dealings."""
    queueing_s: Array
    ground_s: Array
    """Fibre from the gateway to where the answer is."""

    @property
    def total_s(self) -> Array:
        """Sum of the parts; `NEVER_S` or more where one of them is without end."""
        total = jnp.zeros(())
        for part in fields(self):
            total = total + getattr(self, part.name)
        return total


def parts(
    *,
    up_s: ArrayLike = 0.0,
    space_s: ArrayLike = 0.0,
    down_s: ArrayLike = 0.0,
    access_s: ArrayLike = 0.0,
    queueing_s: ArrayLike = 0.0,
    ground_s: ArrayLike = 0.0,
) -> Latency:
    """Put a delay together; what is not named is none."""
    return Latency(
        up_s=jnp.asarray(up_s),
        space_s=jnp.asarray(space_s),
        down_s=jnp.asarray(down_s),
        access_s=jnp.asarray(access_s),
        queueing_s=jnp.asarray(queueing_s),
        ground_s=jnp.asarray(ground_s),
    )


def light_s(*, distance_m: ArrayLike) -> Array:
    """Time through empty space."""
    return jnp.asarray(distance_m) / LIGHT_M_PER_S


def fibre_s(*, distance_m: ArrayLike, stretch_ratio: ArrayLike) -> Array:
    """Time along the ground by fibre.

    Args:
        distance_m: great circle, see `sites`.
        stretch_ratio: length of the fibre over it; 1 is what no fibre beats.
    """
    return FIBRE_INDEX_RATIO * jnp.asarray(distance_m) * stretch_ratio / LIGHT_M_PER_S


def nearest_by_fibre_s(
    *,
    latitude_rad: Array,
    longitude_rad: Array,
    centre_latitude_rad: Array,
    centre_longitude_rad: Array,
    stretch_ratio: ArrayLike,
) -> Array:
    """Time by fibre from each place to the nearest of data centres on the ground; (places,)."""
    every_m = ground_distance_m(
        latitude_rad=latitude_rad[:, None],
        longitude_rad=longitude_rad[:, None],
        other_latitude_rad=centre_latitude_rad,
        other_longitude_rad=centre_longitude_rad,
    )
    return fibre_s(distance_m=every_m.min(axis=1), stretch_ratio=stretch_ratio)


def frames_s(*, frame_s: ArrayLike, link_count: ArrayLike) -> Array:
    """Half a frame to wait for, and one to send, on each radio link that is crossed."""
    return 1.5 * jnp.asarray(frame_s) * link_count


def dealing_s(*, gap_s: ArrayLike, period_s: ArrayLike) -> Array:
    """Wait in the gap that each dealing leaves, on average over all arrivals."""
    return jnp.asarray(gap_s) ** 2 / (2.0 * jnp.asarray(period_s))


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Queue:
    """How long a queue is, and whether it has an end."""

    wait_s: Array
    """Mean, before service; `NEVER_S` where the queue only grows."""
    margin_fraction: Array
    """1 - load; not positive where it is overloaded."""


def queue(
    *,
    load_fraction: ArrayLike,
    service_s: ArrayLike,
    arrival_variation_ratio: ArrayLike = 1.0,
    service_variation_ratio: ArrayLike = 1.0,
) -> Queue:
    """Mean wait of a single queue, M/M/1 unless other variations are given.

    Args:
        load_fraction: arrivals over what can be served.
        service_s: mean time to serve one.
        arrival_variation_ratio: standard deviation of the time between arrivals over its mean.
        service_variation_ratio: of the time of service over its mean; 0 for packets of one size.
    """
    margin = 1.0 - jnp.asarray(load_fraction)
    ends = margin > LEAST_MARGIN_FRACTION
    spread = 0.5 * (
        jnp.asarray(arrival_variation_ratio) ** 2 + jnp.asarray(service_variation_ratio) ** 2
    )
    wait = (1.0 - margin) / jnp.where(ends, margin, 1.0) * spread * service_s
    return Queue(wait_s=jnp.where(ends, wait, NEVER_S), margin_fraction=margin)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Reached:
    """Mean over what is reached, and how much is not."""

    mean_s: Array
    """0 where nothing is reached: see the count."""
    reached_count: Array
    unreached_count: Array


def reached(delay_s: Array, *, axis: int = -1) -> Reached:
    """Average delays; those of what nothing reaches are counted, never averaged."""
    there = delay_s < UNREACHED_S
    count = there.sum(axis=axis)
    whole = jnp.where(there, delay_s, 0.0).sum(axis=axis)
    return Reached(
        mean_s=whole / jnp.maximum(count, 1),
        reached_count=count,
        unreached_count=(~there).sum(axis=axis),
    )


# --- orbit or fibre ------------------------------------------------------------------------------


def orbit_s(
    *,
    distance_m: ArrayLike,
    altitude_m: ArrayLike,
    elevation_rad: ArrayLike,
    stretch_ratio: ArrayLike = 1.0,
) -> Array:
    """Least time between places by satellites: up ahead, along the shell, and down from behind.

    Each end's satellite stands as far ahead as the least elevation allows, or midway over places
    that see one satellite both.

    Args:
        distance_m: great circle.
        altitude_m: of the shell.
        elevation_rad: least above the horizon.
        stretch_ratio: length of the path from satellite to satellite over the arc; 1 is what a
            shell of ever more satellites comes to along the way its links run.
    """
    angle = jnp.asarray(distance_m) / MEAN_RADIUS_M
    radius = MEAN_RADIUS_M + jnp.asarray(altitude_m)
    view = view_angle_rad(
        site_radius_m=MEAN_RADIUS_M, orbit_radius_m=radius, elevation_rad=elevation_rad
    )
    ahead = jnp.minimum(0.5 * angle, view)
    squared = radius**2 + MEAN_RADIUS_M**2 - 2.0 * radius * MEAN_RADIUS_M * jnp.cos(ahead)
    length = 2.0 * jnp.sqrt(squared) + stretch_ratio * radius * (angle - 2.0 * ahead)
    return length / LIGHT_M_PER_S


type _Span = tuple[Array, Array]
"""Distances at which fibre, and at which satellites are sooner."""


def crossover_m(
    *,
    altitude_m: ArrayLike,
    elevation_rad: ArrayLike,
    stretch_ratio: ArrayLike = 1.0,
    fibre_stretch_ratio: ArrayLike = 1.0,
) -> Array:
    """Distance beyond which satellites are sooner than fibre; half the Earth round if nowhere.

    Args:
        altitude_m: of the shell.
        elevation_rad: least above the horizon.
        stretch_ratio: of the path between satellites.
        fibre_stretch_ratio: of the fibre, 1 for one laid along the great circle.
    """
    most = jnp.pi * MEAN_RADIUS_M
    shape = jnp.broadcast_shapes(
        *(jnp.shape(one) for one in (altitude_m, elevation_rad, stretch_ratio, fibre_stretch_ratio))
    )

    def halved(_: int, span: _Span) -> _Span:
        low, high = span
        middle = 0.5 * (low + high)
        orbit = orbit_s(
            distance_m=middle,
            altitude_m=altitude_m,
            elevation_rad=elevation_rad,
            stretch_ratio=stretch_ratio,
        )
        sooner = orbit < fibre_s(distance_m=middle, stretch_ratio=fibre_stretch_ratio)
        return jnp.where(sooner, low, middle), jnp.where(sooner, middle, high)

    start: _Span = (jnp.zeros(shape), jnp.full(shape, most))
    _, high = jax.lax.fori_loop(0, HALVINGS, halved, start)
    return jnp.asarray(high)


def excess_over_fibre_s(
    orbit_delay_s: ArrayLike, *, distance_m: ArrayLike, stretch_ratio: ArrayLike
) -> Array:
    """By how much satellites are later than fibre to the same place; negative where sooner."""
    return jnp.asarray(orbit_delay_s) - fibre_s(distance_m=distance_m, stretch_ratio=stretch_ratio)
