"""How good can a design be with all its margins kept, and which of them stand against each other?

    least ± objective(x)   with every margin(x) >= 0 and every level asked for kept,

x a place in the cube of the design variables (see `program`), sought from several starts (see
`starts`). Where none ends with all kept, those margins are told that cannot be kept together: those
that stand in each other's way where the worst is broken least; then, these let go, those of what is
left that still do, until the rest can be kept.

The front of two objectives: the first is optimised under levels of the second between the two
designs that are best in either (epsilon-constraint), from both of them and from the design as it
stands.

Leaves out: variables that are counted, and any proof that no better design lies between the starts.
Reference: Miettinen, Nonlinear Multiobjective Optimization, sec. 3.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved

from .backends import Backend
from .conflicts import Conflict, nearest, standing
from .folder import Progress, folder_of
from .inputs import Columns
from .model import AGREES
from .montecarlo import LOCAL, Study
from .objectives import objective
from .program import KEPT, Direction, Level, Program, program
from .starts import HERE, Starts, Where, spread

BINDS = 1e-4
FRONT_POINTS = 8
FRONT_STARTS = 3
"""Of each point of a front, besides the designs at both its ends."""
MOST_STARTS = 1000


@dataclass(frozen=True, kw_only=True)
class End:
    """Where one start led."""

    values: Mapping[str, float]
    objective: float
    least_limit: float
    is_kept: bool


@dataclass(frozen=True, kw_only=True)
class Best:
    """A design at its best, or the one that comes nearest to keeping all its limits."""

    is_feasible: bool
    contradicts_itself: bool
    """Whether it keeps its limits with numbers that contradict each other."""
    values: Mapping[str, float]
    objective: float
    outcomes: Mapping[str, float]
    """All objectives asked for."""
    limits: Mapping[str, float]
    """Margins, and shares by which levels are kept."""
    binding: tuple[str, ...]
    """Limits at which it stands: at zero or, if none keeps all, at the worst."""
    conflicts: tuple[Conflict, ...]
    """Limits that cannot be kept together, the worst first; none if all are kept."""
    at_ends: tuple[str, ...]
    """Variables that stand at an end of their range."""
    evaluations: int
    starts: int
    ends: tuple[End, ...]


def optimise(
    resolved: Resolved,
    *,
    variables: Mapping[str, tuple[float, float]],
    target: str,
    direction: Direction = "most",
    levels: Iterable[Level] = (),
    without: Iterable[str] = (),
    also: Iterable[str] = (),
    against: tuple[str, Direction] | None = None,
    starts: int = 6,
    out: Path | None = None,
    backend: Backend = LOCAL,
    progress: Progress | None = None,
) -> Study:
    """Find the best design, or the front of two objectives.

    Args:
        resolved: the design.
        variables: ends of each design variable, in its own unit.
        target: the objective.
        direction: whether it is to be least or most.
        levels: objectives that must be kept at a level.
        without: margins that need not be kept.
        also: objectives that are only told.
        against: a second objective and its direction, if a front is wanted.
        starts: places to start from.
        out: folder that keeps every start that was followed to its end.
        backend: where starts are followed.
        progress: told the stage, starts done and starts in all.

    Raises:
        ScenarioError: a variable, objective or margin is none.
        ResultsError: the folder holds another study.
        ServiceError: the backend does not answer.
    """
    if not 1 <= starts <= MOST_STARTS:
        raise ScenarioError(f"--starts {starts}: write 1 to {MOST_STARTS:,}")
    levels, without = tuple(levels), sorted(set(without))
    told = [*also, *([against[0]] if against else [])]
    one = program(
        resolved, variables=variables, target=target, direction=direction, levels=levels,
        without=without, also=told,
    )  # fmt: skip
    asked = {
        "objective": one.objective,
        "direction": direction,
        "variables": {key: list(ends) for key, ends in variables.items()},
        "levels": [f"{item.text} {'>=' if item.is_least else '<='} {item.level:g}"
                   for item in levels],
        "without": without,
        "also": told,
        "against": list(against) if against else [],
        "starts": starts,
    }  # fmt: skip
    folder = folder_of(out, resolved, kind="optimise", asked=asked)
    where = Where(folder=folder, backend=backend, progress=progress)
    found = (
        front(one, (objective(against[0]).text, against[1]), starts=starts, where=where)
        if against
        else [best(one, starts=starts, where=where)]
    )
    summary = {"kind": "optimise", "scenario": resolved.document.scenario.name, "asked": asked}
    study = Study(summary=summary | _summary(resolved, one, found), samples=_table(found))
    folder.finish(study.summary, study.samples)
    return study


def _summary(resolved: Resolved, one: Program, found: Sequence[Best]) -> dict[str, Any]:
    was = {item.key: float(resolved.origins[item.key].value) for item in one.model.inputs}
    columns = one.model.rows(np.array([list(was.values())]))
    row = {name: float(column[0]) for name, column in columns.items()}
    return {
        "is_feasible": all(item.is_feasible for item in found),
        "units": {item.key: item.unit for item in one.model.inputs},
        "as_it_is": {
            "values": was,
            "outcomes": _outcomes(one, row),
            "limits": one.kept_by(row),
        },
        "best": [asdict(item) for item in found],
    }


def _table(found: Sequence[Best]) -> pl.DataFrame:
    """Where every start led, of every design looked for."""
    return pl.DataFrame(
        [
            {"design": float(number), **end.values, "objective": end.objective,
             "least_limit": end.least_limit, "is_kept": float(end.is_kept)}
            for number, item in enumerate(found)
            for end in item.ends
        ]
    )  # fmt: skip


def best(
    one: Program,
    *,
    starts: int = 6,
    seed: int = 0,
    further: Iterable[Columns] = (),
    where: Where = HERE,
) -> Best:
    """Optimise from several starts; where none keeps all limits, say which stand against it.

    Args:
        one: what is optimised.
        starts: how many, the design as it is among them.
        seed: of where they are.
        further: places to start from besides.
        where: they are followed.
    """
    begun = (*spread(one, starts, seed), *further)
    ends, evaluations = where.followed(Starts(program=one, begun=begun, way="best"))
    rows = one.rows(ends)
    told = tuple(_end(one, end, row) for end, row in zip(ends, rows, strict=True))
    sign = 1.0 if one.direction == "least" else -1.0
    kept = [place for place, end in enumerate(told) if end.is_kept]
    chosen = min(kept, key=lambda place: sign * told[place].objective, default=0)
    conflicts: list[Conflict] = []
    if not kept:
        ends, rows, chosen, conflicts, more = nearest(one, begun, where)
        evaluations += more
    found = _told(one, ends[chosen], rows[chosen], is_feasible=bool(kept))
    return replace(
        found,
        conflicts=tuple(conflicts),
        evaluations=evaluations,
        starts=len(begun),
        ends=told,
    )


def front(
    one: Program,
    other: tuple[str, Direction],
    *,
    points: int = FRONT_POINTS,
    starts: int = 6,
    where: Where = HERE,
) -> list[Best]:
    """Best designs in one objective under levels of another, from the best in it to the best of it.

    Args:
        one: whose objective is optimised; the other is among what its model tells.
        other: the other objective, and whether it is to be least or most.
        points: of the front.
        starts: of the designs at its ends.
        where: they are followed.
    """
    text, direction = other
    second = replace(one.anew(), objective=text, direction=direction)
    ends = [
        best(program, starts=starts, where=where.part(f"end-{number}", f"end {number + 1} of 2"))
        for number, program in enumerate((one, second))
    ]
    if not all(end.is_feasible for end in ends):
        return [end for end in ends if not end.is_feasible][:1]
    begin, until = (end.outcomes[text] for end in ends)
    found = []
    for number, level in enumerate(np.linspace(begin, until, points)):
        under = Level(text=text, level=float(level), is_least=direction == "most")
        part = where.part(f"point-{number}", f"point {number + 1} of {points} of the front")
        held = replace(one.anew(), levels=(*one.levels, under))
        further = [_place(one, end) for end in ends]
        found.append(best(held, starts=FRONT_STARTS, further=further, where=part))
    return found


def _place(one: Program, end: Best) -> Columns:
    """The place of a design in the unit cube."""
    low = np.array([item.low for item in one.model.inputs])
    place: Columns = (np.array(list(end.values.values())) - low) / one.span
    return place


# --- told -----------------------------------------------------------------------------------------


def _values(one: Program, x: Columns) -> dict[str, float]:
    keys = (item.key for item in one.model.inputs)
    return dict(zip(keys, one.values(x).tolist(), strict=True))


def _outcomes(one: Program, row: Mapping[str, float]) -> dict[str, float]:
    return {item.text: row[item.text] for item in one.model.objectives}


def _end(one: Program, x: Columns, row: Mapping[str, float]) -> End:
    least = one.least(row)
    return End(
        values=_values(one, x),
        objective=row[one.objective],
        least_limit=least,
        is_kept=least >= KEPT and row[AGREES] > 0.5,
    )


def _told(one: Program, x: Columns, row: Mapping[str, float], *, is_feasible: bool) -> Best:
    limits = one.kept_by(row)
    return Best(
        is_feasible=is_feasible,
        contradicts_itself=row[AGREES] < 0.5,
        values=_values(one, x),
        objective=row[one.objective],
        outcomes=_outcomes(one, row),
        limits=limits,
        binding=standing(limits, 0.0 if is_feasible else one.least(row)),
        conflicts=(),
        at_ends=tuple(
            item.key
            for item, place in zip(one.model.inputs, x, strict=True)
            if min(place, 1.0 - place) < BINDS
        ),
        evaluations=0,
        starts=0,
        ends=(),
    )
