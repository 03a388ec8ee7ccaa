"""What does a run say of money: a satellite by part, each unit by year of launch, cash by month?

In the units people use, each under its own name: what counts chips and what does not are never
mixed. A basis that cannot be told (no chips, no price of them, nothing known of their rate) is
None, and a caveat says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sunstack.accounts import Accounts, Bases
from sunstack.disciplines import economics
from sunstack.evaluate import Outcome
from sunstack.fleet import YEAR_MONTHS
from sunstack.reconciliation import Ours, basis_of, reconcile, side_of
from sunstack.resolve import Resolved
from sunstack.resolve.economics import CHIP, CHIP_PRICE
from sunstack.units import DAY_S, HOUR_S, YEAR_S

MONEY_YEAR = 2026
LEAST_LAUNCHED_RATIO = 1e-9
"""Of all launched: a year with less is one in which nothing is."""
KILOWATT_W, MEGAWATT_HOUR_J, PETAFLOP_DAY = 1e3, 3.6e9, 1e15 * DAY_S
BASES: Mapping[str, tuple[str, float]] = {
    "usd_per_chip_hour": ("chip_usd_per_s", HOUR_S),
    "usd_per_pflop_day": ("compute_usd_per_flop", PETAFLOP_DAY),
    "usd_per_kw_year": ("energy_usd_per_j", KILOWATT_W * YEAR_S),
    "usd_per_kw_year_without_chips": ("energy_without_chips_usd_per_j", KILOWATT_W * YEAR_S),
    "usd_per_mwh": ("energy_usd_per_j", MEGAWATT_HOUR_J),
    "usd_per_mwh_without_chips": ("energy_without_chips_usd_per_j", MEGAWATT_HOUR_J),
    "capital_usd_per_w": ("capital_usd_per_w", 1.0),
    "capital_usd_per_w_without_chips": ("capital_without_chips_usd_per_w", 1.0),
    "launched_power_usd_per_kw_year": ("launched_power_usd_per_j", KILOWATT_W * YEAR_S),
}
"""Name of each basis: what it is of `Bases`, and how many SI units one of its own has."""
LABELS: Mapping[str, str] = {
    "usd_per_chip_hour": "hour of an accelerator at full power",
    "usd_per_pflop_day": "PFLOP/s for a day, data sheet's dense rate",
    "usd_per_kw_year": "kW of payload for a year, with chips",
    "usd_per_kw_year_without_chips": "kW of payload for a year, without chips",
    "usd_per_mwh": "MWh to payloads, with chips",
    "usd_per_mwh_without_chips": "MWh to payloads, without chips",
    "capital_usd_per_w": "capital for a W of payload, with chips",
    "capital_usd_per_w_without_chips": "capital for a W of payload, without chips",
    "launched_power_usd_per_kw_year": "launch alone, for a kW of new array and a year",
}
"""What each basis is the price of, in words."""
NEED_CHIPS = ("usd_per_chip_hour", "usd_per_pflop_day", "usd_per_kw_year", "usd_per_mwh")
NEED_PRICE = (*NEED_CHIPS, "capital_usd_per_w")
NEED_RATE = ("usd_per_pflop_day",)
BASELINE = "ground.baseline"
COMPARED = (
    "capital_usd_per_w",
    "capital_without_chips_usd_per_w",
    "energy_usd_per_j",
    "energy_without_chips_usd_per_j",
    "chip_usd_per_s",
)
"""Of the ground, what studies are put beside."""
SETTING_WORDS: Mapping[str, str] = {
    "discount_fraction_per_year": "real cost of capital, a year",
    "tax_fraction": "tax on profit",
    "depreciation_years": "years over which capital is written off for tax",
    "sold_fraction": "share of what is delivered that is sold",
    "compute_usd_per_pflop_day": "what compute sells for at the start, $ for a PFLOP/s and day",
    "chip_progress_fraction_per_year": "by which that falls each year",
    "learning_fraction": "by which parts become cheaper at each doubling of satellites made",
    "learned_count": "satellites made when the parts cost what the book says",
}
"""Settings that are told with the costs, and what they are."""

Years = NDArray[np.int_]


def costs(resolved: Resolved, outcome: Outcome) -> dict[str, Any]:
    """Tell a programme's money: the whole, and every calendar year in which it launches."""
    found, known = outcome.economics, what_is_known(resolved)
    first_year = resolved.document.scenario.epoch.year
    launched = np.asarray(found.launched_count)
    years = np.flatnonzero(launched > LEAST_LAUNCHED_RATIO * max(launched.sum(), 1e-300))
    return {
        "money_year": MONEY_YEAR,
        "book": str(resolved.origins["economics.cost_book"].value),
        "precision": resolved.system.service.precision,
        **{name: float(resolved.origins[f"economics.{name}"].value) for name in SETTING_WORDS},
        **known,
        "rated_payload_w": float(resolved.system.power.payload_peak_power_w),
        "launched_count": float(launched.sum()),
        "whole": _bases(resolved, found.whole, known, ...) | {"obsolescence_factor": None},
        "parts_usd": _parts(found),
        "by_year": [
            {"year": first_year + int(number)} | _year(resolved, found, known, int(number))
            for number in years
        ],
        "programme": _programme(found),
        "ground": _ground(resolved, outcome, known, years + first_year),
    }


