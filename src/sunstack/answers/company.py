"""What becomes of a company of the catalogue, quarter by quarter, and of its shares?

Alone, or with a scenario's programme. Beside it stand the merger and the listing as worked out, and
how far off the model was when started from what was known in February 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
from jax import Array

from sunstack.disciplines import company
from sunstack.errors import ScenarioError
from sunstack.evaluate import evaluate
from sunstack.levers import levers, told_quarter
from sunstack.quarters import alone
from sunstack.resolve import Resolved, check_whole_lives
from sunstack.resolve.company import company_of, origins_of, quarter_count
from sunstack.resolve.numbers import Numbers
from sunstack.resolve.values import Origin
from sunstack.summary.company import (
    CAVEATS,
    backtested,
    behind,
    burn,
    listing,
    merged,
    parts,
    quarter_name,
    quarters,
    rounded_runway,
)
from sunstack.units import to_si

TOLD = 16
"""Quarters listed if no other number is asked for."""
DECIDING = 8
"""Assumptions listed, by how much of the value their ranges move."""
QUARTER = re.compile(r"(\d{4})\s*Q([1-4])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a company."""

    entry: str
    ipo_usd: float | None = None
    price_usd: float | None = None
    quarter: str | None = None
    given: Sequence[str] = ()
    """`key=value` of the scenario's section `company`, with or without its name."""


def company_told(question: Question) -> dict[str, Any]:
    """Answer.

    Raises:
        ScenarioError: a value cannot be, or the quarter lies beyond the horizon.
        CatalogueError: there is no such company.
    """
    found = origins_of(question.entry, _given(question))
    number, count = Numbers(found), quarter_count(found)
    spec = company_of(number, quarter_count=count)
    start_year = float(found["company.start_years"].value)
    asked = _asked(question.quarter, start_year, count)
    accounts = alone(spec)
    told = told_quarter(count)
    rows = quarters(accounts, start_year)
    return {
        "entry": question.entry,
        "start_year": start_year,
        "horizon_quarter_count": count,
        "opening": {
            "cash_usd": float(spec.balance.cash_usd),
            "debt_usd": float(spec.balance.debt_usd),
            "share_count": float(spec.balance.share_count),
            "value_usd": float(accounts.opening_value_usd),
            "value_per_share_usd": float(accounts.opening_value_usd / spec.balance.share_count),
        },
        "runway": rounded_runway(accounts, count),
        "told_quarter": rows[told]["quarter"],
        "told": rows[told],
        "parts": parts(spec, accounts, told),
        "deciding": deciding(found, number, count),
        "quarters": rows[asked : asked + 1] if asked is not None else rows[:TOLD],
        "offering": {
            "gross_usd": float(spec.offering.gross_usd),
            "price_usd": float(spec.offering.price_usd),
            "margin_ratio": float(
                company.offering_margin_ratio(spec.offering, share_count=spec.balance.share_count)
            ),
        },
        "merger": merged(),
        "listing": listing(),
        "burn": burn(),
        "backtest": backtested(),
        "caveats": list(CAVEATS),
    }


def with_programme(resolved: Resolved) -> dict[str, Any]:
    """Answer for a scenario: its company with the programme and without, and what moves it.

    Raises:
        ScenarioError: the scenario names no company, or its satellites outlive its horizon.
    """
    system = resolved.system
    if system.company is None:
        raise ScenarioError(
            f"{resolved.document.path}: names no company; write `catalogue:` under `company:`, or "
            "name one of the catalogue beside --scenario"
        )
    check_whole_lives(resolved.document, resolved.origins)
    outcome = evaluate(system)
    found = behind(resolved, outcome.company, levers(system, outcome.programme, outcome.service))
    assert found is not None
    return {"scenario": resolved.document.scenario.name, **found}


def as_overrides(question: Question) -> list[str]:
    """Write what is asked as overrides of a scenario."""
    entry = [f"company.catalogue={question.entry}"] if question.entry else []
    return [*entry, *(f"{key}={value!r}" for key, value in _given(question).items())]


def _given(question: Question) -> dict[str, float]:
    asked = {
        "company.offering_usd": question.ipo_usd,
        "company.offering_price_usd": question.price_usd,
    }
    found = {key: value for key, value in asked.items() if value is not None}
    for text in question.given:
        key, sign, value = text.partition("=")
        name = key.strip().removeprefix("company.")
        try:
            number = float(value)
        except ValueError:
            number = None
        if not sign or number is None:
            raise ScenarioError(f"--set {text}: is no key=number; write cash_usd=5e10, say")
        found[f"company.{name}"] = number
    return found


def _asked(quarter: str | None, start_year: float, count: int) -> int | None:
    """Index of the quarter asked for."""
    if quarter is None:
        return None
    written = QUARTER.fullmatch(quarter.strip())
    if written is None:
        raise ScenarioError(f"--quarter {quarter}: is no quarter; write 2027Q3")
    year, part = int(written[1]), int(written[2])
    place = round(4.0 * (year - start_year)) + part - 1
    if not 0 <= place < count:
        first, last = quarter_name(start_year, 0), quarter_name(start_year, count - 1)
        raise ScenarioError(
            f"--quarter {quarter}: is not among the quarters followed; write {first} to {last}, or "
            "another company.horizon_years"
        )
    return place


# --- what decides ---------------------------------------------------------------------------------


def deciding(
    found: Mapping[str, Origin], number: Mapping[str, Array], count: int
) -> list[dict[str, Any]]:
    """Rank assumptions by how far their ranges move the value of a share, by exact slopes.

    A slope holds near the value; over a wide range it only says which assumption matters more.
    """
    keys = [
        key
        for key, origin in found.items()
        if not isinstance(origin.value, str) and key not in NO_ASSUMPTION
    ]
    values = {key: number[key] for key in keys}
    rest = {key: number[key] for key in NO_ASSUMPTION}
    slopes = jax.grad(partial(_value_per_share, rest=rest, count=count))(values)
    rows = [_moved(found[key], float(slopes[key])) for key in keys]
    return sorted(rows, key=lambda row: -abs(row["high_usd"] - row["low_usd"]))[:DECIDING]


NO_ASSUMPTION = ("company.start_years", "company.horizon_years")


def _value_per_share(
    values: Mapping[str, Array], *, rest: Mapping[str, Array], count: int
) -> Array:
    spec = company_of({**rest, **values}, quarter_count=count)
    found = alone(spec)
    per_share: Array = found.course.value_per_share_usd[told_quarter(count)]
    return per_share


def _moved(origin: Origin, slope: float) -> dict[str, Any]:
    """By how much the ends of a value's range move a share's value."""
    factor = to_si(origin.key, 1.0)
    ends = [float(origin.value) if end is None else end for end in (origin.low, origin.high)]
    low, high = ((end - float(origin.value)) * factor * slope for end in ends)
    return {
        "key": origin.key,
        "value": float(origin.value),
        "low": ends[0],
        "high": ends[1],
        "low_usd": low,
        "high_usd": high,
        "slope_usd": slope * factor,
    }
