"""How long do satellites train a language model, what takes their time, how many runs are there?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import Block, Charts, KeyNumber, KeyNumbers, Prose, Section
from ..numerals import count, percent, quantity, share, significant, whole
from . import training_charts, training_tables
from .training_tables import METHODS, STOPS

TITLE = "What the satellites train"
NO_ACCELERATORS = (
    "No language model is trained: the payload carries no accelerators, or too little is known of "
    "them."
)
KNOWN_DIGITS = 2
"""Of what rests on a factor of three in upsets."""
WAITS = {
    "bubble": "rows of satellites that fill and empty",
    "lasers": "what lasers carry at each step",
    "rounds": "what workers exchange between rounds",
}
OFTEN_HOURS = 48.0

Tree = Mapping[str, Any]


def training(results: Results) -> Section:
    """Tell a job's time, energy and losses; draw them by stage, by year, by number and method."""
    if "training" not in results.summary:
        old = Prose(text="This run was made before Sunstack told of training.")
        return Section(name="training", title=TITLE, blocks=[old])
    found = results.summary["training"]
    if found is None:
        return Section(name="training", title=TITLE, blocks=[Prose(text=NO_ACCELERATORS)])
    one = told(found)
    blocks: list[Block] = [_answer(found, one)]
    if one["fits"]:
        blocks += [_key_numbers(found, one), *_drawn(results, found, one)]
    blocks += [
        training_tables.by_group(found),
        training_tables.step(one),
        *_doubts(found, one),
        Prose(text=_taken(found)),
    ]
    return Section(name="training", title=TITLE, blocks=blocks)


def told(found: Tree) -> Tree:
    """The group that trains most, of which the text and the pictures are."""
    one: Tree = next(one for one in found["groups"] if one["name"] == found["told_group"])
    return one


# --- the answer -----------------------------------------------------------------------------------


def _answer(found: Tree, one: Tree) -> Prose:
    if not one["fits"]:
        return Prose(text=_does_not_fit(found, one), tone="bad")
    if one["duration_days"] is None:
        return Prose(
            text=f"{_job(found, one)} never ends: {STOPS[one['stops_first']]} takes all.",
            tone="bad",
        )
    energy = quantity(one["energy_gwh"], "GWh", KNOWN_DIGITS)
    runs = count(found["runs_per_year"])
    return Prose(
        text=f"{_job(found, one)} takes {_days(one['duration_days'])} and {energy}. Of the "
        f"operations that its data sheet promises, {share(one['lasting_fraction'])} go into work "
        "that lasts. Of what a machine reaches by itself, most is taken by "
        f"{STOPS[one['stops_first']]}{_waiting(one)}. If the fleet trained nothing else, there "
        f"would be {runs} such runs a year after {_years(found['horizon_years'])}, and "
        f"{count(found['runs_until_horizon'])} in all until then."
    )


def _job(found: Tree, one: Tree) -> str:
    many = "one satellite" if one["satellites"] == 1 else f"{whole(one['satellites'])} satellites"
    return (
        f"Training {found['model']} on {_tokens(found['token_count'])} tokens with {many} (group "
        f"{one['name']}, {METHODS[found['method']]})"
    )


def _does_not_fit(found: Tree, one: Tree) -> str:
    least = one["least_satellites"]
    needs = (
        "no number of these satellites holds it"
        if least is None
        else f"one copy takes {whole(least)} satellites, joined by lasers"
    )
    return (
        f"The satellites do not train {found['model']}: {needs}; of {one['name']}, "
        f"{whole(one['asked_satellites'])} can work together."
    )


def _waiting(one: Tree) -> str:
    if one["stops_first"] != "exchanges":
        return ""
    return f": mostly {WAITS[one['waits_most_for']]}"


def _days(value: float) -> str:
    if value > 3 * 365.25:
        return quantity(value / 365.25, "years", KNOWN_DIGITS)
    return quantity(value, "days", KNOWN_DIGITS)


def _tokens(number: float) -> str:
    for factor, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= factor:
            return quantity(number / factor, name, 3)
    return whole(number)


def _years(value: float) -> str:
    return f"{value:.3g} {'year' if value == 1.0 else 'years'}"


# --- numbers --------------------------------------------------------------------------------------


