"""Do present values, annuities, taxes and lots that learn come out as by hand?"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import economics
from sunstack.units import YEAR_S

RATES = st.floats(0.0, 0.4)
LIVES = st.floats(1.0, 40.0)

# --- finance -------------------------------------------------------------------------------------


def test_an_annuity_sums_its_payments() -> None:
    by_hand = 1 / 1.08 + 1 / 1.08**2 + 1 / 1.08**3
    found = economics.annuity_factor(life_s=3 * YEAR_S, yearly_discount_fraction=0.08)
    assert float(found) == pytest.approx(by_hand, rel=1e-12)
    recovery = economics.capital_recovery_fraction(life_s=3 * YEAR_S, yearly_discount_fraction=0.08)
    assert float(recovery) == pytest.approx(1.0 / by_hand, rel=1e-12)


@given(years=LIVES, rate=st.floats(0.0, 2e-6))
def test_an_annuity_is_smooth_where_nothing_is_discounted(years: float, rate: float) -> None:
    def annuity(of: float) -> jax.Array:
        return economics.annuity_factor(life_s=years * YEAR_S, yearly_discount_fraction=of)

    assert float(annuity(rate)) == pytest.approx(years * (1 - 0.5 * (years + 1) * rate), rel=1e-8)
    assert float(jax.grad(annuity)(rate)) == pytest.approx(-0.5 * years * (years + 1), rel=1e-3)


@given(rate=RATES)
def test_present_value_discounts_each_payment(rate: float) -> None:
    flow, years = np.array([100.0, 30.0, 70.0]), np.array([0.0, 1.0, 2.5])
    found = economics.present_value_usd(
        flow_usd=flow, time_s=years * YEAR_S, yearly_discount_fraction=rate
    )
    by_hand = 100.0 + 30.0 / (1 + rate) + 70.0 / (1 + rate) ** 2.5
    assert float(found) == pytest.approx(by_hand, rel=1e-12)


@given(rate=RATES, life=st.integers(1, 30))
def test_levelised_cost_of_a_capital_is_its_capital_recovery(rate: float, life: int) -> None:
    years = np.arange(life + 1)
    cost = np.where(years == 0, 1000.0, 0.0)
    delivered = np.where(years == 0, 0.0, 50.0)
    found = economics.levelised_usd(
        cost_usd=cost,
        delivered_count=delivered,
        time_s=years * YEAR_S,
        yearly_discount_fraction=rate,
    )
    recovery = economics.capital_recovery_fraction(
        life_s=life * YEAR_S, yearly_discount_fraction=rate
    )
    assert float(found) == pytest.approx(1000.0 * float(recovery) / 50.0, rel=1e-9)


def test_what_delivers_nothing_costs_without_bound() -> None:
    assert float(economics.per_delivered_usd(cost_usd=3.0, delivered_count=0.0)) == math.inf
    assert float(economics.per_delivered_usd(cost_usd=0.0, delivered_count=0.0)) == 0.0


@given(tax=st.floats(0.0, 0.6), rate=RATES, inflation=st.floats(0.0, 0.1))
def test_a_price_with_tax_leaves_nothing_over(tax: float, rate: float, inflation: float) -> None:
    life, capital, expenses = 5, 1000.0, 40.0
    years = np.arange(1, life + 1)
    worth = (1 + rate) ** -years.astype(float)
    factor = economics.taxed_capital_factor(
        tax_fraction=tax,
        depreciation_s=life * YEAR_S,
        yearly_discount_fraction=rate,
        yearly_inflation_fraction=inflation,
    )
    price = (capital * float(factor) + expenses * worth.sum()) / worth.sum()
    written_off = capital / life * (1 + inflation) ** -years.astype(float)
    paid = tax * (price - expenses - written_off)
    assert (worth * (price - expenses - paid)).sum() == pytest.approx(capital, rel=1e-9)


@given(tax=st.floats(0.0, 0.6))
def test_tax_costs_nothing_where_nothing_is_discounted(tax: float) -> None:
    factor = economics.taxed_capital_factor(
        tax_fraction=tax, depreciation_s=5 * YEAR_S, yearly_discount_fraction=0.0
    )
    assert float(factor) == pytest.approx(1.0, rel=1e-9)


def test_value_falls_by_progress_and_along_a_line() -> None:
    left = economics.residual_fraction(age_s=3 * YEAR_S, yearly_progress_fraction=0.3)
    assert float(left) == pytest.approx(0.7**3, rel=1e-12)
    ages = np.array([0.0, 2.0, 5.0, 9.0]) * YEAR_S
    gone = economics.depreciated_fraction(age_s=ages, depreciation_s=5 * YEAR_S)
    assert np.asarray(gone) == pytest.approx([0.0, 0.4, 1.0, 1.0])


def test_money_of_2013_in_money_of_2026() -> None:
    later = economics.money_of_other_year_usd(
        cost_usd=100.0, later_s=13 * YEAR_S, yearly_inflation_fraction=0.025
    )
    assert float(later) == pytest.approx(100.0 * 1.025**13, rel=1e-12)


# --- learning ------------------------------------------------------------------------------------

COUNTS = st.floats(1.0, 1e6)
LEARNING = st.floats(0.0, 0.6)


@given(count=st.floats(100.0, 1e7), learning=LEARNING)
def test_a_doubling_saves_the_learning_rate(count: float, learning: float) -> None:
    here, there = (
        float(
            economics.learned_ratio(produced_count=n, start_count=100.0, learning_fraction=learning)
        )
        for n in (count, 2.0 * count)
    )
    assert there == pytest.approx((1.0 - learning) * here, rel=1e-9)


@given(before=st.floats(0.0, 5000.0), lot=st.integers(1, 3000), learning=LEARNING)
def test_a_lot_costs_what_its_parts_cost(before: float, lot: int, learning: float) -> None:
    """By a sum over slices 1/20 as long, each at its middle."""
    start = 500.0
    slices = before + (np.arange(20 * lot) + 0.5) / 20.0
    exponent = -math.log2(1.0 - learning)
    summed = np.mean(np.maximum(slices / start, 1.0) ** -exponent)
    mean = economics.lot_mean_ratio(
        produced_count=before, lot_count=float(lot), start_count=start, learning_fraction=learning
    )
    assert float(mean) == pytest.approx(summed, rel=1e-5)


@given(before=COUNTS, first=COUNTS, second=COUNTS, learning=LEARNING)
def test_two_lots_cost_what_one_of_both_costs(
    before: float, first: float, second: float, learning: float
) -> None:
    def cost(made: float, lot: float) -> float:
        mean = economics.lot_mean_ratio(
            produced_count=made, lot_count=lot, start_count=1000.0, learning_fraction=learning
        )
        return lot * float(mean)

    parts = cost(before, first) + cost(before + first, second)
    assert parts == pytest.approx(cost(before, first + second), rel=1e-9)


def test_half_saved_at_each_doubling_costs_a_logarithm() -> None:
    mean = economics.lot_mean_ratio(
        produced_count=100.0, lot_count=900.0, start_count=100.0, learning_fraction=0.5
    )
    assert float(mean) == pytest.approx(100.0 * math.log(10.0) / 900.0, rel=1e-12)


@given(before=st.floats(0.0, 1e6), learning=LEARNING)
def test_an_empty_lot_costs_what_the_next_would(before: float, learning: float) -> None:
    def mean(lot: jax.Array) -> jax.Array:
        return economics.lot_mean_ratio(
            produced_count=before, lot_count=lot, start_count=100.0, learning_fraction=learning
        )

    next_one = economics.learned_ratio(
        produced_count=before, start_count=100.0, learning_fraction=learning
    )
    assert float(mean(jnp.asarray(0.0))) == pytest.approx(float(next_one), rel=1e-9)
    assert math.isfinite(float(jax.grad(mean)(jnp.asarray(0.0))))


def test_a_small_lot_of_a_large_fleet_keeps_its_digits_in_float32() -> None:
    mean = economics.lot_mean_ratio(
        produced_count=jnp.float32(3e6),
        lot_count=jnp.float32(1.5),
        start_count=jnp.float32(100.0),
        learning_fraction=jnp.float32(0.15),
    )
    assert float(mean) == pytest.approx((3e6 / 100.0) ** math.log2(0.85), rel=1e-5)


@given(learning=st.floats(0.01, 0.6), lot=st.floats(1.0, 1e5))
def test_slopes_of_a_lot_agree_with_differences(learning: float, lot: float) -> None:
    def mean(of: jax.Array) -> jax.Array:
        return economics.lot_mean_ratio(
            produced_count=700.0, lot_count=lot, start_count=500.0, learning_fraction=of
        )

    step = 1e-5
    difference = (float(mean(learning + step)) - float(mean(learning - step))) / (2.0 * step)
    assert float(jax.grad(mean)(learning)) == pytest.approx(difference, rel=1e-5, abs=1e-8)


@given(count=st.floats(1e-3, 1e7), exponent=st.floats(0.0, 1.0))
def test_scale_is_one_at_its_reference_and_a_power_elsewhere(count: float, exponent: float) -> None:
    found = economics.scaled_ratio(count=count, reference_count=1e3, exponent_ratio=exponent)
    assert float(found) == pytest.approx((count / 1e3) ** exponent, rel=1e-9)
    none = economics.scaled_ratio(count=0.0, reference_count=1e3, exponent_ratio=exponent)
    assert float(none) == 0.0
