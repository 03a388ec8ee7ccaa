"""On which days is the fleet simulated?"""

from __future__ import annotations

from datetime import date, timedelta

from sunstack.errors import ScenarioError
from sunstack.scenario import Document

TURNS_OF_SEASONS = ((3, 20), (6, 21), (9, 22), (12, 21))
"""Month and day of equinoxes and solstices, to a day."""


def epochs(document: Document, *, life_s: float) -> tuple[date, ...]:
    """Return the days the scenario names, else each season's turn in the first year.

    Raises:
        ScenarioError: a day lies before the epoch or after the life.
    """
    first = document.scenario.epoch
    last = first + timedelta(seconds=life_s)
    given = document.scenario.simulation.epochs
    if given is None:
        turns = (first.replace(month=month, day=day) for month, day in TURNS_OF_SEASONS)
        days = sorted(day if day >= first else day.replace(year=day.year + 1) for day in turns)
        return tuple(day for day in days if day <= last) or (first,)
    for number, day in enumerate(given):
        if not first <= day <= last:
            raise ScenarioError(
                f"{document.path}: simulation.epochs.{number}: {day} lies outside the life; "
                f"write a day from {first} (epoch) to {last} (satellite.life_years later)"
            )
    return tuple(given)
