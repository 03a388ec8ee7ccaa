"""How long do the exchanges of training take in each group of satellites that computes?

A shell's planes and slots close to a torus; where planes run against each other, as dawn and dusk
do, each is a ring by itself. A formation is a mesh of short links.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack.disciplines import formation, network
from sunstack.disciplines.network import Fabric, Joining, Stack, Terminal
from sunstack.errors import ScenarioError
from sunstack.resolve import links
from sunstack.system import System

from .instant import has_across
from .skeleton import Skeleton, skeletons, stack

RACK_ENDS, END_BIT_PER_S = 72, 800e9
"""Of a rack on the ground, each at 800 Gbit/s: one for each satellite (van Berkel, 2607.14172)."""
TORUS_LASERS = 4
PHASES = 48
"""Of half a turn of a formation, in which every distance comes to pass."""
ALONE = "one satellite: nothing to exchange with"


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """A fabric, how its rows end, and how many like it a group holds."""

    kind: str
    fabric: Fabric
    joining: Joining
    fabrics: int
    bisection_bit_per_s: Array | None
    """Where it is not that of the fabric."""


def exchanges(system: System, *, gradient_bit_count: float, laser: str) -> list[dict[str, Any]]:
    """Tell each computing group's exchanges, or why there are none.

    Args:
        system: the scenario's.
        gradient_bit_count: that each satellite holds and all sum up.
        laser: terminal of the catalogue that links a formation.

    Raises:
        CatalogueError: no such terminal.
    """
    found, refused = skeletons(system.orbits, system.plane_group, system.group_names)
    stacks = {one.name: one for one in found}
    terminal = links.laser_terminal(laser)
    told = []
    for number, name in enumerate(system.group_names):
        planes = np.flatnonzero(np.asarray(system.plane_group) == number)
        if name in stacks:
            shape = _of_stack(system, stacks[name])
        elif float(system.orbits.satellite_count[planes].sum()) <= 1.0:
            shape = ALONE
        else:
            shape = _of_formation(system, planes, terminal, refused[name])
        why = (
            {"unreachable": shape} if isinstance(shape, str) else _times(shape, gradient_bit_count)
        )
        told.append({"group": name, **why})
    return told


def _of_stack(system: System, skeleton: Skeleton) -> _Shape | str:
    joined, here = system.connection, stack(skeleton, system.orbits, elapsed_s=0.0)
    radius_m, range_m = np.asarray(here.shells.radius_m), float(joined.laser_range_m)
    shells, planes, slots = here.shape
    along_m, _ = (float(one) for one in _along(radius_m.max(), slots))
    _, lowest_m = (float(one) for one in _along(radius_m.min(), slots))
    if along_m > range_m:
        return (
            f"its satellites stand {along_m / 1e3:,.0f} km apart along a plane and lasers reach "
            f"{range_m / 1e3:,.0f} km"
        )
    if lowest_m < network.LEAST_GRAZING_M:
        return "the Earth stands between the satellites of a plane"
    across_m = along_m
    is_torus = float(joined.laser_count) >= TORUS_LASERS and bool(has_across(here))
    if is_torus:
        across_m = float(_across_m(here))
        is_torus = across_m <= range_m
    hop_s = np.array([along_m, across_m]) / network.LIGHT_M_PER_S
    fabric = Fabric(
        plane_count=jnp.asarray(planes if is_torus else 1),
        slot_count=jnp.asarray(slots),
        laser_bit_per_s=joined.laser_rate_bit_per_s,
        along_hop_s=hop_s[0] + joined.hop_s,
        across_hop_s=hop_s[1] + joined.hop_s,
        seam_shift_count=here.shells.seam_shift_count[0] if is_torus else jnp.asarray(0),
    )
    return _Shape(
        kind="torus" if is_torus else "ring",
        fabric=fabric,
        joining=network.TORUS,
        fabrics=shells if is_torus else shells * planes,
        bisection_bit_per_s=None,
    )


@jax.jit
def _along(radius_m: Array, slot_count: Array) -> tuple[Array, Array]:
    """Length of links along planes, and how low they come."""
    length_m = 2.0 * radius_m * jnp.sin(jnp.pi / slot_count)
    return length_m, network.grazing_altitude_m(radius_m=radius_m, length_m=length_m)


@jax.jit
def _across_m(here: Stack) -> Array:
    """The longest link from plane to plane, ever."""
    longest = jax.vmap(partial(network.longest_link_m, plane_offset=1, slot_offset=0))
    return longest(here.shells).max()


def _of_formation(system: System, planes: Any, terminal: Terminal, refused: str) -> _Shape | str:
    lattice = _lattice(system, planes)
    if lattice is None:
        return refused
    phase = jnp.linspace(0.0, jnp.pi, PHASES, endpoint=False)
    links_of = [len(formation.neighbours(lattice, offset=one)[0]) for one in formation.DIRECT]
    pairs = formation.mesh_pairs(lattice, diagonal=False)
    lengths_m = [
        formation.separation_m(lattice, offset=one, phase_rad=phase) for one in formation.DIRECT
    ]
    # In the order of the pairs: all of the first offset, then all of the second.
    length_m = jnp.stack([lengths_m[0], lengths_m[1]], axis=1).repeat(np.array(links_of), axis=1)
    rate = network.link_rate_bit_per_s(terminal, terminal, range_m=length_m)
    cut = formation.mesh_bisection_bit_per_s(lattice, pairs=pairs, rate_bit_per_s=rate)
    side = jnp.asarray(max(2, math.isqrt(lattice.satellite_count)))
    hop_s = length_m.max() / network.LIGHT_M_PER_S + system.connection.hop_s
    fabric = Fabric(
        plane_count=side,
        slot_count=side,
        laser_bit_per_s=rate.min(),
        along_hop_s=hop_s,
        across_hop_s=hop_s,
        seam_shift_count=jnp.asarray(0),
    )
    return _Shape(
        kind="mesh",
        fabric=fabric,
        joining=network.MESH,
        fabrics=1,
        bisection_bit_per_s=cut.min(),
    )


def _lattice(system: System, planes: Any) -> formation.Lattice | None:
    """The lattice that a formation's eccentricity vectors fill; None if they fill none."""
    offset_m = np.asarray(system.orbits.eccentricity_ratio * system.orbits.semi_major_axis_m)[
        planes
    ]
    apart = offset_m[offset_m > 0.0]
    if not apart.size:
        return None
    try:
        lattice = formation.within(radius_m=2.0 * float(apart.max()), pitch_m=float(apart.min()))
    except ScenarioError:
        return None
    return lattice if lattice.satellite_count == len(planes) else None


