"""Does a replica serve what a simulation of it serves, and does it say what stops it?"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from serving_cases import (
    BOUNDS,
    CHIP,
    EACH_S,
    FIRST_S,
    GRID,
    INPUT_S,
    REPLICA,
    REQUESTS,
    asked,
    passes,
    served,
)

from sunstack.disciplines.compute import batching, serving

# --- by hand --------------------------------------------------------------------------------------


def test_memory_by_hand() -> None:
    # 4 · 80 GB · 0.9 - 70 GB = 218 GB; 1,000 tokens of 164 kB are 0.164 GB; 1,329.3 sequences
    assert float(batching.key_value_room_byte(REPLICA)) == pytest.approx(218e9)
    assert float(batching.sequence_room_count(REPLICA, REQUESTS)) == pytest.approx(
        1329.27, rel=1e-5
    )


def test_capacity_by_hand() -> None:
    # batch 128: 8 + 6.4 + min(128/200, 512/800) · 20 ms = 27.2 ms; 128/27.2 ms = 4,706 tokens a
    # second. The next, 129, takes in more than a chunk a pass: 1/(20 ms + 800/512 · 14.45 ms)
    # = 23.475 requests, 4,695 tokens
    found = served().capacity
    assert float(found.batch_count) == 128.0
    assert float(found.output_token_s) == pytest.approx(27.2e-3)
    assert float(found.output_tokens_per_s) == pytest.approx(128 / 27.2e-3)
    assert float(found.longest_gap_s) == pytest.approx(14.4e-3 + 512 / 800 * 20e-3)
    assert float(found.memory_margin_byte) == pytest.approx(218e9 - 0.164e9)
    # at batch 1: 8.05 + 0.1 ms
    assert float(found.latency_margin_s) == pytest.approx(0.05 - 8.15e-3)


def test_a_bound_takes_the_batch_that_keeps_it() -> None:
    # 8 + 0.05 b + 0.1 b <= 20 ms: b = 80
    tight = replace(BOUNDS, output_token_s=jnp.asarray(0.02 + 1e-9))
    found = served(bounds=tight)
    assert float(found.capacity.batch_count) == 80.0
    assert float(found.capacity.output_tokens_per_s) == pytest.approx(80 / 0.02, rel=1e-6)
    assert float(found.gains.latency_tokens_per_s) == pytest.approx(128 / 27.2e-3 - 4000, rel=1e-5)
    assert float(found.gains.memory_tokens_per_s) == 0.0


def test_energy_by_hand() -> None:
    # a third of the capacity; idle, decode and prefill make up what is drawn
    found = served(asked(8.0))
    tokens = float(found.output_tokens_per_s)
    assert tokens == pytest.approx(1600.0)
    drawn = tokens * float(found.output_j + found.idle_j) + 6400.0 * float(found.input_j)
    assert drawn == pytest.approx(float(found.draw_w), rel=1e-9)
    # a prefill holds four chips at 700 W for 20 ms: 56 J, or 70 mJ a token of its 800; the work
    # keeps arithmetic busy for 0.9 of it, which draws more than the peak at the highest clock
    assert float(found.input_j) == pytest.approx(4 * 700 * INPUT_S / 800, rel=1e-9)


def test_the_smallest_replica_by_hand() -> None:
    # 405 GB and 0.5 GB over 72 GB each: 5.63, so 6; of satellites of 4, two
    least = batching.smallest_replica(
        CHIP,
        weight_byte=405e9,
        sequence_byte=0.5e9,
        workspace_fraction=0.1,
        satellite_accelerator_count=4.0,
    )
    assert float(least.accelerator_count) == 6.0
    assert float(least.satellite_count) == 2.0
    assert float(least.satellite_margin_count) == -2.0


# --- against a simulation -------------------------------------------------------------------------


@dataclass
class Sequence:
    """A request as the simulation sees it."""

    arrival_s: float
    input_left: float
    output_left: int


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a simulation saw."""

    first_token_s: float
    full_tokens_per_s: float
    """While requests wait, after the first quarter of them."""
    running: float
    output_token_s: float


