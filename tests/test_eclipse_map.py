"""Does the map of shadow hold the fleet's own, textbook values, and groups of like orbits?"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sunstack import eclipse_map
from sunstack.eclipse_map import eclipse_maps
from sunstack.evaluate import Outcome
from sunstack.resolve import Resolved
from sunstack.system import System

Resolve = Callable[..., Resolved]
EARTH_RADIUS_KM = 6378.137
ONE = """\
schema_version: 1
name: one
epoch: 2028-03-20
constellation:
  groups:
    - name: only
      model: walker
      altitude_km: 600
      inclination_deg: {inclination}
      plane_count: {planes}
      satellites_per_plane_count: 1
satellite:
  catalogue: ai1-2026-06
"""


def test_an_equatorial_orbit_at_the_equinox_crosses_the_whole_shadow(written: Resolve) -> None:
    (one,) = eclipse_maps(written(ONE.format(inclination=0.001, planes=1)).system)
    # The Sun stands in the plane: the shadow is a strip as wide as the Earth, arcsin(R/r)/π long.
    exact = [
        math.asin(EARTH_RADIUS_KM / (EARTH_RADIUS_KM + altitude / 1e3)) / math.pi
        for altitude in one.altitude_m
    ]
    assert one.day[0] == 0
    # At the epoch's midnight the Sun is within half a degree of the equator.
    assert one.eclipse_fraction[:, 0] == pytest.approx(exact, abs=1e-4)


def test_higher_orbits_are_less_in_shadow(written: Resolve) -> None:
    (one,) = eclipse_maps(written(ONE.format(inclination=30, planes=6)).system)
    assert np.all(np.diff(one.eclipse_fraction.mean(axis=1)) < 0.0)
    assert one.altitude_m[0] == 400e3 and one.altitude_m[-1] == 800e3


def test_the_map_holds_the_fleet_s_own_shadow(
    written: Resolve, compiled_evaluate: Callable[[System], Outcome]
) -> None:
    system = written(ONE.format(inclination=53, planes=6)).system
    (one,) = eclipse_maps(system)
    row = int(np.argmin(np.abs(one.altitude_m - 600e3)))
    assert one.altitude_m[row] == pytest.approx(600e3)
    by_day = 1.0 - np.asarray(compiled_evaluate(system).first_year.sunlit_by_day_fraction)[0]
    kept = one.day < 365
    assert one.eclipse_fraction[row][kept] == pytest.approx(by_day[one.day[kept]], abs=1e-9)


def test_groups_of_like_orbits_share_a_map(shipped: Resolve) -> None:
    maps = eclipse_maps(
        shipped("starmind-million", "constellation.satellite_count_cap=20000").system
    )
    assert [(one.name, one.groups) for one in maps] == [
        ("inclined 26° to 32°", ("group-1", "group-3", "group-5")),
        ("sun-synchronous", ("group-2", "group-6")),
        ("inclined 97.2°", ("group-4",)),
    ]


def test_orbits_held_to_the_sun_are_held_at_every_altitude(shipped: Resolve) -> None:
    (one,) = eclipse_maps(shipped("ai1").system)
    assert one.name == "sun-synchronous"
    # Dawn-dusk: most of the year without shadow at every altitude of the map, which 600 km higher
    # or lower at a fixed inclination would drift off.
    assert np.all((one.eclipse_fraction == 0.0).mean(axis=1) > 0.5)


MANY = """\
schema_version: 1
name: many
epoch: 2028-03-20
constellation:
  groups:
    - name: band
      model: shells
      altitude_low_km: 500
      altitude_high_km: 700
      inclination_deg: 53
      shell_count: 95
      planes_per_shell_count: 12
      satellites_per_plane_count: 1
satellite:
  catalogue: ai1-2026-06
"""


def test_thinning_planes_keeps_their_mean(
    written: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = written(MANY).system
    (thinned,) = eclipse_maps(system)
    monkeypatch.setattr(eclipse_map, "MOST_PLANES", 10_000)
    (full,) = eclipse_maps(system)
    # A sixth of the planes, spread over nodes: a few parts in a hundred of the share at most.
    assert thinned.eclipse_fraction == pytest.approx(full.eclipse_fraction, abs=0.01)


def inclined(*degrees: float) -> str:
    groups = [
        f"    - {{name: g{n}, model: walker, altitude_km: 600, inclination_deg: {degree}, "
        "plane_count: 2, satellites_per_plane_count: 1}"
        for n, degree in enumerate(degrees)
    ]
    head, _, tail = ONE.partition("    - name: only")
    return (
        head + "\n".join(groups) + "\nsatellite" + tail.partition("satellite:")[2].join([":", ""])
    )


def test_kinds_do_not_depend_on_the_order_of_groups(written: Resolve) -> None:
    names = [
        {one.name for one in eclipse_maps(written(inclined(*degrees)).system)}
        for degrees in ((30, 32.9, 45), (32.9, 45, 30))
    ]
    assert names[0] == names[1] == {"inclined 30° to 32.9°", "inclined 45°"}


def test_an_orbit_held_to_the_sun_is_so_whether_or_not_it_says_so(written: Resolve) -> None:
    text = ONE.format(inclination="sun-synchronous", planes=1)
    said = text.replace(
        "      plane_count", "      sun_synchronous_intended: true\n      plane_count"
    )
    maps = [eclipse_maps(written(one).system)[0] for one in (text, said)]
    assert maps[0].name == maps[1].name == "sun-synchronous"
    assert np.array_equal(maps[0].eclipse_fraction, maps[1].eclipse_fraction)


def test_the_map_ends_with_a_short_life(shipped: Resolve) -> None:
    (one,) = eclipse_maps(shipped("ai1", "satellite.life_years=0.2").system)
    assert one.day[-1] <= 0.2 * 365.25
