"""How long does a machine take for one pass of a language model, and for each token it gives?

Every part of a pass (see `work`) is held up by its arithmetic or its memory, whichever is longer:

    t = max( (operations + 2 · r · weights) / (e · peak),  bytes / (e · bandwidth) )

Matrices are multiplied in tiles: r is how many rows of tokens each is as good as filled up with,
and experts have their own time (see `experts`). What goes into attention and comes out is besides
moved some times over. A pass adds the engine's own time for each layer (launching) and for each
sequence that gets a token (sampling, scheduling); and two sums over chips for each layer: a
latency each, and bytes over the link.
While new requests take the places of those that are done, what a sequence waits for is

    time per output token = decode(B, I + O/2) + (B - 1) / O · prefill(I)

for a batch of B, inputs of I and outputs of O tokens: the prefills of all the others come between.
Requests whose turn comes in the same step are taken in together, up to a chunk of tokens.

Assumes: chips alike, a pass's parts one after another; requests out of step with each other.
Leaves out: pipelines over layers, speculation, the queue before a prefill (time to first token).
Reference: Williams, Waterman & Patterson, Roofline, Communications of the ACM 52 (2009) 65. Shares
and latencies are fitted to times of kernels, overheads to whole engines, by
`scripts/calibrate_roofline.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from . import work
from .accelerator import Accelerator
from .architecture import LanguageModel
from .experts import ExpertKernel, routed_experts_s
from .precision import Format, Precision
from .work import Layout, Tokens, Work

CHUNK_TOKEN_COUNT = 8192.0
"""Input tokens that engines take in together at most, as they are set up mostly."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What chips and engines reach of their data sheets."""

    fp16_matrix_efficiency: Array
    """Of the chip's dense peak, as the others."""
    fp8_matrix_efficiency: Array
    fp4_matrix_efficiency: Array
    tile_token_count: Array
    """Rows that every matrix of weights is as good as multiplied with besides those of tokens."""
    attention_efficiency: Array
    """Of the peak of 16 bits, where tokens look at tokens."""
    memory_efficiency: Array
    """Of the bandwidth, for weights."""
    attention_moved_ratio: Array
    """Times that what goes in and comes out there is moved, over writing and reading it once."""
    attention_memory_efficiency: Array
    """For keys and values; engines that keep them wider than the precision says show here."""
    link_efficiency: Array
    collective_latency_s: Array
    """Of a sum over chips, its bytes aside."""
    layer_overhead_s: Array
    """Of the engine."""
    sequence_overhead_s: Array
    """For each sequence that gets a token, of those that one copy of the attention serves."""
    experts: dict[str, ExpertKernel]
    """By the name of the kernel that a format is multiplied with."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Machine:
    """What a pass runs on; fields may be arrays that broadcast."""

    accelerator: Accelerator
    calibration: Calibration
    layout: Layout


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Pass:
    """One pass through all layers: its seconds by part, and what all chips together did."""

    projections_s: Array
    attention_s: Array
    dense_feed_forward_s: Array
    routed_experts_s: Array
    shared_expert_s: Array
    output_head_s: Array
    collectives_s: Array
    overhead_s: Array
    flop: Array
    memory_byte: Array
    """Read and written."""
    link_byte: Array
    """Sent from chip to chip."""

    @property
    def total_s(self) -> Array:
        """Sum of the parts."""
        feed_forward_s = self.dense_feed_forward_s + self.routed_experts_s + self.shared_expert_s
        layers_s = self.projections_s + self.attention_s + feed_forward_s
        return layers_s + self.output_head_s + self.collectives_s + self.overhead_s


# --- a pass ---------------------------------------------------------------------------------------


def forward(
    model: LanguageModel,
    machine: Machine,
    *,
    precision: Precision,
    sequence_count: ArrayLike,
    new_token_count: ArrayLike = 1.0,
    past_token_count: ArrayLike,
    expert_variation_ratio: ArrayLike = work.EXPERT_VARIATION_RATIO,
) -> Pass:
    """One pass of some sequences, each with some new tokens after some past ones.

    Args:
        model: its shape; fields may be arrays that broadcast.
        machine: chips, what they reach, and how the model lies on them.
        precision: of weights and of what is kept; static.
        sequence_count: of the whole machine.
        new_token_count: of each sequence: 1 decodes, its input's length prefills.
        past_token_count: of each sequence, kept from passes before.
        expert_variation_ratio: of how often experts are picked; 0 where spare copies of the most
            wanted level it.
    """
    taken = Tokens(
        sequence_count=jnp.asarray(sequence_count, dtype=float),
        new_count=jnp.asarray(new_token_count, dtype=float),
        past_count=jnp.asarray(past_token_count, dtype=float),
    )
    given = model, machine.layout, precision, taken
    matrices = {
        "projections_s": (work.projections(*given), precision.projection),
        "dense_feed_forward_s": (work.dense_feed_forward(*given), precision.feed_forward),
        "shared_expert_s": (work.shared_expert(*given), precision.feed_forward),
        "output_head_s": (work.output_head(*given), precision.head),
    }
    attention, experts = work.attention(*given), work.routed_experts(*given)
    works = [attention, experts, *(part for part, _ in matrices.values())]
    looked = work.attention_moved_byte(model, machine.layout, taken)
    sent, chips = work.link_byte(*given), machine.layout.chip_count
    busiest = work.busiest_chip_ratio(
        model,
        machine.layout,
        token_count=taken.all_count,
        expert_variation_ratio=expert_variation_ratio,
    )
    return Pass(
        **{name: _matrix_s(machine, form, part) for name, (part, form) in matrices.items()},
        routed_experts_s=_experts_s(model, machine, precision, taken, (experts, busiest)),
        attention_s=_attention_s(machine, attention, looked),
        collectives_s=_collectives_s(model, machine, sent),
        overhead_s=_overhead_s(model, machine, taken),
        flop=chips * jnp.asarray(sum(part.flop for part in works)),
        memory_byte=chips * (looked + jnp.asarray(sum(part.memory_byte for part in works))),
        link_byte=chips * sent,
    )


def _matrix_s(machine: Machine, form: Format, part: Work) -> Array:
    chip, reached = machine.accelerator, machine.calibration
    rate = {
        "fp16": chip.peak_fp16_flop_per_s * reached.fp16_matrix_efficiency,
        "fp8": chip.peak_fp8_flop_per_s * reached.fp8_matrix_efficiency,
        "fp4": chip.peak_fp4_flop_per_s * reached.fp4_matrix_efficiency,
    }[form.rate]
    read = chip.memory_bandwidth_byte_per_s * reached.memory_efficiency
    filled_up = part.flop + 2.0 * reached.tile_token_count * part.weight_count
    return jnp.maximum(filled_up / rate, part.memory_byte / read)


def _experts_s(
    model: LanguageModel,
    machine: Machine,
    precision: Precision,
    taken: Tokens,
    dealt: tuple[Work, Array],
) -> Array:
    """Time of the experts, for what they do in the mean and the busiest chip's share over it."""
    done, busiest = dealt
    form = precision.feed_forward
    return routed_experts_s(
        model,
        machine.layout,
        taken,
        chip=machine.accelerator,
        kernel=machine.calibration.experts[form.kernel],
        form=form,
        done=done,
        busiest_ratio=busiest,
    )


