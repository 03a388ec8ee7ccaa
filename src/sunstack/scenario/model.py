"""Which keys does a scenario file have, and what does each mean?

Every physical key may be left out: it is then taken from the catalogue entries the file names
(`satellite.catalogue`, `power.array`, ...), else from the default declared here.
`resolve` says of each number which of these it was.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from .company import Company
from .economics import Economics
from .fields import Auto, Quantity, Section, SunSynchronous, number, word
from .ground import Ground
from .launching import Launch
from .network import Network
from .programme import Disposal, Fleet, Radiation, Reliability
from .service import Service
from .training import Training

ALTITUDE = "height of the circular reference orbit above the equatorial radius (6378.137 km)"
INCLINATION = "inclination of the mean orbit, or `sun-synchronous` to have it computed"
LOCAL_TIME = "mean local solar time of the ascending node of each plane, in hours, at the epoch"
GROUP_NAME = Field(min_length=1, max_length=64, description="name of the group in all results")
DAWN_DUSK = "intended to be sun-synchronous: the node's local time is checked over the life"


class Walker(Section):
    """One shell: planes spread in node, satellites spread in each plane."""

    model: Literal["walker"]
    """Which layout of orbits this group has."""
    name: str = GROUP_NAME
    altitude_km: Quantity = number(120, 2500, ALTITUDE, unset=False)
    inclination_deg: Quantity | SunSynchronous = number(0, 180, INCLINATION, unset=False)
    eccentricity_ratio: Quantity | None = number(
        0, 0.02, "eccentricity of the mean orbit", default=0.0
    )
    plane_count: int = Field(ge=1, le=100_000, description="number of orbital planes")
    satellites_per_plane_count: int = Field(
        ge=1, le=1_000_000, description="satellites in each plane, evenly spaced"
    )
    phasing_count: int = Field(
        default=0, ge=0, le=1_000_000, description="Walker phasing parameter F, in units of 360°/t"
    )
    node_spread_deg: Quantity | None = number(
        0, 360, "arc of node the planes share evenly: 360 Walker delta, 180 star", default=360.0
    )
    node_deg: Quantity | None = number(
        -360, 360, "right ascension of the first plane's ascending node at the epoch", default=0.0
    )
    local_times_hours: list[float] | None = Field(default=None, description=LOCAL_TIME)
    sun_synchronous_intended: bool = Field(default=False, description=DAWN_DUSK)


class Shells(Section):
    """A row of a licence filing: a band of altitude holding several like shells."""

    model: Literal["shells"]
    """Which layout of orbits this group has."""
    name: str = GROUP_NAME
    altitude_low_km: Quantity = number(120, 2500, "altitude of the lowest shell", unset=False)
    altitude_high_km: Quantity = number(120, 2500, "altitude of the highest shell", unset=False)
    inclination_deg: Quantity | SunSynchronous = number(
        0, 180, INCLINATION + "; of the lowest shell where a range is filed", unset=False
    )
    inclination_high_deg: Quantity | None = number(
        0, 180, "inclination of the highest shell where a range is filed (shells between: evenly)"
    )
    filed_inclination_deg: Quantity | None = number(
        0, 180, "inclination as printed in the filing, checked against the one computed"
    )
    shell_count: int = Field(ge=1, le=10_000, description="shells, evenly spaced in altitude")
    planes_per_shell_count: int = Field(ge=1, le=100_000, description="planes in each shell")
    satellites_per_plane_count: int = Field(ge=1, le=1_000_000, description="satellites a plane")
    node_spread_deg: Quantity | None = number(
        0, 360, "arc of node the planes of a shell share evenly", default=360.0
    )
    local_times_hours: list[float] | None = Field(default=None, description=LOCAL_TIME)
    sun_synchronous_intended: bool = Field(default=False, description=DAWN_DUSK)


class Formation(Section):
    """A planar cluster within kilometres of one reference orbit (Hill's relative motion)."""

    model: Literal["formation"]
    """Which layout of orbits this group has."""
    name: str = GROUP_NAME
    altitude_km: Quantity = number(120, 2500, ALTITUDE, unset=False)
    inclination_deg: Quantity | SunSynchronous = number(0, 180, INCLINATION, unset=False)
    local_times_hours: list[float] | None = Field(default=None, description=LOCAL_TIME)
    pitch_m: Quantity = number(1, 10_000, "radial spacing of the square lattice", unset=False)
    radius_m: Quantity = number(
        1,
        100_000,
        "along-track half-axis of the rotating ellipse that holds the cluster",
        unset=False,
    )
    sun_synchronous_intended: bool = Field(default=False, description=DAWN_DUSK)


Group = Annotated[Walker | Shells | Formation, Field(discriminator="model")]


class Constellation(Section):
    """Where the satellites fly: a constellation of the catalogue, or groups written here."""

    catalogue: str | None = word("name of a constellation in the catalogue")
    satellite_count_cap: int | None = Field(
        default=None,
        ge=1,
        le=10_000_000,
        description="total the licence allows; larger groups are thinned in proportion",
    )
    local_time_tolerance_hours: Quantity | None = number(
        0.01,
        12,
        "drift of a sun-synchronous plane's local time allowed over the life",
        default=2.0,
        source="spacex-odc-schedule-s",
    )
    groups: list[Group] | None = Field(default=None, description="groups of like orbits")


class Satellite(Section):
    """The bus: its mass, its own power, what it drags along, how long it lives."""

    catalogue: str | None = word("name of a satellite in the catalogue")
    mass_kg: Quantity | Auto | None = number(
        1, 1e7, "mass as stated by its builder, checked against the build-up; `auto`: the build-up"
    )
    bus_mass_kg: Quantity | None = number(
        0, 1e6, "avionics, propulsion, lasers: all but array, battery, radiator, payload, structure"
    )
    structure_mass_fraction: Quantity | None = number(
        0, 0.6, "structure and harness, as a share of the built-up dry mass"
    )
    bus_power_kw: Quantity | None = number(0, 1e5, "power the bus draws day and night")
    life_years: Quantity | None = number(0.1, 40, "design life in orbit")
    drag_area_m2: Quantity | None = number(
        0.001, 1e7, "area presented to the flow, averaged over an orbit"
    )
    drag_coefficient_ratio: Quantity | None = number(
        1, 4, "drag coefficient of that area", default=2.2, source="vallado-2013"
    )
    delta_v_m_per_s: Quantity | None = number(
        0, 20_000, "velocity change the propellant on board can give, station-keeping and disposal"
    )
    stowed_volume_m3: Quantity | None = number(
        0, 1e5, "room taken up in the rocket; 0: not known, mass alone decides", default=0.0
    )


class Payload(Section):
    """The computers: what they draw, how warm they may run."""

    chip: str | None = word("name of an accelerator or rack in the catalogue")
    power_kw: Quantity | None = number(
        1e-4, 1e6, "mean power asked of the payload; it draws up to its peak whenever it can"
    )
    peak_power_kw: Quantity | None = number(1e-4, 1e6, "most the payload can draw at once")
    idle_power_kw: Quantity | None = number(0, 1e6, "power drawn while powered but not computing")
    mass_kg: Quantity | None = number(0, 1e7, "mass of the payload without its radiator")
    chip_count: int | None = Field(default=None, ge=1, le=10_000_000, description="accelerators")
    chip_temperature_limit_deg_c: Quantity | None = number(
        20, 200, "junction temperature above which the accelerator throttles"
    )
    chip_thermal_resistance_k_per_w: Quantity | None = number(
        0, 5, "junction to coolant, for one accelerator and its share of the board"
    )


class Power(Section):
    """Arrays and batteries."""

    array: str | None = word("name of a solar array in the catalogue")
    array_area_m2: Quantity | Auto | None = number(1e-3, 1e7, "gross area of the array")
    array_pointing: Literal["sun", "one-axis", "orbit-normal"] | None = word(
        "how the array follows the Sun: two axes; one axis along the orbit normal; fixed on it"
    )
    cell_efficiency: Quantity | None = number(
        0.01, 0.6, "cell efficiency at 28 °C, one astronomical unit, beginning of life"
    )
    packing_fraction: Quantity | None = number(0.1, 1, "share of the gross area that is cells")
    temperature_coefficient_per_k: Quantity | None = number(
        -0.01, 0, "relative change of cell efficiency per kelvin above 28 °C"
    )
    transfer_efficiency: Quantity | None = number(
        0.3, 1, "array terminals to loads: wiring, power tracking, conversion"
    )
    array_degradation_fraction_per_year: Quantity | None = number(
        0, 0.5, "loss of array output a year: radiation, ultraviolet, contamination"
    )
    array_areal_density_kg_per_m2: Quantity | None = number(
        0.01, 30, "array mass over gross area, with its deployment"
    )
    array_solar_absorptance_ratio: Quantity | None = number(0.3, 1, "share of sunlight absorbed")
    array_emissivity_ratio: Quantity | None = number(
        0.05, 1, "infrared emissivity, mean of front and back"
    )
    battery: str | None = word("name of a battery in the catalogue")
    battery_capacity_kwh: Quantity | Auto | None = number(0, 1e6, "nameplate energy, when new")
    battery_depth_of_discharge_fraction: Quantity | None = number(
        0.01, 1, "deepest discharge planned, of the nameplate energy"
    )
    battery_charge_efficiency: Quantity | None = number(0.5, 1, "energy stored over energy sent in")
    battery_discharge_efficiency: Quantity | None = number(
        0.5, 1, "energy delivered over energy taken out"
    )
    battery_specific_energy_wh_per_kg: Quantity | None = number(
        10, 600, "nameplate energy over battery mass, pack level"
    )
    battery_temperature_deg_c: Quantity | None = number(
        -20, 60, "mean cell temperature, for ageing", default=15.0, source="sunstack-estimate"
    )
    eclipse_policy: Literal["carry", "throttle", "idle"] | None = word(
        "what the payload does in shadow: run on in full, draw what the battery gives, or idle",
    )


class Thermal(Section):
    """The radiator and the way heat takes to it."""

    radiator: str | None = word("name of a radiator in the catalogue")
    radiator_area_m2: Quantity | Auto | None = number(
        1e-3, 1e7, "area of the panel; it radiates from both faces"
    )
    radiator_attitude: Literal["edge-on", "nadir"] | None = word(
        "edge-on: contains the Sun line and the vertical; nadir: one face down, one up"
    )
    emissivity_ratio: Quantity | None = number(0.05, 1, "infrared emissivity of both faces")
    solar_absorptance_ratio: Quantity | None = number(0, 1, "solar absorptance when new")
    solar_absorptance_end_ratio: Quantity | None = number(
        0, 1, "solar absorptance at the end of life"
    )
    fin_efficiency: Quantity | None = number(
        0.1, 1, "mean emitted power over that of a panel all at the root temperature"
    )
    sun_incidence_deg: Quantity | None = number(
        0, 90, "angle of sunlight off the plane of an edge-on radiator: its pointing error"
    )
    radiator_areal_density_kg_per_m2: Quantity | None = number(
        0.1, 60, "mass of panel, loop, pump and deployment over panel area"
    )
    loop_conductance_w_per_k: Quantity | Auto | None = number(
        1, 1e9, "heat flow over temperature drop, cold plates to radiator; `auto`: 10 K at peak"
    )
    cold_plate_heat_capacity_kj_per_k: Quantity | Auto | None = number(
        0.1, 1e8, "heat stored in payload, plates and coolant; `auto`: 0.5 kJ/K per kg of payload"
    )
    radiator_heat_capacity_kj_per_m2_k: Quantity | None = number(
        0.1,
        100,
        "heat stored in the panel and its fluid",
        default=3.0,
        source="sunstack-estimate",
    )
    throttle_band_k: Quantity | None = number(
        0.5,
        50,
        "span above the chip limit over which power falls to zero",
        default=5.0,
        source="sunstack-estimate",
    )


class Environment(Section):
    """Sunlight, the Earth's own light, and the upper atmosphere."""

    solar_constant_w_per_m2: Quantity | None = number(
        1300, 1420, "sunlight at one astronomical unit", default=1361.0, source="kopp-lean-2011"
    )
    albedo_ratio: Quantity | None = number(
        0,
        1,
        "share of sunlight the Earth reflects, global mean",
        default=0.30,
        source="gilmore-2002",
    )
    earth_infrared_w_per_m2: Quantity | None = number(
        100, 350, "infrared leaving the Earth, at its surface", default=237.0, source="gilmore-2002"
    )
    solar_activity_solar_flux_units: Quantity | None = number(
        70, 220, "10.7 cm solar radio flux, for air density", default=140.0, source="msis-2.1"
    )
    cycle_low_solar_flux_units: Quantity | None = number(
        70, 150, "flux at a solar minimum, for falls", default=70.0, source="silso-minimum-2020"
    )
    cycle_high_solar_flux_units: Quantity | None = number(
        70, 220, "flux at a solar maximum, for falls", default=180.0, source="silso-minimum-2020"
    )
    cycle_years: Quantity | None = number(
        8, 15, "length of the solar cycle", default=11.0, source="silso-minimum-2020"
    )
    cycle_minimum_years: Quantity | None = number(
        1900, 2100, "calendar year of a minimum", default=2019.96, source="silso-minimum-2020"
    )


class Sizing(Section):
    """Margin on parts written `auto`."""

    margin_fraction: Quantity | None = number(
        0,
        1,
        "added to the worst case when a part is sized",
        default=0.05,
        source="sunstack-estimate",
    )


class Simulation(Section):
    """The minute-by-minute run."""

    step_s: Quantity | None = number(1, 120, "time step", default=60.0)
    duration_hours: Quantity | None = number(
        2.4, 48, "length of each run, planned as one; the longest orbit takes 2.3 h", default=24.0
    )
    day_step_s: Quantity | None = number(
        900, 3600, "time step of the day of demand followed round the Earth", default=1800.0
    )
    day_cell_count: Quantity | None = number(
        200, 4000, "cells of the Earth in that day", default=1000.0
    )
    precision: Literal["float32", "float64"] = Field(
        default="float32", description="floating-point width of the fleet's state"
    )
    epochs: list[date] | None = Field(
        default=None,
        description="days simulated; without them the equinoxes and solstices of the first year",
    )


class Scenario(Section):
    """A scenario file."""

    schema_version: Literal[1] = Field(description="version of this format: 1")
    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,63}$",
        description="short name, also the results folder's: lower case, digits, hyphens",
    )
    description: str = Field(default="", description="what this scenario is, in a few sentences")
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="seed of every random draw")
    epoch: date = Field(
        description="UTC date, 1957 to 2049, at whose start the orbits are given and life begins"
    )
    constellation: Constellation
    satellite: Satellite = Satellite()
    payload: Payload = Payload()
    power: Power = Power()
    thermal: Thermal = Thermal()
    environment: Environment = Environment()
    launch: Launch = Launch()
    reliability: Reliability = Reliability()
    radiation: Radiation = Radiation()
    disposal: Disposal = Disposal()
    fleet: Fleet = Fleet()
    network: Network = Network()
    service: Service = Service()
    economics: Economics = Economics()
    ground: Ground = Ground()
    company: Company = Company()
    training: Training = Training()
    sizing: Sizing = Sizing()
    simulation: Simulation = Simulation()
