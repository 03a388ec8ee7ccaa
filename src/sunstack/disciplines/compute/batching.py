"""How many sequences does a replica hold and serve together, and how many tokens is that?

A replica is a group of accelerators that hold one model together. It keeps a batch of up to b
sequences; a pass gives each its next token (T_d), and between passes new inputs are taken in (T_p
each), cut into chunks of at most c tokens so that nobody waits long. Of requests of I input and O
output tokens on average

    time per output token   τ(b) = T_d(b) + min(b / O, c / I) T_p
    requests a second       X(b) = min( b / (O τ(b)),  1 / (T_p + T_d(b) I / c) )
    batch that fits         (n · memory · (1 - workspace) - weights) / ((I + O) · bytes per token)

The best batch has the largest X of a grid, among those that fit and keep the bound on τ. Each kind
of pass is slowed as the power for each accelerator asks (see `draw`).

Assumes: whole sequences find room before they start, so none is put off; accelerators of a replica
alike, each with the same share of the work.
Leaves out: inputs shared between requests and kept; speculation; a cap that spares prefills, where
a battery could lend to them.
Reference: Agrawal et al., Sarathi-Serve, OSDI 2024 (chunked prefill).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from . import draw
from .accelerator import Accelerator
from .draw import Law, Timing


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Replica:
    """Accelerators that hold one model together; scalars."""

    accelerator: Accelerator
    law: Law
    accelerator_count: Array
    weight_byte: Array
    """Of the whole model."""
    key_value_byte: Array
    """Kept for one token, on all accelerators together."""
    workspace_fraction: Array
    """Of memory, for all but weights and what is kept of tokens."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Requests:
    """What is asked of one replica; scalars, mapped over where there are many."""

    arrival_per_s: Array
    arrival_variation_ratio: Array
    """Squared coefficient of variation of the time between two; 1 as by chance, more in bursts."""
    input_token_count: Array
    """Mean."""
    input_variation_ratio: Array
    """Squared coefficient of variation."""
    output_token_count: Array
    output_variation_ratio: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Passes:
    """What the passes of one accelerator are, for a rising grid of batches."""

    batch_count: Array
    """Shape (batches,), from 1 on; what lies between two is taken as on a line."""
    decode: Timing
    """Shape (batches,)."""
    prefill: Timing
    """Of one request's input; scalars."""
    chunk_token_count: Array
    """Input tokens taken in between two passes at most."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Held:
    """Passes as power holds them: time and energy of the whole replica."""

    decode_s: Array
    decode_j: Array
    prefill_s: Array
    prefill_j: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What a replica serves at most, at its best batch; nothing is 0, never a missing number."""

    batch_count: Array
    """0 if no batch fits and keeps the bound."""
    output_tokens_per_s: Array
    request_per_s: Array
    output_token_s: Array
    """At that batch, or at the smallest where none will do."""
    longest_gap_s: Array
    """Between two tokens, while a whole chunk is taken in."""
    memory_margin_byte: Array
    """Memory less weights, workspace and one sequence; negative: not one fits."""
    latency_margin_s: Array
    """Bound less the time per output token of the smallest batch; negative: none keeps it."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Smallest:
    """The least that holds a model and one sequence."""

    accelerator_count: Array
    satellite_count: Array
    """More than 1: layers must be dealt out over satellites."""
    satellite_margin_count: Array
    """Accelerators of one satellite less those needed; negative: it takes more satellites."""


# --- memory ---------------------------------------------------------------------------------------


def key_value_room_byte(held_by: Replica) -> Array:
    """Memory left for what is kept of tokens; negative where not even the weights fit."""
    usable = held_by.accelerator.memory_byte * (1.0 - held_by.workspace_fraction)
    return held_by.accelerator_count * usable - held_by.weight_byte


def sequence_byte(held_by: Replica, requests: Requests) -> Array:
    """Room that a mean sequence comes to need."""
    tokens = requests.input_token_count + requests.output_token_count
    return held_by.key_value_byte * tokens


def sequence_room_count(held_by: Replica, requests: Requests) -> Array:
    """Sequences that find room; 0 where there is none."""
    room = jnp.maximum(key_value_room_byte(held_by), 0.0)
    return room / jnp.maximum(sequence_byte(held_by, requests), 1e-9)


def smallest_replica(
    accelerator: Accelerator,
    *,
    weight_byte: ArrayLike,
    sequence_byte: ArrayLike,
    workspace_fraction: ArrayLike,
    satellite_accelerator_count: ArrayLike,
) -> Smallest:
    """Fewest accelerators that hold a model with room for one sequence, and their satellites.

    Engines may want a power of two of them, or a divisor of the heads: that is left to the caller.
    """
    usable = accelerator.memory_byte * (1.0 - jnp.asarray(workspace_fraction))
    needed = jnp.ceil((jnp.asarray(weight_byte) + jnp.asarray(sequence_byte)) / usable)
    aboard = jnp.asarray(satellite_accelerator_count)
    return Smallest(
        accelerator_count=needed,
        satellite_count=jnp.ceil(needed / aboard),
        satellite_margin_count=aboard - needed,
    )


# --- capacity -------------------------------------------------------------------------------------


def held_passes(held_by: Replica, passes: Passes, *, power_w: ArrayLike) -> Held:
    """Passes slowed to what each accelerator may draw; a pass that cannot be is very long."""
    decode_s, decode_j = _held(held_by, passes.decode, power_w)
    prefill_s, prefill_j = _held(held_by, passes.prefill, power_w)
    return Held(decode_s=decode_s, decode_j=decode_j, prefill_s=prefill_s, prefill_j=prefill_j)


def _held(held_by: Replica, work: Timing, power_w: ArrayLike) -> tuple[Array, Array]:
    found = draw.throughput_under_power(held_by.accelerator, held_by.law, work, power_w=power_w)
    time_s = work.pass_s / jnp.maximum(found.pace_ratio, 1e-12)
    return time_s, held_by.accelerator_count * found.draw_w * time_s


def output_token_s(
    held: Held, requests: Requests, passes: Passes, *, batch_count: ArrayLike
) -> Array:
    """Time per output token of a sequence while a batch is kept full."""
    per_pass = jnp.minimum(
        jnp.asarray(batch_count) / requests.output_token_count,
        passes.chunk_token_count / requests.input_token_count,
    )
    return held.decode_s + per_pass * held.prefill_s


def request_limit_per_s(held: Held, requests: Requests, passes: Passes) -> Array:
    """Requests a second of each batch of the grid: by its places, or by what it can take in."""
    batch = passes.batch_count
    token_s = output_token_s(held, requests, passes, batch_count=batch)
    by_places = batch / (requests.output_token_count * token_s)
    return jnp.minimum(by_places, 1.0 / taking_in_s(held.decode_s, held, requests, passes))


def taking_in_s(decode_s: Array, held: Held, requests: Requests, passes: Passes) -> Array:
    """Time to take in one input while the batch goes on between its chunks."""
    chunks = requests.input_token_count / passes.chunk_token_count
    return held.prefill_s + chunks * decode_s


def capacity(
    held_by: Replica,
    held: Held,
    requests: Requests,
    passes: Passes,
    *,
    token_bound_s: ArrayLike,
    room_count: ArrayLike,
) -> Capacity:
    """What the best batch of the grid serves that finds room and keeps the bound."""
    batch = passes.batch_count
    token_s = output_token_s(held, requests, passes, batch_count=batch)
    allowed = (token_s <= jnp.asarray(token_bound_s)) & (batch <= jnp.asarray(room_count))
    served = jnp.where(allowed, request_limit_per_s(held, requests, passes), 0.0)
    best = jnp.argmax(served)
    filled = allowed[best]
    chunk_s = passes.chunk_token_count / requests.input_token_count * held.prefill_s
    room = key_value_room_byte(held_by) - sequence_byte(held_by, requests)
    return Capacity(
        batch_count=jnp.where(filled, batch[best], 0.0),
        output_tokens_per_s=served[best] * requests.output_token_count,
        request_per_s=served[best],
        output_token_s=token_s[best],
        longest_gap_s=held.decode_s[best] + chunk_s,
        memory_margin_byte=room,
        latency_margin_s=jnp.asarray(token_bound_s) - token_s[0],
    )
