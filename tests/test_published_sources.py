"""Is what the tables of published figures say of other programs what those programs say?

Rows that cite a program, or a computation instead of a publication, are computed again by it.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable

import numpy as np
import pymsis
import pytest
from kelvinzero import orbit as kelvin
from numpy.typing import NDArray
from orbital_thermal import environment, equilibrium, mccalip_replication
from orbital_thermal.reference_architectures import (
    starcloud_published_balance,
    starcloud_spectral_balance,
)
from scipy.integrate import solve_ivp

from sunstack import validation
from sunstack.units import (
    ASTRONOMICAL_UNIT_M,
    DAY_S,
    EARTH_J2,
    EARTH_RADIUS_M,
    GRAVITATIONAL_PARAMETER_M3_PER_S2,
    SOLAR_RADIUS_M,
    STEFAN_BOLTZMANN_W_PER_M2_K4,
    TROPICAL_YEAR_S,
)

THEIR_EARTH = 6371.0 / 6378.137
"""Factor on an altitude that keeps r/R on orbital-thermal's Earth."""
Numbers = NDArray[np.float64]
ROWS = {
    row["id"]: row
    for path in validation.folder().glob("*.csv")
    for row in csv.DictReader(path.read_text("utf-8").splitlines())
}


def lowest_lit_altitude_km() -> float:
    low, high = 1200.0, 1600.0
    for _ in range(20):
        middle = 0.5 * (low + high)
        dark = kelvin.yearly_eclipse_stats(kelvin.Orbit(middle, 90.0)).eclipse_fraction > 0.0
        low, high = (middle, high) if dark else (low, middle)
    return high


def sunlit_share(altitude_km: float, nodes_deg: list[int], inclination_deg: float | None) -> float:
    """Kelvinzero's beta angles, orbital-thermal's shadow."""
    days = np.arange(73) / 73 * TROPICAL_YEAR_S / DAY_S
    betas = [
        math.degrees(abs(beta))
        for node in nodes_deg
        for beta in kelvin.beta_angle(kelvin.Orbit(altitude_km, node, inclination_deg), days)
    ]
    return 1.0 - float(np.mean([environment.eclipse_fraction(altitude_km, beta) for beta in betas]))


def degrees_a_day(altitude_km: float, inclination_deg: float) -> float:
    return math.degrees(float(kelvin.raan_precession_rate(altitude_km, inclination_deg))) * DAY_S


def node_drift_by_integration() -> float:
    """Degrees a day, over ten days from an osculating circle at 550 km and 53°."""

    def motion(_: float, state: Numbers) -> Numbers:
        place, square = state[:3], float(state[:3] @ state[:3])
        bulge = 1.5 * EARTH_J2 * EARTH_RADIUS_M**2 / square
        polar = 5.0 * place[2] ** 2 / square
        factor = 1.0 + bulge * (np.array([1.0, 1.0, 3.0]) - polar)
        pull = -GRAVITATIONAL_PARAMETER_M3_PER_S2 / square**1.5 * place * factor
        return np.concatenate([state[3:], pull])

    axis_m, tilt = EARTH_RADIUS_M + 550e3, math.radians(53.0)
    speed = math.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 / axis_m)
    start = [axis_m, 0.0, 0.0, 0.0, speed * math.cos(tilt), speed * math.sin(tilt)]
    times = np.arange(0.0, 10.0 * DAY_S, 60.0)
    path = solve_ivp(
        motion, (0.0, times[-1]), start, method="DOP853", rtol=1e-12, atol=1e-6, t_eval=times
    ).y
    momentum = np.cross(path[:3].T, path[3:].T)
    node = np.unwrap(np.arctan2(momentum[:, 0], -momentum[:, 1]))
    return math.degrees(np.polyfit(times, node, 1)[0]) * DAY_S


def share_behind_the_earth(*, all_of_the_sun: bool) -> float:
    """Points round an orbit at 550 km, tested against the discs of Sun and Earth as seen there."""
    around = np.linspace(0.0, 2.0 * math.pi, 1_000_000, endpoint=False)
    radius_m = EARTH_RADIUS_M + 550e3
    place = radius_m * np.stack([np.cos(around), np.sin(around)])
    to_sun = np.array([[ASTRONOMICAL_UNIT_M], [0.0]]) - place
    distance_m = np.hypot(*to_sun)
    sun, earth = np.arcsin(SOLAR_RADIUS_M / distance_m), math.asin(EARTH_RADIUS_M / radius_m)
    apart = np.arccos(np.clip(-(to_sun * place).sum(axis=0) / distance_m / radius_m, -1.0, 1.0))
    return float(np.mean(apart < (earth - sun if all_of_the_sun else earth + sun)))


def mean_density_kg_per_m3() -> float:
    output = pymsis.calculate(
        np.datetime64("2024-03-15T00:00"),
        np.arange(0.0, 360.0, 30.0),
        np.arange(-60.0, 61.0, 20.0),
        [550.0],
        f107s=[140.0],
        f107as=[140.0],
        aps=[[15.0] * 7],
        version=2.1,
    )
    return float(np.mean(output[..., pymsis.Variable.MASS_DENSITY]))


