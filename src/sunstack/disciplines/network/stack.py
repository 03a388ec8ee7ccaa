"""How do shells above one another, and constellations riding on another, join to one network?

A stack is a band of shells of like planes, each a twisted torus (see `lattice`). Between one shell
and the next, every satellite has a laser to the nearest slot of the plane above its own. Since the
slots are as many, that partner is a constant number of slots on in each plane: a third direction of
the torus, open at both ends. From a place at x, the nearest satellite of a plane follows without
looking at any, by turning x into the plane's own argument of latitude,

    tan u = (x · q) / (x · n)          n: toward the node, q: a quarter of an orbit on

so that bridges from one constellation to another cost one comparison for each plane.

Assumes: circular orbits; planes of a shell evenly filled with the same number of satellites.
Leaves out: how long a bridge holds before it is pointed anew (see `attachment`).
Reference: spherical trigonometry; checked against comparing all positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from sunstack.units import EARTH_RADIUS_M

from .lattice import TURN_RAD, Lattice, grazing_altitude_m, link_length_m, position_m
from .motif import LEAST_GRAZING_M
from .rings import NEVER_S
from .sweep import LIGHT_M_PER_S

BLOCK = 256
"""Places looked up at a time: the planes of a shell against so many stay in the cache."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Stack:
    """Shells above one another at an instant, from the lowest."""

    shells: Lattice
    """Every field with a leading axis (shells,)."""
    rise_shift_count: Array
    """Slots from a satellite's number to its partner's in the shell above, (shells - 1, planes)."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shells, planes, slots."""
        shells, planes = self.shells.node_rad.shape
        return shells, planes, self.shells.slot_count


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class StackLinks:
    """Delays of a stack's lasers; `NEVER_S` where there is none."""

    along_s: Array
    """To the next of the plane, shape (shells, planes, slots)."""
    across_s: Array | None
    """To the partner of the next plane, same shape; none where the beam would meet the Earth."""
    seam_shift_count: Array
    """Shape (shells,)."""
    rise_s: Array
    """To the partner of the shell above, shape (shells - 1, planes, slots)."""
    rise_shift_count: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Bridge:
    """Links from satellites of one constellation to the nearest of another, shape (links,)."""

    start_index: Array
    """Number of the satellite among all of the first, counted slot by slot, plane by plane."""
    end_index: Array
    delay_s: Array
    """`NEVER_S` where the nearest is too far or behind the Earth."""


def stacked(
    *,
    radius_m: ArrayLike,
    inclination_rad: ArrayLike,
    node_rad: ArrayLike,
    phase_rad: ArrayLike,
    slot_count: int,
) -> Stack:
    """Number the satellites of shells such that those of one number are neighbours.

    Args:
        radius_m: of each shell, rising, shape (shells,).
        inclination_rad: shape (shells,).
        node_rad: shape (shells, planes), in any order round the Earth.
        phase_rad: argument of latitude of each plane's first satellite, (shells, planes).
        slot_count: satellites of each plane.
    """
    node, phase = _in_step(jnp.asarray(node_rad), jnp.asarray(phase_rad))
    tilt = jnp.asarray(inclination_rad, float)
    slot_rad = TURN_RAD / slot_count
    steps = jnp.diff(phase, axis=1)
    steps = steps - slot_rad * jnp.round(steps / slot_rad)
    aligned = phase[:, :1] + jnp.concatenate(
        [jnp.zeros_like(phase[:, :1]), jnp.cumsum(steps, axis=1)], axis=1
    )
    seam = jnp.round((aligned[:, -1] - aligned[:, 0]) / slot_rad)
    # Where two planes part in node, the nearest satellite keeps its longitude along the orbit.
    apart = _within_half_turn(node[1:] - node[:-1]) * jnp.cos(tilt)[:-1, None]
    rise = jnp.round((aligned[:-1] - apart - aligned[1:]) / slot_rad)
    shells = Lattice(
        radius_m=jnp.asarray(radius_m, float),
        inclination_rad=tilt,
        node_rad=node,
        phase_rad=aligned,
        seam_shift_count=jnp.mod(seam, slot_count).astype(int),
        slot_count=slot_count,
    )
    return Stack(shells=shells, rise_shift_count=jnp.mod(rise, slot_count).astype(int))


