"""How many bytes does a number take, and at which of a chip's rates are matrices multiplied?

Weights of four bits carry a scale for each 16 of them (NVFP4), 4.5 bits in all. In models with
experts it is mostly the experts alone that are narrowed; weights around attention stay at 16 bits.
Four bits are widened to 16 to multiply (w4a16) if they are integers, or on chips without a rate for
them.

Assumes: keys and values kept at 8 bits, or at 16 with weights of 16 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rate = Literal["fp16", "fp8", "fp4"]


@dataclass(frozen=True, kw_only=True)
class Format:
    """Of weights."""

    weight_byte: float
    rate: Rate
    """At which matrices multiply with them."""


HALF = Format(weight_byte=2.0, rate="fp16")
EIGHT_BITS = Format(weight_byte=1.0, rate="fp8")
FOUR_BITS = Format(weight_byte=0.5625, rate="fp4")
FOUR_BITS_BY_EIGHT = Format(weight_byte=0.53125, rate="fp8")
"""MXFP4: a scale of 8 bits for each 32 weights; they multiply numbers of 8 bits, at their rate."""
FOUR_BITS_WIDENED = Format(weight_byte=0.5625, rate="fp16")
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
    "w4a16-experts": Precision(projection=HALF, feed_forward=FOUR_BITS_WIDENED),
}
"""By name: `fp4` narrows all matrices, the last two those of the feed-forward part alone."""
