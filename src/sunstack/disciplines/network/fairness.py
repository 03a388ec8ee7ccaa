"""What does each flow get when every one takes a given way, and none may starve another?

Rates are max-min fair: none can rise but by lowering one that is no higher. All rise together until
a resource is full; flows through it keep that rate, the others rise on, until all are held.

Assumes: one way for each flow, given; flows take whatever they get, up to what they ask.
Leaves out: what transport protocols make of it in time.
Reference: Bertsekas & Gallager, Data Networks (2nd ed.), sec. 6.5.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax

from .traffic import Mask, Numbers

type _Filling = tuple[Array, Mask, Array]
"""Rates, flows that still rise, rounds so far."""

FULL_FRACTION = 1e-9
"""Of its capacity left, a resource is full: roundings of what was added."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Fair:
    """What flows get."""

    rate_bit_per_s: Array
    """Shape (flows,)."""
    load_bit_per_s: Array
    """Of each resource, shape (resources,)."""
    satisfied: Mask
    """Flows that get all they asked, shape (flows,)."""
    round_count: Array


def fair(*, way: Numbers, asked_bit_per_s: Array, capacity_bit_per_s: Array) -> Fair:
    """Fill the resources with flows on given ways, max-min fairly.

    Args:
        way: numbers of the resources each flow takes, shape (flows, longest); -1 after its end.
        asked_bit_per_s: most that each flow takes, shape (flows,).
        capacity_bit_per_s: of each resource, shape (resources,).
    """
    flows = jnp.broadcast_to(jnp.arange(way.shape[0])[:, None], way.shape).ravel()
    # What follows a way's end falls on one resource more, which nothing fills.
    number = jnp.where(way < 0, capacity_bit_per_s.size, way).ravel()
    capacity = jnp.append(capacity_bit_per_s.astype(float), jnp.inf)

    def on_resources(flow_bit_per_s: Array) -> Array:
        return jnp.zeros(capacity.shape).at[number].add(flow_bit_per_s[flows])

    def rising(state: _Filling) -> Array:
        return state[1].any()

    def rise(state: _Filling) -> _Filling:
        rate, free, rounds = state
        takers = on_resources(free.astype(float))
        left = capacity - on_resources(rate)
        share = jnp.where(takers > 0.0, left / jnp.maximum(takers, 1.0), jnp.inf)
        step = jnp.minimum(share.min(), jnp.where(free, asked_bit_per_s - rate, jnp.inf).min())
        rate = jnp.where(free, rate + jnp.maximum(step, 0.0), rate)
        full = share <= step + FULL_FRACTION * jnp.where(jnp.isinf(capacity), 0.0, capacity)
        held = jnp.zeros(rate.shape, int).at[flows].max(full[number].astype(int)) > 0
        had = rate >= (1.0 - FULL_FRACTION) * asked_bit_per_s
        return jnp.where(had, asked_bit_per_s, rate), free & ~held & ~had, rounds + 1

    begun = (jnp.zeros(way.shape[0]), asked_bit_per_s > 0.0, jnp.zeros((), int))
    rate, _, rounds = lax.while_loop(rising, rise, begun)
    return Fair(
        rate_bit_per_s=rate,
        load_bit_per_s=on_resources(rate)[:-1],
        satisfied=rate >= (1.0 - FULL_FRACTION) * asked_bit_per_s,
        round_count=rounds,
    )
