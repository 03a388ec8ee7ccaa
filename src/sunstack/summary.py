"""What does a run say, in one JSON document and a few tables?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl

from sunstack import sizing
from sunstack.errors import ScenarioError
from sunstack.evaluate import Year
from sunstack.findings import Findings
from sunstack.margins import ANSWERING, MEANINGS, built_up_mass, station_keeping_m_per_s
from sunstack.resolve import resized
from sunstack.results import SCHEMA_VERSION
from sunstack.units import EARTH_RADIUS_M, MINUTE_S, YEAR_S

AGREEMENT_TOLERANCE_RATIO = 0.01
"""Evaluate and simulate must give the same orbit means within this."""
JOULE_PER_KWH = 3.6e6


def summarise(findings: Findings) -> dict[str, Any]:
    """Put the findings into the tree of `summary.json`: means per satellite, SI."""
    groups = [_group(findings, number) for number in range(_group_count(findings))]
    scenario = findings.resolved.document.scenario
    return {
        "schema_version": SCHEMA_VERSION,
        "name": scenario.name,
        "description": " ".join(scenario.description.split()),
        "epoch": scenario.epoch.isoformat(),
        "seed": scenario.seed,
        "closes": all(group["closes"] for group in groups),
        "verdict": _verdict(findings, groups),
        "remedies": _remedies(findings, groups),
        "satellites": _satellites(findings),
        "fleet": _fleet(findings),
        "groups": groups,
        "simulation": _simulation(findings),
        "agreement": _agreement(groups),
        "eclipse_policies": _eclipse_policies(findings),
        "caveats": [
            *_disagreement(groups),
            *_starved(findings, groups),
            *findings.resolved.caveats,
        ],
    }


def tables(findings: Findings) -> dict[str, pl.DataFrame]:
    """Lay out the Parquet tables: planes, days, orbit (a trace a group), satellites."""
    return {
        "planes": _plane_table(findings),
        "days": _day_table(findings),
        "orbit": _orbit_table(findings),
        "satellites": _satellite_table(findings),
    }


def _group_count(findings: Findings) -> int:
    return len(findings.resolved.system.group_names)


def _number(values: Any, index: int) -> float:
    return float(np.asarray(values)[index])


def _group(findings: Findings, number: int) -> dict[str, Any]:
    outcome, system = findings.outcome, findings.resolved.system
    margins = {name: _number(values, number) for name, values in outcome.margins.items()}
    binding = min(margins, key=lambda name: margins[name])
    return {
        "name": system.group_names[number],
        "satellite_count": int(_number(outcome.satellite_count, number)),
        **_geometry(findings, number),
        "sunlit_fraction": _number(outcome.first_year.sunlit_fraction, number),
        "payload_power_w": _number(outcome.first_year.payload_power_w, number),
        "payload_power_end_w": _number(outcome.last_year.payload_power_w, number),
        "sunlit_over_life_fraction": _number(outcome.sunlit_over_life_fraction, number),
        "payload_over_life_w": _number(outcome.payload_over_life_w, number),
        "radiator_temperature_k": _number(outcome.first_year.radiator_temperature_k, number),
        "margins": margins,
        "binding_margin": binding,
        "closes": margins[binding] >= 0.0,
        "first_year": _year(outcome.first_year, number),
        "last_year": _year(outcome.last_year, number),
        "simulated": _simulated(findings, number),
        "agreement": _group_agreement(findings, number),
        **_corrected(findings, number),
    }


def _geometry(findings: Findings, number: int) -> dict[str, Any]:
    planes = findings.resolved.planes
    own = planes.group == number
    altitude_km = (planes.semi_major_axis_m[own] - EARTH_RADIUS_M) / 1e3
    inclination_deg = np.degrees(planes.inclination_rad[own])
    return {
        "plane_count": int(own.sum()),
        "altitude_low_km": float(altitude_km.min()),
        "altitude_high_km": float(altitude_km.max()),
        "inclination_low_deg": float(inclination_deg.min()),
        "inclination_high_deg": float(inclination_deg.max()),
    }


def _year(year: Year, number: int) -> dict[str, float]:
    """A group's figures of a year, without the daily series."""
    names = [name for name in vars(year) if "_by_day" not in name]
    return {name: _number(getattr(year, name), number) for name in names}


def _simulated(findings: Findings, number: int) -> list[dict[str, Any]]:
    series = findings.series
    columns = series.group_means | series.group_extremes
    return [
        {"date": day.isoformat()}
        | {name: float(values[epoch, number]) for name, values in columns.items()}
        for epoch, day in enumerate(findings.resolved.epochs)
    ]


def _group_agreement(findings: Findings, number: int) -> dict[str, float]:
    """Largest relative difference between closed form and simulation over the epochs."""
    return {
        name: _difference(findings.series.group_means[name][:, number], planned[:, number])
        for name, planned in findings.planned.items()
    }


def _difference(simulated: np.ndarray[Any, Any], planned: np.ndarray[Any, Any]) -> float:
    """Relative to the larger; 0 where both vanish."""
    larger = np.maximum(np.maximum(np.abs(simulated), np.abs(planned)), 1e-9)
    return float(np.max(np.abs(simulated - planned) / larger))


def _corrected(findings: Findings, number: int) -> dict[str, Any]:
    """What exact sun-synchronous inclinations would give, for a group that drifts."""
    if findings.corrected is None or findings.outcome.margins["local_time"][number] >= 0.0:
        return {}
    first, last = findings.corrected.first_year, findings.corrected.last_year
    return {
        "corrected": {
            "sunlit_fraction": _number(first.sunlit_fraction, number),
            "sunlit_fraction_end": _number(last.sunlit_fraction, number),
            "payload_power_w": _number(first.payload_power_w, number),
            "payload_power_end_w": _number(last.payload_power_w, number),
        }
    }


