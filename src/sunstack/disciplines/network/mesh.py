"""How soon does a signal reach every satellite of several constellations, exactly?

A mesh is stacks of shells joined by bridges: a million compute satellites that ride on an access
constellation, say. Each round relaxes the bridges, then sweeps each stack up through its shells and
down again, every shell by a lap round its planes (see `sweep`), or ring by ring where planes have
no lasers across. Rounds are repeated until no link of any kind can shorten any label: that largest
shortening is the certificate, 0 within rounding, and proves the labels exact whatever the route.

Assumes: links work both ways, delays are positive.
Leaves out: load; see `latency`.
Reference: as for `sweep`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .laps import DirectedLinks, closed_s, directed_certificate_s, lap_s
from .rings import NEVER_S
from .stack import Bridge, StackLinks
from .sweep import EXACT_ROUNDINGS, MOST_LAPS


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Mesh:
    """Stacks and the bridges between them."""

    stacks: tuple[StackLinks, ...]
    bridges: tuple[Bridge, ...]
    ends: tuple[tuple[int, int], ...] = field(metadata={"static": True})
    """Of each bridge, the numbers of the stacks it starts from and leads to."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class MeshDelays:
    """Exact delays, and what proves them."""

    delay_s: tuple[Array, ...]
    """Of each stack, shape (shells, planes, slots, sources); `NEVER_S` or more: unreachable."""
    certificate_s: Array
    """Most that any link could still shorten a label by; 0 within rounding."""
    round_count: Array


type _Labels = tuple[Array, ...]
type _Search = tuple[_Labels, Array, Array]
"""Labels, certificate, rounds so far."""
type _Shell = tuple[Array, Array, Array | None, Array]
"""Labels of a shell, delays along, across, seam."""
type _Level = tuple[Array, Array, Array | None, Array, Array, Array]
"""Labels of a shell, delays along, across, seam, and of the rise into it with its shift."""


def mesh_delays(mesh: Mesh, *, start_s: _Labels) -> MeshDelays:
    """Find the exact delay from every source to every satellite of every stack.

    Args:
        mesh: stacks and bridges.
        start_s: delay with which a source reaches a satellite by itself, `NEVER_S` where it does
            not: of each stack, shape (shells, planes, slots, sources).
    """
    kind = start_s[0].dtype
    exact_s = EXACT_ROUNDINGS * float(np.finfo(kind).eps)

    def unproved(state: _Search) -> Array:
        _, left_s, rounds = state
        return (left_s > exact_s) & (rounds < MOST_LAPS)

    def again(state: _Search) -> _Search:
        labels, _, rounds = state
        for stack in range(len(labels)):
            bridged = _bridged(mesh, labels, stack)
            swept = _swept(mesh.stacks[stack], bridged[stack])
            labels = (*bridged[:stack], swept, *bridged[stack + 1 :])
        return labels, mesh_certificate_s(mesh, labels), rounds + 1

    begun = (start_s, jnp.asarray(NEVER_S, kind), jnp.zeros((), int))
    found, left, rounds = lax.while_loop(unproved, again, begun)
    return MeshDelays(delay_s=found, certificate_s=left, round_count=rounds)


def mesh_certificate_s(mesh: Mesh, labels: _Labels) -> Array:
    """Most that any link could shorten any label by."""
    found = [_left_s(links, here) for links, here in zip(mesh.stacks, labels, strict=True)]
    for (one, two), joined in zip(mesh.ends, mesh.bridges, strict=True):
        apart = jnp.abs(
            _flat(labels[one])[joined.start_index] - _flat(labels[two])[joined.end_index]
        )
        found.append((apart - joined.delay_s[:, None]).max())
    return jnp.maximum(jnp.stack(found).max(), 0.0)


def _flat(labels: Array) -> Array:
    return labels.reshape(-1, labels.shape[-1])


