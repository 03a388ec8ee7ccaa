"""How many tokens do the payloads serve, at what energy each, and what stops them first?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sunstack.results import Results

from ..blocks import Block, Charts, Folded, KeyNumber, KeyNumbers, Points, Prose, Section
from ..numerals import percent, quantity, share, significant, tokens, whole
from ..selection import MOST_NAMED
from . import service_charts, service_tables

TITLE = "What the payload serves"
NO_ACCELERATORS = (
    "No language model is served: the payload carries no accelerators, or too little is known of "
    "them."
)
KNOWN_DIGITS = 2
"""Of what rests on a model that is a tenth off and more."""
APART = "If one satellite takes requests in and another decodes them"
MOST_KEY_MODELS = 4
STOPS = {
    "power": "power",
    "cooling": "cooling",
    "links": "links with the ground",
    "latency": "the bound on the time between tokens",
    "first token": "the bound on the first token",
    "memory": "memory",
    "whole replicas": "accelerators left over by whole replicas",
    "both": "the bound on the time between tokens together with memory",
}

Tree = Mapping[str, Any]


def service(results: Results) -> Section:
    """Tell tokens, energy and limits of each language model; draw them by batch, power, month."""
    if "service" not in results.summary:
        old = Prose(text="This run was made before Sunstack knew of language models.")
        return Section(name="service", title=TITLE, blocks=[old])
    found = results.summary["service"]
    if found is None:
        return Section(name="service", title=TITLE, blocks=[Prose(text=NO_ACCELERATORS)])
    blocks: list[Block] = [_answer(found), Points(items=[_told(one) for one in found["models"]])]
    serving = _serving(found)
    if serving:
        blocks += [_key_numbers(found, serving), *_of_satellites(found)]
    blocks.append(service_tables.models(found))
    if serving:
        blocks += _drawn(results, serving)
    moved = [one for one in serving if "handover" in one]
    if moved:
        blocks.append(Folded(summary=APART, blocks=[service_tables.handover(moved)]))
    blocks += [service_tables.by_group(found), *_doubts(found), Prose(text=_taken(found))]
    return Section(name="service", title=TITLE, blocks=blocks)


def _serving(found: Tree) -> list[Tree]:
    """The models of which a satellite serves anything."""
    return [one for one in found["models"] if one["lacks"] is None]


# --- the answer -----------------------------------------------------------------------------------


def _answer(found: Tree) -> Prose:
    if not _serving(found):
        return Prose(text="A satellite serves none of the language models asked for.", tone="bad")
    return Prose(
        text=f"Tokens of answers that the fleet serves {_span(found['horizon_years'])} after the "
        "programme's start with the first token in time, of each language model as if it alone "
        "were served, and what of the design stops it first:"
    )


def _told(one: Tree) -> str:
    if one["lacks"] is not None:
        return f"{one['name']}: none. {_lacking(one)}"
    return (
        f"{one['name']}: {tokens(one['fleet_tokens_per_s'], KNOWN_DIGITS)} tokens a second, at "
        f"{_energy(one)} each. {_stopping(one)}"
    )


def _lacking(one: Tree) -> str:
    """Why a satellite serves nothing of a model."""
    if one["lacks"] == "memory":
        return _too_large(one)
    if one["lacks"] == "first token":
        return "A request alone waits longer for its first token than the bound allows."
    if one["lacks"] == "latency":
        return (
            "No number of a satellite's accelerators that holds it keeps the bound on the time "
            "between tokens."
        )
    return (
        "What its payloads get of power and cooling is too little for a single sequence within "
        "the bounds."
    )


def _too_large(one: Tree) -> str:
    chips, satellites = one["needed_accelerator_count"], one["needed_satellite_count"]
    told = f"With one request it needs the memory of {whole(chips)} accelerators"
    if satellites > 1:
        return (
            f"{told}, so {whole(satellites)} satellites, over which its layers would have to be "
            "dealt out; that is not reckoned with here."
        )
    return f"{told} of one satellite, more than its links join."


def _stopping(one: Tree) -> str:
    """Name what stops it, and what share that takes."""
    reached = share(_reached(one))
    if one["stops_first"] == "engine":
        return f"Nothing but its chips and engine stop it: they reach {reached} of the data sheet."
    what = STOPS[service_tables.what_stops(one)]
    return (
        f"What stops it first is {what}, by {percent(_taken_share(one), 0)}; its chips and engine "
        f"reach {reached} of the data sheet."
    )


def _reached(one: Tree) -> float:
    """Of the data sheet's tokens, by engine and memory, with neither bounds nor want of power."""
    sheet, engine = (float(stage["tokens_per_s"]) for stage in one["stages"][:2])
    return engine / sheet


