"""What do chips and engines reach of their data sheets, and how far are predictions off?

    scripts/environment.sh dev    (brings aiconfigurator-core 0.12.0, 114 MB)
    python scripts/calibrate_roofline.py    (a minute; writes src/sunstack/catalogue/calibration)

Cleans the measurements (see `silicon.py`) and fits the constants to them: least squares of
log(predicted / measured), errors above 10 % counted ever less (soft L1); constants range as in
`RANGES`. Errors are told of rows whose sweep the fit has not seen: sweeps are dealt out to five
folds, and each fold is predicted by a fit to the others. It also fits to Hopper alone and tests on
Blackwell, and to all models but one and tests on that one; low and high of a constant are the least
and most of all these fits.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import silicon
from jax import Array
from numpy.typing import NDArray
from scipy.optimize import least_squares

from sunstack.catalogue import calibration_tables as tables
from sunstack.catalogue.calibration_tables import ALL, Silicon
from sunstack.disciplines.compute.roofline import Calibration
from sunstack.validation import silicon as against

jax.config.update("jax_enable_x64", True)

FOLDER = Path(__file__).resolve().parents[1] / "src" / "sunstack" / "catalogue" / "calibration"
ENGINES = ("sglang", "trtllm", "vllm")
type Numbers = NDArray[np.float64]

RANGES = {
    "fp16_matrix_efficiency": (0.6, 0.05, 1.0),
    "fp8_matrix_efficiency": (0.5, 0.05, 1.0),
    "fp4_matrix_efficiency": (0.4, 0.05, 1.0),
    "tile_token_count": (100.0, 1.0, 1000.0),
    "attention_efficiency": (0.5, 0.05, 0.75),
    "memory_efficiency": (0.8, 0.05, 1.0),
    "link_efficiency": (0.5, 0.05, 1.0),
    "collective_latency_s": (8e-6, 1e-7, 1e-4),
    "expert_overhead_s": (3e-5, 1e-7, 1e-3),
    "sequence_overhead_s": (5e-6, 1e-8, 1e-4),
    "attention_memory_efficiency": (0.6, 0.05, 1.0),
    "layer_overhead_s": (6e-5, 1e-7, 1e-3),
}
"""Start, least and most. Rows say little of the arithmetic of attention; its most is what
FlashAttention-3 reaches, 740 of 989 TFLOP/s (arXiv 2407.08608)."""
OF_ENGINES = ("attention_memory_efficiency", "layer_overhead_s")
EIGHT_BITS, FOUR_BITS = ("fp8_matrix_efficiency", ALL), ("fp4_matrix_efficiency", ALL)
SOFT = 0.1
"""Of log(predicted / measured), above which errors count less."""

KEYS = [(name, ALL) for name in RANGES if name not in OF_ENGINES]
KEYS += [(name, engine) for name in OF_ENGINES for engine in ENGINES]


# --- the fit --------------------------------------------------------------------------------------


def constants(logs: Array) -> Calibration:
    """Lay out the logarithms of all constants, one place for each engine."""
    values: dict[tuple[str, str], Array] = dict(zip(KEYS, jnp.exp(logs), strict=True))

    def of_engines(name: str) -> Array:
        shared = name not in OF_ENGINES
        return jnp.stack([values[name, ALL if shared else engine] for engine in ENGINES])

    return Calibration(**{name: of_engines(name) for name in RANGES})


def log_predictions(rows: Silicon) -> Callable[[Array], Array]:
    """Return a function of all constants that predicts every row."""
    found = against.groups(rows)

    def predicted(logs: Array) -> Array:
        reached = constants(logs)
        out = jnp.zeros(len(rows.id))
        for group in found:
            of_rows = jax.tree.map(lambda leaf, at=group.engine: leaf[at], reached)
            out = out.at[group.places].set(against.intervals_s(group, of_rows))
        return jnp.log(out)

    return jax.jit(predicted)


class Fit:
    """Fits to any part of the rows, compiled once."""

    def __init__(self, rows: Silicon) -> None:
        """Lay out the rows."""
        self.measured = np.log(rows.token_interval_s)
        self.predicted = log_predictions(rows)
        self.slopes = jax.jit(jax.jacfwd(self.predicted))

    def __call__(self, chosen: NDArray[np.bool_]) -> Numbers:
        """Return the logarithms of the constants that fit some rows best."""
        start, least, most = np.log([RANGES[name] for name, _ in KEYS]).T
        found = least_squares(
            lambda logs: (np.asarray(self.predicted(logs)) - self.measured)[chosen],
            start,
            jac=lambda logs: np.asarray(self.slopes(logs))[chosen],
            bounds=(least, most),
            loss="soft_l1",
            f_scale=SOFT,
        )
        return np.asarray(found.x)

    def ratio(self, logs: Numbers) -> Numbers:
        """Return predicted over measured of every row."""
        return np.exp(np.asarray(self.predicted(jnp.asarray(logs))) - self.measured)


# --- what is written ------------------------------------------------------------------------------


def bands(rows: Silicon, ratio: Numbers) -> list[against.Errors]:
    """Tell the errors of all groups with enough rows, the narrowest first."""
    marks = [against.families(rows), against.generations(rows), rows.engine, rows.precision]
    found: list[against.Errors] = []
    for kept in sorted(product((1, 0), repeat=4), key=sum, reverse=True):
        names = [
            ",".join(mark if keep else ALL for mark, keep in zip(row, kept, strict=True))
            for row in zip(*marks, strict=True)
        ]
        found += against.by_mark(names, ratio)
    return found


def without_folds(rows: Silicon, fit: Fit) -> tuple[list[Numbers], Numbers]:
    """Fit to all folds but one each; return the fits, and what each makes of the fold left out."""
    fits, ratio = [], np.zeros(len(rows.id))
    for fold in range(silicon.FOLDS):
        left = rows.fold == fold
        fits.append(fit(~left))
        ratio[left] = fit.ratio(fits[-1])[left]
    return fits, ratio


def transfers(rows: Silicon, fit: Fit) -> tuple[list[Numbers], list[against.Errors]]:
    """Fit to one generation or to all models but one; return the fits, and errors on the rest."""
    new = np.array(against.generations(rows)) == "blackwell"
    parts = {"Hopper, Blackwell": new}
    for model in sorted(set(rows.model)):
        parts[f"all other models, {model}"] = np.array(rows.model) == model
    fits = [fit(~left) for left in parts.values()]
    # Hopper has no arithmetic of four bits: what Blackwell reaches of it is taken as of eight.
    fits[0][KEYS.index(FOUR_BITS)] = fits[0][KEYS.index(EIGHT_BITS)]
    found = [
        against.errors(name, fit.ratio(logs)[left])
        for (name, left), logs in zip(parts.items(), fits, strict=True)
    ]
    return fits, found


def write(name: str, comments: Iterable[str], lines: Iterable[Sequence[object]]) -> None:
    """Write a table under comments."""
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"# {line}\n" for line in comments)
        csv.writer(file, lineterminator="\n").writerows(lines)


ERROR_COLUMNS = ("row_count", "median_error_ratio", "bias_ratio", "ninetieth_error_ratio")


def error_cells(one: against.Errors) -> tuple[object, ...]:
    """Write errors to four digits after the point."""
    errors = one.median_error_ratio, one.bias_ratio, one.ninetieth_error_ratio
    return (one.row_count, *(f"{error:.4f}" for error in errors))


def write_silicon() -> None:
    """Clean the package's rows and write them."""
    found, dropped = silicon.cleaned(silicon.raw())
    comments = [
        "Times between output tokens on silicon: {0} of the {1} rows of",
        f"systems/silicon_sample.csv of {silicon.PACKAGE} {silicon.VERSION} (NVIDIA, Apache-2.0):",
        "runs of InferenceX (SemiAnalysis, Apache-2.0) and of NVIDIA's own; cleaned and mended by",
        "scripts/silicon.py, which says how and why. Lengths are means. Times to the first token",
        "hold waiting and are not predicted. Dropped:",
    ]
    write_rows("silicon", comments, found, dropped)
    found, dropped = silicon.decoding(silicon.raw())
    comments = [
        "Times between output tokens of machines that only decode, {0} of the same {1} rows;",
        "nothing is fitted to them. The batch is a machine's, of as many copies of the attention",
        "as it has chips. Dropped:",
    ]
    write_rows("decoding", comments, found, dropped)


