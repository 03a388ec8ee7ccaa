"""What do the tables of radiation and a chip's sensitivity give for published doses and upsets?"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from sunstack.catalogue import radiation_tables
from sunstack.disciplines import radiation
from sunstack.resolve.radiation import check_covered, environment, orbit, sensitivity
from sunstack.units import to_si

from .inputs import Inputs, Quantity

ACTIVITIES = {"minimum": 0.0, "mean": 0.5, "maximum": 1.0}


def _place(given: Inputs, *, shield_mm: float) -> radiation.Orbit:
    """Take an orbit from the inputs; nothing outside the tables."""
    altitude_km = given["altitude_km"] / 1e3
    inclination_deg = float(given.word("inclination_deg"))
    check_covered(altitude_km=altitude_km, inclination_deg=inclination_deg, shield_mm=shield_mm)
    return orbit(
        altitude_km=altitude_km,
        inclination_deg=inclination_deg,
        solar_activity_fraction=ACTIVITIES[given.word("solar")],
    )


# --- doses and fluxes -----------------------------------------------------------------------------


def trapped_dose(given: Inputs) -> float:
    """Take the dose rate behind shielding."""
    shield_mm = float(given.word("shield_mm"))
    where = _place(given, shield_mm=shield_mm)
    return float(radiation.dose_gy_per_s(environment(), where, shielding_m=shield_mm / 1e3))


def protons_at_a_place(given: Inputs) -> float:
    """Take the flux that the tables' generator gives at one place."""
    for name, wanted in (("latitude_deg", -30), ("longitude_deg", -45), ("altitude_km", 500)):
        if float(given.word(name)) != wanted:
            raise ValueError(f"inputs: {name} is {wanted}, the one place that is shipped")
    if given.word("energy_mev") != "20" or given.word("solar") != "maximum":
        raise ValueError("inputs: the one place is shipped for 20 MeV at solar maximum")
    return radiation_tables.checks()["protons_at_the_place_per_cm2_s"] * 1e4


def event_outside_the_field(given: Inputs) -> float:
    """Take an anomalously large solar event's dose where no magnetic field keeps it out."""
    if given.word("shield_mm") != "10":
        raise ValueError("inputs: shield_mm is 10, the one depth that is shipped")
    return to_si("_krad", radiation_tables.checks()["event_outside_the_field_krad"])


def time_in_the_anomaly(given: Inputs) -> float:
    """Take the share of time that holds a share of the protons above 50 MeV."""
    where = _place(given, shield_mm=10.0)
    held = given["held_fraction"]
    return float(radiation.anomaly_time_fraction(environment(), where, held_fraction=held))


# --- upsets ---------------------------------------------------------------------------------------


def protons_of_a_dose(given: Inputs) -> float:
    """Take the protons of one energy that bring a dose to silicon."""
    energy_j, dose_gy = given["energy_mev"], given["dose_krad"]
    return float(radiation.proton_fluence_per_m2(dose_gy=dose_gy, energy_j=energy_j))


def upset_cross_section(given: Inputs) -> float:
    """Take a cross-section from the dose that brings one upset in a beam."""
    upset_gy, energy_j = given["dose_per_upset_krad"], given["energy_mev"]
    return float(radiation.cross_section_m2(upset_gy=upset_gy, energy_j=energy_j))


def _upsets_per_s(given: Inputs) -> Array:
    """One kind of upset of a chip that is given by it alone."""
    one = jnp.asarray(given["dose_per_upset_krad"])
    chip = radiation.Chip(
        silent_corruption_gy=one,
        memory_error_gy=one,
        interrupt_gy=one,
        host_crash_gy=one,
        host_memory_crash_gy=one,
    )
    rates = radiation.upsets_by_dose(chip, dose_gy_per_s=given["dose_krad_per_year"])
    return rates.silent_corruption_per_s


def upsets_by_dose(given: Inputs) -> float:
    """Divide a dose rate by the dose of an upset."""
    return float(_upsets_per_s(given))


def upsets_of_a_life(given: Inputs) -> float:
    """Count upsets of a chip, or of many, over a time."""
    return float(_upsets_per_s(given) * given["life_years"] * given["chip_count"])


def inferences_between_upsets(given: Inputs) -> float:
    """Count what a chip infers between two upsets."""
    return float(given["inferences_per_s_count"] / _upsets_per_s(given))


def upsets_of_a_catalogued_chip(given: Inputs) -> float:
    """Take one kind of upset of a chip of the catalogue at a dose rate."""
    chip = sensitivity(given.word("chip")).value
    rates = radiation.upsets_by_dose(chip, dose_gy_per_s=given["dose_krad_per_year"])
    return float(getattr(rates, f"{given.word('kind')}_per_s"))


def silent_corruptions_by_flux(given: Inputs) -> float:
    """Count by the protons that shielding lets through, for a chip of the catalogue."""
    shield_mm = float(given.word("shield_mm"))
    where = _place(given, shield_mm=shield_mm)
    energy_j = radiation.stopped_energy_j(shielding_m=shield_mm / 1e3)
    flux = radiation.proton_flux_per_m2_s(environment(), where, energy_j=energy_j)
    bears = sensitivity(given.word("chip"))
    rates = radiation.upsets_by_flux(
        bears.value, proton_flux_per_m2_s=flux, beam_energy_j=bears.beam_energy_j
    )
    return float(rates.silent_corruption_per_s)


RADIATION: dict[str, Quantity] = {
    "trapped dose": trapped_dose,
    "protons at a place": protons_at_a_place,
    "solar event outside the field": event_outside_the_field,
    "time in the anomaly": time_in_the_anomaly,
    "protons of a dose": protons_of_a_dose,
    "upset cross-section": upset_cross_section,
    "upsets by dose": upsets_by_dose,
    "upsets of a life": upsets_of_a_life,
    "inferences between upsets": inferences_between_upsets,
    "upsets of a catalogued chip": upsets_of_a_catalogued_chip,
    "silent corruptions by flux": silent_corruptions_by_flux,
}
