"""Is every key explained, to a reader and to an editor, as the checks treat it?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from sunstack.errors import ScenarioError
from sunstack.scenario import describe, json_schema, keys
from sunstack.scenario.descriptions import descriptions

BAD = Path(__file__).with_name("bad_scenarios")
GOOD = """\
schema_version: 1
name: demo
epoch: 2027-03-20
constellation:
  groups:
    - model: walker
      name: first
      altitude_km: {value: 550, low: 540}
      inclination_deg: sun-synchronous
      plane_count: 4
      satellites_per_plane_count: 10
      local_times_hours: [0, 6, 12.5, 18]
    - model: formation
      name: second
      altitude_km: 650
      inclination_deg: 97
      pitch_m: 100
      radius_m: 1000
satellite: {mass_kg: auto, life_years: 5}
thermal:
payload: {power_kw: null, chip_count: 72}
power: {eclipse_policy: idle}
simulation: {epochs: [2027-06-21], precision: float64}
"""
REFUSED_BY_EDITORS = [
    "auto-not-allowed",
    "catalogue-is-number",
    "choice-unknown",
    "count-is-zero",
    "count-with-point",
    "date-in-words",
    "epochs-empty",
    "epochs-twice",
    "groups-empty",
    "groups-without-dash",
    "key-in-wrong-section",
    "key-misspelled",
    "key-of-other-model",
    "key-without-unit",
    "keys-missing",
    "model-unknown",
    "name-with-spaces",
    "number-is-true",
    "number-out-of-range",
    "number-with-unit",
    "range-misspelled",
    "range-out-of-bounds",
    "range-without-value",
    "section-is-number",
    "version-unknown",
]


@pytest.mark.parametrize("key", keys())
def test_every_key_is_described(key: str) -> None:
    described = describe(key)
    assert described.key == key
    assert described.meaning
    assert described.low is None or described.high is not None
    if described.kind in ("number", "count"):
        assert described.low is not None
    assert not (described.required and described.default is not None)


def test_a_description_says_what_the_model_declares() -> None:
    area = describe("thermal.radiator_area_m2")
    assert (area.kind, area.unit, area.low, area.high) == ("number", "m²", 1e-3, 1e7)
    assert area.may_be_auto
    assert not area.required
    band = describe("thermal.throttle_band_k")
    assert (band.default, band.source, band.may_be_auto) == (5.0, "sunstack-estimate", False)
    assert describe("power.eclipse_policy").choices == ("carry", "throttle", "idle")
    assert describe("payload.chip").kind == "word"
    assert describe("simulation.epochs").kind == "dates"
    assert describe("thermal").meaning.startswith("The radiator")
    assert describe("constellation.groups.0.altitude_km").models == ("walker", "formation")
    assert describe("constellation.groups.shells.inclination_deg").models == ("shells",)
    assert describe("constellation.groups.model").choices == ("walker", "shells", "formation")


def test_group_models_that_share_a_key_differ_in_its_meaning_alone() -> None:
    told_together = ("unit", "kind", "low", "high", "default", "source", "pattern", "required")
    for variants in descriptions().values():
        for name in told_together:
            assert len({getattr(variant, name) for variant in variants}) == 1, variants


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("radiator_area_m2", "`thermal.radiator_area_m2`?"),
        ("radiator_area", "`thermal.radiator_area_m2`?"),
        ("thermal.radiator_area_m", "`thermal.radiator_area_m2`?"),
        ("mass_kg", "`satellite.mass_kg` or `payload.mass_kg`?"),
        ("constellation.groups.shells.plane_count", "shells has no such key; it belongs to `walk"),
        ("zzz", "the first part of a key is `schema_version`, `name`"),
    ],
)
def test_an_unknown_key_names_the_key_meant(key: str, meant: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        describe(key)
    assert str(raised.value).startswith(f"{key}: ")
    assert meant in str(raised.value)


# --- JSON Schema ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def editor() -> Draft202012Validator:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def as_json(content: Any) -> Any:
    """A YAML value as an editor's YAML reader hands it to the schema: dates are text."""
    if isinstance(content, dict):
        return {key: as_json(held) for key, held in content.items()}
    if isinstance(content, list):
        return [as_json(item) for item in content]
    return content.isoformat() if isinstance(content, date) else content


def yaml(text: str) -> Any:
    return as_json(YAML(typ="safe", pure=True).load(text))


def test_the_schema_takes_a_good_scenario(editor: Draft202012Validator) -> None:
    assert [error.message for error in editor.iter_errors(yaml(GOOD))] == []


@pytest.mark.parametrize("name", REFUSED_BY_EDITORS)
def test_the_schema_refuses_what_the_reader_refuses(
    name: str, editor: Draft202012Validator
) -> None:
    assert not editor.is_valid(yaml((BAD / f"{name}.yaml").read_text(encoding="utf-8")))


def test_the_schema_tells_meaning_unit_bounds_and_default() -> None:
    schema = json_schema()
    power = schema["properties"]["power"]["anyOf"][0]["properties"]["battery_temperature_deg_c"]
    assert power["title"] == "battery_temperature_deg_c [°C]"
    assert power["description"] == "mean cell temperature, for ageing. Default: 15.0."
    assert power["default"] == 15.0
    assert power["anyOf"][0] == {"type": "number", "minimum": -20.0, "maximum": 60.0}
    assert schema["required"] == ["schema_version", "name", "epoch", "constellation"]
    walker, shells, _ = schema["properties"]["constellation"]["properties"]["groups"]["anyOf"][0][
        "items"
    ]["oneOf"]
    assert walker["properties"]["model"]["const"] == "walker"
    assert "plane_count" in walker["required"]
    assert "plane_count" not in shells["properties"]
