"""How warm do the chips run, how warm the array, and how much must be throttled for it?

Two-sided radiator, per area of panel (both faces together):

    q = 2 η_f ε σ T⁴ - a S sin δ - Σ_faces F (a · albedo · S · max(c, 0) + ε E_ir)

with F the view factor of a face to the Earth, δ the Sun's angle off the panel, c the cosine of
the Sun's zenith angle below. Heat Q goes from chip to radiator over fixed resistances:

    T_chip = T_radiator + Q / G_loop + P_chip R_chip

and in time over two nodes, cold plates and radiator, the T⁴ term taken implicitly.
View factor of a plate tilted by γ from the nadir, H = r/R (Earth a diffuse sphere):

    F = cos γ / H²                                       while the whole disc is in front
    F = [cos γ arccos y - x sin γ √(1 - y²)] / (π H²) + arctan(sin γ √(1 - y²) / x) / π
        x = √(H² - 1), y = -x cot γ                      while the plate's plane cuts the disc

A panel lying flat (`nadir`) meets the Sun at δ = 90° less its zenith angle, on either face.

Assumes: isothermal panel, grey diffuse faces, infrared absorptance = emissivity; all electric power
becomes heat at the chips.
Leaves out: view of the panel to the array and to neighbours, battery and converter losses (rejected
by their own surfaces), albedo falling off towards the terminator other than with max(c, 0).
Reference: Gilmore (ed.), Spacecraft Thermal Control Handbook (2nd ed.), vol. 1, ch. 2; Howell,
A Catalog of Radiation Configuration Factors, plate to sphere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import EARTH_RADIUS_M, STEFAN_BOLTZMANN_W_PER_M2_K4

Attitude = Literal["edge-on", "nadir"]


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """Radiator, loop, chips and the array as a heat source of its own; scalars."""

    radiator_area_m2: Array
    emissivity_ratio: Array
    solar_absorptance_ratio: Array
    solar_absorptance_end_ratio: Array
    fin_efficiency: Array
    sun_incidence_rad: Array
    loop_conductance_w_per_k: Array
    chip_resistance_k_per_w: Array
    """From one chip's junction to the coolant."""
    chip_count: Array
    chip_limit_k: Array
    throttle_band_k: Array
    cold_plate_heat_capacity_j_per_k: Array
    radiator_heat_capacity_j_per_m2_k: Array
    array_solar_absorptance_ratio: Array
    array_emissivity_ratio: Array
    array_conversion_efficiency: Array
    """Share of the sunlight on the gross array that leaves as electricity."""
    life_s: Array
    radiator_attitude: Attitude = field(metadata={"static": True})


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the Sun and the Earth send; broadcast against each other."""

    sunlight_w_per_m2: Array
    albedo_ratio: Array
    earth_infrared_w_per_m2: Array
    semi_major_axis_m: Array


def view_factor_ratio(*, tilt_rad: ArrayLike, semi_major_axis_m: ArrayLike) -> Array:
    """View factor from a one-sided plate to the Earth; 0 when it faces away altogether."""
    h = jnp.asarray(semi_major_axis_m) / EARTH_RADIUS_M
    tilt = jnp.asarray(tilt_rad)
    x = jnp.sqrt(h**2 - 1.0)
    disc = jnp.arcsin(1.0 / h)
    sine = jnp.maximum(jnp.sin(tilt), 1e-12)
    y = jnp.clip(-x * jnp.cos(tilt) / sine, -1.0, 1.0)
    chord = sine * jnp.sqrt(jnp.maximum(1.0 - y**2, 0.0))
    cut = (jnp.cos(tilt) * jnp.arccos(y) - x * chord) / (jnp.pi * h**2)
    cut = cut + jnp.arctan(chord / x) / jnp.pi
    whole = jnp.cos(tilt) / h**2
    hidden = tilt >= jnp.pi / 2.0 + disc
    return jnp.where(tilt <= jnp.pi / 2.0 - disc, whole, jnp.where(hidden, 0.0, cut))


def upright_view_factor_ratio(*, semi_major_axis_m: ArrayLike) -> Array:
    """View factor of each face of a plate that contains the vertical."""
    h = jnp.asarray(semi_major_axis_m) / EARTH_RADIUS_M
    x = jnp.sqrt(h**2 - 1.0)
    return (jnp.arctan(1.0 / x) - x / h**2) / jnp.pi


def nadir_view_factor_ratio(*, semi_major_axis_m: ArrayLike) -> Array:
    """View factor of a face turned straight down."""
    return (EARTH_RADIUS_M / jnp.asarray(semi_major_axis_m)) ** 2


def radiator_view_ratio(spec: Spec, *, semi_major_axis_m: ArrayLike) -> Array:
    """Sum of both faces' view factors to the Earth."""
    if spec.radiator_attitude == "nadir":
        return nadir_view_factor_ratio(semi_major_axis_m=semi_major_axis_m)
    return 2.0 * upright_view_factor_ratio(semi_major_axis_m=semi_major_axis_m)


