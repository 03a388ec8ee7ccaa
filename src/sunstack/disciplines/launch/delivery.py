"""Which groups do the flights fill, and how many flights fill them and keep them filled?

Flights are a flow given out to the groups in an order of filling. A group of N satellites, k on a
flight, takes N / (k s) flights, s the share that succeeds; of F flights group g gets

    clip(F - flights of the groups before it, 0, its own flights)

A fleet of N satellites that live L, or fail earlier at a rate λ, needs new ones at

    N λ / (1 - e^{-λL})            which is N/L when nothing fails

Assumes: failed flights lose all they carry, satellites flow in fractions; every flight goes to one
group, and to the next as soon as that is filled.
Leaves out: flights shared between groups, production of satellites (assumed to keep up).
Reference: steady state of an age-structured population, Keyfitz & Caswell, Applied Mathematical
Demography (3rd ed.), ch. 5.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

SMALLEST_FRACTION = 1e-12
"""Success taken for none: flights are then flown for ever and deliver nothing to speak of."""


def allot_count(
    *, available_count: ArrayLike, wanted_count: ArrayLike, order: tuple[int, ...] | None = None
) -> Array:
    """Give out what there is to the groups in their order, each until it has what it wants.

    Args:
        available_count: what there is, any shape (...).
        wanted_count: by group, shape (groups,) or (..., groups).
        order: the groups' indices, the first to be filled first; as they stand if None.

    Returns:
        Shape (..., groups), in the order of the groups.
    """
    wanted = jnp.asarray(wanted_count)
    places = None if order is None else jnp.asarray(order)
    in_order = wanted if places is None else wanted[..., places]
    # Not the sum less the group's own: that would lose a small group after a large one.
    until = jnp.cumsum(in_order, axis=-1)
    before = jnp.concatenate([jnp.zeros_like(until[..., :1]), until[..., :-1]], axis=-1)
    given = jnp.clip(jnp.asarray(available_count)[..., None] - before, 0.0, in_order)
    return given if places is None else given[..., jnp.argsort(places)]


def flights_to_fill_count(
    *, wanted_count: ArrayLike, satellites_per_flight_count: ArrayLike, success_fraction: ArrayLike
) -> Array:
    """Flights that fill each group, failed ones too; none to a group that no flight can reach."""
    carried = jnp.asarray(satellites_per_flight_count)
    reached = carried > 0.0
    per_flight = jnp.maximum(carried * jnp.asarray(success_fraction), SMALLEST_FRACTION)
    per_flight = jnp.where(reached, per_flight, 1.0)
    return jnp.where(reached, jnp.asarray(wanted_count) / per_flight, 0.0)


def sustaining_flights_per_s(
    *,
    satellite_count: ArrayLike,
    life_s: ArrayLike,
    failure_rate_per_s: ArrayLike,
    satellites_per_flight_count: ArrayLike,
    success_fraction: ArrayLike,
) -> Array:
    """Flights a second that keep a fleet at its number; very large where flights bring nothing.

    Args:
        satellite_count: in orbit and working.
        life_s: after which a satellite is replaced in any case.
        failure_rate_per_s: at which satellites fail before.
        satellites_per_flight_count: whole or not.
        success_fraction: share of the flights that delivers.
    """
    life = jnp.maximum(jnp.asarray(life_s), 1.0)
    aged = jnp.asarray(failure_rate_per_s) * life
    # 1 + x/2 + x²/12 is x / (1 - e^{-x}) to 1e-11 below 0.01; the quotient has no value at 0.
    small = aged < 1e-2
    safe = jnp.where(small, 1.0, aged)
    early = jnp.where(small, 1.0 + aged / 2.0 + aged**2 / 12.0, safe / -jnp.expm1(-safe))
    brought = jnp.asarray(satellites_per_flight_count) * success_fraction
    return jnp.asarray(satellite_count) * early / life / jnp.maximum(brought, SMALLEST_FRACTION)
