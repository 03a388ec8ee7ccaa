"""What have others found that it costs, on one basis with this run, and why is it not the same?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sunstack.results import Results

from ..blocks import (
    Block,
    Cell,
    Chart,
    Charts,
    Folded,
    KeyNumber,
    KeyNumbers,
    Points,
    Prose,
    Section,
    Table,
    number,
    text,
)
from ..figures import Dots, dot_figure
from ..numerals import percent, significant

TITLE = "What others have found that it costs"
OLD = "This run was made before Sunstack laid other studies beside its own."
NONE = "–"
DIGITS = 3
PLACES = ("orbit", "ground")
YEAR = "year_usd_per_kw"
OURS = "this run"

Tree = Mapping[str, Any]


def reconciliation(results: Results) -> Section:
    """Lay the studies of the catalogue beside this run."""
    found = results.summary.get("reconciliation")
    blocks = [Prose(text=OLD)] if found is None else list(blocks_of(found))
    return Section(name="reconciliation", title=TITLE, blocks=blocks)


def blocks_of(found: Tree) -> Iterator[Block]:
    """Tell an answer of `reconcile` in prose, key numbers, a picture and tables."""
    yield Prose(text=_answer(found))
    if found["ours"] is not None:
        yield _key_numbers(found["ours"])
    yield Charts(heading="Orbit and ground, study by study", charts=[drawn(found)])
    yield Prose(text=_basis(found))
    yield studies(found)
    yield Folded(
        summary="Why each study says what it says, and what sets it apart",
        blocks=[Points(items=[_why(one) for one in found["studies"]])],
    )
    yield Folded(summary="As printed, on each study's own basis", blocks=list(printed(found)))
    yield places(
        found["sites"],
        "Sites on the ground of the catalogue, with the same chips, used all the time",
    )
    yield Folded(
        summary="The same site on other grids",
        blocks=[places(found["grids"], "By the price of power in a country or state")],
    )
    yield Points(items=found["caveats"])


# --- the answer ----------------------------------------------------------------------------------


def _answer(found: Tree) -> str:
    both = [one for one in found["studies"] if one["ratio"] is not None]
    ratios = sorted(one["ratio"] for one in both)
    printed = sorted(one["stated"]["ratio"] for one in both if one["stated"]["ratio"] is not None)
    told = (
        f"Among the {len(both)} studies that tell both sides: as printed, orbit costs from "
        f"{significant(printed[0], 2)} to {_times(printed[-1])} what the ground does; on one "
        f"basis, with chips counted on both sides, from {significant(ratios[0], 2)} to "
        f"{_times(ratios[-1])}."
    )
    ours = found["ours"]
    if ours is None or ours["ratio"] is None:
        return told
    below = sum(ratio < ours["ratio"] for ratio in ratios)
    return (
        f"{told} This run finds {_times(ours['ratio'])}, above {below} and below "
        f"{len(ratios) - below} of them."
    )


def _times(ratio: float) -> str:
    return f"{significant(ratio, 2)} times"


def _key_numbers(ours: Tree) -> KeyNumbers:
    items = [
        KeyNumber(
            label=f"USD a kilowatt and year, {place}",
            value=_known(ours[place][YEAR]),
            note=f"without chips {_known(ours[place]['year_without_chips_usd_per_kw'])}",
        )
        for place in PLACES
    ]
    items += [
        KeyNumber(
            label=f"USD a GPU-hour, {place}",
            value=_known(ours[place]["hour_usd"]),
            note=f"{percent(ours['sold_fraction'], 0)} of the time sold",
        )
        for place in PLACES
    ]
    return KeyNumbers(items=items)


def _known(value: float | None) -> str:
    return NONE if value is None else significant(value, DIGITS)


def _basis(found: Tree) -> str:
    basis = found["basis"]
    return (
        "One basis: capital paid off over a study's own lives at "
        f"{percent(basis['yearly_discount_fraction'], 0)} a year, its yearly costs added; chips "
        f"and what serves them, where it leaves them out, at {basis['chips_usd_per_w']:g} US "
        f"dollars a watt over {basis['chip_life_years']:g} years; used all the time. What a study "
        "does not count besides is not added: the cheapest ones count the least."
    )


# --- picture -------------------------------------------------------------------------------------


def drawn(found: Tree) -> Chart:
    """A row a study, orbit and ground over an axis of equal factors."""
    rows = [_dots(one["label"], one) for one in found["studies"] if _any(one)]
    ours = found["ours"]
    if ours is not None:
        rows.insert(0, _dots(OURS, ours, is_marked=True))
    return Chart(
        name="reconciliation-year",
        title="A kilowatt of computers for a year, chips counted",
        description="; ".join(_row_in_words(one) for one in found["studies"] if _any(one)),
        figure=dot_figure(x_label="USD/(kW·year)", series=PLACES, rows=rows),
        table=studies(found),
    )


def _any(one: Tree) -> bool:
    return any(one[place][YEAR] is not None for place in PLACES)


def _dots(label: str, one: Tree, *, is_marked: bool = False) -> Dots:
    return Dots(label=label, values=[one[place][YEAR] for place in PLACES], is_marked=is_marked)


def _row_in_words(one: Tree) -> str:
    return f"{one['label']}: " + ", ".join(
        f"{place} {_known(one[place][YEAR])}" for place in PLACES
    )


# --- tables --------------------------------------------------------------------------------------


def studies(found: Tree) -> Table:
    """Every study as printed and restated."""
    columns = (
        number("orbit over ground, as printed"),
        number("on one basis"),
        *(number(f"{place}, USD/(kW·year)") for place in PLACES),
        *(number(f"{place}, without chips") for place in PLACES),
        *(number(f"{place}, USD a GPU-hour") for place in PLACES),
    )
    rows = [_study(one["label"], one, one["stated"]["ratio"]) for one in found["studies"]]
    if found["ours"] is not None:
        ours = _study(OURS, found["ours"], None)
        rows.insert(0, [Cell(text=str(cell), strong=True) for cell in ours])
    return Table(
        caption="Published studies on one basis; a dash where a study tells nothing",
        columns=[text("study"), *columns],
        rows=rows,
    )


def _study(label: str, one: Tree, stated: float | None) -> list[str | Cell]:
    keys = (YEAR, "year_without_chips_usd_per_kw", "hour_usd")
    known = (_known(one[place][key]) for key in keys for place in PLACES)
    return [label, _known(stated), _known(one["ratio"]), *known]


def printed(found: Tree) -> Iterator[Table]:
    """What each study says of orbit, then of the ground, with its boundary."""
    own = (
        ("total_usd_per_w", "USD/W in all"),
        ("capital_usd_per_w", "USD/W without chips"),
        ("chips_usd_per_w", "chips, USD/W"),
        ("yearly_usd_per_kw_year", "spent, USD/(kW·year)"),
        ("price_usd_per_kw_year", "price, USD/(kW·year)"),
    )
    for place in PLACES:
        said = {
            one["label"]: [one["stated"][f"{place}_{key}"] for key, _ in own]
            for one in found["studies"]
        }
        yield Table(
            caption=f"As printed, of {place}; what is counted, and whether chips are",
            columns=[
                text("study"),
                text("what it counts"),
                text("chips"),
                *(number(head) for _, head in own),
            ],
            rows=[
                [one["label"], one["basis"], one["chips"], *map(_known, said[one["label"]])]
                for one in found["studies"]
                if any(value is not None for value in said[one["label"]])
            ],
        )


def places(found: Sequence[Tree], caption: str) -> Table:
    """What the same chips cost in several places on the ground."""
    keys = ("capital_usd_per_w", "year_without_chips_usd_per_kw", YEAR, "hour_usd")
    return Table(
        caption=caption,
        columns=[
            text("where"),
            number("USD/W without chips"),
            number("USD/(kW·year) without chips"),
            number("with chips"),
            number("USD a GPU-hour"),
        ],
        rows=[[one["title"], *(_known(one[key]) for key in keys)] for one in found],
    )


def _why(one: Tree) -> str:
    told: Sequence[str] = (one["why"], *one["differences"])
    return f"{one['title']} ({one['basis']}): {' '.join(told)}"
