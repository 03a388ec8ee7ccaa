"""Which keys say what the payload serves, and to whom?

Language models are those of the catalogue; each is told as if it alone were served.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .fields import Quantity, Section, number, word
from .launching import ESTIMATE


class Service(Section):
    """Language models in orbit: which, how narrow their weights, how long texts, how soon."""

    models: list[str] | None = Field(
        default=None,
        min_length=1,
        description="language models of the catalogue; without them Grok-2, Llama 3.3 70B and "
        "DeepSeek R1",
    )
    terminals: Literal["none", "world"] | None = word(
        "who asks: the world's cars, robots, phones, desks and users of X, or nobody",
        default="world",
    )
    engine: Literal["trtllm", "vllm", "sglang"] | None = word(
        "software that serves them, of those the roofline was calibrated for", default="vllm"
    )
    precision: (
        Literal["fp16", "fp8", "fp8-blocks", "fp4", "fp4-experts", "w4a16-experts"] | None
    ) = word(
        "of weights: 16, 8 or 4 bits; 8 with a scale for each block, as DeepSeek publishes; or 4 "
        "bits for what is not attention",
        default="fp8",
    )
    input_token_count: Quantity | None = number(
        1, 1e6, "tokens of a request, mean", default=1000.0, around=(200.0, 8000.0), source=ESTIMATE
    )
    output_token_count: Quantity | None = number(
        1, 1e5, "tokens of an answer, mean", default=400.0, around=(100.0, 2000.0), source=ESTIMATE
    )
    length_variation_ratio: Quantity | None = number(
        0,
        20,
        "squared coefficient of variation of both lengths",
        default=1.0,
        around=(0.5, 4.0),
        source=ESTIMATE,
    )
    arrival_variation_ratio: Quantity | None = number(
        0,
        100,
        "variation coefficient of the time between requests, squared: 1 by chance, more if bursty",
        default=1.0,
        around=(1.0, 10.0),
        source=ESTIMATE,
    )
    token_ms: Quantity | None = number(
        1,
        10_000,
        "longest mean time between the tokens of an answer",
        default=50.0,
        around=(20.0, 100.0),
        source=ESTIMATE,
    )
    first_token_s: Quantity | None = number(
        0.01,
        600,
        "bound on the mean time to the first token, network not counted: more load is not taken in",
        default=2.0,
        around=(0.5, 10.0),
        source=ESTIMATE,
    )
    chunk_token_count: Quantity | None = number(
        16, 1e6, "input tokens taken in between two steps of a batch at most", default=2048.0
    )
    workspace_fraction: Quantity | None = number(
        0,
        0.9,
        "share of memory for all but weights and what is kept of tokens",
        default=0.1,
        around=(0.05, 0.2),
        source=ESTIMATE,
    )
    load_fraction: Quantity | None = number(
        0.01,
        0.999,
        "share of what can be served that is asked for, when delays are told",
        default=0.7,
        around=(0.3, 0.95),
        source=ESTIMATE,
    )
