"""How far are predicted times between tokens from those measured on silicon?

Every row of `catalogue/calibration/silicon.csv` is computed from its model's shape, its chip's data
sheet and the constants of its engine, as fitted without all rows of its sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.catalogue import calibration_tables as tables
from sunstack.catalogue.calibration_tables import Silicon, Transfer
from sunstack.disciplines.compute import Accelerator, LanguageModel
from sunstack.disciplines.compute.precision import PRECISIONS, Precision
from sunstack.disciplines.compute.roofline import Calibration, Machine, token_interval_s
from sunstack.disciplines.compute.work import Layout
from sunstack.resolve.calibration import GENERATIONS, calibration, engines
from sunstack.resolve.chips import accelerator, language_model

from .inference import most_output_tokens_of_a_chip
from .inputs import Inputs

type Numbers = NDArray[np.float64]

_interval_s = jax.jit(token_interval_s, static_argnames="precision")

LEAST_ROWS = 20
"""Of a group of which errors are told."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows of one precision, stacked."""

    places: NDArray[np.int64]
    """Of the rows in their table."""
    precision: Precision
    model: LanguageModel
    accelerator: Accelerator
    layout: Layout
    engine: Array
    """Place of each row's engine among all."""
    batch_count: Array
    input_token_count: Array
    output_token_count: Array


@dataclass(frozen=True, kw_only=True)
class Errors:
    """Of a group of predictions."""

    name: str
    row_count: int
    median_error_ratio: float
    bias_ratio: float
    ninetieth_error_ratio: float


# --- rows, stacked --------------------------------------------------------------------------------


def groups(rows: Silicon) -> tuple[Group, ...]:
    """Stack rows by precision, which is static."""
    return tuple(_group(rows, name) for name in sorted(set(rows.precision)))


def _group(rows: Silicon, precision: str) -> Group:
    places = np.flatnonzero(np.array(rows.precision) == precision)
    at = jnp.asarray(places)
    return Group(
        places=places,
        precision=PRECISIONS[precision],
        model=stacked(rows.model, places, language_model),
        accelerator=stacked(rows.chip, places, accelerator),
        layout=Layout(
            chip_count=jnp.asarray(rows.chip_count)[at],
            attention_replica_count=jnp.asarray(rows.attention_replica_count)[at],
        ),
        engine=jnp.asarray([engines().index(rows.engine[place]) for place in places]),
        batch_count=jnp.asarray(rows.batch_count)[at],
        input_token_count=jnp.asarray(rows.input_token_count)[at],
        output_token_count=jnp.asarray(rows.output_token_count)[at],
    )


def stacked(names: Sequence[str], places: Iterable[int], read: Any) -> Any:
    """Read each name once, and lay them out row by row."""
    known = sorted(set(names))
    every = jax.tree.map(lambda *leaves: jnp.stack(leaves), *(read(name) for name in known))
    index = jnp.asarray([known.index(names[place]) for place in places])
    return jax.tree.map(lambda leaf: leaf[index], every)


def intervals_s(group: Group, reached: Calibration) -> Array:
    """Predict a group's rows with the constants of each."""
    found: Array = _interval_s(
        group.model,
        Machine(accelerator=group.accelerator, calibration=reached, layout=group.layout),
        precision=group.precision,
        batch_count=group.batch_count,
        input_token_count=group.input_token_count,
        output_token_count=group.output_token_count,
    )
    return found


def predicted_s(rows: Silicon) -> Numbers:
    """Predict every row with the constants fitted without its fold."""
    names = engines()
    folds = range(int(rows.fold.max()) + 1)
    every = [calibration(name, without_fold=fold) for fold in folds for name in names]
    known = jax.tree.map(lambda *leaves: jnp.stack(leaves), *every)
    found = np.zeros(len(rows.id))
    for group in groups(rows):
        at = rows.fold[group.places] * len(names) + np.asarray(group.engine)
        reached = jax.tree.map(lambda leaf, at=at: leaf[at], known)
        found[group.places] = np.asarray(intervals_s(group, reached))
    return found


# --- errors ---------------------------------------------------------------------------------------


def errors(name: str, ratio: Numbers) -> Errors:
    """Tell what predicted over measured is like."""
    apart = np.abs(ratio - 1.0)
    return Errors(
        name=name,
        row_count=len(ratio),
        median_error_ratio=float(np.median(apart)),
        bias_ratio=float(np.median(ratio)) - 1.0,
        ninetieth_error_ratio=float(np.quantile(apart, 0.9)),
    )


def families(rows: Silicon) -> tuple[str, ...]:
    """Say of each row whether its model has experts."""
    names = {one: float(language_model(one).expert_count) > 0 for one in set(rows.model)}
    return tuple("experts" if names[one] else "dense" for one in rows.model)


