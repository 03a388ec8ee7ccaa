"""A pass of a language model: by hand, at its limits, and as its inputs move."""

from __future__ import annotations

import math
import time
from dataclasses import fields, replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines.compute import Accelerator, LanguageModel, roofline, work
from sunstack.disciplines.compute.experts import ExpertKernel
from sunstack.disciplines.compute.precision import PRECISIONS
from sunstack.disciplines.compute.roofline import Calibration, Machine
from sunstack.disciplines.compute.work import Layout, Tokens
from sunstack.resolve.calibration import calibration
from sunstack.resolve.chips import accelerator, language_model

FP8, FP16 = PRECISIONS["fp8"], PRECISIONS["fp16"]
PARTS = [one.name for one in fields(roofline.Pass) if one.name.endswith("_s")]


def model(**changed: float) -> LanguageModel:
    """Two layers of width 8, two heads of 4 with one of keys and values, inner width 16."""
    counts = {one.name: 0.0 for one in fields(LanguageModel)} | {
        "layer_count": 2,
        "width_count": 8,
        "query_head_count": 2,
        "key_value_head_count": 1,
        "head_width_count": 4,
        "value_head_width_count": 4,
        "dense_layer_count": 2,
        "dense_inner_count": 16,
        "feed_forward_matrix_count": 3,
        "vocabulary_count": 32,
        "embedding_count": 2,
    }
    return LanguageModel(**{key: jnp.asarray(one) for key, one in (counts | changed).items()})


def kernel(**changed: float) -> ExpertKernel:
    """All of a chip reached, and nothing moved but by writing and reading it once."""
    reached = {one.name: 1.0 for one in fields(ExpertKernel)}
    values = reached | {"tile_token_count": 0.0, "latency_s": 0.0} | changed
    return ExpertKernel(**{key: jnp.asarray(one) for key, one in values.items()})


def machine(chip_count: float = 1, replicas: float = 1, **changed: float) -> Machine:
    """A chip of 1,000 operations, 100 bytes and 50 over its link a second; all of it reached."""
    reached = {one.name: 1.0 for one in fields(Calibration) if one.name != "experts"} | {
        "tile_token_count": 0.0,
        "attention_moved_ratio": 0.0,
        "collective_latency_s": 0.0,
        "layer_overhead_s": 0.0,
        "sequence_overhead_s": 0.0,
    }
    chip = {
        "peak_fp16_flop_per_s": 1000.0,
        "peak_fp8_flop_per_s": 2000.0,
        "peak_fp4_flop_per_s": 4000.0,
        "memory_byte": 1e5,
        "memory_bandwidth_byte_per_s": 100.0,
        "link_byte_per_s": 50.0,
        "domain_count": 8.0,
        "idle_power_w": 1.0,
        "peak_power_w": 2.0,
    }
    return Machine(
        accelerator=Accelerator(**{key: jnp.asarray(one) for key, one in chip.items()}),
        calibration=Calibration(
            **{key: jnp.asarray(one) for key, one in (reached | changed).items()},
            experts={"fp8": kernel()},
        ),
        layout=Layout(
            chip_count=jnp.asarray(chip_count), attention_replica_count=jnp.asarray(replicas)
        ),
    )


def step(batch: float = 1.0, past: float = 9.0, new: float = 1.0, **changed: float) -> dict:
    found = roofline.forward(
        model(),
        machine(**changed),
        precision=FP8,
        sequence_count=batch,
        new_token_count=new,
        past_token_count=past,
    )
    return {name: float(value) for name, value in vars(found).items()}


# --- by hand --------------------------------------------------------------------------------------


def test_one_token_of_one_sequence_by_hand() -> None:
    found = step()
    # around attention: 8·8 queries, 2·8·4 keys and values, 8·8 out = 192 weights a layer; with the
    # token's 8 numbers in and out, 16 bits each, 2 · (192 + 32) bytes at 100 B/s
    assert found["projections_s"] == pytest.approx(4.48)
    # 10 tokens kept after this one, 8 numbers each: 2 · 10 · 8 bytes; 2 · 10 · 2 heads · 8 · 2
    assert found["attention_s"] == pytest.approx(1.6)
    # 3 · 8 · 16 weights; 8 + 3 · 16 numbers written and read, 16 bits: 2 · (384 + 224) bytes
    assert found["dense_feed_forward_s"] == pytest.approx(12.16)
    # 8 · 32 weights of 16 bits; 32 numbers written, read, widened and read, 12 bytes each
    assert found["output_head_s"] == pytest.approx(8.96)
    assert found["flop"] == pytest.approx(2 * (2 * 192 + 2 * 384 + 256) + 2 * 10 * 2 * 2 * 8)
    # what attention takes in and gives: (2 + 1 heads) · 8 numbers of 16 bits, in and out, 2 layers
    assert found["memory_byte"] == pytest.approx(448 + 160 + 1216 + 896 + 2 * 3 * 8 * 4)
    idle = ("routed_experts_s", "shared_expert_s", "collectives_s", "overhead_s", "link_byte")
    assert [found[name] for name in idle] == [0.0] * 5


