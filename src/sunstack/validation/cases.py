"""Which figures have others published, from which inputs, and how closely must they be met?

One CSV file for each source or subject. A source checkout keeps them in `tests/published`, an
installed package carries them as `sunstack/validation/published`.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from sunstack import catalogue
from sunstack.errors import CatalogueError

from .units import UNITS

ToleranceKind = Literal["relative", "absolute"]
Expectation = Literal["agrees", "contradicted"]

COLUMNS = (
    "id",
    "quantity",
    "inputs",
    "published",
    "unit",
    "tolerance",
    "tolerance_kind",
    "expectation",
    "reason",
    "source",
    "note",
)
MAY_BE_EMPTY = frozenset({"unit", "note"})


@dataclass(frozen=True, kw_only=True)
class Case:
    """A published figure."""

    id: str
    table: str
    """Name of its file, without the ending."""
    quantity: str
    inputs: Mapping[str, str]
    """Numbers in the unit their name ends in, and words."""
    published: float
    """As printed, in `unit`."""
    unit: str
    tolerance: float
    """Share of the published figure if relative, else in `unit`."""
    tolerance_kind: ToleranceKind
    expectation: Expectation
    """`contradicted`: the figure is wrong, and the physics must lie outside the tolerance."""
    reason: str
    """Why the tolerance is what it is."""
    source: str
    """Name of a source of the catalogue, or a citation in full."""
    citation: str
    note: str


def folder() -> Path:
    """Return the folder of the published figures."""
    here = Path(__file__).resolve().parent
    carried = here / "published"
    return carried if carried.is_dir() else here.parents[2] / "tests" / "published"


def cases(source_folder: Path | None = None) -> tuple[Case, ...]:
    """Read every published figure, file by file.

    Raises:
        CatalogueError: there is no table, a row is incomplete, or two have one id; the message
            lists every problem.
    """
    problems: list[str] = []
    found: dict[str, Case] = {}
    read_from = source_folder or folder()
    paths = sorted(read_from.glob("*.csv"))
    if not paths:
        raise CatalogueError(f"{read_from}: holds no table of published figures; install again")
    for path in paths:
        for where, row in _rows(path, problems):
            try:
                case = _case(path.stem, row)
            except ValueError as error:
                problems.append(f"{where}: {error}")
                continue
            if case.id in found:
                problems.append(f"{where}: {case.id} is taken by {found[case.id].table}.csv")
            found[case.id] = case
    if problems:
        raise CatalogueError("\n".join(problems))
    return tuple(found.values())


def _rows(path: Path, problems: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            problems.append(f"{path.name}: the columns are not {', '.join(COLUMNS)}")
            return
        for row in reader:
            where = f"{path.name}:{reader.line_num}: {row['id'] or 'a row without id'}"
            if None in row or None in row.values():
                problems.append(f"{where}: has not {len(COLUMNS)} cells; quote cells with commas")
            else:
                yield where, row


def _case(table: str, row: Mapping[str, str]) -> Case:
    for name in COLUMNS:
        if not row[name].strip() and name not in MAY_BE_EMPTY:
            raise ValueError(f"{name} is empty")
    if row["unit"] not in UNITS:
        raise ValueError(f"{row['unit']!r} is no unit; write one of {', '.join(UNITS)}")
    return Case(
        id=row["id"],
        table=table,
        quantity=row["quantity"],
        inputs=_inputs(row["inputs"]),
        published=_number("published", row["published"]),
        unit=row["unit"],
        tolerance=_number("tolerance", row["tolerance"]),
        tolerance_kind=_tolerance_kind(row["tolerance_kind"]),
        expectation=_expectation(row["expectation"]),
        reason=row["reason"],
        source=row["source"],
        citation=_citation(row["source"]),
        note=row["note"],
    )


def _inputs(text: str) -> dict[str, str]:
    """Read `altitude_km=550; beta_deg=0`."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = (word.strip() for word in part.partition("="))
        if not (name and equals and value) or name in found:
            raise ValueError(f"inputs: {part.strip()!r} is not one name=value; part them by `;`")
        found[name] = value
    return found


def _number(column: str, text: str) -> float:
    value = float(text.replace(",", ""))
    if not math.isfinite(value) or (column == "tolerance" and value < 0.0):
        raise ValueError(f"{column}: {text} is no such number")
    return value


def _tolerance_kind(word: str) -> ToleranceKind:
    for kind in get_args(ToleranceKind):
        if word == kind:
            return kind  # type: ignore[no-any-return]  # get_args does not tell its type
    raise ValueError(f"tolerance_kind: {word!r} is not {' or '.join(get_args(ToleranceKind))}")


def _expectation(word: str) -> Expectation:
    for kind in get_args(Expectation):
        if word == kind:
            return kind  # type: ignore[no-any-return]  # get_args does not tell its type
    raise ValueError(f"expectation: {word!r} is not {' or '.join(get_args(Expectation))}")


def _citation(source: str) -> str:
    """Spell out a source of the catalogue; a citation in full has spaces and stands as it is."""
    if " " in source:
        return source
    known = catalogue.sources()
    if source not in known:
        raise ValueError(f"source: {source!r} is neither in the catalogue nor a citation in full")
    entry = known[source]
    return ", ".join(part for part in (entry.publisher, entry.title, entry.date, entry.url) if part)
