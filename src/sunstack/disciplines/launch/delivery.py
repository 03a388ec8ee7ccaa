"""Which groups do the flights fill, in which month, and how many flights keep them filled?

Flights are a flow given out to the groups in an order of filling. A group of N satellites, k on a
flight, takes N / (k s) flights, s the share that succeeds; until the F-th flight group g has got

    k s clip(F - flights of the groups before it, 0, its own flights)

A fleet of N satellites that live L, or fail earlier at a rate λ, needs new ones at

    N λ / (1 - e^{-λL})            which is N/L when nothing fails

Assumes: failed flights lose all they carry, satellites flow in fractions; every flight goes to one
group, and to the next as soon as that is filled.
Leaves out: flights shared between groups, production of satellites (assumed to keep up).
Reference: steady state of an age-structured population, Keyfitz & Caswell, Applied Mathematical
Demography (3rd ed.), ch. 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

SMALLEST_FRACTION = 1e-12
"""Success taken for none: flights are then flown for ever and deliver nothing to speak of."""
FULL_WITHIN_RATIO = 1e-6
"""A group is filled when this share or less of it is missing: what float32 can tell."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Deliveries:
    """What flights bring to the groups, shape (months, groups)."""

    flight_count: Array
    """Flown for each group, failed ones too."""
    delivered_count: Array
    lost_count: Array
    """Satellites lost with failed flights."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Filling:
    """When each group is filled, shape (groups,)."""

    month_count: Array
    """Whole months at whose end it is filled; all of them where it is not."""
    filled: Array
    """False where the group is not filled within the horizon: the month then means nothing."""
    missing_count: Array
    """Satellites it lacks at the end of the horizon."""


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
    places = jnp.arange(wanted.shape[-1]) if order is None else jnp.asarray(order)
    in_order = wanted[..., places]
    # Not the sum less the group's own: that would lose a small group after a large one.
    until = jnp.cumsum(in_order, axis=-1)
    before = jnp.concatenate([jnp.zeros_like(until[..., :1]), until[..., :-1]], axis=-1)
    given = jnp.clip(jnp.asarray(available_count)[..., None] - before, 0.0, in_order)
    return given[..., jnp.argsort(places)]


def flights_to_fill_count(
    *, wanted_count: ArrayLike, satellites_per_flight_count: ArrayLike, success_fraction: ArrayLike
) -> Array:
    """Flights that fill each group, failed ones too; none to a group that no flight can reach."""
    carried = jnp.asarray(satellites_per_flight_count)
    reached = carried > 0.0
    per_flight = jnp.maximum(carried * jnp.asarray(success_fraction), SMALLEST_FRACTION)
    per_flight = jnp.where(reached, per_flight, 1.0)
    return jnp.where(reached, jnp.asarray(wanted_count) / per_flight, 0.0)


def deliveries(
    *,
    flight_count: ArrayLike,
    success_fraction: ArrayLike,
    satellites_per_flight_count: ArrayLike,
    wanted_count: ArrayLike,
    order: tuple[int, ...] | None = None,
) -> Deliveries:
    """Give out each month's flights to the groups; flights nobody wants are not flown.

    Args:
        flight_count: that can be flown in each month, shape (months,).
        success_fraction: share that delivers.
        satellites_per_flight_count: to each group, shape (groups,) or scalar; a group that a
            flight cannot bring a satellite to gets none and holds up no other.
        wanted_count: satellites of each group, shape (groups,).
        order: of filling, as in `allot_count`.
    """
    carried = jnp.asarray(satellites_per_flight_count)
    success = jnp.clip(jnp.asarray(success_fraction), 0.0, 1.0)
    needed = flights_to_fill_count(
        wanted_count=wanted_count,
        satellites_per_flight_count=carried,
        success_fraction=success,
    )
    until = allot_count(
        available_count=jnp.cumsum(jnp.asarray(flight_count)), wanted_count=needed, order=order
    )
    flown = jnp.diff(until, axis=0, prepend=jnp.zeros_like(until[:1]))
    return Deliveries(
        flight_count=flown,
        delivered_count=flown * carried * success,
        lost_count=flown * carried * (1.0 - success),
    )


def filling(*, delivered_count: ArrayLike, wanted_count: ArrayLike) -> Filling:
    """Tell in which month each group is filled; `time_of_flight_s` has the day.

    Args:
        delivered_count: in each month, shape (months, groups).
        wanted_count: shape (groups,).
    """
    wanted = jnp.asarray(wanted_count)
    until = jnp.cumsum(jnp.asarray(delivered_count), axis=0)
    short = until < wanted * (1.0 - FULL_WITHIN_RATIO)
    filled = ~short[-1]
    return Filling(
        month_count=short.sum(axis=0) + filled * (wanted > 0.0),
        filled=filled,
        missing_count=jnp.where(filled, 0.0, wanted - until[-1]),
    )


def arrivals_count(*, delivered_count: ArrayLike, delay_s: ArrayLike, month_s: ArrayLike) -> Array:
    """Satellites that take up their places in each month, after raising and spreading.

    What is delivered within a month is spread evenly over it. What has not arrived at the end of
    the horizon is still on its way.

    Args:
        delivered_count: in each month, shape (months, groups).
        delay_s: from release to place, shape (groups,) or scalar.
        month_s: length of a month.
    """
    delivered = jnp.asarray(delivered_count)
    months = jnp.maximum(jnp.asarray(delay_s) / jnp.asarray(month_s), 0.0)
    delay = jnp.broadcast_to(months, delivered.shape[1:])
    until = jnp.cumsum(jnp.concatenate([jnp.zeros_like(delivered[:1]), delivered]), axis=0)
    edges = jnp.arange(delivered.shape[0] + 1.0)
    late = jax.vmap(
        lambda column, wait: jnp.interp(edges - wait, edges, column), in_axes=(1, 0), out_axes=1
    )(until, delay)
    return jnp.diff(late, axis=0)


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
