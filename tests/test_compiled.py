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
    base = compiled.folder()
    assert base is not None and base.parent == tmp_path / "mine"
    assert Path(os.environ[compiled.OF_JAX]) == base / "0"
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
    (tmp_path / "one").write_bytes(bytes(10))
    compiled._empty_if_large(tmp_path)
    assert (tmp_path / "one").exists()
    (tmp_path / "two").write_bytes(bytes(1))
    compiled._empty_if_large(tmp_path)
    assert list(tmp_path.iterdir()) == []


HOLDS = """
import os, sys, time
from pathlib import Path
from sunstack.commands import compiled
compiled.keep()
place = Path(os.environ[compiled.OF_JAX])
(place / f"{sys.argv[1]}-cache").write_bytes(b"half")
print(place.name, flush=True)
time.sleep(float(sys.argv[2]))
"""


def holding(place: Path, name: str, seconds: float) -> subprocess.Popen[str]:
    """Another command that keeps its code there, and writes an entry."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLDS, name, str(seconds)],
        env=os.environ | {compiled.VARIABLE: str(place)},
        stdout=subprocess.PIPE,
        text=True,
    )


def said(command: subprocess.Popen[str]) -> str:
    assert command.stdout is not None
    return command.stdout.readline().strip()


@pytest.mark.skipif(
    sys.platform == "win32", reason="fcntl, whose locks are tested, is not there: one folder"
)
def test_commands_at_once_are_kept_apart_and_one_after_the_other_share(tmp_path: Path) -> None:
    first = holding(tmp_path, "first", 60.0)
    assert said(first) == "0"
    second = holding(tmp_path, "second", 0.0)
    assert said(second) == "1" and second.wait() == 0
    third = holding(tmp_path, "third", 0.0)
    assert said(third) == "1" and third.wait() == 0
    (base,) = tmp_path.iterdir()
    assert {one.name for one in (base / "1").iterdir()} == {"second-cache", "third-cache"}
    # What one that is killed wrote may be half: the next removes that, and nothing written before.
    (base / "0" / "before-cache").write_bytes(b"whole")
    os.utime(base / "0" / "before-cache", (1.0, 1.0))
    first.kill()
    first.wait()
    fourth = holding(tmp_path, "fourth", 0.0)
    assert said(fourth) == "0" and fourth.wait() == 0
    assert {one.name for one in (base / "0").iterdir()} == {"before-cache", "fourth-cache"}
    for command in (first, second, third, fourth):
        assert command.stdout is not None
        command.stdout.close()


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
    assert any(entry.name.endswith("-cache") for entry in (place / "0").iterdir())
