"""Which terminals does the catalogue hold in a year, over which cells, and what do they ask for?

A year means its end, as in the catalogue. A class's total of the year, between those the catalogue
knows, is shared out among countries and the rest of regions, and each of these over its cities as
their people. How it is shared out lies between the years for which that is known, and is kept
outside them. Requests of a terminal grow from 2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack import catalogue
from sunstack.catalogue import demand_tables, sites
from sunstack.catalogue.demand_tables import HOURS, REST
from sunstack.disciplines import demand
from sunstack.errors import CatalogueError
from sunstack.units import HOUR_S, YEAR_S, to_si

REQUESTS_YEAR = 2025.0
"""For which the catalogue says how often a terminal asks."""
CELL_COUNT = 10_000
MOVES = {"road": True, "on-foot": True, "indoors": False}
"""What of a motion is seen on a map."""

type Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Terminals:
    """Classes of terminals in a year, in SI, over cells of the Earth."""

    year: float
    name: tuple[str, ...]
    """Of the classes, in the order of the arrays' first axis."""
    title: tuple[str, ...]
    spec: demand.Spec
    grid: demand.Grid
    region: tuple[str, ...]
    region_index: Array
    """Of each cell: the region most of its people are of."""


@dataclass(frozen=True, kw_only=True)
class DemandMap:
    """What all classes together, or one, ask for: arrays of shape (cells, 24 hours UTC)."""

    request_per_s: Numbers
    prompt_tokens_per_s: Numbers
    answer_tokens_per_s: Numbers
    latitude_deg: Numbers
    """Of the cells' middles, shape (cells,)."""
    longitude_deg: Numbers
    outline_deg: Numbers
    """Latitude and longitude of the corners, shape (cells, 4, 2)."""


def years(names: tuple[str, ...] | None = None) -> tuple[float, float]:
    """Return the first and the last year for which all classes are counted."""
    counted = [demand_tables.counts_by_year(one).year for one in _names(names)]
    return max(float(one[0]) for one in counted), min(float(one[-1]) for one in counted)


def terminals(
    year: float, *, names: tuple[str, ...] | None = None, cell_count: int = CELL_COUNT
) -> Terminals:
    """Return the classes of the catalogue, or those named, at the end of a year.

    Raises:
        CatalogueError: no such class, or the year lies outside its counts.
        ScenarioError: no grid has so many cells.
    """
    return _terminals(float(year), _names(names), cell_count)


def demand_map(found: Terminals, name: str | None = None) -> DemandMap:
    """Return what is asked for in each cell and hour UTC, of all classes or of one.

    Raises:
        CatalogueError: the class is not among them.
    """
    if name is not None and name not in found.name:
        raise CatalogueError(f"{name!r} is no class here; write one of {', '.join(found.name)}")
    asked = demand.demand(found.spec, found.grid)
    kept = slice(None) if name is None else slice(found.name.index(name), None)
    count = len(found.name) if name is None else 1

    def summed(rate: Array) -> Numbers:
        return np.asarray(rate[kept][:count].sum(axis=0))

    return DemandMap(
        request_per_s=summed(asked.request_per_s),
        prompt_tokens_per_s=summed(asked.prompt_tokens_per_s),
        answer_tokens_per_s=summed(asked.answer_tokens_per_s),
        latitude_deg=np.degrees(found.grid.latitude_rad),
        longitude_deg=np.degrees(found.grid.longitude_rad),
        outline_deg=np.degrees(demand.outline_rad(found.grid)),
    )


def _names(names: tuple[str, ...] | None) -> tuple[str, ...]:
    return catalogue.names("terminal") if names is None else tuple(names)


@cache
def _terminals(year: float, names: tuple[str, ...], cell_count: int) -> Terminals:
    totals = [_total(one, year) for one in names]
    grid, regions, kernel, region_index = _cells(cell_count)
    spread = np.array([_by_place(one, year) for one in names]) * np.array(totals)[:, None]
    entries = [catalogue.entry("terminal", one) for one in names]
    growth = np.array([_fact(one, "request_growth_fraction_per_year") for one in names])
    spec = demand.grown(
        _spec(names, jnp.asarray(spread @ kernel)),
        growth_per_s=growth,
        elapsed_s=(year - REQUESTS_YEAR) * YEAR_S,
    )
    return Terminals(
        year=year,
        name=names,
        title=tuple(one.title for one in entries),
        spec=spec,
        grid=grid,
        region=regions,
        region_index=region_index,
    )


def _total(name: str, year: float) -> float:
    known = demand_tables.counts_by_year(name)
    first, last = float(known.year[0]), float(known.year[-1])
    if not first <= year <= last:
        raise CatalogueError(
            f"terminal/{name}: {year:g} is no year of its counts; write {first:g} to {last:g}"
        )
    count = demand.grown_count(
        time_s=year * YEAR_S, known_time_s=known.year * YEAR_S, known_count=known.count
    )
    return float(count)


