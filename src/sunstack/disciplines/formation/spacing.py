"""How close do satellites of a cluster come to each other, and how far apart, over a flight?

Distances of every pair at every sample, reduced as they are made: no array of pairs by samples.

Assumes: what was flown (see `course`).
Leaves out: what happens between samples (see `course.SAMPLES_PER_ORBIT`); the satellites' own size.
Reference: geometry.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax

from .course import Course
from .lattice import Integers, Lattice, neighbours


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Distances:
    """Of pairs, over all samples."""

    least_m: Array
    mean_m: Array
    most_m: Array


@jax.jit
def of_all_pairs(track_m: Array) -> Distances:
    """Least, mean and greatest distance of every pair, shape (satellites, satellites).

    Args:
        track_m: shape (samples, satellites, 3).
    """

    def _from_one(number: Array) -> Distances:
        return _over_samples(jnp.linalg.norm(track_m - track_m[:, number, None], axis=-1))

    found: Distances = lax.map(_from_one, jnp.arange(track_m.shape[1]))
    return found


@jax.jit
def between(track_m: Array, *, pairs: tuple[Integers, Integers]) -> Distances:
    """Least, mean and greatest distance of chosen pairs, shape (pairs,)."""
    return _over_samples(jnp.linalg.norm(track_m[:, pairs[0]] - track_m[:, pairs[1]], axis=-1))


def of_neighbours(lattice: Lattice, track_m: Array, *, offset: tuple[int, int]) -> Distances:
    """Of every pair so far apart on the lattice, shape (pairs,)."""
    found: Distances = between(track_m, pairs=neighbours(lattice, offset=offset))
    return found


def nearest_m(track_m: Array) -> Array:
    """Least distance between any two satellites over all samples; NaN of a single one."""
    least = of_all_pairs(track_m).least_m
    if least.shape[0] < 2:
        return jnp.asarray(jnp.nan)
    return jnp.min(jnp.where(jnp.eye(least.shape[0], dtype=bool), jnp.inf, least))


@jax.jit
def envelope_m(flight: Course) -> Array:
    """Farthest that any member came from the centre: up or down, along, across; shape (3,)."""
    return jnp.abs(flight.relative.position_m).max(axis=(0, 1))


def _over_samples(distance_m: Array) -> Distances:
    return Distances(
        least_m=distance_m.min(axis=0),
        mean_m=distance_m.mean(axis=0),
        most_m=distance_m.max(axis=0),
    )
