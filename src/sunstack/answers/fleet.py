"""How does a scenario's fleet go over the years on a rocket of the catalogue, or on several?

Flights needed, when each group fills, what keeps it filled, what fails and what comes down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack import fleet
from sunstack.disciplines import disposal, launch, reliability
from sunstack.errors import ScenarioError
from sunstack.exposure import SHIELDING_M, Exposure, exposure
from sunstack.fleet import MONTH_S, Spec, Years
from sunstack.resolve import Resolved
from sunstack.resolve.fleet import (
    Programme,
    check,
    inputs,
    life_s,
    permitted_flights_per_s,
    places,
    spec,
    tumbling_area_m2,
)
from sunstack.system import System
from sunstack.units import DAY_S, YEAR_S

from .radiation import radiation_of

LONGEST_YEARS = 50
FILLED_FRACTION = 0.99

CAVEATS = (
    "Single values, means of a fluid: a fleet of a few satellites is told in fractions. "
    "Ranges stand in the catalogue (`sunstack catalogue rocket`, `hazard`); all inputs used "
    "are in `--json`.",
    "A rocket begins at the low end of its yearly flights a year after the programme's start "
    "and doubles (estimates) until pads, vehicles or what is claimed or permitted hold it; "
    "production of satellites keeps up.",
    "Launch is charged at the catalogue's price a kilogram of payload, flights full or not, "
    "without learning: each price names the mass or the reuse it belongs to.",
    "Chips at work: chip and drive failures alone, without dose, upsets, holes in the "
    "radiator, ageing of array and battery, or shadow. Drives fail as on the ground times "
    "1.7; of 20 flown on the Space Station 9 failed in 1.6 years, which would stop most "
    "payloads within two.",
    "Raising: from 350 km by two argon thrusters as of Starlink in sunlight, without drag; at "
    "solar maximum drag adds a third and more, and holds down a satellite that flies "
    "broadside. No stowed volume is known: mass alone decides how many fly together.",
    "Derelicts fall tumbling through a mean cycle of the Sun and an equinox's air, 21 % above "
    "the year's mean. Disposal takes effect within the month.",
    "Radiation: behind 10 mm of aluminium, with one solar event like that of August 1972 in a "
    "life, every chip taken for the one tested in a beam; good to a factor of 2 in dose, 3 in "
    "upsets.",
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
        "programmes": [_programme(resolved, asked, months) for asked in programmes],
        "caveats": list(CAVEATS),
    }


_years = jax.jit(fleet.years, static_argnames=("month_count",))


def _programme(resolved: Resolved, asked: Programme, months: int) -> dict[str, Any]:
    system = resolved.system
    found = spec(system, asked)
    course: Years = _years(found, month_count=months)
    cap = float(launch.cadence_cap_per_s(found.launch.cadence) * DAY_S)
    permitted = permitted_flights_per_s(asked) * DAY_S
    return {
        **{name: value for name, value in vars(asked).items() if value is not None},
        "satellites_per_flight": _packed(found).tolist(),
        "flights_a_day_at_most": cap,
        "flights_a_day_permitted": permitted,
        "exceeds_permits": cap > permitted * (1.0 + 1e-9),
        "groups": _groups(system.group_names, found, course, months),
        **_to_fill(found, life_s(system, asked)),
        **_at_the_end(found, course),
        **_last_life(found, course, float(life_s(system, asked))),
        "radiation": _radiation(system, float(life_s(system, asked))),
        "inputs": inputs(system, asked),
        "tumbling_area_m2": float(tumbling_area_m2(system)),
        "largest_unaccounted_count": float(np.abs(fleet.unaccounted_count(course)).max()),
    }


def _radiation(system: System, life_s: float) -> list[dict[str, Any]]:
    """Dose and silent corruptions of each group's full number of satellites, behind 10 mm."""
    lived = replace(system, flight=replace(system.flight, life_s=jnp.asarray(life_s)))
    found = exposure(lived)
    beyond = [
        name
        for name, dose in zip(system.group_names, found.life_krad, strict=True)
        if np.isnan(dose)
    ]
    if beyond:
        low, high = found.altitude_m[0] / 1e3, found.altitude_m[-1] / 1e3
        raise ScenarioError(
            f"altitude_km: planes of {', '.join(beyond)} lie outside the tables of radiation; "
            f"write {low:g} to {high:g} km"
        )
    return [_exposed(system, number, found, life_s) for number in range(len(found.life_krad))]


def _exposed(system: System, number: int, found: Exposure, life_s: float) -> dict[str, Any]:
    """What one group's chips bear."""
    altitude_m, inclination_rad = (values[number] for values in places(system))
    like = radiation_of(
        altitude_km=float(altitude_m / 1e3),
        inclination_deg=float(np.degrees(inclination_rad)),
        shield_mm=SHIELDING_M * 1e3,
        years=life_s / YEAR_S,
    )
    upsets = like["upsets_per_chip_year"]["silent_corruption"]["by_dose"]
    per_krad = upsets / like["dose_krad_per_year"]["mean"]
    own = np.asarray(system.plane_group) == number
    satellites = float(np.asarray(system.orbits.satellite_count)[own].sum())
    chips = float(system.thermal.chip_count) * satellites
    yearly_krad = float(found.yearly_krad[number])
    return {
        "name": system.group_names[number],
        "altitude_km": like["altitude_km"],
        "inclination_deg": like["inclination_deg"],
        "dose_krad_per_year": yearly_krad,
        "least_years_to_memory_limit": float(found.least_s_to_limit[number]) / YEAR_S,
        "past_memory_limit_fraction": float(found.past_limit_fraction[number]),
        "highest_altitude_km": like["highest_altitude_km_with_event"],
        "silent_corruptions_a_day": per_krad * yearly_krad * chips / 365.25,
    }


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


def _at_the_end(found: Spec, course: Years) -> dict[str, float]:
    """What there is at the end of the horizon, and what it has taken."""
    flights = float(course.flight_count.sum())
    payload_kg = float(found.launch.rocket.payload_mass_kg.max())
    price = float(launch.price_usd_per_kg(found.launch.pricing, launched_kg=0.0))
    launched_kg = float(course.launched_count.sum()) * float(found.satellite_kg)
    return {
        "in_place": float(course.in_place_count[-1].sum()),
        "derelict": float(course.derelict_count[-1].sum()),
        "chips_at_work_ratio": float(course.capacity_count[-1].sum() / found.wanted_count.sum()),
        "flights": flights,
        "launched_t": launched_kg / 1e3,
        "launch_price_usd": flights * payload_kg * price,
    }


def _last_life(found: Spec, course: Years, life_s: float) -> dict[str, float]:
    """Means over the last life of the horizon: replacement comes in waves of that length."""
    months = int(min(max(round(life_s / MONTH_S), 1), course.flight_count.shape[0]))
    a_day = partial(_mean_a_day, course, months)
    down = a_day("disposed_count") + a_day("decayed_count") + a_day("dead_on_arrival_count")
    down_kg = down * 365.25 * float(found.satellite_kg)
    return {
        "mean_over_years": months / 12.0,
        "flights_a_day": a_day("flight_count"),
        "failed_a_day": a_day("failed_count"),
        "withdrawn_a_day": a_day("withdrawn_count"),
        "reentering_t_a_year": down_kg / 1e3,
        "alumina_t_a_year": float(disposal.alumina_kg(mass_kg=down_kg)) / 1e3,
    }


def _mean_a_day(course: Years, months: int, name: str) -> float:
    """Mean of a flow over the last months."""
    return float(np.asarray(getattr(course, name))[-months:].sum() / (months * MONTH_S / DAY_S))
