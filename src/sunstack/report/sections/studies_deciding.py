"""Which assumptions decide what orbit costs against the ground?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import Block, Charts, Points, Prose, Section
from ..numerals import percent, quantity, whole
from ..study import indices_chart, tornado_chart
from .studies import ratio
from .studies_charts import ratio_name
from .whatif import name_of

TITLE = "Which assumptions decide?"

Tree = Mapping[str, Any]


def deciding(results: Results) -> Section | None:
    """Name the three, and draw swings one at a time and shares all at once."""
    found = results.summary.get("studies")
    if found is None or not found["tornado"]:
        return None
    charts = [tornado_chart("studies", ratio_name(found), found["tornado"], called=name_of)]
    if found["sobol"]["indices"]:
        charts.append(indices_chart("studies", ratio_name(found), found["sobol"], called=name_of))
    blocks: list[Block] = [
        Prose(text=_told(found)),
        Points(items=[_one(item) for item in found["deciding"]]),
        Charts(charts=charts, is_wide=True),
    ]
    return Section(name="studies-deciding", title=TITLE, blocks=blocks)


def _told(found: Tree) -> str:
    sobol, (first, *_) = found["sobol"], found["tornado"]
    said = (
        f"Of all {found['input_count']} inputs, moved one at a time, {first['key']} swings the "
        f"ratio of both prices of {found['year']} most: {_ends(first)}, all else as it is."
    )
    if not sobol["indices"]:
        return f"{said} {sobol['lacks']}"
    return (
        f"{said} Drawn together, the {len(sobol['indices'])} that swing most make "
        f"{percent(sobol['of_all_fraction'], 0)} of the variance that all make, by factors; of "
        "theirs, three decide "
        f"({whole(sobol['evaluation_count'])} evaluations, shares known to "
        f"± {percent(sobol['half_width_ratio'], 0)}):"
    )


def _one(item: Tree) -> str:
    low, high = (quantity(item[end], item["unit"]) for end in ("low", "high"))
    return (
        f"{item['key']} ({item['meaning']}), {low} to {high}: it has a part in "
        f"{percent(item['total_ratio'], 0)} of the spread (± "
        f"{percent(item['total_half_width_ratio'], 0)}), {percent(item['first_ratio'], 0)} by "
        f"itself; the ratio is {_ends(item)}."
    )


def _ends(one: Tree) -> str:
    low, high = (ratio(one[f"at_{end}"]) for end in ("low", "high"))
    return f"{low} at its low, {high} at its high"
