"""What does a run say of the tokens that its payloads serve, and of what stops them first?

Each language model as if it alone were served. Means are over satellites: groups weighted by their
satellites. Tokens are those of answers whose first token keeps its bound in the mean; what full
batches would make, however late, is told as such. Energy is the payload's, taking in requests
included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack import serving
from sunstack.disciplines.compute import across_satellites
from sunstack.disciplines.network import LIGHT_M_PER_S
from sunstack.findings import Findings
from sunstack.fleet import MONTH_S
from sunstack.resolve import calibration
from sunstack.system import Service, System

from .service_tables import handed_over, sunlit_power_w

YEAR_MONTHS = 12
HANDOVER_M = 1e6
"""To a satellite in view of the same place; farther ones cost more light, not more bits."""
LEAST_SHARE = 1e-3
"""A stage that takes less stops nothing."""
WORKING = "working"
"""After `serving.STAGES`: what the fleet serves at the end for each satellite wanted."""
WORDS = ("engine", "precision")
NUMBERS = (
    "input_token_count",
    "output_token_count",
    "length_variation_ratio",
    "arrival_variation_ratio",
    "token_ms",
    "first_token_s",
    "chunk_token_count",
    "workspace_fraction",
    "load_fraction",
)

Values = NDArray[np.float64]


def served(findings: Findings) -> dict[str, Any] | None:
    """Tell each language model; none where the payload carries no accelerators."""
    system = findings.resolved.system
    names = system.service.model_names
    if not names:
        return None
    lifted = _lifted(system.service)
    moved = _moved(system)
    return {
        **_settings(findings),
        "models": [
            _model(findings, number)
            | {"lifted_tokens_per_s": {key: float(one[number]) for key, one in lifted.items()}}
            | {"handover": {key: float(one[number]) for key, one in moved.items()}}
            for number in range(len(names))
        ],
    }


def _moved(system: System) -> dict[str, Values]:
    """Move an input's keys and values over a laser, or take the input in again: (models,)."""
    joint = system.connection
    link = across_satellites.Link(
        delay_s=joint.hop_s + HANDOVER_M / LIGHT_M_PER_S,
        byte_per_s=joint.laser_rate_bit_per_s / 8.0,
    )
    found = handed_over(system.service, link)
    told = {
        "byte": found.byte,
        "move_ms": 1e3 * found.move_s,
        "again_ms": 1e3 * found.again_s,
        "even_gbit_per_s": 8e-9 * found.even_byte_per_s,
    }
    return {name: np.asarray(values) for name, values in told.items()}


def _settings(findings: Findings) -> dict[str, Any]:
    origins, service = findings.resolved.origins, findings.resolved.system.service
    chip = service.accelerator
    months = findings.outcome.service.fleet_tokens_per_s.shape[1]
    return {
        "chip": str(origins["payload.chip"].value),
        "accelerator_count": int(service.chip_count),
        **{name: str(origins[f"service.{name}"].value) for name in WORDS},
        **{name: float(origins[f"service.{name}"].value) for name in NUMBERS},
        "accelerator": {
            "peak_flop_per_s": float(serving.peak_flop_per_s(service)),
            "memory_byte": float(chip.memory_byte),
            "memory_bandwidth_byte_per_s": float(chip.memory_bandwidth_byte_per_s),
            "idle_power_w": float(chip.idle_power_w),
            "peak_power_w": float(chip.peak_power_w),
            "joined_count": int(chip.domain_count),
            "host_ratio": float(service.host_ratio),
            "power_in_light_w": float(sunlit_power_w(findings)),
        },
        "wanted_satellites": float(_wanted(findings)),
        "horizon_years": months / YEAR_MONTHS,
    }


def _wanted(findings: Findings) -> float:
    return float(np.asarray(findings.outcome.programme.fleet.wanted_count).sum())


