"""What do satellites train, in SI: which language model, on how many of them, laid out how?

A group's job takes as many satellites as are asked for, or its own, 128 at most; of these a layout
uses those it can. A group too small for the model trains nothing, with its margin; where the model
or the number of satellites was written and no group can hold it, that is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack import catalogue
from sunstack.disciplines.compute import training as steps
from sunstack.errors import ScenarioError
from sunstack.operations import group_sum
from sunstack.scenario import Document
from sunstack.scenario.model import Formation, Group
from sunstack.system import System, Training
from sunstack.training import laid_out
from sunstack.training.fleet import grid_of

from .chips import accelerator, language_model, missing_facts
from .numbers import Numbers, scalar
from .service import ANY_CHIP, working_chip_count

USUAL_COUNT = 128
"""Satellites of a job if none are asked for: their chips are as many as trained Llama 3.1 405B."""
MODEL_KEY, COUNT_KEY = "training.model", "training.satellite_count"
INTERVAL_KEY = "training.checkpoint_interval_s"
NUMBERS = (
    "token_count",
    "sequence_token_count",
    "batch_token_count",
    "flop_efficiency",
    "inner_step_count",
    "fragment_count",
    "exchanged_bit_count",
    "loss_penalty_fraction",
    "overlap_fraction",
    "checkpoint_gb_per_s",
    "check_s",
    "detected_fraction",
    "interruption_ratio",
    "downtime_s",
    "restart_s",
    "resume_s",
    "spare_fraction",
    "replacement_days",
)
"""Keys that have a number whatever is written."""
AS_GIVEN = (
    "loss_penalty_fraction",
    "interruption_ratio",
    "detected_fraction",
    "check_s",
    "downtime_s",
    "restart_s",
    "resume_s",
    "spare_fraction",
)
"""Of these, those that go into a `Training` under their own name."""
RATES = {"bf16": "peak_fp16_flop_per_s", "fp8": "peak_fp8_flop_per_s"}
PRACTICES = {
    "bf16": {"weight_byte": 2.0, "sent_activation_byte": 2.0, "optimiser_byte": 12.0},
    "fp8": {"weight_byte": 3.0, "sent_activation_byte": 1.0, "optimiser_byte": 12.0},
}
"""Bytes of a parameter and of an activation. At 8 bits a copy of 16 is kept beside (DeepSeek-V3);
optimisers keep 32 bits of the parameter and of two averages."""
GRADIENT_BYTE, SENT_GRADIENT_BYTE = 4.0, 2.0


def training(number: Numbers, document: Document, *, groups: Sequence[Group]) -> Training:
    """Build what is trained; see `placed` for how it lies on satellites.

    Raises:
        ScenarioError: the language model is not known, or asked of a chip of which too little is.
        CatalogueError: a number of it is missing.
    """
    named = "payload.chip" in number.found
    chip = number.word("payload.chip") if named else ANY_CHIP
    unknown = missing_facts(chip) if named else ("the chip itself",)
    if unknown and document.scenario.training.model:
        raise ScenarioError(
            f"{document.path}: {MODEL_KEY}: payload.chip {chip} trains none that could be told: "
            f"{', '.join(unknown)} unknown; name another chip, or no model"
        )
    model = number.word(MODEL_KEY)
    if model not in catalogue.names("model"):
        raise ScenarioError(
            f"{document.path}: {MODEL_KEY}: no language model of the catalogue: {model}; write one "
            f"of {', '.join(catalogue.names('model'))}"
        )
    carried = float(number.found["payload.chip_count"].value)
    one = training_of(
        number,
        model=model,
        chip=ANY_CHIP if unknown else chip,
        chip_count=working_chip_count(carried, float(number["reliability.spare_chip_fraction"])),
        precision=number.word("training.precision"),
        method=number.word("training.method"),
        asked_count=np.ones(len(groups)),
    )
    near = [one if isinstance(one, Formation) else None for one in groups]
    return replace(
        one,
        near_row_count=jnp.asarray([0.0 if group is None else 1.0 for group in near]),
        near_hop_m=jnp.asarray([0.0 if group is None else _pitch_m(group) for group in near]),
        model_name="" if unknown else model,
    )


def _pitch_m(group: Formation) -> float:
    """The longer of a formation's links: half of its ellipse is as flat as long."""
    return 2.0 * group.pitch_m.value


