"""How sure are the prices of computing, and when does orbit win?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sunstack.results import Results

from ..blocks import (
    Block,
    Chart,
    Charts,
    KeyNumber,
    KeyNumbers,
    Points,
    Prose,
    Section,
    Table,
    number,
    text,
)
from ..numerals import SPACE, percent, price, significant, whole
from ..study import convergence_chart, histogram_chart
from .studies_charts import first_cheaper_chart, price_chart, ratio_name

TITLE = "How sure is it, and when does orbit win?"
NOT_ASKED = (
    "Not studied: `sunstack run {name} --studies` draws every uncertain number and adds how sure "
    "these prices are, which assumptions decide them, and what would make orbit the cheaper place."
)
RATIO_DIGITS = 2
HOUR = "usd_per_chip_hour"
TOKENS = "usd_per_million_tokens"

Tree = Mapping[str, Any]


def studies(results: Results) -> Section:
    """Tell how sure prices are, draw them by year, and say how often orbit asks less."""
    found = results.summary.get("studies")
    if found is None:
        why = results.summary.get("studies_lacks")
        told = why or NOT_ASKED.format(name=results.summary["name"])
        return Section(name="studies", title=TITLE, blocks=[Prose(text=told)])
    blocks: list[Block] = [
        Prose(text=_told(found)),
        _key_numbers(found),
        Charts(charts=_charts(found), is_wide=True),
        Prose(text=_claim_told(found)),
        _by_year(found),
        *_tokens(found),
        Points(items=list(_doubts(found))),
    ]
    return Section(name="studies", title=TITLE, blocks=blocks)


# --- in words -------------------------------------------------------------------------------------


def _told(found: Tree) -> str:
    one = of_year(found["prices"][HOUR], found["year"])
    said = (
        f"All {found['input_count']} numbers that have a low and a high were drawn together "
        f"{whole(found['draw_count'])} times. An hour of an accelerator launched in "
        f"{found['year']} costs {spread(one['orbit'])}{SPACE}$ in orbit and "
        f"{spread(one['ground'])}{SPACE}$ on the ground (middle, and what 8 draws of 10 lie "
        f"between): {spread(one['ratio'], ratio)} times as much."
    )
    never = found["first_cheaper"]
    if never["never_fraction"] == 1.0:
        return (
            f"{said} Orbit is cheaper in no draw in any year up to the horizon's end: with 95"
            f"{SPACE}% confidence the probability is under "
            f"{percent(never['cheaper_at_most_fraction'], 2)}."
        )
    return (
        f"{said} Orbit is cheaper in {percent(one['cheaper_fraction'])} of the draws in "
        f"{found['year']}, and in {percent(1.0 - never['never_fraction'])} in some year up to the "
        "horizon's end."
    )


def _claim_told(found: Tree) -> str:
    claim, (early, late) = found["claim"], found["claim"]["within"]
    return (
        "In February 2026 it was said that computing would cost least in orbit within two to three "
        f"years. Here the programme starts in {claim['first_year']}, and nothing flies before its "
        f"first launch. {percent(early['launching_fraction'])} of the draws have launched anything "
        f"by the end of {early['last_year']}, {percent(late['launching_fraction'])} by the end of "
        f"{late['last_year']}; what they launch is cheaper than the ground in {_chance(early)} of "
        f"all draws by the former, in {_chance(late)} by the latter."
    )


def _chance(one: Tree) -> str:
    told = draws(one["cheaper_fraction"])
    if one["cheaper_fraction"] == 0.0:
        told += f" (with 95{SPACE}% confidence under {percent(one['cheaper_at_most_fraction'], 2)})"
    return told


def _doubts(found: Tree) -> Iterator[str]:
    broken = sorted(found["broken_fraction"].items(), key=lambda item: -item[1])[:4]
    listed = ", ".join(f"{name} {percent(share, 0)}" for name, share in broken if share > 0.0)
    yield (
        "Each number is drawn by itself from a triangle between its low and its high, its value "
        "the likeliest: lows and highs are hardly ever stated with a probability, and numbers that "
        "hang together in the world do not here."
    )
    yield (
        f"{percent(found['contradictory_fraction'])} of the draws contradict themselves and are "
        f"left out; {draws(found['closing_fraction'])} keep every margin of the design"
        + (f" (broken most often: {listed})." if listed else ".")
    )
    yield (
        "The histogram leaves out the dearest draw of a hundred; every draw is in "
        "studies/samples.parquet. A price is that of what is launched in a year, over its life, "
        "whether or not its design keeps all margins; no price on the ground follows from what is "
        "computed in orbit."
    )


# --- in numbers -----------------------------------------------------------------------------------


def of_year(rows: Sequence[Tree], year: int) -> Tree:
    """The row of a calendar year."""
    return next(one for one in rows if one["year"] == year)


def draws(fraction: float) -> str:
    """Write a share of draws; none and all only where it is."""
    return {0.0: "none", 1.0: "all"}.get(fraction) or percent(fraction)


def ratio(value: float | None) -> str:
    """Write a ratio with the digits it is good for."""
    return "–" if value is None else significant(value, RATIO_DIGITS, is_computed=True)


def spread(one: Tree | None, written: Any = price) -> str:
    """Write the middle of draws and what eight of ten lie between."""
    if one is None:
        return "–"
    return f"{written(one['p50'])} ({written(one['p10'])} to {written(one['p90'])})"


def _key_numbers(found: Tree) -> KeyNumbers:
    year = found["year"]
    one = of_year(found["prices"][HOUR], year)
    late = found["claim"]["within"][-1]
    return KeyNumbers(
        items=[
            *(
                KeyNumber(
                    label=f"{label}, {year}",
                    value=written(one[name] and one[name]["p50"]),
                    note=f"{written(one[name]['p10'])} to {written(one[name]['p90'])}"
                    if one[name]
                    else "",
                )
                for name, label, written in (
                    ("orbit", "orbit, $ an accelerator-hour", price),
                    ("ground", "ground, $ an accelerator-hour", price),
                    ("ratio", "orbit over ground", ratio),
                )
            ),
            _probability(f"orbit is cheaper in {year}", one),
            _probability("orbit is cheaper within 3 years of February 2026", late),
        ]
    )


def _probability(label: str, one: Tree) -> KeyNumber:
    return KeyNumber(
        label=label,
        value=percent(one["cheaper_fraction"]),
        note=f"at most {percent(one['cheaper_at_most_fraction'], 2)}",
    )


def _charts(found: Tree) -> list[Chart]:
    """Prices by year, how the ratio is distributed, when orbit is first cheaper if it ever is."""
    charts = [price_chart(found)]
    if found["ratio"].get("histogram", {}).get("edges"):
        drawn = histogram_chart("ratio", ratio_name(found), found["ratio"])
        charts.append(replace(drawn, title="How many times the ground's price orbit asks"))
    if found["first_cheaper"]["never_fraction"] < 1.0:
        charts.append(first_cheaper_chart(found))
    if len(found["ratio"].get("convergence", ())) > 1:
        drawn = convergence_chart("ratio", ratio_name(found), found["ratio"])
        charts.append(replace(drawn, title="Would more draws change it?"))
    return charts


def _by_year(found: Tree) -> Table:
    return _table(
        "Dollars for an hour of an accelerator, by calendar year of launch or purchase",
        found["prices"][HOUR],
    )


def _table(caption: str, rows: Sequence[Tree]) -> Table:
    return Table(
        caption=f"{caption}: middle of the draws, and what 8 of 10 lie between",
        columns=[
            text("year"),
            *map(number, ("orbit", "ground", "ratio", "draws that launch", "orbit cheaper")),
        ],
        rows=[
            [
                str(one["year"]),
                spread(one["orbit"]),
                spread(one["ground"]),
                spread(one["ratio"], ratio),
                percent(one["launching_fraction"], 0),
                draws(one["cheaper_fraction"]),
            ]
            for one in rows
        ],
    )


def _tokens(found: Tree) -> Iterator[Block]:
    by_language = found["prices"][TOKENS]
    drawn = [
        price_chart(found, language)
        for language, rows in by_language.items()
        if of_year(rows, found["year"])["orbit"]
    ]
    if drawn:
        yield Charts(heading="A million tokens of answers", charts=drawn, is_wide=True)
    if by_language:
        yield Table(
            caption=f"Dollars for a million tokens of what is launched in {found['year']}",
            columns=[text("language model"), *map(number, ("orbit", "ground", "ratio", "cheaper"))],
            rows=[
                _token_row(name, of_year(rows, found["year"])) for name, rows in by_language.items()
            ],
        )


def _token_row(name: str, one: Tree) -> list[str]:
    return [
        name,
        spread(one["orbit"]),
        spread(one["ground"]),
        spread(one["ratio"], ratio),
        draws(one["cheaper_fraction"]),
    ]