def write_rows(
    name: str, comments: Iterable[str], found: pl.DataFrame, dropped: Mapping[str, int]
) -> None:
    """Write rows under what they are and how many were dropped, and why."""
    total = len(found) + sum(dropped.values())
    lines = [line.format(len(found), total) for line in comments]
    lines += [f"{count:5d}  {reason}" for reason, count in dropped.items()]
    print("\n".join(lines))
    write(name, lines, [found.columns, *found.rows()])


def write_fits(rows: Silicon, fit: Fit) -> None:
    """Fit, test and write what comes of it."""
    logs = fit(np.ones(len(rows.id), dtype=bool))
    folds, ratio = without_folds(rows, fit)
    moved, tested = transfers(rows, fit)
    spread = np.exp([logs, *folds, *moved])
    columns = np.exp([logs, *folds]).T
    lines = [
        (*key, f"{value:.4g}", f"{low:.4g}", f"{high:.4g}", *(f"{one:.4g}" for one in others))
        for key, (value, *others), low, high in zip(
            KEYS, columns, spread.min(axis=0), spread.max(axis=0), strict=True
        )
    ]
    comments = [
        f"Written by scripts/calibrate_roofline.py on {datetime.now(UTC).date()} from the"
        f" {len(rows.id)} rows of silicon.csv",
        f"({silicon.PACKAGE} {silicon.VERSION}).",
    ]
    heads = ("name", "engine", "value", "low", "high", *(f"without_{k}" for k in range(len(folds))))
    write("roofline", comments, [heads, *lines])
    groups = [(*one.name.split(","), *error_cells(one)) for one in bands(rows, ratio)]
    marks = ("family", "generation", "engine", "precision")
    write("bands", comments, [(*marks, *ERROR_COLUMNS), *groups])
    transferred = [(one.name, *error_cells(one)) for one in tested]
    write("transfers", comments, [("name", *ERROR_COLUMNS), *transferred])
    for line in (*lines, *groups, *transferred):
        print(*line, sep="\t")


def main() -> None:
    """Clean, fit, test and write."""
    write_silicon()
    rows = tables.silicon()
    write_fits(rows, Fit(rows))


if __name__ == "__main__":
    main()
