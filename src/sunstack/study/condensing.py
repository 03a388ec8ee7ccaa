"""Which few planes and days stand for a fleet's all, so that a sample of a study takes no second?

Every plane's year counts in `evaluate`, and a million satellites have 1,908 planes. A group is
condensed to planes of its own with weights w >= 0 in the place of their satellite counts, and a
year to evenly spread instants, so that for the design as resolved

    Σ w · g(few instants) = Σ n · g(all days)    for each quantity g looked at,

found by non-negative least squares, which leaves no more planes than there are quantities
(Tchakaloff's theorem). The planes on which the design's margins are least are kept whatever their
weight: a margin is that of a plane and a day that are. Lasers, and what is told of a group's
altitudes by samples, are those of all planes.

Assumes: a design moved from the one resolved weighs planes and days alike (the tests hold means to
0.5 % with every number at either end of its range). Leaves out: the worst day itself, which may lie
between two instants: margins come out up to 0.006 too good (measured; the tests hold 0.02).
Reference: Putinar, Proc. Am. Math. Soc. 125 (1997) 2409; Lawson & Hanson, Solving Least Squares
Problems (1974), ch. 23.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray
from scipy.optimize import nnls

from sunstack import margins, operations
from sunstack.system import System, Whole

FEWEST_PLANES = 8
"""Groups of no more are kept as they are."""
MOST_PLANES = 30
"""Of a group once condensed, about."""
OTHER_LIVES = (0.8, 1.4)
"""Shares of the design life whose last years are looked at too: orbits drift on with them."""
NODES, NODES_OF_MEANS = 24_000, 8_640
"""Planes times instants: what a sample of a study looks at, with worst days or for means alone."""
FEWEST_INSTANTS, MOST_INSTANTS_OF_MEANS = 36, 48
"""Of a year; a life has twice as many."""
Columns = NDArray[np.float64]


def condensed(system: System, *, with_worst_day: bool = True) -> System:
    """Return a system of few planes and instants that stands for another.

    Args:
        system: all of it.
        with_worst_day: look at instants enough for the worst days of margins; fewer give the same
            means, and sizes to 0.5 %.
    """
    count = _instants(system) if with_worst_day else _instants_of_means(system)
    longest = min(2 * count + 1, system.life_instants)
    few = replace(system, year_instants=count, life_instants=longest)
    few = _of_altitudes_apart(few)
    whole = _Quantities(system)
    weight = np.zeros(len(whole.group))
    kept = np.zeros(len(weight), bool)
    by_few = _Quantities(few).mean
    for number in range(len(system.group_names)):
        own = np.flatnonzero(whole.group == number)
        weight[own] = _weights(whole.mean[own], by_few[own], whole.count[own])
        kept[own] = (weight[own] > 0.0) | whole.is_kept[own]
    return _of_planes(few, np.flatnonzero(kept), weight)


def _instants(system: System) -> int:
    return int(np.clip(_per_plane(system, NODES), FEWEST_INSTANTS, system.year_instants))


def _instants_of_means(system: System) -> int:
    few = np.clip(_per_plane(system, NODES_OF_MEANS), FEWEST_INSTANTS, MOST_INSTANTS_OF_MEANS)
    return int(min(few, system.year_instants))


def _per_plane(system: System, nodes: int) -> int:
    """Of first year, last year, life, and the life's shadows by which batteries age."""
    planes = np.minimum(np.bincount(np.asarray(system.plane_group)), MOST_PLANES).sum()
    return int(nodes // (6 * planes))


def _of_altitudes_apart(system: System) -> System:
    """One altitude sampled of each group, where every group has but one."""
    sampled = np.asarray(system.sampled_planes)
    altitudes = np.asarray(system.orbits.semi_major_axis_m)[sampled]
    if np.ptp(altitudes, axis=1).any():
        return system
    return replace(system, sampled_planes=jnp.asarray(sampled[:, :1]))


def _of_planes(few: System, planes: NDArray[np.intp], weight: Columns) -> System:
    orbits = jax.tree.map(lambda leaf: leaf[planes], few.orbits)
    own = jnp.arange(len(planes))
    return replace(
        few,
        orbits=replace(orbits, satellite_count=jnp.asarray(weight[planes])),
        plane_group=few.plane_group[planes],
        connection=replace(few.connection, next_plane=own, above_plane=own),
        whole=Whole(
            orbits=few.orbits,
            plane_group=few.plane_group,
            next_plane=few.connection.next_plane,
            above_plane=few.connection.above_plane,
        ),
    )


class _Quantities:
    """What is looked at of every plane."""

    def __init__(self, system: System) -> None:
        found: dict[str, Array] = _quantities(system)
        self.group = np.asarray(system.plane_group)
        self.count = np.asarray(system.orbits.satellite_count, float)
        self.mean = np.asarray(found["mean"])
        """Shape (planes, quantities)."""
        margin = np.asarray(found["margin"])
        self.is_kept = np.zeros(len(self.group), bool)
        for number in range(len(system.group_names)):
            own = np.flatnonzero(self.group == number)
            self.is_kept[own[margin[own].argmin(axis=0)]] = True


@jax.jit
def _quantities(system: System) -> dict[str, Array]:
    """Means over days of every plane, and its least margins; shape (planes, quantities)."""
    first_s, last_s = operations.first_and_last_year_s(system)
    spans = (first_s, last_s, operations.life_s(system))
    runs = [operations.balance(system, elapsed_s=elapsed_s) for elapsed_s in spans]
    means = [one for run in runs for one in _means(run)]
    means += [one for share in OTHER_LIVES for one in _last_year(system, share)]
    by_plane = margins.by_plane(system, runs)
    axis_m = system.orbits.semi_major_axis_m
    means += [axis_m / axis_m.mean(), (axis_m / axis_m.mean()) ** 2]
    means += [system.orbits.inclination_rad, margins.station_keeping_m_per_s(system)]
    means += [margins.raising_m_per_s(system), margins.lowering_m_per_s(system)]
    return {
        "mean": jnp.stack(means, axis=1),
        "margin": jnp.stack([one.min(axis=1) for one in by_plane.values()], axis=1),
    }


def _last_year(system: System, share: float) -> list[Array]:
    """Means over the last year of a shorter or longer life."""
    flight = replace(system.flight, life_s=share * system.flight.life_s)
    moved = replace(system, flight=flight)
    last_s = operations.first_and_last_year_s(moved)[1]
    run = operations.balance(moved, elapsed_s=last_s)
    return [run.sunlit_fraction.mean(axis=1), run.plan.payload_mean_w.mean(axis=1)]


def _means(run: operations.Balance) -> list[Array]:
    looked_at = (
        run.sunlit_fraction,
        run.eclipse_s > 0.0,
        run.array_power_w,
        run.plan.payload_mean_w,
        run.plan.payload_sunlit_w,
        run.uncooled.payload_mean_w,
        run.radiator_temperature_k,
    )
    return [one.mean(axis=1) for one in looked_at]


def _weights(whole: Columns, few: Columns, count: Columns) -> Columns:
    """Weigh the planes of a group so that few instants of some give what all of all do."""
    if len(count) <= FEWEST_PLANES:
        return count
    total = count.sum()
    wanted = count @ whole / total
    scale = np.maximum(np.abs(wanted), 1e-12)
    equations = np.vstack([few.T / scale[:, None], np.ones(len(count))])
    weight: Any = nnls(equations, np.append(wanted / scale, 1.0))[0]
    return np.asarray(weight * (total / weight.sum()))
