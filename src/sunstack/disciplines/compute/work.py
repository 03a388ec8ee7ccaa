"""How many operations and bytes does one pass of a language model ask of each of its chips?

    projections     weights of queries, keys, values and their output, 2 operations for each token
    attention       every stored key and value is read once; a token's heads multiply with
                    all it looks at, 2 operations for each number of their keys and values
    feed-forward    dense, or k of E experts: T tokens wake E (1 - (1 - k/E)^T) of them, which
                    are read; each token passes its k alone
    output head     for the last token of each sequence, on each copy of the attention

Tensor parallelism cuts heads and inner widths over chips. Heads of keys and values that are fewer
than chips are kept several times; a latent vector (MLA) has none and is kept by every chip, as are
the matrices down to it. While a pass has few new tokens, heads multiply with the latent vector as
it lies (2 · latent + rotary numbers); with many, it is spread out to keys and values first.
Attention may instead be copied, with all else but the experts, each copy with its share of the
sequences: experts are dealt out over all chips.

Assumes: experts woken as by chance; numbers between layers read and written once a matrix; whole
experts on each chip where attention is copied, cut ones elsewhere.
Leaves out: norms, routers and sampling; experts kept twice to level loads; attention that picks its
tokens or keeps a state instead of them.
Reference: DeepSeek-V2 (arXiv 2405.04434), sec. 2.1, for latent attention; Harter, Expected values
of normal order statistics, Biometrika 48 (1961) 151, for the greatest of some draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .architecture import LanguageModel
from .precision import Precision

ACTIVATION_BYTE = 2.0
"""Of a number between layers."""
GREATEST = (0.0, 0.5642, 1.0294, 1.4236, 1.7660, 2.0697, 2.3437, 2.5946)
"""Mean of the greatest of 1, 2, 4, … 128 draws of a standard normal; above, as of 128."""
PICKING_BYTE = 2.0 + 2.0 + 4.0 + 4.0
"""Of each number that a token is picked from: written, read, widened to four bytes, read again."""
EXPERT_VARIATION_RATIO = 2.56
"""Squared coefficient of variation of the tokens that an expert gets, as chips come to see it: so
that the busiest of 32 gets 2.56 times the mean of them, as of DeepSeek-R1's, nothing done to level
it (NVIDIA, TensorRT-LLM, Scaling Expert Parallelism, 2025, table 1). Experts themselves vary by
1.64, the mean of layers: uneven ones weigh more. Of other models nothing was found."""
GATHERING_CHIP_COUNT = 8.0
"""Copies of the attention on a board gather every token; on more chips they send each token only
to those that hold one of its experts."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a model lies on chips that links of one domain join."""

    chip_count: Array
    attention_replica_count: Array
    """Copies of all but the experts, each with its share of the sequences (data-parallel
    attention); 1 cuts everything over all chips."""

    @property
    def tensor_count(self) -> Array:
        """Chips over which one copy of the attention is cut."""
        return self.chip_count / self.attention_replica_count


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What a pass takes in, for the whole machine."""

    sequence_count: Array
    new_count: Array
    """Of each sequence."""
    past_count: Array
    """Of each sequence, kept from passes before."""

    @property
    def all_count(self) -> Array:
        """New tokens of all sequences."""
        return self.sequence_count * self.new_count


@dataclass(frozen=True)
class Work:
    """Of one part on one chip, over all layers."""

    flop: Array
    weight_count: Array
    """Weights read."""
    memory_byte: Array
    """Read and written."""


# --- attention ------------------------------------------------------------------------------------


def projections(model: LanguageModel, layout: Layout, precision: Precision, taken: Tokens) -> Work:
    """Of the matrices around attention."""
    weights = projection_parameter_count(model, tensor_count=layout.tensor_count)
    tokens = taken.all_count / layout.attention_replica_count
    moved = 2.0 * tokens * model.width_count * ACTIVATION_BYTE
    return Work(
        model.layer_count * 2.0 * tokens * weights,
        model.layer_count * weights,
        model.layer_count * (weights * precision.projection.weight_byte + moved),
    )


def projection_parameter_count(model: LanguageModel, *, tensor_count: ArrayLike) -> Array:
    """Weights around attention that one chip keeps of one layer."""
    width, heads, stored = model.width_count, model.query_head_count, model.key_value_head_count
    latent, rotary = model.latent_width_count, model.rotary_width_count
    key, value = model.head_width_count, model.value_head_width_count
    tensor = jnp.asarray(tensor_count)
    out = heads * value * width
    copies = jnp.maximum(1.0, tensor / stored)
    grouped = (width * heads * key + stored * width * (key + value) * copies + out) / tensor
    from_width = jnp.where(
        model.query_latent_width_count > 0, model.query_latent_width_count, width
    )
    spread = from_width * heads * (key + rotary) + latent * heads * (key + value) + out
    down = width * (model.query_latent_width_count + latent + rotary)
    return jnp.where(latent > 0, spread / tensor + down, grouped)


def attention(model: LanguageModel, layout: Layout, precision: Precision, taken: Tokens) -> Work:
    """Of tokens looking at tokens: a new one sees half of the new ones, all kept ones are read."""
    looked = taken.past_count + 0.5 * (taken.new_count + 1.0)
    read = taken.past_count + taken.new_count
    windowed = model.windowed_layer_count
    window = jnp.minimum(looked, model.window_token_count)
    window_read = jnp.minimum(read, model.window_token_count + taken.new_count)
    whole = model.layer_count - windowed
    sequences = taken.sequence_count / layout.attention_replica_count
    pairs = sequences * taken.new_count * (whole * looked + windowed * window)
    kept = kept_byte(model, precision=precision, tensor_count=layout.tensor_count)
    return Work(
        pairs * _pair_flop(model, taken) / layout.tensor_count,
        jnp.zeros_like(pairs),
        sequences * (whole * read + windowed * window_read) * kept,
    )


def attention_moved_byte(model: LanguageModel, layout: Layout, taken: Tokens) -> Array:
    """Bytes of what goes into attention and comes out, written and read once by one chip."""
    key, value = model.head_width_count, model.value_head_width_count
    queries, stored = model.query_head_count, model.key_value_head_count
    rotary, latent = model.rotary_width_count, model.latent_width_count
    grouped = (queries + stored) * (key + value)
    numbers = jnp.where(latent > 0, queries * (rotary + value) + latent + rotary, grouped)
    tokens = taken.all_count / layout.attention_replica_count
    return 2.0 * ACTIVATION_BYTE * model.layer_count * tokens * numbers / layout.tensor_count


def _pair_flop(model: LanguageModel, taken: Tokens) -> Array:
    """Operations of all heads for each pair of a token and one that it looks at."""
    key, value = model.head_width_count, model.value_head_width_count
    rotary, latent = model.rotary_width_count, model.latent_width_count
    pairs = taken.new_count * (taken.past_count + 0.5 * (taken.new_count + 1.0))
    spreading = latent * (key + value) * taken.past_count / pairs
    spread = key + rotary + value + spreading
    numbers = jnp.where(latent > 0, jnp.minimum(2.0 * latent + rotary, spread), key + value)
    return 2.0 * model.query_head_count * numbers


def kept_byte(model: LanguageModel, *, precision: Precision, tensor_count: ArrayLike) -> Array:
    """Bytes that one chip keeps in one layer of a token whose sequence it serves."""
    heads = jnp.maximum(model.key_value_head_count / jnp.asarray(tensor_count), 1.0)
    grouped = heads * (model.head_width_count + model.value_head_width_count)
    latent = model.latent_width_count + model.rotary_width_count
    return precision.key_value_byte * jnp.where(model.latent_width_count > 0, latent, grouped)


# --- feed-forward and head ------------------------------------------------------------------------


def dense_feed_forward(
    model: LanguageModel, layout: Layout, precision: Precision, taken: Tokens
) -> Work:
    """Of layers without experts."""
    layers, inner = model.dense_layer_count, model.dense_inner_count
    return _of_a_copy(model, layout, precision, taken, layers, inner)


def routed_experts(
    model: LanguageModel, layout: Layout, precision: Precision, taken: Tokens
) -> Work:
    """Of the experts that tokens are dealt to."""
    expert = _feed_forward_parameter_count(model, model.expert_inner_count)
    layers, chips = expert_layer_count(model), layout.chip_count
    read = layers * woken_expert_count(model, token_count=taken.all_count) * expert / chips
    passed = taken.all_count * model.experts_per_token_count / chips
    dealt = dealt_byte(model, layout, token_count=taken.all_count)
    gathered = gathered_byte(model, layout, token_count=taken.all_count)
    byte = read * precision.feed_forward.weight_byte + dealt + gathered
    return Work(2.0 * layers * passed * expert, read, byte)


def dealt_byte(model: LanguageModel, layout: Layout, *, token_count: ArrayLike) -> Array:
    """Bytes that one chip writes and reads once of what goes through its experts.

    Experts that are cut take every token of theirs whole on each chip, and give a part of it.
    """
    cut = jnp.where(layout.attention_replica_count > 1, 1.0, layout.chip_count)
    inner = model.feed_forward_matrix_count * model.expert_inner_count
    each = model.width_count * cut + inner
    passed = jnp.asarray(token_count) * model.experts_per_token_count / layout.chip_count
    return 2.0 * ACTIVATION_BYTE * expert_layer_count(model) * passed * each


def gathered_byte(model: LanguageModel, layout: Layout, *, token_count: ArrayLike) -> Array:
    """Bytes of the tokens that a chip picks its share from, and of its sums."""
    gathered = jnp.where(_sends_tokens(layout), 0.0, jnp.asarray(token_count))
    return 2.0 * ACTIVATION_BYTE * expert_layer_count(model) * gathered * model.width_count


def _sends_tokens(layout: Layout) -> Array:
    """Whether copies of the attention send tokens to chips that need them, and gather none."""
    return (layout.attention_replica_count > 1) & (layout.chip_count > GATHERING_CHIP_COUNT)


def reached_fraction(model: LanguageModel, layout: Layout) -> Array:
    """Share of all tokens that come to each chip: all, or those dealt to its experts."""
    chips = layout.chip_count
    missed = jnp.exp(model.experts_per_token_count * jnp.log1p(-1.0 / jnp.maximum(chips, 2.0)))
    return jnp.where(_sends_tokens(layout), 1.0 - missed, 1.0)


def shared_expert(
    model: LanguageModel, layout: Layout, precision: Precision, taken: Tokens
) -> Work:
    """Of what every token passes beside its experts."""
    layers = jnp.where(model.shared_inner_count > 0, expert_layer_count(model), 0.0)
    return _of_a_copy(model, layout, precision, taken, layers, model.shared_inner_count)


def output_head(model: LanguageModel, layout: Layout, precision: Precision, taken: Tokens) -> Work:
    """Of the last token of each sequence; what a token is picked from is widened and read again."""
    weights = model.width_count * model.vocabulary_count / layout.tensor_count
    sequences = taken.sequence_count / layout.attention_replica_count
    picked_from = sequences * model.vocabulary_count / layout.tensor_count
    byte = weights * precision.head.weight_byte + picked_from * PICKING_BYTE
    return Work(2.0 * sequences * weights, weights, byte)


def woken_expert_count(model: LanguageModel, *, token_count: ArrayLike) -> Array:
    """Experts of a layer that at least one of some tokens goes to."""
    experts = jnp.maximum(model.expert_count, 1.0)
    asleep = jnp.maximum(1.0 - model.experts_per_token_count / experts, 1e-30)
    return model.expert_count * -jnp.expm1(jnp.asarray(token_count) * jnp.log(asleep))


def busiest_chip_ratio(
    model: LanguageModel,
    layout: Layout,
    *,
    token_count: ArrayLike,
    expert_variation_ratio: ArrayLike = EXPERT_VARIATION_RATIO,
) -> Array:
    """Tokens that the busiest chip's experts get, over the mean; 1 where every expert is cut.

    Copies of the attention deal whole experts out over n chips, and all wait for the busiest. In
    squares of its mean a chip's load varies by v (n - 1) / E, as experts are picked unevenly, and
    by (n - 1) / (T k), by chance; the greatest of n is a lognormal's whose logarithm lies as
    many deviations up as the greatest of n draws of a normal in the mean.

    Next to draws of gammas over their sum (v of 0.3 to 2.56, many tokens) that is 7 % too little to
    2 % too much with eight experts a chip and more, 6 % too much with four on 64 chips, and 4 to
    31 % too little for eight experts in all on two to eight chips. What is fitted with it (kernels
    of experts, the variation above) makes up for some of that.
    """
    ratio = greatest_share_ratio(
        chip_count=layout.chip_count,
        expert_count=jnp.maximum(model.expert_count, 1.0),
        dealt_count=jnp.asarray(token_count) * model.experts_per_token_count,
        expert_variation_ratio=expert_variation_ratio,
    )
    return jnp.where(layout.attention_replica_count > 1, ratio, 1.0)


def greatest_share_ratio(
    *,
    chip_count: ArrayLike,
    expert_count: ArrayLike,
    dealt_count: ArrayLike,
    expert_variation_ratio: ArrayLike,
) -> Array:
    """Share of the busiest of some chips over the mean, each with as many whole experts."""
    chips = jnp.asarray(chip_count, dtype=float)
    dealt = jnp.maximum(jnp.asarray(dealt_count), 1.0)
    varied = jnp.asarray(expert_variation_ratio) / jnp.asarray(expert_count)
    spread = jnp.log1p((chips - 1.0) * (varied + 1.0 / dealt))
    greatest = jnp.interp(jnp.log2(chips), jnp.arange(len(GREATEST)), jnp.asarray(GREATEST))
    # of one chip the spread is 0, where the root has no slope
    some = jnp.where(spread > 0.0, spread, 1.0)
    ratio = jnp.where(spread > 0.0, jnp.exp(greatest * jnp.sqrt(some) - 0.5 * some), 1.0)
    return jnp.minimum(ratio, chips)


def expert_layer_count(model: LanguageModel) -> Array:
    """Layers that deal tokens to experts."""
    return jnp.where(model.expert_count > 0, model.layer_count - model.dense_layer_count, 0.0)


def _feed_forward_parameter_count(model: LanguageModel, inner_count: Array) -> Array:
    return model.feed_forward_matrix_count * model.width_count * inner_count


def _of_a_copy(
    model: LanguageModel,
    layout: Layout,
    precision: Precision,
    taken: Tokens,
    layers: Array,
    inner: Array,
) -> Work:
    """Matrices that every copy of the attention has, cut over its chips."""
    weights = _feed_forward_parameter_count(model, inner)
    tokens = taken.all_count / layout.attention_replica_count
    work = _matrices(model, precision, layers * weights, weights, layers, inner, tokens)
    return _over(work, layout.tensor_count)


def _matrices(
    model: LanguageModel,
    precision: Precision,
    read_count: Array,
    passed_count: Array,
    layers: Array,
    inner: Array,
    tokens: Array,
) -> Work:
    """Weights read of all layers, and weights of each that every token passes.

    What each matrix gives is written and read again.
    """
    given = model.width_count + model.feed_forward_matrix_count * inner
    moved = 2.0 * layers * tokens * given * ACTIVATION_BYTE
    byte = read_count * precision.feed_forward.weight_byte + moved
    return Work(2.0 * tokens * layers * passed_count, read_count, byte)


def _over(work: Work, chip_count: Array) -> Work:
    """Return one chip's share."""
    return Work(
        work.flop / chip_count, work.weight_count / chip_count, work.memory_byte / chip_count
    )


