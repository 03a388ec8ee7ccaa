"""What does the payload serve, in SI: which language models, on how many of its chips each?

A replica takes a power of two of the chips that its links join, or all of them: the count that
serves most tokens for each chip within the bounds, at full power or at what is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack import catalogue, serving
from sunstack.disciplines import compute
from sunstack.errors import ScenarioError
from sunstack.scenario import Document
from sunstack.system import Service, System

from .calibration import calibration
from .chips import accelerator, host_ratio, language_model, missing_facts
from .numbers import Numbers, scalar

MODELS = ("grok-2", "llama-3-3-70b", "deepseek-r1")
"""Told of every payload that computes."""
MODELS_KEY = "service.models"
ANY_CHIP = "h100-sxm"
"""Of a payload that computes nothing, and so serves nothing on it."""


def service(number: Numbers, document: Document) -> Service:
    """Build what the payload serves.

    Raises:
        ScenarioError: a language model is not known, named twice, or asked of a chip of which too
            little is known; or the texts are longer than it holds.
        CatalogueError: a number of a model is missing.
    """
    names, named = _names(document), "payload.chip" in number.found
    chip = number.word("payload.chip") if named else ANY_CHIP
    unknown = missing_facts(chip) if named else ("the chip itself",)
    if unknown and document.scenario.service.models:
        raise ScenarioError(
            f"{document.path}: {MODELS_KEY}: payload.chip {chip} serves none that could be told: "
            f"{', '.join(unknown)} unknown; name another chip, or no models"
        )
    carried = float(number.found["payload.chip_count"].value)
    return service_of(
        number,
        names=() if unknown else names,
        chip=ANY_CHIP if unknown else chip,
        chip_count=working_chip_count(carried, float(number["reliability.spare_chip_fraction"])),
        engine=number.word("service.engine"),
        precision=number.word("service.precision"),
        payload_peak_w=float(number["payload.peak_power_kw"]),
    )


def working_chip_count(carried: float, spare_fraction: float) -> float:
    """Return how many of the accelerators carried are not spares."""
    return max(round(carried * (1.0 - spare_fraction)), 1.0)


def service_of(
    number: Mapping[str, Array],
    *,
    names: Sequence[str],
    chip: str,
    chip_count: float,
    engine: str,
    precision: str,
    power_w: float | None = None,
    payload_peak_w: float | None = None,
) -> Service:
    """Build what some chips serve.

    Args:
        number: of the keys of a scenario's `service`, in SI.
        names: of language models of the catalogue.
        chip: of the catalogue.
        chip_count: of a satellite.
        engine: that was measured.
        precision: of weights.
        power_w: of one accelerator, for which replicas are chosen; its peak if not given.
        payload_peak_w: of all of them with their host, which bounds that power.

    Raises:
        CatalogueError: there is none of a name, or a number of the chip or of a model is missing.
    """
    one = Service(
        models=_stacked([language_model(name) for name in names]),
        layout=layouts([1] * len(names)),
        replica_count=jnp.zeros(len(names)),
        accelerator=accelerator(chip),
        calibration=calibration(engine),
        law=compute.measured(),
        host_ratio=scalar(host_ratio(chip)),
        chip_count=scalar(chip_count),
        **_asked(number),
        model_names=tuple(names),
        precision=precision,
    )
    _check_context(one)
    power = one.accelerator.peak_power_w if power_w is None else scalar(power_w)
    if payload_peak_w is not None:
        power = jnp.minimum(power, payload_peak_w / (chip_count * one.host_ratio))
    return _laid_out(one, power) if names else one


# --- moved by a study -----------------------------------------------------------------------------

SHARED_KEYS = ("payload.chip_count", "payload.peak_power_kw", "reliability.spare_chip_fraction")
"""Keys of other sections on which it depends how replicas are laid out."""


def moved_service(number: Numbers, system: System) -> Service:
    """Move what is served with its numbers, traced by JAX; chips, engine and models stay.

    Replicas are chosen anew as `service` does; texts that a model's context does not hold, which
    `service` refuses, have no replica.
    """
    one = system.service
    if not any(key.startswith("service.") or key in SHARED_KEYS for key in number.moved):
        return one
    spare = number["reliability.spare_chip_fraction"]
    aboard = jnp.maximum(jnp.round(number["payload.chip_count"] * (1.0 - spare)), 1.0)
    moved = replace(one, chip_count=aboard, **_asked(number))
    return _traced_layout(moved, number["payload.peak_power_kw"]) if one.model_names else moved


def _traced_layout(one: Service, payload_peak_w: Array) -> Service:
    power_w = jnp.minimum(
        one.accelerator.peak_power_w, payload_peak_w / (one.chip_count * one.host_ratio)
    )
    most = jnp.floor(jnp.minimum(one.chip_count, one.accelerator.domain_count))
    doubled = jnp.asarray(replica_sizes(float(one.accelerator.domain_count)), float)
    sizes = jnp.append(doubled, most)
    served = jax.vmap(lambda count: _tokens_of_each(one, count, power_w))(sizes)
    heads = one.models.query_head_count
    is_allowed = (sizes[:, None] <= most) & (sizes[:, None] <= heads)
    tokens = one.requests.input_token_count + one.requests.output_token_count
    held = tokens <= one.models.context_token_count
    served = jnp.where(is_allowed & held, served, 0.0)
    chosen = sizes[served.argmax(axis=0)]
    return replace(
        one,
        layout=replace(one.layout, chip_count=chosen),
        replica_count=jnp.where(served.max(axis=0) > 0.0, jnp.floor(one.chip_count / chosen), 0.0),
    )


def _tokens_of_each(one: Service, chip_count: Array, power_w: Array) -> Array:
    """Of each model for each chip, in replicas of some chips, whole ones of a satellite counted."""
    layout = replace(one.layout, chip_count=jnp.full(len(one.model_names), chip_count))
    found = serving.replica_tokens_per_s(replace(one, layout=layout), power_w=power_w[None])
    served: Array = found[:, 0] * jnp.floor(one.chip_count / chip_count) / one.chip_count
    return served


# --- from the scenario ----------------------------------------------------------------------------


def _names(document: Document) -> tuple[str, ...]:
    given = document.scenario.service.models
    names = tuple(given) if given else MODELS
    known = catalogue.names("model")
    wrong = [name for name in names if name not in known]
    twice = sorted({name for name in names if names.count(name) > 1})
    if wrong:
        raise ScenarioError(
            f"{document.path}: {MODELS_KEY}: no language model of the catalogue: "
            f"{', '.join(wrong)}; write some of {', '.join(known)}"
        )
    if twice:
        raise ScenarioError(
            f"{document.path}: {MODELS_KEY}: {', '.join(twice)} more than once; write each once"
        )
    return names


def _check_context(one: Service) -> None:
    """Refuse texts that a model's context does not hold."""
    tokens = float(one.requests.input_token_count + one.requests.output_token_count)
    for name, most in zip(one.model_names, one.models.context_token_count.tolist(), strict=True):
        if tokens > most:
            raise ScenarioError(
                f"service.input_token_count: with the answer {tokens:,.0f} tokens, {name} holds "
                f"{most:,.0f}; write fewer, or other {MODELS_KEY}"
            )