def single(lattice: Lattice) -> Stack:
    """Make a stack of one shell."""
    return Stack(
        shells=jax.tree.map(lambda leaf: leaf[None], lattice),
        rise_shift_count=jnp.zeros((0, lattice.plane_count), int),
    )


type _Planes = tuple[Array, Array]
"""Nodes and phases of a shell's planes."""


def _in_step(node: Array, phase: Array) -> tuple[Array, Array]:
    """Put each shell's planes in the order of their nodes, starting nearest the shell below's."""
    order = jnp.argsort(jnp.mod(node, TURN_RAD), axis=1)
    node = jnp.mod(jnp.take_along_axis(node, order, axis=1), TURN_RAD)
    phase = jnp.take_along_axis(phase, order, axis=1)

    def turned(first_rad: Array, here: _Planes) -> tuple[Array, _Planes]:
        nodes, phases = here
        nearest = jnp.argmin(jnp.abs(_within_half_turn(nodes - first_rad)))
        nodes, phases = jnp.roll(nodes, -nearest), jnp.roll(phases, -nearest)
        return nodes[0], (nodes, phases)

    _, placed = lax.scan(turned, node[0, 0], (node, phase))
    return placed


def _within_half_turn(angle_rad: Array) -> Array:
    return angle_rad - TURN_RAD * jnp.round(angle_rad / TURN_RAD)


def stack_position_m(stack: Stack) -> Array:
    """Of every satellite, inertial, shape (shells, planes, slots, 3)."""
    return jax.vmap(position_m)(stack.shells)


def has_lasers_across(stack: Stack) -> Array:
    """Whether between any two planes no laser ever sinks below `LEAST_GRAZING_M`.

    Planes that run against each other, as a dawn and a dusk plane do, have none.
    """
    if stack.shape[1] < 2:
        return jnp.zeros((), bool)
    return _never_sinks(stack, _across_m(stack)).any()


def _across_m(stack: Stack) -> Array:
    """To the partner of the next plane, shape (shells, planes, slots)."""
    return jax.vmap(partial(link_length_m, plane_offset=1, slot_offset=0))(stack.shells)


def _never_sinks(stack: Stack, length_m: Array) -> Array:
    """Of each pair of planes, shape (shells, planes): a seam may be one that no laser spans."""
    radius_m = stack.shells.radius_m[:, None]
    longest_m = length_m.max(axis=2)
    return grazing_altitude_m(radius_m=radius_m, length_m=longest_m) >= LEAST_GRAZING_M


def stack_links(
    stack: Stack,
    *,
    across: bool,
    hop_s: ArrayLike = 0.0,
    range_m: ArrayLike = jnp.inf,
    alive: Array | None = None,
) -> StackLinks:
    """Time light takes along, across and up, and each hop's own.

    Args:
        stack: the shells.
        across: whether there are lasers to the next plane; see `has_lasers_across`.
        hop_s: of processing at each hop.
        range_m: longest link a laser bridges.
        alive: satellites that work, shape (shells, planes, slots); all if not given.
    """
    slots = jax.vmap(partial(link_length_m, plane_offset=0, slot_offset=1))(stack.shells)
    planes = _across_m(stack)
    spanned = _never_sinks(stack, planes)[..., None]
    radius_m = stack.shells.radius_m[:, None, None]
    place = stack_position_m(stack)
    rise = jnp.linalg.norm(_met(place[1:], stack.rise_shift_count) - place[:-1], axis=-1)
    whole = StackLinks(
        along_s=_delay_s(slots, radius_m, hop_s, range_m),
        across_s=(
            jnp.where(spanned, _delay_s(planes, radius_m, hop_s, range_m), NEVER_S)
            if across
            else None
        ),
        seam_shift_count=stack.shells.seam_shift_count,
        rise_s=_delay_s(rise, radius_m[:-1], hop_s, range_m),
        rise_shift_count=stack.rise_shift_count,
    )
    return whole if alive is None else stack_without_dead(whole, alive=alive)


