"""Are the years of a design right, differentiable, and numbers whatever the design?"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from conftest import plainly_typed

from sunstack import fleet, operations, programme, serving
from sunstack.evaluate import Outcome, Year, evaluate
from sunstack.resolve import Resolved
from sunstack.system import System
from sunstack.units import DAY_S, YEAR_S

type Resolve = Callable[..., Resolved]
type Evaluate = Callable[[System], Outcome]

# --- the years -----------------------------------------------------------------------------------


def test_first_and_last_year_are_the_years_of_the_life(three_groups: Resolve) -> None:
    system = three_groups().system
    first_s, last_s = operations.first_and_last_year_s(system)
    assert first_s.shape == last_s.shape == (365,)
    assert float(first_s[0]) == 0.0
    assert float(first_s[-1]) == pytest.approx(364.0 * DAY_S, rel=1e-14)
    # The last day that begins within the life: a year of 365 days before its end, and 364 on.
    assert float(last_s[-1]) == pytest.approx(float(system.flight.life_s) - DAY_S)
    short = replace(system, flight=replace(system.flight, life_s=jnp.asarray(0.1 * YEAR_S)))
    first_s, last_s = operations.first_and_last_year_s(short)
    assert np.allclose(first_s, last_s, atol=1e-6)
    assert float(first_s[-1]) < 0.1 * YEAR_S


@jax.jit
def first_year_of(system: System) -> operations.Balance:
    days_s = operations.first_and_last_year_s(system)[0]
    return operations.balance(system, elapsed_s=days_s)


def test_year_is_made_of_its_days(three_groups: Resolve, compiled_evaluate: Evaluate) -> None:
    system = three_groups().system
    outcome = compiled_evaluate(system)
    run = first_year_of(system)
    year = outcome.first_year
    # The small constellation: planes 0 and 1 of 4 satellites, 2 to 4 of 5, 5 and 6 of 3.
    assert np.asarray(outcome.satellite_count) == pytest.approx([8.0, 15.0, 6.0])
    payload = np.asarray(run.plan.payload_mean_w)
    assert np.asarray(year.payload_power_w) == pytest.approx(
        [payload[:2].mean(), payload[2:5].mean(), payload[5:].mean()], rel=1e-12
    )
    assert np.asarray(year.payload_power_least_w) == pytest.approx(
        [payload[:2].min(), payload[2:5].min(), payload[5:].min()], rel=1e-12
    )
    hottest = np.asarray(run.chip_temperature_k)
    assert np.asarray(year.chip_temperature_hottest_k) == pytest.approx(
        [hottest[:2].max(), hottest[2:5].max(), hottest[5:].max()], rel=1e-12
    )
    dark = np.asarray(run.eclipse_s)
    assert np.asarray(year.eclipse_longest_s) == pytest.approx(
        [dark[:2].max(), dark[2:5].max(), dark[5:].max()], rel=1e-12
    )
    assert np.asarray(year.eclipse_days) == pytest.approx(
        [(dark[:2] > 0).sum() / 2, (dark[2:5] > 0).sum() / 3, (dark[5:] > 0).sum() / 2]
    )
    assert np.asarray(year.payload_by_day_w).mean(axis=1) == pytest.approx(
        np.asarray(year.payload_power_w), rel=1e-12
    )


def test_heat_is_what_payload_and_bus_draw(
    three_groups: Resolve, compiled_evaluate: Evaluate
) -> None:
    system = three_groups().system
    bus = float(system.power.bus_power_w)
    outcome = compiled_evaluate(system)
    for year in (outcome.first_year, outcome.last_year):
        drawn = np.asarray(year.payload_power_w) + bus
        assert np.asarray(year.heat_w) == pytest.approx(drawn, rel=1e-12)
        assert np.all(np.asarray(year.array_power_w) >= drawn)  # the rest is lost in the battery
        assert np.all(np.asarray(year.chip_temperature_hottest_k) > 0.0)


def test_age_only_takes(three_groups: Resolve, compiled_evaluate: Evaluate) -> None:
    outcome = compiled_evaluate(three_groups().system)
    first, last = outcome.first_year, outcome.last_year
    assert np.all(np.asarray(last.payload_power_w) < np.asarray(first.payload_power_w))
    assert np.all(np.asarray(last.battery_health_ratio) < np.asarray(first.battery_health_ratio))


def test_binding_margin_is_the_smallest(three_groups: Resolve, compiled_evaluate: Evaluate) -> None:
    outcome = compiled_evaluate(three_groups().system)
    table = np.stack([np.asarray(values) for values in outcome.margins.values()])
    for group, index in enumerate(np.asarray(outcome.binding())):
        assert table[index, group] == table[:, group].min()


# --- gradients -----------------------------------------------------------------------------------

THROTTLE = "power.eclipse_policy=throttle"
BATTERY_LIMITED = (THROTTLE, "power.battery_capacity_kwh=10")
HEAT_LIMITED = (*BATTERY_LIMITED, "thermal.radiator_area_m2=60", "power.array_area_m2=900")

INPUTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "array area": (BATTERY_LIMITED, ("power.array_area_m2",)),
    "cell efficiency": (
        BATTERY_LIMITED,
        ("power.cell_efficiency", "thermal.array_conversion_efficiency"),
    ),
    "packing": (
        BATTERY_LIMITED,
        ("power.packing_fraction", "thermal.array_conversion_efficiency"),
    ),
    "temperature coefficient": (BATTERY_LIMITED, ("power.temperature_coefficient_per_k",)),
    "array emissivity": (BATTERY_LIMITED, ("thermal.array_emissivity_ratio",)),
    "array degradation": (BATTERY_LIMITED, ("power.array_degradation_per_s",)),
    "battery capacity": (HEAT_LIMITED, ("power.battery_capacity_j",)),
    "depth of discharge": (HEAT_LIMITED, ("power.battery_depth_of_discharge_fraction",)),
    "charge efficiency": (BATTERY_LIMITED, ("power.battery_charge_efficiency",)),
    "battery temperature": (HEAT_LIMITED, ("power.battery_temperature_k",)),
    "bus power": (BATTERY_LIMITED, ("power.bus_power_w",)),
    "semi-major axis": (BATTERY_LIMITED, ("orbits.semi_major_axis_m",)),
    "inclination": (BATTERY_LIMITED, ("orbits.inclination_rad",)),
    "solar constant": (BATTERY_LIMITED, ("environment.solar_constant_w_per_m2",)),
    "albedo": (BATTERY_LIMITED, ("environment.albedo_ratio",)),
    "radiator area": (HEAT_LIMITED, ("thermal.radiator_area_m2",)),
    "emissivity": (HEAT_LIMITED, ("thermal.emissivity_ratio",)),
    "fin efficiency": (HEAT_LIMITED, ("thermal.fin_efficiency",)),
    "chip limit": (HEAT_LIMITED, ("thermal.chip_limit_k",)),
    "chip resistance": (HEAT_LIMITED, ("thermal.chip_resistance_k_per_w",)),
    "end absorptance": (HEAT_LIMITED, ("thermal.solar_absorptance_end_ratio",)),
    "earth infrared": (HEAT_LIMITED, ("environment.earth_infrared_w_per_m2",)),
}
"""Input: a design in which it matters, and the numbers of the system it stands for."""


GEOMETRY = ("semi-major axis", "inclination")


def along(system: System, *names: str) -> System:
    """The numbers named, zeros elsewhere: a direction in which to change the system, relatively."""
    way = jax.tree.map(jnp.zeros_like, system)
    for name in names:
        section, _, field = name.partition(".")
        part = replace(getattr(way, section), **{field: getattr(getattr(system, section), field)})
        way = replace(way, **{section: part})
    return way


def is_number(leaf: jax.Array) -> bool:
    """Not an index or a truth value."""
    return jnp.issubdtype(leaf.dtype, jnp.floating)


def payload_and_margins(system: System) -> jax.Array:
    """Payload power of all groups in first and last year, and the sum of all margins."""
    outcome = evaluate(system)
    years = outcome.first_year.payload_power_w + outcome.last_year.payload_power_w
    return jnp.stack([jnp.sum(years), sum(map(jnp.sum, outcome.margins.values()))])


@jax.jit
def forward(shift: jax.Array, system: System, way: System) -> tuple[jax.Array, jax.Array]:
    """Payload power with the system moved along a direction, and its slope in that direction."""

    def payload_w(distance: jax.Array) -> jax.Array:
        def moved(leaf: jax.Array, step: jax.Array) -> jax.Array:
            return leaf + distance * step if is_number(leaf) else leaf

        return payload_and_margins(jax.tree.map(moved, system, way))[0]

    return jax.jvp(payload_w, (shift,), (jnp.ones_like(shift),))


reverse = jax.jit(
    jax.grad(lambda system, weight: weight @ payload_and_margins(system), allow_int=True)
)
"""Slopes of payload and margins, weighted, in every number of the system."""


@pytest.mark.parametrize("name", INPUTS)
def test_gradient_is_the_slope_of_central_differences(name: str, three_groups: Resolve) -> None:
    """Over a millionth of the input to either side: rounding, 1e-16 of the payload, is then 1e-7 of
    the weakest slope. Where a plane first meets shadow the eclipse grows like a square root, and a
    step must not reach the next such day: orbits are moved by a hundred millionth, 7 cm.
    """
    overrides, numbers = INPUTS[name]
    system = plainly_typed(three_groups(*overrides).system)
    way = along(system, *numbers)
    step = 1e-8 if name in GEOMETRY else 1e-6
    (ahead, _), (behind, _), (payload, slope) = (
        map(float, forward(jnp.asarray(shift), system, way)) for shift in (step, -step, 0.0)
    )
    difference = (ahead - behind) / (2.0 * step)
    # It matters: twice the input would move the payload by a thousandth at least.
    assert abs(difference) > 1e-3 * payload
    assert slope == pytest.approx(difference, rel=1e-4)
    slopes = reverse(system, jnp.asarray([1.0, 0.0]))
    back = sum(
        float(jnp.sum(one * other))
        for one, other in zip(jax.tree.leaves(slopes), jax.tree.leaves(way), strict=True)
        if is_number(one)
    )
    assert back == pytest.approx(difference, rel=1e-4)


# --- the same numbers however computed -----------------------------------------------------------


def assert_alike(one: Any, other: Any, *, rel: float) -> None:
    left, right = jax.tree.leaves(one), jax.tree.leaves(other)
    assert len(left) == len(right)
    for first, second in zip(left, right, strict=True):
        assert np.asarray(first) == pytest.approx(np.asarray(second), rel=rel, abs=rel)


STEPS: dict[ModuleType, tuple[str, ...]] = {
    operations: ("lifetime", "offered"),
    programme: ("_life", "_spec", "_weighed"),
    fleet: ("years",),
    serving.fleet: ("_sunlit_w", "_served", "_at_load"),
    serving.satellite: ("_knots_w",),
    sys.modules[evaluate.__module__]: (
        "_means",
        "accounts",
        "ground_by_year",
        "margins",
        "quarters",
        "trained",
    ),
}
"""What `evaluate` compiles one by one."""


def test_compiled_and_uncompiled_agree(
    three_groups: Resolve, compiled_evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The compiler may reorder sums of 365 days: 365 · 1e-16, and cancellation in margins.
    system = three_groups().system
    compiled = compiled_evaluate(system)
    for module, names in STEPS.items():
        for name in names:
            monkeypatch.setattr(module, name, getattr(module, name).__wrapped__)
    assert_alike(compiled, evaluate(system), rel=1e-10)


def test_a_batch_of_designs_gives_what_each_gives(
    three_groups: Resolve, compiled_evaluate: Evaluate
) -> None:
    systems = [
        plainly_typed(three_groups(f"power.array_area_m2={area}").system)
        for area in (200, 500, 900)
    ]
    batch = jax.tree.map(lambda *leaves: jnp.stack(leaves), *systems)
    together = jax.vmap(evaluate)(batch)
    assert together.margins["array_power"].shape == (3, 3)
    for index, system in enumerate(systems):
        alone = jax.tree.map(lambda leaf, index=index: leaf[index], together)
        assert_alike(alone, compiled_evaluate(system), rel=1e-10)


# --- absurd designs ------------------------------------------------------------------------------

ABSURD: dict[str, tuple[tuple[str, ...], str]] = {
    "160 km": (("constellation.groups.0.altitude_km=160",), "station_keeping"),
    "120 km": (("constellation.groups.0.altitude_km=120",), "station_keeping"),
    "array of a hand": (("power.array_area_m2=0.02",), "array_power"),
    "array unlit by age": (
        ("power.array_degradation_fraction_per_year=0.5", "satellite.life_years=40"),
        "payload_power",
    ),
    "array that hates warmth": (("power.temperature_coefficient_per_k=-0.01",), "array_power"),
    "no battery": (("power.battery_capacity_kwh=0",), "battery_energy"),
    "radiator that boils": (("thermal.radiator_area_m2=0.001",), "radiator_heat"),
    "radiator of bright metal": (
        ("thermal.emissivity_ratio=0.05", "thermal.solar_absorptance_end_ratio=1",
         "thermal.sun_incidence_deg=90"),
        "radiator_heat",
    ),
    "chips at room temperature": (("payload.chip_temperature_limit_deg_c=20",), "radiator_heat"),
    "one chip": (
        ("payload.chip_count=1", "payload.chip_thermal_resistance_k_per_w=5"), "radiator_heat",
    ),
    "100 MW": (
        ("payload.power_kw=100000", "payload.peak_power_kw=120000", "payload.idle_power_kw=9000"),
        "payload_power",
    ),
    "bus of 100 MW": (("satellite.bus_power_kw=100000",), "payload_power"),
    "mass of a stone": (("satellite.mass_kg=1",), "mass"),
}  # fmt: skip
"""Legal designs, and a margin each breaks."""


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_designs_give_numbers(
    name: str, three_groups: Resolve, compiled_evaluate: Evaluate
) -> None:
    overrides, broken = ABSURD[name]
    system = three_groups(*overrides).system
    outcome = compiled_evaluate(system)
    assert float(np.asarray(outcome.margins[broken]).min()) < 0.0
    for margin, values in outcome.margins.items():
        assert np.all(np.abs(np.asarray(values)) <= 1.0), margin  # and so finite
    assert_sound(outcome.first_year)
    assert_sound(outcome.last_year)


def assert_sound(year: Year) -> None:
    assert all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(year))
    for share in (year.sunlit_fraction, year.battery_health_ratio):
        assert np.all((np.asarray(share) >= 0.0) & (np.asarray(share) <= 1.0))
    for amount in (year.payload_power_w, year.payload_power_least_w, year.array_power_w):
        assert np.all(np.asarray(amount) >= 0.0)


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_designs_have_finite_gradients(name: str, three_groups: Resolve) -> None:
    """An optimiser that strays there must find the way back."""
    system = plainly_typed(three_groups(THROTTLE, *ABSURD[name][0]).system)
    for weight in ([1.0, 0.0], [0.0, 1.0]):
        slopes = reverse(system, jnp.asarray(weight))
        poor = [
            jax.tree_util.keystr(path)
            for path, leaf in jax.tree_util.tree_leaves_with_path(slopes)
            if is_number(leaf) and not np.all(np.isfinite(leaf))
        ]
        assert poor == []


def test_one_satellite_is_a_fleet(shipped: Resolve, compiled_evaluate: Evaluate) -> None:
    outcome = compiled_evaluate(shipped("ai1").system)
    assert np.asarray(outcome.satellite_count) == pytest.approx([1.0])
    assert_sound(outcome.first_year)
    assert all(values.shape == (1,) for values in outcome.margins.values())
