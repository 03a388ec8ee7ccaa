"""How are two-line element sets read?

Each set is two lines of 69 columns, a title above them if there is one (with or without the `0 `
that some put before it). Columns are fixed; numbers above 99,999 have a letter for their first
digits (Alpha-5, without I and O). A line that fails its checksum is refused, not repaired.

Reference: Vallado (4th ed.), sec. 2.4.2; CelesTrak, Two-Line Element Set Format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from .problems import Problems
from .records import DAY_NS, ElementSet, out_of_bounds

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
WIDTH = 69
CENTURY = 57
"""Two digits from here on are of the 1900s."""
FIRST = re.compile(
    r"1 (?P<number>[ \dA-HJ-NP-Z][ \d]{4})(?P<classification>[A-Z ]) "
    r"(?P<designator>[ \dA-Z]{8}) (?P<year>[ \d]{2})(?P<day>[ \d]{3}\.\d{8}) "
    r"(?P<dot>[ +-]\.[\d ]{8}) (?P<ddot>[ +-][ \d]{5}[ +-]\d) (?P<drag>[ +-][ \d]{5}[ +-]\d) "
    r"(?P<kind>[ \d]) (?P<set>[ \d]{4})(?P<sum>\d)"
)
SECOND = re.compile(
    r"2 (?P<number>[ \dA-HJ-NP-Z][ \d]{4}) (?P<inclination>[ \d]{3}\.[ \d]{4}) "
    r"(?P<node>[ \d]{3}\.[ \d]{4}) (?P<eccentricity>[ \d]{7}) (?P<perigee>[ \d]{3}\.[ \d]{4}) "
    r"(?P<anomaly>[ \d]{3}\.[ \d]{4}) (?P<motion>[ \d]{2}\.[ \d]{8})(?P<revolution>[ \d]{5})"
    r"(?P<sum>\d)"
)
COLUMNS = "the 69 columns of a two-line element set"


def read(text: str, problems: Problems) -> list[ElementSet]:
    """Read every set of a text; what cannot be read is added to the problems."""
    found = []
    for title, first, second in _sets(text, problems):
        parts = _parts(first, FIRST, problems), _parts(second, SECOND, problems)
        if parts[0] is None or parts[1] is None:
            continue
        if parts[0]["number"] != parts[1]["number"]:
            problems.add(
                f"line {second[0]}: is of {parts[1]['number'].strip()}, the line above of "
                f"{parts[0]['number'].strip()}; write both lines of one satellite"
            )
            continue
        try:
            one = _element_set(title, parts[0], parts[1])
        except ValueError as error:
            problems.add(
                f"line {first[0]}: holds blanks where digits belong ({error}); copy it anew"
            )
            continue
        wrong = out_of_bounds(one)
        for words in wrong:
            problems.add(f"line {first[0]}: {words}")
        if not wrong:
            found.append(one)
    return found


type _Line = tuple[int, str]


def _sets(text: str, problems: Problems) -> Iterator[tuple[str, _Line, _Line]]:
    """Pair the lines up, each with its number and the title above; comments begin with #."""
    title, first = "", None
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.rstrip()
        if not stripped or stripped.startswith("#"):
            continue
        is_first, is_second = stripped.startswith("1 "), stripped.startswith("2 ")
        if first is not None and not is_second:
            problems.add(f"line {first[0]}: no second line follows; write line 2 below it")
            first = None
        if is_first and len(stripped) >= WIDTH - 10:
            first = (number, stripped)
        elif is_second and first is not None:
            yield title, first, (number, stripped)
            title, first = "", None
        elif is_second and len(stripped) >= WIDTH - 10:
            problems.add(f"line {number}: no first line is above; write line 1 above it")
        else:
            title = stripped.removeprefix("0 ").strip()
    if first is not None:
        problems.add(f"line {first[0]}: no second line follows; write line 2 below it")


def _parts(line: _Line, shape: re.Pattern[str], problems: Problems) -> dict[str, str] | None:
    number, text = line
    if len(text) != WIDTH:
        problems.add(f"line {number}: has {len(text)} columns; write {COLUMNS}")
        return None
    if text[-1].isdigit() and int(text[-1]) != checksum(text):
        problems.add(
            f"line {number}: its checksum is {text[-1]}, its columns add up to {checksum(text)}; "
            "copy the line anew from its source"
        )
        return None
    found = shape.fullmatch(text)
    if found is None:
        problems.add(f"line {number}: is not in {COLUMNS}; copy it anew from its source")
        return None
    return found.groupdict()


def checksum(line: str) -> int:
    """Last digit of the sum of the first 68 columns' digits, each minus counting 1."""
    return sum(int(char) if char.isdigit() else char == "-" for char in line[: WIDTH - 1]) % 10


def _element_set(title: str, first: dict[str, str], second: dict[str, str]) -> ElementSet:
    day, nanosecond = _epoch(first["year"], first["day"])
    number = catalogue_number(first["number"])
    return ElementSet(
        name=title or f"{number}",
        catalogue_number=number,
        international_designator=designator(first["designator"]),
        classification=first["classification"].strip() or "U",
        epoch_day=day,
        epoch_ns=nanosecond,
        mean_motion_rev_per_day=_number(second["motion"]),
        eccentricity_ratio=float(f"0.{second['eccentricity'].replace(' ', '0')}"),
        inclination_deg=_number(second["inclination"]),
        node_deg=_number(second["node"]),
        argument_of_perigee_deg=_number(second["perigee"]),
        mean_anomaly_deg=_number(second["anomaly"]),
        drag_term_ratio=_exponential(first["drag"]),
        mean_motion_dot=_number(first["dot"]),
        mean_motion_ddot=_exponential(first["ddot"]),
        ephemeris_type=int(first["kind"].strip() or 0),
        element_set_number=int(first["set"].strip() or 0),
        revolution_count=int(second["revolution"].strip() or 0),
    )


def catalogue_number(text: str) -> int:
    """Read a number, its first digits perhaps one letter: A0000 is 100,000."""
    packed = text.strip()
    if packed and packed[0] in LETTERS:
        return (LETTERS.index(packed[0]) + 10) * 10_000 + int(packed[1:])
    return int(packed or 0)


def designator(text: str) -> str:
    """Write 98067A as 1998-067A."""
    packed = text.strip()
    if not re.fullmatch(r"\d{5}[A-Z]{1,3}", packed):
        return packed
    return f"{_year(packed[:2])}-{packed[2:]}"


def _year(digits: str) -> int:
    short = int(digits.strip() or 0)
    return short + (1900 if short >= CENTURY else 2000)


def _epoch(year: str, day: str) -> tuple[int, int]:
    """Day since 1970-01-01 and nanoseconds into it; 1e-8 of a day are whole nanoseconds."""
    whole, fraction = day.replace(" ", "0").split(".")
    start = (date(_year(year), 1, 1) - date(1970, 1, 1)).days
    return start + int(whole) - 1, int(fraction) * (DAY_NS // 10**8)


def _number(text: str) -> float:
    return float(text.strip().replace(" ", "") or 0.0)


def _exponential(text: str) -> float:
    """Read ' 28098-4' as 0.28098e-4."""
    sign = "-" if text[0] == "-" else ""
    return float(f"{sign}0.{text[1:6].replace(' ', '0')}e{text[6:].strip() or '0'}")
