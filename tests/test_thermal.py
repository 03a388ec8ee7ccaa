"""Does heat leave as it should, and do chips, radiator and array settle where they should?"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines import thermal
from sunstack.units import EARTH_RADIUS_M, STEFAN_BOLTZMANN_W_PER_M2_K4, YEAR_S

AXIS_600_M = EARTH_RADIUS_M + 600e3
axes = st.floats(EARTH_RADIUS_M + 160e3, EARTH_RADIUS_M + 2500e3)
tilts = st.floats(0.0, math.pi)


def spec(**changes: Any) -> thermal.Spec:
    """An AI1 in round numbers."""
    numbers = {
        "radiator_area_m2": 110.0,
        "emissivity_ratio": 0.9,
        "solar_absorptance_ratio": 0.1,
        "solar_absorptance_end_ratio": 0.2,
        "fin_efficiency": 0.95,
        "sun_incidence_rad": 0.03,
        "loop_conductance_w_per_k": 15_000.0,
        "chip_resistance_k_per_w": 0.02,
        "chip_count": 100.0,
        "chip_limit_k": 365.0,
        "throttle_band_k": 5.0,
        "cold_plate_heat_capacity_j_per_k": 250e3,
        "radiator_heat_capacity_j_per_m2_k": 3e3,
        "array_solar_absorptance_ratio": 0.9,
        "array_emissivity_ratio": 0.85,
        "array_conversion_efficiency": 0.2,
        "life_s": 5.0 * YEAR_S,
    }
    values = {name: jnp.asarray(changes.get(name, value)) for name, value in numbers.items()}
    return thermal.Spec(**values, radiator_attitude=changes.get("radiator_attitude", "edge-on"))


def around(axis_m: float = AXIS_600_M, **changes: float) -> thermal.Surroundings:
    numbers = {
        "sunlight_w_per_m2": 1361.0,
        "albedo_ratio": 0.3,
        "earth_infrared_w_per_m2": 237.0,
        "semi_major_axis_m": axis_m,
    } | changes
    return thermal.Surroundings(**{name: jnp.asarray(value) for name, value in numbers.items()})


# --- view factors --------------------------------------------------------------------------------


@jax.jit
def view(tilt: jax.Array, axis: jax.Array) -> jax.Array:
    return thermal.view_factor_ratio(tilt_rad=tilt, semi_major_axis_m=axis)


def summed_view(tilt: float, axis: float) -> float:
    """F = 1/π ∫ max(n̂·ω̂, 0) dΩ over the Earth's disc, by the midpoint rule on rings and spokes."""
    rings, spokes = 300, 720
    edge = math.asin(EARTH_RADIUS_M / axis)
    nadir = (np.arange(rings) + 0.5) / rings * edge
    turn = (np.arange(spokes) + 0.5) / spokes * 2.0 * math.pi
    cosine = math.cos(tilt) * np.cos(nadir)[:, None] + math.sin(tilt) * np.outer(
        np.sin(nadir), np.cos(turn)
    )
    solid_angle = np.sin(nadir)[:, None] * (edge / rings) * (2.0 * math.pi / spokes)
    return float(np.sum(np.maximum(cosine, 0.0) * solid_angle) / math.pi)


@given(tilt=tilts, axis=axes)
def test_view_factor_is_the_integral_over_the_disc(tilt: float, axis: float) -> None:
    # The midpoint rule on 300 rings and 720 spokes: halving the steps moves it by under 1e-5.
    assert float(view(tilt, axis)) == pytest.approx(summed_view(tilt, axis), abs=3e-5)


@given(axis=axes)
def test_view_factor_has_its_limits(axis: float) -> None:
    squared = (EARTH_RADIUS_M / axis) ** 2
    down, upright, up = (float(view(tilt, axis)) for tilt in (0.0, math.pi / 2, math.pi))
    one_side = float(thermal.upright_view_factor_ratio(semi_major_axis_m=axis))
    assert down == pytest.approx(squared, rel=1e-14)
    assert float(thermal.nadir_view_factor_ratio(semi_major_axis_m=axis)) == pytest.approx(squared)
    assert upright == pytest.approx(one_side, rel=1e-9)
    assert up == 0.0


