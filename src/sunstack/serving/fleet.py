"""How many tokens does a fleet serve on the power that its payloads draw, and what stops it first?

Each language model as if it alone were served. A model's tokens a second are laid out once over the
power of an accelerator, and read off for every plane and day: in sunlight and in shadow apart, as
they do not follow power evenly. The fleet's by month are those of its satellites' worth of chips at
work, at their mean age. What is served keeps both bounds, that on the first token in the mean; what
batches that are always full would make, however late the first token, is told beside it.

Assumes: power spread evenly over a payload's accelerators.
Leaves out: several models side by side, loading them, the time that a change of power takes; that
a replica stands still while one of its chips restarts after an upset (the fleet's capacity counts
each chip's own restarts).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array

from sunstack.disciplines import compute, power
from sunstack.fleet import MONTH_S, Years
from sunstack.operations import Balance, group_mean, group_sum, year_s
from sunstack.system import Asking, Service, System
from sunstack.units import DAY_S

from .satellite import (
    Curve,
    accelerator_power_w,
    capacity_of,
    curve,
    passes_of,
    peak_flop_per_s,
    replica_memory_margin_byte,
    replica_of,
    tokens_at_power_per_s,
    tokens_per_s,
)

BITS_PER_TOKEN = 32
"""A number of four bytes, as a tokenizer writes it down; packed text takes about as much."""
STAGES = (
    "data sheet",
    "engine",
    "latency and memory",
    "first token",
    "power",
    "cooling",
    "links",
)
"""What is left of a satellite's tokens, one thing after the other."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Served:
    """What a fleet serves of each language model, if of it alone; tokens are those of answers."""

    stage_tokens_per_s: Array
    """Of a satellite in its first year, after each of `STAGES`: (stages, models, groups)."""
    last_year_tokens_per_s: Array
    """Of a satellite, links not counted: (models, groups)."""
    fleet_tokens_per_s: Array
    """At the end of each month, links counted: (models, months)."""
    full_batch_tokens_per_s: Array
    """The same with batches always full, however late the first token: the fleet's throughput."""
    horizon_tokens_per_s: Array
    """Of it each group's part at the last month's end: (models, groups)."""
    asked_tokens_per_s: Array
    """Of each class at the end of each month, mean over the day: (classes, months)."""
    met_fraction: Array
    """Of what all ask, in the hours that they ask it: (models, months); 1 if nobody asks."""
    token_j: Array
    """Energy of the payload for a token of an answer, (models, groups); infinite if there is none.

    Taking in the requests is in it."""
    batch_count: Array
    """Sequences of a replica at once, in sunlight at the first year's mean power: (models, groups),
    as the following."""
    output_token_s: Array
    """Mean time between tokens, at the load that the scenario states."""
    first_token_s: Array
    first_token_margin_s: Array
    """Bound on it less that; negative: too late at that load."""
    admitted_load_fraction: Array
    """Of what full batches would serve, what may come in if the bound is to hold; 0: none."""
    latency_margin_s: Array
    """Bound on the time between tokens less that of the smallest batch."""
    memory_margin_byte: Array
    """Of a replica, less its weights and one sequence: (models,)."""
    needed_chip_count: Array
    """That hold a model and one sequence: (models,)."""


def served(
    system: System, *, first: Balance, last: Balance, years: Years, access_bit_per_s: Array
) -> Served:
    """Reckon what a fleet serves.

    Args:
        system: the design.
        first: every plane's first year.
        last: its last.
        years: the fleet's course.
        access_bit_per_s: what links bring each satellite of a group, all served at once.
    """
    service = system.service
    sunlit_w = _sunlit_w(system, first)
    found: Served = _served(
        system,
        curve(system),
        _unheld_tokens_per_s(service),
        _at_load(service, payload_w=sunlit_w, payload_peak_w=system.power.payload_peak_power_w),
        first=first,
        last=last,
        years=years,
        access_bit_per_s=access_bit_per_s,
    )
    return found


@jax.jit
def _sunlit_w(system: System, run: Balance) -> Array:
    return group_mean(system, run.plan.payload_sunlit_w.mean(axis=1))


