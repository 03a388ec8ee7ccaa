"""How many flights are there, and when?

The cadence grows as a logistic from its first value r₀ to a cap R, with T the time in which it
doubles while far below the cap, t the time since the first flight, x = t ln 2 / T and p = r₀/R:

    r = R p / (p + (1 - p) e^{-x})
    flights until t = (R T / ln 2) [x + ln(p + (1 - p) e^{-x})]

The cap is what pads and vehicles allow, each flying again after a turnaround, and what licences do:

    R = min(pads / pad turnaround, vehicles / vehicle turnaround, permitted)

A share of the flights fails and loses all it carries.

Assumes: flights are a flow, not events; pads and vehicles do not grow beyond the cap; a failure
does not ground the fleet.
Leaves out: weather, a range shared with others, payloads that are late.
Reference: logistic growth as of any new technology, Grübler, Technology and Global Change (1998),
ch. 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

SHORTEST_S = 1.0
"""Least turnaround and doubling time: less is taken for this much."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Cadence:
    """How often a rocket flies, as it grows; scalars, or arrays of one shape."""

    first_flight_s: Array
    """When the first flight takes off, counted as every other time here."""
    first_cadence_per_s: Array
    doubling_s: Array
    """Time in which the cadence doubles, far below its cap."""
    pad_count: Array
    pad_turnaround_s: Array
    vehicle_count: Array
    vehicle_turnaround_s: Array
    permitted_per_s: Array
    """What licences allow; a very large number for no limit."""
    success_fraction: Array
    """Share of the flights that deliver."""


def cadence_cap_per_s(cadence: Cadence) -> Array:
    """Flights a second that pads, vehicles and licences allow at most."""
    by_pads = cadence.pad_count / jnp.maximum(cadence.pad_turnaround_s, SHORTEST_S)
    by_vehicles = cadence.vehicle_count / jnp.maximum(cadence.vehicle_turnaround_s, SHORTEST_S)
    return jnp.minimum(jnp.minimum(by_pads, by_vehicles), cadence.permitted_per_s)


def cadence_per_s(cadence: Cadence, *, time_s: ArrayLike) -> Array:
    """Flights a second at a time; 0 before the first flight."""
    cap, share, flies = _start(cadence)
    since = jnp.asarray(time_s) - cadence.first_flight_s
    decay = jnp.exp(-_doublings(cadence, since))
    return jnp.where(flies & (since >= 0.0), cap * share / (share + (1.0 - share) * decay), 0.0)


def flights_until_count(cadence: Cadence, *, time_s: ArrayLike) -> Array:
    """Flights from the first to a time, failed ones too."""
    cap, share, flies = _start(cadence)
    x = _doublings(cadence, jnp.asarray(time_s) - cadence.first_flight_s)
    grown = x + jnp.log(share + (1.0 - share) * jnp.exp(-x))
    return jnp.where(flies, cap * _growth_s(cadence) * grown, 0.0)


def _start(cadence: Cadence) -> tuple[Array, Array, Array]:
    """Cap, first cadence as a share of it, and whether there is any; 1 and 1 where not."""
    cap = cadence_cap_per_s(cadence)
    first = jnp.minimum(cadence.first_cadence_per_s, cap)
    flies = first > 0.0
    safe_cap = jnp.where(flies, cap, 1.0)
    return safe_cap, jnp.where(flies, first, 1.0) / safe_cap, flies


def _growth_s(cadence: Cadence) -> Array:
    """Time in which the cadence grows by e, far below its cap."""
    return jnp.maximum(cadence.doubling_s, SHORTEST_S) / math.log(2.0)


def _doublings(cadence: Cadence, since_s: Array) -> Array:
    """Elapsed time in units of growth; none before the first flight."""
    return jnp.maximum(since_s, 0.0) / _growth_s(cadence)
