"""What becomes of the fleet: when is it filled, what keeps it so, what comes down?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sunstack.results import Results

from ..blocks import Block, Charts, Prose, Section
from ..numerals import MEAN_DIGITS, WHOLE_ABOVE, count, often, percent, significant, whole
from .years_charts import (
    delivered,
    flights_a_day,
    in_place_by_group,
    in_place_by_rocket,
    lost_by_year,
    reentered_by_year,
    working_by_age,
)
from .years_end import by_height, waterfall
from .years_tables import (
    armour,
    by_speed,
    draws_of,
    figures_of_ramps,
    filling,
    needs,
    sustaining,
)

FEW = 5
"""More groups are counted, not named."""

Tree = Mapping[str, Any]


def years(results: Results) -> Section:
    """Say it, draw the fleet month by month, and list what each rocket makes of it."""
    programme = results.summary["programme"]
    ramps = by_speed(programme)
    blocks: list[Block] = [
        Prose(text=_told(programme)),
        Charts(charts=[in_place_by_group(results), working_by_age(results)], is_wide=True),
        Charts(
            heading="On this rocket and on others",
            charts=[in_place_by_rocket(results, ramps), flights_a_day(results)],
            is_wide=True,
        ),
        filling(programme, ramps),
        *(draws_of(programme, ramp) for ramp in ramps),
        figures_of_ramps(programme, ramps),
        sustaining(programme),
        Charts(
            heading="What is lost, and what comes down",
            charts=[lost_by_year(results), reentered_by_year(results)],
            is_wide=True,
        ),
        Charts(
            heading="What the fleet delivers",
            charts=[delivered(results), waterfall(programme)],
            is_wide=True,
        ),
        Charts(
            heading="Where satellites are at the end",
            charts=by_height(results),
            is_wide=True,
        ),
        needs(programme),
        armour(programme),
    ]
    return Section(name="years", title="The fleet over the years", blocks=blocks)


def _told(programme: Tree) -> str:
    own = programme["ramps"][0]
    told = (_there(programme, own), _filled(programme, own["groups"]), _flown(own), _lost(own))
    return " ".join(told)


def _there(programme: Tree, own: Tree) -> str:
    """How many are in place of how many wanted."""
    wanted = sum(group["wanted"] for group in own["groups"])
    of = f"{whole(wanted)} satellites" if wanted != 1.0 else "1 satellite"
    told = (
        f"On {own['rocket']}, {count(own['in_place'])} of {of} wanted "
        f"({percent(own['in_place'] / wanted)}) {'are' if wanted != 1.0 else 'is'} in place "
        f"{_years(programme)} after the programme's start."
    )
    if 0.0 < own["in_place"] < WHOLE_ABOVE and own["in_place"] % 1.0:
        told += " Counts are means over many such fleets, hence fractions of satellites."
    return told


def _filled(programme: Tree, groups: Sequence[Tree]) -> str:
    """When the last group is filled, and which ones never are."""
    never = [group["name"] for group in groups if group["month_filled"] is None]
    nothing = [group["name"] for group in groups if group["in_place_at_the_end"] <= 0.0]
    months = [group["month_filled"] for group in groups if group["month_filled"] is not None]
    if not never:
        what = "The group is" if len(groups) == 1 else f"All {len(groups)} groups are"
        return f"{what} filled by month {max(months)}."
    told = f"Never filled within {_years(programme)}: {_named(never, len(groups))}"
    if nothing:
        told += f"; without a single satellite: {_named(nothing, len(groups))}"
    return f"{told}{f'; the others are filled by month {max(months)}' if months else ''}."


def _named(names: Sequence[str], of: int) -> str:
    if len(names) <= FEW and not 1 < len(names) == of:
        return ", ".join(names)
    return f"all {of} groups" if len(names) == of else f"{len(names)} of {of} groups"


def _flown(own: Tree) -> str:
    """What it takes to fill all and to keep it so, against what can and may be flown."""
    needed, most = own["sustaining_flights_a_day"], own["flights_a_day_at_most"]
    short = ""
    if needed > most > 0.0:
        short = f", {significant(needed / most, MEAN_DIGITS)} times what this rocket can fly"
    which = "more than" if own["exceeds_permits"] else "within"
    return (
        f"To fill all takes {_flights(own['flights_to_fill'])}, to keep all filled "
        f"{often(needed)}{short}. It can fly at most "
        f"{often(most)}: {which} the {often(own['flights_a_day_permitted'])} that are permitted."
    )


def _flights(number: float) -> str:
    return f"{count(number)} {'of a flight' if number < 1.0 else 'flights'}"


def _lost(own: Tree) -> str:
    return (
        f"Over the last {_span(own['mean_over_years'])}, {often(own['lost_a_day'])} are lost (with "
        f"their flight, dead on arrival or failed) and {often(own['withdrawn_a_day'])} withdrawn; "
        f"{count(own['reentering_t_a_year'])} t a year re-enter."
    )


def _years(programme: Tree) -> str:
    return _span(programme["horizon_years"])


def _span(years: float) -> str:
    return f"{years:.3g} {'year' if years == 1.0 else 'years'}"
