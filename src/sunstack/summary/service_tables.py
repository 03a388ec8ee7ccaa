"""How do tokens follow the power, the batch and the months?

A replica's batches are told twice: at the full power of its accelerators, and at what they get on
average in sunlight of the first year. Near its roofs a pass is told at full power, operations and
bytes those of one accelerator: decoding halfway through an answer, and taking in one request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jax import Array

from sunstack import serving
from sunstack.disciplines import compute
from sunstack.disciplines.compute import across_satellites
from sunstack.disciplines.compute.batching import output_token_s, request_limit_per_s
from sunstack.findings import Findings
from sunstack.operations import group_mean
from sunstack.system import Service

DECODE, PREFILL = "decode", "prefill"

PICTURE_KNOTS = 4 * (serving.KNOTS - 1) + 1
"""Powers of an accelerator that are told: those of `serving.curve`, and three between each two."""
POWER_COLUMNS: Mapping[str, Any] = {
    "model": pl.String,
    "accelerator_power_w": pl.Float64,
    "payload_power_w": pl.Float64,
    "tokens_per_s": pl.Float64,
}
BATCH_COLUMNS: Mapping[str, Any] = {
    "model": pl.String,
    "phase": pl.String,
    "batch_count": pl.Float64,
    "flop_per_byte": pl.Float64,
    "flop_per_s": pl.Float64,
    "tokens_per_s": pl.Float64,
    "sunlit_tokens_per_s": pl.Float64,
    "output_token_ms": pl.Float64,
    "finds_room": pl.Boolean,
}
MONTH_COLUMNS: Mapping[str, Any] = {
    "model": pl.String,
    "month": pl.Int32,
    "tokens_per_s": pl.Float64,
}


def powers(findings: Findings) -> pl.DataFrame:
    """Lay out output tokens a second of a satellite by the power of its accelerators."""
    system, rows = findings.resolved.system, []
    if system.service.model_names:
        laid_out = serving.curve(system, knots=PICTURE_KNOTS)
        peak_w = system.power.payload_peak_power_w
        power_w = np.asarray(laid_out.power_w)
        payload_w = power_w / power_w[-1] * float(peak_w)
        for name, tokens in zip(system.service.model_names, laid_out.tokens_per_s, strict=True):
            knots = zip(power_w, payload_w, np.asarray(tokens), strict=True)
            rows += [(name, *map(float, knot)) for knot in knots]
    return pl.DataFrame(rows, schema=POWER_COLUMNS, orient="row")


def served_by_month(findings: Findings) -> pl.DataFrame:
    """Lay out the fleet's output tokens a second at each month's end."""
    rows = [
        (name, month, float(value))
        for name, values in zip(
            findings.resolved.system.service.model_names,
            np.asarray(findings.outcome.service.fleet_tokens_per_s),
            strict=True,
        )
        for month, value in enumerate(values, 1)
    ]
    return pl.DataFrame(rows, schema=MONTH_COLUMNS, orient="row")


def batches(findings: Findings) -> pl.DataFrame:
    """Lay out what one replica serves at each batch, and how near its passes are to the roofs."""
    service = findings.resolved.system.service
    rows: list[dict[str, Any]] = []
    if service.model_names:
        power_w = jnp.stack([service.accelerator.peak_power_w, sunlit_power_w(findings)])
        found = jax.tree.map(np.asarray, by_batch(service, power_w=power_w))
        for number, name in enumerate(service.model_names):
            one = jax.tree.map(lambda leaf, at=number: leaf[at], found)
            rows += [{"model": name, **row} for row in (*_decoding(one), _taking_in(one))]
    return pl.DataFrame(rows, schema=BATCH_COLUMNS)


def sunlit_power_w(findings: Findings) -> Array:
    """Of an accelerator, mean over satellites and days."""
    system = findings.resolved.system
    lit_w = group_mean(system, findings.first_year.plan.payload_sunlit_w.mean(axis=1))
    count = findings.outcome.satellite_count
    return serving.accelerator_power_w(
        system.service,
        payload_w=(lit_w * count).sum() / count.sum(),
        payload_peak_w=system.power.payload_peak_power_w,
    )


def _decoding(one: ByBatch) -> list[dict[str, Any]]:
    full, sunlit = one.tokens_per_s
    return [
        {
            "phase": DECODE,
            "batch_count": float(batch),
            "flop_per_byte": float(one.decode_flop_per_byte[number]),
            "flop_per_s": float(one.decode_flop_per_s[number]),
            "tokens_per_s": float(full[number]),
            "sunlit_tokens_per_s": float(sunlit[number]),
            "output_token_ms": 1e3 * float(one.output_token_s[number]),
            "finds_room": bool(batch <= one.room_count),
        }
        for number, batch in enumerate(np.asarray(serving.BATCHES))
    ]


def _taking_in(one: ByBatch) -> dict[str, Any]:
    return {
        "phase": PREFILL,
        "flop_per_byte": float(one.prefill_flop_per_byte),
        "flop_per_s": float(one.prefill_flop_per_s),
    }


# --- from satellite to satellite ------------------------------------------------------------------


@jax.jit
def handed_over(service: Service, link: across_satellites.Link) -> across_satellites.Handover:
    """Move one input's keys and values to where it is decoded, layers leaving one by one.

    At full power; shape (models,).
    """
    requests = service.requests
    tokens = requests.input_token_count + requests.output_token_count
    byte = compute.PRECISIONS[service.precision].key_value_byte

    def one(model: compute.LanguageModel, layout: compute.Layout) -> across_satellites.Handover:
        held = compute.held_passes(
            serving.replica_of(service, model, layout),
            serving.passes_of(service, model, layout),
            power_w=service.accelerator.peak_power_w,
        )
        counted = compute.key_value_count(model, context_token_count=tokens)
        return across_satellites.handover(
            link,
            token_count=requests.input_token_count,
            key_value_byte=byte * counted / tokens,
            prefill_s=held.prefill_s,
            layer_count=model.layer_count,
        )

    found: across_satellites.Handover = jax.vmap(one)(service.models, service.layout)
    return found


# --- one replica ----------------------------------------------------------------------------------


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class ByBatch:
    """One replica of each model; shape (models, batches) unless said."""

    tokens_per_s: Array
    """Whether or not the batch finds room and keeps the bound: (models, powers, batches)."""
    output_token_s: Array
    """At full power."""
    room_count: Array
    """Sequences that find room: (models,)."""
    decode_flop_per_byte: Array
    decode_flop_per_s: Array
    """Of one accelerator."""
    prefill_flop_per_byte: Array
    """(models,), as the following."""
    prefill_flop_per_s: Array


@jax.jit
def by_batch(service: Service, *, power_w: Array) -> ByBatch:
    """Tell what each batch of the grid comes to, at some powers of an accelerator, full first."""

    def one(model: compute.LanguageModel, layout: compute.Layout) -> ByBatch:
        tokens, token_s, room = _served(service, model, layout, power_w)
        return ByBatch(
            tokens_per_s=tokens,
            output_token_s=token_s[0],
            room_count=room,
            **_near_roofs(service, model, layout),
        )

    found: ByBatch = jax.vmap(one)(service.models, service.layout)
    return found


def _served(
    service: Service, model: compute.LanguageModel, layout: compute.Layout, power_w: Array
) -> tuple[Array, Array, Array]:
    """Tokens a second and time between tokens, (powers, batches); sequences that find room."""
    held_by = serving.replica_of(service, model, layout)
    work, asked = serving.passes_of(service, model, layout), service.requests

    def at(watts: Array) -> tuple[Array, Array]:
        held = compute.held_passes(held_by, work, power_w=watts)
        return (
            asked.output_token_count * request_limit_per_s(held, asked, work),
            output_token_s(held, asked, work, batch_count=work.batch_count),
        )

    tokens, token_s = jax.vmap(at)(power_w)
    return tokens, token_s, compute.sequence_room_count(held_by, asked)


def _near_roofs(
    service: Service, model: compute.LanguageModel, layout: compute.Layout
) -> dict[str, Array]:
    """Operations for each byte read or written, and each second, of the two kinds of pass."""
    machine, asked = serving.machine_of(service, layout), service.requests
    precision = compute.PRECISIONS[service.precision]
    done = {
        DECODE: compute.forward(
            model,
            machine,
            precision=precision,
            sequence_count=serving.BATCHES,
            past_token_count=asked.input_token_count + 0.5 * asked.output_token_count,
        ),
        PREFILL: compute.forward(
            model,
            machine,
            precision=precision,
            sequence_count=layout.attention_replica_count,
            new_token_count=asked.input_token_count,
            past_token_count=0.0,
        ),
    }
    found = {}
    for phase, one in done.items():
        found[f"{phase}_flop_per_byte"] = one.flop / one.memory_byte
        found[f"{phase}_flop_per_s"] = one.flop / one.total_s / layout.chip_count
    return found
