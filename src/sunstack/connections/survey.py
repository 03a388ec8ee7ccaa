"""What of the network does a run look at: which places, when, and what does each find?

The largest cities of the catalogue, at instants spread over the first day; each city's way to the
nearest working computer in orbit, and to the nearest data centre on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.catalogue import sites
from sunstack.catalogue.sites import Cities, Site
from sunstack.disciplines import network, orbit
from sunstack.disciplines.network import Lattice, Stack, StackLinks
from sunstack.system import System
from sunstack.units import DAY_S

from .between import Between, between
from .instant import Fleet, Instant, instant
from .nearest import Way, nearest_ways
from .reach import Reach, reach
from .skeleton import Skeleton, skeletons

INSTANT_COUNT = 8
PAIRS = (
    ("London", "Singapore"),
    ("New York", "London"),
    ("São Paulo", "Tokyo"),
    ("Nairobi", "San Francisco"),
)
"""Far and near, along and across the equator: routes drawn."""
LATITUDE_STEP_DEG = 2.0
LONGITUDE_COUNT = 24

Seconds = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Of each city, the nearest data centre on the ground; arrays of shape (places,)."""

    name: tuple[str, ...]
    distance_km: Seconds
    one_way_s: Seconds
    """By fibre."""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Satellites over places, working or not, over longitudes and instants; (latitudes,)."""

    latitude_deg: Seconds
    in_view_count: Seconds
    covered_fraction: Seconds


@dataclass(frozen=True, kw_only=True)
class Routed:
    """A way between two cities at the first instant, or why there is none."""

    start: Site
    end: Site
    way: Between | str
    earth_angle_rad: float
    """Of Greenwich, to turn the way's places to those on Earth."""
    fibre_s: float
    """One way."""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What places find of the network; arrays of shape (instants, places) unless said."""

    elapsed_s: Seconds
    """Of the instants, since the epoch; (instants,)."""
    skeletons: tuple[Skeleton, ...]
    """Of the stacks, those of the access constellation first."""
    has_across: tuple[bool, ...]
    access_count: int
    """Stacks that carry users' traffic without computing."""
    refused: dict[str, str]
    """Groups that make no mesh, and why."""
    working_fraction: dict[str, float]
    """Of each group's satellites, the share taken to work."""
    cities: Cities
    ways: tuple[tuple[Way | str, ...], ...]
    """Of each instant, each city's way, or why there is none."""
    ground: Ground
    access_s: float
    """Frames of a radio link, one way."""
    hop_s: float
    """Time a satellite takes to pass a packet on."""
    queueing_s: float
    """Wait for a radio link in use, one way."""
    coverage: Coverage
    reach: Reach
    """Delays by distance at the first instant."""
    routes: tuple[Routed, ...]


def survey(system: System, *, working_fraction: dict[str, float], seed: int) -> Survey | None:
    """Look at the network of a system; none if none of its groups makes a mesh.

    Args:
        system: satellites, and what joins them.
        working_fraction: share of each group's satellites in place that work.
        seed: of the draw of those that do not.
    """
    compute, access, refused = fleets(system)
    if not compute.skeletons:
        return None
    elapsed_s = np.linspace(0.0, DAY_S, INSTANT_COUNT, endpoint=False, dtype=np.float64)
    cities = largest(system.connection.place_count)
    fixed_m = network.earth_fixed_m(
        latitude_rad=np.radians(cities.latitude_deg), longitude_rad=np.radians(cities.longitude_deg)
    )
    shares = [working_fraction[one.name] for one in compute.skeletons]
    skies = [
        at_instant(system, compute, access, elapsed_s=float(one), shares=shares, seed=seed)
        for one in elapsed_s
    ]
    ways = tuple(
        nearest_ways(
            here,
            site_m=placed_m(system, fixed_m, elapsed_s=float(one)),
            elevation_rad=float(system.connection.elevation_rad),
        )
        for here, one in zip(skies, elapsed_s, strict=True)
    )
    joined = [*(access.skeletons if access else ()), *compute.skeletons]
    return Survey(
        elapsed_s=elapsed_s,
        skeletons=tuple(joined),
        has_across=tuple(_has_across(one) for one in skies[0].mesh.stacks),
        access_count=skies[0].access_count,
        refused=refused,
        working_fraction=working_fraction,
        cities=cities,
        ways=ways,
        ground=_ground(cities, float(system.connection.fibre_stretch_ratio)),
        **radio_s(system),
        coverage=_coverage(skies, float(system.connection.elevation_rad)),
        reach=reach(
            skies[0],
            site_m=placed_m(system, fixed_m, elapsed_s=float(elapsed_s[0])),
            elevation_rad=float(system.connection.elevation_rad),
        ),
        routes=tuple(
            routed(system, skies[0], sites.site(one), sites.site(two), elapsed_s=0.0)
            for one, two in PAIRS
        ),
    )


def _has_across(links: StackLinks) -> bool:
    return links.across_s is not None and bool((links.across_s < network.UNREACHED_S).any())


def fleets(system: System) -> tuple[Fleet, Fleet | None, dict[str, str]]:
    """Sort who computes and who carries traffic into stacks, and tell which groups make none."""
    found, refused = skeletons(system.orbits, system.plane_group, system.group_names)
    connection = system.connection
    access = None
    if connection.access_names:
        carrying, lacking = skeletons(
            connection.access, connection.access_group, connection.access_names
        )
        refused = {**lacking, **refused}
        access = Fleet(orbits=connection.access, skeletons=carrying)
    return Fleet(orbits=system.orbits, skeletons=found), access, refused


