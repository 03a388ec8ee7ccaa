"""Is a value of the catalogue complete: its number, its range, its source, its date?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import get_args

from sunstack.units import unit_suffix

from .records import Confidence, Source, Sourced

ESTIMATE_SOURCE = "sunstack-estimate"
"""Source of a value marked `estimate: true` that names none."""

ORIGIN_ATTRIBUTES = ("source", "date", "confidence", "note", "estimate")
UNDATED = "undated"
"""Date of a page that bears none; it has the day it was read instead."""
VALUE_ATTRIBUTES = ("value", "low", "high", *ORIGIN_ATTRIBUTES)
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True)
class Place:
    """Where the reader stands, and the list its complaints go to."""

    file: str
    problems: list[str]
    entry: str = ""
    key: str = ""

    def at(self, key: str) -> Place:
        """Step to a key, or to an attribute of the key."""
        return replace(self, key=f"{self.key}: {key}" if self.key else key)

    def refuse(self, found: str, remedy: str) -> None:
        """Add a problem: what was found, what to write instead."""
        where = ": ".join(part for part in (self.file, self.entry, self.key) if part)
        self.problems.append(f"{where}: {found}; {remedy}")

    def refuse_unknown(self, given: Iterable[object], known: Iterable[str]) -> None:
        """Add a problem for every attribute that does not exist."""
        names = tuple(known)
        for name in given:
            if name not in names:
                found = f"is no attribute{close_miss(str(name), names)}"
                self.at(str(name)).refuse(found, f"write one of {', '.join(names)}")


def close_miss(name: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)`, or nothing when no name is near."""
    near = get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def read_text(
    place: Place, given: Mapping[str, object], key: str, *, default: str | None = None
) -> str:
    """Return a line of text; its absence is a problem unless there is a default."""
    found = given.get(key, default)
    if isinstance(found, str) and (found.strip() or default is not None):
        return found.strip()
    place.at(key).refuse("is missing or no text", "write a line of text")
    return ""


def read_date(place: Place, given: Mapping[str, object], key: str) -> str:
    """Return `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    found = given.get(key)
    text = found.isoformat() if isinstance(found, date) else str(found)
    if _DATE.fullmatch(text):
        return text
    place.at(key).refuse(
        "is missing" if found is None else f"{text!r} is no date",
        "write YYYY, YYYY-MM or YYYY-MM-DD",
    )
    return ""


def origin_attributes(given: Mapping[str, object]) -> dict[str, object]:
    """Return what an entry hands down to its values."""
    return {key: given[key] for key in ("source", "date", "confidence") if key in given}


def read_value(
    place: Place, given: object, inherited: Mapping[str, object], sources: Mapping[str, Source]
) -> Sourced | None:
    """Read `3`, `auto` or `{value: 3, low: …, source: …}`; None when it holds no value at all."""
    part = given if isinstance(given, dict) else {"value": given}
    place.refuse_unknown(part, VALUE_ATTRIBUTES)
    value = _read_scalar(place, part.get("value"))
    if value is None:
        return None
    origin = read_origin(place, value, part, inherited, sources)
    low, high = _read_bound(place, part, "low"), _read_bound(place, part, "high")
    _check_range(place, value, low, high)
    if is_estimate(origin) and not isinstance(value, str) and None in (low, high):
        place.refuse("is an estimate without a range", "write low and high")
    return replace(origin, low=low, high=high)


def read_origin(
    place: Place,
    value: float | int | str,
    part: Mapping[str, object],
    inherited: Mapping[str, object],
    sources: Mapping[str, Source],
) -> Sourced:
    """Read source, date, confidence and note of a value; a missing one is the entry's.

    An estimate does not inherit: unless it says otherwise it is ours, of low confidence, and dated
    as its source is.
    """
    whole = {**inherited, **part}
    if part.get("estimate") is True:
        whole = {**inherited, **_estimate_origin(part, sources), **part}
    origin = Sourced(
        value=value,
        low=None,
        high=None,
        source=_read_source_name(place, whole, sources),
        date=read_date(place, whole, "date"),
        confidence=_read_confidence(place, whole),
        note=read_text(place, whole, "note", default=""),
        estimate=_read_estimate(place, whole),
    )
    if is_estimate(origin) and not origin.note:
        place.refuse("is an estimate without a note", "write in `note` how it was derived")
    return origin


def is_estimate(origin: Sourced) -> bool:
    """Whether a value must carry its range and its derivation."""
    return origin.estimate or origin.confidence == "low"


def _estimate_origin(
    part: Mapping[str, object], sources: Mapping[str, Source]
) -> dict[str, object]:
    """Source, confidence and date of an estimate that leaves them out."""
    name = part.get("source", ESTIMATE_SOURCE)
    dated = [source.date for source in sources.values() if source.name == name]
    date_of_source = {"date": dated[0]} if dated and dated[0] != UNDATED else {}
    return {"source": name, "confidence": "low", **date_of_source}


def _read_scalar(place: Place, found: object) -> float | int | str | None:
    """Return a finite number on a key with a unit, a word on a key without, or `auto` on either."""
    suffix = unit_suffix(place.key)
    if isinstance(found, str) and found.strip():
        if suffix and found != "auto":
            place.refuse(f"{found!r} is text on a key in {suffix}", "write a number, or auto")
        return found
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        place.refuse(f"holds no number and no word ({found!r})", "write one under `value`")
        return None
    if not math.isfinite(found):
        place.refuse(f"{found} is not finite", "write a finite number")
    if suffix is None:
        place.refuse("is a number on a key without a unit", "end the key in its unit: _kg, _m2, …")
    return found


def _read_bound(place: Place, part: Mapping[str, object], key: str) -> float | None:
    found = part.get(key)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not math.isfinite(found):
        place.at(key).refuse(f"{found!r} is no finite number", "write a finite number")
        return None
    return float(found)


def _check_range(
    place: Place, value: float | int | str, low: float | None, high: float | None
) -> None:
    if isinstance(value, str):
        if (low, high) != (None, None):
            place.refuse("is a word with a range", "leave low and high out")
        return
    least, most = value if low is None else low, value if high is None else high
    if not least <= value <= most:
        place.refuse(
            f"{value} lies outside its own range {least} to {most}", "write low <= value <= high"
        )


def _read_source_name(
    place: Place, whole: Mapping[str, object], sources: Mapping[str, Source]
) -> str:
    found = whole.get("source")
    if found is None:
        place.refuse("has no source", "write `source: name of sources.yaml` here or on the entry")
        return ""
    if found not in sources:
        place.at("source").refuse(
            f"{found!r} is not in sources.yaml{close_miss(str(found), sources)}",
            "add it there with publisher, title, url, date and accessed",
        )
    return str(found)


def _read_confidence(place: Place, whole: Mapping[str, object]) -> Confidence:
    found = whole.get("confidence")
    for confidence in CONFIDENCES:
        if found == confidence:
            return confidence
    place.at("confidence").refuse(
        "is missing" if found is None else f"{found!r} is no confidence",
        f"write one of {', '.join(CONFIDENCES)}",
    )
    return "low"


def _read_estimate(place: Place, whole: Mapping[str, object]) -> bool:
    found = whole.get("estimate", False)
    if not isinstance(found, bool):
        place.at("estimate").refuse(f"{found!r} is neither true nor false", "write true or nothing")
    return found is True
