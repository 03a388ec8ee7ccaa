"""What do language models give on published chips and racks, how fast, and at what price?"""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp

from sunstack.disciplines.compute import roofline
from sunstack.disciplines.compute.precision import Precision
from sunstack.disciplines.compute.roofline import Machine
from sunstack.disciplines.compute.work import Layout
from sunstack.resolve.calibration import calibration, precision
from sunstack.resolve.chips import accelerator, language_model
from sunstack.units import HOUR_S

from .inputs import Inputs, Quantity

_output_tokens_per_s = jax.jit(roofline.output_tokens_per_s, static_argnames="precision")

GREATEST_BATCH = 2048.0
"""Sequences of one copy of the attention: what TensorRT-LLM is set up for at most."""
HALVINGS, STEPS_OF_HALVING = 11.0, 4
"""Of the grid of batches below the greatest."""


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


def most_output_tokens_of_a_chip(given: Inputs) -> float:
    """Take the best batch among those that find room, over the chips."""
    model, machine, kept = language_model(given.word("model")), _machine(given), _precision(given)
    tokens_in, tokens_out = given["input_token_count"], given["output_token_count"]
    room = roofline.most_sequence_count(
        model,
        machine,
        precision=kept,
        token_count=tokens_in + tokens_out,
        workspace_fraction=given["workspace_fraction"],
    )
    greatest = GREATEST_BATCH * machine.layout.attention_replica_count
    halvings = jnp.arange(0.0, HALVINGS, 1.0 / STEPS_OF_HALVING)
    rates = _output_tokens_per_s(
        model,
        machine,
        precision=kept,
        batch_count=jnp.minimum(greatest * 2.0**-halvings, jnp.maximum(room, 1.0)),
        input_token_count=tokens_in,
        output_token_count=tokens_out,
    )
    best = jnp.where(room >= 1.0, rates.max(), 0.0)
    return float(best / machine.layout.chip_count)


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
    "most output tokens of a chip": most_output_tokens_of_a_chip,
    "output tokens of a rack": output_tokens_of_a_rack,
    "price of output tokens": price_of_output_tokens,
}
