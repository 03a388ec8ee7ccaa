"""Which share of the satellites still works at an age, and which share of those fails in a month?

    Weibull      R(t) = exp(-(t / η)^k)      k < 1: infant mortality, k = 1: chance, k > 1: wear-out
    constant     R(t) = exp(-λ t)

Failures in a step are those of satellites that have come so far: 1 - R(t + Δt) / R(t), which stays
finite at age 0, where the hazard of a Weibull with k < 1 does not. Satellites dead on arrival are a
share of those launched, found in the low orbit they are put into, and never age.

Assumes: satellites fail independently of each other and for good: nothing is serviced.
Leaves out: faults common to a batch, failures in part, storms.
Reference: Castet & Saleh, J. Spacecraft and Rockets 46 (2009) 1065: η = 2607 years, k = 0.4521,
from 1,584 satellites launched 1990 to 2008.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import YEAR_S

LARGEST_HAZARD = 80.0
"""Cumulative hazard beyond which nothing is left: e^-80 is still a number in single precision."""
SHORTEST_S = 1.0
"""Ages and lives are told apart down to a second, so that a life of zero is a number too."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class WeibullBus:
    """Failures that become rarer, or more frequent, with age."""

    dead_on_arrival_fraction: Array
    scale_s: Array
    """Age that e^-1 of the satellites reach."""
    shape_ratio: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class ConstantBus:
    """Failures as frequent at any age."""

    dead_on_arrival_fraction: Array
    failure_per_s: Array


type Bus = WeibullBus | ConstantBus


def hazard_of_annual_fraction_per_s(*, annual_fraction: ArrayLike) -> Array:
    """Constant hazard under which this share fails within a year."""
    left = jnp.maximum(1.0 - jnp.asarray(annual_fraction), jnp.exp(-LARGEST_HAZARD))
    return -jnp.log(left) / YEAR_S


def weibull_hazard_ratio(*, age_s: ArrayLike, scale_s: ArrayLike, shape_ratio: ArrayLike) -> Array:
    """Cumulative hazard (t / η)^k, at most 80; its logarithm keeps gradients finite."""
    age, scale = jnp.asarray(age_s), jnp.asarray(scale_s)
    steepness = jnp.log(jnp.maximum(age, SHORTEST_S)) - jnp.log(jnp.maximum(scale, SHORTEST_S))
    logarithm = jnp.minimum(jnp.asarray(shape_ratio) * steepness, jnp.log(LARGEST_HAZARD))
    return jnp.where(age > 0.0, jnp.exp(logarithm), 0.0)


def hazard_ratio(bus: Bus, *, age_s: ArrayLike) -> Array:
    """Cumulative hazard of a bus that arrived alive: minus the logarithm of survival."""
    if isinstance(bus, WeibullBus):
        return weibull_hazard_ratio(age_s=age_s, scale_s=bus.scale_s, shape_ratio=bus.shape_ratio)
    return jnp.minimum(bus.failure_per_s * jnp.asarray(age_s), LARGEST_HAZARD)


def survival_fraction(bus: Bus, *, age_s: ArrayLike) -> Array:
    """Share of those that arrived alive that still works."""
    return jnp.exp(-hazard_ratio(bus, age_s=age_s))


def failing_fraction(bus: Bus, *, age_s: ArrayLike, step_s: ArrayLike) -> Array:
    """Share of those working at an age that fails within a step."""
    later = hazard_ratio(bus, age_s=jnp.asarray(age_s) + step_s)
    return -jnp.expm1(hazard_ratio(bus, age_s=age_s) - later)


def time_between_failures_s(*, failure_per_s: ArrayLike, unit_count: ArrayLike) -> Array:
    """Mean time between failures of a job that any of its units interrupts; inf without any."""
    return 1.0 / (jnp.asarray(failure_per_s) * unit_count)


def observed_failure_per_s(
    *, failure_count: ArrayLike, unit_count: ArrayLike, duration_s: ArrayLike
) -> Array:
    """Hazard of one unit, from failures counted among many."""
    return jnp.asarray(failure_count) / (jnp.asarray(unit_count) * duration_s)
