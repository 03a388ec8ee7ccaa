"""Which way does a message take from one place on Earth to another, and how late is it?

Up to a satellite in view, through lasers of the satellites that places see, and down from one that
the other place sees: the soonest of all such ways at an instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import network

from .instant import Instant, uplinks_s
from .nearest import SEES_NOTHING, entries_only
from .routes import Place, place, soonest, way, web

APART = "the satellites they see are not joined to each other"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A satellite on the way."""

    at: Place
    position_m: NDArray[np.float64]
    """Inertial, at the instant."""
    delay_s: float
    """Since the message left, on arrival."""


@dataclass(frozen=True, kw_only=True)
class Between:
    """A way from place to place."""

    stops: tuple[Stop, ...]
    up_s: float
    space_s: float
    """Light and handling between satellites."""
    down_s: float

    @property
    def delay_s(self) -> float:
        """One way, light and handling."""
        return self.up_s + self.space_s + self.down_s


def between(
    here: Instant, *, start_m: NDArray[Any], end_m: NDArray[Any], elevation_rad: float
) -> Between | str:
    """Find the soonest way between two places, or say why there is none.

    Args:
        here: the mesh at an instant.
        start_m: where the message begins, inertial, shape (3,).
        end_m: where it goes.
        elevation_rad: least above the horizon.
    """
    entries = entries_only(here)
    sites = np.stack([start_m, end_m])
    seen = uplinks_s(entries, site_m=sites, elevation_rad=elevation_rad)
    up, down = (
        np.concatenate([np.asarray(one[..., site]).ravel() for one in seen]) for site in (0, 1)
    )
    for name, mine in (("the first", up), ("the second", down)):
        if not np.any(mine < network.UNREACHED_S):
            return f"of {name} place: {SEES_NOTHING}"
    joined = web(entries.mesh)
    found = soonest(joined, _parted(up, [one.shape for one in entries.stacks]))
    total = found.delay_s + down
    last = int(total.argmin())
    if not total[last] < network.UNREACHED_S:
        return APART
    passed = way(found, last)[::-1]
    positions = np.concatenate(
        [np.asarray(network.stack_position_m(one)).reshape(-1, 3) for one in entries.stacks]
    )
    stops = tuple(
        Stop(at=place(joined, one), position_m=positions[one], delay_s=float(found.delay_s[one]))
        for one in passed
    )
    return Between(
        stops=stops,
        up_s=float(up[passed[0]]),
        space_s=float(found.delay_s[last] - up[passed[0]]),
        down_s=float(down[last]),
    )


def _parted(flat: NDArray[Any], shapes: list[tuple[int, int, int]]) -> list[NDArray[Any]]:
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends), shapes, strict=True)]
