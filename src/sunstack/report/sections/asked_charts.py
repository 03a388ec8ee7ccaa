"""Which charts tell when and where is asked, who is late, and what delay leaves of success?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from sunstack.results import Results

from ..blocks import Chart
from ..figures import (
    Bar,
    Figure,
    Level,
    Line,
    Point,
    Spot,
    bar_figure,
    laid_out,
    line_figure,
    spots_figure,
)
from ..numerals import delay, percent, share, token_unit_of, tokens
from ..selection import MOST_NAMED
from . import asked_tables as tables
from .asked_tables import named
from .network_charts import coast

SPOTS = 400
"""Cells drawn: those that ask most."""
DARKEST_FRACTION = 0.97
"""Of the cells drawn, those whose colours are told apart."""
LEAST_DOT_PX, MOST_DOT_PX = 5.0, 24.0
MARGIN = 2.0
"""Factor by which axes of equal factors go beyond what is drawn."""
ABOVE = 5.0
"""The same, upward, where a level's name stands above it."""
LEAST_DELAY_MS = 4.0
"""From which delays are drawn by equal factors."""
TICKS_MS = (5, 10, 20, 50, 100, 200, 500, 1000)
FULL = 104.0
PERCENT = 100.0
MACHINES = ("robot", "car")

Tree = Mapping[str, Any]


# --- when and where -------------------------------------------------------------------------------


def by_hour(results: Results) -> Chart:
    """What classes ask of orbit through the day, and what the fleet serves."""
    found, series = results.summary["asked"], tables.by_class(results)
    ranked = sorted(series, key=lambda name: -sum(series[name]))[: MOST_NAMED - 1]
    whole = [sum(values) for values in zip(*series.values(), strict=True)]
    served = float(found["fleet_tokens_per_s"])
    lines = [_day("all", whole, 0)]
    lines += [_day(named(name), series[name], look) for look, name in enumerate(ranked, 1)]
    drawn = [y for line in lines for y in line.y if y > 0.0] + ([served] if served > 0.0 else [])
    ends = (min(drawn, default=1.0) / MARGIN, max(drawn, default=1.0) * ABOVE)
    figure = line_figure(
        x_label="hour of the day, UTC",
        y_label="tokens a second",
        lines=lines,
        levels=[Level(label=f"the fleet, {found['model']}", y=served)] if served > 0.0 else [],
        y_range=ends,
        y_is_logarithmic=True,
    )
    upward = {**figure["layout"]["yaxis"], "dtick": 1, "tickformat": "~s"}
    return Chart(
        name="asked-day",
        title="Asked of orbit through the day",
        description=f"all {tokens(min(whole))} to {tokens(max(whole))} tokens a second, the fleet "
        f"serves {tokens(served)}",
        figure=laid_out(figure, yaxis=upward),
        table=tables.by_hour(series),
    )


def _day(label: str, values: Sequence[float], look: int) -> Line:
    return Line(label=label, x=[place + 0.5 for place in range(len(values))], y=values, look=look)


def cells(results: Results) -> Chart:
    """Cells that ask most of orbit, on the Earth."""
    demand = results.tables["demand"].sort("answer_tokens_per_s", descending=True)
    largest = demand.head(SPOTS).filter(pl.col("answer_tokens_per_s") > 0.0)
    whole = float(demand["answer_tokens_per_s"].sum())
    most = float(demand["answer_tokens_per_s"].max() or 0.0)  # type: ignore[arg-type]  # a column of floats has a float
    held = float(largest["answer_tokens_per_s"].sum()) / whole if whole > 0.0 else 0.0
    per_unit, unit = token_unit_of(_darkest(largest))
    label = " ".join(filter(None, (unit, "tokens a second; where the scale ends, that and more")))
    return Chart(
        name="asked-map",
        title=f"The {len(largest)} cells that ask most of orbit",
        description=f"{share(held)} of all that is asked; the largest asks {tokens(most)} a second",
        figure=spots_figure(
            coast=coast(),
            spots=[_spot(row, most, per_unit) for row in largest.iter_rows(named=True)],
            z_label=label,
            z_range=(0.0, _darkest(largest) / per_unit or 1.0),
            missing_label="",
        ),
        table=tables.cells(largest),
    )


def _darkest(largest: pl.DataFrame) -> float:
    """Where the colours end: a few cells ask so much that all others would look alike."""
    return float(largest["answer_tokens_per_s"].quantile(DARKEST_FRACTION) or 0.0)


