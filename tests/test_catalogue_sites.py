"""Does the catalogue know the places on the ground, and refuse what it does not know?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sunstack import catalogue
from sunstack.catalogue import sites
from sunstack.errors import CatalogueError

# As Hypatia's list of the hundred largest cities has them (GeoNames and a gazetteer of its own).
PUBLISHED_DEG = {
    "Rio de Janeiro": (-22.90278, -43.2075),
    "Istanbul": (41.0138, 28.9497),
    "Nairobi": (-1.28333, 36.81667),
    "Paris": (48.85341, 2.3488),
    "Moscow": (55.754996, 37.621849),
    "New York": (40.717042, -74.003663),
    "London": (51.50853, -0.12574),
    "Singapore": (1.28967, 103.85007),
    "Johannesburg": (-26.20227, 28.04363),
    "Tokyo": (35.6895, 139.69171),
    "Sydney": (-33.86785, 151.20732),
    "Los Angeles": (34.031656, -118.241716),
    "Chicago": (41.85003, -87.65005),
    "St Petersburg": (59.929858, 30.326228),
    "Manila": (14.6042, 120.9822),
    "Dalian": (38.913811, 121.602322),
}


@pytest.mark.parametrize("name", PUBLISHED_DEG)
def test_cities_stand_where_network_studies_have_them(name: str) -> None:
    found = sites.site(name)
    assert found.kind == "city"
    # two gazetteers put the middle of a great city up to 3 km apart
    assert (found.latitude_deg, found.longitude_deg) == pytest.approx(PUBLISHED_DEG[name], abs=0.03)


def test_the_largest_cities_come_first_and_every_name_once() -> None:
    found = sites.cities()
    assert len(found) == 1000 == len(set(found.name))
    assert (np.diff(found.population_count) <= 0.0).all()
    # by hand: twenty largest cities proper of the world hold 10 to 25 million each
    assert 2e8 < found.population_count[:20].sum() < 5e8


def test_a_city_is_no_district_of_a_larger_one() -> None:
    found = sites.cities()
    north, east = np.radians(found.latitude_deg), np.radians(found.longitude_deg)
    cosine = np.sin(north)[:, None] * np.sin(north) + np.cos(north)[:, None] * np.cos(
        north
    ) * np.cos(east[:, None] - east)
    near = np.argwhere(np.triu(np.arccos(np.clip(cosine, -1.0, 1.0)) * 6371.0 < 9.9, 1))
    alike = {
        (found.name[a], found.name[b]) for a, b in near if found.country[a] == found.country[b]
    }
    assert all("Manila" in pair for pair in alike)  # kept, since studies of networks name it


def test_stations_have_their_origin() -> None:
    for stations, least in ((sites.gateways(), 60), (sites.data_centres(), 60)):
        assert len(stations) >= least
        assert set(stations.source) <= set(catalogue.sources())
        assert set(stations.confidence) <= {"high", "medium", "low"}
    # every continent has one within reach of the other's places
    assert {"Brazil", "Nigeria", "Japan", "Australia", "Germany", "United States"} <= set(
        sites.gateways().country
    )


def test_a_site_is_found_whatever_its_accents() -> None:
    assert sites.site("são paulo") == sites.site("Sao Paulo")
    assert sites.site("Abilene data centres").kind == "data centre"
    assert sites.site("Punta Arenas gateway").latitude_deg == pytest.approx(-53.16, abs=0.02)


def test_coordinates_are_a_site() -> None:
    found = sites.site(" -1.5, +36.25 ")
    assert (found.latitude_deg, found.longitude_deg, found.kind) == (-1.5, 36.25, "place")


def test_the_nearest_data_centre_and_how_far_it_is() -> None:
    # geodesics of the reference cases: New York-London 5,576 km, London-Singapore 10,867 km;
    # a sphere is within 0.3 % of the ellipsoid
    cities = sites.cities()
    away = sites.distances_km(sites.site("London"), cities)
    for name, published in (("New York", 5576.0), ("Singapore", 10867.0), ("London", 0.0)):
        found = float(away[cities.name.index(name)])
        assert found == pytest.approx(published, rel=4e-3, abs=1.0)
    near, distance_km = sites.nearest(sites.site("Washington"), sites.data_centres())
    assert near.name == "Ashburn data centres"
    assert 30.0 < distance_km < 60.0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Nairoby", "did you mean 'Nairobi'"),
        ("Hyderabad", "'Hyderabad, India' or 'Hyderabad, Pakistan'"),
        ("91,0", "latitude -90 to 90"),
        ("", "latitude,longitude"),
        ("qqq", "latitude,longitude"),
    ],
)
def test_an_unknown_site_is_refused_with_what_is_near(text: str, told: str) -> None:
    with pytest.raises(CatalogueError, match=told):
        sites.site(text)


def test_a_damaged_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_text("# of cities\nname,country\nParis\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="lacks a row or a cell"):
        sites.read_columns(tmp_path / "short.csv")
    with pytest.raises(CatalogueError, match="latitude_deg 91 lies outside"):
        sites._checked("latitude_deg", np.array([0.0, 91.0]), -90.0, 90.0)
