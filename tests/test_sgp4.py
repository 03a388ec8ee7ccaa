"""Is our SGP4 the standard's: on its verification set, on Starlink-like shells, and where it fails?

Oracle: the package sgp4 (Vallado's C++), which also carries the set of AIAA 2006-6753, SGP4-VER.TLE
with its answers tcppver.out. A centimetre is what the issue of that set asks; agreement is 10 µm.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sgp4.api import WGS72 as PACKAGE_WGS72
from sgp4.api import WGS84 as PACKAGE_WGS84
from sgp4.api import Satrec, SatrecArray

from sunstack import element_sets
from sunstack.disciplines.orbit import sgp4
from sunstack.disciplines.orbit.sgp4.rotation import sine_cosine, small_sine_cosine
from sunstack.element_sets import ElementSet
from sunstack.element_sets.tle import checksum
from sunstack.errors import CatalogueError
from sunstack.units import DAY_S, MINUTE_S

type Rows = NDArray[np.float64]

CENTIMETRE_M = 0.01
WITHIN_M = 1e-4
"""Of SatrecArray on low orbits: ten times what rounding of angles leaves after weeks."""


@cache
def verification() -> tuple[tuple[ElementSet, Rows], ...]:
    """The set with its answers: minutes, km, km/s. Lines are cut to their columns, the last five
    satellites' checksums counted anew (test_element_sets shows that they are refused as they are).
    """
    lines = files("sgp4").joinpath("SGP4-VER.TLE").read_text("ascii").splitlines()
    kept = [line[:68] + str(checksum(line)) for line in lines if not line.startswith("#")]
    answers: list[list[list[float]]] = []
    for line in files("sgp4").joinpath("tcppver.out").read_text("ascii").splitlines():
        if line.strip().endswith("xx"):
            answers.append([])
        else:
            answers[-1].append([float(part) for part in line.split()[:7]])
    found = element_sets.loads("\n".join(kept))
    return tuple(zip(found, (np.array(rows) for rows in answers), strict=True))


def shells(count: int = 300, seed: int = 1, **bounds: tuple[float, float]) -> list[ElementSet]:
    """Satellites as Starlink's are published, or within other bounds."""
    random = np.random.default_rng(seed)
    limits = {
        "mean_motion_rev_per_day": (14.9, 15.9),
        "eccentricity_ratio": (5e-5, 2e-3),
        "inclination_deg": (43.0, 98.0),
        "node_deg": (0.0, 360.0),
        "argument_of_perigee_deg": (0.0, 360.0),
        "mean_anomaly_deg": (0.0, 360.0),
        "drag_term_ratio": (-5e-4, 3e-3),
    } | bounds
    drawn = {key: random.uniform(*limit, count) for key, limit in limits.items()}
    return [
        ElementSet(
            name=f"made {number}",
            catalogue_number=number,
            international_designator="2026-001A",
            epoch_day=20_466,
            epoch_ns=int(random.integers(0, 86_400)) * 10**9,
            **{key: float(values[number]) for key, values in drawn.items()},
        )
        for number in range(count)
    ]


def package_record(one: ElementSet, gravity: int = PACKAGE_WGS72) -> Satrec:
    """The same satellite in Vallado's code, its epoch left out: times count from it."""
    record, degree = Satrec(), math.pi / 180.0
    record.sgp4init(
        gravity, "i", 1, 27_000.0, one.drag_term_ratio, 0.0, 0.0,
        one.eccentricity_ratio, one.argument_of_perigee_deg * degree, one.inclination_deg * degree,
        one.mean_anomaly_deg * degree, one.mean_motion_rev_per_day * 2.0 * math.pi / 1440.0,
        one.node_deg * degree,
    )  # fmt: skip
    return record


def package_at(sets: list[ElementSet], time_s: Rows, gravity: int = PACKAGE_WGS72) -> Any:
    """Codes, m and m/s of SatrecArray, shapes (satellites, times, …)."""
    records = [package_record(one, gravity) for one in sets]
    start = records[0].jdsatepoch
    codes, place, speed = SatrecArray(records).sgp4(np.full(len(time_s), start), time_s / DAY_S)
    return codes, 1e3 * place, 1e3 * speed


def ours(sets: list[ElementSet], time_s: Rows, **more: Any) -> element_sets.Found:
    return element_sets.Catalogue(sets, **more).since_epoch(
        begin_s=np.zeros(len(sets)), time_s=time_s, velocities=True
    )


# --- the verification set ------------------------------------------------------------------------


def test_the_verification_set_is_met_to_a_centimetre() -> None:
    deep = 0
    for one, rows in verification():
        if one.catalogue_number == 33334:  # fails at once, see below
            continue
        catalogue = element_sets.Catalogue([one])
        deep += int(catalogue.is_deep_space[0])
        # Filled up to one length, so that all near the Earth share compiled code.
        time_s = np.full(80, MINUTE_S * rows[0, 0])
        time_s[: len(rows)] = MINUTE_S * rows[:, 0]
        found = catalogue.since_epoch(begin_s=np.zeros(1), time_s=time_s, velocities=True)
        assert not found.error_code.any(), one.catalogue_number
        place = found.position_m[: len(rows), :, 0]
        speed = found.velocity_m_per_s[: len(rows), :, 0]
        np.testing.assert_allclose(place, 1e3 * rows[:, 1:4], rtol=0, atol=CENTIMETRE_M)
        # Printed to 1 µm/s.
        np.testing.assert_allclose(speed, 1e3 * rows[:, 4:7], rtol=0, atol=1e-5)
    assert (deep, len(verification())) == (23, 33)


