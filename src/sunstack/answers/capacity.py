"""How much traffic does a scenario's network carry as it stands at the epoch, and what cuts it?"""

from __future__ import annotations

from typing import Any

from sunstack.connections.capacity import Question as Question
from sunstack.connections.capacity import capacity
from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved

KEYS = "network."
MOST_CITIES = 1000
LEAST_ASKED, MOST_ASKED = 1e-6, 1e18


def capacity_of(resolved: Resolved, asked: Question | None = None) -> dict[str, Any]:
    """Answer for a scenario.

    Args:
        resolved: the scenario.
        asked: who asks, and what training exchanges.

    Raises:
        ScenarioError: a number is none.
        CatalogueError: no such laser.
    """
    asked = asked or Question()
    _check(asked)
    return {
        "scenario": resolved.document.scenario.name,
        **capacity(resolved.system, asked),
        "inputs": [vars(one) for one in resolved.origins.values() if one.key.startswith(KEYS)],
    }


def _check(asked: Question) -> None:
    wrong = []
    if not 2 <= asked.city_count <= MOST_CITIES:
        wrong.append(f"city_count: {asked.city_count} is out of place; write 2 to {MOST_CITIES:,}")
    for name in ("kbit_per_person", "training_tb", "parameters", "bytes_per_parameter"):
        if not LEAST_ASKED <= getattr(asked, name) <= MOST_ASKED:
            wrong.append(
                f"{name}: {getattr(asked, name):g} is out of place; write {LEAST_ASKED:g} to "
                f"{MOST_ASKED:g}"
            )
    if not 0.0 <= asked.working_fraction <= 1.0:
        wrong.append(f"working_fraction: {asked.working_fraction:g} is no share; write 0 to 1")
    if wrong:
        raise ScenarioError("\n".join(wrong))
