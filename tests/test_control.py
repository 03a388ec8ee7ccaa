"""Does feedback that comes late do what theory, and arithmetic by hand, say it does?"""

from __future__ import annotations

import math
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import linalg, stats

from sunstack.disciplines import control
from sunstack.disciplines.control.link import NONE_YET

STEP_S = 1e-3
RATE_PER_S = 3.3


def pendulum(rate_per_s: float, step_s: float = STEP_S) -> tuple[jax.Array, jax.Array]:
    motion = jnp.array([[0.0, 1.0], [rate_per_s**2, 0.0]])
    transition, response = control.held(
        motion, jnp.array([[0.0], [-(rate_per_s**2)]]), step_s=step_s
    )
    return transition, response[:, 0]


def grown(position: float, velocity: float, late_s: float) -> float:
    transition, response = pendulum(RATE_PER_S)
    gains = -jnp.array([position, velocity])
    return float(
        control.growth_ratio(
            transition, response, gains, late_count=round(late_s / STEP_S), count=16_000
        )
    )


# --- links ---------------------------------------------------------------------------------------


def arrivals(count: int = 12, every: int = 1, seed: int = 0, **words: float) -> list[int]:
    way = control.link_of(**words)
    found = control.newest(way, jax.random.key(seed), count=count, step_s=0.01, every_count=every)
    return [int(one) for one in found]


def test_arrivals_by_hand() -> None:
    assert arrivals(5) == [0, 1, 2, 3, 4]
    assert arrivals(5, delay_s=0.02) == [NONE_YET, NONE_YET, 0, 1, 2]
    assert arrivals(5, delay_s=0.011) == [NONE_YET, NONE_YET, 0, 1, 2]  # up to the next period
    assert arrivals(6, every=3, delay_s=0.01) == [NONE_YET, 0, 0, 0, 3, 3]
    assert arrivals(5, loss_fraction=1.0) == [NONE_YET] * 5


def test_an_outage_holds_the_last_command_and_what_crosses_it_is_lost() -> None:
    gaps = arrivals(300, delay_s=0.02, outage_s=0.1, outage_every_s=1.0)
    ages = np.arange(300) - np.array(gaps)
    inside = ages[20:]
    # 10 periods of gap; what is sent in the 2 before it would arrive in it: 12 more than 2
    assert inside.min() == 2 and inside.max() == 2 + 12
    assert arrivals(50, outage_s=1.0, outage_every_s=1.0) == [NONE_YET] * 50


@settings(max_examples=20, deadline=None)
@given(
    delay=st.floats(0.0, 0.1),
    jitter=st.floats(0.0, 0.05),
    loss=st.floats(0.0, 0.9),
    seed=st.integers(0, 9),
)
def test_commands_never_come_early_nor_go_back(
    delay: float, jitter: float, loss: float, seed: int
) -> None:
    found = np.array(arrivals(200, seed=seed, delay_s=delay, jitter_s=jitter, loss_fraction=loss))
    assert (np.diff(found) >= 0).all()
    had = found > NONE_YET
    ages_s = 0.01 * (np.arange(200) - found)[had]
    assert (ages_s >= delay - 1e-6).all()


# --- policies ------------------------------------------------------------------------------------


def test_holding_is_the_closed_form_of_a_pendulum() -> None:
    transition, response = pendulum(RATE_PER_S, 0.02)
    turn = RATE_PER_S * 0.02
    expected = [
        [math.cosh(turn), math.sinh(turn) / RATE_PER_S],
        [RATE_PER_S * math.sinh(turn), math.cosh(turn)],
    ]
    np.testing.assert_allclose(transition, expected, rtol=1e-12)
    np.testing.assert_allclose(
        response, [1 - math.cosh(turn), -RATE_PER_S * math.sinh(turn)], rtol=1e-10
    )


@settings(max_examples=20, deadline=None)
@given(rate=st.floats(1.0, 10.0), effort=st.floats(1e-3, 1e3), step=st.floats(1e-3, 0.05))
def test_the_regulator_is_that_of_scipy(rate: float, effort: float, step: float) -> None:
    transition, response = pendulum(rate, step)
    weights = jnp.array([1.0, 0.3])
    found = control.regulator(transition, response, weights=weights, effort_ratio=effort)
    column = np.asarray(response)[:, None]
    cost = linalg.solve_discrete_are(
        np.asarray(transition), column, np.diag(weights), np.array([[effort]])
    )
    wanted = column.T @ cost @ np.asarray(transition) / (effort + column.T @ cost @ column)
    np.testing.assert_allclose(found, wanted[0], rtol=1e-6)