@pytest.mark.parametrize(
    ("number", "minute", "code"),
    # The set's own words: check error code 4; try 2 (met by 3); lost in 50, and under 420 minutes.
    [(33333, 1440.0, 4), (33334, 0.0, 3), (28872, 55.0, 6), (29141, 440.0, 6)],
)
def test_what_the_set_shows_to_fail_fails(number: int, minute: float, code: int) -> None:
    one = next(one for one, _ in verification() if one.catalogue_number == number)
    found = ours([one], np.full(80, MINUTE_S * minute))
    assert (found.error_code == code).all()
    assert np.isnan(found.position_m).all() and np.isnan(found.velocity_m_per_s).all()
    assert len(found.failures()) == 1


# --- against SatrecArray -------------------------------------------------------------------------

TEN_DAYS_S = np.linspace(-3.0, 7.0, 50) * DAY_S
ECCENTRIC = {
    "mean_motion_rev_per_day": (6.5, 16.0),
    "eccentricity_ratio": (0.0, 0.7),
    "inclination_deg": (0.0, 180.0),
    "drag_term_ratio": (-0.01, 0.1),
}


def test_starlinks_shells_are_satrecarrays_to_a_tenth_of_a_millimetre() -> None:
    sets = shells()
    codes, place, speed = package_at(sets, TEN_DAYS_S)
    found = ours(sets, TEN_DAYS_S)
    assert not codes.any() and not found.error_code.any()
    np.testing.assert_allclose(found.position_m.transpose(2, 0, 1), place, rtol=0, atol=WITHIN_M)
    np.testing.assert_allclose(
        found.velocity_m_per_s.transpose(2, 0, 1), speed, rtol=0, atol=1e-3 * WITHIN_M
    )


def test_orbits_of_any_shape_fail_with_satrecarrays_codes_and_else_agree() -> None:
    sets = shells(280, 2, **ECCENTRIC)
    drawn = shells(100, 3, **(ECCENTRIC | {"eccentricity_ratio": (0.97, 0.9999)}))
    deep = element_sets.Catalogue(drawn).is_deep_space
    sets += [one for one, is_deep in zip(drawn, deep, strict=True) if not is_deep][:20]
    codes, place, _ = package_at(sets, TEN_DAYS_S)
    found = ours(sets, TEN_DAYS_S)
    assert set(np.unique(codes)) >= {0, 1, 4, 6}  # drawn so that each is met
    assert not element_sets.Catalogue(sets).is_deep_space.any()
    np.testing.assert_array_equal(found.error_code.T, codes)
    ours_m = found.position_m.transpose(2, 0, 1)
    assert np.isnan(ours_m[codes != 0]).all()
    # Not compared: eccentricities above 0.9, whose ten steps end anywhere (no such orbit of such a
    # period clears the ground), and one that drag, followed back, throws out. The rest: rounding
    # of angles of a thousand radians, up to ten times of it where orbits are eccentric.
    good = (codes == 0) & (np.linalg.norm(place, axis=-1) < 2e7)
    good[280:] = False
    assert good.mean() > 0.3
    np.testing.assert_allclose(ours_m[good], place[good], rtol=0, atol=10 * WITHIN_M)


def test_the_other_constants_are_those_of_wgs84() -> None:
    sets = shells()
    _, place, _ = package_at(sets, TEN_DAYS_S, PACKAGE_WGS84)
    found = ours(sets, TEN_DAYS_S, gravity=sgp4.WGS84).position_m.transpose(2, 0, 1)
    np.testing.assert_allclose(found, place, rtol=0, atol=WITHIN_M)
    other = ours(sets, TEN_DAYS_S).position_m.transpose(2, 0, 1)
    assert np.linalg.norm(found - other, axis=-1).min() > 0.1  # and not WGS72's


# --- Kepler, sines, streaming --------------------------------------------------------------------


@pytest.mark.parametrize("bound", sgp4.ECCENTRICITY_LADDER[:-1])
def test_the_steps_of_kepler_are_enough_and_their_bounds_hold(bound: float) -> None:
    """Solve E - e sin E = M all round, in NumPy's own sines, by the number of steps."""
    mean = np.linspace(-math.pi, math.pi, 20_001)
    for e in np.linspace(0.0, bound, 9):
        found = mean.copy()
        for longest in sgp4.kepler_step_bounds_rad(bound):
            step = (mean - found + e * np.sin(found)) / (1.0 - e * np.cos(found))
            assert np.abs(step).max() <= longest * (1.0 + 1e-12)
            found = found + step
        assert np.abs(found - e * np.sin(found) - mean).max() < 1.5e-12


