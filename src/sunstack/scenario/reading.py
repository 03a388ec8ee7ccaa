"""How does a scenario file, with the overrides given beside it, become a checked scenario?

`load` reads the file, puts the overrides in their places, and checks the whole; every problem
found on the way is told in one `ScenarioError`.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ..errors import ScenarioError
from .model import Scenario
from .problems import Problem, close_misses, printable, quoted, refusal, source_of
from .tree import Mark, Node, Source, dotted, walk

SIZE_LIMIT = 1_000_000
"""Bytes; the longest scenario one writes by hand is a hundredth of it."""
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key stands in the file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Document:
    """A scenario, and where each of its keys was written."""

    scenario: Scenario
    path: str
    """The file, as it was named."""
    text: str
    """The file's text, without a byte order mark."""
    places: Mapping[str, Place]
    """Dotted key, with list indices (`constellation.groups.0.altitude_km`), to its place."""
    overrides: Mapping[str, str]
    """Dotted key to the text of the value that took the place of the file's."""


def load(path: Path | str, overrides: Sequence[str] = ()) -> Document:
    """Read and check a scenario file: `.yaml`, `.yml` or `.json`, UTF-8, at most 1 MB.

    Args:
        path: the file.
        overrides: texts `key=value`; the key dotted, with list indices
            (`constellation.groups.0.altitude_km=600`), the value in YAML (`{value: 3, low: 2}`).

    Raises:
        ScenarioError: the file cannot be read, or it or an override holds what cannot be used.
    """
    return loads(_text(Path(path)), path=str(path), overrides=overrides)


def loads(text: str, *, path: str, overrides: Sequence[str] = ()) -> Document:
    """Check a scenario given as text; `path` names it in messages. Otherwise as `load`."""
    # ruamel.yaml takes 50 ms to import, which commands that read no scenario need not wait for
    from .checking import check
    from .overriding import apply, read_overrides
    from .parsing import parse

    if len(text) > SIZE_LIMIT:
        raise ScenarioError(_too_large(printable(path), len(text)))
    source = source_of(path, text)
    written, problems = parse(source, text)
    given, flaws = read_overrides(overrides)
    problems += flaws
    if written is None and problems:
        raise refusal(problems)
    root = _mapping(source, written)
    changed, misfits = apply(root, given)
    scenario, wrong = check(changed)
    told = {problem.key for problem in problems}
    problems += misfits + [problem for problem in wrong if problem.key not in told]
    if problems or scenario is None:
        raise refusal(problems)
    return Document(
        scenario=scenario,
        path=path,
        text=text,
        places=MappingProxyType(_places(root)),
        overrides=MappingProxyType({override.key: override.text for override in given}),
    )


def _mapping(source: Source, written: Node | None) -> Node:
    if written is None or written.content is None:
        message = "the file is empty; write at least schema_version, name, epoch, constellation"
        raise refusal([Problem(Mark(source, 1, 1), "", message)])
    if not isinstance(written.content, dict):
        kind = "a list" if isinstance(written.content, list) else f"only {quoted(written.text)}"
        message = f"the file holds {kind}; write keys, each with a colon and a value"
        raise refusal([Problem(written.at, "", message)])
    return written


def _places(root: Node) -> dict[str, Place]:
    return {dotted(path): Place(node.key_at.line, node.key_at.column) for path, node in walk(root)}


def _text(path: Path) -> str:
    """Read a file, or say why not and which file may have been meant."""
    shown = printable(str(path))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ScenarioError(f"{shown}: is a folder; name a file in it{_near(path, path)}")
        if not stat.S_ISREG(mode):
            raise ScenarioError(f"{shown}: is no ordinary file; name a .yaml file")
        if path.suffix.lower() not in SUFFIXES:
            raise ScenarioError(
                f"{shown}: a scenario's name ends in .yaml, .yml or .json; rename it"
            )
        if (size := path.stat().st_size) > SIZE_LIMIT:
            raise ScenarioError(_too_large(shown, size))
        return _decoded(shown, path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise ScenarioError(f"{shown}: no such file{_near(path.parent, path)}") from None
    except OSError as error:
        raise ScenarioError(f"{shown}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise ScenarioError(f"{shown}: no file can have this name") from None


def _decoded(shown: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise ScenarioError(
            f"{shown}:{line}:{column}: found the byte 0x{data[error.start]:02x}, "
            "which is not UTF-8; save the file as UTF-8"
        ) from None


def _too_large(shown: str, size: int) -> str:
    return f"{shown}: {size} bytes long; a scenario has {SIZE_LIMIT} at most"


def _near(folder: Path, meant: Path) -> str:
    """Name the scenario files of a folder most like the one meant."""
    try:
        names = sorted(found.name for found in folder.iterdir() if found.suffix in SUFFIXES)
    except OSError:
        return ""
    wanted = meant.name if folder != meant else ""
    near = close_misses(wanted, names, 3) or (names[:3] if not wanted else [])
    paths = [f"`{printable(str(folder / name))}`" for name in near]
    return f"; did you mean {' or '.join(paths)}?" if paths else ""
