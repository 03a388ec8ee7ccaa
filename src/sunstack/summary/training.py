"""What does a run say of training: what one job takes, what stops it, how many runs there are?

Each group of satellites as if it trained nothing else. A run is one training from its first token
to its last; rates are operations a second that the model needs, of a satellite in use and its share
of a spare.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sunstack import training
from sunstack.findings import Findings
from sunstack.system import Training
from sunstack.units import DAY_S, HOUR_S

YEAR_MONTHS = 12
JOULE_PER_GWH = 3.6e12
WORDS = ("model", "precision", "method")
NUMBERS = (
    "token_count",
    "sequence_token_count",
    "batch_token_count",
    "flop_efficiency",
    "inner_step_count",
    "fragment_count",
    "exchanged_bit_count",
    "loss_penalty_fraction",
    "detected_fraction",
    "interruption_ratio",
    "downtime_s",
    "restart_s",
    "spare_fraction",
)
LEAST_SHARE = 1e-3
"""A stage that takes less stops nothing."""
WAITS = {
    "bubble": ("bubble_s",),
    "lasers": ("filling_s", "passing_s", "experts_s", "gradients_s"),
}
"""Parts of a step in which accelerators wait: for the row to fill, and for what lasers carry."""

Values = NDArray[np.float64]


def trained(findings: Findings) -> dict[str, Any] | None:
    """Tell what the fleet trains; none where the payload carries no accelerators known."""
    system, found = findings.resolved.system, findings.outcome.training
    if not system.training.model_name:
        return None
    origins = findings.resolved.origins
    months = np.asarray(found.runs_per_year_count)
    groups = [_group(findings, place) for place in range(len(system.group_names))]
    return {
        **{name: str(origins[f"training.{name}"].value) for name in WORDS},
        **{name: float(origins[f"training.{name}"].value) for name in NUMBERS},
        "chip": str(origins["payload.chip"].value),
        "accelerator_count": int(system.training.accelerator_count),
        "parameter_count": float(
            system.training.task.parameter_count + system.training.task.expert_parameter_count
        ),
        "told_group": groups[told_place(findings)]["name"],
        "groups": groups,
        "runs_per_year": float(months[-1].sum()),
        "runs_by_year": _by_year(months.sum(axis=1)),
        "runs_until_horizon": float(months.sum()) / YEAR_MONTHS,
        "horizon_years": len(months) / YEAR_MONTHS,
    }


def told_place(findings: Findings) -> int:
    """Place of the group that trains most by the end; else of that which trains soonest."""
    found = findings.outcome.training
    runs = np.asarray(found.runs_per_year_count).sum(axis=0)
    if runs.max() > 0.0:
        return int(runs.argmax())
    return int(np.asarray(found.first.told.duration_s).argmin())


def _group(findings: Findings, place: int) -> dict[str, Any]:
    spec, found = findings.resolved.system.training, findings.outcome.training
    job = found.first
    margin = float(job.margin_fraction[place])
    stages = [float(one[place]) for one in np.asarray(job.stage_flop_per_s)]
    duration_s = float(job.told.duration_s[place])
    energy_j = float(job.told.energy_j[place])
    return {
        "name": findings.resolved.system.group_names[place],
        "fits": margin >= 0.0,
        "memory_margin_fraction": float(job.told.memory_margin_fraction[place]),
        "room_margin_count": float(job.room_margin_count[place]),
        "power_margin_fraction": float(job.told.power_margin_fraction[place]),
        "least_satellites": _finite(spec.least_count[place]),
        "satellites": int(job.satellite_count[place]),
        "asked_satellites": int(spec.asked_count[place]),
        "workers": int(spec.rounds.worker_count[place]),
        **_layout(findings, place),
        **_step(findings, place),
        "stages": [
            {"stage": name, "flop_per_s": value}
            for name, value in zip(training.STAGES, stages, strict=True)
        ],
        "stops_first": stops_first(dict(zip(training.STAGES, stages, strict=True))),
        "flop_utilisation_fraction": float(job.told.model_flop_utilisation_fraction[place])
        / float(spec.recomputed_ratio[place])
        * float(found.first_met.pace_ratio[place]),
        "lasting_fraction": stages[-1] / stages[0],
        "goodput_fraction": float(job.told.goodput_fraction[place]),
        "duration_days": _finite(duration_s / DAY_S),
        "duration_last_year_days": _finite(float(found.last.told.duration_s[place]) / DAY_S),
        "energy_gwh": _finite(energy_j / JOULE_PER_GWH),
        "token_j": _finite(energy_j / float(spec.task.token_count)),
        **_disturbed(findings, place),
        "runs_per_year": float(found.runs_per_year_count[-1, place]),
    }


def _layout(findings: Findings, place: int) -> dict[str, int]:
    layout = findings.resolved.system.training.layout
    told = {
        "stage_satellites": layout.stage_count,
        "tensor_accelerators": layout.tensor_count,
        "accelerators_used": layout.accelerator_count,
        "expert_satellites": layout.expert_satellite_count,
        "microbatches": layout.microbatch_count,
        "chunks": layout.chunk_count,
        "copies": layout.copy_count,
    }
    return {name: int(values[place]) for name, values in told.items()}


def _step(findings: Findings, place: int) -> dict[str, Any]:
    """A step's parts, and what workers that train apart wait between exchanges."""
    told = findings.outcome.training.first.told
    parts = {
        name.removesuffix("_s"): float(values[place])
        for name, values in told.step._asdict().items()
    }
    waits = {
        name: sum(parts[part.removesuffix("_s")] for part in group) for name, group in WAITS.items()
    }
    used = float(np.broadcast_to(told.utilisation_fraction, told.duration_s.shape)[place])
    waits["rounds"] = sum(parts.values()) * (1.0 / used - 1.0) if used > 0.0 else 0.0
    return {
        "step_s": float(told.step_s[place]),
        "step_parts_s": parts,
        "waits_s": waits,
        "waits_most_for": max(waits, key=lambda name: waits[name]),
    }


