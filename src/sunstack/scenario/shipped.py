"""Which scenarios come with Sunstack, and which file does a name mean?

An installed package carries them as `sunstack/scenarios`, a source checkout in `scenarios`.
"""

from __future__ import annotations

import difflib
from pathlib import Path

from ..errors import ScenarioError

PACKAGE = Path(__file__).resolve().parents[1]


def folder() -> Path:
    """Return the folder of the scenarios that come with Sunstack."""
    carried = PACKAGE / "scenarios"
    return carried if carried.is_dir() else PACKAGE.parents[1] / "scenarios"


def names() -> tuple[str, ...]:
    """Return the names of the scenarios that come with Sunstack."""
    return tuple(sorted(path.stem for path in folder().glob("*.yaml")))


def find(given: str) -> Path:
    """Return the file a name or path means: a path if it looks like one, else a shipped scenario.

    Raises:
        ScenarioError: there is no such scenario.
    """
    path = Path(given)
    if given in names():
        return folder() / f"{given}.yaml"
    if path.suffix or path.exists() or len(path.parts) > 1:
        return path
    close = difflib.get_close_matches(given, names(), n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise ScenarioError(
        f"{given!r} is neither a file nor a scenario that comes with Sunstack{hint} "
        f"(they are {', '.join(names())}; write a file's name with its ending, as in my-fleet.yaml)"
    )


def purpose(name: str) -> str:
    """Return the first line of the comment at a shipped scenario's top."""
    first = (folder() / f"{name}.yaml").read_text("utf-8").partition("\n")[0]
    return first.lstrip("# ").strip()
