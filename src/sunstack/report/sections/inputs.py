"""Where does each number that went in come from, and how far is it to be trusted?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from sunstack import catalogue
from sunstack.results import Results

from ..blocks import Cell, Folded, Prose, Section, Table, number, text
from ..numerals import INPUT_DIGITS, quantity

KINDS = {
    "default": "default",
    "catalogue": "catalogue",
    "file": "scenario file",
    "override": "override",
    "sized": "sized here",
}
COLUMNS = (
    text("key"),
    number("value"),
    number("low to high"),
    text("from"),
    text("source"),
    text("confidence"),
    text("note"),
)

Input = Mapping[str, Any]


def inputs(results: Results) -> Section:
    """List every value with its origin, by section of the scenario."""
    given = sorted(results.manifest["inputs"], key=lambda one: str(one["key"]))
    weak = sum(one["confidence"] == "low" for one in given)
    folded = [
        _of_section(name, list(members))
        for name, members in groupby(given, key=lambda one: str(one["key"]).partition(".")[0])
    ]
    return Section(
        name="inputs",
        title="Inputs",
        blocks=[
            Prose(
                text=f"{len(given)} values; {weak} of them rest on estimates or single weak "
                "sources (confidence low)."
            ),
            _orbits(results.manifest["groups"]),
            *folded,
        ],
    )


def _orbits(groups: Sequence[Mapping[str, Any]]) -> Folded:
    """Say of each group of orbits what was given, and by whom."""
    columns = (text("group"), text("given"), text("from"), text("source"), text("note"))
    rows = [_orbit_row(group) for group in groups]
    told = f"orbits: {len(groups)} {'group' if len(groups) == 1 else 'groups'}"
    return Folded(summary=told, blocks=[Table(caption="orbits", columns=columns, rows=rows)])


def _orbit_row(group: Mapping[str, Any]) -> list[str | Cell]:
    origin = group["origin"]
    given = {key: value for key, value in group.items() if key not in ("name", "origin")}
    return [
        str(group["name"]),
        ", ".join(f"{key}: {_given(value)}" for key, value in given.items()),
        origin["where"],
        _source(origin.get("source", ""), origin.get("date", "")),
        origin.get("note", ""),
    ]


def _given(value: Any) -> str:
    """Write a value of a group; a number with a range shows the number."""
    return f"{value['value']:g}" if isinstance(value, Mapping) else str(value)


def _of_section(name: str, members: Sequence[Input]) -> Folded:
    weak = sum(one["confidence"] == "low" for one in members)
    told = f"{len(members)} {'value' if len(members) == 1 else 'values'}"
    if weak:
        told += f", {weak} of low confidence"
    table = Table(caption=name, columns=COLUMNS, rows=[_row(one) for one in members])
    return Folded(summary=f"{name}: {told}", blocks=[table])


def _row(one: Input) -> list[str | Cell]:
    return [
        str(one["key"]),
        _value(one["value"], str(one["unit"])),
        _range(one),
        _origin(one),
        _source(str(one["source"]), str(one["date"])),
        Cell(text=str(one["confidence"]), strong=one["confidence"] == "low"),
        str(one["note"]),
    ]


def _value(value: float | str, unit: str = "") -> str:
    return value if isinstance(value, str) else quantity(value, unit, INPUT_DIGITS)


def _range(one: Input) -> str:
    if one["low"] is None or one["high"] is None:
        return ""
    return f"{_value(one['low'])} to {_value(one['high'])}"


def _origin(one: Input) -> str:
    kind, where = KINDS.get(one["kind"], str(one["kind"])), str(one["where"])
    return kind if where in ("", one["kind"]) else f"{kind}: {where}"


def _source(name: str, date: str) -> str | Cell:
    """Publisher, title and date, leading to where it was read; the bare name if unknown here."""
    known = catalogue.sources().get(name)
    when = f" ({date})" if date else ""
    if known is None:
        return name + when
    is_link = known.url.startswith(("https://", "http://"))
    told = f"{known.publisher}: {known.title}{when}"
    return Cell(text=told, address=known.url if is_link else "")
