"""What is a scenario's fleet over the years, in SI: launched by a rocket of the catalogue?

What a scenario file cannot say yet is taken from the catalogue (rockets, hazards) or stands here as
an estimate, each listed among the answer's inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array

from sunstack import catalogue, fleet
from sunstack.catalogue.records import Sourced
from sunstack.disciplines import launch, orbit, reliability
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.system import System
from sunstack.units import DAY_S, EARTH_RADIUS_M, J2000_JULIAN_DAY, YEAR_S

RAMPS = ("starship-v3", "starship-claimed-daily", "starship-claimed-hourly")
"""As planned and permitted; as claimed for 2027; as claimed for the years after."""
ROCKET_FACTS = (
    "payload_mass_kg",
    "sun_synchronous_payload_ratio",
    "adapter_mass_fraction",
    "success_fraction",
    "vehicle_count",
    "vehicle_turnaround_days",
    "pad_count",
    "pad_turnaround_days",
    "yearly_flight_count",
    "yearly_permitted_flight_count",
    "price_usd_per_kg",
)
RELEASE_ALTITUDE_M = 350e3
"""Where flights leave their satellites, as Starlink's do: low enough for dead ones to come down."""
HALL_THRUSTERS = 2
HALL_POWER_W = 4200.0
HALL_EFFICIENCY = 0.5
HALL_SPECIFIC_IMPULSE_S = 2500.0
"""Starlink's argon thruster of 2023; two of them as on its V2 mini."""
DUTY_FRACTION = 0.9
DOUBLING_YEARS = 0.5
FIRST_FLIGHT_YEARS = 1.0
"""From the beginning of the programme to its first flight."""
POLAR_RAD = np.radians(80.0)
"""From here on a rocket lifts what it lifts to a sun-synchronous orbit."""
STARTS, ALTITUDES = 12, 8
"""Dates over a solar cycle, and heights over a group's planes, at which falls are computed."""
DRIVES, NEEDED_DRIVES = 8.0, 6.0
"""Of a payload; an estimate."""


@dataclass(frozen=True, kw_only=True)
class Programme:
    """What a question about a fleet may choose."""

    rocket: str
    doubling_years: float = DOUBLING_YEARS
    first_flight_years: float = FIRST_FLIGHT_YEARS
    success_fraction: float | None = None
    """The rocket's own if None."""
    disposal_success_fraction: float = 0.99
    bus_failure_per_year: float | None = None
    life_years: float | None = None
    """The satellite's own if None."""


def check(asked: Programme) -> None:
    """Refuse what no fleet can be.

    Raises:
        ScenarioError: lists everything that is out of range.
    """
    bounds = {
        "doubling_years": (asked.doubling_years, 0.05, 50.0),
        "first_flight_years": (asked.first_flight_years, 0.0, 15.0),
        "success_fraction": (asked.success_fraction, 0.01, 1.0),
        "disposal_success_fraction": (asked.disposal_success_fraction, 0.0, 1.0),
        "bus_failure_per_year": (asked.bus_failure_per_year, 0.0, 0.99),
        "life_years": (asked.life_years, 0.1, 50.0),
    }
    problems = [
        f"{name}: {value:g} is out of range; write {low:g} to {high:g}"
        for name, (value, low, high) in bounds.items()
        if value is not None and not low <= value <= high
    ]
    if problems:
        raise ScenarioError("\n".join(problems))


