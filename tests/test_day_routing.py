"""Does what is asked flow to what is free, conserved, nearest first, about as soon as can be?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from sunstack.day.routing import Flows, Links, evenly, nearest_first

OPEN = np.ones((2, 1))


def link(ring: int, seen: Any, *, pool: int = 0, gate: Any = OPEN) -> Links:
    return Links(pool=pool, ring=ring, seen=csr_matrix(np.asarray(seen, float)), gate=gate)


def column(*values: float) -> np.ndarray[Any, Any]:
    return np.array(values, float)[:, None]


def test_askers_share_what_both_see_as_they_ask() -> None:
    """Both see one cell that gives 6 of the 3 + 9 asked: half of each."""
    flows = nearest_first([link(0, [[1], [1]])], asked=column(3, 9), free=[column(6)])
    np.testing.assert_allclose(flows.served[0], column(1.5, 4.5))
    np.testing.assert_allclose(flows.left, column(1.5, 4.5))
    np.testing.assert_allclose(flows.used[0], column(6))


def test_the_rest_goes_to_the_next_ring() -> None:
    """The first asker's own cell gives 2 of its 5; the other ring's cell gives the 3 left."""
    links = [link(0, [[1, 0], [0, 0]]), link(1, [[0, 1], [0, 0]])]
    flows = nearest_first(links, asked=column(5, 0), free=[column(2, 10)])
    np.testing.assert_allclose(flows.served[:, 0, 0], [2.0, 3.0])
    np.testing.assert_allclose(flows.used[0], column(2, 3))


def test_a_load_is_spread_by_what_is_free() -> None:
    """6 asked of cells that have 3 and 9 free, near and far: a half of each."""
    links = [link(0, [[1, 0], [0, 0]]), link(1, [[0, 1], [0, 0]])]
    flows = evenly(links, asked=column(6, 0), free=[column(3, 9)])
    np.testing.assert_allclose(flows.used[0], column(1.5, 4.5))


def test_what_a_full_cell_refuses_looks_for_another_as_near() -> None:
    """One sees both cells, the other only the first. In the first sweep 2 + 4 are wanted of its 4.

    It gives two thirds of both; the first asker then finds its missing 2/3 in the other cell, which
    the second does not see. To serve all, it would have had to leave the first cell from the start.
    """
    flows = nearest_first([link(0, [[1, 1], [1, 0]])], asked=column(4, 4), free=[column(4, 4)])
    np.testing.assert_allclose(flows.left, column(0, 4 / 3), atol=1e-8)
    np.testing.assert_allclose(flows.used[0], column(4, 8 / 3), atol=1e-8)


def test_a_gate_holds_back_whom_it_shuts_out() -> None:
    shut = link(0, [[1], [1]], gate=column(1, 0))
    flows = nearest_first([shut], asked=column(1, 1), free=[column(5)])
    np.testing.assert_allclose(flows.left, column(0, 1))


def test_pools_are_filled_each_from_its_own() -> None:
    links = [link(0, [[1], [0]]), link(0, [[1], [0]], pool=1)]
    flows = evenly(links, asked=column(4, 0), free=[column(1), column(7)])
    np.testing.assert_allclose([one[0, 0] for one in flows.used], [0.5, 3.5])


AMOUNT = st.floats(0.0, 1e9).map(lambda value: value if value > 1e-3 else 0.0)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Links], np.ndarray[Any, Any], list[np.ndarray[Any, Any]]]:
    askers, cells, instants = (draw(st.integers(1, 5)) for _ in range(3))
    share = st.sampled_from([0.0, 0.0, 0.3, 1.0])
    links = [
        Links(
            pool=ring % 2,
            ring=ring,
            seen=csr_matrix(draw(arrays.arrays(float, (askers, cells), elements=share))),
            gate=draw(arrays.arrays(float, (askers, instants), elements=share)),
        )
        for ring in range(draw(st.integers(1, 4)))
    ]
    asked = draw(arrays.arrays(float, (askers, instants), elements=AMOUNT))
    free = [draw(arrays.arrays(float, (cells, instants), elements=AMOUNT)) for _ in range(2)]
    return links, asked, free


@pytest.mark.parametrize("spread", [nearest_first, evenly])
@settings(max_examples=60)
@given(world=worlds())
def test_nothing_is_lost_and_none_gives_more_than_it_has(spread: Any, world: Any) -> None:
    links, asked, free = world
    flows: Flows = spread(links, asked=asked, free=free)
    served = flows.served.sum(axis=0)
    room = 1e-9 * (1.0 + asked.sum() + sum(one.sum() for one in free))
    assert (flows.served >= 0.0).all()
    assert (served <= asked + room).all()
    np.testing.assert_allclose(served + flows.left, asked, atol=room)
    for used, whole in zip(flows.used, free, strict=True):
        assert (used >= -room).all()
        assert (used <= whole + room).all()
    by_instant = sum(one.sum(axis=0) for one in flows.used)
    np.testing.assert_allclose(by_instant, served.sum(axis=0), atol=room)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.1, 3.0))
def test_with_unlimited_reach_all_is_served_that_can_be(seed: int, load: float) -> None:
    """Both policies: as much as is asked or as there is, whichever is less."""
    draw = np.random.default_rng(seed)
    asked, free = draw.uniform(0.0, 1.0, (6, 1)), draw.uniform(0.0, 1.0, (9, 1))
    asked *= load * free.sum() / asked.sum()
    ring = draw.integers(0, 4, (6, 9))
    gate = np.ones((6, 1))
    links = [link(one, ring == one, gate=gate) for one in range(4)]
    for spread in (nearest_first, evenly):
        flows = spread(links, asked=asked, free=[free])
        assert flows.served.sum() == pytest.approx(min(asked.sum(), free.sum()), rel=1e-6)


def least_delay(ring: Any, asked: Any, free: Any) -> float:
    """A linear programme's least sum of flow times ring, all being served."""
    askers, cells = ring.shape
    sums = np.kron(np.eye(askers), np.ones(cells))
    taken = np.kron(np.ones(askers), np.eye(cells))
    found = linprog(
        ring.ravel().astype(float), A_eq=sums, b_eq=asked, A_ub=taken, b_ub=free, method="highs"
    )
    assert found.status == 0
    return float(found.fun)


