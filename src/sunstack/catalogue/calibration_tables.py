"""What was measured of language models on silicon, and what did a model of it make of that?

`calibration/silicon.csv`: measured times between tokens, cleaned, their sweeps dealt out to five
folds; `roofline.csv`: the constants, fitted to times of kernels or to these, and to all but each
fold; `experts.csv`: those of each engine's kernels for experts; `operators.csv`: how far they are
off times of kernels; `bands.csv`: how far off measured times, on the fold that was not fitted to,
by group; `transfers.csv`: how far fits to some chips or models are off on others; `decoding.csv`:
measured times of machines that only decode, to which nothing is fitted; `saturated.csv`: published
greatest rates that predictions miss.
Built by `scripts/calibrate_roofline.py` from NVIDIA's aiconfigurator-core 0.12.0 (Apache-2.0); the
rows are of runs of InferenceX (SemiAnalysis, Apache-2.0) and of NVIDIA's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sunstack.errors import CatalogueError

from .sites import read_columns

type Numbers = NDArray[np.float64]

ALL = "all"
"""Stands for any engine of a constant, and any value of a group's mark."""


@dataclass(frozen=True, kw_only=True)
class Silicon:
    """Measurements, one a place of every column."""

    id: tuple[str, ...]
    """In the package they come from."""
    model: tuple[str, ...]
    """Of the catalogue, as the chip."""
    chip: tuple[str, ...]
    engine: tuple[str, ...]
    precision: tuple[str, ...]
    chip_count: Numbers
    attention_replica_count: Numbers
    batch_count: Numbers
    input_token_count: Numbers
    """Mean of what was sent."""
    output_token_count: Numbers
    token_interval_s: Numbers
    fold: NDArray[np.int64]
    """Of its sweep: rows of one model, chip, engine, precision and number of chips."""


@dataclass(frozen=True, kw_only=True)
class Decoding:
    """Measurements of machines that only decode, one a place of every column."""

    id: tuple[str, ...]
    """In the package they come from."""
    model: tuple[str, ...]
    """Of the catalogue, as the chip."""
    chip: tuple[str, ...]
    engine: tuple[str, ...]
    precision: tuple[str, ...]
    chip_count: Numbers
    """With a copy of the attention each."""
    batch_count: Numbers
    """Of all chips."""
    input_token_count: Numbers
    output_token_count: Numbers
    token_interval_s: Numbers


