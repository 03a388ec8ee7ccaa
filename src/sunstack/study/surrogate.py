"""Which few-term formula stands for the whole chain where eight numbers move?

Within the box low..high each number x is laid out between -1 and 1, by equal factors where its
range spans ten and more,

    t = 2 (x - low) / (high - low) - 1,      f = Σ_k c_k Π_j T_{d_kj}(t_j),

T Chebyshev's polynomials (see `polynomials`), f the logarithm of an objective, or the objective
itself where it is not positive throughout. Rows to fit by are spread so that each t has the
arcsine's density, which weighs the edges of the box as polynomials want it. Errors are measured on
rows, evenly spread, that had no part in fit or choice, and on the corners of the box.

Assumes: the chain is smooth within the box; what errors say of other rows is measured, not proven.
Leaves out: rows whose numbers contradict each other, counted; objectives that are infinite in some
row, as a price in a year in which nothing is launched, named. The formula knows neither.
Reference: Forrester, Sóbester & Keane, Engineering Design via Surrogate Modelling (2008), ch. 1-2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from sunstack import catalogue
from sunstack.accounts import calendar_year_count
from sunstack.errors import ScenarioError
from sunstack.results import rounded
from sunstack.scenario import describe
from sunstack.units import YEAR_S

from .inputs import Columns, Input
from .model import AGREES, ROWS, Model
from .objectives import BY_YEAR, Objective
from .polynomials import Fit, degrees_of, highest_degree, terms_of

MOST_INPUTS = 8
ROWS_PER_TERM = 3
"""Of the largest formula that is tried."""
CHOOSING = ROWS
"""Rows by which degree and terms are chosen."""
HELD_OUT = 2 * ROWS - 32
"""Rows by which errors are measured; with the design and the ends of each input two blocks."""
BOUND = 0.05
"""An error that 95 of 100 rows keep to; a formula beyond it is called rough."""
LOGARITHMIC_FROM = 10.0
MOST_SHARING = 3
"""What more entries of the catalogue have in common is nobody's mark."""

Places = NDArray[np.float64]
Evaluate = Callable[[Columns], dict[str, Columns]]


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """Rows of the box by what they are for, those that contradict themselves left out."""

    places: dict[str, Places]
    found: dict[str, dict[str, Columns]]
    count: int
    contradictory_count: int


def surrogate(
    model: Model, *, inputs: Sequence[int], seed: int, evaluate: Evaluate
) -> dict[str, Any]:
    """Fit a formula to each objective, and measure how far it is from the chain.

    Args:
        model: the design with its inputs and objectives.
        inputs: places, among the model's, of those that move; all others stay at their values.
        seed: of the rows.
        evaluate: turns rows of all inputs, in their own units, into objectives, as `Model.rows`.

    Returns:
        A JSON tree with all that `values_of` needs, each term's degrees a digit an input, and
        errors as fractions.

    Raises:
        ScenarioError: nothing or too much is to be moved, a range is no range, too few rows agree,
            or no objective is finite in all of them.
    """
    _check(model, inputs)
    moved = [model.inputs[place] for place in inputs]
    box: dict[str, Any] = rounded({"inputs": [_input(one) for one in moved]})
    rows = _evaluated(model, inputs, box, seed, evaluate)
    finite = {one.text: _not_finite_count(rows, one.text) for one in model.objectives}
    kept = [one for one in model.objectives if not finite[one.text]]
    if not kept:
        text, count = next(iter(finite.items()))
        raise ScenarioError(
            f"surrogate: no objective is a number in every row; {text} is none in {count} of "
            f"{rows.count}: name years in which something is launched"
        )
    fitted = _fitted(model, kept, rows)
    tree: dict[str, Any] = rounded(box | {"seed": seed, "bound_fraction": BOUND} | fitted)
    tree |= _errors(tree, rows)
    tree["left_out"] = [
        {"objective": text, "not_finite_count": count} for text, count in finite.items() if count
    ]
    return dict(rounded(tree))


def _check(model: Model, inputs: Sequence[int]) -> None:
    if not 1 <= len(inputs) <= MOST_INPUTS or len(set(inputs)) < len(inputs):
        raise ScenarioError(
            f"surrogate: {len(inputs)} inputs are named; name 1 to {MOST_INPUTS}, each once"
        )
    for place in inputs:
        if not 0 <= place < len(model.inputs):
            raise ScenarioError(
                f"surrogate: there is no input {place}; the model has {len(model.inputs)}"
            )
        one = model.inputs[place]
        if not (math.isfinite(one.low) and math.isfinite(one.high) and one.low < one.high):
            raise ScenarioError(
                f"surrogate: {one.key} runs from {one.low:g} to {one.high:g} {one.unit}; write "
                "finite numbers, low < high"
            )


def _not_finite_count(rows: _Rows, text: str) -> int:
    return sum(int((~np.isfinite(found[text])).sum()) for found in rows.found.values())


