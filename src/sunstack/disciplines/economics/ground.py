"""What does the same compute cost in a data centre on the ground?

N chips, each drawing P with its share of the machine around it, make an IT load W = N P. Before the
first token stand

    building    W b,                       b: shell, power distribution, cooling, fit-out, land
    generation  W ε (s g + (1 - s) c),     ε: PUE; s: share made on site; turbine; connection
    waiting     w (building + connection) ((1 + r)^q - 1),  idle for q years in the grid's queue
    equipment   W h + N p,                 hosts, network; chips

and every year, u of the time at work and i of the power drawn when not,

    energy      E = W (i + (1 - i) u) ε · year at  (1 - s) p_grid + s p_gas / η
    carbon      E ((1 - s) k_grid + s k_gas / η) p_CO2;  water, upkeep, staff, chips that fail

Capital is paid off over its own life, building and equipment apart. A price of power that grows by
γ a year is levelised over the life of the equipment by a(r') / a(r), 1 + r' = (1 + r) / (1 + γ).
All of it over what is delivered in a year (seconds of a chip at work, operations, tokens, energy)
is a cost of each. "Without chips" leaves out all equipment: hosts and network with the chips.

Assumes: money of one year; power and cooling built for all chips at once; what is out of order
draws what it did; gas is priced and burnt by one heating value (the higher one is 1.11 times the
lower); a building is let or sold for what is left of it when its equipment ends.
Leaves out: outages of the grid, demand charges apart from the price, heat sold, incentives,
insurance, a loss of value while chips wait for power.
Reference: Short, Packey & Holt, NREL/TP-462-5173 (1995); Barroso, Hölzle & Ranganathan, The
Datacenter as a Computer, 3rd ed. (2018), ch. 5 and 6; IPCC 2006 Guidelines, vol. 2, table 2.2.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import YEAR_S

from .finance import (
    annuity_factor,
    capital_recovery_fraction,
    discount_ratio,
    per_delivered_usd,
    taxed_capital_factor,
)

GAS_CARBON_KG_PER_J = 56.1e-9
"""Carbon dioxide of natural gas, by lower heating value."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Ground:
    """A data centre on the ground; scalars. `…_usd_per_w` are of a watt of its computers."""

    building_usd_per_w: Array
    """Shell and core, power distribution, cooling, fit-out."""
    land_usd_per_w: Array
    equipment_usd_per_w: Array
    """Hosts, network and storage, as far as the chips' price does not hold them."""
    building_life_s: Array
    equipment_life_s: Array
    """Of chips, hosts and network."""
    pue_ratio: Array
    """Power of the whole over that of its computers."""
    idle_power_fraction: Array
    """Of its power that a machine draws when it has no work."""
    available_fraction: Array
    """Share of the time that a chip is in order."""
    energy_usd_per_j: Array
    """Bought, in the year whose money is reckoned in."""
    yearly_energy_growth_fraction: Array
    """Of that price, beyond inflation."""
    on_site_fraction: Array
    """Share of the power made on site from gas, and share of the load the turbines can carry."""
    turbine_usd_per_w: Array
    """Of electric power."""
    turbine_efficiency: Array
    gas_usd_per_j: Array
    connection_usd_per_w: Array
    """Of power from the grid."""
    queue_s: Array
    """Wait for the grid once built."""
    idle_capital_fraction: Array
    """Share of building, land and connection already paid for while it waits."""
    yearly_operations_fraction: Array
    """Upkeep of building and generation, of what they cost."""
    yearly_maintenance_fraction: Array
    """Upkeep of equipment, of what it costs."""
    yearly_failure_fraction: Array
    """Chips bought anew each year, of all."""
    staff_usd_per_j: Array
    """Of the computers' nominal power, at work or not."""
    water_m3_per_j: Array
    """Of the computers' energy."""
    water_usd_per_m3: Array
    carbon_kg_per_j: Array
    """Of power from the grid."""
    carbon_usd_per_kg: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Machines:
    """What stands in it: any shape, such as (years,) for what may be bought in each."""

    chip_count: Array
    chip_power_w: Array
    """Of a chip at full power, with its share of the machine around it."""
    chip_usd: Array
    utilisation_fraction: Array
    """Share of the time in order that a chip is at work."""
    chip_tokens_per_s: Array
    """Of answers, by a chip at full power."""
    chip_flop_per_s: Array


