"""Does an installed Sunstack carry everything it needs, and run from any folder?"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from hatchling.build import build_wheel

import sunstack

ROOT = Path(__file__).parents[1]
PUBLISHED = "tests/published"
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", ".gitignore", "src", "scenarios", PUBLISHED)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder holding what the wheel, built from a copy of the sources, unpacks to."""
    copy = tmp_path_factory.mktemp("copy")
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name)
        else:
            shutil.copy(ROOT / name, copy / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        wheel = copy / build_wheel(str(copy))
    target = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def plain(distribution: str) -> str:
    """The name of a distribution as everyone spells it: ruamel.yaml and ruamel_yaml are one."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imported_distributions(folder: Path) -> set[str]:
    known = packages_distributions()
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [str(node.module)]
            else:
                continue
            tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names
            found |= {plain(distribution) for top in tops for distribution in known.get(top, [top])}
    return found - {"sunstack"}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    names = [re.match(r"[\w.-]+", line) for line in project["dependencies"]]
    declared = {plain(name[0]) for name in names if name}
    parts_of_pydantic_and_jinja2 = {"pydantic-core", "markupsafe"}
    carried_not_imported = {"plotly"}  # the script inside its package goes into the report
    found = imported_distributions(ROOT / "src") - parts_of_pydantic_and_jinja2
    assert found == declared - carried_not_imported


def test_every_dependency_is_pinned_and_justified() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for extra in extras.values() for line in extra)]
    names = {plain(line.partition(">=")[0]) for line in lines}
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {plain(pin.partition("==")[0]) for pin in pins if not pin.startswith("#")}
    decision = (ROOT / "docs" / "decisions" / "003-dependencies.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in decision.splitlines() if line.startswith("|")]
    justified = {plain(name.strip()) for row in rows for name in row.split(",")}
    assert names - pinned == set()
    assert names - justified == set()


def relative_files(folder: Path) -> set[str]:
    made = ("__pycache__", ".mypy_cache", ".ruff_cache")
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not set(made) & set(path.parts)
    }


def test_the_wheel_carries_every_file_of_the_package(installed: Path) -> None:
    carried = relative_files(installed / "sunstack")
    assert relative_files(ROOT / "src" / "sunstack") <= carried
    assert "py.typed" in carried


def test_the_wheel_carries_every_scenario(installed: Path) -> None:
    scenarios = relative_files(ROOT / "scenarios")
    assert "starmind-million.yaml" in scenarios
    assert relative_files(installed / "sunstack" / "scenarios") == scenarios


def test_the_wheel_carries_the_published_figures(installed: Path) -> None:
    figures = relative_files(ROOT / PUBLISHED)
    assert figures
    assert relative_files(installed / "sunstack" / "validation" / "published") == figures


def test_the_wheel_holds_nothing_else(installed: Path) -> None:
    names = {path.name for path in installed.iterdir()}
    assert names == {"sunstack", f"sunstack-{sunstack.__version__}.dist-info"}


def run_installed(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in another folder, out of reach of the checkout."""
    program = (
        "import sys, sunstack.cli; print(sunstack.__file__, file=sys.stderr); sunstack.cli.main()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_installed_command_finds_its_scenarios(installed: Path, tmp_path: Path) -> None:
    done = run_installed(installed, tmp_path, "scenarios", "--json")
    assert done.returncode == 0, done.stderr
    assert str(installed) in done.stderr
    assert "starmind-million" in json.dumps(json.loads(done.stdout))


def test_the_installed_command_runs_a_scenario(installed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run_installed(installed, tmp_path, "run", "ai1", "--out", str(out), "--json")
    assert done.returncode in (0, 3), done.stderr
    assert json.loads(done.stdout) == json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (out / "report.html").is_file()
