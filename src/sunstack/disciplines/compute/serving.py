"""How many tokens does a replica serve at the rate asked for, how late is the first, what stops it?

Of requests that arrive at λ a second and get O tokens each, a token every τ (see `batching`),

    n = λ O τ(n)                                                         run at once (Little)
    W = (C_a² + C_s²)/2 · C(k, ρ) / (k (1 - ρ)) · S                      ρ = λ S / k

is the wait for one of k places, each held for S, with Erlang's C of finding all held: first for one
of the batch's, then, of one, for the turn to be taken in. For one place and arrivals by chance it
is Pollaczek and Khinchine's, for one place and bursts it is Kingman's; for more it is Allen and
Cunneen's. The first token then takes all the chunks of its input.

Assumes: first come, first served; C² of arrivals says all there is to say of bursts.
Leaves out: deadlines, preemption, lengths known beforehand; days and nights (see `demand`).
Reference: Allen, Probability, Statistics, and Queueing Theory, 2nd ed. (1990), sec. 5.4; Bolch et
al., Queueing Networks and Markov Chains, 2nd ed., sec. 6.3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.scipy.special import gammaincc, gammaln
from jax.typing import ArrayLike

from .batching import (
    Capacity,
    Held,
    Passes,
    Replica,
    Requests,
    capacity,
    held_passes,
    output_token_s,
    request_limit_per_s,
    sequence_room_count,
    taking_in_s,
)

FULLEST_RATIO = 0.999
"""Of a queue's load: beyond it waits grow without end, and the margin of demand tells instead."""
LOAD_HALVINGS = 14
"""Of the stretch of loads in which a bound is crossed; its last is cut by the chord."""
ROUNDING_RATIO = 1e-6
"""Of tokens: less gained by lifting a limit is none."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What a user puts up with."""

    output_token_s: Array
    """Mean time between a sequence's tokens."""
    first_token_s: Array
    """Mean time from a request's arrival."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Gains:
    """Output tokens a second more if one limit were lifted; all 0: the machine is the limit.

    Memory and bound that stop it at the same batch show 0 each.
    """

    demand_tokens_per_s: Array
    power_tokens_per_s: Array
    heat_tokens_per_s: Array
    power_and_heat_tokens_per_s: Array
    """Both lifted: of two that are as tight, neither alone gains anything."""
    memory_tokens_per_s: Array
    latency_tokens_per_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Service:
    """What a replica does at the rate that is asked for."""

    capacity: Capacity
    gains: Gains
    output_tokens_per_s: Array
    input_tokens_per_s: Array
    running_count: Array
    """Sequences in the batch, mean."""
    output_token_s: Array
    first_token_s: Array
    """Mean; at demand above what it can serve, that of a queue as good as full."""
    busy_fraction: Array
    draw_w: Array
    """Mean of the whole replica."""
    output_j: Array
    """Of an output token, while busy."""
    input_j: Array
    """Of an input token, while busy."""
    idle_j: Array
    """Drawn between requests, shared among output tokens."""
    demand_margin_per_s: Array
    """Requests a second it could serve less those asked for; negative: some are refused."""
    first_token_margin_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Admitted:
    """Delays at a load stated, and how much load may come in."""

    load_fraction: Array
    """Of what can be served, the largest at which the first token keeps its bound; 0 if a request
    alone is late already."""
    output_token_s: Array
    """At the load stated, as the following."""
    first_token_s: Array


# --- waiting --------------------------------------------------------------------------------------


def wait_s(
    *,
    load_ratio: ArrayLike,
    place_count: ArrayLike,
    service_s: ArrayLike,
    arrival_variation_ratio: ArrayLike,
    service_variation_ratio: ArrayLike,
) -> Array:
    """Mean wait for one of some places.

    Args:
        load_ratio: share of the places that are held; above `FULLEST_RATIO` taken as that.
        place_count: equal places.
        service_s: for which one is held, mean.
        arrival_variation_ratio: squared coefficient of variation between arrivals.
        service_variation_ratio: and of the time for which a place is held.
    """
    load = jnp.clip(jnp.asarray(load_ratio), 1e-9, FULLEST_RATIO)
    places = jnp.maximum(jax.lax.stop_gradient(jnp.asarray(place_count, dtype=float)), 1.0)
    spread = 0.5 * (jnp.asarray(arrival_variation_ratio) + jnp.asarray(service_variation_ratio))
    waiting = _waiting_fraction(load, places)
    return spread * waiting / (places * (1.0 - load)) * jnp.asarray(service_s)


def _waiting_fraction(load: Array, places: Array) -> Array:
    """Share of arrivals that find every place held (Erlang's C, by way of his B)."""
    offered = load * places
    all_held = jnp.exp(places * jnp.log(offered) - offered - gammaln(places + 1.0))
    blocked = all_held / gammaincc(places + 1.0, offered)
    return blocked / (1.0 - load * (1.0 - blocked))


# --- serving --------------------------------------------------------------------------------------


def serve(
    held_by: Replica,
    requests: Requests,
    bounds: Bounds,
    passes: Passes,
    *,
    power_w: ArrayLike,
    heat_w: ArrayLike,
) -> Service:
    """What a replica does on given power, and how much more of what would let it do more.

    Args:
        held_by: the accelerators and what they hold.
        requests: what is asked of this replica.
        bounds: what users put up with.
        passes: of its model, each accelerator at full power.
        power_w: that each accelerator may draw.
        heat_w: that can be carried away from each.
    """
    caps = jnp.asarray(power_w), jnp.asarray(heat_w)
    room = sequence_room_count(held_by, requests)
    held = held_passes(held_by, passes, power_w=jnp.minimum(*caps))
    most = capacity(
        held_by,
        held,
        requests,
        passes,
        token_bound_s=bounds.output_token_s,
        room_count=room,
    )
    gains = _gains(held_by, requests, bounds, passes, held, most, caps)
    return _steady(held_by, requests, bounds, passes, held, most, gains)


def admitted(
    held: Held,
    requests: Requests,
    bounds: Bounds,
    passes: Passes,
    most: Capacity,
    *,
    load_fraction: ArrayLike,
) -> Admitted:
    """Tell the delays at a share of what is served at most, and what of it keeps the first token.

    Args:
        held: passes as power holds them.
        requests: what is asked of this replica, but for its rate.
        bounds: what users put up with.
        passes: of its model.
        most: what it can serve.
        load_fraction: share stated.
    """
    stated = replace(requests, arrival_per_s=jnp.asarray(load_fraction) * most.request_per_s)
    token_s, first_s = _delays_s(held, stated, passes, most)
    return Admitted(
        load_fraction=in_time_fraction(held, requests, bounds, passes, most),
        output_token_s=token_s,
        first_token_s=first_s,
    )


def in_time_fraction(
    held: Held, requests: Requests, bounds: Bounds, passes: Passes, most: Capacity
) -> Array:
    """Share of what can be served at most that keeps the bound on the first token.

    The more is asked, the longer the first token takes: the stretch in which it becomes too long is
    halved a fixed number of times and then cut by its chord, on which slopes rest, too.

    Args:
        held: passes as power holds them.
        requests: what is asked of this replica, but for its rate.
        bounds: what users put up with.
        passes: of its model.
        most: what it can serve.
    """

    def late_s(fraction: Array) -> Array:
        asked = replace(requests, arrival_per_s=fraction * most.request_per_s)
        return _delays_s(held, asked, passes, most)[1] - bounds.first_token_s

    def halve(ends_fraction: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], None]:
        low, high = ends_fraction
        middle = 0.5 * (low + high)
        kept = late_s(middle) <= 0.0
        return (jnp.where(kept, middle, low), jnp.where(kept, high, middle)), None

    none = jnp.zeros_like(most.request_per_s)
    at_most = late_s(none + 1.0)
    (low, high), _ = lax.scan(halve, (none, none + 1.0), length=LOAD_HALVINGS)
    early, late = late_s(low), late_s(high)
    crossed = late > jnp.maximum(early, 0.0)
    share = -early / jnp.where(crossed, late - early, 1.0)
    cut = low + jnp.clip(share, 0.0, 1.0) * (high - low)
    return jnp.where(at_most <= 0.0, 1.0, jnp.where(crossed, cut, low))