def solar_absorptance_ratio(spec: Spec, *, age_s: ArrayLike) -> Array:
    """Absorptance of the radiator's coating, darkening evenly over the life."""
    share = jnp.clip(jnp.asarray(age_s) / spec.life_s, 0.0, 1.0)
    change = spec.solar_absorptance_end_ratio - spec.solar_absorptance_ratio
    return spec.solar_absorptance_ratio + share * change


def radiator_gain_w_per_m2(
    spec: Spec, around: Surroundings, *, sun_zenith_cosine_ratio: ArrayLike, age_s: ArrayLike
) -> Array:
    """Heat a panel takes in from Sun and Earth, both faces, per area of panel."""
    return gain_w_per_m2(
        around,
        sun_sine_ratio=sun_sine_ratio(spec, sun_zenith_cosine_ratio=sun_zenith_cosine_ratio),
        view_ratio=radiator_view_ratio(spec, semi_major_axis_m=around.semi_major_axis_m),
        sun_zenith_cosine_ratio=sun_zenith_cosine_ratio,
        solar_absorptance_ratio=solar_absorptance_ratio(spec, age_s=age_s),
        infrared_absorptance_ratio=spec.emissivity_ratio,
    )


def sun_sine_ratio(spec: Spec, *, sun_zenith_cosine_ratio: ArrayLike) -> Array:
    """Sine of the angle at which sunlight meets the panel; a flat one meets it as the ground."""
    if spec.radiator_attitude == "nadir":
        return jnp.abs(jnp.asarray(sun_zenith_cosine_ratio))
    return jnp.sin(spec.sun_incidence_rad)


def gain_w_per_m2(
    around: Surroundings,
    *,
    sun_sine_ratio: ArrayLike,
    view_ratio: ArrayLike,
    sun_zenith_cosine_ratio: ArrayLike,
    solar_absorptance_ratio: ArrayLike,
    infrared_absorptance_ratio: ArrayLike,
) -> Array:
    """Heat taken in per area of panel: sunlight, sunlight off the Earth, the Earth's infrared."""
    day_side = jnp.maximum(jnp.asarray(sun_zenith_cosine_ratio), 0.0)
    reflected = around.albedo_ratio * view_ratio * day_side
    visible = around.sunlight_w_per_m2 * (sun_sine_ratio + reflected) * solar_absorptance_ratio
    return visible + infrared_absorptance_ratio * around.earth_infrared_w_per_m2 * view_ratio


def radiator_emission_w(spec: Spec, *, radiator_temperature_k: ArrayLike) -> Array:
    """Power both faces emit."""
    return _emission_w_per_k4(spec) * jnp.asarray(radiator_temperature_k) ** 4


def radiator_temperature_k(spec: Spec, *, heat_w: ArrayLike, gain_w_per_m2: ArrayLike) -> Array:
    """Steady temperature at which heat and gain are emitted; never below 2.7 K."""
    total = jnp.asarray(heat_w) + spec.radiator_area_m2 * jnp.asarray(gain_w_per_m2)
    return jnp.sqrt(jnp.sqrt(jnp.maximum(total / _emission_w_per_k4(spec), 2.7**4)))


