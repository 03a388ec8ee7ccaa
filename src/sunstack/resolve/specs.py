"""Which Specs follow from numbers alone, and so can be built anew a thousand times a second?

Every one of them is a pure function of the values in SI, traced by JAX: `resolve` builds a design
from them, `rebuilt` moves one. A section of the scenario that is all numbers adds its line to
`specs` and is moved by every study.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

from sunstack.disciplines import mass, power, thermal
from sunstack.system import Environment, Flight
from sunstack.units import YEAR_S

from .ground import ground_site
from .launching import ascent, launches
from .numbers import Numbers
from .upkeep import coolant, exposure_of_chips, failures
from .values import TOLERANCE


def specs(number: Numbers, *, inclination_rad: Array) -> dict[str, Any]:
    """Build them, by their names in `System`; parts written `auto` are not sized yet.

    Args:
        number: the scenario's values.
        inclination_rad: of each group, shape (groups,).
    """
    return {
        "power": _power(number),
        "thermal": _thermal(number),
        "mass": _mass(number),
        "flight": _flight(number),
        "environment": _environment(number),
        "launch": launches(number, words=number, inclination_rad=inclination_rad),
        "ascent": ascent(number),
        "reliability": failures(number),
        "coolant": coolant(number),
        "radiation": exposure_of_chips(number),
        "ground": ground_site(number),
    }


def _flight(number: Numbers) -> Flight:
    return Flight(
        life_s=number["satellite.life_years"],
        drag_area_m2=number["satellite.drag_area_m2"],
        drag_coefficient_ratio=number["satellite.drag_coefficient_ratio"],
        delta_v_m_per_s=number["satellite.delta_v_m_per_s"],
        local_time_tolerance_s=number[TOLERANCE],
    )


def _environment(number: Numbers) -> Environment:
    return Environment(
        solar_constant_w_per_m2=number["environment.solar_constant_w_per_m2"],
        albedo_ratio=number["environment.albedo_ratio"],
        earth_infrared_w_per_m2=number["environment.earth_infrared_w_per_m2"],
        solar_flux_units=number["environment.solar_activity_solar_flux_units"],
    )


def _power(number: Numbers) -> power.Spec:
    lost_a_year = number["power.array_degradation_fraction_per_year"] * YEAR_S
    return power.Spec(
        array_area_m2=number["power.array_area_m2"],
        cell_efficiency=number["power.cell_efficiency"],
        packing_fraction=number["power.packing_fraction"],
        temperature_coefficient_per_k=number["power.temperature_coefficient_per_k"],
        transfer_efficiency=number["power.transfer_efficiency"],
        array_degradation_per_s=-jnp.log1p(-lost_a_year) / YEAR_S,
        battery_capacity_j=number["power.battery_capacity_kwh"],
        battery_depth_of_discharge_fraction=number["power.battery_depth_of_discharge_fraction"],
        battery_charge_efficiency=number["power.battery_charge_efficiency"],
        battery_discharge_efficiency=number["power.battery_discharge_efficiency"],
        battery_temperature_k=number["power.battery_temperature_deg_c"],
        bus_power_w=number["satellite.bus_power_kw"],
        payload_power_w=number["payload.power_kw"],
        payload_peak_power_w=number["payload.peak_power_kw"],
        payload_idle_power_w=number["payload.idle_power_kw"],
        array_pointing=number.word("power.array_pointing"),  # type: ignore[arg-type]  # checked word
        eclipse_policy=number.word("power.eclipse_policy"),  # type: ignore[arg-type]  # checked word
    )


def _thermal(number: Numbers) -> thermal.Spec:
    return thermal.Spec(
        radiator_area_m2=number["thermal.radiator_area_m2"],
        emissivity_ratio=number["thermal.emissivity_ratio"],
        solar_absorptance_ratio=number["thermal.solar_absorptance_ratio"],
        solar_absorptance_end_ratio=number["thermal.solar_absorptance_end_ratio"],
        fin_efficiency=number["thermal.fin_efficiency"],
        sun_incidence_rad=number["thermal.sun_incidence_deg"],
        loop_conductance_w_per_k=number["thermal.loop_conductance_w_per_k"],
        chip_resistance_k_per_w=number["payload.chip_thermal_resistance_k_per_w"],
        chip_count=number["payload.chip_count"],
        chip_limit_k=number["payload.chip_temperature_limit_deg_c"],
        throttle_band_k=number["thermal.throttle_band_k"],
        cold_plate_heat_capacity_j_per_k=number["thermal.cold_plate_heat_capacity_kj_per_k"],
        radiator_heat_capacity_j_per_m2_k=number["thermal.radiator_heat_capacity_kj_per_m2_k"],
        array_solar_absorptance_ratio=number["power.array_solar_absorptance_ratio"],
        array_emissivity_ratio=number["power.array_emissivity_ratio"],
        array_conversion_efficiency=number["power.cell_efficiency"]
        * number["power.packing_fraction"],
        life_s=number["satellite.life_years"],
        radiator_attitude=number.word("thermal.radiator_attitude"),  # type: ignore[arg-type]  # checked word
    )


def _mass(number: Numbers) -> mass.Spec:
    return mass.Spec(
        array_areal_density_kg_per_m2=number["power.array_areal_density_kg_per_m2"],
        radiator_areal_density_kg_per_m2=number["thermal.radiator_areal_density_kg_per_m2"],
        battery_specific_energy_j_per_kg=number["power.battery_specific_energy_wh_per_kg"],
        payload_mass_kg=number["payload.mass_kg"],
        bus_mass_kg=number["satellite.bus_mass_kg"],
        structure_mass_fraction=number["satellite.structure_mass_fraction"],
        stated_mass_kg=number["satellite.mass_kg"],
    )
