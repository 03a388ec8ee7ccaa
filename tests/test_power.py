"""Do arrays and batteries deliver what they should, and is no joule made or lost?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, get_args

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import power
from sunstack.units import YEAR_S, ZERO_CELSIUS_K

POLICIES: tuple[power.EclipsePolicy, ...] = get_args(power.EclipsePolicy)
KWH = 3.6e6


def spec(**changes: Any) -> power.Spec:
    """An AI1 in round numbers."""
    words = {"array_pointing": "sun", "eclipse_policy": "idle"}
    numbers = {
        "array_area_m2": 600.0,
        "cell_efficiency": 0.22,
        "packing_fraction": 0.9,
        "temperature_coefficient_per_k": -0.0035,
        "transfer_efficiency": 0.97,
        "array_degradation_per_s": 0.01 / YEAR_S,
        "battery_capacity_j": 40.0 * KWH,
        "battery_depth_of_discharge_fraction": 0.3,
        "battery_charge_efficiency": 0.9,
        "battery_discharge_efficiency": 0.8,
        "battery_temperature_k": ZERO_CELSIUS_K + 15.0,
        "bus_power_w": 6e3,
        "payload_power_w": 120e3,
        "payload_peak_power_w": 150e3,
        "payload_idle_power_w": 12e3,
    }
    chosen = {name: changes.get(name, word) for name, word in words.items()}
    values = {name: jnp.asarray(changes.get(name, value)) for name, value in numbers.items()}
    return power.Spec(**values, **chosen)


# --- the array -----------------------------------------------------------------------------------


def test_array_power_by_hand() -> None:
    # 1,361 · 0.22 · 0.9 · 0.97 = 261.394 W/m² at 28 °C; at 68 °C 1 - 0.0035 · 40 = 0.86 of it;
    # after ten years e^-0.1 = 0.904837; 600 m² give 261.394 · 0.86 · 0.904837 · 600 = 122,043 W.
    found = power.array_power_w(
        spec(),
        sunlight_w_per_m2=1361.0,
        cell_temperature_k=ZERO_CELSIUS_K + 68.0,
        age_s=10.0 * YEAR_S,
    )
    assert float(found) == pytest.approx(122_043.0, rel=1e-5)


@given(
    area=st.floats(0.0, 1e6), light=st.floats(0.0, 1420.0), share=st.floats(0.0, 1.0),
    kelvin=st.floats(100.0, 700.0), age=st.floats(0.0, 40.0),
)  # fmt: skip
def test_array_power_is_linear_in_area_and_light_and_never_negative(
    area: float, light: float, share: float, kelvin: float, age: float
) -> None:
    def output(area_m2: float, sunlight: float) -> float:
        return float(
            power.array_power_w(
                spec(array_area_m2=area_m2),
                sunlight_w_per_m2=sunlight,
                cell_temperature_k=kelvin,
                age_s=age * YEAR_S,
            )
        )

    whole = output(area, light)
    assert whole >= 0.0
    assert output(share * area, light) == pytest.approx(share * whole, rel=1e-12)
    assert output(area, share * light) == pytest.approx(share * whole, rel=1e-12)


@given(kelvin=st.floats(200.0, 550.0), warmer=st.floats(0.1, 50.0), later=st.floats(0.01, 10.0))
def test_warm_and_old_arrays_give_less(kelvin: float, warmer: float, later: float) -> None:
    def output(temperature: float, age: float) -> float:
        given = {"sunlight_w_per_m2": 1361.0, "cell_temperature_k": temperature, "age_s": age}
        return float(power.array_power_w(spec(), **given))

    assert output(kelvin + warmer, 0.0) < output(kelvin, 0.0)
    assert output(kelvin, later * YEAR_S) < output(kelvin, 0.0)


def both_ratios(pointing: Any, beta_rad: float) -> tuple[float, float]:
    cosine = jnp.asarray(math.cos(beta_rad))
    incidence = power.incidence_cosine_ratio(
        array_pointing=pointing,
        beta_sine_ratio=jnp.asarray(math.sin(beta_rad)),
        beta_cosine_ratio=cosine,
    )
    turn = power.vertical_turn_ratio(array_pointing=pointing, beta_cosine_ratio=cosine)
    return float(incidence), float(turn)


def test_incidence_and_turn_of_each_pointing_by_hand() -> None:
    # β = 30°: cos 0.866025, sin 0.5.
    beta = math.radians(-30.0)
    expected = {"sun": (1.0, 0.866025), "one-axis": (0.866025, 1.0), "orbit-normal": (0.5, 0.0)}
    for pointing, (incidence, turn) in expected.items():
        found = both_ratios(pointing, beta)
        assert found == pytest.approx((incidence, turn), abs=1e-6)  # six digits by hand


@pytest.mark.parametrize("pointing", ["sun", "one-axis", "orbit-normal"])
@given(beta=st.floats(-1.55, 1.55), along=st.floats(0.0, 6.28))
def test_attitude_of_an_instant_fits_that_of_the_orbit(
    pointing: power.Pointing, beta: float, along: float
) -> None:
    """The Sun's zenith cosine is cos β cos θ; at θ = 0 the array leans most to the vertical."""
    incidence, turn = both_ratios(pointing, beta)
    now, leaning = power.attitude_ratio(
        array_pointing=pointing,
        zenith_cosine_ratio=jnp.asarray(math.cos(beta) * math.cos(along)),
        beta_sine_ratio=jnp.asarray(math.sin(beta)),
    )
    assert float(now) == pytest.approx(incidence, abs=1e-9)
    assert float(leaning) == pytest.approx(turn**2 * math.cos(along) ** 2, abs=1e-9)


