"""What do power, batches and lasers give for published tokens, joules and accounts?"""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array

from sunstack.disciplines.compute import (
    LanguageModel,
    across_satellites,
    draw,
    passes,
    roofline,
    serving,
    token_key_value_count,
    work,
)
from sunstack.disciplines.compute.across_satellites import Link
from sunstack.disciplines.compute.batching import Requests
from sunstack.disciplines.compute.draw import Timing
from sunstack.disciplines.compute.roofline import Machine
from sunstack.resolve.calibration import calibration, precision
from sunstack.resolve.chips import accelerator, language_model
from sunstack.units import DAY_S

from .inputs import Inputs, Quantity

# --- power ----------------------------------------------------------------------------------------


def _timing(given: Inputs) -> Timing:
    return Timing(
        pass_s=jnp.asarray(1.0),
        memory_s=jnp.asarray(given["memory_fraction"]),
        arithmetic_s=jnp.asarray(given["arithmetic_fraction"]),
    )


def pace_on_less_power(given: Inputs) -> float:
    """Hold a card's power down; of a chip of the catalogue only its power is replaced."""
    chip = replace(
        accelerator("h100-sxm"),
        idle_power_w=jnp.asarray(given["idle_w"]),
        peak_power_w=jnp.asarray(given["peak_w"]),
    )
    found = draw.throughput_under_power(
        chip, draw.measured(), _timing(given), power_w=given["power_w"]
    )
    return float(found.pace_ratio)


# --- tokens and joules ----------------------------------------------------------------------------


def _machine(given: Inputs) -> Machine:
    chip = accelerator(given.word("chip"))
    if "link_gb_per_s" in given.given:
        chip = replace(chip, link_byte_per_s=jnp.asarray(given["link_gb_per_s"]))
    layout = work.Layout(
        chip_count=jnp.asarray(given["accelerator_count"]),
        attention_replica_count=jnp.asarray(given["attention_copy_count"]),
    )
    return Machine(accelerator=chip, calibration=calibration(given.word("engine")), layout=layout)


def energy_of_an_output_token(given: Inputs) -> float:
    """Keep one batch full and share all that is drawn among its output tokens."""
    batch = given["batch_count"]
    as_stored = precision(given.word("precision"))
    machine, model = _machine(given), language_model(given.word("model"))
    asked = _requests(given["input_token_count"], given["output_token_count"])
    made = passes.passes(
        model,
        machine,
        asked,
        precision=as_stored,
        batch_count=jnp.asarray([batch]),
        chunk_token_count=given["chunk_token_count"],
    )
    held_by = passes.replica(
        model,
        machine,
        draw.measured(),
        precision=as_stored,
        sequence_token_count=asked.input_token_count + asked.output_token_count,
        workspace_fraction=0.1,
    )
    unbound = serving.Bounds(output_token_s=jnp.asarray(1e3), first_token_s=jnp.asarray(1e3))
    power = machine.accelerator.peak_power_w
    found = jax.jit(serving.serve)(held_by, asked, unbound, made, power_w=power, heat_w=power)
    return float(found.draw_w / found.output_tokens_per_s)


def _requests(input_count: float, output_count: float) -> Requests:
    """More than any replica serves."""
    return Requests(
        arrival_per_s=jnp.asarray(1e6),
        arrival_variation_ratio=jnp.asarray(1.0),
        input_token_count=jnp.asarray(input_count),
        input_variation_ratio=jnp.asarray(0.0),
        output_token_count=jnp.asarray(output_count),
        output_variation_ratio=jnp.asarray(1.0),
    )


def _dealt_pass_s(
    given: Inputs, model: LanguageModel, machine: Machine, batch: Array, new: float, past: float
) -> Array:
    """A pass of experts dealt out over nodes, in two halves that compute while the other exchanges.

    Exchanges may take some of a chip's processors meanwhile. DeepSeek keeps the most wanted experts
    twice, which levels loads (arXiv 2412.19437, sec. 3.4).
    """
    copies, half = machine.layout.attention_replica_count, 0.5 * batch
    done = roofline.forward(
        model,
        machine,
        precision=precision(given.word("precision")),
        sequence_count=half * copies,
        new_token_count=new,
        past_token_count=past,
        expert_variation_ratio=0.0,
    )
    exchange_s = across_satellites.dealt_experts_s(
        Link(delay_s=jnp.asarray(0.0), byte_per_s=machine.accelerator.link_byte_per_s),
        expert_layer_count=work.expert_layer_count(model),
        width_count=model.width_count,
        experts_per_token_count=given["copies_sent_count"],
        token_count=half * new,
        satellite_count=machine.layout.chip_count / given["node_accelerator_count"],
    )
    computing_s = done.total_s - done.collectives_s
    slowed_s = computing_s + given["exchanging_processor_fraction"] * exchange_s
    return 2.0 * jnp.maximum(slowed_s, exchange_s)