@jax.jit
def _served(
    system: System,
    laid_out: Curve,
    unheld_tokens_per_s: tuple[Array, Array, Array],
    at_load: dict[str, Array],
    *,
    first: Balance,
    last: Balance,
    years: Years,
    access_bit_per_s: Array,
) -> Served:
    begun = _of_plan(system, laid_out, first.plan, first)
    ended = _of_plan(system, laid_out, last.plan, last)
    linked = access_bit_per_s / (BITS_PER_TOKEN * _tokens_moved_ratio(system.service))
    linked = jnp.broadcast_to(linked, begun.shape)
    uncooled = _of_plan(system, laid_out, first.uncooled, first)
    before = (_data_sheet_tokens_per_s(system.service), *unheld_tokens_per_s)
    stages = [
        *(jnp.broadcast_to(one[:, None], begun.shape) for one in before),
        uncooled,
        begun,
        jnp.minimum(begun, linked),
    ]
    by_group = _by_month(system, begun, ended, linked, years)
    fleet = by_group.sum(axis=2)
    full = laid_out.at_full_batches()
    throughput = _by_month(
        system,
        _of_plan(system, full, first.plan, first),
        _of_plan(system, full, last.plan, last),
        linked,
        years,
    )
    asked = _asked_tokens_per_s(system.asking, months=fleet.shape[1])
    payload_w = group_mean(system, first.plan.payload_mean_w.mean(axis=1))
    some = begun > 0.0
    return Served(
        stage_tokens_per_s=jnp.stack(stages),
        last_year_tokens_per_s=ended,
        fleet_tokens_per_s=fleet,
        full_batch_tokens_per_s=throughput.sum(axis=2),
        horizon_tokens_per_s=by_group[:, -1],
        asked_tokens_per_s=asked.mean(axis=2),
        met_fraction=_met_fraction(fleet, asked.sum(axis=0)),
        token_j=jnp.where(some, payload_w / jnp.where(some, begun, 1.0), jnp.inf),
        **at_load,
        **_memory(system.service),
    )


def _of_plan(system: System, laid_out: Curve, plan: power.Plan, run: Balance) -> Array:
    """Mean tokens a second of a satellite of each group over a year, shape (models, groups)."""
    mean = planned_tokens_per_s(system, laid_out, plan=plan, run=run).mean(axis=2)

    def by_group(values: Array) -> Array:
        return group_mean(system, values)

    found: Array = jax.vmap(by_group)(mean)
    return found


def planned_tokens_per_s(
    system: System, laid_out: Curve, *, plan: power.Plan, run: Balance
) -> Array:
    """Orbit means of a satellite of each plane on each day, shape (models, planes, days)."""
    lit = run.sunlit_fraction
    sunlit = tokens_per_s(system, laid_out, payload_w=plan.payload_sunlit_w)
    shadow = tokens_per_s(system, laid_out, payload_w=plan.payload_eclipse_w)
    return lit * sunlit + (1.0 - lit) * shadow


def _tokens_moved_ratio(service: Service) -> Array:
    """Tokens that pass links in the busier direction for one of an answer."""
    return jnp.maximum(
        service.requests.input_token_count / service.requests.output_token_count, 1.0
    )


def _data_sheet_tokens_per_s(service: Service) -> Array:
    """A satellite's, shape (models,)."""
    per_token = jax.vmap(lambda model: _token_flop(service, model))(service.models)
    return service.chip_count * peak_flop_per_s(service) / per_token


def _unheld_tokens_per_s(service: Service) -> tuple[Array, Array, Array]:
    """A satellite's at full power: by its engine, within bounds, and in time; (models,)."""
    full_w = service.accelerator.peak_power_w
    unbound = replace(
        service,
        accelerator=replace(service.accelerator, memory_byte=jnp.asarray(jnp.inf, dtype=float)),
        bounds=replace(service.bounds, output_token_s=jnp.asarray(jnp.inf, dtype=float)),
    )
    free = service.chip_count / service.layout.chip_count
    return (
        free * tokens_at_power_per_s(unbound, power_w=full_w),
        service.replica_count * tokens_at_power_per_s(service, power_w=full_w),
        service.replica_count * tokens_at_power_per_s(service, power_w=full_w, in_time=True),
    )


