"""Where does one command leave the code it compiled for the next?

Most of a first `sunstack run` is compiling, and the next compiles the same. So code is kept in the
user's cache folder, which may be deleted at any time: `$XDG_CACHE_HOME/sunstack` or
`~/.cache/sunstack` on Linux, `~/Library/Caches/sunstack` on a Mac, `sunstack` in `%LOCALAPPDATA%`
on Windows. `SUNSTACK_CACHE` names another folder, or is `off`; JAX's own variable goes before both.
Code is of one processor and one version of JAX: each has a folder of its own.

Leaves out: use of the library, whose programs choose for themselves.
Reference: JAX, "Persistent compilation cache".
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import sys
from pathlib import Path

VARIABLE = "SUNSTACK_CACHE"
OFF = "off"
OF_JAX = "JAX_COMPILATION_CACHE_DIR"
CPUINFO = Path("/proc/cpuinfo")
LARGEST_BYTE = 200_000_000
"""More is begun anew: some forty different scenarios."""


def keep() -> None:
    """Tell JAX, which must not have been imported yet, where compiled code is kept."""
    place = folder()
    if place is None or OF_JAX in os.environ:
        return
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        _empty_if_large(place)
    except OSError:  # read-only, or full: a command is then as slow as the first
        return
    os.environ[OF_JAX] = str(place)
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")


def folder() -> Path | None:
    """Return where compiled code is kept; none where it is not."""
    named = os.environ.get(VARIABLE)
    if named == OFF:
        return None
    try:
        place = Path(named) if named else _caches() / "sunstack"
    except RuntimeError:  # no home
        return None
    return place / f"jax-{importlib.metadata.version('jaxlib')}-{_processor()}"


def _caches() -> Path:
    """Return the folder of the user's caches, as each system has it."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _processor() -> str:
    """Tell processors apart that share a home: by what they can do, else by the machine's name."""
    lines = CPUINFO.read_text(encoding="utf-8").splitlines() if CPUINFO.exists() else []
    able = [line for line in lines if line.startswith(("model name", "flags", "Features"))][:2]
    words = "".join(able) or f"{platform.processor()} {platform.node()}"
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def _empty_if_large(place: Path) -> None:
    entries = [entry for entry in os.scandir(place) if entry.is_file()]
    if sum(entry.stat().st_size for entry in entries) > LARGEST_BYTE:
        for entry in entries:
            Path(entry.path).unlink(missing_ok=True)
