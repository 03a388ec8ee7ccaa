"""How does a scenario's fleet go over the years on a rocket of the catalogue, or on several?

Flights needed, when each group fills, what keeps it filled, what fails and what comes down.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import jax
import numpy as np
from jax import Array

from sunstack import fleet
from sunstack.disciplines import disposal, launch, reliability
from sunstack.errors import ScenarioError
from sunstack.fleet import MONTH_S, Spec, Years
from sunstack.resolve import Resolved
from sunstack.resolve.fleet import (
    Programme,
    check,
    life_s,
    places,
    spec,
    tumbling_area_m2,
)
from sunstack.units import DAY_S, YEAR_S

from .radiation import radiation_of

LONGEST_YEARS = 50
FILLED_FRACTION = 0.99
SHIELD_MM = 10.0
"""What Google's dose at 650 km was computed behind."""

CAVEATS = (
    "Cadence, success, failures and disposal are single values; their ranges stand in the "
    "catalogue (`sunstack catalogue rocket`, `sunstack catalogue hazard`).",
    "A rocket's first cadence (4 flights a year), its doubling time and the year before its first "
    "flight are estimates; production of satellites is taken to keep up with flights.",
    "Raising: from 350 km by two argon thrusters as of Starlink, thrusting in sunlight. No stowed "
    "volume of a satellite is known: mass alone decides how many fly together.",
    "Derelicts fall tumbling, under a mean Sun and an equinox's air, 21 % above the year's mean.",
    "Prices follow Google's learning curve from the rocket's own price and 400 t on, down to the "
    "propellant's; the paper itself takes it no further than some 200 $/kg.",
    "Radiation: behind 10 mm of aluminium, every chip taken for the one tested in a beam; good to "
    "a factor of 2 in dose and of 3 in upsets (`sunstack radiation`).",
    "Collisions, spares in orbit and the satellites' own propellant are left out.",
)


def fleet_of(
    resolved: Resolved, programmes: Sequence[Programme], *, horizon_years: float = 15.0
) -> dict[str, Any]:
    """Answer for each programme.

    Raises:
        ScenarioError: a choice is out of range, or a rocket cannot lift one satellite.
        CatalogueError: a rocket is unknown.
    """
    if not 1.0 <= horizon_years <= LONGEST_YEARS:
        raise ScenarioError(
            f"horizon_years: {horizon_years:g} is out of range; write 1 to {LONGEST_YEARS}"
        )
    for asked in programmes:
        check(asked)
    months = round(horizon_years * 12)
    return {
        "scenario": resolved.document.scenario.name,
        "horizon_years": horizon_years,
        "radiation": _radiation(resolved),
        "programmes": [_programme(resolved, asked, months) for asked in programmes],
        "caveats": list(CAVEATS),
    }


_years = jax.jit(fleet.years, static_argnames=("month_count",))


def _programme(resolved: Resolved, asked: Programme, months: int) -> dict[str, Any]:
    system = resolved.system
    found = spec(system, asked)
    course: Years = _years(found, month_count=months)
    cadence = found.launch.cadence
    return {
        **{name: value for name, value in vars(asked).items() if value is not None},
        "satellites_per_flight": _packed(found).tolist(),
        "flights_a_day_at_most": float(launch.cadence_cap_per_s(cadence) * DAY_S),
        "groups": _groups(system.group_names, found, course, months),
        **_to_fill(found, life_s(system, asked)),
        **_last_year(found, course),
        "tumbling_area_m2": float(tumbling_area_m2(system)),
        "largest_unaccounted_count": float(np.abs(fleet.unaccounted_count(course)).max()),
    }


def _radiation(resolved: Resolved) -> list[dict[str, Any]]:
    """Dose and silent corruptions of each group's full number of satellites, behind 10 mm."""
    system = resolved.system
    chips = float(system.thermal.chip_count)
    altitude_m, inclination_rad = places(system)
    rows = []
    for number, name in enumerate(system.group_names):
        found = radiation_of(
            altitude_km=float(altitude_m[number] / 1e3),
            inclination_deg=float(np.degrees(inclination_rad[number])),
            shield_mm=SHIELD_MM,
            years=float(system.flight.life_s) / YEAR_S,
        )
        planes = np.asarray(system.plane_group) == number
        satellites = float(np.asarray(system.orbits.satellite_count)[planes].sum())
        yearly = found["upsets_per_chip_year"]["silent_corruption"]["by_dose"]
        rows.append(
            {
                "name": name,
                "altitude_km": found["altitude_km"],
                "inclination_deg": found["inclination_deg"],
                "dose_krad_per_year": found["dose_krad_per_year"]["mean"],
                "years_to_memory_limit": found["years_to_memory_limit"],
                "highest_altitude_km": found["highest_altitude_km"],
                "silent_corruptions_a_day": yearly * chips * satellites / 365.25,
            }
        )
    return rows