def _attention_s(machine: Machine, part: Work, moved_byte: Array) -> Array:
    chip, reached = machine.accelerator, machine.calibration
    rate = chip.peak_fp16_flop_per_s * reached.attention_efficiency
    read = chip.memory_bandwidth_byte_per_s * reached.attention_memory_efficiency
    moved_s = reached.attention_moved_ratio * moved_byte / chip.memory_bandwidth_byte_per_s
    return jnp.maximum(part.flop / rate, part.memory_byte / read) + moved_s


def _collectives_s(model: LanguageModel, machine: Machine, sent_byte: Array) -> Array:
    reached = machine.calibration
    rate = machine.accelerator.link_byte_per_s * reached.link_efficiency
    count = work.collective_count(model, machine.layout)
    return count * reached.collective_latency_s + sent_byte / rate


def _overhead_s(model: LanguageModel, machine: Machine, taken: Tokens) -> Array:
    reached, replicas = machine.calibration, machine.layout.attention_replica_count
    layers_s = model.layer_count * reached.layer_overhead_s
    return layers_s + taken.sequence_count / replicas * reached.sequence_overhead_s


# --- serving --------------------------------------------------------------------------------------


def decode_s(
    model: LanguageModel,
    machine: Machine,
    *,
    precision: Precision,
    batch_count: ArrayLike,
    context_token_count: ArrayLike,
) -> Array:
    """Time of one step that gives each sequence of a batch its next token."""
    step = forward(
        model,
        machine,
        precision=precision,
        sequence_count=batch_count,
        past_token_count=context_token_count,
    )
    return step.total_s


