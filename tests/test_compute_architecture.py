"""Do a language model's parameters, bytes and operations follow from its shape?"""

from __future__ import annotations

from dataclasses import fields, replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import compute
from sunstack.disciplines.compute import LanguageModel


def shape(**given_counts: float) -> LanguageModel:
    """Two layers, width 4, two query heads that share one of keys and values, each 3 wide."""
    counts = {one.name: 0.0 for one in fields(LanguageModel)}
    counts |= {
        "layer_count": 2,
        "width_count": 4,
        "query_head_count": 2,
        "key_value_head_count": 1,
        "head_width_count": 3,
        "value_head_width_count": 3,
        "dense_layer_count": 2,
        "dense_inner_count": 5,
        "feed_forward_matrix_count": 3,
        "vocabulary_count": 10,
        "embedding_count": 2,
        "context_token_count": 64,
        "layer_norm_count": 2,
    }
    counts |= given_counts
    return LanguageModel(**{name: jnp.asarray(float(count)) for name, count in counts.items()})


DENSE = shape()
EXPERTS = {
    "dense_layer_count": 1,
    "expert_count": 6,
    "experts_per_token_count": 2,
    "expert_inner_count": 7,
    "shared_inner_count": 2,
}
MIXED = shape(**EXPERTS)
LATENT = shape(
    key_value_head_count=2,
    latent_width_count=5,
    query_latent_width_count=6,
    rotary_width_count=1,
    value_head_width_count=2,
)
WINDOWED = shape(windowed_layer_count=1, window_token_count=8)


def test_a_dense_model_by_hand() -> None:
    # attention: queries 4·6, keys and values 4·6, output 6·4: 72; feed-forward 3·4·5 = 60; norms 8
    assert float(compute.attention_parameter_count(DENSE)) == 2 * 72
    assert float(compute.parameter_count(DENSE)) == 2 * (72 + 60 + 8) + 4 + 2 * 40
    assert float(compute.active_parameter_count(DENSE)) == 2 * (72 + 60 + 8) + 4 + 40
    tied = replace(DENSE, embedding_count=jnp.asarray(1.0))
    assert float(compute.parameter_count(tied)) == 2 * (72 + 60 + 8) + 4 + 40
    assert float(compute.active_parameter_count(tied)) == float(compute.parameter_count(tied))


def test_a_model_of_experts_by_hand() -> None:
    # one layer of 6 experts of 3·4·7 = 84, a router of 4·6 = 24, and 3·4·2 = 24 for every token
    assert float(compute.expert_parameter_count(MIXED)) == 6 * 84
    whole = 2 * (72 + 8) + 60 + (6 * 84 + 24 + 24) + 4
    assert float(compute.parameter_count(MIXED)) == whole + 2 * 40
    assert float(compute.active_parameter_count(MIXED)) == whole - 4 * 84 + 40


def test_latent_vectors_by_hand() -> None:
    # queries 4·6 + 6·2·(3 + 1) = 72, latent and rotary 4·(5 + 1) = 24, unfolded 5·2·(3 + 2) = 50,
    # output 2·2·4 = 16, norms of both latent vectors 5 + 6
    layer = 72 + 24 + 50 + 16 + 11
    assert float(compute.attention_parameter_count(LATENT)) == 2 * layer
    straight = replace(LATENT, query_latent_width_count=jnp.asarray(0.0))
    # queries 4·2·(3 + 1) = 32, and one norm less
    assert float(compute.attention_parameter_count(straight)) == 2 * (layer - 72 + 32 - 6)


def test_norms_biases_and_sinks_by_hand() -> None:
    rich = shape(
        **EXPERTS,
        bias_count=1,
        sink_count=1,
        router_bias_count=1,
        query_key_norm_count=6,
        layer_norm_count=4,
    )
    added = float(compute.parameter_count(rich) - compute.parameter_count(MIXED))
    # attention 6 + 6 + 4, sinks 2, norms of queries and keys 6, two norms more of 4, per layer;
    # dense 2·5 + 4; experts 6·(2·7 + 4), router 6, its scores 6, shared 2·2 + 4
    assert added == 2 * (16 + 2 + 6 + 8) + 14 + (6 * 18 + 6 + 6 + 8)


def test_a_narrow_expert_keeps_its_biases_wide() -> None:
    rich = shape(**EXPERTS, bias_count=1)
    matrices = 6 * 84
    weighed = compute.weight_byte(rich, parameter_byte=2.0, expert_matrix_byte=0.5)
    assert float(weighed) == 2.0 * (float(compute.parameter_count(rich)) - matrices) + 252.0
    same = compute.weight_byte(rich, parameter_byte=2.0, expert_matrix_byte=2.0)
    assert float(same) == 2.0 * float(compute.parameter_count(rich))


