"""What is a company, and what do its accounts say with a programme and without?

One call: the segments with their contracts, their value, cash with and without raising.

Assumes: the programme is valued by its own flows, not by a multiple; contracts belong to the last
segment, that of computing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import jax
import jax.numpy as jnp
from jax import Array

from .cash import Balance, Course, Offering, Terms, course
from .contracts import Contracts, contract_revenue_usd
from .programme import Placed
from .runway import Runway, runway
from .segments import Flows, Pace, Segments, flows
from .value import FORWARD_QUARTERS, parts_usd


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Spec:
    """A company as known at the end of a quarter, and the programme's terms; scalars."""

    segments: Segments
    pace: Pace
    contracts: Contracts
    balance: Balance
    terms: Terms
    offering: Offering
    launch_cost_ratio: Array
    """What a launch costs the company, over the price it is charged at."""
    discount_per_s: Array
    """Of the programme's flows, continuously compounded."""
    overlap_fraction: Array
    """Of the programme's months in the company's quarters, shape (quarters, months)."""
    quarter_count: int = field(metadata={"static": True})


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Accounts:
    """What a company's quarters come to; shape (quarters,) unless said."""

    flows: Flows
    programme: Placed
    parts_usd: Array
    """Enterprise value of each segment, at the start and at each quarter's end, shape
    (1 + quarters, segments)."""
    course: Course
    """Raising what is missing."""
    alone: Course
    """The same, not raising."""
    runway: Runway
    opening_value_usd: Array
    """Of all shares at the start; scalar."""


def accounts(spec: Spec, programme: Placed) -> Accounts:
    """Follow a company, with a programme or with none.

    Args:
        spec: the company.
        programme: in its quarters.
    """
    longer = spec.quarter_count + FORWARD_QUARTERS
    sold = contract_revenue_usd(spec.contracts, quarter_count=longer)
    added = jnp.zeros((longer, len(spec.segments.names))).at[:, -1].set(sold)
    whole = flows(spec.segments, spec.pace, added_usd=added, quarter_count=longer)
    parts = parts_usd(spec.segments, spec.pace, whole)
    own = jax.tree.map(lambda leaf: leaf[: spec.quarter_count], whole)
    raising, alone = (
        course(
            spec.balance,
            replace(spec.terms, raises=raises),
            offering=spec.offering,
            flows=own,
            programme=programme,
            enterprise_usd=parts[1:].sum(axis=1) + programme.value_usd,
        )
        for raises in (True, False)
    )
    return Accounts(
        flows=own,
        programme=programme,
        parts_usd=parts,
        course=raising,
        alone=alone,
        runway=runway(opening_usd=spec.balance.cash_usd, cash_usd=alone.cash_usd),
        opening_value_usd=parts[0].sum()
        + programme.opening_value_usd
        + spec.balance.cash_usd
        - spec.balance.debt_usd,
    )
