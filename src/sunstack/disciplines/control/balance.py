"""Does a pushed robot stay on its feet when its reflexes, or its steps, are decided far away?

A linear inverted pendulum: the centre of mass, at a constant height h, is driven away from the
centre of pressure, which the ankles move about within the foot,

    x'' = ω² (x - p) ,  |p - f| ≤ a ,  ω = √(g/h)

and pushes add to its speed. What matters is the capture point ξ = x + v/ω: it leaves p by
ξ' = ω (ξ - p), so ankles alone save what keeps |ξ - f| < a, and a push that is answered late must
not exceed  m ω a e^(-ωτ). The reflex is a linear-quadratic regulator of x - f and v that moves p,
and looks ahead by its link's least delay as far as it can. Beyond a share of the foot a step is
decided, that puts the foot where ξ will be when it lands:

    Δ = s a + (ξ - s a) e^(ω (τ + swing)) ,   s the side it falls to

Both run over links of their own: on board, or far away.

Assumes: exact motion between periods (the pendulum is linear); feet land where they are put.
Leaves out: the body's height and turning, arms, impacts, friction, sideways balance, motors' lag.
Reference: Kajita et al., IROS 2001, 239; Pratt et al., Capture point, Humanoids 2006, 200; Khadiv
et al., Stepping stabilization using a combination of DCM tracking and step adjustment (2016).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from sunstack.units import STANDARD_GRAVITY_M_PER_S2

from .feedback import Forecast, Matrix, Vector, forecast, foreseen, regulator
from .link import (
    NONE_YET,
    Commands,
    Key,
    Link,
    Periods,
    Truth,
    delay_count,
    exchanged,
    newest,
    no_commands,
)

HORIZON_COUNT = 256
"""Periods for which commands are remembered: what is older is not acted on."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Robot:
    """A body on its feet, what disturbs it, and how its policies are weighed."""

    mass_kg: Array
    height_m: Array
    """Of its centre of mass."""
    foot_m: Array
    """How far the centre of pressure moves either way: half of the foot."""
    reach_m: Array
    """Longest step; 0 for a robot that only uses its ankles."""
    swing_s: Array
    """From the decision to step until the foot is down."""
    lean_m: Array
    """Of the centre of mass off the foot: beyond it, it has fallen."""
    push_n_s: Array
    """Greatest push; all up to it are as likely, forwards and backwards."""
    pushes_per_s: Array
    position_noise_m: Array
    velocity_noise_m_per_s: Array
    foresight_s: Array
    """How far ahead its reflex can look; 0 for one that answers what it measured."""
    effort_ratio: Array
    """Weight of the ankles' work in the regulator, over that of leaning."""
    step_from_ratio: Array
    """Of the foot: with its capture point beyond it, it steps."""
    step_every_s: Array
    """Steps are thought about this often."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Balance:
    """How a trial went."""

    stood: Truth
    """Whether it stayed up."""
    stood_s: Array
    """How long."""
    widest_m: Array
    """Centre of mass off the foot, at most, while it stood."""
    step_count: Array


class _Motion(NamedTuple):
    """What changes from period to period."""

    state: Vector
    commands: Commands
    steps: Commands
    taken_count: Array
    """Steps landed."""
    counts: Periods
    """Steps landed when each measurement in the ring of steps was taken."""
    landing_m: Array
    """Where the swinging foot goes, from the one on the ground."""
    swing_count: Array
    """Periods until it lands; 0 for none."""
    stood_count: Array
    widest_m: Array


def divergence_per_s(robot: Robot) -> Array:
    """Return ω: what is not answered grows e-fold in 1/ω."""
    return jnp.sqrt(STANDARD_GRAVITY_M_PER_S2 / robot.height_m)


def reflex_rates(robot: Robot) -> tuple[Matrix, Vector]:
    """Return A and B of position and speed, for the centre of pressure as the command."""
    square = divergence_per_s(robot) ** 2
    return jnp.array([[0.0, 1.0], [0.0, 0.0]]).at[1, 0].set(square), jnp.stack(
        [0.0 * square, -square]
    )


def moved(robot: Robot, *, step_s: Array) -> tuple[Matrix, Vector]:
    """Return F and G: exact motion over a period with the centre of pressure held."""
    rate = divergence_per_s(robot)
    cosh, sinh = jnp.cosh(rate * step_s), jnp.sinh(rate * step_s)
    transition = jnp.stack([jnp.stack([cosh, sinh / rate]), jnp.stack([rate * sinh, cosh])])
    return transition, jnp.stack([1.0 - cosh, -rate * sinh])


def reflex_gains(robot: Robot, *, step_s: Array) -> Vector:
    """Return the regulator's gains on position and speed (s)."""
    weights = jnp.stack([jnp.ones(()), 1.0 / divergence_per_s(robot) ** 2])
    return -regulator(
        *moved(robot, step_s=step_s), weights=weights, effort_ratio=robot.effort_ratio
    )


