"""How do sunlight and payload power go through the first year?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sunstack.results import Results

from ..axes import Axis, month_axis, round_axis
from ..blocks import Block, Chart, Charts, Prose, Section, Table, number, text
from ..charts import Level, Line, line_chart
from ..numerals import fixed, quantity, significant
from ..selection import by_light

DAYS_PER_ROW = 10
LEAST_SPAN_PERCENT = 5.0

Series = Mapping[str, Sequence[float]]
"""Values by day, for each group's name."""


def year(results: Results) -> Section:
    """Draw both by day for every group."""
    summary = results.summary
    named = [group["name"] for group in by_light(summary["groups"])]
    sunlit = _by_group(results, "sunlit_fraction", per_unit=100.0)
    payload = _by_group(results, "payload_power_w", per_unit=1e-3)
    first = date.fromisoformat(summary["epoch"])
    days = len(next(iter(sunlit.values())))
    across = month_axis(f"first year, from {first.isoformat()}", first, days)
    asked_kw = summary["satellites"]["payload_required_w"] / 1e3
    blocks: list[Block] = [
        Charts(
            charts=[
                _sunlit(sunlit, named, across),
                _payload(payload, named, across, asked_kw=asked_kw),
            ],
            figures=[
                _figures("Time in sunlight, %, every tenth day", first, sunlit),
                _figures("Payload power, kW, every tenth day", first, payload),
            ],
        )
    ]
    if len(named) < len(sunlit):
        blocks.insert(
            0,
            Prose(
                text=f"Of {len(sunlit)} groups, {len(named)} are named, from the most to the least "
                "sunlit; the others are the thin grey lines. The tables hold all."
            ),
        )
    return Section(name="year", title="The year", blocks=blocks)


def _by_group(results: Results, column: str, *, per_unit: float) -> Series:
    parts = results.tables["days"].sort("day").partition_by("group", as_dict=True)
    found = {str(name): (table[column] * per_unit).to_list() for (name,), table in parts.items()}
    return {group["name"]: found[group["name"]] for group in results.summary["groups"]}


def _sunlit(series: Series, named: Sequence[str], across: Axis) -> Chart:
    upward = round_axis(
        "Time in sunlight, %", _all(series), least_span=LEAST_SPAN_PERCENT, bounds=(0.0, 100.0)
    )
    return _chart("Time in sunlight by day", "%", series, named, across, upward)


def _payload(series: Series, named: Sequence[str], across: Axis, *, asked_kw: float) -> Chart:
    upward = round_axis("Payload power, kW", [0.0, 1.08 * asked_kw, *_all(series)])
    asked = Level(label=f"asked for: {quantity(asked_kw, 'kW')}", y=asked_kw)
    title = "Payload power of a satellite by day"
    return _chart(title, "kW", series, named, across, upward, [asked])


def _chart(
    title: str,
    unit: str,
    series: Series,
    named: Sequence[str],
    across: Axis,
    upward: Axis,
    levels: Sequence[Level] = (),
) -> Chart:
    lines = [
        Line(label=name, x=range(len(series[name])), y=series[name], look=look)
        for look, name in enumerate(named)
    ]
    others = [
        Line(label=name, x=range(len(values)), y=values)
        for name, values in series.items()
        if name not in named
    ]
    told = "; ".join(
        f"{line.label} {significant(min(line.y))} to {significant(max(line.y))} {unit}"
        for line in lines
    )
    drawing = line_chart(
        title=title,
        description=told,
        x=across,
        y=upward,
        lines=lines,
        faint=others,
        faint_label=f"{len(others)} other groups",
        levels=levels,
    )
    return Chart(title=title, drawing=drawing)


def _all(series: Series) -> list[float]:
    return [value for values in series.values() for value in values]


def _figures(caption: str, first: date, series: Series) -> Table:
    days = len(next(iter(series.values())))
    return Table(
        caption=caption,
        columns=[text("day"), *(number(name) for name in series)],
        rows=[
            [
                (first + timedelta(days=day)).isoformat(),
                *(fixed(values[day], 2) for values in series.values()),
            ]
            for day in range(0, days, DAYS_PER_ROW)
        ],
    )