def _lifted(service: Service) -> dict[str, Values]:
    """Tokens of a satellite at its accelerators' full power, and if one bound were none: (models,).

    In the layout chosen; 0 where a satellite holds no replica. Without whole replicas, accelerators
    that they leave over would work, too.
    """
    chip, bounds = service.accelerator, service.bounds
    unroomed = replace(chip, memory_byte=jnp.full_like(chip.memory_byte, jnp.inf))
    patient = replace(bounds, output_token_s=jnp.full_like(bounds.output_token_s, jnp.inf))
    kinds = {
        "nothing": service,
        "memory": replace(service, accelerator=unroomed),
        "latency": replace(service, bounds=patient),
    }
    held = np.asarray(service.replica_count)
    each = {
        name: np.asarray(serving.tokens_at_power_per_s(one, power_w=chip.peak_power_w))
        for name, one in kinds.items()
    }
    shared = np.asarray(service.chip_count / service.layout.chip_count)
    found = {name: held * tokens for name, tokens in each.items()}
    return found | {"whole replicas": np.where(held > 0.0, shared, 0.0) * each["nothing"]}


# --- a model --------------------------------------------------------------------------------------


def _model(findings: Findings, number: int) -> dict[str, Any]:
    service, found = findings.resolved.system.service, findings.outcome.service
    weight = np.asarray(findings.outcome.satellite_count, dtype=float)
    by_group = np.asarray(found.stage_tokens_per_s)[:, number]
    mean = {name: float(row @ weight / weight.sum()) for name, row in _named(by_group)}
    fleet = np.asarray(found.fleet_tokens_per_s)[number]
    working = float(fleet[-1]) / max(_wanted(findings), 1e-9)
    return {
        "name": service.model_names[number],
        **_held(findings, number, mean),
        **_at_work(findings, number),
        "stages": [{"stage": name, "tokens_per_s": value} for name, value in mean.items()]
        + [{"stage": WORKING, "tokens_per_s": working}],
        "stops_first": stops_first(mean),
        "satellite_tokens_per_s": mean["links"],
        "satellite_last_year_tokens_per_s": float(
            np.asarray(found.last_year_tokens_per_s)[number] @ weight / weight.sum()
        ),
        "fleet_tokens_per_s": float(fleet[-1]),
        "fleet_full_batch_tokens_per_s": float(
            np.asarray(found.full_batch_tokens_per_s)[number, -1]
        ),
        "fleet_by_year": _by_year(fleet),
        "tokens_per_kg": _tokens_per_kg(findings, number, mean["links"]),
        "groups": [
            {
                "name": name,
                **_of_group(findings, number, place),
                "stage_tokens_per_s": {key: float(row[place]) for key, row in _named(by_group)},
            }
            for place, name in enumerate(findings.resolved.system.group_names)
        ],
        "error": _error(findings, number),
    }


def _tokens_per_kg(findings: Findings, number: int, first: float) -> dict[str, float]:
    """Tokens of answers for each kilogram launched: of a satellite's life, and until the horizon.

    A satellite's life is one without failures, its tokens between those of its first year and its
    last; the fleet's are those of all months, over all that was lifted, lost and dead among it.
    """
    system, found = findings.resolved.system, findings.outcome
    weight = np.asarray(found.satellite_count, dtype=float)
    last = float(np.asarray(found.service.last_year_tokens_per_s)[number] @ weight / weight.sum())
    life = 0.5 * (first + min(last, first)) * float(system.flight.life_s)
    fleet = np.asarray(found.service.fleet_tokens_per_s)[number].sum() * MONTH_S
    launched_kg = float(np.asarray(found.programme.launched_kg).sum())
    return {
        "satellite": life / float(system.mass.stated_mass_kg),
        "fleet": float(fleet) / launched_kg if launched_kg > 0.0 else 0.0,
    }


def _named(by_group: Values) -> list[tuple[str, Values]]:
    return list(zip(serving.STAGES, by_group, strict=True))


def stops_first(tokens_per_s: Mapping[str, float]) -> str:
    """Name the stage that takes the largest share of what the one before left.

    The engine, which no design escapes, is named only where nothing else takes any.
    """
    shares = {
        after: 1.0 - tokens_per_s[after] / tokens_per_s[before]
        for before, after in pairwise(list(tokens_per_s)[1:])
        if tokens_per_s[before] > 0.0
    }
    most = max(shares, key=lambda name: shares[name], default="engine")
    return most if shares.get(most, 0.0) > LEAST_SHARE else "engine"


