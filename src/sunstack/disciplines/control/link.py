"""How old is the command that a machine acts on when its policy is far away?

Every period a measurement is sent, the policy answers at once, and the command is back after

    delay + Exp(jitter)          unless it is lost

The actuator takes the newest command it has, by the time of its measurement, and holds it until a
newer one is there. A packet is lost by chance, or when it is sent or would arrive in an outage: a
gap that comes back at regular intervals, as when a terminal changes its satellite; its first moment
is drawn anew for each trial.

Assumes: losses but for outages independent; delay counts everything from sensing to acting.
Leaves out: queues that hold packets back through an outage; retransmission; clocks that differ.
Reference: Hespanha, Naghshtabrizi, Xu, A survey of recent results in networked control systems,
Proc. IEEE 95 (2007) 138.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.typing import ArrayLike

type Key = Array
"""Of JAX's random numbers."""
type Truth = Array
"""Yes or no."""
type Periods = Array
"""Numbers of periods, counted from 0."""
NONE_YET = -1
"""Index of the newest command before the first has come."""
ROUNDING_RATIO = 1e-6
"""Of a period, by which an arrival may be late and still count as on time."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Link:
    """What lies between a measurement and the action that answers it."""

    delay_s: Array
    """Least time there and back, computing included."""
    jitter_s: Array
    """Mean of what comes on top."""
    loss_fraction: Array
    """Share of loops that never close, besides outages."""
    outage_s: Array
    """Length of a gap."""
    outage_every_s: Array
    """From the beginning of one gap to that of the next."""


def link_of(
    *,
    delay_s: ArrayLike = 0.0,
    jitter_s: ArrayLike = 0.0,
    loss_fraction: ArrayLike = 0.0,
    outage_s: ArrayLike = 0.0,
    outage_every_s: ArrayLike = 15.0,
) -> Link:
    """Put a link together; without words, one that is not there at all."""
    return Link(
        delay_s=jnp.asarray(delay_s, dtype=float),
        jitter_s=jnp.asarray(jitter_s, dtype=float),
        loss_fraction=jnp.asarray(loss_fraction, dtype=float),
        outage_s=jnp.asarray(outage_s, dtype=float),
        outage_every_s=jnp.asarray(outage_every_s, dtype=float),
    )


def newest(
    way: Link, key: Key, *, count: int, step_s: ArrayLike, every_count: ArrayLike = 1
) -> Periods:
    """Return, for every period, which period's measurement the newest command answers; (count,).

    Args:
        way: the link.
        key: of this trial's draws.
        count: of periods.
        step_s: length of a period.
        every_count: only every so many periods is a measurement sent.
    """
    draws = jax.random.split(key, 3)
    sent = jnp.arange(count)
    sent_s = sent * step_s
    back_s = sent_s + way.delay_s + way.jitter_s * jax.random.exponential(draws[0], (count,))
    start_s = way.outage_every_s * jax.random.uniform(draws[1])
    lost = jax.random.uniform(draws[2], (count,)) < way.loss_fraction
    lost |= _in_gap(way, sent_s + start_s) | _in_gap(way, back_s + start_s)
    lost |= sent % every_count != 0
    due = jnp.ceil(back_s / step_s - ROUNDING_RATIO).astype(int)
    due = jnp.where(lost, count, jnp.minimum(due, count))
    return lax.cummax(jnp.full((count,), NONE_YET).at[due].max(sent, mode="drop"))


def _in_gap(way: Link, time_s: Array) -> Array:
    return time_s % way.outage_every_s < way.outage_s


def delay_count(way: Link, *, step_s: ArrayLike, most_s: ArrayLike = jnp.inf) -> Array:
    """Return how many whole periods the least delay takes, or as much of it as is looked at."""
    seen_s = jnp.minimum(way.delay_s, most_s)
    return jnp.ceil(seen_s / step_s - ROUNDING_RATIO).astype(int)


# --- commands under way --------------------------------------------------------------------------


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Commands:
    """Commands of the last periods, in a ring, and the one the actuator holds."""

    ring_ratio: Array
    """(periods remembered,); in whatever unit the command is."""
    held_ratio: Array
    held_index: Periods
    """Period whose measurement the held command answers."""


def no_commands(*, horizon_count: int) -> Commands:
    """Begin with none: the actuator holds 0."""
    return Commands(
        ring_ratio=jnp.zeros((horizon_count,)),
        held_ratio=jnp.zeros(()),
        held_index=jnp.asarray(NONE_YET),
    )


def exchanged(
    past: Commands, *, period: Periods, command_ratio: Array, arrived: Periods
) -> Commands:
    """Send a command, and take the newest that has arrived.

    One that is older than the ring is long is no longer known, and not taken.
    """
    size = past.ring_ratio.shape[0]
    ring = past.ring_ratio.at[period % size].set(command_ratio)
    taken = (arrived > past.held_index) & (period - arrived < size)
    return Commands(
        ring_ratio=ring,
        held_ratio=jnp.where(taken, ring[arrived % size], past.held_ratio),
        held_index=jnp.where(taken, arrived, past.held_index),
    )
