"""Where, in one number, does one outcome overtake another, or reach a value; and how surely at all?

The difference is evaluated at evenly spread places between the number's ends, again over the
stretch in which its sign changes, and the last stretch is cut by its chord.
Then every other input is drawn from its range, and the first crossing of each draw is found alike.

Leaves out: crossings that come in pairs between two places.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved, unmovable
from sunstack.scenario import describe

from . import statistics
from .backends import Backend, Chunk
from .folder import Folder, Progress, folder_of, gathered
from .inputs import Columns, Input, inputs_of
from .model import AGREES, ROWS, Model, model_of
from .montecarlo import LOCAL, Study
from .objectives import objective
from .sampling import Drawn

PLACES = 17
"""Between both ends, ends included."""
ROUNDS = 2


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One objective less another or less a value, over one of a model's inputs."""

    model: Model
    place: int
    """Of the input among the model's."""
    less: float = 0.0
    texts: tuple[str, ...] = ()
    """The objective, and the other one if there is; the model's first ones if not given."""
    places: int = PLACES
    """Between both ends, ends included."""

    def at(self, rows: Columns, x: Columns) -> Columns:
        """Evaluate rows (rows, inputs) at places (rows, places); no number for a contradiction."""
        return self.of(self.model.rows(self.listed(rows, x))).reshape(x.shape)

    def between(self, low: Columns, high: Columns) -> Columns:
        """Places between ends (rows,), shape (rows, places)."""
        return np.linspace(low, high, self.places, axis=1)

    def listed(self, rows: Columns, x: Columns) -> Columns:
        """Each row (rows, inputs) at all of its places (rows, places), one after the other."""
        many = np.repeat(rows[:, None, :], x.shape[1], axis=1)
        many[:, :, self.place] = x
        return many.reshape(-1, rows.shape[1])

    def of(self, found: Chunk) -> Columns:
        """Read the difference off what rows gave."""
        one, *other = self.texts or [one.text for one in self.model.objectives]
        values = found[one] - (found[other[0]] if other else self.less)
        return np.where(found[AGREES] > 0.5, values, np.nan)

    def crossing(
        self, rows: Columns, low: Columns, high: Columns, *, known: Columns | None = None
    ) -> tuple[Columns, Columns]:
        """Find the first crossing between ends (rows,) of each row; not a number where is none.

        Args:
            rows: of inputs, shape (rows, inputs).
            low: where to begin.
            high: where to end.
            known: the difference at the places between them, if it has been evaluated.

        Returns:
            Where it is, and the difference at both ends, shape (rows, 2).
        """
        found, at_ends = np.full(len(rows), np.nan), np.zeros((len(rows), 2))
        alive = np.arange(len(rows))
        for turn in range(ROUNDS):
            if not len(alive):
                break
            x = self.between(low, high)
            value = self.at(rows[alive], x) if turn or known is None else known
            if turn == 0:
                at_ends = value[:, [0, -1]]
            turns = _turns(value)
            has = turns.any(axis=1)
            first = turns.argmax(axis=1)
            take = np.arange(len(alive))
            low, high = x[take, first][has], x[take, first + 1][has]
            chord = _chord(low, high, value[take, first][has], value[take, first + 1][has])
            alive = alive[has]
            found[alive] = chord
        return found, at_ends


def _turns(value: Columns) -> Any:
    """Whether the sign changes from each place to the next."""
    return (
        np.isfinite(value[:, :-1])
        & np.isfinite(value[:, 1:])
        & ((value[:, :-1] > 0.0) != (value[:, 1:] > 0.0))
    )


def _chord(low: Columns, high: Columns, at_low: Columns, at_high: Columns) -> Columns:
    apart = np.where(at_high == at_low, 1.0, at_high - at_low)
    return low - at_low * (high - low) / apart


