"""What can one accelerator do, and what does it draw?

Rates are dense: sparsity that a model does not have is not counted. The rate of a precision that a
chip lacks is that of the next wider one it has; engines widen what they keep so narrow to 16 bits
instead (see `precision`).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
from jax import Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Accelerator:
    """One accelerator and its links inside the machine; scalars."""

    peak_fp16_flop_per_s: Array
    peak_fp8_flop_per_s: Array
    peak_fp4_flop_per_s: Array
    memory_byte: Array
    memory_bandwidth_byte_per_s: Array
    link_byte_per_s: Array
    """Each way, to the others of its domain."""
    domain_count: Array
    """Accelerators that such links join."""
    idle_power_w: Array
    peak_power_w: Array
