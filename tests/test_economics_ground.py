"""Does a data centre on the ground cost what it does by hand, and behave as money must?"""

from __future__ import annotations

from dataclasses import fields, replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import economics
from sunstack.disciplines.economics import Cost, Ground, Machines
from sunstack.resolve.ground import baseline_values, ground_site
from sunstack.units import YEAR_S

NOTHING = dict.fromkeys((one.name for one in fields(Ground)), 0.0)
NEUTRAL = NOTHING | {
    "pue_ratio": 1.0,
    "available_fraction": 1.0,
    "turbine_efficiency": 1.0,
    "building_life_s": 10 * YEAR_S,
    "equipment_life_s": 5 * YEAR_S,
}
KWH_J = 3.6e6
PERCENT = st.floats(0.0, 0.3)
SHARE = st.floats(0.05, 1.0)


def site(**given: float) -> Ground:
    return Ground(**{name: jnp.asarray(value) for name, value in (NEUTRAL | given).items()})


def machines(**given: float) -> Machines:
    numbers = {
        "chip_count": 4.0,
        "chip_power_w": 250.0,
        "chip_usd": 5000.0,
        "utilisation_fraction": 1.0,
        "chip_tokens_per_s": 20.0,
        "chip_flop_per_s": 1e15,
    }
    return Machines(**{name: jnp.asarray(value) for name, value in (numbers | given).items()})


def priced(where: Ground, what: Machines | None = None, rate: float = 0.0, **words: float) -> Cost:
    return economics.ground_cost(where, what or machines(), yearly_discount_fraction=rate, **words)


def shipped(**changes: float) -> Ground:
    return replace(
        ground_site(baseline_values("us-grid")),
        **{name: jnp.asarray(value) for name, value in changes.items()},
    )


# --- by hand -------------------------------------------------------------------------------------


def test_capital_is_that_of_a_kilowatt() -> None:
    # 1 kW of computers: 12 + 1 USD/W of building and land; 1.2 kW of supply, half of it from
    # turbines at 2 USD/W, half through a connection at 0.5; 3 USD/W of hosts; four chips of 5,000
    where = site(
        building_usd_per_w=12.0,
        land_usd_per_w=1.0,
        equipment_usd_per_w=3.0,
        pue_ratio=1.2,
        on_site_fraction=0.5,
        turbine_usd_per_w=2.0,
        connection_usd_per_w=0.5,
    )
    found = priced(where)
    told = {name: float(value) for name, value in found.capital._asdict().items()}
    assert told == pytest.approx(
        {
            "building_usd": 12_000.0,
            "land_usd": 1_000.0,
            "generation_usd": 1_200.0,
            "connection_usd": 300.0,
            "waiting_usd": 0.0,
            "equipment_usd": 3_000.0,
            "chips_usd": 20_000.0,
        }
    )
    assert float(found.capital_without_chips_usd_per_w) == pytest.approx(14.5)
    assert float(found.capital_usd_per_w) == pytest.approx(37.5)
    # 14,500 over ten years and 23,000 over five, nothing discounted
    assert float(found.year_usd) == pytest.approx(1_450.0 + 4_600.0)
    assert float(found.year_without_chips_usd) == pytest.approx(1_450.0)


def test_a_year_of_energy_is_what_machines_draw_and_what_cools_them() -> None:
    # at work half of the time, idling at 40 %: 0.4 + 0.6 · 0.5 = 0.7 kW, times 1.25, 8,766 h
    where = site(pue_ratio=1.25, idle_power_fraction=0.4, energy_usd_per_j=0.08 / KWH_J)
    found = priced(where, machines(utilisation_fraction=0.5))
    assert float(found.energy_j) / KWH_J == pytest.approx(0.7 * 1.25 * 8766.0)
    assert float(found.yearly.energy_usd) == pytest.approx(0.7 * 1.25 * 8766.0 * 0.08)


