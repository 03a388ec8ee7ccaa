"""Does a car keep its lane at speed when its steering is decided far away?

The bicycle model in errors to the lane, (e, e', ψ, ψ'), at speed V, with tyres of stiffness C each,

    m (e'' + V r) = 2 C_f α_f + 2 C_r α_r ,   I (ψ'' + r') = 2 C_f α_f l_f - 2 C_r α_r l_r, r = V κ

moved exactly from period to period under a wheel angle that is held and turns no faster than its
motor. The road's curvature κ and the gusts that push the car sideways are drawn as noise of first
order. The policy is a linear-quadratic regulator of the errors, looking ahead by its link's least
delay as far as it can, with the angle that the curve itself needs,

    δ = L κ + (l_r / C_f - l_f / C_r) m V² κ / 2 L  + K_ψ ψ_s ,   ψ_s = (l_f m V² / 2 C_r L - l_r) κ

for the curvature its map shows ahead. Out of the lane is a car whose side is over the line.

Assumes: tyres in their linear range; a steady speed; a map without errors.
Leaves out: roll, tyre limits, other traffic, cameras that see too little.
Reference: Rajamani, Vehicle Dynamics and Control, 2nd ed., ch. 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from .feedback import Forecast, Matrix, Vector, forecast, foreseen, held, regulator
from .link import Commands, Key, Link, Periods, Truth, delay_count, exchanged, newest, no_commands

HORIZON_COUNT = 256
"""Periods for which commands are remembered: what is older is not acted on."""
STATES = 4


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Car:
    """A car on its lane, what disturbs it, and how its policy is weighed."""

    speed_m_per_s: Array
    mass_kg: Array
    inertia_kg_m2: Vector
    """About its vertical axis."""
    front_m: Array
    """From the centre of mass to the front axle."""
    rear_m: Array
    front_stiffness_n_per_rad: Vector
    """Of one tyre."""
    rear_stiffness_n_per_rad: Vector
    wheel_rad: Array
    """Greatest angle of the front wheels."""
    wheel_rad_per_s: Array
    margin_m: Array
    """From the car's side to the line when it is in the middle."""
    curvature_per_m: Vector
    """Spread of the road's curvature."""
    curvature_length_m: Array
    """Over which it changes."""
    gust_m_per_s2: Vector
    """Spread of sideways acceleration by wind."""
    gust_s: Array
    """How long a gust lasts."""
    preview_s: Array
    """How far ahead the map shows the road."""
    foresight_s: Array
    """How far ahead its policy reckons; 0 for one that answers what it measured."""
    position_noise_m: Array
    heading_noise_rad: Array
    weights: Vector
    """Of the four errors in the regulator."""
    effort_ratio: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Drive:
    """How a trial went."""

    kept: Truth
    """Whether the car stayed in its lane."""
    kept_s: Array
    """How long."""
    widest_m: Array
    """Off the middle of the lane, at most, while in it."""
    mean_square_m2: Array
    """Of the distance off the middle, while in the lane."""


class _Motion(NamedTuple):
    state: Vector
    commands: Commands
    wheel_rad: Array
    kept_count: Array
    widest_m: Array
    square_m2: Array


class _Rules(NamedTuple):
    car: Car
    transition: Matrix
    responses: Matrix
    """Of wheel angle, yaw rate of the road, sideways acceleration; (4, 3)."""
    gains: Vector
    ahead: Forecast
    curve_gain_m: Array
    """Wheel angle for curvature."""
    turn_rad: Array
    """Of the wheels in a period, at most."""


def steering_rates(car: Car) -> tuple[Matrix, Matrix]:
    """Return A (4, 4) and B (4, 3): of wheel angle, yaw rate of the road, sideways acceleration."""
    front, rear = 2.0 * car.front_stiffness_n_per_rad, 2.0 * car.rear_stiffness_n_per_rad
    turning = front * car.front_m - rear * car.rear_m
    damping = front * car.front_m**2 + rear * car.rear_m**2
    mass, inertia, speed = car.mass_kg, car.inertia_kg_m2, car.speed_m_per_s
    sideways = jnp.stack([0.0 * mass, -(front + rear) / (mass * speed), (front + rear) / mass])
    turned = jnp.stack([0.0 * mass, -turning / (inertia * speed), turning / inertia])
    motion = jnp.zeros((STATES, STATES)).at[0, 1].set(1.0).at[2, 3].set(1.0)
    motion = motion.at[1, :3].set(sideways).at[1, 3].set(-turning / (mass * speed))
    motion = motion.at[3, :3].set(turned).at[3, 3].set(-damping / (inertia * speed))
    inputs = jnp.zeros((STATES, 3)).at[1, 2].set(1.0)
    inputs = inputs.at[1, 0].set(front / mass).at[3, 0].set(front * car.front_m / inertia)
    inputs = inputs.at[1, 1].set(-turning / (mass * speed) - speed)
    return motion, inputs.at[3, 1].set(-damping / (inertia * speed))


def steering_gains(car: Car, *, step_s: Array) -> Vector:
    """Return the regulator's gains on the four errors."""
    transition, responses = held(*steering_rates(car), step_s=step_s)
    return regulator(
        transition, responses[:, 0], weights=car.weights, effort_ratio=car.effort_ratio
    )


