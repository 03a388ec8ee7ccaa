"""How many terminals are there at a time between those that are counted?

Between two counts along an exponential,  n = n₁·(n₂/n₁)^x,  and along a straight line where one of
them is 0.

Assumes: nothing beyond the first and the last count is asked for.
Leaves out: seasons of sales.
Reference: the exponential is that of a constant rate of growth.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike


@jax.jit
def grown_count(*, time_s: ArrayLike, known_time_s: ArrayLike, known_count: ArrayLike) -> Array:
    """Count at a time, from counts at rising times, shape (times,).

    Beyond the first and the last time it is theirs; the caller refuses such a time.
    """
    times, counts = jnp.asarray(known_time_s), jnp.asarray(known_count)
    time = jnp.clip(jnp.asarray(time_s), times[0], times[-1])
    after = jnp.clip(jnp.searchsorted(times, time, side="right"), 1, times.shape[0] - 1)
    low, high = counts[after - 1], counts[after]
    share = (time - times[after - 1]) / (times[after] - times[after - 1])
    both = (low > 0.0) & (high > 0.0)
    exponential = (
        jnp.where(both, low, 1.0)
        * (jnp.where(both, high, 1.0) / jnp.where(both, low, 1.0)) ** share
    )
    return jnp.where(both, exponential, low + share * (high - low))
