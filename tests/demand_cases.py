"""Which two classes on a small grid do the tests of demand share?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from sunstack.disciplines import demand

GRID = demand.equal_area_grid(cell_count=600)
CELLS = len(GRID.latitude_rad)
DAY = 0.5 + 0.4 * np.sin(np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False))

SPEC = demand.Spec(
    terminal_count=jnp.stack([jnp.linspace(0.0, 1e4, CELLS), jnp.full(CELLS, 50.0)]),
    active_fraction=jnp.array([0.5, 1.0]),
    request_per_s=jnp.array([1e-3, 2e-2]),
    activity_fraction=jnp.stack([jnp.asarray(DAY), jnp.full(24, 0.25)]),
    prompt_median_count=jnp.array([1000.0, 300.0]),
    prompt_deviation_ratio=jnp.array([1.6, 2.0]),
    answer_median_count=jnp.array([129.0, 60.0]),
    answer_deviation_ratio=jnp.array([2.7, 1.5]),
    first_token_deadline_s=jnp.array([2.0, 1.0]),
    answer_deadline_s=jnp.array([30.0, 5.0]),
    orbit_fraction=jnp.array([0.9, 0.5]),
    speed_m_per_s=jnp.array([14.0, 0.0]),
    straight_m=jnp.array([1500.0, 5.0]),
)
"""Class 0 has a day, more in the north, and moves; class 1 asks evenly everywhere and stays."""


def spec_with(**changed: Any) -> demand.Spec:
    """Return the two classes with some arrays changed."""
    return replace(SPEC, **changed)
