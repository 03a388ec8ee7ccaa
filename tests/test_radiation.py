"""Doses, upsets and what helps: by hand, by property, and what a user is told."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack import catalogue
from sunstack.catalogue import radiation_tables
from sunstack.disciplines import radiation
from sunstack.disciplines.radiation import Chip, Environment, Measure, Orbit, Upsets
from sunstack.errors import CatalogueError
from sunstack.resolve.radiation import environment, sensitivity
from sunstack.units import MEGAELECTRONVOLT_J, YEAR_S

TABLES = radiation_tables.radiation()
SHIPPED = environment()
DOSE = jax.jit(radiation.dose_gy_per_s)
FLUX = jax.jit(radiation.proton_flux_per_m2_s)
ELECTRONS = jax.jit(radiation.electron_flux_per_m2_s)
HIGHEST = jax.jit(radiation.highest_altitude_m)
LIFE_DOSE = jax.jit(radiation.life_dose_gy)
MITIGATED = jax.jit(radiation.mitigated)
SLOPES = jax.jit(
    jax.grad(
        lambda where, depth_m: radiation.dose_gy_per_s(SHIPPED, where, shielding_m=depth_m),
        argnums=(0, 1),
    )
)
MEASURES = catalogue.names("mitigation")

altitudes_km = st.floats(300.0, 2000.0)
inclinations_deg = st.floats(0.0, 180.0)
activities = st.floats(0.0, 1.0)
depths_mm = st.floats(1.0, 30.0)


def in_orbit(altitude_km: float, inclination_deg: float, activity: float = 0.5) -> Orbit:
    return Orbit(  # numbers as they are: the functions under test are compiled, this is not
        altitude_m=np.float64(altitude_km * 1e3),
        inclination_rad=np.radians(inclination_deg),
        solar_activity_fraction=np.float64(activity),
    )


def krad_per_year(where: Orbit, shield_mm: float) -> float:
    return float(DOSE(SHIPPED, where, shielding_m=shield_mm / 1e3)) * YEAR_S / 10.0


# --- the tables -----------------------------------------------------------------------------------


def test_the_tables_hold_what_they_are_made_for() -> None:
    assert TABLES.dose_krad_per_year.shape == (2, 22, 25, 14)
    assert TABLES.protons_per_cm2_s.shape == (2, 16, 15, 7)
    assert TABLES.electrons_per_cm2_s.shape == (2, 16, 15, 2)
    assert TABLES.event_dose_krad.shape == (1, 5, 12, 14)
    for orbits in (TABLES.dose_orbits, TABLES.flux_orbits, TABLES.event_orbits):
        assert orbits.altitude_km[[0, -1]].tolist() == [300.0, 2000.0]
        assert orbits.inclination_deg[[0, -1]].tolist() == [0.0, 90.0]


def test_the_tables_are_small() -> None:
    folder = radiation_tables.files("sunstack.catalogue").joinpath("radiation")
    assert sum(len(file.read_bytes()) for file in folder.iterdir()) < 200_000


def test_doses_fall_with_depth_and_fluxes_with_energy_at_every_node() -> None:
    assert (np.diff(TABLES.dose_krad_per_year, axis=-1) <= 0.0).all()
    assert (np.diff(TABLES.event_dose_krad[:, :, 6:], axis=-1) <= 0.0).all()
    assert (np.diff(TABLES.protons_per_cm2_s, axis=-1) <= 0.0).all()
    assert (np.diff(TABLES.anomaly_time_fraction, axis=-1) >= 0.0).all()


def test_a_table_that_lacks_a_row_is_refused(tmp_path: Any) -> None:
    file = tmp_path / "dose.csv"
    file.write_text(
        "# of something\naltitude_km,inclination_deg,solar,a\n300,0,minimum,1\n400,0,maximum,1\n"
    )
    with pytest.raises(CatalogueError, match=r"dose.csv: lacks a row"):
        radiation_tables._read(file, radiation_tables.PHASES)


# --- interpolation --------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [0, 1])
def test_a_node_gives_what_the_file_says(phase: int) -> None:
    heights, tilts = TABLES.dose_orbits.altitude_km, TABLES.dose_orbits.inclination_deg
    nodes = Orbit(
        altitude_m=jnp.asarray(heights)[:, None, None] * 1e3,
        inclination_rad=jnp.radians(jnp.asarray(tilts))[:, None],
        solar_activity_fraction=jnp.asarray(float(phase)),
    )
    got = DOSE(SHIPPED, nodes, shielding_m=SHIPPED.shielding_m) * (YEAR_S / 10.0)
    # rounding: a logarithm and its exponential
    np.testing.assert_allclose(got, TABLES.dose_krad_per_year[phase], rtol=1e-9)


def test_halfway_in_altitude_is_the_geometric_mean() -> None:
    low, high = (krad_per_year(in_orbit(height, 30.0, 1.0), 10.0) for height in (700.0, 750.0))
    between = krad_per_year(in_orbit(725.0, 30.0, 1.0), 10.0)
    assert between == pytest.approx((low * high) ** 0.5, rel=1e-9)


def test_only_electrons_grow_towards_the_poles() -> None:
    kinds = (
        lambda where: FLUX(SHIPPED, where, energy_j=50.0 * MEGAELECTRONVOLT_J),
        lambda where: ELECTRONS(SHIPPED, where, energy_j=1.0 * MEGAELECTRONVOLT_J),
    )
    middle, polar = in_orbit(650.0, 30.0), in_orbit(650.0, 98.0)
    ratios = [float(kind(polar) / kind(middle)) for kind in kinds]
    # the anomaly lies at 30° south; the outer belt comes down at 60° and holds electrons alone
    assert ratios[0] < 1.0 < ratios[1]


def test_damage_to_cells_grows_a_hundredfold_with_altitude() -> None:
    low, high = (
        float(radiation.cell_fluence_per_m2_s(SHIPPED, in_orbit(height, 30.0))) * YEAR_S / 1e4
        for height in (600.0, 2000.0)
    )
    # computed before for 2,000 km and 30°: 4.4e14 electrons of 1 MeV a year, to a factor of 3
    assert 1.5e14 < high < 1.3e15
    assert high > 100.0 * low


def test_mean_activity_is_the_mean_of_minimum_and_maximum() -> None:
    least, mean, most = (krad_per_year(in_orbit(650.0, 98.0, part), 5.0) for part in (0, 0.5, 1))
    assert mean == pytest.approx(0.5 * (least + most), rel=1e-12)


@given(altitudes_km, inclinations_deg, depths_mm, activities)
def test_an_orbit_and_its_mirror_image_see_the_same(
    height: float, tilt: float, depth: float, activity: float
) -> None:
    one, other = (in_orbit(height, one, activity) for one in (tilt, 180.0 - tilt))
    # between steep neighbours a rounded inclination moves the dose in the ninth digit
    assert krad_per_year(one, depth) == pytest.approx(krad_per_year(other, depth), rel=1e-8)


@given(altitudes_km, inclinations_deg, activities, depths_mm, depths_mm)
def test_dose_falls_with_shielding(
    height: float, tilt: float, activity: float, one: float, other: float
) -> None:
    where = in_orbit(height, tilt, activity)
    thin, thick = sorted((one, other))
    assert krad_per_year(where, thick) <= krad_per_year(where, thin) * (1.0 + 1e-12)


@given(inclinations_deg, activities, altitudes_km, altitudes_km)
def test_hard_protons_grow_with_altitude(
    tilt: float, activity: float, one: float, other: float
) -> None:
    fluxes = [
        float(FLUX(SHIPPED, in_orbit(height, tilt, activity), energy_j=50.0 * MEGAELECTRONVOLT_J))
        for height in sorted((one, other))
    ]
    assert fluxes[0] <= fluxes[1] * (1.0 + 1e-12)


@given(altitudes_km, inclinations_deg, activities, depths_mm)
def test_gradients_are_finite(height: float, tilt: float, activity: float, depth: float) -> None:
    slopes = SLOPES(in_orbit(height, tilt, activity), depth / 1e3)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(slopes))


def test_a_gradient_is_the_difference_of_neighbours() -> None:
    def dose(depth_m: Any) -> Any:
        return radiation.dose_gy_per_s(SHIPPED, in_orbit(660.0, 61.0), shielding_m=depth_m) * YEAR_S

    steps = (dose(0.009 + 1e-7) - dose(0.009 - 1e-7)) / 2e-7
    assert float(jax.grad(dose)(0.009)) == pytest.approx(float(steps), rel=1e-5)


def test_single_precision_agrees() -> None:
    narrow = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), SHIPPED)
    where = in_orbit(735.0, 97.0)
    small = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), where)
    got = DOSE(narrow, small, shielding_m=jnp.float32(0.0123))
    # seven digits, less what logarithms of 1e-9 cost
    assert float(got) == pytest.approx(float(DOSE(SHIPPED, where, shielding_m=0.0123)), rel=1e-4)


@pytest.mark.parametrize(
    ("height", "tilt", "depth", "activity"),
    [
        (299.0, 50.0, 5.0, 0.5),
        (2001.0, 50.0, 5.0, 0.5),
        (600.0, -1.0, 5.0, 0.5),
        (600.0, 181.0, 5.0, 0.5),
        (600.0, 50.0, 0.9, 0.5),
        (600.0, 50.0, 30.1, 0.5),
        (600.0, 50.0, 5.0, 1.1),
    ],
)
def test_outside_the_tables_the_margin_is_negative_and_nothing_is_nan(
    height: float, tilt: float, depth: float, activity: float
) -> None:
    where = in_orbit(height, tilt, activity)
    inside = in_orbit(600.0, 50.0, 0.5)
    margin = radiation.inside_margin_ratio(SHIPPED, where, shielding_m=depth / 1e3)
    assert float(margin) < 0.0
    assert float(radiation.inside_margin_ratio(SHIPPED, inside, shielding_m=0.005)) > 0.0
    assert np.isfinite(krad_per_year(where, depth))


# --- doses and lives ------------------------------------------------------------------------------


def test_a_solar_event_reaches_polar_orbits_alone() -> None:
    polar, middle = (
        float(radiation.event_dose_gy(SHIPPED, in_orbit(650.0, tilt), shielding_m=0.01))
        for tilt in (98.0, 30.0)
    )
    # of 9.8 Gy in free space the dipole's cutoff lets in 0.17 to 0.26 at 650 km (Störmer)
    assert 0.17 * 9.8 < polar < 0.26 * 9.8
    assert middle < 1e-4


def test_the_life_of_a_dose() -> None:
    # 2 krad, of which 0.4 go to two events of 0.2; the rest at 0.2 a year lasts 8 years
    assert float(radiation.life_s(limit_gy=20.0, dose_gy_per_s=2.0, events_gy=4.0)) == 8.0
    assert float(radiation.life_s(limit_gy=20.0, dose_gy_per_s=2.0, events_gy=30.0)) == 0.0
    assert float(radiation.dose_margin_ratio(limit_gy=20.0, dose_gy=15.0)) == 0.25
    assert float(radiation.dose_margin_ratio(limit_gy=15.0, dose_gy=20.0)) == -0.25


@given(
    st.floats(20.0, 160.0), st.floats(2.0, 20.0), st.floats(1.0, 15.0), st.sampled_from([0.0, 1.0])
)
def test_at_the_highest_altitude_the_limit_is_met(
    tilt: float, depth: float, years: float, events: float
) -> None:
    where = in_orbit(500.0, tilt)
    asked = {"shielding_m": depth / 1e3, "life_s": years * YEAR_S, "event_count": events}
    highest = HIGHEST(SHIPPED, where, limit_gy=20.0, **asked)
    met = float(LIFE_DOSE(SHIPPED, replace(where, altitude_m=highest), **asked))
    if 301e3 < float(highest) < 1999e3:
        # between nodes a sum of exponentials is taken for one exponential
        assert met == pytest.approx(20.0, rel=0.02)
    else:
        assert (met >= 20.0 * 0.98) == (float(highest) < 301e3) or met == pytest.approx(
            20, rel=0.02
        )


def test_shielding_weighs_and_stops() -> None:
    assert float(radiation.shielding_kg_per_m2(shielding_m=0.01)) == pytest.approx(27.0)
    energies = np.linspace(12.0, 100.0, 12)
    for energy in energies:
        depth_m = range_kg_per_m2(energy) / 2700.0
        stopped = float(radiation.stopped_energy_j(shielding_m=depth_m)) / MEGAELECTRONVOLT_J
        # a power law for what Bethe's formula curves a little
        assert stopped == pytest.approx(energy, rel=0.02)


def range_kg_per_m2(energy_mev: float) -> float:
    """Integrate Bethe's formula in aluminium from 1 MeV, where a range is 3.5 mg/cm² (PSTAR)."""
    energies = np.geomspace(1.0, energy_mev, 4000)
    gamma = 1.0 + energies / 938.272
    beta2 = 1.0 - gamma**-2
    most = 2.0 * 0.510999 * beta2 * gamma**2
    stopping = 0.307075 * (13 / 26.982) / beta2 * (np.log(most / 166e-6) - beta2)
    return 10.0 * (3.5e-3 + float(np.trapezoid(1.0 / stopping, energies)))


