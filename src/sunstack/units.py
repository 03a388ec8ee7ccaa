"""Which constants, which units, and how is a unit read off a name?

Constants are SI. Earth: EGM96/WGS-84 (NIMA TR8350.2); Sun: IAU 2015 B3, IAU 2012 B2;
Stefan-Boltzmann: CODATA 2018; Planck, Boltzmann: exact by the SI of 2019.
"""

from __future__ import annotations

import math

GRAVITATIONAL_PARAMETER_M3_PER_S2 = 3.986004418e14
EARTH_RADIUS_M = 6_378_137.0
EARTH_FLATTENING = 1.0 / 298.257223563
EARTH_J2 = 1.08262668e-3
EARTH_ROTATION_RAD_PER_S = 7.292115e-5
SOLAR_RADIUS_M = 6.957e8
ASTRONOMICAL_UNIT_M = 1.495978707e11
STEFAN_BOLTZMANN_W_PER_M2_K4 = 5.670374419e-8
ZERO_CELSIUS_K = 273.15
STANDARD_GRAVITY_M_PER_S2 = 9.80665
MEGAELECTRONVOLT_J = 1.602176634e-13
PLANCK_J_S = 6.62607015e-34
BOLTZMANN_J_PER_K = 1.380649e-23

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86400.0
TROPICAL_YEAR_S = 365.2422 * DAY_S
YEAR_S = 365.25 * DAY_S
"""The Julian year, used for ages and lives."""

J2000_JULIAN_DAY = 2451545.0

SCENARIO_UNITS: dict[str, tuple[str, float]] = {
    # suffix: (unit as printed, factor to SI); °C and decibels are not products: see to_si
    "_km": ("km", 1e3),
    "_cm": ("cm", 1e-2),
    "_mm": ("mm", 1e-3),
    "_nm": ("nm", 1e-9),
    "_db": ("dB", 1.0),
    "_dbw": ("dBW", 1.0),
    "_db_per_k": ("dB/K", 1.0),
    "_ghz": ("GHz", 1e9),
    "_mhz": ("MHz", 1e6),
    "_mm_per_h": ("mm/h", 1e-3 / HOUR_S),
    "_urad": ("µrad", 1e-6),
    "_m": ("m", 1.0),
    "_m2": ("m²", 1.0),
    "_cm2": ("cm²", 1e-4),
    "_per_cm2": ("1/cm²", 1e4),
    "_deg": ("°", math.pi / 180.0),
    "_deg_c": ("°C", 1.0),
    "_k": ("K", 1.0),
    "_kg": ("kg", 1.0),
    "_kw": ("kW", 1e3),
    "_w": ("W", 1.0),
    "_kwh": ("kWh", 3.6e6),
    "_s": ("s", 1.0),
    "_us": ("µs", 1e-6),
    "_ms": ("ms", 1e-3),
    "_hours": ("h", HOUR_S),
    "_days": ("d", DAY_S),
    "_years": ("years", YEAR_S),
    "_m_per_s": ("m/s", 1.0),
    "_kg_per_m2": ("kg/m²", 1.0),
    "_wh_per_kg": ("Wh/kg", 3600.0),
    "_w_per_m2": ("W/m²", 1.0),
    "_w_per_k": ("W/K", 1.0),
    "_k_per_w": ("K/W", 1.0),
    "_per_k": ("1/K", 1.0),
    "_kj_per_k": ("kJ/K", 1e3),
    "_kj_per_m2_k": ("kJ/(m²·K)", 1e3),
    "_fraction_per_year": ("fraction per year", 1.0 / YEAR_S),
    "_solar_flux_units": ("10⁻²² W/(m²·Hz)", 1.0),
    "_m3": ("m³", 1.0),
    "_kg_per_m3": ("kg/m³", 1.0),
    "_gb": ("GB", 1e9),
    "_tb_per_s": ("TB/s", 1e12),
    "_gb_per_s": ("GB/s", 1e9),
    "_tflop_per_s": ("TFLOP/s", 1e12),
    "_gbit_per_s": ("Gbit/s", 1e9),
    "_krad": ("krad(Si)", 10.0),
    "_krad_per_year": ("krad(Si)/year", 10.0 / YEAR_S),
    "_mev": ("MeV", MEGAELECTRONVOLT_J),
    "_usd": ("USD", 1.0),
    "_usd_per_kg": ("USD/kg", 1.0),
    "_usd_per_kwh": ("USD/kWh", 1.0 / 3.6e6),
    "_fraction": ("", 1.0),
    "_ratio": ("", 1.0),
    "_count": ("", 1.0),
    "_efficiency": ("", 1.0),
    "_factor": ("", 1.0),
}
"""Unit suffixes a scenario or catalogue key may carry, longest match wins."""

DECIBELS = ("_db", "_dbw", "_db_per_k")
"""Suffixes of ten times the decimal logarithm of a ratio, of watts, of 1/K."""


def unit_suffix(name: str) -> str | None:
    """Return the unit suffix a name ends in, the longest that fits, or None."""
    fitting = [suffix for suffix in SCENARIO_UNITS if name.endswith(suffix)]
    return max(fitting, key=len, default=None)


def unit_of(name: str) -> str:
    """Return the unit a name promises, as printed; empty for a pure number or a word."""
    suffix = unit_suffix(name)
    return SCENARIO_UNITS[suffix][0] if suffix else ""


def to_si(name: str, value: float) -> float:
    """Convert a scenario value to SI by the unit its key promises.

    Raises:
        KeyError: the name carries no unit suffix.
    """
    suffix = unit_suffix(name)
    if suffix is None:
        raise KeyError(f"{name!r} ends in no unit suffix")
    if suffix == "_deg_c":
        return value + ZERO_CELSIUS_K
    if suffix in DECIBELS:
        return math.pow(10.0, value / 10.0)
    return value * SCENARIO_UNITS[suffix][1]
