"""How long does one job train a language model, and what takes its time?

A job is one layout whose copies sum gradients at every step, or as many workers as it has
satellites for, each a single copy, that exchange after many steps. What is left of the data sheet's
rate of a satellite is told stage by stage; a step's parts, memory and room are those of
`compute.training`.

A satellite whose shadow slows it down slows its whole job. The share of time that this takes is
told as a stop of that share, met by the workers of a job one by one.

Assumes: accelerators that all work at the same pace; what is lost or waited for takes full power.
Leaves out: the energy of spares; what workers that stand in the dark cost in loss (measured: 2 %
more perplexity with half of the exchanges missed); software that fails more often in larger jobs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array

from sunstack.disciplines.compute import training
from sunstack.disciplines.compute.training import interruptions as failing
from sunstack.disciplines.compute.training import rounds as apart
from sunstack.disciplines.compute.training import rows
from sunstack.disciplines.compute.training.step import BIT_PER_BYTE_COUNT, gradient_bit_count
from sunstack.system import Training

STAGES = (
    "data sheet",
    "machine",
    "layout",
    "power",
    "cooling",
    "exchanges",
    "failures",
    "shadow",
)
"""What is left of a satellite's operations a second, one thing after the other."""
SYNCHRONOUS = "synchronous"


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What a job meets; arrays that broadcast."""

    grid: training.Grid
    uncooled_pace_ratio: Array
    """Of an accelerator's rate at full power, on the power it gets in light if all were cooled."""
    pace_ratio: Array
    load_power_w: Array
    """That an accelerator draws in light."""
    satellite_power_w: Array
    """Of a payload, in light."""
    dark_power_w: Array
    """The same in shadow."""
    overhead_ratio: Array
    """Power of the machine over that of its accelerators."""
    period_s: Array
    stopped_fraction: Array
    """Share of time that a shadow on one of its satellites takes from a job, or from a worker."""
    shaded_fraction: Array
    """Share of the periods that have such a stop."""
    chip_failure_per_s: Array
    """Of one accelerator, for good."""
    ground_failure_per_s: Array
    """The same on the ground, of which other causes are a multiple."""
    upset_per_s: Array
    """Upsets that stop one accelerator."""
    corruption_per_s: Array
    """Silent ones of one accelerator."""
    satellite_failure_per_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Job:
    """What one job takes; shape of the conditions."""

    told: training.Training
    """Of its satellites in use."""
    stage_flop_per_s: Array
    """Of a satellite after each of `STAGES`, operations done again or not needed left out."""
    satellite_count: Array
    """In use, without spares."""
    held_count: Array
    """With spares."""
    interrupted_per_s: Array
    """Of the whole job."""
    corruption_per_s: Array
    """Likewise, silent ones, found or not."""
    unnoticed_count: Array
    """Corruptions that stay in the model of one run."""
    room_margin_count: Array
    """Least of what the layout leaves to spare, satellites that lasers join among it."""

    @property
    def margin_fraction(self) -> Array:
        """Negative where the model does not fit, or cannot lie so."""
        return jnp.minimum(self.told.memory_margin_fraction, self.room_margin_count)


def run(spec: Training, met: Conditions) -> Job:
    """Train once."""
    layout, site = spec.layout, _site(spec, met)
    task = replace(
        spec.task,
        token_flop=spec.task.token_flop * spec.recomputed_ratio,
        batch_token_count=spec.task.batch_token_count / spec.rounds.worker_count,
    )
    work_s = jnp.where(spec.checkpoint_interval_s > 0.0, spec.checkpoint_interval_s, 0.0)
    best_s = failing.interval_s(site.interruptions)
    work_s = jnp.where(work_s > 0.0, work_s, best_s)
    if spec.method == SYNCHRONOUS:
        extra = jnp.asarray(1.0)
        told = training.train(
            task, layout, spec.practice, site, exchange_s=exchange_s(spec, met.grid), work_s=work_s
        )
    else:
        extra = _extra_token_ratio(spec)
        told = training.train_apart(
            task,
            layout,
            spec.practice,
            site,
            spec.rounds,
            extra_token_ratio=extra,
            exchange_s=exchange_s(spec, met.grid),
            work_s=work_s,
        )
    satellites = layout.satellite_count * spec.rounds.worker_count
    return Job(
        told=told,
        stage_flop_per_s=_stages(spec, met, site, told, extra),
        satellite_count=satellites,
        held_count=satellites * (1.0 + spec.spare_fraction),
        interrupted_per_s=site.interruptions.failure_per_s * spec.rounds.worker_count,
        corruption_per_s=site.interruptions.corruption_per_s * spec.rounds.worker_count,
        unnoticed_count=failing.unnoticed_per_s(site.interruptions)
        * spec.rounds.worker_count
        * told.duration_s,
        room_margin_count=_room_margin_count(spec, met, told),
    )


