"""Which number decides an answer?

One at a time (a tornado): the objective with each input at its low and its high, all others as they
are; beside it what its exact slope there would make of the same range.

All at once (Sobol's indices): of an objective's variance S1 is the share an input makes by itself,
ST the share it has any part in, by Saltelli's sample and Jansen's estimators with a bootstrap; the
sample is doubled until every index is known to a bound.

Leaves out: inputs that hang together, for which these shares mean nothing; inputs beyond those that
swing most, which stay at their values (the tornado tells how much they swing).
Reference: Saltelli et al., Comput. Phys. Commun. 181 (2010) 259; Herman & Usher, JOSS 2 (2017) 97.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved

from .backends import Backend, Chunk
from .evaluating import Evaluator
from .folder import Progress, folder_of, gathered
from .inputs import Columns, Input, inputs_of, values_at
from .model import AGREES, Model, model_of
from .montecarlo import LOCAL, Study
from .sampling import Listed, chunk_count

FIRST_BLOCKS, MOST_BLOCKS = 64, 1 << 16
"""Blocks of Saltelli's sample: each is inputs + 2 rows."""
RESAMPLES = 200
BOUND = 0.05
"""Half-width of an index's 95 % interval."""
MOST_INPUTS = 12


@dataclass(frozen=True, kw_only=True)
class Index:
    """Share of the variance that an input makes alone, and has a part in; 95 % half-widths."""

    key: str
    first_ratio: float
    first_half_width_ratio: float
    total_ratio: float
    total_half_width_ratio: float


# --- one at a time --------------------------------------------------------------------------------


def tornado(model: Model, found: Chunk | None = None) -> dict[str, list[dict[str, Any]]]:
    """Swing of every objective with every input, the widest first.

    Args:
        model: the design.
        found: rows of `one_at_a_time`, if they are evaluated.
    """
    rows = found or Listed(model=model, listed=one_at_a_time(model)).chunk(0)
    _, slopes = model.slopes(model.si(model.value))
    return {
        one.text: swings(model, rows, one.text, slope=np.asarray(slopes[one.text]))
        for one in model.objectives
    }


def swings(
    model: Model, rows: Chunk, text: str, *, slope: Columns | None = None
) -> list[dict[str, Any]]:
    """Swing of one objective with every input, the widest first.

    Args:
        model: the design.
        rows: of `one_at_a_time`, evaluated.
        text: the objective.
        slope: in every input in SI; without it no straight lines are told.
    """
    count = len(model.inputs)
    ends = {"low": slice(1, count + 1), "high": slice(count + 1, None)}
    return _swings(
        model,
        value=float(rows[text][0]),
        ends={name: rows[text][part] for name, part in ends.items()},
        agrees={name: rows[AGREES][part] > 0.5 for name, part in ends.items()},
        slope=slope,
    )


def one_at_a_time(model: Model) -> Columns:
    """The design as it is, each input at its low, each at its high; (1 + 2 inputs, inputs)."""
    low, high = (np.tile(model.value, (len(model.inputs), 1)) for _ in range(2))
    np.fill_diagonal(low, [one.low for one in model.inputs])
    np.fill_diagonal(high, [one.high for one in model.inputs])
    return np.concatenate([model.value[None], low, high])


def _swings(
    model: Model,
    *,
    value: float,
    ends: Mapping[str, Columns],
    agrees: Mapping[str, Any],
    slope: Columns | None,
) -> list[dict[str, Any]]:
    found = []
    for number, one in enumerate(model.inputs):
        told: dict[str, Any] = {"key": one.key, "unit": one.unit}
        told |= {"low": one.low, "value": one.value, "high": one.high, "at_value": value}
        for name, end in (("low", one.low), ("high", one.high)):
            known = agrees[name][number] and np.isfinite(ends[name][number])
            told[f"at_{name}"] = float(ends[name][number]) if known else None
            if slope is not None:
                straight = value + float(slope[number]) * _moved_si(one, end)
                told[f"at_{name}_by_slope"] = None if one.is_whole else straight
        at = [told[f"at_{name}"] for name in ("low", "high") if told[f"at_{name}"] is not None]
        told["swing"] = max([*at, value]) - min([*at, value])
        found.append(told)
    return sorted(found, key=lambda one: -float(one["swing"]))


