"""What do jobs of a fleet's satellites meet, and how many of them does it train over the years?

Every group of satellites as if it trained nothing else, the same job again and again. Pace follows
the power that payloads get, as prefill does; what eclipses take is the mean over all planes and
days of the year. Satellites round an orbit are dark one after the other: a job on an arc of it is
slowed from the first that turns dark to the last. Upsets that stop an accelerator stop its whole
job, as goodput counts; what their restarts take from the fleet's capacity, in which accelerators
work each by itself, is given back here, so that they are counted once.

Assumes: jobs on satellites of like planes; power spread evenly over a payload's accelerators.
Leaves out: that measures against upsets slow a job (they take satellites); satellites that serve
besides; a job moved to where there is light; loading a job.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from sunstack import operations, serving
from sunstack.disciplines import compute, network, orbit, reliability
from sunstack.disciplines.compute import draw, training
from sunstack.fleet import Years
from sunstack.operations import Balance, group_mean, year_s
from sunstack.system import System
from sunstack.units import DAY_S, YEAR_S

from .job import Conditions, Job, run

KNOTS = 17
"""Powers of an accelerator for which the pace is reckoned; between them it is interpolated."""
MEMORY_RATIO, ARITHMETIC_RATIO = 0.2, 0.95
"""Shares of a pass in prefill that memory and arithmetic are busy, as `draw` takes them."""
LEAST_PACE_RATIO = 1e-6
"""Of accelerators that get no power: what they do takes for ever, in numbers."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Trained:
    """What a fleet trains."""

    jobs: Job
    """Of satellites in their first year and in their last: (years, groups), or (groups,) what is
    the same in both."""
    met: Conditions
    """By these, likewise."""
    runs_per_year_count: Array
    """At each month's end, (months, groups); 0 where a job cannot be."""

    @property
    def first(self) -> Job:
        """Of satellites in their first year, (groups,)."""
        job: Job = of_year(self.jobs, 0)
        return job

    @property
    def last(self) -> Job:
        """In their last."""
        job: Job = of_year(self.jobs, 1)
        return job

    @property
    def first_met(self) -> Conditions:
        """What jobs meet in the first year, (groups,)."""
        met: Conditions = of_year(self.met, 0)
        return met


def of_year(tree: Any, at: int) -> Any:
    """Take one year of what is of several, (..., years, groups)."""
    return jax.tree.map(lambda leaf: leaf[..., at, :] if jnp.ndim(leaf) > 1 else leaf, tree)


@jax.jit
def trained(
    system: System,
    *,
    first: Balance,
    last: Balance,
    years: Years,
    upset_per_s: Array,
    restart_lost_fraction: Array,
    corruption_per_s: Array,
) -> Trained:
    """Reckon what a fleet trains.

    Args:
        system: the design.
        first: every plane's first year.
        last: its last.
        years: the fleet's course.
        upset_per_s: that stop one accelerator, shape (groups,), as the following.
        restart_lost_fraction: what their restarts take from the years' capacity.
        corruption_per_s: silent ones.
    """
    met = conditions(
        system, first, last, upset_per_s=upset_per_s, corruption_per_s=corruption_per_s
    )
    jobs = run(system.training, met)
    runs = runs_per_year_count(system, jobs, years, restart_lost_fraction=restart_lost_fraction)
    return Trained(jobs=jobs, met=met, runs_per_year_count=runs)


def runs_per_year_count(
    system: System, jobs: Job, years: Years, *, restart_lost_fraction: Array
) -> Array:
    """Of a group's accelerators those needed train, spares wait, at the pace of their mean age."""
    if not system.training.model_name:
        return jnp.zeros_like(years.capacity_count)
    chips, year = system.reliability.chips, year_s(system)
    spread_s = jnp.maximum(system.flight.life_s - year, DAY_S)
    age = jnp.clip((years.mean_age_s - 0.5 * year) / spread_s, 0.0, 1.0)
    kept = jnp.maximum(1.0 - restart_lost_fraction, 1e-12)
    at_work = years.capacity_count / kept * chips.carried_count / chips.needed_count
    each = jnp.where(jobs.margin_fraction >= 0.0, YEAR_S / jobs.told.duration_s, 0.0)
    return at_work / jobs.held_count * (each[0] + (each[1] - each[0]) * age)


# --- what jobs meet -------------------------------------------------------------------------------


def conditions(
    system: System, *years: Balance, upset_per_s: Array, corruption_per_s: Array
) -> Conditions:
    """Tell what a group's jobs meet in some years, shape (years, groups), or (groups,)."""
    spec, peak_w = system.training, system.power.payload_peak_power_w
    grid = grid_of(system)
    chips, life_s = system.reliability.chips, system.flight.life_s
    return Conditions(
        grid=grid,
        **_of_years(system, years, arc_fraction=_arc_fraction(system, grid)),
        overhead_ratio=peak_w / (spec.accelerator_count * _each_w(system, peak_w)),
        period_s=group_mean(
            system, orbit.circular_period_s(semi_major_axis_m=system.orbits.semi_major_axis_m)
        ),
        chip_failure_per_s=chips.ground_failure_per_s * chips.orbit_factor,
        ground_failure_per_s=chips.ground_failure_per_s,
        upset_per_s=upset_per_s,
        corruption_per_s=corruption_per_s,
        satellite_failure_per_s=reliability.hazard_ratio(system.reliability.bus, age_s=life_s)
        / life_s,
    )


