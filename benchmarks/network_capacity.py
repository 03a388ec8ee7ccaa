"""How much can a shell carry between a hundred places, how surely, and how soon is that known?

Places are spread evenly within 50° of the equator, a golden angle of longitude apart, and each asks
one unit to another; lasers and each place's four links carry 100. What is carried is within all
capacities and the bound is proved, so that the gap is all that can be missing. The peer is HiGHS,
through SciPy, on the whole linear programme of a small case: every flow on every laser.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import timing
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from sunstack.disciplines import network
from sunstack.disciplines.network import Access, Demand, Grid, Throughput, bends, tolls
from sunstack.units import EARTH_RADIUS_M

SMALL, LARGE, MILLION = (72, 22, 39), (100, 100, 54), (1000, 1000, 541)
"""Planes, slots, phasing."""
CAPACITY = 100.0
LINKS = 4
PLACES, FEW_PLACES = 100, 10
PARTNER = 37
"""Places on, in number, whom each asks; has no divisor in common with either count."""
GAP = 0.05
MOST_ROUNDS = 400
LIMIT = 1e9
"""Of sites and of beams: none here, as in the peer's programme."""
FEW_ROUNDS, ROUNDS = 3, 3

Case = tuple[Grid, Access, Demand]


@dataclass(frozen=True, kw_only=True)
class Bracket:
    """What is carried, the bound, and the time."""

    satellites: int
    places: int
    lower: float
    upper: float
    rounds: int
    core_s: float
    compile_core_s: float

    @property
    def gap(self) -> float:
        """Of the bound over what is carried, less 1."""
        return self.upper / self.lower - 1.0


@dataclass(frozen=True, kw_only=True)
class Measured:
    """All brackets, and the peer."""

    swept: Bracket
    """10,000 satellites, ways found exactly."""
    bent: Bracket
    """The same, ways of two bends."""
    million: Bracket
    contended: Bracket
    """A hundred places on 1,584 satellites, whose lasers limit."""
    few: Bracket
    peer_optimum: float
    peer_core_s: float
    peer_ratio: float


def measure() -> Measured:
    """Solve all cases, the peer's last."""
    sweep = functools.partial(tolls.cheapest, lane_count=PLACES)
    large, small = case(LARGE, PLACES), case(SMALL, FEW_PLACES)
    few, run_few = solved(small, sweep)
    optimum = whole_programme(small)
    if not few.lower <= optimum * (1 + 1e-7) <= few.upper * (1 + 1e-6):
        raise SystemExit("HiGHS lies outside the bracket: nothing is timed")
    rivals = {
        "ours": timing.Rival(run=run_few, work=1),
        "peer": timing.Rival(run=lambda: whole_programme(small), work=1),
    }
    found = timing.in_turn(rivals, rounds=FEW_ROUNDS)
    return Measured(
        swept=solved(large, sweep)[0],
        bent=solved(large, bends.cheapest)[0],
        million=solved(case(MILLION, PLACES), bends.cheapest, rounds=1)[0],
        contended=solved(case(SMALL, PLACES), sweep, rounds=1)[0],
        few=few,
        peer_optimum=optimum,
        peer_core_s=1.0 / found["peer"].rate,
        peer_ratio=timing.faster(found["ours"], found["peer"]),
    )


def case(size: tuple[int, int, int], places: int) -> Case:
    """A shell of 53° and 550 km, its places and what they ask."""
    planes, slots, phasing = size
    lattice = network.walker(
        plane_count=planes,
        slot_count=slots,
        phasing_count=phasing,
        inclination_rad=math.radians(53.0),
        radius_m=EARTH_RADIUS_M + 550e3,
        argument_of_latitude_rad=0.13,
    )
    number = np.arange(places)
    sine = ((2 * number + 1) / places - 1.0) * math.sin(math.radians(50.0))
    longitude = number * math.pi * (3.0 - math.sqrt(5.0))
    cosine = np.sqrt(1.0 - sine**2)
    site = np.stack([cosine * np.cos(longitude), cosine * np.sin(longitude), sine], axis=1)
    access = network.nearest_access(
        lattice,
        site_m=jnp.asarray(EARTH_RADIUS_M * site),
        elevation_rad=0.0,
        link_count=LINKS,
        link_bit_per_s=CAPACITY,
        site_bit_per_s=LIMIT,
        satellite_bit_per_s=LIMIT,
    )
    demand = Demand(
        target=jnp.asarray((number + PARTNER) % places)[:, None],
        rate_bit_per_s=jnp.ones((places, 1)),
    )
    return network.grid(lattice, laser_bit_per_s=CAPACITY), access, demand


