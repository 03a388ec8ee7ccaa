"""What would have to be true for orbit to be the cheaper place?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import Block, Charts, Prose, Section, Table, number, text
from ..numerals import percent, significant, whole
from ..study_curves import ladder_chart
from .studies import draws, ratio, spread
from .studies_charts import parity_chart, ratio_name
from .whatif import name_of

LINE = "The thick line is where orbit asks what the ground does."
TITLE = "What would have to be true for orbit to be cheaper?"

Tree = Mapping[str, Any]


def parity(results: Results) -> Section | None:
    """Prices of launch at parity, the map of prices, and the levers that lead there."""
    found = results.summary.get("studies")
    if found is None:
        return None
    blocks: list[Block] = [*_launch(found), *_maps(results, found), *_ladder(found)]
    return Section(name="studies-parity", title=TITLE, blocks=blocks)


def _launch(found: Tree) -> Iterator[Block]:
    one = found["launch_price"]
    if one is None:
        why = found["launch_price_lacks"]
        yield Prose(text=f"No price of launch is looked for: {why}.")
        return
    unit = one["unit"]
    yield Prose(text=_launch_told(one))
    yield Table(
        caption=f"Price of launch at which orbit asks what the ground does, {unit}: over "
        f"{whole(one['draw_count'])} draws of all else, from nothing to {significant(one['most'])}",
        columns=[
            text("launched in"),
            *map(number, ("price", "not even free", "at any price", "draws that launch")),
        ],
        rows=[
            [
                str(row["year"]),
                spread(row["price"]),
                draws(row["never_fraction"]),
                draws(row["always_fraction"]),
                percent(row["launching_fraction"], 0),
            ]
            for row in one["by_year"]
        ],
    )


def _launch_told(one: Tree) -> str:
    last = one["by_year"][-1]
    now = f"Launch is taken to cost {significant(one['value'])} {one['unit']}."
    if last["never_fraction"] == 1.0:
        return (
            f"{now} Launch alone does not decide it: in none of {whole(one['draw_count'])} draws "
            f"would even a free launch make what is launched in {last['year']} as cheap as the "
            "ground."
        )
    at = f" at {spread(last['price'])} {one['unit']}" if last["price"] else ""
    return (
        f"{now} For what is launched in {last['year']} some price of launch makes orbit as cheap "
        f"as the ground{at}; in {draws(last['never_fraction'])} of the draws not even a free "
        "launch does."
    )


def _maps(results: Results, found: Tree) -> Iterator[Block]:
    drawn, moved = found["over_prices"], found["moved_over_prices"]
    if drawn is None or drawn["least"] is None:
        return
    parts = _parts_usd(results, found["year"])
    charts = [parity_chart("studies-parity-map", "All else as it is", drawn, parts)]
    if moved is not None:
        title = f"With {len(moved['levers'])} levers moved as well"
        charts.append(parity_chart("studies-parity-moved", title, moved, parts))
    yield Charts(
        heading=f"Over prices of launch and of satellites, launched in {found['year']}",
        charts=charts,
        is_wide=True,
    )
    yield Prose(text=_maps_told(drawn, moved))


def _maps_told(drawn: Tree, moved: Tree | None) -> str:
    launch = drawn["launch"]
    said = (
        f"Both prices go down to nothing, beyond what is thought possible (launch: "
        f"{significant(launch['low'])} to {significant(launch['high'])} {launch['unit']}), so that "
        "one sees where parity lies; the satellite is all but its chips. "
    )
    if drawn["least"] < 1.0:
        said += LINE
    else:
        said += (
            f"Orbit comes down to {ratio(drawn['least'])} times the ground's price and no farther: "
            "what is left are the chips' own price, what is lost of their time, and running them."
        )
    if moved is None:
        return said
    levers = "; ".join(
        f"{one['key']} {significant(one['from'], 3)} → {significant(one['to'], 3)} "
        f"{one['unit']}".strip()
        for one in moved["levers"]
    )
    return f"{said} On the second map these are moved as well: {levers}. {LINE}"


def _parts_usd(results: Results, year: int) -> Mapping[str, float]:
    rows = (results.summary.get("economics") or {}).get("by_year", ())
    found: Mapping[str, float] = next((one["parts_usd"] for one in rows if one["year"] == year), {})
    return found


def _ladder(found: Tree) -> Iterator[Block]:
    climbed = found["ladder"]
    if not climbed["rungs"]:
        return
    count = len(climbed["rungs"])
    word = "asks what the ground does" if climbed["is_reached"] else "still asks more"
    whom = "lever" if count == 1 else "levers"
    way = "down" if climbed["begun"] > 1.0 else "up"
    yield Charts(
        heading="Which levers, in which order",
        charts=[ladder_chart(ratio_name(found), climbed, level=1.0, called=name_of)],
        is_wide=True,
    )
    yield Prose(
        text="At each rung the number that helps most is moved to the better end of its range, "
        f"the last only as far as is needed: from {ratio(climbed['begun'])} {way} to "
        f"{ratio(climbed['reached'])}. With {count} {whom} moved orbit {word}. Levers are "
        "assumptions too: some are nobody's to move, and a chain of best ends is not likely."
    )
