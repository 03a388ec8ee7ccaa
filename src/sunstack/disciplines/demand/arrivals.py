"""When do requests arrive, evenly by chance or in bursts?

Three processes of one mean rate λ, and their index of dispersion, variance over mean of the counts
in a window T:

    Poisson                              I = 1
    gamma gaps of variation c            I → c²  for a long window
    Markov-modulated, two rates          I = 1 + 2v/(λs)·(1 − (1 − e^(−sT))/(sT))

with v the variance of the rate and s the sum of the two rates of switching.

Assumes: a constant mean; multiply by the hour's demand.
Leaves out: more than one time scale. One hour of Azure's conversations has I = 1.4, 3.9 and 16 in
windows of 1, 10 and 60 s; two rates fitted to the first two give 7 in the third, for the mean
itself drifts. Requests that follow from one another.
Reference: Fischer & Meier-Hellstern, The Markov-modulated Poisson process cookbook, Performance
Evaluation 18 (1993); Cox & Lewis, The Statistical Analysis of Series of Events (1966).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

type Key = Array
"""A key of `jax.random`."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Bursts:
    """A process that switches between two rates."""

    calm_per_s: Array
    """Arrivals while calm."""
    burst_per_s: Array
    """Arrivals in a burst."""
    to_burst_per_s: Array
    """Bursts that begin, while calm."""
    to_calm_per_s: Array
    """Bursts that end, in one."""


def poisson_count(
    key: Key, *, rate_per_s: ArrayLike, step_s: ArrayLike, shape: Sequence[int]
) -> Array:
    """Draw how many arrive in steps, independent of each other."""
    mean = jnp.broadcast_to(jnp.asarray(rate_per_s) * jnp.asarray(step_s), tuple(shape))
    return jax.random.poisson(key, mean).astype(float)


def gamma_times_s(
    key: Key, *, rate_per_s: ArrayLike, variation_ratio: ArrayLike, arrivals: int
) -> Array:
    """Draw the times of arrivals with gamma gaps, shape (arrivals,); variation 1 is Poisson's.

    The first gap begins with an arrival at 0 that is not counted.
    """
    shape = 1.0 / jnp.asarray(variation_ratio) ** 2
    gaps = jax.random.gamma(key, shape, (arrivals,)) / (shape * jnp.asarray(rate_per_s))
    return jnp.cumsum(gaps)


def mean_per_s(bursts: Bursts) -> Array:
    """Mean rate over calm and bursts."""
    total = bursts.to_burst_per_s + bursts.to_calm_per_s
    weighed = bursts.calm_per_s * bursts.to_calm_per_s + bursts.burst_per_s * bursts.to_burst_per_s
    return weighed / total


def dispersion_ratio(bursts: Bursts, *, window_s: ArrayLike) -> Array:
    """Index of dispersion of the counts in a window."""
    total = bursts.to_burst_per_s + bursts.to_calm_per_s
    spread = (bursts.burst_per_s - bursts.calm_per_s) ** 2
    variance = spread * bursts.to_burst_per_s * bursts.to_calm_per_s / total**2
    turns = total * jnp.asarray(window_s)
    # 1 − (1 − e^(−x))/x is x/2 for a short window, where the difference would vanish in rounding.
    short = turns < 1e-4
    safe = jnp.where(short, 1.0, turns)
    lasting = jnp.where(short, 0.5 * turns, 1.0 + jnp.expm1(-safe) / safe)
    mean = mean_per_s(bursts)
    asked = mean > 0.0
    return 1.0 + jnp.where(asked, 2.0 * variance * lasting, 0.0) / jnp.where(
        asked, mean * total, 1.0
    )


def bursts_of(
    *,
    rate_per_s: ArrayLike,
    dispersion_ratio: ArrayLike,
    window_s: ArrayLike,
    burst_fraction: ArrayLike,
    burst_s: ArrayLike,
) -> Bursts:
    """Switching rates with a mean and an index of dispersion in one window, if calm can bear them.

    A calm rate below 0 says that bursts so rare or short cannot disperse so much: lengthen them, or
    take a smaller share.

    Args:
        rate_per_s: mean rate.
        dispersion_ratio: at least 1.
        window_s: of the index.
        burst_fraction: share of the time that is a burst.
        burst_s: how long one lasts on average.
    """
    share, rate = jnp.asarray(burst_fraction), jnp.asarray(rate_per_s)
    to_calm = 1.0 / jnp.asarray(burst_s)
    to_burst = to_calm * share / (1.0 - share)
    total = to_burst + to_calm
    turns = total * jnp.asarray(window_s)
    lasting = 1.0 + jnp.expm1(-turns) / turns
    variance = (jnp.asarray(dispersion_ratio) - 1.0) * rate * total / (2.0 * lasting)
    apart = jnp.sqrt(variance / (share * (1.0 - share)))
    calm = rate - share * apart
    return Bursts(
        calm_per_s=calm, burst_per_s=calm + apart, to_burst_per_s=to_burst, to_calm_per_s=to_calm
    )


def burst_count(
    key: Key, bursts: Bursts, *, step_s: ArrayLike, steps: int, switches: int
) -> tuple[Array, Array]:
    """Draw how many arrive in each of a row of steps, shape (steps,); and the share covered.

    Exact: sojourns are drawn, the rate is integrated over each step, and arrivals are Poisson of
    that. Switches come 2·q₁q₂/(q₁ + q₂) a second; give half as many again. Beyond the last the
    state is kept, and the second number, the share of the time before it, is below 1.
    """
    first, gaps, arrive = jax.random.split(key, 3)
    total = bursts.to_burst_per_s + bursts.to_calm_per_s
    begins = jax.random.bernoulli(first, bursts.to_burst_per_s / total)
    bursting = begins ^ (jnp.arange(switches) % 2 == 1)
    leaving = jnp.where(bursting, bursts.to_calm_per_s, bursts.to_burst_per_s)
    stays = jax.random.exponential(gaps, (switches,)) / leaving
    rate = jnp.where(bursting, bursts.burst_per_s, bursts.calm_per_s)
    end = steps * jnp.asarray(step_s)
    left = jnp.cumsum(stays)
    ends = jnp.minimum(left, end).at[-1].set(end)
    begun = jnp.concatenate([jnp.zeros(1), ends])
    sums = jnp.concatenate([jnp.zeros(1), jnp.cumsum(rate * jnp.diff(begun))])
    edges = jnp.arange(steps + 1) * jnp.asarray(step_s)
    counts = jax.random.poisson(arrive, jnp.diff(jnp.interp(edges, begun, sums))).astype(float)
    return counts, jnp.minimum(left[-1] / end, 1.0)
