"""What is left of the fleet's payload power at the end, and how high are its satellites then?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from sunstack.results import Results

from ..blocks import Cell, Chart, Table, number, text
from ..figures import Bar, Figure, Line, bar_figure, column_figure, laid_out
from ..numerals import LEAST_COUNT, MINUS, count, percent, power, unit_of

TAKEN = {
    "in place": ("not in place", "satellites wanted that are not in place"),
    "lit": ("shadow, array below peak", "what array and battery do not give, in shadow or worn"),
    "cooled": ("not cooled", "what the radiator does not cool"),
    "chips": ("chips failed", "accelerators that no longer work"),
    "store": ("drives failed", "satellites with too few drives"),
    "dose": ("memory past its dose", "payloads stopped at their memory's limit of dose"),
    "holes": ("holes in the radiator", "loops of the radiator lost to meteoroids and debris"),
    "upsets": ("upsets and measures", "restarts after upsets, and what measures against them cost"),
}
"""What takes the power that a stage no longer has: for its bar, and in full."""
FEW_IN_PLACE = 0.25
"""With a smaller share of the fleet in place, its losses would be too short to see."""
LEAST_SHARE = 1e-3
LETTER_ROOM = 0.09
"""Room for a letter beyond the longest bar, as a share of it: on a phone the names leave little."""
BAND_KM = 50.0
MOST_BANDS_NAMED = 8

Tree = Mapping[str, Any]
Stages = Sequence[tuple[str, float]]


# --- payload power --------------------------------------------------------------------------------


def waterfall(programme: Tree) -> Chart:
    """From the power wanted, or that in place, to what is delivered, one loss after the other."""
    stages = [(one["stage"], float(one["power_w"])) for one in programme["waterfall"]]
    wanted_w = stages[0][1]
    is_short = 0.0 < stages[1][1] < FEW_IN_PLACE * wanted_w
    shown = stages[1:] if is_short else stages
    begun = f"in place (of {power(wanted_w)})" if is_short else "wanted"
    return Chart(
        name="years-power",
        title="What is left of the payload power at the end",
        description="; ".join(f"{bar.label} {bar.text}" for bar in _bars(shown, begun, 1.0)),
        figure=_figure(shown, begun),
        table=_losses(stages),
    )


def _figure(stages: Stages, begun: str) -> Figure:
    per_unit, unit = unit_of(stages[0][1])
    bars = _bars(stages, begun, per_unit)
    figure = bar_figure(x_label=f"payload power, {unit}", bars=bars)
    room = bars[0].end * (1.0 + LETTER_ROOM * max(len(bar.text) for bar in bars)) or 1.0
    return laid_out(figure, xaxis={**figure["layout"]["xaxis"], "range": [0.0, room]})


def _bars(stages: Stages, begun: str, per_unit: float) -> list[Bar]:
    (_, begun_w), (_, delivered_w) = stages[0], stages[-1]
    whole = Bar(
        label=begun, end=begun_w / per_unit, text=power(begun_w), colour="neutral", is_marked=True
    )
    taken = [
        Bar(
            label=TAKEN[stage][0],
            start=left_w / per_unit,
            end=before_w / per_unit,
            text=_share(before_w - left_w, begun_w),
            colour="bar-short",
        )
        for (_, before_w), (stage, left_w) in pairwise(stages)
    ]
    left = Bar(
        label="delivered",
        end=delivered_w / per_unit,
        text=power(delivered_w),
        colour="bar-spare",
        is_marked=True,
    )
    return [whole, *taken, left]


def _share(taken_w: float, of_w: float) -> str:
    """Write what is taken as a share of something that is not less."""
    if taken_w <= 0.0:
        return "0"
    share = taken_w / of_w
    return f"<{percent(LEAST_SHARE)}" if share < LEAST_SHARE else MINUS + percent(share)


def _losses(stages: Stages) -> Table:
    rows: list[list[str | Cell]] = [["wanted", "", "", "", power(stages[0][1])]]
    for (_, before_w), (stage, left_w) in pairwise(stages):
        name, meaning = TAKEN[stage]
        taken_w = before_w - left_w
        rows.append([name, meaning, power(taken_w), _share(taken_w, before_w), power(left_w)])
    return Table(
        caption="Payload power of the fleet at the end; shares are of what was left before",
        columns=[
            text("what takes it"),
            text("that is"),
            number("taken"),
            number("share"),
            number("left"),
        ],
        rows=rows,
    )


# --- heights --------------------------------------------------------------------------------------


def by_height(results: Results) -> list[Chart]:
    """Derelicts, and what flies among them."""
    bands = _bands(results.tables["heights"])
    low = bands["altitude_km"].to_list()
    dead, working = (bands[f"{kind}_count"].to_list() for kind in ("derelict", "working"))
    return [
        _of_heights("years-derelicts", "Derelicts, by height", "derelicts", low, dead),
        _of_heights(
            "years-heights",
            "Working satellites in place, by height",
            "satellites in place",
            low,
            working,
        ),
    ]


def _bands(heights: pl.DataFrame) -> pl.DataFrame:
    """Both sums by band, up to the highest band with anything in it."""
    found = (
        heights.group_by("altitude_km")
        .agg(pl.col("derelict_count", "working_count").sum())
        .sort("altitude_km")
    )
    filled = found.filter(pl.max_horizontal("derelict_count", "working_count") > LEAST_COUNT)
    highest = filled["altitude_km"].max() if len(filled) else found["altitude_km"].min()
    return found.filter(pl.col("altitude_km") <= highest)


def _of_heights(
    name: str, title: str, y_label: str, low: Sequence[float], values: Sequence[float]
) -> Chart:
    most = max(range(len(values)), key=lambda place: values[place])
    return Chart(
        name=name,
        title=title,
        description=f"{count(sum(values))} in all; most of them, {count(values[most])}, from "
        f"{_band(low[most])} km",
        figure=_columns(y_label, low, values),
        table=Table(
            caption=f"{title}; bands without any are left out",
            columns=[text("height, km"), number(y_label)],
            rows=[
                [_band(one), count(value)]
                for one, value in zip(low, values, strict=True)
                if value > LEAST_COUNT
            ],
        ),
    )


def _columns(y_label: str, low: Sequence[float], values: Sequence[float]) -> Figure:
    bands = [f"{one:.0f}" for one in low]
    figure = column_figure(
        x_label=f"height, km, in bands of {BAND_KM:.0f} km",
        y_label=y_label,
        columns=[Line(label=y_label, x=bands, y=values)],
    )
    step = -(-len(bands) // MOST_BANDS_NAMED)
    axis = {**figure["layout"]["xaxis"], "tickvals": bands[::step], "tickangle": 0}
    return laid_out(figure, xaxis=axis)


def _band(low: float) -> str:
    return f"{low:,.0f} to {low + BAND_KM:,.0f}"
