"""How far is each group from each limit?

Every margin is (capability - demand) / max(capability, demand): -0.26 means 26 % short of the
demand, +0.08 means 8 % of the capability is spare, 0 exactly meets it; it never leaves -1 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.disciplines import mass, orbit, radiation
from sunstack.operations import Balance, group_largest, group_mean
from sunstack.system import System
from sunstack.units import DAY_S, EARTH_RADIUS_M

MEANINGS: dict[str, str] = {
    "payload_power": "mean payload power (first year, last year or life) against the power asked",
    "array_power": "array output on the life's worst lit arc against payload, bus and recharge",
    "battery_energy": "battery at its oldest against the longest eclipse under the eclipse policy",
    "radiator_heat": "heat rejected with chips at their limit, at its hottest, against peak heat",
    "mass": "stated mass against the build-up of the parts",
    "station_keeping": "velocity change on board against drag over the life, disposal not included",
    "velocity_change": "velocity change on board against raising, station-keeping and disposal",
    "memory_dose": "dose at which stacked memory errs against that of a life, solar events counted",
    "local_time": "allowed drift of a sun-synchronous node's local time against its drift by J2",
}
"""What each margin compares."""

ANSWERING: dict[str, str] = {
    "payload_power": "payload.power_kw",
    "array_power": "power.array_area_m2",
    "battery_energy": "power.battery_capacity_kwh",
    "radiator_heat": "thermal.radiator_area_m2",
    "mass": "satellite.mass_kg",
    "station_keeping": "satellite.delta_v_m_per_s",
    "velocity_change": "satellite.delta_v_m_per_s",
    "memory_dose": "radiation.shielding_mm",
    "local_time": "constellation.groups.inclination_deg",
}
"""The key to which each margin answers most directly: capability or demand in proportion to it."""


ANOMALIES_RAD = jnp.arange(16) * (2.0 * math.pi / 16)
"""Places round an orbit at which the air is taken."""


def margin(*, capability: ArrayLike, demand: ArrayLike) -> Array:
    """Signed share; 0 where neither is needed nor given."""
    larger = jnp.maximum(jnp.maximum(capability, demand), 1e-30)
    return (jnp.asarray(capability) - demand) / larger


@jax.jit
def margins(system: System, *, runs: Sequence[Balance]) -> dict[str, Array]:
    """All margins by name, each of shape (groups,): over first year, last year and whole life."""
    means_w = [group_mean(system, run.plan.payload_mean_w.mean(axis=1)) for run in runs]
    least_w = jnp.min(jnp.stack(means_w), axis=0)
    by_group = {
        name: -group_largest(system, -values) for name, values in by_plane(system, runs).items()
    }
    return {
        "payload_power": margin(capability=least_w, demand=system.power.payload_power_w),
        "mass": jnp.broadcast_to(_mass(system), least_w.shape),
    } | by_group


def by_plane(system: System, runs: Sequence[Balance]) -> dict[str, Array]:
    """Margins that each plane has by itself, shape (planes, days) or (planes, 1)."""
    return {
        "array_power": _joined(_array_power(run) for run in runs),
        "battery_energy": _joined(_battery_energy(run) for run in runs),
        "radiator_heat": _joined(_radiator_heat(system, run) for run in runs),
        "station_keeping": _station_keeping(system)[:, None],
        "velocity_change": _velocity_change(system)[:, None],
        "memory_dose": memory_dose(system)[:, None],
        "local_time": _local_time(system)[:, None],
    }


def _joined(runs: Iterable[Array]) -> Array:
    """Join margins (planes, days) of several runs."""
    return jnp.concatenate(list(runs), axis=1)


def _array_power(run: Balance) -> Array:
    return margin(capability=run.array_lit_w, demand=run.plan.array_needed_w)


def _battery_energy(run: Balance) -> Array:
    return margin(capability=run.plan.battery_usable_j, demand=run.plan.battery_needed_j)


def _radiator_heat(system: System, run: Balance) -> Array:
    peak_w = system.power.payload_peak_power_w + system.power.bus_power_w
    return margin(capability=run.heat_limit_w, demand=peak_w)


def built_up_mass(system: System) -> mass.Result:
    """Weigh the design's parts."""
    return mass.build_up(
        system.mass,
        array_area_m2=system.power.array_area_m2,
        radiator_area_m2=system.thermal.radiator_area_m2,
        battery_capacity_j=system.power.battery_capacity_j,
    )


