"""Which places on the ground does the catalogue hold?

`places/cities.csv`: the largest cities of the world; `gateways.csv`: where Starlink's ground
stations are said to stand; `data_centres.csv`: regions of the large clouds and sites built for AI.
Places are those of towns by GeoNames (CC BY 4.0), built by `scripts/build_sites.py`.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sunstack.errors import CatalogueError

type Numbers = NDArray[np.float64]

KINDS = {"cities": "city", "gateways": "gateway", "data_centres": "data centre"}
"""Tables, and what each of their rows is."""

EARTH_KM = 6371.0

_COORDINATES = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*,\s*([-+]?\d+(?:\.\d+)?)\s*")


class Located(Protocol):
    """Whatever has places in columns."""

    @property
    def latitude_deg(self) -> Numbers:
        """North of the equator."""

    @property
    def longitude_deg(self) -> Numbers:
        """East of Greenwich."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Places of one kind, one element of every column for each."""

    name: tuple[str, ...]
    country: tuple[str, ...]
    latitude_deg: Numbers
    longitude_deg: Numbers

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, kw_only=True)
class Cities(Places):
    """Cities, the largest first; of a metropolis only the city proper is counted."""

    population_count: Numbers


@dataclass(frozen=True, kw_only=True)
class Stations(Places):
    """Gateways or data centres, with who runs them and who says so."""

    operator: tuple[str, ...]
    confidence: tuple[str, ...]
    source: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Site:
    """One place: of the catalogue, or given by its coordinates."""

    name: str
    kind: str
    """city, gateway, data centre, or place."""
    country: str
    latitude_deg: float
    longitude_deg: float


def cities() -> Cities:
    """Return the thousand largest cities.

    Raises:
        CatalogueError: the table is damaged.
    """
    table = _table("cities")
    people = np.array([float(cell) for cell in table["population_count"]])
    return Cities(**_places(table), population_count=_checked("cities", people, 1.0, 5e7))


def gateways() -> Stations:
    """Return gateways of Starlink, at their towns.

    Raises:
        CatalogueError: the table is damaged.
    """
    return _stations("gateways")


def data_centres() -> Stations:
    """Return regions of the large clouds and sites for AI, at their towns.

    Raises:
        CatalogueError: the table is damaged.
    """
    return _stations("data_centres")


def site(text: str) -> Site:
    """Find a place by its name, or take `latitude, longitude` in degrees.

    Accents and capitals do not matter.

    Raises:
        CatalogueError: no such place, or no such latitude or longitude.
    """
    found = _COORDINATES.fullmatch(text)
    if found:
        return _place(text, float(found[1]), float(found[2]))
    known = _by_name()
    if _plain(text) in known:
        return known[_plain(text)]
    raise CatalogueError(f"{text!r} is no site of the catalogue{_remedy(text, known)}")


def distances_km(place: Site, others: Located) -> Numbers:
    """Measure along great circles of a sphere of 6,371 km, to each of the others."""
    north, there = np.radians(place.latitude_deg), np.radians(others.latitude_deg)
    east = np.radians(others.longitude_deg - place.longitude_deg)
    squared = np.sin((there - north) / 2.0) ** 2
    squared = squared + np.cos(north) * np.cos(there) * np.sin(east / 2.0) ** 2
    return np.asarray(2.0 * EARTH_KM * np.arcsin(np.sqrt(squared)))


def nearest(place: Site, others: Places) -> tuple[Site, float]:
    """Return the nearest of the others and how far away it is, in kilometres."""
    away = distances_km(place, others)
    row = int(np.argmin(away))
    return _by_name()[_plain(others.name[row])], float(away[row])


def _place(text: str, latitude_deg: float, longitude_deg: float) -> Site:
    if abs(latitude_deg) > 90.0 or abs(longitude_deg) > 180.0:
        raise CatalogueError(
            f"{text!r} is no place: write latitude -90 to 90, longitude -180 to 180, as -1.28,36.82"
        )
    name = f"{latitude_deg:g}, {longitude_deg:g}"
    return Site(
        name=name, kind="place", country="", latitude_deg=latitude_deg, longitude_deg=longitude_deg
    )


def _remedy(text: str, known: Mapping[str, Site]) -> str:
    """Tell which names begin alike, or are near, and what else may be written."""
    plain = _plain(text)
    near = [name for name in known if plain and name.startswith(f"{plain},")]
    near = near or [name for name in known if plain and name.startswith(f"{plain} ")]
    near = near or get_close_matches(plain, known, n=3)
    meant = " or ".join(repr(known[name].name) for name in near[:3])
    return (f"; did you mean {meant}?" if meant else "") + " Or write latitude,longitude in degrees"


@cache
def _by_name() -> Mapping[str, Site]:
    """Every place by its plain name."""
    tables: tuple[tuple[str, Places], ...] = (
        ("cities", cities()),
        ("gateways", gateways()),
        ("data_centres", data_centres()),
    )
    found: dict[str, Site] = {}
    for table, places in tables:
        columns = (places.name, places.country, places.latitude_deg, places.longitude_deg)
        for name, country, latitude, longitude in zip(*columns, strict=True):
            if _plain(name) in found:
                raise CatalogueError(f"{table}.csv: {name!r} is there twice; name one otherwise")
            found[_plain(name)] = Site(
                name=name,
                kind=KINDS[table],
                country=country,
                latitude_deg=float(latitude),
                longitude_deg=float(longitude),
            )
    return found


def _plain(name: str) -> str:
    """Drop accents, capitals and doubled spaces."""
    apart = unicodedata.normalize("NFKD", name)
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(bare.replace("’", "'").casefold().split())


def _stations(name: str) -> Stations:
    table = _table(name)
    return Stations(
        **_places(table),
        operator=table["operator"],
        confidence=table["confidence"],
        source=table["source"],
    )


def _places(table: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    latitude, longitude = (
        np.array([float(cell) for cell in table[key]]) for key in ("latitude_deg", "longitude_deg")
    )
    return {
        "name": table["name"],
        "country": table["country"],
        "latitude_deg": _checked("latitude_deg", latitude, -90.0, 90.0),
        "longitude_deg": _checked("longitude_deg", longitude, -180.0, 180.0),
    }


def _checked(column: str, numbers: Numbers, least: float, most: float) -> Numbers:
    """Refuse what lies outside its bounds, and freeze the rest."""
    outside = np.flatnonzero(~((numbers >= least) & (numbers <= most)))
    if outside.size:
        found = numbers[outside[0]]
        raise CatalogueError(
            f"places: {column} {found:g} lies outside {least:g} to {most:g}; install Sunstack again"
        )
    numbers.flags.writeable = False
    return numbers


@cache
def _table(name: str) -> Mapping[str, tuple[str, ...]]:
    return read_columns(files("sunstack.catalogue").joinpath("places", f"{name}.csv"))


def read_columns(file: Traversable) -> dict[str, tuple[str, ...]]:
    """Read a table with comments above its heading, column by column.

    Raises:
        CatalogueError: the file has no rows, or one of another length.
    """
    text = file.read_text(encoding="utf-8")
    lines = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    header, *rows = list(lines) or [[]]
    if not rows or any(len(row) != len(header) for row in rows):
        raise CatalogueError(f"{file.name}: lacks a row or a cell; install Sunstack again")
    return {key: tuple(row[place] for row in rows) for place, key in enumerate(header)}
