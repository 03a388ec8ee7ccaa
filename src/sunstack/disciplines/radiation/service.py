"""What share of a payload's work do dose and upsets leave, at an age?

Memory stacked on a chip errs from a dose L on. Trapped particles bring it evenly, at a rate d;
solar events of dose e strike by chance, λ of them in a time, so that at an age t the share

    P(Poisson(λ t) <= (L - d t) / e)        of the payloads is still below L, none once d t > L

Of the work of a payload below it, measures against upsets and pauses in the South Atlantic Anomaly
take a share, and so does the time lost to upsets that stop a chip.

Assumes: events all alike; a payload past its limit does nothing more (or all it did, as chosen).
Leaves out: annealing, and that the limit of one chip was seen, not of many.
Reference: see `environment` and `upsets`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.scipy.special import gammaln
from jax.typing import ArrayLike

from .environment import (
    Environment,
    Orbit,
    anomaly_time_fraction,
    dose_gy_per_s,
    event_dose_gy,
    inside_margin_ratio,
)
from .upsets import (
    Chip,
    Measure,
    Upsets,
    mitigated,
    pause,
    scaled,
    stopping_upset_per_s,
    upsets_by_dose,
)

LEAST_GY = 1e-9
"""An event the field keeps out brings less than this."""
MOST_EVENTS = 1e4
TERMS, LARGE = 8, 1e12
"""Terms of a sum that are added at once, and when they are made smaller."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """Shielding, the limit, and what is done about upsets; scalars."""

    shielding_m: Array
    solar_activity_fraction: Array
    event_per_s: Array
    """Solar events like that of August 1972 to be expected."""
    memory_limit_gy: Array
    chip: Chip
    silicon_area_ratio: Array
    """Silicon of an accelerator over that of the one tested, `memory_ratio` its memory."""
    memory_ratio: Array
    measure: Measure
    paused_fraction: Array
    """Share of the trapped protons passed switched off."""
    restart_s: Array
    """Time a chip loses to an upset that stops it."""
    stops_at_limit: bool = field(metadata={"static": True})


def known_fraction(spec: Spec, environment: Environment, orbit: Orbit) -> Array:
    """1 where the tables hold the orbit, 0 outside."""
    inside = inside_margin_ratio(environment, orbit, shielding_m=spec.shielding_m)
    return jnp.where(inside >= 0.0, 1.0, 0.0)


def within_limit_fraction(
    spec: Spec, environment: Environment, orbit: Orbit, *, age_s: ArrayLike, step_s: ArrayLike
) -> Array:
    """Share of the payloads still below the memory's limit; all where the dose is not known.

    Args:
        spec: shielding and limit.
        environment: the tables.
        orbit: shape (...).
        age_s: shape (ages,).
        step_s: over which the trapped dose passes the limit, so that it does so smoothly.

    Returns:
        Shape (..., ages).
    """
    if not spec.stops_at_limit:
        return jnp.ones((*orbit.altitude_m.shape, *jnp.shape(age_s)))
    age = jnp.asarray(age_s)
    rate = dose_gy_per_s(environment, orbit, shielding_m=spec.shielding_m)[..., None]
    event = event_dose_gy(environment, orbit, shielding_m=spec.shielding_m)[..., None]
    left = spec.memory_limit_gy - rate * age
    borne = jnp.clip(jnp.floor(left / jnp.maximum(event, LEAST_GY)), 0.0, MOST_EVENTS)
    struck = jnp.maximum(spec.event_per_s * age, 1e-12)
    chance = _no_more_fraction(lax.stop_gradient(borne), struck)
    few_enough = jnp.where(event > LEAST_GY, chance, 1.0)
    below = jnp.clip(left / jnp.maximum(rate * step_s, LEAST_GY) + 0.5, 0.0, 1.0) * few_enough
    known = known_fraction(spec, environment, orbit)[..., None]
    return jnp.where(known > 0.0, below, 1.0)


@jax.custom_jvp
def _no_more_fraction(count: Array, mean_count: Array) -> Array:
    """P(Poisson(mean) <= count) of whole counts, differentiable in the mean alone.

    Summed term by term, which ends after some dozens while events are rare; the first term is held
    as a logarithm, as it is no number for a thousand events.
    """
    least = jnp.nextafter(jnp.ones((), mean_count.dtype), 2.0) - 1.0
    type Terms = tuple[Array, Array, Array, Array]

    def goes_on(terms_ratio: Terms) -> Array:
        number, term, total, _ = terms_ratio
        falls = (number > mean_count) & (term <= least * total)
        return jnp.any((number <= count) & ~falls)

    def add(terms_ratio: Terms) -> Terms:
        number, term, total, first_log = terms_ratio
        for _ in range(TERMS):
            total = total + jnp.where(number <= count, term, 0.0)
            number = number + 1.0
            term = term * (mean_count / number)
        shrunk = jnp.where(term > LARGE, 1.0 / LARGE, 1.0)
        return number, term * shrunk, total * shrunk, first_log - jnp.log(shrunk)

    shape = jnp.broadcast_shapes(jnp.shape(count), jnp.shape(mean_count))
    start = (
        jnp.zeros((), mean_count.dtype),
        jnp.ones_like(mean_count),
        jnp.zeros(shape, mean_count.dtype),
        -mean_count,
    )
    _, _, total, first_log = lax.while_loop(goes_on, add, start)
    return total * jnp.exp(first_log)


@_no_more_fraction.defjvp
def _no_more_slope(given: tuple[Array, Array], pushed: tuple[Array, Array]) -> tuple[Array, Array]:
    count, mean_count = given
    log_term = count * jnp.log(mean_count) - mean_count - gammaln(count + 1.0)
    return _no_more_fraction(count, mean_count), -jnp.exp(log_term) * pushed[1]


def chip_upsets(spec: Spec, environment: Environment, orbit: Orbit) -> Upsets:
    """Upsets of one accelerator after all measures; none where the dose is not known."""
    dose = dose_gy_per_s(environment, orbit, shielding_m=spec.shielding_m)
    bare = scaled(
        upsets_by_dose(spec.chip, dose_gy_per_s=dose * known_fraction(spec, environment, orbit)),
        die_area_ratio=spec.silicon_area_ratio,
        memory_ratio=spec.memory_ratio,
    )
    return mitigated(mitigated(bare, spec.measure), _pause(spec, environment, orbit))


def undisturbed_fraction(spec: Spec, environment: Environment, orbit: Orbit) -> Array:
    """Share of the work that measures, pauses and restarts leave."""
    left = started_fraction(spec, environment, orbit)
    return measured_fraction(spec, environment, orbit) * left


def measured_fraction(spec: Spec, environment: Environment, orbit: Orbit) -> Array:
    """Share of the work that measures and pauses leave, whatever restarts then take."""
    measured = jnp.minimum(
        1.0 - spec.measure.time_overhead_fraction, 1.0 / spec.measure.energy_factor
    )
    return measured * (1.0 - _pause(spec, environment, orbit).time_overhead_fraction)


def started_fraction(spec: Spec, environment: Environment, orbit: Orbit) -> Array:
    """Share of its time that a chip that works by itself does not spend on restarts."""
    stopping = stopping_upset_per_s(chip_upsets(spec, environment, orbit))
    return 1.0 - jnp.clip(stopping * spec.restart_s, 0.0, 1.0)


def _pause(spec: Spec, environment: Environment, orbit: Orbit) -> Measure:
    time = anomaly_time_fraction(environment, orbit, held_fraction=spec.paused_fraction)
    none = (spec.paused_fraction <= 0.0) | (known_fraction(spec, environment, orbit) <= 0.0)
    return pause(
        held_fraction=jnp.where(none, 0.0, spec.paused_fraction),
        time_fraction=jnp.where(none, 0.0, time),
    )
