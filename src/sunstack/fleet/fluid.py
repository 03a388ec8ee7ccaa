"""How does a fleet go on average?

All satellites of a fleet age alike, so that of those born in month b there are A(t - b) at the end
of month t, whichever b is: what works, fails, serves or comes down is a sum over births

    Σ_b born(b) k(t - b)        with a table k by age

and only births hang on what was before: one `lax.scan` over the months carries what is left of all
born so far in every month to come. Differentiable in all of `Spec`.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array

from sunstack.disciplines import launch

from .spec import SMALLEST_FRACTION, YEAR_MONTHS, Ages, Spec, Years, ages, derelicts


def years(spec: Spec, possible: Array) -> Years:
    """Run the fleet on average.

    Args:
        spec: the fleet.
        possible: flights there can be in each month, (months,).
    """
    months = len(possible)
    by_age, down = ages(spec, month_count=months), derelicts(spec, month_count=months)
    failing, withdrawn = by_age.failing_fraction, by_age.withdrawn_fraction
    alive = by_age.alive_fraction
    flown, left = _flown(spec, alive, possible)
    _, one = per_flight(spec)
    success, dead_share, _ = _arriving(spec)
    launched = flown * one
    lost = launched * (1.0 - success)
    dead = (launched - lost) * dead_share
    born = launched - lost - dead
    failed = _a_month_later(_told(born, alive * failing))
    leaving = _a_month_later(_told(born, alive * (1.0 - failing) * withdrawn))
    disposed = leaving * spec.disposal_success_fraction
    derelict = failed + leaving - disposed
    return Years(
        flight_count=flown,
        launched_count=launched,
        lost_count=lost,
        dead_on_arrival_count=dead,
        failed_count=failed,
        withdrawn_count=leaving,
        disposed_count=disposed,
        decayed_count=_told(derelict, down.coming_down),
        derelict_count=_told(derelict, down.staying_up),
        **_stock(spec, by_age, alive, born, left + born),
        last_working_count=born.T * alive[::-1],
        last_dead_count=derelict.T,
    )


def per_flight(spec: Spec) -> tuple[Array, Array]:
    """Whether a flight carries any satellite, and how many, at least one."""
    count = launch.packing(
        spec.launch.rocket,
        satellite_kg=spec.satellite_kg,
        stowed_volume_m3=spec.stowed_volume_m3,
    ).satellite_count
    return count > 0.0, jnp.maximum(count, 1.0)


def _arriving(spec: Spec) -> tuple[Array, Array, Array]:
    """Shares of flights that deliver, of what they deliver that is dead, and of both."""
    success = jnp.clip(spec.launch.cadence.success_fraction, 0.0, 1.0)
    dead_share = spec.reliability.bus.dead_on_arrival_fraction
    return success, dead_share, jnp.maximum(success * (1.0 - dead_share), SMALLEST_FRACTION)


def _flown(spec: Spec, alive: Array, possible: Array) -> tuple[Array, Array]:
    """Flights for each group, as far as there are, and what is left before; (months, groups)."""
    reached, one = per_flight(spec)
    success, dead_share, arriving = _arriving(spec)
    asked = spec.wanted_count + spec.spare_count
    later = jnp.append(alive[1:], 0.0)
    none = jnp.zeros_like(asked)[:, None]

    def month(ahead: Array, flights: Array) -> tuple[Array, tuple[Array, Array]]:
        left = ahead[:, 0]
        lacking = jnp.maximum(asked - left, 0.0) / arriving
        wanted = jnp.where(reached, lacking, 0.0)
        flown = launch.allot_count(available_count=flights, wanted_count=wanted / one)
        born = flown * one * success * (1.0 - dead_share)
        ahead = jnp.concatenate([ahead[:, 1:], none], axis=1) + born[:, None] * later
        return ahead, (flown, left)

    begun = jnp.zeros((len(asked), len(alive)), dtype=possible.dtype)
    _, told = jax.lax.scan(month, begun, possible)
    flown, left = told
    return flown, left


def _told(born: Array, by_age: Array) -> Array:
    """Σ_b born(b) k(t - b) of births (months, groups) by a table (months,) or (groups, months)."""
    months, groups = born.shape
    return _summed(born.T, jnp.broadcast_to(by_age, (groups, months))).T


@jax.custom_jvp
def _summed(born: Array, table: Array) -> Array:
    """Σ_b born(b) k(t - b), both (groups, months)."""
    groups, months = table.shape
    padded = jnp.concatenate([jnp.zeros_like(table), table], axis=1)

    # Slopes backwards shift the table anew: kept, it would be a month's table for each month.
    @jax.checkpoint
    def month(total: Array, now: tuple[Array, Array]) -> tuple[Array, None]:
        number, new = now
        shifted = jax.lax.dynamic_slice_in_dim(padded, months - number, months, axis=1)
        return total + new[:, None] * shifted, None

    begun = jnp.zeros((groups, months), dtype=jnp.result_type(born, table))
    total, _ = jax.lax.scan(month, begun, (jnp.arange(months), born.T))
    return total


@_summed.defjvp
def _pushed(held: tuple[Array, Array], moved: tuple[Array, Array]) -> tuple[Array, Array]:
    """Take a change of the table for births, by the births as a table: the sum is the same.

    Slopes backwards then only read shifted tables; else they would add to one, month by month.
    """
    (born, table), (born_moved, table_moved) = held, moved
    return _summed(born, table), _summed(born_moved, table) + _summed(table_moved, born)


def _a_month_later(flow: Array) -> Array:
    return jnp.concatenate([jnp.zeros_like(flow[:1]), flow[:-1]])


def _stock(spec: Spec, by_age: Ages, alive: Array, born: Array, working: Array) -> dict[str, Array]:
    """What there is at each month's end, by group."""

    def total(share: Array) -> Array:
        return _told(born, alive * share)

    in_place = total(by_age.placed_fraction)
    asked = jnp.minimum(spec.wanted_count / jnp.maximum(in_place, SMALLEST_FRACTION), 1.0)
    return {
        "working_count": working,
        "in_place_count": in_place,
        "capacity_count": asked * total(by_age.serving_fraction),
        "payload_power_w": asked * total(by_age.placed_fraction * by_age.payload_w),
        "delivered_power_w": asked * total(by_age.serving_fraction * by_age.payload_w),
        "mean_age_s": total(by_age.age_s) / jnp.maximum(working, 1e-9),
        "cohort_count": _told(_by_year_of_birth(born.sum(axis=1)), alive),
    }


def _by_year_of_birth(born: Array) -> Array:
    """Births (months,) in a column for each year, (months, years)."""
    year = jnp.arange(len(born)) // YEAR_MONTHS
    columns = jnp.arange(-(-len(born) // YEAR_MONTHS))
    return jnp.where(year[:, None] == columns, born[:, None], 0.0)
