"""How late is a satellite by how far it stands from the place that asks?

Exact delays from some cities to every satellite of the meshes they see, at one instant, their means
over rings about each city; with an access constellation, then over a bridge to one that computes.

Assumes: what stands as far is as late, whatever its bearing; one instant stands for all.
Leaves out: hops from the satellite at the bridge's end to those around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import network

from .instant import Instant, uplinks_s
from .nearest import BLOCK, entries_only
from .routes import soonest, web

RING_COUNT = 24
EDGE_RAD = np.linspace(0.0, np.pi, RING_COUNT + 1)
"""Angles at the Earth's centre between which a ring lies."""
MOST_SOURCES = 12
SEARCHED_SATELLITES = 400_000
"""From all cities together: a million satellites are searched from one."""

Seconds = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Mean delays one way, light and handling."""

    names: tuple[str, ...]
    """Groups that compute and make a mesh."""
    delay_s: Seconds
    """By ring, shape (groups, rings)."""
    source_count: int


def reach(here: Instant, *, site_m: Seconds, elevation_rad: float) -> Reach:
    """Measure delays by distance.

    Args:
        here: the mesh at an instant.
        site_m: cities, inertial, shape (cities, 3); those that see a satellite are searched from,
            the first of them.
        elevation_rad: least above the horizon.
    """
    entries = entries_only(here)
    joined = web(entries.mesh)
    stacks = [np.asarray(network.stack_position_m(one)).reshape(-1, 3) for one in entries.stacks]
    outward = np.concatenate(stacks)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    most = max(1, min(MOST_SOURCES, SEARCHED_SATELLITES // len(outward)))
    sources = _seeing(entries, site_m, elevation_rad)[:most]
    delays = [soonest(joined, up).delay_s for _, up in sources]
    ring = [_ring(outward, one) for one, _ in sources]
    if here.access_count:
        both = _means(np.array(ring), np.array(delays))
        found = [both + bridge for bridge in _bridges_s(here)]
    else:
        ends = np.cumsum([0, *(len(one) for one in stacks)])
        found = [
            _means(
                np.array([one[low:high] for one in ring]),
                np.array([one[low:high] for one in delays]),
            )
            for low, high in pairwise(ends)
        ]
    return Reach(
        names=tuple(here.names[one] for one in here.computing),
        delay_s=np.stack(found),
        source_count=len(sources),
    )


def _seeing(
    entries: Instant, site_m: Seconds, elevation_rad: float
) -> list[tuple[Seconds, list[Seconds]]]:
    """Cities that see a satellite, the largest first, and their delays up to each of them."""
    found = []
    for first in range(0, len(site_m), BLOCK):
        block = site_m[first : first + BLOCK]
        seen = uplinks_s(entries, site_m=block, elevation_rad=elevation_rad)
        ups = [np.asarray(one) for one in seen]
        for number, site in enumerate(block):
            up = [one[..., number] for one in ups]
            if any((one < network.UNREACHED_S).any() for one in up):
                found.append((site, up))
        if len(found) >= MOST_SOURCES:
            break
    return found[:MOST_SOURCES]


def _ring(outward: Seconds, site_m: Seconds) -> NDArray[Any]:
    cosine = outward @ (site_m / np.linalg.norm(site_m))
    place = np.arccos(np.clip(cosine, -1.0, 1.0)) / np.pi * RING_COUNT
    return np.asarray(np.minimum(place.astype(int), RING_COUNT - 1))


def _means(ring: NDArray[Any], delay_s: Seconds) -> Seconds:
    """Mean by ring of what is reached; infinite beyond the farthest satellite that is."""
    if not delay_s.size:
        return np.full(RING_COUNT, np.inf)
    met = delay_s < network.UNREACHED_S
    count = np.bincount(ring[met], minlength=RING_COUNT)
    total = np.bincount(ring[met], weights=delay_s[met], minlength=RING_COUNT)
    known = np.flatnonzero(count)
    if not known.size:
        return np.full(RING_COUNT, np.inf)
    mean = total[known] / count[known]
    return np.asarray(np.interp(np.arange(RING_COUNT), known, mean, right=np.inf))


def _bridges_s(here: Instant) -> list[float]:
    """Mean bridge to each group that computes; infinite where there is none."""
    found: list[list[Seconds]] = [[] for _ in here.computing]
    for (_, high), one in zip(here.mesh.ends, here.mesh.bridges, strict=True):
        delay = np.asarray(one.delay_s)
        found[high - here.access_count].append(delay[delay < network.UNREACHED_S])
    made = [np.concatenate(one) if one else np.zeros(0) for one in found]
    return [float(one.mean()) if one.size else np.inf for one in made]
