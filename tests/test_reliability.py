"""Do satellites, chips and drives fail as their laws say, and do spares and policies answer?"""

from __future__ import annotations

import math
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import Array
from scipy import special, stats

from sunstack.disciplines import reliability
from sunstack.disciplines.reliability import (
    Bus,
    ConstantBus,
    Spec,
    Units,
    WeibullBus,
)
from sunstack.units import YEAR_S

MONTH_S = YEAR_S / 12
ZERO = jnp.asarray(0.0)


def weibull(scale_years: float = 2607.0, shape: float = 0.4521) -> WeibullBus:
    return WeibullBus(
        dead_on_arrival_fraction=ZERO,
        scale_s=jnp.asarray(scale_years * YEAR_S),
        shape_ratio=jnp.asarray(shape),
    )


def constant(per_year: float = 0.01) -> ConstantBus:
    return ConstantBus(dead_on_arrival_fraction=ZERO, failure_per_s=jnp.asarray(per_year / YEAR_S))


def units(per_year: float = 0.04, *, needed: float = 72, carried: float = 72) -> Units:
    return Units(
        ground_failure_per_s=jnp.asarray(per_year / YEAR_S),
        orbit_factor=jnp.asarray(1.7),
        wear_out_scale_s=jnp.asarray(15 * YEAR_S),
        wear_out_shape_ratio=jnp.asarray(3.0),
        needed_count=jnp.asarray(float(needed)),
        carried_count=jnp.asarray(float(carried)),
    )


def satellite(*, carried: float = 72) -> Spec:
    return Spec(
        bus=constant(), chips=units(carried=carried), drives=units(0.01, needed=6, carried=8)
    )


# --- buses ---------------------------------------------------------------------------------------


def test_castet_and_salehs_satellites_by_hand() -> None:
    # (5/2607)^0.4521 = e^{0.4521 ln 0.00191791} = e^{0.4521 · -6.256513} = e^{-2.828570}
    # = 0.059097; e^-0.059097 = 0.942615
    assert float(reliability.survival_fraction(weibull(), age_s=5 * YEAR_S)) == pytest.approx(
        0.942615, abs=2e-6
    )
    assert float(reliability.survival_fraction(weibull(), age_s=0.0)) == 1.0


def test_a_constant_hazard_by_hand() -> None:
    # e^{-0.025 · 5} = 0.882497, and a year's fraction of 2.5 % is a hazard of -ln 0.975 = 0.0253178
    left = reliability.survival_fraction(constant(0.025), age_s=5 * YEAR_S)
    assert float(left) == pytest.approx(0.882497, abs=1e-6)
    hazard = reliability.hazard_of_annual_fraction_per_s(annual_fraction=0.025)
    assert float(hazard) * YEAR_S == pytest.approx(0.0253178, abs=1e-7)


@pytest.mark.parametrize("bus", [weibull(), weibull(10.0, 3.0), constant()])
def test_failures_month_by_month_make_up_survival(bus: Bus) -> None:
    ages = jnp.arange(180) * MONTH_S
    failing = reliability.failing_fraction(bus, age_s=ages, step_s=MONTH_S)
    left = reliability.survival_fraction(bus, age_s=ages + MONTH_S)
    np.testing.assert_allclose(jnp.cumprod(1.0 - failing), left, rtol=1e-9)


def test_infants_die_first_and_the_old_wear_out() -> None:
    ages = jnp.arange(60) * MONTH_S
    infant, old, even = (
        np.asarray(reliability.failing_fraction(bus, age_s=ages, step_s=MONTH_S))
        for bus in (weibull(), weibull(10.0, 3.0), constant())
    )
    assert (np.diff(infant) < 0).all() and (np.diff(old) > 0).all()
    assert np.ptp(even) < 1e-12


@given(
    scale=st.floats(0.1, 1e4),
    shape=st.floats(0.3, 6.0),
    age=st.one_of(st.just(0.0), st.floats(1e-6, 30.0)),
    more=st.floats(0.01, 10.0),
)
def test_survival_falls_with_age(scale: float, shape: float, age: float, more: float) -> None:
    bus = weibull(scale, shape)
    ages = jnp.asarray([age, age + more]) * YEAR_S
    earlier, later = map(float, reliability.survival_fraction(bus, age_s=ages))
    assert 1.0 >= earlier >= later >= 0.0
    failing = float(reliability.failing_fraction(bus, age_s=age * YEAR_S, step_s=more * YEAR_S))
    assert 0.0 <= failing <= 1.0
    assert earlier * (1.0 - failing) == pytest.approx(later, rel=1e-6, abs=1e-14)


