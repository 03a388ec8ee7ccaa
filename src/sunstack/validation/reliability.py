"""What do the reliability functions give for published failures, lives and impacts?"""

from __future__ import annotations

import jax.numpy as jnp

from sunstack import catalogue
from sunstack.disciplines import reliability
from sunstack.units import YEAR_S

from .inputs import Inputs, Quantity


def _value(entry: str, name: str) -> float:
    return float(catalogue.entry("hazard", entry).values[f"reliability.{name}"].value)


def _failure_per_s(given: Inputs) -> float:
    return float(
        reliability.observed_failure_per_s(
            failure_count=given["failure_count"],
            unit_count=given["unit_count"],
            duration_s=given["duration_days"],
        )
    )


def failures_of_a_chip(given: Inputs) -> float:
    """Take the hazard of one unit among those watched."""
    return _failure_per_s(given)


def time_between_failures_of_a_job(given: Inputs) -> float:
    """Spread the hazard of the units watched over a job of others."""
    return float(
        reliability.time_between_failures_s(
            failure_per_s=_failure_per_s(given), unit_count=given["job_unit_count"]
        )
    )


def satellites_that_survive(given: Inputs) -> float:
    """Take the Weibull of the catalogue's entry."""
    name = given.word("hazard")
    bus = reliability.WeibullBus(
        dead_on_arrival_fraction=jnp.asarray(0.0),
        scale_s=jnp.asarray(_value(name, "bus_scale_years") * YEAR_S),
        shape_ratio=jnp.asarray(_value(name, "bus_shape_ratio")),
    )
    return float(reliability.survival_fraction(bus, age_s=given["age_years"]))


def life_at_full_capacity(given: Inputs) -> float:
    """Sum the capacity of a rack of 72 chips without spares over its years of service."""
    never = jnp.asarray(0.0)
    chips = reliability.Units(
        ground_failure_per_s=reliability.hazard_of_annual_fraction_per_s(
            annual_fraction=given["chip_failure_fraction"]
        ),
        orbit_factor=jnp.asarray(1.0),
        wear_out_scale_s=jnp.asarray(1e4 * YEAR_S),
        wear_out_shape_ratio=jnp.asarray(3.0),
        needed_count=jnp.asarray(72.0),
        carried_count=jnp.asarray(72.0),
    )
    drives = reliability.Units(
        ground_failure_per_s=never,
        orbit_factor=jnp.asarray(1.0),
        wear_out_scale_s=jnp.asarray(1e4 * YEAR_S),
        wear_out_shape_ratio=jnp.asarray(3.0),
        needed_count=never,
        carried_count=never,
    )
    bus = reliability.ConstantBus(
        dead_on_arrival_fraction=never,
        failure_per_s=reliability.hazard_of_annual_fraction_per_s(
            annual_fraction=given["bus_failure_fraction"]
        ),
    )
    return float(
        reliability.capacity_life_s(
            reliability.Spec(bus=bus, chips=chips, drives=drives),
            duration_s=given["service_years"],
            overhead_fraction=given["overhead_fraction"],
        )
    )


def flux_of_meteoroids(given: Inputs) -> float:
    """Take the flux far from the Earth."""
    return float(
        reliability.interplanetary_flux_per_m2_per_s(particle_mass_kg=given["particle_mass_kg"])
    )


RELIABILITY: dict[str, Quantity] = {
    "failures of a chip": failures_of_a_chip,
    "time between failures of a job": time_between_failures_of_a_job,
    "satellites that survive": satellites_that_survive,
    "life at full capacity": life_at_full_capacity,
    "flux of meteoroids": flux_of_meteoroids,
}
