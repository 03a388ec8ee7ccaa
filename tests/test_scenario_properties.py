"""Does the reader keep its word for any text, any value, any override?"""

from __future__ import annotations

import json
import math
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from sunstack.errors import ScenarioError
from sunstack.scenario import Document, Number, describe, keys, loads

SCENARIO: dict[str, Any] = {
    "schema_version": 1,
    "name": "demo",
    "description": "Two groups",
    "seed": 3,
    "epoch": "2027-03-20",
    "constellation": {
        "satellite_count_cap": 1000,
        "groups": [
            {
                "model": "walker",
                "name": "first",
                "altitude_km": {"value": 550, "low": 540, "high": 560},
                "inclination_deg": 53,
                "plane_count": 2,
                "satellites_per_plane_count": 10,
                "local_times_hours": [6, 18],
            },
            {
                "model": "shells",
                "name": "second",
                "altitude_low_km": 600,
                "altitude_high_km": 700,
                "inclination_deg": "sun-synchronous",
                "shell_count": 3,
                "planes_per_shell_count": 4,
                "satellites_per_plane_count": 5,
            },
        ],
    },
    "satellite": {"mass_kg": "auto", "life_years": 5},
    "payload": {"idle_power_kw": 10, "power_kw": 100, "peak_power_kw": 120},
    "power": {"eclipse_policy": "idle", "array_area_m2": "auto"},
    "thermal": None,
    "simulation": {"epochs": ["2027-06-21"], "step_s": 30, "precision": "float64"},
}
TEXT = """\
# Two groups
schema_version: 1
name: demo
epoch: 2027-03-20
constellation:
  groups:
    - &first
      model: walker
      name: "first \\u0041"
      altitude_km: {value: 550, low: 540}
      inclination_deg: 53
      plane_count: 4
      satellites_per_plane_count: 10
    - <<: *first
      name: 'second'
      local_times_hours: [0, 6, 12.5, 18]
description: >
  folded
  text
simulation: {epochs: [2027-06-21], step_s: 30}
"""
PIECES = st.sampled_from(
    [
        *":{}[],-?!&*#|>'\"%@`~=.0 \n\t\r\\\x00\x85é𝛼",
        *(
            "- ",
            ": ",
            "<<: ",
            "*first",
            "&first ",
            "---\n",
            "...\n",
            "%YAML 1.1\n",
            "!!int ",
            "!a ",
        ),
        *("null", ".nan", "-.inf", "1e999", "0x1f", "0o17", "12:30", "2027-02-30", "yes", "auto"),
        *(
            "\\",
            "\\uD800",
            "\\UFFFFFFFF",
            "'",
            '"',
            "altitude_km",
            "constellation",
            "\ufeff",
            "\u2028",
        ),
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**320)
    | st.floats()
    | st.text(max_size=8)
    | st.dates().map(str)
    | st.sampled_from(["auto", "sun-synchronous", "walker", "550 km", "1e3", "idle"])
)
WORDS = st.sampled_from(
    [name.rpartition(".")[2] for name in keys()] + ["value", "low", "high", "altitude", "", "?"]
)
VALUES = st.recursive(
    SCALARS,
    lambda held: st.lists(held, max_size=4) | st.dictionaries(WORDS, held, max_size=4),
    max_leaves=8,
)


def read_or_refuse(text: str, *overrides: str) -> Document | None:
    """Read a text; whatever is raised must be a refusal that says something."""
    try:
        return loads(text, path="demo.yaml", overrides=overrides)
    except ScenarioError as refused:
        assert str(refused)
        str(refused).encode()
        return None


def places_of(content: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    held = content.items() if isinstance(content, dict) else enumerate(content)
    found = []
    for key, below in held:
        found.append((*path, key))
        if isinstance(below, (dict, list)):
            found += places_of(below, (*path, key))
    return found


@st.composite
def mutated_text(draw: st.DrawFn) -> str:
    """The good text with a few stretches cut out, doubled or replaced."""
    text = TEXT
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 2, 8, 40])))
        text = text[:start] + draw(PIECES | st.just(text[start:end] * 2)) + text[end:]
    return text