def _disturbed(findings: Findings, place: int) -> dict[str, float | None]:
    job, spec = findings.outcome.training.first, findings.resolved.system.training
    interrupted = float(job.interrupted_per_s[place])
    duration_s = float(job.told.duration_s[place])
    return {
        "between_interruptions_hours": _finite(1.0 / (interrupted * HOUR_S))
        if interrupted > 0.0
        else None,
        "checkpoint_interval_s": _finite(job.told.work_s[place]),
        "silent_corruptions": _finite(float(job.corruption_per_s[place]) * duration_s),
        "unnoticed_corruptions": _finite(job.unnoticed_count[place]),
        "stopped_by_shadow_fraction": float(
            findings.outcome.training.first_met.stopped_fraction[place]
        ),
        "extra_token_fraction": _extra(float(job.told.step_count[place]), spec),
    }


def _extra(steps: float, spec: Training) -> float | None:
    """Tokens trained on beyond those asked for, over these."""
    trained_on = steps * float(spec.task.batch_token_count)
    return _finite(trained_on / float(spec.task.token_count) - 1.0)


def stops_first(flop_per_s: dict[str, float]) -> str:
    """Name the stage that takes the largest share of what the one before left.

    The machine, which no design escapes, is named only where nothing else takes any.
    """
    shares = {
        after: 1.0 - flop_per_s[after] / flop_per_s[before]
        for before, after in pairwise(list(flop_per_s)[1:])
        if flop_per_s[before] > 0.0
    }
    most = max(shares, key=lambda name: shares[name], default="machine")
    return most if shares.get(most, 0.0) > LEAST_SHARE else "machine"


def _by_year(months: Values) -> list[dict[str, float]]:
    """At each year's end, and at the horizon's."""
    ends = sorted({*range(YEAR_MONTHS, len(months) + 1, YEAR_MONTHS), len(months)})
    return [
        {"years": month / YEAR_MONTHS, "runs_per_year": float(months[month - 1])} for month in ends
    ]


def _finite(value: Any) -> float | None:
    found = float(value)
    return found if np.isfinite(found) else None
