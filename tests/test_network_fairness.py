"""Are fair rates fair: within capacity, and none to be raised but at the cost of a lower one?"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines.network import fairness

FLOWS, LONGEST, RESOURCES = 12, 4, 7

fair = jax.jit(
    lambda way, asked, capacity: fairness.fair(
        way=way, asked_bit_per_s=asked, capacity_bit_per_s=capacity
    )
)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31 - 1))
def test_every_flow_has_what_it_asks_or_a_bottleneck(seed: int) -> None:
    random = np.random.default_rng(seed)
    way = np.full((FLOWS, LONGEST), -1)
    for flow in range(FLOWS):
        taken = random.permutation(RESOURCES)[: random.integers(1, LONGEST + 1)]
        way[flow, : len(taken)] = taken
    asked = random.uniform(0.0, 2.0, FLOWS) * (random.random(FLOWS) < 0.9)
    capacity = random.uniform(0.5, 4.0, RESOURCES) * (random.random(RESOURCES) < 0.9)
    found = fair(jnp.asarray(way), jnp.asarray(asked), jnp.asarray(capacity))
    rate = np.asarray(found.rate_bit_per_s)
    load = np.zeros(RESOURCES)
    for flow in range(FLOWS):
        load[way[flow][way[flow] >= 0]] += rate[flow]
    # Within a rounding of the largest capacity.
    assert np.all(load <= capacity + 4e-9)
    assert np.asarray(found.load_bit_per_s) == pytest.approx(load, abs=1e-12)
    for flow in range(FLOWS):
        if rate[flow] >= asked[flow] - 1e-8:
            continue
        # Bertsekas & Gallager: on some full resource no flow has a higher rate.
        bottleneck = [
            resource
            for resource in way[flow][way[flow] >= 0]
            if load[resource] >= capacity[resource] - 1e-8
            and rate[flow] >= rate[(way == resource).any(axis=1)].max() - 1e-8
        ]
        assert bottleneck
        assert not found.satisfied[flow]


def test_by_hand() -> None:
    # Three flows on a resource of 3, one of them also on one of 0.5; a fourth alone asks 0.2.
    # The second resource holds one at 0.5; the others share 2.5.
    way = np.full((FLOWS, LONGEST), -1)
    way[:4, :2] = [[0, 1], [0, -1], [0, -1], [2, -1]]
    asked = np.array([9.0, 9.0, 9.0, 0.2] + [0.0] * (FLOWS - 4))
    capacity = np.array([3.0, 0.5, 1.0] + [1.0] * (RESOURCES - 3))
    found = fair(jnp.asarray(way), jnp.asarray(asked), jnp.asarray(capacity))
    assert np.asarray(found.rate_bit_per_s)[:4] == pytest.approx([0.5, 1.25, 1.25, 0.2], rel=1e-8)
    assert list(np.asarray(found.satisfied)[:4]) == [False, False, False, True]
