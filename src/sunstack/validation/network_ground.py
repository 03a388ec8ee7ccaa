"""What does the ground side of the network give: light's floors, ways by orbit and fibre, cells?"""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.disciplines import network, orbit
from sunstack.units import EARTH_RADIUS_M, GRAVITATIONAL_PARAMETER_M3_PER_S2, J2000_JULIAN_DAY

from .inputs import Inputs, Quantity

type Columns = NDArray[np.float64]

EPOCH_JULIAN_DAY = 2451544.5
"""The first of January 2000, 0 h, as in Hypatia's files."""
MOST_IN_VIEW = 40
PRESENCE_DEG = {
    "ashnvax": (39.04, -77.49),
    "chcoilx": (41.88, -87.63),
    "dllstxx": (32.78, -96.80),
    "dnvrcox": (39.74, -104.99),
    "knsymox": (39.10, -94.58),
    "lsancax": (34.05, -118.24),
    "mmmiflx": (25.76, -80.19),
    "mplsmnx": (44.98, -93.27),
    "nwyynyx": (40.71, -74.01),
    "sttlwax": (47.61, -122.33),
}
"""Starlink's points of presence in the United States, by the names of its customers' addresses
(repository clarkzjw/starlink-geoip-data at 0091a23, atlas/active_probes.csv); their cities."""
STATES_SOUTH_NORTH_DEG = (30.0, 48.0)
STATES_WEST_EAST_DEG = (-122.0, -76.0)
"""A box about the contiguous United States, over which users and gateways are spread evenly."""
USERS = 60
INSTANTS = 20

# --- light and fibre -----------------------------------------------------------------------------


def light_through_a_shell_s_height(given: Inputs) -> float:
    """Cross the height so many times, straight up or down."""
    return float(network.light_s(distance_m=given["altitude_km"] * given["crossing_count"]))


def round_trip_by_fibre(given: Inputs) -> float:
    """Go and come back along the great circle, or a fibre so much longer."""
    return 2.0 * float(
        network.fibre_s(
            distance_m=network.ground_distance_m(
                latitude_rad=given["latitude_deg"],
                longitude_rad=given["longitude_deg"],
                other_latitude_rad=given["other_latitude_deg"],
                other_longitude_rad=given["other_longitude_deg"],
            ),
            stretch_ratio=given["fibre_stretch_ratio"],
        )
    )


def distance_at_which_satellites_overtake_fibre(given: Inputs) -> float:
    """Take fibre along the great circle, and links that run along the way."""
    return float(
        network.crossover_m(
            altitude_m=given["altitude_km"], elevation_rad=given["least_elevation_deg"]
        )
    )


# --- ways across a shell -------------------------------------------------------------------------


def least_round_trip(given: Inputs) -> float:
    """Take the shortest of the round trips over the time."""
    return float(_round_trips_s(given).min())


def greatest_round_trip(given: Inputs) -> float:
    """Take the longest of the round trips over the time."""
    return float(_round_trips_s(given).max())


@jax.jit
def _round_trip_s(lattice: network.Lattice, site_m: Array, elevation_rad: Array) -> Array:
    """Ground links included, by whichever satellites in view are soonest; -1 if the list is cut."""
    seen = network.in_view(
        lattice, site_m=site_m, elevation_rad=elevation_rad, most_count=MOST_IN_VIEW
    )
    found = network.delays(network.links(lattice), start_s=network.start_s(lattice, seen=seen))
    there_s = network.arrival_s(found.delay_s, seen=seen)[0, 1]
    return jnp.where(seen.left_out_count.max() > 0, -1.0, 2.0 * there_s)


