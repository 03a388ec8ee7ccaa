"""Does each latitude get the satellites that counting on lattices says?"""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import network
from sunstack.disciplines.network import Coverage, Lattice
from sunstack.units import EARTH_RADIUS_M

LATITUDES_DEG = np.array([0.0, 20.0, 35.0, 45.0, 53.0, 60.0, 62.5, 80.0, 90.0])
LEAST_RAD = np.radians(25.0)


def shell(inclination_deg: float, planes: int = 12, slots: int = 10) -> Lattice:
    return network.walker(
        plane_count=planes,
        slot_count=slots,
        phasing_count=5,
        inclination_rad=np.radians(inclination_deg),
        radius_m=EARTH_RADIUS_M + 1_100e3,
        argument_of_latitude_rad=0.2,
    )


_coverage = jax.jit(
    lambda *shells: network.coverage(
        shells,
        latitude_rad=jnp.radians(LATITUDES_DEG),
        site_radius_m=EARTH_RADIUS_M,
        elevation_rad=LEAST_RAD,
    )
)


_best = jax.jit(
    lambda lattice, latitude_rad: network.best_elevation_rad(
        lattice, latitude_rad=latitude_rad, site_radius_m=EARTH_RADIUS_M
    )
)
_seen = jax.jit(
    lambda lattice, site_m, least_rad: network.visible_count(
        lattice, site_m=site_m, elevation_rad=least_rad
    )
)


@cache
def covered(*inclinations_deg: float) -> Coverage:
    found: Coverage = _coverage(*[shell(tilt) for tilt in inclinations_deg])
    return found


@cache
def counted(inclination_deg: float) -> np.ndarray:
    """Satellites in view of many places of each latitude at many instants, by vectors."""
    random = np.random.default_rng(3)
    lattice = shell(inclination_deg)
    edge = float(
        network.view_angle_rad(
            site_radius_m=EARTH_RADIUS_M,
            orbit_radius_m=lattice.radius_m,
            elevation_rad=LEAST_RAD,
        )
    )
    counts = []
    for latitude in np.radians(LATITUDES_DEG):
        # A later instant is another longitude and another phase: turn the places, and the slots.
        east, moved = random.uniform(0.0, 2.0 * np.pi, (2, 3000))
        level = np.cos(latitude)
        place = np.stack(
            [level * np.cos(east), level * np.sin(east), np.full_like(east, np.sin(latitude))], -1
        )
        tilt = np.radians(inclination_deg)
        node, along = np.asarray(lattice.node_rad), np.asarray(lattice.phase_rad)
        u = along[:, None] + np.arange(10) * 2 * np.pi / 10 + moved[:, None, None]
        cosine = (
            np.cos(u) * (place[:, :1] * np.cos(node) + place[:, 1:2] * np.sin(node))[..., None]
            + np.sin(u) * (place[:, 1:2] * np.cos(node) - place[:, :1] * np.sin(node))[..., None]
            * np.cos(tilt)
            + np.sin(u) * place[:, 2, None, None] * np.sin(tilt)
        )  # fmt: skip
        counts.append((cosine >= np.cos(edge)).sum(axis=(1, 2)))
    return np.array(counts)


def uneven() -> Lattice:
    """Three planes bunched on one side, as planes at a few local times are."""
    return network.renumbered(
        radius_m=EARTH_RADIUS_M + 1_100e3,
        inclination_rad=1.4,
        node_rad=jnp.array([0.1, 0.3, 1.9]),
        phase_rad=jnp.array([0.0, 0.2, 0.5]),
        slot_count=10,
    )


def test_planes_that_are_uneven_are_weighed() -> None:
    lattice, latitude = uneven(), np.radians(20.0)
    best, share = _best(lattice, jnp.array([latitude]))
    ours = float(share @ (best[0] >= LEAST_RAD))
    east, phase = np.random.default_rng(2).uniform(0.0, 2.0 * np.pi, (2, 10_000))
    node, along = np.asarray(lattice.node_rad), np.asarray(lattice.phase_rad)
    u = (along + phase[:, None])[..., None] + np.arange(10) * 2.0 * np.pi / 10
    level = np.cos(latitude)
    cosine = level * np.cos(u) * np.cos(east[:, None] - node)[..., None]
    cosine += np.cos(1.4) * level * np.sin(u) * np.sin(east[:, None] - node)[..., None]
    cosine += np.sin(1.4) * np.sin(latitude) * np.sin(u)
    ratio = EARTH_RADIUS_M / float(lattice.radius_m)
    edge = np.arccos(ratio * np.cos(LEAST_RAD)) - LEAST_RAD
    counted_share = (cosine >= np.cos(edge)).any(axis=(1, 2)).mean()
    # 10,000 draws: 0.5 % at most standard error; our positions as much.
    assert ours == pytest.approx(counted_share, abs=0.013)


