"""Where does each number of a scenario come from?

In rising order: the default declared with the key, the catalogue's parts (array, battery, radiator,
chip), the catalogue's satellite, the scenario file, `--set`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
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

SECTIONS = (
    "satellite",
    "payload",
    "power",
    "thermal",
    "environment",
    "launch",
    "reliability",
    "radiation",
    "disposal",
    "fleet",
    "network",
    "service",
    "economics",
    "ground",
    "company",
    "training",
    "sizing",
    "simulation",
)
PARTS = {
    "power.array": "array",
    "power.battery": "battery",
    "thermal.radiator": "radiator",
    "payload.chip": "chip",
    "launch.rocket": "rocket",
    "reliability.bus_record": "hazard",
    "reliability.chip_record": "hazard",
    "reliability.drive_record": "hazard",
    "radiation.mitigation": "mitigation",
    "economics.cost_book": "cost",
    "ground.baseline": "ground",
    "ground.grid": "grid",
    "company.catalogue": "company",
}
"""Keys that name a part, and the catalogue kind they name."""
ROCKET = "launch.rocket"
COMPANY = "company.catalogue"
TOLERANCE = "constellation.local_time_tolerance_hours"
OWN_ESTIMATE = "sunstack-estimate"
RECORDS: Mapping[str, tuple[str, ...]] = {
    "reliability.bus_record": ("reliability.bus_", "reliability.dead_on_arrival_"),
    "reliability.chip_record": (
        "reliability.chip_",
        "reliability.orbit_",
        "reliability.wear_out_",
    ),
    "reliability.drive_record": ("reliability.drive_",),
}
"""Keys that name a record of failures, and what is taken from it."""
ONLY_IF: Mapping[str, tuple[str, str]] = {
    "launch.learned_mass_kg": ("launch.pricing", "learning"),
    "reliability.bus_failure_fraction_per_year": ("reliability.bus_failures", "constant"),
    "reliability.bus_scale_years": ("reliability.bus_failures", "weibull"),
    "reliability.bus_shape_ratio": ("reliability.bus_failures", "weibull"),
}
"""Keys that are needed only if another one says a word."""
READ_ONLY_IF: Mapping[str, tuple[str, str]] = {
    **ONLY_IF,
    "launch.learning_fraction": ("launch.pricing", "learning"),
    "launch.vehicle_cost_usd": ("launch.pricing", "reuse"),
    "launch.reuse_count": ("launch.pricing", "reuse"),
    "launch.refurbishment_fraction": ("launch.pricing", "reuse"),
    "launch.margin_fraction": ("launch.pricing", "reuse"),
    "fleet.replacement_age_years": ("fleet.policy", "replace-at-age"),
    "fleet.progress_fraction_per_year": ("fleet.policy", "refresh-when-obsolete"),
    "fleet.obsolete_fraction": ("fleet.policy", "refresh-when-obsolete"),
    "training.fragment_count": ("training.method", "streaming"),
}
"""Keys that mean nothing unless another one says a word: written without it, they are refused."""
MAY_BE_UNSET = frozenset(
    {
        "satellite.catalogue",
        "service.models",
        "training.checkpoint_interval_s",
        "training.satellite_count",
        "simulation.epochs",
        "fleet.replacement_age_years",
        "economics.chip_usd",
        *ONLY_IF,
        *PARTS,
    }
)


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


def origins(document: Document, *, rocket: str | None = None) -> dict[str, Origin]:
    """Find a value for every key of the sections that describe satellite and fleet.

    Args:
        document: the scenario.
        rocket: a rocket of the catalogue in the place of the scenario's; what the scenario itself
            says of launches holds for it too.

    Raises:
        ScenarioError: a key has no value anywhere.
        CatalogueError: a named entry does not exist or holds what the key forbids.
    """
    found = {origin.key: origin for layer in _layers(document, rocket) for origin in layer}
    if COMPANY not in found:
        found = _without_company(document, found)
    missing = [key for key in _keys(found) if key not in found and key not in MAY_BE_UNSET]
    missing += [
        key
        for key, (other, word) in ONLY_IF.items()
        if key not in found and _says(found, other, word)
    ]
    if missing:
        raise ScenarioError("\n".join(_missing(document, key) for key in missing))
    return found


def _says(found: Mapping[str, Origin], key: str, word: str) -> bool:
    return key in found and found[key].value == word


def _keys(found: Mapping[str, Origin] | None = None) -> Iterator[str]:
    """Every key there is; where no company is named, without the keys of one."""
    nobody = found is not None and COMPANY not in found
    sections = [name for name in SECTIONS if not (nobody and name == "company")]
    inside = tuple(f"{section}." for section in sections)
    return (key for key in keys() if key.startswith(inside) or key == TOLERANCE)


def _without_company(document: Document, found: dict[str, Origin]) -> dict[str, Origin]:
    """Leave the company's keys out where no company is named.

    Raises:
        ScenarioError: one of them is written all the same.
    """
    own = [origin for key, origin in found.items() if key.startswith("company.")]
    written = [origin.key for origin in own if origin.kind != "default"]
    if written:
        raise ScenarioError(
            f"{document.path}: {', '.join(written)}: of which company? write `catalogue:` under "
            f"`company:`, one of {', '.join(catalogue.names('company'))}"
        )
    return {key: origin for key, origin in found.items() if not key.startswith("company.")}


def _layers(document: Document, rocket: str | None) -> Iterator[Iterator[Origin]]:
    default = {origin.key: origin for origin in defaults()}
    written = {origin.key: origin for origin in _written(document)}
    if rocket is not None:
        written[ROCKET] = replace(default[ROCKET], value=rocket, kind="override", where="asked for")
    satellite = _named(document, written, "satellite", "satellite.catalogue")
    given = {origin.key: origin for origin in of_entry(satellite)} | written
    chosen = default | given
    yield iter(default.values())
    for key, kind in PARTS.items():
        found = list(of_entry(_named(document, chosen, kind, key)))
        yield iter(_of_record(chosen[key], found) if key in RECORDS else found)
    yield iter(given.values())


def defaults() -> Iterator[Origin]:
    """Every default that a key declares."""
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
                low=described.default_low,
                high=described.default_high,
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


def of_entry(entry: Entry | None) -> Iterator[Origin]:
    """Every value of a catalogue entry.

    Raises:
        CatalogueError: a key forbids one.
    """
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


def _of_record(named: Origin, found: list[Origin]) -> list[Origin]:
    """Keep what a record of failures was named for.

    Raises:
        ScenarioError: it holds nothing of that.
    """
    kept = [origin for origin in found if origin.key.startswith(RECORDS[named.key])]
    if not kept:
        raise ScenarioError(
            f"{named.where}: {named.key}: {named.value} tells nothing of this; "
            "see `sunstack catalogue hazard` for others"
        )
    return kept


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
    if section == "company":
        return missing_of_company(document.path, key)
    return (
        f"{document.path}: {key}: not given, neither here nor by the catalogue entries the file "
        f"names; write `{name}:` under `{section}:`{unit} ({described.meaning}), "
        "or name a satellite under `satellite: catalogue:`"
    )


def missing_of_company(path: str, key: str) -> str:
    """Say that an entry has not what a company's figures start from."""
    whole = [one.name for one in catalogue.entries("company") if one.values]
    return (
        f"{path}: {key}: not given, neither here nor by the entry under {COMPANY}; write it, or "
        f"name an entry that one can start from: {', '.join(whole)}"
    )
