"""What does each group deliver in its first and last year and over the years, and what binds?

Closed form, pure JAX: every plane, every day of both years, reduced to groups; the fleet month by
month, from the first launch to the horizon; what lasers offer. Differentiable in every number of
`System`; batch it with `jax.vmap`. Read this file first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from sunstack import operations
from sunstack.accounts import Accounts, accounts
from sunstack.disciplines.economics import Cost
from sunstack.disciplines.network import Estimate
from sunstack.ground import ground_by_year
from sunstack.margins import margins
from sunstack.operations import Balance, group_largest, group_mean, group_sum
from sunstack.programme import Programme, programme
from sunstack.quarters import Company, quarters
from sunstack.serving import Served, served
from sunstack.system import System
from sunstack.training import Trained, trained
from sunstack.units import DAY_S


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Year:
    """A year of every group: satellite-weighted means, shape (groups,) unless said."""

    sunlit_fraction: Array
    eclipse_longest_s: Array
    eclipse_days: Array
    """Days on which a plane meets shadow, mean over planes."""
    array_power_w: Array
    payload_power_w: Array
    bus_power_w: Array
    payload_power_least_w: Array
    """Orbit mean of the worst plane on its worst day."""
    heat_w: Array
    radiator_temperature_k: Array
    """Mean over planes and days of the sunlit steady temperature."""
    radiator_temperature_hottest_k: Array
    chip_temperature_hottest_k: Array
    battery_health_ratio: Array
    sunlit_by_day_fraction: Array
    """Shape (groups, days)."""
    payload_by_day_w: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a design does over its life."""

    satellite_count: Array
    first_year: Year
    last_year: Year
    sunlit_over_life_fraction: Array
    """Mean over the whole life, shape (groups,)."""
    payload_over_life_w: Array
    programme: Programme
    """The fleet over the years."""
    network: Estimate
    """What each group's lasers offer."""
    service: Served
    """What the fleet serves of each language model."""
    economics: Accounts
    """What all of it costs."""
    ground: Cost
    """What the same chips cost on the ground, by calendar year in which they are bought."""
    company: Company | None
    """What the programme does to the company behind it; none where none is named."""
    training: Trained
    """What it trains, if nothing else."""
    margins: dict[str, Array]
    """Signed, (capability - demand) / larger of both, shape (groups,); negative: broken."""

    def binding(self) -> Array:
        """Index into `margins`' names of each group's smallest margin, shape (groups,)."""
        return jnp.argmin(jnp.stack(list(self.margins.values())), axis=0)


def evaluate(system: System) -> Outcome:
    """Run the first year, the last year, the whole life for its worst, and the fleet's years.

    Each step is compiled by itself: what two designs share need then not be compiled twice.
    """
    first, last, life = operations.lifetime(system)
    course = programme(system, first=first, last=last)
    offered = operations.offered(system)
    tokens = served(
        system,
        first=first,
        last=last,
        years=course.years,
        access_bit_per_s=offered.access_bit_per_s,
    )
    costs = accounts(system, course=course, served=tokens)
    return Outcome(
        **_means(system, first, last, life),
        programme=course,
        network=offered,
        service=tokens,
        economics=costs,
        ground=ground_by_year(system, year_count=len(costs.launched_count)),
        company=quarters(system, costs),
        training=trained(
            system,
            first=first,
            last=last,
            years=course.years,
            upset_per_s=course.stopping_upset_per_s,
            restart_lost_fraction=course.restart_lost_fraction,
            corruption_per_s=course.silent_corruption_per_s,
        ),
        margins=margins(system, runs=(first, last, life)),
    )


@jax.jit
def _means(system: System, first: Balance, last: Balance, life: Balance) -> dict[str, Any]:
    return {
        "satellite_count": group_sum(system, system.orbits.satellite_count),
        "first_year": _year(system, first),
        "last_year": _year(system, last),
        "sunlit_over_life_fraction": group_mean(system, life.sunlit_fraction.mean(axis=1)),
        "payload_over_life_w": group_mean(system, life.plan.payload_mean_w.mean(axis=1)),
    }


def _year(system: System, run: Balance) -> Year:
    days = operations.year_s(system) / DAY_S
    return Year(
        sunlit_fraction=group_mean(system, run.sunlit_fraction.mean(axis=1)),
        eclipse_longest_s=group_largest(system, run.eclipse_s),
        eclipse_days=group_mean(system, jnp.mean(run.eclipse_s > 0.0, axis=1)) * days,
        array_power_w=group_mean(system, run.array_power_w.mean(axis=1)),
        payload_power_w=group_mean(system, run.plan.payload_mean_w.mean(axis=1)),
        bus_power_w=group_mean(system, run.plan.bus_mean_w.mean(axis=1)),
        payload_power_least_w=-group_largest(system, -run.plan.payload_mean_w),
        heat_w=group_mean(system, run.heat_w.mean(axis=1)),
        radiator_temperature_k=group_mean(system, run.radiator_temperature_k.mean(axis=1)),
        radiator_temperature_hottest_k=group_largest(system, run.radiator_temperature_k),
        chip_temperature_hottest_k=group_largest(system, run.chip_temperature_k),
        battery_health_ratio=group_mean(system, run.battery_health_ratio[:, -1]),
        sunlit_by_day_fraction=group_mean(system, run.sunlit_fraction),
        payload_by_day_w=group_mean(system, run.plan.payload_mean_w),
    )
