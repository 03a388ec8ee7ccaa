"""What does a run say of the fleet's years?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack import fleet
from sunstack.disciplines import disposal, launch, reliability
from sunstack.exposure import KRAD_GY, Exposure
from sunstack.fleet import MONTH_S, Years
from sunstack.programme import (
    STAGES,
    Programme,
    cells_left_fraction,
    radiator_after_life,
    spent_usd,
    spreading_s,
)
from sunstack.resolve.values import Origin
from sunstack.schedule import CHANCES, FILLED_FRACTION, Ramp, chances, lifts
from sunstack.system import System
from sunstack.units import DAY_S, YEAR_S

YEAR_DAYS = YEAR_S / DAY_S
PAYLOADS_T = (44.0, 100.0, 150.0, 200.0)
"""As flown in 2026, as planned for V3, and as claimed for V4."""
LIVES_YEARS = (3.0, 5.0, 7.0, 10.0)
WALLS_MM = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0)
LOOPS = (10, 40, 160)
PARTED_DEG = 10.0
"""Node by which planes part while they wait in the orbit of release."""
LONGEST_SERVICE_MONTHS = 1200
"""A satellite no policy withdraws within a century serves until it fails."""
PERMITTED = "launch.yearly_permitted_flight_count"


def programme(
    system: System, found: Programme, ramps: Sequence[Ramp], exposed: Exposure
) -> dict[str, Any]:
    """Tell the years on the scenario's rocket and on others, and what the orbits do to chips."""
    months = system.upkeep.month_count
    return {
        "horizon_years": months / 12.0,
        "rocket": ramps[0].rocket,
        "replaced_after_years": _years(replaced_after_s(system)),
        "filled_fraction": FILLED_FRACTION,
        "chances": list(CHANCES),
        "ramps": [_ramp(system, ramp) for ramp in ramps if lifts(ramp.fleet)],
        "rockets_too_small": [ramp.rocket for ramp in ramps if not lifts(ramp.fleet)],
        "sustaining": _sustaining(ramps[0].fleet),
        "waterfall": _waterfall(system, found),
        "armour": _armour(system),
        "parted_deg": PARTED_DEG,
        "array_left_fraction": _array_left_fraction(system),
        "propellant_t": float(found.propellant_kg.sum()) / 1e3,
        "groups": _groups_needs(system, found),
        "radiation": [
            _exposed(system, found, exposed, number) for number in range(len(system.group_names))
        ],
        "shielding_mm": float(system.radiation.shielding_m) * 1e3,
        "memory_limit_krad": float(system.radiation.memory_limit_gy) / KRAD_GY,
        "solar_event_count": float(system.radiation.event_per_s * system.flight.life_s),
        "stops_at_memory_limit": system.radiation.stops_at_limit,
        "largest_unaccounted_count": float(np.abs(fleet.unaccounted_count(found.years)).max()),
    }


def _waterfall(system: System, found: Programme) -> list[dict[str, Any]]:
    """Payload power at the horizon's end, one thing after the other taken off it."""
    peak_w = float(system.power.payload_peak_power_w)
    wanted_w = float(found.fleet.wanted_count.sum()) * peak_w
    left = [float(stage.sum()) for stage in found.stage_power_w]
    return [{"stage": "wanted", "power_w": wanted_w}] + [
        {"stage": stage, "power_w": power_w} for stage, power_w in zip(STAGES, left, strict=True)
    ]


def _array_left_fraction(system: System) -> float:
    """Of the array's output after a design life, by the scenario's own yearly loss."""
    return float(np.exp(-system.power.array_degradation_per_s * system.flight.life_s))


def _groups_needs(system: System, found: Programme) -> list[dict[str, Any]]:
    parting_s = np.asarray(spreading_s(system, node_spread_rad=np.radians(PARTED_DEG)))
    cells = np.asarray(cells_left_fraction(system))
    return [
        _group(system, found, number)
        | {
            "parting_days": float(parting_s[number] / DAY_S),
            "cells_left_fraction": None if np.isnan(cells[number]) else float(cells[number]),
        }
        for number in range(len(system.group_names))
    ]


def _group(system: System, found: Programme, number: int) -> dict[str, Any]:
    """What a group's satellites need of velocity and spares, and what of them is left."""
    planes = int((np.asarray(system.plane_group) == number).sum())
    spares = float(found.fleet.spare_count[number])
    return {
        "name": system.group_names[number],
        "wanted": float(found.fleet.wanted_count[number]),
        "spares": spares,
        "spares_per_plane": spares / planes,
        "raising_days": float(found.fleet.raising_s[number] / DAY_S),
        "derelict_falls_for_years": float(found.fleet.decay_s[number] / YEAR_S),
        "raising_m_per_s": float(found.raising_m_per_s[number]),
        "station_keeping_m_per_s": float(found.station_keeping_m_per_s[number]),
        "lowering_m_per_s": float(found.lowering_m_per_s[number]),
        "stage_power_w": {
            stage: float(found.stage_power_w[index, number]) for index, stage in enumerate(STAGES)
        },
    }