def test_triple_junction_cells_by_their_data_sheet() -> None:
    # Spectrolab XTJ: 0.89 of maximum power after 5e14, 0.84 after 1e15 electrons per cm².
    left = power.triple_junction_remaining_ratio(fluence_per_m2=np.array([0.0, 5e18, 1e19]))
    assert np.asarray(left) == pytest.approx([1.0, 0.89, 0.84], abs=0.005)  # as many digits given


# --- ageing of the battery -----------------------------------------------------------------------

AGEING = {
    "cycle_count": 10_000.0,
    "depth_of_discharge_fraction": 0.4,
    "mean_charge_fraction": 0.8,
    "temperature_k": 288.15,
    "age_s": 2e8,
}


def test_battery_health_by_hand() -> None:
    # 0.4^-0.501 = 1.582588: a cycle costs 1 / (221,562.4 - 123,000) = 1.014586e-5, 10,000 of them
    # 0.1014586; the calendar 4.14e-10 · 2e8 = 0.0828. Charge e^(1.04 · 0.3) = 1.366155, 15 °C
    # e^(0.0693 · -10 · 298.15 / 288.15) = 0.488190. Damage 0.1842586 · 1.366155 · 0.488190 =
    # 0.122890; 0.0575 e^-14.87 + 0.9425 e^-0.122890 = 0.83351.
    assert float(power.battery_health_ratio(**AGEING)) == pytest.approx(0.83351, abs=1e-5)


@given(
    name=st.sampled_from(sorted(AGEING)),
    cycles=st.floats(0.0, 40_000.0),
    depth=st.floats(0.01, 0.9),
    charge=st.floats(0.1, 0.9),
    kelvin=st.floats(258.0, 320.0),
    age=st.floats(0.0, 5e8),
    more=st.floats(1.01, 1.1),
)
def test_more_of_any_stress_leaves_less_battery(
    name: str, cycles: float, depth: float, charge: float, kelvin: float, age: float, more: float
) -> None:
    mild = {
        "cycle_count": cycles + 1.0,
        "depth_of_discharge_fraction": depth,
        "mean_charge_fraction": charge,
        "temperature_k": kelvin,
        "age_s": age + 1e4,
    }
    harsh = mild | {name: mild[name] * more}
    left, less = (float(power.battery_health_ratio(**one)) for one in (mild, harsh))
    assert 0.0 <= less <= left <= 1.0
    assert less < left or left < 1e-12


