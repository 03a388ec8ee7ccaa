"""Is what a shell is said to carry carried, and is the bound on it one?

The peer is the whole linear programme, every way free, solved by HiGHS.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from sunstack import validation
from sunstack.disciplines import network
from sunstack.disciplines.network import Access, Demand, Grid, Throughput, bends, tolls
from sunstack.validation.capacity import network_of_places
from sunstack.validation.inputs import Inputs

PLANES, SLOTS, SITES, LINKS, TARGETS = 6, 8, 4, 2, 2
CELLS = PLANES * SLOTS
GAP, MOST_ROUNDS = 0.05, 400
ROUNDING = 1e-9
"""Of HiGHS's own tolerance for feasibility, 1e-7 of a capacity, less than this is seen here."""


def _concurrent(net: Grid, access: Access, demand: Demand) -> Throughput:
    return network.concurrent(net, access, demand, gap_ratio=GAP, most_iteration_count=MOST_ROUNDS)


concurrent = jax.jit(_concurrent)
cheapest = jax.jit(
    lambda net, access, demand, toll: tolls.cheapest(net, access, demand, toll=toll, lane_count=4)
)
bent = jax.jit(lambda net, access, demand, toll: bends.cheapest(net, access, demand, toll=toll))


@jax.jit
def carried_by_bends(net: Grid, access: Access, demand: Demand) -> Throughput:
    found = network.concurrent(
        net, access, demand, gap_ratio=GAP, most_iteration_count=60, route=bends.cheapest
    )
    return network.tightened(net, access, demand, found, lane_count=4)


