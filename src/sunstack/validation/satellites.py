"""What do the power and thermal functions give for a published array, radiator or battery?

Part of a design only: whatever a case does not speak of is one, or none, and cannot tell.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import jax.numpy as jnp
from jax import Array

from sunstack import catalogue
from sunstack.disciplines import power, thermal
from sunstack.units import DAY_S, EARTH_RADIUS_M, STEFAN_BOLTZMANN_W_PER_M2_K4

from .inputs import Inputs, Quantity, turning_point

WORN_OUT_RATIO = 0.8
"""Capacity at which a battery's life is said to end."""
SEARCH_STEPS = 40


def _panel(**given: float) -> thermal.Spec:
    """A radiator or array of 1 m², unless given otherwise."""
    return thermal.Spec(radiator_attitude="edge-on", **_filled(thermal.Spec, given))


def _satellite(**given: float) -> power.Spec:
    """Array, battery and loads, one of each unless given otherwise."""
    return power.Spec(array_pointing="sun", eclipse_policy="carry", **_filled(power.Spec, given))


def _filled(spec: type, given: dict[str, float]) -> dict[str, Any]:
    numbers = [one.name for one in fields(spec) if not one.metadata.get("static")]
    return {name: jnp.asarray(float(given.get(name, 1.0))) for name in numbers}


def _around(
    *, sunlight: float = 0.0, albedo: float = 0.0, infrared: float = 0.0, altitude_m: float = 0.0
) -> thermal.Surroundings:
    return thermal.Surroundings(
        sunlight_w_per_m2=jnp.asarray(sunlight),
        albedo_ratio=jnp.asarray(albedo),
        earth_infrared_w_per_m2=jnp.asarray(infrared),
        semi_major_axis_m=jnp.asarray(EARTH_RADIUS_M + altitude_m),
    )


# --- arrays --------------------------------------------------------------------------------------


def power_of_an_array(given: Inputs) -> float:
    """Take what new cells give at 28 °C, before any wiring."""
    return _new_array_w(
        given,
        cell_efficiency=given["cell_efficiency"],
        packing_fraction=given["packing_fraction"],
    )


def power_of_a_catalogued_array(given: Inputs) -> float:
    """Take what an array of the catalogue gives on an area, new and at 28 °C, before any wiring."""
    values = catalogue.entry("array", given.word("array")).values
    return _new_array_w(
        given,
        cell_efficiency=float(values["power.cell_efficiency"].value),
        packing_fraction=float(values["power.packing_fraction"].value),
    )


def _new_array_w(given: Inputs, **cells: float) -> float:
    return float(
        power.array_power_w(
            _satellite(array_area_m2=given["array_area_m2"], **cells),
            sunlight_w_per_m2=given["sunlight_w_per_m2"],
            cell_temperature_k=power.REFERENCE_CELL_TEMPERATURE_K,
            age_s=0.0,
        )
    )


def power_left_after_electrons(given: Inputs) -> float:
    """Take the remaining share of an XTJ cell's output."""
    return float(power.triple_junction_remaining_ratio(fluence_per_m2=given["fluence_per_m2"]))


# --- radiators -----------------------------------------------------------------------------------


def heat_per_area(given: Inputs) -> float:
    """Spread heat over a radiator: what 1 m² emits at the temperature the whole settles at."""
    whole = _panel(radiator_area_m2=given["panel_count"] * given["length_m"] * given["width_m"])
    settled_k = thermal.radiator_temperature_k(whole, heat_w=given["heat_kw"], gain_w_per_m2=0.0)
    return float(thermal.radiator_emission_w(_panel(), radiator_temperature_k=settled_k))


def temperature_in_empty_space(given: Inputs) -> float:
    """Settle a radiator that emits from one face or two, and takes in nothing."""
    spec = _panel(
        # the model's panels emit from both faces: one face of A is a panel of A/2
        radiator_area_m2=given["panel_area_m2"] * given["emitting_face_count"] / 2.0,
        emissivity_ratio=given["emissivity_ratio"],
    )
    return float(thermal.radiator_temperature_k(spec, heat_w=given["heat_kw"], gain_w_per_m2=0.0))


