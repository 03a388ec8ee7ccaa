"""What do the launch functions give for a published rocket: flights, prices, ways to an orbit?

Part of a programme only: whatever a case does not speak of is none, or without limit.
"""

from __future__ import annotations

import jax.numpy as jnp

from sunstack.disciplines import launch
from sunstack.units import YEAR_S

from .inputs import Inputs, Quantity
from .orbits import spread_of_node_drift, velocity_change_by_low_thrust

# --- flights -------------------------------------------------------------------------------------


def satellites_on_a_flight(given: Inputs) -> float:
    """Pack by mass: no published figure tells how large a satellite is when stowed."""
    rocket = launch.Rocket(
        payload_mass_kg=jnp.asarray(given["payload_mass_kg"]),
        adapter_mass_fraction=jnp.asarray(given["adapter_mass_fraction"]),
        bay_volume_m3=jnp.ones(()),
        packing_fraction=jnp.ones(()),
    )
    satellite_kg = given["satellite_mass_kg"]
    packed = launch.packing(rocket, satellite_kg=satellite_kg, stowed_volume_m3=0.0)
    return float(packed.satellite_count)


def flights_that_lift_a_mass(given: Inputs) -> float:
    """Count flights full to the last kilogram."""
    mass_kg = given["satellite_count"] * given["satellite_mass_kg"]
    return float(
        launch.flights_for_mass_count(mass_kg=mass_kg, payload_mass_kg=given["payload_mass_kg"])
    )


def flights_that_lift_a_mass_every_year(given: Inputs) -> float:
    """Count flights full to the last kilogram, per second."""
    flights = launch.flights_for_mass_count(
        mass_kg=given["yearly_mass_kg"], payload_mass_kg=given["payload_mass_kg"]
    )
    return float(flights) / YEAR_S


def flights_that_sustain_a_fleet(given: Inputs) -> float:
    """Replace satellites at the end of their life, every flight full to the last kilogram."""
    carried = launch.flights_for_mass_count(
        mass_kg=given["payload_mass_kg"], payload_mass_kg=given["satellite_mass_kg"]
    )
    return _sustaining(given, satellites_per_flight=float(carried))


def replacements_over_launches_of_a_year(given: Inputs) -> float:
    """Compare what a fleet needs with what has been launched in a year, satellite by satellite."""
    needed = _sustaining(given, satellites_per_flight=1.0)
    return needed * YEAR_S / given["yearly_satellite_count"]


def _sustaining(given: Inputs, *, satellites_per_flight: float) -> float:
    return float(
        launch.sustaining_flights_per_s(
            satellite_count=given["satellite_count"],
            life_s=given["life_years"],
            failure_rate_per_s=0.0,
            satellites_per_flight_count=satellites_per_flight,
            success_fraction=1.0,
        )
    )


# --- prices --------------------------------------------------------------------------------------


def mass_launched_until_a_price(given: Inputs) -> float:
    """Take the mass launched after the first one, until learning has brought a price."""
    start_kg = given["start_mass_kg"]
    learning = launch.Learning(
        start_usd_per_kg=jnp.asarray(given["start_usd_per_kg"]),
        start_kg=jnp.asarray(start_kg),
        learning_fraction=jnp.asarray(given["learning_fraction"]),
        floor_usd_per_kg=jnp.zeros(()),
    )
    reached = launch.launched_mass_at_price_kg(
        learning, price_usd_per_kg=given["target_usd_per_kg"]
    )
    return float(reached) - start_kg


def flights_a_year_until_a_price(given: Inputs) -> float:
    """Count the flights that lift that mass within a time, every one full, per second."""
    mass_kg = mass_launched_until_a_price(given)
    flights = launch.flights_for_mass_count(
        mass_kg=mass_kg, payload_mass_kg=given["payload_mass_kg"]
    )
    return float(flights) / given["duration_years"]


