"""What does `--set key=value` change in a scenario, and why can it not?

An override replaces or adds one value of the tree before anything is checked, so that it is
checked exactly as the file is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .parsing import parse
from .problems import Problem, UnreadableError, quoted, source_of
from .tree import Mark, Node, Path, Source, dotted


@dataclass(frozen=True)
class Override:
    """One `key=value`, taken apart."""

    key: str
    text: str
    """The value as given."""
    parts: tuple[tuple[str, Mark], ...]
    """Each part of the dotted key, and where it stands."""
    value: Node


def read_overrides(texts: Sequence[str]) -> tuple[list[Override], list[Problem]]:
    """Take overrides apart; refuse one that would undo an earlier one."""
    read: list[Override] = []
    problems: list[Problem] = []
    for rank, text in enumerate(texts, 1):
        try:
            override, flaws = _read(text, rank)
            _refuse_undoing(override, read)
        except UnreadableError as stopped:
            problems.append(stopped.problem)
        else:
            read.append(override)
            problems += flaws
    return read, problems


def apply(root: Node, overrides: Sequence[Override]) -> tuple[Node, list[Problem]]:
    """Return the tree with the overrides in it, and those that fit nowhere."""
    problems = []
    for override in overrides:
        try:
            root = _put(root, override.parts, override.value, ())
        except UnreadableError as stopped:
            problems.append(stopped.problem)
    return root, problems


def _read(text: str, rank: int) -> tuple[Override, list[Problem]]:
    source = source_of("--set", text, rank)
    before, equals, value = text.partition("=")
    key = before.strip()
    if not equals:
        raise UnreadableError(
            Problem(Mark(source, 1, 1, len(text)), "", "found no `=`; write `--set key=value`")
        )
    parts = _parts(source, before)
    node, problems = parse(source, " " * (len(before) + 1) + value)
    if node is None and not problems:
        message = "found nothing after `=`; write a value, or `null` for none"
        raise UnreadableError(Problem(Mark(source, 1, len(before) + 1), key, message))
    if node is None:
        raise UnreadableError(replace(problems[0], key=key))
    flaws = [replace(flaw, key=f"{key}.{flaw.key}".rstrip(".")) for flaw in problems]
    return Override(key, value.strip(), parts, node), flaws


def _parts(source: Source, key: str) -> tuple[tuple[str, Mark], ...]:
    """Cut a dotted key, with the place of each part."""
    column = 1 + len(key) - len(key.lstrip())
    parts = []
    for part in key.strip().split("."):
        at = Mark(source, 1, column, max(1, len(part)))
        if not part:
            message = "found an empty key; write words joined by dots, as `payload.power_kw=120`"
            raise UnreadableError(Problem(at, key.strip(), message))
        parts.append((part, at))
        column += len(part) + 1
    return tuple(parts)


def _refuse_undoing(override: Override, earlier: Sequence[Override]) -> None:
    for other in earlier:
        if f"{other.key}.".startswith(f"{override.key}."):
            message = f"`{other.key}` is set by an earlier override already; keep one of the two"
            raise UnreadableError(Problem(_whole(override), override.key, message))


def _whole(override: Override) -> Mark:
    return replace(override.parts[0][1], width=len(override.key))


def _put(node: Node, parts: tuple[tuple[str, Mark], ...], value: Node, path: Path) -> Node:
    """Return the node with a value at the place the parts lead to; the node itself stays."""
    if not parts:
        return value
    (part, at), *rest = parts
    content = node.content
    if content is None:
        _refuse_index(part, at, path)
        content = {}
    if isinstance(content, list):
        index = _index(part, at, path, len(content))
        items = list(content)
        items[index] = _put(items[index], tuple(rest), value, (*path, index))
        return replace(node, content=items)
    if not isinstance(content, dict):
        raise UnreadableError(Problem(at, dotted((*path, part)), _below(node, part, value, path)))
    absent = Node(content=None, text="null", at=at, key_at=at)
    held = _put(content.get(part, absent), tuple(rest), value, (*path, part))
    return replace(node, content={**content, part: held.held_by(at)})


def _below(node: Node, part: str, value: Node, path: Path) -> str:
    """Say what to set instead of a key below a value that holds none."""
    key = dotted(path)
    whole = (
        f"{key}={{value: {node.text}, {part}: {value.text}}}" if part in ("low", "high") else key
    )
    return f"`{key}` is {quoted(node.text)}, which has no keys; set {quoted(whole)}"


def _index(part: str, at: Mark, path: Path, count: int) -> int:
    if re.fullmatch("0|[1-9][0-9]{0,5}", part) and int(part) < count:
        return int(part)
    span = f"an index from 0 to {count - 1}" if count > 1 else "index 0" if count else "the list"
    message = f"`{dotted(path)}` is a list of {count}; write {span}"
    raise UnreadableError(Problem(at, dotted((*path, part)), message))


def _refuse_index(part: str, at: Mark, path: Path) -> None:
    if part.isdigit():
        message = f"the file has no list `{dotted(path)}`; set the whole: `{dotted(path)}=[...]`"
        raise UnreadableError(Problem(at, dotted((*path, part)), message))
