"""Which rows of inputs does a study evaluate, chunk by chunk?

`Drawn`: rows by chance, each chunk from a key of its own, so that chunk 7 is the same whoever draws
it and however many there are. `Listed`: rows given beforehand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax
import numpy as np

from .backends import Chunk
from .inputs import Columns, shares, values_at
from .model import AGREES, ROWS, Model


def chunk_count(rows: int) -> int:
    """Chunks that hold so many rows."""
    return math.ceil(rows / ROWS)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Rows drawn from the inputs' distributions."""

    model: Model
    count: int
    seed: int
    matrix: Columns | None = None
    """Correlation of the inputs behind the copula; independent without one."""

    def length(self, number: int) -> int:
        """Rows of a chunk."""
        return min(ROWS, self.count - number * ROWS)

    def values(self, number: int) -> Columns:
        """Rows of a chunk in the inputs' own units."""
        key = jax.random.fold_in(jax.random.key(self.seed), number)
        normal = jax.random.normal(key, (self.length(number), len(self.model.inputs)))
        return values_at(self.model.inputs, shares(np.asarray(normal), self.matrix))

    def chunk(self, number: int) -> Chunk:
        """Draw and evaluate one chunk."""
        return _with_inputs(self.model, self.values(number))


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Rows given beforehand, in the inputs' own units."""

    model: Model
    listed: Columns
    """Shape (rows, inputs)."""
    names: tuple[str, ...] = ()
    """Of what is kept of each row; all, and its inputs, if not given."""

    def length(self, number: int) -> int:
        """Rows of a chunk."""
        return min(ROWS, len(self.listed) - number * ROWS)

    def chunk(self, number: int) -> Chunk:
        """Evaluate one chunk."""
        rows = self.listed[number * ROWS : (number + 1) * ROWS]
        if not self.names:
            return _with_inputs(self.model, rows)
        found = self.model.rows(rows)
        return {name: found[name] for name in (*self.names, AGREES)}


def _with_inputs(model: Model, values: Columns) -> Chunk:
    given = {one.key: values[:, place] for place, one in enumerate(model.inputs)}
    return given | model.rows(values)
