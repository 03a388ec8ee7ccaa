"""Do means and percentiles of the network count people, and is nobody lost?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.catalogue.sites import Cities
from sunstack.connections.nearest import SEES_NO_COMPUTER, SEES_NOTHING, Way
from sunstack.connections.reach import RING_COUNT, Reach
from sunstack.connections.routes import Place
from sunstack.connections.survey import Coverage, Ground, Survey
from sunstack.findings import Findings
from sunstack.summary import network as told


def way(up_ms: float, space_ms: float, hops: int) -> Way:
    entry = Place(stack=0, shell=0, plane=0, slot=0)
    return Way(up_s=up_ms / 1e3, space_s=space_ms / 1e3, hop_count=hops, entry=entry)


def survey() -> Survey:
    """Three cities of 6, 3 and 1 million at two instants, by hand."""
    return Survey(
        elapsed_s=np.array([0.0, 43_200.0]),
        skeletons=(),
        has_across=(),
        access_count=0,
        refused={},
        working_fraction={},
        cities=Cities(
            name=("Large", "Middle", "Small"),
            country=("A", "B", "C"),
            latitude_deg=np.array([10.0, 20.0, 89.0]),
            longitude_deg=np.array([0.0, 30.0, 60.0]),
            population_count=np.array([6e6, 3e6, 1e6]),
        ),
        ways=(
            (way(2.0, 1.1, 5), way(3.0, 0.0, 0), SEES_NOTHING),
            (way(4.0, 0.0, 0), SEES_NO_COMPUTER, SEES_NOTHING),
        ),
        ground=Ground(
            name=("X", "Y", "Z"),
            distance_km=np.array([100.0, 3000.0, 5000.0]),
            one_way_s=np.array([0.001, 0.02, 0.04]),
        ),
        access_s=0.002,
        hop_s=20e-6,
        queueing_s=0.001,
        coverage=Coverage(
            latitude_deg=np.zeros(1), in_view_count=np.zeros(1), covered_fraction=np.zeros(1)
        ),
        reach=Reach(names=(), delay_s=np.zeros((0, RING_COUNT)), source_count=0),
        routes=(),
    )


def findings() -> Findings:
    return cast(Findings, SimpleNamespace(survey=survey()))


def test_the_nearest_by_hand() -> None:
    """Round trips of 12.2 and 14 ms of six million, 12 of three; none of the rest."""
    found: Any = told._nearest(survey())
    # Twice (up + space + 2 ms of frames + 1 ms of queueing).
    trips = {"large": (12.2, 14.0), "middle": 12.0}
    mean = (6 * trips["large"][0] + 6 * trips["large"][1] + 3 * trips["middle"]) / 15
    assert found["round_trip_ms"]["mean"] == pytest.approx(mean)
    assert found["round_trip_ms"]["p50"] == pytest.approx(12.2)
    assert sum(part["mean"] for part in found["parts_ms"]) == pytest.approx(mean)
    parts = {part["name"]: part["mean"] for part in found["parts_ms"]}
    # Five hops of 20 µs, there and back, of six of the fifteen million times an instant.
    assert parts["handling at hops"] == pytest.approx(0.2 * 6 / 15)
    assert found["reached_fraction"] == pytest.approx(15 / 20)
    # Fibre takes 2 ms and 40 ms: only the middle city's one way is sooner in orbit.
    assert found["sooner_than_fibre_fraction"] == pytest.approx(3 / 20)
    assert found["hops"] == {"mean": pytest.approx(5 * 6 / 15), "most": 5}


def test_who_is_not_reached_is_told_with_the_reason() -> None:
    found = {one["why"]: one for one in told._unreached(survey())}
    assert found[SEES_NOTHING]["fraction"] == pytest.approx(2 / 20)
    assert found[SEES_NOTHING]["places"] == ["Small"]
    assert found[SEES_NO_COMPUTER]["fraction"] == pytest.approx(3 / 20)


def test_of_cities_whose_satellites_are_full_a_few_are_named_and_all_counted() -> None:
    names = [f"city {number}" for number in range(12)]
    full = [{"city": name, "weight_fraction": 1.0 / 12.0} for name in names]
    found: dict[str, Any] = {
        "computers": {"share_ratio": 0.5, "limits": full},
        "cities": {"unreachable": "no two cities are joined"},
        "working_fraction": {"group": 0.9},
    }
    kept = told._capacity(found)
    assert kept == {
        "computers": {"share_ratio": 0.5, "full": names[:5], "full_count": 12},
        "cities": {"unreachable": "no two cities are joined"},
    }
    assert told._capacity({"computers": {"unreachable": "why"}}) == {
        "computers": {"unreachable": "why"}
    }
    assert told._capacity(None) is None


def test_a_search_for_lasers_in_vain_leaves_its_reason() -> None:
    assert told._designs("no shell suits") == {"unreachable": "no shell suits"}


def test_places_keep_what_is_missing_missing() -> None:
    rows = told.places(findings()).to_dicts()
    assert [row["reached_fraction"] for row in rows] == [1.0, 0.5, 0.0]
    assert rows[0]["round_trip_ms"] == pytest.approx(13.1)
    assert rows[0]["round_trip_most_ms"] == pytest.approx(14.0)
    assert rows[2]["round_trip_ms"] is None and rows[2]["hops_mean"] is None


@given(st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(1.0, 100.0)), min_size=1, max_size=20))
def test_percentiles_leave_at_most_their_share_below(pairs: list[tuple[float, float]]) -> None:
    values, people = (np.array(one) for one in zip(*pairs, strict=True))
    found = told.spread(values, people)
    for name, share in told.PERCENTILES.items():
        below = people[values < found[name]].sum() / people.sum()
        upto = people[values <= found[name]].sum() / people.sum()
        assert below <= share + 1e-9 and upto >= share - 1e-9
