"""Do a company's segments, contracts, cash and value come out as by hand, and is nothing lost?"""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from company_cases import compiled, followed, pace, segments, spec
from hypothesis import given
from hypothesis import strategies as st
from jax import Array

from sunstack.disciplines import company
from sunstack.units import YEAR_S

QUARTER_S = company.QUARTER_S


# Figures by hand are the same few sums in double precision: 1e-12 leaves room for rounding alone.
# What grows for a hundred half-lives still lacks 2^-100 of its end, and its terms round: 1e-9.

# --- by hand --------------------------------------------------------------------------------------


def test_growth_that_does_not_fade_is_compound_interest() -> None:
    rate = np.log(1.3) / YEAR_S
    grown = company.grown_ratio(
        time_s=3.0 * YEAR_S, growth_per_s=rate, end_per_s=rate, half_life_s=YEAR_S
    )
    assert float(grown) == pytest.approx(1.3**3, rel=1e-12)


def test_growth_that_fades_adds_up_to_its_start_times_its_mean_life() -> None:
    # To nothing, in half-lives of one year: in the end exp(g / ln 2).
    grown = company.grown_ratio(
        time_s=100.0 * YEAR_S, growth_per_s=0.5 / YEAR_S, end_per_s=0.0, half_life_s=YEAR_S
    )
    assert float(grown) == pytest.approx(np.exp(0.5 / np.log(2.0)), rel=1e-9)


def test_what_fades_is_half_way_after_a_half_life() -> None:
    found = company.faded_ratio(time_s=6.0, start_ratio=30.0, end_ratio=10.0, half_life_s=6.0)
    assert float(found) == pytest.approx(20.0)


def test_plant_is_written_off_evenly_from_the_quarter_after() -> None:
    spent = jnp.array([12.0, 0.0, 6.0, 0.0, 0.0, 0.0])[:, None]
    off = company.written_off_usd(spent_usd=spent, life_s=jnp.array([3.0 * QUARTER_S]))
    assert off[:, 0].tolist() == pytest.approx([0.0, 4.0, 4.0, 6.0, 2.0, 2.0])


def test_a_life_of_two_and_a_half_quarters_ends_within_the_third() -> None:
    spent = jnp.array([10.0, 0.0, 0.0, 0.0, 0.0])[:, None]
    off = company.written_off_usd(spent_usd=spent, life_s=jnp.array([2.5 * QUARTER_S]))
    assert off[:, 0].tolist() == pytest.approx([0.0, 4.0, 4.0, 2.0, 0.0])


def test_contracts_ramp_hold_and_are_renewed_for_less() -> None:
    # A year of 400: 100 a quarter. From a quarter running to all in four quarters, means of a
    # quarter: 0.25 + 0.75 (1/8, 3/8, 5/8, 7/8); the end falls into the middle of the eleventh.
    made = company.Contracts(
        revenue_usd_per_s=jnp.asarray(400.0 / YEAR_S),
        running_fraction=jnp.asarray(0.25),
        ramp_s=jnp.asarray(YEAR_S),
        end_s=jnp.asarray(10.5 * QUARTER_S),
        renewal_fraction=jnp.asarray(0.5),
    )
    found = company.contract_revenue_usd(made, quarter_count=12)
    by_hand = [34.375, 53.125, 71.875, 90.625, *[100.0] * 6, 75.0, 50.0]
    assert found.tolist() == pytest.approx(by_hand)


def test_the_parts_are_worth_their_multiples_of_the_next_four_quarters() -> None:
    flat = segments(
        growth_per_s=jnp.zeros(2),
        growth_end_per_s=jnp.zeros(2),
        margin_end_fraction=jnp.array([-0.2, 0.6]),
    )
    steady = pace(revenue_multiple_end_ratio=10.0, ebitda_multiple_end_ratio=25.0)
    flows = company.flows(flat, steady, added_usd=jnp.zeros((6, 2)), quarter_count=6)
    parts = company.parts_usd(flat, steady, flows)
    # 10 x 4 x 1e9 by revenue; 25 x 4 x 0.6 x 4e9 by EBITDA; the loss of the first does not count.
    assert parts.shape == (3, 2)
    assert np.asarray(parts) == pytest.approx(np.array([[40e9, 240e9]] * 3))


