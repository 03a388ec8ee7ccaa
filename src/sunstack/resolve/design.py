"""How do a scenario's values become the Specs of a `System`?

The only place where units are converted. Parts written `auto` are sized here, so that nothing is
left unset.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from pydantic import TypeAdapter, ValidationError

from sunstack import catalogue, sizing
from sunstack.catalogue import Entry, tables
from sunstack.disciplines import company, mass, orbit, power, thermal
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.scenario import Document
from sunstack.scenario.model import Group
from sunstack.system import Environment, Flight, System
from sunstack.units import YEAR_S, to_si

from .asking import asking
from .caveats import caveats
from .company import company_behind
from .connection import connection, orbits_of
from .consistency import check
from .epochs import epochs
from .launching import ascent, check_lift, launches, mean_inclination_rad
from .numbers import Numbers, scalar
from .planes import Planes, planes
from .radiation import environment
from .service import service
from .upkeep import (
    check_draws,
    completed,
    coolant,
    exposure_of_chips,
    failures,
    sampled_planes,
    upkeep,
)
from .values import TOLERANCE, Origin, origins

LARGEST_FLEET = 10_000_000
"""Satellites whose last states fit the memory of a laptop (1 GB)."""

SIZED = {
    "power.array_area_m2": lambda system: system.power.array_area_m2,
    "power.battery_capacity_kwh": lambda system: system.power.battery_capacity_j,
    "thermal.radiator_area_m2": lambda system: system.thermal.radiator_area_m2,
    "thermal.loop_conductance_w_per_k": lambda system: system.thermal.loop_conductance_w_per_k,
    "thermal.cold_plate_heat_capacity_kj_per_k": (
        lambda system: system.thermal.cold_plate_heat_capacity_j_per_k
    ),
    "satellite.mass_kg": lambda system: system.mass.stated_mass_kg,
}
"""Keys that may be `auto`, and where their size ends up."""


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """A scenario with nothing left unset."""

    document: Document
    system: System
    planes: Planes
    groups: tuple[Group, ...]
    epochs: tuple[date, ...]
    """Days simulated."""
    origins: dict[str, Origin]
    group_origins: dict[str, dict[str, str]]
    """Where each group of orbits comes from: file, or catalogue entry with source and date."""
    caveats: tuple[str, ...]


def resolve(document: Document) -> Resolved:
    """Fill, size and convert a scenario.

    Raises:
        ScenarioError: something is missing, contradictory, or cannot be sized.
        CatalogueError: a catalogue entry is unknown or unusable.
    """
    found = origins(document)
    check(document, found)
    scenario = document.scenario
    groups, cap = _groups(document)
    julian_day = julian_day_of(scenario.epoch)
    laid_out = planes(groups, julian_day=julian_day, cap=cap)
    _check_count(document, laid_out)
    system = _system(document, found, groups, laid_out)
    auto = frozenset(key for key, origin in found.items() if origin.value == "auto")
    system = sizing.size(
        system, auto=auto, margin_fraction=float(found["sizing.margin_fraction"].value)
    )
    system = completed(Numbers(found), system)
    system = replace(system, company=_company(document, found, system))
    check_draws(document, system)
    check_lift(document, system)
    return Resolved(
        document=document,
        system=system,
        planes=laid_out,
        groups=groups,
        epochs=epochs(document, life_s=float(system.flight.life_s)),
        origins=found | {key: _sized(found[key], system) for key in auto},
        group_origins=_group_origins(document),
        caveats=caveats(document, groups=groups, system=system, origins=found, cap=cap),
    )


def julian_day_of(day: date) -> float:
    """Julian day at 0 h UTC."""
    return day.toordinal() + 1721424.5


def year_of(day: date) -> float:
    """Calendar year with its fraction."""
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def _groups(document: Document) -> tuple[tuple[Group, ...], int | None]:
    constellation = document.scenario.constellation
    cap = constellation.satellite_count_cap
    if constellation.groups is not None:
        return tuple(constellation.groups), cap
    try:
        entry = catalogue.entry("constellation", str(constellation.catalogue))
    except CatalogueError as error:
        raise ScenarioError(f"{document.path}: constellation.catalogue: {error}") from error
    return groups_of(entry), entry.satellite_count_cap if cap is None else cap


def _group_origins(document: Document) -> dict[str, dict[str, str]]:
    constellation = document.scenario.constellation
    if constellation.groups is not None:
        return {group.name: {"where": Path(document.path).name} for group in constellation.groups}
    entry = catalogue.entry("constellation", str(constellation.catalogue))
    return {
        str(origin.value): {
            "where": f"constellation {entry.name}",
            "source": origin.source,
            "date": origin.date,
            "confidence": origin.confidence,
            "note": origin.note,
        }
        for origin in entry.group_origins
    }


def groups_of(entry: Entry) -> tuple[Group, ...]:
    """Return the groups of a constellation of the catalogue.

    Raises:
        CatalogueError: a group is none a scenario could hold.
    """
    try:
        groups = TypeAdapter(list[Group]).validate_python([dict(one) for one in entry.groups])
    except ValidationError as error:
        raise CatalogueError(f"constellation {entry.name}: groups: {error}") from error
    return tuple(groups)


def _check_count(document: Document, laid_out: Planes) -> None:
    count = laid_out.satellite_count.sum()
    if count > LARGEST_FLEET:
        raise ScenarioError(
            f"{document.path}: constellation: {count:,.0f} satellites are more than the "
            f"{LARGEST_FLEET:,} one run holds; write constellation.satellite_count_cap"
        )


def resized(system: System, key: str) -> float:
    """Return the size, in its key's unit, at which a part would just do on its worst day.

    Raises:
        ScenarioError: no size would.
    """
    sized = sizing.size(system, auto=frozenset({key}), margin_fraction=0.0)
    return float(SIZED[key](sized)) / to_si(key, 1.0)


def _sized(origin: Origin, system: System) -> Origin:
    size = float(SIZED[origin.key](system))
    note = f"sized to its worst case. {origin.note}".strip()
    return replace(origin, value=size / to_si(origin.key, 1.0), kind="sized", note=note)


def _system(
    document: Document,
    found: Mapping[str, Origin],
    groups: Sequence[Group],
    laid_out: Planes,
) -> System:
    number = Numbers(found)
    return System(
        orbits=orbits_of(laid_out),
        plane_group=jnp.asarray(laid_out.group.astype(np.int32)),
        sun_synchronous_intended=jnp.asarray([one.sun_synchronous_intended for one in groups]),
        power=_power(number),
        thermal=_thermal(number),
        mass=_mass(number),
        flight=_flight(number),
        environment=_environment(number),
        atmosphere=atmosphere(),
        epoch_julian_day=scalar(julian_day_of(document.scenario.epoch)),
        launch=launches(
            number,
            words=number,
            inclination_rad=mean_inclination_rad(laid_out.inclination_rad, laid_out.group),
        ),
        ascent=ascent(number),
        reliability=failures(number),
        coolant=coolant(number),
        radiation=exposure_of_chips(number),
        radiation_environment=environment(),
        upkeep=upkeep(number, document, groups=len(groups)),
        company=None,
        connection=connection(
            number,
            julian_day=julian_day_of(document.scenario.epoch),
            groups_of=groups_of,
            computing=laid_out,
            names=tuple(one.name for one in groups),
        ),
        service=service(number, document),
        asking=asking(
            number.word("service.terminals"), first_year=year_of(document.scenario.epoch)
        ),
        sampled_planes=jnp.asarray(
            sampled_planes(laid_out.semi_major_axis_m, laid_out.satellite_count, laid_out.group)
        ),
        group_names=tuple(one.name for one in groups),
    )


def _company(
    document: Document, found: Mapping[str, Origin], system: System
) -> company.Spec | None:
    return company_behind(
        Numbers(found),
        path=document.path,
        first_year=year_of(document.scenario.epoch),
        month_count=system.upkeep.month_count,
    )


def _flight(number: Numbers) -> Flight:
    return Flight(
        life_s=number["satellite.life_years"],
        drag_area_m2=number["satellite.drag_area_m2"],
        drag_coefficient_ratio=number["satellite.drag_coefficient_ratio"],
        delta_v_m_per_s=number["satellite.delta_v_m_per_s"],
        local_time_tolerance_s=number[TOLERANCE],
    )


def _environment(number: Numbers) -> Environment:
    return Environment(
        solar_constant_w_per_m2=number["environment.solar_constant_w_per_m2"],
        albedo_ratio=number["environment.albedo_ratio"],
        earth_infrared_w_per_m2=number["environment.earth_infrared_w_per_m2"],
        solar_flux_units=number["environment.solar_activity_solar_flux_units"],
    )


def _power(number: Numbers) -> power.Spec:
    lost_a_year = float(number.found["power.array_degradation_fraction_per_year"].value)
    return power.Spec(
        array_area_m2=number["power.array_area_m2"],
        cell_efficiency=number["power.cell_efficiency"],
        packing_fraction=number["power.packing_fraction"],
        temperature_coefficient_per_k=number["power.temperature_coefficient_per_k"],
        transfer_efficiency=number["power.transfer_efficiency"],
        array_degradation_per_s=scalar(-math.log1p(-lost_a_year) / YEAR_S),
        battery_capacity_j=number["power.battery_capacity_kwh"],
        battery_depth_of_discharge_fraction=number["power.battery_depth_of_discharge_fraction"],
        battery_charge_efficiency=number["power.battery_charge_efficiency"],
        battery_discharge_efficiency=number["power.battery_discharge_efficiency"],
        battery_temperature_k=number["power.battery_temperature_deg_c"],
        bus_power_w=number["satellite.bus_power_kw"],
        payload_power_w=number["payload.power_kw"],
        payload_peak_power_w=number["payload.peak_power_kw"],
        payload_idle_power_w=number["payload.idle_power_kw"],
        array_pointing=number.word("power.array_pointing"),  # type: ignore[arg-type]  # checked word
        eclipse_policy=number.word("power.eclipse_policy"),  # type: ignore[arg-type]  # checked word
    )


def _thermal(number: Numbers) -> thermal.Spec:
    return thermal.Spec(
        radiator_area_m2=number["thermal.radiator_area_m2"],
        emissivity_ratio=number["thermal.emissivity_ratio"],
        solar_absorptance_ratio=number["thermal.solar_absorptance_ratio"],
        solar_absorptance_end_ratio=number["thermal.solar_absorptance_end_ratio"],
        fin_efficiency=number["thermal.fin_efficiency"],
        sun_incidence_rad=number["thermal.sun_incidence_deg"],
        loop_conductance_w_per_k=number["thermal.loop_conductance_w_per_k"],
        chip_resistance_k_per_w=number["payload.chip_thermal_resistance_k_per_w"],
        chip_count=scalar(float(number.found["payload.chip_count"].value)),
        chip_limit_k=number["payload.chip_temperature_limit_deg_c"],
        throttle_band_k=number["thermal.throttle_band_k"],
        cold_plate_heat_capacity_j_per_k=number["thermal.cold_plate_heat_capacity_kj_per_k"],
        radiator_heat_capacity_j_per_m2_k=number["thermal.radiator_heat_capacity_kj_per_m2_k"],
        array_solar_absorptance_ratio=number["power.array_solar_absorptance_ratio"],
        array_emissivity_ratio=number["power.array_emissivity_ratio"],
        array_conversion_efficiency=number["power.cell_efficiency"]
        * number["power.packing_fraction"],
        life_s=number["satellite.life_years"],
        radiator_attitude=number.word("thermal.radiator_attitude"),  # type: ignore[arg-type]  # checked word
    )


def _mass(number: Numbers) -> mass.Spec:
    return mass.Spec(
        array_areal_density_kg_per_m2=number["power.array_areal_density_kg_per_m2"],
        radiator_areal_density_kg_per_m2=number["thermal.radiator_areal_density_kg_per_m2"],
        battery_specific_energy_j_per_kg=number["power.battery_specific_energy_wh_per_kg"],
        payload_mass_kg=number["payload.mass_kg"],
        bus_mass_kg=number["satellite.bus_mass_kg"],
        structure_mass_fraction=number["satellite.structure_mass_fraction"],
        stated_mass_kg=number["satellite.mass_kg"],
    )


def atmosphere() -> orbit.Atmosphere:
    """Return the density table that comes with Sunstack."""
    table = tables.atmosphere()
    return orbit.Atmosphere(
        altitude_m=jnp.asarray(table.altitude_km) * 1e3,
        solar_flux_units=jnp.asarray(table.solar_flux_units),
        density_kg_per_m3=jnp.asarray(table.density_kg_per_m3),
    )
