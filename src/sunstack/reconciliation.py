"""What have others found that computing costs in orbit and on the ground, and why is it not ours?

Each study stands as it is printed, on its own basis, and beside that on one basis for all: capital
paid off at one cost of capital over the study's own lives, yearly costs added, chips put back at
one price where a study leaves them out, a kilowatt used all the time. What a study does not count
at all (a satellite, a building) is not made up: it is named.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import jax.numpy as jnp
from jax import Array

from sunstack import catalogue
from sunstack.catalogue import Entry
from sunstack.disciplines import economics
from sunstack.errors import ScenarioError
from sunstack.resolve.ground import baseline_values, ground_site
from sunstack.units import HOUR_S, YEAR_S

CHIP = "gb200-nvl72"
"""Whose power a GPU-hour is of."""
CHIPS_STUDY = "epoch-2026"
"""Whose chips and network stand for those that a study leaves out."""
SITE = "us-grid"
"""On which grids are compared."""
WATTS = 1e3
HOURS = YEAR_S / HOUR_S
PLACES = ("orbit", "ground")
LARGEST_DISCOUNT = 0.5
UNTOLD = "not told"

CAVEATS = (
    "Studies are restated with what they count; what they leave out besides chips is named and not "
    "added, so the cheapest ones count the least.",
    "Restated, a kilowatt and a GPU are used all the time; what is sold of ours is told beside it.",
    "Many studies were read in reports or digests of them; the catalogue's kind study says which.",
)


@dataclass(frozen=True, kw_only=True)
class Side:
    """Computing in one place, for a watt or kilowatt of computers; None: not told."""

    capital_usd_per_w: float | None = None
    """Without chips and what serves them."""
    chips_usd_per_w: float | None = None
    year_without_chips_usd_per_kw: float | None = None
    year_usd_per_kw: float | None = None
    hour_usd: float | None = None
    """Of a GPU."""


class Priced(Protocol):
    """What both `economics.Cost` of the ground and the bases of a programme tell."""

    @property
    def capital_usd_per_w(self) -> Array:
        """With chips."""

    @property
    def capital_without_chips_usd_per_w(self) -> Array:
        """Without."""

    @property
    def energy_usd_per_j(self) -> Array:
        """Of what is sold."""

    @property
    def energy_without_chips_usd_per_j(self) -> Array:
        """Likewise."""

    @property
    def chip_usd_per_s(self) -> Array:
        """Of an accelerator at work."""


def side_of(found: Priced, *, sold_fraction: float) -> Side:
    """Put what Sunstack finds, of one year or of a whole programme, as studies put theirs.

    A kilowatt is of power delivered, whether sold or not; an hour of a GPU is one that is sold.

    Args:
        found: scalars.
        sold_fraction: of what is delivered.
    """
    year = WATTS * YEAR_S * sold_fraction
    capital = float(found.capital_without_chips_usd_per_w)
    return Side(
        capital_usd_per_w=capital,
        chips_usd_per_w=float(found.capital_usd_per_w) - capital,
        year_without_chips_usd_per_kw=year * float(found.energy_without_chips_usd_per_j),
        year_usd_per_kw=year * float(found.energy_usd_per_j),
        hour_usd=HOUR_S * float(found.chip_usd_per_s),
    )


@dataclass(frozen=True, kw_only=True)
class Ours:
    """What a run of Sunstack found."""

    name: str
    orbit: Side
    ground: Side
    launch_usd_per_kg: float
    life_years: float
    """Of a satellite."""
    yearly_discount_fraction: float
    sold_fraction: float


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The one basis that all are restated on."""

    yearly_discount_fraction: float
    chip_life_years: float
    chips_usd_per_w: float
    chip_kw: float
    """Of a GPU with its share of the machine around it."""


def basis_of(yearly_discount_fraction: float = 0.08) -> Basis:
    """Take chips and their lives from the catalogue.

    Raises:
        ScenarioError: the discount is none.
    """
    if not 0.0 <= yearly_discount_fraction <= LARGEST_DISCOUNT:
        raise ScenarioError(
            f"discount_fraction: {yearly_discount_fraction:g} is no cost of capital of a year; "
            f"write 0 to {LARGEST_DISCOUNT:g}"
        )
    rack = catalogue.entry("chip", CHIP).facts
    chips = _number(catalogue.entry("study", CHIPS_STUDY), "ground_chips_usd_per_w")
    return Basis(
        yearly_discount_fraction=yearly_discount_fraction,
        chip_life_years=5.0,
        chips_usd_per_w=chips or math.nan,
        chip_kw=float(rack["power_kw"].value) / float(rack["accelerator_count"].value),
    )


