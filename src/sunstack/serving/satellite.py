"""How many tokens does a satellite serve of each language model, by the power of its payload?

Of what it could with batches that are kept full (its throughput), so much as keeps the bound on the
first token in the mean: the nearer to full, the longer requests wait (see `compute.serving`).

Assumes: power spread evenly over the accelerators at work; each replica with a queue of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

from sunstack.disciplines import compute
from sunstack.disciplines.compute.passes import passes, replica
from sunstack.system import Service, System

BATCHES_PER_DOUBLING = 4
BATCHES = 2.0 ** (jnp.arange(12 * BATCHES_PER_DOUBLING + 1) / BATCHES_PER_DOUBLING)
"""Sequences of a replica at once. More than 4,096 are never run, though memory and the bound on a
token may allow them (small models on many chips): less is then told than could be served. Of the
shipped scenarios none runs more than 861, where taking texts in fills every step."""
KNOTS = 17
"""Powers of an accelerator for which tokens are reckoned; between them they are interpolated."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Curve:
    """Output tokens a second of a whole satellite by the power of one of its accelerators."""

    power_w: Array
    """Shape (knots,)."""
    tokens_per_s: Array
    """With the first token in time: (models, knots)."""
    full_batch_tokens_per_s: Array
    """However late it is: (models, knots)."""

    def at_full_batches(self) -> Curve:
        """The curve of its throughput."""
        return replace(self, tokens_per_s=self.full_batch_tokens_per_s)


def replica_of(
    service: Service, model: compute.LanguageModel, layout: compute.Layout
) -> compute.Replica:
    """Accelerators that hold one model together."""
    tokens = service.requests.input_token_count + service.requests.output_token_count
    return replica(
        model,
        machine_of(service, layout),
        service.law,
        precision=compute.PRECISIONS[service.precision],
        sequence_token_count=tokens,
        workspace_fraction=service.workspace_fraction,
    )


def machine_of(service: Service, layout: compute.Layout) -> compute.Machine:
    """Chips of one replica with their engine."""
    return compute.Machine(
        accelerator=service.accelerator, calibration=service.calibration, layout=layout
    )


def passes_of(
    service: Service, model: compute.LanguageModel, layout: compute.Layout
) -> compute.Passes:
    """What one replica's passes ask of its accelerators."""
    return passes(
        model,
        machine_of(service, layout),
        service.requests,
        precision=compute.PRECISIONS[service.precision],
        batch_count=BATCHES,
        chunk_token_count=service.chunk_token_count,
    )


def capacity_of(
    service: Service, model: compute.LanguageModel, layout: compute.Layout, *, power_w: Array
) -> compute.Capacity:
    """What one replica serves at most, each of its accelerators at a power, shape (powers,)."""
    held_by = replica_of(service, model, layout)
    work = passes_of(service, model, layout)
    room = compute.sequence_room_count(held_by, service.requests)

    def at(watts: Array) -> compute.Capacity:
        return compute.capacity(
            held_by,
            compute.held_passes(held_by, work, power_w=watts),
            service.requests,
            work,
            token_bound_s=service.bounds.output_token_s,
            room_count=room,
        )

    found: compute.Capacity = jax.vmap(at)(power_w)
    return found


@jax.jit
def replica_tokens_per_s(service: Service, *, power_w: Array) -> Array:
    """Output tokens a second of one replica of each model at full batches, (models, powers)."""

    def one(model: compute.LanguageModel, layout: compute.Layout) -> Array:
        return capacity_of(service, model, layout, power_w=power_w).output_tokens_per_s

    found: Array = jax.vmap(one)(service.models, service.layout)
    return found


@jax.jit
def in_time_tokens_per_s(service: Service, *, power_w: Array) -> Array:
    """Of them those of which the first token keeps its bound in the mean, (models, powers)."""

    def one(model: compute.LanguageModel, layout: compute.Layout) -> Array:
        held_by, work = replica_of(service, model, layout), passes_of(service, model, layout)
        most = capacity_of(service, model, layout, power_w=power_w)

        def at(watts: Array, at_most: compute.Capacity) -> Array:
            held = compute.held_passes(held_by, work, power_w=watts)
            return compute.in_time_fraction(held, service.requests, service.bounds, work, at_most)

        return most.output_tokens_per_s * jax.vmap(at)(power_w, most)

    found: Array = jax.vmap(one)(service.models, service.layout)
    return found


