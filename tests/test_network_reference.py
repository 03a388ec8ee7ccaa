"""Does the sweep give the round-trip times the best-known tool has published, to a microsecond?

Hypatia's Kuiper shell: 34 planes of 34 satellites at 51.9°, propagated with SGP4 from elements
rounded as in its files, joined to the next satellite and to the same number of the next plane;
places see what is within 1,260 km (630 km at 30° over a flat Earth). Only the sweep is ours.
City pairs on three shells are those of an independent computation with SciPy's search, in the same
manner, every half second of 200.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray
from sgp4.api import WGS72, Satrec, SatrecArray

from sunstack.disciplines import network

FILE = Path(__file__).parent / "reference" / "hypatia-kuiper-630.csv"
LIGHT_M_PER_S = 299_792_458.0
JULIAN_DAY = 2451544.5
PLACES_DEG = {
    "manila": (14.6042, 120.9822),
    "dalian": (38.913811, 121.602322),
    "st petersburg": (59.929858, 30.326228),
    "rio": (-22.90278, -43.2075),
    "paris": (48.85341, 2.3488),
    "moscow": (55.754996, 37.621849),
    "new york": (40.717042, -74.003663),
    "london": (51.50853, -0.12574),
    "singapore": (1.28967, 103.85007),
    "los angeles": (34.031656, -118.241716),
    "chicago": (41.85003, -87.65005),
}
NAMES = list(PLACES_DEG)
PAIRS = {
    "manila_dalian_ms": ("manila", "dalian"),
    "st_petersburg_dalian_ms": ("st petersburg", "dalian"),
    "st_petersburg_manila_ms": ("st petersburg", "manila"),
}


@dataclass(frozen=True, kw_only=True)
class Shell:
    """As Hypatia describes one."""

    planes: int
    slots: int
    inclination_deg: float
    revolutions_a_day: float
    farthest_m: float


SHELLS = {
    "kuiper": Shell(
        planes=34, slots=34, inclination_deg=51.9, revolutions_a_day=14.80, farthest_m=1_260e3
    ),
    "starlink": Shell(
        planes=72,
        slots=22,
        inclination_deg=53.0,
        revolutions_a_day=15.19,
        farthest_m=1e3 * np.hypot(940.7, 550.0),
    ),
    "telesat": Shell(
        planes=27,
        slots=13,
        inclination_deg=98.98,
        revolutions_a_day=13.66,
        farthest_m=1_015e3 / np.sin(np.radians(10.0)),
    ),
}
LEAST_AND_MOST_MS = {
    ("rio", "st petersburg"): ((95.739, 136.622), (107.373, 129.206), (82.338, 85.751)),
    ("manila", "dalian"): ((25.230, 48.164), (27.120, 47.377), (23.682, 24.486)),
    ("paris", "moscow"): ((21.718, 24.625), (20.357, 21.339), (22.557, 24.443)),
    ("new york", "london"): ((42.963, 46.823), (42.196, 46.171), (42.082, 42.530)),
    ("london", "singapore"): ((82.564, 87.848), (80.221, 86.808), (79.371, 80.096)),
    ("los angeles", "new york"): ((32.739, 36.226), (34.931, 47.570), (31.421, 32.812)),
    ("chicago", "london"): ((49.986, 54.579), (48.516, 51.828), (47.367, 47.772)),
}
"""Of round trips, on the shells in their order."""

Columns = NDArray[np.float64]

_delays = jax.jit(lambda net, start_s: network.delays(net, start_s=start_s))


def published() -> list[dict[str, str]]:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


@cache
def satellites(shell: Shell) -> SatrecArray:
    """All of a shell, for SGP4."""
    return SatrecArray(
        [_satellite(shell, p, k) for p in range(shell.planes) for k in range(shell.slots)]
    )


def _satellite(shell: Shell, plane: int, slot: int) -> Satrec:
    """As Hypatia writes it down: angles to four decimals, every other plane half a slot on."""
    mean_deg = slot * 360.0 / shell.slots + (180.0 / shell.slots if plane % 2 else 0.0)
    tilt, mean, node = (
        np.radians(round(deg, 4))
        for deg in (shell.inclination_deg, mean_deg, plane * 360.0 / shell.planes)
    )
    made = Satrec()
    motion = shell.revolutions_a_day * 2.0 * np.pi / 1440.0
    epoch = JULIAN_DAY - 2433281.5
    made.sgp4init(WGS72, "i", 1, epoch, 0.0, 0.0, 0.0, 1e-7, 0.0, tilt, mean, motion, node)
    return made


def places_m() -> Columns:
    """On the WGS 84 ellipsoid, turning with the Earth."""
    latitude, longitude = np.radians(np.array(list(PLACES_DEG.values())).T)
    flattening = 1.0 / 298.257223563
    squared = flattening * (2.0 - flattening)
    normal = 6_378_137.0 / np.sqrt(1.0 - squared * np.sin(latitude) ** 2)
    return np.stack(
        [
            normal * np.cos(latitude) * np.cos(longitude),
            normal * np.cos(latitude) * np.sin(longitude),
            normal * (1.0 - squared) * np.sin(latitude),
        ],
        axis=-1,
    )


def sidereal_rad(time_s: float) -> float:
    """Greenwich mean sidereal time of 1982."""
    t = (JULIAN_DAY + time_s / 86_400.0 - 2451545.0) / 36525.0
    seconds = 67310.54841 + (876_600 * 3600 + 8640184.812866) * t + 0.093104 * t**2 - 6.2e-6 * t**3
    return float(np.radians(seconds / 240.0 % 360.0))


def round_trips_ms(shell: Shell, time_s: float) -> Columns:
    """Between all places at an instant; NaN where there is no way."""
    day = np.array([time_s / 86_400.0])
    _, kilometres, _ = satellites(shell).sgp4(np.array([JULIAN_DAY]), day)
    here = 1e3 * kilometres[:, 0].reshape(shell.planes, shell.slots, 3)
    angle = sidereal_rad(time_s)
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    )
    far_m = np.linalg.norm(here[:, :, None] - places_m() @ turn.T, axis=-1)
    start_s = np.where(far_m <= shell.farthest_m, far_m / LIGHT_M_PER_S, network.NEVER_S)
    found = _delays(_links(here), jnp.asarray(start_s))
    assert float(found.certificate_s) < 1e-15
    labels = np.asarray(found.delay_s)
    one_way_s = np.stack(
        [(labels + start_s[..., [end]]).min(axis=(0, 1)) for end in range(len(NAMES))], axis=1
    )
    return np.where(one_way_s < network.UNREACHED_S, 2e3 * one_way_s, np.nan)


def _links(here_m: Columns) -> network.Links:
    """To the next of the plane, and to the same number of the next plane, seam and all."""
    along, across = (
        np.linalg.norm(np.roll(here_m, -1, axis) - here_m, axis=-1) / LIGHT_M_PER_S
        for axis in (1, 0)
    )
    return network.Links(
        along_s=jnp.asarray(along),
        across_s=jnp.asarray(across),
        seam_shift_count=jnp.asarray(0),
    )


def test_round_trips_are_hypatia_s_to_a_microsecond() -> None:
    rows = published()
    assert len(rows) == 200
    errors_ms = []
    for row in rows:
        found = round_trips_ms(SHELLS["kuiper"], float(row["time_s"]))
        for pair, (start, end) in PAIRS.items():
            ours = found[NAMES.index(start), NAMES.index(end)]
            if row[pair] == "":
                assert np.isnan(ours), (row["time_s"], pair)
            else:
                errors_ms.append(abs(ours - float(row[pair])))
    assert len(errors_ms) > 570
    assert max(errors_ms) < 1e-3


@pytest.mark.parametrize("number", range(len(SHELLS)), ids=list(SHELLS))
def test_city_pairs_are_those_of_a_search(number: int) -> None:
    shell = list(SHELLS.values())[number]
    found = np.stack([round_trips_ms(shell, 0.5 * step) for step in range(400)])
    for (start, end), expected in LEAST_AND_MOST_MS.items():
        course = found[:, NAMES.index(start), NAMES.index(end)]
        least_and_most = (np.nanmin(course), np.nanmax(course))
        assert least_and_most == pytest.approx(expected[number], abs=0.01), (start, end)
