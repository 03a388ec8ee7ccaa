"""What would have to be true for orbit to ask no more than the ground?

At which price of launch it does, in each of some years and many draws; where it does over prices of
launch and of satellites down to nothing; and which numbers, moved one after the other within their
ranges, bring it there.

Leaves out: fleets that grow because launches or satellites are cheaper: the programme flies on as
it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..backends import Chunk
from ..breakeven import Difference
from ..evaluating import Evaluator
from ..inputs import Columns
from ..ladder import climb
from ..model import AGREES, ROWS, Model
from .prices import Prices, quantiles, share

LAUNCH = "launch.price_usd_per_kg"
SATELLITE = (
    "economics.array_usd_per_w",
    "economics.radiator_usd_per_m2",
    "economics.battery_usd_per_kwh",
    "economics.laser_usd",
    "economics.thruster_usd",
    "economics.bus_usd_per_kg",
)
"""Prices of all that a satellite is made of but its chips; assembly is a share of them."""
DRAWS = 256
PLACES = 3
"""Prices of launch looked at in a draw before its crossing is looked for."""
GRID = 16
DEAREST_LAUNCH_RATIO = 4.0
"""Over the highest price of launch that is thought possible: where looking for parity ends."""
DEAREST_SATELLITE_RATIO = 2.0
LEVERS = ROWS // 2
"""As many as one call tries at both ends."""


# --- the price of launch --------------------------------------------------------------------------


def launch_price(
    evaluator: Evaluator, prices: Prices, found: Chunk, years: Sequence[int]
) -> dict[str, Any]:
    """Look in each draw for the price of launch at which orbit asks what the ground does."""
    model = evaluator.model
    place = [one.key for one in model.inputs].index(LAUNCH)
    moved = model.inputs[place]
    few = np.flatnonzero(found[AGREES] > 0.5)[:DRAWS]
    rows = np.stack([found[one.key][few] for one in model.inputs], axis=1)
    low, high = np.zeros(len(rows)), np.full(len(rows), DEAREST_LAUNCH_RATIO * moved.high)
    sides = {year: (prices.orbit(year), prices.ground(year)) for year in years}
    differences = {
        year: Difference(model=model, place=place, texts=texts, places=PLACES)
        for year, texts in sides.items()
    }
    every = Difference(model=model, place=place, places=PLACES)
    x = every.between(low, high)
    evaluated = evaluator.rows(
        "moving the price of launch",
        every.listed(rows, x),
        names=tuple(text for texts in sides.values() for text in texts),
    )
    return {
        "key": LAUNCH,
        "unit": moved.unit,
        "value": moved.value,
        "most": DEAREST_LAUNCH_RATIO * moved.high,
        "draw_count": len(rows),
        "by_year": [
            {"year": year} | _crossing(one, rows, low, high, one.of(evaluated).reshape(x.shape))
            for year, one in differences.items()
        ],
    }


def _crossing(
    one: Difference, rows: Columns, low: Columns, high: Columns, known: Columns
) -> dict[str, Any]:
    flies = np.isfinite(known[:, 0])
    crossing, ends = one.crossing(rows[flies], low[flies], high[flies], known=known[flies])
    has = np.isfinite(crossing)
    return {
        "launching_fraction": share(flies),
        "never_fraction": share(~has & (ends[:, 0] > 0.0)),
        "always_fraction": share(~has & (ends[:, 0] <= 0.0)),
        "price": quantiles(crossing),
    }


# --- prices of launch and of satellites -----------------------------------------------------------


def over_prices(
    evaluator: Evaluator, text: str, *, state: Columns | None = None
) -> dict[str, Any] | None:
    """Evaluate a ratio over prices of launch and of satellites; none where they cannot be moved.

    Args:
        evaluator: of the model.
        text: the ratio.
        state: of all other inputs; as they are if not given.
    """
    model = evaluator.model
    keys = [one.key for one in model.inputs]
    parts = [key for key in SATELLITE if key in keys]
    if LAUNCH not in keys or not parts:
        return None
    launch = model.inputs[keys.index(LAUNCH)]
    x = np.linspace(0.0, max(launch.high, launch.value), GRID)
    y = np.linspace(0.0, DEAREST_SATELLITE_RATIO, GRID)
    rows = _priced(model, state, x, y, parts)
    found = evaluator.rows("over prices of launch and satellites", rows, names=(text,))
    ratio = np.where((found[AGREES] > 0.5) & np.isfinite(found[text]), found[text], np.nan)
    return {
        "launch": {
            "key": LAUNCH,
            "unit": launch.unit,
            "low": launch.low,
            "value": launch.value,
            "high": launch.high,
            "places": x.tolist(),
        },
        "satellite": {"keys": parts, "factors": y.tolist()},
        "ratio": [
            [float(one) if np.isfinite(one) else None for one in line]
            for line in ratio.reshape(len(y), len(x))
        ],
        "least": float(np.nanmin(ratio)) if np.isfinite(ratio).any() else None,
    }


def _priced(
    model: Model, state: Columns | None, x: Columns, y: Columns, parts: Sequence[str]
) -> Columns:
    """Rows at all prices of launch and shares of those of satellites, launch by launch."""
    keys = [one.key for one in model.inputs]
    rows = np.tile(model.value if state is None else state, (len(y) * len(x), 1))
    shares = np.repeat(y, len(x))
    rows[:, keys.index(LAUNCH)] = np.tile(x, len(y))
    for key in parts:
        place = keys.index(key)
        rows[:, place] = shares * model.inputs[place].value
    return rows


# --- levers ---------------------------------------------------------------------------------------


def levers(evaluator: Evaluator, text: str, swings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Climb from the ratio as it is to one, by the inputs that swing most."""
    keys = [one.key for one in evaluator.model.inputs]
    swung = [keys.index(one["key"]) for one in swings if one["swing"] > 0.0]
    return climb(
        evaluator.model,
        level=1.0,
        text=text,
        places=swung[:LEVERS],
        folder=evaluator.folder.part("ladder"),
        progress=lambda stage, done, total: evaluator.tell(f"looking for levers: {stage}"),
    )


def moved_over_prices(
    evaluator: Evaluator,
    text: str,
    drawn: Mapping[str, Any] | None,
    rungs: Sequence[Mapping[str, Any]],
) -> dict[str, Any] | None:
    """The same map with all levers moved that are not on it; none where parity lies on it anyway.

    Args:
        evaluator: of the model.
        text: the ratio.
        drawn: the map with all levers as they are.
        rungs: the levers.
    """
    others = [one for one in rungs if one["key"] not in (LAUNCH, *SATELLITE)]
    if drawn is None or not others or drawn["least"] is None or drawn["least"] < 1.0:
        return None
    keys = [one.key for one in evaluator.model.inputs]
    state = evaluator.model.value.copy()
    for one in others:
        state[keys.index(one["key"])] = one["to"]
    moved = over_prices(evaluator, text, state=state)
    return moved and moved | {"levers": others}
