"""Is the best mesh found the best of what there is to find, and told as it is?"""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sunstack import cli
from sunstack.disciplines import network
from sunstack.errors import ScenarioError
from sunstack.mesh import candidates, graph, weigh
from sunstack.mesh.search import Design, Found, Shell, Wanted, pareto, search, steps
from sunstack.units import EARTH_RADIUS_M

SHELL = Shell(
    plane_count=24,
    slot_count=18,
    radius_m=EARTH_RADIUS_M + 3000e3,
    inclination_rad=1.0,
    phasing_count=7,
)
WANTED = Wanted(laser_counts=(4, 6, 8), range_m=9000e3)


@pytest.fixture(scope="module")
def found() -> Found:
    return search(SHELL, WANTED)


def test_six_lasers_are_the_best_of_all_skips(found: Found) -> None:
    # All skips one by one, not only those on the search's ladder of strides.
    lattice = SHELL.at(7)
    every = [(i, k) for i in range(13) for k in range(-9, 10)]
    tried = candidates.within(every, lattice, range_m=WANTED.range_m)
    means = []
    for motif in candidates.motifs(lattice, candidates.with_one(tried)):
        net = network.lasers(lattice, offsets=motif, hop_s=WANTED.hop_s)
        sources = weigh.source_slots(18)
        means.append(graph.delays_s(graph.of_lattice(net), sources=sources).mean())
    six = found.best[1].weighed.mean_s
    assert len(means) >= 20
    # The ladder leaves out some strides: within 1 % of the best, and not better than it.
    assert min(means) - 1e-12 <= six <= 1.01 * min(means)


def test_more_lasers_are_better_and_within_the_limits(found: Found) -> None:
    assert [one.laser_count for one in found.best] == [4, 6, 8]
    means = [one.weighed.mean_s for one in found.best]
    assert means == sorted(means, reverse=True)
    assert means[0] <= found.grid.weighed.mean_s
    lattice = SHELL.at(7)
    for one in (*found.best, *found.pareto):
        reach = network.laser_reach(lattice, offsets=one.motif, range_m=WANTED.range_m)
        assert float(reach.range_margin_m.min()) >= 0.0
        assert float(reach.grazing_margin_m.min()) >= 0.0
        least = candidates.least_mean_hops(satellite_count=432, offset_count=len(one.motif))
        assert one.weighed.mean_hops >= least


def test_no_design_told_is_beaten_in_everything(found: Found) -> None:
    def numbers(one: Design) -> np.ndarray:
        seen = one.weighed
        return np.array([one.laser_count, seen.mean_s, seen.worst_s, seen.mean_hops, one.longest_m])

    for one, other in itertools.permutations(found.pareto, 2):
        better = numbers(other) - numbers(one)
        assert not np.all(better < -1e3 * np.array([0.0, 0.0, 0.0, 0.0, 1.0]))
        assert not (np.all(better <= 0.0) and better[:4].min() < 0.0)
    assert pareto(found.pareto) == found.pareto


