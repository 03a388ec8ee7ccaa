"""How much can a laser carry between Earth and Mars, and how long does a message wait and travel?

The rate falls with the square of the distance from one that was shown, d₀, up to what the modem can
do; or follows from the photons that arrive, with apertures D, power P and n photons to a bit:

    R = min(R₀ (d₀ / d)², R_max)            R = η P (π D_t D_r / (4 λ d))² / (n h c / λ)

A message leaves when its receiver is in view and what came before it has left: the wait for the
planet to turn, (1 - f)² T / 2 in the mean for a share f of its day T in view, and the queue, of
which each step keeps

    backlog <- max(0, backlog + volume - capacity)

Nothing leaves while the Sun is too near the line of sight.

Assumes: clear sky at the receivers, or receivers above the air; waits at both ends add up.
Leaves out: acquisition (minutes), repeats of what was lost, pointing loss, background light but for
the angle that is kept off the Sun.
Reference: Hemmati (ed.), Deep Space Optical Communications (2006), ch. 2, for the photons; FIFO
queues: what enters has left once as much has left in all.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from sunstack.units import DAY_S

from .planets import LIGHT_M_PER_S, Geometry

PLANCK_J_S = 6.62607015e-34
"""CODATA 2018, exact."""
MARS_DAY_S = 88_775.244
"""Mean solar day of Mars."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Shown:
    """A rate that has been shown, and the most the modem can do."""

    rate_bit_per_s: Array
    distance_m: Array
    ceiling_bit_per_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Laser:
    """Sender and receiver of a photon-counting link."""

    power_w: Array
    """Mean, leaving the sender."""
    sender_diameter_m: Array
    receiver_diameter_m: Array
    wavelength_m: Array
    efficiency: Array
    """Of all that lies between the sender's window and a counted photon."""
    photons_per_bit_ratio: Array
    """Counted ones."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Forwarding:
    """What a step's messages meet with, shape (steps,)."""

    queued_bit_count: Array
    """Left over at the step's end."""
    queue_s: Array
    """From the step's end until its last bit has left; NaN if that is beyond the last step."""
    served_bit_count: Array


def shown_rate_bit_per_s(shown: Shown, *, distance_m: ArrayLike) -> Array:
    """Rate at a distance, from one that was shown at another."""
    squared = (shown.distance_m / jnp.asarray(distance_m)) ** 2
    return jnp.minimum(shown.rate_bit_per_s * squared, shown.ceiling_bit_per_s)


def photon_rate_bit_per_s(laser: Laser, *, distance_m: ArrayLike) -> Array:
    """Rate at a distance, from the photons that arrive there."""
    span = 4.0 * laser.wavelength_m * jnp.asarray(distance_m)
    caught = jnp.minimum(
        (jnp.pi * laser.sender_diameter_m * laser.receiver_diameter_m / span) ** 2, 1.0
    )
    photon_j = PLANCK_J_S * LIGHT_M_PER_S / laser.wavelength_m
    counted = laser.efficiency * laser.power_w * caught / photon_j
    return counted / laser.photons_per_bit_ratio


def open_fraction(
    seen: Geometry, *, earth_limit_rad: ArrayLike, mars_limit_rad: ArrayLike
) -> Array:
    """Return 1 while both ends see each other far enough from the Sun, else 0."""
    clear = (seen.sun_earth_mars_rad >= jnp.asarray(earth_limit_rad)) & (
        seen.sun_mars_earth_rad >= jnp.asarray(mars_limit_rad)
    )
    return clear.astype(float)


def view_fraction(
    *, latitude_rad: ArrayLike, declination_rad: ArrayLike, elevation_rad: ArrayLike
) -> Array:
    """Share of a day for which a place sees what stands at a declination above an elevation."""
    place, height = jnp.asarray(latitude_rad), jnp.asarray(declination_rad)
    reach = jnp.cos(place) * jnp.cos(height)
    above = jnp.sin(jnp.asarray(elevation_rad)) - jnp.sin(place) * jnp.sin(height)
    # At a pole it is always up or always down, whatever the sign of a rounded zero.
    cosine = jnp.clip(above / jnp.maximum(reach, 1e-12), -1.0, 1.0)
    return jnp.arccos(cosine) / jnp.pi


def mean_wait_s(*, view_share_fraction: ArrayLike, day_s: ArrayLike) -> Array:
    """Mean wait for a view that comes once a day and lasts a share of it."""
    hidden = 1.0 - jnp.asarray(view_share_fraction)
    return 0.5 * hidden**2 * jnp.asarray(day_s)


def longest_wait_s(*, view_share_fraction: ArrayLike, day_s: ArrayLike) -> Array:
    """Longest wait for such a view."""
    return (1.0 - jnp.asarray(view_share_fraction)) * jnp.asarray(day_s)


@jax.jit
def forwarding(
    *, volume_bit_count: ArrayLike, capacity_bit_count: ArrayLike, step_s: ArrayLike = DAY_S
) -> Forwarding:
    """Queue what comes in at each step behind what has come before.

    Args:
        volume_bit_count: that comes in during each step, shape (steps,) or one number.
        capacity_bit_count: that can leave in each step, shape (steps,).
        step_s: length of a step.
    """
    room = jnp.asarray(capacity_bit_count, dtype=float)
    volume = jnp.broadcast_to(jnp.asarray(volume_bit_count, dtype=float), room.shape)

    def _keep(backlog: Array, now: tuple[Array, Array]) -> tuple[Array, Array]:
        left = jnp.maximum(backlog + now[0] - now[1], 0.0)
        return left, left

    _, queued = lax.scan(_keep, jnp.zeros(()), (volume, room))
    entered = jnp.cumsum(volume)
    left = entered - queued
    # The first step by whose end as much has left as had entered: rounding must not push it on.
    enough = entered * (1.0 - 1e-12)
    step = jnp.searchsorted(left, enough, side="left")
    number = jnp.arange(room.size)
    before = jnp.where(step > 0, left[jnp.maximum(step - 1, 0)], 0.0)
    inside = jnp.minimum(step, room.size - 1)
    share = (entered - before) / jnp.maximum(left[inside] - before, 1e-300)
    waited = jnp.where(step <= number, 0.0, (step - 1 - number) + share) * jnp.asarray(step_s)
    return Forwarding(
        queued_bit_count=queued,
        queue_s=jnp.where(step >= room.size, jnp.nan, waited),
        served_bit_count=jnp.diff(left, prepend=0.0),
    )