def test_decoding_one_sequence_is_its_bytes_over_the_bandwidth_and_the_overhead() -> None:
    shown = replace(model(), layer_count=jnp.asarray(2.0))
    reached = machine(layer_overhead_s=0.25, sequence_overhead_s=0.5, memory_efficiency=1.0)
    found = roofline.decode_s(shown, reached, precision=FP8, batch_count=1, context_token_count=9)
    assert float(found) == pytest.approx((448 + 160 + 1216 + 896) / 100.0 + 2 * 0.25 + 0.5)


def test_many_tokens_are_held_up_by_arithmetic_and_tiles_fill_up() -> None:
    words = {"new": 1000.0, "past": 0.0, "memory_efficiency": 100.0}
    plain, tiled = step(**words), step(**words, tile_token_count=100.0)
    assert plain["dense_feed_forward_s"] == pytest.approx(2 * 2 * 1000 * 384 / 2000.0)
    assert tiled["dense_feed_forward_s"] == pytest.approx(1.1 * plain["dense_feed_forward_s"])
    assert tiled["flop"] == plain["flop"]


def test_what_attention_takes_in_is_moved_besides() -> None:
    moved = step(attention_moved_ratio=3.0)["attention_s"] - step()["attention_s"]
    assert moved == pytest.approx(3 * 2 * 3 * 8 * 4 / 100)


def test_chips_share_matrices_and_pay_for_their_sums() -> None:
    one, two = step(batch=4.0), step(batch=4.0, chip_count=2, collective_latency_s=0.125)
    assert two["dense_feed_forward_s"] == pytest.approx(one["dense_feed_forward_s"] / 2)
    # one head of keys and values on both chips: read twice
    assert two["attention_s"] == pytest.approx(one["attention_s"])
    # two layers, two sums each: 2 · ½ · 4 tokens · 8 numbers of 16 bits, at 50 B/s
    assert two["collectives_s"] == pytest.approx(4 * 0.125 + 4 * 64 / 50)
    assert two["link_byte"] == pytest.approx(2 * 4 * 64)


def test_copies_of_the_attention_share_sequences_instead() -> None:
    copied = step(batch=4.0, chip_count=2, replicas=2, sequence_overhead_s=1.0)
    alone = step(batch=2.0, sequence_overhead_s=1.0)
    # without experts nothing is between the copies
    for part in PARTS:
        assert copied[part] == pytest.approx(alone[part]), part
    assert copied["flop"] == pytest.approx(2 * alone["flop"])


def test_copies_gather_tokens_for_their_experts_and_scatter_their_sums() -> None:
    shown = model(dense_layer_count=1, expert_count=4, expert_inner_count=16)
    layout = machine(chip_count=2, replicas=2).layout
    four = Tokens(
        sequence_count=jnp.asarray(4.0), new_count=jnp.asarray(1.0), past_count=jnp.asarray(9.0)
    )
    sent = work.link_byte(shown, layout, PRECISIONS["fp4-experts"], four)
    # one layer: half of 4 tokens · 8 numbers, of 4.5 bits on the way there and 16 on the way back
    assert float(sent) == pytest.approx(0.5 * 4 * 8 * (0.5625 + 2.0))
    assert float(work.collective_count(shown, layout)) == 1.0
    byte = work.weight_byte(shown, layout, precision=FP8)
    # 192 around attention and 384 of the dense layer on each; 4 experts over 2; tables of 16 bits
    assert float(byte) == 2 * 192 + 384 + 4 * 384 / 2 + 2 * 8 * 32 * 2


def test_the_busiest_chip_is_that_of_draws() -> None:
    experts, chips, tokens, each = 64, 8, 512, 4
    popular = jax.random.gamma(jax.random.key(1), 1.0 / 1.64, (4000, experts))
    share = popular.reshape(4000, chips, -1).sum(axis=2) / popular.sum(axis=1, keepdims=True)
    # the more popular an expert, the more of a token's picks it has; picks by chance hardly add
    busiest = float(jnp.mean(chips * share.max(axis=1)))
    shown = model(dense_layer_count=0, expert_count=experts, experts_per_token_count=each)
    layout = machine(chip_count=chips, replicas=chips).layout
    found = work.busiest_chip_ratio(shown, layout, token_count=tokens, expert_variation_ratio=1.64)
    # The greatest of a lognormal stands for that of sums of gammas, 4.9 % under what is drawn here.
    assert float(found) == pytest.approx(busiest, rel=0.05)
    even = work.busiest_chip_ratio(shown, layout, token_count=tokens, expert_variation_ratio=0.0)
    drawn = np.random.default_rng(3).multinomial(tokens * each, [1 / chips] * chips, 20_000)
    assert float(even) == pytest.approx(
        chips * drawn.max(axis=1).mean() / (tokens * each), rel=0.01
    )
    cut = machine(chip_count=chips).layout
    assert float(work.busiest_chip_ratio(shown, cut, token_count=tokens)) == 1.0


