"""How long does a dead satellite take to come down, and where is it meanwhile?

Drag turns a circular orbit into a slow spiral, with B = m / (C_D A):

    da/dt = -ρ(h, F) √(μ a) / B ,        F(t) = F_low + (F_high - F_low) (1 - cos(2π φ(t))) / 2

down to 180 km, where hours are left. Under a constant flux this is an integral over height, at a
fixed number of heights; through the solar cycle it is stepped in time, no step longer than a month
or deeper than 2 km. What the steps do not reach falls on at the cycle's mean density.

Assumes: circular orbits; an equinox atmosphere (at 550 km 21 % above the year's mean, so that times
are short); every cycle alike; one B all the way down.
Leaves out: storms (a factor 2 for days), breaking up, attitude that changes on the way.
Reference: King-Hele, Satellite Orbits in an Atmosphere (1987), ch. 4; Vallado (4th ed.), sec. 8.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

from sunstack.units import DAY_S, EARTH_RADIUS_M, GRAVITATIONAL_PARAMETER_M3_PER_S2

from .drag import Atmosphere, density_kg_per_m3

FLOOR_M = 180e3
"""Height at which a satellite counts as down."""
HEIGHTS = 400
"""Heights at which the integral is taken: one a kilometre or so."""
PHASES = 16
"""Fluxes over which the mean density of a cycle is taken."""
LONGEST_STEP_S = 30.0 * DAY_S
DEEPEST_STEP_M = 2e3
STEPS = 1500
"""Enough for 50 years at 1,500 km, and for every orbit below."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class SolarCycle:
    """The flux at 10.7 cm, smoothed over months; scalars."""

    low_solar_flux_units: Array
    high_solar_flux_units: Array
    period_s: Array
    minimum_julian_day: Array
    """A day on which the Sun was quietest."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Descent:
    """The way down; the shape of the orbits, then (steps,)."""

    elapsed_s: Array
    altitude_m: Array


class _Falling(NamedTuple):
    altitude_m: Array
    elapsed_s: Array


def solar_flux_units(cycle: SolarCycle, *, julian_day: ArrayLike) -> Array:
    """Flux on a day, by the sinusoid."""
    days = jnp.asarray(julian_day) - cycle.minimum_julian_day
    rise = 0.5 * (1.0 - jnp.cos(2.0 * jnp.pi * days * (DAY_S / cycle.period_s)))
    return cycle.low_solar_flux_units + rise * _swing(cycle)


def decay_rate_m_per_s(
    *,
    density_kg_per_m3: ArrayLike,
    semi_major_axis_m: ArrayLike,
    ballistic_coefficient_kg_per_m2: ArrayLike,
) -> Array:
    """Rate at which a circular orbit sinks; positive downwards."""
    momentum = jnp.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 * jnp.asarray(semi_major_axis_m))
    coefficient = jnp.maximum(jnp.asarray(ballistic_coefficient_kg_per_m2), 1e-9)
    return jnp.asarray(density_kg_per_m3) * momentum / coefficient


def decay_time_s(
    atmosphere: Atmosphere,
    *,
    semi_major_axis_m: ArrayLike,
    ballistic_coefficient_kg_per_m2: ArrayLike,
    solar_flux_units: ArrayLike,
) -> Array:
    """Time to come down under a flux that does not change; NaN above the table."""

    def one(axis_m: Array, mass_kg_per_m2: Array, solar_flux_units: Array) -> Array:
        return _fall_s(
            atmosphere,
            solar_flux_units[None],
            altitude_m=axis_m - EARTH_RADIUS_M,
            ballistic_coefficient_kg_per_m2=mass_kg_per_m2,
        )

    times_s: Array = jnp.vectorize(one)(
        jnp.asarray(semi_major_axis_m),
        jnp.asarray(ballistic_coefficient_kg_per_m2),
        jnp.asarray(solar_flux_units),
    )
    return times_s


def descent(
    atmosphere: Atmosphere,
    cycle: SolarCycle,
    *,
    semi_major_axis_m: ArrayLike,
    ballistic_coefficient_kg_per_m2: ArrayLike,
    start_julian_day: ArrayLike,
) -> Descent:
    """The way down through the solar cycle from the day drag is left alone."""
    fall = partial(_descent, atmosphere, cycle)
    elapsed_s, altitude_m = jnp.vectorize(fall, signature="(),(),()->(n),(n)")(
        jnp.asarray(semi_major_axis_m),
        jnp.asarray(ballistic_coefficient_kg_per_m2),
        jnp.asarray(start_julian_day),
    )
    return Descent(elapsed_s=elapsed_s, altitude_m=altitude_m)


def decay_time_through_cycle_s(
    atmosphere: Atmosphere,
    cycle: SolarCycle,
    *,
    semi_major_axis_m: ArrayLike,
    ballistic_coefficient_kg_per_m2: ArrayLike,
    start_julian_day: ArrayLike,
) -> Array:
    """Time to come down from a day of the solar cycle; NaN above the table."""
    path = descent(
        atmosphere,
        cycle,
        semi_major_axis_m=semi_major_axis_m,
        ballistic_coefficient_kg_per_m2=ballistic_coefficient_kg_per_m2,
        start_julian_day=start_julian_day,
    )
    fluxes = _fluxes_of_a_cycle(cycle)

    def rest(altitude_m: Array, mass_kg_per_m2: Array) -> Array:
        return _fall_s(
            atmosphere,
            fluxes,
            altitude_m=altitude_m,
            ballistic_coefficient_kg_per_m2=mass_kg_per_m2,
        )

    rest_s: Array = jnp.vectorize(rest)(
        path.altitude_m[..., -1], jnp.asarray(ballistic_coefficient_kg_per_m2)
    )
    return path.elapsed_s[..., -1] + rest_s


def altitude_m(path: Descent, *, elapsed_s: ArrayLike) -> Array:
    """Height after some times, shape of the orbits and then of the times; the floor once down."""
    look_up = jnp.vectorize(jnp.interp, signature="(k),(n),(n)->(k)")
    times_s = jnp.atleast_1d(jnp.asarray(elapsed_s))
    heights_m: Array = look_up(times_s, path.elapsed_s, path.altitude_m)
    return heights_m


def _swing(cycle: SolarCycle) -> Array:
    return cycle.high_solar_flux_units - cycle.low_solar_flux_units


def _fluxes_of_a_cycle(cycle: SolarCycle) -> Array:
    phases = (jnp.arange(PHASES) + 0.5) / PHASES
    return cycle.low_solar_flux_units + _swing(cycle) * 0.5 * (1.0 - jnp.cos(2 * jnp.pi * phases))


def _fall_s(
    atmosphere: Atmosphere,
    fluxes: Array,
    *,
    altitude_m: Array,
    ballistic_coefficient_kg_per_m2: Array,
) -> Array:
    """Time from one height to the floor at the mean density over some fluxes."""
    depth_m = jnp.maximum(altitude_m - FLOOR_M, 0.0)
    heights_m = FLOOR_M + depth_m * ((jnp.arange(HEIGHTS) + 0.5) / HEIGHTS)
    density = jax.vmap(
        lambda flux: density_kg_per_m3(atmosphere, altitude_m=heights_m, solar_flux_units=flux)
    )(fluxes)
    rate = decay_rate_m_per_s(
        density_kg_per_m3=density.mean(axis=0),
        semi_major_axis_m=EARTH_RADIUS_M + heights_m,
        ballistic_coefficient_kg_per_m2=ballistic_coefficient_kg_per_m2,
    )
    return (1.0 / rate).mean() * depth_m


def _descent(
    atmosphere: Atmosphere,
    cycle: SolarCycle,
    semi_major_axis_m: Array,
    ballistic_coefficient_kg_per_m2: Array,
    start_julian_day: Array,
) -> tuple[Array, Array]:
    """Step one orbit down by the midpoint rule, until it reaches the floor and stays there."""

    def rate(altitude_m: Array, elapsed_s: Array) -> Array:
        flux = solar_flux_units(cycle, julian_day=start_julian_day + elapsed_s / DAY_S)
        height_m = jnp.maximum(altitude_m, FLOOR_M - DEEPEST_STEP_M)
        return decay_rate_m_per_s(
            density_kg_per_m3=density_kg_per_m3(
                atmosphere, altitude_m=height_m, solar_flux_units=flux
            ),
            semi_major_axis_m=EARTH_RADIUS_M + height_m,
            ballistic_coefficient_kg_per_m2=ballistic_coefficient_kg_per_m2,
        )

    def step(now: _Falling, _: None) -> tuple[_Falling, _Falling]:
        above_m = jnp.maximum(now.altitude_m - FLOOR_M, 0.0)
        first = rate(now.altitude_m, now.elapsed_s)
        step_s = jnp.minimum(LONGEST_STEP_S, jnp.minimum(above_m, DEEPEST_STEP_M) / first)
        half_s = 0.5 * step_s
        middle = rate(now.altitude_m - half_s * first, now.elapsed_s + half_s)
        # The last step ends at the floor: its time, not its depth, takes the middle's rate.
        last = above_m <= jnp.minimum(DEEPEST_STEP_M, LONGEST_STEP_S * first)
        then = _Falling(
            altitude_m=jnp.where(last, FLOOR_M, now.altitude_m - step_s * middle),
            elapsed_s=now.elapsed_s + jnp.where(last, above_m / middle, step_s),
        )
        return then, then

    altitude_m = semi_major_axis_m - EARTH_RADIUS_M
    start = _Falling(altitude_m=altitude_m, elapsed_s=jnp.zeros_like(altitude_m))
    _, path = lax.scan(step, start, length=STEPS)
    return (
        jnp.concatenate([start.elapsed_s[None], path.elapsed_s]),
        jnp.concatenate([start.altitude_m[None], path.altitude_m]),
    )
