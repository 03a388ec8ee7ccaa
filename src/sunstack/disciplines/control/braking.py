"""Does a car stop before what steps into its way when the decision to brake is made far away?

From the moment something is in the way until brakes begin to bite, the car goes on at its speed:
the wait for the next frame, the delay of the loop, and whatever outage it meets. Brakes then build
up their force over a rise, straight. It stops after

    s = v t + v r / 2 - a r² / 24 + v² / 2 a        (if the rise r is over before it stands)

Something comes into the way at a distance that is drawn, evenly, up to how far one sees.

Assumes: level road; full braking once decided; a frame that sees it is enough.
Leaves out: swerving, detection that fails, brakes put on before it is sure.
Reference: Wong, Theory of Ground Vehicles, 4th ed., ch. 3; reaction of drivers: Green, Transp. Hum.
Factors 2 (2000) 195; what speed is left: Hutchinson, Traffic Eng. Control 56 (2015).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .feedback import Vector
from .link import NONE_YET, Key, Link, Truth, newest

type Acceleration = ArrayLike


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Emergency:
    """A car, its brakes, and how far off what it must not hit appears."""

    speed_m_per_s: Array
    deceleration_m_per_s2: Vector
    deceleration_spread_m_per_s2: Vector
    """By tyres and road, from car to car."""
    least_deceleration_m_per_s2: Vector
    rise_s: Array
    """Until the brakes bite in full."""
    sight_m: Array
    """Farthest at which something appears; all distances up to it are as likely."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Stop:
    """How an emergency went."""

    clear: Truth
    """Whether the car stood before it."""
    avoidable: Truth
    """Whether brakes put on at once would have done."""
    reaction_s: Array
    """From its appearance until the brakes begin."""
    impact_m_per_s: Array
    """Speed at the collision; 0 if there is none."""


def stopping_m(
    *,
    speed_m_per_s: ArrayLike,
    deceleration_m_per_s2: Acceleration,
    rise_s: ArrayLike,
    reaction_s: ArrayLike,
) -> Array:
    """Return how far a car goes until it stands."""
    speed, slowing = jnp.asarray(speed_m_per_s), jnp.asarray(deceleration_m_per_s2)
    rise, reaction = jnp.asarray(rise_s), jnp.asarray(reaction_s)
    risen = 0.5 * slowing * rise < speed
    long = speed * rise / 2.0 - slowing * rise**2 / 24.0 + speed**2 / (2.0 * slowing)
    # stands while the force still rises: v = a t²/2r, after 2/3 of v t
    safe = jnp.where(risen, 1.0, speed)
    short = (2.0 / 3.0) * speed * jnp.sqrt(2.0 * rise * safe / slowing)
    return speed * reaction + jnp.where(risen, long, short)


def impact_m_per_s(
    *,
    speed_m_per_s: ArrayLike,
    deceleration_m_per_s2: Acceleration,
    stopping_m: ArrayLike,
    distance_m: ArrayLike,
) -> Array:
    """Return the speed that is left at a distance; no more than at the beginning.

    v² = 2 a (s - d) back from where it would stand: while the force rises it is a little less.
    """
    missing = jnp.maximum(jnp.asarray(stopping_m) - jnp.asarray(distance_m), 0.0)
    left = jnp.sqrt(2.0 * jnp.asarray(deceleration_m_per_s2) * missing)
    return jnp.minimum(left, jnp.asarray(speed_m_per_s))


def stopped(
    scene: Emergency, braking: Link, key: Key, *, step_s: Array, count: int, every_count: int
) -> Stop:
    """Let something appear, and tell how it went.

    Args:
        scene: the emergency.
        braking: link between the car's cameras and its brakes.
        key: of the trial.
        step_s: to which delays are told apart.
        count: of such steps; unanswered after them all, the car begins to brake by itself.
        every_count: steps from one frame to the next.
    """
    keys = jax.random.split(key, 4)
    arrived = newest(braking, keys[0], count=count, step_s=step_s, every_count=every_count)
    answered = jnp.where((arrived > NONE_YET).any(), jnp.argmax(arrived > NONE_YET), count)
    # frames do not wait for what appears: it has been there for a share of one
    reaction = (answered + every_count * jax.random.uniform(keys[1])) * step_s
    slowing = jnp.maximum(
        scene.deceleration_m_per_s2
        + scene.deceleration_spread_m_per_s2 * jax.random.normal(keys[2]),
        scene.least_deceleration_m_per_s2,
    )
    distance = scene.sight_m * jax.random.uniform(keys[3])
    alone = stopping_m(
        speed_m_per_s=scene.speed_m_per_s,
        deceleration_m_per_s2=slowing,
        rise_s=scene.rise_s,
        reaction_s=0.0,
    )
    needed = alone + scene.speed_m_per_s * reaction
    impact = impact_m_per_s(
        speed_m_per_s=scene.speed_m_per_s,
        deceleration_m_per_s2=slowing,
        stopping_m=needed,
        distance_m=distance,
    )
    return Stop(
        clear=needed <= distance,
        avoidable=alone <= distance,
        reaction_s=reaction,
        impact_m_per_s=impact,
    )
