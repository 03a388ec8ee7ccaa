"""How soon does each place reach a working computer in orbit, and over which links?

With an access constellation: up to one of its satellites in view, through its own lasers, and over
a bridge to a satellite that computes. Only the access constellation need be searched, since a way
that meets one computer has no reason to go on. Without: up to the nearest computer in view.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.disciplines import network
from sunstack.disciplines.network import Mesh

from .instant import Instant, solved, uplinks_s
from .routes import Place, Route, Tracer

BLOCK = 16
"""Places at a time: their views of a million satellites take 130 MB."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """From a place to the nearest computer."""

    up_s: float
    """Light, up to the satellite in view."""
    entry: Place
    route: Route
    """Through the access constellation; over the bridge is its start."""

    @property
    def space_s(self) -> float:
        """Light and handling from the satellite in view to the computer."""
        return self.route.delay_s

    @property
    def hop_count(self) -> int:
        """Lasers crossed, the bridge included."""
        return len(self.route.hops) + (self.route.start_s > 0.0)


def nearest_ways(
    here: Instant, *, site_m: NDArray[np.float64], elevation_rad: float
) -> tuple[Way | str, ...]:
    """Find each place's way to the nearest working computer, or say why there is none.

    Args:
        here: the mesh at an instant.
        site_m: places, inertial, shape (places, 3).
        elevation_rad: least above the horizon.
    """
    entries = _entries_only(here)
    starts = _bridge_starts_s(here) if here.access_count else _own_starts_s(entries)
    labels = solved(entries.mesh, starts).delay_s if here.access_count else starts
    tracer = Tracer(entries.mesh, [one[..., 0] for one in labels], [one[..., 0] for one in starts])
    found: list[Way | str] = []
    for first in range(0, len(site_m), BLOCK):
        block = site_m[first : first + BLOCK]
        seen = uplinks_s(entries, site_m=block, elevation_rad=elevation_rad)
        ups = tuple(np.asarray(one) for one in seen)
        found += [_way(tracer, labels, ups, column) for column in range(len(block))]
    return tuple(found)


def _entries_only(here: Instant) -> Instant:
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


def _own_starts_s(entries: Instant) -> tuple[Array, ...]:
    return tuple(jnp.where(alive, 0.0, network.NEVER_S)[..., None] for alive in entries.alive)


def _bridge_starts_s(here: Instant) -> tuple[Array, ...]:
    """Of each access satellite, the delay over its shortest bridge."""
    starts = [np.full(stack.shape, network.NEVER_S) for stack in here.stacks[: here.access_count]]
    for (low, _), joined in zip(here.mesh.ends, here.mesh.bridges, strict=True):
        flat = starts[low].reshape(-1)
        np.minimum.at(flat, np.asarray(joined.start_index), np.asarray(joined.delay_s))
    return tuple(jnp.asarray(one)[..., None] for one in starts)


def _way(tracer: Tracer, labels: Any, ups: tuple[NDArray[Any], ...], column: int) -> Way | str:
    """The best of all satellites in view."""
    best: tuple[float, Place, float] | None = None
    sees = False
    for number, (label, up) in enumerate(zip(labels, ups, strict=True)):
        mine = up[..., column]
        sees = sees or bool((mine < network.UNREACHED_S).any())
        total = mine + np.asarray(label)[..., 0]
        shell, plane, slot = np.unravel_index(int(total.argmin()), total.shape)
        least = float(total[shell, plane, slot])
        if least < network.UNREACHED_S and (best is None or least < best[0]):
            entry = Place(stack=number, shell=int(shell), plane=int(plane), slot=int(slot))
            best = (least, entry, float(mine[shell, plane, slot]))
    if best is None:
        return "no computer is joined to the satellites it sees" if sees else "it sees no satellite"
    _, entry, up_s = best
    route = tracer.route(entry)
    assert route is not None
    return Way(up_s=up_s, entry=entry, route=route)