def cost_of_a_reused_rocket(given: Inputs) -> float:
    """Add up vehicle, refurbishment and propellant per kilogram, without margin."""
    payload_kg = given["payload_mass_kg"]
    reuse = launch.Reuse(
        vehicle_usd_per_kg=jnp.asarray(given["vehicle_usd"] / payload_kg),
        reuse_count=jnp.asarray(given["reuse_count"]),
        refurbishment_fraction=jnp.asarray(given["refurbishment_fraction"]),
        refurbished_usd_per_kg=jnp.asarray(given["refurbished_usd"] / payload_kg),
        propellant_usd_per_kg=jnp.asarray(given["propellant_usd_per_kg"]),
        margin_fraction=jnp.zeros(()),
    )
    return float(launch.reuse_cost_usd_per_kg(reuse))


def cost_of_propellant(given: Inputs) -> float:
    """Take the propellant of a flight over its payload."""
    return float(
        launch.propellant_cost_usd_per_kg(
            oxidiser_kg=given["oxygen_kg"],
            oxidiser_usd_per_kg=given["oxygen_usd_per_kg"],
            fuel_kg=given["methane_kg"],
            fuel_usd_per_kg=given["methane_usd_per_kg"],
            payload_mass_kg=given["payload_mass_kg"],
        )
    )


def price_with_a_margin(given: Inputs) -> float:
    """Put a margin on a cost."""
    return float(
        launch.price_with_margin_usd_per_kg(
            cost_usd_per_kg=given["cost_usd_per_kg"], margin_fraction=given["margin_fraction"]
        )
    )


def launched_power_price(given: Inputs) -> float:
    """Spread the launch of a satellite over its power and life."""
    return float(
        launch.launched_power_price_usd_per_j(
            mass_kg=given["satellite_mass_kg"],
            price_usd_per_kg=given["price_usd_per_kg"],
            power_w=given["power_kw"],
            life_s=given["life_years"],
        )
    )


# --- from release to place -----------------------------------------------------------------------


def thrust_of_a_hall_thruster(given: Inputs) -> float:
    """Take the thrust of one thruster."""
    return float(
        launch.hall_thrust_n(
            power_w=given["thruster_power_kw"],
            efficiency=given["thruster_efficiency"],
            specific_impulse_s=given["specific_impulse_s"],
        )
    )


def time_to_raise_an_orbit(given: Inputs) -> float:
    """Spiral between circular orbits, thrusting all the time."""
    return float(_raising(given, given["thrust_n"] * given["thruster_count"]).duration_s)


def propellant_to_raise_an_orbit(given: Inputs) -> float:
    """Take the propellant of that spiral, whatever the thrust."""
    return float(_raising(given, 1.0).propellant_kg)


def _raising(given: Inputs, thrust_n: float) -> launch.Raising:
    return launch.raising(
        mass_kg=given["satellite_mass_kg"],
        delta_v_m_per_s=velocity_change_by_low_thrust(given),
        specific_impulse_s=given["specific_impulse_s"],
        thrust_n=thrust_n,
        sunlit_fraction=1.0,
        duty_fraction=1.0,
    )


def time_to_spread_planes(given: Inputs) -> float:
    """Wait until nodes at two altitudes have parted."""
    return float(
        launch.plane_spreading_s(
            node_spread_rad=given["node_spread_deg"],
            parking_drift_rad_per_s=spread_of_node_drift(given),
            final_drift_rad_per_s=0.0,
        )
    )


LAUNCHES: dict[str, Quantity] = {
    "satellites on a flight": satellites_on_a_flight,
    "flights that lift a mass": flights_that_lift_a_mass,
    "flights that lift a mass every year": flights_that_lift_a_mass_every_year,
    "flights that sustain a fleet": flights_that_sustain_a_fleet,
    "replacements over launches of a year": replacements_over_launches_of_a_year,
    "mass launched until a price": mass_launched_until_a_price,
    "flights a year until a price": flights_a_year_until_a_price,
    "cost of a reused rocket": cost_of_a_reused_rocket,
    "cost of propellant": cost_of_propellant,
    "price with a margin": price_with_a_margin,
    "launched power price": launched_power_price,
    "thrust of a Hall thruster": thrust_of_a_hall_thruster,
    "time to raise an orbit": time_to_raise_an_orbit,
    "propellant to raise an orbit": propellant_to_raise_an_orbit,
    "time to spread planes": time_to_spread_planes,
}