def chip_temperature_k(
    spec: Spec, *, radiator_temperature_k: ArrayLike, heat_w: ArrayLike, payload_w: ArrayLike
) -> Array:
    """Steady junction temperature above a radiator that takes `heat_w`."""
    plates_k = jnp.asarray(radiator_temperature_k) + heat_w / spec.loop_conductance_w_per_k
    return junction_k(spec, plates_k=plates_k, payload_w=jnp.asarray(payload_w))


def payload_limit_w(spec: Spec, *, bus_power_w: ArrayLike, gain_w_per_m2: ArrayLike) -> Array:
    """Payload power at which the chips settle at their limit; negative if the bus is too much.

    Power and radiator temperature T are tied by P = (T_0 - T) / s, so that the balance becomes
    k T⁴ + T / s = c, or with T = u (s k)^(-1/3) and q = c s (s k)^(1/3)

        u⁴ + u = q

    which Halley's steps solve from above and to the third order: each term alone bounds u, by q and
    by the fourth root of q; from the lower of both three steps reach rounding.
    """
    bus, gain = jnp.asarray(bus_power_w), jnp.asarray(gain_w_per_m2)
    drop_k_per_w = 1.0 / spec.loop_conductance_w_per_k + (
        spec.chip_resistance_k_per_w / spec.chip_count
    )
    start_k = spec.chip_limit_k - bus / spec.loop_conductance_w_per_k
    emission = _emission_w_per_k4(spec)
    total = jnp.maximum(bus + spec.radiator_area_m2 * gain + start_k / drop_k_per_w, 1e-9)
    scale_k = jnp.cbrt(1.0 / (drop_k_per_w * emission))
    wanted = total * (drop_k_per_w / scale_k)
    place = jnp.minimum(jnp.sqrt(jnp.sqrt(wanted)), wanted)
    for _ in range(3):
        cube = place * place * place
        excess, slope = cube * place + place - wanted, 4.0 * cube + 1.0
        place = place - excess * slope / (slope * slope - 6.0 * excess * place * place)
    kelvin = scale_k * place
    emitted_w = emission * (kelvin * kelvin) ** 2
    # The same power twice: from the balance or from the drop, whichever subtracts smaller numbers.
    by_balance = emitted_w - (bus + spec.radiator_area_m2 * gain)
    by_drop = (start_k - kelvin) / drop_k_per_w
    return jnp.where(emitted_w < start_k / drop_k_per_w, by_balance, by_drop)


def array_temperature_k(
    spec: Spec,
    around: Surroundings,
    *,
    incidence_cosine_ratio: ArrayLike,
    view_ratio: ArrayLike,
    albedo_view_ratio: ArrayLike,
) -> Array:
    """Steady temperature of a lit array, from what both faces absorb less what leaves as power.

    Args:
        incidence_cosine_ratio: cosine between the array's normal and the Sun.
        view_ratio: sum of both faces' view factors to the Earth.
        albedo_view_ratio: the same, weighted with the daylight under it.
    """
    absorbed = array_absorbed_w_per_m2(
        spec,
        around,
        incidence_cosine_ratio=incidence_cosine_ratio,
        view_ratio=view_ratio,
        albedo_view_ratio=albedo_view_ratio,
    )
    emission = 2.0 * spec.array_emissivity_ratio * STEFAN_BOLTZMANN_W_PER_M2_K4
    return jnp.sqrt(jnp.sqrt(jnp.maximum(absorbed, 0.1) * (1.0 / emission)))


def array_absorbed_w_per_m2(
    spec: Spec,
    around: Surroundings,
    *,
    incidence_cosine_ratio: ArrayLike,
    view_ratio: ArrayLike,
    albedo_view_ratio: ArrayLike,
) -> Array:
    """Heat both faces of a lit array take in, less what leaves as electricity."""
    kept = spec.array_solar_absorptance_ratio - spec.array_conversion_efficiency
    reflected = spec.array_solar_absorptance_ratio * around.albedo_ratio * albedo_view_ratio
    visible = around.sunlight_w_per_m2 * (kept * incidence_cosine_ratio + reflected)
    return visible + spec.array_emissivity_ratio * around.earth_infrared_w_per_m2 * view_ratio


