"""Which tables of weather does the catalogue hold?

`weather/climate.csv`: what the ITU-R's maps say of rain, clouds and air at gateways, data centres
and the largest cities; `bands.csv`: what they do to each band of radio; `checks.csv`: losses as the
tables' generator itself gives them. Built by `scripts/build_weather.py` (source `itu-r-p618`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sunstack.errors import CatalogueError

from .attributes import close_miss
from .sites import read_columns

type Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class BandRow:
    """What rain and clouds do to a band: k Rᵅ dB/km at R mm/h, and dB for each kg/m² of water."""

    name: str
    frequency_ghz: float
    rain_factor: float
    rain_exponent: float
    cloud_db_per_kg_per_m2: float


@dataclass(frozen=True, kw_only=True)
class ClimateTable:
    """Places with their climate, one element or row of every column for each."""

    name: tuple[str, ...]
    latitude_deg: Numbers
    longitude_deg: Numbers
    height_km: Numbers
    rain_height_km: Numbers
    rain_mm_per_h: Numbers
    """Exceeded for 0.01 % of the time."""
    wet_refractivity: Numbers
    liquid_cloud_fraction: Numbers
    """Share of time in which clouds of water stand above, those of ice not counted."""
    cloud_fraction: Numbers
    """Shares of time, rising."""
    cloud_kg_per_m2: Numbers
    """Water in clouds exceeded for those shares, shape (places, shares)."""
    gas_fraction: Numbers
    """Shares of time, rising."""
    gas_db: Mapping[str, Numbers]
    """Loss by air at the zenith exceeded for those shares, by band, shape (places, shares)."""


@cache
def climates() -> ClimateTable:
    """Read the shipped climates.

    Raises:
        CatalogueError: the table is damaged.
    """
    columns = _read("climate")
    plain = {
        key: _numbers(columns, key)
        for key in (
            *("latitude_deg", "longitude_deg", "height_km", "rain_height_km", "rain_mm_per_h"),
            *("wet_refractivity", "liquid_cloud_fraction"),
        )
    }
    shares, clouds = _by_share(columns, r"cloud_water_above_(\d+)_percent_kg_per_m2")
    gases = {name: _by_share(columns, rf"{name}_gas_above_(\d+)_percent_db") for name in bands()}
    return ClimateTable(
        name=columns["name"],
        **plain,
        cloud_fraction=shares,
        cloud_kg_per_m2=clouds,
        gas_fraction=next(iter(gases.values()))[0],
        gas_db={name: losses for name, (_, losses) in gases.items()},
    )


@cache
def bands() -> Mapping[str, BandRow]:
    """Read the bands of radio that the climates hold.

    Raises:
        CatalogueError: the table is damaged.
    """
    columns = _read("bands")
    numbers = {key: _numbers(columns, key) for key in columns if key != "name"}
    return {
        name: BandRow(name=name, **{key: float(column[row]) for key, column in numbers.items()})
        for row, name in enumerate(columns["name"])
    }


def band(name: str) -> BandRow:
    """Return a band.

    Raises:
        CatalogueError: there is none of that name.
    """
    known = bands()
    if name not in known:
        raise CatalogueError(
            f"{name!r} is no band of the weather tables{close_miss(name, known)}; "
            f"write one of {', '.join(known)}"
        )
    return known[name]


def checks() -> Mapping[str, tuple[str, ...]]:
    """Return losses that the tables' generator gives itself, column by column."""
    return _read("checks")


def _read(name: str) -> dict[str, tuple[str, ...]]:
    return read_columns(files("sunstack.catalogue").joinpath("weather", f"{name}.csv"))


def _numbers(columns: Mapping[str, tuple[str, ...]], key: str) -> Numbers:
    found = np.array([float(cell) for cell in columns[key]])
    if not np.isfinite(found).all():
        raise CatalogueError(f"weather: {key} holds no number; install Sunstack again")
    found.flags.writeable = False
    return found


def _by_share(columns: Mapping[str, tuple[str, ...]], pattern: str) -> tuple[Numbers, Numbers]:
    """Return the shares of time in the names of columns that fit, and those columns."""
    fitting = {key: match for key in columns if (match := re.fullmatch(pattern, key))}
    shares = np.array([float(match[1]) / 100.0 for match in fitting.values()])
    return shares, np.stack([_numbers(columns, key) for key in fitting], axis=1)
