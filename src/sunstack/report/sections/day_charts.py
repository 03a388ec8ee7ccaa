"""Which charts tell of a day of demand: the Earth hour by hour, asked and met, late, and loads?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from sunstack.disciplines import orbit
from sunstack.results import Results
from sunstack.units import DAY_S, HOUR_S

from ..blocks import Chart, Table, number, text
from ..figures import (
    Bar,
    Figure,
    Line,
    Pins,
    Place,
    bar_figure,
    laid_out,
    line_figure,
    sunlight_figure,
)
from ..instant import julian_day
from ..numerals import percent, share, tokens
from .asked_tables import named, place
from .network_charts import coast

DOTS = 120
"""Cells drawn: those that ask most."""
LARGEST = 12
"""Cells in a map's table."""
LEAST_COAST = 4
"""Points of a coast that is drawn."""
LEAST_DOT_PX, MOST_DOT_PX = 4.0, 20.0
MET_FRACTION = 0.99
COLUMNS, ROWS = 72, 29
WEST_DEG, SOUTH_DEG, STEP_DEG = -177.5, -57.5, 5.0
FULL = 104.0
PERCENT = 100.0
LOGARITHMIC_FROM = 20.0
"""Asked over the least served: from there on, equal steps upward are equal factors."""
MARGIN = 2.0

Tree = Mapping[str, Any]


# --- the Earth ------------------------------------------------------------------------------------


def maps(results: Results) -> list[Chart]:
    """Satellites in sunlight, night, and who is answered from overhead, at some hours."""
    cells, found = results.tables["day_cells"], results.summary["day"]
    hours = cells["hour"].unique().sort().to_list()
    return [_map(cells.filter(pl.col("hour") == hour), hour, found["date"]) for hour in hours]


def _map(cells: pl.DataFrame, hour: float, date: str) -> Chart:
    asking = cells.sort("asked_tokens_per_s", descending=True).head(DOTS)
    asking = asking.filter(pl.col("asked_tokens_per_s") > 0.0)
    met = asking.filter(pl.col("overhead_met_fraction") >= MET_FRACTION)
    short = asking.filter(pl.col("overhead_met_fraction") < MET_FRACTION)
    most = float(asking["asked_tokens_per_s"].max() or 0.0)  # type: ignore[arg-type]  # a column of floats has a float
    kinds = (
        ("answered from overhead", "bar-spare", "circle", met),
        ("not all", "bar-short", "diamond", short),
    )
    x, y, lit = _field(cells)
    return Chart(
        name=f"day-map-{hour:.0f}",
        title=f"{clock(hour)} UTC",
        description=f"{_lit_share(cells)} of satellites in sunlight; of {len(asking)} cells that "
        f"ask most, {len(met)} are answered by satellites overhead",
        figure=sunlight_figure(
            coast=_coast(),
            longitude_deg=x,
            latitude_deg=y,
            lit_percent=lit,
            sun=_sun(date, hour),
            dots=[
                _dots(label, colour, symbol, rows, most)
                for label, colour, symbol, rows in kinds
                if len(rows)
            ],
        ),
        table=_largest(asking.head(LARGEST), hour),
    )


def _coast() -> Iterator[list[Place]]:
    """Coastlines to the degree: small maps would else weigh as much as all else."""
    for ring in coast():
        whole = [(round(x), round(y)) for x, y in ring]
        kept = [point for point, before in pairwise([whole[-1], *whole]) if point != before]
        if len(kept) > LEAST_COAST:
            yield [*kept, kept[0]]


def clock(hour: float) -> str:
    """Write an hour of the day with its minutes."""
    whole, part = divmod(round(60.0 * hour), 60)
    return f"{whole:02d}:{part:02d}"


def _lit_share(cells: pl.DataFrame) -> str:
    count, lit = cells["satellite_count"], cells["sunlit_fraction"].fill_null(0.0)
    return share(float((count * lit).sum()) / max(float(count.sum()), 1e-9))