def temperature_beside_the_earth(given: Inputs) -> float:
    """Settle an upright radiator, edge-on to the Sun, over the terminator: infrared only."""
    spec = _panel(
        radiator_area_m2=given["panel_area_m2"],
        emissivity_ratio=given["emissivity_ratio"],
        sun_incidence_rad=0.0,
    )
    around = _around(infrared=given["earth_infrared_w_per_m2"], altitude_m=given["altitude_km"])
    gain = thermal.radiator_gain_w_per_m2(spec, around, sun_zenith_cosine_ratio=0.0, age_s=0.0)
    return float(thermal.radiator_temperature_k(spec, heat_w=given["heat_kw"], gain_w_per_m2=gain))


def heat_shed_by_a_panel(given: Inputs) -> float:
    """Balance a panel, per area: two faces emit, one is in full Sun, one sees the Earth by day."""
    spec = _panel(emissivity_ratio=given["emissivity_ratio"])
    earth_k = given["earth_temperature_k"]
    around = _around(
        sunlight=given["sunlight_w_per_m2"],
        albedo=given["albedo_ratio"],
        infrared=STEFAN_BOLTZMANN_W_PER_M2_K4 * earth_k**4,
    )
    gain = thermal.gain_w_per_m2(
        around,
        sun_sine_ratio=1.0,
        view_ratio=given["view_ratio"],
        sun_zenith_cosine_ratio=1.0,
        solar_absorptance_ratio=given["solar_absorptance_ratio"],
        infrared_absorptance_ratio=given["infrared_absorptance_ratio"],
    )
    emitted = thermal.radiator_emission_w(spec, radiator_temperature_k=given["panel_temperature_k"])
    return float(emitted - gain)


def area_of_emitting_face(given: Inputs) -> float:
    """Divide heat by what a face of a catalogued radiator sheds: new, upright, at noon."""
    values = catalogue.entry("radiator", given.word("radiator")).values
    numbers = {
        key.removeprefix("thermal."): float(one.value)
        for key, one in values.items()
        if not isinstance(one.value, str)
    }
    spec = _panel(**numbers, sun_incidence_rad=0.0)
    around = _around(
        sunlight=given["sunlight_w_per_m2"],
        albedo=given["albedo_ratio"],
        infrared=given["earth_infrared_w_per_m2"],
        altitude_m=given["altitude_km"],
    )
    gain = thermal.radiator_gain_w_per_m2(spec, around, sun_zenith_cosine_ratio=1.0, age_s=0.0)
    emitted = thermal.radiator_emission_w(
        spec, radiator_temperature_k=given["panel_temperature_deg_c"]
    )
    return 2.0 * given["heat_w"] / float(emitted - gain)


def view_factor_upright(given: Inputs) -> float:
    """Take the view to the Earth of a face that contains the vertical."""
    axis_m = EARTH_RADIUS_M + given["altitude_km"]
    return float(thermal.upright_view_factor_ratio(semi_major_axis_m=axis_m))


def view_factor_down(given: Inputs) -> float:
    """Take the view to the Earth of a face turned down."""
    axis_m = EARTH_RADIUS_M + given["altitude_km"]
    return float(thermal.nadir_view_factor_ratio(semi_major_axis_m=axis_m))


# --- a panel that is array and radiator in one ---------------------------------------------------