# --- upsets ---------------------------------------------------------------------------------------

CHIP = Chip(
    silent_corruption_gy=jnp.asarray(0.2),
    memory_error_gy=jnp.asarray(0.5),
    interrupt_gy=jnp.asarray(50.0),
    host_crash_gy=jnp.asarray(4.0),
    host_memory_crash_gy=jnp.asarray(5.0),
)


def test_upsets_by_dose_by_hand() -> None:
    found = radiation.upsets_by_dose(CHIP, dose_gy_per_s=2.0)
    assert [float(one) for one in jax.tree.leaves(found)] == [10.0, 4.0, 0.04, 0.5, 0.4, 0.0]
    assert float(radiation.stopping_upset_per_s(found)) == pytest.approx(4.94)


def test_the_two_ways_to_count_agree_in_a_beam() -> None:
    beam_j = 67.0 * MEGAELECTRONVOLT_J
    fluence = radiation.proton_fluence_per_m2(dose_gy=2.0, energy_j=beam_j)
    by_flux = radiation.upsets_by_flux(CHIP, proton_flux_per_m2_s=fluence, beam_energy_j=beam_j)
    by_dose = radiation.upsets_by_dose(CHIP, dose_gy_per_s=2.0)
    for one, other in zip(jax.tree.leaves(by_flux), jax.tree.leaves(by_dose), strict=True):
        assert float(one) == pytest.approx(float(other), rel=1e-12)


