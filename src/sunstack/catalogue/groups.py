"""Which groups of orbits does a constellation hold, and where is each from?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sunstack.units import unit_suffix

from .attributes import ORIGIN_ATTRIBUTES, Place, origin_attributes, read_origin
from .records import Source, Sourced

Groups = tuple[Mapping[str, object], ...]


def read_groups(
    place: Place, given: Mapping[str, object], sources: Mapping[str, Source], *, needed: bool
) -> tuple[Groups, tuple[Sourced, ...]]:
    """Return the groups as a scenario writes them, and beside them the origin of each.

    A group may carry `source`, `date`, `confidence`, `note` and `estimate` of its own; they are
    taken off it.
    """
    listed = given.get("groups", [])
    if not isinstance(listed, list) or (needed and not listed):
        place.at("groups").refuse("is no list of groups", "write at least one group of orbits")
        return (), ()
    groups, origins = [], []
    for number, group in enumerate(listed, start=1):
        here = place.at(f"groups {number}")
        if not isinstance(group, dict):
            here.refuse("is no mapping", "write model, name and the orbits")
            continue
        origin = {key: part for key, part in group.items() if key in ORIGIN_ATTRIBUTES}
        orbits = {key: part for key, part in group.items() if key not in ORIGIN_ATTRIBUTES}
        _check_orbits(here, orbits)
        name = str(group.get("name", ""))
        groups.append(MappingProxyType(orbits))
        origins.append(read_origin(here, name, origin, origin_attributes(given), sources))
    _check_names(place.at("groups"), [origin.value for origin in origins])
    return tuple(groups), tuple(origins)


def read_cap(place: Place, given: Mapping[str, object]) -> int | None:
    """Return the licence's total, if it states one."""
    found = given.get("satellite_count_cap")
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        place.at("satellite_count_cap").refuse(
            f"{found!r} is no number of satellites", "write a whole number from 1 up"
        )
        return None
    return found


def _check_orbits(place: Place, orbits: Mapping[str, object]) -> None:
    for key in ("model", "name"):
        if not isinstance(orbits.get(key), str):
            place.at(key).refuse("is missing or no word", "write one")
    for key, part in orbits.items():
        numbers = list(_numbers(part))
        if numbers and unit_suffix(key) is None:
            place.at(key).refuse("is a number on a key without a unit", "end the key in its unit")
        if not all(math.isfinite(number) for number in numbers):
            place.at(key).refuse(f"{part!r} is not finite", "write finite numbers")


def _numbers(part: object) -> Iterator[float]:
    """Give the numbers of `3`, `[3, 4]` and `{value: 3, low: 2}`."""
    if isinstance(part, (list, dict)):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _numbers(inner)
    elif isinstance(part, (int, float)) and not isinstance(part, bool):
        yield part


def _check_names(place: Place, names: list[float | int | str]) -> None:
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        place.refuse(f"{name!r} stands twice", "give each group a name of its own")
