"""How far off is the company's model, started from what was known in February 2026?

Started from the entry whose sources all end with that month, the model's first two quarters and its
value at the listing stand beside what was published in August. Nothing is fitted: what it missed is
told. Of figures that change sign the error is a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sunstack.deals import FEBRUARY, fact, offering_told
from sunstack.disciplines import company
from sunstack.disciplines.company import Accounts
from sunstack.quarters import alone
from sunstack.resolve.company import company_of, origins_of, quarter_count
from sunstack.resolve.numbers import Numbers
from sunstack.resolve.values import Origin

KNOWN_UNTIL = "2026-02-28"
PUBLISHED = ("spacex-2026-q1", "spacex-2026-q2")
"""Entries whose facts are the quarters that followed, in order."""
QUARTERS = ("2026 Q1", "2026 Q2")
PROGRAMME_KEYS = (
    "company.satellite_",
    "company.launch_",
    "company.compute_",
    "company.programme_",
    "company.horizon_",
)
"""Keys without which a company has no programme, and the setting of how far it is followed: none
moves its first two quarters."""

LINES: Mapping[str, tuple[str, Callable[[Accounts], np.ndarray]]] = {
    "revenue": ("revenue_usd", lambda found: np.asarray(found.flows.revenue_usd.sum(axis=1))),
    "revenue of space": (
        "space_revenue_usd",
        lambda found: np.asarray(found.flows.revenue_usd[:, 0]),
    ),
    "revenue of connectivity": (
        "connectivity_revenue_usd",
        lambda found: np.asarray(found.flows.revenue_usd[:, 1]),
    ),
    "revenue of AI": ("ai_revenue_usd", lambda found: np.asarray(found.flows.revenue_usd[:, 2])),
    "EBITDA": ("ebitda_usd", lambda found: np.asarray(found.flows.ebitda_usd.sum(axis=1))),
    "income from operations": (
        "operating_usd",
        lambda found: np.asarray(found.course.operating_usd),
    ),
    "net income": ("net_income_usd", lambda found: np.asarray(found.course.net_income_usd)),
    "plant": ("capex_usd", lambda found: np.asarray(found.flows.capex_usd.sum(axis=1))),
    "plant of AI": ("ai_capex_usd", lambda found: np.asarray(found.flows.capex_usd[:, 2])),
}
"""What is compared in each quarter: the published fact, and where the model has it."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A figure as the model has it, beside the published one, in dollars."""

    name: str
    period: str
    modelled: float
    published: float

    @property
    def error_ratio(self) -> float | None:
        """Modelled over published less 1; None where the signs differ."""
        if self.published == 0.0 or self.modelled * self.published <= 0.0:
            return None
        return self.modelled / self.published - 1.0


def known() -> dict[str, Origin]:
    """What the model starts from, each with its date."""
    return origins_of(FEBRUARY)


def lines() -> tuple[Line, ...]:
    """Run the model from February 2026 and lay it beside what came."""
    found = known()
    spec = company_of(Numbers(found), quarter_count=quarter_count(found))
    modelled = alone(spec)
    return (*_quarters(modelled), *_half_year(modelled), *_listing(modelled, spec))


def _quarters(modelled: Accounts) -> list[Line]:
    return [
        Line(
            name=name,
            period=period,
            modelled=float(take(modelled)[place]),
            published=fact(entry, key),
        )
        for place, (period, entry) in enumerate(zip(QUARTERS, PUBLISHED, strict=True))
        for name, (key, take) in LINES.items()
    ]


def _half_year(modelled: Accounts) -> list[Line]:
    free = np.asarray(modelled.course.free_cash_usd)[: len(QUARTERS)]
    published = fact(PUBLISHED[1], "half_year_operating_cash_usd") - fact(
        PUBLISHED[1], "half_year_capex_usd"
    )
    return [
        Line(
            name="cash left",
            period="2026 H1",
            modelled=float(free.sum()),
            published=published,
        )
    ]


def _listing(modelled: Accounts, spec: company.Spec) -> list[Line]:
    told = offering_told()
    # The listing falls into the second quarter: its end is what the model can tell.
    value = float(np.asarray(modelled.course.equity_value_usd)[1])
    share = float(np.asarray(modelled.course.value_per_share_usd)[1]) / told.split_ratio
    listing = {"period": "listing"}
    return [
        Line(
            name="gross proceeds",
            modelled=float(spec.offering.gross_usd),
            published=told.gross_usd,
            **listing,
        ),
        Line(
            name="value of the company",
            modelled=value,
            published=told.published_value_usd,
            **listing,
        ),
        Line(
            name="value of a share",
            modelled=share,
            published=told.price_usd,
            **listing,
        ),
    ]
