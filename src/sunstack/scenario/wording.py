"""What was found at a key, and what is to be written there instead?"""

from __future__ import annotations

import math
import re
from datetime import date
from functools import cache

from ..units import SCENARIO_UNITS, unit_suffix
from .descriptions import Description, declared, descriptions, keys_below
from .fields import DAY
from .problems import close_misses, listed, quoted
from .tree import Node

AMOUNT = re.compile(r"([-+]?[0-9][0-9,_ ]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)\s*(.*)")
AMOUNT_LENGTH = 64
KEYS_SHOWN = 8
YES = {
    **dict.fromkeys(("yes", "on", "y", "true", "1"), "true"),
    **dict.fromkeys(("no", "off", "n", "false", "0"), "false"),
}


def found(node: Node) -> str:
    """Say what stands in the file: `found the text ...`."""
    content = node.content
    if content is None:
        return f"found {quoted(node.text)}" if node.text else "found nothing"
    if isinstance(content, dict):
        return "found a mapping"
    if isinstance(content, list):
        return "found a list"
    if isinstance(content, str):
        return f"found the text {quoted(content)}" if content else "found empty text"
    return f"found {'the date ' if isinstance(content, date) else ''}{quoted(node.text)}"


def figure(value: float) -> str:
    """Write a bound as one would in the file."""
    if value == int(value) and abs(value) < 1e5:
        return str(int(value))
    return re.sub(r"e([-+])0*", lambda sign: "e" + sign[1].strip("+"), f"{value:g}")


def span(description: Description) -> str:
    """Say between which bounds a number may lie, and its unit."""
    unit = f" {description.unit}" if description.unit else ""
    low, high = description.low, description.high
    if low is None or high is None:
        return f" in{unit}" if unit else ""
    if description.kind == "count":
        return f" from {low:.0f} to {high:.0f}"
    return f" from {figure(low)} to {figure(high)}{unit}"


def wanted(description: Description) -> str:
    """Say what a key takes, to be read after `write`."""
    words = f", or {listed(description.choices)}" if description.choices else ""
    match description.kind:
        case "number":
            return f"a number{span(description)}{words}"
        case "numbers":
            return f"a list of numbers{span(description)}, as `[6, 18]`"
        case "count":
            return f"a whole number{span(description)}"
        case "choice":
            return (
                f"{'one of ' if len(description.choices) > 1 else ''}{listed(description.choices)}"
            )
        case "switch":
            return "true or false"
        case "date":
            return "a date as year-month-day, `2027-03-20`"
        case "dates":
            return "a list of dates, as `[2027-03-20, 2027-06-21]`"
        case "words":
            return f"a list of the {description.meaning.partition(';')[0]}"
        case "section":
            return f"its keys below it, indented: {_sample(description.key)}"
        case "sections":
            return "a list: below it one `- ` and its keys for each"
        case "word":
            return f"the {description.meaning}"
        case "text":
            return "text"


def refused(description: Description, node: Node) -> str:
    """Say what was found at a key that does not take it, and what to write instead."""
    return found(node) + _remedy(description, node)


def missing(name: str, description: Description) -> str:
    """Say what to write for a key that cannot be left out."""
    return f"missing; write `{name}:` and {wanted(description)}"


def unknown(section: str, key: str, model: str) -> tuple[str, str]:
    """Say which key was probably meant; also return it, dotted, if it belongs in the section."""
    here = keys_below(section, model)
    if meant := _same_but_unit(key, here):
        unit = here[meant].unit
        return f"unknown key; did you mean `{meant}`{f', in {unit}' if unit else ''}?", meant
    if message := _belongs_elsewhere(section, key, model):
        return message, ""
    if near := close_misses(key, here):
        return f"unknown key; did you mean `{near[0]}`?", near[0]
    if near := close_misses(key, (name.rpartition(".")[2] for name in descriptions())):
        return f"unknown key; did you mean {listed(_ending_in(near[0]))}?", ""
    known = list(here)
    more = f" and {len(known) - KEYS_SHOWN} more" if len(known) > KEYS_SHOWN else ""
    return f"unknown key; the keys here are {', '.join(known[:KEYS_SHOWN])}{more}", ""


def _remedy(description: Description, node: Node) -> str:
    content = node.content
    match description.kind:
        case "number" | "count" if isinstance(content, str):
            return f"; {_instead_of_text(description, content)}"
        case "number" | "count" if _is_number(content):
            return _instead_of_number(description, node)
        case "choice" | "switch" if not isinstance(content, (dict, list)):
            return f"; {_instead_of_word(description, node)}"
        case "text" | "word" if isinstance(content, str) and description.pattern:
            return f"; {_instead_of_name(content)}"
        case "text" | "word" if not isinstance(content, (dict, list)) and node.text:
            return f'; write text, and quote what looks like something else: "{node.text[:40]}"'
        case "date" if isinstance(content, str) and re.match(DAY, content):
            return f"; {_instead_of_day(content)}"
    return f"; write {wanted(description)}"


