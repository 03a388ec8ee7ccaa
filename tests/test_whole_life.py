"""Is the worst of a life seen wherever it falls, and is nonsense refused before it is computed?"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import pytest

from sunstack import operations
from sunstack.disciplines import thermal
from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved
from sunstack.units import DAY_S, EARTH_RADIUS_M, YEAR_S

Resolve = Callable[..., Resolved]
ORBIT = "constellation.groups.0"


@pytest.fixture(scope="module")
def drifting(shipped: Resolve) -> Resolved:
    """Dawn-dusk at first, off it by 0.4° of inclination: it meets noon and midnight after years."""
    return shipped("ai1", f"{ORBIT}.inclination_deg=97.6", "satellite.life_years=10")


def test_the_longest_shadow_of_a_drifting_orbit_is_found_between_the_years(
    drifting: Resolved,
) -> None:
    system = drifting.system
    first_s, last_s = operations.first_and_last_year_s(system)
    longest = [
        float(operations.balance(system, elapsed_s=span).eclipse_s.max())
        for span in (first_s, last_s, operations.life_s(system))
    ]
    assert longest[2] > 1.3 * max(longest[:2])
    # The battery was sized, with 5 % to spare, to that shadow and not to those of the two years.
    run = operations.balance(system, elapsed_s=operations.life_s(system))
    assert np.all(np.asarray(run.plan.battery_usable_j) >= np.asarray(run.plan.battery_needed_j))


def test_batteries_age_with_the_shadows_met_so_far(drifting: Resolved) -> None:
    system = drifting.system
    days_s = jnp.asarray([0.0, 1.0, 5.0, 9.9]) * YEAR_S
    health = np.asarray(operations.balance(system, elapsed_s=days_s).battery_health_ratio)[0]
    assert health[0] == pytest.approx(1.0, abs=1e-12)
    assert np.all(np.diff(health) < 0.0)


def test_a_flat_radiator_meets_the_sun_as_the_ground_does(shipped: Resolve) -> None:
    spec = shipped("ai1", "thermal.radiator_attitude=nadir").system.thermal
    around = thermal.Surroundings(
        sunlight_w_per_m2=jnp.asarray(1361.0),
        albedo_ratio=jnp.asarray(0.0),
        earth_infrared_w_per_m2=jnp.asarray(0.0),
        semi_major_axis_m=jnp.asarray(EARTH_RADIUS_M + 650e3),
    )
    taken = thermal.radiator_gain_w_per_m2(
        spec, around, sun_zenith_cosine_ratio=jnp.asarray([1.0, 0.5, 0.0, -1.0]), age_s=0.0
    )
    full = 1361.0 * float(spec.solar_absorptance_ratio)
    assert np.asarray(taken) == pytest.approx([full, 0.5 * full, 0.0, full])


def test_a_bus_too_warm_for_its_radiator_is_told_as_such(
    shipped: Resolve, compiled_evaluate: Callable[..., object]
) -> None:
    # 2 MW of bus on 110 m², which at its limit emits under 0.2 MW: nine tenths short.
    system = shipped("ai1", "satellite.bus_power_kw=2000").system
    outcome = compiled_evaluate(system)
    assert float(outcome.margins["radiator_heat"][0]) < -0.9  # type: ignore[attr-defined]  # Outcome


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (("power.cell_efficiency=0.6", "power.packing_fraction=1",
          "power.array_solar_absorptance_ratio=0.5"), "all that"),
        ((f"{ORBIT}.altitude_km=120", f"{ORBIT}.eccentricity_ratio=0.02"), "comes down to"),
        ((f"{ORBIT}.plane_count=90000", f"{ORBIT}.local_times_hours=null"), "planes"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(shipped: Resolve, overrides: tuple[str, ...], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        shipped("ai1", *overrides)


def test_a_life_of_weeks_is_not_a_year(shipped: Resolve) -> None:
    resolved = shipped("ai1", "satellite.life_years=0.1")
    last_s = operations.first_and_last_year_s(resolved.system)[1]
    assert float(last_s[-1]) < 0.1 * YEAR_S
    assert [str(day) for day in resolved.epochs] == ["2028-03-20"]
    assert float(last_s[1] - last_s[0]) < DAY_S
