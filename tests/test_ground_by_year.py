"""Is the ground priced by orbit's own money, year by year?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sunstack.accounts import calendar_year_count
from sunstack.ground import ground, ground_by_year
from sunstack.resolve import Resolved
from sunstack.units import YEAR_S


def test_the_ground_is_priced_by_orbits_own_money(shipped: Callable[..., Resolved]) -> None:
    system = shipped("ai1").system
    spec = system.economics
    years = calendar_year_count(system.upkeep.month_count)
    found = ground_by_year(system, year_count=years)
    assert found.chip_usd_per_s.shape == (years,)
    # The fourth calendar year, at its middle; prices of power are of January 2026.
    since_s = 3.5 * YEAR_S - float(spec.elapsed_in_year_s)
    since_2026_s = (float(system.epoch_julian_day) - 2461041.5) * 86400.0 + since_s
    alone = ground(
        system,
        chip_usd=float(spec.prices.chip_usd)
        * (1.0 - float(spec.prices.chip_fall_fraction)) ** (since_s / YEAR_S),
        elapsed_s=since_2026_s,
        sold_fraction=spec.market.sold_fraction,
        yearly_discount_fraction=spec.finance.yearly_discount_fraction,
        tax_fraction=spec.finance.tax_fraction,
        depreciation_s=spec.finance.depreciation_s,
        yearly_inflation_fraction=spec.finance.yearly_inflation_fraction,
    )
    assert float(found.chip_usd_per_s[3]) == pytest.approx(float(alone.chip_usd_per_s), rel=1e-9)
    assert np.asarray(found.token_usd)[:, 3] == pytest.approx(
        np.asarray(alone.token_usd)[:, 0], rel=1e-9
    )
