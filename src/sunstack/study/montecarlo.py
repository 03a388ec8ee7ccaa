"""How sure is an answer, with every uncertain number drawn from its range?

Rows whose numbers contradict each other (more drives needed than there are) are left out and
counted. A row closes when none of its margins is negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved

from . import statistics
from .backends import Backend, Chunk
from .folder import Progress, folder_of, gathered
from .inputs import correlation, inputs_of
from .model import AGREES, MARGINS, Model, model_of
from .sampling import Drawn, chunk_count

LOCAL = Backend()
MOST = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Study:
    """What a study found: a JSON document, and every row that was evaluated."""

    summary: Mapping[str, Any]
    samples: pl.DataFrame


def montecarlo(
    resolved: Resolved,
    *,
    objectives: Iterable[str],
    count: int = 1024,
    seed: int | None = None,
    keys: Iterable[str] | None = None,
    correlations: Mapping[tuple[str, str], float] | None = None,
    out: Path | None = None,
    backend: Backend = LOCAL,
    progress: Progress | None = None,
) -> Study:
    """Draw every input, and tell the objectives' distributions.

    Args:
        resolved: the design.
        objectives: dotted names (see `objectives`).
        count: of draws.
        seed: the scenario's if not given.
        keys: inputs to draw; all that have a range if not given.
        correlations: pairs of inputs that hang together, as drawn from a normal distribution.
        out: folder that keeps what is done.
        backend: where it is evaluated.
        progress: told the stage, chunks done and chunks in all.

    Raises:
        ScenarioError: an input or objective is none, or numbers hang together impossibly.
        ResultsError: the folder holds another study.
        ServiceError: the backend does not answer.
    """
    if not 2 <= count <= MOST:
        raise ScenarioError(f"--samples {count}: write 2 to {MOST:,}")
    objectives = tuple(objectives)
    inputs = inputs_of(resolved, keys, objectives=objectives)
    seed = resolved.document.scenario.seed if seed is None else seed
    pairs = correlations or {}
    matrix = correlation(pairs, inputs) if pairs else None
    model = model_of(resolved, inputs=inputs, objectives=objectives, with_margins=True)
    asked = {
        "objectives": [one.text for one in model.objectives],
        "inputs": [one.key for one in inputs],
        "samples": count,
        "seed": seed,
        "correlations": [[*pair, together] for pair, together in pairs.items()],
    }
    folder = folder_of(out, resolved, kind="montecarlo", asked=asked)
    drawn = Drawn(model=model, count=count, seed=seed, matrix=matrix)
    found = gathered(drawn, chunk_count(count), folder=folder, backend=backend, progress=progress)
    study = Study(summary=_summary(resolved, drawn, found, asked), samples=pl.DataFrame(found))
    folder.finish(study.summary, study.samples)
    return study


def _summary(
    resolved: Resolved, drawn: Drawn, found: Chunk, asked: Mapping[str, Any]
) -> dict[str, Any]:
    model = drawn.model
    return {
        "kind": "montecarlo",
        "scenario": resolved.document.scenario.name,
        "asked": asked,
        "inputs": [vars(one) for one in model.inputs],
        **closing(found),
        "objectives": {one.text: distribution(model, found, one.text) for one in model.objectives},
    }


def closing(found: Chunk) -> dict[str, Any]:
    """Shares of draws that contradict themselves, that close, and that break each margin."""
    agrees = found[AGREES] > 0.5
    margins = {name: column for name, column in found.items() if name.startswith(MARGINS)}
    least = np.min(np.stack(list(margins.values())), axis=0)
    return {
        "contradictory_fraction": float(1.0 - agrees.mean()),
        "closing_fraction": float((least[agrees] >= 0.0).mean()) if agrees.any() else 0.0,
        "broken_fraction": {
            name.removeprefix(MARGINS): float((column[agrees] < 0.0).mean())
            for name, column in margins.items()
            if agrees.any()
        },
    }


def distribution(model: Model, found: Chunk, text: str) -> dict[str, Any]:
    """Tell how an objective is distributed over draws, and with which inputs it goes."""
    agrees = found[AGREES] > 0.5
    given = np.stack([found[one.key] for one in model.inputs], axis=1)[agrees]
    values = found[text][agrees]
    together = statistics.ranked(given, values)
    ranked = sorted(zip(model.inputs, together, strict=True), key=lambda pair: -abs(pair[1]))
    return statistics.told(values) | {
        "histogram": statistics.histogram(values),
        "convergence": statistics.convergence(values),
        "rank_correlations": [{"key": one.key, "ratio": ratio} for one, ratio in ranked],
    }
