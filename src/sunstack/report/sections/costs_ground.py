"""What does the same compute cost on the ground, and how far is orbit from it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sunstack.summary.economics import LABELS

from ..blocks import Block, Prose, Table, number, text
from ..numerals import price, significant
from .costs_charts import GroundCost

COMPARED = (
    "usd_per_chip_hour",
    "usd_per_pflop_day",
    "usd_per_kw_year",
    "usd_per_kw_year_without_chips",
    "capital_usd_per_w",
    "capital_usd_per_w_without_chips",
)
TOKENS = "usd_per_million_tokens"
HOUR = "usd_per_chip_hour"

Tree = Mapping[str, Any]


def ground_costs(found: Tree) -> Sequence[GroundCost]:
    """What is drawn beside orbit; nothing where the ground is not told."""
    if not found.get("ground"):
        return ()
    rows = found["ground"]["by_year"]
    return (
        GroundCost(
            label=f"ground ({found['ground']['site']})",
            years=[one["year"] for one in rows],
            usd={name: [one[name] for one in rows] for name in COMPARED if name in rows[0]},
        ),
    )


def beside_ground(found: Tree) -> Iterator[Block]:
    """Say how many times the ground's price orbit asks, and list both, where orbit computes."""
    if not found.get("ground") or any(one[HOUR] is None for one in found["by_year"]):
        return
    orbit, ground = found["by_year"], found["ground"]["by_year"]
    yield Prose(text=_told(found["ground"], orbit, ground))
    ends = [(orbit[0], ground[0])]
    if len(orbit) > 1:
        ends.append((orbit[-1], ground[-1]))
    yield Table(
        caption="Dollars for one, in orbit and on the ground, by year of launch or purchase",
        columns=[text("one"), *_headings(ends)],
        rows=[*_rows(ends), *_token_rows(ends)],
    )


def _told(site: Tree, orbit: Sequence[Tree], ground: Sequence[Tree]) -> str:
    parity = site["parity_year"]
    when = (
        "Orbit does not come down to the ground's price within the horizon"
        if parity is None
        else f"Orbit costs no more than the ground for what is launched in {parity}"
    )
    first, last = (orbit[end][HOUR] / ground[end][HOUR] for end in (0, -1))
    return (
        f"The same chips on the ground ({site['site']}), bought in the same year, discounted and "
        f"taxed alike: an hour of an accelerator costs {significant(first, 2)} times as much in "
        f"orbit in {orbit[0]['year']}, {significant(last, 2)} times in {orbit[-1]['year']}. {when}."
    )


def _headings(ends: Sequence[tuple[Tree, Tree]]) -> list[Any]:
    return [
        number(f"{where} {one['year']}")
        for one, _ in ends
        for where in ("orbit", "ground", "ratio")
    ]


def _cells(ends: Sequence[tuple[float | None, float | None]]) -> list[str]:
    cells: list[str] = []
    for orbit, ground in ends:
        ratio = significant(orbit / ground, 2) if orbit is not None and ground else "–"
        cells += [price(orbit), price(ground), ratio]
    return cells


def _rows(ends: Sequence[tuple[Tree, Tree]]) -> Iterator[list[str]]:
    for name in COMPARED:
        pairs = [(one.get(name), other.get(name)) for one, other in ends]
        if any(orbit is not None for orbit, _ in pairs):
            yield [LABELS[name], *_cells(pairs)]


def _token_rows(ends: Sequence[tuple[Tree, Tree]]) -> Iterator[list[str]]:
    for model in ends[0][0][TOKENS]:
        pairs = [(one[TOKENS][model], other[TOKENS].get(model)) for one, other in ends]
        yield [f"million tokens of {model}", *_cells(pairs)]
