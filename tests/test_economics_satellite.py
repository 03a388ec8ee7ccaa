"""Do a satellite's parts and the running of a fleet cost what their prices say?"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import economics
from sunstack.units import YEAR_S

MONEY = (
    "chip_usd",
    "array_usd_per_w",
    "radiator_usd_per_m2",
    "battery_usd_per_j",
    "laser_usd",
    "thruster_usd",
    "bus_usd_per_kg",
    "other_payload_usd_per_kg",
    "development_usd",
)
"""Prices in which capital is homogeneous of degree one, with that of launch."""


def scalars(given: dict[str, float]) -> dict[str, Any]:
    return {name: jnp.asarray(value) for name, value in given.items()}


def prices(**changes: float) -> economics.Prices:
    usual = {
        "chip_usd": 30_000.0,
        "chip_fall_fraction": 0.1,
        "payload_factor": 1.2,
        "array_usd_per_w": 10.0,
        "radiator_usd_per_m2": 1000.0,
        "battery_usd_per_j": 300.0 / 3.6e6,
        "laser_usd": 50_000.0,
        "thruster_usd": 20_000.0,
        "bus_usd_per_kg": 800.0,
        "other_payload_usd_per_kg": 1500.0,
        "assembly_fraction": 0.2,
        "learned_count": 1000.0,
        "learning_fraction": 0.15,
        "insurance_fraction": 0.05,
        "development_usd": 1e9,
    }
    assert set(changes) <= set(usual)
    return economics.Prices(**scalars(usual | changes))


def amounts(**changes: float) -> economics.Amounts:
    usual = {
        "array_w": 150e3,
        "radiator_area_m2": 110.0,
        "battery_j": 24.0 * 3.6e6,
        "laser_count": 4.0,
        "thruster_count": 2.0,
        "bus_kg": 500.0,
        "chip_count": 72.0,
        "other_payload_kg": 0.0,
    }
    assert set(changes) <= set(usual)
    return economics.Amounts(**scalars(usual | changes))


def capital(one: economics.Prices, of: economics.Amounts, **changes: Any) -> jax.Array:
    lots: dict[str, Any] = {
        "produced_count": jnp.array([0.0, 100.0]),
        "lot_count": jnp.array([100.0, 900.0]),
        "time_s": jnp.array([1.0, 3.0]) * YEAR_S,
        "launch_usd": jnp.array([2e6, 1e6]),
        "launched_in_all_count": 1000.0,
    }
    return economics.capital_usd(one, of, **(lots | changes))


def test_every_part_costs_its_price_when_as_many_are_made_as_the_book_says() -> None:
    one = prices(learning_fraction=0.0, insurance_fraction=0.0)
    found = dict(zip(economics.PARTS, np.asarray(capital(one, amounts())), strict=True))
    by_hand = {
        "chips": [72 * 30_000 * 1.2 * 0.9, 72 * 30_000 * 1.2 * 0.9**3],
        "array": [1.5e6, 1.5e6],
        "radiator": [110e3, 110e3],
        "battery": [7200.0, 7200.0],
        "lasers": [200e3, 200e3],
        "thrusters": [40e3, 40e3],
        "bus": [400e3, 400e3],
        "other payload": [0.0, 0.0],
        "assembly": [0.2 * 2_257_200, 0.2 * 2_257_200],
        "launch": [2e6, 1e6],
        "insurance": [0.0, 0.0],
        "development": [1e6, 1e6],
    }
    for name, values in by_hand.items():
        assert found[name] == pytest.approx(values, rel=1e-12), name


def test_insurance_is_a_share_of_what_a_lost_launch_loses() -> None:
    found = np.asarray(capital(prices(), amounts()))
    rows = {name: found[number] for number, name in enumerate(economics.PARTS)}
    lost = sum(values for name, values in rows.items() if name not in ("insurance", "development"))
    assert rows["insurance"] == pytest.approx(0.05 * lost, rel=1e-12)
    without = np.asarray(economics.without_chips_usd(prices(), found))
    assert without == pytest.approx(
        np.asarray(capital(prices(chip_usd=0.0), amounts())).sum(axis=0), rel=1e-12
    )


def test_a_lot_learns_from_the_number_at_which_the_book_holds() -> None:
    """Of lots that end where the book's number does, the last one made costs what the book says."""
    learned = economics.learned_from_book_ratio(prices(), produced_count=999.0, lot_count=1e-6)
    assert float(learned) == pytest.approx(1.0, rel=1e-3)
    first = economics.learned_from_book_ratio(prices(), produced_count=0.0, lot_count=1.0)
    assert float(first) == pytest.approx(1000.0 ** -math.log2(0.85), rel=1e-12)


