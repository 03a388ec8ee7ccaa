"""How are a satellite's cost by part, costs by year of launch, and cash drawn?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sunstack.results import Results
from sunstack.summary.economics import LABELS

from ..blocks import Chart, Table, number, text
from ..figures import Bar, Figure, Line, Point, bar_figure, laid_out, line_figure
from ..numerals import MONEY_UNITS, money, percent, price

LARGEST_SHARE = 0.6
"""Development that takes more of a satellite is told beside the bars, not among them."""
LETTER_ROOM = 0.07
LARGEST_RATIO = 20.0
"""Costs farther apart than this are drawn by equal factors."""
DEVELOPMENT = "development"
YEAR_MONTHS = 12
SHORT: Mapping[str, str] = {
    "usd_per_chip_hour": "$ for an accelerator's hour",
    "usd_per_pflop_day": "$ for a PFLOP/s and day",
    "usd_per_kw_year": "$ for a kW and year, with chips",
    "usd_per_kw_year_without_chips": "$ for a kW and year, without chips",
}

Tree = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class GroundCost:
    """What units cost at a site on the ground, by calendar year, under the names of bases."""

    label: str
    years: Sequence[int]
    usd: Mapping[str, Sequence[float]]


def waterfall(found: Tree) -> Chart:
    """A satellite's capital by part, end to end, mean of all launched."""
    parts = {name: usd for name, usd in found["parts_usd"].items() if usd > 0.0}
    whole = sum(parts.values())
    apart = parts.get(DEVELOPMENT, 0.0) if whole > 0.0 else 0.0
    is_apart = apart > LARGEST_SHARE * whole
    drawn = {name: usd for name, usd in parts.items() if not (is_apart and name == DEVELOPMENT)}
    told = f", beside {money(apart)} of development" if is_apart else ""
    title = f"A satellite by part{told}"
    return Chart(
        name="costs-parts",
        title=title,
        description="; ".join(f"{name} {money(usd)}" for name, usd in parts.items()),
        figure=_waterfall_figure(drawn),
        table=Table(
            caption="Capital of a satellite by part, mean of all launched",
            columns=[text("part"), number("dollars"), number("share")],
            rows=[[name, money(usd), percent(usd / whole)] for name, usd in parts.items()],
        ),
    )


def _waterfall_figure(parts: Mapping[str, float]) -> Figure:
    whole = sum(parts.values())
    factor, word = _unit_of(whole)
    ends = list(accumulate(parts.values()))
    bars = [
        Bar(label=name, start=(end - usd) / factor, end=end / factor, text=money(usd))
        for (name, usd), end in zip(parts.items(), ends, strict=True)
    ]
    bars.append(
        Bar(label="all", end=whole / factor, text=money(whole), colour="neutral", is_marked=True)
    )
    figure = bar_figure(x_label=f"{word} $ (parts end to end)".strip(), bars=bars)
    room = whole / factor * (1.0 + LETTER_ROOM * max(len(bar.text) for bar in bars)) or 1.0
    return laid_out(figure, xaxis={**figure["layout"]["xaxis"], "range": [0.0, room]})


def _unit_of(usd: float) -> tuple[float, str]:
    return next((one for one in MONEY_UNITS if abs(usd) >= one[0]), MONEY_UNITS[-1])


def costs_by_year(found: Tree, *, basis: str, ground: Sequence[GroundCost] = ()) -> Chart:
    """Cost of a unit by calendar year of launch, and what it costs on the ground."""
    orbit = {one["year"]: one[basis] for one in found["by_year"] if one[basis] is not None}
    beside = [one for one in ground if basis in one.usd]
    series = [("orbit", list(orbit), list(orbit.values()))]
    series += [(one.label, list(one.years), list(one.usd[basis])) for one in beside]
    values = [usd for _, _, usds in series for usd in usds]
    is_wide = max(values) > LARGEST_RATIO * max(min(values), 1e-300)
    y_range = (0.8 * min(values), 1.25 * max(values)) if is_wide else (0.0, 1.1 * max(values))
    label = LABELS[basis]
    return Chart(
        name=f"costs-{basis.replace('_', '-')}",
        title=f"One {label}, by year of launch",
        description="; ".join(
            f"{name}: {price(usds[0])} in {years[0]}, {price(usds[-1])} in {years[-1]} dollars"
            for name, years, usds in series
        ),
        figure=line_figure(
            x_label="calendar year of launch",
            y_label=SHORT.get(basis, f"$ for one {label}"),
            lines=[
                Line(label=name, x=[float(year) for year in years], y=usds, look=look)
                for look, (name, years, usds) in enumerate(series)
            ],
            points=[
                Point(label=name, x=float(years[0]), y=usds[0])
                for name, years, usds in series
                if len(years) == 1
            ],
            y_range=y_range,
            y_is_logarithmic=is_wide,
        ),
        table=_by_year(f"Dollars for one {label}, by calendar year", series),
    )


def _by_year(caption: str, series: Sequence[tuple[str, list[int], list[float]]]) -> Table:
    years = sorted({year for _, of, _ in series for year in of})
    columns = [dict(zip(of, usds, strict=True)) for _, of, usds in series]
    return Table(
        caption=caption,
        columns=[text("year"), *(number(name) for name, _, _ in series)],
        rows=[[str(year), *(price(one.get(year)) for one in columns)] for year in years],
    )


def cash(results: Results) -> Chart:
    """Money in and out since the programme's start, by month."""
    table = results.tables["money"]
    flows = {
        "satellites and launches": _summed(table, "capital_"),
        "running": _summed(table, "running_"),
        "revenue": table["revenue_usd"].to_list(),
        "cash left": table["cash_usd"].to_list(),
    }
    totals = {name: list(accumulate(values)) for name, values in flows.items()}
    most = max(abs(value) for values in totals.values() for value in values)
    factor, word = _unit_of(most)
    told = "; ".join(f"{name} {money(values[-1])}" for name, values in totals.items())
    ends = sorted({*range(YEAR_MONTHS - 1, len(table), YEAR_MONTHS), len(table) - 1})
    return Chart(
        name="costs-cash",
        title="Money in and out since the start",
        description=f"At the end: {told}",
        figure=line_figure(
            x_label="years since the programme's start",
            y_label=f"{word} $".strip(),
            lines=[
                Line(
                    label=name,
                    x=[(month + 1) / YEAR_MONTHS for month in range(len(values))],
                    y=[value / factor for value in values],
                    look=look,
                )
                for look, (name, values) in enumerate(totals.items())
            ],
        ),
        table=Table(
            caption="Money in and out since the start, at each year's end",
            columns=[text("year"), *(number(name) for name in totals)],
            rows=[
                [
                    f"{(month + 1) / YEAR_MONTHS:.3g}",
                    *(money(values[month]) for values in totals.values()),
                ]
                for month in ends
            ],
        ),
    )


def _summed(table: Any, beginning: str) -> list[float]:
    names = [name for name in table.columns if name.startswith(beginning)]
    summed: list[float] = table.select(names).sum_horizontal().to_list()
    return summed
