"""How many terminals are there, where, when in the day do they ask, and for how much?

All in the folder `demand`. `terminals-by-year.csv`: of the world, with low, high, source and note.
`terminals-by-country.csv`: how a year's total is shared out, built by `scripts/build_terminals.py`.
`activity.csv`: the shape of each class's day. `regions.csv`: the region of each country that has a
city. `lengths.csv` and `arrivals.csv`: what public traces of requests say, and how well lognormals
fit them, built by `scripts/build_traces.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sunstack.errors import CatalogueError

from .sites import read_columns

HOURS = 24
REST = "Rest of "
"""How the name of a region's other countries begins."""

type Numbers = NDArray[np.float64]
type Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class YearCounts:
    """Terminals of a class in the world at the ends of years, rising."""

    year: Numbers
    count: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True, kw_only=True)
class Shares:
    """How a class is shared out among places in a year; they sum to 1."""

    year: float
    place: tuple[str, ...]
    """Countries, and the rest of regions."""
    fraction: Numbers


def counts_by_year(terminal: str) -> YearCounts:
    """Return how many there are of a class in the world.

    Raises:
        CatalogueError: no such class, or the table is damaged.
    """
    rows = sorted(_rows_of("terminals-by-year", terminal), key=lambda row: float(row["year"]))
    columns = {key: _numbers(rows, key) for key in ("year", "count", "low", "high")}
    found = YearCounts(**columns)
    if len(rows) < 2 or not np.all((found.low <= found.count) & (found.count <= found.high)):
        raise CatalogueError(f"demand/terminals-by-year.csv: {terminal}: {_AGAIN}")
    return found


def shares(terminal: str) -> tuple[Shares, ...]:
    """Return how a class is shared out, in each year for which that is known.

    Raises:
        CatalogueError: no such class, or the table is damaged.
    """
    rows = _rows_of("terminals-by-country", terminal)
    years = sorted({float(row["year"]) for row in rows})
    return tuple(_shares_of([row for row in rows if float(row["year"]) == y], y) for y in years)


def activity(terminal: str) -> Numbers:
    """Return the shape of a class's day by local hour, mean 1.

    Raises:
        CatalogueError: no such class, or the table is damaged.
    """
    table = _table("activity")
    if terminal not in table or len(table[terminal]) != HOURS:
        raise CatalogueError(f"demand/activity.csv: no day of {terminal!r}; {_AGAIN}")
    shape = np.array([float(cell) for cell in table[terminal]])
    return np.asarray(shape / shape.mean())


@cache
def regions() -> Mapping[str, str]:
    """Return the region of each country that has a city of the catalogue."""
    table = _table("regions")
    return MappingProxyType(dict(zip(table["country"], table["region"], strict=True)))


def lengths() -> tuple[Row, ...]:
    """Return statistics of the lengths in public traces, and of lognormals fitted to them."""
    return tuple(_rows("lengths"))


def arrivals() -> tuple[Row, ...]:
    """Return statistics of arrivals in public traces."""
    return tuple(_rows("arrivals"))


def sources() -> frozenset[str]:
    """Return the names of the sources that the tables cite."""
    tables = ("terminals-by-year", "terminals-by-country", "lengths", "arrivals")
    return frozenset(source for name in tables for source in _table(name)["source"])


_AGAIN = "install Sunstack again"


def _shares_of(rows: list[Row], year: float) -> Shares:
    counts = _numbers(rows, "count")
    return Shares(
        year=year,
        place=tuple(row["place"] for row in rows),
        fraction=np.asarray(counts / counts.sum()),
    )


def _numbers(rows: list[Row], key: str) -> Numbers:
    return np.array([float(row[key]) for row in rows])


def _rows_of(name: str, terminal: str) -> list[Row]:
    rows = [row for row in _rows(name) if row["terminal"] == terminal]
    if not rows:
        known = ", ".join(sorted(set(_table(name)["terminal"])))
        raise CatalogueError(f"demand/{name}.csv: no {terminal!r}; write one of {known}")
    return rows


def _rows(name: str) -> list[Row]:
    table = _table(name)
    return [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]


@cache
def _table(name: str) -> Mapping[str, tuple[str, ...]]:
    return read_columns(files("sunstack.catalogue").joinpath("demand", f"{name}.csv"))