def test_a_new_battery_is_whole() -> None:
    new = AGEING | {"cycle_count": 0.0, "age_s": 0.0}
    assert float(power.battery_health_ratio(**new)) == pytest.approx(1.0, abs=1e-15)


def test_health_over_life_counts_the_shadowed_orbits() -> None:
    # 2,500 cycles, and none, to 30 % about a mean charge of 85 %.
    found = power.health_over_life_ratio(spec(), cycle_count=jnp.asarray([2500.0, 0.0]), age_s=6e7)
    common = {
        "depth_of_discharge_fraction": 0.3,
        "mean_charge_fraction": 0.85,
        "temperature_k": 288.15,
        "age_s": 6e7,
    }
    expected = [float(power.battery_health_ratio(cycle_count=n, **common)) for n in (2500.0, 0.0)]
    assert np.asarray(found) == pytest.approx(expected, abs=1e-12)


# --- the plan of an orbit ------------------------------------------------------------------------


def plan(design: power.Spec, **changes: float) -> power.Plan:
    given = {
        "array_lit_w": 160e3,
        "payload_limit_w": 150e3,
        "eclipse_fraction": 0.25,
        "period_s": 6000.0,
        "battery_health_ratio": 0.8,
        "usual_eclipse_fraction": 0.2,
    } | changes
    return power.plan(design, **{name: jnp.asarray(value) for name, value in given.items()})


def test_plan_by_hand() -> None:
    # Shadow 1,500 s, refill 0.25 / (0.75 · 0.72) = 0.462963. Idle in shadow: 12 kW. In the Sun
    # 160 - 6 - (12 + 6) · 0.462963 = 145.667 kW. Mean 0.75 · 145.667 + 0.25 · 12 = 112.25 kW.
    # Array for a mean of 120 kW over a life a fifth in shadow: (120 - 0.2 · 12) / 0.8 = 147 kW in
    # the Sun; 147 + 6 + 18 · 0.462963 = 161.333 kW. Battery: 18 kW · 1,500 s = 27 MJ of
    # 144 MJ · 0.8 · 0.3 · 0.8 = 27.648 MJ.
    found = plan(spec())
    assert float(found.payload_eclipse_w) == pytest.approx(12e3)
    assert float(found.payload_sunlit_w) == pytest.approx(145_666.7, abs=0.1)
    assert float(found.payload_mean_w) == pytest.approx(112_250.0, abs=0.1)
    assert float(found.array_needed_w) == pytest.approx(161_333.3, abs=0.1)
    assert float(found.battery_needed_j) == pytest.approx(27e6)
    assert float(found.battery_usable_j) == pytest.approx(27.648e6)


def test_throttling_takes_what_the_battery_gives_by_hand() -> None:
    # 27.648 MJ over 1,500 s are 18.432 kW, less 6 kW of bus 12.432 kW; carrying plans the same but
    # asks for (120 + 6) kW · 1,500 s = 189 MJ.
    throttled, carried = (plan(spec(eclipse_policy=word)) for word in ("throttle", "carry"))
    assert float(throttled.payload_eclipse_w) == pytest.approx(12_432.0)
    assert float(carried.payload_eclipse_w) == pytest.approx(12_432.0)
    assert float(throttled.battery_needed_j) == pytest.approx(27e6)
    assert float(carried.battery_needed_j) == pytest.approx(189e6)


