"""What does the upper air cost in velocity, and what does a change of height cost?

Drag of a circular orbit: dv/dt = (1/2) ρ v² C_D A / m, with ρ(height, solar flux) a table of
NRLMSIS 2.1 global means, interpolated in log density.
Low thrust between circular orbits (Edelbaum): Δv² = v0² - 2 v0 v1 cos((π/2) Δi) + v1².

Assumes: circular orbits; a mean equinox atmosphere (no storms, no day and night, no seasons).
Leaves out: co-rotating winds (±5 %), short-term variation (a factor 2 either way in a storm).
Reference: Emmert et al., Earth Space Sci. 8 (2021) e2020EA001321; Vallado (4th ed.), sec. 8.6.2;
Edelbaum, ARS J. 31 (1961) 1079.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import GRAVITATIONAL_PARAMETER_M3_PER_S2


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Atmosphere:
    """A density table: heights (h,), solar fluxes (f,), densities (h, f); inside it, no further."""

    altitude_m: Array
    solar_flux_units: Array
    density_kg_per_m3: Array


def density_kg_per_m3(
    atmosphere: Atmosphere, *, altitude_m: ArrayLike, solar_flux_units: ArrayLike
) -> Array:
    """Global-mean density; NaN outside the table, which `resolve` keeps from happening."""
    logarithm = jnp.log(atmosphere.density_kg_per_m3)
    height = jnp.asarray(altitude_m)
    columns = jax.vmap(
        lambda column: jnp.interp(
            height, atmosphere.altitude_m, column, left=jnp.nan, right=jnp.nan
        ),
        in_axes=1,
        out_axes=-1,
    )(logarithm)
    flux = jnp.asarray(solar_flux_units)
    grid = atmosphere.solar_flux_units
    upper = jnp.clip(jnp.searchsorted(grid, flux), 1, grid.shape[0] - 1)
    share = (flux - grid[upper - 1]) / (grid[upper] - grid[upper - 1])
    inside = (share >= 0.0) & (share <= 1.0)
    mixed = (1.0 - share) * columns[..., upper - 1] + share * columns[..., upper]
    return jnp.where(inside, jnp.exp(mixed), jnp.nan)


def drag_delta_v_m_per_s(
    *,
    density_kg_per_m3: ArrayLike,
    semi_major_axis_m: ArrayLike,
    drag_coefficient_ratio: ArrayLike,
    drag_area_m2: ArrayLike,
    mass_kg: ArrayLike,
    duration_s: ArrayLike,
) -> Array:
    """Velocity change that makes up for drag on a circular orbit over a time."""
    speed_squared = GRAVITATIONAL_PARAMETER_M3_PER_S2 / jnp.asarray(semi_major_axis_m)
    pressure = 0.5 * jnp.asarray(density_kg_per_m3) * speed_squared
    return pressure * drag_coefficient_ratio * drag_area_m2 / jnp.asarray(mass_kg) * duration_s


def low_thrust_delta_v_m_per_s(
    *,
    start_semi_major_axis_m: ArrayLike,
    end_semi_major_axis_m: ArrayLike,
    plane_change_rad: ArrayLike = 0.0,
) -> Array:
    """Velocity change of a slow spiral between circular orbits."""
    start = jnp.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 / jnp.asarray(start_semi_major_axis_m))
    end = jnp.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 / jnp.asarray(end_semi_major_axis_m))
    turn = jnp.cos(0.5 * jnp.pi * jnp.asarray(plane_change_rad))
    # The square of a difference loses digits when start and end nearly agree: keep it so split.
    squared = (start - end) ** 2 + 2.0 * start * end * (1.0 - turn)
    # Where nothing changes, the root has no slope.
    moves = squared > 0.0
    return jnp.where(moves, jnp.sqrt(jnp.where(moves, squared, 1.0)), 0.0)
