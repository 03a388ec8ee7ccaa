"""Are the dead found where they sink to, and none lost on the way?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sunstack.derelicts import Derelicts, derelicts
from sunstack.evaluate import evaluate
from sunstack.fleet import MONTH_S
from sunstack.programme import Programme
from sunstack.resolve import Resolved

Resolve = Callable[..., Resolved]
FILLED = (
    "launch.rocket=starship-claimed-hourly",
    "constellation.satellite_count_cap=20000",
    "disposal.success_fraction=0",
)


@pytest.fixture(scope="module")
def found(shipped: Resolve) -> tuple[Programme, Derelicts]:
    system = shipped("starmind-million", *FILLED).system
    years = evaluate(system).programme
    return years, derelicts(system, years)


def test_every_derelict_is_at_some_height(found: tuple[Programme, Derelicts]) -> None:
    years, dead = found
    # Sums of the same numbers in another order: rounding of 1e-16 a term.
    assert dead.derelict_count.sum(axis=0) == pytest.approx(
        np.asarray(years.years.derelict_count[-1]), rel=1e-9
    )
    assert dead.working_count.sum(axis=0) == pytest.approx(
        np.asarray(years.years.in_place_count[-1]), rel=1e-9
    )


def test_as_many_are_up_as_died_within_the_time_of_a_fall(
    found: tuple[Programme, Derelicts],
) -> None:
    # What the heights are counted from, without being scaled to the fleet's own number.
    years, _ = found
    died = np.asarray(years.years.last_dead_count)
    fall_months = np.asarray(years.fleet.decay_s) / MONTH_S
    for group, months in enumerate(np.minimum(fall_months, died.shape[1])):
        since = died[group, ::-1]
        whole = int(months)
        up = since[:whole].sum() + (months - whole) * since[whole : whole + 1].sum()
        # Deaths of a month come all over it: half of the largest month's either way.
        assert float(years.years.derelict_count[-1, group]) == pytest.approx(
            up, abs=0.5 * died[group].max() + 1e-9
        )


def test_the_dead_are_at_their_shells_or_below(found: tuple[Programme, Derelicts]) -> None:
    _, dead = found
    for group in range(dead.derelict_count.shape[1]):
        working = dead.altitude_m[dead.working_count[:, group] > 0.0]
        fallen = dead.altitude_m[dead.derelict_count[:, group] > 0.0]
        assert fallen.max() <= working.max()


def test_low_shells_empty_themselves_and_high_ones_do_not(
    found: tuple[Programme, Derelicts],
) -> None:
    years, dead = found
    # Group 1 flies at 550 to 568 km, where a fall takes eight months, group 5 at 946 to 978 km,
    # where it takes four decades: of fifteen years' dead the one keeps few, the other all.
    kept = np.asarray(years.years.derelict_count[-1] / years.years.last_dead_count.sum(axis=1))
    assert kept[0] < 0.2
    assert kept[4] == pytest.approx(1.0)
    top = dead.altitude_m[dead.derelict_count[:, 4] > 0.0]
    assert top.min() >= 850.0e3
    assert dead.altitude_m[dead.derelict_count[:, 0] > 0.0].min() <= 450e3
