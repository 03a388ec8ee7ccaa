"""Does a fleet grow with its ramp, slope in all of it, and stay finite on absurd ones?"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sunstack import fleet
from sunstack.disciplines import launch, reliability
from sunstack.units import DAY_S, YEAR_S

MONTHS = 180
MILLION = (99_900.0, 99_980.0, 249_750.0, 244_860.0, 155_510.0, 150_000.0)
"""Six groups, a million satellites."""
NEVER_S = 1e12


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


def lasting() -> reliability.Units:
    """Units that do not fail, so that the ramp alone decides."""
    return reliability.Units(
        **numbers(
            {
                "ground_failure_per_s": 0.0,
                "orbit_factor": 1.0,
                "wear_out_scale_s": NEVER_S,
                "wear_out_shape_ratio": 3.0,
                "needed_count": 1.0,
                "carried_count": 1.0,
            },
            {},
        )
    )


def run(design: launch.Spec, **changes: Any) -> fleet.Years:
    bus = reliability.ConstantBus(
        **numbers({"dead_on_arrival_fraction": 0, "failure_per_s": 0}, {})
    )
    wanted = changes.get("wanted_count", jnp.asarray(MILLION))
    kept: dict[str, Any] = {
        "launch": design,
        "reliability": reliability.Spec(bus=bus, chips=lasting(), drives=lasting()),
        "policy": reliability.RunToFailure(),
        "wanted_count": wanted,
        "spare_count": jnp.zeros(len(wanted)),
        "satellite_kg": jnp.asarray(2143.0),
        "stowed_volume_m3": jnp.asarray(8.0),
        "raising_s": jnp.full(len(wanted), 45.0 * DAY_S),
        "decay_s": jnp.full(len(wanted), NEVER_S),
        "disposal_success_fraction": jnp.asarray(1.0),
        "service_fraction": jnp.ones((1, 1)),
        "payload_w": jnp.ones((1, 1)),
    }
    return _years(fleet.Spec(**(kept | changes)), month_count=MONTHS)


_years = jax.jit(fleet.years, static_argnames=("month_count",))


def finite(tree: Any) -> bool:
    return all(bool(jnp.all(jnp.isfinite(leaf))) for leaf in jax.tree.leaves(tree))


def test_a_ramp_s_flights_are_flown_while_satellites_lack() -> None:
    found = run(spec())
    months_s = jnp.arange(MONTHS + 1) * fleet.MONTH_S
    possible = np.diff(np.asarray(launch.flights_until_count(cadence(), time_s=months_s)))
    flown = np.asarray(found.flight_count.sum(axis=1))
    assert np.all(flown <= possible * (1.0 + 1e-9))
    lacking = np.asarray(found.working_count.sum(axis=1)) < sum(MILLION) * (1.0 - 1e-6)
    assert flown[lacking] == pytest.approx(possible[lacking])
    # 44 on each, of which 97 of a hundred arrive
    launched = np.asarray(found.launched_count).sum()
    assert launched == pytest.approx(44.0 * flown.sum())
    assert np.asarray(found.working_count[-1]).sum() == pytest.approx(0.97 * launched)


def test_a_group_that_takes_more_energy_takes_more_flights() -> None:
    # 0.72 of 95 t: 31.9 satellites of 2,143 kg instead of 44.3
    payloads = jnp.asarray([100e3, 72e3])
    design = spec(rocket=replace(rocket(), payload_mass_kg=payloads))
    found = run(design, wanted_count=jnp.asarray([440.0, 310.0]))
    flown = np.asarray(found.flight_count.sum(axis=0))
    assert flown == pytest.approx([10.0 / 0.97, 10.0 / 0.97])


@pytest.mark.parametrize(
    ("design", "changes"),
    [
        (spec(cadence=cadence(pad_count=0.0)), {}),
        (spec(cadence=cadence(success_fraction=0.0)), {}),
        (spec(rocket=rocket(payload_mass_kg=0.0)), {}),
        (spec(), {"satellite_kg": jnp.asarray(1e9)}),
        (spec(), {"wanted_count": jnp.zeros(6)}),
        (spec(), {"raising_s": jnp.full(6, 1e15)}),
    ],
)
def test_absurd_ramps_are_finite_and_bring_nothing_into_place(
    design: launch.Spec, changes: dict[str, Any]
) -> None:
    found = run(design, **changes)
    assert finite(found)
    assert float(found.in_place_count[-1].sum()) == pytest.approx(0.0, abs=1e-3)


def in_place_at_half_time(design: launch.Spec) -> jax.Array:
    return run(design).in_place_count[100].sum()


@pytest.mark.parametrize("name", [one.name for one in fields(launch.Cadence)])
def test_gradients_agree_with_finite_differences(name: str) -> None:
    value = float(getattr(cadence(), name))
    step = 1e-5 * (value or DAY_S)
    low, high = (
        float(in_place_at_half_time(spec(cadence=cadence(**{name: value + side * step}))))
        for side in (-1.0, 1.0)
    )
    slopes = jax.grad(in_place_at_half_time)(spec())
    assert finite(slopes)
    # satellites for each whole unit of the value; those that do not matter have none
    assert float(getattr(slopes.cadence, name)) * step == pytest.approx(
        (high - low) / 2.0, rel=1e-4, abs=1e-7
    )


def test_whole_satellites_pass_on_the_slope_of_unrounded_ones() -> None:
    slopes = jax.grad(in_place_at_half_time)(spec())
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


def test_each_pricing_gives_its_own_price() -> None:
    # 1,800 $/kg at 400 t, a fifth less at each doubling: at 800 t 1,440.
    learned = launch.price_usd_per_kg(learning(), launched_kg=400e3)
    assert float(learned) == pytest.approx(1440.0)
    # 450 over ten flights, a percent of it after nine of them, propellant: 45 + 4.05 + 8.
    assert float(launch.price_usd_per_kg(reuse(), launched_kg=1.0)) == pytest.approx(57.05)
