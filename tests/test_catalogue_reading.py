"""Does the catalogue's reader take what is sound, and refuse what is not with place and remedy?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sunstack import catalogue
from sunstack.catalogue import Sourced
from sunstack.errors import CatalogueError

GOOD_SOURCES = """\
paper:
  publisher: A journal
  title: A paper
  url: https://example.org/paper
  date: 2026-01-02
  accessed: 2026-02
sunstack-estimate: {publisher: Us, title: Estimates, date: 2026-11-22}
"""
GOOD_ARRAYS = """\
thin:
  title: Thin array
  date: 2026-01
  source: paper
  confidence: medium
  contradicts: [thick]
  values:
    power.cell_efficiency: 0.22
    power.packing_fraction: {value: 0.9, low: 0.8, high: 0.95, estimate: true, note: As seen.}
  facts:
    price_usd: 100
thick:
  title: Thick array
  date: 2026
  source: paper
  confidence: high
  contradicts: [thin]
  values:
    power.cell_efficiency: 0.3
"""
GOOD_SATELLITES = """\
small:
  title: Small satellite
  date: 2026-01-02
  source: paper
  confidence: high
  values:
    satellite.mass_kg: auto
    power.array: thin
"""
GOOD_CONSTELLATION = """\
title: Pair
date: 2026
source: paper
confidence: high
satellite_count_cap: 2
groups:
  - {name: ring, model: walker, altitude_km: 550, plane_count: 1, note: As filed.}
"""
GOOD_ROCKETS = """\
large:
  title: Large rocket
  date: 2026
  source: paper
  confidence: high
  values:
    launch.payload_mass_kg: 100000
"""
GOOD_HAZARDS = """\
buses:
  title: Buses
  date: 2025-12
  source: paper
  confidence: medium
  values:
    reliability.bus_failures: constant
    reliability.bus_failure_fraction_per_year: 0.01
"""
GOOD_MITIGATIONS = """\
twice:
  title: Everything twice
  date: 2026
  source: paper
  confidence: high
  values:
    radiation.energy_factor: 2
