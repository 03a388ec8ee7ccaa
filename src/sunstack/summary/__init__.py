"""What does a run say, in one JSON document and a few tables?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jax.numpy as jnp
import numpy as np

from sunstack import sizing
from sunstack.disciplines import orbit
from sunstack.evaluate import Year
from sunstack.findings import Findings
from sunstack.margins import built_up_mass
from sunstack.results import SCHEMA_VERSION
from sunstack.units import DAY_S, EARTH_RADIUS_M, YEAR_S

from . import words
from .asked import asking
from .company import company
from .day import followed
from .economics import costs, reconciled
from .network import connected
from .programme import programme
from .service import served
from .tables import tables as tables
from .training import trained
from .words import AGREEMENT_TOLERANCE_RATIO

JOULE_PER_KWH = 3.6e6


def summarise(findings: Findings) -> dict[str, Any]:
    """Put the findings into the tree of `summary.json`: means per satellite, SI."""
    groups = [_group(findings, number) for number in range(_group_count(findings))]
    fleet, years = _fleet(findings), _years(findings)
    scenario = findings.resolved.document.scenario
    return {
        "schema_version": SCHEMA_VERSION,
        "name": scenario.name,
        "description": " ".join(scenario.description.split()),
        "epoch": scenario.epoch.isoformat(),
        "seed": scenario.seed,
        "closes": all(group["closes"] for group in groups),
        "verdict": words.verdict(findings, fleet, groups),
        "remedies": words.remedies(findings, groups),
        "satellites": _satellites(findings),
        "fleet": fleet,
        "groups": groups,
        "programme": years,
        "network": connected(findings),
        "network_lacks": words.no_network(findings),
        "service": served(findings),
        "training": trained(findings),
        "asked": asking(findings),
        "economics": costs(findings.resolved, findings.outcome),
        "reconciliation": reconciled(findings.resolved, findings.outcome),
        "company": company(findings),
        "day": followed(findings),
        "simulation": _simulation(findings),
        "agreement": _agreement(groups),
        "eclipse_maps": _eclipse_maps(findings),
        "eclipse_policies": _eclipse_policies(findings),
        "warnings": words.warnings(findings, groups),
        "caveats": [
            *words.warnings(findings, groups),
            *words.unfilled(years),
            *findings.resolved.caveats,
        ],
    }


def _years(findings: Findings) -> dict[str, Any]:
    return programme(
        findings.resolved.system,
        findings.outcome.programme,
        findings.ramps,
        findings.exposure,
    )


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
        "radiator_hottest": _radiator_hottest(findings, number),
        "radiation": _radiation(findings, number),
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


def _radiator_hottest(findings: Findings, number: int) -> dict[str, Any]:
    """What the radiator takes in and emits at the hottest orbit of the group's last year."""
    found = {name: _number(values, number) for name, values in findings.hottest.items()}
    elapsed = timedelta(seconds=found.pop("elapsed_s"))
    return {"date": (findings.resolved.document.scenario.epoch + elapsed).isoformat()} | found


def _radiation(findings: Findings, number: int) -> dict[str, float] | None:
    """Dose behind 10 mm of aluminium; None where the tables do not reach a group's planes."""
    found = findings.exposure
    if np.isnan(found.life_krad[number]):
        return None
    return {
        "dose_krad_per_year": float(found.yearly_krad[number]),
        "dose_over_life_krad": float(found.life_krad[number]),
        "past_memory_limit_fraction": float(found.past_limit_fraction[number]),
    }


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
    epoch = findings.resolved.document.scenario.epoch
    end_s = float(series.epoch_s[-1]) + series.steps * series.step_s
    return {
        "epochs": [day.isoformat() for day in findings.resolved.epochs],
        "step_s": series.step_s,
        "steps": series.steps,
        "satellite_steps": satellites * series.steps * len(findings.resolved.epochs),
        "precision": findings.resolved.document.scenario.simulation.precision,
        "last_instant": {
            "time": (datetime(epoch.year, epoch.month, epoch.day) + timedelta(seconds=end_s))
            .replace(tzinfo=UTC)
            .isoformat(),
            "elapsed_s": end_s,
            "sunlit_fraction": _sunlit_at(findings, end_s),
        },
    }


def _sunlit_at(findings: Findings, end_s: float) -> float:
    """Share of all satellites that saw half of the Sun or more where the last run left them."""
    columns = findings.series.satellites
    julian_day = findings.resolved.system.epoch_julian_day + end_s / DAY_S
    lit = orbit.illumination_fraction(
        position_m=jnp.stack([columns[f"{axis}_earth_radii"] for axis in "xyz"], axis=-1)
        * EARTH_RADIUS_M,
        direction_ratio=orbit.sun(julian_day=julian_day).direction_ratio,
    )
    return float((lit >= 0.5).mean())


def _eclipse_maps(findings: Findings) -> list[dict[str, Any]]:
    """Which groups each kind of orbits holds, and the least and the most shadow on its map."""
    return [
        {
            "kind": one.name,
            "groups": list(one.groups),
            "least_eclipse_fraction": float(one.eclipse_fraction.min()),
            "most_eclipse_fraction": float(one.eclipse_fraction.max()),
        }
        for one in findings.eclipse_maps
    ]


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
