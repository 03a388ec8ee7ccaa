"""How often is a radiator holed, how much of it is lost, and what does armour weigh?

Meteoroids of mass m (in g) or more, per square metre of a one-sided, randomly turned plate, a year:

    F = 3.15576e7 [(2.2e3 m^0.306 + 15)^-4.38 + 1.3e-9 (m + 1e11 m² + 1e27 m⁴)^-0.36
                   + 1.3e-16 (m + 1e6 m²)^-0.85]

times the Earth's pull, 1 + v_esc² / v², and its shade, (1 + cos ζ) / 2, sin ζ = (R + 100 km) / r.
Debris of diameter d (in cm) or more, at height h (km), inclination i, year t, solar flux S:

    F = H(d) φ(h, S) ψ(i) [1.22e-5 d^-2.5 g1(t) + 8.1e10 (d + 700)^-6 g2(t)]

A single aluminium wall of thickness w (cm) is holed by what exceeds, at a speed V,

    w = 1.8 · 5.24 d^(19/18) B^(-1/4) (ρ_p / ρ_w)^(1/2) (V / c)^(2/3)

Loops holed at Λ / n each remain with e^{-Λ t / n}: the more loops, the less one hole costs.

Holes go with the wall's thickness to the power -2.5: at 650 km near the poles a square metre has
0.05 a year through 3 mm, 0.7 through 1 mm and 4 through 0.5 mm. A wall is a choice, no chance: of
less than a millimetre a few dozen loops do not last.

Assumes: impacts square on, at one mean speed; spheres; a hole empties its loop and no other.
Leaves out: streams, shadow by other parts, secondary fragments; sheets and fins over a tube, which
break up what hits them, so that a thin wall behind them holds more. The debris formula is of 1991,
with an approximate ψ: a factor 3 either way, and more after a collision; put MASTER's or ORDEM's
flux in its place where there is one.
Reference: ECSS-E-ST-10-04C, 10.2.4 and C.1 (Grün et al. 1985); NASA SSP 30425 (Kessler et al.
1989); Ryan & Christiansen, NASA/TM-2009-214789, eq. 4-1 to 4-6 (Cour-Palais).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import (
    DAY_S,
    EARTH_RADIUS_M,
    GRAVITATIONAL_PARAMETER_M3_PER_S2,
    J2000_JULIAN_DAY,
    YEAR_S,
)

METEOROID_SPEED_M_PER_S = 20e3
"""Mean far from the Earth, and here at impact too."""
METEOROID_DENSITY_KG_PER_M3 = 2500.0
DEBRIS_SPEED_M_PER_S = 10e3
"""Mean at low inclination; 13 km/s near the poles (ECSS-E-ST-10-04C, J.2.2.1.3)."""
DEBRIS_DENSITY_KG_PER_M3 = 2800.0
ATMOSPHERE_M = 100e3

ALUMINIUM_DENSITY_KG_PER_M3 = 2700.0
ALUMINIUM_BRINELL = 95.0
ALUMINIUM_SOUND_M_PER_S = 5100.0
"""6061-T6."""

DEBRIS_BY_INCLINATION: tuple[tuple[float, float], ...] = (
    (25.0, 0.90), (28.5, 0.91), (30.0, 0.92), (40.0, 0.96), (50.0, 1.02), (60.0, 1.09),
    (70.0, 1.26), (80.0, 1.71), (90.0, 1.37), (97.0, 1.62), (100.0, 1.78), (105.0, 1.52),
)  # fmt: skip
"""ψ by degrees of inclination, approximate."""
MEAN_SOLAR_FLUX_UNITS = 130.0


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Radiator:
    """What of a radiator can be holed; scalars."""

    exposed_area_m2: Array
    """Area of wall with coolant behind it, both sides."""
    wall_thickness_m: Array
    loop_count: Array
    """Loops that are cut off from each other when one is holed."""


def meteoroid_flux_per_m2_per_s(*, particle_mass_kg: ArrayLike, altitude_m: ArrayLike) -> Array:
    """Meteoroids of a mass or more on a one-sided plate at a height."""
    near = focusing_factor(altitude_m=altitude_m) * shielding_factor(altitude_m=altitude_m)
    return interplanetary_flux_per_m2_per_s(particle_mass_kg=particle_mass_kg) * near


def interplanetary_flux_per_m2_per_s(*, particle_mass_kg: ArrayLike) -> Array:
    """Meteoroids of a mass or more on a one-sided plate, far from the Earth."""
    gram = jnp.maximum(1e3 * jnp.asarray(particle_mass_kg), 1e-18)
    large = (2.2e3 * gram**0.306 + 15.0) ** -4.38
    middle = 1.3e-9 * (gram + 1e11 * gram**2 + 1e27 * gram**4) ** -0.36
    small = 1.3e-16 * (gram + 1e6 * gram**2) ** -0.85
    return 3.15576e7 * (large + middle + small) / YEAR_S


def focusing_factor(*, altitude_m: ArrayLike) -> Array:
    """How much the Earth's pull adds to the meteoroids."""
    radius_m = EARTH_RADIUS_M + jnp.asarray(altitude_m)
    escape_squared = 2.0 * GRAVITATIONAL_PARAMETER_M3_PER_S2 / radius_m
    return 1.0 + escape_squared / METEOROID_SPEED_M_PER_S**2