def _taken_share(one: Tree) -> float:
    for before, after in pairwise(one["stages"]):
        if after["stage"] == one["stops_first"]:
            return 1.0 - float(after["tokens_per_s"]) / float(before["tokens_per_s"])
    return 0.0


def _energy(one: Tree) -> str:
    return quantity(one["token_j"], "J", KNOWN_DIGITS)


# --- numbers --------------------------------------------------------------------------------------


def _key_numbers(found: Tree, serving: Sequence[Tree]) -> KeyNumbers:
    first = serving[0]
    fleets = [
        KeyNumber(
            label=f"Tokens a second, {one['name']}",
            value=tokens(one["fleet_tokens_per_s"], KNOWN_DIGITS),
            note=f"by the fleet at the end, {_energy(one)} each{_throughput(one)}",
        )
        for one in serving[:MOST_KEY_MODELS]
    ]
    return KeyNumbers(
        items=[
            *fleets,
            KeyNumber(
                label=f"Between tokens, {first['name']}",
                value=_milliseconds(first["output_token_ms"]),
                note=f"at {share(found['load_fraction'])} load; at most "
                f"{quantity(found['token_ms'], 'ms')}",
            ),
            KeyNumber(
                label=f"First token, {first['name']}",
                value=_milliseconds(first["first_token_ms"]),
                note=f"without the network; at most {quantity(found['first_token_s'], 's')}",
                tone="plain" if _is_soon(found, first) else "bad",
            ),
        ]
    )


def _throughput(one: Tree) -> str:
    """What full batches would make, however late the first token, where that is told otherwise."""
    served = one["fleet_tokens_per_s"]
    # A run made before it was told has none.
    full = tokens(one.get("fleet_full_batch_tokens_per_s", served), KNOWN_DIGITS)
    is_more = full != tokens(served, KNOWN_DIGITS)
    return f"; {full} at full batches, first tokens late" if is_more else ""


def _is_soon(found: Tree, one: Tree) -> bool:
    late = one["first_token_ms"]
    return late is not None and float(late) <= 1e3 * float(found["first_token_s"])


def _milliseconds(value: float | None) -> str:
    return "none" if value is None else quantity(value, "ms", KNOWN_DIGITS)


def _of_satellites(found: Tree) -> Iterator[Block]:
    """What a whole new satellite serves, what age leaves of it, and who is late."""
    serving = _serving(found)
    told = [
        f"{tokens(one['satellite_tokens_per_s'], KNOWN_DIGITS)} of {one['name']}"
        + _aged(one["satellite_tokens_per_s"], one["satellite_last_year_tokens_per_s"])
        for one in serving
    ]
    yield Prose(
        text=f"A satellite of {whole(found['accelerator_count'])} accelerators "
        f"({found['chip']}) serves, tokens a second in the mean of its first year: "
        f"{'; '.join(told)}. The fleet is to have {_satellites(found['wanted_satellites'])}."
        f"{_by_mass(serving)}"
    )
    late = [
        f"{one['name']} (in time up to {share(one['admitted_load_fraction'] or 0.0)} load)"
        for one in serving
        if not _is_soon(found, one)
    ]
    if late:
        yield Prose(
            text=f"The first token comes later than {quantity(found['first_token_s'], 's')} in "
            f"the mean, at {share(found['load_fraction'])} load, of {', '.join(late)}.",
            tone="bad",
        )


def _by_mass(serving: Sequence[Tree]) -> str:
    """Tokens of a satellite's life for each kilogram of it, and the fleet's of each launched."""
    told = [
        f"{_many(one['tokens_per_kg']['satellite'])} of {one['name']} "
        f"({_many(one['tokens_per_kg']['fleet'])} for each kilogram launched)"
        for one in serving
        if "tokens_per_kg" in one
    ]
    if not told:
        return ""
    return f" Over its life each kilogram of a satellite serves, in tokens: {'; '.join(told)}."


