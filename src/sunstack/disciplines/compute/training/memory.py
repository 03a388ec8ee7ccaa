"""Does what a step of training keeps fit into the accelerators?

Of N parameters, N_x of them in routed experts, each of the t accelerators that share a stage holds
N / (p t) + N_x / (p E k), E satellites of k accelerators sharing the experts; each parameter's
weight, gradient and, spread over z accelerators, what the optimiser keeps. Of the microbatches
under way it keeps for the way back b bytes for each token, layer and number of the width:

    b · width · tokens / t · (layers / p) · min(p, m)        the first stage, which waits longest

b is 34 if all is kept but what attention weighs (which is computed again), 2 if only each layer's
input is and all is computed again, at a third more operations.

Assumes: experts' activations as those of a dense layer of four widths.
Leaves out: buffers of exchanges, fragments of memory, the vocabulary's own activations.
Reference: Korthikanti et al., Reducing Activation Recomputation in Large Transformer Models,
MLSys 2023, sec. 4; Rajbhandari et al., ZeRO, SC 2020, sec. 3.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from .step import Layout, Practice, Task, microbatch_token_count


class Memory(NamedTuple):
    """What an accelerator of the first stage keeps."""

    weights_byte: Array
    gradients_byte: Array
    optimiser_byte: Array
    activations_byte: Array


def held_parameter_count(task: Task, layout: Layout) -> Array:
    """Parameters that an accelerator computes with."""
    shared = task.parameter_count / layout.tensor_count
    spread = layout.expert_satellite_count * layout.accelerator_count
    return (shared + task.expert_parameter_count / spread) / layout.stage_count


def memory(task: Task, layout: Layout, practice: Practice) -> Memory:
    """Part an accelerator's memory."""
    held = held_parameter_count(task, layout)
    beside = layout.accelerator_count / layout.tensor_count
    tokens = microbatch_token_count(task, layout) / beside
    waiting = jnp.minimum(layout.stage_count, layout.microbatch_count)
    layers = task.layer_count / layout.stage_count * waiting
    return Memory(
        weights_byte=held * practice.weight_byte,
        gradients_byte=held * practice.gradient_byte,
        optimiser_byte=held * practice.optimiser_byte / practice.optimiser_share_count,
        activations_byte=practice.activation_byte
        * task.width_count
        * layers
        * tokens
        / layout.tensor_count,
    )


def memory_margin_fraction(needed: Memory, *, memory_byte: Array) -> Array:
    """Share of an accelerator's memory left; negative where it does not fit."""
    return 1.0 - sum(needed[1:], start=needed.weights_byte) / memory_byte


class Room(NamedTuple):
    """What a layout leaves to spare; negative where it cannot be."""

    tensor_margin_count: Array
    """Accelerators of a satellite beyond those that share a layer."""
    layer_margin_count: Array
    """Layers beyond one for each chunk of the row."""
    copy_margin_count: Array
    """Copies beyond one."""
    expert_margin_count: Array
    """Copies beyond those a group that shares experts needs."""
    sequence_margin_count: Array
    """Tokens of a microbatch beyond a sequence for each that shares layers."""


def room(task: Task, layout: Layout) -> Room:
    """Say whether a layout is possible."""
    beside = layout.accelerator_count / layout.tensor_count
    return Room(
        tensor_margin_count=layout.accelerator_count - layout.tensor_count,
        layer_margin_count=task.layer_count - layout.stage_count * layout.chunk_count,
        copy_margin_count=layout.copy_count - 1.0,
        expert_margin_count=layout.copy_count - layout.expert_satellite_count,
        sequence_margin_count=microbatch_token_count(task, layout) / beside
        - task.sequence_token_count,
    )
