"""What do the disposal functions give for published falls, burns, avoidances and alumina?"""

from __future__ import annotations

import jax.numpy as jnp

from sunstack import catalogue
from sunstack.disciplines import disposal, orbit
from sunstack.resolve import atmosphere
from sunstack.units import DAY_S, EARTH_RADIUS_M, J2000_JULIAN_DAY, YEAR_S

from .fleets import satellites_of_all_groups
from .inputs import Inputs, Quantity

STARTS = 44
"""Days in a solar cycle from which a fall begins: four a year."""


def _axis_m(given: Inputs, name: str = "altitude_km") -> float:
    return EARTH_RADIUS_M + given[name]


def velocity_change_by_two_burns(given: Inputs) -> float:
    """Take Hohmann's transfer between circles."""
    return float(
        disposal.hohmann_delta_v_m_per_s(
            start_semi_major_axis_m=_axis_m(given),
            end_semi_major_axis_m=_axis_m(given, "end_altitude_km"),
        )
    )


def velocity_change_to_escape(given: Inputs) -> float:
    """Take the parabolic escape from a circle."""
    return float(disposal.escape_delta_v_m_per_s(semi_major_axis_m=_axis_m(given)))


def time_to_fall(given: Inputs) -> float:
    """Integrate the fall under a Sun that does not change."""
    return float(
        orbit.decay_time_s(
            atmosphere(),
            semi_major_axis_m=_axis_m(given),
            ballistic_coefficient_kg_per_m2=given["ballistic_coefficient_kg_per_m2"],
            solar_flux_units=given["solar_activity_solar_flux_units"],
        )
    )


def mean_time_to_fall_over_a_solar_cycle(given: Inputs) -> float:
    """Average the fall over starts throughout the catalogue's solar cycle."""
    facts = catalogue.entry("hazard", "solar-cycle").facts
    number = {name: float(fact.value) for name, fact in facts.items()}
    cycle = orbit.SolarCycle(
        low_solar_flux_units=jnp.asarray(number["low_solar_flux_units"]),
        high_solar_flux_units=jnp.asarray(number["high_solar_flux_units"]),
        period_s=jnp.asarray(number["period_years"] * YEAR_S),
        minimum_julian_day=jnp.asarray(
            J2000_JULIAN_DAY + (number["minimum_years"] - 2000.0) * (YEAR_S / DAY_S)
        ),
    )
    days = jnp.arange(STARTS) * (number["period_years"] * YEAR_S / DAY_S / STARTS)
    drag_m2 = given["drag_coefficient_ratio"] * given["drag_area_m2"]
    return float(
        orbit.decay_time_through_cycle_s(
            atmosphere(),
            cycle,
            semi_major_axis_m=_axis_m(given),
            ballistic_coefficient_kg_per_m2=given["mass_kg"] / drag_m2,
            start_julian_day=cycle.minimum_julian_day + days,
        ).mean()
    )


def avoidances_of_a_satellite(given: Inputs) -> float:
    """Share a fleet's avoidances among its satellites."""
    return float(
        disposal.avoidance_per_s(
            avoidance_count=given["avoidance_count"],
            satellite_count=given["satellite_count"],
            duration_s=given["duration_days"],
        )
    )


def time_between_avoidances_of_a_fleet(given: Inputs) -> float:
    """Take the fleet as one satellite."""
    return 1.0 / float(
        disposal.avoidance_per_s(
            avoidance_count=given["avoidance_count"],
            satellite_count=1.0,
            duration_s=given["duration_days"],
        )
    )


def alumina_of_a_mass(given: Inputs) -> float:
    """Take the share of a mass that comes down."""
    return float(disposal.alumina_kg(mass_kg=given["mass_kg"]))


def alumina_of_a_fleet(given: Inputs) -> float:
    """Let every satellite come down once in its life."""
    spec = disposal.Spec(
        mass_kg=jnp.asarray(given["mass_kg"]),
        casualty_area_m2=jnp.asarray(0.0),
        disposal_success_fraction=jnp.asarray(1.0),
    )
    down = disposal.reentries(
        spec,
        reentry_per_s=given["satellite_count"] / given["life_years"],
        uncontrolled_fraction=0.0,
    )
    return float(down.alumina_kg_per_s)


def satellites_of_all_groups_and_others(given: Inputs) -> float:
    """Add satellites authorised besides a constellation of the catalogue."""
    return satellites_of_all_groups(given) + given["other_satellite_count"]


DISPOSAL: dict[str, Quantity] = {
    "velocity change by two burns": velocity_change_by_two_burns,
    "velocity change to escape": velocity_change_to_escape,
    "time to fall": time_to_fall,
    "mean time to fall over a solar cycle": mean_time_to_fall_over_a_solar_cycle,
    "avoidances of a satellite": avoidances_of_a_satellite,
    "time between avoidances of a fleet": time_between_avoidances_of_a_fleet,
    "alumina of a mass": alumina_of_a_mass,
    "alumina of a fleet": alumina_of_a_fleet,
    "satellites of all groups and others": satellites_of_all_groups_and_others,
}
