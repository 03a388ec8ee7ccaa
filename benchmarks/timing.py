"""How long does something take on a machine that others use too?

The unit is the core-second: processor time of this process, all its threads. Rivals take turns, so
that whatever slows the machine down slows all of them; a ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rival:
    """One way of doing the work."""

    run: Callable[[], object]
    """Returns when all work is done."""
    work: float
    """What one call does, in the unit that rates are told in."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Core-seconds per unit of work, one per round."""

    core_s: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Median work per core-second."""
        return 1.0 / statistics.median(self.core_s)

    @property
    def best_rate(self) -> float:
        """Work per core-second in the least disturbed round."""
        return 1.0 / min(self.core_s)


def processor_time_s(run: Callable[[], object]) -> float:
    """Processor time of one call."""
    begun = time.process_time()
    run()
    return time.process_time() - begun


def in_turn[Name](rivals: Mapping[Name, Rival], *, rounds: int) -> dict[Name, Measured]:
    """Time every rival once in each round, after one call of each that is not counted.

    A call should take a tenth of a second or more: the system counts the time of threads in steps
    of a few milliseconds.
    """
    for rival in rivals.values():
        rival.run()
    taken: dict[Name, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, rival in rivals.items():
            taken[name].append(processor_time_s(rival.run) / rival.work)
    return {name: Measured(core_s=tuple(times)) for name, times in taken.items()}


def faster(one: Measured, other: Measured) -> float:
    """How many times the rate of `other` `one` reaches: median over the rounds."""
    return statistics.median(
        theirs / ours for ours, theirs in zip(one.core_s, other.core_s, strict=True)
    )