def simulate(arrivals_s: np.ndarray, outputs: np.ndarray, *, places: int, chunk: float) -> Seen:
    """Pass by pass: places filled first come, first served, one chunk taken in between passes."""
    coming = deque(
        Sequence(float(when), 800.0, int(made))
        for when, made in zip(arrivals_s, outputs, strict=True)
    )
    taking: deque[Sequence] = deque()
    decoding: list[Sequence] = []
    now, firsts, made, running = 0.0, [], 0, 0.0
    full_made, full_s = 0, 0.0
    while coming or taking or decoding:
        while coming and coming[0].arrival_s <= now and len(taking) + len(decoding) < places:
            taking.append(coming.popleft())
        if not taking and not decoding:
            now = coming[0].arrival_s
            continue
        budget, ready = chunk, []
        while taking and budget > 0.0:
            part = min(budget, taking[0].input_left)
            taking[0].input_left -= part
            budget -= part
            if taking[0].input_left > 0.0:
                break
            ready.append(taking.popleft())
        passed_s = (chunk - budget) / 800.0 * INPUT_S
        passed_s += FIRST_S + EACH_S * len(decoding) if decoding else 0.0
        now += passed_s
        running += len(decoding) * passed_s
        made += len(decoding)
        if 0 < len(coming) < 0.75 * len(outputs):
            full_made += len(decoding)
            full_s += passed_s
        for one in decoding:
            one.output_left -= 1
        firsts += [now - one.arrival_s for one in ready]
        decoding = [one for one in [*decoding, *ready] if one.output_left > 0]
    return Seen(
        first_token_s=float(np.mean(firsts)),
        full_tokens_per_s=full_made / max(full_s, 1e-9),
        running=running / now,
        output_token_s=running / made,
    )


def gaps_s(rng: np.random.Generator, rate: float, variation: float, count: int) -> np.ndarray:
    """Times between arrivals: by chance, or in bursts (two exponentials of balanced means)."""
    if variation == 1.0:
        return rng.exponential(1.0 / rate, count)
    short = 0.5 * (1.0 + np.sqrt((variation - 1.0) / (variation + 1.0)))
    often = rng.random(count) < short
    return np.where(
        often,
        rng.exponential(1.0 / (2.0 * short * rate), count),
        rng.exponential(1.0 / (2.0 * (1.0 - short) * rate), count),
    )


@pytest.mark.parametrize(
    ("rate", "variation", "near"),
    [(4.0, 1.0, 0.1), (12.0, 1.0, 0.1), (18.0, 1.0, 0.15), (12.0, 4.0, 0.25)],
)
def test_first_tokens_come_as_late_as_in_a_simulation(
    rate: float, variation: float, near: float
) -> None:
    rng = np.random.default_rng(7)
    count = 4000
    outputs = rng.geometric(1.0 / 200.0, count)
    seen = simulate(
        np.cumsum(gaps_s(rng, rate, variation, count)), outputs, places=128, chunk=512.0
    )
    requests = replace(asked(rate), arrival_variation_ratio=jnp.asarray(variation))
    found = served(requests)
    assert float(found.running_count) == pytest.approx(seen.running, rel=0.1)
    assert float(found.output_token_s) == pytest.approx(seen.output_token_s, rel=0.1)
    assert float(found.first_token_s) == pytest.approx(seen.first_token_s, rel=near)


@pytest.mark.parametrize("places", [16, 64, 128])
def test_a_full_batch_serves_what_a_simulation_serves(places: int) -> None:
    rng = np.random.default_rng(3)
    outputs = rng.geometric(1.0 / 200.0, 3000)
    seen = simulate(np.zeros(3000), outputs, places=places, chunk=512.0)
    held = batching.held_passes(REPLICA, passes(), power_w=700.0)
    limits = batching.request_limit_per_s(held, REQUESTS, passes())
    # a place whose input is being taken in does not decode: one of them, where all goes fastest
    assert float(limits[places - 1]) * 200.0 == pytest.approx(seen.full_tokens_per_s, rel=0.05)


# --- properties -----------------------------------------------------------------------------------


@settings(max_examples=50)
@given(first=st.floats(0.0, 800.0), more=st.floats(0.0, 200.0), bound=st.floats(0.005, 0.1))
def test_more_power_never_serves_fewer_tokens(first: float, more: float, bound: float) -> None:
    bounds = replace(BOUNDS, output_token_s=jnp.asarray(bound))
    low, high = (served(bounds=bounds, power_w=power) for power in (first, first + more))
    least, most = low.capacity.output_tokens_per_s, high.capacity.output_tokens_per_s
    assert float(most) >= float(least) - 1e-6


def test_a_larger_batch_is_never_faster_for_one() -> None:
    held = batching.held_passes(REPLICA, passes(), power_w=250.0)
    times = batching.output_token_s(held, REQUESTS, passes(), batch_count=GRID)
    assert np.all(np.diff(np.asarray(times)) >= 0.0)


