"""How is money written for people?"""

from __future__ import annotations

from .numerals import MEAN_DIGITS, SPACE, significant

UNITS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1.0, ""))
ALMOST = 0.9995
"""A sum that rounds up to the next unit is written in it."""


def dollars(usd: float, digits: int = MEAN_DIGITS) -> str:
    """Write a sum with the word that suits its size: `$1.25 trillion`."""
    factor, word = unit_of(usd)
    sign = "\N{MINUS SIGN}" if usd < 0.0 else ""
    written = significant(abs(usd) / factor, digits, is_computed=True)
    return f"{sign}${written}{SPACE + word if word else ''}"


def unit_of(usd: float) -> tuple[float, str]:
    """How many dollars the word that suits a sum stands for, and the word."""
    return next((one for one in UNITS if abs(usd) >= ALMOST * one[0]), UNITS[-1])


def billions(usd: float) -> str:
    """Write a sum in billions, the unit left to the heading."""
    value = usd / 1e9
    return significant(value, MEAN_DIGITS, is_computed=True)


def per_share(usd: float) -> str:
    """Write the price of a share, the unit left to the heading."""
    return f"{usd:,.2f}".replace("-", "\N{MINUS SIGN}")