def test_a_job_of_many_is_interrupted_often() -> None:
    # 419 in 54 days on 16,384: each fails every 54 · 24 · 16,384 / 419 = 50,677 h
    each = reliability.observed_failure_per_s(
        failure_count=419, unit_count=16384, duration_s=54 * 86400.0
    )
    alone, together = reliability.time_between_failures_s(
        failure_per_s=each, unit_count=jnp.asarray([1, 16384])
    )
    assert float(alone) / 3600 == pytest.approx(50_677, abs=0.5)
    assert float(together) / 3600 == pytest.approx(3.0931, abs=1e-4)


# --- chips and drives ----------------------------------------------------------------------------


@jax.jit
def tail(alive: Array, needed: Array, carried: Array) -> Array:
    return reliability.at_least_fraction(
        needed_count=needed, carried_count=carried, unit_survival_fraction=alive
    )


@jax.jit
def share(alive: Array, needed: Array, carried: Array) -> Array:
    return reliability.mean_share_fraction(
        needed_count=needed, carried_count=carried, unit_survival_fraction=alive
    )


SLOPES = {function: jax.jit(jax.grad(function)) for function in (tail, share)}


def at_least(needed: float, carried: float, alive: float) -> float:
    return float(tail(alive, float(needed), float(carried)))


def mean_share(needed: float, carried: float, alive: float) -> float:
    return float(share(alive, float(needed), float(carried)))


def test_two_of_three_by_hand() -> None:
    # p = 0.9: 3 · 0.81 · 0.1 + 0.729 = 0.972; E[min(X, 2)] = 2 · 0.972 + 1 · 3 · 0.9 · 0.01 = 1.971
    assert at_least(2, 3, 0.9) == pytest.approx(0.972, rel=1e-12)
    assert mean_share(2, 3, 0.9) == pytest.approx(1.971 / 2, rel=1e-12)


def test_without_spares_the_mean_share_is_one_chips_fate() -> None:
    assert mean_share(72, 72, 0.83) == pytest.approx(0.83, rel=1e-12)
    assert mean_share(1, 1, 0.83) == pytest.approx(0.83, rel=1e-12)


@given(
    carried=st.integers(1, 200),
    alive=st.one_of(st.just(0.0), st.floats(1e-9, 1.0)),
    data=st.data(),
)
def test_k_of_n_is_the_sum_of_binomials(carried: int, alive: float, data: st.DataObject) -> None:
    needed = data.draw(st.integers(1, carried))
    chances = stats.binom.pmf(np.arange(carried + 1), carried, alive)
    working = np.minimum(np.arange(carried + 1), needed)
    enough = at_least(needed, carried, alive)
    assert enough == pytest.approx(float(chances[needed:].sum()), abs=1e-9)
    mean = mean_share(needed, carried, alive)
    assert mean == pytest.approx(float(chances @ working) / needed, abs=1e-9)
    # between all in series and all in parallel, and never less than a chip without spares
    assert alive**carried - 1e-9 <= enough <= 1.0 - (1.0 - alive) ** carried + 1e-9
    assert mean >= alive - 1e-9


@given(alive=st.floats(0.02, 0.98), needed=st.integers(1, 30), spares=st.integers(0, 10))
def test_k_of_n_slopes_as_finite_differences_do(alive: float, needed: int, spares: int) -> None:
    step = 1e-5
    for function, slope in SLOPES.items():
        counts = (float(needed), float(needed + spares))
        above, below = (float(function(alive + one, *counts)) for one in (step, -step))
        found = float(slope(alive, *counts))
        assert found == pytest.approx((above - below) / (2 * step), rel=1e-4, abs=1e-6)


def test_spares_keep_capacity_and_wear_ends_it() -> None:
    ages = jnp.asarray([0.0, 1.0, 3.0, 5.0, 8.0]) * YEAR_S
    bare, spared = (
        np.asarray(reliability.capacity_fraction(satellite(carried=n), age_s=ages))
        for n in (72, 80)
    )
    assert (np.diff(bare) < 0).all() and bare[0] == pytest.approx(1.0, abs=1e-12)
    assert (spared[1:] > bare[1:]).all()
    # one chip at five years: 0.04 · 1.7 · 5 = 0.34 and (5/15)³ = 0.037037 of cumulative hazard;
    # one drive 0.01 · 1.7 · 5 + 0.037037 = 0.122037: p = 0.885115, six of eight
    chip, drive = math.exp(-0.377037), math.exp(-0.122037)
    assert bare[3] == pytest.approx(chip * stats.binom.sf(5, 8, drive), rel=1e-6)


