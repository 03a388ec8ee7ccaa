"""Do the fleet's doses agree with research, and are heights beyond the tables left out?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sunstack.exposure import exposure
from sunstack.resolve import Resolved

Resolve = Callable[..., Resolved]
ALTITUDE = "constellation.groups.0.altitude_km"


def test_google_s_orbit_takes_google_s_dose(shipped: Resolve) -> None:
    found = exposure(shipped("ai1").system)
    # 650 km, sun-synchronous, 10 mm: 150 rad a year in arXiv 2511.19468; AP8 is good to 2.
    assert found.yearly_krad == pytest.approx([0.150], rel=0.25)
    # Five years and one solar event of some 0.22 krad (research: 1.0 krad together).
    assert found.life_krad == pytest.approx([1.0], rel=0.15)
    assert found.past_limit_fraction.tolist() == [0.0]


def test_the_filed_groups_above_the_limit_are_those_of_research(shipped: Resolve) -> None:
    found = exposure(shipped("starmind-million", "constellation.satellite_count_cap=20000").system)
    # 2 krad in five years at some 670 km (30°) and, with an event, 785 km (polar).
    assert found.past_limit_fraction == pytest.approx([0, 0, 1, 0, 1, 1], abs=0.05)


def test_what_the_scenario_says_of_shielding_and_events_is_taken(shipped: Resolve) -> None:
    plain, changed = (
        exposure(shipped("ai1", *overrides).system)
        for overrides in ((), ("radiation.shielding_mm=5", "radiation.solar_event_years=1e6"))
    )
    # Research: 0.37 krad a year behind 5 mm where 0.17 are behind 10.
    assert changed.yearly_krad == pytest.approx([0.37], rel=0.25)
    assert changed.life_krad == pytest.approx(5.0 * changed.yearly_krad, rel=1e-4)
    assert plain.life_krad[0] > 5.0 * plain.yearly_krad[0]


def test_heights_that_keep_the_limit_are_those_of_research(shipped: Resolve) -> None:
    found = exposure(shipped("starmind-million", "constellation.satellite_count_cap=20000").system)
    # About 670 km at 30° and 810 km sun-synchronous, without solar events.
    without_km = found.highest_without_event_m / 1e3
    assert without_km[[0, 2, 4]] == pytest.approx(670.0, abs=15.0)
    assert without_km[[1, 3, 5]] == pytest.approx(810.0, abs=10.0)
    assert np.all(found.highest_altitude_m <= found.highest_without_event_m)


def test_the_curve_passes_through_the_group_s_own_height(shipped: Resolve) -> None:
    found = exposure(shipped("ai1").system)
    at = np.exp(np.interp(np.log(650e3), np.log(found.altitude_m), np.log(found.curve_krad[0])))
    assert at == pytest.approx(found.life_krad[0], rel=0.01)
    assert np.all(np.diff(found.curve_krad[0][found.altitude_m > 500e3]) > 0.0)


def test_heights_beyond_the_tables_have_no_dose(shipped: Resolve) -> None:
    found = exposure(shipped("ai1", f"{ALTITUDE}=2100").system)
    assert np.isnan(found.life_krad[0]) and np.isnan(found.yearly_krad[0])


def test_the_plane_that_takes_most_is_told(shipped: Resolve) -> None:
    found = exposure(shipped("ai1", f"{ALTITUDE}=1000").system)
    # One plane: so long that the event and the years add up to the limit.
    event = found.life_krad - 5.0 * found.yearly_krad
    years = found.least_s_to_limit / (365.25 * 86_400.0)
    assert event + years * found.yearly_krad == pytest.approx(2.0, rel=1e-9)
