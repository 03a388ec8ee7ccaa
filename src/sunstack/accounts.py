"""What does a fleet's programme do to the accounts of the company behind it?

Each month the programme pays for its flights and for the satellites on them, and sells what of its
computers is asked for, by the energy they draw. The company is followed with it and without.

Assumes: a satellite is paid in the month of its launch; what computes is sold at one price for
good.
Leaves out: factories and development; what the programme's computing takes from that on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
from jax import Array

from sunstack.disciplines import company
from sunstack.fleet import MONTH_S, Years
from sunstack.programme import Programme
from sunstack.system import System


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Company:
    """The same company's quarters, twice."""

    with_programme: company.Accounts
    without_programme: company.Accounts


def accounts(system: System, course: Programme) -> Company | None:
    """Follow the company with the programme and without; none where there is no company."""
    spec = system.company
    if spec is None:
        return None
    months = monthly(spec, years=course.years, launches_usd=course.spent_usd)
    return Company(
        with_programme=with_months(system, spec, months),
        without_programme=alone(spec),
    )


@jax.jit
def alone(spec: company.Spec) -> company.Accounts:
    """Follow the company without any programme."""
    return company.accounts(spec, company.nothing(quarter_count=spec.quarter_count))


def with_months(system: System, spec: company.Spec, months: company.Programme) -> company.Accounts:
    """Follow the company with what a programme spends and earns by month."""
    placed = company.placed(
        months,
        overlap_fraction=spec.overlap_fraction,
        life_s=system.flight.life_s,
        discount_per_s=spec.discount_per_s,
    )
    return company.accounts(spec, placed)


def monthly(spec: company.Spec, *, years: Years, launches_usd: Array) -> company.Programme:
    """What a fleet spends and earns by month.

    The one place that says what satellites cost and computing earns: whatever else says so by month
    is put here.
    """
    satellites = years.launched_count.sum(axis=1) * spec.satellite_usd
    sold_j = years.delivered_power_w.sum(axis=1) * MONTH_S * spec.sold_fraction
    revenue = sold_j * spec.compute_price_usd_per_j
    return company.Programme(
        capital_usd=spec.launch_cost_ratio * launches_usd + satellites,
        operating_usd=spec.operating_fraction * revenue,
        revenue_usd=revenue,
    )


def offering_of(spec: company.Spec, gross_usd: Array) -> company.Spec:
    """The same company with another offering."""
    return replace(spec, offering=replace(spec.offering, gross_usd=gross_usd))
