"""Are lengths lognormal, and deadlines missed as often as by hand and by chance?"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from demand_cases import SPEC, spec_with
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sunstack.catalogue import demand_tables
from sunstack.disciplines import demand
from sunstack.disciplines.demand import Delays

medians = st.floats(1.0, 1e5)
deviations = st.floats(1.01, 6.0)


def test_a_median_and_a_mean_by_hand() -> None:
    # √(2 ln 2) = 1.17741; e^1.17741 = 3.24596
    ratio = demand.deviation_ratio(median_count=100.0, mean_count=200.0)
    assert float(ratio) == pytest.approx(3.24596, rel=1e-5)
    assert float(demand.mean_count(median_count=100.0, deviation_ratio=ratio)) == pytest.approx(200)
    assert float(demand.deviation_ratio(median_count=5.0, mean_count=5.0)) == 1.0


@given(medians, deviations, st.floats(0.1, 1e6))
@settings(max_examples=100, deadline=None)
def test_shares_above_a_length_are_scipys(median: float, deviation: float, length: float) -> None:
    above = demand.exceeding_fraction(
        length_count=length, median_count=median, deviation_ratio=deviation
    )
    expected = stats.lognorm.sf(length, math.log(deviation), scale=median)
    assert float(above) == pytest.approx(expected, rel=1e-9, abs=1e-13)


@given(medians, deviations, st.floats(0.6, 0.99))
@settings(max_examples=100, deadline=None)
def test_a_quantile_gives_its_deviation_back(median: float, deviation: float, at: float) -> None:
    quantile = stats.lognorm.ppf(at, math.log(deviation), scale=median)
    found = demand.deviation_of_quantile_ratio(
        median_count=median, quantile_count=quantile, share_fraction=at
    )
    assert float(found) == pytest.approx(deviation, rel=1e-9)


def test_lengths_that_are_all_alike() -> None:
    above = demand.exceeding_fraction(
        length_count=jnp.array([-1.0, 0.0, 9.0, 10.0, 11.0]), median_count=10.0, deviation_ratio=1.0
    )
    np.testing.assert_array_equal(above, [1.0, 1.0, 1.0, 0.0, 0.0])


def test_drawn_lengths_have_their_mean_and_median() -> None:
    drawn = np.asarray(
        demand.sample_count(
            jax.random.key(3), shape=(200_000,), median_count=129.0, deviation_ratio=2.6983
        )
    )
    # 211.1, deviation 211.1·√(e^0.985 − 1) = 273; of 200,000: 0.61; five of them
    assert abs(drawn.mean() - 211.1) < 3.1
    assert abs(np.median(drawn) - 129.0) < 2.0
    assert drawn.min() >= 1.0


@pytest.mark.parametrize("row", demand_tables.lengths(), ids=lambda row: row["quantity"])
def test_the_fits_of_the_traces_are_what_the_table_says(row: dict[str, str]) -> None:
    mean, median = float(row["mean"]), float(row["median"])
    kept = demand.deviation_ratio(median_count=median, mean_count=mean)
    assert float(kept) == pytest.approx(float(row["deviation_ratio"]), rel=1e-3)
    likeliest = demand.mean_count(
        median_count=float(row["log_median"]), deviation_ratio=float(row["log_deviation_ratio"])
    )
    assert float(likeliest) / mean - 1.0 == pytest.approx(float(row["log_mean_error"]), abs=2e-3)
    # what a lognormal with the mean kept says of the last hundredth, beside the table's distance
    above = demand.exceeding_fraction(
        length_count=float(row["p90"]), median_count=median, deviation_ratio=kept
    )
    assert abs(float(above) - 0.1) <= float(row["distance"]) + 5e-3


# --- deadlines ------------------------------------------------------------------------------------


def delays(**given: object) -> Delays:
    still = {"network_s": 0.05, "queue_s": 0.0, "first_token_s": 0.2, "token_s": 0.02}
    return Delays(**{key: jnp.asarray(value, float) for key, value in (still | given).items()})


def test_misses_by_hand() -> None:
    # class 0: deadlines 1 s and 10 s; answers of median 100 tokens, deviation e.
    # queues 0 and 0.8 s: first tokens at 0.25 s and 1.05 s, the second late.
    # at 0.1 s a token: 1 + 9.75/0.1 = 98.5 and 1 + 8.95/0.1 = 90.5 tokens allowed;
    # ln(98.5/100) = −0.015114, ln(90.5/100) = −0.099820; Φ(0.015114) = 0.506029, Φ(…) = 0.539757
    spec = spec_with(
        first_token_deadline_s=jnp.array([1.0, 1.0]),
        answer_deadline_s=jnp.array([10.0, jnp.inf]),
        answer_median_count=jnp.array([100.0, 100.0]),
        answer_deviation_ratio=jnp.array([math.e, math.e]),
    )
    found = demand.misses(spec, delays(queue_s=[[0.0, 0.8]], token_s=0.1))
    np.testing.assert_allclose(found.first_token_fraction, [0.5, 0.5], rtol=1e-12)
    np.testing.assert_allclose(found.answer_fraction, [(0.506029 + 0.539757) / 2, 0.0], rtol=1e-5)
    np.testing.assert_allclose(found.either_fraction, [(0.506029 + 1.0) / 2, 0.5], rtol=1e-5)
    np.testing.assert_allclose(found.first_token_margin_s, [0.35, 0.35], rtol=1e-12)


def test_misses_are_those_of_drawn_answers() -> None:
    keys = jax.random.split(jax.random.key(8), 3)
    count = 40_000
    drawn = delays(
        network_s=0.02 + jax.random.exponential(keys[0], (1, count)) * 0.05,
        queue_s=jax.random.exponential(keys[1], (1, count)),
        token_s=0.05,
    )
    spec = SPEC
    lengths = jnp.stack(
        [
            jnp.exp(jax.random.normal(key, (count,)) * jnp.log(spec.answer_deviation_ratio[row]))
            * spec.answer_median_count[row]
            for row, key in enumerate(jax.random.split(keys[2], 2))
        ]
    )
    first = drawn.network_s + drawn.queue_s + drawn.first_token_s
    last = first + (lengths - 1.0) * drawn.token_s
    late = (first > spec.first_token_deadline_s[:, None]) | (last > spec.answer_deadline_s[:, None])
    found = np.asarray(demand.deadline_miss_fraction(spec, drawn))
    assert (found > 0.02).all()
    # five standard deviations of a share of 40,000
    np.testing.assert_allclose(found, late.mean(axis=1), atol=5 * 0.5 / math.sqrt(count))


@given(st.floats(0.0, 30.0), st.floats(0.0, 30.0), st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_a_longer_wait_never_misses_less(wait: float, more: float, pace: float) -> None:
    short = demand.deadline_miss_fraction(SPEC, delays(queue_s=wait, token_s=pace))
    long = demand.deadline_miss_fraction(SPEC, delays(queue_s=wait + more, token_s=pace))
    assert (np.asarray(short) <= np.asarray(long) + 1e-12).all()
    assert np.isfinite(np.asarray(long)).all()
    assert ((np.asarray(long) >= 0.0) & (np.asarray(long) <= 1.0)).all()


def test_no_delay_misses_nothing_and_no_time_misses_all() -> None:
    nothing = delays(network_s=0.0, first_token_s=0.0, token_s=0.0)
    np.testing.assert_array_equal(demand.deadline_miss_fraction(SPEC, nothing), 0.0)
    never = delays(queue_s=1e9)
    np.testing.assert_array_equal(demand.deadline_miss_fraction(SPEC, never), 1.0)


def test_the_slope_of_misses_is_that_of_differences() -> None:
    def missed(pace_s: float) -> jax.Array:
        return demand.deadline_miss_fraction(SPEC, delays(token_s=pace_s)).sum()

    step = 1e-5
    around = (missed(0.06 + step) - missed(0.06 - step)) / (2.0 * step)
    assert float(jax.grad(missed)(0.06)) == pytest.approx(float(around), rel=1e-5)
