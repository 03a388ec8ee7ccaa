"""What dose and which fluxes does an orbit bring, behind how much shielding, and for how long?

Tables of the trapped belts and of one solar event over altitude, reach in latitude, shielding and
solar activity, interpolated; logarithms for what is trapped, as it is for an event. Shielding stops
protons below the energy whose range in aluminium it is, R = 2.95 mg/cm² (E/MeV)^1.761.

Assumes: circular orbits, seen over months; the dose at the centre of an aluminium sphere.
Leaves out: cosmic rays (50 to 100 mGy a year), dose rate and annealing, neighbouring parts as
shielding. AP8 and AE8 are good to a factor of 2 either way.
Reference: Sawyer and Vette, NSSDC 76-06; Vette, NSSDC 91-24; Seltzer, NISTIR 5477 (SHIELDOSE-2);
King, J. Spacecr. Rockets 11 (1974) 401.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import MEGAELECTRONVOLT_J

ALUMINIUM_DENSITY_KG_PER_M3 = 2700.0
RANGE_KG_PER_M2 = 0.00295 * 10.0
"""Range of a proton of 1 MeV in aluminium that the power law gives, fitted at 10 to 200 MeV."""
RANGE_EXPONENT = 1.761
MODEL_FACTOR = 2.0
"""What AP8 and AE8 may be off by, either way."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Axes:
    """Orbits that a table holds."""

    altitude_m: Array
    reach_rad: Array
    """Highest latitude an orbit comes to: its inclination, or what that lacks to 180°."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Environment:
    """Tables; shapes in (solar phase 2, altitudes a, reaches r, depths d, energies e, shares h).

    All cover the same altitudes, and every reach; their nodes differ.
    """

    dose_axes: Axes
    flux_axes: Axes
    event_axes: Axes
    shielding_m: Array
    proton_energy_j: Array
    electron_energy_j: Array
    held_fraction: Array
    dose_gy_per_s: Array
    """Trapped, at solar minimum and maximum: (2, a, r, d)."""
    event_dose_gy: Array
    """Of one anomalously large solar event: (1, a, r, d)."""
    proton_flux_per_m2_s: Array
    """Above each energy: (2, a, r, e)."""
    electron_flux_per_m2_s: Array
    anomaly_time_fraction: Array
    """Least share of time that holds each share of the protons above 50 MeV: (2, a, r, h)."""
    cell_fluence_per_m2_s: Array
    """Damage to solar cells under 100 µm of glass as electrons of 1 MeV: (2, a, r)."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Orbit:
    """Where the chip flies; broadcast against each other."""

    altitude_m: Array
    inclination_rad: Array
    solar_activity_fraction: Array
    """0 at solar minimum, 1 at maximum; their mean at one half."""


# --- reading the tables ---------------------------------------------------------------------------


def reach_rad(*, inclination_rad: ArrayLike) -> Array:
    """Highest latitude of an orbit: prograde and retrograde orbits see the same."""
    tilt = jnp.asarray(inclination_rad)
    return jnp.minimum(tilt, jnp.pi - tilt)


def inside_margin_ratio(environment: Environment, orbit: Orbit, *, shielding_m: ArrayLike) -> Array:
    """Distance to the nearest edge of the tables over the span of that axis; negative outside.

    Outside, every function below gives the value at the edge: no caller may pass that on.
    """
    given = (
        (environment.dose_axes.altitude_m, orbit.altitude_m),
        (environment.shielding_m, jnp.asarray(shielding_m)),
        (jnp.array([0.0, jnp.pi]), orbit.inclination_rad),
        (jnp.array([0.0, 1.0]), orbit.solar_activity_fraction),
    )
    edges = [jnp.minimum(at - axis[0], axis[-1] - at) / (axis[-1] - axis[0]) for axis, at in given]
    smallest = edges[0]
    for edge in edges[1:]:
        smallest = jnp.minimum(smallest, edge)
    return smallest


def dose_gy_per_s(environment: Environment, orbit: Orbit, *, shielding_m: ArrayLike) -> Array:
    """Dose rate of the trapped particles behind shielding."""
    depth = _place(jnp.log(environment.shielding_m), jnp.log(jnp.asarray(shielding_m)))
    places = _where(environment.dose_axes, orbit)
    return _mixed(orbit, _logarithmic(environment.dose_gy_per_s, *places, depth))


def event_dose_gy(environment: Environment, orbit: Orbit, *, shielding_m: ArrayLike) -> Array:
    """Dose of one anomalously large solar event; none where the field keeps it out."""
    depth = _place(jnp.log(environment.shielding_m), jnp.log(jnp.asarray(shielding_m)))
    return _between(environment.event_dose_gy, *_where(environment.event_axes, orbit), depth)[0]


def proton_flux_per_m2_s(environment: Environment, orbit: Orbit, *, energy_j: ArrayLike) -> Array:
    """Mean flux of trapped protons above an energy."""
    energy = _place(jnp.log(environment.proton_energy_j), jnp.log(jnp.asarray(energy_j)))
    flux = environment.proton_flux_per_m2_s
    return _mixed(orbit, _logarithmic(flux, *_where(environment.flux_axes, orbit), energy))


def electron_flux_per_m2_s(environment: Environment, orbit: Orbit, *, energy_j: ArrayLike) -> Array:
    """Mean flux of trapped electrons above an energy."""
    energy = _place(jnp.log(environment.electron_energy_j), jnp.log(jnp.asarray(energy_j)))
    flux = environment.electron_flux_per_m2_s
    return _mixed(orbit, _logarithmic(flux, *_where(environment.flux_axes, orbit), energy))