def _sun(date: str, hour: float) -> Place:
    """Tell above which place the Sun stands."""
    day = julian_day(f"{date}T00:00:00+00:00") + hour * HOUR_S / DAY_S
    x, y, z = np.asarray(orbit.sun(julian_day=day).direction_ratio)
    turned = math.degrees(math.atan2(y, x) - float(orbit.sidereal_angle_rad(julian_day=day)))
    return (turned + 180.0) % 360.0 - 180.0, math.degrees(math.asin(z))


def _field(cells: pl.DataFrame) -> tuple[list[float], list[float], list[list[float | None]]]:
    """The share of lit satellites on even steps, from the nearest cell."""
    x = [WEST_DEG + STEP_DEG * column for column in range(COLUMNS)]
    y = [SOUTH_DEG + STEP_DEG * row for row in range(ROWS)]
    at = np.meshgrid(np.radians(y), np.radians(x), indexing="ij")
    near = (
        _outward(*at).reshape(-1, 3)
        @ _outward(
            np.radians(cells["latitude_deg"].to_numpy()),
            np.radians(cells["longitude_deg"].to_numpy()),
        ).T
    )
    lit = cells["sunlit_fraction"].to_list()
    values = [None if lit[one] is None else PERCENT * lit[one] for one in near.argmax(axis=1)]
    return x, y, [values[row * COLUMNS : (row + 1) * COLUMNS] for row in range(ROWS)]


def _outward(latitude_rad: Any, longitude_rad: Any) -> Any:
    level = np.cos(latitude_rad)
    return np.stack(
        [level * np.cos(longitude_rad), level * np.sin(longitude_rad), np.sin(latitude_rad)],
        axis=-1,
    )


def _dots(label: str, colour: str, symbol: str, rows: pl.DataFrame, most: float) -> Pins:
    sizes = [
        max(LEAST_DOT_PX, MOST_DOT_PX * math.sqrt(one / most)) for one in rows["asked_tokens_per_s"]
    ]
    return Pins(
        label=label,
        colour=colour,
        symbol=symbol,
        places=[(row["longitude_deg"], row["latitude_deg"]) for row in rows.iter_rows(named=True)],
        sizes_px=sizes,
        names=[place(row) for row in rows.iter_rows(named=True)],
        values=rows["asked_tokens_per_s"].to_list(),
        told=[_told(row) for row in rows.iter_rows(named=True)],
    )


def _told(row: Tree) -> str:
    return (
        f"{place(row)}: {tokens(row['asked_tokens_per_s'])} a second, "
        f"{share(row['overhead_met_fraction'])} of it answered from overhead"
    )


def _largest(rows: pl.DataFrame, hour: float) -> Table:
    return Table(
        caption=f"Cells that ask most at {clock(hour)} UTC",
        columns=[
            text("place"),
            number("asked, tokens/s"),
            number("answered from overhead"),
            number("satellites over the cell"),
            number("in sunlight"),
        ],
        rows=[
            [
                place(row),
                tokens(row["asked_tokens_per_s"]),
                share(row["overhead_met_fraction"]),
                f"{row['satellite_count']:,.1f}",
                "–" if row["sunlit_fraction"] is None else share(row["sunlit_fraction"]),
            ]
            for row in rows.iter_rows(named=True)
        ],
    )


# --- asked and met --------------------------------------------------------------------------------


def by_hour(results: Results) -> Chart:
    """What is asked and what each policy serves, through the day."""
    summed = pl.col("asked_tokens_per_s", "served_tokens_per_s").sum()
    hours = results.tables["day_hours"].group_by("policy", "hour", maintain_order=True).agg(summed)
    names = hours["policy"].unique(maintain_order=True).to_list()
    parts = {name: hours.filter(pl.col("policy") == name).sort("hour") for name in names}
    first = parts[names[0]]
    lines = [_line("asked", first, "asked_tokens_per_s", 5)]
    lines += [_line(name, part, "served_tokens_per_s", n) for n, (name, part) in _looks(parts)]
    served = [float(y) for line in lines[1:] for y in line.y if y > 0.0]
    asked = [float(y) for y in lines[0].y]
    is_far = max(asked) > LOGARITHMIC_FROM * min(served, default=max(asked))
    low = min(served, default=1.0) / MARGIN if is_far else 0.0
    figure = line_figure(
        x_label="hour of the day, UTC",
        y_label="tokens a second",
        lines=lines,
        y_range=(low, max(asked) * (MARGIN if is_far else 1.08)),
        y_is_logarithmic=is_far,
    )
    return Chart(
        name="day-hours",
        title="Asked of orbit and answered, hour by hour",
        description="; ".join(
            f"{name} {share(float(part['served_tokens_per_s'].sum()) / sum(asked))}"
            for name, part in parts.items()
        ),
        figure=_counted(figure) if is_far else figure,
        table=_hour_table(parts),
    )


