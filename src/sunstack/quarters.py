"""What does a fleet's programme do to the accounts of the company behind it?

What the programme's own accounts say of each month is laid on the company's quarters: satellites
and flights paid, running, compute sold. The company is followed with it and without.

Assumes: the company pays for launches what they cost it, a share of what they are charged at; taxes
are those of the company as a whole.
Leaves out: what the programme's computing takes from that on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import jax
from jax import Array

from sunstack.accounts import Accounts
from sunstack.disciplines import company, economics
from sunstack.system import System


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Company:
    """The same company's quarters, twice."""

    with_programme: company.Accounts
    without_programme: company.Accounts


@jax.jit
def quarters(system: System, costs: Accounts) -> Company | None:
    """Follow the company with the programme and without; none where there is no company."""
    spec = system.company
    if spec is None:
        return None
    months = monthly(spec, costs)
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


def monthly(spec: company.Spec, costs: Accounts) -> company.Programme:
    """What a programme spends and earns by month, its launches at their cost to the company."""
    by_part = costs.capital_usd
    saved = (1.0 - spec.launch_cost_ratio) * by_part[economics.PARTS.index("launch")]
    return company.Programme(
        capital_usd=by_part.sum(axis=0) - saved,
        operating_usd=costs.running_usd.sum(axis=0),
        revenue_usd=costs.revenue_usd,
    )


def offering_of(spec: company.Spec, gross_usd: Array) -> company.Spec:
    """The same company with another offering."""
    return replace(spec, offering=replace(spec.offering, gross_usd=gross_usd))
