"""What do accelerators that hold a language model together serve at each batch, on given power?

A unit is a replica aboard one satellite, or layers dealt out over k satellites in a chain. In a
chain, m batches of b sequences go round in turn, each pass with its share of a chunk of new input;
its room is that of all k, its passes those of one satellite's chips through all layers, a k-th
each, and a laser to the next (see `across_satellites`). A chain of one is a replica.

Assumes: chunks of input spread evenly over passes; keys and values spread evenly over a chain.
Leaves out: the power that lasers draw.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack import serving
from sunstack.disciplines import compute
from sunstack.disciplines.compute import across_satellites, batching
from sunstack.disciplines.compute.passes import passes
from sunstack.system import Service

type Numbers = NDArray[np.float64]


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Unit:
    """Accelerators that hold a language model together."""

    service: Service
    """Of that model alone."""
    chip_count: Array
    """Of each satellite."""
    copy_count: Array
    """Of all but the experts, on one satellite."""
    satellite_count: Array
    link: across_satellites.Link
    """From each satellite to the next."""

    @property
    def model(self) -> compute.LanguageModel:
        """The language model."""
        only: compute.LanguageModel = jax.tree.map(lambda leaf: leaf[0], self.service.models)
        return only

    @property
    def layout(self) -> compute.Layout:
        """On the chips of one satellite."""
        return compute.Layout(chip_count=self.chip_count, attention_replica_count=self.copy_count)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Rows:
    """What a unit serves at each batch; shape (batches,) but where said."""

    batch_count: Array
    """Sequences of a pass."""
    turn_count: Array
    """Batches in a chain at once; 1 in a replica."""
    decode_s: Array
    """Of one step through all layers, links not counted."""
    token_s: Array
    """Between two tokens of a sequence, the batch kept full."""
    tokens_per_s: Array
    """Of answers."""
    token_j: Array
    """Of the accelerators, for a token of an answer; taking in its request is in it."""
    prefill_s: Array
    """Of one request; scalar, as the following."""
    prefill_j: Array
    """For a token of an answer."""
    weight_byte: Array
    """With what is kept several times."""
    key_value_byte: Array
    """Kept for one token, likewise."""
    sequence_byte: Array
    room_byte: Array
    """For keys and values; negative: not even the weights fit."""
    room_count: Array
    """Sequences that find room."""


@jax.jit
def rows(unit: Unit, *, power_w: Array, batch_count: Array) -> Rows:
    """Reckon what a unit serves at some batches, each accelerator on some power."""
    service, requests = unit.service, unit.service.requests
    chips = serving.replica_of(service, unit.model, unit.layout)
    work = _passes(unit, batch_count)
    held = compute.held_passes(chips, work, power_w=power_w)
    joined = replace(chips, accelerator_count=unit.satellite_count * chips.accelerator_count)
    room = compute.sequence_room_count(joined, requests)
    pass_s = batching.output_token_s(held, requests, work, batch_count=batch_count)
    turns, chain = _chain(unit, pass_s, batch_count, room)
    limit = unit.satellite_count * batching.request_limit_per_s(held, requests, work)
    tokens = limit * chain.pace_ratio * requests.output_token_count
    return Rows(
        batch_count=batch_count,
        turn_count=turns,
        decode_s=held.decode_s,
        token_s=chain.token_s,
        tokens_per_s=tokens,
        token_j=_token_j(unit, held, batch_count, chain.idle_fraction / tokens),
        prefill_s=held.prefill_s,
        prefill_j=held.prefill_j / requests.output_token_count,
        weight_byte=chips.weight_byte,
        key_value_byte=chips.key_value_byte,
        sequence_byte=compute.sequence_byte(joined, requests),
        room_byte=compute.key_value_room_byte(joined),
        room_count=room,
    )


def _passes(unit: Unit, batch_count: Array) -> compute.Passes:
    service = unit.service
    return passes(
        unit.model,
        serving.machine_of(service, unit.layout),
        service.requests,
        precision=compute.PRECISIONS[service.precision],
        batch_count=batch_count,
        chunk_token_count=service.chunk_token_count,
    )


def _chain(
    unit: Unit, pass_s: Array, batch: Array, room: Array
) -> tuple[Array, across_satellites.Pipeline]:
    """Deal layers out, with as many batches in turn as keep every satellite at work and fit."""
    given, made = unit.service.requests.input_token_count, unit.service.requests.output_token_count
    taken_in = jnp.minimum(batch * given / made, unit.service.chunk_token_count)

    def of(turns: Array) -> across_satellites.Pipeline:
        return across_satellites.pipeline(
            unit.link,
            pass_s=pass_s,
            width_count=unit.model.width_count,
            token_count=batch + taken_in,
            satellite_count=unit.satellite_count,
            batch_count=turns,
        )

    filling = of(jnp.ones_like(batch)).filling_batch_count
    turns = jnp.maximum(jnp.minimum(filling, jnp.floor(room / batch)), 1.0)
    # the last batch that fills the chain lengthens the round: left out where that keeps the bound
    bound_s, fewer = unit.service.bounds.output_token_s, jnp.maximum(turns - 1.0, 1.0)
    rescued = (of(turns).token_s > bound_s) & (of(fewer).token_s <= bound_s)
    turns = jnp.where(rescued, fewer, turns)
    return turns, of(turns)


def _token_j(unit: Unit, held: batching.Held, batch: Array, waiting: Array) -> Array:
    """Energy of a full batch for each token; `waiting` is of each satellite, for a token."""
    service, requests = unit.service, unit.service.requests
    # where inputs come in as fast as chunks allow, places stand empty: more passes for a token
    chunks = requests.input_token_count / service.chunk_token_count
    steps = jnp.maximum(1.0 / batch, chunks / requests.output_token_count)
    idle_w = service.accelerator.idle_power_w * unit.chip_count * unit.satellite_count
    return held.decode_j * steps + held.prefill_j / requests.output_token_count + idle_w * waiting


# --- the best of them -----------------------------------------------------------------------------


def allowed(found: Rows, *, bound_s: float) -> NDArray[np.bool_]:
    """Tell which batches find room and keep the bound on the time between tokens."""
    may: NDArray[np.bool_] = np.asarray(
        (found.batch_count <= found.room_count) & (found.token_s <= bound_s)
    )
    return may


def best(found: Rows, *, bound_s: float) -> int | None:
    """Return the place of the batch that serves most; None if none is allowed."""
    may = allowed(found, bound_s=bound_s)
    served = np.where(may, np.asarray(found.tokens_per_s), -1.0)
    return int(served.argmax()) if may.any() else None


def most_tokens_per_s(found: Rows, *, bound_s: float) -> float:
    """Return what the best batch serves; 0 if none is allowed."""
    place = best(found, bound_s=bound_s)
    return 0.0 if place is None else float(found.tokens_per_s[place])


# --- at a load ------------------------------------------------------------------------------------


@jax.jit
def steady(
    unit: Unit, *, power_w: Array, batch_count: Array, request_per_s: Array
) -> compute.Service:
    """Reckon what a replica does at a rate of requests."""
    service = unit.service
    return compute.serve(
        serving.replica_of(service, unit.model, unit.layout),
        replace(service.requests, arrival_per_s=request_per_s),
        service.bounds,
        _passes(unit, batch_count),
        power_w=power_w,
        heat_w=power_w,
    )


def taking_in_s(unit: Unit, found: Rows, place: int) -> float:
    """Return how long one request is taken in while a batch goes on; a chunk waits for the next.

    Chunks of one request do not overlap between the satellites of a chain.
    """
    requests, link = unit.service.requests, unit.link
    chunks = float(requests.input_token_count / unit.service.chunk_token_count)
    satellites = float(unit.satellite_count)
    passed = float(found.prefill_s) + chunks * float(found.decode_s[place])
    if satellites <= 1.0:
        return passed
    tokens = float(jnp.minimum(requests.input_token_count, unit.service.chunk_token_count))
    sent = across_satellites.activation_byte(width_count=unit.model.width_count, token_count=tokens)
    hop = float(link.delay_s + sent / link.byte_per_s)
    return passed + math.ceil(chunks) * satellites * hop
