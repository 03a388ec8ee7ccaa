"""Who asks, how much of it does the fleet answer, who too late, and what may leave a machine?"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import Block, Charts, Folded, KeyNumber, KeyNumbers, Prose, Section
from ..numerals import delay, percent, quantity, share, significant, tokens
from . import asked_charts, asked_tables
from .asked_tables import named

TITLE = "Who asks, and are they answered in time?"
OLD = "This run was made before Sunstack knew who asks."
NO_ACCELERATORS = "No language model is served, so nobody is answered."
NOBODY = "In this scenario nobody asks (service.terminals is none)."
DIGITS = 2
"""How many terminals there will be is known no better."""
TRIALS = (
    "Trials with even delays from measurement to action, policies reckoning with them. Machines, "
    "pushes, roads and sensors are examples."
)
MARKED = (
    " What is marked is the network's round trip alone; sensing and computing come on top, so that "
    "marks move to the right by what they take."
)
MISSING = (
    "What is missing on board are tasks whose sensing and computing alone take longer than their "
    "most demanding allow."
)
TAKEN = (
    "Terminals are those of the catalogue at its years' ends, shared out over the cities of their "
    "countries; they ask by the Sun's time, every day alike. A part of what they ask is held to be "
    "unfit for orbit. Tasks are classes that count alike, most of their limits estimates: of a "
    "class whose limit is a range, the part is told that a network leaves enough time for. The "
    "spread of delays over people is taken for that of one machine's loops; on the ground they "
    "are of fibre alone. Left out: mobile radio on the way to a data centre on the ground, "
    "outages, and people whom the network never reaches."
)
MUCH_LATE = 0.01
"""Classes with a larger share too late are named."""
MONTHS = 12

Tree = Mapping[str, Any]


def asked(results: Results) -> Section:
    """Tell what is asked against what is served, deadlines missed, and tasks that may leave."""
    if "asked" not in results.summary:
        return _only(OLD)
    found = results.summary["asked"]
    if found is None:
        return _only(NO_ACCELERATORS if results.summary["service"] is None else NOBODY)
    blocks: list[Block] = [_answer(found), _key_numbers(found), asked_tables.classes(found)]
    blocks += [
        Charts(
            heading="When and where",
            charts=[asked_charts.by_hour(results), asked_charts.cells(results)],
            is_wide=True,
        ),
        Folded(summary="By region", blocks=[asked_tables.regions(found)]),
        *_lateness(found),
        *_machines(results, found),
        Prose(text=TAKEN),
    ]
    return Section(name="asked", title=TITLE, blocks=blocks)


def _only(told: str) -> Section:
    return Section(name="asked", title=TITLE, blocks=[Prose(text=told)])


# --- how much -------------------------------------------------------------------------------------


def _answer(found: Tree) -> Prose:
    met = float(found["met_fraction"])
    served = tokens(found["fleet_tokens_per_s"], DIGITS)
    all_tokens = sum(float(one["all"]["answer_tokens_per_s"]) for one in found["classes"])
    return Prose(
        text=f"When the fleet's years end, in {month(found['horizon_year'])}, terminals on the "
        f"ground ask for {tokens(all_tokens, DIGITS)} tokens of answers a second, of which "
        f"{tokens(found['asked_tokens_per_s'], DIGITS)} may come from orbit. The fleet serves "
        f"{served} of {found['model']}: enough for {share(met)} of those, in the hours in which "
        f"they are asked.{_held(found)}",
        tone="good" if met >= 1.0 - 1e-6 else "bad",
    )


def _held(found: Tree) -> str:
    if not found["is_held"]:
        return ""
    edge = "end" if found["year"] < found["horizon_year"] else "begin"
    return (
        f" Terminals are counted for {month(found['year'])}, where the catalogue's counts {edge}."
    )


def month(year: float) -> str:
    """Name the month of an instant, given as a year with its fraction."""
    whole, part = divmod(float(year), 1.0)
    return f"{calendar.month_name[min(int(MONTHS * part), MONTHS - 1) + 1]} {int(whole)}"


def _key_numbers(found: Tree) -> KeyNumbers:
    met = float(found["met_fraction"])
    items = [
        KeyNumber(
            label="Tokens a second asked of orbit",
            value=tokens(found["asked_tokens_per_s"], DIGITS),
            note=f"mean of the day; {significant(found['peak_to_mean_ratio'], 3)} times as many in "
            "the busiest hour",
        ),
        KeyNumber(
            label=f"Of them served, {found['model']}",
            value=share(met),
            note="by the fleet at its end",
            tone="good" if met >= 1.0 - 1e-6 else "bad",
        ),
    ]
    items += [
        KeyNumber(
            label=f"Tasks of a {one['machine']} that may be decided in orbit",
            value=share(one["places"]["orbit"]["tolerated_fraction"]),
            note=f"on the ground {share(one['places']['ground']['tolerated_fraction'])}",
        )
        for one in found["machines"]
        if "orbit" in one["places"]
    ]
    return KeyNumbers(items=items)


# --- who is late ----------------------------------------------------------------------------------


def _lateness(found: Tree) -> Iterator[Block]:
    late = found["late"]
    if late is None:
        yield Prose(
            text=f"Whether answers come in time is not told: {found['late_lacks']}.", tone="bad"
        )
        return
    much = [
        one
        for one in sorted(found["classes"], key=lambda one: -one["misses"]["missed_fraction"])
        if one["misses"]["missed_fraction"] >= MUCH_LATE
    ]
    yield Prose(text=_late_told(much) + _unreached(late), tone="bad" if much else "good")
    yield Charts(heading="Answered too late", charts=[asked_charts.late(found)])
    yield Prose(
        text=f"Delays are those of the network to each city at each instant, weighted by people "
        f"({delay(late['network_mean_ms'])} there and back in the mean), each with each of a "
        f"row of waits for the first token, taken as exponential about the mean of "
        f"{delay(late['first_token_mean_ms'])}, and {delay(late['output_token_ms'])} between "
        f"tokens, of {found['model']}. Both are taken at the load that the run assumes: a fleet "
        "asked for more than it serves would be later, or refuse."
    )


def _late_told(much: list[Tree]) -> str:
    if not much:
        return f"Of every class at least {percent(1.0 - MUCH_LATE, 0)} are answered in time."
    told = "; ".join(
        f"{named(one['name'])} {percent(one['misses']['missed_fraction'])} ({_why(one)})"
        for one in much
    )
    return f"Too late come, of the answers that a class asks for: {told}."


def _why(one: Tree) -> str:
    """Which deadline is missed."""
    misses, end_s = one["misses"], quantity(one["answer_deadline_s"], "s")
    if misses["first_token_fraction"] > misses["answer_fraction"]:
        return f"the first token, after {delay(one['first_token_deadline_ms'])}"
    return f"answers too long to end within {end_s}"


def _unreached(late: Tree) -> str:
    if late["unreached_fraction"] <= 0.0:
        return ""
    return (
        f" {percent(late['unreached_fraction'])} of people are not reached at all, which is "
        "counted as too late."
    )


# --- machines -------------------------------------------------------------------------------------


def _machines(results: Results, found: Tree) -> Iterator[Block]:
    told = " ".join(_places_told(one) for one in found["machines"])
    yield Prose(text=f"{told} {MISSING}")
    yield Charts(
        heading="What delay leaves of a robot's and a car's success",
        charts=asked_charts.successes(results),
        is_wide=True,
    )
    marked = any("orbit" in one["places"] for one in found["machines"])
    yield Prose(text=TRIALS + (MARKED if marked else ""))
    for one in found["machines"]:
        yield asked_tables.tasks(one)


def _places_told(one: Tree) -> str:
    places = one["places"]
    told = [
        f"{share(place['tolerated_fraction'])} {_where(name)}{_delays(name, place)}"
        for name, place in places.items()
    ]
    return f"Tasks of a {one['machine']} that may be decided: {', '.join(told)}."


def _where(name: str) -> str:
    return {"ground": "in the nearest data centre on the ground", "orbit": "in orbit"}.get(
        name, name
    )


def _delays(name: str, place: Tree) -> str:
    if name == "on board":
        return ""
    return (
        f" ({delay(place['median_ms'])} there and back, 95 of 100 within {delay(place['p95_ms'])})"
    )