def test_a_segment_by_its_loss_is_worth_nothing() -> None:
    lossy = segments(ebitda_weight_fraction=jnp.ones(2), margin_end_fraction=jnp.array([-0.2, 0.6]))
    flows = company.flows(lossy, pace(), added_usd=jnp.zeros((6, 2)), quarter_count=6)
    assert float(company.parts_usd(lossy, pace(), flows)[0, 0]) == 0.0


def test_a_quarter_of_cash_by_hand() -> None:
    made = spec(quarters=1, offering=replace(spec().offering, gross_usd=jnp.asarray(0.0)))
    found = followed(made)
    flows, course = found.flows, found.course
    ebitda, plant = float(flows.ebitda_usd.sum()), float(flows.capex_usd.sum())
    interest, earned = 5e9 * 0.08 / 4, 3e9 * 0.04 / 4
    income = ebitda - float(flows.stock_pay_usd.sum() + flows.depreciation_usd.sum())
    income += earned - interest
    tax = 0.21 * max(income - 1e9, 0.0)
    assert float(course.net_income_usd[0]) == pytest.approx(income - tax, rel=1e-12)
    left = 3e9 + ebitda - plant - interest + earned - tax
    assert float(found.alone.cash_usd[0]) == pytest.approx(left, rel=1e-12)
    assert float(course.cash_usd[0]) == pytest.approx(max(left, 2e9), rel=1e-12)


def test_runway_counts_whole_quarters_and_the_share_of_the_last() -> None:
    cash = jnp.array([6.0, 3.0, -1.0, 5.0])
    found = company.runway(opening_usd=jnp.asarray(10.0), cash_usd=cash)
    assert float(found.quarter_count) == pytest.approx(2.75)
    assert float(found.least_cash_usd) == -1.0
    assert float(found.margin_ratio) == pytest.approx(-0.1)


def test_cash_that_lasts_has_the_whole_horizon_and_a_margin() -> None:
    found = company.runway(opening_usd=jnp.asarray(10.0), cash_usd=jnp.array([6.0, 4.0, 8.0]))
    assert float(found.quarter_count) == 3.0
    assert float(found.margin_ratio) == pytest.approx(0.4)


def test_months_fall_into_quarters_without_loss() -> None:
    overlap = company.overlap_fraction(
        offset_s=0.5 * QUARTER_S, month_count=6, month_s=QUARTER_S / 3.0, quarter_count=4
    )
    # The second month, from 5/6 to 7/6 of a quarter, is halved.
    assert overlap[:, 0].tolist() == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert overlap[:, 1].tolist() == pytest.approx([0.5, 0.5, 0.0, 0.0])
    assert overlap.sum(axis=0) == pytest.approx(np.ones(6))


def test_a_programme_beyond_the_horizon_is_told_apart() -> None:
    months = company.Programme(
        capital_usd=jnp.full(6, 3.0), operating_usd=jnp.full(6, 1.0), revenue_usd=jnp.zeros(6)
    )
    overlap = company.overlap_fraction(
        offset_s=0.0, month_count=6, month_s=QUARTER_S / 3.0, quarter_count=1
    )
    found = company.placed(
        months, overlap_fraction=overlap, life_s=5.0 * YEAR_S, discount_per_s=0.0
    )
    assert float(found.capital_usd[0]) == pytest.approx(9.0)
    assert float(found.beyond_usd) == pytest.approx(12.0)
    assert float(found.opening_value_usd) == pytest.approx(-9.0 - 3.0 + 9.0)  # its book value left


def test_present_value_of_a_payment_two_quarters_ahead() -> None:
    rate = np.log(1.1) / QUARTER_S
    values = company.present_value_usd(
        net_usd=jnp.array([0.0, 0.0, 121.0]), residual_usd=0.0, discount_per_s=rate
    )
    assert values.tolist() == pytest.approx([100.0, 110.0, 0.0])


# --- conservation ---------------------------------------------------------------------------------

MONEY = st.floats(0.0, 2e10)


