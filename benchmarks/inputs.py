"""What is the kernel given? Satellites of the shipped million, as `simulate` hands them over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sunstack.resolve import resolve
from sunstack.scenario import load
from sunstack.simulate import fleet
from sunstack.simulate.step import Design, Fixed, Instant, State
from sunstack.system import System

SCENARIO = Path(__file__).parents[1] / "scenarios" / "starmind-million.yaml"
STEP_S = 60.0

Arguments = tuple[Design, Fixed, State, Instant, Instant]
"""Of `fleet.march`, and of `blocked_numpy.march`."""


def system_of(satellites: int) -> System:
    """The million thinned, or filled up, to a number of satellites below 1,198,120."""
    cap = f"constellation.satellite_count_cap={satellites}"
    return resolve(load(SCENARIO, [cap])).system


def arguments(
    system: System,
    *,
    satellites: int,
    settle_steps: int,
    steps: int,
    precision: fleet.Precision,
) -> Arguments:
    """A march of satellites spread evenly over the fleet, from the epoch on."""
    # The benchmark times what is inside `simulate`, so it reaches inside to prepare it.
    whole = fleet._fleet(system, np.array([0.0]), STEP_S, precision)
    chosen = np.linspace(0, len(whole.plane) - 1, satellites).astype(int)
    fixed, state = fleet._prepare(
        system,
        fleet._of_epoch(whole, 0),
        whole.plane[chosen],
        whole.slot[chosen],
        -settle_steps * STEP_S,
        STEP_S,
        float(steps),
    )

    def instants(first: int, number: int) -> Any:
        return fleet._instants(system, 0.0, first, number, STEP_S)

    return (
        fleet._design(whole, 0.0),
        *fleet._narrow((fixed, state), precision),
        *fleet._narrow((instants(-settle_steps, settle_steps), instants(0, steps)), precision),
    )
