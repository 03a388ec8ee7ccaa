"""How is a model best laid out on the satellites of a job?

Of all layouts of powers of two and three times these that fit memory and satellites, the one whose
step is shortest, at full power and without failures: accelerators that share a layer, stages in a
row of satellites, satellites that share experts, pieces of a batch, and whether what the way
forward gave is kept or computed again. No layer is shared across lasers. Workers that train apart
hold one copy each, on as few satellites as that takes.

Where none fits, the one that comes nearest, with its margin.

Assumes: batches whose texts share out evenly.
Leaves out: layouts that failures or shadows would prefer: fewer satellites, shorter rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.disciplines.compute import training
from sunstack.disciplines.compute.training import memory, rounds, rows
from sunstack.system import Training

from .job import SYNCHRONOUS, exchange_s

METHODS = (SYNCHRONOUS, "diloco", "streaming")
KEPT, AGAIN = (34.0, 1.0), (2.0, 4.0 / 3.0)
"""Bytes kept of activations, and operations over those needed: all kept, or all computed again."""
CHUNKS = (1, 2, 4, 8)
FEWER_PARTS = (1, 4, 16)
"""Of the most pieces that a batch has."""
BLOCK = 4096
"""Layouts tried are filled up to a multiple of this, so that compiled code is used again."""
NEXT_STEP_COUNT = 1.0
"""Steps that go on while a piece is exchanged, if streaming."""

type Columns = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, kw_only=True)
class _Room:
    """What bounds layouts: of the model, of the satellite, of the job."""

    heads: int
    layers: int
    experts: int
    sequences: float
    """Of a batch."""
    chips: int
    joined: int
    satellites: int
    rows: float
    slots: float
    """Of the grid, satellites a row."""
    is_apart: bool


def laid_out(spec: Training, grid: training.Grid) -> Training:
    """Choose a layout for each group.

    Args:
        spec: with what may be asked of each group, shape (groups,).
        grid: what lasers join of each.
    """
    groups = [
        _of_group(spec, jax.tree.map(lambda leaf, at=at: jnp.asarray(leaf[at], float), grid), at)
        for at in range(len(spec.asked_count))
    ]
    joined: Training = jax.tree.map(lambda *leaves: jnp.stack(leaves), *groups)
    stacked = {name: getattr(joined, name) for name in ("layout", "rounds", "recomputed_ratio")}
    practice = replace(
        spec.practice,
        activation_byte=joined.practice.activation_byte,
        optimiser_share_count=joined.practice.optimiser_share_count,
    )
    return replace(spec, **stacked, practice=practice, least_count=joined.least_count)


def _of_group(spec: Training, grid: training.Grid, at: int) -> Training:
    """Choose for one group: a `Training` of scalars."""
    room = _room(spec, int(spec.asked_count[at]), grid)
    columns = _columns(room)
    tried = _as_tried(spec, columns)
    time_s, margin, unit = (np.asarray(one) for one in _judged(tried, grid))
    used = unit * columns["workers"]
    may = (margin >= 0.0) & (used <= room.satellites)
    few = np.where(used <= room.satellites, margin, -np.inf)
    place = int(np.where(may, time_s, np.inf).argmin() if may.any() else few.argmax())
    chosen: Training = jax.tree.map(
        lambda leaf: leaf[place] if jnp.ndim(leaf) == 1 and len(leaf) == len(unit) else leaf, tried
    )
    return replace(chosen, least_count=jnp.asarray(_least_count(spec, grid, room)))


def _least_count(spec: Training, grid: training.Grid, room: _Room) -> float:
    """Fewest satellites that hold one copy; infinite if none do."""
    single = _as_tried(spec, _columns(replace(room, satellites=1, slots=np.inf, is_apart=True)))
    _, margin, unit = (np.asarray(one) for one in _judged(single, grid))
    return float(unit[margin >= 0.0].min(initial=np.inf))


# --- what is tried --------------------------------------------------------------------------------


def _room(spec: Training, satellites: int, grid: training.Grid) -> _Room:
    task, chip = spec.task, spec.accelerator
    aboard = int(spec.accelerator_count)
    return _Room(
        heads=int(spec.head_count),
        layers=int(task.layer_count),
        experts=int(spec.expert_count),
        sequences=float(task.batch_token_count / task.sequence_token_count),
        chips=aboard,
        joined=int(min(aboard, float(chip.domain_count))),
        satellites=max(satellites, 1),
        rows=float(grid.row_count),
        slots=float(grid.slot_count),
        is_apart=spec.method != SYNCHRONOUS,
    )


def _doubled(most: float, *, with_threes: bool = False) -> list[int]:
    """Powers of two, and three times these, up to a number."""
    twos = [2**exponent for exponent in range(32)]
    found = {*twos, *(3 * one for one in twos)} if with_threes else set(twos)
    return sorted(one for one in found if one <= most) or [1]


@cache
def _columns(room: _Room) -> Columns:
    rows_of = [
        (*lying, parts, chunks, *kept)
        for lying in _lyings(room)
        for parts, chunks, kept in product(_parts(room, *lying), CHUNKS, (KEPT, AGAIN))
        if lying[1] * chunks <= room.layers and (chunks == 1 or lying[1] > 1)
    ]
    names = ("tensor", "stage", "expert", "copies", "workers", "parts", "chunks", "kept", "again")
    table = np.array(rows_of, dtype=float)
    missing = -len(table) % BLOCK
    table = np.concatenate([table, np.repeat(table[-1:], missing, axis=0)])
    return dict(zip(names, table.T, strict=True))


def _lyings(room: _Room) -> Iterator[tuple[int, int, int, int, int]]:
    """Tensor, stage and expert counts, copies and workers."""
    tensors = _doubled(min(room.joined, room.heads))
    stages = _doubled(min(room.layers, room.slots), with_threes=True)
    for tensor, stage, expert in product(tensors, stages, _doubled(max(room.experts, 1))):
        texts = max(int(room.sequences // (room.chips // tensor)), 1)  # one for all beside
        most = min(texts, room.satellites // stage, room.rows * (room.slots // stage))
        copies = expert if room.is_apart else max(int(most), expert)
        workers = max(int(most // copies), 1) if room.is_apart else 1
        yield tensor, stage, expert, copies, workers


def _parts(room: _Room, tensor: int, _: int, __: int, copies: int, workers: int) -> set[int]:
    """Pieces of a copy's batch."""
    most = room.sequences / (workers * copies * (room.chips // tensor))
    return {max(int(most) // fewer, 1) for fewer in FEWER_PARTS}


def _as_tried(spec: Training, columns: Columns) -> Training:
    column = {name: jnp.asarray(values) for name, values in columns.items()}
    aboard = jnp.floor(spec.accelerator_count / column["tensor"]) * column["tensor"]
    beside = aboard / column["tensor"]
    return replace(
        spec,
        layout=training.Layout(
            satellite_count=column["stage"] * column["copies"],
            accelerator_count=aboard,
            tensor_count=column["tensor"],
            stage_count=column["stage"],
            chunk_count=column["chunks"],
            microbatch_count=column["parts"],
            expert_satellite_count=column["expert"],
        ),
        rounds=_rounds(spec, column["workers"]),
        recomputed_ratio=column["again"],
        practice=replace(
            spec.practice,
            activation_byte=column["kept"],
            optimiser_share_count=beside * column["copies"] / column["expert"],
        ),
    )


def _rounds(spec: Training, worker_count: Array) -> training.Rounds:
    """Exchanges by the method: how often, in how many pieces, and whether steps go on."""
    given, one = spec.asked_rounds, jnp.ones_like(worker_count)
    streams = spec.method == "streaming"
    pieces = jnp.minimum(given.fragment_count, spec.task.layer_count) if streams else 1.0
    return replace(
        given,
        worker_count=worker_count,
        fragment_count=pieces * one,
        overlap_step_count=(NEXT_STEP_COUNT if streams else 0.0) * one,
        early_fraction=0.0 * one,
        inner_step_count=given.inner_step_count * one,
        parameter_bit_count=given.parameter_bit_count * one,
    )


@jax.jit
def _judged(spec: Training, grid: training.Grid) -> tuple[Array, Array, Array]:
    """Time of a step with its share of exchanges, least margin, and satellites of a worker."""
    layout = spec.layout
    task = replace(
        spec.task,
        token_flop=spec.task.token_flop * spec.recomputed_ratio,
        batch_token_count=spec.task.batch_token_count / spec.rounds.worker_count,
    )
    in_step = partial(
        training.step.train_step,
        task,
        layout,
        spec.practice,
        rows.links_of(grid, layout),
        peak_flop_per_s=spec.peak_flop_per_s,
    )
    sent_s = exchange_s(spec, grid)
    if spec.method == SYNCHRONOUS:
        time_s = training.step.step_s(in_step(exchange_s=sent_s))
    else:
        alone_s = training.step.step_s(in_step(exchange_s=jnp.zeros_like(sent_s)))
        time_s = alone_s / rounds.utilisation_fraction(
            spec.rounds, exchange_s=sent_s, step_s=alone_s, layer_count=task.layer_count
        )
    kept = memory.memory_margin_fraction(
        memory.memory(task, layout, spec.practice), memory_byte=spec.accelerator.memory_byte
    )
    room: Any = jnp.stack(jnp.broadcast_arrays(kept, *memory.room(task, layout)))
    return time_s, room.min(axis=0), layout.satellite_count * jnp.ones_like(time_s)
