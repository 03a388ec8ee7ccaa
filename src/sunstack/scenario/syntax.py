"""Why can a text not be read as YAML, in words that tell what to write instead?

The parser's own words (`expected <block end>`) name its machinery; each is matched here to the
slip that usually causes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .problems import Problem, quoted
from .tree import Mark, Source

UNREADABLE = "cannot be read as YAML from here; look for a missing quote, colon or bracket"
UNALIGNED = (
    "the indentation fits none of the lines above; "
    "line it up, with spaces, with the keys or items it belongs to"
)
FORBIDDEN = re.compile(r"[^\t\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def forbidden_characters(source: Source) -> list[Problem]:
    """Return a problem for each line that holds a character YAML does not allow."""
    return [
        Problem(
            Mark(source, number, match.start() + 1),
            "",
            f"found the control character U+{ord(match.group()):04X}; take it out",
        )
        for number, line in enumerate(source.lines, 1)
        if (match := FORBIDDEN.search(line))
    ]


def syntax_problem(source: Source, error: YAMLError) -> Problem:
    """Turn what stopped the parser into a problem of the text."""
    if not isinstance(error, MarkedYAMLError):
        return Problem(Mark(source, 1, 1), "", UNREADABLE)
    at = _mark(source, error.problem_mark or error.context_mark)
    opened = _mark(source, error.context_mark or error.problem_mark)
    for pattern, explain in SLIPS:
        if match := re.search(pattern, f"{error.context}: {error.problem}"):
            at, message = explain(match, at, opened)
            return Problem(at, "", message)
    return Problem(at, "", UNREADABLE)


def _mark(source: Source, mark: object) -> Mark:
    """Return the place of a parser's mark; past the last word of the text, that word's end."""
    line, column = int(getattr(mark, "line", 0)), int(getattr(mark, "column", 0))
    if any(rest.strip() for rest in source.lines[line:]):
        return Mark(source, line + 1, column + 1)
    last = max((row for row, text in enumerate(source.lines) if text.strip()), default=0)
    return Mark(source, last + 1, len(source.lines[last].rstrip()) + 1)


type Explained = tuple[Mark, str]


def _second_colon(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    before = at.source.lines[at.line - 1][: at.column - 1]
    if re.search(r":\s", before):
        return at, "found a second `: ` on the line; put the text that holds it in quotes"
    return at, (
        "this line does not follow from the one above; line it up, with spaces, with the keys of "
        "its section, and write each key with a colon and a space: `key: value`"
    )


def _no_colon(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    width = len(opened.source.lines[opened.line - 1]) - opened.column + 1
    at = Mark(opened.source, opened.line, opened.column, width)
    return at, "found no key; write the key, a colon and a space: `key: value`"


def _tab(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    return at, "found a tab; indent with spaces"


def _needs_quotes(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    return at, f"a value cannot begin with {quoted(match[1])}; put it in quotes"


def _never_closed(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    mark = opened.source.lines[opened.line - 1][opened.column - 1 :][:1]
    return opened, f"the quote opened here is never closed; end the text with {quoted(mark)}"


def _bracket(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    begin, close = ("[", "]") if match[1] == "]" else ("{", "}")
    return at, (
        f"the `{begin}` of line {opened.line}, column {opened.column} is not closed before this; "
        f"write `{close}`, or a comma if its values go on"
    )


def _after_value(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    return at, (
        "found text after the end of the value; put the whole value in double quotes, "
        "or line this up with the key it belongs to"
    )


def _no_value(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    return at, f"a value is missing before {quoted(match[1])}; write it, or take this out"


def _unfinished(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    return at, "the text ends within a list or mapping; close it with `]` or `}`"


def _special(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    first = opened.source.lines[opened.line - 1][opened.column - 1 :][:1]
    return opened, f"YAML gives a {quoted(first)} here a meaning of its own; put the text in quotes"


def _unaligned(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    return at, UNALIGNED


def _item(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    return at, "a list item cannot start here; put `- ` on a line of its own, below the key"


def _escape(match: re.Match[str], at: Mark, opened: Mark) -> Explained:
    return at, ("the backslash starts no known escape; put text with backslashes in single quotes")


SLIPS: tuple[tuple[str, Callable[[re.Match[str], Mark, Mark], Explained]], ...] = (
    (r"mapping values are not allowed", _second_colon),
    (r"could not find expected ':'", _no_colon),
    (r"found character '\\t'", _tab),
    (r"found character '(.)' that cannot start", _needs_quotes),
    (r"quoted scalar: found unexpected end of stream", _never_closed),
    (r"expected ',' or '([\]}])'", _bracket),
    (r"expected <block end>, but found '<(?:scalar|alias|anchor)>'", _after_value),
    (r"expected the node content, but found '(.)'", _no_value),
    (r"expected the node content, but found '<stream end>'", _unfinished),
    (r"^while (?:scanning|parsing) an? (?:anchor|alias|tag|block scalar): ", _special),
    (r"expected <block end>", _unaligned),
    (r"sequence entries are not allowed", _item),
    (r"double-quoted scalar: (?:found unknown escape|expected escape)", _escape),
)
"""What the parser says, and the slip it usually means; the first that fits is told."""