def _delays_s(
    held: Held, requests: Requests, passes: Passes, most: Capacity
) -> tuple[Array, Array]:
    """Mean time between tokens and to the first."""
    rate = jnp.minimum(requests.arrival_per_s, most.request_per_s)
    at_batch, running, busy = _at_rate(held, requests, passes, rate)
    token_s = output_token_s(at_batch, requests, passes, batch_count=running)
    return token_s, _first_token_s(at_batch, requests, passes, most, token_s, busy)


def _gains(
    held_by: Replica,
    requests: Requests,
    bounds: Bounds,
    passes: Passes,
    held: Held,
    most: Capacity,
    caps: tuple[Array, Array],
) -> Gains:
    room = sequence_room_count(held_by, requests)
    now = most.output_tokens_per_s

    def more(paced: Held, bound_s: ArrayLike, room_count: ArrayLike) -> Array:
        lifted = capacity(
            held_by, paced, requests, passes, token_bound_s=bound_s, room_count=room_count
        )
        gained = lifted.output_tokens_per_s - now
        return jnp.where(gained > ROUNDING_RATIO * now, gained, 0.0)

    def at(power_w: ArrayLike) -> Array:
        paced = held_passes(held_by, passes, power_w=power_w)
        return more(paced, bounds.output_token_s, room)

    power_w, heat_w = caps
    served = jnp.minimum(requests.arrival_per_s * requests.output_token_count, now)
    return Gains(
        demand_tokens_per_s=now - served,
        power_tokens_per_s=at(heat_w),
        heat_tokens_per_s=at(power_w),
        power_and_heat_tokens_per_s=at(held_by.accelerator.peak_power_w),
        memory_tokens_per_s=more(held, bounds.output_token_s, jnp.inf),
        latency_tokens_per_s=more(held, jnp.inf, room),
    )


