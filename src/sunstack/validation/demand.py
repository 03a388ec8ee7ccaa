"""What do fleets, lengths of requests and cells come to where others have counted them?"""

from __future__ import annotations

import jax.numpy as jnp

from sunstack.catalogue import demand_tables
from sunstack.disciplines import demand
from sunstack.errors import CatalogueError
from sunstack.resolve.demand import terminals

from .inputs import Inputs, Quantity


def fleet(given: Inputs) -> float:
    """Sum a class over all cells at a date, in years with a fraction."""
    # The catalogue counts at the ends of years: its 2025 is the date 2026.0.
    found = terminals(given["date"] - 1.0, names=(given.word("terminal"),))
    return float(found.spec.terminal_count.sum())


def mean_length(given: Inputs) -> float:
    """Take the mean of the lognormal through a median and the nine-tenths quantile."""
    median = given["median"]
    ratio = demand.deviation_of_quantile_ratio(
        median_count=median, quantile_count=given["p90"], share_fraction=0.9
    )
    return float(demand.mean_count(median_count=median, deviation_ratio=ratio))


def median_length(given: Inputs) -> float:
    """Take the median of a public trace as it was measured here."""
    trace, quantity = given.word("trace"), given.word("quantity")
    for row in demand_tables.lengths():
        if (row["trace"], row["quantity"]) == (trace, quantity):
            return float(row["median"])
    raise CatalogueError(f"demand/lengths.csv: no {quantity} of {trace}")


def area_of_all_cells(given: Inputs) -> float:
    """Sum the areas of a grid's cells, each between its own edges."""
    grid = demand.equal_area_grid(cell_count=int(given["cell_count"]))
    return float(jnp.sum(demand.cell_area_m2(grid)))


DEMAND: dict[str, Quantity] = {
    "terminals in the world": fleet,
    "mean length of requests": mean_length,
    "median length in a trace": median_length,
    "area of all cells": area_of_all_cells,
}
