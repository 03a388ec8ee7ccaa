"""Does what the page is given say where every satellite is, and in which state?"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.report.globe import _state, globe_data
from sunstack.resolve import Resolved
from sunstack.results import Results
from sunstack.scenario import Document
from sunstack.units import EARTH_RADIUS_M

COLUMNS = (
    "semi_major_axis_ratio",
    "eccentricity_ratio",
    "inclination_rad",
    "node_rad",
    "argument_of_perigee_rad",
    "argument_of_latitude_rad",
    "satellite_count",
    "group",
    "rest_of_axis",
)
ONE_KILOMETRE = 1.0


@pytest.fixture(scope="module")
def results(
    three_groups: Callable[..., Resolved], finished: Callable[[Document], Results]
) -> Results:
    return finished(three_groups().document)


@pytest.fixture(scope="module")
def data(results: Results) -> dict[str, Any]:
    return globe_data(results)


def unpacked(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(gzip.decompress(base64.b64decode(text)), dtype=np.uint8)


def planes(data: dict[str, Any]) -> dict[str, NDArray[np.float64]]:
    """Put the bytes together as the page does."""
    split = unpacked(data["planes"]).reshape(len(COLUMNS), 4, data["planeCount"])
    numbers = np.ascontiguousarray(split.transpose(0, 2, 1)).view("<f4")[..., 0]
    return dict(zip(COLUMNS, numbers.astype(np.float64), strict=True))


def axis_ratio(found: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    return found["semi_major_axis_ratio"] + found["rest_of_axis"]


def test_the_axis_is_whole_enough_for_a_year(results: Results, data: dict[str, Any]) -> None:
    altitude_m = 1e3 * results.tables["planes"]["altitude_km"].to_numpy()
    error_m = EARTH_RADIUS_M * (axis_ratio(planes(data)) - 1.0) - altitude_m
    # A millimetre of axis is 150 m of orbit after a year's 5,400 revolutions.
    assert np.abs(error_m).max() < 1e-3


def test_the_elements_place_every_satellite_where_the_simulation_left_it(
    results: Results, data: dict[str, Any]
) -> None:
    # The simulation turned rotors a day long in single precision; here the elements of its last
    # instant, as the page reads them, go through the closed form of `elements`.
    found = planes(data)
    table = results.tables["satellites"]
    plane, slot = table["plane"].to_numpy(), table["slot"].to_numpy()
    spec = orbit.Spec(
        semi_major_axis_m=jnp.asarray(EARTH_RADIUS_M * axis_ratio(found)[plane]),
        eccentricity_ratio=jnp.asarray(found["eccentricity_ratio"][plane]),
        inclination_rad=jnp.asarray(found["inclination_rad"][plane]),
        node_rad=jnp.asarray(found["node_rad"][plane]),
        argument_of_perigee_rad=jnp.asarray(found["argument_of_perigee_rad"][plane]),
        argument_of_latitude_rad=jnp.asarray(found["argument_of_latitude_rad"][plane]),
        satellite_count=jnp.asarray(found["satellite_count"][plane]),
    )
    phase = 2.0 * np.pi * slot / found["satellite_count"][plane]
    placed = np.asarray(orbit.position_m(spec, elapsed_s=0.0, phase_rad=phase))
    left = EARTH_RADIUS_M * np.column_stack([table[f"{axis}_earth_radii"] for axis in "xyz"])
    assert np.linalg.norm(placed - left, axis=1).max() / 1e3 < ONE_KILOMETRE


def test_planes_carry_their_groups_and_counts(results: Results, data: dict[str, Any]) -> None:
    found = planes(data)
    names = [data["groups"][int(number)]["name"] for number in found["group"]]
    assert names == results.tables["planes"]["group"].to_list()
    assert found["satellite_count"].sum() == data["satelliteCount"] == 29
    assert [group["satelliteCount"] for group in data["groups"]] == [8, 15, 6]


def test_states_come_back_within_half_a_level(results: Results, data: dict[str, Any]) -> None:
    table = results.tables["satellites"]
    capacity_j = 3.6e6 * results.summary["satellites"]["battery_capacity_kwh"]
    meant = {
        "temperature": table["radiator_k"].to_numpy() - 273.15,
        "charge": 100.0 * table["stored_j"].to_numpy() / capacity_j,
    }
    assert [state["key"] for state in data["states"]] == list(meant)
    for state in data["states"]:
        levels = np.cumsum(unpacked(state["bytes"]), dtype=np.uint8).astype(np.float64)
        shown = state["low"] + (state["high"] - state["low"]) * levels / 255
        step = (state["high"] - state["low"]) / 255
        assert np.abs(shown - meant[state["key"]]).max() <= 0.51 * step + 1e-4


def test_a_state_all_satellites_share_is_no_division_by_zero(data: dict[str, Any]) -> None:
    state = _state("temperature", "", "", np.full(5, 21.0))
    assert state["low"] == state["high"] == 21.0
    assert not unpacked(state["bytes"]).any()


def test_the_instant_is_the_run_s_last(results: Results, data: dict[str, Any]) -> None:
    # Epochs are 2028-03-20 and three more; the last run ends at midnight after 2028-12-21.
    assert results.summary["simulation"]["last_instant"]["time"] == "2028-12-22T00:00:00+00:00"
    assert data["instant"] == {"julianDay": 2462127.5, "text": "2028-12-22 00:00 UTC"}


def test_land_is_whole_tenths_of_degrees_in_closed_rings(data: dict[str, Any]) -> None:
    assert len(data["land"]) > 100
    for ring in data["land"]:
        assert len(ring) % 2 == 0 and len(ring) >= 6
        assert all(isinstance(number, int) for number in ring)
        assert max(abs(latitude) for latitude in ring[1::2]) <= 900


def test_the_share_in_sunlight_is_that_of_the_places(results: Results) -> None:
    table = results.tables["satellites"]
    place = np.column_stack([table[f"{axis}_earth_radii"] for axis in "xyz"]).astype(np.float64)
    sun = np.asarray(orbit.sun(julian_day=2462127.5).direction_ratio)
    towards = place @ sun
    off_axis = np.linalg.norm(place - towards[:, None] * sun, axis=1)
    lit = np.mean((towards >= 0.0) | (off_axis >= 1.0))
    # Within one satellite in the penumbra, of 29.
    share = results.summary["simulation"]["last_instant"]["sunlit_fraction"]
    assert share == pytest.approx(lit, abs=1.0 / 29)