def test_gas_is_burnt_at_the_turbines_efficiency() -> None:
    where = site(on_site_fraction=1.0, turbine_efficiency=0.5, gas_usd_per_j=4.0 / 1.055e9)
    found = priced(where)
    heat_j = 1000.0 * YEAR_S / 0.5
    assert float(found.yearly.energy_usd) == pytest.approx(heat_j * 4.0 / 1.055e9)
    # 56.1 kg of carbon dioxide a gigajoule: 404 g for each kilowatt hour
    assert float(found.carbon_kg) == pytest.approx(56.1e-9 * heat_j)
    assert float(found.carbon_kg) / (8766.0) == pytest.approx(0.404, abs=5e-4)


def test_water_carbon_staff_and_upkeep_by_hand() -> None:
    where = site(
        building_usd_per_w=10.0,
        pue_ratio=1.5,
        water_m3_per_j=1e-3 * 1.8 / KWH_J,
        water_usd_per_m3=2.0,
        carbon_kg_per_j=0.4 / KWH_J,
        carbon_usd_per_kg=0.1,
        staff_usd_per_j=50.0 / (1e3 * YEAR_S),
        yearly_operations_fraction=0.02,
        yearly_maintenance_fraction=0.03,
        yearly_failure_fraction=0.05,
    )
    spent = priced(where).yearly
    assert float(spent.water_usd) == pytest.approx(8766.0 * 1.8e-3 * 2.0)  # of 1 kW, not of 1.5
    assert float(spent.carbon_usd) == pytest.approx(8766.0 * 1.5 * 0.4 * 0.1)
    assert float(spent.staff_usd) == pytest.approx(50.0)
    assert float(spent.upkeep_usd) == pytest.approx(0.02 * 10_000.0)
    assert float(spent.maintenance_usd) == pytest.approx((0.03 + 0.05) * 20_000.0)


def test_waiting_for_the_grid_costs_what_idle_capital_earns_elsewhere() -> None:
    where = site(building_usd_per_w=10.0, queue_s=3 * YEAR_S, idle_capital_fraction=0.5)
    found = priced(where, rate=0.08)
    assert float(found.capital.waiting_usd) == pytest.approx(5_000.0 * (1.08**3 - 1.0))
    # turbines stand on no queue of the grid: a site that makes its power waits for the building
    alone = replace(where, on_site_fraction=jnp.asarray(1.0), turbine_usd_per_w=jnp.asarray(2.0))
    assert float(priced(alone, rate=0.08).capital.waiting_usd) == pytest.approx(
        float(found.capital.waiting_usd)
    )


def test_a_growing_price_of_power_is_levelised_by_its_own_sum() -> None:
    years = np.arange(1, 6)
    by_hand = (1.04**years / 1.08**years).sum() / (1.0 / 1.08**years).sum()
    found = economics.levelised_growth_factor(
        life_s=5 * YEAR_S, growth_fraction=0.04, yearly_discount_fraction=0.08
    )
    assert float(found) == pytest.approx(by_hand, rel=1e-9)
    where = site(energy_usd_per_j=0.08 / KWH_J, yearly_energy_growth_fraction=0.04)
    later = priced(where, rate=0.08, elapsed_s=2 * YEAR_S).yearly.energy_usd
    assert float(later) == pytest.approx(8766.0 * 0.08 * by_hand * 1.04**2, rel=1e-9)


def test_every_basis_is_one_cost_over_what_is_delivered() -> None:
    where = site(building_usd_per_w=10.0, available_fraction=0.9)
    found = priced(where, machines(utilisation_fraction=0.5))
    year = 10_000.0 / 10.0 + 20_000.0 / 5.0
    worked_s = 4.0 * 0.9 * 0.5 * YEAR_S
    assert float(found.year_usd) == pytest.approx(year)
    assert float(found.nominal_usd_per_j) * 1e3 * YEAR_S == pytest.approx(year)
    assert float(found.energy_usd_per_j) * KWH_J == pytest.approx(year / (0.45 * 8766.0))
    assert float(found.energy_without_chips_usd_per_j) * KWH_J == pytest.approx(
        1000.0 / (0.45 * 8766.0)
    )
    assert float(found.chip_usd_per_s) == pytest.approx(year / worked_s)
    assert float(found.compute_usd_per_flop) == pytest.approx(year / (worked_s * 1e15))
    assert float(found.token_usd) == pytest.approx(year / (worked_s * 20.0))


