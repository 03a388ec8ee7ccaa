"""Which keys say on what a fleet is launched, how often, for how much, and how it is raised?

Rockets come from the catalogue; every value of theirs may be overridden here.
"""

from __future__ import annotations

from typing import Literal

from .fields import Quantity, Section, number, word

ESTIMATE = "sunstack-estimate"
SUNCATCHER = "suncatcher-2511-19468"


class Launch(Section):
    """The rocket, how often it flies, what that costs, and the way from release to place."""

    rocket: str | None = word(
        "name of a rocket in the catalogue", default="starship-v3", source=ESTIMATE
    )
    payload_mass_kg: Quantity | None = number(
        1, 1e7, "what a flight lifts to a low orbit of low inclination"
    )
    sun_synchronous_payload_ratio: Quantity | None = number(
        0.05, 1, "share of it that a flight lifts to orbits inclined by 80° and more"
    )
    adapter_mass_fraction: Quantity | None = number(
        0, 0.5, "share of the payload mass that is dispenser and adapter"
    )
    bay_diameter_m: Quantity | None = number(0.1, 30, "of the cylinder that can be filled")
    bay_height_m: Quantity | None = number(0.1, 100, "of the cylinder that can be filled")
    packing_fraction: Quantity | None = number(
        0.01, 1, "share of the bay that stowed satellites fill"
    )
    success_fraction: Quantity | None = number(0.01, 1, "share of the flights that deliver")
    first_flight_years: Quantity | None = number(
        0,
        30,
        "from the programme's start to its first flight",
        default=1.0,
        around=(0.5, 2.0),
        source=ESTIMATE,
    )
    first_yearly_flight_count: Quantity | None = number(
        0.01, 1e6, "flights a year with which the programme begins"
    )
    doubling_years: Quantity | None = number(
        0.05,
        50,
        "time in which flights double, far below what limits them",
        default=0.5,
        around=(0.25, 1.0),
        source=ESTIMATE,
    )
    yearly_flight_count: Quantity | None = number(
        0.01, 1e6, "flights a year flown, planned or claimed"
    )
    yearly_permitted_flight_count: Quantity | None = number(
        0.01, 1e6, "flights a year that licences and environmental reviews allow"
    )
    flight_limit: Literal["larger", "planned", "permitted"] | None = word(
        "what holds the cadence beside pads and vehicles: what is planned or claimed, what is "
        "permitted, or the larger of both",
        default="larger",
        source=ESTIMATE,
    )
    vehicle_count: Quantity | None = number(0.01, 1e5, "vehicles that fly again and again")
    vehicle_turnaround_days: Quantity | None = number(
        0.01, 5000, "from one flight of a vehicle to its next"
    )
    pad_count: Quantity | None = number(0.01, 1e4, "pads")
    pad_turnaround_days: Quantity | None = number(
        0.01, 5000, "from one flight off a pad to the next"
    )
    pricing: Literal["listed", "learning", "reuse"] | None = word(
        "as the catalogue lists it; falling with the mass launched; or built up from reuse",
        default="listed",
        source=ESTIMATE,
    )
    price_usd_per_kg: Quantity | None = number(
        0, 1e6, "what a customer pays for each kilogram of payload, flights full or not"
    )
    learning_fraction: Quantity | None = number(
        0,
        0.9,
        "share by which the price falls at each doubling",
        default=0.20,
        around=(0.18, 0.24),
        source=SUNCATCHER,
    )
    learned_mass_kg: Quantity | None = number(
        1, 1e12, "mass launched by all when the price was the one given; needed for learning"
    )
    vehicle_cost_usd: Quantity | None = number(0, 1e11, "of a new vehicle, for the builder")
    reuse_count: Quantity | None = number(1, 1e5, "flights of one vehicle; 1: thrown away")
    refurbishment_fraction: Quantity | None = number(
        0, 1, "share of the vehicle's cost spent after each flight that is not its last"
    )
    propellant_cost_usd: Quantity | None = number(0, 1e9, "of a flight; no price falls below it")
    margin_fraction: Quantity | None = number(
        0,
        0.95,
        "share of a price from reuse that is margin",
        default=0.0,
        around=(0.0, 0.5),
        source=SUNCATCHER,
    )
    release_altitude_km: Quantity | None = number(
        150,
        500,
        "where flights leave their satellites; dead ones come down from there within weeks",
        default=350.0,
        around=(250.0, 500.0),
        source=ESTIMATE,
    )
    thruster_count: Quantity | None = number(
        1, 1000, "thrusters that raise a satellite", default=2.0, around=(1.0, 4.0), source=ESTIMATE
    )
    thruster_power_kw: Quantity | None = number(
        0.001, 1000, "power of one thruster", default=4.2, around=(2.0, 10.0), source=ESTIMATE
    )
    thruster_efficiency: Quantity | None = number(
        0.05,
        0.95,
        "jet power over electric power",
        default=0.5,
        around=(0.4, 0.65),
        source=ESTIMATE,
    )
    thruster_specific_impulse_s: Quantity | None = number(
        100,
        10_000,
        "exhaust velocity over standard gravity",
        default=2500.0,
        around=(1500.0, 3000.0),
        source=ESTIMATE,
    )
    thrust_duty_fraction: Quantity | None = number(
        0.01,
        1,
        "share of the time in sunlight spent thrusting",
        default=0.9,
        around=(0.5, 1.0),
        source=ESTIMATE,
    )
