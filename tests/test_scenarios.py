"""Does every scenario that comes with Sunstack run and come out as recorded?

Golden summaries: `SUNSTACK_GOLDEN=write pytest tests/test_scenarios.py` writes them anew; a moved
number is explained in the changelog. Large fleets are thinned to keep the test short.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sunstack.results import Results
from sunstack.scenario import Document, load, shipped

GOLDEN = Path(__file__).parent / "golden"
FEWER = {
    "starmind-million": ("constellation.satellite_count_cap=20000",),
    "starcloud": ("constellation.satellite_count_cap=2000",),
}
SMALL_RATIO = 2e-5
"""Single precision sums round differently on other processors in the fifth digit and beyond."""


@pytest.mark.parametrize("name", shipped.names())
def test_a_shipped_scenario_comes_out_as_recorded(
    name: str, finished: Callable[[Document], Results]
) -> None:
    summary = finished(load(shipped.find(name), FEWER.get(name, ()))).summary
    path = GOLDEN / f"{name}.json"
    if os.environ.get("SUNSTACK_GOLDEN") == "write":
        path.write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert differences(json.loads(path.read_text("utf-8")), summary) == []
    assert summary["agreement"]["holds"]


def differences(old: Any, new: Any, where: str = "") -> list[str]:
    """List where two trees differ by more than rounding."""
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return [line for key in old for line in differences(old[key], new[key], f"{where}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [line for n, pair in pairs for line in differences(*pair, f"{where}.{n}")]
    if isinstance(old, float) and isinstance(new, (int, float)):
        near = math.isclose(old, new, rel_tol=SMALL_RATIO, abs_tol=SMALL_RATIO)
        return [] if near else [f"{where}: {old} became {new}"]
    return [] if old == new else [f"{where}: {old!r} became {new!r}"]


def test_differences_are_seen() -> None:
    assert differences({"a": [1.0]}, {"a": [1.1]}) == [".a.0: 1.0 became 1.1"]
    assert differences({"a": 1}, {"b": 1}) != []
