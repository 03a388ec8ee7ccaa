"""How soon are the delays of a whole system known: filed shells that ride on an access network?

A million satellites in six groups of shells, and the five shells whose satellites places see. The
same delays from the same places as SciPy's search of the same links, or nothing is timed. What both
need first, geometry for one and its graph for the other, and compiling, is told by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import timing
from numpy.typing import NDArray

from sunstack import scenario
from sunstack.connections import routes
from sunstack.connections.instant import Fleet, Instant, instant, uplinks_s
from sunstack.connections.skeleton import skeletons
from sunstack.disciplines import network
from sunstack.disciplines.network import MeshDelays
from sunstack.resolve import resolve
from sunstack.units import EARTH_RADIUS_M

SCENARIO = Path(__file__).parents[1] / "scenarios" / "starmind-million.yaml"
ACCESS = "network.access=starlink-gen1"
LANES = 32
"""Places side by side: four times 140 MB of labels."""
SAMPLED = 2
"""Places that SciPy searches of those; it takes as long for each."""
ROUNDS = 5
DIFFERENCE_S = 1e-6

Seconds = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Core-seconds, ratios, and what proves them."""

    satellites: int
    """Of those that compute."""
    access_satellites: int
    shells: int
    bridges: int
    one_core_s: float
    one_ratio: float
    """SciPy's search over ours, from one place."""
    many_core_s: float
    """Of `LANES` places side by side, together."""
    many_ratio: float
    rounds: int
    certificate_us: float
    """Most that any link could still shorten a delay by, of all places: rounding."""
    largest_difference_us: float
    geometry_core_s: float
    """Places, links and bridges of one instant, code compiled."""
    graph_core_s: float
    """The same links as SciPy wants them."""
    compile_core_s: float
    """Of the search from one place."""


class _System:
    """The filed system, joined anew at every instant asked for."""

    def __init__(self) -> None:
        system = resolve(scenario.load(SCENARIO, [ACCESS])).system
        joined = system.connection
        self._limits = {"hop_s": joined.hop_s, "range_m": joined.laser_range_m}
        self.elevation_rad = float(joined.elevation_rad)
        computing, refused = skeletons(system.orbits, system.plane_group, system.group_names)
        riding, refused_too = skeletons(joined.access, joined.access_group, joined.access_names)
        if refused or refused_too:
            raise SystemExit(f"without a mesh: {refused | refused_too}: nothing is timed")
        self._computing = Fleet(orbits=system.orbits, skeletons=computing)
        self._access = Fleet(orbits=joined.access, skeletons=riding)

    def at(self, elapsed_s: float) -> Instant:
        """Join all satellites as they stand."""
        here = instant(self._computing, self._access, elapsed_s=elapsed_s, **self._limits)
        jax.block_until_ready(here.mesh)
        return here


def measure() -> Measured:
    """Time one place and many, to every satellite of a million and of those they ride on."""
    system = _System()
    here = system.at(0.0)
    geometry_s = timing.processor_time_s(lambda: system.at(60.0))
    up = uplinks_s(here, site_m=_places_m(LANES), elevation_rad=system.elevation_rad)
    mesh, start = jax.tree.map(_narrow, (here.mesh, up))
    search = jax.jit(lambda start_s: network.mesh_delays(mesh, start_s=start_s))
    one = tuple(row[..., :1] for row in start)
    compile_s = timing.processor_time_s(lambda: search.lower(one).compile())
    made: list[routes.Web] = []
    graph_s = timing.processor_time_s(lambda: made.append(routes.web(here.mesh)))
    many: MeshDelays = search(start)
    difference_s = _difference_s(many, _searched(made[0], up, SAMPLED))
    ones, together = (
        timing.in_turn(
            {
                "sunstack": timing.Rival(
                    run=lambda asked=asked: jax.block_until_ready(search(asked)), work=lanes
                ),
                "scipy": timing.Rival(
                    run=lambda places=places: _searched(made[0], up, places), work=places
                ),
            },
            rounds=ROUNDS,
        )
        for asked, lanes, places in ((one, 1, 1), (start, LANES, SAMPLED))
    )
    sizes = [int(np.prod(stack.shape)) for stack in here.stacks]
    return Measured(
        satellites=sum(sizes[here.access_count :]),
        access_satellites=sum(sizes[: here.access_count]),
        shells=sum(stack.shape[0] for stack in here.stacks),
        bridges=sum(_held_count(joined.delay_s) for joined in here.mesh.bridges),
        one_core_s=1.0 / ones["sunstack"].rate,
        one_ratio=timing.faster(ones["sunstack"], ones["scipy"]),
        many_core_s=LANES / together["sunstack"].rate,
        many_ratio=timing.faster(together["sunstack"], together["scipy"]),
        rounds=int(search(one).round_count),
        certificate_us=1e6 * float(many.certificate_s),
        largest_difference_us=1e6 * difference_s,
        geometry_core_s=geometry_s,
        graph_core_s=graph_s,
        compile_core_s=compile_s,
    )


def _searched(joined: routes.Web, up: Sequence[jax.Array], count: int) -> Seconds:
    """Dijkstra's search from each of so many places, shape (satellites, places)."""
    each = [
        routes.soonest(joined, [np.asarray(row)[..., place] for row in up]).delay_s
        for place in range(count)
    ]
    return np.stack(each, axis=-1)


def _places_m(count: int) -> Seconds:
    """Spread evenly within 50° of the equator, where the access network is dense; metres."""
    latitude = np.arcsin(np.sin(np.radians(50.0)) * np.linspace(-1.0, 1.0, count))
    longitude = 2.399963 * np.arange(count)
    around = np.cos(latitude)
    return EARTH_RADIUS_M * np.stack(
        [around * np.cos(longitude), around * np.sin(longitude), np.sin(latitude)], axis=-1
    )


def _narrow(leaf: jax.Array) -> jax.Array:
    return leaf.astype(jnp.float32) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf


def _held_count(delay_s: Any) -> int:
    return int((np.asarray(delay_s) < network.UNREACHED_S).sum())


def _difference_s(found: MeshDelays, wanted: Seconds) -> float:
    """Largest difference of both, which must be rounding; every satellite must be reached."""
    ours = np.concatenate(
        [np.asarray(one[..., :SAMPLED], float).reshape(-1, SAMPLED) for one in found.delay_s]
    )
    difference_s = float(np.abs(ours - wanted).max())
    if not difference_s <= DIFFERENCE_S:
        raise SystemExit(f"laps and search differ by {difference_s:.3g} s: nothing is timed")
    return difference_s


if __name__ == "__main__":
    print(measure())