loads = st.fixed_dictionaries(
    {
        "array_lit_w": st.floats(0.0, 400e3),
        "payload_limit_w": st.floats(0.0, 200e3, allow_subnormal=False),
        "eclipse_fraction": st.one_of(st.just(0.0), st.floats(1e-4, 0.42)),
        "period_s": st.floats(5400.0, 7600.0),
        "battery_health_ratio": st.floats(0.1, 1.0),
    }
)
designs = st.fixed_dictionaries(
    {
        "eclipse_policy": st.sampled_from(POLICIES),
        "battery_capacity_j": st.floats(0.0, 500 * KWH),
        "battery_depth_of_discharge_fraction": st.floats(0.05, 1.0),
        "battery_charge_efficiency": st.floats(0.5, 1.0),
        "battery_discharge_efficiency": st.floats(0.5, 1.0),
        "bus_power_w": st.floats(0.0, 50e3),
        "payload_idle_power_w": st.floats(0.0, 120e3),
    }
)


@given(design=designs, load=loads)
def test_a_plan_ends_every_orbit_as_it_began(
    design: dict[str, Any], load: dict[str, float]
) -> None:
    """What the lit array gives is what is drawn, in shadow through both efficiencies of the
    battery; only a payload at its limit leaves a surplus, and only one switched off leaves a
    shortage.
    """
    satellite = spec(**design)
    found, shadow = plan(satellite, **load), load["eclipse_fraction"]
    bus = design["bus_power_w"]
    round_trip = design["battery_charge_efficiency"] * design["battery_discharge_efficiency"]
    in_sun = (float(found.payload_sunlit_w) + bus) * (1.0 - shadow)
    in_shadow = (float(found.payload_eclipse_w) + bus) * shadow / round_trip
    surplus = load["array_lit_w"] * (1.0 - shadow) - in_sun - in_shadow
    rounding = 1e-9 * (load["array_lit_w"] + bus)
    at_limit = float(found.payload_sunlit_w) >= load["payload_limit_w"]
    off = float(found.payload_mean_w) == 0.0
    assert surplus <= rounding or at_limit
    assert surplus >= -rounding or off


@given(design=designs, load=loads)
def test_a_plan_keeps_its_limits(design: dict[str, Any], load: dict[str, float]) -> None:
    found = plan(spec(**design), **load)
    limit = load["payload_limit_w"]
    assert 0.0 <= float(found.payload_sunlit_w) <= limit
    assert 0.0 <= float(found.payload_eclipse_w) <= limit
    assert 0.0 <= float(found.payload_mean_w) <= limit * (1.0 + 1e-15)
    asked_j = (
        (float(found.payload_eclipse_w) + design["bus_power_w"])
        * load["eclipse_fraction"]
        * load["period_s"]
    )
    if float(found.payload_eclipse_w) > 0.0:
        assert asked_j <= float(found.battery_usable_j) * (1.0 + 1e-12)


@given(design=designs, load=loads)
def test_idling_draws_no_more_in_shadow_than_the_idle_power(
    design: dict[str, Any], load: dict[str, float]
) -> None:
    idle, throttle = (
        plan(spec(**design | {"eclipse_policy": policy}), **load) for policy in ("idle", "throttle")
    )
    assert float(idle.payload_eclipse_w) <= design["payload_idle_power_w"]
    assert float(idle.payload_eclipse_w) <= float(throttle.payload_eclipse_w)
    assert float(idle.payload_sunlit_w) >= float(throttle.payload_sunlit_w) - 1e-9


@given(load=loads, policy=st.sampled_from(["carry", "idle"]))
def test_an_array_as_large_as_needed_delivers_what_is_promised(
    load: dict[str, float], policy: power.EclipsePolicy
) -> None:
    """Given a battery that reaches through the shadow; who throttles takes more there than
    promised.
    """
    design = spec(eclipse_policy=policy, battery_capacity_j=500 * KWH)
    ready = {"payload_limit_w": 120e3, "battery_health_ratio": 1.0}
    needed = float(plan(design, **load | ready).array_needed_w)
    found = plan(design, **load | ready | {"array_lit_w": needed * (1.0 + 1e-12)})
    assert float(found.payload_sunlit_w) == pytest.approx(120e3, rel=1e-9)


