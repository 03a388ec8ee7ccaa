"""Does a robot stay up, and a car on its lane, with its policy on board, on the ground, in orbit?

Many trials of a simulated machine for each place, the delay that each way of sharing the work
tolerates, and the tasks of such machines that a network so late can serve.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack.disciplines import control
from sunstack.disciplines.control import Link
from sunstack.errors import ScenarioError
from sunstack.resolve import machines
from sunstack.resolve.tasks import tasks_of

PLANTS = ("robot", "car")
MOST_DELAY_MS = 1000.0
"""Beyond it, commands are older than the simulated machines remember."""
MOST_TRIALS = 100_000
CURVE_MS = (0, 20, 50, 100, 150, 200, 300, 450, 700, 1000)
"""Delays at which success is measured, to find what is tolerated."""
LEVELS = {"99": 0.99, "50": 0.5}
ROBOT_STEP_S, ROBOT_S = 0.005, 10.0
CAR_STEP_S, CAR_S = 0.01, 30.0
FRAME_STEP_S, FRAME_COUNT, FRAMES_S = 1.0 / 240.0, 8, 2.5
BRAKINGS = 8
"""Emergencies for each trial of lane keeping: they are short, and need more of them."""
"""Braking: delays told apart, steps from one camera frame to the next, time until all is over."""

CAVEATS = (
    "Machines, pushes, roads and sensors are examples: shares of success move with them.",
    "The robot balances forwards and backwards only; its motors follow at once.",
    "Braking counts what brakes at once would save, of what appears up to twice as far off.",
    "Delays count from measurement to action; computing is in --compute-ms, alike at every place.",
    "Tasks are classes that count alike; most of their limits are estimates with wide ranges.",
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A machine, and the networks to what may decide for it."""

    plant: str = "robot"
    delay_ms: float = 20.0
    """To orbit and back, at least."""
    jitter_ms: float = 5.0
    """Mean of what comes on top."""
    outage_ms: float = 0.0
    outage_every_s: float = 15.0
    loss_fraction: float = 0.0
    ground_delay_ms: float = 20.0
    """To the nearest data centre on the ground and back, by mobile radio and fibre: 5G takes 11 to
    13 ms by a review (Sensors 24 (2024) 3957), 47 ms on a public network (arXiv 2503.14186)."""
    ground_jitter_ms: float = 10.0
    compute_ms: float = 5.0
    predicts: bool = True
    """Whether the policy reckons with its delay."""
    push_n_s: float = 20.0
    speed_km_per_h: float = 108.0
    trials: int = 300
    seed: int = 0


def control_of(asked: Question) -> dict[str, Any]:
    """Answer for a machine.

    Raises:
        ScenarioError: a number is none, or no such plant.
    """
    _check(asked)
    links = _links(asked)
    tasks = {place: _tasks(asked, one) for place, one in links.items()}
    measured = _robot(asked) if asked.plant == "robot" else _car(asked)
    return {
        **vars(asked),
        "success": {
            way: {place: _told(run(one)) for place, one in links.items()}
            for way, run in measured.items()
        },
        "tolerated": {way: _curve(run, links["orbit"]) for way, run in measured.items()},
        "theory": _theory(asked),
        "tasks": tasks,
        "caveats": list(CAVEATS),
    }


def success_counts(
    asked: Question, *, delay_ms: float, ways: tuple[str, ...] | None = None
) -> dict[str, tuple[int, int]]:
    """Count trials that succeed, and all, for ways of sharing the work, at one even delay.

    The delay is the whole one, from measurement to action, without jitter, loss and outages.
    """
    measured = _robot(asked) if asked.plant == "robot" else _car(asked)
    late = control.link_of(delay_s=1e-3 * delay_ms)
    found = {way: measured[way](late) for way in ways or measured}
    return {way: (int(done.sum()), int(tried.sum())) for way, (done, tried) in found.items()}


