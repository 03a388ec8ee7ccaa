"""For how many quarters does the cash last, if nothing more is raised?

Whole quarters until the one in which cash runs out, and of that one the share at which it does,
cash taken to fall evenly from c to c' < 0:  c / (c - c'). Continuous, and differentiable wherever
the quarter stays the same. Cash that lasts to the horizon lasts all of its quarters; the margin
tells how far it is from running out: the least cash there is, over what the company had.

Assumes: nothing is raised and nobody calls the debt.
Leaves out: cash that must be kept (see `cash`), credit lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Runway:
    """How long cash lasts; scalars."""

    quarter_count: Array
    """Until it is gone; all of the horizon's if it never is."""
    margin_ratio: Array
    """Least cash over the larger of what there was at the start and what was missing: negative if
    cash runs out."""
    least_cash_usd: Array


def quarters_left_count(*, opening_usd: Array, cash_usd: Array) -> Array:
    """Quarters until cash is gone.

    Args:
        opening_usd: at the start.
        cash_usd: at each quarter's end, nothing raised, shape (quarters,).
    """
    before = jnp.concatenate([jnp.asarray(opening_usd)[None], cash_usd[:-1]])
    falling = cash_usd < 0.0
    safe_fall = jnp.where(falling, jnp.maximum(before - cash_usd, 1.0), 1.0)
    lasts = jnp.where(falling, jnp.clip(before / safe_fall, 0.0, 1.0), 1.0)
    reached = jnp.concatenate([jnp.ones(1), jnp.cumprod(jnp.where(falling, 0.0, 1.0))[:-1]])
    return (reached * lasts).sum()


def runway(*, opening_usd: Array, cash_usd: Array) -> Runway:
    """Tell how long cash lasts, and by how much it does or does not."""
    least = jnp.minimum(cash_usd.min(), opening_usd)
    scale = jnp.maximum(jnp.maximum(jnp.abs(opening_usd), jnp.abs(least)), 1.0)
    return Runway(
        quarter_count=quarters_left_count(opening_usd=opening_usd, cash_usd=cash_usd),
        margin_ratio=least / scale,
        least_cash_usd=least,
    )