def _moved_si(one: Input, end: float) -> float:
    return float(one.si(np.array(end)) - one.si(np.array(one.value)))


# --- all at once ----------------------------------------------------------------------------------


def sobol(
    evaluate: Callable[[Columns, int], Columns],
    *,
    keys: Sequence[str],
    seed: int,
    bound: float = BOUND,
    most_blocks: int = MOST_BLOCKS,
) -> tuple[list[Index], dict[str, Any]]:
    """Estimate the indices of a function of shares in the unit cube.

    Args:
        evaluate: numbers of rows (rows, inputs), of which so many were evaluated before; not finite
            where a row is left out.
        keys: names of the inputs.
        seed: of the sample and the bootstrap.
        bound: half-width to which every index is to be known.
        most_blocks: where to stop.

    Returns:
        The indices, the largest first, and how they were found.

    Raises:
        ScenarioError: after the largest sample an index is still beyond 1 by more than its
            half-width: no indices are told rather than wrong ones.
    """
    blocks, known = FIRST_BLOCKS, np.zeros(0)
    while True:
        rows = _saltelli(len(keys), blocks, seed)
        known = np.concatenate([known, evaluate(rows[len(known) :], len(known))])
        indices, left_out, deviation = _indices(keys, known, seed)
        width = max((one.total_half_width_ratio for one in indices), default=0.0)
        width = max([width, *(one.first_half_width_ratio for one in indices)])
        told = {
            "block_count": blocks,
            "evaluation_count": len(known),
            "left_out_fraction": left_out,
            "standard_deviation": deviation,
            "half_width_ratio": width,
            "is_within_bound": width <= bound,
        }
        beyond = [one.key for one in indices if one.total_ratio - one.total_half_width_ratio > 1.0]
        if (width <= bound and not beyond) or 2 * blocks > most_blocks:
            break
        blocks *= 2
    if beyond:
        raise ScenarioError(
            f"sensitivity: after {len(known):,} evaluations the total share of {beyond[0]} is "
            "still beyond 1: too few to tell; write a larger --most-blocks, or fewer --key"
        )
    return sorted(indices, key=lambda one: -one.total_ratio), told


def _problem(count: int) -> dict[str, Any]:
    names = [f"x{number}" for number in range(count)]
    return {"num_vars": count, "names": names, "bounds": [[0.0, 1.0]] * count}


def _saltelli(count: int, blocks: int, seed: int) -> Columns:
    """Rows in blocks: A, A with each column of B in turn, B; the smaller begins the larger."""
    from SALib.sample import sobol as saltelli  # brings pandas: only who asks waits for it

    rows: Columns = saltelli.sample(
        _problem(count), blocks, calc_second_order=False, scramble=True, seed=seed
    )
    return rows


def _indices(keys: Sequence[str], known: Columns, seed: int) -> tuple[list[Index], float, float]:
    """The indices, the share of blocks left out, and the deviation of the independent rows."""
    from SALib.analyze import sobol as estimators

    by_block = known.reshape(-1, len(keys) + 2)
    whole = np.isfinite(by_block).all(axis=1)
    values = by_block[whole].ravel()
    left_out = float(1.0 - whole.mean())
    if len(values) == 0 or values.min() == values.max():
        return [Index(key=key, **_NOTHING) for key in keys], left_out, 0.0
    found = estimators.analyze(
        _problem(len(keys)),
        values,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        seed=seed,
    )
    return (
        [
            Index(
                key=key,
                first_ratio=float(found["S1"][place]),
                first_half_width_ratio=float(found["S1_conf"][place]),
                total_ratio=float(found["ST"][place]),
                total_half_width_ratio=float(found["ST_conf"][place]),
            )
            for place, key in enumerate(keys)
        ],
        left_out,
        float(by_block[whole][:, [0, -1]].std()),
    )


_NOTHING = {
    "first_ratio": 0.0,
    "first_half_width_ratio": 0.0,
    "total_ratio": 0.0,
    "total_half_width_ratio": 0.0,
}


