"""Which command follows from a measurement, also from one that is out of date?

A plant x' = A x + B u under a command held for a period h moves by  x⁺ = F x + G u,

    F = e^(A h),  G = ∫₀ʰ e^(A s) ds B           (one exponential of [[A, B], [0, 0]])

The linear-quadratic regulator u = -K x minimises Σ xᵀQx + R u²; its Riccati equation is solved by
doubling: each round covers twice as many periods as the last. A policy that knows its delay of n
periods, and what it has commanded, answers not the state it measured but the one to come:

    x̂(k + n) = Fⁿ x(k) + Σ_(j<n) Fʲ G u(k-1-j)

Assumes: one command; the plant as modelled.  Leaves out: an estimator: the whole state is measured.
Reference: Franklin, Powell, Workman, Digital Control of Dynamic Systems, 3rd ed., ch. 4 and 9;
doubling: Chu, Fan, Lin, Wang, Int. J. Control 77 (2004) 767; prediction: Mayne, Electron. Lett. 4
(1968) 439, Smith, Chem. Eng. Prog. 53 (1957) 217.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from .link import Periods

type Matrix = Array
type Vector = Array
"""States, gains and responses hold numbers of several units side by side."""
DOUBLINGS = 24
"""Rounds of the Riccati equation: 2²⁴ periods, more than any of our plants needs to settle."""


def held(rates: Matrix, inputs: Matrix, *, step_s: ArrayLike) -> tuple[Matrix, Matrix]:
    """Return F (n, n) and G (n, m) of A (n, n) and B (n, m), commands held for a period."""
    size, width = inputs.shape
    block = jnp.zeros((size + width, size + width))
    block = block.at[:size, :size].set(rates).at[:size, size:].set(inputs)
    whole = jax.scipy.linalg.expm(block * step_s)
    return whole[:size, :size], whole[:size, size:]


def regulator(
    transition: Matrix, response: Vector, *, weights: Vector, effort_ratio: ArrayLike
) -> Vector:
    """Return the gains K (n,) that minimise Σ xᵀ diag(weights) x + effort_ratio u², u = -K x.

    Args:
        transition: F (n, n).
        response: G (n,).
        weights: of each state, (n,).
        effort_ratio: of the command; above 0.
    """
    one = jnp.eye(transition.shape[0])

    def double(_: int, now: tuple[Matrix, Matrix, Matrix]) -> tuple[Matrix, Matrix, Matrix]:
        moved, spread, cost = now
        through = jnp.linalg.solve(one + spread @ cost, jnp.concatenate([moved, spread], axis=1))
        onward, wider = jnp.split(through, 2, axis=1)
        return moved @ onward, spread + moved @ wider @ moved.T, cost + moved.T @ cost @ onward

    begun = (transition, jnp.outer(response, response) / effort_ratio, jnp.diag(weights))
    cost = lax.fori_loop(0, DOUBLINGS, double, begun)[2]
    gains: Vector = (response @ cost @ transition) / (effort_ratio + response @ cost @ response)
    return gains


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Forecast:
    """How a state and past commands make the state that a new command will meet."""

    transition: Matrix
    """Fⁿ, (n, n)."""
    response: Matrix
    """Of the command j + 1 periods ago, oldest first, twice over: (2 · horizon, n)."""


def forecast(
    transition: Matrix, response: Vector, *, ahead_count: ArrayLike, horizon: int
) -> Forecast:
    """Prepare to look some periods ahead.

    Args:
        transition: F (n, n).
        response: G (n,).
        ahead_count: periods, up to the horizon.
        horizon: commands that are remembered.
    """

    def onward(power: Matrix, _: None) -> tuple[Matrix, Matrix]:
        return transition @ power, power

    _, powers = lax.scan(onward, jnp.eye(transition.shape[0]), length=horizon + 1)
    counted = jnp.arange(horizon)[:, None] < ahead_count
    by_age = jnp.where(counted, powers[:-1] @ response, 0.0)
    return Forecast(
        transition=powers[jnp.minimum(ahead_count, horizon)],
        response=jnp.tile(by_age[::-1], (2, 1)),
    )


def foreseen(ahead: Forecast, state: Vector, *, ring_ratio: Array, period: Periods) -> Vector:
    """Return the state that a command sent in this period will meet, (n,)."""
    size = ring_ratio.shape[0]
    weights = lax.dynamic_slice_in_dim(ahead.response, (-period) % size, size)
    return ahead.transition @ state + ring_ratio @ weights