def curve_gain_m(car: Car, gains: Vector) -> Array:
    """Return the wheel angle for a curvature at which a steady curve leaves no distance off."""
    length = car.front_m + car.rear_m
    force = car.mass_kg * car.speed_m_per_s**2 / (2.0 * length)
    front = car.rear_m / car.front_stiffness_n_per_rad
    rear = car.front_m / car.rear_stiffness_n_per_rad
    slip = force * rear - car.rear_m
    return length + force * (front - rear) + gains[2] * slip


def driven(car: Car, steering: Link, key: Key, *, step_s: Array, count: int) -> Drive:
    """Drive along a road for a time, and tell how it went.

    Args:
        car: what is driven.
        steering: link between its measurements and its wheels.
        key: of the trial.
        step_s: period of the policy.
        count: of periods.
    """
    keys = jax.random.split(key, 4)
    rules = _rules(car, steering, step_s=step_s)
    late = delay_count(steering, step_s=step_s)
    seen = jnp.minimum(late, jnp.round(car.preview_s / step_s).astype(int))
    road = car.curvature_per_m * _wandering(
        keys[0], step_s * car.speed_m_per_s / car.curvature_length_m, count + HORIZON_COUNT
    )
    noise = jax.random.normal(keys[2], (count, STATES)) * jnp.stack(
        [car.position_noise_m, 0.0 * car.gust_s, car.heading_noise_rad, 0.0 * car.gust_s]
    )
    drawn = (
        jnp.arange(count),
        newest(steering, keys[3], count=count, step_s=step_s),
        road[:count],
        road[jnp.arange(count) + seen],
        car.gust_m_per_s2 * _wandering(keys[1], step_s / car.gust_s, count),
        noise,
    )
    end, _ = lax.scan(lambda now, given: (_period(rules, now, *given), None), _begun(), drawn)
    return Drive(
        kept=end.kept_count == count,
        kept_s=end.kept_count * step_s,
        widest_m=end.widest_m,
        mean_square_m2=end.square_m2 / jnp.maximum(end.kept_count, 1),
    )


def _rules(car: Car, steering: Link, *, step_s: Array) -> _Rules:
    transition, responses = held(*steering_rates(car), step_s=step_s)
    gains = steering_gains(car, step_s=step_s)
    return _Rules(
        car=car,
        transition=transition,
        responses=responses,
        gains=gains,
        ahead=forecast(
            transition,
            responses[:, 0],
            ahead_count=delay_count(steering, step_s=step_s, most_s=car.foresight_s),
            horizon=HORIZON_COUNT,
        ),
        curve_gain_m=curve_gain_m(car, gains),
        turn_rad=car.wheel_rad_per_s * step_s,
    )


def _begun() -> _Motion:
    return _Motion(
        state=jnp.zeros(STATES),
        commands=no_commands(horizon_count=HORIZON_COUNT),
        wheel_rad=jnp.zeros(()),
        kept_count=jnp.asarray(0),
        widest_m=jnp.zeros(()),
        square_m2=jnp.zeros(()),
    )


def _wandering(key: Key, share_ratio: Array, count: int) -> Array:
    """Draw noise of first order with spread 1: e-fold less alike after 1/share periods."""
    kept = jnp.exp(-share_ratio)
    drawn = jax.random.normal(key, (count,))

    def onward(now: Vector, fresh: Vector) -> tuple[Vector, Vector]:
        return kept * now + jnp.sqrt(1.0 - kept**2) * fresh, now

    return lax.scan(onward, drawn[0], drawn)[1]


def _period(
    rules: _Rules,
    now: _Motion,
    period: Periods,
    arrived: Periods,
    road_per_m: Array,
    seen_per_m: Array,
    gust_m_per_s2: Array,
    noise: Vector,
) -> _Motion:
    """Measure, send, steer by what has arrived, and move; whoever has left the lane is out."""
    car = rules.car
    ring = now.commands.ring_ratio
    coming = foreseen(rules.ahead, now.state + noise, ring_ratio=ring, period=period)
    wanted = rules.curve_gain_m * seen_per_m - rules.gains @ coming
    wanted = jnp.clip(wanted, -car.wheel_rad, car.wheel_rad)
    commands = exchanged(now.commands, period=period, command_ratio=wanted, arrived=arrived)
    turn = jnp.clip(commands.held_ratio - now.wheel_rad, -rules.turn_rad, rules.turn_rad)
    wheel = now.wheel_rad + turn
    inputs = jnp.stack([wheel, car.speed_m_per_s * road_per_m, gust_m_per_s2])
    state = rules.transition @ now.state + rules.responses @ inputs
    off = jnp.abs(state[0])
    inside = (now.kept_count == period) & (off < car.margin_m)
    return _Motion(
        state=jnp.where(inside, state, now.state),
        commands=commands,
        wheel_rad=jnp.where(inside, wheel, now.wheel_rad),
        kept_count=now.kept_count + inside,
        widest_m=jnp.where(inside, jnp.maximum(now.widest_m, off), now.widest_m),
        square_m2=now.square_m2 + jnp.where(inside, off**2, 0.0),
    )
