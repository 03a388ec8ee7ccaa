"""How long does it take to train a model, and at what energy and cost, in orbit or on the ground?

A training of T tokens in batches of B takes T/B steps; its time is theirs over the share of time
that is spent on work that lasts (see `interruptions`). While lit, an accelerator draws its load's
power for the share of a step that it computes and its idle power for the rest, the machine around
it in proportion, and the lasers what they draw; in the dark, what keeps its memory.

The ground is a site: other links, no eclipse, another factor for cooling, the same functions.

Assumes: work that is lost or done again draws what other work does.
Leaves out: what changes along a training (longer contexts, growing batches): give each its own.
Reference: Kaplan et al., Scaling Laws for Neural Language Models, arXiv 2001.08361 (2020), sec. 2.1
(operations for a token).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from ..accelerator import Accelerator
from .interruptions import Interruptions, Outages, Spares, interval_s, job_goodput_fraction
from .memory import Room, memory, memory_margin_fraction, room
from .step import (
    Layout,
    Links,
    Practice,
    Step,
    Task,
    computing_fraction,
    gradient_bit_count,
    ring_exchange_s,
    step_s,
    train_step,
)

OPERATIONS_PER_PARAMETER_COUNT = 6.0


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Supply:
    """What a satellite, or a machine on the ground, takes and costs."""

    load_power_w: Array
    """Of an accelerator that trains."""
    overhead_ratio: Array
    """Power of the whole over that of its accelerators: hosts, conversion, cooling."""
    laser_power_w: Array
    """Of all its terminals, or of its network."""
    dark_power_w: Array
    """Of the whole, in an outage that is foreseen."""
    accelerator_usd_per_s: Array
    """For having one, running or not; energy apart."""
    energy_usd_per_j: Array


class Training(NamedTuple):
    """What a training takes."""

    step: Step
    step_s: Array
    step_count: Array
    goodput_fraction: Array
    work_s: Array
    """Between checkpoints; infinite if nothing fails."""
    model_flop_utilisation_fraction: Array
    """Of the peak rate, within a step."""
    duration_s: Array
    accelerator_s: Array
    """Time of all accelerators together."""
    energy_j: Array
    cost_usd: Array
    memory_margin_fraction: Array
    power_margin_fraction: Array
    """Of what a satellite gives; negative where its accelerators draw more."""
    room: Room


def token_flop(*, parameter_count: ArrayLike, attention_flop: ArrayLike = 0.0) -> Array:
    """Operations to train on a token: six for each parameter it meets, and those of attention.

    Args:
        parameter_count: that a token meets, so that of a mixture of experts only the chosen ones.
        attention_flop: forward and back, of keys, queries and values of the tokens before.
    """
    return OPERATIONS_PER_PARAMETER_COUNT * jnp.asarray(parameter_count) + jnp.asarray(
        attention_flop
    )


def causal_attention_flop(
    *,
    layer_count: ArrayLike,
    query_head_count: ArrayLike,
    head_width_count: ArrayLike,
    value_head_width_count: ArrayLike,
    sequence_token_count: ArrayLike,
) -> Array:
    """Operations of attention for a token, forward and back, each seeing half of its sequence."""
    seen = 0.5 * jnp.asarray(sequence_token_count)
    widths = jnp.asarray(head_width_count) + jnp.asarray(value_head_width_count)
    heads = jnp.asarray(layer_count) * jnp.asarray(query_head_count)
    return OPERATIONS_PER_PARAMETER_COUNT * heads * widths * seen


def powered_accelerator_count(
    supply: Supply, *, satellite_power_w: ArrayLike, standby_w: ArrayLike = 0.0
) -> Array:
    """Accelerators, whole ones, that a satellite's power keeps at work; 0 if not one."""
    left = jnp.asarray(satellite_power_w) - supply.laser_power_w - jnp.asarray(standby_w)
    each = supply.load_power_w * supply.overhead_ratio
    return jnp.maximum(jnp.floor(left / each), 0.0)


