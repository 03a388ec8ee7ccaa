"""How long do the experts of a pass take on each chip, as an engine's kernel runs them?

    t = max( (b · operations + 2 · r · weights) / (e · peak),  bytes of weights / (m · bandwidth) )
        + (b · d · bytes dealt + g · bytes gathered) / (m · bandwidth) + layers · latency

b is how much more than the mean the busiest chip's experts get (see `work`). Around the
multiplication tokens are picked, copied out to their experts, narrowed, and summed again: each
byte that goes through matrices moves as often as by writing and reading it d times, and g times
what a chip picks from. Matrices are multiplied in tiles: r is how many rows of tokens each is as
good as filled up with.

Assumes: weights read once; latencies of a kernel's parts in a row, as a recorded graph runs them.
Leaves out: jumps where a kernel changes its tile (Triton's, on Hopper, takes twice as long from 24
tokens an expert as to 16: a third off there); numbers that no 128 divides.
Reference: constants are fitted to NVIDIA's times of kernels by `scripts/operators.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from . import work
from .accelerator import Accelerator
from .architecture import LanguageModel
from .precision import Format
from .work import Layout, Tokens, Work


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class ExpertKernel:
    """What an engine reaches of a chip with experts of one format."""

    matrix_efficiency: Array
    """Of the chip's dense peak."""
    tile_token_count: Array
    """Rows that every matrix is as good as multiplied with besides those of tokens."""
    memory_efficiency: Array
    """Of the bandwidth."""
    dealt_ratio: Array
    """Times that what goes through matrices is moved, over writing and reading it once."""
    gathered_ratio: Array
    """The same of the tokens that a chip picks its share from, and of its sums."""
    latency_s: Array
    """Of a layer, whatever its tokens."""


def routed_experts_s(
    model: LanguageModel,
    layout: Layout,
    taken: Tokens,
    *,
    chip: Accelerator,
    kernel: ExpertKernel,
    form: Format,
    done: Work,
    busiest_ratio: Array,
) -> Array:
    """Time of a pass's experts on the busiest chip."""
    peak = {
        "fp16": chip.peak_fp16_flop_per_s,
        "fp8": chip.peak_fp8_flop_per_s,
        "fp4": chip.peak_fp4_flop_per_s,
    }[form.rate]
    read = chip.memory_bandwidth_byte_per_s * kernel.memory_efficiency
    filled_up = busiest_ratio * done.flop + 2.0 * kernel.tile_token_count * done.weight_count
    multiplied_s = filled_up / (kernel.matrix_efficiency * peak)
    read_s = done.weight_count * form.weight_byte / read
    dealt = busiest_ratio * work.dealt_byte(model, layout, token_count=taken.all_count)
    gathered = work.gathered_byte(model, layout, token_count=taken.all_count)
    moved_s = (kernel.dealt_ratio * dealt + kernel.gathered_ratio * gathered) / read
    waited_s = work.expert_layer_count(model) * kernel.latency_s
    return jnp.maximum(multiplied_s, read_s) + moved_s + waited_s