def _packed(found: Spec) -> np.ndarray[Any, Any]:
    packed = launch.packing(
        found.launch.rocket,
        satellite_kg=found.satellite_kg,
        stowed_volume_m3=found.stowed_volume_m3,
    )
    return np.broadcast_to(np.asarray(packed.satellite_count), found.wanted_count.shape)


def _groups(names: Sequence[str], found: Spec, course: Years, months: int) -> list[dict[str, Any]]:
    filled = np.asarray(
        fleet.month_filled_count(
            course, wanted_count=found.wanted_count, share_fraction=FILLED_FRACTION
        )
    )
    return [
        {
            "name": name,
            "wanted": float(found.wanted_count[number]),
            "month_filled": int(filled[number]) if filled[number] <= months else None,
            "in_place_at_the_end": float(course.in_place_count[-1, number]),
            "derelict_at_the_end": float(course.derelict_count[-1, number]),
            "raising_days": float(found.raising_s[number] / DAY_S),
            "derelict_falls_for_years": float(found.decay_s[number] / YEAR_S),
        }
        for number, name in enumerate(names)
    ]


def _to_fill(found: Spec, replaced_after_s: Array) -> dict[str, float]:
    """Flights that fill all groups once, and those a day that keep them filled."""
    per_flight = _packed(found)
    success = found.launch.cadence.success_fraction
    bus = found.reliability.bus
    arriving = success * (1.0 - bus.dead_on_arrival_fraction)
    fill = launch.flights_to_fill_count(
        wanted_count=found.wanted_count,
        satellites_per_flight_count=per_flight,
        success_fraction=arriving,
    )
    sustain = launch.sustaining_flights_per_s(
        satellite_count=found.wanted_count,
        life_s=replaced_after_s,
        failure_rate_per_s=reliability.failing_fraction(bus, age_s=0.0, step_s=MONTH_S) / MONTH_S,
        satellites_per_flight_count=per_flight,
        success_fraction=arriving,
    )
    return {
        "flights_to_fill": float(fill.sum()),
        "sustaining_flights_a_day": float(sustain.sum() * DAY_S),
    }


def _last_year(found: Spec, course: Years) -> dict[str, float]:
    """What the horizon's last twelve months are like, and what has been spent by then."""
    a_day = partial(_mean_a_day, course)
    launched_kg = np.asarray(course.launched_count.sum(axis=1)) * float(found.satellite_kg)
    price = launch.price_usd_per_kg(
        found.launch.pricing, launched_kg=np.cumsum(launched_kg) - 0.5 * launched_kg
    )
    down = a_day("disposed_count") + a_day("decayed_count") + a_day("dead_on_arrival_count")
    down_kg = down * 365.25 * float(found.satellite_kg)
    return {
        "in_place": float(course.in_place_count[-1].sum()),
        "capacity_ratio": float(course.capacity_count[-1].sum() / found.wanted_count.sum()),
        "derelict": float(course.derelict_count[-1].sum()),
        "flights_a_day": a_day("flight_count"),
        "failed_a_day": a_day("failed_count"),
        "replaced_a_day": a_day("withdrawn_count"),
        "reentering_t_a_year": down_kg / 1e3,
        "alumina_t_a_year": float(disposal.alumina_kg(mass_kg=down_kg)) / 1e3,
        "launched_t": float(launched_kg.sum()) / 1e3,
        "spent_usd": float(np.asarray(price) @ launched_kg),
        "price_usd_per_kg": float(price[-1]),
    }


def _mean_a_day(course: Years, name: str) -> float:
    """Mean of a flow over the last twelve months."""
    return float(np.asarray(getattr(course, name))[-12:].sum() / (12.0 * MONTH_S / DAY_S))
