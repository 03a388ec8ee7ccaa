"""Do the shipped tables of radiation hold what their generator gives, and is that right?

Skipped where aep8 or spacepy is missing; pytest's summary says so.
"""

from __future__ import annotations

import csv
import ctypes
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from sunstack.disciplines import radiation
from sunstack.resolve.radiation import environment, orbit
from sunstack.units import MEGAELECTRONVOLT_J, YEAR_S

aep8 = pytest.importorskip("aep8", reason="aep8 is missing: the tables were not built anew")
if find_spec("spacepy") is None:
    pytest.skip("spacepy is missing: the tables were not built anew", allow_module_level=True)

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "src" / "sunstack" / "catalogue" / "radiation"
sys.path.insert(0, str(ROOT / "scripts"))

import build_radiation as build  # noqa: E402  # after its folder is on the path
import radiation_models as models  # noqa: E402  # after its folder is on the path


def shipped(name: str, altitude_km: int) -> list[list[str]]:
    lines = (SHIPPED / name).read_text("utf-8").splitlines()
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    return [row for row in rows if row[0] == str(altitude_km)]


def same(built: Iterable[list[str]], kept: list[list[str]], *, words: int, rtol: float) -> None:
    rows = list(built)
    assert [row[:words] for row in rows] == [row[:words] for row in kept]
    numbers = [[[float(cell) for cell in row[words:]] for row in table] for table in (rows, kept)]
    np.testing.assert_allclose(numbers[0], numbers[1], rtol=rtol)


# --- the shipped files are what the generator gives -----------------------------------------------


def test_doses_are_built_again() -> None:
    rows = [row for phase in build.PHASES for row in build.dose_rows(650, phase)]
    kept = shipped("dose.csv", 650)
    # the same on one machine; another's Fortran may round the fourth digit otherwise
    same(
        (build.printed(row, digits=4, places=3, least=build.LEAST) for row in rows),
        sorted(kept, key=lambda row: row[2] == "maximum"),
        words=3,
        rtol=2e-3,
    )


def test_fluxes_are_built_again() -> None:
    rows = [row for phase in build.PHASES for row in build.flux_rows(650, phase)]
    kept = shipped("flux.csv", 650)
    # as above, of three digits
    same(
        (build.printed(row, digits=3, places=3, least=build.LEAST) for row in rows),
        sorted(kept, key=lambda row: row[2] == "maximum"),
        words=3,
        rtol=2e-2,
    )


def test_a_followed_orbit_has_the_mean_of_the_map() -> None:
    """Ten days at 650 km and 98°, once a minute, with the node's drift of the sun-synchronous."""
    seconds = np.arange(0.0, 10 * 86400.0, 60.0)
    radius_km = models.EARTH_RADIUS_KM + 650.0
    along = np.sqrt(398600.4418 / radius_km**3) * seconds
    node = np.radians(360.0 / 365.2422) / 86400.0 * seconds - 7.292115e-5 * seconds
    tilt = np.radians(98.0)
    place = radius_km * np.stack(
        [
            np.cos(along) * np.cos(node) - np.sin(along) * np.cos(tilt) * np.sin(node),
            np.cos(along) * np.sin(node) + np.sin(along) * np.cos(tilt) * np.cos(node),
            np.sin(along) * np.sin(tilt),
        ]
    )
    energies = np.array([10.0, 50.0])
    followed = models.Place(place).flux_per_cm2_s("p", "max", energies).mean(axis=1)
    indices = [list(models.PROTON_MEV).index(energy) for energy in energies]
    mapped = models.maps(650, "max").protons[indices] @ models.time_share(98.0)
    # 147 orbits do not pass every longitude alike
    np.testing.assert_allclose(followed, mapped, rtol=0.07)


def test_the_event_is_built_again() -> None:
    rows = (build.printed(row, digits=4, places=2, least=0.0) for row in build.event_rows(600))
    same(rows, shipped("event.csv", 600), words=2, rtol=2e-3)


@pytest.mark.parametrize(("altitude_km", "inclination_deg"), [(575, 62), (1100, 98)])
def test_between_the_nodes_doses_are_those_of_the_models(
    altitude_km: int, inclination_deg: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "DOSE_INCLINATIONS_DEG", (inclination_deg,))
    depths_m = jnp.asarray(build.DEPTHS_MM) / 1e3
    for activity, phase in enumerate(build.PHASES):
        (row,) = build.dose_rows(altitude_km, phase)
        where = orbit(
            altitude_km=altitude_km,
            inclination_deg=inclination_deg,
            solar_activity_fraction=activity,
        )
        got = radiation.dose_gy_per_s(environment(), where, shielding_m=depths_m) * YEAR_S / 10.0
        # what decision 008 promises from 500 km up and from 20° on
        np.testing.assert_allclose(got, np.array(row[3:], dtype=float), rtol=0.05)


