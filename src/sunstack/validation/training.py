"""What follows for published trainings of language models, next to what is printed of them?"""

from __future__ import annotations

from dataclasses import fields

import jax.numpy as jnp
from jax import Array

from sunstack.disciplines.compute import parameter_count
from sunstack.disciplines.compute.training import Layout, Practice, Rounds, Task, task_of
from sunstack.disciplines.compute.training import interruptions as failing
from sunstack.disciplines.compute.training import rounds as apart
from sunstack.disciplines.compute.training import step as in_step
from sunstack.resolve.chips import language_model
from sunstack.units import DAY_S

from .inputs import Inputs, Quantity

SINGLE_BIT_COUNT = 16.0
"""In which gradients are exchanged at every step, if a case says nothing else."""


def _numbers(**values: float) -> dict[str, Array]:
    return {name: jnp.asarray(value) for name, value in values.items()}


# --- in step --------------------------------------------------------------------------------------


def _task(given: Inputs, *, batch_token_count: float) -> Task:
    return task_of(
        language_model(given.word("model")),
        token_count=given["training_token_count"],
        batch_token_count=batch_token_count,
        sequence_token_count=given["sequence_token_count"],
    )


def accelerator_hours(given: Inputs) -> float:
    """Do all operations of a training at a rate reached, and again what is lost."""
    task = _task(given, batch_token_count=1.0)
    work_s = task.token_flop * task.token_count / given["reached_tflop_per_s"]
    return float(work_s) / given["goodput_fraction"]


def rate_of_an_accelerator(given: Inputs) -> float:
    """Share the operations of a training among the time of its accelerators."""
    task = _task(given, batch_token_count=1.0)
    return float(task.token_flop * task.token_count) / given["accelerator_hours"]


def computing_time_of_a_step(given: Inputs) -> float:
    """Do a batch's operations at a share of what all accelerators can."""
    task = _task(given, batch_token_count=given["batch_token_count"])
    layout = Layout(**_numbers(**{one.name: 1.0 for one in fields(Layout)}))
    practice = Practice(**_numbers(**{one.name: 1.0 for one in fields(Practice)}))
    rate = given["accelerator_count"] * given["reached_tflop_per_s"]
    return float(in_step.computing_s(task, layout, practice, peak_flop_per_s=jnp.asarray(rate)))


# --- apart ----------------------------------------------------------------------------------------


def _rounds(given: Inputs, *, early_fraction: float) -> Rounds:
    return Rounds(
        **_numbers(
            worker_count=given["worker_count"],
            inner_step_count=given["inner_step_count"],
            fragment_count=given["fragment_count"],
            overlap_step_count=given["overlap_step_count"],
            early_fraction=early_fraction,
            parameter_bit_count=given["parameter_bits"],
        )
    )


def rate_that_workers_need(given: Inputs) -> float:
    """Find the rate at which workers compute a share of their time."""
    return float(
        apart.needed_bit_per_s(
            _rounds(given, early_fraction=in_step.BACKWARD_FRACTION),
            parameter_count=given["parameter_count"],
            step_s=given["step_s"],
            layer_count=given["layer_count"],
            utilisation_fraction=given["utilisation_fraction"],
        )
    )


def rate_that_streaming_saves(given: Inputs) -> float:
    """Set the rate that exchange at every step needs over that of streamed rounds."""
    words = {
        name: given[name]
        for name in ("parameter_count", "step_s", "layer_count", "utilisation_fraction")
    }
    streamed = _rounds(given, early_fraction=in_step.BACKWARD_FRACTION)
    every = Rounds(
        **_numbers(
            worker_count=given["worker_count"],
            inner_step_count=1.0,
            fragment_count=1.0,
            overlap_step_count=0.0,
            early_fraction=in_step.BACKWARD_FRACTION,
            parameter_bit_count=SINGLE_BIT_COUNT,
        )
    )
    needed = [apart.needed_bit_per_s(rounds, **words) for rounds in (every, streamed)]
    return float(needed[0] / needed[1])


