"""Which tables tell of training: groups, stages, a step, numbers of satellites, years?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from ..blocks import Folded, Table, number, text
from ..numerals import percent, quantity, share, significant, whole
from .service_tables import NONE, optional, share_of

METHODS = {
    "synchronous": "exchange at every step",
    "diloco": "workers that exchange seldom",
    "streaming": "workers that exchange piece by piece",
}
STOPS = {
    "machine": "the machine itself",
    "layout": "accelerators that its layers leave idle, or work done twice",
    "power": "power",
    "cooling": "cooling",
    "exchanges": "waiting for other satellites",
    "failures": "failures, upsets and checkpoints",
    "shadow": "shadow",
}
TAKEN = {
    "machine": ("machine", "what one machine by itself does not reach in training"),
    "layout": ("layout", "accelerators left idle by layers; what is computed again for memory"),
    "power": ("power", "what array and battery do not give an accelerator in light"),
    "cooling": ("cooling", "what the radiator does not cool"),
    "exchanges": ("exchanges", "waiting for lasers and for rows to fill; tokens trained on again"),
    "failures": ("failures", "failures, upsets, checkpoints, work done again, spares"),
    "shadow": ("shadow", "satellites in the dark, and those that wait for them"),
}
"""What takes the operations that a stage no longer has: for its bar, and in full."""
PARTS = {
    "computing": "computing",
    "bubble": "rows that fill and empty",
    "filling": "the first and last hand-over along a row",
    "passing": "handing on, beyond computing",
    "experts": "experts on other satellites",
    "gradients": "summing gradients, beyond the way back",
}
PETA = 1e15

Tree = Mapping[str, Any]


def by_group(found: Tree) -> Folded:
    """Of each group, how a job lies there and what it takes."""
    columns = (
        number("satellites"),
        number("in a row"),
        number("accelerators to a layer"),
        number("a step, s"),
        number("computing"),
        number("work that lasts"),
        number("of the data sheet"),
        number("days"),
        number("GWh"),
        number("corruptions unfound"),
        number("runs a year"),
        text("what takes most"),
    )
    return Folded(
        summary="By group of satellites",
        blocks=[
            Table(
                caption="One job of each group, in the first year of its satellites",
                columns=[text("group"), *columns],
                rows=[_group(one) for one in found["groups"]],
            )
        ],
    )


def _group(one: Tree) -> list[str]:
    if not one["fits"]:
        least = one["least_satellites"]
        needs = "fits on none" if least is None else f"a copy takes {whole(least)} satellites"
        return [one["name"], whole(one["asked_satellites"]), *[NONE] * 10, needs]
    return [
        one["name"],
        whole(one["satellites"]),
        whole(one["stage_satellites"]),
        whole(one["tensor_accelerators"]),
        significant(one["step_s"], 3),
        share(one["step_parts_s"]["computing"] / one["step_s"]),
        share(one["goodput_fraction"]),
        percent(one["lasting_fraction"]),
        optional(one["duration_days"]),
        optional(one["energy_gwh"]),
        optional(one["unnoticed_corruptions"]),
        significant(one["runs_per_year"], 3),
        STOPS[one["stops_first"]],
    ]


def stages(one: Tree) -> Table:
    """What is left of a satellite's operations, one thing after the other."""
    listed = one["stages"]
    rows = [["data sheet", "", "", "", _peta(listed[0])]]
    for before, after in pairwise(listed):
        name, meaning = TAKEN[after["stage"]]
        taken = before["flop_per_s"] - after["flop_per_s"]
        lost = share_of(taken, before["flop_per_s"])
        rows.append([name, meaning, significant(max(taken, 0.0) / PETA, 3), lost, _peta(after)])
    return Table(
        caption="PFLOP/s of a satellite; shares of what was left before",
        columns=[
            text("what takes it"),
            text("that is"),
            number("taken"),
            number("share"),
            number("left"),
        ],
        rows=rows,
    )


def _peta(stage: Tree) -> str:
    return significant(stage["flop_per_s"] / PETA, 3)


def step(one: Tree) -> Folded:
    """The parts of a step."""
    parts = one["step_parts_s"]
    rows = [
        [told, significant(parts[key], 3), share(parts[key] / one["step_s"])]
        for key, told in PARTS.items()
        if parts[key] > 0.0
    ]
    rounds = one["waits_s"]["rounds"]
    if rounds > 0.0:
        waits = significant(rounds, 3)
        rows.append(
            ["between workers, its share of an exchange", waits, share(rounds / one["step_s"])]
        )
    return Folded(
        summary="A step, part by part",
        blocks=[
            Table(
                caption=f"Seconds of a step of {one['name']}, none of which hides behind another",
                columns=[text("part"), number("s"), number("of the step")],
                rows=rows,
            )
        ],
    )


def of_method(table: pl.DataFrame, method: str) -> pl.DataFrame:
    """Numbers of satellites that hold the model, by one method."""
    return table.filter((pl.col("method") == method) & pl.col("fits")).sort("satellites")


def by_satellites(table: pl.DataFrame) -> Table:
    """Shares of the data sheet and days, by number and method."""
    rows = [
        [
            f"{METHODS[row['method']]}, {whole(row['satellites'])}",
            whole(row["used_satellites"]),
            percent(row["exchanges_fraction"]),
            percent(row["failures_fraction"]),
            percent(row["lasting_fraction"]),
            optional(row["duration_days"]),
        ]
        for method in METHODS
        for row in of_method(table, method).iter_rows(named=True)
    ]
    return Table(
        caption="Of the data sheet's operations, what is left after exchanges, failures and shadow",
        columns=[
            text("method, satellites"),
            number("in use"),
            number("after exchanges"),
            number("after failures"),
            number("work that lasts"),
            number("days"),
        ],
        rows=rows,
    )


def by_year(ends: Sequence[Tree]) -> Table:
    """Runs a year at each year's end."""
    return Table(
        caption="Training runs a year, if the fleet trained nothing else",
        columns=[text("years since the start"), number("runs a year")],
        rows=[
            [quantity(one["years"], "", 3), significant(one["runs_per_year"], 3)] for one in ends
        ],
    )