@given(part=st.sampled_from(MONEY), more=st.floats(0.01, 10.0))
def test_capital_rises_with_every_price(part: str, more: float) -> None:
    one, of = prices(), amounts(other_payload_kg=10.0)
    dearer = replace(one, **{part: getattr(one, part) * (1.0 + more)})
    rise = capital(dearer, of).sum(axis=0) - capital(one, of).sum(axis=0)
    assert np.all(np.asarray(rise) > 0.0)


@given(factor=st.floats(0.0, 100.0))
def test_capital_is_of_degree_one_in_all_prices(factor: float) -> None:
    one = prices()
    scaled = replace(one, **{name: factor * getattr(one, name) for name in MONEY})
    launch = jnp.array([2e6, 1e6])
    found = np.asarray(capital(scaled, amounts(), launch_usd=factor * launch))
    assert found == pytest.approx(factor * np.asarray(capital(one, amounts())), rel=1e-12)


def test_slopes_of_capital_agree_with_differences() -> None:
    def total(one: economics.Prices) -> jax.Array:
        return capital(one, amounts(other_payload_kg=10.0)).sum()

    one, slopes = prices(), jax.grad(total)(prices())
    for name in [field.name for field in fields(economics.Prices)]:
        value = float(getattr(one, name))
        step = 1e-6 * value
        ends = [
            float(total(replace(one, **{name: jnp.asarray(value + sign * step)})))
            for sign in (1.0, -1.0)
        ]
        slope = float(getattr(slopes, name))
        assert slope == pytest.approx((ends[0] - ends[1]) / (2.0 * step), rel=1e-4), name


# --- running -------------------------------------------------------------------------------------


def running(**changes: float) -> economics.Running:
    usual = {
        "operations_usd_per_s": 50_000.0 / YEAR_S,
        "operations_reference_count": 1000.0,
        "operations_scale_ratio": 0.7,
        "traffic_bit_per_s": 1e9,
        "ground_usd_per_bit_per_s": 20_000.0 / 1e9,
        "ground_spent_per_s": 0.2 / YEAR_S,
        "licence_usd_per_s": 2e6 / YEAR_S,
        "disposal_usd": 2000.0,
    }
    assert set(changes) <= set(usual)
    return economics.Running(**scalars(usual | changes))


def test_a_year_of_a_thousand_satellites_by_hand() -> None:
    found = economics.running_usd(
        running(),
        satellite_count=jnp.array([1000.0]),
        disposed_count=jnp.array([30.0]),
        step_s=YEAR_S,
    )
    by_hand = [1000 * 50_000.0, 1000 * 20_000.0 * 1.2, 2e6, 30 * 2000.0]
    assert np.asarray(found)[:, 0] == pytest.approx(by_hand, rel=1e-12)


def test_stations_are_bought_once() -> None:
    found = economics.running_usd(
        running(ground_spent_per_s=0.0),
        satellite_count=jnp.array([0.0, 10.0, 4.0, 10.0, 12.0]),
        disposed_count=jnp.zeros(5),
        step_s=YEAR_S,
    )
    assert np.asarray(found)[1] == pytest.approx([0.0, 200e3, 0.0, 0.0, 40e3])
    assert np.asarray(found)[2] == pytest.approx([0.0, 2e6, 2e6, 2e6, 2e6])


@given(count=st.floats(1.0, 1e6))
def test_operating_one_more_costs_less_than_the_mean_one(count: float) -> None:
    def cost(number: float) -> float:
        return float(economics.operations_usd_per_s(running(), satellite_count=number))

    assert cost(2.0 * count) == pytest.approx(2.0**0.7 * cost(count), rel=1e-9)
    assert cost(count) / count <= cost(1.0)