@given(cash=MONEY, debt=MONEY, least=MONEY, gross=st.floats(0.0, 5e9), share=st.floats(0.0, 1.0))
def test_cash_debt_and_shares_change_only_by_what_flows(
    cash: float, debt: float, least: float, gross: float, share: float
) -> None:
    plain = spec()
    made = replace(
        plain,
        balance=replace(plain.balance, cash_usd=jnp.asarray(cash), debt_usd=jnp.asarray(debt)),
        terms=replace(
            plain.terms, least_cash_usd=jnp.asarray(least), debt_fraction=jnp.asarray(share)
        ),
        offering=replace(plain.offering, gross_usd=jnp.asarray(gross)),
    )
    for one in (compiled(made).course, compiled(made).alone):
        flows = one.free_cash_usd + one.offering_usd + one.equity_raised_usd + one.debt_raised_usd
        assert np.asarray(one.cash_usd) == pytest.approx(
            np.asarray(cash + np.cumsum(flows)), rel=1e-9, abs=1.0
        )
        debts = debt + np.cumsum(one.debt_raised_usd)
        assert np.asarray(one.debt_usd) == pytest.approx(np.asarray(debts), rel=1e-9, abs=1.0)
        issued = one.offered_count + one.sold_count + one.awarded_count
        assert np.asarray(one.share_count) == pytest.approx(
            np.asarray(1e9 + np.cumsum(issued)), rel=1e-9
        )
        assert (np.asarray(issued) >= 0.0).all()
        sold = np.asarray(one.sold_count * one.price_usd)
        assert sold == pytest.approx(np.asarray(one.equity_raised_usd), rel=1e-9, abs=1.0)
    raised = np.asarray(compiled(made).course.cash_usd)
    assert (raised >= least - 1.0).all()


def test_nothing_is_raised_where_nothing_may_be() -> None:
    found = followed(spec())
    assert not np.asarray(found.alone.sold_count + found.alone.debt_raised_usd).any()
    assert (
        np.asarray(found.alone.share_count[-1]) > 1e9
    )  # the offering and pay in stock all the same


def test_segments_make_up_the_whole() -> None:
    found = followed(spec())
    flows = found.flows
    whole = flows.operating_usd.sum(axis=1)
    assert np.asarray(found.course.operating_usd) == pytest.approx(np.asarray(whole), rel=1e-12)
    value = found.parts_usd[1:].sum(axis=1) + found.course.cash_usd - found.course.debt_usd
    assert np.asarray(found.course.equity_value_usd) == pytest.approx(np.asarray(value), rel=1e-12)


def test_all_plant_is_written_off_in_the_end() -> None:
    spent = jnp.zeros((60, 2)).at[:8].set(jnp.array([3.0, 5.0]))
    off = company.written_off_usd(spent_usd=spent, life_s=jnp.array([7.3, 4.1]) * YEAR_S)
    assert np.asarray(off.sum(axis=0)) == pytest.approx([24.0, 40.0])


@given(
    offset=st.floats(-20.0, 20.0),
    count=st.integers(1, 40),
    quarters=st.integers(1, 12),
)
def test_no_month_is_laid_twice(offset: float, count: int, quarters: int) -> None:
    overlap = company.overlap_fraction(
        offset_s=offset * QUARTER_S,
        month_count=count,
        month_s=QUARTER_S / 3.0,
        quarter_count=quarters,
    )
    assert (overlap >= 0.0).all() and (overlap.sum(axis=0) <= 1.0 + 1e-9).all()


# --- monotony -------------------------------------------------------------------------------------


@given(factor=st.floats(1.01, 5.0))
def test_more_plant_leaves_less_cash_and_never_a_longer_runway(factor: float) -> None:
    plain = spec()
    more = replace(plain, segments=segments(capex_usd=jnp.array([2.0e9, 1.0e9]) * factor))
    one, other = compiled(plain), compiled(more)
    assert (np.asarray(other.alone.cash_usd) < np.asarray(one.alone.cash_usd)).all()
    assert float(other.runway.quarter_count) <= float(one.runway.quarter_count) + 1e-9
    assert float(other.course.share_count[-1]) >= float(one.course.share_count[-1])


@given(more=st.floats(0.0, 1e11))
def test_more_cash_never_shortens_the_runway(more: float) -> None:
    plain = spec()
    rich = replace(plain, balance=replace(plain.balance, cash_usd=jnp.asarray(3e9 + more)))
    one, other = compiled(plain), compiled(rich)
    assert float(other.runway.quarter_count) >= float(one.runway.quarter_count) - 1e-9
    assert float(other.opening_value_usd) == pytest.approx(float(one.opening_value_usd) + more)


