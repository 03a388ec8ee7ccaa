"""What the tests of the surrogate and of its sliders share: a chain made up, known by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sunstack.study.inputs import Input
from sunstack.study.model import AGREES, Model
from sunstack.study.objectives import objective
from sunstack.study.surrogate import surrogate

Columns = NDArray[np.float64]
Chain = Callable[[Columns], dict[str, Columns]]

PRICE, LIFE, ROCKETS = "launch.price_usd_per_kg", "satellite.life_years", "launch.vehicle_count"


def an_input(key: str, low: float, value: float, high: float, **changes: Any) -> Input:
    given: dict[str, Any] = {"unit": "", "is_whole": False, **changes}
    return Input(key=key, low=low, value=value, high=high, **given)


INPUTS = (
    an_input(PRICE, 100.0, 500.0, 1000.0, unit="USD/kg"),
    an_input(LIFE, 4.0, 5.0, 8.0, unit="years"),
    an_input(ROCKETS, 2.0, 4.0, 10.0, is_whole=True),
)
YEARS = range(1, 6)
"""Since the start, in March 2028."""
ORBIT_USD, GROUND_USD, TOKENS_PER_HOUR = 30.0, 6.0, 3.6e7


def made_up(inputs: Sequence[Input] = INPUTS, objectives: Sequence[str] = ()) -> Model:
    """A model of which nothing is evaluated: that is left to a chain made up."""
    scenario = SimpleNamespace(epoch=date(2028, 3, 20))
    return cast(
        Model,
        SimpleNamespace(
            inputs=tuple(inputs),
            # Of a ratio, what is read of an objective is what stands above.
            objectives=[
                replace(objective(one.partition(" / ")[0]), text=one) for one in objectives
            ],
            value=np.array([one.value for one in inputs]),
            system=SimpleNamespace(
                economics=SimpleNamespace(elapsed_in_year_s=79 * 86400.0),
                upkeep=SimpleNamespace(month_count=72),
            ),
            resolved=SimpleNamespace(document=SimpleNamespace(scenario=scenario)),
        ),
    )


def laid_out(values: Columns) -> Columns:
    """Between -1 and 1, the price by equal factors, by hand."""
    return np.stack(
        [
            np.log10(values[:, 0]) * 2.0 - 5.0,
            values[:, 1] / 2.0 - 3.0,
            values[:, 2] / 4.0 - 1.5,
        ],
        axis=1,
    )


def agreed(**found: Columns) -> dict[str, Columns]:
    return found | {AGREES: np.ones(len(next(iter(found.values()))))}


def prices(values: Columns) -> dict[str, Columns]:
    """An accelerator's hour and a million tokens: orbit falls by a fifth a year, the ground less.

    At the design 30 and 6 $ in 2028; a cheap launch and a long life bring orbit down to the ground.
    """
    t = laid_out(values)
    moved = np.exp(0.4 * t[:, 0] - 0.5 * t[:, 1] - 0.1 * t[:, 2] + 0.05 * t[:, 0] * t[:, 1])
    found = {}
    for year in YEARS:
        orbit = ORBIT_USD * 0.8**year * moved
        ground = GROUND_USD * 0.95**year * np.ones(len(values))
        for side, usd in (("economics.vintage", orbit), ("ground", ground)):
            found[f"{side}.chip_usd_per_s@{year}"] = usd / 3600.0
            found[f"{side}.token_usd[grok-2]@{year}"] = usd / TOKENS_PER_HOUR
        name = f"chip_usd_per_s@{year}"
        found[f"economics.vintage.{name} / ground.{name}"] = orbit / ground
    return agreed(**found)


def rough(values: Columns) -> dict[str, Columns]:
    """The same, orbit in steps that no polynomial follows."""
    steps = 1.0 + np.floor(3.0 * values[:, 1]) % 2.0
    return {
        name: found * steps if name.startswith("economics") else found
        for name, found in prices(values).items()
    }


def tree_of(chain: Chain = prices) -> dict[str, Any]:
    """The formula of it."""
    objectives = [one for one in chain(np.array([[500.0, 5.0, 4.0]])) if one != AGREES]
    model = made_up(objectives=objectives)
    return surrogate(model, inputs=range(3), seed=1, evaluate=chain)