def _times(shape: _Shape, gradient_bit_count: float) -> dict[str, Any]:
    fabric = shape.fabric
    count = int(fabric.satellite_count)
    clos = formation.clos_bisection_bit_per_s(
        end_count=count * RACK_ENDS, rate_bit_per_s=END_BIT_PER_S
    )
    found = _exchanged(fabric, gradient_bit_count, joining=shape.joining)
    sum_s, every_s, next_s, each, halves = (float(one) for one in found)
    if shape.bisection_bit_per_s is not None:
        halves = float(shape.bisection_bit_per_s)
    return {
        "joining": shape.kind,
        "fabrics": shape.fabrics,
        "planes": int(fabric.plane_count),
        "slots": int(fabric.slot_count),
        "satellites": count,
        "laser_gbit_per_s": float(fabric.laser_bit_per_s) / 1e9,
        "along_hop_us": float(fabric.along_hop_s) * 1e6,
        "across_hop_us": None if shape.kind == "ring" else float(fabric.across_hop_s) * 1e6,
        "all_reduce_s": sum_s,
        "all_to_all_s": every_s,
        "neighbours_s": next_s,
        "all_to_all_gbit_per_s": each / 1e9,
        "bisection_tbit_per_s": halves / 1e12,
        "clos_over_bisection": float(clos) / halves,
    }


@partial(jax.jit, static_argnames="joining")
def _exchanged(
    fabric: Fabric, gradient_bit_count: Array, *, joining: Joining
) -> tuple[Array, Array, Array, Array, Array]:
    """All-reduce, all to all, neighbours; what each sends to all, and what halves do."""
    ring_s = network.ring_all_reduce_s(fabric, gradient_bit_count=gradient_bit_count)
    sides_s = network.all_reduce_s(fabric, joining, gradient_bit_count=gradient_bit_count)
    message = gradient_bit_count / fabric.satellite_count
    return (
        # A single ring has no second side that what is left could go round meanwhile.
        jnp.where(fabric.plane_count == 1, ring_s, sides_s),
        network.all_to_all_s(fabric, joining, message_bit_count=message),
        network.neighbours_s(fabric, gradient_bit_count=gradient_bit_count),
        network.all_to_all_bit_per_s(fabric, joining),
        network.bisection_bit_per_s(fabric, joining),
    )
