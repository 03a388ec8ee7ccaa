"""Where are the satellites of a catalogue at many times, without more memory than the answer?

Blocks of satellites one after another, times inside: constants stay in the nearest cache. Positions
are written straight to their place in the result; a reduction leaves nothing but its own state. The
last block reaches back over the one before it, so that any number of satellites is whole blocks.

Assumes: float64; times of all satellites in step, each with its own epoch.
Leaves out: threads; a caller may share the satellites out, compiled code holds no lock.
Reference: `motion`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from .motion import Axes, axes
from .setup import WGS72, Constants, Gravity

BLOCK_SATELLITES = 128
OPTIONS: dict[str, Any] = {
    "xla_cpu_prefer_vector_width": 512,
    "xla_backend_optimization_level": 3,
    "xla_llvm_disable_expensive_passes": False,
}
"""Optimised also in a program that asks JAX not to, as the tests do, most of which only compile."""

type Update[State] = Callable[[State, Axes, Array, Array], State]
"""From the state of a block, its coordinates in m, its codes and the time to the next state."""


Rows = Array
"""x, y, z in m, below them velocities in m/s if asked for: (times, 3 or 6, satellites)."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Ephemeris:
    """Satellites at times, in TEME; not a number where the code is not 0."""

    rows: Rows
    """One array, since two would be two passes; NumPy looks into it without a copy."""
    error_code: Array
    """Shape (times, satellites)."""

    @property
    def position_m(self) -> Array:
        """Shape (times, 3, satellites)."""
        return self.rows[:, :3]

    @property
    def velocity_m_per_s(self) -> Array:
        """Shape (times, 3, satellites); of no rows if velocities were not asked for."""
        return self.rows[:, 3:]


@partial(jax.jit, static_argnames=("bound", "velocities", "gravity"), compiler_options=OPTIONS)
def ephemeris(
    fixed: Constants,
    *,
    start_s: Array,
    time_s: Array,
    bound: float,
    velocities: bool = False,
    gravity: Gravity = WGS72,
) -> Ephemeris:
    """Find every satellite at every time.

    Args:
        fixed: satellites, shape (satellites,).
        start_s: from each satellite's epoch to time 0, shape (satellites,).
        time_s: shape (times,).
        bound: of the ladder (`ladder_bound_ratio`), for eccentricities over these times.
        velocities: whether to find them too.
        gravity: what the constants were formed with.
    """
    total, times = start_s.shape[0], time_s.shape[0]
    block = min(BLOCK_SATELLITES, total)
    kinds = 2 if velocities else 1
    # Every place of it is written below.
    begun = (lax.empty((times, 3 * kinds, total), jnp.float64), jnp.zeros((times, total), jnp.int8))

    def _of_block(number: Array, found: Any) -> Any:
        first = jnp.minimum(number * block, total - block)
        here, begin_s = _cut((fixed, start_s), first, block)

        def _at_time(step: Array, found: Any) -> Any:
            place, speed, code = axes(
                here,
                elapsed_s=begin_s + time_s[step],
                bound=bound,
                gravity=gravity,
                fast=velocities,
            )
            rows, codes = found
            row = jnp.stack([*place, *(speed or ())])[None]
            rows = lax.dynamic_update_slice(rows, row, (step, 0, first))
            return rows, lax.dynamic_update_slice(codes, code[None], (step, first))

        return lax.fori_loop(0, times, _at_time, found)

    rows, codes = lax.fori_loop(0, -(-total // block), _of_block, begun)
    return Ephemeris(rows=rows, error_code=codes)


@partial(jax.jit, static_argnames=("update", "bound", "gravity"), compiler_options=OPTIONS)
def reduced[State](
    update: Update[State],
    begun: State,
    fixed: Constants,
    *,
    start_s: Array,
    time_s: Array,
    bound: float,
    gravity: Gravity = WGS72,
) -> State:
    """Carry a state of every satellite through all times; no position is kept.

    Args:
        update: pure, of a block at a time; compiled once for each function it is called with.
        begun: state before the first time; leaves of shape (satellites, …).
        fixed, start_s, time_s, bound, gravity: as in `ephemeris`.

    Returns:
        The state after the last time.
    """
    total = start_s.shape[0]
    block = min(BLOCK_SATELLITES, total)

    def _of_block(number: Array, kept: State) -> State:
        first = jnp.minimum(number * block, total - block)
        here, begin_s, state = _cut((fixed, start_s, begun), first, block)

        def _at_time(carried: State, now_s: Array) -> tuple[State, None]:
            place, _, code = axes(
                here, elapsed_s=begin_s + now_s, bound=bound, gravity=gravity, fast=False
            )
            return update(carried, place, code, now_s), None

        ended, _ = lax.scan(_at_time, state, time_s)
        put: State = jax.tree.map(
            lambda whole, part: lax.dynamic_update_slice_in_dim(whole, part, first, 0), kept, ended
        )
        return put

    ended: State = lax.fori_loop(0, -(-total // block), _of_block, begun)
    return ended


def _cut(tree: Any, first: Array, block: int) -> Any:
    return jax.tree.map(lambda leaf: lax.dynamic_slice_in_dim(leaf, first, block), tree)
