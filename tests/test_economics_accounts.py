"""Do a programme's accounts add up, and does a unit cost what it should?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from economics_cases import (
    MONTHS,
    POWER_W,
    changed,
    course_of,
    fleet_of,
    one,
    reckoned,
    served_of,
    usual,
)
from hypothesis import given
from hypothesis import strategies as st

from sunstack import accounts
from sunstack.accounts.years import _borne_from, _by_year, _mean_of_year
from sunstack.disciplines import economics
from sunstack.fleet import MONTH_S
from sunstack.programme import Programme
from sunstack.serving import Served
from sunstack.system import System
from sunstack.units import YEAR_S

PLAIN: dict[str, dict[str, float]] = {
    "finance": {
        "yearly_discount_fraction": 0.0,
        "tax_fraction": 0.0,
        "residual_fraction": 0.0,
    },
    "prices": {
        "learning_fraction": 0.0,
        "insurance_fraction": 0.04,
        "chip_fall_fraction": 0.0,
    },
    "market": {"sold_fraction": 1.0},
}
"""No finance and no learning: costs are sums."""


def plain(**market: float) -> System:
    return changed(one(), **(PLAIN | {"market": PLAIN["market"] | market}))


def by_hand_usd(system: System, launch_usd: float, months: float) -> tuple[float, float, float]:
    """Capital of one satellite, that of its chips, and running it, from the book's numbers."""
    weighed = accounts.amounts_of(system)
    assembled = (
        10.0 * 150_001.254
        + 1000.0 * 110.0
        + 300.0 * float(weighed.battery_j) / 3.6e6
        + 50_000.0 * 4
        + 20_000.0 * 2
        + 800.0 * float(weighed.bus_kg)
    )
    chip = float(system.economics.prices.chip_usd) * 1.2 * 72
    capital = 1.04 * (1.2 * assembled + chip + launch_usd) + 1e9
    # It lifts off in the middle of its first month, which counts for half a satellite.
    operations = 50e6 * (1.0 / 1000.0) ** 0.7 * (months - 0.5) / 12.0
    operations += 50e6 * (0.5 / 1000.0) ** 0.7 / 12.0
    stations = 20_000.0 * (1.0 + 0.2 * months / 12.0)
    return capital, chip, operations + stations + 2e6 * (months + 0.5) / 12.0


def test_one_satellite_without_finance_costs_its_sum_over_what_it_delivers() -> None:
    """Everything by hand: prices of the book, ai1's parts, one flight's share, four years."""
    system = plain()
    course, found = reckoned(system)
    launched = np.asarray(course.years.launched_count.sum(axis=1))
    assert launched.sum() == pytest.approx(1.0, rel=1e-6)
    months = MONTHS - int(np.argmax(launched > 0.0)) - 0.5
    capital, chip, running = by_hand_usd(system, float(course.spent_usd.sum()), months)
    cost, energy_j = capital + running, POWER_W * months * MONTH_S
    chip_s = 72.0 * energy_j / float(accounts.full_power_w(system))
    flop = chip_s * float(system.economics.peak_flop_per_s)
    expected = {
        "energy_usd_per_j": cost / energy_j,
        "energy_without_chips_usd_per_j": (cost - 1.04 * chip) / energy_j,
        "chip_usd_per_s": cost / chip_s,
        "compute_usd_per_flop": cost / flop,
        "token_usd": cost / (1000.0 * months * MONTH_S),
    }
    assert float(found.capital_usd.sum()) == pytest.approx(capital, rel=1e-6)
    assert float(found.running_usd.sum()) == pytest.approx(running, rel=1e-6)
    for name, by_hand in expected.items():
        told = np.asarray(getattr(found.whole, name))
        assert told == pytest.approx(by_hand, rel=1e-6), name


def test_cash_sums_to_its_parts() -> None:
    system = changed(one(), finance={"yearly_inflation_fraction": 0.0})
    course, found = reckoned(system, 500.0)
    whole = found.revenue_usd - found.capital_usd.sum(axis=0) - found.running_usd.sum(axis=0)
    assert np.asarray(found.cash_usd) == pytest.approx(np.asarray(whole - found.tax_usd), rel=1e-12)
    launch = found.capital_usd[economics.PARTS.index("launch")]
    assert np.asarray(launch) == pytest.approx(np.asarray(course.spent_usd), rel=1e-9)
    development = found.capital_usd[economics.PARTS.index("development")].sum()
    assert float(development) == pytest.approx(1e9, rel=1e-9)
    by_year = (found.satellite_usd * found.launched_count).sum()
    assert float(by_year) == pytest.approx(float(found.capital_usd.sum()), rel=1e-9)
    assert np.asarray(found.running_by_year_usd.sum(axis=1)) == pytest.approx(
        np.asarray(found.running_usd.sum(axis=1)), rel=1e-9
    )


