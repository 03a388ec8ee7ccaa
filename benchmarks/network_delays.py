"""How soon are the delays of a whole shell known, next to the searches people use?

In single threads all, on the same links with the same starts; all give the same delays, or nothing
is timed. The graphs that searches need are built before, and not counted. The step of 1,584
satellites is timed against Hypatia's method, a matrix of all pairs by Floyd and Warshall's loop.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
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
from sunstack.disciplines.network import GRID, Lasers, Lattice
from sunstack.mesh import graph

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
LIBRARIES = ("igraph", "rustworkx", "networkx")

Columns = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Seconds and ratios."""

    satellites: int
    one_source_core_s: float
    one_source_ratio: float
    library_ratios: dict[str, float]
    """Of other libraries for one source, one search each; those that are not installed are not."""
    hundred_core_s: float
    hundred_ratio: float
    visible_ms: float
    """To count the satellites in view of a hundred places."""
    listed_ms: float
    """To list them, with their slant ranges."""
    largest_difference_us: float
    step_core_ms: float
    step_ratio: float | None
    """Hypatia's method over ours at 1,584 satellites and 100 places; None without networkx."""


def measure() -> Measured:
    """Time one source, a hundred places, who sees whom, and a step of Hypatia's shell."""
    lattice = shell(PLANES, SLOTS, PHASING)
    net = narrow(network.lasers(lattice, offsets=GRID))
    places = jnp.asarray(_places_m(TERMINALS))
    start = _starts(lattice, places)
    links = graph.of_lattice(net)
    solve = jax.jit(lambda start_s: network.delays(net, start_s=start_s).delay_s)
    difference = difference_s(solve, start[..., :1], links)
    one = timing.in_turn(
        {
            "sunstack": timing.Rival(run=lambda: _wait(solve(start[..., :1])), work=1),
            "scipy": timing.Rival(run=lambda: _searched(links, start[..., :1]), work=1),
        },
        rounds=ROUNDS,
    )
    lanes = [start[..., at : at + LANES] for at in range(0, TERMINALS, LANES)]
    many = timing.in_turn(
        {
            "sunstack": timing.Rival(
                run=lambda: [_wait(solve(lane)) for lane in lanes], work=TERMINALS
            ),
            "scipy": timing.Rival(run=lambda: _searched(links, start[..., :SAMPLED]), work=SAMPLED),
        },
        rounds=3,
    )
    seen = _visibility(lattice, places)
    step_ms, step_ratio = _step()
    return Measured(
        satellites=PLANES * SLOTS,
        one_source_core_s=1.0 / one["sunstack"].rate,
        one_source_ratio=timing.faster(one["sunstack"], one["scipy"]),
        library_ratios=_libraries(links, solve, 1.0 / one["sunstack"].rate),
        hundred_core_s=TERMINALS / many["sunstack"].rate,
        hundred_ratio=timing.faster(many["sunstack"], many["scipy"]),
        visible_ms=1e3 / seen["count"].rate,
        listed_ms=1e3 / seen["list"].rate,
        largest_difference_us=1e6 * difference,
        step_core_ms=step_ms,
        step_ratio=step_ratio,
    )


def shell(planes: int, slots: int, phasing: int) -> Lattice:
    """A Walker shell at 53° and 550 km."""
    return network.walker(
        plane_count=planes,
        slot_count=slots,
        phasing_count=phasing,
        inclination_rad=np.radians(53.0),
        radius_m=RADIUS_M,
        argument_of_latitude_rad=0.13,
    )


def narrow(net: Lasers) -> Lasers:
    """Delays in single precision."""
    found: Lasers = jax.tree.map(_narrow, net)
    return found


def _narrow(leaf: jax.Array) -> jax.Array:
    return leaf.astype(jnp.float32) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf


def _wait(found: Any) -> Any:
    return jax.block_until_ready(found)


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


def _searched(links: csr_matrix, start: jax.Array) -> list[Columns]:
    """From each source through every satellite it sees: a node of its own, joined to them."""
    return [
        _search(links, np.asarray(start[..., column]).ravel()) for column in range(start.shape[-1])
    ]


def _search(links: csr_matrix, start_s: Columns) -> Columns:
    """Dijkstra from the satellites in view, each begun with its own delay, by one added node."""
    seen = np.flatnonzero(start_s < network.UNREACHED_S)
    size = links.shape[0]
    # A start of no delay would be no link to SciPy.
    begun = np.maximum(start_s[seen].astype(float), 1e-15)
    indices = np.concatenate([links.indices, seen])
    data = np.concatenate([links.data, begun])
    pointers = np.concatenate([links.indptr, [links.indptr[-1] + len(seen)]])
    whole = csr_matrix((data, indices, pointers), shape=(size + 1, size + 1))
    found: Columns = dijkstra(whole, indices=size)
    return found[:size]


def difference_s(solve: Any, start: jax.Array, links: csr_matrix) -> float:
    """Largest difference between both, which must be rounding."""
    ours = np.asarray(solve(start), float)[..., 0].ravel()
    difference = float(np.abs(ours - _searched(links, start)[0]).max())
    if difference > DIFFERENCE_S:
        raise SystemExit(f"laps and search differ by {difference:.3g} s: nothing is timed")
    return difference


