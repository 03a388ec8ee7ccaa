"""How late may feedback come before what it holds up falls?

A linear inverted pendulum of divergence ω = √(g/h), held up through the centre of pressure
p = k x(t-τ) + d x'(t-τ) + b x''(t-τ) / ω², obeys  x'' = ω² (x - p).  On the boundary of stability
it oscillates at some frequency w:  for b = 0

    k = (1 + w²/ω²) cos wτ ,   w d = (1 + w²/ω²) sin wτ ,   and k > 1

No gains at all do beyond the critical delay

    τ_c = √(2 (1 + b)) / ω ,  b < 1 :   √(2 h / g)  from position and velocity, b = 0

Given gains fail at their delay margin, the least (arg L(iw) + π mod 2π) / w where |L(iw)| = 1, with
L(s) = K (sI - A)⁻¹ B, of any plant A, B under u = -K x. A loop that is sampled and held each h is
late by h/2 besides.

Assumes: small motion; a constant delay.  Leaves out: saturation and noise (see `balance`).
Reference: Stépán, Phil. Trans. R. Soc. A 367 (2009) 1195; Insperger, Milton, Stépán, J. R. Soc.
Interface 10 (2013) 20120763; Sieber, Krauskopf, Dyn. Syst. 20 (2005) 1; phase margin: Franklin,
Powell, Emami-Naeini, Feedback Control of Dynamic Systems, 7th ed., ch. 6.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from .feedback import Matrix, Vector
from .link import Periods

FREQUENCIES = 20_001
"""Points at which a loop's gain is looked at, between the least and the highest frequency."""
BOUNDARY_POINTS = 2001
ENDLESS_S = 1e9
"""Delay margin of a loop whose gain never is 1: any delay."""


def critical_delay_s(
    *, divergence_per_s: ArrayLike, acceleration_gain_ratio: ArrayLike = 0.0
) -> Array:
    """Return the delay beyond which no gains hold a pendulum up.

    Args:
        divergence_per_s: ω, the rate at which it falls.
        acceleration_gain_ratio: b, of feedback of the acceleration besides; below 1.
    """
    gained = jnp.sqrt(2.0 * (1.0 + jnp.asarray(acceleration_gain_ratio)))
    return gained / jnp.asarray(divergence_per_s)


def critical_divergence_per_s(*, delay_s: ArrayLike) -> Array:
    """Return the fastest fall that position and velocity, so late, can hold up."""
    return jnp.sqrt(2.0) / jnp.asarray(delay_s)


def boundary_gains(
    *, divergence_per_s: ArrayLike, delay_s: ArrayLike, frequency_rad_per_s: ArrayLike
) -> tuple[Array, Array]:
    """Return position gain k and velocity gain d (s) at which the loop oscillates undamped."""
    frequency = jnp.asarray(frequency_rad_per_s)
    stiff = 1.0 + (frequency / divergence_per_s) ** 2
    turned = frequency * delay_s
    # sin(wτ)/w without the division by 0: sinc has its own limit there
    return stiff * jnp.cos(turned), stiff * delay_s * jnp.sinc(turned / jnp.pi)


def inner_gains(*, divergence_per_s: ArrayLike, delay_s: ArrayLike) -> tuple[Array, Array]:
    """Return gains from the middle of what holds a pendulum up; below the critical delay only."""
    frequencies = jnp.linspace(0.0, 0.5 * jnp.pi, BOUNDARY_POINTS) / delay_s
    position, velocity = boundary_gains(
        divergence_per_s=divergence_per_s, delay_s=delay_s, frequency_rad_per_s=frequencies
    )
    widest = jnp.argmax(position)
    return 0.5 * (1.0 + position[widest]), velocity[widest]


def pendulum_margin_s(
    *, divergence_per_s: ArrayLike, position_gain_ratio: ArrayLike, velocity_gain_s: ArrayLike
) -> Array:
    """Return the delay margin of given gains: (w²/ω² + 1)² = k² + d² w² has one root w.

    Args:
        divergence_per_s: ω.
        position_gain_ratio: k, above 1.
        velocity_gain_s: d, above 0.
    """
    rate2 = jnp.asarray(divergence_per_s) ** 2
    position, velocity = jnp.asarray(position_gain_ratio), jnp.asarray(velocity_gain_s)
    half = 0.5 * velocity**2 * rate2 - 1.0
    square = rate2 * (half + jnp.sqrt(half**2 + position**2 - 1.0))
    frequency = jnp.sqrt(square)
    return jnp.arctan2(frequency * velocity, position) / frequency


def loop_margin_s(
    rates: Matrix, inputs: Vector, gains: Vector, *, least_per_s: ArrayLike, most_per_s: ArrayLike
) -> Array:
    """Return the delay margin of a loop that is stable without delay.

    Args:
        rates: A (n, n).
        inputs: B (n,).
        gains: K (n,).
        least_per_s: frequency from which the gain is looked at, rad/s.
        most_per_s: frequency up to which.
    """
    frequencies = jnp.geomspace(least_per_s, most_per_s, FREQUENCIES)

    def gain_of(frequency_rad_per_s: Array) -> Array:
        shifted = 1j * frequency_rad_per_s * jnp.eye(rates.shape[0]) - rates
        reached: Array = gains @ jnp.linalg.solve(shifted, inputs.astype(shifted.dtype))
        return reached

    loop = jax.vmap(gain_of)(frequencies)
    size = jnp.log(jnp.abs(loop))
    crossed = size[:-1] * size[1:] <= 0.0
    share = size[:-1] / jnp.where(crossed, size[:-1] - size[1:], 1.0)
    at = frequencies[:-1] * (frequencies[1:] / frequencies[:-1]) ** share
    phase = jnp.unwrap(jnp.angle(loop))
    turn = (phase[:-1] + share * (phase[1:] - phase[:-1]) + jnp.pi) % (2.0 * jnp.pi)
    return jnp.where(crossed, turn / at, ENDLESS_S).min()


def growth_ratio(
    transition: Matrix, response: Vector, gains: Vector, *, late_count: ArrayLike, count: int
) -> Array:
    """Run a sampled loop with a delay; return its swing in the last quarter over the second's.

    Args:
        transition: F (n, n).
        response: G (n,).
        gains: K (n,).
        late_count: periods by which each command is late; below `count`.
        count: periods to run.

    Begins at rest but for its first state. Above 1 it grows: the loop is unstable.
    """

    def step(now: tuple[Vector, Vector], period: Periods) -> tuple[tuple[Vector, Vector], Array]:
        state, sent = now
        sent = sent.at[period].set(-gains @ state)
        late = period - late_count
        command = jnp.where(late >= 0, sent[jnp.maximum(late, 0)], 0.0)
        state = transition @ state + response * command
        return (state, sent), jnp.abs(state[0])

    begun = (jnp.zeros(transition.shape[0]).at[0].set(1.0), jnp.zeros((count,)))
    _, swing = lax.scan(step, begun, jnp.arange(count))
    quarter = count // 4
    return swing[-quarter:].max() / swing[-3 * quarter : -2 * quarter].max()
