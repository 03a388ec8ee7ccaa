"""Are the delays of a lattice those of a shortest-path search, failures and all?"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sunstack.disciplines import network
from sunstack.disciplines.network import Delays, Lattice, Links

SHAPES = ((3, 4), (5, 5), (8, 6), (4, 11), (12, 7), (2, 9))
"""Few, since each is compiled once; odd and even, wide and long."""
ROUNDINGS = {np.float32: 3e-7, np.float64: 1e-14}

_delays = jax.jit(lambda net, start_s: network.delays(net, start_s=start_s))
_walker = jax.jit(network.walker, static_argnames=("plane_count", "slot_count"))
_links = jax.jit(network.links)
_certificate_s = jax.jit(network.certificate_s)


def shell(planes: int, slots: int, phasing: int, inclination_rad: float) -> Lattice:
    lattice: Lattice = _walker(
        plane_count=planes,
        slot_count=slots,
        phasing_count=phasing,
        inclination_rad=inclination_rad,
        radius_m=6_928_137.0,
        argument_of_latitude_rad=0.4,
    )
    return lattice


def graph(net: Links) -> csr_matrix:
    """The same links as an ordinary graph."""
    along, across = np.asarray(net.along_s, float), np.asarray(net.across_s, float)
    number = np.arange(along.size).reshape(along.shape)
    first = np.roll(number[:1], -int(net.seam_shift_count), axis=1)
    ends = (np.roll(number, -1, axis=1), np.concatenate([number[1:], first]))
    start = np.concatenate([number.ravel(), number.ravel()])
    end = np.concatenate([one.ravel() for one in ends])
    delay = np.concatenate([along.ravel(), across.ravel()])
    there = delay < network.UNREACHED_S
    # The shorter of links side by side, as where two planes are each other's both neighbours.
    shortest: dict[tuple[int, int], float] = {}
    for a, b, s in zip(start[there], end[there], delay[there], strict=True):
        for pair in ((a, b), (b, a)):
            shortest[pair] = min(s, shortest.get(pair, np.inf))
    rows, columns = zip(*shortest, strict=True) if shortest else ((), ())
    shape = (along.size, along.size)
    return csr_matrix((list(shortest.values()), (rows, columns)), shape=shape)


def searched_s(net: Links, start_s: NDArray[Any]) -> NDArray[np.float64]:
    """Delays by Dijkstra's search from every satellite, and the best start for each source."""
    between = dijkstra(graph(net))
    starts = start_s.reshape(-1, start_s.shape[-1]).astype(float)
    found = (starts[:, None, :] + between[:, :, None]).min(axis=0)
    return np.asarray(found.reshape(start_s.shape))


def started(planes: int, slots: int, sources: list[list[int]], dtype: Any) -> NDArray[Any]:
    """Each source sees some satellites, the n-th of them a hundredth of a second farther."""
    start = np.full((planes * slots, len(sources)), network.NEVER_S, dtype)
    for column, seen in enumerate(sources):
        for place, satellite in enumerate(seen):
            start[satellite % (planes * slots), column] = 0.002 + 0.01 * place
    return start.reshape(planes, slots, len(sources))


def solved(net: Links, start_s: NDArray[Any]) -> Delays:
    narrow = jax.tree.map(
        lambda leaf: (
            leaf.astype(start_s.dtype) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf
        ),
        net,
    )
    found: Delays = _delays(narrow, jnp.asarray(start_s))
    return found


def check(net: Links, start_s: NDArray[Any]) -> None:
    found, expected = solved(net, start_s), searched_s(net, start_s)
    reached = expected < network.UNREACHED_S
    ours = np.asarray(found.delay_s, float)
    assert np.array_equal(ours < network.UNREACHED_S, reached)
    within = ROUNDINGS[start_s.dtype.type]
    assert np.abs(ours[reached] - expected[reached]).max(initial=0.0) <= within
    assert float(found.certificate_s) <= within


@settings(max_examples=1000, deadline=None)
@given(
    shape=st.sampled_from(SHAPES),
    phasing=st.integers(0, 150),
    inclination_rad=st.floats(0.3, 1.8),
    dead=st.floats(0.0, 0.1),
    cut=st.floats(0.0, 0.1),
    seed=st.integers(0, 2**31 - 1),
)
def test_random_lattices_with_failures_are_solved_exactly(
    shape: tuple[int, int],
    phasing: int,
    inclination_rad: float,
    dead: float,
    cut: float,
    seed: int,
) -> None:
    random = np.random.default_rng(seed)
    alive = jnp.asarray(random.random(shape) >= dead)
    net = _links(shell(*shape, phasing, inclination_rad), hop_s=2e-5, alive=alive)
    net = Links(
        along_s=np.where(random.random(shape) >= cut, net.along_s, network.NEVER_S),
        across_s=np.where(random.random(shape) >= cut, net.across_s, network.NEVER_S),
        seam_shift_count=net.seam_shift_count,
    )
    seen = [list(random.integers(0, 10_000, 1 + random.integers(3))) for _ in range(2)]
    check(net, started(*shape, seen, np.float64))


def test_a_whole_shell_in_single_precision() -> None:
    net = _links(shell(72, 22, 39, np.radians(53.0)))
    check(net, started(72, 22, [[0], [500, 900], [1583]], np.float32))


def test_a_shell_cut_in_two_is_told_apart() -> None:
    alive = np.ones((12, 7), bool)
    alive[3], alive[9] = False, False
    net = _links(shell(12, 7, 0, 1.0), alive=jnp.asarray(alive))
    start = started(12, 7, [[4 * 7]], np.float64)
    found = np.asarray(solved(net, start).delay_s)[..., 0]
    assert np.all(found[4:9] < network.UNREACHED_S)
    assert np.all(found[[0, 1, 2, 3, 9, 10, 11]] >= network.UNREACHED_S)


def test_all_dead_reaches_nothing_but_where_it_starts() -> None:
    net = _links(shell(5, 5, 1, 1.0), alive=jnp.zeros((5, 5), bool))
    found = solved(net, started(5, 5, [[7]], np.float64))
    assert (np.asarray(found.delay_s) < network.UNREACHED_S).sum() == 1


def test_what_is_wrong_is_not_certified() -> None:
    net = _links(shell(8, 6, 2, 1.0))
    right = solved(net, started(8, 6, [[0]], np.float64)).delay_s
    wrong = right.at[4, 3, 0].add(0.004)
    assert float(_certificate_s(net, right)) < 1e-14
    assert float(_certificate_s(net, wrong)) > 0.001


def test_fewest_hops_of_an_even_torus() -> None:
    # With hops alone, P and S even and no phasing: mean (P + S) / 4, most (P + S) / 2.
    net = _links(shell(12, 10, 0, 1.0))
    ones = Links(
        along_s=jnp.ones((12, 10)),
        across_s=jnp.ones((12, 10)),
        seam_shift_count=net.seam_shift_count,
    )
    start = np.full((12, 10, 1), network.NEVER_S)
    start[5, 3, 0] = 0.0
    hops = np.asarray(solved(ones, start).delay_s)
    assert hops.mean() == pytest.approx((12 + 10) / 4)
    assert hops.max() == (12 + 10) / 2
