"""Which tables of radiation does the catalogue hold?

`radiation/dose.csv`: a year's dose of trapped particles behind aluminium; `flux.csv`: trapped
protons and electrons, the share of time spent in most of them, damage to solar cells; `event.csv`:
one solar event. AP8, AE8 and SHIELDOSE-2, built by `scripts/build_radiation.py`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from sunstack.errors import CatalogueError

type Numbers = NDArray[np.float64]

PHASES = ("minimum", "maximum")
"""Of solar activity, in the order of the tables' first axis."""


@dataclass(frozen=True, kw_only=True)
class Orbits:
    """Orbits that a table holds; those of more than 90° see what 180° less them see."""

    altitude_km: Numbers
    inclination_deg: Numbers


@dataclass(frozen=True, kw_only=True)
class RadiationTables:
    """Axes, and what is tabled over solar phase, altitude, inclination and mostly one more."""

    dose_orbits: Orbits
    flux_orbits: Orbits
    event_orbits: Orbits
    shielding_mm: Numbers
    proton_energy_mev: Numbers
    electron_energy_mev: Numbers
    held_fraction: Numbers
    dose_krad_per_year: Numbers
    event_dose_krad: Numbers
    protons_per_cm2_s: Numbers
    electrons_per_cm2_s: Numbers
    anomaly_time_fraction: Numbers
    cell_fluence_per_cm2_year: Numbers


@cache
def radiation() -> RadiationTables:
    """Read the shipped tables.

    Raises:
        CatalogueError: a table lacks a row.
    """
    folder = files("sunstack.catalogue").joinpath("radiation")
    dose, flux = (_read(folder.joinpath(f"{name}.csv"), PHASES) for name in ("dose", "flux"))
    event = _read(folder.joinpath("event.csv"), ("",))
    depths, doses = dose.columns(r"behind_([\d.]+)_mm_krad")
    protons, proton_flux = flux.columns(r"protons_above_([\d.]+)_mev_per_cm2_s")
    electrons, electron_flux = flux.columns(r"electrons_above_([\d.]+)_mev_per_cm2_s")
    held, times = flux.columns(r"time_holding_([\d.]+)_percent_fraction")
    return RadiationTables(
        dose_orbits=dose.orbits,
        flux_orbits=flux.orbits,
        event_orbits=event.orbits,
        shielding_mm=depths,
        proton_energy_mev=protons,
        electron_energy_mev=electrons,
        held_fraction=held / 100.0,
        dose_krad_per_year=doses,
        event_dose_krad=event.columns(r"behind_([\d.]+)_mm_krad")[1],
        protons_per_cm2_s=proton_flux,
        electrons_per_cm2_s=electron_flux,
        anomaly_time_fraction=times,
        cell_fluence_per_cm2_year=flux.columns(r"cell_fluence_per_cm(2)")[1][..., 0],
    )


def checks() -> Mapping[str, float]:
    """Return figures of the tables' generator that other programs give too."""
    header, row = _lines(files("sunstack.catalogue").joinpath("radiation", "checks.csv"))
    return {name: float(cell) for name, cell in zip(header, row, strict=True)}


@dataclass(frozen=True)
class _Table:
    orbits: Orbits
    names: tuple[str, ...]
    values: Numbers
    """(solar phase, altitude, inclination, column)."""

    def columns(self, pattern: str) -> tuple[Numbers, Numbers]:
        """Return the number in the name of every column that fits, and those columns."""
        found = [
            (float(match[1]), index)
            for index, name in enumerate(self.names)
            if (match := re.fullmatch(pattern, name))
        ]
        chosen = [index for _, index in found]
        return np.array([number for number, _ in found]), self.values[..., chosen]


def _lines(file: Traversable) -> list[list[str]]:
    text = file.read_text(encoding="utf-8")
    return list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))


def _read(file: Traversable, phases: tuple[str, ...]) -> _Table:
    header, *rows = _lines(file)
    before = 3 if "solar" in header else 2
    altitudes = sorted({float(row[0]) for row in rows})
    inclinations = sorted({float(row[1]) for row in rows})
    shape = (len(phases), len(altitudes), len(inclinations), len(header) - before)
    values = np.full(shape, np.nan)
    for row in rows:
        phase = phases.index(row[2]) if before == 3 else 0
        place = phase, altitudes.index(float(row[0])), inclinations.index(float(row[1]))
        values[place] = [float(cell) for cell in row[before:]]
    if not np.isfinite(values).all():
        raise CatalogueError(f"{file.name}: lacks a row; install Sunstack again")
    names = tuple(header[before:])
    orbits = Orbits(altitude_km=np.array(altitudes), inclination_deg=np.array(inclinations))
    return _Table(orbits, names, values)