def _by_place(name: str, year: float) -> Numbers:
    """Share a class out among all places, between the years for which that is known."""
    known = demand_tables.shares(name)
    order = {place: row for row, place in enumerate(_places())}
    rows = np.zeros((len(known), len(order)))
    for row, one in zip(rows, known, strict=True):
        row[[order[place] for place in one.place]] = one.fraction
    at = [one.year for one in known]
    return np.array([np.interp(year, at, column) for column in rows.T])


@cache
def _places() -> tuple[str, ...]:
    """Name every place that a class is shared out to."""
    known = {
        place: None
        for terminal in catalogue.names("terminal")
        for one in demand_tables.shares(terminal)
        for place in one.place
    }
    return tuple(known)


@cache
def _cells(cell_count: int) -> tuple[demand.Grid, tuple[str, ...], Numbers, Array]:
    """Give the grid, the regions, each place's share of each cell, and each cell's region."""
    grid = demand.equal_area_grid(cell_count=cell_count)
    cities, places, region_of = sites.cities(), _places(), demand_tables.regions()
    row = {place: index for index, place in enumerate(places)}
    regions = tuple(sorted(set(region_of.values())))
    city_place = np.array(
        [row.get(one, row.get(REST + region_of[one], -1)) for one in cities.country]
    )
    city_region = np.array([regions.index(region_of[one]) for one in cities.country])
    people = np.zeros((len(places) + len(regions), len(cities)))
    people[city_place, np.arange(len(cities))] = cities.population_count
    _check_cities(places, people)
    people[: len(places)] /= people[: len(places)].sum(axis=1, keepdims=True)
    people[len(places) + city_region, np.arange(len(cities))] = cities.population_count
    spread = demand.spread_count(
        grid,
        place_count=jnp.asarray(people),
        latitude_rad=jnp.asarray(np.radians(cities.latitude_deg)),
        longitude_rad=jnp.asarray(np.radians(cities.longitude_deg)),
    )
    held = np.asarray(spread)
    region_index = np.argmax(held[len(places) :], axis=0)
    return grid, regions, held[: len(places)], jnp.asarray(region_index)


def _check_cities(places: tuple[str, ...], people: Numbers) -> None:
    """Refuse a place without a city: its terminals would be nowhere."""
    empty = [place for place, row in zip(places, people, strict=False) if not row.sum() > 0.0]
    if empty:
        raise CatalogueError(
            f"demand/terminals-by-country.csv: {', '.join(empty)} has no city of places/cities.csv;"
            " write the rest of its region instead"
        )


def _spec(names: tuple[str, ...], terminal_count: Array) -> demand.Spec:
    def column(fact: str) -> Array:
        return jnp.asarray(np.array([_fact(one, fact) for one in names]))

    day = np.array([demand_tables.activity(one) for one in names])
    active = day * np.array([[_fact(one, "active_hours") / HOUR_S / HOURS] for one in names])
    _check_days(names, active)
    prompt, answer = column("prompt_median_count"), column("answer_median_count")
    return demand.Spec(
        terminal_count=terminal_count,
        active_fraction=column("active_fraction"),
        request_per_s=column("requests_per_active_hour_count") / HOUR_S,
        activity_fraction=jnp.asarray(active),
        prompt_median_count=prompt,
        prompt_deviation_ratio=demand.deviation_ratio(
            median_count=prompt, mean_count=column("prompt_mean_count")
        ),
        answer_median_count=answer,
        answer_deviation_ratio=demand.deviation_ratio(
            median_count=answer, mean_count=column("answer_mean_count")
        ),
        first_token_deadline_s=column("first_token_deadline_ms"),
        answer_deadline_s=column("answer_deadline_s"),
        orbit_fraction=column("orbit_tolerant_fraction"),
        speed_m_per_s=column("speed_m_per_s") * np.array([_moves(one) for one in names]),
        straight_m=column("straight_m"),
    )


def _check_days(names: tuple[str, ...], active: Numbers) -> None:
    for name, hours in zip(names, active, strict=True):
        if not 0.0 <= hours.min() <= hours.max() <= 1.0:
            raise CatalogueError(
                f"terminal/{name}: active_hours make {hours.max():.2f} of its busiest hour; write "
                f"fewer, or a flatter day in demand/activity.csv"
            )


def _moves(name: str) -> float:
    fact = catalogue.entry("terminal", name).facts.get("motion")
    word = "" if fact is None else str(fact.value)
    if word not in MOVES:
        raise CatalogueError(
            f"terminal/{name}: motion is {word!r}; write one of {', '.join(MOVES)}"
        )
    return float(MOVES[word])


def _fact(name: str, fact: str) -> float:
    found = catalogue.entry("terminal", name).facts.get(fact)
    if found is None or isinstance(found.value, str):
        raise CatalogueError(f"terminal/{name}: {fact} is missing; write a number")
    return to_si(fact, float(found.value))
