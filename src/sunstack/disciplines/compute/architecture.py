"""What is a language model made of?

Assumes: a decoder of like layers, each an attention and a feed-forward part; the feed-forward part
is dense in some layers and of experts in the others.
Leaves out: layers whose memory does not grow with the context (linear attention, state spaces).
Layers that look back only within chunks count as windowed.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
from jax import Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class LanguageModel:
    """Shape of a decoder; counts, as scalars."""

    layer_count: Array
    width_count: Array
    """Numbers that stand for a token between layers."""
    query_head_count: Array
    key_value_head_count: Array
    head_width_count: Array
    """Numbers of a head's query and key, without those of `rotary_width_count` if latent."""
    value_head_width_count: Array
    dense_layer_count: Array
    """Layers whose feed-forward part is dense."""
    dense_inner_count: Array
    """Inner width of that part."""
    expert_count: Array
    """Routed experts of each other layer; 0 if all layers are dense."""
    experts_per_token_count: Array
    expert_inner_count: Array
    shared_inner_count: Array
    """Inner width of what every token passes besides its experts; 0 if nothing."""
    feed_forward_matrix_count: Array
    """3 where a gate multiplies, else 2."""
    latent_width_count: Array
    """Of keys and values kept as one latent vector; 0 if each head keeps its own."""
    query_latent_width_count: Array
    rotary_width_count: Array
    """Kept beside the latent vector; 0 if each head keeps its own."""
    windowed_layer_count: Array
    """Layers that look back only over a window."""
    window_token_count: Array
    vocabulary_count: Array
    embedding_count: Array
    """1 if the input's table serves as the output's, else 2."""
    context_token_count: Array
    """Longest context."""
    layer_norm_count: Array
    """Norms of a token's whole width in each layer; one more stands before the output."""
    query_key_norm_count: Array
    """Weights of the norms of queries and keys in each layer, without those of latent vectors."""
    bias_count: Array
    """1 if attention, router and experts add biases, else 0."""
    router_bias_count: Array
    """1 if each expert has a number added to its score, `bias_count` aside, else 0."""
    sink_count: Array
    """1 if each query head has a sink, that takes weight and gives nothing, else 0."""
