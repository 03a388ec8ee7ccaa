"""What does one circular orbit do to a chip behind aluminium?

Doses, upsets, how long the memory lasts and how high one may fly, as plain words and numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import jax.numpy as jnp
from jax import Array

from sunstack.disciplines import radiation
from sunstack.errors import ScenarioError
from sunstack.resolve.radiation import (
    TESTED_CHIP,
    Sensitivity,
    check_covered,
    environment,
    orbit,
    sensitivity,
)
from sunstack.units import YEAR_S

KRAD_GY = 10.0
ACTIVITIES = {"solar_minimum": 0.0, "solar_maximum": 1.0, "mean": 0.5}
EVENTS_PER_LIFE = 1.0
"""Solar events like that of August 1972 that a life is also judged with."""

CAVEATS = (
    "AP8 and AE8, with the fields of their epochs, are good to a factor of 2 either way.",
    "The dose is at the centre of an aluminium sphere; cosmic rays add 5 to 10 rad a year.",
    "Upsets are those of the one accelerator whose proton tests are published; another may lie a "
    "factor of 0.3 to 3 from what its size says. Heavy ions and latch-up are left out.",
    "Host crashes are those of one host for each chip.",
)


@dataclass(frozen=True, kw_only=True)
class _Question:
    """An orbit and its shielding, at any solar activity."""

    altitude_km: float
    inclination_deg: float
    shield_mm: float
    years: float

    def at(self, activity: float) -> radiation.Orbit:
        return orbit(
            altitude_km=self.altitude_km,
            inclination_deg=self.inclination_deg,
            solar_activity_fraction=activity,
        )

    @property
    def shielding_m(self) -> float:
        return self.shield_mm / 1e3


def radiation_of(
    *,
    altitude_km: float,
    inclination_deg: float,
    shield_mm: float,
    years: float = 5.0,
    chip: str = TESTED_CHIP,
) -> dict[str, Any]:
    """Answer for one orbit.

    Raises:
        ScenarioError: the orbit or the shielding lies outside the tables, or the life is none.
        CatalogueError: nothing is known of the chip in a beam.
    """
    check_covered(altitude_km=altitude_km, inclination_deg=inclination_deg, shield_mm=shield_mm)
    if not (math.isfinite(years) and years > 0.0):
        raise ScenarioError(f"years: {years:g} is no life; write a number above 0, as 5")
    asked = _Question(
        altitude_km=altitude_km,
        inclination_deg=inclination_deg,
        shield_mm=shield_mm,
        years=years,
    )
    bears = sensitivity(chip)
    return {
        **vars(asked),
        "chip": chip,
        **_doses(asked),
        **_life(asked, bears),
        "upsets_per_chip_year": _upsets(asked, bears),
        "anomaly_time_fraction": _anomaly(asked),
        "shielding_kg_per_m2": float(radiation.shielding_kg_per_m2(shielding_m=asked.shielding_m)),
        "covered_altitude_km": [
            float(height) / 1e3 for height in environment().dose_axes.altitude_m[jnp.array([0, -1])]
        ],
        "model_factor": radiation.MODEL_FACTOR,
        "caveats": list(CAVEATS),
    }


def _by_activity(compute: Callable[[float], Array]) -> dict[str, float]:
    return {name: float(compute(activity)) for name, activity in ACTIVITIES.items()}


def _dose_gy_per_s(asked: _Question, activity: float) -> Array:
    return radiation.dose_gy_per_s(environment(), asked.at(activity), shielding_m=asked.shielding_m)


def _event_gy(asked: _Question) -> float:
    return float(
        radiation.event_dose_gy(environment(), asked.at(0.5), shielding_m=asked.shielding_m)
    )


def _doses(asked: _Question) -> dict[str, Any]:
    yearly = _by_activity(lambda activity: _dose_gy_per_s(asked, activity) * (YEAR_S / KRAD_GY))
    return {
        "dose_krad_per_year": yearly,
        "solar_event_dose_krad": _event_gy(asked) / KRAD_GY,
    }


def _life(asked: _Question, bears: Sensitivity) -> dict[str, Any]:
    """Tell when and up to where the memory keeps below the dose from which it errs."""
    limit, rate, event = bears.memory_onset_gy, _dose_gy_per_s(asked, 0.5), _event_gy(asked)
    cases = {"": 0.0, "_with_event": EVENTS_PER_LIFE}
    years = {
        f"years_to_memory_limit{name}": float(
            radiation.life_s(limit_gy=limit, dose_gy_per_s=rate, events_gy=count * event)
        )
        / YEAR_S
        for name, count in cases.items()
    }
    heights = {
        f"highest_altitude_km{name}": _highest_km(asked, limit, count)
        for name, count in cases.items()
    }
    return {"memory_limit_krad": limit / KRAD_GY, **years, **heights}


def _highest_km(asked: _Question, limit_gy: float, event_count: float) -> float | None:
    """Return the highest altitude of the tables that keeps the limit; None if none does."""
    tables, here = environment(), asked.at(0.5)
    shielded: dict[str, Any] = {
        "shielding_m": asked.shielding_m,
        "life_s": asked.years * YEAR_S,
        "event_count": event_count,
    }
    lowest = replace(here, altitude_m=tables.dose_axes.altitude_m[0])
    if float(radiation.life_dose_gy(tables, lowest, **shielded)) > limit_gy:
        return None
    highest = radiation.highest_altitude_m(tables, here, limit_gy=limit_gy, **shielded)
    return float(highest) / 1e3


def _upsets(asked: _Question, bears: Sensitivity) -> dict[str, dict[str, float]]:
    """Give upsets by dose and by flux; the range is that of the beam test and of solar activity."""
    by_dose = radiation.upsets_by_dose(bears.value, dose_gy_per_s=_dose_gy_per_s(asked, 0.5))
    energy = radiation.stopped_energy_j(shielding_m=asked.shielding_m)
    flux = radiation.proton_flux_per_m2_s(environment(), asked.at(0.5), energy_j=energy)
    by_flux = radiation.upsets_by_flux(
        bears.value, proton_flux_per_m2_s=flux, beam_energy_j=bears.beam_energy_j
    )
    doses = [_dose_gy_per_s(asked, activity) for activity in (0.0, 1.0)]
    low = radiation.upsets_by_dose(bears.tough, dose_gy_per_s=min(doses))
    high = radiation.upsets_by_dose(bears.soft, dose_gy_per_s=max(doses))
    columns = {"by_dose": by_dose, "by_flux": by_flux, "low": low, "high": high}
    kinds = [one.name for one in fields(by_dose) if one.name != "found_corruption_per_s"]
    return {
        kind.removesuffix("_per_s"): {
            column: float(getattr(rates, kind)) * YEAR_S for column, rates in columns.items()
        }
        for kind in kinds
    }


def _anomaly(asked: _Question) -> dict[str, float]:
    """Give the share of time that holds 50, 89 and 95 % of the protons above 50 MeV."""
    tables = environment()
    return {
        f"{held:.0%}": float(
            radiation.anomaly_time_fraction(tables, asked.at(0.5), held_fraction=held)
        )
        for held in map(float, tables.held_fraction)
    }
