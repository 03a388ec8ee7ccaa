"""Does the design close, what does the fleet deliver, and what decides it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import KeyNumber, KeyNumbers, Points, Prose, Section, Tone
from ..numerals import count, percent, power, signed_percent, whole
from ..selection import plain
from .design import POLICIES
from .inputs import KINDS


def verdict(results: Results) -> Section:
    """Say it in a few sentences and numbers."""
    summary = results.summary
    tone: Tone = "good" if summary["closes"] else "bad"
    badge = "The design closes" if summary["closes"] else "The design does not close"
    warnings = [Prose(text=warning, tone="bad") for warning in summary["warnings"]]
    return Section(
        name="verdict",
        title="Verdict",
        blocks=[
            Prose(text=summary["verdict"], tone=tone, badge=badge),
            *warnings,
            KeyNumbers(items=_key_numbers(summary)),
            Prose(text=_standing(results)),
        ],
    )


def remedies(results: Results) -> Section:
    """Name what binds, on which choice it rests, and what would mend it."""
    summary = results.summary
    return Section(
        name="remedies",
        title="What binds, and what would mend it",
        blocks=[
            Prose(text=f"{_what_binds(summary)} {_in_shadow(results)}"),
            *_what_mends(summary),
        ],
    )


def _standing(results: Results) -> str:
    """How far the page is to be trusted, in a line."""
    manifest = results.manifest
    weak = sum(one["confidence"] == "low" for one in manifest["inputs"])
    finished = str(manifest["run"]["finished"]).partition("T")[0]
    return (
        f"A model, not a measurement: point values, no ranges yet, from {len(manifest['inputs'])} "
        f"inputs of which {weak} rest on estimates or single weak sources. Not included: network, "
        "workload, cost, collisions, brightness, spectrum (see the caveats). Computed on "
        f"{finished} by Sunstack {manifest['versions']['sunstack']}."
    )


def _key_numbers(summary: Mapping[str, Any]) -> list[KeyNumber]:
    fleet, satellites, agreement = (summary[name] for name in ("fleet", "satellites", "agreement"))
    worst = min(summary["groups"], key=lambda group: group["margins"][group["binding_margin"]])
    margin = worst["margins"][worst["binding_margin"]]
    return [
        KeyNumber(
            label="satellites",
            value=whole(satellites["count"]),
            note=f"{len(summary['groups'])} groups" if len(summary["groups"]) > 1 else "1 group",
        ),
        KeyNumber(
            label="mean payload power",
            value=power(fleet["payload_power_w"]),
            note=f"of a satellite; {power(fleet['payload_power_end_w'])} in the last year, "
            f"{power(satellites['payload_required_w'])} asked for",
        ),
        KeyNumber(
            label="payload power, fleet",
            value=power(fleet["payload_power_total_w"]),
            note=f"{power(fleet['payload_power_total_end_w'])} in the last year of life",
        ),
        _in_place(summary["programme"]),
        KeyNumber(
            label="time in sunlight",
            value=percent(fleet["sunlit_fraction"]),
            note="mean of all satellites, first year",
        ),
        KeyNumber(
            label="worst margin",
            value=signed_percent(margin),
            note=f"{plain(worst['binding_margin'])} in {worst['name']}",
            tone="bad" if margin < 0.0 else "good",
        ),
        KeyNumber(
            label="two computations differ by",
            value=percent(agreement["largest_relative_difference"], 2),
            note=f"closed form, simulation; {percent(agreement['tolerance'], 0)} allowed",
            tone="good" if agreement["holds"] else "bad",
        ),
    ]


def _in_place(programme: Mapping[str, Any]) -> KeyNumber:
    """How many satellites are there at the horizon's end, and since when all of them."""
    own, years = programme["ramps"][0], f"{programme['horizon_years']:.3g} years"
    months = [group["month_filled"] for group in own["groups"]]
    never = months.count(None)
    if never == len(months):
        when = f"no group filled within {years}"
    elif never:
        when = f"{never} of {len(months)} groups never filled within {years}"
    else:
        when = f"filled in month {max(months)}"
    wanted = sum(group["wanted"] for group in own["groups"])
    return KeyNumber(
        label=f"in place after {years}",
        value=count(own["in_place"]),
        note=f"of {whole(wanted)} on {own['rocket']}; {when}",
        tone="bad" if never else "plain",
    )


def _in_shadow(results: Results) -> str:
    """Name the choice on which the payload's power in shadow rests, and who made it."""
    chosen = results.summary["eclipse_policies"]["chosen"]
    given = next(one for one in results.manifest["inputs"] if one["key"] == "power.eclipse_policy")
    return (
        f"Mean payload power rests on the eclipse policy “{chosen}”: {POLICIES[chosen]} "
        f"(power.eclipse_policy, from {KINDS[given['kind']]}, confidence {given['confidence']})."
    )


def _what_mends(summary: Mapping[str, Any]) -> list[Prose | Points]:
    """Name, for each broken limit, the size at which it would just hold."""
    if not summary["remedies"]:
        return []
    told = Prose(text="What would mend each broken limit, taken by itself:")
    return [told, Points(items=summary["remedies"])]


def _what_binds(summary: Mapping[str, Any]) -> str:
    found = Counter(group["binding_margin"] for group in summary["groups"])
    if len(summary["groups"]) == 1:
        return f"The limit that binds is {plain(next(iter(found)))}."
    told = [
        f"{plain(name)} in {number} {'group' if number == 1 else 'groups'}"
        for name, number in found.most_common()
    ]
    return f"The limit that binds: {', '.join(told)}."