def shielding_factor(*, altitude_m: ArrayLike) -> Array:
    """Share of the meteoroids that the Earth and its air leave over."""
    sine = (EARTH_RADIUS_M + ATMOSPHERE_M) / (EARTH_RADIUS_M + jnp.asarray(altitude_m))
    return 0.5 * (1.0 + jnp.sqrt(jnp.maximum(1.0 - sine**2, 1e-12)))


def debris_flux_per_m2_per_s(
    *,
    diameter_m: ArrayLike,
    altitude_m: ArrayLike,
    inclination_rad: ArrayLike,
    julian_day: ArrayLike,
    solar_flux_units: ArrayLike = MEAN_SOLAR_FLUX_UNITS,
) -> Array:
    """Debris of a diameter or more on a randomly turned plate; a factor 3 uncertain."""
    cm = jnp.maximum(100.0 * jnp.asarray(diameter_m), 1e-6)
    bend = jnp.exp(-(((jnp.log10(cm) - 0.78) / 0.637) ** 2))
    power = jnp.asarray(altitude_m) / 200e3 - jnp.asarray(solar_flux_units) / 140.0 - 1.5
    by_height = jax.nn.sigmoid(jnp.log(10.0) * power)
    degrees, factors = jnp.asarray(DEBRIS_BY_INCLINATION).T
    by_inclination = jnp.interp(jnp.rad2deg(jnp.asarray(inclination_rad)), degrees, factors)
    since_2011 = (jnp.asarray(julian_day) - J2000_JULIAN_DAY) * (DAY_S / YEAR_S) - 11.0
    fragments = 1.02**23 * jnp.where(since_2011 < 0.0, 1.02**since_2011, 1.04**since_2011)
    whole = jnp.maximum(1.0 + 0.05 * (since_2011 + 23.0), 0.0)
    sizes = 1.22e-5 * cm**-2.5 * fragments + 8.1e10 * (cm + 700.0) ** -6 * whole
    return 10.0 ** (0.5 * bend) * by_height * by_inclination * sizes / YEAR_S


def holing_diameter_m(
    *,
    wall_thickness_m: ArrayLike,
    particle_density_kg_per_m3: ArrayLike,
    speed_m_per_s: ArrayLike,
) -> Array:
    """Least diameter that goes through a single aluminium wall."""
    depth_cm = 100.0 * jnp.asarray(wall_thickness_m) / 1.8
    density = jnp.asarray(particle_density_kg_per_m3) / ALUMINIUM_DENSITY_KG_PER_M3
    speed = jnp.asarray(speed_m_per_s) / ALUMINIUM_SOUND_M_PER_S
    per_size = 5.24 * ALUMINIUM_BRINELL**-0.25 * density**0.5 * speed ** (2.0 / 3.0)
    return 0.01 * jnp.maximum(depth_cm / per_size, 1e-9) ** (18.0 / 19.0)


def holes_per_m2_per_s(
    *,
    wall_thickness_m: ArrayLike,
    altitude_m: ArrayLike,
    inclination_rad: ArrayLike,
    julian_day: ArrayLike,
    debris_factor: ArrayLike = 1.0,
) -> Array:
    """Holes in a wall by meteoroids and debris; `debris_factor` (1/3 to 3) scales the latter."""
    stone_m = holing_diameter_m(
        wall_thickness_m=wall_thickness_m,
        particle_density_kg_per_m3=METEOROID_DENSITY_KG_PER_M3,
        speed_m_per_s=METEOROID_SPEED_M_PER_S,
    )
    by_meteoroids = meteoroid_flux_per_m2_per_s(
        particle_mass_kg=jnp.pi / 6.0 * METEOROID_DENSITY_KG_PER_M3 * stone_m**3,
        altitude_m=altitude_m,
    )
    by_debris = debris_flux_per_m2_per_s(
        diameter_m=holing_diameter_m(
            wall_thickness_m=wall_thickness_m,
            particle_density_kg_per_m3=DEBRIS_DENSITY_KG_PER_M3,
            speed_m_per_s=DEBRIS_SPEED_M_PER_S,
        ),
        altitude_m=altitude_m,
        inclination_rad=inclination_rad,
        julian_day=julian_day,
    )
    return by_meteoroids + jnp.asarray(debris_factor) * by_debris


def radiator_left_fraction(
    radiator: Radiator, *, holes_per_m2_per_s: ArrayLike, age_s: ArrayLike
) -> Array:
    """Mean share of the radiator whose loops are whole."""
    holes = jnp.asarray(holes_per_m2_per_s) * radiator.exposed_area_m2 * jnp.asarray(age_s)
    return jnp.exp(-holes / jnp.maximum(radiator.loop_count, 1))


def armour_kg(radiator: Radiator, *, bare_thickness_m: ArrayLike) -> Array:
    """Mass of the wall beyond what pressure alone asks for."""
    extra_m = jnp.maximum(radiator.wall_thickness_m - bare_thickness_m, 0.0)
    return ALUMINIUM_DENSITY_KG_PER_M3 * radiator.exposed_area_m2 * extra_m