def test_the_cheapest_regulator_mirrors_the_fall() -> None:
    # with all weight on effort the poles of ±ω go to a double -ω: k = 2, d = 2/ω
    transition, response = pendulum(RATE_PER_S, 1e-4)
    gains = -control.regulator(
        transition, response, weights=jnp.array([1e-9, 1e-9]), effort_ratio=1.0
    )
    np.testing.assert_allclose(gains, [2.0, 2.0 / RATE_PER_S], rtol=1e-3)


def test_a_forecast_is_what_comes() -> None:
    transition, response = pendulum(RATE_PER_S, 0.01)
    horizon, ahead = 16, 7
    commands = np.asarray(jax.random.normal(jax.random.key(5), (40,)))
    state, ring, met = jnp.array([0.01, -0.02]), np.zeros(horizon), []
    prepared = control.forecast(transition, response, ahead_count=ahead, horizon=horizon)
    states = [state]
    for period in range(40):
        met.append(
            control.foreseen(
                prepared, state, ring_ratio=jnp.asarray(ring), period=jnp.asarray(period)
            )
        )
        ring[period % horizon] = commands[period]
        late = commands[period - ahead] if period >= ahead else 0.0
        state = transition @ state + response * late
        states.append(state)
    for period in range(40 - ahead):
        np.testing.assert_allclose(met[period], states[period + ahead], atol=1e-12)


# --- margins -------------------------------------------------------------------------------------


def test_critical_delays_by_hand() -> None:
    # √(2 · 0.9 m / 9.80665 m/s²) = 0.4284 s
    rate = math.sqrt(9.80665 / 0.9)
    assert float(control.critical_delay_s(divergence_per_s=rate)) == pytest.approx(0.42842, 1e-4)
    assert float(control.critical_divergence_per_s(delay_s=0.42842)) == pytest.approx(rate, 1e-4)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_gains_inside_the_boundary_hold_and_outside_do_not(share: float) -> None:
    late_s = round(share * math.sqrt(2.0) / RATE_PER_S, 3)
    position, velocity = control.inner_gains(divergence_per_s=RATE_PER_S, delay_s=late_s + 5e-4)
    assert grown(float(position), float(velocity), late_s) < 1.0
    widest = 1.0 + 2.2 * (float(position) - 1.0)
    assert grown(widest, float(velocity), late_s) > 1.0
    assert grown(0.98, float(velocity), late_s) > 1.0


def test_beyond_the_critical_delay_no_gains_hold() -> None:
    late_s = 1.04 * math.sqrt(2.0) / RATE_PER_S
    transition, response = pendulum(RATE_PER_S)

    def swing(position: jax.Array, velocity: jax.Array) -> jax.Array:
        gains = -jnp.stack([position, velocity])
        return control.growth_ratio(
            transition, response, gains, late_count=round(late_s / STEP_S), count=12_000
        )

    positions, velocities = jnp.meshgrid(jnp.linspace(0.9, 1.6, 15), jnp.linspace(0.05, 0.9, 18))
    found = jax.jit(jax.vmap(swing))(positions.ravel(), velocities.ravel())
    assert float(found.min()) > 1.0


@settings(max_examples=10, deadline=None)
@given(position=st.floats(1.3, 6.0), velocity=st.floats(0.2, 1.5))
def test_the_margin_of_given_gains_is_what_runs_show(position: float, velocity: float) -> None:
    margin = float(
        control.pendulum_margin_s(
            divergence_per_s=RATE_PER_S, position_gain_ratio=position, velocity_gain_s=velocity
        )
    )
    motion = jnp.array([[0.0, 1.0], [RATE_PER_S**2, 0.0]])
    by_phase = control.loop_margin_s(
        motion,
        jnp.array([0.0, -(RATE_PER_S**2)]),
        -jnp.array([position, velocity]),
        least_per_s=0.01,
        most_per_s=1e3,
    )
    assume(margin > 5.0 * STEP_S)
    assert float(by_phase) == pytest.approx(margin, rel=1e-5)
    # sampling and holding is half a period late: a whole one either side is told apart
    whole = math.floor((margin - 0.5 * STEP_S) / STEP_S)
    assert grown(position, velocity, (whole - 1) * STEP_S) < 1.0
    assert grown(position, velocity, (whole + 2) * STEP_S) > 1.0


