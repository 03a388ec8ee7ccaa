"""Where do satellites go under the pull of an oblate Earth, to a fraction of a millimetre?

    r̈ = -μ r / r³ · [1 + (3/2) J2 (R/r)² (c - 5 z²/r²)]        c = 1, 1, 3 for x, y, z

integrated in fixed steps by a symmetric composition of fifteen leapfrogs, of order 8: drift by
γ h/2, kick by γ h, drift by γ h/2, with Suzuki and Umeno's γ. It is symplectic: energy does not
creep, and what drifts apart does so by the forces and not by the steps. At 120 steps an orbit what
is left is the rounding of numbers of 7,000 km, 5 µm in six orbits.

Assumes: an axis that does not move, no other force.
Leaves out: higher harmonics, Sun, Moon, air and light, which a cluster a few kilometres across
feels almost alike; their differences are in `keeping`.
Reference: Suzuki & Umeno (1993), in Hairer, Lubich & Wanner, Geometric Numerical Integration (2nd
ed.), sec. V.3.2, eq. (3.11); order and result are checked against SciPy's DOP853 (tests).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from sunstack.units import EARTH_J2, EARTH_RADIUS_M, GRAVITATIONAL_PARAMETER_M3_PER_S2

from .hill import Motion

_HALF = (
    0.74167036435061295344822780,
    -0.40910082580003159399730010,
    0.19075471029623837995387626,
    -0.57386247111608226665638773,
    0.29906418130365592384446354,
    0.33462491824529818378495798,
    0.31529309239676659663205666,
    -0.79688793935291635401978884,
)
STAGES: tuple[float, ...] = _HALF + _HALF[-2::-1]
"""γ of the fifteen leapfrogs; they sum to 1."""
STEPS_PER_ORBIT = 120
"""Steps whose errors are below those of rounding: micrometres in a low orbit (tests)."""


@partial(jax.jit, static_argnames=("steps_per_sample", "sample_count"))
def flown(
    start: Motion,
    *,
    step_s: ArrayLike,
    steps_per_sample: int,
    sample_count: int,
    oblateness_ratio: ArrayLike = EARTH_J2,
) -> Motion:
    """Fly on from a start, and look at every so many steps.

    Args:
        start: inertial, Earth-centred, shape (..., 3).
        step_s: of the integration.
        steps_per_sample: steps from one sample to the next.
        sample_count: samples after the start.
        oblateness_ratio: J2; 0 for a round Earth.

    Returns:
        Shape (sample_count + 1, ..., 3), the start first.
    """
    bulge_m2 = 1.5 * jnp.asarray(oblateness_ratio) * EARTH_RADIUS_M**2

    def _one(now: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], None]:
        return _step(now, jnp.asarray(step_s), bulge_m2), None

    def _sample(now: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], Motion]:
        later, _ = lax.scan(_one, now, length=steps_per_sample)
        return later, Motion(position_m=later[0], velocity_m_per_s=later[1])

    first = (start.position_m, start.velocity_m_per_s)
    _, after = lax.scan(_sample, first, length=sample_count)
    return Motion(
        position_m=jnp.concatenate([start.position_m[None], after.position_m]),
        velocity_m_per_s=jnp.concatenate([start.velocity_m_per_s[None], after.velocity_m_per_s]),
    )


def _step(now: tuple[Array, Array], step_s: Array, bulge_m2: Array) -> tuple[Array, Array]:
    place, speed = now
    lengths = jnp.asarray(STAGES) * step_s
    # Drifts of neighbouring stages are one: half of each.
    drifts = 0.5 * (lengths + jnp.roll(lengths, 1)).at[0].set(lengths[0])

    def _stage(held: tuple[Array, Array], length: tuple[Array, Array]) -> tuple[Any, None]:
        drift, kick = length
        moved = held[0] + drift * held[1]
        return (moved, held[1] + kick * _pull(moved, bulge_m2)), None

    (place, speed), _ = lax.scan(_stage, (place, speed), (drifts, lengths), unroll=True)
    return place + 0.5 * lengths[-1] * speed, speed


def _pull(place_m: Array, bulge_m2: Array) -> Array:
    """Acceleration, m/s²."""
    squared = jnp.sum(place_m**2, axis=-1, keepdims=True)
    polar = 5.0 * place_m[..., 2:] ** 2 / squared
    factor = 1.0 + bulge_m2 / squared * (jnp.asarray([1.0, 1.0, 3.0]) - polar)
    return -GRAVITATIONAL_PARAMETER_M3_PER_S2 * place_m * factor / (squared * jnp.sqrt(squared))
