"""What do arrays and batteries deliver, and as they age?

Array, lit and pointed:  P = S ν cos θ · A κ η [1 + k_T (T - 28 °C)] · η_t · e^{-λt}
Energy over an orbit with a share f in shadow:

    P_array (1 - f) = (P_sunlit + P_bus)(1 - f) + (P_eclipse + P_bus) f / (η_c η_d)

Battery: what it can give in one shadow is its nameplate energy x health x depth of discharge x η_d.
Health after Xu et al.: L = 1 - 0.0575 e^{-121 d} - 0.9425 e^{-d}, d summing cycle and calendar
stress factors (depth, state of charge, temperature).

Assumes: the payload's plan is fixed orbit by orbit, so sunlit and eclipse power are constants;
the cells of the Xu fit (lithium manganese oxide) stand for all lithium-ion cells.
Leaves out: limits on charge current, seasonal temperature of the battery, array shadowing,
albedo light on a bifacial array.
Reference: Wertz & Larson (3rd ed.), sec. 11.4; Xu et al., IEEE Trans. Smart Grid 9 (2018) 1131.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import ZERO_CELSIUS_K

REFERENCE_CELL_TEMPERATURE_K = ZERO_CELSIUS_K + 28.0
"""Temperature at which cell efficiency is stated."""

Pointing = Literal["sun", "one-axis", "orbit-normal"]
EclipsePolicy = Literal["carry", "throttle", "idle"]
"""In shadow `carry` promises the power asked for, `idle` draws the idle power, and `throttle`
promises the idle power but draws what battery and array can give."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """Arrays, batteries and the loads they feed; scalars."""

    array_area_m2: Array
    cell_efficiency: Array
    packing_fraction: Array
    temperature_coefficient_per_k: Array
    transfer_efficiency: Array
    array_degradation_per_s: Array
    """Logarithmic rate: output falls as e^{-rate · age}."""
    battery_capacity_j: Array
    battery_depth_of_discharge_fraction: Array
    battery_charge_efficiency: Array
    battery_discharge_efficiency: Array
    battery_temperature_k: Array
    bus_power_w: Array
    payload_power_w: Array
    """Mean the payload is meant to draw."""
    payload_peak_power_w: Array
    payload_idle_power_w: Array
    array_pointing: Pointing = field(metadata={"static": True})
    eclipse_policy: EclipsePolicy = field(metadata={"static": True})


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a satellite spends an orbit; shape of the inputs."""

    payload_sunlit_w: Array
    payload_eclipse_w: Array
    payload_mean_w: Array
    bus_mean_w: Array
    """What the bus gets; less than it wants where array and battery cannot give it."""
    array_needed_w: Array
    """Array output while lit that would feed the wanted payload power and refill the battery."""
    battery_needed_j: Array
    """Energy to be had from the battery for the eclipse power the policy wants."""
    battery_usable_j: Array


def incidence_cosine_ratio(
    *, array_pointing: Pointing, beta_sine_ratio: Array, beta_cosine_ratio: Array
) -> Array:
    """Cosine between array normal and Sun, the same all round the orbit."""
    if array_pointing == "sun":
        return jnp.ones_like(beta_sine_ratio)
    return beta_cosine_ratio if array_pointing == "one-axis" else jnp.abs(beta_sine_ratio)


def attitude_ratio(
    *, array_pointing: Pointing, zenith_cosine_ratio: Array, beta_sine_ratio: Array
) -> tuple[Array, Array]:
    """Cosine between array normal and Sun, and squared cosine between normal and vertical, now."""
    square = zenith_cosine_ratio * zenith_cosine_ratio
    if array_pointing == "sun":
        return jnp.ones_like(square), square
    if array_pointing == "orbit-normal":
        return jnp.abs(beta_sine_ratio), jnp.zeros_like(square)
    cosine_squared = jnp.maximum(1.0 - beta_sine_ratio * beta_sine_ratio, 1e-6)
    return jnp.sqrt(cosine_squared), jnp.minimum(square / cosine_squared, 1.0)


def vertical_turn_ratio(*, array_pointing: Pointing, beta_cosine_ratio: Array) -> Array:
    """Largest cosine between array normal and the vertical that an orbit brings."""
    if array_pointing == "sun":
        return beta_cosine_ratio
    given = jnp.ones_like if array_pointing == "one-axis" else jnp.zeros_like
    return given(beta_cosine_ratio)


