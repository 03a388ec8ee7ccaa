"""Do workers that exchange seldom wait as long as their links make them, and what does it cost?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines.compute.training import Rounds, rounds, step

APART = Rounds(
    worker_count=jnp.asarray(8.0),
    inner_step_count=jnp.asarray(100.0),
    fragment_count=jnp.asarray(1.0),
    overlap_step_count=jnp.asarray(0.0),
    early_fraction=jnp.asarray(2.0 / 3.0),
    parameter_bit_count=jnp.asarray(8.0),
)


def changed(given_rounds: Rounds, **values: float) -> Rounds:
    """Change some of its numbers."""
    return replace(given_rounds, **{name: jnp.asarray(value) for name, value in values.items()})


STREAMED = changed(
    APART, fragment_count=16.0, overlap_step_count=1.0, parameter_bit_count=4.0, worker_count=2.0
)


def test_what_shows_of_an_exchange() -> None:
    def shown(exchange_s: float) -> float:
        return float(step.shown_s(exchange_s=exchange_s, window_s=10.0, part_count=4.0))

    # the last of four parts begins when the window ends; three quarters of the window hide
    assert [shown(exchange) for exchange in (0.0, 4.0, 10.0, 20.0)] == [0.0, 1.0, 2.5, 12.5]


def test_a_round_by_hand() -> None:
    # 10e9 · 8 bits · 2 · 7/8 = 140 Gbit; at 1 Gbit/s 140 s
    exchange = rounds.fragment_s(APART, parameter_count=10e9, bit_per_s=1e9)
    assert float(exchange) == pytest.approx(140.0)
    # the way back of a step of 20 s hides 13.3 s · 41/42
    words: dict[str, Any] = {"exchange_s": exchange, "step_s": 20.0, "layer_count": 42.0}
    assert float(rounds.waiting_s(APART, **words)) == pytest.approx(140.0 - 40.0 / 3 * 41 / 42)
    share = rounds.utilisation_fraction(APART, **words)
    assert float(share) == pytest.approx(2000.0 / (2140.0 - 40.0 / 3 * 41 / 42))
    # 100 steps of 16 bits against one of 8
    less = rounds.traffic_reduction_ratio(APART, step_bit_count=16.0)
    assert float(less) == 200.0


def test_streams_hide_what_they_can() -> None:
    # 10e9 / 16 · 4 bits = 2.5 Gbit; a step of 0.8 s and 2/3 of one are 1.333 s
    words = {"step_s": 0.8, "layer_count": 48.0}
    hidden, late = (
        rounds.utilisation_fraction(
            STREAMED,
            exchange_s=rounds.fragment_s(STREAMED, parameter_count=10e9, bit_per_s=rate),
            **words,
        )
        for rate in (2.5e9 / 1.33, 1e9)
    )
    assert float(hidden) == 1.0
    assert float(late) == pytest.approx(80.0 / (80.0 + 16 * (2.5 - 4.0 / 3)))
    # a link that is never free waits for itself, however long the window
    long = changed(STREAMED, overlap_step_count=99.0)
    busy = rounds.waiting_s(long, exchange_s=10.0, **words)
    assert float(busy) == pytest.approx(16 * 10.0 - 80.0)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.3, 0.995),
    st.floats(0.05, 30.0),
    st.integers(1, 40),
    st.integers(0, 5),
    st.integers(2, 64),
)
def test_the_rate_needed_gives_the_utilisation_asked(
    share: float, step_s: float, fragments: int, overlap: int, workers: int
) -> None:
    found = changed(
        STREAMED,
        fragment_count=float(fragments),
        overlap_step_count=float(overlap),
        worker_count=float(workers),
    )
    rate = rounds.needed_bit_per_s(
        found, parameter_count=10e9, step_s=step_s, layer_count=48.0, utilisation_fraction=share
    )
    exchange = rounds.fragment_s(found, parameter_count=10e9, bit_per_s=rate)
    back = rounds.utilisation_fraction(found, exchange_s=exchange, step_s=step_s, layer_count=48.0)
    assert float(back) == pytest.approx(share, rel=1e-6)


def test_a_delay_longer_than_the_wait_needs_an_infinite_rate() -> None:
    words = {"parameter_count": 1e9, "step_s": 0.1, "layer_count": 24.0}
    rate = rounds.needed_bit_per_s(STREAMED, utilisation_fraction=0.99, delay_s=1.0, **words)
    assert math.isinf(float(rate))
    less = rounds.needed_bit_per_s(STREAMED, utilisation_fraction=0.99, delay_s=0.1, **words)
    assert math.isfinite(float(less))


def test_a_loss_is_made_up_by_tokens() -> None:
    words = {"parameter_count": 1e9, "token_count": 20e9}
    for law in (rounds.hoffmann(), rounds.besiroglu()):
        more = rounds.extra_token_ratio(law, loss_penalty_fraction=0.004, **words)
        usual = rounds.loss_ratio(law, **words)
        made_up = rounds.loss_ratio(law, parameter_count=1e9, token_count=20e9 * more)
        assert float(made_up * 1.004) == pytest.approx(float(usual), rel=1e-9)
        none = rounds.extra_token_ratio(law, loss_penalty_fraction=0.0, **words)
        assert float(none) == pytest.approx(1.0)
        never = rounds.extra_token_ratio(law, loss_penalty_fraction=0.5, **words)
        assert math.isinf(float(never))
    assert float(rounds.outage_perplexity_ratio(outage_fraction=0.25)) == pytest.approx(1.0105)
    assert float(rounds.outage_margin_fraction(outage_fraction=0.6)) == pytest.approx(-0.1)
