"""Are the shells measured from element sets those that the sets were made of?"""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sgp4.api import WGS72, Satrec
from typer.testing import CliRunner

from sunstack import catalogue, element_sets
from sunstack.answers.shells import shells_of
from sunstack.cli import app
from sunstack.element_sets import ElementSet
from sunstack.element_sets.records import DAY_NS
from sunstack.scenario import loads
from sunstack.units import EARTH_RADIUS_M

GROUPS = catalogue.entry("constellation", "starlink-gen1").groups[:3]
"""550 km at 53.0°, 540 km at 53.2° and 570 km at 70°, as authorised."""
STRAGGLERS = 12
FIRST_NODES_DEG = (0.0, 1.3, 358.0)
"""Planes across 0° as well."""


def motion_rev_per_day(altitude_km: float, inclination_deg: float) -> float:
    """Kozai's mean motion of an altitude, by halving in the package sgp4."""
    low, high = 14.0, 17.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        record = Satrec()
        record.sgp4init(
            WGS72, "i", 1, 27_000.0, 0.0, 0.0, 0.0, 1e-4, 0.0, math.radians(inclination_deg), 0.0,
            middle * 2.0 * math.pi / 1440.0, 0.0,
        )  # fmt: skip
        record.sgp4_tsince(0.0)
        axis_km = 6378.135 * record.am
        low, high = (
            (low, middle) if axis_km < EARTH_RADIUS_M / 1e3 + altitude_km else (middle, high)
        )
    return middle


def satellites() -> list[ElementSet]:
    """The groups, with nodes as they stood at epochs up to three days before the newest."""
    random = np.random.default_rng(5)
    places = []
    for group, first_deg in zip(GROUPS, FIRST_NODES_DEG, strict=True):
        height, tilt = float(str(group["altitude_km"])), float(str(group["inclination_deg"]))
        planes = int(str(group["plane_count"]))
        slots = int(str(group["satellites_per_plane_count"]))
        places += [
            (height + random.uniform(-0.05, 0.05), tilt, first_deg + 360.0 * plane / planes)
            for plane in range(planes)
            for _ in range(slots)
        ]
    places += [(300.0 + 12.0 * one, 53.0, 30.0 * one) for one in range(STRAGGLERS)]
    motions = {key: motion_rev_per_day(*key) for key in {(round(h), i) for h, i, _ in places}}
    sets = []
    for number, (height_km, tilt_deg, node_deg) in enumerate(places):
        age_days = random.uniform(0.0, 3.0) if number else 0.0
        motion = motions[round(height_km), tilt_deg]
        # 1.5 of an altitude's part, as Kepler's third law has it.
        motion *= 1.0 - 1.5 * (height_km - round(height_km)) / (EARTH_RADIUS_M / 1e3 + height_km)
        axis = (EARTH_RADIUS_M / 1e3 + height_km) / 6378.135
        drift = -1.5 * 0.001082616 / axis**2 * 360.0 * motion * math.cos(math.radians(tilt_deg))
        sets.append(
            ElementSet(
                name=f"made {number}",
                catalogue_number=number,
                international_designator="",
                epoch_day=20_466 - math.ceil(age_days),
                epoch_ns=round((math.ceil(age_days) - age_days) * DAY_NS),
                mean_motion_rev_per_day=motion,
                eccentricity_ratio=1e-4,
                inclination_deg=tilt_deg,
                node_deg=(node_deg - drift * age_days) % 360.0,
                argument_of_perigee_deg=90.0,
                mean_anomaly_deg=random.uniform(0.0, 360.0),
                drag_term_ratio=1e-4,
            )
        )
    return sets


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    return shells_of(satellites())


def test_shells_planes_and_satellites_are_counted(answer: dict[str, Any]) -> None:
    found = {(round(one["altitude_km"]), one["inclination_deg"]): one for one in answer["shells"]}
    assert len(found) == len(answer["shells"]) == len(GROUPS)
    for group in GROUPS:
        one = found[group["altitude_km"], group["inclination_deg"]]
        assert one["plane_count"] == group["plane_count"]
        assert one["satellites_per_plane_count"] == group["satellites_per_plane_count"]
        planes, slots = one["plane_count"], one["satellites_per_plane_count"]
        assert one["satellite_count"] == planes * slots
        # Heights were strewn by 50 m either way.
        assert one["altitude_km"] == pytest.approx(group["altitude_km"], abs=0.02)
        assert 0.05 < one["highest_km"] - one["lowest_km"] < 0.11
    assert answer["outside_count"] == STRAGGLERS
    assert answer["satellite_count"] == STRAGGLERS + sum(
        one["satellite_count"] for one in answer["shells"]
    )


def test_the_command_gives_groups_that_a_scenario_takes(tmp_path: Path) -> None:
    file = tmp_path / "sets.json"
    file.write_text(element_sets.to_json(satellites()), "utf-8")
    printed = CliRunner().invoke(app, ["shells", str(file)])
    assert printed.exit_code == 0, printed.output
    groups = printed.stdout[printed.stdout.index("constellation:") :]
    scenario = f"schema_version: 1\nname: measured\nepoch: 2026-01-13\n{groups}satellite:\n"
    document = loads(scenario + "  catalogue: starlink-v1\n", path="measured.yaml")
    assert len(document.scenario.constellation.groups or ()) == 3
    as_json = CliRunner().invoke(app, ["shells", str(file), "--json"])
    assert json.loads(as_json.stdout)["epoch"] == f"{datetime(2026, 1, 13):%Y-%m-%dT%H:%M:%SZ}"


def test_a_few_satellites_make_no_shell_and_no_group(tmp_path: Path) -> None:
    file = tmp_path / "few.json"
    file.write_text(element_sets.to_json(satellites()[:5]), "utf-8")
    printed = CliRunner().invoke(app, ["shells", str(file)])
    assert printed.exit_code == 0, printed.output
    assert "0 shells of 5 satellites" in printed.stdout and "5 are in none" in printed.stdout
    assert "there is no group to write" in " ".join(printed.stdout.split())
    assert "groups:" not in printed.stdout
