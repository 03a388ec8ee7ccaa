"""How long does it take to train a model, and at what energy and cost, in orbit or on the ground?

A training of T tokens in batches of B takes T/B steps; its time is theirs over the share of time
that is spent on work that lasts (see `interruptions`). While lit, an accelerator draws its load's
power for the share of a step that it computes and its idle power for the rest, the machine around
it in proportion, and the lasers what they draw; in the dark, what keeps its memory. M workers that
train apart take T/(M B) steps each, and wait for each other's exchanges besides (see `rounds`).

The ground is a site: other links, no eclipse, another factor for cooling, the same functions.

Assumes: work that is lost or done again draws what other work does.
Leaves out: what changes along a training (longer contexts, growing batches): give each its own;
the second copy of the weights of a worker that trains apart, kept outside its accelerators; what
its exchanges with others and those of its own steps take from each other on the same lasers.
Reference: Kaplan et al., Scaling Laws for Neural Language Models, arXiv 2001.08361 (2020).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from ..accelerator import Accelerator
from ..architecture import LanguageModel
from ..parameters import expert_parameter_count, parameter_count
from ..tokens import sequence_flop
from .interruptions import Interruptions, Outages, Spares, interval_s, job_goodput_fraction
from .memory import Room, memory, memory_margin_fraction, room
from .rounds import Rounds, utilisation_fraction
from .step import (
    BIT_PER_BYTE_COUNT,
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

WAYS_COUNT = 3.0
"""Once forward, and back at twice the operations."""
NEVER_S = 1e9
"""Between checkpoints where nothing fails."""


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


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Site:
    """Where it trains: in orbit or on the ground."""

    links: Links
    accelerator: Accelerator
    peak_flop_per_s: Array
    """Of an accelerator, at the precision computed with."""
    supply: Supply
    satellite_power_w: Array
    """That each satellite, or machine, gives."""
    interruptions: Interruptions
    """Of all that must run together: the whole job, or one worker that trains apart."""
    outages: Outages
    spares: Spares


class Training(NamedTuple):
    """What a training takes."""

    step: Step
    step_s: Array
    step_count: Array
    utilisation_fraction: Array
    """Of the time between exchanges of workers that train apart; else 1."""
    goodput_fraction: Array
    work_s: Array
    """Between checkpoints; infinite if nothing fails."""
    model_flop_utilisation_fraction: Array
    """Of the peak rate, by all that waits but for what `goodput_fraction` takes."""
    duration_s: Array
    accelerator_s: Array
    """Time of all accelerators together."""
    energy_j: Array
    cost_usd: Array
    memory_margin_fraction: Array
    power_margin_fraction: Array
    """Of the larger of both: what a satellite gives, less what its accelerators draw."""
    room: Room


def task_of(
    model: LanguageModel,
    *,
    token_count: ArrayLike,
    batch_token_count: ArrayLike,
    sequence_token_count: ArrayLike,
) -> Task:
    """Say what it is to train a language model on so many tokens.

    Args:
        model: its shape.
        token_count: in all.
        batch_token_count: of a step.
        sequence_token_count: of a text, within which each token looks back.
    """
    spread = expert_parameter_count(model)
    forward = sequence_flop(model, token_count=sequence_token_count)
    length = jnp.asarray(sequence_token_count)
    return Task(
        parameter_count=parameter_count(model) - spread,
        expert_parameter_count=spread,
        token_flop=WAYS_COUNT * forward / length,
        layer_count=model.layer_count,
        width_count=model.width_count,
        expert_layer_count=model.layer_count - model.dense_layer_count,
        experts_per_token_count=model.experts_per_token_count,
        token_count=jnp.asarray(token_count),
        batch_token_count=jnp.asarray(batch_token_count),
        sequence_token_count=length,
    )


def powered(layout: Layout, supply: Supply, *, satellite_power_w: ArrayLike) -> Layout:
    """Give each satellite the accelerators that its power keeps at work, whole ones.

    One at least: where not even that is kept, `power_margin_fraction` is negative.
    """
    each = supply.load_power_w * supply.overhead_ratio
    count = jnp.floor((jnp.asarray(satellite_power_w) - supply.laser_power_w) / each)
    return replace(layout, accelerator_count=jnp.maximum(count, 1.0))


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
    site: Site,
    *,
    exchange_s: Array | None = None,
    work_s: Array | None = None,
) -> Training:
    """Train a model in step: gradients are summed over all copies at every step.

    Args:
        task: the model, the tokens and the batch.
        layout: how the model lies on satellites, or machines; see `powered`.
        practice: precisions, efficiency, overlap.
        site: what they are, what joins them, what stops them.
        exchange_s: to sum gradients over the copies; None for one ring through them.
        work_s: between checkpoints; None for the best.
    """
    step, one = _step(task, layout, practice, site, exchange_s), jnp.asarray(1.0)
    return _summed(task, layout, practice, site, step, one, one, work_s)


def train_apart(
    task: Task,
    layout: Layout,
    practice: Practice,
    site: Site,
    rounds: Rounds,
    *,
    extra_token_ratio: ArrayLike = 1.0,
    exchange_s: Array | None = None,
    work_s: Array | None = None,
) -> Training:
    """Train a model on workers that exchange after many steps.

    Args:
        task: the model, the tokens of all workers and the batch of one.
        layout: how the model lies on the satellites of one worker.
        practice: as for `train`, within a worker.
        site: as for `train`; what stops a worker stops no other.
        rounds: how many workers there are, and how they exchange.
        extra_token_ratio: tokens needed for the same loss, see `rounds.extra_token_ratio`.
        exchange_s: of a fragment; None for a ring through the workers, stage by stage.
        work_s: between checkpoints; None for the best.
    """
    step = _step(task, layout, practice, site, None)
    if exchange_s is None:
        ratio = rounds.parameter_bit_count / (BIT_PER_BYTE_COUNT * practice.sent_gradient_byte)
        exchange_s = ring_exchange_s(
            bit_count=gradient_bit_count(task, layout, practice) * ratio / rounds.fragment_count,
            member_count=rounds.worker_count,
            bit_per_s=site.links.bit_per_s,
            hop_s=site.links.hop_s,
        )
    used = utilisation_fraction(
        rounds, exchange_s=exchange_s, step_s=step_s(step), layer_count=task.layer_count
    )
    more = replace(task, token_count=task.token_count * jnp.asarray(extra_token_ratio))
    return _summed(more, layout, practice, site, step, rounds.worker_count, used, work_s)


def _step(
    task: Task, layout: Layout, practice: Practice, site: Site, exchange_s: Array | None
) -> Step:
    if exchange_s is None:
        exchange_s = ring_exchange_s(
            bit_count=gradient_bit_count(task, layout, practice),
            member_count=layout.copy_count,
            bit_per_s=site.links.bit_per_s,
            hop_s=site.links.hop_s,
        )
    return train_step(
        task,
        layout,
        practice,
        site.links,
        peak_flop_per_s=site.peak_flop_per_s,
        exchange_s=exchange_s,
    )


def _goodput(site: Site, given_s: Array | None) -> tuple[Array, Array]:
    """Share of time that lasts, and the work between checkpoints."""
    work_s = interval_s(site.interruptions) if given_s is None else given_s
    # Where nothing fails no checkpoint is written: any long interval gives the same.
    finite_s = jnp.where(jnp.isfinite(work_s), work_s, NEVER_S)
    share = job_goodput_fraction(site.interruptions, site.outages, site.spares, work_s=finite_s)
    return share, work_s


def _summed(
    task: Task,
    layout: Layout,
    practice: Practice,
    site: Site,
    step: Step,
    workers: Array,
    used: Array,
    given_s: Array | None,
) -> Training:
    """Sum up steps of `workers` layouts, each at work for a share of its time."""
    supply, outages = site.supply, site.outages
    computing = computing_fraction(step)
    goodput, work_s = _goodput(site, given_s)
    count = task.token_count / (task.batch_token_count * workers)
    duration = count * step_s(step) / (used * goodput)
    satellites = workers * layout.satellite_count
    accelerator_s = satellites * layout.accelerator_count * duration
    dark = outages.outage_s / outages.period_s
    lit_w, most_w = (
        lit_power_w(supply, layout, site.accelerator, computing_share_ratio=share)
        for share in (computing * used, 1.0)
    )
    energy = satellites * ((1.0 - dark) * lit_w + dark * supply.dark_power_w) * duration
    # A training that never ends costs without end, even where its hours are free.
    cost = accelerator_s * supply.accelerator_usd_per_s + energy * supply.energy_usd_per_j
    kept = memory(task, layout, practice)
    return Training(
        step=step,
        step_s=step_s(step),
        step_count=count,
        utilisation_fraction=used,
        goodput_fraction=goodput,
        work_s=work_s,
        model_flop_utilisation_fraction=practice.flop_efficiency * computing * used,
        duration_s=duration,
        accelerator_s=accelerator_s,
        energy_j=energy,
        cost_usd=jnp.where(jnp.isfinite(duration), cost, jnp.inf),
        memory_margin_fraction=memory_margin_fraction(
            kept, memory_byte=site.accelerator.memory_byte
        ),
        power_margin_fraction=(site.satellite_power_w - most_w)
        / jnp.maximum(site.satellite_power_w, most_w),
        room=room(task, layout),
    )
