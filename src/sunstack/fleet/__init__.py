"""How does a fleet go over the years: what is launched, works, fails, is replaced, comes down?

Satellites are kept as cohorts by group and month of birth, in one `lax.scan` over the months. In a
month, of the n satellites of an age

    n f             fail and stay where they are, derelict
    n (1 - f) w     are withdrawn at its end; a share p of them is disposed of, the rest is derelict
    the others      are a month older

derelicts come down by drag when their time is over; flights, as many as there can be, fill what the
groups then lack, in their order. A share of the flights is lost, a share of what they deliver is
dead on arrival in the low orbit of release and comes down from there within the month. A satellite
is in place once it has raised its orbit.

Every satellite launched is at every month's end working, derelict, lost, dead on arrival, disposed
of or come down. Without a key the numbers are a fluid, differentiable in all of `Spec`; with one
they are whole, drawn exactly, for fleets of up to some 10,000 (but for derelicts, of whose last
month a share is down at its end).

Assumes: one kind of satellite and of rocket; production keeps up; failures strike independently;
disposal takes effect within the month.
Leaves out: collisions; derelicts that drift into other shells on their way down
(they count in their group until they are down); in draws, satellites and not flights are lost.
Reference: Preston, Heuveline & Guillot, Demography (2001), ch. 6 (cohort-component projection).
"""

from functools import partial

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.disciplines import launch

from . import drawn, fluid
from .spec import MONTH_S, YEAR_MONTHS, Ages, Spec, Years, ages

__all__ = [
    "MONTH_S",
    "YEAR_MONTHS",
    "Ages",
    "Spec",
    "Years",
    "ages",
    "month_filled_count",
    "unaccounted_count",
    "years",
]


@partial(jax.jit, static_argnames=("month_count",))
def years(spec: Spec, *, month_count: int, key: Array | None = None) -> Years:
    """Run the fleet from the first month.

    Args:
        spec: the fleet.
        month_count: length of the horizon.
        key: of the draws; a fluid without one.
    """
    edges_s = jnp.arange(month_count + 1) * MONTH_S
    until = launch.flights_until_count(spec.launch.cadence, time_s=edges_s)
    possible = jnp.diff(jax.lax.optimization_barrier(until))  # else reckoned once for each end
    if key is None:
        return fluid.years(spec, possible)
    return drawn.years(spec, possible, key=key)


def unaccounted_count(course: Years) -> Array:
    """Satellites launched until each month and not to be found: 0, shape (months, groups)."""
    gone = (
        course.lost_count
        + course.dead_on_arrival_count
        + course.disposed_count
        + course.decayed_count
    )
    there = course.working_count + course.derelict_count
    return jnp.cumsum(course.launched_count - gone, axis=0) - there


def month_filled_count(
    course: Years, *, wanted_count: ArrayLike, share_fraction: float = 0.99
) -> Array:
    """Months until nearly all a group wants is alive; the horizon + 1 if that is never."""
    enough = course.working_count >= share_fraction * jnp.asarray(wanted_count)
    never = course.working_count.shape[0] + 1
    return jnp.where(enough.any(axis=0), jnp.argmax(enough, axis=0) + 1, never)
