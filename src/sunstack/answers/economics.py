"""What does a unit of compute cost in orbit, by part and by year of launch?

The same figures as those of a run, without simulating a single orbit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sunstack.errors import ScenarioError
from sunstack.evaluate import evaluate
from sunstack.resolve import Resolved, check_whole_lives
from sunstack.summary.economics import costs


def cost_of(resolved: Resolved, *, year: int | None = None) -> dict[str, Any]:
    """Answer for the whole programme and for every year, or for one year of launch.

    Args:
        resolved: the scenario.
        year: calendar year of launch; all if not given.

    Raises:
        ScenarioError: nothing is launched in that year, or the horizon ends before a life does.
    """
    check_whole_lives(resolved.document, resolved.origins)
    found = costs(resolved, evaluate(resolved.system))
    if year is not None:
        found["by_year"] = [_one(resolved, found, year)]
    return {
        "scenario": resolved.document.scenario.name,
        **found,
        "inputs": [
            vars(origin) for key, origin in resolved.origins.items() if key.startswith("economics.")
        ],
        "caveats": list(resolved.caveats),
    }


def _one(resolved: Resolved, found: Mapping[str, Any], year: int) -> dict[str, Any]:
    told: list[dict[str, Any]] = found["by_year"]
    for row in told:
        if row["year"] == year:
            return row
    years = [row["year"] for row in told]
    span = f"write {years[0]} to {years[-1]}" if years else "raise launch.yearly_flight_count"
    raise ScenarioError(
        f"{resolved.document.path}: --year: {year}: nothing is launched in that year; {span}"
    )
