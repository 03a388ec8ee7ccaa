"""Are delays across stacked shells and bridges those of a shortest-path search?"""

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
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sunstack.disciplines import network
from sunstack.disciplines.network import Bridge, Mesh, Stack, StackLinks
from sunstack.units import EARTH_RADIUS_M

RADIUS_M = EARTH_RADIUS_M
_stacked = jax.jit(network.stacked, static_argnames="slot_count")
_positions = jax.jit(network.stack_position_m)
_links = jax.jit(network.stack_links, static_argnames="across")
_has_across = jax.jit(network.has_lasers_across)
_bridge = jax.jit(network.bridge)
_walker = jax.jit(network.walker, static_argnames=("plane_count", "slot_count"))
_nearest = jax.jit(network.nearest_in_stack)
ROUNDING_S = 1e-13
"""Labels of tenths of a second, summed in another order over at most hundreds of hops."""


def band(seed: int, *, planes: int = 5, inclination_deg: float = 53.0) -> Stack:
    """Three shells of planes a little apart, whose first satellites stand anywhere."""
    draw = np.random.default_rng(seed)
    turn = 2.0 * np.pi
    found: Stack = _stacked(
        radius_m=RADIUS_M + 1e3 * np.array([550.0, 556.0, 563.0]),
        inclination_rad=np.radians(inclination_deg + np.array([0.0, 0.4, 0.9])),
        node_rad=draw.uniform(5.9, 6.1, (3, 1)) + turn / planes * np.arange(planes),
        phase_rad=draw.uniform(0.0, turn, (3, planes)),
        slot_count=16,
    )
    return found


def access() -> Stack:
    return network.single(
        _walker(
            plane_count=10,
            slot_count=11,
            phasing_count=3,
            inclination_rad=np.radians(70.0),
            radius_m=RADIUS_M + 500e3,
            argument_of_latitude_rad=0.2,
        )
    )


def places(stack: Stack) -> NDArray[np.float64]:
    return np.asarray(_positions(stack)).reshape(-1, 3)


def links_of(stack: Stack, **given: Any) -> StackLinks:
    found: StackLinks = _links(stack, across=bool(_has_across(stack)), **given)
    return found


def edges(links: StackLinks, offset: int) -> list[tuple[Any, Any, Any]]:
    """Every laser of a stack as (start, end, delay), by counting, not by rolling."""
    shells, planes, slots = links.along_s.shape
    number = offset + np.arange(shells * planes * slots).reshape(shells, planes, slots)
    seam, shift = np.asarray(links.seam_shift_count), np.asarray(links.rise_shift_count)
    found = []
    for k, p, s in np.ndindex(shells, planes, slots):
        found.append((number[k, p, s], number[k, p, (s + 1) % slots], links.along_s[k, p, s]))
        if links.across_s is not None:
            over = p + 1 == planes
            there = number[k, (p + 1) % planes, (s + (seam[k] if over else 0)) % slots]
            found.append((number[k, p, s], there, links.across_s[k, p, s]))
        if k + 1 < shells:
            there = number[k + 1, p, (s + shift[k, p]) % slots]
            found.append((number[k, p, s], there, links.rise_s[k, p, s]))
    return found


def between_s(mesh: Mesh) -> NDArray[np.float64]:
    """Delays between all satellites by Dijkstra's search."""
    links = [jax.tree.map(np.asarray, one) for one in mesh.stacks]
    sizes = [one.along_s.size for one in links]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    found = [edge for one, at in zip(links, offsets, strict=False) for edge in edges(one, at)]
    for (one, two), joined in zip(mesh.ends, mesh.bridges, strict=True):
        ends = (
            offsets[one] + np.asarray(joined.start_index),
            offsets[two] + np.asarray(joined.end_index),
        )
        found += list(zip(*ends, np.asarray(joined.delay_s), strict=True))
    shortest: dict[tuple[int, int], float] = {}
    for start, end, delay in found:
        if delay < network.UNREACHED_S:
            for pair in ((int(start), int(end)), (int(end), int(start))):
                shortest[pair] = min(float(delay), shortest.get(pair, np.inf))
    rows, columns = zip(*shortest, strict=True)
    size = int(offsets[-1])
    return dijkstra(csr_matrix((list(shortest.values()), (rows, columns)), shape=(size, size)))


def starts(mesh: Mesh, sources: list[int]) -> tuple[jax.Array, ...]:
    """Each source at a satellite of the first stack."""
    shape = mesh.stacks[0].along_s.shape
    first = np.full((np.prod(shape), len(sources)), network.NEVER_S)
    first[sources, np.arange(len(sources))] = 0.001 * np.arange(len(sources))
    rest = [np.full((*one.along_s.shape, len(sources)), network.NEVER_S) for one in mesh.stacks[1:]]
    return tuple(jnp.asarray(one) for one in (first.reshape(*shape, -1), *rest))


def check(mesh: Mesh, sources: list[int]) -> NDArray[np.float64]:
    found = _delays(mesh, starts(mesh, sources))
    assert float(found.certificate_s) <= ROUNDING_S
    labels = np.concatenate([np.asarray(one).reshape(-1, len(sources)) for one in found.delay_s])
    want = between_s(mesh)[sources].T + 0.001 * np.arange(len(sources))
    reached = labels < network.UNREACHED_S
    np.testing.assert_array_equal(reached, np.isfinite(want))
    np.testing.assert_allclose(labels[reached], want[reached], rtol=0.0, atol=ROUNDING_S)
    return labels


