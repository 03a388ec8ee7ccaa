"""What do a merger paid in shares and an offering come to?

For each share of the company bought, its owners get the ratio of the two prices in shares of the
buyer; the buyer issues what the bought one is worth over its own price. Together:

    x = p_t / p_a,  N = (V_a + V_t) / p_a,  n = V_t / p_a,  share of the bought = V_t / (V_a + V_t)

An offering brings its shares times its price, less what it costs; a split of k shares for one makes
a price a k-th.

Assumes: both prices are of one day, and the market leaves the sum of the values as it is.
Leaves out: options, gains from joining, taxes.
Reference: R. Brealey, S. Myers, F. Allen, Principles of Corporate Finance, ch. 31, for mergers paid
in shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Merger:
    """What a merger paid in shares comes to; scalars."""

    combined_usd: Array
    exchange_ratio: Array
    """Shares of the buyer for one of the bought."""
    share_count: Array
    """Of both together, in shares of the buyer."""
    issued_count: Array
    """Of them, to the owners of the bought."""
    bought_fraction: Array
    """Of the whole, that those hold then."""
    bought_share_count: Array
    """Shares the bought company had."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Issue:
    """What an offering comes to; scalars."""

    gross_usd: Array
    net_usd: Array
    value_usd: Array
    """Of the whole company at the price, the new shares among it."""
    dilution_fraction: Array
    """Share of the whole that the new owners hold."""


def combined_usd(*, buyer_usd: ArrayLike, bought_usd: ArrayLike) -> Array:
    """Value of both together."""
    return jnp.asarray(buyer_usd) + jnp.asarray(bought_usd)


def exchange_ratio(*, buyer_price_usd: ArrayLike, bought_price_usd: ArrayLike) -> Array:
    """Shares of the buyer given for one of the bought."""
    return jnp.asarray(bought_price_usd) / jnp.asarray(buyer_price_usd)


def target_price_usd(*, buyer_price_usd: ArrayLike, exchange_ratio: ArrayLike) -> Array:
    """Price at which a share is bought, by its ratio."""
    return jnp.asarray(exchange_ratio) * jnp.asarray(buyer_price_usd)


def issued_count(*, paid_usd: ArrayLike, price_usd: ArrayLike) -> Array:
    """Shares that make up a sum at a price."""
    return jnp.asarray(paid_usd) / jnp.asarray(price_usd)


def price_after_split_usd(*, price_usd: ArrayLike, split_ratio: ArrayLike) -> Array:
    """Price of a share once each has become several."""
    return jnp.asarray(price_usd) / jnp.asarray(split_ratio)


def merger(
    *,
    buyer_usd: ArrayLike,
    bought_usd: ArrayLike,
    buyer_price_usd: ArrayLike,
    bought_price_usd: ArrayLike,
) -> Merger:
    """Work out a merger from both values and both prices of a share."""
    both = combined_usd(buyer_usd=buyer_usd, bought_usd=bought_usd)
    return Merger(
        combined_usd=both,
        exchange_ratio=exchange_ratio(
            buyer_price_usd=buyer_price_usd, bought_price_usd=bought_price_usd
        ),
        share_count=issued_count(paid_usd=both, price_usd=buyer_price_usd),
        issued_count=issued_count(paid_usd=bought_usd, price_usd=buyer_price_usd),
        bought_fraction=jnp.asarray(bought_usd) / both,
        bought_share_count=issued_count(paid_usd=bought_usd, price_usd=bought_price_usd),
    )


def issue(
    *,
    new_share_count: ArrayLike,
    price_usd: ArrayLike,
    share_count: ArrayLike,
    fee_fraction: ArrayLike,
) -> Issue:
    """Work out an offering.

    Args:
        new_share_count: shares sold.
        price_usd: of each.
        share_count: of the company, the new ones among them.
        fee_fraction: share of the proceeds that the offering costs.
    """
    gross = jnp.asarray(new_share_count) * jnp.asarray(price_usd)
    return Issue(
        gross_usd=gross,
        net_usd=gross * (1.0 - jnp.asarray(fee_fraction)),
        value_usd=jnp.asarray(share_count) * jnp.asarray(price_usd),
        dilution_fraction=jnp.asarray(new_share_count) / jnp.asarray(share_count),
    )
