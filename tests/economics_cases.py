"""A fleet whose money can be reckoned by hand: all on one flight, and nothing fails."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import jax.numpy as jnp

from sunstack import accounts, fleet
from sunstack.disciplines import reliability
from sunstack.programme import STAGES, Programme, spent_usd
from sunstack.resolve import Resolved, resolve
from sunstack.scenario import load, shipped
from sunstack.serving import STAGES as SERVED_STAGES
from sunstack.serving import Served
from sunstack.system import System
from sunstack.units import YEAR_S

MONTHS = 60
POWER_W = 100e3
NEVER = (
    "launch.success_fraction=1",
    "reliability.dead_on_arrival_fraction=0",
    "reliability.bus_failure_fraction_per_year=0",
    "reliability.chip_failure_fraction_per_year=0",
    "reliability.wear_out_scale_years=1000",
    "reliability.wear_out_shape_ratio=20",
    "reliability.needed_drive_count=0",
)
"""Nothing is lost and nothing fails."""
OTHERS = ("token_j", "batch_count", "output_token_s", "first_token_s", "latency_margin_s")
"""What is served beside tokens, of which accounts know nothing."""


@cache
def resolved() -> Resolved:
    """ai1 with nothing that fails."""
    return resolve(load(shipped.find("ai1"), list(NEVER)))


def one() -> System:
    """The same over five years."""
    system = resolved().system
    return replace(system, upkeep=replace(system.upkeep, month_count=MONTHS))


def changed(system: System, **sections: dict[str, float]) -> System:
    """The system with other numbers of its economics."""
    spec = system.economics
    for name, numbers in sections.items():
        values = {key: jnp.asarray(value) for key, value in numbers.items()}
        spec = replace(spec, **{name: replace(getattr(spec, name), **values)})
    return replace(system, economics=spec)


def fleet_of(system: System, count: float = 1.0) -> fleet.Spec:
    """Satellites that never fail and are in place when they lift off, all on one flight."""
    return fleet.Spec(
        launch=system.launch,
        reliability=system.reliability,
        policy=system.upkeep.policy,
        wanted_count=jnp.array([count]),
        spare_count=jnp.zeros(1),
        satellite_kg=system.mass.stated_mass_kg,
        stowed_volume_m3=jnp.asarray(0.0),
        raising_s=jnp.zeros(1),
        decay_s=jnp.array([YEAR_S]),
        disposal_success_fraction=jnp.asarray(1.0),
        service_fraction=jnp.ones((1, 1)),
        payload_w=jnp.full((1, 1), POWER_W),
    )


def course_of(spec: fleet.Spec, months: int = MONTHS) -> Programme:
    years = fleet.years(spec, month_count=months)
    none = jnp.zeros(1)
    return Programme(
        fleet=spec,
        years=years,
        stage_power_w=jnp.zeros((len(STAGES), 1)),
        launched_kg=years.launched_count.sum(axis=1) * spec.satellite_kg,
        reentered_kg=jnp.zeros(months),
        propellant_kg=jnp.zeros(months),
        spent_usd=spent_usd(spec, years),
        silent_corruption_per_s=none,
        stopping_upset_per_s=none,
        restart_lost_fraction=none,
        raising_m_per_s=none,
        station_keeping_m_per_s=none,
        lowering_m_per_s=none,
    )


def served_of(system: System, course: Programme) -> Served:
    """A thousand tokens a second of each model from each satellite at work."""
    models, months = len(system.service.model_names), len(course.spent_usd)
    each = jnp.full((models, 1), 1000.0)
    fleets = course.years.capacity_count.sum(axis=1)
    return Served(
        stage_tokens_per_s=jnp.broadcast_to(each, (len(SERVED_STAGES), models, 1)),
        last_year_tokens_per_s=each,
        fleet_tokens_per_s=jnp.broadcast_to(1000.0 * fleets, (models, months)),
        full_batch_tokens_per_s=jnp.broadcast_to(1010.0 * fleets, (models, months)),
        horizon_tokens_per_s=jnp.full((models, 1), 1000.0 * fleets[-1]),
        asked_tokens_per_s=jnp.zeros((0, months)),
        met_fraction=jnp.ones((models, months)),
        **dict.fromkeys(OTHERS, each),
        first_token_margin_s=each,
        admitted_load_fraction=jnp.ones((models, 1)),
        memory_margin_byte=jnp.zeros(models),
        needed_chip_count=jnp.ones(models),
    )


def reckoned(system: System, count: float = 1.0) -> tuple[Programme, accounts.Accounts]:
    course = course_of(fleet_of(system, count))
    return course, accounts.accounts(system, course=course, served=served_of(system, course))


@cache
def usual() -> tuple[System, Programme, Served]:
    system = one()
    soon = reliability.ReplaceAtAge(life_s=jnp.asarray(2.0 * YEAR_S))
    system = replace(system, upkeep=replace(system.upkeep, policy=soon))
    course = course_of(fleet_of(system, 500.0))
    return system, course, served_of(system, course)
