"""Where does each satellite of a stack stand at an instant?"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from sunstack.disciplines import network, orbit
from sunstack.disciplines.network import Stack
from sunstack.skeleton import Skeleton as Skeleton
from sunstack.skeleton import skeletons as skeletons


def stack(skeleton: Skeleton, orbits: orbit.Spec, *, elapsed_s: float) -> Stack:
    """Where a group's satellites stand at an instant after the epoch; compiled once per shape."""
    found: Stack = _stacked(skeleton.plane, orbits, elapsed_s, slot_count=skeleton.slot_count)
    return found


@partial(jax.jit, static_argnames="slot_count")
def _stacked(
    plane: ArrayLike, orbits: orbit.Spec, elapsed_s: ArrayLike, *, slot_count: int
) -> Stack:
    orbits = jax.tree.map(lambda leaf: leaf[plane], orbits)
    rates = orbit.secular_rates(
        semi_major_axis_m=orbits.semi_major_axis_m,
        eccentricity_ratio=orbits.eccentricity_ratio,
        inclination_rad=orbits.inclination_rad,
    )
    along = rates.argument_of_perigee_rad_per_s + rates.mean_anomaly_rad_per_s
    phase = orbits.argument_of_latitude_rad + along * elapsed_s
    return network.stacked(
        radius_m=orbits.semi_major_axis_m.mean(axis=1),
        inclination_rad=orbits.inclination_rad.mean(axis=1),
        node_rad=orbits.node_rad + rates.node_rad_per_s * elapsed_s,
        phase_rad=jnp.mod(phase, 2.0 * jnp.pi),
        slot_count=slot_count,
    )