def _delay_s(length_m: Array, radius_m: Array, hop_s: ArrayLike, range_m: ArrayLike) -> Array:
    clear = grazing_altitude_m(radius_m=radius_m, length_m=length_m) >= LEAST_GRAZING_M
    held = clear & (length_m <= range_m)
    return jnp.where(held, length_m / LIGHT_M_PER_S + hop_s, NEVER_S)


def _met(above: Array, shift_count: Array) -> Array:
    """What the shell above holds at each satellite's partner; (shells, planes, slots, ...)."""
    slots = above.shape[2]
    index = (jnp.arange(slots) + shift_count[..., None]) % slots
    return jnp.take_along_axis(above, index.reshape(*index.shape, *(1,) * (above.ndim - 3)), axis=2)


def stack_without_dead(whole: StackLinks, *, alive: Array) -> StackLinks:
    """Take away the links of satellites that do not work."""
    next_slot = jnp.roll(alive, -1, axis=2)
    first = jax.vmap(lambda row, shift: jnp.roll(row, -shift, axis=0))(
        alive[:, 0], whole.seam_shift_count
    )
    next_plane = jnp.concatenate([alive[:, 1:], first[:, None]], axis=1)
    met = _met(alive[1:], whole.rise_shift_count)
    across = whole.across_s
    return StackLinks(
        along_s=jnp.where(alive & next_slot, whole.along_s, NEVER_S),
        across_s=None if across is None else jnp.where(alive & next_plane, across, NEVER_S),
        seam_shift_count=whole.seam_shift_count,
        rise_s=jnp.where(alive[:-1] & met, whole.rise_s, NEVER_S),
        rise_shift_count=whole.rise_shift_count,
    )


type _Sought = tuple[Array, Array]
"""A place, and the number of the shell it looks at."""


def nearest_in_stack(
    stack: Stack, *, place_m: Array, level_index: ArrayLike, alive: Array | None = None
) -> tuple[Array, Array]:
    """Find the satellite of a shell nearest to each place, by inverting its lattice.

    Args:
        stack: the shells.
        place_m: inertial, shape (places, 3).
        level_index: number of the shell that each place looks at, shape (places,).
        alive: satellites that may be chosen, shape (shells, planes, slots); all if not given.
            Each plane offers the one of them that is nearest along it.

    Returns:
        Number of the satellite among all of the stack, counted slot by slot, plane by plane, and
        the distance: shape (places,). The distance is infinite where none may be chosen.
    """
    _, planes, slots = stack.shape
    slot_rad = TURN_RAD / slots
    plane = jnp.arange(planes)
    around = None if alive is None else _alive_around(alive)

    def looked_up(here: _Sought) -> tuple[Array, Array]:
        at, level = here
        shell = jax.tree.map(lambda leaf: leaf[level], stack.shells)
        along, aside = _in_planes(shell, at)
        angle = jnp.arctan2(aside, along) - shell.phase_rad
        slot = jnp.round(angle / slot_rad)
        if around is not None:
            slot = slot + _least_off(around, level, slot, angle / slot_rad)
        toward = jnp.hypot(along, aside) * jnp.cos(angle - slot * slot_rad)
        squared = at @ at + shell.radius_m**2 - 2.0 * shell.radius_m * toward
        number = (level * planes + plane) * slots + jnp.mod(slot, slots).astype(int)
        if alive is not None:
            squared = jnp.where(alive[level].any(axis=1), squared, jnp.inf)
        best = jnp.argmin(squared)
        return number[best], jnp.sqrt(jnp.maximum(squared[best], 0.0))

    levels = jnp.broadcast_to(jnp.asarray(level_index), (len(place_m),))
    found: tuple[Array, Array] = lax.map(looked_up, (place_m, levels), batch_size=BLOCK)
    return found


