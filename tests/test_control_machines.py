"""Do a robot and a car, led from afar, stand, steer and stop as mechanics says they must?"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import control
from sunstack.disciplines.control import Link
from sunstack.resolve import machines

STEP_S = 0.005
ROBOT_60 = machines.robot(push_n_s=20.0, predicts=True)
ANKLES = replace(ROBOT_60, reach_m=jnp.asarray(0.0))
STILL = replace(
    ANKLES,
    push_n_s=jnp.asarray(0.0),
    position_noise_m=jnp.asarray(0.0),
    velocity_noise_m_per_s=jnp.asarray(0.0),
)
CAR_30 = machines.car(speed_m_per_s=30.0, predicts=True)
SCENE = replace(machines.emergency(speed_m_per_s=50.0 / 3.6), sight_m=jnp.asarray(30.0))


@cache
def stand(trials: int, count: int, step_s: float = STEP_S) -> Any:
    def run(robot: control.Robot, reflex: Link, steps: Link, start: jax.Array) -> control.Balance:
        return control.over_trials(
            lambda key: control.balanced(
                robot, reflex, steps, key, step_s=jnp.asarray(step_s), count=count, start=start
            ),
            jax.random.key(1),
            trials=trials,
        )

    return jax.jit(run)


def stood(
    robot: control.Robot, reflex: Link, steps: Link, *, trials: int = 200, step_s: float = STEP_S
) -> float:
    run = stand(trials, round(10.0 / step_s), step_s)
    return float(run(robot, reflex, steps, jnp.zeros(2)).stood.mean())


def stands(robot: control.Robot, speed_m_per_s: float, delay_s: float) -> bool:
    way = control.link_of(delay_s=delay_s)
    run = stand(1, 1000)
    return bool(run(robot, way, way, jnp.array([0.0, speed_m_per_s])).stood[0])


# --- the robot -----------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(position=st.floats(-0.3, 0.3), speed=st.floats(-1.0, 1.0))
def test_left_alone_a_robot_keeps_its_orbital_energy(position: float, speed: float) -> None:
    transition, _ = control.moved(ROBOT_60, step_s=jnp.asarray(0.01))
    states = [jnp.array([position, speed])]
    for _ in range(60):
        states.append(transition @ states[-1])
    energies = np.asarray(control.orbital_energy_j_per_kg(ROBOT_60, jnp.stack(states)))
    scale = float((jnp.stack(states) ** 2).max()) * 10.0
    assert np.abs(energies - energies[0]).max() <= 1e-11 * max(scale, 1e-6)


def test_undisturbed_at_once_it_never_falls() -> None:
    for reach in (0.0, 0.6):
        robot = replace(STILL, reach_m=jnp.asarray(reach))
        found = stand(50, 2000)(robot, control.link_of(), control.link_of(), jnp.zeros(2))
        assert found.stood.all() and float(found.widest_m.max()) == 0.0


@pytest.mark.parametrize("delay_s", [0.0, 0.05, 0.1, 0.2])
def test_ankles_answer_what_the_capture_point_leaves_them(delay_s: float) -> None:
    # by hand, at once: ω a = 3.3010 · 0.11 = 0.3631 m/s
    limit = float(control.largest_push_n_s(STILL, delay_s=jnp.asarray(delay_s))) / 60.0
    if delay_s == 0.0:
        assert limit == pytest.approx(0.3631, abs=1e-4)
    assert stands(STILL, 0.97 * limit, delay_s)
    assert not stands(STILL, 1.03 * limit, delay_s)


def test_a_step_saves_what_ankles_cannot() -> None:
    stepping = replace(STILL, reach_m=jnp.asarray(0.6))
    assert not stands(STILL, 0.5, 0.0) and stands(stepping, 0.5, 0.0)
    assert not stands(stepping, 3.0, 0.0)  # nor does any step


def test_a_later_loop_never_holds_more() -> None:
    delays = (0.0, 0.05, 0.1, 0.2, 0.3)
    found = [
        stood(ROBOT_60, control.link_of(delay_s=one), control.link_of(delay_s=one))
        for one in delays
    ]
    spread = [2.0 * math.sqrt(max(one * (1.0 - one), 0.005) / 200) for one in found]
    for before, after, more in zip(found, found[1:], spread, strict=False):
        assert after <= before + more
    assert found[0] > 0.98 and found[-1] < 0.7


def test_reflexes_on_board_let_steps_come_late() -> None:
    late = control.link_of(delay_s=0.3)
    alone = stood(ROBOT_60, late, late)
    shared = stood(ROBOT_60, control.link_of(), late)
    assert shared > 0.97 > 0.7 > alone


def test_jitter_and_outages_cost_success() -> None:
    steady = stood(ROBOT_60, control.link_of(delay_s=0.05), control.link_of(delay_s=0.05))
    way = control.link_of(delay_s=0.05, outage_s=0.5, outage_every_s=5.0)
    gaps = stood(ROBOT_60, way, way)
    shaken = control.link_of(delay_s=0.05, jitter_s=0.5, loss_fraction=0.8)
    assert gaps < steady - 0.05
    assert stood(ROBOT_60, shaken, shaken) < steady - 0.05


def test_success_does_not_hang_on_the_period() -> None:
    way = control.link_of(delay_s=0.1)
    found = [stood(ANKLES, way, way, trials=500, step_s=one) for one in (0.01, 0.0025)]
    # three times the spread of the difference of shares near 0.7
    assert max(found) - min(found) < 3.0 * math.sqrt(2.0 * 0.7 * 0.3 / 500)
    assert 0.4 < found[1] < 0.9


def test_a_trial_is_the_same_without_compilation() -> None:
    way = control.link_of(delay_s=0.02, jitter_s=0.005)
    key = jax.random.key(3)
    start = jnp.array([0.01, 0.1])

    def run() -> control.Balance:
        return control.balanced(
            ROBOT_60, way, way, key, step_s=jnp.asarray(STEP_S), count=12, start=start
        )

    quick = jax.jit(run)()
    with jax.disable_jit():
        slow = run()
    assert float(quick.widest_m) == pytest.approx(float(slow.widest_m), rel=1e-12)
    assert bool(quick.stood) == bool(slow.stood)


# --- the car -------------------------------------------------------------------------------------


def test_the_cars_motion_by_hand() -> None:
    motion, inputs = control.steering_rates(CAR_30)
    # 320 kN/rad over 1573 kg; 160 · 1.1 - 160 · 1.58 = -76.8 kN m/rad over 1573 kg · 30 m/s
    assert float(motion[1, 2]) == pytest.approx(203.433, rel=1e-5)
    assert float(motion[1, 3]) == pytest.approx(1.62746, rel=1e-5)
    assert float(inputs[3, 0]) == pytest.approx(61.2600, rel=1e-5)


def test_a_steady_curve_leaves_nothing_off() -> None:
    motion, inputs = control.steering_rates(CAR_30)
    gains = control.steering_gains(CAR_30, step_s=jnp.asarray(0.01))
    curve = 1.0 / 500.0
    forced = inputs[:, 0] * control.curve_gain_m(CAR_30, gains) + inputs[:, 1] * 30.0
    settled = jnp.linalg.solve(motion - jnp.outer(inputs[:, 0], gains), -forced * curve)
    assert abs(float(settled[0])) < 1e-9
    # heading off by l_f m V² / 2 C_r L κ - l_r κ: (1,557,270 / 428,800 - 1.58) m / 500 m
    assert float(settled[2]) == pytest.approx((3.6317 - 1.58) / 500.0, abs=1e-6)


@cache
def drive() -> Any:
    def run(car: control.Car, way: Link) -> control.Drive:
        return control.over_trials(
            lambda key: control.driven(car, way, key, step_s=jnp.asarray(0.01), count=3000),
            jax.random.key(2),
            trials=100,
        )

    return jax.jit(run)


def test_a_policy_that_ignores_delay_fails_at_its_margin() -> None:
    ignoring = replace(CAR_30, foresight_s=jnp.asarray(0.0))
    motion, inputs = control.steering_rates(ignoring)
    gains = control.steering_gains(ignoring, step_s=jnp.asarray(0.01))
    margin = float(
        control.loop_margin_s(motion, inputs[:, 0], gains, least_per_s=0.01, most_per_s=1e3)
    )
    assert 0.1 < margin < 0.25
    below = drive()(ignoring, control.link_of(delay_s=0.7 * margin))
    above = drive()(ignoring, control.link_of(delay_s=1.4 * margin))
    assert below.kept.all() and not above.kept.any()
    # one that reckons with it does not even notice
    assert drive()(CAR_30, control.link_of(delay_s=1.4 * margin)).kept.all()


def test_a_later_car_strays_wider() -> None:
    found = [drive()(CAR_30, control.link_of(delay_s=one)) for one in (0.0, 0.1, 0.3, 1.0)]
    squares = [float(one.mean_square_m2.mean()) for one in found]
    assert squares[0] < squares[1] < squares[2]
    kept = [float(one.kept.mean()) for one in found]
    assert kept == sorted(kept, reverse=True) and kept[0] == 1.0 and kept[-1] < 0.6


def test_a_straight_road_without_wind_needs_no_steering() -> None:
    calm = replace(
        CAR_30,
        **{
            name: jnp.asarray(0.0)
            for name in (
                "curvature_per_m",
                "gust_m_per_s2",
                "position_noise_m",
                "heading_noise_rad",
            )
        },
    )
    found = drive()(calm, control.link_of(delay_s=0.05))
    assert found.kept.all() and float(found.widest_m.max()) == 0.0


# --- brakes --------------------------------------------------------------------------------------


def test_stopping_by_hand_and_by_steps() -> None:
    # 13.889 m/s, 8 m/s², 0.2 s: 1.389 - 0.013 + 12.056 = 13.432 m, and 1.389 m each 0.1 s waited
    words = {"speed_m_per_s": 50.0 / 3.6, "deceleration_m_per_s2": 8.0, "rise_s": 0.2}
    assert float(control.stopping_m(**words, reaction_s=0.0)) == pytest.approx(13.432, abs=1e-3)
    assert float(control.stopping_m(**words, reaction_s=0.1)) == pytest.approx(14.821, abs=1e-3)
    for speed, rise in ((13.9, 0.2), (2.0, 1.0), (0.5, 0.2)):
        speed_now, way, time, step = speed, 0.0, 0.0, 1e-5
        while speed_now > 0.0:
            way += speed_now * step
            speed_now -= 8.0 * min(time / rise, 1.0) * step
            time += step
        found = control.stopping_m(
            speed_m_per_s=speed, deceleration_m_per_s2=8.0, rise_s=rise, reaction_s=0.0
        )
        assert float(found) == pytest.approx(way, rel=1e-3)


@cache
def brake() -> Any:
    def run(way: Link) -> control.Stop:
        return control.over_trials(
            lambda key: control.stopped(
                SCENE, way, key, step_s=jnp.asarray(1.0 / 240.0), count=480, every_count=8
            ),
            jax.random.key(4),
            trials=2000,
        )

    return jax.jit(run)


def test_each_that_brakes_later_hits_no_less() -> None:
    found = [brake()(control.link_of(delay_s=one)) for one in (0.0, 0.02, 0.1, 0.5)]
    for before, after in itertools.pairwise(found):
        assert (after.clear <= before.clear).all()
        assert (after.impact_m_per_s >= before.impact_m_per_s).all()
    waited = [float(one.reaction_s.mean()) for one in found]
    # half a frame of 1/30 s, and the delay, rounded up to 1/240 s
    assert waited[0] == pytest.approx(1.0 / 60.0, abs=1e-3)
    assert waited[2] - waited[0] == pytest.approx(0.1, abs=1.0 / 240.0)
    # of things even up to 30 m, 20 ms more at 13.9 m/s are 0.28 m
    lost = float((found[0].clear & ~found[1].clear).mean())
    assert lost == pytest.approx(0.278 / 30.0, abs=0.007)
    assert (found[0].avoidable >= found[0].clear).all()


def test_a_stop_too_late_leaves_the_speed_that_energy_says() -> None:
    # stands after 20 m; 8 m missing at 8 m/s²: √128 m/s
    left = control.impact_m_per_s(
        speed_m_per_s=20.0, deceleration_m_per_s2=8.0, stopping_m=20.0, distance_m=12.0
    )
    assert float(left) == pytest.approx(math.sqrt(128.0))
    assert (
        float(
            control.impact_m_per_s(
                speed_m_per_s=5.0, deceleration_m_per_s2=8.0, stopping_m=20.0, distance_m=12.0
            )
        )
        == 5.0
    )