def anomaly_time_fraction(
    environment: Environment, orbit: Orbit, *, held_fraction: ArrayLike
) -> Array:
    """Least share of time that holds a share of the trapped protons above 50 MeV."""
    held = _place(environment.held_fraction, jnp.asarray(held_fraction))
    shares = environment.anomaly_time_fraction
    return _mixed(orbit, _between(shares, *_where(environment.flux_axes, orbit), held))


def cell_fluence_per_m2_s(environment: Environment, orbit: Orbit) -> Array:
    """Damage to solar cells by trapped particles as electrons of 1 MeV; within a factor of 3."""
    fluence = environment.cell_fluence_per_m2_s
    return _mixed(orbit, _logarithmic(fluence, *_where(environment.flux_axes, orbit)))


type _Place = tuple[Array, Array]
"""Index of the node below, and the share of the way to the next."""


def _place(axis: Array, value: Array) -> _Place:
    held = jnp.clip(value, axis[0], axis[-1])
    # Compared with every node, an axis being short: a search would be a loop to compile.
    found = jnp.searchsorted(axis, held, side="right", method="compare_all")
    below = jnp.clip(found - 1, 0, axis.shape[0] - 2)
    return below, (held - axis[below]) / (axis[below + 1] - axis[below])


def _where(axes: Axes, orbit: Orbit) -> tuple[_Place, _Place]:
    reach = reach_rad(inclination_rad=orbit.inclination_rad)
    return _place(axes.altitude_m, orbit.altitude_m), _place(axes.reach_rad, reach)


def _between(values: Array, *places: _Place) -> Array:
    """Interpolate all but the first axis linearly."""
    total = jnp.zeros(())
    for corner in product((0, 1), repeat=len(places)):
        weight = jnp.ones(())
        for side, (_, share) in zip(corner, places, strict=True):
            weight = weight * (share if side else 1.0 - share)
        index = jnp.broadcast_arrays(
            *(below + side for side, (below, _) in zip(corner, places, strict=True))
        )
        total = total + weight * values[(slice(None), *index)]
    return total


def _logarithmic(values: Array, *places: _Place) -> Array:
    return jnp.exp(_between(jnp.log(values), *places))


def _mixed(orbit: Orbit, phases: Array) -> Array:
    """Mix solar minimum and maximum."""
    return phases[0] + orbit.solar_activity_fraction * (phases[1] - phases[0])


# --- the limit of a life --------------------------------------------------------------------------


def life_s(*, limit_gy: ArrayLike, dose_gy_per_s: ArrayLike, events_gy: ArrayLike = 0.0) -> Array:
    """Time to a dose, once solar events have taken their part of it; none left: none."""
    left = jnp.maximum(jnp.asarray(limit_gy) - events_gy, 0.0)
    return left / jnp.asarray(dose_gy_per_s)


def dose_margin_ratio(*, limit_gy: ArrayLike, dose_gy: ArrayLike) -> Array:
    """How much of a limit a life's dose leaves: (limit - dose) over the larger of both."""
    limit, dose = jnp.asarray(limit_gy), jnp.asarray(dose_gy)
    return (limit - dose) / jnp.maximum(limit, dose)


def life_dose_gy(
    environment: Environment,
    orbit: Orbit,
    *,
    shielding_m: ArrayLike,
    life_s: ArrayLike,
    event_count: ArrayLike = 0.0,
) -> Array:
    """Dose of a life: trapped particles, and a number of anomalously large solar events."""
    trapped = dose_gy_per_s(environment, orbit, shielding_m=shielding_m) * life_s
    return trapped + event_count * event_dose_gy(environment, orbit, shielding_m=shielding_m)


def highest_altitude_m(
    environment: Environment,
    orbit: Orbit,
    *,
    shielding_m: ArrayLike,
    life_s: ArrayLike,
    limit_gy: ArrayLike,
    event_count: ArrayLike = 0.0,
) -> Array:
    """Altitude up to which a life's dose keeps a limit, the orbit's own altitude aside.

    Scalars only. The lowest altitude of the tables if none keeps it (a margin there tells so), the
    highest if all do.
    """
    altitudes_m = environment.dose_axes.altitude_m
    nodes = replace(orbit, altitude_m=altitudes_m)
    doses = life_dose_gy(
        environment, nodes, shielding_m=shielding_m, life_s=life_s, event_count=event_count
    )
    rising = jax.lax.cummax(jnp.log(doses))
    return jnp.interp(jnp.log(jnp.asarray(limit_gy)), rising, altitudes_m)


# --- shielding ------------------------------------------------------------------------------------


def stopped_energy_j(*, shielding_m: ArrayLike) -> Array:
    """Energy of the protons whose range is the aluminium given."""
    areal = ALUMINIUM_DENSITY_KG_PER_M3 * jnp.asarray(shielding_m)
    return MEGAELECTRONVOLT_J * (areal / RANGE_KG_PER_M2) ** (1.0 / RANGE_EXPONENT)


def shielding_kg_per_m2(*, shielding_m: ArrayLike) -> Array:
    """What aluminium shielding weighs over each area."""
    return ALUMINIUM_DENSITY_KG_PER_M3 * jnp.asarray(shielding_m)
