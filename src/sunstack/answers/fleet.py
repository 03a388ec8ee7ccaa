"""How does a scenario's fleet go over the years on a rocket of the catalogue, or on several?

Flights needed, when each group fills and how surely, what keeps it filled, what fails and what
comes down. The same figures as those of a run, without simulating a single orbit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sunstack.errors import ScenarioError
from sunstack.evaluate import evaluate
from sunstack.exposure import Exposure, exposure
from sunstack.resolve import Resolved
from sunstack.schedule import RAMPS, ramps
from sunstack.summary.programme import inputs, programme
from sunstack.summary.words import unfilled


def fleet_of(resolved: Resolved, rockets: Sequence[str] = ()) -> dict[str, Any]:
    """Answer for the scenario's rocket and for others.

    Args:
        resolved: the scenario.
        rockets: names of the catalogue; the three ramps of a run if none.

    Raises:
        ScenarioError: an orbit lies outside the tables of radiation, or a rocket is not known.
        CatalogueError: a rocket lacks a number.
    """
    system = resolved.system
    exposed = exposure(system)
    _check_doses(system.group_names, exposed)
    found = evaluate(system).programme
    followed = ramps(resolved, found, rockets=tuple(rockets) or RAMPS)
    years = programme(system, found, followed, exposed)
    return {
        "scenario": resolved.document.scenario.name,
        **years,
        "inputs": inputs(resolved.origins),
        "caveats": [*unfilled(years), *resolved.caveats],
    }


def _check_doses(names: Sequence[str], exposed: Exposure) -> None:
    """Refuse what the tables of radiation do not reach: a question gets no answer in part."""
    beyond = [name for name, dose in zip(names, exposed.life_krad, strict=True) if np.isnan(dose)]
    if beyond:
        low, high = exposed.altitude_m[0] / 1e3, exposed.altitude_m[-1] / 1e3
        raise ScenarioError(
            f"altitude_km: planes of {', '.join(beyond)} lie outside the tables of radiation; "
            f"write {low:g} to {high:g} km"
        )
