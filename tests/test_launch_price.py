"""Do prices, and ways from release to an orbit, come out as by hand?"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import launch, orbit
from sunstack.units import DAY_S, EARTH_RADIUS_M


def numbers(defaults: dict[str, float], changes: dict[str, float]) -> dict[str, Any]:
    assert set(changes) <= set(defaults)
    return {name: jnp.asarray(value) for name, value in (defaults | changes).items()}


def learning(**changes: float) -> launch.Learning:
    defaults = {
        "start_usd_per_kg": 1800.0,
        "start_kg": 400e3,
        "learning_fraction": 0.20,
        "floor_usd_per_kg": 0.0,
    }
    return launch.Learning(**numbers(defaults, changes))


def reuse(**changes: float) -> launch.Reuse:
    defaults = {
        "vehicle_usd_per_kg": 450.0,
        "reuse_count": 10.0,
        "refurbishment_fraction": 0.01,
        "refurbished_usd_per_kg": 450.0,
        "propellant_usd_per_kg": 8.0,
        "margin_fraction": 0.0,
    }
    return launch.Reuse(**numbers(defaults, changes))


def finite(tree: Any) -> bool:
    return all(bool(jnp.all(jnp.isfinite(leaf))) for leaf in jax.tree.leaves(tree))


# --- price ---------------------------------------------------------------------------------------


@given(rate=st.floats(0.01, 0.6), mass=st.floats(4e5, 1e10))
def test_a_doubling_saves_the_learning_rate(rate: float, mass: float) -> None:
    curve = learning(learning_fraction=rate)
    here, there = (
        float(launch.learned_price_usd_per_kg(curve, launched_kg=kg)) for kg in (mass, 2.0 * mass)
    )
    assert there == pytest.approx((1.0 - rate) * here, rel=1e-9)
    back = launch.launched_mass_at_price_kg(curve, price_usd_per_kg=here)
    assert float(back) == pytest.approx(mass, rel=1e-6)


def test_the_learning_curve_has_its_ends() -> None:
    curve = learning(floor_usd_per_kg=15.0)
    price = launch.learned_price_usd_per_kg(curve, launched_kg=jnp.asarray([0.0, 4e5, 1e30]))
    assert np.asarray(price) == pytest.approx([1800.0, 1800.0, 15.0])
    assert float(launch.launched_mass_at_price_kg(curve, price_usd_per_kg=2000.0)) == 4e5
    for never in (curve, learning(learning_fraction=0.0)):
        mass = float(launch.launched_mass_at_price_kg(never, price_usd_per_kg=10.0))
        assert 1e30 < mass < math.inf


def test_the_learning_rate_decides() -> None:
    # (1,800/200)^(1/0.286) = 2,152 times 400 t; ^(1/0.322) = 921; ^(1/0.396) = 257
    for rate, tonnes in ((0.18, 861_048), (0.20, 368_305), (0.24, 102_848)):
        reached = launch.launched_mass_at_price_kg(
            learning(learning_fraction=rate), price_usd_per_kg=200.0
        )
        assert float(reached) == pytest.approx(1e3 * tonnes, rel=1e-5)


def test_reuse_by_hand() -> None:
    # 450/10 + 0.01 · 450 · 9/10 + 8 = 57.05; thrown away 458, nothing refurbished; floor 8
    cost = launch.reuse_cost_usd_per_kg
    assert float(cost(reuse())) == pytest.approx(57.05)
    assert float(cost(reuse(reuse_count=1.0))) == pytest.approx(458.0)
    assert float(cost(reuse(reuse_count=0.0))) == pytest.approx(458.0)
    assert float(cost(reuse(reuse_count=1e9, refurbishment_fraction=0.0))) == pytest.approx(8.0)
    priced = launch.price_usd_per_kg(reuse(margin_fraction=0.75), launched_kg=jnp.zeros(3))
    assert np.asarray(priced) == pytest.approx(3 * [4.0 * 57.05])


@given(fewer=st.floats(1.0, 100.0), more=st.floats(1.0, 100.0))
def test_reuse_never_costs_more_while_refurbishing_costs_less_than_new(
    fewer: float, more: float
) -> None:
    low, high = sorted((fewer, more))
    one, other = (
        float(launch.reuse_cost_usd_per_kg(reuse(reuse_count=count))) for count in (low, high)
    )
    assert other <= one * (1 + 1e-12)


# --- from release to place -----------------------------------------------------------------------


def raised(**changes: float) -> launch.Raising:
    given_ = {
        "mass_kg": 2000.0,
        "delta_v_m_per_s": 166.1,
        "specific_impulse_s": 2500.0,
        "thrust_n": 0.34,
        "sunlit_fraction": 1.0,
        "duty_fraction": 1.0,
    }
    return launch.raising(**(given_ | changes))


def test_raising_by_hand() -> None:
    # v = 24,517 m/s: 2,000 (1 - e^(-166.1/24,517)) = 13.504 kg; · 24,517 / 0.34 N = 973,800 s
    found = raised()
    assert float(found.propellant_kg) == pytest.approx(13.504, abs=1e-3)
    assert float(found.duration_s) == pytest.approx(973_800, rel=1e-4)
    slow = raised(sunlit_fraction=0.65, duty_fraction=0.8)
    assert float(slow.duration_s) == pytest.approx(973_800 / 0.52, rel=1e-4)
    assert float(slow.propellant_kg) == float(found.propellant_kg)


def test_planes_spread_by_the_difference_of_their_drifts() -> None:
    low, high = (
        orbit.secular_rates(
            semi_major_axis_m=EARTH_RADIUS_M + altitude,
            eccentricity_ratio=0.0,
            inclination_rad=math.radians(30.0),
        ).node_rad_per_s
        for altitude in (350e3, 650e3)
    )
    for one, other in ((low, high), (high, low)):
        time = launch.plane_spreading_s(
            node_spread_rad=math.pi, parking_drift_rad_per_s=one, final_drift_rad_per_s=other
        )
        assert float(time) / DAY_S == pytest.approx(177.6, rel=0.01)
    never = launch.plane_spreading_s(
        node_spread_rad=1.0, parking_drift_rad_per_s=low, final_drift_rad_per_s=low
    )
    assert 1e14 < float(never) < math.inf


def test_absurd_thrusters_take_for_ever_but_not_nan() -> None:
    for changes in ({"thrust_n": 0.0}, {"duty_fraction": 0.0}, {"specific_impulse_s": 0.0}):
        assert finite(raised(**changes))
    assert float(raised(thrust_n=0.0).duration_s) > 1e12
    thrust = launch.hall_thrust_n(power_w=4200.0, efficiency=0.5, specific_impulse_s=0.0)
    assert math.isfinite(float(thrust))
