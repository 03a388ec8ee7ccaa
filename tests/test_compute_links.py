"""What do lasers cost a model that is spread over satellites, and work that moves along them?"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines.compute import across_satellites
from sunstack.disciplines.compute.across_satellites import Departure, Handover, Link, Pipeline

GIGABIT_BYTE = 1e9 / 8.0


def link(delay_s: float = 1e-3, rate_gbit_per_s: float = 100.0) -> Link:
    return Link(
        delay_s=jnp.asarray(delay_s), byte_per_s=jnp.asarray(rate_gbit_per_s * GIGABIT_BYTE)
    )


# --- layers shared --------------------------------------------------------------------------------


def test_layers_shared_over_a_millisecond_by_hand() -> None:
    # 80 layers, two sums each, 1 ms: 160 ms; half of 8,192 numbers of 2 bytes take 0.65 µs each
    found = across_satellites.shared_layers_s(
        link(), layer_count=80.0, width_count=8192.0, token_count=1.0, satellite_count=2.0
    )
    assert float(found) == pytest.approx(0.160 + 160 * 8192 / 12.5e9, rel=1e-9)
    alone = across_satellites.shared_layers_s(
        link(), layer_count=80.0, width_count=8192.0, token_count=1.0, satellite_count=1.0
    )
    assert float(alone) == 0.0


def test_even_neighbours_in_a_formation_cannot_share_layers() -> None:
    # 200 m apart, 0.7 µs of light and 10 µs of terminals, 10 Tbit/s: a batch of 64 still waits
    # 160 · (10.7 µs + 0.42 µs) = 1.8 ms; a millisecond apart it is ninety times as much
    near = across_satellites.shared_layers_s(
        link(10.7e-6, 10_000.0),
        layer_count=80.0,
        width_count=8192.0,
        token_count=64.0,
        satellite_count=2.0,
    )
    assert float(near) == pytest.approx(160 * (10.7e-6 + 64 * 8192 / 1.25e12), rel=1e-9)


def test_experts_dealt_out_by_hand() -> None:
    # 58 layers of 8 experts: 2 ms there and back, 64 tokens · 8 · 3 · 7,168 bytes, 3 of 4 away
    found = across_satellites.dealt_experts_s(
        link(),
        expert_layer_count=58.0,
        width_count=7168.0,
        experts_per_token_count=8.0,
        token_count=64.0,
        satellite_count=4.0,
    )
    assert float(found) == pytest.approx(58 * (2e-3 + 64 * 8 * 3 * 7168 * 0.75 / 12.5e9), rel=1e-9)


# --- layers dealt out -----------------------------------------------------------------------------


def dealt(satellites: float, batches: float, one: Link | None = None) -> Pipeline:
    return across_satellites.pipeline(
        one or link(),
        pass_s=20e-3,
        width_count=8192.0,
        token_count=64.0,
        satellite_count=satellites,
        batch_count=batches,
    )


def test_layers_dealt_out_by_hand() -> None:
    # 64 · 16,384 bytes take 83.9 µs on 100 Gbit/s: a hop is 1.084 ms, a round 20 + 4 · 1.084 ms
    found = dealt(4.0, 1.0)
    assert float(found.token_s) == pytest.approx(24.3355e-3, rel=1e-5)
    # one batch: each satellite computes 5 ms of a round
    assert float(found.pace_ratio) == pytest.approx(5 / 24.3355, rel=1e-5)
    assert float(found.idle_fraction) == pytest.approx(1 - 5 / 24.3355, rel=1e-5)
    # five batches of 5 ms fill a round of 24.3 ms, and then wait for each other
    assert float(found.filling_batch_count) == 5.0
    full = dealt(4.0, 5.0)
    assert float(full.pace_ratio) == pytest.approx(1.0)
    assert float(full.token_s) == pytest.approx(25e-3)


def test_one_satellite_has_no_hops() -> None:
    found = dealt(1.0, 1.0)
    assert float(found.token_s) == pytest.approx(20e-3)
    assert float(found.pace_ratio) == pytest.approx(1.0)


def stepped(satellites: int, batches: int, stage_s: float, hop_s: float, rounds: int) -> float:
    """Time between passes in a chain, by following every batch from satellite to satellite."""
    free = [0.0] * satellites
    ready = [0.0] * batches
    done: list[float] = []
    for _ in range(rounds):
        for batch in range(batches):
            when = ready[batch]
            for place in range(satellites):
                start = max(when, free[place])
                free[place] = start + stage_s
                when = free[place] + hop_s
            ready[batch] = when
            done.append(when)
    half = len(done) // 2
    return (done[-1] - done[half]) / (len(done) - 1 - half)


@pytest.mark.parametrize("satellites", [2, 4, 8])
@pytest.mark.parametrize("batches", [1, 3, 6, 16])
def test_the_pace_is_that_of_following_every_batch(satellites: int, batches: int) -> None:
    found = dealt(float(satellites), float(batches), link(2e-3, 1e9))
    between = stepped(satellites, batches, 20e-3 / satellites, 2e-3, 60)
    assert 20e-3 / satellites / float(found.pace_ratio) == pytest.approx(between, rel=0.02)


@given(
    satellites=st.integers(1, 64),
    batches=st.integers(1, 200),
    delay=st.floats(1e-6, 0.1),
    rate=st.floats(1.0, 1e4),
)
def test_lasers_never_help_a_chain(
    satellites: int, batches: int, delay: float, rate: float
) -> None:
    found = dealt(float(satellites), float(batches), link(delay, rate))
    assert 0.0 < float(found.pace_ratio) <= 1.0 + 1e-12
    assert float(found.token_s) >= 20e-3 - 1e-12
    more = dealt(float(satellites), float(batches + 1), link(delay, rate))
    assert float(more.pace_ratio) >= float(found.pace_ratio) - 1e-12


# --- moving keys and values -----------------------------------------------------------------------


def moved(rate: float = 100.0, layers: float = 1.0, prefill_s: float = 0.4) -> Handover:
    return across_satellites.handover(
        link(5e-3, rate),
        token_count=8192.0,
        key_value_byte=163_840.0,
        prefill_s=prefill_s,
        layer_count=layers,
    )


def test_moving_by_hand() -> None:
    # 8,192 · 163,840 bytes = 1.342 GB; on 100 Gbit/s 107.4 ms, and 5 ms under way
    found = moved()
    assert float(found.byte) == pytest.approx(1.3422e9, rel=1e-4)
    assert float(found.move_s) == pytest.approx(0.11237, rel=1e-4)
    assert float(found.quicker_margin_s) == pytest.approx(0.4 - 0.107374, rel=1e-4)
    # 1.342 GB in 0.4 s are 26.8 Gbit/s
    assert float(found.even_byte_per_s) / GIGABIT_BYTE == pytest.approx(26.84, rel=1e-3)


@pytest.mark.parametrize("layers", [1.0, 2.0, 80.0])
def test_at_the_even_rate_both_take_as_long(layers: float) -> None:
    even = float(moved(layers=layers).even_byte_per_s) / GIGABIT_BYTE
    assert float(moved(even, layers).quicker_margin_s) == pytest.approx(0.0, abs=1e-12)
    assert float(moved(1.01 * even, layers).quicker_margin_s) > 0.0
    assert float(moved(0.99 * even, layers).quicker_margin_s) < 0.0


def test_layers_that_leave_one_by_one_hide_all_but_the_last() -> None:
    # 80 layers sent while the next is computed: 107.4 / 80 = 1.34 ms are left, and 5 ms
    assert float(moved(layers=80.0).move_s) == pytest.approx(5e-3 + 0.107374 / 80, rel=1e-4)


# --- leaving --------------------------------------------------------------------------------------


def leaving(
    rate: float = 100.0, rounds: float = 3.0, view_s: float = 300.0, tokens_per_s: float = 50.0
) -> Departure:
    return across_satellites.departure(
        link(5e-3, rate),
        token_count=8192.0,
        key_value_byte=163_840.0,
        tokens_per_s=tokens_per_s,
        prefill_s=0.4,
        view_s=view_s,
        round_count=rounds,
    )


def test_leaving_by_hand() -> None:
    # ρ = 163,840 · 50 / 12.5e9 = 6.55e-4: after one round 107.4 ms · ρ = 70 µs are left
    found = leaving(rounds=1.0)
    assert float(found.pause_s) == pytest.approx(5e-3 + 0.107374 * 6.5536e-4, rel=1e-6)
    assert float(found.lead_s) == pytest.approx(0.107374 + float(found.pause_s), rel=1e-4)
    assert float(found.again_pause_s) == pytest.approx(0.405)
    assert float(found.least_pause_s) == float(found.pause_s)
    assert float(found.lost_fraction) == pytest.approx(float(found.pause_s) / 300.0)


def test_rounds_are_those_of_sending_what_was_decoded_meanwhile() -> None:
    rate, token_byte, speed = 1.0 * GIGABIT_BYTE, 163_840.0, 200.0
    left, lead = 8192.0 * token_byte, 0.0
    for _ in range(4):
        took = left / rate
        lead, left = lead + took, took * speed * token_byte
    found = leaving(rate=1.0, rounds=4.0, tokens_per_s=speed)
    assert float(found.pause_s) == pytest.approx(5e-3 + left / rate, rel=1e-9)
    assert float(found.lead_s) == pytest.approx(lead + 5e-3 + left / rate, rel=1e-9)


def test_a_link_that_never_catches_up_or_a_short_view_means_taking_in_again() -> None:
    # 50 tokens of 164 kB are 65.5 Mbit/s: on half of that moving never ends
    slow = leaving(rate=0.03)
    assert float(slow.pause_s) == pytest.approx(5e-3 + 1.3422e9 / (0.03 * GIGABIT_BYTE), rel=1e-4)
    assert float(slow.least_pause_s) == pytest.approx(0.405)
    short = leaving(view_s=0.05)
    assert float(short.view_margin_s) < 0.0
    assert float(short.least_pause_s) == pytest.approx(0.405)
    assert float(short.lost_fraction) == 1.0


@given(
    rate=st.floats(0.01, 1e4),
    rounds=st.integers(0, 10),
    view=st.floats(0.1, 1e4),
    speed=st.floats(0.0, 1e3),
)
def test_leaving_is_always_a_number_and_more_rounds_never_pause_longer(
    rate: float, rounds: int, view: float, speed: float
) -> None:
    found = leaving(rate, float(rounds), view, speed)
    assert all(np.isfinite(leaf) for leaf in jax.tree.leaves(found))
    assert 0.0 <= float(found.lost_fraction) <= 1.0
    assert float(leaving(rate, rounds + 1.0, view, speed).pause_s) <= float(found.pause_s) + 1e-12


def test_slopes_are_those_of_finite_differences() -> None:
    def pause(rate: float, speed: float) -> jax.Array:
        return leaving(rate, 2.0, 300.0, speed).pause_s

    slopes = jax.grad(pause, argnums=(0, 1))(1.0, 200.0)
    by_rate = (pause(1.0 + 1e-6, 200.0) - pause(1.0 - 1e-6, 200.0)) / 2e-6
    by_speed = (pause(1.0, 200.001) - pause(1.0, 199.999)) / 2e-3
    assert float(slopes[0]) == pytest.approx(float(by_rate), rel=1e-5)
    assert float(slopes[1]) == pytest.approx(float(by_speed), rel=1e-5)