# --- shares --------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(tried=st.integers(1, 5000), part=st.floats(0.0, 1.0))
def test_intervals_are_wilsons(tried: int, part: float) -> None:
    done = round(part * tried)
    found = control.share(success_count=done, trial_count=tried)
    wanted = stats.binomtest(done, tried).proportion_ci(method="wilson")
    assert float(found.low_fraction) == pytest.approx(wanted.low, abs=1e-12)
    assert float(found.high_fraction) == pytest.approx(wanted.high, abs=1e-12)
    assert found.low_fraction <= found.fraction + 1e-12 <= found.high_fraction + 2e-12


def test_a_tolerated_delay_by_hand() -> None:
    delays = jnp.array([0.0, 0.1, 0.2, 0.4])

    def found(success: list[float], level: float) -> float:
        return float(
            control.tolerated_s(
                delay_s=delays, success_fraction=jnp.array(success), least_fraction=level
            )
        )

    assert found([1.0, 1.0, 0.6, 0.2], 0.8) == pytest.approx(0.15)
    assert found([1.0, 0.9, 0.95, 0.1], 0.5) == pytest.approx(0.3)  # what it rises is taken off
    assert found([1.0, 1.0, 1.0, 1.0], 0.99) == pytest.approx(0.4)
    assert found([0.4, 0.3, 0.2, 0.1], 0.5) == 0.0


# --- tasks ---------------------------------------------------------------------------------------


def some_tasks(**words: float) -> control.Tasks:
    given = {
        "limit_s": 0.1,
        "low_s": 0.05,
        "high_s": 0.2,
        "processing_s": 0.0,
        "delivered_fraction": 0.5,
    } | words
    return control.Tasks(**{name: jnp.array([value]) for name, value in given.items()})


def test_a_task_by_hand() -> None:
    network = control.delays(median_s=0.1, late_s=0.2)
    # half must come in time: needed is the median; half of the range 50 to 200 ms in logarithms
    found = control.tolerated(some_tasks(), network)
    assert float(found.needed_s[0]) == pytest.approx(0.1)
    assert float(found.tolerated_fraction[0]) == pytest.approx(0.5)
    assert float(found.within_fraction[0]) == pytest.approx(0.5)
    late = control.tolerated(some_tasks(delivered_fraction=0.95), network)
    assert float(late.needed_s[0]) == pytest.approx(0.2)
    assert not late.served[0] and float(late.tolerated_fraction[0]) == pytest.approx(0.0, abs=1e-9)
    out = control.delays(median_s=0.001, late_s=0.002, outage_fraction=0.1)
    never = control.tolerated(some_tasks(delivered_fraction=0.95), out)
    assert float(never.tolerated_fraction[0]) == 0.0 and not never.served[0]
    assert float(never.within_fraction[0]) == pytest.approx(0.9)


@settings(max_examples=30, deadline=None)
@given(
    median=st.floats(1e-3, 1.0),
    wide=st.floats(1.0, 5.0),
    more=st.floats(1.0, 3.0),
    outage=st.floats(0.0, 0.5),
    asked=st.floats(0.1, 0.99),
)
def test_a_later_network_never_serves_more(
    median: float, wide: float, more: float, outage: float, asked: float
) -> None:
    tasks = some_tasks(delivered_fraction=asked, processing_s=0.01)
    soon = control.delays(median_s=median, late_s=wide * median)
    later = replace(
        soon,
        median_s=more * soon.median_s,
        late_s=more * soon.late_s,
        outage_fraction=jnp.asarray(outage),
    )
    before, after = control.tolerated(tasks, soon), control.tolerated(tasks, later)
    assert float(after.tolerated_fraction[0]) <= float(before.tolerated_fraction[0]) + 1e-12
    assert float(after.within_fraction[0]) <= float(before.within_fraction[0]) + 1e-12
    # the quantile and the share within it undo each other
    if wide > 1.001:
        at = control.quantile_s(soon, delivered_fraction=asked)
        assert float(control.closed_fraction(soon, limit_s=at)) == pytest.approx(asked, abs=1e-9)
