"""How is a catalogue folder read, and what makes it refuse an entry?

No number without a source; no estimate without its range and the way it was derived. Every problem
of the folder is collected, each with file, entry, key and remedy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from types import MappingProxyType

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from .attributes import (
    UNDATED,
    Place,
    close_miss,
    origin_attributes,
    read_date,
    read_text,
    read_value,
)
from .groups import read_cap, read_groups
from .records import Entry, Source, Sourced

FILES = {
    "array": "arrays.yaml",
    "battery": "batteries.yaml",
    "chip": "chips.yaml",
    "company": "companies.yaml",
    "constellation": "constellations",
    "cost": "costs.yaml",
    "grid": "grids.yaml",
    "ground": "grounds.yaml",
    "hazard": "hazards.yaml",
    "laser": "lasers.yaml",
    "mitigation": "mitigations.yaml",
    "model": "models.yaml",
    "modulation": "modulations.yaml",
    "radiator": "radiators.yaml",
    "radio": "radios.yaml",
    "rocket": "rockets.yaml",
    "satellite": "satellites.yaml",
    "study": "studies.yaml",
    "terminal": "terminals.yaml",
    "task": "tasks.yaml",
}
"""File of each kind; `constellations` is a folder with one file for each."""

KEYS = {
    "array": (
        "power.array_",
        "power.cell_",
        "power.packing_",
        "power.temperature_",
        "power.transfer_",
    ),
    "battery": ("power.battery_",),
    "chip": ("payload.chip_",),
    "company": ("company.",),
    "radiator": ("thermal.",),
    "rocket": ("launch.",),
    "satellite": ("satellite.", "payload.", "power.", "thermal."),
    "constellation": (),
    "cost": ("economics.",),
    "grid": ("ground.energy_", "ground.carbon_g_"),
    "ground": ("ground.",),
    "hazard": ("reliability.",),
    "laser": (),
    "model": (),
    "modulation": (),
    "radio": (),
    "study": (),
    "terminal": (),
    "task": (),
    "mitigation": ("radiation.",),
}
"""Beginnings of the scenario keys an entry of each kind may set."""

REFERENCES = {
    "power.array": "array",
    "power.battery": "battery",
    "payload.chip": "chip",
    "thermal.radiator": "radiator",
    "launch.rocket": "rocket",
    "reliability.bus_record": "hazard",
    "reliability.chip_record": "hazard",
    "reliability.drive_record": "hazard",
    "radiation.mitigation": "mitigation",
    "economics.cost_book": "cost",
    "ground.baseline": "ground",
    "ground.grid": "grid",
}
"""Keys whose word names another entry, and its kind."""

SOURCES_FILE = "sources.yaml"
SOURCE_ATTRIBUTES = ("publisher", "title", "url", "date", "accessed")
ENTRY_ATTRIBUTES = ("title", "date", "note", "contradicts", "source", "confidence", "facts")
PART_ATTRIBUTES = (*ENTRY_ATTRIBUTES, "values")
CONSTELLATION_ATTRIBUTES = (*ENTRY_ATTRIBUTES, "satellite_count_cap", "groups")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")


@dataclass(frozen=True)
class Catalogue:
    """A folder as read: what could be, and the problems of the rest."""

    sources: Mapping[str, Source]
    entries: Mapping[str, Mapping[str, Entry]]
    problems: tuple[str, ...]


def read(folder: Traversable) -> Catalogue:
    """Read every file of a catalogue folder; problems are returned, not raised."""
    problems: list[str] = []
    _check_file_names(folder, problems)
    sources = _read_sources(folder, problems)
    if not sources and problems:  # else every value of every file would complain of it
        return Catalogue(sources, {kind: {} for kind in FILES}, tuple(problems))
    entries = {
        kind: {
            place.entry: entry
            for place, given in _given_entries(folder, kind, problems)
            if (entry := _read_entry(place, kind, given, sources)) is not None
        }
        for kind in FILES
    }
    for kind in FILES:
        for entry in entries[kind].values():
            _check_contradictions(entry, entries[kind], problems)
            _check_references(entry, entries, problems)
    frozen = {kind: MappingProxyType(found) for kind, found in entries.items()}
    return Catalogue(MappingProxyType(sources), MappingProxyType(frozen), tuple(problems))


def _file(kind: str, name: str) -> str:
    return f"{FILES[kind]}/{name}.yaml" if kind == "constellation" else FILES[kind]


def _check_file_names(folder: Traversable, problems: list[str]) -> None:
    known = [SOURCES_FILE, *FILES.values()]
    for found in sorted(item.name for item in folder.iterdir()):
        if found.endswith((".yaml", ".yml")) and found not in known:
            place = Place(found, problems)
            place.refuse("is no file of the catalogue", f"write one of {', '.join(known)}")


def _load(file: Traversable, name: str, problems: list[str]) -> Mapping[str, object]:
    """Return the mapping a YAML 1.2 file holds; empty if it is missing or broken."""
    place = Place(name, problems)
    if not file.is_file():
        return {}
    text = file.read_text(encoding="utf-8")
    try:
        loaded = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        _refuse_yaml(place, text, error)
        return {}
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        place.refuse("does not hold a mapping with words for keys", "write `name:` lines")
        return {}
    return loaded


def _refuse_yaml(place: Place, text: str, error: YAMLError) -> None:
    """Say where the YAML breaks: the line, and the unindented name above it."""
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    line = mark.line if mark else 0
    above = [row for row in text.splitlines()[: line + 1] if re.match(r"[\w-]+:", row)]
    entry = above[-1].split(":")[0] if above else ""
    found = error.problem if isinstance(error, MarkedYAMLError) else str(error)
    if str(found).startswith("found duplicate key"):
        remedy = "keep one of the two"
    else:
        remedy = "write valid YAML 1.2"
    Place(place.file, place.problems, entry, f"line {line + 1}").refuse(str(found), remedy)


def _given_entries(
    folder: Traversable, kind: str, problems: list[str]
) -> Iterator[tuple[Place, object]]:
    """Give every entry of a kind as it stands in its file."""
    if kind != "constellation":
        for name, given in _load(folder / FILES[kind], FILES[kind], problems).items():
            yield Place(FILES[kind], problems, name), given
        return
    inner = folder / FILES[kind]
    files = sorted(inner.iterdir(), key=lambda item: item.name) if inner.is_dir() else []
    for file in files:
        if file.name.endswith(".yaml"):
            name = file.name.removesuffix(".yaml")
            given = _load(file, _file(kind, name), problems)
            yield Place(_file(kind, name), problems, name), given


def _read_sources(folder: Traversable, problems: list[str]) -> dict[str, Source]:
    if not (folder / SOURCES_FILE).is_file():
        place = Place(SOURCES_FILE, problems)
        place.refuse("is missing", "write one; every value of the catalogue names its source there")
    found = {}
    for name, given in _load(folder / SOURCES_FILE, SOURCES_FILE, problems).items():
        source = _read_source(Place(SOURCES_FILE, problems, name), given)
        if source is not None:
            found[name] = source
    return found


def _read_source(place: Place, given: object) -> Source | None:
    if not isinstance(given, dict):
        place.refuse("is no mapping", "write publisher, title, date, and url with accessed")
        return None
    place.refuse_unknown(given, SOURCE_ATTRIBUTES)
    if not _SOURCE_NAME.fullmatch(place.entry):
        place.refuse("is no source name", "write lower case, digits, hyphens and points")
    accessed = read_date(place, given, "accessed") if "accessed" in given else ""
    undated = given.get("date") == UNDATED and bool(accessed)
    url = read_text(place, given, "url", default="")
    if url and not accessed:
        place.at("accessed").refuse("is missing beside `url`", "write the day the page was read")
    return Source(
        name=place.entry,
        publisher=read_text(place, given, "publisher"),
        title=read_text(place, given, "title"),
        url=url,
        date=UNDATED if undated else read_date(place, given, "date"),
        accessed=accessed,
    )


def _read_entry(
    place: Place, kind: str, given: object, sources: Mapping[str, Source]
) -> Entry | None:
    if not isinstance(given, dict):
        place.refuse("is no mapping", "write title, date and values")
        return None
    known = CONSTELLATION_ATTRIBUTES if kind == "constellation" else PART_ATTRIBUTES
    place.refuse_unknown(given, known)
    if not _NAME.fullmatch(place.entry):
        place.refuse("is no entry name", "write lower case, digits and hyphens")
    groups, group_origins = read_groups(place, given, sources, needed=kind == "constellation")
    return Entry(
        kind=kind,
        name=place.entry,
        title=read_text(place, given, "title"),
        date=read_date(place, given, "date"),
        note=read_text(place, given, "note", default=""),
        contradicts=_read_contradicts(place, given),
        values=_read_values(place, kind, given, sources),
        facts=_read_facts(place, given, sources),
        groups=groups,
        group_origins=group_origins,
        satellite_count_cap=read_cap(place, given),
    )


def _read_contradicts(place: Place, given: Mapping[str, object]) -> tuple[str, ...]:
    names = given.get("contradicts", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        place.at("contradicts").refuse("is no list of names", "write [name, name]")
        return ()
    return tuple(names)


def _read_values(
    place: Place, kind: str, given: Mapping[str, object], sources: Mapping[str, Source]
) -> Mapping[str, Sourced]:
    found = {}
    for key, part in _mapping(place, given, "values").items():
        here = place.at(key)
        if not key.startswith(KEYS[kind]) or key.count(".") != 1:
            allowed = ", ".join(f"{start}…" for start in KEYS[kind])
            here.refuse(f"is no key of a {kind}", f"write dotted scenario keys: {allowed}")
        value = read_value(here, part, origin_attributes(given), sources)
        if value is not None:
            found[key] = value
    return MappingProxyType(found)


def _read_facts(
    place: Place, given: Mapping[str, object], sources: Mapping[str, Source]
) -> Mapping[str, Sourced]:
    found = {}
    for key, part in _mapping(place, given, "facts").items():
        here = place.at(key)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
            here.refuse("is no name of a fact", "write lower case and underscores, unit last")
        value = read_value(here, part, origin_attributes(given), sources)
        if value is not None:
            found[key] = value
    return MappingProxyType(found)


def _mapping(place: Place, given: Mapping[str, object], key: str) -> dict[str, object]:
    part = given.get(key, {})
    if not isinstance(part, dict) or not all(isinstance(name, str) for name in part):
        place.at(key).refuse("is no mapping", "write `key: value` lines under it")
        return {}
    return part


def _check_contradictions(entry: Entry, others: Mapping[str, Entry], problems: list[str]) -> None:
    place = Place(_file(entry.kind, entry.name), problems, entry.name, "contradicts")
    for name in entry.contradicts:
        other = others.get(name)
        if other is None or name == entry.name:
            place.refuse(
                f"{name!r} is no other {entry.kind} of the catalogue" + close_miss(name, others),
                "write the name of one that stands",
            )
        elif entry.name not in other.contradicts:
            place.refuse(
                f"{name!r} does not say so too", f"write {entry.name!r} under its contradicts"
            )


def _check_references(
    entry: Entry, entries: Mapping[str, Mapping[str, Entry]], problems: list[str]
) -> None:
    for key, kind in REFERENCES.items():
        named = entry.values.get(key)
        if named is not None and named.value not in entries[kind]:
            place = Place(_file(entry.kind, entry.name), problems, entry.name, key)
            place.refuse(
                f"{named.value!r} is no {kind} of the catalogue"
                + close_miss(str(named.value), entries[kind]),
                f"write a name of {FILES[kind]}",
            )