def solved(given: Case, route: Any, *, rounds: int = ROUNDS) -> tuple[Bracket, Any]:
    """Compile, run, time."""

    def concurrent(net: Grid, access: Access, demand: Demand) -> Throughput:
        return network.concurrent(
            net, access, demand, gap_ratio=GAP, most_iteration_count=MOST_ROUNDS, route=route
        )

    compiled: list[Any] = []
    compile_s = timing.processor_time_s(
        lambda: compiled.append(jax.jit(concurrent).lower(*given).compile())
    )

    def run() -> Any:
        return jax.block_until_ready(compiled[0](*given))

    taken = sorted(timing.processor_time_s(run) for _ in range(rounds))
    found = run()
    if not bool(found.reached.all()) or not within(given, found):
        raise SystemExit("what is carried is not within all capacities: nothing is told")
    bracket = Bracket(
        satellites=given[0].along_bit_per_s.size,
        places=given[1].satellite.shape[0],
        lower=float(found.lower_ratio),
        upper=float(found.upper_ratio),
        rounds=int(found.iteration_count),
        core_s=taken[len(taken) // 2],
        compile_core_s=compile_s,
    )
    return bracket, run


def within(given: Case, found: Throughput) -> bool:
    """Whether no load exceeds its capacity."""
    capacity = network.capacities(given[0], given[1])
    pairs = zip(jax.tree.leaves(found.carried), jax.tree.leaves(capacity), strict=True)
    return all(bool((load <= most).all()) for load, most in pairs)


def whole_programme(given: Case) -> float:
    """Every source's flow on every laser and link, by HiGHS; sites and beams without limit."""
    net, access, demand = given
    along, across = np.asarray(net.along_bit_per_s), np.asarray(net.across_bit_per_s)
    satellite = np.asarray(access.satellite)
    sites, links = satellite.shape
    cells = np.arange(along.size).reshape(along.shape)
    first = np.roll(cells[:1], -int(net.seam_shift_count), axis=1)
    on, over = np.roll(cells, -1, axis=1).ravel(), np.concatenate([cells[1:], first]).ravel()
    here, site = cells.ravel(), along.size + np.repeat(np.arange(sites), links)
    start = np.concatenate([here, on, here, over, site, satellite.ravel()])
    end = np.concatenate([on, here, over, here, satellite.ravel(), site + sites])
    ends = [access.up_bit_per_s, access.down_bit_per_s]
    most = np.concatenate([np.ravel(one) for one in (along, along, across, across, *ends)])
    arcs, nodes = start.size, along.size + 2 * sites
    rows, columns, values = [], [], []
    for source in range(sites):
        asked = along.size + np.array([source, sites + int(demand.target[source, 0])])
        rows += [source * nodes + start, source * nodes + end, source * nodes + asked]
        columns += [source * arcs + np.arange(arcs)] * 2 + [np.full(2, sites * arcs)]
        values += [np.ones(arcs), -np.ones(arcs), np.array([-1.0, 1.0])]
    kept = coo_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        (sites * nodes, sites * arcs + 1),
    )
    together = coo_matrix(
        (np.ones(sites * arcs), (np.tile(np.arange(arcs), sites), np.arange(sites * arcs))),
        (arcs, sites * arcs + 1),
    )
    cost = np.zeros(sites * arcs + 1)
    cost[-1] = -1.0
    found = linprog(cost, together, most, kept, np.zeros(sites * nodes), method="highs")
    return -float(found.fun)
