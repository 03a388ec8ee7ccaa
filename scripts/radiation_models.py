"""What do AP8, AE8, SHIELDOSE-2 and King's solar event say of a circular orbit?

Trapped particles: NASA's AP8 and AE8 (aep8), each with the field of its epoch, Jensen and Cain 1960
or GSFC 12/66 of 1970: with today's field the same place reads three times as high. Over months a
circular orbit passes every longitude alike, so its mean is taken from a map of its sphere, weighted
with the time it spends at each latitude; no orbit is followed, and nothing is drawn at random. An
orbit and its mirror image (98° and 82°) see the same.

Doses: SHIELDOSE-2 (the Fortran inside spacepy, which has no Python name for it), silicon at the
centre of an aluminium sphere. Its third column is *half* that dose: it is doubled here.

Solar protons: the event of August 1972 (King 1974, "anomalously large"), let in where the vertical
cutoff of a dipole, 14.9 cos⁴λ / r² GV, lies below a proton's rigidity. The Earth's own shadow
(29 % of the sky at 650 km) and storms that lower the cutoff are left out; they pull apart.

Solar cells: damage under 100 µm of cover glass counted as electrons of 1 MeV, by the energy that
protons and electrons lose to displaced atoms in gallium arsenide; good to a factor of 3.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aep8
import numpy as np
from numpy.typing import NDArray

type Numbers = NDArray[np.float64]
type Spectrum = tuple[Numbers, Numbers]
"""Energies in MeV and what there is per MeV."""


EARTH_RADIUS_KM = 6378.137
IRBEM_RADIUS_KM = 6371.2
"""IRBEM's unit of length. aep8's own interface takes 6,378.1 km for it, and looks 7 km too low."""
YEAR_S = 365.25 * 86400.0
PROTON_MEV = np.array(
    [
        *(0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1, 1.5, 2, 3, 4, 5, 6, 7, 10, 15, 20, 30, 40),
        *(50, 60, 70, 100, 150, 200, 300, 400),
    ]
)
ELECTRON_MEV = np.array(
    [0.04, *np.arange(0.1, 0.85, 0.1), *np.arange(1, 5.1, 0.25), 5.5, 6, 6.5, 7]
)
SOLAR_MEV = np.geomspace(5.0, 400.0, 60)

LATITUDES_DEG = np.arange(-90.0, 91.0, 1.0)
LONGITUDES_DEG = np.arange(0.0, 360.0, 4.0)
POLE_DEG = (80.8, -72.8)
"""Geomagnetic north pole of 2025 (IGRF-14)."""


# --- where an orbit is, and how much flies there --------------------------------------------------


def time_share(inclination_deg: float) -> Numbers:
    """Return the share of its time an orbit spends at each latitude of the map."""
    around = (np.arange(1440) + 0.5) / 1440 * 2.0 * np.pi
    latitude = np.degrees(np.arcsin(np.sin(np.radians(inclination_deg)) * np.sin(around)))
    place = np.interp(latitude, LATITUDES_DEG, np.arange(LATITUDES_DEG.size))
    below = np.minimum(place.astype(int), LATITUDES_DEG.size - 2)
    shares = np.zeros(LATITUDES_DEG.size)
    np.add.at(shares, below, (1.0 - (place - below)) / around.size)
    np.add.at(shares, below + 1, (place - below) / around.size)
    return shares


def sphere(altitude_km: float) -> Numbers:
    """Return x, y, z of the map's points on the sphere of a circular orbit, in km."""
    north, east = np.radians(LATITUDES_DEG)[:, None], np.radians(LONGITUDES_DEG)
    across = np.cos(north)
    unit = np.stack([across * np.cos(east), across * np.sin(east), np.sin(north) + 0.0 * east])
    return (EARTH_RADIUS_KM + altitude_km) * unit


class Place:
    """Points where fluxes are asked for; where each lies in a field is worked out once."""

    def __init__(self, place_km: Numbers) -> None:
        """Take x, y, z in km."""
        self.place = place_km / IRBEM_RADIUS_KM
        self.known: dict[Any, tuple[Numbers, Numbers]] = {}

    def flux_per_cm2_s(self, particle: str, phase: str, energies_mev: Numbers) -> Numbers:
        """Return the flux above each energy, by AP8 or AE8 with the field of its epoch."""
        model: Any = aep8.model(particle, phase)  # its two kernels take IRBEM's own coordinates
        if model._geomag not in self.known:
            at_any_time = np.zeros(self.place.shape[1:], dtype=int)
            self.known[model._geomag] = model._geomag(at_any_time, *self.place)
        field, shell = self.known[model._geomag]
        with np.errstate(all="ignore"):  # outside the belts its numbers are none
            flux = np.stack([model._flux(energy, shell, field) for energy in energies_mev])
        return np.where(np.isfinite(flux) & (flux > 0.0), flux, 0.0)


