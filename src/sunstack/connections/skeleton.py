"""Where does each satellite of a stack stand at an instant?"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

from sunstack.disciplines import network, orbit
from sunstack.disciplines.network import Stack
from sunstack.skeleton import Skeleton as Skeleton
from sunstack.skeleton import skeletons as skeletons


def stack(skeleton: Skeleton, orbits: orbit.Spec, *, elapsed_s: float) -> Stack:
    """Where a group's satellites stand at an instant after the epoch."""
    rates = orbit.secular_rates(
        semi_major_axis_m=orbits.semi_major_axis_m,
        eccentricity_ratio=orbits.eccentricity_ratio,
        inclination_rad=orbits.inclination_rad,
    )
    along = rates.argument_of_perigee_rad_per_s + rates.mean_anomaly_rad_per_s
    plane = skeleton.plane
    node = orbits.node_rad + rates.node_rad_per_s * elapsed_s
    phase = orbits.argument_of_latitude_rad + along * elapsed_s
    found: Stack = _stacked(
        orbits.semi_major_axis_m[plane].mean(axis=1),
        orbits.inclination_rad[plane].mean(axis=1),
        node[plane],
        jnp.mod(phase[plane], 2.0 * jnp.pi),
        skeleton.slot_count,
    )
    return found


@partial(jax.jit, static_argnums=4)
def _stacked(
    radius_m: Array, inclination_rad: Array, node_rad: Array, phase_rad: Array, slot_count: int
) -> Stack:
    return network.stacked(
        radius_m=radius_m,
        inclination_rad=inclination_rad,
        node_rad=node_rad,
        phase_rad=phase_rad,
        slot_count=slot_count,
    )
