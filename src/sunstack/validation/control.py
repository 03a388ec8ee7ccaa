"""How late may feedback be, and how far does a car go, for published cases?"""

from __future__ import annotations

import math

import jax.numpy as jnp

from sunstack.disciplines import control
from sunstack.units import STANDARD_GRAVITY_M_PER_S2

from .inputs import Inputs, Quantity, turning_point

STEP_S = 1e-3
RUN_S = 20.0
STICKS_M = (0.02, 5.0)
"""Between which a stick is sought."""
STICK_ON_A_CART = 6.0
"""ω² l / g of an even stick whose pivot is pushed, over a mass of none: 6; hinged at rest: 3/2."""


def shortest_stick(given: Inputs) -> float:
    """Take the length of an even stick that a delay just lets one balance by its pivot."""
    rate = float(control.critical_divergence_per_s(delay_s=given["delay_ms"]))
    return STICK_ON_A_CART * STANDARD_GRAVITY_M_PER_S2 / rate**2


def shortest_stick_by_running(given: Inputs) -> float:
    """Find that length by running sampled loops with the gains from the middle of what holds."""
    late_s = given["delay_ms"]

    def held(length_m: float) -> bool:
        rate = math.sqrt(STICK_ON_A_CART * STANDARD_GRAVITY_M_PER_S2 / length_m)
        return steady(rate, late_s)

    return turning_point(held, low=STICKS_M[0], high=STICKS_M[1], steps=16)


def steady(divergence_per_s: float, late_s: float) -> bool:
    """Run a pendulum with a delay and tell whether its swing shrinks."""
    position, velocity = control.inner_gains(divergence_per_s=divergence_per_s, delay_s=late_s)
    motion = jnp.array([[0.0, 1.0], [divergence_per_s**2, 0.0]])
    transition, response = control.held(
        motion, jnp.array([[0.0], [-(divergence_per_s**2)]]), step_s=STEP_S
    )
    grown = control.growth_ratio(
        transition,
        response[:, 0],
        -jnp.stack([position, velocity]),
        late_count=round(late_s / STEP_S),
        count=round(RUN_S / STEP_S),
    )
    return float(grown) < 1.0


def gain_by_acceleration(given: Inputs) -> float:
    """Take how much longer a delay feedback of the acceleration tolerates, over none."""
    rate = 3.0
    with_it = control.critical_delay_s(
        divergence_per_s=rate, acceleration_gain_ratio=given["acceleration_gain_ratio"]
    )
    return float(with_it / control.critical_delay_s(divergence_per_s=rate)) - 1.0


def way_while_waiting(given: Inputs) -> float:
    """Take how much farther a car goes until it stands, for a reaction that comes later."""

    def whole_m(reaction_s: float) -> float:
        found = control.stopping_m(
            speed_m_per_s=given["speed_km_per_h"] / 3.6,
            deceleration_m_per_s2=8.0,
            rise_s=0.2,
            reaction_s=reaction_s,
        )
        return float(found)

    return whole_m(given["later_ms"]) - whole_m(0.0)


CONTROL: dict[str, Quantity] = {
    "shortest stick by formula": shortest_stick,
    "shortest stick by running": shortest_stick_by_running,
    "delay gained by acceleration": gain_by_acceleration,
    "way while waiting": way_while_waiting,
}
