"""How much of a radio signal do air, clouds and rain take away, and for what share of time?

    A(p) = A_gas + sqrt((A_rain + A_cloud)² + A_scintillation²)    exceeded for a share p of time

Rain: what a climate's rain rate at 0.01 % of the time does over the path below the rain height,
with the path's reduction, then brought to other shares. Gas and cloud: from the zenith by 1/sin e,
for shares below 1 % those at 1 %, since rain's part holds the rest. Scintillation: by refractivity
and the dish's width. Every step is the recommendation's own, in its units of km, GHz, mm/h and %.

Assumes: circular polarisation; elevations from 5°; shares from 0.01 % to 50 % of an average year.
Leaves out: the worst month (some four times as long), snow on dishes, what rain adds to the noise.
Above 5 % rain is extrapolated; above 55 GHz the method is, by its authors' own account.
Reference: Recommendation ITU-R P.618-13, with P.837-7, P.838-3, P.839-4, P.840-7, P.676-12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

LEAST_FRACTION, MOST_FRACTION = 1e-4, 0.5
"""Shares of time between which a loss is given."""
LEAST_ELEVATION_RAD = 0.0872
"""5°: below it the path bends round the Earth."""
DISH_EFFICIENCY = 0.5
"""Of the area that evens scintillation out."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Climate:
    """A place as the recommendations see it, in one band; leaves of one shape, or scalars."""

    latitude_rad: Array
    height_m: Array
    """Of the ground above the sea."""
    rain_height_m: Array
    rain_m_per_s: Array
    """Exceeded for 0.01 % of the time."""
    scintillation_db: Array
    """Spread at 1 GHz, at the zenith, of a dish without width."""
    cloud_fraction: Array
    """Shares of time at which `cloud_db` stands, rising, shape (shares,)."""
    cloud_db: Array
    """At the zenith, in the band, exceeded for those shares, shape (shares,)."""
    gas_fraction: Array
    """Shares of time at which `gas_db` stands, rising, shape (shares,)."""
    gas_db: Array
    """At the zenith, in the band, exceeded for those shares, shape (shares,)."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Band:
    """A band of radio and what rain does to it: k Rᵅ dB/km at R mm/h."""

    frequency_hz: Array
    rain_factor: Array
    """k."""
    rain_ratio: Array
    """α."""


class Loss(NamedTuple):
    """Parts of a loss and the whole, in dB."""

    gas_db: Array
    cloud_db: Array
    rain_db: Array
    scintillation_db: Array
    total_db: Array


def loss_db(
    climate: Climate,
    band: Band,
    *,
    elevation_rad: ArrayLike,
    exceeded_fraction: ArrayLike,
    dish_m: ArrayLike,
) -> Loss:
    """Loss exceeded for a share of time, part by part.

    Args:
        climate: of the place, in the band.
        band: the band.
        elevation_rad: of the satellite above the horizon, from 5°.
        exceeded_fraction: share of an average year, 0.0001 to 0.5; clipped to these.
        dish_m: width of the antenna on the ground.

    Returns:
        Shape of elevation and share broadcast.
    """
    share = jnp.clip(jnp.asarray(exceeded_fraction), LEAST_FRACTION, MOST_FRACTION)
    rise = jnp.sin(jnp.asarray(elevation_rad))
    # Rain's prediction holds what gas and cloud do in the worst 1 % of the time.
    common = jnp.maximum(share, 0.01)
    gas = _at(common, climate.gas_fraction, climate.gas_db) / rise
    cloud = _at(common, climate.cloud_fraction, climate.cloud_db) / rise
    rain = _rain_db(climate, band, jnp.asarray(elevation_rad), 100.0 * share)
    flicker = _scintillation_db(climate, band, rise, 100.0 * share, jnp.asarray(dish_m))
    return Loss(gas, cloud, rain, flicker, gas + jnp.hypot(rain + cloud, flicker))


def _at(share: Array, shares: Array, losses: Array) -> Array:
    """Between the table's shares by their logarithm, as the recommendations do."""
    return jnp.interp(jnp.log(share), jnp.log(shares), losses)


def _rain_db(climate: Climate, band: Band, elevation: Array, percent: Array) -> Array:
    """Loss by rain; P.618-13, 2.2.1.1, steps 2 to 10."""
    rise, ghz = jnp.sin(elevation), band.frequency_hz / 1e9
    below_km = jnp.maximum((climate.rain_height_m - climate.height_m) / 1e3, 1e-6)
    per_km = band.rain_factor * (climate.rain_m_per_s * 3.6e6) ** band.rain_ratio
    along_km = below_km / rise
    flat_km = along_km * jnp.cos(elevation)
    reduced = 1.0 / (
        1.0 + 0.78 * jnp.sqrt(flat_km * per_km / ghz) - 0.38 * (1.0 - jnp.exp(-2.0 * flat_km))
    )
    leaves = jnp.arctan2(below_km, flat_km * reduced)
    # At the zenith the path has no flat part, and rain ends with the rain height.
    run_km = jnp.where(leaves > elevation, flat_km * reduced / jnp.cos(elevation), along_km)
    latitude = jnp.rad2deg(jnp.abs(climate.latitude_rad))
    equatorial = jnp.maximum(36.0 - latitude, 0.0)
    tilt = 1.0 - jnp.exp(-jnp.rad2deg(elevation) / (1.0 + equatorial))
    adjusted = 1.0 / (
        1.0 + jnp.sqrt(rise) * (31.0 * tilt * jnp.sqrt(run_km * per_km) / ghz**2 - 0.45)
    )
    worst = per_km * run_km * adjusted
    return worst * (percent / 0.01) ** -_rain_exponent(elevation, percent, worst, equatorial)


def _rain_exponent(elevation: Array, percent: Array, worst: Array, equatorial: Array) -> Array:
    """How fast the loss by rain falls with the share of time; P.618-13, step 10."""
    rise = jnp.sin(elevation)
    low = jnp.where(jnp.rad2deg(elevation) > 25.0, 0.0, 1.8 - 4.25 * rise)
    slow = jnp.where((percent >= 1.0) | (equatorial <= 0.0), 0.0, 0.005 * equatorial + low)
    return 0.655 + 0.033 * jnp.log(percent) - 0.045 * jnp.log(worst) - slow * (1.0 - percent) * rise


def _scintillation_db(
    climate: Climate, band: Band, rise: Array, percent: Array, dish_m: Array
) -> Array:
    """Loss by scintillation; P.618-13, 2.4.1, with turbulence up to 1 km."""
    ghz = band.frequency_hz / 1e9
    path_m = 2_000.0 / (jnp.sqrt(rise**2 + 2.35e-4) + rise)
    wide = 1.22 * DISH_EFFICIENCY * dish_m**2 * ghz / path_m
    even = 3.86 * (wide**2 + 1.0) ** (11.0 / 12.0) * jnp.sin(11.0 / 6.0 * jnp.arctan2(1.0, wide))
    averaged = jnp.sqrt(jnp.maximum(even - 7.08 * wide ** (5.0 / 6.0), 0.0))
    averaged = jnp.where(wide >= 7.0, 0.0, averaged)
    spread = climate.scintillation_db * ghz ** (7.0 / 12.0) * averaged / rise**1.2
    decades = jnp.log10(percent)
    return spread * (-0.061 * decades**3 + 0.072 * decades**2 - 1.71 * decades + 3.0)