def lit_power_w(
    supply: Supply, layout: Layout, accelerator: Accelerator, *, computing_share_ratio: ArrayLike
) -> Array:
    """Mean power of a satellite while it trains."""
    swing = supply.load_power_w - accelerator.idle_power_w
    each = accelerator.idle_power_w + swing * jnp.asarray(computing_share_ratio)
    return layout.accelerator_count * each * supply.overhead_ratio + supply.laser_power_w


def train(
    task: Task,
    layout: Layout,
    practice: Practice,
    links: Links,
    accelerator: Accelerator,
    supply: Supply,
    interruptions: Interruptions,
    outages: Outages,
    spares: Spares,
    *,
    peak_flop_per_s: Array,
    satellite_power_w: Array,
    exchange_s: Array | None = None,
) -> Training:
    """Train a model.

    Args:
        task: the model, the tokens and the batch.
        layout: how the model lies on satellites, or machines.
        practice: precisions, efficiency, overlap.
        links: what joins them.
        accelerator: of which each has several.
        supply: power and prices.
        interruptions: failures and corruptions of the whole job.
        outages: eclipses; none on the ground.
        spares: and losses for good.
        peak_flop_per_s: of an accelerator, at the precision computed with.
        satellite_power_w: that each gives.
        exchange_s: to sum gradients over the copies; None for one ring through them.
    """
    if exchange_s is None:
        exchange_s = ring_exchange_s(
            bit_count=gradient_bit_count(task, layout, practice),
            member_count=layout.copy_count,
            bit_per_s=links.bit_per_s,
            hop_s=links.hop_s,
        )
    step = train_step(
        task, layout, practice, links, peak_flop_per_s=peak_flop_per_s, exchange_s=exchange_s
    )
    work_s = interval_s(interruptions)
    # Where nothing fails no checkpoint is written: any long interval gives the same.
    finite_s = jnp.where(jnp.isfinite(work_s), work_s, 1e9)
    goodput = job_goodput_fraction(interruptions, outages, spares, work_s=finite_s)
    return _summed(
        task, layout, practice, accelerator, supply, outages, step,
        goodput=goodput, work_s=work_s, satellite_power_w=satellite_power_w,
    )  # fmt: skip


def _summed(
    task: Task,
    layout: Layout,
    practice: Practice,
    accelerator: Accelerator,
    supply: Supply,
    outages: Outages,
    step: Step,
    *,
    goodput: Array,
    work_s: Array,
    satellite_power_w: Array,
) -> Training:
    each_s, computing = step_s(step), computing_fraction(step)
    count = task.token_count / task.batch_token_count
    duration = count * each_s / goodput
    accelerators = layout.satellite_count * layout.accelerator_count
    lit_w = lit_power_w(supply, layout, accelerator, computing_share_ratio=computing)
    dark = outages.outage_s / outages.period_s
    mean_w = (1.0 - dark) * lit_w + dark * supply.dark_power_w
    energy = layout.satellite_count * mean_w * duration
    # A training that never ends costs without end, even where its hours are free.
    cost = accelerators * duration * supply.accelerator_usd_per_s
    cost += energy * supply.energy_usd_per_j
    most_w = lit_power_w(supply, layout, accelerator, computing_share_ratio=1.0)
    return Training(
        step=step,
        step_s=each_s,
        step_count=count,
        goodput_fraction=goodput,
        work_s=work_s,
        model_flop_utilisation_fraction=practice.flop_efficiency * computing,
        duration_s=duration,
        accelerator_s=accelerators * duration,
        energy_j=energy,
        cost_usd=jnp.where(jnp.isfinite(duration), cost, jnp.inf),
        memory_margin_fraction=memory_margin_fraction(
            memory(task, layout, practice), memory_byte=accelerator.memory_byte
        ),
        power_margin_fraction=1.0 - most_w / satellite_power_w,
        room=room(task, layout),
    )
