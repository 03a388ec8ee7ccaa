"""How many bytes does a number take, and at which of a chip's rates are matrices multiplied?

Weights of four bits carry a scale for each 16 of them (NVFP4), 4.5 bits in all. In models with
experts it is mostly the experts alone that are narrowed; weights around attention stay at 16 bits.
What a chip has no rate for is widened to 16 bits to multiply (w4a16), as integers of four bits are
everywhere: at the rate of 16 bits, and with what is reached of that.

Assumes: keys and values kept at 8 bits, or at 16 with weights of 16 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rate = Literal["fp16", "fp8", "fp4"]
Kernel = Literal["fp16", "fp8", "fp8-blocks", "fp4", "mxfp4", "widened"]
"""That engines multiply experts with; each was measured on its own."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """Of weights."""

    weight_byte: float
    rate: Rate
    """At which matrices multiply with them."""
    kernel: Kernel
    """Where they are of experts."""


HALF = Format(weight_byte=2.0, rate="fp16", kernel="fp16")
EIGHT_BITS = Format(weight_byte=1.0, rate="fp8", kernel="fp8")
EIGHT_BITS_IN_BLOCKS = Format(weight_byte=1.0, rate="fp8", kernel="fp8-blocks")
"""A scale for each 128 by 128 weights, as DeepSeek publishes them."""
EIGHT_BITS_WIDENED = Format(weight_byte=1.0, rate="fp16", kernel="widened")
FOUR_BITS = Format(weight_byte=0.5625, rate="fp4", kernel="fp4")
FOUR_BITS_BY_EIGHT = Format(weight_byte=0.53125, rate="fp8", kernel="mxfp4")
"""MXFP4: a scale of 8 bits for each 32 weights; they multiply numbers of 8 bits, at their rate."""
FOUR_BITS_WIDENED = Format(weight_byte=0.5625, rate="fp16", kernel="widened")
"""Kept narrow, widened to multiply."""


@dataclass(frozen=True, kw_only=True)
class Precision:
    """Of the parts of a model; static."""

    projection: Format
    feed_forward: Format
    head: Format = HALF
    """Of the output's table, and the input's."""
    key_value_byte: float = 1.0
    sent_byte: float = 2.0
    """Of a number that is sent to experts on other chips; what they give comes back at 16 bits."""


PRECISIONS: dict[str, Precision] = {
    "fp16": Precision(projection=HALF, feed_forward=HALF, key_value_byte=2.0),
    "fp8": Precision(projection=EIGHT_BITS, feed_forward=EIGHT_BITS),
    "fp4": Precision(projection=FOUR_BITS, feed_forward=FOUR_BITS, sent_byte=0.5625),
    "fp4-experts": Precision(projection=HALF, feed_forward=FOUR_BITS, sent_byte=0.5625),
    "mxfp4-experts": Precision(projection=HALF, feed_forward=FOUR_BITS_BY_EIGHT, sent_byte=1.03125),
    "fp8-blocks": Precision(projection=EIGHT_BITS_IN_BLOCKS, feed_forward=EIGHT_BITS_IN_BLOCKS),
    "w8a16": Precision(projection=EIGHT_BITS_WIDENED, feed_forward=EIGHT_BITS_WIDENED),
    "w4a16": Precision(projection=FOUR_BITS_WIDENED, feed_forward=FOUR_BITS_WIDENED),
    "w4a16-experts": Precision(projection=HALF, feed_forward=FOUR_BITS_WIDENED),
}
"""By name: `-experts` narrows the feed-forward part alone; `mxfp4` is what gpt-oss is published in;
`w8a16` and `w4a16` are kept narrow and widened to 16 bits to multiply; `fp8-blocks` is what
DeepSeek, Qwen and MiniMax publish models with experts in."""
WIDENED: dict[str, tuple[Rate, str]] = {
    "fp8": ("fp8", "w8a16"),
    "fp8-blocks": ("fp8", "w8a16"),
    "fp4": ("fp4", "w4a16"),
    "fp4-experts": ("fp4", "w4a16-experts"),
    "mxfp4-experts": ("fp4", "w4a16-experts"),
}
"""Rate that a chip must have for a precision, and what runs on one that has not: engines widen to
16 bits, as they do with four bits on Hopper."""
