"""How much of a payload still computes at an age, with and without spares?

A chip lives with p = exp(-λ m t - (t / η)^k): chance failures as on the ground times the orbit's
multiplier, then wear-out (k > 1). With n carried, k of them at work, the rest cold spares of equal
fate, the mean share of the capacity is

    E[min(X, k)] / k = (n p / k) P(Bin(n - 1, p) <= k - 2) + P(Bin(n, p) >= k)

and a store that needs k of its n drives is there with P(Bin(n, p) >= k) = I_p(k, n - k + 1), the
regularised incomplete beta function: exact, and differentiable in p.

Assumes: units fail independently; spares fail as those at work do; a failed unit stays failed.
Leaves out: upsets, which come and go (see radiation); links that fail with both their chips.
Reference: NIST/SEMATECH e-Handbook of Statistical Methods, sec. 8.1; Abramowitz & Stegun, 26.5.24.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.scipy.special import betainc
from jax.typing import ArrayLike

from .survival import LARGEST_HAZARD, Bus, survival_fraction, weibull_hazard_ratio

AGES = 512
"""Ages over which a life's capacity is summed."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Units:
    """Like units of a payload, chips or drives, of which some may be spares."""

    ground_failure_per_s: Array
    """Chance failures that end a unit for good, as in a data centre on the ground."""
    orbit_factor: Array
    """How many times more often in orbit."""
    wear_out_scale_s: Array
    wear_out_shape_ratio: Array
    """Above 1; the steeper, the more alike the ages at which units wear out."""
    needed_count: Array
    carried_count: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """What of a satellite fails."""

    bus: Bus
    chips: Units
    drives: Units


def unit_survival_fraction(units: Units, *, age_s: ArrayLike) -> Array:
    """Probability that one unit still works."""
    age = jnp.asarray(age_s)
    chance = units.ground_failure_per_s * units.orbit_factor * age
    worn = weibull_hazard_ratio(
        age_s=age, scale_s=units.wear_out_scale_s, shape_ratio=units.wear_out_shape_ratio
    )
    return jnp.exp(-jnp.minimum(chance + worn, LARGEST_HAZARD))


def at_least_fraction(
    *, needed_count: ArrayLike, carried_count: ArrayLike, unit_survival_fraction: ArrayLike
) -> Array:
    """Probability that k of n units work: 1 for k = 0, 0 for k > n; counts bear no gradient."""
    needed = lax.stop_gradient(jnp.asarray(needed_count))
    carried = lax.stop_gradient(jnp.asarray(carried_count))
    alive = _inside(jnp.asarray(unit_survival_fraction))
    possible = (needed > 0) & (needed <= carried)
    first = jnp.where(possible, needed, 1)
    second = jnp.where(possible, carried - needed + 1, 1)
    tail = betainc(first.astype(alive.dtype), second.astype(alive.dtype), alive)
    return jnp.where(needed <= 0, 1.0, jnp.where(needed > carried, 0.0, tail))


def mean_share_fraction(
    *, needed_count: ArrayLike, carried_count: ArrayLike, unit_survival_fraction: ArrayLike
) -> Array:
    """Mean of min(working, needed) / needed; 1 where none is needed."""
    needed, carried, alive = jnp.broadcast_arrays(
        lax.stop_gradient(jnp.asarray(needed_count)),
        lax.stop_gradient(jnp.asarray(carried_count)),
        jnp.asarray(unit_survival_fraction),
    )
    # Both tails at once: the incomplete beta function takes long to compile.
    full, but_one = at_least_fraction(
        needed_count=jnp.stack([needed, needed - 1]),
        carried_count=jnp.stack([carried, jnp.maximum(carried - 1, 0)]),
        unit_survival_fraction=jnp.stack([alive, alive]),
    )
    share = carried * alive / jnp.maximum(needed, 1) * (1.0 - but_one) + full
    return jnp.where(needed > 0, share, 1.0)


def chips_fraction(spec: Spec, *, age_s: ArrayLike) -> Array:
    """Mean share of its chips that a satellite whose bus works has at work."""
    return mean_share_fraction(
        needed_count=spec.chips.needed_count,
        carried_count=spec.chips.carried_count,
        unit_survival_fraction=unit_survival_fraction(spec.chips, age_s=age_s),
    )


def store_fraction(spec: Spec, *, age_s: ArrayLike) -> Array:
    """Probability that drives enough work."""
    return at_least_fraction(
        needed_count=spec.drives.needed_count,
        carried_count=spec.drives.carried_count,
        unit_survival_fraction=unit_survival_fraction(spec.drives, age_s=age_s),
    )


def capacity_fraction(spec: Spec, *, age_s: ArrayLike) -> Array:
    """Mean share of its chips that a satellite whose bus works has at work, store included."""
    return chips_fraction(spec, age_s=age_s) * store_fraction(spec, age_s=age_s)


def capacity_life_s(spec: Spec, *, duration_s: ArrayLike, overhead_fraction: ArrayLike) -> Array:
    """Time at full capacity that a satellite arrived alive is worth, up to an age.

    Args:
        duration_s: from the first to the last day of service.
        overhead_fraction: share of the work spent on catching errors.
    """
    duration = jnp.asarray(duration_s)[..., None]
    age_s = duration * ((jnp.arange(AGES) + 0.5) / AGES)
    worth = survival_fraction(spec.bus, age_s=age_s) * capacity_fraction(spec, age_s=age_s)
    return (1.0 - jnp.asarray(overhead_fraction)) * worth.mean(axis=-1) * duration_s


def _inside(probability: Array) -> Array:
    """Keep off 0 and 1, where the slope of the incomplete beta function is 0 · ∞."""
    one = jnp.ones_like(probability)
    most = jnp.nextafter(one, 0.0 * one)
    return jnp.clip(probability, 1.0 - most, most)
