"""What does the payload serve, in SI: which language models, on how many of its chips each?

A replica takes a power of two of the chips that its links join, or all of them; it cuts every layer
over them, or of a model with experts copies all but these to every chip (data-parallel attention).
Of all these, what serves most tokens for each chip within the bounds is taken, at full power or at
what is given; of a model that none aboard holds, what lacks least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
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
from .chips import accelerator, host_ratio, language_model, missing_facts, precision_run
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
        layout=_alike(len(names), (1, 1)),
        replica_count=jnp.zeros(len(names)),
        accelerator=accelerator(chip),
        calibration=calibration(engine),
        law=compute.measured(),
        host_ratio=scalar(host_ratio(chip)),
        chip_count=scalar(chip_count),
        **_asked(number),
        model_names=tuple(names),
        precision=precision_run(chip, precision),
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
    chips, copies = _traced_shapes(one)
    served, lacking = jax.vmap(partial(_tried, one, power_w))(chips, copies)
    place = jnp.where(served.max(axis=0) > 0.0, served.argmax(axis=0), lacking.argmin(axis=0))
    return replace(
        one,
        layout=compute.Layout(chip_count=chips[place], attention_replica_count=copies[place]),
        replica_count=jnp.where(
            served.max(axis=0) > 0.0, jnp.floor(one.chip_count / chips[place]), 0.0
        ),
    )


def _traced_shapes(one: Service) -> tuple[Array, Array]:
    """`replica_shapes` of a number of chips that may be traced."""
    most = jnp.floor(jnp.minimum(one.chip_count, one.accelerator.domain_count))
    static = jnp.asarray(replica_shapes(float(one.accelerator.domain_count)), dtype=float)
    chips = jnp.concatenate([static[:, 0], most[None], most[None]])
    copies = jnp.concatenate([static[:, 1], jnp.ones(1), most[None]])
    return chips, copies


def _tried(one: Service, power_w: Array, chips: Array, copies: Array) -> tuple[Array, Array]:
    """Tokens for each chip, whole replicas counted, and the memory that lacks; (models,)."""
    each = jnp.ones(len(one.model_names))
    tried = replace(
        one,
        layout=compute.Layout(chip_count=chips * each, attention_replica_count=copies * each),
    )
    tokens = one.requests.input_token_count + one.requests.output_token_count
    may = (chips <= jnp.minimum(one.chip_count, one.accelerator.domain_count)) & (
        chips / copies <= one.models.query_head_count
    )
    may = may & ((copies == 1.0) | (one.models.expert_count > 0.0))
    found = serving.replica_tokens_per_s(tried, power_w=power_w[None])[:, 0]
    served = found * jnp.floor(one.chip_count / chips) / one.chip_count
    usable = chips * one.accelerator.memory_byte * (1.0 - one.workspace_fraction)
    lacking = 1.0 - serving.replica_memory_margin_byte(tried) / usable
    held = tokens <= one.models.context_token_count
    return jnp.where(may & held, served, 0.0), jnp.where(may, lacking, jnp.inf)


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


def layouts(shapes: Sequence[tuple[int, int]]) -> compute.Layout:
    """Replicas of some chips and copies of the attention each."""
    chips, copies = (jnp.asarray(one, dtype=float) for one in zip(*shapes, strict=True))
    return compute.Layout(chip_count=chips, attention_replica_count=copies)


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
    shapes = replica_shapes(min(aboard, float(one.accelerator.domain_count)))
    served = np.stack([_tokens_per_chip(one, shape, power_w) for shape in shapes])
    fits = served.max(axis=0) > 0.0
    lacking = np.stack([_lacking_fraction(one, shape) for shape in shapes])
    place = np.where(fits, served.argmax(axis=0), lacking.argmin(axis=0))
    chosen = [shapes[at] for at in place]
    chips = np.array([count for count, _ in chosen])
    return replace(
        one,
        layout=layouts(chosen),
        replica_count=jnp.where(fits, jnp.floor(aboard / chips), 0.0),
    )


def replica_shapes(most: float) -> tuple[tuple[int, int], ...]:
    """Chips and copies of the attention: powers of two up to what links join, and all of it."""
    doubled = [2**exponent for exponent in range(int(np.log2(max(most, 1.0))) + 1)]
    counts = sorted({*doubled, int(most)})
    return (*((count, 1) for count in counts), *((count, count) for count in counts if count > 1))


def _alike(number: int, shape: tuple[int, int]) -> compute.Layout:
    chips, copies = shape
    return compute.Layout(
        chip_count=jnp.full(number, float(chips)),
        attention_replica_count=jnp.full(number, float(copies)),
    )


def _may(one: Service, shape: tuple[int, int]) -> np.ndarray:
    """Which models a shape is for: no more chips than heads, and copies only beside experts."""
    chips, copies = shape
    cut = chips / copies <= np.asarray(one.models.query_head_count)
    return cut & ((copies == 1) | (np.asarray(one.models.expert_count) > 0.0))


def _tokens_per_chip(one: Service, shape: tuple[int, int], power_w: Array) -> np.ndarray:
    """Of each model, whole replicas of a satellite counted."""
    aboard = float(one.chip_count)
    tried = replace(one, layout=_alike(len(one.model_names), shape))
    found = serving.tokens_at_power_per_s(tried, power_w=power_w)
    each = np.asarray(found) * (aboard // shape[0]) / aboard
    return np.where(_may(one, shape), each, 0.0)


def _lacking_fraction(one: Service, shape: tuple[int, int]) -> np.ndarray:
    """Memory that weights and one sequence take of each model, over what a replica has."""
    tried = replace(one, layout=_alike(len(one.model_names), shape))
    usable = shape[0] * one.accelerator.memory_byte * (1.0 - one.workspace_fraction)
    taken = usable - serving.replica_memory_margin_byte(tried)
    return np.where(_may(one, shape), np.asarray(taken / usable), np.inf)
