"""What are the sine and cosine of an angle, in operations that a processor does side by side?

The angle is brought to |r| <= π/4 by taking off whole quarter turns, π/2 held in three parts
(Cody & Waite), and polynomials do the rest: both within 3e-16. The library's own are called one
number at a time. A turn that is known to be small needs only as many terms of the series as its
bound asks for.

Assumes: float64; angles up to 1.6e6, a million quarter turns or 45 years of a low orbit.
Reference: Cody & Waite, Software Manual for the Elementary Functions (1980); the coefficients are
those of fdlibm.
"""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax import Array

QUARTER_TURN_PARTS = (
    1.57079632673412561417e00,
    6.07710050630396597660e-11,
    2.02226624879595063154e-21,
)
"""π/2 in parts of 33 bits: their multiples up to 2²⁰ are exact."""
SINE = (
    -1.66666666666666324348e-01,
    8.33333333332248946124e-03,
    -1.98412698298579493134e-04,
    2.75573137070700676789e-06,
    -2.50507602534068634195e-08,
    1.58969099521155010221e-10,
)
COSINE = (
    4.16666666666666019037e-02,
    -1.38888888888741095749e-03,
    2.48015872894767294178e-05,
    -2.75573143513906633035e-07,
    2.08757232129817482790e-09,
    -1.13596475577881948265e-11,
)
ROUNDING = 1e-17
"""Least that a term of a series must reach to be kept."""

Pair = tuple[Array, Array]
"""Sine and cosine."""


def sine_cosine(angle_rad: Array) -> Pair:
    """Sine and cosine of any angle."""
    quarters = jnp.round(angle_rad * (2.0 / math.pi))
    first, second, third = QUARTER_TURN_PARTS
    rest = ((angle_rad - quarters * first) - quarters * second) - quarters * third
    square = rest * rest
    sine = rest + rest * square * _polynomial(SINE, square)
    cosine = 1.0 - 0.5 * square + square * square * _polynomial(COSINE, square)
    number = quarters.astype(jnp.int64)
    swapped = (number & 1) != 0
    one, other = jnp.where(swapped, cosine, sine), jnp.where(swapped, sine, cosine)
    return (
        jnp.where((number & 2) != 0, -one, one),
        jnp.where(((number + 1) & 2) != 0, -other, other),
    )


def small_sine_cosine(angle_rad: Array, *, bound: float) -> Pair:
    """Sine and cosine of an angle within a bound, by as many terms as it needs."""
    square = angle_rad * angle_rad
    sine = [(-1.0) ** k / math.factorial(2 * k + 1) for k in range(_terms(bound, 1))]
    cosine = [(-1.0) ** k / math.factorial(2 * k) for k in range(_terms(bound, 0))]
    return angle_rad * _polynomial(sine, square), _polynomial(cosine, square)


def turned(one: Pair, by: Pair) -> Pair:
    """Sine and cosine of the sum of two angles."""
    return one[0] * by[1] + one[1] * by[0], one[1] * by[1] - one[0] * by[0]


def _terms(bound: float, first: int) -> int:
    """Terms of the series before the first below rounding."""
    count = 1
    while bound ** (2 * count + first) / math.factorial(2 * count + first) > ROUNDING:
        count += 1
    return count


def _polynomial(coefficients: tuple[float, ...] | list[float], at: Array) -> Array:
    """Horner's rule, lowest power first."""
    total = jnp.full_like(at, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = coefficient + at * total
    return total
