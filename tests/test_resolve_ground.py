"""Do scenarios and the catalogue give the data centre on the ground that they say?"""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np
import pytest

from sunstack import catalogue, serving
from sunstack.errors import CatalogueError, ScenarioError
from sunstack.ground import ground
from sunstack.resolve import Resolved
from sunstack.resolve.ground import KEYS, baseline_values, ground_site
from sunstack.resolve.numbers import Numbers
from sunstack.resolve.values import origins
from sunstack.scenario import describe, keys, loads
from sunstack.units import YEAR_S

SCENARIO = """\
schema_version: 1
name: with-a-ground
epoch: 2028-03-20
constellation:
  catalogue: suncatcher-81
satellite:
  catalogue: ai1-2026-06
"""


def told(*overrides: str) -> Numbers:
    return Numbers(origins(loads(SCENARIO, path="test.yaml", overrides=overrides)))


# --- from the catalogue --------------------------------------------------------------------------


@pytest.mark.parametrize("name", catalogue.names("ground"))
def test_every_baseline_is_a_whole_site(name: str) -> None:
    values = baseline_values(name)
    assert set(values) == {f"ground.{key}" for key in KEYS.values()}
    site = ground_site(values)
    assert all(np.isfinite(leaf) and leaf >= 0.0 for leaf in jax.tree.leaves(site))
    assert 1.0 <= site.pue_ratio < 2.0 and 0.0 < site.turbine_efficiency <= 0.7
    set_here = catalogue.entry("ground", name).values
    assert {"ground.building_usd_per_w", "ground.energy_usd_per_kwh"} <= set(set_here)


def test_every_key_of_the_ground_is_read_or_names_an_entry() -> None:
    of_ground = {key for key in keys() if key.startswith("ground.")}
    named = {"ground.baseline", "ground.grid"}
    assert of_ground == {f"ground.{key}" for key in KEYS.values()} | named


@pytest.mark.parametrize("name", catalogue.names("grid"))
def test_every_grid_sets_a_price_that_someone_pays(name: str) -> None:
    values = catalogue.entry("grid", name).values
    assert 0.03 <= float(values["ground.energy_usd_per_kwh"].value) <= 0.35
    assert 20.0 <= float(values["ground.carbon_g_per_kwh"].value) <= 800.0


def test_the_catalogue_knows_many_grids() -> None:
    states = {"texas", "virginia", "ohio", "iowa", "washington", "arizona", "california"}
    assert len(set(catalogue.names("grid")) - states) >= 20


# --- from a scenario -----------------------------------------------------------------------------


def test_a_scenario_without_a_word_takes_the_default_site() -> None:
    assert describe("ground.baseline").default == "us-grid"
    assert jax.tree.all(
        jax.tree.map(np.isclose, ground_site(told()), ground_site(baseline_values("us-grid")))
    )


def test_a_grid_is_laid_over_the_baseline_and_a_number_over_both() -> None:
    site = ground_site(told("ground.baseline=epoch-gb200", "ground.grid=ireland"))
    assert float(site.energy_usd_per_j) == pytest.approx(0.277 / 3.6e6)
    assert float(site.carbon_kg_per_j) == pytest.approx(0.29081 / 3.6e6)
    assert float(site.building_usd_per_w) == 12.5
    site = ground_site(
        told(
            "ground.baseline=epoch-gb200",
            "ground.grid=ireland",
            "ground.energy_usd_per_kwh=0.05",
            "ground.queue_years=2",
            "ground.gas_usd_per_mmbtu=10",
            "ground.water_l_per_kwh=1.8",
        )
    )
    assert float(site.energy_usd_per_j) == pytest.approx(0.05 / 3.6e6)
    assert float(site.queue_s) == 2 * YEAR_S
    # a million British thermal units are 1.05506 GJ
    assert float(site.gas_usd_per_j) == pytest.approx(10 / 1.05506e9, rel=1e-5)
    assert float(site.water_m3_per_j) == pytest.approx(1.8e-3 / 3.6e6)


def test_where_a_number_comes_from_is_told() -> None:
    found = told("ground.grid=virginia").found
    assert found["ground.energy_usd_per_kwh"].where == "grid virginia"
    assert found["ground.energy_usd_per_kwh"].source == "eia-power-annual-2023"
    assert found["ground.building_usd_per_w"].where == "ground us-grid"
    assert (found["ground.queue_years"].low, found["ground.queue_years"].high) == (0.0, 7.0)
    assert found["ground.pue_ratio"].kind == "default"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("ground.baseline=us-gird", "ground.baseline: 'us-gird' is no ground of the catalogue"),
        ("ground.grid=virgina", r"did you mean 'virginia'\?"),
        ("ground.pue_ratio=0.9", "found `0.9`, outside what is plausible"),
        ("ground.energy_price=0.1", "energy_price"),
    ],
)
def test_what_is_no_site_is_refused(override: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        told(override)


def test_an_unknown_baseline_is_refused_outside_a_scenario_too() -> None:
    with pytest.raises(CatalogueError, match="'moon' is no ground of the catalogue"):
        baseline_values("moon")
    with pytest.raises(CatalogueError, match="'moon' is no grid of the catalogue"):
        baseline_values("us-grid", grid="moon")


def test_a_site_is_traced_so_that_many_are_built_at_once() -> None:
    values = baseline_values("us-grid")

    def building(price: jax.Array) -> jax.Array:
        return ground_site({**values, "ground.energy_usd_per_kwh": price}).energy_usd_per_j

    prices = np.array([1e-8, 2e-8, 5e-8])
    assert np.allclose(jax.jit(jax.vmap(building))(prices), prices)


# --- a payload's chips on it ---------------------------------------------------------------------


def test_a_payloads_chips_are_priced_by_year(shipped: Callable[..., Resolved]) -> None:
    system = shipped("ai1").system
    years = np.arange(3.0)
    found = ground(
        system,
        chip_usd=100_000.0 * 0.9**years,
        elapsed_s=years * YEAR_S,
        sold_fraction=0.7,
        yearly_discount_fraction=0.08,
    )
    service = system.service
    models = len(service.model_names)
    assert found.chip_usd_per_s.shape == (3,) and found.token_usd.shape == (models, 3)
    assert np.all(np.diff(np.asarray(found.chip_usd_per_s)) < 0.0)
    # 72 chips of 2.3 kW with their hosts, 100,000 USD each
    chip_w = float(service.accelerator.peak_power_w * service.host_ratio)
    with_hosts = 100_000.0 / chip_w + float(system.ground.equipment_usd_per_w)
    whole = with_hosts + float(found.capital_without_chips_usd_per_w)
    assert float(found.capital_usd_per_w[0]) == pytest.approx(whole)
    each = serving.in_time_tokens_per_s(service, power_w=service.accelerator.peak_power_w[None])[
        :, 0
    ]
    chip_tokens = np.asarray(service.replica_count * each / service.chip_count)
    by_hand = np.asarray(found.chip_usd_per_s)[0] / chip_tokens
    assert np.asarray(found.token_usd[:, 0]) == pytest.approx(by_hand)
