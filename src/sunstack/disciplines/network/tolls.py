"""By which ways is everything carried most cheaply, if each link takes a toll?

A toll l for each bit/s on each resource of capacity c bounds what any routing can carry: demands d
between pairs, all multiplied by one ratio λ, pay at least λ Σ d D, and no more than what all
resources together can take, so that

    λ <= Σ c l / Σ d D        D: the toll of a pair's cheapest way

Every laser's toll is a delay to `sweep`, each direction its own. Labels that are not exact yet,
which some laser could still shorten by z, are no more than those of tolls l + z: the bound counts z
(and the roundings of labels) with every laser's toll, so that it holds whenever the laps stop.

Assumes: tolls are positive. Leaves out: nothing.
Reference: Shahrokhi & Matula, The maximum concurrent flow problem, J. ACM 37 (1990) 318.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .laps import DirectedLinks, directed_delays
from .rings import NEVER_S
from .sweep import UNREACHED_S
from .traffic import (
    ACROSS,
    ACROSS_BACK,
    ALONG,
    ALONG_BACK,
    Access,
    Demand,
    Grid,
    Loads,
    Mask,
    Numbers,
    loads,
)

type Tolls = Loads
"""Of each resource, for a bit/s: pure numbers in the places of what it carries."""

MOST_LAPS = 64
"""Intact lattices need one or two; what failures may need beyond, the bound pays for."""
MOST_TURNS = 16
"""No way is longer than so many times planes + slots; a longer one is given up as not found."""
ROUNDINGS = 4.0 * float(np.finfo(np.float32).eps)
"""Of labels, in units of the largest: each is a sum rounded at every laser."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Cheapest:
    """All demand on its cheapest ways, and what they cost."""

    carried: Loads
    toll_factor: Array
    """Of each pair's way, shape (sites, targets); `NEVER_S` or more where none was found."""
    spare_factor: Array
    """Most by which a laser could still shorten a label: z."""
    label_factor: Array
    """The largest label of a pair's way: lasers' tolls only."""
    hop_count: Array
    """Lasers of each pair's way, shape (sites, targets)."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Ends:
    """What joining a satellite costs a site, up and down, with all that it loads there."""

    up_factor: Array
    """Shape (sites, links); `NEVER_S` where there is no link."""
    down_factor: Array


def cheapest(
    net: Grid,
    access: Access,
    demand: Demand,
    *,
    toll: Tolls,
    lane_count: int = 32,
) -> Cheapest:
    """Send all of every demand by its cheapest way, found exactly.

    Args:
        net: the shell's lasers.
        access: which satellites the sites reach.
        demand: between the sites.
        toll: of each resource, such that labels are of tenths; `NEVER_S` where there is no link.
        lane_count: sources swept side by side at most; they fill planes · slots · lanes of memory.
    """
    ends = ends_of(access, toll)
    begun = (
        jnp.zeros(toll.laser_bit_per_s.size),
        jnp.zeros(access.up_bit_per_s.shape),
        jnp.zeros(access.down_bit_per_s.shape),
    )
    case = _Case(net=net, satellite=access.satellite, laser_factor=toll.laser_bit_per_s, ends=ends)

    def batch(so_far: _Carried, here: _Batch) -> tuple[_Carried, _Told]:
        return _swept(case, so_far, here)

    carried, told = lax.scan(batch, begun, _batches(demand, lane_count))
    toll_factor, spare, label, hops = told
    shape = demand.rate_bit_per_s.shape
    laser, up, down = carried
    return Cheapest(
        carried=loads(
            access,
            laser_bit_per_s=laser.reshape(toll.laser_bit_per_s.shape),
            up_bit_per_s=up,
            down_bit_per_s=down,
        ),
        toll_factor=toll_factor.reshape(-1, shape[1])[: shape[0]],
        spare_factor=spare.max(),
        label_factor=label.max(),
        hop_count=hops.reshape(-1, shape[1])[: shape[0]],
    )


def ends_of(access: Access, toll: Tolls) -> Ends:
    """Add the tolls of link, site and satellite."""

    def joined(link_factor: Array, satellite_factor: Array, site_factor: Array) -> Array:
        behind = satellite_factor.ravel()[access.satellite]
        return link_factor + behind + site_factor[:, None]

    return Ends(
        up_factor=joined(toll.up_bit_per_s, toll.satellite_up_bit_per_s, toll.site_up_bit_per_s),
        down_factor=joined(
            toll.down_bit_per_s, toll.satellite_down_bit_per_s, toll.site_down_bit_per_s
        ),
    )


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class _Case:
    net: Grid
    satellite: Numbers
    laser_factor: Array
    ends: Ends


type _Batch = tuple[Numbers, Numbers, Array]
"""Sources, their targets, their rates: (lanes,), (lanes, targets), (lanes, targets)."""
type _Carried = tuple[Array, Array, Array]
"""By lasers (flat), links up, links down."""
type _Told = tuple[Array, Array, Array, Array]
"""Tolls, spare, the largest label, hops."""


def _batches(demand: Demand, lane_count: int) -> _Batch:
    """Sources by lanes, evenly; the last are filled up with the first, which sends nothing."""
    site_count = demand.target.shape[0]
    lanes = -(-site_count // -(-site_count // lane_count))
    source = jnp.arange(site_count + -site_count % lanes)
    real = source < site_count
    source = jnp.where(real, source, 0)
    rate = jnp.where(real[:, None], demand.rate_bit_per_s[source], 0.0)
    target = demand.target[source]
    shape = (-1, lanes, target.shape[1])
    return source.reshape(-1, lanes), target.reshape(shape), rate.reshape(shape)


def _swept(case: _Case, so_far: _Carried, here: _Batch) -> tuple[_Carried, _Told]:
    """Sweep from some sources, and walk back from their targets."""
    source, target, rate = here
    planes, slots = case.laser_factor.shape[1:]
    lanes = source.shape[0]
    satellite, up = case.satellite[source], case.ends.up_factor[source]
    # Labels count from each source's cheapest link, so that small tolls are not rounded away.
    least = up.min(axis=1, keepdims=True)
    start = jnp.full((planes * slots, lanes), NEVER_S, jnp.float32)
    lane = jnp.arange(lanes)[:, None]
    first = jnp.minimum(up - least, NEVER_S).astype(jnp.float32)
    start = start.at[satellite, lane].min(first)
    start_s = start.reshape(planes, slots, lanes)
    found = directed_delays(_links(case), start_s=start_s, most_lap_count=MOST_LAPS)
    label = found.delay_s.reshape(-1, lanes)
    reached = label[case.satellite[target], lane[..., None]]
    ending = reached.astype(float) + case.ends.down_factor[target]
    link = jnp.argmin(ending, axis=-1)[..., None]
    way, last = (jnp.take_along_axis(one, link, axis=-1)[..., 0] for one in (ending, reached))
    cell = jnp.take_along_axis(case.satellite[target], link, axis=-1)[..., 0]
    sent = jnp.where(way + least < UNREACHED_S, rate, 0.0)
    walk = _walked(case, label, start, cell, lane, sent, so_far[0])
    root = walk.cell.reshape(cell.shape)
    arrived = ~walk.walking.reshape(cell.shape)
    here_up = satellite[:, None, :] == root[..., None]
    begin = jnp.argmin(jnp.where(here_up, up[:, None, :], 2.0 * NEVER_S), axis=-1)
    carried = (
        walk.carried_bit_per_s,
        so_far[1].at[source[:, None], begin].add(sent),
        so_far[2].at[target, link[..., 0]].add(sent),
    )
    used = sent > 0.0
    toll = jnp.where(arrived, (1.0 - ROUNDINGS) * way + least, NEVER_S)
    largest = jnp.where(used, last, 0.0).max()
    spare = found.certificate_s + ROUNDINGS * largest
    return carried, (toll, spare, largest, walk.hops.reshape(cell.shape))


def _links(case: _Case) -> DirectedLinks:
    toll = case.laser_factor.astype(jnp.float32)
    return DirectedLinks(
        along_s=toll[ALONG],
        across_s=toll[ACROSS],
        along_back_s=toll[ALONG_BACK],
        across_back_s=toll[ACROSS_BACK],
        seam_shift_count=case.net.seam_shift_count,
    )


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class _Walk:
    """Where each pair's walk back from its target stands."""

    cell: Numbers
    walking: Mask
    hops: Numbers
    carried_bit_per_s: Array
    turn_count: Array


