"""How do sunlight and payload power go through the first year?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sunstack.results import Results

from ..blocks import Block, Chart, Charts, Prose, Section, Table, number, text
from ..figures import Level, Line, line_figure
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
    days = _days(results)
    asked_kw = summary["satellites"]["payload_required_w"] / 1e3
    blocks: list[Block] = [
        Charts(
            charts=[
                _sunlit(days, sunlit, named),
                _payload(days, payload, named, asked_kw=asked_kw),
            ],
            is_wide=True,
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


def _days(results: Results) -> list[str]:
    """Dates of the instants of the first year, which crowd in a shorter life."""
    begun = datetime.fromisoformat(results.summary["epoch"])
    elapsed_s = results.tables["days"]["elapsed_s"].unique().sort().to_list()
    dates = [begun + timedelta(seconds=second) for second in elapsed_s]
    is_daily = all(at.hour == at.minute == 0 for at in dates)
    return [f"{at:%Y-%m-%d}" if is_daily else f"{at:%Y-%m-%d %H:%M}" for at in dates]


def _by_group(results: Results, column: str, *, per_unit: float) -> Series:
    parts = results.tables["days"].sort("day").partition_by("group", as_dict=True)
    found = {str(name): (table[column] * per_unit).to_list() for (name,), table in parts.items()}
    return {group["name"]: found[group["name"]] for group in results.summary["groups"]}


def _sunlit(days: Sequence[str], series: Series, named: Sequence[str]) -> Chart:
    lowest = min(_all(series))
    return _chart(
        days,
        "Time in sunlight by day",
        "Time in sunlight, %",
        series,
        named,
        y_range=(max(0.0, min(lowest - 2.0, 100.0 - LEAST_SPAN_PERCENT)), 100.5),
    )


def _payload(
    days: Sequence[str], series: Series, named: Sequence[str], *, asked_kw: float
) -> Chart:
    return _chart(
        days,
        "Payload power of a satellite by day",
        "Payload power, kW",
        series,
        named,
        levels=[Level(label=f"asked for: {quantity(asked_kw, 'kW')}", y=asked_kw)],
        y_range=(0.0, 1.12 * max(asked_kw, *_all(series))),
    )


def _chart(
    days: Sequence[str],
    title: str,
    y_label: str,
    series: Series,
    named: Sequence[str],
    *,
    levels: Sequence[Level] = (),
    y_range: tuple[float, float],
) -> Chart:
    quantity_name, _, unit = y_label.rpartition(", ")
    lines = [Line(label=name, x=days, y=series[name], look=look) for look, name in enumerate(named)]
    others = [
        Line(label=name, x=days, y=values) for name, values in series.items() if name not in named
    ]
    return Chart(
        name=f"year-{quantity_name.replace(' ', '-').lower()}",
        title=title,
        description="; ".join(
            f"{line.label} {significant(min(line.y))} to {significant(max(line.y))} {unit}"
            for line in lines
        ),
        figure=line_figure(
            x_label=f"first year, from {days[0]}",
            y_label=y_label,
            lines=lines,
            faint=others,
            faint_label=f"{len(others)} other groups",
            levels=levels,
            y_range=y_range,
        ),
        table=_figures(f"{y_label}, every tenth day", days, series),
    )


def _all(series: Series) -> list[float]:
    return [value for values in series.values() for value in values]


def _figures(caption: str, days: Sequence[str], series: Series) -> Table:
    return Table(
        caption=caption,
        columns=[text("day"), *(number(name) for name in series)],
        rows=[
            [days[day], *(fixed(values[day], 2) for values in series.values())]
            for day in range(0, len(days), DAYS_PER_ROW)
        ],
    )