def test_life_at_full_capacity_in_closed_form() -> None:
    spec = Spec(
        bus=constant(0.01),
        chips=replace(units(0.05), wear_out_scale_s=jnp.asarray(1e6 * YEAR_S)),
        drives=units(0.0, needed=0, carried=0),
    )
    hazard = 0.01 + 0.05 * 1.7
    worth = 0.987 * (1.0 - math.exp(-hazard * 4.6)) / hazard
    life = reliability.capacity_life_s(spec, duration_s=4.6 * YEAR_S, overhead_fraction=0.013)
    assert float(life) / YEAR_S == pytest.approx(worth, rel=1e-6)


def test_the_slope_of_every_input_agrees_with_finite_differences() -> None:
    @jax.jit
    def life(spec: Spec) -> Array:
        worth = reliability.capacity_life_s(spec, duration_s=5 * YEAR_S, overhead_fraction=0.01)
        return worth / YEAR_S

    spec = satellite(carried=76)
    values, shape = jax.tree.flatten(spec)
    slopes = jax.tree.leaves(jax.grad(life)(spec))
    names = [jax.tree_util.keystr(path) for path, _ in jax.tree.leaves_with_path(spec)]
    for index, (name, value) in enumerate(zip(names, values, strict=True)):
        if name.endswith(("_count", "arrival_fraction")):
            assert float(slopes[index]) == 0.0, name
            continue
        step = 1e-5 * float(value)
        above, below = (
            float(life(jax.tree.unflatten(shape, [*values[:index], one, *values[index + 1 :]])))
            for one in (value + step, value - step)
        )
        assert float(slopes[index]) == pytest.approx((above - below) / (2 * step), rel=1e-4), name


def test_single_precision_is_enough_and_compiled_is_the_same() -> None:
    ages = jnp.arange(0, 180, 6) * MONTH_S
    spec = satellite(carried=76)
    plain = reliability.capacity_fraction(spec, age_s=ages)
    np.testing.assert_allclose(
        jax.jit(reliability.capacity_fraction)(spec, age_s=ages), plain, rtol=1e-10
    )
    short = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), spec)
    rough = reliability.capacity_fraction(short, age_s=ages.astype(jnp.float32))
    assert rough.dtype == jnp.float32
    np.testing.assert_allclose(rough, plain, rtol=2e-4, atol=1e-6)


# --- absurd inputs -------------------------------------------------------------------------------


@jax.jit
@jax.value_and_grad
def everything(spec: Spec, age: Array) -> Array:
    alive = reliability.survival_fraction(spec.bus, age_s=age)
    gone = reliability.failing_fraction(spec.bus, age_s=age, step_s=MONTH_S)
    life = reliability.capacity_life_s(spec, duration_s=age, overhead_fraction=0.0)
    return alive + gone + reliability.capacity_fraction(spec, age_s=age) + life * 1e-12


@pytest.mark.parametrize("age", [0.0, 1.0, 1e12])
@pytest.mark.parametrize(
    "spec",
    [
        Spec(bus=weibull(0.0), chips=units(0.0, needed=1, carried=1), drives=units(1e9)),
        Spec(bus=weibull(1.0, 0.0), chips=units(needed=0, carried=0), drives=units(0.0)),
        Spec(
            bus=constant(0.0), chips=units(needed=0, carried=1), drives=units(needed=5, carried=3)
        ),
        Spec(
            bus=constant(1e12),
            chips=replace(units(), wear_out_scale_s=ZERO, wear_out_shape_ratio=jnp.asarray(50.0)),
            drives=units(needed=1, carried=1),
        ),
    ],
)
def test_absurd_satellites_give_numbers_and_slopes(spec: Spec, age: float) -> None:
    value, slope = everything(spec, age)
    assert math.isfinite(float(value)) and float(value) >= 0.0
    assert all(math.isfinite(float(leaf)) for leaf in jax.tree.leaves(slope))


@given(
    needed=st.floats(0.5, 120.0),
    spare=st.floats(0.0, 40.0),
    alive=st.floats(1e-6, 1.0 - 1e-12),
)
def test_shares_between_whole_counts_follow_the_incomplete_beta_function(
    needed: float, spare: float, alive: float
) -> None:
    found = reliability.at_least_fraction(
        needed_count=needed, carried_count=needed + spare, unit_survival_fraction=alive
    )
    expected = special.betainc(needed, spare + 1.0, alive)
    assert float(found) == pytest.approx(expected, rel=1e-9, abs=1e-13)
