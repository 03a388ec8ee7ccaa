"""What do a replica's passes ask of each of its accelerators?

The roofline's times, and of them how long the memory would take for the bytes at its full rate, and
how long the arithmetic is busy: what power follows (see `draw`).

Assumes: a batch's sequences half way through their answers; an input taken in whole, by itself.
Leaves out: the tokens of others that ride along with a chunk of an input.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .architecture import LanguageModel
from .batching import Passes
from .draw import Work
from .precision import Precision
from .roofline import Machine, Pass, forward


def passes(
    model: LanguageModel,
    machine: Machine,
    *,
    precision: Precision,
    batch_count: Array,
    input_token_count: ArrayLike,
    output_token_count: ArrayLike,
    chunk_token_count: ArrayLike,
) -> Passes:
    """Time a rising grid of batches, and the taking in of one input.

    Args:
        model: its shape.
        machine: of one replica.
        precision: of weights and of what is kept; static.
        batch_count: of the whole replica, shape (batches,).
        input_token_count: of a request, mean.
        output_token_count: likewise.
        chunk_token_count: input tokens taken in between two passes at most.
    """
    given = jnp.asarray(input_token_count, dtype=float)
    decode = forward(
        model,
        machine,
        precision=precision,
        sequence_count=batch_count,
        past_token_count=given + 0.5 * jnp.asarray(output_token_count),
    )
    prefill = forward(
        model,
        machine,
        precision=precision,
        sequence_count=1.0,
        new_token_count=given,
        past_token_count=0.0,
    )
    return Passes(
        batch_count=batch_count,
        decode=_work(machine, decode),
        prefill=_work(machine, prefill),
        chunk_token_count=jnp.asarray(chunk_token_count, dtype=float),
    )


def _work(machine: Machine, done: Pass) -> Work:
    total_s = done.total_s
    bandwidth = machine.layout.chip_count * machine.accelerator.memory_bandwidth_byte_per_s
    return Work(
        pass_s=total_s,
        memory_s=jnp.minimum(done.memory_byte / bandwidth, total_s),
        arithmetic_s=jnp.minimum(done.arithmetic_s, total_s),
    )
