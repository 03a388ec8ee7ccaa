"""How long are prompts and answers, and how often is one longer than allowed?

Lengths in tokens are lognormal: ln n has the mean ln m and the deviation ln g, of the median m and
the geometric deviation g. Then the mean is  m·exp(½ ln² g),  so a median and a mean give g.

Assumes: one bell of the logarithm, without bounds.
Leaves out: limits of a context (prompts of the trace behind the catalogue end at some 4,100 and
7,400 tokens), the two humps of prompts with and without a history, and that long prompts have long
answers. The fits' errors are in the catalogue's `demand/lengths.csv`: the cumulative share is off
by at most 0.15 to 0.34 when the mean is kept, by 0.10 to 0.18 for the likeliest fit, which misses
the mean by −17 to +35 %.
Reference: Patel et al., Splitwise, ISCA 2024 (the trace); Limpert et al., BioScience 51 (2001).
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import ndtr, ndtri
from jax.typing import ArrayLike

type Key = Array
"""A key of `jax.random`."""


@jax.jit
def deviation_ratio(*, median_count: ArrayLike, mean_count: ArrayLike) -> Array:
    """Geometric deviation of the lognormal with a median and a mean; 1 where they are equal."""
    wider = jnp.log(jnp.asarray(mean_count) / jnp.asarray(median_count))
    return jnp.exp(jnp.sqrt(jnp.maximum(2.0 * wider, 0.0)))


def deviation_of_quantile_ratio(
    *, median_count: ArrayLike, quantile_count: ArrayLike, share_fraction: ArrayLike
) -> Array:
    """Geometric deviation of the lognormal with a median and another quantile."""
    wider = jnp.log(jnp.asarray(quantile_count) / jnp.asarray(median_count))
    return jnp.exp(wider / ndtri(jnp.asarray(share_fraction)))


def mean_count(*, median_count: ArrayLike, deviation_ratio: ArrayLike) -> Array:
    """Mean length."""
    return jnp.asarray(median_count) * jnp.exp(0.5 * jnp.log(jnp.asarray(deviation_ratio)) ** 2)


def exceeding_fraction(
    *, length_count: ArrayLike, median_count: ArrayLike, deviation_ratio: ArrayLike
) -> Array:
    """Share of lengths above a length; where all are one, 1 below it and 0 from it on."""
    length, width = jnp.asarray(length_count), jnp.log(jnp.asarray(deviation_ratio))
    positive = jnp.where(length > 0.0, length, 1.0)
    above = jnp.log(positive / jnp.asarray(median_count))
    spread = ndtr(-above / jnp.where(width > 0.0, width, 1.0))
    alike = jnp.where(width > 0.0, spread, jnp.where(above < 0.0, 1.0, 0.0))
    return jnp.where(length > 0.0, alike, 1.0)


def sample_count(
    key: Key, *, shape: Sequence[int], median_count: ArrayLike, deviation_ratio: ArrayLike
) -> Array:
    """Draw lengths; whole tokens, at least one."""
    bell = jax.random.normal(key, tuple(shape))
    drawn = jnp.asarray(median_count) * jnp.asarray(deviation_ratio) ** bell
    return jnp.maximum(jnp.round(drawn), 1.0)
