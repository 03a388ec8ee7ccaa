"""What do the members of a cluster see and send, and how long before two of them meet?"""

from __future__ import annotations

from itertools import combinations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import formation
from sunstack.disciplines.formation import Motion

RATE_RAD_PER_S = 1.07154e-3
LATTICE = formation.within(radius_m=1000.0, pitch_m=100.0)
PHASES = np.arange(360) * (2.0 * np.pi / 360)
TURN: Motion = formation.relative_motion(
    LATTICE, mean_motion_rad_per_s=RATE_RAD_PER_S, phase_rad=PHASES
)


# --- in the way ----------------------------------------------------------------------------------


def test_the_way_is_barred_as_long_as_the_closed_form_says() -> None:
    size_m = 60.0
    # not farther: at the rim there may be nobody beside the way
    ends = np.array([n for n, point in enumerate(LATTICE.points) if 0 < np.hypot(*point) < 3.7])
    shares = formation.barred_fraction(
        TURN.position_m, start_number=0, end_numbers=ends, radius_m=size_m
    )
    kinds = set()
    for number, share in zip(ends, np.asarray(shares), strict=True):
        offset = LATTICE.points[number]
        said = float(
            formation.lattice_barred_fraction(offset=offset, pitch_m=100.0, radius_m=size_m)
        )
        # four edges in an orbit, each known to a sample of 360
        assert share == pytest.approx(said, abs=4 / 360), offset
        kinds.add("free" if said == 0.0 else "barred" if said == 1.0 else "at times")
    assert kinds == {"free", "barred", "at times"}


def test_small_satellites_bar_only_those_straight_behind_them() -> None:
    shares = formation.barred_fraction(
        TURN.position_m, start_number=0, end_numbers=np.arange(1, 81), radius_m=5.0
    )
    for (i, j), share in zip(LATTICE.points[1:], np.asarray(shares), strict=True):
        assert share == (1.0 if np.gcd(i, j) > 1 else 0.0), (i, j)


def test_one_way_by_hand() -> None:
    # From (0, 0) to (10, 0) past (5, 3), which is 3 m beside the way
    place = jnp.asarray([[[0.0, 0.0, 0.0], [10.0, 0.0, 0.0], [5.0, 3.0, 0.0]]])
    for radius_m, barred in ((2.9, 0.0), (3.1, 1.0)):
        found = formation.barred_fraction(
            place, start_number=0, end_numbers=np.array([1]), radius_m=radius_m
        )
        assert float(found[0]) == barred


def test_a_laser_turns_by_at_most_twice_the_orbit_s_rate() -> None:
    rates = np.asarray(formation.pointing_rad_per_s(TURN))[1:]
    # x = A cos θ, y = -2 A sin θ: x y' - y x' = -2 n A², over A² at the nearest
    assert rates == pytest.approx(np.full(80, 2.0 * RATE_RAD_PER_S), rel=1e-3)
    other = np.asarray(formation.pointing_rad_per_s(TURN, start_number=40))
    assert np.delete(other, 40) == pytest.approx(np.full(80, 2.0 * RATE_RAD_PER_S), rel=1e-3)


# --- from one half to the other ------------------------------------------------------------------


def torus_links(rows: int, columns: int) -> set[frozenset[int]]:
    return {
        frozenset((r * columns + c, (r + down) % rows * columns + (c + right) % columns))
        for r in range(rows)
        for c in range(columns)
        for down, right in ((1, 0), (0, 1))
    }


def least_cut(count: int, links: set[frozenset[int]]) -> int:
    """Of every way to halve, the one that fewest links cross."""
    halves = (set(half) for half in combinations(range(count), count // 2))
    return min(sum(len(link & half) == 1 for link in links) for half in halves)


@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (2, 4), (4, 4)])
def test_a_torus_is_cut_where_the_least_cross(rows: int, columns: int) -> None:
    found = formation.torus_bisection_bit_per_s(sides=(rows, columns), rate_bit_per_s=1.0)
    assert float(found) == least_cut(rows * columns, torus_links(rows, columns))


def test_published_networks_by_hand() -> None:
    # 12.5 GB/s: 20³ nodes, two links for each of 400: 10 TB/s. 8,000 * 72 ends at 100 GB/s: half.
    assert float(
        formation.torus_bisection_bit_per_s(sides=(20, 20, 20), rate_bit_per_s=100e9)
    ) == pytest.approx(8 * 10e12)
    assert float(
        formation.clos_bisection_bit_per_s(end_count=8000 * 72, rate_bit_per_s=800e9)
    ) == pytest.approx(8 * 28_800e12)