def _check(asked: Question) -> None:
    wrong = []
    if asked.plant not in PLANTS:
        wrong.append(f"plant: {asked.plant!r} is none; write one of {', '.join(PLANTS)}")
    for name in ("delay_ms", "jitter_ms", "ground_delay_ms", "ground_jitter_ms", "compute_ms"):
        if not 0.0 <= getattr(asked, name) <= 0.5 * MOST_DELAY_MS:
            wrong.append(
                f"{name}: {getattr(asked, name):g}; write 0 to {0.5 * MOST_DELAY_MS:g}: commands "
                "older than a second are not acted on"
            )
    if not 0.0 < asked.outage_every_s <= 86_400.0:
        wrong.append(f"outage_every_s: {asked.outage_every_s:g}; write above 0, up to a day")
    elif not 0.0 <= asked.outage_ms <= 1e3 * asked.outage_every_s:
        wrong.append(f"outage_ms: {asked.outage_ms:g}; write 0 up to the time between outages")
    if not 0.0 <= asked.loss_fraction <= 1.0:
        wrong.append(f"loss_fraction: {asked.loss_fraction:g}; write 0 to 1")
    if not 0.0 <= asked.push_n_s <= 1e3:
        wrong.append(f"push_n_s: {asked.push_n_s:g}; write 0 to 1000")
    if not 10.0 <= asked.speed_km_per_h <= 250.0:
        wrong.append(f"speed_km_per_h: {asked.speed_km_per_h:g}; write 10 to 250")
    if not 10 <= asked.trials <= MOST_TRIALS:
        wrong.append(f"trials: {asked.trials}; write 10 to {MOST_TRIALS}")
    if asked.seed < 0:
        wrong.append(f"seed: {asked.seed}; write 0 or more")
    if wrong:
        raise ScenarioError("\n".join(wrong))


def _links(asked: Question) -> dict[str, Link]:
    """Return the link to each place a policy may sit at."""
    own_s = 1e-3 * asked.compute_ms
    return {
        "on board": control.link_of(delay_s=own_s),
        "ground": control.link_of(
            delay_s=own_s + 1e-3 * asked.ground_delay_ms, jitter_s=1e-3 * asked.ground_jitter_ms
        ),
        "orbit": control.link_of(
            delay_s=own_s + 1e-3 * asked.delay_ms,
            jitter_s=1e-3 * asked.jitter_ms,
            loss_fraction=asked.loss_fraction,
            outage_s=1e-3 * asked.outage_ms,
            outage_every_s=asked.outage_every_s,
        ),
    }


# --- trials --------------------------------------------------------------------------------------

type Trials = Callable[[Link], tuple[Array, Array]]
"""From a link to which trials succeeded, and which of them count."""


def _robot(asked: Question) -> Mapping[str, Trials]:
    key = jax.random.key(asked.seed)
    robot = machines.robot(push_n_s=asked.push_n_s, predicts=asked.predicts)
    ankles = replace(robot, reach_m=jnp.asarray(0.0))
    reflex = control.link_of(delay_s=1e-3 * asked.compute_ms)
    return {
        "all remote": lambda way: _stood(robot, way, way, key, trials=asked.trials),
        "all remote, without steps": lambda way: _stood(ankles, way, way, key, trials=asked.trials),
        "reflex on board, steps remote": lambda way: _stood(
            robot, reflex, way, key, trials=asked.trials
        ),
    }


def _stood(
    robot: control.Robot, reflex: Link, steps: Link, key: Array, *, trials: int
) -> tuple[Array, Array]:
    stood: Array = _stand(robot, reflex, steps, key, trials)
    return stood, jnp.ones_like(stood)


def _stand_trials(
    robot: control.Robot, reflex: Link, steps: Link, key: Array, trials: int
) -> Array:
    count = round(ROBOT_S / ROBOT_STEP_S)
    step_s = jnp.asarray(ROBOT_STEP_S)
    return control.over_trials(
        lambda one: control.balanced(robot, reflex, steps, one, step_s=step_s, count=count).stood,
        key,
        trials=trials,
    )


def _drive_trials(car: control.Car, steering: Link, key: Array, trials: int) -> Array:
    count = round(CAR_S / CAR_STEP_S)
    step_s = jnp.asarray(CAR_STEP_S)
    return control.over_trials(
        lambda one: control.driven(car, steering, one, step_s=step_s, count=count).kept,
        key,
        trials=trials,
    )


def _brake_trials(
    scene: control.Emergency, braking: Link, key: Array, trials: int
) -> tuple[Array, Array]:
    def trial(one: Array) -> tuple[Array, Array]:
        ended = control.stopped(
            scene,
            braking,
            one,
            step_s=jnp.asarray(FRAME_STEP_S),
            count=round(FRAMES_S / FRAME_STEP_S),
            every_count=FRAME_COUNT,
        )
        return ended.clear, ended.avoidable

    return control.over_trials(trial, key, trials=trials)


_stand = jax.jit(_stand_trials, static_argnums=4)
_drive = jax.jit(_drive_trials, static_argnums=3)
_brake = jax.jit(_brake_trials, static_argnums=3)
"""Compiled once for all links."""


def _car(asked: Question) -> Mapping[str, Trials]:
    key = jax.random.key(asked.seed)
    speed = asked.speed_km_per_h / 3.6
    car = machines.car(speed_m_per_s=speed, predicts=asked.predicts)
    scene = machines.emergency(speed_m_per_s=speed)

    def lane(way: Link) -> tuple[Array, Array]:
        kept: Array = _drive(car, way, key, asked.trials)
        return kept, jnp.ones_like(kept)

    def brake(way: Link) -> tuple[Array, Array]:
        clear, avoidable = _brake(scene, way, key, BRAKINGS * asked.trials)
        return clear & avoidable, avoidable

    return {"lane kept": lane, "stopped in time": brake}


