"""Does a place list, choose, hold and change satellites as stepping through time says?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sunstack.disciplines import network
from sunstack.disciplines.network import (
    Handover,
    Handovers,
    InView,
    Lattice,
    Policy,
    Reach,
    Service,
)
from sunstack.errors import ScenarioError
from sunstack.units import EARTH_RADIUS_M

LEAST_RAD = np.radians(25.0)
RADIUS_M = EARTH_RADIUS_M + 550e3
PLANES, SLOTS = 40, 30
SHELL = network.walker(
    plane_count=PLANES,
    slot_count=SLOTS,
    phasing_count=17,
    inclination_rad=np.radians(53.0),
    radius_m=RADIUS_M,
    argument_of_latitude_rad=0.7,
)
BY = network.motion(radius_m=RADIUS_M, node_rad_per_s=-9e-7)
PLACES_DEG = np.array([(51.5, -0.1), (0.0, 180.0), (-33.9, 151.2), (90.0, 0.0), (52.9, 10.0)])
POLE = 3
MOST = 24
Columns = NDArray[np.float64]


def fixed_m(places_deg: Columns = PLACES_DEG) -> jax.Array:
    latitude, longitude = np.radians(places_deg).T
    return network.earth_fixed_m(latitude_rad=latitude, longitude_rad=longitude)


@jax.jit
def sites_m(time_s: float = 0.0) -> jax.Array:
    return network.inertial_m(fixed_m(), earth_angle_rad=0.4 + BY.earth_rad_per_s * time_s)


@jax.jit
def listed(
    lattice: Lattice, site_m: jax.Array, alive: jax.Array, least_rad: float = LEAST_RAD
) -> InView:
    return network.in_view(
        lattice, site_m=site_m, elevation_rad=least_rad, most_count=MOST, alive=alive
    )


@jax.jit
def passing(lattice: Lattice, seen: InView, site_m: jax.Array) -> network.Pass:
    return network.passes(lattice, by=BY, seen=seen, site_m=site_m, elevation_rad=LEAST_RAD)


@jax.jit
def spread(lattice: Lattice, seen: InView, site_m: jax.Array) -> list[jax.Array]:
    """Starts by looking at every satellite, from the list, and from it by blocks of planes."""
    blocks = [network.start_s(lattice, seen=seen, first_plane=at, plane_count=20) for at in (0, 20)]
    every = network.uplink_s(lattice, site_m=site_m, elevation_rad=LEAST_RAD)
    return [every, network.start_s(lattice, seen=seen), jnp.concatenate(blocks)]


near = jax.jit(lambda lattice, site_m: network.nearest(lattice, site_m=site_m))
later = jax.jit(lambda time_s: network.moved(SHELL, by=BY, elapsed_s=time_s))
there_m = jax.jit(lambda time_s: network.position_m(later(time_s)))
EVERY = jnp.ones((PLANES, SLOTS), bool)


def elevations_rad(time_s: float) -> Columns:
    """Of every satellite above every place, by vectors; (planes, slots, sites)."""
    there, here = np.asarray(there_m(time_s)), np.asarray(sites_m(time_s))
    away = there[:, :, None] - here
    up = here / np.linalg.norm(here, axis=1, keepdims=True)
    return np.arcsin((away * up).sum(-1) / np.linalg.norm(away, axis=-1))


# --- the list ------------------------------------------------------------------------------------


@settings(max_examples=8)
@given(time_s=st.floats(0.0, 86_400.0), dead=st.floats(0.0, 1.0), seed=st.integers(0, 99))
def test_the_list_is_what_stands_high_enough_and_works(
    time_s: float, dead: float, seed: int
) -> None:
    alive = np.random.default_rng(seed).random((PLANES, SLOTS)) >= dead
    now = later(time_s)
    seen = network.complete(listed(now, sites_m(time_s), jnp.asarray(alive)))
    ours_rad = np.asarray(seen.elevation_rad)
    seen, high = jax.tree.map(np.asarray, seen), elevations_rad(time_s)
    assert np.array_equal(seen.seen_count, (high >= LEAST_RAD).sum(axis=(0, 1)))
    for place in range(len(PLACES_DEG)):
        rows = seen.filled[place]
        ours = np.stack([seen.plane[place][rows], seen.slot[place][rows]], axis=1)
        expected = np.argwhere((high[..., place] >= LEAST_RAD) & alive)
        assert {tuple(pair) for pair in ours} == {tuple(pair) for pair in expected}
        assert len(ours) == len(expected)
        angles = high[ours[:, 0], ours[:, 1], place]
        assert ours_rad[place][rows] == pytest.approx(angles, abs=1e-9)
    # The same starts, spread over the lattice, as by looking at every satellite; and by blocks.
    every_s, whole_s, blocks_s = spread(now, seen, sites_m(time_s))
    expected_s = np.where(alive[..., None], every_s, network.NEVER_S)
    assert np.asarray(whole_s) == pytest.approx(expected_s, rel=1e-9)
    assert np.array_equal(whole_s, blocks_s)


def test_a_list_too_short_says_so() -> None:
    short = listed(SHELL, sites_m(), EVERY, 0.05)
    most = int((elevations_rad(0.0) >= 0.05).sum(axis=(0, 1)).max())
    assert int(short.left_out_count.max()) == most - MOST > 0
    with pytest.raises(ScenarioError, match=f"holds {MOST} of them; write most_count={most}"):
        network.complete(short)


def test_the_nearest_is_the_nearest_of_all() -> None:
    for time_s in (0.0, 777.0):
        now = later(time_s)
        found = near(now, sites_m(time_s))
        away = np.asarray(there_m(time_s))[:, :, None] - np.asarray(sites_m(time_s))
        far_m = np.linalg.norm(away, axis=-1).min(axis=(0, 1))
        assert np.asarray(found.slant_m[:, 0]) == pytest.approx(far_m, rel=1e-12)


def test_arrivals_are_those_over_every_satellite() -> None:
    seen = listed(SHELL, sites_m(), EVERY)
    up_s = np.asarray(spread(SHELL, seen, sites_m())[0])
    labels_s = np.random.default_rng(1).uniform(0.0, 0.1, (PLANES, SLOTS, 3))
    between = jax.jit(lambda delay_s: network.arrival_s(delay_s, seen=seen))(labels_s)
    expected_s = (labels_s[..., :, None] + up_s[..., None, :]).min(axis=(0, 1))
    reached = np.arange(len(PLACES_DEG)) != POLE
    assert np.asarray(between)[:, reached] == pytest.approx(expected_s[:, reached], rel=1e-12)
    assert np.all(np.asarray(between)[:, POLE] >= network.UNREACHED_S)


# --- passes --------------------------------------------------------------------------------------


def test_risings_and_settings_are_those_of_steps_through_time() -> None:
    seen = listed(SHELL, sites_m(), EVERY)
    seen, found = jax.tree.map(np.asarray, (seen, passing(SHELL, seen, sites_m())))
    assert seen.filled.sum() > 15
    for edge_s, outward in ((found.rise_s, -1e-3), (found.set_s, 1e-3)):
        for place, row in np.argwhere(np.asarray(seen.filled)):
            at = float(edge_s[place, row])
            here = int(seen.plane[place, row]), int(seen.slot[place, row]), place
            # A millisecond within it is above the elevation, a millisecond without below.
            assert elevations_rad(at - outward)[here] >= LEAST_RAD
            assert elevations_rad(at + outward)[here] < LEAST_RAD
            assert at * outward > -1e-6
    for place, row in np.argwhere(np.asarray(seen.filled))[::4]:
        here = int(seen.plane[place, row]), int(seen.slot[place, row]), place
        ends = float(found.rise_s[place, row]), float(found.set_s[place, row])
        times = np.linspace(*ends, 9)[1:-1]
        assert all(elevations_rad(time)[here] > LEAST_RAD for time in times)
        top = elevations_rad(float(found.culmination_s[place, row]))[here]
        assert top >= max(elevations_rad(time)[here] for time in times) - 1e-12


def test_the_longest_pass_by_hand() -> None:
    # Overhead, out to ψ either side; from pole to pole over a place at the pole the Earth's turning
    # matters nothing. 8.45° each way at 2π / 5,739 s: 2 · 8.45 / 360 · 5,739 = 269 s.
    polar = network.walker(
        plane_count=PLANES, slot_count=SLOTS, phasing_count=3, inclination_rad=0.5 * np.pi,
        radius_m=RADIUS_M,
    )  # fmt: skip
    poles = jnp.asarray([[0.0, 0.0, EARTH_RADIUS_M]] * len(PLACES_DEG))
    seen = listed(polar, poles, EVERY)
    found = passing(polar, seen, poles)
    assert int(seen.seen_count[0]) > PLANES
    assert np.asarray(found.set_s - found.rise_s)[seen.filled] == pytest.approx(269.0, abs=1.0)


# --- holding and changing ------------------------------------------------------------------------

PERIODS = 80


def few_alive(seed: int) -> NDArray[np.bool_]:
    """One in twelve, so that what a place holds often sets with nothing else in view."""
    return np.random.default_rng(seed).random((PLANES, SLOTS)) < 1.0 / 12.0


@partial(jax.jit, static_argnames=("policy", "handover"))
def _served(alive: jax.Array, policy: Policy, handover: Handover) -> Service:
    return network.service(
        SHELL,
        by=BY,
        earth_fixed_m=fixed_m(),
        earth_angle_rad=0.4,
        elevation_rad=LEAST_RAD,
        policy=policy,
        handover=handover,
        period_count=PERIODS,
        most_count=MOST,
        alive=alive,
    )


def served(policy: Policy, handover: Handover, dead_seed: int | None = None) -> Service:
    alive = EVERY if dead_seed is None else jnp.asarray(few_alive(dead_seed))
    found: Service = _served(alive, policy, handover)
    return found


@jax.jit
def _held(
    lattice: Lattice, site_m: jax.Array, plane: jax.Array, slot: jax.Array, filled: jax.Array
) -> InView:
    return network.held(
        lattice, site_m=site_m, elevation_rad=LEAST_RAD, plane=plane, slot=slot, filled=filled
    )


fared: Callable[[Service], Handovers] = jax.jit(network.handovers)


def test_the_schedule_is_that_of_steps_through_time() -> None:
    held = jax.tree.map(np.asarray, served("nearest", "every period"))
    assert int(held.left_out_count.max()) == 0
    for number in (0, 13, 79):
        high = elevations_rad(15.0 * number)
        for place in range(len(PLACES_DEG)):
            best = np.unravel_index(high[..., place].argmax(), (PLANES, SLOTS))
            if high[(*best, place)] < LEAST_RAD:
                assert not held.filled[number, place]
                assert held.served_s[number, place] == 0.0
                continue
            assert (held.plane[number, place], held.slot[number, place]) == best
            within = [elevations_rad(15.0 * number + at)[(*best, place)] for at in (0.0, 14.99)]
            assert (float(held.served_s[number, place]) > 14.98) == (within[1] >= LEAST_RAD)


def test_what_sets_within_a_period_serves_until_then() -> None:
    held = jax.tree.map(np.asarray, served("nearest", "every period", 5))
    cut = np.argwhere(np.asarray((held.served_s > 0.5) & (held.served_s < 14.5)))
    assert len(cut) > 0
    for number, place in cut[:6]:
        here = int(held.plane[number, place]), int(held.slot[number, place]), place
        at = 15.0 * number + float(held.served_s[number, place])
        assert elevations_rad(at - 1e-3)[here] >= LEAST_RAD > elevations_rad(at + 1e-3)[here]


def test_the_dead_are_never_held() -> None:
    alive = few_alive(5)
    held = served("nearest", "every period", 5)
    where = np.asarray(held.filled)
    assert alive[np.asarray(held.plane)[where], np.asarray(held.slot)[where]].all()


def test_who_stays_longest_changes_least() -> None:
    often = fared(served("nearest", "every period"))
    rarely = fared(served("longest visible", "when it sets"))
    near = np.arange(len(PLACES_DEG)) != POLE
    assert np.all(rarely.handover_per_s[near] < often.handover_per_s[near])
    assert np.all(rarely.mean_dwell_s[near] > often.mean_dwell_s[near])
    # A dwell is at most a pass: 269 s, and 7 % more where a place keeps up with the satellite.
    assert float(rarely.dwell_s.max()) < 290.0
    assert float(network.dwell_quantile_s(rarely, share_fraction=0.5)) > 150.0


def test_the_pole_is_unreachable_and_says_why() -> None:
    held = served("nearest", "every period")
    result = fared(held)
    assert float(result.outage_fraction[POLE]) == 1.0
    assert float(result.handover_per_s[POLE]) == float(result.mean_dwell_s[POLE]) == 0.0
    assert np.isfinite(np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(result)])).all()
    seen = listed(SHELL, sites_m(), EVERY)
    words = network.reach(SHELL, seen=seen, site_m=sites_m(), elevation_rad=LEAST_RAD)
    assert words[POLE] is Reach.NEVER
    assert words[0] is Reach.REACHED
    dead = listed(SHELL, sites_m(), ~EVERY)
    words = network.reach(SHELL, seen=dead, site_m=sites_m(), elevation_rad=LEAST_RAD)
    assert words[:2] == (Reach.ALL_DEAD, Reach.ALL_DEAD)
    none = listed(SHELL, sites_m(), EVERY, np.radians(89.9))
    words = network.reach(SHELL, seen=none, site_m=sites_m(), elevation_rad=np.radians(89.9))
    assert words[0] is Reach.NONE_NOW


def test_what_is_held_is_where_it_stands_now() -> None:
    held = jax.tree.map(np.asarray, served("nearest", "every period"))
    for number, later_s in ((13, 0.0), (13, 9.0), (40, 400.0)):
        time_s = 15.0 * number + later_s
        row = held.plane[number], held.slot[number], held.filled[number]
        now = _held(later(time_s), sites_m(time_s), *row)
        angles = elevations_rad(time_s)[
            np.maximum(row[0], 0), np.maximum(row[1], 0), np.arange(len(PLACES_DEG))
        ]
        stands = np.asarray(row[2]) & (angles >= LEAST_RAD)
        assert np.array_equal(now.filled[:, 0], stands)
        assert np.asarray(now.elevation_rad[:, 0]) == pytest.approx(angles, abs=1e-9)
        assert not stands.any() if later_s > 300.0 else stands[0]  # no pass lasts so long


def test_counting_dwells_by_hand() -> None:
    # One place, six periods of 15 s: A A B B - C, the second B setting after 6 s.
    def column(values: list[float]) -> jax.Array:
        return jnp.asarray(values)[:, None]

    held = Service(
        plane=column([1, 1, 2, 2, -1, 3]),
        slot=column([0, 0, 0, 0, -1, 0]),
        filled=column([1, 1, 1, 1, 0, 1]).astype(bool),
        served_s=column([15.0, 15.0, 15.0, 6.0, 0.0, 15.0]),
        slant_m=column([1.0] * 6),
        left_out_count=column([0] * 6),
        period_s=jnp.asarray(15.0),
    )
    result = fared(held)
    # To B, and to C after the outage; only B's dwell, of 21 s, is seen whole.
    assert float(result.handover_per_s[0]) == pytest.approx(2 / 90.0)
    assert float(result.outage_fraction[0]) == pytest.approx(24.0 / 90.0)
    assert float(result.mean_dwell_s[0]) == pytest.approx(21.0)
    assert int(result.dwell_count[0]) == 1
    again = fared(replace(held, plane=column([1, 1, 1, 1, -1, 1])))
    # The same satellite after an outage has been taken up anew.
    assert float(again.handover_per_s[0]) == pytest.approx(1 / 90.0)