def _instead_of_number(description: Description, node: Node) -> str:
    value = float(str(node.content))
    if not math.isfinite(value):
        return f", no finite number; write {wanted(description)}"
    low, high = description.low, description.high
    if low is not None and high is not None and not low <= value <= high:
        hint = ""
        if high <= 1 < value <= 100 and not description.unit:
            hint = f" ({node.text} per cent is {figure(value / 100)})"
        return f", outside what is plausible; write {wanted(description)}{hint}"
    if description.kind == "count" and value == int(value):
        return f"; write it without point or exponent: {int(value)}"
    return f"; write {wanted(description)}"


def _instead_of_text(description: Description, text: str) -> str:
    """Tell `550 km` from `30 %`, `"550"`, a misspelled word, and text that is no number at all."""
    if near := close_misses(text.replace(" ", "-"), description.choices):
        return f"did you mean {quoted(near[0])}?"
    match = AMOUNT.fullmatch(text.strip()) if len(text) <= AMOUNT_LENGTH else None
    if match is None:
        return f"write {wanted(description)}"
    amount, unit = re.sub("[,_ ]", "", match[1]), match[2]
    if not unit:
        return f"write {amount}, without quotes, commas or spaces"
    if unit == "%" and not description.unit:
        return f"write {figure(float(amount) / 100)}: a share of one, not per cent"
    if unit.lower() in _spellings(description):
        return f"write the number {amount}: the unit is in the key's name"
    expected = f"in {description.unit}" if description.unit else "of no unit"
    return f"write the number alone, {expected}, as the key's name says"


def _instead_of_word(description: Description, node: Node) -> str:
    text = node.text
    if description.kind == "switch":
        return f"write {YES.get(text.lower()) or wanted(description)}"
    if isinstance(node.content, str) and text in description.choices:
        return f"write {text} without quotes"
    near = close_misses(text, description.choices)
    hint = f"did you mean {quoted(near[0])}? " if near and len(description.choices) > 1 else ""
    return f"{hint}write {wanted(description)}"


def _instead_of_name(text: str) -> str:
    name = re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")[:64].strip("-")
    rule = "write lower case letters, digits and hyphens, 64 at most"
    return f"{rule}: {quoted(name)}" if name else rule


def _instead_of_day(text: str) -> str:
    day = text[:10]
    try:
        date.fromisoformat(day)
    except ValueError:
        return "no calendar has this day; write year-month-day, as `2027-03-20`"
    return f"write the day alone: `{day}`"


def _is_number(content: object) -> bool:
    return isinstance(content, (int, float)) and not isinstance(content, bool)


def _sample(section: str) -> str:
    names = list(keys_below(section))
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def _spellings(description: Description) -> set[str]:
    suffix = unit_suffix(description.key) or ""
    printed = SCENARIO_UNITS[suffix][0] if suffix else ""
    words = {printed, suffix.strip("_").replace("_per_", "/"), suffix.strip("_").replace("_", " ")}
    ascii_only = {word.replace("²", "2").replace("°", "deg") for word in words}
    singular = {word.removesuffix("s") for word in words}
    return {word.lower() for word in words | ascii_only | singular if word}


@cache
def _stems() -> dict[str, str]:
    """Return each known dotted key, and its last part without the unit."""
    return {key: _stem(key.rpartition(".")[2]) for key in descriptions()}


def _stem(name: str) -> str:
    return name.removesuffix(unit_suffix(name) or "")


def _same_but_unit(key: str, known: dict[str, Description]) -> str:
    """Return the known key that differs in its unit alone: `altitude_m` means `altitude_km`."""
    stem = _stem(key)
    return next((name for name, held in known.items() if _stems()[held.key] == stem), "")


def _ending_in(name: str) -> list[str]:
    return [key for key in descriptions() if key.rpartition(".")[2] == name]


def _belongs_elsewhere(section: str, key: str, model: str) -> str:
    places = _ending_in(key) or [place for place, stem in _stems().items() if key in (stem, place)]
    for place in places:
        parent = place.rpartition(".")[0]
        variant = declared(place, model)
        if parent == section and variant and variant.models:
            others = [held for found in descriptions()[place] for held in found.models]
            return f"`{model}` has no such key; it belongs to {listed(others, 'and')}"
    if not places:
        return ""
    return f"unknown key; did you mean {listed(places)}?"
