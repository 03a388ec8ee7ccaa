"""Is "on schedule" a distribution round the values themselves, and repeatable?"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sunstack.evaluate import evaluate
from sunstack.resolve import Resolved
from sunstack.resolve.launching import drawn, ranges
from sunstack.schedule import CHANCES, Ramp, chances, ramps

Resolve = Callable[..., Resolved]
FEWER = ("constellation.satellite_count_cap=2000", "fleet.schedule_draw_count=200")


def followed(resolved: Resolved, *rockets: str) -> list[Ramp]:
    return ramps(resolved, evaluate(resolved.system).programme, rockets=rockets)


@pytest.fixture(scope="module")
def own(shipped: Resolve) -> Ramp:
    return followed(shipped("starmind-million", *FEWER))[0]


def test_months_rise_with_the_chance_and_bracket_the_values(own: Ramp) -> None:
    for group, told in enumerate(chances(own)):
        months = [month or 181 for month in told["month_filled_by_chance"]]
        assert months == sorted(months)
        assert months[0] <= own.month_filled_count[group] <= months[-1]
        assert 0.0 <= told["chance_filled_fraction"] <= 1.0
    assert len(CHANCES) == 3


def test_draws_are_the_seed_s(shipped: Resolve, own: Ramp) -> None:
    again = followed(shipped("starmind-million", *FEWER))[0]
    assert np.array_equal(own.drawn_month_filled_count, again.drawn_month_filled_count)
    other = followed(shipped("starmind-million", *FEWER, "seed=7"))[0]
    assert not np.array_equal(own.drawn_month_filled_count, other.drawn_month_filled_count)


def test_without_ranges_every_draw_is_the_value(shipped: Resolve) -> None:
    resolved = shipped("starmind-million", *FEWER)
    fixed = [
        f"{key}={float(origin.value)!r}"
        for key in ranges(resolved.origins)
        for origin in [resolved.origins[key]]
    ]
    ramp = followed(shipped("starmind-million", *FEWER, *fixed))[0]
    assert np.all(ramp.drawn_month_filled_count == ramp.month_filled_count)


def test_what_the_scenario_says_holds_on_every_rocket(shipped: Resolve) -> None:
    resolved = shipped("starmind-million", *FEWER, "launch.success_fraction=0.5")
    found = followed(resolved, "falcon-9-reusable")
    assert [ramp.rocket for ramp in found] == ["starship-v3", "falcon-9-reusable"]
    for ramp in found:
        assert float(ramp.fleet.launch.cadence.success_fraction) == 0.5
    lifted = [float(ramp.fleet.launch.rocket.payload_mass_kg.max()) for ramp in found]
    assert lifted == [100_000.0, 17_500.0]


def test_draws_follow_their_triangle(shipped: Resolve) -> None:
    # Mean (low + mode + high) / 3, and nothing outside.
    values = {"launch.success_fraction": jnp.asarray(0.95)}
    known = {"launch.success_fraction": (0.80, 0.98)}
    keys = jax.random.split(jax.random.key(0), 20_000)
    found = jax.vmap(lambda key: drawn(values, known, key=key)["launch.success_fraction"])(keys)
    assert float(found.mean()) == pytest.approx((0.80 + 0.95 + 0.98) / 3.0, abs=1e-3)
    assert 0.80 <= float(found.min()) < float(found.max()) <= 0.98
    assert ranges(shipped("ai1").origins)["launch.success_fraction"] == (0.85, 0.99)
