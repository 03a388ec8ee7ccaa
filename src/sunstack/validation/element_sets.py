"""What does a published element set lead to, by SGP4 here and, in deep space, by the package?"""

from __future__ import annotations

import numpy as np

from sunstack import element_sets
from sunstack.units import MINUTE_S

from .inputs import Inputs, Quantity

AXES = ("x", "y", "z")


def place_by_sgp4(given: Inputs) -> float:
    """Take a coordinate in TEME, some minutes after the epoch."""
    sets = element_sets.loads(f"{given.word('line_1')}\n{given.word('line_2')}\n")
    found = element_sets.Catalogue(sets).since_epoch(
        begin_s=np.zeros(1), time_s=np.array([given["minutes"] * MINUTE_S])
    )
    return float(found.position_m[0, AXES.index(given.word("axis")), 0])


ELEMENT_SETS: dict[str, Quantity] = {"place by SGP4": place_by_sgp4}