def grid_of(system: System) -> training.Grid:
    """What lasers join of each group: planes side by side, or one above the other; a formation."""
    system = operations.all_planes(system)
    joint, near = system.connection, system.training
    held, lengths = operations.joined(system)
    has_across = held.plane_count > 1
    across_m = jnp.where(
        has_across, group_mean(system, lengths.across_m), group_mean(system, lengths.rise_m)
    )
    side = jnp.where(has_across, held.plane_count, held.shell_count)
    is_near = near.near_row_count > 0.0

    def hop_s(length_m: Array) -> Array:
        chosen_m = jnp.where(is_near, near.near_hop_m, length_m)
        return chosen_m / network.LIGHT_M_PER_S + joint.hop_s

    return training.Grid(
        row_count=jnp.where(is_near, near.near_row_count, side),
        slot_count=jnp.where(is_near, near.near_row_count, held.slot_count),
        bit_per_s=jnp.broadcast_to(joint.laser_rate_bit_per_s, is_near.shape),
        along_hop_s=hop_s(group_mean(system, lengths.along_m)),
        across_hop_s=hop_s(across_m),
        fold_count=jnp.full(is_near.shape, 2.0),
    )


def _arc_fraction(system: System, grid: training.Grid) -> Array:
    """Of an orbit, from a job's first satellite to its last; none in a formation."""
    layout = system.training.layout
    arc = training.rows.arc_fraction(
        grid, copy_count=layout.copy_count, stage_count=layout.stage_count
    )
    return jnp.where(system.training.near_row_count > 0.0, 0.0, arc)


def _each_w(system: System, payload_w: Array) -> Array:
    """Of an accelerator, when its payload draws some."""
    return serving.accelerator_power_w(
        system.service, payload_w=payload_w, payload_peak_w=system.power.payload_peak_power_w
    )


def pace_of(accelerator: compute.Accelerator, law: compute.Law, *, power_w: Array) -> draw.Pace:
    """How an accelerator that trains works on given power: as in prefill."""
    work = compute.Timing(
        pass_s=jnp.asarray(1.0),
        memory_s=jnp.asarray(MEMORY_RATIO),
        arithmetic_s=jnp.asarray(ARITHMETIC_RATIO),
    )
    return draw.throughput_under_power(accelerator, law, work, power_w=power_w)


def _of_years(system: System, years: Sequence[Balance], *, arc_fraction: Array) -> dict[str, Array]:
    """Power, pace in light and what shadow takes: means over planes and days, (years, groups)."""
    spec = system.training
    most_w = _each_w(system, system.power.payload_peak_power_w)
    knots_w = jnp.linspace(0.0, 1.0, KNOTS) * most_w
    known = pace_of(spec.accelerator, system.service.law, power_w=knots_w)
    # Held here, so that the plan is not reckoned again in each of the sums below.
    lit_w, dark_w, uncooled_w, sunlit = lax.optimization_barrier(
        (
            jnp.stack([one.plan.payload_sunlit_w for one in years]),
            jnp.stack([one.plan.payload_eclipse_w for one in years]),
            jnp.stack([one.uncooled.payload_sunlit_w for one in years]),
            jnp.stack([one.sunlit_fraction for one in years]),
        )
    )
    each_w = _each_w(system, jnp.stack([lit_w, dark_w, uncooled_w]))
    paces = jnp.interp(each_w, knots_w, known.pace_ratio)
    lit, dark, uncooled = jnp.maximum(paces, LEAST_PACE_RATIO)
    shadow, arc = 1.0 - sunlit, arc_fraction[system.plane_group][:, None]
    slowed = jnp.where(shadow > 0.0, jnp.minimum(shadow + arc, 1.0), 0.0)
    told = {
        "uncooled_pace_ratio": uncooled,
        "pace_ratio": lit,
        "load_power_w": jnp.interp(each_w[0], knots_w, known.draw_w),
        "satellite_power_w": lit_w,
        "dark_power_w": dark_w,
        "stopped_fraction": slowed * jnp.maximum(1.0 - dark / lit, 0.0),
        "shaded_fraction": jnp.where(shadow > 0.0, 1.0, 0.0),
    }
    means = jnp.stack([values.mean(axis=2) for values in told.values()])
    by_group = group_mean(system, jnp.moveaxis(means, 2, 0))
    return dict(zip(told, jnp.moveaxis(by_group, 0, 2), strict=True))