def _exposed(
    system: System, found: Programme, exposed: Exposure, number: int
) -> dict[str, Any] | None:
    """What the chips of a group's full number bear; None where the tables do not reach."""
    if np.isnan(exposed.life_krad[number]):
        return None
    chips = float(system.thermal.chip_count) * float(found.fleet.wanted_count[number])
    corruptions = float(found.silent_corruption_per_s[number]) * chips * DAY_S
    return {
        "name": system.group_names[number],
        "dose_krad_per_year": float(exposed.yearly_krad[number]),
        "dose_over_life_krad": float(exposed.life_krad[number]),
        "least_years_to_memory_limit": float(exposed.least_s_to_limit[number]) / YEAR_S,
        "past_memory_limit_fraction": float(exposed.past_limit_fraction[number]),
        "highest_altitude_km": _km(exposed.highest_altitude_m[number]),
        "highest_altitude_without_event_km": _km(exposed.highest_without_event_m[number]),
        "silent_corruptions_a_day": corruptions,
    }


def _km(height_m: float) -> float | None:
    return None if np.isnan(height_m) else float(height_m) / 1e3


def _ramp(system: System, ramp: Ramp) -> dict[str, Any]:
    spec, course = ramp.fleet, ramp.years
    cap = float(launch.cadence_cap_per_s(spec.launch.cadence) * DAY_S)
    permitted = float(ramp.origins[PERMITTED].value) / YEAR_DAYS
    return {
        "rocket": ramp.rocket,
        "satellites_per_flight": _packed(spec).tolist(),
        "volume_binds": bool(np.any(_packing(spec).volume_binds)),
        "flights_a_day_at_most": cap,
        "flights_a_day_permitted": permitted,
        "exceeds_permits": cap > permitted * (1.0 + 1e-9),
        "groups": _groups(system.group_names, ramp),
        **_to_fill(spec, replaced_after_s(system)),
        **_at_the_end(spec, course),
        **_last_life(system, spec, course),
    }


def replaced_after_s(system: System) -> float | None:
    """Age at which a working satellite is withdrawn; None where it serves until it fails."""
    policy = system.upkeep.policy
    if isinstance(policy, reliability.ReplaceAtAge):
        return float(policy.life_s)
    leaving = np.asarray(_withdrawn_fraction(system.reliability, policy)) >= 0.5
    return float((np.argmax(leaving) + 1) * MONTH_S) if leaving.any() else None


@jax.jit
def _withdrawn_fraction(spec: reliability.Spec, policy: reliability.Policy) -> Array:
    """Share withdrawn in each month; compiled, what the policy does not ask is left out."""
    age_s = jnp.arange(LONGEST_SERVICE_MONTHS) * MONTH_S
    return reliability.cohorts(spec, policy, age_s=age_s, step_s=MONTH_S).withdrawn_fraction


def _packing(spec: fleet.Spec) -> launch.Packing:
    return launch.packing(
        spec.launch.rocket,
        satellite_kg=spec.satellite_kg,
        stowed_volume_m3=spec.stowed_volume_m3,
    )


def _packed(spec: fleet.Spec) -> np.ndarray[Any, Any]:
    return np.broadcast_to(np.asarray(_packing(spec).satellite_count), spec.wanted_count.shape)


def _groups(names: Sequence[str], ramp: Ramp) -> list[dict[str, Any]]:
    filled, surely, course = ramp.month_filled_count, chances(ramp), ramp.years
    months = course.flight_count.shape[0]
    return [
        {
            "name": name,
            "wanted": float(ramp.fleet.wanted_count[number]),
            "month_filled": int(filled[number]) if filled[number] <= months else None,
            **surely[number],
            "in_place_at_the_end": float(course.in_place_count[-1, number]),
            "derelict_at_the_end": float(course.derelict_count[-1, number]),
        }
        for number, name in enumerate(names)
    ]


def _to_fill(spec: fleet.Spec, replaced_s: float | None) -> dict[str, float]:
    """Flights that fill all groups once, and those a day that keep them filled."""
    per_flight, bus = _packed(spec), spec.reliability.bus
    service_s = LONGEST_SERVICE_MONTHS * MONTH_S if replaced_s is None else replaced_s
    arriving = spec.launch.cadence.success_fraction * (1.0 - bus.dead_on_arrival_fraction)
    wanted = spec.wanted_count + spec.spare_count
    fill = launch.flights_to_fill_count(
        wanted_count=wanted, satellites_per_flight_count=per_flight, success_fraction=arriving
    )
    lost = float(reliability.survival_fraction(bus, age_s=service_s))
    sustain = launch.sustaining_flights_per_s(
        satellite_count=wanted,
        life_s=service_s,
        failure_rate_per_s=-np.log(max(lost, 1e-30)) / service_s,
        satellites_per_flight_count=per_flight,
        success_fraction=arriving,
    )
    kept_kg_a_day = float(wanted.sum() * spec.satellite_kg) / (service_s / DAY_S)
    return {
        "flights_to_fill": float(fill.sum()),
        "sustaining_flights_a_day": float(sustain.sum() * DAY_S),
        "mass_alone_flights_a_day": kept_kg_a_day / float(spec.launch.charged_kg),
    }


