"""What does a launch programme bring, month by month, and for how much?

Everything of this folder in a row: pack a flight, count the flights there can be, give them out to
the groups, wait until satellites have taken up their places, and pay.

Assumes: one rocket and one kind of satellite, of which it may lift more to one group than to
another; a month's flights cost what the price is once half of
them have flown.
Leaves out: replacements, which a model of the fleet asks for month by month (`allot_count`).
Reference: Google's Project Suncatcher, arXiv 2511.19468v2, sec. 4.4, for the prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .cadence import NEVER_S, Cadence, flights_until_count, time_of_flight_s
from .delivery import (
    Deliveries,
    Filling,
    arrivals_count,
    deliveries,
    filling,
    flights_to_fill_count,
)
from .packing import Packing, Rocket, packing
from .price import (
    Learning,
    Reuse,
    learned_price_usd_per_kg,
    price_with_margin_usd_per_kg,
    reuse_cost_usd_per_kg,
)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """A rocket, how often it flies and what it costs."""

    rocket: Rocket
    cadence: Cadence
    pricing: Learning | Reuse
    charged_kg: Array
    """Mass a flight is paid for, full or not: what it lifts to a low orbit; scalar."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Programme:
    """A programme's course; by month, and by month and group."""

    packing: Packing
    possible_flight_count: Array
    """That could be flown, wanted or not, shape (months,)."""
    deliveries: Deliveries
    arrived_count: Array
    """Satellites that take up their places, shape (months, groups)."""
    filling: Filling
    filled_s: Array
    """Date of the flight that fills each group, beyond the horizon too; shape (groups,)."""
    launched_kg: Array
    """Satellites lifted off, lost ones too, shape (months,)."""
    price_usd_per_kg: Array
    """Shape (months,)."""
    spent_usd: Array
    """Shape (months,)."""


def programme(
    spec: Spec,
    *,
    edges_s: ArrayLike,
    satellite_kg: ArrayLike,
    stowed_volume_m3: ArrayLike,
    wanted_count: ArrayLike,
    delay_s: ArrayLike,
    order: tuple[int, ...] | None = None,
) -> Programme:
    """Launch until every group has what it wants.

    Args:
        spec: rocket, cadence and pricing, scalars; of the rocket also by group, shape (groups,),
            where it lifts less to some orbits than to others.
        edges_s: where months begin and end, shape (months + 1,), evenly spaced.
        satellite_kg: at launch, propellant included.
        stowed_volume_m3: 0 where unknown.
        wanted_count: satellites of each group, shape (groups,).
        delay_s: from release to place, shape (groups,) or scalar.
        order: the groups' indices, the first to be filled first; as they stand if None.
    """
    edges = jnp.asarray(edges_s)
    packed = packing(spec.rocket, satellite_kg=satellite_kg, stowed_volume_m3=stowed_volume_m3)
    carried_kg = packed.satellite_count * jnp.asarray(satellite_kg)
    possible = jnp.diff(flights_until_count(spec.cadence, time_s=edges))
    brought = deliveries(
        flight_count=possible,
        success_fraction=spec.cadence.success_fraction,
        satellites_per_flight_count=packed.satellite_count,
        wanted_count=wanted_count,
        order=order,
    )
    launched = (brought.flight_count * carried_kg).sum(axis=1)
    price = price_usd_per_kg(spec.pricing, launched_kg=jnp.cumsum(launched) - 0.5 * launched)
    return Programme(
        packing=packed,
        possible_flight_count=possible,
        deliveries=brought,
        arrived_count=arrivals_count(
            delivered_count=brought.delivered_count, delay_s=delay_s, month_s=edges[1] - edges[0]
        ),
        filling=filling(delivered_count=brought.delivered_count, wanted_count=wanted_count),
        filled_s=_filled_s(spec, packed.satellite_count, jnp.asarray(wanted_count), order),
        launched_kg=launched,
        price_usd_per_kg=price,
        spent_usd=price * launched,
    )


def price_usd_per_kg(pricing: Learning | Reuse, *, launched_kg: ArrayLike) -> Array:
    """Price once the programme itself has launched so much, by whichever pricing is given."""
    launched = jnp.asarray(launched_kg)
    if isinstance(pricing, Learning):
        return learned_price_usd_per_kg(pricing, launched_kg=pricing.start_kg + launched)
    cost = reuse_cost_usd_per_kg(pricing)
    price = price_with_margin_usd_per_kg(
        cost_usd_per_kg=cost, margin_fraction=pricing.margin_fraction
    )
    return jnp.broadcast_to(price, launched.shape)


def _filled_s(spec: Spec, carried: Array, wanted: Array, order: tuple[int, ...] | None) -> Array:
    """Date of the flight that fills each group; `NEVER_S` where none brings a satellite."""
    needed = flights_to_fill_count(
        wanted_count=wanted,
        satellites_per_flight_count=carried,
        success_fraction=spec.cadence.success_fraction,
    )
    places = jnp.arange(wanted.shape[-1]) if order is None else jnp.asarray(order)
    until = jnp.cumsum(needed[places])[jnp.argsort(places)]
    date = time_of_flight_s(spec.cadence, flight_count=until)
    return jnp.where(carried > 0.0, date, NEVER_S)
