"""Which tables tell of the fleet's years: when groups fill, how surely, and at what effort?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..blocks import Cell, Folded, Prose, Table, number, text
from ..numerals import (
    MEAN_DIGITS,
    OFTEN_PER_DAY,
    YEAR_DAYS,
    count,
    fixed,
    percent,
    power,
    significant,
    span,
    whole,
)

NEVER = "never"

Tree = Mapping[str, Any]


def by_speed(programme: Tree) -> list[Tree]:
    """All ramps, the slowest first: in the same order whichever of them is the run's own."""
    ramps: list[Tree] = programme["ramps"]
    return sorted(ramps, key=lambda ramp: (ramp["flights_a_day_at_most"], ramp["rocket"]))


def filling(programme: Tree, ramps: Sequence[Tree]) -> Table:
    """When each group is filled on each rocket, and in how many of the draws it is at all."""
    columns = [text("group"), number("satellites"), *(number(ramp["rocket"]) for ramp in ramps)]
    filled = percent(programme["filled_fraction"], 0)
    return Table(
        caption=f"Month from the programme's start in which {filled} of a group works; in "
        "brackets the share of the draws in which it does within "
        f"{programme['horizon_years']:.3g} years",
        columns=columns,
        rows=[
            [
                group["name"],
                whole(group["wanted"]),
                *(_when(ramp["groups"][place]) for ramp in ramps),
            ]
            for place, group in enumerate(ramps[0]["groups"])
        ],
    )


def _when(group: Tree) -> Cell:
    never = group["month_filled"] is None
    told = f"{month(group['month_filled'])} ({percent(group['chance_filled_fraction'], 0)})"
    return Cell(text=told, tone="bad" if never else "plain")


def month(number: int | None) -> str:
    """Write the month in which something comes about, if it does."""
    return NEVER if number is None else whole(number)


def draws_of(programme: Tree, ramp: Tree) -> Folded:
    """How the months spread over the draws of one ramp, group by group."""
    groups = ramp["groups"]
    filled = sum(group["month_filled"] is not None for group in groups)
    chances = [f"in {percent(chance, 0)} of the draws, by month" for chance in programme["chances"]]
    columns = (
        number("at the values themselves, month"),
        *(number(heading) for heading in chances),
        number("filled at all, of the draws"),
        number("in place at the end"),
        number("derelict at the end"),
    )
    table = Table(
        caption=f"Months to fill on {ramp['rocket']}; draws are from the ranges of payload, "
        "success, pads, vehicles, turnarounds and flights a year",
        columns=[text("group"), *columns],
        rows=[_spread(group) for group in groups],
    )
    told = f"{filled} of {len(groups)} filled at the values themselves"
    return Folded(summary=f"How surely on {ramp['rocket']}: {told}", blocks=[table])


def _spread(group: Tree) -> list[str | Cell]:
    return [
        group["name"],
        month(group["month_filled"]),
        *(month(one) for one in group["month_filled_by_chance"]),
        percent(group["chance_filled_fraction"], 0),
        count(group["in_place_at_the_end"]),
        count(group["derelict_at_the_end"]),
    ]


LONGEST_DAYS = 36_525.0
"""A century: longer waits are none."""

ROWS: Mapping[str, Callable[[Tree], str | Cell]] = {
    "satellites a flight": lambda ramp: _ends(ramp["satellites_per_flight"]),
    "flights a day, at most": lambda ramp: Cell(
        text=_few(ramp["flights_a_day_at_most"]),
        tone="bad" if ramp["exceeds_permits"] else "plain",
    ),
    "flights a day, permitted": lambda ramp: _few(ramp["flights_a_day_permitted"]),
    "flights to fill all groups": lambda ramp: count(ramp["flights_to_fill"]),
    "flights in all": lambda ramp: count(ramp["flights"]),
    "launched in all, t": lambda ramp: count(ramp["launched_t"]),
    "launch price, million USD": lambda ramp: count(ramp["launch_price_usd"] / 1e6),
    "at the end, in place": lambda ramp: count(ramp["in_place"]),
    "at the end, derelict": lambda ramp: count(ramp["derelict"]),
    "at the end, payload power": lambda ramp: power(ramp["delivered_power_w"]),
}
RATES: Mapping[str, str] = {
    "flights needed": "sustaining_flights_a_day",
    "flights needed, by mass alone": "mass_alone_flights_a_day",
    "flights flown": "flights_a_day",
    "failed": "failed_a_day",
    "withdrawn": "withdrawn_a_day",
    "lost": "lost_a_day",
}
TONNES: Mapping[str, str] = {
    "re-entering": "reentering_t_a_year",
    "alumina of it": "alumina_t_a_year",
}
CASUALTIES = "casualties to be expected a year"


