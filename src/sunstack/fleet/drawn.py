"""How does a fleet go by chance, in whole satellites?

Kept as cohorts by group and month of birth, in one `lax.scan` over the months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.disciplines import launch

from .fluid import per_flight
from .spec import SMALLEST_FRACTION, YEAR_MONTHS, Spec, Years, ages, derelicts


class _State(NamedTuple):
    """By group and month, shape (groups, months)."""

    working: Array
    """By the month they took up their lives."""
    dead: Array
    """Derelicts by the month they became so, those that have come down since among them."""
    carried_over: Array
    """The part of a flight that was not needed yet; scalar."""
    key: Array


@dataclass(frozen=True, kw_only=True)
class _Tables:
    """Shares by age, each written backwards: what is born last stands first (see `_by_birth`)."""

    failing: Array
    withdrawn: Array
    age_s: Array
    placed: Array
    """By group too, as the following."""
    capacity: Array
    payload_w: Array
    delivered_w: Array
    staying_up: Array
    coming_down: Array


def years(spec: Spec, possible: Array, *, key: Array) -> Years:
    """Run the fleet by chance.

    Args:
        spec: the fleet.
        possible: flights there can be in each month, (months,).
        key: of the draws.
    """
    month_count = len(possible)
    nobody = jnp.zeros((spec.wanted_count.shape[0], month_count), dtype=possible.dtype)
    tables = _tables(spec, month_count)
    begun = _State(
        working=nobody,
        dead=nobody,
        carried_over=jnp.zeros((), dtype=possible.dtype),
        key=key,
    )

    def month(state: _State, now: tuple[Array, Array]) -> tuple[_State, dict[str, Array]]:
        return _month(spec, tables, state, *now)

    end, flows = jax.lax.scan(month, begun, (jnp.arange(month_count), possible))
    return Years(**flows, last_working_count=end.working, last_dead_count=end.dead)


def _tables(spec: Spec, months: int) -> _Tables:
    by_age, down = ages(spec, month_count=months), derelicts(spec, month_count=months)
    return _Tables(
        failing=_backwards(by_age.failing_fraction),
        withdrawn=_backwards(by_age.withdrawn_fraction),
        age_s=_backwards(by_age.age_s),
        placed=_backwards(by_age.placed_fraction),
        capacity=_backwards(by_age.serving_fraction),
        payload_w=_backwards(by_age.placed_fraction * by_age.payload_w),
        delivered_w=_backwards(by_age.serving_fraction * by_age.payload_w),
        staying_up=_backwards(down.staying_up),
        coming_down=_backwards(down.coming_down),
    )


def _backwards(by_age: Array) -> Array:
    """Write shares (..., ages) from the oldest on, and nothing for those not born yet."""
    return jnp.concatenate([by_age[..., ::-1], jnp.zeros_like(by_age)], axis=-1)


def _by_birth(backwards: Array, newest: Array, months: int) -> Array:
    """Shares of the cohorts born in each month, the newest at age 0; 0 for later ones."""
    return jax.lax.dynamic_slice_in_dim(backwards, months - 1 - newest, months, axis=-1)


def _drawn(key: Array, count: Array, share: ArrayLike) -> Array:
    """How many of a whole number, by chance."""
    whole, chance = jnp.broadcast_arrays(jnp.round(count), jnp.clip(share, 0.0, 1.0))
    return jax.random.binomial(key, whole, chance)


def _month(
    spec: Spec, tables: _Tables, state: _State, now: Array, flights: Array
) -> tuple[_State, dict[str, Array]]:
    months = state.working.shape[1]
    key, *keys = jax.random.split(state.key, 6)
    failed = _drawn(keys[0], state.working, _by_birth(tables.failing, now - 1, months))
    left = state.working - failed
    withdrawn = _drawn(keys[1], left, _by_birth(tables.withdrawn, now - 1, months))
    left = left - withdrawn
    disposed = _drawn(keys[2], withdrawn, spec.disposal_success_fraction)
    new, carried_over = _launched(spec, left, flights, state.carried_over, keys[3:])
    working = left.at[:, now].set(new["alive"])
    dead = state.dead.at[:, now].set((failed + withdrawn - disposed).sum(axis=1))
    flows = {
        "flight_count": new["flights"],
        "launched_count": new["launched"],
        "lost_count": new["lost"],
        "dead_on_arrival_count": new["dead"],
        "failed_count": failed.sum(axis=1),
        "withdrawn_count": withdrawn.sum(axis=1),
        "disposed_count": disposed.sum(axis=1),
        "decayed_count": (dead * _by_birth(tables.coming_down, now, months)).sum(axis=1),
        "derelict_count": (dead * _by_birth(tables.staying_up, now, months)).sum(axis=1),
        **_stock(spec, tables, working, now),
    }
    return _State(working, dead, carried_over, key), flows


def _launched(
    spec: Spec, left: Array, flights: Array, carried_over: Array, keys: list[Array]
) -> tuple[dict[str, Array], Array]:
    """Fill what the groups lack, as far as flights go.

    More than what lacks could arrive: no more is sent, and again the next month.
    """
    lacking = jnp.maximum(spec.wanted_count + spec.spare_count - left.sum(axis=1), 0.0)
    reached, one = per_flight(spec)
    success = jnp.clip(spec.launch.cadence.success_fraction, 0.0, 1.0)
    wanted = jnp.where(reached, lacking, 0.0)
    available = flights + carried_over
    flown = launch.allot_count(available_count=available, wanted_count=wanted / one)
    launched = jnp.floor(flown * one + 1e-6)
    flown = launched / one
    carried_over = jnp.clip(available - flown.sum(), 0.0, 1.0)
    lost = _drawn(keys[0], launched, 1.0 - success)
    dead = _drawn(keys[1], launched - lost, spec.reliability.bus.dead_on_arrival_fraction)
    new = {
        "launched": launched,
        "lost": lost,
        "dead": dead,
        "alive": launched - lost - dead,
        "flights": flown,
    }
    return new, carried_over


def _stock(spec: Spec, tables: _Tables, working: Array, now: Array) -> dict[str, Array]:
    """What there is at the month's end, by group."""
    months = working.shape[1]

    def total(by_age: Array) -> Array:
        return (working * _by_birth(by_age, now, months)).sum(axis=1)

    alive, in_place = working.sum(axis=1), total(tables.placed)
    asked = jnp.minimum(spec.wanted_count / jnp.maximum(in_place, SMALLEST_FRACTION), 1.0)
    return {
        "working_count": alive,
        "in_place_count": in_place,
        "capacity_count": asked * total(tables.capacity),
        "payload_power_w": asked * total(tables.payload_w),
        "delivered_power_w": asked * total(tables.delivered_w),
        "mean_age_s": total(tables.age_s) / jnp.maximum(alive, 1e-9),
        "cohort_count": _by_year(working.sum(axis=0)),
    }


def _by_year(by_month: Array) -> Array:
    short = -len(by_month) % YEAR_MONTHS
    return jnp.pad(by_month, (0, short)).reshape(-1, YEAR_MONTHS).sum(axis=1)
