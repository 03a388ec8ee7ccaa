"""How long does a machine take for one pass of a language model, and what limits it?

Every part of every layer is held up by its arithmetic or by its memory, whichever takes longer:

    t = max( operations / (peak · e_matrix),  bytes / (bandwidth · e_memory) )

    projections     weights of queries, keys, values and their output; 2 operations for each and token
    attention       every stored key and value is read once a pass; 2 · (key + value) numbers of every
                    query head for each token looked at. A latent vector (MLA) is read whole by every
                    chip that tensor parallelism joins; while tokens are few, heads multiply with it
                    as it lies (2 · latent + rotary numbers), else it is spread to keys and values
    feed-forward    dense, or k of E experts: of E experts T tokens wake E (1 - (1 - k/E)^T)
    output head     of the last token of each sequence

A pass adds, for each layer, the engine's own time (launching, scheduling), more where experts are
dealt, and collectives: sums over n chips take a latency and 2 (n - 1) / n of the tokens' bytes over
the link, twice a layer. Serving interleaves the prefills of new requests with decoding:

    time per output token = decode(B, input + output / 2) + B / output · prefill(input)

Assumes: experts woken as by chance; chips alike; a pass's parts one after another.
Leaves out: experts on unequal loads, pipelines over layers, speculation, the queue before a prefill
(time to the first token), attention that picks tokens or keeps a state instead of them.
Reference: Williams, Waterman & Patterson, Roofline, Communications of the ACM 52 (2009) 65; the
constants are fitted by `scripts/calibrate_roofline.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .accelerator import Accelerator
from .architecture import LanguageModel
from .precision import Format, Precision

ACTIVATION_BYTE = 2.0
"""Of a number between layers: 16 bits in every precision."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What chips and engines reach of their data sheets; scalars."""

    fp16_matrix_efficiency: Array
    """Of the chip's dense peak."""
    fp8_matrix_efficiency: Array
    fp4_matrix_efficiency: Array
    attention_efficiency: Array
    """Of the 16-bit peak, within attention."""
    memory_efficiency: Array
    link_efficiency: Array
    collective_latency_s: Array
    """Of a sum over chips, without its bytes."""
    layer_overhead_s: Array
    """Of the engine."""
    expert_overhead_s: Array
    """More for a layer that deals tokens to experts."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a model lies on chips; chips that links of one domain join."""

    chip_count: Array
    attention_replica_count: Array
    """Copies of the attention weights, each with its share of the sequences; 1 cuts them over all
    chips."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Pass:
    """One pass through all layers: seconds by part, and what all chips together did."""

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
    """Sent between chips."""
    arithmetic_s: Array
    """For which a chip's arithmetic is busy, at the rates that it reaches."""

    @property
    def total_s(self) -> Array:
        """Sum of the parts."""
        experts_s = self.routed_experts_s + self.shared_expert_s
        layers_s = self.projections_s + self.attention_s + self.dense_feed_forward_s + experts_s
        return layers_s + self.output_head_s + self.collectives_s + self.overhead_s


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Machine:
    """What a pass runs on."""

    accelerator: Accelerator
    calibration: Calibration
    layout: Layout


@dataclass(frozen=True)
class _Work:
    """Of one part on one chip, over all layers."""

    flop: Array
    byte: Array


def forward(
    model: LanguageModel,
    machine: Machine,
    *,
    precision: Precision,
    sequence_count: ArrayLike,
    new_token_count: ArrayLike = 1.0,
    past_token_count: ArrayLike,
) -> Pass:
    """One pass of some sequences, each with some new tokens after some past ones.

    Args:
        model: its shape.
        machine: chips, what they reach, and how the model lies on them.
        precision: of weights and of what is kept; static.
        sequence_count: of the whole machine.
        new_token_count: of each sequence: 1 decodes, its input's length prefills.
        past_token_count: of each sequence, kept from passes before.
    """
    sequences = jnp.asarray(sequence_count, dtype=float)
    new, past = jnp.asarray(new_token_count, dtype=float), jnp.asarray(past_token_count)
    tokens = sequences * new
    layout = machine.layout
    share = 1.0 / layout.attention_replica_count
    works = {
        "projections_s": (
            _projections(model, layout, precision, tokens * share),
            precision.projection,
        ),
        "dense_feed_forward_s": (_dense(model, layout, precision, tokens), precision.feed_forward),
        "routed_experts_s": (_routed(model, layout, precision, tokens), precision.feed_forward),
        "shared_expert_s": (_shared(model, layout, precision, tokens), precision.feed_forward),
        "output_head_s": (_head(model, layout, precision, sequences), precision.head),
    }
    attention = _attention(model, layout, precision, sequences * share, new, past)
    reckoning_s = _attention_flop_s(machine, attention) + sum(
        work.flop / _matrix_flop_per_s(machine, format_) for work, format_ in works.values()
    )
    chips = layout.chip_count
    sent = _link_byte(model, layout, tokens)
    return Pass(
        **{part: _matrix_s(machine, format_, work) for part, (work, format_) in works.items()},
        attention_s=_attention_s(machine, attention),
        collectives_s=_collectives_s(model, machine, sent),
        overhead_s=_overhead_s(model, machine.calibration),
        flop=chips * (sum(work.flop for work, _ in works.values()) + attention.flop),
        memory_byte=chips * (sum(work.byte for work, _ in works.values()) + attention.byte),
        link_byte=chips * sent,
        arithmetic_s=reckoning_s,
    )


