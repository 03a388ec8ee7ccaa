"""How often does a machine succeed when its commands are late?

`control/success.csv`: trials of a robot and a car at even delays, built by
`scripts/build_control.py`, so that a run need not simulate them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sunstack.errors import CatalogueError

from .sites import read_columns

COLUMNS = ("machine", "way", "delay_ms", "trial_count", "success_count", "seed")

type Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Success:
    """Trials of one way of sharing a machine's work, by rising delay."""

    machine: str
    way: str
    """Who does what: all remote, or a part on board."""
    delay_ms: Numbers
    """From measurement to action."""
    trial_count: Numbers
    success_count: Numbers
    seed: int


@cache
def successes() -> tuple[Success, ...]:
    """Return what was counted.

    Raises:
        CatalogueError: the table is damaged.
    """
    columns = read_columns(files("sunstack.catalogue").joinpath("control", "success.csv"))
    if tuple(columns) != COLUMNS:
        raise CatalogueError("control/success.csv: lacks a column; install Sunstack again")
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    ways = dict.fromkeys((row["machine"], row["way"]) for row in rows)
    return tuple(
        _success([row for row in rows if (row["machine"], row["way"]) == marks]) for marks in ways
    )


def _success(rows: list[dict[str, str]]) -> Success:
    def numbers(name: str) -> Numbers:
        return np.array([float(row[name]) for row in rows])

    return Success(
        machine=rows[0]["machine"],
        way=rows[0]["way"],
        delay_ms=numbers("delay_ms"),
        trial_count=numbers("trial_count"),
        success_count=numbers("success_count"),
        seed=int(rows[0]["seed"]),
    )