def at_instant(
    system: System,
    compute: Fleet,
    access: Fleet | None,
    *,
    elapsed_s: float,
    shares: list[float],
    seed: int,
    access_share: float = 1.0,
) -> Instant:
    """Join a system's satellites as they stand at an instant, such shares of which work."""
    return instant(
        compute,
        access,
        elapsed_s=elapsed_s,
        hop_s=system.connection.hop_s,
        range_m=system.connection.laser_range_m,
        working_fraction=shares,
        access_fraction=access_share,
        seed=seed,
    )


def largest(count: int) -> Cities:
    """Return the largest cities of the catalogue."""
    every = sites.cities()
    return Cities(
        name=every.name[:count],
        country=every.country[:count],
        latitude_deg=every.latitude_deg[:count],
        longitude_deg=every.longitude_deg[:count],
        population_count=every.population_count[:count],
    )


def placed_m(system: System, fixed_m: Array, *, elapsed_s: float) -> Seconds:
    """Turn places with the Earth to an instant after the epoch, inertial."""
    angle = _earth_angle_rad(system, elapsed_s)
    return np.asarray(network.inertial_m(fixed_m, earth_angle_rad=angle))


def routed(system: System, here: Instant, start: Site, end: Site, *, elapsed_s: float) -> Routed:
    """Find the way between two places as satellites stand at an instant."""
    latitude = np.radians([start.latitude_deg, end.latitude_deg])
    longitude = np.radians([start.longitude_deg, end.longitude_deg])
    fixed_m = network.earth_fixed_m(latitude_rad=latitude, longitude_rad=longitude)
    start_m, end_m = placed_m(system, fixed_m, elapsed_s=elapsed_s)
    ground_m = network.ground_distance_m(
        latitude_rad=latitude[0],
        longitude_rad=longitude[0],
        other_latitude_rad=latitude[1],
        other_longitude_rad=longitude[1],
    )
    connection = system.connection
    elevation_rad = float(connection.elevation_rad)
    return Routed(
        start=start,
        end=end,
        way=between(here, start_m=start_m, end_m=end_m, elevation_rad=elevation_rad),
        earth_angle_rad=_earth_angle_rad(system, elapsed_s),
        fibre_s=float(
            network.fibre_s(distance_m=ground_m, stretch_ratio=connection.fibre_stretch_ratio)
        ),
    )


def _earth_angle_rad(system: System, elapsed_s: float) -> float:
    day = system.epoch_julian_day + elapsed_s / DAY_S
    return float(orbit.sidereal_angle_rad(julian_day=day))


def radio_s(system: System) -> dict[str, float]:
    """Frames and wait of one radio link, and the time of a hop."""
    connection = system.connection
    wait = network.queue(
        load_fraction=connection.load_fraction,
        service_s=connection.frame_s,
        service_variation_ratio=0.0,
    )
    return {
        "access_s": float(network.frames_s(frame_s=connection.frame_s, link_count=1)),
        "queueing_s": float(wait.wait_s),
        "hop_s": float(connection.hop_s),
    }


def _ground(cities: Cities, stretch_ratio: float) -> Ground:
    centres = sites.data_centres()
    nearest = [
        sites.nearest(
            Site(
                name=name,
                kind="city",
                country=country,
                latitude_deg=float(latitude),
                longitude_deg=float(longitude),
            ),
            centres,
        )
        for name, country, latitude, longitude in zip(
            cities.name, cities.country, cities.latitude_deg, cities.longitude_deg, strict=True
        )
    ]
    distance_km = np.array([away for _, away in nearest])
    return Ground(
        name=tuple(centre.name for centre, _ in nearest),
        distance_km=distance_km,
        one_way_s=np.asarray(
            network.fibre_s(distance_m=1e3 * distance_km, stretch_ratio=stretch_ratio)
        ),
    )


def _coverage(skies: list[Instant], elevation_rad: float) -> Coverage:
    """Count at even longitudes against the stars, which a turning Earth meets in a day."""
    latitude_deg = np.arange(-90.0, 90.0 + LATITUDE_STEP_DEG, LATITUDE_STEP_DEG)
    longitude = np.arange(LONGITUDE_COUNT) * (2.0 * np.pi / LONGITUDE_COUNT)
    place_m = network.earth_fixed_m(
        latitude_rad=np.radians(latitude_deg)[:, None], longitude_rad=longitude
    )
    counts = np.array(
        [
            sum(
                np.asarray(_seen_count(here.stacks[one], place_m.reshape(-1, 3), elevation_rad))
                for one in here.entries
            )
            for here in skies
        ]
    ).reshape(len(skies), len(latitude_deg), -1)
    return Coverage(
        latitude_deg=latitude_deg,
        in_view_count=counts.mean(axis=(0, 2)),
        covered_fraction=(counts > 0).mean(axis=(0, 2)),
    )


@jax.jit
def _seen_count(stack: Stack, place_m: Array, elevation_rad: float) -> Array:
    def one_shell(shell: Lattice) -> Array:
        return network.visible_count(shell, site_m=place_m, elevation_rad=elevation_rad)

    every: Array = jax.lax.map(one_shell, stack.shells)
    return every.sum(axis=0)
