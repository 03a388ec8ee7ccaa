"""How many bytes does a number take, and at which of a chip's rates are matrices multiplied?

Weights of four bits carry a scale for each 16 (NVFP4) or 32 (MXFP4) of them: 4.5 bits are counted.
Experts are often all that is narrowed to four bits: the weights around attention stay at 16.

Assumes: numbers between layers of 16 bits; keys and values kept at 8 bits, or at 16 with 16-bit
weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rate = Literal["fp16", "fp8", "fp4"]


@dataclass(frozen=True, kw_only=True)
class Format:
    """Of weights."""

    byte: float
    rate: Rate
    """At which matrices multiply with them."""


HALF = Format(byte=2.0, rate="fp16")
EIGHT_BITS = Format(byte=1.0, rate="fp8")
FOUR_BITS = Format(byte=0.5625, rate="fp4")
FOUR_BITS_WIDENED = Format(byte=0.5625, rate="fp16")
"""Stored narrow, widened to multiply."""


@dataclass(frozen=True, kw_only=True)
class Precision:
    """Of a model's parts; static, a word of the scenario's."""

    projection: Format
    feed_forward: Format
    head: Format = HALF
    key_value_byte: float = 1.0


PRECISIONS: dict[str, Precision] = {
    "fp16": Precision(projection=HALF, feed_forward=HALF, key_value_byte=2.0),
    "fp8": Precision(projection=EIGHT_BITS, feed_forward=EIGHT_BITS),
    "fp4": Precision(projection=FOUR_BITS, feed_forward=FOUR_BITS),
    "fp4-experts": Precision(projection=HALF, feed_forward=FOUR_BITS),
    "int4-experts": Precision(projection=HALF, feed_forward=FOUR_BITS_WIDENED),
}
"""By name: `fp4` narrows all matrices, the last two those of the feed-forward part alone."""