@given(axis=axes)
def test_view_factor_is_continuous_where_the_plate_s_plane_touches_the_disc(axis: float) -> None:
    disc = math.asin(EARTH_RADIUS_M / axis)
    for edge in (math.pi / 2 - disc, math.pi / 2 + disc):
        before, after = (float(view(edge + side * 1e-7, axis)) for side in (-1.0, 1.0))
        # The slope is at most one: 2e-7 of tilt moves it by as much.
        assert after == pytest.approx(before, abs=3e-7)


@given(tilt=st.floats(0.0, 3.0), more=st.floats(1e-3, 0.14), axis=axes)
def test_turning_away_from_the_earth_shows_less_of_it(
    tilt: float, more: float, axis: float
) -> None:
    here, there = float(view(tilt, axis)), float(view(tilt + more, axis))
    assert there < here or here == there == 0.0


@given(axis=axes)
def test_mean_over_all_tilts_is_the_view_of_a_small_sphere(axis: float) -> None:
    """A sphere is plates facing every way alike, and sees the disc's share of the sky."""
    tilt = (np.arange(4000) + 0.5) / 4000 * math.pi
    weighted = np.asarray(view(tilt, np.full(4000, axis))) * np.sin(tilt)
    mean = 0.5 * float(weighted.sum()) * math.pi / 4000
    sphere = 0.5 * (1.0 - math.sqrt(1.0 - (EARTH_RADIUS_M / axis) ** 2))
    assert mean == pytest.approx(sphere, abs=1e-6)  # the midpoint rule at 4,000 tilts


def test_view_factors_at_600_km_by_hand() -> None:
    # H = 6,978.137/6,378.137 = 1.094071: 1/H² = 0.835427. x = √(H² - 1) = 0.443838; arctan(1/x) =
    # 1.153079, x/H² = 0.370794: (1.153079 - 0.370794)/π = 0.249009 for each face of an upright
    # plate.
    assert float(view(0.0, AXIS_600_M)) == pytest.approx(0.835427, abs=2e-6)
    upright = thermal.upright_view_factor_ratio(semi_major_axis_m=AXIS_600_M)
    assert float(upright) == pytest.approx(0.249009, abs=2e-6)
    ratios = [
        float(
            thermal.radiator_view_ratio(
                spec(radiator_attitude=attitude), semi_major_axis_m=AXIS_600_M
            )
        )
        for attitude in ("edge-on", "nadir")
    ]
    assert ratios == pytest.approx([0.498018, 0.835427], abs=4e-6)


@given(tilt=tilts, axis=st.floats(EARTH_RADIUS_M + 160e3, EARTH_RADIUS_M + 2500e3))
def test_array_view_is_linear_enough_in_the_squared_cosine(tilt: float, axis: float) -> None:
    """The docstring's bound: at most 0.04 too high."""
    upright, flat = thermal.array_view_ends_ratio(semi_major_axis_m=axis)
    taken = float(upright + (flat - upright) * math.cos(tilt) ** 2)
    both_faces = float(view(tilt, axis)) + float(view(math.pi - tilt, axis))
    assert -0.04 <= taken - both_faces <= 0.04


# --- steady state --------------------------------------------------------------------------------


def test_emission_by_hand() -> None:
    # 348.15⁴ = 1.469148e10; times σ = 5.670374e-8 833.062 W/m²; 2 · 0.95 · 0.9 · 833.062 · 110 =
    # 156,699 W at 75 °C.
    emitted = thermal.radiator_emission_w(spec(), radiator_temperature_k=348.15)
    assert float(emitted) == pytest.approx(156_699.0, rel=2e-6)


