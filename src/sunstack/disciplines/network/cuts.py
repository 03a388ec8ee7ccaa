"""What can a shell carry at most, seen without any search?

What crosses a set of links is no more than they carry together. Three sets need no search: those of
one site (its terminals, its links, the beams behind them); a belt of latitude, which every way
between its two sides crosses; the two cuts that part a torus of planes and slots in halves.

    per site, all to all, on k × k satellites      r = 8 C / k      each half sends half of its own

Assumes: demands steady, lasers full duplex; evenly filled planes.
Leaves out: cuts of other shapes, which may be tighter (`capacity` searches them all).
Reference: Dally & Towles, Principles and Practices of Interconnection Networks (2004), sec. 3.3.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from .traffic import Access, Demand


def access_ratio(access: Access, demand: Demand) -> Array:
    """Most of every demand at once that some site's, or all sites', links up and down let pass."""
    sent = demand.rate_bit_per_s.sum(axis=1)
    received = jnp.zeros(sent.shape).at[demand.target.ravel()].add(demand.rate_bit_per_s.ravel())
    up = _least_ratio(
        access, access.up_bit_per_s, access.site_up_bit_per_s, access.satellite_up_bit_per_s, sent
    )
    down = _least_ratio(
        access,
        access.down_bit_per_s,
        access.site_down_bit_per_s,
        access.satellite_down_bit_per_s,
        received,
    )
    return jnp.minimum(up, down)


def _least_ratio(
    access: Access, link: Array, site: Array, satellite: Array, wanted: Array
) -> Array:
    behind = jnp.minimum(link, satellite.ravel()[access.satellite])
    each = jnp.minimum(site, behind.sum(axis=1))
    offered = jnp.zeros(satellite.size).at[access.satellite.ravel()].add(link.ravel())
    together = jnp.minimum(jnp.minimum(offered, satellite.ravel()).sum(), site.sum())
    return jnp.minimum(
        jnp.where(wanted > 0.0, each / jnp.where(wanted > 0.0, wanted, 1.0), jnp.inf).min(),
        jnp.where(wanted.sum() > 0.0, together / jnp.maximum(wanted.sum(), 1e-300), jnp.inf),
    )
