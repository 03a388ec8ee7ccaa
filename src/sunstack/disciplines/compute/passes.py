"""What do the passes of a language model ask of one accelerator, for each batch it might serve?

Timings of decoding at every batch of a grid, each sequence as long as halfway through its output,
and of taking in one input, from the roofline. Arithmetic is busy for

    operations / (chips · what matrices reach)

and at most for the pass less its sums and the engine's time, so that only this slows with the
clock; memory is for bytes / (chips · bandwidth).

Assumes: all arithmetic at the rate of the feed-forward part's numbers, which is most of it; every
copy of the attention taking in an input at the same time.
Leaves out: weights that one pass reads for a chunk and for decoding at once (they are read twice).
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from . import roofline, work
from .architecture import LanguageModel
from .batching import Passes, Replica, Requests
from .draw import Law, Timing
from .precision import Precision
from .roofline import Machine, Pass


def timing(machine: Machine, done: Pass, *, precision: Precision) -> Timing:
    """What a pass keeps busy of one accelerator, and for how long."""
    chip, reached = machine.accelerator, machine.calibration
    rate = {
        "fp16": chip.peak_fp16_flop_per_s * reached.fp16_matrix_efficiency,
        "fp8": chip.peak_fp8_flop_per_s * reached.fp8_matrix_efficiency,
        "fp4": chip.peak_fp4_flop_per_s * reached.fp4_matrix_efficiency,
    }[precision.feed_forward.rate]
    chips = machine.layout.chip_count
    at_work_s = done.total_s - done.collectives_s - done.overhead_s
    return Timing(
        pass_s=done.total_s,
        memory_s=done.memory_byte / (chips * chip.memory_bandwidth_byte_per_s),
        arithmetic_s=jnp.minimum(done.flop / (chips * rate), at_work_s),
    )


def passes(
    model: LanguageModel,
    machine: Machine,
    requests: Requests,
    *,
    precision: Precision,
    batch_count: Array,
    chunk_token_count: ArrayLike,
) -> Passes:
    """Timings for a rising grid of batches, and of taking in one mean input."""
    given: dict[str, Any] = {"precision": precision}
    half_done = requests.input_token_count + 0.5 * requests.output_token_count
    decode = roofline.forward(
        model, machine, sequence_count=batch_count, past_token_count=half_done, **given
    )
    copies = machine.layout.attention_replica_count
    prefill = timing(
        machine,
        roofline.forward(
            model,
            machine,
            sequence_count=copies,
            new_token_count=requests.input_token_count,
            past_token_count=0.0,
            **given,
        ),
        **given,
    )
    return Passes(
        batch_count=batch_count,
        decode=timing(machine, decode, **given),
        prefill=Timing(
            pass_s=prefill.pass_s / copies,
            memory_s=prefill.memory_s / copies,
            arithmetic_s=prefill.arithmetic_s / copies,
        ),
        chunk_token_count=jnp.asarray(chunk_token_count),
    )


def replica(
    model: LanguageModel,
    machine: Machine,
    law: Law,
    *,
    precision: Precision,
    sequence_token_count: ArrayLike,
    workspace_fraction: ArrayLike,
) -> Replica:
    """Machine as batching sees it: what it holds, copies and all, and what a token takes of it.

    Args:
        model: its shape.
        machine: chips and how the model lies on them.
        law: how power follows work.
        precision: of weights and of what is kept; static.
        sequence_token_count: of a whole sequence: layers that look back over a window keep no more.
        workspace_fraction: of memory, for all but weights and what is kept of tokens.
    """
    chips, layout = machine.layout.chip_count, machine.layout
    tokens = jnp.asarray(sequence_token_count)
    kept = work.sequence_byte(model, layout, precision=precision, token_count=tokens)
    return Replica(
        accelerator=machine.accelerator,
        law=law,
        accelerator_count=chips,
        weight_byte=chips * work.weight_byte(model, layout, precision=precision),
        key_value_byte=kept / tokens * layout.tensor_count,
        workspace_fraction=jnp.asarray(workspace_fraction),
    )
