"""Where does a start lead: to the best design near it, or to the one that breaks its limits least?

Sequential quadratic programming on exact slopes (JAX) over the unit cube. The nearest design is the
one of the least t for which every limit is at least -t: those that stand at -t cannot be kept
together within the ends given.

Reference: Kraft, DFVLR-FB 88-28 (1988).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.optimize import OptimizeResult, minimize
from scipy.stats import qmc

from .backends import Backend, Chunk
from .folder import NOWHERE, Folder, Progress, gathered
from .inputs import Columns
from .montecarlo import LOCAL
from .program import Program

STEPS = 100


@dataclass(frozen=True, kw_only=True)
class Starts:
    """Starts of one program, each followed to its end by itself."""

    program: Program
    begun: tuple[Columns, ...]
    way: Literal["best", "nearest"]

    def length(self, number: int) -> int:
        """Ends of a start."""
        return 1

    def chunk(self, number: int) -> Chunk:
        """Follow a start to its end."""
        own = self.program.anew()
        follow = _minimised if self.way == "best" else _nearest
        end = follow(own, self.begun[number])
        keys = [item.key for item in own.model.inputs]
        return {key: np.array([place]) for key, place in zip(keys, end, strict=True)} | {
            "evaluations": np.array([float(own.evaluations)])
        }


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where starts are followed, and what is kept of them."""

    folder: Folder = NOWHERE
    backend: Backend = LOCAL
    progress: Progress | None = None

    def part(self, name: str, told: str = "") -> Where:
        """A part of the study, told by its name."""
        progress = self.progress

        def tell(stage: str, done: int, total: int) -> None:
            if progress:
                progress(told or stage, done, total)

        return replace(self, folder=self.folder.part(name), progress=tell)

    def followed(self, starts: Starts) -> tuple[list[Columns], int]:
        """Ends of all starts, and how often a design was evaluated for them."""
        starts.program.anew().at(starts.begun[0])  # compiles, once for all threads
        found = gathered(
            starts,
            len(starts.begun),
            folder=self.folder.part(starts.way),
            backend=self.backend,
            progress=self.progress,
        )
        keys = [item.key for item in starts.program.model.inputs]
        ends = np.stack([found[key] for key in keys], axis=1)
        return list(ends), int(found["evaluations"].sum())


HERE = Where()


def spread(one: Program, count: int, seed: int) -> list[Columns]:
    """Return so many starts: the design as it is, and places spread over the cube."""
    low = np.array([item.low for item in one.model.inputs])
    places = qmc.Sobol(len(low), scramble=True, rng=seed).random_base2(
        int(np.ceil(np.log2(max(count, 2))))
    )
    return [(one.model.value - low) / one.span, *places[: count - 1]]


def _minimised(one: Program, start: Columns) -> Columns:
    scale = max(abs(float(one.at(start)[0])), 1e-30)
    result = _slsqp(
        lambda x: (float(one.at(x)[0]) / scale, one.at(x)[2] / scale),
        start,
        limits=(lambda x: one.at(x)[1], lambda x: one.at(x)[3]),
    )
    return np.clip(np.asarray(result.x), 0.0, 1.0)


def _nearest(one: Program, start: Columns) -> Columns:
    """Where the worst limit is broken least."""
    slack = max(0.0, -float(one.at(start)[1].min(initial=np.inf)))
    upward = np.append(np.zeros(len(start)), 1.0)
    result = _slsqp(
        lambda x: (float(x[-1]), upward),
        np.append(start, slack),
        limits=(
            lambda x: one.at(x[:-1])[1] + x[-1],
            lambda x: np.column_stack([one.at(x[:-1])[3], np.ones(len(one.limits))]),
        ),
        last=(0.0, 2.0),
    )
    return np.clip(np.asarray(result.x)[:-1], 0.0, 1.0)


def _slsqp(
    scored: Callable[[Columns], tuple[float, Columns]],
    start: Columns,
    *,
    limits: tuple[Callable[[Columns], Columns], Callable[[Columns], Columns]],
    last: tuple[float, float] = (0.0, 1.0),
) -> OptimizeResult:
    bounds = [(0.0, 1.0)] * (len(start) - 1) + [last]
    held = {"type": "ineq", "fun": limits[0], "jac": limits[1]}
    return minimize(
        scored,
        start,
        jac=True,
        method="SLSQP",
        bounds=bounds,
        constraints=[held] if len(limits[0](start)) else [],
        options={"maxiter": STEPS, "ftol": 1e-9},
    )