def _counted(figure: Figure) -> Figure:
    upward = {**figure["layout"]["yaxis"], "dtick": 1, "tickformat": "~s"}
    return laid_out(figure, yaxis=upward)


def _looks(parts: Mapping[str, pl.DataFrame]) -> enumerate[tuple[str, pl.DataFrame]]:
    return enumerate(parts.items())


def _line(label: str, part: pl.DataFrame, column: str, look: int) -> Line:
    return Line(label=label, x=part["hour"].to_list(), y=part[column].to_list(), look=look)


def _hour_table(parts: Mapping[str, pl.DataFrame]) -> Table:
    first = next(iter(parts.values()))
    return Table(
        caption="Tokens of answers a second, by hour UTC",
        columns=[text("hour"), number("asked"), *(number(name) for name in parts)],
        rows=[
            [
                clock(hour),
                tokens(first["asked_tokens_per_s"][row]),
                *(tokens(part["served_tokens_per_s"][row]) for part in parts.values()),
            ]
            for row, hour in enumerate(first["hour"].to_list())
        ],
    )


# --- late, and more asked -------------------------------------------------------------------------


def missed(found: Tree) -> Chart:
    """Answers that each class misses under each policy."""
    names = [one["name"] for one in found["policies"]]
    by_class = {
        one["name"]: [policy["classes"][n]["missed_fraction"] for policy in found["policies"]]
        for n, one in enumerate(found["policies"][0]["classes"])
    }
    bars = [
        Bar(
            label=f"{named(kind)}, {name}",
            end=PERCENT * part,
            text=percent(part, 1),
            colour=f"series-{look % 4}",
        )
        for kind, parts in by_class.items()
        for look, (name, part) in enumerate(zip(names, parts, strict=True))
    ]
    return Chart(
        name="day-missed",
        title="Not answered, or too late, by class and policy",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=bar_figure(x_label="% of what it asks of orbit", bars=bars),
        table=Table(
            caption="Not answered, or too late, of what a class asks of orbit",
            columns=[text("class"), *(number(name) for name in names)],
            rows=[
                [named(kind), *(percent(part, 2) for part in parts)]
                for kind, parts in by_class.items()
            ],
        ),
    )


def loads(found: Tree) -> Chart:
    """How much is met as more is asked for."""
    at = [PERCENT * load for load in found["loads"]]
    lines = [
        Line(
            label=one["name"],
            x=at,
            y=[PERCENT * part for part in one["met_at_load_fraction"]],
            look=look,
        )
        for look, one in enumerate(found["policies"])
    ]
    return Chart(
        name="day-loads",
        title="Answered, were more or less asked for",
        description="; ".join(
            f"{line.label} {line.y[0]:.0f} to {line.y[-1]:.0f} %" for line in lines
        ),
        figure=line_figure(
            x_label="asked for, % of what could be given",
            y_label="% answered",
            lines=lines,
            y_range=(0.0, FULL),
        ),
        table=Table(
            caption="Answered, % of what is asked for",
            columns=[
                text("asked for, % of what could be given"),
                *(number(x.label) for x in lines),
            ],
            rows=[
                [f"{load:.0f}", *(f"{line.y[row]:.1f}" for line in lines)]
                for row, load in enumerate(at)
            ],
        ),
    )
