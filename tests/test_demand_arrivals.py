"""Do arrivals have the mean and the dispersion that theory gives, and do terminals move and ask?"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from demand_cases import CELLS, GRID, SPEC, spec_with
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import demand
from sunstack.disciplines.demand import Bursts, Tracks

RATE_PER_S = 5.0
BURSTS = Bursts(
    calm_per_s=jnp.asarray(2.0),
    burst_per_s=jnp.asarray(17.0),
    to_burst_per_s=jnp.asarray(0.05),
    to_calm_per_s=jnp.asarray(0.2),
)
"""Mean (2·0.2 + 17·0.05)/0.25 = 5 a second."""


def dispersion(counts: np.ndarray) -> float:
    return float(counts.var() / counts.mean())


def test_poisson_counts() -> None:
    counts = np.asarray(
        demand.poisson_count(jax.random.key(1), rate_per_s=RATE_PER_S, step_s=1.0, shape=(40_000,))
    )
    # standard deviations: of the mean √(5/40,000) = 0.011, of the index √(2/40,000) = 0.0071
    assert abs(counts.mean() - 5.0) < 5 * 0.0112
    assert abs(dispersion(counts) - 1.0) < 5 * 0.0071


@pytest.mark.parametrize("variation", [0.5, 1.0, 3.0])
def test_gamma_gaps(variation: float) -> None:
    times = np.asarray(
        demand.gamma_times_s(
            jax.random.key(2), rate_per_s=RATE_PER_S, variation_ratio=variation, arrivals=400_000
        )
    )
    gaps = np.diff(times)
    assert abs(gaps.mean() * RATE_PER_S - 1.0) < 5 * variation / math.sqrt(len(gaps))
    window = 20.0
    counts = np.bincount((times // window).astype(int))[:-1]
    # Cox, Renewal Theory (1962), 4.5: c² + (1/6 + c⁴/2 − skewness·c³/3)/(λT); the skewness is 2c
    expected = variation**2 + (1.0 - variation**4) / (6.0 * RATE_PER_S * window)
    # of n windows the index is known to √(2/n)
    assert abs(dispersion(counts) / expected - 1.0) < 5 * math.sqrt(2 / len(counts))


def test_bursts_by_hand() -> None:
    assert float(demand.mean_per_s(BURSTS)) == pytest.approx(5.0, rel=1e-12)
    # v = 15²·0.05·0.2/0.25² = 36; 2v/(λs) = 72/1.25 = 57.6
    # T = 4 s: sT = 1, 1 − (1 − e⁻¹) = 0.367879; I = 1 + 57.6·0.367879 = 22.1899
    found = demand.dispersion_ratio(BURSTS, window_s=jnp.array([0.0, 4.0, 1e9]))
    np.testing.assert_allclose(found, [1.0, 22.1899, 58.6], rtol=1e-5)


def test_bursts_drawn() -> None:
    steps = 60_000
    drawn, covered = demand.burst_count(
        jax.random.key(4), BURSTS, step_s=4.0, steps=steps, switches=30_000
    )
    counts = np.asarray(drawn)
    assert float(covered) == 1.0
    # 240,000 s hold 60,000 of relaxation 4 s: the mean is known to √(58.6·5/240,000) = 0.035
    assert abs(counts.mean() / 4.0 - 5.0) < 5 * 0.035
    for steps_together in (1, 5):
        grouped = counts.reshape(-1, steps_together).sum(axis=1)
        expected = float(demand.dispersion_ratio(BURSTS, window_s=4.0 * steps_together))
        # excess kurtosis of a rate of two values and windows that remember: some 3 times Gaussian
        allowed = 5 * 3 * math.sqrt(2 / len(grouped))
        assert abs(dispersion(grouped) / expected - 1.0) < allowed


@given(st.floats(0.1, 1e3), st.floats(1.0, 50.0), st.floats(0.01, 0.9), st.floats(1.0, 1e4))
@settings(max_examples=60, deadline=None)
def test_bursts_of_a_dispersion_have_it(
    rate: float, index: float, share: float, burst_s: float
) -> None:
    made = demand.bursts_of(
        rate_per_s=rate,
        dispersion_ratio=index,
        window_s=10.0,
        burst_fraction=share,
        burst_s=burst_s,
    )
    assert float(demand.mean_per_s(made)) == pytest.approx(rate, rel=1e-9)
    found = float(demand.dispersion_ratio(made, window_s=10.0))
    assert found == pytest.approx(index, rel=1e-6)


def test_one_time_scale_does_not_explain_an_hour_of_conversations() -> None:
    # the docstring's figures: 1.385 and 3.857 at 1 and 10 s give s = 0.11/s; and then 7 at 60 s
    total, scaled = 0.10994, 7.2630
    made = Bursts(
        calm_per_s=jnp.asarray(RATE_PER_S - math.sqrt(scaled * RATE_PER_S * total / 2)),
        burst_per_s=jnp.asarray(RATE_PER_S + math.sqrt(scaled * RATE_PER_S * total / 2)),
        to_burst_per_s=jnp.asarray(0.5 * total),
        to_calm_per_s=jnp.asarray(0.5 * total),
    )
    found = demand.dispersion_ratio(made, window_s=jnp.array([1.0, 10.0, 60.0]))
    np.testing.assert_allclose(found, [1.385, 3.857, 7.16], rtol=2e-3)


def test_silence_disperses_like_poisson() -> None:
    silent = Bursts(
        calm_per_s=jnp.asarray(0.0),
        burst_per_s=jnp.asarray(0.0),
        to_burst_per_s=jnp.asarray(1.0),
        to_calm_per_s=jnp.asarray(1.0),
    )
    assert float(demand.dispersion_ratio(silent, window_s=10.0)) == 1.0
    counts, _ = demand.burst_count(jax.random.key(0), silent, step_s=1.0, steps=50, switches=200)
    np.testing.assert_array_equal(counts, 0.0)


def test_too_few_switches_are_told() -> None:
    # 0.08 switches a second: ten of them last 125 s on average, of 4,000
    covered = demand.burst_count(jax.random.key(4), BURSTS, step_s=4.0, steps=1000, switches=10)[1]
    assert 0.0 < float(covered) < 0.2


# --- single terminals -----------------------------------------------------------------------------

KIND = jnp.repeat(jnp.arange(2), jnp.array([1000, 500]), total_repeat_length=1500)
STEP_S, STEPS = 60.0, 240


def followed(seed: int = 7, **changed: object) -> Tracks:
    found: Tracks = demand.tracks(
        spec_with(**changed),
        GRID,
        jax.random.key(seed),
        kind=KIND,
        begin_s=0.0,
        step_s=STEP_S,
        steps=STEPS,
        most_requests=400,
    )
    return found


@pytest.fixture(scope="module")
def tracks() -> Tracks:
    return followed()


def moved_m(found: Tracks) -> np.ndarray:
    north, east = np.asarray(found.latitude_rad), np.asarray(found.longitude_rad)
    at = np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1
    )
    chord = np.linalg.norm(np.diff(at, axis=1), axis=-1)
    return np.asarray(2.0 * np.arcsin(0.5 * chord) * demand.AUTHALIC_RADIUS_M)


def test_those_in_use_move_at_their_speed_and_others_stay(tracks: Tracks) -> None:
    gone = moved_m(tracks)
    used = np.asarray(tracks.in_use)
    np.testing.assert_allclose(gone[:1000][used[:1000]], 14.0 * STEP_S, rtol=1e-4)
    assert gone[:1000][~used[:1000]].max() < 1e-3
    assert gone[1000:].max() < 1e-3


def test_steps_go_straight_on_or_turn_by_a_right_angle(tracks: Tracks) -> None:
    north, east = np.asarray(tracks.latitude_rad[:1000]), np.asarray(tracks.longitude_rad[:1000])
    low = (np.abs(north) < 0.7).all(axis=1)
    used = np.asarray(tracks.in_use[:1000])
    course = np.arctan2(np.diff(east) * np.cos(north[:, :-1]), np.diff(north))
    both = (used[:, 1:] & used[:, :-1]) & low[:, None]
    turn = np.degrees(np.diff(course))[both] % 90.0
    assert (np.minimum(turn, 90.0 - turn) < 0.5).mean() > 0.999
    corners = (np.abs((np.degrees(np.diff(course))[both] + 180.0) % 360.0 - 180.0) > 45.0).mean()
    # 1 − e^(−840/1500) = 0.4288
    assert corners == pytest.approx(0.4288, abs=5 * math.sqrt(0.25 / both.sum()))


def test_terminals_stand_where_their_class_lives(tracks: Tracks) -> None:
    cell = demand.cell_at(
        GRID, latitude_rad=tracks.latitude_rad[:, 0], longitude_rad=tracks.longitude_rad[:, 0]
    )
    # class 0: from 0 in the first cell to the most in the last, so of mean index 2/3
    place = np.asarray(cell[:1000]) / CELLS
    assert place.mean() == pytest.approx(2 / 3, abs=5 * 0.2357 / math.sqrt(1000))
    assert (np.asarray(cell[1000:]) / CELLS).mean() == pytest.approx(
        0.5, abs=5 * 0.2887 / math.sqrt(500)
    )


def test_use_and_requests_follow_the_profile(tracks: Tracks) -> None:
    # class 1 is in use a quarter of the time; sittings of 900 s: 4 h are 16 of them each
    used = np.asarray(tracks.in_use[1000:]).mean()
    assert used == pytest.approx(0.25, abs=5 * math.sqrt(0.1875 * 2 / (500 * 16)))
    asked = np.isfinite(np.asarray(tracks.request_time_s[1000:])).sum()
    # 0.02/s · 14,400 s · 500, of those in use
    expected = 0.02 * STEPS * STEP_S * 500 * used
    assert asked == pytest.approx(expected, abs=5 * math.sqrt(expected))
    assert float(tracks.cut_off_fraction) == 0.0


def test_requests_come_while_in_use_in_order_and_whole(tracks: Tracks) -> None:
    times = np.asarray(tracks.request_time_s)
    known = np.isfinite(times)
    assert (np.diff(np.where(known, times, 1e9), axis=1) >= 0.0).all()
    step = np.minimum((times[known] // STEP_S).astype(int), STEPS - 1)
    terminal = np.nonzero(known)[0]
    assert np.asarray(tracks.in_use)[terminal, step].all()
    assert (np.asarray(tracks.prompt_count) >= 1.0).all()
    assert np.isfinite(np.asarray(tracks.answer_count)).all()


def test_requests_beyond_what_is_kept_are_told() -> None:
    few = demand.tracks(
        SPEC, GRID, jax.random.key(7), kind=KIND, begin_s=0.0, step_s=STEP_S, steps=STEPS,
        most_requests=4,
    )  # fmt: skip
    assert float(few.cut_off_fraction) > 0.1


def test_the_same_key_gives_the_same_tracks_and_another_others(tracks: Tracks) -> None:
    again, other = followed(), followed(seed=8)
    for one, two in zip(jax.tree.leaves(tracks), jax.tree.leaves(again), strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(np.asarray(other.latitude_rad), np.asarray(tracks.latitude_rad))


def test_a_class_without_terminals_is_silent() -> None:
    empty = followed(terminal_count=SPEC.terminal_count.at[0].set(0.0))
    assert not np.isfinite(np.asarray(empty.request_time_s[:1000])).any()
    assert np.isfinite(np.asarray(empty.request_time_s[1000:])).any()
    assert np.isfinite(np.asarray(empty.latitude_rad)).all()