class Capital(NamedTuple):
    """What stands before the first token."""

    building_usd: Array
    land_usd: Array
    generation_usd: Array
    connection_usd: Array
    waiting_usd: Array
    """Cost of the capital that stands idle in the queue."""
    equipment_usd: Array
    chips_usd: Array


class Yearly(NamedTuple):
    """What is spent each year."""

    energy_usd: Array
    carbon_usd: Array
    water_usd: Array
    upkeep_usd: Array
    staff_usd: Array
    maintenance_usd: Array
    """Of equipment, the chips bought anew in it."""


class Cost(NamedTuple):
    """Cost of a data centre on the ground, on every basis that orbit is told on."""

    capital: Capital
    yearly: Yearly
    capital_usd_per_w: Array
    """Of a watt of the computers."""
    capital_without_chips_usd_per_w: Array
    year_usd: Array
    """Of all: capital paid off, and what is spent."""
    year_without_chips_usd: Array
    nominal_usd_per_j: Array
    """Of the energy of a year at full power, at work or not (`USD/(kW·year)`)."""
    nominal_without_chips_usd_per_j: Array
    energy_usd_per_j: Array
    """Of energy that computers turn into work that is used (`USD/MWh`)."""
    energy_without_chips_usd_per_j: Array
    chip_usd_per_s: Array
    """Of a chip at work (`USD` per GPU-hour)."""
    compute_usd_per_flop: Array
    token_usd: Array
    energy_j: Array
    """Of a year, cooling included."""
    carbon_kg: Array
    water_m3: Array


def ground_cost(
    site: Ground,
    machines: Machines,
    *,
    yearly_discount_fraction: ArrayLike,
    tax_fraction: ArrayLike = 0.0,
    depreciation_s: ArrayLike | None = None,
    yearly_inflation_fraction: ArrayLike = 0.0,
    elapsed_s: ArrayLike = 0.0,
) -> Cost:
    """Price a data centre on the ground.

    Args:
        site: building, power and upkeep.
        machines: what stands in it, and what it does.
        yearly_discount_fraction: real cost of capital of a year; that of orbit, or its own.
        tax_fraction: of profit.
        depreciation_s: over which equipment is written off, buildings over their life; if not
            given, equipment over its life too.
        yearly_inflation_fraction: which eats what is written off.
        elapsed_s: from the year whose money is reckoned in to the one it is bought in.
    """
    rate = jnp.asarray(yearly_discount_fraction)
    capital = _capital(site, machines, rate)
    spent, used = _yearly(site, machines, capital, rate, elapsed_s)
    housing_usd, equipped_usd = _sum(capital[:5]), _sum(capital[5:])

    def paid_off(usd: Array, life_s: Array, written_off_s: ArrayLike) -> Array:
        taxed = taxed_capital_factor(
            tax_fraction=tax_fraction,
            depreciation_s=written_off_s,
            yearly_discount_fraction=rate,
            yearly_inflation_fraction=yearly_inflation_fraction,
        )
        recovered = capital_recovery_fraction(life_s=life_s, yearly_discount_fraction=rate)
        return usd * taxed * recovered

    written_off_s = site.equipment_life_s if depreciation_s is None else depreciation_s
    housing = paid_off(housing_usd, site.building_life_s, site.building_life_s) + _sum(spent[:5])
    equipped = paid_off(equipped_usd, site.equipment_life_s, written_off_s) + spent.maintenance_usd
    load_w = _load_w(machines)
    return Cost(
        capital=capital,
        yearly=spent,
        capital_usd_per_w=(housing_usd + equipped_usd) / load_w,
        capital_without_chips_usd_per_w=housing_usd / load_w,
        **_bases(site, machines, year_usd=housing + equipped, year_without_chips_usd=housing),
        **used,
    )


def waiting_ratio(*, queue_s: ArrayLike, yearly_discount_fraction: ArrayLike) -> Array:
    """Cost of waiting over the capital that waits: (1 + r)^q - 1."""
    worth = discount_ratio(time_s=queue_s, yearly_discount_fraction=yearly_discount_fraction)
    return 1.0 / worth - 1.0


def levelised_growth_factor(
    *, life_s: ArrayLike, growth_fraction: ArrayLike, yearly_discount_fraction: ArrayLike
) -> Array:
    """Price that a growing one is worth over a life, over what it is at the start."""
    rate = jnp.asarray(yearly_discount_fraction)
    beyond = (1.0 + rate) / (1.0 + jnp.asarray(growth_fraction)) - 1.0
    grown = annuity_factor(life_s=life_s, yearly_discount_fraction=beyond)
    return grown / annuity_factor(life_s=life_s, yearly_discount_fraction=rate)


