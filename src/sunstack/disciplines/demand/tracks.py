"""Where do single terminals go, and when does each of them ask for what?

A sample of terminals that ask at all, each in a cell drawn by how many of its class live there,
anywhere in it. While in use it moves at its class's speed, straight on and then left or right, as
on a grid of roads; it is in use now and then, so that the share of the time is its class's of the
local hour.
Requests come at random while it is in use: unit gaps are stretched by the time that it is.

Assumes: sittings of a quarter of an hour or so; turns of a right angle; a sphere.
Leaves out: roads, coasts and walls (a car may drive into the sea), speed that changes, where people
go by day and return by night.
Reference: Camp, Boleng & Davies, A survey of mobility models (2002), Manhattan mobility; Daley &
Vere-Jones, An Introduction to the Theory of Point Processes, 7.4 (change of time).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from .grid import AUTHALIC_RADIUS_M, Grid, Numbers
from .lengths import sample_count
from .rates import Spec, activity_at_fraction

type Key = Array
"""A key of `jax.random`."""
type Mask = Array
"""Truth values."""
type Place = tuple[Array, Array]
"""Latitude and longitude."""
type Walk = tuple[Array, Array, Array]
"""Latitude, longitude and course."""

SITTING_S = 900.0
"""How long the state of use is remembered."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Tracks:
    """A sample of terminals over a while; the first axis of all arrays is the terminal."""

    kind: Numbers
    """Index of its class, shape (terminals,)."""
    latitude_rad: Array
    """At the beginning and after each step, shape (terminals, steps + 1)."""
    longitude_rad: Array
    in_use: Mask
    """During each step, shape (terminals, steps)."""
    request_time_s: Array
    """Since the beginning, rising; infinite after the last: (terminals, most requests)."""
    prompt_count: Array
    """Tokens of each request."""
    answer_count: Array
    cut_off_fraction: Array
    """Of terminals: those that would have sent more requests than were kept; a number."""


@partial(jax.jit, static_argnames=("steps", "most_requests"))
def tracks(
    spec: Spec,
    grid: Grid,
    key: Key,
    *,
    kind: Numbers,
    begin_s: ArrayLike,
    step_s: ArrayLike,
    steps: int,
    most_requests: int = 64,
) -> Tracks:
    """Sample terminals of given classes, and follow them; a class without terminals stays silent.

    Args:
        spec: what classes there are, and where.
        grid: its cells.
        key: of all that is drawn.
        kind: class of each terminal to sample, shape (terminals,).
        begin_s: time of the UTC day.
        step_s: of position and use; short beside a sitting.
        steps: how many.
        most_requests: kept of each terminal.
    """
    where, use, go, ask, prompt, answer = jax.random.split(key, 6)
    latitude, longitude = _places_rad(spec, grid, where, kind)
    in_use = _use(spec, use, kind, longitude, begin_s=begin_s, step_s=step_s, steps=steps)
    path = _paths_rad(spec, go, kind, (latitude, longitude), in_use=in_use, step_s=step_s)
    times, cut_off = _request_times(
        spec, ask, kind, in_use=in_use, step_s=step_s, most=most_requests
    )
    return Tracks(
        kind=kind,
        latitude_rad=path[0],
        longitude_rad=path[1],
        in_use=in_use,
        request_time_s=times,
        prompt_count=sample_count(
            prompt,
            shape=times.shape,
            median_count=spec.prompt_median_count[kind, None],
            deviation_ratio=spec.prompt_deviation_ratio[kind, None],
        ),
        answer_count=sample_count(
            answer,
            shape=times.shape,
            median_count=spec.answer_median_count[kind, None],
            deviation_ratio=spec.answer_deviation_ratio[kind, None],
        ),
        cut_off_fraction=cut_off,
    )


def _places_rad(spec: Spec, grid: Grid, key: Key, kind: Numbers) -> tuple[Array, Array]:
    """Draw a cell by its share of the class, and a place of equal chance in it."""
    summed = jnp.cumsum(spec.terminal_count, axis=1)
    drawn, east, north = jax.random.uniform(key, (3, kind.shape[0]))

    def found(row: Numbers, rank_count: Array) -> Numbers:
        return jnp.searchsorted(summed[row], rank_count, side="right")

    cell = jax.vmap(found)(kind, drawn * summed[kind, -1])
    cell = jnp.minimum(cell, summed.shape[1] - 1)
    south, top = jnp.sin(grid.south_rad[cell]), jnp.sin(grid.north_rad[cell])
    west = grid.west_rad[cell]
    return (
        jnp.arcsin(south + north * (top - south)),
        west + east * (grid.east_rad[cell] - west),
    )