def spec(system: System, asked: Programme) -> fleet.Spec:
    """Build the fleet of a system.

    Raises:
        CatalogueError: the rocket is unknown, or lacks a number.
        ScenarioError: it cannot lift one satellite to any group.
    """
    check(asked)
    facts = catalogue.entry("rocket", asked.rocket).facts
    groups = len(system.group_names)
    counts = np.bincount(
        np.asarray(system.plane_group), np.asarray(system.orbits.satellite_count), groups
    )
    altitude_m, inclination_rad = places(system)
    found = fleet.Spec(
        launch=launch.Spec(
            rocket=_rocket(facts, inclination_rad),
            cadence=_cadence(facts, asked),
            pricing=_pricing(facts),
        ),
        reliability=_reliability(asked, chips=float(system.thermal.chip_count)),
        policy=reliability.ReplaceAtAge(life_s=life_s(system, asked)),
        wanted_count=jnp.asarray(counts),
        satellite_kg=jnp.asarray(system.mass.stated_mass_kg),
        stowed_volume_m3=jnp.asarray(0.0),
        raising_s=_raising_s(system, altitude_m),
        decay_s=_decay_s(system, altitude_m),
        disposal_success_fraction=jnp.asarray(asked.disposal_success_fraction),
    )
    _check_lift(system, asked, found)
    return found


def _check_lift(system: System, asked: Programme, found: fleet.Spec) -> None:
    """Refuse a rocket that cannot bring one satellite to every group."""
    carried = launch.packing(
        found.launch.rocket, satellite_kg=found.satellite_kg, stowed_volume_m3=0.0
    ).satellite_count
    each = np.broadcast_to(np.asarray(carried), (len(system.group_names),))
    left = [name for name, count in zip(system.group_names, each, strict=True) if count < 1.0]
    if left:
        raise ScenarioError(
            f"rocket: {asked.rocket} cannot carry one satellite of {float(found.satellite_kg):,.0f}"
            f" kg to {', '.join(left)}; name a larger one"
        )


def places(system: System) -> tuple[np.ndarray, np.ndarray]:
    """Mean altitude and inclination of each group, in metres and radians."""
    group = np.asarray(system.plane_group)
    number = np.bincount(group)
    altitude_m = np.bincount(group, np.asarray(system.orbits.semi_major_axis_m)) / number
    inclination_rad = np.bincount(group, np.asarray(system.orbits.inclination_rad)) / number
    return altitude_m - EARTH_RADIUS_M, inclination_rad


def _number(facts: Mapping[str, Sourced], name: str) -> float:
    if name not in facts:
        raise CatalogueError(f"rocket: {name} is not known of it; name another rocket")
    return float(facts[name].value)


def _rocket(facts: Mapping[str, Sourced], inclination_rad: np.ndarray) -> launch.Rocket:
    share = np.where(
        inclination_rad > POLAR_RAD, _number(facts, "sun_synchronous_payload_ratio"), 1.0
    )
    bay_m3 = np.pi / 4.0 * _number(facts, "bay_diameter_m") ** 2 * _number(facts, "bay_height_m")
    return launch.Rocket(
        payload_mass_kg=jnp.asarray(_number(facts, "payload_mass_kg") * share),
        adapter_mass_fraction=jnp.asarray(_number(facts, "adapter_mass_fraction")),
        bay_volume_m3=jnp.asarray(bay_m3),
        packing_fraction=jnp.asarray(_number(facts, "packing_fraction")),
    )


def _cadence(facts: Mapping[str, Sourced], asked: Programme) -> launch.Cadence:
    """As often as pads, vehicles and the year's flights allow: claimed, or else permitted."""
    yearly = max(
        _number(facts, "yearly_flight_count"), _number(facts, "yearly_permitted_flight_count")
    )
    flown = facts["yearly_flight_count"]
    first = float(flown.value if flown.low is None else flown.low)
    own = _number(facts, "success_fraction")
    return launch.Cadence(
        first_flight_s=jnp.asarray(asked.first_flight_years * YEAR_S),
        first_cadence_per_s=jnp.asarray(first / YEAR_S),
        doubling_s=jnp.asarray(asked.doubling_years * YEAR_S),
        pad_count=jnp.asarray(_number(facts, "pad_count")),
        pad_turnaround_s=jnp.asarray(_number(facts, "pad_turnaround_days") * DAY_S),
        vehicle_count=jnp.asarray(_number(facts, "vehicle_count")),
        vehicle_turnaround_s=jnp.asarray(_number(facts, "vehicle_turnaround_days") * DAY_S),
        permitted_per_s=jnp.asarray(yearly / YEAR_S),
        success_fraction=jnp.asarray(
            own if asked.success_fraction is None else asked.success_fraction
        ),
    )


