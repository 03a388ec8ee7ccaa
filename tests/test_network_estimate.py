"""Does the closed form of a mesh agree with counting, with positions and with exact delays?"""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra, shortest_path

from sunstack.connections.skeleton import stack
from sunstack.disciplines import network, orbit
from sunstack.disciplines.network import Estimate, Layout
from sunstack.resolve.planes import planes
from sunstack.scenario import Shells, Walker
from sunstack.skeleton import neighbours, skeletons

SHAPES = ((1, 1, 7), (1, 1, 2), (1, 4, 5), (1, 3, 3), (3, 5, 4), (2, 2, 6), (4, 1, 8), (3, 6, 2))
"""Shells, planes, slots: odd, even, two of a kind, and one."""
PLAIN: dict[str, Any] = {
    "along_m": 0.0,
    "across_m": 0.0,
    "rise_m": 0.0,
    "hop_s": 1.0,
    "laser_rate_bit_per_s": 1.0,
    "laser_count": 4.0,
    "access_rate_bit_per_s": 1.0,
    "access_satellite_count": 0.0,
    "satellite_count": 1.0,
}


def layout(*shapes: tuple[int, int, int]) -> Layout:
    shells, across, along = jnp.asarray(shapes).T
    return Layout(shell_count=shells, plane_count=across, slot_count=along)


def offered(*shapes: tuple[int, int, int], **more: float) -> Estimate:
    values = {name: jnp.asarray(value) for name, value in (PLAIN | more).items()}
    return network.estimate(layout(*shapes), **values)


# --- hops and exchanges, by counting -------------------------------------------------------------


def links(shape: tuple[int, int, int]) -> set[tuple[int, int]]:
    """Pairs of satellites joined by lasers, one by one."""
    shells, across, along = shape
    number = np.arange(np.prod(shape)).reshape(shape)
    found = set()
    for k, p, s in product(*map(range, shape)):
        here = number[k, p, s]
        found.add((here, number[k, (p + 1) % across, s]))
        found.add((here, number[k, p, (s + 1) % along]))
        if k + 1 < shells:
            found.add((here, number[k + 1, p, s]))
    return {(min(pair), max(pair)) for pair in found if pair[0] != pair[1]}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_hops_are_those_of_a_search(shape: tuple[int, int, int]) -> None:
    rows, columns = np.array(sorted(links(shape))).T
    size = int(np.prod(shape))
    graph = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    hops = shortest_path(graph.tocsr(), directed=False, unweighted=True)
    found = offered(shape)
    assert float(found.hop_mean_count[0]) == pytest.approx(hops.mean(), rel=1e-12)
    assert float(found.hop_most_count[0]) == hops.max()
    # A hop takes a second, and light no time.
    assert float(found.mesh_delay_mean_s[0]) == pytest.approx(hops.mean(), rel=1e-12)


def ways(count: int, start: int, end: int, *, closes: bool) -> list[list[int]]:
    """Rows of members from one to another, the shortest: two where both ways round are."""
    if not closes:
        step = 1 if end >= start else -1
        return [list(range(start, end + step, step))]
    ahead, back = (end - start) % count, (start - end) % count
    found = []
    if ahead <= back:
        found.append([(start + n) % count for n in range(ahead + 1)])
    if back <= ahead:
        found.append([(start - n) % count for n in range(back + 1)])
    return found


def busiest(shape: tuple[int, int, int]) -> float:
    """Load of the busiest laser when each sends 1 to every other, direction by direction."""
    load: dict[tuple[int, int, tuple[int, ...]], float] = {}
    for start, end in product(list(np.ndindex(*shape)), repeat=2):
        at = list(start)
        for axis in range(3):
            found = ways(shape[axis], at[axis], end[axis], closes=axis > 0)
            for way in found:
                for here, there in pairwise(way):
                    link = (axis, there, (*at[:axis], here, *at[axis + 1 :]))
                    load[link] = load.get(link, 0.0) + 1.0 / len(found)
            at[axis] = end[axis]
    return max(load.values())


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_exchange_fills_the_busiest_laser(shape: tuple[int, int, int]) -> None:
    """What the cuts leave is reached by ways that go up, across, along: neither is the looser."""
    size = int(np.prod(shape))
    neighbours_each = 2.0 * len(links(shape)) / size
    capacity = 4.0 / neighbours_each
    most = (size - 1) * capacity / busiest(shape)
    assert float(offered(shape).exchange_bit_per_s[0]) == pytest.approx(most, rel=1e-12)


def test_exchange_is_that_of_collectives() -> None:
    fabric = network.Fabric(
        plane_count=jnp.asarray(12),
        slot_count=jnp.asarray(31),
        laser_bit_per_s=jnp.asarray(1.0),
        along_hop_s=jnp.asarray(0.0),
        across_hop_s=jnp.asarray(0.0),
        seam_shift_count=jnp.asarray(0),
    )
    most = network.all_to_all_bit_per_s(fabric, network.TORUS)
    assert float(offered((1, 12, 31)).exchange_bit_per_s[0]) == pytest.approx(float(most))