def case(
    seed: int, *, dead: float = 0.0, shift: int = 3, wide: float = 1.0
) -> tuple[Grid, Access, Demand]:
    """Capacities of every kind at random, some lasers and links missing, lasers so wide."""
    random = np.random.default_rng(seed)

    def capacity(*shape: int, missing: float = 0.0) -> Any:
        values = random.uniform(1.0, 3.0, shape)
        return jnp.asarray(np.where(random.random(shape) < missing, 0.0, values))

    net = Grid(
        along_bit_per_s=wide * capacity(PLANES, SLOTS, missing=dead),
        across_bit_per_s=wide * capacity(PLANES, SLOTS, missing=dead),
        seam_shift_count=jnp.asarray(shift),
    )
    access = Access(
        satellite=jnp.asarray([random.permutation(CELLS // 2)[:LINKS] * 2 for _ in range(SITES)]),
        up_bit_per_s=capacity(SITES, LINKS, missing=0.2),
        down_bit_per_s=capacity(SITES, LINKS, missing=0.2),
        site_up_bit_per_s=capacity(SITES) * 2.0,
        site_down_bit_per_s=capacity(SITES) * 2.0,
        satellite_up_bit_per_s=capacity(PLANES, SLOTS),
        satellite_down_bit_per_s=capacity(PLANES, SLOTS),
    )
    target = np.array([[(site + 1) % SITES, (site + 2) % SITES] for site in range(SITES)])
    rate = random.uniform(0.1, 1.0, (SITES, TARGETS)) * (random.random((SITES, TARGETS)) < 0.8)
    return net, access, Demand(target=jnp.asarray(target), rate_bit_per_s=jnp.asarray(rate))


class Programme:
    """All flows by source: variables are the flow of each source on each arc, and the ratio."""

    def __init__(self, net: Grid, access: Access) -> None:
        self.net, self.access = net, access
        self.sites, links = access.satellite.shape
        self.cells = net.along_bit_per_s.size
        number = np.arange(self.cells).reshape(net.along_bit_per_s.shape)
        first = np.roll(number[:1], -int(net.seam_shift_count), axis=1)
        on = np.roll(number, -1, axis=1).ravel()
        over = np.concatenate([number[1:], first]).ravel()
        self_ = number.ravel()
        satellite = np.asarray(access.satellite)
        self.site = site = np.repeat(np.arange(self.sites), links)
        # Nodes: satellites, then places that send, then places that receive.
        self.start = np.concatenate([self_, on, self_, over, self.cells + site, satellite.ravel()])
        self.end = np.concatenate(
            [on, self_, over, self_, satellite.ravel(), self.cells + self.sites + site]
        )
        along, across = np.asarray(net.along_bit_per_s), np.asarray(net.across_bit_per_s)
        up, down = np.asarray(access.up_bit_per_s), np.asarray(access.down_bit_per_s)
        lasers = [along.ravel(), along.ravel(), across.ravel(), across.ravel()]
        self.most = np.concatenate([*lasers, up.ravel(), down.ravel()])
        self.ups = 4 * self.cells + np.arange(len(site))
        self.downs = self.ups + len(site)

    def most_ratio(self, demand: Demand, reached: NDArray[np.bool_]) -> float:
        rate = np.where(reached, np.asarray(demand.rate_bit_per_s), 0.0)
        arcs, nodes = len(self.start), self.cells + 2 * self.sites
        rows, columns, values = [], [], []
        for source in range(self.sites):
            arc = np.arange(arcs)
            rows += [source * nodes + self.start, source * nodes + self.end]
            columns += [source * arcs + arc] * 2
            values += [np.ones(arcs), -np.ones(arcs)]
            ends = [
                self.cells + source,
                *(self.cells + self.sites + np.asarray(demand.target[source])),
            ]
            rows.append(source * nodes + np.array(ends))
            columns.append(np.full(1 + len(rate[0]), self.sites * arcs))
            values.append(np.array([-rate[source].sum(), *rate[source]]))
        shape = (self.sites * nodes, self.sites * arcs + 1)
        kept = coo_matrix(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape
        )
        limits, most = self._limits(arcs)
        found = linprog(
            np.r_[np.zeros(self.sites * arcs), -1.0],
            A_ub=limits,
            b_ub=most,
            A_eq=kept,
            b_eq=np.zeros(self.sites * nodes),
            method="highs",
        )
        assert found.status == 0
        return -float(found.fun)

    def _limits(self, arcs: int) -> tuple[coo_matrix, NDArray[np.float64]]:
        """Arcs, sites up and down, satellites up and down; all sources together."""
        groups = [(np.arange(arcs), self.most)]
        for links, site, satellite, ends in (
            (self.ups, self.access.site_up_bit_per_s, self.access.satellite_up_bit_per_s, self.end),
            (
                self.downs,
                self.access.site_down_bit_per_s,
                self.access.satellite_down_bit_per_s,
                self.start,
            ),
        ):
            groups.append((self.site, np.asarray(site)))
            groups.append((ends[links], np.asarray(satellite).ravel()))
        columns = [np.arange(arcs), self.ups, self.ups, self.downs, self.downs]
        begun, rows = 0, []
        for row, most in groups:
            rows.append(begun + row)
            begun += len(most)
        every = [np.concatenate(columns) + source * arcs for source in range(self.sites)]
        row, column = np.tile(np.concatenate(rows), self.sites), np.concatenate(every)
        matrix = coo_matrix((np.ones(len(row)), (row, column)), (begun, self.sites * arcs + 1))
        return matrix, np.concatenate([most for _, most in groups])


def joined(net: Grid, access: Access, demand: Demand) -> NDArray[np.bool_]:
    """Pairs that ask and that some arcs with capacity lead from one to the other of."""
    programme = Programme(net, access)
    there, nodes = programme.most > 0.0, CELLS + 2 * SITES
    arcs = (programme.start[there], programme.end[there])
    graph = coo_matrix((np.ones(there.sum()), arcs), (nodes, nodes)).tocsr()
    hops = dijkstra(graph, indices=np.arange(CELLS, CELLS + SITES), unweighted=True)
    to = np.take_along_axis(hops[:, CELLS + SITES :], np.asarray(demand.target), axis=1)
    return np.isfinite(to) & (np.asarray(demand.rate_bit_per_s) > 0.0)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**31 - 1),
    dead=st.sampled_from([0.0, 0.3]),
    shift=st.integers(0, SLOTS - 1),
    wide=st.sampled_from([1.0, 0.2]),
)
def test_the_exact_optimum_lies_in_the_bracket(
    seed: int, dead: float, shift: int, wide: float
) -> None:
    # Where lasers are narrow they limit, else the sites and beams do.
    net, access, demand = case(seed, dead=dead, shift=shift, wide=wide)
    found = concurrent(net, access, demand)
    lower, upper = float(found.lower_ratio), float(found.upper_ratio)
    reached = joined(net, access, demand)
    assert np.array_equal(np.asarray(found.reached), reached)
    if not reached.any():
        assert lower == upper == 0.0
        return
    exact = Programme(net, access).most_ratio(demand, reached)
    assert 0.0 < lower <= exact * (1.0 + ROUNDING)
    assert exact <= upper * (1.0 + ROUNDING)
    assert upper <= lower * (1.0 + GAP) or int(found.iteration_count) == MOST_ROUNDS
    check_feasible(net, access, demand, found)


def check_feasible(net: Grid, access: Access, demand: Demand, found: Throughput) -> None:
    """Within all capacities, and as much leaves every satellite as comes."""
    carried, capacity = found.carried, network.capacities(net, access)
    for load, most in zip(jax.tree.leaves(carried), jax.tree.leaves(capacity), strict=True):
        assert np.all(np.asarray(load) <= np.asarray(most))
        assert np.all(np.asarray(load) >= 0.0)
    programme = Programme(net, access)
    laser = np.asarray(carried.laser_bit_per_s).ravel()
    ups, downs = np.asarray(carried.up_bit_per_s), np.asarray(carried.down_bit_per_s)
    flow = np.concatenate([laser, ups.ravel(), downs.ravel()])
    balance = np.bincount(programme.end, flow, CELLS + 2 * SITES)
    balance -= np.bincount(programme.start, flow, CELLS + 2 * SITES)
    assert balance[:CELLS] == pytest.approx(np.zeros(CELLS), abs=1e-9)
    rate = np.where(found.reached, demand.rate_bit_per_s, 0.0) * float(found.lower_ratio)
    received = np.bincount(np.asarray(demand.target).ravel(), rate.ravel(), SITES)
    assert -balance[CELLS : CELLS + SITES] == pytest.approx(rate.sum(axis=1), abs=1e-9)
    assert balance[CELLS + SITES :] == pytest.approx(received, abs=1e-9)


@jax.jit
def carried_flat_first(net: Grid, access: Access, demand: Demand) -> Throughput:
    return network.concurrent(
        net,
        access,
        demand,
        gap_ratio=GAP,
        most_iteration_count=MOST_ROUNDS,
        flat_iteration_count=30,
    )


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), wide=st.sampled_from([1.0, 0.2]))
def test_flat_rounds_first_keep_within_the_bracket(seed: int, wide: float) -> None:
    net, access, demand = case(seed, wide=wide)
    found = carried_flat_first(net, access, demand)
    exact = Programme(net, access).most_ratio(demand, joined(net, access, demand))
    assert float(found.lower_ratio) <= exact * (1.0 + ROUNDING)
    assert exact <= float(found.upper_ratio) * (1.0 + ROUNDING)
    assert float(found.gap_ratio) <= GAP or int(found.iteration_count) == MOST_ROUNDS
    check_feasible(net, access, demand, found)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31 - 1))