"""
GOOD = {
    "sources.yaml": GOOD_SOURCES,
    "arrays.yaml": GOOD_ARRAYS,
    "satellites.yaml": GOOD_SATELLITES,
    "constellations/pair.yaml": GOOD_CONSTELLATION,
    "rockets.yaml": GOOD_ROCKETS,
    "hazards.yaml": GOOD_HAZARDS,
    "mitigations.yaml": GOOD_MITIGATIONS,
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def broken(folder: Path, file: str, old: str, new: str) -> list[str]:
    """Return the problems of the good catalogue with one piece of text exchanged."""
    assert old in GOOD[file]
    return catalogue.problems(write(folder, GOOD | {file: GOOD[file].replace(old, new, 1)}))


def test_a_catalogue_of_ones_own_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD)
    assert catalogue.problems(folder) == []
    assert catalogue.names("array", folder) == ("thin", "thick")
    assert [entry.name for entry in catalogue.entries("satellite", folder)] == ["small"]
    assert catalogue.sources(folder)["paper"].accessed == "2026-02"
    assert catalogue.names("battery", folder) == ()


def test_a_value_inherits_what_its_entry_says_and_an_estimate_does_not(tmp_path: Path) -> None:
    thin = catalogue.entry("array", "thin", write(tmp_path, GOOD))
    assert thin.values["power.cell_efficiency"] == Sourced(
        value=0.22,
        low=None,
        high=None,
        source="paper",
        date="2026-01",
        confidence="medium",
        note="",
    )
    assert thin.values["power.packing_fraction"] == Sourced(
        value=0.9,
        low=0.8,
        high=0.95,
        source="sunstack-estimate",
        date="2026-11-22",
        confidence="low",
        note="As seen.",
        estimate=True,
    )
    assert thin.facts["price_usd"].value == 100


def test_rockets_hazards_and_mitigations_set_keys_of_their_own_section(tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD)
    assert catalogue.entry("rocket", "large", folder).values["launch.payload_mass_kg"].value == 1e5
    assert catalogue.entry("mitigation", "twice", folder).values["radiation.energy_factor"]
    buses = catalogue.entry("hazard", "buses", folder)
    assert buses.values["reliability.bus_failures"] == Sourced(
        value="constant",
        low=None,
        high=None,
        source="paper",
        date="2025-12",
        confidence="medium",
        note="",
    )


def test_a_group_hands_over_its_orbits_and_keeps_its_origin_beside(tmp_path: Path) -> None:
    pair = catalogue.entry("constellation", "pair", write(tmp_path, GOOD))
    assert [dict(group) for group in pair.groups] == [
        {"name": "ring", "model": "walker", "altitude_km": 550, "plane_count": 1}
    ]
    assert [(origin.value, origin.note) for origin in pair.group_origins] == [("ring", "As filed.")]


BROKEN = [
    # text, text in its place, how the message begins; the file is the one the message names
    ("  source: paper\n  confidence: medium", "  confidence: medium",
     "arrays.yaml: thin: power.cell_efficiency: has no source; write `source:"),
    ("source: paper", "source: papper",
     "arrays.yaml: thin: power.cell_efficiency: source: 'papper' is not in "
     "sources.yaml (did you mean 'paper'?)"),
    ("title: Thin array", "titel: Thin array",
     "arrays.yaml: thin: titel: is no attribute (did you mean 'title'?); write one of title, date"),
    ("title: Thin array", "title:",
     "arrays.yaml: thin: title: is missing"),
    ("power.cell_efficiency: 0.22", "power.cell_efficiency: {value: 0.22, hihg: 0.3}",
     "arrays.yaml: thin: power.cell_efficiency: hihg: is no attribute (did you mean 'high'?)"),
    ("power.cell_efficiency: 0.22", "power.cell_efficiency: {value: 0.22, note: 1,300}",
     "arrays.yaml: thin: power.cell_efficiency: 300: is no attribute; write one of value, low"),
    ("low: 0.8, high: 0.95, ", "low: 0.8, ",
     "arrays.yaml: thin: power.packing_fraction: is an estimate without a range; "
     "write low and high"),
    (", note: As seen.", "",
     "arrays.yaml: thin: power.packing_fraction: is an estimate without a note; write in `note`"),
    ("confidence: medium", "confidence: low",
     "arrays.yaml: thin: power.cell_efficiency: is an estimate without a range; write "
     "low and high"),
    ("confidence: medium", "confidence: sure",
     "arrays.yaml: thin: power.cell_efficiency: confidence: 'sure' is no confidence; "
     "write one of high, medium"),
    ("  confidence: medium\n", "",
     "arrays.yaml: thin: power.cell_efficiency: confidence: is missing; write one of "
     "high, medium, low"),
    ("power.cell_efficiency: 0.22", "power.cell_efficiency: .nan",
     "arrays.yaml: thin: power.cell_efficiency: nan is not finite; write a finite number"),
    ("high: 0.95", "high: .inf",
     "arrays.yaml: thin: power.packing_fraction: high: inf is no finite number"),
    ("low: 0.8", "low: 0.93",
     "arrays.yaml: thin: power.packing_fraction: 0.9 lies outside its own range 0.93 "
     "to 0.95; write low <= value"),
    ("price_usd: 100", "price: 100",
     "arrays.yaml: thin: price: is a number on a key without a unit; end the key in its unit"),
    ("price_usd: 100", "Price_usd: 100",
     "arrays.yaml: thin: Price_usd: is no name of a fact; write lower case and underscores"),
    ("power.cell_efficiency: 0.22", "power.cell_efficiency: '0.22'",
     "arrays.yaml: thin: power.cell_efficiency: '0.22' is text on a key in "
     "_efficiency; write a number, or auto"),
    ("power.cell_efficiency: 0.22", "power.cell_efficiency: true",
     "arrays.yaml: thin: power.cell_efficiency: holds no number and no word (True); "
     "write one under `value`"),
    ("power.cell_efficiency: 0.22", "power.cell_efficiency: {note: forgotten}",
     "arrays.yaml: thin: power.cell_efficiency: holds no number and no word (None); "
     "write one under `value`"),
    ("power.cell_efficiency: 0.22", "power.battery_charge_efficiency: 0.9",
     "arrays.yaml: thin: power.battery_charge_efficiency: is no key of a array; write "
     "dotted scenario keys"),
    ("launch.payload_mass_kg", "satellite.mass_kg",
     "rockets.yaml: large: satellite.mass_kg: is no key of a rocket; write dotted scenario "
     "keys: launch."),
    ("reliability.bus_failure_fraction_per_year", "radiation.found_fraction",
     "hazards.yaml: buses: radiation.found_fraction: is no key of a hazard; write dotted "
     "scenario keys: reliability."),
    ("radiation.energy_factor", "launch.success_fraction",
     "mitigations.yaml: twice: launch.success_fraction: is no key of a mitigation; write dotted "
     "scenario keys: radiation."),
    ("    power.array: thin\n", "    power.array: thin\n    launch.rocket: large\n",
     "satellites.yaml: small: launch.rocket: is no key of a satellite; write dotted scenario keys"),
    ("launch.payload_mass_kg: 100000", "launch.rocket: larg",
     "rockets.yaml: large: launch.rocket: 'larg' is no rocket of the catalogue (did you mean "
     "'large'?); write a name of rockets.yaml"),
    ("reliability.bus_failures: constant", "reliability.bus_record: busses",
     "hazards.yaml: buses: reliability.bus_record: 'busses' is no hazard of the catalogue (did "
     "you mean 'buses'?)"),
    ("radiation.energy_factor: 2", "radiation.mitigation: thrice",
     "mitigations.yaml: twice: radiation.mitigation: 'thrice' is no mitigation of the catalogue"),
    ("contradicts: [thick]", "contradicts: [thik]",
     "arrays.yaml: thin: contradicts: 'thik' is no other array of the catalogue (did "
     "you mean 'thick'?)"),
    ("  contradicts: [thin]\n", "",
     "arrays.yaml: thin: contradicts: 'thick' does not say so too; write 'thin' under "
     "its contradicts"),
    ("contradicts: [thick]", "contradicts: thick",
     "arrays.yaml: thin: contradicts: is no list of names; write [name, name]"),
    ("    power.cell_efficiency: 0.22\n",
     "    power.cell_efficiency: 0.22\n    power.cell_efficiency: 0.25\n",
     "arrays.yaml: thin: line 9: found duplicate key \"power.cell_efficiency\""),
    ("thick:\n", "thin:\n",
     "arrays.yaml: thin: line 12: found duplicate key \"thin\""),
    ("date: 2026-01\n", "date: 01.2026\n",
     "arrays.yaml: thin: date: '1.2026' is no date; write YYYY, YYYY-MM or YYYY-MM-DD"),
    ("thin:", "Thin_1:",
     "arrays.yaml: Thin_1: is no entry name; write lower case"),
    ("values:\n", "values: [1]\n  x:\n",
     "arrays.yaml: thin: values: is no mapping"),
    ("power.array: thin", "power.array: thinn",
     "satellites.yaml: small: power.array: 'thinn' is no array of the catalogue (did "
     "you mean 'thin'?)"),
    ("satellite.mass_kg: auto", "satellite.mass_kg: {value: auto, low: 1}",
     "satellites.yaml: small: satellite.mass_kg: is a word with a range; leave low and high out"),
    ("power.array: thin", "power.array: {value: thin, estimate: 1}",
     "satellites.yaml: small: power.array: estimate: 1 is neither true nor false; "
     "write true or nothing"),
    ("small:\n", "small: 3\nother:\n",
     "satellites.yaml: small: is no mapping; write title, date"),
    ("small:\n", "- small:\n",
     "satellites.yaml: does not hold a mapping"),
    ("title: Small satellite", "title: [Small satellite",
     "satellites.yaml: small: line 3: "),
    ("  accessed: 2026-02\n", "",
     "sources.yaml: paper: accessed: is missing beside `url`; write the day the page was read"),
    ("  date: 2026-01-02\n", "",
     "sources.yaml: paper: date: is missing; write YYYY"),
    ("publisher: A journal", "author: A journal",
     "sources.yaml: paper: author: is no attribute; write one of publisher, title, url"),
    ("publisher: A journal", "author: A journal",
     "sources.yaml: paper: publisher: is missing or no text; write a line of text"),
    ("satellite_count_cap: 2", "satellite_count_cap: 0",
     "constellations/pair.yaml: pair: satellite_count_cap: 0 is no number of satellites"),
    ("altitude_km: 550", "altitude: 550",
     "constellations/pair.yaml: pair: groups 1: altitude: is a number on a key without a unit"),
    ("altitude_km: 550", "altitude_km: .inf",
     "constellations/pair.yaml: pair: groups 1: altitude_km: inf is not finite; write "
     "finite numbers"),
    ("model: walker, ", "",
     "constellations/pair.yaml: pair: groups 1: model: is missing or no word; write one"),
    ("note: As filed.", "estimate: true",
     "constellations/pair.yaml: pair: groups 1: is an estimate without a note; write "
     "in `note` how it was derived"),
    ("groups:\n", "groups:\n  - {name: ring, model: walker, altitude_km: 560}\n",
     "constellations/pair.yaml: pair: groups: 'ring' stands twice; give each group a "
     "name of its own"),
    ("groups:\n", "groups: []\nnote: none yet\nfacts:\n",
     "constellations/pair.yaml: pair: groups: is no list of groups; write at least "
     "one group of orbits"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), BROKEN, ids=[case[2][-60:] for case in BROKEN])
def test_a_broken_catalogue_is_refused_with_place_and_remedy(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    problems = broken(tmp_path, message.partition(":")[0], old, new)
    assert any(problem.startswith(message) for problem in problems), "\n".join(problems)
    assert all(problem.startswith(tuple(GOOD)) and "; " in problem for problem in problems)


def test_all_problems_of_a_catalogue_are_told_at_once(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        GOOD
        | {
            "arrays.yaml": GOOD_ARRAYS.replace("0.22", ".nan").replace("[thin]", "[thn]"),
            "satellites.yaml": GOOD_SATELLITES.replace("power.array: thin", "power.array: thn"),
        },
    )
    with pytest.raises(CatalogueError) as refused:
        catalogue.entry("array", "thick", folder)
    told = str(refused.value)
    assert "arrays.yaml: thin: power.cell_efficiency: nan is not finite" in told
    assert "arrays.yaml: thick: contradicts: 'thn'" in told
    assert "satellites.yaml: small: power.array: 'thn'" in told


def test_a_catalogue_without_sources_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, {"arrays.yaml": GOOD_ARRAYS})
    assert any(line.startswith("sources.yaml: is missing") for line in catalogue.problems(folder))


def test_a_file_with_a_misspelt_name_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD | {"radiator.yaml": "{}"})
    (problem,) = catalogue.problems(folder)
    assert problem.startswith("radiator.yaml: is no file of the catalogue; write one of sources")


def test_an_undated_page_needs_the_day_it_was_read(tmp_path: Path) -> None:
    dated = "date: 2026-01-02\n"
    undated = GOOD_SOURCES.replace(dated, "date: undated\n")
    assert catalogue.problems(write(tmp_path / "read", GOOD | {"sources.yaml": undated})) == []
    unread = undated.replace("  url: https://example.org/paper\n", "").replace(
        "  accessed: 2026-02\n", ""
    )
    (problem,) = catalogue.problems(write(tmp_path / "unread", GOOD | {"sources.yaml": unread}))
    assert problem.startswith("sources.yaml: paper: date: 'undated' is no date")


def test_no_source_stands_twice() -> None:
    names = [re.sub(r"[^a-z0-9]", "", name) for name in catalogue.sources()]
    assert sorted(names) == sorted(set(names)), "two ids differ in their dashes and dots alone"
    pages = [
        (source.publisher, source.url.rstrip("/"), source.title)
        for source in catalogue.sources().values()
    ]
    assert sorted(pages) == sorted(set(pages))