def test_single_satellites_have_no_mesh_and_places_share_what_carries_them() -> None:
    found = offered((1, 1, 1), (1, 1, 4), access_satellite_count=30.0, satellite_count=6.0)
    assert np.asarray(found.has_mesh).tolist() == [False, True]
    for name in ("hop_mean_count", "hop_most_count", "mesh_delay_mean_s", "exchange_bit_per_s"):
        assert float(getattr(found, name)[0]) == 0.0
    assert np.asarray(found.access_bit_per_s).tolist() == [5.0, 5.0]
    assert np.asarray(found.laser_bit_per_s).tolist() == [4.0, 4.0]


@settings(max_examples=30)
@given(
    shape=st.tuples(st.integers(1, 30), st.integers(1, 80), st.integers(1, 5000)),
    laser_count=st.floats(2.0, 64.0),
)
def test_no_mesh_carries_more_than_its_lasers(
    shape: tuple[int, int, int], laser_count: float
) -> None:
    """What all send takes as many lasers as it takes hops."""
    found = offered(shape, laser_count=laser_count)
    size = float(np.prod(shape))
    hops = float(found.hop_mean_count[0]) * size / max(size - 1.0, 1.0)
    carried = float(found.exchange_bit_per_s[0]) * hops
    assert carried <= laser_count * (1.0 + 1e-12)
    assert 0.0 <= float(found.hop_mean_count[0]) <= float(found.hop_most_count[0])


# --- lengths and delays, against positions and exact searches ------------------------------------


def walker(number: int, size: int, inclination: float, phasing: int = 0) -> Walker:
    return Walker.model_validate(
        {"name": "one", "model": "walker", "altitude_km": 1000, "inclination_deg": inclination}
        | {"plane_count": number, "satellites_per_plane_count": size, "phasing_count": phasing}
    )


def shells(inclination: float, high: float) -> Shells:
    return Shells.model_validate(
        {"name": "one", "model": "shells", "altitude_low_km": 600, "altitude_high_km": 650}
        | {"inclination_deg": inclination, "inclination_high_deg": high, "shell_count": 3}
        | {"planes_per_shell_count": 12, "satellites_per_plane_count": 30}
    )


BANDS: dict[str, tuple[Walker | Shells, float, float]] = {
    "flat": (walker(12, 30, 30.0), -0.02, 0.02),
    "middle, twisted": (walker(12, 30, 53.0, phasing=5), -0.02, 0.03),
    "polar": (walker(12, 30, 97.6), -0.03, 0.03),
    "shells": (shells(26.0, 32.0), -0.02, 0.03),
}
"""What the mean delay may lie below and above the exact one by, as its module says."""


@pytest.mark.parametrize("name", BANDS)
def test_mean_delay_is_near_the_exact_one(name: str) -> None:
    group, low, high = BANDS[name]
    orbits = laid_out(group)
    (one,), _ = skeletons(orbits, np.zeros(len(orbits.node_rad)), ("one",))
    across, above = neighbours(one, orbits)
    lengths = network.plane_links(
        radius_m=orbits.semi_major_axis_m,
        inclination_rad=orbits.inclination_rad,
        node_rad=orbits.node_rad,
        phase_rad=orbits.argument_of_latitude_rad,
        slot_count=orbits.satellite_count,
        next_plane=jnp.asarray(across),
        above_plane=jnp.asarray(above),
    )
    rising = np.asarray(lengths.rise_m)[above != np.arange(len(above))]
    found = offered(
        (*one.plane.shape, one.slot_count),
        along_m=float(lengths.along_m.mean()),
        across_m=float(lengths.across_m.mean()),
        rise_m=float(rising.mean()) if len(rising) else 0.0,
        hop_s=20e-6,
    )
    exact_s = exact_mean_s(stack(one, orbits, elapsed_s=0.0))
    assert low < float(found.mesh_delay_mean_s[0]) / exact_s - 1.0 < high


def laid_out(group: Walker | Shells) -> orbit.Spec:
    found = planes([group], julian_day=2461850.5, cap=None)
    names = orbit.Spec.__dataclass_fields__
    return orbit.Spec(**{name: jnp.asarray(getattr(found, name)) for name in names})