def array_power_w(
    spec: Spec, *, sunlight_w_per_m2: ArrayLike, cell_temperature_k: ArrayLike, age_s: ArrayLike
) -> Array:
    """Power at the loads of a lit array; `sunlight_w_per_m2` is what falls on its face."""
    warmth = 1.0 + spec.temperature_coefficient_per_k * (
        jnp.asarray(cell_temperature_k) - REFERENCE_CELL_TEMPERATURE_K
    )
    ageing = jnp.exp(-spec.array_degradation_per_s * jnp.asarray(age_s))
    cells_m2 = spec.array_area_m2 * spec.packing_fraction
    per_sunlight = cells_m2 * spec.cell_efficiency * spec.transfer_efficiency * ageing
    return jnp.asarray(sunlight_w_per_m2) * per_sunlight * jnp.maximum(warmth, 0.0)


def triple_junction_remaining_ratio(*, fluence_per_m2: ArrayLike) -> Array:
    """Share of power left in XTJ cells after a fluence of 1 MeV electrons (Spectrolab)."""
    return 1.0 - 0.222 * jnp.log10(1.0 + jnp.asarray(fluence_per_m2) / 2.35e18)


def battery_health_ratio(
    *,
    cycle_count: ArrayLike,
    depth_of_discharge_fraction: ArrayLike,
    mean_charge_fraction: ArrayLike,
    temperature_k: ArrayLike,
    age_s: ArrayLike,
) -> Array:
    """Capacity left of a lithium-ion cell after equal cycles and calendar time.

    Raises nothing: a depth of zero counts as one in a thousand.
    """
    depth = jnp.maximum(jnp.asarray(depth_of_discharge_fraction), 1e-3)
    celsius = jnp.asarray(temperature_k) - ZERO_CELSIUS_K
    per_cycle = 1.0 / (1.40e5 * depth**-0.501 - 1.23e5)
    charge_stress = jnp.exp(1.04 * (jnp.asarray(mean_charge_fraction) - 0.5))
    heat_stress = jnp.exp(0.0693 * (celsius - 25.0) * (ZERO_CELSIUS_K + 25.0) / temperature_k)
    calendar = 4.14e-10 * jnp.asarray(age_s)
    damage = (jnp.asarray(cycle_count) * per_cycle + calendar) * charge_stress * heat_stress
    return 0.0575 * jnp.exp(-121.0 * damage) + 0.9425 * jnp.exp(-damage)


def health_over_life_ratio(spec: Spec, *, cycle_count: ArrayLike, age_s: ArrayLike) -> Array:
    """Battery health after shadows so far, each taking the battery to its planned depth."""
    depth = spec.battery_depth_of_discharge_fraction
    return battery_health_ratio(
        cycle_count=cycle_count,
        depth_of_discharge_fraction=depth,
        mean_charge_fraction=1.0 - 0.5 * depth,
        temperature_k=spec.battery_temperature_k,
        age_s=age_s,
    )


def plan(
    spec: Spec,
    *,
    array_lit_w: Array,
    payload_limit_w: ArrayLike,
    eclipse_fraction: Array,
    period_s: Array,
    battery_health_ratio: ArrayLike,
    usual_eclipse_fraction: ArrayLike,
) -> Plan:
    """Choose the payload's sunlit and eclipse power so that every orbit ends as it began.

    Args:
        array_lit_w: mean array output over the lit arc.
        payload_limit_w: most the payload may draw, by its own peak and by its cooling.
        eclipse_fraction: share of the orbit in shadow.
        period_s: length of the orbit.
        battery_health_ratio: capacity left.
        usual_eclipse_fraction: mean over the life, for what sunlight must make up for shadow.
    """
    lit = 1.0 - eclipse_fraction
    shadow_s = eclipse_fraction * period_s
    round_trip = spec.battery_charge_efficiency * spec.battery_discharge_efficiency
    held_j = spec.battery_capacity_j * jnp.asarray(battery_health_ratio)
    deliverable_j = held_j * spec.battery_discharge_efficiency
    usable_j = deliverable_j * spec.battery_depth_of_discharge_fraction
    limit = jnp.asarray(payload_limit_w)
    # In orbits without shadow the eclipse power is never drawn: one second keeps it finite.
    by_battery = usable_j / jnp.maximum(shadow_s, 1.0) - spec.bus_power_w
    steady = array_lit_w * lit / (lit + eclipse_fraction / round_trip) - spec.bus_power_w
    wanted = _wanted_in_eclipse_w(spec, limit=limit)
    eclipse_w = jnp.maximum(jnp.minimum(wanted, jnp.minimum(by_battery, steady)), 0.0)
    refill = eclipse_fraction / (lit * round_trip)
    sunlit_w = jnp.clip(
        array_lit_w - spec.bus_power_w - (eclipse_w + spec.bus_power_w) * refill, 0.0, limit
    )
    required = _required_in_eclipse_w(spec)
    required_sunlit = _required_in_sunlight_w(spec, jnp.asarray(usual_eclipse_fraction))
    return Plan(
        payload_sunlit_w=sunlit_w,
        payload_eclipse_w=eclipse_w,
        payload_mean_w=lit * sunlit_w + eclipse_fraction * eclipse_w,
        bus_mean_w=_bus_mean_w(
            spec,
            array_lit_w=array_lit_w,
            eclipse_fraction=eclipse_fraction,
            stored_w=deliverable_j / period_s,
        ),
        array_needed_w=required_sunlit + spec.bus_power_w + (required + spec.bus_power_w) * refill,
        battery_needed_j=(required + spec.bus_power_w) * shadow_s,
        battery_usable_j=jnp.broadcast_to(usable_j, jnp.shape(shadow_s)),
    )