# --- the box --------------------------------------------------------------------------------------


def _input(one: Input) -> dict[str, Any]:
    return {
        "key": one.key,
        "meaning": describe(one.key).meaning,
        "unit": one.unit,
        "low": float(one.low),
        "value": float(one.value),
        "high": float(one.high),
        "is_logarithmic": bool(one.low > 0.0 and one.high >= LOGARITHMIC_FROM * one.low),
        "is_whole": one.is_whole,
        "marks": _marks(one),
    }


def _marks(one: Input) -> list[dict[str, Any]]:
    """Name other points of a range that are a thing of the catalogue: a rocket, a cost book."""
    found: dict[float, list[dict[str, Any]]] = {}
    for kind in catalogue.kinds():
        for entry in catalogue.entries(kind):
            value = entry.values[one.key].value if one.key in entry.values else None
            if not isinstance(value, int | float) or value == one.value:
                continue
            if one.low <= value <= one.high:
                found.setdefault(float(value), []).append(
                    {"kind": kind, "name": entry.name, "title": entry.title}
                )
    return [
        {"value": value, **named[0]}
        for value, named in sorted(found.items())
        if len(named) <= MOST_SHARING
    ]


def _laid_out(inputs: Sequence[Mapping[str, Any]], values: Columns) -> Places:
    """Where rows of inputs lie in the box, each from -1 to 1."""
    columns = []
    for number, one in enumerate(inputs):
        scale = np.log if one["is_logarithmic"] else np.asarray
        low, high = scale(one["low"]), scale(one["high"])
        columns.append(2.0 * (scale(values[:, number]) - low) / (high - low) - 1.0)
    return np.stack(columns, axis=1)


def _values_at(inputs: Sequence[Mapping[str, Any]], places: Places) -> Columns:
    """Rows of inputs at places of the box; what is counted is whole."""
    columns = []
    for number, one in enumerate(inputs):
        low, high = one["low"], one["high"]
        share = 0.5 * (places[:, number] + 1.0)
        if one["is_logarithmic"]:
            column = low * (high / low) ** share
        else:
            column = low + (high - low) * share
        columns.append(np.round(column) if one["is_whole"] else column)
    return np.stack(columns, axis=1)


def _evaluated(
    model: Model, inputs: Sequence[int], box: Mapping[str, Any], seed: int, evaluate: Evaluate
) -> _Rows:
    """Evaluate all rows by one call, and part them again."""
    moved = box["inputs"]
    parts = {name: _values_at(moved, at) for name, at in _spread(len(moved), seed).items()}
    parts["design"] = model.value[None, list(inputs)]
    parts["edges"] = np.concatenate([_ends(moved), parts["edges"]])
    whole = np.tile(model.value, (sum(map(len, parts.values())), 1))
    whole[:, list(inputs)] = np.concatenate(list(parts.values()))
    found = evaluate(whole)
    agrees = np.asarray(found[AGREES]) > 0.5
    begins = np.cumsum([0, *map(len, parts.values())])
    kept = {
        name: begin + np.flatnonzero(agrees[begin : begin + len(part)])
        for (name, part), begin in zip(parts.items(), begins[:-1], strict=True)
    }
    rows = _Rows(
        places={name: _laid_out(moved, whole[at][:, list(inputs)]) for name, at in kept.items()},
        found={
            name: {one.text: np.asarray(found[one.text])[at] for one in model.objectives}
            for name, at in kept.items()
        },
        count=len(whole),
        contradictory_count=int((~agrees).sum()),
    )
    _check_enough(rows)
    return rows


def _check_enough(rows: _Rows) -> None:
    fewest = min(len(rows.places[name]) for name in ("choosing", "held_out"))
    if not len(rows.places["design"]) or 2 * fewest < CHOOSING:
        raise ScenarioError(
            f"surrogate: {rows.contradictory_count} of {rows.count} rows contradict themselves: "
            "name other inputs, or ranges that agree with each other"
        )


def _spread(count: int, seed: int) -> dict[str, Places]:
    """Places by what they are for."""
    wanted = ROWS_PER_TERM * math.comb(count + highest_degree(count), count)
    rows = ROWS * math.ceil(wanted / ROWS)
    even = qmc.Sobol(count, scramble=True, rng=seed).random_base2(math.ceil(math.log2(rows)))
    corners = np.array(list(product((-1.0, 1.0), repeat=count)))
    return {
        "fitting": -np.cos(np.pi * even[:rows]),
        "choosing": 2.0 * qmc.LatinHypercube(count, rng=seed + 1).random(CHOOSING) - 1.0,
        "held_out": 2.0 * qmc.LatinHypercube(count, rng=seed + 2).random(HELD_OUT) - 1.0,
        "edges": corners,
    }