# --- what a part does on one chip -----------------------------------------------------------------


def _tensor_count(layout: Layout) -> Array:
    """Chips over which one copy of the attention is cut."""
    return layout.chip_count / layout.attention_replica_count


def _projections(
    model: LanguageModel, layout: Layout, precision: Precision, tokens: Array
) -> _Work:
    cut, whole = projection_parameter_counts(model, tensor_count=_tensor_count(layout))
    weights = cut + whole
    flop = 2.0 * tokens * weights
    byte = weights * precision.projection.byte + 2.0 * tokens * model.width_count * ACTIVATION_BYTE
    return _Work(model.layer_count * flop, model.layer_count * byte)


def projection_parameter_counts(
    model: LanguageModel, *, tensor_count: Array
) -> tuple[Array, Array]:
    """Weights around attention of one layer on one chip: those cut over chips, those on each.

    Heads of keys and values that are fewer than chips are kept several times; so are the matrices
    down to a latent vector, which have no heads.
    """
    width, heads = model.width_count, model.query_head_count
    latent, query_latent = model.latent_width_count, model.query_latent_width_count
    key, value = model.head_width_count, model.value_head_width_count
    out = heads * value * width
    copies = jnp.maximum(1.0, tensor_count / model.key_value_head_count)
    grouped = width * heads * key + model.key_value_head_count * width * (key + value) * copies
    queries = heads * (key + model.rotary_width_count)
    spread = jnp.where(query_latent > 0, query_latent, width) * queries
    down = width * (query_latent + latent + model.rotary_width_count)
    is_latent = latent > 0
    cut = jnp.where(is_latent, spread + latent * heads * (key + value), grouped) + out
    return cut / tensor_count, jnp.where(is_latent, down, 0.0)


def _attention(
    model: LanguageModel,
    layout: Layout,
    precision: Precision,
    sequences: Array,
    new: Array,
    past: Array,
) -> _Work:
    """Of stored tokens: half the new ones are seen by a new one on average, all are read."""
    looked, read = past + 0.5 * (new + 1.0), past + new
    window = model.window_token_count
    windowed = jnp.where(model.layer_count > 0, model.windowed_layer_count / model.layer_count, 0.0)

    def mean(count: Array, most: Array) -> Array:
        return model.layer_count * ((1.0 - windowed) * count + windowed * jnp.minimum(count, most))

    each = _attention_flop(model, new, past) / _tensor_count(layout)
    flop = sequences * new * mean(looked, window) * each
    kept = kept_byte(model, precision=precision, tensor_count=_tensor_count(layout))
    return _Work(flop, sequences * mean(read, window + new) * kept)


def _attention_flop(model: LanguageModel, new: Array, past: Array) -> Array:
    """Operations of all heads for each pair of a token and one that it looks at."""
    key, value = model.head_width_count, model.value_head_width_count
    rotary, latent = model.rotary_width_count, model.latent_width_count
    as_it_lies = 2.0 * latent + rotary
    spreading = latent * (key + value) * past / (new * (past + 0.5 * (new + 1.0)))
    spread = key + rotary + value + spreading
    numbers = jnp.where(latent > 0, jnp.minimum(as_it_lies, spread), key + value)
    return 2.0 * model.query_head_count * numbers


def kept_byte(model: LanguageModel, *, precision: Precision, tensor_count: ArrayLike) -> Array:
    """Bytes that one of a replica's chips keeps of one token in one layer."""
    tensor = jnp.asarray(tensor_count)
    heads = jnp.maximum(model.key_value_head_count / tensor, 1.0)
    grouped = heads * (model.head_width_count + model.value_head_width_count)
    latent = model.latent_width_count + model.rotary_width_count
    numbers = jnp.where(model.latent_width_count > 0, latent, grouped)
    return precision.key_value_byte * numbers


def _dense(model: LanguageModel, layout: Layout, precision: Precision, tokens: Array) -> _Work:
    weights = model.feed_forward_matrix_count * model.width_count * model.dense_inner_count
    return _cut(model.dense_layer_count, weights, weights, layout, precision, model, tokens)


def _routed(model: LanguageModel, layout: Layout, precision: Precision, tokens: Array) -> _Work:
    expert = model.feed_forward_matrix_count * model.width_count * model.expert_inner_count
    woken = woken_expert_count(model, token_count=tokens)
    layers = model.layer_count - model.dense_layer_count
    passes = tokens * model.experts_per_token_count
    return _cut(layers, woken * expert, expert, layout, precision, model, passes)