@given(factor=st.floats(1.0, 3.0))
def test_a_higher_multiple_is_a_higher_value_and_less_dilution(factor: float) -> None:
    plain = spec()
    dear = replace(plain, segments=segments(revenue_multiple_ratio=jnp.array([10.0, 8.0]) * factor))
    one, other = compiled(plain), compiled(dear)
    assert float(other.opening_value_usd) >= float(one.opening_value_usd)
    assert float(other.course.share_count[-1]) <= float(one.course.share_count[-1]) + 1e-6


# --- slopes, compiled or not ----------------------------------------------------------------------


def scaled(made: company.Spec, factor: Array) -> company.Spec:
    return replace(
        made,
        segments=replace(made.segments, revenue_usd=made.segments.revenue_usd * factor[0]),
        balance=replace(made.balance, cash_usd=made.balance.cash_usd * factor[1]),
        offering=replace(made.offering, gross_usd=made.offering.gross_usd * factor[2]),
        pace=replace(made.pace, growth_half_life_s=made.pace.growth_half_life_s * factor[3]),
    )


def looked_at(factor: Array) -> Array:
    hungry = spec(segments=segments(capex_usd=jnp.array([3.0e9, 2.5e9])))
    found = followed(scaled(hungry, factor))
    return jnp.stack(
        [
            found.runway.quarter_count,
            found.course.value_per_share_usd[-1],
            found.runway.margin_ratio,
        ]
    )


def test_slopes_are_those_of_finite_differences() -> None:
    # Where the last quarter of cash stays the same and the raises do not begin or end.
    at, step = jnp.ones(4), 1e-5
    assert 1.0 < float(looked_at(at)[0]) < 12.0
    exact = np.asarray(jax.jit(jax.jacrev(looked_at))(at))
    look = jax.jit(looked_at)
    for place in range(4):
        moved = jnp.zeros(4).at[place].set(step)
        slope = (np.asarray(look(at + moved)) - np.asarray(look(at - moved))) / (2.0 * step)
        assert exact[:, place] == pytest.approx(slope, rel=1e-5, abs=1e-8)
    assert (exact[0, :2] != 0.0).all() and (exact[1] != 0.0).all()


def test_compiled_code_says_the_same() -> None:
    one, other = followed(spec()), compiled(spec())
    for left, right in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        assert np.asarray(left) == pytest.approx(np.asarray(right), rel=1e-10, abs=1e-3)


def test_a_company_worth_less_than_its_debts_stays_a_number() -> None:
    plain = spec()
    broke = replace(plain, balance=replace(plain.balance, debt_usd=jnp.asarray(1e13)))
    found = followed(broke)
    for leaf in jax.tree.leaves(found):
        assert np.isfinite(np.asarray(leaf)).all()
    assert (np.asarray(found.course.equity_value_usd) < 0.0).all()
    margin = company.offering_margin_ratio(
        replace(plain.offering, gross_usd=jnp.asarray(1e11)), share_count=jnp.asarray(1e9)
    )
    assert float(margin) == pytest.approx(-0.5)


# --- mergers and offerings ------------------------------------------------------------------------


def test_a_merger_in_shares_by_hand() -> None:
    found = company.merger(
        buyer_usd=900.0, bought_usd=100.0, buyer_price_usd=10.0, bought_price_usd=2.5
    )
    assert float(found.combined_usd) == 1000.0
    assert float(found.exchange_ratio) == 0.25
    assert float(found.share_count) == 100.0
    assert float(found.issued_count) == 10.0
    assert float(found.bought_fraction) == pytest.approx(0.1)
    # 40 shares, each for a quarter of one, are the ten that are issued.
    assert float(found.bought_share_count * found.exchange_ratio) == pytest.approx(10.0)


@given(worth=st.floats(1e9, 1e13), share=st.floats(0.001, 0.9), price=st.floats(1.0, 1e3))
def test_an_offering_dilutes_by_what_it_brings(worth: float, share: float, price: float) -> None:
    count = worth / price
    found = company.issue(
        new_share_count=share * count, price_usd=price, share_count=count, fee_fraction=0.01
    )
    assert float(found.gross_usd / found.value_usd) == pytest.approx(share)
    assert float(found.dilution_fraction) == pytest.approx(share)
    assert float(found.net_usd) == pytest.approx(0.99 * float(found.gross_usd))