def _bridged(mesh: Mesh, labels: _Labels, stack: int) -> _Labels:
    """Take over what bridges bring to a stack, from either end."""
    here = _flat(labels[stack])
    for (one, two), joined in zip(mesh.ends, mesh.bridges, strict=True):
        if stack == one:
            brought = _flat(labels[two])[joined.end_index] + joined.delay_s[:, None]
            here = here.at[joined.start_index].min(brought)
        elif stack == two:
            brought = _flat(labels[one])[joined.start_index] + joined.delay_s[:, None]
            here = here.at[joined.end_index].min(brought)
    return (*labels[:stack], here.reshape(labels[stack].shape), *labels[stack + 1 :])


def _shell_links(along: Array, across: Array | None, seam: Array) -> DirectedLinks:
    none = jnp.full_like(along, NEVER_S)
    return DirectedLinks(
        along_s=along, across_s=none if across is None else across, seam_shift_count=seam
    )


def _left_s(links: StackLinks, labels: Array) -> Array:
    """Most that a stack's own links could shorten any of its labels by."""

    def shell_left_s(level: _Shell) -> Array:
        here, along, across, seam = level
        return directed_certificate_s(_shell_links(along, across, seam), here)

    within = lax.map(shell_left_s, (labels, links.along_s, links.across_s, links.seam_shift_count))
    met = jax.vmap(_shifted)(labels[1:], links.rise_shift_count)
    risen = jnp.abs(met - labels[:-1]) - links.rise_s[..., None]
    return jnp.maximum(within.max(), risen.max(initial=0.0))


def _shifted(row: Array, shift_count: Array) -> Array:
    """Of each plane, what stands so many slots on; row (planes, slots, sources)."""
    slots = row.shape[1]
    index = (jnp.arange(slots) + shift_count[:, None]) % slots
    return jnp.take_along_axis(row, index[..., None], axis=1)


def _swept(links: StackLinks, labels: Array) -> Array:
    """Up through the shells and down again."""
    upward = _levels(links, labels, -links.rise_shift_count)

    def up(below_s: Array, level: _Level) -> tuple[Array, Array]:
        # The satellite below sends to its partner, so that this one takes from so many slots back.
        *_, rise_s, shift = level
        taken = _shifted(below_s + rise_s[..., None], shift)
        here = _closed_shell(level, taken)
        return here, here

    first = _closed_shell(_first(links, labels), jnp.full_like(labels[0], NEVER_S))
    _, above = lax.scan(up, first, upward)
    risen = jnp.concatenate([first[None], above])

    def down(above_s: Array, level: _Level) -> tuple[Array, Array]:
        *_, rise_s, shift = level
        taken = _shifted(above_s, shift) + rise_s[..., None]
        here = _closed_shell(level, taken)
        return here, here

    downward = _levels(links, risen, links.rise_shift_count, below=True)
    _, below = lax.scan(down, risen[-1], downward, reverse=True)
    return jnp.concatenate([below, risen[-1:]])


def _levels(links: StackLinks, labels: Array, shift: Array, *, below: bool = False) -> _Level:
    """All shells but the first, or but the last, with the links between."""
    part = slice(None, -1) if below else slice(1, None)
    across = links.across_s
    return (
        labels[part],
        links.along_s[part],
        None if across is None else across[part],
        links.seam_shift_count[part],
        links.rise_s,
        shift,
    )


def _first(links: StackLinks, labels: Array) -> _Level:
    across = links.across_s
    none = jnp.zeros((), int)
    return (
        labels[0],
        links.along_s[0],
        None if across is None else across[0],
        links.seam_shift_count[0],
        jnp.zeros(()),
        none,
    )


def _closed_shell(level: _Level, taken_s: Array) -> Array:
    """Sweep one shell, given what its neighbours bring."""
    labels, along, across, seam, *_ = level
    here = jnp.minimum(labels, taken_s)
    if across is not None:
        return lap_s(_shell_links(along, across, seam), delay_s=here)
    planes, slots, sources = here.shape
    # Rings side by side: one step of the ring for all planes and sources at once.
    rows = jnp.moveaxis(here, 1, 0).reshape(slots, planes * sources)
    ring = jnp.repeat(along.T, sources, axis=1)
    return jnp.moveaxis(closed_s(rows, (ring, ring)).reshape(slots, planes, sources), 0, 1)