def test_what_is_kept_by_hand() -> None:
    assert float(compute.token_key_value_count(DENSE)) == 2 * 1 * (3 + 3)
    assert float(compute.token_key_value_count(LATENT)) == 2 * (5 + 1)
    kept = compute.key_value_count(WINDOWED, context_token_count=jnp.asarray([5.0, 8.0, 20.0]))
    assert list(np.asarray(kept)) == [6 * 10, 6 * 16, 6 * (20 + 8)]


def test_operations_by_hand() -> None:
    active = 2 * (72 + 60 + 8) + 4 + 40
    # each of two layers looks at 5 tokens with two heads, 3 + 3 numbers each
    assert (
        float(compute.decode_flop(DENSE, context_token_count=5)) == 2 * active + 2 * 2 * 2 * 6 * 5
    )
    latent = compute.decode_flop(LATENT, context_token_count=5)
    weights = 2 * float(compute.active_parameter_count(LATENT))
    assert float(latent) == weights + 2 * 2 * 2 * (5 + 5 + 1) * 5
    # read at once: tokens see 1, 2, 3: 6 in all, over numbers unfolded, 3 + 1 + 2
    assert float(compute.sequence_flop(LATENT, token_count=3)) == 3 * weights + 2 * 2 * 2 * 6 * 6


@pytest.mark.parametrize("model", [DENSE, MIXED, WINDOWED])
def test_a_text_at_once_takes_what_its_tokens_take_one_by_one(model: LanguageModel) -> None:
    one_by_one = compute.decode_flop(model, context_token_count=jnp.arange(1.0, 31.0))
    at_once = compute.sequence_flop(model, token_count=30)
    assert float(at_once) == pytest.approx(float(one_by_one.sum()), rel=1e-12)


def test_a_prompt_needs_one_output() -> None:
    whole = compute.sequence_flop(MIXED, token_count=30)
    spared = whole - compute.prefill_flop(MIXED, token_count=30)
    assert float(spared) == 29 * 2 * 40
    one = compute.prefill_flop(MIXED, token_count=1)
    assert float(one) == float(compute.decode_flop(MIXED, context_token_count=1))


counts = st.integers(min_value=1, max_value=64)
parameters = jax.jit(compute.parameter_count)
kept_over = jax.jit(compute.key_value_count)


@settings(deadline=None, max_examples=50)
@given(counts, counts, counts, counts)
def test_more_of_anything_is_never_less(layers: int, width: int, experts: int, window: int) -> None:
    small = shape(
        **EXPERTS | {"expert_count": experts, "experts_per_token_count": 1},
        layer_count=layers + 1,
        width_count=width,
        windowed_layer_count=1,
        window_token_count=window,
    )
    for name in ("layer_count", "width_count", "expert_count", "vocabulary_count"):
        large = replace(small, **{name: getattr(small, name) + 1})
        assert float(parameters(large)) > float(parameters(small))
    assert float(compute.active_parameter_count(small)) <= float(parameters(small))
    context = jnp.arange(1.0, 100.0)
    kept = np.asarray(kept_over(small, context_token_count=context))
    assert (np.diff(kept) >= 0.0).all()
    assert (kept <= context * compute.token_key_value_count(small)).all()


def test_compiled_and_mapped_it_is_the_same() -> None:
    plain = compute.prefill_flop(MIXED, token_count=jnp.asarray(30.0))
    fast = jax.jit(compute.prefill_flop)(MIXED, token_count=jnp.asarray(30.0))
    assert float(fast) == float(plain)
    both = jax.tree.map(lambda *leaves: jnp.stack(leaves), DENSE, LATENT)
    found = jax.vmap(compute.parameter_count)(both)
    one_by_one = [float(compute.parameter_count(model)) for model in (DENSE, LATENT)]
    assert list(np.asarray(found)) == one_by_one


def test_the_slope_by_width_is_that_of_a_difference() -> None:
    def operations(width: jax.Array) -> jax.Array:
        model = replace(LATENT, width_count=width)
        return compute.decode_flop(model, context_token_count=7.0)

    slope = float(jax.grad(operations)(jnp.asarray(4.0)))
    assert slope == pytest.approx(
        float(operations(jnp.asarray(4.5)) - operations(jnp.asarray(3.5)))
    )


def test_single_precision_holds_a_trillion() -> None:
    large = shape(layer_count=61, width_count=7168, dense_layer_count=61, dense_inner_count=8e5)
    single = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), large)
    exact = float(compute.parameter_count(large))
    assert exact > 1e12
    assert float(compute.parameter_count(single)) == pytest.approx(exact, rel=1e-6)