def _sum(parts: Sequence[Array]) -> Array:
    return functools.reduce(jnp.add, parts)


def _load_w(machines: Machines) -> Array:
    return machines.chip_count * machines.chip_power_w


def _capital(site: Ground, machines: Machines, rate: Array) -> Capital:
    load_w = _load_w(machines)
    supply_w = load_w * site.pue_ratio
    building, land = load_w * site.building_usd_per_w, load_w * site.land_usd_per_w
    connection = supply_w * (1.0 - site.on_site_fraction) * site.connection_usd_per_w
    waiting = waiting_ratio(queue_s=site.queue_s, yearly_discount_fraction=rate)
    return Capital(
        building_usd=building,
        land_usd=land,
        generation_usd=supply_w * site.on_site_fraction * site.turbine_usd_per_w,
        connection_usd=connection,
        waiting_usd=(building + land + connection) * site.idle_capital_fraction * waiting,
        equipment_usd=load_w * site.equipment_usd_per_w,
        chips_usd=machines.chip_count * machines.chip_usd,
    )


def _yearly(
    site: Ground, machines: Machines, capital: Capital, rate: Array, elapsed_s: ArrayLike
) -> tuple[Yearly, dict[str, Array]]:
    """Spend of a year, and what is used up in it."""
    load_w = _load_w(machines)
    idle = site.idle_power_fraction
    worked_j = load_w * (idle + (1.0 - idle) * machines.utilisation_fraction) * YEAR_S
    energy_j = worked_j * site.pue_ratio
    bought, made = 1.0 - site.on_site_fraction, site.on_site_fraction / site.turbine_efficiency
    price = bought * _grid_usd_per_j(site, rate, elapsed_s) + made * site.gas_usd_per_j
    carbon_kg = energy_j * (bought * site.carbon_kg_per_j + made * GAS_CARBON_KG_PER_J)
    water_m3 = worked_j * site.water_m3_per_j
    fixed_usd = capital.building_usd + capital.generation_usd + capital.connection_usd
    upkeep = site.yearly_maintenance_fraction * (capital.equipment_usd + capital.chips_usd)
    spent = Yearly(
        energy_usd=energy_j * price,
        carbon_usd=carbon_kg * site.carbon_usd_per_kg,
        water_usd=water_m3 * site.water_usd_per_m3,
        upkeep_usd=site.yearly_operations_fraction * fixed_usd,
        staff_usd=load_w * YEAR_S * site.staff_usd_per_j,
        maintenance_usd=upkeep + site.yearly_failure_fraction * capital.chips_usd,
    )
    return spent, {"energy_j": energy_j, "carbon_kg": carbon_kg, "water_m3": water_m3}


def _grid_usd_per_j(site: Ground, rate: Array, elapsed_s: ArrayLike) -> Array:
    """Price of a plant's power: as grown when it is bought, levelised over its equipment's life."""
    growth = site.yearly_energy_growth_fraction
    begun = discount_ratio(time_s=-jnp.asarray(elapsed_s), yearly_discount_fraction=growth)
    held = levelised_growth_factor(
        life_s=site.equipment_life_s, growth_fraction=growth, yearly_discount_fraction=rate
    )
    return site.energy_usd_per_j * begun * held


def _each(usd: Array, delivered: Array) -> Array:
    return per_delivered_usd(cost_usd=usd, delivered_count=delivered)


def _bases(
    site: Ground, machines: Machines, *, year_usd: Array, year_without_chips_usd: Array
) -> dict[str, Array]:
    """Divide the cost of a year by what is delivered in it."""
    nominal_j = _load_w(machines) * YEAR_S
    worked = site.available_fraction * machines.utilisation_fraction
    chip_s = machines.chip_count * worked * YEAR_S

    return {
        "year_usd": year_usd,
        "year_without_chips_usd": year_without_chips_usd,
        "nominal_usd_per_j": year_usd / nominal_j,
        "nominal_without_chips_usd_per_j": year_without_chips_usd / nominal_j,
        "energy_usd_per_j": _each(year_usd, nominal_j * worked),
        "energy_without_chips_usd_per_j": _each(year_without_chips_usd, nominal_j * worked),
        "chip_usd_per_s": _each(year_usd, chip_s),
        "compute_usd_per_flop": _each(year_usd, chip_s * machines.chip_flop_per_s),
        "token_usd": _each(year_usd, chip_s * machines.chip_tokens_per_s),
    }
