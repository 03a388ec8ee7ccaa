"""Where do published dates, light times and rates between Earth and Mars come out?"""

from __future__ import annotations

from datetime import date
from functools import cache

import jax.numpy as jnp
import numpy as np

from sunstack.disciplines import deep_space
from sunstack.resolve.design import julian_day_of
from sunstack.units import DAY_S

from .inputs import Inputs, Quantity

STEPS_A_DAY = 100


def _moment(given: Inputs) -> float:
    """Julian day of a date and an hour."""
    day = julian_day_of(date.fromisoformat(given.word("date")))
    return day + given["time_hours"] / DAY_S


def _at(given: Inputs) -> deep_space.Geometry:
    days = np.array([_moment(given)])
    deep_space.check_covered(julian_day=days)
    seen: deep_space.Geometry = deep_space.geometry(julian_day=days)
    return seen


@cache
def _every_day(first_year: int, last_year: int) -> deep_space.Geometry:
    first, end = (julian_day_of(date(year, 1, 1)) for year in (first_year, last_year + 1))
    days = np.arange(first, end)
    deep_space.check_covered(julian_day=days)
    seen: deep_space.Geometry = deep_space.geometry(julian_day=days)
    return seen


def _over_years(given: Inputs) -> deep_space.Geometry:
    return _every_day(int(given.word("first_year")), int(given.word("last_year")))


def light_to_mars(given: Inputs) -> float:
    """Take the one-way light time at a moment."""
    return float(_at(given).outward_s[0])


def distance_to_mars(given: Inputs) -> float:
    """Take the distance of Earth and Mars at a moment."""
    return float(_at(given).distance_m[0])


def mars_off_the_sun(given: Inputs) -> float:
    """Take the angle between Sun and Mars, seen from Earth at a moment."""
    return float(_at(given).sun_earth_mars_rad[0])


def shortest_light_to_mars(given: Inputs) -> float:
    """Take the least of a span of years, day by day."""
    return float(_over_years(given).outward_s.min())


def longest_light_to_mars(given: Inputs) -> float:
    """Take the greatest of a span of years, day by day."""
    return float(_over_years(given).outward_s.max())


def farthest_mars(given: Inputs) -> float:
    """Take the greatest distance of a span of years, day by day."""
    return float(_over_years(given).distance_m.max())


def time_near_the_sun(given: Inputs) -> float:
    """Add up the time of a year for which Mars stands within an angle of the Sun."""
    days = given.new_year_julian_day() + np.arange(365 * STEPS_A_DAY) / STEPS_A_DAY
    angle = deep_space.geometry(julian_day=days).sun_earth_mars_rad
    return float(jnp.sum(angle < given["angle_deg"])) / STEPS_A_DAY * DAY_S


def time_between_conjunctions(given: Inputs) -> float:
    """Take the mean, of the one pair of planets that is known."""
    if (given.word("inner"), given.word("outer")) != ("earth", "mars"):
        raise ValueError("inputs: inner is earth and outer is mars, the one pair that is known")
    return deep_space.synodic_period_s()


def rate_from_one_shown(given: Inputs) -> float:
    """Scale a rate with the square of the distance."""
    shown = deep_space.Shown(
        rate_bit_per_s=jnp.asarray(given["shown_gbit_per_s"]),
        distance_m=jnp.asarray(given["shown_distance_km"]),
        ceiling_bit_per_s=jnp.asarray(given["most_gbit_per_s"]),
    )
    return float(deep_space.shown_rate_bit_per_s(shown, distance_m=given["distance_km"]))


RELAYS: dict[str, Quantity] = {
    "light to Mars": light_to_mars,
    "distance to Mars": distance_to_mars,
    "Mars off the Sun": mars_off_the_sun,
    "shortest light to Mars": shortest_light_to_mars,
    "longest light to Mars": longest_light_to_mars,
    "farthest Mars": farthest_mars,
    "time near the Sun": time_near_the_sun,
    "time between conjunctions": time_between_conjunctions,
    "rate from one shown": rate_from_one_shown,
}