def _bus_mean_w(
    spec: Spec, *, array_lit_w: Array, eclipse_fraction: Array, stored_w: Array
) -> Array:
    """Orbit mean of the bus: fed while lit, in shadow from what the array stored before."""
    lit = 1.0 - eclipse_fraction
    round_trip = spec.battery_charge_efficiency * spec.battery_discharge_efficiency
    spare_w = jnp.maximum(array_lit_w - spec.bus_power_w, 0.0) * lit * round_trip
    in_shadow_w = jnp.minimum(spec.bus_power_w * eclipse_fraction, jnp.minimum(spare_w, stored_w))
    return lit * jnp.minimum(array_lit_w, spec.bus_power_w) + in_shadow_w


def load_w(
    spec: Spec, *, payload_w: Array, array_w: Array, stored_j: Array, step_s: ArrayLike
) -> Array:
    """Payload and bus together, as far as array and battery feed them."""
    given_w = array_w + stored_j * (spec.battery_discharge_efficiency / step_s)
    return jnp.minimum(payload_w + spec.bus_power_w, given_w)


def payload_drawn_w(
    spec: Spec,
    *,
    wanted_w: Array,
    array_w: Array,
    stored_j: Array,
    capacity_j: Array,
    step_s: ArrayLike,
) -> Array:
    """Cut the payload to what array and battery can give without passing the planned depth."""
    spare_j = stored_j - capacity_j * (1.0 - spec.battery_depth_of_discharge_fraction)
    from_battery_w = spare_j * (spec.battery_discharge_efficiency / step_s)
    return jnp.clip(array_w - spec.bus_power_w + from_battery_w, 0.0, wanted_w)


def step(
    spec: Spec,
    *,
    stored_j: Array,
    capacity_j: Array,
    array_w: Array,
    load_w: Array,
    step_s: ArrayLike,
) -> Array:
    """Energy stored a step later; a full battery spills what it cannot hold."""
    net_w = array_w - load_w
    # Charging stores less than it takes, discharging takes more than it gives: the lesser holds.
    change_j = jnp.minimum(
        net_w * (spec.battery_charge_efficiency * step_s),
        net_w * (step_s / spec.battery_discharge_efficiency),
    )
    return jnp.clip(stored_j + change_j, 0.0, capacity_j)


def _wanted_in_eclipse_w(spec: Spec, *, limit: Array) -> Array:
    """What the payload would draw in shadow if the battery let it."""
    if spec.eclipse_policy == "idle":
        return jnp.minimum(spec.payload_idle_power_w, limit)
    return limit


def _required_in_sunlight_w(spec: Spec, usual_eclipse_fraction: Array) -> Array:
    """What is left of the mean asked for after the shadow's share, up to the peak."""
    in_shadow_w = usual_eclipse_fraction * _required_in_eclipse_w(spec)
    left_w = (spec.payload_power_w - in_shadow_w) / (1.0 - usual_eclipse_fraction)
    return jnp.minimum(left_w, spec.payload_peak_power_w)


def _required_in_eclipse_w(spec: Spec) -> Array:
    """What the policy promises in shadow: all of it when carrying, else the idle power."""
    return spec.payload_power_w if spec.eclipse_policy == "carry" else spec.payload_idle_power_w
