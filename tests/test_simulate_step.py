"""Does a satellite that is told to draw more than it can cool or feed hold itself back?"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from sunstack import operations
from sunstack.disciplines import orbit, thermal
from sunstack.resolve import Resolved
from sunstack.serving import hinges
from sunstack.simulate.step import Design, Fixed, Instant, Reading, State, step
from sunstack.system import System

type Resolve = Callable[..., Resolved]


class Run(NamedTuple):
    """A satellite's instruments, shape (steps,)."""

    payload_w: NDArray[np.float64]
    chip_k: NDArray[np.float64]
    stored_j: NDArray[np.float64]


@jax.jit
def followed(
    design: Design, fixed: Fixed, state: State, instants: Instant
) -> tuple[Reading, jax.Array]:
    def tick(now: State, instant: Instant) -> tuple[State, tuple[Reading, jax.Array]]:
        later, reading = step(design, fixed, now, instant)
        return later, (reading, later.stored_j)

    return jax.lax.scan(tick, state, instants)[1]


def driven(system: System, *, wanted_w: float, step_s: float, capacity_j: float) -> Run:
    """Four hours of the first plane's first satellite, told to draw a power day and night."""
    orbits = jax.tree.map(lambda leaf: leaf[:1], system.orbits)
    upright, flat = thermal.array_view_ends_ratio(semi_major_axis_m=orbits.semi_major_axis_m)
    view = thermal.radiator_view_ratio(system.thermal, semi_major_axis_m=orbits.semi_major_axis_m)
    fixed = Fixed(
        track=orbit.track(orbits, step_s=step_s),
        payload_sunlit_w=jnp.asarray([wanted_w]),
        payload_eclipse_w=jnp.asarray([wanted_w]),
        capacity_j=jnp.asarray([capacity_j]),
        upright_view_ratio=upright,
        flat_view_ratio=flat,
        radiator_view_ratio=view,
        counted_steps=jnp.asarray([1.0]),
    )
    start = State(
        place=orbit.place(orbits, elapsed_s=0.0),
        stored_j=fixed.capacity_j,
        plates_k=jnp.asarray([330.0]),
        radiator_k=jnp.asarray([320.0]),
    )
    index = jnp.arange(0.0, 14_400.0 / step_s)
    sun = orbit.sun(julian_day=system.epoch_julian_day + index * step_s / 86400.0)
    design = Design(
        power=system.power,
        thermal=system.thermal,
        environment=system.environment,
        tokens=hinges(system),
        age_s=jnp.asarray(0.0),
        step_s=jnp.asarray(step_s),
    )
    sunlight = system.environment.solar_constant_w_per_m2 / sun.distance_ratio**2
    instants = Instant(direction_ratio=sun.direction_ratio, sunlight_w_per_m2=sunlight, index=index)
    reading, stored_j = followed(design, fixed, start, instants)
    return Run(*(np.asarray(one)[:, 0] for one in (reading.payload_w, reading.chip_k, stored_j)))


@pytest.fixture(scope="module")
def small_radiator(three_groups: Resolve) -> System:
    """40 m², which cools some 50 kW, under an array of 900 m²."""
    return three_groups("thermal.radiator_area_m2=40", "power.array_area_m2=900").system


@pytest.mark.parametrize("step_s", [5.0, 10.0, 60.0, 120.0])
def test_chips_stay_within_the_throttle_band(step_s: float, small_radiator: System) -> None:
    """`throttle_band_k` is the span above the limit over which power falls to zero: no step that a
    scenario may choose, up to 120 s, leads beyond it. Told: three times what can be cooled.
    """
    run = driven(small_radiator, wanted_w=150e3, step_s=step_s, capacity_j=1e12)
    most = float(small_radiator.thermal.chip_limit_k + small_radiator.thermal.throttle_band_k)
    hottest = float(run.chip_k.max())
    assert hottest <= most


@pytest.mark.parametrize("step_s", [5.0, 60.0])
def test_a_throttled_payload_settles(step_s: float, small_radiator: System) -> None:
    """In the third and fourth hour, long after panel and plates have warmed up, a throttled payload
    draws what its radiator cools: no more than a tenth to either side of its mean.
    """
    run = driven(small_radiator, wanted_w=150e3, step_s=step_s, capacity_j=1e12)
    late = run.payload_w[len(run.payload_w) // 2 :]
    swing = float((late.max() - late.min()) / late.mean())
    assert swing <= 0.2


def test_a_throttled_payload_draws_what_can_be_cooled(small_radiator: System) -> None:
    """A third of the power wanted, two thirds of the way up a band of 5 K: 3.3 K above the limit at
    which `payload_limit_w` reckons, so some 4 · 3.3 / 350 = 4 % more emitted, 6 % more payload.
    """
    run = driven(small_radiator, wanted_w=150e3, step_s=5.0, capacity_j=1e12)
    cooled = operations.balance(small_radiator, elapsed_s=jnp.zeros(1)).payload_limit_w[0, 0]
    late = run.payload_w[len(run.payload_w) // 2 :]
    assert 1.0 < float(late.mean() / cooled) < 1.10


def test_a_payload_without_light_stops_at_the_planned_depth(three_groups: Resolve) -> None:
    """An array of 20 m² gives some 5 kW of the 120 kW asked: the battery falls to the depth
    planned, by the bus and no further by the payload, which is then off.
    """
    system = three_groups("power.array_area_m2=20", "satellite.bus_power_kw=1").system
    capacity = 1e8
    run = driven(system, wanted_w=120e3, step_s=60.0, capacity_j=capacity)
    floor = capacity * (1.0 - float(system.power.battery_depth_of_discharge_fraction))
    assert run.stored_j.max() <= capacity
    assert run.stored_j.min() >= floor * (1.0 - 1e-12)
    assert run.payload_w[0] > 100e3 > run.payload_w[-1]
