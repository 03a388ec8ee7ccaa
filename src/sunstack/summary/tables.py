"""Which tables does a run leave, with which columns?"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from sunstack.findings import Findings
from sunstack.operations import first_and_last_year_s
from sunstack.schedule import lifts
from sunstack.units import EARTH_RADIUS_M, MINUTE_S

from . import day
from .asked import cells, hours, successes
from .company import company_quarters
from .economics import money_by_month
from .network import coverage, places, routes
from .service_tables import batches, powers, served_by_month
from .training_tables import by_satellites, runs_by_month


def tables(findings: Findings) -> dict[str, pl.DataFrame]:
    """Lay out the Parquet tables, each named for what its rows are."""
    return {
        "planes": _plane_table(findings),
        "days": _day_table(findings),
        "eclipses": _eclipse_table(findings),
        "doses": _dose_table(findings),
        "months": _month_table(findings),
        "ramps": _ramp_table(findings),
        "cohorts": _cohort_table(findings),
        "heights": _height_table(findings),
        "places": places(findings),
        "coverage": coverage(findings),
        "routes": routes(findings),
        "service_powers": powers(findings),
        "service_batches": batches(findings),
        "service_months": served_by_month(findings),
        "training_months": runs_by_month(findings),
        "training_satellites": by_satellites(findings),
        "demand": cells(findings),
        "demand_hours": hours(findings),
        "control": successes(findings),
        "money": money_by_month(findings.outcome.economics),
        "company_quarters": company_quarters(findings),
        "day_hours": day.hours(findings),
        "day_groups": day.groups(findings),
        "day_cells": day.cells(findings),
        "orbit": _orbit_table(findings),
        "satellites": _satellite_table(findings),
    }


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
            "argument_of_perigee_deg": np.degrees(planes.argument_of_perigee_rad) % 360.0,
            "argument_of_latitude_deg": np.degrees(planes.argument_of_latitude_rad) % 360.0,
            "satellite_count": planes.satellite_count.astype(np.int32),
            "sunlit_fraction": np.asarray(year.sunlit_fraction.mean(axis=1)),
            "eclipse_longest_minutes": np.asarray(year.eclipse_s.max(axis=1)) / MINUTE_S,
            "payload_power_w": np.asarray(year.plan.payload_mean_w.mean(axis=1)),
        }
    )


def _day_table(findings: Findings) -> pl.DataFrame:
    year, names = findings.outcome.first_year, findings.resolved.system.group_names
    elapsed_s = np.asarray(first_and_last_year_s(findings.resolved.system)[0])
    days = len(elapsed_s)
    return pl.DataFrame(
        {
            "day": np.tile(np.arange(days, dtype=np.int32), len(names)),
            "elapsed_s": np.tile(elapsed_s, len(names)),
            "group": np.repeat(np.array(names), days),
            "sunlit_fraction": np.asarray(year.sunlit_by_day_fraction).ravel(),
            "payload_power_w": np.asarray(year.payload_by_day_w).ravel(),
        }
    )


def _eclipse_table(findings: Findings) -> pl.DataFrame:
    """Shadow by kind of orbits, altitude and day."""
    return pl.concat(
        pl.DataFrame(
            {
                "kind": np.full(one.eclipse_fraction.size, one.name),
                "altitude_km": np.repeat(one.altitude_m / 1e3, len(one.day)),
                "day": np.tile(one.day.astype(np.int32), len(one.altitude_m)),
                "eclipse_fraction": one.eclipse_fraction.ravel(),
            }
        )
        for one in findings.eclipse_maps
    )


def _dose_table(findings: Findings) -> pl.DataFrame:
    """Dose of a life by altitude at each group's mean inclination."""
    found, names = findings.exposure, findings.resolved.system.group_names
    return pl.DataFrame(
        {
            "group": np.repeat(np.array(names), len(found.altitude_m)),
            "altitude_km": np.tile(found.altitude_m / 1e3, len(names)),
            "dose_over_life_krad": found.curve_krad.ravel(),
        }
    )


