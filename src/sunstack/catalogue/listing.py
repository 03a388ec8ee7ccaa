"""What does the catalogue hold, as one tree of plain words and numbers?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from . import entries, entry, kinds, sources
from .records import Entry


def tree(kind: str | None = None, name: str | None = None) -> dict[str, Any]:
    """Return the kinds with their entries, a kind's entries, or one entry whole.

    Raises:
        CatalogueError: no such kind or name.
    """
    if kind is None:
        return {each: {one.name: one.title for one in entries(each)} for each in kinds()}
    if name is None:
        return {one.name: _heading(one) for one in entries(kind)}
    return _whole(entry(kind, name))


def _heading(one: Entry) -> dict[str, Any]:
    return {"title": one.title, "date": one.date, "contradicts": list(one.contradicts)}


def _whole(one: Entry) -> dict[str, Any]:
    cited = {value.source for part in (one.values, one.facts) for value in part.values()}
    cited |= {origin.source for origin in one.group_origins}
    known = sources()
    return {
        "kind": one.kind,
        "name": one.name,
        **_heading(one),
        "note": one.note,
        "values": {key: asdict(value) for key, value in one.values.items()},
        "facts": {key: asdict(value) for key, value in one.facts.items()},
        "groups": [dict(group) for group in one.groups],
        "satellite_count_cap": one.satellite_count_cap,
        "sources": {key: asdict(known[key]) for key in sorted(cited) if key in known},
    }
