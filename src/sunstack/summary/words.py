"""What does a run say in words: the verdict, what would mend it, what to beware of?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sunstack.errors import ScenarioError
from sunstack.exposure import least_shielding_mm
from sunstack.findings import Findings
from sunstack.margins import ANSWERING, station_keeping_m_per_s, velocity_change_m_per_s
from sunstack.resolve import resized
from sunstack.skeleton import skeletons
from sunstack.system import System

AGREEMENT_TOLERANCE_RATIO = 0.01
"""Evaluate and simulate must give the same orbit means within this."""
MOST_NAMED = 4
"""More groups are counted, not named."""


def verdict(findings: Findings, fleet: Mapping[str, float], groups: list[dict[str, Any]]) -> str:
    """Does the design close, what does it deliver, and what breaks first?"""
    delivered = _delivered(findings, fleet, groups)
    open_groups = [group for group in groups if not group["closes"]]
    if not open_groups:
        return f"The design closes: {delivered}. The tightest margin: {_binding(groups)}."
    where = f" in {len(open_groups)} of {len(groups)} groups" if len(groups) > 1 else ""
    return (
        f"The design does not close{where}: {delivered}. What breaks first: "
        f"{_breaking(open_groups)}."
    )


def _delivered(findings: Findings, fleet: Mapping[str, float], groups: list[dict[str, Any]]) -> str:
    count = sum(group["satellite_count"] for group in groups)
    satellites = f"{count:,} satellites deliver on average" if count > 1 else "1 satellite delivers"
    powers_kw = [group["payload_power_w"] / 1e3 for group in groups]
    spread = (
        f", {min(powers_kw):.4g} to {max(powers_kw):.4g} kW by group" if len(groups) > 1 else ""
    )
    wanted_kw = float(findings.resolved.system.power.payload_power_w) / 1e3
    return (
        f"{satellites} {fleet['payload_power_w'] / 1e3:.4g} kW of the {wanted_kw:.4g} kW of "
        f"payload power asked for in the first year{spread}, "
        f"{fleet['payload_power_end_w'] / 1e3:.4g} kW in the last"
    )


def _binding(groups: list[dict[str, Any]]) -> str:
    """Name the smallest margin of all groups."""
    tightest = min(groups, key=lambda group: float(group["margins"][group["binding_margin"]]))
    name = tightest["binding_margin"]
    return f"{plain(name)} in {tightest['name']}, {100.0 * tightest['margins'][name]:+.1f} %"


def _breaking(groups: list[dict[str, Any]]) -> str:
    """For each limit that binds somewhere: by how much it is broken, and where."""
    by_margin: dict[str, list[dict[str, Any]]] = {}
    for group in groups:
        by_margin.setdefault(group["binding_margin"], []).append(group)
    ranked = sorted(by_margin.items(), key=lambda item: -len(item[1]))
    return "; ".join(f"{plain(name)}, {_short(name, held)}" for name, held in ranked)


def _short(name: str, groups: list[dict[str, Any]]) -> str:
    percents = sorted(-100.0 * float(group["margins"][name]) for group in groups)
    ends = [f"{percents[0]:.0f}", f"{percents[-1]:.0f}"]
    span = ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
    names = [group["name"] for group in groups]
    if len(names) > MOST_NAMED:
        where = f"{len(names)} groups"
    else:
        where = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"{span} % short in {where}"


def plain(name: str) -> str:
    """Write a margin's name in words."""
    return name.replace("_", " ")


def warnings(findings: Findings, groups: list[dict[str, Any]]) -> list[str]:
    """Say what makes a run's figures doubtful, or its satellites lost."""
    return [*_disagreement(groups), *_starved(findings, groups)]