def _round_trips_s(given: Inputs) -> Columns:
    places = network.earth_fixed_m(
        latitude_rad=jnp.array([given["latitude_deg"], given["other_latitude_deg"]]),
        longitude_rad=jnp.array([given["longitude_deg"], given["other_longitude_deg"]]),
    )
    radius = _radius_m(given)
    site = np.linalg.norm(places, axis=1)
    if "slant_limit_km" in given.given:
        far = given["slant_limit_km"]
        elevation = np.arcsin((radius**2 - site**2 - far**2) / (2.0 * site * far))
    else:
        elevation = np.full(2, given["least_elevation_deg"])
    planes, slots = int(given["plane_count"]), int(given["satellites_per_plane_count"])
    tilt = given["inclination_deg"]
    found = []
    for time_s in np.arange(0.0, given["duration_s"], given["step_s"]):
        angle = orbit.sidereal_angle_rad(julian_day=EPOCH_JULIAN_DAY + time_s / 86_400.0)
        shell = _shell(radius, tilt, planes, slots, time_s)
        site_m = network.inertial_m(places, earth_angle_rad=angle)
        found.append(float(_round_trip_s(shell, site_m, jnp.asarray(elevation))))
    if min(found) < 0.0 or max(found) >= network.UNREACHED_S:
        raise ValueError(f"inputs: a place sees none or more than {MOST_IN_VIEW} satellites")
    return np.array(found)


def _radius_m(given: Inputs) -> float:
    if "altitude_km" in given.given:
        return EARTH_RADIUS_M + given["altitude_km"]
    motion = given["revolutions_per_day"] * 2.0 * np.pi / 86_400.0
    return float((GRAVITATIONAL_PARAMETER_M3_PER_S2 / motion**2) ** (1.0 / 3.0))


def _shell(
    radius_m: float, inclination_rad: float, planes: int, slots: int, time_s: float
) -> network.Lattice:
    """As Hypatia lays one out: every other plane half a slot on, partners of one number."""
    rates = orbit.secular_rates(
        semi_major_axis_m=radius_m, eccentricity_ratio=0.0, inclination_rad=inclination_rad
    )
    # The mean motion as given holds the anomaly's share of the oblateness already.
    motion = float(orbit.mean_motion_rad_per_s(semi_major_axis_m=radius_m))
    turned = (motion + float(rates.argument_of_perigee_rad_per_s)) * time_s
    number = np.arange(planes)
    return network.Lattice(
        radius_m=jnp.asarray(radius_m),
        inclination_rad=jnp.asarray(inclination_rad),
        node_rad=jnp.asarray(number * 2.0 * np.pi / planes + float(rates.node_rad_per_s) * time_s),
        phase_rad=jnp.asarray(np.where(number % 2 == 1, np.pi / slots, 0.0) + turned),
        seam_shift_count=jnp.asarray(0),
        slot_count=slots,
    )


# --- a bent pipe ---------------------------------------------------------------------------------


def median_round_trip_through_a_bent_pipe(given: Inputs) -> float:
    """Users over the United States, up to the nearest satellite, down to its nearest gateway.

    From there by fibre to the nearest point of presence; frames on each radio link, both ways.
    """
    shell = network.walker(
        plane_count=int(given["plane_count"]),
        slot_count=int(given["satellites_per_plane_count"]),
        phasing_count=given["phasing_count"],
        inclination_rad=given["inclination_deg"],
        radius_m=EARTH_RADIUS_M + given["altitude_km"],
    )
    least, gateways = given["least_elevation_deg"], int(given["gateway_count"])
    up_m, down_m, elevation, gateway = _bent(shell, gateways)
    if elevation.min() < least:
        raise ValueError(f"inputs: a user sees nothing above {np.degrees(least):g}°")
    one_way = network.parts(
        up_s=network.light_s(distance_m=up_m),
        down_s=network.light_s(distance_m=down_m),
        access_s=network.frames_s(frame_s=1.0 / given["frames_per_second"], link_count=2),
        ground_s=network.fibre_s(
            distance_m=_to_presence_m(gateways)[gateway],
            stretch_ratio=given["fibre_stretch_ratio"],
        ),
    )
    return 2.0 * float(jnp.median(one_way.total_s))


