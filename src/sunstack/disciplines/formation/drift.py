"""How far does oblateness pull a cluster apart in an orbit, and what holds it together?

Members whose energies differ drift apart along the track, 3π δa an orbit. Started on the ellipses
of `lattice` over the argument of latitude u, with ε = (3/2) J2 (R/r)² and c = 1 - 3 sin² i sin² u,

    δa = 2 p [(2 k - 2 + c ε k) i + 2 ε sin² i sin 2u · j] + p² (5 j² - i²) / r

since the pull grows by c ε more with height than a round Earth's, falls off along the track by the
next term, and the lattice is laid out along a straight line where the orbit is not. Over the
equator or at the northernmost point the second term is none, and a trim of the axes alone,
k = 2 / (2 + c ε), leaves the last one: 1.7 m an orbit at 1 km, growing with the square. Member by
member all of it can be stopped.

A drift is stopped once by an impulse of a third of its speed. What is called station-keeping in a
year is that impulse once an orbit: of a cluster put back to its starting shape at every turn.

Assumes: as `lattice` and `motion`.
Leaves out: products of ε and the last term, a centimetre or two at 1 km.
Reference: conservation of energy in the field of J2; checked against numerical integration (tests).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from sunstack.errors import ScenarioError
from sunstack.units import EARTH_J2, EARTH_RADIUS_M, YEAR_S

from .course import SAMPLES_PER_ORBIT, Course, Orbit, Start, course, start
from .hill import Motion, stopping_impulse_m_per_s
from .lattice import Lattice

SEARCHED_ORBITS = 6


def _terms(orbit: Orbit) -> tuple[Array, Array]:
    """Return c ε and ε sin² i sin 2u."""
    excess = 1.5 * EARTH_J2 * (EARTH_RADIUS_M / orbit.radius_m) ** 2
    squared = jnp.sin(orbit.inclination_rad) ** 2
    u = orbit.argument_of_latitude_rad
    return (
        excess * (1.0 - 3.0 * squared * jnp.sin(u) ** 2),
        excess * squared * jnp.sin(2.0 * u),
    )


def trim_ratio(orbit: Orbit) -> Array:
    """Axis ratio k that stops the drift of members above and below the centre, by closed form."""
    return 2.0 / (2.0 + _terms(orbit)[0])


def predicted_drift_m(lattice: Lattice, orbit: Orbit, *, axis_ratio: ArrayLike) -> Array:
    """Drift along the track in an orbit by closed form, shape (satellites,)."""
    i, j = jnp.asarray(lattice.points, dtype=float).T * lattice.pitch_m
    above, ahead = _terms(orbit)
    k = jnp.asarray(axis_ratio)
    linear = 2.0 * ((2.0 * k - 2.0 + above * k) * i + 2.0 * ahead * j)
    return -3.0 * jnp.pi * (linear + (5.0 * j**2 - i**2) / orbit.radius_m)


@jax.jit
def drift_m(flight: Course) -> Array:
    """Drift along the track in an orbit, of a cluster that was flown; shape (satellites,).

    The slope of the places' means over each orbit: means do not feel that the ellipses turn slowly
    with their perigees.

    Raises:
        ScenarioError: fewer than two orbits were flown.
    """
    if flight.orbit_count < 2:
        raise ScenarioError(
            f"orbits: a drift does not show over {flight.orbit_count}; write 2 or more, as 6"
        )
    along = flight.relative.position_m[:-1, :, 1]
    means = along.reshape(flight.orbit_count, SAMPLES_PER_ORBIT, -1).mean(axis=1)
    orbits = jnp.arange(flight.orbit_count) - 0.5 * (flight.orbit_count - 1)
    slopes: Array = jnp.tensordot(orbits, means, axes=1) / jnp.sum(orbits**2)
    return slopes


def searched_trim_ratio(lattice: Lattice, orbit: Orbit) -> Array:
    """Axis ratio k that stops the drift of members above and below the centre, by integration.

    The lattice's farthest member straight above and its opposite are flown at two ratios; half the
    difference of their drifts is free of second order and linear in k.
    """
    reach = int(lattice.reach_ratio) or 1
    pair = Lattice(pitch_m=lattice.pitch_m, points=((0, 0), (reach, 0), (-reach, 0)))
    ratios = np.array([1.0, 1.001])
    odd = []
    for ratio in ratios:
        how = Start(axis_ratio=jnp.asarray(ratio), cross_track_ratio=jnp.zeros(()))
        drift = drift_m(course(start(pair, orbit, how), orbit, orbit_count=SEARCHED_ORBITS))
        odd.append(drift[1] - drift[2])
    slope = (odd[1] - odd[0]) / (ratios[1] - ratios[0])
    found: Array = ratios[0] - odd[0] / slope
    return found


def trimmed(begun: Motion, *, drift_in_orbit_m: ArrayLike, period_s: ArrayLike) -> Motion:
    """Give every member the impulse along the track that stops its own drift."""
    impulse = jnp.asarray(drift_in_orbit_m) / (3.0 * jnp.asarray(period_s))
    return Motion(
        position_m=begun.position_m,
        velocity_m_per_s=begun.velocity_m_per_s.at[..., 1].add(impulse),
    )


def yearly_impulse_m_per_s(*, drift_in_orbit_m: ArrayLike, period_s: ArrayLike) -> Array:
    """Impulses that stop a drift once an orbit, summed over a year."""
    period = jnp.asarray(period_s)
    return stopping_impulse_m_per_s(drift_m=drift_in_orbit_m, duration_s=period) * YEAR_S / period
