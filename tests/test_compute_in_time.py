"""Is so much served as leaves the first token in time, and does it follow the bound smoothly?"""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import pytest
from serving_cases import BOUNDS, REPLICA, REQUESTS, asked, passes, served

from sunstack.disciplines.compute import batching, serving


@pytest.mark.parametrize("bound_s", [0.06, 0.1, 5.0, 500.0])
def test_so_much_load_comes_in_as_the_first_token_allows(bound_s: float) -> None:
    bounds = replace(BOUNDS, first_token_s=jnp.asarray(bound_s))
    held = batching.held_passes(REPLICA, passes(), power_w=700.0)
    most = served(bounds=bounds).capacity
    found = jax.jit(serving.admitted)(
        held, REQUESTS, bounds, passes(), most, load_fraction=jnp.asarray(0.95)
    )
    at_stated = served(asked(0.95 * float(most.request_per_s)), bounds=bounds)
    assert float(found.first_token_s) == pytest.approx(float(at_stated.first_token_s))
    assert float(found.output_token_s) == pytest.approx(float(at_stated.output_token_s))
    admitted = float(found.load_fraction)
    if bound_s == 500.0:  # longer than a queue as good as full
        assert admitted == 1.0
        return
    less, more = (
        served(asked((admitted + part) * float(most.request_per_s)), bounds=bounds)
        for part in (-5e-4, 5e-4)
    )
    assert float(less.first_token_margin_s) > 0.0 > float(more.first_token_margin_s)


def test_what_comes_in_follows_the_bound_smoothly() -> None:
    held = batching.held_passes(REPLICA, passes(), power_w=700.0)
    most = served().capacity

    @jax.jit
    def admitted(bound_s: jax.Array) -> jax.Array:
        bounds = replace(BOUNDS, first_token_s=bound_s)
        return serving.in_time_fraction(held, REQUESTS, bounds, passes(), most)

    for bound_s in (0.06, 0.1, 1.0):
        slope = float(jax.jit(jax.grad(admitted))(jnp.asarray(bound_s)))
        step = 1e-3 * bound_s
        ends = [float(admitted(jnp.asarray(bound_s + sign * step))) for sign in (-1.0, 1.0)]
        # The cut by a chord moves with the bound, its ends do not: 0.3 % of the slope at most here.
        assert slope == pytest.approx((ends[1] - ends[0]) / (2.0 * step), rel=5e-3)
        assert slope > 0.0


def test_a_bound_below_taking_in_admits_nothing() -> None:
    bounds = replace(BOUNDS, first_token_s=jnp.asarray(0.001))
    held = batching.held_passes(REPLICA, passes(), power_w=700.0)
    most = served(bounds=bounds).capacity
    found = serving.admitted(held, REQUESTS, bounds, passes(), most, load_fraction=0.9)
    assert float(found.load_fraction) == 0.0
