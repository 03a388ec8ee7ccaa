"""A replica of four accelerators, what it is asked, and what its passes take, in round numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import jax
import jax.numpy as jnp

from sunstack.disciplines.compute import Accelerator, draw, serving
from sunstack.disciplines.compute.batching import Passes, Replica, Requests
from sunstack.disciplines.compute.draw import Timing
from sunstack.disciplines.compute.serving import Bounds, Service

GRID = jnp.arange(1.0, 257.0)
FIRST_S, EACH_S, INPUT_S = 8e-3, 5e-5, 2e-2
"""A decoding pass, what a sequence adds to it, and taking in a mean input."""

CHIP = Accelerator(
    peak_fp16_flop_per_s=jnp.asarray(1e15),
    peak_fp8_flop_per_s=jnp.asarray(2e15),
    peak_fp4_flop_per_s=jnp.asarray(2e15),
    memory_byte=jnp.asarray(80e9),
    memory_bandwidth_byte_per_s=jnp.asarray(3.35e12),
    link_byte_per_s=jnp.asarray(450e9),
    domain_count=jnp.asarray(8.0),
    idle_power_w=jnp.asarray(80.0),
    peak_power_w=jnp.asarray(700.0),
)
REPLICA = Replica(
    accelerator=CHIP,
    law=draw.measured(),
    accelerator_count=jnp.asarray(4.0),
    weight_byte=jnp.asarray(70e9),
    key_value_byte=jnp.asarray(164e3),
    workspace_fraction=jnp.asarray(0.1),
)
REQUESTS = Requests(
    arrival_per_s=jnp.asarray(8.0),
    arrival_variation_ratio=jnp.asarray(1.0),
    input_token_count=jnp.asarray(800.0),
    input_variation_ratio=jnp.asarray(0.0),
    output_token_count=jnp.asarray(200.0),
    output_variation_ratio=jnp.asarray(1.0),
)
BOUNDS = Bounds(output_token_s=jnp.asarray(0.05), first_token_s=jnp.asarray(1.0))


def passes(chunk: float = 512.0) -> Passes:
    decode_s = FIRST_S + EACH_S * GRID
    return Passes(
        batch_count=GRID,
        decode=Timing(
            pass_s=decode_s, memory_s=0.7 * decode_s, arithmetic_s=(0.03 + 0.001 * GRID) * decode_s
        ),
        prefill=Timing(
            pass_s=jnp.asarray(INPUT_S),
            memory_s=jnp.asarray(0.2 * INPUT_S),
            arithmetic_s=jnp.asarray(0.9 * INPUT_S),
        ),
        chunk_token_count=jnp.asarray(chunk),
    )


serve: Callable[..., Service] = jax.jit(serving.serve)


def served(
    requests: Requests = REQUESTS,
    bounds: Bounds = BOUNDS,
    held_by: Replica = REPLICA,
    power_w: float = 700.0,
    heat_w: float = 700.0,
    chunk: float = 512.0,
) -> Service:
    return serve(held_by, requests, bounds, passes(chunk), power_w=power_w, heat_w=heat_w)


def asked(rate: float, requests: Requests = REQUESTS) -> Requests:
    return replace(requests, arrival_per_s=jnp.asarray(rate))
