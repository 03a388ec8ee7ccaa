"""Do dose and upsets take of a payload's work what a hand would work out?"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from sunstack import catalogue
from sunstack.disciplines import radiation
from sunstack.disciplines.radiation import service
from sunstack.resolve import resolve
from sunstack.resolve.radiation import environment, orbit, sensitivity
from sunstack.scenario import load, shipped
from sunstack.units import YEAR_S

MONTH_S = YEAR_S / 12.0
TABLES = environment()
SAME = radiation.Measure(
    silent_removed_fraction=jnp.asarray(0.0),
    found_fraction=jnp.asarray(0.0),
    memory_error_factor=jnp.asarray(1.0),
    others_removed_fraction=jnp.asarray(0.0),
    time_overhead_fraction=jnp.asarray(0.0),
    energy_factor=jnp.asarray(1.0),
)


def spec(**changes: Any) -> radiation.Spec:
    plain = radiation.Spec(
        shielding_m=jnp.asarray(0.01),
        solar_activity_fraction=jnp.asarray(0.5),
        event_per_s=jnp.asarray(1.0 / (5.0 * YEAR_S)),
        memory_limit_gy=jnp.asarray(20.0),
        chip=sensitivity().value,
        silicon_area_ratio=jnp.asarray(1.0),
        memory_ratio=jnp.asarray(1.0),
        measure=SAME,
        paused_fraction=jnp.asarray(0.0),
        restart_s=jnp.asarray(0.0),
        stops_at_limit=True,
    )
    return replace(plain, **changes)


def below(asked: radiation.Spec, place: radiation.Orbit, years: float) -> float:
    return float(
        radiation.within_limit_fraction(
            asked, TABLES, place, age_s=jnp.asarray([years * YEAR_S]), step_s=MONTH_S
        )[0]
    )


POLAR = orbit(altitude_km=650, inclination_deg=98.0)
LOW = orbit(altitude_km=650, inclination_deg=30.0)


def test_by_hand_with_events_that_strike_by_chance() -> None:
    rate = float(radiation.dose_gy_per_s(TABLES, POLAR, shielding_m=0.01)) * YEAR_S
    event = float(radiation.event_dose_gy(TABLES, POLAR, shielding_m=0.01))
    # Two events a year, and a limit that leaves room for two of them and a half after three years.
    limit = 3.0 * rate + 2.5 * event
    asked = spec(memory_limit_gy=jnp.asarray(limit), event_per_s=jnp.asarray(2.0 / YEAR_S))
    # P(Poisson(6) <= 2) = e^-6 (1 + 6 + 18)
    assert below(asked, POLAR, 3.0) == pytest.approx(np.exp(-6.0) * 25.0, rel=1e-6)


def test_where_the_field_keeps_events_out_only_the_trapped_dose_counts() -> None:
    rate = float(radiation.dose_gy_per_s(TABLES, LOW, shielding_m=0.01)) * YEAR_S
    asked = spec(event_per_s=jnp.asarray(10.0 / YEAR_S))
    years = 20.0 / rate
    assert below(asked, LOW, 0.99 * years) == 1.0
    assert below(asked, LOW, 1.01 * years) == 0.0
    assert below(asked, LOW, years) == pytest.approx(0.5, abs=1e-6)


def test_a_payload_that_goes_on_has_no_limit() -> None:
    high = orbit(altitude_km=2000, inclination_deg=30.0)
    assert below(spec(), high, 5.0) == 0.0
    assert below(spec(stops_at_limit=False), high, 5.0) == 1.0


def test_beyond_the_tables_nothing_is_told() -> None:
    beyond = orbit(altitude_km=2200, inclination_deg=30.0)
    assert float(radiation.known_fraction(spec(), TABLES, beyond)) == 0.0
    assert below(spec(), beyond, 5.0) == 1.0
    assert float(radiation.chip_upsets(spec(), TABLES, beyond).silent_corruption_per_s) == 0.0
    paused = spec(paused_fraction=jnp.asarray(0.95), restart_s=jnp.asarray(600.0))
    assert float(radiation.undisturbed_fraction(paused, TABLES, beyond)) == 1.0


def test_restarts_take_their_time() -> None:
    asked = spec(restart_s=jnp.asarray(3600.0))
    upsets = radiation.chip_upsets(asked, TABLES, POLAR)
    stopping = float(radiation.stopping_upset_per_s(upsets))
    left = float(radiation.undisturbed_fraction(asked, TABLES, POLAR))
    assert left == pytest.approx(1.0 - 3600.0 * stopping)
    assert left == float(radiation.started_fraction(asked, TABLES, POLAR))
    assert float(radiation.measured_fraction(asked, TABLES, POLAR)) == 1.0
    # Research: 3.4 errors of memory, 0.33 host crashes, 0.03 restarts a chip and year at 150 rad.
    assert stopping * YEAR_S == pytest.approx(3.8, rel=0.35)


def test_silicon_and_memory_scale_their_upsets() -> None:
    plain = radiation.chip_upsets(spec(), TABLES, POLAR)
    large = radiation.chip_upsets(
        spec(silicon_area_ratio=jnp.asarray(3.0), memory_ratio=jnp.asarray(9.0)), TABLES, POLAR
    )
    assert float(large.silent_corruption_per_s) == pytest.approx(
        3.0 * float(plain.silent_corruption_per_s)
    )
    assert float(large.memory_error_per_s) == pytest.approx(9.0 * float(plain.memory_error_per_s))
    assert float(large.host_crash_per_s) == float(plain.host_crash_per_s)


def test_the_dearer_of_time_and_energy_is_paid() -> None:
    checks = replace(
        SAME, time_overhead_fraction=jnp.asarray(0.08), energy_factor=jnp.asarray(1.25)
    )
    left = float(radiation.undisturbed_fraction(spec(measure=checks), TABLES, POLAR))
    assert left == pytest.approx(0.8)
    assert left == float(radiation.measured_fraction(spec(measure=checks), TABLES, POLAR))


def measure(name: str) -> radiation.Measure:
    """A measure as a scenario that names it gets it."""
    document = load(shipped.find("ai1"), [f"radiation.mitigation={name}"])
    return resolve(document).system.radiation.measure


@pytest.mark.parametrize("name", catalogue.names("mitigation"))
def test_a_measure_of_the_catalogue_helps_at_a_cost(name: str) -> None:
    one = measure(name)
    before = radiation.chip_upsets(spec(), TABLES, POLAR)
    after = radiation.mitigated(before, one)
    assert float(one.energy_factor) >= 1.0 and float(one.time_overhead_fraction) >= 0.0
    if name == "checkpointing":
        assert jax.tree.leaves(after) == jax.tree.leaves(before)
    else:
        ratio = after.silent_corruption_per_s / before.silent_corruption_per_s
        assert float(ratio) <= 0.071


def test_a_measure_takes_what_its_entry_holds_and_leaves_the_rest() -> None:
    held = {"silent_removed_fraction": 0.99, "found_fraction": 1.0, "energy_factor": 2.0}
    taken = measure("duplication")
    numbers = {one.name: float(getattr(taken, one.name)) for one in fields(radiation.Measure)}
    assert (
        numbers
        == {
            "silent_removed_fraction": 0.0,
            "found_fraction": 0.0,
            "memory_error_factor": 1.0,
            "others_removed_fraction": 0.0,
            "time_overhead_fraction": 0.0,
            "energy_factor": 1.0,
        }
        | held
    )


@pytest.mark.parametrize("mean", [1e-9, 0.3, 6.0, 60.0, 1200.0])
def test_few_enough_events_are_as_likely_as_poisson_says(mean: float) -> None:
    counts = np.floor(np.array([0.0, 0.5 * mean, mean, mean + 3.0 * np.sqrt(mean), 2.0 * mean + 9]))
    ours = service._no_more_fraction(jnp.asarray(counts), jnp.asarray(mean))
    np.testing.assert_allclose(ours, stats.poisson.cdf(counts, mean), rtol=1e-10, atol=1e-13)