def test_experts_wake_as_by_chance() -> None:
    shown = model(dense_layer_count=0, expert_count=4, experts_per_token_count=1)
    woken = work.woken_expert_count(shown, token_count=jnp.asarray([0.0, 1.0, 2.0, 1e6]))
    # of two tokens the second wakes another with ¾
    np.testing.assert_allclose(woken, [0.0, 1.0, 1.75, 4.0], rtol=1e-6)
    drawn = jax.random.randint(jax.random.key(5), (20_000, 6), 0, 4)
    mean = np.mean([len(set(row)) for row in drawn.tolist()])
    assert float(work.woken_expert_count(shown, token_count=6)) == pytest.approx(mean, rel=5e-3)


def test_a_latent_vector_is_kept_whole_and_cut_heads_are_not() -> None:
    layouts = [machine(chip_count=n).layout for n in (1, 8)]
    deepseek, llama = language_model("deepseek-r1"), language_model("llama-3-1-70b")
    one, eight = (
        float(work.sequence_byte(deepseek, layout, precision=FP8, token_count=1))
        for layout in layouts
    )
    assert one == eight == 61 * (512 + 64)
    one, eight = (
        float(work.sequence_byte(llama, layout, precision=FP8, token_count=1)) for layout in layouts
    )
    assert one == 8 * eight == 80 * 8 * 256  # the 164 kB of Llama 70B at 8 bits


def test_a_window_bounds_what_is_looked_at_and_kept() -> None:
    layout = machine().layout
    windowed = model(windowed_layer_count=1, window_token_count=4)
    kept = work.sequence_byte(windowed, layout, precision=FP8, token_count=100)
    assert float(kept) == (100 + 4) * 8
    tokens = Tokens(
        sequence_count=jnp.asarray(1.0), new_count=jnp.asarray(1.0), past_count=jnp.asarray(99.0)
    )
    found = work.attention(windowed, layout, FP8, tokens)
    assert float(found.flop) == (100 + 4) * 2 * 2 * 8


def test_weights_are_those_of_the_maker() -> None:
    layout = machine().layout
    for name, published in {"llama-3-1-70b": 70.6e9, "deepseek-r1": 671e9}.items():
        byte = work.weight_byte(language_model(name), layout, precision=FP16)
        assert float(byte) == pytest.approx(2 * published, rel=3e-3), name


def test_memory_bounds_the_batch() -> None:
    llama, shown = language_model("llama-3-1-70b"), machine()
    one = replace(shown, accelerator=accelerator("h100-sxm"))
    words = {"precision": FP16, "token_count": 2000.0, "workspace_fraction": 0.1}
    assert float(roofline.most_sequence_count(llama, one, **words)) < 0.0
    eight = replace(one, layout=machine(chip_count=8).layout)
    # 80 GB less a tenth, less 141 GB over 8: 54.4 GB, of 80 · 256 · 2 bytes a token
    found = float(roofline.most_sequence_count(llama, eight, **words))
    assert found == pytest.approx(54.36e9 / (80 * 256 * 2 * 2000), rel=2e-3)


# --- as inputs move -------------------------------------------------------------------------------

MODELS = st.sampled_from(["llama-3-1-70b", "gpt-oss-120b", "deepseek-r1", "qwen3-235b-a22b"])


def served(name: str, chips: float = 8.0, replicas: float = 1.0) -> tuple[LanguageModel, Machine]:
    return language_model(name), Machine(
        accelerator=accelerator("b200"),
        calibration=calibration("vllm"),
        layout=Layout(chip_count=jnp.asarray(chips), attention_replica_count=jnp.asarray(replicas)),
    )


@settings(max_examples=20, deadline=None)
@given(name=MODELS, batch=st.floats(1.0, 500.0), context=st.floats(1.0, 1e5))
def test_more_sequences_or_longer_ones_take_longer_but_serve_more(
    name: str, batch: float, context: float
) -> None:
    shown, on = served(name)
    words = {"precision": FP8}

    def taken(more: float, longer: float) -> float:
        counts = {"batch_count": batch * more, "context_token_count": context * longer}
        return float(roofline.decode_s(shown, on, **words, **counts))

    assert taken(1.0, 1.0) <= taken(1.5, 1.0) <= 1.5 * taken(1.0, 1.0) * (1 + 1e-5)
    assert taken(1.0, 1.0) <= taken(1.0, 1.5)


