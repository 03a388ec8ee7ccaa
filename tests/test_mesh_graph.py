"""Are fleets that are no lattice joined by the rule, and as late as their links say?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import network
from sunstack.errors import ScenarioError
from sunstack.mesh import graph
from sunstack.units import EARTH_RADIUS_M

LIGHT_M_PER_S = 299_792_458.0


def scattered(count: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    toward = random.normal(size=(count, 3))
    radius = EARTH_RADIUS_M + random.uniform(500e3, 1500e3, (count, 1))
    return radius * toward / np.linalg.norm(toward, axis=1, keepdims=True)


def test_four_in_a_row_by_hand() -> None:
    # 0 - 1 - 2 by 1 and 2 ms, 0 - 2 by 4 ms, told twice; 3 alone.
    links = graph.joined([0, 2, 2, 0], [1, 1, 0, 2], [1e-3, 2e-3, 5e-3, 4e-3], satellite_count=4)
    found = graph.delays_s(links, sources=[0])
    assert found[0, :3] == pytest.approx([0.0, 1e-3, 3e-3])
    assert found[0, 3] == network.NEVER_S
    assert graph.hops(links, sources=[0])[0, :3].tolist() == [0.0, 1.0, 1.0]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), lasers=st.integers(1, 5), range_km=st.floats(500.0, 6000.0))
def test_the_rule_is_kept_and_no_link_is_left_that_could_be_made(
    seed: int, lasers: int, range_km: float
) -> None:
    place = scattered(40, seed)
    links = graph.nearest(place, laser_count=lasers, range_m=range_km * 1e3)
    used = np.bincount(np.concatenate([links.first, links.second]), minlength=40)
    assert used.max(initial=0) <= lasers
    made = set(zip(links.first.tolist(), links.second.tolist(), strict=True))
    assert len(made) == len(links.first)
    for one in range(40):
        for other in range(one + 1, 40):
            line = place[one] + np.linspace(0.0, 1.0, 400)[:, None] * (place[other] - place[one])
            lowest = np.linalg.norm(line, axis=1).min() - EARTH_RADIUS_M
            far = np.linalg.norm(place[one] - place[other])
            # Points of a line a 400th apart miss its lowest by less than 100 m at these lengths.
            if (one, other) in made:
                assert far <= range_km * 1e3
                assert lowest >= 80e3 - 1e-6
            elif far <= range_km * 1e3 and lowest >= 80e3 + 100.0 and used[one] < lasers:
                # One end has a laser to spare, so the other spent its own on shorter links, unless
                # it lay beyond those looked at, of which there are twice as many as lasers.
                shorter = links.length_m[(links.first == other) | (links.second == other)]
                assert (used[other] == lasers and shorter.max() <= far) or _rank(
                    place, one, other
                ) > 2 * lasers


def _rank(place: np.ndarray, one: int, other: int) -> int:
    far = np.linalg.norm(place - place[one], axis=1)
    return int((far < far[other]).sum())


def test_a_shell_s_own_lasers_give_its_own_delays() -> None:
    lattice = network.walker(
        plane_count=9,
        slot_count=16,
        phasing_count=5,
        inclination_rad=1.0,
        radius_m=EARTH_RADIUS_M + 1200e3,
    )
    offsets = ((0, 1), (1, 0), (3, 2))
    net = network.lasers(lattice, offsets=offsets, hop_s=1e-5)
    start = np.full((9, 16, 1), network.NEVER_S)
    start[2, 5] = 0.0
    ours = np.asarray(network.delays(net, start_s=start).delay_s).ravel()
    searched = graph.delays_s(graph.of_lattice(net), sources=[2 * 16 + 5])[0]
    # Sums of some ten delays in double precision.
    assert ours == pytest.approx(searched, abs=1e-14)


def test_nothing_is_sooner_than_light() -> None:
    place = scattered(300, 4)
    links = graph.nearest(place, laser_count=6, range_m=3000e3)
    joined = graph.joined(
        links.first, links.second, links.length_m / LIGHT_M_PER_S, satellite_count=300
    )
    found = graph.delays_s(joined, sources=[0])[0]
    reached = found < network.UNREACHED_S
    assert reached.sum() > 200
    straight_s = np.linalg.norm(place - place[0], axis=1) / LIGHT_M_PER_S
    assert np.all(found[reached] >= straight_s[reached] - 1e-12)


@pytest.mark.parametrize(
    ("first", "second", "delay_s", "told"),
    [
        ([0], [3], [1.0], "write numbers of satellites from 0 to 2"),
        ([1], [1], [1.0], "satellite 1 is linked to itself"),
        ([0, 1], [1, 2], [1.0, 0.0], "satellites 1 and 2 are 0 s apart"),
    ],
)
def test_links_that_are_none_are_refused(
    first: list[int], second: list[int], delay_s: list[float], told: str
) -> None:
    with pytest.raises(ScenarioError, match=told):
        graph.joined(first, second, delay_s, satellite_count=3)


def test_rules_that_join_nothing_are_refused_together() -> None:
    with pytest.raises(ScenarioError) as refused:
        graph.nearest(np.full((4, 3), np.nan), laser_count=0, range_m=0.0)
    assert len(str(refused.value).splitlines()) == 3