def _many(number: float) -> str:
    factor, name = (1e9, "billion") if number >= 1e9 else (1e6, "million")
    return quantity(number / factor, name, KNOWN_DIGITS)


def _aged(first: float, last: float) -> str:
    """What the last year of its life leaves, links not counted."""
    if first <= 0.0 or last >= 0.995 * first:
        return ""
    return f" ({percent(last / first, 0)} of that in its last)"


def _satellites(count: float) -> str:
    return "one such satellite" if count == 1.0 else f"{whole(count)} such satellites"


def _span(years: float) -> str:
    return f"{years:.3g} {'year' if years == 1.0 else 'years'}"


# --- figures --------------------------------------------------------------------------------------


def _drawn(results: Results, serving: Sequence[Tree]) -> Iterator[Block]:
    shown = list(serving[:MOST_NAMED])
    charts = service_charts.waterfalls(shown)
    yield Charts(heading="What is left of a satellite's tokens", charts=charts, is_wide=True)
    yield Prose(
        text="The data sheet's tokens are its operations over those of a token, taking in requests "
        "included; no machine reaches them, as decoding waits for memory. Shares are of the first "
        "bar; where little of the data sheet is reached, that is what is reached. The last bar is "
        "what the fleet serves at the end, for each satellite it is to have. Not counted: several "
        "models side by side, inputs shared between requests, speculation." + _left_out(serving)
    )
    yield Charts(
        heading="By batch, by power, and over the years",
        charts=[
            service_charts.by_batch(results, shown),
            service_charts.by_power(results, shown),
            service_charts.roofline(results, shown),
            service_charts.by_month(results, shown),
        ],
        is_wide=True,
    )
    yield Prose(
        text="By batch: at full power, as far as sequences find room, whether or not the bound on "
        "the time between tokens is kept; the marks are the batches at work in sunlight. Roofs: "
        "lines are decoding, from one sequence to as many as find room, marks the taking in of one "
        "request. Passes stay below the data sheet by what engines reach of it, by sums over "
        "accelerators, and by the engine's own time, which weighs most in short passes."
    )


def _left_out(serving: Sequence[Tree]) -> str:
    rest = len(serving) - MOST_NAMED
    if rest <= 0:
        return ""
    return f" Drawn are the first {MOST_NAMED} models; {whole(rest)} more are in the tables."


# --- what it rests on -----------------------------------------------------------------------------


def _doubts(found: Tree) -> Iterator[Block]:
    """How far such predictions were off where they could be checked."""
    told: dict[str, list[str]] = {}
    for one in found["models"]:
        told.setdefault(_band(one["error"]), []).append(one["name"])
    unmeasured = not found["models"][0]["error"]["chip_was_measured"]
    guess = (
        f" No run on {found['chip']} was among them: what engines reach of other chips is taken "
        "for it, so expect larger errors."
        if unmeasured
        else ""
    )
    bands = " ".join(f"{', '.join(names)}: {band}" for band, names in told.items())
    yield Prose(text=f"How sure: {bands}{guess}", tone="bad" if unmeasured else "plain")


def _band(error: Tree) -> str:
    what = {"dense": "models without experts", "experts": "models with experts"}
    marks = [what.get(error["family"], "all models")]
    marks += [error[key] for key in ("precision", "engine", "generation") if error[key] != "all"]
    return (
        f"of {whole(error['row_count'])} measured times between tokens ({', '.join(marks)}), half "
        f"were predicted within {percent(error['median_error_ratio'], 0)} and nine of ten within "
        f"{percent(error['ninetieth_error_ratio'], 0)}."
    )


def _taken(found: Tree) -> str:
    return (
        f"Served with {found['engine']}, weights {found['precision']}; requests of "
        f"{whole(found['input_token_count'])} tokens and answers of "
        f"{whole(found['output_token_count'])} in the mean, squared variation "
        f"{significant(found['length_variation_ratio'], 3)}; at most "
        f"{quantity(found['token_ms'], 'ms')} between tokens in the mean, inputs taken in by at "
        f"most {whole(found['chunk_token_count'])} tokens a step; "
        f"{percent(found['workspace_fraction'], 0)} of memory kept free. Delays are those at "
        f"{share(found['load_fraction'])} of what can be served. Energy is the payload's, taking "
        "in requests included."
    )
