"""Where are Earth and Mars, how long does light take between them, and when is the Sun in the way?

Mean elements that change evenly with time, fitted by Standish to 1800 to 2050, give each planet's
place by Kepler's equation, M = E - e sin E, in the ecliptic and equinox of J2000. A signal that
leaves Earth at t meets Mars where it is by then:

    c τ = |r_mars(t + τ) - r_earth(t)|

Seen from Earth, Mars stands the Sun-Earth-Mars angle off the Sun, and seen from Mars, Earth the
Sun-Mars-Earth angle: small at conjunction both, the latter also at opposition, when a telescope on
Mars that looks for Earth looks at the Sun.

Assumes: Earth is where the Earth-Moon barycentre is (off by 4,700 km, 0.02 s), the Sun at rest.
Leaves out: what the planets do to each other. From 1900 to 2050 JPL's DE421 is met within 29" for
Earth and 101" for Mars, their distance within 83,000 km: 0.3 s of light.
Reference: E. M. Standish, Keplerian Elements for Approximate Positions of the Major Planets, JPL
Solar System Dynamics, table 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import ArrayLike

from sunstack.errors import ScenarioError
from sunstack.units import ASTRONOMICAL_UNIT_M, DAY_S, J2000_JULIAN_DAY

LIGHT_M_PER_S = 299_792_458.0
CENTURY_DAYS = 36_525.0
FIRST_JULIAN_DAY, LAST_JULIAN_DAY = 2378496.5, 2470172.5
"""Between which the elements hold: 1 January 1800 and 2051."""

type Planet = Literal["earth", "mars"]

# Semi-major axis (au), eccentricity, inclination, mean longitude, longitude of perihelion, of node
# (degrees), and below them their change in a Julian century.
_ELEMENTS: dict[Planet, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "earth": (
        (1.00000261, 0.01671123, -0.00001531, 100.46457166, 102.93768193, 0.0),
        (0.00000562, -0.00004392, -0.01294668, 35999.37244981, 0.32327364, 0.0),
    ),
    "mars": (
        (1.52371034, 0.09339410, 1.84969142, -4.55343205, -23.94362959, 49.55953891),
        (0.00001847, 0.00007882, -0.00813131, 19140.30268499, 0.44441088, -0.29257343),
    ),
}


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Geometry:
    """Earth and Mars at times, all of the times' shape; NaN outside the elements' years."""

    distance_m: Array
    """Both at the same instant."""
    outward_s: Array
    """Light from Earth to Mars."""
    round_trip_s: Array
    """There, and back at once."""
    sun_earth_mars_rad: Array
    sun_mars_earth_rad: Array


def check_covered(*, julian_day: ArrayLike) -> None:
    """Refuse days for which the elements do not hold.

    Raises:
        ScenarioError: a day lies outside 1800 to 2050.
    """
    days = np.atleast_1d(np.asarray(julian_day, dtype=float))
    wrong = days[~((days >= FIRST_JULIAN_DAY) & (days < LAST_JULIAN_DAY))]
    if wrong.size:
        raise ScenarioError(
            f"date: Julian day {wrong[0]:.1f} lies outside the years for which the planets' "
            f"elements hold; write dates from 1800-01-01 to 2050-12-31"
        )


@partial(jax.jit, static_argnames="planet")
def position_m(planet: Planet, *, julian_day: ArrayLike) -> Array:
    """Heliocentric place, ecliptic and equinox of J2000; NaN outside the elements' years.

    Args:
        planet: which.
        julian_day: dynamical time; any shape.

    Returns:
        That shape, and a last axis x, y, z.
    """
    days = jnp.asarray(julian_day, dtype=float)
    at_epoch, per_century = (jnp.asarray(row) for row in _ELEMENTS[planet])
    century = ((days - J2000_JULIAN_DAY) / CENTURY_DAYS)[..., None]
    axis, e, tilt, longitude, perihelion, node = jnp.moveaxis(
        at_epoch + per_century * century, -1, 0
    )
    tilt, longitude, perihelion, node = map(jnp.radians, (tilt, longitude, perihelion, node))
    mean = jnp.remainder(longitude - perihelion + jnp.pi, 2.0 * jnp.pi) - jnp.pi
    anomaly = _eccentric_anomaly_rad(mean, e)
    along, beside = jnp.cos(anomaly) - e, jnp.sqrt(1.0 - e**2) * jnp.sin(anomaly)
    turn = perihelion - node
    first = along * jnp.cos(turn) - beside * jnp.sin(turn)
    second = along * jnp.sin(turn) + beside * jnp.cos(turn)
    place = jnp.stack(
        [
            first * jnp.cos(node) - second * jnp.sin(node) * jnp.cos(tilt),
            first * jnp.sin(node) + second * jnp.cos(node) * jnp.cos(tilt),
            second * jnp.sin(tilt),
        ],
        axis=-1,
    )
    covered = (days >= FIRST_JULIAN_DAY) & (days < LAST_JULIAN_DAY)
    lengths = (axis * ASTRONOMICAL_UNIT_M)[..., None] * place
    return jnp.where(covered[..., None], lengths, jnp.nan)


def _eccentric_anomaly_rad(mean_rad: Array, e: Array) -> Array:
    """Solve Kepler's equation; the third of Newton's steps is below rounding for e = 0.1."""

    def _closer(_: int, anomaly: Array) -> Array:
        wrong = anomaly - e * jnp.sin(anomaly) - mean_rad
        return anomaly - wrong / (1.0 - e * jnp.cos(anomaly))

    found: Array = lax.fori_loop(0, 4, _closer, mean_rad + e * jnp.sin(mean_rad))
    return found


@jax.jit
def geometry(*, julian_day: ArrayLike) -> Geometry:
    """Distances, light times and angles of Earth and Mars at times of any shape."""
    days = jnp.asarray(julian_day, dtype=float)
    earth, mars = (position_m(planet, julian_day=days) for planet in ("earth", "mars"))
    outward = _light_s("earth", "mars", days)
    back = _light_s("mars", "earth", days + outward / DAY_S)
    return Geometry(
        distance_m=jnp.linalg.norm(mars - earth, axis=-1),
        outward_s=outward,
        round_trip_s=outward + back,
        sun_earth_mars_rad=_angle_rad(-earth, mars - earth),
        sun_mars_earth_rad=_angle_rad(-mars, earth - mars),
    )


def _light_s(sender: Planet, receiver: Planet, days: Array) -> Array:
    """Time light takes from a planet to where the other one is by then."""
    start = position_m(sender, julian_day=days)

    # Each round gains a factor of light's speed over the planets', ten thousand.
    def _closer(_: int, taken_s: Array) -> Array:
        end = position_m(receiver, julian_day=days + taken_s / DAY_S)
        taken: Array = jnp.linalg.norm(end - start, axis=-1) / LIGHT_M_PER_S
        return taken

    found: Array = lax.fori_loop(0, 3, _closer, jnp.zeros_like(days))
    return found


def _angle_rad(one: Array, other: Array) -> Array:
    """Between two directions; exact for small angles as well."""
    across = jnp.linalg.norm(jnp.cross(one, other), axis=-1)
    return jnp.arctan2(across, jnp.sum(one * other, axis=-1))


def synodic_period_s() -> float:
    """Mean time from one conjunction to the next."""
    earth, mars = (_ELEMENTS[planet][1][3] for planet in ("earth", "mars"))
    return 360.0 * CENTURY_DAYS * DAY_S / (earth - mars)
