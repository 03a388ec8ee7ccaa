"""Do the parts of a delay hold by hand, and queues by letting packets queue?"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from sunstack.disciplines import network

LIGHT_M_PER_S = 299_792_458.0


def queued_s(gaps_s: np.ndarray, service_s: np.ndarray) -> float:
    """Mean wait by Lindley's recursion: work left over, less the time until the next arrives."""
    change = np.concatenate([[0.0], (service_s[:-1] - gaps_s[1:])])
    walk = lfilter([1.0], [1.0, -1.0], change)
    return float((walk - np.minimum.accumulate(walk)).mean())


@pytest.mark.parametrize("load", [0.3, 0.8])
@pytest.mark.parametrize("variation", [0.0, 1.0])
def test_queues_wait_as_packets_do(load: float, variation: float) -> None:
    random = np.random.default_rng(8)
    gaps_s = random.exponential(1.0 / load, 400_000)
    service_s = random.exponential(1.0, 400_000) if variation else np.ones(400_000)
    found = network.queue(load_fraction=load, service_s=1.0, service_variation_ratio=variation)
    # 400,000 packets that wait for each other: at a load of 0.8 the mean is good to some 3 %.
    assert float(found.wait_s) == pytest.approx(queued_s(gaps_s, service_s), rel=0.06)
    assert float(found.margin_fraction) == pytest.approx(1.0 - load)


def test_a_queue_by_hand() -> None:
    # M/M/1 at a half: as long as one service. M/D/1: half of it.
    random = network.queue(load_fraction=0.5, service_s=0.004)
    equal = network.queue(load_fraction=0.5, service_s=0.004, service_variation_ratio=0.0)
    assert float(random.wait_s) == pytest.approx(0.004)
    assert float(equal.wait_s) == pytest.approx(0.002)


@settings(max_examples=30)
@given(load=st.floats(0.0, 3.0))
def test_an_overloaded_queue_says_so_and_stays_out_of_means(load: float) -> None:
    found = network.queue(load_fraction=load, service_s=0.001)
    slope = jax.grad(lambda x: network.queue(load_fraction=x, service_s=0.001).wait_s)(load)
    assert np.isfinite(slope)
    assert np.isfinite(float(found.wait_s))
    overloaded = float(found.margin_fraction) <= 1e-9
    assert (float(found.wait_s) >= network.UNREACHED_S) is overloaded
    whole = network.parts(up_s=0.002, down_s=0.002, queueing_s=found.wait_s)
    mean = network.reached(jnp.stack([whole.total_s, jnp.asarray(0.02)]))
    assert int(mean.unreached_count) == overloaded
    expected_s = 0.02 if overloaded else 0.5 * (0.024 + float(found.wait_s))
    assert float(mean.mean_s) == pytest.approx(expected_s)


def test_means_of_nothing_are_nothing() -> None:
    mean = network.reached(jnp.full((2, 3), network.NEVER_S))
    assert list(mean.mean_s) == [0.0, 0.0]
    assert list(mean.reached_count) == [0, 0]
    assert list(mean.unreached_count) == [3, 3]


def test_the_parts_of_a_delay_by_hand() -> None:
    whole = network.parts(
        up_s=network.light_s(distance_m=550e3),
        down_s=network.light_s(distance_m=550e3),
        access_s=network.frames_s(frame_s=1.0 / 750.0, link_count=2),
        ground_s=network.fibre_s(distance_m=100e3, stretch_ratio=1.5),
    )
    # 2 · 550 km: 3.669 ms. Two links, a frame and a half of 1.333 ms each: 4 ms. 150 km of fibre
    # at c / 1.468: 0.7345 ms.
    assert float(whole.total_s) == pytest.approx(3.669e-3 + 4e-3 + 0.7345e-3, abs=1e-6)
    # A gap of 0.15 s every 15 s: one packet in a hundred waits 0.075 s.
    assert float(network.dealing_s(gap_s=0.15, period_s=15.0)) == pytest.approx(0.75e-3)


def test_waiting_for_frames_and_dealings_is_that_of_random_arrivals() -> None:
    arrival = np.random.default_rng(4).uniform(0.0, 15.0, 200_000)
    frame = 1.0 / 750.0
    waited = np.ceil(arrival / frame) * frame - arrival + frame
    ours = float(network.frames_s(frame_s=frame, link_count=1))
    assert ours == pytest.approx(waited.mean(), rel=0.01)
    in_gap = np.maximum(2.0 - arrival, 0.0).mean()
    assert float(network.dealing_s(gap_s=2.0, period_s=15.0)) == pytest.approx(in_gap, rel=0.03)


# --- orbit or fibre ------------------------------------------------------------------------------


@settings(max_examples=25)
@given(
    distance_km=st.floats(1.0, 20_000.0),
    altitude_km=st.floats(300.0, 2_000.0),
    elevation_deg=st.floats(5.0, 60.0),
)
def test_a_way_by_orbit_is_no_shorter_than_straight_and_grows_with_distance(
    distance_km: float, altitude_km: float, elevation_deg: float
) -> None:
    def orbit_s(along_km: float) -> float:
        return float(
            network.orbit_s(
                distance_m=along_km * 1e3,
                altitude_m=altitude_km * 1e3,
                elevation_rad=np.radians(elevation_deg),
            )
        )

    assert orbit_s(distance_km) >= distance_km * 1e3 / LIGHT_M_PER_S
    assert orbit_s(distance_km) >= 2e3 * altitude_km / LIGHT_M_PER_S
    assert orbit_s(distance_km + 1.0) > orbit_s(distance_km)


def test_fibre_is_overtaken_where_the_two_are_equal() -> None:
    shell = {"altitude_m": 1_150e3, "elevation_rad": np.radians([25.0, 40.0])}
    beyond = network.crossover_m(**shell)
    orbit = network.orbit_s(distance_m=beyond, **shell)
    fibre = network.fibre_s(distance_m=beyond, stretch_ratio=1.0)
    assert np.asarray(orbit) == pytest.approx(np.asarray(fibre), rel=1e-9)
    later = network.excess_over_fibre_s(
        network.orbit_s(distance_m=2.0 * beyond, **shell),
        distance_m=2.0 * beyond,
        stretch_ratio=1.0,
    )
    assert np.all(later < 0.0)


def test_the_nearest_data_centre_by_hand() -> None:
    # A degree of the mean sphere is 111.195 km: from 179° E to 179° W two of them, not 358.
    found = network.nearest_by_fibre_s(
        latitude_rad=jnp.zeros(1),
        longitude_rad=jnp.radians(jnp.array([179.0])),
        centre_latitude_rad=jnp.radians(jnp.array([60.0, 0.0])),
        centre_longitude_rad=jnp.radians(jnp.array([179.0, -179.0])),
        stretch_ratio=1.5,
    )
    assert float(found[0]) == pytest.approx(1.468 * 1.5 * 222_390.0 / LIGHT_M_PER_S, rel=1e-5)


def test_a_way_along_the_shell_half_as_long_again_never_overtakes() -> None:
    half_round_m = np.pi * 6_371_008.8
    never = network.crossover_m(altitude_m=550e3, elevation_rad=0.4, stretch_ratio=1.5)
    assert float(never) == pytest.approx(half_round_m, rel=1e-6)
