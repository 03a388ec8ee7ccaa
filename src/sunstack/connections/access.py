"""Which satellites does each place see, and how much of what places ask do these let pass?

Satellites are shared: places near each other see the same ones, so that together they may have less
than each by itself. What all get of what they ask, to equal shares, is a small linear programme,
solved exactly:

    most λ:  Σ x over a place's links = λ · asked,   Σ x over a satellite's links <= its rate
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, hstack

Numbers = NDArray[np.int64]
Columns = NDArray[np.float64]
TIGHT_FRACTION = 1e-3
"""Of a bound: what weighs less in it does not limit."""


@dataclass(frozen=True, kw_only=True)
class Views:
    """Satellites that places see at an instant."""

    satellite: Numbers
    """Numbers of the nearest, shape (places, links)."""
    seen: NDArray[np.bool_]
    """Whether there is such a link, shape (places, links)."""
    seen_count: Numbers
    """Satellites in view of each place, links or not, shape (places,)."""
    any_count: int
    """Satellites in view of any place."""


def views(
    *,
    place_m: Columns,
    alive: NDArray[np.bool_],
    site_m: Columns,
    elevation_rad: float,
    link_count: int,
) -> Views:
    """Find the nearest satellites in view of each place.

    Args:
        place_m: of satellites, inertial, shape (satellites, 3).
        alive: satellites that work, shape (satellites,).
        site_m: places, inertial, shape (places, 3).
        elevation_rad: least above the horizon, of a round Earth.
        link_count: of each place at most.
    """
    working = np.flatnonzero(alive)
    place_m = place_m[working]
    links = (len(site_m), link_count)
    satellite, seen = np.zeros(links, int), np.zeros(links, bool)
    counts, anyone = np.zeros(len(site_m), int), np.zeros(len(working), bool)
    for number, site in enumerate(site_m):
        toward = place_m - site
        away = np.sqrt(np.einsum("ij,ij->i", toward, toward))
        rising = toward @ (site / np.linalg.norm(site)) >= away * np.sin(elevation_rad)
        found = np.flatnonzero(rising)
        anyone |= rising
        counts[number] = len(found)
        nearest = found[np.argsort(away[found], kind="stable")[:link_count]]
        satellite[number, : len(nearest)] = working[nearest]
        seen[number, : len(nearest)] = True
    return Views(satellite=satellite, seen=seen, seen_count=counts, any_count=int(anyone.sum()))


@dataclass(frozen=True, kw_only=True)
class Served:
    """What places get at most, all to the same share."""

    ratio: float
    """Of what each asks."""
    weight_fraction: Columns
    """Of each place in what proves it, shape (places,): those above 0 limit."""


def served(
    *,
    satellite: Numbers,
    link_bit_per_s: Columns,
    satellite_bit_per_s: Columns,
    asked_bit_per_s: Columns,
) -> Served | None:
    """Share satellites among the places that see them; None if nothing is asked.

    Args:
        satellite: numbers, shape (places, links).
        link_bit_per_s: of each link, 0 where there is none.
        satellite_bit_per_s: of each satellite, for all its links together.
        asked_bit_per_s: of each place; one that asks must have a link to get anything.
    """
    asking = np.flatnonzero(asked_bit_per_s > 0.0)
    if not asking.size:
        return None
    unit = float(asked_bit_per_s.max())
    place, link = np.nonzero((link_bit_per_s > 0.0) & (asked_bit_per_s > 0.0)[:, None])
    used, row = np.unique(satellite[place, link], return_inverse=True)
    count, column = len(place), np.arange(len(place))
    kept = coo_matrix((np.ones(count), (place, column)), (len(satellite), count)).tocsr()[asking]
    asked = coo_matrix(-asked_bit_per_s[asking, None] / unit)
    shared = coo_matrix((np.ones(count), (row, column)), (len(used), count + 1))
    found = linprog(
        np.append(np.zeros(count), -1.0),
        A_ub=shared if count else None,
        b_ub=satellite_bit_per_s[used] / unit if count else None,
        A_eq=hstack([kept, asked]),
        b_eq=np.zeros(len(asking)),
        bounds=[*_bounds(link_bit_per_s[place, link] / unit), (0.0, None)],
        method="highs",
    )
    if found.status != 0:
        raise AssertionError(f"sharing satellites: {found.message}")
    weight = np.zeros(len(satellite))
    weight[asking] = np.abs(found.eqlin.marginals) * asked_bit_per_s[asking] / unit
    share = weight / max(weight.sum(), 1e-300)
    share[share < TIGHT_FRACTION] = 0.0
    return Served(ratio=float(-found.fun), weight_fraction=share)


def _bounds(most: Any) -> list[tuple[float, float]]:
    return [(0.0, float(one)) for one in most]
