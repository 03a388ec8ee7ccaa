"""What are a model's passes made of, and how near the roof of a chip do they come?

Times are those at full power; `Rows` have them as power holds them.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack import serving
from sunstack.disciplines import compute
from sunstack.disciplines.compute import across_satellites

from .rows import Rows, Unit, allowed, best, rows

POWERS = 8
"""Steps from idle to peak power."""
PARTS = tuple(one.name for one in fields(compute.Pass) if one.name.endswith("_s"))
GB, MS = 1e9, 1e-3

# --- batches and power ----------------------------------------------------------------------------


def by_batch(unit: Unit, found: Rows, places: list[int]) -> list[dict[str, Any]]:
    """Tell what some batches serve, and whether they fit."""
    bound_s = float(unit.service.bounds.output_token_s)
    fit = np.asarray(found.batch_count <= found.room_count)
    kept = allowed(found, bound_s=bound_s)
    accelerators = float(unit.chip_count * unit.satellite_count)
    return [
        {
            "batch": float(found.batch_count[place]),
            "batches_in_turn": float(found.turn_count[place]),
            "token_ms": float(found.token_s[place]) / MS,
            "tokens_per_s_per_accelerator": float(found.tokens_per_s[place]) / accelerators,
            "j_per_token": float(found.token_j[place]),
            "fits": bool(fit[place]),
            "spare_gb": _spare_byte(found, place) / GB,
            "within_bounds": bool(kept[place]),
        }
        for place in places
    ]


def _spare_byte(found: Rows, place: int) -> float:
    """Memory that a batch leaves; negative: what it lacks."""
    return float(found.room_byte - found.batch_count[place] * found.sequence_byte)


def by_power(unit: Unit, batches: Array, units: float, forced: int | None) -> list[dict[str, Any]]:
    """Tell what all units together serve on less power for each accelerator."""
    chip, bound_s = unit.service.accelerator, float(unit.service.bounds.output_token_s)
    told = []
    for step in range(1, POWERS + 1):
        power_w = chip.idle_power_w + (chip.peak_power_w - chip.idle_power_w) * step / POWERS
        found = rows(unit, power_w=power_w, batch_count=batches)
        place = best(found, bound_s=bound_s) if forced is None else forced
        serves = place is not None and bool(allowed(found, bound_s=bound_s)[place])
        told.append(
            {
                "power_kw": float(power_w) / 1e3,
                "batch": float(found.batch_count[place]) if serves else None,
                "token_ms": float(found.token_s[place]) / MS if serves else None,
                "tokens_per_s": units * float(found.tokens_per_s[place]) if serves else 0.0,
                "j_per_token": float(found.token_j[place]) if serves else None,
            }
        )
    return told


# --- passes ---------------------------------------------------------------------------------------


@jax.jit
def _decode(unit: Unit, batch_count: Array) -> compute.Pass:
    """One step halfway through the answers."""
    requests = unit.service.requests
    return compute.forward(
        unit.model,
        serving.machine_of(unit.service, unit.layout),
        precision=compute.PRECISIONS[unit.service.precision],
        sequence_count=batch_count,
        past_token_count=requests.input_token_count + 0.5 * requests.output_token_count,
    )


@jax.jit
def _prefill(unit: Unit) -> compute.Pass:
    """One input taken in."""
    return compute.forward(
        unit.model,
        serving.machine_of(unit.service, unit.layout),
        precision=compute.PRECISIONS[unit.service.precision],
        sequence_count=1.0,
        new_token_count=unit.service.requests.input_token_count,
        past_token_count=0.0,
    )


def passes_told(unit: Unit, batches: list[float], chosen: float) -> dict[str, Any]:
    """Tell the parts of a step at a batch and of taking in one input, and the roofline of both."""
    grid = sorted({*batches, chosen})
    steps, taken = _decode(unit, jnp.asarray(grid)), _prefill(unit)
    at = grid.index(chosen)
    return {
        "decode_ms": _parts(steps, at),
        "prefill_ms": _parts(taken, 0),
        "roofline": [
            *(_under_roof(unit, steps, place, batch) for place, batch in enumerate(grid)),
            _under_roof(unit, taken, 0, None),
        ],
    }


def _parts(done: compute.Pass, place: int) -> dict[str, float]:
    told = {name.removesuffix("_s"): _at(getattr(done, name), place) / MS for name in PARTS}
    return {**told, "total": _at(done.total_s, place) / MS}


def _at(values: Array, place: int) -> float:
    """A part that no batch changes is one number for all."""
    return float(values[place]) if jnp.ndim(values) else float(values)


def _under_roof(unit: Unit, done: compute.Pass, place: int, batch: float | None) -> dict[str, Any]:
    """Operations for each byte, what they reach on one chip, and the roof over them."""
    chip, chips = unit.service.accelerator, float(unit.chip_count)
    flop, byte = _at(done.flop, place), _at(done.memory_byte, place)
    reached = flop / _at(done.total_s, place) / chips
    by_memory = flop / byte * float(chip.memory_bandwidth_byte_per_s)
    peak = float(serving.peak_flop_per_s(unit.service))
    roof = min(peak, by_memory)
    return {
        "pass": "prefill" if batch is None else "decode",
        "batch": batch,
        "flop_per_byte": flop / byte,
        "reached_tflop_per_s": reached / 1e12,
        "roof_tflop_per_s": roof / 1e12,
        "roof_fraction": reached / roof,
        "below": "memory" if by_memory < peak else "arithmetic",
    }


# --- across satellites ----------------------------------------------------------------------------


def across(unit: Unit, found: Rows, place: int, satellites: int) -> dict[str, Any]:
    """Tell what it would cost to share a model or move its work over lasers."""
    model, requests, link = unit.model, unit.service.requests, unit.link
    batch, given = float(found.batch_count[place]), requests.input_token_count
    shared = {"layer_count": model.layer_count, "width_count": model.width_count}
    among = {"satellite_count": satellites, "token_count": batch}
    dealt_s = across_satellites.dealt_experts_s(
        link,
        expert_layer_count=jnp.where(
            model.expert_count > 0, model.layer_count - model.dense_layer_count, 0.0
        ),
        width_count=model.width_count,
        experts_per_token_count=model.experts_per_token_count,
        **among,
    )
    chain = across_satellites.pipeline(
        link,
        pass_s=found.decode_s[place],
        width_count=model.width_count,
        batch_count=satellites,
        **among,
    )
    return {
        "satellites": satellites,
        "link_gbit_per_s": float(link.byte_per_s) * 8.0 / 1e9,
        "link_delay_ms": float(link.delay_s) / MS,
        "shared_layers_ms": float(across_satellites.shared_layers_s(link, **shared, **among)) / MS,
        "dealt_experts_ms": float(dealt_s) / MS if float(model.expert_count) > 0.0 else None,
        "pipeline": {
            "token_ms": float(chain.token_s) / MS,
            "pace_fraction": float(chain.pace_ratio),
            "filling_batches": float(chain.filling_batch_count),
        },
        "handover": _handover(unit, found, given),
    }


def _handover(unit: Unit, found: Rows, tokens: Array) -> dict[str, float]:
    """Tell what moving the keys and values of one input takes, layers leaving one by one."""
    kept = across_satellites.handover(
        unit.link,
        token_count=tokens,
        key_value_byte=key_value_byte_per_token(unit),
        prefill_s=found.prefill_s,
        layer_count=unit.model.layer_count,
    )
    return {
        "byte": float(kept.byte),
        "move_ms": float(kept.move_s) / MS,
        "again_ms": float(kept.again_s) / MS,
        "even_gbit_per_s": float(kept.even_byte_per_s) * 8.0 / 1e9,
    }


def key_value_byte_per_token(unit: Unit) -> Array:
    """Return what is kept once for a token, the mean over a whole sequence."""
    requests = unit.service.requests
    tokens = requests.input_token_count + requests.output_token_count
    counted = compute.key_value_count(unit.model, context_token_count=tokens)
    byte = compute.PRECISIONS[unit.service.precision].key_value_byte
    return byte * counted / tokens
