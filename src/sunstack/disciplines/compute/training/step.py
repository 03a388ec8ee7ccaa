"""How long does a step of training take on satellites joined by lasers, and what limits it?

Of n satellites of k accelerators, p in a row hold a copy of the model, a stage of its layers each;
the n/p copies share the batch. Inside a satellite t accelerators share each layer (never across
lasers: two sums a layer would wait for light). A step of F operations takes

    computing   F / (n k P e)                        P peak rate, e the share of it reached
    bubble      computing · (p - 1) / (m v)          m microbatches, v chunks of layers a satellite
    filling     2 (p - 1) (a + M / C)                a a hop, M bits passed on, C a laser's rate
    passing     what M m v / C takes longer than computing
    experts     four exchanges a layer, forth and back, of what leaves the satellite
    gradients   what is left of their sum after overlap with the last microbatch's way back

Gradients are summed layer by layer as the way back (two thirds of the computing) yields them, so
that of their time x what shows is max(x - o w (1 - 1/L), x/L): o the share of that window w used.

Assumes: equal stages; every satellite as fast as the next; e as measured inside one machine, so
that sums among its accelerators are in it. Stages that follow each other are neighbours.
Leaves out: stragglers, reading data, the optimiser's own time, congestion among exchanges.
Reference: Narayanan et al., Efficient Large-Scale Language Model Training on GPU Clusters Using
Megatron-LM, SC 2021, sec. 2.2; Thakur, Rabenseifner & Gropp, IJHPCA 19 (2005) 49 (rings).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

BIT_PER_BYTE_COUNT = 8.0
BACKWARD_FRACTION = 2.0 / 3.0
"""Of a step's operations: each product of the way forward has two on the way back."""
EXCHANGES_PER_EXPERT_LAYER_COUNT = 4.0
"""To the experts and from them, forward and back."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Task:
    """What is trained, on how much."""

    parameter_count: Array
    """Without those of routed experts."""
    expert_parameter_count: Array
    """Of all routed experts; 0 if there are none."""
    token_flop: Array
    """Forward and back, for a token."""
    layer_count: Array
    width_count: Array
    """Numbers that stand for a token between layers."""
    expert_layer_count: Array
    experts_per_token_count: Array
    token_count: Array
    """To train on."""
    batch_token_count: Array
    """Of a step, all copies together."""
    sequence_token_count: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Layout:
    """How the model lies on the satellites."""

    satellite_count: Array
    accelerator_count: Array
    """Of a satellite."""
    tensor_count: Array
    """Accelerators of one satellite that share each layer."""
    stage_count: Array
    """Satellites in a row that hold a copy."""
    chunk_count: Array
    """Pieces of a copy that each of them holds, taken in turns; 1 for one after the other."""
    microbatch_count: Array
    """Parts of a copy's batch, one after the other through the row."""
    expert_satellite_count: Array
    """Satellites over which a stage's experts are spread; 1 if each holds them all."""

    @property
    def copy_count(self) -> Array:
        """Copies of the model."""
        return self.satellite_count / self.stage_count


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Practice:
    """How it is computed, kept and sent."""

    flop_efficiency: Array
    """Share of the peak rate reached while nothing waits for lasers."""
    weight_byte: Array
    """Of a parameter, as computed with."""
    gradient_byte: Array
    """Of a parameter's gradient, as kept."""
    sent_gradient_byte: Array
    """As sent."""
    optimiser_byte: Array
    """Of a parameter: its precise value and the optimiser's averages."""
    optimiser_share_count: Array
    """Accelerators over which these are spread."""
    activation_byte: Array
    """Kept for the way back, of a layer and a number of its width."""
    sent_activation_byte: Array
    """Of a number passed to the next stage or to an expert."""
    overlap_fraction: Array
    """Share of the last microbatch's way back during which gradients are sent."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Links:
    """What joins satellites; on the ground, machines."""

    bit_per_s: Array
    """To a neighbour, each way."""
    hop_s: Array
    """Light and processing."""
    all_to_all_bit_per_s: Array
    """That each sends at most to all of a group that shares experts."""


class Step(NamedTuple):
    """Parts of a step's time, none of which overlaps another."""

    computing_s: Array
    bubble_s: Array
    filling_s: Array
    passing_s: Array
    experts_s: Array
    gradients_s: Array


def step_s(step: Step) -> Array:
    """All parts together."""
    return sum(step[1:], start=step.computing_s)


def computing_fraction(step: Step) -> Array:
    """Share of a step in which accelerators compute."""
    return step.computing_s / step_s(step)


def limiting_part(step: Step) -> str:
    """Return the longest part's name, of a step that is no tracer."""
    parts = {name.removesuffix("_s"): float(part) for name, part in step._asdict().items()}
    return max(parts, key=parts.__getitem__)


# --- what is sent ---------------------------------------------------------------------------------


