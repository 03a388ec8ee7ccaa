"""Which limits of a design stand against each other, within the ends of its variables?

Where the worst limit is broken least, some limits stand at it, and no step may raise them all:

    Σ λ_i ∇g_i + μ = 0 ,   Σ λ_i = 1 ,   λ >= 0 ,   μ_j >= 0 where variable j is at its low end,
                                                    <= 0 at its high end, else 0

Those with λ > 0 cannot be kept together; one alone with λ = 1 cannot be kept at all. They are let
go, and the same is asked of those that are left, until these can be kept.

Leaves out: where limits bend so that slopes at the nearest design do not tell of designs far away.
Reference: Nocedal & Wright, Numerical Optimization, 2nd ed., sec. 12.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import nnls

from .inputs import Columns
from .model import MARGINS
from .program import KEPT, Program
from .starts import Starts, Where

BINDS = 1e-4
AT_END = 1e-6
HAS_PART = 1e-3
"""Least multiplier of a limit that stands in the others' way."""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Limits that cannot be kept together, or one that cannot be kept at all."""

    limits: tuple[str, ...]
    least: float
    """What the worst of them is at best."""


def nearest(
    one: Program, begun: tuple[Columns, ...], where: Where
) -> tuple[list[Columns], list[dict[str, float]], int, list[Conflict], int]:
    """Follow starts to where each breaks its limits least, and tell what stands in the way.

    Returns:
        Where they lead and what comes of it, which does best, the conflicts, the worst first, and
        how often a design was evaluated.
    """
    first: tuple[list[Columns], list[dict[str, float]], int] | None = None
    conflicts: list[Conflict] = []
    left, evaluations = one, 0
    while True:
        part = where.part(f"conflict-{len(conflicts)}", f"conflict {len(conflicts) + 1}")
        ends, more = part.followed(Starts(program=left, begun=begun, way="nearest"))
        rows = left.rows(ends)
        worst = [left.least(row) for row in rows]
        chosen = int(np.argmax(worst))
        first, evaluations = first or (ends, rows, chosen), evaluations + more
        if worst[chosen] >= KEPT:
            return *first, conflicts, evaluations
        names = opposed(left, ends[chosen], standing(left.kept_by(rows[chosen]), worst[chosen]))
        conflicts.append(Conflict(limits=names, least=worst[chosen]))
        left = replace(
            left.anew(),
            without=left.without | set(names),
            levels=tuple(item for item in left.levels if item.text not in names),
        )


def standing(limits: Mapping[str, float], worst: float) -> tuple[str, ...]:
    """Limits that stand at a value, all but rounding."""
    near = max(BINDS, 0.01 * abs(worst))
    return tuple(name for name, limit in limits.items() if abs(limit - worst) <= near)


def opposed(one: Program, x: Columns, names: tuple[str, ...]) -> tuple[str, ...]:
    """Of limits that stand at the worst, those that no step raises together."""
    slopes = one.at(x)[3]
    every = [name.removeprefix(MARGINS) for name in one.limits]
    limits = np.array([slopes[every.index(name)] for name in names])
    sides = [
        sign * np.eye(len(x))[place]
        for place, at in enumerate(x)
        for sign, is_there in ((1.0, at <= AT_END), (-1.0, at >= 1.0 - AT_END))
        if is_there
    ]
    columns = np.concatenate([limits, np.array(sides).reshape(-1, len(x))])
    # The shares are to add up to one as surely as slopes are to cancel.
    weight = max(float(np.abs(limits).max()), 1e-12)
    shares = np.array([weight] * len(names) + [0.0] * len(sides))
    multipliers, _ = nnls(np.vstack([columns.T, shares]), np.append(np.zeros(len(x)), weight))
    found = tuple(name for name, part in zip(names, multipliers, strict=False) if part > HAS_PART)
    return found or names
