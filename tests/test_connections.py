"""Do a system's connections hold: stacks, the mesh at an instant, ways, what is not reached?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from sunstack.connections.between import APART, Between, between
from sunstack.connections.designs import designs
from sunstack.connections.instant import Instant, uplinks_s
from sunstack.connections.nearest import SEES_NO_COMPUTER, SEES_NOTHING, Way, nearest_ways
from sunstack.connections.routes import place, soonest, way, web
from sunstack.connections.survey import at_instant, fleets
from sunstack.disciplines import network
from sunstack.errors import ScenarioError
from sunstack.resolve import resolve
from sunstack.scenario import loads
from sunstack.system import System

SCENARIO = """
schema_version: 1
name: two-bands
epoch: 2028-03-20
constellation:
  groups:
    - name: inclined
      model: shells
      altitude_low_km: 600
      altitude_high_km: 620
      inclination_deg: 50
      shell_count: 2
      planes_per_shell_count: 8
      satellites_per_plane_count: 20
    - name: dawn-dusk
      model: shells
      altitude_low_km: 700
      altitude_high_km: 710
      inclination_deg: sun-synchronous
      shell_count: 2
      planes_per_shell_count: 2
      satellites_per_plane_count: 30
      local_times_hours: [18.0, 6.0]
    - name: cluster
      model: formation
      altitude_km: 650
      inclination_deg: 50
      pitch_m: 100
      radius_m: 300
satellite:
  catalogue: ai1-2026-06
network:
  access: starlink-gen1
"""
ELEVATION_RAD = np.radians(25.0)


@cache
def system(access: str = "starlink-gen1") -> System:
    return resolve(loads(SCENARIO.replace("starlink-gen1", access), path="two-bands.yaml")).system


@cache
def sky(share: float = 1.0, access: str = "starlink-gen1") -> Instant:
    compute, carrying, _ = fleets(system(access))
    return at_instant(
        system(access), compute, carrying, elapsed_s=900.0, shares=[share] * 2, seed=3
    )


def site_m(latitude_deg: float, longitude_deg: float) -> NDArray[np.float64]:
    fixed = network.earth_fixed_m(
        latitude_rad=np.radians([latitude_deg]), longitude_rad=np.radians([longitude_deg])
    )
    return np.asarray(fixed)


def positions_m(here: Instant) -> NDArray[np.float64]:
    return np.concatenate(
        [np.asarray(network.stack_position_m(one)).reshape(-1, 3) for one in here.stacks]
    )


def test_groups_become_stacks_and_clusters_say_why_not() -> None:
    compute, access, refused = fleets(system())
    assert [one.plane.shape for one in compute.skeletons] == [(2, 8), (2, 2)]
    assert access is not None and len(access.skeletons) == 5
    assert list(refused) == ["cluster"] and "one satellite" in refused["cluster"]


def test_planes_filled_unevenly_count_the_fewer_and_tell_the_rest() -> None:
    given = SCENARIO.replace("  groups:", "  satellite_count_cap: 401\n  groups:")
    compute, _, _ = fleets(resolve(loads(given, path="capped.yaml")).system)
    inclined = compute.skeletons[0]
    counts = np.asarray(compute.orbits.satellite_count)[inclined.plane]
    assert inclined.slot_count == counts.min() < counts.max()
    assert inclined.left_out_count == (counts - counts.min()).sum() > 0


def test_dawn_and_dusk_planes_have_no_lasers_across() -> None:
    across = [one.across_s is not None for one in sky().mesh.stacks]
    assert across == [True, True, True, False, False, True, False]


def test_stacks_stand_where_the_orbits_are() -> None:
    """Against the orbits' own positions, within what short periods and mean radii come to."""
    here, orbits = sky(), system().orbits
    from sunstack.disciplines import orbit

    for number, band in zip((5, 6), fleets(system())[0].skeletons, strict=True):
        stack = np.asarray(network.stack_position_m(here.stacks[number])).reshape(-1, 3)
        plane = band.plane.ravel()
        phase = 2.0 * np.pi / band.slot_count * np.arange(band.slot_count)
        own = replace(
            orbits,
            **{name: getattr(orbits, name)[plane][:, None] for name in vars(orbits)},
        )
        there = orbit.position_m(own, elapsed_s=900.0, phase_rad=jnp.asarray(phase))
        apart = np.linalg.norm(stack[:, None] - np.asarray(there).reshape(-1, 3), axis=-1)
        # Short-period terms in place come to some 10 km.
        assert apart.min(axis=1).max() < 20e3


def two_stacks(here: Instant) -> Instant:
    """The largest access shell, the inclined band and the bridges between: less to compile."""
    kept = (0, here.access_count)
    bridges = [
        one for ends, one in zip(here.mesh.ends, here.mesh.bridges, strict=True) if ends == kept
    ]
    stacks = tuple(here.mesh.stacks[one] for one in kept)
    return replace(
        here,
        names=tuple(here.names[one] for one in kept),
        stacks=tuple(here.stacks[one] for one in kept),
        alive=tuple(here.alive[one] for one in kept),
        mesh=network.Mesh(stacks=stacks, bridges=tuple(bridges), ends=((0, 1),)),
        access_count=1,
    )