def array_view_ends_ratio(*, semi_major_axis_m: ArrayLike) -> tuple[Array, Array]:
    """Both faces' view to the Earth of a plate standing upright, and of one lying flat.

    Between them the view is taken linear in the squared cosine of the tilt (0.04 too high at
    worst, at 300 km).
    """
    upright = 2.0 * upright_view_factor_ratio(semi_major_axis_m=semi_major_axis_m)
    return upright, nadir_view_factor_ratio(semi_major_axis_m=semi_major_axis_m)


def junction_k(spec: Spec, *, plates_k: Array, payload_w: Array) -> Array:
    """Junction temperature above cold plates at a payload power."""
    return plates_k + payload_w * (spec.chip_resistance_k_per_w / spec.chip_count)


def coolant_limit_k(spec: Spec, *, payload_w: Array) -> Array:
    """Cold-plate temperature at which a payload power brings the chips to their limit."""
    return spec.chip_limit_k - junction_k(spec, plates_k=jnp.zeros(()), payload_w=payload_w)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Response:
    """Where a time step takes both nodes, in proportion to the heat put in; shape (satellites,)."""

    plates_k: Array
    """With no heat put in."""
    plates_k_per_w: Array
    radiator_k: Array
    radiator_k_per_w: Array
    emission_w_per_k: Array
    """Slope of the radiator's emission at its present temperature."""


def response(
    spec: Spec, *, plates_k: Array, radiator_k: Array, gain_w_per_m2: Array, step_s: ArrayLike
) -> Response:
    """Solve backward Euler on both nodes, T⁴ linearised, for any heat: stable at any step."""
    plates = spec.cold_plate_heat_capacity_j_per_k / step_s
    panel = spec.radiator_heat_capacity_j_per_m2_k * spec.radiator_area_m2 / step_s
    conductance = spec.loop_conductance_w_per_k
    inverse = 1.0 / (plates + conductance)
    share = conductance * inverse
    slope = 4.0 * _emission_w_per_k4(spec) * radiator_k * radiator_k * radiator_k
    into_panel = panel * radiator_k + spec.radiator_area_m2 * gain_w_per_m2
    per_w = 1.0 / (panel + plates * share + slope)
    radiator_later = (into_panel + 0.75 * slope * radiator_k + share * plates * plates_k) * per_w
    return Response(
        plates_k=plates * inverse * plates_k + share * radiator_later,
        plates_k_per_w=inverse + share * share * per_w,
        radiator_k=radiator_later,
        radiator_k_per_w=share * per_w,
        emission_w_per_k=slope,
    )


def throttled_w(spec: Spec, answer: Response, *, wanted_w: Array, bus_power_w: ArrayLike) -> Array:
    """Power the chips allow, judged at the temperature it will bring them to at the step's end.

    In full up to the limit; above it the share falls in proportion, to nothing a band higher.
    """
    per_payload_k = answer.plates_k_per_w + spec.chip_resistance_k_per_w / spec.chip_count
    idle_k = answer.plates_k + answer.plates_k_per_w * bus_power_w
    spare_k = spec.throttle_band_k + spec.chip_limit_k - idle_k
    allowed = wanted_w * spare_k / (spec.throttle_band_k + wanted_w * per_payload_k)
    return jnp.clip(allowed, 0.0, wanted_w)


def settle(
    spec: Spec, answer: Response, *, radiator_k: Array, heat_w: Array, gain_w_per_m2: Array
) -> tuple[Array, Array, Array]:
    """Temperatures of cold plates and radiator a step later, and the heat rejected on the way.

    Args:
        radiator_k: before the step, as `response` was given it.
        heat_w: put in during the step.
        gain_w_per_m2: taken in from Sun and Earth, as `response` was given it.
    """
    later = answer.radiator_k + answer.radiator_k_per_w * heat_w
    emitted_w = answer.emission_w_per_k * (later - 0.75 * radiator_k)
    plates_later = answer.plates_k + answer.plates_k_per_w * heat_w
    return plates_later, later, emitted_w - spec.radiator_area_m2 * gain_w_per_m2


def _emission_w_per_k4(spec: Spec) -> Array:
    """Emission of both faces per fourth power of temperature."""
    faces = 2.0 * spec.fin_efficiency * spec.emissivity_ratio
    return faces * STEFAN_BOLTZMANN_W_PER_M2_K4 * spec.radiator_area_m2