_delays = jax.jit(lambda mesh, start_s: network.mesh_delays(mesh, start_s=start_s))


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    lost=st.sampled_from([0.0, 0.05, 0.2]),
    own=st.sampled_from([0, 41]),
)
def test_mesh_agrees_with_a_search(seed: int, lost: float, own: int) -> None:
    lower, upper = access(), band(seed)
    draw = np.random.default_rng(seed)
    alive = [jnp.asarray(draw.random(one.shape) >= lost) for one in (lower, upper)]
    mesh = Mesh(
        stacks=tuple(
            links_of(one, hop_s=2e-5, alive=here)
            for one, here in zip((lower, upper), alive, strict=True)
        ),
        bridges=(
            _bridge(
                upper,
                place_m=places(lower),
                range_m=2e6,
                lower_alive=alive[0].ravel(),
                upper_alive=alive[1],
            ),
        ),
        ends=((0, 1),),
    )
    check(mesh, [own, 20])


def mesh_of(lower: Stack, upper: StackLinks, joined: Bridge) -> Mesh:
    return Mesh(stacks=(links_of(lower), upper), bridges=(joined,), ends=((0, 1),))


def test_planes_that_run_against_each_other_have_no_lasers_across() -> None:
    """Two planes half a turn of node apart are joined through the shells and bridges only."""
    pair = _stacked(
        radius_m=RADIUS_M + 1e3 * np.array([565.0, 567.0, 570.0]),
        inclination_rad=np.radians([97.7, 97.7, 97.7]),
        node_rad=np.tile([1.0, 1.0 + np.pi], (3, 1)),
        phase_rad=np.array([[0.0, 0.1], [0.2, 0.05], [0.3, 0.15]]),
        slot_count=16,
    )
    links = links_of(pair)
    assert links.across_s is None
    lower = access()
    joined = _bridge(pair, place_m=places(lower))
    assert (check(mesh_of(lower, links, joined), [41, 40]) < network.UNREACHED_S).all()
    # With one bridge left, of the sources' plane, what is on the other plane is out of reach.
    held = 33 + np.flatnonzero(np.asarray(joined.delay_s[33:44]) < network.UNREACHED_S)[0]
    delay = jnp.full_like(joined.delay_s, network.NEVER_S).at[held].set(joined.delay_s[held])
    labels = check(mesh_of(lower, links, replace(joined, delay_s=delay)), [41, 20])
    planes = (labels[lower.shells.node_rad.size * 11 :, 0] < network.UNREACHED_S).reshape(3, 2, 16)
    mine = int(joined.end_index[held]) // 16 % 2
    assert planes[:, mine].all() and not planes[:, 1 - mine].any()


def test_partners_above_are_the_nearest_of_their_plane() -> None:
    """By the distances to every satellite of the plane above."""
    stack = band(7)
    place = np.asarray(_positions(stack))
    for k, p in np.ndindex(2, 5):
        apart = np.linalg.norm(place[k, p, :, None] - place[k + 1, p], axis=-1)
        found = (np.arange(16) + int(stack.rise_shift_count[k, p])) % 16
        # Planes up to 0.2 rad and half a degree apart: near a tie either may be the nearer.
        assert (apart[np.arange(16), found] <= 1.05 * apart.min(axis=1)).all()
    node = np.asarray(stack.shells.node_rad)
    assert (np.abs((np.diff(node, axis=0) + np.pi) % (2 * np.pi) - np.pi) <= 0.2).all()


@pytest.mark.parametrize("dead", [0.0, 0.3])
def test_the_nearest_is_found_by_inverting_the_lattice(dead: float) -> None:
    stack = band(3)
    draw = np.random.default_rng(5)
    place = draw.normal(size=(300, 3))
    place *= (RADIUS_M + 500e3) / np.linalg.norm(place, axis=1, keepdims=True)
    alive = draw.random((3, 5, 16)) >= dead
    number, length = _nearest(
        stack,
        place_m=jnp.asarray(place),
        level_index=1,
        alive=jnp.asarray(alive) if dead else None,
    )
    where = places(stack)
    apart = np.full((300, 240), np.inf)
    apart[:, 80:160] = np.linalg.norm(place[:, None] - where[80:160], axis=-1)
    chosen = apart[np.arange(300), np.asarray(number)]
    np.testing.assert_allclose(chosen, np.asarray(length), rtol=1e-9)
    every = np.where(alive.ravel(), apart, np.inf) if dead else apart
    np.testing.assert_allclose(chosen, every.min(axis=1), rtol=1e-12)
    assert alive.ravel()[np.asarray(number)].all() or not dead


def test_bridges_behind_the_earth_or_out_of_range_are_none() -> None:
    lower, upper = access(), band(2)
    short = _bridge(upper, place_m=places(lower), range_m=100e3)
    every = _bridge(upper, place_m=places(lower))
    place = places(lower)
    there = places(upper)[np.asarray(every.end_index)]
    apart = np.linalg.norm(place - there, axis=1)
    held = np.asarray(every.delay_s) < network.UNREACHED_S
    np.testing.assert_allclose(np.asarray(every.delay_s)[held], apart[held] / 299_792_458.0)
    np.testing.assert_array_equal(np.asarray(short.delay_s) < network.UNREACHED_S, apart <= 100e3)
