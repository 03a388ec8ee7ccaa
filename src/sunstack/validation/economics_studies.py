"""What do published studies of computing in orbit give, by their own inputs and on their own basis?

Each study's boundary is kept: what it leaves out is left out here.
"""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np

from sunstack.disciplines import economics, launch
from sunstack.units import YEAR_S

from .inputs import Inputs, Quantity

STEPS = 10_000
"""Of a life, where what falls without steps is summed up."""

# --- McCalip: a mean gigawatt --------------------------------------------------------------------


def satellites_for_a_mean_power(given: Inputs) -> float:
    """Launch enough at the start that the mean of all years is met, whole satellites."""
    years = np.arange(round(given["life_years"] / YEAR_S))
    kept = (1.0 - given["yearly_loss_fraction"]) ** years
    first_w = given["mean_power_kw"] / (float(kept.mean()) * given["sunlit_fraction"])
    return math.ceil(first_w / given["satellite_kw"])


def _launched_w(given: Inputs) -> float:
    return satellites_for_a_mean_power(given) * given["satellite_kw"]


def mass_for_a_mean_power(given: Inputs) -> float:
    """Weigh them by their power."""
    return _launched_w(given) / given["power_per_kilogram_w"]


def array_for_a_mean_power(given: Inputs) -> float:
    """Lay their arrays out."""
    return satellites_for_a_mean_power(given) * given["array_area_m2"]


def flights_for_a_mean_power(given: Inputs) -> float:
    """Count flights, the last one not full."""
    return math.ceil(
        launch.flights_for_mass_count(
            mass_kg=mass_for_a_mean_power(given), payload_mass_kg=given["payload_mass_kg"]
        )
    )


def hardware_for_a_mean_power(given: Inputs) -> float:
    """Pay for them by the watt."""
    return _launched_w(given) * given["satellite_usd_per_w"]


def launch_for_a_mean_power(given: Inputs) -> float:
    """Pay for their launch by the kilogram."""
    return mass_for_a_mean_power(given) * given["launch_usd_per_kg"]


def share_of_hardware_over_the_years(given: Inputs) -> float:
    """Spend a share of the satellites' price every year: on operations, or on what fails."""
    years = given["life_years"] / YEAR_S
    return hardware_for_a_mean_power(given) * given["yearly_spent_fraction"] * years


def cost_of_a_mean_power(given: Inputs) -> float:
    """Add up satellites, launch, development and what is spent over the years."""
    spent = share_of_hardware_over_the_years(given)
    bought = hardware_for_a_mean_power(given) + launch_for_a_mean_power(given)
    return bought + spent + given["development_usd"]


def cost_of_energy_of_a_mean_power(given: Inputs) -> float:
    """Spread it over the energy of all years, nothing discounted."""
    steps = 12
    each_s = given["life_years"] / steps
    first = jnp.zeros(steps).at[0].set(cost_of_a_mean_power(given))
    return float(
        economics.levelised_usd(
            cost_usd=first,
            delivered_count=jnp.full(steps, given["mean_power_kw"] * each_s),
            time_s=each_s * jnp.arange(steps),
            yearly_discount_fraction=0.0,
        )
    )


def launch_price_at_which_it_breaks_even(given: Inputs) -> float:
    """Leave launch what a site on the ground costs more than the satellites."""
    left = given["ground_usd"] - hardware_for_a_mean_power(given)
    return left / mass_for_a_mean_power(given)


# --- spacedc-mdao: an operation ------------------------------------------------------------------

CAPITAL = (
    "accelerators_usd",
    "arrays_usd",
    "batteries_usd",
    "radiators_usd",
    "ground_stations_usd",
)


def capital_in_orbit(given: Inputs) -> float:
    """Add up parts by their price, satellites by theirs, and launch by the kilogram."""
    each = given["satellite_count"] * (given["bus_usd"] + given["terminal_usd"])
    lifted = given["launched_mass_kg"] * given["launch_usd_per_kg"]
    return sum(given[name] for name in CAPITAL) + each + lifted


