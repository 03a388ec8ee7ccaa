"""How soon are exact delays known on a million satellites whose lasers skip, next to SciPy?

The motif that cuts hops most, eight lasers with two diagonals of thirty planes and slots; the same
delays from the same satellites, or nothing is timed. SciPy's graph is built before, not counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import network_delays
import numpy as np
import timing

from sunstack.disciplines import network
from sunstack.mesh import graph

MOTIF = ((0, 1), (1, 0), (30, -30), (30, 30))
HOP_S = 20e-6
ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Seconds, ratios, and what the lasers buy."""

    motif_core_s: float
    motif_ratio: float
    laps: int
    largest_difference_us: float
    grid_hops: tuple[float, float]
    """Mean and worst of +Grid, phasing 541."""
    motif_hops: tuple[float, float]


def measure() -> Measured:
    """Time one source on the motif, and count hops with and without it."""
    planes, slots = network_delays.PLANES, network_delays.SLOTS
    lattice = network_delays.shell(planes, slots, network_delays.PHASING)
    net = network_delays.narrow(network.lasers(lattice, offsets=MOTIF, hop_s=HOP_S))
    links = graph.of_lattice(net)
    begun = np.full((planes, slots, 1), network.NEVER_S, np.float32)
    begun[planes // 2, slots // 3] = 0.0
    start = jnp.asarray(begun)
    solve = jax.jit(lambda start_s: network.delays(net, start_s=start_s))
    source = [planes // 2 * slots + slots // 3]
    difference = network_delays.difference_s(lambda start_s: solve(start_s).delay_s, start, links)
    taken = timing.in_turn(
        {
            "sunstack": timing.Rival(run=lambda: jax.block_until_ready(solve(start)), work=1),
            "scipy": timing.Rival(run=lambda: graph.delays_s(links, sources=source), work=1),
        },
        rounds=ROUNDS,
    )
    return Measured(
        motif_core_s=1.0 / taken["sunstack"].rate,
        motif_ratio=timing.faster(taken["sunstack"], taken["scipy"]),
        laps=int(solve(start).lap_count),
        largest_difference_us=1e6 * difference,
        grid_hops=_hops(lattice, network.GRID),
        motif_hops=_hops(lattice, MOTIF),
    )


def _hops(lattice: network.Lattice, offsets: tuple[network.Offset, ...]) -> tuple[float, float]:
    found = network.hops(lattice, offsets=offsets)
    return float(network.reached_mean_s(found)[0]), float(network.reached_most_s(found)[0])


if __name__ == "__main__":
    print(measure())
