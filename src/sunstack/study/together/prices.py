"""What does computing cost in orbit and on the ground, by year of launch, over many draws?

Of every draw the price of an hour of an accelerator, and of a million tokens of each language
model, of what is launched or bought in each calendar year. A draw whose first launch comes later
has no price in orbit before; orbit is cheaper in a year if it launches and asks no more.

Leaves out: that prices on the ground follow from how much is computed in orbit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta

from sunstack.fleet import MONTH_S
from sunstack.resolve import Resolved
from sunstack.units import HOUR_S, YEAR_S

from ..backends import Chunk
from ..inputs import Columns
from ..model import AGREES
from ..objectives import OVER

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
SURE = 0.95
CLAIMED = "2026-02"
"""When it was said that computing would be cheapest in orbit within two to three years."""
CLAIMED_YEARS = (2028, 2029)
"""Calendar years of launch that end within three years of that, and the one in which they do."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Which objectives of a model are prices, by calendar year of launch."""

    first_year: int
    year_count: int
    languages: tuple[str, ...]
    """Language models."""

    @property
    def years(self) -> range:
        """Calendar years that the horizon touches."""
        return range(self.first_year, self.first_year + self.year_count)

    def orbit(self, year: int, language: str = "") -> str:
        """Name the price in orbit of an accelerator's second, or of a token of a language model."""
        return f"economics.vintage.{self._of(year, language)}"

    def ground(self, year: int, language: str = "") -> str:
        """Name it on the ground."""
        return f"ground.{self._of(year, language)}"

    def ratio(self, year: int) -> str:
        """Name the price of an accelerator's time in orbit over that on the ground."""
        return self.orbit(year) + OVER + self.ground(year)

    def _of(self, year: int, language: str) -> str:
        what = f"token_usd[{language}]" if language else "chip_usd_per_s"
        return f"{what}@{year - self.first_year}"

    def objectives(self) -> Iterator[str]:
        """List all of them."""
        for year in self.years:
            yield self.ratio(year)
            for language in ("", *self.languages):
                yield from (self.orbit(year, language), self.ground(year, language))


def prices_of(resolved: Resolved) -> Prices:
    """Name the prices of a design."""
    system = resolved.system
    begun_s = float(system.economics.elapsed_in_year_s)
    last_s = begun_s + (system.upkeep.month_count - 0.5) * MONTH_S
    return Prices(
        first_year=resolved.document.scenario.epoch.year,
        year_count=int(last_s // YEAR_S) + 1,
        languages=system.service.model_names,
    )


def by_year(prices: Prices, found: Chunk, language: str = "") -> list[dict[str, Any]]:
    """Tell quantiles in orbit and on the ground, and how often orbit asks no more."""
    factor = 1e6 if language else HOUR_S
    agrees = found[AGREES] > 0.5
    told = []
    for year in prices.years:
        orbit = found[prices.orbit(year, language)][agrees] * factor
        ground = found[prices.ground(year, language)][agrees] * factor
        flies = np.isfinite(orbit) & np.isfinite(ground)
        told.append(
            {
                "year": year,
                "launching_fraction": share(flies),
                "orbit": quantiles(orbit[flies]),
                "ground": quantiles(ground),
                "ratio": quantiles(orbit[flies] / ground[flies]),
                **chance(orbit <= ground),
            }
        )
    return told


def first_cheaper(prices: Prices, found: Chunk) -> dict[str, Any]:
    """Tell in which year orbit is first as cheap, and in which share of the draws never."""
    cheaper = _cheaper(prices, found)
    ever = cheaper.any(axis=1)
    first = np.where(ever, cheaper.argmax(axis=1), -1)
    return {
        "by_year": [
            {"year": year, "fraction": share(first == place)}
            for place, year in enumerate(prices.years)
        ],
        "never_fraction": share(~ever),
        **chance(ever),
    }


def claimed(prices: Prices, found: Chunk) -> dict[str, Any]:
    """Tell how often orbit is as cheap within the years in which it was said it would be."""
    cheaper, flies = _cheaper(prices, found), _flies(prices, found)
    years = np.array(prices.years)
    return {
        "said": CLAIMED,
        "first_year": prices.first_year,
        "within": [
            {
                "last_year": last,
                "launching_fraction": share(flies[:, years <= last].any(axis=1)),
                **chance(cheaper[:, years <= last].any(axis=1)),
            }
            for last in CLAIMED_YEARS
        ],
    }


def _cheaper(prices: Prices, found: Chunk) -> Any:
    """Whether orbit asks no more, shape (draws, years)."""
    ratio = np.stack([found[prices.ratio(year)] for year in prices.years], axis=1)
    return (ratio <= 1.0)[found[AGREES] > 0.5]


def _flies(prices: Prices, found: Chunk) -> Any:
    ratio = np.stack([found[prices.ratio(year)] for year in prices.years], axis=1)
    return np.isfinite(ratio)[found[AGREES] > 0.5]


def quantiles(values: Columns) -> Mapping[str, float] | None:
    """P10, P50 and P90 of what is finite; none of fewer than two."""
    finite = values[np.isfinite(values)]
    if len(finite) < 2:
        return None
    return {name: float(np.quantile(finite, at)) for name, at in QUANTILES.items()}


def share(holds: Any) -> float:
    """Of draws; nothing of none."""
    return float(np.mean(holds)) if len(holds) else 0.0


def chance(holds: Any) -> dict[str, float]:
    """Share of draws in which something holds, and what its probability is at most, 95 % sure."""
    count, number = len(holds), int(np.sum(holds))
    most = 1.0 if number >= count else float(beta.ppf(SURE, number + 1, count - number))
    return {"cheaper_fraction": share(holds), "cheaper_at_most_fraction": most}
