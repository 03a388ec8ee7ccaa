"""Is demand conserved over hours and cells, and does it follow the Sun as by hand?"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from demand_cases import CELLS, DAY, GRID, SPEC, spec_with
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import demand
from sunstack.units import HOUR_S, YEAR_S

ASKED = demand.demand(SPEC, GRID)


def test_a_cell_by_hand() -> None:
    # one class, one terminal in every cell, half of which ask; 0.1 requests/s while active, and
    # active at noon alone, for the local hour 12 to 13, whose middle is 12:30
    noon = jnp.zeros((2, 24)).at[:, 12].set(1.0)
    spec = spec_with(
        terminal_count=jnp.ones((2, CELLS)),
        active_fraction=jnp.array([0.5, 1.0]),
        request_per_s=jnp.array([0.1, 0.0]),
        activity_fraction=noon,
    )
    asked = demand.demand(spec, GRID)
    cell = int(demand.cell_at(GRID, latitude_rad=0.0, longitude_rad=1e-9))
    # the cell's middle lies east of Greenwich by half its width: that many minutes ahead
    ahead_h = float(GRID.longitude_rad[cell]) * 12.0 / math.pi
    assert 0.0 < ahead_h < 1.0
    by_hour = np.asarray(asked.request_per_s[0, cell])
    assert by_hour[12] == pytest.approx(0.05 * (1.0 - ahead_h), rel=1e-12)
    assert by_hour[11] == pytest.approx(0.05 * ahead_h, rel=1e-12)
    assert by_hour.sum() == pytest.approx(0.05, rel=1e-12)
    # tokens: 1000·exp(½ ln² 1.6) = 1000·e^0.110453 = 1116.8
    tokens = float(asked.prompt_tokens_per_s[0, cell, 12] / by_hour[12])
    assert tokens == pytest.approx(1116.8, rel=1e-4)


def test_every_cell_asks_as_much_in_a_day() -> None:
    total = np.asarray(ASKED.request_per_s.sum(axis=2))
    each = np.asarray(SPEC.active_fraction * SPEC.request_per_s)
    expected = np.asarray(SPEC.terminal_count) * (each * np.array([DAY.sum(), 6.0]))[:, None]
    np.testing.assert_allclose(total, expected, rtol=1e-12, atol=1e-15)


def test_a_flat_profile_gives_a_flat_world() -> None:
    world = demand.in_the_world(ASKED)
    np.testing.assert_allclose(world.request_per_s[1], world.request_per_s[1, 0], rtol=1e-12)
    ratio = demand.peak_to_mean_ratio(world.request_per_s)
    assert float(ratio[1]) == pytest.approx(1.0, rel=1e-12)
    assert float(ratio[0]) > 1.0
    # where people live all round the Earth alike, a day of any shape is flat too
    even = demand.demand(spec_with(terminal_count=jnp.ones((2, CELLS))), GRID)
    curve = np.asarray(demand.in_the_world(even).request_per_s)
    np.testing.assert_allclose(curve[0], curve[0].mean(), rtol=2e-3)


@given(st.floats(-math.pi, math.pi), st.floats(-2e5, 2e5))
@settings(max_examples=100, deadline=None)
def test_a_day_later_or_a_turn_away_activity_is_the_same(east: float, time_s: float) -> None:
    def at(longitude: float, time: float) -> np.ndarray:
        return np.asarray(
            demand.activity_at_fraction(
                SPEC.activity_fraction, longitude_rad=longitude, time_s=time
            )
        )

    here = at(east, time_s)
    np.testing.assert_allclose(at(east, time_s + 86_400.0), here, atol=1e-8)
    np.testing.assert_allclose(at(east - 2.0 * math.pi, time_s), here, atol=1e-8)
    np.testing.assert_allclose(at(east - math.pi / 12.0, time_s + HOUR_S), here, atol=1e-8)


def test_regions_add_up_and_peak_more_than_the_world() -> None:
    # three slices of longitude: each peaks when its own Sun is high, the world less
    region = (jnp.floor((GRID.longitude_rad + jnp.pi) / (2.0 * jnp.pi / 3.0))).astype(int)
    parts = demand.by_region(ASKED, region=region, regions=3)
    world = demand.in_the_world(ASKED)
    for part, whole in zip(jax.tree.leaves(parts), jax.tree.leaves(world), strict=True):
        np.testing.assert_allclose(part.sum(axis=1), whole, rtol=1e-12)
    peaks = np.asarray(demand.peak_to_mean_ratio(parts.request_per_s[0]))
    assert (peaks > float(demand.peak_to_mean_ratio(world.request_per_s[0]))).all()


def test_no_terminals_ask_for_nothing() -> None:
    asked = demand.demand(spec_with(terminal_count=jnp.zeros((2, CELLS))), GRID)
    for rate in jax.tree.leaves(asked):
        np.testing.assert_array_equal(rate, 0.0)
    world = demand.in_the_world(asked)
    np.testing.assert_array_equal(demand.peak_to_mean_ratio(world.request_per_s), 1.0)


def test_a_billion_terminals_cost_as_much_as_one() -> None:
    # arrays are of classes and cells: the count is a number in them
    many = demand.demand(spec_with(terminal_count=SPEC.terminal_count * 1e5), GRID)
    np.testing.assert_allclose(many.request_per_s, ASKED.request_per_s * 1e5, rtol=1e-12)
    assert float(SPEC.terminal_count.sum()) * 1e5 > 1e9


def test_growth_and_tolerance_by_hand() -> None:
    # 1.2³ = 1.728
    grown = demand.grown(SPEC, growth_per_s=jnp.array([0.2, 0.0]) / YEAR_S, elapsed_s=3.0 * YEAR_S)
    np.testing.assert_allclose(grown.request_per_s, [1.728e-3, 2e-2], rtol=1e-12)
    np.testing.assert_allclose(demand.tolerant(SPEC).request_per_s, [9e-4, 1e-2], rtol=1e-12)


def test_counts_between_years_by_hand() -> None:
    known = {"known_time_s": jnp.array([0.0, 2.0, 4.0, 6.0])}
    counts = jnp.array([100.0, 400.0, 0.0, 50.0])
    # √(100·400) = 200; to and from 0 along a line
    for time, expected in ((0.0, 100), (1.0, 200), (2.0, 400), (3.0, 200), (5.0, 25), (6.0, 50)):
        found = demand.grown_count(time_s=time, known_count=counts, **known)
        assert float(found) == pytest.approx(expected, rel=1e-12), time


def test_single_precision_is_enough_for_rates() -> None:
    spec, grid = jax.tree.map(
        lambda leaf: leaf.astype(jnp.float32) if leaf.dtype == jnp.float64 else leaf, (SPEC, GRID)
    )
    found = demand.demand(spec, grid)
    for single, double in zip(jax.tree.leaves(found), jax.tree.leaves(ASKED), strict=True):
        np.testing.assert_allclose(single, double, rtol=1e-4)


def test_jit_and_slopes() -> None:
    with jax.disable_jit():
        plain = demand.demand(SPEC, GRID)
    np.testing.assert_allclose(plain.answer_tokens_per_s, ASKED.answer_tokens_per_s, rtol=1e-12)

    def total(median: jax.Array) -> jax.Array:
        asked = demand.demand(spec_with(answer_median_count=median), GRID)
        return jnp.sum(asked.answer_tokens_per_s)

    slope = jax.grad(total)(SPEC.answer_median_count)
    # tokens are in proportion to the median
    parts = ASKED.answer_tokens_per_s.sum(axis=(1, 2)) / SPEC.answer_median_count
    np.testing.assert_allclose(slope, parts, rtol=1e-10)