FLOWS = (
    "flight_count",
    "launched_count",
    "lost_count",
    "dead_on_arrival_count",
    "failed_count",
    "withdrawn_count",
    "disposed_count",
    "decayed_count",
    "working_count",
    "in_place_count",
    "derelict_count",
    "capacity_count",
    "payload_power_w",
    "delivered_power_w",
    "mean_age_s",
)
"""What is told of the fleet by month and group: flows of the month, then stocks at its end."""


def _month_table(findings: Findings) -> pl.DataFrame:
    """The fleet by month and group, and what the month's whole fleet brings up and down."""
    found, names = findings.outcome.programme, findings.resolved.system.group_names
    months = found.years.flight_count.shape[0]
    columns = {name: np.asarray(getattr(found.years, name)).ravel() for name in FLOWS}
    whole = {
        name: np.repeat(np.asarray(getattr(found, name)), len(names))
        for name in ("launched_kg", "reentered_kg", "propellant_kg", "spent_usd")
    }
    return pl.DataFrame(
        {
            "month": np.repeat(np.arange(1, months + 1, dtype=np.int32), len(names)),
            "group": np.tile(np.array(names), months),
            **columns,
            **{f"fleet_{name}": values for name, values in whole.items()},
        }
    )


def _ramp_table(findings: Findings) -> pl.DataFrame:
    """The whole fleet by month on each rocket it was followed on."""
    names = ("flight_count", "in_place_count", "derelict_count", "delivered_power_w")
    return pl.concat(
        pl.DataFrame(
            {
                "rocket": np.full(len(ramp.years.flight_count), ramp.rocket),
                "month": np.arange(1, len(ramp.years.flight_count) + 1, dtype=np.int32),
                **{name: np.asarray(getattr(ramp.years, name)).sum(axis=1) for name in names},
            }
        )
        for ramp in findings.ramps
        if lifts(ramp.fleet)
    )


def _cohort_table(findings: Findings) -> pl.DataFrame:
    """Working satellites by month and by the year of the programme they took up their lives in."""
    count = np.asarray(findings.outcome.programme.years.cohort_count)
    months, years = count.shape
    return pl.DataFrame(
        {
            "month": np.repeat(np.arange(1, months + 1, dtype=np.int32), years),
            "year_of_launch": np.tile(np.arange(1, years + 1, dtype=np.int32), months),
            "working_count": count.ravel(),
        }
    )


def _height_table(findings: Findings) -> pl.DataFrame:
    """Working and dead satellites at the horizon's end, by band of 50 km and group."""
    found, names = findings.derelicts, findings.resolved.system.group_names
    bands = len(found.altitude_m)
    return pl.DataFrame(
        {
            "altitude_km": np.repeat(found.altitude_m / 1e3, len(names)),
            "group": np.tile(np.array(names), bands),
            "working_count": found.working_count.ravel(),
            "derelict_count": found.derelict_count.ravel(),
        }
    )


def _orbit_table(findings: Findings) -> pl.DataFrame:
    """Two orbits of each group's first satellite, step by step from the start of a day."""
    trace, names = findings.trace, np.array(findings.resolved.system.group_names)
    epoch = findings.resolved.document.scenario.epoch
    columns = {name: values.ravel() for name, values in trace.columns.items()}
    dates = [(epoch + timedelta(seconds=s)).isoformat() for s in trace.columns["start_s"][:, 0]]
    steps = len(trace.elapsed_s)
    return pl.DataFrame(
        {
            "elapsed_s": np.tile(trace.elapsed_s, len(names)),
            "group": np.repeat(names, steps),
            "date": np.repeat(np.array(dates), steps),
            **{name: values for name, values in columns.items() if name != "start_s"},
        }
    )


def _satellite_table(findings: Findings) -> pl.DataFrame:
    return pl.DataFrame(
        {name: np.asarray(values) for name, values in findings.series.satellites.items()}
    )
