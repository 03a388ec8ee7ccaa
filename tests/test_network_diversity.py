"""Do several ground stations together see through the clouds as often as their skies allow?"""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from sunstack.disciplines.network import diversity

# Exmouth, Perth, Alice Springs, Adelaide, Canberra, Hobart, Auckland, Lake Tekapo: places that span
# the 60° by 20° of the published network, whose own list was not read.
AUSTRALASIA_RAD = np.radians(
    [
        (-22.24, 114.09),
        (-31.95, 115.86),
        (-23.70, 133.88),
        (-34.93, 138.60),
        (-35.32, 149.01),
        (-42.88, 147.33),
        (-36.85, 174.76),
        (-43.99, 170.46),
    ]
)
CLEAR = jnp.full(8, 0.69)

_together = jax.jit(
    lambda clear, shared: diversity.network_fraction(clear_fraction=clear, correlation_ratio=shared)
)


@cache
def apart_m() -> jnp.ndarray:
    return diversity.distances_m(
        latitude_rad=AUSTRALASIA_RAD[:, 0], longitude_rad=AUSTRALASIA_RAD[:, 1]
    )


def test_independent_skies_by_hand() -> None:
    # 1 - 0.31⁸ = 1 - 8.529e-5
    found = diversity.independent_fraction(clear_fraction=CLEAR)
    assert float(found) == pytest.approx(0.99991471, abs=1e-8)
    assert float(_together(CLEAR, 0.0)) == (pytest.approx(float(found), abs=1e-9))


def test_two_stations_are_those_of_a_bivariate_normal() -> None:
    clear, shared = jnp.array([0.6, 0.8]), 0.4
    both = multivariate_normal(cov=[[1.0, shared], [shared, 1.0]])
    cloudy = both.cdf(norm.ppf([0.4, 0.2]))
    found = _together(clear, shared)
    assert 1.0 - float(found) == pytest.approx(cloudy, rel=1e-4)  # scipy's own integral


def test_a_mean_correlation_stands_for_all_pairs() -> None:
    """Eight skies drawn with every pair's own correlation: 0.3 million draws, 10 % of spread."""
    skies = np.exp(-np.asarray(apart_m()) / diversity.CLOUD_LENGTH_M)
    drawn = np.random.default_rng(5).multivariate_normal(np.zeros(8), skies, 300_000)
    cloudy = float((drawn < norm.ppf(0.31)).all(axis=1).mean())
    mean = diversity.mean_correlation_ratio(distances_m=apart_m())
    found = 1.0 - _together(CLEAR, mean)
    # pairs close by weigh more in fact than in the mean
    assert float(found) == pytest.approx(cloudy, rel=0.35)


def test_the_published_network_lies_between_the_estimates() -> None:
    measured = 0.9997
    shares = [
        float(
            _together(
                CLEAR,
                diversity.mean_correlation_ratio(distances_m=apart_m(), cloud_length_m=length),
            )
        )
        for length in (400e3, diversity.CLOUD_LENGTH_M, 800e3)
    ]
    assert shares[0] > measured > shares[2]
    assert shares[1] == pytest.approx(measured, abs=5e-5)  # what ℓ was read off
    counted = diversity.counted_fraction(clear_fraction=CLEAR)
    assert float(counted) == pytest.approx(measured, abs=5e-5)
    count = diversity.effective_count(clear_fraction=CLEAR, network_fraction=measured)
    assert float(count) == pytest.approx(6.93, abs=0.01)  # ln 3e-4 / ln 0.31


@settings(max_examples=12, deadline=None)
@given(
    clear=st.lists(st.floats(0.05, 0.95), min_size=4, max_size=4),
    shared=st.floats(0.0, 0.95),
    more=st.floats(0.0, 0.05),
)
def test_more_correlation_helps_less_but_never_below_the_best_station(
    clear: list[float], shared: float, more: float
) -> None:
    sites = jnp.asarray(clear)
    found = [float(_together(sites, ratio)) for ratio in (0.0, shared, shared + more)]
    assert found[0] + 1e-7 >= found[1] >= found[2] - 1e-7
    assert found[2] >= max(clear) - 2e-3  # the integral's own step where skies are nearly one


def test_the_mean_over_pairs_by_hand() -> None:
    # three stations, one pair at ℓ, the others far away: e⁻¹ / 3
    length = diversity.CLOUD_LENGTH_M
    apart = jnp.array([[0.0, length, 1e9], [length, 0.0, 1e9], [1e9, 1e9, 0.0]])
    mean = float(diversity.mean_correlation_ratio(distances_m=apart))
    assert mean == pytest.approx(np.exp(-1.0) / 3.0, rel=1e-12)


def test_a_station_alone_and_stations_side_by_side() -> None:
    alone = jnp.array([0.69])
    here = jnp.zeros((1, 1))
    assert float(diversity.mean_correlation_ratio(distances_m=here)) == 0.0
    for rule in (diversity.independent_fraction, diversity.counted_fraction):
        assert float(rule(clear_fraction=alone)) == pytest.approx(0.69)
    together = _together(CLEAR, 1.0)
    assert float(together) == pytest.approx(0.69, abs=0.02)


def test_stations_are_added_until_they_suffice() -> None:
    clear = jnp.array([0.80, 0.79, 0.60, 0.70])
    places = np.radians([(0.0, 0.0), (0.0, 0.5), (0.0, 20.0), (0.0, 40.0)])
    apart = diversity.distances_m(latitude_rad=places[:, 0], longitude_rad=places[:, 1])
    picked, reached = diversity.stations_chosen(
        clear_fraction=clear, distances_m=apart, wanted_fraction=0.97
    )
    # the clearest first; then not its neighbour 56 km away, but those far off
    assert picked == (0, 3, 2)
    # by hand: 1 - 0.2 · 0.3 · 0.4 = 0.976, less a little for what correlation is left
    assert reached == pytest.approx(0.976, abs=2e-3)
    # the same as of those three alone; one that is never clear is none
    kept = jnp.array([0, 2, 3])
    mean = diversity.mean_correlation_ratio(distances_m=apart[kept][:, kept])
    alone = _together(jnp.array([0.80, 0.0, 0.60, 0.70]), mean)
    assert reached == pytest.approx(float(alone), rel=1e-9)
    every, most = diversity.stations_chosen(
        clear_fraction=clear, distances_m=apart, wanted_fraction=1.0
    )
    assert len(every) <= 4
    assert 0.976 <= most < 1.0  # never reached: what is there is told
