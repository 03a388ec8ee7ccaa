"""What joins satellites, places and the ground, in SI?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax.numpy as jnp
import numpy as np

from sunstack import catalogue
from sunstack.catalogue import Entry
from sunstack.disciplines import orbit
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.scenario import Formation
from sunstack.scenario.model import Group
from sunstack.system import Connection

from .numbers import Numbers
from .planes import Planes, planes
from .values import Origin

NONE = "none"


def connection(
    number: Numbers, *, julian_day: float, groups_of: Callable[[Entry], tuple[Group, ...]]
) -> Connection:
    """Build what joins satellites, places and the ground.

    Args:
        number: the scenario's values.
        julian_day: of the epoch.
        groups_of: reads the groups of a constellation of the catalogue.

    Raises:
        ScenarioError: the access constellation is not known, or is none that carries traffic.
    """
    groups = _access(number.found["network.access"], groups_of)
    laid_out = planes(groups, julian_day=julian_day, cap=None) if groups else None
    return Connection(
        access=orbits_of(laid_out),
        access_group=jnp.asarray(laid_out.group.astype(np.int32) if laid_out else [], int),
        elevation_rad=number["network.elevation_deg"],
        laser_range_m=number["network.laser_range_km"],
        laser_rate_bit_per_s=number["network.laser_rate_gbit_per_s"],
        laser_count=number["network.laser_count"],
        hop_s=number["network.hop_us"],
        access_rate_bit_per_s=number["network.access_rate_gbit_per_s"],
        frame_s=number["network.frame_ms"],
        load_fraction=number["network.load_fraction"],
        fibre_stretch_ratio=number["network.fibre_stretch_ratio"],
        access_names=tuple(one.name for one in groups),
        place_count=round(float(number["network.place_count"])),
    )


def _access(named: Origin, groups_of: Callable[[Entry], tuple[Group, ...]]) -> Sequence[Group]:
    if named.value == NONE:
        return ()
    try:
        groups = groups_of(catalogue.entry("constellation", str(named.value)))
    except CatalogueError as error:
        raise ScenarioError(f"{named.where}: {named.key}: {error}; or `{NONE}`") from error
    clusters = [one.name for one in groups if isinstance(one, Formation)]
    if clusters:
        raise ScenarioError(
            f"{named.where}: {named.key}: {named.value}: {', '.join(clusters)} is a cluster, "
            f"which no place on Earth sees all day; write another constellation, or `{NONE}`"
        )
    return groups


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
