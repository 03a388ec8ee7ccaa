"""What do the orbit functions give for a published orbit: its drift, its shadow, its air?

Altitudes count from the equatorial radius, as everywhere in the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from sunstack.disciplines import orbit
from sunstack.resolve import atmosphere
from sunstack.units import DAY_S, EARTH_RADIUS_M, TROPICAL_YEAR_S

from .inputs import Inputs, Quantity, turning_point

SAMPLES_IN_A_YEAR = 3653
"""Ten a day: seasons begin and end within 0.1 d."""
NODES = 36
"""Nodes over which an average over all nodes is taken."""
SEARCH_STEPS = 24
"""Halvings of 1,500 km: to a tenth of a metre."""
EDGES = {
    "cylinder": 0.0,
    "umbra": orbit.UMBRA_CONE_RAD,
    "penumbra": orbit.PENUMBRA_CONE_RAD,
}


def _axis_m(given: Inputs, name: str = "altitude_km") -> float:
    return EARTH_RADIUS_M + given[name]


def _rates(given: Inputs, name: str = "altitude_km") -> orbit.Rates:
    return orbit.secular_rates(
        semi_major_axis_m=_axis_m(given, name),
        eccentricity_ratio=0.0,
        inclination_rad=given["inclination_deg"],
    )


def period(given: Inputs) -> float:
    """Take the circular two-body period."""
    return float(orbit.circular_period_s(semi_major_axis_m=_axis_m(given)))


def sun_synchronous_inclination(given: Inputs) -> float:
    """Take the inclination that follows the mean Sun."""
    return float(orbit.sun_synchronous_inclination_rad(semi_major_axis_m=_axis_m(given)))


def drift_of_the_node(given: Inputs) -> float:
    """Take the secular drift of the node, inertial."""
    return float(_rates(given).node_rad_per_s)


def drift_of_the_node_from_the_sun(given: Inputs) -> float:
    """Take the drift of the node against the mean Sun."""
    return float(
        orbit.node_drift_from_sun_rad_per_s(
            semi_major_axis_m=_axis_m(given),
            eccentricity_ratio=0.0,
            inclination_rad=given["inclination_deg"],
        )
    )


def spread_of_node_drift(given: Inputs) -> float:
    """Take how fast nodes at two altitudes part."""
    low, high = (_rates(given, name) for name in ("altitude_low_km", "altitude_high_km"))
    return abs(float(low.node_rad_per_s - high.node_rad_per_s))


def velocity_change_by_low_thrust(given: Inputs) -> float:
    """Take the velocity change of a spiral between circular orbits."""
    return float(
        orbit.low_thrust_delta_v_m_per_s(
            start_semi_major_axis_m=_axis_m(given, "start_altitude_km"),
            end_semi_major_axis_m=_axis_m(given, "end_altitude_km"),
            plane_change_rad=given["plane_change_deg"],
        )
    )


def share_in_shadow(given: Inputs) -> float:
    """Take the share of an orbit inside one edge of the shadow."""
    edge = given.word("edge")
    if edge not in EDGES:
        raise ValueError(f"inputs: edge: {edge!r} is not one of {', '.join(EDGES)}")
    return float(
        orbit.eclipse_fraction(
            semi_major_axis_m=_axis_m(given), beta_rad=given["beta_deg"], cone_rad=EDGES[edge]
        )
    )


def time_in_shadow(given: Inputs) -> float:
    """Take the time an orbit spends in shadow."""
    return share_in_shadow(given) * period(given)


def sunlit_share(given: Inputs) -> float:
    """Take the share of an orbit in light."""
    return 1.0 - share_in_shadow(given)


@dataclass(frozen=True)
class _Year:
    """What planes at one altitude see in a calendar year."""

    sky: orbit.Sky
    elapsed_s: Array
    julian_day: Array

    @classmethod
    def of_planes(
        cls, new_year: float, *, axis_m: float, inclination_rad: float, node_rad: ArrayLike
    ) -> _Year:
        elapsed_s = jnp.arange(SAMPLES_IN_A_YEAR) * (TROPICAL_YEAR_S / SAMPLES_IN_A_YEAR)
        nodes = jnp.atleast_1d(jnp.asarray(node_rad))
        zeros = jnp.zeros_like(nodes)
        spec = orbit.Spec(
            semi_major_axis_m=zeros + axis_m,
            eccentricity_ratio=zeros,
            inclination_rad=zeros + inclination_rad,
            node_rad=nodes,
            argument_of_perigee_rad=zeros,
            argument_of_latitude_rad=zeros,
            satellite_count=zeros + 1.0,
        )
        sky = orbit.sky(spec, epoch_julian_day=new_year, elapsed_s=elapsed_s)
        return cls(sky, elapsed_s, new_year + elapsed_s / DAY_S)

    @classmethod
    def sun_synchronous(cls, new_year: float, *, axis_m: float, local_time_s: float) -> _Year:
        node = orbit.node_of_local_time_rad(local_time_s=local_time_s, julian_day=new_year)
        inclination = orbit.sun_synchronous_inclination_rad(semi_major_axis_m=axis_m)
        return cls.of_planes(
            new_year, axis_m=axis_m, inclination_rad=float(inclination), node_rad=node
        )

    @property
    def shadow(self) -> Array:
        """Share of each orbit in shadow, shape (planes, samples)."""
        return self.sky.eclipse_fraction

    @property
    def dark(self) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Samples at which the first plane meets shadow."""
        return np.flatnonzero(np.asarray(self.shadow[0]) > 0.0)


