"""Which share of a machine's tasks can do with a network as late as this one?

A network's delay, there and back, is taken as log-normal through its median and 95th percentile; an
outage is a delay without end. A task asks that at least a share q of its loops close within a
limit, of which sensing and computing take a part c wherever they are done. It is served if

    limit ≥ c + median · e^(σ Φ⁻¹(q / (1 - outage))) ,   σ = ln(p95 / median) / Φ⁻¹(0.95)

A task is a class of tasks, and its limit a range: the share of it that is served is the part of the
range, on a logarithmic scale, that lies above what is needed.

Assumes: loops of a task fail by themselves.  Leaves out: outages that last (a loop that can wait is
served by the next); how much computing each task is: classes count alike unless weights are given.
Reference: log-normal delays: Bovy et al., PAM 2002 (there with heavier tails); here two quantiles
are matched, no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import ndtr, ndtri
from jax.typing import ArrayLike

from .link import Truth
from .margins import ENDLESS_S

NORMAL_95 = 1.6448536269514722


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Delays:
    """How late a network is, there and back."""

    median_s: Array
    late_s: Array
    """That 95 of 100 loops do not exceed."""
    outage_fraction: Array
    """Of loops that never close."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Tasks:
    """Classes of tasks, and what each asks; (classes,)."""

    limit_s: Array
    """From measurement to action."""
    low_s: Array
    """Limit of the most demanding of its class."""
    high_s: Array
    """Of the least demanding."""
    processing_s: Array
    """Of sensing and computing, wherever they are done."""
    delivered_fraction: Array
    """Share of loops that must close in time."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """What a network serves; (classes,)."""

    needed_s: Array
    """Limit from which a class is served; `ENDLESS_S` where outages alone are too many."""
    within_fraction: Array
    """Share of loops that close within the limit."""
    served: Truth
    """Whether the limit is kept."""
    tolerated_fraction: Array
    """Share of the class that is served."""


def delays(*, median_s: ArrayLike, late_s: ArrayLike, outage_fraction: ArrayLike = 0.0) -> Delays:
    """Put a network's delays together."""
    return Delays(
        median_s=jnp.asarray(median_s, dtype=float),
        late_s=jnp.asarray(late_s, dtype=float),
        outage_fraction=jnp.asarray(outage_fraction, dtype=float),
    )


def _spread(network: Delays) -> Array:
    return jnp.log(network.late_s / network.median_s) / NORMAL_95


def closed_fraction(network: Delays, *, limit_s: ArrayLike) -> Array:
    """Return the share of loops that close within a limit."""
    limit = jnp.asarray(limit_s)
    spread = _spread(network)
    away = jnp.log(jnp.maximum(limit, 1e-12) / network.median_s)
    wide = ndtr(away / jnp.where(spread > 0.0, spread, 1.0))
    in_time = jnp.where(spread > 0.0, wide, jnp.where(away >= 0.0, 1.0, 0.0))
    return (1.0 - network.outage_fraction) * jnp.where(limit > 0.0, in_time, 0.0)


def quantile_s(network: Delays, *, delivered_fraction: ArrayLike) -> Array:
    """Return the delay within which a share of loops closes; `ENDLESS_S` where it never does."""
    asked = jnp.asarray(delivered_fraction) / (1.0 - network.outage_fraction)
    possible = asked < 1.0
    deviations = ndtri(jnp.where(possible, asked, 0.5))
    return jnp.where(possible, network.median_s * jnp.exp(_spread(network) * deviations), ENDLESS_S)


def tolerated(tasks: Tasks, network: Delays) -> Tolerance:
    """Return what a network serves of each class of tasks."""
    needed = tasks.processing_s + quantile_s(network, delivered_fraction=tasks.delivered_fraction)
    width = jnp.log(tasks.high_s / tasks.low_s)
    ranged = jnp.log(tasks.high_s / needed) / jnp.where(width > 0.0, width, 1.0)
    alone = jnp.where(needed <= tasks.limit_s, 1.0, 0.0)
    return Tolerance(
        needed_s=needed,
        within_fraction=closed_fraction(network, limit_s=tasks.limit_s - tasks.processing_s),
        served=needed <= tasks.limit_s,
        tolerated_fraction=jnp.where(width > 0.0, jnp.clip(ranged, 0.0, 1.0), alone),
    )


def served_fraction(found: Tolerance, *, weight_ratio: ArrayLike = 1.0) -> Array:
    """Return the share of all tasks that is served, by weights of the classes."""
    weights = jnp.broadcast_to(jnp.asarray(weight_ratio, dtype=float), found.needed_s.shape)
    return (weights * found.tolerated_fraction).sum() / weights.sum()
