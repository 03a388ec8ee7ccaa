"""What does it cost to spread a language model over lasers, or to move its work along them?

A laser carries C bytes a second and takes d to arrive. Of a model of L layers of width w, each a
sum over all who share a layer after attention and after the feed-forward part:

    layers shared by k       at least 2 L (d + 2 · w · tokens · (k - 1)/k / C)     more for a pass
    experts dealt out to k   2 d a layer, and each token's e experts: 3 · w · e · (k - 1)/k / C
    layers dealt out to k    k hops a token: d + 2 · w · tokens / C each
        m batches in turn    one pass a max(t / k, (t + k hops) / m); idle 1 - (t / k) / that
    moving S tokens' keys    d + S · bytes / C, or less as layers leave while the next is computed
        or taking them in again: d + prefill; quicker below C = S · bytes / prefill
    moving while it decodes  the rest shrinks by ρ = bytes · tokens a second / C at each round

So no layer is shared over lasers: 80 layers at a millisecond are 160 ms for a token.

Assumes: a laser that nothing else uses; numbers of 16 bits between layers, of 8 on the way to
experts; sums exchanged at once, each with each, which is the least that a sum can take.
Leaves out: lasers lost on the way; queues at relays; experts on unequal loads.
Reference: DeepSeek-V3 (arXiv 2412.19437), sec. 3.4 (experts); Narayanan et al., Efficient
large-scale language model training on GPU clusters, SC 2021 (pipelines); Patel et al., Splitwise,
ISCA 2024 (keys moved layer by layer); Clark et al., Live migration of virtual machines, NSDI 2005.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

SUMS_OF_A_LAYER = 2.0
"""After attention, and after the feed-forward part."""
ACTIVATION_BYTE = 2.0
"""Of a number between layers."""
EXPERT_BYTE = 3.0
"""Of a number that goes to an expert with 8 bits and comes back with 16."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Link:
    """A way from one satellite to another; fields may be arrays that broadcast."""

    delay_s: Array
    """One way: light and processing."""
    byte_per_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """Layers dealt out over satellites; shape of the inputs."""

    token_s: Array
    """From one token of a sequence to its next."""
    pace_ratio: Array
    """Passes a second, of those of as many satellites that never wait."""
    idle_fraction: Array
    """Of each satellite's time."""
    filling_batch_count: Array
    """Batches in turn from which on no satellite waits."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Handover:
    """Moving the keys and values of some tokens, or taking the tokens in again."""

    byte: Array
    move_s: Array
    """From when all are computed to when all have arrived."""
    again_s: Array
    """To send the tokens, as good as nothing, and take them in there."""
    quicker_margin_s: Array
    """Taking in again less moving; negative: taking in again is quicker."""
    even_byte_per_s: Array
    """Rate of a link at which both take as long; a link's delay is the same for both."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Departure:
    """A running sequence that leaves with its satellite, kept going by another."""

    lead_s: Array
    """Before the satellite leaves, at which moving must begin."""
    pause_s: Array
    """Without a token, by moving in rounds."""
    again_pause_s: Array
    """Without a token, by taking it in again there."""
    least_pause_s: Array
    """Of the two."""
    view_margin_s: Array
    """Time in view less the lead; negative: it must be taken in again."""
    lost_fraction: Array
    """Of its decoding, by the lesser pause once in each view."""


def activation_byte(*, width_count: ArrayLike, token_count: ArrayLike) -> Array:
    """What stands for some tokens between two layers."""
    return ACTIVATION_BYTE * jnp.asarray(width_count) * jnp.asarray(token_count)


def shared_layers_s(
    link: Link,
    *,
    layer_count: ArrayLike,
    width_count: ArrayLike,
    token_count: ArrayLike,
    satellite_count: ArrayLike,
) -> Array:
    """Least that a pass takes longer if satellites share every layer (tensor parallelism).

    Args:
        link: from each to each other.
        layer_count: of the model.
        width_count: of the model.
        token_count: of the pass: a batch's next ones, or an input's.
        satellite_count: that share; 1 for none.
    """
    count = jnp.asarray(satellite_count)
    sent = activation_byte(width_count=width_count, token_count=token_count) * (count - 1.0) / count
    each_s = link.delay_s + sent / link.byte_per_s
    sums = SUMS_OF_A_LAYER * jnp.asarray(layer_count)
    return jnp.where(count > 1.0, sums * each_s, 0.0)


def dealt_experts_s(
    link: Link,
    *,
    expert_layer_count: ArrayLike,
    width_count: ArrayLike,
    experts_per_token_count: ArrayLike,
    token_count: ArrayLike,
    satellite_count: ArrayLike,
) -> Array:
    """Time of a pass's exchanges if satellites hold different experts (expert parallelism).

    What computes meanwhile, on another half of the batch, can hide the bytes, not the delays.

    Args:
        link: from each to all others, all they send together.
        expert_layer_count: layers that deal tokens to experts.
        width_count: of the model.
        experts_per_token_count: each on its own satellite.
        token_count: of the pass, that one satellite holds.
        satellite_count: that share the experts; 1 for none.
    """
    count, layers = jnp.asarray(satellite_count), jnp.asarray(expert_layer_count)
    dealt = jnp.asarray(token_count) * jnp.asarray(experts_per_token_count) * (count - 1.0) / count
    sent = EXPERT_BYTE * jnp.asarray(width_count) * dealt
    each_s = 2.0 * link.delay_s + sent / link.byte_per_s
    return jnp.where(count > 1.0, layers * each_s, 0.0)