# --- the generator is right -----------------------------------------------------------------------


def test_the_field_is_that_of_the_epoch_and_the_place_is_where_irbem_has_it() -> None:
    """The same place asked through IRBEM's own door, which takes geodetic coordinates."""
    many = 100_000  # IRBEM's arrays have this length

    def numbers(first: float, kind: Any = np.float64, shape: Any = many) -> Any:
        array = np.zeros(shape, dtype=kind, order="F")
        array.flat[0] = first
        return array

    flux, energies = numbers(0.0, shape=(many, 25)), numbers(20.0, shape=(2, 25))
    one = [ctypes.byref(ctypes.c_int(value)) for value in (1, 0, 4, 3, 1)]  # AP8 maximum, integral
    arrays = [
        energies,
        *(numbers(2021, np.int32), numbers(60, np.int32), numbers(0.0)),
        *(numbers(500.0), numbers(-30.0), numbers(-45.0)),
        flux,
    ]
    pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in arrays]
    models.irbem().fly_in_nasa_aeap1_(*one, *pointers)
    assert models.point_flux_per_cm2_s() == pytest.approx(flux[0, 0], rel=1e-9)
    assert flux[0, 0] == pytest.approx(846.7275, rel=1e-6)


def test_aep8_itself_looks_seven_kilometres_too_low() -> None:
    from astropy import units
    from astropy.coordinates import EarthLocation
    from astropy.time import Time

    place = EarthLocation.from_geodetic(-45 * units.deg, -30 * units.deg, 500 * units.km)
    days = ("1970-01-01", "2025-01-01")
    model, energy = aep8.model("p", "max"), 20 * units.MeV
    fluxes = [model.integral_flux(place, Time(day), energy).value for day in days]
    # the day does not matter: the field is AP8's
    assert fluxes == pytest.approx([765.39445, 765.39445], rel=1e-6)


def test_shieldose_gives_half_the_dose_in_a_sphere() -> None:
    """The event behind 10 mm once more, from ranges and stopping powers by Bethe's formula."""
    energies = np.linspace(1.0, 400.0, 40_000)
    through = range_kg_per_m2(energies) - 27.0
    left_mev = np.interp(through, range_kg_per_m2(energies), energies, left=0.0)
    fluence_per_m2 = 1e4 * 7.9e9 / 26.5 * np.exp((30.0 - energies) / 26.5)
    stopping = 1.0 / np.asarray(
        radiation.proton_fluence_per_m2(
            dose_gy=1.0, energy_j=np.maximum(left_mev, 0.3) * MEGAELECTRONVOLT_J
        )
    )
    parts = np.where(left_mev > 0.3, fluence_per_m2 * stopping, 0.0)
    by_hand_rad = 100.0 * float(np.trapezoid(parts, energies))
    (computed,) = models.event_rad((8.0, 10.0, 14.0), np.ones(models.SOLAR_MEV.size))[1:2]
    # without nuclear reactions, which take away some protons and add short tracks
    assert computed == pytest.approx(by_hand_rad, rel=0.08)


def range_kg_per_m2(energies_mev: Any) -> Any:
    """Integrate Bethe's formula in aluminium from 1 MeV, where a range is 3.5 mg/cm² (PSTAR)."""
    fine = np.geomspace(1.0, 400.0, 20_000)
    gamma = 1.0 + fine / 938.272
    beta2 = 1.0 - gamma**-2
    stopping = 0.307075 * (13 / 26.982) / beta2
    stopping *= np.log(2.0 * 0.510999 * beta2 * gamma**2 / 166e-6) - beta2
    steps = 0.5 * (1.0 / stopping[1:] + 1.0 / stopping[:-1]) * np.diff(fine)
    ranges = 10.0 * (3.5e-3 + np.concatenate([[0.0], np.cumsum(steps)]))
    return np.interp(energies_mev, fine, ranges)


def test_an_orbit_spends_all_its_time_somewhere() -> None:
    for tilt in (0.0, 30.0, 82.0, 90.0):
        assert models.time_share(tilt).sum() == pytest.approx(1.0)
        assert models.time_share(tilt)[np.abs(models.LATITUDES_DEG) > tilt + 1.0].sum() == 0.0
    # a third of the time on a polar orbit is spent within 30° of the equator
    middle = models.time_share(90.0)[np.abs(models.LATITUDES_DEG) < 30.0].sum()
    assert middle == pytest.approx(1.0 / 3.0, abs=0.01)
