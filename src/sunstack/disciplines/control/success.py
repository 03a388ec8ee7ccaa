"""How sure is a share of trials, and at which delay does it fall below what is asked?

Of n trials k succeed. Wilson's interval holds the share that lies behind them as often as z normal
deviations say:

    (k + z²/2 ± z √(k (n-k) / n + z²/4)) / (n + z²)

it stays within 0 and 1 also where all or none succeed. A curve of success over delay is measured
with the same draws at every delay; what little it rises by chance is taken off before it is asked
where it falls below a level, between two delays straight.

Assumes: independent trials.  Leaves out: the chance in the delay it names (the interval tells it).
Reference: Wilson, J. Am. Stat. Assoc. 22 (1927) 209; Brown et al., Stat. Sci. 16 (2001) 101.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from .link import Key

DEVIATIONS = 1.959963984540054
"""Of the normal distribution, for 95 %."""
AT_ONCE = 64
"""Trials side by side: what they remember stays in the processor's cache."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of trials, and between what it lies in 95 of 100 cases."""

    fraction: Array
    low_fraction: Array
    high_fraction: Array


def share(*, success_count: ArrayLike, trial_count: ArrayLike) -> Share:
    """Return the share of trials that succeed, with Wilson's interval."""
    done, tried = jnp.asarray(success_count, dtype=float), jnp.asarray(trial_count, dtype=float)
    square = DEVIATIONS**2
    half = DEVIATIONS * jnp.sqrt(done * (tried - done) / tried + 0.25 * square)
    middle = done + 0.5 * square
    return Share(
        fraction=done / tried,
        low_fraction=jnp.maximum((middle - half) / (tried + square), 0.0),
        high_fraction=jnp.minimum((middle + half) / (tried + square), 1.0),
    )


def over_trials[Outcome](trial: Callable[[Key], Outcome], key: Key, *, trials: int) -> Outcome:
    """Run a trial many times with draws of their own; every result gets a leading axis."""
    found: Outcome = lax.map(trial, jax.random.split(key, trials), batch_size=AT_ONCE)
    return found


def tolerated_s(*, delay_s: Array, success_fraction: Array, least_fraction: ArrayLike) -> Array:
    """Return the delay at which success falls below a level.

    Args:
        delay_s: rising, (delays,).
        success_fraction: measured at each, (delays,).
        least_fraction: the level.

    0 if already the least delay is below it; the last delay if none is.
    """
    falling = lax.cummin(success_fraction)
    below = falling < least_fraction
    at = jnp.argmax(below)
    before = jnp.maximum(at - 1, 0)
    drop = falling[before] - falling[at]
    part = (falling[before] - least_fraction) / jnp.where(drop > 0.0, drop, 1.0)
    crossed = delay_s[before] + part * (delay_s[at] - delay_s[before])
    found = jnp.where(at == 0, 0.0, crossed)
    return jnp.where(below.any(), found, delay_s[-1])
