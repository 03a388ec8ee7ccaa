"""Does a whole programme of launches add up, and say when it does not come to its end?"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sunstack.disciplines import launch
from sunstack.units import DAY_S, YEAR_S

MONTH_S = YEAR_S / 12.0
FIFTEEN_YEARS = jnp.arange(181) * MONTH_S
MILLION = (99_900.0, 99_980.0, 249_750.0, 244_860.0, 155_510.0, 150_000.0)
"""Six groups, a million satellites."""


def numbers(defaults: dict[str, float], changes: dict[str, float]) -> dict[str, Any]:
    assert set(changes) <= set(defaults)
    return {name: jnp.asarray(value) for name, value in (defaults | changes).items()}


def rocket(**changes: float) -> launch.Rocket:
    """100 t with a twentieth of it for the dispenser; 630 m³, of which 0.6 fill."""
    defaults = {
        "payload_mass_kg": 100e3,
        "adapter_mass_fraction": 0.05,
        "bay_volume_m3": 630.0,
        "packing_fraction": 0.6,
    }
    return launch.Rocket(**numbers(defaults, changes))


def cadence(**changes: float) -> launch.Cadence:
    """From 4 flights a year, doubling every half year, to 4 a day."""
    defaults = {
        "first_flight_s": 0.0,
        "first_cadence_per_s": 4.0 / YEAR_S,
        "doubling_s": 0.5 * YEAR_S,
        "pad_count": 4.0,
        "pad_turnaround_s": DAY_S,
        "vehicle_count": 60.0,
        "vehicle_turnaround_s": 5.0 * DAY_S,
        "permitted_per_s": 1.0,
        "success_fraction": 0.97,
    }
    return launch.Cadence(**numbers(defaults, changes))


def learning(**changes: float) -> launch.Learning:
    defaults = {
        "start_usd_per_kg": 1800.0,
        "start_kg": 400e3,
        "learning_fraction": 0.20,
        "floor_usd_per_kg": 0.0,
    }
    return launch.Learning(**numbers(defaults, changes))


def reuse(**changes: float) -> launch.Reuse:
    defaults = {
        "vehicle_usd_per_kg": 450.0,
        "reuse_count": 10.0,
        "refurbishment_fraction": 0.01,
        "refurbished_usd_per_kg": 450.0,
        "propellant_usd_per_kg": 8.0,
        "margin_fraction": 0.0,
    }
    return launch.Reuse(**numbers(defaults, changes))


def spec(**changes: Any) -> launch.Spec:
    return launch.Spec(
        **(
            {
                "rocket": rocket(),
                "cadence": cadence(),
                "pricing": learning(),
                "charged_kg": jnp.asarray(100_000.0),
            }
            | changes
        )
    )


def run(design: launch.Spec, **changes: Any) -> launch.Programme:
    given_: dict[str, Any] = {
        "edges_s": FIFTEEN_YEARS,
        "satellite_kg": 2143.0,
        "stowed_volume_m3": 8.0,
        "wanted_count": jnp.asarray(MILLION),
        "delay_s": 45.0 * DAY_S,
    }
    return launch.programme(design, **(given_ | changes))


def finite(tree: Any) -> bool:
    return all(bool(jnp.all(jnp.isfinite(leaf))) for leaf in jax.tree.leaves(tree))


# --- a programme ---------------------------------------------------------------------------------


def test_a_programme_adds_up() -> None:
    found = run(spec())
    lifted = float(found.deliveries.flight_count.sum()) * 44.0
    delivered, lost = found.deliveries.delivered_count, found.deliveries.lost_count
    assert float(delivered.sum() + lost.sum()) == pytest.approx(lifted, rel=1e-9)
    assert float(found.launched_kg.sum()) == pytest.approx(2143.0 * lifted, rel=1e-9)
    assert np.all(
        np.asarray(found.deliveries.flight_count.sum(axis=1))
        <= 1e-9 + np.asarray(found.possible_flight_count)
    )
    assert np.all(np.diff(np.asarray(found.price_usd_per_kg)) <= 0.0)
    spent = np.asarray(found.price_usd_per_kg * found.launched_kg)
    assert np.asarray(found.spent_usd) == pytest.approx(spent)
    # filled in order, and a million is not reached at four a day in fifteen years
    months = np.asarray(found.filling.month_count)
    assert np.all(np.diff(months) >= 0.0) and not bool(found.filling.filled[-1])


def test_the_month_of_filling_holds_the_date_of_the_flight_that_fills() -> None:
    found = run(spec())
    needed = np.cumsum(MILLION) / (44.0 * 0.97)
    dates = np.asarray(launch.time_of_flight_s(cadence(), flight_count=needed))
    assert np.asarray(found.filled_s) == pytest.approx(dates)
    reached = np.asarray(found.filling.filled)
    assert reached.sum() >= 3
    months = np.ceil(dates / MONTH_S)
    assert np.asarray(found.filling.month_count)[reached].tolist() == months[reached].tolist()
    assert np.all(months[~reached] > 180.0)


def test_the_order_of_filling_is_kept() -> None:
    backwards = run(spec(), order=(5, 4, 3, 2, 1, 0))
    assert np.all(np.diff(np.asarray(backwards.filled_s)) < 0.0)
    assert np.asarray(backwards.filling.filled).tolist()[-1]


def test_a_group_that_takes_more_energy_takes_more_flights() -> None:
    # 0.72 of 95 t: 31.9 satellites of 2,143 kg instead of 44.3
    payloads = jnp.asarray([100e3, 72e3])
    design = spec(rocket=replace(rocket(), payload_mass_kg=payloads))
    found = run(design, wanted_count=jnp.asarray([440.0, 310.0]))
    assert np.asarray(found.packing.satellite_count).tolist() == [44.0, 31.0]
    flown = np.asarray(found.deliveries.flight_count.sum(axis=0))
    assert flown == pytest.approx([10.0 / 0.97, 10.0 / 0.97])
    lifted = (10.0 * 44.0 + 10.0 * 31.0) / 0.97 * 2143.0
    assert float(found.launched_kg.sum()) == pytest.approx(lifted)


@pytest.mark.parametrize(
    ("design", "changes"),
    [
        (spec(cadence=cadence(pad_count=0.0)), {}),
        (spec(cadence=cadence(success_fraction=0.0)), {}),
        (spec(rocket=rocket(payload_mass_kg=0.0)), {}),
        (spec(), {"satellite_kg": 1e9}),
        (spec(), {"wanted_count": jnp.zeros(6)}),
        (spec(pricing=learning(learning_fraction=0.0)), {}),
        (spec(pricing=reuse(reuse_count=0.0, margin_fraction=1.0)), {}),
        (spec(), {"delay_s": 1e15}),
    ],
)
def test_absurd_programmes_are_finite_and_say_that_nothing_fills(
    design: launch.Spec, changes: dict[str, Any]
) -> None:
    found = run(design, **changes)
    assert finite(found)
    if float(found.deliveries.delivered_count.sum()) == 0.0 and "wanted_count" not in changes:
        assert not bool(found.filling.filled.any())
        assert np.asarray(found.filling.month_count).tolist() == 6 * [180.0]
        assert np.asarray(found.filling.missing_count) == pytest.approx(MILLION)


def arrived_at_half_time(design: launch.Spec) -> jax.Array:
    return run(design).arrived_count[:100].sum()


@pytest.mark.parametrize("name", [one.name for one in fields(launch.Cadence)])
def test_gradients_agree_with_finite_differences(name: str) -> None:
    value = float(getattr(cadence(), name))
    step = 1e-5 * (value or DAY_S)
    low, high = (
        float(arrived_at_half_time(spec(cadence=cadence(**{name: value + side * step}))))
        for side in (-1.0, 1.0)
    )
    slopes = jax.grad(arrived_at_half_time)(spec())
    assert finite(slopes)
    # satellites for each whole unit of the value; those that do not matter have none
    assert float(getattr(slopes.cadence, name)) * step == pytest.approx(
        (high - low) / 2.0, rel=1e-4, abs=1e-7
    )


def test_whole_satellites_pass_on_the_slope_of_unrounded_ones() -> None:
    slopes = jax.grad(arrived_at_half_time)(spec())
    # a per cent more payload is a per cent of 44.33 more of the 44 on each flight
    by_payload = float(slopes.rocket.payload_mass_kg) * 100e3
    by_success = float(slopes.cadence.success_fraction) * 0.97
    assert by_payload == pytest.approx(by_success * (95e3 / 2143.0) / 44.0, rel=1e-6)


def test_price_has_the_slope_of_its_power_law() -> None:
    def price(rate: float) -> jax.Array:
        return launch.learned_price_usd_per_kg(
            replace(learning(), learning_fraction=rate), launched_kg=4e8
        )

    # P = 1,800 · 1,000^(log₂(1 - ℓ)): dP/dℓ = -P log₂ 1,000 / (1 - ℓ)
    expected = -float(price(0.2)) * math.log2(1000.0) / 0.8
    assert float(jax.grad(price)(0.2)) == pytest.approx(expected, rel=1e-9)
    assert (float(price(0.2 + 1e-6)) - float(price(0.2 - 1e-6))) / 2e-6 == pytest.approx(
        expected, rel=1e-6
    )


def test_float32_and_compiled_code_agree() -> None:
    design = spec()
    single = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), design)
    exact = run(design)
    rough = run(
        single,
        edges_s=FIFTEEN_YEARS.astype(jnp.float32),
        wanted_count=jnp.asarray(MILLION, jnp.float32),
    )
    assert rough.spent_usd.dtype == jnp.float32
    # cumulative flights have 1e-7, months are their differences
    assert np.asarray(rough.arrived_count.sum(axis=0)) == pytest.approx(
        np.asarray(exact.arrived_count.sum(axis=0)), rel=1e-4, abs=1.0
    )
    compiled = jax.jit(run)(design)
    for one, other in zip(jax.tree.leaves(exact), jax.tree.leaves(compiled), strict=True):
        assert np.asarray(one) == pytest.approx(np.asarray(other), rel=1e-9, abs=1e-6)
