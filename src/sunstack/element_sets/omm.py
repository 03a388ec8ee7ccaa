"""How are orbit mean-elements messages (OMM) read, in JSON, CSV, key-value and XML form?

All four say the same with the same keywords. CelesTrak writes numbers, Space-Track words that hold
numbers; both are read. A message in another frame, time or theory than TEME, UTC and SGP4 is
refused.

XML is read by the standard library; a document that declares a type or an entity is refused unread,
since entities can be made to swell without end.

Reference: CCSDS 502.0-B-3, Orbit Data Messages, sec. 4; CelesTrak, A New Way to Obtain GP Data.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from xml.etree import ElementTree

from .problems import Problems
from .records import ElementSet, out_of_bounds

NUMBERS = {
    "MEAN_MOTION": "mean_motion_rev_per_day",
    "ECCENTRICITY": "eccentricity_ratio",
    "INCLINATION": "inclination_deg",
    "RA_OF_ASC_NODE": "node_deg",
    "ARG_OF_PERICENTER": "argument_of_perigee_deg",
    "MEAN_ANOMALY": "mean_anomaly_deg",
    "BSTAR": "drag_term_ratio",
}
"""Keywords that must be there, and the fields they fill."""
OPTIONAL = {"MEAN_MOTION_DOT": "mean_motion_dot", "MEAN_MOTION_DDOT": "mean_motion_ddot"}
COUNTS = {
    "EPHEMERIS_TYPE": ("ephemeris_type", 0),
    "ELEMENT_SET_NO": ("element_set_number", 999),
    "REV_AT_EPOCH": ("revolution_count", 0),
}
FIXED = {
    "CENTER_NAME": ("EARTH",),
    "REF_FRAME": ("TEME",),
    "TIME_SYSTEM": ("UTC",),
    "MEAN_ELEMENT_THEORY": ("SGP4", "SGP/SGP4"),
}
"""What a message may say where it says it."""
EPOCH = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?Z?")
KEYWORD = re.compile(r"[A-Z][A-Z0-9_]*")
NAMES = frozenset({"OBJECT_NAME", "OBJECT_ID"})
"""Whose values may end in brackets of their own, which are no unit."""

type Message = Mapping[str, Any]


def read_json(text: str, problems: Problems) -> list[ElementSet]:
    """Read one message or a list of them."""
    try:
        tree = json.loads(text)
    except ValueError as error:
        problems.add(f"is not JSON: {error}; write what CelesTrak gives for FORMAT=json")
        return []
    except RecursionError:
        problems.add("is nested too deeply; write a list of messages")
        return []
    listed = tree if isinstance(tree, list) else [tree]
    return _read(((f"message {number}", one) for number, one in enumerate(listed, 1)), problems)


def read_csv(text: str, problems: Problems) -> list[ElementSet]:
    """Read a table with keywords for its heading."""
    rows = csv.DictReader(io.StringIO(text))
    try:
        return _read(((f"line {rows.line_num}", row) for row in rows), problems)
    except csv.Error as error:
        problems.add(f"line {rows.line_num}: is no CSV: {error}; write FORMAT=csv of CelesTrak")
        return []


def read_key_value(text: str, problems: Problems) -> list[ElementSet]:
    """Read messages of `KEYWORD = value` lines, each begun by CCSDS_OMM_VERS."""
    messages: list[tuple[str, dict[str, str]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        found = _key_value(line)
        if not line.strip() or line.split()[0] == "COMMENT":
            continue
        if found is None:
            problems.add(f"line {number}: is no `KEYWORD = value`: {line.strip()[:60]!r}")
            continue
        key, value = found
        if key == "CCSDS_OMM_VERS" or not messages:
            messages.append((f"message at line {number}", {}))
        messages[-1][1][key] = value
    return _read(iter(messages), problems)


def _key_value(line: str) -> tuple[str, str] | None:
    """Part `KEYWORD = value [unit]`; none where a line is no such thing."""
    key, equals, value = (part.strip() for part in line.partition("="))
    if not equals or not KEYWORD.fullmatch(key):
        return None
    if value.endswith("]") and key not in NAMES:
        value = value[: value.rfind("[")].strip()
    return key, value


def read_xml(text: str, problems: Problems) -> list[ElementSet]:
    """Read every <omm> of a document."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        problems.add("declares a document type or entities, which no OMM needs; take them out")
        return []
    try:
        tree = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        problems.add(f"is not XML: {error}; write what CelesTrak gives for FORMAT=xml")
        return []
    found = (
        (f"message {number}", {leaf.tag: (leaf.text or "").strip() for leaf in one.iter()})
        for number, one in enumerate(tree.iter("omm"), 1)
    )
    return _read(found, problems)