@pytest.mark.parametrize("inclination_deg", [53.0, 97.6])
def test_means_and_shares_are_those_of_counting(inclination_deg: float) -> None:
    found, counts = covered(inclination_deg), counted(inclination_deg)
    # 3,000 draws: four standard errors of a mean; of a share, and 0.3 % for our own positions.
    error = 4.0 * counts.std(axis=1) / np.sqrt(counts.shape[1]) + 1e-4
    assert np.all(np.abs(found.mean_count - counts.mean(axis=1)) <= error)
    share = (counts > 0).mean(axis=1)
    error = 4.0 * np.sqrt(share * (1.0 - share) / counts.shape[1]) + 0.003
    assert np.all(np.abs(found.covered_fraction - share) <= error)


def test_latitudes_nothing_sees_are_none() -> None:
    found = covered(53.0)
    # 1,100 km at 25°: ψ = acos(6,378 / 7,478 · cos 25°) - 25° = 14.4°, so none beyond 67.4°.
    assert list(found.unseen) == [False] * 7 + [True] * 2
    assert np.all(found.covered_fraction[found.unseen] == 0.0)
    assert np.all(np.isfinite(np.stack(jax.tree.leaves(found))))
    highest = network.highest_latitude_rad(
        shell(53.0), site_radius_m=EARTH_RADIUS_M, elevation_rad=LEAST_RAD
    )
    assert np.degrees(highest) == pytest.approx(67.4, abs=0.05)


def test_shells_together_miss_what_each_misses() -> None:
    one, other, both = covered(53.0), covered(97.6), covered(53.0, 97.6)
    assert both.mean_count == pytest.approx(np.asarray(one.mean_count + other.mean_count))
    missed = (1.0 - one.covered_fraction) * (1.0 - other.covered_fraction)
    assert 1.0 - both.covered_fraction == pytest.approx(np.asarray(missed), abs=1e-12)
    assert np.all(both.least_best_elevation_rad >= one.least_best_elevation_rad)


def test_the_elevation_of_continuous_coverage_is_where_it_begins() -> None:
    random = np.random.default_rng(1)
    for number in (0, 3):
        worst, latitude = covered(53.0).least_best_elevation_rad[number], LATITUDES_DEG[number]
        east = random.uniform(0.0, 2.0 * np.pi, 6000)
        level, north = np.cos(np.radians(latitude)), np.sin(np.radians(latitude))
        places = np.stack([level * np.cos(east), level * np.sin(east), north + 0.0 * east], -1)
        # Positions are 1° apart, which is up to 3° of elevation.
        for least_rad, holds in ((worst - 0.05, True), (worst + 0.05, False)):
            seen = _seen(shell(53.0), jnp.asarray(EARTH_RADIUS_M * places), least_rad)
            assert bool((seen > 0).all()) is holds


@settings(max_examples=20)
@given(
    south_deg=st.floats(-90.0, 90.0),
    height_deg=st.floats(0.0, 60.0),
    inclination_deg=st.floats(1.0, 179.0),
)
def test_shares_of_latitudes_add_up_and_are_the_density_s(
    south_deg: float, height_deg: float, inclination_deg: float
) -> None:
    def share(low_deg: float, high_deg: float) -> float:
        return float(
            network.share_between_fraction(
                south_rad=np.radians(low_deg),
                north_rad=np.radians(high_deg),
                inclination_rad=np.radians(inclination_deg),
            )
        )

    assert share(-90.0, 90.0) == pytest.approx(1.0)
    middle_deg = min(south_deg + height_deg, 90.0)
    parts = share(-90.0, south_deg) + share(south_deg, middle_deg) + share(middle_deg, 90.0)
    assert parts == pytest.approx(1.0)
    # The share of a turn that an orbit spends there, counted along it.
    u = (np.arange(20_000) + 0.5) * 2.0 * np.pi / 20_000
    latitude_deg = np.degrees(np.arcsin(np.sin(u) * np.sin(np.radians(inclination_deg))))
    inside = ((latitude_deg >= south_deg) & (latitude_deg < middle_deg)).mean()
    assert share(south_deg, middle_deg) == pytest.approx(inside, abs=3e-4)


def test_half_of_a_shell_stands_beyond_seven_tenths_of_its_tilt_by_hand() -> None:
    # |sin φ| > sin i sin 45°: u between 45° and 135° and opposite, half of the turn.
    edge = np.arcsin(np.sin(np.radians(53.0)) * np.sqrt(0.5))
    within = network.share_between_fraction(
        south_rad=-edge, north_rad=edge, inclination_rad=np.radians(53.0)
    )
    assert float(within) == pytest.approx(0.5)


def test_the_mean_is_the_integral_of_a_cap() -> None:
    # Over latitudes the mean in view, weighted by area, is the cap's share of the sphere.
    lattice = shell(53.0)

    sine = (jnp.arange(400) + 0.5) / 200.0 - 1.0
    found = network.mean_in_view_count(
        lattice,
        latitude_rad=jnp.arcsin(sine),
        site_radius_m=EARTH_RADIUS_M,
        elevation_rad=LEAST_RAD,
    )
    whole = float(found.sum() * (sine[1] - sine[0]) / 2.0)
    edge = network.view_angle_rad(
        site_radius_m=EARTH_RADIUS_M, orbit_radius_m=lattice.radius_m, elevation_rad=LEAST_RAD
    )
    assert whole == pytest.approx(120 * (1.0 - np.cos(float(edge))) / 2.0, rel=1e-3)
