"""How many bits does a radio link carry, for what share of time, and how loud is it at the ground?

    C/N = EIRP · G/T / (4πR/λ)² / (k B · losses)        rate = B / (1 + roll-off) · η(C/N)

η is the spectral efficiency of the best modulation and coding whose threshold the link holds: what
DVB-S2X lists, or Shannon's bound less an implementation loss. Losses by weather are exceeded for a
share of time each, so that an adaptive link has a rate for each share, a mean, and an availability.
Rain that a receiver on the ground looks into is warm, 275 K (1 - 1/loss), and adds to its noise.

Assumes: noise white over the channel; the best coding known at once; no interference.
Leaves out: the worst month, depolarisation, codes below -2.85 dB, hand-overs.
Reference: Maral & Bousquet, Satellite Communications Systems, 6th ed., ch. 5; ETSI EN 302 307-1 and
-2; 47 CFR 25.208(b) and Radio Regulations, table 21-4, for the flux at the ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import BOLTZMANN_J_PER_K

from .sweep import LIGHT_M_PER_S

RAIN_K = 275.0
"""Temperature of rain, as a receiver sees it."""
LOW_RAD, HIGH_RAD = float(jnp.deg2rad(5.0)), float(jnp.deg2rad(25.0))
"""Angles of arrival between which a limit of flux rises, in decibels for each degree."""
KU_FLUX_W_PER_M2_HZ = (10.0**-12.6 / 1e6, 10.0**-11.6 / 1e6)
"""10.7 to 11.7 GHz: -126 dB(W/m²) in 1 MHz at the horizon, -116 high up."""
KA_FLUX_W_PER_M2_HZ = (10.0**-11.5 / 1e6, 10.0**-10.5 / 1e6)
"""17.7 to 19.3 GHz: -115 dB(W/m²) in 1 MHz at the horizon, less what a large fleet costs; -105."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Channel:
    """One way of a radio link, from a transmitter to a receiver."""

    frequency_hz: Array
    bandwidth_hz: Array
    eirp_w: Array
    gain_to_noise_per_k: Array
    """Of the receiver under a clear sky."""
    noise_k: Array
    """Of the receiver under a clear sky."""
    warm_k: Array
    """Of the rain the receiver looks into: `RAIN_K` on the ground, 0 in orbit."""
    other_loss_db: Array
    """Pointing, polarisation, back-off, interference."""
    implementation_loss_db: Array
    """From an ideal receiver's threshold to a real one's."""
    roll_off_fraction: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Codings:
    """Modulations with their codes, shape (codings,) each."""

    efficiency: Array
    """Bits for each symbol."""
    threshold_ratio: Array
    """Energy of a symbol over noise from which frames come through, of an ideal receiver."""


# --- what arrives ---------------------------------------------------------------------------------


def free_space_loss_db(*, range_m: ArrayLike, frequency_hz: ArrayLike) -> Array:
    """Loss between antennas that radiate all round."""
    waves = 4.0 * jnp.pi * jnp.asarray(range_m) * jnp.asarray(frequency_hz) / LIGHT_M_PER_S
    return 20.0 * jnp.log10(waves)


def dish_gain_ratio(
    *, dish_m: ArrayLike, frequency_hz: ArrayLike, aperture_efficiency: ArrayLike
) -> Array:
    """Gain of a dish."""
    around = jnp.pi * jnp.asarray(dish_m) * jnp.asarray(frequency_hz) / LIGHT_M_PER_S
    return jnp.asarray(aperture_efficiency) * around**2


def carrier_to_noise_ratio(
    channel: Channel, *, range_m: ArrayLike, weather_loss_db: ArrayLike = 0.0
) -> Array:
    """Carrier over noise in the channel; shape of range and loss broadcast.

    Args:
        channel: transmitter and receiver.
        range_m: between them.
        weather_loss_db: by air, clouds, rain and scintillation.
    """
    path_db = free_space_loss_db(range_m=range_m, frequency_hz=channel.frequency_hz)
    lost_db = path_db + channel.other_loss_db + jnp.asarray(weather_loss_db)
    passed = 10.0 ** (-0.1 * jnp.asarray(weather_loss_db))
    warmed = 1.0 + channel.warm_k * (1.0 - passed) / channel.noise_k
    received = channel.eirp_w * 10.0 ** (-0.1 * lost_db)
    noise = BOLTZMANN_J_PER_K * channel.bandwidth_hz * warmed
    return received * channel.gain_to_noise_per_k / noise


# --- bits -----------------------------------------------------------------------------------------


def coded_efficiency(codings: Codings, *, signal_to_noise_ratio: ArrayLike) -> Array:
    """Bits for each symbol of the best coding that the signal holds; 0 where it holds none."""
    signal = jnp.asarray(signal_to_noise_ratio)[..., None]
    return jnp.max(jnp.where(codings.threshold_ratio <= signal, codings.efficiency, 0.0), axis=-1)