def _read(messages: Iterator[tuple[str, Any]], problems: Problems) -> list[ElementSet]:
    read = []
    for where, message in messages:
        if not isinstance(message, Mapping):
            problems.add(f"{where}: is no mapping of keywords; write a message")
            continue
        wrong: list[str] = []
        one = _element_set(message, wrong)
        wrong += out_of_bounds(one) if one is not None else []
        for words in wrong:
            problems.add(f"{where}: {words}")
        if one is not None and not wrong:
            read.append(one)
    return read


def _element_set(message: Message, wrong: list[str]) -> ElementSet | None:
    for key, allowed in FIXED.items():
        said = str(message.get(key) or allowed[0]).strip().upper()
        if said not in allowed:
            wrong.append(f"{key} is {said}; only {' or '.join(allowed)} can be used")
    numbers: dict[str, Any] = {
        field: _number(message, key, wrong)
        for key, field in (NUMBERS | OPTIONAL).items()
        if key in NUMBERS or message.get(key) not in (None, "")
    }
    counts: dict[str, Any] = {
        field: _whole(message, key, wrong) if message.get(key) not in (None, "") else default
        for key, (field, default) in COUNTS.items()
    }
    number = _whole(message, "NORAD_CAT_ID", wrong)
    epoch = _epoch(message, wrong)
    if wrong:
        return None
    return ElementSet(
        name=str(message.get("OBJECT_NAME") or number).strip(),
        catalogue_number=number,
        international_designator=str(message.get("OBJECT_ID") or "").strip(),
        classification=str(message.get("CLASSIFICATION_TYPE") or "U").strip(),
        epoch_day=epoch[0],
        epoch_ns=epoch[1],
        **numbers,
        **counts,
    )


def _number(message: Message, key: str, wrong: list[str]) -> float:
    given = message.get(key)
    try:
        found = math.nan if given is None or isinstance(given, bool) else float(given)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        wrong.append(f"{key} is {given!r}; write a number")
    return found


def _whole(message: Message, key: str, wrong: list[str]) -> int:
    given = str(message.get(key)).strip()
    if not re.fullmatch(r"\d{1,9}", given):
        wrong.append(f"{key} is {message.get(key)!r}; write a whole number of up to nine digits")
        return 0
    return int(given)


def _epoch(message: Message, wrong: list[str]) -> tuple[int, int]:
    """Day since 1970-01-01 and nanoseconds into it."""
    given = message.get("EPOCH")
    found = EPOCH.fullmatch(str(given).strip())
    try:
        if found is None:
            raise ValueError
        day = (date(*(int(part) for part in found.groups()[:3])) - date(1970, 1, 1)).days
        hour, minute, second = (int(part) for part in found.groups()[3:6])
        if hour > 23 or minute > 59 or second > 59:
            raise ValueError
    except ValueError:
        wrong.append(f"EPOCH is {given!r}; write it as 2026-11-25T12:34:56.789012, in UTC")
        return 0, 0
    nanosecond = int((found[7] or "0").ljust(9, "0"))
    return day, ((hour * 60 + minute) * 60 + second) * 10**9 + nanosecond