def _ends(moved: Sequence[Mapping[str, Any]]) -> Columns:
    """The design with one input at its low, and at its high."""
    low, high = (np.tile([one["value"] for one in moved], (len(moved), 1)) for _ in range(2))
    np.fill_diagonal(low, [one["low"] for one in moved])
    np.fill_diagonal(high, [one["high"] for one in moved])
    return np.concatenate([low, high])


# --- the formula ----------------------------------------------------------------------------------


def _fitted(model: Model, kept: Sequence[Objective], rows: _Rows) -> dict[str, Any]:
    degrees = degrees_of(rows.places["fitting"].shape[1])
    fit = Fit(degrees=degrees, fitting=rows.places["fitting"], choosing=rows.places["choosing"])
    objectives = [_formula(model, one, rows, fit) for one in kept]
    used = sorted({int(term) for one in objectives for term in one["terms"]})
    for one in objectives:
        one["degree"] = int(fit.totals[one["terms"]].max())
        one["terms"] = np.searchsorted(used, one["terms"]).tolist()
    written = ["".join(map(str, term)) for term in degrees[used].tolist()]
    return {"degrees": written, "objectives": objectives}


def _formula(model: Model, asked: Objective, rows: _Rows, fit: Fit) -> dict[str, Any]:
    found = {name: values[asked.text] for name, values in rows.found.items()}
    is_logarithmic = all(bool((values > 0.0).all()) for values in found.values())
    scale = np.log if is_logarithmic else np.asarray
    terms, coefficients = fit.formula(
        scale(found["fitting"]),
        scale(found["choosing"]),
        size=1.0 if is_logarithmic else _spread_of(found["held_out"]),
    )
    return {
        "objective": asked.text,
        "year": _calendar_year(model, asked),
        "is_logarithmic": is_logarithmic,
        "terms": terms,
        "coefficients": coefficients.tolist(),
    }


def _calendar_year(model: Model, one: Objective) -> int | None:
    """In which calendar year is launched or bought what the objective tells of?"""
    if one.year is None or one.path[0] not in BY_YEAR:
        return None
    begun_year = float(model.system.economics.elapsed_in_year_s) / YEAR_S
    last = calendar_year_count(model.system.upkeep.month_count) - 1
    since = min(math.floor(begun_year + one.year), last)  # as `read` takes it
    return int(model.resolved.document.scenario.epoch.year + since)


def values_of(tree: Mapping[str, Any], values: Columns) -> dict[str, Columns]:
    """Evaluate the formula for rows of the inputs that move, in their own units."""
    return _values(tree, _laid_out(tree["inputs"], values))


def _values(tree: Mapping[str, Any], places: Places) -> dict[str, Columns]:
    terms = terms_of(places, np.array([list(map(int, term)) for term in tree["degrees"]]))
    found = {}
    for one in tree["objectives"]:
        told = terms[:, one["terms"]] @ np.array(one["coefficients"])
        found[one["objective"]] = np.exp(told) if one["is_logarithmic"] else told
    return found


# --- how far off ----------------------------------------------------------------------------------


def _errors(tree: Mapping[str, Any], rows: _Rows) -> dict[str, Any]:
    """Errors of each objective as the tree gives it, and of the worst of them."""
    told = {name: _values(tree, at) for name, at in rows.places.items() if len(at)}
    objectives = []
    for one in tree["objectives"]:
        text = one["objective"]
        exact = {name: rows.found[name][text] for name in told}
        spread = _spread_of(exact["held_out"])
        off = {
            name: np.abs(told[name][text] - exact[name])
            / (exact[name] if one["is_logarithmic"] else spread)
            for name in told
        }
        objectives.append(
            one
            | {
                "exact": float(exact["design"][0]),
                "told": float(told["design"][text][0]),
                "errors": _quantiles(off["held_out"]),
                "edge_errors": _quantiles(off.get("edges", np.zeros(0))),
            }
        )
    worst = max(one["errors"]["p95_fraction"] for one in objectives)
    return {
        "objectives": objectives,
        "worst_p95_fraction": worst,
        "is_within_bound": bool(worst <= BOUND),
        "rows": {name: len(at) for name, at in rows.places.items()}
        | {"all": rows.count, "contradictory": rows.contradictory_count},
    }


def _spread_of(values: Columns) -> float:
    """By which the error of what is not positive throughout is measured: 90 of 100 rows' width."""
    return float(np.ptp(np.quantile(values, (0.05, 0.95)))) or 1.0


def _quantiles(off: Columns) -> dict[str, Any]:
    if not len(off):
        return {"count": 0, "median_fraction": 0.0, "p95_fraction": 0.0, "worst_fraction": 0.0}
    median, p95, worst = (float(one) for one in np.quantile(off, (0.5, 0.95, 1.0)))
    return {
        "count": len(off),
        "median_fraction": median,
        "p95_fraction": p95,
        "worst_fraction": worst,
    }