def test_any_tolls_bound_the_optimum(seed: int) -> None:
    net, access, demand = case(seed, wide=0.2)
    toll = tolled(seed + 1, net, access)
    found = cheapest(net, access, demand, toll)
    there = found.toll_factor < network.UNREACHED_S
    wanted = Demand(
        target=demand.target, rate_bit_per_s=jnp.where(there, demand.rate_bit_per_s, 0.0)
    )
    if not wanted.rate_bit_per_s.any():
        return
    bound = float(network.bound_ratio(net, access, wanted, toll=toll, found=found))
    assert bound >= Programme(net, access).most_ratio(demand, np.asarray(there)) * (1 - ROUNDING)


def test_nothing_reached_carries_nothing_and_says_so() -> None:
    net, access, demand = case(3)
    dead = jax.tree.map(jnp.zeros_like, access.up_bit_per_s)
    found = concurrent(net, replace(access, up_bit_per_s=dead), demand)
    assert float(found.lower_ratio) == float(found.upper_ratio) == 0.0
    assert not found.reached.any()
    assert float(found.carried.laser_bit_per_s.sum()) == 0.0


def test_a_site_cut_off_is_left_out_of_the_rest() -> None:
    # Site 0 loses its links: what it sends and receives is told, and no limit to the others.
    net, access, demand = case(3)
    cut = replace(
        access,
        up_bit_per_s=access.up_bit_per_s.at[0].set(0.0),
        down_bit_per_s=access.down_bit_per_s.at[0].set(0.0),
    )
    found = concurrent(net, cut, demand)
    reached = np.asarray(found.reached)
    assert np.array_equal(reached, joined(net, cut, demand))
    touched = (np.arange(SITES)[:, None] == 0) | (np.asarray(demand.target) == 0)
    assert not reached[touched].any()
    assert reached[~touched & (np.asarray(demand.rate_bit_per_s) > 0.0)].any()
    assert float(found.lower_ratio) > 0.0


def test_two_neighbours_by_hand() -> None:
    # Satellites 0 and 1 of a plane; all lasers carry 1, links 5. From one to the other: one laser
    # between them, and on either side, along the ring the other way, and across and back: 4 ways.
    ones = jnp.asarray(np.ones((PLANES, SLOTS)))
    net = Grid(along_bit_per_s=ones, across_bit_per_s=ones, seam_shift_count=jnp.asarray(0))
    links = jnp.asarray(np.tile([5.0, 0.0], (SITES, 1)))
    access = Access(
        satellite=jnp.asarray([[0, 2], [1, 2], [20, 2], [30, 2]]),
        up_bit_per_s=links,
        down_bit_per_s=links,
        site_up_bit_per_s=9.0 * ones[0, :SITES],
        site_down_bit_per_s=9.0 * ones[0, :SITES],
        satellite_up_bit_per_s=9.0 * ones,
        satellite_down_bit_per_s=9.0 * ones,
    )
    target = jnp.asarray([[1, 2], [2, 3], [3, 0], [0, 1]])
    rate = jnp.asarray(np.eye(SITES, TARGETS) * [1.0, 0.0])
    found = concurrent(net, access, Demand(target=target, rate_bit_per_s=rate))
    assert float(found.lower_ratio) <= 4.0 <= float(found.upper_ratio)
    assert float(found.gap_ratio) <= GAP
    assert float(found.laser_fraction) > 0.9


