"""Is what the catalogue is asked for there, and do the shipped scenarios name what exists?"""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sunstack import catalogue
from sunstack.errors import CatalogueError
from sunstack.scenario.model import Scenario

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.yaml"))


def test_the_five_scenarios_are_shipped() -> None:
    shipped = [path.stem for path in SCENARIOS]
    assert shipped == ["ai1", "starcloud", "starlink-gen1", "starmind-million", "suncatcher"]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_shipped_scenario_is_valid_documented_and_names_what_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    scenario = Scenario.model_validate(YAML(typ="safe", pure=True).load(text))
    assert scenario.name == path.stem
    for word in ("# What:", "# Why:", "# Sources:", "--set "):
        assert word in text
    assert catalogue.entry("satellite", str(scenario.satellite.catalogue))
    if scenario.constellation.groups is None:
        assert catalogue.entry("constellation", str(scenario.constellation.catalogue))


# --- asking for what is not there -----------------------------------------------------------------


def test_a_name_that_does_not_exist_is_refused_with_a_near_one() -> None:
    with pytest.raises(CatalogueError, match=r"'ai1-2026-6' is no satellite .*mean 'ai1-2026-06'"):
        catalogue.entry("satellite", "ai1-2026-6")


def test_a_kind_that_does_not_exist_is_refused_with_a_near_one() -> None:
    with pytest.raises(CatalogueError, match=r"'satelite' is no kind .*did you mean 'satellite'"):
        catalogue.names("satelite")


def test_an_entry_cannot_be_changed() -> None:
    array = catalogue.entry("array", "silicon-flexible")
    with pytest.raises(FrozenInstanceError):
        array.name = "other"  # type: ignore[misc]  # what is tested
    with pytest.raises(TypeError, match="does not support item assignment"):
        array.values["power.cell_efficiency"] = array.values["power.packing_fraction"]  # type: ignore[index]  # what is tested
