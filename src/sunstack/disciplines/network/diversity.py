"""How often does at least one of several optical ground stations see through the clouds?

Alone, station i is clear for a share a_i of time. Were skies independent, all would be cloudy at
once for Π (1 - a_i). Weather is wide: each sky is taken as a normal variable, clear below its
quantile a_i, and any two correlated by exp(-d / ℓ) over their distance d: all are cloudy for

    P = ∫ Π Φ((√ρ z - Φ⁻¹(a_i)) / √(1 - ρ)) φ(z) dz

with ρ the mean correlation of the pairs: stations side by side share one sky and count as one,
those a continent apart nearly as many as they are. The other rule in use, that n stations count as
0.86 n independent ones of their mean availability, is the same without a map, read off one network.

Assumes: a common correlation of all pairs, their mean; clear or cloudy, nothing between.
Leaves out: seasons, the time of day, common fronts that outlast their size, hand-over from one
station to the next, thin cloud that a link with power to spare sees through.
Reference: Birch et al., arXiv 2211.09248 (eight stations); Vasicek (1987) for the integral.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.stats import norm
from jax.typing import ArrayLike

from sunstack.units import EARTH_RADIUS_M

CLOUD_LENGTH_M = 550e3
"""ℓ: skies of two places are correlated by 1/e this far apart. Estimate, 400 to 800 km: with it
eight stations of Australia and New Zealand, clear 69 % of the time, reach the published 99.97 %."""
COUNTED_FACTOR = 0.86
"""Independent stations that one of a network counts for; from those same eight stations."""
CLOSEST = 0.999999
"""Correlation up to which the integral is taken; closer stations are one."""

# By NumPy: whoever only imports this compiles nothing.
_NODES = np.linspace(-8.0, 8.0, 401)
_WEIGHTS = np.exp(-0.5 * _NODES**2) / np.exp(-0.5 * _NODES**2).sum()


def independent_fraction(*, clear_fraction: ArrayLike) -> Array:
    """Share of time in which at least one station is clear, were their skies independent.

    Args:
        clear_fraction: of each station, shape (..., stations).
    """
    return 1.0 - jnp.prod(1.0 - jnp.asarray(clear_fraction), axis=-1)


def counted_fraction(
    *, clear_fraction: ArrayLike, counted_factor: ArrayLike = COUNTED_FACTOR
) -> Array:
    """The same by the rule that n stations count as 0.86 n independent ones of their mean.

    Args:
        clear_fraction: of each station, shape (..., stations).
        counted_factor: independent stations that each counts for.
    """
    clear = jnp.asarray(clear_fraction)
    count = counted_factor * clear.shape[-1]
    # One station counts as itself, whatever the factor.
    return 1.0 - (1.0 - jnp.mean(clear, axis=-1)) ** jnp.maximum(count, 1.0)


def effective_count(*, clear_fraction: ArrayLike, network_fraction: ArrayLike) -> Array:
    """Independent stations of the mean availability that would be clear as often as a network."""
    cloudy = 1.0 - jnp.mean(jnp.asarray(clear_fraction), axis=-1)
    return jnp.log1p(-jnp.asarray(network_fraction)) / jnp.log(cloudy)


def distances_m(*, latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> Array:
    """Great circles between stations, shape (stations, stations)."""
    north, east = jnp.asarray(latitude_rad), jnp.asarray(longitude_rad)
    half = jnp.sin(0.5 * (north[:, None] - north)) ** 2
    across = jnp.cos(north)[:, None] * jnp.cos(north) * jnp.sin(0.5 * (east[:, None] - east)) ** 2
    return 2.0 * EARTH_RADIUS_M * jnp.arcsin(jnp.sqrt(jnp.clip(half + across, 0.0, 1.0)))


def correlation_ratio(
    *, distance_m: ArrayLike, cloud_length_m: ArrayLike = CLOUD_LENGTH_M
) -> Array:
    """Correlation of the skies of two places."""
    return jnp.exp(-jnp.asarray(distance_m) / jnp.asarray(cloud_length_m))


def mean_correlation_ratio(
    *, distances_m: Array, cloud_length_m: ArrayLike = CLOUD_LENGTH_M
) -> Array:
    """Mean over all pairs of stations; 0 for a station alone.

    Args:
        distances_m: between stations, shape (stations, stations).
        cloud_length_m: see `CLOUD_LENGTH_M`.
    """
    count = distances_m.shape[0]
    whole = correlation_ratio(distance_m=distances_m, cloud_length_m=cloud_length_m)
    pairs = count * (count - 1)
    return (jnp.sum(whole) - count) / max(pairs, 1)


def network_fraction(*, clear_fraction: ArrayLike, correlation_ratio: ArrayLike) -> Array:
    """Share of time in which at least one station is clear, all pairs correlated alike.

    Args:
        clear_fraction: of each station, shape (..., stations), between 0 and 1.
        correlation_ratio: of every pair, 0 to 1, a scalar.

    Returns:
        Shape of `clear_fraction` without its last axis.
    """
    shared = jnp.clip(jnp.asarray(correlation_ratio), 0.0, CLOSEST)
    bound = norm.ppf(jnp.asarray(clear_fraction))[..., None, :]
    reached = (jnp.sqrt(shared) * _NODES[:, None] - bound) / jnp.sqrt(1.0 - shared)
    cloudy = jnp.prod(norm.cdf(reached), axis=-1)
    return 1.0 - jnp.sum(_WEIGHTS * cloudy, axis=-1)


def stations_chosen(
    *,
    clear_fraction: Array,
    distances_m: Array,
    wanted_fraction: float,
    cloud_length_m: float = CLOUD_LENGTH_M,
) -> tuple[tuple[int, ...], float]:
    """Add stations one by one, each the one that helps most, until a network is clear enough.

    Args:
        clear_fraction: of each candidate, shape (candidates,).
        distances_m: between candidates, shape (candidates, candidates).
        wanted_fraction: share of time in which at least one is to be clear.
        cloud_length_m: see `CLOUD_LENGTH_M`.

    Returns:
        Candidates in the order they were added, and how often at least one of them is clear: less
        than was wanted where not even adding what still helps reaches it.
    """
    picked: list[int] = []
    reached = 0.0
    skies = correlation_ratio(distance_m=distances_m, cloud_length_m=cloud_length_m)
    taken = jnp.zeros(clear_fraction.shape[0])
    while reached < wanted_fraction and len(picked) < clear_fraction.shape[0]:
        found = _with_each(clear_fraction, skies, taken)
        best = int(jnp.argmax(found))
        if float(found[best]) <= reached:
            break
        picked.append(best)
        reached = float(found[best])
        taken = taken.at[best].set(1.0)
    return tuple(picked), reached


@jax.jit
def _with_each(clear: Array, skies: Array, taken: Array) -> Array:
    """Share of time that a network is clear with each candidate besides; those in it help no more.

    A station left out is one that is never clear: then no shape depends on how many are in.
    """
    inside = jnp.maximum(taken, jnp.eye(clear.shape[0]))
    count = jnp.sum(inside, axis=1)
    whole = jnp.einsum("ci,ij,cj->c", inside, skies, inside)
    shared = (whole - count) / jnp.maximum(count * (count - 1.0), 1.0)
    return jax.vmap(
        lambda here, ratio: network_fraction(clear_fraction=here * clear, correlation_ratio=ratio)
    )(inside, shared)
