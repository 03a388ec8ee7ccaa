"""What do engines reach of a chip's data sheet, and how sure is that?"""

from __future__ import annotations

from dataclasses import fields

import jax.numpy as jnp

from sunstack.catalogue import calibration_tables as tables
from sunstack.catalogue.calibration_tables import ALL, Band
from sunstack.disciplines.compute.experts import ExpertKernel
from sunstack.disciplines.compute.precision import PRECISIONS, Precision
from sunstack.disciplines.compute.roofline import Calibration
from sunstack.errors import CatalogueError

GENERATIONS = {"h100-sxm": "hopper", "h200": "hopper", "b200": "blackwell", "b300": "blackwell"}
"""Of the chips that were measured; of others nothing is known but the errors of all."""
SPARE = "trtllm"
"""Engine whose kernels stand for those that were not measured of another."""


def engines() -> tuple[str, ...]:
    """Name the engines that were measured."""
    return tuple(sorted({engine for _, engine in tables.roofline()} - {ALL}))


def calibration(engine: str, *, without_fold: int | None = None) -> Calibration:
    """Return the constants of an engine: those of all rows, or of all but a fold's.

    Raises:
        CatalogueError: no such engine was measured.
    """
    if engine not in engines():
        raise CatalogueError(
            f"{engine!r} is no engine that was measured; write one of {', '.join(engines())}"
        )
    known = tables.roofline()
    found = {}
    for one in fields(Calibration):
        if one.name == "experts":
            continue
        key = (one.name, engine) if (one.name, engine) in known else (one.name, ALL)
        if key not in known:
            raise CatalogueError(f"roofline.csv: {one.name} is missing; install Sunstack again")
        constant = known[key]
        value = constant.value if without_fold is None else constant.without[without_fold]
        found[one.name] = jnp.asarray(value)
    return Calibration(**found, experts=expert_kernels(engine))


def expert_kernels(engine: str) -> dict[str, ExpertKernel]:
    """Return what an engine reaches with experts; a format that it lacks as TensorRT-LLM has it."""
    known = tables.experts()
    kernels = sorted({kernel for _, kernel in known})
    owners = {kernel: engine if (engine, kernel) in known else SPARE for kernel in kernels}
    return {
        kernel: ExpertKernel(
            **{
                one.name: jnp.asarray(known[owner, kernel][one.name])
                for one in fields(ExpertKernel)
            }
        )
        for kernel, owner in owners.items()
    }


def precision(name: str) -> Precision:
    """Return a precision by its name.

    Raises:
        CatalogueError: there is none of that name.
    """
    if name not in PRECISIONS:
        raise CatalogueError(f"{name!r} is no precision; write one of {', '.join(PRECISIONS)}")
    return PRECISIONS[name]


def error_band(*, has_experts: bool, chip: str, engine: str, precision: str) -> Band:
    """Return how far predictions of the narrowest group that was measured are off.

    Raises:
        CatalogueError: the table of groups is damaged.
    """
    return tables.band(
        family="experts" if has_experts else "dense",
        generation=GENERATIONS.get(chip, ""),
        engine=engine,
        precision=precision,
    )
