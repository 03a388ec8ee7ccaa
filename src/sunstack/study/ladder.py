"""What would have to be true: which numbers, moved in which order, bring an outcome to a target?

At every rung the input that helps most, given those moved before, is moved to its better end; the
last one only as far as the target asks.

Leaves out: that two small moves may do together what one large one does not (greedy by swing).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved

from .folder import NOWHERE, Folder, Progress, folder_of
from .inputs import Columns, inputs_of
from .model import AGREES, ROWS, Model, model_of
from .montecarlo import Study

MOST_RUNGS = 30
CUTS = 2
"""Times the last rung is cut into as many stretches as one call evaluates."""


def ladder(
    resolved: Resolved,
    *,
    target: str,
    level: float,
    keys: Iterable[str] | None = None,
    most_rungs: int = MOST_RUNGS,
    out: Path | None = None,
    progress: Progress | None = None,
) -> Study:
    """Climb from the design as it is to a level of an objective.

    Args:
        resolved: the design.
        target: the objective.
        level: to be reached.
        keys: levers; all inputs that have a range if not given.
        most_rungs: where to stop.
        out: folder that keeps the rungs that are climbed.
        progress: told the rung that is looked for.

    Raises:
        ScenarioError: an input or the objective is none, or it has no number as the design stands.
        ResultsError: the folder holds another study.
    """
    inputs = inputs_of(resolved, keys, objectives=[target])
    model = model_of(resolved, inputs=inputs, objectives=[target])
    asked = {
        "objective": model.objectives[0].text,
        "level": level,
        "inputs": [one.key for one in model.inputs],
        "most_rungs": most_rungs,
    }
    folder = folder_of(out, resolved, kind="ladder", asked=asked)
    summary = {"kind": "ladder", "scenario": resolved.document.scenario.name, "asked": asked}
    summary |= climb(model, level=level, most_rungs=most_rungs, folder=folder, progress=progress)
    study = Study(summary=summary, samples=pl.DataFrame(summary["rungs"]))
    folder.finish(study.summary, study.samples)
    return study


def climb(
    model: Model,
    *,
    level: float,
    text: str | None = None,
    places: Iterable[int] | None = None,
    most_rungs: int = MOST_RUNGS,
    folder: Folder = NOWHERE,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Climb from a model as it is to a level of an objective, rung by rung.

    Args:
        model: the design.
        level: to be reached.
        text: the objective; the model's first if not given.
        places: of levers among the model's inputs; all if not given.
        most_rungs: where to stop.
        folder: that keeps the rungs that are climbed.
        progress: told the rung that is looked for.

    Raises:
        ScenarioError: the objective has no number as the design stands.
    """
    way = _Way(model, text or model.objectives[0].text)
    state = model.value
    now = float(way.at(state[None])[0])
    if not np.isfinite(now):
        raise ScenarioError(f"ladder: {way.text} has no number as the design stands; {now}")
    sign = 1.0 if level >= now else -1.0
    begun, left = now, set(range(len(model.inputs)) if places is None else places)
    rungs: list[dict[str, Any]] = []
    while sign * (level - now) > 0.0 and left and len(rungs) < most_rungs:
        if progress:
            progress(f"rung {len(rungs) + 1}", 0, 0)
        place, end, reached = _rung(way, state, left, level, sign, folder, len(rungs))
        if sign * (reached - now) <= 0.0:
            break
        one = model.inputs[place]
        rungs.append(
            {"key": one.key, "unit": one.unit, "from": float(state[place]), "to": float(end)}
            | {"before": now, "after": reached}
        )
        state, now = _moved(state, place, end), reached
        left.discard(place)
    return {
        "begun": begun,
        "reached": now,
        "is_reached": sign * (level - now) <= 1e-9 * max(abs(level), 1e-30),
        "rungs": rungs,
    }


@dataclass(frozen=True)
class _Way:
    """The objective that is climbed."""

    model: Model
    text: str

    def at(self, rows: Columns) -> Columns:
        """Values of rows; no number for those that contradict themselves."""
        found = self.model.rows(rows)
        return np.where(found[AGREES] > 0.5, found[self.text], np.nan)


def _rung(
    way: _Way,
    state: Columns,
    left: set[int],
    level: float,
    sign: float,
    folder: Folder,
    number: int,
) -> tuple[int, float, float]:
    """The lever moved next, how far, and what is reached; as it was kept if it was found before."""
    if kept := folder.kept(number, 1):
        return int(kept["input"][0]), float(kept["to"][0]), float(kept["reached"][0])
    place, end, reached = _step(way, state, left, sign)
    if sign * (reached - level) >= 0.0:
        end, reached = _as_far_as(way, state, place, end, level, sign)
    told = {"input": place, "to": end, "reached": reached}
    folder.keep(number, {name: np.array([float(value)]) for name, value in told.items()})
    return place, end, reached


def _moved(state: Columns, place: int, value: float) -> Columns:
    return np.where(np.arange(len(state)) == place, value, state)


def _step(way: _Way, state: Columns, left: set[int], sign: float) -> tuple[int, float, float]:
    """The lever, and the end of it, that helps most."""
    tried = [
        (place, end)
        for place in sorted(left)
        for end in (way.model.inputs[place].low, way.model.inputs[place].high)
    ]
    found = way.at(np.stack([_moved(state, *one) for one in tried]))
    score = np.where(np.isfinite(found), sign * found, -np.inf)
    chosen = int(score.argmax())
    return *tried[chosen], float(found[chosen])


def _as_far_as(
    way: _Way, state: Columns, place: int, end: float, level: float, sign: float
) -> tuple[float, float]:
    """How far a lever must be moved for the level to be reached, and what is reached."""
    begin, one = state[place], way.model.inputs[place]
    if one.is_whole:
        return end, float(way.at(_moved(state, place, end)[None])[0])
    low, high, reached = 0.0, 1.0, float("nan")
    for _ in range(CUTS):
        shares = np.linspace(low, high, ROWS)
        rows = [_moved(state, place, begin + share * (end - begin)) for share in shares]
        found = way.at(np.stack(rows))
        enough = sign * (found - level) >= 0.0
        first = int(enough.argmax()) if enough.any() else len(shares) - 1
        low, high, reached = shares[max(first - 1, 0)], shares[first], float(found[first])
    return float(begin + high * (end - begin)), reached