def test_gain_by_hand() -> None:
    # New, edge-on at 600 km, Sun 60° from the zenith below: 1,361 · 0.1 · (sin 0.03 + 0.3 ·
    # 0.498018 · 0.5) = 136.1 · (0.029996 + 0.074703) = 14.249; infrared 0.9 · 237 · 0.498018 =
    # 106.227.
    gain = thermal.radiator_gain_w_per_m2(spec(), around(), sun_zenith_cosine_ratio=0.5, age_s=0.0)
    assert float(gain) == pytest.approx(120.476, abs=1e-3)
    night = thermal.radiator_gain_w_per_m2(
        spec(sun_incidence_rad=0.0), around(), sun_zenith_cosine_ratio=-0.5, age_s=0.0
    )
    assert float(night) == pytest.approx(106.227, abs=1e-3)


def test_coating_darkens_evenly_over_the_life() -> None:
    ages = np.array([-1.0, 0.0, 2.5, 5.0, 9.0]) * YEAR_S
    found = thermal.solar_absorptance_ratio(spec(), age_s=ages)
    assert np.asarray(found) == pytest.approx([0.1, 0.1, 0.15, 0.2, 0.2], abs=1e-12)


@given(heat=st.floats(0.0, 1e6), gain=st.floats(0.0, 400.0))
def test_radiator_settles_where_it_emits_what_it_gets(heat: float, gain: float) -> None:
    kelvin = thermal.radiator_temperature_k(spec(), heat_w=heat, gain_w_per_m2=gain)
    emitted = float(thermal.radiator_emission_w(spec(), radiator_temperature_k=kelvin))
    floor = float(thermal.radiator_emission_w(spec(), radiator_temperature_k=2.7))
    assert emitted == pytest.approx(max(heat + 110.0 * gain, floor), rel=1e-12)


def test_chip_temperature_by_hand() -> None:
    # 340 K + 126 kW / 15 kW/K + 120 kW · 0.02 / 100 = 340 + 8.4 + 24 = 372.4 K.
    chip = thermal.chip_temperature_k(
        spec(), radiator_temperature_k=340.0, heat_w=126e3, payload_w=120e3
    )
    assert float(chip) == pytest.approx(372.4, abs=1e-9)


designs = st.fixed_dictionaries(
    {
        "radiator_area_m2": st.floats(1e-3, 1e4),
        "emissivity_ratio": st.floats(0.05, 1.0),
        "loop_conductance_w_per_k": st.floats(1.0, 1e7),
        "chip_resistance_k_per_w": st.floats(0.0, 5.0),
        "chip_count": st.floats(1.0, 1e5),
        "chip_limit_k": st.floats(293.0, 473.0),
    }
)


@given(design=designs, bus=st.floats(0.0, 1e5), gain=st.floats(0.0, 300.0))
def test_payload_limit_brings_the_chips_exactly_to_their_limit(
    design: dict[str, float], bus: float, gain: float
) -> None:
    satellite, limit = spec(**design), design["chip_limit_k"]

    def chip_k(payload: float) -> float:
        heat = payload + bus
        radiator = thermal.radiator_temperature_k(satellite, heat_w=heat, gain_w_per_m2=gain)
        found = thermal.chip_temperature_k(
            satellite, radiator_temperature_k=radiator, heat_w=heat, payload_w=payload
        )
        return float(found)

    found = thermal.payload_limit_w(satellite, bus_power_w=bus, gain_w_per_m2=gain)
    if float(found) > 0.0:
        assert chip_k(float(found)) == pytest.approx(limit, abs=1e-6)
    else:
        assert chip_k(0.0) >= limit - 1e-6


