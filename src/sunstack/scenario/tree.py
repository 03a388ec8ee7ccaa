"""Which values were written, and at which line and column does each stand?

A `Node` is a value of the file (or of an override) that remembers its place, so that whoever
finds it wrong later can still point at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

type Path = tuple[str | int, ...]
type Content = bool | int | float | str | date | dict[str, Node] | list[Node] | None


@dataclass(frozen=True, slots=True)
class Source:
    """Text that problems point into: a file, or one `--set key=value`."""

    name: str
    lines: tuple[str, ...]
    override: int = 0
    """Rank among the overrides from 1; 0 for the file, whose problems are told first."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of one line; line and column count from 1."""

    source: Source
    line: int
    column: int
    width: int = 1

    @property
    def order(self) -> tuple[int, int, int]:
        """Sorts marks as one reads: the file from its top, then the overrides as given."""
        return (self.source.override, self.line, self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value, where it stands, and where the key or list item that holds it stands."""

    content: Content
    text: str
    """A scalar as written (`1e6`, `550 km`); empty where nothing is written."""
    at: Mark
    key_at: Mark
    size: int = 1
    """Values held, this one included and aliases counted each time."""

    def held(self, key: str | int) -> Node | None:
        """Return what a key or index of this value holds, be it null; None if there is none."""
        if isinstance(self.content, dict):
            return self.content.get(str(key))
        if isinstance(self.content, list) and isinstance(key, int) and key < len(self.content):
            return self.content[key]
        return None

    def held_at(self, path: Path) -> Node | None:
        """Return what stands at a path below, be it null; None if there is none."""
        node: Node | None = self
        for key in path:
            node = node.held(key) if node else None
        return node

    def child(self, *keys: str | int) -> Node | None:
        """Return what stands below the keys; None if absent or null."""
        node = self.held_at(keys)
        return node if node and node.content is not None else None

    def number(self, *keys: str | int) -> float | None:
        """Return the number below the keys, bare or as `{value: number}`; None if there is none."""
        node = self.child(*keys)
        if node and isinstance(node.content, dict):
            node = node.child("value")
        content = node.content if node else None
        if isinstance(content, bool) or not isinstance(content, (int, float)):
            return None
        return float(content)

    def items(self) -> list[Node]:
        """Return the items of a list; none if it is no list."""
        return self.content if isinstance(self.content, list) else []

    def held_by(self, key_at: Mark) -> Node:
        """Return the same value held by the key at another place."""
        return replace(self, key_at=key_at)


def dotted(path: Path) -> str:
    """Write a path as one dotted key: `constellation.groups.0.altitude_km`."""
    return ".".join(str(part) for part in path)


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Visit every value below a node, each after the one that holds it."""
    content = node.content
    below = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for part, held in below:
        yield (*path, part), held
        yield from walk(held, (*path, part))


def plain(node: Node) -> Any:
    """Return the value without its places."""
    if isinstance(node.content, dict):
        return {key: plain(held) for key, held in node.content.items()}
    if isinstance(node.content, list):
        return [plain(held) for held in node.content]
    return node.content
