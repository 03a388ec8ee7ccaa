"""Which satellite does a place use, and how often does it have to change?

A place attached to all it sees leaves the choice to the path: the soonest of all. One that holds a
single satellite takes the nearest, or the one that stays in view longest. Starlink's controller
deals satellites out anew every 15 s; between two dealings a place keeps what it has, and is cut off
if that sets.

Assumes: every place may have what it chooses (load: see `beams`); a change itself takes no time.
Leaves out: obstructions, the arc of the geostationary satellites, make-before-break.
Reference: Tanveer et al., Making Sense of Constellations, CoNEXT Companion 2023 (arXiv 2307.00402):
15 s, at 12, 27, 42 and 57 s past the minute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, assert_never

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.typing import ArrayLike

from .ground import InView, complete, in_view, view_angle_rad
from .lattice import Lattice
from .passes import Motion, moved, passes
from .sites import inertial_m

type Policy = Literal["nearest", "longest visible"]
"""By which a place that holds one satellite chooses it."""
type Handover = Literal["every period", "when it sets"]
"""Whether it chooses anew every period, or only once what it has would set within the next."""

SCHEDULE_S = 15.0
"""Between two dealings of Starlink's controller."""
PREFERRED = 1e12
"""Added to the rank of the satellite a place would rather keep: beyond any metre or second."""


class Reach(StrEnum):
    """Whether a place has a satellite, and why not."""

    REACHED = "reached"
    NEVER = "unreachable: no satellite of this shell ever passes in view of this latitude"
    NONE_NOW = "unreachable at this instant: no satellite stands in view"
    ALL_DEAD = "unreachable at this instant: none of the satellites in view works"


def highest_latitude_rad(
    lattice: Lattice, *, site_radius_m: ArrayLike, elevation_rad: ArrayLike
) -> Array:
    """Geocentric latitude beyond which nothing of a shell is ever in view; π/2 if it is nowhere."""
    tilt = jnp.abs(lattice.inclination_rad)
    reached = jnp.minimum(tilt, jnp.pi - tilt) + view_angle_rad(
        site_radius_m=site_radius_m, orbit_radius_m=lattice.radius_m, elevation_rad=elevation_rad
    )
    return jnp.minimum(reached, 0.5 * jnp.pi)


def reach(
    lattice: Lattice, *, seen: InView, site_m: Array, elevation_rad: ArrayLike
) -> tuple[Reach, ...]:
    """Say of each place whether a satellite serves it, and why not; not to be traced.

    Raises:
        ScenarioError: the list does not hold all in view, so that there may be others that work.
    """
    complete(seen)
    site_radius = jnp.linalg.norm(site_m, axis=1)
    highest = highest_latitude_rad(lattice, site_radius_m=site_radius, elevation_rad=elevation_rad)
    beyond = np.asarray(jnp.abs(site_m[:, 2]) / site_radius > jnp.sin(highest))
    served, count = np.asarray(seen.filled.any(axis=1)), np.asarray(seen.seen_count)
    return tuple(
        Reach.REACHED
        if works
        else Reach.ALL_DEAD
        if number
        else Reach.NEVER
        if out
        else Reach.NONE_NOW
        for works, number, out in zip(served, count, beyond, strict=True)
    )


def chosen(seen: InView, *, rank: Array) -> InView:
    """Keep of each place's list the working satellite of the highest rank, in one row.

    Args:
        seen: satellites in view.
        rank: larger is better, shape of the list.
    """
    best = jnp.argmax(jnp.where(seen.filled, rank, -jnp.inf), axis=1)[:, None]
    rows = ("plane", "slot", "slant_m", "filled")
    taken = {name: jnp.take_along_axis(getattr(seen, name), best, axis=1) for name in rows}
    return replace(seen, **taken)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Service:
    """What places hold from period to period, shape (periods, sites)."""

    plane: Array
    slot: Array
    filled: Array
    """Whether there was a satellite to hold."""
    served_s: Array
    """Of the period; less than it where the satellite sets first, 0 where there is none."""
    slant_m: Array
    """At the period's beginning."""
    left_out_count: Array
    """Satellites in view that the list had no room for: 0, or the choice is not the best."""
    period_s: Array


type _Held = tuple[Array, Array]
"""Plane and slot that each place holds; -1 for none."""
type _Dwell = tuple[Array, Array]
"""Time so far with the satellite held, and whether its beginning was seen."""
type _Period = tuple[Array, Array, Array]
"""Whether the satellite is still the one before, whether there is one, and the time served."""


