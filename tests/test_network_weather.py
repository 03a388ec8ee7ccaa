"""Are losses by weather those of the ITU-R's own models, at any elevation and share of time?

`checks.csv` holds what itur 0.4.0 gives; the closed forms are computed here from the shipped
climates, which round what its maps say.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.catalogue import sites, weather_tables
from sunstack.disciplines import network
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.resolve import weather

ROOT = Path(__file__).parents[1]

_loss = jax.jit(
    lambda climate, band, elevation_rad, share: network.loss_db(
        climate, band, elevation_rad=elevation_rad, exceeded_fraction=share, dish_m=0.5
    )
)


def test_losses_are_those_of_the_models() -> None:
    table = {key: np.array(column) for key, column in weather_tables.checks().items()}
    errors = []
    for name in dict.fromkeys(table["name"]):
        for band in dict.fromkeys(table["band"]):
            here = (table["name"] == name) & (table["band"] == band)
            elevation, percent = (
                table[key][here].astype(float) for key in ("elevation_deg", "exceeded_percent")
            )
            climate = weather.climate_at(sites.site(str(name)), str(band))
            found = _loss(
                climate, weather.band_of(str(band)), jnp.deg2rad(elevation), percent / 100.0
            )
            for part in found._fields:
                kept = table[part][here].astype(float)
                computed = np.asarray(getattr(found, part))
                errors.append(np.abs(computed - kept) / (kept + 0.05))
    # The table's rounding, and at 10 % of the time its shares in between: 1.5 % and 0.001 dB.
    assert np.max(errors) < 0.015
    assert np.mean(errors) < 0.002


def test_published_losses() -> None:
    # itur 0.4 at 50.11° N, 8.68° E, 28 GHz, 40°, 0.1 % of the time, dish of 0.5 m: 9.90 dB
    place = sites.site("50.11,8.68")
    found = network.loss_db(
        weather.climate_at(place, "ka_up"),
        weather.band_of("ka_up"),
        elevation_rad=np.radians(40.0),
        exceeded_fraction=1e-3,
        dish_m=0.5,
    )
    assert float(found.total_db) == pytest.approx(9.90, abs=0.1)
    table = weather_tables.climates()
    rain = table.rain_mm_per_h[table.name.index("Singapore")]
    assert rain == pytest.approx(100.15, abs=0.5)  # itur at a place 5 km away


@settings(max_examples=40, deadline=None)
@given(
    row=st.integers(0, len(weather_tables.climates().name) - 1),
    band=st.sampled_from(list(weather_tables.bands())),
    elevation_deg=st.floats(5.0, 90.0),
)
def test_rarer_losses_are_larger(row: int, band: str, elevation_deg: float) -> None:
    place = sites.site(weather_tables.climates().name[row])
    shares = np.geomspace(1e-4, 0.5, 33)
    elevation = np.full(33, np.radians(elevation_deg))
    climate, tabled = weather.climate_at(place, band), weather.band_of(band)
    found = _loss(climate, tabled, elevation, shares)
    assert (np.diff(found.total_db) <= 1e-9).all()
    assert (np.asarray(found.total_db) > 0.0).all()
    # the zenith has the shortest way through the air
    zenith = _loss(climate, tabled, np.full(33, np.pi / 2.0), shares)
    assert (np.asarray(zenith.gas_db) <= np.asarray(found.gas_db) + 1e-12).all()


def test_gradients_are_numbers_at_the_zenith_too() -> None:
    climate = weather.climate_at(sites.site("Nairobi"), "ka_up")
    band = weather.band_of("ka_up")
    slope = jax.jit(
        jax.grad(
            lambda elevation: (
                network.loss_db(
                    climate, band, elevation_rad=elevation, exceeded_fraction=1e-3, dish_m=0.5
                ).total_db
            )
        )
    )
    found = [float(slope(angle)) for angle in (0.3, 1.0, np.pi / 2.0)]
    assert np.isfinite(found).all()
    # higher up, less air: by differences too
    step = 1e-6
    losses = [
        float(_loss(climate, band, np.full(33, angle), np.full(33, 1e-3)).total_db[0])
        for angle in (1.0 - step, 1.0 + step)
    ]
    assert found[1] == pytest.approx((losses[1] - losses[0]) / (2.0 * step), rel=1e-4)


def test_a_place_takes_a_climate_close_by_and_no_farther() -> None:
    # by hand: 0.1° of latitude is 11 km
    near = weather.climate_row(sites.site("1.39,103.85"))
    assert weather_tables.climates().name[near].startswith(("Singapore", "Johor"))
    with pytest.raises(CatalogueError, match="no climate within 50 km; the nearest is that of"):
        weather.climate_row(sites.site("-30,-120"))


def test_what_the_tables_do_not_hold_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"the weather tables; write 0\.0001 to 0\.5"):
        weather.check_weather(exceeded_fraction=1e-5, elevation_deg=40.0)
    with pytest.raises(ScenarioError, match="write 5 to 90"):
        weather.check_weather(exceeded_fraction=1e-3, elevation_deg=2.0)
    with pytest.raises(CatalogueError, match="did you mean 'ka_up'"):
        weather.band_of("ka-up")
    weather.check_weather(exceeded_fraction=1e-4, elevation_deg=5.0)


def test_the_tables_are_small_and_whole() -> None:
    table = weather_tables.climates()
    assert set(sites.gateways().name) | set(sites.data_centres().name) <= set(table.name)
    assert len(table.name) == len(set(table.name))
    assert (np.diff(table.cloud_kg_per_m2, axis=1) <= 0.0).all()
    assert all((np.diff(losses, axis=1) <= 0.0).all() for losses in table.gas_db.values())
    assert ((table.liquid_cloud_fraction >= 0.0) & (table.liquid_cloud_fraction <= 1.0)).all()
    # deserts are clearer than rain forests
    clear = {name: weather.clear_sky_fraction(sites.site(name)) for name in ("Riyadh", "Singapore")}
    assert clear["Riyadh"] > 0.8 > 0.4 > clear["Singapore"]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of itur, at any elevation
def test_the_tables_are_built_again() -> None:
    pytest.importorskip("itur", reason="itur is missing: the weather tables were not built anew")
    sys.path.insert(0, str(ROOT / "scripts"))
    import build_weather

    folder = ROOT / "src" / "sunstack" / "catalogue"
    kept = (folder / "weather" / "climate.csv").read_text(encoding="utf-8").splitlines()[3:]
    known = build_weather.places(folder)
    assert len(known) == len(kept)
    for row in (0, len(known) // 2):
        assert next(csv.reader([kept[row]])) == build_weather.climate(known[row])
