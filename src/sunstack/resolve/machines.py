"""Which robot and which car stand for all, when one asks from how far they can be led?

The robot is an example of ours of a humanoid's size; the car is the passenger car of the textbook;
road, wind, sensors and brakes are examples of ours.
"""

from __future__ import annotations

import jax.numpy as jnp

from sunstack.disciplines import control

ROBOT = {
    "mass_kg": 60.0,
    "height_m": 0.9,
    "foot_m": 0.11,
    "reach_m": 0.6,
    "swing_s": 0.3,
    "lean_m": 0.4,
    "push_n_s": 20.0,
    "pushes_per_s": 0.2,
    "position_noise_m": 0.005,
    "velocity_noise_m_per_s": 0.02,
    "foresight_s": 1.0,
    "effort_ratio": 0.1,
    "step_from_ratio": 0.9,
    "step_every_s": 0.1,
}
"""A humanoid as an example of ours; pushes up to 100 N for 0.2 s as in arXiv 2505.11495."""
CAR = {
    "mass_kg": 1573.0,
    "inertia_kg_m2": 2873.0,
    "front_m": 1.1,
    "rear_m": 1.58,
    "front_stiffness_n_per_rad": 80e3,
    "rear_stiffness_n_per_rad": 80e3,
    "wheel_rad": 0.5,
    "wheel_rad_per_s": 0.5,
    "margin_m": 0.8,
    "curvature_per_m": 1.0 / 1500.0,
    "curvature_length_m": 100.0,
    "gust_m_per_s2": 0.3,
    "gust_s": 1.0,
    "preview_s": 2.0,
    "foresight_s": 1.0,
    "position_noise_m": 0.03,
    "heading_noise_rad": 0.003,
    "effort_ratio": 100.0,
}
"""The passenger car of Rajamani, Vehicle Dynamics and Control; road, wind and sensors are ours."""
ERROR_WEIGHTS = (1.0, 0.0, 1.0, 0.0)
BRAKES = {
    "deceleration_m_per_s2": 8.0,
    "deceleration_spread_m_per_s2": 1.0,
    "least_deceleration_m_per_s2": 3.0,
    "rise_s": 0.2,
}
SIGHT_RATIO = 2.0
"""Things appear up to so many times as far off as a car needs that brakes at once."""


def robot(*, push_n_s: float, predicts: bool) -> control.Robot:
    """Return the robot, under pushes up to one so hard; one that predicts reckons with delay."""
    given = ROBOT | {"push_n_s": push_n_s}
    given["foresight_s"] *= predicts
    return control.Robot(**{name: jnp.asarray(value) for name, value in given.items()})


def car(*, speed_m_per_s: float, predicts: bool) -> control.Car:
    """Return the car at a speed; one that predicts reckons with delay."""
    given = CAR | {"speed_m_per_s": speed_m_per_s}
    given["foresight_s"] *= predicts
    numbers = {name: jnp.asarray(value) for name, value in given.items()}
    return control.Car(**numbers, weights=jnp.asarray(ERROR_WEIGHTS))


def emergency(*, speed_m_per_s: float) -> control.Emergency:
    """Return what steps into the car's way, and its brakes."""
    alone_m = control.stopping_m(
        speed_m_per_s=speed_m_per_s,
        deceleration_m_per_s2=BRAKES["deceleration_m_per_s2"],
        rise_s=BRAKES["rise_s"],
        reaction_s=0.0,
    )
    numbers = {name: jnp.asarray(value) for name, value in BRAKES.items()}
    return control.Emergency(
        **numbers, speed_m_per_s=jnp.asarray(speed_m_per_s), sight_m=SIGHT_RATIO * alone_m
    )
