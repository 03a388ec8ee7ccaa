"""What do workers need between them that train alone for many steps before they exchange?

Each of M workers takes H steps of s seconds, then sends how far its weights moved (DiLoCo); with P
fragments (streaming DiLoCo), one at a time, so that each is sent every H steps. A fragment of N/P
parameters of b bits takes over links of rate C and delay d, one way round a ring,

    x = 2 (M - 1)/M · b N / (P C) + d

and may take a share β of its last step, as the way back (2/3 of it) yields one layer after the
other, and then τ steps: w = (τ + β) s; β is 0 where it waits for the optimiser. So a round waits
for max(P y, P x - H s), where y = max(x - w, 0) if steps go on meanwhile (τ > 0), and otherwise
y = max(x - w (1 - 1/L), x/L) over L layers as in `step`. Utilisation is H s over H s and the wait.
Against sums of b' bits at every step this sends H b'/b times less.

What it costs in loss is measured, not derived: see `extra_token_ratio`, `outage_perplexity_ratio`.

Assumes: equal workers; links in a ring as fast each; fragments sent evenly over the round.
Leaves out: stragglers (a worker that is late is out of the round, see `outage`), joining workers.
Reference: Douillard et al., DiLoCo, arXiv 2311.08105 (2023) and Streaming DiLoCo with overlapping
communication, arXiv 2501.18512 (2025), tables 4 to 6; Hoffmann et al., Training Compute-Optimal
Large Language Models, arXiv 2203.15556 (2022), equation 10; Besiroglu et al., Chinchilla Scaling: A
replication attempt, arXiv 2404.10102 (2024).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .step import shown_s


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Rounds:
    """How workers exchange."""

    worker_count: Array
    inner_step_count: Array
    """Steps of a worker from one exchange of a fragment to its next."""
    fragment_count: Array
    """1 if all is sent at once."""
    overlap_step_count: Array
    """Steps that go on while a fragment is under way."""
    early_fraction: Array
    """Of the step after which a fragment is sent, during which its layers are sent already."""
    parameter_bit_count: Array
    """Bits that a parameter is sent in."""


def ring_traffic_ratio(*, worker_count: ArrayLike) -> Array:
    """What each sends in a ring, over what it has to share."""
    return 2.0 * (1.0 - 1.0 / jnp.asarray(worker_count))


def fragment_bit_count(rounds: Rounds, *, parameter_count: ArrayLike) -> Array:
    """Bits that each worker sends for a fragment."""
    own = jnp.asarray(parameter_count) * rounds.parameter_bit_count / rounds.fragment_count
    return ring_traffic_ratio(worker_count=rounds.worker_count) * own


def fragment_s(
    rounds: Rounds,
    *,
    parameter_count: ArrayLike,
    bit_per_s: ArrayLike,
    delay_s: ArrayLike = 0.0,
) -> Array:
    """Time to exchange a fragment; `delay_s` of light all the way round."""
    bits = fragment_bit_count(rounds, parameter_count=parameter_count)
    return bits / jnp.asarray(bit_per_s) + jnp.asarray(delay_s)


def window_s(rounds: Rounds, *, step_s: ArrayLike) -> Array:
    """Time that a fragment may take before a worker waits for it."""
    return (rounds.overlap_step_count + rounds.early_fraction) * jnp.asarray(step_s)


def waiting_s(
    rounds: Rounds, *, exchange_s: ArrayLike, step_s: ArrayLike, layer_count: ArrayLike
) -> Array:
    """Time of a round in which a worker waits, for fragments of `exchange_s` each."""
    exchange, window = jnp.asarray(exchange_s), window_s(rounds, step_s=step_s)
    by_layer = shown_s(exchange_s=exchange, window_s=window, part_count=layer_count)
    later = jnp.maximum(exchange - window, 0.0)
    shown = rounds.fragment_count * jnp.where(rounds.overlap_step_count > 0.0, later, by_layer)
    busy = rounds.fragment_count * exchange - rounds.inner_step_count * jnp.asarray(step_s)
    return jnp.maximum(shown, busy)


def utilisation_fraction(
    rounds: Rounds, *, exchange_s: ArrayLike, step_s: ArrayLike, layer_count: ArrayLike
) -> Array:
    """Share of its time that a worker computes."""
    alone = rounds.inner_step_count * jnp.asarray(step_s)
    waits = waiting_s(rounds, exchange_s=exchange_s, step_s=step_s, layer_count=layer_count)
    return alone / (alone + waits)


def needed_bit_per_s(
    rounds: Rounds,
    *,
    parameter_count: ArrayLike,
    step_s: ArrayLike,
    layer_count: ArrayLike,
    utilisation_fraction: ArrayLike,
    delay_s: ArrayLike = 0.0,
) -> Array:
    """Rate at which workers compute that share of their time; infinite where delay forbids it."""
    share, step, layers = (
        jnp.asarray(part) for part in (utilisation_fraction, step_s, layer_count)
    )
    alone = rounds.inner_step_count * step
    allowed = alone * (1.0 / share - 1.0)
    each, window = allowed / rounds.fragment_count, window_s(rounds, step_s=step)
    by_layer = jnp.minimum(each + window * (1.0 - 1.0 / layers), each * layers)
    longest = jnp.where(rounds.overlap_step_count > 0.0, each + window, by_layer)
    longest = jnp.minimum(longest, (alone + allowed) / rounds.fragment_count)
    sending = longest - jnp.asarray(delay_s)
    bits = fragment_bit_count(rounds, parameter_count=parameter_count)
    return jnp.where(sending > 0.0, bits / jnp.where(sending > 0.0, sending, 1.0), jnp.inf)


def traffic_reduction_ratio(rounds: Rounds, *, step_bit_count: ArrayLike) -> Array:
    """How much less is sent than by summing gradients of so many bits at every step."""
    return rounds.inner_step_count * jnp.asarray(step_bit_count) / rounds.parameter_bit_count


def sent_byte(rounds: Rounds, *, parameter_count: ArrayLike, step_count: ArrayLike) -> Array:
    """What each worker sends over a training."""
    count = jnp.asarray(step_count) / rounds.inner_step_count * rounds.fragment_count
    return count * fragment_bit_count(rounds, parameter_count=parameter_count) / 8.0


# --- what it costs in loss ------------------------------------------------------------------------


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class ScalingLaw:
    """Loss of a model of N parameters after D tokens: E + A / N^α + B / D^β."""

    floor_ratio: Array
    """E, nats a token."""
    parameter_factor: Array
    parameter_exponent_ratio: Array
    token_factor: Array
    token_exponent_ratio: Array


def hoffmann() -> ScalingLaw:
    """Return the law as its authors printed it, of dense models on one text corpus."""
    return _law(1.69, 406.4, 0.34, 410.7, 0.28)


def besiroglu() -> ScalingLaw:
    """Return the law fitted again to the same models; it asks more tokens for the same loss."""
    return _law(1.8172, 482.01, 0.3478, 2085.43, 0.3658)


def _law(*values: float) -> ScalingLaw:
    names = [field.name for field in fields(ScalingLaw)]
    return ScalingLaw(
        **{name: jnp.asarray(value) for name, value in zip(names, values, strict=True)}
    )


def loss_ratio(law: ScalingLaw, *, parameter_count: ArrayLike, token_count: ArrayLike) -> Array:
    """Loss, in nats a token."""
    by_size = law.parameter_factor / jnp.asarray(parameter_count) ** law.parameter_exponent_ratio
    by_text = law.token_factor / jnp.asarray(token_count) ** law.token_exponent_ratio
    return law.floor_ratio + by_size + by_text


def extra_token_ratio(
    law: ScalingLaw,
    *,
    parameter_count: ArrayLike,
    token_count: ArrayLike,
    loss_penalty_fraction: ArrayLike,
) -> Array:
    """Tokens needed for the loss that exchanging at every step gives, over its tokens.

    An estimate: the law is of dense models. Measured penalties of streaming DiLoCo at H = 100 with
    two workers: 0.4 % at 1 and 4 billion parameters and 20 tokens for each, none (-0.4 %) at 1
    billion and 100 and more; with four workers 1.6 % and 0.8 %. Infinite where no number of tokens
    makes up for it.
    """
    words = {"parameter_count": parameter_count, "token_count": token_count}
    by_text = law.token_factor / jnp.asarray(token_count) ** law.token_exponent_ratio
    whole = loss_ratio(law, **words)
    left = by_text - whole * (1.0 - 1.0 / (1.0 + jnp.asarray(loss_penalty_fraction)))
    ratio = by_text / jnp.where(left > 0.0, left, 1.0)
    return jnp.where(left > 0.0, ratio ** (1.0 / law.token_exponent_ratio), jnp.inf)


MEASURED_OUTAGE_FRACTION = 0.5
"""Share of exchanges that DiLoCo's authors dropped at most."""
MEASURED_OUTAGE_PENALTY_FRACTION = 0.021
"""More perplexity then, on unlike shards; less on like ones."""


def outage_perplexity_ratio(*, outage_fraction: ArrayLike) -> Array:
    """Perplexity when a share of workers is missing from each exchange, over that with all.

    An estimate between none and the half that was measured (of 8 workers, 150 million parameters):
    a straight line. The missing go on alone and are back at a later exchange. From 0 (like shards)
    to twice this is plausible.
    """
    return 1.0 + MEASURED_OUTAGE_PENALTY_FRACTION * (
        jnp.asarray(outage_fraction) / MEASURED_OUTAGE_FRACTION
    )


def outage_margin_fraction(*, outage_fraction: ArrayLike) -> Array:
    """Share of workers that may still go missing before no measurement bears it out."""
    return MEASURED_OUTAGE_FRACTION - jnp.asarray(outage_fraction)
