"""Do the commands about delays and routes answer, and say what is wrong with a question?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sunstack.cli import app

# The sixth part of Starlink's first shell: enough to be seen, few enough to be quick.
SMALL = """
schema_version: 1
name: small
epoch: 2028-03-20
constellation:
  groups:
    - name: shell
      model: walker
      altitude_km: 550
      inclination_deg: 53
      plane_count: 24
      satellites_per_plane_count: 22
      phasing_count: 5
satellite:
  catalogue: ai1-2026-06
"""
CLUSTER = (
    SMALL[: SMALL.index("    - name")]
    + """
    - name: cluster
      model: formation
      altitude_km: 650
      inclination_deg: 97
      pitch_m: 100
      radius_m: 300
satellite:
  catalogue: ai1-2026-06
"""
)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("asked") / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return str(path)


def asked(*words: str) -> dict[str, Any]:
    found = CliRunner().invoke(app, [*words, "--json"])
    assert found.exit_code == 0, found.output
    answer: dict[str, Any] = json.loads(found.output)
    return answer


def test_latency_to_the_nearest_adds_up(scenario: str) -> None:
    answer = asked("latency", "--from", "London", "--scenario", scenario)
    reached = [one for one in answer["instants"] if "round_trip_ms" in one]
    assert len(answer["instants"]) == 8 and reached
    for one in reached:
        parts = sum(
            one[name]
            for name in (
                "light_up_and_down_ms",
                "light_between_ms",
                "handling_ms",
                "frames_ms",
                "queueing_ms",
            )
        )
        assert one["round_trip_ms"] == pytest.approx(parts)
        # 550 km straight up, and 1,124 km at 25 degrees above the horizon.
        assert 2e3 * 550e3 / 299_792_458.0 - 0.2 <= one["light_up_and_down_ms"] <= 7.7
    assert answer["ground"]["distance_km"] < 50.0


def test_latency_to_the_mesh_spans_its_shell(scenario: str) -> None:
    answer = asked("latency", "--from", "51.5,-0.1", "--to", "mesh", "--scenario", scenario)
    (group,) = answer["groups"]
    assert group["satellites"] == 528 and group["unreached_count"] == 0
    order = [group[name] for name in ("least_ms", "p5_ms", "p50_ms", "p95_ms", "most_ms")]
    assert order == sorted(order)
    # Half way round the Earth at the shell's height, one way, is at least 70 ms.
    assert 2.0 * np.pi * 6.9e6 / 299_792_458.0 * 1e3 < group["most_ms"]


def test_a_path_tells_every_stop(scenario: str) -> None:
    answer = asked("path", "London", "Singapore", "--scenario", scenario)
    late = [one["light_ms"] for one in answer["stops"]]
    assert late == sorted(late) and len(late) > 3
    parts = {name: part for name, part in answer["one_way_ms"].items() if name != "total"}
    assert answer["one_way_ms"]["total"] == pytest.approx(sum(parts.values()))
    assert all(abs(one["latitude_deg"]) <= 53.2 for one in answer["stops"])
    told = CliRunner().invoke(app, ["path", "London", "Singapore", "--scenario", scenario])
    assert told.exit_code == 0 and "By fibre 109.0 ms one way" in told.output


def test_places_nothing_sees_are_told(scenario: str) -> None:
    path = asked("path", "89.9,0", "London", "--scenario", scenario)
    assert path["why_none"] == "of the first place: it sees no satellite"
    assert path["stops"] == [] and path["one_way_ms"] is None
    nearest = asked("latency", "--from", "-89.9,0", "--scenario", scenario)
    assert {one["why_none"] for one in nearest["instants"]} == {"it sees no satellite"}
    mesh = asked("latency", "--from", "-89.9,0", "--to", "mesh", "--scenario", scenario)
    assert mesh["sees_count"] == 0 and mesh["groups"][0]["unreached_count"] == 528
    assert "mean_ms" not in mesh["groups"][0]
    told = CliRunner().invoke(app, ["path", "89.9,0", "London", "--scenario", scenario])
    assert "Unreachable" in told.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("latency", "--from", "Nairoby"), "did you mean 'Nairobi'"),
        (("latency", "--from", "95,0"), "latitude -90 to 90"),
        (("latency", "--from", "London", "--to", "moon"), "write nearest or mesh"),
        (("latency", "--from", "London", "--hours", "-1"), "write 0 to"),
        (("path", "London", "Atlantis"), "is no site of the catalogue"),
    ],
)
def test_bad_questions_say_what_to_write(scenario: str, words: tuple[str, ...], told: str) -> None:
    found = CliRunner().invoke(app, [*words, "--scenario", scenario])
    assert found.exit_code == 2 and told in " ".join(found.output.split())


def test_a_scenario_without_a_mesh_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("asked") / "cluster.yaml"
    path.write_text(CLUSTER, "utf-8")
    found = CliRunner().invoke(app, ["path", "London", "Paris", "--scenario", str(path)])
    assert found.exit_code == 2 and "no group makes a mesh" in " ".join(found.output.split())
