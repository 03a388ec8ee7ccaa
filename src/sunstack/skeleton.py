"""Which planes of a system make a stack of shells, and which are neighbours in it?

A group of orbits is a stack when its planes are circular and its shells have as many planes. Where
a licence's cap leaves one satellite more in some planes than in others, the network counts the
fewer in all of them: rings of as many slots are what a torus needs. What is left out is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.disciplines import orbit

ROUND_ECCENTRICITY_RATIO = 0.002
"""Up to here a radius strays by 14 km, as little as by the Earth's oblateness."""
SAME_SHELL_M = 50.0
SAME_INCLINATION_RAD = 1e-4
TURN_RAD = 2.0 * np.pi


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """Planes of one group, in shells from the lowest."""

    name: str
    plane: NDArray[np.int64]
    """Number of each plane among all, shape (shells, planes)."""
    slot_count: int
    left_out_count: int
    """Satellites of planes that hold more than the least filled one."""


def skeletons(
    orbits: orbit.Spec, group: Array | NDArray[Any], names: tuple[str, ...]
) -> tuple[tuple[Skeleton, ...], dict[str, str]]:
    """Sort every group's planes into shells.

    Args:
        orbits: the planes.
        group: of each plane, shape (planes,).
        names: of the groups.

    Returns:
        The stacks, and of each group that makes none, why not.
    """
    found, refused = [], {}
    for number, name in enumerate(names):
        planes = np.flatnonzero(np.asarray(group) == number)
        why = _no_stack(orbits, planes)
        if why:
            refused[name] = why
        else:
            found.append(_skeleton(orbits, planes, name))
    return tuple(found), refused


def _shells(orbits: orbit.Spec, planes: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Planes of like semi-major axis, from the lowest."""
    axis_m = np.asarray(orbits.semi_major_axis_m)[planes]
    order = np.argsort(axis_m, kind="stable")
    steps = np.flatnonzero(np.diff(axis_m[order]) > SAME_SHELL_M) + 1
    return [planes[part] for part in np.split(order, steps)]


def _no_stack(orbits: orbit.Spec, planes: NDArray[np.int64]) -> str:
    if np.asarray(orbits.eccentricity_ratio)[planes].max() > ROUND_ECCENTRICITY_RATIO:
        return "its orbits are not round"
    counts = np.asarray(orbits.satellite_count)[planes]
    if counts.min() < 2:
        return "a plane of it holds one satellite: no ring"
    if counts.max() - counts.min() > 1:
        return "its planes hold different numbers of satellites"
    shells = _shells(orbits, planes)
    if len({len(shell) for shell in shells}) > 1:
        return "its shells have different numbers of planes"
    inclination = np.asarray(orbits.inclination_rad)
    if max(float(np.ptp(inclination[shell])) for shell in shells) > SAME_INCLINATION_RAD:
        return "planes of one height are inclined differently"
    return ""


def _skeleton(orbits: orbit.Spec, planes: NDArray[np.int64], name: str) -> Skeleton:
    counts = np.asarray(orbits.satellite_count)[planes]
    least = int(counts.min())
    return Skeleton(
        name=name,
        plane=np.stack(_shells(orbits, planes)),
        slot_count=least,
        left_out_count=int(counts.sum()) - least * len(planes),
    )


def neighbours(
    skeleton: Skeleton, orbits: orbit.Spec
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tell which plane lies across from each, and which above.

    Args:
        skeleton: the stack.
        orbits: the planes, as they are at the epoch.

    Returns:
        Numbers of planes, each shape (planes of all groups,): a plane's own where there is none,
        and in other groups. Planes are in the order of their nodes, as `network.stacked` has them.
    """
    node = np.mod(np.asarray(orbits.node_rad), TURN_RAD)
    across = np.arange(len(node))
    above = across.copy()
    first, below = node[skeleton.plane[0, 0]], None
    for shell in skeleton.plane:
        ordered = shell[np.argsort(node[shell], kind="stable")]
        apart = node[ordered] - first
        nearest = np.argmin(np.abs(apart - TURN_RAD * np.round(apart / TURN_RAD)))
        ordered = np.roll(ordered, -nearest)
        first = node[ordered[0]]
        across[ordered] = np.roll(ordered, -1)
        if below is not None:
            above[below] = ordered
        below = ordered
    return across, above