def _held(findings: Findings, number: int, mean: Mapping[str, float]) -> dict[str, Any]:
    """How a satellite holds it, and if not, what it lacks."""
    service, found = findings.resolved.system.service, findings.outcome.service
    replicas, needed = float(service.replica_count[number]), float(found.needed_chip_count[number])
    if replicas > 0.0:
        late = mean["latency and memory"] > 0.0 and mean["first token"] == 0.0
        lacks = None if mean["cooling"] > 0.0 else "first token" if late else "power"
    else:
        lacks = "memory" if float(found.memory_margin_byte[number]) < 0.0 else "latency"
    return {
        "has_experts": bool(service.models.expert_count[number] > 0),
        "fits": replicas > 0.0,
        "lacks": lacks,
        "replica_accelerator_count": int(service.layout.chip_count[number]),
        "copy_count": int(service.layout.attention_replica_count[number]),
        "replicas_per_satellite": int(replicas),
        "needed_accelerator_count": _finite(needed),
        "needed_satellite_count": _finite(np.ceil(needed / float(service.chip_count))),
        "memory_margin_byte": _finite(found.memory_margin_byte[number]),
    }


def _of_group(findings: Findings, number: int, place: int) -> dict[str, Any]:
    """Batch, delays and energy; none where nothing is served."""
    found = findings.outcome.service
    told = {
        "batch_count": found.batch_count,
        "output_token_ms": 1e3 * found.output_token_s,
        "first_token_ms": 1e3 * found.first_token_s,
        "first_token_margin_ms": 1e3 * found.first_token_margin_s,
        "admitted_load_fraction": found.admitted_load_fraction,
        "token_j": found.token_j,
    }
    serves = float(found.batch_count[number, place]) > 0.0
    return {key: _finite(values[number, place]) if serves else None for key, values in told.items()}


def _at_work(findings: Findings, number: int) -> dict[str, float | None]:
    """What `_of_group` tells, in the mean: of times over tokens served, of energy over all."""
    found, outcome = findings.outcome.service, findings.outcome
    weight = np.asarray(outcome.satellite_count, dtype=float)
    tokens = np.asarray(found.stage_tokens_per_s)[serving.STAGES.index("cooling"), number] * weight
    rows = [_of_group(findings, number, place) for place in range(len(weight))]
    means = {key: _mean([row[key] for row in rows], tokens) for key in list(rows[0])[:-1]}
    spent_w = float(np.asarray(outcome.first_year.payload_power_w) @ weight)
    total = float(tokens.sum())
    return means | {
        "token_j": spent_w / total if total > 0.0 else None,
        "latency_margin_ms": _latency_margin_ms(findings, number),
    }


def _latency_margin_ms(findings: Findings, number: int) -> float | None:
    """Least over groups whose satellites run; below idle power no time between tokens means any."""
    found = findings.outcome.service
    runs = np.asarray(found.batch_count)[number] > 0.0
    margins = 1e3 * np.asarray(found.latency_margin_s)[number]
    return _finite(margins[runs].min()) if runs.any() else None


def _mean(values: Sequence[float | None], weights: Values) -> float | None:
    told = [
        (value, weight)
        for value, weight in zip(values, weights, strict=True)
        if value is not None and weight > 0.0
    ]
    total = sum(weight for _, weight in told)
    return sum(value * weight for value, weight in told) / total if told else None


def _by_year(fleet: Values) -> list[dict[str, float]]:
    """At each year's end, and at the horizon's."""
    ends = sorted({*range(YEAR_MONTHS, len(fleet) + 1, YEAR_MONTHS), len(fleet)})
    return [
        {"years": month / YEAR_MONTHS, "tokens_per_s": float(fleet[month - 1])} for month in ends
    ]


def _error(findings: Findings, number: int) -> dict[str, Any]:
    """How far the time between tokens was off where it was measured."""
    origins, service = findings.resolved.origins, findings.resolved.system.service
    chip = str(origins["payload.chip"].value)
    band = calibration.error_band(
        has_experts=bool(service.models.expert_count[number] > 0),
        chip=chip,
        engine=str(origins["service.engine"].value),
        precision=service.precision,
    )
    return {**vars(band), "chip_was_measured": chip in calibration.GENERATIONS}


def _finite(value: Any) -> float | None:
    found = float(value)
    return found if np.isfinite(found) else None
