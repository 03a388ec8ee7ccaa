"""What does it cost to run a fleet: operators, ground stations, licences, disposal?

Operating n satellites costs  C (n / n₀)^e : each one more adds less (e < 1), a fleet of one has an
operator of its own, and a fleet of a million is not charged a thousand times a thousand. Ground
stations follow the traffic, bit by bit: their capital is paid as it is needed, a share of it is
spent again each year.

Assumes: traffic is in proportion to satellites in place; stations last the programme.
Leaves out: stations at hand from another business, the price of spectrum.
Reference: none for the exponent; see the notes beside the values.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .learning import scaled_ratio

ITEMS = ("operations", "ground stations", "licences", "disposal")
"""Of running a fleet, in the order of every axis of items."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Running:
    """Prices of running a fleet, in money of 2026; scalars."""

    operations_usd_per_s: Array
    """Of one satellite in a fleet of the reference's size."""
    operations_reference_count: Array
    operations_scale_ratio: Array
    """The exponent e."""
    traffic_bit_per_s: Array
    """Of one satellite with the ground."""
    ground_usd_per_bit_per_s: Array
    """Capital of ground stations."""
    ground_spent_per_s: Array
    """Share of that capital spent again on running them."""
    licence_usd_per_s: Array
    """Of the whole system, from its first satellite on."""
    disposal_usd: Array
    """Of one satellite brought down on purpose."""


def operations_usd_per_s(running: Running, *, satellite_count: ArrayLike) -> Array:
    """Cost of operating so many satellites."""
    at_reference = running.operations_usd_per_s * running.operations_reference_count
    return at_reference * scaled_ratio(
        count=satellite_count,
        reference_count=running.operations_reference_count,
        exponent_ratio=running.operations_scale_ratio,
    )


def running_usd(
    running: Running,
    *,
    satellite_count: ArrayLike,
    disposed_count: ArrayLike,
    step_s: ArrayLike,
) -> Array:
    """Cost of each of some steps by item, shape (items, steps).

    Args:
        running: prices.
        satellite_count: in orbit and working, mean of each step.
        disposed_count: brought down on purpose in each step.
        step_s: length of a step.
    """
    found = items_usd(
        running,
        satellite_count=satellite_count,
        added_count=added_count(satellite_count),
        disposed_count=disposed_count,
        step_s=step_s,
    )
    return jnp.stack([found[name] for name in ITEMS])


def added_count(satellite_count: ArrayLike) -> Array:
    """Satellites of each step beyond the most there were before; steps along the first axis."""
    return jnp.diff(jax.lax.cummax(jnp.asarray(satellite_count), axis=0), axis=0, prepend=0.0)


def items_usd(
    running: Running,
    *,
    satellite_count: ArrayLike,
    added_count: ArrayLike,
    disposed_count: ArrayLike,
    step_s: ArrayLike,
) -> dict[str, Array]:
    """Cost of a step by item.

    Args:
        running: prices.
        satellite_count: in orbit and working, mean of the step.
        added_count: of them beyond the most there were before. Ground stations once built stay:
            more are bought when there are more satellites than ever.
        disposed_count: brought down on purpose.
        step_s: length of the step.
    """
    count = jnp.asarray(satellite_count)
    kept_count = jnp.asarray(added_count) + running.ground_spent_per_s * step_s * count
    each_usd = running.ground_usd_per_bit_per_s * running.traffic_bit_per_s
    return {
        "operations": operations_usd_per_s(running, satellite_count=count) * step_s,
        "ground stations": each_usd * kept_count,
        "licences": jnp.where(count > 0.0, running.licence_usd_per_s * step_s, 0.0),
        "disposal": running.disposal_usd * jnp.asarray(disposed_count),
    }
