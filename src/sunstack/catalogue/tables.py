"""Which long tables does the catalogue hold?

`atmosphere.csv`: air density by height and solar flux, NRLMSIS 2.1 (source `msis-2.1`), mean over
the globe at an equinox, when the air is densest: 21 % above the year's mean at 550 km, so that
drag errs on the side of caution. Built by `scripts/build_atmosphere.py`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from importlib.resources import files


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