def capital_in_orbit_without_chips(given: Inputs) -> float:
    """Take accelerators away, and spread the rest over a watt of computers."""
    return (capital_in_orbit(given) - given["accelerators_usd"]) / given["load_kw"]


def _spent_a_year(given: Inputs) -> float:
    each = given["accelerator_usd"] + given["accelerator_mass_kg"] * given["launch_usd_per_kg"]
    years = given["life_years"] / YEAR_S
    return given["yearly_operations_usd"] + given["failure_count"] * each / years


def cost_of_all_years_in_orbit(given: Inputs) -> float:
    """Add what is spent at each year's end, discounted."""
    worth = economics.annuity_factor(
        life_s=given["life_years"], yearly_discount_fraction=given["yearly_discount_fraction"]
    )
    return capital_in_orbit(given) + _spent_a_year(given) * float(worth)


def _each_in_orbit(given: Inputs, delivered_a_year: float) -> float:
    """Spread all over what is delivered, both discounted."""
    recovered = economics.capital_recovery_fraction(
        life_s=given["life_years"], yearly_discount_fraction=given["yearly_discount_fraction"]
    )
    year_usd = capital_in_orbit(given) * recovered + _spent_a_year(given)
    return float(economics.per_delivered_usd(cost_usd=year_usd, delivered_count=delivered_a_year))


def _delivered_fraction(given: Inputs) -> float:
    """What software, links, failures and use leave of the peak."""
    names = ("sustained_fraction", "network_fraction", "available_fraction", "utilisation_fraction")
    return math.prod(given[name] for name in names)


def cost_of_computing_in_orbit(given: Inputs) -> float:
    """Spread it over operations."""
    peak = given["accelerator_count"] * given["peak_tflop_per_s"]
    return _each_in_orbit(given, peak * _delivered_fraction(given) * YEAR_S)


def cost_of_an_accelerator_in_orbit(given: Inputs) -> float:
    """Spread it over accelerators' time, with what is left of them."""
    time_s = given["accelerator_count"] * _delivered_fraction(given) * YEAR_S
    return _each_in_orbit(given, time_s)


# --- Starcloud: forty megawatts ------------------------------------------------------------------


def energy_of_a_site(given: Inputs) -> float:
    """Pay for energy over the years."""
    return given["load_kw"] * given["life_years"] * given["energy_usd_per_kwh"]


def ground_of_a_site(given: Inputs) -> float:
    """Add cooling, a share of it, and backup."""
    energy = energy_of_a_site(given)
    return energy * (1.0 + given["cooling_fraction"]) + given["backup_usd"]


def shielding_of_a_site(given: Inputs) -> float:
    """Launch a shield for each watt."""
    shield_kg = given["load_kw"] * given["shield_per_kilowatt_ratio"] / 1e3
    return shield_kg * given["shield_launch_usd_per_kg"]


def orbit_of_a_site(given: Inputs) -> float:
    """Add cells, launch and shielding."""
    lifted = given["launched_mass_kg"] * given["launch_usd_per_kg"]
    return given["cells_usd"] + lifted + shielding_of_a_site(given)


def energy_price_of_a_site_in_orbit(given: Inputs) -> float:
    """Spread cells and launch over the energy of the years in light."""
    delivered_j = given["load_kw"] * given["life_years"] * given["sunlit_fraction"]
    spent = given["cells_usd"] + given["launched_mass_kg"] * given["launch_usd_per_kg"]
    return float(economics.per_delivered_usd(cost_usd=spent, delivered_count=delivered_j))


def dearer_energy(given: Inputs) -> float:
    """Compare the ground's price of energy with it."""
    return given["ground_energy_usd_per_kwh"] / energy_price_of_a_site_in_orbit(given)


# --- others --------------------------------------------------------------------------------------


def price_that_launch_and_building_may_have(given: Inputs) -> float:
    """Leave a kilogram what a kilowatt costs on the ground."""
    return given["ground_usd_per_w"] * 1e3 / given["mass_per_kilowatt_kg"]