def generations(rows: Silicon) -> tuple[str, ...]:
    """Say of each row which generation its chip is of."""
    return tuple(GENERATIONS[chip] for chip in rows.chip)


def by_mark(marks: Sequence[str], ratio: Numbers, least_rows: int = LEAST_ROWS) -> Iterator[Errors]:
    """Tell the errors of each group of rows of one mark, where it has enough of them."""
    found = np.array(marks)
    for mark in sorted(set(marks)):
        chosen = ratio[found == mark]
        if len(chosen) >= least_rows:
            yield errors(mark, chosen)


def held_out_errors() -> dict[str, tuple[Errors, ...]]:
    """Tell the errors of fits that had not seen the sweep, by family, model, chip and engine."""
    rows = tables.silicon()
    ratio = predicted_s(rows) / rows.token_interval_s
    engine = [f"{one}, {wide}" for one, wide in zip(rows.engine, rows.precision, strict=True)]
    return {
        "family": (*by_mark(families(rows), ratio), errors("all", ratio)),
        "model": tuple(by_mark(rows.model, ratio)),
        "chip": tuple(by_mark(rows.chip, ratio)),
        "engine and precision": tuple(by_mark(engine, ratio)),
    }


# --- as a section of the page ---------------------------------------------------------------------

OPENING = """\
## Inference against silicon

Predicted times between output tokens beside {total} measured ones, of runs of InferenceX
(SemiAnalysis) and of NVIDIA's own, as NVIDIA's aiconfigurator-core 0.12.0 carries them. Sweeps,
each all rows of one model, chip, engine, precision and number of chips, are dealt out to five
folds; each fold is predicted with constants fitted to the other four. `Bias` is the median of
predicted over measured, less 1; nine of ten errors are below the last column. Groups of fewer than
{least} rows are left out."""

MOVED = """\
Fits to some rows, tested on others, as `scripts/calibrate_roofline.py` found them:"""

KERNELS = """\
The roofline's forms beside times of single kernels, to which their constants are fitted, NVIDIA's
too; the time between tokens has no part in those. Experts are by engine and format of weights."""

SATURATED = """\
Greatest rates of a chip that TensorRT-LLM's maker prints for thousands of requests all there at
once, and that predictions miss by more than a quarter; those that they meet stand under
`inference`: all of inputs and outputs of 1,000 tokens, and all others of inputs of 8,192."""

HEADINGS = ("rows", "median error", "bias", "nine of ten below")


def section() -> str:
    """Write the page's section."""
    rows = tables.silicon()
    opening = OPENING.format(total=f"{len(rows.id):,}", least=LEAST_ROWS)
    parts = [opening, *(table(name, found) for name, found in held_out_errors().items())]
    parts += [MOVED, table("fitted on, tested on", map(_told, tables.transfers()))]
    parts += [KERNELS, table("kernel", map(_told, tables.operators())), SATURATED, _saturated()]
    return "\n\n".join(parts)


def _told(one: Transfer) -> Errors:
    return Errors(
        name=one.name,
        row_count=one.row_count,
        median_error_ratio=one.median_error_ratio,
        bias_ratio=one.bias_ratio,
        ninetieth_error_ratio=one.ninetieth_error_ratio,
    )


def saturated_rates() -> Iterator[tuple[str, float, float]]:
    """Name, publish and predict the greatest rates that predictions miss, tokens a second."""
    for row in tables.saturated():
        given = {key: cell for key, cell in row.items() if key != "tokens_per_s"}
        long = f"{row['input_token_count']} in, {row['output_token_count']} out"
        name = f"{row['model']}, {row['chip_count']} x {row['chip']}, {row['precision']}, {long}"
        inputs = Inputs({**given, "engine": "trtllm", "workspace_fraction": "0.1"})
        yield name, float(row["tokens_per_s"]), most_output_tokens_of_a_chip(inputs)


def _saturated() -> str:
    heads = ("model, chips, tokens", "published tokens/s", "computed", "off by")
    lines = [heads, ("---",) * len(heads)]
    for name, published, computed in saturated_rates():
        apart = f"{100 * (computed / published - 1):+.0f} %"
        lines.append((name, f"{published:,.0f}", f"{computed:,.0f}", apart))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def table(name: str, found: Iterable[Errors]) -> str:
    """Write errors as rows of a table."""
    lines = [(name, *HEADINGS), ("---",) * (1 + len(HEADINGS)), *map(_row, found)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _row(one: Errors) -> tuple[str, ...]:
    return (
        one.name,
        f"{one.row_count:,}",
        f"{100 * one.median_error_ratio:.0f} %",
        f"{100 * one.bias_ratio:+.0f} %",
        f"{100 * one.ninetieth_error_ratio:.0f} %",
    )