def _year(given: Inputs) -> _Year:
    return _Year.sun_synchronous(
        given.new_year_julian_day(), axis_m=_axis_m(given), local_time_s=given["local_time_hours"]
    )


def share_of_a_year_in_shadow(given: Inputs) -> float:
    """Average over a sun-synchronous year."""
    return float(_year(given).shadow.mean())


def sunlit_share_of_a_year(given: Inputs) -> float:
    """Average over a sun-synchronous year."""
    return 1.0 - share_of_a_year_in_shadow(given)


def sunlit_share_over_all_nodes(given: Inputs) -> float:
    """Average over a year and all nodes, at an inclination that is not sun-synchronous."""
    seen = _Year.of_planes(
        given.new_year_julian_day(),
        axis_m=_axis_m(given),
        inclination_rad=given["inclination_deg"],
        node_rad=jnp.arange(NODES) * (2.0 * jnp.pi / NODES),
    )
    return 1.0 - float(seen.shadow.mean())


def days_with_shadow(given: Inputs) -> float:
    """Count the time of a sun-synchronous year in which orbits meet shadow, in seconds."""
    return len(_year(given).dark) / SAMPLES_IN_A_YEAR * TROPICAL_YEAR_S


def longest_shadow(given: Inputs) -> float:
    """Take the longest shadow of a sun-synchronous year."""
    seen = _year(given)
    return float((seen.shadow * seen.sky.period_s).max())


def first_day_with_shadow(given: Inputs) -> float:
    """Take the day of the year on which the season begins; NaN if there is none."""
    return _day_of_the_year(_year(given), 0)


def last_day_with_shadow(given: Inputs) -> float:
    """Take the day of the year on which the season ends; NaN if there is none."""
    return _day_of_the_year(_year(given), -1)


def _day_of_the_year(seen: _Year, which: int) -> float:
    return float(seen.elapsed_s[seen.dark[which]]) / DAY_S + 1.0 if len(seen.dark) else nan


def declination_when_shadow_begins(given: Inputs) -> float:
    """Take the Sun's declination at the first shadow of the season; NaN if there is none."""
    seen = _year(given)
    if not len(seen.dark):
        return nan
    there = orbit.sun(julian_day=seen.julian_day[seen.dark[0]])
    return float(jnp.arcsin(there.direction_ratio[2]))


def lowest_altitude_without_shadow(given: Inputs) -> float:
    """Search the altitude from which a sun-synchronous year has no shadow."""
    new_year, local_time_s = given.new_year_julian_day(), given["local_time_hours"]

    def lit(altitude_m: float) -> bool:
        axis_m = EARTH_RADIUS_M + altitude_m
        seen = _Year.sun_synchronous(new_year, axis_m=axis_m, local_time_s=local_time_s)
        return not len(seen.dark)

    return turning_point(lit, low=500e3, high=2000e3, steps=SEARCH_STEPS)


def lowest_altitude_lit_at_solstice(given: Inputs) -> float:
    """Search the altitude from which a dusk orbit is lit at a solstice of the obliquity given."""
    obliquity = given["obliquity_deg"]
    sun = jnp.stack([jnp.zeros(()), jnp.cos(obliquity), jnp.sin(obliquity)])
    dusk_node = jnp.pi  # a quarter turn east of the Sun, which stands at 90° of right ascension

    def lit(altitude_m: float) -> bool:
        axis_m = EARTH_RADIUS_M + altitude_m
        beta = orbit.beta_rad(
            inclination_rad=orbit.sun_synchronous_inclination_rad(semi_major_axis_m=axis_m),
            node_rad=dusk_node,
            direction_ratio=sun,
        )
        return float(orbit.eclipse_fraction(semi_major_axis_m=axis_m, beta_rad=beta)) == 0.0

    return turning_point(lit, low=500e3, high=2000e3, steps=SEARCH_STEPS)


def density_of_the_air(given: Inputs) -> float:
    """Take the global mean from the table that runs use."""
    return float(
        orbit.density_kg_per_m3(
            atmosphere(),
            altitude_m=given["altitude_km"],
            solar_flux_units=given["solar_activity_solar_flux_units"],
        )
    )


ORBITS: dict[str, Quantity] = {
    "period": period,
    "sun-synchronous inclination": sun_synchronous_inclination,
    "drift of the node": drift_of_the_node,
    "drift of the node from the Sun": drift_of_the_node_from_the_sun,
    "spread of node drift": spread_of_node_drift,
    "velocity change by low thrust": velocity_change_by_low_thrust,
    "share of an orbit in shadow": share_in_shadow,
    "time in shadow": time_in_shadow,
    "sunlit share of an orbit": sunlit_share,
    "share of a year in shadow": share_of_a_year_in_shadow,
    "sunlit share of a year": sunlit_share_of_a_year,
    "sunlit share over all nodes": sunlit_share_over_all_nodes,
    "days with shadow": days_with_shadow,
    "longest shadow": longest_shadow,
    "first day with shadow": first_day_with_shadow,
    "last day with shadow": last_day_with_shadow,
    "declination when shadow begins": declination_when_shadow_begins,
    "lowest altitude without shadow": lowest_altitude_without_shadow,
    "lowest altitude lit at solstice": lowest_altitude_lit_at_solstice,
    "density of the air": density_of_the_air,
}
