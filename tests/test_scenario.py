"""Does the reader take what the format allows, and say of all else what to write instead?

`tests/bad_scenarios` holds one broken file for each cause, with the exact message beside it.
A line `# --set key=value` at the top of such a file is an override given with it. After a change
of wording, write the messages anew and read every one that moved:

    SUNSTACK_GOLDEN=write pytest tests/test_scenario.py -k bad_scenario
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from sunstack.errors import ScenarioError
from sunstack.scenario import (
    Document,
    Number,
    Place,
    Satellite,
    Walker,
    load,
    loads,
)

BAD = Path(__file__).with_name("bad_scenarios")
SHORT = """\
schema_version: 1
name: demo
epoch: 2027-03-20
constellation: {catalogue: demo-shell}
"""
LONG = """\
# Two shells
schema_version: 1
name: demo
description: Two shells
epoch: 2027-03-20
constellation:
  groups:
    - &first
      model: walker
      name: first
      altitude_km: 550
      inclination_deg: 53
      plane_count: 4
      satellites_per_plane_count: 10
    - <<: *first
      name: second
      altitude_km: {value: 600, low: 590, high: 610}
      local_times_hours: [0, 6, 12.5, 18]
satellite:
  mass_kg: auto
  life_years: 5
simulation:
  epochs: [2027-06-21]
  precision: float64