@dataclass(frozen=True, kw_only=True)
class Crossings:
    """Draws of all other inputs, each with its crossing."""

    drawn: Drawn
    difference: Difference
    low: float
    high: float

    def length(self, number: int) -> int:
        """Draws of a chunk."""
        return min(self.draws, self.drawn.count - number * self.draws)

    @property
    def draws(self) -> int:
        """Draws of a chunk, whose places are evaluated by one call."""
        return ROWS // self.difference.places

    def chunk(self, number: int) -> Chunk:
        """Draw some, and find where each crosses."""
        first = number * self.draws
        whole = self.drawn.values(first // ROWS)
        rows = whole[first % ROWS : first % ROWS + self.length(number)]
        if len(rows) < self.length(number):
            rows = np.concatenate([rows, self.drawn.values(first // ROWS + 1)])[
                : self.length(number)
            ]
        low, high = (np.full(len(rows), end) for end in (self.low, self.high))
        crossing, at_ends = self.difference.crossing(rows, low, high)
        keys = [one.key for one in self.drawn.model.inputs]
        return {key: rows[:, place] for place, key in enumerate(keys)} | {
            "crossing": crossing,
            "at_low": at_ends[:, 0],
            "at_high": at_ends[:, 1],
        }


def breakeven(
    resolved: Resolved,
    *,
    key: str,
    objectives: tuple[str, ...],
    value: float = 0.0,
    between: tuple[float, float] | None = None,
    count: int = 256,
    keys: Iterable[str] | None = None,
    seed: int | None = None,
    out: Path | None = None,
    backend: Backend = LOCAL,
    progress: Progress | None = None,
) -> Study:
    """Find where an objective reaches a value, or overtakes another.

    Args:
        resolved: the design.
        key: the number that is moved.
        objectives: one, or two of which the difference is looked at (see `objectives`).
        value: that the one objective is to reach.
        between: ends of the number, in its own unit; its range if not given.
        count: of draws of all other inputs; 0 for none.
        keys: those inputs; all that have a range if not given.
        seed: the scenario's if not given.
        out: folder that keeps what is done.
        backend: where it is evaluated.
        progress: told the stage, chunks done and chunks in all.

    Raises:
        ScenarioError: a key or objective is none, or the number has no ends.
        ResultsError: the folder holds another study.
        ServiceError: the backend does not answer.
    """
    moved = _moved(resolved, key, between)
    texts = [objective(text).text for text in objectives]
    ranged = inputs_of(resolved, keys, objectives=texts) if count else ()
    others = tuple(one for one in ranged if one.key != key)
    seed = resolved.document.scenario.seed if seed is None else seed
    if not 1 <= len(texts) <= 2:
        raise ScenarioError("breakeven: write one objective and --value, or two objectives")
    asked = {
        "key": key,
        "between": [moved.low, moved.high],
        "objectives": texts,
        "value": value,
        "inputs": [one.key for one in others],
        "samples": count,
        "seed": seed,
    }
    model = model_of(resolved, inputs=(moved, *others), objectives=texts)
    difference = Difference(model=model, place=0, less=value)
    summary = {"kind": "breakeven", "scenario": resolved.document.scenario.name, "asked": asked}
    summary |= {"unit": moved.unit} | _as_it_is(
        difference, moved, float(resolved.origins[key].value)
    )
    folder = folder_of(out, resolved, kind="breakeven", asked=asked)
    table = pl.DataFrame()
    if count:
        drawn = Drawn(model=model, count=count, seed=seed)
        found = _crossings(difference, drawn, folder, backend, progress)
        summary["drawn"] = _of_draws(found)
        table = pl.DataFrame(found)
    folder.finish(summary, table)
    return Study(summary=summary, samples=table)


def _crossings(
    difference: Difference,
    drawn: Drawn,
    folder: Folder,
    backend: Backend,
    progress: Progress | None,
) -> Chunk:
    moved = difference.model.inputs[difference.place]
    work = Crossings(drawn=drawn, difference=difference, low=moved.low, high=moved.high)
    count = math.ceil(drawn.count / work.draws)
    return gathered(work, count, folder=folder, backend=backend, progress=progress)


def _moved(resolved: Resolved, key: str, between: tuple[float, float] | None) -> Input:
    if between is None:
        (found,) = inputs_of(resolved, [key])
        return replace(found, is_whole=False)
    reason = unmovable(resolved, key)
    if reason:
        raise ScenarioError(f"{key}: cannot be moved: {reason}")
    low, high = between
    described = describe(key)
    least = -np.inf if described.low is None else described.low
    most = np.inf if described.high is None else described.high
    if not least <= low < high <= most:
        raise ScenarioError(f"{key}: {low:g} to {high:g}: write two ends in {least:g} to {most:g}")
    # Its own place among the draws is taken by the places looked at: any between the ends will do.
    value = float(np.clip(float(resolved.origins[key].value), low, high))
    return Input(key=key, low=low, value=value, high=high, unit=described.unit, is_whole=False)


def _as_it_is(difference: Difference, moved: Input, value_now: float) -> dict[str, Any]:
    """All crossings of the design as it is, and the difference at its ends and at its value."""
    row = difference.model.value[None]
    x = np.linspace(moved.low, moved.high, 4 * PLACES)[None]
    value = difference.at(row, x)
    turns = np.flatnonzero(_turns(value)[0])
    found, _ = difference.crossing(np.repeat(row, len(turns), axis=0), x[0, turns], x[0, turns + 1])
    at_value = difference.at(row, np.array([[value_now]]))[0, 0]
    return {
        "crossings": found.tolist(),
        "value": value_now,
        "difference_at_value": _finite(at_value),
        "curve": [[float(at), _finite(one)] for at, one in zip(x[0], value[0], strict=True)],
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _of_draws(found: Chunk) -> Mapping[str, Any]:
    """In which share of the draws there is a crossing, and where."""
    known = np.isfinite(found["at_low"]) & np.isfinite(found["at_high"])
    crossing = found["crossing"][known]
    has = np.isfinite(crossing)
    positive = found["at_low"][known] > 0.0
    return {
        "contradictory_fraction": float(1.0 - known.mean()),
        "crossing_fraction": float(has.mean()) if len(has) else 0.0,
        "always_above_fraction": float((~has & positive).mean()) if len(has) else 0.0,
        "always_below_fraction": float((~has & ~positive).mean()) if len(has) else 0.0,
        "crossing": statistics.told(crossing[has]),
        "histogram": statistics.histogram(crossing[has]),
    }
