"""What does the n-th of a kind cost, and what does one of a lot cost on average?

Wright's law, n₀ the number made when the first cost is known, ℓ the share saved at each doubling:

    c(n) / c(n₀) = (n / n₀)^{-b},   b = -log₂(1 - ℓ),   1 up to n₀

A lot from n₁ to n₂ costs the integral. With u = (n₂ - n₁)/n₁ and x = (1 - b) ln(1 + u) its mean is

    c(n₁) · ln(1 + u)/u · (eˣ - 1)/x

which keeps its digits for the smallest lot of the largest fleet, and at b = 1.

Also what grows with a fleet, but slower: C = C₀ (n / N₀)^e, e the exponent of scale.

Assumes: n counts what was made everywhere, without gaps in which makers forget.
Leaves out: learning by time alone (see a yearly progress), the first units' troubles.
Reference: Wright, J. Aeronautical Sciences 3 (1936) 122; Nagy, Farmer, Bui & Trancik, PLoS ONE 8
(2013) e52669.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

LARGEST_LEARNING = 0.95
"""Share saved at each doubling beyond which none is believed."""


def learned_ratio(
    *, produced_count: ArrayLike, start_count: ArrayLike, learning_fraction: ArrayLike
) -> Array:
    """Cost of the n-th over that of the first known.

    Args:
        produced_count: n, continuous.
        start_count: made when the first cost is known; the cost is no higher before.
        learning_fraction: share saved at each doubling.
    """
    grown = jnp.maximum(jnp.asarray(produced_count) / jnp.asarray(start_count), 1.0)
    return jnp.exp(-_exponent_ratio(learning_fraction) * jnp.log(grown))


def lot_mean_ratio(
    *,
    produced_count: ArrayLike,
    lot_count: ArrayLike,
    start_count: ArrayLike,
    learning_fraction: ArrayLike,
) -> Array:
    """Mean cost of a lot over the first cost known; of an empty lot that of the next to be made.

    Args:
        produced_count: made before the lot.
        lot_count: made in it.
        start_count: made when the first cost is known.
        learning_fraction: share saved at each doubling.
    """
    before, lot = jnp.asarray(produced_count), jnp.maximum(jnp.asarray(lot_count), 0.0)
    level = jnp.clip(jnp.asarray(start_count) - before, 0.0, lot)
    begun = jnp.maximum(before, jnp.asarray(start_count))
    falling = _falling_mean_ratio((lot - level) / begun, learning_fraction) * learned_ratio(
        produced_count=begun, start_count=start_count, learning_fraction=learning_fraction
    )
    some = lot > 0.0
    share = jnp.where(some, level, 0.0) / jnp.where(some, lot, 1.0)
    return share + (1.0 - share) * falling


def scaled_ratio(
    *, count: ArrayLike, reference_count: ArrayLike, exponent_ratio: ArrayLike
) -> Array:
    """Cost of keeping so many over that of keeping the reference, when each adds less; 0 of none.

    Args:
        count: kept.
        reference_count: for which the cost is known.
        exponent_ratio: of scale; 1 for as many times the cost, 0 for the same cost whatever many.
    """
    relative = jnp.asarray(count) / jnp.asarray(reference_count)
    some = relative > 0.0
    grown = jnp.exp(jnp.asarray(exponent_ratio) * jnp.log(jnp.where(some, relative, 1.0)))
    return jnp.where(some, grown, 0.0)


def _falling_mean_ratio(grown: Array, learning_fraction: ArrayLike) -> Array:
    """Mean over a lot of (n/n₁)^{-b}, the lot a share of what was made before it."""
    log = jnp.log1p(grown)
    power = (1.0 - _exponent_ratio(learning_fraction)) * log
    return _relative_ratio(log, grown, -0.5 * grown) * _relative_ratio(
        jnp.expm1(power), power, 0.5 * power
    )


def _relative_ratio(top: Array, bottom: Array, beyond_one: Array) -> Array:
    """Quotient of two that vanish together, 1 + `beyond_one` close to there."""
    near = jnp.abs(bottom) < 1e-6
    return jnp.where(near, 1.0 + beyond_one, top / jnp.where(near, 1.0, bottom))


def _exponent_ratio(learning_fraction: ArrayLike) -> Array:
    """-log₂(1 - ℓ): 0.32 at a learning rate of 20 %."""
    return -jnp.log2(1.0 - jnp.clip(learning_fraction, 0.0, LARGEST_LEARNING))
