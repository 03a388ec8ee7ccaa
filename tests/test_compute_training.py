"""Does a training take the time, memory and energy that its parts add up to, in orbit or below?"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import network
from sunstack.disciplines.compute import Accelerator, LanguageModel
from sunstack.disciplines.compute.training import (
    Interruptions,
    Layout,
    Links,
    Outages,
    Practice,
    Rounds,
    Site,
    Spares,
    Supply,
    Task,
    Training,
    memory,
    powered,
    step,
    task_of,
    train,
    train_apart,
)


def spec[T](kind: type[T], **values: float) -> T:
    """Fill a Spec with arrays."""
    return kind(**{name: jnp.asarray(float(value)) for name, value in values.items()})


def changed[T](given_spec: T, **values: float) -> T:
    """Change some of its numbers."""
    return replace(given_spec, **{name: jnp.asarray(value) for name, value in values.items()})  # type: ignore[type-var]  # every Spec is a dataclass


DENSE = spec(
    Task,
    parameter_count=8e9,
    expert_parameter_count=0,
    token_flop=6 * 8e9,
    layer_count=32,
    width_count=4096,
    expert_layer_count=0,
    experts_per_token_count=0,
    token_count=1e12,
    batch_token_count=4_194_304,
    sequence_token_count=8192,
)
EXPERTS = changed(
    DENSE, expert_parameter_count=64e9, expert_layer_count=32.0, experts_per_token_count=2.0
)
ROW = spec(
    Layout,
    satellite_count=64,
    accelerator_count=8,
    tensor_count=4,
    stage_count=4,
    chunk_count=1,
    microbatch_count=16,
    expert_satellite_count=1,
)
PRACTICE = spec(
    Practice,
    flop_efficiency=0.45,
    weight_byte=2,
    gradient_byte=4,
    sent_gradient_byte=2,
    optimiser_byte=12,
    optimiser_share_count=2,
    activation_byte=34,
    sent_activation_byte=2,
    overlap_fraction=0.5,
)
LINKS = spec(Links, bit_per_s=1e12, hop_s=1e-4, all_to_all_bit_per_s=5e11)
PEAK = jnp.asarray(1e15)
CHIP = spec(
    Accelerator,
    peak_fp16_flop_per_s=1e15,
    peak_fp8_flop_per_s=2e15,
    peak_fp4_flop_per_s=2e15,
    memory_byte=80e9,
    memory_bandwidth_byte_per_s=3.35e12,
    link_byte_per_s=450e9,
    domain_count=8,
    idle_power_w=100,
    peak_power_w=700,
)
SUPPLY = spec(
    Supply,
    load_power_w=600,
    overhead_ratio=1.3,
    laser_power_w=200,
    dark_power_w=300,
    accelerator_usd_per_s=2.0 / 3600,
    energy_usd_per_j=0.05 / 3.6e6,
)
APART = spec(
    Rounds,
    worker_count=8,
    inner_step_count=100,
    fragment_count=1,
    overlap_step_count=0,
    early_fraction=2 / 3,
    parameter_bit_count=8,
)
FAILING = spec(
    Interruptions,
    failure_per_s=1e-4,
    corruption_per_s=0,
    detected_fraction=1,
    check_s=0,
    checkpoint_s=30,
    downtime_s=60,
    restart_s=120,
)
NO_ECLIPSE = spec(Outages, period_s=5760, outage_s=0, entry_s=0, resume_s=0)
NO_LOSS = spec(Spares, loss_per_s=0, replacement_s=1, spare_count=0)


def part(task: Task, layout: Layout, links: Links = LINKS, **words: Any) -> step.Step:
    """Part a step, gradients in a ring."""
    practice = words.pop("practice", PRACTICE)
    exchange = step.ring_exchange_s(
        bit_count=step.gradient_bit_count(task, layout, practice),
        member_count=layout.copy_count,
        bit_per_s=links.bit_per_s,
        hop_s=links.hop_s,
    )
    return step.train_step(task, layout, practice, links, peak_flop_per_s=PEAK, exchange_s=exchange)


def usual_site(**changes: Any) -> Site:
    """Return a site with all the usual, or with some changed."""
    usual: dict[str, Any] = {
        "links": LINKS,
        "accelerator": CHIP,
        "peak_flop_per_s": PEAK,
        "supply": SUPPLY,
        "satellite_power_w": jnp.asarray(8000.0),
        "interruptions": FAILING,
        "outages": NO_ECLIPSE,
        "spares": NO_LOSS,
    }
    return Site(**usual | changes)


def trained(**changes: Any) -> Training:
    """Train with all the usual, or with some changed."""
    return train(DENSE, ROW, PRACTICE, usual_site(**changes))


# --- a step ---------------------------------------------------------------------------------------


def test_a_step_by_hand() -> None:
    found = part(DENSE, ROW)
    # 4,194,304 · 48e9 / (512 · 1e15 · 0.45) = 0.8738 s
    assert float(found.computing_s) == pytest.approx(0.873813, rel=1e-5)
    # three stages wait behind the first, of 16 microbatches
    assert float(found.bubble_s) == pytest.approx(0.873813 * 3 / 16, rel=1e-5)
    # 16,384 tokens a microbatch · 4096 numbers · 16 bits = 1.0737 Gbit, 1.07 ms at 1 Tbit/s
    assert float(found.filling_s) == pytest.approx(2 * 3 * (1e-4 + 1.073742e-3), rel=1e-5)
    assert float(found.passing_s) == 0.0
    # a quarter of 8e9 · 16 bits = 32 Gbit; 16 copies: 30 (0.1 ms + 32e9 / (32 · 1e12) s) = 33 ms,
    # of which half the way back of a sixteenth, 18.2 ms · (1 - 1/8), hides
    hidden = 0.5 * (2 / 3) * 0.873813 / 16 * (7 / 8)
    assert float(found.gradients_s) == pytest.approx(0.033 - hidden, rel=1e-4)
    assert step.limiting_part(found) == "computing"
    assert float(step.step_s(found)) == pytest.approx(sum(map(float, found)), rel=1e-6)


def test_experts_by_hand() -> None:
    # two of four satellites chosen for each token: 3 (1 - (3/4)²) = 1.3125 others on average
    away = step.away_count(satellite_count=4.0, experts_per_token_count=2.0)
    assert float(away) == pytest.approx(1.3125)
    spread = changed(ROW, expert_satellite_count=4.0)
    # four times for each of 8 layers and 16 microbatches: a hop, and 1.3125 of what is passed on
    each = 1e-4 + 1.3125 * 1.073742e9 / 5e11
    found = part(EXPERTS, spread)
    assert float(found.experts_s) == pytest.approx(4 * 8 * 16 * each, rel=1e-5)
    assert step.limiting_part(found) == "experts"
    assert float(part(EXPERTS, ROW).experts_s) == 0.0
    # gradients of a stage: a quarter of 8e9 + 64e9/4, 16 bits each
    bits = step.gradient_bit_count(EXPERTS, spread, PRACTICE)
    assert float(bits) == pytest.approx(24e9 / 4 * 16)


def test_a_ring_is_that_of_the_network() -> None:
    fabric = network.Fabric(
        plane_count=jnp.asarray(8),
        slot_count=jnp.asarray(2),
        laser_bit_per_s=jnp.asarray(1e12),
        along_hop_s=jnp.asarray(1e-4),
        across_hop_s=jnp.asarray(1e-4),
        seam_shift_count=jnp.asarray(0),
    )
    ours = step.ring_exchange_s(bit_count=32e9, member_count=16.0, bit_per_s=1e12, hop_s=1e-4)
    theirs = network.ring_all_reduce_s(fabric, gradient_bit_count=jnp.asarray(32e9))
    assert float(ours) == pytest.approx(float(theirs), rel=1e-12)


def test_thin_links_limit_a_row() -> None:
    slow = changed(LINKS, bit_per_s=1e9)
    found = part(DENSE, ROW, slow)
    # 16 microbatches of 1.0737 Gbit take 17.18 s, of which 0.87 s computing hides
    assert float(found.passing_s) == pytest.approx(16 * 1.073742 - 0.873813, rel=1e-5)
    assert step.limiting_part(found) == "gradients"
    # chunks shorten the bubble, and pass on more
    chunks = part(DENSE, changed(ROW, chunk_count=4.0), slow)
    assert float(chunks.bubble_s) == pytest.approx(float(found.bubble_s) / 4)
    assert float(chunks.passing_s) > float(found.passing_s)


def test_a_single_satellite_exchanges_nothing() -> None:
    alone = changed(ROW, satellite_count=1.0, stage_count=1.0)
    found = part(DENSE, alone)
    assert [float(each) for each in found[1:]] == [0.0] * 5
    assert float(step.computing_fraction(found)) == 1.0


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.floats(1e9, 1e13), st.floats(1e-6, 1e-2), st.floats(0.0, 1.0))
def test_more_light_is_never_slower(doublings: int, rate: float, hop_s: float, lap: float) -> None:
    layout = changed(ROW, satellite_count=4.0 * 2**doublings)
    practice = changed(PRACTICE, overlap_fraction=lap)
    links = changed(LINKS, bit_per_s=rate, hop_s=hop_s)
    found = part(DENSE, layout, links, practice=practice)
    assert all(float(each) >= 0.0 for each in found)
    whole = float(step.step_s(found))
    better = part(DENSE, layout, changed(links, bit_per_s=2 * rate), practice=practice)
    assert float(step.step_s(better)) <= whole * 1.000001
    twice = changed(layout, satellite_count=8.0 * 2**doublings)
    assert float(part(DENSE, twice, links).computing_s) == pytest.approx(
        0.5 * float(found.computing_s), rel=1e-6
    )


# --- memory ---------------------------------------------------------------------------------------


def test_memory_by_hand() -> None:
    kept = memory.memory(DENSE, ROW, PRACTICE)
    # 8e9 over 4 stages of 4: 0.5e9 parameters; 2 + 4 bytes, and 12 over two accelerators
    assert float(kept.weights_byte) == pytest.approx(1e9)
    assert float(kept.gradients_byte) == pytest.approx(2e9)
    assert float(kept.optimiser_byte) == pytest.approx(3e9)
    # 34 · 4096 · 8192 tokens (16,384 over two) / 4 · 8 layers · 4 microbatches
    assert float(kept.activations_byte) == pytest.approx(34 * 4096 * 8192 / 4 * 32)
    margin = memory.memory_margin_fraction(kept, memory_byte=CHIP.memory_byte)
    assert float(margin) == pytest.approx(1 - (6e9 + 9.1268e9) / 80e9, rel=1e-4)
    one = changed(ROW, stage_count=1.0, tensor_count=1.0)
    tight = memory.memory(EXPERTS, one, PRACTICE)
    assert float(memory.memory_margin_fraction(tight, memory_byte=CHIP.memory_byte)) < 0.0


def test_room_says_what_cannot_be() -> None:
    assert all(float(each) >= 0.0 for each in memory.room(DENSE, ROW))
    wide = memory.room(DENSE, changed(ROW, tensor_count=16.0))
    assert float(wide.tensor_margin_count) == -8.0
    long = memory.room(DENSE, changed(ROW, stage_count=64.0))
    assert float(long.layer_margin_count) == -32.0
    thin = memory.room(DENSE, changed(ROW, microbatch_count=64.0))
    assert float(thin.sequence_margin_count) == 2048.0 - 8192.0


# --- a training -----------------------------------------------------------------------------------


def test_a_task_by_hand() -> None:
    # 2 layers of 8 numbers: 4 · 8² for attention of 2 heads of 4, then a router and 3 matrices of
    # 8 · 16 for each of 4 experts, 2 of them chosen; a table of 10, twice; 5 norms
    names = {one.name: jnp.asarray(0.0) for one in fields(LanguageModel)}
    counts: dict[str, float] = {
        "layer_count": 2,
        "width_count": 8,
        "query_head_count": 2,
        "key_value_head_count": 2,
        "head_width_count": 4,
        "value_head_width_count": 4,
        "expert_count": 4,
        "experts_per_token_count": 2,
        "expert_inner_count": 16,
        "feed_forward_matrix_count": 3,
        "vocabulary_count": 10,
        "embedding_count": 2,
        "layer_norm_count": 2,
    }
    model = LanguageModel(**names | {name: jnp.asarray(float(n)) for name, n in counts.items()})
    found = task_of(model, token_count=1e6, batch_token_count=1e3, sequence_token_count=100.0)
    assert float(found.expert_parameter_count) == 2 * 4 * 3 * 8 * 16
    assert float(found.parameter_count) == 2 * (4 * 64 + 4 * 8) + 2 * 80 + 5 * 8
    met = 2 * (4 * 64 + 4 * 8 + 2 * 3 * 8 * 16) + 80 + 5 * 8
    # and 50.5 tokens seen on average, two operations for 2 heads of 4 + 4 numbers in each layer
    assert float(found.token_flop) == pytest.approx(3 * (2 * met + 2 * 2 * 8 * 2 * 50.5))
    assert float(found.expert_layer_count) == 2.0


def test_a_training_by_hand() -> None:
    found = trained()
    assert float(found.step_count) == pytest.approx(1e12 / 4_194_304)
    assert float(found.duration_s * found.goodput_fraction) == pytest.approx(
        float(found.step_count * found.step_s), rel=1e-9
    )
    assert float(found.accelerator_s) == pytest.approx(512 * float(found.duration_s))
    # a satellite: 8 chips of 100 W and 500 W more for the share they compute, 1.3 times, and 200 W
    share = float(step.computing_fraction(found.step))
    power = 8 * (100 + 500 * share) * 1.3 + 200
    assert float(found.energy_j) == pytest.approx(64 * power * float(found.duration_s), rel=1e-9)
    dollars = float(found.accelerator_s) / 1800 + float(found.energy_j) * 0.05 / 3.6e6
    assert float(found.cost_usd) == pytest.approx(dollars, rel=1e-9)
    assert float(found.power_margin_fraction) == pytest.approx(1 - (4800 * 1.3 + 200) / 8000)
    assert float(found.model_flop_utilisation_fraction) == pytest.approx(0.45 * share)


def test_the_ground_is_a_site() -> None:
    lit = trained(outages=NO_ECLIPSE)
    dark = trained(outages=changed(NO_ECLIPSE, outage_s=2000.0, entry_s=30.0, resume_s=60.0))
    ratio = float(dark.duration_s / lit.duration_s)
    assert ratio == pytest.approx(5760 / (5760 - 2000 - 90), rel=0.03)
    # in the dark 300 W in place of the load: less energy for each second, more in all
    assert float(dark.energy_j) > float(lit.energy_j)
    assert float(dark.energy_j / dark.duration_s) < float(lit.energy_j / lit.duration_s)
    fibre = trained(links=changed(LINKS, bit_per_s=4e12, hop_s=5e-6))
    assert float(fibre.step_s) < float(lit.step_s)
    assert float(fibre.step.computing_s) == float(lit.step.computing_s)


def test_a_training_that_never_ends_says_so() -> None:
    free = changed(SUPPLY, accelerator_usd_per_s=0.0, energy_usd_per_j=0.0)
    found = trained(outages=changed(NO_ECLIPSE, outage_s=5760.0), supply=free)
    assert float(found.goodput_fraction) == 0.0
    for endless in (found.duration_s, found.energy_j, found.cost_usd):
        assert math.isinf(float(endless))


def test_power_gives_accelerators() -> None:
    # 8,000 W less 200 W of lasers over 780 W each
    given_8_kw = powered(ROW, SUPPLY, satellite_power_w=8000.0)
    assert float(given_8_kw.accelerator_count) == 10.0
    starved = powered(ROW, SUPPLY, satellite_power_w=500.0)
    assert float(starved.accelerator_count) == 1.0
    site = usual_site(satellite_power_w=jnp.asarray(500.0))
    found = train(DENSE, starved, PRACTICE, site)
    # Of the larger of both, as every margin: here of what the accelerators draw.
    assert float(found.power_margin_fraction) == pytest.approx(500.0 / 980.0 - 1.0)


def test_workers_apart_by_hand() -> None:
    # 8 satellites, each a worker, H = 100: 8e9 bytes in a ring, half of them each way round
    site = usual_site(links=changed(LINKS, bit_per_s=1e9))
    copy = changed(ROW, satellite_count=1.0, stage_count=1.0)
    found = train_apart(DENSE, copy, PRACTICE, site, APART, extra_token_ratio=1.1)
    inner = train(DENSE, copy, PRACTICE, site)
    each = float(inner.step_s)
    sent_s = 2 * 7 * (1e-4 + 8e9 * 8 / (2 * 8 * 1e9))
    # all but the last of 32 layers' parts may hide behind the way back
    waits = max(sent_s - 2 / 3 * each * (31 / 32), sent_s / 32)
    assert float(found.utilisation_fraction) == pytest.approx(100 * each / (100 * each + waits))
    assert float(found.step_count) == pytest.approx(1.1 * float(inner.step_count) / 8)
    ratio = float(found.duration_s / inner.duration_s)
    assert ratio == pytest.approx(1.1 / 8 / float(found.utilisation_fraction))
    # all eight copies in step wait at every step for what workers apart wait for once in 100
    batch = changed(DENSE, batch_token_count=8 * 4_194_304.0)
    in_step = train(batch, changed(copy, satellite_count=8.0), PRACTICE, site)
    assert float(in_step.duration_s) > 1.5 * float(found.duration_s)


def test_slopes_are_those_of_differences_and_jit_changes_nothing() -> None:
    def days(rate: jax.Array) -> jax.Array:
        return trained(links=replace(LINKS, bit_per_s=rate)).duration_s / 86400

    for rate in (2e10, 1e12):
        slope = float(jax.grad(days)(jnp.asarray(rate)))
        by_difference = float(
            days(jnp.asarray(rate * 1.0001)) - days(jnp.asarray(rate * 0.9999))
        ) / (0.0002 * rate)
        assert slope == pytest.approx(by_difference, rel=1e-5)
        assert slope < 0.0
        assert float(jax.jit(days)(rate)) == pytest.approx(float(days(jnp.asarray(rate))))


def test_many_layouts_at_once() -> None:
    rates = jnp.asarray(np.geomspace(1e10, 1e13, 5))
    together = jax.vmap(lambda rate: trained(links=replace(LINKS, bit_per_s=rate)).step_s)(rates)
    apart = [float(trained(links=changed(LINKS, bit_per_s=float(rate))).step_s) for rate in rates]
    np.testing.assert_allclose(together, apart, rtol=1e-9)
