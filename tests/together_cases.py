"""What tests of the studies of prices share: a programme whose prices one can reckon by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sunstack.resolve import Resolved
from sunstack.results import rounded
from sunstack.study import together
from sunstack.study.evaluating import Evaluator
from sunstack.study.folder import Folder
from sunstack.study.inputs import Input
from sunstack.study.model import AGREES, ROWS, Model
from sunstack.study.objectives import objective
from sunstack.study.sampling import Drawn, chunk_count
from sunstack.study.together.parity import LAUNCH, SATELLITE
from sunstack.study.together.prices import Prices

Columns = NDArray[np.float64]
ARRAY, LIFE, DELAY, POWER = SATELLITE[0], "satellite.life_years", "launch.first_flight_years", (
    "ground.energy_usd_per_kwh"
)  # fmt: skip
PRICES = Prices(first_year=2028, year_count=4, languages=())


def an_input(key: str, low: float, value: float, high: float) -> Input:
    return Input(key=key, low=low, value=value, high=high, unit="", is_whole=False)


INPUTS = (
    an_input(LAUNCH, 100.0, 500.0, 1000.0),
    an_input(ARRAY, 4.0, 10.0, 20.0),
    an_input(LIFE, 4.0, 5.0, 10.0),
    an_input(DELAY, 0.5, 1.0, 2.0),
    an_input(POWER, 0.05, 0.1, 0.2),
)


@dataclass
class Reckoned:
    """An hour in orbit: (2 + launch / 100 + array · (1 - 0.1 year)) / life; ground: 20 · power.

    Nothing flies before the delay; its margin is what is left of a year and a half.
    """

    inputs: tuple[Input, ...] = INPUTS
    rows_asked: list[int] = field(default_factory=list)

    @cached_property
    def objectives(self) -> tuple[Any, ...]:
        return tuple(objective(text) for text in PRICES.objectives())

    @property
    def system(self) -> Any:
        return SimpleNamespace(
            economics=SimpleNamespace(elapsed_in_year_s=0.0),
            upkeep=SimpleNamespace(month_count=12 * PRICES.year_count),
        )

    @property
    def resolved(self) -> Any:
        epoch = SimpleNamespace(year=PRICES.first_year)
        return SimpleNamespace(document=SimpleNamespace(scenario=SimpleNamespace(epoch=epoch)))

    @property
    def value(self) -> Columns:
        return np.array([one.value for one in self.inputs])

    def rows(self, values: Columns) -> dict[str, Columns]:
        self.rows_asked.append(len(values))
        launch, array, life, delay, power = values.T
        found: dict[str, Columns] = {AGREES: (power < 0.199).astype(float)}
        found["margins.delay"] = 1.5 - delay
        for place, year in enumerate(PRICES.years):
            orbit = (2.0 + launch / 100.0 + array * (1.0 - 0.1 * place)) / life
            orbit = np.where(delay < place + 1, orbit, np.inf)
            ground = np.broadcast_to(20.0 * power, orbit.shape)
            found[PRICES.orbit(year)], found[PRICES.ground(year)] = orbit / 3600.0, ground / 3600.0
            found[PRICES.ratio(year)] = orbit / ground
        return found


def evaluator(model: Reckoned | None = None, folder: Path | None = None) -> Evaluator:
    return Evaluator(
        model=cast(Model, model or Reckoned()), folder=Folder(path=folder, manifest={})
    )


def drawn(count: int = 4 * ROWS) -> dict[str, Columns]:
    one = Drawn(model=cast(Model, Reckoned()), count=count, seed=3)
    return evaluator().chunks("drawing", one, chunk_count(count), part="draws")


LAST = PRICES.years[-1]
RATIO = PRICES.ratio(LAST)


@cache
def summary() -> dict[str, Any]:
    """The whole study of the programme reckoned by hand."""
    design = SimpleNamespace(
        origins={LAUNCH: SimpleNamespace(value=500.0)},
        document=SimpleNamespace(scenario=SimpleNamespace(name="reckoned")),
    )
    found = drawn()
    told = together._summary(cast(Resolved, design), evaluator(), PRICES, found, 1)
    found_again: dict[str, Any] = json.loads(json.dumps(rounded(told)))
    return found_again
