"""How does the comparison with published figures read as a page?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from . import company, decoding, silicon
from .checking import Result, run

OPENING = """\
# Validation

<!-- Written by `make docs`; edit what it is read from. -->

What the program computes beside what others have published; `sunstack validate` shows the same.
Inputs and tolerances are in `tests/published`. Every figure is computed by the functions that runs
use. A figure marked *refuted* does not hold: there the program must lie outside the tolerance, and
does. Where no one had published a figure, an independent program stands as source.

{passed} of {total} pass."""

COLUMNS = ("case", "quantity", "unit", "published", "computed", "tolerance", "verdict", "source")


def markdown(results: Iterable[Result] | None = None) -> str:
    """Write the page; computes every case if no results are given."""
    found = list(run() if results is None else results)
    passed = sum(one.passed for one in found)
    parts = [OPENING.format(passed=passed, total=len(found))]
    for table, rows in groupby(found, key=lambda one: one.table):
        group = list(rows)
        parts += [f"## {table}", _table(group), _reasons(group)]
    parts += [silicon.section(), decoding.section(), company.section()]
    return "\n\n".join(parts) + "\n"


def _table(results: Iterable[Result]) -> str:
    lines = [COLUMNS, ["---"] * len(COLUMNS), *map(_row, results)]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _row(one: Result) -> tuple[str, ...]:
    return (
        one.id,
        one.quantity,
        one.unit,
        _number(one.published),
        _number(one.computed),
        f"{one.tolerance:g}" + (" relative" if one.tolerance_kind == "relative" else ""),
        verdict(one),
        one.citation,
    )


def verdict(one: Result) -> str:
    """Say in a word how a case came out."""
    if not one.passed:
        return "**FAILED**"
    return "holds" if one.expectation == "agrees" else "refuted"


def _reasons(results: Iterable[Result]) -> str:
    """List why each tolerance is what it is, and what else there is to say."""
    return "\n".join(f"- {one.id}: {' '.join([one.reason, one.note]).strip()}" for one in results)


def _number(value: float) -> str:
    """Write a figure with five digits, or all of a large whole one."""
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.5g}"


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")
