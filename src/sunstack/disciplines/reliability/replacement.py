"""When is a satellite withdrawn, and how many spares wait for it?

A policy says which share of the satellites of an age is withdrawn at the end of a step. Where its
limit falls between two steps, some leave at the one and some at the other, so that on average they
leave at the limit and the fleet stays differentiable in it. Obsolete is a satellite whose capacity,
against the newest at equal cost, has fallen below a threshold: C(t) e^{-g t} < w.

Spares of a plane: the fewest s that cover the losses of a resupply time with a probability q,
P(Poisson(N λ T) <= s) >= q, exactly, by halving. A whole number: it bears no gradient.

Assumes: withdrawals happen at the ends of steps; losses come singly, by chance.
Leaves out: servicing, which nobody offers for such satellites; losses of whole launches.
Reference: Palm's theorem, in Sherbrooke, Optimal Inventory Modeling of Systems (2nd ed.), ch. 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.scipy.special import gammaincc
from jax.typing import ArrayLike

HALVINGS = 40
"""From any number of spares below 10¹² to one."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class RunToFailure:
    """A satellite serves until it fails."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class ReplaceAtAge:
    """A satellite is withdrawn when its life is over."""

    life_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class RefreshWhenObsolete:
    """A satellite is withdrawn when newer chips make too little of it."""

    progress_per_s: Array
    """Logarithmic rate at which capacity at equal cost grows."""
    threshold_fraction: Array
    """Worth against the newest below which it is withdrawn."""


type Policy = RunToFailure | ReplaceAtAge | RefreshWhenObsolete


def worth_fraction(
    policy: RefreshWhenObsolete, *, age_s: ArrayLike, capacity_fraction: ArrayLike
) -> Array:
    """Capacity of a satellite against the newest at equal cost."""
    return jnp.asarray(capacity_fraction) * jnp.exp(-policy.progress_per_s * jnp.asarray(age_s))


def withdrawn_fraction(
    policy: Policy,
    *,
    age_s: ArrayLike,
    step_s: ArrayLike,
    capacity_fraction: ArrayLike,
    later_capacity_fraction: ArrayLike,
) -> Array:
    """Share of the satellites of an age that is withdrawn at the end of a step.

    Args:
        age_s: age at the beginning of the step.
        step_s: length of the step.
        capacity_fraction: share of its capacity a satellite has at the end of the step.
        later_capacity_fraction: the same a step later.
    """
    age = jnp.asarray(age_s)
    if isinstance(policy, ReplaceAtAge):
        # Of those a step short of a life that ends between steps, the share that leaves early.
        return jnp.clip((age - policy.life_s) / step_s + 2.0, 0.0, 1.0)
    if isinstance(policy, RefreshWhenObsolete):
        end_s = age + step_s
        first = worth_fraction(policy, age_s=end_s, capacity_fraction=capacity_fraction)
        last = worth_fraction(
            policy, age_s=end_s + step_s, capacity_fraction=later_capacity_fraction
        )
        fall = jnp.maximum(first - last, 1e-30)
        return jnp.clip((policy.threshold_fraction - last) / fall, 0.0, 1.0)
    return jnp.zeros(jnp.broadcast_shapes(age.shape, jnp.shape(step_s)))


def poisson_quantile_count(*, mean_count: ArrayLike, probability_fraction: ArrayLike) -> Array:
    """Least whole number that a Poisson count does not exceed with a probability; inf for 1."""
    mean = lax.stop_gradient(jnp.maximum(jnp.asarray(mean_count, dtype=float), 0.0))
    asked = lax.stop_gradient(jnp.asarray(probability_fraction, dtype=float))
    mean, asked = jnp.broadcast_arrays(mean, asked)

    def enough(count: Array) -> Array:
        return (mean == 0.0) | (gammaincc(count + 1.0, jnp.maximum(mean, 1e-30)) >= asked)

    def halve(_: int, bounds_count: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = bounds_count
        middle = jnp.floor(0.5 * (low + high))
        holds = enough(middle) & (middle > low)
        return jnp.where(holds, low, middle), jnp.where(holds, middle, high)

    # Forty deviations beyond the mean: rarer than any probability below 1 can tell.
    most = jnp.ceil(mean + 40.0 * jnp.sqrt(mean) + 100.0)
    _, least = lax.fori_loop(0, HALVINGS, halve, (jnp.full_like(mean, -1.0), most))
    return jnp.where((asked >= 1.0) & (mean > 0.0), jnp.inf, least)


def spares_per_plane_count(
    *,
    satellite_count: ArrayLike,
    loss_per_s: ArrayLike,
    resupply_s: ArrayLike,
    probability_fraction: ArrayLike,
) -> Array:
    """Spares that keep a plane full until the next launch arrives."""
    return poisson_quantile_count(
        mean_count=jnp.asarray(satellite_count) * loss_per_s * resupply_s,
        probability_fraction=probability_fraction,
    )
