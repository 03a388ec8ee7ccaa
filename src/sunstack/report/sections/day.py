"""Do the satellites that are there when somebody asks have the power, and what does routing do?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import (
    Block,
    Charts,
    KeyNumber,
    KeyNumbers,
    Points,
    Prose,
    Section,
    Table,
    number,
    text,
)
from ..numerals import count, delay, percent, power, quantity, share, significant, tokens
from . import day_charts
from .asked_tables import named

TITLE = "Do the satellites in view have the power when somebody asks?"
OLD = "This run was made before Sunstack followed a day of demand."
POLICIES = (
    "overhead: a place is answered by satellites that it sees, and by none else",
    "nearest: by those; what they cannot is passed over the mesh to the nearest that are free",
    "sunlight: the same, but only satellites in sunlight answer",
    "load: spread evenly over all satellites that the mesh reaches",
)
TAKEN = (
    "Every satellite is counted over the cell it stands over, in light or shadow as one orbit of "
    "its plane, stepped as in the simulation, has it. Delays by distance are those of the mesh at "
    "the first instant, from a few cities; deadlines are held against exponential waits for the "
    "first token and the pace of tokens at the load that the run assumes. Left out: what is put "
    "off till later, sessions that stay where they began, and what a full radio link or laser "
    "holds back."
)
MUCH_UNSEEN = 0.005

Tree = Mapping[str, Any]


def day(results: Results) -> Section:
    """Tell of a day: who is answered, by which satellites, how late, and at what power."""
    found = results.summary.get("day")
    if found is None:
        return _only(OLD)
    if found["lacks"]:
        return _only(f"No day of demand was followed: {found['lacks']}.")
    return Section(name="day", title=TITLE, blocks=list(_blocks(results, found)))


def _only(told: str) -> Section:
    return Section(name="day", title=TITLE, blocks=[Prose(text=told)])


def _blocks(results: Results, found: Tree) -> Iterator[Block]:
    yield _answer(found)
    yield _key_numbers(found)
    yield Points(items=POLICIES)
    yield policies(found)
    yield Charts(
        heading="Sunlight, night and who is answered from overhead",
        charts=day_charts.maps(results),
        is_wide=True,
    )
    yield Charts(
        heading="What routing does",
        charts=[day_charts.by_hour(results), day_charts.loads(found)],
        is_wide=True,
    )
    yield Charts(charts=[day_charts.missed(found)], is_wide=True)
    yield classes(found)
    yield groups(found)
    yield Prose(text=TAKEN)


# --- in words -------------------------------------------------------------------------------------


def _named(found: Tree, name: str) -> Tree:
    one: Tree = next(one for one in found["policies"] if one["name"] == name)
    return one


def _answer(found: Tree) -> Prose:
    overhead, nearest = _named(found, "overhead"), _named(found, "nearest")
    fleet = "all satellites as given" if found["is_filled"] else "the fleet of the horizon's end"
    told = (
        f"On {found['date']}, terminals ask {fleet} for {tokens(found['asked_tokens_per_s'])} "
        f"tokens of {found['model']} a second, {share(_load(found))} of what it could give. "
        f"Satellites overhead answer {share(overhead['met_fraction'])}, and "
        f"{share(overhead['worst_met_fraction'])} in the worst hour "
        f"({day_charts.clock(overhead['worst_hour'])} UTC)."
    )
    return Prose(
        text=told + _mesh(found, nearest) + _unseen(found),
        tone="good" if nearest["met_fraction"] >= day_charts.MET_FRACTION else "bad",
    )


def _load(found: Tree) -> float:
    return float(found["asked_tokens_per_s"]) / float(found["capacity_tokens_per_s"])


def _mesh(found: Tree, nearest: Tree) -> str:
    if not found["has_mesh"]:
        return " No laser leads further, so that every policy is that one."
    lit = _named(found, "sunlight")
    return (
        f" Over the mesh {share(nearest['met_fraction'])} are answered, "
        f"{share(lit['met_fraction'])} by satellites in sunlight alone."
    )


def _unseen(found: Tree) -> str:
    if found["unseen_fraction"] < MUCH_UNSEEN:
        return ""
    return (
        f" {share(found['unseen_fraction'])} is asked where no satellite is seen at that moment: "
        "no policy helps there, but an access constellation (network.access) or more planes do."
    )


def _key_numbers(found: Tree) -> KeyNumbers:
    overhead, nearest, load = (_named(found, name) for name in ("overhead", "nearest", "load"))
    whole = float(found["satellite_count"])
    return KeyNumbers(
        items=[
            KeyNumber(
                label="Answered by satellites overhead",
                value=share(overhead["met_fraction"]),
                note=f"over the mesh {share(nearest['met_fraction'])}",
            ),
            KeyNumber(
                label="Satellites in sunlight",
                value=share(found["sunlit_count"] / whole),
                note=f"of {count(whole)}, mean of the day",
            ),
            KeyNumber(
                label="Satellites' worth without work",
                value=share(nearest["idle_count"] / whole),
                note="nearest first",
            ),
            KeyNumber(
                label="Network, there and back",
                value=delay(_mean_ms(nearest, found)),
                note=f"nearest first; spread evenly {delay(_mean_ms(load, found))}",
            ),
        ]
    )


def _mean_ms(policy: Tree, found: Tree) -> float:
    """Mean over classes, by how much is served of each."""
    hours = {one["name"]: one["served_tokens_per_s"] for one in policy["classes"]}
    whole = float(sum(hours.values()))
    if not whole:
        return 0.0
    return (
        float(sum(one["network_mean_ms"] * hours[one["name"]] for one in policy["classes"])) / whole
    )


# --- tables ---------------------------------------------------------------------------------------


def policies(found: Tree) -> Table:
    """What each policy serves, from where, and at what power."""
    return Table(
        caption="A day under each policy; idle payloads count to what a token takes",
        columns=[
            text("policy"),
            number("answered"),
            number("in the worst hour"),
            number("of it in sunlight"),
            number("of what could be given"),
            number("payloads at work"),
            number("payloads in all"),
            number("from batteries"),
            number("J a token"),
        ],
        rows=[
            [
                one["name"],
                percent(one["met_fraction"]),
                percent(one["worst_met_fraction"]),
                percent(one["sunlit_fraction"]),
                percent(one["used_fraction"]),
                power(one["working_power_w"]),
                power(one["payload_power_w"]),
                power(one["battery_power_w"]),
                "–" if one["token_j"] is None else significant(one["token_j"], 3),
            ]
            for one in found["policies"]
        ],
    )


def classes(found: Tree) -> Table:
    """How late the network makes each class, by policy."""
    return Table(
        caption="Network there and back (mean; 95 of 100 within) and answers too late, by class",
        columns=[
            text("class"),
            *(
                number(f"{one['name']}: {what}")
                for one in found["policies"]
                for what in ("delay", "late")
            ),
        ],
        rows=[
            [
                named(kind["name"]),
                *(
                    told
                    for policy in found["policies"]
                    for told in _lateness(policy["classes"][place])
                ),
            ]
            for place, kind in enumerate(found["policies"][0]["classes"])
        ],
    )


def _lateness(one: Tree) -> tuple[str, str]:
    if not one["met_fraction"]:
        return "–", "–"
    late = significant(one["network_p95_ms"], 2, is_computed=True)
    return f"{delay(one['network_mean_ms'])}; {late}", percent(one["late_fraction"], 2)


def groups(found: Tree) -> Table:
    """How much of each group is used, and that the day agrees with the closed form."""
    names = [one["name"] for one in found["policies"]]
    return Table(
        caption="Used of what each group could give, mean of the day",
        columns=[
            text("group"),
            number("could give, tokens/s"),
            *(number(name) for name in names),
            number("mean against the closed form"),
        ],
        rows=[
            [
                one["name"],
                tokens(one["capacity_tokens_per_s"]),
                *(percent(one["used_fraction"][name], 2) for name in names),
                quantity(100.0 * (one["planned_ratio"] - 1.0), "%", 2),
            ]
            for one in found["groups"]
        ],
    )
