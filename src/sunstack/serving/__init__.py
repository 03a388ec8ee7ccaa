"""How many tokens are served on the power that payloads draw?

`satellite`: by the power of one satellite's payload; `fleet`: by all satellites, over the years.
"""

from .fleet import BITS_PER_TOKEN, STAGES, Served, planned_tokens_per_s, served
from .satellite import (
    BATCHES,
    BATCHES_PER_DOUBLING,
    KNOTS,
    Curve,
    Hinges,
    accelerator_power_w,
    capacity_of,
    curve,
    hinged_tokens_per_s,
    hinges,
    in_time_tokens_per_s,
    machine_of,
    passes_of,
    peak_flop_per_s,
    replica_memory_margin_byte,
    replica_of,
    replica_tokens_per_s,
    tokens_at_power_per_s,
    tokens_per_s,
)

__all__ = [
    "BATCHES",
    "BATCHES_PER_DOUBLING",
    "BITS_PER_TOKEN",
    "KNOTS",
    "STAGES",
    "Curve",
    "Hinges",
    "Served",
    "accelerator_power_w",
    "capacity_of",
    "curve",
    "hinged_tokens_per_s",
    "hinges",
    "in_time_tokens_per_s",
    "machine_of",
    "passes_of",
    "peak_flop_per_s",
    "planned_tokens_per_s",
    "replica_memory_margin_byte",
    "replica_of",
    "replica_tokens_per_s",
    "served",
    "tokens_at_power_per_s",
    "tokens_per_s",
]
