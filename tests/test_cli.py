"""Does the command line answer on the right stream, with the right code?"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sunstack import results
from sunstack.cli import app

SHORT = ("--set", "simulation.duration_hours=3", "--set", "simulation.epochs=[2028-06-21]")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def answer(*arguments: str) -> Any:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """`sunstack run ai1 --json` as a program of its own, from a folder that is no checkout."""
    folder = tmp_path_factory.mktemp("run")
    command = [sys.executable, "-m", "sunstack", "run", "ai1", "--json", *SHORT]
    return folder, subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_run_prints_one_document_and_its_summary_is_on_disk(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, process = ran
    printed = json.loads(process.stdout)
    assert printed == json.loads((folder / "results" / "ai1" / "summary.json").read_text())
    assert printed["satellites"]["count"] == 1
    assert (folder / "results" / "ai1" / "report.html").is_file()
    assert "Results:" in process.stderr


def test_a_design_that_does_not_close_leaves_with_3(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, process = ran
    assert json.loads(process.stdout)["closes"] is False
    assert process.returncode == 3


def test_the_same_scenario_gives_the_same_summary(
    ran: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder, _ = ran
    again = call("run", "ai1", *SHORT, "--quiet", "--out", str(tmp_path / "again"))
    assert (again.exit_code, again.output) == (3, "")
    first = (folder / "results" / "ai1" / "summary.json").read_bytes()
    assert (tmp_path / "again" / "summary.json").read_bytes() == first


def test_every_input_of_a_run_has_an_origin(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = ran
    manifest = results.read(folder / "results" / "ai1").manifest
    kinds = {one["kind"] for one in manifest["inputs"]}
    assert kinds == {"default", "catalogue", "file", "override", "sized"}
    assert all(one["source"] for one in manifest["inputs"] if one["kind"] == "catalogue")
    assert manifest["scenario"]["overrides"]["simulation.duration_hours"] == "3"


def test_a_bad_scenario_leaves_with_2_and_says_where(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("schema_version: 1\nname: bad\nepoch: 2028-03-20\nconstelation: {}\n")
    result = call("check", str(bad))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"{bad}:4:1: constelation" in result.stderr
    assert "constellation" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("run", "starmind-milion"), "did you mean 'starmind-million'"),
        (("check", "ai1", "--set", "power.array_aera_m2=3"), "did you mean `array_area_m2`"),
        (("check", "ai1", "--set", "satellite.catalogue=ai1-2026-6"), "ai1-2026-06"),
        (("explain", "power.arry_area_m2"), "power.array_area_m2"),
        (("catalogue", "satelite"), "satellite"),
        (("catalogue", "satellite", "ai1"), "ai1-2026-06"),
        (("picture", "nowhere", "x.png"), "holds no results"),
    ],
)
def test_mistakes_are_named_with_what_to_write(arguments: tuple[str, ...], hint: str) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert hint in result.stderr
    assert "Traceback" not in result.stderr


def test_contradicting_layers_are_refused() -> None:
    result = call("check", "ai1", "--set", "payload.power_kw=500")
    assert result.exit_code == 2
    assert "payload.peak_power_kw: 150" in result.stderr


def test_explain_tells_unit_range_and_default() -> None:
    described = answer("explain", "environment.albedo_ratio")
    assert (described["low"], described["high"], described["default"]) == (0, 1, 0.30)
    assert described["source"] == "gilmore-2002"
    assert "array" in call("explain", "power.array_area_m2").stdout


def test_scenarios_and_catalogue_are_listed() -> None:
    listed = answer("scenarios")
    assert {"ai1", "starmind-million", "starcloud", "suncatcher", "starlink-gen1"} <= set(listed)
    assert Path(listed["ai1"]["path"]).is_file()
    assert "ai1-2026-06" in answer("catalogue")["satellite"]
    entry = answer("catalogue", "satellite", "ai1-2026-06")
    assert entry["values"]["thermal.radiator_area_m2"]["value"] == 110
    assert entry["sources"]
    assert "ai1-2026-06" in call("catalogue", "satellite").stdout
    assert "110" in call("catalogue", "satellite", "ai1-2026-06").stdout


def test_a_scenario_of_ones_own_is_begun_and_never_overwritten(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    assert call("init", str(mine)).exit_code == 0
    assert json.loads((tmp_path / "sunstack.schema.json").read_text())["$schema"]
    checked = call("check", str(mine))
    assert checked.exit_code == 0, checked.stderr
    again = call("init", str(mine))
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)
    assert call("init", str(tmp_path / "mine.txt")).exit_code == 2


def test_the_schema_is_one_json_document() -> None:
    schema = json.loads(call("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "constellation" in schema["properties"]


def test_help_needs_no_jax() -> None:
    probe = (
        "import sys; from sunstack.cli import app; from typer.testing import CliRunner; "
        "CliRunner().invoke(app, ['--help']); sys.exit('jax' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


# --- what is made of a run -----------------------------------------------------------------------


@pytest.fixture
def folder(ran: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Path:
    """A copy of the run's results, to be changed."""
    copied = tmp_path / "results"
    shutil.copytree(ran[0] / "results" / "ai1", copied)
    return copied


def test_a_report_is_drawn_anew_into_its_folder(folder: Path) -> None:
    before = (folder / "report.html").read_text("utf-8")
    (folder / "summary.json").touch()
    assert call("report", str(folder)).exit_code == 0
    assert (folder / "report.html").read_text("utf-8") == before
    results.read(folder)  # every file is still as the manifest says


def test_a_report_can_be_written_elsewhere(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "else.html"
    assert call("report", str(folder), "--out", str(out)).exit_code == 0
    assert out.read_bytes() == (folder / "report.html").read_bytes()
    wrong = call("report", str(folder), "--out", str(tmp_path / "else.pdf"))
    assert (wrong.exit_code, ".html" in wrong.stderr) == (2, True)


def test_paper_without_a_browser_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("SUNSTACK_CHROMIUM", raising=False)
    found = call("report", str(folder), "--pdf")
    assert found.exit_code == 2
    assert "install chromium" in found.stderr
    assert not (folder / "report.pdf").exists()
    monkeypatch.setenv("SUNSTACK_CHROMIUM", "no-such-browser")
    assert "no-such-browser" in call("report", str(folder), "--pdf").stderr


def test_a_browser_that_prints_nothing_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken-browser"
    broken.write_text("#!/bin/sh\necho 'no display' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("SUNSTACK_CHROMIUM", str(broken))
    found = call("report", str(folder), "--pdf")
    assert (found.exit_code, "no display" in found.stderr) == (2, True)
    results.read(folder)


def test_two_runs_are_compared(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    changed = ("--set", "thermal.radiator_area_m2=140", "--quiet", "--out", str(other))
    assert call("run", "ai1", *SHORT, *changed).exit_code == 3
    found = answer("compare", str(folder), str(other))
    keys = {one["key"] for one in found["inputs"]}
    assert "thermal.radiator_area_m2" in keys
    page = tmp_path / "comparison.html"
    told = call("compare", str(folder), str(other), "--out", str(page))
    assert told.exit_code == 0, told.stderr
    assert "thermal.radiator_area_m2" in told.stdout
    assert "only-differences" in page.read_text("utf-8")
    wrong = call("compare", str(folder), str(other), "--out", str(tmp_path / "x.txt"))
    assert (wrong.exit_code, "x.html" in wrong.stderr) == (2, True)
    assert call("compare", str(folder), str(tmp_path / "nowhere")).exit_code == 2