def indices_of(
    evaluator: Evaluator,
    text: str,
    chosen: Sequence[Input],
    *,
    seed: int,
    bound: float = BOUND,
    most_blocks: int = MOST_BLOCKS,
    is_factor: bool = False,
) -> dict[str, Any]:
    """Estimate the indices of an objective in some of a model's inputs, all others as they are.

    Args:
        evaluator: of the model.
        text: the objective.
        chosen: the inputs.
        seed: of the sample and the bootstrap.
        bound: half-width to which every index is to be known.
        most_blocks: of the sample, where to stop.
        is_factor: whether the variance is that of the objective's logarithm, so that twice is as
            far as half.

    Raises:
        ScenarioError: the sample was too small for any index.
    """
    model = evaluator.model
    places = [model.inputs.index(one) for one in chosen]

    def evaluate(share: Columns, before: int) -> Columns:
        rows = np.tile(model.value, (len(share), 1))
        rows[:, places] = values_at(chosen, share)
        found = evaluator.rows("evaluating", rows, names=(text,))
        values = np.where(found[AGREES] > 0.5, found[text], np.nan)
        return np.log(values) if is_factor else values

    found, told = sobol(
        evaluate, keys=[one.key for one in chosen], seed=seed, bound=bound, most_blocks=most_blocks
    )
    return told | {"indices": [vars(index) for index in found]}


# --- of a design ----------------------------------------------------------------------------------


def sensitivity(
    resolved: Resolved,
    *,
    objectives: Iterable[str],
    keys: Iterable[str] | None = None,
    most_inputs: int = MOST_INPUTS,
    bound: float = BOUND,
    most_blocks: int = MOST_BLOCKS,
    seed: int | None = None,
    out: Path | None = None,
    backend: Backend = LOCAL,
    progress: Progress | None = None,
) -> Study:
    """Tell of each objective how it swings with each input, and Sobol's indices of the widest.

    Args:
        resolved: the design.
        objectives: dotted names (see `objectives`).
        keys: inputs; all that have a range if not given.
        most_inputs: of which indices are told: those that swing most.
        bound: half-width to which every index is to be known.
        most_blocks: of the sample, where to stop.
        seed: the scenario's if not given.
        out: folder that keeps what is done.
        backend: where it is evaluated.
        progress: told the stage, chunks done and chunks in all.

    Raises:
        ScenarioError: an input or objective is none, or the sample was too small for any index.
        ResultsError: the folder holds another study.
        ServiceError: the backend does not answer.
    """
    objectives = tuple(objectives)
    inputs = inputs_of(resolved, keys, objectives=objectives)
    seed = resolved.document.scenario.seed if seed is None else seed
    model = model_of(resolved, inputs=inputs, objectives=objectives)
    texts = [one.text for one in model.objectives]
    asked = {"objectives": texts, "inputs": [one.key for one in inputs], "seed": seed}
    asked |= {"most_inputs": most_inputs, "bound": bound, "most_blocks": most_blocks}
    folder = folder_of(out, resolved, kind="sensitivity", asked=asked)
    around = Listed(model=model, listed=one_at_a_time(model))
    rows = gathered(
        around, chunk_count(len(around.listed)), folder=folder.part("around"), backend=backend,
        progress=progress,
    )  # fmt: skip
    found_swings = tornado(model, rows)
    indices = {}
    for number, text in enumerate(texts):
        chosen = widest(inputs, found_swings[text], most_inputs)
        evaluator = Evaluator(
            model=model_of(resolved, inputs=chosen, objectives=[text]),
            folder=folder.part(f"indices-{number}"),
            backend=backend,
            progress=progress,
        )
        indices[text] = indices_of(
            evaluator, text, chosen, seed=seed, bound=bound, most_blocks=most_blocks
        )
    summary = {
        "kind": "sensitivity",
        "scenario": resolved.document.scenario.name,
        "asked": asked,
        "tornado": found_swings,
        "sobol": indices,
    }
    table = pl.DataFrame(rows)
    folder.finish(summary, table)
    return Study(summary=summary, samples=table)


def widest(
    inputs: Sequence[Input], swings: Sequence[Mapping[str, Any]], most: int
) -> tuple[Input, ...]:
    """Inputs that swing most, of those that swing at all."""
    by_key = {one.key: one for one in inputs}
    return tuple(by_key[one["key"]] for one in swings[:most] if one["swing"] > 0.0)