def test_another_chip_scales_by_its_silicon_and_its_memory() -> None:
    rates = radiation.upsets_by_dose(CHIP, dose_gy_per_s=2.0)
    other = radiation.scaled(rates, die_area_ratio=2.0, memory_ratio=6.0)
    assert [float(one) for one in jax.tree.leaves(other)] == [20.0, 24.0, 0.08, 0.5, 0.4, 0.0]
    assert radiation.SCALING_LOW_RATIO == 0.3 and radiation.SCALING_HIGH_RATIO == 3.0


def test_a_chip_without_a_beam_test_is_refused() -> None:
    with pytest.raises(CatalogueError, match=r"'h200'.*write tpu-v6e"):
        sensitivity("h200")


def test_the_tested_chip_bears_what_was_published() -> None:
    found = sensitivity()
    assert float(found.soft.silent_corruption_gy) == pytest.approx(0.144)
    assert float(found.tough.silent_corruption_gy) == pytest.approx(0.20)
    assert float(found.value.interrupt_gy) == float(found.soft.interrupt_gy) == 50.0
    assert (found.memory_onset_gy, found.tested_gy) == (20.0, 150.0)


# --- what helps -----------------------------------------------------------------------------------

shares = st.floats(0.0, 1.0)


@given(st.tuples(*[st.floats(0.0, 1e3)] * 6), st.tuples(*[shares] * 3), st.floats(0.0, 20.0))
def test_no_mitigation_adds_silent_corruption(
    rates: tuple[float, ...], parts: tuple[float, ...], factor: float
) -> None:
    before = upsets(rates)
    applied = Measure(
        silent_removed_fraction=jnp.asarray(parts[0]),
        found_fraction=jnp.asarray(parts[1]),
        memory_error_factor=jnp.asarray(factor),
        others_removed_fraction=jnp.asarray(parts[2]),
        time_overhead_fraction=jnp.asarray(0.0),
        energy_factor=jnp.asarray(1.0),
    )
    after = MITIGATED(before, applied)
    assert float(after.silent_corruption_per_s) <= float(before.silent_corruption_per_s)
    # nothing vanishes into the found: what is found was silent before
    found = float(after.found_corruption_per_s) + float(after.silent_corruption_per_s)
    assert found <= rates[0] + rates[5] + 1e-9
    assert all(float(one) >= 0.0 for one in jax.tree.leaves(after))


def upsets(rates: tuple[float, ...]) -> Upsets:
    names = [one.name for one in fields(Upsets)]
    return Upsets(**{name: jnp.asarray(one) for name, one in zip(names, rates, strict=True)})


def test_pausing_removes_what_it_holds() -> None:
    # 95 % of the protons in 4 % of the time
    after = radiation.mitigated(
        upsets((10.0, 4.0, 0.04, 0.5, 0.4, 0.0)),
        radiation.pause(held_fraction=0.95, time_fraction=0.04),
    )
    wanted = [0.5, 0.2, 0.002, 0.025, 0.02, 0.0]
    np.testing.assert_allclose(jax.tree.leaves(after), wanted, rtol=1e-12)


def test_the_environment_is_a_tree_of_arrays() -> None:
    assert isinstance(SHIPPED, Environment)
    assert all(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(SHIPPED))