def _stacked(models: Sequence[compute.LanguageModel]) -> compute.LanguageModel:
    """Join models along a first axis; of none, empty ones."""
    some = models or [language_model(MODELS[0])]
    joined: compute.LanguageModel = jax.tree.map(
        lambda *leaves: jnp.stack(leaves)[: len(models)], *some
    )
    return joined


def layouts(chip_counts: Sequence[int]) -> compute.Layout:
    """Replicas of some chips each, which share every layer."""
    chips = jnp.asarray(chip_counts, dtype=float)
    return compute.Layout(chip_count=chips, attention_replica_count=jnp.ones_like(chips))


def _asked(number: Mapping[str, Array]) -> dict[str, Any]:
    return {
        "workspace_fraction": number["service.workspace_fraction"],
        "chunk_token_count": number["service.chunk_token_count"],
        "requests": _requests(number),
        "bounds": compute.Bounds(
            output_token_s=number["service.token_ms"],
            first_token_s=number["service.first_token_s"],
        ),
        "load_fraction": number["service.load_fraction"],
    }


def _requests(number: Mapping[str, Array]) -> compute.Requests:
    spread = number["service.length_variation_ratio"]
    return compute.Requests(
        arrival_per_s=scalar(0.0),
        arrival_variation_ratio=number["service.arrival_variation_ratio"],
        input_token_count=number["service.input_token_count"],
        input_variation_ratio=spread,
        output_token_count=number["service.output_token_count"],
        output_variation_ratio=spread,
    )


def _laid_out(one: Service, power_w: Array) -> Service:
    """Choose each model's replica, and count how many of them a satellite holds."""
    aboard = float(one.chip_count)
    counts = replica_sizes(min(aboard, float(one.accelerator.domain_count)))
    heads = np.asarray(one.models.query_head_count)
    served = np.stack(
        [np.where(count <= heads, _tokens_per_chip(one, count, power_w), 0.0) for count in counts]
    )
    chosen = np.asarray(counts)[served.argmax(axis=0)]
    fits = served.max(axis=0) > 0.0
    return replace(
        one,
        layout=layouts(chosen.tolist()),
        replica_count=jnp.where(fits, jnp.floor(aboard / chosen), 0.0),
    )


def replica_sizes(most: float) -> tuple[int, ...]:
    """Powers of two up to what links join, and all of it."""
    doubled = [2**exponent for exponent in range(int(np.log2(max(most, 1.0))) + 1)]
    return tuple(sorted({*doubled, int(most)}))


def _tokens_per_chip(one: Service, chip_count: int, power_w: Array) -> np.ndarray:
    """Of each model, whole replicas of a satellite counted."""
    aboard = float(one.chip_count)
    tried = replace(one, layout=layouts([chip_count] * len(one.model_names)))
    found = serving.tokens_at_power_per_s(tried, power_w=power_w)
    return np.asarray(found) * (aboard // chip_count) / aboard
