"""What does the model declare of each key?

Read off the model of the file and nowhere else: the checks, `describe`, the JSON Schema and the
reference page all ask here.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ..units import unit_of
from .fields import Number, Section
from .model import Scenario

type Kind = Literal[
    "number",
    "count",
    "word",
    "text",
    "choice",
    "switch",
    "date",
    "section",
    "numbers",
    "dates",
    "words",
    "sections",
]

SINGLE: dict[type, Kind] = {
    Number: "number",
    float: "number",
    int: "count",
    str: "text",
    bool: "switch",
    date: "date",
}
GROUP_MODEL = "constellation.groups.model"
"""The key by which a group says which of the group models it is."""
LISTED: dict[Kind, Kind] = {
    "number": "numbers",
    "date": "dates",
    "text": "words",
    "section": "sections",
}


@dataclass(frozen=True, kw_only=True)
class Description:
    """What one key of a scenario file is for, and what it takes."""

    key: str
    """Dotted key, without list indices: `constellation.groups.altitude_km`."""
    kind: Kind
    """`word`: a name of the catalogue; `choice`: one of `choices`; `switch`: true or false."""
    meaning: str
    unit: str
    """As printed, `kW`; empty for a pure number and for what is no number."""
    low: float | None
    """Smallest value taken, in the unit; None: no bound is declared."""
    high: float | None
    default: float | int | str | bool | None
    """Taken when neither the file nor the catalogue gives a value; None: there is none."""
    default_low: float | None
    """Range of a default that is an estimate; None: none is declared."""
    default_high: float | None
    source: str
    """Where the default is from: a name in the catalogue's sources, or a note."""
    choices: tuple[str, ...]
    """Words taken: of a choice all there are, of a number those that may stand for it."""
    pattern: str
    """Regular expression that text must match; empty: any text."""
    required: bool
    models: tuple[str, ...]
    """Group models that have the key; empty for a key outside the groups."""

    @property
    def may_be_auto(self) -> bool:
        """Whether `auto` may be written, to have the part sized."""
        return "auto" in self.choices

    @property
    def name(self) -> str:
        """The key's last part."""
        return self.key.rpartition(".")[2]


@cache
def descriptions() -> dict[str, tuple[Description, ...]]:
    """Return what is declared of each dotted key: one entry, or one for each group model."""
    found: dict[str, list[Description]] = {}
    for description in _of_section(Scenario, "", ()):
        found.setdefault(description.key, []).append(description)
    return {key: tuple(declared) for key, declared in found.items()}


@lru_cache(maxsize=1024)
def declared(key: str, model: str = "") -> Description | None:
    """Return what is declared of a dotted key; None if nothing.

    In a group of the given model if that has the key, else what all models that have it declare.
    """
    variants = descriptions().get(key, ())
    fitting = tuple(variant for variant in variants if model in variant.models)
    return together(fitting or variants) if variants else None


def together(variants: Sequence[Description]) -> Description:
    """Tell as one what several group models declare of a key, naming who means what."""
    first = variants[0]
    meanings: dict[str, list[str]] = {}
    for variant in variants:
        meanings.setdefault(variant.meaning, []).extend(variant.models)
    meaning = first.meaning
    if len(meanings) > 1:
        meaning = "; ".join(f"{', '.join(models)}: {said}" for said, models in meanings.items())
    return replace(
        first,
        meaning=meaning,
        choices=tuple(dict.fromkeys(word for variant in variants for word in variant.choices)),
        required=all(variant.required for variant in variants),
        models=tuple(model for variant in variants for model in variant.models),
    )


@cache
def group_models() -> tuple[str, ...]:
    """Return the names of the group models."""
    return tuple(model for variant in descriptions()[GROUP_MODEL] for model in variant.models)


def keys_below(section: str, model: str = "") -> dict[str, Description]:
    """Return the keys of a section by their last part, those of other group models left out."""
    found = (declared(key, model) for key in descriptions() if key.rpartition(".")[0] == section)
    return {
        held.name: held
        for held in found
        if held and (not model or not held.models or model in held.models)
    }


def _of_section(
    section: type[Section], prefix: str, models: tuple[str, ...]
) -> Iterator[Description]:
    for name, info in section.model_fields.items():
        key = f"{prefix}{name}"
        yield _describe(key, info, models)
        for held in _sections(info.annotation):
            tags = _words(held.model_fields["model"].annotation) if _is_list(info) else models
            yield from _of_section(held, f"{key}.", tags)


def _describe(key: str, info: FieldInfo, models: tuple[str, ...]) -> Description:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    choices = _words(info.annotation)
    kind = _kind(info.annotation, choices)
    if kind == "text" and "source" in extra:
        kind = "word"
    described: dict[str, Any] = {
        "low": _bound(info, "ge"),
        "high": _bound(info, "le"),
        "source": "",
        "default_low": None,
        "default_high": None,
        "default": None if kind == "section" else info.get_default(),
        **extra,
    }
    if described["default"] is PydanticUndefined:
        described["default"] = None
    for bound in ("low", "high"):
        described[bound] = None if described[bound] is None else float(described[bound])
    return Description(
        key=key,
        kind=kind,
        meaning=info.description or _meaning(key, info),
        choices=choices,
        unit=unit_of(key) if kind in ("number", "numbers", "count") else "",
        required=info.is_required(),
        models=models,
        pattern=_bound(info, "pattern") or "",
        **described,
    )


def _meaning(key: str, info: FieldInfo) -> str:
    """Let a section's own docstring say what it is for, and else the key's words."""
    sections = _sections(info.annotation)
    if len(sections) == 1 and sections[0].__doc__:
        return sections[0].__doc__.strip()
    return key.rpartition(".")[2].replace("_", " ")


def _kind(annotation: Any, choices: tuple[str, ...]) -> Kind:
    for part in _parts(annotation):
        if get_origin(part) is list:
            (item,) = get_args(part)
            return LISTED[_kind(item, ())]
        if isinstance(part, type) and issubclass(part, Section) and part is not Number:
            return "section"
        if part in SINGLE:
            return SINGLE[part]
    if choices:
        return "choice"
    raise TypeError(f"{annotation} is no kind of value a scenario may hold")


def _sections(annotation: Any) -> list[type[Section]]:
    """Return the sections a key holds, also those it holds as a list."""
    found = []
    for part in _parts(annotation):
        if get_origin(part) is list:
            found += _sections(get_args(part)[0])
        elif isinstance(part, type) and issubclass(part, Section) and part is not Number:
            found.append(part)
    return found


def _is_list(info: FieldInfo) -> bool:
    return any(get_origin(part) is list for part in _parts(info.annotation))


def _words(annotation: Any) -> tuple[str, ...]:
    literals = (part for part in _parts(annotation) if get_origin(part) is Literal)
    return tuple(str(word) for literal in literals for word in get_args(literal))


def _parts(annotation: Any) -> Iterator[Any]:
    """Take an annotation apart into the types it unites, without None."""
    if hasattr(annotation, "__metadata__"):
        yield from _parts(annotation.__origin__)
    elif get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _parts(part)
    elif annotation is not type(None):
        yield annotation


def _bound(info: FieldInfo, name: str) -> Any:
    found = (getattr(constraint, name, None) for constraint in info.metadata)
    return next((bound for bound in found if bound is not None), None)