def differential(energies: Numbers, above: Numbers) -> Spectrum:
    """Return middles of the energy steps and the flux per MeV in them, where there is any.

    A spectrum that fell to nothing in one step would make SHIELDOSE's splines swing.
    """
    steps = (above[:-1] - above[1:]) / np.diff(energies)
    return np.sqrt(energies[1:] * energies[:-1])[steps > 0.0], steps[steps > 0.0]


def held_share(flux: Numbers, shares: Numbers, held: float) -> float:
    """Return the least share of time that holds a share of the fluence."""
    order = np.argsort(-flux, axis=None, kind="stable")
    time = np.repeat(shares / flux.shape[1], flux.shape[1])[order]
    fluence = np.cumsum(time * flux.ravel()[order])
    if not fluence[-1] > 0.0:
        return 0.0
    return float(np.interp(held, fluence / fluence[-1], np.cumsum(time)))


@dataclass(frozen=True)
class Maps:
    """Fluxes above every energy: mean over longitudes, and whole above 50 MeV."""

    protons: Numbers
    electrons: Numbers
    above_50_mev: Numbers


@lru_cache(maxsize=1)
def on_sphere(altitude_km: float) -> Place:
    """Return the map's points on the sphere of a circular orbit."""
    return Place(sphere(altitude_km))


@lru_cache(maxsize=2)
def maps(altitude_km: float, phase: str) -> Maps:
    """Ask the models once for every point of a sphere."""
    place = on_sphere(altitude_km)
    protons = place.flux_per_cm2_s("p", phase, PROTON_MEV)
    electrons = place.flux_per_cm2_s("e", phase, ELECTRON_MEV)
    hard = protons[list(PROTON_MEV).index(50.0)]
    return Maps(protons.mean(axis=2), electrons.mean(axis=2), hard)


def point_flux_per_cm2_s() -> float:
    """Return AP8's flux above 20 MeV, solar maximum, 500 km over 30° S 45° W (geodetic)."""
    north, east = np.radians([-30.0, -45.0])
    squeezed = (1.0 - 1.0 / 298.257223563) ** 2
    normal_km = EARTH_RADIUS_KM / np.sqrt(1.0 - (1.0 - squeezed) * np.sin(north) ** 2)
    out = (normal_km + 500.0) * np.cos(north)
    up = (normal_km * squeezed + 500.0) * np.sin(north)
    place = Place(np.array([out * np.cos(east), out * np.sin(east), up])[:, None])
    return float(place.flux_per_cm2_s("p", "max", np.array([20.0]))[0, 0])


# --- what gets through ----------------------------------------------------------------------------


@cache
def irbem() -> Any:
    """Return the Fortran library, found without importing spacepy and its plots."""
    found = find_spec("spacepy")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("spacepy is missing: scripts/environment.sh dev")
    folder = Path(found.submodule_search_locations[0]) / "irbempy"
    (library,) = (path for path in folder.glob("libirbem.*") if path.suffix in (".so", ".dylib"))
    return ctypes.CDLL(str(library))


FEWEST_ENERGIES = 4
"""What SHIELDOSE's splines need; a shorter spectrum holds next to nothing."""
NOTHING: Mapping[str, Spectrum] = {
    "solar": (SOLAR_MEV, np.full(SOLAR_MEV.size, 1e-30)),
    "protons": (np.geomspace(1.0, 300.0, 30), np.full(30, 1e-30)),
    "electrons": (np.geomspace(0.1, 7.0, 30), np.full(30, 1e-30)),
}


def dose_rad(depths_mm: Iterable[float], **given: Spectrum) -> Numbers:
    """Return the dose at the centre of a sphere, summed over `solar`, `protons`, `electrons`.

    Spectra per MeV and cm²: of an event if solar, else per second; the dose is of the event and a
    year.
    """
    depths = np.array(list(depths_mm))
    full = {kind: part for kind, part in given.items() if part[0].size >= FEWEST_ENERGIES}
    solar, protons, electrons = (full.get(kind, NOTHING[kind]) for kind in NOTHING)

    def whole(value: int) -> Any:
        return ctypes.byref(ctypes.c_int(value))

    def real(value: float) -> Any:
        return ctypes.byref(ctypes.c_double(value))

    def padded(values: Numbers, size: int = 301) -> Any:
        array = np.zeros(size)
        array[: values.size] = values
        return np.ctypeslib.as_ctypes(array)

    out = [np.zeros((3, 71)) for _ in range(5)]  # Fortran's (71, 3): solar, proton, electron, …
    silicon, with_nuclear_reactions, millimetres = 3, 2, 3
    irbem().shieldose2_(
        *map(whole, (silicon, with_nuclear_reactions, depths.size, millimetres)),
        padded(depths, 71),
        *map(real, (max(solar[0][0], 0.1), solar[0][-1], max(protons[0][0], 0.1), protons[0][-1])),
        whole(1001),
        *map(real, (electrons[0][0], electrons[0][-1])),
        whole(1001),
        *(whole(kind[0].size) for kind in (solar, protons, electrons)),
        *map(real, (1.0, YEAR_S)),
        *(padded(part) for kind in (solar, protons, electrons) for part in kind),
        *(np.ctypeslib.as_ctypes(array) for array in out),
    )
    half_dose_in_sphere = out[4][2, : depths.size]
    return 2.0 * half_dose_in_sphere


