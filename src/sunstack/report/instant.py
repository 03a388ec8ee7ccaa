"""When was that, as a Julian day and in words?"""

from __future__ import annotations

from datetime import datetime

from sunstack.units import DAY_S, J2000_JULIAN_DAY

J2000 = datetime.fromisoformat("2000-01-01T12:00:00+00:00")


def julian_day(time: str) -> float:
    """Julian day of a UTC time written by ISO 8601."""
    return J2000_JULIAN_DAY + (datetime.fromisoformat(time) - J2000).total_seconds() / DAY_S


def said(time: str) -> str:
    """Write a UTC time for people, to the minute."""
    return f"{datetime.fromisoformat(time):%Y-%m-%d %H:%M} UTC"
