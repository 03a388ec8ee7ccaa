"""Do the compiled kernel and plain NumPy compute the same thing?"""

from __future__ import annotations

from dataclasses import replace

import blocked_numpy
import inputs
import jax
import numpy as np

from sunstack.simulate import fleet
from sunstack.system import System

TOLERANCE = {"float32": 1e-4, "float64": 1e-9}
"""Relative to the largest value of each column. Rounding differs where additions are regrouped: 200
steps accumulate it to about 2e-5 in single and 1e-14 in double precision; a series of the array's
temperature in place of the root shows at 1e-4."""


def largest_difference(system: System, precision: fleet.Precision) -> float:
    """Largest difference of any final state or tally of 4,096 satellites after 8 + 200 steps."""
    arguments = stressed(
        inputs.arguments(system, satellites=4096, settle_steps=8, steps=200, precision=precision)
    )
    ours = jax.tree.leaves(fleet.march(*arguments))
    theirs = jax.tree.leaves(blocked_numpy.march(*arguments))
    return max(_difference(np.asarray(one), other) for one, other in zip(ours, theirs, strict=True))


def stressed(arguments: inputs.Arguments) -> inputs.Arguments:
    """Take three of four satellites where well-sized ones never come.

    One has no battery to speak of, one asks for more than it can cool, one for both: every limit of
    the step is met, and every branch of it compared.
    """
    design, fixed, state, settle, counted = arguments
    number = np.arange(len(state.stored_j)) % 4
    battery = np.where(number % 2 == 1, 1e-3, 1.0).astype(state.stored_j.dtype)
    asked = np.where(number >= 2, 3.0, 1.0).astype(state.stored_j.dtype)
    fixed = replace(
        fixed,
        capacity_j=fixed.capacity_j * battery,
        payload_sunlit_w=fixed.payload_sunlit_w * asked,
        payload_eclipse_w=fixed.payload_eclipse_w * asked,
    )
    return design, fixed, replace(state, stored_j=state.stored_j * battery), settle, counted


def _difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    if ours.dtype != theirs.dtype or not np.isfinite(theirs).all():
        return float("inf")
    scale = np.abs(theirs).max()
    return float(np.abs(ours - theirs).max() / scale) if scale else float(np.abs(ours).max())