# --- links and memory -----------------------------------------------------------------------------


def link_byte(model: LanguageModel, layout: Layout, precision: Precision, taken: Tokens) -> Array:
    """Bytes that one chip sends in sums after attention and after the feed-forward part.

    Copies of the attention gather tokens before their experts, as narrow as these take them, and
    scatter sums after them; all else is of a copy alone.
    """
    tensor, chips = layout.tensor_count, layout.chip_count
    copies, experts = layout.attention_replica_count, expert_layer_count(model)
    summed = (model.layer_count + model.dense_layer_count) * (tensor - 1.0) / tensor / copies
    each = jnp.where(copies > 1, precision.sent_byte, ACTIVATION_BYTE) + ACTIVATION_BYTE
    reached = reached_fraction(model, layout) * (chips - 1.0) / chips
    sent = 2.0 * ACTIVATION_BYTE * summed + each * experts * reached
    return sent * taken.all_count * model.width_count


def collective_count(model: LanguageModel, layout: Layout) -> Array:
    """Sums over chips in a pass."""
    of_a_copy = model.layer_count + model.dense_layer_count
    joined = jnp.where(layout.tensor_count > 1, of_a_copy, 0.0)
    return joined + jnp.where(layout.chip_count > 1, expert_layer_count(model), 0.0)


