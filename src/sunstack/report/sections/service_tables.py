"""Which tables tell what the payload serves: models, stages, groups, batches, powers, years?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from ..blocks import Folded, Table, number, text
from ..numerals import MINUS, percent, quantity, significant, tokens, whole

NONE = "–"
LEAST_SHARE = 1e-3
MILLION = 1e6
EVERY = 2
"""Of the batches, each half a power of two apart, those in tables."""
TAKEN = {
    "engine": (
        "chips and engine",
        "arithmetic that waits for memory, sums over chips, the engine's own time",
    ),
    "latency and memory": (
        "time between tokens, memory",
        "batches kept small, and accelerators left over by whole replicas",
    ),
    "first token": ("first token", "what would fill batches, but make requests wait too long"),
    "power": ("power", "what the payload's peak, array and battery do not give"),
    "cooling": ("cooling", "what the radiator does not cool"),
    "links": ("links", "what links with the ground do not carry"),
    "working": ("not at work", "satellites not in place, chips failed, and age, at the end"),
}
"""What takes the tokens that a stage no longer has: for its bar, and in full."""
STOPS = {
    "latency": "time between tokens",
    "both": "time between tokens, memory",
    "engine": "chips and engine",
}

Tree = Mapping[str, Any]


def models(found: Tree) -> Table:
    """What a satellite and the fleet serve of each model."""
    columns = (
        number("accelerators of a replica"),
        number("replicas in a satellite"),
        number("sequences at once"),
        number("between tokens, ms"),
        number("first token, ms"),
        number("J a token"),
        number("a satellite, first year"),
        number("last year"),
        number("fleet at the end"),
        number("at full batches"),
        text("what stops it first"),
    )
    return Table(
        caption="Each language model as if it alone were served; tokens a second, those of answers "
        "with the first token in time; at full batches however late it is",
        columns=[text("model"), *columns],
        rows=[_model(one) for one in found["models"]],
    )


def _model(one: Tree) -> list[str]:
    if not one["fits"]:
        return [one["name"], *_without(one)]
    served = ("satellite_tokens_per_s", "satellite_last_year_tokens_per_s", "fleet_tokens_per_s")
    return [
        one["name"],
        whole(one["replica_accelerator_count"]),
        whole(one["replicas_per_satellite"]),
        *(
            optional(one[key])
            for key in ("batch_count", "output_token_ms", "first_token_ms", "token_j")
        ),
        *(tokens(one[key]) for key in served),
        _throughput(one),
        STOPS.get(what_stops(one), what_stops(one)),
    ]


def _throughput(one: Tree) -> str:
    """What the fleet makes at full batches; none in a run made before it was told."""
    full = one.get("fleet_full_batch_tokens_per_s")
    return NONE if full is None else tokens(full)


def what_stops(one: Tree) -> str:
    """Name what stops a model first; of bounds and memory, the one that would give most."""
    if one["stops_first"] != "latency and memory":
        return str(one["stops_first"])
    lifted = one["lifted_tokens_per_s"]
    most = max(lifted, key=lambda name: float(lifted[name]))
    is_alone = lifted[most] > (1.0 + LEAST_SHARE) * lifted["nothing"]
    return str(most) if is_alone else "both"


def _without(one: Tree) -> list[str]:
    """A row of a model that does not fit."""
    if one["lacks"] == "memory":
        why = f"memory: {whole(one['needed_satellite_count'])} satellites would hold it"
        return [whole(one["needed_accelerator_count"]), "0", *[NONE] * 4, *["0"] * 4, why]
    return [NONE, "0", *[NONE] * 4, *["0"] * 4, "time between tokens"]


def optional(value: float | None) -> str:
    """Write a number that may be none."""
    return NONE if value is None else significant(value, 3)


def stages(one: Tree) -> Table:
    """What is left of a satellite's tokens of one model, one thing after the other."""
    listed = one["stages"]
    rows = [["data sheet", "", "", "", tokens(listed[0]["tokens_per_s"])]]
    for before, after in pairwise(listed):
        name, meaning = TAKEN[after["stage"]]
        taken = before["tokens_per_s"] - after["tokens_per_s"]
        left = tokens(after["tokens_per_s"])
        rows.append(
            [name, meaning, tokens(max(taken, 0.0)), share_of(taken, before["tokens_per_s"]), left]
        )
    return Table(
        caption=f"Tokens a second of a satellite, {one['name']}; shares of what was left before",
        columns=[
            text("what takes it"),
            text("that is"),
            number("taken"),
            number("share"),
            number("left"),
        ],
        rows=rows,
    )


def share_of(taken: float, whole_of: float) -> str:
    """Write what is taken as a share."""
    if taken <= 0.0 or whole_of <= 0.0:
        return "0"
    share = taken / whole_of
    return f"<{percent(LEAST_SHARE)}" if share < LEAST_SHARE else MINUS + percent(share)