def test_the_graph_and_the_sweeps_agree_over_all_of_it() -> None:
    """Two methods of one answer: Dijkstra's search in double, sweeps in single precision."""
    here = two_stacks(sky(0.9))
    start = uplinks_s(here, site_m=site_m(10.0, 20.0), elevation_rad=ELEVATION_RAD)
    searched = soonest(web(here.mesh), [np.asarray(one)[..., 0] for one in start])
    swept = network.mesh_delays(here.mesh, start_s=tuple(start))
    labels = np.concatenate([np.asarray(one).ravel() for one in swept.delay_s])
    reached = labels < network.UNREACHED_S
    np.testing.assert_array_equal(reached, np.isfinite(searched.delay_s))
    np.testing.assert_allclose(labels[reached], searched.delay_s[reached], rtol=0.0, atol=1e-12)
    assert 0 < reached.sum() < reached.size  # dead satellites are never reached


def test_a_way_is_as_long_as_its_stops_are_apart() -> None:
    here = sky()
    found = between(
        here,
        start_m=site_m(51.5, -0.1)[0],
        end_m=site_m(1.3, 103.9)[0],
        elevation_rad=ELEVATION_RAD,
    )
    assert isinstance(found, Between)
    stops = [site_m(51.5, -0.1)[0], *(one.position_m for one in found.stops), site_m(1.3, 103.9)[0]]
    length_m = sum(np.linalg.norm(one - two) for one, two in pairwise(stops))
    hops = len(found.stops) - 1
    by_hand = length_m / 299_792_458.0 + hops * float(system().connection.hop_s)
    assert found.delay_s == pytest.approx(by_hand, abs=1e-9)
    assert found.delay_s > np.linalg.norm(stops[0] - stops[-1]) / 299_792_458.0


def test_the_nearest_computer_is_none_sooner_by_search_of_everything() -> None:
    """Against Dijkstra's search over the whole mesh, bridges and computers in it."""
    here, site = sky(0.8), site_m(35.0, 139.0)
    (found,) = nearest_ways(here, site_m=site, elevation_rad=ELEVATION_RAD)
    assert isinstance(found, Way)
    start = uplinks_s(here, site_m=site, elevation_rad=ELEVATION_RAD)
    joined = web(here.mesh)
    every = soonest(joined, [np.asarray(one)[..., 0] for one in start])
    computing = every.delay_s[joined.first[here.access_count] :]
    assert found.up_s + found.space_s == pytest.approx(float(computing.min()), abs=1e-12)
    target = int(joined.first[here.access_count] + computing.argmin())
    assert found.hop_count == len(way(every, target)) - 1
    assert found.entry == place(joined, way(every, target)[-1])


def test_without_an_access_constellation_the_nearest_in_view_counts() -> None:
    here, site = sky(1.0, "none"), site_m(45.0, 10.0)
    (found,) = nearest_ways(here, site_m=site, elevation_rad=ELEVATION_RAD)
    assert isinstance(found, Way)
    slant = np.linalg.norm(positions_m(here) - site, axis=1)
    assert found.up_s == pytest.approx(slant.min() / 299_792_458.0)
    assert (found.space_s, found.hop_count) == (0.0, 0)


def test_what_is_not_reached_says_why() -> None:
    pole = site_m(90.0, 0.0)
    inclined = sky(1.0, "none")
    (seen,) = nearest_ways(inclined, site_m=pole, elevation_rad=np.radians(60.0))
    assert seen == SEES_NOTHING
    dead = sky(0.0)
    (lost,) = nearest_ways(dead, site_m=site_m(10.0, 10.0), elevation_rad=ELEVATION_RAD)
    assert lost == SEES_NO_COMPUTER
    unseen = between(
        inclined, start_m=pole[0], end_m=site_m(0.0, 0.0)[0], elevation_rad=np.radians(60.0)
    )
    assert unseen == f"of the first place: {SEES_NOTHING}"


def test_places_over_rings_that_nothing_joins_are_apart() -> None:
    """A place under a dawn plane and one under a dusk plane, with no other satellites."""
    here = sky(1.0, "none")
    kept = slice(1, 2)
    rings = replace(
        here,
        names=here.names[kept],
        stacks=here.stacks[kept],
        alive=here.alive[kept],
        mesh=network.Mesh(stacks=here.mesh.stacks[kept], bridges=(), ends=()),
    )
    first, second = (
        np.asarray(network.stack_position_m(rings.stacks[0]))[0, plane, 0] for plane in (0, 1)
    )
    radius = np.linalg.norm(first) / 6_371e3
    found = between(
        rings, start_m=first / radius, end_m=second / radius, elevation_rad=np.radians(80.0)
    )
    assert found == APART


def test_an_access_constellation_must_be_one() -> None:
    for name, told in (("starlink-gen9", "did you mean"), ("suncatcher-81", "cluster")):
        with pytest.raises(ScenarioError, match=told):
            system(name)


def test_a_search_for_lasers_that_finds_no_shell_says_why() -> None:
    compute, _, _ = fleets(system())
    alone = designs(system(), compute.skeletons, [False, False])
    assert alone == "no shell has lasers from plane to plane"
    # Planes of 20 at 600 km stand 2.2 thousand kilometres apart.
    short = replace(
        system(), connection=replace(system().connection, laser_range_m=np.asarray(1e6))
    )
    why = designs(short, compute.skeletons, [True, False])
    assert isinstance(why, str)
    assert "lasers to the neighbours in inclined do not keep within 1,000 km" in why
