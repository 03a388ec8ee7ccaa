"""What does a key of a scenario file mean, and how does an editor learn of it?

`describe` answers for one key, `keys` lists them all, `json_schema` says the same to an editor.
"""

from __future__ import annotations

from typing import Any

from ..errors import ScenarioError
from .descriptions import GROUP_MODEL, Description, descriptions, group_models, keys_below, together
from .fields import DAY
from .problems import close_misses, listed, printable


def keys() -> tuple[str, ...]:
    """Return every dotted key, sections included, in the order of the file format."""
    return tuple(descriptions())


def describe(key: str) -> Description:
    """Return what a key means and takes.

    Args:
        key: dotted key. List indices in it are passed over; the keys of groups may name the
            group model (`constellation.groups.walker.altitude_km`), else what several models
            declare of a key is told together.

    Raises:
        ScenarioError: there is no such key; names those it may have been meant for.
    """
    parts = [part for part in key.split(".") if not part.isdigit()]
    asked = [part for part in parts[2:3] if part in group_models()]
    dotted = ".".join(parts[:2] + parts[2 + len(asked) :])
    variants = [
        variant
        for variant in descriptions().get(dotted, ())
        if not asked or asked[0] in variant.models
    ]
    if not variants:
        raise ScenarioError(_unknown(key, dotted, asked))
    return together(variants)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scenario file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sunstack scenario",
        **_object(keys_below("")),
    }


def _unknown(key: str, dotted: str, asked: list[str]) -> str:
    shown = printable(key)
    if asked and dotted in descriptions():
        having = [model for variant in descriptions()[dotted] for model in variant.models]
        return f"{shown}: {asked[0]} has no such key; it belongs to {listed(having, 'and')}"
    last = dotted.rpartition(".")[2]
    ends = {name: name.rpartition(".")[2] for name in keys()}
    meant = [name for name, end in ends.items() if end == last]
    if not meant:
        near = close_misses(dotted, ends)
        spelled = close_misses(last, ends.values())
        meant = near or [name for name, end in ends.items() if end in spelled]
    if not meant:
        return f"{shown}: unknown key; the first part of a key is {listed(keys_below(''))}"
    return f"{shown}: unknown key; did you mean {listed(meant)}?"


def _object(properties: dict[str, Description], model: str = "") -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _property(held, model) for name, held in properties.items()},
        "required": [name for name, held in properties.items() if held.required],
        "additionalProperties": False,
    }


def _property(description: Description, model: str) -> dict[str, Any]:
    unit = f" [{description.unit}]" if description.unit else ""
    default = "" if description.default is None else f" Default: {description.default}."
    told: dict[str, Any] = {
        "title": f"{description.name}{unit}",
        "description": f"{description.meaning.rstrip('.')}.{default}",
    }
    if description.key == GROUP_MODEL and model:
        return told | {"const": model}
    if description.default not in (None, ""):
        told["default"] = description.default
    allowed = _allowed(description)
    if not description.required:
        allowed.append({"type": "null"})
    return told | (allowed[0] if len(allowed) == 1 else {"anyOf": allowed})


def _allowed(description: Description) -> list[dict[str, Any]]:
    """Return the schemas of which a value has to fit one."""
    bounds = {"minimum": description.low, "maximum": description.high}
    bounded = {name: bound for name, bound in bounds.items() if bound is not None}
    match description.kind:
        case "number":
            allowed = [{"type": "number", **bounded}, _range(bounded)]
            if description.choices:
                allowed.append({"enum": list(description.choices)})
            return allowed
        case "numbers":
            return [{"type": "array", "items": {"type": "number", **bounded}}]
        case "count":
            return [{"type": "integer", **bounded}]
        case "choice":
            words = description.choices
            return [{"enum": [int(word) if word.isdigit() else word for word in words]}]
        case "switch":
            return [{"type": "boolean"}]
        case "date":
            return [_day()]
        case "dates":
            return [{"type": "array", "items": _day(), "minItems": 1, "uniqueItems": True}]
        case "words":
            return [{"type": "array", "items": {"type": "string"}, "minItems": 1}]
        case "section":
            return [_object(keys_below(description.key))]
        case "sections":
            return [{"type": "array", "minItems": 1, "items": {"oneOf": _groups(description.key)}}]
        case "word" | "text":
            pattern = {"pattern": description.pattern} if description.pattern else {}
            return [{"type": "string", **pattern}]


def _groups(key: str) -> list[dict[str, Any]]:
    return [{"title": model, **_object(keys_below(key, model), model)} for model in group_models()]


def _range(bounded: dict[str, Any]) -> dict[str, Any]:
    part = {"type": "number", **bounded}
    return {
        "type": "object",
        "properties": {"value": part, "low": part, "high": part},
        "required": ["value"],
        "additionalProperties": False,
    }


def _day() -> dict[str, Any]:
    return {"type": "string", "format": "date", "pattern": f"^{DAY.pattern}$"}
