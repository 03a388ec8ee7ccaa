"""What dose do chips take at the fleet's altitudes and at others, against what memory bears?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sunstack.exposure import MEMORY_LIMIT_KRAD
from sunstack.results import Results

from ..blocks import Block, Cell, Chart, Charts, Prose, Section, Table, number, text
from ..figures import Level, Line, Point, line_figure
from ..numerals import fixed, percent, quantity, significant
from ..selection import by_light

ROWS = 12
SAME_DEG = 3.0

Group = Mapping[str, Any]


def radiation(results: Results) -> Section:
    """Draw the dose of a life by altitude, with the shells and the limit."""
    groups = results.summary["groups"]
    blocks: list[Block] = [
        Prose(
            text="Dose of a life at the centre of 10 mm of aluminium: trapped protons and "
            "electrons at a mean Sun, good to a factor of 2, and one solar event like that of "
            "August 1972. Memory stacked on the one accelerator tested began to err at "
            f"{_limit()}; nothing else of it failed up to 15 krad. Neither dose nor upsets are in "
            "the other figures of this report."
        )
    ]
    if any(group["radiation"] for group in groups):
        blocks.append(Charts(charts=[_chart(results)], is_wide=True))
    return Section(
        name="radiation", title="Radiation by altitude", blocks=[*blocks, _by_group(groups)]
    )


def _limit() -> str:
    return quantity(MEMORY_LIMIT_KRAD, "krad")


def _chart(results: Results) -> Chart:
    table, life = results.tables["doses"], results.summary["satellites"]["life_years"]
    known = [group for group in results.summary["groups"] if group["radiation"]]
    lines = [_line(table, group, look) for look, group in enumerate(_unlike(by_light(known)))]
    values = [value for line in lines for value in line.y]
    return Chart(
        name="radiation-dose",
        title="Dose of a life behind 10 mm of aluminium, by altitude",
        description="; ".join(
            f"{group['name']} {significant(group['radiation']['dose_over_life_krad'])} krad"
            for group in known
        ),
        figure=line_figure(
            x_label="altitude, km",
            y_label=f"Dose in {life:g} years, krad",
            lines=lines,
            points=[_point(group) for group in known],
            levels=[Level(label=f"memory errs: {_limit()}", y=MEMORY_LIMIT_KRAD)],
            y_range=(min(values) / 1.5, 2.0 * max(values)),
            y_is_logarithmic=True,
        ),
        table=_by_altitude(lines),
    )


def _unlike(groups: Sequence[Group]) -> list[Group]:
    """One group of each inclination: the others' curves would lie upon its own."""
    found: list[Group] = []
    for group in groups:
        here = _inclination_deg(group)
        if all(abs(here - _inclination_deg(other)) > SAME_DEG for other in found):
            found.append(group)
    return found


def _inclination_deg(group: Group) -> float:
    return float(group["inclination_low_deg"] + group["inclination_high_deg"]) / 2.0


def _line(table: pl.DataFrame, group: Group, look: int) -> Line:
    own = table.filter(pl.col("group") == group["name"])
    return Line(
        label=f"inclined {fixed(_inclination_deg(group), 1)}°",
        x=own["altitude_km"].to_list(),
        y=own["dose_over_life_krad"].to_list(),
        look=look,
    )


def _point(group: Group) -> Point:
    middle = (group["altitude_low_km"] + group["altitude_high_km"]) / 2.0
    return Point(label=str(group["name"]), x=middle, y=group["radiation"]["dose_over_life_krad"])


def _by_altitude(lines: Sequence[Line]) -> Table:
    steps = range(0, len(lines[0].x), max(1, len(lines[0].x) // ROWS))
    return Table(
        caption="Dose of a life behind 10 mm of aluminium, krad",
        columns=[text("altitude, km"), *(number(line.label) for line in lines)],
        rows=[
            [fixed(float(lines[0].x[step]), 0), *(significant(line.y[step], 3) for line in lines)]
            for step in steps
        ],
    )


def _by_group(groups: Sequence[Group]) -> Table:
    return Table(
        caption="Behind 10 mm of aluminium, mean over satellites; – where the tables, 300 to "
        "2,000 km, do not reach",
        columns=[
            text("group"),
            number("altitude, km"),
            number("krad a year"),
            number("krad in a life"),
            number(f"past {_limit()} in a life"),
        ],
        rows=[_row(group) for group in groups],
    )


def _row(group: Group) -> list[str | Cell]:
    found = group["radiation"]
    middle = (group["altitude_low_km"] + group["altitude_high_km"]) / 2.0
    if found is None:
        return [group["name"], fixed(middle, 0), "–", "–", "–"]
    share = float(found["past_memory_limit_fraction"])
    return [
        group["name"],
        fixed(middle, 0),
        significant(found["dose_krad_per_year"], 3),
        significant(found["dose_over_life_krad"], 3),
        Cell(text=percent(share, 0), tone="bad" if share > 0.0 else "plain"),
    ]
