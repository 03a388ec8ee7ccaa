"""What do chips and engines reach of their data sheets, and how far are predictions off?

    scripts/environment.sh dev    (brings aiconfigurator-core 0.12.0, 114 MB)
    python scripts/calibrate_roofline.py    (two minutes; writes src/sunstack/catalogue/calibration)

What kernels reach is fitted to times of kernels (see `operators.py`) and held. What is left is of
engines as a whole, and is fitted to the measurements of whole engines, cleaned (see `silicon.py`):
least squares of log(predicted / measured), errors above 10 % counted ever less (soft L1); constants
range as in `RANGES`. Errors are told of rows whose sweep the fit has not seen: sweeps are dealt out
to five folds, and each fold is predicted by a fit to the others. It also fits all of it, kernels
too, to Hopper alone and tests on Blackwell, where four bits are then taken to reach what eight do;
and to all models but one and tests on that one. Low and high of a constant are the least and most
of all these fits.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import operators
import polars as pl
import silicon
from jax import Array
from numpy.typing import NDArray
from scipy.optimize import least_squares

from sunstack.catalogue import calibration_tables as tables
from sunstack.catalogue.calibration_tables import ALL, Silicon
from sunstack.disciplines.compute.experts import ExpertKernel
from sunstack.disciplines.compute.roofline import Calibration
from sunstack.resolve.calibration import SPARE
from sunstack.validation import silicon as against

jax.config.update("jax_enable_x64", True)

FOLDER = Path(__file__).resolve().parents[1] / "src" / "sunstack" / "catalogue" / "calibration"
ENGINES = ("sglang", "trtllm", "vllm")
type Numbers = NDArray[np.float64]

RANGES = {
    "sequence_overhead_s": (5e-6, 1e-8, 1e-4),
    "attention_memory_efficiency": (0.6, 0.05, 1.0),
    "layer_overhead_s": (6e-5, 1e-7, 1e-3),
}
"""Start, least and most."""
OF_ENGINES = ("attention_memory_efficiency", "layer_overhead_s")
SOFT = 0.1
"""Of log(predicted / measured), above which errors count less."""

KEYS = [(name, ALL) for name in RANGES if name not in OF_ENGINES]
KEYS += [(name, engine) for name in OF_ENGINES for engine in ENGINES]


# --- kernels --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kernels:
    """Fitted to times of kernels on some chips."""

    constants: Mapping[str, float]
    experts: Mapping[tuple[str, str], Numbers]
    """Constants in the order of `operators.EXPERT_RANGES`, by engine and kernel."""
    errors: Mapping[str, Numbers]
    """log(predicted / measured) of each operator."""


def kernels(chips: dict[str, str]) -> Kernels:
    """Fit to times of kernels on some chips."""
    constants, errors = operators.found(chips)
    fits = operators.expert_fits(chips)
    errors |= {f"experts, {engine}, {name}": off for (engine, name), (_, off) in fits.items()}
    return Kernels(constants, {key: fit for key, (fit, _) in fits.items()}, errors)


def experts(known: Mapping[tuple[str, str], Numbers]) -> dict[str, ExpertKernel]:
    """Lay out the constants of every kernel, one place for each engine.

    What was not measured of an engine is as of TensorRT-LLM, or as that of eight bits.
    """

    def of(engine: str, name: str) -> Numbers:
        choices = ((engine, name), (SPARE, name), (engine, "fp8"), (SPARE, "fp8"))
        return known[next(choice for choice in choices if choice in known)]

    found = {}
    for name in operators.KERNELS:
        values = np.stack([of(engine, name) for engine in ENGINES], axis=1)
        columns = zip(operators.EXPERT_RANGES, values, strict=True)
        found[name] = ExpertKernel(**{key: jnp.asarray(column) for key, column in columns})
    return found


# --- the fit --------------------------------------------------------------------------------------


def constants(logs: Array, held: Kernels) -> Calibration:
    """Lay out all constants, the logarithms of the fitted ones given, one place for each engine."""
    values: dict[tuple[str, str], Array] = dict(zip(KEYS, jnp.exp(logs), strict=True))

    def of_engines(name: str) -> Array:
        shared = name not in OF_ENGINES
        return jnp.stack([values[name, ALL if shared else engine] for engine in ENGINES])

    known = {name: jnp.full(len(ENGINES), value) for name, value in held.constants.items()}
    fitted = {name: of_engines(name) for name in RANGES}
    return Calibration(**known, **fitted, experts=experts(held.experts))


def log_predictions(rows: Silicon, held: Kernels) -> Callable[[Array], Array]:
    """Return a function of the fitted constants that predicts every row."""
    found = against.groups(rows)

    def predicted(logs: Array) -> Array:
        reached = constants(logs, held)
        out = jnp.zeros(len(rows.id))
        for group in found:
            of_rows = jax.tree.map(lambda leaf, at=group.engine: leaf[at], reached)
            out = out.at[group.places].set(against.intervals_s(group, of_rows))
        return jnp.log(out)

    return jax.jit(predicted)


class Fit:
    """Fits to any part of the rows, compiled once."""

    def __init__(self, rows: Silicon, held: Kernels) -> None:
        """Lay out the rows."""
        self.held = held
        self.measured = np.log(rows.token_interval_s)
        self.predicted = log_predictions(rows, held)
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


def transfers(
    rows: Silicon, fit: Fit, hopper: Fit
) -> tuple[list[Numbers], Numbers, list[against.Errors]]:
    """Fit to all models but one, and to Hopper; return both's constants, and errors on the rest."""
    found, fits = [], []
    new = np.array(against.generations(rows)) == "blackwell"
    of_hopper = hopper(~new)
    found.append(against.errors("Hopper, Blackwell", hopper.ratio(of_hopper)[new]))
    for model in sorted(set(rows.model)):
        left = np.array(rows.model) == model
        fits.append(fit(~left))
        name = f"all other models, {model}"
        found.append(against.errors(name, fit.ratio(fits[-1])[left]))
    return fits, of_hopper, found


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


