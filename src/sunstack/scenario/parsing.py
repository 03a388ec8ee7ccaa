"""What does a YAML text say, and where does it say it?

YAML 1.2 without what a scenario has no use for: tags, objects, a second document.
Aliases (`*name`) and merges (`<<: *name`) are followed, within bounds that keep a small text
from growing into a large one. Reads the parser's events rather than its finished objects: these
tell every duplicate key, keep the place of each value, and build nothing that is then refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)
from ruamel.yaml.nodes import ScalarNode

from .fields import DAY
from .problems import Problem, UnreadableError, listed, quoted
from .syntax import UNREADABLE, forbidden_characters, syntax_problem
from .tree import Content, Mark, Node, Path, Source, dotted

DEPTH_LIMIT = 12
VALUE_LIMIT = 100_000
DIGIT_LIMIT = 30
MERGE = "<<"


def parse(source: Source, text: str) -> tuple[Node | None, list[Problem]]:
    """Return the value of a text and what is wrong with its form; no value if it is empty.

    The text is that of the source, or its end after as many spaces as come before it.
    """
    if forbidden := forbidden_characters(source):
        return None, forbidden
    composer = _Composer(source, text)
    try:
        root = composer.document()
    except UnreadableError as stopped:
        return None, [*composer.problems, stopped.problem]
    return root, composer.problems


@dataclass
class _Composer:
    """Builds nodes from the parser's events, in one pass and within bounds."""

    source: Source
    text: str
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    value_count: int = 0

    def __post_init__(self) -> None:
        self.yaml = YAML(typ="safe", pure=True)
        self.events = self._events()

    def document(self) -> Node | None:
        next(self.events)
        start = next(self.events)
        if isinstance(start, StreamEndEvent):
            return None
        if start.version not in (None, (1, 2)):
            self._tell(self._directive(), (), "scenarios are YAML 1.2; take this line out")
        first = next(self.events)
        root = self._node(first, (), self._mark(first))
        next(self.events)
        if isinstance(again := next(self.events), DocumentStartEvent):
            self._tell(self._mark(again), (), "a second document starts; write one a file")
        return root if root.content is not None or root.text else None

    def _events(self) -> Iterator[Any]:
        """Yield the parser's events; the parser also trips over odd escapes and directives."""
        events = self.yaml.parse(self.text)
        last = None
        while True:
            try:
                event = next(events)
            except StopIteration:
                return
            except YAMLError as error:
                raise UnreadableError(syntax_problem(self.source, error)) from None
            except (AssertionError, OverflowError, ValueError):
                at = self._mark(last) if last else Mark(self.source, 1, 1)
                raise UnreadableError(Problem(at, "", UNREADABLE)) from None
            last = event
            yield event

    def _node(self, event: Any, path: Path, key_at: Mark) -> Node:
        at = self._mark(event)
        if len(path) > DEPTH_LIMIT:
            self._stop(at, path[:1], f"nested deeper than {DEPTH_LIMIT} levels; write it flatter")
        if isinstance(event, AliasEvent):
            return self._aliased(event, at, path, key_at)
        if event.tag is not None:
            tag = quoted(event.tag.replace("tag:yaml.org,2002:", "!!"))
            self._tell(at, path, f"found the tag {tag}; write the value without it")
        self._count(at, path, 1)
        if isinstance(event, ScalarEvent):
            node = self._scalar(event, at, path, key_at)
        elif isinstance(event, MappingStartEvent):
            node = self._mapping(at, path, key_at)
        else:
            node = self._list(at, path, key_at)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _directive(self) -> Mark:
        lines = enumerate(self.source.lines, 1)
        line = next((number for number, text in lines if text.startswith("%YAML")), 1)
        return Mark(self.source, line, 1, len(self.source.lines[line - 1]))

    def _scalar(self, event: Any, at: Mark, path: Path, key_at: Mark) -> Node:
        text = event.value
        content: Content = text
        if event.implicit[0]:
            tag = self.yaml.resolver.resolve(ScalarNode, text, (True, False))
            content = _content(str(tag).rpartition(":")[2], text)
        elif any("\ud800" <= char <= "\udfff" for char in text):
            content = text = self._paired(text, at, path)
        empty = event.implicit[0] and not text
        return Node(content=content, text=text, at=key_at if empty else at, key_at=key_at)

    def _paired(self, text: str, at: Mark, path: Path) -> str:
        """Join the surrogate pairs by which JSON escapes what needs more than four digits."""
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._tell(at, path, "found half of a surrogate pair; write the character itself")
            return ""

    def _list(self, at: Mark, path: Path, key_at: Mark) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), self._mark(event)))
        size = 1 + sum(item.size for item in items)
        return Node(content=items, text="", at=at, key_at=key_at, size=size)

    def _mapping(self, at: Mark, path: Path, key_at: Mark) -> Node:
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            mark = self._mark(event)
            key = self._key(event, path, mark)
            held = self._node(next(self.events), (*path, key), mark)
            if key == MERGE and event.implicit[0]:
                merged = self._merged(held, path) | merged
            elif key in own:
                self._tell_twice(own[key].key_at, mark, (*path, key))
            elif key:
                own[key] = held
        content = merged | own
        size = 1 + sum(held.size for held in content.values())
        return Node(content=content, text="", at=at, key_at=key_at, size=size)

    def _key(self, event: Any, path: Path, mark: Mark) -> str:
        if isinstance(event, ScalarEvent) and event.value and event.tag is None:
            return str(event.value)
        if not isinstance(event, ScalarEvent):
            self._node(event, (*path, "?"), mark)
        self._tell(mark, path, "what stands before the colon is no key; write one plain word")
        return ""

    def _merged(self, held: Node, path: Path) -> dict[str, Node]:
        """Return what `<<` brings in: of a list, the first mapping that has a key gives it."""
        found: dict[str, Node] = {}
        for mapping in reversed(held.items() or [held]):
            if not isinstance(mapping.content, dict):
                self._tell(held.at, path, "`<<` merges only mappings; write `<<: *name` of one")
                return {}
            found |= mapping.content
        return found

    def _aliased(self, event: Any, at: Mark, path: Path, key_at: Mark) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            names = listed(f"&{name}" for name in self.anchors) or "none"
            self._stop(
                at,
                path,
                f"`*{event.anchor}` repeats nothing finished above it (anchors so far: {names}); "
                "write the value itself",
            )
        self._count(at, path, node.size)
        return node.held_by(key_at)

    def _count(self, at: Mark, path: Path, more: int) -> None:
        self.value_count += more
        if self.value_count > VALUE_LIMIT:
            self._stop(at, path[:3], f"more than {VALUE_LIMIT} values, aliases included; use fewer")

    def _tell_twice(self, first: Mark, second: Mark, path: Path) -> None:
        self._tell(
            second,
            path,
            f"written twice, first at line {first.line}, column {first.column}; keep one of them",
        )

    def _tell(self, at: Mark, path: Path, message: str) -> None:
        self.problems.append(Problem(at, dotted(path), message))

    def _stop(self, at: Mark, path: Path, message: str) -> NoReturn:
        raise UnreadableError(Problem(at, dotted(path), message))

    def _mark(self, event: Any) -> Mark:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        if isinstance(event, ScalarEvent) and end.line > start.line:
            line = self.source.lines[start.line]
            width = len(line) - start.column
        return Mark(self.source, start.line + 1, start.column + 1, max(1, width))


def _content(kind: str, text: str) -> Content:
    """Return what an unquoted scalar means; text where it only looks like something else."""
    try:
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return _whole(text.replace("_", ""))
            case "float":
                return _real(text.replace("_", "").lower())
            case "timestamp" if DAY.fullmatch(text):
                return date.fromisoformat(text)
    except ValueError:
        return text
    return text


def _whole(digits: str) -> int | float:
    if len(digits) > DIGIT_LIMIT:
        return float(digits)
    return int(digits, 0 if digits.lstrip("+-").startswith(("0b", "0o", "0x")) else 10)


def _real(text: str) -> float:
    if text.endswith(".inf"):
        return -math.inf if text.startswith("-") else math.inf
    return math.nan if text.endswith(".nan") else float(text)
