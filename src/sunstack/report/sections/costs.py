"""What does a unit of compute cost: by part of a satellite, by year of launch, on every basis?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sunstack.results import Results
from sunstack.summary.economics import LABELS, SETTING_WORDS

from ..blocks import Block, Charts, Prose, Section, Table, number, text
from ..numerals import SPACE, count, money, percent, price, significant
from .costs_charts import (
    DEVELOPMENT,
    LARGEST_SHARE,
    cash,
    costs_by_year,
    waterfall,
)
from .costs_ground import beside_ground, ground_costs

TITLE = "What it costs"
OLD = "This run was made before costs were told; run the scenario again to have them."
NOTHING = "Nothing is launched within the horizon: there is nothing to cost."
CHIP_BASES = ("usd_per_chip_hour", "usd_per_kw_year_without_chips")
MOST_YEARS = 8
"""Columns of years in a table; more are thinned, the charts' own tables hold all."""

Tree = Mapping[str, Any]


def costs(results: Results) -> Section:
    """Say it, draw a satellite's parts and the years, and list every basis."""
    found = results.summary.get("economics")
    if found is None or not found["by_year"]:
        told = OLD if found is None else NOTHING
        return Section(name="costs", title=TITLE, blocks=[Prose(text=told)])
    ground = ground_costs(found)
    drawn = [one for one in CHIP_BASES if found["whole"][one] is not None]
    blocks: list[Block] = [
        Prose(text=_told(found)),
        Charts(
            charts=[
                waterfall(found),
                *(costs_by_year(found, basis=basis, ground=ground) for basis in drawn),
                cash(results),
            ],
            is_wide=True,
        ),
        *beside_ground(found),
        Prose(text=_money_told(found)),
        _bases(found),
        _parts(found),
        _settings(found),
    ]
    return Section(name="costs", title=TITLE, blocks=blocks)


def _told(found: Tree) -> str:
    first, last = found["by_year"][0], found["by_year"][-1]
    told = (
        f"Dollars of {found['money_year']}, prices of parts by the book {found['book']}; "
        f"{percent(found['discount_fraction_per_year'])} a year real; "
        f"{percent(found['sold_fraction'], 0)} of what is delivered is sold, and bears all costs; "
        "of tokens those whose first is in time are delivered, in orbit and on the ground."
    )
    basis = "usd_per_chip_hour" if first["usd_per_chip_hour"] is not None else CHIP_BASES[1]
    change = f"{price(first[basis])}{SPACE}$ for satellites launched in {first['year']}"
    if last is not first:
        change += f", {price(last[basis])}{SPACE}$ for those of {last['year']}"
    apart = (
        "" if found["knows_chip_price"] else " Chips are in no figure: their price is not known."
    )
    if not found["has_chips"]:
        apart = " The payload carries no chips: no compute has a price."
    return f"{told} One {LABELS[basis]}: {change}.{apart}{_development_told(found)}"


def _development_told(found: Tree) -> str:
    """Say it where a small fleet pays for little else."""
    parts = found["parts_usd"]
    share = parts[DEVELOPMENT] / max(sum(parts.values()), 1e-300)
    if share <= LARGEST_SHARE:
        return ""
    return (
        f" Of what a satellite costs {percent(share, 0)} is its share of development, which only "
        f"{count(found['launched_count'])} of them bear: a larger fleet is another matter."
    )


def _money_told(found: Tree) -> str:
    one = found["programme"]
    told = (
        f"Within {one['horizon_years']:.3g} years {money(one['capital_usd'])} go into satellites "
        f"and launches and {money(one['running_usd'])} into running them; what works at the end is "
        f"still worth {money(one['remaining_usd'])}."
    )
    if not found["knows_rate"]:
        return f"{told} No revenue is told: nothing is known of what is computed."
    return (
        f"{told} At {price(found['compute_usd_per_pflop_day'])}{SPACE}$ for a PFLOP/s and day, "
        f"{percent(found['chip_progress_fraction_per_year'], 0)} less each year, compute brings in "
        f"{money(one['revenue_usd'])}; {_tax_told(one['tax_usd'])}. At worst, in month "
        f"{one['most_spent_month']}, {money(one['most_spent_usd'])} have been spent and not earned."
    )


def _tax_told(tax_usd: float) -> str:
    if tax_usd < 0.0:
        return f"losses save {money(-tax_usd)} of tax on gains made elsewhere"
    return f"tax takes {money(tax_usd)}"


def _bases(found: Tree) -> Table:
    years = _thinned(found["by_year"])
    columns = (found["whole"], *years)
    rows = [
        [label, *(price(one[name]) for one in columns)]
        for name, label in LABELS.items()
        if any(one[name] is not None for one in columns)
    ]
    for model in found["whole"]["usd_per_million_tokens"]:
        told = [price(one["usd_per_million_tokens"][model]) for one in columns]
        rows.append([f"million tokens of {model}", *told])
    factors = [price(one["obsolescence_factor"]) for one in columns]
    rows.append(["first price over these, if prices fall", *factors])
    return Table(
        caption="Dollars for one, as sold: the whole programme, and by calendar year of launch; "
        f"precision {found['precision']}",
        columns=[text("one"), *_headings(years)],
        rows=rows,
    )


def _parts(found: Tree) -> Table:
    years = _thinned(found["by_year"])
    columns = [found["parts_usd"], *(one["parts_usd"] for one in years)]
    rows = [
        [part, *(price(one[part] / 1e3) for one in columns)]
        for part in found["parts_usd"]
        if any(one[part] > 0.0 for one in columns)
    ]
    rows.append(["all", *(price(sum(one.values()) / 1e3) for one in columns)])
    running = [price(one["running_usd_per_satellite_year"] / 1e3) for one in years]
    rows.append(["to run it, a year", "", *running])
    launched = [count(found["launched_count"]), *(count(one["launched_count"]) for one in years)]
    rows.append(["satellites launched", *launched])
    return Table(
        caption="Capital of a satellite by part, thousand dollars: mean of all, and by year",
        columns=[text("part"), *_headings(years)],
        rows=rows,
    )


def _headings(years: Sequence[Tree]) -> list[Any]:
    return [number("whole"), *(number(str(one["year"])) for one in years)]


def _thinned(years: Sequence[Tree]) -> Sequence[Tree]:
    if len(years) <= MOST_YEARS:
        return years
    step = (len(years) - 1) / (MOST_YEARS - 1)
    return [years[round(step * place)] for place in range(MOST_YEARS)]


def _settings(found: Tree) -> Table:
    return Table(
        caption="What these costs rest on beside prices; every price is among the inputs",
        columns=[text("setting"), number("value")],
        rows=[
            [label, significant(found[name], is_computed=False)]
            for name, label in SETTING_WORDS.items()
        ],
    )