def sink_at_600_km_k() -> float:
    view = environment.sphere_view_factor(600.0 * THEIR_EARTH, 90.0)
    return float((view * 237.0 / STEFAN_BOLTZMANN_W_PER_M2_K4) ** 0.25)


def mccalip(beta_deg: float, name: str) -> float:
    return float(mccalip_replication.run_case({"betaAngle": beta_deg})["thermal"][name])


SAID: dict[str, Callable[[], float]] = {
    "P01": lambda: kelvin.orbital_period(550),
    "P02": lambda: kelvin.orbital_period(2000),
    "P03": lambda: kelvin.sso_inclination_deg(650),
    "P04": lambda: kelvin.sso_inclination_deg(1000),
    "P05": lambda: kelvin.sso_inclination_deg(2000),
    "P06": node_drift_by_integration,
    "P08": lambda: kelvin.eclipse_fraction_per_orbit(0.0, 550),
    "P09": lambda: kelvin.eclipse_fraction_per_orbit(math.radians(45), 550),
    "P10": lambda: kelvin.eclipse_fraction_per_orbit(math.radians(67), 550),
    "P11a": lambda: kelvin.yearly_eclipse_stats(kelvin.Orbit(550, 90)).eclipse_fraction,
    "P11b": lambda: kelvin.yearly_eclipse_stats(kelvin.Orbit(550, 90)).eclipse_days,
    "P12a": lambda: kelvin.yearly_eclipse_stats(kelvin.Orbit(650, 90)).eclipse_fraction,
    "P12b": lambda: kelvin.yearly_eclipse_stats(kelvin.Orbit(650, 270)).eclipse_fraction,
    "P14": lambda: kelvin.yearly_eclipse_stats(kelvin.Orbit(1400, 90)).eclipse_fraction,
    "P15": lowest_lit_altitude_km,
    "P16a": lambda: share_behind_the_earth(all_of_the_sun=True),
    "P16b": lambda: share_behind_the_earth(all_of_the_sun=False),
    "P17": mean_density_kg_per_m3,
    "P20": lambda: degrees_a_day(650, 30) - degrees_a_day(350, 30),
    "L3c": lambda: 180.0 / (degrees_a_day(650, 30) - degrees_a_day(350, 30)),
    "L3d": lambda: 10.0 / (degrees_a_day(650, 30) - degrees_a_day(350, 30)),
    "L3e": lambda: 10.0 / abs(degrees_a_day(600, 97.788) - degrees_a_day(300, 97.788)),
    "P22": lambda: starcloud_published_balance().net_rejection_W_m2,
    "P23": lambda: starcloud_spectral_balance().net_rejection_W_m2,
    "P24a": lambda: environment.sphere_view_factor(600.0 * THEIR_EARTH, 90.0),
    "P24b": lambda: environment.nadir_view_factor(600.0 * THEIR_EARTH),
    "P25": lambda: (
        equilibrium.equilibrium_temperature(154e3, 220.0, 0.9, sink_at_600_km_k()) - 273.15
    ),
    "RC18g": lambda: (degrees_a_day(725, 97.2) - 0.9856474) * 365.25,
    "RC22a": lambda: sunlit_share(650.0, [90], None),
    "RC22b": lambda: sunlit_share(725.0, [90], None),
    "RC22c": lambda: sunlit_share(1000.0, [90], None),
    "RC22d": lambda: sunlit_share(560.0, list(range(0, 360, 30)), 30.0),
    "RC22e": lambda: sunlit_share(960.0, list(range(0, 360, 30)), 30.0),
    "RC39b": lambda: equilibrium.equilibrium_temperature(150e3, 220.0, 0.9),
    "RC39c": lambda: equilibrium.equilibrium_temperature(150e3, 110.0, 0.9),
    "RC41a": lambda: mccalip(90.0, "eqTempC"),
    "RC41b": lambda: mccalip(75.0, "eqTempC"),
    "RC41c": lambda: mccalip(60.0, "eqTempC"),
    "RC41d": lambda: mccalip(90.0, "areaRequiredM2") / 1e6,
    "RC41e": lambda: mccalip(75.0, "areaRequiredM2") / 1e6,
    "RC41f": lambda: mccalip(60.0, "areaRequiredM2") / 1e6,
}
"""What the cited program gives, in the row's unit."""

OFTEN_CITED = ("kelvinzero", "orbital-thermal 1", "pymsis", "Numerical")


def test_every_row_that_cites_a_program_is_asked() -> None:
    citing = {name for name, row in ROWS.items() if row["source"].startswith(OFTEN_CITED)}
    assert citing <= set(SAID)
    assert {"P22", *(f"RC41{letter}" for letter in "abcdef")} == set(SAID) - citing  # papers' own


@pytest.mark.parametrize("name", SAID)
def test_a_row_says_what_the_cited_program_says(name: str) -> None:
    printed = ROWS[name]["published"]
    number, _, exponent = printed.partition("e")
    last_digit = 10.0 ** (int(exponent or 0) - len(number.partition(".")[2]))
    # half of the last printed digit, and a little for what was just that; none is none
    allowed = 0.51 * last_digit if float(printed) else 0.0
    assert SAID[name]() == pytest.approx(float(printed), rel=0.0, abs=allowed)
