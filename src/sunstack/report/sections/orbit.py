"""What does a satellite go through in two orbits?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from sunstack.results import Results
from sunstack.units import MINUTE_S, ZERO_CELSIUS_K

from ..blocks import Block, Chart, Charts, Prose, Section, Table, number, text
from ..figures import Level, Line, line_figure
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
HEADROOM = 1.08


def orbit(results: Results) -> Section:
    """Draw the most and the least sunlit group's first satellite, list all."""
    summary, table = results.summary, results.tables["orbit"]
    chosen = extremes_of_light(summary["groups"])
    blocks: list[Block] = [
        Prose(
            text="The first satellite of a group, followed step by step for two revolutions, "
            "after one of settling, from the start of the simulated day that darkens it most. On "
            "other days it may meet less shadow, or none."
        )
    ]
    for place, (rank, group) in enumerate(zip(("most", "least"), chosen, strict=False)):
        own = table.filter(pl.col("group") == group["name"]).sort("elapsed_s")
        what = f"{group['name']}, {rank} sunlight" if len(chosen) > 1 else group["name"]
        heading = f"{what}: from {own['date'][0]}"
        blocks.append(_of_group(results, heading, f"orbit-{place}", own))
    return Section(
        name="orbit",
        title="A satellite through two orbits",
        blocks=[*blocks, _all_groups(summary["groups"], table)],
    )


def _of_group(results: Results, heading: str, name: str, own: pl.DataFrame) -> Charts:
    minute = [second / MINUTE_S for second in own["elapsed_s"].to_list()]
    view = _View(
        name=name,
        group=str(own["group"][0]),
        minute=minute,
        shadow=list(_shadows(minute, own["illumination_fraction"].to_list())),
    )
    capacity_j = results.summary["satellites"]["battery_capacity_kwh"] * JOULE_PER_KWH
    charts = [_power(view, own), _temperature(results, view, own)]
    if capacity_j > 0.0:
        charts.insert(1, _charge(view, own, capacity_j))
    return Charts(heading=heading, charts=charts)


@dataclass(frozen=True, kw_only=True)
class _View:
    """What the charts of one satellite share."""

    name: str
    group: str
    minute: Sequence[float]
    shadow: Sequence[tuple[float, float]]


def _shadows(minute: Sequence[float], lit: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Stretches in which less than half of the Sun is seen."""
    dark = [share < SHADOW_BELOW for share in lit]
    edges = [
        at for at, (before, now) in enumerate(pairwise([False, *dark, False])) if before != now
    ]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield minute[start], minute[min(end, len(minute) - 1)]


def _chart(
    view: _View,
    title: str,
    y_label: str,
    series: Mapping[str, Sequence[float]],
    *,
    y_range: tuple[float, float],
    levels: Sequence[Level] = (),
) -> Chart:
    told = "; ".join(
        f"{label} {significant(min(values))} to {significant(max(values))}"
        for label, values in series.items()
    )
    return Chart(
        name=f"{view.name}-{title.replace(' ', '-').lower()}",
        title=f"{title} of {view.group}",
        description=f"{y_label}: {told}",
        figure=line_figure(
            x_label="minutes",
            y_label=y_label,
            lines=[
                Line(label=label, x=view.minute, y=values, look=look)
                for look, (label, values) in enumerate(series.items())
            ],
            levels=levels,
            bands=view.shadow,
            band_label="in shadow",
            y_range=y_range,
        ),
        table=_figures(view, f"{title} of {view.group}", y_label, series),
    )


def _power(view: _View, own: pl.DataFrame) -> Chart:
    series = {
        "array": (own["array_power_w"] / 1e3).to_list(),
        "payload": (own["payload_power_w"] / 1e3).to_list(),
    }
    most = max(*series["array"], *series["payload"]) or 1.0
    return _chart(view, "Power", "Power, kW", series, y_range=(0.0, HEADROOM * most))


def _charge(view: _View, own: pl.DataFrame, capacity_j: float) -> Chart:
    series = {"charge": (own["stored_energy_j"] * (100.0 / capacity_j)).to_list()}
    y_label = "Charge, % of new capacity"
    return _chart(view, "Battery charge", y_label, series, y_range=(0.0, 102.0))


def _temperature(results: Results, view: _View, own: pl.DataFrame) -> Chart:
    series = {
        "chip": (own["chip_temperature_k"] - ZERO_CELSIUS_K).to_list(),
        "radiator": (own["radiator_temperature_k"] - ZERO_CELSIUS_K).to_list(),
    }
    limit = _chip_limit_deg_c(results)
    held = [*series["chip"], *series["radiator"], *limit]
    spare = max(0.12 * (max(held) - min(held)), LEAST_SPAN_K / 2.0)
    return _chart(
        view,
        "Temperatures",
        "Temperature, °C",
        series,
        levels=[Level(label=f"chip limit {quantity(value, '°C')}", y=value) for value in limit],
        y_range=(min(held) - spare, max(held) + spare),
    )


def _chip_limit_deg_c(results: Results) -> list[float]:
    return [
        float(given["value"])
        for given in results.manifest["inputs"]
        if given["key"] == "payload.chip_temperature_limit_deg_c"
    ]


def _figures(view: _View, title: str, y_label: str, series: Mapping[str, Sequence[float]]) -> Table:
    steps = range(0, len(view.minute), max(1, len(view.minute) // ROWS))
    dark = [any(start <= at < end for start, end in view.shadow) for at in view.minute]
    return Table(
        caption=f"{title}: {y_label}",
        columns=[text("minute"), text("light"), *(number(label) for label in series)],
        rows=[
            [
                fixed(view.minute[step], 1),
                "shadow" if dark[step] else "sunlight",
                *(significant(values[step], is_computed=True) for values in series.values()),
            ]
            for step in steps
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
