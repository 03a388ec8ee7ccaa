"""What would the payload's chips cost in a data centre on the ground, bought in each year?

The same chips, as many as a satellite's, the same language models and requests, at full power all
the time: what is left of them in orbit by shadow, heat, links and failures is orbit's own account.

Assumes: chips, hosts and network are those on sale for the ground; a chip does there what the
roofline says of it at its peak power.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack import serving
from sunstack.disciplines import economics
from sunstack.system import Service, System
from sunstack.units import DAY_S, YEAR_S

MONEY_JULIAN_DAY = 2461041.5
"""First of January 2026: prices of power are of that year."""


def ground(
    system: System,
    *,
    chip_usd: ArrayLike,
    elapsed_s: ArrayLike,
    sold_fraction: ArrayLike,
    yearly_discount_fraction: ArrayLike,
    tax_fraction: ArrayLike = 0.0,
    depreciation_s: ArrayLike | None = None,
    yearly_inflation_fraction: ArrayLike = 0.0,
) -> economics.Cost:
    """Price it, shape (years,); a token's of each language model, shape (models, years).

    Args:
        system: the design, with the site that it is compared with.
        chip_usd: price of one accelerator, as it is in each of the years.
        elapsed_s: from the start to each of them.
        sold_fraction: share of the time in order that a chip is at work, as in orbit.
        yearly_discount_fraction: real cost of capital, as in orbit.
        tax_fraction: likewise.
        depreciation_s: likewise, of equipment.
        yearly_inflation_fraction: likewise.
    """
    return economics.ground_cost(
        system.ground,
        machines_of(system.service, chip_usd=chip_usd, sold_fraction=sold_fraction),
        yearly_discount_fraction=yearly_discount_fraction,
        tax_fraction=tax_fraction,
        depreciation_s=depreciation_s,
        yearly_inflation_fraction=yearly_inflation_fraction,
        elapsed_s=elapsed_s,
    )


@partial(jax.jit, static_argnames="year_count")
def ground_by_year(system: System, *, year_count: int) -> economics.Cost:
    """Price it for chips bought in each calendar year of the programme, on orbit's own terms.

    Args:
        system: the design.
        year_count: calendar years, the first that in which the programme starts.
    """
    spec = system.economics
    since_start_s = (jnp.arange(year_count) + 0.5) * YEAR_S - spec.elapsed_in_year_s
    before_start_s = (system.epoch_julian_day - MONEY_JULIAN_DAY) * DAY_S
    found = ground(
        system,
        chip_usd=economics.chip_usd(spec.prices, time_s=since_start_s),
        elapsed_s=before_start_s + since_start_s,
        sold_fraction=spec.market.sold_fraction,
        yearly_discount_fraction=spec.finance.yearly_discount_fraction,
        tax_fraction=spec.finance.tax_fraction,
        depreciation_s=spec.finance.depreciation_s,
        yearly_inflation_fraction=spec.finance.yearly_inflation_fraction,
    )
    # What no year changes is told for each all the same.
    by_year: economics.Cost = jax.tree.map(
        lambda leaf: jnp.broadcast_to(leaf, jnp.broadcast_shapes(jnp.shape(leaf), (year_count,))),
        found,
    )
    return by_year


def machines_of(
    service: Service, *, chip_usd: ArrayLike, sold_fraction: ArrayLike
) -> economics.Machines:
    """Return a satellite's accelerators as they would stand on the ground."""
    return economics.Machines(
        chip_count=service.chip_count,
        chip_power_w=service.accelerator.peak_power_w * service.host_ratio,
        chip_usd=jnp.asarray(chip_usd),
        utilisation_fraction=jnp.asarray(sold_fraction),
        chip_tokens_per_s=_chip_tokens_per_s(service)[:, None],
        chip_flop_per_s=serving.peak_flop_per_s(service),
    )


def _chip_tokens_per_s(service: Service) -> Array:
    """Of each language model, (models,): whole replicas on as many chips as a satellite's.

    As in orbit those of which the first token is in time.
    """
    peak_w = service.accelerator.peak_power_w[None]
    each = serving.in_time_tokens_per_s(service, power_w=peak_w)[:, 0]
    found: Array = service.replica_count * each / service.chip_count
    return found
