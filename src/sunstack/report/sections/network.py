"""How soon does a person on the ground reach a computer in orbit, and what takes the time?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sunstack.results import Results

from ..blocks import Block, Charts, KeyNumber, KeyNumbers, Points, Prose, Section
from ..instant import said
from ..numerals import delay, fixed, people, quantity, rate, share, significant, whole
from . import network_capacity, network_charts, network_tables

NO_MESH = (
    "No group of this run makes a mesh of lasers, so no way from the ground is followed: that "
    "takes planes of several satellites each, in shells."
)

Tree = Mapping[str, Any]


def network(results: Results) -> Section:
    """Tell the round trip from cities to computers, its parts, its rival, the meshes and routes."""
    title = "From the ground to a computer in orbit"
    if "network" not in results.summary:
        blocks: list[Block] = [Prose(text="This run was made before Sunstack knew of networks.")]
        return Section(name="network", title=title, blocks=blocks)
    found = results.summary["network"]
    if found is None:
        why = results.summary.get("network_lacks")
        told = f"{NO_MESH} Here {why}." if why else NO_MESH
        return Section(name="network", title=title, blocks=[Prose(text=told)])
    blocks = [_answer(found)]
    if found["nearest"]:
        blocks += [_key_numbers(found), Prose(text=_parts(found)), _rival(found["nearest"])]
    blocks += _left_out(found)
    blocks.append(Charts(charts=network_charts.from_ground(results), is_wide=True))
    blocks += _meshes(found)
    if found.get("designs"):
        blocks += _designs(found["designs"])
    blocks += network_capacity.capacity(found)
    blocks += _routes(results)
    blocks += [*network_tables.stacks(found), Prose(text=_taken(found))]
    return Section(name="network", title=title, blocks=blocks)


# --- from the ground -----------------------------------------------------------------------------


def _answer(found: Tree) -> Prose:
    """The round trip of few, of half and of most people."""
    nearest = found["nearest"]
    if nearest is None:
        text = f"Of the {_people(found)} nobody reaches a computer in orbit."
        return Prose(text=text, tone="bad")
    trip = nearest["round_trip_ms"]
    return Prose(
        text=f"Of the {_people(found)}, {_reached(nearest['reached_fraction'])}. Half of these are "
        f"answered within {delay(trip['p50'])}, the "
        f"nearest twentieth within {delay(trip['p5'])}, all but the farthest twentieth within "
        f"{delay(trip['p95'])}: the time on the way, there and back, without the computing. "
        f"They see {_seen(found)}."
    )


def _reached(fraction: float) -> str:
    if fraction == 1.0:
        return "all reach a computer in orbit at all times looked at"
    return f"{share(fraction)} reach a computer in orbit at any one time"


def _people(found: Tree) -> str:
    return f"{people(found['population'])} people of {whole(found['place_count'])} cities"


def _seen(found: Tree) -> str:
    if any(stack["is_access"] for stack in found["stacks"]):
        return f"{found['entry']}, which hand a request on to those that compute"
    return "the satellites that compute themselves"


def _key_numbers(found: Tree) -> KeyNumbers:
    nearest = found["nearest"]
    trip, fibre, hops = nearest["round_trip_ms"], nearest["fibre_ms"], nearest["hops"]
    return KeyNumbers(
        items=[
            KeyNumber(
                label="There and back, half of the people",
                value=delay(trip["p50"]),
                note=f"5 to 95 %: {delay(trip['p5'])} to {delay(trip['p95'])}",
            ),
            KeyNumber(
                label="By fibre to a data centre on the ground",
                value=delay(fibre["p50"]),
                note=f"5 to 95 %: {delay(fibre['p5'])} to {delay(fibre['p95'])}",
            ),
            KeyNumber(
                label="Sooner in orbit than by fibre",
                value=share(nearest["sooner_than_fibre_fraction"]),
                note="of the people",
            ),
            KeyNumber(
                label="Reached",
                value=share(nearest["reached_fraction"]),
                note="of people and instants",
                tone="plain" if nearest["reached_fraction"] == 1.0 else "bad",
            ),
            KeyNumber(
                label="Hops between satellites",
                value=significant(hops["mean"], 2),
                note=f"in the mean, {whole(hops['most'])} at most",
            ),
        ]
    )


def _parts(found: Tree) -> str:
    """What the mean is made of, the largest part first."""
    nearest = found["nearest"]
    ranked = sorted(nearest["parts_ms"], key=lambda part: -float(part["mean"]))
    told = [f"{part['name']} {delay(part['mean'])}" for part in ranked if part["mean"] > 0.0]
    none = [part["name"] for part in ranked if part["mean"] == 0.0]
    nothing = f" No time goes into {' or '.join(none)}." if none else ""
    return (
        f"The mean round trip of {delay(nearest['round_trip_ms']['mean'])} is made of "
        f"{_listed(told)}.{nothing}"
    )


def _rival(nearest: Tree) -> Prose:
    fibre, sooner = nearest["fibre_ms"], nearest["sooner_than_fibre_fraction"]
    is_sooner = nearest["round_trip_ms"]["p50"] < fibre["p50"]
    return Prose(
        text="By fibre to the nearest data centre on the ground, nothing but its light counted, "
        f"half of all these people are answered within {delay(fibre['p50'])} and all but a "
        f"twentieth within {delay(fibre['p95'])}: the median is sooner "
        f"{'in orbit' if is_sooner else 'on the ground'}. Orbit is sooner for "
        f"{share(sooner)} of the people."
    )


def _left_out(found: Tree) -> Iterator[Block]:
    """Who is not reached, and why."""
    for one in found["unreached"]:
        cities = ", ".join(one["places"])
        yield Prose(
            text=f"A city is not reached where {one['why']}: {share(one['fraction'])} of people "
            f"and instants{f', in {cities}' if cities else ''}.",
            tone="bad",
        )


# --- between satellites --------------------------------------------------------------------------


def _meshes(found: Tree) -> Iterator[Block]:
    if found["groups"]:
        yield Prose(text=_carried(found["groups"]))
        yield network_tables.groups(found["groups"])
    if found["no_mesh"]:
        yield Points(
            items=[f"{name} has no mesh: {why}." for name, why in found["no_mesh"].items()]
        )


def _carried(groups: Sequence[Tree]) -> str:
    """Least and most over the groups of what a mesh takes and carries."""
    what = "the mesh of" if len(groups) == 1 else f"the meshes of {whole(len(groups))} groups, from"
    named = groups[0]["name"] if len(groups) == 1 else "the least to the most"
    hops = _between(groups, "hop_mean_count", lambda hops: significant(hops, 2))
    late = _between(groups, "mesh_delay_mean_ms", delay)
    each = _between(groups, "exchange_gbit_per_s", rate)
    return (
        f"Between satellites of one group, in {what} {named}: {hops} hops and {late} one way in "
        f"the mean. Were every satellite to send as much to every other at once, each could send "
        f"{each}."
    )


def _between(groups: Sequence[Tree], key: str, write: Callable[[float], str]) -> str:
    values = [float(group[key]) for group in groups]
    least, most = write(min(values)), write(max(values))
    return least if least == most else f"{least} to {most}"


def _designs(designs: Tree) -> Iterator[Block]:
    if "unreachable" in designs:
        yield Prose(text=f"No pattern of lasers suits: {designs['unreachable']}.", tone="bad")
        return
    yield Prose(text=_design(designs))
    yield Charts(
        heading=f"Lasers of {designs['shell']['group']}", charts=network_charts.designs(designs)
    )


def _design(designs: Tree) -> str:
    """What more lasers and other links than +Grid's would buy."""
    shell, rows = designs["shell"], designs["rows"]
    grid = next((row for row in rows if row["is_grid"]), None)
    best = min(rows, key=lambda row: float(row["hop_mean_count"]))
    told = (
        f"Of the patterns of lasers tried for {whole(shell['planes'])} planes of "
        f"{whole(shell['satellites_per_plane'])} satellites at {fixed(shell['altitude_km'], 0)} km"
        f", {fixed(shell['inclination_deg'], 1)}°, the one of fewest hops has {best['lasers']} "
        f"lasers, {best['motif']}: {_hops(best)} hops in the mean, "
        f"{delay(best['delay_mean_ms'])} one way"
    )
    if grid is None or grid["hop_mean_count"] <= best["hop_mean_count"]:
        return told + "."
    return (
        told + f"; +Grid with {grid['lasers']} takes {_hops(grid)} hops and "
        f"{delay(grid['delay_mean_ms'])}."
    )


def _hops(row: Tree) -> str:
    return significant(row["hop_mean_count"], 2 if row["hop_mean_count"] < 100.0 else 3)


# --- routes, and what all rests on ---------------------------------------------------------------


def _routes(results: Results) -> Iterator[Block]:
    """The stops of each route; where none has a way, that there is none."""
    routes = results.tables["routes"]
    if network_tables.with_way(routes):
        yield network_tables.stops(routes)
    elif len(routes):
        yield network_tables.pairs(routes)


def _taken(found: Tree) -> str:
    """What all delays rest on."""
    instants = [said(instant) for instant in found["instants"]]
    return (
        f"Means over {whole(len(instants))} instants from {instants[0]} to {instants[-1]}, people "
        f"counted at their city. Satellites serve from {significant(found['elevation_deg'], 3)}° "
        f"above the horizon on; a hop takes {quantity(found['hop_us'], 'µs', 3)}, a radio frame "
        f"{quantity(found['frame_ms'], 'ms', 3)}; lasers reach "
        f"{whole(found['laser_range_km'])} km; queues are those of links "
        f"{share(found['load_fraction'])} busy; fibre is "
        f"{significant(found['fibre_stretch_ratio'], 3)} times as long as the great circle."
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