def _years(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / YEAR_S


def _sustaining(spec: fleet.Spec) -> list[dict[str, float]]:
    """Flights a day that keep the fleet, by payload and life: by mass alone, and with all losses.

    Payloads too small for a satellite are left out.

    Mass alone is the bound: every flight full to its last kilogram, to any orbit, nothing lost.
    """
    told = []
    for payload_t, life_years in product(PAYLOADS_T, LIVES_YEARS):
        lifting = _lifting(spec, 1e3 * payload_t)
        if lifts(lifting):
            flights = _to_fill(lifting, life_years * YEAR_S)
            del flights["flights_to_fill"]
            told.append({"payload_t": payload_t, "life_years": life_years, **flights})
    return told


def _lifting(spec: fleet.Spec, payload_kg: float) -> fleet.Spec:
    """The same fleet on a rocket that lifts so much to a low orbit."""
    rocket = spec.launch.rocket
    scaled_kg = rocket.payload_mass_kg * (payload_kg / spec.launch.charged_kg)
    lifting = replace(
        spec.launch,
        rocket=replace(rocket, payload_mass_kg=scaled_kg),
        charged_kg=jnp.asarray(payload_kg),
    )
    return replace(spec, launch=lifting)


def _armour(system: System) -> list[dict[str, Any]]:
    """What of the radiator is whole after a life, by wall and loops, and what the wall weighs."""
    return [
        {
            "wall_mm": wall_mm,
            "loop_count": loops,
            "left_fraction": np.asarray(left).tolist(),
            "wall_kg": float(wall_kg),
        }
        for wall_mm, loops in product(WALLS_MM, LOOPS)
        for left, wall_kg in [radiator_after_life(system, wall_m=wall_mm / 1e3, loops=float(loops))]
    ]


def _at_the_end(spec: fleet.Spec, course: Years) -> dict[str, float]:
    """What there is at the end of the horizon, and what it has taken."""
    launched_kg = float(course.launched_count.sum()) * float(spec.satellite_kg)
    return {
        "in_place": float(course.in_place_count[-1].sum()),
        "derelict": float(course.derelict_count[-1].sum()),
        "chips_at_work_ratio": float(course.capacity_count[-1].sum() / spec.wanted_count.sum()),
        "delivered_power_w": float(course.delivered_power_w[-1].sum()),
        "flights": float(course.flight_count.sum()),
        "launched_t": launched_kg / 1e3,
        "launch_price_usd": float(spent_usd(spec, course).sum()),
    }


def _last_life(system: System, spec: fleet.Spec, course: Years) -> dict[str, float]:
    """Means over the last life of the horizon: replacement comes in waves of that length."""
    horizon, service_s = course.flight_count.shape[0], replaced_after_s(system)
    life = horizon if service_s is None else max(round(service_s / MONTH_S), 1)
    months = min(life, horizon)
    a_day = partial(_mean_a_day, course, months)
    down = a_day("disposed_count") + a_day("decayed_count") + a_day("dead_on_arrival_count")
    down_kg = down * YEAR_DAYS * float(spec.satellite_kg)
    hit = disposal.casualty_ratio(casualty_area_m2=system.upkeep.casualty_area_m2)
    return {
        "mean_over_years": months / 12.0,
        "flights_a_day": a_day("flight_count"),
        "failed_a_day": a_day("failed_count"),
        "withdrawn_a_day": a_day("withdrawn_count"),
        "lost_a_day": a_day("lost_count") + a_day("dead_on_arrival_count") + a_day("failed_count"),
        "reentering_t_a_year": down_kg / 1e3,
        "alumina_t_a_year": float(disposal.alumina_kg(mass_kg=down_kg)) / 1e3,
        "casualties_a_year": down * YEAR_DAYS * float(hit),
    }


def _mean_a_day(course: Years, months: int, name: str) -> float:
    """Mean of a flow over the last months."""
    return float(np.asarray(getattr(course, name))[-months:].sum() / (months * MONTH_S / DAY_S))


def inputs(found: Mapping[str, Origin]) -> list[dict[str, Any]]:
    """List what the fleet's years rest on beside the satellite itself."""
    sections = ("launch.", "reliability.", "radiation.", "disposal.", "fleet.")
    return [vars(origin) for key, origin in found.items() if key.startswith(sections)]