def reconciled(resolved: Resolved, outcome: Outcome) -> dict[str, Any] | None:
    """Lay published studies beside the whole programme; none where compute has no price."""
    found, spec = outcome.economics, resolved.system.economics
    launched = np.asarray(found.launched_count)
    is_priced = what_is_known(resolved)["knows_chip_price"] and bool(
        np.isfinite(found.whole.chip_usd_per_s)
    )
    if not is_priced or not launched.any():
        return None

    def over_years(by_year: Any) -> Any:
        return np.asarray(by_year) @ launched / launched.sum()

    sold = float(spec.market.sold_fraction)
    course = outcome.programme
    ours = Ours(
        name=resolved.document.scenario.name,
        orbit=side_of(found.whole, sold_fraction=sold),
        ground=side_of(
            outcome.ground._replace(
                **{name: over_years(getattr(outcome.ground, name)) for name in COMPARED}
            ),
            sold_fraction=sold,
        ),
        launch_usd_per_kg=float(course.spent_usd.sum() / course.launched_kg.sum()),
        life_years=float(resolved.system.flight.life_s) / YEAR_S,
        yearly_discount_fraction=float(spec.finance.yearly_discount_fraction),
        sold_fraction=sold,
    )
    return reconcile(ours, basis_of(ours.yearly_discount_fraction))


def _ground(
    resolved: Resolved, outcome: Outcome, known: Mapping[str, bool], years: Years
) -> dict[str, Any] | None:
    """The same chips on the ground, by calendar year; none where they have no price."""
    if not known["knows_chip_price"]:
        return None
    first_year = resolved.document.scenario.epoch.year
    named = resolved.origins.get(BASELINE)
    return {
        "site": str(named.value) if named else "",
        "by_year": [
            {"year": int(year)} | _ground_bases(resolved, outcome.ground, known, year - first_year)
            for year in years
        ],
        "parity_year": _parity_year(outcome, years, first_year),
    }


def _ground_bases(
    resolved: Resolved, found: economics.Cost, known: Mapping[str, bool], place: int
) -> dict[str, Any]:
    tokens = np.asarray(found.token_usd)
    return {
        **{
            name: float(np.asarray(getattr(found, source))[place]) * units
            for name, (source, units) in BASES.items()
            if hasattr(found, source) and _is_told(name, known)
        },
        "usd_per_million_tokens": {
            name: _finite(float(tokens[number][place]) * 1e6)
            for number, name in enumerate(resolved.system.service.model_names)
        },
    }


def _parity_year(outcome: Outcome, years: Years, first_year: int) -> int | None:
    """First year in which an hour of an accelerator costs no more in orbit; none within it."""
    orbit, ground = (
        np.asarray(one.chip_usd_per_s) for one in (outcome.economics.vintage, outcome.ground)
    )
    equal = [int(year) for year in years if orbit[year - first_year] <= ground[year - first_year]]
    return equal[0] if equal else None


def what_is_known(resolved: Resolved) -> dict[str, bool]:
    """Whether the payload carries chips, and their price and rate are known."""
    spec, origins = resolved.system.economics, resolved.origins
    return {
        "has_chips": spec.carries_chips,
        "knows_chip_price": spec.carries_chips and CHIP_PRICE in origins and CHIP in origins,
        "knows_rate": float(spec.peak_flop_per_s) > 0.0,
    }