def _spot(row: Tree, most: float, per_unit: float) -> Spot:
    asked = float(row["answer_tokens_per_s"])
    where = tables.place(row)
    return Spot(
        label=where,
        told=f"{where}: {tokens(asked)} a second, {tokens(row['peak_answer_tokens_per_s'])} at "
        f"{tables.hour(row['peak_hour'])} UTC",
        place=(row["longitude_deg"], row["latitude_deg"]),
        size_px=max(LEAST_DOT_PX, MOST_DOT_PX * math.sqrt(asked / most)),
        value=asked / per_unit,
    )


# --- who is late ----------------------------------------------------------------------------------


def late(found: Tree) -> Chart:
    """Share of each class's answers that come too late."""
    missed = {one["name"]: float(one["misses"]["missed_fraction"]) for one in found["classes"]}
    bars = [
        Bar(label=named(name), end=PERCENT * part, text=percent(part, 2), colour="bar-short")
        for name, part in missed.items()
    ]
    return Chart(
        name="asked-late",
        title="Answers that come too late, by class",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=bar_figure(x_label="% of those asked of orbit", bars=bars),
        table=tables.late(found),
    )


# --- machines -------------------------------------------------------------------------------------


def successes(results: Results) -> list[Chart]:
    """Success of a robot and a car against delay, with the network's delays."""
    found = {one["machine"]: one for one in results.summary["asked"]["machines"]}
    return [_success(results.tables["control"], found[name]) for name in MACHINES if name in found]


def _success(control: pl.DataFrame, one: Tree) -> Chart:
    own = control.filter(pl.col("machine") == one["machine"])
    lines = [
        _line(own.filter(pl.col("way") == way).sort("delay_ms"), way, look)
        for look, way in enumerate(own["way"].unique(maintain_order=True))
    ]
    orbit = one["places"].get("orbit")
    told = "; ".join(f"{line.label} {line.y[0]:.0f} to {line.y[-1]:.0f} %" for line in lines)
    marked = (
        f"; the network's round trip: {delay(orbit['median_ms'])}, 95 of 100 within "
        f"{delay(orbit['p95_ms'])}"
        if orbit
        else ""
    )
    return Chart(
        name=f"control-{one['machine']}",
        title=f"How often a {one['machine']} succeeds, by delay",
        description=told + marked,
        figure=_by_factors(_drawn(lines, orbit), lines, orbit),
        table=tables.successes(own),
    )


def _line(rows: pl.DataFrame, way: str, look: int) -> Line:
    """A way's success; what it is without delay is told in the table alone."""
    seen = rows.filter(pl.col("delay_ms") >= LEAST_DELAY_MS)
    return Line(
        label=way,
        x=seen["delay_ms"].to_list(),
        y=[PERCENT * part for part in seen["success_fraction"]],
        look=look,
    )


def _drawn(lines: Sequence[Line], orbit: Tree | None) -> Figure:
    ends = (orbit["median_ms"], orbit["p95_ms"]) if orbit else ()
    points = [
        Point(label=label, x=x, y=_at(lines[0], x))
        for label, x in zip(("P50", "P95"), ends, strict=False)
    ]
    return line_figure(
        x_label="delay from measurement to action, ms",
        y_label="% of trials that succeed",
        lines=lines,
        bands=[ends] if ends else (),
        band_label="round trip of the network, P50 to P95",
        points=points,
        y_range=(0.0, FULL),
    )


def _at(line: Line, x: float) -> float:
    return float(np.interp(x, [float(one) for one in line.x], line.y))


def _by_factors(figure: Figure, lines: Sequence[Line], orbit: Tree | None) -> Figure:
    """Delays by equal factors: networks differ where success hardly does."""
    x = [float(one) for line in lines for one in line.x]
    x += [orbit["median_ms"], orbit["p95_ms"]] if orbit else []
    across = {"type": "log", "range": [math.log10(min(x)), math.log10(max(x))]}
    across |= {"tickvals": list(TICKS_MS)}
    named_below = _below(figure) if orbit else figure
    return laid_out(named_below, xaxis={**figure["layout"]["xaxis"], **across})


def _below(figure: Figure) -> Figure:
    """Name the marks below them, left and right: above, the frame would cut their names off."""
    *others, marks = figure["data"]
    sides = ["bottom left", "bottom right"]
    return {**figure, "data": [*others, {**marks, "textposition": sides}]}
