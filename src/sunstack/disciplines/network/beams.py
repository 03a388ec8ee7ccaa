"""How much does a satellite carry down, to how many cells, and what is that for each person?

A satellite has so many beams, each of one channel's rate. A cell of the ground may be lit by as
many beams as there are channels that do not disturb each other, whichever satellites they are from:
spectrum is a ceiling that more satellites do not raise, smaller cells do. What a latitude gets is
the least of

    what stands over it:  satellites per area · capacity of each        (spread over what it sees)
    what spectrum allows: channels · polarisations · rate of one / area of a cell

and a satellite with more cells than beams hops between them.

Assumes: satellites share their capacity evenly over the land they see; spectrum is reused in every
cell; gateways are no limit.
Leaves out: how interference between neighbouring cells lowers the rate of a channel; weather.
Reference: Pekhterev, The Bandwidth of the StarLink Constellation, SatMagazine, November 2021
(cells, channels, rate per hertz); del Portillo et al., Acta Astronautica 159 (2019) 123.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .coverage import share_between_fraction
from .sites import MEAN_RADIUS_M

HEXAGON_RATIO = 1.5 * 3.0**0.5 / 4.0
"""Area of a hexagon over the square of the diameter of the circle about it."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Beams:
    """What a satellite sends down to users, and what spectrum it has; scalars or arrays."""

    capacity_bit_per_s: Array
    """Of all its beams together, by its power and its feeder links."""
    beam_count: Array
    """Lit at once."""
    channel_count: Array
    """That one cell may be lit in at once, polarisations counted apart."""
    channel_hz: Array
    """Bandwidth of each."""
    spectral_efficiency: Array
    """Bits sent a second in each hertz."""
    cell_m2: Array


def hexagon_m2(*, diameter_m: ArrayLike) -> Array:
    """Area of the cell inscribed in a circle."""
    return HEXAGON_RATIO * jnp.asarray(diameter_m) ** 2


def channel_bit_per_s(beams: Beams) -> Array:
    """Rate of a beam."""
    return beams.channel_hz * beams.spectral_efficiency


def satellite_bit_per_s(beams: Beams) -> Array:
    """What a satellite carries: all beams, or what it has power for."""
    return jnp.minimum(beams.beam_count * channel_bit_per_s(beams), beams.capacity_bit_per_s)


def cell_ceiling_bit_per_s(beams: Beams) -> Array:
    """What spectrum lets a cell have, from however many satellites."""
    return beams.channel_count * channel_bit_per_s(beams)


def time_share_fraction(beams: Beams, *, cell_count: ArrayLike) -> Array:
    """Share of the time that each of so many cells has a beam of a satellite's."""
    return beams.beam_count / jnp.maximum(jnp.asarray(cell_count), beams.beam_count)


def footprint_m2(*, view_angle_rad: ArrayLike) -> Array:
    """Ground in a satellite's view out to an angle at the Earth's centre."""
    half = 0.5 * jnp.asarray(view_angle_rad)
    return 4.0 * jnp.pi * MEAN_RADIUS_M**2 * jnp.sin(half) ** 2


def satellites_per_m2(
    *,
    satellite_count: ArrayLike,
    south_rad: ArrayLike,
    north_rad: ArrayLike,
    inclination_rad: ArrayLike,
) -> Array:
    """Mean number of a shell's satellites over each square metre of a belt of latitudes."""
    share = share_between_fraction(
        south_rad=south_rad, north_rad=north_rad, inclination_rad=inclination_rad
    )
    belt = jnp.sin(jnp.asarray(north_rad)) - jnp.sin(jnp.asarray(south_rad))
    area = 2.0 * jnp.pi * MEAN_RADIUS_M**2 * belt
    return share * jnp.asarray(satellite_count) / jnp.maximum(area, 1.0)


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Supply:
    """What a latitude gets, per area of served ground."""

    by_satellites_bit_per_s_per_m2: Array
    """What stands over it could carry."""
    by_spectrum_bit_per_s_per_m2: Array
    """What spectrum allows."""

    @property
    def least_bit_per_s_per_m2(self) -> Array:
        """What it gets: the lesser of the two."""
        return jnp.minimum(self.by_satellites_bit_per_s_per_m2, self.by_spectrum_bit_per_s_per_m2)

    @property
    def spectrum_margin_bit_per_s_per_m2(self) -> Array:
        """What spectrum allows beyond the satellites; negative where spectrum is the limit."""
        return self.by_spectrum_bit_per_s_per_m2 - self.by_satellites_bit_per_s_per_m2


def supply(
    beams: Beams,
    *,
    in_view_count: ArrayLike,
    view_angle_rad: ArrayLike,
    served_fraction: ArrayLike = 1.0,
) -> Supply:
    """Share what is in view out over the ground.

    Args:
        beams: of each satellite.
        in_view_count: satellites in view on average, as `mean_in_view_count` gives.
        view_angle_rad: out to which a satellite serves, as `view_angle_rad` gives.
        served_fraction: of the ground that satellites see, what has anyone to serve; 0 for none,
            which then gets nothing.
    """
    # As many satellites see a place as stand over the ground it sees.
    over = jnp.asarray(in_view_count) / footprint_m2(view_angle_rad=view_angle_rad)
    served = jnp.asarray(served_fraction)
    spread = jnp.where(served > 0.0, over / jnp.where(served > 0.0, served, 1.0), 0.0)
    return Supply(
        by_satellites_bit_per_s_per_m2=spread * satellite_bit_per_s(beams),
        by_spectrum_bit_per_s_per_m2=cell_ceiling_bit_per_s(beams) / beams.cell_m2,
    )


def each_bit_per_s(
    *, supply_bit_per_s_per_m2: ArrayLike, people_per_m2: ArrayLike, busy_fraction: ArrayLike = 1.0
) -> Array:
    """What each person gets of it, a share of them at a time; 0 where there is nobody."""
    busy = jnp.asarray(people_per_m2) * busy_fraction
    some = busy > 0.0
    return jnp.where(some, jnp.asarray(supply_bit_per_s_per_m2) / jnp.where(some, busy, 1.0), 0.0)
