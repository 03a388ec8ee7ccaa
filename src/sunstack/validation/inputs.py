"""What is a case's input in SI, and was every one of them used?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sunstack.resolve.design import julian_day_of
from sunstack.units import to_si, unit_suffix


@dataclass(frozen=True)
class Inputs:
    """The inputs of one case; remembers which have been read."""

    given: Mapping[str, str]
    read: set[str] = field(default_factory=set)

    def word(self, name: str) -> str:
        """Return an input as it is written.

        Raises:
            ValueError: the case does not give it.
        """
        if name not in self.given:
            raise ValueError(f"inputs: {name} is missing")
        self.read.add(name)
        return self.given[name]

    def __getitem__(self, name: str) -> float:
        """Return a number, in SI if its name ends in a unit."""
        value = float(self.word(name).replace(",", ""))
        return to_si(name, value) if unit_suffix(name) else value

    def new_year_julian_day(self) -> float:
        """Return the Julian day at which the input `year` begins."""
        return julian_day_of(date(int(self.word("year")), 1, 1))

    def unread(self) -> list[str]:
        """Return the inputs that nothing asked for."""
        return sorted(self.given.keys() - self.read)


type Quantity = Callable[[Inputs], float]
"""Computes a figure in SI from the inputs of a case."""


def turning_point(holds: Callable[[float], bool], *, low: float, high: float, steps: int) -> float:
    """Halve the span to where a statement, false at `low`, true at `high`, begins to hold."""
    for _ in range(steps):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