def pipeline(
    link: Link,
    *,
    pass_s: ArrayLike,
    width_count: ArrayLike,
    token_count: ArrayLike,
    satellite_count: ArrayLike,
    batch_count: ArrayLike,
) -> Pipeline:
    """Layers dealt out evenly in a chain of satellites that ends where it begins.

    Args:
        link: from each to the next, and from the last to the first.
        pass_s: of one batch through all layers, links not counted.
        width_count: of the model.
        token_count: that a batch sends on in a pass.
        satellite_count: with a share of the layers each; 1 for all.
        batch_count: in the chain at once.
    """
    count, batches = jnp.asarray(satellite_count), jnp.asarray(batch_count)
    whole_s = jnp.asarray(pass_s)
    sent = activation_byte(width_count=width_count, token_count=token_count)
    hop_s = jnp.where(count > 1.0, link.delay_s + sent / link.byte_per_s, 0.0)
    stage_s = whole_s / count
    round_s = whole_s + count * hop_s
    # a laser, too, carries one batch at a time
    slowest_s = jnp.maximum(stage_s, jnp.where(count > 1.0, sent / link.byte_per_s, 0.0))
    between_s = jnp.maximum(slowest_s, round_s / batches)
    return Pipeline(
        token_s=batches * between_s,
        pace_ratio=stage_s / between_s,
        idle_fraction=1.0 - stage_s / between_s,
        filling_batch_count=jnp.ceil(round_s / slowest_s - 1e-9),
    )


def handover(
    link: Link,
    *,
    token_count: ArrayLike,
    key_value_byte: ArrayLike,
    prefill_s: ArrayLike,
    layer_count: ArrayLike = 1.0,
) -> Handover:
    """Keys and values moved from where an input was taken in to where it is decoded.

    Args:
        link: between the two.
        token_count: of the input.
        key_value_byte: kept for one token.
        prefill_s: to take the input in, on either.
        layer_count: that leave one by one while the next is computed; 1 if all leave at the end.
    """
    byte = jnp.asarray(token_count) * jnp.asarray(key_value_byte)
    sending_s, taking_s = byte / link.byte_per_s, jnp.asarray(prefill_s)
    layers = jnp.asarray(layer_count)
    hidden_s = jnp.minimum(taking_s, sending_s) * (layers - 1.0) / layers
    move_s = link.delay_s + sending_s - hidden_s
    again_s = link.delay_s + taking_s
    return Handover(
        byte=byte,
        move_s=move_s,
        again_s=again_s,
        quicker_margin_s=again_s - move_s,
        even_byte_per_s=byte / taking_s / _layers_overlap_ratio(layers),
    )


def _layers_overlap_ratio(layers: Array) -> Array:
    """Seconds of sending that come out even with a second of prefill: what hides counts once."""
    return 1.0 + (layers - 1.0) / layers


def departure(
    link: Link,
    *,
    token_count: ArrayLike,
    key_value_byte: ArrayLike,
    tokens_per_s: ArrayLike,
    prefill_s: ArrayLike,
    view_s: ArrayLike,
    round_count: ArrayLike = 3.0,
) -> Departure:
    """A sequence that goes on decoding while its keys and values move to the next satellite.

    What was decoded during a round is moved in the next, the last with the sequence paused.

    Args:
        link: to the satellite that comes.
        token_count: of the sequence so far.
        key_value_byte: kept for one token.
        tokens_per_s: that the sequence decodes.
        prefill_s: to take in as many tokens there.
        view_s: for which a satellite is of use.
        round_count: before the pause; 0 pauses at once.
    """
    rounds, view = jnp.asarray(round_count), jnp.asarray(view_s)
    first_s = jnp.asarray(token_count) * jnp.asarray(key_value_byte) / link.byte_per_s
    left = jnp.asarray(key_value_byte) * jnp.asarray(tokens_per_s) / link.byte_per_s
    # a link no faster than the decoding never catches up: one pause with all of it
    catches_up = left < 1.0
    safe = jnp.where(catches_up, left, 0.0)
    last_s = jnp.where(catches_up, first_s * safe**rounds, first_s)
    running_s = jnp.where(catches_up, first_s * (1.0 - safe**rounds) / (1.0 - safe), 0.0)
    pause_s = link.delay_s + last_s
    again_s = link.delay_s + jnp.asarray(prefill_s)
    lead_s = running_s + pause_s
    margin_s = view - lead_s
    least_s = jnp.where(margin_s >= 0.0, jnp.minimum(pause_s, again_s), again_s)
    return Departure(
        lead_s=lead_s,
        pause_s=pause_s,
        again_pause_s=again_s,
        least_pause_s=least_s,
        view_margin_s=margin_s,
        lost_fraction=jnp.clip(least_s / view, 0.0, 1.0),
    )