def permitted_flights_per_s(asked: Programme) -> float:
    """What licences allow of a rocket."""
    facts = catalogue.entry("rocket", asked.rocket).facts
    return _number(facts, "yearly_permitted_flight_count") / YEAR_S


def _pricing(facts: Mapping[str, Sourced]) -> launch.Learning:
    """The catalogue's price as it stands: each names the mass or the reuse it belongs to."""
    return launch.Learning(
        start_usd_per_kg=jnp.asarray(_number(facts, "price_usd_per_kg")),
        start_kg=jnp.asarray(1.0),
        learning_fraction=jnp.asarray(0.0),
        floor_usd_per_kg=jnp.asarray(0.0),
    )


def life_s(system: System, asked: Programme) -> Array:
    """Age at which a satellite is replaced."""
    if asked.life_years is None:
        return jnp.asarray(system.flight.life_s)
    return jnp.asarray(asked.life_years * YEAR_S)


def _reliability(asked: Programme, *, chips: float) -> reliability.Spec:
    bus = catalogue.entry("hazard", "satellite-bus-2026").facts
    chip = catalogue.entry("hazard", "chip-2026").facts
    drive = catalogue.entry("hazard", "drive-2022").facts
    yearly = asked.bus_failure_per_year
    lost = float(bus["bus_failure_fraction_per_year"].value) if yearly is None else yearly
    return reliability.Spec(
        bus=reliability.ConstantBus(
            dead_on_arrival_fraction=jnp.asarray(float(bus["dead_on_arrival_fraction"].value)),
            failure_per_s=reliability.hazard_of_annual_fraction_per_s(annual_fraction=lost),
        ),
        chips=_units(chip, float(chip["chip_failure_fraction_per_year"].value), chips, chips),
        drives=_units(
            chip, float(drive["drive_failure_fraction_per_year"].value), NEEDED_DRIVES, DRIVES
        ),
    )


def _units(
    chip: Mapping[str, Sourced], yearly: float, needed: float, carried: float
) -> reliability.Units:
    return reliability.Units(
        ground_failure_per_s=reliability.hazard_of_annual_fraction_per_s(annual_fraction=yearly),
        orbit_factor=jnp.asarray(float(chip["orbit_factor"].value)),
        wear_out_scale_s=jnp.asarray(float(chip["wear_out_scale_years"].value) * YEAR_S),
        wear_out_shape_ratio=jnp.asarray(float(chip["wear_out_shape_ratio"].value)),
        needed_count=jnp.asarray(needed),
        carried_count=jnp.asarray(carried),
    )


def _raising_s(system: System, altitude_m: np.ndarray) -> Array:
    """Spiral from release to the shell, thrusting in the sunlit part of the darkest orbit."""
    axis_m = jnp.asarray(EARTH_RADIUS_M + altitude_m)
    dark = orbit.eclipse_fraction(semi_major_axis_m=axis_m, beta_rad=jnp.zeros_like(axis_m))
    thrust_n = HALL_THRUSTERS * launch.hall_thrust_n(
        power_w=HALL_POWER_W,
        efficiency=HALL_EFFICIENCY,
        specific_impulse_s=HALL_SPECIFIC_IMPULSE_S,
    )
    return launch.raising(
        mass_kg=system.mass.stated_mass_kg,
        delta_v_m_per_s=orbit.low_thrust_delta_v_m_per_s(
            start_semi_major_axis_m=EARTH_RADIUS_M + RELEASE_ALTITUDE_M,
            end_semi_major_axis_m=axis_m,
        ),
        specific_impulse_s=HALL_SPECIFIC_IMPULSE_S,
        thrust_n=thrust_n,
        sunlit_fraction=1.0 - dark,
        duty_fraction=DUTY_FRACTION,
    ).duration_s