# --- telling -------------------------------------------------------------------------------------


def _told(found: tuple[Array, Array]) -> dict[str, float]:
    succeeded, counted = (int(one.sum()) for one in found)
    share = control.share(success_count=succeeded, trial_count=max(counted, 1))
    return {
        "success_fraction": float(share.fraction),
        "low_fraction": float(share.low_fraction),
        "high_fraction": float(share.high_fraction),
        "trials": counted,
    }


def _curve(run: Trials, orbit: Link) -> dict[str, Any]:
    """Measure success over delay, with the jitter and outages of the way to orbit, down to half."""
    rows = []
    for delay_ms in CURVE_MS:
        found = run(replace(orbit, delay_s=jnp.asarray(1e-3 * delay_ms)))
        rows.append({"delay_ms": float(delay_ms), **_told(found)})
        if rows[-1]["success_fraction"] < min(LEVELS.values()):
            break
    measured = jnp.asarray([row["success_fraction"] for row in rows])
    return {
        "curve": rows,
        **{
            f"delay_for_{name}_percent_ms": 1e3
            * float(
                control.tolerated_s(
                    delay_s=1e-3 * jnp.asarray([row["delay_ms"] for row in rows]),
                    success_fraction=measured,
                    least_fraction=level,
                )
            )
            for name, level in LEVELS.items()
        },
        "most_measured_ms": float(CURVE_MS[-1]),
    }


def _theory(asked: Question) -> dict[str, float]:
    """Tell how late feedback may be on paper, without pushes, noise and limits."""
    if asked.plant == "car":
        car = machines.car(speed_m_per_s=asked.speed_km_per_h / 3.6, predicts=asked.predicts)
        motion, inputs = control.steering_rates(car)
        gains = control.steering_gains(car, step_s=jnp.asarray(CAR_STEP_S))
        margin = control.loop_margin_s(
            motion, inputs[:, 0], gains, least_per_s=0.01, most_per_s=1e3
        )
        return {"delay_margin_ms": 1e3 * float(margin)}
    robot = machines.robot(push_n_s=asked.push_n_s, predicts=asked.predicts)
    rate = control.divergence_per_s(robot)
    gains = control.reflex_gains(robot, step_s=jnp.asarray(ROBOT_STEP_S))
    margin = control.pendulum_margin_s(
        divergence_per_s=rate, position_gain_ratio=gains[0], velocity_gain_s=gains[1]
    )
    late_s = 1e-3 * (asked.delay_ms + asked.compute_ms)
    return {
        "delay_margin_ms": 1e3 * float(margin),
        "critical_delay_ms": 1e3 * float(control.critical_delay_s(divergence_per_s=rate)),
        "push_ankles_answer_at_once_n_s": float(
            control.largest_push_n_s(robot, delay_s=jnp.asarray(0.0))
        ),
        "push_ankles_answer_from_orbit_n_s": float(
            control.largest_push_n_s(robot, delay_s=jnp.asarray(late_s))
        ),
    }


def _tasks(asked: Question, way: Link) -> dict[str, Any]:
    """Tell which tasks of such machines a link serves: by quantiles of its delay."""
    named = tasks_of(asked.plant)
    floor, jitter = float(way.delay_s) - 1e-3 * asked.compute_ms, float(way.jitter_s)
    every_s = float(way.outage_every_s)
    out = 1.0 - (1.0 - float(way.loss_fraction)) * (1.0 - float(way.outage_s) / every_s)
    # a link of no length at all has no logarithm
    network = control.delays(
        median_s=max(floor + math.log(2.0) * jitter, 1e-6),
        late_s=max(floor + math.log(20.0) * jitter, 1e-6),
        outage_fraction=min(out, 1.0 - 1e-9),
    )
    found = control.tolerated(named.asked, network)
    rows = zip(
        named.names,
        np.asarray(named.asked.limit_s),
        np.asarray(found.served),
        np.asarray(found.within_fraction),
        np.asarray(found.tolerated_fraction),
        strict=True,
    )
    return {
        "median_ms": 1e3 * float(network.median_s),
        "late_ms": 1e3 * float(network.late_s),
        "outage_fraction": float(network.outage_fraction),
        "tolerated_fraction": float(control.served_fraction(found)),
        "classes": [
            {
                "task": name,
                "limit_ms": 1e3 * float(limit),
                "served": bool(served),
                "within_fraction": float(within),
                "tolerated_fraction": float(part),
            }
            for name, limit, served, within, part in rows
        ],
    }