def gradient_bit_count(task: Task, layout: Layout, practice: Practice) -> Array:
    """Bits of gradients that a satellite sums with its like in the other copies."""
    own = task.parameter_count + task.expert_parameter_count / layout.expert_satellite_count
    return own / layout.stage_count * practice.sent_gradient_byte * BIT_PER_BYTE_COUNT


def microbatch_token_count(task: Task, layout: Layout) -> Array:
    """Tokens of a microbatch in one copy, all of a satellite's accelerators together."""
    return task.batch_token_count / (layout.copy_count * layout.microbatch_count)


def passed_bit_count(task: Task, layout: Layout, practice: Practice) -> Array:
    """Bits of a microbatch between two stages, one way."""
    numbers = microbatch_token_count(task, layout) * task.width_count
    return numbers * practice.sent_activation_byte * BIT_PER_BYTE_COUNT


def away_count(*, satellite_count: ArrayLike, experts_per_token_count: ArrayLike) -> Array:
    """Other satellites that a token is sent to, on average, if experts are chosen evenly."""
    count = jnp.asarray(satellite_count)
    return (count - 1.0) * (1.0 - (1.0 - 1.0 / count) ** jnp.asarray(experts_per_token_count))


def ring_exchange_s(
    *, bit_count: ArrayLike, member_count: ArrayLike, bit_per_s: ArrayLike, hop_s: ArrayLike
) -> Array:
    """Sum the same gradients over all members in a ring, half of them each way round."""
    count = jnp.asarray(member_count)
    part_s = jnp.asarray(bit_count) / (2.0 * count * jnp.asarray(bit_per_s))
    return 2.0 * (count - 1.0) * (jnp.asarray(hop_s) + part_s)


def shown_s(*, exchange_s: ArrayLike, window_s: ArrayLike, part_count: ArrayLike) -> Array:
    """What shows of an exchange in parts, each of which may begin as the window yields it.

    The last part is yielded as the window ends, so that it always shows.
    """
    exchange, parts = jnp.asarray(exchange_s), jnp.asarray(part_count)
    beyond = exchange - jnp.asarray(window_s) * (1.0 - 1.0 / parts)
    return jnp.maximum(beyond, exchange / parts)


# --- the step -------------------------------------------------------------------------------------


def computing_s(task: Task, layout: Layout, practice: Practice, *, peak_flop_per_s: Array) -> Array:
    """Operations of a batch over what all accelerators do."""
    all_together = layout.satellite_count * layout.accelerator_count * peak_flop_per_s
    return task.batch_token_count * task.token_flop / (all_together * practice.flop_efficiency)


def experts_s(task: Task, layout: Layout, practice: Practice, links: Links) -> Array:
    """Send every token's numbers to its experts' satellites and back, layer by layer."""
    away = away_count(
        satellite_count=layout.expert_satellite_count,
        experts_per_token_count=task.experts_per_token_count,
    )
    bits = passed_bit_count(task, layout, practice) * away
    wait_s = jnp.where(layout.expert_satellite_count > 1.0, links.hop_s, 0.0)
    exchanges = EXCHANGES_PER_EXPERT_LAYER_COUNT * task.expert_layer_count / layout.stage_count
    return exchanges * layout.microbatch_count * (wait_s + bits / links.all_to_all_bit_per_s)


def train_step(
    task: Task,
    layout: Layout,
    practice: Practice,
    links: Links,
    *,
    peak_flop_per_s: Array,
    exchange_s: Array,
) -> Step:
    """Part a step's time.

    Args:
        task: what is trained.
        layout: how it lies on the satellites.
        practice: precisions, efficiency, overlap.
        links: what joins satellites.
        peak_flop_per_s: of an accelerator, at the precision computed with.
        exchange_s: to sum `gradient_bit_count` over the copies, see `ring_exchange_s`, or what a
            network of another shape needs for it.
    """
    compute_s = computing_s(task, layout, practice, peak_flop_per_s=peak_flop_per_s)
    hand_s = passed_bit_count(task, layout, practice) / links.bit_per_s
    rounds = layout.microbatch_count * layout.chunk_count
    after = layout.stage_count - 1.0
    pass_s = jnp.where(after > 0.0, hand_s * rounds, 0.0)
    window_s = practice.overlap_fraction * BACKWARD_FRACTION * compute_s / layout.microbatch_count
    return Step(
        computing_s=compute_s,
        bubble_s=compute_s * after / rounds,
        filling_s=2.0 * after * (links.hop_s + hand_s),
        passing_s=jnp.maximum(pass_s - compute_s, 0.0),
        experts_s=experts_s(task, layout, practice, links),
        gradients_s=shown_s(
            exchange_s=exchange_s,
            window_s=window_s,
            part_count=task.layer_count / layout.stage_count,
        ),
    )
