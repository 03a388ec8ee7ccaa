"""How is a satellite brought down or put away, at what velocity change, and what reaches the air?

Impulsive, between circular orbits of speed v = √(μ / a) (Hohmann):

    Δv = v0 |√(2 a1 / (a0 + a1)) - 1| + v1 |1 - √(2 a0 / (a0 + a1))|

of which a controlled re-entry needs the first burn alone, to a perigee in the air; the escape from
a circular orbit takes (√2 - 1) v. Slow spirals stand in `orbit`, as does the fall without help.

Casualties are expected of the fleet's re-entries together, not of one: debris casualty area times
people per area times uncontrolled re-entries.

Assumes: impulsive burns; people spread evenly over the globe; all that comes down burns alike.
Leaves out: gravity losses (a burn of hours adds a few per cent), where on its track debris falls,
latitudes where more people live (a factor 0.5 to 2 by inclination).
Reference: Vallado (4th ed.), sec. 6.3; NASA-STD-8719.14C, 4.7 (casualty area, 1 in 10,000);
Ferreira et al., Geophys. Res. Lett. 51 (2024) e2024GL109280 (30 kg of alumina from 250 kg).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import EARTH_RADIUS_M, GRAVITATIONAL_PARAMETER_M3_PER_S2, YEAR_S

REENTRY_PERIGEE_M = 50e3
"""Perigee of a controlled re-entry: low enough to fall within the pass aimed at."""
LONGEST_DECAY_S = 5.0 * YEAR_S
"""Federal Communications Commission, FCC 22-74: from the end of the mission."""
ALUMINA_MASS_FRACTION = 0.12
"""Aluminium oxide by mass re-entered: 30 kg of 250 kg."""
PEOPLE_PER_M2 = 1.6e-5
"""8.2 thousand million on 5.101e14 m², land and sea."""
CASUALTY_LIMIT_RATIO = 1e-4
"""Casualties expected of one re-entry, at most (NASA-STD-8719.14C)."""
AVOIDANCE_DELTA_V_M_PER_S = 0.1
"""Velocity change of one avoidance, there and back; an estimate, 0.03 to 0.3."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """What comes down of a satellite and how; scalars."""

    mass_kg: Array
    """At the end of life, propellant spent."""
    casualty_area_m2: Array
    """Ground on which surviving pieces would hit someone; 0 if nothing survives."""
    disposal_success_fraction: Array
    """Share of the working satellites whose disposal succeeds."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Reentries:
    """What reaches the air; rates of the fleet."""

    mass_kg_per_s: Array
    alumina_kg_per_s: Array
    casualty_per_s: Array
    casualty_limit_per_s: Array
    """As many as the same re-entries would cause if each just met the limit for one."""


def hohmann_delta_v_m_per_s(
    *, start_semi_major_axis_m: ArrayLike, end_semi_major_axis_m: ArrayLike
) -> Array:
    """Velocity change of two burns between circular orbits in one plane."""
    start, end = jnp.asarray(start_semi_major_axis_m), jnp.asarray(end_semi_major_axis_m)
    first = _speed_m_per_s(start) * (jnp.sqrt(2.0 * end / (start + end)) - 1.0)
    second = _speed_m_per_s(end) * (1.0 - jnp.sqrt(2.0 * start / (start + end)))
    return jnp.abs(first + second)  # both of one sign


def reentry_delta_v_m_per_s(
    *, semi_major_axis_m: ArrayLike, perigee_altitude_m: ArrayLike = REENTRY_PERIGEE_M
) -> Array:
    """Velocity change that brings a circular orbit's perigee into the air."""
    start = jnp.asarray(semi_major_axis_m)
    perigee_m = jnp.minimum(EARTH_RADIUS_M + jnp.asarray(perigee_altitude_m), start)
    return _speed_m_per_s(start) * (1.0 - jnp.sqrt(2.0 * perigee_m / (start + perigee_m)))


def escape_delta_v_m_per_s(*, semi_major_axis_m: ArrayLike) -> Array:
    """Velocity change that leaves the Earth from a circular orbit, with no speed left over."""
    return _speed_m_per_s(jnp.asarray(semi_major_axis_m)) * (jnp.sqrt(2.0) - 1.0)


def decay_margin_ratio(
    *, decay_time_s: ArrayLike, longest_decay_s: ArrayLike = LONGEST_DECAY_S
) -> Array:
    """Margin of a satellite left to the air against the longest time allowed: -1 to 1."""
    taken = jnp.maximum(jnp.asarray(decay_time_s), 1e-9)
    allowed = jnp.maximum(jnp.asarray(longest_decay_s), 1e-9)
    return jnp.where(taken <= allowed, 1.0 - taken / allowed, allowed / taken - 1.0)


def alumina_kg(*, mass_kg: ArrayLike) -> Array:
    """Aluminium oxide left in the upper air by a mass that burns up."""
    return ALUMINA_MASS_FRACTION * jnp.asarray(mass_kg)


def casualty_ratio(*, casualty_area_m2: ArrayLike) -> Array:
    """Casualties expected of one uncontrolled re-entry."""
    return PEOPLE_PER_M2 * jnp.asarray(casualty_area_m2)


def uncontrolled_fraction(spec: Spec, *, dead_fraction: ArrayLike) -> Array:
    """Share of the satellites coming down that nobody steers.

    Args:
        dead_fraction: share that fails in orbit before its disposal.
    """
    dead = jnp.asarray(dead_fraction)
    return dead + (1.0 - dead) * (1.0 - spec.disposal_success_fraction)


def reentries(
    spec: Spec, *, reentry_per_s: ArrayLike, uncontrolled_fraction: ArrayLike
) -> Reentries:
    """Mass, alumina and casualties of a fleet's re-entries.

    Args:
        reentry_per_s: satellites coming down, steered or not.
        uncontrolled_fraction: share of them that nobody steers.
    """
    mass_kg_per_s = spec.mass_kg * jnp.asarray(reentry_per_s)
    falling_per_s = jnp.asarray(reentry_per_s) * uncontrolled_fraction
    return Reentries(
        mass_kg_per_s=mass_kg_per_s,
        alumina_kg_per_s=alumina_kg(mass_kg=mass_kg_per_s),
        casualty_per_s=falling_per_s * casualty_ratio(casualty_area_m2=spec.casualty_area_m2),
        casualty_limit_per_s=falling_per_s * CASUALTY_LIMIT_RATIO,
    )


def avoidance_per_s(
    *, avoidance_count: ArrayLike, satellite_count: ArrayLike, duration_s: ArrayLike
) -> Array:
    """Avoidances of one satellite, from those counted in a fleet."""
    return jnp.asarray(avoidance_count) / (jnp.asarray(satellite_count) * duration_s)


def avoidance_delta_v_m_per_s(*, avoidance_per_s: ArrayLike, duration_s: ArrayLike) -> Array:
    """Velocity change that avoidances take over a time."""
    return AVOIDANCE_DELTA_V_M_PER_S * jnp.asarray(avoidance_per_s) * duration_s


def _speed_m_per_s(semi_major_axis_m: Array) -> Array:
    return jnp.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 / semi_major_axis_m)
