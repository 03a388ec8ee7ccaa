"""What happens within a step to the satellites of every age?

One row for each age, for a fleet kept as cohorts: of n satellites working at an age, n f fail
within the step, of the rest a share w is withdrawn at its end, and the others are a step older.

    n(t + Δt, a + Δt) = n(t, a) (1 - f(a)) (1 - w(a))

Assumes: nothing is withdrawn before the end of a step.
Leaves out: what a satellite's orbit adds (dose, holes in the radiator): multiply their shares in.
Reference: Preston, Heuveline & Guillot, Demography (2001), ch. 6 (cohort-component projection).
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from .payload import Spec, capacity_fraction
from .replacement import Policy, RefreshWhenObsolete, withdrawn_fraction
from .survival import failing_fraction


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Cohorts:
    """By age at the beginning of the step; the shape of the ages."""

    failing_fraction: Array
    """Of those working."""
    withdrawn_fraction: Array
    """Of those that did not fail."""
    staying_fraction: Array
    """Of those working, a step older."""
    capacity_fraction: Array
    """Mean share of its chips that a working satellite has at work, in the middle of the step."""


def cohorts(spec: Spec, policy: Policy, *, age_s: ArrayLike, step_s: ArrayLike) -> Cohorts:
    """Tabulate a step's shares by age."""
    age, end_s = jnp.asarray(age_s), jnp.asarray(age_s) + step_s
    failing = failing_fraction(spec.bus, age_s=age, step_s=step_s)
    middle_s = age + 0.5 * jnp.asarray(step_s)
    in_middle = capacity_fraction(spec, age_s=middle_s)
    at_end, a_step_later = in_middle, in_middle
    if isinstance(policy, RefreshWhenObsolete):  # no other looks at them, and they take long
        at_end, a_step_later = capacity_fraction(spec, age_s=jnp.stack([end_s, end_s + step_s]))
    withdrawn = withdrawn_fraction(
        policy,
        age_s=age,
        step_s=step_s,
        capacity_fraction=at_end,
        later_capacity_fraction=a_step_later,
    )
    return Cohorts(
        failing_fraction=failing,
        withdrawn_fraction=withdrawn,
        staying_fraction=(1.0 - failing) * (1.0 - withdrawn),
        capacity_fraction=in_middle,
    )
