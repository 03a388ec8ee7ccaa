"""Who is answered through a day of demand on a scenario, without running all of it?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sunstack.asked import asked
from sunstack.connections.survey import survey
from sunstack.day import POLICIES, day
from sunstack.errors import ScenarioError
from sunstack.evaluate import evaluate
from sunstack.findings import working_fraction
from sunstack.resolve import Resolved
from sunstack.summary.day import told
from sunstack.units import DAY_S

LEAST_RATIO, MOST_RATIO = 1e-9, 1e9


def day_of(
    resolved: Resolved,
    *,
    policies: Sequence[str] = (),
    on: date | None = None,
    is_filled: bool = False,
    demand_ratio: float = 1.0,
) -> dict[str, Any]:
    """Answer for a scenario.

    Args:
        resolved: the scenario.
        policies: to be followed; all if none is named.
        on: the day; the first that would be simulated if not given.
        is_filled: with all satellites as given, new, instead of the fleet of the horizon's end.
        demand_ratio: of what the terminals ask, to follow more or less of it.

    Raises:
        ScenarioError: no such policy, a ratio that is none, or a day outside the life.
    """
    when = resolved.epochs[0] if on is None else on
    start_s = (when - resolved.document.scenario.epoch).days * DAY_S
    _check(resolved, policies, when, start_s, demand_ratio)
    system = resolved.system
    outcome = evaluate(system)
    seen = survey(
        system,
        working_fraction=working_fraction(outcome, system),
        seed=resolved.document.scenario.seed,
    )
    found = day(
        resolved,
        outcome,
        seen,
        asked(resolved, outcome, seen),
        start_s=start_s,
        is_filled=is_filled,
        demand_ratio=demand_ratio,
        policies=[one for one in POLICIES if not policies or one in policies],
    )
    named = {"scenario": resolved.document.scenario.name, "demand_ratio": demand_ratio}
    if isinstance(found, str):
        return {**named, "lacks": found}
    return {**named, "lacks": None, **told(found, date=when.isoformat())}


def _check(
    resolved: Resolved, policies: Sequence[str], when: date, start_s: float, ratio: float
) -> None:
    wrong = [
        f"policy: {one!r} is none; write one of {', '.join(POLICIES)}"
        for one in policies
        if one not in POLICIES
    ]
    life_s = float(resolved.system.flight.life_s)
    if not 0.0 <= start_s <= life_s - DAY_S:
        epoch = resolved.document.scenario.epoch
        wrong.append(
            f"on: {when} lies outside the life; write a day from {epoch}, {life_s / DAY_S:,.0f} of "
            "them"
        )
    if not LEAST_RATIO <= ratio <= MOST_RATIO:
        wrong.append(
            f"demand_ratio: {ratio:g} is out of place; write {LEAST_RATIO:g} to {MOST_RATIO:g}"
        )
    if wrong:
        raise ScenarioError("\n".join(wrong))
