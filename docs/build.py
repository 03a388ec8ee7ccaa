"""Which pages can the program write itself?

`make docs` runs this file. It writes the pages of `PAGES` from the declarations the program runs
on, and from what it computes; the tests compare the pages with what it writes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer.main

from sunstack import catalogue, cli, errors, validation
from sunstack.scenario import Description, describe, keys
from sunstack.units import unit_of

DOCS = Path(__file__).parent
MADE_BY = "<!-- Written by `make docs`; edit what it is read from. -->"


def main() -> None:
    """Write every page, and say which."""
    for name, write in PAGES.items():
        (DOCS / name).write_text(write(), encoding="utf-8")
        print(f"docs/{name}")


def scenario_keys() -> str:
    """Write the page of every key a scenario file may hold."""
    parts = [
        "Every key of a scenario file. A key that is left out is filled from the catalogue entries "
        "the file names, else from the default. A number may also be written "
        "`{value: 3, low: 2, high: 4}`: the range is what a study draws from.",
        "`sunstack explain KEY` prints one of these lines, `--set KEY=VALUE` overrides one for a "
        "run, `sunstack schema` prints the whole as JSON Schema for editors.",
    ]
    described = [describe(key) for key in keys()]
    sections = [item for item in described if item.kind in ("section", "sections")]
    parts += ["## The file itself", key_table(described, "")]
    for section in sections:
        needed = " Required." if section.required else ""
        meaning = section.meaning[0].upper() + section.meaning[1:].rstrip(".")
        parts += [f"## `{section.key}`", f"{meaning}.{needed}", key_table(described, section.key)]
    return page("Scenario keys", parts)


KEY_COLUMNS = ("key", "unit", "meaning", "may be", "default", "source of the default")


def key_table(described: list[Description], section: str) -> str:
    """Write the table of the keys that stand in one section."""
    inside = [item for item in described if item.key.rpartition(".")[0] == section]
    models = {model for item in inside for model in item.models}
    rows = [key_row(item, models) for item in inside if item.kind not in ("section", "sections")]
    return table(KEY_COLUMNS, rows)


def key_row(item: Description, models: set[str]) -> tuple[str, ...]:
    """Return one key's line of the table; `models` are all the section has."""
    only = "" if models == set(item.models) else f" (only in {', '.join(map(code, item.models))})"
    needed = "**required**" if item.required else ""
    default = needed if item.default in (None, "") else code(text(item.default))
    return (code(item.key), item.unit, item.meaning + only, allowed(item), default, item.source)


def allowed(item: Description) -> str:
    """Say what may be written for a key: its bounds and the words that may stand for it."""
    words = [code(choice) for choice in item.choices]
    if item.low is not None and item.high is not None:
        words.insert(0, f"{text(item.low)} to {text(item.high)}")
    elif not item.choices:
        words.insert(0, KINDS.get(item.kind, item.kind))
    return " or ".join(words)


KINDS = {"word": "a name in the catalogue", "switch": "`true` or `false`"}


def commands() -> str:
    """Write the page of every command, its arguments and options."""
    group: Any = typer.main.get_command(cli.app)
    parts = [paragraphs(group.help), EXIT_CODES]
    for name, command in group.commands.items():
        if command.hidden:
            continue
        parts += [f"## `sunstack {name}`", paragraphs(command.help)]
        rows = [parameter_row(parameter) for parameter in command.params]
        if rows:
            parts.append(table(("write", "meaning", "default"), rows))
    return page("Commands", parts)


EXIT_CODES = """\
Exit codes: 0 done; 1 a bug of Sunstack; 2 bad input, with what to write instead; 3 the run is done
and the answer is no: the design does not close, or a published case is not reproduced; 130
interrupted, earlier results untouched. A scenario is a file, or the name of one that `sunstack
scenarios` lists. With `--json`, standard output is one JSON document; all else goes to standard
error."""


def parameter_row(parameter: Any) -> tuple[str, ...]:
    """Return one argument's or option's line of the table."""
    is_flag = getattr(parameter, "is_flag", False)
    word = "" if is_flag else f" {(parameter.metavar or parameter.name).upper()}"
    if parameter.param_type_name == "argument":
        written = word.strip()
    else:
        written = ", ".join(f"{option}{word}" for option in parameter.opts)
    empty = parameter.default in (None, [], (), False, "")
    default = "required" if parameter.required else "" if empty else code(text(parameter.default))
    return (code(written), parameter.help or "", default)


