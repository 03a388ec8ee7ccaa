"""How long does a machine take for a heap of equal requests that are all there at once?

Each copy of the attention has its share of N requests. In every pass it decodes its a running
sequences and takes in new ones, whole, as many as

    min( b - a,  (c - a) / I,  those left )

for at most b sequences at once and c tokens in a pass, decoded ones included. Sequences are done
after O tokens, the first of which the taking in gives, so those of one pass leave together and the
next ones come in waves. The time is that of all passes,

    Σ decode(a', mean of what they look back at) + prefill(new ones)

where a' is a filled up to the next batch that decoding is recorded for, unless requests come in.

Assumes: copies in step, each with as many requests (the last with a few too many).
Leaves out: what the first passes wait for before requests are there; weights that a pass reads for
both at once (they are read twice, as in the rest of the roofline).
Reference: NVIDIA, TensorRT-LLM: Tuning CUDA Graph Batch Sizes (2026), for filling up.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax

from . import roofline
from .architecture import LanguageModel
from .precision import Precision
from .roofline import Machine

MOST_PASS_COUNT = 2**16
"""Of a heap; what then is left is not counted, and the time comes out infinite."""
type Passed = tuple[Array, Array, Array, Array]
"""Passes made, requests taken in before each, tokens made of those that run, seconds."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Heap:
    """Equal requests; scalars, whole numbers."""

    request_count: Array
    input_token_count: Array
    output_token_count: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Limits:
    """How an engine is set up, for each copy of the attention."""

    batch_count: Array
    """Sequences at once, by memory and settings."""
    pass_token_count: Array
    """New tokens of a pass."""
    recorded_batch_count: Array
    """Rising batches that decoding is filled up to, shape (sizes,); above them, and of none, as
    they come."""


def heap_s(
    model: LanguageModel, machine: Machine, heap: Heap, limits: Limits, *, precision: Precision
) -> Array:
    """Seconds from the first pass to the last token.

    Args:
        model: its shape.
        machine: chips, what they reach, and how the model lies on them.
        heap: what is to be done.
        limits: how the engine is set up; infinite if not one request finds room.
        precision: of weights and of what is kept; static.
    """
    copies = machine.layout.attention_replica_count
    share = jnp.ceil(heap.request_count / copies)
    lasting = jnp.asarray(heap.output_token_count, dtype=int) - 1

    def unfinished(state: Passed) -> Array:
        number, taken, _, _ = state
        return (number < MOST_PASS_COUNT) & (_left_count(taken, number, lasting) < share)

    def go_on(state: Passed) -> Passed:
        number, taken, ages, total_s = state
        done = _left_count(taken, number, lasting)
        running = taken[number] - done
        new = _new_count(heap, limits, running, share - taken[number])
        past = heap.input_token_count + ages / jnp.maximum(running, 1.0)
        spent_s = _pass_s(model, machine, precision, heap, limits, (running, new, past))
        leaving = _left_count(taken, number + 1, lasting) - done
        aged = ages + running - leaving * lasting
        taken = taken.at[number + 1].set(taken[number] + new)
        return number + 1, taken, aged, total_s + spent_s

    nothing = jnp.zeros(())
    start = jnp.asarray(0), jnp.zeros(MOST_PASS_COUNT + 1), nothing, nothing
    number, _, _, total_s = lax.while_loop(unfinished, go_on, start)
    return jnp.where(number < MOST_PASS_COUNT, total_s, jnp.inf)


def _left_count(taken: Array, number: Array, lasting: Array) -> Array:
    """Sequences done before a pass: those taken in as many passes ago as they last."""
    earlier = number - lasting
    return jnp.where(earlier >= 0, taken[jnp.maximum(earlier, 0)], 0.0)


def _new_count(heap: Heap, limits: Limits, running: Array, waiting: Array) -> Array:
    """Requests that a pass takes in."""
    fitting = jnp.floor((limits.pass_token_count - running) / heap.input_token_count)
    places = jnp.floor(limits.batch_count) - running
    return jnp.maximum(jnp.minimum(jnp.minimum(places, fitting), waiting), 0.0)


def _pass_s(
    model: LanguageModel,
    machine: Machine,
    precision: Precision,
    heap: Heap,
    limits: Limits,
    of_a_copy: tuple[Array, Array, Array],
) -> Array:
    """Time of a pass, for the running and new sequences of a copy and what the former keep."""
    running, new, past = of_a_copy
    copies = machine.layout.attention_replica_count
    decoded = jnp.where(new > 0.0, running, _filled_up_count(limits, running))
    decode_s = roofline.decode_s(
        model,
        machine,
        precision=precision,
        batch_count=copies * jnp.maximum(decoded, 1.0),
        context_token_count=past * running / jnp.maximum(decoded, 1.0),
    )
    prefill_s = roofline.prefill_s(
        model,
        machine,
        precision=precision,
        input_token_count=heap.input_token_count,
        sequence_count=copies * jnp.maximum(new, 1.0),
    )
    return jnp.where(running > 0.0, decode_s, 0.0) + jnp.where(new > 0.0, prefill_s, 0.0)


def _filled_up_count(limits: Limits, running: Array) -> Array:
    """Running sequences, filled up to a recorded batch if there is one that holds them."""
    sizes = limits.recorded_batch_count
    holding = jnp.where(sizes >= running, sizes, jnp.inf)
    least = jnp.min(holding, initial=jnp.inf)
    return jnp.where(jnp.isfinite(least), least, running)