def exact_mean_s(one: network.Stack) -> float:
    """By SciPy's search over every laser, from every satellite."""
    net = network.stack_links(one, across=True, hop_s=20e-6)
    number = np.arange(np.prod(one.shape)).reshape(one.shape)
    seam, rise = np.asarray(net.seam_shift_count), np.asarray(net.rise_shift_count)
    across = np.roll(number, -1, axis=1)
    for level, shift in enumerate(seam):
        across[level, -1] = np.roll(across[level, -1], -shift)
    above = number[1:].copy()
    for level, plane in np.ndindex(*rise.shape):
        above[level, plane] = np.roll(above[level, plane], -rise[level, plane])
    ends = (np.roll(number, -1, axis=2), across, above)
    rows = np.concatenate([number.ravel(), number.ravel(), number[:-1].ravel()])
    columns = np.concatenate([one.ravel() for one in ends])
    assert net.across_s is not None
    delays = np.concatenate([np.ravel(leaf) for leaf in (net.along_s, net.across_s, net.rise_s)])
    assert delays.max() < network.UNREACHED_S
    graph = coo_matrix((delays, (rows, columns)), shape=(number.size, number.size))
    return float(dijkstra(graph.tocsr(), directed=False).mean())


def unit(node: float, tilt: float, along: NDArray[Any]) -> NDArray[Any]:
    toward = np.array([np.cos(node), np.sin(node), 0.0])
    aside = np.array([-np.sin(node) * np.cos(tilt), np.cos(node) * np.cos(tilt), np.sin(tilt)])
    return np.cos(along)[..., None] * toward + np.sin(along)[..., None] * aside


RADIUS_M, TILT_RAD, NODE_RAD, SLOTS = (
    np.array([7.0e6, 7.05e6]),
    np.array([0.9, 1.0]),
    (0.2, 0.5),
    24,
)
AROUND_RAD = (np.arange(240) + 0.5) * (2.0 * np.pi / 240)


def two_planes(**given: Any) -> network.PlaneLinks:
    usual: dict[str, Any] = {
        "radius_m": RADIUS_M,
        "inclination_rad": TILT_RAD,
        "node_rad": NODE_RAD,
        "phase_rad": (0.1, 0.15),
        "slot_count": (SLOTS, SLOTS),
        "next_plane": (0, 1),
        "above_plane": (0, 1),
    }
    return network.plane_links(
        **{name: jnp.asarray(value) for name, value in (usual | given).items()}
    )


def test_rise_is_the_mean_square_between_positions() -> None:
    here = RADIUS_M[0] * unit(NODE_RAD[0], TILT_RAD[0], AROUND_RAD)

    def squared(phase: float) -> float:
        there = RADIUS_M[1] * unit(NODE_RAD[1], TILT_RAD[1], AROUND_RAD + phase)
        return float(((there - here) ** 2).sum(-1).mean())

    # The nearest strays by half a slot either way from the best of all phases.
    best = min(np.linspace(-0.6, 0.6, 601), key=squared)
    stray = ((np.arange(41) - 20.0) / 41.0) * (2.0 * np.pi / SLOTS)
    strayed = np.mean([squared(best + one) for one in stray])
    found = two_planes(above_plane=(1, 1))
    # A grid of phases in steps of 0.002, the sum of 41 strays in place of their integral.
    assert float(found.rise_m[0]) == pytest.approx(np.sqrt(strayed), rel=1e-3)


def test_link_across_is_the_shortest_row_on_the_way() -> None:
    away = unit(NODE_RAD[1], TILT_RAD[0], AROUND_RAD + 0.05) - unit(
        NODE_RAD[0], TILT_RAD[0], AROUND_RAD
    )
    length = RADIUS_M[0] * np.linalg.norm(away, axis=-1)
    shortest = [
        np.take(length, np.arange(first, first + reach), mode="wrap").min()
        for first in range(240)
        for reach in range(1, 121)
    ]
    found = two_planes(
        radius_m=np.full(2, RADIUS_M[0]), inclination_rad=np.full(2, TILT_RAD[0]), next_plane=(1, 0)
    )
    # Arcs of whole steps of 1.5 degrees: about a hundredth of the turn between two shortest rows.
    assert float(found.across_m[0]) == pytest.approx(np.mean(shortest), rel=5e-3)
    assert float(found.across_longest_m[0]) == pytest.approx(length.max(), rel=1e-3)
    assert float(found.along_m[0]) == pytest.approx(2.0 * RADIUS_M[0] * np.sin(np.pi / SLOTS))


@pytest.mark.parametrize("group", [walker(12, 30, 53.0, phasing=5), shells(26.0, 32.0)])
def test_neighbours_are_those_of_the_stack(group: Walker | Shells) -> None:
    orbits = laid_out(group)
    (one,), _ = skeletons(orbits, np.zeros(len(orbits.node_rad)), ("one",))
    across, above = neighbours(one, orbits)
    node = np.asarray(stack(one, orbits, elapsed_s=0.0).shells.node_rad)
    turned = np.mod(np.asarray(orbits.node_rad), 2.0 * np.pi)
    plane = one.plane[0, int(np.argmin(np.abs(turned[one.plane[0]] - node[0, 0])))]
    for level in range(len(node)):
        for place in range(node.shape[1]):
            assert turned[plane] == pytest.approx(node[level, place], abs=1e-12)
            plane = across[plane]
        plane = above[plane]
    assert plane in one.plane[-1]
