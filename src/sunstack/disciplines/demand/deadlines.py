"""How many requests are answered too late?

A request has two deadlines: for its first token, and for its last.

    first = network + queue + first token ;   last = first + (n − 1)·token

Network delay is the way up and down; the first token's is the prompt's reading. Delays come as
samples, of one request each (or one for all); the share of answers too long for what time is left
is exact, from their lognormal, so that no answer need be drawn.

Assumes: the answer's length is independent of the delays; tokens come at one pace.
Leaves out: what a terminal does while it waits, retries, and answers cut short on purpose.
Reference: MLCommons, MLPerf inference rules (time to first token, time per output token).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from .lengths import exceeding_fraction
from .rates import Spec


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Delays:
    """Samples of what a request waits for, each of a shape that fits (classes, samples)."""

    network_s: Array
    """There and back."""
    queue_s: Array
    first_token_s: Array
    """From the head of the queue to the first token."""
    token_s: Array
    """From one token to the next."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Misses:
    """Shares of each class's requests that come too late, shape (classes,)."""

    first_token_fraction: Array
    answer_fraction: Array
    either_fraction: Array
    first_token_margin_s: Array
    """What is left of the deadline on average; negative if it is passed."""


def misses(spec: Spec, delays: Delays) -> Misses:
    """Judge samples of delays by each class's deadlines."""
    first = delays.network_s + delays.queue_s + delays.first_token_s
    first, pace = jnp.broadcast_arrays(jnp.atleast_2d(first), jnp.atleast_2d(delays.token_s))
    late = first > spec.first_token_deadline_s[:, None]
    too_long = _too_long_fraction(spec, first_s=first, token_s=pace)
    return Misses(
        first_token_fraction=late.astype(too_long.dtype).mean(axis=1),
        answer_fraction=too_long.mean(axis=1),
        either_fraction=jnp.where(late, 1.0, too_long).mean(axis=1),
        first_token_margin_s=spec.first_token_deadline_s - first.mean(axis=1),
    )


def deadline_miss_fraction(spec: Spec, delays: Delays) -> Array:
    """Share of each class's requests whose first or last token comes too late, shape (classes,)."""
    return misses(spec, delays).either_fraction


def _too_long_fraction(spec: Spec, *, first_s: Array, token_s: Array) -> Array:
    """Share of answers that have more tokens than the time left allows, (classes, samples)."""
    left_s = spec.answer_deadline_s[:, None] - first_s
    paced = token_s > 0.0
    allowed = 1.0 + left_s / jnp.where(paced, token_s, 1.0)
    longer = exceeding_fraction(
        length_count=allowed,
        median_count=spec.answer_median_count[:, None],
        deviation_ratio=spec.answer_deviation_ratio[:, None],
    )
    # The first token needs no pace; without time for it every answer is late.
    return jnp.where(left_s < 0.0, 1.0, jnp.where(paced, longer, 0.0))
