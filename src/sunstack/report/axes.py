"""Where do a chart's ticks stand, and which labels have room?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from . import numerals

LETTER_PX = 7.0
"""Width of a letter at the charts' 12 px, on the wide side: layouts must hold with any font."""
LABEL_GAP_PX = 6.0
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A quantity from low to high, with its ticks."""

    label: str
    """What it is, with its unit."""
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def place(self, value: float, start_px: float, end_px: float) -> float:
        """Where a value falls between two ends."""
        return start_px + (value - self.low) / (self.high - self.low) * (end_px - start_px)


def round_step(span: float, *, about: int = 5) -> float:
    """Return 1, 2 or 5 times a power of ten that parts a span into some `about` steps."""
    rough = span / about
    decade = 10.0 ** math.floor(math.log10(rough))
    return next(
        factor * decade for factor in (1.0, 2.0, 5.0, 10.0) if factor * decade >= rough * 0.999
    )


def round_axis(
    label: str,
    values: Sequence[float],
    *,
    least_span: float = 1.0,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Axis:
    """Build an axis with round ends and ticks round some values.

    Args:
        label: what it is, with its unit.
        values: what it must hold; may be empty.
        least_span: how far it reaches at least, so that noise is not drawn as news.
        bounds: what it does not leave, such as 0 and 100 %.
    """
    low, high = (min(values), max(values)) if values else (0.0, least_span)
    if high - low < least_span:
        middle = (low + high) / 2.0
        low, high = middle - least_span / 2.0, middle + least_span / 2.0
        inward = max(bounds[0] - low, 0.0) - max(high - bounds[1], 0.0)
        low, high = low + inward, high + inward
    step = round_step(high - low)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Axis(label=label, low=first * step, high=last * step, ticks=_ticks(step, first, last))


def exact_axis(label: str, low: float, high: float) -> Axis:
    """Build an axis that ends where its values do, with round ticks between."""
    high = max(high, low + 1e-9)
    step = round_step(high - low)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return Axis(label=label, low=low, high=high, ticks=_ticks(step, first, last))


def _ticks(step: float, first: int, last: int) -> list[tuple[float, str]]:
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    return [
        (number * step, numerals.fixed(number * step, places)) for number in range(first, last + 1)
    ]


def month_axis(label: str, first: date, days: int) -> Axis:
    """Build an axis of days from a date on, with a tick at the start of each month."""
    ticks = []
    year, month = first.year, first.month
    while True:
        turn = date(year, month, 1)
        if (turn - first).days > days:
            break
        if turn >= first:
            ticks.append((float((turn - first).days), MONTHS[month - 1]))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return Axis(label=label, low=0.0, high=float(max(days, 1)), ticks=ticks)


def width_px(text: str) -> float:
    """Room a label takes."""
    return LETTER_PX * len(text)


def with_room(middles_px: Sequence[float], texts: Sequence[str]) -> list[int]:
    """Which labels, centred at rising places, can be written without touching: their indices."""
    kept: list[int] = []
    free_from = -math.inf
    for index, (middle, text) in enumerate(zip(middles_px, texts, strict=True)):
        half = width_px(text) / 2.0
        if middle - half >= free_from:
            kept.append(index)
            free_from = middle + half + LABEL_GAP_PX
    return kept


def flowed(widths_px: Sequence[float], room_px: float) -> list[tuple[float, int]]:
    """Put things in rows like words: the left end and the row of each."""
    places: list[tuple[float, int]] = []
    left, row = 0.0, 0
    for width in widths_px:
        if left > 0.0 and left + width > room_px:
            left, row = 0.0, row + 1
        places.append((left, row))
        left += width
    return places


def shortened(text: str, letters: int) -> str:
    """Cut a label that is too long."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
