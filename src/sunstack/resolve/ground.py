"""What is a data centre on the ground in SI?"""

from __future__ import annotations

from collections.abc import Mapping

from jax import Array

from sunstack import catalogue
from sunstack.disciplines import economics
from sunstack.scenario import describe
from sunstack.units import to_si

from .numbers import scalar

Values = Mapping[str, Array]
"""A scenario's values in SI, by key."""

KEYS = {
    "building_usd_per_w": "building_usd_per_w",
    "land_usd_per_w": "land_usd_per_w",
    "equipment_usd_per_w": "equipment_usd_per_w",
    "building_life_s": "building_life_years",
    "equipment_life_s": "equipment_life_years",
    "pue_ratio": "pue_ratio",
    "idle_power_fraction": "idle_power_fraction",
    "available_fraction": "available_fraction",
    "energy_usd_per_j": "energy_usd_per_kwh",
    "yearly_energy_growth_fraction": "yearly_energy_growth_fraction",
    "on_site_fraction": "on_site_fraction",
    "turbine_usd_per_w": "turbine_usd_per_w",
    "turbine_efficiency": "turbine_efficiency",
    "gas_usd_per_j": "gas_usd_per_mmbtu",
    "connection_usd_per_w": "connection_usd_per_w",
    "queue_s": "queue_years",
    "idle_capital_fraction": "idle_capital_fraction",
    "yearly_operations_fraction": "yearly_operations_fraction",
    "yearly_maintenance_fraction": "yearly_maintenance_fraction",
    "yearly_failure_fraction": "yearly_failure_fraction",
    "staff_usd_per_j": "staff_usd_per_kw_year",
    "water_m3_per_j": "water_l_per_kwh",
    "water_usd_per_m3": "water_usd_per_m3",
    "carbon_kg_per_j": "carbon_g_per_kwh",
    "carbon_usd_per_kg": "carbon_usd_per_t",
}
"""Number of the discipline, and the key of `ground` that it comes from."""


def ground_site(values: Values) -> economics.Ground:
    """Build a data centre on the ground from the keys `ground.*`; traced by JAX.

    Args:
        values: by key, in SI.
    """
    return economics.Ground(**{name: values[f"ground.{key}"] for name, key in KEYS.items()})


def baseline_values(name: str, *, grid: str | None = None) -> dict[str, Array]:
    """Return what a data centre of the catalogue sets of `ground.*`, the rest by default, in SI.

    Args:
        name: of the data centre.
        grid: of the catalogue, whose power it takes; its own if not given.

    Raises:
        CatalogueError: there is none of that name.
    """
    given = dict(catalogue.entry("ground", name).values)
    if grid is not None:
        given |= catalogue.entry("grid", grid).values
    keys = (f"ground.{key}" for key in KEYS.values())
    found = {key: given[key].value if key in given else describe(key).default for key in keys}
    return {key: scalar(to_si(key, float(value))) for key, value in found.items()}  # type: ignore[arg-type]  # every key has a default or is set by every entry, see its test
