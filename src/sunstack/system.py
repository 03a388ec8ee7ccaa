"""What is fixed once a scenario is resolved? One Spec per discipline, all SI, nothing left unset.

`System` is a JAX tree: differentiate, batch or replace any of its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import jax
from jax import Array

from sunstack.disciplines import mass, orbit, power, thermal


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Environment:
    """What surrounds every satellite; scalars."""

    solar_constant_w_per_m2: Array
    albedo_ratio: Array
    earth_infrared_w_per_m2: Array
    solar_flux_units: Array
    """10.7 cm radio flux, for air density."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Flight:
    """How the satellite meets the air and how long it must last; scalars."""

    life_s: Array
    drag_area_m2: Array
    drag_coefficient_ratio: Array
    delta_v_m_per_s: Array
    local_time_tolerance_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class System:
    """A whole fleet of one satellite design: planes (planes,), design (scalars)."""

    orbits: orbit.Spec
    plane_group: Array
    """Group each plane belongs to: integers, shape (planes,)."""
    sun_synchronous_intended: Array
    """Whether a group's local time is meant to hold: booleans, shape (groups,)."""
    power: power.Spec
    thermal: thermal.Spec
    mass: mass.Spec
    flight: Flight
    environment: Environment
    atmosphere: orbit.Atmosphere
    epoch_julian_day: Array
    group_names: tuple[str, ...] = field(metadata={"static": True})