def exchange_s(spec: Training, grid: training.Grid) -> Array:
    """To sum gradients over copies, or a piece of the weights over workers."""
    bits = gradient_bit_count(spec.task, spec.layout, spec.practice)
    copies = spec.layout.copy_count
    if spec.method != SYNCHRONOUS:
        sent = BIT_PER_BYTE_COUNT * spec.practice.sent_gradient_byte
        bits = bits * spec.rounds.parameter_bit_count / sent / spec.rounds.fragment_count
        copies = spec.rounds.worker_count
    return rows.sum_exchange_s(
        grid, bit_count=bits, copy_count=copies, stage_count=spec.layout.stage_count
    )


def _extra_token_ratio(spec: Training) -> Array:
    return apart.extra_token_ratio(
        apart.besiroglu(),
        parameter_count=spec.task.parameter_count + spec.task.expert_parameter_count,
        token_count=spec.task.token_count,
        loss_penalty_fraction=spec.loss_penalty_fraction,
    )


def _site(spec: Training, met: Conditions) -> training.Site:
    none = jnp.asarray(0.0)
    outage_s = met.stopped_fraction * met.period_s
    unit = spec.layout.satellite_count
    return training.Site(
        links=rows.links_of(met.grid, spec.layout),
        accelerator=spec.accelerator,
        peak_flop_per_s=spec.peak_flop_per_s * met.pace_ratio,
        supply=training.Supply(
            load_power_w=met.load_power_w,
            overhead_ratio=met.overhead_ratio,
            laser_power_w=none,
            dark_power_w=met.dark_power_w,
            accelerator_usd_per_s=spec.accelerator_usd_per_s,
            energy_usd_per_j=spec.energy_usd_per_j,
        ),
        satellite_power_w=met.satellite_power_w,
        interruptions=_interruptions(spec, met),
        outages=training.Outages(
            period_s=met.period_s,
            outage_s=outage_s,
            entry_s=none,
            resume_s=spec.resume_s * met.shaded_fraction,
        ),
        spares=training.Spares(
            loss_per_s=unit * met.satellite_failure_per_s,
            replacement_s=jnp.maximum(spec.replacement_s, 1.0),
            spare_count=unit * spec.spare_fraction,
        ),
    )


def _interruptions(spec: Training, met: Conditions) -> training.Interruptions:
    """Of all satellites that must run together."""
    unit, each = spec.layout.satellite_count, spec.layout.accelerator_count
    others = (spec.interruption_ratio - 1.0) * met.ground_failure_per_s
    kept = spec.practice.weight_byte + spec.practice.optimiser_byte
    parameters = spec.task.parameter_count + spec.task.expert_parameter_count
    return training.Interruptions(
        failure_per_s=failing.job_failure_per_s(
            satellite_count=unit,
            accelerator_count=each,
            accelerator_failure_per_s=met.chip_failure_per_s + others + met.upset_per_s,
            satellite_failure_per_s=met.satellite_failure_per_s,
        ),
        corruption_per_s=unit * each * met.corruption_per_s,
        detected_fraction=spec.detected_fraction,
        check_s=spec.check_s,
        checkpoint_s=parameters * kept / (unit * spec.checkpoint_byte_per_s),
        downtime_s=spec.downtime_s,
        restart_s=spec.restart_s,
    )


def _stages(
    spec: Training, met: Conditions, site: training.Site, told: training.Training, extra: Array
) -> Array:
    """Of a satellite in use and its share of a spare."""
    shared = told.utilisation_fraction / extra
    shared = shared * training.step.computing_fraction(told.step)
    sheet = spec.accelerator_count * spec.peak_flop_per_s
    machine = sheet * spec.practice.flop_efficiency
    used = spec.layout.accelerator_count / spec.accelerator_count / spec.recomputed_ratio
    outages = site.outages
    lit = 1.0 - (outages.outage_s + outages.resume_s) / outages.period_s
    exchanged = machine * used * met.pace_ratio * shared
    left = [
        sheet,
        machine,
        machine * used,
        machine * used * met.uncooled_pace_ratio,
        machine * used * met.pace_ratio,
        exchanged,
        exchanged * told.goodput_fraction / jnp.maximum(lit, 1e-9) / (1.0 + spec.spare_fraction),
        exchanged * told.goodput_fraction / (1.0 + spec.spare_fraction),
    ]
    return jnp.stack(jnp.broadcast_arrays(*left))


def _room_margin_count(spec: Training, met: Conditions, told: training.Training) -> Array:
    """Least of the layout's, and of a plane's places that the job leaves."""
    copies = spec.layout.copy_count * spec.rounds.worker_count
    along = spec.layout.stage_count * rows.block_count(met.grid, copy_count=copies)
    joined = jnp.where(copies * spec.layout.stage_count > 1.0, met.grid.slot_count - along, 0.0)
    return jnp.stack(jnp.broadcast_arrays(joined, *told.room)).min(axis=0)