def prefill_s(
    model: LanguageModel,
    machine: Machine,
    *,
    precision: Precision,
    input_token_count: ArrayLike,
    sequence_count: ArrayLike = 1.0,
    past_token_count: ArrayLike = 0.0,
) -> Array:
    """Time to take in the inputs of some sequences together, after what is kept of them."""
    taken = forward(
        model,
        machine,
        precision=precision,
        sequence_count=sequence_count,
        new_token_count=input_token_count,
        past_token_count=past_token_count,
    )
    return taken.total_s


def token_interval_s(
    model: LanguageModel,
    machine: Machine,
    *,
    precision: Precision,
    batch_count: ArrayLike,
    input_token_count: ArrayLike,
    output_token_count: ArrayLike,
) -> Array:
    """Mean time between a sequence's tokens while its batch is kept full by new requests."""
    step_s, taking_s = _step_and_taking_s(
        model, machine, precision, batch_count, input_token_count, output_token_count
    )
    others = jnp.maximum(jnp.asarray(batch_count) - 1.0, 0.0)
    return step_s + others / jnp.asarray(output_token_count) * taking_s


def output_tokens_per_s(
    model: LanguageModel,
    machine: Machine,
    *,
    precision: Precision,
    batch_count: ArrayLike,
    input_token_count: ArrayLike,
    output_token_count: ArrayLike,
) -> Array:
    """Tokens that a full batch gives, its own prefills taken into account, by all chips."""
    step_s, taking_s = _step_and_taking_s(
        model, machine, precision, batch_count, input_token_count, output_token_count
    )
    batch = jnp.asarray(batch_count)
    return batch / (step_s + batch / jnp.asarray(output_token_count) * taking_s)


def _step_and_taking_s(
    model: LanguageModel,
    machine: Machine,
    precision: Precision,
    batch_count: ArrayLike,
    input_token_count: ArrayLike,
    output_token_count: ArrayLike,
) -> tuple[Array, Array]:
    """Time of a decoding step, and of taking in one request.

    Each copy of the attention takes in requests while the others take in theirs.
    """
    batch, made = jnp.asarray(batch_count), jnp.asarray(output_token_count)
    given = jnp.asarray(input_token_count)
    step_s = decode_s(
        model,
        machine,
        precision=precision,
        batch_count=batch,
        context_token_count=given + 0.5 * made,
    )
    replicas = machine.layout.attention_replica_count
    of_chunk = jnp.maximum(CHUNK_TOKEN_COUNT / given, 1.0)
    together = jnp.clip(batch / (made * replicas), 1.0, of_chunk) * jnp.minimum(replicas, batch)
    taking_s = prefill_s(
        model, machine, precision=precision, input_token_count=given, sequence_count=together
    )
    return step_s, taking_s / together


# --- memory ---------------------------------------------------------------------------------------


def room_byte(
    model: LanguageModel, machine: Machine, *, precision: Precision, workspace_fraction: ArrayLike
) -> Array:
    """Memory of one chip that weights and workspace leave; negative: the model does not fit."""
    usable = machine.accelerator.memory_byte * (1.0 - jnp.asarray(workspace_fraction))
    return usable - work.weight_byte(model, machine.layout, precision=precision)


def most_sequence_count(
    model: LanguageModel,
    machine: Machine,
    *,
    precision: Precision,
    token_count: ArrayLike,
    workspace_fraction: ArrayLike,
) -> Array:
    """Sequences of some tokens that find room on all chips; below 0 by what the model lacks."""
    room = room_byte(model, machine, precision=precision, workspace_fraction=workspace_fraction)
    kept = work.sequence_byte(model, machine.layout, precision=precision, token_count=token_count)
    return machine.layout.attention_replica_count * room / kept