def service(
    lattice: Lattice,
    *,
    by: Motion,
    earth_fixed_m: Array,
    earth_angle_rad: ArrayLike,
    elevation_rad: ArrayLike,
    policy: Policy,
    handover: Handover,
    period_count: int,
    most_count: int,
    period_s: ArrayLike = SCHEDULE_S,
    alive: Array | None = None,
) -> Service:
    """Follow what places hold over many periods.

    Args:
        lattice: the shell at the beginning.
        by: how it and the Earth turn.
        earth_fixed_m: the places, shape (sites, 3), see `sites`.
        earth_angle_rad: sidereal angle at the beginning.
        elevation_rad: least above the horizon.
        policy: by which a place chooses.
        handover: when it does.
        period_count: periods to follow.
        most_count: rows of a place's list of satellites in view.
        period_s: from one dealing to the next.
        alive: satellites that work, shape (planes, slots); all if not given.
    """
    period = jnp.asarray(period_s, earth_fixed_m.dtype)

    def deal(held: _Held, period_count: Array) -> tuple[_Held, tuple[Array, ...]]:
        time = period_count * period
        now = moved(lattice, by=by, elapsed_s=time)
        angle = earth_angle_rad + by.earth_rad_per_s * time
        site_m = inertial_m(earth_fixed_m, earth_angle_rad=angle)
        seen = in_view(
            now, site_m=site_m, elevation_rad=elevation_rad, most_count=most_count, alive=alive
        )

        def left_s(some: InView) -> Array:
            return passes(now, by=by, seen=some, site_m=site_m, elevation_rad=elevation_rad).set_s

        rank = _rank(seen, left_s, policy)
        if _keeps(handover):
            same = (seen.plane == held[0][:, None]) & (seen.slot == held[1][:, None])
            stays = left_s(chosen(seen, rank=same.astype(rank.dtype))) >= period
            rank = rank + jnp.where(same & stays, PREFERRED, 0.0)
        one = chosen(seen, rank=rank)
        served = jnp.where(one.filled, jnp.clip(left_s(one), 0.0, period), 0.0)[:, 0]
        plane, slot = (jnp.where(one.filled, index, -1)[:, 0] for index in (one.plane, one.slot))
        given = (plane, slot, one.filled[:, 0], served, one.slant_m[:, 0], seen.left_out_count)
        return (plane, slot), given

    nothing = jnp.full(earth_fixed_m.shape[0], -1, jnp.int32)
    _, found = lax.scan(deal, (nothing, nothing), jnp.arange(period_count))
    names = ("plane", "slot", "filled", "served_s", "slant_m", "left_out_count")
    return Service(**dict(zip(names, found, strict=True)), period_s=period)


def _rank(seen: InView, left_s: Callable[[InView], Array], policy: Policy) -> Array:
    match policy:
        case "nearest":
            return -seen.slant_m
        case "longest visible":
            return left_s(seen)
        case _:
            assert_never(policy)


def _keeps(handover: Handover) -> bool:
    match handover:
        case "every period":
            return False
        case "when it sets":
            return True
        case _:
            assert_never(handover)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Handovers:
    """How places fared, shape (sites,) unless said."""

    handover_per_s: Array
    """Changes to another satellite, after an outage too."""
    outage_fraction: Array
    """Share of the time without a satellite."""
    mean_dwell_s: Array
    """Of the dwells seen whole; 0 where there was none, see the count."""
    dwell_count: Array
    """Dwells seen from their beginning to their end: not the first, not the last."""
    dwell_s: Array
    """Shape (periods, sites): each whole dwell where it ends, 0 elsewhere."""


def handovers(served: Service) -> Handovers:
    """Count changes, outages, and how long places stay with a satellite."""
    held, time = served.filled, served.served_s
    same = (served.plane[1:] == served.plane[:-1]) & (served.slot[1:] == served.slot[:-1])
    # What set within the period is not held on, though it were to rise again in the next.
    on = same & held[1:] & (time[:-1] >= served.period_s)
    no = jnp.zeros_like(held[:1])
    stays, ends = jnp.concatenate([no, on]), jnp.concatenate([~on, no])

    def add(so_far: _Dwell, here: _Period) -> tuple[_Dwell, _Dwell]:
        dwell, whole = so_far
        stay, start, more = here
        dwell = jnp.where(stay, dwell + more, more)
        whole = jnp.where(stay, whole, start)
        return (dwell, whole), (dwell, whole)

    begins = jnp.concatenate([no, held[1:]])
    zero = (jnp.zeros_like(time[0]), jnp.zeros_like(held[0]))
    _, (dwell, whole) = lax.scan(add, zero, (stays, begins, time))
    ended = jnp.where(held & whole & ends, dwell, 0.0)
    count = (ended > 0.0).sum(axis=0)
    before = jnp.cumsum(held, axis=0)[:-1] > 0
    changes = (held[1:] & ~on & before).sum(axis=0)
    whole_s = held.shape[0] * served.period_s
    return Handovers(
        handover_per_s=changes / whole_s,
        outage_fraction=jnp.maximum(1.0 - time.sum(axis=0) / whole_s, 0.0),
        mean_dwell_s=ended.sum(axis=0) / jnp.maximum(count, 1),
        dwell_count=count,
        dwell_s=ended,
    )


def dwell_quantile_s(fared: Handovers, *, share_fraction: ArrayLike) -> Array:
    """Dwell that a share of all places' whole dwells does not exceed; 0 where there is none."""
    dwell = fared.dwell_s.ravel()
    known = jnp.where(dwell > 0.0, dwell, jnp.nan)
    found = jnp.nanquantile(known, jnp.asarray(share_fraction))
    return jnp.where((dwell > 0.0).any(), found, 0.0)
