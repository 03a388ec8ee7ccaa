"""What can a shell carry at most, seen without any search?

What crosses a set of links is no more than they carry together. Some sets need no search: those of
a site, with its terminals and the beams above it; a belt of latitude, which all ways between its
two sides cross. What a fleet sends all to all is in `collectives`, with the halves of a torus.

Assumes: steady flows, lasers full duplex, all planes of one number of slots.
Leaves out: cuts of other shapes, which may be tighter (`capacity` looks at them all).
Reference: Dally & Towles, Principles and Practices of Interconnection Networks (2004), sec. 3.3.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .lattice import Lattice, position_m
from .traffic import Access, Demand, Grid


def access_ratio(access: Access, demand: Demand) -> Array:
    """Most of every demand at once that the links of some site, or of all, let pass.

    Up and down apart; infinite where nothing is asked.
    """
    sent = demand.rate_bit_per_s.sum(axis=1)
    received = jnp.zeros(sent.shape).at[demand.target.ravel()].add(demand.rate_bit_per_s.ravel())
    up, down = (
        jnp.minimum(_ratio(own, asked).min(), _ratio(own_of_all, asked.sum()))
        for own, own_of_all, asked in (
            (ingest_bit_per_s(access), all_ingest_bit_per_s(access), sent),
            (ingest_bit_per_s(_turned(access)), all_ingest_bit_per_s(_turned(access)), received),
        )
    )
    return jnp.minimum(up, down)


def ingest_bit_per_s(access: Access) -> Array:
    """Most that each site could send up by itself, shape (sites,)."""
    beams = access.satellite_up_bit_per_s.ravel()[access.satellite]
    links = jnp.minimum(access.up_bit_per_s, beams).sum(axis=1)
    return jnp.minimum(links, access.site_up_bit_per_s)


def all_ingest_bit_per_s(access: Access) -> Array:
    """Most that all sites together could send up: satellites are shared, each counted once."""
    beams = access.satellite_up_bit_per_s.ravel()
    offered = jnp.zeros(beams.shape).at[access.satellite.ravel()].add(access.up_bit_per_s.ravel())
    return jnp.minimum(jnp.minimum(offered, beams).sum(), ingest_bit_per_s(access).sum())


def _turned(access: Access) -> Access:
    """The same seen from above: down for up."""
    return Access(
        satellite=access.satellite,
        up_bit_per_s=access.down_bit_per_s,
        down_bit_per_s=access.up_bit_per_s,
        site_up_bit_per_s=access.site_down_bit_per_s,
        site_down_bit_per_s=access.site_up_bit_per_s,
        satellite_up_bit_per_s=access.satellite_down_bit_per_s,
        satellite_down_bit_per_s=access.satellite_up_bit_per_s,
    )


def _ratio(most: Array, asked: Array) -> Array:
    return jnp.where(asked > 0.0, most / jnp.where(asked > 0.0, asked, 1.0), jnp.inf)


def belt_bit_per_s(lattice: Lattice, net: Grid, *, latitude_rad: ArrayLike) -> Array:
    """What lasers carry northward over a parallel, all together; as much southward.

    All that one side's satellites send the other's crosses them. Places near the parallel may see
    satellites of both sides: theirs may not.

    Args:
        lattice: the shell.
        net: its lasers.
        latitude_rad: geocentric, shape (...).

    Returns:
        Shape (...).
    """
    height = jnp.sin(jnp.asarray(latitude_rad))[..., None, None]
    north = position_m(lattice)[..., 2] / lattice.radius_m > height
    first = jnp.roll(north[..., :1, :], -net.seam_shift_count, axis=-1)
    over = jnp.concatenate([north[..., 1:, :], first], axis=-2)
    on = jnp.roll(north, -1, axis=-1)
    crossing = jnp.where(on != north, net.along_bit_per_s, 0.0)
    return (crossing + jnp.where(over != north, net.across_bit_per_s, 0.0)).sum(axis=(-2, -1))