def _spread_rad(count: int) -> tuple[Columns, Columns]:
    """Latitudes and longitudes evenly over the box, by an additive recurrence."""
    number = np.arange(count) + 0.5
    south, north = np.sin(np.radians(STATES_SOUTH_NORTH_DEG))
    west, east = np.radians(STATES_WEST_EAST_DEG)
    sine = south + (north - south) * np.mod(0.7548776662466927 * number, 1.0)
    return np.arcsin(sine), west + (east - west) * np.mod(0.5698402909980532 * number, 1.0)


def _to_presence_m(gateways: int) -> Columns:
    """From each gateway along the ground to the nearest point of presence."""
    latitude, longitude = _spread_rad(gateways)
    there = np.radians(np.array(list(PRESENCE_DEG.values())))
    every = network.ground_distance_m(
        latitude_rad=latitude[:, None],
        longitude_rad=longitude[:, None],
        other_latitude_rad=there[:, 0],
        other_longitude_rad=there[:, 1],
    )
    return np.asarray(every).min(axis=1)


@cache
def _instant_angles_rad() -> tuple[float, ...]:
    """Sidereal angles of instants some 73 minutes apart."""
    days = J2000_JULIAN_DAY + np.arange(INSTANTS) * 0.0507
    return tuple(float(orbit.sidereal_angle_rad(julian_day=day)) for day in days)


def _bent(
    shell: network.Lattice, gateways: int
) -> tuple[Columns, Columns, Columns, NDArray[np.int64]]:
    """Slants up and down, elevations and gateways, for users at instants."""
    users, stations = (
        network.earth_fixed_m(latitude_rad=latitude, longitude_rad=longitude)
        for latitude, longitude in (_spread_rad(USERS), _spread_rad(gateways))
    )
    there = np.asarray(network.position_m(shell))
    found = []
    for angle in _instant_angles_rad():
        best = network.nearest(shell, site_m=network.inertial_m(users, earth_angle_rad=angle))
        above = there[np.asarray(best.plane[:, 0]), np.asarray(best.slot[:, 0])]
        away = above[:, None] - np.asarray(network.inertial_m(stations, earth_angle_rad=angle))
        down = np.linalg.norm(away, axis=-1)
        found.append((best.slant_m[:, 0], down.min(1), best.elevation_rad[:, 0], down.argmin(1)))
    up, down, elevation, gateway = (
        np.concatenate([np.asarray(part) for part in parts]) for parts in zip(*found, strict=True)
    )
    return up, down, elevation, gateway


# --- cells and satellites ------------------------------------------------------------------------


def area_of_a_cell(given: Inputs) -> float:
    """Take a hexagon within the circle that a beam lights."""
    return float(network.hexagon_m2(diameter_m=given["cell_diameter_km"]))


def capacity_of_a_satellite(given: Inputs) -> float:
    """Light all channels in all polarisations at once."""
    beams = network.Beams(
        capacity_bit_per_s=jnp.asarray(np.inf),
        beam_count=jnp.asarray(given["channel_count"] * given["polarisation_count"]),
        channel_count=jnp.asarray(given["channel_count"] * given["polarisation_count"]),
        channel_hz=jnp.asarray(given["spectrum_mhz"] / given["channel_count"]),
        spectral_efficiency=jnp.asarray(given["spectral_efficiency"]),
        cell_m2=jnp.ones(()),
    )
    return float(network.satellite_bit_per_s(beams))


NETWORK_GROUND: dict[str, Quantity] = {
    "light through a shell's height": light_through_a_shell_s_height,
    "round trip by fibre": round_trip_by_fibre,
    "distance at which satellites overtake fibre": distance_at_which_satellites_overtake_fibre,
    "least round trip across a shell": least_round_trip,
    "greatest round trip across a shell": greatest_round_trip,
    "median round trip through a bent pipe": median_round_trip_through_a_bent_pipe,
    "area of a cell": area_of_a_cell,
    "capacity of a satellite": capacity_of_a_satellite,
}
