"""What does a run say in words: the verdict, what would mend it, what to beware of?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sunstack.errors import ScenarioError
from sunstack.findings import Findings
from sunstack.margins import ANSWERING, MEANINGS, station_keeping_m_per_s
from sunstack.resolve import resized

AGREEMENT_TOLERANCE_RATIO = 0.01
"""Evaluate and simulate must give the same orbit means within this."""


def verdict(findings: Findings, fleet: Mapping[str, float], groups: list[dict[str, Any]]) -> str:
    """One sentence: does the design close, and what binds?"""
    count = sum(group["satellite_count"] for group in groups)
    satellites = f"{count:,} satellites deliver" if count > 1 else "1 satellite delivers"
    each = " each" if count > 1 else ""
    power_kw = fleet["payload_power_w"] / 1e3
    wanted_kw = float(findings.resolved.system.power.payload_power_w) / 1e3
    delivered = (
        f"{satellites} {power_kw:.4g} kW of payload power{each} in the first year "
        f"({fleet['payload_power_end_w'] / 1e3:.4g} kW in the last; {wanted_kw:.4g} kW asked for)"
    )
    open_groups = [group for group in groups if not group["closes"]]
    if not open_groups:
        tightest = min(groups, key=lambda group: float(group["margins"][group["binding_margin"]]))
        return f"The design closes: {delivered}; the tightest margin is {_tightest(tightest)}."
    where = f" in {len(open_groups)} of {len(groups)} groups" if len(groups) > 1 else ""
    worst = min(groups, key=lambda group: float(group["margins"][group["binding_margin"]]))
    return f"The design does not close{where}: {delivered}; the worst margin is {_tightest(worst)}."


def disagreement(groups: list[dict[str, Any]]) -> list[str]:
    """Say where closed form and simulation differ by more than they may."""
    return [
        f"{group['name']}: closed form and simulation differ by {100.0 * difference:.1f} % in "
        f"{name}; trust neither beyond that."
        for group in groups
        for name, difference in group["agreement"].items()
        if difference > AGREEMENT_TOLERANCE_RATIO
    ]


def starved(findings: Findings, groups: list[dict[str, Any]]) -> list[str]:
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
    if name == "local_time":
        return f"{name}: write {key}: sun-synchronous for the groups that drift"
    short = f"{name} ({100.0 * worst:+.1f} %)"
    origin = findings.resolved.origins[key]
    now = float(origin.value)
    if name == "payload_power":
        wanted = now * (1.0 + worst)
    elif name == "station_keeping":
        wanted = float(station_keeping_m_per_s(findings.resolved.system).max())
    else:
        try:
            wanted = resized(findings.resolved.system, key)
        except ScenarioError:
            return f"{short}: no value of {key} alone mends it"
    if wanted <= 0.0:
        return f"{short}: no value of {key} alone mends it"
    safe = _rounded_to_the_safe_side(wanted, up=name != "payload_power")
    return f"{short}: {key} of {safe:g} {origin.unit} in place of {now:.4g}"


def _rounded_to_the_safe_side(value: float, *, up: bool) -> float:
    """Keep four digits such that what was short is no longer."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 3)
    return round(
        (math.ceil if up else math.floor)(value / unit * (1.0 + (1e-9 if up else -1e-9))) * unit, 12
    )


def _tightest(group: dict[str, Any]) -> str:
    name = group["binding_margin"]
    percent = 100.0 * group["margins"][name]
    return f"{name} in {group['name']}, {percent:+.1f} % ({MEANINGS[name]})"