def reconcile(ours: Ours | None = None, basis: Basis | None = None) -> dict[str, Any]:
    """Lay all studies of the catalogue, and its sites on the ground, beside ours.

    Args:
        ours: what a run found; without it the studies stand alone.
        basis: on which they are restated.
    """
    chosen = basis or basis_of()
    studies = catalogue.entries("study")
    return {
        "basis": asdict(chosen),
        "ours": None if ours is None else _told_of_ours(ours),
        "studies": [_study(one, chosen, ours) for one in studies],
        "sites": [
            _named(one) | asdict(on_the_ground(one.name, chosen))
            for one in catalogue.entries("ground")
        ],
        "grids": [
            _named(one) | asdict(on_the_ground(SITE, chosen, grid=one.name))
            for one in catalogue.entries("grid")
        ],
        "caveats": list(CAVEATS),
    }


def _told_of_ours(ours: Ours) -> dict[str, Any]:
    return asdict(ours) | {"ratio": _over(ours.orbit.year_usd_per_kw, ours.ground.year_usd_per_kw)}


# --- a study -------------------------------------------------------------------------------------


def _study(one: Entry, basis: Basis, ours: Ours | None) -> dict[str, Any]:
    orbit, ground = (restated(one, place, basis) for place in PLACES)
    found = _over(orbit.year_usd_per_kw, ground.year_usd_per_kw)
    told = {
        "name": one.name,
        "title": one.title,
        "date": one.date,
        "confidence": _origin(one, "confidence"),
        "source": _origin(one, "source"),
        "contradicts": list(one.contradicts),
        **{key: _word(one, key) for key in ("label", "chips", "basis", "missing", "why")},
        "stated": {
            "ratio": _number(one, "stated_ratio"),
            **{f"{place}_{key}": _number(one, f"{place}_{key}") for place in PLACES for key in OWN},
        },
        "orbit": asdict(orbit),
        "ground": asdict(ground),
        "ratio": found,
        "differences": differences(one, basis, ours),
    }
    if ours is not None:
        told["over_ours"] = {
            "orbit": _over(orbit.year_usd_per_kw, ours.orbit.year_usd_per_kw),
            "ground": _over(ground.year_usd_per_kw, ours.ground.year_usd_per_kw),
        }
    return told


OWN = (
    "total_usd_per_w",
    "capital_usd_per_w",
    "chips_usd_per_w",
    "yearly_usd_per_kw_year",
    "price_usd_per_kw_year",
    "life_years",
    "hour_usd",
)
"""Facts of a study about a place, as they are printed."""


def restated(one: Entry, place: str, basis: Basis) -> Side:
    """Put what a study says of orbit or the ground on the one basis."""
    own = {key: _number(one, f"{place}_{key}") for key in OWN}
    chips_year = WATTS * _paid_off(basis.chip_life_years, basis)
    capital, price, hour = own["capital_usd_per_w"], own["price_usd_per_kw_year"], own["hour_usd"]
    spent = own["yearly_usd_per_kw_year"]
    if capital is not None or spent is not None:
        life = own["life_years"] or 1.0  # a study without capital has none to pay off
        housing = WATTS * (capital or 0.0) * _paid_off(life, basis) + (spent or 0.0)
        chips = own["chips_usd_per_w"] or basis.chips_usd_per_w
        return _side(basis, capital, own["chips_usd_per_w"], housing, housing + chips * chips_year)
    if price is not None:
        held = basis.chips_usd_per_w * chips_year
        without = price - held if _word(one, "chips") == "in" else None
        return _side(basis, None, None, without, price)
    if hour is not None:
        each_kw = _number(one, "chip_kw") or basis.chip_kw
        return _side(basis, None, None, None, hour * HOURS / each_kw)
    return Side()


def _side(
    basis: Basis,
    capital: float | None,
    chips: float | None,
    without: float | None,
    year: float,
) -> Side:
    return Side(
        capital_usd_per_w=capital,
        chips_usd_per_w=chips,
        year_without_chips_usd_per_kw=without,
        year_usd_per_kw=year,
        hour_usd=year * basis.chip_kw / HOURS,
    )


def _paid_off(life_years: float, basis: Basis) -> float:
    return float(
        economics.capital_recovery_fraction(
            life_s=life_years * YEAR_S, yearly_discount_fraction=basis.yearly_discount_fraction
        )
    )