@dataclass(frozen=True, kw_only=True)
class Constant:
    """Of the fit; low and high are the least and most of fits to parts of the rows."""

    value: float
    low: float
    high: float
    without: tuple[float, ...]
    """Of the fit to all rows but a fold's, fold by fold."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """How far predictions of a group are off, by fits that had not seen its sweeps."""

    family: str
    """`dense` or `experts`, or of a group of all."""
    generation: str
    engine: str
    precision: str
    row_count: int
    median_error_ratio: float
    """Of predicted over measured less 1, without its sign."""
    bias_ratio: float
    """Median of predicted over measured, less 1."""
    ninetieth_error_ratio: float
    """Nine of ten errors are smaller."""


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """How far a fit to some rows is off on others, or a fit to kernels on their own times."""

    name: str
    """Of what it was fitted to, and what it was tested on."""
    row_count: int
    median_error_ratio: float
    bias_ratio: float
    ninetieth_error_ratio: float


@cache
def silicon() -> Silicon:
    """Read the measurements.

    Raises:
        CatalogueError: the table is damaged.
    """
    columns = _columns("silicon")

    def numbers(name: str) -> Numbers:
        return np.array([float(cell) for cell in columns[name]])

    return Silicon(
        id=columns["id"],
        model=columns["model"],
        chip=columns["chip"],
        engine=columns["engine"],
        precision=columns["precision"],
        chip_count=numbers("chip_count"),
        attention_replica_count=numbers("attention_replica_count"),
        batch_count=numbers("batch_count"),
        input_token_count=numbers("input_token_count"),
        output_token_count=numbers("output_token_count"),
        token_interval_s=1e-3 * numbers("token_interval_ms"),
        fold=numbers("fold").astype(np.int64),
    )


@cache
def decoding() -> Decoding:
    """Read the measurements of machines that only decode.

    Raises:
        CatalogueError: the table is damaged.
    """
    columns = _columns("decoding")

    def numbers(name: str) -> Numbers:
        return np.array([float(cell) for cell in columns[name]])

    return Decoding(
        id=columns["id"],
        model=columns["model"],
        chip=columns["chip"],
        engine=columns["engine"],
        precision=columns["precision"],
        chip_count=numbers("chip_count"),
        batch_count=numbers("batch_count"),
        input_token_count=numbers("input_token_count"),
        output_token_count=numbers("output_token_count"),
        token_interval_s=1e-3 * numbers("token_interval_ms"),
    )


@cache
def roofline() -> Mapping[tuple[str, str], Constant]:
    """Read the fitted constants, by name and engine.

    Raises:
        CatalogueError: the table is damaged.
    """
    columns = _columns("roofline")
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    folds = [name for name in columns if name.startswith("without_")]
    return MappingProxyType(
        {
            (row["name"], row["engine"]): Constant(
                value=float(row["value"]),
                low=float(row["low"]),
                high=float(row["high"]),
                without=tuple(float(row[fold]) for fold in folds),
            )
            for row in rows
        }
    )


@cache
def bands() -> tuple[Band, ...]:
    """Read the errors of groups, the narrowest groups first.

    Raises:
        CatalogueError: the table is damaged.
    """
    columns = _columns("bands")
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return tuple(
        Band(
            family=row["family"],
            generation=row["generation"],
            engine=row["engine"],
            precision=row["precision"],
            row_count=int(row["row_count"]),
            median_error_ratio=float(row["median_error_ratio"]),
            bias_ratio=float(row["bias_ratio"]),
            ninetieth_error_ratio=float(row["ninetieth_error_ratio"]),
        )
        for row in rows
    )


@cache
def experts() -> Mapping[tuple[str, str], Mapping[str, float]]:
    """Read the constants of kernels for experts, by engine and kernel.

    Raises:
        CatalogueError: the table is damaged.
    """
    columns = _columns("experts")
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return MappingProxyType(
        {
            (row.pop("engine"), row.pop("kernel")): MappingProxyType(
                {name: float(cell) for name, cell in row.items()}
            )
            for row in rows
        }
    )


@cache
def transfers() -> tuple[Transfer, ...]:
    """Read the errors of fits to some chips or models on others.

    Raises:
        CatalogueError: the table is damaged.
    """
    return _transfers("transfers")


@cache
def operators() -> tuple[Transfer, ...]:
    """Read how far the roofline's forms are off times of kernels.

    Raises:
        CatalogueError: the table is damaged.
    """
    return _transfers("operators")


def _transfers(name: str) -> tuple[Transfer, ...]:
    columns = _columns(name)
    return tuple(
        Transfer(
            name=name,
            row_count=int(count),
            median_error_ratio=float(median),
            bias_ratio=float(bias),
            ninetieth_error_ratio=float(ninetieth),
        )
        for name, count, median, bias, ninetieth in zip(*columns.values(), strict=True)
    )


@cache
def saturated() -> tuple[Mapping[str, str], ...]:
    """Read the published greatest rates that predictions miss, as inputs, with `tokens_per_s`.

    Raises:
        CatalogueError: the table is damaged.
    """
    columns = _columns("saturated")
    rows = zip(*columns.values(), strict=True)
    return tuple(MappingProxyType(dict(zip(columns, cells, strict=True))) for cells in rows)


def band(*, family: str, generation: str, engine: str, precision: str) -> Band:
    """Return the errors of the narrowest group that holds a case and was measured.

    Raises:
        CatalogueError: none does.
    """
    asked = family, generation, engine, precision
    for one in bands():
        marks = one.family, one.generation, one.engine, one.precision
        if all(mark in (ALL, wanted) for mark, wanted in zip(marks, asked, strict=True)):
            return one
    raise CatalogueError(f"bands.csv: no group holds {', '.join(asked)}; install Sunstack again")


def _columns(name: str) -> dict[str, tuple[str, ...]]:
    return read_columns(files("sunstack.catalogue").joinpath("calibration", f"{name}.csv"))