def shannon_efficiency(
    *, signal_to_noise_ratio: ArrayLike, implementation_loss_db: ArrayLike
) -> Array:
    """Bits for each symbol that Shannon's bound leaves after a loss."""
    loss = 10.0 ** (0.1 * jnp.asarray(implementation_loss_db))
    return jnp.log2(1.0 + jnp.asarray(signal_to_noise_ratio) / loss)


def channel_rate_bit_per_s(
    channel: Channel, codings: Codings, *, range_m: ArrayLike, weather_loss_db: ArrayLike = 0.0
) -> Array:
    """Rate of an adaptive link; 0 where no coding holds."""
    symbols_hz = channel.bandwidth_hz / (1.0 + channel.roll_off_fraction)
    # Noise enters through a filter as wide as the symbol rate, not as the channel.
    carrier = carrier_to_noise_ratio(channel, range_m=range_m, weather_loss_db=weather_loss_db)
    signal = carrier * channel.bandwidth_hz / symbols_hz
    ideal = signal * 10.0 ** (-0.1 * channel.implementation_loss_db)
    return symbols_hz * coded_efficiency(codings, signal_to_noise_ratio=ideal)


def channel_margin_db(
    channel: Channel,
    *,
    range_m: ArrayLike,
    threshold_ratio: ArrayLike,
    weather_loss_db: ArrayLike = 0.0,
) -> Array:
    """Signal to spare for a coding; negative where it does not hold."""
    carrier = carrier_to_noise_ratio(channel, range_m=range_m, weather_loss_db=weather_loss_db)
    signal = carrier * (1.0 + channel.roll_off_fraction)
    return 10.0 * jnp.log10(signal / jnp.asarray(threshold_ratio)) - channel.implementation_loss_db


# --- over the year --------------------------------------------------------------------------------


def mean_rate_bit_per_s(*, exceeded_fraction: Array, rate_bit_per_s: Array) -> Array:
    """Mean over the year of a rate that falls with rarer weather, from below.

    Args:
        exceeded_fraction: shares of time, rising, shape (shares,).
        rate_bit_per_s: held but for those shares, shape (..., shares).

    What is rarer than the first share counts as none; the rest of the year beyond the last share
    has the rate of the last.
    """
    width = jnp.diff(exceeded_fraction)
    between = jnp.sum(width * rate_bit_per_s[..., :-1], axis=-1)
    return between + (1.0 - exceeded_fraction[-1]) * rate_bit_per_s[..., -1]


def availability_fraction(
    *, exceeded_fraction: Array, rate_bit_per_s: Array, least_bit_per_s: ArrayLike
) -> Array:
    """Share of the year for which a rate is held, from below; 0 where not even the last share is.

    Args:
        exceeded_fraction: shares of time, rising, shape (shares,).
        rate_bit_per_s: held but for those shares, shape (..., shares).
        least_bit_per_s: the rate that is wanted.
    """
    held = rate_bit_per_s >= jnp.asarray(least_bit_per_s)
    return 1.0 - jnp.min(jnp.where(held, exceeded_fraction, 1.0), axis=-1)


# --- at the ground --------------------------------------------------------------------------------


def flux_w_per_m2_hz(*, eirp_w_per_hz: ArrayLike, range_m: ArrayLike) -> Array:
    """Power flux at the ground for each hertz, in free space as the limits have it."""
    return jnp.asarray(eirp_w_per_hz) / (4.0 * jnp.pi * jnp.asarray(range_m) ** 2)


def flux_limit_w_per_m2_hz(
    *,
    elevation_rad: ArrayLike,
    horizon_w_per_m2_hz: ArrayLike,
    high_w_per_m2_hz: ArrayLike,
) -> Array:
    """Limit of flux by angle of arrival: level to 5°, rising in decibels to 25°, level above.

    Args:
        elevation_rad: angle of arrival above the horizon.
        horizon_w_per_m2_hz: limit up to 5°, as the first of `KU_FLUX_W_PER_M2_HZ`.
        high_w_per_m2_hz: limit from 25° up, as the second.
    """
    rise = jnp.clip((jnp.asarray(elevation_rad) - LOW_RAD) / (HIGH_RAD - LOW_RAD), 0.0, 1.0)
    low, high = jnp.asarray(horizon_w_per_m2_hz), jnp.asarray(high_w_per_m2_hz)
    return low * (high / low) ** rise


def fleet_excess_db(*, satellite_count: ArrayLike) -> Array:
    """X, by which 17.7 to 19.3 GHz is tightened near the horizon for a fleet (RR 21.16.6).

    Written for hundreds of satellites; of a million it asks 14,499 dB, which no system can meet.
    """
    count = jnp.asarray(satellite_count)
    middle = 5.0 / 119.0 * (count - 50.0)
    return jnp.where(count <= 50.0, 0.0, jnp.where(count <= 288.0, middle, (count + 402.0) / 69.0))


def flux_margin_db(*, flux_w_per_m2_hz: ArrayLike, limit_w_per_m2_hz: ArrayLike) -> Array:
    """What a limit of flux leaves; negative where it is broken."""
    return 10.0 * jnp.log10(jnp.asarray(limit_w_per_m2_hz) / jnp.asarray(flux_w_per_m2_hz))
