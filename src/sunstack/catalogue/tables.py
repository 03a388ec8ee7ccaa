"""Which long tables does the catalogue hold?

`atmosphere.csv`: air density by height and solar flux, NRLMSIS 2.1 (source `msis-2.1`), mean over
the globe at an equinox, when the air is densest: 21 % above the year's mean at 550 km, so that
drag errs on the side of caution. Built by `scripts/build_atmosphere.py`.
`codings.csv`: modulations and codes of DVB-S2 and DVB-S2X (sources `etsi-en-302-307-1` and `-2`).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from importlib.resources import files

from .sites import read_columns


@dataclass(frozen=True, kw_only=True)
class AtmosphereTable:
    """Heights, solar fluxes, and densities[height][flux]."""

    altitude_km: tuple[float, ...]
    solar_flux_units: tuple[float, ...]
    density_kg_per_m3: tuple[tuple[float, ...], ...]


def atmosphere() -> AtmosphereTable:
    """Read the shipped density table."""
    text = files("sunstack.catalogue").joinpath("atmosphere.csv").read_text("utf-8")
    header, *rows = csv.reader(text.splitlines())
    fluxes = tuple(float(re.sub(r"\D", "", name.split("_kg")[0])) for name in header[1:])
    return AtmosphereTable(
        altitude_km=tuple(float(row[0]) for row in rows),
        solar_flux_units=fluxes,
        density_kg_per_m3=tuple(tuple(float(cell) for cell in row[1:]) for row in rows),
    )


@dataclass(frozen=True, kw_only=True)
class CodingTable:
    """Modulations with their codes, by what they ask of the signal, rising."""

    name: tuple[str, ...]
    bits_per_symbol: tuple[float, ...]
    symbol_to_noise_db: tuple[float, ...]
    """Energy of a symbol over noise from which an ideal receiver is all but free of errors."""
    source: tuple[str, ...]


def codings() -> CodingTable:
    """Read the shipped modulations and codes.

    Raises:
        CatalogueError: the table is damaged.
    """
    columns = read_columns(files("sunstack.catalogue").joinpath("codings.csv"))
    return CodingTable(
        name=columns["name"],
        bits_per_symbol=tuple(float(cell) for cell in columns["bits_per_symbol"]),
        symbol_to_noise_db=tuple(float(cell) for cell in columns["symbol_to_noise_db"]),
        source=columns["source"],
    )
