"""How are rows of inputs evaluated by one model, whoever asks, and none of them twice?

Each listing of rows is kept in a folder named by what it holds, so that a study that is begun anew
finds whatever it has evaluated before, in whichever order it asks.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import numpy as np

from .backends import Backend, Chunk, Work
from .folder import NOWHERE, Folder, Progress, gathered
from .inputs import Columns
from .model import AGREES, Model
from .montecarlo import LOCAL
from .sampling import Listed, chunk_count

LETTERS = 12


@dataclass(frozen=True, kw_only=True)
class Evaluator:
    """A model, where it is evaluated, and where what it gave is kept."""

    model: Model
    folder: Folder = NOWHERE
    backend: Backend = LOCAL
    progress: Progress | None = None

    def rows(self, stage: str, listed: Columns, *, names: tuple[str, ...] = ()) -> Chunk:
        """Evaluate rows (rows, inputs) in the inputs' own units.

        Args:
            stage: what they are for, for who waits.
            listed: the rows.
            names: columns that are asked for, beside whether a row agrees; all if not given.
        """
        if not len(listed):
            return {name: np.zeros(0) for name in (*(names or self.model.columns), AGREES)}
        held = hashlib.sha256(listed.tobytes() + repr(names).encode()).hexdigest()[:LETTERS]
        work = Listed(model=self.model, listed=listed, names=names)
        part = f"{re.sub(r'[^a-z]+', '-', stage.lower())}-{held}"
        return self.chunks(stage, work, chunk_count(len(listed)), part=part)

    def chunks(self, stage: str, work: Work, count: int, *, part: str) -> Chunk:
        """Evaluate all chunks of some work, kept in a part of the folder."""
        return gathered(
            work,
            count,
            folder=self.folder.part(part),
            backend=self.backend,
            progress=lambda _, done, total: self.tell(stage, done, total),
        )

    def tell(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Tell who waits."""
        if self.progress:
            self.progress(stage, done, total)
