"""What does the page need to know to draw every satellite at any instant?

The orbits themselves, not positions: nine single-precision numbers a plane hold at the run's last
instant, and the satellites of a plane follow each other evenly, so that a million of them are some
1,900 planes. Angles are rounded to 2⁻²³ of a turn or less (under 2 m on the ground track), the
rates follow from the elements in the page. What no formula gives, the state each satellite was left
in, is one byte a satellite: quantised between the least and the largest value, coded as the
difference from the satellite before, compressed.

    planes   nine columns,  each byte-split: all first bytes, all second ones, …; then gzip, base64
    states   value = low + (high - low) · byte / 255, bytes summed up modulo 256; gzip, base64
"""

from __future__ import annotations

import base64
import gzip
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.results import Results
from sunstack.units import (
    EARTH_J2,
    EARTH_RADIUS_M,
    GRAVITATIONAL_PARAMETER_M3_PER_S2,
    ZERO_CELSIUS_K,
)

from . import land
from .instant import julian_day, said
from .numerals import JOULE_PER_KWH

LEVELS = 255
TURN_RAD = 2.0 * np.pi
TENTHS_PER_DEGREE = 10.0

Column = NDArray[np.float64]


def globe_data(results: Results) -> dict[str, Any]:
    """Gather what `page/globe.js` reads."""
    instant = results.summary["simulation"]["last_instant"]
    planes = results.tables["planes"]
    groups = results.summary["groups"]
    return {
        "instant": {"julianDay": julian_day(instant["time"]), "text": said(instant["time"])},
        "earth": {
            "radiusM": EARTH_RADIUS_M,
            "gravitationalParameterM3PerS2": GRAVITATIONAL_PARAMETER_M3_PER_S2,
            "j2": EARTH_J2,
        },
        "groups": [
            {"name": group["name"], "satelliteCount": group["satellite_count"]} for group in groups
        ],
        "satelliteCount": results.summary["satellites"]["count"],
        "planeCount": len(planes),
        "planes": _packed(_byte_split(_plane_columns(planes, groups, instant["elapsed_s"]))),
        "states": _states(results),
        "land": [
            np.rint(ring * TENTHS_PER_DEGREE).astype(int).ravel().tolist()
            for ring in land.coastlines()
        ],
    }


def _plane_columns(planes: pl.DataFrame, groups: Any, elapsed_s: float) -> NDArray[np.float32]:
    """Mean elements at an instant after the epoch, satellites and group: shape (9, planes)."""
    axis_m = EARTH_RADIUS_M + 1e3 * planes["altitude_km"].to_numpy()
    eccentricity = planes["eccentricity"].to_numpy()
    inclination, node, perigee, latitude = (
        np.radians(planes[f"{name}_deg"].to_numpy())
        for name in ("inclination", "node", "argument_of_perigee", "argument_of_latitude")
    )
    rates = orbit.secular_rates(
        semi_major_axis_m=jnp.asarray(axis_m),
        eccentricity_ratio=jnp.asarray(eccentricity),
        inclination_rad=jnp.asarray(inclination),
    )
    turned = np.asarray(rates.argument_of_perigee_rad_per_s) * elapsed_s
    ahead = turned + np.asarray(rates.mean_anomaly_rad_per_s) * elapsed_s
    numbers = {group["name"]: number for number, group in enumerate(groups)}
    columns = (
        axis_m / EARTH_RADIUS_M,
        eccentricity,
        inclination,
        (node + np.asarray(rates.node_rad_per_s) * elapsed_s) % TURN_RAD,
        (perigee + turned) % TURN_RAD,
        (latitude + ahead) % TURN_RAD,
        planes["satellite_count"].to_numpy(),
        np.array([numbers[name] for name in planes["group"]]),
        # What single precision cuts off the axis would be 20 km along the orbit after a year.
        axis_m / EARTH_RADIUS_M - (axis_m / EARTH_RADIUS_M).astype(np.float32),
    )
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns])


def _states(results: Results) -> list[dict[str, Any]]:
    """How each satellite was left: radiator temperature, and charge where there is a battery."""
    table = results.tables["satellites"]
    kelvin = table["radiator_k"].to_numpy().astype(np.float64)
    found = [_state("temperature", "Radiator temperature", "°C", kelvin - ZERO_CELSIUS_K)]
    capacity_j = results.summary["satellites"]["battery_capacity_kwh"] * JOULE_PER_KWH
    if capacity_j > 0.0:
        charge = 100.0 / capacity_j * table["stored_j"].to_numpy().astype(np.float64)
        found.append(_state("charge", "Battery charge, of new capacity", "%", charge))
    return found


def _state(key: str, label: str, unit: str, values: Column) -> dict[str, Any]:
    low, high = float(values.min()), float(values.max())
    levels = np.rint((values - low) * (LEVELS / max(high - low, 1e-9))).astype(np.uint8)
    # Subtraction of bytes wraps round, and so does their sum in the page.
    differences = np.diff(levels, prepend=levels.dtype.type(0))
    return {
        "key": key,
        "label": label,
        "unit": unit,
        "low": low,
        "high": high,
        "bytes": _packed(differences.tobytes()),
    }


def _byte_split(columns: NDArray[np.float32]) -> bytes:
    """Bytes of like weight side by side, which compress better: (columns, 4, planes)."""
    as_bytes = np.ascontiguousarray(columns, dtype="<f4").view(np.uint8)
    return as_bytes.reshape(*columns.shape, 4).transpose(0, 2, 1).tobytes()


def _packed(content: bytes) -> str:
    """Compressed, the same each time, as text."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")
