"""What follows from the shapes of published language models, next to what is printed of them?"""

from __future__ import annotations

from sunstack.disciplines import compute
from sunstack.resolve.chips import language_model

from .inputs import Inputs, Quantity

WAYS = 3.0
"""A training step goes once forward, and back at twice the price."""


def parameters(given: Inputs) -> float:
    """Count all weights, and those besides the language model that the case gives."""
    besides = given["besides_count"] if "besides_count" in given.given else 0.0
    return besides + float(compute.parameter_count(_model(given)))


def active_parameters(given: Inputs) -> float:
    """Count the weights that serve a token, with the tables of the vocabulary that are counted."""
    model = _model(given)
    active = float(compute.active_parameter_count(model))
    table = float(compute.table_parameter_count(model))
    return active + {"both": table, "output": 0.0, "none": -table}[given.word("tables")]


def attention_parameters(given: Inputs) -> float:
    """Count the weights of attention alone."""
    return float(compute.attention_parameter_count(_model(given)))


def table_parameters(given: Inputs) -> float:
    """Count the weights of both tables of the vocabulary."""
    return 2.0 * float(compute.table_parameter_count(_model(given)))


def bytes_of_the_weights(given: Inputs) -> float:
    """Weigh the weights at so many bits each."""
    return float(
        compute.weight_byte(
            _model(given),
            parameter_byte=given["parameter_bits"] / 8.0,
            expert_matrix_byte=given["expert_matrix_bits"] / 8.0,
        )
    )


def bytes_kept_for_a_token(given: Inputs) -> float:
    """Weigh what attention keeps of a token."""
    return float(compute.token_key_value_count(_model(given))) * given["number_bits"] / 8.0


def training_operations_of_a_token(given: Inputs) -> float:
    """Share the operations of a text, there and back, among its tokens."""
    count = given["sequence_token_count"]
    return WAYS * float(compute.sequence_flop(_model(given), token_count=count)) / count


def training_operations(given: Inputs) -> float:
    """Count the operations of all tokens that a model was trained on."""
    return training_operations_of_a_token(given) * given["training_token_count"]


def _model(given: Inputs) -> compute.LanguageModel:
    return language_model(given.word("model"))


LANGUAGE_MODELS: dict[str, Quantity] = {
    "parameters": parameters,
    "active parameters": active_parameters,
    "parameters of attention": attention_parameters,
    "parameters of the tables": table_parameters,
    "bytes of the weights": bytes_of_the_weights,
    "bytes kept for a token": bytes_kept_for_a_token,
    "training operations of a token": training_operations_of_a_token,
    "training operations": training_operations,
}
