"""Does `evaluate` tell what lasers offer, by every number of the scenario, with its slopes?"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from conftest import Resolve, plainly_typed
from numpy.typing import NDArray

from sunstack import operations
from sunstack.evaluate import evaluate
from sunstack.scenario import describe, keys
from sunstack.system import System
from sunstack.units import EARTH_RADIUS_M

MESH = """\
schema_version: 1
name: mesh
epoch: 2028-03-20
constellation:
  groups:
    - name: shell
      model: walker
      altitude_km: 700
      inclination_deg: 53
      plane_count: 10
      satellites_per_plane_count: 20
      phasing_count: 3
    - name: dawn-dusk
      model: walker
      altitude_km: 600
      inclination_deg: sun-synchronous
      plane_count: 2
      satellites_per_plane_count: 24
      local_times_hours: [18.0, 6.0]
      sun_synchronous_intended: true
satellite:
  catalogue: ai1-2026-06
"""
CHANGED = {
    "network.hop_us": 35,
    "network.laser_rate_gbit_per_s": 130,
    "network.laser_count": 6,
    "network.laser_range_km": 2000,
    "network.access_rate_gbit_per_s": 30,
}
FELT_ELSEWHERE = {
    "network.elevation_deg",
    "network.frame_ms",
    "network.load_fraction",
    "network.fibre_stretch_ratio",
    "network.place_count",
}
"""They tell of places and of the ground."""
_offered = jax.jit(operations.offered)


def told(resolved: Any) -> NDArray[np.float64]:
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(_offered(resolved.system))])


def test_every_number_of_the_network_is_felt_here_or_elsewhere() -> None:
    numbers = {
        key for key in keys() if key.startswith("network.") and describe(key).kind == "number"
    }
    assert numbers == CHANGED.keys() | FELT_ELSEWHERE


@pytest.mark.parametrize("key", CHANGED)
def test_a_number_of_the_network_changes_some_figure(key: str, written: Resolve) -> None:
    changed = told(written(MESH, f"{key}={CHANGED[key]}"))
    assert not np.allclose(changed, told(written(MESH)), rtol=1e-9, atol=0.0)


def test_planes_against_each_other_are_rings(written: Resolve) -> None:
    system = written(MESH).system
    found = _offered(system)
    # Rings of 24: a quarter and half of them. Ten planes of 20: 2.5 + 5 and 5 + 10.
    assert np.asarray(found.hop_mean_count).tolist() == [7.5, 6.0]
    assert np.asarray(found.hop_most_count).tolist() == [15, 12]
    short = replace(system, connection=replace(system.connection, laser_range_m=jnp.asarray(2e6)))
    # 2213 km along the shell's planes, 1822 km along the others.
    assert np.asarray(_offered(short).has_mesh).tolist() == [False, True]


def moved(system: System, rate: Any, lift_m: Any) -> System:
    raised = replace(system.orbits, semi_major_axis_m=system.orbits.semi_major_axis_m + lift_m)
    joint = replace(
        system.connection, laser_rate_bit_per_s=system.connection.laser_rate_bit_per_s * rate
    )
    return replace(system, orbits=raised, connection=joint)


def figure(system: System, rate: Any, lift_m: Any) -> jax.Array:
    """A sum of delays in microseconds and of exchanges in Gbit/s."""
    found = evaluate(moved(system, rate, lift_m)).network
    return (1e6 * found.mesh_delay_mean_s + 1e-9 * found.exchange_bit_per_s).sum()


def test_slopes_are_those_of_differences_and_a_batch_is_its_parts(written: Resolve) -> None:
    system = plainly_typed(written(MESH).system)
    of = jax.jit(partial(figure, system))
    by_rate, by_lift = jax.jit(jax.grad(partial(figure, system), argnums=(0, 1)))(1.0, 0.0)
    # Exchanges are in proportion to the rate, delays smooth in the altitude: rounding alone.
    assert float(by_rate) == pytest.approx(float(of(1.5, 0.0) - of(0.5, 0.0)), rel=1e-9)
    lifted = float(of(1.0, 100.0) - of(1.0, -100.0)) / 200.0
    assert float(by_lift) == pytest.approx(lifted, rel=1e-6)
    assert lifted > 0.0
    heights = jnp.asarray([0.0, 5e4])
    batch = jax.jit(jax.vmap(partial(figure, system, 1.0)))(heights)
    assert np.asarray(batch) == pytest.approx([float(of(1.0, 0.0)), float(of(1.0, 5e4))])


def test_higher_is_longer_in_proportion_to_the_radius(written: Resolve) -> None:
    system = written(MESH).system
    still = replace(system, connection=replace(system.connection, hop_s=jnp.asarray(0.0)))
    ring = float(_offered(still).mesh_delay_mean_s[1])
    by_hand = 6.0 * 2.0 * (EARTH_RADIUS_M + 600e3) * np.sin(np.pi / 24) / 299_792_458.0
    assert ring == pytest.approx(by_hand, rel=1e-12)