def _satellites(findings: Findings) -> dict[str, Any]:
    system = findings.resolved.system
    return {
        "count": int(np.asarray(findings.outcome.satellite_count).sum()),
        "stated_mass_kg": float(system.mass.stated_mass_kg),
        "mass_kg": {name: float(value) for name, value in vars(built_up_mass(system)).items()},
        "life_years": float(system.flight.life_s) / YEAR_S,
        "array_area_m2": float(system.power.array_area_m2),
        "radiator_area_m2": float(system.thermal.radiator_area_m2),
        "battery_capacity_kwh": float(system.power.battery_capacity_j) / JOULE_PER_KWH,
        "payload_required_w": float(system.power.payload_power_w),
        "payload_peak_w": float(system.power.payload_peak_power_w),
    }


def _fleet(findings: Findings) -> dict[str, float]:
    outcome = findings.outcome
    share = np.asarray(outcome.satellite_count / outcome.satellite_count.sum())
    total = float(np.asarray(outcome.satellite_count).sum())
    mean = {
        name: float(share @ np.asarray(getattr(year, source)))
        for name, year, source in (
            ("sunlit_fraction", outcome.first_year, "sunlit_fraction"),
            ("payload_power_w", outcome.first_year, "payload_power_w"),
            ("payload_power_end_w", outcome.last_year, "payload_power_w"),
            ("heat_w", outcome.first_year, "heat_w"),
        )
    }
    return mean | {
        "payload_power_total_w": mean["payload_power_w"] * total,
        "payload_power_total_end_w": mean["payload_power_end_w"] * total,
    }


def _simulation(findings: Findings) -> dict[str, Any]:
    series = findings.series
    satellites = len(series.satellites["plane"])
    return {
        "epochs": [day.isoformat() for day in findings.resolved.epochs],
        "step_s": series.step_s,
        "steps": series.steps,
        "satellite_steps": satellites * series.steps * len(findings.resolved.epochs),
        "precision": findings.resolved.document.scenario.simulation.precision,
    }


def _agreement(groups: list[dict[str, Any]]) -> dict[str, Any]:
    worst = max(max(group["agreement"].values()) for group in groups)
    return {
        "largest_relative_difference": worst,
        "tolerance": AGREEMENT_TOLERANCE_RATIO,
        "holds": worst <= AGREEMENT_TOLERANCE_RATIO,
    }


def _eclipse_policies(findings: Findings) -> dict[str, Any]:
    """Battery each policy needs in the fleet's worst orbit, and its mass."""
    system = findings.resolved.system
    per_kg = float(system.mass.battery_specific_energy_j_per_kg)
    needed = {
        name: float(value) for name, value in sizing.battery_capacity_by_policy_j(system).items()
    }
    return {
        "chosen": system.power.eclipse_policy,
        "battery_capacity_kwh": float(system.power.battery_capacity_j) / JOULE_PER_KWH,
        "needed": {
            name: {"battery_capacity_kwh": joule / JOULE_PER_KWH, "battery_mass_kg": joule / per_kg}
            for name, joule in needed.items()
        },
    }


def _verdict(findings: Findings, groups: list[dict[str, Any]]) -> str:
    """One sentence: does the design close, and what binds?"""
    count = sum(group["satellite_count"] for group in groups)
    satellites = f"{count:,} satellites deliver" if count > 1 else "1 satellite delivers"
    each = " each" if count > 1 else ""
    fleet = _fleet(findings)
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


def _remedies(findings: Findings, groups: list[dict[str, Any]]) -> list[str]:
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


def _plane_table(findings: Findings) -> pl.DataFrame:
    planes, year = findings.resolved.planes, findings.first_year
    names = np.array(findings.resolved.system.group_names)
    return pl.DataFrame(
        {
            "group": names[planes.group.astype(int)],
            "shell": planes.shell.astype(np.int32),
            "altitude_km": (planes.semi_major_axis_m - EARTH_RADIUS_M) / 1e3,
            "eccentricity": planes.eccentricity_ratio,
            "inclination_deg": np.degrees(planes.inclination_rad),
            "node_deg": np.degrees(planes.node_rad) % 360.0,
            "satellite_count": planes.satellite_count.astype(np.int32),
            "sunlit_fraction": np.asarray(year.sunlit_fraction.mean(axis=1)),
            "eclipse_longest_minutes": np.asarray(year.eclipse_s.max(axis=1)) / MINUTE_S,
            "payload_power_w": np.asarray(year.plan.payload_mean_w.mean(axis=1)),
        }
    )


def _day_table(findings: Findings) -> pl.DataFrame:
    year, names = findings.outcome.first_year, findings.resolved.system.group_names
    days = np.asarray(year.sunlit_by_day_fraction).shape[1]
    return pl.DataFrame(
        {
            "day": np.tile(np.arange(days, dtype=np.int32), len(names)),
            "group": np.repeat(np.array(names), days),
            "sunlit_fraction": np.asarray(year.sunlit_by_day_fraction).ravel(),
            "payload_power_w": np.asarray(year.payload_by_day_w).ravel(),
        }
    )


def _orbit_table(findings: Findings) -> pl.DataFrame:
    trace, names = findings.trace, np.array(findings.resolved.system.group_names)
    steps = len(trace.elapsed_s)
    columns = {name: values.ravel() for name, values in trace.columns.items()}
    return pl.DataFrame(
        {
            "elapsed_s": np.tile(trace.elapsed_s, len(names)),
            "group": np.repeat(names, steps),
            **columns,
        }
    )


def _satellite_table(findings: Findings) -> pl.DataFrame:
    return pl.DataFrame(
        {name: np.asarray(values) for name, values in findings.series.satellites.items()}
    )