def orbital_energy_j_per_kg(robot: Robot, state: Vector) -> Array:
    """Return ½ v² - ½ ω² x²: kept while the centre of pressure stays at 0."""
    return 0.5 * (state[..., 1] ** 2 - (divergence_per_s(robot) * state[..., 0]) ** 2)


def largest_push_n_s(robot: Robot, *, delay_s: Array) -> Array:
    """Return the hardest push that ankles can still answer after a delay, from rest."""
    rate = divergence_per_s(robot)
    return robot.mass_kg * rate * robot.foot_m * jnp.exp(-rate * delay_s)


# --- a trial -------------------------------------------------------------------------------------


class _Rules(NamedTuple):
    """What stays the same through a trial."""

    robot: Robot
    rate_per_s: Array
    transition: Matrix
    response: Vector
    gains: Vector
    ahead: Forecast
    """Of the reflex."""
    lead_s: Array
    """From a measurement to the landing of the step it leads to."""
    swing_count: Array


def balanced(
    robot: Robot,
    reflex: Link,
    stepping: Link,
    key: Key,
    *,
    step_s: Array,
    count: int,
    start: Vector | None = None,
) -> Balance:
    """Push a robot about for a time, and tell how it went.

    Args:
        robot: what is pushed.
        reflex: between its measurements and its ankles.
        stepping: between its measurements and its steps.
        key: of the trial.
        step_s: period of the reflex.
        count: of periods.
        start: position (m) and speed (m/s) off the foot at the beginning; at rest without it.
    """
    keys = jax.random.split(key, 4)
    rules = _rules(robot, reflex, stepping, step_s=step_s)
    every = jnp.maximum(jnp.round(robot.step_every_s / step_s).astype(int), 1)
    drawn = (
        jnp.arange(count),
        newest(reflex, keys[0], count=count, step_s=step_s),
        newest(stepping, keys[1], count=count, step_s=step_s, every_count=every),
        _pushes_m_per_s(robot, keys[2], step_s=step_s, count=count),
        jax.random.normal(keys[3], (count, 2))
        * jnp.stack([robot.position_noise_m, robot.velocity_noise_m_per_s]),
    )
    end, _ = lax.scan(lambda now, given: (_period(rules, now, *given), None), _begun(start), drawn)
    return Balance(
        stood=end.stood_count == count,
        stood_s=end.stood_count * step_s,
        widest_m=end.widest_m,
        step_count=end.taken_count,
    )


def _rules(robot: Robot, reflex: Link, stepping: Link, *, step_s: Array) -> _Rules:
    transition, response = moved(robot, step_s=step_s)
    return _Rules(
        robot=robot,
        rate_per_s=divergence_per_s(robot),
        transition=transition,
        response=response,
        gains=reflex_gains(robot, step_s=step_s),
        ahead=forecast(
            transition,
            response,
            ahead_count=delay_count(reflex, step_s=step_s, most_s=robot.foresight_s),
            horizon=HORIZON_COUNT,
        ),
        lead_s=delay_count(stepping, step_s=step_s) * step_s + robot.swing_s,
        swing_count=jnp.maximum(jnp.round(robot.swing_s / step_s).astype(int), 1),
    )