def by_group(found: Tree) -> Folded:
    """Tokens of a satellite after each stage, by group and model."""
    names = list(found["models"][0]["groups"][0]["stage_tokens_per_s"])
    rows = [
        [
            f"{group['name']}, {one['name']}",
            *(tokens(group["stage_tokens_per_s"][name]) for name in names),
            optional(group["batch_count"]),
            optional(group["token_j"]),
        ]
        for one in found["models"]
        for group in one["groups"]
    ]
    table = Table(
        caption="Tokens a second of a satellite in its first year, after each stage",
        columns=[
            text("group, model"),
            *(number(name) for name in names),
            number("sequences at once"),
            number("J a token"),
        ],
        rows=rows,
    )
    return Folded(summary="Tokens of a satellite by group", blocks=[table])


# --- what charts are drawn from -------------------------------------------------------------------


def of_model(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows of one model."""
    return table.filter(pl.col("model") == name)


def decoding(batches: pl.DataFrame, name: str) -> pl.DataFrame:
    """A model's batches that find room, from the smallest on."""
    own = of_model(batches, name).filter(pl.col("phase") == "decode", pl.col("finds_room"))
    return own.sort("batch_count")


def prefill(batches: pl.DataFrame, name: str) -> Mapping[str, Any]:
    """A model's taking in of one request."""
    return of_model(batches, name).filter(pl.col("phase") == "prefill").row(0, named=True)


def by_batch(batches: pl.DataFrame, shown: Sequence[Tree]) -> Table:
    """Tokens and delays at every other batch."""
    rows = []
    for one in shown:
        chips = one["replica_accelerator_count"]
        for row in decoding(batches, one["name"]).gather_every(EVERY).iter_rows(named=True):
            rows.append(
                [
                    f"{one['name']}, {whole(row['batch_count'])}",
                    tokens(row["tokens_per_s"] / chips),
                    tokens(row["sunlit_tokens_per_s"] / chips),
                    significant(row["output_token_ms"], 3),
                ]
            )
    return Table(
        caption="Tokens a second for each accelerator of a replica, by sequences at once "
        "(all are in service_batches.parquet)",
        columns=[
            text("model, batch"),
            number("at full power"),
            number("at what sunlight gives"),
            number("between tokens at full power, ms"),
        ],
        rows=rows,
    )


def handover(found: Sequence[Tree]) -> Table:
    """What it takes to move an input from the satellite that took it in to one that decodes."""
    return Table(
        caption="One input taken in by one satellite and decoded by another 1,000 km away: keys "
        "and values moved by laser, layer by layer, or the input taken in again; at full power",
        columns=[
            text("model"),
            number("MB moved"),
            number("moving, ms"),
            number("taking in again, ms"),
            number("as long at, Gbit/s"),
        ],
        rows=[
            [
                one["name"],
                significant(one["handover"]["byte"] / MILLION, 3),
                significant(one["handover"]["move_ms"], 3),
                significant(one["handover"]["again_ms"], 3),
                significant(one["handover"]["even_gbit_per_s"], 3),
            ]
            for one in found
        ],
    )


def by_power(powers: pl.DataFrame, shown: Sequence[Tree]) -> Table:
    """Tokens of a satellite at each power that was reckoned."""
    series = {one["name"]: of_model(powers, one["name"]) for one in shown}
    knots = next(iter(series.values()))
    return Table(
        caption="Tokens a second of a satellite, by the power of an accelerator",
        columns=[
            text("of an accelerator, W"),
            text("of the payload, kW"),
            *(number(name) for name in series),
        ],
        rows=[
            [
                significant(row["accelerator_power_w"]),
                significant(row["payload_power_w"] / 1e3),
                *(tokens(own["tokens_per_s"][place]) for own in series.values()),
            ]
            for place, row in enumerate(knots.iter_rows(named=True))
        ],
    )


def roofline(batches: pl.DataFrame, shown: Sequence[Tree], peak_flop_per_s: float) -> Table:
    """Operations for each byte and each second, by pass."""
    rows = []
    for one in shown:
        passes = [
            (f"decode, batch {whole(row['batch_count'])}", row)
            for row in decoding(batches, one["name"]).gather_every(EVERY).iter_rows(named=True)
        ]
        for label, row in (*passes, ("taking in one request", prefill(batches, one["name"]))):
            rows.append(
                [
                    f"{one['name']}, {label}",
                    significant(row["flop_per_byte"], 3),
                    significant(row["flop_per_s"] / 1e12, 3),
                    percent(row["flop_per_s"] / peak_flop_per_s),
                ]
            )
    return Table(
        caption="Operations of an accelerator at full power, by pass",
        columns=[
            text("model, pass"),
            number("operations for each byte"),
            number("TFLOP/s"),
            number("of the data sheet"),
        ],
        rows=rows,
    )


def by_year(found: Sequence[Tree]) -> Table:
    """The fleet's tokens at each year's end."""
    ends = [one["years"] for one in found[0]["fleet_by_year"]]
    return Table(
        caption="Tokens a second of the fleet at each year's end",
        columns=[text("years since the start"), *(number(one["name"]) for one in found)],
        rows=[
            [
                quantity(end, "", 3),
                *(tokens(one["fleet_by_year"][place]["tokens_per_s"]) for one in found),
            ]
            for place, end in enumerate(ends)
        ],
    )
