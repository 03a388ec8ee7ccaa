"""Where does one command leave the code it compiled for the next?

Most of a first `sunstack run` is compiling, and the next compiles the same. So code is kept in the
user's cache folder, which may be deleted at any time: `$XDG_CACHE_HOME/sunstack` or
`~/.cache/sunstack` on Linux, `~/Library/Caches/sunstack` on a Mac, `sunstack` in `%LOCALAPPDATA%`
on Windows. `SUNSTACK_CACHE` names another folder, or is `off`; JAX's own variable goes before both.
Code is of one processor and one version of JAX: each has a folder of its own.

JAX writes an entry in place, so that another command could read half of it, and one that is killed
leaves half of it for ever. So commands that run at once have folders of their own, numbered, each
held by a lock; and what was written by a command that did not come to its end is removed by the
next.

Leaves out: use of the library, whose programs choose for themselves; workers of `--backend
processes`, which share the folder of their command; locks on Windows, where all share one folder.
Reference: JAX, "Persistent compilation cache".
"""

from __future__ import annotations

import atexit
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
MOST_AT_ONCE = 16
"""Commands that keep code; further ones compile for themselves."""
BEGUN = b"begun"
"""In a lock while a command runs, and after it if it was killed."""


def keep() -> None:
    """Tell JAX, which must not have been imported yet, where compiled code is kept."""
    base = folder()
    if base is None or OF_JAX in os.environ:
        return
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = _held(base)
        if place is None:
            return
        _empty_if_large(place)
    except OSError:  # read-only, or full: a command is then as slow as the first
        return
    os.environ[OF_JAX] = str(place)
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")


def _held(base: Path) -> Path | None:
    """Take the first folder that no other command holds, until this one ends."""
    for number in range(MOST_AT_ONCE):
        place = base / str(number)
        place.mkdir(mode=0o700, exist_ok=True)
        if _locked(base / f"{number}.lock", place):
            return place
    return None


def _locked(path: Path, place: Path) -> bool:
    """Hold a lock to the end, and remove what a command that was killed may have left half."""
    if sys.platform == "win32":
        return True
    import fcntl

    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return False
    if os.read(lock, len(BEGUN)):
        _remove_since(place, os.fstat(lock).st_mtime_ns)
    os.pwrite(lock, BEGUN, 0)
    atexit.register(os.ftruncate, lock, 0)
    return True


def _remove_since(place: Path, begun_ns: int) -> None:
    for entry in os.scandir(place):
        if entry.stat().st_mtime_ns >= begun_ns:
            Path(entry.path).unlink(missing_ok=True)


def folder() -> Path | None:
    """Return the folder under which compiled code is kept; none where it is not."""
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
