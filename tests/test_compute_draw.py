"""Does an accelerator draw what was measured, and does less power slow it as it was seen to?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines.compute import Accelerator, draw
from sunstack.disciplines.compute.draw import Pace, Timing

LAW = draw.measured()


def chip(idle_w: float, peak_w: float) -> Accelerator:
    """An accelerator of which only its power counts."""
    nothing = jnp.asarray(1.0)
    return Accelerator(
        peak_fp16_flop_per_s=nothing,
        peak_fp8_flop_per_s=nothing,
        peak_fp4_flop_per_s=nothing,
        memory_byte=nothing,
        memory_bandwidth_byte_per_s=nothing,
        link_byte_per_s=nothing,
        domain_count=nothing,
        idle_power_w=jnp.asarray(idle_w),
        peak_power_w=jnp.asarray(peak_w),
    )


def work(memory: float, arithmetic: float, seconds: float = 1.0) -> Timing:
    """A pass by the shares of its time."""
    return Timing(
        pass_s=jnp.asarray(seconds),
        memory_s=jnp.asarray(memory * seconds),
        arithmetic_s=jnp.asarray(arithmetic * seconds),
    )


HOPPER = chip(77.0, 700.0)
AMPERE = chip(88.8, 350.0)
DECODE, PREFILL = work(0.204, 0.152), work(0.2, 0.95)
"""Of the six RTX 3090: decode as fitted, prefill as taken beforehand."""


throughput_under_power: Callable[..., Pace] = jax.jit(draw.throughput_under_power)


def drawn(accelerator: Accelerator, one: Timing) -> float:
    own = draw.own_clock_ratio(LAW, one)
    return float(draw.draw_w(accelerator, LAW, one, own_ratio=own, clock_ratio=own))


def paced(accelerator: Accelerator, one: Timing, power_w: float) -> float:
    found = throughput_under_power(accelerator, LAW, one, power_w=power_w)
    return float(found.pace_ratio)


# --- by hand --------------------------------------------------------------------------------------


def test_draw_by_hand() -> None:
    # 77 + 623 · (0.535 · 0.5 + 2.75 · 0.2 · 1) = 77 + 623 · 0.8175 = 586.3 W at the highest clock
    one = work(0.5, 0.2, seconds=0.01)
    assert drawn(HOPPER, one) == pytest.approx(586.30, abs=0.01)
    # at 0.6 of it: 10 ms + 2 ms · (1/0.6 - 1) = 11.33 ms; moving as before, reckoning 0.6^1.4 of it
    slow = draw.draw_w(HOPPER, LAW, one, own_ratio=1.0, clock_ratio=0.6)
    expected = 77.0 + 623.0 * (0.2675 + 0.55 * 0.48913) / 1.13333
    assert float(slow) == pytest.approx(expected, rel=1e-4)
    taken = draw.pass_s(LAW, one, own_ratio=1.0, clock_ratio=0.6)
    assert float(taken) == pytest.approx(0.0113333, rel=1e-5)
    energy = draw.pass_j(HOPPER, LAW, one, own_ratio=1.0, clock_ratio=0.6)
    assert float(energy) == pytest.approx(float(taken) * float(slow))


def test_prefill_holds_the_chip_at_its_peak() -> None:
    # (1 - 0.535 · 0.2) / (2.75 · 0.95) = 0.3418; ^(1/2.4) = 0.6394 of the highest clock
    own = draw.own_clock_ratio(LAW, PREFILL)
    assert float(own) == pytest.approx(0.6394, abs=1e-4)
    assert drawn(HOPPER, PREFILL) == pytest.approx(700.0, rel=1e-9)
    found = draw.throughput_under_power(HOPPER, LAW, PREFILL, power_w=700.0)
    assert float(found.pace_ratio) == pytest.approx(1.0)
    assert float(found.margin_w) == pytest.approx(0.0, abs=1e-9)


def test_work_without_arithmetic_or_memory_is_no_trouble() -> None:
    for one in (work(0.0, 0.0), work(1.0, 0.0), work(0.0, 1.0), work(1.0, 1.0)):
        found = draw.throughput_under_power(HOPPER, LAW, one, power_w=300.0)
        assert all(np.isfinite(leaf) for leaf in jax.tree.leaves(found))
        assert float(found.draw_w) <= 300.0 + 1e-6


# --- measurements ---------------------------------------------------------------------------------


FITTED_PACES = [
    (DECODE, 250.0, 70.7 / 72.6),
    (DECODE, 150.0, 62.6 / 72.6),
    (DECODE, 100.0, 12.1 / 72.6),
    (PREFILL, 250.0, 8436 / 9893),
    (PREFILL, 150.0, 2549 / 9893),
]
FITTED_POWERS = [(work(0.65, 0.003), 300.0), (work(0.54, 0.20), 600.0)]


@pytest.mark.parametrize(("one", "measured_w"), FITTED_POWERS)
def test_the_fit_passes_through_its_powers(one: Timing, measured_w: float) -> None:
    assert drawn(HOPPER, one) == pytest.approx(measured_w, abs=1.5)


@pytest.mark.parametrize(("one", "power_w", "measured"), FITTED_PACES)
def test_the_fit_passes_near_its_paces(one: Timing, power_w: float, measured: float) -> None:
    assert paced(AMPERE, one, power_w) == pytest.approx(measured, abs=0.05)


@jax.jit
def _misfit(memory: float, arithmetic: float, lowest: float) -> jax.Array:
    law = replace(
        LAW,
        memory_ratio=jnp.asarray(memory),
        arithmetic_ratio=jnp.asarray(arithmetic),
        lowest_clock_ratio=jnp.asarray(lowest),
    )
    paces = [
        draw.throughput_under_power(AMPERE, law, one, power_w=power).pace_ratio - measured
        for one, power, measured in FITTED_PACES
    ]
    powers = [
        draw.throughput_under_power(HOPPER, law, one, power_w=700.0).draw_w / 700.0 - watts / 700.0
        for one, watts in FITTED_POWERS
    ]
    return jnp.sum(jnp.asarray([*paces, *powers]) ** 2)


def test_no_other_law_near_it_fits_better() -> None:
    least = float(_misfit(0.535, 2.75, 0.513))
    assert least == pytest.approx(0.0051, abs=2e-4)
    for factor in (0.9, 0.95, 1.05, 1.1):
        assert float(_misfit(0.535 * factor, 2.75, 0.513)) > least
        assert float(_misfit(0.535, 2.75 * factor, 0.513)) > least
        assert float(_misfit(0.535, 2.75, 0.513 * factor)) > least


@pytest.mark.parametrize(
    ("one", "power_w", "measured", "near"),
    [
        (DECODE, 300, 72.1 / 72.6, 0.05),
        (DECODE, 200, 68.3 / 72.6, 0.05),
        (PREFILL, 300, 9326 / 9893, 0.05),
        (PREFILL, 200, 5941 / 9893, 0.05),
        (PREFILL, 100, 1390 / 9893, 0.1),
    ],
)
def test_what_was_held_back_from_the_fit_is_met(
    one: Timing, power_w: float, measured: float, near: float
) -> None:
    assert paced(AMPERE, one, power_w) == pytest.approx(measured, abs=near)


def test_decode_is_flat_and_falls_off_a_cliff_where_prefill_slopes() -> None:
    powers = np.linspace(100.0, 350.0, 26)
    decode = np.array([paced(AMPERE, DECODE, power) for power in powers])
    prefill = np.array([paced(AMPERE, PREFILL, power) for power in powers])
    assert decode[powers >= 0.45 * 350.0].min() > 62.6 / 72.6  # flat to 45 %
    assert decode[0] < 0.2  # and a cliff: five times less 57 W below
    assert np.all(decode >= prefill - 1e-9)
    # prefill: between a straight line from idle to peak and twice as much lost at half of it
    line = (powers - 88.8) / (350.0 - 88.8)
    assert np.corrcoef(prefill, line)[0, 1] > 0.97


def test_an_h200_decodes_at_a_fifth_to_two_fifths_of_its_peak() -> None:
    # arXiv 2605.11999, 137 to 300 W of 700: what it draws with memory at 0.18 to 0.65 of its rate,
    # where the roofline has a small batch of Llama 3.1 8B at 0.60 at the most
    assert drawn(HOPPER, work(0.60, 0.004)) < 300.0
    assert drawn(HOPPER, work(0.18, 0.001)) == pytest.approx(137.0, abs=3.0)


def test_a_lower_clock_saves_decode_energy_at_little_loss() -> None:
    # arXiv 2605.11999: up to 32 % of decode's energy at a minimal loss of throughput
    one = work(0.6, 0.10)
    clocks = {"own_ratio": 1.0}
    energies = [
        float(draw.pass_j(HOPPER, LAW, one, **clocks, clock_ratio=clock)) for clock in (1.0, 0.7)
    ]
    times = [float(draw.pass_s(LAW, one, **clocks, clock_ratio=clock)) for clock in (1.0, 0.7)]
    assert 0.10 < 1.0 - energies[1] / energies[0] < 0.32
    assert times[1] / times[0] < 1.05


# --- properties -----------------------------------------------------------------------------------

SHARES = st.floats(0.0, 1.0)


@given(memory=SHARES, arithmetic=SHARES, first=st.floats(0.0, 800.0), more=st.floats(0.0, 300.0))
def test_more_power_is_never_slower(
    memory: float, arithmetic: float, first: float, more: float
) -> None:
    one = work(memory, arithmetic)
    low, high = (
        throughput_under_power(HOPPER, LAW, one, power_w=power) for power in (first, first + more)
    )
    assert float(high.pace_ratio) >= float(low.pace_ratio) - 1e-9
    assert 0.0 <= float(low.pace_ratio) <= 1.0 + 1e-12


@given(memory=SHARES, arithmetic=SHARES, power_w=st.floats(81.0, 800.0))
def test_what_is_drawn_is_what_is_given_where_power_holds_it_down(
    memory: float, arithmetic: float, power_w: float
) -> None:
    one = work(memory, arithmetic)
    found = throughput_under_power(HOPPER, LAW, one, power_w=power_w)
    free = drawn(HOPPER, one)
    assert free <= 700.0 + 1e-6
    assert float(found.draw_w) == pytest.approx(min(power_w, free), rel=1e-6)
    assert float(found.margin_w) == pytest.approx(power_w - free, abs=1e-6)


def test_less_than_idle_power_does_nothing_and_says_by_how_much() -> None:
    found = draw.throughput_under_power(HOPPER, LAW, DECODE, power_w=50.0)
    assert float(found.pace_ratio) == 0.0
    assert float(found.idle_margin_w) == pytest.approx(-27.0)
    assert float(found.draw_w) == pytest.approx(77.0)  # what staying on would take


def test_many_powers_at_once_are_the_same_as_one_by_one() -> None:
    powers = jnp.asarray([60.0, 120.0, 180.0, 260.0, 500.0])
    together = jax.jit(
        lambda power: draw.throughput_under_power(HOPPER, LAW, DECODE, power_w=power).pace_ratio
    )(powers)
    alone = [paced(HOPPER, DECODE, float(power)) for power in powers]
    np.testing.assert_allclose(together, alone, rtol=1e-9)


@pytest.mark.parametrize("power_w", [150.0, 330.0, 480.0])
def test_slopes_are_those_of_finite_differences(power_w: float) -> None:
    def pace(power: float, arithmetic: float) -> jax.Array:
        one = replace(work(0.3, 0.0), arithmetic_s=jnp.asarray(arithmetic))
        found: Pace = draw.throughput_under_power(HOPPER, LAW, one, power_w=power)
        return found.pace_ratio

    by_power, by_work = jax.grad(pace, argnums=(0, 1))(power_w, 0.6)
    step = 1e-4
    rise = pace(power_w + step, 0.6) - pace(power_w - step, 0.6)
    assert float(by_power) == pytest.approx(float(rise) / (2 * step), rel=1e-3)
    tilt = pace(power_w, 0.6 + 1e-6) - pace(power_w, 0.6 - 1e-6)
    assert float(by_work) == pytest.approx(float(tilt) / 2e-6, rel=1e-3)
