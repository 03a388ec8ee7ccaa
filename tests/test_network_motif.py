"""Are delays by any pattern of lasers those of a shortest-path search, and is nonsense refused?"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from sunstack.disciplines import network
from sunstack.disciplines.network import Lasers, Lattice, Offset
from sunstack.errors import ScenarioError
from sunstack.units import EARTH_RADIUS_M

CASES: tuple[tuple[int, int, tuple[Offset, ...]], ...] = (
    (9, 16, ((0, 1), (1, 0), (3, 2), (3, -2))),  # +Grid and diagonals
    (7, 12, ((0, 4), (0, 5), (1, 5), (3, 0))),  # rings of two kinds, four side by side and one
    (8, 9, ((1, 2), (3, -4))),  # no ring at all
)
"""Few, since each is compiled once."""

_delays = jax.jit(lambda net, start_s: network.delays(net, start_s=start_s))
_walker = jax.jit(network.walker, static_argnames=("plane_count", "slot_count"))
_lasers = jax.jit(network.lasers, static_argnames="offsets")
_lengths = jax.jit(network.link_length_m, static_argnames=("plane_offset", "slot_offset"))
_hops = jax.jit(network.hops, static_argnames="offsets")


def shell(
    planes: int,
    slots: int,
    phasing: int = 0,
    inclination_rad: float = 1.0,
    argument_of_latitude_rad: float = 0.4,
) -> Lattice:
    lattice: Lattice = _walker(
        plane_count=planes,
        slot_count=slots,
        phasing_count=phasing,
        inclination_rad=inclination_rad,
        radius_m=EARTH_RADIUS_M + 1200e3,
        argument_of_latitude_rad=argument_of_latitude_rad,
    )
    return lattice


def matrix(lattice: Lattice, net: Lasers) -> coo_matrix:
    """The links one by one, their ends found by counting slots."""
    planes, slots = lattice.plane_count, lattice.slot_count
    rows, columns, delays = [], [], []
    for (across, along), delay in zip(net.offsets, net.delays_s, strict=True):
        given = np.asarray(delay)
        for plane in range(planes):
            wraps, there = divmod(plane + across, planes)
            turn = along + wraps * int(lattice.seam_shift_count)
            for slot in range(slots):
                if given[plane, slot] < network.UNREACHED_S:
                    rows.append(plane * slots + slot)
                    columns.append(there * slots + (slot + turn) % slots)
                    delays.append(given[plane, slot])
    size = planes * slots
    both = (rows + columns, columns + rows)
    return coo_matrix((delays * 2, both), shape=(size, size)).tocsr()


@settings(max_examples=30, deadline=None)
@given(
    case=st.sampled_from(CASES),
    phasing=st.integers(0, 100),
    inclination_rad=st.floats(0.3, 1.8),
    dead=st.floats(0.0, 0.1),
    seed=st.integers(0, 2**31 - 1),
)
def test_delays_are_those_of_a_search(
    case: tuple[int, int, tuple[Offset, ...]],
    phasing: int,
    inclination_rad: float,
    dead: float,
    seed: int,
) -> None:
    planes, slots, offsets = case
    random = np.random.default_rng(seed)
    lattice = shell(planes, slots, phasing, inclination_rad)
    alive = jnp.asarray(random.random((planes, slots)) >= dead)
    net = _lasers(lattice, offsets=offsets, hop_s=2e-5, alive=alive)
    sources = random.integers(0, planes * slots, 2)
    start = np.full((planes * slots, 2), network.NEVER_S)
    start[sources, [0, 1]] = 0.0
    found = _delays(net, jnp.asarray(start.reshape(planes, slots, 2)))
    expected = dijkstra(matrix(lattice, net), indices=sources).T.reshape(planes, slots, 2)
    reached = np.isfinite(expected)
    ours = np.asarray(found.delay_s)
    assert np.array_equal(ours < network.UNREACHED_S, reached)
    # Sums of tens of delays of some milliseconds, in double precision.
    assert np.abs(ours[reached] - expected[reached]).max(initial=0.0) <= 1e-14
    assert float(found.certificate_s) <= 1e-14


@settings(max_examples=25, deadline=None)
@given(
    planes=st.integers(3, 9),
    slots=st.integers(3, 9),
    phasing=st.integers(0, 60),
    offset=st.tuples(st.integers(-30, 30), st.integers(-30, 30)),
)
def test_a_laser_written_plainly_is_the_same(
    planes: int, slots: int, phasing: int, offset: Offset
) -> None:
    lattice = shell(planes, slots, phasing)
    try:
        (plain,) = network.plain([offset], lattice=lattice)
    except ScenarioError:
        return
    ends = [sorted(zip(*matrix_ends(lattice, one), strict=True)) for one in (offset, plain)]
    assert ends[0] == ends[1]
    assert 0 <= 2 * plain[0] <= planes
    assert plain[0] or 0 < 2 * plain[1] < slots


def matrix_ends(lattice: Lattice, offset: Offset) -> tuple[list[int], list[int]]:
    """Both ends of every link, each link both ways."""
    shape = (lattice.plane_count, lattice.slot_count)
    one = Lasers(
        delays_s=(np.ones(shape),), seam_shift_count=lattice.seam_shift_count, offsets=(offset,)
    )
    found = matrix(lattice, one).tocoo()
    return list(map(int, found.row)), list(map(int, found.col))


def test_fewest_hops_of_an_even_torus_are_the_textbook_s() -> None:
    # P and S even, no phasing: mean (P + S) / 4, most (P + S) / 2 for +Grid.
    found = _hops(shell(12, 10), offsets=network.GRID)
    assert float(network.reached_mean_s(found)[0]) == (12 + 10) / 4
    assert float(network.reached_most_s(found)[0]) == (12 + 10) / 2


def test_a_diagonal_of_three_saves_hops_by_hand() -> None:
    # 12 by 12 with (3, 3) and (3, -3): (6, 6) is 2 hops and not 12; (3, 0) is 3 by +Grid; (6, 0) is
    # (3, 3) + (3, -3): 2 hops; (5, 5) is two diagonals and back one each way: 4 hops.
    offsets = ((0, 1), (1, 0), (3, 3), (3, -3))
    hops = np.asarray(_hops(shell(12, 12), offsets=offsets).delay_s)[..., 0]
    assert [hops[6, 6], hops[3, 0], hops[6, 0], hops[5, 5]] == [2.0, 3.0, 2.0, 4.0]


def test_more_lasers_never_make_a_path_later() -> None:
    lattice = shell(9, 16, phasing=5)
    start = np.full((9, 16, 1), network.NEVER_S)
    start[4, 7] = 0.0
    grid, more = (
        np.asarray(_delays(_lasers(lattice, offsets=offsets), start).delay_s)
        for offsets in (network.GRID, CASES[0][2])
    )
    # Rounding of the last digit apart.
    assert np.all(more <= grid + 1e-15)
    assert more.mean() < grid.mean()


def test_what_nothing_reaches_is_counted_and_in_no_mean() -> None:
    # Every second slot only, within each plane: half of a plane of 10, no other plane.
    found = _hops(shell(6, 10), offsets=((0, 2),))
    assert int(network.unreached_count(found)[0]) == 60 - 5
    # Hops 0, 1, 2, 2, 1 round a ring of five.
    assert float(network.reached_mean_s(found)[0]) == pytest.approx(6 / 5)


def test_the_longest_link_is_the_longest_at_any_time() -> None:
    offsets = ((0, 1), (1, 0), (2, -3), (2, 1))
    longest = np.zeros(len(offsets))
    for along in np.linspace(0.0, 2.0 * np.pi, 181):
        lattice = shell(9, 16, phasing=4, argument_of_latitude_rad=along)
        now = [float(_lengths(lattice, plane_offset=i, slot_offset=k).max()) for i, k in offsets]
        longest = np.maximum(longest, now)
    told = network.laser_reach(lattice, offsets=offsets, range_m=5000e3)
    # Instants 2° apart find the top of a cosine to (1°)² / 2.
    assert np.asarray(told.longest_m) == pytest.approx(longest, rel=2e-4)
    assert np.all(np.asarray(told.longest_m) >= longest * (1.0 - 1e-12))
    lowest = np.sqrt((EARTH_RADIUS_M + 1200e3) ** 2 - (longest / 2) ** 2) - EARTH_RADIUS_M
    assert np.asarray(told.grazing_margin_m) == pytest.approx(lowest - 80e3, abs=1500.0)
    assert np.asarray(told.range_margin_m) == pytest.approx(5000e3 - longest, rel=1e-3)


@pytest.mark.parametrize(
    ("offsets", "told"),
    [
        ((), "motif: no laser; write offsets of planes and slots"),
        (((0, 0),), "motif: 0,0 leads back to its own satellite"),
        (((10, 0),), "motif: 10,0 leads back to its own satellite"),
        (((0, 6),), "motif: 0,6 joins satellites opposite each other"),
        (((1, 2), (-1, -2)), "motif: 1,2 and -1,-2 are the same lasers"),
        (((0, 0), (0, 1), (0, 13)), "motif: 0,1 and 0,13 are the same lasers"),
    ],
)
def test_what_is_no_motif_is_refused(offsets: tuple[Offset, ...], told: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        network.plain(offsets, lattice=shell(10, 12))
    assert told in str(refused.value)
