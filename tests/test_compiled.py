"""Is compiled code kept where users' caches belong, found again, and not kept without bounds?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sunstack.commands import compiled


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (compiled.VARIABLE, compiled.OF_JAX, "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("system", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "given/sunstack"),
        ("linux", None, "home/.cache/sunstack"),
        ("darwin", None, "home/Library/Caches/sunstack"),
        ("win32", "LOCALAPPDATA", "given/sunstack"),
    ],
)
def test_each_system_has_its_place(
    system: str,
    variable: str | None,
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "given"))
    found = compiled.folder()
    assert found is not None and found.parent == tmp_path / expected
    assert found.name.startswith("jax-")


def test_a_processor_s_code_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, other = compiled.folder(), tmp_path / "cpuinfo"
    monkeypatch.setattr(compiled, "CPUINFO", other)
    nameless = compiled.folder()
    other.write_text("model name: another\n")
    assert len({here, nameless, compiled.folder()}) == 3


def test_another_place_or_none_may_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(compiled.VARIABLE, str(tmp_path / "mine"))
    compiled.keep()
    assert Path(os.environ[compiled.OF_JAX]).parent == tmp_path / "mine"
    monkeypatch.setenv(compiled.OF_JAX, "theirs")
    compiled.keep()
    assert os.environ[compiled.OF_JAX] == "theirs"
    monkeypatch.delenv(compiled.OF_JAX)
    monkeypatch.setenv(compiled.VARIABLE, compiled.OFF)
    compiled.keep()
    assert compiled.OF_JAX not in os.environ


def test_what_cannot_be_kept_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(compiled.VARIABLE, str(tmp_path / "file"))
    compiled.keep()
    assert compiled.OF_JAX not in os.environ


def test_it_is_begun_anew_when_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(compiled.VARIABLE, str(tmp_path))
    monkeypatch.setattr(compiled, "LARGEST_BYTE", 10)
    place = compiled.folder()
    assert place is not None
    place.mkdir()
    (place / "one").write_bytes(bytes(10))
    compiled.keep()
    assert (place / "one").exists()
    (place / "two").write_bytes(bytes(1))
    monkeypatch.delenv(compiled.OF_JAX)
    compiled.keep()
    assert list(place.iterdir()) == []


def test_a_command_leaves_what_it_compiled(tmp_path: Path) -> None:
    asked = ("link", "--site", "nairobi", "--elevation-deg", "35", "--json")
    command = [sys.executable, "-m", "sunstack", *asked]
    environment = os.environ | {compiled.VARIABLE: str(tmp_path)}
    done = [
        subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]
    assert (done[0].returncode, done[0].stderr) == (0, "")
    assert done[1].stdout == done[0].stdout
    (place,) = tmp_path.iterdir()
    assert any(entry.name.endswith("-cache") for entry in place.iterdir())