@settings(max_examples=50)
@given(
    rate=st.floats(0.0, 60.0),
    power=st.floats(0.0, 800.0),
    weights=st.floats(1e9, 400e9),
    bound=st.floats(1e-4, 0.1),
)
def test_whatever_is_asked_the_answer_is_a_number(
    rate: float, power: float, weights: float, bound: float
) -> None:
    found = served(
        asked(rate),
        replace(BOUNDS, output_token_s=jnp.asarray(bound)),
        replace(REPLICA, weight_byte=jnp.asarray(weights)),
        power_w=power,
    )
    assert all(np.isfinite(leaf) for leaf in jax.tree.leaves(found))
    assert float(found.output_tokens_per_s) <= float(found.capacity.output_tokens_per_s) + 1e-9
    # what is drawn is within what is given, but that idle power is drawn in any case
    assert float(found.draw_w) <= 4.0 * max(power, 80.0) + 1e-6


def test_many_satellites_at_once_are_the_same_as_one_by_one() -> None:
    powers = jnp.asarray([50.0, 150.0, 260.0, 500.0, 700.0])

    def tokens(power: jax.Array) -> jax.Array:
        found = serving.serve(
            REPLICA, asked(50.0), BOUNDS, passes(), power_w=power, heat_w=jnp.asarray(700.0)
        )
        return found.output_tokens_per_s

    together = jax.jit(jax.vmap(tokens))(powers)
    alone = [float(served(asked(50.0), power_w=float(p)).output_tokens_per_s) for p in powers]
    np.testing.assert_allclose(together, alone, rtol=1e-9)


def test_a_model_that_does_not_fit_serves_nothing_and_says_by_how_much() -> None:
    found = served(held_by=replace(REPLICA, weight_byte=jnp.asarray(288e9)))
    assert float(found.capacity.batch_count) == 0.0
    assert float(found.output_tokens_per_s) == 0.0
    assert float(found.capacity.memory_margin_byte) == pytest.approx(-0.164e9)
    assert float(found.gains.memory_tokens_per_s) > 4000.0


def test_a_bound_that_no_batch_keeps_serves_nothing_and_says_by_how_much() -> None:
    found = served(bounds=replace(BOUNDS, output_token_s=jnp.asarray(0.005)))
    assert float(found.output_tokens_per_s) == 0.0
    assert float(found.capacity.latency_margin_s) == pytest.approx(5e-3 - 8.15e-3)


def test_each_limit_is_named_by_what_lifting_it_gains() -> None:
    # little asked: demand alone
    gains = served(asked(2.0)).gains
    assert float(gains.demand_tokens_per_s) == pytest.approx(128 / 27.2e-3 - 400.0)
    others = (gains.power_tokens_per_s, gains.heat_tokens_per_s, gains.memory_tokens_per_s)
    assert max(map(float, others)) < 1e-9
    # much asked on little power, or little heat
    gains = served(asked(50.0), power_w=200.0).gains
    assert float(gains.power_tokens_per_s) > 100.0 and float(gains.heat_tokens_per_s) < 1e-9
    gains = served(asked(50.0), heat_w=200.0).gains
    assert float(gains.heat_tokens_per_s) > 100.0 and float(gains.power_tokens_per_s) < 1e-9
    gains = served(asked(50.0), power_w=200.0, heat_w=200.0).gains
    assert float(gains.power_tokens_per_s) == float(gains.heat_tokens_per_s) == 0.0
    assert float(gains.power_and_heat_tokens_per_s) > 100.0
    # room for 32 sequences: 4 · 72 GB less 32 · 0.164 GB
    full = replace(REPLICA, weight_byte=jnp.asarray(288e9 - 32.5 * 0.164e9))
    found = served(asked(50.0), held_by=full)
    assert float(found.capacity.batch_count) == 32.0
    assert float(found.gains.memory_tokens_per_s) > 1000.0
    assert float(found.gains.demand_tokens_per_s) == 0.0 and float(found.demand_margin_per_s) < 0.0


def test_bursts_wait_longer() -> None:
    calm, bursts = (
        served(replace(asked(15.0), arrival_variation_ratio=jnp.asarray(variation)))
        for variation in (1.0, 8.0)
    )
    assert float(bursts.first_token_s) > 1.5 * float(calm.first_token_s)


def test_slopes_are_those_of_finite_differences() -> None:
    def tokens(power: float) -> jax.Array:
        found = serving.serve(
            REPLICA, asked(50.0), BOUNDS, passes(), power_w=power, heat_w=jnp.asarray(700.0)
        )
        return found.output_tokens_per_s

    slope = jax.jit(jax.grad(tokens))(260.0)
    value = jax.jit(tokens)
    finite = (float(value(260.01)) - float(value(259.99))) / 0.02
    assert float(slope) == pytest.approx(finite, rel=1e-3)
    assert finite > 0.0
