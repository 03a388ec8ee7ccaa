"""Are those who ask counted once, and is who comes too late what a hand's reckoning gives?"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import jax.numpy as jnp
import numpy as np
import pytest
from demand_cases import SPEC
from hypothesis import given
from hypothesis import strategies as st

from sunstack import asked as who
from sunstack import results, scenario, serving
from sunstack.answers.control import Question, success_counts
from sunstack.catalogue import control_tables
from sunstack.connections.nearest import Way
from sunstack.disciplines import demand
from sunstack.resolve import resolve
from sunstack.resolve.tasks import tasks_of
from sunstack.summary import asked as told
from sunstack.summary.network import _parts

SCENARIO = Path(__file__).parents[1] / "scenarios" / "ai1.yaml"
WHY = "no satellite in view"


def way(up_s: float, space_s: float) -> Way:
    return Way(up_s=up_s, space_s=space_s, hop_count=2, entry=cast(Any, None))


def survey(*ways: tuple[Way | str, ...]) -> Any:
    """Three places with 10, 30 and 60 people."""
    return SimpleNamespace(
        cities=SimpleNamespace(population_count=np.array([10.0, 30.0, 60.0])),
        ways=ways,
        ground=SimpleNamespace(one_way_s=np.array([0.0, 0.005, 0.02])),
        access_s=0.002,
        queueing_s=0.001,
        hop_s=1e-5,
    )


def outcome(*, serves: bool = True) -> Any:
    """Two groups of one and three satellites; tokens of a satellite 100 and 300."""
    stages = np.zeros((len(serving.STAGES), 1, 2))
    stages[:] = np.array([100.0, 300.0]) if serves else 0.0
    return SimpleNamespace(
        satellite_count=np.array([1.0, 3.0]),
        service=SimpleNamespace(
            stage_tokens_per_s=stages,
            batch_count=np.full((1, 2), 8.0),
            first_token_s=np.array([[0.1, 0.2]]),
            output_token_s=np.array([[0.02, 0.03]]),
            fleet_tokens_per_s=np.array([[1e3, 2e3]]),
            asked_tokens_per_s=np.ones((5, 2)),
            met_fraction=np.array([[0.5, 0.25]]),
        ),
    )


@cache
def resolved(*overrides: str) -> Any:
    return resolve(scenario.load(SCENARIO, overrides))


# --- who asks -------------------------------------------------------------------------------------


@cache
def found() -> who.Asked:
    one = who.asked(resolved(), outcome(), None)
    assert one is not None
    return one


def test_cells_regions_and_hours_hold_the_same_requests_once() -> None:
    one = found()
    orbit = np.asarray(one.orbit.answer_tokens_per_s)
    by_region = np.asarray(one.orbit_by_region.answer_tokens_per_s)
    np.testing.assert_allclose(by_region.sum(axis=1), orbit, rtol=1e-12)
    np.testing.assert_allclose(one.cell_tokens_per_s.sum(axis=0), orbit.sum(axis=0), rtol=1e-12)
    share = np.asarray(one.terminals.spec.orbit_fraction)[:, None]
    np.testing.assert_allclose(share * np.asarray(one.whole.answer_tokens_per_s), orbit, rtol=1e-12)


def test_a_days_requests_are_those_of_the_catalogues_terminals() -> None:
    """Terminals · share that asks · hours in use · requests an hour, wherever they are."""
    spec = found().terminals.spec
    terminals = np.asarray(spec.terminal_count).sum(axis=1)
    each = np.asarray(
        spec.active_fraction * spec.request_per_s * spec.activity_fraction.mean(axis=1)
    )
    day = np.asarray(found().whole.request_per_s).mean(axis=1)
    np.testing.assert_allclose(day, terminals * each, rtol=1e-9)


def test_the_day_is_that_which_the_fleet_is_asked_at_the_horizon() -> None:
    one, asking = found(), resolved().system.asking
    assert one.is_held  # fifteen years from 2028
    np.testing.assert_allclose(
        one.orbit.answer_tokens_per_s, asking.answer_tokens_per_s[:, -1], rtol=1e-12
    )


def test_years_are_counted_at_their_ends_and_held_to_the_catalogues() -> None:
    # Counts of 2024 to 2035 are of the instants 2025.0 to 2036.0.
    assert who.counted_year(2028.25, 60) == (2033.25, 2033.25, False)
    assert who.counted_year(2028.25, 180) == (2036.0, 2043.25, True)


@pytest.mark.parametrize(("classes", "models"), [((), ("grok-2",)), (("car",), ())])
def test_nobody_asks_or_nothing_answers(classes: tuple[str, ...], models: tuple[str, ...]) -> None:
    system = SimpleNamespace(
        asking=SimpleNamespace(class_names=classes), service=SimpleNamespace(model_names=models)
    )
    assert who.asked(cast(Any, SimpleNamespace(system=system)), outcome(), None) is None


# --- who is late ----------------------------------------------------------------------------------


def test_round_trips_are_those_of_the_networks_summary() -> None:
    seen = survey((way(0.002, 0.004), WHY, way(0.003, 0.0)), (WHY, WHY, way(0.003, 0.01)))
    trips = who.round_trips(seen)
    # 2 · (2 + 4 + 2 + 1) ms, and so on; of 200 people 130 are reached.
    np.testing.assert_allclose(trips.duration_s, [0.018, 0.012, 0.032], rtol=1e-12)
    assert trips.people_count.tolist() == [10.0, 60.0, 60.0]
    assert trips.unreached_fraction == pytest.approx(0.35)
    ms = sum(_parts(way(0.002, 0.004), seen, seen.hop_s).values())
    assert ms == pytest.approx(1e3 * trips.duration_s[0])


def test_quantiles_are_over_people() -> None:
    values, people = np.array([3.0, 1.0, 2.0]), np.array([60.0, 10.0, 30.0])
    got = who.quantiles(values, people, np.array([0.05, 0.11, 0.4, 0.41, 1.0]))
    assert got.tolist() == [1.0, 2.0, 2.0, 3.0, 3.0]


def trips(duration_s: float) -> who.Trips:
    return who.Trips(
        duration_s=np.array([duration_s]), people_count=np.array([1.0]), unreached_fraction=0.0
    )


def test_no_delay_is_never_too_late_and_one_beyond_the_deadline_always() -> None:
    soon = who.late(SPEC, trips(0.0), first_token_s=0.0, token_s=0.0)
    assert soon.either_fraction.tolist() == [0.0, 0.0]
    np.testing.assert_allclose(soon.first_token_margin_s, SPEC.first_token_deadline_s)
    slow = who.late(SPEC, trips(1.5), first_token_s=0.0, token_s=0.0)
    assert slow.first_token_fraction.tolist() == [0.0, 1.0]


def test_the_wait_for_the_first_token_is_exponential() -> None:
    """Of 21 quantiles of mean 1 s, those above 1 s of the second class: -ln(1-u) > 1."""
    found = who.late(SPEC, trips(0.0), first_token_s=1.0, token_s=0.0)
    above = sum(1 for k in range(21) if (k + 0.5) / 21 > 1.0 - np.exp(-1.0))
    assert found.first_token_fraction[1] == pytest.approx(above / 21)
    assert found.first_token_fraction[1] == pytest.approx(np.exp(-1.0), abs=0.5 / 21)


def test_answers_longer_than_the_time_left_are_too_late() -> None:
    """5 s, less 1 s of network, at 20 ms a token: 201 tokens; lognormal of median 60, 1.5."""
    found = who.late(SPEC, trips(1.0), first_token_s=0.0, token_s=0.02)
    longer = demand.exceeding_fraction(length_count=201.0, median_count=60.0, deviation_ratio=1.5)
    # The same normal tail from times instead of tokens: double precision, rounded twice.
    assert found.answer_fraction[1] == pytest.approx(float(longer), rel=1e-9)


@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0))
def test_later_networks_answer_fewer_in_time(one_s: float, other_s: float) -> None:
    soon, slow = (
        who.late(SPEC, trips(at), first_token_s=0.2, token_s=0.02)
        for at in sorted((one_s, other_s))
    )
    assert np.all(soon.either_fraction <= slow.either_fraction + 1e-12)


def test_paces_are_means_over_tokens_served() -> None:
    # 100 of one satellite at 0.1 s, 900 of three at 0.2 s.
    assert who.paces(outcome()) == pytest.approx({"first_token_s": 0.19, "token_s": 0.029})


def test_what_cannot_be_told_has_its_reason() -> None:
    reached = who.round_trips(survey((way(0.002, 0.0), WHY, WHY)))
    lost = who.round_trips(survey((WHY, WHY, WHY)))
    assert who._late(SPEC, outcome(), None) == who.NO_MESH
    assert who._late(SPEC, outcome(), lost) == who.UNREACHED
    assert who._late(SPEC, outcome(serves=False), reached) == who.NOT_SERVED
    assert lost.unreached_fraction == 1.0


# --- machines -------------------------------------------------------------------------------------


def test_fewer_tasks_leave_the_later_the_network() -> None:
    named = tasks_of("robot")
    near = who.tolerant(named, 0.01, 0.02)
    far = who.tolerant(named, 0.1, 0.2)
    assert np.all(near.tolerated_fraction >= far.tolerated_fraction)
    assert near.whole_fraction == pytest.approx(near.tolerated_fraction.mean())
    # Reflexes ask for 1 to 20 ms, 9999 of 10000 within; walking over 20 ms at the median is none.
    assert named.names[0] == "robot-balance" and near.tolerated_fraction[0] == 0.0


def test_places_are_those_that_the_survey_tells_of() -> None:
    seen = survey((way(0.002, 0.004), WHY, way(0.003, 0.0)))
    one = who._machine("car", seen, who.round_trips(seen))
    assert list(one.places) == ["on board", "ground", "orbit"]
    # Half of all people have 2 · 20 ms by fibre; a city with a data centre has some way, too.
    assert one.places["ground"].median_s == pytest.approx(0.04)
    assert one.places["orbit"].median_s == pytest.approx(0.012)
    assert list(who._machine("car", None, None).places) == ["on board"]


@pytest.mark.parametrize(("machine", "way_of", "delay_ms"), [
    ("robot", "all remote", 200.0),
    ("car", "stopped in time", 300.0),
])  # fmt: skip
def test_the_catalogues_trials_are_found_again(machine: str, way_of: str, delay_ms: float) -> None:
    one = next(
        one for one in control_tables.successes() if (one.machine, one.way) == (machine, way_of)
    )
    at = one.delay_ms.tolist().index(delay_ms)
    trials = 300
    counted = success_counts(
        Question(plant=machine, trials=trials, seed=one.seed), delay_ms=delay_ms, ways=(way_of,)
    )
    assert counted[way_of] == (one.success_count[at], one.trial_count[at])


def test_trials_that_succeed_are_no_more_than_all() -> None:
    for one in control_tables.successes():
        assert np.all((one.success_count >= 0) & (one.success_count <= one.trial_count))
        assert np.all(np.diff(one.delay_ms) > 0.0) and one.delay_ms[0] == 0.0


# --- what the summary says ------------------------------------------------------------------------


def findings(late: who.Late | str) -> Any:
    one = found()
    return SimpleNamespace(
        resolved=resolved(),
        outcome=outcome(),
        asked=who.Asked(**{**vars(one), "late": late}),
    )


def five(first: float, unreached: float) -> who.Late:
    each = np.full(5, first)
    return who.Late(
        first_token_fraction=each,
        answer_fraction=0.5 * each,
        either_fraction=each,
        first_token_margin_s=each,
        unreached_fraction=unreached,
        network_mean_s=0.02,
        first_token_s=0.1,
        token_s=0.03,
    )


def test_who_is_not_reached_is_missed_besides() -> None:
    tree = told.asking(findings(five(0.2, 0.5)))
    assert tree is not None and tree["late"]["unreached_fraction"] == 0.5
    assert tree["classes"][0]["misses"]["missed_fraction"] == pytest.approx(0.5 + 0.5 * 0.2)
    assert (tree["met_fraction"], tree["fleet_tokens_per_s"]) == (0.25, 2e3)
    assert tree["asked_tokens_per_s"] == 5.0


@pytest.mark.parametrize("late", [who.NO_MESH, five(0.2, 0.0)])
def test_json_takes_all_of_it(late: who.Late | str) -> None:
    tree = told.asking(findings(late))
    json.dumps(results.rounded(tree), allow_nan=False)
    assert tree is not None and (tree["late"] is None) == isinstance(late, str)


def test_tables_hold_what_is_asked_in_all() -> None:
    given_ = findings(who.NO_MESH)
    mean = float(np.asarray(found().orbit.answer_tokens_per_s).sum()) / 24.0
    assert told.cells(given_)["answer_tokens_per_s"].sum() == pytest.approx(mean)
    hours = told.hours(given_)
    assert len(hours) == 5 * len(found().terminals.region) * 24
    assert float(hours["answer_tokens_per_s"].sum()) / 24.0 == pytest.approx(mean)
    assert set(told.successes(given_)["machine"]) == {"robot", "car"}


def test_without_any_who_ask_there_is_nothing_to_tell() -> None:
    none = cast(Any, SimpleNamespace(asked=None))
    assert told.asking(none) is None
    for table in (told.cells, told.hours, told.successes):
        assert table(none).is_empty()


def test_no_class_is_left_without_its_deadline() -> None:
    assert jnp.all(found().terminals.spec.first_token_deadline_s > 0.0)