def test_fewest_hops_are_those_of_laps_and_of_the_textbook() -> None:
    lattice = SHELL.at(7)
    motif = ((0, 1), (1, 0), (4, 3))
    laps = network.hops(lattice, offsets=motif)
    told = weigh.fewest_hops(lattice, motif)
    assert told is not None
    assert told[0] == pytest.approx(float(network.reached_mean_s(laps)[0]), rel=1e-6)
    assert told[1] == float(network.reached_most_s(laps)[0])
    # P and S even, no phasing: mean (P + S) / 4, most (P + S) / 2.
    assert weigh.fewest_hops(SHELL.at(0), network.GRID) == ((24 + 18) / 4, (24 + 18) // 2)
    # Two slots on only: never to odd slots.
    assert weigh.fewest_hops(SHELL.at(0), ((0, 2), (1, 0))) is None


@pytest.mark.parametrize(
    ("skips", "mean", "worst"),
    [
        ((), 500.0, 1000),
        (((0, 30),), 265.0, 527),
        (((0, 30), (30, 0)), 31.0, 54),
        (((30, 30), (30, -30)), 29.0, 46),
    ],
)
def test_hops_of_a_million_are_those_another_search_found(
    skips: tuple[tuple[int, int], ...], mean: float, worst: int
) -> None:
    # A bucket queue over a table of neighbours, written apart from this, told to whole hops.
    large = Shell(plane_count=1000, slot_count=1000, radius_m=6_928_137.0, inclination_rad=0.925)
    told = weigh.fewest_hops(large.at(0), (*network.GRID, *skips))
    assert told is not None
    assert (round(told[0]), told[1]) == (mean, worst)


@pytest.mark.parametrize("offset_count", [2, 3, 4])
def test_no_pattern_reaches_more_than_a_lattice_s_ball(offset_count: int) -> None:
    # Points of the lattice one by one, nearest first, as if each were a satellite.
    far = {2: 13, 3: 7, 4: 6}[offset_count]
    points = itertools.product(range(-far, far + 1), repeat=offset_count)
    nearest = sorted(sum(map(abs, point)) for point in points)[:300]
    told = candidates.least_mean_hops(satellite_count=300, offset_count=offset_count)
    assert told == pytest.approx(sum(nearest) / 300)


def test_a_coarse_shell_tells_what_the_whole_one_does() -> None:
    shell = Shell(
        plane_count=60, slot_count=60, radius_m=EARTH_RADIUS_M + 1000e3, inclination_rad=1.0
    )
    lattice = shell.at(30)
    merits = []
    for skip in ((6, 6), (3, -9), (0, 9)):
        motif = (*network.GRID, skip)
        merits.append(
            [
                weigh.roughly(
                    lattice, motif, hop_s=2e-5, objective="mean-delay", steps=(step, step)
                )
                for step in (3, 1)
            ]
        )
        told = weigh.exactly(lattice, motif, hop_s=2e-5)
        assert told is not None
        # Nothing left out: the same search.
        assert merits[-1][1] == pytest.approx(told.mean_s, rel=1e-12)
    rough, exact = np.transpose(merits)
    assert np.argmin(rough) == np.argmin(exact)
    # A path may end up to half a step of three slots off, at either end.
    step_s = 2.0 * shell.radius_m * np.sin(np.pi * 3 / 60) / network.LIGHT_M_PER_S
    assert rough == pytest.approx(exact, abs=step_s)


def test_a_large_shell_is_weighed_by_laps_as_by_search(monkeypatch: pytest.MonkeyPatch) -> None:
    lattice, motif = SHELL.at(7), ((0, 1), (1, 0), (4, 3))
    searched = weigh.exactly(lattice, motif, hop_s=2e-5)
    monkeypatch.setattr(weigh, "MOST_SEARCHED", 0)
    lapped = weigh.exactly(lattice, motif, hop_s=2e-5)
    assert searched is not None and lapped is not None
    # Labels of 0.1 s in single precision.
    assert lapped.mean_s == pytest.approx(searched.mean_s, abs=5e-8)
    assert lapped.worst_s == pytest.approx(searched.worst_s, abs=5e-8)


def test_a_million_becomes_ten_thousand_cells() -> None:
    large = Shell(plane_count=1000, slot_count=1000, radius_m=7e6, inclination_rad=1.0)
    assert steps(large) == (10, 10)
    assert steps(SHELL) == (1, 1)
    odd = Shell(plane_count=997, slot_count=1000, radius_m=7e6, inclination_rad=1.0)
    assert steps(odd) == (1, 8)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ScenarioError, match="write more planes or satellites per plane"):
        search(SHELL, Wanted(range_m=500e3))
    with pytest.raises(ScenarioError) as refused:
        search(
            Shell(plane_count=2, slot_count=18, radius_m=7e6, inclination_rad=1.0),
            Wanted(laser_counts=(5,), range_m=0.0, hop_s=-1.0),
        )
    assert len(str(refused.value).splitlines()) == 4


def asked(*words: str) -> Any:
    shell = ("--planes", "12", "--satellites-per-plane", "28", "--altitude-km", "1200")
    return CliRunner().invoke(cli.app, ["mesh", *shell, *words])


def test_the_answer_is_one_document_and_the_same_again() -> None:
    words = ("--inclination-deg", "87", "--lasers", "4", "--lasers", "6", "--json")
    first, again = asked(*words), asked(*words)
    assert first.exit_code == 0, first.output
    assert first.stdout == again.stdout
    told = json.loads(first.stdout)
    assert [one["lasers"] for one in told["best"]] == [4, 6]
    assert told["grid"]["is_grid"] and told["satellites"] == 336
    assert told["best"][1]["mean_hops"] < told["best"][0]["mean_hops"]


def test_the_table_on_a_terminal_tells_hops_and_delays() -> None:
    given = ("--inclination-deg", "87", "--phasing", "3", "--lasers", "6", "--objective")
    result = asked(*given, "mean-hops")
    assert result.exit_code == 0, result.output
    text = " ".join(result.stdout.split())
    for words in ("336 satellites in 12 planes", "(+Grid)", "hops in the mean", "at worst"):
        assert words in text


def test_lasers_that_nothing_suits_are_said_to_be_none() -> None:
    # Side by side at the equator, 30° apart: 3,923 km; with a slot of 20° between, 4,700 km;
    # two slots on in a plane, 5,200 km.
    sparse = ("--inclination-deg", "90", "--phasing", "0", "--satellites-per-plane", "18")
    result = asked(*sparse, "--range-km", "3950")
    assert result.exit_code == 0, result.output
    assert "No pattern of 6 or 8 lasers keeps within range" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--inclination-deg", "200"), "write 0 to 180"),
        (("--inclination-deg", "53", "--phasing", "12"), "phasing: 12; write 0 to 11"),
        (("--inclination-deg", "53", "--objective", "beauty"), "write mean-delay, worst-delay"),
        (("--inclination-deg", "53", "--lasers", "5"), "write some of 4, 6 and 8"),
        (("--inclination-deg", "53", "--lasers", "4", "--lasers", "4"), "4 more than once"),
    ],
)
def test_a_question_that_is_none_is_refused(words: tuple[str, ...], told: str) -> None:
    result = asked(*words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""
