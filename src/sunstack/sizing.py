"""How large must a part written `auto` be?

Each is sized to its worst plane and day over the life, plus the scenario's margin: first what
carries heat, then the battery, then the array that refills it. `sized` is pure and traced by JAX: a
part that no size would do is left at next to nothing, so that its margin is broken; `size` refuses
it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack import operations
from sunstack.disciplines import power, thermal
from sunstack.errors import ScenarioError
from sunstack.margins import built_up_mass
from sunstack.operations import Balance
from sunstack.system import System

LOOP_DROP_K = 10.0
"""Temperature drop from cold plates to radiator at peak heat, where the loop is sized."""
PAYLOAD_HEAT_CAPACITY_J_PER_KG_K = 500.0
"""Between copper (385) and aluminium (900): boards, plates and coolant together; an estimate."""
NO_SIZE_M2 = 1e-3
"""Area of a part that no size would do."""
MOST_RATIO = 1e9
"""An array that would have to be so many times larger gives nothing on some day."""


def size(system: System, *, auto: frozenset[str], margin_fraction: float) -> System:
    """Replace every part named in `auto` (scenario keys) by one of the size it needs.

    Raises:
        ScenarioError: no size of the part would do.
    """
    found = sized(system, auto=auto, margin_fraction=margin_fraction)
    if "thermal.radiator_area_m2" in auto and found.thermal.radiator_area_m2 <= NO_SIZE_M2:
        raise ScenarioError(
            "thermal.radiator_area_m2: auto finds no size: at the chip limit the radiator stands "
            f"at {float(_hottest_radiator_k(found)):.0f} K, too cold to emit what it takes in; "
            "raise payload.chip_temperature_limit_deg_c or lower "
            "payload.chip_thermal_resistance_k_per_w"
        )
    if "power.array_area_m2" in auto and found.power.array_area_m2 <= NO_SIZE_M2:
        raise ScenarioError(
            "power.array_area_m2: auto finds no size: on some day the array gives nothing; "
            "check power.array_pointing and power.temperature_coefficient_per_k"
        )
    return found


def sized(system: System, *, auto: frozenset[str], margin_fraction: ArrayLike) -> System:
    """The same, traced by JAX, without refusing anything."""
    if "thermal.loop_conductance_w_per_k" in auto:
        system = _with_thermal(system, loop_conductance_w_per_k=_peak_heat_w(system) / LOOP_DROP_K)
    if "thermal.cold_plate_heat_capacity_kj_per_k" in auto:
        stored = PAYLOAD_HEAT_CAPACITY_J_PER_KG_K * system.mass.payload_mass_kg
        system = _with_thermal(system, cold_plate_heat_capacity_j_per_k=jnp.maximum(stored, 1e3))
    if "thermal.radiator_area_m2" in auto:
        system = _size_radiator(system, margin_fraction)
    if "power.battery_capacity_kwh" in auto:
        capacity_j = battery_capacity_j(system) * (1.0 + margin_fraction)
        system = replace(system, power=replace(system.power, battery_capacity_j=capacity_j))
    if "power.array_area_m2" in auto:
        system = _size_array(system, margin_fraction)
    if "satellite.mass_kg" in auto:
        stated = built_up_mass(system).total_kg
        system = replace(system, mass=replace(system.mass, stated_mass_kg=stated))
    return system


def battery_capacity_j(system: System) -> Array:
    """Nameplate energy that just carries the eclipse policy through the longest, last shadow."""
    given = system.power.battery_depth_of_discharge_fraction * (
        system.power.battery_discharge_efficiency
    )
    needed = [
        jnp.max(run.plan.battery_needed_j / (run.battery_health_ratio * given))
        for run in _runs(system)
    ]
    return jnp.max(jnp.stack(needed))


def battery_capacity_by_policy_j(system: System) -> dict[power.EclipsePolicy, Array]:
    """What each eclipse policy would need: throttling as idling, since it takes what there is."""
    return {
        "carry": battery_capacity_j(with_policy(system, "carry")),
        "idle": battery_capacity_j(with_policy(system, "idle")),
    }


def with_policy(system: System, policy: power.EclipsePolicy) -> System:
    """The same system under another eclipse policy."""
    return replace(system, power=replace(system.power, eclipse_policy=policy))


def _peak_heat_w(system: System) -> Array:
    return system.power.payload_peak_power_w + system.power.bus_power_w


def _with_thermal(system: System, **changes: Any) -> System:
    return replace(system, thermal=replace(system.thermal, **changes))


def _runs(system: System) -> tuple[Balance, Balance, Balance]:
    """First year, last year and whole life, where the worst is looked for."""
    runs: tuple[Balance, Balance, Balance] = operations.lifetime(system)
    return runs


def _size_radiator(system: System, margin_fraction: ArrayLike) -> System:
    heat_w, radiator_k = _peak_heat_w(system), _hottest_radiator_k(system)
    one_m2 = replace(system.thermal, radiator_area_m2=jnp.asarray(1.0))
    emitted = thermal.radiator_emission_w(one_m2, radiator_temperature_k=radiator_k)
    gains = [run.radiator_gain_w_per_m2.max() for run in _runs(system)]
    net_w_per_m2 = emitted - jnp.max(jnp.stack(gains))
    does = (net_w_per_m2 > 0.0) & (radiator_k > 0.0)
    area_m2 = heat_w / jnp.where(does, net_w_per_m2, 1.0) * (1.0 + margin_fraction)
    return _with_thermal(system, radiator_area_m2=jnp.where(does, area_m2, NO_SIZE_M2))


def _hottest_radiator_k(system: System) -> Array:
    """Where the radiator stands with the chips at their limit."""
    coolant_k = thermal.coolant_limit_k(system.thermal, payload_w=system.power.payload_peak_power_w)
    return coolant_k - _peak_heat_w(system) / system.thermal.loop_conductance_w_per_k


def _size_array(system: System, margin_fraction: ArrayLike) -> System:
    ratios = [
        jnp.max(run.plan.array_needed_w / jnp.maximum(run.array_lit_w, 1e-9))
        for run in _runs(system)
    ]
    ratio = jnp.max(jnp.stack(ratios))
    area_m2 = system.power.array_area_m2 * ratio * (1.0 + margin_fraction)
    area_m2 = jnp.where(ratio < MOST_RATIO, area_m2, NO_SIZE_M2)
    return replace(system, power=replace(system.power, array_area_m2=area_m2))
