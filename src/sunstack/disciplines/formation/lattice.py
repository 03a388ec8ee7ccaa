"""Where does each satellite of a cluster stand, and how far apart do neighbours come?

Satellites of one semi-major axis whose eccentricity vectors differ go round each other once an
orbit, twice as far along the track as in altitude. With the vectors on a square lattice of integer
points (i, j), pitch p and phase θ = n t,

    x = k p (i cos θ + j sin θ)      y = 2 p (j cos θ - i sin θ)      z = q p (i sin θ - j cos θ)

(x up, y along the track, z across it). For k = 1 and q = 0 two satellites (a, b) apart on the
lattice are between p √(a² + b²) and twice that from each other, and both twice an orbit: the
cluster keeps its neighbours and an outline that is an ellipse of two to one.

Assumes: a circular orbit, a cluster small against it (Hill-Clohessy-Wiltshire).
Leaves out: oblateness, which shears the cluster (see `drift`); terms of second order.
Reference: Clohessy & Wiltshire, J. Aerospace Sci. 27 (1960) 653; D'Amico & Montenbruck, J. Guid.
Control Dyn. 29 (2006) 554, for z at right angles to x; the lattice: arXiv 2511.19468, fig. 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike
from numpy.typing import NDArray

from sunstack.errors import ScenarioError

from .hill import Motion

MOST_SATELLITES = 100_000
"""Of one cluster; their positions and velocities are 5 MB."""
DIRECT = ((1, 0), (0, 1))
DIAGONAL = ((1, 1), (1, -1))
Integers = NDArray[np.int64]


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Lattice:
    """A cluster; members in rising distance from the centre, the first of them the centre."""

    pitch_m: Array
    """Radial amplitude between neighbours."""
    points: tuple[tuple[int, int], ...] = field(metadata={"static": True})
    """(i, j) of every member."""

    @property
    def satellite_count(self) -> int:
        """Members, the centre among them."""
        return len(self.points)

    @property
    def reach_ratio(self) -> float:
        """Distance of the farthest member from the centre, in pitches."""
        return math.hypot(*self.points[-1])


def within(*, radius_m: float, pitch_m: float) -> Lattice:
    """Fill an ellipse of two to one.

    Args:
        radius_m: half its length along the track.
        pitch_m: radial amplitude between neighbours.

    Raises:
        ScenarioError: a length is none, or the cluster has more than `MOST_SATELLITES`.
    """
    _check(pitch_m=pitch_m, radius_m=radius_m)
    reach = 0.5 * radius_m / pitch_m * (1.0 + 1e-9)
    if math.pi * reach**2 > MOST_SATELLITES:
        raise ScenarioError(
            f"radius_m: {radius_m:g} m at a pitch of {pitch_m:g} m is a cluster of "
            f"{math.pi * reach**2:,.0f}; write a radius that holds {MOST_SATELLITES:,} or fewer"
        )
    return Lattice(pitch_m=jnp.asarray(pitch_m), points=_points(reach))


def of_count(*, satellite_count: int, pitch_m: float) -> Lattice:
    """Take the points nearest the centre, as many as there are satellites.

    Raises:
        ScenarioError: the pitch is none, or the number is below 1 or above `MOST_SATELLITES`.
    """
    _check(pitch_m=pitch_m)
    if not 1 <= satellite_count <= MOST_SATELLITES:
        raise ScenarioError(
            f"satellites: {satellite_count} is no cluster; write 1 to {MOST_SATELLITES:,}"
        )
    # A disc of area N and a rim as wide as a cell's diagonal holds N points for certain.
    points = _points(math.sqrt(satellite_count / math.pi) + math.sqrt(2.0))
    return Lattice(pitch_m=jnp.asarray(pitch_m), points=points[:satellite_count])


def _check(**lengths_m: float) -> None:
    wrong = [
        f"{name}: {value:g} is no length; write a number above 0, as 100"
        for name, value in lengths_m.items()
        if not (math.isfinite(value) and value > 0.0)
    ]
    if wrong:
        raise ScenarioError("\n".join(wrong))


def _points(reach: float) -> tuple[tuple[int, int], ...]:
    """Integer points of a disc, nearest first; those as near, by their numbers."""
    steps = range(-int(reach), int(reach) + 1)
    inside = [(i, j) for i in steps for j in steps if i * i + j * j <= reach * reach]
    return tuple(sorted(inside, key=lambda point: (point[0] ** 2 + point[1] ** 2, point)))


def neighbours(lattice: Lattice, *, offset: tuple[int, int]) -> tuple[Integers, Integers]:
    """Numbers of the members that have another one so far on, and those others' numbers."""
    number = {point: index for index, point in enumerate(lattice.points)}
    pairs = [
        (index, number[there])
        for (i, j), index in number.items()
        if (there := (i + offset[0], j + offset[1])) in number
    ]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


@jax.jit
def relative_motion(
    lattice: Lattice,
    *,
    mean_motion_rad_per_s: ArrayLike,
    phase_rad: ArrayLike = 0.0,
    axis_ratio: ArrayLike = 1.0,
    cross_track_ratio: ArrayLike = 0.0,
) -> Motion:
    """Of every member about the centre, in the frame that turns with it.

    Args:
        lattice: the cluster.
        mean_motion_rad_per_s: n, of the centre.
        phase_rad: θ, broadcast to the front of the members' axis.
        axis_ratio: k, radial amplitude over half of that along the track: 1 is two to one. Heights
            and vertical speeds take it, places and speeds along the track do not.
        cross_track_ratio: q, amplitude across the track over the radial one.

    Returns:
        Shape (..., satellites, 3).
    """
    i, j = jnp.asarray(lattice.points, dtype=float).T * lattice.pitch_m
    phase = jnp.asarray(phase_rad)[..., None]
    up, on = i * jnp.cos(phase) + j * jnp.sin(phase), j * jnp.cos(phase) - i * jnp.sin(phase)
    across = jnp.asarray(cross_track_ratio)
    rate = jnp.asarray(mean_motion_rad_per_s)[..., None, None]
    return Motion(
        position_m=jnp.stack([axis_ratio * up, 2.0 * on, -across * on], axis=-1),
        velocity_m_per_s=rate * jnp.stack([axis_ratio * on, -2.0 * up, across * up], axis=-1),
    )


def separation_m(lattice: Lattice, *, offset: tuple[int, int], phase_rad: ArrayLike) -> Array:
    """Distance of members so far apart on the lattice, in the plane, without trim."""
    phase = jnp.asarray(phase_rad)
    a, b = offset
    up = a * jnp.cos(phase) + b * jnp.sin(phase)
    on = b * jnp.cos(phase) - a * jnp.sin(phase)
    return lattice.pitch_m * jnp.hypot(up, 2.0 * on)
