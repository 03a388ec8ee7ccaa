"""What does a satellite do in one time step? Read `step` first: it is the table of contents."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from sunstack.disciplines import orbit, power, thermal
from sunstack.serving import Hinges, hinged_tokens_per_s
from sunstack.system import Environment


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Design:
    """The scalars of a system that a step reads, in the run's precision."""

    power: power.Spec
    thermal: thermal.Spec
    environment: Environment
    tokens: Hinges
    age_s: Array
    step_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Fixed:
    """What stays fixed for a satellite over a run; shape (satellites,)."""

    track: orbit.Track
    payload_sunlit_w: Array
    payload_eclipse_w: Array
    capacity_j: Array
    upright_view_ratio: Array
    flat_view_ratio: Array
    radiator_view_ratio: Array
    counted_steps: Array
    """Whole orbits, in steps: sums stop there, so that means are means over orbits."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class State:
    """A satellite at an instant; shape (satellites,)."""

    place: orbit.Place
    stored_j: Array
    plates_k: Array
    radiator_k: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Tally:
    """What is kept of a run; sums are over counted steps; shape (satellites,)."""

    lit: Array
    array_w: Array
    payload_w: Array
    tokens_per_s: Array
    rejected_w: Array
    least_stored_j: Array
    hottest_chip_k: Array
    hottest_radiator_k: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Instant:
    """What is the same for all satellites at a step; scalars, direction (3,)."""

    direction_ratio: Array
    sunlight_w_per_m2: Array
    index: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a satellite's instruments show during a step; shape (satellites,)."""

    illumination_fraction: Array
    array_w: Array
    payload_w: Array
    tokens_per_s: Array
    """Of the first language model, if it alone is served."""
    rejected_w: Array
    chip_k: Array


def step(design: Design, fixed: Fixed, state: State, now: Instant) -> tuple[State, Reading]:
    """Carry every satellite one step on: light, array, throttle, payload, battery, heat.

    The barriers keep a value that several others need; the compiler would compute it for each.
    """
    light = orbit.light_now(fixed.track, state.place, direction_ratio=now.direction_ratio)
    light = jax.lax.optimization_barrier(light)
    array_w, gain = _collect(design, fixed, light, now)
    answer = thermal.response(
        design.thermal,
        plates_k=state.plates_k,
        radiator_k=state.radiator_k,
        gain_w_per_m2=gain,
        step_s=design.step_s,
    )
    array_w, gain, answer = jax.lax.optimization_barrier((array_w, gain, answer))
    payload_w, load_w = _draw(design, fixed, state, answer, light.illumination_fraction, array_w)
    stored_j = power.step(
        design.power,
        stored_j=state.stored_j,
        capacity_j=fixed.capacity_j,
        array_w=array_w,
        load_w=load_w,
        step_s=design.step_s,
    )
    plates_k, radiator_k, rejected_w = thermal.settle(
        design.thermal,
        answer,
        radiator_k=state.radiator_k,
        heat_w=load_w,
        gain_w_per_m2=gain,
    )
    later = State(
        place=orbit.advance(fixed.track, state.place),
        stored_j=stored_j,
        plates_k=plates_k,
        radiator_k=radiator_k,
    )
    return later, Reading(
        illumination_fraction=light.illumination_fraction,
        array_w=array_w,
        payload_w=payload_w,
        tokens_per_s=hinged_tokens_per_s(design.tokens, payload_w=payload_w),
        rejected_w=rejected_w,
        chip_k=thermal.junction_k(design.thermal, plates_k=plates_k, payload_w=payload_w),
    )


def _draw(
    design: Design,
    fixed: Fixed,
    state: State,
    answer: thermal.Response,
    lit_fraction: Array,
    array_w: Array,
) -> tuple[Array, Array]:
    """Payload as planned, cut to what cooling, array and battery allow; and the whole load."""
    sunlit_more_w = fixed.payload_sunlit_w - fixed.payload_eclipse_w
    payload_w = power.payload_drawn_w(
        design.power,
        wanted_w=thermal.throttled_w(
            design.thermal,
            answer,
            wanted_w=fixed.payload_eclipse_w + lit_fraction * sunlit_more_w,
            bus_power_w=design.power.bus_power_w,
        ),
        array_w=array_w,
        stored_j=state.stored_j,
        capacity_j=fixed.capacity_j,
        step_s=design.step_s,
    )
    load_w = power.load_w(
        design.power,
        payload_w=payload_w,
        array_w=array_w,
        stored_j=state.stored_j,
        step_s=design.step_s,
    )
    drawn: tuple[Array, Array] = jax.lax.optimization_barrier((payload_w, load_w))
    return drawn


def _collect(design: Design, fixed: Fixed, light: orbit.Light, now: Instant) -> tuple[Array, Array]:
    """Array output, and heat the radiator takes in per area."""
    around = thermal.Surroundings(
        sunlight_w_per_m2=now.sunlight_w_per_m2,
        albedo_ratio=design.environment.albedo_ratio,
        earth_infrared_w_per_m2=design.environment.earth_infrared_w_per_m2,
        semi_major_axis_m=fixed.track.axis_ratio,
    )
    incidence, tilt_squared = power.attitude_ratio(
        array_pointing=design.power.array_pointing,
        zenith_cosine_ratio=light.zenith_cosine_ratio,
        beta_sine_ratio=light.beta_sine_ratio,
    )
    view = fixed.upright_view_ratio + tilt_squared * (
        fixed.flat_view_ratio - fixed.upright_view_ratio
    )
    day = jnp.maximum(light.zenith_cosine_ratio, 0.0)
    cells_k = thermal.array_temperature_k(
        design.thermal,
        around,
        incidence_cosine_ratio=incidence,
        view_ratio=view,
        albedo_view_ratio=view * day,
    )
    lit_sunlight = now.sunlight_w_per_m2 * light.illumination_fraction
    array_w = power.array_power_w(
        design.power,
        sunlight_w_per_m2=lit_sunlight * incidence,
        cell_temperature_k=cells_k,
        age_s=design.age_s,
    )
    gain = thermal.gain_w_per_m2(
        around,
        sun_sine_ratio=light.illumination_fraction
        * thermal.sun_sine_ratio(design.thermal, sun_zenith_cosine_ratio=light.zenith_cosine_ratio),
        view_ratio=fixed.radiator_view_ratio,
        sun_zenith_cosine_ratio=light.zenith_cosine_ratio,
        solar_absorptance_ratio=thermal.solar_absorptance_ratio(design.thermal, age_s=design.age_s),
        infrared_absorptance_ratio=design.thermal.emissivity_ratio,
    )
    return array_w, gain


def count(fixed: Fixed, tally: Tally, state: State, reading: Reading, now: Instant) -> Tally:
    """Add a step to the sums and extremes."""
    weight = jnp.clip(fixed.counted_steps - now.index, 0.0, 1.0)
    # Five sums need it: once, not once each.
    (weight,) = jax.lax.optimization_barrier((weight,))
    return Tally(
        lit=tally.lit + weight * reading.illumination_fraction,
        array_w=tally.array_w + weight * reading.array_w,
        payload_w=tally.payload_w + weight * reading.payload_w,
        tokens_per_s=tally.tokens_per_s + weight * reading.tokens_per_s,
        rejected_w=tally.rejected_w + weight * reading.rejected_w,
        least_stored_j=jnp.minimum(tally.least_stored_j, state.stored_j),
        hottest_chip_k=jnp.maximum(tally.hottest_chip_k, reading.chip_k),
        hottest_radiator_k=jnp.maximum(tally.hottest_radiator_k, state.radiator_k),
    )