def tokens_of_a_dealt_accelerator(given: Inputs) -> float:
    """Divide a batch's tokens by its pass, an accelerator's share."""
    model, machine = language_model(given.word("model")), _machine(given)
    batch, new = jnp.asarray(given["batch_count"]), given["new_token_count"]
    taken_s = _dealt_pass_s(given, model, machine, batch, new, given["past_token_count"])
    return float(batch * new / taken_s)


def tokens_of_a_node_at_a_users_pace(given: Inputs) -> float:
    """Take the largest batch whose passes keep the pace, for a node of eight."""
    model, machine = language_model(given.word("model")), _machine(given)
    batch = jnp.arange(1.0, 513.0)
    taken_s = _dealt_pass_s(given, model, machine, batch, 1.0, given["past_token_count"])
    kept = taken_s <= 1.0 / given["user_tokens_per_s"]
    return float(given["node_accelerator_count"] * jnp.max(jnp.where(kept, batch / taken_s, 0.0)))


# --- accounts of a day ----------------------------------------------------------------------------


def cost_of_nodes(given: Inputs) -> float:
    """Rent accelerators for a day."""
    hours = given["node_count"] * given["node_accelerator_count"] * 24.0
    return hours * given["accelerator_hour_usd"]


def income_of_tokens(given: Inputs) -> float:
    """Sell input tokens, kept or not, and output tokens."""
    kinds = ("cached_input", "fresh_input", "output")
    return sum(given[f"{kind}_billion"] * 1e3 * given[f"{kind}_usd_per_million"] for kind in kinds)


def margin_of_tokens(given: Inputs) -> float:
    """Take income less cost, over cost."""
    return income_of_tokens(given) / cost_of_nodes(given) - 1.0


def cost_of_a_million_output_tokens(given: Inputs) -> float:
    """Put all cost on the output."""
    return cost_of_nodes(given) / (given["output_billion"] * 1e3)


def nodes_of_both_kinds(given: Inputs) -> float:
    """Count the nodes that take in a day's input and those that give its output."""
    kinds = ("input", "output")
    return sum(
        given[f"{kind}_billion"] * 1e9 / DAY_S / given[f"{kind}_tokens_per_s"] for kind in kinds
    )


# --- lasers ---------------------------------------------------------------------------------------


def _link(given: Inputs) -> Link:
    return Link(
        delay_s=jnp.asarray(given["delay_ms"]),
        byte_per_s=jnp.asarray(given["rate_gbit_per_s"] / 8.0),
    )


def delay_of_a_token_of_shared_layers(given: Inputs) -> float:
    """Share every layer of a model of the catalogue over lasers."""
    model = language_model(given.word("model"))
    found = across_satellites.shared_layers_s(
        _link(given),
        layer_count=model.layer_count,
        width_count=model.width_count,
        token_count=given["token_count"],
        satellite_count=given["satellite_count"],
    )
    return float(found)


def time_to_move_keys_and_values(given: Inputs) -> float:
    """Move what is kept of some tokens once all of it is computed."""
    model = language_model(given.word("model"))
    found = across_satellites.handover(
        _link(given),
        token_count=given["token_count"],
        key_value_byte=token_key_value_count(model) * given["number_byte"],
        prefill_s=1.0,
    )
    return float(found.move_s)


SERVING: dict[str, Quantity] = {
    "pace on less power": pace_on_less_power,
    "energy of an output token": energy_of_an_output_token,
    "tokens of a dealt accelerator": tokens_of_a_dealt_accelerator,
    "tokens of a node at a user's pace": tokens_of_a_node_at_a_users_pace,
    "cost of nodes": cost_of_nodes,
    "income of tokens": income_of_tokens,
    "margin of tokens": margin_of_tokens,
    "cost of a million output tokens": cost_of_a_million_output_tokens,
    "nodes of both kinds": nodes_of_both_kinds,
    "delay of a token of shared layers": delay_of_a_token_of_shared_layers,
    "time to move keys and values": time_to_move_keys_and_values,
}
