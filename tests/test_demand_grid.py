"""Are cells equal, does a place find its own, and is no terminal lost when cities are spread?"""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import demand
from sunstack.errors import ScenarioError

GRID = demand.equal_area_grid()
COARSE = demand.equal_area_grid(cell_count=500)


@pytest.mark.parametrize("cell_count", [12, 100, 777, 10_000, 200_000])
def test_cells_have_equal_areas_and_cover_the_earth(cell_count: int) -> None:
    area = np.asarray(demand.cell_area_m2(demand.equal_area_grid(cell_count=cell_count)))
    assert len(area) == cell_count
    # Near the poles the difference of two sines near 1 keeps 16 digits less those of one band.
    np.testing.assert_allclose(area, area.mean(), rtol=1e-12 * max(1.0, cell_count / 10_000))
    assert area.sum() == pytest.approx(4.0 * math.pi * demand.AUTHALIC_RADIUS_M**2, rel=1e-13)


def test_the_smallest_grid_by_hand() -> None:
    # side √(4π/12) = 1.0233; π/1.0233 = 3.07, 3 bands with edges at −30° and 30°, sines ∓1/2:
    # 12·(1 − 1/2)/2 = 3 cells south of the first, 9 of the second
    grid = demand.equal_area_grid(cell_count=12)
    np.testing.assert_array_equal(grid.band_cells, [3, 6, 3])
    np.testing.assert_allclose(np.sin(grid.south_rad[3]), -0.5, atol=1e-15)
    np.testing.assert_allclose(np.sin(grid.north_rad[3]), 0.5, atol=1e-15)
    np.testing.assert_allclose(np.degrees(grid.longitude_rad[:3]), [-120.0, 0.0, 120.0], atol=1e-9)
    # half of the southern cap's area lies south of the sine −3/4
    assert float(jnp.sin(grid.latitude_rad[0])) == pytest.approx(-0.75, abs=1e-15)


def test_cells_are_about_as_wide_as_high_away_from_the_poles() -> None:
    kept = np.abs(GRID.latitude_rad) < math.radians(80.0)
    high = np.asarray(GRID.north_rad - GRID.south_rad)[kept]
    wide = np.asarray((GRID.east_rad - GRID.west_rad) * jnp.cos(GRID.latitude_rad))[kept]
    assert 0.85 < (wide / high).min() < (wide / high).max() < 1.15


@pytest.mark.parametrize("cell_count", [12, 101, 777, 10_000])
def test_every_middle_lies_in_its_own_cell(cell_count: int) -> None:
    grid = demand.equal_area_grid(cell_count=cell_count)
    found = demand.cell_at(grid, latitude_rad=grid.latitude_rad, longitude_rad=grid.longitude_rad)
    np.testing.assert_array_equal(found, np.arange(len(grid.latitude_rad)))


@given(st.floats(-90.0, 90.0), st.floats(-720.0, 720.0))
@settings(max_examples=200, deadline=None)
def test_a_place_lies_between_the_edges_of_its_cell(latitude: float, longitude: float) -> None:
    north, east = math.radians(latitude), math.radians(longitude)
    cell = int(demand.cell_at(GRID, latitude_rad=north, longitude_rad=east))
    corner = np.degrees(demand.outline_rad(GRID)[cell])
    assert corner[0, 0] - 1e-9 <= latitude <= corner[2, 0] + 1e-9
    around = (longitude - corner[0, 1]) % 360.0
    assert min(around, 360.0 - around) < 1e-9 or around <= corner[1, 1] - corner[0, 1] + 1e-9


@pytest.mark.parametrize("cell_count", [0, -5, 11, 1_000_001])
def test_a_number_that_no_grid_can_have_is_refused(cell_count: int) -> None:
    with pytest.raises(ScenarioError, match=f"cell_count is {cell_count}; write 12 to 1,000,000"):
        demand.equal_area_grid(cell_count=cell_count)


# --- spread ---------------------------------------------------------------------------------------

places = st.lists(
    st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0), st.floats(0.0, 1e9)),
    min_size=1,
    max_size=120,
)


@given(places, st.floats(0.0, 1.0), st.floats(1e3, 1e6), st.floats(1e3, 5e6))
@settings(max_examples=40, deadline=None)
def test_no_terminal_is_lost_or_negative(
    cities: list[tuple[float, float, float]], share: float, near_m: float, far_m: float
) -> None:
    latitude, longitude, count = np.array(cities).T
    # one shape for all examples, so that it is compiled once
    filled = np.zeros((3, 120))
    filled[0, : len(count)] = count
    held = np.asarray(
        demand.spread_count(
            COARSE,
            place_count=jnp.asarray(filled),
            latitude_rad=jnp.asarray(np.radians(np.resize(latitude, 120))),
            longitude_rad=jnp.asarray(np.radians(np.resize(longitude, 120))),
            metro_fraction=share,
            metro_m=near_m,
            hinterland_m=far_m,
        )
    )
    assert held.min() >= 0.0
    assert held[0].sum() == pytest.approx(count.sum(), rel=1e-12, abs=1e-9)
    assert held[1:].max() == 0.0


def test_a_bell_is_a_gaussian_of_its_width() -> None:
    # mean squared distance of a plane Gaussian is 2σ²; cells of 226 km blur one of 600 km by 2 %
    width_m = 600e3
    held = demand.spread_count(
        GRID,
        place_count=jnp.ones((1, 1)),
        latitude_rad=jnp.array([0.3]),
        longitude_rad=jnp.array([1.0]),
        metro_fraction=1.0,
        metro_m=width_m,
    )[0]
    north, east = GRID.latitude_rad, GRID.longitude_rad
    cosine = jnp.sin(0.3) * jnp.sin(north) + jnp.cos(0.3) * jnp.cos(north) * jnp.cos(east - 1.0)
    away_m = demand.AUTHALIC_RADIUS_M * jnp.arccos(jnp.clip(cosine, -1.0, 1.0))
    assert float((held * away_m**2).sum()) == pytest.approx(2.0 * width_m**2, rel=0.02)


def test_a_bell_narrower_than_a_cell_falls_to_the_nearest() -> None:
    held = demand.spread_count(
        GRID,
        place_count=jnp.full((1, 1), 7.0),
        latitude_rad=GRID.latitude_rad[5000:5001],
        longitude_rad=GRID.longitude_rad[5000:5001],
        metro_fraction=1.0,
        metro_m=1e3,
    )[0]
    assert int(jnp.argmax(held)) == 5000
    assert float(held[5000]) == pytest.approx(7.0, rel=1e-12)