"""


def read(text: str, *overrides: str) -> Document:
    return loads(text, path="demo.yaml", overrides=overrides)


def refusal(text: str, *overrides: str) -> str:
    with pytest.raises(ScenarioError) as raised:
        read(text, *overrides)
    return str(raised.value)


def message_of(path: Path) -> str:
    """What the reader says of a broken file, called by its name alone."""
    text = path.read_bytes().decode()
    return refusal_of(text, path.name, re.findall(r"^# --set (.*)$", text, re.MULTILINE))


def refusal_of(text: str, name: str, overrides: list[str]) -> str:
    with pytest.raises(ScenarioError) as raised:
        loads(text, path=name, overrides=overrides)
    return str(raised.value)


# --- broken files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_scenario_is_refused_in_these_words(path: Path) -> None:
    golden = path.with_suffix(".txt")
    message = message_of(path) + "\n"
    if os.environ.get("SUNSTACK_GOLDEN") == "write":
        golden.write_text(message, encoding="utf-8", newline="\n")
    assert message == golden.read_text(encoding="utf-8")


def test_every_bad_scenario_has_its_message_and_its_own_cause() -> None:
    broken, messages = ({path.stem for path in BAD.glob(f"*.{end}")} for end in ("yaml", "txt"))
    assert broken == messages
    assert len(broken) >= 30
    said = {path.read_text(encoding="utf-8") for path in BAD.glob("*.txt")}
    assert len(said) == len(broken)


@pytest.mark.parametrize("path", sorted(BAD.glob("*.txt")), ids=lambda path: path.stem)
def test_a_message_points_at_its_line_and_names_no_machinery(path: Path) -> None:
    lines = path.with_suffix(".yaml").read_bytes().decode().split("\n")
    told = path.read_text(encoding="utf-8").splitlines()
    headers = [line for line in told if not re.match(r" *\d* \|", line)]
    assert len(told) == 3 * len(headers)
    for header, shown, carets in zip(told[::3], told[1::3], told[2::3], strict=True):
        assert not re.search(r"[Ii]nput should|pydantic|ruamel|type=|block mapping", header)
        assert ";" in header or "?" in header, "says what is wrong, not what to write"
        if match := re.match(rf"{path.stem}\.yaml:(\d+):(\d+): ", header):
            line, column = int(match[1]), int(match[2])
            start = 0 if "…" not in shown else len(lines[line - 1]) - len(shown) + 8
            assert carets[8 + column - 1 - start] == "^"
            assert shown[9:50].strip()[:20] in re.sub(r"[\t\x07]", " ", lines[line - 1])
        else:
            assert header.startswith("--set ")


def test_many_problems_are_cut_short() -> None:
    wrong = "".join(f"  unknown_{rank}: 1\n" for rank in range(150))
    assert refusal(f"{SHORT}payload:\n{wrong}").endswith("\n… and 50 more problems")


def test_a_message_cannot_command_the_terminal() -> None:
    assert "\x1b" not in refusal(SHORT + '"\\e[31m": 1\n')
    assert "\x1b" not in refusal_of("a: 1", "\x1b[31m.yaml", ["\x1b[0m=1"])


# --- good files -----------------------------------------------------------------------------------


def test_a_file_is_read_with_the_place_of_each_key() -> None:
    document = read(LONG)
    first, second = document.scenario.constellation.groups or []
    assert isinstance(first, Walker)
    assert isinstance(second, Walker)
    assert first.altitude_km == Number(value=550)
    assert second.altitude_km == Number(value=600, low=590, high=610)
    assert second.plane_count == 4, "merged from the first group"
    assert second.local_times_hours == [0, 6, 12.5, 18]
    assert document.scenario.satellite.mass_kg == "auto"
    assert document.scenario.simulation.epochs == [date(2027, 6, 21)]
    assert document.places["name"] == Place(line=3, column=1)
    assert document.places["constellation.groups.0"] == Place(line=8, column=7)
    assert document.places["constellation.groups.1.altitude_km"] == Place(line=17, column=7)
    assert document.places["constellation.groups.1.plane_count"] == Place(line=13, column=7)
    assert document.places["simulation.epochs.0"] == Place(line=23, column=12)
    assert (document.path, document.text, dict(document.overrides)) == ("demo.yaml", LONG, {})


def test_json_is_read_the_same(tmp_path: Path) -> None:
    scenario = read(LONG.replace("Two shells\nepoch", "Two shells 🛰\nepoch")).scenario
    path = tmp_path / "demo.json"
    path.write_text(json.dumps(scenario.model_dump(mode="json", exclude_unset=True)))
    assert "\\ud83d" in path.read_text(), "escaped as a surrogate pair"
    assert load(path).scenario == scenario


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_places_count_lines_whatever_ends_them(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "demo.yml"
    path.write_bytes(b"\xef\xbb\xbf" + LONG.replace("\n", ending).encode())
    assert load(path).places == read(LONG).places


def test_a_section_may_be_empty_and_a_key_null() -> None:
    assert read(SHORT + "payload:\n  # power_kw: 120\n").scenario == read(SHORT).scenario
    assert read(SHORT + "payload: {power_kw: null}\n").scenario.payload.power_kw is None


# --- overrides ------------------------------------------------------------------------------------


def test_an_override_takes_the_place_of_the_file_and_is_remembered() -> None:
    document = read(
        LONG,
        "constellation.groups.0.altitude_km=560",
        "satellite.mass_kg={value: 900, low: 800, high: 1000}",
        "thermal.radiator_area_m2=auto",
        "satellite.life_years=null",
        "simulation.epochs=[2028-03-20]",
    )
    first, second = document.scenario.constellation.groups or []
    assert isinstance(first, Walker)
    assert isinstance(second, Walker)
    assert first.altitude_km.value == 560
    assert second.altitude_km.value == 600
    assert document.scenario.satellite == Satellite(mass_kg=Number(value=900, low=800, high=1000))
    assert document.scenario.thermal.radiator_area_m2 == "auto"
    assert document.scenario.simulation.epochs == [date(2028, 3, 20)]
    assert document.overrides["satellite.mass_kg"] == "{value: 900, low: 800, high: 1000}"
    assert document.overrides["simulation.epochs"] == "[2028-03-20]"
    assert document.places == read(LONG).places, "places are those of the file"


def test_an_override_changes_one_of_two_values_written_once() -> None:
    document = read(LONG, "constellation.groups.1.inclination_deg=sun-synchronous")
    first, second = document.scenario.constellation.groups or []
    assert (first.inclination_deg, second.inclination_deg) == (Number(value=53), "sun-synchronous")


def test_an_override_mends_a_file() -> None:
    wrong = SHORT + "payload: {power_kw: much}\n"
    assert "much" in refusal(wrong)
    assert read(wrong, "payload.power_kw=120").scenario.payload.power_kw == Number(value=120)


def test_problems_of_file_and_overrides_are_told_together() -> None:
    told = refusal(SHORT + "seed: -1\n", "payload.power_kw=x", "seed.a=1", "nonsense")
    headers = [line for line in told.splitlines() if not line.startswith(" ")]
    starts = ["demo.yaml:5:7: seed: ", "--set payload.power_kw=x: ", "--set seed.a=1: "]
    assert [header.startswith(start) for header, start in zip(headers, starts, strict=False)]
    assert len(headers) == 4


# --- files that cannot be read --------------------------------------------------------------------


def unreadable(path: Path | str) -> str:
    with pytest.raises(ScenarioError) as raised:
        load(path)
    return str(raised.value)


def test_a_missing_file_names_those_like_it(tmp_path: Path) -> None:
    (tmp_path / "starlink-like.yaml").write_text(SHORT)
    (tmp_path / "notes.txt").write_text("")
    meant = tmp_path / "starlink-like.yaml"
    for name in ("starlink-like", "starlnk-like.yaml"):
        told = unreadable(tmp_path / name)
        assert told == f"{tmp_path / name}: no such file; did you mean `{meant}`?"
    assert unreadable(tmp_path / "x.yaml") == f"{tmp_path / 'x.yaml'}: no such file"
    assert "no such file" in unreadable(tmp_path / "none" / "x.yaml")
    assert unreadable(tmp_path) == (
        f"{tmp_path}: is a folder; name a file in it; did you mean `{meant}`?"
    )
    assert "ends in .yaml" in unreadable(tmp_path / "notes.txt")
    assert "no file can have this name" in unreadable("a\0.yaml")


def test_only_an_ordinary_readable_file_of_bounded_size_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe, large, latin = (tmp_path / f"{name}.yaml" for name in ("pipe", "large", "latin"))
    os.mkfifo(pipe)
    assert "is no ordinary file" in unreadable(pipe)
    large.write_text("#" * 1_000_001)
    assert unreadable(large) == f"{large}: 1000001 bytes long; a scenario has 1000000 at most"
    assert "1000000 at most" in refusal("#" * 1_000_001)
    latin.write_bytes("name: demo\ndescription: Orbite à 550 km\n".encode("latin-1"))
    assert unreadable(latin).startswith(f"{latin}:2:21: found the byte 0xe0, which is not UTF-8;")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert unreadable(latin) == f"{latin}: cannot be read: Permission denied"


# --- the model by itself --------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [41, {"value": 5, "low": 0.01}, 10**400, float("nan"), "5", True])
def test_the_model_holds_numbers_to_their_bounds_without_a_file(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        Satellite.model_validate({"life_years": wrong})


def test_importing_the_format_does_not_import_the_yaml_reader() -> None:
    program = "import sunstack.scenario, sys; sys.exit('ruamel.yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