def unfilled(fleet: Mapping[str, Any]) -> list[str]:
    """Say which groups the scenario's rocket does not fill, and which rockets are too small.

    Args:
        fleet: what the summary says of the fleet's years.
    """
    own = fleet["ramps"][0]
    grounded = [
        f"{name} cannot lift one satellite to every group: it is left out of the comparison."
        for name in fleet["rockets_too_small"]
    ]
    short = [group for group in own["groups"] if group["month_filled"] is None]
    if not short:
        return grounded
    told = ", ".join(
        f"{group['name']} ({group['in_place_at_the_end']:,.0f} of {group['wanted']:,.0f} in place)"
        for group in short[:MOST_NAMED]
    )
    more = f" and {len(short) - MOST_NAMED} more groups" if len(short) > MOST_NAMED else ""
    within = f"within {fleet['horizon_years']:g} years"
    return [f"Not filled on {own['rocket']} {within}: {told}{more}.", *grounded]


def _disagreement(groups: list[dict[str, Any]]) -> list[str]:
    """Say where closed form and simulation differ by more than they may."""
    return [
        f"{group['name']}: closed form and simulation differ by {100.0 * difference:.1f} % in "
        f"{name}; trust neither beyond that."
        for group in groups
        for name, difference in group["agreement"].items()
        if difference > AGREEMENT_TOLERANCE_RATIO
    ]


def _starved(findings: Findings, groups: list[dict[str, Any]]) -> list[str]:
    """Say where array and battery cannot feed even the bus: the satellite would be lost."""
    wanted_w = float(findings.resolved.system.power.bus_power_w)
    return [
        f"{group['name']}: array and battery feed the bus {year[0]:.4g} W of the {wanted_w:.4g} W "
        f"it needs in the {year[1]} year: such a satellite would be lost."
        for group in groups
        for year in (
            (group["first_year"]["bus_power_w"], "first"),
            (group["last_year"]["bus_power_w"], "last"),
        )
        if year[0] < wanted_w * (1.0 - 1e-6)
    ]


def remedies(findings: Findings, groups: list[dict[str, Any]]) -> list[str]:
    """For each broken limit, the size of its part that would mend the worst group."""
    return [
        _remedy(findings, name, min(float(group["margins"][name]) for group in groups))
        for name in ANSWERING
        if any(group["margins"][name] < 0.0 for group in groups)
    ]


def _remedy(findings: Findings, name: str, worst: float) -> str:
    """Find the value of the key the margin answers to at which the limit would just hold."""
    key = ANSWERING[name]
    short = f"{plain(name)}, {-100.0 * worst:.1f} % short"
    if name == "local_time":
        return f"{short}: write {key}: sun-synchronous for the groups that drift"
    origin = findings.resolved.origins[key]
    now = float(origin.value)
    wanted = _wanted(findings.resolved.system, name, now * (1.0 + worst))
    if wanted is None or wanted <= 0.0:
        return f"{short}: no value of {key} alone mends it"
    safe = _rounded_to_the_safe_side(wanted, up=name != "payload_power")
    return f"{short}: {key} = {safe:g} {origin.unit} in place of {now:.4g}"


def _wanted(system: System, name: str, scaled: float) -> float | None:
    """Value at which a limit would just hold, in the unit of its key; None: no value does.

    Args:
        system: the design.
        name: the margin.
        scaled: the value now, less what the worst group is short of.
    """
    if name == "payload_power":
        return scaled
    if name == "station_keeping":
        return float(station_keeping_m_per_s(system).max())
    if name == "velocity_change":
        return float(velocity_change_m_per_s(system).max())
    if name == "memory_dose":
        return least_shielding_mm(system)
    try:
        return resized(system, ANSWERING[name])
    except ScenarioError:
        return None


def _rounded_to_the_safe_side(value: float, *, up: bool) -> float:
    """Keep four digits such that what was short is no longer."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 3)
    return round(
        (math.ceil if up else math.floor)(value / unit * (1.0 + (1e-9 if up else -1e-9))) * unit, 12
    )


def no_network(findings: Findings) -> str | None:
    """Say why no network is told of, group by group; none where one is."""
    if findings.survey is not None:
        return None
    system = findings.resolved.system
    _, refused = skeletons(system.orbits, system.plane_group, system.group_names)
    told = "; ".join(f"{name}: {why}" for name, why in refused.items())
    return f"no group makes a mesh of lasers, so neither delays nor capacity are told ({told})"