type _Around = tuple[Array, Array]
"""Slots on to the next that may be chosen, and back to the last, 0 at itself."""


def _alive_around(alive: Array) -> _Around:
    """Look both ways round each ring; shape (shells, planes, slots)."""
    slots = alive.shape[2]
    twice = jnp.concatenate([alive, alive], axis=2)
    place = jnp.arange(2 * slots)
    on = lax.cummin(jnp.where(twice, place, 4 * slots), axis=2, reverse=True)[..., :slots]
    back = lax.cummax(jnp.where(twice, place, -4 * slots), axis=2)[..., slots:]
    return on - place[:slots], place[slots:] - back


def _least_off(around: _Around, level: Array, slot: Array, wanted: Array) -> Array:
    """Slots from the nearest to the nearest that may be chosen, of each plane."""
    on, back = around
    plane = jnp.arange(on.shape[1])
    here = jnp.mod(slot, on.shape[2]).astype(int)
    ahead, behind = on[level, plane, here], -back[level, plane, here]
    nearer = jnp.abs(slot + ahead - wanted) <= jnp.abs(slot + behind - wanted)
    return jnp.where(nearer, ahead, behind)


def _in_planes(shell: Lattice, at_m: Array) -> tuple[Array, Array]:
    """A place along each plane's node and a quarter of an orbit on, shape (planes,)."""
    node, tilt = shell.node_rad, shell.inclination_rad
    east, north, up = at_m
    along = east * jnp.cos(node) + north * jnp.sin(node)
    aside = (north * jnp.cos(node) - east * jnp.sin(node)) * jnp.cos(tilt) + up * jnp.sin(tilt)
    return along, aside


def bridge(
    upper: Stack,
    *,
    place_m: Array,
    hop_s: ArrayLike = 0.0,
    range_m: ArrayLike = jnp.inf,
    lower_alive: Array | None = None,
    upper_alive: Array | None = None,
) -> Bridge:
    """Join satellites to the nearest one of another constellation, in its shell closest in height.

    Args:
        upper: the constellation whose satellites are chosen.
        place_m: of the satellites that spend a laser on it, inertial, shape (links, 3).
        hop_s: of processing at the hop.
        range_m: longest link the laser bridges.
        lower_alive: which of them work, shape (links,); all if not given.
        upper_alive: which may be chosen, shape (shells, planes, slots); all if not given.
    """
    height_m = jnp.linalg.norm(place_m, axis=1)
    radius_m = upper.shells.radius_m
    level = jnp.argmin(jnp.abs(radius_m - height_m[:, None]), axis=1)
    end, length_m = nearest_in_stack(upper, place_m=place_m, level_index=level, alive=upper_alive)
    clear = _clearance_m(place_m, radius_m[level], length_m) > LEAST_GRAZING_M
    held = jnp.isfinite(length_m) & (length_m <= range_m) & clear
    if lower_alive is not None:
        held = held & lower_alive
    return Bridge(
        start_index=jnp.arange(len(place_m)),
        end_index=end,
        delay_s=jnp.where(held, length_m / LIGHT_M_PER_S + hop_s, NEVER_S),
    )


def _clearance_m(place_m: Array, radius_m: Array, length_m: Array) -> Array:
    """Least height of straight links from places to satellites at a radius."""
    here = jnp.linalg.norm(place_m, axis=-1)
    length = jnp.where(jnp.isfinite(length_m), length_m, 1.0)
    # Distance along the link from the place to its point nearest the Earth's centre.
    foot = (length**2 + here**2 - radius_m**2) / (2.0 * jnp.maximum(length, 1.0))
    inside = jnp.clip(foot, 0.0, length)
    return jnp.sqrt(jnp.maximum(here**2 - 2.0 * foot * inside + inside**2, 0.0)) - EARTH_RADIUS_M
