"""Where does each number of a scenario come from?

In rising order: the default declared with the key, the catalogue's parts (array, battery, radiator,
chip), the catalogue's satellite, the scenario file, `--set`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from sunstack import catalogue
from sunstack.catalogue import Confidence, Entry, Sourced
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.scenario import Description, Document, Number, describe, keys
from sunstack.scenario.fields import Section
from sunstack.units import unit_of

Value = float | int | str
OriginKind = Literal["default", "catalogue", "file", "override", "sized"]

SECTIONS = ("satellite", "payload", "power", "thermal", "environment", "sizing", "simulation")
PARTS = {
    "power.array": "array",
    "power.battery": "battery",
    "thermal.radiator": "radiator",
    "payload.chip": "chip",
}
"""Keys that name a part, and the catalogue kind they name."""
TOLERANCE = "constellation.local_time_tolerance_hours"
OWN_ESTIMATE = "sunstack-estimate"
MAY_BE_UNSET = frozenset({"satellite.catalogue", "simulation.epochs", *PARTS})


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A resolved value of the scenario, in the key's own unit, and where it comes from."""

    key: str
    value: Value
    unit: str
    kind: OriginKind
    where: str
    """File and line, catalogue kind and entry, or `--set`."""
    low: float | None = None
    high: float | None = None
    source: str = ""
    date: str = ""
    confidence: str = ""
    note: str = ""


def origins(document: Document) -> dict[str, Origin]:
    """Find a value for every key of the sections that describe the satellite.

    Raises:
        ScenarioError: a key has no value anywhere, or values contradict each other.
        CatalogueError: a named entry does not exist or holds what the key forbids.
    """
    found = {origin.key: origin for layer in _layers(document) for origin in layer}
    missing = [key for key in _keys() if key not in found and key not in MAY_BE_UNSET]
    if missing:
        raise ScenarioError("\n".join(_missing(document, key) for key in missing))
    _check_power_order(document, found)
    _check_absorptance(document, found)
    return found


def _keys() -> Iterator[str]:
    inside = tuple(f"{section}." for section in SECTIONS)
    return (key for key in keys() if key.startswith(inside) or key == TOLERANCE)


def _layers(document: Document) -> Iterator[Iterator[Origin]]:
    written = {origin.key: origin for origin in _written(document)}
    satellite = _named(document, written, "satellite", "satellite.catalogue")
    chosen = {origin.key: origin for origin in _of_entry(satellite)} | written
    yield _defaults()
    for key, kind in PARTS.items():
        yield _of_entry(_named(document, chosen, kind, key))
    yield iter(chosen.values())


def _defaults() -> Iterator[Origin]:
    for key in _keys():
        described = describe(key)
        if described.default is not None:
            known = catalogue.sources().get(described.source)
            yield Origin(
                key=key,
                value=described.default,
                unit=unit_of(key),
                kind="default",
                where="default",
                source=described.source,
                date=known.date if known else "",
                confidence=_confidence(described.source),
                note="" if described.source else "a setting of the run",
            )


def _confidence(source: str) -> Confidence | Literal[""]:
    """A default from the literature is firm, one of our own is not, a setting needs none."""
    if not source:
        return ""
    return "low" if source == OWN_ESTIMATE else "high"


def _written(document: Document) -> Iterator[Origin]:
    """Every value the file or `--set` gives."""
    for name in SECTIONS:
        section: Section = getattr(document.scenario, name)
        for field in section.model_fields_set:
            given = getattr(section, field)
            if given is not None and not isinstance(given, (list, tuple)):
                yield _as_written(document, f"{name}.{field}", given)
    tolerance = document.scenario.constellation.local_time_tolerance_hours
    if tolerance is not None:
        yield _as_written(document, TOLERANCE, tolerance)


def _as_written(document: Document, key: str, given: Number | Value) -> Origin:
    number = given if isinstance(given, Number) else Number.model_construct(value=given)
    overridden = any(key == name or name.startswith(key + ".") for name in document.overrides)
    place = document.places.get(key)
    line = f":{place.line}" if place else ""
    return Origin(
        key=key,
        value=number.value,
        unit=unit_of(key),
        kind="override" if overridden else "file",
        where="--set" if overridden else f"{Path(document.path).name}{line}",
        low=number.low,
        high=number.high,
    )


def _named(document: Document, chosen: Mapping[str, Origin], kind: str, key: str) -> Entry | None:
    """Look up the entry a key names, telling where the name was written when there is none."""
    if key not in chosen:
        return None
    try:
        return catalogue.entry(kind, str(chosen[key].value))
    except CatalogueError as error:
        raise ScenarioError(f"{chosen[key].where}: {key}: {error}") from error


def _of_entry(entry: Entry | None) -> Iterator[Origin]:
    if entry is None:
        return
    for key, sourced in entry.values.items():
        _check_bounds(entry, key, sourced)
        yield Origin(
            key=key,
            value=sourced.value,
            unit=unit_of(key),
            kind="catalogue",
            where=f"{entry.kind} {entry.name}",
            low=sourced.low,
            high=sourced.high,
            source=sourced.source,
            date=sourced.date,
            confidence=sourced.confidence,
            note=sourced.note,
        )


def _check_bounds(entry: Entry, key: str, sourced: Sourced) -> None:
    described = describe(key)
    if isinstance(sourced.value, str):
        allowed = described.choices or ((sourced.value,) if described.kind == "word" else ())
        good = sourced.value in allowed or (described.may_be_auto and sourced.value == "auto")
    else:
        good = _inside(described, float(sourced.value))
    if not good:
        raise CatalogueError(
            f"{entry.kind} {entry.name}: {key}: {sourced.value} is not allowed; "
            f"see `sunstack explain {key}`"
        )


def _inside(described: Description, value: float) -> bool:
    low = -float("inf") if described.low is None else described.low
    high = float("inf") if described.high is None else described.high
    return low <= value <= high


def _missing(document: Document, key: str) -> str:
    section, _, name = key.partition(".")
    described = describe(key)
    unit = f" in {described.unit}" if described.unit else ""
    return (
        f"{document.path}: {key}: not given, neither here nor by the catalogue entries the file "
        f"names; write `{name}:` under `{section}:`{unit} ({described.meaning}), "
        "or name a satellite under `satellite: catalogue:`"
    )


def _check_absorptance(document: Document, found: Mapping[str, Origin]) -> None:
    """An array cannot turn into electricity more light than it absorbs."""
    cells, packing, absorbed = (
        found[f"power.{name}"]
        for name in ("cell_efficiency", "packing_fraction", "array_solar_absorptance_ratio")
    )
    if float(cells.value) * float(packing.value) >= float(absorbed.value):
        raise ScenarioError(
            f"{document.path}: {cells.key}: {cells.value} ({cells.where}) over {packing.key} of "
            f"{packing.value} ({packing.where}) would turn into electricity all that "
            f"{absorbed.key} of {absorbed.value} ({absorbed.where}) absorbs; write less"
        )


def _check_power_order(document: Document, found: Mapping[str, Origin]) -> None:
    """Idle, mean and peak payload power must rise, whichever layers they come from."""
    ladder = [found[f"payload.{name}_kw"] for name in ("idle_power", "power", "peak_power")]
    for lower, upper in pairwise(ladder):
        if float(lower.value) > float(upper.value):
            raise ScenarioError(
                f"{document.path}: {lower.key}: {lower.value} kW ({lower.where}) is more than "
                f"{upper.key}: {upper.value} kW ({upper.where}); set both"
            )
