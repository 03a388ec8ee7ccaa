"""What do all uncertain numbers together do to the price of computing, in orbit and on the ground?

One model is condensed and compiled, its inputs all numbers that have a range, its objectives the
prices by calendar year of launch. All is told from what it gives:

- how sure prices are, and when orbit is cheaper (`prices`);
- which assumptions decide it (`assumptions`);
- what would have to be true for it (`parity`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved, unmovable
from sunstack.scenario import describe
from sunstack.summary.economics import what_is_known

from ..backends import Backend, Chunk
from ..evaluating import Evaluator
from ..folder import Progress, folder_of
from ..inputs import Columns, Input, inputs_of
from ..model import AGREES, model_of
from ..montecarlo import LOCAL, MOST, Study, closing, distribution
from ..sampling import Drawn, chunk_count
from ..sensitivity import swings
from ..statistics import histogram
from . import assumptions, parity
from .prices import Prices, by_year, claimed, first_cheaper, prices_of

DRAWS = 2048
DRAWN = 0.99
"""Share of the draws that a histogram shows."""
LAST_TOLD_YEAR = 2040
"""Of launch: the ratio is looked at in this year, or in the last before it."""
NO_CHIPS = "The payload carries no accelerators: no computing has a price that could be studied."
NO_PRICE = (
    "The accelerators have no price: what computing costs is not known; set economics.chip_usd."
)
NO_LAUNCH = "Nothing is launched within the horizon: no computing in orbit has a price."


def lacks(resolved: Resolved) -> str | None:
    """Say what a scenario lacks for its prices to be studied, or nothing."""
    known = what_is_known(resolved)
    if not known["has_chips"]:
        return NO_CHIPS
    return None if known["knows_chip_price"] else NO_PRICE


def together(
    resolved: Resolved,
    *,
    count: int = DRAWS,
    seed: int | None = None,
    out: Path | None = None,
    replaces: bool = False,
    backend: Backend = LOCAL,
    progress: Progress | None = None,
) -> Study:
    """Study the prices of computing in orbit and on the ground.

    Args:
        resolved: the design.
        count: of draws of all inputs.
        seed: the scenario's if not given.
        out: folder that keeps what is done.
        replaces: whether another study's chunks there are thrown away.
        backend: where it is evaluated.
        progress: told the stage, chunks done and chunks in all.

    Raises:
        ScenarioError: nothing has a price, or too few draws are asked for.
        ResultsError: the folder holds another study.
        ServiceError: the backend does not answer.
    """
    if not 2 <= count <= MOST:
        raise ScenarioError(f"--draws {count}: write 2 to {MOST:,}")
    if why := lacks(resolved):
        raise ScenarioError(f"studies: {why}")
    seed = resolved.document.scenario.seed if seed is None else seed
    if progress:
        progress("condensing", 0, 0)
    prices = prices_of(resolved)
    model = model_of(
        resolved, inputs=_inputs(resolved), objectives=prices.objectives(), with_margins=True
    )
    # Not the number of draws: more of them go on from those that are kept.
    asked = {"inputs": [vars(one) for one in model.inputs], "prices": vars(prices), "seed": seed}
    folder = folder_of(out, resolved, kind="together", asked=asked, replaces=replaces)
    evaluator = Evaluator(model=model, folder=folder, backend=backend, progress=progress)
    drawn = Drawn(model=model, count=count, seed=seed)
    found = evaluator.chunks("drawing all numbers", drawn, chunk_count(count), part="draws")
    summary = _summary(resolved, evaluator, prices, found, seed)
    table = pl.DataFrame(found)
    folder.finish(summary, table)
    return Study(summary=summary, samples=table)


def _inputs(resolved: Resolved) -> tuple[Input, ...]:
    """All that have a range, and the prices of launch and satellites, range or not."""
    ranged = inputs_of(resolved)
    known = {one.key for one in ranged}
    wanted = [key for key in (parity.LAUNCH, *parity.SATELLITE) if key not in known]
    return (*ranged, *(_still(resolved, key) for key in wanted if not unmovable(resolved, key)))


def _still(resolved: Resolved, key: str) -> Input:
    value = float(resolved.origins[key].value)
    unit = describe(key).unit
    return Input(key=key, low=value, value=value, high=value, unit=unit, is_whole=False)


def _summary(
    resolved: Resolved, evaluator: Evaluator, prices: Prices, found: Chunk, seed: int
) -> dict[str, Any]:
    model = evaluator.model
    rows = assumptions.around(evaluator, prices)
    years = _launching(prices, rows)
    year = max((one for one in years if one <= LAST_TOLD_YEAR), default=years[0])
    text = prices.ratio(year)
    ratio = found[text][found[AGREES] > 0.5]
    swung = swings(model, rows, text)
    shares = assumptions.indices(evaluator, text, swung, ratio, seed=seed)
    ladder = parity.levers(evaluator, text, swung)
    return {
        "kind": "together",
        "scenario": resolved.document.scenario.name,
        "draw_count": len(found[text]),
        "input_count": sum(one.low < one.high for one in model.inputs),
        "seed": seed,
        "year": year,
        "ratio_as_it_is": ladder["begun"],
        **closing(found),
        "prices": _prices(prices, found),
        "ratio": distribution(model, found, text) | {"histogram": _most(ratio)},
        "first_cheaper": first_cheaper(prices, found),
        "claim": claimed(prices, found),
        "tornado": swung[: assumptions.MOST_SWINGS],
        "sobol": shares,
        "deciding": assumptions.deciding(swung, shares),
        **_parity(resolved, evaluator, prices, found, text, _some(years, year), ladder),
        **assumptions.formula(
            evaluator, assumptions.played_with(model, rows, prices, year), seed=seed
        ),
    }


def _most(values: Columns) -> Mapping[str, Any]:
    """A histogram of all but the largest, which would leave no room for the others."""
    finite = values[np.isfinite(values)]
    return histogram(finite[finite <= np.quantile(finite, DRAWN)] if len(finite) else finite)


def _prices(prices: Prices, found: Chunk) -> dict[str, Any]:
    return {
        "usd_per_chip_hour": by_year(prices, found),
        "usd_per_million_tokens": {
            language: by_year(prices, found, language) for language in prices.languages
        },
    }


def _parity(
    resolved: Resolved,
    evaluator: Evaluator,
    prices: Prices,
    found: Chunk,
    text: str,
    years: Sequence[int],
    ladder: Mapping[str, Any],
) -> dict[str, Any]:
    why = unmovable(resolved, parity.LAUNCH)
    drawn = parity.over_prices(evaluator, text)
    return {
        "launch_price": None if why else parity.launch_price(evaluator, prices, found, years),
        "launch_price_lacks": why,
        "over_prices": drawn,
        "moved_over_prices": parity.moved_over_prices(evaluator, text, drawn, ladder["rungs"]),
        "ladder": ladder,
    }


def _launching(prices: Prices, rows: Chunk) -> list[int]:
    """Years in which the design launches as it is: the first of the rows around it."""
    years = [year for year in prices.years if np.isfinite(rows[prices.ratio(year)][0])]
    if not years:
        raise ScenarioError(f"studies: {NO_LAUNCH}")
    return years


def _some(years: Sequence[int], year: int) -> list[int]:
    """The first year of launch, the one looked at, and one between."""
    first = years[0]
    return sorted({first, (first + year) // 2, year} & set(years))