def _steady(
    held_by: Replica,
    requests: Requests,
    bounds: Bounds,
    passes: Passes,
    held: Held,
    most: Capacity,
    gains: Gains,
) -> Service:
    rate = jnp.minimum(requests.arrival_per_s, most.request_per_s)
    made = rate * requests.output_token_count
    at_batch, running, busy = _at_rate(held, requests, passes, rate)
    batch, decode_j = _batch_of_a_pass_count(running), at_batch.decode_j
    idle_w = held_by.accelerator_count * held_by.accelerator.idle_power_w * (1.0 - busy)
    token_s = output_token_s(at_batch, requests, passes, batch_count=running)
    first_s = _first_token_s(at_batch, requests, passes, most, token_s, busy)
    some = made > 0.0
    return Service(
        capacity=most,
        gains=gains,
        output_tokens_per_s=made,
        input_tokens_per_s=rate * requests.input_token_count,
        running_count=running,
        output_token_s=token_s,
        first_token_s=first_s,
        busy_fraction=busy,
        draw_w=idle_w + made / batch * decode_j + rate * held.prefill_j,
        output_j=decode_j / batch,
        input_j=held.prefill_j / requests.input_token_count,
        idle_j=jnp.where(some, idle_w / jnp.where(some, made, 1.0), 0.0),
        demand_margin_per_s=most.request_per_s - requests.arrival_per_s,
        first_token_margin_s=bounds.first_token_s - first_s,
    )


def _at_rate(
    held: Held, requests: Requests, passes: Passes, rate: Array
) -> tuple[Held, Array, Array]:
    """Passes at the batch that runs at a rate, sequences that run, and the share of time busy."""
    running = _running_count(held, requests, passes, rate)
    batch = _batch_of_a_pass_count(running)
    decode_s = jnp.interp(batch, passes.batch_count, held.decode_s)
    decode_j = jnp.interp(batch, passes.batch_count, held.decode_j)
    made = rate * requests.output_token_count
    busy = jnp.minimum(made / batch * decode_s + rate * held.prefill_s, 1.0)
    return replace(held, decode_s=decode_s, decode_j=decode_j), running, busy


def _running_count(held: Held, requests: Requests, passes: Passes, rate: Array) -> Array:
    """Sequences that run at a rate: what the grid of batches serves, read backwards."""
    limits = jax.lax.cummax(request_limit_per_s(held, requests, passes))
    nothing = jnp.zeros(1)
    return jnp.interp(
        rate,
        jnp.concatenate([nothing, limits]),
        jnp.concatenate([nothing, passes.batch_count]),
    )


def _batch_of_a_pass_count(running: Array) -> Array:
    """Mean batch of passes that are made at all, if sequences come and go by chance."""
    some = running > 1e-6
    n = jnp.where(some, running, 1.0)
    return jnp.where(some, n / -jnp.expm1(-n), 1.0)


def _first_token_s(
    held: Held, requests: Requests, passes: Passes, most: Capacity, token_s: Array, busy: Array
) -> Array:
    """Wait for a place, for the pass under way, for one's turn; then being taken in."""
    taking_s = taking_in_s(held.decode_s, held, requests, passes)
    place_s = taking_s + requests.output_token_count * token_s
    asked = requests.arrival_per_s
    for_place_s = wait_s(
        load_ratio=asked * place_s / jnp.maximum(most.batch_count, 1.0),
        place_count=most.batch_count,
        service_s=place_s,
        arrival_variation_ratio=requests.arrival_variation_ratio,
        service_variation_ratio=requests.output_variation_ratio,
    )
    for_turn_s = wait_s(
        load_ratio=asked * taking_s,
        place_count=1.0,
        service_s=taking_s,
        arrival_variation_ratio=requests.arrival_variation_ratio,
        service_variation_ratio=requests.input_variation_ratio,
    )
    # the last of its chunks is on average half full, and its pass must end all the same
    last_s = taking_s + 0.5 * held.decode_s
    return for_place_s + 0.5 * busy * held.decode_s + for_turn_s + last_s
