"""Which assumptions decide what orbit costs against the ground, and which are worth playing with?

How far the ratio of both swings with each input by itself, and what share of the variance of its
logarithm (twice is as far as half) each of the widest makes when all of them are drawn together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from sunstack.errors import ScenarioError
from sunstack.scenario import describe

from ..backends import Chunk
from ..evaluating import Evaluator
from ..inputs import Columns
from ..model import Model
from ..sensitivity import indices_of, one_at_a_time, swings, widest
from ..surrogate import surrogate
from .parity import LAUNCH
from .prices import Prices

MOST_SWINGS = 12
MOST_INDICES = 8
DECIDING = 3
MOST_BLOCKS = 512
BOUND = 0.05
PLAYED_WITH = 8
LEAST_SWING_RATIO = 0.01
"""Of a price or the ratio: less is not worth a slider."""
KNOWN_TO_READERS = (
    LAUNCH,
    "economics.array_usd_per_w",
    "economics.chip_usd",
    "ground.energy_usd_per_kwh",
    "satellite.life_years",
    "economics.sold_fraction",
    "economics.payload_factor",
)
"""What a reader asks for first, where it changes anything."""

Swings = Sequence[Mapping[str, Any]]


def around(evaluator: Evaluator, prices: Prices) -> Chunk:
    """Evaluate each input at both its ends, all others as they are, the design itself first."""
    names = tuple(
        name
        for year in prices.years
        for name in (prices.orbit(year), prices.ground(year), prices.ratio(year))
    )
    rows = one_at_a_time(evaluator.model)
    return evaluator.rows("moving one number at a time", rows, names=names)


def indices(
    evaluator: Evaluator, text: str, found: Swings, drawn: Columns, *, seed: int
) -> dict[str, Any]:
    """Tell Sobol's indices of the widest inputs, or why they are not known.

    Args:
        evaluator: of the model.
        text: the ratio.
        found: its swings, the widest first.
        drawn: the ratio with all inputs drawn.
        seed: of the sample.
    """
    chosen = widest(evaluator.model.inputs, found, MOST_INDICES)
    if not chosen:
        return {"indices": [], "lacks": "No input changes the ratio."}
    try:
        told = indices_of(
            evaluator,
            text,
            chosen,
            seed=seed,
            bound=BOUND,
            most_blocks=MOST_BLOCKS,
            is_factor=True,
        )
    except ScenarioError as error:
        return {"indices": [], "lacks": str(error)}
    of_all = float(np.log(drawn[np.isfinite(drawn)]).var())
    return told | {"of_all_fraction": min(told["standard_deviation"] ** 2 / of_all, 1.0)}


def deciding(found: Swings, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The assumptions with the largest shares of the spread, in words."""
    by_key = {one["key"]: one for one in found}
    return [
        {
            "meaning": describe(index["key"]).meaning,
            **{name: by_key[index["key"]][name] for name in OF_A_SWING},
            "first_ratio": index["first_ratio"],
            "total_ratio": index["total_ratio"],
            "total_half_width_ratio": index["total_half_width_ratio"],
        }
        for index in told["indices"][:DECIDING]
    ]


OF_A_SWING = ("key", "unit", "low", "value", "high", "at_low", "at_value", "at_high")


def played_with(model: Model, rows: Chunk, prices: Prices, year: int) -> list[int]:
    """Places of the inputs to be played with: those readers know and that swing, then the widest.

    Args:
        model: the design.
        rows: of `around`.
        prices: names of the prices.
        year: of launch.
    """
    texts = (prices.orbit(year), prices.ground(year), prices.ratio(year))
    swing: dict[str, float] = {}
    for text in texts:
        for one in swings(model, rows, text):
            relative = float(one["swing"]) / max(abs(float(one["at_value"])), 1e-300)
            swing[one["key"]] = max(swing.get(one["key"], 0.0), relative)
    keys = [one.key for one in model.inputs]
    known = [key for key in KNOWN_TO_READERS if swing.get(key, 0.0) >= LEAST_SWING_RATIO]
    others = sorted((key for key in keys if key not in known), key=lambda key: -swing[key])
    others = [key for key in others if swing[key] >= LEAST_SWING_RATIO]
    return [keys.index(key) for key in (*known, *others)[:PLAYED_WITH]]


def formula(evaluator: Evaluator, places: Sequence[int], *, seed: int) -> dict[str, Any]:
    """Fit a formula of few terms in which readers may move some inputs, or say why there is none.

    Args:
        evaluator: of the model.
        places: of those inputs.
        seed: of the rows it is fitted to.
    """
    evaluate = partial(evaluator.rows, "moving what readers may move")
    try:
        found = surrogate(evaluator.model, inputs=places, seed=seed, evaluate=evaluate)
    except ScenarioError as error:
        return {"surrogate": None, "surrogate_lacks": str(error)}
    return {"surrogate": found, "surrogate_lacks": None}
