"""Is the wait for one of many places what queueing theory says where it is exact?"""

from __future__ import annotations

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack.disciplines.compute import serving


def test_waiting_for_one_place_is_pollaczek_and_khinchine() -> None:
    # M/G/1: λ E[S²] / (2 (1 - ρ)); λ = 0.7, E[S] = 1, C² = 0.5: 0.7 · 1.5 / 0.6 = 1.75
    found = serving.wait_s(
        load_ratio=0.7,
        place_count=1.0,
        service_s=1.0,
        arrival_variation_ratio=1.0,
        service_variation_ratio=0.5,
    )
    assert float(found) == pytest.approx(1.75)


def erlang_c(places: int, load: float) -> float:
    """Share of arrivals that wait, M/M/k, by the recursion of Erlang's B."""
    offered, blocked = places * load, 1.0
    for count in range(1, places + 1):
        blocked = offered * blocked / (count + offered * blocked)
    return blocked / (1.0 - load * (1.0 - blocked))


@pytest.mark.parametrize("places", [1, 4, 16, 64, 256])
@pytest.mark.parametrize("load", [0.8, 0.9, 0.97])
def test_waiting_for_many_places_is_erlangs(places: int, load: float) -> None:
    found = serving.wait_s(
        load_ratio=load,
        place_count=float(places),
        service_s=1.0,
        arrival_variation_ratio=1.0,
        service_variation_ratio=1.0,
    )
    exact = erlang_c(places, load) / (places * (1.0 - load))
    assert float(found) == pytest.approx(exact, rel=1e-9)


def wait_s(load: float, places: float = 64.0, arrivals: float = 1.0) -> jax.Array:
    return serving.wait_s(
        load_ratio=load,
        place_count=places,
        service_s=2.0,
        arrival_variation_ratio=arrivals,
        service_variation_ratio=1.0,
    )


@given(
    load=st.floats(0.0, 3.0),
    more=st.floats(0.0, 1.0),
    places=st.integers(1, 1024),
    arrivals=st.floats(0.0, 50.0),
)
def test_waits_are_numbers_that_grow_with_load_and_bursts(
    load: float, more: float, places: int, arrivals: float
) -> None:
    wait = float(wait_s(load, float(places), arrivals))
    assert np.isfinite(wait) and wait >= 0.0
    assert float(wait_s(load + more, float(places), arrivals)) >= wait * (1.0 - 1e-9)
    assert float(wait_s(load, float(places), arrivals + more)) >= wait


@pytest.mark.parametrize("load", [0.3, 0.8, 0.95])
def test_the_slope_is_that_of_finite_differences(load: float) -> None:
    slope = float(jax.grad(wait_s)(load))
    finite = float(wait_s(load + 1e-6) - wait_s(load - 1e-6)) / 2e-6
    assert slope == pytest.approx(finite, rel=1e-4, abs=1e-12)