def test_what_is_written_off_is_what_was_paid() -> None:
    line = {"depreciation_s": 1.25 * YEAR_S, "yearly_inflation_fraction": 0.0}
    short = changed(one(), finance=line).economics.finance
    paid = jnp.zeros(MONTHS).at[7].set(600.0)
    found = np.asarray(accounts.written_off_usd(short, paid))
    assert found.sum() == pytest.approx(600.0, rel=1e-12)
    assert found[:7] == pytest.approx(0.0)
    assert found[8:21] == pytest.approx(40.0, rel=1e-12)
    assert found[7] == pytest.approx(20.0, rel=1e-12)


def test_a_price_that_just_pays_leaves_nothing_over() -> None:
    """Sold at the levelised cost, revenue is worth what the programme costs, tax included."""
    system = changed(
        one(),
        finance={
            "residual_fraction": 0.0,
            "depreciation_s": YEAR_S,
            "yearly_inflation_fraction": 0.0,
        },
        market={"yearly_progress_fraction": 0.0},
    )
    spec = system.economics
    _, found = reckoned(system, 500.0)
    price = found.whole.compute_usd_per_flop
    market = replace(spec.market, compute_usd_per_flop=price)
    _, paid = reckoned(replace(system, economics=replace(spec, market=market)), 500.0)
    time_s = (np.arange(MONTHS) + 0.5) * MONTH_S
    worth = (1.0 + float(spec.finance.yearly_discount_fraction)) ** (-time_s / YEAR_S)
    over = float((np.asarray(paid.cash_usd) * worth).sum())
    assert abs(over) < 0.01 * float((np.asarray(paid.revenue_usd) * worth).sum())


PRICES = (
    ("prices", "chip_usd"),
    ("prices", "array_usd_per_w"),
    ("prices", "radiator_usd_per_m2"),
    ("prices", "battery_usd_per_j"),
    ("prices", "laser_usd"),
    ("prices", "thruster_usd"),
    ("prices", "bus_usd_per_kg"),
    ("prices", "development_usd"),
    ("running", "operations_usd_per_s"),
    ("running", "ground_usd_per_bit_per_s"),
    ("running", "licence_usd_per_s"),
    ("running", "disposal_usd"),
)


def at_prices(system: System, factor: Any, names: Any = PRICES) -> System:
    spec = system.economics
    for part, name in names:
        section = getattr(spec, part)
        changed = replace(section, **{name: getattr(section, name) * factor})
        spec = replace(spec, **{part: changed})
    return replace(system, economics=spec)


def test_nothing_costs_nothing() -> None:
    system = at_prices(one(), 0.0)
    course = replace(course_of(fleet_of(system)), spent_usd=jnp.zeros(MONTHS))
    found = accounts.accounts(system, course=course, served=served_of(system, course))
    assert float(found.capital_usd.sum()) == 0.0
    assert float(found.running_usd.sum()) == 0.0
    for name in ("energy_usd_per_j", "chip_usd_per_s", "compute_usd_per_flop"):
        assert float(getattr(found.whole, name)) == 0.0


@cache
def compiled() -> Callable[[System, Programme, Served], accounts.Accounts]:
    def reckon(system: System, course: Programme, served: Served) -> accounts.Accounts:
        return accounts.accounts(system, course=course, served=served)

    return jax.jit(reckon)


@given(name=st.sampled_from(PRICES), factor=st.floats(1.01, 20.0))
def test_a_unit_costs_more_at_every_higher_price(name: tuple[str, str], factor: float) -> None:
    system, course, served = usual()
    before = compiled()(system, course, served).whole
    after = compiled()(at_prices(system, factor, (name,)), course, served).whole
    for basis in ("energy_usd_per_j", "chip_usd_per_s", "compute_usd_per_flop"):
        assert float(getattr(after, basis)) > float(getattr(before, basis))
    without = "energy_without_chips_usd_per_j"
    if name == ("prices", "chip_usd"):
        assert float(getattr(after, without)) == pytest.approx(float(getattr(before, without)))
    else:
        assert float(getattr(after, without)) > float(getattr(before, without))


@given(factor=st.floats(0.01, 50.0))
def test_a_unit_costs_as_many_times_more_as_all_prices(factor: float) -> None:
    system, course, served = usual()
    before = compiled()(system, course, served)
    dearer = replace(course, spent_usd=course.spent_usd * factor)
    after = compiled()(at_prices(system, factor), dearer, served)
    for basis in ("energy_usd_per_j", "energy_without_chips_usd_per_j", "launched_power_usd_per_j"):
        for which in ("whole", "vintage"):
            one, other = (np.asarray(getattr(getattr(of, which), basis)) for of in (before, after))
            some = np.asarray(before.launched_count) > 0.0 if which == "vintage" else ...
            assert other[some] == pytest.approx(factor * one[some], rel=1e-9)


