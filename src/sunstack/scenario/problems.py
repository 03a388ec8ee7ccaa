"""How is a problem of a scenario shown, so that it can be mended at once?

One problem reads `file:line:column: key: what was found; what to write`, then the line itself
with a caret below the part that is wrong. All problems of a file make one `ScenarioError`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import ScenarioError
from .tree import Mark, Source

PROBLEMS_SHOWN = 100
LINE_SHOWN = 100
WORDS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place, and what to write there instead."""

    at: Mark
    key: str
    """Dotted key; empty where the text is no YAML."""
    message: str

    def __str__(self) -> str:
        header = [_place(self.at), printable(self.key), self.message]
        return "\n".join([": ".join(part for part in header if part), *_pointer(self.at)])


class UnreadableError(Exception):
    """Reading cannot go on: carries the problem that stopped it, never leaves this package."""

    def __init__(self, problem: Problem) -> None:
        """Stop at a problem."""
        super().__init__(problem.message)
        self.problem = problem


def source_of(name: str, text: str, override: int = 0) -> Source:
    """Cut a text where YAML does: at line feeds and carriage returns, and at nothing else."""
    return Source(name, tuple(re.split(r"\r\n|\n|\r", text)), override)


def refusal(problems: Iterable[Problem]) -> ScenarioError:
    """Gather problems into one error, in the order one reads the file."""
    told = [str(problem) for problem in sorted(problems, key=lambda problem: problem.at.order)]
    if len(told) > PROBLEMS_SHOWN:
        told[PROBLEMS_SHOWN:] = [f"… and {len(told) - PROBLEMS_SHOWN} more problems"]
    return ScenarioError("\n".join(told))


def close_misses(word: str, known: Iterable[str], limit: int = 1) -> list[str]:
    """Return the known words nearest to one that is not known, whatever the case; nearest first."""
    spelled = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), list(spelled), limit, cutoff=0.6)
    return [spelled[name] for name in near]


def quoted(text: str) -> str:
    """Show a word of the file within a message."""
    short = text if len(text) <= WORDS_SHOWN else text[: WORDS_SHOWN - 1] + "…"
    return f"`{printable(short)}`"


def listed(words: Iterable[str], last: str = "or") -> str:
    """Write words as `a`, `b` or `c`."""
    shown = [quoted(word) for word in words]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def printable(text: str) -> str:
    """Replace what a terminal would obey instead of show."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def _place(at: Mark) -> str:
    if at.source.override:
        return printable(f"--set {_only_line(at.source)}")
    return f"{printable(at.source.name)}:{at.line}:{at.column}"


def _only_line(source: Source) -> str:
    line = " ".join(source.lines)
    return line if len(line) <= LINE_SHOWN else line[: LINE_SHOWN - 1] + "…"


def _pointer(at: Mark) -> list[str]:
    """Show the line with a caret below the marked part; of a long line, the part around it."""
    lines = at.source.lines
    line = lines[at.line - 1] if at.line <= len(lines) else ""
    start = max(0, at.column - 1 - LINE_SHOWN // 2) if len(line) > LINE_SHOWN else 0
    end = start + LINE_SHOWN
    shown = "".join(char if char.isprintable() else " " for char in line[start:end])
    shown = ("…" if start else "") + shown[bool(start) :]
    shown = shown[:-1] + "…" if len(line) > end else shown
    caret_at = at.column - 1 - start
    carets = "^" * max(1, min(at.width, len(shown) - caret_at))
    number = "" if at.source.override else str(at.line)
    return [f"{number:>5} | {shown}".rstrip(), f"{'':>5} | {' ' * caret_at}{carets}"]
