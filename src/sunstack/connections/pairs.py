"""How much do cities send each other over a shell's lasers, in a bracket, and which cut limits?

Every two cities ask as the product of their populations. What is carried is within all capacities;
the bound is proved by tolls (see `network.capacity`) or by a cut, the least of them:

    a city's own links · satellites that cities share · a belt of latitude · half of the planes
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.disciplines import network
from sunstack.disciplines.network import Access, Demand, Grid, Lattice, Stack, Throughput, bends
from sunstack.units import EARTH_RADIUS_M

from .access import served
from .instant import has_across, stack_links

GAP_RATIO = 0.03
MOST_ROUNDS, FEWEST_ROUNDS = 400, 12
ROUNDS_OF_SATELLITES = 160_000
"""Rounds times satellites: each round takes the longer, the more there are."""
FLAT_FRACTION = 0.5
"""Of the rounds that carry rather than prove: cuts prove as well."""
SWEPT_SATELLITES = 40_000
"""Of larger shells a sweep takes core-seconds: ways of two bends, and one exact round."""
PARALLELS_DEG = np.arange(-80.0, 81.0, 5.0)
NEARLY_FRACTION = 0.02
"""Within which a cut is what the bound comes from."""
Columns = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Shell:
    """A shell with what its links carry."""

    name: str
    lattice: Lattice
    one: Stack
    """The same as a stack of one."""
    alive: Mask
    has_across: bool
    laser_bit_per_s: float
    range_m: float
    satellite_bit_per_s: float
    elevation_rad: float
    link_count: int


def carried(
    shell: Shell, *, site_m: Columns, asked_bit_per_s: Columns, names: Sequence[str]
) -> dict[str, Any]:
    """Bracket what cities send each other through a shell.

    Args:
        shell: its satellites, and what links carry.
        site_m: cities, inertial, shape (cities, 3).
        asked_bit_per_s: of each city, shape (cities,); pairs ask as the products of these.
        names: of the cities.
    """
    net, access = _net(shell), _access(shell, jnp.asarray(site_m))
    planes, slots = shell.alive.shape
    about = {"shell": shell.name, "planes": planes, "slots": slots}
    about["altitude_km"] = (float(shell.lattice.radius_m) - EARTH_RADIUS_M) / 1e3
    if not (np.asarray(access.up_bit_per_s) > 0.0).any():
        return {**about, "unreachable": "no city sees a satellite of this shell at the epoch"}
    if not np.asarray(net.along_bit_per_s).any() and not np.asarray(net.across_bit_per_s).any():
        return {**about, "unreachable": "no laser reaches from one satellite to the next"}
    demand = _demand(asked_bit_per_s)
    found = _found(shell, net, access, demand)
    reached = np.where(found.reached, demand.rate_bit_per_s, 0.0)
    if not reached.any():
        return {**about, "unreachable": "no two cities are joined"}
    every = float(np.asarray(demand.rate_bit_per_s).sum())
    cuts = _cuts(shell, net, access, _square(demand, reached), names)
    lower, upper = float(found.lower_ratio), float(found.upper_ratio)
    least = min(cuts, key=lambda one: float(one["ratio"]))
    bound = min(upper, float(least["ratio"]))
    return {
        **about,
        "share_ratio": lower,
        "share_at_most_ratio": bound,
        "gbit_per_s": lower * reached.sum() / 1e9,
        "at_most_gbit_per_s": bound * reached.sum() / 1e9,
        "asked_gbit_per_s": every / 1e9,
        "reached_fraction": float(reached.sum()) / every,
        "see_nothing": _blind(access, names),
        "rounds": int(found.iteration_count),
        "cuts": cuts,
        "what_cuts": _what_cuts(least, upper, float(found.laser_fraction)),
    }


def _what_cuts(least: dict[str, Any], upper_ratio: float, laser_fraction: float) -> str:
    if least["ratio"] <= (1.0 + NEARLY_FRACTION) * upper_ratio:
        return str(least["cut"])
    return "lasers, in no cut of these shapes" if laser_fraction > 0.5 else "links of cities"


def _blind(access: Access, names: Sequence[str]) -> list[str]:
    seen = (np.asarray(access.up_bit_per_s) > 0.0).any(axis=1)
    return [name for name, is_seen in zip(names, seen, strict=True) if not is_seen]


# --- links and demands ----------------------------------------------------------------------------


def _net(shell: Shell) -> Grid:
    """Lasers within range, above the air, between satellites that work."""
    across = shell.has_across and bool(has_across(shell.one))
    made = stack_links(
        shell.one,
        jnp.zeros(()),
        jnp.asarray(shell.range_m),
        jnp.asarray(shell.alive)[None],
        across=across,
    )

    def rate(delay_s: Array) -> Array:
        is_held = np.asarray(delay_s[0]) < network.UNREACHED_S
        return jnp.asarray(np.where(is_held, shell.laser_bit_per_s, 0.0))

    along = rate(made.along_s)
    return Grid(
        along_bit_per_s=along,
        across_bit_per_s=0.0 * along if made.across_s is None else rate(made.across_s),
        seam_shift_count=shell.lattice.seam_shift_count,
    )


def _access(shell: Shell, site_m: Array) -> Access:
    found: Access = _nearest(
        shell.lattice,
        site_m,
        shell.elevation_rad,
        shell.satellite_bit_per_s,
        jnp.asarray(shell.alive),
        link_count=shell.link_count,
    )
    return found


@partial(jax.jit, static_argnames="link_count")
def _nearest(
    lattice: Lattice,
    site_m: Array,
    elevation_rad: Array,
    satellite_bit_per_s: Array,
    alive: Array,
    *,
    link_count: int,
) -> Access:
    return network.nearest_access(
        lattice,
        site_m=site_m,
        elevation_rad=elevation_rad,
        link_count=link_count,
        link_bit_per_s=satellite_bit_per_s,
        site_bit_per_s=link_count * satellite_bit_per_s,
        satellite_bit_per_s=satellite_bit_per_s,
        alive=alive,
    )


def _demand(asked_bit_per_s: Columns) -> Demand:
    """Each city to all others, as the product of what both ask; in all as much as they ask."""
    count = len(asked_bit_per_s)
    target = np.array([[other for other in range(count) if other != one] for one in range(count)])
    rate = asked_bit_per_s[:, None] * asked_bit_per_s[target]
    rate *= asked_bit_per_s.sum() / rate.sum()
    return Demand(target=jnp.asarray(target), rate_bit_per_s=jnp.asarray(rate))


def _square(demand: Demand, rate: Columns) -> Columns:
    """Demands from each city to each, 0 to itself."""
    found = np.zeros((len(rate), len(rate)))
    np.put_along_axis(found, np.asarray(demand.target), rate, axis=1)
    return found


def _found(shell: Shell, net: Grid, access: Access, demand: Demand) -> Throughput:
    is_swept = shell.alive.size <= SWEPT_SATELLITES
    rounds = min(ROUNDS_OF_SATELLITES // shell.alive.size, MOST_ROUNDS)
    found: Throughput = _concurrent(
        net, access, demand, round_count=max(rounds, FEWEST_ROUNDS), is_swept=is_swept
    )
    return found


@partial(jax.jit, static_argnames=("round_count", "is_swept"))
def _concurrent(
    net: Grid, access: Access, demand: Demand, *, round_count: int, is_swept: bool
) -> Throughput:
    if is_swept:
        return network.concurrent(
            net,
            access,
            demand,
            gap_ratio=GAP_RATIO,
            most_iteration_count=round_count,
            flat_iteration_count=int(FLAT_FRACTION * round_count),
        )
    bent = network.concurrent(
        net,
        access,
        demand,
        gap_ratio=GAP_RATIO,
        most_iteration_count=round_count,
        route=bends.cheapest,
    )
    return network.tightened(net, access, demand, bent)


# --- cuts -----------------------------------------------------------------------------------------


def _cuts(
    shell: Shell, net: Grid, access: Access, rate: Columns, names: Sequence[str]
) -> list[dict[str, Any]]:
    """Most of every demand that each cut lets pass; those that nothing need cross are left out."""
    sent = rate.sum(axis=1)
    own, together = (np.asarray(one) for one in _ingest(access))
    share = np.divide(own, sent, out=np.full(len(own), np.inf), where=sent > 0.0)
    tightest = int(share.argmin())
    found = [
        _cut(f"links of {names[tightest]}", own[tightest], sent[tightest]),
        _cut("satellites in view of cities", float(together), sent.sum()),
        *_shared(access, sent, names),
        *_crossed(shell, net, access, rate),
    ]
    return [one for one in found if one is not None]


@jax.jit
def _ingest(access: Access) -> tuple[Array, Array]:
    return network.ingest_bit_per_s(access), network.all_ingest_bit_per_s(access)


def _cut(name: str, most_bit_per_s: float, asked_bit_per_s: float) -> dict[str, Any] | None:
    if not asked_bit_per_s > 0.0:
        return None
    return {
        "cut": name,
        "gbit_per_s": float(most_bit_per_s) / 1e9,
        "asked_gbit_per_s": float(asked_bit_per_s) / 1e9,
        "ratio": float(most_bit_per_s / asked_bit_per_s),
    }


def _shared(access: Access, sent: Columns, names: Sequence[str]) -> list[dict[str, Any] | None]:
    """Cities that share satellites; what all send and receive is alike, so up tells down."""
    found = served(
        satellite=np.asarray(access.satellite),
        link_bit_per_s=np.asarray(access.up_bit_per_s),
        satellite_bit_per_s=np.asarray(access.satellite_up_bit_per_s).ravel(),
        asked_bit_per_s=sent,
    )
    if found is None:
        return []
    within = found.weight_fraction > 0.0
    asked = float(sent[within].sum())
    first = names[int(np.where(within, sent, 0.0).argmax())]
    others = int(within.sum()) - 1
    around = f" and {others} {'others' if others > 1 else 'other'}" if others else ""
    return [_cut(f"satellites over {first}{around}", found.ratio * asked, asked)]


def _crossed(shell: Shell, net: Grid, access: Access, rate: Columns) -> list[dict[str, Any] | None]:
    """The tightest parallel, and the tightest halves of the planes."""
    parallels = np.radians(PARALLELS_DEG)
    height, most_north = (np.asarray(one) for one in _belts(shell.lattice, net, parallels))
    belts = [
        _parted(f"lasers over {parallel:g}° of latitude", north, most, access, rate)
        for parallel, north, most in zip(
            PARALLELS_DEG,
            height > np.sin(parallels)[:, None, None],
            most_north,
            strict=True,
        )
    ]
    planes, slots = shell.alive.shape
    across = np.asarray(net.across_bit_per_s).sum(axis=1)
    halves = []
    for first in range(planes if planes > 1 else 0):
        inside = (np.arange(planes) - first) % planes < planes // 2
        most = across[(first - 1) % planes] + across[(first + planes // 2 - 1) % planes]
        side = np.repeat(inside[:, None], slots, axis=1)
        halves.append(_parted("lasers between plane halves", side, most, access, rate))
    return [
        min((one for one in kind if one), key=lambda one: float(one["ratio"]), default=None)
        for kind in (belts, halves)
    ]


@jax.jit
def _belts(lattice: Lattice, net: Grid, latitude_rad: Array) -> tuple[Array, Array]:
    """Heights of satellites over the equator's plane, of their radius; what crosses parallels."""
    height = network.position_m(lattice)[..., 2] / lattice.radius_m
    return height, network.belt_bit_per_s(lattice, net, latitude_rad=latitude_rad)


def _parted(
    name: str, side: Mask, most: Any, access: Access, rate: Columns
) -> dict[str, Any] | None:
    """A cut through the lasers: only what must cross it counts, of cities all on either side."""
    there = np.asarray(access.up_bit_per_s) > 0.0
    on = side.ravel()[np.asarray(access.satellite)]
    inside, outside = (~there | on).all(axis=1), (~there | ~on).all(axis=1)
    out = float(rate[np.ix_(inside, outside)].sum())
    back = float(rate[np.ix_(outside, inside)].sum())
    return _cut(name, float(most), max(out, back))
