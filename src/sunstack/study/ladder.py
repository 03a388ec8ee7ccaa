"""What would have to be true: which numbers, moved in which order, bring an outcome to a target?

At every rung the input that helps most, given those moved before, is moved to its better end; the
last one only as far as the target asks.

Leaves out: that two small moves may do together what one large one does not (greedy by swing).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved

from .folder import NOWHERE, Folder, Progress, folder_of
from .inputs import Columns, inputs_of
from .model import AGREES, Model, model_of
from .montecarlo import Study

MOST_RUNGS = 30


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
    model = model_of(resolved, inputs=inputs_of(resolved, keys), objectives=[target])
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
    most_rungs: int = MOST_RUNGS,
    folder: Folder = NOWHERE,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Climb from a model as it is to a level of its first objective, rung by rung."""
    text = model.objectives[0].text
    state = model.value
    now = float(_evaluated(model, state[None])[0])
    if not np.isfinite(now):
        raise ScenarioError(f"ladder: {text} has no number as the design stands; {now}")
    sign = 1.0 if level >= now else -1.0
    begun, left = now, set(range(len(model.inputs)))
    rungs: list[dict[str, Any]] = []
    while sign * (level - now) > 0.0 and left and len(rungs) < most_rungs:
        if progress:
            progress(f"rung {len(rungs) + 1}", 0, 0)
        place, end, reached = _rung(model, state, left, level, sign, folder, len(rungs))
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


def _rung(
    model: Model,
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
    place, end, reached = _step(model, state, left, sign)
    if sign * (reached - level) >= 0.0:
        end, reached = _as_far_as(model, state, place, end, level, sign)
    told = {"input": place, "to": end, "reached": reached}
    folder.keep(number, {name: np.array([float(value)]) for name, value in told.items()})
    return place, end, reached


def _evaluated(model: Model, rows: Columns) -> Columns:
    found = model.rows(rows)
    return np.where(found[AGREES] > 0.5, found[model.objectives[0].text], np.nan)


def _moved(state: Columns, place: int, value: float) -> Columns:
    return np.where(np.arange(len(state)) == place, value, state)


def _step(model: Model, state: Columns, left: set[int], sign: float) -> tuple[int, float, float]:
    """The lever, and the end of it, that helps most."""
    tried = [
        (place, end)
        for place in sorted(left)
        for end in (model.inputs[place].low, model.inputs[place].high)
    ]
    found = _evaluated(model, np.stack([_moved(state, *one) for one in tried]))
    score = np.where(np.isfinite(found), sign * found, -np.inf)
    chosen = int(score.argmax())
    return *tried[chosen], float(found[chosen])


def _as_far_as(
    model: Model, state: Columns, place: int, end: float, level: float, sign: float
) -> tuple[float, float]:
    """How far a lever must be moved for the level to be reached."""
    low, high = 0.0, 1.0
    begin, one = state[place], model.inputs[place]
    if one.is_whole:
        return end, float(_evaluated(model, _moved(state, place, end)[None])[0])
    for _ in range(4):
        shares = np.linspace(low, high, 33)
        rows = [_moved(state, place, begin + share * (end - begin)) for share in shares]
        enough = sign * (_evaluated(model, np.stack(rows)) - level) >= 0.0
        first = int(enough.argmax()) if enough.any() else len(shares) - 1
        low, high = shares[max(first - 1, 0)], shares[first]
    value = begin + high * (end - begin)
    return float(value), float(_evaluated(model, _moved(state, place, value)[None])[0])