def access_ratio(altitude_km: float, shares: Numbers, energies_mev: Numbers) -> Numbers:
    """Return the share of its time an orbit is open to solar protons of each energy."""
    north, east = np.radians(POLE_DEG)
    pole = [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    place = sphere(altitude_km) / IRBEM_RADIUS_KM
    radius = np.linalg.norm(place, axis=0)
    squared_cosine = 1.0 - (np.tensordot(pole, place, 1) / radius) ** 2
    cutoff_gv = 14.9 * squared_cosine**2 / radius**2
    rigidity_gv = np.sqrt(energies_mev**2 + 2.0 * energies_mev * 938.272) / 1e3
    open_share = (cutoff_gv < rigidity_gv[:, None, None]).mean(axis=2)
    return np.asarray(open_share @ shares)


@cache
def king_event_rad(depths_mm: tuple[float, ...]) -> Numbers:
    """Return an anomalously large event's dose behind each depth by protons above each energy."""
    fluence = 7.9e9 / 26.5 * np.exp((30.0 - SOLAR_MEV) / 26.5)
    starts = range(SOLAR_MEV.size - FEWEST_ENERGIES)
    above = [dose_rad(depths_mm, solar=(SOLAR_MEV[n:], fluence[n:])) for n in starts]
    return np.array([*above, np.zeros(len(depths_mm))])


def event_rad(depths_mm: tuple[float, ...], access: Numbers) -> Numbers:
    """Return the event's dose behind each depth where a share of each energy's protons gets in.

    Summed by energy: a spectrum cut off by the field would make SHIELDOSE's splines swing.
    """
    doses = king_event_rad(depths_mm)
    middle = 0.5 * (access[1 : len(doses)] + access[: len(doses) - 1])
    return middle @ (doses[:-1] - doses[1:])


# --- what solar cells take ------------------------------------------------------------------------

GLASS_G_PER_CM2 = 100e-4 * 2.2
PROTON_DAMAGE = np.array(
    [
        [0.1, 0.2, 0.5, 1, 2, 3, 5, 7, 10, 20, 30, 50, 100, 200, 400],
        [310, 170, 80, 46.6, 25.5, 17.5, 10.7, 8.0, 6.2, 4.7, 4.2, 3.7, 2.8, 2.2, 2.0],
    ]
)
"""MeV and MeV cm²/kg lost to displacement in gallium arsenide, after Summers et al. 1993."""
ELECTRON_DAMAGE = np.array(
    [[0.3, 0.5, 0.7, 1, 2, 3, 5, 7], [0.0625, 0.328, 0.594, 1.0, 1.94, 2.53, 3.28, 3.75]]
)
"""MeV and damage in units of a 1-MeV electron's."""
PROTON_10_MEV_IN_ELECTRONS = 1000.0


def cell_fluence_per_cm2(protons: Numbers, electrons: Numbers) -> float:
    """Return a year's fluence on the cells' front as electrons of 1 MeV; fluxes above energies."""
    energies, flux = _refined(PROTON_MEV, protons, np.geomspace(0.2, 390.0, 400))
    slant = (np.arange(40) + 0.5) / 40
    left = energies**1.77 - GLASS_G_PER_CM2 / slant[:, None] / 2.6e-3  # range 2.6 mg/cm² E^1.77
    energy_left = np.maximum(left, 1e-9) ** (1 / 1.77)
    damage = np.exp(np.interp(np.log(energy_left), *np.log(PROTON_DAMAGE)))
    damage = np.where(energy_left > 0.005, damage, 0.0).mean(axis=0) / 6.2
    energies_e, flux_e = _refined(ELECTRON_MEV, electrons, np.geomspace(0.3, 6.9, 200))
    after = energies_e - 2.0 * GLASS_G_PER_CM2  # 2 MeV cm²/g
    damage_e = np.where(after > 0.3, np.interp(after, *ELECTRON_DAMAGE), 0.0)
    total = PROTON_10_MEV_IN_ELECTRONS * float(flux @ damage) + float(flux_e @ damage_e)
    return 0.5 * total * YEAR_S


def _refined(energies: Numbers, above: Numbers, finer: Numbers) -> tuple[Numbers, Numbers]:
    """Return middles of finer energy steps and the flux within each."""
    logarithm = np.interp(np.log(finer), np.log(energies), np.log(np.maximum(above, 1e-12)))
    fluxes = np.exp(logarithm)
    return np.sqrt(finer[1:] * finer[:-1]), np.maximum(fluxes[:-1] - fluxes[1:], 0.0)