def _mass(system: System) -> Array:
    return margin(capability=system.mass.stated_mass_kg, demand=built_up_mass(system).total_kg)


def _station_keeping(system: System) -> Array:
    needed = station_keeping_m_per_s(system)
    return margin(capability=system.flight.delta_v_m_per_s, demand=needed)


def station_keeping_m_per_s(system: System) -> Array:
    """Velocity change that makes up for drag over the life, (planes,)."""
    semi_major_axis_m = system.orbits.semi_major_axis_m
    # Evenly in eccentric anomaly, the time spent goes with the distance.
    distance_ratio = 1.0 - system.orbits.eccentricity_ratio[:, None] * jnp.cos(ANOMALIES_RAD)
    density = orbit.density_kg_per_m3(
        system.atmosphere,
        altitude_m=semi_major_axis_m[:, None] * distance_ratio - EARTH_RADIUS_M,
        solar_flux_units=system.environment.solar_flux_units,
    )
    return orbit.drag_delta_v_m_per_s(
        density_kg_per_m3=jnp.mean(density * distance_ratio, axis=1),
        semi_major_axis_m=semi_major_axis_m,
        drag_coefficient_ratio=system.flight.drag_coefficient_ratio,
        drag_area_m2=system.flight.drag_area_m2,
        mass_kg=system.mass.stated_mass_kg,
        duration_s=system.flight.life_s,
    )


def _velocity_change(system: System) -> Array:
    return margin(capability=system.flight.delta_v_m_per_s, demand=velocity_change_m_per_s(system))


def velocity_change_m_per_s(system: System) -> Array:
    """Velocity change of a whole life: raising, station-keeping, lowering; shape (planes,)."""
    kept = station_keeping_m_per_s(system)
    return raising_m_per_s(system) + kept + lowering_m_per_s(system)


def raising_m_per_s(system: System) -> Array:
    """Velocity change of the spiral from release to place, (planes,)."""
    return orbit.low_thrust_delta_v_m_per_s(
        start_semi_major_axis_m=EARTH_RADIUS_M + system.ascent.release_altitude_m,
        end_semi_major_axis_m=system.orbits.semi_major_axis_m,
    )


def lowering_m_per_s(system: System) -> Array:
    """To the height from which the air does the rest; none for orbits below it; (planes,)."""
    axis_m = system.orbits.semi_major_axis_m
    lowered_m = jnp.minimum(axis_m, EARTH_RADIUS_M + system.ascent.lowered_altitude_m)
    return orbit.low_thrust_delta_v_m_per_s(
        start_semi_major_axis_m=axis_m, end_semi_major_axis_m=lowered_m
    )


def memory_dose(system: System) -> Array:
    """Margin of each plane; 1 for payloads that go on, and where the dose is not known."""
    spec, tables, orbits = system.radiation, system.radiation_environment, orbits_of(system)
    held = radiation.dose_margin_ratio(
        limit_gy=spec.memory_limit_gy,
        dose_gy=radiation.life_dose_gy(
            tables,
            orbits,
            shielding_m=spec.shielding_m,
            life_s=system.flight.life_s,
            event_count=spec.event_per_s * system.flight.life_s,
        ),
    )
    known = radiation.known_fraction(spec, tables, orbits) > 0.0
    return jnp.where(known & spec.stops_at_limit, held, 1.0)


def orbits_of(system: System) -> radiation.Orbit:
    """Return the planes as the tables of radiation ask for them."""
    return radiation.Orbit(
        altitude_m=system.orbits.semi_major_axis_m - EARTH_RADIUS_M,
        inclination_rad=system.orbits.inclination_rad,
        solar_activity_fraction=system.radiation.solar_activity_fraction,
    )


def local_time_drift_s(system: System) -> Array:
    """Drift of each plane's local time over the life, (planes,), positive later."""
    drift = orbit.node_drift_from_sun_rad_per_s(
        semi_major_axis_m=system.orbits.semi_major_axis_m,
        eccentricity_ratio=system.orbits.eccentricity_ratio,
        inclination_rad=system.orbits.inclination_rad,
    )
    return drift * system.flight.life_s * DAY_S / (2.0 * jnp.pi)


def _local_time(system: System) -> Array:
    held = margin(
        capability=system.flight.local_time_tolerance_s,
        demand=jnp.abs(local_time_drift_s(system)),
    )
    return jnp.where(system.sun_synchronous_intended[system.plane_group], held, 1.0)
