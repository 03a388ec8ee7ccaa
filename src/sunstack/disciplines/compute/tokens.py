"""What does a language model keep for a token, and how much arithmetic does a token take?

Kept in each layer: k·(h + v) numbers, for k heads of keys and values h and v wide, or one latent
vector and its rotary numbers. Arithmetic: 2 operations for each weight met, and for each token
looked at 2·q·(h + v), over q query heads. With a latent vector of c and r rotary numbers a token
that follows looks at it as kept, 2·q·(2c + r); a text read at once unfolds it, 2·q·(h + r + v).

Assumes: a multiplication and an addition are 2 operations; a token looks at itself and what is
before it; norms and biases are counted as if they were matrices (less than a thousandth).
Leaves out: softmax, activations, rotations (some per cent of long contexts). Layers that look back
only within chunks are taken for windows as long as the chunk: at most twice what they do.
Reference: J. Kaplan et al., Scaling Laws for Neural Language Models, 2001.08361; DeepSeek-V2,
2405.04434, for latent vectors.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .architecture import LanguageModel
from .parameters import active_parameter_count, table_parameter_count


def token_key_value_count(model: LanguageModel) -> Array:
    """Count the numbers kept for one token, while all layers can still see it."""
    return model.layer_count * _layer_key_value_count(model)


def key_value_count(model: LanguageModel, *, context_token_count: ArrayLike) -> Array:
    """Count the numbers kept for a context; layers with a window keep no more than that."""
    seen = _summed_over_layers(
        model,
        whole=jnp.asarray(context_token_count),
        windowed=jnp.minimum(context_token_count, model.window_token_count),
    )
    return seen * _layer_key_value_count(model)


def decode_flop(model: LanguageModel, *, context_token_count: ArrayLike) -> Array:
    """Count the operations of one token at the end of a context that holds it."""
    seen = _summed_over_layers(
        model,
        whole=jnp.asarray(context_token_count),
        windowed=jnp.minimum(context_token_count, model.window_token_count),
    )
    latent = 2.0 * model.latent_width_count + model.rotary_width_count
    width = jnp.where(model.latent_width_count > 0, latent, _unfolded_width_count(model))
    return 2.0 * active_parameter_count(model) + 2.0 * model.query_head_count * width * seen


def sequence_flop(model: LanguageModel, *, token_count: ArrayLike) -> Array:
    """Count the operations of a text read at once, with an output at every token, as in training.

    This is the way forward; the way back takes twice as many.
    """
    seen = _summed_over_layers(
        model,
        whole=_seen_count(token_count, token_count),
        windowed=_seen_count(token_count, model.window_token_count),
    )
    width = _unfolded_width_count(model)
    attention = 2.0 * model.query_head_count * width * seen
    return 2.0 * active_parameter_count(model) * token_count + attention


def prefill_flop(model: LanguageModel, *, token_count: ArrayLike) -> Array:
    """Count the operations of a prompt read at once, with an output at its last token only."""
    spared = 2.0 * table_parameter_count(model) * (jnp.asarray(token_count) - 1.0)
    return sequence_flop(model, token_count=token_count) - spared


def _layer_key_value_count(model: LanguageModel) -> Array:
    latent = model.latent_width_count + model.rotary_width_count
    heads = model.key_value_head_count * (model.head_width_count + model.value_head_width_count)
    return jnp.where(model.latent_width_count > 0, latent, heads)


def _unfolded_width_count(model: LanguageModel) -> Array:
    """Numbers of a head that meet those of a token looked at."""
    return model.head_width_count + model.rotary_width_count + model.value_head_width_count


def _summed_over_layers(model: LanguageModel, *, whole: Array, windowed: Array) -> Array:
    with_window = model.windowed_layer_count
    return (model.layer_count - with_window) * whole + with_window * windowed


def _seen_count(token_count: ArrayLike, window_token_count: ArrayLike) -> Array:
    """Sum what each token of a text sees: 1, 2, 3, …, then the window."""
    rising = jnp.minimum(token_count, window_token_count)
    flat = (jnp.asarray(token_count) - rising) * rising
    return 0.5 * rising * (rising + 1.0) + flat