def _bifacial(given: Inputs) -> tuple[thermal.Spec, dict[str, Any]]:
    """Cells on one face, radiator on the other; the electricity comes back to it as heat."""
    emissivity = 0.5 * (given["front_emissivity_ratio"] + given["back_emissivity_ratio"])
    spec = _panel(
        array_solar_absorptance_ratio=given["solar_absorptance_ratio"],
        array_emissivity_ratio=emissivity,
        array_conversion_efficiency=0.0,
        emissivity_ratio=emissivity,
    )
    view = given["view_per_side_ratio"]
    light = {
        "incidence_cosine_ratio": 1.0,
        "view_ratio": 2.0 * view,
        "albedo_view_ratio": view * jnp.cos(given["beta_deg"]),  # cells only: the back is white
    }
    return spec, light


def _bifacial_surroundings(given: Inputs) -> thermal.Surroundings:
    return _around(
        sunlight=given["sunlight_w_per_m2"],
        albedo=given["albedo_ratio"],
        infrared=given["earth_infrared_w_per_m2"],
    )


def temperature_of_a_bifacial_panel(given: Inputs) -> float:
    """Settle a panel that turns sunlight to electricity and sheds all of it as heat."""
    spec, light = _bifacial(given)
    return float(thermal.array_temperature_k(spec, _bifacial_surroundings(given), **light))


def area_of_a_bifacial_panel(given: Inputs) -> float:
    """Scale a panel's area until it sheds what the area given takes in, at a temperature given."""
    spec, light = _bifacial(given)
    taken_in = thermal.array_absorbed_w_per_m2(spec, _bifacial_surroundings(given), **light)
    emitted = thermal.radiator_emission_w(
        spec, radiator_temperature_k=given["panel_temperature_deg_c"]
    )
    return given["panel_area_m2"] * float(taken_in / emitted)


# --- batteries -----------------------------------------------------------------------------------


def battery_energy_for_a_shadow(given: Inputs) -> float:
    """Take what the battery must hand over to carry the payload through a shadow."""
    spec = _satellite(payload_power_w=given["power_kw"], bus_power_w=0.0)
    shadow_s, orbit_s = given["shadow_s"], given["orbit_s"]
    planned = power.plan(
        spec,
        array_lit_w=_array_that_suffices_w(spec),
        payload_limit_w=spec.payload_power_w,
        eclipse_fraction=jnp.asarray(shadow_s / orbit_s),
        period_s=jnp.asarray(orbit_s),
        battery_health_ratio=1.0,
        usual_eclipse_fraction=0.0,
    )
    return float(planned.battery_needed_j)


def _array_that_suffices_w(spec: power.Spec) -> Array:
    return 10.0 * spec.payload_power_w


def cycles_until_worn_out(given: Inputs) -> float:
    """Search the cycles after which a cell holds 80 % of its capacity."""
    depth = given["depth_of_discharge_fraction"]

    def worn_out(cycles: float) -> bool:
        health = power.battery_health_ratio(
            cycle_count=cycles,
            depth_of_discharge_fraction=depth,
            mean_charge_fraction=1.0 - 0.5 * depth,
            temperature_k=given["temperature_deg_c"],
            age_s=cycles * DAY_S / given["cycles_a_day"],
        )
        return float(health) < WORN_OUT_RATIO

    return turning_point(worn_out, low=0.0, high=1e6, steps=SEARCH_STEPS)


SATELLITES: dict[str, Quantity] = {
    "power of an array": power_of_an_array,
    "power of a catalogued array": power_of_a_catalogued_array,
    "power left after electrons": power_left_after_electrons,
    "heat per area": heat_per_area,
    "temperature in empty space": temperature_in_empty_space,
    "temperature beside the Earth": temperature_beside_the_earth,
    "heat shed by a panel": heat_shed_by_a_panel,
    "area of emitting face": area_of_emitting_face,
    "view factor upright": view_factor_upright,
    "view factor down": view_factor_down,
    "temperature of a bifacial panel": temperature_of_a_bifacial_panel,
    "area of a bifacial panel": area_of_a_bifacial_panel,
    "battery energy for a shadow": battery_energy_for_a_shadow,
    "cycles until worn out": cycles_until_worn_out,
}