def tumbling_area_m2(system: System) -> Array:
    """Mean area of a dead satellite that tumbles: half of its flat parts, as of any plate."""
    return 0.5 * (system.power.array_area_m2 + system.thermal.radiator_area_m2)


def _decay_s(system: System, altitude_m: np.ndarray) -> Array:
    """Mean time of a derelict's fall, over a group's planes and the dates of a solar cycle."""
    cycle = _cycle()
    group = np.asarray(system.plane_group)
    planes_m = np.asarray(system.orbits.semi_major_axis_m)
    shares = (np.arange(ALTITUDES) + 0.5) / ALTITUDES
    axes_m = [np.quantile(planes_m[group == number], shares) for number in range(len(altitude_m))]
    starts = cycle.minimum_julian_day + np.arange(STARTS) / STARTS * cycle.period_s / DAY_S
    area_m2 = tumbling_area_m2(system) * system.flight.drag_coefficient_ratio
    times_s = orbit.decay_time_through_cycle_s(
        system.atmosphere,
        cycle,
        semi_major_axis_m=jnp.asarray(np.stack(axes_m))[:, :, None],
        ballistic_coefficient_kg_per_m2=system.mass.stated_mass_kg / area_m2,
        start_julian_day=starts,
    )
    return times_s.mean(axis=(1, 2))


def _cycle() -> orbit.SolarCycle:
    facts = catalogue.entry("hazard", "solar-cycle").facts
    years = float(facts["minimum_years"].value) - 2000.0
    return orbit.SolarCycle(
        low_solar_flux_units=jnp.asarray(float(facts["low_solar_flux_units"].value)),
        high_solar_flux_units=jnp.asarray(float(facts["high_solar_flux_units"].value)),
        period_s=jnp.asarray(float(facts["period_years"].value) * YEAR_S),
        minimum_julian_day=jnp.asarray(J2000_JULIAN_DAY + years * YEAR_S / DAY_S),
    )


def inputs(system: System, asked: Programme) -> list[dict[str, object]]:
    """Everything the fleet was built from beside the scenario, with its origin."""
    used = {
        ("rocket", asked.rocket): ROCKET_FACTS,
        ("hazard", "satellite-bus-2026"): (
            "bus_failure_fraction_per_year",
            "dead_on_arrival_fraction",
        ),
        ("hazard", "chip-2026"): (
            "chip_failure_fraction_per_year",
            "orbit_factor",
            "wear_out_scale_years",
            "wear_out_shape_ratio",
        ),
        ("hazard", "drive-2022"): ("drive_failure_fraction_per_year",),
        ("hazard", "solar-cycle"): ("low_solar_flux_units", "high_solar_flux_units"),
    }
    told: list[dict[str, object]] = [
        _told(f"{kind}.{entry}.{name}", catalogue.entry(kind, entry).facts[name])
        for (kind, entry), names in used.items()
        for name in names
    ]
    estimates = {
        "release_altitude_km": RELEASE_ALTITUDE_M / 1e3,
        "thruster_count": HALL_THRUSTERS,
        "thruster_power_w": HALL_POWER_W,
        "specific_impulse_s": HALL_SPECIFIC_IMPULSE_S,
        "duty_fraction": DUTY_FRACTION,
        "drive_count": DRIVES,
        "needed_drive_count": NEEDED_DRIVES,
        "life_years": float(life_s(system, asked)) / YEAR_S,
        **{name: value for name, value in vars(asked).items() if isinstance(value, float)},
    }
    return told + [
        {"name": name, "value": value, "source": "estimate or choice"}
        for name, value in estimates.items()
    ]


def _told(name: str, fact: Sourced) -> dict[str, object]:
    return {
        "name": name,
        "value": fact.value,
        "low": fact.low,
        "high": fact.high,
        "source": fact.source,
        "date": fact.date,
        "confidence": fact.confidence,
    }
