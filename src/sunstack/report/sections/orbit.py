"""What does a satellite go through in two orbits?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from sunstack.results import Results
from sunstack.units import MINUTE_S, ZERO_CELSIUS_K

from ..axes import Axis, exact_axis, round_axis
from ..blocks import Block, Chart, Charts, Prose, Section, Table, number, text
from ..charts import Level, Line, line_chart
from ..numerals import (
    JOULE_PER_KWH,
    celsius,
    fixed,
    kilowatt,
    kilowatt_hour,
    percent,
    quantity,
    significant,
)
from ..selection import extremes_of_light

ROWS = 40
"""Rows of a figures table, about."""
SHADOW_BELOW = 0.5
"""Share of the Sun's disc under which a chart is shaded."""
LEAST_SPAN_K = 10.0


def orbit(results: Results) -> Section:
    """Draw the most and the least sunlit group's first satellite, list all."""
    summary, table = results.summary, results.tables["orbit"]
    chosen = extremes_of_light(summary["groups"])
    date = summary["simulation"]["epochs"][0]
    blocks: list[Block] = [
        Prose(
            text="The first satellite of a group, followed step by step for two orbits from "
            f"{date} on, after an orbit of settling. On other days of the year the same satellite "
            "may meet another shadow."
        )
    ]
    for rank, group in zip(("most", "least"), chosen, strict=False):
        heading = f"{group['name']}: {rank} sunlight" if len(chosen) > 1 else group["name"]
        own = table.filter(pl.col("group") == group["name"]).sort("elapsed_s")
        blocks.append(_of_group(results, heading, group["name"], own))
    return Section(
        name="orbit", title="Two orbits", blocks=[*blocks, _all_groups(summary["groups"], table)]
    )


def _of_group(results: Results, heading: str, name: str, own: pl.DataFrame) -> Charts:
    minute = [second / MINUTE_S for second in own["elapsed_s"].to_list()]
    shadow = list(_shadows(minute, own["illumination_fraction"].to_list()))
    capacity_j = results.summary["satellites"]["battery_capacity_kwh"] * JOULE_PER_KWH
    charts = [_power(name, own, minute, shadow), _temperature(results, name, own, minute, shadow)]
    if capacity_j > 0.0:
        charts.insert(1, _charge(name, own, minute, shadow, capacity_j))
    return Charts(heading=heading, charts=charts, figures=[_figures(name, own, capacity_j)])


def _shadows(minute: Sequence[float], lit: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Stretches in which less than half of the Sun is seen."""
    dark = [share < SHADOW_BELOW for share in lit]
    edges = [
        at for at, (before, now) in enumerate(pairwise([False, *dark, False])) if before != now
    ]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield minute[start], minute[min(end, len(minute) - 1)]


def _chart(
    title: str,
    group: str,
    minute: Sequence[float],
    shadow: Sequence[tuple[float, float]],
    upward: Axis,
    series: Mapping[str, Sequence[float]],
    levels: Sequence[Level] = (),
) -> Chart:
    told = "; ".join(
        f"{label} {significant(min(values))} to {significant(max(values))}"
        for label, values in series.items()
    )
    drawing = line_chart(
        title=f"{title} of {group}",
        description=f"{upward.label}: {told}",
        x=exact_axis("minutes", minute[0], minute[-1]),
        y=upward,
        lines=[
            Line(label=label, x=minute, y=values, look=look)
            for look, (label, values) in enumerate(series.items())
        ],
        levels=levels,
        bands=shadow,
        band_label="in shadow",
    )
    return Chart(title=title, drawing=drawing)


def _power(
    group: str,
    own: pl.DataFrame,
    minute: Sequence[float],
    shadow: Sequence[tuple[float, float]],
) -> Chart:
    series = {
        "array": (own["array_power_w"] / 1e3).to_list(),
        "payload": (own["payload_power_w"] / 1e3).to_list(),
    }
    upward = round_axis("Power, kW", [0.0, *series["array"], *series["payload"]])
    return _chart("Power", group, minute, shadow, upward, series)


def _charge(
    group: str,
    own: pl.DataFrame,
    minute: Sequence[float],
    shadow: Sequence[tuple[float, float]],
    capacity_j: float,
) -> Chart:
    charge = (own["stored_energy_j"] * (100.0 / capacity_j)).to_list()
    upward = round_axis("Battery charge, % of the new battery's capacity", [0.0, 100.0])
    return _chart("Battery charge", group, minute, shadow, upward, {"charge": charge})


def _temperature(
    results: Results,
    group: str,
    own: pl.DataFrame,
    minute: Sequence[float],
    shadow: Sequence[tuple[float, float]],
) -> Chart:
    series = {
        "chip": (own["chip_temperature_k"] - ZERO_CELSIUS_K).to_list(),
        "radiator": (own["radiator_temperature_k"] - ZERO_CELSIUS_K).to_list(),
    }
    limit = _chip_limit_deg_c(results)
    held = [*series["chip"], *series["radiator"], *(limit + 8.0 for limit in limit)]
    levels = [Level(label=f"limit {quantity(value, '°C')}", y=value) for value in limit]
    upward = round_axis("Temperature, °C", held, least_span=LEAST_SPAN_K)
    return _chart("Temperatures", group, minute, shadow, upward, series, levels)


def _chip_limit_deg_c(results: Results) -> list[float]:
    return [
        float(given["value"])
        for given in results.manifest["inputs"]
        if given["key"] == "payload.chip_temperature_limit_deg_c"
    ]


def _figures(group: str, own: pl.DataFrame, capacity_j: float) -> Table:
    rows = own.gather_every(max(1, len(own) // ROWS)).iter_rows(named=True)
    return Table(
        caption=f"Two orbits of {group}",
        columns=[
            text("minute"),
            number("sunlight"),
            number("array, kW"),
            number("payload, kW"),
            number("charge"),
            number("chip, °C"),
            number("radiator, °C"),
        ],
        rows=[
            [
                fixed(row["elapsed_s"] / MINUTE_S, 1),
                percent(row["illumination_fraction"], 0),
                kilowatt(row["array_power_w"]),
                kilowatt(row["payload_power_w"]),
                percent(row["stored_energy_j"] / capacity_j) if capacity_j > 0.0 else "–",
                celsius(row["chip_temperature_k"]),
                celsius(row["radiator_temperature_k"]),
            ]
            for row in rows
        ],
    )


def _all_groups(groups: Sequence[Mapping[str, Any]], table: pl.DataFrame) -> Table:
    parts = table.partition_by("group", as_dict=True)
    return Table(
        caption="The same two orbits for the first satellite of every group: least to most",
        columns=[
            text("group"),
            number("in sunlight"),
            number("array, kW"),
            number("payload, kW"),
            number("stored, kWh"),
            number("chip, °C"),
            number("radiator, °C"),
        ],
        rows=[_extremes(group["name"], parts[(group["name"],)]) for group in groups],
    )


def _extremes(name: str, own: pl.DataFrame) -> list[str]:
    return [
        name,
        percent(float(own["illumination_fraction"].to_numpy().mean())),
        _range(own["array_power_w"], kilowatt),
        _range(own["payload_power_w"], kilowatt),
        _range(own["stored_energy_j"], kilowatt_hour),
        _range(own["chip_temperature_k"], celsius),
        _range(own["radiator_temperature_k"], celsius),
    ]


def _range(values: pl.Series, written: Callable[[float], str]) -> str:
    found = values.to_numpy()
    low, high = written(float(found.min())), written(float(found.max()))
    return low if low == high else f"{low} to {high}"
