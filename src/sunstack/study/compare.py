"""In which numbers do two scenarios differ, and what does that make of their outcomes?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sunstack.evaluate import Year
from sunstack.margins import MEANINGS
from sunstack.resolve import Resolved

from .backends import Chunk
from .folder import Progress, described, folder_of, gathered
from .model import model_of
from .montecarlo import LOCAL, Study

SAME = 1e-9
"""Numbers that differ by no more than rounding are one."""
OF_YEARS = ("programme.spent_usd:sum", "programme.launched_kg:sum")
OF_THE_END = ("programme.years.working_count", "programme.years.delivered_power_w")


@dataclass(frozen=True, kw_only=True)
class Designs:
    """Designs of which the same is asked, each evaluated by itself."""

    resolved: tuple[Resolved, ...]
    texts: tuple[str, ...]

    def length(self, number: int) -> int:
        """Rows of a design."""
        return 1

    def chunk(self, number: int) -> Chunk:
        """Evaluate one design as it is."""
        model = model_of(self.resolved[number], inputs=(), objectives=self.texts)
        return model.rows(np.zeros((1, 0)))


def compare(
    one: Resolved,
    other: Resolved,
    *,
    out: Path | None = None,
    progress: Progress | None = None,
) -> Study:
    """Tell only what differs: inputs, then outcomes.

    Args:
        one: a design.
        other: another; language models are told that both serve.
        out: folder that keeps what is done.
        progress: told the stage, designs done and designs in all.

    Raises:
        ResultsError: the folder holds another study.
    """
    models = [
        name for name in one.system.service.model_names if name in other.system.service.model_names
    ]
    designs = Designs(resolved=(one, other), texts=tuple(_objectives(models)))
    names = [design.document.scenario.name for design in designs.resolved]
    folder = folder_of(out, one, kind="compare", asked={"with": described(other)})
    found = gathered(designs, 2, folder=folder, backend=LOCAL, progress=progress)
    pairs = [(text, float(found[text][0]), float(found[text][1])) for text in designs.texts]
    outcomes = [
        {"objective": text, "first": a, "second": b}
        for text, a, b in pairs
        if abs(a - b) > SAME * max(abs(a), abs(b))
    ]
    summary = {
        "kind": "compare",
        "scenario": f"{names[0]} against {names[1]}",
        "asked": {"first": names[0], "second": names[1]},
        "first": names[0],
        "second": names[1],
        "inputs": list(_inputs(one, other)),
        "outcomes": outcomes,
        "same_outcome_count": len(pairs) - len(outcomes),
    }
    table = pl.DataFrame(pairs, schema=["objective", "first", "second"], orient="row")
    folder.finish(summary, table)
    return Study(summary=summary, samples=table)


def _objectives(models: list[str]) -> Iterator[str]:
    names = [item.name for item in fields(Year) if "by_day" not in item.name]
    yield from (f"{year}.{name}" for year in ("first_year", "last_year") for name in names)
    yield from (f"margins.{name}" for name in MEANINGS)
    yield from (*OF_YEARS, *OF_THE_END, "satellite_count", "system.mass.stated_mass_kg")
    yield from (f"service.fleet_tokens_per_s[{name}]" for name in models)


def _inputs(one: Resolved, other: Resolved) -> Iterator[dict[str, Any]]:
    for key in {**one.origins, **other.origins}:
        values = [design.origins[key].value if key in design.origins else None
                  for design in (one, other)]  # fmt: skip
        if values[0] != values[1]:
            known = one.origins.get(key) or other.origins[key]
            yield {"key": key, "unit": known.unit, "first": values[0], "second": values[1]}
