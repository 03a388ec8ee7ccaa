"""What joins satellites, places and the ground, in SI?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack import catalogue
from sunstack.catalogue import Entry
from sunstack.disciplines import orbit
from sunstack.disciplines.network import Layout
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.scenario import Formation
from sunstack.scenario.model import Group
from sunstack.skeleton import neighbours, skeletons
from sunstack.system import Connection, System

from .numbers import Numbers
from .planes import Planes, planes
from .values import Origin

NONE = "none"


def connection(
    number: Numbers,
    *,
    julian_day: float,
    groups_of: Callable[[Entry], tuple[Group, ...]],
    computing: Planes,
    names: tuple[str, ...],
) -> Connection:
    """Build what joins satellites, places and the ground.

    Args:
        number: the scenario's values.
        julian_day: of the epoch.
        groups_of: reads the groups of a constellation of the catalogue.
        computing: planes of the satellites that compute.
        names: of their groups.

    Raises:
        ScenarioError: the access constellation is not known, or is none that carries traffic.
    """
    named = number.found["network.access"]
    groups, cap = _access(named, groups_of)
    laid_out = planes(groups, julian_day=julian_day, cap=cap) if groups else None
    if laid_out:
        _check_meshed(named, laid_out, tuple(one.name for one in groups))
    layout, next_plane, above_plane = _joined(computing, names)
    return Connection(
        access=orbits_of(laid_out),
        access_group=jnp.asarray(laid_out.group.astype(np.int32) if laid_out else [], int),
        **_links(number),
        layout=layout,
        next_plane=next_plane,
        above_plane=above_plane,
        access_names=tuple(one.name for one in groups),
        place_count=round(float(number["network.place_count"])),
    )


def _links(number: Numbers) -> dict[str, Any]:
    return {
        "elevation_rad": number["network.elevation_deg"],
        "laser_range_m": number["network.laser_range_km"],
        "laser_rate_bit_per_s": number["network.laser_rate_gbit_per_s"],
        "laser_count": number["network.laser_count"],
        "hop_s": number["network.hop_us"],
        "access_rate_bit_per_s": number["network.access_rate_gbit_per_s"],
        "frame_s": number["network.frame_ms"],
        "load_fraction": number["network.load_fraction"],
        "fibre_stretch_ratio": number["network.fibre_stretch_ratio"],
    }


def moved_connection(number: Numbers, system: System) -> Connection:
    """Move links with their numbers, traced by JAX; who is joined to whom stays."""
    return replace(system.connection, **_links(number))


def _access(
    named: Origin, groups_of: Callable[[Entry], tuple[Group, ...]]
) -> tuple[Sequence[Group], int | None]:
    """Groups of the access constellation, and how many satellites its licence allows."""
    if named.value == NONE:
        return (), None
    try:
        entry = catalogue.entry("constellation", str(named.value))
        groups = groups_of(entry)
    except CatalogueError as error:
        raise ScenarioError(f"{named.where}: {named.key}: {error}; or `{NONE}`") from error
    clusters = [one.name for one in groups if isinstance(one, Formation)]
    if clusters:
        raise ScenarioError(
            f"{named.where}: {named.key}: {named.value}: {', '.join(clusters)} is a cluster, "
            f"which no place on Earth sees all day; write another constellation, or `{NONE}`"
        )
    return groups, entry.satellite_count_cap


def _check_meshed(named: Origin, laid_out: Planes, names: tuple[str, ...]) -> None:
    """Refuse a constellation of which a part could carry nothing: its traffic has no other way."""
    _, refused = skeletons(orbits_of(laid_out), laid_out.group, names)
    if refused:
        told = "; ".join(f"{name}: {why}" for name, why in refused.items())
        raise ScenarioError(
            f"{named.where}: {named.key}: {named.value}: {told}; write another constellation, "
            f"or `{NONE}`"
        )


def _joined(laid_out: Planes, names: tuple[str, ...]) -> tuple[Layout, Array, Array]:
    """What shells each group makes, and which planes are across from and above each."""
    orbits = orbits_of(laid_out)
    found, _ = skeletons(orbits, laid_out.group, names)
    counts = np.ones((3, len(names)), np.int64)
    next_plane = np.arange(len(laid_out.group), dtype=np.int32)
    above_plane = next_plane.copy()
    for one in found:
        counts[:, names.index(one.name)] = *one.plane.shape, one.slot_count
        across, above = neighbours(one, orbits)
        own = one.plane.ravel()
        next_plane[own], above_plane[own] = across[own], above[own]
    shells, planes_per_shell, slots = jnp.asarray(counts)
    layout = Layout(shell_count=shells, plane_count=planes_per_shell, slot_count=slots)
    return layout, jnp.asarray(next_plane), jnp.asarray(above_plane)


def orbits_of(laid_out: Planes | None) -> orbit.Spec:
    """Return planes as the disciplines take them; of none, empty ones."""
    names = (
        "semi_major_axis_m",
        "eccentricity_ratio",
        "inclination_rad",
        "node_rad",
        "argument_of_perigee_rad",
        "argument_of_latitude_rad",
        "satellite_count",
    )
    none = np.zeros(0)
    return orbit.Spec(
        **{name: jnp.asarray(getattr(laid_out, name) if laid_out else none) for name in names}
    )