def test_a_price_of_compute_falls_by_the_progress() -> None:
    market = economics.Market(
        **scalars(
            {
                "sold_fraction": 0.7,
                "compute_usd_per_flop": 1.0,
                "yearly_progress_fraction": 0.2,
            }
        )
    )
    found = economics.compute_price_usd_per_flop(market, time_s=np.array([0.0, 1.0, 2.0]) * YEAR_S)
    assert np.asarray(found) == pytest.approx([1.0, 0.8, 0.64], rel=1e-12)


def test_jit_changes_nothing() -> None:
    plain = capital(prices(), amounts())
    compiled = jax.jit(capital)(prices(), amounts())
    assert np.asarray(compiled) == pytest.approx(np.asarray(plain), rel=1e-12)


@given(share=st.floats(0.0, 1.0), learning=st.floats(0.0, 0.4), insured=st.floats(0.0, 0.2))
def test_capital_of_mean_lots_is_the_mean_of_their_capital(
    share: float, learning: float, insured: float
) -> None:
    one = prices(learning_fraction=learning, insurance_fraction=insured)
    of, weights = amounts(), jnp.array([share, 1.0 - share])
    learned = economics.learned_from_book_ratio(
        one, produced_count=jnp.array([0.0, 100.0]), lot_count=jnp.array([100.0, 900.0])
    )
    found = economics.capital_by_part_usd(
        one,
        of,
        learned_ratio=learned @ weights,
        chips_usd=economics.chips_usd(one, of, time_s=jnp.array([1.0, 3.0]) * YEAR_S) @ weights,
        launch_usd=jnp.array([2e6, 1e6]) @ weights,
        launched_in_all_count=1000.0,
    )
    assert tuple(sorted(found)) == tuple(sorted(economics.PARTS))
    mean = dict(zip(economics.PARTS, np.asarray(capital(one, of) @ weights), strict=True))
    for name, usd in found.items():
        # Linear in the three that are averaged: the same but for rounding of a dozen sums.
        assert float(usd) == pytest.approx(mean[name], rel=1e-12)


def test_months_next_to_each_other_are_one_lot() -> None:
    """Their mean, by what is made in each, is that of the lot as a whole."""
    months = jnp.array([40.0, 7.0, 120.0, 33.0])
    apart = economics.learned_from_book_ratio(
        prices(), produced_count=500.0 + jnp.cumsum(months) - months, lot_count=months
    )
    whole = economics.learned_from_book_ratio(
        prices(), produced_count=jnp.array(500.0), lot_count=months.sum()
    )
    # An integral over the lot, cut into four: what is left is rounding.
    assert float(apart @ months / months.sum()) == pytest.approx(float(whole), rel=1e-12)


def test_stations_are_added_for_the_most_satellites_there_ever_were() -> None:
    counts = jnp.array([0.0, 10.0, 4.0, 10.0, 12.0])
    assert np.asarray(economics.added_count(counts)) == pytest.approx([0.0, 10.0, 0.0, 0.0, 2.0])
    of_two = jnp.stack([counts, 3.0 * counts[::-1]], axis=1)
    for place in range(2):
        assert np.array_equal(
            economics.added_count(of_two)[:, place], economics.added_count(of_two[:, place])
        )


def test_many_prices_at_once_cost_what_each_does_alone() -> None:
    """Months along the first axis, samples along the last."""
    counts = jnp.array([0.0, 900.0, 400.0, 1500.0])
    scales = jnp.array([0.5, 0.7, 1.0])
    many = economics.items_usd(
        replace(running(), operations_scale_ratio=scales),
        satellite_count=counts[:, None],
        added_count=economics.added_count(counts)[:, None],
        disposed_count=jnp.array([0.0, 0.0, 5.0, 6.0])[:, None],
        step_s=YEAR_S / 12,
    )
    for place, scale in enumerate(scales):
        alone = economics.running_usd(
            running(operations_scale_ratio=float(scale)),
            satellite_count=counts,
            disposed_count=jnp.array([0.0, 0.0, 5.0, 6.0]),
            step_s=YEAR_S / 12,
        )
        for row, name in enumerate(economics.ITEMS):
            found = jnp.broadcast_to(many[name], (4, 3))[:, place]
            # The same operations, side by side: an exponential may differ in its last digits.
            assert np.asarray(found) == pytest.approx(np.asarray(alone[row]), rel=1e-14)
