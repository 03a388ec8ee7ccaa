"""Do steps without trigonometry lead to where the elements say, and into the same light?"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.units import DAY_S, EARTH_RADIUS_M

EPOCH = 2461850.5
STEP_S = 60.0
STEPS = 1440

CLAIMED_POSITION_M = {0.0: 4.0, 0.001: 4.0, 0.01: 11.0, 0.02: 85.0}
"""What `march` promises, by eccentricity; up to 0.005 the promise of a circle is held."""
CLAIMED_LIGHT = 0.01
CLAIMED_LIGHT_PER_ECCENTRICITY = 4.0
"""What `march` promises of the light near the penumbra."""


class Day(NamedTuple):
    """A day of steps, shape (steps, satellites)."""

    error_m: NDArray[np.float64]
    light: NDArray[np.float64]
    cone_light: NDArray[np.float64]
    """Of the cone, at the places stepped to."""
    exact_light: NDArray[np.float64]
    """Of the cone, at the positions of the elements."""
    zenith: NDArray[np.float64]
    exact_zenith: NDArray[np.float64]


def fleet(eccentricity: float, number: int = 64) -> orbit.Spec:
    """Orbits of all inclinations between 500 and 1,500 km."""
    random = np.random.default_rng(7)
    angles = random.uniform(0.0, 2.0 * math.pi, (3, number))
    return orbit.Spec(
        semi_major_axis_m=jnp.asarray(EARTH_RADIUS_M + random.uniform(500e3, 1500e3, number)),
        eccentricity_ratio=jnp.full(number, eccentricity),
        inclination_rad=jnp.asarray(random.uniform(0.0, 2.0, number)),
        node_rad=jnp.asarray(angles[0]),
        argument_of_perigee_rad=jnp.asarray(angles[1]),
        argument_of_latitude_rad=jnp.asarray(angles[2]),
        satellite_count=jnp.ones(number),
    )


@jax.jit
def stepped(fixed: orbit.Track, start: orbit.Place, sun: jax.Array) -> tuple[Any, Any]:
    """Places (steps, satellites, 3) and light met on the way."""

    def tick(at: orbit.Place, direction: jax.Array) -> tuple[orbit.Place, Any]:
        seen = orbit.light_now(fixed, at, direction_ratio=direction)
        return orbit.advance(fixed, at), (orbit.position_ratio(fixed, at), seen)

    return jax.lax.scan(tick, start, sun)[1]


@cache
def day(eccentricity: float, precision: str = "float64") -> Day:
    orbits, times = fleet(eccentricity), jnp.arange(STEPS) * STEP_S
    sun = orbit.sun(julian_day=EPOCH + times / DAY_S).direction_ratio
    prepared = orbit.track(orbits, step_s=STEP_S), orbit.place(orbits, elapsed_s=0.0), sun
    place, seen = stepped(*jax.tree.map(lambda leaf: leaf.astype(precision), prepared))
    reached = place.astype(float) * EARTH_RADIUS_M
    exact = orbit.position_m(orbits, elapsed_s=times[:, None])
    towards = sun[:, None, :]
    return Day(
        error_m=np.linalg.norm(reached - exact, axis=-1),
        light=np.asarray(seen.illumination_fraction, dtype=float),
        cone_light=np.asarray(
            orbit.illumination_fraction(position_m=reached, direction_ratio=towards)
        ),
        exact_light=np.asarray(
            orbit.illumination_fraction(position_m=exact, direction_ratio=towards)
        ),
        zenith=np.asarray(seen.zenith_cosine_ratio, dtype=float),
        exact_zenith=np.asarray(
            jnp.sum(exact * towards, axis=-1) / jnp.linalg.norm(exact, axis=-1)
        ),
    )


@pytest.mark.parametrize("eccentricity", CLAIMED_POSITION_M)
def test_a_day_of_steps_stays_with_the_elements(eccentricity: float) -> None:
    worst_m = float(day(eccentricity).error_m.max())
    assert worst_m <= CLAIMED_POSITION_M[eccentricity]


@pytest.mark.parametrize("eccentricity", CLAIMED_POSITION_M)
def test_light_is_that_of_the_cone(eccentricity: float) -> None:
    run = day(eccentricity)
    worst = float(np.abs(run.light - run.cone_light).max())
    assert worst <= CLAIMED_LIGHT + CLAIMED_LIGHT_PER_ECCENTRICITY * eccentricity


@pytest.mark.parametrize("eccentricity", CLAIMED_POSITION_M)
def test_mean_light_of_a_day_is_that_of_the_elements(eccentricity: float) -> None:
    # A fleet's energy rests on it: to a hundredth of the 1 % that evaluate and simulate may differ.
    run = day(eccentricity)
    assert run.light.mean() == pytest.approx(run.exact_light.mean(), abs=1e-4)


@pytest.mark.parametrize("eccentricity", CLAIMED_POSITION_M)
def test_angles_to_the_sun_are_those_of_the_position(eccentricity: float) -> None:
    run = day(eccentricity)
    # 84 m of 7,000 km, the largest error of position, turns the vertical by 1.2e-5.
    assert np.abs(run.zenith - run.exact_zenith).max() < 1.5e-5


def test_a_day_in_float32_drifts_by_less_than_half_a_kilometre() -> None:
    """1,440 turns by constants rounded to 6e-8, at 3e-8 each and all to one side: 4e-5 rad, 300 m.
    500 m are 0.07 s of flight.
    """
    run = day(0.001, "float32")
    assert run.error_m.max() < 500.0
    assert run.light.mean() == pytest.approx(run.exact_light.mean(), abs=1e-4)


def one(axis: float, inclination: float, node: float, latitude: float) -> orbit.Spec:
    return orbit.Spec(
        semi_major_axis_m=jnp.asarray([axis]),
        eccentricity_ratio=jnp.asarray([0.0]),
        inclination_rad=jnp.asarray([inclination]),
        node_rad=jnp.asarray([node]),
        argument_of_perigee_rad=jnp.asarray([0.0]),
        argument_of_latitude_rad=jnp.asarray([latitude]),
        satellite_count=jnp.asarray([1.0]),
    )


@given(
    altitude_m=st.floats(300e3, 2000e3),
    inclination=st.floats(0.0, math.pi),
    node=st.floats(0.0, 6.28),
    latitude=st.floats(0.0, 6.28),
    elapsed_s=st.floats(0.0, 10.0 * DAY_S),
)
def test_a_place_reached_in_steps_is_the_place_started_from_later(
    altitude_m: float, inclination: float, node: float, latitude: float, elapsed_s: float
) -> None:
    orbits = one(EARTH_RADIUS_M + altitude_m, inclination, node, latitude)
    at = orbit.place(orbits, elapsed_s=elapsed_s)
    for _ in range(4):
        at = orbit.advance(orbit.track(orbits, step_s=30.0), at)
    there = orbit.place(orbits, elapsed_s=elapsed_s + 120.0)
    for reached, meant in ((at.latitude, there.latitude), (at.node, there.node)):
        # An angle of up to 1e4 rad after ten days is rounded to 2e-12.
        assert np.asarray(reached) == pytest.approx(np.asarray(meant), abs=1e-11)
        assert float(np.hypot(*reached)[0]) == pytest.approx(1.0, abs=1e-14)


@given(
    inclination=st.floats(0.0, math.pi), node=st.floats(0.0, 6.28), latitude=st.floats(0.0, 6.28)
)
def test_light_bears_the_beta_of_the_orbit(
    inclination: float, node: float, latitude: float
) -> None:
    orbits = one(EARTH_RADIUS_M + 600e3, inclination, node, latitude)
    sun = orbit.sun(julian_day=EPOCH).direction_ratio
    seen = orbit.light_now(
        orbit.track(orbits, step_s=60.0), orbit.place(orbits, elapsed_s=0.0), direction_ratio=sun
    )
    beta = orbit.beta_rad(inclination_rad=inclination, node_rad=node, direction_ratio=sun)
    # The plane of the instant wobbles about the mean plane by at most 3/4 J2 (R/p)² = 7e-4.
    assert float(seen.beta_sine_ratio[0]) == pytest.approx(math.sin(float(beta)), abs=7e-4)
