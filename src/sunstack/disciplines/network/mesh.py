"""How soon does a signal reach every satellite of several constellations, exactly?

A mesh is stacks of shells joined by bridges: a million compute satellites that ride on an access
constellation, say. Each round relaxes the bridges, then sweeps each stack up through its shells and
down again, every shell by a lap round its planes (see `sweep`), or ring by ring where planes have
no lasers across; a stack that is closed, and to which bridges bring nothing, is left alone. Rounds
are repeated until no link of any kind can shorten any label: that largest shortening is the
certificate, 0 within rounding, and proves the labels exact whatever the route.

Assumes: links work both ways, delays are positive.
Leaves out: load; see `latency`.
Reference: as for `sweep`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .laps import DirectedLinks, both_ways_s, closed_s, directed_left_s, lap_s
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
"""Labels; what links of each stack, and bridges, could still shorten; rounds so far."""
type _Shell = tuple[Array, Array, Array, Array, Array, Array, Array]
"""Labels of a shell and the one above; delays along, across, seam, of the rise; its shift."""
type _Visit = tuple[Array, Array, Array]
"""Number of a shell, of the one it takes over from, of the links between."""


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
        return (left_s.max() > exact_s) & (rounds < MOST_LAPS)

    def again(state: _Search) -> _Search:
        labels, left_s, rounds = state
        left = list(left_s)
        for stack, links in enumerate(mesh.stacks):
            bridged = _bridged(mesh, labels, stack)
            brought_s = (labels[stack] - bridged).max(axis=(0, 1)).max()
            # What is closed, and what bridges bring nothing to, stays as it is.
            here, left[stack] = lax.cond(
                jnp.maximum(left[stack], brought_s) > exact_s,
                partial(_closed, links),
                lambda _, same=(labels[stack], left[stack]): same,
                bridged,
            )
            labels = (*labels[:stack], here, *labels[stack + 1 :])
        left[-1] = _bridges_left_s(mesh, labels)
        return labels, jnp.stack(left), rounds + 1

    begun = (start_s, jnp.full(len(start_s) + 1, NEVER_S, kind), jnp.zeros((), int))
    found, left, rounds = lax.while_loop(unproved, again, begun)
    return MeshDelays(delay_s=found, certificate_s=left.max(), round_count=rounds)


def mesh_certificate_s(mesh: Mesh, labels: _Labels) -> Array:
    """Most that any link could shorten any label by."""
    found = [_left_s(links, here) for links, here in zip(mesh.stacks, labels, strict=True)]
    return jnp.stack([*found, _bridges_left_s(mesh, labels)]).max()


def _bridges_left_s(mesh: Mesh, labels: _Labels) -> Array:
    found = [jnp.zeros((), labels[0].dtype)]
    for (one, two), joined in zip(mesh.ends, mesh.bridges, strict=True):
        apart = jnp.abs(
            _flat(labels[one])[joined.start_index] - _flat(labels[two])[joined.end_index]
        )
        found.append((apart - joined.delay_s[:, None]).max())
    return jnp.stack(found).max()


def _flat(labels: Array) -> Array:
    return labels.reshape(-1, labels.shape[-1])


def _bridged(mesh: Mesh, labels: _Labels, stack: int) -> Array:
    """Take over what bridges bring to a stack, from either end."""
    here = _flat(labels[stack])
    for (one, two), joined in zip(mesh.ends, mesh.bridges, strict=True):
        if stack == one:
            brought = _flat(labels[two])[joined.end_index] + joined.delay_s[:, None]
            here = here.at[joined.start_index].min(brought)
        elif stack == two:
            brought = _flat(labels[one])[joined.start_index] + joined.delay_s[:, None]
            here = here.at[joined.end_index].min(brought)
    return here.reshape(labels[stack].shape)


def _left_s(links: StackLinks, labels: Array) -> Array:
    """Most that a stack's own links could shorten any of its labels by."""
    across = jnp.full_like(links.along_s, NEVER_S) if links.across_s is None else links.across_s

    def over(most_s: Array, level: _Shell) -> tuple[Array, None]:
        here, above, along, across, seam, rise, shift = level
        net = DirectedLinks(along_s=along, across_s=across, seam_shift_count=seam)
        risen = jnp.abs(_shifted(above, shift) - here) - rise[..., None]
        return jnp.maximum(most_s, jnp.maximum(directed_left_s(net, here), risen)), None

    shells = (
        labels,
        jnp.roll(labels, -1, axis=0),
        links.along_s,
        across,
        links.seam_shift_count,
        jnp.concatenate([links.rise_s, jnp.full_like(links.along_s[:1], NEVER_S)]),
        jnp.pad(links.rise_shift_count, ((0, 1), (0, 0))),
    )
    most, _ = lax.scan(over, jnp.zeros_like(labels[0]), shells)
    return most.max(axis=0).max()


def _shifted(row: Array, shift_count: Array) -> Array:
    """Of each plane, what stands so many slots on; row (planes, slots, sources)."""
    slots = row.shape[1]
    index = (jnp.arange(slots) + shift_count[:, None]) % slots
    return jnp.take_along_axis(row, index[..., None], axis=1)


def _closed(links: StackLinks, labels: Array) -> tuple[Array, Array]:
    """Labels of a stack that was swept, and what its links could still shorten."""
    swept = _swept(links, labels)
    return swept, _left_s(links, swept)


def _swept(links: StackLinks, labels: Array) -> Array:
    """Up through the shells and down again."""
    shells, planes = labels.shape[:2]
    shift = links.rise_shift_count
    # The satellite below sends to its partner, so that the one above takes from so many slots back.
    risen = jax.vmap(_shifted)(links.rise_s[..., None], -shift)[..., 0]
    into = jnp.concatenate([jnp.full_like(links.along_s[:1], NEVER_S), risen, links.rise_s])
    turn = jnp.concatenate([jnp.zeros((1, planes), shift.dtype), -shift, shift])
    up, down = np.arange(shells), np.arange(shells - 1)[::-1]
    shell = np.concatenate([up, down])
    other = np.concatenate([np.maximum(up - 1, 0), down + 1])
    hop = np.concatenate([up, shells + down])

    def visit(label_s: Array, here: _Visit) -> tuple[Array, None]:
        level, beside, rise = here
        taken = _shifted(label_s[beside], turn[rise]) + into[rise][..., None]
        closed = _closed_shell(links, level, jnp.minimum(label_s[level], taken))
        return lax.dynamic_update_index_in_dim(label_s, closed, level, 0), None

    found, _ = lax.scan(visit, labels, jax.tree.map(jnp.asarray, (shell, other, hop)))
    return found


def _closed_shell(links: StackLinks, shell: Array, here: Array) -> Array:
    """Sweep one shell."""
    along = links.along_s[shell]
    if links.across_s is not None:
        net = DirectedLinks(
            along_s=along,
            across_s=links.across_s[shell],
            seam_shift_count=links.seam_shift_count[shell],
        )
        return lap_s(net, delay_s=here)
    planes, slots, sources = here.shape
    # Rings side by side: one step of the ring for all planes and sources at once.
    rows = jnp.moveaxis(here, 1, 0).reshape(slots, planes * sources)
    ring = jnp.repeat(along.T, sources, axis=1)
    closed = closed_s(rows, both_ways_s(ring, ring))
    return jnp.moveaxis(closed.reshape(slots, planes, sources), 0, 1)
