"""Which keys say what the same compute would cost in a data centre on the ground?

A baseline of the catalogue sets them; a grid of the catalogue sets price and carbon of its power
over the baseline's; every number may be overridden here. `…_usd_per_w` are of a watt of computers.
"""

from __future__ import annotations

from .fields import Quantity, Section, number, word
from .launching import ESTIMATE

EPOCH = "epoch-gigawatt-2026"
MCCALIP = "mccalip-math-2025"


class Ground(Section):
    """The data centre on the ground that orbit is compared with."""

    baseline: str | None = word(
        "name of a data centre in the catalogue", default="us-grid", source=ESTIMATE
    )
    grid: str | None = word("name of a grid in the catalogue; else the baseline's own price holds")
    building_usd_per_w: Quantity | None = number(
        0, 200, "shell and core, power distribution, cooling, fit-out"
    )
    land_usd_per_w: Quantity | None = number(
        0, 20, "land", default=0.25, around=(0.02, 0.5), source=ESTIMATE
    )
    equipment_usd_per_w: Quantity | None = number(
        0,
        200,
        "hosts, network and storage, as far as the chips' price does not hold them",
        default=4.55,
        around=(2.0, 6.5),
        source="bernstein-2025",
    )
    building_life_years: Quantity | None = number(
        1, 60, "over which the building is paid off", default=14.0, around=(10, 20), source=EPOCH
    )
    equipment_life_years: Quantity | None = number(
        1,
        15,
        "over which chips, hosts and network are paid off",
        default=5.0,
        around=(3, 7),
        source=EPOCH,
    )
    pue_ratio: Quantity | None = number(
        1,
        4,
        "power usage effectiveness: power of the whole over that of its computers",
        default=1.15,
        around=(1.09, 1.54),
        source="hyperscale-pue-2026",
    )
    idle_power_fraction: Quantity | None = number(
        0,
        1,
        "share of its power that a machine draws without work",
        default=0.3,
        around=(0.1, 0.5),
        source=ESTIMATE,
    )
    available_fraction: Quantity | None = number(
        0.1,
        1,
        "share of the time that a chip is in order",
        default=0.99,
        around=(0.95, 0.999),
        source=ESTIMATE,
    )
    energy_usd_per_kwh: Quantity | None = number(0, 2, "price of power from the grid")
    yearly_energy_growth_fraction: Quantity | None = number(
        -0.2,
        0.5,
        "by which that price grows each year, beyond inflation",
        default=0.01,
        around=(-0.01, 0.05),
        source=ESTIMATE,
    )
    on_site_fraction: Quantity | None = number(
        0, 1, "share of the power made on site from gas", default=0.0
    )
    turbine_usd_per_w: Quantity | None = number(
        0,
        20,
        "gas turbines on site, of electric power",
        default=1.8,
        around=(1.2, 3.0),
        source=MCCALIP,
    )
    turbine_efficiency: Quantity | None = number(
        0.1,
        0.7,
        "power over heat of the gas: 3412 over the heat rate in BTU/kWh",
        default=0.5503,
        around=(0.35, 0.64),
        source=MCCALIP,
    )
    gas_usd_per_mmbtu: Quantity | None = number(
        0, 100, "price of gas on site", default=4.3, around=(2.5, 8.0), source=MCCALIP
    )
    connection_usd_per_w: Quantity | None = number(
        0,
        20,
        "connection with the grid, of its power",
        default=0.2,
        around=(0.05, 0.6),
        source=ESTIMATE,
    )
    queue_years: Quantity | None = number(
        0, 30, "wait for the grid", default=3.0, around=(0.0, 7.0), source="woodmac-orbital-2026"
    )
    idle_capital_fraction: Quantity | None = number(
        0,
        1,
        "share of building, land and connection already paid for while it waits",
        default=0.15,
        around=(0.02, 0.5),
        source=ESTIMATE,
    )
    yearly_operations_fraction: Quantity | None = number(
        0,
        0.5,
        "upkeep of building and generation each year, of what they cost",
        default=0.01,
        around=(0.005, 0.04),
        source=ESTIMATE,
    )
    yearly_maintenance_fraction: Quantity | None = number(
        0,
        0.5,
        "upkeep of equipment each year, of what it costs",
        default=0.005,
        around=(0.0, 0.05),
        source=ESTIMATE,
    )
    yearly_failure_fraction: Quantity | None = number(
        0,
        1,
        "share of the chips bought anew each year",
        default=0.02,
        around=(0.005, 0.09),
        source=ESTIMATE,
    )
    staff_usd_per_kw_year: Quantity | None = number(
        0, 10_000, "staff, of the computers' power", default=50.0, around=(15, 210), source=ESTIMATE
    )
    water_l_per_kwh: Quantity | None = number(
        0,
        20,
        "water used on site for the computers' energy",
        default=0.38,
        around=(0.0, 1.8),
        source="lbnl-data-centers-2024",
    )
    water_usd_per_m3: Quantity | None = number(
        0, 100, "price of water", default=1.5, around=(0.5, 5.0), source=ESTIMATE
    )
    carbon_g_per_kwh: Quantity | None = number(
        0, 2000, "carbon dioxide of power from the grid", default=385.98, source="ember-electricity"
    )
    carbon_usd_per_t: Quantity | None = number(
        0,
        2000,
        "price of carbon dioxide; 0: none is paid",
        default=0.0,
        around=(0.0, 190.0),
        source=ESTIMATE,
    )
