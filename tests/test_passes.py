"""Are the passes over a site those that one counts second by second in another's positions?

Brute force: the package sgp4 once a second, its sidereal time (Vallado's), and the ellipsoid in
NumPy.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sgp4.api import WGS72, Satrec, SatrecArray
from sgp4.propagation import gstime
from typer.testing import CliRunner

from sunstack import element_sets
from sunstack.answers.passes import Watch, passes_of
from sunstack.cli import app
from sunstack.disciplines import orbit
from sunstack.element_sets import ElementSet
from sunstack.errors import ScenarioError
from sunstack.units import J2000_JULIAN_DAY

START = datetime(2006, 6, 25, 6, 0)
JULIAN_DAY = 2453911.75
"""Of the start."""
HOURS = 12.0
MUNICH = {"latitude_deg": 48.14, "longitude_deg": 11.58, "altitude_m": 520.0}


SITE = jax.jit(orbit.site)


def everyone() -> tuple[ElementSet, ...]:
    """The verification set at epochs of one day: near and far, round and long orbits."""
    lines = files("sgp4").joinpath("SGP4-VER.TLE").read_text("ascii").splitlines()
    pairs = [line[:69] for line in lines if not line.startswith("#") and len(line[:69]) == 69]
    good = [line for line in pairs if line[2:7] not in ("33333", "33334", "33335", "20413")]
    sets = element_sets.loads("\n".join(good))
    return tuple(replace(one, epoch_day=13_324, epoch_ns=0) for one in sets)  # 2006-06-25


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    return passes_of(everyone(), Watch(**MUNICH, elevation_deg=10.0, start=START, hours=HOURS))


def brute(sets: tuple[ElementSet, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds and elevations, (satellites, seconds), in degrees."""
    records = []
    for one in sets:
        record, degree = Satrec(), math.pi / 180.0
        record.sgp4init(
            WGS72, "i", 1, one.epoch_day + 7306.0, one.drag_term_ratio, 0.0, 0.0,
            one.eccentricity_ratio, one.argument_of_perigee_deg * degree,
            one.inclination_deg * degree, one.mean_anomaly_deg * degree,
            one.mean_motion_rev_per_day * 2.0 * math.pi / 1440.0, one.node_deg * degree,
        )  # fmt: skip
        records.append(record)
    second = np.arange(HOURS * 3600.0 + 1.0)
    codes, place, _ = SatrecArray(records).sgp4(np.full(len(second), JULIAN_DAY), second / 86_400.0)
    latitude, height_km = math.radians(MUNICH["latitude_deg"]), MUNICH["altitude_m"] / 1e3
    flat = 1.0 / 298.257223563
    normal_km = 6378.137 / math.sqrt(1.0 - flat * (2.0 - flat) * math.sin(latitude) ** 2)
    angle = np.array([gstime(JULIAN_DAY + one / 86_400.0) for one in second])
    angle += math.radians(MUNICH["longitude_deg"])
    out = (normal_km + height_km) * math.cos(latitude)
    up_km = (normal_km * (1.0 - flat) ** 2 + height_km) * math.sin(latitude)
    site = np.stack([out * np.cos(angle), out * np.sin(angle), 0.0 * angle + up_km], axis=-1)
    up = np.stack(
        [
            math.cos(latitude) * np.cos(angle),
            math.cos(latitude) * np.sin(angle),
            0.0 * angle + math.sin(latitude),
        ],
        axis=-1,
    )
    away = place - site
    sine = (away * up).sum(axis=-1) / np.linalg.norm(away, axis=-1)
    elevation = np.degrees(np.arcsin(sine))
    elevation[(codes != 0).any(axis=1)] = -90.0
    return second, elevation


def after_s(moment: str) -> float:
    return (datetime.fromisoformat(moment.removesuffix("Z")) - START).total_seconds()


def test_passes_are_those_of_brute_force(answer: dict[str, Any]) -> None:
    sets = everyone()
    second, elevation = brute(sets)
    counted = 0
    for one, heights in zip(sets, elevation, strict=True):
        edges = np.flatnonzero(np.diff(np.pad(heights >= 10.0, 1).astype(int)))
        mine = [p for p in answer["passes"] if p["catalogue_number"] == one.catalogue_number]
        assert len(mine) == len(edges) // 2, one
        for found, begin, end in zip(mine, edges[::2], edges[1::2], strict=True):
            counted += 1
            high = heights[begin:end].max()
            # A second's step at the top misses at most half a second of what curves there.
            assert found["highest_elevation_deg"] == pytest.approx(high, abs=0.05)
            assert found["highest_elevation_deg"] >= high - 1e-6
            if begin:  # the first second seen; the crossing is up to one before
                assert -1.1 < after_s(found["rise"]) - second[begin] < 0.1
            else:
                assert found["rise"] is None
            if end < len(second):
                assert -1.1 < after_s(found["set"]) - second[end] < 0.1
            else:
                assert found["set"] is None
    # Geostationary ones stand there all along, others cross; else little would have been tested.
    assert counted > 30
    whole = [one for one in answer["passes"] if one["rise"] is None and one["set"] is None]
    assert whole and len(answer["passes"]) == counted