def test_rounder_orbits_take_fewer_steps() -> None:
    steps = [len(sgp4.kepler_step_bounds_rad(bound)) for bound in sgp4.ECCENTRICITY_LADDER]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (2, 10)


def test_sines_are_sines() -> None:
    random = np.random.default_rng(3)
    quarters = np.arange(-8, 9) * (0.5 * math.pi)
    angle = np.concatenate([random.uniform(-1.6e6, 1.6e6, 100_000), quarters])
    sine, cosine = sine_cosine(jnp.asarray(angle))
    np.testing.assert_allclose(sine, np.sin(angle), rtol=0, atol=3e-16)
    np.testing.assert_allclose(cosine, np.cos(angle), rtol=0, atol=3e-16)


@pytest.mark.parametrize("bound", [1e-6, 1e-3, 0.02, 0.3, 0.95])
def test_small_turns_have_terms_enough(bound: float) -> None:
    angle = np.linspace(-bound, bound, 101)
    sine, cosine = small_sine_cosine(jnp.asarray(angle), bound=bound)
    np.testing.assert_allclose(sine, np.sin(angle), rtol=0, atol=3e-16)
    np.testing.assert_allclose(cosine, np.cos(angle), rtol=0, atol=3e-16)


def lowest(
    kept: tuple[jax.Array, jax.Array], place: sgp4.Axes, code: jax.Array, now_s: jax.Array
) -> tuple[jax.Array, jax.Array]:
    x, y, z = place
    squared = x * x + y * y + z * z
    return jnp.minimum(kept[0], squared), jnp.where(squared < kept[0], now_s, kept[1])


def test_a_reduction_is_that_of_the_positions() -> None:
    # 300 satellites are two blocks and a part of one, which reaches back over the second.
    catalogue = element_sets.Catalogue(shells())
    start = catalogue.sets[0].epoch
    place = catalogue.ephemeris(start=start, time_s=TEN_DAYS_S, velocities=True).position_m
    radius = np.linalg.norm(place, axis=1)
    begun = (jnp.full(300, jnp.inf), jnp.zeros(300))
    found = catalogue.reduced(lowest, begun, start=start, time_s=TEN_DAYS_S)
    np.testing.assert_allclose(np.sqrt(found[0]), radius.min(axis=0), rtol=1e-14)
    np.testing.assert_array_equal(found[1], TEN_DAYS_S[radius.argmin(axis=0)])


def test_one_time_is_one_of_many_and_a_velocity_is_the_slope() -> None:
    sets = shells()
    fixed = jax.jit(sgp4.constants)(element_sets.mean_elements(sets))

    def both(at_s: jax.Array) -> tuple[jax.Array, jax.Array]:
        found = sgp4.propagate(fixed, elapsed_s=at_s, bound=0.02)
        return found.position_m, found.velocity_m_per_s

    moment = jnp.asarray(TEN_DAYS_S[7])
    (place, speed), (slope, _) = jax.jit(lambda at_s: jax.jvp(both, (at_s,), (1.0,)))(moment)
    many = ours(sets, TEN_DAYS_S)
    np.testing.assert_allclose(place.T, many.position_m[7], rtol=0, atol=1e-6)
    np.testing.assert_allclose(speed.T, many.velocity_m_per_s[7], rtol=0, atol=1e-9)
    # SGP4's own velocity leaves out terms of J2 (J2 + e): 1e-3 times 3e-3 of 7,600 m/s, and drag's.
    np.testing.assert_allclose(slope, speed, rtol=0, atol=0.1)


@settings(max_examples=6)
@given(turned_deg=st.floats(0.0, 360.0))
def test_a_turned_node_turns_the_orbit(turned_deg: float) -> None:
    """The theory knows no longitude: a node moved by an angle moves all positions by it."""
    sets = shells()
    moved = [replace(one, node_deg=one.node_deg + turned_deg) for one in sets]
    before, after = (ours(these, TEN_DAYS_S).position_m for these in (sets, moved))
    angle = math.radians(turned_deg)
    cosine, sine = math.cos(angle), math.sin(angle)
    x, y, z = before[:, 0], before[:, 1], before[:, 2]
    turned = np.stack([cosine * x - sine * y, sine * x + cosine * y, z], axis=1)
    np.testing.assert_allclose(turned, after, rtol=0, atol=1e-5)


def test_deep_space_does_not_go_through_the_near_earth_code() -> None:
    deep = [one for one, _ in verification() if one.catalogue_number in (4632, 8195)]
    catalogue = element_sets.Catalogue([*shells(), *deep])
    np.testing.assert_array_equal(catalogue.is_deep_space, [False] * 300 + [True] * 2)
    with pytest.raises(CatalogueError, match="2 satellites have periods of 225"):
        catalogue.reduced(lowest, (), start=deep[0].epoch, time_s=np.zeros(1))
    found = ours(list(catalogue.sets), 0.0 * TEN_DAYS_S)
    answer = next(rows for one, rows in verification() if one.catalogue_number == 8195)
    np.testing.assert_allclose(
        found.position_m[1, :, 301], 1e3 * answer[0, 1:4], rtol=0, atol=CENTIMETRE_M
    )
    assert not found.error_code.any()