def test_slopes_agree_with_differences() -> None:
    """Of the hour of an accelerator, in every price at once."""
    system, course, served = usual()

    @jax.jit
    def cost(factors: jax.Array) -> jax.Array:
        moved = system
        for number, name in enumerate(PRICES):
            moved = at_prices(moved, factors[number], (name,))
        return accounts.accounts(moved, course=course, served=served).whole.chip_usd_per_s

    alike = jnp.ones(len(PRICES))
    slopes = np.asarray(jax.jit(jax.grad(cost))(alike))
    for number, name in enumerate(PRICES):
        ends = [float(cost(alike.at[number].add(step))) for step in (1e-4, -1e-4)]
        assert slopes[number] == pytest.approx((ends[0] - ends[1]) / 2e-4, rel=1e-6), name
    assert np.all(slopes > 0.0)


def test_a_satellite_of_the_only_year_costs_what_the_programme_does() -> None:
    """Without finance, and all launched at once, a vintage's life is the programme's."""
    system = plain()
    cadence = replace(
        system.launch.cadence,
        first_flight_s=jnp.asarray(0.0),
        first_cadence_per_s=jnp.asarray(12.0 / YEAR_S),
    )
    system = replace(system, launch=replace(system.launch, cadence=cadence))
    _, found = reckoned(system)
    year = int(np.argmax(np.asarray(found.launched_count)))
    whole, vintage = found.whole, found.vintage
    assert float(vintage.energy_usd_per_j[year]) == pytest.approx(
        float(whole.energy_usd_per_j), rel=0.02
    )
    assert float(vintage.capital_usd_per_w[year]) == pytest.approx(
        float(whole.capital_usd_per_w), rel=1e-6
    )


def test_obsolescence_raises_the_first_price() -> None:
    """Turyshev's factor, x T / (1 - exp(-x T)), of a life of even work."""
    system = plain(yearly_progress_fraction=0.2)
    _, found = reckoned(system)
    year = int(np.argmax(np.asarray(found.launched_count)))
    fall = -np.log(0.8) * 5.0
    by_hand = fall / (1.0 - np.exp(-fall))
    assert float(found.vintage.obsolescence_factor[year]) == pytest.approx(by_hand, rel=1e-3)


def test_compiled_and_batched_accounts_are_the_plain_ones() -> None:
    system, course, served = usual()
    plainly = accounts.accounts(system, course=course, served=served)
    at_once = compiled()(system, course, served)
    prices = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), system.economics)

    def of(spec: economics.Spec) -> accounts.Accounts:
        return accounts.accounts(replace(system, economics=spec), course=course, served=served)

    twice = jax.jit(jax.vmap(of))(prices)
    for one_leaf, other, both in zip(
        *(jax.tree.leaves(tree) for tree in (plainly, at_once, twice)), strict=True
    ):
        scale = np.abs(np.where(np.isfinite(one_leaf), one_leaf, 0.0)).max(initial=0.0)
        assert np.asarray(other) == pytest.approx(
            np.asarray(one_leaf), rel=1e-10, abs=1e-12 * scale
        )
        assert np.asarray(both)[1] == pytest.approx(
            np.asarray(one_leaf), rel=1e-10, abs=1e-12 * scale
        )


@pytest.mark.parametrize("elapsed_s", [0.0, 79.0 * 86_400.0, 0.5 * MONTH_S, YEAR_S - 1.0])
def test_months_are_summed_to_the_years_their_middles_lie_in(elapsed_s: float) -> None:
    spec = replace(one().economics, elapsed_in_year_s=jnp.asarray(elapsed_s))
    values = jnp.asarray(np.random.default_rng(3).uniform(1.0, 2.0, (2, 50)))
    year = np.floor((elapsed_s + (np.arange(50) + 0.5) * MONTH_S) / YEAR_S).astype(int)
    by_hand = np.stack([np.bincount(year, row, minlength=6) for row in values])
    np.testing.assert_allclose(_by_year(spec, values), by_hand, rtol=1e-14)
    weight = values[0].at[30:].set(0.0)
    mean = _mean_of_year(spec, weight, values[1])
    total, count = (np.bincount(year, each, minlength=6) for each in (weight * values[1], weight))
    np.testing.assert_allclose(mean, np.where(count > 0.0, total / np.maximum(count, 1e-9), 0.0))


def test_what_months_bear_is_read_off_between_two_and_held_at_the_end() -> None:
    of_month, weight = jnp.array([1.0, 3.0, 7.0]), jnp.array([1.0, 0.5, 0.25])
    borne = _borne_from(of_month, weight, jnp.array([0.0, 0.5, 2.0]))
    by_hand = [1.0 + 1.5 + 1.75, 2.0 + 2.5 + 1.75, 7.0 + 3.5 + 1.75]
    np.testing.assert_allclose(borne, by_hand, rtol=1e-15)