def _key_numbers(found: Tree, one: Tree) -> KeyNumbers:
    hours = one["between_interruptions_hours"]
    between = "never" if hours is None else _hours(hours)
    interval = one["checkpoint_interval_s"]
    lost = one["unnoticed_corruptions"]
    items = [
        KeyNumber(
            label="One run",
            value="never done" if one["duration_days"] is None else _days(one["duration_days"]),
            note=f"{_last_year(one)} in the last year of life",
        ),
        KeyNumber(
            label="Energy of a token",
            value="none" if one["token_j"] is None else quantity(one["token_j"], "J", 2),
            note="of payloads, all losses counted",
        ),
        KeyNumber(
            label="A step",
            value=quantity(one["step_s"], "s", 3),
            note=f"of {_tokens(found['batch_token_count'])} tokens; "
            f"{share(one['step_parts_s']['computing'] / one['step_s'])} of it computing",
        ),
        KeyNumber(
            label="A job is stopped every",
            value=between,
            note="no checkpoint is worth it"
            if interval is None
            else f"a checkpoint each {quantity(interval, 's', 2)} of work",
        ),
        KeyNumber(
            label="Silent corruptions left in a model",
            value="none" if lost is None else count(lost),
            note="of a run, found by no check; what they do to it is not known",
            tone="bad" if lost is not None and lost >= 1.0 else "plain",
        ),
    ]
    return KeyNumbers(items=items)


def _last_year(one: Tree) -> str:
    days = one["duration_last_year_days"]
    return "never done" if days is None else _days(days)


def _hours(hours: float) -> str:
    if hours >= OFTEN_HOURS:
        return quantity(hours / 24.0, "days", KNOWN_DIGITS)
    if hours < 1.0:
        return quantity(60.0 * hours, "min", KNOWN_DIGITS)
    return quantity(hours, "h", KNOWN_DIGITS)


# --- figures --------------------------------------------------------------------------------------


def _drawn(results: Results, found: Tree, one: Tree) -> Iterator[Block]:
    yield Charts(
        heading="What is left of a satellite's operations",
        charts=[training_charts.waterfall(found, one)],
        is_wide=True,
    )
    yield Prose(
        text="The data sheet's rate is reached by no machine: the second bar is what one by itself "
        "reaches in training, sums over its own accelerators included. Operations that are done "
        "twice, and tokens that seldom exchange makes necessary, are counted as taken."
    )
    charts = training_charts.by_satellites(results, found, one)
    yield Charts(
        heading="By number of satellites, by method, and over the years",
        charts=[*charts, training_charts.by_year(results, found)],
        is_wide=True,
    )
    yield Prose(
        text="Each number of satellites is laid out anew, with the same batch: the more there are, "
        "the less each computes between two exchanges, and the more often one of them fails. "
        "Workers that train apart hold a copy each, and one that fails stops no other."
    )


# --- what it rests on -----------------------------------------------------------------------------


def _doubts(found: Tree, one: Tree) -> Iterator[Block]:
    apart = (
        " Exchanging seldom was measured with some ten workers and up to 10 billion parameters; "
        f"here {whole(one['workers'])} workers are taken to need "
        f"{percent(one['extra_token_fraction'] or 0.0, 0)} more tokens, a guess."
        if found["method"] != "synchronous"
        else ""
    )
    yield Prose(
        text="How sure: upsets are those of one chip in a beam, good to a factor of 3, and mostly "
        "what stops a job; how fast a satellite starts again and writes checkpoints is an "
        f"estimate. Nobody has yet trained a model of this size in orbit.{apart}",
        tone="bad",
    )


def _taken(found: Tree) -> str:
    stop_s = significant(found["downtime_s"] + found["restart_s"], 3)
    causes = significant(found["interruption_ratio"], 3)
    return (
        f"Texts of {whole(found['sequence_token_count'])} tokens, "
        f"{_tokens(found['batch_token_count'])} of these a step, computed in "
        f"{found['precision']}; a machine reaches {percent(found['flop_efficiency'], 0)} of its "
        f"data sheet. A check finds {share(found['detected_fraction'])} of the silent corruptions, "
        f"and the work is done again. A stop costs {stop_s} s and what was not yet kept; on the "
        f"ground all causes together come {causes} times as often as accelerators fail. "
        f"{percent(found['spare_fraction'], 0)} more satellites stand by. Not counted: satellites "
        "that serve besides, loading data, what users' traffic takes of lasers."
    )