def figures_of_ramps(programme: Tree, ramps: Sequence[Tree]) -> Table:
    """What each rocket takes and gives."""
    mean = f"{ramps[0]['mean_over_years']:.3g} years"
    rows: list[list[str | Cell]] = [
        [label, *(write(ramp) for ramp in ramps)] for label, write in ROWS.items()
    ]
    rows += [_rates(label, [ramp[name] for ramp in ramps]) for label, name in RATES.items()]
    rows += [
        [f"{label}, t a year", *(_few(ramp[name]) for ramp in ramps)]
        for label, name in TONNES.items()
    ]
    rows.append([CASUALTIES, *(_few(ramp["casualties_a_year"]) for ramp in ramps)])
    return Table(
        caption=f"The fleet by rocket, over {programme['horizon_years']:.3g} years. Flights needed "
        "are those that keep all groups filled; below them are means of the last "
        f"{mean}; lost are those that go down with their flight, are dead on arrival or fail",
        columns=[text("figure"), *(number(ramp["rocket"]) for ramp in ramps)],
        rows=rows,
    )


def sustaining(programme: Tree) -> Folded:
    """How the flights that keep the fleet depend on payload and life."""
    by_payload: dict[float, list[Tree]] = {}
    for one in programme["sustaining"]:
        by_payload.setdefault(one["payload_t"], []).append(one)
    lives = [one["life_years"] for one in next(iter(by_payload.values()))]
    table = Table(
        caption="Flights a day that keep all groups filled; in brackets by mass alone: every "
        "flight full to its last kilogram, to any orbit, nothing lost",
        columns=[text("payload, t"), *(number(f"replaced after {life:g} years") for life in lives)],
        rows=[
            [fixed(payload, 0), *(_kept(one) for one in ones)]
            for payload, ones in by_payload.items()
        ],
    )
    return Folded(summary="Flights that keep the fleet, by payload and life", blocks=[table])


def _kept(one: Tree) -> str:
    needed, alone = one["sustaining_flights_a_day"], one["mass_alone_flights_a_day"]
    return f"{_few(needed)} ({_few(alone)})"


def armour(programme: Tree) -> Folded:
    """What a thicker wall and more loops save of the radiator, and what the wall weighs."""
    walls: dict[float, list[Tree]] = {}
    for one in programme["armour"]:
        walls.setdefault(one["wall_mm"], []).append(one)
    loops = [one["loop_count"] for one in next(iter(walls.values()))]
    table = Table(
        caption="Radiator that meteoroids and debris leave whole after a design life, of the group "
        "that loses most; good to a factor of 3 in holes",
        columns=[
            text("wall over the coolant, mm"),
            number("its mass, kg"),
            *(number(f"{loop} loops") for loop in loops),
        ],
        rows=[
            [
                fixed(wall, 1),
                count(ones[0]["wall_kg"]),
                *(percent(min(one["left_fraction"]), 1) for one in ones),
            ]
            for wall, ones in walls.items()
        ],
    )
    return Folded(summary="Armour and loops of the radiator", blocks=[table])


def _rates(label: str, per_day: Sequence[float]) -> list[str | Cell]:
    """A row by the day, or by the year where that is seldom on every rocket."""
    seldom = max(per_day) < OFTEN_PER_DAY
    factor, unit = (YEAR_DAYS, "year") if seldom else (1.0, "day")
    return [f"{label} a {unit}", *(_few(factor * value) for value in per_day)]


def _few(value: float) -> str:
    return "0" if count(value) == "0" else significant(value, MEAN_DIGITS)


def _ends(counts: Sequence[float]) -> str:
    return span(min(counts), max(counts), 0)


def needs(programme: Tree) -> Folded:
    """What the satellites of each group need of velocity changes and spares."""
    columns = (
        number("satellites"),
        number("spares"),
        number("spares a plane"),
        number("raising, days"),
        number(f"to part nodes by {programme['parted_deg']:g}°, days"),
        number("raising, m/s"),
        number("station keeping in a life, m/s"),
        number("lowering, m/s"),
        number("a derelict falls for, years"),
    )
    table = Table(
        caption="Velocity changes of a satellite's life, by group",
        columns=[text("group"), *columns],
        rows=[_need(group) for group in programme["groups"]],
    )
    told = f"{len(programme['groups'])} {'group' if len(programme['groups']) == 1 else 'groups'}"
    used = Prose(
        text=f"{_service(programme['replaced_after_years'])} All of them together use "
        f"{count(programme['propellant_t'])} t of propellant of their own in "
        f"{programme['horizon_years']:.3g} years."
    )
    return Folded(summary=f"Velocity changes and spares: {told}", blocks=[used, table])


def _days(days: float) -> str:
    """Where drifts are alike, as for sun-synchronous shells, planes hardly part: fly to each."""
    return "never" if days > LONGEST_DAYS else fixed(days, 0)


def _service(years: float | None) -> str:
    if years is None:
        return "Satellites serve until they fail."
    return f"Satellites are replaced after {years:.3g} years."


def _need(group: Tree) -> list[str | Cell]:
    return [
        group["name"],
        whole(group["wanted"]),
        count(group["spares"]),
        significant(group["spares_per_plane"], MEAN_DIGITS),
        fixed(group["raising_days"], 1),
        _days(group["parting_days"]),
        fixed(group["raising_m_per_s"], 0),
        fixed(group["station_keeping_m_per_s"], 0),
        fixed(group["lowering_m_per_s"], 0),
        significant(group["derelict_falls_for_years"], MEAN_DIGITS),
    ]