def differences(one: Entry, basis: Basis, ours: Ours | None) -> list[str]:
    """Name what sets a study apart from the one basis, and from ours."""
    missing = _word(one, "missing")
    told = ["Does not tell what it counts." if missing == UNTOLD else f"Does not count {missing}."]
    if _has_capital(one):
        told += _put_back(one, basis)
    if ours is not None:
        told += _against(one, ours)
    return told


def _has_capital(one: Entry) -> bool:
    """Whether it tells parts, which can be restated; a price or a ratio stands as it is."""
    parts = ("capital_usd_per_w", "yearly_usd_per_kw_year")
    return any(f"{place}_{part}" in one.facts for place in PLACES for part in parts)


def _put_back(one: Entry, basis: Basis) -> list[str]:
    chips = {
        "in": "",
        "out": "Leaves chips out; they are put back",
        "unstated": "Does not say whether chips are counted; taken as left out, they are put back",
    }[_word(one, "chips")]
    told = [f"{chips} at {basis.chips_usd_per_w:g} USD/W."] if chips else []
    own = _number(one, "yearly_discount_fraction") or 0.0
    if own != basis.yearly_discount_fraction:
        nothing = (
            "Discounts nothing, as far as told" if own == 0.0 else f"Discounts {100 * own:.3g} %"
        )
        told.append(f"{nothing}; here {100 * basis.yearly_discount_fraction:.3g} % a year.")
    return told


def _against(one: Entry, ours: Ours) -> list[str]:
    launch, life = (_number(one, key) for key in ("launch_usd_per_kg", "orbit_life_years"))
    told = []
    if launch is not None:
        told.append(f"Launch at {launch:,.0f} USD/kg, ours {ours.launch_usd_per_kg:,.0f}.")
    if life is not None and life != ours.life_years:
        told.append(f"Satellites last {life:g} years, ours {ours.life_years:g}.")
    if _number(one, "orbit_hour_usd") is None:
        told.append(f"Counts full use; of ours {100 * ours.sold_fraction:.0f} % is sold.")
    return told


# --- sites on the ground -------------------------------------------------------------------------


def _named(one: Entry) -> dict[str, Any]:
    return {"name": one.name, "title": one.title, "date": one.date}


def on_the_ground(name: str, basis: Basis, *, grid: str | None = None) -> Side:
    """Price computers on a site of the catalogue, the same chips for all, used all the time.

    Raises:
        CatalogueError: no such site or grid.
    """
    site = ground_site(baseline_values(name, grid=grid))
    found = economics.ground_cost(
        site,
        _machines(basis, float(site.equipment_usd_per_w)),
        yearly_discount_fraction=basis.yearly_discount_fraction,
    )
    capital = float(found.capital_without_chips_usd_per_w)
    year, without = (
        float(cost) * WATTS * YEAR_S
        for cost in (found.nominal_usd_per_j, found.nominal_without_chips_usd_per_j)
    )
    return Side(
        capital_usd_per_w=capital,
        chips_usd_per_w=float(found.capital_usd_per_w) - capital,
        year_without_chips_usd_per_kw=without,
        year_usd_per_kw=year,
        hour_usd=float(found.chip_usd_per_s) * HOUR_S,
    )


def _machines(basis: Basis, equipment_usd_per_w: float) -> economics.Machines:
    """A chip, priced so that with its site's equipment it costs what all chips do."""
    chip_w = WATTS * basis.chip_kw
    return economics.Machines(
        chip_count=jnp.ones(()),
        chip_power_w=jnp.asarray(chip_w),
        chip_usd=jnp.asarray(max(basis.chips_usd_per_w - equipment_usd_per_w, 0.0) * chip_w),
        utilisation_fraction=jnp.ones(()),
        chip_tokens_per_s=jnp.zeros(()),
        chip_flop_per_s=jnp.zeros(()),
    )


# --- facts ---------------------------------------------------------------------------------------


def _number(one: Entry, fact: str) -> float | None:
    found = one.facts.get(fact)
    return None if found is None else float(found.value)


def _word(one: Entry, fact: str) -> str:
    return str(one.facts[fact].value)


def _origin(one: Entry, part: str) -> str:
    """Of the entry, as its words have it."""
    return str(getattr(one.facts["basis"], part))


def _over(first: float | None, second: float | None) -> float | None:
    return None if first is None or not second else first / second
