"""Which keys say which language model satellites train, on how many, and how?

Each group of orbits is told as if jobs of that many satellites trained nothing else.
"""

from __future__ import annotations

from typing import Literal

from .fields import Quantity, Section, number, word
from .launching import ESTIMATE

LLAMA = "meta-llama-3-herd"
STREAMING = "streaming-diloco-2025"


class Training(Section):
    """A language model trained in orbit: which, on how much, by how many satellites, how."""

    model: str | None = word(
        "language model of the catalogue", default="llama-3-1-405b", source=LLAMA
    )
    token_count: Quantity | None = number(
        1e6, 1e16, "tokens to train on", default=15.6e12, around=(1e12, 1e14), source=LLAMA
    )
    sequence_token_count: Quantity | None = number(
        16, 1e7, "tokens of a text, within which each looks back", default=8192.0, source=LLAMA
    )
    batch_token_count: Quantity | None = number(
        1e3,
        1e10,
        "tokens of a step, all satellites of a job together",
        default=16_777_216.0,
        around=(4e6, 6.4e7),
        source=LLAMA,
    )
    precision: Literal["bf16", "fp8"] | None = word(
        "computed with; sums and optimiser are kept wider", default="bf16", source=LLAMA
    )
    flop_efficiency: Quantity | None = number(
        0.01,
        1,
        "share of the data sheet's rate that one machine reaches at full power; less at 8 bits",
        default=0.43,
        around=(0.3, 0.55),
        source="intellect-1-2024",
    )
    satellite_count: Quantity | None = number(
        1, 1e6, "satellites of a job; without it a group's, 128 at most"
    )
    method: Literal["synchronous", "diloco", "streaming"] | None = word(
        "when satellites exchange: at every step; after many; after many, piece by piece, while "
        "steps go on",
        default="synchronous",
        source=ESTIMATE,
    )
    inner_step_count: Quantity | None = number(
        1,
        1e5,
        "steps of a worker from one exchange to the next, if not at every step",
        default=100.0,
        around=(30.0, 500.0),
        source=STREAMING,
    )
    fragment_count: Quantity | None = number(
        1,
        1000,
        "pieces of which one is exchanged at a time, if streaming",
        default=36.0,
        around=(8.0, 36.0),
        source=STREAMING,
    )
    exchanged_bit_count: Quantity | None = number(
        1, 32, "bits of a number that workers exchange", default=4.0, source=STREAMING
    )
    loss_penalty_fraction: Quantity | None = number(
        0,
        0.1,
        "more loss from exchanging seldom, made up for by more tokens (measured: -0.004 to 0.016 "
        "at 1 to 4 billion parameters)",
        default=0.001,
        around=(0.0, 0.004),
        source=ESTIMATE,
    )
    overlap_fraction: Quantity | None = number(
        0,
        1,
        "share of the way back during which gradients are sent, where each step ends with that",
        default=0.5,
        around=(0.0, 0.9),
        source=ESTIMATE,
    )
    checkpoint_interval_s: Quantity | None = number(
        0.1, 1e7, "work between checkpoints; without it the best, by failures and corruptions"
    )
    checkpoint_gb_per_s: Quantity | None = number(
        0.01,
        1000,
        "what each satellite writes of a checkpoint",
        default=2.0,
        around=(0.5, 12.5),
        source=ESTIMATE,
    )
    check_s: Quantity | None = number(
        0, 3600, "to look for corruptions before a checkpoint", default=1.0, source=ESTIMATE
    )
    detected_fraction: Quantity | None = number(
        0,
        1,
        "share of the silent corruptions that such a check finds: the work is then done again",
        default=0.5,
        around=(0.0, 0.95),
        source=ESTIMATE,
    )
    interruption_ratio: Quantity | None = number(
        1,
        20,
        "interruptions of all causes on the ground, over those by accelerators that fail",
        default=1.905,
        around=(1.0, 3.0),
        source="meta-llama-3-2024",
    )
    downtime_s: Quantity | None = number(
        0,
        86_400,
        "from a failure to hardware that can go on",
        default=60.0,
        around=(10.0, 600.0),
        source=ESTIMATE,
    )
    restart_s: Quantity | None = number(
        0,
        86_400,
        "to load a checkpoint and begin",
        default=60.0,
        around=(10.0, 600.0),
        source=ESTIMATE,
    )
    resume_s: Quantity | None = number(
        0,
        3600,
        "to be at work again after a shadow",
        default=10.0,
        around=(0.0, 120.0),
        source=ESTIMATE,
    )
    spare_fraction: Quantity | None = number(
        0,
        1,
        "satellites kept ready beside a job, over its own",
        default=0.02,
        around=(0.0, 0.1),
        source=ESTIMATE,
    )
    replacement_days: Quantity | None = number(
        0,
        3650,
        "from the loss of a satellite to another in the place of the spare that took over",
        default=30.0,
        around=(1.0, 365.0),
        source=ESTIMATE,
    )