@given(design=designs, payload=st.floats(0.0, 1e6))
def test_throttle_holds_the_limit(design: dict[str, float], payload: float) -> None:
    satellite = spec(**design)
    at_limit = thermal.coolant_limit_k(satellite, payload_w=jnp.asarray(payload))
    assert float(
        thermal.junction_k(satellite, plates_k=at_limit, payload_w=jnp.asarray(payload))
    ) == pytest.approx(design["chip_limit_k"], rel=1e-12, abs=1e-9 * payload)


@given(
    design=designs,
    wanted=st.floats(1.0, 1e6),
    plates=st.floats(250.0, 420.0),
    step_s=st.floats(1.0, 600.0),
)
def test_throttled_power_is_its_share_at_the_temperature_it_leads_to(
    design: dict[str, float], wanted: float, plates: float, step_s: float
) -> None:
    satellite, limit, band = spec(**design), design["chip_limit_k"], 5.0
    answer = thermal.response(
        satellite,
        plates_k=jnp.asarray(plates),
        radiator_k=jnp.asarray(plates - 5.0),
        gain_w_per_m2=jnp.asarray(120.0),
        step_s=step_s,
    )
    allowed = float(
        thermal.throttled_w(satellite, answer, wanted_w=jnp.asarray(wanted), bus_power_w=6e3)
    )
    later = answer.plates_k + answer.plates_k_per_w * (allowed + 6e3)
    chip = float(thermal.junction_k(satellite, plates_k=later, payload_w=jnp.asarray(allowed)))
    share = min(max(1.0 - (chip - limit) / band, 0.0), 1.0)
    # Junctions of up to 1e6 K would be reached at full power: rounding 1e-9 K of a 5 K band.
    assert allowed / wanted == pytest.approx(share, abs=1e-8)


# --- the array -----------------------------------------------------------------------------------


def test_array_temperature_by_hand() -> None:
    # Upright at 600 km: (0.9 - 0.2) · 1,361 + 0.9 · 0.3 · 0.1 · 1,361 + 0.85 · 237 · 0.498018 =
    # 952.7 + 36.747 + 100.326 = 1,089.773 W/m²; over 2 · 0.85 · σ: 1.130511e10 K⁴; root 326.076 K.
    ratios = {
        "incidence_cosine_ratio": 1.0, "view_ratio": 0.498018, "albedo_view_ratio": 0.1,
    }  # fmt: skip
    kelvin = thermal.array_temperature_k(spec(), around(), **ratios)
    assert float(kelvin) == pytest.approx(326.076, abs=2e-3)


@given(absorbed=st.floats(50.0, 1500.0), emissivity=st.floats(0.7, 0.95))
def test_array_radiates_what_it_absorbs(absorbed: float, emissivity: float) -> None:
    satellite = spec(array_emissivity_ratio=emissivity)
    ratios = {"incidence_cosine_ratio": 1.0, "view_ratio": 0.0, "albedo_view_ratio": 0.0}
    light = around(sunlight_w_per_m2=absorbed / 0.7)
    kelvin = float(thermal.array_temperature_k(satellite, light, **ratios))
    emission = 2.0 * emissivity * STEFAN_BOLTZMANN_W_PER_M2_K4
    assert kelvin == pytest.approx((absorbed / emission) ** 0.25, rel=1e-12)


# --- a step --------------------------------------------------------------------------------------


@jax.jit
def stepped(
    satellite: thermal.Spec,
    plates_k: jax.Array,
    radiator_k: jax.Array,
    heat_w: jax.Array,
    gain: jax.Array,
    step_s: jax.Array,
) -> tuple[jax.Array, jax.Array, jax.Array]:
    answer = thermal.response(
        satellite, plates_k=plates_k, radiator_k=radiator_k, gain_w_per_m2=gain, step_s=step_s
    )
    return thermal.settle(
        satellite, answer, radiator_k=radiator_k, heat_w=heat_w, gain_w_per_m2=gain
    )


steps_s = st.floats(1.0, 600.0)
heats = st.floats(0.0, 300e3)
gains = st.floats(0.0, 300.0)


