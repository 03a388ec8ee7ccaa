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

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.disciplines import launch, reliability
from sunstack.disciplines.reliability import Policy
from sunstack.units import YEAR_S

MONTH_S = YEAR_S / 12.0
YEAR_MONTHS = 12
SMALLEST_FRACTION = 1e-12
"""Share arriving taken for none: flights are then flown for ever and bring nothing to speak of."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """What is launched, how it fails, and what becomes of it; scalars unless said."""

    launch: launch.Spec
    reliability: reliability.Spec
    policy: Policy
    wanted_count: Array
    """Satellites of each group, shape (groups,), in the order of filling."""
    spare_count: Array
    """Spares of each group, in orbit with the others, shape (groups,)."""
    satellite_kg: Array
    stowed_volume_m3: Array
    """0 where unknown: mass alone then decides what a flight carries."""
    raising_s: Array
    """From release to place, shape (groups,)."""
    decay_s: Array
    """Time in which a derelict comes down from its shell, shape (groups,)."""
    disposal_success_fraction: Array
    service_fraction: Array
    """Share of its work that dose, holes and upsets leave a satellite, shape (groups, months of
    age), either of them 1 where all are alike."""
    payload_w: Array
    """Mean power of its payload by age, of the same shape."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Years:
    """The fleet's course, shape (months, groups) unless said; flows are of a month."""

    flight_count: Array
    launched_count: Array
    """Lifted off, lost ones too."""
    lost_count: Array
    dead_on_arrival_count: Array
    failed_count: Array
    withdrawn_count: Array
    disposed_count: Array
    decayed_count: Array
    """Derelicts that came down by themselves."""
    working_count: Array
    """Alive at the month's end, in place or on the way to it."""
    in_place_count: Array
    derelict_count: Array
    capacity_count: Array
    """Satellites' worth of chips at work in place at the month's end; spares wait for their turn,
    and what is more than wanted does not count, here and in the powers."""
    payload_power_w: Array
    """Drawn by payloads in place."""
    delivered_power_w: Array
    """Of it, by chips at work."""
    mean_age_s: Array
    """Of the working; 0 where there are none."""
    cohort_count: Array
    """Working, in orbit, by the year they took up their lives in, all groups: (months, years)."""
    last_working_count: Array
    """At the horizon's end by month of birth: (groups, months)."""
    last_dead_count: Array
    """The same of those that became derelict, by month; those that came down since among them."""


Draw = Callable[[Array, Array, ArrayLike], Array]
"""How many of some, given a key and each one's chance."""


class _State(NamedTuple):
    """By group and month, shape (groups, months)."""

    working: Array
    """By the month they took up their lives."""
    dead: Array
    """Derelicts by the month they became so, those that have come down since among them."""
    carried_over: Array
    """In draws, the part of a flight that was not needed yet; scalar."""
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


@partial(jax.jit, static_argnames=("month_count",))
def years(spec: Spec, *, month_count: int, key: Array | None = None) -> Years:
    """Run the fleet from the first month.

    Args:
        spec: the fleet.
        month_count: length of the horizon.
        key: of the draws; a fluid without one.
    """
    edges_s = jnp.arange(month_count + 1) * MONTH_S
    possible = jnp.diff(launch.flights_until_count(spec.launch.cadence, time_s=edges_s))
    nobody = jnp.zeros((spec.wanted_count.shape[0], month_count), dtype=possible.dtype)
    tables = _tables(spec, month_count)
    begun = _State(
        working=nobody,
        dead=nobody,
        carried_over=jnp.zeros((), dtype=possible.dtype),
        key=jax.random.key(0) if key is None else key,
    )
    draw = _expected if key is None else _drawn

    def month(state: _State, now: tuple[Array, Array]) -> tuple[_State, dict[str, Array]]:
        return _month(spec, tables, state, *now, draw)

    end, flows = jax.lax.scan(month, begun, (jnp.arange(month_count), possible))
    return Years(**flows, last_working_count=end.working, last_dead_count=end.dead)


@dataclass(frozen=True, kw_only=True)
class Ages:
    """What satellites do by month of age, shape (months,), by group too where said."""

    age_s: Array
    failing_fraction: Array
    """Of those working, within the month that follows."""
    withdrawn_fraction: Array
    """Of those that did not fail."""
    placed_fraction: Array
    """Share that has raised its orbit, shape (groups, months), as the following."""
    serving_fraction: Array
    """Share of its chips' work that a working satellite does."""
    payload_w: Array