def _use(
    spec: Spec,
    key: Key,
    kind: Numbers,
    longitude_rad: Array,
    *,
    begin_s: ArrayLike,
    step_s: ArrayLike,
    steps: int,
) -> Mask:
    """Switch terminals on and off so that the chance of being on follows the profile."""
    times = jnp.asarray(begin_s) + jnp.arange(steps) * jnp.asarray(step_s)
    day = activity_at_fraction(
        spec.activity_fraction, longitude_rad=longitude_rad[:, None], time_s=times
    )
    wanted = day[kind, jnp.arange(kind.shape[0])]
    first, later = jax.random.split(key)
    redrawn = jnp.minimum(jnp.asarray(step_s) / SITTING_S, 1.0)

    def switch(was: Mask, step: tuple[Array, Array]) -> tuple[Mask, Mask]:
        chance, again = step
        anew, to_be = jax.random.uniform(again, (2, *was.shape))
        now = jnp.where(anew < redrawn, to_be < chance, was)
        return now, now

    begun = jax.random.uniform(first, kind.shape) < wanted[:, 0]
    rest = (wanted.T[1:], jax.random.split(later, max(steps - 1, 1))[: steps - 1])
    after = lax.scan(switch, begun, rest)[1]
    return jnp.concatenate([begun[None], after]).T


def _paths_rad(
    spec: Spec,
    key: Key,
    kind: Numbers,
    start_rad: tuple[Array, Array],
    *,
    in_use: Mask,
    step_s: ArrayLike,
) -> tuple[Array, Array]:
    """Move along great circles of each step, and turn by right angles: (terminals, steps + 1)."""
    ahead, turning = jax.random.split(key)
    step_m = spec.speed_m_per_s[kind] * jnp.asarray(step_s)
    turn_fraction = -jnp.expm1(-step_m / spec.straight_m[kind])
    heading = 2.0 * jnp.pi * jax.random.uniform(ahead, kind.shape)

    def move(state: Walk, step: tuple[Mask, Key]) -> tuple[Walk, Place]:
        latitude, longitude, course = state
        used, again = step
        turned, side = jax.random.uniform(again, (2, *kind.shape))
        corner = jnp.where(side < 0.5, 0.5, -0.5) * jnp.pi
        course = course + jnp.where(used & (turned < turn_fraction), corner, 0.0)
        arc = jnp.where(used, step_m, 0.0) / AUTHALIC_RADIUS_M
        place = _gone_rad(latitude, longitude, course_rad=course, arc_rad=arc)
        return (*place, course), place

    keys = jax.random.split(turning, in_use.shape[1])
    gone = lax.scan(move, (*start_rad, heading), (in_use.T, keys))[1]
    return tuple(  # type: ignore[return-value]  # two, as there are two of start and of gone
        jnp.concatenate([start[None], after]).T
        for start, after in zip(start_rad, gone, strict=True)
    )


def _gone_rad(
    latitude_rad: Array, longitude_rad: Array, *, course_rad: Array, arc_rad: Array
) -> tuple[Array, Array]:
    """Go along a great circle; longitudes come back between −180° and 180°."""
    level, up = jnp.cos(latitude_rad), jnp.sin(latitude_rad)
    near, far = jnp.cos(arc_rad), jnp.sin(arc_rad)
    sine = jnp.clip(up * near + level * far * jnp.cos(course_rad), -1.0, 1.0)
    east = jnp.arctan2(jnp.sin(course_rad) * far * level, near - up * sine)
    longitude = longitude_rad + east
    return jnp.arcsin(sine), longitude - 2.0 * jnp.pi * jnp.round(longitude / (2.0 * jnp.pi))


def _request_times(
    spec: Spec, key: Key, kind: Numbers, *, in_use: Mask, step_s: ArrayLike, most: int
) -> tuple[Array, Array]:
    """Stretch unit gaps over the time in use; say how many terminals had more than are kept."""
    there = spec.terminal_count.sum(axis=1)[kind] > 0.0
    rate = jnp.where(there, spec.request_per_s[kind], 0.0)
    step = jnp.asarray(step_s)
    due = jnp.cumsum(in_use * (rate * step)[:, None], axis=1)
    due = jnp.concatenate([jnp.zeros((kind.shape[0], 1)), due], axis=1)
    edges = jnp.arange(in_use.shape[1] + 1) * step
    gaps = jnp.cumsum(jax.random.exponential(key, (kind.shape[0], most)), axis=1)
    times = jax.vmap(lambda at, known: jnp.interp(at, known, edges, right=jnp.inf))(gaps, due)
    cut_off = (gaps[:, -1] < due[:, -1]).mean()
    return jnp.where(gaps < due[:, -1:], times, jnp.inf), cut_off