@given(heat=st.floats(1e3, 300e3), gain=gains, step_s=steps_s)
def test_a_steady_satellite_stays_as_it_is(heat: float, gain: float, step_s: float) -> None:
    radiator = float(thermal.radiator_temperature_k(spec(), heat_w=heat, gain_w_per_m2=gain))
    plates = radiator + heat / 15_000.0
    found = [float(one) for one in stepped(spec(), plates, radiator, heat, gain, step_s)]
    assert found[:2] == pytest.approx([plates, radiator], rel=1e-12)
    assert found[2] == pytest.approx(heat, rel=1e-9)


@given(
    plates=st.floats(200.0, 420.0), radiator=st.floats(200.0, 420.0), heat=heats, gain=gains,
    step_s=steps_s, area=st.floats(0.1, 1e4),
)  # fmt: skip
def test_a_step_makes_no_heat(
    plates: float, radiator: float, heat: float, gain: float, step_s: float, area: float
) -> None:
    satellite = spec(radiator_area_m2=area)
    later, panel_later, rejected = (
        float(one) for one in stepped(satellite, plates, radiator, heat, gain, step_s)
    )
    stored = 250e3 * (later - plates) + 3e3 * area * (panel_later - radiator)
    # Of the largest flow: what the panel holds, emits and takes in.
    scale = 250e3 * plates + 3e3 * area * radiator + step_s * (heat + area * (gain + 2e3))
    assert stored + rejected * step_s == pytest.approx(heat * step_s, abs=1e-9 * scale)


@jax.jit
def settled(
    number: int, plates_k: jax.Array, radiator_k: jax.Array, heat_w: jax.Array, step_s: jax.Array
) -> tuple[jax.Array, jax.Array]:
    def tick(_: int, now: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        return stepped(spec(), *now, heat_w, 100.0, step_s)[:2]

    return jax.lax.fori_loop(0, number, tick, (plates_k, radiator_k))


@given(
    plates=st.floats(250.0, 420.0), radiator=st.floats(250.0, 420.0), heat=st.floats(1e4, 300e3),
    step_s=st.floats(1.0, 1e7),
)  # fmt: skip
def test_any_step_leads_to_the_steady_state(
    plates: float, radiator: float, heat: float, step_s: float
) -> None:
    """At 210 K, the coldest that 10 kW and this gain come to, the panel gives off 0.4 kW/K more for
    each kelvin: with 580 kJ/K a time constant of 1,450 s, of which 50,000 s are more than thirty.
    At longer steps, T⁴ linearised is Newton's method, for which twenty are plenty.
    """
    number = max(20, math.ceil(50_000.0 / step_s))
    found = [float(one) for one in settled(number, plates, radiator, heat, step_s)]
    steady = float(thermal.radiator_temperature_k(spec(), heat_w=heat, gain_w_per_m2=100.0))
    assert found == pytest.approx([steady + heat / 15_000.0, steady], abs=0.01)


def test_float32_agrees_with_float64() -> None:
    """To 1e-5: backward Euler divides sums of like terms, each rounded to 6e-8."""
    arguments = (spec(), *(jnp.asarray(x) for x in (350.0, 340.0, 126e3, 120.0, 60.0)))
    narrow = jax.tree.map(lambda leaf: leaf.astype("float32"), arguments)
    for rough, exact in zip(stepped(*narrow), stepped(*arguments), strict=True):
        assert rough.dtype == "float32"
        assert float(rough) == pytest.approx(float(exact), rel=1e-5)
    limits = [
        thermal.payload_limit_w(one[0], bus_power_w=one[3] / 20.0, gain_w_per_m2=one[4])
        for one in (narrow, arguments)
    ]
    assert limits[0].dtype == "float32"
    # A root of a difference of flows near 2e5 W: rounding 6e-8 of that over a slope of two.
    assert float(limits[0]) == pytest.approx(float(limits[1]), rel=1e-5)
