"""Do spares, replacement policies and cohorts by age answer failures as they should?"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import Array
from scipy import stats

from sunstack.disciplines import reliability
from sunstack.disciplines.reliability import (
    ConstantBus,
    Policy,
    RefreshWhenObsolete,
    ReplaceAtAge,
    RunToFailure,
    Spec,
    Units,
)
from sunstack.units import YEAR_S

MONTH_S = YEAR_S / 12
ZERO = jnp.asarray(0.0)
AGES_S = jnp.arange(240) * MONTH_S


def units(needed: float, carried: float) -> Units:
    return Units(
        ground_failure_per_s=jnp.asarray(0.04 / YEAR_S),
        orbit_factor=jnp.asarray(1.7),
        wear_out_scale_s=jnp.asarray(15 * YEAR_S),
        wear_out_shape_ratio=jnp.asarray(3.0),
        needed_count=jnp.asarray(needed),
        carried_count=jnp.asarray(carried),
    )


def satellite(loss_per_year: float = 0.02) -> Spec:
    return Spec(
        bus=ConstantBus(
            dead_on_arrival_fraction=ZERO, failure_per_s=jnp.asarray(loss_per_year / YEAR_S)
        ),
        chips=units(72.0, 80.0),
        drives=units(6.0, 8.0),
    )


POLICIES: dict[str, Policy] = {
    "run to failure": RunToFailure(),
    "replace at age": ReplaceAtAge(life_s=jnp.asarray(5.0 * YEAR_S)),
    "refresh": RefreshWhenObsolete(
        progress_per_s=jnp.asarray(0.3 / YEAR_S), threshold_fraction=jnp.asarray(0.25)
    ),
}


# --- spares and policies -------------------------------------------------------------------------


@jax.jit
def quantile(mean: Array, probability: Array) -> Array:
    return reliability.poisson_quantile_count(mean_count=mean, probability_fraction=probability)


@given(mean=st.floats(1e-3, 2e4), probability=st.floats(0.01, 0.9999))
def test_the_poisson_quantile_is_exact(mean: float, probability: float) -> None:
    assert float(quantile(mean, probability)) == float(stats.poisson.ppf(probability, mean))


def test_the_spares_of_a_plane_by_hand() -> None:
    # 333 satellites at 1 % a year lose 0.8325 in three months: P(0) = 0.435, P(1) = 0.362,
    # P(2) = 0.151, P(3) = 0.042: two cover 94.8 %, three 99.0 %
    spares = reliability.spares_per_plane_count(
        satellite_count=333,
        loss_per_s=0.01 / YEAR_S,
        resupply_s=YEAR_S / 4,
        probability_fraction=jnp.asarray([0.4, 0.90, 0.95, 0.995]),
    )
    assert spares.tolist() == [0, 2, 3, 4]


def test_satellites_leave_on_average_at_their_life() -> None:
    # half at the end of their fifth month, at age 5, half at age 6: 5.5 on average
    share = reliability.withdrawn_fraction(
        ReplaceAtAge(life_s=jnp.asarray(5.5 * MONTH_S)),
        age_s=jnp.arange(8) * MONTH_S,
        step_s=MONTH_S,
        capacity_fraction=1.0,
        later_capacity_fraction=1.0,
    )
    np.testing.assert_allclose(share, [0, 0, 0, 0, 0.5, 1, 1, 1], atol=1e-12)


def test_a_satellite_is_obsolete_when_progress_has_outrun_it() -> None:
    # twice as good every two years, withdrawn at a quarter: after four years
    policy = RefreshWhenObsolete(
        progress_per_s=jnp.asarray(math.log(2.0) / (2 * YEAR_S)),
        threshold_fraction=jnp.asarray(0.25),
    )
    ages = jnp.arange(60) * MONTH_S

    def withdrawn(capacity: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.asarray(
            reliability.withdrawn_fraction(
                policy,
                age_s=ages,
                step_s=MONTH_S,
                capacity_fraction=capacity,
                later_capacity_fraction=capacity,
            )
        )

    # who is 47 months old when a month begins is 48 when it ends
    assert withdrawn(1.0)[:47] == pytest.approx(0.0, abs=1e-9)
    assert withdrawn(1.0)[47:] == pytest.approx(1.0, abs=1e-9)
    assert withdrawn(0.5)[22] == pytest.approx(0.0, abs=1e-9)  # half its chips left: after two
    assert withdrawn(0.5)[23] == pytest.approx(1.0, abs=1e-9)


def test_a_satellite_runs_to_failure_where_nothing_withdraws_it() -> None:
    share = reliability.withdrawn_fraction(
        RunToFailure(),
        age_s=jnp.arange(3) * MONTH_S,
        step_s=MONTH_S,
        capacity_fraction=1.0,
        later_capacity_fraction=0.0,
    )
    assert share.tolist() == [0, 0, 0]


# --- a fleet by age ------------------------------------------------------------------------------


NEW = jnp.zeros(AGES_S.size).at[0].set(1000.0)


@jax.jit
def kept_full(spec: Spec, policy: Policy, start: Array) -> tuple[Array, Array, Array, Array]:
    """Twenty years of satellites each replaced at once: working, launched, failed, withdrawn."""
    table = reliability.cohorts(spec, policy, age_s=AGES_S, step_s=MONTH_S)

    def step(working: Array, _: None) -> tuple[Array, tuple[Array, Array, Array]]:
        failed = (working * table.failing_fraction).sum()
        withdrawn = (working * (1 - table.failing_fraction) * table.withdrawn_fraction).sum()
        stayed = working * table.staying_fraction
        older = jnp.concatenate([jnp.zeros(1), stayed[:-1]])
        lost_off_the_table = stayed[-1]
        launched = failed + withdrawn + lost_off_the_table
        return older.at[0].set(launched), (launched, failed, withdrawn + lost_off_the_table)

    working, (launched, failed, withdrawn) = jax.lax.scan(step, start, length=240)
    return working, launched, failed, withdrawn


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_every_satellite_launched_works_has_failed_or_is_withdrawn(policy: Policy) -> None:
    working, launched, failed, withdrawn = kept_full(satellite(), policy, NEW)
    assert float(working.sum()) == pytest.approx(1000.0, abs=1e-9)
    balance = 1000.0 + launched.sum() - failed.sum() - withdrawn.sum() - working.sum()
    assert float(balance) == pytest.approx(0.0, abs=1e-9)


def test_a_fleet_of_mixed_ages_needs_what_the_steady_rate_says() -> None:
    # ages as they settle: a share e^{-λ a} of those launched works at age a, none past five years
    settled = jnp.exp(-0.02 * AGES_S / YEAR_S) * (AGES_S < 4.99 * YEAR_S)
    start = 1000.0 * settled / settled.sum()
    _, launched, _, _ = kept_full(satellite(), POLICIES["replace at age"], start)
    # N λ / (1 - e^{-λ L}): of a thousand at 2 % a year and five years 210.17 a year
    steady = 1000.0 * 0.02 / -np.expm1(-0.02 * 5.0) / YEAR_S
    # every month the same; a month's failures are taken at its beginning: half of 0.02/12
    assert np.ptp(launched) < 1e-9
    assert float(launched[0]) == pytest.approx(steady * MONTH_S, rel=1e-3)


def test_how_many_are_launched_slopes_with_what_fails_and_when_it_ends() -> None:
    def launches(loss_per_year: Array, life_years: Array) -> Array:
        bus = ConstantBus(dead_on_arrival_fraction=ZERO, failure_per_s=loss_per_year / YEAR_S)
        spec = Spec(bus=bus, chips=units(72.0, 80.0), drives=units(6.0, 8.0))
        return kept_full(spec, ReplaceAtAge(life_s=life_years * YEAR_S), NEW)[1].sum()

    at = (jnp.asarray(0.02), jnp.asarray(5.03))  # not where a life ends with a month
    slopes = jax.grad(launches, (0, 1))(*at)
    for index, step in ((0, 1e-5), (1, 1e-4)):
        above, below = (
            float(launches(*at[:index], at[index] + one, *at[index + 1 :])) for one in (step, -step)
        )
        assert float(slopes[index]) == pytest.approx((above - below) / (2 * step), rel=1e-3)


# --- absurd inputs -------------------------------------------------------------------------------


def test_absurd_fleets_give_numbers() -> None:
    count = reliability.poisson_quantile_count(
        mean_count=jnp.asarray([0.0, 0.0, 0.0, 5.0, -1.0, 5.0]),
        probability_fraction=jnp.asarray([0.0, 0.5, 1.0, 0.0, 0.9, 1.0]),
    )
    assert count.tolist() == [0, 0, 0, 0, 0, math.inf]
    at_once = reliability.withdrawn_fraction(
        ReplaceAtAge(life_s=ZERO),
        age_s=0.0,
        step_s=MONTH_S,
        capacity_fraction=1.0,
        later_capacity_fraction=1.0,
    )
    assert float(at_once) == 1.0
    stuck = reliability.withdrawn_fraction(
        RefreshWhenObsolete(progress_per_s=ZERO, threshold_fraction=jnp.asarray(0.5)),
        age_s=0.0,
        step_s=MONTH_S,
        capacity_fraction=jnp.asarray([1.0, 0.0]),
        later_capacity_fraction=jnp.asarray([1.0, 0.0]),
    )
    assert stuck.tolist() == [0.0, 1.0]
    never = reliability.time_between_failures_s(failure_per_s=0.0, unit_count=5)
    assert float(never) == math.inf
