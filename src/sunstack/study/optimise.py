"""How good can a design be with all its margins kept, and which of them stand against each other?

Sequential quadratic programming on exact slopes (JAX), from several starts, over design variables
scaled to the unit cube:

    least ± objective(x)   with every margin(x) >= 0 and every level asked for kept.

Where no start ends with all kept, the least t is sought for which every margin is at least -t:
those that stand at -t cannot be met together within the ends given.

The front of two objectives: the first is optimised under levels of the second between the two
designs that are best in either (epsilon-constraint).

Assumes: margins smooth but for the change of the plane or day on which they are least; variables
are what a designer chooses - a launch price is none (it is an input of `montecarlo`).
Reference: Kraft, DFVLR-FB 88-28 (1988); Miettinen, Nonlinear Multiobjective Optimization, sec. 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
from scipy.optimize import OptimizeResult, minimize
from scipy.stats import qmc

from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved, unmovable
from sunstack.scenario import describe

from .inputs import Columns, Input
from .model import AGREES, MARGINS, Model, model_of
from .objectives import objective

Direction = Literal["least", "most"]
KEPT = -1e-6
"""A margin is taken for kept from here on."""
STEPS = 100
BINDS = 1e-4


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
        value, limits = self._scored(row)
        moved, turned = self._sloped(slope)
        return value, limits, moved, turned

    def _differences(self, x: Columns) -> tuple[Columns, Columns, Columns, Columns]:
        step = 1e-5
        inward = np.where(x + step <= 1.0, step, -step)
        rows = np.concatenate([x[None], x + np.diag(inward)])
        self.evaluations += len(rows)
        found = self.model.rows(self.values(rows))
        scored = [
            self._scored({name: float(column[number]) for name, column in found.items()})
            for number in range(len(rows))
        ]
        value, limits = scored[0]
        moved = np.array([(one - value) for one, _ in scored[1:]]) / inward
        turned = np.array([(other - limits) for _, other in scored[1:]]).T / inward
        return value, limits, moved, turned

    def _scored(self, row: Mapping[str, float]) -> tuple[Columns, Columns]:
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


@dataclass(frozen=True, kw_only=True)
class Best:
    """A design at its best, or the one that comes nearest to keeping all its limits."""

    is_feasible: bool
    values: Mapping[str, float]
    objective: float
    limits: Mapping[str, float]
    """Margins, and shares by which levels are kept."""
    binding: tuple[str, ...]
    """Limits at which the best design stands; if none keeps all, those that cannot be together."""
    at_ends: tuple[str, ...]
    """Variables that stand at an end of their range."""
    evaluations: int
    starts: int


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
    if reason or described.kind == "count":
        raise ScenarioError(f"{key}: is no design variable: {reason or 'it is counted'}")
    low, high = ends
    least = -np.inf if described.low is None else described.low
    most = np.inf if described.high is None else described.high
    if not least <= low < high <= most:
        raise ScenarioError(f"{key}: {low:g} to {high:g}: write two ends in {least:g} to {most:g}")
    value = float(np.clip(float(resolved.origins[key].value), low, high))
    return Input(key=key, low=low, value=value, high=high, unit=described.unit, is_whole=False)


def best(one: Program, *, starts: int = 6, seed: int = 0) -> Best:
    """Optimise from several starts; where none keeps all limits, say which stand against it."""
    begun = _starts(one, starts, seed)
    ends = [_minimised(one, start) for start in begun]
    kept = [end for end in ends if one.at(end)[1].min(initial=np.inf) >= KEPT and _agrees(one, end)]
    if kept:
        chosen = min(kept, key=lambda end: float(one.at(end)[0]))
        return _told(one, chosen, is_feasible=True, starts=len(begun))
    nearest = min((_nearest(one, start) for start in begun), key=lambda end: -one.at(end)[1].min())
    return _told(one, nearest, is_feasible=False, starts=len(begun))


def front(one: Program, other: tuple[str, Direction], *, points: int = 8) -> list[Best]:
    """Best designs in one objective under levels of another, from the best in it to the best of it.

    Args:
        one: whose objective is optimised; the other is among what its model tells.
        other: the other objective, and whether it is to be least or most.
        points: of the front.
    """
    text, direction = other
    second = Program(one.model, text, direction, one.levels, one.without, one.exact)
    ends = [best(one), best(second)]
    if not all(end.is_feasible for end in ends):
        return [end for end in ends if not end.is_feasible][:1]
    begin, until = (_read(one, end, text) for end in ends)
    found = []
    for level in np.linspace(begin, until, points):
        under = Level(text=text, level=float(level), is_least=direction == "most")
        held = Program(
            one.model, one.objective, one.direction, (*one.levels, under), one.without, one.exact
        )
        found.append(best(held, starts=3))
    return found


def _read(one: Program, end: Best, text: str) -> float:
    row = np.array([[end.values[item.key] for item in one.model.inputs]])
    return float(one.model.rows(row)[text][0])


def _starts(one: Program, count: int, seed: int) -> list[Columns]:
    """The design as it is, and places spread over the cube."""
    low = np.array([item.low for item in one.model.inputs])
    spread = qmc.Sobol(len(low), scramble=True, rng=seed).random_base2(
        int(np.ceil(np.log2(max(count, 2))))
    )
    return [(one.model.value - low) / one.span, *spread[: count - 1]]


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
    slack = max(0.0, -float(one.at(start)[1].min()))
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
    return minimize(
        scored,
        start,
        jac=True,
        method="SLSQP",
        bounds=bounds,
        constraints=[{"type": "ineq", "fun": limits[0], "jac": limits[1]}],
        options={"maxiter": STEPS, "ftol": 1e-9},
    )


def _agrees(one: Program, x: Columns) -> bool:
    found = one.model.rows(one.values(x)[None])
    return bool(found[AGREES][0] > 0.5)


def _told(one: Program, x: Columns, *, is_feasible: bool, starts: int) -> Best:
    value, limits, _, _ = one.at(x)
    sign = 1.0 if one.direction == "least" else -1.0
    worst = 0.0 if is_feasible else float(limits.min())
    names: Sequence[str] = [name.removeprefix(MARGINS) for name in one.limits]
    return Best(
        is_feasible=is_feasible,
        values=dict(
            zip((item.key for item in one.model.inputs), one.values(x).tolist(), strict=True)
        ),
        objective=sign * float(value),
        limits=dict(zip(names, limits.tolist(), strict=True)),
        binding=tuple(
            name
            for name, limit in zip(names, limits, strict=True)
            if abs(limit - worst) <= max(BINDS, 0.01 * abs(worst))
        ),
        at_ends=tuple(
            item.key
            for item, place in zip(one.model.inputs, x, strict=True)
            if min(place, 1.0 - place) < BINDS
        ),
        evaluations=one.evaluations,
        starts=starts,
    )


def as_json(found: Best) -> dict[str, Any]:
    """Write a best design as a JSON tree."""
    return {
        name: dict(part) if isinstance(part, Mapping) else part
        for name, part in vars(found).items()
    }


def gradient(model: Model, text: str) -> Columns:
    """Exact slopes of an objective in every input in SI, at the design as it is."""
    _, slopes = model.slopes(jnp.asarray(model.si(model.value)))
    return np.asarray(slopes[text])
