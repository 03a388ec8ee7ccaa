"""What is the mesh of a whole system at an instant, and how soon is each satellite reached?

Where an access constellation carries users' traffic, each of its satellites has a laser to the
nearest satellite of every group that computes; without one, places see the groups themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike
from numpy.typing import NDArray

from sunstack.disciplines import network, orbit
from sunstack.disciplines.network import Bridge, Mesh, MeshDelays, Stack, StackLinks

from .skeleton import Skeleton, stack

Masks = tuple[Array, ...]


@dataclass(frozen=True, kw_only=True)
class Instant:
    """A mesh, its satellites' places, and who takes up users' traffic."""

    names: tuple[str, ...]
    """Of the stacks: access constellations first."""
    stacks: tuple[Stack, ...]
    alive: Masks
    mesh: Mesh
    access_count: int
    """Stacks that carry users' traffic without computing; 0: places see those that compute."""

    @property
    def entries(self) -> range:
        """Stacks that places see."""
        return range(self.access_count) if self.access_count else range(len(self.stacks))

    @property
    def computing(self) -> range:
        """Stacks of satellites that compute."""
        return range(self.access_count, len(self.stacks))


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Groups of orbits, and which of their planes make stacks."""

    orbits: orbit.Spec
    skeletons: tuple[Skeleton, ...]


def instant(
    compute: Fleet,
    access: Fleet | None,
    *,
    elapsed_s: float,
    hop_s: ArrayLike,
    range_m: ArrayLike,
    working_fraction: Sequence[float] = (),
    access_fraction: float = 1.0,
    seed: int = 0,
) -> Instant:
    """Join a system's satellites as they stand at an instant.

    Args:
        compute: satellites that compute.
        access: those that carry users' traffic, if others do.
        elapsed_s: since the epoch.
        hop_s: of processing at each hop.
        range_m: longest link a laser bridges.
        working_fraction: share of each computing group's satellites that works; all if empty.
        access_fraction: share of the access constellation's that works.
        seed: of the draw of those that do not.
    """
    fleets = [access, compute] if access else [compute]
    parts = [(one, fleet) for fleet in fleets for one in fleet.skeletons]
    stacks = tuple(stack(one, fleet.orbits, elapsed_s=elapsed_s) for one, fleet in parts)
    riding = len(access.skeletons) if access else 0
    shares = [access_fraction] * riding + list(working_fraction or [1.0] * len(compute.skeletons))
    alive = _working([one.shape for one in stacks], shares, seed)
    links = tuple(
        stack_links(one, hop_s, range_m, here, across=bool(has_across(one)))
        for one, here in zip(stacks, alive, strict=True)
    )
    ends = tuple((low, high) for low in range(riding) for high in range(riding, len(stacks)))
    bridges = [
        _bridges(stacks[:riding], alive[:riding], stacks[high], alive[high], hop_s, range_m)
        for high in range(riding, len(stacks) if riding else 0)
    ]
    return Instant(
        names=tuple(one.name for one, _ in parts),
        stacks=stacks,
        alive=alive,
        mesh=Mesh(
            stacks=links,
            bridges=tuple(to[low] for low in range(riding) for to in bridges),
            ends=ends,
        ),
        access_count=riding,
    )


has_across = jax.jit(network.has_lasers_across)
"""Whether a stack's planes can be joined; compiled once for each shape."""


@partial(jax.jit, static_argnames="across")
def stack_links(
    one: Stack, hop_s: ArrayLike, range_m: ArrayLike, alive: Array, *, across: bool
) -> StackLinks:
    """Lasers of a stack; compiled once for each shape."""
    return network.stack_links(one, across=across, hop_s=hop_s, range_m=range_m, alive=alive)