@st.composite
def mutated_scenario(draw: st.DrawFn) -> dict[str, Any]:
    """The good scenario with a few values anywhere in it replaced, removed or added."""
    scenario: dict[str, Any] = json.loads(json.dumps(SCENARIO))
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(places_of(scenario)))
        holder: Any = scenario
        for key in above:
            holder = holder[key]
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                holder[last] = draw(VALUES)
            case "remove":
                del holder[last]
            case "add" if isinstance(holder, dict):
                holder[draw(WORDS)] = draw(VALUES)
    return scenario


def test_the_scenarios_that_are_mutated_below_are_good() -> None:
    assert read_or_refuse(TEXT)
    assert read_or_refuse(json.dumps(SCENARIO))


@given(mutated_text() | st.text(max_size=60) | st.lists(PIECES, max_size=12).map("".join))
@example('a: "\\UFFFFFFFF"')
@example("%YAML 1.9\n---\na: 1")
@example("? ? ? ? ? ? ? ? ? ? ? ? ? ? a")
@example("&a [*a]")
def test_no_text_raises_anything_but_a_refusal(text: str) -> None:
    read_or_refuse(text)


@given(mutated_scenario())
@example({"constellation": {"groups": [{"model": ["walker"]}, {"model": None}, None]}})
@example({"constellation": {"groups": [{"model": "walker", "walker": 1, "name": 3}]}})
def test_no_value_raises_anything_but_a_refusal(scenario: dict[str, Any]) -> None:
    read_or_refuse(json.dumps(scenario))


@given(
    st.sampled_from([".".join(map(str, path)) for path in places_of(SCENARIO)])
    | st.sampled_from(keys())
    | st.text(max_size=20),
    VALUES.map(json.dumps) | st.text(max_size=12) | PIECES,
)
@example("schema_version", "-")
def test_no_override_raises_anything_but_a_refusal(key: str, value: str) -> None:
    read_or_refuse(json.dumps(SCENARIO), f"{key}={value}")


@given(mutated_scenario())
def test_what_is_read_can_be_written_and_read_again(scenario: dict[str, Any]) -> None:
    document = read_or_refuse(json.dumps(scenario))
    if document is None:
        return
    again = read_or_refuse(document.scenario.model_dump_json(exclude_none=True))
    assert again
    assert again.scenario == document.scenario


def bounded(key: str) -> st.SearchStrategy[float]:
    """Numbers a key takes."""
    described = describe(key)
    return st.floats(described.low, described.high, allow_subnormal=False)


@given(st.lists(bounded("satellite.life_years"), min_size=3, max_size=3).map(sorted))
def test_a_range_is_read_as_written(three: list[float]) -> None:
    low, value, high = three
    text = f"{{value: {value!r}, low: {low!r}, high: {high!r}}}"
    scenario = read_or_refuse(json.dumps(SCENARIO), f"satellite.life_years={text}")
    assert scenario
    assert scenario.scenario.satellite.life_years == Number(value=value, low=low, high=high)


@given(
    st.floats(allow_nan=False) | st.floats(-10, 100), st.sampled_from(["", "value", "low", "high"])
)
def test_a_number_is_taken_exactly_within_its_bounds(number: float, part: str) -> None:
    described = describe("thermal.sun_incidence_deg")
    assert described.low is not None
    assert described.high is not None
    value = {"value": 45.0, "low": 0.0, "high": 90.0} | {part: number} if part else number
    if isinstance(value, dict):
        value.pop("", None)
        ordered = value["low"] <= value["value"] <= value["high"]
    else:
        ordered = True
    taken = read_or_refuse(json.dumps({**SCENARIO, "thermal": {"sun_incidence_deg": value}}))
    inside = math.isfinite(number) and described.low <= number <= described.high
    assert bool(taken) == (inside and ordered)
