"""How many requests and tokens does each cell ask for, hour by hour of the world's day?

    requests/s = terminals · share that asks · activity(local solar hour) · requests/s while active
    local solar hour = UTC + longitude/15°

A profile's hours are joined by straight lines between their middles, so that a cell between two
hours' meridians asks as much in a day as any other. Tokens are requests times mean lengths.

Assumes: every day is a working day; all of a class ask alike, wherever they live.
Leaves out: weekends, seasons, clock time (zones differ from the Sun by up to three hours),
countries that ask more than others (the United States send 13 % of one assistant's prompts and hold
6 % of the phones), whom the law lets ask, and people counted in two classes.
Reference: Patel et al., Splitwise, ISCA 2024; Stojkovic et al., DynamoLLM, HPCA 2025 (day curves).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import DAY_S, HOUR_S, YEAR_S

from .grid import Grid, Numbers
from .lengths import mean_count

HOURS = 24


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """Terminals of each class, and what one asks for; arrays of shape (classes,) unless said."""

    terminal_count: Array
    """Shape (classes, cells)."""
    active_fraction: Array
    """Of terminals: those that ask at all."""
    request_per_s: Array
    """Of one that asks, while it is in use."""
    activity_fraction: Array
    """Of each local hour that such a one is in use, shape (classes, 24)."""
    prompt_median_count: Array
    prompt_deviation_ratio: Array
    answer_median_count: Array
    answer_deviation_ratio: Array
    first_token_deadline_s: Array
    """From the end of the prompt at the terminal to the first token there."""
    answer_deadline_s: Array
    """To the last."""
    orbit_fraction: Array
    """Of requests: those that may be answered from orbit."""
    speed_m_per_s: Array
    straight_m: Array
    """How far it goes between two turns, on average; infinite where it never turns."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Demand:
    """What is asked for; arrays of one shape, whose last axis is the 24 hours UTC."""

    request_per_s: Array
    prompt_tokens_per_s: Array
    answer_tokens_per_s: Array


def activity_at_fraction(
    activity_fraction: Array, *, longitude_rad: ArrayLike, time_s: ArrayLike
) -> Array:
    """Activity at a time of the UTC day at longitudes, by the Sun, shape (classes, …)."""
    turns = jnp.asarray(time_s) / DAY_S + jnp.asarray(longitude_rad) / (2.0 * jnp.pi)
    # Hour h of a profile is met at its middle, h + 1/2.
    position = HOURS * (turns - jnp.floor(turns)) - 0.5
    before = jnp.floor(position)
    after_fraction = position - before
    first = before.astype(int) % HOURS
    earlier, later = activity_fraction[:, first], activity_fraction[:, (first + 1) % HOURS]
    return earlier + after_fraction * (later - earlier)


@jax.jit
def demand(spec: Spec, grid: Grid) -> Demand:
    """What each class asks for in each cell and hour UTC, shape (classes, cells, 24)."""
    middles_s = (jnp.arange(HOURS) + 0.5) * HOUR_S
    active = activity_at_fraction(
        spec.activity_fraction, longitude_rad=grid.longitude_rad[:, None], time_s=middles_s
    )
    each = (spec.active_fraction * spec.request_per_s)[:, None]
    return tokens(spec, request_per_s=(each * spec.terminal_count)[..., None] * active)


def tokens(spec: Spec, *, request_per_s: Array) -> Demand:
    """Add the tokens of requests whose first axis is the class."""
    prompt, answer = mean_lengths_count(spec)
    by_class = (-1,) + (1,) * (request_per_s.ndim - 1)
    return Demand(
        request_per_s=request_per_s,
        prompt_tokens_per_s=request_per_s * prompt.reshape(by_class),
        answer_tokens_per_s=request_per_s * answer.reshape(by_class),
    )


def mean_lengths_count(spec: Spec) -> tuple[Array, Array]:
    """Mean tokens of a prompt and of an answer, shape (classes,)."""
    return (
        mean_count(
            median_count=spec.prompt_median_count, deviation_ratio=spec.prompt_deviation_ratio
        ),
        mean_count(
            median_count=spec.answer_median_count, deviation_ratio=spec.answer_deviation_ratio
        ),
    )


def tolerant(spec: Spec) -> Spec:
    """Keep only what may be answered from orbit."""
    return replace(spec, request_per_s=spec.request_per_s * spec.orbit_fraction)


@jax.jit
def grown(spec: Spec, *, growth_per_s: ArrayLike, elapsed_s: ArrayLike) -> Spec:
    """Let each terminal that asks ask more often, by a rate of growth compounded yearly."""
    yearly = 1.0 + jnp.asarray(growth_per_s) * YEAR_S
    factor = yearly ** (jnp.asarray(elapsed_s) / YEAR_S)
    return replace(spec, request_per_s=spec.request_per_s * factor)


def in_the_world(asked: Demand) -> Demand:
    """Sum over cells: the curve that follows the Sun, shape (classes, 24)."""
    summed: Demand = jax.tree.map(lambda rate: rate.sum(axis=1), asked)
    return summed


def by_region(asked: Demand, *, region: Numbers, regions: int) -> Demand:
    """Sum over the cells of each region, shape (classes, regions, 24).

    Args:
        asked: by class, cell and hour.
        region: index of each cell's region, shape (cells,).
        regions: how many there are.
    """

    def summed(rate_per_s: Array) -> Array:
        by_cell = jnp.moveaxis(rate_per_s, 1, 0)
        return jnp.moveaxis(jax.ops.segment_sum(by_cell, region, regions), 0, 1)

    regional: Demand = jax.tree.map(summed, asked)
    return regional


def peak_to_mean_ratio(rate_per_s: Array) -> Array:
    """Largest over mean of the last axis; 1 where nothing is asked for."""
    mean = rate_per_s.mean(axis=-1)
    return jnp.where(mean > 0.0, rate_per_s.max(axis=-1) / jnp.where(mean > 0.0, mean, 1.0), 1.0)
