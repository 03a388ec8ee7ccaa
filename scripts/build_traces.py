"""How long are requests and answers, and how do they arrive? Built once from three public traces.

    pip install chitchat-dataset==0.9.0 numpy      (MIT; 8 MB)
    python scripts/build_traces.py TRACES src/sunstack/catalogue/demand

`TRACES` holds `AzureLLMInferenceTrace_conv.csv` and `..._code.csv` of Azure/AzurePublicDataset
(CC BY 4.0). Only statistics are kept: no text, no times. Two lognormals are fitted to each length:
`log_`, of the mean and the deviation of the logarithms (the likeliest); and of the median and the
mean, which keeps the total. The error of each is its largest distance from the trace's cumulative
share (Kolmogorov-Smirnov), and by how much the likeliest misses the trace's mean.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import NormalDist
from typing import Any

import chitchat_dataset
import numpy as np

WINDOWS_S = (1.0, 10.0, 60.0, 600.0)
SOURCES = {"azure": "azure-llm-trace-2023", "chitchat": "chitchat-dataset"}
SESSION_S = 1800.0
"""A longer pause ends a sitting."""


def lengths_row(trace: str, quantity: str, unit: str, given: Iterable[float]) -> dict[str, Any]:
    """Describe lengths, and fit them."""
    values = np.sort([value for value in given if value > 0])
    logs = np.log(values)
    mean, median = float(values.mean()), float(np.median(values))
    log_median, log_deviation = math.exp(logs.mean()), math.exp(logs.std())
    kept = math.exp(math.sqrt(2.0 * math.log(mean / median)))
    fitted_mean = log_median * math.exp(0.5 * math.log(log_deviation) ** 2)
    return {
        "trace": trace, "quantity": quantity, "unit": unit, "sample_count": len(values),
        "mean": round(mean, 2), "median": median,
        "p90": round(float(np.quantile(values, 0.9)), 1),
        "p99": round(float(np.quantile(values, 0.99)), 1),
        "log_median": round(log_median, 2), "log_deviation_ratio": round(log_deviation, 4),
        "log_distance": round(distance(values, log_median, log_deviation), 3),
        "log_mean_error": round(fitted_mean / mean - 1.0, 3),
        "deviation_ratio": round(kept, 4), "distance": round(distance(values, median, kept), 3),
        "source": SOURCES[trace.split("-")[0]],
    }  # fmt: skip


def distance(values: Any, median: float, deviation_ratio: float) -> float:
    """Take the largest distance of cumulative shares; a tie counts at its last value."""
    unique, counts = np.unique(values, return_counts=True)
    shares = np.cumsum(counts) / len(values)
    normal = NormalDist(math.log(median), math.log(deviation_ratio))
    fitted = np.array([normal.cdf(math.log(value)) for value in unique])
    before = np.concatenate([[0.0], shares[:-1]])
    return float(np.minimum(np.abs(fitted - shares), np.abs(fitted - before)).max())


def arrivals_rows(trace: str, times_s: Any) -> Iterable[dict[str, Any]]:
    """Count arrivals in windows: their mean, and variance over mean."""
    times = np.sort(times_s) - np.min(times_s)
    gaps = np.diff(times)
    for window in WINDOWS_S:
        count = int(times[-1] // window)
        if count < 30:
            continue
        counts = np.bincount((times // window).astype(int), minlength=count)[:count]
        yield {
            "trace": trace, "window_s": window, "window_count": count,
            "mean_count": round(float(counts.mean()), 4),
            "dispersion_ratio": round(float(counts.var() / counts.mean()), 3),
            "gap_variation_ratio": round(float(gaps.std() / gaps.mean()), 3),
            "source": SOURCES[trace.split("-")[0]],
        }  # fmt: skip


def azure(file: Path) -> tuple[list[dict[str, str]], Any]:
    """Read one of Azure's traces: rows, and seconds."""
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    moments = [datetime.fromisoformat(row["TIMESTAMP"][:26]) for row in rows]
    return rows, np.array([(one - moments[0]).total_seconds() for one in moments])


def chitchat() -> tuple[list[int], list[int], list[float], Any]:
    """Give characters of messages and of turns, seconds between turns, and seconds of messages."""
    messages, turns, pauses, times = [], [], [], []
    for conversation in chitchat_dataset.Dataset().values():
        last = None
        for turn in conversation["messages"]:
            moments = [moment(one["timestamp"]) for one in turn]
            messages += [len(one["text"]) for one in turn]
            turns.append(sum(len(one["text"]) for one in turn))
            times += moments
            if last is not None and 0.0 < moments[0] - last < SESSION_S:
                pauses.append(moments[0] - last)
            last = moments[-1]
    return messages, turns, pauses, np.array(times)


def moment(text: str) -> float:
    """Give seconds since 1970."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC).timestamp()


def write(file: Path, comment: str, rows: list[dict[str, Any]]) -> None:
    """Write a table under a comment."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        lines.write(f"# {comment}\n# made by scripts/build_traces.py\n")
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(traces: Path, folder: Path) -> None:
    """Write both tables."""
    lengths, arrivals = [], []
    for name in ("conv", "code"):
        rows, times = azure(traces / f"AzureLLMInferenceTrace_{name}.csv")
        for quantity, column in (("prompt", "ContextTokens"), ("answer", "GeneratedTokens")):
            values = [float(row[column]) for row in rows]
            lengths.append(lengths_row(f"azure-{name}-2023", quantity, "tokens", values))
        arrivals += arrivals_rows(f"azure-{name}-2023", times)
    messages, turns, pauses, times = chitchat()
    lengths.append(lengths_row("chitchat-2018", "message", "characters", messages))
    lengths.append(lengths_row("chitchat-2018", "turn", "characters", turns))
    lengths.append(lengths_row("chitchat-2018", "pause", "seconds", pauses))
    arrivals += arrivals_rows("chitchat-2018", times)
    write(folder / "lengths.csv", "lengths of requests and answers, and fits", lengths)
    write(folder / "arrivals.csv", "arrivals counted in windows", arrivals)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