def test_nearest_first_is_not_much_later_than_the_soonest_there_is() -> None:
    """Cells on a circle, 24 of them, half of the askers beside each other: 40 draws, a load of 0.7.

    Rings count from 1: a network has some delay to those overhead too.
    """
    apart = np.abs(np.arange(12)[:, None] - np.arange(24))
    ring = np.minimum(apart, 24 - apart) + 1
    ratios = []
    for seed in range(40):
        draw = np.random.default_rng(seed)
        asked, free = draw.exponential(size=12), draw.exponential(size=24)
        asked *= 0.7 * free.sum() / asked.sum()
        links = [link(one, ring == one, gate=np.ones((12, 1))) for one in range(1, 14)]
        flows = nearest_first(links, asked=asked[:, None], free=[free[:, None]])
        assert flows.left.sum() <= 1e-6 * asked.sum()
        delay = float((flows.served.sum(axis=(1, 2)) * np.arange(1, 14)).sum())
        ratios.append(delay / least_delay(ring, asked, free))
    assert min(ratios) >= 1.0 - 1e-9
    assert np.mean(ratios) < 1.04
    assert max(ratios) < 1.12


def most_served(ring: Any, asked: Any, free: Any, near: int) -> float:
    """A linear programme's largest flow within the nearest rings."""
    askers, cells = ring.shape
    sums = np.kron(np.eye(askers), np.ones(cells))
    taken = np.kron(np.ones(askers), np.eye(cells))
    found = linprog(
        -np.ones(ring.size),
        A_ub=np.concatenate([sums, taken]),
        b_ub=np.concatenate([asked, free]),
        bounds=[(0.0, None if one <= near else 0.0) for one in ring.ravel()],
        method="highs",
    )
    assert found.status == 0
    return float(-found.fun)


def test_of_those_overhead_nearly_as_much_is_had_as_can_be() -> None:
    """Each of 12 neighbours sees five of 24 cells; half of what there is is asked: 40 draws."""
    apart = np.abs(np.arange(12)[:, None] - np.arange(24))
    ring = np.minimum(apart, 24 - apart)
    ratios = []
    for seed in range(40):
        draw = np.random.default_rng(seed)
        asked, free = draw.exponential(size=12), draw.exponential(size=24)
        asked *= 0.5 * free.sum() / asked.sum()
        near = [link(0, ring <= 2, gate=np.ones((12, 1)))]
        flows = nearest_first(near, asked=asked[:, None], free=[free[:, None]])
        ratios.append(float(flows.served.sum()) / most_served(ring, asked, free, 2))
    assert max(ratios) <= 1.0 + 1e-9
    assert np.mean(ratios) > 0.95
    assert min(ratios) > 0.88