def ages(spec: Spec, *, month_count: int) -> Ages:
    """Tabulate shares by age."""
    age_s = jnp.arange(month_count) * MONTH_S
    shares = reliability.cohorts(spec.reliability, spec.policy, age_s=age_s, step_s=MONTH_S)
    placed = jnp.clip((age_s - spec.raising_s[:, None]) / MONTH_S + 1.0, 0.0, 1.0)
    shape = (len(spec.wanted_count), month_count)
    left = shares.capacity_fraction * jnp.broadcast_to(spec.service_fraction, shape)
    return Ages(
        age_s=age_s,
        failing_fraction=shares.failing_fraction,
        withdrawn_fraction=shares.withdrawn_fraction,
        placed_fraction=placed,
        serving_fraction=placed * left,
        payload_w=jnp.broadcast_to(spec.payload_w, shape),
    )


def _tables(spec: Spec, months: int) -> _Tables:
    by_age = ages(spec, month_count=months)
    # Derelicts of a month became so all over it: of those whose time ends within a month, part is
    # down at its end.
    down = jnp.clip((by_age.age_s - spec.decay_s[:, None]) / MONTH_S + 1.0, 0.0, 1.0)
    staying_up = jnp.cumprod(1.0 - down, axis=1)
    before = jnp.concatenate([jnp.ones_like(down[:, :1]), staying_up[:, :-1]], axis=1)
    return _Tables(
        failing=_backwards(by_age.failing_fraction),
        withdrawn=_backwards(by_age.withdrawn_fraction),
        age_s=_backwards(by_age.age_s),
        placed=_backwards(by_age.placed_fraction),
        capacity=_backwards(by_age.serving_fraction),
        payload_w=_backwards(by_age.placed_fraction * by_age.payload_w),
        delivered_w=_backwards(by_age.serving_fraction * by_age.payload_w),
        staying_up=_backwards(staying_up),
        coming_down=_backwards(before - staying_up),
    )


def _backwards(by_age: Array) -> Array:
    """Write shares (..., ages) from the oldest on, and nothing for those not born yet."""
    return jnp.concatenate([by_age[..., ::-1], jnp.zeros_like(by_age)], axis=-1)


def _by_birth(backwards: Array, newest: Array, months: int) -> Array:
    """Shares of the cohorts born in each month, the newest at age 0; 0 for later ones."""
    return jax.lax.dynamic_slice_in_dim(backwards, months - 1 - newest, months, axis=-1)


def _expected(key: Array, count: Array, share: ArrayLike) -> Array:
    """How many of some, on average."""
    return count * jnp.asarray(share)


def _drawn(key: Array, count: Array, share: ArrayLike) -> Array:
    """How many of a whole number, by chance."""
    whole, chance = jnp.broadcast_arrays(jnp.round(count), jnp.clip(share, 0.0, 1.0))
    return jax.random.binomial(key, whole, chance)


def _month(
    spec: Spec, tables: _Tables, state: _State, now: Array, flights: Array, draw: Draw
) -> tuple[_State, dict[str, Array]]:
    months = state.working.shape[1]
    key, *keys = jax.random.split(state.key, 6) if draw is _drawn else [state.key] * 6
    failed = draw(keys[0], state.working, _by_birth(tables.failing, now - 1, months))
    left = state.working - failed
    withdrawn = draw(keys[1], left, _by_birth(tables.withdrawn, now - 1, months))
    left = left - withdrawn
    disposed = draw(keys[2], withdrawn, spec.disposal_success_fraction)
    new, carried_over = _launched(spec, left, flights, state.carried_over, draw, keys[3:])
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
    spec: Spec, left: Array, flights: Array, carried_over: Array, draw: Draw, keys: list[Array]
) -> tuple[dict[str, Array], Array]:
    """Fill what the groups lack, as far as flights go."""
    lacking = jnp.maximum(spec.wanted_count + spec.spare_count - left.sum(axis=1), 0.0)
    per_flight = launch.packing(
        spec.launch.rocket,
        satellite_kg=spec.satellite_kg,
        stowed_volume_m3=spec.stowed_volume_m3,
    ).satellite_count
    reached, one = per_flight > 0.0, jnp.maximum(per_flight, 1.0)
    success = jnp.clip(spec.launch.cadence.success_fraction, 0.0, 1.0)
    dead_share = spec.reliability.bus.dead_on_arrival_fraction
    arriving = jnp.maximum(success * (1.0 - dead_share), SMALLEST_FRACTION)
    # By chance, more than what lacks could arrive: draws send no more, and again the next month.
    ordered = lacking if draw is _drawn else lacking / arriving
    wanted = jnp.where(reached, ordered, 0.0)
    available = flights + carried_over
    flown = launch.allot_count(available_count=available, wanted_count=wanted / one)
    launched = flown * one
    if draw is _drawn:
        launched = jnp.floor(launched + 1e-6)
        flown = launched / one
        carried_over = jnp.clip(available - flown.sum(), 0.0, 1.0)
    lost = draw(keys[0], launched, 1.0 - success)
    dead = draw(keys[1], launched - lost, dead_share)
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