def write_fits(rows: Silicon, fit: Fit, hopper: Fit) -> None:
    """Fit, test and write what comes of it."""
    logs = fit(np.ones(len(rows.id), dtype=bool))
    folds, ratio = without_folds(rows, fit)
    moved, of_hopper, tested = transfers(rows, fit, hopper)
    spread = np.exp([logs, *folds, *moved, of_hopper])
    columns = np.exp([logs, *folds]).T
    lines = [
        (*key, f"{value:.4g}", f"{low:.4g}", f"{high:.4g}", *(f"{one:.4g}" for one in others))
        for key, (value, *others), low, high in zip(
            KEYS, columns, spread.min(axis=0), spread.max(axis=0), strict=True
        )
    ]
    lines = [*held_lines(fit.held, hopper.held, len(folds)), *lines]
    comments = [
        f"Written by scripts/calibrate_roofline.py on {datetime.now(UTC).date()} from the"
        f" {len(rows.id)} rows of silicon.csv",
        f"({silicon.PACKAGE} {silicon.VERSION}).",
    ]
    of_kernels = f"The first {len(fit.held.constants)} are of times of kernels, see operators.csv."
    heads = ("name", "engine", "value", "low", "high", *(f"without_{k}" for k in range(len(folds))))
    write("roofline", [*comments, of_kernels], [heads, *lines])
    groups = [(*one.name.split(","), *error_cells(one)) for one in bands(rows, ratio)]
    marks = ("family", "generation", "engine", "precision")
    write("bands", comments, [(*marks, *ERROR_COLUMNS), *groups])
    transferred = [(one.name, *error_cells(one)) for one in tested]
    write("transfers", comments, [("name", *ERROR_COLUMNS), *transferred])
    for line in (*lines, *groups, *transferred):
        print(*line, sep="\t")


def held_lines(held: Kernels, of_hopper: Kernels, fold_count: int) -> list[tuple[str, ...]]:
    """Write what was fitted to kernels, which no fold changes."""
    found = []
    for name, value in held.constants.items():
        ends = sorted((value, of_hopper.constants[name]))
        cells = (value, *ends, *(value for _ in range(fold_count)))
        found.append((name, ALL, *(f"{one:.4g}" for one in cells)))
    return found


def write_kernels(held: Kernels) -> None:
    """Write what experts' kernels reach, and how far forms are off times of kernels."""
    versions = ", ".join(f"{engine} {version}" for engine, version in operators.VERSIONS.items())
    comments = [
        f"Written by scripts/calibrate_roofline.py on {datetime.now(UTC).date()} from times of",
        f"kernels on H100, H200, B200 and GB200 ({silicon.PACKAGE} {silicon.VERSION}, NVIDIA,",
        f"Apache-2.0; {versions}); scripts/operators.py says how.",
    ]
    lines = [(*key, *(f"{one:.4g}" for one in fit)) for key, fit in held.experts.items()]
    write("experts", comments, [("engine", "kernel", *operators.EXPERT_RANGES), *lines])
    told = [against.errors(name, np.exp(off)) for name, off in held.errors.items()]
    rows = [(one.name, *error_cells(one)) for one in told]
    write("operators", comments, [("name", *ERROR_COLUMNS), *rows])
    for row in rows:
        print(*row, sep="\t")


def main() -> None:
    """Clean, fit, test and write."""
    write_silicon()
    rows = tables.silicon()
    held = kernels(operators.HOPPER | operators.BLACKWELL)
    write_kernels(held)
    write_fits(rows, Fit(rows, held), Fit(rows, kernels(operators.HOPPER)))


if __name__ == "__main__":
    main()