def _libraries(links: csr_matrix, solve: Any, ours_core_s: float) -> dict[str, float]:
    """One search of each library from one satellite, over our time from one place."""
    start = np.full((PLANES, SLOTS, 1), network.NEVER_S, np.float32)
    start[0, 0] = 0.0
    expected = np.asarray(solve(jnp.asarray(start)), float).ravel()
    ratios = {}
    for name in LIBRARIES:
        if importlib.util.find_spec(name) is None:
            print(f"\n*** {name} IS NOT INSTALLED: not compared. pip install {name}\n")
            continue
        run = _PREPARED[name](links)
        kept: list[Columns] = []

        def once(run: Callable[[], Columns] = run, kept: list[Columns] = kept) -> None:
            kept.append(run())

        taken_s = timing.processor_time_s(once)
        if np.abs(kept[0] - expected).max() > DIFFERENCE_S:
            raise SystemExit(f"{name} and laps differ: nothing is timed")
        ratios[name] = taken_s / ours_core_s
    return ratios


def _igraph(links: csr_matrix) -> Callable[[], Columns]:
    igraph: Any = importlib.import_module("igraph")
    upper = _upper(links)
    made = igraph.Graph(n=links.shape[0], edges=np.stack([upper.row, upper.col], axis=1))
    weights = upper.data.tolist()
    return lambda: np.asarray(made.distances(source=[0], weights=weights)[0])


def _rustworkx(links: csr_matrix) -> Callable[[], Columns]:
    rustworkx: Any = importlib.import_module("rustworkx")
    made, upper = rustworkx.PyGraph(multigraph=False), _upper(links)
    made.add_nodes_from(range(links.shape[0]))
    edges = zip(upper.row.tolist(), upper.col.tolist(), upper.data.tolist(), strict=True)
    made.add_edges_from(list(edges))

    def run() -> Columns:
        found = rustworkx.dijkstra_shortest_path_lengths(made, 0, lambda weight: weight)
        delays = np.zeros(links.shape[0])
        delays[list(found.keys())] = list(found.values())
        return delays

    return run


def _networkx(links: csr_matrix) -> Callable[[], Columns]:
    networkx: Any = importlib.import_module("networkx")
    made, upper = networkx.Graph(), _upper(links)
    edges = zip(upper.row.tolist(), upper.col.tolist(), upper.data.tolist(), strict=True)
    made.add_weighted_edges_from(edges)

    def run() -> Columns:
        found = networkx.single_source_dijkstra_path_length(made, 0)
        return np.array([found[number] for number in range(links.shape[0])])

    return run


_PREPARED = {"igraph": _igraph, "rustworkx": _rustworkx, "networkx": _networkx}


def _upper(links: csr_matrix) -> Any:
    found = links.tocoo()
    kept = found.row < found.col
    return csr_matrix(
        (found.data[kept], (found.row[kept], found.col[kept])), shape=links.shape
    ).tocoo()


def _step() -> tuple[float, float | None]:
    """A step of 72 planes of 22 with 100 places: links, starts, delays; then Hypatia's way.

    Hypatia fills a networkx graph link by link from positions, takes all pairs by Floyd and
    Warshall's loop in NumPy, and then each place's best satellite in view.
    """
    places = jnp.asarray(_places_m(TERMINALS))

    @jax.jit
    def ours(argument_of_latitude_rad: Any) -> jax.Array:
        lattice = network.walker(
            plane_count=72,
            slot_count=22,
            phasing_count=39,
            inclination_rad=np.radians(53.0),
            radius_m=RADIUS_M,
            argument_of_latitude_rad=argument_of_latitude_rad,
        )
        net = narrow(network.lasers(lattice, offsets=GRID))
        start = network.uplink_s(lattice, site_m=places, elevation_rad=ELEVATION_RAD)
        return network.delays(net, start_s=start.astype(jnp.float32)).delay_s

    fast = timing.in_turn(
        {"sunstack": timing.Rival(run=lambda: [_wait(ours(0.13)) for _ in range(20)], work=20)},
        rounds=ROUNDS,
    )["sunstack"]
    if importlib.util.find_spec("networkx") is None:
        return 1e3 / fast.rate, None
    kept: list[Columns] = []
    taken_s = timing.processor_time_s(lambda: kept.append(_all_pairs(places)))
    if np.abs(np.asarray(ours(0.13), float).reshape(-1, TERMINALS) - kept[0]).max() > DIFFERENCE_S:
        raise SystemExit("a step and all pairs differ: nothing is timed")
    return 1e3 / fast.rate, taken_s * fast.rate


def _all_pairs(places: jax.Array) -> Columns:
    networkx: Any = importlib.import_module("networkx")
    lattice = shell(72, 22, 39)
    position = np.asarray(network.position_m(lattice)).reshape(-1, 3)
    joined = graph.of_lattice(network.lasers(lattice, offsets=GRID)).tocoo()
    made = networkx.Graph()
    made.add_nodes_from(range(len(position)))
    for one, other in zip(joined.row.tolist(), joined.col.tolist(), strict=True):
        length_m = float(np.linalg.norm(position[one] - position[other]))
        made.add_edge(one, other, weight=length_m / network.LIGHT_M_PER_S)
    between_s = np.asarray(networkx.floyd_warshall_numpy(made))
    start_s = np.asarray(
        network.uplink_s(lattice, site_m=places, elevation_rad=ELEVATION_RAD)
    ).reshape(-1, TERMINALS)
    found = np.full(start_s.shape, network.NEVER_S)
    for place in range(TERMINALS):
        seen = np.flatnonzero(start_s[:, place] < network.UNREACHED_S)
        if seen.size:
            found[:, place] = (between_s[:, seen] + start_s[seen, place]).min(axis=1)
    return found


if __name__ == "__main__":
    print(measure())
