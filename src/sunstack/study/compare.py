"""In which numbers do two scenarios differ, and what does that make of their outcomes?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from sunstack.evaluate import Year
from sunstack.margins import MEANINGS
from sunstack.resolve import Resolved

from .inputs import Columns
from .model import model_of

SAME = 1e-9
"""Numbers that differ by no more than rounding are one."""
OF_YEARS = ("programme.spent_usd:sum", "programme.launched_kg:sum")
OF_THE_END = ("programme.years.working_count", "programme.years.delivered_power_w")


def compare(one: Resolved, other: Resolved) -> dict[str, Any]:
    """Tell only what differs: inputs, then outcomes.

    Args:
        one: a design.
        other: another; language models are told that both serve.
    """
    models = [
        name for name in one.system.service.model_names if name in other.system.service.model_names
    ]
    texts = list(_objectives(models))
    first, second = (_evaluated(design, texts) for design in (one, other))
    outcomes = [
        {"objective": text, "first": float(a), "second": float(b)}
        for text, a, b in zip(texts, first, second, strict=True)
        if abs(a - b) > SAME * max(abs(a), abs(b))
    ]
    return {
        "kind": "compare",
        "first": one.document.scenario.name,
        "second": other.document.scenario.name,
        "inputs": list(_inputs(one, other)),
        "outcomes": outcomes,
        "same_outcome_count": len(texts) - len(outcomes),
    }


def _objectives(models: list[str]) -> Iterator[str]:
    names = [item.name for item in fields(Year) if "by_day" not in item.name]
    yield from (f"{year}.{name}" for year in ("first_year", "last_year") for name in names)
    yield from (f"margins.{name}" for name in MEANINGS)
    yield from (*OF_YEARS, *OF_THE_END, "satellite_count", "system.mass.stated_mass_kg")
    yield from (f"service.fleet_tokens_per_s[{name}]" for name in models)


def _evaluated(resolved: Resolved, texts: list[str]) -> Columns:
    found = model_of(resolved, inputs=(), objectives=texts).rows(np.zeros((1, 0)))
    return np.array([found[text][0] for text in texts])


def _inputs(one: Resolved, other: Resolved) -> Iterator[dict[str, Any]]:
    for key in {**one.origins, **other.origins}:
        values = [design.origins[key].value if key in design.origins else None
                  for design in (one, other)]  # fmt: skip
        if values[0] != values[1]:
            known = one.origins.get(key) or other.origins[key]
            yield {"key": key, "unit": known.unit, "first": values[0], "second": values[1]}
