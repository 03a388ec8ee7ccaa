"""How many parameters has a language model, how many serve one token, and how many bytes are they?

In a layer of width d, with q query heads and k heads of keys and values, h and v numbers wide:

    attention = d·q·h + d·k·(h + v) + q·v·d ,
    with a latent vector of c, r rotary numbers beside it, and queries through one of l
              = d·l + l·q·(h + r) + d·(c + r) + c·q·(h + v) + q·v·d ,
    feed-forward = m·d·(inner width) ,   router = d·(experts) ;

then norms, biases, sinks and the tables of the vocabulary.

Assumes: a norm has one weight for each number; biases stand at every matrix but the embeddings.
Leaves out: eyes and ears of models that have some; modules that guess further tokens; scales of
narrow numbers, unless they are counted into the bytes of each; biases beside latent vectors, which
no model of the catalogue has.
Reference: A. Vaswani et al., Attention Is All You Need, 1706.03762; DeepSeek-V2, 2405.04434.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .architecture import LanguageModel


def parameter_count(model: LanguageModel) -> Array:
    """Count all weights, none twice."""
    embeddings = model.embedding_count * table_parameter_count(model)
    last_norm = model.width_count
    return embeddings + last_norm + _layers_count(model, model.expert_count)


def active_parameter_count(model: LanguageModel) -> Array:
    """Count the weights that one token meets: its experts only, and of the input's table nothing.

    A token looks up one row of that table. Where it serves as the output's too, it counts once.
    """
    output = table_parameter_count(model)
    last_norm = model.width_count
    return output + last_norm + _layers_count(model, model.experts_per_token_count)


def table_parameter_count(model: LanguageModel) -> Array:
    """Count the weights of one table of the vocabulary."""
    return model.vocabulary_count * model.width_count


def attention_parameter_count(model: LanguageModel) -> Array:
    """Count the weights of every layer's attention, with biases, sinks and norms within it."""
    query_width = model.query_head_count * model.head_width_count
    value_width = model.query_head_count * model.value_head_width_count
    key_value_width = model.key_value_head_count * (
        model.head_width_count + model.value_head_width_count
    )
    plain = model.width_count * (query_width + key_value_width)
    matrices = jnp.where(model.latent_width_count > 0, _latent_count(model), plain)
    biases = model.bias_count * (query_width + key_value_width + model.width_count)
    norms = model.query_key_norm_count + model.latent_width_count + model.query_latent_width_count
    sinks = model.sink_count * model.query_head_count
    layer = matrices + value_width * model.width_count + biases + norms + sinks
    return model.layer_count * layer


def expert_parameter_count(model: LanguageModel) -> Array:
    """Count the weights of all routed experts."""
    return _expert_layer_count(model) * model.expert_count * _one_expert_count(model)


def weight_byte(
    model: LanguageModel, *, parameter_byte: ArrayLike, expert_matrix_byte: ArrayLike
) -> Array:
    """Weigh all weights; the matrices of routed experts may be kept narrower than the rest."""
    one = _matrix_count(model, model.expert_inner_count)
    matrices = _expert_layer_count(model) * model.expert_count * one
    others = parameter_count(model) - matrices
    return others * parameter_byte + matrices * expert_matrix_byte


def _layers_count(model: LanguageModel, experts_count: ArrayLike) -> Array:
    """All layers, with some of the experts of each."""
    dense = model.dense_layer_count * _feed_forward_count(model, model.dense_inner_count)
    router = model.expert_count * (model.width_count + model.bias_count + model.router_bias_count)
    shared = jnp.where(
        model.shared_inner_count > 0, _feed_forward_count(model, model.shared_inner_count), 0.0
    )
    mixed = _expert_layer_count(model) * (
        experts_count * _one_expert_count(model) + router + shared
    )
    norms = model.layer_count * model.layer_norm_count * model.width_count
    return attention_parameter_count(model) + dense + mixed + norms


def _latent_count(model: LanguageModel) -> Array:
    """Matrices of a layer that keeps a latent vector, without the output's."""
    query_width = model.query_head_count * (model.head_width_count + model.rotary_width_count)
    key_value_width = model.query_head_count * (
        model.head_width_count + model.value_head_width_count
    )
    straight = model.width_count * query_width
    through = model.query_latent_width_count * (model.width_count + query_width)
    queries = jnp.where(model.query_latent_width_count > 0, through, straight)
    kept = model.width_count * (model.latent_width_count + model.rotary_width_count)
    return queries + kept + model.latent_width_count * key_value_width


def _feed_forward_count(model: LanguageModel, inner_count: ArrayLike) -> Array:
    biases = (model.feed_forward_matrix_count - 1) * inner_count + model.width_count
    return _matrix_count(model, inner_count) + model.bias_count * biases


def _matrix_count(model: LanguageModel, inner_count: ArrayLike) -> Array:
    return model.feed_forward_matrix_count * model.width_count * inner_count


def _one_expert_count(model: LanguageModel) -> Array:
    return _feed_forward_count(model, model.expert_inner_count)


def _expert_layer_count(model: LanguageModel) -> Array:
    return model.layer_count - model.dense_layer_count
