"""What may a designer choose, what is wanted of it, and which limits must be kept?

A design's variables, scaled to the unit cube, and what a point of it comes to: the objective, the
limits (every margin, and the share by which every level asked for is kept), and both their slopes.

Assumes: margins smooth but for the change of the plane or day on which they are least; variables
are what a designer chooses - a launch price is none (it is an input of `montecarlo`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved, unmovable
from sunstack.scenario import describe

from .inputs import Columns, Input, is_counted
from .model import MARGINS, Model, model_of
from .objectives import objective

Direction = Literal["least", "most"]
KEPT = -1e-6
"""A limit is taken for kept from here on."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """What an objective must at least, or at most, be."""

    text: str
    level: float
    is_least: bool


@dataclass
class Program:
    """A model over the unit cube, each point evaluated once."""

    model: Model
    objective: str
    direction: Direction
    levels: tuple[Level, ...] = ()
    without: frozenset[str] = frozenset()
    """Margins that need not be kept."""
    exact: bool = True
    """Whether slopes are JAX's, or finite differences."""
    evaluations: int = 0
    _last: tuple[bytes, tuple[Columns, Columns, Columns, Columns]] | None = field(default=None)

    def anew(self) -> Program:
        """The same with a count and a memory of its own, as another thread needs them."""
        return replace(self, evaluations=0, _last=None)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what was evaluated last."""
        return vars(self) | {"_last": None}

    @property
    def span(self) -> Columns:
        """Width of every variable, in its own unit."""
        return np.array([one.high - one.low for one in self.model.inputs])

    def values(self, x: Columns) -> Columns:
        """Turn a place in the unit cube into values in own units."""
        low = np.array([one.low for one in self.model.inputs])
        return low + np.clip(x, 0.0, 1.0) * self.span

    @property
    def limits(self) -> tuple[str, ...]:
        """What must not be negative: names of margins, then of levels."""
        margins = [name for name in self.model.columns if name.startswith(MARGINS)]
        kept = [name for name in margins if name.removeprefix(MARGINS) not in self.without]
        return (*kept, *(one.text for one in self.levels))

    def rows(self, places: Sequence[Columns]) -> list[dict[str, float]]:
        """What designs at some places come to."""
        found = self.model.rows(np.stack([self.values(x) for x in places]))
        return [
            {name: float(column[number]) for name, column in found.items()}
            for number in range(len(places))
        ]

    def kept_by(self, row: Mapping[str, float]) -> dict[str, float]:
        """Limits of what was evaluated, by name."""
        names = (name.removeprefix(MARGINS) for name in self.limits)
        return dict(zip(names, self.scored(row)[1].tolist(), strict=True))

    def least(self, row: Mapping[str, float]) -> float:
        """The limit that is kept least; 0 if there is none."""
        return min(self.kept_by(row).values(), default=0.0)

    def at(self, x: Columns) -> tuple[Columns, Columns, Columns, Columns]:
        """Objective, limits, and the slopes of both over the unit cube."""
        if self._last is None or self._last[0] != x.tobytes():
            self._last = (x.tobytes(), self._exact(x) if self.exact else self._differences(x))
        return self._last[1]

    def _exact(self, x: Columns) -> tuple[Columns, Columns, Columns, Columns]:
        self.evaluations += 1
        found, slopes = self.model.slopes(self.model.si(self.values(x)))
        per_unit = self.span * np.asarray(self.model.si(np.ones(len(x))) - self.model.si(0.0 * x))
        row = {name: float(value) for name, value in found.items()}
        slope = {name: np.asarray(value) * per_unit for name, value in slopes.items()}
        value, limits = self.scored(row)
        moved, turned = self._sloped(slope)
        return value, limits, moved, turned

    def _differences(self, x: Columns) -> tuple[Columns, Columns, Columns, Columns]:
        step = 1e-5
        inward = np.where(x + step <= 1.0, step, -step)
        rows = np.concatenate([x[None], x + np.diag(inward)])
        self.evaluations += len(rows)
        found = self.model.rows(self.values(rows))
        scored = [
            self.scored({name: float(column[number]) for name, column in found.items()})
            for number in range(len(rows))
        ]
        value, limits = scored[0]
        moved = np.array([(one - value) for one, _ in scored[1:]]) / inward
        turned = np.array([(other - limits) for _, other in scored[1:]]).T / inward
        return value, limits, moved, turned

    def scored(self, row: Mapping[str, float]) -> tuple[Columns, Columns]:
        """Objective, of which less is better, and limits of a row that was evaluated."""
        sign = 1.0 if self.direction == "least" else -1.0
        held = [row[name] for name in self.limits if name.startswith(MARGINS)]
        held += [_over(one, row[one.text]) for one in self.levels]
        return np.array(sign * row[self.objective]), np.array(held)

    def _sloped(self, slope: Mapping[str, Columns]) -> tuple[Columns, Columns]:
        sign = 1.0 if self.direction == "least" else -1.0
        held = [slope[name] for name in self.limits if name.startswith(MARGINS)]
        held += [
            slope[one.text] * (1.0 if one.is_least else -1.0) / max(abs(one.level), 1e-30)
            for one in self.levels
        ]
        return sign * slope[self.objective], np.array(held)


def _over(one: Level, value: float) -> float:
    """Share of a level by which it is kept."""
    over = value - one.level if one.is_least else one.level - value
    return over / max(abs(one.level), 1e-30)


def program(
    resolved: Resolved,
    *,
    variables: Mapping[str, tuple[float, float]],
    target: str,
    direction: Direction = "least",
    levels: Iterable[Level] = (),
    without: Iterable[str] = (),
    also: Iterable[str] = (),
    exact: bool = True,
) -> Program:
    """Set up what is to be optimised.

    Args:
        resolved: the design.
        variables: ends of each design variable, in its own unit.
        target: the objective.
        direction: whether it is to be least or most.
        levels: objectives that must be kept at a level.
        without: margins that need not be kept.
        also: objectives that are only told.
        exact: whether slopes are exact.

    Raises:
        ScenarioError: a variable, objective or margin is none.
    """
    levels = tuple(levels)
    texts = [target, *(one.text for one in levels), *also]
    model = model_of(
        resolved,
        inputs=[_variable(resolved, key, ends) for key, ends in variables.items()],
        objectives=[objective(text) for text in dict.fromkeys(texts)],
        with_margins=True,
    )
    known = [name.removeprefix(MARGINS) for name in model.columns if name.startswith(MARGINS)]
    wrong = sorted(set(without) - set(known))
    if wrong:
        raise ScenarioError(f"no margin {', '.join(wrong)}; there are {', '.join(known)}")
    return Program(
        model=model,
        objective=objective(target).text,
        direction=direction,
        levels=levels,
        without=frozenset(without),
        exact=exact,
    )


def _variable(resolved: Resolved, key: str, ends: tuple[float, float]) -> Input:
    reason, described = unmovable(resolved, key), describe(key)
    if reason or is_counted(key):
        raise ScenarioError(f"{key}: is no design variable: {reason or 'it is counted'}")
    low, high = ends
    least = -np.inf if described.low is None else described.low
    most = np.inf if described.high is None else described.high
    if not least <= low < high <= most:
        raise ScenarioError(f"{key}: {low:g} to {high:g}: write two ends in {least:g} to {most:g}")
    value = float(np.clip(float(resolved.origins[key].value), low, high))
    return Input(key=key, low=low, value=value, high=high, unit=described.unit, is_whole=False)