def sequence_byte(
    model: LanguageModel, layout: Layout, *, precision: Precision, token_count: ArrayLike
) -> Array:
    """Bytes that each chip of a copy keeps of a sequence of some tokens."""
    tokens = jnp.asarray(token_count)
    window = jnp.minimum(tokens, model.window_token_count)
    whole = (model.layer_count - model.windowed_layer_count) * tokens
    each = kept_byte(model, precision=precision, tensor_count=layout.tensor_count)
    return (whole + model.windowed_layer_count * window) * each


def weight_byte(model: LanguageModel, layout: Layout, *, precision: Precision) -> Array:
    """Bytes of weights that one chip keeps; norms, routers and biases left out."""
    tensor, layers = layout.tensor_count, expert_layer_count(model)
    around = model.layer_count * projection_parameter_count(model, tensor_count=tensor)
    inner = model.dense_layer_count * model.dense_inner_count + layers * model.shared_inner_count
    experts = layers * model.expert_count * model.expert_inner_count
    fed = _feed_forward_parameter_count(model, inner / tensor + experts / layout.chip_count)
    table = model.width_count * model.vocabulary_count * model.embedding_count / tensor
    return (
        around * precision.projection.weight_byte
        + fed * precision.feed_forward.weight_byte
        + table * precision.head.weight_byte
    )