def training_of(
    number: Mapping[str, Array],
    *,
    model: str,
    chip: str,
    chip_count: float,
    precision: str,
    method: str,
    asked_count: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> Training:
    """Build what some satellites train, not yet laid out.

    Args:
        number: of the keys of a scenario's `training`, in SI.
        model: of the catalogue.
        chip: of the catalogue.
        chip_count: of a satellite.
        precision: computed with.
        method: when satellites exchange.
        asked_count: satellites of a job of each group.

    Raises:
        CatalogueError: there is none of a name, or a number of the chip or of the model is missing.
    """
    shape, one = language_model(model), accelerator(chip)
    groups, none = jnp.ones(len(asked_count)), scalar(0.0)
    given = {name: number[f"training.{name}"] for name in NUMBERS}
    return Training(
        task=steps.task_of(
            shape,
            token_count=given["token_count"],
            batch_token_count=given["batch_token_count"],
            sequence_token_count=given["sequence_token_count"],
        ),
        layout=steps.Layout(**dict.fromkeys(_names(steps.Layout), groups)),
        rounds=_rounds(given),
        asked_rounds=_rounds(given),
        recomputed_ratio=groups,
        asked_count=jnp.asarray(asked_count, float),
        least_count=groups,
        near_row_count=0.0 * groups,
        near_hop_m=0.0 * groups,
        practice=_practice(given, precision),
        accelerator=one,
        peak_flop_per_s=getattr(one, RATES[precision]),
        accelerator_count=scalar(chip_count),
        head_count=shape.query_head_count,
        expert_count=shape.expert_count,
        **{name: given[name] for name in AS_GIVEN},
        checkpoint_byte_per_s=given["checkpoint_gb_per_s"],
        checkpoint_interval_s=number.get(INTERVAL_KEY, none),
        replacement_s=given["replacement_days"],
        accelerator_usd_per_s=none,
        energy_usd_per_j=none,
        model_name=model,
        method=method,
        precision=precision,
    )


def _names(kind: type) -> list[str]:
    return list(kind.__dataclass_fields__)  # type: ignore[attr-defined]  # a dataclass


def _rounds(given: Mapping[str, Array]) -> steps.Rounds:
    return steps.Rounds(
        worker_count=scalar(1.0),
        inner_step_count=given["inner_step_count"],
        fragment_count=given["fragment_count"],
        overlap_step_count=scalar(0.0),
        early_fraction=scalar(0.0),
        parameter_bit_count=given["exchanged_bit_count"],
    )


def _practice(given: Mapping[str, Array], precision: str) -> steps.Practice:
    return steps.Practice(
        flop_efficiency=given["flop_efficiency"],
        gradient_byte=scalar(GRADIENT_BYTE),
        sent_gradient_byte=scalar(SENT_GRADIENT_BYTE),
        optimiser_share_count=scalar(1.0),
        activation_byte=scalar(0.0),
        overlap_fraction=given["overlap_fraction"],
        **{name: scalar(value) for name, value in PRACTICES[precision].items()},
    )


# --- moved by a study -----------------------------------------------------------------------------

CHIP_KEYS = ("payload.chip_count", "reliability.spare_chip_fraction")
LAID_OUT = ("training.batch_token_count", "training.sequence_token_count", COUNT_KEY)
"""Numbers that decide how a model lies on satellites."""


def moved_training(number: Numbers, system: System) -> Training:
    """Move what is trained with its numbers, traced by JAX; it lies on satellites as it was laid.

    Of accelerators that are fewer, as many train as whole layers share; with too few for a layer
    its margin is negative, and nothing is trained. Of more, those train that it was laid on.
    """
    spec = system.training
    if not any(key.startswith("training.") or key in CHIP_KEYS for key in number.moved):
        return spec
    given: dict[str, Any] = {name: number[f"training.{name}"] for name in NUMBERS}
    carried, spare = (number[key] for key in CHIP_KEYS)
    aboard = jnp.maximum(jnp.round(carried * (1.0 - spare)), 1.0)
    tensor, before = spec.layout.tensor_count, spec.layout.accelerator_count
    shared = jnp.where(aboard < tensor, aboard, jnp.floor(aboard / tensor) * tensor)
    used = jnp.minimum(shared, before)
    asked, same = _rounds(given), jnp.ones_like(spec.rounds.worker_count)
    pieces = jnp.minimum(asked.fragment_count, spec.task.layer_count) * same
    return replace(
        spec,
        task=replace(spec.task, token_count=given["token_count"]),
        layout=replace(spec.layout, accelerator_count=used),
        asked_rounds=asked,
        rounds=replace(
            spec.rounds,
            inner_step_count=asked.inner_step_count * same,
            parameter_bit_count=asked.parameter_bit_count * same,
            fragment_count=pieces if spec.method == "streaming" else spec.rounds.fragment_count,
        ),
        practice=replace(
            spec.practice,
            flop_efficiency=given["flop_efficiency"],
            overlap_fraction=given["overlap_fraction"],
            optimiser_share_count=spec.practice.optimiser_share_count * used / before,
        ),
        accelerator_count=aboard,
        **{name: given[name] for name in AS_GIVEN},
        checkpoint_byte_per_s=given["checkpoint_gb_per_s"],
        checkpoint_interval_s=number.get(INTERVAL_KEY, spec.checkpoint_interval_s),
        replacement_s=given["replacement_days"],
    )


# --- on satellites --------------------------------------------------------------------------------


def placed(system: System, document: Document) -> System:
    """Lay the model out on the satellites of each group.

    Raises:
        ScenarioError: a model or a number of satellites that was written, and no group holds it.
    """
    counts = np.asarray(group_sum(system, system.orbits.satellite_count), dtype=float)
    written = document.scenario.training.satellite_count
    asked = float(written.value) if written else float(USUAL_COUNT)
    if written and asked > counts.max():
        raise ScenarioError(
            f"{document.path}: {COUNT_KEY}: {asked:,.0f} are more than any group has; write at "
            f"most {counts.max():,.0f}"
        )
    near = np.asarray(system.training.near_row_count) > 0.0
    sides = np.where(near, np.floor(np.sqrt(counts)), 0.0)
    spec = replace(system.training, near_row_count=jnp.asarray(sides))
    grid = grid_of(replace(system, training=spec))
    joined = np.asarray(grid.row_count * grid.slot_count, dtype=float)
    most = np.floor(np.minimum(np.minimum(counts, joined), asked))
    spec = laid_out(replace(spec, asked_count=jnp.asarray(np.maximum(most, 1.0))), grid)
    if spec.model_name and (written or document.scenario.training.model):
        _check_held(spec, document, np.minimum(counts, joined))
    return replace(system, training=spec)


def _check_held(spec: Training, document: Document, counts: np.ndarray) -> None:
    """Refuse what was asked for where no group holds it."""
    if _fits(spec).any():
        return
    least = float(spec.least_count.min())
    why = (
        "no number of its satellites holds it; name a smaller one, or a chip with more memory"
        if math.isinf(least)
        else f"one copy takes {least:,.0f} satellites; write that many for {COUNT_KEY} or more, of "
        f"a group that has them (lasers join {counts.max():,.0f} at most), or a smaller model"
    )
    raise ScenarioError(f"{document.path}: {MODEL_KEY}: {spec.model_name}: {why}")


def _fits(spec: Training) -> np.ndarray:
    batch = spec.task.batch_token_count / spec.rounds.worker_count
    task = replace(spec.task, batch_token_count=batch)
    kept = steps.memory.memory(task, spec.layout, spec.practice)
    margin = steps.memory.memory_margin_fraction(kept, memory_byte=spec.accelerator.memory_byte)
    room = steps.memory.room(task, spec.layout)
    return np.asarray(jnp.stack(jnp.broadcast_arrays(margin, *room)).min(axis=0)) >= 0.0