# --- a step --------------------------------------------------------------------------------------


@jax.jit
def stepped(
    satellite: power.Spec, stored: jax.Array, array_w: jax.Array, load_w: jax.Array
) -> jax.Array:
    return power.step(
        satellite,
        stored_j=stored,
        capacity_j=satellite.battery_capacity_j,
        array_w=array_w,
        load_w=load_w,
        step_s=60.0,
    )


def test_step_by_hand() -> None:
    # Charging with 100 kW for 60 s at 0.9 stores 5.4 MJ; drawing 80 kW at 0.8 takes 6 MJ.
    charged, drawn, full, empty = (
        float(stepped(spec(), jnp.asarray(stored), jnp.asarray(array), jnp.asarray(load)))
        for stored, array, load in (
            (50e6, 110e3, 10e3), (50e6, 20e3, 100e3), (143e6, 110e3, 10e3), (1e6, 0.0, 80e3),
        )
    )  # fmt: skip
    assert [charged, drawn, full, empty] == pytest.approx([55.4e6, 44e6, 144e6, 0.0])


@given(share=st.floats(0.0, 1.0), array=st.floats(0.0, 300e3), load=st.floats(0.0, 300e3))
def test_a_step_makes_no_energy(share: float, array: float, load: float) -> None:
    satellite = spec()
    capacity = float(satellite.battery_capacity_j)
    before = share * capacity
    after = float(stepped(satellite, before, array, load))
    net_j, kept_j = (array - load) * 60.0, after - before
    assert 0.0 <= after <= capacity
    # Sent in: 0.9 of it is kept; taken out: 1/0.8 of it is lost. Full or empty, less moves.
    moved_j = kept_j / 0.9 if kept_j > 0.0 else kept_j * 0.8
    if 0.0 < after < capacity:
        assert moved_j == pytest.approx(net_j, abs=1e-9 * capacity)
    else:
        assert abs(moved_j) <= abs(net_j) + 1e-9 * capacity


@given(share=st.floats(0.7, 1.0), array=st.floats(0.0, 300e3), wanted=st.floats(0.0, 200e3))
def test_a_payload_draws_no_deeper_than_planned(share: float, array: float, wanted: float) -> None:
    satellite = spec()
    capacity = satellite.battery_capacity_j
    stored = jnp.asarray(share * float(capacity))
    drawn = power.payload_drawn_w(
        satellite,
        wanted_w=jnp.asarray(wanted),
        array_w=jnp.asarray(array),
        stored_j=stored,
        capacity_j=capacity,
        step_s=60.0,
    )
    assert 0.0 <= float(drawn) <= wanted
    later = stepped(satellite, stored, jnp.asarray(array), drawn + satellite.bus_power_w)
    if float(drawn) > 0.0:  # the bus alone may go deeper: it is never switched off
        assert float(later) >= 0.7 * float(capacity) * (1.0 - 1e-12)


def test_float32_stays_float32_and_agrees() -> None:
    """To 1e-5: twenty operations of rounding 6e-8, and one subtraction that loses a digit."""
    narrow = jax.tree.map(lambda leaf: leaf.astype("float32"), spec(eclipse_policy="throttle"))
    load = {"array_lit_w": 160e3, "payload_limit_w": 150e3, "eclipse_fraction": 0.25,
            "period_s": 6000.0, "battery_health_ratio": 0.8,
            "usual_eclipse_fraction": 0.2}  # fmt: skip
    rough = power.plan(narrow, **{name: jnp.float32(value) for name, value in load.items()})
    exact = plan(replace(spec(), eclipse_policy="throttle"))
    for one, other in zip(jax.tree.leaves(rough), jax.tree.leaves(exact), strict=True):
        assert one.dtype == "float32"
        assert float(one) == pytest.approx(float(other), rel=1e-5)
