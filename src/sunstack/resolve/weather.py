"""Which climate has a place, and which losses does a link there see?"""

from __future__ import annotations

from functools import cache

import jax.numpy as jnp
import numpy as np

from sunstack.catalogue import weather_tables
from sunstack.catalogue.sites import Site, distances_km
from sunstack.disciplines import network
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.units import HOUR_S

NEAR_KM = 50.0
"""As far as a climate is taken to reach: the maps' own cells are some 100 km wide."""
LEAST_ELEVATION_DEG = 5.0


def check_weather(*, exceeded_fraction: float | None = None, elevation_deg: float) -> None:
    """Refuse what the tables do not hold.

    Raises:
        ScenarioError: the share of time or the elevation lies outside the tables.
    """
    low, high = network.LEAST_FRACTION, network.MOST_FRACTION
    if exceeded_fraction is not None and not low <= exceeded_fraction <= high:
        raise ScenarioError(
            f"exceeded_fraction: {exceeded_fraction:g} lies outside the weather tables; write "
            f"{low:g} to {high:g}, the share of a year"
        )
    if not LEAST_ELEVATION_DEG <= elevation_deg <= 90.0:
        raise ScenarioError(
            f"elevation_deg: {elevation_deg:g} lies outside the weather tables; write "
            f"{LEAST_ELEVATION_DEG:g} to 90"
        )


def climate_row(place: Site) -> int:
    """Find the row of a place's climate: its own, or that of a place close by.

    Raises:
        CatalogueError: no place of the tables is near.
    """
    table = weather_tables.climates()
    if place.name in table.name:
        return table.name.index(place.name)
    away = distances_km(place, table)
    nearest = int(np.argmin(away))
    if away[nearest] > NEAR_KM:
        raise CatalogueError(
            f"{place.name}: no climate within {NEAR_KM:g} km; the nearest is that of "
            f"{table.name[nearest]!r}, {away[nearest]:,.0f} km away: name that site to take it"
        )
    return nearest


def climate_at(place: Site, band: str) -> network.Climate:
    """Return a place's climate as a band of radio sees it.

    Raises:
        CatalogueError: no climate is near, or no such band.
    """
    return _climate(climate_row(place), weather_tables.band(band).name)


@cache
def _climate(row: int, band: str) -> network.Climate:
    table, tabled = weather_tables.climates(), weather_tables.band(band)
    return network.Climate(
        latitude_rad=jnp.deg2rad(table.latitude_deg[row]),
        height_m=jnp.asarray(table.height_km[row] * 1e3),
        rain_height_m=jnp.asarray(table.rain_height_km[row] * 1e3),
        rain_m_per_s=jnp.asarray(table.rain_mm_per_h[row] * 1e-3 / HOUR_S),
        # P.618-13, equation 43, in N-units
        scintillation_db=jnp.asarray(3.6e-3 + 1e-4 * table.wet_refractivity[row]),
        cloud_fraction=jnp.asarray(table.cloud_fraction),
        cloud_db=jnp.asarray(table.cloud_kg_per_m2[row] * tabled.cloud_db_per_kg_per_m2),
        gas_fraction=jnp.asarray(table.gas_fraction),
        gas_db=jnp.asarray(table.gas_db[band][row]),
    )


def band_of(name: str) -> network.Band:
    """Return a band of the weather tables.

    Raises:
        CatalogueError: no such band.
    """
    tabled = weather_tables.band(name)
    return network.Band(
        frequency_hz=jnp.asarray(tabled.frequency_ghz * 1e9),
        rain_factor=jnp.asarray(tabled.rain_factor),
        rain_ratio=jnp.asarray(tabled.rain_exponent),
    )


def clear_sky_fraction(place: Site) -> float:
    """Share of time without a cloud of water above a place; clouds of ice are not counted.

    Raises:
        CatalogueError: no climate is near.
    """
    return float(1.0 - weather_tables.climates().liquid_cloud_fraction[climate_row(place)])