def tokens_at_power_per_s(service: Service, *, power_w: Array, in_time: bool = False) -> Array:
    """The same at one power, shape (models,): by the code that was compiled for a curve."""
    reckon = in_time_tokens_per_s if in_time else replica_tokens_per_s
    found: Array = reckon(service, power_w=jnp.full(KNOTS, power_w))
    return found[:, 0]


@jax.jit
def replica_memory_margin_byte(service: Service) -> Array:
    """Memory of one replica of each model less its weights, workspace and one sequence."""

    def one(model: compute.LanguageModel, layout: compute.Layout) -> Array:
        held_by = replica_of(service, model, layout)
        kept = compute.sequence_byte(held_by, service.requests)
        return compute.key_value_room_byte(held_by) - kept

    found: Array = jax.vmap(one)(service.models, service.layout)
    return found


# --- what payloads draw ---------------------------------------------------------------------------


def accelerator_power_w(service: Service, *, payload_w: Array, payload_peak_w: Array) -> Array:
    """Power of one accelerator when its payload draws some.

    The machine around it takes its share. A payload whose peak is above what that leaves room for
    is taken to spend the rest on its host.
    """
    each_w = payload_peak_w / service.chip_count
    host = jnp.maximum(service.host_ratio, each_w / service.accelerator.peak_power_w)
    return payload_w / (service.chip_count * host)


def curve(system: System, *, knots: int = KNOTS) -> Curve:
    """Lay out the tokens of a satellite over the power of an accelerator, up to its peak.

    Args:
        system: the design.
        knots: powers reckoned, evenly apart; more of them only for a picture.
    """
    service = system.service
    power_w = _knots_w(service, system.power.payload_peak_power_w, knots=knots)
    held = service.replica_count[:, None]
    return Curve(
        power_w=power_w,
        tokens_per_s=held * in_time_tokens_per_s(service, power_w=power_w),
        full_batch_tokens_per_s=held * replica_tokens_per_s(service, power_w=power_w),
    )


@partial(jax.jit, static_argnames="knots")
def _knots_w(service: Service, peak_w: Array, *, knots: int) -> Array:
    most_w = accelerator_power_w(service, payload_w=peak_w, payload_peak_w=peak_w)
    return jnp.linspace(0.0, 1.0, knots) * most_w


def tokens_per_s(system: System, laid_out: Curve, *, payload_w: Array) -> Array:
    """Output tokens a second of a satellite, shape (models, *payload_w's)."""
    power_w = accelerator_power_w(
        system.service, payload_w=payload_w, payload_peak_w=system.power.payload_peak_power_w
    )

    def read(tokens: Array) -> Array:
        return jnp.interp(power_w, laid_out.power_w, tokens)

    found: Array = jax.vmap(read)(laid_out.tokens_per_s)
    return found


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Hinges:
    """The curve of the first model by a whole payload's power, as a sum of rising straight lines.

    tokens = Σ slope · max(power - knot, 0); shape (knots,); empty without accelerators. A million
    satellites add these up sooner than they look a table up.
    """

    payload_w: Array
    slope_per_j: Array


def hinges(system: System) -> Hinges:
    """Write the first model's curve as hinges."""
    if not system.service.model_names:
        return Hinges(payload_w=jnp.zeros(0), slope_per_j=jnp.zeros(0))
    laid_out, peak_w = curve(system), system.power.payload_peak_power_w
    most_w = accelerator_power_w(system.service, payload_w=peak_w, payload_peak_w=peak_w)
    payload_w = laid_out.power_w * (peak_w / most_w)
    slopes = jnp.diff(laid_out.tokens_per_s[0]) / jnp.diff(payload_w)
    return Hinges(payload_w=payload_w[:-1], slope_per_j=jnp.diff(slopes, prepend=0.0))


def hinged_tokens_per_s(lines: Hinges, *, payload_w: Array) -> Array:
    """Output tokens a second of the first model, of the shape of `payload_w`."""
    total = jnp.zeros_like(payload_w)
    for number in range(len(lines.payload_w)):
        above_w = jnp.maximum(payload_w - lines.payload_w[number], 0.0)
        total = total + lines.slope_per_j[number] * above_w
    return total


def peak_flop_per_s(service: Service) -> Array:
    """Data sheet's rate of an accelerator, at the width at which most matrices multiply."""
    chip = service.accelerator
    rates = {
        "fp16": chip.peak_fp16_flop_per_s,
        "fp8": chip.peak_fp8_flop_per_s,
        "fp4": chip.peak_fp4_flop_per_s,
    }
    return rates[compute.PRECISIONS[service.precision].feed_forward.rate]
