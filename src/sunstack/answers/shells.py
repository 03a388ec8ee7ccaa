"""Which shells do a catalogue's satellites make up: how high, how inclined, in how many planes?

Satellites of one inclination are split where their altitudes leave a gap; those on their way up or
down lie between, and small heaps are left out and counted. A shell's nodes are turned to one
instant, and planes are split where nodes leave a gap.

Assumes: mean altitude above the equatorial radius, from Brouwer's mean motion, as in scenarios.
Leaves out: phasing between planes; satellites that only pass through a shell's height count to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines.orbit import sgp4
from sunstack.element_sets import ElementSet, mean_elements
from sunstack.element_sets.records import instant, since_epoch_s
from sunstack.units import EARTH_RADIUS_M

INCLINATION_GAP_DEG = 0.15
ALTITUDE_GAP_KM = 0.3
"""Starlink's shells of January 2026 are 0.4 to 1 km thick, and kilometres apart."""
NODE_GAP_DEG = 0.9
LEAST_SATELLITES = 20
LEAST_IN_PLANE = 3

Columns = NDArray[np.float64]
Numbers = NDArray[np.intp]

_constants = jax.jit(sgp4.constants)


def shells_of(sets: Sequence[ElementSet]) -> dict[str, Any]:
    """Measure the shells of a file's satellites near the Earth.

    Args:
        sets: at least one.
    """
    fixed = _constants(mean_elements(sets))
    axis_km = np.asarray(fixed.secular.axis) * sgp4.WGS72.radius_m / 1e3
    altitude_km = axis_km - EARTH_RADIUS_M / 1e3
    inclination_deg = np.array([one.inclination_deg for one in sets])
    newest = max(one.epoch for one in sets)
    day, nanosecond = instant(newest)
    turned = np.asarray(fixed.secular.node_rate) * since_epoch_s(
        sets, day=day, nanosecond=nanosecond
    )
    node_deg = np.degrees(np.asarray(fixed.secular.node) + turned) % 360.0
    found = [
        _shell(shell, altitude_km, inclination_deg, node_deg)
        for same in _heaps(inclination_deg, np.arange(len(sets)), INCLINATION_GAP_DEG)
        for shell in _heaps(altitude_km, same, ALTITUDE_GAP_KM)
        if len(shell) >= LEAST_SATELLITES
    ]
    found.sort(key=lambda one: (one["inclination_deg"], one["altitude_km"]))
    counted = sum(one["satellite_count"] for one in found)
    return {
        "epoch": f"{newest:%Y-%m-%dT%H:%M:%SZ}",
        "satellite_count": len(sets),
        "outside_count": len(sets) - counted,
        "shells": found,
        "groups": [_group(number, one) for number, one in enumerate(found, start=1)],
    }


def _group(number: int, shell: dict[str, Any]) -> dict[str, Any]:
    """Say a shell as a scenario's group: planes evenly filled, as far as it can be said."""
    return {
        "name": f"shell-{number}",
        "model": "walker",
        "altitude_km": round(shell["altitude_km"], 1),
        "inclination_deg": round(shell["inclination_deg"], 2),
        "plane_count": shell["plane_count"],
        "satellites_per_plane_count": shell["satellites_per_plane_count"],
    }


def _heaps(values: Columns, members: Numbers, gap: float) -> list[Numbers]:
    """Split members where their values, in order, leave a gap."""
    ordered = members[np.argsort(values[members], kind="stable")]
    edges = np.flatnonzero(np.diff(values[ordered]) > gap) + 1
    return np.split(ordered, edges)


def _shell(
    members: Numbers, altitude_km: Columns, inclination_deg: Columns, node_deg: Columns
) -> dict[str, Any]:
    planes = [plane for plane in _around(node_deg, members) if len(plane) >= LEAST_IN_PLANE]
    sizes = [len(plane) for plane in planes]
    return {
        "altitude_km": float(np.median(altitude_km[members])),
        "lowest_km": float(altitude_km[members].min()),
        "highest_km": float(altitude_km[members].max()),
        "inclination_deg": float(np.median(inclination_deg[members])),
        "satellite_count": len(members),
        "plane_count": len(planes),
        "satellites_per_plane_count": int(np.median(sizes)) if sizes else 0,
    }


def _around(node_deg: Columns, members: Numbers) -> list[Numbers]:
    """Planes of a shell; the first and last are one where no gap lies at 0°."""
    planes = _heaps(node_deg, members, NODE_GAP_DEG)
    across = 360.0 - node_deg[planes[-1][-1]] + node_deg[planes[0][0]]
    if len(planes) > 1 and across <= NODE_GAP_DEG:
        planes = [*planes[1:-1], np.concatenate([planes[-1], planes[0]])]
    return planes
