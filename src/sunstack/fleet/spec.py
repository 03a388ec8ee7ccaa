"""What is a fleet over the years, and what do its satellites do by age?"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from sunstack.disciplines import launch, reliability
from sunstack.disciplines.reliability import Policy
from sunstack.units import YEAR_S

MONTH_S = YEAR_S / 12.0
YEAR_MONTHS = 12
SMALLEST_FRACTION = 1e-12
"""Share arriving taken for none: flights are then flown for ever and bring nothing to speak of."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """What is launched, how it fails, and what becomes of it; scalars unless said."""

    launch: launch.Spec
    reliability: reliability.Spec
    policy: Policy
    wanted_count: Array
    """Satellites of each group, shape (groups,), in the order of filling."""
    spare_count: Array
    """Spares of each group, in orbit with the others, shape (groups,)."""
    satellite_kg: Array
    stowed_volume_m3: Array
    """0 where unknown: mass alone then decides what a flight carries."""
    raising_s: Array
    """From release to place, shape (groups,)."""
    decay_s: Array
    """Time in which a derelict comes down from its shell, shape (groups,)."""
    disposal_success_fraction: Array
    service_fraction: Array
    """Share of its work that dose, holes and upsets leave a satellite, shape (groups, months of
    age), either of them 1 where all are alike."""
    payload_w: Array
    """Mean power of its payload by age, of the same shape."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Years:
    """The fleet's course, shape (months, groups) unless said; flows are of a month."""

    flight_count: Array
    launched_count: Array
    """Lifted off, lost ones too."""
    lost_count: Array
    dead_on_arrival_count: Array
    failed_count: Array
    withdrawn_count: Array
    disposed_count: Array
    decayed_count: Array
    """Derelicts that came down by themselves."""
    working_count: Array
    """Alive at the month's end, in place or on the way to it."""
    in_place_count: Array
    derelict_count: Array
    capacity_count: Array
    """Satellites' worth of chips at work in place at the month's end; spares wait for their turn,
    and what is more than wanted does not count, here and in the powers."""
    payload_power_w: Array
    """Drawn by payloads in place."""
    delivered_power_w: Array
    """Of it, by chips at work."""
    mean_age_s: Array
    """Of the working; 0 where there are none."""
    cohort_count: Array
    """Working, in orbit, by the year they took up their lives in, all groups: (months, years)."""
    last_working_count: Array
    """At the horizon's end by month of birth: (groups, months)."""
    last_dead_count: Array
    """The same of those that became derelict, by month; those that came down since among them."""


@dataclass(frozen=True, kw_only=True)
class Ages:
    """What satellites do by month of age, shape (months,), by group too where said."""

    age_s: Array
    failing_fraction: Array
    """Of those working, within the month that follows."""
    withdrawn_fraction: Array
    """Of those that did not fail."""
    alive_fraction: Array
    """Share of those born that still works, neither failed nor withdrawn."""
    placed_fraction: Array
    """Share that has raised its orbit, shape (groups, months), as the following."""
    serving_fraction: Array
    """Share of its chips' work that a working satellite does."""
    payload_w: Array


def ages(spec: Spec, *, month_count: int) -> Ages:
    """Tabulate shares by age."""
    age_s = jnp.arange(month_count) * MONTH_S
    shares = reliability.cohorts(spec.reliability, spec.policy, age_s=age_s, step_s=MONTH_S)
    placed = jnp.clip((age_s - spec.raising_s[:, None]) / MONTH_S + 1.0, 0.0, 1.0)
    shape = (len(spec.wanted_count), month_count)
    left = shares.capacity_fraction * jnp.broadcast_to(spec.service_fraction, shape)
    staying = (1.0 - shares.failing_fraction) * (1.0 - shares.withdrawn_fraction)
    return Ages(
        age_s=age_s,
        alive_fraction=jnp.cumprod(jnp.concatenate([jnp.ones(1, staying.dtype), staying[:-1]])),
        failing_fraction=shares.failing_fraction,
        withdrawn_fraction=shares.withdrawn_fraction,
        placed_fraction=placed,
        serving_fraction=placed * left,
        payload_w=jnp.broadcast_to(spec.payload_w, shape),
    )


@dataclass(frozen=True, kw_only=True)
class Derelicts:
    """Shares of those left derelict, by months since, shape (groups, months)."""

    staying_up: Array
    coming_down: Array
    """Within the month."""


def derelicts(spec: Spec, *, month_count: int) -> Derelicts:
    """Tabulate when they come down.

    Derelicts of a month became so all over it: of those whose time ends within a month, part is
    down at its end.
    """
    age_s = jnp.arange(month_count) * MONTH_S
    down = jnp.clip((age_s - spec.decay_s[:, None]) / MONTH_S + 1.0, 0.0, 1.0)
    staying_up = 1.0 - down  # once some are down the others are, a month later
    before = jnp.concatenate([jnp.ones_like(down[:, :1]), staying_up[:, :-1]], axis=1)
    return Derelicts(staying_up=staying_up, coming_down=before - staying_up)
