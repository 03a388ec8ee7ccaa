"""How do a scenario's values become the Specs of a `System`?

The only place where units are converted. Parts written `auto` are sized here, so that nothing is
left unset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from pydantic import TypeAdapter, ValidationError

from sunstack import catalogue, sizing
from sunstack.catalogue import Entry, tables
from sunstack.disciplines import company, economics, orbit
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.scenario import Document
from sunstack.scenario.model import Group
from sunstack.system import Service, System
from sunstack.units import to_si

from .asking import asking
from .caveats import caveats
from .company import company_behind
from .connection import connection, orbits_of
from .consistency import check
from .economics import elapsed_in_year_s, money, with_chip_price
from .epochs import epochs
from .launching import check_lift, mean_inclination_rad
from .numbers import Numbers, firm, scalar
from .planes import Planes, planes
from .radiation import environment
from .service import service
from .specs import specs
from .training import placed, training
from .upkeep import (
    check_draws,
    completed,
    sampled_planes,
    upkeep,
)
from .values import Origin, origins

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
    found = with_chip_price(origins(document))
    check(document, found)
    scenario = document.scenario
    groups, cap = _groups(document)
    julian_day = julian_day_of(scenario.epoch)
    laid_out = planes(groups, julian_day=julian_day, cap=cap)
    _check_count(document, laid_out)
    system = firm(_system(document, found, groups, laid_out))
    auto = frozenset(key for key, origin in found.items() if origin.value == "auto")
    margin = float(found["sizing.margin_fraction"].value)
    system = firm(sizing.size(system, auto=auto, margin_fraction=margin))
    system = firm(completed(Numbers(found), system))
    system = placed(system, document)
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
    offered = service(number, document)
    return System(
        orbits=orbits_of(laid_out),
        plane_group=jnp.asarray(laid_out.group.astype(np.int32)),
        sun_synchronous_intended=jnp.asarray([one.sun_synchronous_intended for one in groups]),
        **specs(
            number,
            inclination_rad=mean_inclination_rad(laid_out.inclination_rad, laid_out.group),
        ),
        atmosphere=atmosphere(),
        epoch_julian_day=scalar(julian_day_of(document.scenario.epoch)),
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
        service=offered,
        economics=_money(number, document, offered),
        training=training(number, document, groups=groups),
        asking=asking(
            number.word("service.terminals"), first_year=year_of(document.scenario.epoch)
        ),
        sampled_planes=jnp.asarray(
            sampled_planes(laid_out.semi_major_axis_m, laid_out.satellite_count, laid_out.group)
        ),
        group_names=tuple(one.name for one in groups),
    )


def _money(number: Numbers, document: Document, offered: Service) -> economics.Spec:
    started_s = elapsed_in_year_s(document.scenario.epoch)
    return money(number, words=number, service=offered, elapsed_in_year_s=jnp.asarray(started_s))


def _company(
    document: Document, found: Mapping[str, Origin], system: System
) -> company.Spec | None:
    return company_behind(
        Numbers(found),
        path=document.path,
        first_year=year_of(document.scenario.epoch),
        month_count=system.upkeep.month_count,
    )


def atmosphere() -> orbit.Atmosphere:
    """Return the density table that comes with Sunstack."""
    table = tables.atmosphere()
    return orbit.Atmosphere(
        altitude_m=jnp.asarray(table.altitude_km) * 1e3,
        solar_flux_units=jnp.asarray(table.solar_flux_units),
        density_kg_per_m3=jnp.asarray(table.density_kg_per_m3),
    )
