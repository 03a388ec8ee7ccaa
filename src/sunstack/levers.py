"""How do a company's cash and value answer to cadence, price of computing, and an offering?

The fleet flies anew with its cadence scaled (first flights, pads, vehicles and permits alike), and
the company is followed anew. Slopes are exact, of the same functions, at the scenario's own values.

Leaves out: that the price of a launch, of a satellite or of computing answers to the cadence, but
for what launches learn; draws: the fleet is followed as a fluid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack import fleet
from sunstack.accounts import accounts
from sunstack.disciplines import launch
from sunstack.programme import Programme, spent_usd
from sunstack.quarters import monthly, offering_of, with_months
from sunstack.serving import Served
from sunstack.system import System

CADENCES = tuple(2.0 ** (step / 4.0) for step in range(-12, 9))
"""Times the scenario's own."""
PRICES = tuple(step / 4.0 for step in range(25))
"""Times the scenario's own price of computing."""
OFFERINGS_USD = tuple(1e10 * step for step in range(21))
TOLD_QUARTERS = 20
"""After so many the value of a share is told, or at the horizon if that is nearer."""


class Setting(NamedTuple):
    """Where a company is looked at; scalars, or arrays of one shape."""

    cadence_ratio: Array
    price_ratio: Array
    offering_usd: Array


class Answer(NamedTuple):
    """What it comes to there."""

    runway_quarter_count: Array
    least_cash_usd: Array
    """Nothing raised but by the offering."""
    value_per_share_usd: Array
    """After `TOLD_QUARTERS`, raising what is missing."""


@dataclass(frozen=True, kw_only=True)
class Lever:
    """What one thing does, all else as in the scenario."""

    name: str
    setting: NDArray[np.float64]
    answer: Answer
    """Arrays of the same shape."""
    slope: Answer
    """Change of each for one more of the setting, at the scenario's own; scalars."""


def told_quarter(quarter_count: int) -> int:
    """Index of the quarter at whose end the value of a share is told."""
    return min(TOLD_QUARTERS, quarter_count) - 1


def levers(system: System, course: Programme, tokens: Served) -> tuple[Lever, ...]:
    """Look at a company over cadence, price and offering; none where there is no company."""
    if system.company is None:
        return ()
    own = Setting(jnp.asarray(1.0), jnp.asarray(1.0), system.company.offering.gross_usd)
    grids = (jnp.asarray(CADENCES), jnp.asarray(PRICES), jnp.asarray(OFFERINGS_USD))
    rows = [
        own._replace(**{name: value})
        for name, grid in zip(Setting._fields, grids, strict=True)
        for value in grid
    ]
    asked = Setting(
        *(jnp.stack([jnp.asarray(value) for value in column]) for column in zip(*rows, strict=True))
    )
    found, slopes = _look(system, course, tokens, asked, own)
    ends = np.cumsum([len(grid) for grid in grids])
    return tuple(
        Lever(
            name=name,
            setting=np.asarray(grid),
            answer=Answer(*(part[end - len(grid) : end] for part in found)),
            slope=Answer(*(getattr(slope, name) for slope in slopes)),
        )
        for name, grid, end in zip(Setting._fields, grids, ends, strict=True)
    )


@jax.jit
def _look(
    system: System, course: Programme, tokens: Served, asked: Setting, own: Setting
) -> tuple[Answer, Answer]:
    """Answers at the settings, and the slopes of each at the scenario's own."""
    answered = partial(answer, system, course, tokens)
    return jax.lax.map(answered, asked), jax.jacrev(answered)(own)


def answer(system: System, course: Programme, tokens: Served, setting: Setting) -> Answer:
    """Fly a fleet and follow its company at a setting; what it earns is not told by tokens."""
    spec = system.company
    assert spec is not None
    spec = offering_of(spec, setting.offering_usd)
    scaled = replace(course.fleet, launch=faster(course.fleet.launch, setting.cadence_ratio))
    years = fleet.years(scaled, month_count=system.upkeep.month_count)
    flown = replace(course, fleet=scaled, years=years, spent_usd=spent_usd(scaled, years))
    months = monthly(spec, accounts(system, course=flown, served=tokens))
    sold = replace(months, revenue_usd=months.revenue_usd * setting.price_ratio)
    found = with_months(system, spec, sold)
    return Answer(
        runway_quarter_count=found.runway.quarter_count,
        least_cash_usd=found.runway.least_cash_usd,
        value_per_share_usd=found.course.value_per_share_usd[told_quarter(spec.quarter_count)],
    )


def faster(spec: launch.Spec, ratio: Array) -> launch.Spec:
    """The same rocket, flown more often by all that limits it."""
    cadence = spec.cadence
    return replace(
        spec,
        cadence=replace(
            cadence,
            first_cadence_per_s=cadence.first_cadence_per_s * ratio,
            pad_count=cadence.pad_count * ratio,
            vehicle_count=cadence.vehicle_count * ratio,
            permitted_per_s=cadence.permitted_per_s * ratio,
        ),
    )