def error_classes() -> str:
    """Write the page of every exception."""
    tree = inspect.getdoc(errors) or ""
    parts = ["\n".join(tree.splitlines()[2:])]
    for name, item in vars(errors).items():
        if isinstance(item, type):
            parts.append(f"`{name}`\n: {inspect.getdoc(item)}")
    return page("Errors", parts)


def catalogue_entries() -> str:
    """Write the page of every catalogue entry and every source."""
    kinds = catalogue.kinds()
    parts = [
        "What the program knows of parts, satellites and constellations, and who says so. Entries "
        "are never mixed: each is what one source said at one date. `sunstack catalogue` prints "
        "the same.",
        "Kinds: " + ", ".join(f"[{kind}](#{kind})" for kind in kinds) + "; [sources](#sources).",
    ]
    for kind in kinds:
        parts.append(f"## {kind}")
        for entry in catalogue.entries(kind):
            parts += entry_parts(entry)
    parts += ["## Sources", table(SOURCE_COLUMNS, map(source_row, catalogue.sources().values()))]
    return page("Catalogue", parts)


VALUE_COLUMNS = ("key", "value", "range", "source", "date", "confidence", "note")
SOURCE_COLUMNS = ("name", "publisher", "title", "date", "accessed")


def entry_parts(entry: catalogue.Entry) -> Iterator[str]:
    """Give heading, prose and tables of one entry."""
    yield f"### {entry.name}"
    yield f"{entry.title} ({entry.date}). {entry.note}".strip()
    if entry.contradicts:
        yield "Says otherwise: " + ", ".join(code(name) for name in entry.contradicts) + "."
    if entry.values:
        yield table(VALUE_COLUMNS, value_rows(entry.values))
    if entry.facts:
        yield "Known besides, and used by no scenario key:"
        yield table(VALUE_COLUMNS, value_rows(entry.facts))
    if entry.groups:
        origins = (group_row(*pair) for pair in zip(entry.groups, entry.group_origins, strict=True))
        yield table(("group", "orbits", "source", "date", "confidence", "note"), origins)


def value_rows(values: Mapping[str, catalogue.Sourced]) -> Iterator[tuple[str, ...]]:
    """Give one line for each value."""
    for key, item in values.items():
        bounded = item.low is not None and item.high is not None
        spread = f"{text(item.low)} to {text(item.high)}" if bounded else ""
        value = f"{text(item.value)} {unit_of(key)}".strip()
        yield (code(key), value, spread, item.source, item.date, item.confidence, item.note)


def group_row(group: Mapping[str, object], origin: catalogue.Sourced) -> tuple[str, ...]:
    """Return one group of orbits' line of the table."""
    orbits = "; ".join(f"{key} {text(value)}" for key, value in group.items() if key != "name")
    name = text(group["name"])
    return (name, orbits, origin.source, origin.date, origin.confidence, origin.note)


def source_row(source: catalogue.Source) -> tuple[str, ...]:
    """Return one source's line of the table."""
    title = f"[{source.title}]({source.url})" if source.url else source.title
    return (source.name, source.publisher, title, source.date, source.accessed)


def page(title: str, parts: Iterable[str]) -> str:
    """Put a page together."""
    return "\n\n".join([f"# {title}", MADE_BY, *(part for part in parts if part)]) + "\n"


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a Markdown table."""
    heads = list(columns)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)


def cell(words: str) -> str:
    """Keep a text inside its cell."""
    return " ".join(words.split()).replace("|", "\\|")


def code(word: object) -> str:
    """Set a word as code."""
    return f"`{word}`"


def text(value: object) -> str:
    """Write a value as a scenario file would hold it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(text, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {text(part)}" for key, part in value.items()) + "}"
    return str(value)


def paragraphs(docstring: str | None) -> str:
    """Return a docstring without the indentation of its source."""
    return inspect.cleandoc(docstring or "")


PAGES: dict[str, Callable[[], str]] = {
    "reference/scenario-keys.md": scenario_keys,
    "reference/commands.md": commands,
    "reference/errors.md": error_classes,
    "reference/catalogue.md": catalogue_entries,
    "validation.md": validation.markdown,
}
"""The generated pages, and what writes each."""


if __name__ == "__main__":
    main()
