"""What do many draws say of a quantity, and how sure is that?

Mean with its standard error s/√n; quantiles with the order statistics between which they lie with
95 % (ranks n p ± 1.96 √(n p (1-p))); both again at n/2, n/4 ... draws: do they still move?

Reference: Conover, Practical Nonparametric Statistics (3rd ed.), sec. 3.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import spearmanr

from .inputs import Columns

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
NORMAL_95 = 1.96
SAME = 1e-9
"""Draws that differ by no more than rounding are one."""
FEWEST = 32
"""Draws from which convergence is told."""


def told(values: Columns) -> dict[str, Any]:
    """Tell a quantity's distribution; draws that are not finite are counted apart."""
    finite = np.sort(values[np.isfinite(values)])
    if len(finite) < 2:
        return {"count": len(finite), "not_finite_count": len(values) - len(finite)}
    deviation = float(finite.std(ddof=1))
    return {
        "count": len(finite),
        "not_finite_count": len(values) - len(finite),
        "mean": float(finite.mean()),
        "mean_standard_error": deviation / len(finite) ** 0.5,
        "standard_deviation": deviation,
        "least": float(finite[0]),
        "most": float(finite[-1]),
        "quantiles": [_quantile(finite, share) for share in QUANTILES],
    }


def _quantile(rising: Columns, share: float) -> dict[str, float]:
    count = len(rising)
    spread = NORMAL_95 * (count * share * (1.0 - share)) ** 0.5
    low, high = (
        int(np.clip(round(count * share + sign * spread), 0, count - 1)) for sign in (-1.0, 1.0)
    )
    return {
        "share": share,
        "value": float(np.quantile(rising, share)),
        "low": float(rising[low]),
        "high": float(rising[high]),
    }


def convergence(values: Columns) -> list[dict[str, float]]:
    """Mean and quantiles of the first draws, twice as many each time."""
    counts = [len(values)]
    while counts[-1] // 2 >= FEWEST:
        counts.append(counts[-1] // 2)
    return [_first(values[:count]) for count in reversed(counts)]


def _first(values: Columns) -> dict[str, float]:
    finite = values[np.isfinite(values)]
    if len(finite) < 2:
        return {"count": len(values)}
    return {
        "count": len(values),
        "mean": float(finite.mean()),
        "mean_standard_error": float(finite.std(ddof=1)) / len(finite) ** 0.5,
        "p10": float(np.quantile(finite, 0.1)),
        "p50": float(np.quantile(finite, 0.5)),
        "p90": float(np.quantile(finite, 0.9)),
    }


def histogram(values: Columns) -> dict[str, list[float] | list[int]]:
    """Count draws between evenly spaced edges; none where all are one."""
    finite = values[np.isfinite(values)]
    if len(finite) < 2 or np.ptp(finite) <= SAME * np.abs(finite).max():
        return {"edges": [], "counts": []}
    counts, edges = np.histogram(finite, bins=int(np.clip(1.5 * len(finite) ** 0.5, 8, 40)))
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def ranked(inputs: Columns, values: Columns) -> list[float]:
    """Spearman's rank correlation of each input (draws, inputs) with a quantity; 0 if it is one."""
    kept = np.isfinite(values)
    if kept.sum() < 2:
        return [0.0] * inputs.shape[1]
    found = []
    for column in inputs[kept].T:
        still = np.ptp(column) == 0.0 or np.ptp(values[kept]) <= SAME * np.abs(values[kept]).max()
        found.append(0.0 if still else float(spearmanr(column, values[kept]).statistic))
    return found
