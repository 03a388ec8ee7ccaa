"""Which of a design's numbers are uncertain, between which ends, and how do they hang together?

Every number that comes with a low and a high is an input. It is drawn from a triangle whose top is
the value itself, as schedules are (see `schedule`):

    F(x) = (x - low)² / ((high - low)(value - low)) up to the value, mirrored above it.

Inputs that hang together are joined by a Gaussian copula: normal numbers z with the correlation
matrix given, z = L n with L its Cholesky factor, make shares u = Φ(z) that each input's F turns
into values. What is counted (chips, loops, drives, pads) is drawn
whole, between ends that are.

Leaves out: that `low` and `high` are hardly ever stated with a probability; here they are the ends.
Reference: Kotz & van Dorp, Beyond Beta (2004), ch. 1; Nelsen, An Introduction to Copulas, sec. 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sunstack.errors import ScenarioError
from sunstack.resolve import Origin, Resolved, unmovable
from sunstack.units import to_si

from .objectives import TRAINED, Objective, is_of_training, objective

Columns = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Input:
    """A number that a study moves, in its key's own unit."""

    key: str
    low: float
    value: float
    high: float
    unit: str
    is_whole: bool
    source: str = ""

    def si(self, values: Columns) -> Columns:
        """Convert values of this input to SI."""
        at_0, at_1 = to_si(self.key, 0.0), to_si(self.key, 1.0)
        return at_0 + (at_1 - at_0) * values

    def value_at(self, share: Columns) -> Columns:
        """Value below which a share of all draws lies."""
        span = self.high - self.low
        rising = self.low + np.sqrt(share * span * (self.value - self.low))
        falling = self.high - np.sqrt((1.0 - share) * span * (self.high - self.value))
        found = np.where(share * span < self.value - self.low, rising, falling)
        return np.round(found) if self.is_whole else found


def inputs_of(
    resolved: Resolved,
    keys: Iterable[str] | None = None,
    *,
    objectives: Iterable[str | Objective] = (),
) -> tuple[Input, ...]:
    """Return a design's inputs: all, or those named.

    Args:
        resolved: the design.
        keys: those named.
        objectives: that are looked at; numbers of training move nothing else than what is trained,
            and are among all only if one of these does.

    Raises:
        ScenarioError: one named has no range or cannot be moved, or a range leaves its value out.
    """
    ranged = [key for key, origin in resolved.origins.items() if _is_ranged(origin)]
    if keys is None:
        asked = [one if isinstance(one, Objective) else objective(one) for one in objectives]
        left_out = () if any(map(is_of_training, asked)) else f"{TRAINED}."
        chosen = [
            key
            for key in ranged
            if unmovable(resolved, key) is None and not key.startswith(left_out)
        ]
    else:
        chosen = list(dict.fromkeys(keys))
        _check_known(resolved, chosen)
    found = tuple(_input(resolved.origins[key]) for key in chosen)
    _check_order(found)
    return found


def is_counted(key: str) -> bool:
    """Whether a number is of things that are there whole; not of how many a year."""
    last = key.rpartition(".")[2]
    return last.endswith("_count") and "yearly" not in last


def _is_ranged(origin: Origin) -> bool:
    is_known = origin.low is not None and origin.high is not None
    return is_known and origin.kind != "sized" and origin.low != origin.high


def _input(origin: Origin) -> Input:
    value, low, high = (float(one or 0.0) for one in (origin.value, origin.low, origin.high))
    return Input(
        key=origin.key,
        low=low,
        value=value,
        high=high,
        unit=origin.unit,
        is_whole=is_counted(origin.key) and low.is_integer() and high.is_integer(),
        source=origin.source,
    )


def _check_known(resolved: Resolved, keys: Sequence[str]) -> None:
    problems = []
    for key in keys:
        reason = unmovable(resolved, key)
        if key not in resolved.origins:
            close = difflib.get_close_matches(key, list(resolved.origins), n=1)
            problems.append(
                f"{key}: no such number; {f'did you mean {close[0]}?' if close else ''}"
            )
        elif reason:
            problems.append(f"{key}: cannot be drawn: {reason}")
        elif not _is_ranged(resolved.origins[key]):
            value = resolved.origins[key].value
            written = f"--set '{key}={{value: {value}, low: …, high: …}}'"
            problems.append(f"{key}: has no low and high; write {written}")
    if problems:
        raise ScenarioError("\n".join(problems))


def _check_order(found: Sequence[Input]) -> None:
    wrong = [
        f"{one.key}: {one.value:g} lies outside its range {one.low:g} to {one.high:g} {one.unit}"
        for one in found
        if not one.low <= one.value <= one.high
    ]
    if wrong:
        listed = "\n".join(wrong)
        raise ScenarioError(
            f"{listed}\nwrite low <= value <= high, as {{value: 3, low: 2, high: 4}}"
        )


# --- hanging together -----------------------------------------------------------------------------


def correlation(pairs: Mapping[tuple[str, str], float], inputs: Sequence[Input]) -> Columns:
    """Build the correlation matrix of all inputs from pairs that hang together.

    Raises:
        ScenarioError: a pair names no input, or no numbers hang together like that.
    """
    keys = [one.key for one in inputs]
    matrix = np.eye(len(keys))
    for (one, other), together in pairs.items():
        for key in (one, other):
            if key not in keys:
                raise ScenarioError(f"correlation {one},{other}: {key} is none of the inputs drawn")
        if one == other or not -1.0 < together < 1.0:
            raise ScenarioError(
                f"correlation {one},{other}={together:g}: write two keys and a number between "
                "-1 and 1"
            )
        row, column = keys.index(one), keys.index(other)
        matrix[row, column] = matrix[column, row] = together
    _check_positive(matrix, keys)
    return matrix


def _check_positive(matrix: Columns, keys: Sequence[str]) -> None:
    values, vectors = np.linalg.eigh(matrix)
    if values[0] > 1e-9:
        return
    part = sorted(zip(np.abs(vectors[:, 0]), keys, strict=True), reverse=True)
    guilty = ", ".join(key for share, key in part if share > 0.2)
    raise ScenarioError(
        f"correlation: no numbers hang together like that (least eigenvalue {values[0]:.3g}); "
        f"lower the correlations of {guilty}"
    )


def shares(normal: Columns, matrix: Columns | None) -> Columns:
    """Turn independent normal numbers (draws, inputs) into shares that hang together."""
    joined = normal if matrix is None else normal @ np.linalg.cholesky(matrix).T
    return np.asarray(ndtr(joined))


def values_at(inputs: Sequence[Input], share: Columns) -> Columns:
    """Turn shares (draws, inputs) into values in the inputs' own units."""
    columns = [one.value_at(share[:, number]) for number, one in enumerate(inputs)]
    return np.stack(columns, axis=1) if columns else np.zeros((len(share), 0))
