"""What do cluster and bisection functions give for published formations and networks?"""

from __future__ import annotations

from functools import cache

import jax.numpy as jnp
import numpy as np

from sunstack.disciplines import formation, orbit
from sunstack.units import EARTH_RADIUS_M, YEAR_S

from .inputs import Inputs, Quantity

FLOWN_ORBITS = 6
KINDS = {"direct": formation.DIRECT, "diagonal": formation.DIAGONAL}


def _cluster(given: Inputs) -> formation.Lattice:
    """Spread as many satellites as there are over the ellipse."""
    return _spread(given["radius_km"], int(given.word("satellite_count")))


@cache
def _spread(radius_m: float, satellite_count: int) -> formation.Lattice:
    close = formation.of_count(satellite_count=satellite_count, pitch_m=1.0)
    pitch_m = 0.5 * radius_m / close.reach_ratio
    return formation.of_count(satellite_count=satellite_count, pitch_m=pitch_m)


@cache
def _flown(
    extent_m: float,
    satellite_count: int,
    altitude_m: float,
    latitude_rad: float,
    ratio: float | None,
) -> formation.Course:
    """Fly a cluster in a sun-synchronous orbit; at the ratio searched for if none is given."""
    lattice = _spread(extent_m, satellite_count)
    radius_m = EARTH_RADIUS_M + altitude_m
    tilt = orbit.sun_synchronous_inclination_rad(semi_major_axis_m=radius_m)
    centre = formation.Orbit(
        radius_m=jnp.asarray(radius_m),
        inclination_rad=tilt,
        argument_of_latitude_rad=jnp.asarray(latitude_rad),
    )
    trim = formation.searched_trim_ratio(lattice, centre) if ratio is None else jnp.asarray(ratio)
    how = formation.Start(axis_ratio=trim, cross_track_ratio=jnp.zeros(()))
    begun = formation.start(lattice, centre, how)
    flight: formation.Course = formation.course(begun, centre, orbit_count=FLOWN_ORBITS)
    return flight


def _course(given: Inputs) -> tuple[formation.Lattice, formation.Course]:
    ratio = given.word("axis_ratio")
    flight = _flown(
        given["radius_km"],
        int(given.word("satellite_count")),
        given["altitude_km"],
        given["argument_of_latitude_deg"],
        None if ratio == "searched" else float(ratio),
    )
    return _cluster(given), flight


def satellites_of_a_lattice(given: Inputs) -> float:
    """Count the points of a square lattice inside an ellipse of two to one."""
    lattice = formation.within(radius_m=given["radius_km"], pitch_m=given["pitch_m"])
    return float(lattice.satellite_count)


def least_distance_of_neighbours(given: Inputs) -> float:
    """Take the least distance of any two neighbours in one orbit round an oblate Earth."""
    return min(float(one.least_m.min()) for one in _of_neighbours(given))


def greatest_distance_of_neighbours(given: Inputs) -> float:
    """Take the greatest distance of any two neighbours in one orbit round an oblate Earth."""
    return max(float(one.most_m.max()) for one in _of_neighbours(given))


def _of_neighbours(given: Inputs) -> list[formation.Distances]:
    lattice, flight = _course(given)
    track = flight.relative.position_m[: formation.SAMPLES_PER_ORBIT + 1]
    return [
        formation.of_neighbours(lattice, track, offset=offset)
        for offset in KINDS[given.word("neighbours")]
    ]


def extent_of_a_cluster(given: Inputs) -> float:
    """Take how far any member comes from the centre, up or along the track."""
    way = ("up", "along", "across").index(given.word("way"))
    return float(formation.envelope_m(_course(given)[1])[way])


def impulses_that_hold_a_cluster(given: Inputs) -> float:
    """Stop the worst member's drift once an orbit, per time and metre of radius."""
    _, flight = _course(given)
    yearly = formation.yearly_impulse_m_per_s(
        drift_in_orbit_m=formation.drift_m(flight), period_s=flight.period_s
    )
    return float(yearly.max()) / YEAR_S / given["radius_km"]


def bisection_of_a_torus(given: Inputs) -> float:
    """Cut a torus in two across the side named, or the longest."""
    sides = [int(side) for side in given.word("sides").split("x")]
    across = given.word("across")
    return float(
        formation.torus_bisection_bit_per_s(
            sides=sides,
            rate_bit_per_s=given["link_gbit_per_s"],
            across=None if across == "longest" else sides.index(int(across)),
        )
    )


def bisection_of_a_clos_network(given: Inputs) -> float:
    """Take half of what all ends can send."""
    return float(
        formation.clos_bisection_bit_per_s(
            end_count=given["rack_count"] * given["ends_per_rack_count"],
            rate_bit_per_s=given["end_gbit_per_s"],
        )
    )


def clos_over_torus(given: Inputs) -> float:
    """Compare the two."""
    return bisection_of_a_clos_network(given) / bisection_of_a_torus(given)


def neighbours_apart_without_oblateness(given: Inputs) -> float:
    """Take the distance by closed form, at its least or greatest over an orbit."""
    lattice = _cluster(given)
    offset = KINDS[given.word("neighbours")][0]
    phase = np.linspace(0.0, np.pi, 3601)
    apart = formation.separation_m(lattice, offset=offset, phase_rad=phase)
    return float({"least": jnp.min, "greatest": jnp.max}[given.word("which")](apart))


FORMATIONS: dict[str, Quantity] = {
    "satellites of a lattice": satellites_of_a_lattice,
    "least distance of neighbours": least_distance_of_neighbours,
    "greatest distance of neighbours": greatest_distance_of_neighbours,
    "neighbours apart without oblateness": neighbours_apart_without_oblateness,
    "extent of a cluster": extent_of_a_cluster,
    "impulses that hold a cluster": impulses_that_hold_a_cluster,
    "bisection of a torus": bisection_of_a_torus,
    "bisection of a Clos network": bisection_of_a_clos_network,
    "Clos network over torus": clos_over_torus,
}