def test_tax_weighs_capital_as_in_orbit() -> None:
    where = site(building_usd_per_w=10.0, energy_usd_per_j=0.05 / KWH_J)
    words = {"tax_fraction": 0.21, "yearly_inflation_fraction": 0.02}
    found = priced(where, machines(), 0.08, depreciation_s=4 * YEAR_S, **words)
    by_hand = float(found.yearly.energy_usd)
    for usd, life, written_off in ((10_000.0, 10.0, 10.0), (20_000.0, 5.0, 4.0)):
        weight = economics.taxed_capital_factor(
            depreciation_s=written_off * YEAR_S, yearly_discount_fraction=0.08, **words
        )
        recovered = economics.capital_recovery_fraction(
            life_s=life * YEAR_S, yearly_discount_fraction=0.08
        )
        by_hand += usd * float(weight * recovered)
    assert float(found.year_usd) == pytest.approx(by_hand, rel=1e-9)


# --- what must hold for any site -----------------------------------------------------------------


@given(scale=st.floats(0.01, 1e6), rate=PERCENT, used=SHARE)
def test_cost_of_a_unit_does_not_depend_on_the_size(scale: float, rate: float, used: float) -> None:
    where = shipped()
    one = priced(where, machines(utilisation_fraction=used), rate)
    many = priced(where, machines(utilisation_fraction=used, chip_count=4.0 * scale), rate)
    assert float(many.year_usd) == pytest.approx(scale * float(one.year_usd), rel=1e-9)
    for name in ("capital_usd_per_w", "nominal_usd_per_j", "chip_usd_per_s", "token_usd"):
        assert float(getattr(many, name)) == pytest.approx(float(getattr(one, name)), rel=1e-9)


@pytest.mark.parametrize(
    "name",
    [
        "building_usd_per_w",
        "land_usd_per_w",
        "equipment_usd_per_w",
        "pue_ratio",
        "idle_power_fraction",
        "energy_usd_per_j",
        "yearly_energy_growth_fraction",
        "connection_usd_per_w",
        "queue_s",
        "idle_capital_fraction",
        "yearly_operations_fraction",
        "yearly_maintenance_fraction",
        "yearly_failure_fraction",
        "staff_usd_per_j",
        "water_m3_per_j",
        "water_usd_per_m3",
        "carbon_usd_per_kg",
    ],
)
def test_what_makes_a_site_dearer_raises_every_basis(name: str) -> None:
    where = shipped(carbon_usd_per_kg=0.05)
    more = replace(where, **{name: getattr(where, name) * 1.2})
    used = machines(utilisation_fraction=0.7)
    before, after = priced(where, used, 0.08), priced(more, used, 0.08)
    assert float(after.chip_usd_per_s) > float(before.chip_usd_per_s)
    assert float(after.token_usd) > float(before.token_usd)


@given(used=st.floats(0.05, 0.95), rate=PERCENT)
def test_machines_at_work_more_of_the_time_cost_less_each_hour(used: float, rate: float) -> None:
    where = shipped()
    less = priced(where, machines(utilisation_fraction=used), rate)
    more = priced(where, machines(utilisation_fraction=used + 0.05), rate)
    assert float(more.chip_usd_per_s) < float(less.chip_usd_per_s)
    assert float(more.yearly.energy_usd) > float(less.yearly.energy_usd)


