"""What do jobs of a fleet's satellites meet, and how many of them does it train over the years?

Every group of satellites as if it trained nothing else, the same job again and again. Pace follows
the power that payloads get, as prefill does; what eclipses take is the mean over all planes and
days of the year. Satellites round an orbit are dark one after the other: a job on an arc of it is
slowed from the first that turns dark to the last.

Assumes: jobs on satellites of like planes; power spread evenly over a payload's accelerators.
Leaves out: satellites that serve besides; a job moved to where there is light; loading a job.
"""

from __future__ import annotations

from dataclasses import dataclass

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

    first: Job
    """Of satellites in their first year, (groups,)."""
    last: Job
    """In their last."""
    runs_per_year_count: Array
    """At each month's end, (months, groups); 0 where a job cannot be."""
    met: Conditions
    """By what jobs in the first year meet, (groups,)."""


@jax.jit
def trained(
    system: System,
    *,
    first: Balance,
    last: Balance,
    years: Years,
    upset_per_s: Array,
    corruption_per_s: Array,
) -> Trained:
    """Reckon what a fleet trains.

    Args:
        system: the design.
        first: every plane's first year.
        last: its last.
        years: the fleet's course.
        upset_per_s: that stop one accelerator, shape (groups,), as the following.
        corruption_per_s: silent ones.
    """
    upsets = {"upset_per_s": upset_per_s, "corruption_per_s": corruption_per_s}
    begun = conditions(system, first, **upsets)
    ended = conditions(system, last, **upsets)
    both = jax.vmap(lambda met: run(system.training, met))(
        jax.tree.map(lambda *leaves: jnp.stack(jnp.broadcast_arrays(*leaves)), begun, ended)
    )
    jobs = [jax.tree.map(lambda leaf, at=at: leaf[at], both) for at in (0, 1)]
    return Trained(
        first=jobs[0],
        last=jobs[1],
        runs_per_year_count=_runs_per_year_count(system, jobs[0], jobs[1], years),
        met=begun,
    )


def _runs_per_year_count(system: System, begun: Job, ended: Job, years: Years) -> Array:
    """Of a group's accelerators those needed train, spares wait, at the pace of their mean age."""
    chips, year = system.reliability.chips, year_s(system)
    spread_s = jnp.maximum(system.flight.life_s - year, DAY_S)
    age = jnp.clip((years.mean_age_s - 0.5 * year) / spread_s, 0.0, 1.0)
    at_work = years.capacity_count * chips.carried_count / chips.needed_count
    each = [
        jnp.where(one.margin_fraction >= 0.0, YEAR_S / one.told.duration_s, 0.0)
        for one in (begun, ended)
    ]
    if not system.training.model_name:
        return jnp.zeros_like(at_work)
    return at_work / begun.held_count * (each[0] + (each[1] - each[0]) * age)


# --- what jobs meet -------------------------------------------------------------------------------


def conditions(
    system: System, year: Balance, *, upset_per_s: Array, corruption_per_s: Array
) -> Conditions:
    """Tell what a group's jobs meet in a year, shape (groups,)."""
    spec, peak_w = system.training, system.power.payload_peak_power_w
    grid = grid_of(system)
    chips, life_s = system.reliability.chips, system.flight.life_s
    return Conditions(
        grid=grid,
        **_paces(system, year, arc_fraction=_arc_fraction(system, grid)),
        satellite_power_w=group_mean(system, year.plan.payload_sunlit_w.mean(axis=1)),
        dark_power_w=group_mean(system, year.plan.payload_eclipse_w.mean(axis=1)),
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


def _paces(system: System, year: Balance, *, arc_fraction: Array) -> dict[str, Array]:
    """Pace in light, and what shadow takes, each the mean over planes and days."""
    spec = system.training
    most_w = _each_w(system, system.power.payload_peak_power_w)
    knots_w = jnp.linspace(0.0, 1.0, KNOTS) * most_w
    known = pace_of(spec.accelerator, system.service.law, power_w=knots_w)

    def read(payload_w: Array) -> Array:
        found = jnp.interp(_each_w(system, payload_w), knots_w, known.pace_ratio)
        return jnp.maximum(found, LEAST_PACE_RATIO)

    # Held here, so that the plan is not reckoned again in each of the sums below.
    sunlit_w, dark_w, uncooled_w, sunlit = lax.optimization_barrier(
        (
            year.plan.payload_sunlit_w,
            year.plan.payload_eclipse_w,
            year.uncooled.payload_sunlit_w,
            year.sunlit_fraction,
        )
    )
    lit, dark, uncooled = read(jnp.stack([sunlit_w, dark_w, uncooled_w]))
    shadow = 1.0 - sunlit
    met = shadow > 0.0
    arc = arc_fraction[system.plane_group][:, None]
    slowed = jnp.where(met, jnp.minimum(shadow + arc, 1.0), 0.0)
    stopped = slowed * jnp.maximum(1.0 - dark / lit, 0.0)
    lit_w = jnp.interp(_each_w(system, sunlit_w), knots_w, known.draw_w)
    told = {
        "uncooled_pace_ratio": uncooled,
        "pace_ratio": lit,
        "load_power_w": jnp.maximum(lit_w, spec.accelerator.idle_power_w),
        "stopped_fraction": stopped,
        "shaded_fraction": jnp.where(met, 1.0, 0.0),
    }
    return {name: group_mean(system, values.mean(axis=1)) for name, values in told.items()}