def _bridges(
    access: Sequence[Stack],
    access_alive: Sequence[Array],
    upper: Stack,
    upper_alive: Array,
    hop_s: ArrayLike,
    range_m: ArrayLike,
) -> list[Bridge]:
    """From every access constellation to one that computes: looked up together, then parted."""
    place_m = jnp.concatenate([stack_place_m(one).reshape(-1, 3) for one in access])
    working = jnp.concatenate([one.ravel() for one in access_alive])
    joined = _bridge(upper, place_m, hop_s, range_m, working, upper_alive)
    begun, parts = 0, []
    for alive in access_alive:
        part = slice(begun, begun + alive.size)
        parts.append(
            Bridge(
                start_index=jnp.arange(alive.size),
                end_index=joined.end_index[part],
                delay_s=joined.delay_s[part],
            )
        )
        begun += alive.size
    return parts


stack_place_m = jax.jit(network.stack_position_m)
"""Of all satellites of a stack, inertial; compiled once for each shape."""


@jax.jit
def _bridge(
    upper: Stack,
    place_m: Array,
    hop_s: ArrayLike,
    range_m: ArrayLike,
    lower_alive: Array,
    upper_alive: Array,
) -> Bridge:
    return network.bridge(
        upper,
        place_m=place_m,
        hop_s=hop_s,
        range_m=range_m,
        lower_alive=lower_alive,
        upper_alive=upper_alive,
    )


def _working(
    shapes: Sequence[tuple[int, ...]], shares: Sequence[float], seed: int
) -> tuple[Array, ...]:
    """Draw which satellites work: each by itself, of each stack by a key of its own."""
    keys = jax.random.split(jax.random.key(seed), len(shapes))
    return tuple(
        jax.random.bernoulli(key, share, shape)
        for shape, share, key in zip(shapes, shares, keys, strict=True)
    )


def uplinks_s(
    here: Instant, *, site_m: NDArray[np.float64], elevation_rad: float
) -> tuple[Array, ...]:
    """Time light takes from each place to every satellite it sees, of every stack.

    Args:
        here: the mesh.
        site_m: inertial, shape (sites, 3).
        elevation_rad: least above the horizon.

    Returns:
        Of each stack, shape (shells, planes, slots, sites); `NEVER_S` where a place does not see
        the satellite, where it does not work, and of all stacks that places do not see.
    """
    seen = set(here.entries)
    return tuple(
        _seen_s(one, jnp.asarray(site_m), elevation_rad, alive)
        if number in seen
        else jnp.full((*one.shape, len(site_m)), network.NEVER_S)
        for number, (one, alive) in enumerate(zip(here.stacks, here.alive, strict=True))
    )


@jax.jit
def _seen_s(one: Stack, site_m: Array, elevation_rad: ArrayLike, alive: Array) -> Array:
    up = jax.lax.map(
        partial(network.uplink_s, site_m=site_m, elevation_rad=elevation_rad), one.shells
    )
    return jnp.where(alive[..., None], up, network.NEVER_S)


def solved(mesh: Mesh, start_s: Sequence[Any]) -> MeshDelays:
    """Find exact delays, in single precision: within a microsecond of a shortest path's length.

    Raises:
        AssertionError: the certificate is not 0, which the method excludes.
    """
    found: MeshDelays = _solved(jax.tree.map(_narrow, mesh), tuple(_narrow(one) for one in start_s))
    if not float(found.certificate_s) < CERTIFICATE_S:
        raise AssertionError(f"delays are not exact: certificate {float(found.certificate_s):g} s")
    return found


CERTIFICATE_S = 1e-7
"""Rounding of delays of a tenth of a second in single precision, a few times over."""
_solved = jax.jit(lambda mesh, start_s: network.mesh_delays(mesh, start_s=start_s))


def _narrow(leaf: Array) -> Array:
    return leaf.astype(jnp.float32) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf


def nearest_start_s(here: Instant) -> tuple[Array, ...]:
    """Labels with which a search finds, from anywhere, the nearest working computer: one source."""
    riding = here.access_count
    return tuple(
        jnp.full((*one.shape, 1), network.NEVER_S)
        if number < riding
        else jnp.where(alive, 0.0, network.NEVER_S)[..., None]
        for number, (one, alive) in enumerate(zip(here.stacks, here.alive, strict=True))
    )
