"""A heap of equal requests takes the passes that one would count by hand."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines.compute import backlog, roofline
from sunstack.disciplines.compute.precision import PRECISIONS
from sunstack.disciplines.compute.roofline import Machine
from sunstack.disciplines.compute.work import Layout
from sunstack.resolve.calibration import calibration
from sunstack.resolve.chips import accelerator, language_model

MODEL, FP8 = language_model("qwen3-32b"), PRECISIONS["fp8"]
_heap_s = jax.jit(backlog.heap_s, static_argnames="precision")


def machine(copies: float = 1.0) -> Machine:
    return Machine(
        accelerator=accelerator("h200"),
        calibration=calibration("trtllm"),
        layout=Layout(chip_count=jnp.asarray(copies), attention_replica_count=jnp.asarray(copies)),
    )


def heap_s(
    requests: float,
    made: float,
    batch: float,
    copies: float = 1.0,
    recorded: tuple[float, ...] = (),
    tokens: float = 8192.0,
) -> float:
    heap = backlog.Heap(
        request_count=jnp.asarray(requests),
        input_token_count=jnp.asarray(1000.0),
        output_token_count=jnp.asarray(made),
    )
    limits = backlog.Limits(
        batch_count=jnp.asarray(batch),
        pass_token_count=jnp.asarray(tokens),
        recorded_batch_count=jnp.asarray(recorded, dtype=float),
    )
    return float(_heap_s(MODEL, machine(copies), heap, limits, precision=FP8))


def decode_s(batch: float, past: float) -> float:
    found = roofline.decode_s(
        MODEL, machine(), precision=FP8, batch_count=batch, context_token_count=past
    )
    return float(found)


def prefill_s(count: float) -> float:
    found = roofline.prefill_s(
        MODEL, machine(), precision=FP8, input_token_count=1000.0, sequence_count=count
    )
    return float(found)


def test_one_request_is_taken_in_and_then_decoded() -> None:
    by_hand = prefill_s(1) + decode_s(1, 1000) + decode_s(1, 1001) + decode_s(1, 1002)
    assert heap_s(1, 4, 8) == pytest.approx(by_hand)
    assert heap_s(1, 1, 8) == pytest.approx(prefill_s(1))


def test_tokens_of_a_pass_bound_what_it_takes_in() -> None:
    # 2 of 3 in the first pass, as 2500 tokens hold no more; the third beside their decoding
    first, second = prefill_s(2), prefill_s(1) + decode_s(2, 1000)
    # then all three, one of them a token behind; then that one alone
    third, fourth = decode_s(3, (2 * 1001 + 1000) / 3), decode_s(1, 1001)
    assert heap_s(3, 3, 8, tokens=2500.0) == pytest.approx(first + second + third + fourth)


def test_places_are_taken_in_waves() -> None:
    wave = prefill_s(2) + decode_s(2, 1000) + decode_s(2, 1001)
    assert heap_s(6, 3, 2) == pytest.approx(3 * wave)


def test_copies_share_the_heap() -> None:
    assert heap_s(8, 3, 4, copies=2.0) == pytest.approx(heap_s(4, 3, 4))


def test_decoding_is_filled_up_to_a_recorded_batch() -> None:
    filled = prefill_s(3) + decode_s(4, 1000 * 3 / 4) + decode_s(4, 1001 * 3 / 4)
    assert heap_s(3, 3, 8, recorded=(1.0, 2.0, 4.0)) == pytest.approx(filled)
    # above all that are recorded it comes as it is
    assert heap_s(3, 3, 8, recorded=(1.0, 2.0)) == pytest.approx(heap_s(3, 3, 8))


def test_what_finds_no_room_is_never_done() -> None:
    assert heap_s(2, 2, 0.5) == float("inf")


@given(requests=st.integers(1, 200), batch=st.integers(1, 64), made=st.integers(1, 60))
@settings(max_examples=15, deadline=None)
def test_a_larger_heap_takes_longer_and_no_less_than_its_prefills(
    requests: int, batch: int, made: int
) -> None:
    taken = heap_s(requests, made, batch)
    assert heap_s(requests + 1, made, batch) > taken
    assert taken > requests / 8.0 * prefill_s(8) * 0.99
