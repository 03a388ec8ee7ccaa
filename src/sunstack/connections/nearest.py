"""How soon does each place reach a working computer in orbit, and over which links?

With an access constellation: up to one of its satellites in view, through its own lasers, and over
a bridge to a satellite that computes. Only the access constellation need be searched, since a way
that meets one computer has no reason to go on. Without: up to the nearest computer in view.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import network
from sunstack.disciplines.network import Mesh

from .instant import Instant, uplinks_s
from .routes import Place, Soonest, Web, place, soonest, way, web

BLOCK = 16
"""Places at a time: their views of a million satellites take 130 MB."""
SEES_NOTHING = "it sees no satellite"
SEES_NO_COMPUTER = "no computer is joined to the satellites it sees"


@dataclass(frozen=True, kw_only=True)
class Way:
    """From a place to the nearest computer."""

    up_s: float
    """Light, up to the satellite in view."""
    space_s: float
    """Light and handling from there to the computer."""
    hop_count: int
    """Lasers crossed, the bridge included."""
    entry: Place
    """The satellite in view."""


@dataclass(frozen=True, kw_only=True)
class _Beyond:
    """From every satellite that places see to its nearest computer."""

    joined: Web
    found: Soonest | None
    """None where those satellites compute themselves."""
    delay_s: NDArray[np.float64]


def nearest_ways(
    here: Instant, *, site_m: NDArray[np.float64], elevation_rad: float
) -> tuple[Way | str, ...]:
    """Find each place's way to the nearest working computer, or say why there is none.

    Args:
        here: the mesh at an instant.
        site_m: places, inertial, shape (places, 3).
        elevation_rad: least above the horizon.
    """
    beyond = _beyond(here)
    entries = entries_only(here)
    ways: list[Way | str] = []
    for first in range(0, len(site_m), BLOCK):
        seen = uplinks_s(entries, site_m=site_m[first : first + BLOCK], elevation_rad=elevation_rad)
        up = np.concatenate([np.asarray(one).reshape(-1, one.shape[-1]) for one in seen])
        ways += [_way(beyond, up[:, column]) for column in range(up.shape[1])]
    return tuple(ways)


def entries_only(here: Instant) -> Instant:
    """The stacks that places see, by themselves."""
    kept = slice(0, len(here.entries))
    return replace(
        here,
        names=here.names[kept],
        stacks=here.stacks[kept],
        alive=here.alive[kept],
        mesh=Mesh(stacks=here.mesh.stacks[kept], bridges=(), ends=()),
        access_count=0,
    )


def _beyond(here: Instant) -> _Beyond:
    joined = web(entries_only(here).mesh)
    if not here.access_count:
        return _Beyond(joined=joined, found=None, delay_s=np.zeros(int(joined.first[-1])))
    found = soonest(joined, _bridge_starts_s(here))
    return _Beyond(joined=joined, found=found, delay_s=found.delay_s)


def _bridge_starts_s(here: Instant) -> list[NDArray[np.float64]]:
    """Of each access satellite, the delay over its shortest bridge."""
    starts = [np.full(stack.shape, network.NEVER_S) for stack in here.stacks[: here.access_count]]
    for (low, _), joined in zip(here.mesh.ends, here.mesh.bridges, strict=True):
        flat = starts[low].reshape(-1)
        np.minimum.at(flat, np.asarray(joined.start_index), np.asarray(joined.delay_s))
    return starts


def _way(beyond: _Beyond, up: NDArray[Any]) -> Way | str:
    """The best of all satellites in view."""
    if not np.any(up < network.UNREACHED_S):
        return SEES_NOTHING
    total = up + beyond.delay_s
    best = int(total.argmin())
    if not total[best] < network.UNREACHED_S:
        return SEES_NO_COMPUTER
    hops = len(way(beyond.found, best)) if beyond.found else 0
    return Way(
        up_s=float(up[best]),
        space_s=float(beyond.delay_s[best]),
        hop_count=hops,
        entry=place(beyond.joined, best),
    )
