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
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.scipy.special import gammaln
from jax.typing import ArrayLike

from .survival import LARGEST_HAZARD, Bus, survival_fraction, weibull_hazard_ratio

AGES = 512
"""Ages over which a life's capacity is summed."""
TERMS = 8
"""Of a series, added at once."""
DYING_TERMS = 30.0
MOST_SUMMED, LEAST_LOG, NOUGHT_LOG = 100.0, -600.0, -460.0
"""Terms of a finite sum, and the least logarithm of its first one, that are taken for short; the
logarithm of what is taken for nought."""


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
    needed, carried, alive = _given(needed_count, carried_count, unit_survival_fraction)
    possible = (needed > 0) & (needed <= carried)
    tail = _beta_fraction(
        jnp.where(possible, needed, 1.0),
        jnp.where(possible, carried - needed + 1.0, 1.0),
        _inside(alive),
    )
    return jnp.where(needed <= 0, 1.0, jnp.where(needed > carried, 0.0, tail))


def mean_share_fraction(
    *, needed_count: ArrayLike, carried_count: ArrayLike, unit_survival_fraction: ArrayLike
) -> Array:
    """Mean of min(working, needed) / needed; 1 where none is needed.

    Both tails from one: P(Bin(n - 1, p) >= k - 1) is P(Bin(n, p) >= k) and one more term.
    """
    needed, carried, alive = _given(needed_count, carried_count, unit_survival_fraction)
    full = at_least_fraction(
        needed_count=needed, carried_count=carried, unit_survival_fraction=alive
    )
    possible = (needed > 1) & (needed <= carried)
    first = jnp.where(possible, needed, 1.0)
    second = jnp.where(possible, carried - needed + 1.0, 1.0)
    inside = _inside(alive)
    term = jnp.exp(_log_term(first, second, inside)) / (jnp.maximum(carried, 1.0) * inside)
    # Of one that is needed there is none before: what is left is sure. Of too many there is none.
    sure = jnp.where(needed > carried, 0.0, 1.0)
    but_one = jnp.where(possible, full + term, sure)
    share = carried * alive / jnp.maximum(needed, 1) * (1.0 - but_one) + full
    return jnp.where(needed > 0, share, 1.0)


def _given(
    needed_count: ArrayLike, carried_count: ArrayLike, survival: ArrayLike
) -> tuple[Array, Array, Array]:
    alive = jnp.asarray(survival)
    needed, carried = (
        lax.stop_gradient(jnp.asarray(one)).astype(alive.dtype)
        for one in (needed_count, carried_count)
    )
    return needed, carried, alive


class _Series(NamedTuple):
    """Positive terms, each the one before times x (top + i) / (bottom + i)."""

    begun_fraction: Array
    x_fraction: Array
    top_count: Array
    bottom_count: Array
    most_count: Array
    """Terms after the first."""
    sign_ratio: Array
    """Negative where the sum is what lacks to 1."""


@jax.custom_jvp
def _beta_fraction(first: Array, second: Array, share: Array) -> Array:
    """Regularised incomplete beta function I_x(a, b), differentiable in x alone.

    Summed over whichever series of positive terms ends soonest:

        Σ_{i < b} (a)_i / i! x^a (1 - x)^i                                      b whole
        x^a (1 - x)^b / (a B(a, b)) Σ (a + b)_i / (a + 1)_i x^i                 or
        1 - I_{1-x}(b, a)
    """
    series = _series(first, second, share)
    least = jnp.nextafter(jnp.ones((), series.begun_fraction.dtype), 2.0) - 1.0

    def goes_on(terms_fraction: tuple[Array, Array, Array]) -> Array:
        number, term, total = terms_fraction
        grows = (series.top_count + number) * series.x_fraction > series.bottom_count + number
        matters = (term > least * total) | (grows & (term > 0.0))
        return jnp.any(matters & (number < series.most_count))

    def add(terms_fraction: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        number, term, total = terms_fraction
        for _ in range(TERMS):
            step = series.x_fraction * (series.top_count + number) / (series.bottom_count + number)
            term = jnp.where(number < series.most_count, term * step, 0.0)
            total = total + term
            number = number + 1.0
        return number, term, total

    start = (
        jnp.zeros((), series.begun_fraction.dtype),
        series.begun_fraction,
        series.begun_fraction,
    )
    total = lax.while_loop(goes_on, add, start)[2]
    return jnp.clip(jnp.where(series.sign_ratio < 0.0, 1.0 - total, total), 0.0, 1.0)


def _series(first: Array, second: Array, share: Array) -> _Series:
    both, other = first + second, 1.0 - share
    log_first = first * jnp.log(share)
    # No sum exceeds its first term times this: what is below 1e-200 may as well be nought.
    most_log = log_first + (second - 1.0) * jnp.log(both)
    is_told = (log_first > LEAST_LOG) | (most_log < NOUGHT_LOG)
    is_short = (second == jnp.floor(second)) & (second <= MOST_SUMMED) & is_told
    # Terms of either series, about: up to its largest, and until they have died away.
    of_share = (jnp.maximum(share * both - first, 0.0) + DYING_TERMS) / other
    of_other = (jnp.maximum(other * both - second, 0.0) + DYING_TERMS) / share
    # Of next to nothing no rest is taken: it would be rounding.
    is_rest = ~is_short & (of_other < of_share) & (other * both < 4.0 * second)
    term = jnp.exp(_log_term(first, second, share))

    def _chosen(short: ArrayLike, rest: ArrayLike, plain: ArrayLike) -> Array:
        return jnp.where(is_short, short, jnp.where(is_rest, rest, plain))

    return _Series(
        begun_fraction=_chosen(jnp.exp(log_first), term / second, term / first),
        x_fraction=_chosen(other, other, share),
        top_count=_chosen(first, both, both),
        bottom_count=_chosen(1.0, second + 1.0, first + 1.0),
        most_count=_chosen(second - 1.0, jnp.inf, jnp.inf),
        sign_ratio=jnp.where(is_rest, -1.0, 1.0),
    )


@_beta_fraction.defjvp
def _beta_slope(
    given: tuple[Array, Array, Array], pushed: tuple[Array, Array, Array]
) -> tuple[Array, Array]:
    first, second, share = given
    slope = jnp.exp(_log_term(first, second, share)) / (share * (1.0 - share))
    return _beta_fraction(first, second, share), slope * pushed[2]


def _log_term(first: Array, second: Array, share: Array) -> Array:
    """Logarithm of x^a (1 - x)^b / B(a, b)."""
    beta = gammaln(first) + gammaln(second) - gammaln(first + second)
    return first * jnp.log(share) + second * jnp.log1p(-share) - beta


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