def test_azimuths_and_ranges_are_the_geometry(answer: dict[str, Any]) -> None:
    catalogue, watch = element_sets.Catalogue(everyone()), Watch(**MUNICH, start=START)
    numbers = {one.catalogue_number: number for number, one in enumerate(catalogue.sets)}
    for found in answer["passes"][:10]:
        if found["set"] is None:
            continue
        time_s = np.array([after_s(found["set"]), after_s(found["culmination"])])
        both = np.full(2, numbers[found["catalogue_number"]])
        # Epochs are at midnight, six hours before the start.
        place = catalogue.at(both, elapsed_s=time_s + 21_600.0)
        here = watch.place(time_s)
        away = place - np.asarray(here.position_m)
        east = float(away[0] @ np.asarray(here.east_ratio)[0])
        north = float(away[0] @ np.asarray(here.north_ratio)[0])
        # Times are told to a tenth of a second: 0.8 km.
        turned = math.degrees(math.atan2(east, north)) - found["set_azimuth_deg"]
        assert abs((turned + 180.0) % 360.0 - 180.0) < 0.1
        assert found["range_km"] == pytest.approx(np.linalg.norm(away[1]) / 1e3, abs=1.0)


def test_what_comes_down_is_named_and_left_out(answer: dict[str, Any]) -> None:
    assert any(line.startswith("28872: has decayed") for line in answer["left_out"])
    assert not [one for one in answer["passes"] if one["catalogue_number"] == 28872]


def test_a_higher_threshold_sees_less_and_shorter(answer: dict[str, Any]) -> None:
    higher = passes_of(everyone(), Watch(**MUNICH, elevation_deg=40.0, start=START, hours=HOURS))
    expected = [one for one in answer["passes"] if one["highest_elevation_deg"] >= 40.0]
    names = [(one["name"], one["culmination"]) for one in higher["passes"]]
    assert sorted(names) == sorted((one["name"], one["culmination"]) for one in expected)


@settings(max_examples=30)
@given(
    latitude_deg=st.floats(-90.0, 90.0),
    longitude_deg=st.floats(-180.0, 180.0),
    altitude_m=st.floats(0.0, 8000.0),
)
def test_a_site_is_where_it_says(
    latitude_deg: float, longitude_deg: float, altitude_m: float
) -> None:
    here = SITE(
        latitude_rad=math.radians(latitude_deg),
        longitude_rad=math.radians(longitude_deg),
        altitude_m=altitude_m,
        julian_day=J2000_JULIAN_DAY,
    )
    fixed = orbit.earth_fixed_m(position_m=here.position_m, julian_day=J2000_JULIAN_DAY)
    back = orbit.geodetic(earth_fixed_m=fixed)
    assert math.degrees(float(back.latitude_rad)) == pytest.approx(latitude_deg, abs=1e-8)
    assert float(back.altitude_m) == pytest.approx(altitude_m, abs=1e-3)
    if abs(latitude_deg) < 89.9:
        turned = math.degrees(float(back.longitude_rad)) - longitude_deg
        assert abs((turned + 180.0) % 360.0 - 180.0) < 1e-8
    overhead = here.position_m + 1e6 * here.up_ratio
    assert float(orbit.elevation_sine_ratio(here, position_m=overhead)) == pytest.approx(1.0)
    for direction, degrees in ((here.north_ratio, 0.0), (here.east_ratio, 90.0)):
        aside = here.position_m + 1e6 * direction
        azimuth = math.degrees(float(orbit.azimuth_rad(here, position_m=aside)))
        assert (azimuth - degrees + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=1e-6)


def test_what_is_no_question_is_refused_with_every_reason() -> None:
    watch = Watch(latitude_deg=91.0, longitude_deg=500.0, start=START, hours=-1.0)
    with pytest.raises(ScenarioError) as caught:
        passes_of(everyone()[:1], watch)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["latitude_deg", "longitude_deg", "hours"]
    assert "91 is out of range; write a number from -90 to 90" in lines[0]


def test_the_command_prints_a_table_or_one_document(tmp_path: Path) -> None:
    file = tmp_path / "sets.csv"
    file.write_text(element_sets.to_csv(everyone()), "utf-8")
    asked = ["passes", str(file), "--latitude-deg", "48.14", "--longitude-deg", "11.58"]
    asked += ["--altitude-m", "520", "--start", "2006-06-25T06:00", "--hours", "3"]
    table = CliRunner().invoke(app, asked)
    assert table.exit_code == 0, table.output
    assert "above 10°, in 3 h from" in table.stdout and "highest at" in table.stdout
    document = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert f"{len(document['passes'])} passes" in table.stdout
    bad = CliRunner().invoke(app, [*asked[:3], "99", *asked[4:]])
    assert bad.exit_code == 2 and "latitude_deg: 99 is out of range" in bad.stderr
