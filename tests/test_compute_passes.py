"""Do a replica's passes carry what the roofline says of them, and does it serve by them?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sunstack.disciplines.compute import batching, draw, passes, roofline, serving, work
from sunstack.disciplines.compute.batching import Passes, Replica, Requests
from sunstack.disciplines.compute.precision import PRECISIONS
from sunstack.disciplines.compute.roofline import Machine
from sunstack.disciplines.compute.serving import Bounds, Service
from sunstack.resolve.calibration import calibration
from sunstack.resolve.chips import accelerator, language_model

REACHED = replace(calibration("vllm"), fp8_matrix_efficiency=jnp.asarray(0.6))
LLAMA = language_model("llama-3-1-70b")
FP8 = PRECISIONS["fp8"]
REQUESTS = Requests(
    arrival_per_s=jnp.asarray(1e3),
    arrival_variation_ratio=jnp.asarray(1.0),
    input_token_count=jnp.asarray(1000.0),
    input_variation_ratio=jnp.asarray(1.0),
    output_token_count=jnp.asarray(500.0),
    output_variation_ratio=jnp.asarray(1.0),
)
GRID = jnp.asarray([1.0, 4.0, 16.0, 64.0, 128.0, 256.0])


def machine(count: float, copies: float = 1.0) -> Machine:
    layout = work.Layout(chip_count=jnp.asarray(count), attention_replica_count=jnp.asarray(copies))
    return Machine(accelerator=accelerator("h100-sxm"), calibration=REACHED, layout=layout)


def made(count: float = 4.0, copies: float = 1.0) -> tuple[Replica, Passes]:
    one = machine(count, copies)
    grid = passes.passes(
        LLAMA, one, REQUESTS, precision=FP8, batch_count=GRID, chunk_token_count=2048.0
    )
    held_by = passes.replica(
        LLAMA,
        one,
        draw.measured(),
        precision=FP8,
        sequence_token_count=1500.0,
        workspace_fraction=0.1,
    )
    return held_by, grid


serve: Callable[..., Service] = jax.jit(serving.serve)


def served(power_w: float, held_by: Replica, grid: Passes) -> Service:
    bounds = Bounds(output_token_s=jnp.asarray(0.05), first_token_s=jnp.asarray(2.0))
    return serve(held_by, REQUESTS, bounds, grid, power_w=power_w, heat_w=700.0)


def test_a_grid_is_the_roofline_at_each_batch() -> None:
    _, grid = made()
    for place, batch in enumerate(GRID):
        alone = roofline.decode_s(
            LLAMA, machine(4.0), precision=FP8, batch_count=batch, context_token_count=1250.0
        )
        assert float(grid.decode.pass_s[place]) == pytest.approx(float(alone), rel=1e-12)


def test_shares_of_a_pass_by_hand() -> None:
    held_by, grid = made()
    # decode at batch 1 reads the weights: 70 GB over 4 · 3.35 TB/s are 5.2 ms of memory's time,
    # and 2 operations for each weight take 70.6e9 · 2 / (4 · 0.6 · 1979e12) = 30 µs
    assert float(grid.decode.memory_s[0]) == pytest.approx(5.25e-3, rel=0.03)
    assert float(grid.decode.arithmetic_s[0]) == pytest.approx(30e-6, rel=0.05)
    # taking in 1,000 tokens: 1,000 times as much, the output's table for one of them alone
    assert float(grid.prefill.arithmetic_s) == pytest.approx(29.5e-3, rel=0.05)
    # 8 heads of 128 numbers, keys and values, 80 layers, a byte each
    assert float(held_by.key_value_byte) == pytest.approx(163_840.0)
    # 70.55e9 weights, those of two tables of 1.05e9 of two bytes
    assert float(held_by.weight_byte) == pytest.approx(72.65e9, rel=1e-3)


def test_no_share_is_longer_than_the_pass() -> None:
    for count, copies in ((1.0, 1.0), (4.0, 1.0), (8.0, 8.0)):
        _, grid = made(count, copies)
        for timing in (grid.decode, grid.prefill):
            assert np.all(np.asarray(timing.memory_s) <= np.asarray(timing.pass_s))
            assert np.all(np.asarray(timing.arithmetic_s) <= np.asarray(timing.pass_s))


def test_copies_of_the_attention_share_the_memory_of_all() -> None:
    # eight copies: each token is kept once, by one chip, all its heads; weights take more
    whole, _ = made(8.0, 1.0)
    copied, _ = made(8.0, 8.0)
    assert float(whole.key_value_byte) == pytest.approx(float(copied.key_value_byte))
    assert float(copied.weight_byte) > float(whole.weight_byte) + 50e9


def test_power_turns_into_tokens_by_what_the_work_is() -> None:
    held_by, grid = made()
    powers = (700.0, 500.0, 350.0, 250.0, 150.0)
    tokens = np.array([float(served(power, held_by, grid).output_tokens_per_s) for power in powers])
    assert np.all(np.diff(tokens) <= 1e-9)
    # far from proportional: half of the power leaves more than three quarters of the tokens
    assert tokens[2] > 0.75 * tokens[0]
    assert tokens[4] < 0.5 * tokens[0]


def test_fewer_accelerators_than_hold_the_model_serve_nothing() -> None:
    found = served(700.0, *made(1.0))
    assert float(found.output_tokens_per_s) == 0.0
    # 72 GB less 72.65 GB, and 1,500 tokens of 163,840 bytes
    margin_byte = float(found.capacity.memory_margin_byte)
    assert margin_byte == pytest.approx(72e9 - 72.65e9 - 0.246e9, abs=0.01e9)


def test_less_power_slows_taking_in_more_than_decoding() -> None:
    held_by, grid = made()
    full, less = (batching.held_passes(held_by, grid, power_w=power) for power in (700.0, 350.0))
    decode = np.asarray(less.decode_s / full.decode_s)
    # up to 16 sequences decoding draws less than 350 W anyway
    np.testing.assert_allclose(decode[:3], 1.0)
    assert float(less.prefill_s / full.prefill_s) > decode.max() > 1.1
    other = replace(held_by, accelerator_count=2.0 * held_by.accelerator_count)
    twice = batching.held_passes(other, grid, power_w=350.0)
    np.testing.assert_allclose(twice.decode_j, 2.0 * less.decode_j)
