"""Do exchanges take what their bits and hops must, and do cuts cut what they say?"""

from __future__ import annotations

from itertools import product
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines import network
from sunstack.disciplines.network import collectives, cuts
from sunstack.disciplines.network.collectives import MESH, TORUS, Fabric, Joining

RADIUS_M = 6_928_137.0


def fabric(planes: int, slots: int, **more: float) -> Fabric:
    values: dict[str, Any] = {
        "plane_count": planes,
        "slot_count": slots,
        "laser_bit_per_s": 2.0,
        "along_hop_s": 0.001,
        "across_hop_s": 0.003,
        "seam_shift_count": 0,
    }
    return Fabric(**{name: jnp.asarray(value) for name, value in (values | more).items()})


def lasers(planes: int, slots: int, joining: Joining, shift: int) -> list[tuple[int, int]]:
    """Pairs of satellites, one by one."""
    found = []
    for plane, slot in product(range(planes), range(slots)):
        if joining is TORUS or slot < slots - 1:
            found.append((plane * slots + slot, plane * slots + (slot + 1) % slots))
        if plane < planes - 1:
            found.append((plane * slots + slot, (plane + 1) * slots + slot))
        elif joining is TORUS:
            found.append((plane * slots + slot, (slot + shift) % slots))
    return found


@pytest.mark.parametrize(
    ("planes", "slots", "joining", "shift"),
    [(6, 4, TORUS, 0), (4, 6, TORUS, 0), (4, 8, TORUS, 1), (4, 8, TORUS, 7), (6, 4, MESH, 0)],
)
def test_halves_by_counting(planes: int, slots: int, joining: Joining, shift: int) -> None:
    number = np.arange(planes * slots)
    sides = [number // slots < planes // 2, number % slots < slots // 2]
    pairs = lasers(planes, slots, joining, shift)
    counts = [sum(side[a] != side[b] for a, b in pairs) for side in sides]
    one = fabric(planes, slots, seam_shift_count=shift)
    assert float(collectives.bisection_bit_per_s(one, joining)) == 2.0 * min(counts)
    # All to all at rate r: a half's n/2 satellites send n/2 of n - 1 parts over, on both cuts.
    n = planes * slots
    most = min(counts) * 2.0 / (n / 2 * (n / 2) / (n - 1))
    assert float(collectives.all_to_all_bit_per_s(one, joining)) == pytest.approx(most)


def test_all_to_all_on_a_million() -> None:
    # 8 C / k: 1,000 × 1,000 with lasers of 100 Gb/s leave each satellite 0.8 Gb/s.
    one = fabric(1000, 1000, laser_bit_per_s=100e9)
    assert float(collectives.all_to_all_bit_per_s(one, TORUS)) == pytest.approx(0.8e9, rel=2e-6)


def test_exchanges_by_hand() -> None:
    # 2 × 3, 12 bits, C = 2, hops 3 ms across and 1 ms along.
    one, bits = fabric(2, 3), jnp.asarray(12.0)
    # Ring: 2 · 5 steps of 3 ms and 12 / (2 · 6 · 2) = 0.5 s.
    ring_s = float(collectives.ring_all_reduce_s(one, gradient_bit_count=bits))
    assert ring_s == pytest.approx(10 * 0.503)
    # Side by side: parts of 3 bits, 1.5 s. First: planes 1 (3 ms + 0.75 s) or slots 2 (1 ms + 0.5);
    # then slots 2 (1 ms + 1.5 / 6) or planes 1 (3 ms + 1.5 / 6): 1.002 + 0.502, there and back.
    both_s = float(collectives.all_reduce_s(one, TORUS, gradient_bit_count=bits))
    assert both_s == pytest.approx(2 * (1.002 + 0.502))
    next_s = float(collectives.neighbours_s(one, gradient_bit_count=bits))
    assert next_s == pytest.approx(6.003)


@settings(max_examples=40, deadline=None)
@given(
    planes=st.integers(2, 40),
    slots=st.integers(2, 40),
    bits=st.floats(1.0, 1e12),
    is_torus=st.booleans(),
)
def test_no_exchange_beats_its_bits_or_its_hops(
    planes: int, slots: int, bits: float, is_torus: bool
) -> None:
    joining, one, n = TORUS if is_torus else MESH, fabric(planes, slots), planes * slots
    found = float(collectives.all_reduce_s(one, joining, gradient_bit_count=jnp.asarray(bits)))
    # Each sends at least 2 D (1 - 1/n) by at most four lasers, and hears of the farthest and back.
    by_bits_s = 2.0 * bits * (1.0 - 1.0 / n) / (4.0 * 2.0)
    by_hops_s = 0.001 * (planes // 2 + slots // 2)
    assert found >= (by_bits_s + by_hops_s) * (1.0 - 1e-12)
    wider = fabric(planes, slots, laser_bit_per_s=4.0)
    assert float(collectives.all_reduce_s(wider, joining, gradient_bit_count=bits)) < found
    sent = float(collectives.all_to_all_s(one, joining, message_bit_count=jnp.asarray(bits)))
    # A satellite's own lasers carry all it sends.
    assert sent >= (n - 1) * bits / (4.0 * 2.0)


def test_a_belt_by_counting_lasers_over_it() -> None:
    shell = network.walker(
        plane_count=8,
        slot_count=10,
        phasing_count=5,
        inclination_rad=np.radians(53.0),
        radius_m=RADIUS_M,
        argument_of_latitude_rad=0.2,
    )
    net = network.grid(shell, laser_bit_per_s=3.0)
    height = np.asarray(network.position_m(shell))[..., 2].ravel() / RADIUS_M
    pairs = lasers(8, 10, TORUS, int(shell.seam_shift_count))
    latitudes = np.radians([-60.0, -20.0, 0.0, 35.0, 50.0])
    counts = [sum((height[a] > h) != (height[b] > h) for a, b in pairs) for h in np.sin(latitudes)]
    found = cuts.belt_bit_per_s(shell, net, latitude_rad=jnp.asarray(latitudes))
    assert np.asarray(found) == pytest.approx(3.0 * np.array(counts))
    assert counts[0] == 0  # no satellite stands beyond 53°


def test_sites_by_hand() -> None:
    # Two sites share satellite 0, whose beams take 5 up: site 0 has links of 4 and 4, site 1 of 4.
    ones = jnp.ones((2, 3))
    access = network.Access(
        satellite=jnp.asarray([[0, 1], [0, 2]]),
        up_bit_per_s=jnp.asarray([[4.0, 4.0], [4.0, 0.0]]),
        down_bit_per_s=jnp.asarray([[4.0, 4.0], [4.0, 0.0]]),
        site_up_bit_per_s=jnp.asarray([7.0, 9.0]),
        site_down_bit_per_s=jnp.asarray([7.0, 2.0]),
        satellite_up_bit_per_s=5.0 * ones,
        satellite_down_bit_per_s=9.0 * ones,
    )
    assert list(np.asarray(cuts.ingest_bit_per_s(access))) == [7.0, 4.0]
    assert float(cuts.all_ingest_bit_per_s(access)) == 9.0  # 5 by satellite 0, 4 by 1
    demand = network.Demand(
        target=jnp.asarray([[1], [0]]), rate_bit_per_s=jnp.asarray([[1.0], [1.0]])
    )
    # Up: 7, 4 and (5 + 4) / 2; down: 7, and site 1's 2.
    assert float(cuts.access_ratio(access, demand)) == 2.0
