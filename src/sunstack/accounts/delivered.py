"""What does a fleet deliver by month, and a satellite that is launched by age?

Everything that takes work away is taken from it: shadow, throttling, satellites lost, failed or on
their way, chips failed, dose, holes and upsets, links; of tokens also what would come too late, for
batches that are always full make requests wait. An accelerator's time is told at full power: an
hour at half power is half an hour.

Assumes: accelerators do as much for each joule at any power (tokens follow the measured curve);
between the ends of two months what stands grows evenly.
Leaves out: work that nobody asks for; what is sold of it is a share stated by the scenario.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from sunstack import fleet
from sunstack.fleet import MONTH_S
from sunstack.operations import year_s
from sunstack.programme import Programme
from sunstack.serving import Served
from sunstack.system import System
from sunstack.units import DAY_S


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Delivered:
    """In each month, shape (..., months)."""

    energy_j: Array
    """To payloads, by chips at work."""
    chip_s: Array
    """Of accelerators at full power."""
    work_flop: Array
    """At the data sheet's dense rate."""
    token_count: Array
    """Of answers of each language model as if it alone were served, models first."""


@dataclass(frozen=True, kw_only=True)
class Life:
    """One satellite that lifts off, by month of age, shape (months,) or (groups, months)."""

    age_s: Array
    alive_fraction: Array
    disposed_fraction: Array
    """Brought down in the month."""
    delivered: Delivered


def by_month(system: System, course: Programme, served: Served) -> Delivered:
    """What the whole fleet delivers."""
    power_w = month_means(course.years.delivered_power_w.sum(axis=1))
    return _of_energy(system, power_w * MONTH_S, month_means(served.fleet_tokens_per_s) * MONTH_S)


def life(system: System, course: Programme, served: Served) -> Life:
    """Follow one satellite of each group from its launch."""
    spec = course.fleet
    ages = fleet.ages(spec, month_count=system.upkeep.month_count)
    failing, withdrawn = ages.failing_fraction, ages.withdrawn_fraction
    arriving = spec.launch.cadence.success_fraction * (
        1.0 - spec.reliability.bus.dead_on_arrival_fraction
    )
    alive = arriving * ages.alive_fraction
    # Spares do no work: of those launched only so many are wanted.
    asked = spec.wanted_count / jnp.maximum(spec.wanted_count + spec.spare_count, 1e-12)
    working = asked[:, None] * alive
    energy_j = working * ages.serving_fraction * ages.payload_w * MONTH_S
    tokens = working * _satellite_tokens_per_s(system, served, ages) * MONTH_S
    return Life(
        age_s=ages.age_s + 0.5 * MONTH_S,
        alive_fraction=alive,
        disposed_fraction=alive * (1.0 - failing) * withdrawn * spec.disposal_success_fraction,
        delivered=_of_energy(system, energy_j, tokens),
    )


def month_means(at_ends: Array) -> Array:
    """Means of months from what stands at their ends, nothing before the first."""
    before = jnp.concatenate([jnp.zeros_like(at_ends[..., :1]), at_ends[..., :-1]], axis=-1)
    return 0.5 * (before + at_ends)


def _of_energy(system: System, energy_j: Array, token_count: Array) -> Delivered:
    chip_s = energy_j / full_power_w(system) * system.economics.chip_count
    return Delivered(
        energy_j=energy_j,
        chip_s=chip_s,
        work_flop=chip_s * system.economics.peak_flop_per_s,
        token_count=token_count,
    )


def full_power_w(system: System) -> Array:
    """Power at which all accelerators that are needed run at full power."""
    service, peak_w = system.service, system.power.payload_peak_power_w
    if not service.model_names:
        return peak_w
    chips_w = service.chip_count * service.accelerator.peak_power_w * service.host_ratio
    return jnp.maximum(peak_w, chips_w)


def _satellite_tokens_per_s(system: System, served: Served, ages: fleet.Ages) -> Array:
    """Of a working satellite by age as the fleet's are reckoned, (models, groups, months)."""
    begun, linked = served.stage_tokens_per_s[-2], served.stage_tokens_per_s[-1]
    chips, year = system.reliability.chips, year_s(system)
    spread_s = jnp.maximum(system.flight.life_s - year, DAY_S)
    share = jnp.clip((ages.age_s - 0.5 * year) / spread_s, 0.0, 1.0)
    change = served.last_year_tokens_per_s - begun
    each = begun[:, :, None] + change[:, :, None] * share
    at_work = ages.serving_fraction * chips.carried_count / chips.needed_count
    return jnp.minimum(each * at_work, linked[:, :, None])
