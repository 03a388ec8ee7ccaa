"""Do groups come to the planes they describe, and does a cap thin them evenly?"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved
from sunstack.resolve.planes import Planes, planes
from sunstack.scenario import Shells, Walker
from sunstack.units import EARTH_RADIUS_M

type Resolve = Callable[..., Resolved]

EPOCH = 2461850.5
TURN = 2.0 * math.pi


def walker(**changes: object) -> Walker:
    keys = {
        "name": "w", "model": "walker", "altitude_km": 600.0, "inclination_deg": 53.0,
        "plane_count": 6, "satellites_per_plane_count": 4,
    }  # fmt: skip
    return Walker.model_validate(keys | changes)


def shells(**changes: object) -> Shells:
    keys = {
        "name": "s", "model": "shells", "altitude_low_km": 500.0, "altitude_high_km": 540.0,
        "inclination_deg": 30.0, "shell_count": 5, "planes_per_shell_count": 3,
        "satellites_per_plane_count": 10,
    }  # fmt: skip
    return Shells.model_validate(keys | changes)


def laid_out(*groups: Walker | Shells, cap: int | None = None) -> Planes:
    return planes(groups, julian_day=EPOCH, cap=cap)


# --- walker --------------------------------------------------------------------------------------


def test_walker_delta_by_hand() -> None:
    # 24/6/2: nodes 60° apart from 10°; each plane's first satellite 2 · 360°/24 = 30° on.
    found = laid_out(walker(phasing_count=2, node_deg=10.0))
    assert np.degrees(found.node_rad) == pytest.approx([10, 70, 130, 190, 250, 310])
    assert np.degrees(found.argument_of_latitude_rad) == pytest.approx([0, 30, 60, 90, 120, 150])
    assert found.semi_major_axis_m == pytest.approx(EARTH_RADIUS_M + 600e3)
    assert np.degrees(found.inclination_rad) == pytest.approx(53.0)
    assert found.satellite_count.tolist() == [4.0] * 6


def test_walker_star_spreads_over_half_a_turn() -> None:
    found = laid_out(walker(node_spread_deg=180.0))
    assert np.degrees(found.node_rad) == pytest.approx([0, 30, 60, 90, 120, 150])


@given(
    number=st.integers(1, 40), size=st.integers(1, 40), phasing=st.integers(0, 40),
)  # fmt: skip
def test_walker_looks_the_same_from_every_plane(number: int, size: int, phasing: int) -> None:
    """From one plane to the next the first satellite moves by F · 360°/t; after the last plane,
    back at the first, it has moved by F · 360°/S: a whole number of slots, so the pattern closes.
    """
    found = laid_out(
        walker(plane_count=number, satellites_per_plane_count=size, phasing_count=phasing)
    )
    steps = np.diff(np.append(found.argument_of_latitude_rad, phasing * TURN / size))
    assert steps == pytest.approx(phasing * TURN / (number * size), abs=1e-12)
    slots = phasing * TURN / size / (TURN / size)
    assert slots == pytest.approx(round(slots), abs=1e-9)


def test_local_times_place_the_nodes() -> None:
    # The mean Sun stands near 0° of right ascension on 20 March 2028: 18 h is 90° east of it.
    found = laid_out(
        walker(plane_count=2, local_times_hours=[18.0, 6.0], inclination_deg="sun-synchronous")
    )
    sun = float(orbit.sun(julian_day=EPOCH).mean_longitude_rad)
    assert np.degrees(found.node_rad - sun) == pytest.approx([90.0, -90.0])
    expected = orbit.sun_synchronous_inclination_rad(semi_major_axis_m=EARTH_RADIUS_M + 600e3)
    assert found.inclination_rad == pytest.approx(float(expected), rel=1e-12)


# --- shells --------------------------------------------------------------------------------------


def test_shells_are_evenly_spaced_in_altitude_and_inclination() -> None:
    found = laid_out(shells(inclination_high_deg=34.0))
    altitude_km = (found.semi_major_axis_m - EARTH_RADIUS_M) / 1e3
    assert altitude_km == pytest.approx(np.repeat([500, 510, 520, 530, 540], 3))
    assert np.degrees(found.inclination_rad) == pytest.approx(np.repeat([30, 31, 32, 33, 34], 3))
    assert found.shell.tolist() == np.repeat(np.arange(5.0), 3).tolist()
    assert np.degrees(found.node_rad) == pytest.approx(np.tile([0, 120, 240], 5))


def test_sun_synchronous_shells_get_an_inclination_each() -> None:
    found = laid_out(shells(inclination_deg="sun-synchronous"))
    drift = orbit.node_drift_from_sun_rad_per_s(
        semi_major_axis_m=found.semi_major_axis_m,
        eccentricity_ratio=0.0,
        inclination_rad=found.inclination_rad,
    )
    assert np.asarray(drift) == pytest.approx(0.0, abs=1e-19)
    assert len(np.unique(found.inclination_rad)) == 5


def test_no_two_planes_of_shells_march_in_step() -> None:
    found = laid_out(shells(shell_count=20))
    slot = TURN / 10.0
    ahead = np.sort(found.argument_of_latitude_rad / slot)
    assert ahead[0] >= 0.0 and ahead[-1] < 1.0
    # A golden-ratio sequence of n points leaves no gap under 0.38/n.
    assert np.diff(ahead).min() > 0.38 / len(ahead)


def test_the_filed_table_adds_up(shipped: Resolve) -> None:
    # 10·30·333 + 10·2·4,999 + 25·30·333 + 22·2·5,565 + 25·30·333 + 22·2·5,770 = 99,900 + 99,980
    # + 249,750 + 244,860 + 249,750 + 253,880 = 1,198,120, thinned to a million.
    found = shipped("starmind-million")
    filed = np.array([99_900, 99_980, 249_750, 244_860, 249_750, 253_880])
    group = found.planes.group.astype(int)
    assert np.bincount(group).tolist() == [300, 20, 750, 44, 750, 44]
    flown = np.bincount(group, weights=found.planes.satellite_count)
    assert flown.sum() == 1_000_000
    assert np.abs(flown - filed * 1e6 / 1_198_120).max() < 1.0


# --- thinning ------------------------------------------------------------------------------------

sizes = st.tuples(st.integers(1, 30), st.integers(1, 400))


@given(groups=st.lists(sizes, min_size=1, max_size=6), share=st.floats(0.02, 1.5))
def test_a_cap_is_met_exactly_and_shared_fairly(
    groups: list[tuple[int, int]], share: float
) -> None:
    total = sum(number * size for number, size in groups)
    cap = max(1, round(share * total))
    shells = [
        walker(plane_count=number, satellites_per_plane_count=size) for number, size in groups
    ]
    fewest = min(number * size for number, size in groups)
    if cap * fewest < total:  # the smallest group's share is less than a satellite
        try:
            found = laid_out(*shells, cap=cap)
        except ScenarioError as error:
            least = int(str(error).partition("write ")[2].partition(" ")[0])
            assert set(laid_out(*shells, cap=least).group) == set(range(len(groups)))
            return
    else:
        found = laid_out(*shells, cap=cap)
    assert found.satellite_count.sum() == min(cap, total)
    assert np.all(found.satellite_count >= 1.0)
    for index, (number, size) in enumerate(groups):
        mine = found.satellite_count[found.group == index]
        exact = number * size * min(cap / total, 1.0)
        assert abs(mine.sum() - exact) < 1.0
        every_plane = np.append(mine, np.zeros(number - len(mine)))  # planes left empty are gone
        assert every_plane.max() - every_plane.min() <= 1.0


def test_what_is_left_over_is_scattered_over_the_planes() -> None:
    # 100 planes of 10 thinned to 550: half the planes keep six, half five, and not the first half.
    found = laid_out(walker(plane_count=100, satellites_per_plane_count=10), cap=550)
    extra = found.satellite_count - 5.0
    assert extra.sum() == 50.0
    halves = extra[:50].sum(), extra[50:].sum()
    assert halves == pytest.approx((25.0, 25.0), abs=3.0)


# --- formation -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster(shipped: Resolve) -> orbit.Spec:
    return shipped("suncatcher").system.orbits


class Motion(NamedTuple):
    """Motion about the member in the middle over one orbit, shape (times, members)."""

    latitude_rad: NDArray[np.float64]
    """Mean, shape (times, 1)."""
    perigee_rad: NDArray[np.float64]
    up_m: NDArray[np.float64]
    along_m: NDArray[np.float64]
    across_m: NDArray[np.float64]


@pytest.fixture(scope="module")
def motion(cluster: orbit.Spec) -> Motion:
    axis = cluster.semi_major_axis_m[0]
    times = np.linspace(0.0, float(orbit.circular_period_s(semi_major_axis_m=axis)), 145)[:, None]
    places, ahead = (
        np.asarray(orbit.position_m(cluster, elapsed_s=times + shift)) for shift in (0.0, 1.0)
    )
    middle = int(np.argmin(np.asarray(cluster.eccentricity_ratio)))
    up, across = (
        vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        for vectors in (places[:, middle], np.cross(places[:, middle], ahead[:, middle]))
    )
    axes = np.stack([up, np.cross(across, up), across], axis=1)
    away = np.einsum("tki,tpi->ktp", axes, places - places[:, [middle]])
    rates = orbit.secular_rates(
        semi_major_axis_m=axis, eccentricity_ratio=0.0, inclination_rad=cluster.inclination_rad[0]
    )
    turning = float(rates.argument_of_perigee_rad_per_s)
    latitude = (turning + float(rates.mean_anomaly_rad_per_s)) * times
    return Motion(latitude, np.asarray(cluster.argument_of_perigee_rad) + turning * times, *away)


def test_a_cluster_is_81_points_of_a_square_lattice(cluster: orbit.Spec) -> None:
    # Integer points with i² + j² <= 25: 1 + 4 · 20 = 81, counted below; 100 m apart.
    expected = sorted((i, j) for i in range(-5, 6) for j in range(-5, 6) if i * i + j * j <= 25)
    assert len(expected) == 81
    offset = np.asarray(cluster.eccentricity_ratio * cluster.semi_major_axis_m) / 100.0
    perigee = np.asarray(cluster.argument_of_perigee_rad)
    found = np.stack([offset * np.cos(perigee), offset * np.sin(perigee)], axis=1)
    assert sorted(map(tuple, np.round(found).astype(int))) == expected
    assert found == pytest.approx(np.round(found), abs=1e-9)


def test_members_circle_the_middle_two_to_one(cluster: orbit.Spec, motion: Motion) -> None:
    """Hill: an eccentricity e at perigee ω moves a member by -a e cos(λ - ω) in height and by
    2 a e sin(λ - ω) along the track; it stays in the plane.

    To 1.5 m: J2's short-period terms, 1e-3, times the kilometre between members.
    """
    swing = np.asarray(cluster.semi_major_axis_m * cluster.eccentricity_ratio)
    anomaly = motion.latitude_rad - motion.perigee_rad
    assert motion.up_m == pytest.approx(-swing * np.cos(anomaly), abs=1.5)
    assert motion.along_m == pytest.approx(2.0 * swing * np.sin(anomaly), abs=1.5)
    assert np.abs(motion.across_m).max() < 1.5


def test_neighbours_stay_between_100_and_200_metres(motion: Motion) -> None:
    away = np.stack([motion.up_m, motion.along_m, motion.across_m], axis=-1)
    apart = np.linalg.norm(away[:, :, None] - away[:, None], axis=-1)
    apart[:, range(81), range(81)] = np.inf
    assert apart.min() == pytest.approx(100.0, abs=0.5)
    assert apart.min(axis=2).max() == pytest.approx(200.0, abs=0.5)