def in_own_units(found: Any, place: Any = ...) -> dict[str, float]:
    """Write costs of units, in SI, each in its own unit; of a site on the ground as of orbit.

    Args:
        found: whatever holds costs under the names of `Bases`; those it lacks are left out.
        place: of one among many.
    """
    return {
        name: float(np.asarray(getattr(found, source))[place]) * units
        for name, (source, units) in BASES.items()
        if hasattr(found, source)
    }


def _bases(
    resolved: Resolved, found: Bases, known: Mapping[str, bool], place: Any
) -> dict[str, Any]:
    """Every basis in its own unit; None where it is not known or nothing is delivered."""
    told: dict[str, Any] = {
        name: _finite(usd) if _is_told(name, known) else None
        for name, usd in in_own_units(found, place).items()
    }
    tokens = np.asarray(found.token_usd)
    names = resolved.system.service.model_names if known["knows_chip_price"] else ()
    told["usd_per_million_tokens"] = {
        name: _finite(float(tokens[number][place]) * 1e6) for number, name in enumerate(names)
    }
    told["obsolescence_factor"] = float(np.asarray(found.obsolescence_factor)[place])
    return told


def _is_told(name: str, known: Mapping[str, bool]) -> bool:
    if name in NEED_PRICE and not known["knows_chip_price"]:
        return False
    return known["knows_rate"] or name not in NEED_RATE


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _parts(found: Accounts) -> dict[str, float]:
    """Capital of a satellite by part, mean over all launched."""
    launched = max(float(found.launched_count.sum()), 1e-300)
    summed = np.asarray(found.capital_usd).sum(axis=1)
    return {name: float(usd) / launched for name, usd in zip(economics.PARTS, summed, strict=True)}


def _year(
    resolved: Resolved, found: Accounts, known: Mapping[str, bool], number: int
) -> dict[str, Any]:
    satellite = np.asarray(found.satellite_usd)[:, number]
    running = np.asarray(found.running_by_year_usd)[:, number]
    satellite_years = float(found.satellite_s[number]) / YEAR_S
    return {
        "launched_count": float(found.launched_count[number]),
        "satellite_usd": float(satellite.sum()),
        "parts_usd": dict(zip(economics.PARTS, satellite.tolist(), strict=True)),
        "running_usd": dict(zip(economics.ITEMS, running.tolist(), strict=True)),
        "running_usd_per_satellite_year": float(running.sum()) / max(satellite_years, 1e-300),
        **_bases(resolved, found.vintage, known, number),
    }


def _programme(found: Accounts) -> dict[str, Any]:
    cash = np.cumsum(np.asarray(found.cash_usd))
    lowest = int(cash.argmin())
    return {
        "capital_usd": float(found.capital_usd.sum()),
        "running_usd": float(found.running_usd.sum()),
        "revenue_usd": float(found.revenue_usd.sum()),
        "tax_usd": float(found.tax_usd.sum()),
        "cash_usd": float(cash[-1]),
        "remaining_usd": float(found.remaining_usd),
        "most_spent_usd": max(-float(cash[lowest]), 0.0),
        "most_spent_month": lowest + 1,
        "horizon_years": len(cash) / YEAR_MONTHS,
    }


def money_by_month(found: Accounts) -> pl.DataFrame:
    """What is paid and earned in each month."""
    months = len(np.asarray(found.cash_usd))
    parts = {
        f"capital_{_column(name)}_usd": np.asarray(found.capital_usd)[number]
        for number, name in enumerate(economics.PARTS)
    }
    items = {
        f"running_{_column(name)}_usd": np.asarray(found.running_usd)[number]
        for number, name in enumerate(economics.ITEMS)
    }
    rest = {name: np.asarray(getattr(found, name)) for name in ("revenue_usd", "tax_usd")}
    return pl.DataFrame(
        {
            "month": np.arange(1, months + 1, dtype=np.int32),
            **parts,
            **items,
            **rest,
            "cash_usd": np.asarray(found.cash_usd),
            "delivered_energy_j": np.asarray(found.delivered.energy_j),
            "delivered_chip_s": np.asarray(found.delivered.chip_s),
            "delivered_flop": np.asarray(found.delivered.work_flop),
        }
    )


def _column(name: str) -> str:
    return name.replace(" ", "_")