def _walked(
    case: _Case, label: Array, start: Array, cell: Array, lane: Array, sent: Array, laser: Array
) -> _Walk:
    """Walk back by the lasers that made the labels, until a source's own link, and load them."""
    planes, slots = case.laser_factor.shape[1:]
    lanes = label.shape[1]
    toll = case.laser_factor.astype(jnp.float32).ravel()
    column = jnp.broadcast_to(lane, cell.shape).ravel()
    label, begun, weight = label.ravel(), start.ravel(), sent.ravel()

    def going(state: _Walk) -> Array:
        return state.walking.any() & (state.turn_count < MOST_TURNS * (planes + slots))

    def back(state: _Walk) -> _Walk:
        origin, way = before(state.cell, (planes, slots), case.net.seam_shift_count)
        reached = label[origin * lanes + column] + toll[way]
        best = jnp.argmin(reached, axis=0)[None]
        nearest, origin, way = (
            jnp.take_along_axis(one, best, axis=0)[0] for one in (reached, origin, way)
        )
        on = state.walking & (begun[state.cell * lanes + column] > nearest)
        return _Walk(
            cell=jnp.where(on, origin, state.cell),
            walking=on,
            hops=state.hops + on,
            carried_bit_per_s=state.carried_bit_per_s.at[way].add(jnp.where(on, weight, 0.0)),
            turn_count=state.turn_count + 1,
        )

    return lax.while_loop(
        going,
        back,
        _Walk(
            cell=cell.ravel(),
            walking=weight > 0.0,
            hops=jnp.zeros(weight.shape, int),
            carried_bit_per_s=laser,
            turn_count=jnp.zeros((), int),
        ),
    )


def before(
    cell: Numbers, shape: tuple[int, int], seam_shift_count: Array
) -> tuple[Numbers, Numbers]:
    """The four satellites whose lasers lead to one, and the numbers of those ways, (4, ...)."""
    planes, slots = shape
    plane, slot = cell // slots, cell % slots
    over_last = jnp.where(plane == 0, seam_shift_count, 0)
    over_first = jnp.where(plane == planes - 1, seam_shift_count, 0)
    origin = jnp.stack(
        [
            plane * slots + (slot - 1) % slots,
            plane * slots + (slot + 1) % slots,
            (plane - 1) % planes * slots + (slot - over_last) % slots,
            (plane + 1) % planes * slots + (slot + over_first) % slots,
        ]
    )
    # A way back is counted from the satellite that it leads to.
    owner = jnp.stack([origin[0], cell, origin[2], cell])
    ways = jnp.arange(4).reshape(4, *[1] * cell.ndim)
    return origin, ways * (planes * slots) + owner