def _begun(start: Vector | None) -> _Motion:
    return _Motion(
        state=jnp.zeros(2) if start is None else jnp.asarray(start, dtype=float),
        commands=no_commands(horizon_count=HORIZON_COUNT),
        steps=no_commands(horizon_count=HORIZON_COUNT),
        taken_count=jnp.asarray(0),
        counts=jnp.zeros(HORIZON_COUNT, dtype=int),
        landing_m=jnp.zeros(()),
        swing_count=jnp.asarray(0),
        stood_count=jnp.asarray(0),
        widest_m=jnp.zeros(()),
    )


def _pushes_m_per_s(robot: Robot, key: Key, *, step_s: Array, count: int) -> Array:
    """Draw what pushes add to the speed in every period."""
    when, how = jax.random.split(key)
    pushed = jax.random.uniform(when, (count,)) < robot.pushes_per_s * step_s
    size = jax.random.uniform(how, (count,), minval=-1.0, maxval=1.0)
    return jnp.where(pushed, size, 0.0) * robot.push_n_s / robot.mass_kg


def _period(
    rules: _Rules,
    now: _Motion,
    period: Periods,
    reflex_arrived: Periods,
    step_arrived: Periods,
    push_m_per_s: Array,
    noise: Vector,
) -> _Motion:
    """Measure, send, act on what has arrived, and move; whoever has fallen stays where it fell."""
    measured = now.state + noise
    commands = _reflexed(rules, now, measured, period, reflex_arrived)
    steps, counts = _considered(rules, now, measured, period, step_arrived)
    landing_m, swing_count = _swung(rules, now, steps, counts, step_arrived)
    state = rules.transition @ now.state + rules.response * commands.held_ratio
    state = state.at[1].add(push_m_per_s)
    down = swing_count == 1
    state = state.at[0].add(-jnp.where(down, landing_m, 0.0))
    up = (now.stood_count == period) & (jnp.abs(state[0]) < rules.robot.lean_m)
    return _Motion(
        state=jnp.where(up, state, now.state),
        commands=commands,
        steps=steps,
        taken_count=now.taken_count + (down & up),
        counts=counts,
        landing_m=landing_m,
        swing_count=jnp.maximum(swing_count - 1, 0),
        stood_count=now.stood_count + up,
        widest_m=jnp.where(up, jnp.maximum(now.widest_m, jnp.abs(state[0])), now.widest_m),
    )


def _reflexed(
    rules: _Rules, now: _Motion, measured: Vector, period: Periods, arrived: Periods
) -> Commands:
    """Answer a measurement with a centre of pressure within the foot."""
    coming = foreseen(rules.ahead, measured, ring_ratio=now.commands.ring_ratio, period=period)
    foot = rules.robot.foot_m
    command = jnp.clip(rules.gains @ coming, -foot, foot)
    return exchanged(now.commands, period=period, command_ratio=command, arrived=arrived)


def _considered(
    rules: _Rules, now: _Motion, measured: Vector, period: Periods, arrived: Periods
) -> tuple[Commands, Array]:
    """Answer a measurement with a step, or with none."""
    captured = measured[0] + measured[1] / rules.rate_per_s
    edge = jnp.sign(captured) * rules.robot.foot_m
    there = edge + (captured - edge) * jnp.exp(rules.rate_per_s * rules.lead_s)
    needed = jnp.abs(captured) > rules.robot.step_from_ratio * rules.robot.foot_m
    reach = rules.robot.reach_m
    step_m = jnp.where(needed, jnp.clip(there, -reach, reach), 0.0)
    steps = exchanged(now.steps, period=period, command_ratio=step_m, arrived=arrived)
    return steps, now.counts.at[period % HORIZON_COUNT].set(now.taken_count)


def _swung(
    rules: _Rules, now: _Motion, steps: Commands, counts: Array, arrived: Periods
) -> tuple[Array, Array]:
    """Begin the step that has arrived, unless one is under way or was taken meanwhile."""
    fresh = (steps.held_index > now.steps.held_index) & (arrived > NONE_YET)
    same = counts[steps.held_index % HORIZON_COUNT] == now.taken_count
    begins = fresh & same & (now.swing_count == 0) & (steps.held_ratio != 0.0)
    landing_m = jnp.where(begins, steps.held_ratio, now.landing_m)
    return landing_m, jnp.where(begins, rules.swing_count, now.swing_count)
