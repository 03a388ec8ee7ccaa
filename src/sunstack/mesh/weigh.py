"""How good is a pattern of lasers, roughly and exactly?

An instant shows every argument of latitude, and planes are alike, so that sources spread over half
a plane stand for all sources at all times. Exactly: by Dijkstra's search where the fleet is small,
by certified laps where it is large. Roughly: on every so-manieth plane and slot, +Grid's lasers
repeated so many times; a shell of a million is then a graph of thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import network
from sunstack.disciplines.network import Lasers, Lattice
from sunstack.errors import ScenarioError

from . import graph
from .candidates import Motif

Objective = Literal["mean-delay", "worst-delay", "mean-hops"]
SOURCES = 4
MOST_SEARCHED = 20_000
"""Satellites up to which Dijkstra's search is sooner done than laps are compiled."""


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """What a motif gives, exactly."""

    mean_s: float
    worst_s: float
    mean_hops: float
    worst_hops: int

    def by(self, objective: Objective) -> float:
        """The number an objective asks to be small."""
        return {
            "mean-delay": self.mean_s,
            "worst-delay": self.worst_s,
            "mean-hops": self.mean_hops,
        }[objective]


def source_slots(slot_count: int) -> NDArray[Any]:
    """Slots of the first plane, over half of it."""
    return np.unique((np.arange(SOURCES) + 0.5) * slot_count / (2 * SOURCES)).astype(int)


def exactly(lattice: Lattice, motif: Motif, *, hop_s: float) -> Weighed | None:
    """Weigh a motif; None where it does not join the whole fleet.

    Raises:
        ScenarioError: laps end without a proof.
    """
    hops = fewest_hops(lattice, motif)
    if hops is None:
        return None
    planes, slots = lattice.plane_count, lattice.slot_count
    sources = source_slots(slots)
    if planes * slots <= MOST_SEARCHED:
        net = _net(lattice, motif, hop_s)
        delay_s = graph.delays_s(graph.of_lattice(net), sources=sources)
        mean_s, worst_s = float(delay_s.mean()), float(delay_s.max())
    else:
        start_s = np.full((planes, slots, len(sources)), network.NEVER_S, np.float32)
        start_s[0, sources, np.arange(len(sources))] = 0.0
        mean, worst, proved = _lapped(lattice, motif, jnp.asarray(hop_s), start_s)
        if not bool(proved):
            raise ScenarioError(
                f"motif: the delays of {motif} are not proved after many laps; write another"
            )
        mean_s, worst_s = float(mean), float(worst)
    return Weighed(mean_s=mean_s, worst_s=worst_s, mean_hops=hops[0], worst_hops=hops[1])


def _net(lattice: Lattice, motif: Motif, hop_s: float) -> Lasers:
    """As `network.lasers`, compiled once for all motifs."""
    delays = tuple(_traced_length_m(lattice, *one) / network.LIGHT_M_PER_S + hop_s for one in motif)
    return Lasers(delays_s=delays, seam_shift_count=lattice.seam_shift_count, offsets=motif)


@jax.jit(static_argnums=1)
def _lapped(lattice: Lattice, motif: Motif, hop_s: Any, start_s: Any) -> tuple[Any, Any, Any]:
    net = network.lasers(lattice, offsets=motif, hop_s=hop_s)
    narrow = Lasers(
        delays_s=tuple(one.astype(jnp.float32) for one in net.delays_s),
        seam_shift_count=net.seam_shift_count,
        offsets=motif,
    )
    found = network.delays(narrow, start_s=start_s)
    mean = network.reached_mean_s(found).mean()
    worst = network.reached_most_s(found).max()
    # A sum of a million labels of a tenth of a second, rounded to a few nanoseconds each.
    return mean, worst, found.certificate_s <= 1e-6


def fewest_hops(lattice: Lattice, motif: Motif) -> tuple[float, int] | None:
    """Mean and most of the fewest hops, ring after ring of satellites reached; None if not all.

    From every satellite they are the same: a shift by planes and slots turns the shell into itself.
    """
    planes, slots = lattice.plane_count, lattice.slot_count
    shift = int(lattice.seam_shift_count)
    reached = np.zeros(planes * slots, bool)
    reached[0] = True
    edge, hops, total = np.array([0]), 0, 0
    while True:
        plane, slot = np.divmod(edge, slots)
        nexts = []
        for across, along in (*motif, *((-i, -k) for i, k in motif)):
            wraps, there = np.divmod(plane + across, planes)
            nexts.append(there * slots + (slot + along + wraps * shift) % slots)
        fresh = np.concatenate(nexts)
        edge = np.unique(fresh[~reached[fresh]])
        if edge.size == 0:
            break
        hops += 1
        reached[edge] = True
        total += hops * edge.size
    return (total / reached.size, hops) if reached.all() else None


def roughly(
    lattice: Lattice,
    motif: Motif,
    *,
    hop_s: float,
    objective: Objective,
    steps: tuple[int, int],
) -> float:
    """What an objective gives on every so-manieth plane and slot; infinite where not all joined.

    Args:
        lattice: the shell.
        motif: +Grid, and skips that are multiples of the steps.
        hop_s: of each hop.
        objective: what to make small.
        steps: planes and slots from one to the next; 1 and 1 leaves nothing out.
    """
    light, hop = (0.0, 1.0) if objective == "mean-hops" else (1.0, hop_s)
    delays, offsets = [], []
    for across, along in motif:
        repeats = 1
        if (across, along) in network.GRID:
            repeats = steps[0] if across else steps[1]
        length_m = _traced_length_m(lattice, across, along)[:: steps[0], :: steps[1]]
        delays.append(repeats * (light * length_m / network.LIGHT_M_PER_S + hop))
        offsets.append((across * repeats // steps[0], along * repeats // steps[1]))
    shift = jnp.round(lattice.seam_shift_count / steps[1]).astype(int)
    net = Lasers(delays_s=tuple(delays), seam_shift_count=shift, offsets=tuple(offsets))
    slots = lattice.slot_count // steps[1]
    found = graph.delays_s(graph.of_lattice(net), sources=source_slots(slots))
    if found.max() >= network.UNREACHED_S:
        return float("inf")
    return float(found.max() if objective == "worst-delay" else found.mean())


@jax.jit
def _traced_length_m(lattice: Lattice, across: Any, along: Any) -> Any:
    return network.link_length_m(lattice, plane_offset=across, slot_offset=along)
