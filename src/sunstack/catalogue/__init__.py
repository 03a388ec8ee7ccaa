"""Which parts, satellites and constellations are known, and who says so?

Kinds: array, battery, chip, company, constellation, cost, grid, ground (data centres there),
hazard, laser, mitigation, model (of language), modulation, radiator, radio, rocket, satellite,
study (of costs), task, terminal. An entry is what one source at one date says of one thing; where
sources contradict each other both entries stand and say so. Places on the ground are in `sites`,
weather in `weather_tables`, counts of terminals in `demand_tables`, what engines reach of chips in
`calibration_tables`.
`folder` names another catalogue than the one Sunstack carries: same file names, its own sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from sunstack.errors import CatalogueError

from .attributes import close_miss
from .reading import FILES, Catalogue, read
from .records import Confidence, Entry, Source, Sourced

__all__ = [
    "Confidence",
    "Entry",
    "Source",
    "Sourced",
    "entries",
    "entry",
    "kinds",
    "names",
    "problems",
    "sources",
]


def kinds() -> tuple[str, ...]:
    """Return the kinds of entry there are."""
    return tuple(FILES)


def names(kind: str, folder: Traversable | None = None) -> tuple[str, ...]:
    """Return the names of a kind, in the order of their file.

    Raises:
        CatalogueError: no such kind, or the catalogue has problems.
    """
    return tuple(_of_kind(kind, folder))


def entries(kind: str, folder: Traversable | None = None) -> tuple[Entry, ...]:
    """Return the entries of a kind, in the order of their file.

    Raises:
        CatalogueError: no such kind, or the catalogue has problems.
    """
    return tuple(_of_kind(kind, folder).values())


def entry(kind: str, name: str, folder: Traversable | None = None) -> Entry:
    """Return one entry.

    Raises:
        CatalogueError: no such kind or name, or the catalogue has problems.
    """
    known = _of_kind(kind, folder)
    if name not in known:
        raise CatalogueError(
            f"{name!r} is no {kind} of the catalogue{close_miss(name, known)}; "
            f"write one of {', '.join(known)}"
        )
    return known[name]


def sources(folder: Traversable | None = None) -> Mapping[str, Source]:
    """Return every source by the name values cite it with.

    Raises:
        CatalogueError: the catalogue has problems.
    """
    return _sound(folder).sources


def problems(folder: Traversable | None = None) -> list[str]:
    """Return what is wrong with a catalogue: file, entry, key and remedy of each; empty if good."""
    return list(_catalogue(folder).problems)


def _of_kind(kind: str, folder: Traversable | None) -> Mapping[str, Entry]:
    if kind not in FILES:
        raise CatalogueError(
            f"{kind!r} is no kind of the catalogue{close_miss(kind, FILES)}; "
            f"write one of {', '.join(FILES)}"
        )
    return _sound(folder).entries[kind]


def _sound(folder: Traversable | None) -> Catalogue:
    catalogue = _catalogue(folder)
    if catalogue.problems:
        raise CatalogueError("\n".join(catalogue.problems))
    return catalogue


def _catalogue(folder: Traversable | None) -> Catalogue:
    return _shipped() if folder is None else read(folder)


@cache
def _shipped() -> Catalogue:
    """Read the catalogue inside the package once: it cannot change while the program runs."""
    return read(files("sunstack.catalogue"))