def price_of_a_kilogram(given: Inputs) -> float:
    """Spread a flight's price over what it carries."""
    return given["flight_usd"] / given["payload_mass_kg"]


def price_over_what_it_may_be(given: Inputs) -> float:
    """Compare a flight's price with that."""
    return price_of_a_kilogram(given) / price_that_launch_and_building_may_have(given)


def penalty_of_falling_worth(given: Inputs) -> float:
    """Compare a life at full worth with one that what stands loses worth in, at a steady rate."""
    life_s = given["life_years"]
    time_s = (jnp.arange(STEPS) + 0.5) * life_s / STEPS
    worth = economics.present_value_usd(
        flow_usd=jnp.full(STEPS, life_s / STEPS),
        time_s=time_s,
        yearly_discount_fraction=math.expm1(given["loss_rate_factor"]),
    )
    return life_s / float(worth)


def rent_of_a_kilowatt_year(given: Inputs) -> float:
    """Spread a monthly price over the watts and seconds of a year."""
    return given["monthly_usd"] * 12.0 / (given["load_kw"] * YEAR_S)


def ratio_of_two_costs(given: Inputs) -> float:
    """Compare orbit with the ground."""
    return given["orbit_usd"] / given["ground_usd"]


def cost_of_a_gigawatt(given: Inputs) -> float:
    """Build a thousand times a megawatt."""
    return given["megawatt_usd"] * 1e3


def power_of_a_kilogram(given: Inputs) -> float:
    """Spread a satellite's power for computers over its mass."""
    return given["load_kw"] / given["satellite_mass_kg"]


def launch_alone_for_energy(given: Inputs) -> float:
    """Spread the launch of a satellite over its energy."""
    return float(
        launch.launched_power_price_usd_per_j(
            mass_kg=given["satellite_mass_kg"],
            price_usd_per_kg=given["launch_usd_per_kg"],
            power_w=given["load_kw"],
            life_s=given["life_years"],
        )
    )


ECONOMICS_STUDIES: dict[str, Quantity] = {
    "satellites for a mean power": satellites_for_a_mean_power,
    "mass for a mean power": mass_for_a_mean_power,
    "array for a mean power": array_for_a_mean_power,
    "flights for a mean power": flights_for_a_mean_power,
    "hardware for a mean power": hardware_for_a_mean_power,
    "launch for a mean power": launch_for_a_mean_power,
    "share of hardware over the years": share_of_hardware_over_the_years,
    "cost of a mean power": cost_of_a_mean_power,
    "cost of energy of a mean power": cost_of_energy_of_a_mean_power,
    "price of launch at which it breaks even": launch_price_at_which_it_breaks_even,
    "capital in orbit": capital_in_orbit,
    "capital in orbit without chips": capital_in_orbit_without_chips,
    "cost of all years in orbit": cost_of_all_years_in_orbit,
    "cost of computing in orbit": cost_of_computing_in_orbit,
    "cost of an accelerator's time in orbit": cost_of_an_accelerator_in_orbit,
    "energy of a site": energy_of_a_site,
    "ground of a site": ground_of_a_site,
    "shielding of a site": shielding_of_a_site,
    "orbit of a site": orbit_of_a_site,
    "price of energy of a site in orbit": energy_price_of_a_site_in_orbit,
    "dearer energy": dearer_energy,
    "price that launch and building may have": price_that_launch_and_building_may_have,
    "price of a kilogram": price_of_a_kilogram,
    "price over what it may be": price_over_what_it_may_be,
    "penalty of falling worth": penalty_of_falling_worth,
    "rent of a kilowatt and year": rent_of_a_kilowatt_year,
    "ratio of two costs": ratio_of_two_costs,
    "cost of a gigawatt": cost_of_a_gigawatt,
    "power of a kilogram": power_of_a_kilogram,
    "launch alone for energy": launch_alone_for_energy,
}