@settings(max_examples=20, deadline=None)
@given(name=MODELS, tokens=st.floats(2.0, 8000.0), share=st.floats(0.1, 0.9))
def test_a_prefill_in_two_chunks_takes_no_less_than_one(
    name: str, tokens: float, share: float
) -> None:
    shown, on = served(name)
    first, rest = tokens * share, tokens * (1.0 - share)

    def taken(new: float, past: float) -> float:
        return float(
            roofline.prefill_s(
                shown, on, precision=FP8, input_token_count=new, past_token_count=past
            )
        )

    # the second chunk looks at all of the first: the same pairs, one pass more
    assert taken(first, 0.0) + taken(rest, first) >= taken(tokens, 0.0) * (1 - 1e-4)


@settings(max_examples=20, deadline=None)
@given(name=MODELS, batch=st.floats(1.0, 400.0), chips=st.sampled_from([1.0, 2.0, 4.0]))
def test_operations_and_bytes_never_beat_the_data_sheet(
    name: str, batch: float, chips: float
) -> None:
    shown, on = served(name, chips)
    found = roofline.forward(
        shown, on, precision=FP8, sequence_count=batch, past_token_count=2000.0
    )
    available = chips * float(found.total_s)
    assert float(found.flop) <= available * float(on.accelerator.peak_fp8_flop_per_s)
    assert float(found.memory_byte) <= available * float(on.accelerator.memory_bandwidth_byte_per_s)
    assert min(float(getattr(found, part)) for part in PARTS) >= 0.0
    assert sum(float(getattr(found, part)) for part in PARTS) == pytest.approx(
        float(found.total_s), rel=1e-5
    )


def test_one_request_alone_waits_for_no_other() -> None:
    shown, on = served("llama-3-1-70b")
    words = {"precision": FP8, "input_token_count": 1000.0, "output_token_count": 500.0}
    alone = roofline.token_interval_s(shown, on, batch_count=1.0, **words)
    step_s = roofline.decode_s(
        shown, on, precision=FP8, batch_count=1.0, context_token_count=1250.0
    )
    assert float(alone) == float(step_s)
    # its own prefill counts for what the machine gives
    taking_s = roofline.prefill_s(shown, on, precision=FP8, input_token_count=1000.0)
    given_per_s = roofline.output_tokens_per_s(shown, on, batch_count=1.0, **words)
    assert 1.0 / float(given_per_s) == pytest.approx(float(step_s + taking_s / 500.0), rel=1e-5)


# --- as JAX sees it -------------------------------------------------------------------------------


def interval(batch: jax.Array, input_tokens: jax.Array, efficiency: jax.Array) -> jax.Array:
    shown, on = served("deepseek-r1")
    reached = replace(on.calibration, memory_efficiency=efficiency)
    return roofline.token_interval_s(
        shown,
        replace(on, calibration=reached),
        precision=PRECISIONS["fp4-experts"],
        batch_count=batch,
        input_token_count=input_tokens,
        output_token_count=1000.0,
    )


@pytest.mark.parametrize("place", [0, 1, 2])
def test_slopes_are_those_of_finite_differences(place: int) -> None:
    with jax.enable_x64(True):
        at = [jnp.asarray(60.0), jnp.asarray(3000.0), jnp.asarray(0.9)]
        slope = float(jax.grad(interval, argnums=place)(*at))
        near = 1e-5 * at[place]
        up, down = (
            float(interval(*[one + sign * near * (k == place) for k, one in enumerate(at)]))
            for sign in (1.0, -1.0)
        )
    assert slope == pytest.approx((up - down) / (2 * float(near)), rel=1e-4)
    assert slope != 0.0


def test_compiled_and_mapped_it_is_the_same() -> None:
    batches, inputs = jnp.linspace(1.0, 300.0, 7), jnp.linspace(100.0, 9000.0, 7)
    plain = interval(batches, inputs, jnp.asarray(0.9))
    compiled = jax.jit(interval)(batches, inputs, jnp.asarray(0.9))
    mapped = jax.vmap(interval, in_axes=(0, 0, None))(batches, inputs, jnp.asarray(0.9))
    np.testing.assert_allclose(compiled, plain, rtol=1e-5)
    np.testing.assert_allclose(mapped, plain, rtol=1e-5)


def test_a_second_holds_very_many_points() -> None:
    batches = jnp.tile(jnp.linspace(1.0, 300.0, 100), 1000)
    compiled = jax.jit(interval)
    compiled(batches, batches, jnp.asarray(0.9)).block_until_ready()
    began = time.process_time()
    compiled(batches, batches, jnp.asarray(0.8)).block_until_ready()
    assert len(batches) / (time.process_time() - began) > 1e4
    assert math.isfinite(float(compiled(batches, batches, jnp.asarray(0.9)).sum()))
