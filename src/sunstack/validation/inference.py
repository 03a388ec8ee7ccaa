"""What do language models give on published chips and racks, how fast, and at what price?"""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp

from sunstack.disciplines.compute import LanguageModel, backlog, roofline, work
from sunstack.disciplines.compute.precision import Precision
from sunstack.disciplines.compute.roofline import Machine
from sunstack.disciplines.compute.work import Layout
from sunstack.resolve.calibration import calibration, precision
from sunstack.resolve.chips import accelerator, language_model
from sunstack.units import HOUR_S

from .inputs import Inputs, Quantity

_heap_s = jax.jit(backlog.heap_s, static_argnames="precision")

RECORDED_BATCHES = jnp.array([*(2.0 ** jnp.arange(9)), 384.0, *(2.0 ** jnp.arange(9, 14))])
"""For which the options printed with TensorRT-LLM's greatest rates record decoding: 1 to 8192."""


def time_between_output_tokens(given: Inputs) -> float:
    """Predict with the constants fitted without the fold of the measurement's sweep."""
    return float(
        roofline.token_interval_s(
            language_model(given.word("model")),
            _machine(given, without_fold=int(given["left_out_fold"])),
            precision=_precision(given),
            batch_count=given["batch_count"],
            input_token_count=given["input_token_count"],
            output_token_count=given["output_token_count"],
        )
    )


def time_of_a_step(given: Inputs) -> float:
    """Decode a full batch, and take in the requests that replace those done meanwhile."""
    given_per_s = roofline.output_tokens_per_s(
        language_model(given.word("model")),
        _machine(given),
        precision=_precision(given),
        batch_count=given["batch_count"],
        input_token_count=given["input_token_count"],
        output_token_count=given["output_token_count"],
    )
    return given["batch_count"] / float(given_per_s)


def most_output_tokens_of_a_chip(given: Inputs) -> float:
    """Serve a heap of equal requests, within memory and the engine's settings, over the chips."""
    model, machine, kept = language_model(given.word("model")), _machine(given), _precision(given)
    heap = backlog.Heap(
        request_count=jnp.asarray(given["request_count"]),
        input_token_count=jnp.asarray(given["input_token_count"]),
        output_token_count=jnp.asarray(given["output_token_count"]),
    )
    room = roofline.most_sequence_count(
        _holding(given, model),
        machine,
        precision=kept,
        token_count=heap.input_token_count + heap.output_token_count,
        workspace_fraction=given["workspace_fraction"],
    )
    limits = backlog.Limits(
        batch_count=jnp.minimum(
            given["greatest_batch_count"], room / machine.layout.attention_replica_count
        ),
        pass_token_count=jnp.asarray(given["pass_token_count"]),
        recorded_batch_count=RECORDED_BATCHES,
    )
    total_s = _heap_s(model, machine, heap, limits, precision=kept)
    tokens = heap.request_count * heap.output_token_count
    return float(tokens / (machine.layout.chip_count * total_s))


def _holding(given: Inputs, model: LanguageModel) -> LanguageModel:
    """As an engine sets memory aside: one may keep all of a sequence in layers with a window."""
    if given["window_kept_whole"] == 0.0:
        return model
    return replace(model, windowed_layer_count=jnp.zeros(()))


def load_of_the_busiest_chip(given: Inputs) -> float:
    """Deal a model's experts out over chips, each picked as unevenly as was counted."""
    chips = jnp.asarray(given["chip_count"])
    found = work.busiest_chip_ratio(
        language_model(given.word("model")),
        work.Layout(chip_count=chips, attention_replica_count=chips),
        token_count=given["token_count"],
        expert_variation_ratio=given["expert_deviation_ratio"] ** 2,
    )
    return float(found)


def output_tokens_of_a_rack(given: Inputs) -> float:
    """Let every accelerator of a link domain give as many."""
    chips = accelerator(given.word("chip")).domain_count
    return float(chips) * given["accelerator_rate_factor"]


def price_of_output_tokens(given: Inputs) -> float:
    """Share the hire of an accelerator among the tokens that it gives, in USD for one."""
    return given["hour_usd"] / (HOUR_S * given["accelerator_rate_factor"])


def _machine(given: Inputs, *, without_fold: int | None = None) -> Machine:
    return Machine(
        accelerator=accelerator(given.word("chip")),
        calibration=calibration(given.word("engine"), without_fold=without_fold),
        layout=Layout(
            chip_count=jnp.asarray(given["chip_count"]),
            attention_replica_count=jnp.asarray(given["attention_replica_count"]),
        ),
    )


def _precision(given: Inputs) -> Precision:
    """Take a precision by its name, with keys and values at another width if one is given."""
    found = precision(given.word("precision"))
    if "kept_bit_count" in given.given:
        return replace(found, key_value_byte=given["kept_bit_count"] / 8.0)
    return found


INFERENCE: dict[str, Quantity] = {
    "time between output tokens": time_between_output_tokens,
    "time of a step": time_of_a_step,
    "most output tokens of a chip": most_output_tokens_of_a_chip,
    "load of the busiest chip": load_of_the_busiest_chip,
    "output tokens of a rack": output_tokens_of_a_rack,
    "price of output tokens": price_of_output_tokens,
}