def woken_expert_count(model: LanguageModel, *, token_count: ArrayLike) -> Array:
    """Experts of a layer that at least one of some tokens goes to."""
    experts = jnp.maximum(model.expert_count, 1.0)
    asleep = jnp.maximum(1.0 - model.experts_per_token_count / experts, 1e-30)
    woken = model.expert_count * -jnp.expm1(jnp.asarray(token_count) * jnp.log(asleep))
    return jnp.where(model.expert_count > 0, woken, 0.0)


def _shared(model: LanguageModel, layout: Layout, precision: Precision, tokens: Array) -> _Work:
    weights = model.feed_forward_matrix_count * model.width_count * model.shared_inner_count
    layers = jnp.where(model.shared_inner_count > 0, model.layer_count - model.dense_layer_count, 0)
    return _cut(layers, weights, weights, layout, precision, model, tokens)


def _cut(
    layers: Array,
    read: Array,
    used: Array,
    layout: Layout,
    precision: Precision,
    model: LanguageModel,
    tokens: Array,
) -> _Work:
    """Feed-forward work cut evenly over all chips: weights read, weights each token passes."""
    share = layers / layout.chip_count
    moved = 2.0 * tokens * model.width_count * ACTIVATION_BYTE
    return _Work(2.0 * tokens * used * share, share * (read * precision.feed_forward.byte + moved))


def _head(model: LanguageModel, layout: Layout, precision: Precision, sequences: Array) -> _Work:
    weights = model.width_count * model.vocabulary_count / layout.chip_count
    return _Work(2.0 * sequences * weights, weights * precision.head.byte)


# --- how long that takes --------------------------------------------------------------------------


def _matrix_flop_per_s(machine: Machine, format_: Format) -> Array:
    chip, reached = machine.accelerator, machine.calibration
    rates = {
        "fp16": chip.peak_fp16_flop_per_s * reached.fp16_matrix_efficiency,
        "fp8": chip.peak_fp8_flop_per_s * reached.fp8_matrix_efficiency,
        "fp4": chip.peak_fp4_flop_per_s * reached.fp4_matrix_efficiency,
    }
    return rates[format_.rate]


def _memory_s(machine: Machine, byte: Array) -> Array:
    reached = machine.calibration.memory_efficiency
    return byte / (machine.accelerator.memory_bandwidth_byte_per_s * reached)


def _matrix_s(machine: Machine, format_: Format, work: _Work) -> Array:
    return jnp.maximum(
        work.flop / _matrix_flop_per_s(machine, format_), _memory_s(machine, work.byte)
    )


def _attention_s(machine: Machine, work: _Work) -> Array:
    return jnp.maximum(_attention_flop_s(machine, work), _memory_s(machine, work.byte))


def _attention_flop_s(machine: Machine, work: _Work) -> Array:
    rate = machine.accelerator.peak_fp16_flop_per_s * machine.calibration.attention_efficiency
    return work.flop / rate


def _link_byte(model: LanguageModel, layout: Layout, tokens: Array) -> Array:
    """Bytes that one chip sends in a pass: sums after attention, and after the feed-forward part.

    With several copies of the attention the tokens are gathered and the sums scattered: as much.
    """
    chips, tensor = layout.chip_count, _tensor_count(layout)
    attention = 2.0 * (tensor - 1.0) / tensor * tokens / layout.attention_replica_count
    feed_forward = 2.0 * (chips - 1.0) / chips * tokens
    each = model.width_count * ACTIVATION_BYTE
    return model.layer_count * each * (attention + feed_forward)


def _collectives_s(model: LanguageModel, machine: Machine, sent: Array) -> Array:
    reached, layout = machine.calibration, machine.layout
    count = jnp.where(_tensor_count(layout) > 1, 1.0, 0.0) + jnp.where(
        layout.chip_count > 1, 1.0, 0.0
    )
    rate = machine.accelerator.link_byte_per_s * reached.link_efficiency
    return model.layer_count * count * reached.collective_latency_s + sent / rate


def _overhead_s(model: LanguageModel, reached: Calibration) -> Array:
    expert_layers = jnp.where(
        model.expert_count > 0, model.layer_count - model.dense_layer_count, 0
    )
    return model.layer_count * reached.layer_overhead_s + expert_layers * reached.expert_overhead_s


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


def output_token_s(
    model: LanguageModel,
    machine: Machine,
    *,
    precision: Precision,
    batch_count: ArrayLike,
    input_token_count: ArrayLike,
    output_token_count: ArrayLike,
) -> Array:
    """Mean time between a sequence's tokens while its batch is kept full by new requests.

    Each copy of the attention prefills one request while the others prefill theirs.
    """
    batch, given = jnp.asarray(batch_count), jnp.asarray(input_token_count)
    made = jnp.asarray(output_token_count)
    decoding = decode_s(
        model,
        machine,
        precision=precision,
        batch_count=batch,
        context_token_count=given + 0.5 * made,
    )
    together = jnp.minimum(machine.layout.attention_replica_count, batch)
    taking = prefill_s(
        model,
        machine,
        precision=precision,
        input_token_count=given,
        sequence_count=together,
    )
    return decoding + batch / (made * together) * taking