@pytest.mark.parametrize("diagonal", [False, True])
def test_a_small_lattice_is_cut_no_better_by_any_halving(diagonal: bool) -> None:
    small = formation.of_count(satellite_count=13, pitch_m=100.0)
    pairs = formation.mesh_pairs(small, diagonal=diagonal)
    links = {frozenset(map(int, pair)) for pair in zip(*pairs, strict=True)}
    assert len(links) == len(pairs[0])
    found = formation.mesh_bisection_bit_per_s(small, pairs=pairs, rate_bit_per_s=1.0)
    assert float(found) == least_cut(13, links)


def test_a_mesh_s_cut_follows_its_links_rates() -> None:
    pairs = formation.mesh_pairs(LATTICE, diagonal=True)
    rates = np.ones((2, len(pairs[0])))
    rates[1] *= 3.0
    one, three = np.asarray(
        formation.mesh_bisection_bit_per_s(LATTICE, pairs=pairs, rate_bit_per_s=rates)
    )
    assert three == pytest.approx(3.0 * one)
    # A row of 11 and its diagonals, give or take: some 11 + 2 * 10 links
    assert 25 < one < 33


# --- without thrust ------------------------------------------------------------------------------


@settings(max_examples=30)
@given(
    gap_m=st.floats(1.0, 1e4),
    drift_m_per_s=st.floats(0.0, 0.1),
    force_n=st.floats(1e-9, 1e-2),
)
def test_two_meet_when_the_gap_is_used_up(
    gap_m: float, drift_m_per_s: float, force_n: float
) -> None:
    given_ = {"drift_m_per_s": drift_m_per_s, "force_n": force_n, "mass_kg": 500.0}
    when = formation.time_to_cross_s(gap_m=gap_m, **given_)
    parted = formation.parted_m(elapsed_s=when, **given_)
    assert float(parted) == pytest.approx(gap_m, rel=1e-9)


def test_drag_and_light_by_hand() -> None:
    # 0.5 * 1e-13 * 7,500² * 2.2 * 10 m² = 62 µN; 1,361 / c = 4.54 µPa on 100 m², half thrown back
    drag = formation.drag_force_n(
        density_kg_per_m3=1e-13, speed_m_per_s=7500.0, drag_coefficient_ratio=2.2, area_m2=10.0
    )
    light = formation.light_force_n(sunlight_w_per_m2=1361.0, area_m2=100.0, reflected_fraction=0.5)
    assert float(drag) == pytest.approx(61.9e-6, rel=1e-3)
    assert float(light) == pytest.approx(681e-6, rel=1e-3)
    yearly = formation.impulse_m_per_s(force_n=drag, mass_kg=500.0, duration_s=365.25 * 86400)
    assert float(yearly) == pytest.approx(3.905, rel=1e-3)
    # 0.05 * 62 µN on 500 kg: 6.2e-9 m/s², 100 m after sqrt(100 / (1.5 * 6.2e-9)) = 1.2 days
    when = formation.time_to_cross_s(
        gap_m=100.0, drift_m_per_s=0.0, force_n=0.05 * drag, mass_kg=500.0
    )
    assert float(when) / 86400 == pytest.approx(1.20, abs=0.01)
    never = formation.time_to_cross_s(gap_m=100.0, drift_m_per_s=0.0, force_n=0.0, mass_kg=1.0)
    assert np.isinf(float(never))


def test_a_steady_force_parts_as_hill_s_equations_have_it() -> None:
    # Many small impulses along the track, coasted: -1.5 a t² and what swings about it
    steps, force, mass = 400, 1e-4, 500.0
    span_s = 10.0 * 2.0 * np.pi / RATE_RAD_PER_S / steps
    now = Motion(position_m=jnp.zeros(3), velocity_m_per_s=jnp.zeros(3))
    pushed = jnp.asarray([0.0, force / mass * span_s, 0.0])

    def step(held: Motion, _: None) -> tuple[Motion, None]:
        kicked = Motion(position_m=held.position_m, velocity_m_per_s=held.velocity_m_per_s + pushed)
        return formation.coast(kicked, mean_motion_rad_per_s=RATE_RAD_PER_S, elapsed_s=span_s), None

    later, _ = jax.lax.scan(step, now, length=steps)
    said = formation.parted_m(
        drift_m_per_s=0.0, force_n=force, mass_kg=mass, elapsed_s=steps * span_s
    )
    # whole orbits: the swing, 4 a / n², is nearly none, the impulses' grain 1 / 400
    assert -float(later.position_m[1]) == pytest.approx(float(said), rel=5e-3)
