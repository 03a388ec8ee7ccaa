"""How do the studies of a run look on a terminal?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .numerals import percent, price, significant

Tree = Mapping[str, Any]


def lines(summary: Tree) -> Iterator[str]:
    """Tell prices with how sure they are, what decides them, and what would make orbit cheaper."""
    found = summary.get("studies")
    if found is None:
        if why := summary.get("studies_lacks"):
            yield f"No studies: {why}"
        return
    rows = found["prices"]["usd_per_chip_hour"]
    one = next(row for row in rows if row["year"] == found["year"])
    yield (
        f"Over {found['draw_count']:,} draws of {found['input_count']} numbers an accelerator's "
        f"hour of {found['year']} costs {_spread(one['orbit'])} $ in orbit, "
        f"{_spread(one['ground'])} $ on the ground; orbit is cheaper in "
        f"{_draws(one['cheaper_fraction'])} of them then, in "
        f"{_draws(found['first_cheaper']['cheaper_fraction'])} in any year."
    )
    if found["deciding"]:
        told = ", ".join(
            f"{one['key']} {percent(one['total_ratio'], 0)}" for one in found["deciding"]
        )
        yield f"What decides it (share of the spread): {told}."
    yield from _parity(found)


def _draws(fraction: float) -> str:
    return percent(fraction) if fraction else "none"


def _spread(one: Tree | None) -> str:
    if one is None:
        return "–"
    return f"{price(one['p50'])} ({price(one['p10'])} to {price(one['p90'])})"


def _parity(found: Tree) -> Iterator[str]:
    if found["launch_price"] is not None:
        last = found["launch_price"]["by_year"][-1]
        yield (
            f"In {_draws(last['never_fraction'])} of the draws not even a free launch makes orbit "
            f"as cheap in {last['year']}."
        )
    climbed = found["ladder"]
    keys = ", ".join(one["key"] for one in climbed["rungs"])
    word = "reach" if climbed["is_reached"] else "do not reach"
    if keys:
        yield (
            f"From {significant(climbed['begun'], 2)} times the ground's price these, moved in "
            f"order, {word} it: {keys}."
        )
