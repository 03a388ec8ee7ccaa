"""In which units are figures published, and what is one of each in SI?"""

from __future__ import annotations

import math

from sunstack.units import DAY_S, HOUR_S, MINUTE_S, YEAR_S, ZERO_CELSIUS_K

DEGREE_RAD = math.pi / 180.0

UNITS: dict[str, float] = {
    "": 1.0,
    "satellites": 1.0,
    "cars": 1.0,
    "characters": 1.0,
    "tokens": 1.0,
    "cycles": 1.0,
    "day of the year": 1.0,
    "ms": 1e-3,
    "s": 1.0,
    "min": MINUTE_S,
    "h": HOUR_S,
    "d": DAY_S,
    "years": YEAR_S,
    "1/year": 1.0 / YEAR_S,
    "%/year": 0.01 / YEAR_S,
    "1/(m²·year)": 1.0 / YEAR_S,
    "t/year": 1e3 / YEAR_S,
    "m/s": 1.0,
    "m/s per year and km": 1.0 / (YEAR_S * 1e3),
    "km/s": 1e3,
    "m": 1.0,
    "km": 1e3,
    "m²": 1.0,
    "km²": 1e6,
    "°": DEGREE_RAD,
    "µrad": 1e-6,
    "°/d": DEGREE_RAD / DAY_S,
    "°/year": DEGREE_RAD / YEAR_S,
    "K": 1.0,
    "°C": 1.0,
    "TB/s": 8e12,
    "W/m²": 1.0,
    "W": 1.0,
    "mW": 1e-3,
    "µW": 1e-6,
    "kW": 1e3,
    "GW": 1e9,
    "J": 1.0,
    "kWh": 3.6e6,
    "kg/m³": 1.0,
    "%": 0.01,
    "rad": 0.01,
    "krad/year": 10.0 / YEAR_S,
    "cm²": 1e-4,
    "1/cm²": 1e4,
    "1/(cm²·s)": 1e4,
    "upsets": 1.0,
    "Gbit/s": 1e9,
    "beams": 1.0,
    "steps": 1.0,
    "stations": 1.0,
    "dB": 1.0,
    "dB(W/m²)": 1.0,
    "mm/h": 1e-3 / HOUR_S,
    "Tbit/s": 1e12,
    "kg": 1.0,
    "t": 1e3,
    "N": 1.0,
    "tokens/s": 1.0,
    "flights": 1.0,
    "flights/year": 1.0 / YEAR_S,
    "flights/d": 1.0 / DAY_S,
    "Mbit/s": 1e6,
    "USD": 1.0,
    "USD per million tokens": 1e-6,
    "USD/kg": 1.0,
    "billion": 1e9,
    "kB": 1e3,
    "GB": 1e9,
    "GiB": 2.0**30,
    "FLOP": 1.0,
    "GFLOP": 1e9,
    "TFLOP/s": 1e12,
    "USD/(kW·year)": 1.0 / (1e3 * YEAR_S),
}
"""SI value of one; temperatures in °C are offset besides."""


def from_si(value: float, unit: str) -> float:
    """Return an SI value in a published unit."""
    return value - ZERO_CELSIUS_K if unit == "°C" else value / UNITS[unit]
