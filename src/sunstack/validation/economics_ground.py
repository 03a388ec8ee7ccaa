"""What does a data centre on the ground cost by published inputs, and what does orbit emit?

Part of a site only: whatever a case does not speak of is none, always in order, or without loss.
"""

from __future__ import annotations

import math

import jax.numpy as jnp

from sunstack.disciplines import economics
from sunstack.resolve.ground import KEYS
from sunstack.units import YEAR_S

from .inputs import Inputs, Quantity

NEUTRAL = {"pue_ratio": 1.0, "available_fraction": 1.0, "turbine_efficiency": 1.0}
"""Of numbers that are not 0 where a case does not give them."""
ONE_YEAR = {"building_life_s", "equipment_life_s"}
BTU_J, BTU_PER_CUBIC_FOOT, KILOWATT_HOUR_J = 1055.05585262, 1000.0, 3.6e6


def site_of(given: Inputs) -> economics.Ground:
    """Build a site of what a case says of it."""
    return economics.Ground(**{name: jnp.asarray(_part(given, name)) for name in KEYS})


def _part(given: Inputs, name: str) -> float:
    if KEYS[name] in given.given:
        return given[KEYS[name]]
    if name == "turbine_efficiency" and "heat_rate_btu" in given.given:
        return KILOWATT_HOUR_J / (given["heat_rate_btu"] * BTU_J)
    return YEAR_S if name in ONE_YEAR else NEUTRAL.get(name, 0.0)


def machines_of(given: Inputs) -> economics.Machines:
    """Build the machines of a case; one without a count is all of them."""

    def number(name: str, instead: float) -> float:
        return given[name] if name in given.given else instead

    count = number("chip_count", 1.0)
    peak = number("peak_tflop_per_s", 0.0) * number("sustained_fraction", 1.0)
    return economics.Machines(
        chip_count=jnp.asarray(count),
        chip_power_w=jnp.asarray(given["load_kw"] / count),
        chip_usd=jnp.asarray(number("chip_usd", 0.0)),
        utilisation_fraction=jnp.asarray(number("utilisation_fraction", 1.0)),
        chip_tokens_per_s=jnp.zeros(()),
        chip_flop_per_s=jnp.asarray(peak),
    )


def cost_of(given: Inputs) -> economics.Cost:
    """Price the site of a case."""
    discount = "yearly_discount_fraction"
    return economics.ground_cost(
        site_of(given),
        machines_of(given),
        yearly_discount_fraction=given[discount] if discount in given.given else 0.0,
    )


# --- capital and years ---------------------------------------------------------------------------


def capital_of_a_site(given: Inputs) -> float:
    """Add up what stands before the first token, computers apart, for a watt of them."""
    return float(cost_of(given).capital_without_chips_usd_per_w)


def yearly_cost_of_a_kilowatt(given: Inputs) -> float:
    """Add up capital paid off and what is spent, and spread it over a watt of computers."""
    return float(cost_of(given).nominal_usd_per_j)


def price_of_power_on_the_ground(given: Inputs) -> float:
    """Pay for the energy of a watt of computers and of what cools them."""
    return float(cost_of(given).nominal_without_chips_usd_per_j)


def energy_paid_over_a_life(given: Inputs) -> float:
    """Pay for the energy of all years."""
    return float(cost_of(given).yearly.energy_usd) * _years(given)


def cost_of_a_site_over_a_life(given: Inputs) -> float:
    """Add up all capital and all years, nothing discounted."""
    found = cost_of(given)
    spent = sum(float(part) for part in found.yearly)
    return sum(float(part) for part in found.capital) + spent * _years(given)


def _years(given: Inputs) -> float:
    return given["building_life_years"] / YEAR_S


# --- by unit -------------------------------------------------------------------------------------


def cost_of_energy_with_its_housing(given: Inputs) -> float:
    """Spread a site without computers over the energy that they turn into work."""
    return float(cost_of(given).energy_without_chips_usd_per_j)


def cost_of_computing_on_the_ground(given: Inputs) -> float:
    """Spread all over the operations delivered."""
    return float(cost_of(given).compute_usd_per_flop)


def cost_of_an_accelerator_second(given: Inputs) -> float:
    """Spread all over the time of accelerators, what software leaves of it counted."""
    return float(cost_of(given).chip_usd_per_s) / given["sustained_fraction"]


# --- fuel and carbon -----------------------------------------------------------------------------


def gas_burnt_over_a_life(given: Inputs) -> float:
    """Take the gas of all years, in cubic feet."""
    found, site = cost_of(given), site_of(given)
    heat_j = float(found.energy_j / site.turbine_efficiency) * _years(given)
    return heat_j / (BTU_J * BTU_PER_CUBIC_FOOT)


def turbines_of_a_site(given: Inputs) -> float:
    """Count turbines that carry computers and cooling."""
    supply_w = given["load_kw"] * float(site_of(given).pue_ratio)
    return float(math.ceil(supply_w / given["turbine_kw"]))


def carbon_of_a_kilogram_launched(given: Inputs) -> float:
    """Share a flight's carbon out over what it carries, re-entry added if given."""
    launched = economics.launch_carbon_ratio(
        propellant_carbon_kg=given["propellant_carbon_kg"],
        reused_stage_carbon_kg=given["reused_stage_carbon_kg"],
        reuse_count=given["reuse_count"],
        spent_stage_carbon_kg=given["spent_stage_carbon_kg"],
        payload_mass_kg=given["payload_mass_kg"],
    )
    falling = "re_entry_carbon_ratio"
    return float(launched) + (given[falling] if falling in given.given else 0.0)


def carbon_of_energy_in_orbit(given: Inputs) -> float:
    """Spread the carbon of launch and re-entry over the energy of a life."""
    return float(
        economics.launched_power_carbon_kg_per_j(
            mass_kg=given["satellite_mass_kg"],
            carbon_ratio=carbon_of_a_kilogram_launched(given),
            power_w=given["power_kw"],
            life_s=given["life_years"],
        )
    )


ECONOMICS_GROUND: dict[str, Quantity] = {
    "capital of a site without computers": capital_of_a_site,
    "yearly cost of a kilowatt of computers": yearly_cost_of_a_kilowatt,
    "price of power on the ground": price_of_power_on_the_ground,
    "energy paid for over a life": energy_paid_over_a_life,
    "cost of a site over a life": cost_of_a_site_over_a_life,
    "cost of energy with its housing": cost_of_energy_with_its_housing,
    "cost of computing on the ground": cost_of_computing_on_the_ground,
    "cost of an accelerator's time on the ground": cost_of_an_accelerator_second,
    "gas burnt over a life": gas_burnt_over_a_life,
    "turbines of a site": turbines_of_a_site,
    "carbon of a kilogram launched": carbon_of_a_kilogram_launched,
    "carbon of energy in orbit": carbon_of_energy_in_orbit,
}
