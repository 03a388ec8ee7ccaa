"""What do other programs need for a satellite-step, and what do they leave out of it?

Each peer is an independent program, imported where it is installed and called through its own
public functions; none of its code is here.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import timing

from sunstack.units import EARTH_RADIUS_M


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A program to compare with."""

    package: str
    module: str
    computes: str
    leaves_out: str
    prepare: Callable[[], timing.Rival]
    install: str

    def is_installed(self) -> bool:
        """Whether it can be imported."""
        return importlib.util.find_spec(self.module) is not None


def _orbital_compute() -> timing.Rival:
    """Its satellites, power and thermal models, without its scheduler, contacts and telemetry."""
    orbit: Any = importlib.import_module("orbital_compute.orbit")
    power: Any = importlib.import_module("orbital_compute.power")
    thermal: Any = importlib.import_module("orbital_compute.thermal")
    fleet = [
        (satellite, power.PowerModel(), thermal.ThermalModel())
        for satellite in orbit.starlink_shell_1_sample(12)
    ]
    start = datetime(2026, 3, 26, tzinfo=UTC)
    instants = [start + timedelta(minutes=minute) for minute in range(120)]

    def run() -> None:
        for instant in instants:
            for satellite, battery, radiator in fleet:
                shadow = satellite.position_at(instant).in_eclipse
                battery.step(60.0, shadow, 800.0)
                radiator.step(60.0, 920.0, shadow)

    return timing.Rival(run=run, work=len(instants) * len(fleet))


def _space_ml_sim() -> timing.Rival:
    """Its `Constellation.step`."""
    constellation: Any = importlib.import_module("space_ml_sim.core.constellation")
    chips: Any = importlib.import_module("space_ml_sim.models.chip_profiles")
    fleet = constellation.Constellation.walker_delta(
        num_planes=8,
        sats_per_plane=16,
        altitude_km=550.0,
        inclination_deg=53.0,
        chip_profile=chips.TERAFAB_D3,
    )
    steps = 8

    def run() -> None:
        for _ in range(steps):
            fleet.step(60.0)

    return timing.Rival(run=run, work=steps * len(fleet.satellites))


def _sgp4() -> timing.Rival:
    """Positions and velocities only, its C++ over satellites and times at once."""
    sgp4: Any = importlib.import_module("sgp4.api")
    satellites = []
    motion_rad_per_min = 60.0 * (3.986004418e14 / (EARTH_RADIUS_M + 550e3) ** 3) ** 0.5
    for number in range(64):
        one = sgp4.Satrec()
        phase = 2.0 * np.pi * number / 64
        one.sgp4init(
            sgp4.WGS72,
            "i",
            number,
            28000.0,
            0.0,
            0.0,
            0.0,
            1e-4,
            0.0,
            0.925,
            phase,
            motion_rad_per_min,
            phase,
        )
        satellites.append(one)
    array = sgp4.SatrecArray(satellites)
    fraction = np.arange(288) / 1440.0
    day = np.full_like(fraction, 2461500.5)
    return timing.Rival(run=lambda: array.sgp4(day, fraction), work=64 * 288)


PEERS = (
    Peer(
        package="orbital-compute",
        module="orbital_compute",
        computes="SGP4, cylindrical shadow, ground position, battery, one thermal node",
        leaves_out="penumbra, array temperature and pointing, throttling, sums over the run",
        prepare=_orbital_compute,
        install="pip install orbital-compute",
    ),
    Peer(
        package="space-ml-sim",
        module="space_ml_sim",
        computes="circular orbit with drifting node, cylindrical shadow, radiation upsets and dose",
        leaves_out="battery, heat storage; power and temperature are two constants each",
        prepare=_space_ml_sim,
        # Its step needs none of PyTorch, which it would bring along: several gigabytes.
        install="pip install pandas && pip install --no-deps space-ml-sim",
    ),
    Peer(
        package="sgp4",
        module="sgp4",
        computes="position and velocity, with drag, in C++",
        leaves_out="Sun, shadow, power, heat",
        prepare=_sgp4,
        install="pip install sgp4",
    ),
)