def traffic_that_rounds_save(given: Inputs) -> float:
    """Compare the bits of rounds with those of an exchange at every step."""
    rounds = Rounds(
        **_numbers(
            worker_count=2.0,
            inner_step_count=given["inner_step_count"],
            fragment_count=1.0,
            overlap_step_count=0.0,
            early_fraction=0.0,
            parameter_bit_count=given["parameter_bits"],
        )
    )
    return float(apart.traffic_reduction_ratio(rounds, step_bit_count=given["step_bits"]))


def utilisation_between_exchanges(given: Inputs) -> float:
    """Wait for each exchange of the whole model, none of it hidden."""
    rounds = Rounds(
        **_numbers(
            worker_count=2.0,
            inner_step_count=given["inner_step_count"],
            fragment_count=1.0,
            overlap_step_count=0.0,
            early_fraction=0.0,
            parameter_bit_count=8.0,
        )
    )
    share = apart.utilisation_fraction(
        rounds,
        exchange_s=given["exchange_s"],
        step_s=given["inner_steps_s"] / given["inner_step_count"],
        layer_count=given["layer_count"],
    )
    return float(share)


def flop_utilisation_between_exchanges(given: Inputs) -> float:
    """Reach of the peak rate what one machine alone does, while it computes."""
    return given["alone_fraction"] * utilisation_between_exchanges(given)


# --- failures -------------------------------------------------------------------------------------


def time_between_failures(given: Inputs) -> float:
    """Take the mean time between failures of any of a job's machines."""
    rate = failing.job_failure_per_s(
        satellite_count=given["accelerator_count"] / given["machine_accelerator_count"],
        accelerator_count=0.0,
        accelerator_failure_per_s=0.0,
        satellite_failure_per_s=given["failures_per_machine_day"] / DAY_S,
    )
    return 1.0 / float(rate)


def interval_by_daly(given: Inputs) -> float:
    """Find the best work between checkpoints by Daly's expansion."""
    return float(
        failing.daly_interval_s(
            checkpoint_s=given["checkpoint_s"], failure_per_s=1.0 / given["between_failures_hours"]
        )
    )


def best_interval(given: Inputs) -> float:
    """Find the best work between checkpoints exactly."""
    return float(
        failing.best_interval_s(
            checkpoint_s=given["checkpoint_s"], failure_per_s=1.0 / given["between_failures_hours"]
        )
    )


def goodput_of_a_training(given: Inputs) -> float:
    """Write what is kept of a model at the best interval, and lose what interruptions cost.

    A restart reads it at the rate it was written.
    """
    kept = parameter_count(language_model(given.word("model"))) * given["parameter_state_byte"]
    written_s = float(kept) / given["storage_tb_per_s"]
    faced = failing.Interruptions(
        **_numbers(
            failure_per_s=given["interruption_count"] / given["duration_days"],
            corruption_per_s=0.0,
            detected_fraction=1.0,
            check_s=0.0,
            checkpoint_s=written_s,
            downtime_s=given["downtime_s"],
            restart_s=written_s,
        )
    )
    return float(failing.goodput_fraction(faced, work_s=failing.interval_s(faced)))


TRAINING: dict[str, Quantity] = {
    "accelerator hours of a training": accelerator_hours,
    "rate of an accelerator in training": rate_of_an_accelerator,
    "computing time of a step": computing_time_of_a_step,
    "rate that workers need": rate_that_workers_need,
    "rate that streaming saves": rate_that_streaming_saves,
    "traffic that rounds save": traffic_that_rounds_save,
    "utilisation between exchanges": utilisation_between_exchanges,
    "utilisation of operations between exchanges": flop_utilisation_between_exchanges,
    "time between failures of a training": time_between_failures,
    "interval between checkpoints by Daly": interval_by_daly,
    "best interval between checkpoints": best_interval,
    "goodput of a training": goodput_of_a_training,
}
