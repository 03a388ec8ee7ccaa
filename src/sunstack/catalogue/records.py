"""What is a catalogue entry, and what does each of its numbers carry with it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class Source:
    """Where a number was read: `url` is empty for printed works and filings without an address."""

    name: str
    publisher: str
    title: str
    url: str
    date: str
    accessed: str


@dataclass(frozen=True)
class Sourced:
    """A number or word with its origin, in the unit its key promises.

    `low` and `high` bound what it may be when a study draws it; an estimate always has them.
    """

    value: float | int | str
    low: float | None
    high: float | None
    source: str
    date: str
    confidence: Confidence
    note: str
    estimate: bool = False


@dataclass(frozen=True)
class Entry:
    """A part, a satellite or a constellation, as one source at one date has it."""

    kind: str
    name: str
    title: str
    date: str
    note: str
    contradicts: tuple[str, ...]
    """Entries of the same kind that say otherwise of the same thing; both stand."""
    values: Mapping[str, Sourced]
    """By dotted scenario key: `power.array_area_m2`."""
    facts: Mapping[str, Sourced]
    """What is known besides, by a name with its unit; no scenario key."""
    groups: tuple[Mapping[str, object], ...]
    """Groups of orbits as a scenario writes them: `dict(group)` validates as one."""
    group_origins: tuple[Sourced, ...]
    """Origin of each group, in the same order; the value is the group's name."""
    satellite_count_cap: int | None
