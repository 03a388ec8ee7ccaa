"""Which share of its time does a training spend on work that lasts, when things fail and go dark?

It computes W, checks the result for V, writes a checkpoint for C, and so on. Failures that stop it
come at rate λ at any of these; then it waits D for hardware and restarts for R, which may fail too.
Corruptions that stop nothing come at rate μ; a check finds a share q of those, and the work since
the last checkpoint is done again. With a = e^(-λ(W+V)), b = e^(-λC), s = e^(-qμW) and the cost of
a failure K = e^(λR) (1/λ + D), W takes on average

    E = [(1 - a + a s (1 - b)) K + a (1 - s) (K - 1/λ - D)] / (a s b)

which without corruptions is K (e^(λ(W+V+C)) - 1). Goodput is W/E. The best W of that is M x, where
x = 1 - e^(-(x + c)), M = 1/λ, c = (V + C)/M; to first order √(2 (V + C) M), Young's, and by Daly

    √(2 C M) (1 + √(C/2M)/3 + C/18M) - C        (W = M where C >= 2M)

A corruption costs the whole interval and not its half: it counts as two failures there. An eclipse
is foreseen: a checkpoint on entry, a resumption on exit, nothing lost. Spares take over for the
satellites under replacement: of the mean load r out at a time, if it ran, the job stands still for
Erlang's share B(z + 1, r) with z spares.

Assumes: failures at a steady rate, independent; a checkpoint that is written can be read; all
satellites dark at once (a formation); no failure of what is switched off.
Leaves out: corruptions that no check finds (told by `unnoticed_per_s`); bursts, as in a flare;
checkpoints written while computing goes on, but as a smaller C.
Reference: Daly, Future Generation Computer Systems 22 (2006) 303; Young, CACM 17 (1974) 530;
Herault & Robert (eds.), Fault-Tolerance Techniques for High-Performance Computing (2015), ch. 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import gammaincc, gammaln
from jax.typing import ArrayLike

NEWTON_STEPS = 8
LEAST_WORK_S = 1e-3
"""Between checkpoints that cost nothing."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Interruptions:
    """What goes wrong, and what it costs."""

    failure_per_s: Array
    """Of the whole job; 0 for none."""
    corruption_per_s: Array
    """Silent ones of the whole job."""
    detected_fraction: Array
    """Of these, by a check before each checkpoint."""
    check_s: Array
    checkpoint_s: Array
    """Time that computing stands still for it."""
    downtime_s: Array
    """From a failure to hardware that can go on: noticing it, a reboot or a spare."""
    restart_s: Array
    """To load the checkpoint and begin."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Outages:
    """What stops all satellites on schedule."""

    period_s: Array
    outage_s: Array
    """Of each period; 0 for none."""
    entry_s: Array
    """To write a checkpoint before it; 0 if memory stays powered."""
    resume_s: Array
    """To be at work again after it."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spares:
    """What replaces satellites that do not come back."""

    loss_per_s: Array
    """Of the satellites at work, all together."""
    replacement_s: Array
    """From a loss to a satellite that fills the gap in the spares."""
    spare_count: Array
    """In place; 0 for none."""


def job_failure_per_s(
    *,
    satellite_count: ArrayLike,
    accelerator_count: ArrayLike,
    accelerator_failure_per_s: ArrayLike,
    satellite_failure_per_s: ArrayLike = 0.0,
) -> Array:
    """Rate at which anything stops a job that needs all: accelerators and what holds them."""
    each = jnp.asarray(accelerator_count) * jnp.asarray(accelerator_failure_per_s)
    return jnp.asarray(satellite_count) * (each + jnp.asarray(satellite_failure_per_s))


# --- how often to write ---------------------------------------------------------------------------


def young_interval_s(*, checkpoint_s: ArrayLike, failure_per_s: ArrayLike) -> Array:
    """Work between checkpoints, to first order."""
    return jnp.sqrt(2.0 * jnp.asarray(checkpoint_s) / jnp.asarray(failure_per_s))


def daly_interval_s(*, checkpoint_s: ArrayLike, failure_per_s: ArrayLike) -> Array:
    """The same, to a higher order."""
    cost, between = jnp.asarray(checkpoint_s), 1.0 / jnp.asarray(failure_per_s)
    half = jnp.sqrt(cost / (2.0 * between))
    higher = jnp.sqrt(2.0 * cost * between) * (1.0 + half / 3.0 + half**2 / 9.0) - cost
    return jnp.where(cost < 2.0 * between, higher, between)


