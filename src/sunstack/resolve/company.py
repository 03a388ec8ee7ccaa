"""What company stands behind a programme, in SI?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import jax.numpy as jnp
from jax import Array

from sunstack import catalogue
from sunstack.disciplines import company
from sunstack.errors import ScenarioError
from sunstack.fleet import MONTH_S
from sunstack.scenario import describe, keys
from sunstack.scenario.company import SEGMENTS
from sunstack.system import System
from sunstack.units import YEAR_S, unit_of

from .numbers import Numbers
from .values import COMPANY, Origin, defaults, missing_of_company, of_entry

SECTION = "company."
QUARTERS = 4
OF_A_SEGMENT: Mapping[str, str] = {
    "revenue_usd": "revenue_usd",
    "margin_fraction": "margin_fraction",
    "margin_end_fraction": "margin_end_fraction",
    "capex_usd": "capex_usd",
    "capex_end_ratio": "capex_end_ratio",
    "stock_pay_usd": "stock_pay_usd",
    "depreciation_usd": "depreciation_usd",
    "asset_life_s": "asset_life_years",
    "revenue_multiple_ratio": "revenue_multiple_ratio",
    "ebitda_multiple_ratio": "ebitda_multiple_ratio",
    "ebitda_weight_fraction": "ebitda_weight_fraction",
}
"""Fields of a segment, and how their keys end."""


def company_behind(
    number: Numbers, *, path: str, first_year: float, month_count: int
) -> company.Spec | None:
    """Build the company behind a programme; none where none is named.

    Args:
        number: of the scenario.
        path: of its file, for messages.
        first_year: calendar year with its fraction in which the programme starts.
        month_count: that it is followed.

    Raises:
        ScenarioError: dates or sums do not fit together.
    """
    if COMPANY not in number.found:
        return None
    start_year = float(number.found["company.start_years"].value)
    if first_year < start_year:
        where = number.found["company.start_years"].where
        raise ScenarioError(
            f"{path}: company.start_years: {start_year:g} ({where}) lies after the programme's "
            f"start in {first_year:.1f}; name an earlier entry under {COMPANY}, or write a later "
            "epoch"
        )
    check_offering(number.found, path=path)
    spec = company_of(number, quarter_count=quarter_count(number.found))
    overlap = company.overlap_fraction(
        offset_s=(first_year - start_year) * YEAR_S,
        month_count=month_count,
        month_s=MONTH_S,
        quarter_count=spec.quarter_count,
    )
    return replace(spec, overlap_fraction=jnp.asarray(overlap))


def moved_company(number: Mapping[str, Array], system: System) -> company.Spec | None:
    """Build the company behind a design anew from its numbers, where there is one."""
    if system.company is None:
        return None
    moved = company_of(number, quarter_count=system.company.quarter_count)
    return replace(moved, overlap_fraction=system.company.overlap_fraction)


def company_of(number: Mapping[str, Array], *, quarter_count: int) -> company.Spec:
    """Build a company without a programme; any of its numbers may be traced.

    Args:
        number: of the keys of a scenario's `company`, in SI.
        quarter_count: that it is followed.
    """
    return company.Spec(
        segments=_segments(number),
        pace=_pace(number),
        contracts=_contracts(number),
        balance=company.Balance(
            cash_usd=number["company.cash_usd"],
            debt_usd=number["company.debt_usd"],
            share_count=number["company.share_count"],
            tax_loss_usd=number["company.tax_loss_usd"],
        ),
        terms=_terms(number),
        offering=company.Offering(
            gross_usd=number["company.offering_usd"],
            price_usd=number["company.offering_price_usd"],
            fee_fraction=number["company.offering_fee_fraction"],
            time_s=number["company.offering_years"],
        ),
        launch_cost_ratio=number["company.launch_cost_ratio"],
        discount_per_s=_rate(number, "company.programme_discount_fraction_per_year"),
        overlap_fraction=jnp.zeros((quarter_count, 0)),
        quarter_count=quarter_count,
    )


def quarter_count(found: Mapping[str, Origin]) -> int:
    """Quarters to the horizon."""
    return round(QUARTERS * float(found["company.horizon_years"].value))


def _segments(number: Mapping[str, Array]) -> company.Segments:
    found = {field: _row(number, key) for field, key in OF_A_SEGMENT.items()}
    return company.Segments(
        **found,
        growth_per_s=_rates(number, "growth_fraction_per_year"),
        growth_end_per_s=_rates(number, "growth_end_fraction_per_year"),
        names=SEGMENTS,
    )


def _row(number: Mapping[str, Array], key: str) -> Array:
    return jnp.stack([number[f"{SECTION}{name}_{key}"] for name in SEGMENTS])


def _rates(number: Mapping[str, Array], key: str) -> Array:
    return jnp.stack([_rate(number, f"{SECTION}{name}_{key}") for name in SEGMENTS])


def _rate(number: Mapping[str, Array], key: str) -> Array:
    """Continuous rate that makes so much of a year."""
    return jnp.log1p(number[key] * YEAR_S) / YEAR_S


def _pace(number: Mapping[str, Array]) -> company.Pace:
    return company.Pace(
        growth_half_life_s=number["company.growth_half_life_years"],
        margin_half_life_s=number["company.margin_half_life_years"],
        capex_half_life_s=number["company.capex_half_life_years"],
        multiple_half_life_s=number["company.multiple_half_life_years"],
        stock_pay_end_fraction=number["company.stock_pay_end_fraction"],
        revenue_multiple_end_ratio=number["company.revenue_multiple_end_ratio"],
        ebitda_multiple_end_ratio=number["company.ebitda_multiple_end_ratio"],
        opening_asset_life_s=number["company.opening_asset_life_years"],
    )


def _contracts(number: Mapping[str, Array]) -> company.Contracts:
    return company.Contracts(
        revenue_usd_per_s=number["company.contract_yearly_usd"] / YEAR_S,
        running_fraction=number["company.contract_running_fraction"],
        ramp_s=number["company.contract_ramp_years"],
        end_s=number["company.contract_end_years"],
        renewal_fraction=number["company.contract_renewal_fraction"],
    )


def _terms(number: Mapping[str, Array]) -> company.Terms:
    return company.Terms(
        debt_rate_per_s=number["company.debt_interest_fraction_per_year"],
        cash_rate_per_s=number["company.cash_interest_fraction_per_year"],
        tax_fraction=number["company.tax_fraction"],
        least_cash_usd=number["company.least_cash_usd"],
        debt_fraction=number["company.raised_as_debt_fraction"],
        discount_fraction=number["company.issue_discount_fraction"],
        raises=True,
    )


def check_offering(found: Mapping[str, Origin], *, path: str) -> None:
    """Refuse an offering that is more than the company is worth at its price, or too late.

    Raises:
        ScenarioError: it is.
    """
    gross, price, shares, late, horizon = (
        found[f"company.{name}"]
        for name in (
            "offering_usd",
            "offering_price_usd",
            "share_count",
            "offering_years",
            "horizon_years",
        )
    )
    worth = float(price.value) * float(shares.value)
    if float(gross.value) > worth:
        raise ScenarioError(
            f"{path}: {gross.key}: {float(gross.value):.4g} ({gross.where}) is more than the "
            f"company's {worth:.4g} at {float(price.value):g} a share ({price.where}); write "
            f"less, or a higher {price.key}"
        )
    if float(gross.value) > 0.0 and float(late.value) >= float(horizon.value):
        raise ScenarioError(
            f"{path}: {late.key}: {late.value} ({late.where}) lies beyond the horizon of "
            f"{horizon.value} years ({horizon.where}); write an earlier one, or a longer "
            f"{horizon.key}"
        )


# --- without a scenario ---------------------------------------------------------------------------


def origins_of(entry: str, given: Mapping[str, float] | None = None) -> dict[str, Origin]:
    """Find a company's values from an entry, defaults, and what is given besides.

    Args:
        entry: of the catalogue.
        given: values by key, in the key's unit.

    Raises:
        ScenarioError: a key is none of a company, beyond its bounds, or not given anywhere.
        CatalogueError: there is no such entry.
    """
    found = {one.key: one for one in defaults() if one.key.startswith(SECTION)}
    known = catalogue.entry("company", entry)
    found |= {one.key: one for one in of_entry(known)}
    found[COMPANY] = Origin(key=COMPANY, value=entry, unit="", kind="override", where="asked for")
    found |= {key: _given(key, value) for key, value in (given or {}).items()}
    wanted = [key for key in keys() if key.startswith(SECTION)]
    missing = [missing_of_company(entry, key) for key in wanted if key not in found]
    if missing:
        raise ScenarioError(missing[0])
    check_offering(found, path=entry)
    return found


def _given(key: str, value: float) -> Origin:
    if key not in keys() or not key.startswith(SECTION) or describe(key).kind != "number":
        raise ScenarioError(f"{key}: is no number of a company; see `sunstack explain {COMPANY}`")
    described = describe(key)
    low, high = described.low, described.high
    inside = (low is None or low <= value) and (high is None or value <= high)
    if not inside:  # also what is not a number
        raise ScenarioError(
            f"{key}: {value:g} lies outside the plausible {low:g} to {high:g} {described.unit}; "
            "write one within"
        )
    return Origin(key=key, value=value, unit=unit_of(key), kind="override", where="asked for")