def tolled(seed: int, net: Grid, access: Access) -> tolls.Tolls:
    """Tolls at random, of tenths along a whole way."""
    random = np.random.default_rng(seed)
    return jax.tree.map(
        lambda most: jnp.where(most > 0.0, 0.03 * random.random(most.shape), network.NEVER_S),
        network.capacities(net, access),
    )


def searched_factor(
    net: Grid, access: Access, demand: Demand, toll: tolls.Tolls
) -> NDArray[np.float64]:
    """Tolls of the cheapest ways by Dijkstra's search, each way of a laser an arc of its own."""
    programme, ends = Programme(net, access), tolls.ends_of(access, toll)
    parts = (toll.laser_bit_per_s, ends.up_factor, ends.down_factor)
    each = np.concatenate([np.ravel(part) for part in parts])
    there = each < network.UNREACHED_S
    nodes = CELLS + 2 * SITES
    arcs = (programme.start[there], programme.end[there])
    graph = coo_matrix((each[there], arcs), (nodes, nodes)).tocsr()
    least = dijkstra(graph, indices=np.arange(CELLS, CELLS + SITES))
    found = np.take_along_axis(least[:, CELLS + SITES :], np.asarray(demand.target), axis=1)
    return np.where(np.isinf(found), network.NEVER_S, found)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**31 - 1),
    shift=st.integers(0, SLOTS - 1),
    dead=st.sampled_from([0.0, 0.2]),
)
def test_ways_pay_what_they_load(seed: int, shift: int, dead: float) -> None:
    net, access, demand = case(seed, shift=shift, dead=dead)
    toll = tolled(seed + 1, net, access)
    exact, short = (way(net, access, demand, toll) for way in (cheapest, bent))
    for found in (exact, short):
        factor = np.asarray(found.toll_factor)
        rate = np.where(factor < network.UNREACHED_S, demand.rate_bit_per_s, 0.0)
        loads = zip(jax.tree.leaves(found.carried), jax.tree.leaves(toll), strict=True)
        paid = sum(float(jnp.where(load > 0.0, load * each, 0.0).sum()) for load, each in loads)
        # Labels of the exact ways are of single precision.
        assert paid == pytest.approx(
            float((rate * np.where(rate > 0.0, factor, 0.0)).sum()), rel=1e-5
        )
        lasers = float(found.carried.laser_bit_per_s.sum())
        assert lasers == pytest.approx(float((rate * np.asarray(found.hop_count)).sum()))
    there = np.asarray(exact.toll_factor) < network.UNREACHED_S
    bending = np.asarray(short.toll_factor) < network.UNREACHED_S
    searched = searched_factor(net, access, demand, toll)
    asked = np.asarray(demand.rate_bit_per_s) > 0.0
    assert np.array_equal(there[asked], (searched < network.UNREACHED_S)[asked])
    both = asked & there
    assert np.asarray(exact.toll_factor)[both] == pytest.approx(searched[both], rel=1e-5)
    # No way of two bends is cheaper than all; with every laser there, one joins whom any joins.
    least = np.asarray(exact.toll_factor)[bending]
    assert np.all(np.asarray(short.toll_factor)[bending] >= least * (1.0 - 1e-5))
    assert np.all((there | ~bending)[asked])
    assert dead > 0.0 or np.array_equal(there[asked], bending[asked])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), shift=st.integers(0, SLOTS - 1))
def test_what_bends_carry_is_carried_and_bounded(seed: int, shift: int) -> None:
    net, access, demand = case(seed, shift=shift, wide=0.2)
    found = carried_by_bends(net, access, demand)
    # With every laser there, two bends join whom any joins.
    exact = Programme(net, access).most_ratio(demand, joined(net, access, demand))
    assert float(found.lower_ratio) <= exact * (1.0 + ROUNDING)
    assert exact <= float(found.upper_ratio) * (1.0 + ROUNDING)
    check_feasible(net, access, demand, found)


def test_the_published_optimum_is_what_the_whole_programme_gives() -> None:
    row = next(one for one in validation.cases() if one.id == "R9a")
    net, access, demand = network_of_places(Inputs(row.inputs))
    optimum = Programme(net, access).most_ratio(demand, np.ones(demand.target.shape, bool))
    assert optimum == pytest.approx(row.published, rel=1e-7)