@given(share=st.floats(0.0, 1.0))
def test_a_site_of_both_supplies_lies_between_them(share: float) -> None:
    both = [
        float(priced(shipped(on_site_fraction=part), rate=0.08).nominal_usd_per_j)
        for part in (0.0, share, 1.0)
    ]
    assert min(both[0], both[2]) * (1 - 1e-12) <= both[1] <= max(both[0], both[2]) * (1 + 1e-12)


@given(price=st.floats(0.0, 0.5), pue=st.floats(1.0, 2.0), queue=st.floats(0.0, 10.0), rate=PERCENT)
def test_cost_stays_finite_and_no_part_is_negative(
    price: float, pue: float, queue: float, rate: float
) -> None:
    where = shipped(energy_usd_per_j=price / KWH_J, pue_ratio=pue, queue_s=queue * YEAR_S)
    found = priced(where, machines(utilisation_fraction=0.5), rate)
    leaves = np.array([float(leaf) for leaf in jax.tree.leaves(found)])
    assert np.all(np.isfinite(leaves)) and np.all(leaves >= 0.0)
    assert float(found.capital_usd_per_w) >= float(found.capital_without_chips_usd_per_w)


def test_what_does_nothing_costs_without_bound_instead_of_no_number() -> None:
    found = priced(shipped(), machines(utilisation_fraction=0.0, chip_tokens_per_s=0.0), 0.08)
    assert float(found.chip_usd_per_s) == float(found.token_usd) == float("inf")
    assert np.isfinite(float(found.nominal_usd_per_j))


# --- as code -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["building_usd_per_w", "pue_ratio", "energy_usd_per_j", "queue_s", "on_site_fraction"]
)
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    where = shipped(on_site_fraction=0.3)
    value = float(getattr(where, name))

    def hour(of: jax.Array) -> jax.Array:
        return priced(replace(where, **{name: of}), rate=0.08).chip_usd_per_s * 3600.0

    step = 1e-4 * value
    slope = (float(hour(jnp.asarray(value + step))) - float(hour(jnp.asarray(value - step)))) / (
        2 * step
    )
    assert float(jax.grad(hour)(jnp.asarray(value))) == pytest.approx(slope, rel=1e-5)


def test_years_are_priced_together_as_alone_compiled_or_not() -> None:
    years = np.arange(4.0)
    chips = machines(chip_usd=1.0)
    together = replace(chips, chip_usd=jnp.asarray(5000.0 * 0.9**years))

    @jax.jit
    def compiled(what: Machines, elapsed_s: jax.Array) -> Cost:
        return economics.ground_cost(
            shipped(), what, yearly_discount_fraction=0.08, elapsed_s=elapsed_s
        )

    found = compiled(together, jnp.asarray(years * YEAR_S))
    assert found.chip_usd_per_s.shape == (4,)
    for place, year in enumerate(years):
        alone = priced(
            shipped(),
            replace(chips, chip_usd=jnp.asarray(5000.0 * 0.9**year)),
            0.08,
            elapsed_s=float(year) * YEAR_S,
        )
        assert float(found.chip_usd_per_s[place]) == pytest.approx(
            float(alone.chip_usd_per_s), rel=1e-12
        )


# --- carbon --------------------------------------------------------------------------------------


def test_carbon_of_launch_by_hand() -> None:
    words = {
        "propellant_carbon_kg": 300.0,
        "reused_stage_carbon_kg": 1000.0,
        "spent_stage_carbon_kg": 100.0,
        "payload_mass_kg": 20.0,
    }
    assert float(economics.launch_carbon_ratio(**words, reuse_count=1)) == pytest.approx(70.0)
    assert float(economics.launch_carbon_ratio(**words, reuse_count=10)) == pytest.approx(25.0)
    each = economics.launched_power_carbon_kg_per_j(
        mass_kg=20.0, carbon_ratio=25.0, power_w=1000.0, life_s=5 * YEAR_S
    )
    assert float(each) * KWH_J == pytest.approx(500.0 / (5 * 8766.0))
