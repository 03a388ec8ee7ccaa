"""What is said of a language model, of the unit that serves it, and of what stops it?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack import serving
from sunstack.disciplines import compute
from sunstack.resolve import calibration, chips
from sunstack.resolve.numbers import scalar

from .choice import Asked, Choice, chain_count, fewest_accelerators
from .question import Question
from .rows import Unit, allowed, most_tokens_per_s, rows, steady, taking_in_s
from .tables import GB, MS, key_value_byte_per_token

CAVEATS = (
    "Accelerators of a replica share every layer; its batch is kept full of sequences of mean "
    "length. Weights leave out norms, routers and biases.",
    "Parts of passes and the roofline are those at full power; all else is at the power given.",
    "Energy is that of the accelerators, unless it says that it is of the machine around them too.",
)
CHAIN_CAVEAT = (
    "Layers are dealt out over satellites by lasers that nothing else uses: delays are those at "
    "full batches, without a queue before the first token; chunks of an input do not overlap."
)

# --- sizes ----------------------------------------------------------------------------------------


def size(chosen: Choice, asked: Question) -> dict[str, Any]:
    """Tell how large the model is, and how few hold it."""
    model, service = chosen.unit.model, chosen.unit.service
    one = scalar(1.0)
    lone = replace(chosen.unit, chip_count=one, copy_count=one, satellite_count=one)
    alone = serving.replica_of(service, model, lone.layout)
    fewest = fewest_accelerators(service)
    return {
        "parameters": float(compute.parameter_count(model)),
        "active_parameters": float(compute.active_parameter_count(model)),
        "published_weights_gb": chips.published_weight_byte(asked.model) / GB,
        "weights_gb": float(alone.weight_byte) / GB,
        "byte_per_token": float(key_value_byte_per_token(chosen.unit)),
        "context_tokens": float(model.context_token_count),
        "fewest_accelerators": fewest or _chained_accelerators(chosen),
        "fewest_satellites": 1 if fewest else chain_count(chosen),
    }


def _chained_accelerators(chosen: Choice) -> int:
    service, found = chosen.unit.service, chosen.found
    usable = float(service.accelerator.memory_byte * (1.0 - service.workspace_fraction))
    return math.ceil(float(found.weight_byte + found.sequence_byte) / usable - 1e-9)


def unit(chosen: Choice, asked: Question) -> dict[str, Any]:
    """Tell what the unit is, and how many there are."""
    found, satellites = chosen.found, int(chosen.unit.satellite_count)
    joined = int(chosen.unit.chip_count)
    aboard = int(chosen.unit.service.chip_count)
    return {
        "accelerators": joined * satellites,
        "copies": int(chosen.unit.copy_count),
        "satellites": satellites,
        "per_satellite": aboard // joined,
        "idle_accelerators_per_satellite": aboard % joined,
        "idle_satellites": asked.satellites % satellites if chosen.unit_count else asked.satellites,
        "count": chosen.unit_count,
        "weights_gb": float(found.weight_byte) / GB,
        "byte_per_token": float(found.key_value_byte),
        "sequence_gb": float(found.sequence_byte) / GB,
        "room_gb": float(found.room_byte) / GB,
        "sequences": math.floor(max(float(found.room_count), 0.0)),
    }


# --- what is served -------------------------------------------------------------------------------


def most(chosen: Choice, asked: Question) -> dict[str, Any]:
    """Tell what is served at most, at the batch chosen; the first token without a queue."""
    found, place, service = chosen.found, chosen.place, chosen.unit.service
    in_all = chosen.unit_count * chosen.tokens_per_s
    satellite = in_all / asked.satellites
    token_s = float(found.token_s[place])
    first_ms = taking_in_s(chosen.unit, found, place) / MS
    serves = in_all > 0.0
    return {
        "batch": float(found.batch_count[place]),
        "batches_in_turn": float(found.turn_count[place]),
        "tokens_per_s": {
            "accelerator": satellite / float(service.chip_count),
            "satellite": satellite,
            "all": in_all,
        },
        "requests_per_s_per_satellite": satellite / asked.output_tokens,
        "token_ms": token_s / MS,
        "token_margin_ms": asked.token_ms - token_s / MS,
        "first_token_ms": first_ms,
        "first_token_margin_ms": 1e3 * asked.first_token_s - first_ms,
        "j_per_token": float(found.token_j[place]) if serves else None,
        "machine_j_per_token": float(found.token_j[place] * service.host_ratio) if serves else None,
    }


def at_load(chosen: Choice, given: Asked, asked: Question) -> dict[str, Any] | None:
    """Tell delays and energy at the rate of requests asked for; None if nothing is served."""
    if chosen.unit_count * chosen.tokens_per_s == 0.0:
        return None
    service = chosen.unit.service
    limit = chosen.unit_count * chosen.tokens_per_s / asked.output_tokens / asked.satellites
    rate = asked.requests_per_s or float(service.load_fraction) * limit
    told = {
        "requests_per_s_per_satellite": rate,
        "load_fraction": rate / limit,
        "margin_requests_per_s": limit - rate,
    }
    if float(chosen.unit.satellite_count) > 1.0:
        return told | _chain_at_load(chosen, asked, min(rate, limit))
    each = rate * asked.satellites / chosen.unit_count
    return told | _replica_at_load(chosen, given, asked, each)


def _replica_at_load(
    chosen: Choice, given: Asked, asked: Question, request_per_s: float
) -> dict[str, Any]:
    """Tell what queues make of it, each replica with its share of the requests."""
    service = chosen.unit.service
    largest = chosen.found.batch_count[chosen.place] if given.forced is not None else jnp.inf
    found = steady(
        chosen.unit,
        power_w=given.power_w,
        batch_count=jnp.minimum(serving.BATCHES, largest),
        request_per_s=scalar(request_per_s),
    )
    # with more requests than it can serve the queue grows without end: the margin of requests tells
    steadily = float(found.demand_margin_per_s) >= 0.0
    prefill_j = found.input_j * asked.input_tokens / asked.output_tokens
    token_j = found.output_j + prefill_j + found.idle_j
    return {
        "tokens_per_s": chosen.unit_count * float(found.output_tokens_per_s),
        "running": float(found.running_count),
        "token_ms": float(found.output_token_s) / MS,
        "first_token_ms": float(found.first_token_s) / MS if steadily else None,
        "first_token_margin_ms": float(found.first_token_margin_s) / MS if steadily else None,
        "busy_fraction": float(found.busy_fraction),
        "j_per_token": float(token_j),
        "j_per_token_parts": {
            "decode": float(found.output_j),
            "prefill": float(prefill_j),
            "idle": float(found.idle_j),
        },
        "machine_j_per_token": float(token_j * service.host_ratio),
    }


def _chain_at_load(chosen: Choice, asked: Question, rate: float) -> dict[str, Any]:
    """Tell what chains do, without a queue and at full batches."""
    found, place = chosen.found, chosen.place
    first_ms = taking_in_s(chosen.unit, found, place) / MS
    return {
        "tokens_per_s": rate * asked.satellites * asked.output_tokens,
        "running": float(found.batch_count[place] * found.turn_count[place]),
        "token_ms": float(found.token_s[place]) / MS,
        "first_token_ms": first_ms,
        "first_token_margin_ms": 1e3 * asked.first_token_s - first_ms,
    }


# --- what stops it --------------------------------------------------------------------------------


def stops(chosen: Choice, given: Asked) -> dict[str, Any]:
    """Tell which limit, lifted alone, would let all units serve most more."""
    service = chosen.unit.service
    chip, bounds = service.accelerator, service.bounds
    roomy = replace(service, accelerator=replace(chip, memory_byte=scalar(np.inf)))
    patient = replace(service, bounds=replace(bounds, output_token_s=scalar(np.inf)))
    lifted = {
        "power": _served(chosen.unit, given, chip.peak_power_w),
        "memory": _served(replace(chosen.unit, service=roomy), given, given.power_w),
        "latency": _served(replace(chosen.unit, service=patient), given, given.power_w),
    }
    gains = {
        name: chosen.unit_count * max(tokens - chosen.tokens_per_s, 0.0)
        for name, tokens in lifted.items()
    }
    largest = max(gains, key=lambda name: gains[name])
    first = largest if gains[largest] > 0.0 else "machine"
    limit = None if chosen.unreachable is None else chosen.unreachable["limit"]
    if limit in ("memory", "batch"):
        first = "memory"
    elif limit is not None and gains[largest] == 0.0:
        first = limit
    return {"first": first, "more_tokens_per_s": gains}


def _served(one: Unit, given: Asked, power_w: Array) -> float:
    """Tokens a second of a unit at its best batch, or at the one asked for."""
    found = rows(one, power_w=power_w, batch_count=given.batches)
    bound_s = float(one.service.bounds.output_token_s)
    if given.forced is None:
        return most_tokens_per_s(found, bound_s=bound_s)
    may = allowed(found, bound_s=bound_s)[given.forced]
    return float(found.tokens_per_s[given.forced]) if may else 0.0


# --- how sure -------------------------------------------------------------------------------------


def error_band(chosen: Choice, asked: Question) -> dict[str, Any]:
    """Tell how far predictions of the narrowest measured group were off."""
    band = calibration.error_band(
        has_experts=float(chosen.unit.model.expert_count) > 0.0,
        chip=asked.chip,
        engine=asked.engine,
        precision=chosen.unit.service.precision,
    )
    return vars(band) | {"chip_measured": asked.chip in calibration.GENERATIONS}


def caveats(chosen: Choice, asked: Question) -> list[str]:
    """Tell what the answer leaves out, and what it does otherwise than asked."""
    told = list(CAVEATS)
    runs = chosen.unit.service.precision
    if runs != asked.precision:
        told.append(
            f"{asked.chip} has no rate for {asked.precision}: weights are kept as narrow, and are "
            f"widened to 16 bits to multiply ({runs})."
        )
    copies = float(chosen.unit.copy_count)
    if copies > 1.0:
        told.append(
            f"All but the experts is copied to {copies:,.0f} accelerators, each with its share of "
            "the sequences."
        )
    if asked.chip not in calibration.GENERATIONS:
        told.append(
            f"Nothing was measured on {asked.chip}: what engines reach of its data sheet is taken "
            "from other chips."
        )
    if float(chosen.unit.satellite_count) > 1.0:
        told.append(CHAIN_CAVEAT)
    joined = float(chosen.unit.service.accelerator.domain_count)
    if float(chosen.unit.service.chip_count) > joined:
        told.append(
            f"Fast links join {joined:,.0f} accelerators of {asked.chip}: no replica is larger, "
            "and each satellite gives a chain that many."
        )
    if chosen.found.batch_count[chosen.place] >= serving.BATCHES[-1]:
        told.append(f"No batch above {float(serving.BATCHES[-1]):,.0f} is tried.")
    return told
