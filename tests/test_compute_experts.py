"""Experts of a pass: by hand, cut or dealt out, on few chips and on many."""

from __future__ import annotations

from dataclasses import fields

import jax.numpy as jnp
import pytest

from sunstack.disciplines.compute import Accelerator, LanguageModel, work
from sunstack.disciplines.compute.experts import ExpertKernel, routed_experts_s
from sunstack.disciplines.compute.precision import EIGHT_BITS, PRECISIONS
from sunstack.disciplines.compute.work import Layout, Tokens
from sunstack.resolve.chips import language_model

FP8 = PRECISIONS["fp8"]
CHIP = Accelerator(
    **{
        one.name: jnp.asarray({"peak_fp8_flop_per_s": 2000.0}.get(one.name, 100.0))
        for one in fields(Accelerator)
    }
)
"""Of 2,000 operations and 100 bytes a second."""


def kernel(**changed: float) -> ExpertKernel:
    """All of a chip reached, and nothing moved but by writing and reading it once."""
    reached = {one.name: 1.0 for one in fields(ExpertKernel)}
    values = reached | {"tile_token_count": 0.0, "latency_s": 0.0} | changed
    return ExpertKernel(**{key: jnp.asarray(one) for key, one in values.items()})


def layout(chips: float, replicas: float) -> Layout:
    return Layout(chip_count=jnp.asarray(chips), attention_replica_count=jnp.asarray(replicas))


def dealt(tokens: float, *, chips: float = 1, replicas: float = 1, **changed: float) -> float:
    """Seconds of one layer of 4 experts, 16 wide, one of them for each token."""
    counts = {one.name: 0.0 for one in fields(LanguageModel)} | {
        "layer_count": 1,
        "width_count": 8,
        "expert_count": 4,
        "experts_per_token_count": 1,
        "expert_inner_count": 16,
        "feed_forward_matrix_count": 3,
    }
    shown = LanguageModel(**{key: jnp.asarray(one) for key, one in counts.items()})
    on = layout(chips, replicas)
    taken = Tokens(
        sequence_count=jnp.asarray(tokens), new_count=jnp.asarray(1.0), past_count=jnp.asarray(0.0)
    )
    return float(
        routed_experts_s(
            shown,
            on,
            taken,
            chip=CHIP,
            kernel=kernel(**changed),
            form=EIGHT_BITS,
            done=work.routed_experts(shown, on, FP8, taken),
            busiest_ratio=jnp.asarray(1.0),
        )
    )


def test_experts_by_hand() -> None:
    # 1 token: one of 4 experts, 3 · 8 · 16 weights; 8 + 48 numbers in and out, 8 gathered, 16 bits
    assert dealt(1.0) == pytest.approx((384 + 4 * 56 + 4 * 8) / 100)
    more = dealt(1.0, dealt_ratio=3.0, gathered_ratio=2.0, latency_s=0.25, memory_efficiency=0.5)
    assert more == pytest.approx((384 + 3 * 4 * 56 + 2 * 4 * 8) / 50 + 0.25)
    # 1,000 tokens: operations at 2,000 a second, half of it reached, matrices 500 rows too high
    still = {"dealt_ratio": 0.0, "gathered_ratio": 0.0}
    many = dealt(1000.0, matrix_efficiency=0.5, **still)
    assert many == pytest.approx(2 * 1000 * 384 / 1000)
    assert dealt(1000.0, matrix_efficiency=0.5, tile_token_count=500.0, **still) == pytest.approx(
        2 * (1000 + 4 * 500) * 384 / 1000
    )


def test_cut_experts_take_every_token_whole_and_many_chips_gather_none() -> None:
    still = {"matrix_efficiency": 1e9, "memory_efficiency": 1.0}
    # of 1,000 tokens on 4 chips, 4 experts of 384 weights over them
    weights = 384 / 100
    for copies, width in ((1, 8 * 4), (4, 8)):
        each = 1000 / 4 * 4 * (width + 48) + 1000 * 4 * 8
        found = dealt(1000.0, chips=4, replicas=copies, **still)
        # Arithmetic a thousand million times as fast still takes a millionth, and no more.
        assert found == pytest.approx(weights + each / 100, rel=1e-6)
    layouts = [layout(n, n) for n in (8, 16)]
    shown = language_model("deepseek-r1")
    gathered = [float(work.gathered_byte(shown, one, token_count=1.0)) for one in layouts]
    assert gathered == [58 * 4 * 7168, 0.0]
    # 8 of 16 chips each hold an expert of a token: 1 less (15/16)^8 of the tokens come to a chip
    reached = [float(work.reached_fraction(shown, one)) for one in layouts]
    assert reached == [1.0, pytest.approx(1 - (15 / 16) ** 8)]


def test_the_busiest_of_32_chips_gets_what_was_counted() -> None:
    """NVIDIA, TensorRT-LLM, Scaling Expert Parallelism, table 1: 1.564 above the mean.

    The constant was read off that figure, to three digits: this holds both together, no more. What
    experts' own spread makes of it is compared among the published cases.
    """
    found = work.busiest_chip_ratio(language_model("deepseek-r1"), layout(32, 32), token_count=4096)
    assert float(found) == pytest.approx(2.564, rel=5e-3)