def _token_flop(service: Service, model: compute.LanguageModel) -> Array:
    """Operations for a token of an answer, its share of taking in the request included."""
    given, made = service.requests.input_token_count, service.requests.output_token_count
    prefill = compute.prefill_flop(model, token_count=given) / made
    return prefill + compute.decode_flop(model, context_token_count=given + 0.5 * made)


def _by_month(system: System, begun: Array, ended: Array, linked: Array, years: Years) -> Array:
    """The fleet's tokens a second at each month's end, shape (models, months, groups).

    Of a group's accelerators those needed serve, spares wait; its links are those of all wanted.
    """
    chips, year = system.reliability.chips, year_s(system)
    spread_s = jnp.maximum(system.flight.life_s - year, DAY_S)
    age = jnp.clip((years.mean_age_s - 0.5 * year) / spread_s, 0.0, 1.0)
    each = begun[:, None, :] + (ended - begun)[:, None, :] * age
    at_work = years.capacity_count * chips.carried_count / chips.needed_count
    wanted = group_sum(system, system.orbits.satellite_count)
    return jnp.minimum(each * at_work, (linked * wanted)[:, None, :])


def _asked_tokens_per_s(asking: Asking, *, months: int) -> Array:
    """What each class asks for at the end of each month, shape (classes, months, 24)."""
    at_s = (jnp.arange(months) + 1.0) * MONTH_S

    def over_months(by_year: Array) -> Array:
        return jnp.interp(at_s, asking.elapsed_s, by_year)

    every_hour = jax.vmap(jax.vmap(over_months, in_axes=1, out_axes=1))
    found: Array = every_hour(asking.answer_tokens_per_s)
    return found


def _met_fraction(fleet: Array, asked: Array) -> Array:
    """Share of a day's tokens that a fleet serves as they are asked for, shape (models, months)."""
    served = jnp.minimum(fleet[:, :, None], asked).sum(axis=2)
    whole = asked.sum(axis=1)
    some = whole > 0.0
    return jnp.where(some, served / jnp.where(some, whole, 1.0), 1.0)


@jax.jit
def _at_load(service: Service, *, payload_w: Array, payload_peak_w: Array) -> dict[str, Array]:
    """Batch and delays at the load stated, shape (models, groups)."""
    power_w = accelerator_power_w(service, payload_w=payload_w, payload_peak_w=payload_peak_w)

    def one(model: compute.LanguageModel, layout: compute.Layout) -> dict[str, Array]:
        work = passes_of(service, model, layout)
        held_by = replica_of(service, model, layout)
        most = capacity_of(service, model, layout, power_w=power_w)

        def asked(watts: Array, at_most: compute.Capacity) -> dict[str, Array]:
            held = compute.held_passes(held_by, work, power_w=watts)
            return _delays(service, held, work, at_most)

        return {
            "batch_count": most.batch_count,
            "latency_margin_s": most.latency_margin_s,
            **jax.vmap(asked)(power_w, most),
        }

    told: dict[str, Array] = jax.vmap(one)(service.models, service.layout)
    return told


def _delays(
    service: Service, held: compute.Held, work: compute.Passes, most: compute.Capacity
) -> dict[str, Array]:
    """Delays at the load stated, and what of it may come in if the first token is to keep time."""
    found = compute.admitted(
        held, service.requests, service.bounds, work, most, load_fraction=service.load_fraction
    )
    return {
        "output_token_s": found.output_token_s,
        "first_token_s": found.first_token_s,
        "first_token_margin_s": service.bounds.first_token_s - found.first_token_s,
        "admitted_load_fraction": found.load_fraction,
    }


def _memory(service: Service) -> dict[str, Array]:
    """Of the replica chosen what it has left; the fewest chips are those that cut every layer."""

    def one(model: compute.LanguageModel, layout: compute.Layout) -> Array:
        cut = replace(layout, attention_replica_count=jnp.ones_like(layout.chip_count))
        held_by = replica_of(service, model, cut)
        least = compute.smallest_replica(
            service.accelerator,
            weight_byte=held_by.weight_byte,
            sequence_byte=compute.sequence_byte(held_by, service.requests),
            workspace_fraction=service.workspace_fraction,
            satellite_accelerator_count=service.chip_count,
        )
        return least.accelerator_count

    return {
        "memory_margin_byte": replica_memory_margin_byte(service),
        "needed_chip_count": jax.vmap(one)(service.models, service.layout),
    }
