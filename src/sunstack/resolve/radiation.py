"""What are the tables of radiation, a chip's sensitivity and a mitigation in SI?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import jax.numpy as jnp
import numpy as np

from sunstack import catalogue
from sunstack.catalogue import radiation_tables
from sunstack.catalogue.records import Sourced
from sunstack.disciplines import radiation
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.units import MEGAELECTRONVOLT_J, YEAR_S, to_si

TESTED_CHIP = "tpu-v6e"
"""The one accelerator whose proton tests are published."""


def environment() -> radiation.Environment:
    """Return the tables that come with Sunstack."""
    tables = radiation_tables.radiation()
    return radiation.Environment(
        dose_axes=_axes(tables.dose_orbits),
        flux_axes=_axes(tables.flux_orbits),
        event_axes=_axes(tables.event_orbits),
        shielding_m=jnp.asarray(tables.shielding_mm) * 1e-3,
        proton_energy_j=jnp.asarray(tables.proton_energy_mev) * MEGAELECTRONVOLT_J,
        electron_energy_j=jnp.asarray(tables.electron_energy_mev) * MEGAELECTRONVOLT_J,
        held_fraction=jnp.asarray(tables.held_fraction),
        dose_gy_per_s=jnp.asarray(tables.dose_krad_per_year) * (10.0 / YEAR_S),
        event_dose_gy=jnp.asarray(tables.event_dose_krad) * 10.0,
        proton_flux_per_m2_s=jnp.asarray(tables.protons_per_cm2_s) * 1e4,
        electron_flux_per_m2_s=jnp.asarray(tables.electrons_per_cm2_s) * 1e4,
        anomaly_time_fraction=jnp.asarray(tables.anomaly_time_fraction),
        cell_fluence_per_m2_s=jnp.asarray(tables.cell_fluence_per_cm2_year) * (1e4 / YEAR_S),
    )


def _axes(orbits: radiation_tables.Orbits) -> radiation.Axes:
    return radiation.Axes(
        altitude_m=jnp.asarray(orbits.altitude_km) * 1e3,
        reach_rad=jnp.radians(jnp.asarray(orbits.inclination_deg)),
    )


def orbit(
    *, altitude_km: float, inclination_deg: float, solar_activity_fraction: float = 0.5
) -> radiation.Orbit:
    """Return an orbit in SI."""
    return radiation.Orbit(
        altitude_m=jnp.asarray(altitude_km * 1e3),
        inclination_rad=jnp.radians(jnp.asarray(float(inclination_deg))),
        solar_activity_fraction=jnp.asarray(solar_activity_fraction),
    )


def check_covered(*, altitude_km: float, inclination_deg: float, shield_mm: float) -> None:
    """Refuse what lies outside the tables: nothing is extrapolated.

    Raises:
        ScenarioError: lists everything that lies outside, with what is covered.
    """
    tables = radiation_tables.radiation()
    altitudes = tables.dose_orbits.altitude_km
    covered = {
        "altitude_km": (altitude_km, altitudes[0], altitudes[-1], "km"),
        "inclination_deg": (inclination_deg, 0.0, 180.0, "°"),
        "shield_mm": (shield_mm, tables.shielding_mm[0], tables.shielding_mm[-1], "mm of Al"),
    }
    problems = [
        f"{name}: {given:g} lies outside the tables of radiation; write {low:g} to {high:g} {unit}"
        for name, (given, low, high, unit) in covered.items()
        if not low <= given <= high
    ]
    if problems:
        raise ScenarioError("\n".join(problems))


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """A chip in a proton beam: as measured, and at both ends of what was measured."""

    value: radiation.Chip
    tough: radiation.Chip
    soft: radiation.Chip
    memory_onset_gy: float
    """Dose from which stacked memory was seen to err in another way than by single upsets."""
    tested_gy: float
    """Highest dose given to one chip, without lasting failure."""
    beam_energy_j: float


def sensitivity(chip: str = TESTED_CHIP) -> Sensitivity:
    """Return what a chip of the catalogue bears.

    Raises:
        CatalogueError: no such chip, or nothing is known of it in a beam.
    """
    facts = catalogue.entry("chip", chip).facts
    names = [one.name.removesuffix("_gy") for one in fields(radiation.Chip)]
    keys = {f"{name}_gy": f"dose_per_{name}_krad" for name in names}
    if not set(keys.values()) <= facts.keys():
        raise CatalogueError(
            f"{chip!r}: nothing is published of it in a proton beam; write {TESTED_CHIP}"
        )

    def ends(which: str) -> radiation.Chip:
        return radiation.Chip(
            **{name: jnp.asarray(_end(facts, key, which)) for name, key in keys.items()}
        )

    return Sensitivity(
        value=ends("value"),
        tough=ends("high"),
        soft=ends("low"),
        memory_onset_gy=_end(facts, "memory_dose_onset_krad", "value"),
        tested_gy=_end(facts, "dose_tested_krad", "value"),
        beam_energy_j=_end(facts, "beam_energy_mev", "value"),
    )


def _end(held: Mapping[str, Sourced], key: str, which: str) -> float:
    """Return what an entry holds, or an end of its range, in SI."""
    part = held[key]
    found = part.value if which == "value" else getattr(part, which)
    return to_si(key, float(np.float64(part.value if found is None else found)))