def best_interval_s(*, checkpoint_s: ArrayLike, failure_per_s: ArrayLike) -> Array:
    """The same, exactly; infinite where nothing fails, 0 where writing costs nothing."""
    rate = jnp.asarray(failure_per_s)
    fails = rate > 0.0
    safe = jnp.where(fails, rate, 1.0)
    cost = jnp.asarray(checkpoint_s) * safe
    costs = cost > 0.0
    cost = jnp.where(costs, cost, 1.0)
    share = jnp.minimum(jnp.sqrt(2.0 * cost), 1.0)
    for _ in range(NEWTON_STEPS):
        # Newton's from above: the slope grows, so that no step passes the root.
        excess = share + jnp.expm1(-(share + cost))
        share = share + excess / jnp.expm1(-(share + cost))
    return jnp.where(fails, jnp.where(costs, share, 0.0) / safe, jnp.inf)


def interval_s(given: Interruptions) -> Array:
    """Work between checkpoints that is best, to first order in corruptions."""
    found = given.detected_fraction * given.corruption_per_s
    return best_interval_s(
        checkpoint_s=given.check_s + given.checkpoint_s,
        failure_per_s=given.failure_per_s + 2.0 * found,
    )


# --- goodput --------------------------------------------------------------------------------------


def _grown(exponent: Array) -> Array:
    """(e^x - 1) / x, 1 at 0."""
    small = jnp.abs(exponent) < 1e-6
    safe = jnp.where(small, 1.0, exponent)
    return jnp.where(small, 1.0 + 0.5 * exponent, jnp.expm1(safe) / safe)


def elapsed_s(given: Interruptions, *, work_s: ArrayLike) -> Array:
    """Mean time to compute so much, check it and write it, failures and corruptions counted."""
    work, rate = jnp.asarray(work_s), given.failure_per_s
    tried = work + given.check_s
    reach = jnp.exp(-rate * tried)
    kept = jnp.exp(-rate * given.checkpoint_s)
    clean = jnp.exp(-given.detected_fraction * given.corruption_per_s * work)
    restart = rate * given.restart_s
    again_s = given.restart_s * _grown(restart) + jnp.expm1(restart) * given.downtime_s

    def failing_s(span_s: Array, lasting_fraction: Array) -> Array:
        """Mean of what a failure within a span costs, and of the span up to its end."""
        own = span_s * _grown(-rate * span_s) + (1.0 - lasting_fraction) * given.downtime_s
        return jnp.exp(restart) * own

    spent = failing_s(tried, reach) + reach * clean * failing_s(given.checkpoint_s, kept)
    return (spent + reach * (1.0 - clean) * again_s) / (reach * clean * kept)


def goodput_fraction(given: Interruptions, *, work_s: ArrayLike) -> Array:
    """Share of time spent on work that lasts, with so much of it between checkpoints."""
    work = jnp.maximum(jnp.asarray(work_s), LEAST_WORK_S)
    return work / elapsed_s(given, work_s=work)


def unnoticed_per_s(given: Interruptions) -> Array:
    """Corruptions that stay in the model."""
    return (1.0 - given.detected_fraction) * given.corruption_per_s


def scheduled_goodput_fraction(
    given: Interruptions, outages: Outages, *, work_s: ArrayLike
) -> Array:
    """The same of a whole period of light and dark, with at most so much work between checkpoints.

    The light is cut into equal intervals, the last of which ends with the checkpoint of the entry.
    Where memory stays powered nothing is written for a period, and work goes on as it was.
    """
    light = outages.period_s - outages.outage_s
    usable = jnp.maximum(light - outages.entry_s - outages.resume_s, 0.0)
    each = given.check_s + given.checkpoint_s
    wanted = jnp.maximum(jnp.minimum(jnp.asarray(work_s), usable), LEAST_WORK_S)
    cuts = jnp.maximum(jnp.round((usable + each) / (wanted + each)), 1.0)
    work = jnp.maximum(usable - (cuts - 1.0) * each, 0.0) / cuts
    slowing = elapsed_s(given, work_s=work) / jnp.maximum(work + each, LEAST_WORK_S)
    shared = cuts * work / (outages.period_s * jnp.maximum(slowing, 1.0))
    written = (outages.outage_s > 0.0) & (outages.entry_s > 0.0)
    whole = goodput_fraction(given, work_s=jnp.where(written, 1.0, work_s))
    lit = jnp.where(outages.outage_s > 0.0, usable / outages.period_s, 1.0)
    return jnp.where(written, shared, whole * lit)


def standing_fraction(spares: Spares) -> Array:
    """Share of time a job stands still for want of a satellite: Erlang's B."""
    load = spares.loss_per_s * spares.replacement_s
    needed = spares.spare_count + 1.0
    some = load > 0.0
    safe = jnp.where(some, load, 1.0)
    exact = jnp.exp(needed * jnp.log(safe) - safe - gammaln(needed + 1.0))
    return jnp.where(some, exact / gammaincc(needed + 1.0, safe), 0.0)


def job_goodput_fraction(
    given: Interruptions, outages: Outages, spares: Spares, *, work_s: ArrayLike
) -> Array:
    """All together: failures, corruptions, eclipses and satellites that are missed."""
    running = scheduled_goodput_fraction(given, outages, work_s=work_s)
    return running * (1.0 - standing_fraction(spares))
