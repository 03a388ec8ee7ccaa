"""How long do satellites train a language model, and how long would machines on the ground?

The same job as a scenario's, from numbers given one by one. On the ground machines of as many
accelerators stand in one network that lets each reach all, never dark, with no upsets by radiation
and failures as there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sunstack import catalogue, training
from sunstack.disciplines import radiation, reliability
from sunstack.disciplines.compute import measured
from sunstack.disciplines.compute import training as steps
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.resolve import chips
from sunstack.resolve.numbers import scalar
from sunstack.resolve.radiation import sensitivity
from sunstack.resolve.training import NUMBERS, RATES, training_of
from sunstack.scenario import describe
from sunstack.system import Training
from sunstack.training.fleet import pace_of
from sunstack.units import DAY_S, HOUR_S, MINUTE_S, YEAR_S, to_si

CHIP = "gb300-nvl72"
RAD_GY = 0.01
GROUND_GBIT_PER_S = 400.0
"""Of an accelerator's network: of those that trained Llama 3.1 405B."""
GROUND_HOP_S = 10e-6
GROUND_COOLING_RATIO = 1.2
"""Power of a hall over that of its machines: an example of ours."""
CHIP_RECORD, BUS_RECORD = "chip-2026", "satellite-bus-2026"
JOULE_PER_KWH, JOULE_PER_GWH = 3.6e6, 3.6e12
RANGES = {
    "satellites": (1, 1e6),
    "chips": (1, 1e5),
    "rows": (1, 1e6),
    "slots": (1, 1e6),
    "laser_gbps": (1e-3, 1e7),
    "hop_ms": (0.0, 1e5),
    "eclipse_fraction": (0.0, 0.99),
    "dose_rad_per_year": (0.0, 1e6),
    "usd_per_hour": (0.0, 1e4),
    "period_minutes": (80.0, 1500.0),
}
"""What may be asked for besides what a scenario's training may say."""
KEYS = {
    "tokens": "training.token_count",
    "batch_tokens": "training.batch_token_count",
    "sequence_tokens": "training.sequence_token_count",
    "inner_steps": "training.inner_step_count",
    "flop_efficiency": "training.flop_efficiency",
}
CAVEATS = (
    "Exchanges within a satellite are in the share of the data sheet's rate that it reaches, which "
    "was measured on machines of eight accelerators; no layer is shared across lasers.",
    "Lasers carry nothing but this job; all satellites work at the same pace; energy is that of "
    "accelerators and the machine around them.",
    "Upsets are those of one chip tested in a beam, good to a factor of 3; what silent corruptions "
    "do to a model is not told.",
)
APART_CAVEAT = (
    "Workers that exchange seldom were measured up to some ten at up to 10 billion parameters: "
    "beyond, the tokens they need for the same loss are a guess."
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A language model, the satellites that train it, and what they meet."""

    model: str
    chip: str = CHIP
    satellites: int = 1000
    chips: int | None = None
    """Of a satellite; as many as fast links join if not given."""
    tokens: float = 15.6e12
    batch_tokens: float = 16_777_216.0
    sequence_tokens: float = 8192.0
    precision: str = "bf16"
    flop_efficiency: float = 0.43
    method: str = "synchronous"
    inner_steps: float = 100.0
    laser_gbps: float = 100.0
    hop_ms: float = 0.05
    """Light and processing, from a satellite to the next."""
    rows: int | None = None
    """Planes side by side that lasers join; as many as make a square if not given."""
    slots: int | None = None
    """Satellites of a plane; as many as there are if not given."""
    power_kw: float | None = None
    """Of one accelerator; its peak if not given."""
    eclipse_fraction: float = 0.0
    """Share of the time that shadow stops a job."""
    period_minutes: float = 96.0
    dose_rad_per_year: float = 150.0
    """Behind its shielding: Suncatcher's."""
    ground: bool = False
    """Whether the same is told of machines on the ground."""
    usd_per_hour: float | None = None
    """Of one accelerator, for a cost."""


def training_answer_of(asked: Question) -> dict[str, Any]:
    """Answer for one language model on some satellites.

    Raises:
        ScenarioError: a number is none or beyond its range, or the satellites do not hold it.
        CatalogueError: no such model or chip, or a number of one is missing.
    """
    check(asked)
    return {
        **{name: value for name, value in vars(asked).items() if name != "ground"},
        "title": catalogue.entry("model", asked.model).title,
        "chip_title": catalogue.entry("chip", asked.chip).title,
        "chips": int(_chip_count(asked)),
        "power_kw": _power_w(asked) / 1e3,
        "orbit": _told(asked, is_ground=False),
        "ground": _told(asked, is_ground=True) if asked.ground else None,
        "caveats": [*CAVEATS, *((APART_CAVEAT,) if asked.method != "synchronous" else ())],
    }


# --- what is asked --------------------------------------------------------------------------------


def check(asked: Question) -> None:
    """Refuse what cannot be answered, every problem of a kind at once.

    Raises:
        ScenarioError: a number is none or beyond its range, or a word none of those there are.
        CatalogueError: no such model or chip, or a number of one is missing.
    """
    known = {name: describe(key) for name, key in KEYS.items()}
    bounds = RANGES | {name: (one.low, one.high) for name, one in known.items()}
    wrong = []
    for name, (least, most) in bounds.items():
        value = getattr(asked, name)
        if value is not None and not (math.isfinite(value) and least <= value <= most):
            wrong.append(f"{name}: {value:g} is out of place; write {least:,.12g} to {most:,.12g}")
    for name, words in (("method", training.METHODS), ("precision", tuple(RATES))):
        if getattr(asked, name) not in words:
            wrong.append(f"{name}: {getattr(asked, name)} is none; write {', '.join(words)}")
    chips.language_model(asked.model)
    one = chips.accelerator(asked.chip)
    least, most = float(one.idle_power_w) / 1e3, float(one.peak_power_w) / 1e3
    if asked.power_kw is not None and not least < asked.power_kw <= most:
        wrong.append(
            f"power_kw: {asked.power_kw:g} is out of place: an accelerator of {asked.chip} draws "
            f"{least:g} idle and {most:g} at most; write a number above {least:g}, up to {most:g}"
        )
    if asked.batch_tokens < asked.sequence_tokens:
        wrong.append(
            f"batch_tokens: {asked.batch_tokens:g} are less than one text of "
            f"{asked.sequence_tokens:g}; write more, or fewer sequence_tokens"
        )
    if wrong:
        raise ScenarioError("\n".join(wrong))


def _chip_count(asked: Question) -> float:
    one = chips.accelerator(asked.chip)
    return float(one.domain_count) if asked.chips is None else float(asked.chips)


def _power_w(asked: Question) -> float:
    peak_w = float(chips.accelerator(asked.chip).peak_power_w)
    return peak_w if asked.power_kw is None else 1e3 * asked.power_kw


def spec_of(asked: Question, grid: steps.Grid) -> Training:
    """Build what is trained, laid out.

    Raises:
        ScenarioError: the satellites do not hold the model.
        CatalogueError: as `check`.
    """
    told: dict[str, Any] = {
        f"training.{name}": describe(f"training.{name}").default for name in NUMBERS
    }
    told |= {key: getattr(asked, name) for name, key in KEYS.items()}
    one = training_of(
        {key: scalar(to_si(key, float(value))) for key, value in told.items()},
        model=asked.model,
        chip=asked.chip,
        chip_count=_chip_count(asked),
        precision=asked.precision,
        method=asked.method,
        asked_count=np.array([float(asked.satellites)]),
    )
    priced = replace(one, accelerator_usd_per_s=scalar((asked.usd_per_hour or 0.0) / HOUR_S))
    return training.laid_out(priced, grid)


def grid_of(asked: Question, *, is_ground: bool) -> steps.Grid:
    """What joins satellites, or machines: shape (1,)."""
    many = float(asked.satellites)
    orbit = {
        "row_count": float(asked.rows or math.ceil(math.sqrt(many))),
        "slot_count": float(asked.slots or many),
        "bit_per_s": asked.laser_gbps * 1e9,
        "along_hop_s": asked.hop_ms * 1e-3,
        "across_hop_s": asked.hop_ms * 1e-3,
        "fold_count": 2.0,
    }
    ground = {
        "row_count": math.inf,
        "slot_count": math.inf,
        "bit_per_s": GROUND_GBIT_PER_S * 1e9 * _chip_count(asked),
        "along_hop_s": GROUND_HOP_S,
        "across_hop_s": GROUND_HOP_S,
        "fold_count": 1.0,
    }
    found = ground if is_ground else orbit
    return steps.Grid(**{name: jnp.asarray([value]) for name, value in found.items()})


def conditions_of(asked: Question, grid: steps.Grid, *, is_ground: bool) -> training.Conditions:
    """What a job meets."""
    one, count = chips.accelerator(asked.chip), _chip_count(asked)
    pace = pace_of(one, measured(), power_w=scalar(_power_w(asked)))
    overhead = chips.host_ratio(asked.chip) * (GROUND_COOLING_RATIO if is_ground else 1.0)
    ground_failure, factor = (
        _hazard(CHIP_RECORD, f"reliability.{name}")
        for name in ("chip_failure_fraction_per_year", "orbit_factor")
    )
    each_per_s = reliability.hazard_of_annual_fraction_per_s(annual_fraction=ground_failure)
    lost_per_s = reliability.hazard_of_annual_fraction_per_s(
        annual_fraction=_hazard(BUS_RECORD, "reliability.bus_failure_fraction_per_year")
    )
    dose = 0.0 if is_ground else asked.dose_rad_per_year * RAD_GY / YEAR_S
    upsets = radiation.upsets_by_dose(sensitivity().value, dose_gy_per_s=dose)
    idle_w = float(one.idle_power_w) * count * overhead
    dark = 0.0 if is_ground else asked.eclipse_fraction
    return training.Conditions(
        grid=grid,
        uncooled_pace_ratio=pace.pace_ratio,
        pace_ratio=pace.pace_ratio,
        load_power_w=pace.draw_w,
        satellite_power_w=scalar(_power_w(asked) * count * overhead),
        dark_power_w=scalar(idle_w),
        overhead_ratio=scalar(overhead),
        period_s=scalar(asked.period_minutes * MINUTE_S),
        stopped_fraction=scalar(dark),
        shaded_fraction=scalar(1.0 if dark > 0.0 else 0.0),
        chip_failure_per_s=each_per_s * (1.0 if is_ground else factor),
        ground_failure_per_s=each_per_s,
        upset_per_s=radiation.stopping_upset_per_s(upsets),
        corruption_per_s=upsets.silent_corruption_per_s,
        satellite_failure_per_s=0.0 * lost_per_s if is_ground else lost_per_s,
    )


def _hazard(record: str, key: str) -> float:
    sourced = catalogue.entry("hazard", record).values[key]
    if isinstance(sourced.value, str):
        raise CatalogueError(f"hazard/{record}: {key}: {sourced.value} is no number; write one")
    return float(sourced.value)


# --- what is told ---------------------------------------------------------------------------------

_run = jax.jit(training.run)


def _told(asked: Question, *, is_ground: bool) -> dict[str, Any]:
    grid = grid_of(asked, is_ground=is_ground)
    spec = spec_of(asked, grid)
    job = _run(spec, conditions_of(asked, grid, is_ground=is_ground))
    if float(job.margin_fraction[0]) < 0.0:
        raise ScenarioError(_too_few(asked, spec, job))
    stages = [float(one[0]) for one in np.asarray(job.stage_flop_per_s)]
    duration_s, energy_j = float(job.told.duration_s[0]), float(job.told.energy_j[0])
    hours = float(job.told.accelerator_s[0]) / HOUR_S
    return {
        "satellites": int(job.satellite_count[0]),
        "workers": int(spec.rounds.worker_count[0]),
        "copies": int(spec.layout.copy_count[0]),
        "stage_satellites": int(spec.layout.stage_count[0]),
        "tensor_accelerators": int(spec.layout.tensor_count[0]),
        "accelerators_used": int(spec.layout.accelerator_count[0]),
        "microbatches": int(spec.layout.microbatch_count[0]),
        "least_satellites": float(spec.least_count[0]),
        "memory_margin_fraction": float(job.told.memory_margin_fraction[0]),
        "step_s": float(job.told.step_s[0]),
        "step_parts_s": {
            name.removesuffix("_s"): float(part[0])
            for name, part in job.told.step._asdict().items()
        },
        "between_exchanges_fraction": float(np.ravel(job.told.utilisation_fraction)[0]),
        "stages": [
            {"stage": name, "flop_per_s": value}
            for name, value in zip(training.STAGES, stages, strict=True)
        ],
        "lasting_fraction": stages[-1] / stages[0],
        "goodput_fraction": float(job.told.goodput_fraction[0]),
        "duration_days": _finite(duration_s / DAY_S),
        "tokens_per_s": asked.tokens / duration_s,
        "energy_gwh": _finite(energy_j / JOULE_PER_GWH),
        "token_j": _finite(energy_j / asked.tokens),
        "accelerator_hours": _finite(hours),
        "cost_usd": _finite(hours * asked.usd_per_hour) if asked.usd_per_hour else None,
        "between_interruptions_hours": _between_hours(float(job.interrupted_per_s[0])),
        "checkpoint_interval_s": _finite(job.told.work_s[0]),
        "silent_corruptions": _finite(float(job.corruption_per_s[0]) * duration_s),
        "unnoticed_corruptions": _finite(job.unnoticed_count[0]),
        "extra_token_fraction": _finite(
            float(job.told.step_count[0]) * asked.batch_tokens / asked.tokens - 1.0
        ),
    }


def _too_few(asked: Question, spec: Training, job: training.Job) -> str:
    least = float(spec.least_count[0])
    if math.isinf(least):
        return (
            f"chip: no number of satellites of {_chip_count(asked):g} accelerators of {asked.chip} "
            f"holds {asked.model}; write a chip with more memory, more chips, or shorter "
            "sequence_tokens"
        )
    if least > asked.satellites:
        return (
            f"satellites: {asked.satellites:,} do not hold {asked.model}: one copy takes "
            f"{least:,.0f}; write {least:,.0f} or more, or more chips"
        )
    return (
        f"satellites: no layout of {asked.model} on {asked.satellites:,} fits (memory "
        f"{float(job.told.memory_margin_fraction[0]):+.0%}, room "
        f"{float(job.room_margin_count[0]):+g}); write larger batch_tokens, or other satellites"
    )


def _between_hours(per_s: float) -> float | None:
    return 1.0 / (per_s * HOUR_S) if per_s > 0.0 else None


def _finite(value: Any) -> float | None:
    found = float(value)
    return found if math.isfinite(found) else None
