"""How soon are the delays of a whole shell known, next to the best general search?

SciPy's Dijkstra, in single threads both, on the same links with the same starts; both give the same
delays, or nothing is timed. The graph that SciPy needs is built before, and not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import timing
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sunstack.disciplines import network
from sunstack.disciplines.network import Lattice, Links

PLANES = SLOTS = 1000
PHASING = 541
TERMINALS = 100
LANES = 50
"""Sources side by side: twice 200 MB of labels."""
SAMPLED = 3
"""Sources that SciPy searches of the hundred; it takes as long for each."""
ELEVATION_RAD = np.radians(25.0)
RADIUS_M = 6_928_137.0
ROUNDS = 5
DIFFERENCE_S = 1e-6

Columns = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Seconds and ratios."""

    satellites: int
    one_source_core_s: float
    one_source_ratio: float
    hundred_core_s: float
    hundred_ratio: float
    visible_ms: float
    """To count the satellites in view of a hundred places."""
    listed_ms: float
    """To list them, with their slant ranges."""
    largest_difference_us: float


def measure() -> Measured:
    """Time one source, a hundred places, and who sees whom."""
    lattice = network.walker(
        plane_count=PLANES,
        slot_count=SLOTS,
        phasing_count=PHASING,
        inclination_rad=np.radians(53.0),
        radius_m=RADIUS_M,
        argument_of_latitude_rad=0.13,
    )
    net: Links = jax.tree.map(_narrow, network.links(lattice))
    places = jnp.asarray(_places_m(TERMINALS))
    start = _starts(lattice, places)
    graph = _graph(net)
    solve = jax.jit(lambda start_s: network.delays(net, start_s=start_s).delay_s)
    difference = _difference_s(solve, start[..., :1], graph)
    one = timing.in_turn(
        {
            "sunstack": timing.Rival(run=lambda: _wait(solve(start[..., :1])), work=1),
            "scipy": timing.Rival(run=lambda: _searched(graph, start[..., :1]), work=1),
        },
        rounds=ROUNDS,
    )
    lanes = [start[..., at : at + LANES] for at in range(0, TERMINALS, LANES)]
    many = timing.in_turn(
        {
            "sunstack": timing.Rival(
                run=lambda: [_wait(solve(lane)) for lane in lanes], work=TERMINALS
            ),
            "scipy": timing.Rival(run=lambda: _searched(graph, start[..., :SAMPLED]), work=SAMPLED),
        },
        rounds=3,
    )
    seen = _visibility(lattice, places)
    return Measured(
        satellites=PLANES * SLOTS,
        one_source_core_s=1.0 / one["sunstack"].rate,
        one_source_ratio=timing.faster(one["sunstack"], one["scipy"]),
        hundred_core_s=TERMINALS / many["sunstack"].rate,
        hundred_ratio=timing.faster(many["sunstack"], many["scipy"]),
        visible_ms=1e3 / seen["count"].rate,
        listed_ms=1e3 / seen["list"].rate,
        largest_difference_us=1e6 * difference,
    )


def _visibility(lattice: Lattice, places: jax.Array) -> dict[str, timing.Measured]:
    """Count and list what a hundred places see."""
    count = jax.jit(
        lambda site_m: network.visible_count(lattice, site_m=site_m, elevation_rad=ELEVATION_RAD)
    )
    most = int(count(places).max())
    listed = jax.jit(
        lambda site_m: network.in_view(
            lattice, site_m=site_m, elevation_rad=ELEVATION_RAD, most_count=most
        )
    )
    return timing.in_turn(
        {
            "count": timing.Rival(run=lambda: [_wait(count(places)) for _ in range(20)], work=20),
            "list": timing.Rival(run=lambda: [_wait(listed(places)) for _ in range(4)], work=4),
        },
        rounds=ROUNDS,
    )


def _wait(found: Any) -> Any:
    return jax.block_until_ready(found)


def _narrow(leaf: jax.Array) -> jax.Array:
    return leaf.astype(jnp.float32) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf


def _places_m(count: int) -> Columns:
    """Spread evenly within 50° of the equator."""
    golden = 2.399963
    latitude = np.arcsin(np.sin(np.radians(50.0)) * np.linspace(-1.0, 1.0, count))
    longitude = golden * np.arange(count)
    around = np.cos(latitude)
    return 6_378_137.0 * np.stack(
        [around * np.cos(longitude), around * np.sin(longitude), np.sin(latitude)], axis=-1
    )


def _starts(lattice: Lattice, places_m: jax.Array) -> jax.Array:
    parts = [
        network.uplink_s(lattice, site_m=places_m[at : at + 10], elevation_rad=ELEVATION_RAD)
        for at in range(0, len(places_m), 10)
    ]
    return jnp.concatenate([_narrow(part) for part in parts], axis=-1)


def _graph(net: Links) -> csr_matrix:
    along, across = np.asarray(net.along_s, float), np.asarray(net.across_s, float)
    number = np.arange(along.size).reshape(along.shape)
    first = np.roll(number[:1], -int(net.seam_shift_count), axis=1)
    start = np.concatenate([number.ravel(), number.ravel()])
    end = np.concatenate(
        [np.roll(number, -1, axis=1).ravel(), np.concatenate([number[1:], first]).ravel()]
    )
    delay = np.concatenate([along.ravel(), across.ravel()])
    return csr_matrix(
        (
            np.concatenate([delay, delay]),
            (np.concatenate([start, end]), np.concatenate([end, start])),
        ),
        shape=(along.size, along.size),
    )


def _searched(graph: csr_matrix, start: jax.Array) -> list[Columns]:
    """From each source through every satellite it sees: a node of its own, joined to them."""
    return [
        _search(graph, np.asarray(start[..., column]).ravel()) for column in range(start.shape[-1])
    ]


def _search(graph: csr_matrix, start_s: Columns) -> Columns:
    """Dijkstra from the satellites in view, each begun with its own delay, by one added node."""
    seen = np.flatnonzero(start_s < network.UNREACHED_S)
    size = graph.shape[0]
    indices = np.concatenate([graph.indices, seen])
    data = np.concatenate([graph.data, start_s[seen].astype(float)])
    pointers = np.concatenate([graph.indptr, [graph.indptr[-1] + len(seen)]])
    whole = csr_matrix((data, indices, pointers), shape=(size + 1, size + 1))
    found: Columns = dijkstra(whole, indices=size)
    return found[:size]


def _difference_s(solve: Any, start: jax.Array, graph: csr_matrix) -> float:
    """Largest difference between both, which must be rounding."""
    ours = np.asarray(solve(start), float)[..., 0].ravel()
    difference = float(np.abs(ours - _searched(graph, start)[0]).max())
    if difference > DIFFERENCE_S:
        raise SystemExit(f"sweep and search differ by {difference:.3g} s: nothing is timed")
    return difference


if __name__ == "__main__":
    print(measure())
