"""How does an outcome run with some of a design's numbers?

Over a grid of all combinations, or over a list of points. Where every key is a number that can be
moved, points are evaluated as samples are; else (orbits, counts, words such as a chip's name) each
point is resolved and evaluated whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Literal

import jax
import numpy as np
import polars as pl

from sunstack.errors import ScenarioError
from sunstack.evaluate import Outcome, evaluate
from sunstack.resolve import Resolved, check_whole_lives, resolve, unmovable
from sunstack.scenario import describe
from sunstack.scenario.reading import loads

from .backends import Backend, Chunk, Work
from .folder import Progress, folder_of, gathered
from .inputs import Input, is_counted
from .model import AGREES, model_of
from .montecarlo import LOCAL, Study
from .objectives import Objective, is_of_training, objective, read
from .sampling import Listed, chunk_count

type Value = float | str
MOST_POINTS = 1_000_000

SATELLITE = "satellite.catalogue"
"""A word that brings a life of its own."""


@dataclass(frozen=True, kw_only=True)
class Resolving:
    """Points that are resolved one by one."""

    text: str
    path: str
    overrides: Mapping[str, str]
    points: tuple[Mapping[str, Value], ...]
    objectives: tuple[Objective, ...]

    def length(self, number: int) -> int:
        """Every point is a chunk."""
        return 1

    def chunk(self, number: int) -> Chunk:
        """Resolve and evaluate one point; one that is refused has no numbers."""
        given = dict(self.overrides) | {
            key: _written(value) for key, value in self.points[number].items()
        }
        changed = [f"{key}={value}" for key, value in given.items()]
        try:
            resolved = resolve(loads(self.text, path=self.path, overrides=changed))
        except ScenarioError:
            return self._none()
        check_whole_lives(resolved.document, resolved.origins)
        outcome = _evaluate()(resolved.system)
        try:
            found = [float(read(one, outcome, resolved.system)) for one in self.objectives]
        except ScenarioError:  # of a chip, say, that nothing is trained on
            return self._none()
        told = zip(self.objectives, found, strict=True)
        return {one.text: np.array([value]) for one, value in told} | _flag(1.0)

    def _none(self) -> Chunk:
        return {one.text: np.array([np.nan]) for one in self.objectives} | _flag(0.0)


def _flag(value: float) -> Chunk:
    return {AGREES: np.array([value])}


@cache
def _evaluate() -> Any:
    compiled: Any = jax.jit(evaluate)
    return compiled


def _written(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value)


def sweep(
    resolved: Resolved,
    *,
    axes: Mapping[str, Sequence[Value]],
    objectives: Iterable[str],
    points: Literal["grid", "list"] = "grid",
    out: Path | None = None,
    backend: Backend = LOCAL,
    progress: Progress | None = None,
) -> Study:
    """Evaluate a design at points.

    Args:
        resolved: the design.
        axes: values of each key, in its own unit.
        objectives: dotted names (see `objectives`).
        points: every combination, or the first values together, then the second ones...
        out: folder that keeps what is done.
        backend: where it is evaluated.
        progress: told the stage, chunks done and chunks in all.

    Raises:
        ScenarioError: a key or objective is none, or lists differ in length.
        ResultsError: the folder holds another study.
        ServiceError: the backend does not answer.
    """
    rows = _points(axes, points)
    texts = [objective(one).text for one in objectives]
    asked = {
        "axes": {key: list(values) for key, values in axes.items()},
        "points": points,
        "objectives": texts,
    }
    work, count = _work(resolved, list(axes), rows, texts)
    folder = folder_of(out, resolved, kind="sweep", asked=asked)
    found = gathered(work, count, folder=folder, backend=backend, progress=progress)
    given = {key: [row[place] for row in rows] for place, key in enumerate(axes)}
    table = pl.DataFrame(given | {name: found[name] for name in (*texts, AGREES)})
    summary = {
        "kind": "sweep",
        "scenario": resolved.document.scenario.name,
        "asked": asked,
        "units": {key: describe(key).unit for key in axes},
        "is_resolved_anew": isinstance(work, Resolving),
        "rows": [_row(row) for row in table.iter_rows(named=True)],
    }
    folder.finish(summary, table)
    return Study(summary=summary, samples=table)


def _points(axes: Mapping[str, Sequence[Value]], points: str) -> list[tuple[Value, ...]]:
    lengths = {len(values) for values in axes.values()}
    if not axes or 0 in lengths:
        raise ScenarioError("sweep: no values; write --over key=low:high:count, or key=1,2,3")
    if points == "list" and len(lengths) > 1:
        raise ScenarioError("sweep: the lists differ in length; write as many values for each key")
    rows = list(product(*axes.values()) if points == "grid" else zip(*axes.values(), strict=True))
    if len(rows) > MOST_POINTS:
        raise ScenarioError(f"sweep: {len(rows):,} points; write fewer than {MOST_POINTS:,}")
    return rows


def _work(
    resolved: Resolved, keys: Sequence[str], rows: Sequence[tuple[Value, ...]], texts: list[str]
) -> tuple[Work, int]:
    are_numbers = all(not isinstance(value, str) for row in rows for value in row)
    trains = any(is_of_training(objective(text)) for text in texts)  # to be laid out anew
    if are_numbers and not trains and all(unmovable(resolved, key) is None for key in keys):
        listed = np.array(rows, dtype=float)
        inputs = [_input(resolved, key, listed[:, place]) for place, key in enumerate(keys)]
        model = model_of(resolved, inputs=inputs, objectives=texts)
        return Listed(model=model, listed=listed), chunk_count(len(rows))
    document = resolved.document
    work = Resolving(
        text=document.text,
        path=document.path,
        overrides=dict(document.overrides),
        points=tuple(dict(zip(keys, row, strict=True)) for row in rows),
        objectives=tuple(objective(text) for text in texts),
    )
    # A key or a value that is wrong is told now, not as a point that is refused.
    for point in work.points:
        moved = {key: value for key, value in point.items() if not isinstance(value, str)}
        if SATELLITE not in point:
            check_whole_lives(document, resolved.origins, moved)
    first = [f"{key}={_written(value)}" for key, value in work.points[0].items()]
    given = [f"{key}={value}" for key, value in work.overrides.items()]
    loads(document.text, path=document.path, overrides=[*given, *first])
    outcome: Outcome = jax.eval_shape(evaluate, resolved.system)
    for one in work.objectives:
        jax.eval_shape(
            lambda found, held, one=one: read(one, found, held), outcome, resolved.system
        )
    return work, len(rows)


def _input(resolved: Resolved, key: str, values: Any) -> Input:
    described = describe(key)
    outside = [
        value
        for value in values
        if (described.low is not None and value < described.low)
        or (described.high is not None and value > described.high)
    ]
    if outside:
        raise ScenarioError(
            f"{key}: {outside[0]:g} is not allowed; write {described.low:g} to {described.high:g} "
            f"{described.unit}".rstrip()
        )
    return Input(
        key=key,
        low=float(values.min()),
        value=float(resolved.origins[key].value),
        high=float(values.max()),
        unit=described.unit,
        is_whole=is_counted(key),
    )


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON has it: what is not finite is null."""
    return {
        key: None if isinstance(value, float) and not np.isfinite(value) else value
        for key, value in row.items()
    }
